"""What all handlers share: what the pages are made of, a page, and the fields of a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digest.model.readers import Subscriber
from digest.render import Sample
from digest.render import page as rendered
from digest.subscribe.desk import Desk

HONEY = "website"  # a field that people do not see


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the pages are made of.

    `themes` are (id, label, papers of late); `url` is where the pages are, without a trailing
    slash; `archive` is the folder whose files are shown beside them.
    `editions` is where they are read, likewise; `latest` is the newest one's date and address.
    """

    desk: Desk
    env: jinja2.Environment
    title: str
    url: str
    archive: Path
    themes: Callable[[], Sequence[tuple[str, str, int]]]
    ready: Callable[[], bool]
    editions: str = ""  # "" is nowhere
    latest: Callable[[], tuple[dt.date, str] | None] = lambda: None
    weekly: bool = True  # whether there are weekly editions
    sample: Callable[[Subscriber], Sample | None] = lambda _: None  # what they would have had
    language: str = ""  # of the summaries that a model writes; "" where none does
    origins: Sequence[str] = ()
    proxies: Sequence[str] = ()  # networks whose X-Forwarded-For counts


class Handlers:
    """Answer requests. What they ask the desk runs in a thread: a database may take its time."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page by the name of its template."""
        pages = self.pages
        told = {"title": pages.title, "home": pages.url, "honey": HONEY, **values}
        told |= {"editions": pages.editions, "weekly": pages.weekly}
        return HTMLResponse(rendered(pages.env, name, told), status)


def link(request: Request) -> str:
    """The part of a link that tells whose it is."""
    return request.query_params.get("id", "")


async def posted_link(request: Request) -> str:
    """Likewise, in a form."""
    return str((await fields(request)).get("id", ""))


async def fields(request: Request) -> dict[str, object]:
    """The fields of a form; `themes` and `not_themes` may occur more than once.

    Raises HTTPException where it is no form, or its charset makes something else than text of it.
    """
    try:
        form: FormData = await request.form(max_files=0, max_fields=500)
        "".join(str(value) for _, value in form.multi_items()).encode()
    except UnicodeError as error:
        raise HTTPException(400) from error
    told: dict[str, object] = {name: form[name] for name in form}
    for name in ("themes", "not_themes"):
        told[name] = [one for one in form.getlist(name) if isinstance(one, str)]
    return told
