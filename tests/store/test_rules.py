"""Whatever runs come, in whatever order they save: nothing twice, nothing lost (G1, G2)."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import StoreError
from digest.model.papers import Paper
from digest.store.engine import SqlStore, open_store
from tests.store.records import NOW, a_paper, day, decision_on, key_of, publish, record_of

TITLES = ["Scaling laws revisited", "Diffusion without noise", "A survey of surveys"]

papers = st.builds(
    lambda title, arxiv, doi: Paper(title=title, ids=(*arxiv, *doi)),
    st.sampled_from(TITLES),
    st.lists(st.sampled_from([f"2603.0000{n}" for n in range(4)]), max_size=1),
    st.lists(st.sampled_from([f"10.1234/{n}" for n in range(3)]), max_size=1),
)
runs = st.lists(
    st.tuples(st.sampled_from(["one", "two"]), st.lists(papers, max_size=4), st.booleans()),
    max_size=8,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store, to copy: quicker than to migrate each time."""
    file = tmp_path_factory.mktemp("empty") / "digest.db"
    open_store(f"sqlite:///{file}").close()
    return file


class Press:
    """Runs of newsletters, and what each newsletter has shown."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.shown: dict[str, list[int]] = defaultdict(list)
        self.days = 0

    def begin(self, newsletter: str, found: list[Paper]) -> tuple[str, int, object]:
        self.days += 1
        record = decision_on(self.store, found, newsletter, day(self.days))
        return newsletter, self.days, record

    def end(self, newsletter: str, number: int, decision: object) -> None:
        record = record_of(decision, newsletter=newsletter, date=day(number))  # type: ignore[arg-type] # as begin made it
        try:
            assert self.store.save(record, NOW)
        except StoreError:
            return
        for work in record.decision.new:
            key = work.keys[0]
            self.shown[newsletter].append(self.store.lookup(newsletter, [key])[key].id)


LAWS, _, SURVEY = TITLES
# A title that one newsletter has shown, of a paper that another knows by ids and another title.
RETITLED = [
    ("one", [Paper(title=SURVEY)], False),
    (
        "one",
        [
            Paper(title=LAWS, ids=("10.1234/0",)),
            Paper(title=LAWS, ids=("2603.00000", "10.1234/2")),
        ],
        True,
    ),
    ("two", [Paper(title=LAWS, ids=("2603.00000", "10.1234/0"))], False),
    ("two", [Paper(title=SURVEY, ids=(one,)) for one in ("10.1234/1", "2603.00000")], False),
]


@given(runs)
@example(RETITLED)
def test_no_order_of_runs_shows_a_paper_twice_or_loses_one(
    empty: Path, runs: list[tuple[str, list[Paper], bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = shutil.copy(empty, folder)
        with closing(open_store(f"sqlite:///{file}")) as store:
            press, late = Press(store), []
            for newsletter, found, is_late in runs:
                begun = press.begin(newsletter, found)
                if is_late:
                    late.append(begun)
                    continue
                press.end(*begun)
                while late:
                    press.end(*late.pop())
            everything = [paper for _, found, _ in runs for paper in found]
            for newsletter in ("one", "two"):
                press.end(*press.begin(newsletter, everything))
                assert not decision_on(store, everything, newsletter, day(99)).new
                assert len(set(press.shown[newsletter])) == len(press.shown[newsletter])
            for newsletter in ("one", "two"):
                assert not decision_on(store, everything, newsletter, day(99)).new
                for paper in [one for one in everything if one.ids]:
                    assert not decision_on(store, [paper], newsletter, day(99)).new


def test_what_turns_out_to_be_one_paper_is_shown_once_by_any_of_its_ids(store: SqlStore) -> None:
    preprint, article = a_paper(1, title=LAWS), Paper(title=SURVEY, ids=("10.1234/1",))
    both = a_paper(1, title=SURVEY, doi="10.1234/1")
    publish(store, preprint, newsletter="two", date=day(1))
    publish(store, article, newsletter="two", date=day(2))
    assert len(publish(store, both, newsletter="one", date=day(3)).new) == 1
    for paper in (preprint, article, both):
        assert not decision_on(store, [paper], "one", day(4)).new


def test_a_repeat_by_its_title_stays_one_whatever_that_title_is_found_to_be(
    store: SqlStore,
) -> None:
    renamed = a_paper(1, title=SURVEY)
    publish(store, Paper(title=SURVEY), newsletter="one", date=day(1))
    publish(store, a_paper(1, title=LAWS), newsletter="two", date=day(1))
    assert not publish(store, renamed, newsletter="one", date=day(2)).new
    publish(store, a_paper(2, title=SURVEY), newsletter="two", date=day(2))  # takes the title
    assert store.lookup("one", [key_of(1)])[key_of(1)].edition == day(1)
    assert not decision_on(store, [renamed], "one", day(3)).new
    assert decision_on(store, [a_paper(3, title=SURVEY)], "one", day(3)).new
