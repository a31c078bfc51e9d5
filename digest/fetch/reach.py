"""Which addresses a request may reach."""

from __future__ import annotations

import ipaddress

_UNICAST = ipaddress.IPv6Network("2000::/3")  # all of IPv6 that is given out (RFC 4291)
# Of no open internet, though Python 3.11 takes them for it (IANA's special-purpose registries).
_CLOSED = [
    ipaddress.ip_network(block)
    for block in (
        "192.0.0.0/24",  # of protocols (RFC 6890)
        "192.88.99.0/24",  # once 6to4's relays (RFC 7526)
        "168.63.129.16/32",  # of Azure's own service to its machines
        "3fff::/20",  # for documentation (RFC 9637)
    )
]
# An IPv6-only network reaches any IPv4 address through these (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the open internet.

    False for private, loopback, link-local, shared, reserved and multicast ones, also where an
    IPv6 address only wraps such an IPv4 one (mapped, 6to4, NAT64). Raises ValueError.
    """
    ip = _unwrapped(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in block for block in _CLOSED)


def is_link_local(address: str) -> bool:
    """Whether a numeric address is of this very link, where clouds keep a machine's secrets.

    Wrapped ones (see `is_public`) count too. Raises ValueError.
    """
    return _unwrapped(address).is_link_local


def _unwrapped(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
