"""The pages on a real store, spoken to as browsers and mail programs do."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import httpx
import jinja2
import pytest
import uvicorn
from starlette.types import ASGIApp

from digest.model.deliveries import DeliveryState, Result
from digest.model.readers import Consent, Subscriber
from digest.model.signups import Limits
from digest.render import environment
from digest.store.engine import SqlStore, open_store
from digest.subscribe.desk import Desk
from digest.tokens import token
from digest.web import Pages, application
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url

__all__ = ["postgresql_server", "postgresql_url", "sqlite_url", "url"]

URL = "https://papers.example.org"
JANE = "jane@example.org"
NOW = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
TEMPLATES = Path(__file__).parents[2] / "templates"


@cache
def shipped() -> jinja2.Environment:
    """Our templates, each compiled once."""
    return environment(jinja2.FileSystemLoader(TEMPLATES))


def link(address: str = JANE) -> str:
    return token("a key", "daily", address)


def mail(store: SqlStore, link: str) -> str:
    """Mail what is due a link; whom to."""
    [one] = store.unmailed("daily", NOW, 10)
    assert store.turn_links([], {one: link})
    store.turn_links([(one, Result(state=DeliveryState.SENT))], {})
    return one.address


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(f"sqlite:///{tmp_path}/digest.db")) as opened:
        yield opened


@pytest.fixture
def pages(store: SqlStore, tmp_path: Path) -> Pages:
    numbers = count()
    desk = Desk(
        newsletter="daily",
        zone=dt.UTC,
        store=store,
        limits=Limits(),
        weekly=True,
        tokens={"now": link},
        theme_fault=lambda name: "" if name in {"agents", "speech"} else f"no theme {name!r}",
        clock=lambda: NOW,
        nonce=lambda: f"nonce {next(numbers)}",
    )
    return Pages(
        desk=desk,
        env=shipped(),
        title="Daily <Papers>",
        url=URL,
        archive=tmp_path / "site",
        themes=lambda: [("agents", "Agents & tools", 12), ("speech", "Speech", 3)],
        ready=lambda: True,
        origins=("https://static.example.org",),
    )


@pytest.fixture
def client(pages: Pages) -> Iterator[httpx.Client]:
    """Somebody who talks to the pages through a real server."""
    with answering(application(pages)) as client:
        yield client


@contextmanager
def answering(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of an application behind a real server."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, verify=False) as client:  # what https trusts loads slowly
        yield client
    server.should_exit = True
    thread.join()


@pytest.fixture
def jane(store: SqlStore, pages: Pages) -> Subscriber:
    """A reader whose links are known."""
    reader = Subscriber(address=JANE)
    store.put("daily", reader, NOW)
    pages.desk.know_links()
    return reader


def state(store: SqlStore, address: str = JANE) -> Consent | None:
    found = store.find("daily", address)
    return found.state if found else None
