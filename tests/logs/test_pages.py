"""The log counts what is asked of the pages, and tells neither who asked nor with which link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from digest import logs
from digest.web.app import application
from digest.web.handlers import Pages
from digest.web.observing import EVERY, Logged
from tests.logs.reading import read
from tests.web.conftest import JANE, answering, link, pages, shipped, store

__all__ = ["pages", "shipped", "store"]


@pytest.fixture
def _json() -> Iterator[None]:
    logs.begin("json", level=logs.INFO)
    yield
    logs.begin()


@pytest.mark.usefixtures("_json")
def test_requests_are_counted_by_route_and_told_now_and_then(
    pages: Pages, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    logged = Logged(lambda: now)
    with answering(logged.watched(application(pages))) as client:
        for _ in range(3):
            client.get(f"/you?id={link()}")
        client.post("/subscribe", data={"address": JANE})
        client.get("/wp-login.php?user=jane")
    logged.mailed(0)
    assert capsys.readouterr().err == ""
    now = EVERY
    logged.mailed(2)
    err = capsys.readouterr().err
    told = [read("json", line) for line in err.splitlines()]
    assert told[0]["event"] == "pages.mailed"
    counts = {one["route"]: one["requests"] for one in told[1:]}
    assert counts["GET /you"] == 3
    assert sum(counts.values()) == 5
    assert "jane" not in err
    assert link() not in err
