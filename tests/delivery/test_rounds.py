"""Each reader gets each edition once, whatever the mail server does (G5, G6)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from digest.delivery.verdict import RETRIES
from digest.model.deliveries import Closed, Rate
from tests.delivery.morning import READERS, Memory, Morning
from tests.store.records import DAY, NOW
from tests.transport.scripted import DROP, LOSE, ScriptedSmtp

Start = Callable[..., Morning]


def test_every_reader_gets_the_edition_once(start: Start) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        morning.deliver(server.url)
        morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS)
        assert server.connections == 1
    assert morning.books() == {"sent": len(READERS)}


def test_a_refusal_for_now_is_tried_again_when_its_time_has_come(
    start: Start,
) -> None:
    morning = start(READERS[:2])
    with ScriptedSmtp({"RCPT": ["451 4.7.1 later"]}) as server:
        outcome = morning.deliver(server.url)
        assert (outcome.trouble, morning.books()) == (0, {"deferred": 1, "sent": 1})
        morning.now += RETRIES[0] - dt.timedelta(seconds=1)
        assert morning.deliver(server.url).attempts == 0
        morning.now += dt.timedelta(seconds=1)
        morning.deliver(server.url)
    assert morning.books() == {"sent": 2}


def test_patience_with_a_refusal_ends(start: Start) -> None:
    morning = start(READERS[:1])
    with ScriptedSmtp({"RCPT": ["450 4.2.0 later"] * 10}) as server:
        for wait in (*RETRIES, dt.timedelta()):
            morning.deliver(server.url)
            morning.now += wait
    assert morning.books() == {"failed": 1}


def test_a_server_that_is_away_when_a_round_is_stopped_is_told(start: Start) -> None:
    morning = start(READERS[:3])
    morning.stop_at = 2.0
    script = {"MAIL": ["250 ok", DROP], "connect": ["220 ready", *["421 4.3.2 closing"] * 5]}
    with ScriptedSmtp(script) as server:
        outcome = morning.deliver(server.url)
    assert (outcome.trouble, "421 4.3.2 closing" in outcome.down) == (1, True)
    assert morning.books() == {"sent": 1, "pending": 2}


def test_a_round_of_few_readers_says_that_nothing_of_it_was_accepted(start: Start) -> None:
    morning = start(READERS[:2])
    with ScriptedSmtp({"dot": ["554 5.7.1 looks like spam"] * 2}) as server:
        outcome = morning.deliver(server.url)
    assert (outcome.trouble, morning.books()) == (1, {"deferred": 2})
    assert outcome.down == "the mail server refuses what we send: 554 5.7.1 looks like spam"
    assert not morning.store.paused("daily")


def test_one_refusal_of_what_we_send_among_others_accepted_is_no_trouble(start: Start) -> None:
    morning = start(READERS[:2])
    with ScriptedSmtp({"dot": ["250 ok", "554 5.7.1 looks like spam"]}) as server:
        outcome = morning.deliver(server.url)
    assert (outcome.trouble, outcome.down) == (0, "")
    assert morning.books() == {"deferred": 1, "sent": 1}


def test_a_refusal_for_good_stops_no_other_reader(start: Start) -> None:
    morning = start(READERS[:3])
    with ScriptedSmtp({"RCPT": ["250 ok", "550 5.1.1 no such user"]}) as server:
        outcome = morning.deliver(server.url)
        assert len(server.accepted) == 2
    assert (outcome.trouble, morning.books()) == (1, {"failed": 1, "sent": 2})


def test_a_lost_answer_to_the_final_dot_is_uncertain_and_never_sent_again(
    start: Start,
) -> None:
    morning = start(READERS[:3])
    with ScriptedSmtp({"dot": [LOSE]}) as server:
        outcome = morning.deliver(server.url)
        morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS[:3])
    assert (outcome.trouble, morning.books()) == (1, {"sent": 2, "uncertain": 1})


def test_a_server_that_is_down_charges_nobody(start: Start) -> None:
    morning = start()
    with ScriptedSmtp({"connect": ["421 4.3.2 closed"]}) as server:
        outcome = morning.deliver(server.url)
        assert outcome.down
        assert morning.books() == {"pending": len(READERS)}
        morning.deliver(server.url)
    assert morning.books() == {"sent": len(READERS)}


def test_a_server_that_dies_midway_leaves_the_rest_pending(start: Start) -> None:
    morning = start()
    refusals = ["250 ok"] * 30 + [DROP] + ["421 4.3.2 closing"] * 99
    with ScriptedSmtp({"MAIL": refusals}) as server:
        assert morning.deliver(server.url).down
        assert morning.books() == {"pending": 15, "sent": 30}
        server.script.clear()
        morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS)


@pytest.mark.parametrize("limit", [1, 20, 44])
def test_a_limit_is_kept(start: Start, limit: int) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        assert morning.deliver(server.url, limit=limit).attempts == limit
    assert morning.books() == {"sent": limit, "pending": len(READERS) - limit}


def test_an_old_edition_is_held_until_it_is_forced(start: Start) -> None:
    morning = start(READERS[:1])
    morning.now = dt.datetime.combine(DAY, dt.time(), tzinfo=dt.UTC) + dt.timedelta(hours=36)
    with ScriptedSmtp() as server:
        morning.now += dt.timedelta(seconds=1)
        assert "36 hours" in morning.deliver(server.url).held[0]
        assert not server.accepted
        morning.deliver(server.url, force=True)
        assert len(server.accepted) == 1


def test_an_edition_held_for_a_week_is_given_up_and_its_books_balance(
    start: Start,
) -> None:
    morning = start()
    morning.now = dt.datetime.combine(DAY, dt.time(23), tzinfo=dt.UTC) + dt.timedelta(days=7)
    with ScriptedSmtp() as server:
        assert morning.deliver(server.url).held
        morning.now += dt.timedelta(hours=2)
        assert not morning.deliver(server.url).held
        assert not server.accepted
    assert morning.books() == {"skipped": len(READERS)}


def test_what_was_given_up_as_too_old_can_be_taken_up_again(start: Start) -> None:
    morning = start()
    morning.now += dt.timedelta(days=30)
    with ScriptedSmtp() as server:
        morning.deliver(server.url)
        assert morning.books() == {"skipped": len(READERS)}
        morning.deliver(server.url, force=True, date=DAY)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS)
    assert morning.books() == {"sent": len(READERS)}


def test_a_maildir_gets_each_message_once_even_where_the_answer_was_lost(
    start: Start, tmp_path: Path
) -> None:
    morning = start(READERS[:2])
    [edition] = morning.store.due("daily", NOW)
    lease = dt.timedelta(minutes=1)
    claimed = morning.store.claim(edition, NOW, limit=1, lease=lease, sender=2, token=99)
    assert morning.store.turn([], claimed, NOW) == set(claimed)
    for _ in range(2):
        morning.deliver(f"maildir:{tmp_path}/outbox")
    assert len(list((tmp_path / "outbox" / "new").iterdir())) == 2
    assert morning.books() == {"sent": 2}


def test_who_is_no_longer_named_gets_nothing(start: Start) -> None:
    morning = start(READERS[:3])
    morning.fixed = tuple(READERS[:2])
    with ScriptedSmtp() as server:
        morning.deliver(server.url)
        assert {mail.recipient for mail in server.accepted} == set(READERS[:2])
    assert morning.books() == {"sent": 2, "suppressed": 1}


def test_a_mailbox_that_does_not_exist_gets_no_further_mail(start: Start) -> None:
    morning = start(READERS[:3])
    with ScriptedSmtp({"RCPT": ["550 5.1.1 no such user"]}) as server:
        morning.deliver(server.url)
    assert morning.standing() == {"active": 2, "bounced": 1}


def test_a_full_mailbox_is_counted_and_nobody_is_given_up_for_one(start: Start) -> None:
    morning = start(READERS[:2])
    with ScriptedSmtp({"RCPT": ["552 5.2.2 over quota"]}) as server:
        morning.deliver(server.url)
    assert morning.books() == {"failed": 1, "sent": 1}
    assert morning.standing() == {"active": 2}


@pytest.mark.parametrize("position", ["RCPT", "dot"])
def test_refusals_of_what_we_send_stop_everything_after_five_and_charge_nobody(
    start: Start, position: str
) -> None:
    morning = start()
    with ScriptedSmtp({position: ["550 5.7.1 your mail is not wanted here"] * 99}) as server:
        outcome = morning.deliver(server.url)
        assert "refuses what we send: 550 5.7.1" in outcome.down
        assert morning.books() == {"deferred": 5, "pending": 40}
        assert morning.standing() == {"active": 45}
        held = morning.deliver(server.url)
        assert "digest deliver --force" in held.held[0]
        assert held.attempts == 0
        server.script.clear()
        morning.now += RETRIES[0]
        morning.deliver(server.url, force=True)
        assert len(server.accepted) == 45
    assert morning.books() == {"sent": 45}


def test_where_another_sender_stops_delivery_the_round_ends_and_says_why(start: Start) -> None:
    morning = start()

    class Stopping(Memory):
        def note(self, newsletter: str, closed: Sequence[Closed]) -> None:
            super().note(newsletter, closed)
            if closed[0].deliveries == 3:
                morning.store.pause(newsletter, "the other one was refused", NOW)

    morning.witness = Stopping()
    with ScriptedSmtp() as server:
        outcome = morning.deliver(server.url)
        assert "the other one was refused" in outcome.down
        assert len(server.unfinished) <= 2
        assert morning.books() == {
            "sent": len(server.accepted),
            "pending": 45 - len(server.accepted),
        }


def test_now_and_then_a_refusal_of_what_we_send_stops_nobody(start: Start) -> None:
    morning = start()
    with ScriptedSmtp({"RCPT": ["550 5.7.1 members only", "250 ok"] * 22}) as server:
        assert not morning.deliver(server.url).down
        assert len(server.accepted) == 23
    assert morning.books() == {"deferred": 22, "sent": 23}


def test_a_server_that_puts_everything_off_is_left_alone(start: Start) -> None:
    morning = start()
    with ScriptedSmtp({"RCPT": ["451 4.7.1 too much mail from you"] * 99}) as server:
        outcome = morning.deliver(server.url)
    assert "puts everything off" in outcome.down
    assert morning.books() == {"deferred": 20, "pending": 25}


def test_a_server_that_comes_back_in_time_gets_the_rest(start: Start) -> None:
    morning = start()
    answers = ["250 ok"] * 30 + [DROP, "421 4.3.2 restarting", "421 4.3.2 restarting"]
    with ScriptedSmtp({"MAIL": answers}) as server:
        outcome = morning.deliver(server.url)
        assert Counter(mail.recipient for mail in server.accepted) == Counter(READERS)
    assert (outcome.down, outcome.trouble) == ("", 0)
    assert morning.elapsed >= 5


def test_rates_are_kept_to_by_waiting(start: Start) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        morning.deliver(server.url, rates=[Rate(10, 5)])
        assert len(server.accepted) == 45
    assert 20 <= morning.elapsed < 30


def test_what_must_wait_for_long_is_left_to_the_next_round(start: Start) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        assert morning.deliver(server.url, rates=[Rate(10, 3600)]).attempts == 10
        assert morning.books() == {"pending": 35, "sent": 10}
        morning.now += dt.timedelta(hours=1)
        assert morning.deliver(server.url, rates=[Rate(10, 3600)]).attempts == 10


def test_being_asked_to_stop_leaves_the_rest_pending(start: Start) -> None:
    morning = start()
    morning.stopping = True
    with ScriptedSmtp() as server:
        morning.deliver(server.url)
        assert not server.accepted
    assert morning.books() == {"pending": 45}


def test_the_account_of_an_edition_names_every_reader(start: Start) -> None:
    morning = start(READERS[:4])
    with ScriptedSmtp({"RCPT": ["550 5.1.1 who", "450 4.2.0 later"]}) as server:
        [account] = morning.deliver(server.url).accounts
        assert not account.done
        morning.now += RETRIES[0]
        [account] = morning.deliver(server.url).accounts
    assert account.done
    counted = {state: count for state, count in account.states.items() if count}
    assert counted == {"sent": 3, "failed": 1}


def test_progress_tells_how_far_how_fast_and_how_long_yet(start: Start) -> None:
    morning = start()
    with ScriptedSmtp() as server:
        morning.deliver(server.url, rates=[Rate(10, 5)])
    assert f"{DAY}: 45 of 45, 2 a second, 0 s left" in morning.told
