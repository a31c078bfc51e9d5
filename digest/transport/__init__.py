"""The ways to give messages away: into a Maildir, to an SMTP server, to a command, or nowhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.ports import Transport


def transport_for(
    url: str,
    password: str | None,
    *,
    connections: int = 1,
    per_connection: int = 100,
    hurry: Callable[[], float] = lambda: math.inf,
) -> Transport:
    """The transport of a `mail.transport` setting; nothing is opened yet.

    `maildir:PATH`, `sendmail:COMMAND`, `dry:`, `smtp://[USER@]HOST[:PORT]` or
    `smtps://[USER@]HOST[:PORT]`, the latter two over so many connections, with so many messages
    each. `hurry` tells the seconds left to finish. Each is imported only when it is asked for.
    Raises ConfigError.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "maildir" and rest:
        from digest.transport.maildir import Maildir

        return Maildir(rest, hurry=hurry)
    if scheme == "sendmail" and rest:
        from digest.transport.sendmail import Sendmail

        return Sendmail(rest, hurry=hurry)
    if scheme == "dry" and not rest:
        from digest.transport.dry import Dry

        return Dry(hurry=hurry)
    if scheme in ("smtp", "smtps"):
        from digest.transport.smtp import Smtp

        return Smtp(
            url, password, connections=connections, per_connection=per_connection, hurry=hurry
        )
    raise ConfigError(
        [
            f"mail.transport: {scheme!r} is no transport; use maildir:PATH, smtp://, smtps://,"
            " sendmail:COMMAND or dry:"
        ]
    )
