"""The mail of a weekly edition: a golden file, and what it says otherwise than a day's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.model.editions import SourceNote
from digest.model.sources import SourceState
from digest.render import mail, subject
from tests.message.letters import message, parsed
from tests.render.specimen import EDITION, SITE, large, shipped

Golden = Callable[[str, str | bytes], None]

AGENTS, ALSO = EDITION.sections
WEEK = replace(
    EDITION,
    period="weekly",
    date=dt.date(2026, 6, 21),
    sections=(AGENTS, replace(ALSO, theme="also", label="Also this week")),
    sources=(
        SourceNote(name="hf", state=SourceState.FRESH, sightings=140),
        SourceNote(
            name="arxiv",
            state=SourceState.FAILED,
            sightings=37,
            reason="HTTP 503 <after> 3 tries (Friday and Sunday)",
        ),
        SourceNote(name="press", state=SourceState.FAILED, reason="too many at once", held=True),
        SourceNote(name="lab", state=SourceState.QUIET, reason="could not be read on Tuesday"),
    ),
)


def test_the_mail_of_a_week_is_as_recorded(golden: Golden) -> None:
    both = mail(shipped(), WEEK, site=SITE, max_papers=50)
    golden("mail-weekly.html", both.html)
    golden("mail-weekly.txt", both.text)


def test_the_subject_tells_that_it_is_a_weeks() -> None:
    assert subject(WEEK) == "The week in 11 papers, 21 Jun: Agents & tools; Also this week"
    one = replace(WEEK, sections=(replace(AGENTS, papers=AGENTS.papers[:1]),))
    assert subject(one).startswith("The week in 1 paper, 21 Jun: ")


def test_nothing_in_it_is_of_today() -> None:
    both = mail(shipped(), WEEK, site=SITE, max_papers=50)
    for part in (both.html, both.text):
        assert "today" not in part
        assert "Week to Sunday, 21 June 2026" in part
        assert "Missing, all or in part: arxiv, press." in " ".join(part.split())


@pytest.mark.parametrize("site", [SITE, ""])
def test_it_leads_to_the_archive_for_it_has_no_page_of_its_own(site: str) -> None:
    week = replace(large(40), period="weekly", revisions=EDITION.revisions * 10)
    both = mail(shipped(), week, site=site, max_papers=20)
    for part in (both.html, both.text):
        assert "more in the archive" in part
        assert "2026/06/16" not in part
        assert f"{SITE}/#" not in part
        assert (f"{SITE}/" in part) is bool(site)


def test_its_head_names_no_page_of_its_own() -> None:
    week, day = (parsed(message(edition=edition)) for edition in (WEEK, EDITION))
    assert set(day.keys()) - set(week.keys()) == {"Archived-At"}
    assert str(week["Feedback-ID"]).startswith("2026-06-21:weekly:")
