"""What a server's answer means: for the delivery, for the reader, and for everybody."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.verdict import RETRIES, named_wait, verdict
from digest.model.deliveries import Answer, Blame, DeliveryState, Ending

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
MIDDLE = 0.5  # of the random spread: none

SENT, DEFERRED = DeliveryState.SENT, DeliveryState.DEFERRED
FAILED, UNCERTAIN = DeliveryState.FAILED, DeliveryState.UNCERTAIN


def refused(code: int, status: str = "", text: str = "", *, at_content: bool = False) -> Answer:
    return Answer(Ending.REFUSED, code, status, text, at_content)


@pytest.mark.parametrize(
    ("answer", "state", "blame", "ours"),
    [
        (Answer(Ending.ACCEPTED, 250, "2.0.0", "queued"), SENT, Blame.NONE, False),
        (Answer(Ending.LOST), UNCERTAIN, Blame.NONE, False),
        (Answer(Ending.BROKEN), DEFERRED, Blame.NONE, False),
        # For now.
        (refused(450, "4.2.0", "greylisted"), DEFERRED, Blame.NONE, False),
        (refused(451, "4.7.1"), DEFERRED, Blame.NONE, False),
        (refused(452, "4.2.2"), DEFERRED, Blame.NONE, False),
        (refused(421, at_content=True), DEFERRED, Blame.NONE, False),
        # No such mailbox.
        (refused(550, "5.1.1"), FAILED, Blame.HARD, False),
        (refused(550, "5.1.2"), FAILED, Blame.HARD, False),
        (refused(556, "5.1.10"), FAILED, Blame.HARD, False),
        (refused(550, "5.1.1", at_content=True), FAILED, Blame.HARD, False),
        # A mailbox that takes nothing at the moment, or nothing so large.
        (refused(552, "5.2.2"), FAILED, Blame.SOFT, False),
        (refused(552), FAILED, Blame.SOFT, False),
        (refused(550, "5.2.1"), FAILED, Blame.SOFT, False),
        (refused(550, "5.4.4"), FAILED, Blame.SOFT, False),
        (refused(550), FAILED, Blame.SOFT, False),
        (refused(550, "5.0.0", "user unknown"), FAILED, Blame.SOFT, False),
        (refused(552, "5.2.3"), FAILED, Blame.NONE, False),
        # What we send, whoever it is for.
        (refused(550, "5.7.1"), DEFERRED, Blame.NONE, True),
        (refused(554, "5.7.26", at_content=True), DEFERRED, Blame.NONE, True),
        (refused(550, at_content=True), DEFERRED, Blame.NONE, True),
        (refused(554), DEFERRED, Blame.NONE, True),
        (refused(554, "5.0.0"), DEFERRED, Blame.NONE, True),
        (refused(550, "5.0.0", at_content=True), DEFERRED, Blame.NONE, True),
        (refused(554, "5.6.0", at_content=True), DEFERRED, Blame.NONE, True),
        (refused(550, "5.1.8"), DEFERRED, Blame.NONE, True),
        (refused(552, "5.3.4", at_content=True), DEFERRED, Blame.NONE, True),
        (refused(503, "5.5.1"), DEFERRED, Blame.NONE, True),
        (refused(530), DEFERRED, Blame.NONE, True),
    ],
)
def test_an_answer_tells_whose_matter_it_is(
    answer: Answer, state: DeliveryState, blame: Blame, ours: bool
) -> None:
    found = verdict(answer, 0, NOW, MIDDLE)
    assert (found.result.state, found.result.blame, found.ours) == (state, blame, ours)
    assert (found.result.next_try is not None) == (state is DEFERRED)


@pytest.mark.parametrize(
    ("answer", "crowd"),
    [
        (refused(451, "4.7.1"), True),
        (refused(452, "4.3.1"), True),
        (refused(421), True),
        (refused(450, "4.2.0"), False),
        (refused(450), False),
    ],
)
def test_some_refusals_for_now_hold_for_everybody(answer: Answer, crowd: bool) -> None:
    assert verdict(answer, 0, NOW, MIDDLE).crowd is crowd


def test_the_waits_grow_until_the_last_refusal_counts_as_one_for_good() -> None:
    full = refused(452, "4.2.2", "mailbox full")
    waits = []
    for attempts in range(len(RETRIES)):
        result = verdict(full, attempts, NOW, MIDDLE).result
        assert result.next_try
        waits.append(result.next_try - NOW)
    assert waits == list(RETRIES)
    assert waits == sorted(set(waits))
    last = verdict(full, len(RETRIES), NOW, MIDDLE).result
    assert (last.state, last.blame) == (FAILED, Blame.SOFT)
    assert last.code == "given up after 6 tries: 452 4.2.2 mailbox full"


def test_a_refusal_of_what_we_send_is_never_laid_at_the_reader_s_door() -> None:
    last = verdict(refused(550, "5.7.1"), len(RETRIES), NOW, MIDDLE).result
    assert (last.state, last.blame) == (FAILED, Blame.NONE)


@given(st.integers(0, len(RETRIES) - 1), st.floats(0, 1))
def test_no_wait_is_far_from_its_usual_length(attempts: int, random: float) -> None:
    result = verdict(refused(450), attempts, NOW, random).result
    assert result.next_try
    share = (result.next_try - NOW) / RETRIES[attempts]
    assert 0.79 < share < 1.21


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Greylisted, please try again in 300 seconds", 300),
        ("try again in 5 minutes", 300),
        ("Too many messages, retry after 2 hours", 7200),
        ("greylisted for 60s", 60),
        ("Please wait 10 min and try again", 600),
        ("deferred: retry in 1 minute", 60),
        ("come back in 90 hours", 24 * 3600),
        ("queue 300 seconds", None),
        ("try later", None),
        ("in 5 messages", None),
        ("for 12 hosts", None),
    ],
)
def test_a_time_that_a_server_names_is_understood(text: str, seconds: int | None) -> None:
    found = named_wait(text)
    assert (found and found.total_seconds()) == seconds


@given(st.floats(0, 1), st.integers(0, len(RETRIES) - 1))
def test_a_named_time_is_kept_to_and_not_much_exceeded(random: float, attempts: int) -> None:
    asked = refused(450, "4.7.1", "Greylisted, try again in 7 minutes")
    result = verdict(asked, attempts, NOW, random).result
    assert result.next_try
    assert 7 * 60 <= (result.next_try - NOW).total_seconds() <= 7 * 60 * 1.2 + 1


@given(st.text(max_size=300))
def test_any_text_is_read_in_no_time(text: str) -> None:
    found = named_wait(text)
    assert found is None or dt.timedelta() <= found <= dt.timedelta(hours=24)


def test_a_connection_that_broke_charges_no_attempt() -> None:
    assert not verdict(Answer(Ending.BROKEN), 0, NOW, MIDDLE).result.counted
    assert verdict(refused(450), 0, NOW, MIDDLE).result.counted
