"""What readers do for themselves: ask for mail, confirm, say what they want, leave, come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from digest.model.readers import Consent, Preferences, Standing, Subscriber
from digest.model.signups import Limits, SignUp
from digest.ports import Desks
from digest.subscribe import columns, rules
from digest.subscribe.rules import Refused

_ASKED = ("address", "frequency", "themes")
_WISHES = ("frequency", "zone", "hour", "themes", "not_themes", "keywords", "authors", "cap")

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
    tokens: Mapping[str, Token]
    theme_fault: Callable[[str], str]  # what is wrong with a theme's id, or ""
    clock: Callable[[], dt.datetime]
    nonce: Callable[[], str]  # never the same twice, and not to be guessed

    def sign_up(self, raw: Mapping[str, object], network: str) -> None:
        """Somebody asks for mail. Raises Refused with what is wrong with what they wrote.

        Whatever is known of the mailbox, nothing tells.
        """
        said = columns.said({name: raw.get(name) for name in _ASKED}, self.theme_fault)
        reader = Subscriber(
            address=said["address"],
            state=Consent.PENDING,
            frequency=said["frequency"],
            preferences=Preferences(wanted=said["wanted"]),
        )
        asked = SignUp(reader=reader, network=network, nonce=self.nonce())
        self.store.sign_up(self.newsletter, [asked], self.limits, self.clock())

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

        return self.store.confirm(self.newsletter, token, rule, now)

    def reader(self, token: str) -> Subscriber | None:
        """Whose a link is; None where it is nobody's (any more)."""
        return self.store.whose(self.newsletter, token, self.tokens)

    def leave(self, token: str) -> Subscriber | None:
        """A reader gets nothing more. So does who is not there."""
        return self._change(token, rules.left)

    def come_back(self, token: str) -> Subscriber | None:
        """A reader who left takes it back."""
        return self._change(token, partial(_returned, self.clock()))

    def prefer(self, token: str, raw: Mapping[str, object]) -> Subscriber | None:
        """A reader says what they want. Raises Refused with what is wrong with it."""
        named = {name: raw.get(name) for name in (*_WISHES, "paused_until")}
        said = columns.said(named, self.theme_fault)
        today = self.clock().astimezone(self.zone).date()
        if said["paused_until"] and said["paused_until"] <= today:
            raise Refused("paused_until must be a day to come")
        return self._change(token, lambda standing: rules.wished(standing, said))

    def erase(self, token: str) -> None:
        """A reader is forgotten, but that they must not be mailed."""
        self._change(token, rules.erased)

    def export(self, token: str) -> dict[str, Any] | None:
        """All that is kept of a reader, as JSON has it."""
        reader = self.reader(token)
        return columns.shown(reader) if reader else None

    def _change(self, token: str, rule: Callable[[Standing], Standing]) -> Subscriber | None:
        """What a reader is after a rule changed them; None where the link is nobody's."""
        reader = self.reader(token)
        if reader is None:
            return None
        self.store.revise(self.newsletter, [(reader.address, rule)], self.clock())
        return self.store.find(self.newsletter, reader.address)


def _returned(now: dt.datetime, standing: Standing) -> Standing:
    return rules.returned(standing, now)
