"""Asking for mail, on the page and from a form elsewhere, and confirming it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from digest.model.readers import Frequency
from digest.subscribe.rules import Refused
from digest.web.handlers import HONEY, Handlers, Pages, fields, link, posted_link
from digest.web.together import Together
from digest.web.whence import network

LEAST = 1_000  # ms between seeing our form and sending it; forms elsewhere do not tell
_MOMENT = re.compile("[0-9]{13}")  # in ms
_BEGUN = b"@begun@"  # where the moment of each answer comes
_BLANK: Mapping[str, object] = MappingProxyType(
    {"address": "", "frequency": Frequency.DAILY, "themes": (), "begun": _BEGUN.decode()}
)


class Subscribing(Handlers):
    """The way in."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        self._kept = Together(pages.desk.sign_up)
        self._blank: tuple[object, bytes] | None = None  # the form as all see it at first

    async def subscribe(self, _: Request) -> Response:
        """The form."""
        told = self.pages.themes(), self.pages.latest()
        if self._blank is None or self._blank[0] != told:
            self._blank = told, bytes(self._form().body)
        return HTMLResponse(self._blank[1].replace(_BEGUN, str(self._now()).encode()))

    async def sign_up(self, request: Request) -> Response:
        """Take the form."""
        form = await fields(request)
        try:
            await self._ask(request, form)
        except Refused as refusal:
            return self._form(form, refusal)
        return self.page("sent")

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
        """Where the link of the mail leads; nothing changes."""
        token = link(request)
        asked = await run_in_threadpool(self.pages.desk.asked, token)
        if asked is None:
            return self.page("expired", 404)
        return self.page("confirm" if asked.address else "welcome", token=token, asked=asked)

    async def confirm(self, request: Request) -> Response:
        """Make a reader of who has the link."""
        try:
            asked = await run_in_threadpool(self.pages.desk.confirm, await posted_link(request))
        except Refused as refusal:
            return self.page("refused", 409, why=str(refusal))
        return self.page("welcome") if asked else self.page("expired", 404)

    async def _ask(self, request: Request, raw: Mapping[str, object]) -> None:
        """Keep a sign-up, but for those of programs that fill in what people do not see.

        Raises Refused with what is wrong with it, be it that nobody writes so fast.
        """
        if raw.get(HONEY):
            return
        wish = self.pages.desk.wish(raw, self._whence(request))
        begun = str(raw.get("begun", ""))
        if _MOMENT.fullmatch(begun) and self._now() - int(begun) < LEAST:
            raise Refused("that was faster than people write: press the button once more")
        await self._kept.put(wish)

    def _whence(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        return network(peer, request.headers.getlist("x-forwarded-for"), self.pages.proxies)

    def _form(self, form: Mapping[str, object] = _BLANK, fault: Refused | None = None) -> Response:
        told = {"fault": fault, "themes": self.pages.themes(), "latest": self.pages.latest()}
        return self.page("subscribe", 422 if fault else 200, form={**_BLANK, **form}, **told)

    def _now(self) -> int:
        """Milliseconds."""
        return int(self.pages.desk.clock().timestamp() * 1000)

    def _cors(self, request: Request) -> dict[str, str]:
        origin = request.headers.get("origin", "")
        if origin not in self.pages.origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Content-Type",
            "Vary": "Origin",
        }
