"""Config of what signs the mail."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.config.folder import Folder, dkim, mail
from tests.message.letters import ed25519_key, pem, rsa_key


def signed(folder: Folder, author: str, domain: str) -> str:
    """A configuration that signs for a domain what an author at another writes."""
    (folder.path / "key.pem").write_text(pem(ed25519_key()))
    keys = f'domain = "{domain}"\nselector = "s"\nkey_file = "key.pem"'
    return mail(f'from = "p@{author}"\n[mail.dkim]\n{keys}')


@pytest.mark.parametrize(
    ("author", "domain"),
    [
        ("news.example.org", "news.example.org"),
        ("news.example.org", "example.org"),
        ("news.example.org", "a.news.example.org"),
        ("news.example.org", "mail.example.org"),
        ("example.co.uk", "mail.example.co.uk"),
        ("a.example.ac.jp", "b.example.ac.jp"),
        ("news.dw.de", "dw.de"),
        ("localhost", "localhost"),
        ("bücher.example", "mail.xn--bcher-kva.example"),
    ],
)
def test_a_signature_counts_for_all_that_its_owner_registered(
    folder: Folder, author: str, domain: str
) -> None:
    config = folder.load(signed(folder, author, domain))
    assert config.mail.dkim
    assert config.mail.dkim.domain == domain


@pytest.mark.parametrize(
    ("author", "domain", "end"),
    [
        ("news.example.org", "example.com", "example.org"),
        ("news.example.org", "org", "example.org"),
        ("news.example.org", "ample.org", "example.org"),
        ("example.co.uk", "co.uk", "example.co.uk"),
        ("example.co.uk", "other.co.uk", "example.co.uk"),
        ("a.localhost", "localhost", "a.localhost"),
    ],
)
def test_a_signature_that_would_not_count_is_refused(
    folder: Folder, author: str, domain: str, end: str
) -> None:
    (problem,) = folder.problems(signed(folder, author, domain))
    assert problem == f"mail.dkim.domain: must end in {end}, as mail.from does; else DMARC fails"


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


def test_a_selector_is_a_name_and_not_where_dns_has_it(folder: Folder) -> None:
    (folder.path / "key.pem").write_text(pem(ed25519_key()))
    for selector in ("papers._domainkey", "papers._DomainKey.example.org"):
        (problem,) = folder.problems(dkim(f'selector = "{selector}"\nkey_file = "key.pem"'))
        assert problem == (
            'mail.dkim.selector: is the name alone, such as "papers-2026":'
            " take out ._domainkey and the rest"
        )


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
        (pem(rsa_key()).replace("\n", "\\n"), "has \\n, written out, where its lines should end"),
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
