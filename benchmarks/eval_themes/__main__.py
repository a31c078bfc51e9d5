"""`make eval-themes`: one table of how well papers find their themes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.eval_themes import accuracy, fields, labels, outside, own
from benchmarks.eval_themes.cost import cost
from benchmarks.eval_themes.days import USUAL, day_of, sections
from benchmarks.eval_themes.recorded import BESIDE, Recorded
from benchmarks.eval_themes.stability import stability
from benchmarks.eval_themes.table import Group, markdown
from digest.errors import DigestError
from digest.taxonomies import shipped
from digest.themes.taxonomy import Taxonomy


def main() -> int:
    """Print the table and, below it, what could not be measured."""
    options = _options()
    recorded = Recorded(options.data)
    try:
        mine = own.read(options.config) if options.config else None
        groups = list(_told(_groups(recorded, mine, options.labels)))
    except (DigestError, OSError) as error:
        raise SystemExit(str(error)) from error
    print(markdown(group for group in groups if group.rows))
    if missing := [group.name for group in groups if not group.rows]:
        print(f"\nNot measured, as {options.data} has not what it takes: {'; '.join(missing)}.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="eval-themes", description=__doc__)
    parser.add_argument("--data", type=Path, default=BESIDE, help="the recorded data")
    parser.add_argument(
        "--labels", type=Path, nargs="+", default=[], metavar="FILE", help="labels of your own"
    )
    parser.add_argument("--config", type=Path, help="your digest.toml, for your own archive")
    return parser.parse_args()


def _told(groups: Iterator[Group]) -> Iterator[Group]:
    """The groups, each named on a terminal when it is there."""
    for number, group in enumerate(groups, 1):
        if sys.stderr.isatty():
            print(f"{number:3}  {group.name}", file=sys.stderr)
        yield group


def _groups(recorded: Recorded, mine: own.Own | None, files: Sequence[Path]) -> Iterator[Group]:
    """All figures, as far as the texts they need are at hand."""
    taxonomy = shipped("ai")
    halves = list(labels.recorded_halves(recorded))
    *seen, test = labels.from_files(labels.SHIPPED, recorded.papers)
    for one in (*halves, *seen):
        yield accuracy.figures(taxonomy, one, unseen=False)
    yield accuracy.figures(taxonomy, test, unseen=True)
    for one in (labels.together("labels_hf", halves), test):
        yield accuracy.clusters(taxonomy, one)
    known = {**recorded.papers, **(mine.papers if mine else {})}
    for one in labels.from_files(files, known):
        yield accuracy.figures(mine.taxonomy if mine else taxonomy, one, unseen=True)
    yield from _recorded(taxonomy, recorded)
    if mine:
        yield from mine.figures()


def _recorded(taxonomy: Taxonomy, recorded: Recorded) -> Iterator[Group]:
    """The figures of recorded texts that nobody has labelled for our themes."""
    yield outside.conferences(taxonomy, recorded)
    yield outside.categories(taxonomy, recorded)
    yield fields.kept_out(recorded)
    yield fields.by_phrases(recorded)
    days = [
        day_of(taxonomy, [(paper.ids[0], paper, ("hf",)) for paper in papers])
        for papers in recorded.days.values()
        if papers
    ]
    of = f"Hugging Face's days of {USUAL[0]} to {USUAL[-1]} papers"
    yield sections(of, taxonomy, days, USUAL)
    yield stability(f"{of}, 15 % of them removed", taxonomy, days, USUAL, beside=True)
    yield cost(recorded)


if __name__ == "__main__":
    sys.exit(main())
