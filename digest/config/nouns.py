"""A checked configuration: what the rest of the program is given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterConfig:
    """What the newsletter is and when it goes out."""

    slug: str
    title: str
    timezone: ZoneInfo
    send_at: dt.time
    days: tuple[int, ...]  # 0 is Monday
    base_url: str  # without a trailing slash; "" where there is none
    max_papers: int
    intro: str  # Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One source. Keys that its kind does not take are at their defaults."""

    kind: str
    name: str
    url: str = ""
    path: str = ""  # a file, a folder or a glob pattern, made absolute
    look_back_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MailConfig:
    """Who sends, to whom, and how."""

    sender: str  # as in From: a display name and an address
    to: tuple[str, ...]
    transport: str  # "maildir:PATH" (absolute) or an smtp:// or smtps:// URL
    password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """How requests to sources introduce and limit themselves."""

    contact: str
    allow_private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole configuration, checked."""

    newsletter: NewsletterConfig
    sources: tuple[SourceConfig, ...]
    state_url: str = field(repr=False)  # sqlite:///ABSOLUTE/PATH or postgresql://…
    archive_path: Path
    templates_path: Path | None  # a user's own templates, which win file by file
    taxonomy_path: Path | None  # a user's own taxonomy instead of the built-in one
    mail: MailConfig
    fetch: FetchConfig
