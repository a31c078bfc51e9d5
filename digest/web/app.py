"""The application: which page answers what, and what it asks the desk for."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from digest.model.readers import Frequency, Subscriber
from digest.render import page, style_hash
from digest.subscribe.desk import Desk
from digest.subscribe.rules import Refused
from digest.web.shield import Shield
from digest.web.whence import network

HONEY = "website"  # a field that people do not see
_BLANK: Mapping[str, object] = MappingProxyType(
    {"address": "", "frequency": Frequency.DAILY, "themes": ()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the pages are made of.

    `themes` are (id, label, papers of late); `url` is where the pages are, without a trailing
    slash.
    """

    desk: Desk
    env: jinja2.Environment
    title: str
    url: str
    themes: Callable[[], Sequence[tuple[str, str, int]]]
    ready: Callable[[], bool]
    sample: Callable[[Subscriber], str | None] = lambda _: None  # HTML of what they would have had
    origins: Sequence[str] = ()
    proxies: Sequence[str] = ()  # networks whose X-Forwarded-For counts


Answer = Callable[[Request], Awaitable[Response]]


def application(pages: Pages) -> ASGIApp:
    """The pages of a newsletter, for any ASGI server."""
    house = _House(pages)
    routes = [
        Route("/", house.subscribe, methods=["GET"]),
        Route("/subscribe", house.subscribe, methods=["GET"]),
        Route("/subscribe", house.sign_up, methods=["POST"]),
        Route("/api/subscribe", house.sign_up_json, methods=["POST", "OPTIONS"]),
        Route("/confirm", house.asked, methods=["GET"]),
        Route("/confirm", house.confirm, methods=["POST"]),
        Route("/leave", house.leaving, methods=["GET"]),
        Route("/leave", house.leave, methods=["POST"]),
        Route("/return", house.come_back, methods=["POST"]),
        Route("/you", house.you, methods=["GET"]),
        Route("/you", house.prefer, methods=["POST"]),
        Route("/you/data", house.export, methods=["GET"]),
        Route("/you/erase", house.erasing, methods=["GET"]),
        Route("/you/erase", house.erase, methods=["POST"]),
        Route("/healthz", house.healthy, methods=["GET"]),
        Route("/readyz", house.is_ready, methods=["GET"]),
    ]
    errors = {404: house.missing, 405: house.missing, 500: house.broken}
    return Shield(
        Starlette(routes=routes, exception_handlers=errors),
        style=style_hash(pages.env),
        secure=pages.url.startswith("https:"),
        origins=frozenset([_origin(pages.url), *pages.origins]),
        anywhere=frozenset(["/leave"]),
    )


class _House:
    """The handlers. What they ask the desk runs in a thread, as a database may take its time."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._desk = pages.desk

    async def subscribe(self, _: Request) -> Response:
        return await self._subscribe_page()

    async def sign_up(self, request: Request) -> Response:
        form = await _form(request)
        try:
            await self._ask(request, form)
        except Refused as refusal:
            return await self._subscribe_page(str(refusal), form, 422)
        return self._page("sent")

    async def sign_up_json(self, request: Request) -> Response:
        """For a form on another site of ours: {"address": …, "frequency": …, "themes": […]}."""
        allowed = self._cors(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        try:
            raw = json.loads(await request.body())
            if not isinstance(raw, dict):
                raise Refused("must be an object with an address")
            await self._ask(request, raw)
        except (ValueError, RecursionError):
            return JSONResponse({"error": "must be JSON"}, 400, allowed)
        except Refused as refusal:
            return JSONResponse({"error": str(refusal)}, 422, allowed)
        return JSONResponse({"status": "check your mail"}, headers=allowed)

    async def asked(self, request: Request) -> Response:
        token = _token(request)
        asked = await run_in_threadpool(self._desk.asked, token)
        if asked is None:
            return self._page("expired", 404)
        return self._page("confirm" if asked.address else "welcome", token=token, asked=asked)

    async def confirm(self, request: Request) -> Response:
        try:
            asked = await run_in_threadpool(self._desk.confirm, await _posted_token(request))
        except Refused as refusal:
            return self._page("refused", 409, why=str(refusal))
        return self._page("welcome") if asked else self._page("expired", 404)

    async def leaving(self, request: Request) -> Response:
        token = _token(request)
        reader = await run_in_threadpool(self._desk.reader, token)
        return self._page("leave", token=token, reader=reader)

    async def leave(self, request: Request) -> Response:
        """One click is enough, from a page or from a mail program (RFC 8058), whatever its body."""
        token = _token(request)
        reader = await run_in_threadpool(self._desk.leave, token)
        return self._page("left", token=token, reader=reader)

    async def come_back(self, request: Request) -> Response:
        reader = await run_in_threadpool(self._desk.come_back, await _posted_token(request))
        return self._page("back", reader=reader) if reader else self._page("nobody", 404)

    async def you(self, request: Request) -> Response:
        return await self._your_page(_token(request))

    async def prefer(self, request: Request) -> Response:
        form = await _form(request)
        token = str(form.get("id", ""))
        try:
            await run_in_threadpool(self._desk.prefer, token, form)
        except Refused as refusal:
            return await self._your_page(token, str(refusal), 422)
        return await self._your_page(token, saved=True)

    async def export(self, request: Request) -> Response:
        told = await run_in_threadpool(self._desk.export, _token(request))
        if told is None:
            return self._page("nobody", 404)
        return JSONResponse(told, headers={"Content-Disposition": "attachment"})

    async def erasing(self, request: Request) -> Response:
        token = _token(request)
        reader = await run_in_threadpool(self._desk.reader, token)
        if reader is None:
            return self._page("nobody", 404)
        return self._page("erase", token=token, reader=reader)

    async def erase(self, request: Request) -> Response:
        await run_in_threadpool(self._desk.erase, await _posted_token(request))
        return self._page("erased")

    async def healthy(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def is_ready(self, _: Request) -> Response:
        ready = await run_in_threadpool(self._pages.ready)
        return PlainTextResponse("ok\n" if ready else "not ready\n", 200 if ready else 503)

    async def missing(self, _: Request, error: Exception) -> Response:
        return self._page("missing", getattr(error, "status_code", 404))

    async def broken(self, _: Request, __: Exception) -> Response:
        return self._page("broken", 500)

    async def _ask(self, request: Request, raw: Mapping[str, object]) -> None:
        """Keep a sign-up, but for those of programs that fill in what people do not see."""
        if raw.get(HONEY):
            return
        peer = request.client.host if request.client else ""
        forwarded = request.headers.getlist("x-forwarded-for")
        whence = network(peer, forwarded, self._pages.proxies)
        await run_in_threadpool(self._desk.sign_up, raw, whence)

    async def _subscribe_page(
        self, fault: str = "", form: Mapping[str, object] = _BLANK, status: int = 200
    ) -> Response:
        themes = await run_in_threadpool(self._pages.themes)
        written = {**_BLANK, **form}
        return self._page("subscribe", status, fault=fault, form=written, themes=themes)

    async def _your_page(
        self, token: str, fault: str = "", status: int = 200, *, saved: bool = False
    ) -> Response:
        reader = await run_in_threadpool(self._desk.reader, token)
        if reader is None:
            return self._page("nobody", 404)
        themes = await run_in_threadpool(self._pages.themes)
        sample = await run_in_threadpool(self._pages.sample, reader)
        told = {"fault": fault, "saved": saved, "sample": sample, "themes": themes}
        return self._page("you", status, token=token, reader=reader, **told)

    def _page(self, name: str, status: int = 200, **values: Any) -> Response:
        pages = self._pages
        told = {"title": pages.title, "home": pages.url, "honey": HONEY, **values}
        return HTMLResponse(page(pages.env, name, told), status)

    def _cors(self, request: Request) -> dict[str, str]:
        origin = request.headers.get("origin", "")
        if origin not in self._pages.origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Content-Type",
            "Vary": "Origin",
        }


def _origin(url: str) -> str:
    """The origin of a web address (RFC 6454, section 6.2)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _token(request: Request) -> str:
    return request.query_params.get("id", "")


async def _posted_token(request: Request) -> str:
    return str((await _form(request)).get("id", ""))


async def _form(request: Request) -> dict[str, object]:
    """The fields of a form; `themes` and `not_themes` may occur more than once."""
    form: FormData = await request.form(max_files=0, max_fields=500)
    fields: dict[str, object] = {name: form[name] for name in form}
    for name in ("themes", "not_themes"):
        fields[name] = [one for one in form.getlist(name) if isinstance(one, str)]
    return fields
