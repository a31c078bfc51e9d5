"""Text as nobody should write it, editions that are made of it, and what is found in a page."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import strategies as st

from digest.model.editions import Edition, Evidence, Match, Placement, Revision, Section, SourceNote
from digest.model.papers import Paper
from digest.model.sources import SourceState
from tests.render.specimen import EDITION

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
