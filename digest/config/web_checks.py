"""What makes a value of [web] right; else as `checks`."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from digest.config.checks import Given, Wrong, line, web_url

_PORTS = range(65_536)


def listen(given: Given) -> tuple[str, int]:
    """An address of this machine and a port."""
    host, _, port = line(given).rpartition(":")
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        host = ""
    if not host or not port.isdecimal() or int(port) not in _PORTS:
        raise Wrong('must be an IP address and a port, such as "127.0.0.1:8025"')
    return host.strip("[]"), int(port)


def listen_or_none(given: Given) -> tuple[str, int] | None:
    """Likewise, or nothing."""
    return listen(given) if given.value else None


def networks(given: Given) -> tuple[str, ...]:
    """IP networks; an address is one, too."""
    for text in given.value:
        try:
            ip_network(text)
        except ValueError as error:
            raise Wrong(f"{text!r} is no network such as 10.0.0.0/8: {error}") from None
    return tuple(given.value)


def origins(given: Given) -> tuple[str, ...]:
    """Sites by scheme, host and port (RFC 6454)."""
    for text in given.value:
        address = web_url(given._replace(value=text))
        if address.count("/") != 2 or address.endswith("/"):
            raise Wrong(f"{text!r} must be a scheme and a host alone: https://example.org")
    return tuple(given.value)
