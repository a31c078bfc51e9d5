"""What is kept of a run, for `digest status` and for what is usual of a source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from digest.store.times import from_day, from_seconds

if TYPE_CHECKING:
    from digest.model.runs import RunNote, RunReport
    from digest.model.sources import SourceReport

POLLED = "polled"  # the status of a poll


def as_json(report: RunReport) -> str:
    """A report, as the journal keeps it."""
    kept = {
        "status": report.status.value,
        "new": report.new,
        "repeats": report.repeats,
        "revised": report.revised,
        "sources": {one.name: _source(one) for one in report.sources},
        "deliveries": report.deliveries,
        "reason": report.reason,
    }
    if report.trouble:
        kept["trouble"] = report.trouble
    if report.summaries:
        kept["summaries"] = report.summaries._asdict()
    if report.status.value == POLLED:
        kept["kept"] = report.kept
    return json.dumps(kept, ensure_ascii=False)


def _source(one: SourceReport) -> dict[str, Any]:
    told = {
        "state": one.state.value,
        "sightings": one.sightings,
        "new": one.new,
        "reason": one.reason,
        "held": one.held,
    }
    return told if one.seconds is None else told | {"seconds": round(one.seconds, 2)}


def same(one: str, other: str) -> bool:
    """Whether two reports say the same, however long the sources took."""
    return one == other or _untimed(one) == _untimed(other)


def _untimed(text: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(text)
    for told in report["sources"].values():
        told.pop("seconds", None)
    return report


def as_run(at: int, status: str, report: str) -> RunNote:
    """A run as the schedule knows it; its sources are without what readers are told of them."""
    from digest.model.runs import RunNote, RunStatus  # slow to load
    from digest.model.sources import SourceReport, SourceState

    told = json.loads(report)
    return RunNote(
        at=from_seconds(at),
        status=RunStatus(status),
        kept=told.get("kept", 0),
        sources=tuple(
            SourceReport(
                name=name,
                state=SourceState(one["state"]),
                sightings=one["sightings"],
                new=one["new"],
                reason=one["reason"],
                held=one["held"],
            )
            for name, one in told["sources"].items()
        ),
    )


def as_note(at: int, date: int, status: str, report: str) -> dict[str, Any]:
    """A run as `digest status` tells it: at, date, status, report."""
    return {
        "at": from_seconds(at).isoformat(),
        "date": from_day(date).isoformat(),
        "status": status,
        "report": json.loads(report),
    }
