"""Taking in a body of unknown size: no more of it is ever unpacked than its caps allow."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from digest.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GZIP = 16 + zlib.MAX_WBITS  # zlib's way to ask for a gzip header and trailer
_PIECE = 256 * 1024  # bytes; 64 KB of gzip can hold 64 MB, which must not exist at once


def whole_body(
    name: str, chunks: Iterable[bytes], encoding: str, *, max_raw: int, max_unpacked: int
) -> bytes:
    """The body that arrives as `chunks` in a Content-Encoding: gzip or none.

    `max_raw` and `max_unpacked` are bytes. Raises FetchError, which begins with `name`, past
    either of them, for another encoding and for gzip that is broken or cut short.
    """
    raw = _counted(name, chunks, max_raw)
    body = bytearray()
    for piece in _decoded(name, raw, encoding.strip().lower()):
        body += piece
        if len(body) > max_unpacked:
            raise FetchError(_too_large(name, max_unpacked, "unpacked"))
    return bytes(body)


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
        return _gunzipped(name, chunks)
    raise FetchError(f"{name}: the answer is packed as {encoding!r}, which was not asked for")


def _gunzipped(name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack in small pieces; members may follow one another (RFC 1952, section 2.2)."""
    unpacker = zlib.decompressobj(_GZIP)
    begun = False
    for chunk in chunks:
        begun, rest = True, chunk
        while True:
            if unpacker.eof:
                unpacker = zlib.decompressobj(_GZIP)
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error:
                raise FetchError(f"{name}: the answer is broken gzip; try again later") from None
            yield piece
            rest = unpacker.unused_data or unpacker.unconsumed_tail
            if not rest and (unpacker.eof or len(piece) < _PIECE):
                break
    if begun and not unpacker.eof:
        raise FetchError(f"{name}: the answer is gzip cut short; try again later")
