"""Every error Papertide raises on purpose.

    DigestError
      ├── ConfigError        the configuration is wrong (exit 2)
      ├── UsageError         a command was asked for something that cannot be (exit 2)
      ├── SourceError        one source gave nothing usable; the others go on (exit 1)
      │     ├── FileError    a file that is not there or cannot be read
      │     ├── FetchError   no reply, or one refused by a cap, a deadline or a status
      │     │     └── Unreachable  the site does not answer at all
      │     └── ParseError   a reply that is not what the source should send
      │           └── Partial  … but part of it could be read
      ├── StoreError         the database cannot be used
      │     ├── Busy         another run of the same newsletter is at work (exit 0)
      │     └── Held         a guard keeps a database from being replaced (exit 3)
      └── TransportDown      the mail server cannot be used at all; no reader is charged

A message names the file, key or source it is about and says what to do. It never holds a
secret or a reader's address.
"""

from __future__ import annotations

from typing import Any


class DigestError(Exception):
    """Something the user can act on; shown as one line, never as a traceback."""


class ConfigError(DigestError):
    """The configuration is wrong.

    `problems` holds one line a problem, each with its key, so that all can be mended at once.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class UsageError(DigestError):
    """A command was asked for something that cannot be."""


class SourceError(DigestError):
    """One source gave nothing usable.

    `cause` is what the newsletter's readers are told: short, and without an address.
    """

    cause = "something is wrong with it"


class FileError(SourceError):
    """A file is not there or cannot be read."""

    cause = "its files could not be read"


class FetchError(SourceError):
    """A request brought no usable reply.

    `status` is the HTTP status that refused it, if one did; `wait` the seconds for which the
    site asks to be left alone.
    """

    cause = "its site gave no usable answer"

    def __init__(self, message: str, *, status: int | None = None, wait: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait
        if status:
            self.cause = f"its site answered with error {status}"


class Unreachable(FetchError):
    """The site does not answer: asking it for more would only take time."""

    cause = "its site did not answer"


class ParseError(SourceError):
    """A reply is not what its source should send."""

    cause = "what its site sent could not be understood"


class Partial(ParseError):
    """A reply is cut short or damaged, but `listing` (a Listing) of it is whole.

    It is used; the reply does not count as read, so that the next run asks for it again.
    """

    cause = "what its site sent broke off"

    def __init__(self, message: str, listing: Any) -> None:
        super().__init__(message)
        self.listing = listing


class StoreError(DigestError):
    """The database cannot be used."""


class Busy(StoreError):
    """Another run of the same newsletter is at work."""


class Held(StoreError):
    """A guard keeps a database from being replaced."""


class TransportDown(DigestError):
    """The mail server cannot be reached, or refuses to talk to us at all.

    `passing` says that it may be over without anybody's doing.
    """

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
