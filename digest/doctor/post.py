"""The way mail leaves, tried as far as that goes without sending."""

from __future__ import annotations

import datetime as dt
import shlex
import shutil
import ssl
from collections.abc import Iterator

from digest.doctor import judging
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, ok, problem, skipped, warning
from digest.transport.session import Server, Session

PATIENCE = 15.0  # seconds that a server may take for one answer


def post(case: Case) -> Iterator[Finding]:
    """What `mail.transport` names. Raises TransportDown where its server cannot be used."""
    scheme, _, rest = case.config.mail.transport.partition(":")
    if scheme in {"smtp", "smtps"}:
        if case.offline:
            yield skipped("transport", "the mail server is not asked, as --offline says")
        else:
            yield from _smtp(case)
    elif scheme == "sendmail":
        yield _command(rest)
    elif scheme == "dry":
        found = "dry: counts mail and sends none; the books say sent"
        yield warning("transport", found, "set mail.transport to your mail server")
    else:
        yield ok("transport", f"mail goes into {rest}; none leaves this machine")


def _smtp(case: Case) -> Iterator[Finding]:
    """Greeting, TLS and log-in, as before a message, then QUIT."""
    from digest.transport.smtp import server_of

    mail = case.config.mail
    server = server_of(mail.transport, mail.password or "", PATIENCE)
    session = server.connect()
    try:
        said, ends = _secured(session)
    finally:
        session.quit()
    yield ok("transport", f"{server.host}, port {server.port}: {said}{_logged_in(server)}")
    if soon := judging.certificate(server.host, ends, case.now):
        yield soon


def _logged_in(server: Server) -> str:
    return ", and takes the log-in" if server.user else ", without a log-in"


def _secured(session: Session) -> tuple[str, dt.datetime | None]:
    """How a session is secured, and when the certificate ends."""
    connection = session.socket
    if not isinstance(connection, ssl.SSLSocket):
        return "answers without TLS, on this machine", None
    told = connection.getpeercert() or {}
    ends = ssl.cert_time_to_seconds(str(told["notAfter"]))
    return f"speaks {connection.version()}", dt.datetime.fromtimestamp(ends, dt.UTC)


def _command(command: str) -> Finding:
    try:
        name = shlex.split(command)[0]
    except ValueError:
        return problem("transport", "mail.transport: a quote in sendmail: is not closed; close it")
    if found := shutil.which(name):
        return ok("transport", f"{found} can be run")
    return problem("transport", f"{name} is no command that can be run; check mail.transport")
