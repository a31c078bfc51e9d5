"""What is new, what is a repeat, what was revised."""

from __future__ import annotations

import datetime as dt

from digest.identity import works
from digest.model.decisions import Known, Work
from digest.model.papers import Paper
from digest.model.replies import Sighting
from digest.suppress import decide

DAY = dt.date(2026, 1, 5)


def work(*ids: str) -> Work:
    paper = Paper(title="A Title of Some Length", ids=ids)
    return works([Sighting(source="hf", day=DAY, paper=paper)])[0]


def known(version: int | None = None, *, edition: dt.date | None = DAY) -> Known:
    return Known(id=1, key="arxiv:2601.00001", version=version, edition=edition)


def test_a_paper_nobody_knows_is_new() -> None:
    decision = decide([(work("2601.00001"), None)])
    assert len(decision.new) == 1


def test_a_paper_in_an_edition_is_a_repeat() -> None:
    decision = decide([(work("2601.00001"), known())])
    assert (decision.new, len(decision.repeats)) == ((), 1)


def test_a_paper_only_another_newsletter_has_shown_is_new() -> None:
    decision = decide([(work("2601.00001"), known(edition=None))])
    assert len(decision.new) == 1


def test_a_higher_version_is_a_revision_and_never_new() -> None:
    decision = decide([(work("2601.00001v2"), known(1))])
    assert (len(decision.new), len(decision.revised)) == (0, 1)


def test_the_same_a_lower_or_a_first_version_is_no_revision() -> None:
    for before, ids in ((2, "2601.00001v2"), (3, "2601.00001v2"), (None, "2601.00001v2")):
        assert decide([(work(ids), known(before))]).revised == ()
    assert decide([(work("2601.00001"), known(1))]).revised == ()
