"""`digest send-test`: an edition to one address, outside the books."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.home import Home
from tests.message.letters import parsed
from tests.transport.scripted import ScriptedSmtp

MORNING = "2026-03-02T07:30:00Z"
PAGES = '[[source]]\nkind = "saved-page"\npath = "pages"\n'
MAIL = """
[mail]
from = "Papers <papers@example.org>"
to = ["jane@example.org"]
unsubscribe = "https://example.org/leave?id={token}"
"""
KEY = {"DIGEST_MAIL__LINK_KEY": "sixteen letters!"}


@pytest.fixture
def listed(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A newsletter whose first edition is out."""
    for name, value in KEY.items():
        monkeypatch.setenv(name, value)
    home.configure(PAGES + MAIL)
    assert home.run(now=MORNING)["status"] == "published"
    return home


def messages(folder: Path) -> list[bytes]:
    files = sorted((folder / "outbox" / "new").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return [file.read_bytes() for file in files]


def token(raw: bytes) -> str:
    found = re.search(r"leave\?id=([\w-]{22})>", str(parsed(raw)["List-Unsubscribe"]))
    assert found
    return found[1]


def test_a_test_is_what_a_reader_gets_but_marked_and_with_an_identifier_of_its_own(
    listed: Home,
) -> None:
    answer = listed.digest("send-test", "jane@example.org")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        f"the edition of 2026-03-02 is written into {listed.folder / 'outbox'} as a test;"
        " nothing left this machine\n"
    )
    own, test = map(parsed, messages(listed.folder))
    assert test["Subject"] == f"[Test] {own['Subject']}"
    assert test["Message-ID"] != own["Message-ID"]
    changed = {name for name in own if own[name] != test[name]}
    assert changed == {"Subject", "Message-ID"}
    assert [part.get_content() for part in own.iter_parts()] == [
        part.get_content() for part in test.iter_parts()
    ]


def test_a_tests_links_are_those_of_the_address_it_goes_to(listed: Home) -> None:
    for address in ("jane@example.org", "joe@example.org"):
        assert listed.digest("send-test", address).code == 0
    own, to_jane, to_joe = map(token, messages(listed.folder))
    assert own == to_jane != to_joe


def test_no_book_is_kept_of_a_test_and_it_can_be_repeated(listed: Home) -> None:
    before = listed.digest("status", "--json", now=MORNING).json
    for _ in range(2):
        assert listed.digest("send-test", "joe@example.org").code == 0
    assert listed.digest("status", "--json", now=MORNING).json == before
    assert len(messages(listed.folder)) == 3


def test_an_older_edition_goes_out_by_its_date(listed: Home) -> None:
    answer = listed.digest("send-test", "joe@example.org", "--date", "2026-03-02")
    assert answer.code == 0
    answer = listed.digest("send-test", "joe@example.org", "--date", "2026-03-01")
    assert answer.code == 2
    assert "there is no edition of 2026-03-01" in answer.err


def test_without_an_edition_there_is_nothing_to_test(home: Home) -> None:
    answer = home.digest("send-test", "joe@example.org")
    assert answer.code == 2
    assert "nothing was run yet" in answer.err


@pytest.mark.parametrize("address", ["joe", "Joe <joe@example.org>", "a@-é.example", "a@b\n"])
def test_a_bad_address_is_told(listed: Home, address: str) -> None:
    answer = listed.digest("send-test", address)
    assert answer.code == 2
    assert answer.err.startswith("digest: ADDRESS ")
    assert len(messages(listed.folder)) == 1


@pytest.mark.parametrize(
    ("position", "reply"), [("RCPT", "550 5.1.1 unknown"), ("dot", "451 4.3.0 later")]
)
def test_a_servers_refusal_is_told_in_its_words(listed: Home, position: str, reply: str) -> None:
    with ScriptedSmtp({position: [reply]}) as server:
        listed.configure(PAGES + MAIL + f'transport = "{server.url}"\n')
        answer = listed.digest("send-test", "joe@example.org")
    assert answer.code == 1
    assert reply in answer.err
    assert server.accepted == []


def test_a_server_takes_a_test_from_who_sends(listed: Home) -> None:
    with ScriptedSmtp() as server:
        listed.configure(
            PAGES + MAIL + f'transport = "{server.url}"\nsender = "Press <press@presse.example>"\n'
        )
        answer = listed.digest("send-test", "joe@bücher.example")
    assert (answer.code, answer.out) == (
        0,
        "the edition of 2026-03-02 is sent as a test: 250 2.0.0 queued\n",
    )
    (mail,) = server.accepted
    assert (mail.sender, mail.recipient) == ("press@presse.example", "joe@xn--bcher-kva.example")
    assert mail.message.isascii()


def test_a_server_that_is_down_is_told(listed: Home) -> None:
    listed.configure(PAGES + MAIL + 'transport = "smtp://127.0.0.1:1"\n')
    answer = listed.digest("send-test", "joe@example.org")
    assert answer.code == 1
    assert "127.0.0.1, port 1" in answer.err
