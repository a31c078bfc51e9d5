"""An SMTP server: one message a reader, over one connection as long as it lasts (RFC 5321).

Where the talk breaks off decides what it means:

    connect  greeting  TLS  log-in  MAIL  |  RCPT  DATA  body  |  final dot  reply
    nobody's fault: TransportDown         |  deferred          |  uncertain

The body goes before `handed` is called, so that between the note "may be accepted" and the
server's answer lie only the five bytes of the final dot. A refusal at MAIL is about the sender,
so it charges no reader either.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from digest.addresses import wire
from digest.errors import ConfigError, TransportDown
from digest.failpoint import failpoint
from digest.model.deliveries import DeliveryState, Result

if TYPE_CHECKING:
    from collections.abc import Callable

_ADDRESS = re.compile(r"<?[^\s<>()\[\],;:]+@[^\s<>(),;:]+>?")
_SENDABLE = re.compile(r"[^\x00-\x20\x7f<>]+@[^\x00-\x20\x7f<>@]+")
_BROKEN = Result(state=DeliveryState.DEFERRED, code="broken off before the final dot")
_LOST = Result(state=DeliveryState.UNCERTAIN, code="no answer to the final dot")


class Smtp:
    """The port's Transport to the server of an smtp:// or smtps:// URL. For one thread.

    smtps:// speaks TLS from the start, smtp:// after STARTTLS; without TLS no message is sent,
    save to a server on this machine (a loopback host) that wants no log-in. Certificates are
    checked against the authorities of the system, or of SSL_CERT_FILE. `timeout` is the time in
    seconds that one answer may take. Raises ConfigError.
    """

    repeatable = False

    def __init__(self, url: str, password: str | None, *, timeout: float = 60.0) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ConfigError(["mail.transport: the port is no number"]) from None
        if not parts.hostname or parts.password or parts.path.strip("/") or parts.query:
            raise ConfigError(
                [f"mail.transport: write {parts.scheme}://user@host:port, without a password"]
            )
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = port or (465 if self._secure else 587)
        self._user = unquote(parts.username or "")
        self._password = password or ""
        if self._user and not (self._password and (self._user + self._password).isascii()):
            raise ConfigError(
                ["mail.password: a log-in needs one, and all ASCII; set DIGEST_MAIL__PASSWORD"]
            )
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None
        self._used = False  # whether the session has seen a message

    def send(
        self, message: bytes, sender: str, recipient: str, handed: Callable[[], None]
    ) -> Result:
        """Give one message (CRLF lines) away; see the port and the module's docstring."""
        sender, recipient = wire(sender), wire(recipient)
        if not _SENDABLE.fullmatch(sender):
            raise TransportDown("mail.from: not an address that SMTP can carry; mend it")
        if not _SENDABLE.fullmatch(recipient):
            return Result(state=DeliveryState.FAILED, code="not an address that SMTP can carry")
        try:
            wanted = _wanted(message, sender, recipient)
            for extension in wanted:
                if not self._session().has_extn(extension):
                    return self._without(extension, recipient)
            smtp = self._begin(" ".join([f"MAIL FROM:<{sender}>", *wanted.values()]))
            return self._hand_over(smtp, _dotted(message), recipient, handed)
        except smtplib.SMTPException:
            self._drop()
            return _BROKEN
        except BaseException:
            self._drop()
            raise

    def _without(self, extension: str, recipient: str) -> Result:
        """What a missing extension means. Raises TransportDown where no reader is the reason."""
        if recipient.isascii():
            raise TransportDown(
                f"{self._host} does not offer {extension}, and so takes no letters beyond ASCII in"
                " mail.from, mail.sender or mail.reply_to; take them out or use another server"
            )
        code = f"needs {extension}, which the server does not offer"
        return Result(state=DeliveryState.FAILED, code=code)

    def _hand_over(
        self, smtp: smtplib.SMTP, body: bytes, recipient: str, handed: Callable[[], None]
    ) -> Result:
        """All from RCPT on. Raises smtplib.SMTPException where it breaks before the dot."""
        failpoint("after-mail")
        steps = ((f"RCPT TO:<{recipient}>", 2, "after-rcpt"), ("DATA", 3, "after-data"))
        for line, success, point in steps:
            code, text = smtp.docmd(line)
            if code == 421:
                raise TransportDown(f"{self._host} closes the session: {_said(code, text)}")
            if code // 100 != success:
                return self._refused(smtp, code, text)
            failpoint(point)
        smtp.send(body)
        handed()
        failpoint("before-dot")
        smtp.send(b"\r\n.\r\n")  # raises only where not all of it left, which is no dot
        failpoint("after-dot")
        try:
            code, text = smtp.getreply()
            failpoint("after-reply")
            if code // 100 == 2:
                return Result(state=DeliveryState.SENT, code=_said(code, text))
            return self._refused(smtp, code, text)
        except smtplib.SMTPException:
            self._drop()
            return _LOST

    def _refused(self, smtp: smtplib.SMTP, code: int, text: bytes) -> Result:
        """What a refusal means. Raises smtplib.SMTPException where the answer is no refusal."""
        if code // 100 not in (4, 5):
            raise smtplib.SMTPResponseException(code, text)
        try:
            smtp.rset()  # some servers take no new MAIL before it
        except smtplib.SMTPException:
            self._drop()
        state = DeliveryState.DEFERRED if code // 100 == 4 else DeliveryState.FAILED
        return Result(state=state, code=_said(code, text))

    def _begin(self, line: str) -> smtplib.SMTP:
        """The session after the server has taken MAIL. Raises TransportDown."""
        if self._used:
            try:
                return self._mail(line)
            except TransportDown:  # idle for too long, or enough messages for one session
                self._drop()
        return self._mail(line)

    def _mail(self, line: str) -> smtplib.SMTP:
        smtp = self._session()
        self._used = True
        smtp.command_encoding = "utf-8"
        try:
            code, text = smtp.docmd(line)
        except smtplib.SMTPException as error:
            raise TransportDown(f"{self._host} broke off at MAIL: {_said_by(error)}") from None
        if code // 100 != 2:
            raise TransportDown(f"{self._host} does not take mail.from: {_said(code, text)}")
        return smtp

    def _session(self) -> smtplib.SMTP:
        """The open session, or a new one. Raises TransportDown."""
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except smtplib.SMTPAuthenticationError as error:
                raise TransportDown(
                    f"{self._host} refuses the log-in: {_said_by(error)}; check the user in "
                    "mail.transport and DIGEST_MAIL__PASSWORD"
                ) from None
            except smtplib.SMTPNotSupportedError as error:
                raise TransportDown(
                    f"{self._host}: {error} Mail goes out over TLS only: use smtps://, another "
                    "port, or a server on this machine"
                ) from None
            except (OSError, ValueError) as error:
                raise TransportDown(
                    f"{self._host}, port {self._port}: {_said_by(error)}; check mail.transport"
                ) from None
            self._used = False
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        if self._secure:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
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
        if not self._secure and (self._user or not here):
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if self._user:
            smtp.login(self._user, self._password)

    def _drop(self) -> None:
        """End the session without a word, so that nothing half said is ever accepted."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def close(self) -> None:
        """End the session politely."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException):
                self._smtp.quit()
        self._drop()


def _wanted(message: bytes, sender: str, recipient: str) -> dict[str, str]:
    """The extensions a message needs, with the parameter of MAIL that uses each.

    RFC 6531 (SMTPUTF8) for addresses and headers, RFC 6152 (8BITMIME) for the rest.
    """
    headers = message.partition(b"\r\n\r\n")[0]
    wanted = {}
    if not (sender.isascii() and recipient.isascii() and headers.isascii()):
        wanted["SMTPUTF8"] = "SMTPUTF8"
    if not message.isascii():
        wanted["8BITMIME"] = "BODY=8BITMIME"
    return wanted


def _dotted(message: bytes) -> bytes:
    """A message as DATA takes it, without its last line end (RFC 5321, section 4.5.2).

    Lone line ends become whole ones: servers that read them differently could be made to see
    a final dot, and a second message, inside the first.
    """
    return (b"\r\n" + b"\r\n".join(message.splitlines())).replace(b"\r\n.", b"\r\n..")[2:]


def _said(code: int, text: bytes) -> str:
    """A server's answer as one short line without addresses."""
    words = " ".join(text.decode("utf-8", "replace").split())
    printable = "".join(letter if letter.isprintable() else "?" for letter in words)
    return f"{code} {_ADDRESS.sub('<address>', printable)}"[:200]


def _said_by(error: Exception) -> str:
    """What went wrong, in the server's words where it had any."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _said(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return str(error) or type(error).__name__
