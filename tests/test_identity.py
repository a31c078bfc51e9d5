"""Which sightings are one paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.identity import (
    arxiv_id,
    doi,
    keys_of,
    merge,
    normal_title,
    papers_of,
    recognise,
    works,
)
from digest.model.decisions import Known
from digest.model.papers import Paper
from digest.model.replies import Sighting
from tests.sources.replies import version_of

DAY = dt.date(2026, 1, 5)


def seen(title: str, *ids: str, source: str = "hf", **fields: object) -> Sighting:
    return Sighting(source=source, day=DAY, paper=Paper(title=title, ids=ids, **fields))  # type: ignore[arg-type] # fields of Paper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2404.14219", ("2404.14219", None)),
        ("2404.14219v3", ("2404.14219", 3)),
        ("arXiv:2404.14219v1 [cs.CL]", ("2404.14219", 1)),
        ("oai:arXiv.org:2508.13426v1", ("2508.13426", 1)),
        ("https://arxiv.org/abs/2404.14219", ("2404.14219", None)),
        ("http://export.arxiv.org/pdf/2404.14219v2.pdf", ("2404.14219", 2)),
        ("https://arxiv.org/html/2404.14219v1#S2", ("2404.14219", 1)),
        ("https://huggingface.co/papers/2404.14219", ("2404.14219", None)),
        ("https://doi.org/10.48550/arXiv.2404.14219", ("2404.14219", None)),
        ("0704.0001", ("0704.0001", None)),
        ("https://arxiv.org/abs/2404.14219v" + "1" * 50, None),
        ("hep-th/9901001v2", ("hep-th/9901001", 2)),
        ("math.GT/0309136", ("math/0309136", None)),
        ("https://arxiv.org/abs/math.GT/0309136v1", ("math/0309136", 1)),
        ("https://example.org/post/2404", None),
        ("news/1234567", None),
        ("2413.14219", None),
        ("10.1101/2024.03.20.585910", None),
        ("", None),
    ],
)
def test_an_arxiv_id_is_found_in_every_way_it_is_written(
    text: str, expected: tuple[str, int | None] | None
) -> None:
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1038/S41586-021-03819-2", ("10.1038/s41586-021-03819-2", None)),
        ("doi:10.1145/3292500.3330701", ("10.1145/3292500.3330701", None)),
        ("https://doi.org/10.1000/182.", ("10.1000/182", None)),
        (
            "https://www.biorxiv.org/content/10.1101/2024.03.20.585910v2?rss=1",
            ("10.1101/2024.03.20.585910", 2),
        ),
        (
            "https://www.biorxiv.org/content/10.1101/2024.03.20.585910v1.full.pdf",
            ("10.1101/2024.03.20.585910", 1),
        ),
        (
            "https://journal.example.org/articles/10.3389/fnins.2024.1/full",
            ("10.3389/fnins.2024.1", None),
        ),
        ("https://example.org/10/1", None),
    ],
)
def test_a_doi_is_found_in_every_way_it_is_written(
    text: str, expected: tuple[str, int | None] | None
) -> None:
    assert doi(text) == expected


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("PanGu-$\\pi$: Enhancing LLMs", "PanGu-π: enhancing LLMs"),
        ("On the \\textmu P Parametrisation", "On the μP parametrisation"),
        ("Poincar\\'e Embeddings", "Poincaré  Embeddings"),
        ("J\\\"ager and Garc{\\'\\i}a", "Jäger and García"),
        ("\\textbf{Bold} Claims about $\\mathcal{L}$", "Bold claims about L"),
        ("Stra\\ss{}e Maps", "Straße maps"),
        ("L{\\o}we's \\L{}ukasiewicz Logic", "Løwe's Łukasiewicz logic"),
        ("Full-width ＡＢＣ ﬁne", "full width abc fine"),
        ("A  Title\n  with a Break", "A title with a break"),
    ],
)
def test_a_title_is_one_title_however_it_is_typeset(title: str, same: str) -> None:
    assert normal_title(title) == normal_title(same)


def test_titles_in_any_script_keep_their_letters() -> None:
    assert normal_title("大規模言語モデル") != normal_title("小規模言語モデル")
    assert normal_title("大規模言語モデル")


def test_a_short_title_is_told_apart_by_its_abstract() -> None:
    one = keys_of(Paper(title="Go", abstract="A board game player."))
    other = keys_of(Paper(title="Go", abstract="A programming language."))
    assert one != other


def test_the_strongest_key_comes_first_and_holds_no_version() -> None:
    paper = Paper(title="A long enough title", ids=("10.1000/182", "arXiv:2404.14219v2"))
    assert keys_of(paper)[:2] == ("arxiv:2404.14219", "doi:10.1000/182")
    assert version_of(paper) == 2


def test_one_paper_from_two_sources_is_one_work() -> None:
    both = works(
        [
            seen("Tiny Models Everywhere", "2601.00001", source="hf"),
            seen("Tiny models everywhere!", source="page"),
            seen(
                "Tiny Models, Everywhere (v2)", "https://arxiv.org/abs/2601.00001v2", source="feed"
            ),
        ]
    )
    assert len(both) == 1
    assert [sighting.source for sighting in both[0].sightings] == ["hf", "page", "feed"]
    assert both[0].version == 2


@pytest.mark.parametrize(
    ("one", "other"), [("2601.00001", "2601.00002"), ("10.1000/a1", "10.1000/b2")]
)
def test_two_ids_with_one_title_are_two_works(one: str, other: str) -> None:
    assert len(works([seen("Author Correction", one), seen("Author Correction", other)])) == 2


def test_a_doi_joins_what_titles_do_not() -> None:
    found = works(
        [
            seen("The Preprint's Own Title", "2601.00001", "10.1000/182"),
            seen("Another Title in Print", "https://doi.org/10.1000/182"),
        ]
    )
    assert len(found) == 1


def test_a_merged_paper_has_the_richest_value_of_each_field() -> None:
    first = Paper(title="First", abstract="short", upvotes=3, code="https://example.org/a")
    second = Paper(title="Second", abstract="much longer", upvotes=12, comments=0, authors=("A B",))
    both = merge([first, second])
    assert both == Paper(
        title="First",
        abstract="much longer",
        upvotes=12,
        comments=0,
        authors=("A B",),
        code="https://example.org/a",
    )


def known(number: int, key: str, *, edition: dt.date | None = DAY) -> Known:
    return Known(id=number, key=key, version=None, edition=edition)


def test_a_known_paper_is_recognised_by_any_of_its_keys() -> None:
    found = works([seen("Tiny Models Everywhere")])
    title = found[0].keys[0]
    assert recognise(found, {title: known(1, "arxiv:2601.00001")})[0][1] == known(
        1, "arxiv:2601.00001"
    )


def test_a_namesake_with_another_arxiv_id_is_not_recognised() -> None:
    found = works([seen("Tiny Models Everywhere", "2601.00002")])
    title = found[0].keys[-1]
    assert recognise(found, {title: known(1, "arxiv:2601.00001")})[0][1] is None


def test_a_work_is_every_known_paper_that_its_keys_lead_to() -> None:
    [found] = works([seen("Tiny Models Everywhere", "2601.00001", "10.1000/182")])
    preprint, article = known(1, "arxiv:2601.00001"), known(2, "doi:10.1000/182", edition=None)
    namesake = known(3, "arxiv:2601.00002")
    memory = dict(zip(found.keys, (preprint, article, namesake), strict=True))
    assert papers_of(found, memory) == [preprint, article]


def test_works_that_are_one_known_paper_become_one() -> None:
    found = works(
        [
            seen("Some Title of a Preprint", "2601.00001"),
            seen("A Different Printed Title", "10.1000/182"),
        ]
    )
    assert len(found) == 2
    memory = {
        "arxiv:2601.00001": known(1, "arxiv:2601.00001"),
        "doi:10.1000/182": known(1, "arxiv:2601.00001"),
    }
    assert len(recognise(found, memory)) == 1


identifiers = st.sampled_from(
    ["2601.00001", "2601.00002v1", "2601.00002v2", "10.1000/a", "10.1000/b"]
)
sightings = st.builds(
    lambda title, ids, source: seen(title, *ids, source=source),
    st.sampled_from(["A first shared title", "A second shared title", "A third shared title"]),
    st.lists(identifiers, max_size=2, unique=True),
    st.sampled_from(["hf", "feed"]),
)


@given(st.lists(sightings, max_size=8))
def test_every_sighting_is_in_exactly_one_work(found: list[Sighting]) -> None:
    placed = [sighting for work in works(found) for sighting in work.sightings]
    assert sorted(map(id, placed)) == sorted(map(id, found))


@given(st.lists(sightings, max_size=8))
def test_no_two_works_share_an_id(found: list[Sighting]) -> None:
    strong = [key for work in works(found) for key in work.keys if not key.startswith("title:")]
    assert len(strong) == len(set(strong))


@given(st.text())
def test_any_title_has_a_key(title: str) -> None:
    assert keys_of(Paper(title=title))[-1].startswith("title:")


@pytest.mark.parametrize("title", ["Editorial", "???", "编辑部"])
def test_short_titles_without_an_abstract_are_told_apart_by_their_links(title: str) -> None:
    papers = [Paper(title=title, url=f"https://example.org/{number}") for number in (1, 2)]
    assert len({keys_of(paper) for paper in papers}) == 2
    drifted = replace(papers[0], url="http://example.org/1")
    assert keys_of(papers[0]) == keys_of(drifted)


def test_what_is_too_long_is_no_doi() -> None:
    assert doi(f"https://doi.org/10.1234/{'x' * 600}") is None
