"""A second reader of messages, which forgives nothing: bytes as RFC 5322, 2045, 2046, 2047 say."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass

_TEXT_LINE = re.compile(rb"(?:[!-<>-~ \t]|=[0-9A-F]{2})*(?:(?:[!-<>-~]|=[0-9A-F]{2})|[ \t]*=)|")
_WORD = re.compile(r"=\?utf-8\?([bq])\?([^?\s]*)\?=")


@dataclass(frozen=True)
class Message:
    """What a message says."""

    fields: list[tuple[str, str]]  # decoded
    raw: dict[str, str]  # unfolded, not decoded
    text: str
    html: str


def read(message: bytes) -> Message:
    """Read a message of two parts. Raises AssertionError for whatever is not as it should be."""
    assert message.endswith(b"\r\n")
    lines = message[:-2].split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(set(line) & {0, 10, 13} for line in lines)
    gap = lines.index(b"")
    fields = [_field(line) for line in _unfolded(lines[:gap])]
    raw = dict(fields)
    assert len(raw) == len(fields)
    kind = re.fullmatch(r'multipart/alternative; boundary="(=_[0-9a-f]{32})"', raw["Content-Type"])
    assert kind
    text, html = _parts(lines[gap + 1 :], kind[1].encode())
    return Message(
        fields=[(name, _decoded(value)) for name, value in fields],
        raw=raw,
        text=_part(text, b"plain"),
        html=_part(html, b"html"),
    )


def _unfolded(lines: list[bytes]) -> list[bytes]:
    whole: list[bytes] = []
    for line in lines:
        assert line.strip(b" ")
        words = line.split(b" ")
        assert len(line) <= 78 or len([word for word in words if word]) <= 2
        if line.startswith(b" "):
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def _field(line: bytes) -> tuple[str, str]:
    name, colon, value = line.decode().partition(": ")
    assert colon
    assert re.fullmatch("[A-Za-z-]+", name)
    return name, value


def _decoded(value: str) -> str:
    assert max(map(len, [word[0] for word in _WORD.finditer(value)] or [""])) <= 75
    joined = re.sub(r"(\?=) +(?==\?)", r"\1", value)
    text = b"".join(_pieces(joined)).decode()
    assert "=?" not in text
    return text


def _pieces(value: str) -> list[bytes]:
    pieces, end = [], 0
    for word in _WORD.finditer(value):
        pieces.append(value[end : word.start()].encode())
        kind, inside = word.groups()
        if kind == "b":
            pieces.append(b64decode(inside, validate=True))
        else:
            pieces.append(_unquoted(inside.replace("_", " ").encode()))
        end = word.end()
    return [*pieces, value[end:].encode()]


def _parts(lines: list[bytes], boundary: bytes) -> tuple[list[bytes], list[bytes]]:
    assert lines.count(b"--" + boundary) == 2
    assert lines[0] == b"--" + boundary
    assert lines[-1] == b"--" + boundary + b"--"
    second = lines.index(b"--" + boundary, 1)
    return lines[1:second], lines[second + 1 : -1]


def _part(lines: list[bytes], subtype: bytes) -> str:
    assert lines[:3] == [
        b"Content-Type: text/" + subtype + b'; charset="utf-8"',
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
    ]
    content = b""
    for line in lines[3:]:
        assert len(line) <= 76
        assert _TEXT_LINE.fullmatch(line), line
        content += line[:-1] if line.endswith(b"=") else line + b"\n"
    return _unquoted(content.removesuffix(b"\n")).decode()


def _unquoted(content: bytes) -> bytes:
    return re.sub(rb"=([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), content)
