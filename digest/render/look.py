"""What every page of the site is told, and where things stand on it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from digest.model.catalogue import Line
from digest.render.text import web_link


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is the same on all pages of a site."""

    title: str
    base_url: str = ""  # the site's address without a trailing slash, where it is known
    subscribe: str = ""  # the address of the page where readers subscribe, if there is one
    search: bool = False  # the site can be searched
    labels: Mapping[str, str] = field(default_factory=dict)  # theme id -> what it is called
    about: Mapping[str, str] = field(default_factory=dict)  # theme id -> what it holds

    def label(self, theme: str) -> str:
        """What a theme is called: its id where the taxonomy does not have it (any more)."""
        return self.labels.get(theme, theme)


def day_folder(date: dt.date) -> str:
    """The folder of an edition, from the site's root, without a slash at its end."""
    return date.isoformat().replace("-", "/")


def sheet_name(sheet: int) -> str:
    """The file of a sheet, from 1, of something that may be too long for one page."""
    return "index.html" if sheet == 1 else f"{sheet}.html"


def place(key: str) -> str:
    """A paper's place on its page, as a link names it: `quote`d, as a key may hold any sign."""
    return f"#{quote(key, safe=':/')}"


def line_url(date: dt.date, line: Line) -> str:
    """A paper's permanent link, from the site's root."""
    return f"{day_folder(date)}/{sheet_name(line.sheet)}{place(line.key)}"


def address(look: Look, path: str) -> str:
    """The address of a file by its way from the site's root; "" where the site's is not known."""
    return web_link(f"{look.base_url}/{path.removesuffix('index.html')}")
