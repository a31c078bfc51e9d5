"""The events of a run, as programs are told of them; persons have its report."""

from __future__ import annotations

import datetime as dt

from digest import logs
from digest.cli import report
from digest.model.runs import RunReport, RunStatus
from digest.model.sources import SourceReport, SourceState


def sources(told: RunReport) -> None:
    """How each source fared."""
    for one in told.sources:
        _source(one)


def ended(told: RunReport, date: dt.date, code: int, seconds: float) -> None:
    """How the run of a date ended: what it made, what is held, and where deliveries stand."""
    if told.status is RunStatus.HELD:
        logs.event("edition.held", told.reason, logs.ERROR, edition=date)
    fields: logs.Fields = {"edition": date, "status": told.status.value}
    fields |= {"code": code, "seconds": seconds}
    fields |= {"new": told.new, "repeats": told.repeats, "revised": told.revised}
    fields |= logs.counts(told.deliveries or {})
    level = {0: logs.INFO, 1: logs.WARNING}.get(code, logs.ERROR)
    logs.event("run.ended", report.headline(told), level, **fields)


def _source(one: SourceReport) -> None:
    level = logs.WARNING if one.state is SourceState.FAILED else logs.INFO
    fields: logs.Fields = {"source": one.name, "state": one.state.value}
    fields |= {"sightings": one.sightings, "new": one.new}
    if one.seconds is not None:
        fields["seconds"] = one.seconds
    logs.event("source.held" if one.held else "source", one.reason, level, **fields)
