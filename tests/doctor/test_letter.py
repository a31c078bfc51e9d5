"""The newest edition as readers get it: its size, and its way out byte for byte."""

from __future__ import annotations

import pytest

from digest.doctor import judging
from digest.doctor.findings import State
from tests.doctor.conftest import looked_at
from tests.home import Home

MONDAY = "2026-03-02T07:30:00Z"
KEY = {"DIGEST_MAIL__LINK_KEY": "a secret of some length"}
LONG = "https://papers.example.org/" + "a-long-way/" * 60
MAIL = '[mail]\nfrom = "papers@example.org"\ntransport = "sendmail:/bin/true"\n'
WAYS = [b"List-Unsubscribe: <https://example.org/leave?id=x>,", b" <mailto:leave@example.org>"]
POST = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"


@pytest.fixture
def made(home: Home) -> Home:
    """A newsletter with an edition."""
    home.run(now=MONDAY)
    return home


def test_before_the_first_edition_there_is_nothing_to_measure(home: Home) -> None:
    assert {one.state for one in looked_at(home, "", "letter")} == {State.SKIPPED}
    assert not (home.folder / "state").exists()


def test_an_edition_with_one_click_is_all_right_however_long_the_link(made: Home) -> None:
    settings = f'{MAIL}unsubscribe = "{LONG}?id={{token}}"\n'
    clip, headers = looked_at(made, settings, "letter", environ=KEY)
    assert (clip.state, "2026-03-02 has" in clip.found) == (State.OK, True)
    assert (headers.state, "are raw and whole" in headers.found) == (State.OK, True)
    assert KEY["DIGEST_MAIL__LINK_KEY"] not in f"{clip}{headers}"
    _, headers = looked_at(made, MAIL, "letter")
    assert (headers.state, "not with one click" in headers.found) == (State.WARNING, True)


def test_a_template_that_gmail_would_clip_or_that_is_none_is_told(made: Home) -> None:
    own = made.folder / "own" / "mail.html.j2"
    own.parent.mkdir()
    settings = '[templates]\npath = "own"\n'
    own.write_text(f"<html><body>{'<p>long words</p>' * 7_000}</body></html>")
    found = looked_at(made, settings, "letter")
    assert State.PROBLEM in {one.state for one in found}
    assert all(one.do for one in found if one.wrong)
    own.write_text("{% if %}")
    for check in ("config", "letter"):
        [broken] = looked_at(made, settings, check)
        assert (broken.check, broken.state) == ("config", State.PROBLEM)
        assert "mail.html.j2" in broken.found


def test_the_size_is_judged_by_what_gmail_shows() -> None:
    states = {size: judging.size("2026-03-02", size).state for size in (94_500, 95_001, 102_001)}
    assert list(states.values()) == [State.OK, State.WARNING, State.PROBLEM]


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([*WAYS, POST], State.OK),
        (WAYS, State.WARNING),
        ([], State.PROBLEM),
        ([b"List-Unsubscribe: =?utf-8?q?=3Chttps=3A//example.org?=", POST], State.PROBLEM),
        ([b"List-Unsubscribe: <https://example.org/", b" leave?id=x>", POST], State.PROBLEM),
        ([*WAYS, POST, b"X" * 999], State.PROBLEM),
    ],
)
def test_a_link_must_stand_whole_and_raw_in_the_head(lines: list[bytes], state: State) -> None:
    ways = ["https://example.org/leave?id=x"]
    assert judging.list_headers(lines, ways, leaving=True).state is state
