"""An edition's pages on the site, and its papers for those who cite them."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import bibtexparser
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.document import freeze
from digest.model.editions import Edition, Placement, Revision, Section
from digest.model.papers import Paper
from digest.render import edition_files
from digest.render.catalogued import day, tally
from digest.render.look import Look, line_url
from digest.render.sheets import sheets
from tests.render.hostile import EDITIONS, PIECES
from tests.render.specimen import COMPLETE, EDITION, SITE, large, placed, shipped

ENV = shipped()
LOOK = Look(title="Daily Papers", base_url=SITE, labels={"agents": "Agents that act"})
MOST = 256_000  # bytes of a page


def files(edition: Edition, look: Look = LOOK) -> dict[str, str]:
    return {name: "".join(pieces) for name, pieces in edition_files(ENV, look, edition).items()}


def pages(edition: Edition) -> list[str]:
    return [text for name, text in files(edition).items() if name.endswith(".html")]


def of(*papers: Paper, theme: str = "agents") -> Edition:
    section = Section(
        theme=theme, label="A", papers=tuple(placed(each, "agent") for each in papers)
    )
    return replace(EDITION, sections=(section,), intro="", revisions=())


def long(number: int, words: int = 5_000) -> Placement:
    paper = replace(
        COMPLETE, title=f"Number {number}", abstract="waiting " * words, ids=(f"2606.{number:05}",)
    )
    return placed(paper, "agent")


def test_a_page_leads_to_its_neighbours_its_month_and_its_other_forms() -> None:
    before, after = dt.date(2026, 6, 15), dt.date(2026, 7, 1)
    made = edition_files(ENV, LOOK, EDITION, before=before, after=after)
    page = "".join(made["index.html"])
    for link in (
        "../../../2026/06/15/index.html", "../../../2026/07/01/index.html", "../index.html",
        "edition.md", "edition.json", "papers.bib", "papers.ris", "../../../feed.xml",
    ):  # fmt: skip
        assert f'href="{link}"' in page
    assert f'<link rel="canonical" href="{SITE}/2026/06/16/">' in page
    assert "Search" not in page
    assert "Subscribe" not in page


def test_a_paper_has_a_permanent_link_and_its_theme_where_its_section_has_another() -> None:
    page = pages(of(COMPLETE, theme="a-group"))[0]
    assert '<article id="arxiv:2606.00001"' in page
    assert '<a href="#arxiv:2606.00001">Permalink</a>' in page
    assert '<a href="../../../themes/agents/index.html">Agents that act</a>' in page
    same = pages(of(COMPLETE, theme="agents"))[0]
    assert same.count("themes/agents/index.html") == 1  # in the section's heading
    assert "Agents that act" not in same


def test_a_page_has_no_teaser_twice_where_it_is_of_the_abstract() -> None:
    (page,) = pages(of(COMPLETE))
    teaser = "We introduce Patient Agents, which learn from the price of asking in vain"
    assert f"<b>{teaser}" in page
    assert page.count(teaser) == 1


def test_an_edition_too_long_for_a_page_has_several_and_every_link_leads_to_the_right_one() -> None:
    first = Section(theme="a", label="First", papers=tuple(map(long, range(12))))
    second = Section(theme="b", label="Second", papers=tuple(map(long, range(12, 24))))
    edition = replace(EDITION, sections=(first, second))
    made = {name: text for name, text in files(edition).items() if name.endswith(".html")}
    assert len(made) > 2
    assert all(len(text.encode()) < MOST for text in made.values())
    for line in day(freeze(edition)).lines:
        name, _, key = line_url(edition.date, line).rpartition("/")[2].partition("#")
        assert f'<article id="{key}"' in made[name]
        assert sum(f'id="{key}"' in text for text in made.values()) == 1
    glance = made["index.html"].partition('id="glance"')[2].partition("</nav>")[0]
    for name, anchor in re.findall(r'href="([^"#]*)#(s\d)"', glance):
        assert f'<section id="{anchor}">' in made[name or "index.html"]
    assert 'href="2.html"' in made["index.html"]
    assert made["index.html"].count("<h1>") == made["2.html"].count("<h1>") == 1
    assert "continued" in "".join(made.values())


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*PIECES, r"$\mathbb{A}\frac{\Gamma}{-}$ ", "ﷺ", "'\"&<>", "$x$\\R "]),
            st.integers(1, 30_000),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_page_is_too_long_whatever_it_tells(texts: list[tuple[str, int]]) -> None:
    papers = []
    for number, (piece, times) in enumerate(texts):
        text = (piece * (times // len(piece) + 1))[:times]
        link = f"https://example.org/{text}"
        paper = Paper(
            title=text, abstract=text, authors=(text,) * 7, organisation=text, url=link, pdf=link,
            code=link, project=link, discussion=link, thumbnail=link, categories=(text[:99],) * 3,
        )  # fmt: skip
        one = placed(paper, text[:500], sources=(text[:200], "b"))
        papers.append(replace(one, key=f"doi:10.1234/{text[:400]}{number}", summary=text))
    section = Section(theme="a", label=texts[0][0] * 99, papers=tuple(papers))
    revisions = tuple(Revision(key="k", title=one.paper.title, version=2) for one in papers)
    edition = replace(EDITION, sections=(section,), revisions=revisions)
    assert max(len(page.encode()) for page in pages(edition)) <= MOST


def test_which_page_a_paper_is_on_depends_on_the_edition_alone() -> None:
    assert sheets(large(40)) == [1] * 40
    assert len(pages(large(40))) == 1
    other = replace(LOOK, title="Another " * 9, base_url="", search=True)
    edition = replace(EDITION, sections=(replace(EDITION.sections[0], papers=(long(1),) * 9),))
    assert files(edition).keys() == files(edition, other).keys()


def test_thirty_papers_make_a_small_page_that_needs_nothing_to_be_painted() -> None:
    abstract = " ".join((COMPLETE.abstract.split() * 3)[:150])
    papers = [replace(COMPLETE, abstract=abstract, ids=(f"2606.{at:05}",)) for at in range(30)]
    (page,) = pages(of(*papers))
    assert len(page.encode()) < 60_000
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert len(style) < 14_000
    assert 'rel="stylesheet"' not in page


def test_the_papers_are_told_to_search_engines() -> None:
    found = linked(pages(EDITION)[0])
    assert found["@type"] == "PublicationIssue"
    first = found["hasPart"][0]
    assert first == {
        "@type": "ScholarlyArticle",
        "headline": COMPLETE.title,
        "author": ["Ada Quill", "Bo Reed", "Cy Sand"],
        "identifier": "arXiv:2606.00001",
        "url": "#arxiv:2606.00001",
    }


@settings(deadline=None)
@given(EDITIONS)
def test_whatever_a_text_holds_it_stays_a_string_of_the_linked_data(edition: Edition) -> None:
    page = pages(edition)[0]
    found = linked(page)
    assert len(found["hasPart"]) == sum(len(section.papers) for section in edition.sections)
    assert not set("<>&") & set(page.partition('ld+json">')[2].partition("</script>")[0])


def linked(page: str) -> Any:
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("<")[0])


def test_a_citation_in_bibtex_tells_what_is_known() -> None:
    known = replace(
        COMPLETE,
        title=r"On $\{x\}_{i}$ & 50% {Waiting}",
        authors=("Ada Quill", "René van Rill", "The A and B Team"),
        ids=("2606.00001", "10.1234/abc.5"),
        published=dt.date(2026, 5, 30),
        categories=("cs.CL", "cs.LG"),
    )
    (entry,) = bib(of(known)).entries
    assert entry.key == "quill2026xi"
    assert entry.entry_type == "misc"
    told = {field.key: field.value for field in entry.fields}
    assert told == {
        "title": r"{On $\{x\}_{i}$ \& 50\% \textbraceleft{}Waiting\textbraceright{}}",
        "author": "Ada Quill and René van Rill and {The A and B Team}",
        "year": "2026",
        "month": "may",
        "eprint": "2606.00001",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.CL",
        "doi": "10.1234/abc.5",
        "url": "https://arxiv.org/abs/2606.00001",
    }


def test_a_formula_that_bibtex_cannot_hold_is_told_in_plain_text() -> None:
    (entry,) = bib(of(replace(COMPLETE, title=r"Sets $\left\{ x \right.$ at 100\%"))).entries
    title = entry["title"]
    assert "$" not in title
    assert title.count("{") == title.count("}")


@settings(deadline=None)
@given(EDITIONS)
def test_every_paper_can_be_cited_whatever_its_texts_hold(edition: Edition) -> None:
    made = files(edition)
    papers = [placed for section in edition.sections for placed in section.papers]
    library = bibtexparser.parse_string(made["papers.bib"])
    assert not library.failed_blocks
    assert len({entry.key for entry in library.entries}) == len(papers)
    for entry in library.entries:
        for field in entry.fields:
            assert field.value.count("{") == field.value.count("}")
    assert len(rispy.loads(made["papers.ris"])) == len(papers)


def bib(edition: Edition) -> bibtexparser.Library:
    library = bibtexparser.parse_string(files(edition)["papers.bib"])
    assert not library.failed_blocks
    return library


def test_a_citation_in_ris_tells_what_is_known() -> None:
    text = files(of(replace(COMPLETE, published=dt.date(2026, 5, 30))))["papers.ris"]
    assert text.count("\r\n") == text.count("\n") > 5
    (entry,) = rispy.loads(text)
    assert entry["type_of_reference"] == "GEN"
    assert entry["title"] == COMPLETE.title
    assert entry["authors"][:2] == ["Quill, Ada", "Reed, Bo"]
    assert entry["year"] == "2026"
    assert entry["date"] == "2026/05/30"
    assert entry["accession_number"] == "arXiv:2606.00001"
    assert entry["urls"] == ["https://arxiv.org/abs/2606.00001"]


def test_the_site_remembers_of_an_edition_what_lists_need() -> None:
    one = replace(COMPLETE, ids=("2606.00001", "10.1234/abc"), title="A  Title\n on $x$")
    edition = replace(of(one), sections=(*of(one).sections, EDITION.sections[1]))
    found = day(freeze(edition))
    assert [line.title for line in found.lines][:1] == ["A Title on $x$"]
    assert found.lines[0].others == ("doi:10.1234/abc",)
    assert found.lines[0].theme == "agents"
    assert found.lines[1].theme == "also"
    assert found.sections == (("A", 1), ("Other papers", 7))
    counted = tally(found)
    assert counted.size == 8
    assert counted.themes == {"agents": 1, "also": 7}
    assert counted.sha256 == freeze(edition).sha256
