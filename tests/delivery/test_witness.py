"""What stands beside the database tells whether it was set back (G5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digest.model.deliveries import Closed
from tests.delivery.morning import READERS, Memory, Morning
from tests.store.records import DAY
from tests.transport.scripted import ScriptedSmtp

Start = Callable[..., Morning]


def test_a_database_that_was_set_back_is_noticed_and_nothing_is_sent(start: Start) -> None:
    morning = start(READERS[:3])
    with ScriptedSmtp() as server:
        morning.deliver(server.url, limit=1)
        [(period, date, sha256, closed)] = morning.witness.closed
        assert (period, date, closed) == ("daily", DAY, 1)
        morning.witness.closed = [Closed(period, date, sha256, 3)]
        held = morning.deliver(server.url)
        assert "from a backup" in held.held[0]
        assert [account.states["pending"] for account in held.accounts] == [2]
        assert len(server.accepted) == 1
        morning.deliver(server.url, force=True)
        assert len(server.accepted) == 3


def test_the_first_mails_that_are_out_are_noted_at_once_even_where_noting_is_slow(
    start: Start,
) -> None:
    morning, noted = start(READERS[:9]), []

    class Slow(Memory):
        def note(self, newsletter: str, closed: Sequence[Closed]) -> None:
            super().note(newsletter, closed)
            noted.append(closed[0].deliveries)
            morning.elapsed += 1

    morning.witness = Slow()
    with ScriptedSmtp() as server:
        morning.deliver(server.url)
    before, first, *_, end = noted
    assert (before, end) == (0, 9)
    assert 0 < first < 9
