"""What may become of a reader: each rule takes how they stand and says how they shall. Pure.

| is         | `add`    | `add --consent`         | a row of an import               |
| ---------- | -------- | ----------------------- | -------------------------------- |
| nobody     | active   | active                  | what it says, or active          |
| pending    | pending  | active                  | pending                          |
| active     | active   | active                  | active, or paused if it says so  |
| paused     | paused   | paused                  | paused                           |
| left       | refused  | active                  | refused                          |
| bounced    | refused  | active                  | refused                          |
| complained | refused  | refused                 | refused                          |
| erased     | refused  | active; complained: not | refused                          |

A row that says left, bounced or complained makes a reader so, unless they are graver already; who
was erased is not written down again. What a reader wants becomes what is said; what is not said
stays. `pause` and `resume` are for those who are active or paused. `remove` is for all, and leaves
the graver states as they are. `erase` forgets all but that they must not be mailed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from digest.model.readers import Consent, Preferences, Standing, Subscriber
from digest.subscribe.standing import NAMED, graver, gravity

# What is said of a reader: fields of Subscriber, the address among them, and of Preferences.
Said = Mapping[str, Any]

_LISTED = frozenset(field.name for field in fields(Preferences))
_WISHES = _LISTED | {"frequency", "zone", "hour"}
_NONE = frozenset({"", NAMED})  # consents that say nothing of a reader's own
_STATE = frozenset({"state", "paused_until", "reason"})
_ENDS = {
    Consent.LEFT: "has left",
    Consent.BOUNCED: "has a mailbox that takes no mail",
    Consent.COMPLAINED: "called the mail spam",
}


class Refused(Exception):
    """Why nothing becomes of a reader, in words without an address.

    `faults` says what is wrong with what was said of them, by its name.
    """

    def __init__(self, why: str, faults: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(why)
        self.faults = faults


def added(standing: Standing, said: Said, *, consent: str, now: dt.datetime) -> Standing:
    """An operator adds a reader, or says anew what one wants; `consent` is how they gave it."""
    end = _end(standing)
    if end is Consent.COMPLAINED:
        raise Refused(f"{_why(standing)}, and is never mailed again")
    if end and not consent:
        raise Refused(f"{_why(standing)}; only new consent brings them back: --consent")
    known = standing.reader
    if known is None or known.consent in _NONE:
        said = {**said, "consent": "added by the operator", "consented_at": now}
    reader = _told(known, said) if known else _new(said)
    if consent:
        reader = replace(reader, consent=consent, consented_at=now)
    if consent and reader.state is not Consent.PAUSED:
        reader = replace(reader, state=Consent.ACTIVE, reason="")
    return _settled(reader)


def imported(standing: Standing, said: Said, *, consent: str) -> Standing:
    """A row of an import tells of a reader; `consent` is how they gave it, if it says nothing."""
    if _end(standing):
        return _ended(standing, said)
    known, given = standing.reader, said.get("consent") or consent
    if known is None:
        return _settled(_new({**said, "consent": given}))
    told = {name: said[name] for name in said.keys() & _WISHES}
    if given and known.consent in _NONE:
        told |= {"consent": given, "consented_at": said.get("consented_at")}
    state = said.get("state", known.state)
    if gravity(state) or (state, known.state) == (Consent.PAUSED, Consent.ACTIVE):
        told |= {"reason": "", **{name: said[name] for name in said.keys() & _STATE}}
    return _settled(_told(known, told))


def _ended(standing: Standing, said: Said) -> Standing:
    """A row tells of somebody who gets no mail any more."""
    state, end = said.get("state", Consent.ACTIVE), _end(standing)
    if not gravity(state):
        raise Refused(f"{_why(standing)}; an import brings nobody back")
    if gravity(state) <= gravity(end):
        return standing
    if standing.reader is None:
        return Standing(None, state)
    return _settled(replace(standing.reader, state=state, reason=said.get("reason", "")))


def paused(standing: Standing, until: dt.date | None) -> Standing:
    """A reader wants no mail until a day, or until they say so."""
    reader = _with_mail(standing)
    return _settled(replace(reader, state=Consent.PAUSED, paused_until=until, reason=""))


def resumed(standing: Standing) -> Standing:
    """A reader who paused wants mail again."""
    return _settled(replace(_with_mail(standing), state=Consent.ACTIVE, reason=""))


def removed(standing: Standing) -> Standing:
    """A reader leaves."""
    reader = _somebody(standing)
    if gravity(reader.state):
        return standing
    return _settled(replace(reader, state=Consent.LEFT, reason="removed by the operator"))


def erased(standing: Standing) -> Standing:
    """A reader is forgotten, but that they must not be mailed."""
    _somebody(standing)
    return Standing(None, _end(standing) or Consent.LEFT)


def confirmed(standing: Standing, asked: Subscriber, now: dt.datetime) -> Standing:
    """Somebody who asked for mail on a page has shown that they read it at that address."""
    if _end(standing) is Consent.COMPLAINED:
        raise Refused(f"{_why(standing)}, and is never mailed again")
    known = standing.reader or asked
    wishes = replace(known.preferences, wanted=asked.preferences.wanted)
    reader = replace(known, frequency=asked.frequency, preferences=wishes)
    return _consenting(reader, "confirmed on the page", now)


def left(standing: Standing, reason: str = "left by a link") -> Standing:
    """A reader leaves by what is in a mail. Who is not there has left already."""
    if standing.reader is None or gravity(standing.reader.state):
        return standing
    return _settled(replace(standing.reader, state=Consent.LEFT, reason=reason))


def returned(standing: Standing, now: dt.datetime) -> Standing:
    """A reader who left takes that back, by the same link."""
    reader = _somebody(standing)
    if reader.state is not Consent.LEFT:
        return standing
    return _consenting(reader, "came back by the link in a mail", now)


def wished(standing: Standing, said: Said) -> Standing:
    """A reader says on their page what they want, and until when nothing."""
    reader = _told(_with_mail(standing), said)
    state = Consent.PAUSED if reader.paused_until else Consent.ACTIVE
    return _settled(replace(reader, state=state, reason=""))


def _consenting(reader: Subscriber, consent: str, now: dt.datetime) -> Standing:
    return _settled(
        replace(reader, state=Consent.ACTIVE, reason="", consent=consent, consented_at=now)
    )


def _somebody(standing: Standing) -> Subscriber:
    if standing.reader is None:
        raise Refused("was erased" if standing.barred else "is not there")
    return standing.reader


def _with_mail(standing: Standing) -> Subscriber:
    reader = _somebody(standing)
    if gravity(reader.state):
        raise Refused(f"{_why(standing)}, and gets no mail")
    if reader.state is Consent.PENDING:
        raise Refused("has not confirmed, and gets no mail yet")
    return reader


def _end(standing: Standing) -> Consent | None:
    """The gravest of the states in which one gets no mail any more, if any applies."""
    end = graver(standing.barred, standing.reader.state if standing.reader else None)
    return end if gravity(end) else None


def _why(standing: Standing) -> str:
    end = _end(standing)
    return _ENDS[end] if standing.reader and end else "was erased"


def _new(said: Said) -> Subscriber:
    """A reader of whom nothing else is known."""
    listed, others = _parted(said)
    return Subscriber(**others, preferences=Preferences(**listed))


def _told(reader: Subscriber, said: Said) -> Subscriber:
    """A reader, as what is said makes them."""
    listed, others = _parted(said)
    return replace(reader, **others, preferences=replace(reader.preferences, **listed))


def _parted(said: Said) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said of the preferences, and what of the rest."""
    return (
        {name: value for name, value in said.items() if name in _LISTED},
        {name: value for name, value in said.items() if name not in _LISTED},
    )


def _settled(reader: Subscriber) -> Standing:
    """A reader without what only other states have, and barred where theirs says so."""
    if reader.state is not Consent.PAUSED and reader.paused_until:
        reader = replace(reader, paused_until=None)
    return Standing(reader, reader.state if gravity(reader.state) else None)
