"""Messages as DATA takes them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from digest.transport.bodies import dotted

LINES = st.sampled_from(
    [b"", b".", b"..", b".x", b"x" * 76, b"y" * 700, b"\r", b"\n", b"\n.", b"\r."]
)
MESSAGES = st.lists(LINES, max_size=30).flatmap(
    lambda lines: st.sampled_from([b"\r\n".join(lines), b"\r\n".join([*lines, b""])])
)
SHARED = b"a line of the letter that all readers get\r\n" * 20


def simply(message: bytes) -> bytes:
    """What is to be sent, found line by line."""
    stuffed = [b"." + line if line.startswith(b".") else line for line in message.splitlines()]
    return b"".join(line + b"\r\n" for line in stuffed)


@given(st.lists(MESSAGES, min_size=1, max_size=4))
def test_every_line_end_is_whole_and_every_dot_at_a_beginning_doubled(
    messages: list[bytes],
) -> None:
    for message in messages:
        assert dotted([message]) == simply(message)


@given(MESSAGES, MESSAGES, st.lists(st.integers(0, 20_000), max_size=6))
def test_a_message_is_sent_alike_in_whatever_parts_it_comes(
    first: bytes, last: bytes, cuts: list[int]
) -> None:
    message = first + SHARED + last + SHARED + first
    places = sorted({0, len(message), *(cut % len(message) for cut in cuts)})
    parts = [message[start:end] for start, end in pairwise(places)]
    assert dotted(parts) == simply(message)
