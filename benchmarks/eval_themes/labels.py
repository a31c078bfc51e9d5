"""Papers under the themes that readers gave them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.eval_themes.recorded import Recorded
from digest.errors import UsageError
from digest.model.papers import Paper

_OURS = Path(__file__).parents[1] / "labels"
SHIPPED = [_OURS / f"{name}.jsonl" for name in ("train", "uncertain", "development", "test")]


class Labelled(NamedTuple):
    """A paper and what each reader calls it: the theme to look under first, then others."""

    paper: Paper
    readings: Sequence[Sequence[str]]


class LabelSet(NamedTuple):
    """The labelled papers whose texts are at hand."""

    name: str  # which tells how many are missing
    papers: Sequence[Labelled]


def recorded_halves(recorded: Recorded) -> Iterator[LabelSet]:
    """The labels of the recorded data: every other day from the first, and the days between."""
    codes = recorded.codes()
    rows = [
        row | {"labels": [codes[code] for code in row["labels"]]}
        for row in recorded.rows("themes/labels_hf.jsonl")
    ]
    days = sorted({row["day"] for row in rows})
    for half, name in enumerate(("tuned on", "held back")):
        held = [row for row in rows if row["day"] in days[half::2]]
        yield _set(f"labels_hf, {name}", held, recorded.papers)


def from_files(files: Iterable[Path], papers: Mapping[str, Paper]) -> Iterator[LabelSet]:
    """The labels of files, a reading a line: `id`, `labels` (ids of themes) and `by`.

    Raises UsageError with file and line where a line is no such reading.
    """
    for file in files:
        yield _set(file.stem, _readings(file), papers)


def together(name: str, sets: Iterable[LabelSet]) -> LabelSet:
    """Several sets as one."""
    return LabelSet(name, [paper for labels in sets for paper in labels.papers])


def _readings(file: Path) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError:  # no JSON, or no UTF-8
            row = None
        if not _is_reading(row):
            such = '{"id": "2407.20750", "labels": ["retrieval", "language"], "by": "a"}'
            raise UsageError(f"{file}, line {number}: is no reading such as {such}")
        yield row


def _is_reading(row: object) -> bool:
    match row:
        case {"id": str(), "labels": [_, *_] as labels, **more}:
            return all(isinstance(text, str) for text in (*labels, more.get("by", "")))
        case _:
            return False


def _set(name: str, rows: Iterable[Mapping[str, Any]], papers: Mapping[str, Paper]) -> LabelSet:
    readings: dict[str, list[Sequence[str]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.get("by", "")):
        readings[row["id"]].append(row["labels"])
    known = [Labelled(papers[paper], found) for paper, found in readings.items() if paper in papers]
    missing = len(readings) - len(known)
    return LabelSet(
        f"{name}, without {missing} whose texts are missing" if missing else name, known
    )
