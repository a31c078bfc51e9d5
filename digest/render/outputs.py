"""What an edition becomes: the parts of a mail, Markdown, pages and the feed. Pure."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import jinja2

from digest.counts import plural
from digest.model.editions import REST, Edition
from digest.render.shown import Listed, ShownEdition, in_words, largest, shown
from digest.render.templates import fill, filled, source
from digest.render.text import cut, tidy, web_link

LONGEST_SUBJECT = 150  # characters
IN_ENTRY = 50  # papers of an edition in the feed, which its readers load whole

# What the words of greeting may use: no image, as a mail loads nothing from afar.
_INTRO_TAGS = {"p", "br", "a", "em", "strong", "code", "ul", "ol", "li", "blockquote"}


def subject(edition: Edition) -> str:
    """The subject of a mail: how many papers, which day, and the two largest themes.

    Themes that are followed go before larger ones.
    """
    papers = plural(sum(len(section.papers) for section in edition.sections), "new paper")
    names = (tidy(section.label).removeprefix(REST) for section in largest(edition.sections))
    labels = ", ".join(list(dict.fromkeys(names))[:2])
    line = f"{papers}, {in_words(edition.date)}"
    return cut(f"{line}: {labels}" if labels else line, LONGEST_SUBJECT)


def mail_html(env: jinja2.Environment, edition: Edition, *, site: str, max_papers: int) -> str:
    """The HTML part of a mail, with at most `max_papers` papers.

    `site` is the address of the archive without a trailing slash; "" leaves links to it out.
    """
    view = shown(edition, site=site, limit=max_papers)
    return fill(env, "mail.html.j2", edition=view, intro=_intro(view), subject=subject(edition))


def mail_text(env: jinja2.Environment, edition: Edition, *, site: str, max_papers: int) -> str:
    """The text part of a mail, in lines of 72 columns, links longer. Else as `mail_html`."""
    return fill(env, "mail.txt.j2", edition=shown(edition, site=site, limit=max_papers))


def markdown(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """A whole edition as Markdown."""
    return "".join(edition_files(env, edition, site=site)["edition.md"])


def edition_page(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """A whole edition as a page of the archive."""
    return "".join(edition_files(env, edition, site=site)["index.html"])


def edition_files(
    env: jinja2.Environment, edition: Edition, *, site: str
) -> dict[str, Iterator[str]]:
    """The files of a whole edition in the archive by name, piece by piece, as they can be long."""
    view = shown(edition, site=site)
    return {
        "edition.md": filled(env, "edition.md.j2", edition=view),
        "index.html": _page(env, "archive/edition.html.j2", edition=view, intro=_intro(view)),
    }


def index_page(env: jinja2.Environment, editions: Iterable[Listed], *, title: str) -> str:
    """The archive's first page: all editions by month, in the given order (newest first)."""
    months = [
        (f"{month:%B %Y}", list(group))
        for month, group in groupby(editions, key=lambda listed: listed.date.replace(day=1))
    ]
    return "".join(_page(env, "archive/index.html.j2", title=tidy(title), months=months))


def entry(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """An edition as an entry of the feed, with at most 50 papers.

    Its identifier tells newsletter, period and date, so it stays when the site moves.
    """
    view = shown(edition, site=site, limit=IN_ENTRY)
    return fill(
        env,
        "archive/entry.xml.j2",
        edition=view,
        urn=_urn(view.newsletter, view.period, view.date),
        content=fill(env, "archive/entry.html.j2", edition=view, intro=_intro(view)),
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


def _intro(view: ShownEdition) -> str:
    """The newsletter's own words as HTML that is safe to show unescaped."""
    if not view.intro:
        return ""
    import markdown as reader  # only for the few newsletters that have such words
    import nh3

    return nh3.clean(
        reader.markdown(view.intro),
        tags=_INTRO_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
    )
