"""arXiv: what is asked for, and of which categories."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import ClassVar

import pytest

from digest.errors import ConfigError
from digest.model.replies import Occasion, Pace
from digest.testing import SourceContract
from tests.config.folder import Folder
from tests.sources.announcements import (
    API,
    CS_CV,
    NOW,
    RSS,
    arxiv,
    asked,
    entry,
    item,
    page,
    query,
    rss,
    search,
)  # fmt: skip


def test_each_category_is_asked_for_once_and_at_arxivs_pace() -> None:
    requests = arxiv("cs.CV", "hep-th").requests(Occasion(day=NOW.date(), now=NOW))
    assert [one.url for one in requests] == [CS_CV, f"{RSS}hep-th"]
    assert {one.pace for one in requests} == {Pace("arxiv", 3.0)}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://rss.arxiv.org/atom", "https://rss.arxiv.org/atom/cs.CV"),
        ("http://127.0.0.1:9/rss/?date=2026-04-17", "http://127.0.0.1:9/rss/cs.CV?date=2026-04-17"),
    ],
)
def test_the_category_stands_at_the_end_of_the_path(url: str, expected: str) -> None:
    assert asked(arxiv(url=url)) == [expected]


@pytest.mark.parametrize(
    ("alias", "category"),
    [
        ("cs.NA", "math.NA"), ("cs.SY", "eess.SY"), ("math.IT", "cs.IT"),
        ("math.MP", "math-ph"), ("q-fin.EC", "econ.GN"), ("stat.TH", "math.ST"),
    ],
)  # fmt: skip
def test_a_category_and_its_alias_are_one(alias: str, category: str) -> None:
    for categories in ((alias,), (category,), (alias, category), (category, alias)):
        assert asked(arxiv(*categories)) == [RSS + category]


def test_a_feed_read_for_the_day_before_leaves_no_gap() -> None:
    assert asked(arxiv(), cs_CV="2026-04-22T04:00:00Z") == [CS_CV]
    assert asked(arxiv(), cs_CV="2026-04-23T04:00:00Z") == [CS_CV]
    monday = dt.datetime(2026, 4, 27, 7, 30, tzinfo=dt.UTC)
    assert asked(arxiv(), monday, cs_CV="2026-04-24T04:00:00Z") == [CS_CV]


def test_missed_days_are_asked_of_the_api_before_the_feed() -> None:
    gap, feed = asked(arxiv(), cs_CV="2026-04-20T04:00:00Z")
    assert feed == CS_CV
    assert gap.startswith(f"{API}?")
    # Announced on 21 and 22 April: submitted from Friday to Tuesday, and held for up to a week.
    assert query(gap) == {
        "search_query": "(cat:cs.CV) AND submittedDate:[202604101800 TO 202604211800]",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
        "start": "0",
        "max_results": "200",
    }


def test_a_friday_missed_is_asked_for_at_the_week_end() -> None:
    saturday = dt.datetime(2026, 4, 25, 7, 30, tzinfo=dt.UTC)
    gap, _ = asked(arxiv(), saturday, cs_CV="2026-04-23T04:00:00Z")
    assert query(gap)["search_query"].endswith("TO 202604231800]")


def test_a_gap_is_filled_for_the_feed_that_has_it_and_at_arxivs_pace() -> None:
    moments = {CS_CV: NOW - dt.timedelta(days=9), f"{RSS}math.NA": NOW - dt.timedelta(days=9)}
    requests = arxiv("cs.CV", "cs.NA").requests(Occasion(day=NOW.date(), now=NOW, read=moments))
    assert [one.fills for one in requests] == [CS_CV, None, f"{RSS}math.NA", None]
    assert {one.pace for one in requests} == {Pace("arxiv", 3.0)}
    assert query(requests[2].url)["search_query"].startswith("(cat:math.NA OR cat:cs.NA) AND ")


def test_a_long_gap_is_filled_for_a_month() -> None:
    gap, _ = asked(arxiv(), cs_CV="2025-04-23T04:00:00Z")
    first = query(gap)["search_query"].partition("[")[2][:8]
    assert dt.date(2026, 3, 10) < dt.date.fromisoformat(first) < dt.date(2026, 3, 24)


def test_of_a_past_day_alone_the_api_is_asked_once_for_all_categories() -> None:
    day = dt.date(2026, 4, 22)
    (request,) = arxiv("cs.CV", "cs.IT").requests(Occasion(day=day, now=NOW, alone=True))
    assert request.day == day
    assert request.fills is None
    assert request.pace == Pace("arxiv", 3.0)
    assert query(request.url)["search_query"] == (
        "(cat:cs.CV OR cat:cs.IT OR cat:math.IT) AND submittedDate:[202604201800 TO 202604211800]"
    )


@pytest.mark.parametrize("day", [dt.date(2026, 4, 25), dt.date(2026, 1, 20)])
def test_of_a_past_day_without_announcement_nothing_is_asked(day: dt.date) -> None:
    assert not arxiv().requests(Occasion(day=day, now=NOW, alone=True))


def test_another_choice_of_announcements_is_another_reading() -> None:
    assert arxiv(include=("new",)).fingerprint != arxiv().fingerprint
    assert arxiv("cs.CL").fingerprint != arxiv().fingerprint


def configured(tmp_path: Path, categories: str) -> tuple[str, ...]:
    text = f'[[source]]\nkind = "arxiv"\ncategories = {categories}\n'
    (source,) = Folder(tmp_path).load(text).sources
    found: tuple[str, ...] = source.settings["categories"]
    return found


CATEGORIES = """
    cs.CL math-ph hep-lat nucl-th gr-qc quant-ph astro-ph.GA cond-mat.quant-gas cond-mat.mtrl-sci
    cond-mat.soft cond-mat.other physics.optics physics.class-ph physics.ao-ph q-bio.NC q-fin.EC
"""


def test_categories_are_written_as_arxiv_writes_them(tmp_path: Path) -> None:
    names = CATEGORIES.split()
    assert configured(tmp_path, json.dumps(names)) == tuple(names)
    assert configured(tmp_path, json.dumps([name.upper() for name in names])) == tuple(names)


@pytest.mark.parametrize(
    "name", ["cs", "physics", "cs.CLX", "cs.CL+cs.LG", "https://x", "", "2604"]
)
def test_what_is_no_category_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"source\.arxiv\.categories"):
        configured(tmp_path, json.dumps([name]))


class TestArxiv(SourceContract):
    source = arxiv()
    samples: ClassVar = [
        (CS_CV, rss(item("2604.00001v1", "new"), item("2604.00002v2", "cross")).encode()),
        (search().url, page(entry("2604.00001v1"), total=1).encode()),
    ]
    empty: ClassVar = [
        (CS_CV, rss(date="Sat, 25 Apr 2026 00:00:00 -0400").encode()),
        (search().url, page(total=0).encode()),
    ]
