"""Pagefind: indexes papers in small files that a browser searches by itself. From the extra.

The program is spoken to over its pipes, as its own package for Python does: a request and a reply
are each JSON in Base64 with a comma behind. So papers keep the order that they are given in, and
the same papers always make the same files, but for filters, whose values come in any order and
are put in one here (https://pagefind.app, 1.5).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib
import importlib.metadata
import importlib.util
import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import IO, Any

from digest.errors import DigestError
from digest.render.search_page import Record

PACKAGE = "pagefind_bin"
LANGUAGE = "en"
SHARED = ("pagefind.js", "pagefind-worker.js", f"wasm.{LANGUAGE}.pagefind")
ENTRY = "pagefind-entry.json"
OURS = (".pf_meta", ".pf_index", ".pf_filter", ".pf_fragment")  # what the files of an index end in
LIMIT = 120.0  # seconds for one index; 1,000 papers take 2 to 4

Files = dict[str, bytes]  # by name, as "fragment/en_1234567.pf_fragment"

_FILTER = "filter/{}.pf_filter"
_SIGNED = b"pagefind_dcd"  # how each file begins, unpacked
_META_HASH = 10  # digits in the name of what says what an index has
_HASH = 7  # and of any other file


def available() -> bool:
    """Whether the extra is installed."""
    return all(map(importlib.util.find_spec, (PACKAGE, "cbor2")))


def version() -> str:
    """Of Pagefind, whose files go with its scripts of the same version."""
    return importlib.metadata.version(PACKAGE)


def index(records: Iterable[Record]) -> Files:
    """An index of papers, and the scripts that search it.

    Raises DigestError where Pagefind cannot be run or does not do it in time.
    """
    with _service() as service:
        service.ask("NewIndex", config={"force_language": LANGUAGE})
        for record in records:
            service.ask("AddRecord", index_id=0, language=LANGUAGE, **record._asdict())
        # Its own writing of files is not done yet when it says so.
        reply = service.ask("GetFiles", index_id=0)
    files = {file["path"]: base64.b64decode(file["content"]) for file in reply["files"]}
    return _in_order({name: files[name] for name in files if _is_needed(name)})


def empty(files: Files) -> Files:
    """The scripts of an index with one that has no papers, with which others can be merged."""
    scripts = {name: files[name] for name in (*SHARED, ENTRY)}
    release, *parts = _read(files[_meta(files)])
    return _entered(scripts, [release, *([] for _ in parts)], size=0)


def _is_needed(name: str) -> bool:
    return name.endswith(OURS) or name in (*SHARED, ENTRY)


class _Service:
    """A Pagefind that answers one request after the other."""

    def __init__(self, requests: IO[bytes], replies: IO[bytes]) -> None:
        self._requests = requests
        self._replies = replies

    def ask(self, kind: str, **payload: Any) -> Any:
        """Have something done, and what is said of it. Raises DigestError where it is not."""
        message = {"message_id": 0, "payload": {"type": kind, **payload}}
        try:
            self._requests.write(base64.b64encode(json.dumps(message).encode()) + b",")
            self._requests.flush()
        except BrokenPipeError:
            raise _failed("it ended") from None
        reply = json.loads(base64.b64decode(self._reply()))["payload"]
        if reply["type"] == "Error":
            raise _failed(str(reply["message"]))
        return reply

    def _reply(self) -> bytes:
        reply = bytearray()
        while not reply.endswith(b","):
            more = self._replies.read1(1_000_000)  # type: ignore[attr-defined] # it is buffered
            if not more:
                raise _failed(f"it ended, or was ended after {LIMIT:.0f} seconds")
            reply += more
        return bytes(reply[:-1])


@contextmanager
def _service() -> Iterator[_Service]:
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    try:
        program = str(importlib.import_module(PACKAGE).get_executable())
        command = [program, "--service"]
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603
    except OSError as error:
        raise _failed(str(error)) from error
    requests, replies = process.stdin, process.stdout
    assert requests  # noqa: S101 # as it was asked for
    assert replies  # noqa: S101
    clock = Timer(LIMIT, process.kill)
    clock.start()
    try:
        yield _Service(requests, replies)
    finally:
        clock.cancel()
        process.kill()
        process.communicate()


def _failed(reason: str) -> DigestError:
    return DigestError(
        f"archive: Pagefind failed: {reason}; the rest of the site is up to date, and the next"
        " build tries again (`pip install --force-reinstall 'pagefind[bin]'` mends a broken one)"
    )


def _in_order(files: Files) -> Files:
    """Files with their filters and the values of these in order, and named after that."""
    meta = _meta(files)
    release, pages, chunks, filters, *rest = _read(files[meta])
    ordered, by_name = [], {name: files[name] for name in files if name != meta}
    for _, old in filters:
        name, values = _read(by_name.pop(_FILTER.format(old)))
        content = _packed([name, sorted(values)])
        ordered.append([name, _named(content, _HASH)])
        by_name[_FILTER.format(_named(content, _HASH))] = content
    return _entered(by_name, [release, pages, chunks, sorted(ordered), *rest], size=len(pages))


def _meta(files: Files) -> str:
    return next(name for name in files if name.endswith(".pf_meta"))


def _entered(files: Files, meta: list[Any], *, size: int) -> Files:
    """Files with what says what the index has, and what leads to that."""
    content = _packed(meta)
    name = _named(content, _META_HASH)
    entry = json.loads(files[ENTRY])
    entry["languages"] = {LANGUAGE: {"hash": name, "wasm": LANGUAGE, "page_count": size}}
    said = json.dumps(entry, sort_keys=True).encode()
    return files | {f"pagefind.{name}.pf_meta": content, ENTRY: said}


def _named(content: bytes, digits: int) -> str:
    return f"{LANGUAGE}_{hashlib.sha256(content).hexdigest()[:digits]}"


def _read(content: bytes) -> Any:
    """What a file says."""
    import cbor2

    return cbor2.loads(gzip.decompress(content).removeprefix(_SIGNED))


def _packed(said: Any) -> bytes:
    """A file that says so."""
    import cbor2

    return gzip.compress(_SIGNED + cbor2.dumps(said), mtime=0)
