"""The ways to give a message away: into a Maildir, or to an SMTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.ports import Transport


def transport_for(url: str, password: str | None) -> Transport:
    """The transport of a `mail.transport` setting; nothing is opened yet.

    `maildir:PATH`, `smtp://[USER@]HOST[:PORT]` or `smtps://[USER@]HOST[:PORT]`. Each is imported
    only when it is asked for. Raises ConfigError.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "maildir" and rest:
        from digest.transport.maildir import Maildir

        return Maildir(rest)
    if scheme in ("smtp", "smtps"):
        from digest.transport.smtp import Smtp

        return Smtp(url, password)
    raise ConfigError(
        [f"mail.transport: {scheme!r} is no transport; use maildir:PATH, smtp:// or smtps://"]
    )
