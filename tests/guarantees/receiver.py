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

import asyncio
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

DEADLINE = 300  # seconds after which a server ends by itself

USUAL = {
    "connect": "220 ready",
    "EHLO": "250-receiver",
    "STARTTLS": "220 go ahead",
    "TLS": "",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "body": "",
    "dot": "250 2.0.0 queued",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}
Script = dict[str, list[str]]


class Event(NamedTuple):
    """Something the server noted."""

    what: str  # began, connected, accepted, refused, unfinished (without its dot), closed
    connection: int  # counted from 1, through all lives of the server
    at: float  # time.monotonic(), the same for all processes of a machine
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

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def listen(self, script: Script | None = None) -> None:
        """Begin, or begin again with another script."""
        self.end()
        orders = {
            "notes": str(self.notes),
            "port": self.port,
            "script": script or {},
            "extensions": self.extensions,
            "certificate": str(self.certificate or ""),
        }
        self._process = subprocess.Popen(
            [sys.executable, __file__, json.dumps(orders)], stdout=subprocess.PIPE
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
        while self._process and self._process.poll() is None and self._busy():
            assert time.monotonic() < end, "connections stay open"
            time.sleep(0.005)

    def _busy(self) -> bool:
        life = [event.what for event in self.events()]
        begun = len(life) - life[::-1].index("began")
        return life[begun:].count("connected") > life[begun:].count("closed")

    def wait_for(self, what: str, number: int = 1, *, seconds: float = 20) -> None:
        """Until so many events of a kind are noted."""
        end = time.monotonic() + seconds
        while len(self.events(what)) < number:
            assert time.monotonic() < end, f"no {number} {what} within {seconds} s"
            time.sleep(0.005)


class _Over(Exception):
    """The connection is to be closed."""


class _Server:
    def __init__(self, orders: dict[str, Any]) -> None:
        self.script: Script = orders["script"]
        self.extensions: list[str] = orders["extensions"]
        self.port: int = orders["port"]
        self.tls: ssl.SSLContext | None = None
        if orders["certificate"]:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(orders["certificate"])
        notes = Path(orders["notes"])
        self.connections = notes.read_bytes().count(b'"connected"') if notes.exists() else 0
        self.notes = os.open(notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self.visits: Counter[str] = Counter()

    async def serve(self) -> None:
        server = await asyncio.start_server(self.talk, "127.0.0.1", self.port, limit=1 << 24)
        self.note(Event("began", 0, time.monotonic()))
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
        asyncio.get_running_loop().call_later(DEADLINE, os._exit, 1)
        async with server:
            await server.serve_forever()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = _Talk(self, reader, writer, self.connections)
        talk.note("connected")
        try:
            await talk.run()
        except (_Over, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            talk.note("closed")
            writer.transport.abort()

    def note(self, event: Event) -> None:
        os.write(self.notes, json.dumps(event._asdict()).encode() + b"\n")
        if event.what == "accepted":
            os.fsync(self.notes)

    def scripted(self, position: str, recipient: str) -> str:
        """What is answered at a position now."""
        own = f"{position} {recipient}"
        key = own if own in self.script else position
        entries = self.script.get(key, [])
        visit = self.visits[key]
        self.visits[key] += 1
        if visit >= len(entries) - 1 and entries[-1:] == ["..."]:
            return entries[-2]
        return entries[visit] if visit < len(entries) else USUAL[position]


class _Talk:
    """One connection."""

    def __init__(
        self,
        server: _Server,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        number: int,
    ) -> None:
        self.server, self.reader, self.writer, self.number = server, reader, writer, number
        self.secure = False
        self.sender: str | None = None
        self.recipient = ""

    def note(self, what: str, **told: Any) -> None:
        self.server.note(
            Event(
                what,
                self.number,
                time.monotonic(),
                sender=self.sender or "",
                recipient=self.recipient,
                **told,
            )
        )

    async def run(self) -> None:
        if not (await self.say("connect")).startswith("220"):
            raise _Over
        while line := await self.reader.readline():
            await self.obey(line.decode().rstrip("\r\n"))

    async def say(self, position: str, *, losable: bool = False) -> str:
        """Answer as the script says; the reply, or "lose"."""
        entry = self.server.scripted(position, self.recipient)
        if entry.startswith("slow "):
            _, seconds, entry = entry.split(" ", 2)
            await asyncio.sleep(float(seconds))
        if entry == "lose" and losable:
            return entry
        if entry == "hang":
            await self.reader.read(-1)  # until the other side gives up
            raise _Over
        if entry == "die":
            os._exit(0)
        if entry in ("drop", "lose"):
            raise _Over
        if losable and entry.startswith("2"):
            return entry
        await self.reply(position, entry)
        return entry

    async def reply(self, position: str, text: str) -> None:
        if text.startswith(("4", "5")):
            self.note("refused", position=position, reply=text)
        if text:
            self.writer.write(text.encode() + b"\r\n")
            await self.writer.drain()
        if text.startswith("421"):
            raise _Over

    async def obey(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        if verb == "EHLO":
            await self.greet()
        elif verb == "STARTTLS" and self.server.tls:
            await self.start_tls()
        elif verb == "MAIL":
            await self.begin(_address(line))
        elif verb == "RCPT":
            await self.address(_address(line))
        elif verb == "DATA":
            await self.take()
        elif verb == "RSET":
            self.forget()
            await self.say("RSET")
        elif verb == "QUIT":
            await self.say("QUIT")
            raise _Over
        elif verb == "AUTH":
            await self.say("AUTH")
        else:
            await self.reply(verb, "502 5.5.2 what?")

    def forget(self) -> None:
        self.sender, self.recipient = None, ""

    async def greet(self) -> None:
        self.forget()
        secure = ["AUTH PLAIN"] if self.secure else ["STARTTLS"] * bool(self.server.tls)
        reply = self.server.scripted("EHLO", "")
        if reply.startswith("250"):
            offers = ["receiver", *self.server.extensions, *secure, "SIZE 10000000"]
            dashes = ["-"] * (len(offers) - 1) + [" "]
            lines = [f"250{dash}{offer}" for dash, offer in zip(dashes, offers, strict=True)]
            reply = "\r\n".join(lines)
        await self.reply("EHLO", reply)

    async def start_tls(self) -> None:
        if (await self.say("STARTTLS")).startswith("220"):
            assert self.server.tls
            await self.say("TLS")
            await self.writer.start_tls(self.server.tls)
            self.secure = True

    async def begin(self, sender: str) -> None:
        if self.sender is not None:
            await self.reply("MAIL", "503 5.5.1 nested MAIL command")
        elif (await self.say("MAIL")).startswith("2"):
            self.sender = sender

    async def address(self, recipient: str) -> None:
        if self.sender is None:
            await self.reply("RCPT", "503 5.5.1 MAIL comes first")
            return
        self.recipient = recipient
        if not (await self.say("RCPT")).startswith("2"):
            self.recipient = ""

    async def take(self) -> None:
        """Read a message; it is accepted only after its dot, where the answer is yes."""
        if not self.recipient:
            await self.reply("DATA", "554 5.5.1 no valid recipients")
            return
        if not (await self.say("DATA")).startswith("354"):
            return
        message = await self.message()
        reply = await self.say("dot", losable=True)
        if reply == "lose" or reply.startswith("2"):
            found = re.search(rb"^message-id:\s*(\S+)", message, re.IGNORECASE | re.MULTILINE)
            named = found[1].decode() if found else ""
            self.note("accepted", position="dot", reply=reply, message_id=named, size=len(message))
            if reply == "lose":
                raise _Over
            await self.reply("dot", reply)
        self.forget()

    async def message(self) -> bytes:
        try:
            start = await self.reader.readexactly(3)
            if start == b".\r\n":
                return b""
            await self.say("body")
            return start + await self.reader.readuntil(b"\r\n.\r\n")
        except asyncio.IncompleteReadError as error:
            self.note("unfinished", position="body", size=len(error.partial))
            raise


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


if __name__ == "__main__":
    asyncio.run(_Server(json.loads(sys.argv[1])).serve())
