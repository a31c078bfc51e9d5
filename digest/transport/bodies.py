"""Messages as DATA takes them: line ends whole, and no line that looks like the final dot."""

from __future__ import annotations

_PIECE = 4_096  # bytes, or less by a line


class Bodies:
    """Messages as DATA takes them.

    Those of one edition are mostly alike: what stands as it did in the one before, counted from
    the end, is not looked through again.
    """

    def __init__(self) -> None:
        self._known: list[tuple[bytes, bytes]] = []  # pieces, and as they are sent; the last first

    def dotted(self, message: bytes) -> bytes:
        """A message without its last line end, its dots doubled (RFC 5321, section 4.5.2).

        Lone line ends become whole ones: servers that read them differently could be made to see
        a final dot, and a second message, inside the first.
        """
        pieces, end, known = [], len(message), iter(self._known)
        while end:
            piece, sent = next(known, (b"", b""))
            if not (piece and _stands(piece, message, end)):
                piece = _last_lines(message, end)
                sent = piece if _is_clean(piece) else _mended(piece)
            pieces.append((piece, sent))
            end -= len(piece)
        self._known = pieces
        return b"".join([sent for _, sent in reversed(pieces)]).removesuffix(b"\r\n")


def _stands(piece: bytes, message: bytes, end: int) -> bool:
    """Whether a message has these whole lines before a place."""
    start = end - len(piece)
    at_line = start == 0 or message.endswith(b"\r\n", 0, start)
    return at_line and message.endswith(piece, 0, end)


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
