"""What may become of a reader, state by state, and whatever happens to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from digest.model.readers import Consent, Preferences, Standing, Subscriber
from digest.subscribe import rules
from digest.subscribe.rules import Refused
from digest.subscribe.standing import gravity

NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
PENDING, ACTIVE, PAUSED, LEFT, BOUNCED, COMPLAINED = Consent
NOBODY = Standing(None, None)
JANE = Subscriber(address="jane@example.org", consent="on paper", consented_at=NOW)
ADDRESS = {"address": "jane@example.org"}


def in_state(state: Consent) -> Standing:
    return Standing(replace(JANE, state=state), state if gravity(state) else None)


def erased(state: Consent) -> Standing:
    return Standing(None, state)


def state_after(standing: Standing) -> Consent | None:
    """The state of the reader, who is barred exactly where it ends their mail."""
    assert standing.reader
    assert standing.barred == (standing.reader.state if gravity(standing.reader.state) else None)
    return standing.reader.state


@pytest.mark.parametrize(
    ("standing", "without", "with_consent"),
    [
        (NOBODY, ACTIVE, ACTIVE),
        (in_state(PENDING), PENDING, ACTIVE),
        (in_state(ACTIVE), ACTIVE, ACTIVE),
        (in_state(PAUSED), PAUSED, PAUSED),
        (in_state(LEFT), None, ACTIVE),
        (in_state(BOUNCED), None, ACTIVE),
        (in_state(COMPLAINED), None, None),
        (erased(LEFT), None, ACTIVE),
        (erased(BOUNCED), None, ACTIVE),
        (erased(COMPLAINED), None, None),
    ],
)
def test_an_operator_adds_whom_consent_allows(
    standing: Standing, without: Consent | None, with_consent: Consent | None
) -> None:
    for consent, state in (("", without), ("asked again", with_consent)):
        if state is None:
            with pytest.raises(Refused):
                rules.added(standing, ADDRESS, consent=consent, now=NOW)
            continue
        after = rules.added(standing, ADDRESS, consent=consent, now=NOW)
        assert state_after(after) is state
        assert after.reader
        assert after.reader.consented_at == NOW
        assert after.reader.consent == (
            consent or ("on paper" if standing.reader else "added by the operator")
        )


@pytest.mark.parametrize(
    ("standing", "after"),
    [
        (NOBODY, [ACTIVE, PENDING, ACTIVE, PAUSED, LEFT, BOUNCED, COMPLAINED]),
        (in_state(PENDING), [PENDING, PENDING, PENDING, PENDING, LEFT, BOUNCED, COMPLAINED]),
        (in_state(ACTIVE), [ACTIVE, ACTIVE, ACTIVE, PAUSED, LEFT, BOUNCED, COMPLAINED]),
        (in_state(PAUSED), [PAUSED, PAUSED, PAUSED, PAUSED, LEFT, BOUNCED, COMPLAINED]),
        (in_state(LEFT), [None, None, None, None, LEFT, BOUNCED, COMPLAINED]),
        (in_state(BOUNCED), [None, None, None, None, BOUNCED, BOUNCED, COMPLAINED]),
        (in_state(COMPLAINED), [None, None, None, None, COMPLAINED, COMPLAINED, COMPLAINED]),
    ],
)
def test_an_import_brings_nobody_back(standing: Standing, after: list[Consent | None]) -> None:
    """The rows say nothing, pending, active, paused, left, bounced, complained."""
    for said, state in zip([{}, *({"state": state} for state in Consent)], after, strict=True):
        if state is None:
            with pytest.raises(Refused, match="an import brings nobody back"):
                rules.imported(standing, ADDRESS | said, consent="")
        else:
            assert state_after(rules.imported(standing, ADDRESS | said, consent="")) is state


@pytest.mark.parametrize("before", [LEFT, BOUNCED, COMPLAINED])
def test_an_import_writes_nobody_down_again_who_was_erased(before: Consent) -> None:
    for said in (PENDING, ACTIVE, PAUSED):
        with pytest.raises(Refused, match="was erased"):
            rules.imported(erased(before), ADDRESS | {"state": said}, consent="")
    for said in (LEFT, BOUNCED, COMPLAINED):
        after = rules.imported(erased(before), ADDRESS | {"state": said}, consent="")
        assert after == erased(max(before, said, key=gravity))


def test_what_is_not_said_stays_and_what_is_said_counts() -> None:
    jane = replace(JANE, hour=7, preferences=Preferences(wanted=("nlp",), cap=5))
    said = ADDRESS | {"cap": 3, "wanted": (), "zone": "Asia/Tokyo"}
    wanted = replace(jane, zone="Asia/Tokyo", preferences=Preferences(cap=3))
    assert rules.imported(Standing(jane, None), said, consent="").reader == wanted
    assert rules.added(Standing(jane, None), said, consent="", now=NOW).reader == wanted


def test_who_is_added_is_no_longer_there_by_the_configuration_alone() -> None:
    named = Standing(replace(JANE, consent="named in mail.to", consented_at=None), None)
    wanted = replace(JANE, consent="added by the operator")
    assert rules.added(named, ADDRESS, consent="", now=NOW).reader == wanted


def test_an_import_leaves_the_consent_that_is_kept_and_gives_it_to_who_has_none() -> None:
    row = ADDRESS | {"consent": "on the web", "consented_at": NOW}
    assert rules.imported(Standing(JANE, None), row, consent="").reader == JANE
    for none in ("", "named in mail.to"):
        named = Standing(replace(JANE, consent=none, consented_at=None), None)
        reader = rules.imported(named, row, consent="imported").reader
        assert reader == replace(JANE, consent="on the web")
        reader = rules.imported(named, ADDRESS, consent="imported").reader
        assert reader == replace(JANE, consent="imported", consented_at=None)


@pytest.mark.parametrize("state", [*Consent])
def test_pausing_resuming_removing_and_erasing_never_bring_mail_back(state: Consent) -> None:
    until = dt.date(2026, 4, 1)
    standing = in_state(state)
    if state in {ACTIVE, PAUSED}:
        paused = rules.paused(standing, until)
        assert state_after(paused) is PAUSED
        assert paused.reader
        assert paused.reader.paused_until == until
        resumed = rules.resumed(paused)
        assert resumed.reader == JANE
    else:
        for rule in (rules.resumed, lambda one: rules.paused(one, until)):
            with pytest.raises(Refused):
                rule(standing)
    assert state_after(rules.removed(standing)) is (state if gravity(state) else LEFT)
    assert rules.erased(standing) == erased(state if gravity(state) else LEFT)


def test_who_is_not_there_cannot_be_changed() -> None:
    for rule in (rules.resumed, rules.removed, rules.erased, lambda one: rules.paused(one, None)):
        with pytest.raises(Refused, match="is not there"):
            rule(NOBODY)
        with pytest.raises(Refused, match="was erased"):
            rule(erased(LEFT))
