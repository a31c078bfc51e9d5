"""How each source fared, from what it showed and how much of that was new."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from digest.edition.reading import BROKEN, Failure, Round, broken
from digest.errors import FileError, Unreachable
from digest.model.replies import Glance, Visit
from digest.model.runs import RunStatus
from digest.model.sources import SourceReport, SourceState

if TYPE_CHECKING:
    from digest.model.decisions import Work

# Of several URLs of one source, the state that says most about what is missing wins.
_ORDER = (SourceState.STALE, SourceState.WAITING, SourceState.FRESH, SourceState.QUIET)

_LENGTH = 2000  # characters of a reason


class News(NamedTuple):
    """How many papers that no edition has had were shown."""

    by_source: Mapping[str, int] = MappingProxyType({})
    by_url: Mapping[tuple[str, str], int] = MappingProxyType({})  # and by its source
    kept: Mapping[tuple[str, str], int] = MappingProxyType({})  # of those, by earlier polls


def news(works: Iterable[Work], rounds: Iterable[Round]) -> News:
    """Who showed these papers.

    What fills the gaps of a URL speaks for it: a paper that stands there too is no news of the
    URL itself.
    """
    filled = {
        (turn.source.name, url): (turn.source.name, whole)
        for turn in rounds
        for url, whole in turn.parts.items()
    }
    sources: Counter[str] = Counter()
    urls: Counter[tuple[str, str]] = Counter()
    kept: Counter[tuple[str, str]] = Counter()
    for work in works:
        places = {(one.source, one.url) for one in work.sightings}
        sources.update({source for source, _ in places})
        urls.update(places - {filled[place] for place in places & filled.keys()})
        kept.update({(one.source, one.url) for one in work.sightings if one.kept})
    return News(sources, urls, kept)


def reports(rounds: Sequence[Round], new: News, now: dt.datetime) -> tuple[SourceReport, ...]:
    """A report on each source; none on one that has nothing for a day alone."""
    return tuple(
        _report(turn, new, now)
        for turn in rounds
        if turn.requested or turn.errors or not turn.occasion.alone
    )


def _report(turn: Round, new: News, now: dt.datetime) -> SourceReport:
    name, failures, state, reason = turn.source.name, turn.errors, SourceState.FAILED, ""
    if not failures:
        try:
            state, reason = _verdict(turn, new, now)
        except BaseException as error:  # noqa: BLE001 - a source's own fault must stop no other
            failures = [Failure(broken(error), BROKEN)]
    told = [*turn.notes, *_alike(failures), *filter(None, [reason])]
    return SourceReport(
        name=name,
        state=state,
        sightings=len(turn.sightings),
        new=new.by_source.get(name, 0),
        reason=_tidy("; ".join(dict.fromkeys(told))),
        cause=_tidy("; ".join(dict.fromkeys(one.cause for one in failures)) or reason),
        seconds=turn.seconds,
    )


def _alike(failures: Sequence[Failure]) -> Iterator[str]:
    """The first failure of each cause, and how many more there were."""
    causes: dict[str, list[str]] = {}
    for failure in dict.fromkeys(failures):
        causes.setdefault(failure.cause, []).append(failure.words)
    for words, *others in causes.values():
        yield f"{words} (and {len(others)} more like it)" if others else words


def _tidy(text: str) -> str:
    if not text.isprintable():
        from digest.sources.text import clean  # rarely needed

        text = clean(text)
    return text[:_LENGTH]


def _verdict(turn: Round, new: News, now: dt.datetime) -> tuple[SourceState, str]:
    found: dict[SourceState, list[str]] = {}
    for glance in turn.glances:
        state, reason = _seen(turn, glance, new, now)
        found.setdefault(state, []).append(reason)
    for state in _ORDER:
        if state in found:
            return state, _together(state, found[state])
    return SourceState.WAITING, "its next list has not begun"


def _seen(turn: Round, glance: Glance, new: News, now: dt.datetime) -> tuple[SourceState, str]:
    """What one URL came to: fresh with new papers, unless its source knows that it is stale."""
    place = turn.source.name, glance.url
    count, kept = new.by_url.get(place, 0), new.kept.get(place, 0)
    state, reason = turn.source.verdict(glance._replace(new=count, kept=kept), now)
    if not count or state in {SourceState.STALE, SourceState.FRESH}:
        return state, reason
    return SourceState.FRESH, ""


def _stale(turn: Round, glance: Glance, new: News, now: dt.datetime) -> bool:
    try:
        return _seen(turn, glance, new, now)[0] is SourceState.STALE
    except BaseException:  # noqa: BLE001 - the report tells of it
        return False


def _together(state: SourceState, reasons: list[str]) -> str:
    """Of quiet lists the newest speaks for all; who is late is named."""
    told = reasons[-1:] if state is SourceState.QUIET else reasons
    return "; ".join(dict.fromkeys(filter(None, told)))


def nothing_new(told: Iterable[SourceReport]) -> RunStatus:
    """How a run without news ended: quiet, unless something is still to come today."""
    late = {SourceState.WAITING, SourceState.STALE}
    return RunStatus.WAITING if any(one.state in late for one in told) else RunStatus.QUIET


def visits(rounds: Iterable[Round], new: News, now: dt.datetime) -> list[Visit]:
    """What is to be kept of the visits, once their papers are kept.

    Nothing, where no site answered at all: the fault is then likely ours.
    """
    turns = list(rounds)
    causes = {failure.cause for turn in turns for failure in turn.errors} - {FileError.cause}
    answers = [one for turn in turns for one in turn.glances if not one.url.startswith("file:")]
    if causes == {Unreachable.cause} and not answers:
        return []
    return [visit for turn in turns for visit in _kept(turn, new, now)]


def _kept(turn: Round, new: News, now: dt.datetime) -> Iterator[Visit]:
    """A round's visits; an old batch again has brought no URL any further."""
    stale = {glance.url for glance in turn.glances if _stale(turn, glance, new, now)}
    for visit in turn.kept():
        if visit.url in stale:
            yield visit._replace(read_at=turn.occasion.read.get(visit.url))
        elif new.by_url.get((visit.source, visit.url)):
            yield visit._replace(fresh_at=now)
        else:
            yield visit
