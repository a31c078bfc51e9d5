"""The mail server behind receiver.py, a program of its own. It starts often, so it imports little.

    python server.py ORDERS

ORDERS is a file of JSON: port, script, extensions, certificate, notes. It is read again at SIGHUP,
and all visits are counted anew. See receiver.py for what a script says.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import threading
import time

DEADLINE = 300  # seconds after which it ends by itself

USUAL = {
    "connect": "220 ready",
    "EHLO": "250",
    "HELO": "250 receiver",
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


class Over(Exception):
    """The connection is to be closed."""


class Server:
    def __init__(self, orders: str) -> None:
        self.file = orders
        self.lock = threading.Lock()
        self.read()
        with open(self.orders["notes"], "ab+") as notes:  # noqa: PTH123 - pathlib is slow to load
            notes.seek(0)
            self.connections = notes.read().count(b'"connected"')
        self.notes = os.open(self.orders["notes"], os.O_APPEND | os.O_WRONLY)

    def read(self) -> None:
        with open(self.file, encoding="utf-8") as file:  # noqa: PTH123 - as above
            self.orders = json.load(file)
        self.visits: dict[str, int] = {}

    def read_again(self, *_: object) -> None:
        self.read()
        self.note("began")

    def serve(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.orders["port"]), backlog=100)
        signal.signal(signal.SIGHUP, self.read_again)
        end = threading.Timer(DEADLINE, os._exit, [1])
        end.daemon = True
        end.start()
        self.note("began")
        print(listener.getsockname()[1], flush=True)  # noqa: T201
        while True:
            connection, _ = listener.accept()
            self.connections += 1
            talk = Talk(self, connection, self.connections)
            talk.note("connected")
            threading.Thread(target=talk.hold, daemon=True).start()

    def note(self, what: str, **told: object) -> None:
        """Keep an event before anybody is told of it."""
        event = {"what": what, "at": time.monotonic(), **told}
        os.write(self.notes, json.dumps(event).encode() + b"\n")
        if what == "accepted":
            os.fsync(self.notes)

    def scripted(self, position: str, recipient: str) -> str:
        """What is answered at a position now."""
        script = self.orders["script"]
        own = f"{position} {recipient}"
        key = own if own in script else position
        entries = script.get(key, [])
        with self.lock:
            visit = self.visits.get(key, 0)
            self.visits[key] = visit + 1
        if visit >= len(entries) - 1 and entries[-1:] == ["..."]:
            return str(entries[-2])
        return entries[visit] if visit < len(entries) else USUAL[position]


class Talk:
    """One connection."""

    def __init__(self, server: Server, connection: socket.socket, number: int) -> None:
        self.server = server
        self.number = number
        self.secure = False
        self.sender: str | None = None
        self.recipient = ""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.use(connection)

    def use(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines = connection.makefile("rb")

    def note(self, what: str, **told: object) -> None:
        envelope = {"sender": self.sender or "", "recipient": self.recipient}
        self.server.note(what, connection=self.number, **envelope, **told)

    def hold(self) -> None:
        try:
            self.run()
        except (Over, OSError):
            pass  # the other side broke off, or the script did
        finally:
            self.note("closed")
            self.lines.close()
            self.connection.close()

    def run(self) -> None:
        if not self.say("connect").startswith("220"):
            raise Over
        while line := self.lines.readline():
            self.obey(line.decode().rstrip("\r\n"))

    def entry(self, position: str) -> str:
        """What the script has here, once it is time for it."""
        entry = self.server.scripted(position, self.recipient)
        if entry.startswith("slow "):
            _, seconds, entry = entry.split(" ", 2)
            time.sleep(float(seconds))
        if entry == "hang":
            self.lines.read()  # until the other side gives up
            raise Over
        if entry == "die":
            os._exit(0)
        if entry == "drop":
            raise Over
        return entry

    def say(self, position: str) -> str:
        """Answer as the script says; the answer."""
        entry = self.entry(position)
        self.reply(position, entry)
        return entry

    def reply(self, position: str, text: str) -> None:
        if text.startswith(("4", "5")):
            self.note("refused", position=position, reply=text)
        if text:
            self.connection.sendall(text.encode() + b"\r\n")
        if text.startswith("421"):
            raise Over

    def obey(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        address = line.partition("<")[2].partition(">")[0]
        if verb == "EHLO":
            self.greet()
        elif verb == "STARTTLS" and self.server.orders["certificate"]:
            self.start_tls()
        elif verb == "MAIL":
            self.begin(address)
        elif verb == "RCPT":
            self.address(address)
        elif verb == "DATA":
            self.take()
        elif verb in ("HELO", "AUTH", "RSET", "QUIT"):
            self.simple(verb)
        else:
            self.reply(verb, "502 5.5.2 what?")

    def simple(self, verb: str) -> None:
        if verb != "AUTH":
            self.forget()
        self.say(verb)
        if verb == "QUIT":
            raise Over

    def forget(self) -> None:
        self.sender, self.recipient = None, ""

    def greet(self) -> None:
        self.forget()
        entry = self.entry("EHLO")
        if entry == "250":
            orders = self.server.orders
            secure = ["AUTH PLAIN"] if self.secure else ["STARTTLS"] * bool(orders["certificate"])
            offers = ["receiver", *orders["extensions"], *secure]
            entry = "\r\n".join([f"250-{offer}" for offer in offers] + ["250 SIZE 10000000"])
        self.reply("EHLO", entry)

    def start_tls(self) -> None:
        if not self.say("STARTTLS").startswith("220"):
            return
        self.entry("TLS")
        import ssl  # slow to load

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server.orders["certificate"])
        self.lines.close()
        self.use(context.wrap_socket(self.connection, server_side=True))
        self.secure = True

    def begin(self, sender: str) -> None:
        if self.sender is not None:
            self.reply("MAIL", "503 5.5.1 nested MAIL command")
        elif self.say("MAIL").startswith("2"):
            self.sender = sender

    def address(self, recipient: str) -> None:
        if self.sender is None:
            self.reply("RCPT", "503 5.5.1 MAIL comes first")
            return
        self.recipient = recipient
        if not self.say("RCPT").startswith("2"):
            self.recipient = ""

    def take(self) -> None:
        """Read a message; it is accepted only after its dot, where the answer is yes."""
        if not self.recipient:
            self.reply("DATA", "554 5.5.1 no valid recipients")
            return
        if not self.say("DATA").startswith("354"):
            return
        message = self.message()
        entry = self.entry("dot")
        if entry == "lose" or entry.startswith("2"):
            found = re.search(rb"^message-id:\s*(\S+)", message, re.IGNORECASE | re.MULTILINE)
            named = found[1].decode() if found else ""
            self.note("accepted", position="dot", reply=entry, message_id=named, size=len(message))
        if entry == "lose":
            raise Over
        self.reply("dot", entry)
        self.forget()

    def message(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.lines.readline()) != b".\r\n":
            lines.append(line)
            if not line.endswith(b"\r\n"):
                self.note("unfinished", position="body", size=sum(map(len, lines)))
                raise Over
            if len(lines) == 1:
                self.entry("body")
        return b"".join(lines)


if __name__ == "__main__":
    Server(sys.argv[1]).serve()
