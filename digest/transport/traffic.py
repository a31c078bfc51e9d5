"""Which message goes over which line, and what is told of it when."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from digest.errors import TransportDown
from digest.failpoint import failpoint
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport.envelope import Letter, letter, missing, unsendable
from digest.transport.lines import TICK, Habits, Line, Lines
from digest.transport.words import ENOUGH

if TYPE_CHECKING:
    from digest.ports import Turn

_MOST_UNTOLD = 100  # messages refused without a server


class Traffic:
    """One round of `carry` (see the port). `lines` outlast it, for the next."""

    def __init__(
        self, habits: Habits, lines: list[Line], parcels: Iterator[Parcel], turn: Turn
    ) -> None:
        self._habits = habits
        self._lines = Lines(habits, lines)
        self._parcels = parcels
        self._turn = turn
        self._waiting: deque[Parcel] = deque()  # taken, and on no line
        self._done: list[tuple[Parcel, Answer]] = []  # not told yet
        self._since = math.inf  # when the first of what can be told came about
        self._turn_time = 0.0  # seconds that the last turn took, at most a tick
        self._unanswered = 0  # messages in a row

    def run(self) -> None:
        """Carry all parcels. What is raised is what the port says."""
        try:
            while self._fill():
                if wait := self._patience():
                    self._exchange(wait)
                else:
                    self._tell()
            if self._done:
                self._commit([])
        except Exception:
            self._drain()
            raise
        finally:
            self._lines.close()

    def _fill(self) -> bool:
        """Give every free line a message, and open lines; whether anything is under way.

        Raises TransportDown where the server is of no use.
        """
        self._check()
        if self._habits.hurry() < math.inf:
            self._stop()
        for line in self._lines.all.copy():
            if line.talk.free:
                self._employ(line)
        while self._lines.may_open() and self._wanting():
            self._lines.open()
        self._take_up()
        return bool(self._waiting) or any(line.talk.busy for line in self._lines.all)

    def _employ(self, line: Line) -> None:
        """Give a line a message, or replace it where it has had enough and there are more."""
        if line.talk.begun >= self._habits.per_connection:
            if self._wanting():
                self._lines.open(instead=line)
        elif following := self._next_for(line):
            line.talk.begin(*following)
            self._lines.say(line)

    def _stop(self) -> None:
        """Begin no further message."""
        self._parcels = iter(())
        self._waiting.clear()

    def _wanting(self) -> bool:
        """Whether more messages wait than lines are being opened."""
        if len(self._waiting) <= self._lines.opening and (parcel := self._pull()):
            self._waiting.append(parcel)
        return len(self._waiting) > self._lines.opening

    def _pull(self) -> Parcel | None:
        """The next parcel that can be sent. Raises TransportDown for a sender that cannot."""
        for parcel in self._parcels:
            refusal = unsendable(parcel)
            if not refusal:
                return parcel
            self._refuse(parcel, refusal)
        return None

    def _next_for(self, line: Line) -> tuple[Parcel, Letter] | None:
        """The next message for a line. Raises TransportDown where the server takes none such."""
        while parcel := self._waiting.popleft() if self._waiting else self._pull():
            written = letter(parcel)
            lacking = [name for name in written.needs if not line.session.offers(name)]
            if not lacking:
                return parcel, written
            self._refuse(parcel, missing(lacking[0], parcel, self._habits.host))
        return None

    def _refuse(self, parcel: Parcel, refusal: Answer) -> None:
        self._done.append((parcel, refusal))
        if len(self._done) >= _MOST_UNTOLD:
            self._commit([])

    def _exchange(self, seconds: float) -> None:
        self._lines.exchange(seconds)
        if self._habits.hurry() <= 0:
            self._stop()
            for line in self._lines.all.copy():
                if line.talk.busy:
                    self._lines.forsake(line)
        self._take_up()

    def _take_up(self) -> None:
        """Note what became of messages. Those that nothing was said of wait for another line."""
        for parcel, answer in self._lines.outcomes():
            if answer is None:
                self._waiting.append(parcel)
                continue
            self._done.append((parcel, answer))
            if answer.ending is Ending.ACCEPTED:
                self._unanswered = 0
                continue
            self._since = -math.inf  # it may be a reason to send no more
            if answer.ending is not Ending.REFUSED:
                self._unanswered += 1

    def _check(self) -> None:
        self._lines.check()
        if self._unanswered >= ENOUGH:
            raise TransportDown(
                f"{self._habits.host} broke off {self._unanswered} messages in a row; see its log",
                passing=True,
            )

    def _patience(self) -> float:
        """Seconds for which what can be told waits for more, so that one turn serves it all.

        What is done waits for the next message to be ready; that waits for others about to be so,
        as long as a turn takes. None waits for longer than a tick.
        """
        talks = [line.talk for line in self._lines.all]
        ready = any(talk.ready for talk in talks)
        if not (ready or self._done):
            return TICK
        now = self._habits.monotonic()
        self._since = min(self._since, now)
        if not any(talk.busy and not talk.ready for talk in talks):
            return 0.0
        return max(0.0, self._since + (self._turn_time if ready else TICK) - now)

    def _tell(self) -> None:
        """Tell of what is done and ready, and let go what may go."""
        ready = [
            (line, parcel, self._following(line))
            for line in self._lines.all
            if line.talk.ready and (parcel := line.talk.parcel)
        ]
        allowed = self._commit([parcel for _, parcel, _ in ready])
        for line, parcel, following in ready:
            if parcel in allowed:
                self._let_go(line, following)
                continue
            self._lines.drop(line)
            if following:
                self._waiting.append(following[0])

    def _following(self, line: Line) -> tuple[Parcel, Letter] | None:
        """The message whose envelope goes right behind the dot of the one that is ready.

        What waits while lines are being opened is for those.
        """
        full = line.talk.begun >= self._habits.per_connection
        if full or self._lines.opening or not line.talk.pipelining:
            return None
        return self._next_for(line)

    def _let_go(self, line: Line, following: tuple[Parcel, Letter] | None) -> None:
        failpoint("before-dot")
        line.talk.let_go()
        if following:
            line.talk.begin(*following)
        self._lines.say(line)
        failpoint("after-dot")

    def _commit(self, ready: Sequence[Parcel]) -> Collection[Parcel]:
        """Tell all that is done. Where that fails, nothing more is said over any line."""
        done, self._done = self._done, []
        start = self._habits.monotonic()
        try:
            return self._turn(done, ready)
        except BaseException:
            for line in self._lines.all.copy():
                self._lines.drop(line)
            raise
        finally:
            self._since = math.inf
            self._turn_time = min(TICK, self._habits.monotonic() - start)

    def _drain(self) -> None:
        """Hear the answers to what was let go; all else is dropped."""
        while True:
            for line in self._lines.all.copy():
                if line.talk.busy and not line.talk.handed:
                    self._lines.forsake(line)
            if not any(line.talk.busy for line in self._lines.all):
                break
            self._exchange(TICK)
        self._take_up()
        if self._done:
            self._commit([])
