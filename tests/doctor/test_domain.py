"""What DNS says of the domains that mail comes from, by a real server of names."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from digest.doctor.findings import Finding, State
from digest.doctor.records import Senders, dkim, dmarc, tags
from digest.doctor.spf import Faulty, policy_of
from tests.doctor.conftest import Dns, looked_at
from tests.home import Home
from tests.message.letters import ed25519_key, pem, rsa_key

MAIL = """
[mail]
from = "Papers <papers@news.example.org>"
to = ["jane@example.org"]
transport = "sendmail:/bin/true"
"""
SIGNED = MAIL + '[mail.dkim]\nselector = "papers"\nkey_file = "key.pem"\n'
SIGNER = "papers._domainkey.news.example.org"
RECORD = "news.example.org"


def published(kind: str = "rsa") -> str:
    if kind == "ed25519":
        raw = ed25519_key().public_key().public_bytes_raw()
    else:
        raw = (
            rsa_key()
            .public_key()
            .public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    return base64.b64encode(raw).decode()


@pytest.fixture
def signing(home: Home) -> Home:
    (home.folder / "key.pem").write_text(pem(rsa_key()))
    return home


def one(findings: Iterable[Finding]) -> Finding:
    [found] = findings
    assert not found.wrong or found.do
    return found


def test_a_domain_that_is_all_right_is_told_so(signing: Home, domain: Dns) -> None:
    domain.put(RECORD, "MX", "10 mx.example.org.", "5 first.example.org.")
    domain.put(RECORD, "TXT", "v=spf1 include:_spf.example.net ~all", "another text")
    domain.put("_spf.example.net", "TXT", "v=spf1 ip4:192.0.2.0/24 -all")
    key = published()
    domain.zone[SIGNER, "TXT"] = [f'"v=DKIM1; k=rsa; p={key[:200]}" "{key[200:]}"']
    domain.put("_dmarc.example.org", "TXT", "v=DMARC1; p=reject")
    settings = SIGNED.replace("sendmail:/bin/true", "smtp://192.0.2.7")
    found = {
        check: one(looked_at(signing, settings, check, resolver=domain.resolver, seconds=3))
        for check in ("mx", "spf", "dkim", "dmarc")
    }
    assert {finding.state for finding in found.values()} == {State.OK}
    assert "first.example.org, mx.example.org" in found["mx"].found
    assert "1 of 10 look-ups, your mail server among them" in found["spf"].found
    assert found["dmarc"].found == "_dmarc.example.org says p=reject; mail can pass by SPF and DKIM"


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        (("MX", "0 ."), State.PROBLEM, "takes no mail"),
        (("A", "192.0.2.1"), State.WARNING, "only an address"),
        (("TXT", "nothing of mail"), State.PROBLEM, "neither MX nor an address"),
    ],
)
def test_a_domain_that_takes_no_mail_is_told(
    home: Home, domain: Dns, record: tuple[str, str], state: State, words: str
) -> None:
    domain.put(RECORD, *record)
    found = one(looked_at(home, MAIL, "mx", resolver=domain.resolver))
    assert (found.state, words in found.found) == (state, True)


@pytest.mark.parametrize(
    ("texts", "state", "words"),
    [
        ([], State.PROBLEM, "does not say who may send"),
        (["v=spf1 -all", "v=spf1 ~all"], State.PROBLEM, "has 2 SPF records"),
        (["v=spf1 a +all"], State.PROBLEM, "lets anybody send"),
        (["v=spf1 a ?all"], State.WARNING, "says nothing of others"),
        (["v=spf1 a"], State.WARNING, "says nothing of others"),
        (["v=spf1 include:nobody.example.org -all"], State.PROBLEM, "nobody.example.org"),
        (["v=spf1 include:deep.example.org -all"], State.PROBLEM, "over 10 look-ups"),
        (["v=spf1 a:x.example mx:y.example a:z.example ~all"], State.PROBLEM, "are not there"),
        (["v=spf1 ip4:192.0.2.256 ~all"], State.PROBLEM, "no network"),
        (["v=spf1 ipv4:192.0.2.1 ~all"], State.PROBLEM, "ipv4:192.0.2.1"),
        (["v=spf1 redirect=plain.example.org"], State.OK, "cannot be seen from here"),
        (["V=SPF1 A/24//64 MX -ALL"], State.OK, "in 2 of 10"),
        (["v=spf1 exists:%{i}._spf.%{d} ~all"], State.OK, "in 1 of 10"),
    ],
)
def test_a_policy_of_senders_is_read_with_all_it_leads_to(
    home: Home, domain: Dns, texts: list[str], state: State, words: str
) -> None:
    domain.put(RECORD, "TXT", *texts or ["v=spf10 is another"])
    domain.put(RECORD, "A", "192.0.2.1")
    domain.put(RECORD, "AAAA", "2001:db8::1")
    domain.put(RECORD, "MX", f"10 {RECORD}.")
    domain.put("plain.example.org", "TXT", "v=spf1 ip6:2001:db8::/32 -all")
    domain.put("deep.example.org", "TXT", "v=spf1 include:deep.example.org ~all")
    found = one(looked_at(home, MAIL, "spf", resolver=domain.resolver))
    assert (found.state, words in found.found + found.do) == (state, True), found


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("", State.PROBLEM, "is not published"),
        ("v=DKIM1; k=rsa; p=", State.PROBLEM, "is revoked"),
        ("v=DKIM1; k=rsa; p={ed25519}", State.PROBLEM, "another key"),
        ("v=DKIM1; k=ed25519; p={rsa}", State.PROBLEM, "another key"),
        ("v=DKIM1; k=rsa; p=not base64!", State.PROBLEM, "another key"),
        ("v=DKIM1; t=s:y; p={rsa}", State.WARNING, "is a test"),
        ("p={rsa}", State.OK, "RSA key"),
    ],
)
def test_the_key_that_signs_is_compared_with_the_one_that_is_published(
    signing: Home, domain: Dns, text: str, state: State, words: str
) -> None:
    text = text.replace("{rsa}", published()).replace("{ed25519}", published("ed25519"))
    if text:
        pieces = [text[at : at + 255] for at in range(0, len(text), 255)]
        domain.zone[SIGNER, "TXT"] = [" ".join(f'"{piece}"' for piece in pieces)]
    found = one(looked_at(signing, SIGNED, "dkim", resolver=domain.resolver))
    assert (found.state, words in found.found) == (state, True), found
    if state is State.PROBLEM:
        assert f"v=DKIM1; k=rsa; p={published()}" in found.do
    assert "PRIVATE" not in str(found)


def test_a_key_of_ed25519_is_compared_bare(home: Home, domain: Dns) -> None:
    (home.folder / "key.pem").write_text(pem(ed25519_key()))
    domain.put(SIGNER, "TXT", f"v=DKIM1; k=ed25519; p={published('ed25519')}")
    assert one(looked_at(home, SIGNED, "dkim", resolver=domain.resolver)).state is State.OK


@pytest.mark.parametrize(
    ("records", "state", "words"),
    [
        ({}, State.WARNING, "is not published"),
        ({"_dmarc.example.org": ["v=DMARC1; p=none"]}, State.OK, "p=none; mail can pass by SPF"),
        (
            {"_dmarc.news.example.org": ["v=DMARC1; p=quarantine"]},
            State.OK,
            "_dmarc.news.example.org says p=quarantine",
        ),
        ({"_dmarc.example.org": ["v=DMARC1; p=none"] * 2}, State.OK, "p=none"),
        ({"_dmarc.example.org": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, State.PROBLEM, "2 DM"),
        ({"_dmarc.example.org": ["v=DMARC1; p=maybe"]}, State.PROBLEM, "no p="),
    ],
)
def test_the_policy_of_mail_that_fails_is_found_upwards(
    home: Home, domain: Dns, records: dict[str, list[str]], state: State, words: str
) -> None:
    for name, texts in records.items():
        domain.put(name, "TXT", *texts)
    found = one(looked_at(home, MAIL, "dmarc", resolver=domain.resolver))
    assert (found.state, words in found.found) == (state, True), found
    assert ("_dmarc.org", "TXT") not in domain.asked


def test_mail_that_is_of_another_domain_than_it_says_is_told(home: Home, domain: Dns) -> None:
    domain.put("_dmarc.example.org", "TXT", "v=DMARC1; p=reject; aspf=s")
    for back, state in (
        ("bounces@elsewhere.example.net", State.WARNING),
        ("bounces@example.org", State.WARNING),  # as strictly as the record wants it
        ("bounces@news.example.org", State.OK),
    ):
        settings = f'{MAIL}return_path = "{back}"\n'
        found = one(looked_at(home, settings, "dmarc", resolver=domain.resolver))
        assert found.state is state, found


def test_names_that_nobody_answers_for_are_no_missing_records(signing: Home, domain: Dns) -> None:
    domain.broken = True
    for check in ("mx", "spf", "dkim", "dmarc"):
        found = one(looked_at(signing, SIGNED, check, resolver=domain.resolver))
        assert (found.state, "no answer from DNS" in found.found) == (State.PROBLEM, True)


def test_where_no_mail_leaves_the_machine_no_name_is_asked(home: Home, domain: Dns) -> None:
    for check in ("mx", "spf", "dkim", "dmarc"):
        found = one(looked_at(home, "", check, resolver=domain.resolver))
        assert found.state is State.SKIPPED
    assert domain.asked == []


def test_mail_of_this_machine_alone_has_no_domain(home: Home, domain: Dns) -> None:
    settings = '[mail]\ntransport = "sendmail:/bin/true"\n'
    found = one(looked_at(home, settings, "spf", resolver=domain.resolver))
    assert (found.state, found.do) == (State.PROBLEM, "set mail.from")


class Texts:
    """DNS in which every name has the same texts."""

    def __init__(self, *texts: str) -> None:
        self.found = list(texts)

    def texts(self, _: str) -> list[str]:
        return self.found

    def addresses(self, _: str) -> list[str]:
        return ["192.0.2.1"]

    exchanges = texts


terms = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(["include:a.example", "a", "mx/24", "ip4:1.2.3.4", "redirect=b", "-all"]),
    )
)


@given(terms)
def test_whatever_a_record_says_is_a_policy_or_a_fault(words: list[str]) -> None:
    fault, policy = "", None
    try:
        policy = policy_of("example.org", Texts(" ".join(["v=spf1", *words])))
    except Faulty as found:
        fault = str(found)
    assert bool(policy) != ("; " in fault)
    assert policy is None or policy.asks <= 10


@given(st.text())
def test_whatever_is_published_is_judged(text: str) -> None:
    assert all(name for name in tags(text))
    senders = Senders("example.org", "example.org", "")
    assert dmarc("_dmarc.example.org", [text], senders).found
    assert dkim("x._domainkey.example.org", [text], "rsa", [published()]).found


def test_the_resolver_of_the_machine_is_not_needed_for_the_rest(home: Home, tmp_path: Path) -> None:
    found = looked_at(home, MAIL, "mx", offline=True)
    assert one(found).state is State.SKIPPED
