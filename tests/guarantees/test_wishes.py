"""One copy a mailbox, and none to who wants none any more (A6, A8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guarantees.receiver import Receiver
from tests.guarantees.scene import Scene, killed, slow
from tests.home import ended

NINTH = "reader9@example.org"


def test_an_address_that_is_on_two_lists_and_written_in_two_ways_gets_one_copy(
    scene: Scene, tmp_path: Path
) -> None:
    scene.readers = ["Jane@Example.org", "joe@bücher.example", "jane+lists@example.org"]
    scene.configure()
    again = ["address", "jane@example.org", "JOE@xn--bcher-kva.example", "JANE@EXAMPLE.ORG"]
    (tmp_path / "list.csv").write_text("\n".join([*again, "new@example.org"]) + "\n")
    scene.publish()
    scene.home.digest("run", "--no-deliver", now=scene.now())
    scene.subscribers("import", str(tmp_path / "list.csv"), "--consent", "asked for it")
    scene.make(1)
    scene.deliver(day=1)
    last = max(row.date for row in scene.rows())
    assert len([row for row in scene.rows() if row.date == last]) == 4
    received = {address.casefold() for address in scene.received()}
    assert len(received) == len(scene.received()) == 4
    scene.check()


@pytest.mark.parametrize("wish", ["remove", "erase", *slow("pause")])
def test_a_reader_who_leaves_after_the_snapshot_gets_nothing(scene: Scene, wish: str) -> None:
    scene.make()
    scene.subscribers(wish, NINTH, *(["--yes"] if wish == "erase" else []))
    scene.deliver()
    assert scene.received() == {one: 1 for one in scene.readers if one != NINTH}
    assert scene.states() == {"sent": len(scene.readers) - 1} | (
        {} if wish == "erase" else {"suppressed": 1}
    )
    assert scene.books() == {"sent": len(scene.readers) - 1, "suppressed": 1}


def test_a_reader_who_leaves_while_others_are_served_gets_nothing(scene: Scene) -> None:
    scene.connections = 1
    scene.configure()
    scene.make()
    scene.receiver.listen({"dot": ["250 ok", "slow 1 250 ok"]})
    process = scene.start("deliver")
    scene.receiver.wait_for("accepted")
    scene.subscribers("remove", "reader39@example.org")
    assert ended(process).code == 0
    assert scene.received()["reader39@example.org"] == 0
    assert scene.row("reader39@example.org").state == "suppressed"
    scene.check(others=["suppressed"])


@pytest.mark.slow
def test_a_reader_who_leaves_between_a_death_and_the_next_round_gets_nothing(
    scene: Scene,
) -> None:
    scene.make()
    scene.receiver.listen({"dot": ["slow 0.1 250 ok", "..."]})
    process = scene.start("deliver")
    scene.receiver.wait_for("accepted", 6)
    killed(process)
    scene.subscribers("remove", "reader39@example.org")
    scene.deliver()
    assert scene.received()["reader39@example.org"] == 0
    scene.check(uncertain=scene.connections, others=["suppressed"])


@pytest.mark.slow
def test_an_import_does_not_revive_who_left(scene: Scene, tmp_path: Path) -> None:
    scene.make()
    scene.deliver()
    scene.subscribers("remove", NINTH)
    (tmp_path / "list.csv").write_text(f"address\n{NINTH}\n")
    scene.home.digest("subscribers", "import", str(tmp_path / "list.csv"), "--consent", "asked")
    scene.make(1)
    scene.deliver(day=1)
    assert scene.received()[NINTH] == 1
    scene.check(others=["suppressed"])


def test_one_receiver_outlives_its_sender_and_tells_what_it_took(
    scene: Scene, receiver: Receiver
) -> None:
    """The oracle itself: a message whose sender dies at the final dot was received."""
    scene.make()
    receiver.listen({"dot": ["slow 0.5 250 ok", "..."]})
    process = scene.process("deliver", DIGEST_FAILPOINT="after-dot")
    assert process.code == -9
    receiver.quiet()
    # Each connection may have had a dot under way when the sender died, and one of them had.
    assert len(receiver.accepted) in range(1, scene.connections + 1)
