"""What is looked at: a newsletter's configuration, real servers, and a DNS server of our own."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
import trustme

from digest.config import load
from digest.doctor import Case, Finding, examine
from digest.doctor.examination import CHECKS
from tests.home import Home
from tests.store.databases import postgresql_server, postgresql_url

__all__ = ["postgresql_server", "postgresql_url"]

NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
PAGES = '[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'


class Dns:
    """A DNS server: what `zone` has of a name and a type, and no such name for the rest."""

    def __init__(self) -> None:
        self.zone: dict[tuple[str, str], list[str]] = {}
        self.broken = False
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def put(self, name: str, kind: str, *values: str) -> None:
        self.zone[name, kind] = [f'"{one}"' if kind == "TXT" else one for one in values]

    @property
    def resolver(self) -> dns.resolver.Resolver:
        found = dns.resolver.Resolver(configure=False)
        found.nameservers = ["127.0.0.1"]
        found.port = self._socket.getsockname()[1]
        return found

    def _serve(self) -> None:
        while True:
            data, whence = self._socket.recvfrom(4096)
            if not data:
                return
            query = dns.message.from_wire(data)
            self._socket.sendto(self._answer(query).to_wire(), whence)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query)
        [question] = query.question
        kind = dns.rdatatype.to_text(question.rdtype)
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append((name, kind))
        if self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif found := self.zone.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


@pytest.fixture
def domain() -> Iterator[Dns]:
    found = Dns()
    yield found
    found.close()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return authority


def server_tls(authority: trustme.CA, **certificate: Any) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1", **certificate).configure_cert(context)
    return context


def looked_at(
    home: Home, settings: str, check: str, *, environ: dict[str, str] | None = None, **case: Any
) -> list[Finding]:
    """What a check of the newsletter of a home finds under some settings."""
    (home.folder / "pages").mkdir(exist_ok=True)
    home.configure(settings if "[[source]]" in settings else PAGES + settings)
    config = load(home.config, environ or {})
    given: dict[str, Any] = {"now": NOW, "clock": None} | case
    return examine(Case(config, **given), [one for one in CHECKS if one.name == check])
