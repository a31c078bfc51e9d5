"""The papers of a page in schema.org's words, for search engines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from digest.render.look import place
from digest.render.view import ShownEdition, ShownPaper

_MOST_NAMES = 3  # authors that are named
_KINDS = {"arxiv": "arXiv", "doi": "doi"}
# So that no text ends the script that it stands in, or is anything but a string in it.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def linked_data(edition: ShownEdition, papers: Iterable[tuple[ShownPaper, Sequence[str]]]) -> str:
    """JSON-LD (https://schema.org/ScholarlyArticle) that can stand in HTML as it is.

    Each paper comes with its authors' names. The edition is a PublicationIssue that has the papers
    as its parts. Addresses in it are relative to the page's.
    """
    text = msgspec.json.encode(
        {
            "@context": "https://schema.org",
            "@type": "PublicationIssue",
            "name": f"{edition.title}, {edition.day}",
            "datePublished": f"{edition.date}",
            "hasPart": [_article(shown, names) for shown, names in papers],
        }
    ).decode()
    for sign, written in _ESCAPES.items():
        if sign in text:
            text = text.replace(sign, written)
    return text


def _article(shown: ShownPaper, names: Sequence[str]) -> dict[str, Any]:
    article = {
        "@type": "ScholarlyArticle",
        "headline": shown.title,
        "author": names[:_MOST_NAMES],
        "identifier": _identifier(shown.key),
        "url": place(shown.key),
    }
    return {name: value for name, value in article.items() if value}


def _identifier(key: str) -> str:
    """An arXiv id or a DOI; "" where a paper has neither."""
    kind, _, name = key.partition(":")
    return f"{_KINDS[kind]}:{name}" if kind in _KINDS else ""
