"""How long to wait before a request is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 7 * 86_400.0  # seconds; a site that asks for more than a week is mistaken


def backoff(tried: int, random: float) -> float:
    """Seconds to wait after `tried` tries: doubling from 1, less up to a half by `random`.

    `random` is from 0 to 1; it keeps many clients from coming back at the same instant.
    """
    return float(2 ** (tried - 1)) * (0.5 + random / 2)


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that Retry-After asks for (RFC 9110, section 10.2.3); 0 where it asks for none.

    They are a week at most. A date is counted from the server's own Date, so that neither clock
    need be right.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST)
    from email.utils import parsedate_to_datetime

    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError, OverflowError):  # no dates, or one of them without a zone
        return 0.0
    return min(max(0.0, wait.total_seconds()), LONGEST)
