"""The SMTP transport where time is short, or goes by elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from contextlib import closing

from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport.smtp import Smtp
from tests.transport.conftest import Books, send_all
from tests.transport.scripted import HANG, ScriptedSmtp, later

Way = tuple[str, ...]
READERS = [f"reader{number}@example.org" for number in range(1, 31)]


def taken(server: ScriptedSmtp) -> list[str]:
    return sorted(mail.recipient for mail in server.accepted)


def test_in_a_hurry_what_is_in_hand_is_finished_and_nothing_begun(way: Way, books: Books) -> None:
    with ScriptedSmtp({"dot": [later(0.1)] * 30}, extensions=way) as server:
        send_all(
            server,
            READERS,
            books,
            connections=3,
            hurry=lambda: 8.0 if len(books.given) >= 6 else math.inf,
        )
    assert 6 <= len(server.accepted) <= 12
    assert taken(server) == sorted(books.told) == sorted(books.those(Ending.ACCEPTED))
    assert set(books.told) == set(books.given)


def test_when_the_time_is_up_what_was_let_go_is_lost_and_the_rest_untold(
    way: Way, books: Books
) -> None:
    script = {f"dot {READERS[0]}": [HANG], f"DATA {READERS[1]}": [HANG]}
    start = time.monotonic()
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(
            server,
            READERS,
            books,
            connections=2,
            hurry=lambda: start + 0.5 - time.monotonic() if books.given else math.inf,
        )
        assert time.monotonic() - start < 3
    assert books.endings() == {READERS[0]: Ending.LOST}
    assert not server.accepted


def test_after_a_slow_commit_the_next_comes_soon(way: Way) -> None:
    """While one message waits for its answer, others are ready."""
    times: list[float] = []

    class SlowOnce(Books):
        def turn(self, *told: Sequence[object]) -> Collection[Parcel]:  # type: ignore[override]
            if not times:
                time.sleep(2)
            going = super().turn(*told)  # type: ignore[arg-type]
            times.append(time.monotonic())
            return going

    with ScriptedSmtp({f"dot {READERS[0]}": [later(3)]}, extensions=way) as server:
        send_all(server, READERS[:3], SlowOnce(), connections=2)
    assert times[1] - times[0] < 1.2
    assert taken(server) == READERS[:3]


def test_who_is_out_of_time_waits_for_no_goodbye(way: Way, books: Books) -> None:
    start = time.monotonic()
    script = {"dot": ["250 ok", HANG], "QUIT": [HANG]}
    with ScriptedSmtp(script, extensions=way) as server:
        send_all(
            server,
            READERS,
            books,
            connections=2,
            hurry=lambda: start + 0.5 - time.monotonic() if len(books.given) > 1 else math.inf,
        )
        assert time.monotonic() - start < 2


def test_a_slow_ledger_is_no_slow_server(way: Way, books: Books) -> None:
    """Answers that came in while the books were kept are not too late."""

    def turn(done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]) -> Collection[Parcel]:
        time.sleep(0.4)
        return books.turn(done, ready)

    with (
        ScriptedSmtp(extensions=way) as server,
        closing(Smtp(server.url, None, connections=3, timeout=0.3)) as smtp,
    ):
        smtp.carry(books.parcels(READERS[:6]), turn)
    assert books.those(Ending.ACCEPTED) == set(READERS[:6])
