"""Readers in files: CSV, and JSON lines. Pure.

What makes a file useless raises Unreadable; what is wrong with one row is told as its fault, and
the others go on.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TextIO

import msgspec

from digest.model.readers import Subscriber
from digest.subscribe.columns import COLUMNS, column, said, shown
from digest.subscribe.rules import Refused

_SEPARATORS = ",;\t"  # the first is ours
_MOST_UNUSED = 20  # names; more would not be read

Fault = Callable[[str], str]  # what is wrong with a theme's id, or ""


class Unreadable(Exception):
    """What is wrong with a file as a whole, in words that follow its name."""


class Row(NamedTuple):
    """What a row says of a reader (fields of Subscriber and of Preferences), or its fault."""

    line: int  # where it begins
    said: Mapping[str, Any]
    fault: str = ""


class Table:
    """The rows of a file; `unused` names what they have beside, once they are read.

    Iterating raises Unreadable.
    """

    def __init__(self, lines: Iterable[str], theme_fault: Fault, form: str | None) -> None:
        self.unused: list[str] = []
        self._lines = iter(lines)
        self._theme_fault = theme_fault
        self._form = form

    def __iter__(self) -> Iterator[Row]:
        try:
            first = next(self._lines, "")
            lines = chain([first], self._lines)
            looks_json = first.lstrip().startswith("{")
            form = self._form or ("jsonl" if looks_json else "csv")
            raws = self._objects(lines) if form == "jsonl" else self._cells(lines, first)
            for line, raw in raws:
                yield self._row(line, raw)
        except UnicodeDecodeError:
            raise Unreadable("is not text in UTF-8; save it as such") from None

    def _row(self, line: int, raw: Mapping[str, object] | str) -> Row:
        if isinstance(raw, str):
            return Row(line, {}, raw)
        try:
            return Row(line, said({"address": None, **raw}, self._theme_fault))
        except Refused as refusal:
            return Row(line, {}, str(refusal))

    def _cells(
        self, lines: Iterable[str], first: str
    ) -> Iterator[tuple[int, Mapping[str, object] | str]]:
        """The cells of each row of CSV under our names, or what is wrong with the row."""
        reader = csv.reader(lines, delimiter=_separator(first), strict=True)
        try:
            headings = next(reader, [])
            names = self._names(headings)
            if "address" not in names:
                raise Unreadable("has no column of addresses: its first line must name it email")
            while True:
                line = reader.line_num + 1
                row = next(reader, None)
                if row is None:
                    return
                if len(row) > len(names):
                    yield line, f"has {len(row)} cells where the first line names {len(names)}"
                elif any(row):
                    row += [""] * (len(names) - len(row))
                    yield line, {name: cell for name, cell in zip(names, row, strict=True) if name}
        except csv.Error as error:
            raise Unreadable(f"breaks off at line {reader.line_num}: {error}") from None

    def _names(self, headings: Sequence[str]) -> list[str]:
        """Our names for columns; "" for those that say nothing to us, or what another says."""
        names: list[str] = []
        for heading in headings:
            name = column(heading) or ""
            if not name or name in names:
                self._note_unused(heading)
            names.append("" if name in names else name)
        return names

    def _objects(self, lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, object] | str]]:
        """What each line of JSON says under our names, or what is wrong with it."""
        for line, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            try:
                found = msgspec.json.decode(text, type=dict[str, Any])
            except (ValueError, RecursionError):
                yield line, "is not a JSON object"
                continue
            names = self._names([*found])
            yield (
                line,
                {name: value for name, value in zip(names, found.values(), strict=True) if name},
            )

    def _note_unused(self, heading: str) -> None:
        if heading.strip() not in self.unused and len(self.unused) < _MOST_UNUSED:
            self.unused.append(heading.strip())


def _separator(first: str) -> str:
    """What stands between cells: that under which the first line names most columns we know."""

    def known(separator: str) -> int:
        headings = first.split(separator)
        return sum(column(heading.strip('" \r\n')) is not None for heading in headings)

    return max(_SEPARATORS, key=known)


def write(readers: Iterable[Subscriber], form: str, out: TextIO) -> None:
    """Write readers as `Table` reads them."""
    if form == "jsonl":
        out.writelines(msgspec.json.encode(shown(reader)).decode() + "\n" for reader in readers)
        return
    table = csv.DictWriter(out, [*COLUMNS], lineterminator="\n")
    table.writeheader()
    for reader in readers:
        table.writerow({name: _cell(value) for name, value in shown(reader).items()})


def _cell(value: object) -> object:
    return ";".join(value) if isinstance(value, list) else value
