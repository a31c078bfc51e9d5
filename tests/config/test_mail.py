"""Config of the mail sections: who sends, and how readers leave."""

from __future__ import annotations

import pytest

from tests.config.folder import FROM, HF, SECRET, Folder, dkim, mail
from tests.message.letters import ed25519_key, pem, rsa_key

LONG = f"{SECRET}-{SECRET}"


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
        ('unsubscribe = " https://example.org/"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://example.org/a b"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://example.org/<a>"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://me@example.org/"', "mail.unsubscribe: must be a link such as"),
        ('unsubscribe = "https://example.org/é"', "mail.unsubscribe: must be a link such as"),
        (f'unsubscribe = "https://example.org/{"x" * 900}"', "mail.unsubscribe: must be a link"),
        ('unsubscribe = "https://{token}.example.org/"', "mail.unsubscribe: has {token} where a"),
        ('unsubscribe = "https://example.org/#{token}"', "mail.unsubscribe: has {token} where a"),
        ('preferences = "mailto:me@example.org"', "mail.preferences: must be a link such as"),
        ("from = 'Papers <p@-é.example>'", "mail.from: has a domain that cannot be"),
        ("to = ['a@b', 'a@-é.example']", "mail.to: number 2 has a domain that cannot be"),
        ("to = ['=?utf-8?q?a?=@example.org']", "mail.to: number 1 is no address"),
        (f"to = ['{'x' * 65}@example.org']", "mail.to: number 1 has more than 64 bytes before"),
        (f"to = ['{'é' * 33}@example.org']", "mail.to: number 1 has more than 64 bytes before"),
        (f"to = ['a@{'x' * 256}']", "mail.to: number 1 has a domain that cannot be"),
        ("[mail.dkin]", "mail.dkin: there is no such key; did you mean dkim?"),
        ("dkim = 1", "mail.dkim: must be a table: write [mail.dkim]"),
    ],
)
def test_a_mistake_is_told_by_its_key(folder: Folder, lines: str, problem: str) -> None:
    (told,) = folder.problems(mail(lines))
    assert told.startswith(problem)


@pytest.mark.parametrize("sign", [*'|\\^" `<>é', "%", "%2"])
@pytest.mark.parametrize("key", ["unsubscribe", "preferences"])
def test_a_link_holds_what_a_url_can_hold(folder: Folder, key: str, sign: str) -> None:
    (problem,) = folder.problems(
        mail(f"{key} = 'https://example.org/a{sign}?id={{token}}'"), DIGEST_MAIL__LINK_KEY=LONG
    )
    assert problem.startswith(f"mail.{key}: must be a link such as")
    assert ("mailto:" in problem) == (key == "unsubscribe")


@pytest.mark.parametrize("key", ["unsubscribe", "preferences"])
@pytest.mark.parametrize(
    "slot",
    ["{Token}", "{id}", "{{token}}", "{ token }", "%7Btoken%7D", "%7btoken%7d", "{token}{token}"],
)
def test_the_readers_part_of_a_link_is_spelt_in_one_way(
    folder: Folder, key: str, slot: str
) -> None:
    (problem,) = folder.problems(
        mail(f'{key} = "https://example.org/?id={slot}"'), DIGEST_MAIL__LINK_KEY=LONG
    )
    assert problem == (
        f"mail.{key}: may have a reader's own part once, spelt {{token}} and not in another way"
    )


@pytest.mark.parametrize("rest", ["//example.org/%7B1%7D?a=b&c='(d)'", "//[::1]/a~b;c,d+e#f"])
def test_a_link_is_kept_as_it_is_but_for_its_schemes_case(folder: Folder, rest: str) -> None:
    assert folder.load(mail(f'preferences = "HTTPS:{rest}"')).mail.preferences == f"https:{rest}"
    kept = folder.load(mail('unsubscribe = "MAILTO:Me@example.org"')).mail.unsubscribe_by_mail
    assert kept == "mailto:Me@example.org"


@pytest.mark.parametrize("key", ["unsubscribe", "preferences"])
def test_a_missing_secret_of_links_says_how_to_give_it(folder: Folder, key: str) -> None:
    assert folder.problems(mail(f'{key} = "https://example.org/{{token}}"')) == [
        f"mail.{key}: {{token}} is made with a secret;"
        " set DIGEST_MAIL__LINK_KEY, in this shell too, or mail.link_key_file"
    ]


def test_an_archive_whose_address_no_header_can_hold_is_refused(folder: Folder) -> None:
    text = f'{HF}[newsletter]\nbase_url = "https://example.org/{"é" * 160}"\n'
    assert folder.problems(text) == ["newsletter.base_url: is an address of over 900 characters"]


@pytest.mark.parametrize(
    "link", ["mailto:leave@example.org?subject=out", "mailto:leave+{token}@example.org"]
)
def test_readers_can_be_let_go_by_mail(folder: Folder, link: str) -> None:
    text = mail(f'unsubscribe = "{link}"')
    said = folder.load(text, DIGEST_MAIL__LINK_KEY=LONG).mail
    assert (said.unsubscribe, said.unsubscribe_by_mail) == ("", link)


@pytest.mark.parametrize(
    ("way_out", "by_page", "by_mail"),
    [
        ("", "https://papers.example/leave?id={token}", ""),
        ("https://example.org/{token}", "https://example.org/{token}", ""),
        (
            "mailto:leave+{token}@example.org",
            "https://papers.example/leave?id={token}",
            "mailto:leave+{token}@example.org",
        ),
    ],
)
def test_a_way_out_by_mail_stands_beside_the_pages(
    folder: Folder, way_out: str, by_page: str, by_mail: str
) -> None:
    text = mail(f'unsubscribe = "{way_out}"\n[web]\nurl = "https://papers.example"')
    said = folder.load(text, DIGEST_MAIL__LINK_KEY=LONG).mail
    assert (said.unsubscribe, said.unsubscribe_by_mail) == (by_page, by_mail)


def test_an_address_to_leave_by_has_room_for_a_token(folder: Folder) -> None:
    name = "x" * 42
    text = f'unsubscribe = "mailto:{name}{{token}}@example.org"'
    assert folder.load(mail(text), DIGEST_MAIL__LINK_KEY=LONG)
    (problem,) = folder.problems(mail(text.replace(name, name + "x")), DIGEST_MAIL__LINK_KEY=LONG)
    assert problem.startswith("mail.unsubscribe: must be a link such as")


def test_old_link_keys_are_kept_as_they_were(folder: Folder) -> None:
    keys = ("the key of last year", f"{LONG} ", "ein Schlüssel von früher")
    (folder.path / "links").write_text("\r\n".join(keys) + "\n\n", encoding="utf-8")
    assert folder.load(mail('old_link_keys_file = "links"')).mail.old_link_keys == keys
    (folder.path / "links").write_text(f"{LONG}\nshort\n")
    (problem,) = folder.problems(mail('old_link_keys_file = "links"'))
    assert problem.startswith("mail.old_link_keys_file: must have at least 16 characters;")


@pytest.mark.parametrize("length", [1, 15])
def test_a_link_key_that_can_be_guessed_is_refused(folder: Folder, length: int) -> None:
    (folder.path / "links").write_text("k" * length)
    (problem,) = folder.problems(mail('link_key_file = "links"'))
    assert problem.startswith("mail.link_key_file: must have at least 16 characters;")
    (problem,) = folder.problems(HF, DIGEST_MAIL__LINK_KEY="k" * length)
    assert problem.startswith("DIGEST_MAIL__LINK_KEY: must have at least 16 characters;")
