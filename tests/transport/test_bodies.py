"""Messages as DATA takes them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.transport.bodies import Bodies

LINES = st.sampled_from(
    [b"", b".", b"..", b".x", b"x" * 76, b"y" * 700, b"\r", b"\n", b"\n.", b"\r."]
)
MESSAGES = st.lists(LINES, max_size=30).flatmap(
    lambda lines: st.sampled_from([b"\r\n".join(lines), b"\r\n".join([*lines, b""])])
)


def simply(message: bytes) -> bytes:
    """What is to be sent, found line by line."""
    stuffed = [b"." + line if line.startswith(b".") else line for line in message.splitlines()]
    return b"\r\n".join(stuffed)


@given(st.lists(MESSAGES, min_size=1, max_size=4))
def test_every_line_end_is_whole_and_every_dot_at_a_beginning_doubled(
    messages: list[bytes],
) -> None:
    bodies = Bodies()
    for message in messages:
        assert bytes(bodies.dotted(message)) == simply(message)


@given(MESSAGES, st.lists(st.tuples(st.integers(0, 20_000), LINES), max_size=6))
def test_a_message_like_the_one_before_is_looked_through_where_it_differs(
    message: bytes, changes: list[tuple[int, bytes]]
) -> None:
    shared = b"a line of the letter that all readers get\r\n" * 200
    message = shared + message + b"\r\n" + shared
    bodies = Bodies()
    bodies.dotted(shared + shared)
    bodies.dotted(message)
    for place, inserted in changes:
        other = message[:place] + inserted + message[place:]
        assert bytes(bodies.dotted(other)) == simply(other)
        message = other
