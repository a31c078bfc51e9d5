"""Messages as DATA takes them: line ends whole, and no line that looks like the final dot.

The dots of a line's beginning are doubled (RFC 5321, section 4.5.2). Lone line ends become whole
ones: servers that read them differently could be made to see a final dot, and a second message,
inside the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_LONG = 500  # bytes, from which on it is worth to keep what a part is sent as
_KEPT = 64  # parts


class _Lines(NamedTuple):
    """A part of a message, its whole lines apart from what belongs to its neighbours' lines."""

    before: bytes  # up to its first line end
    sent: bytes  # whole lines, as they are sent
    after: bytes


def dotted(parts: Sequence[bytes]) -> bytes:
    """A message in parts, as it is sent, in whole lines.

    Parts that many messages share are looked through once.
    """
    sent, line = [], b""
    for part in parts:
        shared = _lines(part) if len(part) >= _LONG else None
        if shared:
            sent += [_sent(line + shared.before), shared.sent]
            line = shared.after
        else:
            line += part
    sent.append(_sent(line))
    return b"".join(sent)


@lru_cache(_KEPT)
def _lines(part: bytes) -> _Lines | None:
    """A part by lines; None where it has no whole one."""
    first, last = part.find(b"\r\n"), part.rfind(b"\r\n")
    if first == last:
        return None
    first, last = first + 2, last + 2
    return _Lines(part[:first], _sent(part[first:last]), part[last:])


def _sent(lines: bytes) -> bytes:
    """Lines as they are sent."""
    whole = lines.endswith(b"\r\n") or not lines
    if not (whole and lines.count(b"\r\n") == lines.count(b"\n") == lines.count(b"\r")):
        lines = b"\r\n".join([*lines.splitlines(), b""])
    return (b"\n" + lines).replace(b"\n.", b"\n..")[1:]
