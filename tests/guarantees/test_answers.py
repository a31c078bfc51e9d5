"""What the mail server answers to a message, and what comes of it for its reader (A3 to A5)."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from tests.guarantees.scene import Scene, slow
from tests.home import ended

SEVENTH = "reader7@example.org"


# A3: not now

LATER = ["421 4.3.2 closing", "450 4.2.1 later", "451 4.7.1 greylisted", "452 4.3.1 no room"]


@pytest.mark.parametrize(
    "refusal",
    [
        ("RCPT", LATER[1]),
        ("DATA", LATER[0]),
        ("dot", LATER[3]),
        *slow(*((position, answer) for position in ("RCPT", "DATA", "dot") for answer in LATER)),
    ],
    ids=" ".join,
)
def test_a_reader_refused_for_now_gets_it_later_and_holds_up_nobody(
    scene: Scene, refusal: tuple[str, str]
) -> None:
    position, answer = refusal
    scene.make()
    scene.receiver.listen({f"{position} {SEVENTH}": [answer]})
    assert scene.deliver().code == 0
    assert scene.received() == {one: 1 for one in scene.readers if one != SEVENTH}
    seventh = scene.row(SEVENTH)
    assert seventh.state in {"deferred", "pending"}
    assert not [event for event in scene.receiver.events("refused") if "503" in event.reply]
    scene.deliver(hours=1)
    scene.check()


def test_a_refusal_for_now_is_not_tried_again_before_its_time(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({f"RCPT {SEVENTH}": ["450 4.2.1 later"]})
    scene.deliver()
    connections = len(scene.receiver.events("connected"))
    assert scene.deliver(seconds=1).code == 0
    assert len(scene.receiver.events("connected")) == connections
    due = scene.row(SEVENTH).next_try
    assert due
    scene.deliver(seconds=due - scene.second() - 1)
    assert scene.row(SEVENTH).state == "deferred"
    scene.deliver(seconds=due - scene.second())
    scene.check()


@pytest.mark.slow
def test_the_waits_grow_and_end(scene: Scene) -> None:
    scene.make(readers=[SEVENTH])
    scene.receiver.listen({"RCPT": ["450 4.2.1 later", "..."]})
    waits, at = [], 0
    while scene.states() != {"failed": 1}:
        scene.deliver(seconds=at)
        due = scene.row(SEVENTH).next_try
        if scene.row(SEVENTH).state == "deferred":
            assert due
            waits.append(due - scene.second() - at)
            at += waits[-1]
    assert len(waits) >= 3
    assert all(later > earlier for earlier, later in pairwise(waits))
    assert scene.consents() == {"active": 1}


def test_the_waits_of_many_readers_are_spread(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({"RCPT": ["451 4.7.1 greylisted"] * len(scene.readers)})
    scene.deliver()
    deferred = [row.next_try for row in scene.rows() if row.state == "deferred"]
    assert len(set(deferred)) > len(deferred) / 2 > 8
    scene.receiver.listen()
    scene.deliver(hours=1)
    scene.check()


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("450 4.7.1 greylisted, try again in 27 minutes", 27 * 60),
        pytest.param("451 4.7.1 please retry in 1800 seconds", 1800, marks=pytest.mark.slow),
    ],
)
def test_the_time_that_a_server_names_is_honoured(scene: Scene, words: str, seconds: int) -> None:
    scene.make()
    scene.receiver.listen({f"RCPT {SEVENTH}": [words]})
    scene.deliver()
    due = scene.row(SEVENTH).next_try
    assert due
    assert seconds <= due - scene.second() <= 1.5 * seconds
    scene.deliver(seconds=due - scene.second())
    scene.check()


def test_a_server_that_wants_fewer_connections_gets_all_mail_over_those(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({"connect": ["220 ready", "421 4.7.0 too many connections", "..."]})
    assert scene.deliver().code == 0
    scene.check()


@pytest.mark.parametrize("position", ["RCPT", *slow("DATA", "dot")])
def test_a_connection_is_reset_before_it_is_used_again(scene: Scene, position: str) -> None:
    scene.connections = 1
    scene.configure()
    scene.make()
    refused = {f"{position} reader{at}@example.org": ["450 4.2.1 later"] for at in range(0, 40, 3)}
    scene.receiver.listen(refused)
    scene.deliver()
    assert not [one for one in scene.receiver.events("refused") if one.reply.startswith("503")]
    assert len(scene.receiver.events("connected")) == 1
    scene.deliver(hours=1)
    scene.check()


def test_a_server_without_pipelining_is_spoken_to_step_by_step(scene: Scene) -> None:
    scene.make()
    scene.receiver.extensions = ("8BITMIME",)
    scene.receiver.listen({f"RCPT {SEVENTH}": ["450 4.2.1 later"], "dot": ["drop"]})
    scene.deliver()
    scene.deliver(hours=1)
    scene.check(uncertain=1)


# A4: for good


def test_a_mailbox_that_is_not_there_is_suppressed_at_once(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({f"RCPT {SEVENTH}": ["550 5.1.1 no such user"]})
    assert scene.deliver().code == 1
    assert scene.row(SEVENTH).state == "failed"
    assert scene.consents() == {"active": len(scene.readers) - 1, "bounced": 1}
    scene.receiver.listen()
    scene.make(1)
    scene.deliver(day=1)
    assert scene.received()[SEVENTH] == 0
    scene.check(others=["failed", "suppressed"])


@pytest.mark.slow
def test_a_full_mailbox_is_counted_and_suppressed_after_some(scene: Scene) -> None:
    scene.receiver.listen({f"RCPT {SEVENTH}": ["552 5.2.2 mailbox full", "..."]})
    day = 0
    while day < 5 and not (day and "bounced" in scene.consents()):
        scene.make(day)
        scene.deliver(day=day)
        assert scene.row(SEVENTH).state == "failed"
        day += 1
    assert 3 <= day < 5
    scene.make(day)
    scene.deliver(day=day)
    assert sum(one.recipient == SEVENTH for one in scene.receiver.events("refused")) <= day
    scene.check(others=["failed"])


OURS: dict[str, tuple[str, str]] = {
    "policy at RCPT": ("RCPT", "550 5.7.1 we do not like you"),
    "content at DATA": ("DATA", "554 5.7.1 no"),
    "content at the dot": ("dot", "550 5.7.1 looks like spam"),
    "content without a code": ("dot", "554 rejected"),
}


@pytest.mark.parametrize("fault", [*list(OURS)[1:3], *slow(next(iter(OURS)), list(OURS)[3])])
def test_refusals_that_are_our_fault_pause_it_all_and_charge_nobody(
    scene: Scene, fault: str
) -> None:
    position, answer = OURS[fault]
    scene.make()
    scene.receiver.listen({position: [answer, "..."]})
    assert scene.deliver().code == 1
    refused = [one for one in scene.receiver.events("refused") if one.reply == answer]
    assert len(refused) <= 5 + 2 * scene.connections  # one in hand and one ahead on each
    assert set(scene.states()) == {"deferred", "pending"}
    assert scene.consents() == {"active": len(scene.readers)}
    scene.receiver.listen()
    for command in ("deliver", "run"):
        told = scene.home.digest(command, now=scene.now(hours=1))
        assert told.code == 3
        assert answer[:3] in told.err
        assert "--force" in told.err
    assert not scene.receiver.accepted
    assert scene.deliver("--force", hours=1).code == 0
    scene.check()


def test_a_policy_of_one_reader_s_server_charges_nobody_and_holds_up_nobody(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({f"RCPT {SEVENTH}": ["550 5.7.1 policy"]})
    scene.deliver()
    assert len(scene.received()) == len(scene.readers) - 1
    assert scene.consents() == {"active": len(scene.readers)}


def test_the_operator_is_told_once_that_delivery_was_stopped(scene: Scene) -> None:
    scene.configure('operator = "boss@example.com"\n')
    scene.make()
    boss = {"RCPT boss@example.com": ["250 ok", "..."]}
    scene.receiver.listen({"RCPT": ["550 5.7.1 we do not like you", "..."], **boss})
    for minutes in range(3):
        scene.deliver(minutes=minutes)
    assert scene.received() == {"boss@example.com": 1}


# A5: the answer to the final dot


@pytest.mark.parametrize(
    ("fault", "got"), [("lose", 1), pytest.param("drop", 0, marks=pytest.mark.slow)]
)
def test_a_lost_answer_is_uncertain_and_sent_again_only_when_asked_with_the_same_message_id(
    scene: Scene, fault: str, got: int
) -> None:
    scene.make()
    scene.receiver.listen({f"dot {SEVENTH}": [fault]})
    assert scene.deliver().code == 1
    assert scene.deliver(hours=1).code == 0
    assert scene.row(SEVENTH).state == "uncertain"
    assert scene.received()[SEVENTH] == got
    scene.check(uncertain=1)
    answer = scene.deliver("--resend-uncertain", "--yes", hours=2)
    assert answer.code == 0, answer.err
    mails = [event for event in scene.receiver.accepted if event.recipient == SEVENTH]
    assert len(mails) == got + 1
    assert len({event.message_id for event in mails}) == 1
    assert scene.states() == {"sent": len(scene.readers)}


@pytest.mark.parametrize("fault", ["lose", *slow("drop")])
def test_a_server_that_loses_every_answer_is_left_alone_soon(scene: Scene, fault: str) -> None:
    scene.make()
    scene.receiver.listen({"dot": [fault, "..."]})
    assert ended(scene.start("deliver"), seconds=15).code == 1
    unsure = scene.states()["uncertain"]
    assert unsure <= 5 + scene.connections
    scene.receiver.listen()
    scene.deliver(hours=1)
    scene.check(uncertain=unsure)


@pytest.mark.slow
def test_an_answer_that_never_comes_is_uncertain_and_holds_up_nobody(scene: Scene) -> None:
    scene.make()
    scene.receiver.listen({f"dot {SEVENTH}": ["hang"]})
    begun = time.monotonic()
    scene.deliver()
    assert time.monotonic() - begun < 90
    assert len(scene.received()) == len(scene.readers) - 1
    scene.check(uncertain=1)
