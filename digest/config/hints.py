"""What a mistyped name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

_FEW = 20


def hint(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that says a name is not known: a near one, or all if they are few."""
    from difflib import get_close_matches  # only for mistakes

    known = list(known)
    close = get_close_matches(word, known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known are: {', '.join(known)}" if len(known) <= _FEW else ""
