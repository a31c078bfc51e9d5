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
    weekly: int | None = None  # the day of the weekly edition, 0 is Monday; None: there is none


class SourceConfig(NamedTuple):
    """One source. `settings` has the keys of its kind, checked."""

    kind: str
    name: str
    settings: Mapping[str, Any]


class DkimConfig(NamedTuple):
    """What messages are signed with (RFC 6376)."""

    domain: str  # in A-labels
    selector: str
    key: str  # PEM

    def __repr__(self) -> str:
        return f"DkimConfig({self.domain})"  # the key does not get into a log


class MailConfig(NamedTuple):
    """Who sends, to whom, and how. A text that is not set is empty.

    A rate is how many messages may go in any span of how many seconds.
    """

    sender: str  # as in From: a display name and an address
    to: tuple[str, ...]
    transport: str  # "maildir:PATH" (absolute) or an smtp:// or smtps:// URL
    password: str | None
    agent: str = ""  # as in Sender
    reply_to: str = ""  # as in Reply-To
    owner: str = ""  # the bare address of who answers for the list
    unsubscribe: str = ""  # an https link; {token} in it stands for a reader's own part
    unsubscribe_by_mail: str = ""  # a mailto link, likewise
    preferences: str = ""  # an https link, likewise
    postal_address: str = ""
    link_key: str = ""  # what the tokens are made with
    old_link_keys: tuple[str, ...] = ()  # what they were made with, and are understood by still
    dkim: DkimConfig | None = None
    return_path: str = ""  # where bounces go; {reader} in it tells whose
    connections: int = 4
    messages_per_connection: int = 100
    rate: tuple[tuple[int, int], ...] = ()
    domain_rate: tuple[tuple[int, int], ...] = ()  # to each receiving domain

    def __repr__(self) -> str:
        return "MailConfig(…)"  # neither a secret nor the readers get into a log


class WebConfig(NamedTuple):
    """Where readers serve themselves."""

    url: str  # without a trailing slash; "" where they do not
    listen: tuple[str, int]  # an IP address and a port
    metrics: tuple[str, int] | None  # likewise, where Prometheus asks
    origins: tuple[str, ...]  # of other sites whose forms are taken
    trusted_proxies: tuple[str, ...]  # networks
    sign_ups_per_hour: int


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


class SummaryConfig(NamedTuple):
    """Who writes summaries, and how much that may take a run."""

    endpoint: str  # without a trailing slash; "" where nobody does
    model: str
    language: str  # "" is English
    key: str
    max_papers: int
    max_seconds: int
    max_tokens: int

    def __repr__(self) -> str:
        return f"SummaryConfig({self.model!r})"  # the key gets into no log


class PublishConfig(NamedTuple):
    """Where the site is published: at a branch of a git repository, or by a command."""

    remote: str = ""  # a path (absolute) or an address, as git takes it
    branch: str = ""
    command: tuple[str, ...] = ()  # in which {site} stands for the site's folder

    def __repr__(self) -> str:
        return "PublishConfig(…)"  # an address may hold a password


class ChannelConfig(NamedTuple):
    """Where editions go besides to readers."""

    kind: str  # "webhook" or "chat"
    name: str
    url: str  # http(s) for a webhook, else as Apprise writes places
    period: str  # of the editions that it gets
    themes: tuple[str, ...]  # ids of themes and groups that it gets alone; none is all
    secret: bytes  # what a webhook is signed with
    max_papers: int  # that a chat is told

    def __repr__(self) -> str:
        return f"ChannelConfig({self.name})"  # neither the address nor the secret gets into a log


class LogsConfig(NamedTuple):
    """How events are told."""

    format: str  # one of digest.logs.FORMS


class AlertsConfig(NamedTuple):
    """Who hears that runs go well, and where a person is needed."""

    ping: str = ""  # a URL asked after runs; {code} in it stands for the exit code
    notify: tuple[str, ...] = ()  # URLs as Apprise has them
    operator: str = ""  # the bare address of who is told by mail

    def __repr__(self) -> str:
        return "AlertsConfig(…)"  # all of them are secrets


class RetentionConfig(NamedTuple):
    """How many days what `digest vacuum` forgets is kept; 0 is for ever."""

    deliveries: int  # who had an edition that is done
    former_readers: int  # who left, bounced or complained
    runs: int  # what runs reported


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
    web: WebConfig
    summary: SummaryConfig
    publish: PublishConfig | None
    logs: LogsConfig
    alerts: AlertsConfig
    retention: RetentionConfig
    channels: tuple[ChannelConfig, ...] = ()

    def channels_of(self, period: str) -> tuple[str, ...]:
        """The names of the channels that get the editions of a period."""
        return tuple(one.name for one in self.channels if one.period == period)

    def __repr__(self) -> str:
        return f"Config({self.newsletter.slug})"  # state_url may hold a password
