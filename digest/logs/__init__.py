"""What happens, told on standard error.

In words for a person, or one line an event for a program: `key=value` or JSON. An event takes only
the fields named here, and no text gets out but through `scrub`: neither an address nor a secret
is in a log.
"""

from digest.logs.events import (
    DEBUG,
    ERROR,
    FORMS,
    INFO,
    NOTICE,
    WARNING,
    WORDS,
    Fields,
    begin,
    counts,
    event,
    in_words,
    problem,
    scrubbed,
    tell,
)

__all__ = [
    "DEBUG",
    "ERROR",
    "FORMS",
    "INFO",
    "NOTICE",
    "WARNING",
    "WORDS",
    "Fields",
    "begin",
    "counts",
    "event",
    "in_words",
    "problem",
    "scrubbed",
    "tell",
]
