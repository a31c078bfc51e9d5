"""Whatever sources write, it stays text (G11)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import markdown as reader
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.latex import readable
from digest.model.editions import Edition, Evidence, Match, Placement, Revision, Section, SourceNote
from digest.model.papers import Paper
from digest.model.sources import SourceState
from digest.render import edition_page, entry, feed, listed, mail, markdown
from digest.render.text import tidy
from tests.render.specimen import EDITION, SITE, shipped

ENV = shipped()

PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title>", "</style>", "-->",
    "<!--", "{{7*7}}", "{% raw %}", "[x](javascript:alert(1))", "![x](https://e.example.org/i)",
    "<javascript:alert(1)>", "[x]: javascript:alert(1)", "\n# h", "\n- l", "\n1. l", "\n> q",
    "\n```\n", "`", "*", "_", "**", "~~", "\\", "&lt;b&gt;", "&#60;", "\0", "\r\n", "\u2028",
    "\x1b", "\u202e", "\ufffe", "\ud800", "]]>",
    "ש", "界", "👩‍🔬", "e\u0301", "a", " ", "=", "|", "$x<y$",
    r"$\alpha$", r"\href{javascript:alert(1)}{x}", r"$\text{<script>alert(1)</script>}$", r"\'e",
    r"$\frac{\href{data:text/html,x}{y}}{2}$", "$", "{", "}", r"\unicode{60}", r"\char60",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=6).map("".join)
LINK = st.none() | TEXT | st.sampled_from(
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "//e.example.org", "http:x",
     "https://example.org/a?b=1&copy=2#(c)", "https://example.org/\"onclick=\"x", "http://[", "x"]
) | TEXT.map("https://example.org/{}".format)  # fmt: skip
COUNT = st.none() | st.integers(0, 10**6)

PAPERS = st.builds(
    Paper,
    title=TEXT, abstract=TEXT, authors=st.lists(TEXT, max_size=7).map(tuple), author_count=COUNT,
    organisation=st.none() | TEXT, url=LINK, pdf=LINK, code=LINK, project=LINK, discussion=LINK,
    thumbnail=LINK, upvotes=COUNT, comments=COUNT, categories=st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip
EVIDENCE = st.builds(
    Evidence,
    reason=st.sampled_from(["phrases", "category", "none"]),
    matches=st.lists(st.builds(Match, phrase=TEXT, where=TEXT, weight=st.just(1.0)), max_size=4)
    .map(tuple),
)  # fmt: skip
PLACED = st.builds(
    Placement, key=TEXT, paper=PAPERS, sources=st.lists(TEXT, max_size=2).map(tuple),
    evidence=EVIDENCE, summary=TEXT,
)  # fmt: skip
EDITIONS = st.builds(
    Edition,
    newsletter=TEXT, title=TEXT, period=st.just("daily"), date=st.dates(),
    published_at=st.just(EDITION.published_at),
    sections=st.lists(
        st.builds(
            Section, theme=TEXT, label=TEXT, papers=st.lists(PLACED, max_size=3).map(tuple)
        ),
        max_size=3,
    ).map(tuple),
    revisions=st.lists(
        st.builds(Revision, key=TEXT, title=TEXT, version=st.just(2), url=LINK), max_size=2
    ).map(tuple),
    sources=st.lists(
        st.builds(
            SourceNote, name=TEXT, state=st.sampled_from(SourceState), sightings=st.just(1),
            reason=TEXT,
        ),
        max_size=3,
    ).map(tuple),
    intro=TEXT,
)  # fmt: skip


class Elements(HTMLParser):
    """The elements, attributes and links of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.comments: list[str] = []
        self.headings: list[str] = []
        self._heading = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag == "h3":
            self.headings.append("")
            self._heading = True
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h3":
            self._heading = False

    def handle_data(self, data: str) -> None:
        if self._heading:
            self.headings[-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


MATHEMATICS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
}  # fmt: skip
INTRO = {"em", "strong", "code", "ul", "ol", "li", "blockquote", "br"}
MAIL = Elements(mail(ENV, EDITION, site=SITE, max_papers=50).html)
PAGE = Elements(edition_page(ENV, EDITION, site=SITE))


@given(EDITIONS)
def test_no_text_becomes_an_element_of_a_mail(edition: Edition) -> None:
    found = Elements(mail(ENV, edition, site=SITE, max_papers=5).html)
    assert found.elements <= MAIL.elements | INTRO
    assert found.attributes <= MAIL.attributes
    assert found.comments == MAIL.comments
    assert all(link.startswith(("https://", "http://", "#s")) for link in found.links)


@given(EDITIONS)
def test_no_text_becomes_an_element_of_a_page(edition: Edition) -> None:
    found = Elements(edition_page(ENV, edition, site=SITE))
    assert found.elements <= PAGE.elements | INTRO | MATHEMATICS
    assert found.attributes <= PAGE.attributes | {"alttext", "display", "mathvariant"}
    assert not found.comments
    ours = {"../../../feed.xml", "../../../index.html", "edition.md", "edition.json"}
    assert all(
        link in ours or link.startswith(("https://", "http://", "#s")) for link in found.links
    )


@given(EDITIONS)
def test_no_text_becomes_markup_in_markdown(edition: Edition) -> None:
    plain = replace(edition, intro="")  # that is Markdown, and the newsletter's own
    html = reader.markdown(markdown(ENV, plain, site=SITE))
    found = Elements(html)
    assert found.elements <= {"h1", "h2", "h3", "p", "ul", "li", "a", "strong", "em"}
    assert found.attributes <= {"href"}
    assert all(link.startswith(("https://", "http://", "#")) for link in found.links)


@given(TEXT.map(lambda text: text.translate({ord(sign): "" for sign in "$\\{"})))
def test_every_output_shows_a_title_without_formulae_as_it_is(title: str) -> None:
    edition = _with_link("https://example.org/", title)
    (shown,) = Elements(mail(ENV, edition, site="", max_papers=5).html).headings
    assert shown == "Untitled" or not set(shown) - set(title) - {" "}
    assert Elements(edition_page(ENV, edition, site="")).headings == [shown]
    assert f"{shown}\n" in mail(ENV, edition, site="", max_papers=5).text or len(shown) > 33
    (numbered,) = Elements(reader.markdown(markdown(ENV, edition, site=""))).headings
    assert numbered == f"1. {shown}"


@given(TEXT)
def test_mail_and_markdown_show_any_title_alike_with_its_latex_made_readable(title: str) -> None:
    edition = _with_link("https://example.org/", title)
    both = mail(ENV, edition, site="", max_papers=5)
    (shown,) = Elements(both.html).headings
    assert shown == "Untitled" or not set(shown) - set(readable(tidy(title))) - {" ", "…"}
    assert f"{shown}\n" in both.text or len(shown) > 33
    (numbered,) = Elements(reader.markdown(markdown(ENV, edition, site=""))).headings
    assert numbered == f"1. {shown}"


@given(EDITIONS)
def test_no_control_character_reaches_an_output(edition: Edition) -> None:
    both = mail(ENV, edition, site=SITE, max_papers=5)
    for output in (
        both.html,
        both.text,
        markdown(ENV, edition, site=SITE),
        edition_page(ENV, edition, site=SITE),
    ):
        output.encode()
        assert not set(output) & set(map(chr, [*range(9), *range(11, 32), 0x7F, 0x202E, 0x2066]))


@given(EDITIONS, TEXT)
def test_a_feed_is_well_formed_whatever_it_tells(edition: Edition, title: str) -> None:
    tree = ET.fromstring(
        feed(ENV, [(listed(edition), entry(ENV, edition, site=SITE))], title=title, site=SITE)
    )
    content = tree.findtext("{*}entry/{*}content")
    assert content is not None
    found = Elements(content)
    allowed = INTRO | {"h2", "h3", "p", "a"}
    assert found.elements <= allowed
    assert all(link.startswith(("https://", "http://")) for link in found.links)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "//example.org/x", "/relative", "mailto:a@example.org",
        "https://", "https:///path", "http://[::1", "https://user@example.org/", "", " ",
        "https://example.org/" + "a" * 2_000,
    ],
)  # fmt: skip
def test_only_whole_web_addresses_become_links(url: str) -> None:
    edition = _with_link(url)
    assert "abstract" not in mail(ENV, edition, site="", max_papers=5).html.lower()
    assert "Abstract" not in mail(ENV, edition, site="", max_papers=5).text
    assert "Abstract" not in markdown(ENV, edition, site="")


def test_a_link_keeps_leading_where_it_led() -> None:
    page = edition_page(ENV, _with_link(' https://example.org/a b(c)/é?x=1&y="2"#z '), site="")
    assert "https://example.org/a%20b%28c%29/%C3%A9?x=1&y=%222%22#z" in Elements(page).links


def _with_link(url: str, title: str = "T") -> Edition:
    evidence = Evidence(reason="none")
    paper = Placement(key="k", paper=Paper(title=title, url=url), sources=("s",), evidence=evidence)
    section = Section(theme="t", label="L", papers=(paper,))
    return replace(EDITION, sections=(section,), revisions=(), intro="")
