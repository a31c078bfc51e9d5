"""What makes a value of [web] right; else as `checks`."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, quote

from digest.addresses import ascii_domain
from digest.config.checks import Given, Wrong, base_url, line, split

_PORTS = range(1, 65_536)
_USUAL_PORTS = {"http": 80, "https": 443}
_HOST = "[a-z0-9._:-]+"
_PATH = "/%:@!$&'()*+,;="  # stand in one as they are, beside letters and digits (RFC 3986)


def home(given: Given) -> str:
    """Where the pages are, as browsers write it, without a trailing slash; or nothing."""
    address = base_url(given)
    if not address:
        return ""
    parts = split(given._replace(value=address))
    return f"{_origin(parts)}{quote(parts.path, safe=_PATH)}"


def listen(given: Given) -> tuple[str, int]:
    """An address of this machine and a port."""
    return _place(given, "127.0.0.1:8025")


def metrics(given: Given) -> tuple[str, int] | None:
    """Likewise, or nothing."""
    return _place(given, "127.0.0.1:9464") if given.value else None


def _place(given: Given, example: str) -> tuple[str, int]:
    host, _, port = line(given).rpartition(":")
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        host = ""
    if not host or not port.isdecimal() or int(port) not in _PORTS:
        raise Wrong(f'must be an IP address and a port, such as "{example}"')
    return host.strip("[]"), int(port)


def networks(given: Given) -> tuple[str, ...]:
    """IP networks; an address is one, too."""
    for text in given.value:
        try:
            ip_network(text)
        except ValueError as error:
            raise Wrong(f"{text!r} is no network such as 10.0.0.0/8: {error}") from None
    return tuple(given.value)


def origins(given: Given) -> tuple[str, ...]:
    """Sites by scheme, host and port, as browsers write them (RFC 6454, section 6.2)."""
    return tuple(_site(given._replace(value=text)) for text in given.value)


def _site(given: Given) -> str:
    address = base_url(given)
    parts = split(given)
    if not address or parts.path:
        raise Wrong(f"{given.value!r} must be a scheme and a host alone: https://example.org")
    return _origin(parts)


def _origin(parts: SplitResult) -> str:
    """Scheme, host in A-labels, and the port where it is not the usual one, in lower case."""
    try:
        host = ascii_domain(parts.hostname or "")
    except ValueError:
        host = ""
    if not re.fullmatch(_HOST, host):
        raise Wrong('has no host that browsers would find, such as in "https://example.org"')
    if ":" in host:
        host = f"[{host}]"
    is_usual = parts.port in (None, _USUAL_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{parts.port}"
