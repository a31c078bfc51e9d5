"""A mail is never so long that mail programs hide its end, and never loses a paper silently."""

from __future__ import annotations

import quopri
import re
from dataclasses import replace

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.model.editions import Edition, Revision, Section, SourceNote
from digest.model.papers import Paper
from digest.model.sources import SourceState
from digest.quoted import quoted
from digest.render import Footing, Mail, environment, mail
from tests.render.specimen import COMPLETE, EDITION, SITE, large, placed, shipped

ENV = shipped()
LIMIT = 95_000  # bytes


def made(edition: Edition, max_papers: int = 2_000) -> Mail:
    return mail(ENV, edition, site=SITE, max_papers=max_papers)


def size(html: str) -> int:
    return len(quoted(html))


def numbered(text: str) -> int:
    return len(re.findall(r"^ *\d+\. ", text, re.MULTILINE))


def left_out(part: str) -> int:
    return sum(
        int(number.replace(",", "")) for number in re.findall(r"and ([\d,]+) more (?!themes)", part)
    )


@pytest.mark.parametrize("papers", [1, 50, 78, 120, 300, 500, 2_000])
def test_every_paper_is_shown_or_counted_and_the_mail_is_small_enough(papers: int) -> None:
    edition = replace(large(papers), revisions=())
    both = made(edition)
    assert size(both.html) <= LIMIT
    for part in (both.html, both.text):
        shown = len(set(re.findall(r"Wanted,\s+Part\s+(\d+)(?!\d)", part)))
        assert shown + left_out(part) == papers
    assert numbered(both.text) == papers - left_out(both.text)


def test_abstracts_get_shorter_then_titles_stand_alone_then_the_rest_is_counted() -> None:
    papers = {number: made(replace(large(number), revisions=())) for number in (40, 66, 150, 900)}
    short, full = "asking in vain when a tool will help.", "than agents that never wait."
    authors = "Ada Quill"
    assert [numbered(both.text) for both in papers.values()][:3] == [40, 66, 150]
    assert left_out(papers[150].text) == 0 < left_out(papers[900].text)
    words = {number: " ".join(both.text.split()) for number, both in papers.items()}
    assert words[40].count(full) == 40
    assert 0 < words[66].count(full) < words[66].count(short) == words[66].count(authors) == 66
    assert 0 == words[150].count(full) < words[150].count(short) == words[150].count(authors) < 150
    assert words[900].count(short) == 0 == words[900].count(authors)


def test_what_is_left_of_the_room_is_used() -> None:
    for papers in (100, 200, 1_000):
        assert size(made(large(papers)).html) > 0.97 * 94_500


def test_who_leads_its_section_is_shown_with_more_than_who_follows() -> None:
    text = made(replace(large(90), revisions=())).text
    for section in text.split("=" * 72)[2::2]:
        entries = re.split(r"^ *\d+\. ", section, flags=re.MULTILINE)[1:]
        lengths = [len(entry.partition("Abstract:")[0].split()) for entry in entries]
        assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("letter", ["界", "𝒜", "="])
def test_a_mail_with_everything_at_its_longest_still_fits(letter: str) -> None:
    wide = letter * 3_000
    paper = replace(COMPLETE, title=wide, abstract=wide, authors=(wide,) * 9, organisation=wide)
    address = "https://example.org/" + "=" * 1_900
    sections = tuple(
        Section(theme=f"t{at}", label=wide, papers=(placed(paper, wide, wide, wide),) * 3)
        for at in range(90)
    )
    edition = replace(
        EDITION,
        title=wide,
        intro=wide,
        sections=sections,
        revisions=(Revision(key="k", title=wide, version=2, url=address),) * 40,
        sources=(SourceNote(name=wide, state=SourceState.FAILED, reason=wide),) * 300,
    )
    foot = Footing(unsubscribe=address[:900], preferences=address[:900], postal=wide[:300])
    both = mail(ENV, edition, site=SITE, max_papers=2_000, footing=foot)
    assert size(both.html) <= LIMIT
    assert "more sources" in both.html
    assert left_out(both.text.partition("SOURCES")[0]) + numbered(both.text) >= 270


def test_a_template_that_leaves_no_room_for_papers_is_told() -> None:
    template = "{{ edition.title }}" + "long " * 20_000
    env = environment(jinja2.DictLoader({"mail.html.j2": template, "mail.txt.j2": ""}))
    with pytest.raises(ConfigError, match=r"mail\.html\.j2: takes 1\d\d,\d{3} bytes without a"):
        mail(env, EDITION, site=SITE, max_papers=50)


TEXT = st.text(max_size=400) | st.integers(0, 900).map(lambda length: "界" * length)
PAPERS = st.builds(Paper, title=TEXT, abstract=TEXT, authors=st.tuples(TEXT, TEXT))


@settings(max_examples=settings.default.max_examples // 2)
@given(st.lists(PAPERS, min_size=1, max_size=4), st.integers(1, 60), TEXT)
def test_no_text_makes_a_mail_too_long(papers: list[Paper], times: int, label: str) -> None:
    section = Section(theme="t", label=label, papers=tuple(map(placed, papers)) * times)
    edition = replace(EDITION, sections=(section,) * 3)
    both = made(edition)
    assert size(both.html) <= LIMIT
    assert quopri.decodestring(quoted(both.html)).decode() == both.html.replace("\n", "\r\n")
    shown = numbered(both.text.partition("NEW VERSIONS")[0])
    assert shown + left_out(both.text.partition("NEW VERSIONS")[0]) >= len(papers) * times * 3
