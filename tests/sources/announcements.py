"""arXiv as a source, and what its site answers."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

from digest.identity import keys_of
from digest.model.replies import Listing, Occasion, Pace, Reply, Request
from digest.ports import Source
from tests.sources.replies import made

RSS = "https://rss.arxiv.org/rss/"
API = "https://export.arxiv.org/api/query"
NOW = dt.datetime(2026, 4, 23, 7, 30, tzinfo=dt.UTC)  # a Thursday, 03:30 Eastern time
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
)
CS_CV = f"{RSS}cs.CV"


def arxiv(*categories: str, include: tuple[str, ...] = ("new", "cross"), url: str = RSS) -> Source:
    return made(
        "arxiv", "arxiv", url=url, api_url=API, categories=categories or ("cs.CV",), include=include
    )


def asked(source: Source, now: dt.datetime = NOW, **read: str) -> list[str]:
    """The URLs asked for, where feeds were read up to some moments."""
    moments = {
        f"{RSS}{name.replace('_', '.')}": dt.datetime.fromisoformat(text)
        for name, text in read.items()
    }
    return [one.url for one in source.requests(Occasion(day=now.date(), now=now, read=moments))]


def query(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def rss(*items: str, date: str = "Thu, 23 Apr 2026 00:00:00 -0400", title: str = "cs.CV") -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel><title>{title}</title>'
        f"<pubDate>{date}</pubDate>{''.join(items)}</channel></rss>"
    )


def item(number: str, kind: str, more: str = "") -> str:
    name = number.partition("v")[0]
    return (
        f"<item><title>Paper {name}</title><link>https://arxiv.org/abs/{name}</link>"
        f"<description>arXiv:{number} Announce Type: {kind} \nAbstract: Where $x&lt;y$, R&amp;D"
        " and &lt;image&gt; tokens stay.</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{number}</guid><category>cs.CV</category>'
        f"<arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:creator>Ada Ebb (Sea Lab, Coast), Bo Flow</dc:creator>{more}</item>"
    )


def page(*entries: str, total: int | None = None) -> str:
    found = "" if total is None else f"<opensearch:totalResults>{total}</opensearch:totalResults>"
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>arXiv Query</title>'
        f"{found}{''.join(entries)}</feed>"
    )


def entry(number: str, primary: str = "cs.CV") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{number}</id><title>Paper\n  {number}</title>"
        "<published>2026-04-20T17:00:00Z</published><summary>  Text.\n</summary>"
        f'<category term="{primary}"/><arxiv:primary_category term="{primary}"/>'
        f"<arxiv:doi>10.1234/{number}</arxiv:doi><author><name>Ada Ebb</name></author></entry>"
    )


def read(source: Source, body: str, request: Request | str = CS_CV) -> Listing:
    asked = Request(url=request) if isinstance(request, str) else request
    return source.parse(Reply(request=asked, url=asked.url, body=body.encode()))


def search(start: int = 0, size: int = 2) -> Request:
    return Request(
        url=f"{API}?search_query=cat%3Acs.CV&start={start}&max_results={size}",
        fills=CS_CV,
        pace=Pace("arxiv", 3.0),
    )


def numbers(listing: Listing) -> list[str]:
    return [keys_of(paper)[0] for paper in listing.papers]
