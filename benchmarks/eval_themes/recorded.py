"""The recorded data, where it is at hand: ../shared/data beside the project."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from digest.model.papers import Paper
from digest.model.replies import Reply, Request
from digest.sources.huggingface import HuggingFace

BESIDE = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Recorded:
    """A folder of recorded data. What it does not have is empty."""

    folder: Path

    @cached_property
    def days(self) -> Mapping[str, list[Paper]]:
        """Hugging Face's list of each day, without those that an earlier day has."""
        seen: set[str] = set()
        days: dict[str, list[Paper]] = {}
        for file in sorted(self.folder.glob("hf_daily/raw/*.json.gz")):
            new = [paper for paper in _listed(file) if paper.ids[0] not in seen]
            seen.update(paper.ids[0] for paper in new)
            days[file.name.removesuffix(".json.gz")] = new
        return days

    @cached_property
    def papers(self) -> Mapping[str, Paper]:
        """All papers of these days by their arXiv id."""
        return {paper.ids[0]: paper for papers in self.days.values() for paper in papers}

    def rows(self, *patterns: str) -> Iterator[dict[str, Any]]:
        """The rows of JSON lines, packed or not."""
        for pattern in patterns:
            for file in sorted(self.folder.glob(pattern)):
                packed = file.suffix == ".gz"
                text = gzip.decompress(file.read_bytes()) if packed else file.read_bytes()
                yield from map(json.loads, text.splitlines())

    def categories(self) -> Mapping[str, list[str]]:
        """The arXiv categories of some of Hugging Face's papers, by arXiv id."""
        file = self.folder / "themes" / "hf_arxiv_categories.json.gz"
        found = json.loads(gzip.decompress(file.read_bytes())) if file.exists() else {}
        return {name: told["categories"] for name, told in found.items()}

    def codes(self) -> Mapping[str, str]:
        """The themes that the codes of the recorded labels stand for."""
        file = self.folder / "themes" / "codes.json"
        return json.loads(file.read_bytes()) if file.exists() else {}


def _listed(file: Path) -> Iterator[Paper]:
    source = HuggingFace("hf", "https://example.org/", 0)
    request = Request(url=source.url)
    body = gzip.decompress(file.read_bytes())
    return iter(source.parse(Reply(request=request, url=source.url, body=body)).papers)
