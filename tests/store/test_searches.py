"""Papers of past editions are found by their words, alike in both databases."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.errors import StoreError
from digest.model.editions import Section
from digest.model.papers import Paper
from digest.model.searches import Search
from digest.searching import NAMED, entries, placements, query, score
from digest.store.engine import SqlStore, open_store
from digest.store.searches import CANDIDATES
from tests.searched import PHRASES, edition_of, papers, shown
from tests.store.old import older, write
from tests.store.records import DAY, NOW, a_paper, day, decision_on, publish, record_of, rows

queries = st.lists(st.sampled_from(PHRASES), max_size=3).map(" ".join) | st.text(max_size=12)


def titles(
    store: SqlStore, words: str = "", newsletter: str = "daily", **rest: object
) -> list[str]:
    """What a search finds, in order."""
    found = store.search(newsletter, Search(words=words, **rest))  # type: ignore[arg-type] # its own
    assert found.total >= len(found.hits)
    return [hit.placed.paper.title for hit in found.hits]


@pytest.fixture
def stores(sqlite_url: str, postgresql_url: str) -> Iterator[list[SqlStore]]:
    """One store of each kind."""
    with closing(open_store(sqlite_url)) as one, closing(open_store(postgresql_url)) as two:
        yield [one, two]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.lists(papers, max_size=4), min_size=1, max_size=3),
    typed=queries,
    by_date=st.booleans(),
    limit=st.integers(1, 12),
)
def test_both_databases_find_what_reading_all_papers_finds(
    stores: list[SqlStore], days: list[list[Paper]], typed: str, by_date: bool, limit: int
) -> None:
    slug = uuid.uuid4().hex
    made = [
        replace(edition_of(*found), newsletter=slug, date=DAY - dt.timedelta(days=at))
        for at, found in enumerate(days)
    ]
    asked = query(typed)
    judged = [
        (points, -edition.date.toordinal(), at, placed.paper.title)
        for edition in made
        for at, ((_, placed), entry) in enumerate(
            zip(placements(edition), entries(edition), strict=True)
        )
        if (points := score(asked, entry.text)) is not None and (any(asked) or not typed)
    ]
    order = (
        (lambda one: (one[1], -one[0], one[2])) if by_date else (lambda one: (-one[0], *one[1:]))
    )
    wanted = [(one[0], one[3]) for one in sorted(judged, key=order)]
    for store in stores:
        for edition in made:
            shown(store, edition)
        found = store.search(slug, Search(words=typed, by_date=by_date, limit=limit))
        assert [(hit.score, hit.placed.paper.title) for hit in found.hits] == wanted[:limit]
        assert (found.total, found.complete) == (len(wanted), True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()))
def test_nothing_that_is_typed_is_an_error(store: SqlStore, typed: str) -> None:
    store.search("daily", Search(words=typed, themes=(typed,), source=typed))


@pytest.mark.parametrize(
    "typed",
    [
        "2603.00002",
        "arXiv:2603.00002v3",
        "https://arxiv.org/abs/2603.00002v1",
        "https://huggingface.co/papers/2603.00002",
        " https://arxiv.org/pdf/2603.00002.pdf ",
        "arxiv:2603.00002",
        "10.1234/Some.Thing",
        "https://doi.org/10.1234/some.thing",
        "The second of them all",
        "the second OF them all",
        "(arXiv: 2603.00002)",
        "<https://arxiv.org/abs/2603.00002>,",
        '"doi 10.1234/some.thing"',
    ],
)
def test_a_paper_that_is_named_goes_first(store: SqlStore, typed: str) -> None:
    named = a_paper(2, title="The second of them all", doi="10.1234/some.thing")
    publish(store, a_paper(1), named, a_paper(3))
    publish(store, a_paper(4, title="The second of them all, again 2603.00002"), date=day(2))
    found = store.search("daily", Search(words=typed))
    assert found.hits[0].placed.paper == named
    assert found.hits[0].score == NAMED
    assert store.search("other", Search(words=typed)).hits == ()
    assert store.search("daily", Search(words=typed, first=day(2))).hits[:1] != found.hits[:1]


def test_a_paper_is_named_by_an_id_that_came_later(store: SqlStore) -> None:
    title = "A finding that appears in a journal, too"
    publish(store, a_paper(1, title=title))
    publish(store, a_paper(1, title=title, doi="10.1234/late"), a_paper(2), date=day(2))
    assert titles(store, "10.1234/late") == [title]


def test_a_paper_of_no_edition_is_not_found(store: SqlStore) -> None:
    decision = decision_on(store, [a_paper(1)], "daily", DAY)
    assert store.save(record_of(decision)._replace(edition=None), NOW)
    assert titles(store, "2603.00001") == titles(store, "remarkable finding") == []


def test_themes_sources_and_dates_narrow_a_search(store: SqlStore) -> None:
    first = edition_of(Paper(title="One fish"), Paper(title="Two fish"))
    (section,) = first.sections
    one, two = section.papers
    shown(
        store,
        replace(
            first,
            sections=(
                Section(theme="sea.deep", label="The deep", papers=(one,)),
                Section(theme="pond", label="Ponds", papers=(replace(two, sources=("My Lab",)),)),
            ),
        ),
    )
    shown(store, replace(edition_of(Paper(title="Red fish")), date=day(32)))
    assert titles(store, "fish") == ["Red fish", "One fish", "Two fish"]
    assert titles(store, "fish", themes=("sea",)) == ["One fish"]
    assert titles(store, "fish", themes=("sea.deep", "pond")) == ["One fish", "Two fish"]
    assert titles(store, "fish", themes=("se",)) == []
    assert titles(store, "fish", source="My Lab") == titles(store, source="My Lab") == ["Two fish"]
    assert titles(store, "fish", first=day(32)) == titles(store, first=day(2)) == ["Red fish"]
    assert titles(store, "fish", last=day(31)) == ["One fish", "Two fish"]
    assert titles(store, "-fish") == titles(store, "*") == []
    assert titles(store, "-red") == ["One fish", "Two fish"]


def test_a_newsletter_finds_its_own_papers_alone(store: SqlStore) -> None:
    shown(store, edition_of(Paper(title="One fish")))
    shown(store, replace(edition_of(Paper(title="Two fish")), newsletter="other"))
    assert titles(store, "fish") == ["One fish"]
    assert titles(store, "fish", newsletter="other") == ["Two fish"]
    assert titles(store, "fish", newsletter="third") == []


def test_a_weekly_edition_shows_no_paper_again(store: SqlStore) -> None:
    shown(store, edition_of(Paper(title="One fish")))
    shown(store, replace(edition_of(Paper(title="One fish")), period="weekly"))
    assert titles(store, "fish") == ["One fish"]


def test_where_words_are_common_the_newest_are_ranked_and_all_titles(store: SqlStore) -> None:
    common = [
        Paper(title=f"On number {number}", abstract="A fish swims.")
        for number in range(CANDIDATES + 1)
    ]
    shown(store, edition_of(Paper(title="Fish"), common[0]))
    shown(store, replace(edition_of(*common[1:]), date=day(2)))
    assert titles(store, "fish", limit=2) == ["Fish", "On number 1"]
    found = store.search("daily", Search(words="fish"))
    assert (found.total, found.complete) == (CANDIDATES + 1, False)
    assert store.search("daily", Search(words="number -fish")).total == 0


def test_a_search_of_a_damaged_edition_says_so(store: SqlStore, url: str) -> None:
    shown(store, edition_of(Paper(title="One fish")))
    write(url, "UPDATE edition SET document = '{}'")
    assert titles(store, "fowl") == []
    with pytest.raises(StoreError, match="is damaged"):
        titles(store, "fish")


def test_papers_of_older_editions_are_found_after_an_upgrade(url: str) -> None:
    with closing(open_store(url)) as store:
        publish(store, a_paper(1), a_paper(2))
        publish(store, a_paper(3), newsletter="other")
        publish(store, a_paper(4), date=day(2))
        weekly = replace(edition_of(Paper(title="A remarkable week")), period="weekly")
        shown(store, weekly)
        before = [store.search(slug, Search(words="remarkable")) for slug in ("daily", "other")]
    older(url)
    with closing(open_store(url)) as store:
        assert len(before[0].hits) == 3
        after = [store.search(slug, Search(words="remarkable")) for slug in ("daily", "other")]
        assert after == before
        publish(store, a_paper(5), date=day(3))
        assert len(titles(store, "remarkable")) == 4


@pytest.mark.parametrize("damage", ["''", "'{}'", "'[]'", "'{\"sections\":'"])
def test_a_damaged_edition_stops_no_upgrade(url: str, damage: str) -> None:
    with closing(open_store(url)) as store:
        publish(store, a_paper(1))
        publish(store, a_paper(2), date=day(2))
    older(url)
    write(url, f"UPDATE edition SET document = {damage} WHERE id = 1")
    with closing(open_store(url)) as store:
        assert len(titles(store, "remarkable")) == 1
    assert len(rows(url, "SELECT id FROM listed")) == 1
