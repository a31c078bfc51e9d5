"""The catalogues of a site: which editions it holds, and what lists say of them.

    catalogue.json  ->  YYYY/catalogue.json  ->  YYYY/MM/catalogue.json

The years' are written when all else is, so whatever they name is there; a year counts when the
site's own names it, too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from digest.archive.files import write
from digest.archive.site import NAME
from digest.errors import DigestError
from digest.failpoint import failpoint
from digest.model.catalogue import Catalogue, Day, Month, Year, YearTotal
from digest.render.catalogued import tally

T = TypeVar("T")


class _Dates(msgspec.Struct):
    """A year's catalogue, read no further than is needed to tell its dates."""

    days: dict[dt.date, msgspec.Raw] = {}


_AT_HAND = 4  # months


def in_year(path: Path, number: int) -> Path:
    """Where the catalogue of a year is."""
    return path / f"{number}" / NAME


class Catalogues:
    """The catalogues in a site's folder, and what is new in them until `save`. Months go by their
    first days.

    `anew` leaves aside what the site has.
    """

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        self._path = path
        self._anew = anew
        self.site = self._found(path / NAME, Catalogue) or Catalogue(newsletter="")
        self._years: dict[int, Year] = {}
        self._months: dict[int, dict[dt.date, Counter[str]]] = {}
        self._entered: set[dt.date] = set()  # months
        self.month = lru_cache(_AT_HAND)(self._month)

    def _found(self, file: Path, kind: type[T]) -> T | None:
        return None if self._anew else _read(file, kind)

    def year(self, number: int) -> Year:
        """The catalogue of a year."""
        if number not in self._years:
            self._years[number] = self._found(in_year(self._path, number), Year) or Year()
        return self._years[number]

    def holds(self, number: int) -> Collection[dt.date]:
        """The dates of a year's editions, read as they were written last."""
        found = _read(in_year(self._path, number), _Dates) if number in self.site.years else None
        return found.days if found else ()

    def _month(self, first: dt.date) -> Month:
        """The catalogue of the month that begins on a date."""
        file = self._path / f"{first:%Y/%m}" / NAME
        found = _read(file, Month) if first in self._entered else self._found(file, Month)
        return found or Month()

    def years(self) -> list[int]:
        """The years with editions, oldest first."""
        entered = {number for number, year in self._years.items() if year.days}
        return sorted(self.site.years.keys() | entered)

    def dates(self) -> Iterator[dt.date]:
        """The dates of all editions, newest first."""
        for number in reversed(self.years()):
            yield from reversed(self.year(number).days)

    def of_month(self, first: dt.date) -> list[dt.date]:
        """The dates of a month's editions, newest first."""
        days = reversed(self.year(first.year).days)
        return [date for date in days if date.replace(day=1) == first]

    def themes(self, first: dt.date) -> list[str]:
        """The themes with papers in a month."""
        return sorted(self.months(first.year)[first])

    def before(self, date: dt.date) -> dt.date | None:
        """The date of the edition before a date."""
        for number in reversed(self.years()):
            days = reversed(self.year(number).days if number <= date.year else {})
            if found := next((one for one in days if one < date), None):
                return found
        return None

    def after(self, date: dt.date) -> dt.date | None:
        """The date of the edition after a date."""
        for number in self.years():
            days = self.year(number).days if number >= date.year else {}
            if found := next((one for one in days if one > date), None):
                return found
        return None

    def months(self, number: int) -> dict[dt.date, Counter[str]]:
        """The months of a year with editions by their first days: papers by theme."""
        if number not in self._months:
            found: dict[dt.date, Counter[str]] = {}
            for date, one in self.year(number).days.items():
                found.setdefault(date.replace(day=1), Counter()).update(one.themes)
            self._months[number] = found
        return self._months[number]

    def earlier(self, month: dt.date, theme: str = "") -> Iterator[dt.date]:
        """The months before one that have editions, or papers of a theme; the last first."""
        for number in reversed(self.years()):
            months = (
                self.months(number) if number <= month.year and self._has(number, theme) else {}
            )
            for first, themes in reversed(months.items()):
                if first < month and (not theme or themes[theme]):
                    yield first

    def later(self, month: dt.date, theme: str = "") -> Iterator[dt.date]:
        """The months after one that have editions, or papers of a theme; the first first."""
        for number in self.years():
            months = (
                self.months(number) if number >= month.year and self._has(number, theme) else {}
            )
            for first, themes in months.items():
                if first > month and (not theme or themes[theme]):
                    yield first

    def _has(self, number: int, theme: str) -> bool:
        """Whether a year can have papers of a theme."""
        total = self.site.years.get(number)
        return not theme or number in self._years or total is None or theme in total.themes

    def enter(self, first: dt.date, days: Sequence[Day]) -> list[Day]:
        """Put editions into the catalogue of their month, which is written, and of their year.

        Returns those that had their dates before.
        """
        had = {day.date: day for day in self.month(first).days}
        by_date = had | {day.date: day for day in days}
        month = Month(days=tuple(by_date[date] for date in sorted(by_date)))
        write(self._path / f"{first:%Y/%m}" / NAME, msgspec.json.encode(month))
        self._entered.add(first)
        self.month.cache_clear()
        tallies = self.year(first.year).days | {day.date: tally(day) for day in days}
        self._years[first.year] = Year(days=dict(sorted(tallies.items())))
        self._months.pop(first.year, None)
        return [had[day.date] for day in days if day.date in had]

    def sum_up(self, **known: Any) -> None:
        """Bring the site's own catalogue up to date; `known` are its fields beside the years."""
        touched = {number: _total(self._years[number]) for number in self._touched()}
        years = dict(sorted((self.site.years | touched).items()))
        self.site = replace(self.site, years=years, **known)

    def save(self) -> None:
        """Write the catalogues above the months': the editions that were entered are there now."""
        write(self._path / NAME, msgspec.json.encode(self.site))
        failpoint("mid-catalogues")
        for number in self._touched():
            document = msgspec.json.encode(self._years[number])
            write(in_year(self._path, number), document)

    def _touched(self) -> list[int]:
        return sorted({first.year for first in self._entered})


def _total(year: Year) -> YearTotal:
    themes = Counter[str]()
    for one in year.days.values():
        themes.update(one.themes)
    return YearTotal(
        editions=len(year.days),
        last=max(year.days),
        size=sum(themes.values()),
        themes=dict(sorted(themes.items())),
    )


def _read(file: Path, kind: type[T]) -> T | None:
    """What a catalogue says, None where there is none. Raises DigestError where it is damaged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DigestError(f"archive: {file} cannot be read: {error.strerror}") from error
    except ValueError:
        raise DigestError(
            f"archive: {file} is damaged; `digest archive build --full` makes it anew"
        ) from None
