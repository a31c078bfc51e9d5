"""Lists of papers by arXiv id and by DOI, in which a link to an id finds its paper. Pure.

A list holds at most the thousand arXiv ids of a month that begin alike, or a 4096th of all DOIs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import jinja2

from digest.latex import readable
from digest.model.catalogue import Day
from digest.render.look import Look, line_url
from digest.render.pages import STYLES, site_page
from digest.render.templates import source
from digest.shortening import cut

LARGEST = 256_000  # bytes of a page
TITLES = 90, 20, 0  # characters of a title: as many of these as a page has room for


class Row(NamedTuple):
    """Where a paper is."""

    url: str  # from the site's root; as it begins with the date, the first edition's is the least
    title: str


class ShownRow(NamedTuple):
    """A paper in a list."""

    key: str
    id: str  # what of its key people write
    url: str
    title: str


def shard_of(key: str) -> str | None:
    """The list that has a key: "arxiv/2404.14" has arxiv:2404.14219, and "doi/3fa" some DOIs.

    None for a key that people do not know. find.js has this rule, too.
    """
    kind, _, name = key.partition(":")
    if kind == "arxiv":
        return f"arxiv/{name[:-3].replace('/', '.')}"
    if kind == "doi":
        return f"doi/{zlib.crc32(name.encode()) & 0xFFF:03x}"
    return None


def rows(days: Iterable[Day]) -> dict[str, dict[str, Row]]:
    """The rows of the papers of editions, by list and key."""
    found: dict[str, dict[str, Row]] = {}
    for shard, key, row in _rows(days):
        found.setdefault(shard, {}).setdefault(key, row)
    return found


def _rows(days: Iterable[Day]) -> Iterator[tuple[str, str, Row]]:
    for day in days:
        for line in day.lines:
            row = None
            for key in (line.key, *line.others):
                if shard := shard_of(key):
                    row = row or Row(line_url(day.date, line), cut(readable(line.title), TITLES[0]))
                    yield shard, key, row


def merged(some: Mapping[str, Row], others: Mapping[str, Row]) -> dict[str, Row]:
    """The rows of a list in order; of a paper in two editions, the first's."""
    return {
        key: min(rows[key] for rows in (some, others) if key in rows)
        for key in sorted(some.keys() | others.keys())
    }


def shard_page(env: jinja2.Environment, look: Look, shard: str, rows: Mapping[str, Row]) -> str:
    """The page of a list. Where titles are long they are cut, so that it stays small."""
    for length in TITLES:
        shown = [_shown(key, row, length) for key, row in rows.items()]
        page = "".join(
            site_page(
                env,
                look,
                "archive/find-list.html.j2",
                f"find/{shard}.html",
                styles=STYLES,
                heading=_heading(shard),
                rows=shown,
            )
        )
        if len(page.encode()) <= LARGEST:
            break
    return page


def _shown(key: str, row: Row, length: int) -> ShownRow:
    title = cut(row.title, length) if length else ""
    return ShownRow(key, key.partition(":")[2], row.url, title)


def _heading(shard: str) -> str:
    kind, _, name = shard.partition("/")
    return f"arXiv {name}…" if kind == "arxiv" else f"DOIs, part {name}"


def find_index(env: jinja2.Environment, look: Look) -> str:
    """The page that finds a paper by its id."""
    styles = (*STYLES, "archive/search.css")
    return "".join(site_page(env, look, "archive/find.html.j2", "find/index.html", styles=styles))


def find_script(env: jinja2.Environment) -> str:
    """The script of these pages, an ECMAScript module: find/find.js."""
    return source(env, "archive/find.js")
