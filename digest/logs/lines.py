"""An event as one line. Pure.

Both forms write a text as JSON does (RFC 8259, section 7), and what is not printable as its number:
whatever a text holds, it neither ends its line nor begins a field. In `key=value`, a text of plain
letters goes without quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z0-9_.:/+-]+")


def as_keys(fields: Mapping[str, Any]) -> str:
    """`key=value`, parted by blanks."""
    return " ".join(f"{name}={_bare(value)}" for name, value in fields.items())


def as_json(fields: Mapping[str, Any]) -> str:
    """One JSON object."""
    return _printable(json.dumps(fields, ensure_ascii=False))


def _bare(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _numbers(sign) for sign in text)


def _numbers(sign: str) -> str:
    """A sign as JSON writes it in ASCII; beyond the first plane, as two surrogates."""
    return json.dumps(sign)[1:-1]
