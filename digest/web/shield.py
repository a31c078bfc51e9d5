"""What every request must be before a page sees it, and what every answer says to browsers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 16_384  # bytes of a body: a form with every theme ticked has 2,000
_SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
_OURS = frozenset(["same-origin", "none"])  # of Sec-Fetch-Site: a page of ours, or no page
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src '{style}'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TOO_LARGE = "That is more than any form here needs."
_STRICT_TLS = "max-age=31536000"  # a year


@dataclass(frozen=True, slots=True)
class Shield:
    """Wraps an application.

    `style` is the hash of the pages' style sheet as a policy names it, `secure` whether readers
    come by TLS. Posts come from our own pages or from `origins`, but to the paths of `anywhere`.
    """

    app: ASGIApp
    style: str
    secure: bool
    origins: Collection[str]
    anywhere: Collection[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    answer.setdefault(name, value.replace("{style}", self.style))
                if self.secure:
                    answer["Strict-Transport-Security"] = _STRICT_TLS
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal:
            await refusal(scope, receive, told)
            return
        await self.app(scope, _limited(receive), told)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:9]) > LARGEST:
            return PlainTextResponse(_TOO_LARGE, 413)
        if scope["method"] in _SAFE or scope["path"] in self.anywhere:
            return None
        if self._is_ours(Request(scope), headers):
            return None
        return PlainTextResponse("This form was sent from another site.\n", 403)

    def _is_ours(self, request: Request, headers: Headers) -> bool:
        """Whether a post comes from a page of ours, as far as a browser says where from."""
        origin = headers.get("origin", "")
        if origin in self.origins:
            return True
        if site := headers.get("sec-fetch-site"):
            return site in _OURS
        return not origin or urlsplit(origin).netloc == request.url.netloc


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return limited
