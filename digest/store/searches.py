"""The papers of daily editions, found by their words.

A paper goes by a number that tells the newsletter, the date and the place in the edition, so that
the newest have the highest. What is shown of it is read from the frozen edition.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.store import editions, papers
from digest.store.session import Connection, Session

if TYPE_CHECKING:
    from digest.model.decisions import Known
    from digest.model.editions import Edition, Placement, Section
    from digest.model.searches import Found, Hit, Search
    from digest.searching import Term
    from digest.store.search_words import AnyOf

CANDIDATES = 2_000  # the papers looked at that have all words; as many that have them in the title

_DATES, _PLACES = 22, 23  # bits
_KEEP = "INSERT INTO listed (id, text) VALUES (?, ?)"
_NEWSLETTER = "SELECT id FROM newsletter WHERE slug = ?"
_DAILY = "SELECT id, newsletter FROM edition WHERE period = 'daily' ORDER BY newsletter, date"


def _number(newsletter_id: int, date: dt.date, place: int) -> int:
    return (newsletter_id << _DATES | date.toordinal()) << _PLACES | place


def _date(number: int) -> dt.date:
    return dt.date.fromordinal(number >> _PLACES & (1 << _DATES) - 1)


def _place(number: int) -> int:
    return number & (1 << _PLACES) - 1


def add(connection: Connection, newsletter_id: int, edition: Edition) -> None:
    """Let the papers of a new daily edition be found."""
    from digest.searching import entries

    found = list(enumerate(entries(edition), _number(newsletter_id, edition.date, 0)))
    texts = [(number, zlib.compress(entry.text.encode(), 1)) for number, entry in found]
    connection.each(_KEEP, texts)
    words = [(number, entry.tokens) for number, entry in found]
    connection.each(connection.place.search.add, words)


def begin(connection: Connection) -> None:
    """Make the tables, and let the papers of all daily editions be found that can be read."""
    from digest.document import thaw

    for statement in connection.place.search.tables.split(";\n"):
        connection.execute(statement)
    for id_, newsletter_id in connection.rows(_DAILY):
        try:
            frozen = thaw(connection.place.document(connection.raw, id_))
        except ValueError:
            continue  # who asks for that edition is told of the damage
        add(connection, newsletter_id, frozen.edition)


class Searches(Session):
    """Searching, as the port Store has it."""

    def search(self, newsletter: str, wanted: Search) -> Found:
        """The papers of a newsletter's daily editions that answer. Reads alone.

        Raises StoreError where an edition that has some of them was changed.
        """
        from digest.model.searches import Found

        with self.reading() as connection:
            newsletter_id = connection.value(_NEWSLETTER, newsletter)
            if newsletter_id is None:
                return Found(total=0, complete=True, hits=())
            shelf = _Shelf(connection, newsletter, newsletter_id, wanted)
            scores, complete = shelf.scores()
            scores |= shelf.named()
            best = sorted(scores, key=lambda one: _order(one, scores[one], by_date=wanted.by_date))
            hits = shelf.hits([(one, scores[one]) for one in best[: wanted.limit]])
        return Found(total=len(scores), complete=complete, hits=hits)


def _order(number: int, score: int, *, by_date: bool) -> tuple[int, int, int]:
    """What papers are sorted by; those of one edition that tie, by their place in it."""
    newest = -_date(number).toordinal()
    return (newest, -score, number) if by_date else (-score, newest, number)


class _Shelf:
    """Those papers of a newsletter that a search is about, but for its words."""

    def __init__(
        self, connection: Connection, slug: str, newsletter_id: int, wanted: Search
    ) -> None:
        from digest.searching import source_mark, theme_mark

        self._connection = connection
        self._slug = slug
        self._newsletter_id = newsletter_id
        self._words = wanted.words
        self._first = _number(newsletter_id, wanted.first, 0)
        self._last = _number(newsletter_id, wanted.last, (1 << _PLACES) - 1)
        self._marks: list[AnyOf] = []
        if wanted.themes:
            self._marks.append(list(map(theme_mark, wanted.themes)))
        if wanted.source:
            self._marks.append([source_mark(wanted.source)])

    def scores(self) -> tuple[dict[int, int], bool]:
        """The scores of the papers that answer, by their numbers; whether none was left out."""
        from digest.searching import query, score

        asked = query(self._words)
        if self._words and not any(asked):
            return {}, True  # signs alone
        found = self._having(asked.wanted)
        complete = len(found) < CANDIDATES
        if not complete:
            found |= self._having(asked.wanted, "_")
        scored = ((number, score(asked, text)) for number, text in found.items())
        return {number: points for number, points in scored if points is not None}, complete

    def _having(self, terms: Sequence[Term], where: str = "") -> dict[int, str]:
        """The texts of the newest papers that have all words of some terms; "_": in the title."""
        words = [
            [where + word + "*" * (term.open and at == len(term.words))]
            for term in terms
            for at, word in enumerate(term.words, 1)
        ]
        return self._found(words, self._first, self._last)

    def _found(self, words: Sequence[AnyOf], first: int, last: int) -> dict[int, str]:
        from digest.searching import EVERY

        search = self._connection.place.search
        for statement in search.before:
            self._connection.execute(statement)
        asked = search.asked([*self._marks, *words] or [[EVERY]])
        rows = self._connection.rows(search.find, asked, first, last, CANDIDATES)
        return {number: zlib.decompress(text).decode() for number, text in rows}

    def named(self) -> dict[int, int]:
        """The paper whose id, link or title the words are, with its score."""
        from digest.identity import keys_named
        from digest.searching import NAMED

        keys = keys_named(self._words)
        known = papers.find(self._connection, self._slug, keys)
        shown = (self._number_of(known[key]) for key in keys if key in known)
        number = next(filter(None, shown), 0)
        first, last = max(number, self._first), min(number, self._last)  # no range if outside
        return dict.fromkeys(self._found([], first, last), NAMED)

    def _number_of(self, paper: Known) -> int | None:
        """The number of a paper, if an edition of the newsletter has it."""
        if paper.edition is None:
            return None
        placed = [one.key for _, one in self._placements(paper.edition)]
        known = papers.find(self._connection, self._slug, placed)
        for place, key in enumerate(placed):
            if key in known and known[key].id == paper.id:
                return _number(self._newsletter_id, paper.edition, place)
        return None

    def hits(self, best: Sequence[tuple[int, int]]) -> tuple[Hit, ...]:
        """What the frozen editions tell of papers, given their numbers and scores."""
        from digest.model.searches import Hit

        dates = {_date(number) for number, _ in best}
        placed_on = {date: self._placements(date) for date in dates}
        return tuple(
            Hit(
                date=_date(number),
                theme=section.theme,
                label=section.label,
                placed=placed,
                score=score,
            )
            for number, score in best
            for section, placed in [placed_on[_date(number)][_place(number)]]
        )

    def _placements(self, date: dt.date) -> list[tuple[Section, Placement]]:
        """The papers of the edition of a date, in their order, each with its section."""
        from digest.searching import placements

        frozen = editions.read(self._connection, self._slug, date)
        return list(placements(frozen.edition)) if frozen else []
