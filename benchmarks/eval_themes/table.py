"""One Markdown table, in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.eval_themes.metrics import Sample, bootstrap, mean

HEAD = ("", "of", "Papertide", "95 % CI", "k-means", "NMF", "wanted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, what else is known of it, and what is wanted of it."""

    what: str
    of: str  # what it was measured on: "201 papers"
    value: float
    interval: tuple[float, float] | None = None
    peers: tuple[float, float] | None = None  # the same of k-means and NMF on TF-IDF
    least: float | None = None
    most: float | None = None
    unit: str = ""  # of what is no share

    def cells(self) -> Iterator[str]:
        """What the table shows of it."""
        yield self.what
        yield self.of
        yield self._shown(self.value)
        yield "–".join(map(self._shown, self.interval or ()))
        yield from map(self._shown, self.peers) if self.peers else ("", "")
        yield ", ".join(self._wanted())

    def _shown(self, value: float) -> str:
        if not self.unit:
            return f"{value:.3f}"
        return f"{value:,.0f} {self.unit}" if value >= 10 else f"{value:.3g} {self.unit}"

    def _wanted(self) -> Iterator[str]:
        for sign, limit, kept in (
            ("≥", self.least, self.least is None or self.value >= self.least),
            ("≤", self.most, self.most is None or self.value <= self.most),
        ):
            if limit is not None:
                yield f"{sign} {limit:g} {_mark(kept)}"
        if self.peers and self.unit:
            yield f"least {_mark(self.value <= min(self.peers))}"
        elif self.peers:
            yield f"best {_mark(self.value >= max(self.peers))}"


def _mark(kept: bool) -> str:
    return "✓" if kept else "✗"


def share(
    what: str,
    sample: Sequence[Sample],
    statistic: Callable[[Sequence[Sample]], float],
    *,
    least: float | None = None,
) -> Row:
    """A statistic of papers with its interval."""
    return Row(
        what=what,
        of=f"{len(sample):,} papers",
        value=statistic(sample),
        interval=bootstrap(sample, statistic),
        least=least,
    )


def hits(what: str, sample: Iterable[bool], *, least: float | None = None) -> Row:
    """The share of papers of which something is true, with its interval."""
    return share(what, list(sample), mean, least=least)


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together."""

    name: str
    rows: Sequence[Row]


def markdown(groups: Iterable[Group]) -> str:
    """The table of all groups."""
    lines = [HEAD, ("---", "---:", "---:", "---", "---:", "---:", "---")]
    for group in groups:
        lines.append((f"**{group.name}**", *[""] * (len(HEAD) - 1)))
        lines += [tuple(row.cells()) for row in group.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
