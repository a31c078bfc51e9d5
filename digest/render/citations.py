"""The papers of an edition as BibTeX and RIS have them. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from digest.identity import doi
from digest.latex import readable
from digest.latex.pieces import Formula, pieces
from digest.model.editions import Edition, Placement
from digest.model.papers import Paper
from digest.render.shelf import Shelf, shown_title
from digest.render.text import LONGEST_TITLE, tidy, web_link
from digest.shortening import cut

_TEX = {sign: f"\\{sign}" for sign in "#$%&_"} | {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",  # not \{, as BibTeX counts its brace
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
_DEPTH = {"{": 1, "}": -1}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SPECIAL = re.compile(r"[\\#$%&_{}~^]")
_BARE = re.compile(r"(\\.)|([#%&~])", re.DOTALL)  # signs that TeX takes for its own in a formula
_JOINT = re.compile(r"(?:^|\s)and(?:\s|$)|,.*,", re.IGNORECASE)
_CLASS = re.compile(r"[a-z]+(-[a-z]+)*(\.[A-Za-z]+(-[a-z]+)*)?")
_ID = re.compile(r"[^\s{}\\\"]+")
_PASSED_OVER = {"a", "an", "on", "the"}


class Work(NamedTuple):
    """A paper to be cited. A text that is not known is empty."""

    name: str  # for BibTeX; another in a file has another
    title: str
    tex_title: str  # with its formulas in LaTeX, all else escaped
    authors: list[str]  # the surname first, and a comma
    tex_authors: str
    year: int
    month: str  # as BibTeX names it
    date: str  # as RIS has it; "" where only the edition's is known
    arxiv: str
    subject: str  # arXiv's primary class
    doi: str
    url: str


def citations(edition: Edition, *, shelf: Shelf | None = None) -> list[Work]:
    """The papers of an edition, in order. `shelf` is its own, where there is one already.

    The first 50 authors are named; of the others, BibTeX says that there are some.
    """
    shelf = shelf or Shelf(edition)
    placements = (placed for section in edition.sections for placed in section.papers)
    works = [_work(placed, shelf, edition.date) for placed in placements]
    return list(_apart(works))


def _work(placed: Placement, shelf: Shelf, day: dt.date) -> Work:
    paper, people, title = placed.paper, shelf.people(placed), shelf.paper(placed).title
    kind, _, name = placed.key.partition(":")
    date = paper.published or day
    authors = list(map(_surname_first, people.first))
    return Work(
        name=_name(authors, date.year, title),
        title=title,
        tex_title=_tex_title(tidy(paper.title)) or title,
        authors=authors,
        tex_authors=_tex_authors(people.first, others=people.total > len(people.first)),
        year=date.year,
        month=_MONTHS[date.month - 1],
        date=f"{paper.published:%Y/%m/%d}" if paper.published else "",
        arxiv=name if kind == "arxiv" and _ID.fullmatch(name) else "",
        subject=_subject(paper) if kind == "arxiv" else "",
        doi=_doi(paper),
        url=web_link(paper.url),
    )


def _apart(works: list[Work]) -> Iterator[Work]:
    """The works with names of which no two are alike."""
    met = Counter[str]()
    for work in works:
        met[work.name] += 1
        number = met[work.name]
        yield work._replace(name=f"{work.name}-{number}") if number > 1 else work


def _name(authors: list[str], year: int, title: str) -> str:
    """The first author's surname, the year and the title's first word, in plain letters."""
    surname = _plain(authors[0].partition(",")[0]) if authors else ""
    words = (_plain(word) for word in title.split())
    word = next((word for word in words if word and word not in _PASSED_OVER), "")
    return f"{surname}{year}{word}"


def _plain(text: str) -> str:
    """The letters and digits of a text that ASCII has, in lower case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(filter(str.isalnum, text.lower()))


def _surname_first(name: str) -> str:
    """A name as RIS has it. Its last word is taken for the surname where it has no comma."""
    first, _, last = name.rpartition(" ")
    return name if "," in name or not first else f"{last}, {first}"


def _tex_authors(people: Sequence[str], *, others: bool) -> str:
    """Names as BibTeX has them: one that it would read as two, or not at all, in braces."""
    told = _tex("\n".join(people)).split("\n")
    if any(map(_JOINT.search, people)):
        told = [f"{{{name}}}" if _JOINT.search(name) else name for name in told]
    return " and ".join([*told, "others"] if others else told)


def _tex(text: str) -> str:
    """A plain text as TeX shows it as it is."""
    return _SPECIAL.sub(lambda found: _TEX[found[0]], text) if _SPECIAL.search(text) else text


def _tex_title(title: str) -> str:
    """A title for TeX, with such formulas of its own as can stand in BibTeX."""
    if not _SPECIAL.search(title):
        return cut(title, LONGEST_TITLE)
    if len(title) > LONGEST_TITLE:
        return _tex(shown_title(title))
    return "".join(map(_tex_piece, pieces(title)))


def _tex_piece(piece: str | Formula) -> str:
    if isinstance(piece, Formula):
        body = _BARE.sub(lambda found: found[1] or f"\\{found[2]}", piece.body)
        return f"${body}$" if _balanced(body) else _tex(readable(piece.source))
    start, end = piece[:1] == " ", piece[1:][-1:] == " "
    return " " * start + _tex(readable(piece).strip()) + " " * end


def _balanced(body: str) -> bool:
    """Whether a formula can stand in TeX, and in BibTeX, which counts an escaped brace, too."""
    unescaped = re.sub(r"\\.", "", body)
    return "$" not in unescaped and _paired(body) and _paired(unescaped)


def _paired(text: str) -> bool:
    depths = [0, *accumulate(_DEPTH.get(sign, 0) for sign in text)]
    return min(depths) == depths[-1] == 0


def _subject(paper: Paper) -> str:
    first = tidy(paper.categories[:1])
    return first[0] if first and _CLASS.fullmatch(first[0]) else ""


def _doi(paper: Paper) -> str:
    """The paper's DOI where it has one that can stand in BibTeX."""
    found = next(filter(None, (doi(text) for text in paper.ids if "10." in text)), None)
    name = tidy(found[0]) if found else ""
    return name if _ID.fullmatch(name) else ""
