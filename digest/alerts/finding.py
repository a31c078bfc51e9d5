"""What of a run a person is needed for. Pure.

What passes by itself is none of it: mail that is put off, a reader's mailbox that is full, a source
that fails for a morning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from digest.alerts.troubles import Look, Trouble
from digest.model.runs import RunReport, RunStatus
from digest.model.sources import SourceReport, SourceState

THIRD_DAY = dt.timedelta(hours=46)  # since the first morning, to the minute or not
AN_HOUR = dt.timedelta(hours=1)  # a mail server may be away for so long


def of_edition(told: RunReport) -> Look:
    """Troubles of making an edition: it is held, or sources are, or fail day after day."""
    topics, found = {"edition"}, {}
    if told.sources:
        topics |= {"source", "flood"}
    for one in told.sources:
        if one.held:
            found[f"flood:{one.name}"] = Trouble(
                f"what is new in {one.name} is held", f"{one.name}: {one.reason}"
            )
        elif one.state is SourceState.FAILED:
            found[f"source:{one.name}"] = _failing(one)
    if told.status is RunStatus.HELD and not any(one.held for one in told.sources):
        found["edition"] = Trouble("the edition is held", told.reason)
    return Look(frozenset(topics), found)


def of_site(written: str, published: str) -> Look:
    """Troubles of the archive: why it could not be written, or published, or ""."""
    found = {}
    if written:
        found["archive"] = Trouble("the archive cannot be written", written)
    if published:
        words = f"the archive could not be published for days: {published}"
        found["publish"] = Trouble("the archive cannot be published", words, THIRD_DAY)
    return Look(frozenset(["archive", "publish"]), found)


def of_mail(
    *, stopped: str, held: Sequence[str], down: str, passing: bool, uncertain: Mapping[str, int]
) -> Look:
    """Troubles of a round of delivery.

    `stopped` is why all of it stays, `held` why some does; `down` why the server cannot be used,
    which may be `passing`; `uncertain` counts such deliveries, by edition.
    """
    found = {}
    if stopped:
        found["mail:stopped"] = Trouble("delivery is stopped", stopped)
    elif down:
        patience = AN_HOUR if passing else dt.timedelta()
        found["mail:down"] = Trouble("mail cannot be sent", f"no mail goes out: {down}", patience)
    if others := [reason for reason in held if reason != stopped]:
        found["mail:held"] = Trouble("mail is held", "; ".join(others))
    for name, count in uncertain.items():
        if count:
            found[f"uncertain:{name}"] = Trouble(
                f"deliveries of {name} are uncertain",
                f"{name}: {count:,} uncertain, as the server's last answer was lost;"
                " `digest deliver --resend-uncertain` sends again",
            )
    topics = {
        "mail:stopped",
        "mail:down",
        "mail:held",
        *(f"uncertain:{name}" for name in uncertain),
    }
    return Look(frozenset(topics), found)


def of_channels(said: Mapping[str, Sequence[str]]) -> Look:
    """What keeps editions from channels, by the name of each; of those that got theirs, nothing."""
    found = {
        f"channel:{name}": Trouble(
            f"the channel {name} cannot be told",
            f"{'; '.join(words)}; `digest send-test {name}` tries it",
        )
        for name, words in said.items()
        if words
    }
    return Look(frozenset(f"channel:{name}" for name in said), found)


def of_settings(problems: Sequence[str]) -> Look:
    """Whether something set by a person is wrong, such as a configuration or a template."""
    found = {}
    if words := "; ".join(problems):
        found["settings"] = Trouble("settings are wrong", f"settings are wrong: {words}")
    return Look(frozenset(["settings"]), found)


def of_reading_again(problems: Sequence[str]) -> Look:
    """Whether a process that stays could not take up a changed configuration."""
    found = {}
    if words := "; ".join(problems):
        found["reload"] = Trouble(
            "the changed configuration is wrong",
            f"the changed configuration is wrong, and the one before stays in force: {words}",
        )
    return Look(frozenset(["reload"]), found)


def of_database(problem: str) -> Look:
    """Whether the database cannot be used, and why."""
    found = {"database": Trouble("the database cannot be used", problem)} if problem else {}
    return Look(frozenset(["database"]), found)


def _failing(one: SourceReport) -> Trouble:
    return Trouble(
        f"the source {one.name} fails",
        f"{one.name} fails day after day: {one.reason}; mend its keys in the configuration, or take"
        " it out",
        THIRD_DAY,
    )
