"""What the code and the words of a refusal say of a mailbox. Pure.

    enhanced code (RFC 3463)                        kind
    5.1.1 5.1.2 5.1.3 5.1.6 5.1.10                  hard     no such mailbox or domain
    5.1.7 5.1.8 5.2.3 5.3.4 5.6.x 5.7.x             policy   our address, size, content, standing
    any other 5.x.x, and 4.x.x once it is given up  soft     full, disabled, cannot be reached
    2.x.x                                           notice

Servers say 5.0.0, or no code at all, for nearly anything; then a code in their words counts, if
there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from digest.model.bounces import Kind

_NO_SUCH_MAILBOX = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
_OURS = frozenset(["5.1.7", "5.1.8", "5.2.3", "5.3.4"])
_OUR_SUBJECTS = ("5.6.", "5.7.")
_CODE = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w.]*\d)")
# In running text it counts behind a server's answer, or marked as one, as versions look the same.
_MARKED_CODE = re.compile(r"(?:\b[45]\d\d[ -]#?|[(\[]#)([45]\.\d{1,3}\.\d{1,3})(?![\w.]*\d)")
_ADDRESS = re.compile(r"[^\s@]*@[^\s@]*")
_LONGEST = 160  # letters


def kind_of(code: str) -> Kind:
    """What an enhanced code of a refusal, or "", says of the mailbox."""
    if code.startswith("2."):
        return Kind.NOTICE
    if code in _NO_SUCH_MAILBOX:
        return Kind.HARD
    return Kind.POLICY if code in _OURS or code.startswith(_OUR_SUBJECTS) else Kind.SOFT


def code_of(status: str, diagnostic: str) -> str:
    """The code that says most: that of the status, or of the words where it says nothing."""
    codes = [found[1] for text in (status, diagnostic) if (found := _CODE.search(text))]
    telling = (code for code in codes if not code.endswith(".0"))
    return next(telling, codes[0] if codes else "")


def code_in(text: str) -> str:
    """The first code of a refusal in running text, or ""."""
    found = _MARKED_CODE.search(text)
    return found[1] if found else ""


def words(text: str, addresses: Iterable[str] = ()) -> str:
    """A refusal's text as a short line without addresses, nor the names they begin with."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(_ADDRESS.sub("…", line).split())
    for name in {address.rpartition("@")[0] for address in addresses} - {""}:
        line = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", line, flags=re.IGNORECASE)
    return line[:_LONGEST]
