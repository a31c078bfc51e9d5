"""`make eval-summaries`: tables of how well short texts carry the claims of papers."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.eval_summaries.measures import ROUGE, rouge, scorer, verdict
from benchmarks.eval_summaries.papers import Labelled, Referred, labelled, referred
from benchmarks.eval_summaries.ways import WAYS, oracle
from benchmarks.eval_themes.metrics import bootstrap, mean
from benchmarks.eval_themes.recorded import BESIDE, Recorded
from digest.summary import extract

_REFERENCES = 500  # papers, drawn from those with a machine's summary
_LABEL_MEASURES = ("a claim is shown", "sentences that fit", "nothing but the claim", "characters")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="eval-summaries", description=__doc__)
    parser.add_argument("--data", type=Path, default=BESIDE, help="the recorded data")
    recorded = Recorded(parser.parse_args().data)
    test, missing = labelled("test", recorded)
    if not test:
        raise SystemExit(f"{recorded.folder} has none of the labelled papers")
    print(f"## Labels of the test half: {len(test)} papers, {missing} missing\n")
    print(_table(("", *_LABEL_MEASURES), _by_labels(test)))
    print("\n## Nothing but the claim, by field\n")
    print(_table(("", "papers", *WAYS), _by_field(test)))
    train, _ = labelled("train", recorded)
    print(f"\n## Labels of the train half: {len(train)} papers, seen while fitting\n")
    print(_table(("", *_LABEL_MEASURES), _by_labels(train)))
    papers = random.Random(7).sample(referred("test", recorded), _REFERENCES)
    print(f"\n## ROUGE beside Hugging Face's machine-written summaries: {len(papers)} papers\n")
    print(_table(("", *ROUGE), _by_references(papers)))
    print(f"\n{_cost(papers):.2f} ms of CPU for an abstract of 1,400 to 1,600 characters")
    return 0


def _by_labels(papers: Sequence[Labelled]) -> Iterator[Iterable[str]]:
    for name, way in WAYS.items():
        found = [verdict(way(paper.text), paper).values() for paper in papers]
        *shares, lengths = zip(*found, strict=True)
        yield name, *map(_share, shares), f"{mean(lengths):.0f}"


def _by_field(papers: Sequence[Labelled]) -> Iterator[Iterable[str]]:
    for field in dict.fromkeys(paper.field for paper in papers):
        some = [paper for paper in papers if paper.field == field]
        good = ([verdict(way(one.text), one).good for one in some] for way in WAYS.values())
        yield field, str(len(some)), *(f"{mean(found):.2f}" for found in good)


def _by_references(papers: Sequence[Referred]) -> Iterator[Iterable[str]]:
    by = scorer()
    for name, way in WAYS.items():
        found = [rouge(way(paper.text), paper.reference, by) for paper in papers]
        yield name, *map(_share, zip(*found, strict=True))
    found = [rouge(oracle(paper, by), paper.reference, by) for paper in papers]
    yield "best that the limit allows", *map(_share, zip(*found, strict=True))


def _share(values: Sequence[float]) -> str:
    least, most = bootstrap(values, mean)
    return f"{mean(values):.3f} ({least:.3f}–{most:.3f})"


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cost(papers: Sequence[Referred]) -> float:
    """Milliseconds of CPU for a usual abstract, the best of ten rounds."""
    texts = [paper.text for paper in papers if 1400 <= len(paper.text.abstract) <= 1600]
    rounds = []
    for _ in range(10):
        begun = time.process_time()
        for text in texts:
            extract(text.abstract, text.title)
        rounds.append((time.process_time() - begun) / len(texts))
    return min(rounds) * 1000


if __name__ == "__main__":
    sys.exit(main())
