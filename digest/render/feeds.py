"""The site's feeds: Atom (RFC 4287), archived as RFC 5005 has it, JSON Feed 1.1, a list as OPML.

Pure. Where the site's address is not known, feeds have no links, and no documents behind them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from digest.model.catalogue import Item
from digest.render.items import urn
from digest.render.listing import theme_name
from digest.render.look import Look, address
from digest.render.text import tidy

ATOM = "application/atom+xml"

_NEVER = "1970-01-01T00:00:00Z"  # when a feed without items changed
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r"))
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed is of: the same in all its documents."""

    urn: str
    title: str
    page: str  # where the site shows it, from the root
    stem: str  # of its files, from the root: `stem` and ".xml" or ".json"


def editions_channel(look: Look, newsletter: str) -> Channel:
    """The newsletter's editions."""
    return Channel(
        urn=urn(newsletter, "daily"), title=tidy(look.title), page="index.html", stem="feed"
    )


def papers_channel(look: Look, newsletter: str) -> Channel:
    """The papers of all editions, one by one."""
    title = f"{tidy(look.title)}: single papers"
    return Channel(urn=urn(newsletter, "papers"), title=title, page="index.html", stem="papers")


def theme_channel(look: Look, newsletter: str, theme: str) -> Channel:
    """The papers of a theme, one by one."""
    return Channel(
        urn=urn(newsletter, "theme", theme),
        title=f"{tidy(look.title)}: {theme_name(look, theme)}",
        page=f"themes/{theme}/index.html",
        stem=f"themes/{theme}/feed",
    )


def atom(look: Look, channel: Channel, items: Sequence[Item], *, previous: str = "") -> str:
    """What readers subscribe to, the newest item first.

    `previous` is the way from the site's root to the newest of the documents behind it, which
    together with this one must hold all items; "" where there is none.
    """
    links = _link("self", ATOM, address(look, f"{channel.stem}.xml"))
    return _document(look, channel, items, links + _beside(look, previous))


def archived(
    look: Look,
    channel: Channel,
    items: Sequence[Item],
    *,
    path: str,
    previous: str = "",
    following: str = "",
) -> str:
    """A document of older items, at `path` from the site's root, which is to stay as it is.

    `previous` is the way to the next older such document, `following` to the next newer one.
    """
    links = (
        _link("self", ATOM, address(look, path))
        + _link("current", ATOM, address(look, f"{channel.stem}.xml"))
        + _beside(look, previous, following)
        + '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>\n'
    )
    return _document(look, channel, items, links)


def json_feed(look: Look, channel: Channel, items: Iterable[Item]) -> str:
    """What readers subscribe to, the newest item first, as JSON Feed 1.1."""
    document = _told(
        version="https://jsonfeed.org/version/1.1",
        title=channel.title,
        home_page_url=address(look, channel.page),
        feed_url=address(look, f"{channel.stem}.json"),
        language="en",
        authors=[{"name": tidy(look.title)}],
    ) | {"items": list(map(_json_item, items))}
    return _fit(json.dumps(document, ensure_ascii=False)) + "\n"


def opml(look: Look, channels: Iterable[Channel]) -> str:
    """A list of feeds (OPML 2.0) for a site whose address is known."""
    outlines = "".join(
        f'<outline type="rss" text="{escape(one.title)}" title="{escape(one.title)}"'
        f' xmlUrl="{escape(address(look, f"{one.stem}.xml"))}"'
        f' htmlUrl="{escape(address(look, one.page))}"/>\n'
        for one in channels
    )
    return _fit(
        '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n'
        f"<head><title>{escape(tidy(look.title), quote=False)}</title></head>\n"
        f"<body>\n{outlines}</body>\n</opml>\n"
    )


def _document(look: Look, channel: Channel, items: Sequence[Item], links: str) -> str:
    author, title = (escape(text, quote=False) for text in (tidy(look.title), channel.title))
    page = _link("alternate", "text/html", address(look, channel.page))
    head = _fit(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<id>{channel.urn}</id>\n<title>{title}</title>\n"
        f"<updated>{max((item.published for item in items), default=_NEVER)}</updated>\n"
        f"<author><name>{author}</name></author>\n<generator>Papertide</generator>\n"
        f"{page}{links}"
    )
    return f"{head}{''.join(map(_entry, items))}</feed>\n"


@lru_cache(2_000)  # an item stands in several documents, in a month's at the latest
def _entry(item: Item) -> str:
    names = "".join(
        f"<author><name>{escape(name, quote=False)}</name></author>\n" for name in item.authors
    )
    theme = (
        f'<category term="{escape(item.theme)}" label="{escape(item.label)}"/>\n'
        if item.theme
        else ""
    )
    return _fit(
        f"<entry>\n<id>{escape(item.id, quote=False)}</id>\n"
        f"<title>{escape(item.title, quote=False)}</title>\n"
        f"<published>{item.published}</published>\n<updated>{item.published}</updated>\n"
        f"{_link('alternate', 'text/html', item.url)}{_link('related', '', item.link)}"
        f'{names}{theme}<content type="html">{escape(item.content, quote=False)}</content>\n'
        "</entry>\n"
    )


def _beside(look: Look, previous: str, following: str = "") -> str:
    """Links to the documents of older and newer items, where there are such."""
    older = previous and _link("prev-archive", ATOM, address(look, previous))
    newer = following and _link("next-archive", ATOM, address(look, following))
    return older + newer


def _link(relation: str, kind: str, url: str) -> str:
    """A link, if it leads anywhere."""
    if not url:
        return ""
    typed = f' type="{kind}"' if kind else ""
    return f'<link rel="{relation}"{typed} href="{escape(url)}"/>\n'


def _json_item(item: Item) -> dict[str, Any]:
    return {"id": item.id, "content_html": item.content} | _told(
        title=item.title,
        url=item.url,
        external_url=item.link,
        summary=item.summary,
        date_published=item.published,
        authors=[{"name": name} for name in item.authors],
        tags=[item.label] if item.label else [],
    )


def _told(**values: Any) -> dict[str, Any]:
    """What is known of these."""
    return {name: value for name, value in values.items() if value}


def _fit(text: str) -> str:
    """A text without what may not stand in XML (section 2.2) or UTF-8."""
    kept = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for sign in _NO_CHARACTERS:
        kept = kept.replace(sign, b"")
    return kept.decode()
