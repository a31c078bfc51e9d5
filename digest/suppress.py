"""What is new, what was shown before, and what was shown before but has been revised (G1, G2).

Novelty is never a matter of dates: new is what no edition of this newsletter holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from digest.model.decisions import Decision, Known, Repeat, Work


def decide(works: Iterable[tuple[Work, Known | None]]) -> Decision:
    """Sort works, each with the known paper it is, into new, repeats and revised ones.

    A work that was shown only as the new version of an older paper, and is in no edition, is
    none of them.
    """
    new: list[Work] = []
    repeats: list[Repeat] = []
    for work, known in works:
        if known and known.edition:
            repeats.append(Repeat(known=known, work=work))
        elif not all(sighting.replacement for sighting in work.sightings):
            new.append(work)
    return Decision(
        new=tuple(new),
        repeats=tuple(repeats),
        revised=tuple(repeat for repeat in repeats if _rose(repeat)),
    )


def without(decision: Decision, held: Collection[str]) -> Decision:
    """A decision without the new works that only sources held back have shown."""
    new = tuple(
        work
        for work in decision.new
        if any(sighting.source not in held for sighting in work.sightings)
    )
    return replace(decision, new=new)


def _rose(repeat: Repeat) -> bool:
    """Whether the version rose; a first version seen is no rise from one never told."""
    before, now = repeat.known.version, repeat.work.version
    return before is not None and now is not None and now > before
