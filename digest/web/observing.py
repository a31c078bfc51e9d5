"""What is counted of requests: how many, of which kind, and never whose."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest import logs

EVERY = 900.0  # seconds from one telling of counts to the next

_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "POST"])  # others may be any word


class Answered(NamedTuple):
    """A kind of request, by the pattern of its path, never by the path."""

    route: str
    method: str
    status: int


def observed(app: ASGIApp, note: Callable[[Answered, float], None]) -> ASGIApp:
    """An application of whose requests somebody is told, each with the seconds that it took."""

    async def observed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        start = time.perf_counter()
        try:
            await app(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path_format", "refused")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            note(Answered(route, method, status), time.perf_counter() - start)

    return observed


class Logged:
    """Requests and mails as events: their numbers, now and then."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._next = monotonic() + EVERY
        self._requests: Counter[Answered] = Counter()

    def watched(self, app: ASGIApp) -> ASGIApp:
        """An application whose requests are counted."""
        return observed(app, self._count)

    def mailed(self, mails: int) -> None:
        """Note that mails to who signed up were accepted, and that some time has passed."""
        if mails:
            logs.event("pages.mailed", messages=mails)
        if self._monotonic() >= self._next:
            self.tell()

    def tell(self) -> None:
        """Tell of the requests since the last telling."""
        self._next = self._monotonic() + EVERY
        requests, self._requests = self._requests, Counter()
        for (route, method, status), many in sorted(requests.items()):
            logs.event("pages", route=f"{method} {route}", answer=str(status), requests=many)

    def _count(self, kind: Answered, _: float) -> None:
        self._requests[kind] += 1
