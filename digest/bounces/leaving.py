"""Who wants no more, by the mail that the mailto link of a letter has them send. Pure.

    mailto:leave+{token}@example.org            the token is where the mail was sent
    mailto:leave@example.org?subject={token}    the token is what it is about

Who it is from says nothing: the token is the proof, and only the reader's own letters have it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from digest.config.mail_checks import SLOT
from digest.model.bounces import Report
from digest.tokens import LENGTH


def token_in(report: Report, link: str) -> str:
    """The token that a message to leave brings, in lower case; "" where it brings none.

    `link` is the mailto link of letters, with {token} where each reader's stands. Servers and mail
    programs may change the case of an address, so a token's case says nothing here.
    """
    filled = _filled(link)
    found = next(filter(None, map(filled.fullmatch, report.wish)), None) if filled else None
    return found[1].lower() if found else ""


@lru_cache(maxsize=1)
def _filled(link: str) -> re.Pattern[str] | None:
    """What the address or the subject of a link is that has a token in it, in any case."""
    address, _, query = link.removeprefix("mailto:").partition("?")
    fields = (field.partition("=") for field in query.split("&"))
    subjects = (value for name, _, value in fields if name.lower() == "subject")
    for part in (address, *subjects):
        if SLOT in part:
            before, after = (re.escape(unquote(text)) for text in part.split(SLOT))
            return re.compile(rf"{before}([\w-]{{{LENGTH}}}){after}", re.IGNORECASE | re.ASCII)
    return None
