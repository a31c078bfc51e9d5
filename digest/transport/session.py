"""Sessions with an SMTP server: greeting, TLS and log-in, up to where mail can be given.

Without TLS nothing is said of mail, save to a server on this machine that wants no log-in.
"""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from digest.errors import TransportDown
from digest.transport.words import said_by

GOODBYE = 2.0  # seconds that a server has to answer QUIT


@dataclass(frozen=True)
class Server:
    """Whom to connect to, and how."""

    host: str
    port: int
    secure: bool  # TLS from the start
    user: str
    password: str
    timeout: float  # seconds for each answer

    def connect(self) -> Session:
        """A session that mail can be given to. Raises TransportDown."""
        try:
            smtp = self._smtp()
        except smtplib.SMTPAuthenticationError as error:
            raise TransportDown(
                f"{self.host} refuses the log-in: {said_by(error)}; check the user in "
                "mail.transport and DIGEST_MAIL__PASSWORD",
                passing=_passes(error),
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise TransportDown(
                f"{self.host}: {error} Mail goes out over TLS only: use smtps://, another "
                "port, or a server on this machine"
            ) from None
        except (OSError, ValueError) as error:
            raise TransportDown(
                f"{self.host}, port {self.port}: {said_by(error)}; check mail.transport",
                passing=_passes(error),
            ) from None
        return Session(smtp)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _smtp(self) -> smtplib.SMTP:
        if self.secure:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=self._trust
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            self._log_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        connection = cast("socket.socket", smtp.sock)
        # The dot follows the body at once; Nagle's algorithm would hold it back for up to 40 ms.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        here = ipaddress.ip_address(connection.getpeername()[0]).is_loopback
        if not self.secure and (self.user or not here):
            smtp.starttls(context=self._trust)
        smtp.ehlo_or_helo_if_needed()
        if self.user:
            smtp.login(self.user, self.password)


def _passes(error: Exception) -> bool:
    """Whether nobody has to do anything about it: no refusal for good, nor a wrong certificate."""
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code < 500
    return not isinstance(error, ssl.SSLCertVerificationError)


class Session:
    """An open session, whose socket never blocks."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        self.socket = cast("socket.socket", smtp.sock)
        self.socket.setblocking(False)

    def offers(self, extension: str) -> bool:
        """Whether the server offers an extension."""
        return self._smtp.has_extn(extension)

    def quit(self, seconds: float = GOODBYE) -> None:
        """End the session politely, within some seconds."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.socket.settimeout(max(seconds, 0.01))
            self._smtp.quit()
        self.drop()

    def drop(self) -> None:
        """End the session without a word, so that nothing half said is ever accepted."""
        self._smtp.close()


class Openings:
    """Sessions being opened, each in a thread of its own: a server may take its time to greet.

    `bell` can be read from as soon as there is something to `collect`.
    """

    def __init__(self, connect: Callable[[], Session]) -> None:
        self._connect = connect
        self._opened: list[Session | TransportDown] = []
        self._lock = threading.Lock()
        self.bell, self._rope = socket.socketpair()
        self._closed = False

    def start(self, before: Session | None = None) -> None:
        """Open another one, after ending one politely."""
        threading.Thread(target=self._open, args=(before,), daemon=True).start()

    def _open(self, before: Session | None) -> None:
        opened: Session | TransportDown = TransportDown("no session could be opened")
        try:
            if before:
                before.quit()
            opened = self._connect()
        except TransportDown as error:
            opened = error
        finally:
            self._ring(opened)

    def _ring(self, opened: Session | TransportDown) -> None:
        with self._lock:
            if not self._closed:
                self._opened.append(opened)
                self._rope.send(b"!")
            elif isinstance(opened, Session):
                opened.drop()

    def collect(self) -> list[Session | TransportDown]:
        """What has come of some of them."""
        with self._lock:
            self.bell.recv(4096)
            opened, self._opened = self._opened, []
        return opened

    def close(self) -> None:
        """Want no more of them."""
        with self._lock:
            self._closed = True
            for session in self._opened:
                if isinstance(session, Session):
                    session.drop()
            self.bell.close()
            self._rope.close()
