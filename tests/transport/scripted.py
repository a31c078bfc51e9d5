"""A real SMTP server whose every answer, and every break, a test can script.

    with ScriptedSmtp({"RCPT": ["451 4.7.1 later"]}) as server:
        ... talk to server.url ...
        assert server.accepted == [...]

A script maps a position to what is answered there, one entry a visit, the usual answer after the
last. Positions: "connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "no recipient" (DATA
where none was taken), "body" (inside the message), "dot", "RSET", "QUIT"; of a sender or a
reader alone, as in "RCPT jane@example.org", it goes first. An entry is a reply, or
one of DROP (close without an answer), LOSE (take what was sent, then close likewise) and HANG
(never answer); `later` delays one. What was taken stands in `accepted`: the receipt a test may
believe.

The server keeps transactions strictly: a command out of its order is answered 503. Where
`extensions` name PIPELINING, it reads commands that come together one after the other, as any
server does.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO, Self

DROP = "drop"
LOSE = "lose"
HANG = "hang"
_LATER = "later "


def later(seconds: float, entry: str = "") -> str:
    """An entry that comes into force after some seconds."""
    return f"{_LATER}{seconds} {entry}"


OUT_OF_ORDER = "503 5.5.1 out of order"
FULL = "421 4.7.0 too many connections"
USUAL = {
    "connect": "220 ready",
    "EHLO": "250 hello",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "no recipient": OUT_OF_ORDER,
    "dot": "250 2.0.0 queued",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass(frozen=True)
class Accepted:
    """One message the server took."""

    sender: str
    recipient: str
    message: bytes  # CRLF lines, dots unstuffed
    session: int  # the number of the connection, from 1

    @property
    def message_id(self) -> str:
        found = re.search(rb"^message-id:\s*(\S+)", self.message, re.IGNORECASE | re.MULTILINE)
        return found[1].decode() if found else ""


@dataclass
class ScriptedSmtp:
    script: dict[str, list[str]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None  # offers STARTTLS, or speaks TLS at once
    tls_at_once: bool = False
    accepted: list[Accepted] = field(default_factory=list)
    unfinished: list[bytes] = field(default_factory=list)  # what came of messages without a dot
    commands: list[str] = field(default_factory=list)
    room: int = 1_000  # connections at once
    connections: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._visits: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.present: set[int] = set()  # the numbers of connections
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        talks = []
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            self.connections += 1
            self._open.append(connection)
            talks.append(threading.Thread(target=self._talk, args=(connection, self.connections)))
            talks[-1].start()
        for talk in talks:
            talk.join()

    def _talk(self, connection: socket.socket, number: int) -> None:
        connection.settimeout(30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self.present.add(number)
            self.most_at_once = max(self.most_at_once, len(self.present))
        try:
            if self.tls and self.tls_at_once:
                connection = self.tls.wrap_socket(connection, server_side=True)
            _Talk(self, connection, number).run()
        except (OSError, _Dropped):
            pass  # the other side broke off, or the script did
        finally:
            connection.close()
            self.present.discard(number)

    def hang_up(self) -> None:
        """Close every connection, as a server does that has waited long enough."""
        for connection in self._open:
            connection.shutdown(socket.SHUT_RDWR)

    def answer(self, position: str, address: str = "") -> str:
        """What the script says at a position now, of a sender or a reader."""
        with self._lock:
            answer = (
                self._scripted(f"{position} {address}")
                or self._scripted(position)
                or USUAL.get(position, "")
            )
        if answer.startswith(_LATER):
            _, seconds, answer = answer.split(" ", 2)
            self._ended.wait(float(seconds))
            answer = answer or USUAL[position]
        if answer == HANG:
            self._ended.wait(30)
        if answer in (DROP, HANG):
            raise _Dropped
        return answer

    def _scripted(self, position: str) -> str:
        at = self._visits[position]
        self._visits[position] += 1
        lines = self.script.get(position, [])
        return lines[at] if at < len(lines) else ""


class _Dropped(Exception):
    pass


class _Talk:
    """One connection."""

    def __init__(self, server: ScriptedSmtp, connection: socket.socket, number: int) -> None:
        self.server = server
        self.number = number
        self.secure = server.tls_at_once
        self.sender = self.recipient = ""
        self.use(connection)

    def use(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines: BinaryIO = connection.makefile("rb")

    def say(self, reply: str) -> bool:
        self.connection.sendall(reply.encode() + b"\r\n")
        return reply.startswith(("2", "3"))

    def run(self) -> None:
        try:
            full = len(self.server.present) > self.server.room
            going = self.say(FULL if full else self.server.answer("connect"))
            while going and (line := self.lines.readline()):
                going = self.obey(line.decode().rstrip("\r\n"))
        finally:
            self.lines.close()
            self.connection.close()

    def obey(self, line: str) -> bool:
        self.server.commands.append(line)
        verb = line.partition(" ")[0].upper()
        if verb not in USUAL:
            self.say("502 5.5.2 what?")
            return True
        reply = self.reply(verb, line)
        if verb == "EHLO" and reply.startswith("250"):
            reply = (
                "\r\n".join(f"250-{name}" for name in ("scripted", *self.offers())) + "\r\n" + reply
            )
        good = self.say(reply)
        if good and verb == "STARTTLS":
            self.start_tls()
        if good and verb == "DATA":
            self.take()
        return verb != "QUIT" and not reply.startswith("421")

    def reply(self, verb: str, line: str) -> str:
        """What is said to a command, and what is noted of it."""
        if (verb == "MAIL" and self.sender) or (verb == "RCPT" and not self.sender):
            return OUT_OF_ORDER
        named = _address(line) or self.recipient
        position = "no recipient" if verb == "DATA" and not named else verb
        reply = self.server.answer(position, named)
        if verb == "QUIT":
            self.server.present.discard(self.number)
        if not reply.startswith("2"):
            return reply
        if verb == "MAIL":
            self.sender = named
        elif verb == "RCPT":
            self.recipient = named
        elif verb in {"RSET", "EHLO"}:
            self.sender = self.recipient = ""
        return reply

    def offers(self) -> list[str]:
        return [
            *self.server.extensions,
            *(["STARTTLS"] if self.server.tls and not self.secure else []),
        ]

    def start_tls(self) -> None:
        assert self.server.tls
        self.lines.close()
        self.use(self.server.tls.wrap_socket(self.connection, server_side=True))
        self.secure = True

    def take(self) -> None:
        """Read a message; it is accepted only after its dot, and only where the answer is yes."""
        lines: list[bytes] = []
        while (line := self.lines.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
            if not line.endswith(b"\r\n") or line.count(b"\r") != 1:
                self.server.unfinished.append(b"".join(lines))
                raise _Dropped
            if len(lines) == 1:
                self.interrupt(self.server.answer("body", self.recipient))
        reply = self.server.answer("dot", self.recipient)
        if reply == LOSE or reply.startswith("2"):
            taken = Accepted(self.sender, self.recipient, b"".join(lines), self.number)
            self.server.accepted.append(taken)
        self.sender = self.recipient = ""
        if reply == LOSE:
            raise _Dropped
        self.say(reply)

    def interrupt(self, reply: str) -> None:
        if reply:
            self.say(reply)
            time.sleep(0.1)
            while self.lines.readline() not in {b".\r\n", b""}:
                pass
            raise _Dropped


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
