"""What a server's answer means for a delivery, for its reader and for all of them. Pure.

    answer                                          delivery    reader        all
    accepted                                        sent
    no answer to the final dot                      uncertain
    broken off before it                            deferred, not counted
    4xx                                             deferred    soft (4.2.x, in the end)
    5xx no such mailbox (5.1.x)                     failed      hard
    5xx full, disabled (5.2.x), cannot be reached   failed      soft
    5xx of our address, content or standing         deferred                  paused after some

The details of an enhanced code are those of RFC 3463 and of its registry at IANA. Where there are
none, as in 5.0.0, what the refusal was an answer to tells: a recipient, or the message.

Of a channel, whose codes are those of HTTP:

    accepted                                        sent
    the answer was lost                             uncertain
    408, 425, 429, 5xx, no code                     deferred
    any other                                       failed
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from digest.model.deliveries import Answer, Blame, DeliveryState, Ending, Result

# The waits after each refusal "for now"; the one after the last is taken as one for good.
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720))
JITTER = 0.2  # of a wait, so that not all come back at once
AGAIN = dt.timedelta(minutes=1)  # after a connection that broke
LONGEST_WAIT = dt.timedelta(hours=24)

_NO_SUCH_MAILBOX = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
_OUR_ADDRESS = frozenset(["5.1.7", "5.1.8"])
_ABOUT_READER = frozenset(["5.1", "5.2", "5.4"])
_TOO_LARGE = "5.2.3"
_UNDEFINED = "5.0"
_PUTS_ALL_OFF = frozenset(["4.3", "4.7"])
_MAILBOX_CODES = frozenset([550, 551, 552, 553])  # of old servers that say no more
_UNITS = (1, 60, 3_600)  # seconds
_NAMED_WAIT = re.compile(
    r"\b(?:in|after|for|wait|retry)\W{1,3}([0-9]{1,6}) ?"
    r"(?:(s|secs?|seconds?)|(m|mins?|minutes?)|(h|hrs?|hours?))\b",
    re.IGNORECASE,
)


_HTTP_LATER = frozenset([408, 425, 429])  # RFC 9110, 8470, 6585; and all from 500 on


class Verdict(NamedTuple):
    """What comes of an answer."""

    result: Result
    ours: bool = False  # refused for what we send, whoever it is for
    crowd: bool = False  # put off for reasons that hold for everybody


def verdict(answer: Answer, attempts: int, now: dt.datetime, random: float) -> Verdict:
    """What an answer means for a delivery after so many attempts. `random` is from 0 to 1."""
    if answer.ending is Ending.ACCEPTED:
        return Verdict(Result(state=DeliveryState.SENT, code=_words(answer)))
    if answer.ending is Ending.LOST:
        code = answer.text or "no answer to the final dot"
        return Verdict(Result(state=DeliveryState.UNCERTAIN, code=code))
    if answer.ending is Ending.BROKEN:
        code = answer.text or "broken off before the final dot"
        again = now + _spread(AGAIN, random)
        result = Result(state=DeliveryState.DEFERRED, code=code, next_try=again, counted=False)
        return Verdict(result)
    if answer.code // 100 == 4:
        blame = Blame.SOFT if _class(answer) == "4.2" else Blame.NONE
        crowd = _class(answer) in _PUTS_ALL_OFF or answer.code == 421
        return Verdict(_put_off(answer, attempts, now, random, blame), crowd=crowd)
    if _is_ours(answer):
        return Verdict(_put_off(answer, attempts, now, random, Blame.NONE), ours=True)
    blame = Blame.HARD if answer.status in _NO_SUCH_MAILBOX else Blame.SOFT
    if answer.status == _TOO_LARGE:
        blame = Blame.NONE
    return Verdict(Result(state=DeliveryState.FAILED, code=_words(answer), blame=blame))


def post_verdict(answer: Answer, attempts: int, now: dt.datetime, random: float) -> Verdict:
    """What an answer of a channel's means; else as `verdict`. It concerns no other delivery."""
    if answer.ending in (Ending.ACCEPTED, Ending.LOST):
        return verdict(answer, attempts, now, random)
    if answer.code in _HTTP_LATER or answer.code >= 500 or not answer.code:
        return Verdict(_put_off(answer, attempts, now, random, Blame.NONE))
    return Verdict(Result(state=DeliveryState.FAILED, code=_words(answer)))


def named_wait(text: str) -> dt.timedelta | None:
    """The time that a server names, such as "try again in 5 minutes"."""
    found = _NAMED_WAIT.search(text)
    if not found or found.lastindex is None:
        return None
    unit = _UNITS[found.lastindex - 2]
    return min(LONGEST_WAIT, dt.timedelta(seconds=int(found[1]) * unit))


def _is_ours(answer: Answer) -> bool:
    """Whether a refusal for good is about what we send, not about its reader."""
    if answer.status and _class(answer) != _UNDEFINED:
        return answer.status in _OUR_ADDRESS or _class(answer) not in _ABOUT_READER
    return answer.at_content or answer.code not in _MAILBOX_CODES


def _put_off(
    answer: Answer, attempts: int, now: dt.datetime, random: float, blame: Blame
) -> Result:
    """When to try again, or that this was one refusal too many, which is charged as `blame`."""
    code = _words(answer)
    if attempts >= len(RETRIES):
        code = f"given up after {attempts + 1} tries: {code}"
        return Result(state=DeliveryState.FAILED, code=code, blame=blame)
    asked = min(LONGEST_WAIT, dt.timedelta(seconds=answer.wait))
    named = asked or named_wait(answer.text)
    wait = named * (1 + JITTER * random) if named else _spread(RETRIES[attempts], random)
    return Result(state=DeliveryState.DEFERRED, code=code, next_try=now + wait)


def _spread(wait: dt.timedelta, random: float) -> dt.timedelta:
    return wait * (1 - JITTER + 2 * JITTER * random)


def _class(answer: Answer) -> str:
    """Class and subject of an enhanced code."""
    return answer.status.rpartition(".")[0]


def _words(answer: Answer) -> str:
    parts = str(answer.code) if answer.code else "", answer.status, answer.text
    return " ".join(filter(None, parts))
