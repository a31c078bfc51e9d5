"""Bytes with gaps, each for the same few characters, which may be broken over two lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_SOFT_BREAK = b"=\r\n"  # of quoted-printable (RFC 2045, section 6.7)


@dataclass(frozen=True, slots=True)
class Gapped:
    """What stands around the gaps, and at which of a filling's characters it is broken in each.

    Quoted-printable breaks a line after so many characters, whichever they are as long as each
    stands for itself. So what fills a gap is broken where the slot was.
    """

    pieces: tuple[bytes, ...]  # one more than there are gaps
    breaks: tuple[tuple[int, ...], ...]

    def filled(self, filling: str) -> bytes:
        """The whole, with the filling in each gap."""
        return b"".join(self.parts(filling))

    def parts(self, filling: str) -> Iterator[bytes]:
        """The same in parts; the first depends on no filling."""
        yield self.pieces[0]
        for breaks, piece in zip(self.breaks, self.pieces[1:], strict=True):
            yield _broken(filling.encode(), breaks)
            yield piece


def gapped(content: bytes, slot: str) -> Gapped:
    """Content with a gap wherever it has the slot: some letters or digits, not none."""
    broken = f"(?:{_SOFT_BREAK.decode()})?".join(map(re.escape, slot))
    found = list(re.finditer(broken.encode(), content))
    starts = (0, *(match.end() for match in found))
    ends = (*(match.start() for match in found), len(content))
    return Gapped(
        pieces=tuple(content[start:end] for start, end in zip(starts, ends, strict=True)),
        breaks=tuple(_breaks(match[0]) for match in found),
    )


def _breaks(found: bytes) -> tuple[int, ...]:
    """Before which characters of a broken slot its breaks stand."""
    offset, breaks = 0, []
    for part in found.split(_SOFT_BREAK)[:-1]:
        offset += len(part)
        breaks.append(offset)
    return tuple(breaks)


def _broken(filling: bytes, breaks: tuple[int, ...]) -> bytes:
    ends = pairwise((0, *breaks, len(filling)))
    return _SOFT_BREAK.join(filling[start:end] for start, end in ends)
