"""Both readers of XML make the same papers of whatever a well-formed feed says."""

from __future__ import annotations

import contextlib
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ParseError
from tests.sources.feeds import NAMESPACES, read, rss

ONCE = """
    title link guid description author pubDate dc:date comments slash:comments content:encoded
    arxiv:DOI arxiv:announce_type dc:identifier source enclosure unknown
"""
ATOM_ONCE = "title id summary content published updated rights arxiv:doi arxiv:comment unknown"
LINKS = [
    "<link href='/p'/>",
    "<link rel='alternate' type='text/html' href='https://example.org/p/7'/>",
    "<link rel='related' type='application/pdf' href='p.pdf'/>",
    "<link rel='self' href='/feed'/>",
]
letters = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=12)
texts = letters.filter(str.strip) | st.sampled_from(
    [
        "Ebb & Flow",
        "<b>Ebb</b> <i>x",
        "$x<y$",
        "ada@example.org (Ada Ebb)",
        "Ebb, A., Flow, B. C.",
        "2026-04-27T00:00:00Z",
        "Mon, 27 Apr 2026 00:00:00 GMT",
        "https://example.org/p?a=1&b=2",
        "../p",
        "10.1234/a",
        "oai:arXiv.org:2604.00001v1",
        "Ö\x96",
        "0",
    ]
)


def element(name: str) -> st.SearchStrategy[str]:
    return texts.map(lambda text: f"<{name}>{escape(text)}</{name}>")


def some(names: str) -> st.SearchStrategy[list[str]]:
    """Some of these elements, each once, in any order."""
    return st.lists(st.sampled_from(names.split()), max_size=6, unique=True).flatmap(
        lambda chosen: st.tuples(*map(element, chosen)).map(list)
    )


def entries(once: str, *often: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    more = st.lists(st.one_of(often), max_size=4)
    entry = st.tuples(some(once), more).map(lambda parts: "".join(parts[0] + parts[1]))
    return st.lists(entry, min_size=1, max_size=2)


people = texts.map(lambda name: f"<author><name>{escape(name)}</name><uri>u</uri></author>")
terms = texts.map(lambda term: f"<category term={quoteattr(term)}/>")


@given(items=entries(ONCE, element("dc:creator"), element("category"), element("dc:subject")))
def test_of_rss(items: list[str]) -> None:
    with contextlib.suppress(ParseError):
        read(rss(*items))  # which compares the two


@given(inner=entries(ATOM_ONCE, st.sampled_from(LINKS), people, terms))
def test_of_atom(inner: list[str]) -> None:
    body = "".join(f"<entry>{entry}</entry>" for entry in inner)
    with contextlib.suppress(ParseError):
        read(f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>{body}</feed>')
