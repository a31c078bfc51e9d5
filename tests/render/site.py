"""A small site's look and catalogues, and what is found in its pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

from hypothesis import strategies as st

from digest.model.catalogue import Day, Line, Tally, YearTotal
from digest.model.editions import ALSO, SourceNote
from digest.model.sources import SourceState
from digest.render.look import Look
from digest.render.text import tidy
from tests.render.hostile import TEXT
from tests.render.specimen import SITE, shipped

ENV = shipped()
SUNDAY = dt.date(2026, 11, 22)
ONE_DAY = dt.timedelta(days=1)
LOOK = Look(
    title="Daily Papers",
    base_url=SITE,
    labels={"agents": "Agents & tools", "vision": "Vision", ALSO: "Other papers"},
    about={"agents": "Models that act."},
)

_VOID = {"meta", "link", "path", "line", "rect", "input", "br", "img"}
_MATHEMATICS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
}  # fmt: skip
_OURS = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "nav", "svg", "path",
    "rect", "line", "text", "desc", "span", "main", "footer", "p", "h1", "h2", "h3", "section",
    "ul", "ol", "li", "div", "b", "bdi", "small", "time", "code", "figure", "figcaption", "details",
    "summary", "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_UNSHOWABLE = set(map(chr, [*range(9), *range(11, 32), 0x7F, 0x202E, 0x2066, 0xD800, 0xFFFE]))

_SHOWN = TEXT.map(tidy)
_THEMES = st.sampled_from(["agents", "vision", "arxiv-cs-cl", ALSO])
LINES = st.builds(
    Line, key=_SHOWN, title=_SHOWN, theme=_THEMES, authors=_SHOWN,
    upvotes=st.none() | st.integers(0, 10**6), sheet=st.integers(1, 3),
)  # fmt: skip
NOTES = st.builds(
    SourceNote, name=_SHOWN, state=st.sampled_from(SourceState), reason=_SHOWN, held=st.booleans()
)
HOSTILE_LOOKS = st.builds(
    Look, title=_SHOWN, base_url=st.sampled_from(["", SITE]), search=st.booleans(),
    labels=st.dictionaries(_THEMES, TEXT), about=st.dictionaries(_THEMES, TEXT),
)  # fmt: skip


def line(key: str = "arxiv:2611.00001", **changes: object) -> Line:
    """A paper."""
    return Line(**({"key": key, "title": f"Title of {key}", "theme": "agents"} | changes))  # type: ignore[arg-type] # as the tests give them


def day(date: dt.date, *lines: Line, **changes: object) -> Day:
    """An edition."""
    told = {"published_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "sha256": "0" * 64}
    return Day(date=date, lines=lines, **(told | changes))  # type: ignore[arg-type] # as the tests give them


def tally(themes: Mapping[str, int]) -> Tally:
    """An edition in its year."""
    return Tally(sha256="0" * 64, size=sum(themes.values()), themes=dict(themes))


def total(themes: Mapping[str, int], last: dt.date = SUNDAY) -> YearTotal:
    """A year."""
    return YearTotal(editions=1, last=last, size=sum(themes.values()), themes=dict(themes))


class Page(HTMLParser):
    """A page: its elements, links and text. Raises AssertionError where a tag is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.comments: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    @property
    def text(self) -> str:
        """What the page says, as one line."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "title"):
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def inert(html: str) -> Page:
    """The page, in which no text has become markup, a script or a link elsewhere."""
    page = Page(html)
    assert page.elements <= _OURS | _MATHEMATICS
    assert not page.attributes & {"style", "onerror", "onclick", "onload"}
    assert not page.comments
    assert not set(html) & _UNSHOWABLE
    assert {urlsplit(link).scheme for link in page.links} <= {"", "https"}
    assert all(link.startswith(f"{SITE}/") for link in page.links if urlsplit(link).netloc)
    return sound(page)


def sound(page: Page) -> Page:
    """The page, in which ids are used once, and headings begin at the first level and skip none."""
    assert len(set(page.ids)) == len(page.ids)
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    levels = [int(tag[1]) for tag in page.headings]
    assert all(lower <= upper + 1 for upper, lower in pairwise(levels))
    return page
