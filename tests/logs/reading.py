"""Log lines read back, by the rules that docs/logs.md gives and no code of ours."""

from __future__ import annotations

import json
import re
from typing import Any

_FIELD = re.compile(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|[^ "]+)(?: |$)')


def read(form: str, line: str) -> dict[str, Any]:
    """The fields of a line. Raises AssertionError or ValueError where it breaks the rules."""
    if form == "json":
        told = json.loads(line)
        assert isinstance(told, dict)
        return told
    found, at = {}, 0
    while at < len(line):
        match = _FIELD.match(line, at)
        assert match, line
        name, value = match.groups()
        assert name not in found, line
        found[name] = json.loads(value) if value.startswith('"') else value
        at = match.end()
    return found
