"""`digest subscribers`: what an operator does with one reader, or sees of all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests.home import Answer, Home

MONDAY = "2026-01-05T07:30:00Z"
TUESDAY = "2026-01-06T07:30:00Z"
KIM = "kim@example.org"


def readers(home: Home, *arguments: str, now: str = MONDAY) -> Answer:
    return home.digest("subscribers", *arguments, now=now)


def state_of(home: Home, address: str = KIM) -> str:
    return str(readers(home, "show", address, "--json").json["state"])


def mails(home: Home) -> list[str]:
    folder = home.folder / "outbox" / "new"
    return [file.read_text() for file in folder.iterdir()] if folder.exists() else []


def test_a_reader_is_kept_as_they_were_added(home: Home) -> None:
    answer = readers(
        home,
        *("add", "Kim@bücher.example", "--frequency", "weekly", "--zone", "Asia/Tokyo"),
        *("--hour", "7", "--theme", "pretraining", "--theme", "safety", "--not-theme", "agents"),
        *("--keyword", "diffusion", "--author", "Ada Lovelace", "--cap", "5"),
        *("--summaries", "original"),
        *("--consent", "asked by phone"),
    )
    assert (answer.code, answer.out) == (0, "added, active\n"), answer.err
    assert readers(home, "show", "kim@xn--bcher-kva.example", "--json").json == {
        "address": "Kim@bücher.example",
        "state": "active",
        "frequency": "weekly",
        "zone": "Asia/Tokyo",
        "hour": 7,
        "themes": ["pretraining", "safety"],
        "not_themes": ["agents"],
        "keywords": ["diffusion"],
        "authors": ["Ada Lovelace"],
        "cap": 5,
        "summaries": "original",
        "consent": "asked by phone",
        "consented_at": MONDAY,
        "paused_until": None,
        "reason": "",
        "since": MONDAY,
        "fixed": False,
        "deliveries": [],
    }
    shown = readers(home, "show", "kim@bücher.example").out
    for words in ("pretraining, safety", "at 07:00, Asia/Tokyo", "5 papers", "asked by phone"):
        assert words in shown
    assert "summaries the papers' own words" in shown


def test_adding_a_reader_again_changes_only_what_is_said(home: Home) -> None:
    readers(home, "add", KIM, "--keyword", "diffusion", "--cap", "5")
    answer = readers(home, "add", "KIM@example.org", "--cap", "7", now=TUESDAY)
    assert answer.out == "changed, active\n"
    told = readers(home, "show", KIM, "--json").json
    assert (told["keywords"], told["cap"], told["since"]) == (["diffusion"], 7, MONDAY)
    readers(home, "add", KIM, "--keyword", "")
    assert readers(home, "show", KIM, "--json").json["keywords"] == []
    assert readers(home, "add", KIM).out == "unchanged, active\n"
    assert len(readers(home, "list", "--json").json["readers"]) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["kim"], "is no address"),
        (["kim@localhost"], "a domain without a dot"),
        ([KIM, "--theme", "pretrainin"], "did you mean pretraining?"),
        ([KIM, "--not-theme", "Safety"], "there is no 'Safety'"),
        ([KIM, "--hour", "24"], "hour must be a whole number from 0 to 23"),
        ([KIM, "--zone", "Mars"], "zone must be a time zone such as Europe/Berlin"),
        ([KIM, "--frequency", "hourly"], "frequency must be daily or weekly"),
        ([KIM, "--cap", "-1"], "cap must be a whole number"),
        ([KIM, "--summaries", "short"], "summaries must be original or empty"),
        ([KIM, *(f"--author={number}" for number in range(101))], "authors must be 100 at most"),
        ([KIM, "--keyword", "a;b"], "keywords has a semicolon"),
        ([KIM, "--consent", "\x1b[31m"], "consent has control characters"),
    ],
)
def test_a_wrong_wish_is_told_and_nobody_is_added(home: Home, wrong: list[str], words: str) -> None:
    answer = readers(home, "add", *wrong)
    assert answer.code == 2
    assert words in answer.err
    assert readers(home, "show", KIM).code == 2


def test_a_pause_lasts_until_its_day_or_until_it_is_ended(home: Home) -> None:
    readers(home, "add", KIM)
    assert readers(home, "pause", KIM, "--until", "2026-02-01").out == "changed, paused\n"
    assert "paused until 2026-02-01" in readers(home, "show", KIM).out
    assert "paused until 2026-02-01" in readers(home, "list").out
    assert readers(home, "resume", KIM).out == "changed, active\n"
    assert readers(home, "show", KIM, "--json").json["paused_until"] is None
    assert readers(home, "pause", KIM).out == "changed, paused\n"
    assert readers(home, "resume", KIM).out == "changed, active\n"
    assert readers(home, "pause", KIM, "--until", "2026-01-05").code == 2


def test_the_newsletters_own_day_tells_whether_a_pause_is_to_come(home: Home) -> None:
    home.configure(f'{home.config.read_text()}\n[newsletter]\ntimezone = "America/Los_Angeles"\n')
    readers(home, "add", KIM)
    late = "2026-01-06T05:00:00Z"  # it is the evening of the fifth there
    pause = ("subscribers", "pause", KIM, "--until")
    assert home.digest(*pause, "2026-01-05", now=late).code == 2
    assert home.digest(*pause, "2026-01-06", now=late).code == 0


def test_who_left_comes_back_by_new_consent_alone(home: Home) -> None:
    readers(home, "add", KIM)
    assert readers(home, "remove", KIM).out == "changed, left\n"
    assert readers(home, "remove", KIM).out == "unchanged, left\n"
    for command in (["add", KIM], ["pause", KIM], ["resume", KIM]):
        answer = readers(home, *command)
        assert (answer.code, "has left" in answer.err) == (1, True)
        assert state_of(home) == "left"
    assert readers(home, "add", KIM, "--consent", "asked again").out == "changed, active\n"
    assert readers(home, "show", KIM, "--json").json["consent"] == "asked again"


def test_who_is_erased_leaves_nothing_but_that_they_get_no_mail(home: Home) -> None:
    readers(home, "add", KIM, "--author", "Ada Lovelace")
    readers(home, "add", "joe@example.com")
    assert readers(home, "erase", "Kim@example.org", "--yes").out == "erased\n"
    for command in (["show", KIM], ["pause", KIM], ["erase", KIM, "--yes"]):
        answer = readers(home, *command)
        assert (answer.code, "was erased" in answer.err) == (2, True)
    assert readers(home, "add", KIM).code == 1
    assert "joe@example.com" in readers(home, "list").out
    assert KIM not in readers(home, "export").out
    assert readers(home, "add", KIM, "--consent", "asked again").code == 0


def test_nobody_is_erased_where_nobody_can_be_asked(home: Home) -> None:
    readers(home, "add", KIM)
    answer = home.process("subscribers", "erase", KIM)
    assert (answer.code, "--yes" in answer.err) == (2, True)
    assert state_of(home) == "active"


@pytest.mark.parametrize(("typed", "left"), [(b"y\n", 2), (b"\n", 0), (b"no\n", 0)])
def test_erasing_asks_first(home: Home, typed: bytes, left: int) -> None:
    readers(home, "add", KIM)
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(home.config)]
    os.write(parent, typed)
    done = subprocess.run(
        [*command, "subscribers", "erase", KIM], stdin=child, capture_output=True, check=True
    )
    os.close(child)
    os.close(parent)
    assert b"Erase? [y/N]" in done.stdout
    assert readers(home, "show", KIM).code == left


def test_a_reader_who_is_not_there_is_told(home: Home) -> None:
    readers(home, "add", "joe@example.com")
    for command in ("show", "pause", "resume", "remove", "erase --yes"):
        name, *rest = command.split()
        answer = readers(home, name, KIM, *rest)
        assert (answer.code, "there is no reader" in answer.err) == (2, True)
        answer = readers(home, name, "k\udcffm@example.org", *rest)
        assert (answer.code, "is no address" in answer.err) == (2, True)


def test_readers_are_listed_by_state(home: Home) -> None:
    for address in (KIM, "joe@example.com", "jim@example.com"):
        readers(home, "add", address)
    readers(home, "remove", "joe@example.com")
    *everybody, count = readers(home, "list").out.splitlines()
    assert count == "3 readers: 2 active, 1 left"
    assert [line.split()[0] for line in everybody] == [
        "jim@example.com",
        "joe@example.com",
        KIM,
    ]
    told = readers(home, "list", "--state", "left", "--json").json["readers"]
    assert [(one["address"], one["since"]) for one in told] == [("joe@example.com", MONDAY)]
    told = readers(home, "list", "--state", "bounced", "--json").json
    assert told["readers"] == []
    assert (told["counts"]["active"], told["counts"]["left"]) == (2, 1)
    assert readers(home, "list", "--state", "gone").code == 2


def test_looking_at_readers_makes_no_database(home: Home) -> None:
    for command in (["list"], ["export"], ["show", KIM]):
        assert readers(home, *command).code == 2
    assert not (home.folder / "state").exists()


def test_a_mailbox_gets_one_mail_however_often_it_is_named(home: Home) -> None:
    """The configuration names jane and joe."""
    for address in ("JANE@example.org", "jane+papers@example.org", "me@bücher.example"):
        readers(home, "add", address)
    assert readers(home, "add", "Me@xn--bcher-kva.example").out == "changed, active\n"
    home.run(now=MONDAY)
    to = sorted(line for mail in mails(home) for line in mail.splitlines() if line[:3] == "To:")
    assert len(to) == 4
    assert len({line.casefold() for line in to}) == 4


def test_who_wants_no_mail_gets_none(home: Home) -> None:
    for address in (KIM, "joe@example.com", "jim@example.com", "jane@example.org"):
        readers(home, "add", address)
    readers(home, "pause", KIM)
    readers(home, "remove", "joe@example.com")
    readers(home, "erase", "jim@example.com", "--yes")
    answer = readers(home, "erase", "jane@example.org", "--yes")
    assert "still stands in mail.to" in answer.err
    home.run(now=MONDAY)
    [mail] = mails(home)
    assert "To: joe@example.org" in mail


def test_what_a_reader_was_sent_is_told(home: Home) -> None:
    home.run(now=MONDAY)
    told = readers(home, "show", "jane@example.org", "--json").json
    assert (told["fixed"], told["consent"]) == (True, "named in mail.to")
    [one] = told["deliveries"]
    assert (one["period"], one["date"], one["state"]) == ("daily", "2026-01-05", "sent")
    shown = readers(home, "show", "jane@example.org").out
    assert "named in  mail.to" in shown
    assert "2026-01-05  daily: sent" in shown
