"""Messages as DATA takes them: line ends whole, and no line that looks like the final dot."""

from __future__ import annotations

_PIECE = 2_048  # bytes, or less by a line


class Bodies:
    """Messages as DATA takes them.

    Those of one edition are mostly alike: what stands as it did in the one before, counted from
    the end, is not looked through again.
    """

    def __init__(self) -> None:
        self._clean: list[bytes] = []  # the pieces of a message that was sent as it is, last first

    def dotted(self, message: bytes) -> memoryview:
        """A message without its last line end, its dots doubled (RFC 5321, section 4.5.2).

        Lone line ends become whole ones: servers that read them differently could be made to see
        a final dot, and a second message, inside the first.
        """
        if not self._look_through(message):
            message = _mended(message)
        end = len(message) - 2 if message.endswith(b"\r\n") else len(message)
        return memoryview(message)[:end]

    def _look_through(self, message: bytes) -> bool:
        """Whether a message can be sent as it is: clean pieces make a clean message."""
        pieces, end = [], len(message)
        known = iter(self._clean)
        while end:
            piece = next(known, b"")
            if not (piece and message.endswith(piece, 0, end)):
                piece = _last_lines(message, end)
                if not _is_clean(piece):
                    return False
            pieces.append(piece)
            end -= len(piece)
        self._clean = pieces
        return True


def _last_lines(message: bytes, end: int) -> bytes:
    """About so many whole lines before a place as go into a piece."""
    start = message.find(b"\r\n", end - _PIECE, end - 2) if end > _PIECE else -1
    return message[:end] if start < 0 else message[start + 2 : end]


def _is_clean(lines: bytes) -> bool:
    """Whether all line ends are whole, and no line begins with a dot."""
    whole = lines.count(b"\r\n") == lines.count(b"\n") == lines.count(b"\r")
    return whole and not lines.startswith(b".") and b"\r\n." not in lines


def _mended(message: bytes) -> bytes:
    lines = b"\r\n".join([*message.splitlines(), b""])
    return (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:]
