"""The archive beside the pages: every path that is no page is a file of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path, PurePath
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

Page = Callable[[Request], Awaitable[Response]]

_SMALLEST = 1_024  # bytes: what fits into one packet is sent as it is
_LEVEL = 4  # of zlib: 9 ms for a page of 200 KB and 67 KB left, where 6 takes 26 ms for 64 KB
_PIECE = 1_048_576  # bytes read at once: most files are one piece, and compressed as a whole
_INLINE = 16_384  # bytes: more of them are compressed in a thread
# Pages of the archive name their own style by its hash, in themselves; older ones have another.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' https:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SEARCHES = PurePath("search"), PurePath("find")  # whose pages run our script, and its WebAssembly
_SCRIPTS = "; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"
_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": _POLICY,
    "Accept-Ranges": "none",
}
_TYPES = {  # where mimetypes cannot know, or knows what the machine is set up to
    "feed.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    "papers.xml": "application/atom+xml; charset=utf-8",
    "papers.json": "application/feed+json; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".bib": "application/x-bibtex; charset=utf-8",
    ".ris": "application/x-research-info-systems; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}


def archive(folder: Path, front: Page) -> ASGIApp:
    """The files of a folder, compressed for who takes that; `front` answers / without a file.

    Compressing is safe here alone: a page that shows a secret beside what a visitor chose would
    tell it by its length.
    """
    return GZipMiddleware(_Files(folder, front), _SMALLEST, _LEVEL, _INLINE)


class _Files(StaticFiles):
    def __init__(self, folder: Path, front: Page) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._front = front

    async def check_config(self) -> None:
        """The folder comes with the first edition."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with whole files: of what may be compressed, a part can be of either kind."""
        whole = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": whole}, receive, send)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Where a path leads within the folder; nowhere by a name that begins with a dot."""
        if not any(part.startswith(".") for part in PurePath(path).parts):
            with suppress(OSError):  # a circle of links, a folder of somebody else's
                return super().lookup_path(path)
        return "", None

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or that it is as it was."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if path == "." and error.status_code == 404:
                return await self._front(Request(scope))
            raise
        if response.status_code == 404:  # the site's own page for that is for other servers
            raise HTTPException(404)
        headers = response.headers
        headers.update(_HEADERS)
        if any(PurePath(path).is_relative_to(folder) for folder in _SEARCHES):
            headers["Content-Security-Policy"] = _POLICY + _SCRIPTS
        if "etag" in headers:
            headers["ETag"] = f"W/{headers['etag']}"  # of the file, compressed or not
        if "location" in headers:  # of a folder: from here, as proxies may call this otherwise
            headers["Location"] = f"./{quote(PurePath(path).name)}/"
        if isinstance(response, FileResponse):
            name = PurePath(response.path)
            kind = _TYPES.get(name.name) or _TYPES.get(name.suffix)
            headers["Content-Type"] = kind or headers["content-type"]
            response.chunk_size = _PIECE
        if scope["method"] == "HEAD" or response.status_code == 304:  # else as it is compressed
            headers["Vary"] = "Accept-Encoding"
        return response
