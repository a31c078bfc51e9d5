"""What a run tells: one JSON object, or lines for a person."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from digest.cli import common
from digest.config import Config
from digest.counts import plural
from digest.model.runs import RunReport, RunStatus, SummaryReport
from digest.model.sources import SourceReport, SourceState

if TYPE_CHECKING:
    from digest.delivery import Account, Outcome

BOOKS = ("sent", "pending", "deferred", "failed", "suppressed", "skipped", "uncertain")
_OPEN = ("pending", "deferred")


def run_json(told: RunReport) -> dict[str, Any]:
    """The report of `digest run` as the contract has it (docs/reports.md)."""
    data: dict[str, Any] = {
        "edition": told.edition.isoformat() if told.edition else None,
        "status": told.status.value,
        "new": told.new,
        "repeats": told.repeats,
        "revised": told.revised,
        "sections": [
            {
                "theme": section.theme,
                "papers": [{"key": p.key, "title": p.paper.title} for p in section.papers],
            }
            for section in told.sections
        ],
        "sources": {source.name: _source(source) for source in told.sources},
        "deliveries": told.deliveries or dict.fromkeys(BOOKS, 0),
    }
    if told.summaries:
        counts = told.summaries._asdict()
        data["summaries"] = {name: value for name, value in counts.items() if value != ""}
    if told.status is RunStatus.POLLED:
        data["kept"] = told.kept
    if told.weekly:
        data["weekly"] = told.weekly.isoformat()
    words = {"reason": told.reason, "trouble": told.trouble}
    return data | {name: text for name, text in words.items() if text}


def _source(source: SourceReport) -> dict[str, Any]:
    word = "error" if source.state is SourceState.FAILED else "reason"
    data = {"state": source.state.value, "sightings": source.sightings}
    return data | ({word: source.reason} if source.reason else {})


def show_run(
    options: argparse.Namespace, told: RunReport, config: Config, sent: Outcome | None
) -> None:
    """Print the report of `digest run`."""
    if options.json:
        common.print_json(run_json(told) | _accounts(sent))
        return
    common.say(options, headline(told))
    for section in told.sections:
        common.say(options, f"  {section.label}: {len(section.papers)}")
    if told.weekly:
        common.say(options, f"  and the weekly edition of {told.weekly}")
    _show_sources(options, told)
    _show_summaries(options, told.summaries)
    if told.deliveries and any(told.deliveries.values()):
        show_deliveries(options, told.deliveries, sent)
    scheme, _, folder = config.mail.transport.partition(":")
    if sent and scheme == "maildir":
        common.say(options, f"  mail is in {folder}; nothing went out of this machine")
    archived = told.deliveries is not None and not told.trouble
    if told.status is RunStatus.PUBLISHED and told.edition and archived:
        page = config.archive_path / f"{told.edition:%Y/%m/%d}" / "index.html"
        common.say(options, f"  archive: {page}")


def show_busy(options: argparse.Namespace, reason: str) -> None:
    """Print the JSON report of `digest run` where another run is at work."""
    if options.function == "run" and options.json:
        told = RunReport(edition=None, status=RunStatus.WAITING, reason=reason)
        common.print_json(run_json(told))


def headline(told: RunReport) -> str:
    """How a run ended, in one line."""
    match told.status:
        case RunStatus.PUBLISHED:
            parts = [
                plural(told.new, "new paper"),
                plural(len(told.sections), "section"),
            ]
            parts += [plural(told.repeats, "repeat")] if told.repeats else []
            parts += [plural(told.revised, "revision")] if told.revised else []
            return f"{told.edition}: " + ", ".join(parts)
        case RunStatus.EXISTS:
            return f"{told.edition}: the edition was made before"
        case RunStatus.HELD:
            return "held back"
        case RunStatus.POLLED:
            return f"{plural(told.kept, 'paper')} kept for the next edition"
        case _:
            failed = sum(source.state is SourceState.FAILED for source in told.sources)
            asked = plural(len(told.sources), "source")
            but = f", but {failed} of {asked} failed" if failed else ""
            return "nothing new" + but + (f": {told.reason}" if told.reason else "")


def _show_sources(options: argparse.Namespace, told: RunReport) -> None:
    for source in told.sources:
        if source.state is SourceState.FAILED:
            common.warn(f"{source.name}: {source.reason}", logged=True)
        else:
            reason = f", {source.reason}" if source.reason else ""
            count = f", {plural(source.sightings, 'paper')}" if source.sightings else ""
            common.say(options, f"  {source.name}: {source.state.value}{count}{reason}")
    if told.status is RunStatus.HELD and not any(source.held for source in told.sources):
        common.warn(told.reason, logged=True)


def _show_summaries(options: argparse.Namespace, told: SummaryReport | None) -> None:
    """Papers that go without are told, but the edition is whole: no trouble to exit with."""
    if not told:
        return
    counts = {"written": told.written, "cached": told.cached, "left out": told.left_out}
    words = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if told.left_out:
        common.warn(f"summaries: {words}: {told.reason}")
    elif words:
        common.say(options, f"  summaries: {words}")


def show_deliveries(
    options: argparse.Namespace, books: dict[str, int], sent: Outcome | None
) -> None:
    """Print how many deliveries stand in which state, and whether the books are closed."""
    if options.json:
        common.print_json({"deliveries": books} | _accounts(sent))
        return
    counts = ", ".join(f"{count:,} {state}" for state, count in books.items() if count)
    closed = " (all accounted for)" if sent and sent.accounts and _all_done(sent) else ""
    if counts and sent is None and not any(books.get(state) for state in _OPEN):
        counts = f"nothing is due ({counts} before)"
    common.say(options, f"  mail: {counts or 'nothing is due'}{closed}")


def needs(sent: Outcome) -> list[str]:
    """What of a round's books a person should look at, in words."""
    found = []
    for account in sent.accounts:
        name, states = named(account), account.states
        if states["uncertain"]:
            found.append(
                f"{name}: {states['uncertain']:,} uncertain, as the server's last answer was lost;"
                " `digest deliver --resend-uncertain` sends again"
            )
        if states["failed"]:
            found.append(
                f"{name}: {states['failed']:,} of the deliveries failed for good;"
                " `digest subscribers show ADDRESS` tells a reader's why,"
                " `digest status` a channel's"
            )
    return found


def _accounts(sent: Outcome | None) -> dict[str, Any]:
    """The accounts of a round as the JSON reports have them."""
    accounts = [
        {
            "period": account.edition.period,
            "date": account.edition.date.isoformat(),
            "recipients": sum(account.states.values()),
            "states": dict(account.states),
            "done": account.done,
        }
        for account in (sent.accounts if sent else ())
    ]
    return {"accounts": accounts}


def _all_done(sent: Outcome) -> bool:
    return all(account.done for account in sent.accounts)


def named(account: Account) -> str:
    """What an edition is called where its books are told."""
    edition = account.edition
    return f"{edition.date}" if edition.period == "daily" else f"{edition.period} {edition.date}"


def show_day(options: argparse.Namespace, date: dt.date, told: RunReport) -> None:
    """Print what a backfill made of one date."""
    line = headline(told)
    common.say(options, line if line.startswith(str(date)) else f"{date}: {line}")
    for source in told.sources:
        if source.state is SourceState.FAILED:
            common.warn(f"{date}: {source.name}: {source.reason}", logged=True)
    if told.status is RunStatus.HELD:
        common.warn(told.reason, logged=True)
