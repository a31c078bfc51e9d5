"""The application: which page answers what, and what it asks the desk for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from digest import logs
from digest.errors import StoreError
from digest.render import style_hash
from digest.web.handlers import Handlers, Pages
from digest.web.personal import Personal
from digest.web.shield import Shield
from digest.web.static import archive
from digest.web.subscribing import Subscribing


def application(pages: Pages) -> ASGIApp:
    """The pages of a newsletter, for any ASGI server."""
    way_in, own, rest = Subscribing(pages), Personal(pages), _Watching(pages)
    routes = [
        Route("/subscribe", way_in.subscribe, methods=["GET"]),
        Route("/subscribe", way_in.sign_up, methods=["POST"]),
        Route("/api/subscribe", way_in.sign_up_json, methods=["POST", "OPTIONS"]),
        Route("/confirm", way_in.asked, methods=["GET"]),
        Route("/confirm", way_in.confirm, methods=["POST"]),
        Route("/leave", own.leaving, methods=["GET"]),
        Route("/leave", own.leave, methods=["POST"]),
        Route("/return", own.come_back, methods=["POST"]),
        Route("/you", own.you, methods=["GET"]),
        Route("/you", own.prefer, methods=["POST"]),
        Route("/you/data", own.export, methods=["GET"]),
        Route("/you/erase", own.erasing, methods=["GET"]),
        Route("/you/erase", own.erase, methods=["POST"]),
        Route("/healthz", rest.healthy, methods=["GET"]),
        Route("/readyz", rest.is_ready, methods=["GET"]),
        Mount("/", archive(pages.archive, way_in.subscribe)),
    ]
    errors: dict[Any, Any] = {404: rest.missing, 405: rest.missing, 413: rest.large}
    errors |= {500: rest.broken, StoreError: rest.closed, ClientDisconnect: rest.left_alone}
    return Shield(
        Starlette(routes=routes, exception_handlers=errors),
        style=style_hash(pages.env),
        secure=pages.url.startswith("https:"),
        origins=frozenset([_origin(pages.url), *pages.origins]),
        anywhere=frozenset(["/leave"]),
        refuse=rest.page,
    )


class _Watching(Handlers):
    """What tells how the pages are, and what is said where there is none."""

    async def healthy(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def is_ready(self, _: Request) -> Response:
        ready = await run_in_threadpool(self.pages.ready)
        return PlainTextResponse("ok\n" if ready else "not ready\n", 200 if ready else 503)

    async def missing(self, _: Request, error: Exception) -> Response:
        return self.page("missing", getattr(error, "status_code", 404))

    async def large(self, _: Request, __: Exception) -> Response:
        return self.page("large", 413)

    async def left_alone(self, _: Request, __: Exception) -> Response:
        """Say nothing: who asked went away before all was said."""
        return Response(status_code=400)

    async def closed(self, _: Request, error: Exception) -> Response:
        """The store cannot be used, which is told in a line."""
        logs.tell("failed", str(error))
        return self.page("broken", 503)

    async def broken(self, _: Request, __: Exception) -> Response:
        return self.page("broken", 500)


def _origin(url: str) -> str:
    """The origin of a web address (RFC 6454, section 6.2)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
