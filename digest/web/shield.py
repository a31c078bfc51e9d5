"""What every request must be before a page sees it, and what every answer says to browsers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 16_384  # bytes of a body: a form with every theme ticked has 2,000
_SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
_OURS = frozenset(["same-origin", "none"])  # of Sec-Fetch-Site: a page of ours, or no page
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src '{style}'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STRICT_TLS = "max-age=31536000"  # a year


@dataclass(frozen=True, slots=True)
class Shield:
    """Wraps an application.

    `style` is the hash of the pages' style sheet as a policy names it, `secure` whether readers
    come by TLS. Posts come from our own pages or from `origins`, but to the paths of `anywhere`.
    `refuse` makes the page of a refusal, by the page's name and the status.
    """

    app: ASGIApp
    style: str
    secure: bool
    origins: Collection[str]
    anywhere: Collection[str]
    refuse: Callable[[str, int], ASGIApp]

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
                # Without TLS, a browser says by Origin alone which page a form was sent from, and
                # under no-referrer not even so.
                answer["Referrer-Policy"] = "no-referrer" if self.secure else "same-origin"
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
            return self.refuse("large", 413)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["method"] in _SAFE or path in self.anywhere:
            return None
        if self._is_ours(headers):
            return None
        return self.refuse("foreign", 403)

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a post comes from a page of ours, as far as a browser says where from."""
        origin = headers.get("origin", "")
        if origin in self.origins:
            return True
        if site := headers.get("sec-fetch-site"):
            return site in _OURS
        return not origin or origin.partition("://")[2] == headers.get("host")


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise HTTPException(413)
        return message

    return limited
