"""bioRxiv as a source, and what its API and RSS answer."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from digest.model.papers import Paper
from digest.model.replies import Listing, Occasion, Reply, Request
from digest.ports import Source
from tests.sources.replies import made

API = "https://api.biorxiv.org/details/"
FRIDAY = dt.date(2026, 3, 20)
NOON = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
PAGES = f"{API}biorxiv"
FIRST = f"{PAGES}/2026-03-17/2026-03-20/0/json"
FEED = "https://connect.biorxiv.org/biorxiv_xml.php?subject=all"


def biorxiv(
    server: str = "biorxiv", categories: tuple[str, ...] = (), url: str = API, feed_url: str = ""
) -> Source:
    settings = {"url": url, "feed_url": feed_url, "categories": categories, "look_back_days": 3}
    return made("biorxiv", "bio", server=server, **settings)


def record(**told: Any) -> dict[str, Any]:
    """A record as the API documents it."""
    return {
        "doi": "10.1101/2026.03.17.123456",
        "title": "Tides Shape the Clock of a Shore Crab",
        "authors": "Ebb, A.; Flow, B. C.",
        "author_corresponding": "Ada Ebb",
        "date": "2026-03-18",
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "cell biology",
        "abstract": "Crabs keep time.",
        "published": "NA",
        "server": "bioRxiv",
    } | told


def numbered(*numbers: int) -> list[dict[str, Any]]:
    return [record(doi=f"10.1101/2026.03.17.{n:06}", title=f"Crab number {n}") for n in numbers]


def page(*records: object, status: str = "ok", **message: object) -> str:
    return json.dumps({"messages": [{"status": status} | message], "collection": records})


def read(body: str | bytes, url: str = FIRST, source: Source | None = None) -> Listing:
    data = body.encode() if isinstance(body, str) else body
    request = Request(url=url, fills="biorxiv/all", instead=Request(url=FEED))
    return (source or biorxiv()).parse(Reply(request=request, url=url, body=data))


def one(**told: Any) -> Paper:
    (paper,) = read(page(record(**told))).papers
    return paper


def asked(source: Source, occasion: Occasion) -> list[str]:
    return [request.url for request in source.requests(occasion)]


ITEM = """
<item rdf:about="http://biorxiv.org/cgi/content/short/{number}?rss=1">
  <title><![CDATA[ Crab number {number} ]]></title>
  <link> http://biorxiv.org/cgi/content/short/{number}?rss=1 </link>
  <description><![CDATA[ Crabs keep time. ]]></description>
  <dc:creator><![CDATA[ Ebb, A., Flow, B. C. ]]></dc:creator>
  <dc:date>2026-03-18</dc:date>
  <dc:identifier>doi:10.1101/{doi}</dc:identifier>
</item>"""


def rss(*numbers: str) -> str:
    """The RSS as the site documents it."""
    items = (ITEM.format(number=number, doi=number.partition("v")[0]) for number in numbers)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="http://biorxiv.org"><title>bioRxiv</title></channel>'
        f"{''.join(items)}</rdf:RDF>"
    )
