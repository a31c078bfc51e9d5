"""Text made shorter."""

from __future__ import annotations


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of a one-line text, cut after a word where there is one near."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    words = head.rpartition(" ")[0]
    return (words if len(words) > limit // 2 else head[:-1]).rstrip(" ,;:.") + "…"
