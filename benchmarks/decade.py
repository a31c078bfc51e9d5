"""Years of editions of invented papers, one a day, as runs would have left them in a store.

The texts of an edition come again after `TEXTS` days; its papers' ids, dates and votes are its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace

from benchmarks import invented
from digest.document import freeze
from digest.model.editions import Edition, FrozenEdition, Placement
from digest.model.papers import Paper
from digest.render.shown import with_teasers
from digest.store.engine import open_store
from digest.store.times import to_day, to_seconds
from digest.taxonomies import shipped
from digest.themes.grouping import group

SLUG = "daily-papers"
PAPERS = 30  # an edition
TEXTS = 200  # editions
WORDS = 196  # of an abstract, which makes an edition of 44 KB of Markdown
LAST = dt.date(2025, 12, 10)  # a day more costs as much at the same time of any month

_ADD_NEWSLETTER = "INSERT INTO newsletter (slug) VALUES (?) ON CONFLICT DO NOTHING"
_NEWSLETTER = "SELECT id FROM newsletter WHERE slug = ?"
_ADD = """
INSERT INTO edition (newsletter, period, date, published_at, document, sha256)
VALUES (?, 'daily', ?, ?, '', ?) RETURNING id
"""


class Decade:
    """Editions of any date, with the texts of so many."""

    def __init__(self, texts: int = TEXTS) -> None:
        papers = [_cut(paper) for paper in invented.papers(texts * PAPERS)]
        self._texts = [_grouped(papers[at : at + PAPERS]) for at in range(0, len(papers), PAPERS)]

    def edition(self, date: dt.date) -> FrozenEdition:
        """The edition of a date."""
        texts = self._texts[date.toordinal() % len(self._texts)]
        numbers = iter(range(PAPERS))
        sections = tuple(
            replace(one, papers=tuple(_of(date, next(numbers), placed) for placed in one.papers))
            for one in texts.sections
        )
        at = dt.datetime.combine(date, dt.time(7, 30), tzinfo=dt.UTC)
        return freeze(replace(texts, date=date, published_at=at, sections=sections))


def fill(url: str, editions: Iterable[FrozenEdition]) -> None:
    """Put editions into a store, all or none."""
    with closing(open_store(url)) as store, store.writing() as connection:
        connection.execute(_ADD_NEWSLETTER, SLUG)
        newsletter = connection.value(_NEWSLETTER, SLUG)
        for frozen in editions:
            edition = frozen.edition
            day, at = to_day(edition.date), to_seconds(edition.published_at)
            added = connection.value(_ADD, newsletter, day, at, frozen.sha256)
            connection.place.put_document(connection.raw, added, frozen.document)


def dates(count: int) -> list[dt.date]:
    """So many days up to `LAST`."""
    return [LAST - dt.timedelta(days=ago) for ago in reversed(range(count))]


def _cut(paper: Paper) -> Paper:
    return replace(paper, abstract=" ".join(paper.abstract.split()[:WORDS]))


def _grouped(papers: list[Paper]) -> Edition:
    taxonomy = shipped("ai")
    sections = group(taxonomy, [(paper.ids[0], paper, ("arxiv",)) for paper in papers])
    return with_teasers(
        Edition(
            newsletter=SLUG,
            title="Daily Papers",
            period="daily",
            date=LAST,
            published_at=dt.datetime.combine(LAST, dt.time(), tzinfo=dt.UTC),
            sections=tuple(sections),
            taxonomy=taxonomy.version,
        )
    )


def _of(date: dt.date, number: int, placed: Placement) -> Placement:
    """A paper in the edition of a date."""
    name = f"{date:%y%m}.{date.day:02}{number:03}"
    url = f"https://arxiv.org/abs/{name}"
    votes = (date.toordinal() * PAPERS + number) * 7919 % 101
    paper = replace(placed.paper, ids=(name,), url=url, upvotes=votes, published=date)
    return replace(placed, key=f"arxiv:{name}", paper=paper)
