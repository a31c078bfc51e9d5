"""A newsletter with a model of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.summaries.model import Model

Configure = Callable[..., Home]

PAGES = '[[source]]\nkind = "saved-page"\npath = "pages"\n'
SAMPLE_DAY = "2026-03-04T07:30:00Z"


@pytest.fixture
def model() -> Iterator[Model]:
    with Model() as opened:
        yield opened


@pytest.fixture
def configure(home: Home) -> Configure:
    """Have an endpoint write the summaries of a newsletter of saved pages, or of other sources."""

    def configuring(endpoint: str, *, sources: str = PAGES, **settings: Any) -> Home:
        values = {"endpoint": endpoint, "model": "tiny-1"} | settings
        lines = [f"{key} = {value!r}" for key, value in values.items()]
        fetch = '[fetch]\nallow_private = true\n[mail]\nto = ["jane@example.org"]\n'
        return home.configure("\n".join([sources, fetch, "[summary]", *lines]))

    return configuring


@pytest.fixture
def summarised(configure: Configure, model: Model) -> Home:
    """Three papers and a model."""
    return configure(model.url)


@pytest.fixture
def sample_source(httpserver: HTTPServer) -> str:
    """The shipped sample as a site; a list day holds some 26 papers."""

    def answer(request: Request) -> Response:
        day = files("digest.sample").joinpath(f"{request.args['date']}.json")
        body = day.read_bytes() if day.is_file() else b"[]"
        return Response(body, content_type="application/json")

    httpserver.expect_request("/papers").respond_with_handler(answer)
    return f'[[source]]\nkind = "huggingface"\nurl = "{httpserver.url_for("/papers")}"\n'


@pytest.fixture
def sampled(configure: Configure, model: Model, sample_source: str) -> Home:
    """Some 70 papers and a model."""
    return configure(model.url, sources=sample_source)
