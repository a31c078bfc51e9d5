"""Where a request comes from, as far as that can be trusted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

_IPV6 = 64  # bits: what one household has


def network(peer: str, forwarded: Sequence[str], proxies: Sequence[str]) -> str:
    """The network that a request comes from: an IPv4 address, or the /64 of an IPv6 one.

    `forwarded` are the X-Forwarded-For headers' values; each proxy appends whom it heard. Only
    what a trusted one (its network is among `proxies`) says of its own peer counts.
    """
    told = [one.strip() for value in forwarded for one in value.split(",")]
    while told and _is_in(peer, proxies):
        peer = told.pop()
    try:
        address = ip_address(peer)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _IPV6), strict=False))
    return str(address)


def _is_in(peer: str, networks: Sequence[str]) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(one) for one in networks)
