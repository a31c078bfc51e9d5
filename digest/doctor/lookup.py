"""DNS, as far as mail needs it. Needs nothing but a resolver of dnspython's."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from digest.errors import DigestError

if TYPE_CHECKING:
    from dns.resolver import Resolver

PATIENCE = 6.0  # seconds that an answer may take, over all servers and tries


class Unanswered(DigestError):
    """No server told whether there is such a record."""


class Lookup:
    """Asks for records. What is not there is an empty list; Unanswered where nobody knows."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._given = resolver

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each with its pieces joined (RFC 7208, section 3.3)."""
        found = self._records(name, "TXT")
        return [b"".join(one.strings).decode("utf-8", "replace") for one in found]

    def addresses(self, name: str) -> list[str]:
        """The IP addresses of a host, of both kinds."""
        return [one.address for kind in ("A", "AAAA") for one in self._records(name, kind)]

    def exchanges(self, name: str) -> list[str]:
        """The mail servers of a domain, the preferred first; "." says that it takes no mail."""
        found = sorted(self._records(name, "MX"), key=lambda one: one.preference)
        return [one.exchange.to_text() for one in found]

    def _records(self, name: str, kind: str) -> list[Any]:
        import dns.exception
        import dns.resolver

        try:
            return list(self._resolver.resolve(name, kind, lifetime=PATIENCE, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise Unanswered(
                f"no answer from DNS for {name}, {kind} ({type(error).__name__}); try again, and"
                " check this machine's resolver"
            ) from None

    @cached_property
    def _resolver(self) -> Resolver:
        import dns.resolver

        if self._given:
            return self._given
        try:
            return dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            raise Unanswered(
                "this machine names no DNS server; set one in /etc/resolv.conf"
            ) from None
