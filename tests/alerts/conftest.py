"""A server that counts what is told, and a newsletter that tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.pages import page

MORNING = "2026-01-{:02}T07:30:00Z"


@dataclass
class Listener:
    """What a chat and a dead-man's switch heard, and what they answer."""

    server: HTTPServer
    pings: list[str] = field(default_factory=list)
    alerts: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # of pings, one each, then 200
    refuses: bool = False  # alerts

    def __post_init__(self) -> None:
        self.server.expect_request("/alerts").respond_with_handler(self._alert)
        for path in ("/ping", "/ping/0", "/ping/1", "/ping/2", "/ping/3"):
            self.server.expect_request(path).respond_with_handler(self._ping)

    @property
    def notify(self) -> str:
        return f"json://127.0.0.1:{self.server.port}/alerts"

    @property
    def titles(self) -> list[str]:
        return [alert["title"].removeprefix("daily-papers: ") for alert in self.alerts]

    def _alert(self, request: Request) -> Response:
        if self.refuses:
            return Response(status=500)
        self.alerts.append(json.loads(request.data))
        return Response()

    def _ping(self, request: Request) -> Response:
        self.pings.append(request.path)
        return Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def listener(httpserver: HTTPServer) -> Listener:
    return Listener(httpserver)


@pytest.fixture
def watched(home: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A newsletter that alerts a chat."""
    monkeypatch.setenv("DIGEST_ALERTS__NOTIFY", listener.notify)
    return home


def mornings(home: Home, days: Iterable[int], *arguments: str) -> list[int]:
    """Run each morning, of which the first has papers; the exit codes."""
    return [home.digest("run", *arguments, now=MORNING.format(day)).code for day in days]


def add(folder: Path, number: int) -> None:
    (folder / "pages" / f"{number + 100}.txt").write_text(page(number + 100), encoding="utf-8")
