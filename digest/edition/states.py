"""How each source fared, from what it showed and how much of that was new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from digest.edition.gather import Round, broken
from digest.model.replies import Glance, Visit
from digest.model.runs import RunStatus
from digest.model.sources import SourceReport, SourceState

# Of several URLs of one source, the state that says most about what is missing wins.
_ORDER = (SourceState.STALE, SourceState.WAITING, SourceState.FRESH, SourceState.QUIET)

New = Mapping[tuple[str, str], int]  # papers that entered the edition, by source and URL


def reports(rounds: Iterable[Round], new: New, now: dt.datetime) -> tuple[SourceReport, ...]:
    """A report on each source; none on one that has nothing for a day alone."""
    return tuple(
        _report(turn, new, now)
        for turn in rounds
        if turn.requested or turn.errors or not turn.occasion.alone
    )


def _report(turn: Round, new: New, now: dt.datetime) -> SourceReport:
    name = turn.source.name
    if turn.errors:
        state, reason = SourceState.FAILED, "; ".join(dict.fromkeys(turn.errors))
    else:
        try:
            state, reason = _verdict(turn, new, now)
        except Exception as error:  # noqa: BLE001 - a source's own fault must stop no other
            state, reason = SourceState.FAILED, broken(error)
    return SourceReport(
        name=name,
        state=state,
        sightings=len(turn.sightings),
        new=sum(count for (source, _), count in new.items() if source == name),
        reason="; ".join(dict.fromkeys([*turn.notes, *filter(None, [reason])])),
    )


def _verdict(turn: Round, new: New, now: dt.datetime) -> tuple[SourceState, str]:
    found: dict[SourceState, list[str]] = {}
    for glance in turn.glances:
        fresh = new.get((turn.source.name, glance.url))
        state, reason = (SourceState.FRESH, "") if fresh else turn.source.verdict(glance, now)
        found.setdefault(state, []).append(reason)
    for state in _ORDER:
        if state in found:
            return state, _together(state, found[state])
    return SourceState.WAITING, "its next list has not begun"


def _stale(turn: Round, glance: Glance, now: dt.datetime) -> bool:
    try:
        return turn.source.verdict(glance, now)[0] is SourceState.STALE
    except Exception:  # noqa: BLE001 - the report tells of it
        return False


def _together(state: SourceState, reasons: list[str]) -> str:
    """Of quiet lists the newest speaks for all; who is late is named."""
    told = reasons[-1:] if state is SourceState.QUIET else reasons
    return "; ".join(dict.fromkeys(filter(None, told)))


def nothing_new(told: Iterable[SourceReport]) -> RunStatus:
    """How a run without news ended: quiet, unless something is still to come today."""
    late = {SourceState.WAITING, SourceState.STALE}
    return RunStatus.WAITING if any(one.state in late for one in told) else RunStatus.QUIET


def visits(rounds: Iterable[Round], new: New, now: dt.datetime) -> list[Visit]:
    """What is to be kept of the visits, once their papers are kept."""
    return [visit for turn in rounds for visit in _kept(turn, new, now)]


def _kept(turn: Round, new: New, now: dt.datetime) -> Iterator[Visit]:
    """A round's visits; an old batch again has brought no URL any further."""
    stale = {glance.url for glance in turn.glances if _stale(turn, glance, now)}
    for visit in turn.kept():
        if new.get((visit.source, visit.url)):
            yield visit._replace(fresh_at=now)
        elif visit.url in stale:
            yield visit._replace(read_at=turn.occasion.read.get(visit.url))
        else:
            yield visit
