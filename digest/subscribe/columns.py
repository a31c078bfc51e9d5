"""What files and commands may say of a reader, and in which words. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from digest.addresses import CONTROLS, reader_fault
from digest.model.readers import ORIGINAL, Consent, Frequency, Subscriber
from digest.subscribe.rules import Refused

YEARS = range(1970, 3000)
MOST_PAPERS = 10_000  # no edition has more
MOST_PINS = 100  # keywords, and authors, of a reader: each is looked for in every paper
_MOST_UNKNOWN = 10  # themes that are told: to look for what was meant takes 2 ms for each
_SHORT = 100  # characters; what is longer, perhaps from anybody, is not kept in memory
_AREAS = re.compile("(Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/")
_ADDRESS = re.compile(r"[^\s@]*@[^\s@]*")  # which no fault tells, be it in the wrong column

# Our word for a state, or what other tools call it.
_STATES = {state.value: state for state in Consent} | {
    "subscribed": Consent.ACTIVE,
    "enabled": Consent.ACTIVE,
    "confirmed": Consent.ACTIVE,
    "unconfirmed": Consent.PENDING,
    "unsubscribed": Consent.LEFT,
    "disabled": Consent.LEFT,
    "blocklisted": Consent.LEFT,
    "cleaned": Consent.BOUNCED,
    "spam": Consent.COMPLAINED,
}


def address(raw: object) -> str:
    """An address that mail can reach."""
    text = words(raw)
    if not text:
        raise Refused("is empty")
    if fault := reader_fault(text):
        raise Refused(fault)
    return text


def state(raw: object) -> Consent:
    """A state; nothing is active."""
    word = words(raw).lower()
    if word and word not in _STATES:
        raise Refused(f"must be one of {', '.join(Consent)}")
    return _STATES.get(word, Consent.ACTIVE)


def frequency(raw: object) -> Frequency:
    """Which editions; nothing is daily."""
    word = words(raw).lower() or Frequency.DAILY
    if word not in [*Frequency]:
        raise Refused("must be daily or weekly")
    return Frequency(word)


def zone(raw: object) -> str:
    """An IANA time zone, or nothing for the newsletter's."""
    name = words(raw)
    if name and not _is_zone(name):
        raise Refused("must be a time zone such as Europe/Berlin")
    return name


@lru_cache(1_000)
def _is_zone(name: str) -> bool:
    try:
        return len(name) <= _SHORT and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


@cache
def places() -> tuple[str, ...]:
    """The time zones that have the name of a place, in order."""
    return tuple(sorted(filter(_AREAS.match, available_timezones())))


def hour(raw: object) -> int | None:
    """A local hour, or nothing for as soon as an edition is made."""
    return _number(raw, 23)


def summaries(raw: object) -> str:
    """Nothing for summaries as the newsletter has them, or `original` for papers' own words."""
    word = words(raw).lower()
    if word not in ("", ORIGINAL):
        raise Refused(f"must be {ORIGINAL} or empty")
    return word


def cap(raw: object) -> int:
    """How many papers at most; nothing or 0 is what the newsletter shows."""
    return _number(raw, MOST_PAPERS) or 0


def _number(raw: object, most: int) -> int | None:
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else words(raw)
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) > most:
        raise Refused(f"must be a whole number from 0 to {most}")
    return int(text)


def items(raw: object) -> tuple[str, ...]:
    """Texts in order, each once: a list, or one text with semicolons between them."""
    found = raw if isinstance(raw, list) else words(raw).split(";")
    texts = {words(one) for one in found} - {""}
    if any(";" in text for text in texts):
        raise Refused("has a semicolon in one; take it out")
    return tuple(sorted(texts))


def pins(raw: object) -> tuple[str, ...]:
    """Likewise, but not too many of them."""
    texts = items(raw)
    if len(texts) > MOST_PINS:
        raise Refused(f"must be {MOST_PINS} at most, and {len(texts):,} are given")
    return texts


def moment(raw: object) -> dt.datetime | None:
    """An instant to the second, in UTC where it names no offset; or nothing."""
    text = words(raw)
    if not text:
        return None
    try:
        found = dt.datetime.fromisoformat(text).replace(microsecond=0)
        found = found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
        if found.year in YEARS:
            return found
    except (ValueError, OverflowError):
        pass
    raise Refused("must be an instant such as 2026-01-31T07:30:00Z")


def day(raw: object) -> dt.date | None:
    """A date, or nothing."""
    text = words(raw)
    if not text:
        return None
    try:
        found = dt.date.fromisoformat(text)
        if found.year in YEARS:
            return found
    except ValueError:
        pass
    raise Refused("must be a date such as 2026-01-31")


def words(raw: object) -> str:
    """One line of text, without blanks around it; a missing value is empty."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise Refused("must be text")
    text = " ".join(raw.split())
    if not text.isprintable() and re.search(CONTROLS, text):
        raise Refused("has control characters; take them out")
    return text


# By our name, the field that a value is for and what reads it; in the order of exports.
COLUMNS: Mapping[str, tuple[str, Callable[[object], Any]]] = {
    "address": ("address", address),
    "state": ("state", state),
    "frequency": ("frequency", frequency),
    "zone": ("zone", zone),
    "hour": ("hour", hour),
    "themes": ("wanted", items),
    "not_themes": ("unwanted", items),
    "keywords": ("keywords", pins),
    "authors": ("authors", pins),
    "cap": ("cap", cap),
    "summaries": ("summaries", summaries),
    "consent": ("consent", words),
    "consented_at": ("consented_at", moment),
    "paused_until": ("paused_until", day),
    "reason": ("reason", words),
}
# What other tools call them, without blanks, hyphens and underscores.
_OTHERS = {
    "email": "address",
    "emailaddress": "address",
    "mail": "address",
    "status": "state",
    "timezone": "zone",
    "optintime": "consented_at",
}
_NAMES = {name.replace("_", ""): name for name in COLUMNS} | _OTHERS


def column(heading: str) -> str | None:
    """Our name for a column, or None where it is nothing we know."""
    return _NAMES.get(re.sub(r"[\s_-]", "", heading).casefold())


def said(raw: Mapping[str, object], theme_fault: Callable[[str], str]) -> dict[str, Any]:
    """What values under our names say, as fields of Subscriber and Preferences.

    `theme_fault` says what is wrong with a theme's id, or "". Raises Refused with every fault.
    """
    found: dict[str, Any] = {}
    told, faults = [], {}
    for name, value in raw.items():
        try:
            found[COLUMNS[name][0]] = _value(name, value)
        except Refused as refusal:
            faults[name] = str(refusal)
            told.append(f"{name} {refusal}")
    for name, field in (("themes", "wanted"), ("not_themes", "unwanted")):
        wrong = filter(None, map(theme_fault, found.get(field, ())))
        if unknown := [_ADDRESS.sub("…", fault) for fault in islice(wrong, _MOST_UNKNOWN)]:
            faults[name] = "; ".join(unknown)
            told += [f"{name}: {fault}" for fault in unknown]
    if faults:
        raise Refused("; ".join(told), faults)
    return found


def _value(name: str, raw: object) -> Any:
    kept = isinstance(raw, str) and len(raw) <= _SHORT and name != "address"
    return (_read_again if kept else _read)(name, raw)


def _read(name: str, raw: object) -> Any:
    return COLUMNS[name][1](raw)


_read_again = lru_cache(10_000)(_read)  # most cells say what others said before


def shown(reader: Subscriber) -> dict[str, Any]:
    """A reader under our names, as JSON has it."""
    return {
        "address": reader.address,
        "state": reader.state.value,
        "frequency": reader.frequency.value,
        "zone": reader.zone,
        "hour": reader.hour,
        "themes": list(reader.preferences.wanted),
        "not_themes": list(reader.preferences.unwanted),
        "keywords": list(reader.preferences.keywords),
        "authors": list(reader.preferences.authors),
        "cap": reader.preferences.cap,
        "summaries": reader.preferences.summaries,
        "consent": reader.consent,
        "consented_at": reader.consented_at and f"{reader.consented_at:%Y-%m-%dT%H:%M:%SZ}",
        "paused_until": reader.paused_until and reader.paused_until.isoformat(),
        "reason": reader.reason,
    }
