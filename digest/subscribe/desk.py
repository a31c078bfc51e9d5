"""What readers do for themselves: ask for mail, confirm, say what they want, leave, come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from digest.model.readers import Consent, Frequency, Preferences, Rule, Standing, Subscriber
from digest.model.signups import Limits, SignUp
from digest.ports import Desks
from digest.subscribe import columns, rules
from digest.subscribe.rules import Refused

_ASKED = ("address", "frequency", "themes")
_WISHES = (
    *("frequency", "hour", "zone", "themes", "not_themes", "keywords", "authors", "cap"),
    *("summaries", "paused_until"),
)

Token = Callable[[str], str]  # a reader's own part of links, by their address


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a newsletter's readers are served. Times are UTC.

    `tokens` make the links' own parts, each with a key that was or is in use, by names that do
    not tell the keys.
    """

    newsletter: str
    zone: dt.tzinfo  # the newsletter's
    store: Desks
    limits: Limits
    weekly: bool  # whether there are weekly editions
    tokens: Mapping[str, Token]
    theme_fault: Callable[[str], str]  # what is wrong with a theme's id, or ""
    clock: Callable[[], dt.datetime]
    nonce: Callable[[], str]  # never the same twice, and not to be guessed

    def wish(self, raw: Mapping[str, object], network: str) -> SignUp:
        """What somebody asks for, from a network. Raises Refused with what is wrong with it."""
        said = self._said(raw, _ASKED)
        reader = Subscriber(
            address=said["address"],
            state=Consent.PENDING,
            frequency=said["frequency"],
            preferences=Preferences(wanted=said["wanted"]),
        )
        return SignUp(reader=reader, network=network, nonce=self.nonce())

    def sign_up(self, asked: Sequence[SignUp]) -> None:
        """Keep what visitors ask for. Whatever is known of their mailboxes, nothing tells."""
        self.store.sign_up(self.newsletter, asked, self.limits, self.clock())

    def asked(self, token: str) -> Subscriber | None:
        """What a link of a mail to confirm stands for; its address is "" once it was used."""
        return self.store.asked(self.newsletter, token, self.clock())

    def confirm(self, token: str) -> Subscriber | None:
        """Make a reader of who has the link; None where it stands for nothing (any more).

        Raises Refused for who called the mail spam meanwhile.
        """
        asked, now = self.asked(token), self.clock()
        if asked is None:
            return None

        def rule(standing: Standing) -> Standing:
            return rules.confirmed(standing, asked, now)

        confirmed = self.store.confirm(self.newsletter, token, rule, now)
        self.know_links()
        return confirmed

    def reader(self, token: str) -> Subscriber | None:
        """Whose a link is; None where it is nobody's (any more). Changes nothing."""
        return self.store.whose(self.newsletter, token)

    def know_links(self) -> None:
        """Get to know the links of all readers who are new since."""
        self.store.keep_links(self.newsletter, self.tokens)

    def leave(self, token: str) -> Subscriber | None:
        """A reader gets nothing more. So does who is not there."""
        return self._change(token, rules.left)

    def come_back(self, token: str) -> Subscriber | None:
        """A reader who left takes it back."""
        return self._change(token, partial(_returned, self.clock()))

    def prefer(self, token: str, raw: Mapping[str, object]) -> Subscriber | None:
        """A reader says what they want. Raises Refused with what is wrong with it."""
        said = self._wishes(raw)
        return self._change(token, lambda standing: rules.wished(standing, said))

    def try_out(self, token: str, raw: Mapping[str, object]) -> Subscriber | None:
        """What `prefer` would make of a reader; raises what that does, and changes nothing."""
        said, reader = self._wishes(raw), self._acting(token)
        return reader and rules.wished(Standing(reader, None), said).reader

    def _wishes(self, raw: Mapping[str, object]) -> dict[str, Any]:
        said = self._said(raw, _WISHES)
        if said["paused_until"] and said["paused_until"] <= self.today():
            fault = "must be a day to come"
            raise Refused(f"paused_until {fault}", {"paused_until": fault})
        return said

    def _said(self, raw: Mapping[str, object], names: Sequence[str]) -> dict[str, Any]:
        said = columns.said({name: raw.get(name) for name in names}, self.theme_fault)
        if said["frequency"] is Frequency.WEEKLY and not self.weekly:
            fault = "must be daily, as there are no weekly editions"
            raise Refused(f"frequency {fault}", {"frequency": fault})
        return said

    def today(self) -> dt.date:
        """The newsletter's day."""
        return self.clock().astimezone(self.zone).date()

    def erase(self, token: str) -> None:
        """A reader is forgotten, but that they must not be mailed."""
        self._change(token, rules.erased)

    def export(self, token: str) -> dict[str, Any] | None:
        """All that is kept of a reader, as JSON has it."""
        reader = self.reader(token)
        if reader is None:
            return None
        return columns.shown(reader) | self.store.history(self.newsletter, reader.address)

    def _acting(self, token: str) -> Subscriber | None:
        """Whose a link is, even if it is a new one."""
        reader = self.reader(token)
        if reader is None:
            self.know_links()
            reader = self.reader(token)
        return reader

    def _change(self, token: str, rule: Callable[[Standing], Standing]) -> Subscriber | None:
        """What a reader is after a rule changed them; None where the link is nobody's."""
        reader = self._acting(token)
        if reader is None:
            return None
        there = partial(_if_there, rule)
        self.store.revise(self.newsletter, [(reader.address, there)], self.clock())
        return self.store.find(self.newsletter, reader.address)


def _if_there(rule: Rule, standing: Standing) -> Standing | None:
    """What a rule says of a reader who was not erased meanwhile."""
    return rule(standing) if standing.reader else standing


def _returned(now: dt.datetime, standing: Standing) -> Standing:
    return rules.returned(standing, now)
