"""What readers would have had is what their mails have, summaries by a model or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import wiring
from digest.config import Config, load
from digest.document import freeze, thaw
from digest.model.editions import Edition, Section
from digest.model.readers import ORIGINAL, Preferences, Subscriber
from digest.store.engine import SqlStore, open_store
from digest.store.preferences import as_document, from_document
from tests.message import strict
from tests.render.specimen import EDITION, large
from tests.web.reading import SETTINGS, save

READER = "reader@example.net"
KEY = {"DIGEST_MAIL__LINK_KEY": "sixteen letters!"}
WRITTEN = "A model wrote this of the paper, and nobody else."
MANY = large(40)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    file = tmp_path_factory.mktemp("last") / "digest.toml"
    file.write_text(SETTINGS)
    return load(file, KEY)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder = tmp_path_factory.mktemp("store")
    with closing(open_store(f"sqlite:///{folder}/digest.db")) as opened:
        save(opened, MANY)
        yield opened


def mailed(config: Config, edition: Edition, preferences: Preferences) -> str | None:
    """The HTML of a reader's mail; None where they get none."""
    build = wiring.press(config, freeze(edition))(preferences)
    return strict.read(b"".join(build(READER))).html if build else None


def some(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True).map(tuple)


WISHES = st.builds(
    Preferences,
    wanted=some("theme-1", "theme-2", "gone"),
    unwanted=some("theme-1", "theme-3", "also"),
    keywords=some("part 13", "tides", "nowhere"),
    authors=some("Reed", "G. Wren"),
    cap=st.sampled_from([0, 1, 7, 300]),
    summaries=st.sampled_from(["", ORIGINAL]),
)


@settings(max_examples=25, deadline=None)
@given(wishes=WISHES)
def test_a_sample_has_the_papers_of_the_mail_in_its_sections(
    config: Config, store: SqlStore, wishes: Preferences
) -> None:
    told = wiring.last_mail(config, store)(Subscriber(address=READER, preferences=wishes))
    assert told
    html = mailed(config, MANY, wishes)
    assert (html is None) == (told.chosen == 0)
    papers = [paper for section in told.sections for paper in section.papers]
    headings = re.findall(r"<h3[^>]*><a [^>]*href=\"([^\"]*)\"", html or "")
    assert [paper.url for paper in papers] == headings
    labels = re.findall(r"<h2 id=[^>]*>(?:<a[^>]*></a>)?([^<]*) <span", html or "")
    assert [section.label for section in told.sections] == labels


def with_summaries(edition: Edition) -> Edition:
    def section(one: Section) -> Section:
        papers = (replace(placed, summary=WRITTEN) for placed in one.papers)
        return replace(one, papers=tuple(papers))

    sections = tuple(map(section, edition.sections))
    return replace(edition, sections=sections, summarised_by="a-model")


def test_who_wants_papers_own_words_gets_no_word_of_a_model(config: Config) -> None:
    edition = with_summaries(EDITION)
    theirs = mailed(config, edition, Preferences(cap=19))
    assert theirs
    assert WRITTEN in theirs
    assert "Summary written by a-model" in theirs
    own = mailed(config, edition, Preferences(summaries=ORIGINAL))
    assert own
    assert WRITTEN not in own
    assert "a-model" not in own
    assert "We introduce Patient Agents" in own
    assert "what you chose: papers in their own words." in own


def test_own_words_are_those_of_an_edition_that_no_model_wrote_for(config: Config) -> None:
    plain = replace(EDITION, sections=EDITION.sections[1:])
    wishes = Preferences(summaries=ORIGINAL, keywords=("list",))
    assert mailed(config, with_summaries(plain), wishes) == mailed(config, plain, wishes)


def test_readers_with_and_without_summaries_share_an_edition(config: Config) -> None:
    press = wiring.press(config, freeze(with_summaries(EDITION)))
    first, own, again = (press(Preferences(summaries=one)) for one in ("", ORIGINAL, ""))
    assert first
    assert own
    assert again
    has = [WRITTEN in strict.read(b"".join(one(READER))).html for one in (first, own, again)]
    assert has == [True, False, True]


def test_an_edition_keeps_its_summaries_whoever_does_without(config: Config) -> None:
    frozen = freeze(with_summaries(EDITION))
    wiring.press(config, frozen)(Preferences(summaries=ORIGINAL))
    assert frozen == thaw(frozen.document)


def test_wishes_kept_before_there_was_a_choice_read_as_they_did() -> None:
    assert from_document('{"cap":5}') == Preferences(cap=5)
    assert as_document(Preferences(cap=5)) == '{"cap":5}'
    chosen = Preferences(cap=5, summaries=ORIGINAL)
    assert as_document(chosen) == '{"cap":5,"summaries":"original"}'
    assert from_document(as_document(chosen)) == chosen
