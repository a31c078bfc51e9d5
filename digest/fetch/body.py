"""Taking in a body of unknown size: no more of it is ever unpacked than its caps allow.

gzip and deflate come with Python and can be unpacked piece by piece. Brotli and Zstandard do not
come with it, and their packages unpack whole chunks at once, so they are not asked for.
"""

from __future__ import annotations

import io
import itertools
import zlib
from typing import TYPE_CHECKING

from digest.errors import FetchError
from digest.fetch.replies import brief

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

ENCODINGS = "gzip, deflate"  # the Accept-Encoding of a request

_GZIP = 16 + zlib.MAX_WBITS  # zlib's way to ask for a gzip header and trailer
_MAGIC = b"\x1f\x8b"  # what a gzip header begins with
_PIECE = 256 * 1024  # bytes; 64 KB of gzip can hold 64 MB, which must not exist at once


def whole_body(
    name: str, chunks: Iterable[bytes], encoding: str, *, max_raw: int, max_unpacked: int
) -> bytes:
    """The body that arrives as `chunks` in a Content-Encoding: gzip, deflate or none.

    `max_raw` and `max_unpacked` are bytes. Raises FetchError, which begins with `name`, past
    either of them, for another encoding and for a packed body that is broken or cut short.
    """
    raw = _counted(name, chunks, max_raw)
    body = io.BytesIO()  # which gives its bytes away without a copy
    for piece in _decoded(name, raw, encoding.strip().lower()):
        if body.tell() + len(piece) > max_unpacked:
            raise FetchError(_too_large(name, max_unpacked, "unpacked"))
        body.write(piece)
    return body.getvalue()


def _counted(name: str, chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise FetchError(_too_large(name, limit, "as sent"))
        yield chunk


def _too_large(name: str, limit: int, how: str) -> str:
    return f"{name}: the answer is over {limit / 1e6:g} MB {how}; is this really a feed?"


def _decoded(name: str, chunks: Iterable[bytes], encoding: str) -> Iterable[bytes]:
    if encoding in ("", "identity"):
        return chunks
    if encoding in ("gzip", "x-gzip"):  # RFC 9110, section 8.4.1.3
        return _unpacked(name, chunks, "gzip")
    if encoding == "deflate":
        return _unpacked(name, chunks, "deflate")
    raise FetchError(
        f"{name}: the answer is packed as {brief(encoding)!r}, which was not asked for"
    )


def _unpacked(name: str, chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Unpack in small pieces; of gzip all its parts (RFC 1952, section 2.2).

    What follows them is left: some sites end with zeros or an empty line.
    """
    rest = iter(chunks)
    head = _two(b"", rest)
    while head:
        window = _GZIP if encoding == "gzip" else _deflate(head)
        left = yield from _part(name, itertools.chain([head], rest), encoding, window)
        head = _two(left, rest) if encoding == "gzip" else b""
        if not head.startswith(_MAGIC):
            return


def _part(
    name: str, chunks: Iterable[bytes], encoding: str, window: int
) -> Generator[bytes, None, bytes]:
    """Unpack until what is packed ends; returns what follows it in the same chunk."""
    unpacker = zlib.decompressobj(window)
    for chunk in chunks:
        rest, more = chunk, False
        while rest or more:
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error:
                raise FetchError(
                    f"{name}: the answer is broken {encoding}; try again later"
                ) from None
            yield piece
            if unpacker.eof:
                return unpacker.unused_data
            rest, more = unpacker.unconsumed_tail, len(piece) == _PIECE
    raise FetchError(f"{name}: the answer is {encoding} cut short; try again later")


def _deflate(head: bytes) -> int:
    """How zlib is to read "deflate": in zlib's own format (RFC 9110, section 8.4.1.2), or bare.

    Some sites leave the format out. Its first two bytes are known by RFC 1950, section 2.2.
    """
    formatted = head[0] & 15 == zlib.DEFLATED and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if formatted else -zlib.MAX_WBITS


def _two(head: bytes, rest: Iterator[bytes]) -> bytes:
    """`head` with as many of the chunks that follow as make it two bytes, if there are any."""
    while len(head) < 2 and (chunk := next(rest, b"")):
        head += chunk
    return head
