"""A mail server in a process of its own, whose every answer a test can script: the receipt oracle.

    with Receiver(folder) as receiver:
        receiver.listen({"RCPT jane@example.org": ["451 4.7.1 later"], "dot": ["250 ok", "lose"]})
        ... deliver to receiver.url ...
        assert receiver.accepted == [...]

It notes what it takes, in a file and for good, before it says so. It outlives whoever talks to it
and can itself be ended and begun again, on the same port and with the same notes.

A script maps a position, or a position and a recipient, to what is answered there: one entry a
visit, the usual answer after the last; "..." as the last repeats the one before it for ever.
Positions: "connect", "EHLO", "STARTTLS", "TLS" (the handshake), "AUTH", "MAIL", "RCPT", "DATA",
"body", "dot", "RSET", "QUIT". Entries:

    250 2.0.0 ok     a reply; of several lines where it holds \\r\\n
    slow 0.5 250 ok  a reply after half a second
    drop             closes the connection without an answer
    lose             takes the message, then closes without an answer
    hang             never answers
    die              the whole server ends at once
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from tests.guarantees import server

Script = dict[str, list[str]]


class Event(NamedTuple):
    """Something the server noted."""

    what: str  # began, connected, accepted, refused, unfinished (without its dot), closed
    at: float  # time.monotonic(), the same for all processes of a machine
    connection: int = 0  # counted from 1, through all lives of the server
    position: str = ""
    reply: str = ""
    sender: str = ""
    recipient: str = ""
    message_id: str = ""
    size: int = 0


@dataclass
class Receiver:
    """The server as a test has it."""

    folder: Path
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")
    certificate: Path | None = None  # with its key; then STARTTLS is offered

    def __post_init__(self) -> None:
        self.notes = self.folder / "receipts.jsonl"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._earlier = 0  # connections of lives before this one

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def listen(self, script: Script | None = None) -> None:
        """Begin, or go on by another script."""
        orders = {
            "notes": str(self.notes),
            "port": self.port,
            "script": script or {},
            "extensions": self.extensions,
            "certificate": str(self.certificate or ""),
        }
        file = self.folder / "orders.json"
        file.write_text(json.dumps(orders), encoding="utf-8")
        if self._process and self._process.poll() is None:
            lives = len(self.events("began"))
            self._process.send_signal(signal.SIGHUP)
            self.wait_for("began", lives + 1)
            return
        self.end()
        self._earlier = len(self.events("connected"))
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", server.__file__, str(file)], stdout=subprocess.PIPE
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def end(self) -> None:
        """Die: connections break, and new ones are refused."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def wait(self) -> None:
        """Until it has ended by itself, as its script says."""
        assert self._process
        self._process.wait(timeout=30)

    def events(self, what: str = "") -> list[Event]:
        """What was noted, oldest first; the last line may still be in the making."""
        if not self.notes.exists():
            return []
        whole, _, _ = self.notes.read_bytes().rpartition(b"\n")
        events = [Event(**json.loads(line)) for line in whole.splitlines()]
        return [event for event in events if what in ("", event.what)]

    @property
    def accepted(self) -> list[Event]:
        return self.events("accepted")

    def quiet(self) -> None:
        """Wait until all connections are closed, so that nothing is accepted any more."""
        end = time.monotonic() + 20
        while self._process and self._process.poll() is None and self._open():
            assert time.monotonic() < end, "connections stay open"
            time.sleep(0.005)

    def _open(self) -> set[int]:
        """The connections that live."""
        connected, closed = (
            {event.connection for event in self.events(what)} for what in ("connected", "closed")
        )
        return {number for number in connected - closed if number > self._earlier}

    def wait_for(self, what: str, number: int = 1, *, seconds: float = 20) -> None:
        """Until so many events of a kind are noted."""
        end = time.monotonic() + seconds
        while self.notes.read_bytes().count(f'"what": "{what}"'.encode()) < number:
            assert time.monotonic() < end, f"no {number} {what} within {seconds} s"
            time.sleep(0.01)
