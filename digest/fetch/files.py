"""file URLs: one file, the files of a folder, or those that a pattern matches."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from digest.errors import FileError
from digest.fetch.replies import MAX_UNPACKED, reply_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from digest.model.replies import Reply, Request, Validators


class FileFetcher:
    """The port's Fetcher for `file:///ABSOLUTE/PATH`, percent-encoded (RFC 8089).

    Only the configuration makes such requests: no redirect leads to a file.
    """

    def __init__(self, max_size: int = MAX_UNPACKED) -> None:
        self._max_size = max_size  # bytes

    def fetch(self, request: Request, known: Mapping[str, Validators]) -> Iterator[Reply]:
        """One reply a file, in name order; hidden files of a folder are left out.

        A path that exists is meant literally; else `*`, `?` and `[…]` make it a pattern. Raises
        FileError where there is no file, and after the last of several where some cannot be read.
        """
        path = unquote(request.url.removeprefix("file://"))
        if not path.startswith("/") or "\0" in path:
            raise FileError(f"{path!r} is no absolute path; set the source's path to one")
        files = _files(Path(path))
        if not files:
            raise FileError(f"{path}: no such file, or none that matches; check the source's path")
        troubles = []
        for file in files:
            try:
                body = self._read(file)
            except FileError as error:
                troubles.append(str(error))
            else:
                yield reply_with(request, file.as_uri(), body, known)
        if troubles:
            raise FileError("; ".join(troubles))

    def _read(self, file: Path) -> bytes:
        try:
            with file.open("rb") as stream:
                body = stream.read(self._max_size + 1)
        except OSError as error:
            raise FileError(f"{file}: {error.strerror}; check who may read it") from None
        if len(body) > self._max_size:
            raise FileError(
                f"{file}: over {self._max_size / 1e6:g} MB; is this really what the source reads?"
            )
        return body


def _files(path: Path) -> list[Path]:
    """The regular files that a path means, in name order."""
    try:
        if path.is_dir():
            found = [file for file in path.iterdir() if not file.name.startswith(".")]
        elif path.exists():
            found = [path]
        else:
            found = [Path(name) for name in glob.glob(str(path))]  # noqa: PTH207 - skips hidden ones
        return sorted(file for file in found if file.is_file())
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}; check who may read it") from None
