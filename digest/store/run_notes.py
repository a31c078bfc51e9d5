"""What is kept of a run, for `digest status` and for what is usual of a source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from digest.store.times import from_day, from_seconds

if TYPE_CHECKING:
    from digest.model.runs import RunReport


def as_json(report: RunReport) -> str:
    """A report, as the journal keeps it."""
    sources = {
        one.name: {
            "state": one.state.value,
            "sightings": one.sightings,
            "new": one.new,
            "reason": one.reason,
            "held": one.held,
        }
        for one in report.sources
    }
    kept = {
        "status": report.status.value,
        "new": report.new,
        "repeats": report.repeats,
        "revised": report.revised,
        "sources": sources,
        "deliveries": report.deliveries,
        "reason": report.reason,
    }
    return json.dumps(kept, ensure_ascii=False)


def as_note(at: int, date: int, status: str, report: str) -> dict[str, Any]:
    """A run as `digest status` tells it: at, date, status, report."""
    return {
        "at": from_seconds(at).isoformat(),
        "date": from_day(date).isoformat(),
        "status": status,
        "report": json.loads(report),
    }
