"""What readers do by the links of their mails: choose, leave, take what is kept, be forgotten."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digest.subscribe.rules import Refused
from digest.web.handlers import Handlers, fields, link, posted_link


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
        return await self._your_page(link(request))

    async def prefer(self, request: Request) -> Response:
        """Change what they get."""
        form = await fields(request)
        token = str(form.get("id", ""))
        try:
            await run_in_threadpool(self.pages.desk.prefer, token, form)
        except Refused as refusal:
            return await self._your_page(token, str(refusal), 422)
        return await self._your_page(token, saved=True)

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

    async def _your_page(
        self, token: str, fault: str = "", status: int = 200, *, saved: bool = False
    ) -> Response:
        reader = await run_in_threadpool(self.pages.desk.reader, token)
        if reader is None:
            return self.page("nobody", 404)
        themes = await run_in_threadpool(self.pages.themes)
        sample = await run_in_threadpool(self.pages.sample, reader)
        told = {"fault": fault, "saved": saved, "sample": sample, "themes": themes}
        return self.page("you", status, token=token, reader=reader, **told)
