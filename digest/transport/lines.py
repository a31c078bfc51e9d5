"""The lines to a server, by one thread that waits for none of them."""

from __future__ import annotations

import math
import selectors
import ssl
from collections.abc import Callable
from typing import NamedTuple

from digest.errors import TransportDown
from digest.model.deliveries import Ending
from digest.transport.conversation import Conversation, Outcome
from digest.transport.session import Openings, Session
from digest.transport.words import said_by

TICK = 0.5  # seconds; how long a clock may go unseen
_WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Habits(NamedTuple):
    """How to deal with a server."""

    host: str
    connect: Callable[[], Session]
    connections: int
    per_connection: int  # messages
    timeout: float  # seconds for each answer
    hurry: Callable[[], float]  # seconds left to finish; infinite where nobody waits
    monotonic: Callable[[], float]


class Line:
    """A session and what is said over it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.talk = Conversation(pipelining=session.offers("pipelining"))
        self.deadline = math.inf
        self.blocked = False  # whether the server has to take something before more can be sent
        self.fresh = True  # whether no message had an answer over it


class Lines:
    """Sessions that are open or being opened, as many as seem possible.

    `all` are the open ones: those given, from earlier, and with whatever became of them for later.
    A server that does not want so many is left alone with that until a new one proves of use.
    """

    def __init__(self, habits: Habits, lines: list[Line]) -> None:
        self.all = lines
        self.opening = 0
        self._habits = habits
        self._most = habits.connections
        self._down = TransportDown(f"{habits.host} cannot be used", passing=True)
        self._outcomes: list[Outcome] = []
        self._next_look = 0.0
        self._openings = Openings(habits.connect)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._openings.bell, _READ)
        for line in lines:
            line.fresh = False
            self._selector.register(line.session.socket, _READ, line)

    def close(self) -> None:
        """Want no more of them but what can be used later."""
        for line in self.all.copy():
            if line.talk.busy:
                self.drop(line)
        self._selector.close()
        self._openings.close()

    def outcomes(self) -> list[Outcome]:
        """What became of messages since this was asked last."""
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def check(self) -> None:
        """Raises TransportDown where no line seems possible."""
        if self._most < 1:
            raise self._down

    def may_open(self) -> bool:
        """Whether one more seems possible."""
        return len(self.all) + self.opening < self._most

    def open(self, instead: Line | None = None) -> None:
        """Open one more, after ending another one politely."""
        if instead:
            self._forget(instead)
        self._openings.start(instead.session if instead else None)
        self.opening += 1

    def exchange(self, seconds: float) -> None:
        """Hear and say what can be heard and said within some seconds."""
        for key, mask in self._selector.select(seconds):
            line = key.data
            if line is None:
                self._collect()
                continue
            if mask & _READ:
                self._listen(line)
            if not line.talk.over:
                self.say(line)
        self._look_at_clocks()

    def say(self, line: Line) -> None:
        """Send what a line has to say, as far as the server takes it."""
        if not line.talk.to_send:
            return
        try:
            while line.talk.to_send:
                line.talk.sent(line.session.socket.send(line.talk.to_send))
                self._wind_up(line)
        except _WOULD_BLOCK:
            self._watch(line, blocked=True)
        except OSError as error:
            self._listen(line)  # it may have said why
            if not line.talk.over:
                self._end(line, f"broke off: {said_by(error)}")
        else:
            self._watch(line, blocked=False)

    def drop(self, line: Line) -> None:
        """Break a line off, whatever becomes of its messages."""
        self._forget(line)
        line.session.drop()

    def forsake(self, line: Line) -> None:
        """Break a line off; what was not let go over it was not given, and so has no outcome."""
        self._outcomes += [
            (parcel, answer)
            for parcel, answer in line.talk.end("left")
            if answer and answer.ending is not Ending.BROKEN
        ]
        self.drop(line)

    def _collect(self) -> None:
        """Take the sessions that were opened."""
        for opened in self._openings.collect():
            self.opening -= 1
            if isinstance(opened, TransportDown):
                self._failed(opened)
                continue
            line = Line(opened)
            self.all.append(line)
            self._selector.register(opened.socket, _READ, line)

    def _listen(self, line: Line) -> None:
        try:
            data = line.session.socket.recv(65_536)
        except _WOULD_BLOCK:
            return
        except OSError as error:
            self._end(line, f"broke off: {said_by(error)}")
            return
        if not data:
            self._end(line, "broke off")
            return
        heard = line.talk.heard
        self._take_up(line, line.talk.receive(data))
        if line.talk.heard > heard:
            self._wind_up(line)
        if line.talk.over:
            self._end(line, line.talk.over)

    def _take_up(self, line: Line, outcomes: list[Outcome]) -> None:
        self._outcomes += outcomes
        if line.fresh and any(answer for _, answer in outcomes):
            line.fresh = False
            self._most = min(self._most + 1, self._habits.connections)

    def _wind_up(self, line: Line) -> None:
        """Give the server its time anew."""
        line.deadline = self._habits.monotonic() + self._habits.timeout

    def _watch(self, line: Line, *, blocked: bool) -> None:
        if line.blocked is not blocked:
            line.blocked = blocked
            events = _READ | _WRITE if blocked else _READ
            self._selector.modify(line.session.socket, events, line)

    def _look_at_clocks(self) -> None:
        now = self._habits.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + min(TICK, self._habits.timeout / 2)
        for line in self.all.copy():
            if line.talk.waiting and now > line.deadline:
                self._end(line, f"gave no answer within {self._habits.timeout:g} s")

    def _end(self, line: Line, why: str) -> None:
        """A line is no more, with all that makes of its messages."""
        self._take_up(line, line.talk.end(why))
        self.drop(line)
        if line.fresh:
            down = f"{self._habits.host} {line.talk.over}; see its log"
            self._failed(TransportDown(down, passing=not line.talk.rejected))

    def _failed(self, why: TransportDown) -> None:
        """Do with one less."""
        self._most -= 1
        self._down = why

    def _forget(self, line: Line) -> None:
        self._selector.unregister(line.session.socket)
        self.all.remove(line)
