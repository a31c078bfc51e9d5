"""What readers do by the links of their mails: choose, leave, take what is kept, be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digest.model.readers import Frequency, Subscriber
from digest.subscribe.columns import places, shown
from digest.subscribe.rules import Refused
from digest.web.handlers import Handlers, fields, link, posted_link

_BLANK: Mapping[str, object] = MappingProxyType(
    dict.fromkeys(("hour", "zone", "keywords", "authors", "cap", "paused_until"), "")
    | {"frequency": Frequency.DAILY, "themes": (), "not_themes": (), "summaries": ""}
)


class Personal(Handlers):
    """The pages of who comes by a link."""

    async def leaving(self, request: Request) -> Response:
        """Ask whether they mean it; nothing changes."""
        token = link(request)
        reader = await run_in_threadpool(self.pages.desk.reader, token)
        return self.page("leave", token=token, reader=reader)

    async def leave(self, request: Request) -> Response:
        """One click is enough, from a page or from a mail program (RFC 8058), whatever its body."""
        token = link(request)
        reader = await run_in_threadpool(self.pages.desk.leave, token)
        return self.page("left", token=token, reader=reader)

    async def come_back(self, request: Request) -> Response:
        """Undo leaving."""
        reader = await run_in_threadpool(self.pages.desk.come_back, await posted_link(request))
        return self.page("back", reader=reader) if reader else self.page("nobody", 404)

    async def you(self, request: Request) -> Response:
        """What they get, to be changed."""
        token = link(request)
        return await run_in_threadpool(self._you, token)

    def _you(self, token: str) -> Response:
        reader = self.pages.desk.reader(token)
        return self._your_page(token, reader, self._form(reader) if reader else {})

    async def prefer(self, request: Request) -> Response:
        """Change what they get; or, by the other button, show what that would be."""
        form = await fields(request)
        return await run_in_threadpool(self._prefer, str(form.get("id", "")), form)

    def _prefer(self, token: str, form: Mapping[str, object]) -> Response:
        desk, trying = self.pages.desk, "try" in form
        try:
            reader = (desk.try_out if trying else desk.prefer)(token, form)
        except Refused as refusal:
            return self._your_page(token, desk.reader(token), form, refusal)
        told = form if trying or not reader else self._form(reader)
        return self._your_page(token, reader, told, news="tried" if trying else "saved")

    async def export(self, request: Request) -> Response:
        """All that is kept of them, as a file of JSON."""
        told = await run_in_threadpool(self.pages.desk.export, link(request))
        if told is None:
            return self.page("nobody", 404)
        return JSONResponse(told, headers={"Content-Disposition": "attachment"})

    async def erasing(self, request: Request) -> Response:
        """Ask whether they mean it."""
        token = link(request)
        reader = await run_in_threadpool(self.pages.desk.reader, token)
        if reader is None:
            return self.page("nobody", 404)
        return self.page("erase", token=token, reader=reader)

    async def erase(self, request: Request) -> Response:
        """Forget them."""
        await run_in_threadpool(self.pages.desk.erase, await posted_link(request))
        return self.page("erased")

    def _form(self, reader: Subscriber) -> dict[str, object]:
        """What the fields say of a reader, when they come."""
        until, today = reader.paused_until, self.pages.desk.today()
        told = shown(reader) | {
            "keywords": "; ".join(reader.preferences.keywords),
            "authors": "; ".join(reader.preferences.authors),
            "paused_until": until if until and until > today else "",  # which is over by itself
        }
        return {name: "" if value is None else value for name, value in told.items()}

    def _your_page(
        self,
        token: str,
        reader: Subscriber | None,
        form: Mapping[str, object],
        fault: Refused | None = None,
        *,
        news: str = "",
    ) -> Response:
        """The page with a form as it was filled in, and the reader's sample if nothing is wrong."""
        if reader is None:
            return self.page("nobody", 404)
        pages = self.pages
        told = {
            "form": {**_BLANK, **form},
            "fault": fault,
            "news": news,
            "sample": None if fault else pages.sample(reader),
            "themes": pages.themes(),
            "language": pages.language,
            "zone": str(pages.desk.zone),
            "places": places(),
        }
        return self.page("you", 422 if fault else 200, token=token, reader=reader, **told)
