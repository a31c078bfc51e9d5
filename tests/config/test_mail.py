"""Config of the mail sections: who sends, how readers leave, and what signs."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.config.folder import HF, SECRET, Folder
from tests.message.letters import ed25519_key, pem, rsa_key

LONG = f"{SECRET}-{SECRET}"
FROM = 'from = "Papers <papers@news.example.org>"\n'


def mail(lines: str) -> str:
    return f"{HF}[mail]\n{lines}\n"


def dkim(lines: str) -> str:
    return f"{HF}[mail]\n{FROM}[mail.dkim]\n{lines}\n"


def test_all_of_the_mail_can_be_said(folder: Folder) -> None:
    (folder.path / "key.pem").write_text(pem(rsa_key()))
    (folder.path / "links").write_text(f"{LONG}\n")
    said = folder.load(
        mail(f"""
        {FROM}
        sender = "Press <press@example.org>"
        reply_to = "Éditeurs <editors@example.org>"
        owner = "owner@example.org"
        unsubscribe = "https://example.org/leave?id={{token}}"
        preferences = "https://example.org/readers/{{token}}"
        postal_address = "1 Quay Street, Harbour"
        link_key_file = "links"
        [mail.dkim]
        domain = "Example.org"
        selector = "papers-2026"
        key_file = "key.pem"
        """)
    ).mail
    assert (said.agent, said.owner) == ("Press <press@example.org>", "owner@example.org")
    assert said.reply_to == "Éditeurs <editors@example.org>"
    assert said.unsubscribe == "https://example.org/leave?id={token}"
    assert said.preferences == "https://example.org/readers/{token}"
    assert (said.postal_address, said.link_key) == ("1 Quay Street, Harbour", LONG)
    assert said.dkim
    assert (said.dkim.domain, said.dkim.selector) == ("example.org", "papers-2026")
    assert said.dkim.key == pem(rsa_key()).rstrip("\n")


def test_without_a_word_nothing_is_signed_and_nobody_answers(folder: Folder) -> None:
    said = folder.load(HF).mail
    assert said.dkim is None
    assert {said.agent, said.reply_to, said.owner, said.unsubscribe, said.link_key} == {""}


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        ('from = "Papers <p@example.org>"', "p@example.org"),
        ('from = "p@example.org"\nreply_to = "Ed <e@example.org>"', "e@example.org"),
        ('from = "p@example.org"\nreply_to = "e@example.org"\nowner = "o@example.org"',
         "o@example.org"),
        ('from = "Papertide <papertide@localhost>"', ""),
    ],
)  # fmt: skip
def test_who_answers_is_where_answers_go(folder: Folder, lines: str, owner: str) -> None:
    assert folder.load(mail(lines)).mail.owner == owner


def test_secrets_come_from_the_environment_and_stay_out_of_sight(folder: Folder) -> None:
    key = pem(ed25519_key())
    config = folder.load(
        dkim('selector = "s"'), DIGEST_MAIL__LINK_KEY=LONG, DIGEST_MAIL__DKIM__KEY=key
    )
    assert config.mail.link_key == LONG
    assert config.mail.dkim
    assert (config.mail.dkim.key, config.mail.dkim.domain) == (key, "news.example.org")
    shown = f"{config!r} {config.mail!r} {config.mail.dkim!r}"
    assert LONG not in shown
    assert key.splitlines()[1] not in shown


def test_secrets_in_the_file_are_refused_and_never_repeated(folder: Folder) -> None:
    assert folder.problems(mail(f'link_key = "{LONG}"\n[mail.dkim]\nkey = "{LONG}"')) == [
        "mail.link_key: does not belong in this file; set DIGEST_MAIL__LINK_KEY or link_key_file",
        "mail.dkim.key: does not belong in this file; set DIGEST_MAIL__DKIM__KEY or key_file",
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('sender = "press"', 'mail.sender: must be an address, such as "Daily Papers'),
        ('reply_to = "a, b@example.org"', "mail.reply_to: must be an address"),
        ('owner = "Jo <jo@example.org>"', "mail.owner: must be the address alone"),
        ('unsubscribe = "http://example.org/"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "mailto:leave"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://example.org/a b"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://example.org/<a>"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://me@example.org/"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://example.org/é"', "mail.unsubscribe: must be a link such as"),
        (f'unsubscribe = "https://example.org/{"x" * 900}"', "mail.unsubscribe: must be a link"),
        ('unsubscribe = "https://{token}.example.org/"', "mail.unsubscribe: has {token} where a"),
        ('unsubscribe = "https://example.org/#{token}"', "mail.unsubscribe: has {token} where a"),
        ('preferences = "mailto:me@example.org"', "mail.preferences: must be a link such as"),
        ('unsubscribe = "https://example.org/{token}"', "mail.unsubscribe: {token} is made with a"),
        ('preferences = "https://example.org/{token}"', "mail.preferences: {token} is made with a"),
        ("from = 'Papers <p@-é.example>'", "mail.from: has a domain that cannot be"),
        ("to = ['a@b', 'a@-é.example']", "mail.to: number 2 has a domain that cannot be"),
        ("to = ['=?utf-8?q?a?=@example.org']", "mail.to: number 1 is no address"),
        (f"to = ['{'x' * 320}@example.org']", "mail.to: number 1 is no address"),
        ("[mail.dkin]", "mail.dkin: there is no such key; did you mean dkim?"),
        ("dkim = 1", "mail.dkim: must be a table: write [mail.dkim]"),
    ],
)
def test_a_mistake_is_told_by_its_key(folder: Folder, lines: str, problem: str) -> None:
    (told,) = folder.problems(mail(lines))
    assert told.startswith(problem)


def test_an_archive_whose_address_no_header_can_hold_is_refused(folder: Folder) -> None:
    text = f'{HF}[newsletter]\nbase_url = "https://example.org/{"é" * 160}"\n'
    assert folder.problems(text) == ["newsletter.base_url: is an address of over 900 characters"]


@pytest.mark.parametrize("address", ["me@bücher.example", "me@例え.テスト", "jürgen@example.org"])
def test_an_address_of_any_script_is_right(folder: Folder, address: str) -> None:
    assert folder.load(mail(f'from = "{address}"\nto = ["{address}"]')).mail.to == (address,)


@pytest.mark.parametrize(
    "link", ["mailto:leave@example.org?subject=out", "mailto:leave+{token}@example.org"]
)
def test_readers_can_be_let_go_by_mail(folder: Folder, link: str) -> None:
    text = mail(f'unsubscribe = "{link}"')
    assert folder.load(text, DIGEST_MAIL__LINK_KEY=LONG).mail.unsubscribe == link


@pytest.mark.parametrize("length", [1, 15])
def test_a_link_key_that_can_be_guessed_is_refused(folder: Folder, length: int) -> None:
    (folder.path / "links").write_text("k" * length)
    (problem,) = folder.problems(mail('link_key_file = "links"'))
    assert problem.startswith("mail.link_key_file: must have at least 16 characters;")
    (problem,) = folder.problems(HF, DIGEST_MAIL__LINK_KEY="k" * length)
    assert problem.startswith("DIGEST_MAIL__LINK_KEY: must have at least 16 characters;")


@pytest.mark.parametrize("domain", ["news.example.org", "example.org", "a.news.example.org"])
def test_a_signature_counts_for_the_domain_of_the_author(folder: Folder, domain: str) -> None:
    (folder.path / "key.pem").write_text(pem(ed25519_key()))
    text = dkim(f'domain = "{domain}"\nselector = "s"\nkey_file = "key.pem"')
    config = folder.load(text)
    assert config.mail.dkim
    assert config.mail.dkim.domain == domain


@pytest.mark.parametrize("domain", ["example.com", "org", "ample.org", "other.example.org"])
def test_a_signature_that_would_not_count_is_refused(folder: Folder, domain: str) -> None:
    (folder.path / "key.pem").write_text(pem(ed25519_key()))
    (problem,) = folder.problems(dkim(f'domain = "{domain}"\nselector = "s"\nkey_file = "key.pem"'))
    assert problem == (
        "mail.dkim.domain: must be news.example.org, the domain of mail.from, or share its end;"
        " else DMARC fails"
    )


def test_a_signature_needs_a_selector_and_a_selector_a_key(folder: Folder) -> None:
    (folder.path / "key.pem").write_text(pem(ed25519_key()))
    assert folder.problems(dkim('key_file = "key.pem"')) == [
        "mail.dkim.selector: is empty; name the one your domain publishes the key under"
    ]
    assert folder.problems(dkim('selector = "s"')) == [
        "mail.dkim.selector: signs nothing without a key; set key_file"
    ]
    (problem,) = folder.problems(dkim(""), DIGEST_MAIL__DKIM__SELECTOR="s")
    assert problem.startswith("DIGEST_MAIL__DKIM__SELECTOR: signs nothing")
    (problem,) = folder.problems(dkim('selector = "a b"\nkey_file = "key.pem"'))
    assert problem.startswith("mail.dkim.selector: must be a name such as")
    (problem,) = folder.problems(dkim('domain = "a b.example"\nkey_file = "key.pem"'))
    assert problem.startswith('mail.dkim.domain: must be a domain, such as "example.org"')


def elliptic() -> str:
    return pem(ec.generate_private_key(ec.SECP256R1()))  # type: ignore[arg-type] # no key of ours


def encrypted() -> str:
    return (
        rsa_key()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"x"),
        )
        .decode()
    )


def public() -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return rsa_key().public_key().public_bytes(encoding, form).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no key", "is no private key in PEM without a passphrase"),
        (public(), "is no private key in PEM without a passphrase"),
        (encrypted(), "is no private key in PEM without a passphrase"),
        (elliptic(), "is a key that is neither RSA nor Ed25519"),
        (pem(ed25519_key()).replace("MC4CAQAw", "é"), "is damaged"),
        (pem(rsa_key(1024)), "is an RSA key of fewer than 2048 bits"),
        (pem(rsa_key())[:900] + pem(rsa_key())[-27:], "is damaged"),
    ],
)
def test_a_key_that_signs_nothing_is_told_and_never_shown(
    folder: Folder, text: str, words: str
) -> None:
    (folder.path / "key.pem").write_text(text)
    (problem,) = folder.problems(dkim('selector = "s"\nkey_file = "key.pem"'))
    assert problem.startswith(f"mail.dkim.key_file: {words}")
    assert text.splitlines()[-1] not in problem


def test_a_key_that_cannot_be_read_is_told(folder: Folder) -> None:
    (problem,) = folder.problems(dkim('selector = "s"\nkey_file = "key.pem"'))
    file = folder.path / "key.pem"
    assert problem == f"mail.dkim.key_file: {file} cannot be read: No such file or directory"
    file.write_text("")
    (problem,) = folder.problems(dkim('selector = "s"\nkey_file = "key.pem"'))
    assert problem == f"mail.dkim.key_file: {file} is empty; write the key into it"
