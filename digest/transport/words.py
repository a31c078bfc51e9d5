"""What servers and commands say, as one short line that holds no address and no secret."""

from __future__ import annotations

import re
import smtplib

_ADDRESS = re.compile(r"<?[^\s<>()\[\],;:]+@[^\s<>(),;:]+>?")
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
ENOUGH = 5  # messages in a row without an answer: then it is no single message's fault
_LONGEST = 200  # letters


def shown(text: str) -> str:
    """A text as one short line without addresses."""
    words = " ".join(text.split())
    if not words.isprintable():
        words = "".join(letter if letter.isprintable() else "?" for letter in words)
    if "@" in words:
        words = _ADDRESS.sub("<address>", words)
    return words[:_LONGEST]


def parted(lines: list[bytes]) -> tuple[str, str]:
    """The enhanced status (RFC 3463), or "", and the words of an answer's lines without codes."""
    status, rest = "", []
    for line in lines:
        words = line.decode("utf-8", "replace")
        if found := _STATUS.match(words):
            status = status or found[1]
            words = words[found.end() :]
        rest.append(words)
    return status, shown(" ".join(rest))


def said_by(error: Exception) -> str:
    """What went wrong, in the server's words where it had any."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = shown(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
        return f"{error.smtp_code} {words}"
    return str(error) or type(error).__name__
