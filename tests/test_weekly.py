"""The weekly edition: what the daily ones brought, each paper once, and made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Config, NewsletterConfig, load
from digest.document import freeze, thaw
from digest.edition.newsroom import Newsroom, Orders
from digest.edition.week import week
from digest.edition.weekly import begun, due, make_weekly
from digest.model.editions import Edition, Placement, Revision, SourceNote
from digest.model.papers import Paper
from digest.model.readers import Consent, Frequency, Subscriber
from digest.model.sources import SourceState
from digest.store.engine import SqlStore, open_store
from digest.store.journal import open_journal
from digest.themes.grouping import group
from digest.themes.taxonomy import Taxonomy
from tests.store.records import a_paper, key_of, publish
from tests.themes.shelf import small

NEWSLETTER = NewsletterConfig(
    slug="daily-papers",
    title="Daily Papers",
    timezone=ZoneInfo("UTC"),
    send_at=dt.time(7),
    days=tuple(range(7)),
    base_url="",
    max_papers=50,
    intro="Hello.",
    weekly=6,
)
SUNDAY = dt.date(2026, 3, 8)
MONDAY = SUNDAY + dt.timedelta(days=1)
GARDEN = small()
TITLES = ("Cider", "Cider and Apple Trees", "A Rose", "The Pond", "Ice")


def noon(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(12), tzinfo=dt.UTC)


def a_day(
    at: int,
    *papers: Paper,
    taxonomy: Taxonomy = GARDEN,
    revisions: tuple[Revision, ...] = (),
    sources: tuple[SourceNote, ...] = (),
) -> Edition:
    """The daily edition of the first, second, … day of the week that ends on SUNDAY."""
    date = SUNDAY - dt.timedelta(days=7 - at)
    return Edition(
        newsletter="daily-papers",
        title="Daily Papers",
        period="daily",
        date=date,
        published_at=noon(date),
        sections=group(taxonomy, [(paper.ids[0], paper, ("hf",)) for paper in papers]),
        revisions=revisions,
        sources=sources,
        taxonomy=taxonomy.version,
    )


def paper(name: str, title: str = "Cider", upvotes: int | None = None) -> Paper:
    return Paper(title=title, ids=(name,), upvotes=upvotes)


def weekly(*days: Edition, follow: tuple[str, ...] = ()) -> Edition:
    return week(NEWSLETTER, days, taxonomy=GARDEN, follow=follow, date=SUNDAY, now=noon(SUNDAY))


def placements(edition: Edition) -> Iterator[Placement]:
    for section in edition.sections:
        yield from section.papers


def keys(edition: Edition) -> list[str]:
    return [placed.key for placed in placements(edition)]


def test_a_week_has_the_papers_of_all_its_days_in_the_sections_of_a_day() -> None:
    edition = weekly(
        a_day(1, paper("a"), paper("b", "A Rose")),
        a_day(4, paper("c", "Cider and Apple Trees"), paper("d", "Ice")),
    )
    assert (edition.period, edition.date, edition.intro) == ("weekly", SUNDAY, "Hello.")
    assert {one.label: [placed.key for placed in one.papers] for one in edition.sections} == {
        "Garden & orchard": ["c", "b", "a"],
        "Also this week": ["d"],
    }


def test_the_most_upvoted_papers_come_first_then_those_that_speak_most_for_their_theme() -> None:
    edition = weekly(
        a_day(1, paper("a"), paper("b", upvotes=3)),
        a_day(2, paper("c", "Cider: Cider and Apple Trees"), paper("d", upvotes=9)),
    )
    assert keys(edition) == ["d", "b", "c", "a"]


def test_what_is_followed_comes_first() -> None:
    days = (a_day(1, *(paper(f"a{n}") for n in range(4))), a_day(2, paper("p", "The Pond")))
    assert keys(weekly(*days))[0] == "a0"
    edition = weekly(*days, follow=("water",))
    assert keys(edition)[0] == "p"
    assert edition.sections[0].followed


def test_a_paper_that_two_days_had_is_there_once_with_the_most_upvotes() -> None:
    edition = weekly(a_day(1, paper("a", upvotes=5)), a_day(2, paper("a", "Cider!", upvotes=2)))
    (placed,) = placements(edition)
    assert (placed.paper.title, placed.paper.upvotes) == ("Cider!", 5)


def test_a_revised_paper_is_told_once_at_its_highest_version() -> None:
    def told(version: int) -> tuple[Revision, ...]:
        return (Revision(key="x", title=f"Version {version}", version=version),)

    other = Revision(key="a", title="Another", version=2)
    edition = weekly(
        a_day(1, paper("a"), revisions=told(3)), a_day(2, paper("b"), revisions=(*told(2), other))
    )
    assert edition.revisions == (other, *told(3))


def test_papers_that_another_taxonomy_placed_are_placed_anew() -> None:
    foreign = small(
        '[[group]]\nid = "x"\nlabel = "X"\n[[theme]]\nid = "y"\ngroup = "x"\n'
        'label = "Y"\nstrong = ["cider", "rose"]\n'
    )
    old = a_day(1, paper("a"), taxonomy=foreign)
    assert old.sections[0].theme == "y"
    assert [one.theme for one in weekly(old, a_day(2, paper("b"))).sections] == ["apples"]


def test_summaries_stay_with_their_papers_and_name_their_writer() -> None:
    first = a_day(1, paper("a"))
    (section,) = first.sections
    summed = replace(section.papers[0], summary="In short.")
    first = replace(
        first, sections=(replace(section, papers=(summed,)),), summarised_by="small-model"
    )
    edition = weekly(first, a_day(2, paper("b")))
    assert edition.summarised_by == "small-model"
    assert {placed.key: placed.summary for placed in placements(edition)} == {
        "a": "In short.",
        "b": "",
    }


def test_the_notes_tell_what_is_missing_still_and_on_which_days_something_was() -> None:
    def note(state: SourceState, new: int = 0, reason: str = "") -> SourceNote:
        return SourceNote(name="hf", state=state, sightings=40, new=new, reason=reason)

    fresh, failed = note(SourceState.FRESH, 7), note(SourceState.FAILED, 0, "HTTP 503")

    def told(*notes: SourceNote) -> SourceNote:
        days = [a_day(at, paper(str(at)), sources=(one,)) for at, one in enumerate(notes, 1)]
        (found,) = weekly(*days).sources
        return found

    assert told(fresh, fresh) == replace(fresh, sightings=14, new=14)
    recovered = told(fresh, failed, failed, fresh)
    assert recovered.state is SourceState.FRESH
    assert recovered.reason == "could not be read on Tuesday and Wednesday"
    missing = told(failed, fresh, failed)
    assert (missing.state, missing.new) == (SourceState.FAILED, 7)
    assert missing.reason == "HTTP 503 (Monday and Wednesday)"
    assert told(note(SourceState.QUIET), note(SourceState.STALE)).state is SourceState.QUIET


DAYS = st.lists(
    st.lists(
        st.builds(
            Paper,
            title=st.sampled_from(TITLES),
            ids=st.integers(0, 12).map(lambda number: (f"k{number:02}",)),
            upvotes=st.none() | st.integers(0, 9),
        ),
        max_size=6,
        unique_by=lambda paper: paper.ids,
    ),
    min_size=1,
    max_size=7,
)


@given(DAYS)
def test_a_week_has_each_paper_of_its_days_once_and_changes_none_of_them(
    papers: list[list[Paper]],
) -> None:
    days = [a_day(at, *some) for at, some in enumerate(papers, 1)]
    before = [freeze(day) for day in days]
    edition = weekly(*days)
    assert sorted(keys(edition)) == sorted({one.ids[0] for some in papers for one in some})
    assert [freeze(day) for day in days] == before
    assert thaw(freeze(edition).document).edition == edition
    for section in edition.sections:
        votes = [placed.paper.upvotes or 0 for placed in section.papers]
        assert votes == sorted(votes, reverse=True)


@given(st.integers(0, 6), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_a_weekly_edition_is_due_once_a_week(weekday: int, day: dt.date) -> None:
    found = due(weekday, day)
    assert found
    assert found.weekday() == weekday
    assert dt.timedelta(0) <= day - found < dt.timedelta(days=7)
    assert due(None, day) is None


@pytest.mark.parametrize(
    ("last", "first"), [(None, 6), (7, 6), (14, 13), (3, 2), (21, 6), (400, 6)]
)
def test_each_day_stands_in_one_weekly_edition_and_a_missed_one_is_made_good(
    last: int | None, first: int
) -> None:
    before = SUNDAY - dt.timedelta(days=last) if last else None
    assert begun(before, SUNDAY) == SUNDAY - dt.timedelta(days=first)


SETTINGS = """\
[newsletter]
weekly = "sun"
timezone = "UTC"
[[source]]
kind = "saved-page"
name = "pages"
path = "pages"
[mail]
to = ["owner@example.org"]
[state]
url = "sqlite:///digest.db"
"""


class Week:
    """A newsletter with daily editions from Monday to Sunday, one paper in each."""

    def __init__(self, folder: Path) -> None:
        file = folder / "digest.toml"
        file.write_text(SETTINGS)
        self.config: Config = load(file, {})
        self.store: SqlStore = open_store(self.config.state_url)
        for number in range(7):
            date = SUNDAY - dt.timedelta(days=6 - number)
            publish(self.store, a_paper(number), newsletter="daily-papers", date=date)

    def subscribe(self, **changes: object) -> None:
        reader = Subscriber(
            address="jane@example.org", **{"frequency": Frequency.WEEKLY, **changes}
        )  # type: ignore[arg-type]
        self.store.put("daily-papers", reader, noon(SUNDAY))

    def make(
        self, date: dt.date = SUNDAY, *, settled: bool = True, **orders: bool
    ) -> dt.date | None:
        with self._room() as room:
            return make_weekly(room, Orders(date=date, now=noon(date), **orders), settled=settled)

    @contextmanager
    def _room(self) -> Iterator[Newsroom]:
        with closing(open_journal(self.config.state_url)) as journal:
            yield Newsroom(
                config=self.config,
                sources=(),
                fetcher=None,  # type: ignore[arg-type] # nothing is fetched
                journal=journal,
                store=lambda: self.store,
                archive=None,  # type: ignore[arg-type] # nor archived
                taxonomy=lambda: GARDEN,
                endpoint=None,  # type: ignore[arg-type]
                monotonic=lambda: 0.0,
            )

    def told(self) -> dict[dt.date, list[str]]:
        """The keys of the papers of the weekly editions that have deliveries."""
        due = self.store.due("daily-papers", noon(MONDAY + dt.timedelta(days=30)))
        found = [self.store.edition_of(ref).edition for ref in due if ref.period == "weekly"]
        return {edition.date: sorted(keys(edition)) for edition in found}


@pytest.fixture
def a_week(tmp_path: Path) -> Iterator[Week]:
    made = Week(tmp_path)
    yield made
    made.store.close()


def test_the_weekly_edition_is_made_once_of_the_weeks_days(a_week: Week) -> None:
    a_week.subscribe()
    assert a_week.make() == SUNDAY
    assert a_week.make() is None
    assert a_week.told() == {SUNDAY: [key_of(number) for number in range(7)]}


def test_nothing_is_made_where_nobody_reads_it(a_week: Week) -> None:
    assert a_week.make() is None
    a_week.subscribe(frequency=Frequency.DAILY)
    assert a_week.make() is None
    a_week.subscribe(state=Consent.LEFT)
    assert a_week.make() is None
    a_week.subscribe(state=Consent.PAUSED, paused_until=SUNDAY)
    assert a_week.make() == SUNDAY


def test_it_waits_for_the_days_edition_until_the_next_day(a_week: Week) -> None:
    a_week.subscribe()
    assert a_week.make(settled=False) is None
    assert a_week.make(MONDAY + dt.timedelta(days=1)) is None  # too late
    assert a_week.make(MONDAY, settled=False) == SUNDAY


def test_a_rehearsal_makes_none_and_neither_does_a_run_without_mail(a_week: Week) -> None:
    a_week.subscribe()
    assert a_week.make(save=False) is None
    assert a_week.make(mail=False) is None
    assert a_week.told() == {}


def test_a_day_whose_edition_came_after_the_weekly_one_stands_in_the_next(a_week: Week) -> None:
    a_week.subscribe()
    first, second, third = (SUNDAY + dt.timedelta(weeks=weeks) for weeks in (1, 2, 3))
    publish(a_week.store, a_paper(20), newsletter="daily-papers", date=first - dt.timedelta(days=1))
    assert a_week.make(first) == first
    for number, date in ((21, first), (22, second)):
        publish(a_week.store, a_paper(number), newsletter="daily-papers", date=date)
    assert a_week.make(second) == second
    publish(a_week.store, a_paper(23), newsletter="daily-papers", date=third)
    assert a_week.make(third) == third
    told = [[key_of(20)], [key_of(21), key_of(22)], [key_of(23)]]
    assert [*a_week.told().values()] == told


def test_a_week_that_was_missed_stands_in_the_next_edition(a_week: Week) -> None:
    a_week.subscribe()
    assert a_week.make() == SUNDAY
    for weeks, number in ((1, 20), (2, 21)):
        date = SUNDAY + dt.timedelta(weeks=weeks)
        publish(a_week.store, a_paper(number), newsletter="daily-papers", date=date)
    later = SUNDAY + dt.timedelta(weeks=2)
    assert a_week.make(later) == later
    assert a_week.told()[later] == [key_of(20), key_of(21)]
