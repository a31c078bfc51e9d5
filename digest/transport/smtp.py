"""An SMTP server: one message a reader, over sessions that are used again and again (RFC 5321)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from digest.errors import ConfigError
from digest.transport.lines import Habits, Line
from digest.transport.session import GOODBYE, Server
from digest.transport.traffic import Traffic

if TYPE_CHECKING:
    from digest.model.deliveries import Parcel
    from digest.ports import Turn


class Smtp:
    """The port's Transport to the server of an smtp:// or smtps:// URL. For one thread.

    smtps:// speaks TLS from the start, smtp:// after STARTTLS; without TLS no message is sent,
    save to a server on this machine (a loopback host) that wants no log-in. Certificates are
    checked against the authorities of the system, or of SSL_CERT_FILE. There are at most so many
    `connections` at once, with `per_connection` messages each; `timeout` is the time in seconds
    that one answer may take. `hurry` says how many seconds are left: where that is not for ever,
    no message is begun any more, and where it is none, none is waited for. Raises ConfigError.
    """

    repeatable = False

    def __init__(
        self,
        url: str,
        password: str | None,
        *,
        connections: int = 1,
        per_connection: int = 100,
        timeout: float = 60.0,
        hurry: Callable[[], float] = lambda: math.inf,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        server = server_of(url, password or "", timeout)
        self._habits = Habits(
            server.host, server.connect, connections, per_connection, timeout, hurry, monotonic
        )
        self._lines: list[Line] = []

    def carry(self, parcels: Iterator[Parcel], turn: Turn) -> None:
        """Give messages away; see the port."""
        Traffic(self._habits, self._lines, parcels, turn).run()

    def close(self) -> None:
        """End the sessions politely, as far as there is time for that."""
        end = time.monotonic() + min(GOODBYE, self._habits.hurry())
        while self._lines:
            self._lines.pop().session.quit(end - time.monotonic())


def server_of(url: str, password: str, timeout: float) -> Server:
    """The server of a URL. Raises ConfigError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(["mail.transport: the port is no number"]) from None
    if not parts.hostname or parts.password or parts.path.strip("/") or parts.query:
        raise ConfigError(
            [f"mail.transport: write {parts.scheme}://user@host:port, without a password"]
        )
    secure = parts.scheme == "smtps"
    user = unquote(parts.username or "")
    if user and not (password and (user + password).isascii()):
        raise ConfigError(
            ["mail.password: a log-in needs one, and all ASCII; set DIGEST_MAIL__PASSWORD"]
        )
    port = port or (465 if secure else 587)
    return Server(parts.hostname, port, secure, user, password, timeout)
