"""What an edition becomes beside mail: Markdown, pages of the archive and the feed. Pure."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import jinja2

from digest.model.editions import Edition
from digest.render.detail import plan, steps
from digest.render.greeting import greeting
from digest.render.shown import Views
from digest.render.templates import fill, filled, source
from digest.render.text import tidy, web_link
from digest.render.view import Listed

IN_ENTRY = 50  # papers of an edition in the feed, which its readers load whole


def markdown(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """A whole edition as Markdown."""
    return "".join(edition_files(env, edition, site=site)["edition.md"])


def edition_page(
    env: jinja2.Environment, edition: Edition, *, site: str, subscribe: str = ""
) -> str:
    """A whole edition as a page of the archive."""
    return "".join(edition_files(env, edition, site=site, subscribe=subscribe)["index.html"])


def edition_files(
    env: jinja2.Environment, edition: Edition, *, site: str, subscribe: str = ""
) -> dict[str, Iterator[str]]:
    """The files of a whole edition in the archive by name, piece by piece, as they can be long.

    `subscribe` is the address of the page where readers subscribe, if there is one.
    """
    view = Views(edition, site=site).whole()
    return {
        "edition.md": filled(env, "edition.md.j2", edition=view),
        "index.html": _page(
            env,
            "archive/edition.html.j2",
            edition=view,
            intro=greeting(view.intro),
            subscribe=subscribe,
        ),
    }


def index_page(
    env: jinja2.Environment, editions: Iterable[Listed], *, title: str, subscribe: str = ""
) -> str:
    """The archive's first page: all editions by month, in the given order (newest first).

    `subscribe` is as for `edition_files`.
    """
    months = [
        (f"{month:%B %Y}", list(group))
        for month, group in groupby(editions, key=lambda listed: listed.date.replace(day=1))
    ]
    told = {"title": tidy(title), "months": months, "subscribe": subscribe}
    return "".join(_page(env, "archive/index.html.j2", **told))


def entry(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """An edition as an entry of the feed, with at most 50 papers.

    Its identifier tells newsletter, period and date, so it stays when the site moves.
    """
    full = steps(edition, IN_ENTRY)
    view = Views(edition, site=site).under(
        plan(edition, IN_ENTRY, full), sources=len(edition.sources)
    )
    return fill(
        env,
        "archive/entry.xml.j2",
        edition=view,
        urn=_urn(view.newsletter, view.period, view.date),
        content=fill(env, "archive/entry.html.j2", edition=view, intro=greeting(view.intro)),
    )


def entry_source(env: jinja2.Environment) -> str:
    """The templates of an entry, which may be the user's own."""
    return source(env, "archive/entry.xml.j2") + source(env, "archive/entry.html.j2")


def feed(
    env: jinja2.Environment, editions: Sequence[tuple[Listed, str]], *, title: str, site: str
) -> str:
    """An Atom feed (RFC 4287) of editions with their entries, in that order (newest first)."""
    newest = editions[0][0]
    return fill(
        env,
        "archive/feed.xml.j2",
        title=tidy(title),
        urn=_urn(newest.newsletter, newest.period),
        updated=max(listed.published_at for listed, _ in editions),
        written=[text for _, text in editions],
        site=web_link(site),
    )


def _urn(newsletter: str, period: str, date: dt.date | None = None) -> str:
    """A URN that is the same for ever (RFC 9562, version 5)."""
    name = f"papertide:{newsletter}/{period}" + (f"/{date}" if date else "")
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _page(env: jinja2.Environment, name: str, **values: object) -> Iterator[str]:
    """A page with its style inside, which its security policy allows by hash (CSP, level 2)."""
    style = fill(env, "archive/style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return filled(env, name, style=style, style_hash=f"sha256-{digest}", **values)
