"""subscribers list, import and export: all readers, however many."""

from __future__ import annotations

import argparse
import codecs
import io
import json
import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TextIO

from digest import logs, wiring
from digest.cli import common
from digest.cli.subscribers import as_json, theme_faults
from digest.counts import plural
from digest.errors import UsageError
from digest.model.readers import Consent, Rule, Standing
from digest.store.enrolling import Record
from digest.subscribe import columns, rules
from digest.subscribe.rows import Row, Table, Unreadable, write
from digest.subscribe.rules import Refused

_STEP = 1_000  # rows from one word of progress to the next


def show_all(options: argparse.Namespace) -> int:
    """List the readers, or those of a state."""
    config, state = common.configuration(options), _state(options.state)
    slug = config.newsletter.slug
    with closing(wiring.kept_store(config)) as store:
        counts = store.reader_counts(slug)
        if options.json:
            _print_json(counts, store.readers(slug, state))
        elif not options.quiet:
            for reader in store.readers(slug, state):
                print(_line(reader))
            each = [f"{count:,} {name}" for name, count in counts.items() if count]
            print(f"{plural(sum(counts.values()), 'reader')}: {', '.join(each) or 'none yet'}")
    return 0


def _state(word: str | None) -> Consent | None:
    try:
        return columns.state(word) if word else None
    except Refused as refusal:
        raise UsageError(f"--state {refusal}") from None


def _print_json(counts: Mapping[Consent, int], readers: Iterator[Record]) -> None:
    """One JSON object, printed reader by reader."""
    print(f'{{"counts": {json.dumps(counts)},\n"readers": [', end="")
    before = "\n"
    for reader in readers:
        print(before + json.dumps(as_json(reader), ensure_ascii=False), end="")
        before = ",\n"
    print("\n]}")


def _line(known: Record) -> str:
    reader = known.subscriber
    until = f" until {reader.paused_until}" if reader.paused_until else ""
    named = ", named in mail.to" if known.fixed else ""
    line = f"{reader.address}  {reader.state}{until} since {known.since:%Y-%m-%d}"
    return f"{line}, {reader.frequency}{named}"


def export(options: argparse.Namespace) -> int:
    """Print all readers, so that `import` can read them."""
    config = common.configuration(options)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's, as `import` has it
    with closing(wiring.kept_store(config)) as store:
        readers = store.readers(config.newsletter.slug)
        write((known.subscriber for known in readers), options.format or "csv", sys.stdout)
    return 0


def take_in(options: argparse.Namespace) -> int:
    """Add the readers of a file: all rows that are right, or none where it cannot be read."""
    config, now = common.configuration(options), common.clock(options)()
    intake = _Intake(_consent(options.consent))
    progress = common.progress(options)
    with _opened(options.file) as lines, TemporaryFile() as aside:
        table = Table(lines, theme_faults(config), options.format)
        try:
            rows = _read_first(table, aside, progress)
        except Unreadable as error:
            raise UsageError(f"{_name(options.file)} {error}; nothing was imported") from None
        with closing(wiring.store(config)) as store:
            counts = store.revise(config.newsletter.slug, intake.changes(rows), now)
    progress("")
    _report(options, counts, table.unused, sorted(intake.refused))
    return 1 if intake.refused else 0


def _consent(given: str) -> str:
    try:
        return columns.words(given) or "imported"
    except Refused as refusal:
        raise UsageError(f"--consent {refusal}") from None


class _Intake:
    """The rule of an import for each row, and what it refuses."""

    def __init__(self, consent: str) -> None:
        self.refused: list[tuple[int, str]] = []
        self._consent = consent

    def changes(self, rows: Iterable[Row]) -> Iterator[tuple[str, Rule]]:
        for row in rows:
            if row.fault:
                self.refused.append((row.line, row.fault))
            else:
                yield row.said["address"], partial(self._rule, row)

    def _rule(self, row: Row, standing: Standing) -> Standing | None:
        try:
            return rules.imported(standing, row.said, consent=self._consent)
        except Refused as refusal:
            self.refused.append((row.line, str(refusal)))
            return None


def _read_first(
    table: Iterable[Row], aside: IO[bytes], progress: Callable[[str], None]
) -> Iterator[Row]:
    """The rows of a table, which is read to its end: nobody waits for the store meanwhile."""
    rows, left = 0, iter(table)
    while some := list(islice(left, _STEP)):
        pickle.dump(some, aside)  # many at once, as most of what they say they share
        rows += len(some)
        progress(f"{rows:,} rows read")
    aside.seek(0)
    return _again(aside, rows, progress)


def _again(aside: IO[bytes], rows: int, progress: Callable[[str], None]) -> Iterator[Row]:
    for number in range(0, rows, _STEP):
        progress(f"{number:,} of {rows:,} rows entered")
        yield from pickle.load(aside)  # noqa: S301 - we wrote it


def _report(
    options: argparse.Namespace,
    counts: Counter[str],
    unused: Sequence[str],
    refused: Sequence[tuple[int, str]],
) -> None:
    told = {word: counts[word] for word in ("added", "changed", "unchanged")}
    if options.json:
        rows = [{"line": line, "reason": reason} for line, reason in refused]
        common.print_json({**told, "refused": rows, "unused_columns": [*unused]})
        return
    if unused:
        common.warn(f"nothing was made of these columns: {', '.join(unused)}")
    for line, reason in refused:
        logs.problem("refused", f"line {line}: {reason}")
    summary = ", ".join(f"{count:,} {word}" for word, count in told.items())
    common.say(options, f"{summary}, {len(refused):,} refused")


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _opened(file: str) -> TextIO:
    """The text of a file, or of standard input."""
    try:
        data = open(0 if file == "-" else file, "rb")  # noqa: PTH123, SIM115 - closed with its text
        start = data.peek(2)
    except OSError as error:
        raise UsageError(f"{_name(file)} cannot be read: {error.strerror}") from None
    is_wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return io.TextIOWrapper(data, "utf-16" if is_wide else "utf-8-sig", newline="")
