"""Who may send for a domain (SPF, RFC 7208), as its records and those they include say. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Protocol

MOST, MOST_VOID = 10, 2  # terms that ask DNS, and those that find nothing (section 4.6.4)

_TERM = re.compile(r"([+?~-]?)([A-Za-z0-9]+)(?::([^/]*|[^/]*%\{.*))?((?:/\d+)?(?://\d+)?)")
_MECHANISMS = frozenset(["all", "include", "a", "mx", "ptr", "exists", "ip4", "ip6"])

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Names(Protocol):
    """DNS; see `Lookup`."""

    def texts(self, name: str) -> list[str]:
        """TXT."""

    def addresses(self, name: str) -> list[str]:
        """A and AAAA."""

    def exchanges(self, name: str) -> list[str]:
        """MX."""


class Faulty(Exception):
    """What makes the whole policy void to receivers (permerror)."""


@dataclass
class Policy:
    """What a domain says, with all it includes."""

    networks: list[Network] = field(default_factory=list)  # that may send
    asks: int = 0  # terms that ask DNS
    void: int = 0  # of those, how many found nothing
    rest: str = ""  # how all others are told: -, ~, ? or +; "" where it is not said

    def allows(self, address: str) -> bool:
        """Whether a network that may send holds an address."""
        ip = ipaddress.ip_address(address)
        return any(ip.version == one.version and ip in one for one in self.networks)


def policy_of(domain: str, names: Names) -> Policy | None:
    """The policy of a domain, or None where it has none. Raises Faulty."""
    walk = _Walk(names)
    text = walk.record(domain)
    if text is None:
        return None
    walk.read(text, domain, wanted=True, top=True)
    return walk.found


class _Walk:
    """Takes in a record and those it leads to.

    Of each, `wanted` tells whether those it lets send may send for us, and `top` whether its `all`
    is that of the whole policy.
    """

    def __init__(self, names: Names) -> None:
        self.found = Policy()
        self._names = names

    def record(self, domain: str) -> str | None:
        """The SPF record of a domain."""
        texts = self._names.texts(domain)
        texts = [text for text in texts if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
        if len(texts) > 1:
            raise Faulty(f"{domain} has {len(texts)} SPF records, where one may be; make them one")
        return texts[0] if texts else None

    def read(self, text: str, domain: str, *, wanted: bool, top: bool) -> None:
        """Take a record's terms in."""
        redirect, has_all = "", False
        for term in text.split()[1:]:
            if modifier := re.match(r"([A-Za-z][\w.-]*)=(.*)", term):
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
                continue
            parts = _TERM.fullmatch(term)
            if not parts or parts[2].lower() not in _MECHANISMS:
                raise Faulty(f"the SPF record of {domain} has {term!r}, no such term is; mend it")
            sign, name, value, cidr = parts[1] or "+", parts[2].lower(), parts[3] or "", parts[4]
            if name == "all":
                has_all = True
                self.found.rest = sign if top else self.found.rest
            elif name == "include":
                self._follow(value, domain, wanted=wanted and sign == "+", top=False)
            else:
                networks = self._networks(name, value, cidr, domain)
                self.found.networks += networks if wanted and sign == "+" else []
        if redirect and not has_all:
            self._follow(redirect, domain, wanted=wanted, top=top)

    def _follow(self, target: str, domain: str, *, wanted: bool, top: bool) -> None:
        """Take another domain's record in, by include: or redirect=."""
        self._count(domain)
        if "%{" in target:  # a macro, of which only a mail itself tells
            return
        text = self.record(target) if target else None
        if text is None:
            raise Faulty(f"the SPF record of {domain} names {target}, which has none; mend it")
        self.read(text, target, wanted=wanted, top=top)

    def _networks(self, name: str, value: str, cidr: str, domain: str) -> list[Network]:
        """Those that a mechanism names."""
        if name in {"ip4", "ip6"}:
            return [_network(value + cidr, domain)]
        self._count(domain)
        if name in {"exists", "ptr"} or "%{" in value:
            return []
        hosts = [value or domain]
        if name == "mx":
            hosts = self._names.exchanges(hosts[0])
        addresses = [address for host in hosts for address in self._names.addresses(host)]
        if not addresses:
            self._miss(domain)
        four, _, six = cidr.partition("//")
        lengths = {True: f"/{six}" if six else "", False: four}
        return [_network(one + lengths[":" in one], domain) for one in addresses]

    def _count(self, domain: str) -> None:
        self.found.asks += 1
        if self.found.asks > MOST:
            words = f"the SPF record of {domain} leads to over {MOST} look-ups, which makes it void"
            raise Faulty(f"{words}; include fewer others")

    def _miss(self, domain: str) -> None:
        self.found.void += 1
        if self.found.void > MOST_VOID:
            raise Faulty(f"the SPF record of {domain} names hosts that are not there; mend it")


def _network(text: str, domain: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        words = f"the SPF record of {domain} has {text!r}, which is no network; mend it"
        raise Faulty(words) from None
