"""What is said over one SMTP session: bytes in, bytes and outcomes out, and no socket.

Where the talk about a message breaks off decides what it means (RFC 5321):

    MAIL                |  RCPT  DATA  body  |  final dot  its answer
    nobody's message    |  broken            |  lost

The body goes before anybody is asked whether the message may go; from then to the server's answer
there is only the line of the final dot. Where the server offers PIPELINING (RFC 2920), an
envelope is said in one breath, and the next one right behind a final dot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import NamedTuple

from digest.failpoint import failpoint
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport.envelope import Letter
from digest.transport.words import parted

_LONGEST_LINE = 65_536  # bytes
_MOST_LINES = 1_000
_DOT = b".\r\n"
_LOST = Answer(Ending.LOST, text="no answer to the final dot")

# Each message under way, and what became of it: None where nothing was said of it yet.
Outcome = tuple[Parcel, Answer | None]


class Reply(NamedTuple):
    """What a server says at once."""

    code: int  # 0 where it makes no sense
    lines: list[bytes]  # without codes

    @classmethod
    def of(cls, lines: list[bytes]) -> Reply:
        """What these lines say."""
        code = lines[-1][:3]
        meant = int(code) if len(code) == 3 and code.isdigit() else 0
        return cls(meant, [line[4:] for line in lines])

    def good(self, kind: int) -> bool:
        """Whether it is of a kind: 2 for done, 3 for go on."""
        return self.code // 100 == kind

    @property
    def refusal(self) -> bool:
        """Whether it refuses a message, and not the whole session."""
        return self.code // 100 in (4, 5) and self.code != 421

    def answer(self, ending: Ending, *, at_content: bool = False) -> Answer:
        """It as the answer to a message."""
        status, text = parted(self.lines)
        return Answer(ending, self.code, status, text, at_content)

    def __str__(self) -> str:
        status, text = parted(self.lines)
        return " ".join(filter(None, (str(self.code), status, text)))


class SessionOver(Exception):
    """Nothing more can be said over the session."""

    def __init__(self, why: str, reply: Reply | None = None) -> None:
        super().__init__(why)
        self.reply = reply


Talk = Generator[None, Reply, Answer | None]


class Conversation:
    """The talk over one session that is ready for mail.

    Messages `begin`; what leaves of `to_send` is told as `sent`, and what comes in is `receive`d.
    Once one is `ready`, its dot goes by `let_go`. Whoever finds the session `over` ends it.
    """

    def __init__(self, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        self.begun = 0  # messages
        self.over = ""  # why nothing more can be said
        self.rejected = False  # whether that is as our sender is refused for good
        self.heard = 0  # answers
        self.to_send = memoryview(b"")
        self._in = b""  # of a line
        self._lines: list[bytes] = []  # of an answer
        self._written = self._gone = 0  # bytes ever, to be sent and sent
        self._body_end = self._dot_end = 0  # where in those bytes they end; 0 where not written
        self._talks: deque[tuple[Parcel | None, Talk]] = deque()

    @property
    def free(self) -> bool:
        """Whether a message can begin now."""
        if self.over:
            return False
        return not self._talks or (self.pipelining and self._talks[-1][0] is None)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._talks)

    @property
    def waiting(self) -> bool:
        """Whether it is the server's turn to say something, or to take something."""
        return bool(self._talks) and not self.ready

    @property
    def parcel(self) -> Parcel | None:
        """The message that is ready, or waits for its answer."""
        return self._talks[0][0] if self._talks else None

    @property
    def ready(self) -> bool:
        """Whether only the final dot of a message is missing."""
        return 0 < self._body_end <= self._gone and not self._dot_end

    @property
    def handed(self) -> bool:
        """Whether a message was let go and has no answer yet."""
        return bool(self._dot_end)

    def begin(self, parcel: Parcel, letter: Letter) -> None:
        """Say the envelope of a message."""
        self.begun += 1
        self._start(parcel, self._give(letter))

    def let_go(self) -> None:
        """Say the final dot of the message that is ready."""
        self._write(_DOT)
        self._dot_end = self._written

    def sent(self, count: int) -> None:
        """So many bytes of what is to be sent have left."""
        self.to_send = self.to_send[count:]
        self._gone += count

    def receive(self, data: bytes) -> list[Outcome]:
        """What the server has said, and what that made of messages."""
        *lines, self._in = (self._in + data).split(b"\n")
        outcomes: list[Outcome] = []
        for line in lines:
            self._lines.append(line)
            if line[3:4] == b"-":
                continue
            reply, self._lines = Reply.of(self._lines), []
            self.heard += 1
            if self._talks:
                outcomes += self._step(reply)
            else:
                self.over = f"says, unasked, {reply}"
            if self.over:
                break
        if len(self._in) > _LONGEST_LINE or len(self._lines) > _MOST_LINES:
            self.over = self.over or "gives an answer without an end"
        return outcomes

    def end(self, why: str) -> list[Outcome]:
        """The session is over: what that makes of the messages under way."""
        self.over = self.over or why
        outcomes: list[Outcome] = []
        while self._talks:
            outcomes += self._step(SessionOver(self.over))
        return outcomes

    def _start(self, parcel: Parcel | None, talk: Talk) -> None:
        self._talks.append((parcel, talk))
        next(talk)

    def _step(self, news: Reply | SessionOver) -> list[Outcome]:
        """Go on with the first talk; its message where that ends it."""
        parcel, talk = self._talks[0]
        answer = None
        try:
            if isinstance(news, SessionOver):
                talk.throw(news)
            else:
                talk.send(news)
            return []
        except StopIteration as end:
            answer = end.value
        except SessionOver as over:
            self.over = self.over or str(over)
        self._talks.popleft()
        self._body_end = self._dot_end = 0
        return [(parcel, answer)] if parcel else []

    def _write(self, data: bytes) -> None:
        self.to_send = memoryview(b"".join([self.to_send, data]) if self.to_send else data)
        self._written += len(data)

    def _ask(self, line: bytes) -> Generator[None, Reply, Reply]:
        """The reply to a command, which pipelining has said already."""
        if not self.pipelining:
            self._write(line)
        reply = yield
        if reply.code == 421:
            raise SessionOver(f"closes the session: {reply}", reply)
        return reply

    def _give(self, letter: Letter) -> Talk:
        """The talk about a message. Raises SessionOver where it is nobody's."""
        if self.pipelining:
            self._write(letter.mail + letter.rcpt + b"DATA\r\n")
        reply = yield from self._ask(letter.mail)
        if not reply.good(2):
            self.rejected = reply.code >= 500
            raise SessionOver(f"does not take mail.from: {reply}")
        failpoint("after-mail")
        try:
            return (yield from self._offer(letter))
        except SessionOver as over:
            self.over = self.over or str(over)
            if 0 < self._dot_end <= self._gone:
                return _LOST
            if over.reply:
                return over.reply.answer(Ending.BROKEN)
            return Answer(Ending.BROKEN, text="broken off before the final dot")

    def _offer(self, letter: Letter) -> Talk:
        """All from RCPT on. Raises SessionOver."""
        reply = yield from self._ask(letter.rcpt)
        if reply.refusal:
            answer = reply.answer(Ending.REFUSED)
            if self.pipelining:
                yield from self._pass_over_data()
            self._reset()
            return answer
        if not reply.good(2):
            raise SessionOver(f"answers RCPT with {reply}")
        failpoint("after-rcpt")
        reply = yield from self._ask(b"DATA\r\n")
        if reply.refusal:
            self._reset()
            return reply.answer(Ending.REFUSED, at_content=True)
        if not reply.good(3):
            raise SessionOver(f"answers DATA with {reply}")
        failpoint("after-data")
        self._write(letter.body)
        self._body_end = self._written
        return (yield from self._finish())

    def _finish(self) -> Talk:
        """The answer to the final dot, or one that comes before it. Raises SessionOver."""
        reply = yield
        failpoint("after-reply")
        dot_left = 0 < self._dot_end <= self._gone
        if reply.good(2) and dot_left:
            return reply.answer(Ending.ACCEPTED)
        if reply.code // 100 not in (4, 5):
            raise SessionOver(f"answers the final dot with {reply}")
        if reply.refusal and dot_left:
            self._reset()
        else:
            self.over = f"closes the session: {reply}"
        return reply.answer(Ending.REFUSED, at_content=True)

    def _pass_over_data(self) -> Generator[None, Reply, None]:
        """Wait for the answer to a DATA that was said before its recipient was refused.

        A server that wants the message all the same is left without a word: an empty message
        (RFC 2920, section 3.1) could still come to somebody.
        """
        try:
            reply = yield
        except SessionOver:
            return
        if not reply.refusal:
            self.over = f"answers DATA without a recipient with {reply}"

    def _reset(self) -> None:
        """Forget the transaction; some servers take no new MAIL before it.

        Behind a final dot with another envelope there is no place for it.
        """
        if not self.over and len(self._talks) == 1:
            self._start(None, self._resetting())

    def _resetting(self) -> Talk:
        self._write(b"RSET\r\n")
        reply = yield
        if not reply.good(2):
            raise SessionOver(f"answers RSET with {reply}")
        return None
