"""Messages that came back: find whose they are, charge their readers, or let them go, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple, Protocol

from digest.addresses import same_mailbox
from digest.bounces import joining, leaving
from digest.bounces.joining import Join
from digest.model.bounces import Addressee, Charge, Kind, Publication, Report
from digest.model.readers import Rule, Subscriber
from digest.subscribe import rules


class Returns(Protocol):
    """What is kept of readers, editions and reports."""

    def addressees(self, newsletter: str, ids: Collection[int]) -> Mapping[int, Addressee]:
        """Those of some numbers that are readers'."""

    def addressees_at(self, newsletter: str, mailboxes: Collection[str]) -> Mapping[str, Addressee]:
        """The readers of some mailboxes, by mailbox."""

    def every_addressee(self, newsletter: str) -> Iterator[Addressee]:
        """All readers, whatever their state, read page by page."""

    def publications(self, newsletter: str, since: dt.datetime) -> Sequence[Publication]:
        """The editions since an instant, of all periods, the newest first."""

    def hear(self, newsletter: str, charges: Sequence[Charge], now: dt.datetime) -> list[bool]:
        """Charge readers, in one transaction; whether each was charged now, and not before."""

    def whose(self, newsletter: str, token: str) -> Subscriber | None:
        """The reader whose links have a token, as far as `keep_links` was told."""

    def keep_links(self, newsletter: str, makers: Mapping[str, Callable[[str], str]]) -> None:
        """Keep the tokens of all new readers. `makers` make that of an address, each by a name."""

    def revise(
        self, newsletter: str, changes: Iterable[tuple[str, Rule]], now: dt.datetime
    ) -> Mapping[str, int]:
        """Let a rule decide what becomes of each address; how many were `changed`, and so on."""


class Outcome(StrEnum):
    """What came of a report."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaints"
    LEFT = "left"  # the reader wants no more
    POLICY = "policy"
    IGNORED = "ignored"  # nothing to charge, or charged before, or too late, or gone already
    UNKNOWN = "unknown"  # not understood
    NOT_OURS = "not_ours"  # of no mail of ours, as far as it proves


class Heard(NamedTuple):
    """What came of a report, and in its words, where they are for the operator."""

    outcome: Outcome
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Who hears the reports of a newsletter, and who wants no more of it.

    `tokens` make the token of an address in lower case, with each key that was or is in use, by
    names that do not tell the keys.
    """

    newsletter: str
    store: Returns
    reader_of: joining.ReaderOf
    identify: joining.Identify
    way_out: str  # the mailto link of letters, with {token} where each reader's stands; or ""
    tokens: Mapping[str, Callable[[str], str]]
    clock: Callable[[], dt.datetime]

    def hear(self, reports: Sequence[Report]) -> list[Heard]:
        """Charge readers with what reports prove, in one transaction. In the reports' order.

        Who wants no more leaves at once.
        """
        now = self.clock()
        joins = self._joins(reports, now)
        outcomes = [Heard(_uncharged(*pair)) for pair in zip(reports, joins, strict=True)]
        charges = {
            number: charge
            for number, (report, join) in enumerate(zip(reports, joins, strict=True))
            if join and (charge := _charge(report, join, now))
        }
        told = self.store.hear(self.newsletter, list(charges.values()), now) if charges else []
        for (number, charge), is_new in zip(charges.items(), told, strict=True):
            if is_new:
                words = charge.words if charge.kind is Kind.POLICY else ""
                outcomes[number] = Heard(Outcome[charge.kind.name], words)
        for number, report in enumerate(reports):
            if token := leaving.token_in(report, self.way_out):
                outcomes[number] = Heard(self._let_go(token, now))
        return outcomes

    def _let_go(self, token: str, now: dt.datetime) -> Outcome:
        """The reader of a token leaves; what comes of it."""
        reader = self.store.whose(self.newsletter, token)
        if reader is None:
            self.store.keep_links(self.newsletter, self.tokens)
            reader = self.store.whose(self.newsletter, token)
        if reader is None:
            return Outcome.NOT_OURS
        rule = partial(rules.left, reason="left by a mail")
        told = self.store.revise(self.newsletter, [(reader.address, rule)], now)
        return Outcome.LEFT if told["changed"] else Outcome.IGNORED

    def _joins(self, reports: Sequence[Report], now: dt.datetime) -> list[Join | None]:
        """Whose mail each report is about that charges anybody, where that can be proved."""
        joins: list[Join | None] = [None] * len(reports)
        asked = [number for number, report in enumerate(reports) if _accuses(report)]
        if not asked:
            return joins
        mentioned = {address for number in asked for address in reports[number].addresses}
        ids = {id_ for address in mentioned if (id_ := self.reader_of(address))}
        by_id = self.store.addressees(self.newsletter, ids)
        by_box = self.store.addressees_at(self.newsletter, set(map(same_mailbox, mentioned)))
        editions = self.store.publications(self.newsletter, now - joining.WINDOW)
        for number in asked:
            report = reports[number]
            by_path = joining.by_return_path(report, self.reader_of, by_id)
            named = [by_path.reader] if by_path else joining.candidates(report, by_box)
            found = joining.by_message(report.letters, named, editions, self.identify)
            joins[number] = next((join for _, join in found), by_path)  # the edition tells when
        lost = [n for n in asked if not joins[n] and reports[n].letters]
        searched = self._search([reports[number] for number in lost], editions)
        for number in lost:
            known = reports[number].letters & searched.keys()
            joins[number] = next((searched[letter] for letter in known), None)
        return joins

    def _search(
        self, reports: Sequence[Report], editions: Sequence[Publication]
    ) -> dict[str, Join]:
        """Whose letters are in reports that name nobody. All readers are gone through, once."""
        if not reports:
            return {}
        letters = {letter for report in reports for letter in report.letters}
        among = {edition for report in reports for edition in joining.likely(report, editions)}
        readers = self.store.every_addressee(self.newsletter)
        return dict(joining.by_message(letters, readers, among, self.identify))


def _accuses(report: Report) -> bool:
    """Whether a report has anything to charge somebody with."""
    return any(one.kind is not Kind.NOTICE for one in report.findings)


def _charge(report: Report, join: Join, now: dt.datetime) -> Charge | None:
    finding = joining.finding_of(report, join.reader)
    if finding.kind is Kind.NOTICE:
        return None
    if finding.kind is not Kind.COMPLAINT and joining.is_late(join, now):
        return None
    return Charge(report.identifier, join.reader, finding.kind, finding.words)


def _uncharged(report: Report, join: Join | None) -> Outcome:
    """What comes of a report where nobody is charged with it, now."""
    if not report.findings:
        return Outcome.UNKNOWN
    return Outcome.IGNORED if join or not _accuses(report) else Outcome.NOT_OURS
