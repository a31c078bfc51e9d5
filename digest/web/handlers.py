"""What all handlers share: what the pages are made of, a page, and the fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digest.model.readers import Subscriber
from digest.render import page as rendered
from digest.subscribe.desk import Desk

HONEY = "website"  # a field that people do not see


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the pages are made of.

    `themes` are (id, label, papers of late); `url` is where the pages are, without a trailing
    slash.
    """

    desk: Desk
    env: jinja2.Environment
    title: str
    url: str
    themes: Callable[[], Sequence[tuple[str, str, int]]]
    ready: Callable[[], bool]
    sample: Callable[[Subscriber], str | None] = lambda _: None  # HTML of what they would have had
    origins: Sequence[str] = ()
    proxies: Sequence[str] = ()  # networks whose X-Forwarded-For counts


@dataclass(frozen=True, slots=True)
class Handlers:
    """Answer requests. What they ask the desk runs in a thread: a database may take its time."""

    pages: Pages

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page by the name of its template."""
        pages = self.pages
        told = {"title": pages.title, "home": pages.url, "honey": HONEY, **values}
        return HTMLResponse(rendered(pages.env, name, told), status)


def link(request: Request) -> str:
    """The part of a link that tells whose it is."""
    return request.query_params.get("id", "")


async def posted_link(request: Request) -> str:
    """Likewise, in a form."""
    return str((await fields(request)).get("id", ""))


async def fields(request: Request) -> dict[str, object]:
    """The fields of a form; `themes` and `not_themes` may occur more than once."""
    form: FormData = await request.form(max_files=0, max_fields=500)
    told: dict[str, object] = {name: form[name] for name in form}
    for name in ("themes", "not_themes"):
        told[name] = [one for one in form.getlist(name) if isinstance(one, str)]
    return told
