"""The domains that mail is sent under, as DNS has them: MX, SPF, DKIM and DMARC."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from digest.addresses import mailbox, wire
from digest.config import MailConfig
from digest.config.mail import registered
from digest.doctor import records
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, ok, problem, skipped, warning
from digest.doctor.judging import leaves
from digest.doctor.lookup import Lookup, Unanswered
from digest.doctor.records import Senders
from digest.doctor.spf import Faulty, Policy, policy_of


def mx(case: Case) -> Iterator[Finding]:
    """Whether answers and bounces can arrive (RFC 5321, section 5.1; RFC 7505)."""

    def look(names: Lookup, senders: Senders) -> Iterator[Finding]:
        for domain in dict.fromkeys((senders.author, senders.envelope)):
            yield _mx(domain, names.exchanges(domain), bool(names.addresses(domain)))

    return _looked("mx", case, look)


def _mx(domain: str, exchanges: list[str], has_address: bool) -> Finding:
    do = "publish an MX record: answers and bounces go there"
    if exchanges == ["."]:
        return problem("mx", f"{domain} says that it takes no mail", do)
    if exchanges:
        servers = ", ".join(host.rstrip(".") for host in exchanges[:3])
        return ok("mx", f"{domain} takes mail at {servers}")
    if has_address:
        return warning("mx", f"{domain} has no MX, only an address", do)
    return problem("mx", f"{domain} has neither MX nor an address", do)


def spf(case: Case) -> Iterator[Finding]:
    """Whether the envelope's domain says who may send, and our server is among them."""

    def look(names: Lookup, senders: Senders) -> Iterator[Finding]:
        try:
            policy = policy_of(senders.envelope, names)
        except Faulty as fault:
            yield problem("spf", str(fault))
            return
        yield _spf(senders.envelope, policy, _relay(case.config.mail, names))

    return _looked("spf", case, look)


def _spf(domain: str, policy: Policy | None, relay: list[str]) -> Finding:
    if policy is None:
        do = 'publish as TXT "v=spf1 … ~all", with what your mail provider tells to include'
        return problem("spf", f"{domain} does not say who may send for it (SPF)", do)
    if policy.rest == "+":
        return problem("spf", f"{domain} lets anybody send (+all)", "end its SPF record in ~all")
    found = f"{domain} names who may send, in {policy.asks} of 10 look-ups"
    if policy.rest in {"", "?"}:
        return warning("spf", f"{found}, but says nothing of others", "end its SPF record in ~all")
    if any(map(policy.allows, relay)):
        return ok("spf", f"{found}, your mail server among them")
    return ok("spf", f"{found}; by which address your mail leaves cannot be seen from here")


def _relay(mail: MailConfig, names: Lookup) -> list[str]:
    """The addresses of the mail server, where that is another machine and has some."""
    host = urlsplit(mail.transport).hostname or ""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return names.addresses(host) if "." in host else []


def dkim(case: Case) -> Iterator[Finding]:
    """Whether the key that signs is the one that is published."""
    sign = case.config.mail.dkim

    def look(names: Lookup, _: Senders) -> Iterator[Finding]:
        if sign is None:
            return
        kind, published = records.public_half(sign.key)
        name = f"{sign.selector}._domainkey.{sign.domain}"
        yield records.dkim(name, names.texts(name), kind, published)

    if sign is None and leaves(case.config):
        do = "see that it does: digest send-test ADDRESS, and look at Authentication-Results"
        return iter([skipped("dkim", "nothing is signed here; your mail server may", do)])
    return _looked("dkim", case, look)


def dmarc(case: Case) -> Iterator[Finding]:
    """What receivers shall do with mail that is not proved to be of From's domain."""

    def look(names: Lookup, senders: Senders) -> Iterator[Finding]:
        for name in _upwards(senders.author):
            found = [text for text in names.texts(name) if text.lower().startswith("v=dmarc1")]
            if found:
                yield records.dmarc(name, found, senders)
                return
        words = f"_dmarc.{senders.author} is not published, as large providers ask"
        do = "publish as TXT: v=DMARC1; p=none; rua=mailto:you@example.org"
        yield warning("dmarc", words, do)

    return _looked("dmarc", case, look)


def _upwards(domain: str) -> Iterator[str]:
    """Where the policy of a domain may be, up to what somebody registered."""
    end = registered(domain)
    while True:
        yield f"_dmarc.{domain}"
        if domain == end or "." not in domain:
            return
        domain = domain.partition(".")[2]


def _looked(
    check: str, case: Case, look: Callable[[Lookup, Senders], Iterator[Finding]]
) -> Iterator[Finding]:
    """What a check finds where mail leaves this machine."""
    if not leaves(case.config):
        yield skipped(check, "no mail leaves this machine")
        return
    senders = _senders(case.config.mail)
    local = next((one for one in senders[:2] if "." not in one), None)
    if local is not None:
        yield problem(
            check, f"mail comes from {local or 'nobody'}, which is no domain; set mail.from"
        )
        return
    try:
        yield from look(Lookup(case.resolver), senders)
    except Unanswered as error:
        yield problem(check, str(error))


def _senders(mail: MailConfig) -> Senders:
    envelope = mail.return_path or mailbox(mail.agent or mail.sender)[1]
    return Senders(
        author=_domain(mailbox(mail.sender)[1]),
        envelope=_domain(envelope),
        signer=mail.dkim.domain if mail.dkim else "",
    )


def _domain(address: str) -> str:
    return wire(address).rpartition("@")[2].lower()
