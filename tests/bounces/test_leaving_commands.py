"""Readers leave by the mailto link of letters that `digest run` has sent, whichever key made it."""

from __future__ import annotations

import email
import re
import subprocess
import sys
from email import policy
from pathlib import Path

import pytest

from tests.bounces import reports
from tests.home import Answer, Home
from tests.pages import page

MONDAY, TUESDAY = "2026-01-05T07:30:00Z", "2026-01-06T07:30:00Z"
LATER = "2027-01-05T08:00:00Z"
JANE, JOE = "jane@example.org", "joe@example.org"
WAY_OUT = "mailto:leave+{token}@papers.example?subject=unsubscribe"


def configure(home: Home, more: str = "", *, slug: str = "daily-papers") -> Home:
    return home.configure(
        f'[newsletter]\nslug = "{slug}"\n[[source]]\nkind = "saved-page"\npath = "pages"\n'
        f'[mail]\nfrom = "Papers <papers@papers.example>"\nto = ["{JANE}", "{JOE}"]\n'
        f'unsubscribe = "{WAY_OUT}"\nlink_key_file = "key"\n{more}'
    )


def new_home(folder: Path, more: str = "", *, slug: str = "daily-papers") -> Home:
    """A newsletter whose returned mail lies in the Maildir `returned`."""
    home = Home(folder)
    for name in ("pages", "returned/new", "returned/cur"):
        (folder / name).mkdir(parents=True)
    (folder / "pages" / "1.txt").write_text(page(1, 2, 3))
    (folder / "key").write_text("the key of this year")
    return configure(home, more, slug=slug)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


def sent(home: Home) -> dict[str, dict[str, str]]:
    """The header of each letter that has left, by its reader."""
    raws = [file.read_bytes() for file in (home.folder / "outbox" / "new").iterdir()]
    read = [email.message_from_bytes(raw, policy=policy.SMTP) for raw in raws]
    return {str(one["To"]): {name: str(value) for name, value in one.items()} for one in read}


def by_mail(home: Home, reader: str = JANE) -> str:
    """The address that a reader's letter has mails to leave sent to."""
    found = re.search("<mailto:([^?>]+)", sent(home)[reader]["List-Unsubscribe"])
    assert found
    return found[1]


def hear(home: Home, *raws: bytes, now: str = LATER) -> Answer:
    for number, raw in enumerate(raws):
        (home.folder / "returned" / "new" / f"{number}.host").write_bytes(raw)
    return home.digest("bounces", str(home.folder / "returned"), "--json", now=now)


def state(home: Home, reader: str) -> tuple[str, str]:
    told = home.digest("subscribers", "show", reader, "--json", now=LATER).json
    return told["state"], told["reason"]


def test_a_reader_leaves_by_their_letter_and_gets_no_more(home: Home) -> None:
    home.run(now=MONDAY)
    to = by_mail(home)
    assert sent(home)[JANE]["List-Unsubscribe"] == f"<mailto:{to}?subject=unsubscribe>"
    answer = hear(home, reports.gmail_leaving(to), b"Subject: Hello\n\nthere\n", now=MONDAY)
    assert answer.code == 0, answer.err
    assert {name for name, count in answer.json.items() if count} == {"left", "unknown"}
    cur = home.folder / "returned" / "cur"
    assert sorted(file.name for file in cur.iterdir()) == ["0.host:2,S", "1.host:2,"]
    assert state(home, JANE) == ("left", "left by a mail")
    assert state(home, JOE) == ("active", "")
    for file in (home.folder / "outbox" / "new").iterdir():
        file.unlink()
    (home.folder / "pages" / "2.txt").write_text(page(4))
    home.run(now=TUESDAY)
    assert sent(home).keys() == {JOE}


def test_what_is_piped_lets_a_reader_go_and_says_so(home: Home) -> None:
    home.run(now=MONDAY)
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(home.config)]
    raw = reports.apple_leaving(by_mail(home))
    told = [
        subprocess.run([*command, "bounces", "-"], input=raw, capture_output=True, check=True)
        for _ in range(2)
    ]
    assert [one.stdout for one in told] == [
        b"1 message read: 1 to leave\n",
        b"1 message read: 1 to ignore\n",
    ]
    assert state(home, JANE) == ("left", "left by a mail")


def test_beside_the_pages_a_mail_is_the_second_way_out(home: Home) -> None:
    configure(home, '[web]\nurl = "https://papers.example"\n')
    home.run(now=MONDAY)
    headers = sent(home)[JANE]
    ways = re.fullmatch(
        r"<https://papers\.example/leave\?id=([\w-]{22})>,"
        r" <mailto:leave\+([\w-]{22})@papers\.example\?subject=unsubscribe>",
        headers["List-Unsubscribe"],
    )
    assert ways
    assert ways[1] == ways[2]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert hear(home, reports.apple_leaving(by_mail(home))).json["left"] == 1


def test_letters_of_an_old_key_still_let_their_readers_go(home: Home) -> None:
    home.run(now=MONDAY)
    old = by_mail(home)
    (home.folder / "old").write_text("the key of this year\n")
    (home.folder / "key").write_text("the key of the next year")
    configure(home)
    assert hear(home, reports.gmail_leaving(old)).json["not_ours"] == 1
    configure(home, 'old_link_keys_file = "old"\n')
    home.digest("subscribers", "add", "kim@example.org", now=MONDAY)
    assert hear(home, reports.gmail_leaving(old.lower())).json["left"] == 1
    assert [state(home, one)[0] for one in (JANE, JOE, "kim@example.org")] == [
        "left",
        "active",
        "active",
    ]


def test_a_letter_of_one_newsletter_lets_nobody_of_another_go(home: Home, tmp_path: Path) -> None:
    """Both are in one database, and a reader of both is erased and comes back to one."""
    database = f'[state]\nurl = "sqlite:///{tmp_path}/both.db"\n'
    configure(home, database)
    other = new_home(tmp_path / "other", database, slug="other-papers")
    for one in (home, other):
        one.run(now=MONDAY)
    letter = reports.gmail_leaving(by_mail(home))
    assert hear(other, letter).json["not_ours"] == 1
    assert home.digest("subscribers", "erase", JANE, "--yes", now=MONDAY).code == 0
    assert hear(home, letter).json["not_ours"] == 1
    home.digest("subscribers", "add", JANE, "--consent", "asked again", now=MONDAY)
    assert state(home, JANE)[0] == "active"
    assert hear(other, letter).json["not_ours"] == 1
    assert hear(home, letter).json["left"] == 1
    assert (state(home, JANE)[0], state(other, JANE)[0]) == ("left", "active")
