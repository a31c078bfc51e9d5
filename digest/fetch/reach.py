"""Which addresses a request may reach."""

from __future__ import annotations

import ipaddress

# An IPv6-only network reaches any IPv4 address through these (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the open internet.

    False for private, loopback, link-local, shared, reserved and multicast ones, also where an
    IPv6 address only wraps such an IPv4 one (mapped, 6to4, NAT64). Raises ValueError.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped:
            return is_public(str(wrapped))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast
