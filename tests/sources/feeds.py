"""Feeds made by hand, and how they are read."""

from __future__ import annotations

import json
from typing import Any

from digest.model.papers import Paper
from tests.sources.replies import feed, parse

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)
ODD = "<!DOCTYPE feed>"  # what the strict reader leaves to the lenient one


def rss(*items: str, head: str = "", end: str = "</channel></rss>") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>Papers</title>{head}{body}{end}'


def atom(*entries: str, title: str = "P") -> str:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{body}</feed>'


def json_feed(*items: Any, **more: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items} | more)


def read(body: bytes | str) -> list[Paper]:
    """The papers of a feed, which are the same whichever reader of XML reads it."""
    papers = list(parse(feed(), body))
    if isinstance(body, str) and body.startswith(("<rss", "<feed", "<rdf")):
        assert list(parse(feed(), ODD + body)) == papers
    return papers


def one(*parts: str) -> Paper:
    (paper,) = read(rss("".join(parts)))
    return paper
