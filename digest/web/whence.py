"""Where a request comes from, as far as that can be trusted. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_PORTED = re.compile(r"\[(?P<six>[^]]*)\](:[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")  # by some proxies
_IPV6 = 64  # bits: what one household has


def network(peer: str, forwarded: Sequence[str], proxies: Sequence[str]) -> str:
    """The network that a request comes from: an IPv4 address, or the /64 of an IPv6 one.

    `forwarded` are the X-Forwarded-For headers' values; each proxy appends whom it heard. Only
    what a trusted one (its network is among `proxies`) says of its own peer counts.
    """
    told = [one.strip() for value in forwarded for one in value.split(",")]
    while told and _is_in(peer, proxies):
        peer = told.pop()
    address = _address(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6), strict=False))
    return str(address or "unknown")


def _is_in(peer: str, networks: Sequence[str]) -> bool:
    address = _address(peer)
    return address is not None and any(address in ip_network(one) for one in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is; of IPv4 also where a socket for both shows it as IPv6."""
    try:
        ported = _PORTED.fullmatch(text)
        address = ip_address((ported["six"] or ported["four"]) if ported else text)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
