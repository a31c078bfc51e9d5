"""A checked configuration: what the rest of the program is given.

Named tuples, because `digest status` reads a configuration and little else: importing dataclasses
would take a sixth of its time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo


class NewsletterConfig(NamedTuple):
    """What the newsletter is and when it goes out."""

    slug: str
    title: str
    timezone: ZoneInfo
    send_at: dt.time
    days: tuple[int, ...]  # 0 is Monday
    base_url: str  # without a trailing slash; "" where there is none
    max_papers: int
    intro: str  # Markdown


class SourceConfig(NamedTuple):
    """One source. `settings` has the keys of its kind, checked."""

    kind: str
    name: str
    settings: Mapping[str, Any]


class MailConfig(NamedTuple):
    """Who sends, to whom, and how."""

    sender: str  # as in From: a display name and an address
    to: tuple[str, ...]
    transport: str  # "maildir:PATH" (absolute) or an smtp:// or smtps:// URL
    password: str | None

    def __repr__(self) -> str:
        return "MailConfig(…)"  # neither the password nor the readers get into a log


class FetchConfig(NamedTuple):
    """How requests to sources introduce and limit themselves."""

    contact: str
    allow_private: bool


class ThemesConfig(NamedTuple):
    """Which themes papers are grouped by, and which come first."""

    path: Path | None  # a file of the user's own themes
    use: tuple[str, ...]  # shipped taxonomies, by name
    follow: tuple[str, ...]  # ids of themes and groups
    file: str  # the configuration's name
    inline: str  # its text, where it has themes itself, or ""


class Config(NamedTuple):
    """A whole configuration, checked."""

    newsletter: NewsletterConfig
    sources: tuple[SourceConfig, ...]
    state_url: str  # sqlite:///ABSOLUTE/PATH or postgresql://…
    archive_path: Path
    templates_path: Path | None  # a user's own templates, which win file by file
    themes: ThemesConfig
    mail: MailConfig
    fetch: FetchConfig

    def __repr__(self) -> str:
        return f"Config({self.newsletter.slug})"  # state_url may hold a password
