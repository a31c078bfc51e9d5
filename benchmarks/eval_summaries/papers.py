"""Papers of the recorded data with what is said of them: claims by readers, a machine's summary."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.eval_themes.recorded import Recorded
from digest.latex import readable
from digest.summary.sentences import sentences

_LABELS = Path(__file__).parents[1] / "labels"
_LONGEST = 400  # characters; some of Hugging Face's summaries are the abstract itself


@dataclass(frozen=True)
class Text:
    """A paper's title and abstract as a reader sees them."""

    id: str
    title: str
    abstract: str

    @cached_property
    def sentences(self) -> Sequence[str]:
        """The abstract's sentences, without headings."""
        return [sentence.text for sentence in sentences(self.abstract, self.title)]


@dataclass(frozen=True)
class Labelled:
    """A paper and which of its sentences, counted from 0, carry its claim."""

    text: Text
    field: str
    claim: Set[int]
    also: Set[int]  # would do


@dataclass(frozen=True)
class Referred:
    """A paper and a machine's summary of it."""

    text: Text
    reference: str


def labelled(half: str, recorded: Recorded) -> tuple[list[Labelled], int]:
    """The labelled papers of a half, and how many more are not at hand or are divided otherwise."""
    rows = [json.loads(line) for line in _lines(half)]
    texts = _texts(recorded, {row["id"] for row in rows})
    found = [
        Labelled(
            text=text,
            field=row["field"],
            claim={at - 1 for at in row["claim"]},
            also={at - 1 for at in row["also"]},
        )
        for row in rows
        if (text := texts.get(row["id"])) and len(text.sentences) == row["of"]
    ]
    return found, len(rows) - len(found)


def referred(half: str, recorded: Recorded) -> list[Referred]:
    """Hugging Face's papers with its machine's summary that nobody labelled, of every other day."""
    known = {json.loads(line)["id"] for one in ("train", "test") for line in _lines(one)}
    days = sorted(recorded.folder.glob("hf_daily/raw/*.json.gz"))[half == "train" :: 2]
    rows = [row["paper"] for day in days for row in json.loads(gzip.decompress(day.read_bytes()))]
    return [
        Referred(_text(row["id"], row["title"], row["summary"]), _line(row["ai_summary"]))
        for row in rows
        if row["id"] not in known and 0 < len(row.get("ai_summary") or "") <= _LONGEST
    ]


def _lines(half: str) -> list[bytes]:
    return (_LABELS / f"summaries_{half}.jsonl").read_bytes().splitlines()


def _texts(recorded: Recorded, wanted: Set[str]) -> Mapping[str, Text]:
    """The recorded papers of these ids."""
    rows = recorded.rows("archive/*/*.jsonl.gz", "themes/balanced.jsonl.gz")
    listed = {row["id"]: (row["title"], row["abstract"]) for row in rows if row["id"] in wanted}
    daily = recorded.papers
    listed |= {key: (daily[key].title, daily[key].abstract) for key in wanted & daily.keys()}
    return {key: _text(key, *texts) for key, texts in listed.items()}


def _text(key: str, title: str, abstract: str) -> Text:
    return Text(key, readable(_line(title)), readable(_line(abstract)))


def _line(text: str) -> str:
    return " ".join(text.split())
