"""What a message reports of mail: a delivery status (RFC 3464, 6533), or a complaint (RFC 5965).

Where it is neither, flufl.bounce knows the many forms that servers have of their own; it finds them
in what people write, too, so it is asked of servers' messages alone. Pure, and whatever the bytes,
it raises nothing: what cannot be understood has no findings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from collections.abc import Collection, Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice

from digest.bounces.judging import code_in, code_of, kind_of, words
from digest.model.bounces import Finding, Kind, Report

# Reports of our mail stay far below these, which bound the time that a hostile message takes: that
# grows with the square of some of them.
LARGEST = 256_000  # bytes, those of whole letters are fewer
_LONGEST_LINE = 998  # bytes (RFC 5322, section 2.1.1)
_MOST_FOLDS = 20  # lines of one header
_MOST_PARTS = 50
_MOST_GROUPS = 5_000  # of lines, with blank ones between them
_NOTICE = 32_000  # bytes, in which a server's own form has said what it has to say
_MOST_ADDRESSES = 1_000
_LONGEST_ADDRESS = 320  # signs
_MOST_LETTERS = 20
_MOST_DATES = 20
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")

_SIGN = rb"[^\x00-\x20\x7f<>()\[\]:;,\"\\@]"
_ADDRESS = re.compile(rb"(?<!%b)%b{1,64}@%b{1,255}" % (_SIGN, _SIGN, _SIGN))
_LETTER = re.compile(rb"(?<!\w)([0-9a-f]{40})@", re.IGNORECASE)
_DATE = re.compile(rb"^[> \t]{0,8}Date:[ \t]*([^\r\n]{6,60})", re.IGNORECASE | re.MULTILINE)

_NO_FAILURES = ("delayed", "delivered", "relayed", "expanded")  # actions
_STATUS_PARTS = frozenset(["message/delivery-status", "message/global-delivery-status"])
_COMPLAINTS = frozenset(["abuse", "fraud", "opt-out", "other"])
_READ_RECEIPT = "message/disposition-notification"
_SERVERS = frozenset(["", "mailer-daemon", "mdaemon", "postmaster"])  # whom their mail is from
_AUTOMATIC = Finding(Kind.NOTICE)  # of what no server reports, and nobody wrote

logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())  # it logs what it raises


def read(raw: bytes) -> Report:
    """What a message tells. No more than its first `LARGEST` bytes count."""
    text = _bounded(raw)
    try:
        message = message_from_string(text.decode(errors="replace"))  # RFC 6532
        identifier, date = _field(message, "Message-ID"), _instant(_field(message, "Date"))
        findings = _findings(message, text)
        wish = _wish(message, findings)
    except Exception:  # noqa: BLE001 - damaged MIME makes the standard library raise almost anything
        identifier, date, findings, wish = "", None, (), ()
    letters = (found[1].decode().lower() for found in _LETTER.finditer(text))
    dates = (_instant(found[1].decode("latin-1")) for found in _DATE.finditer(text))
    return Report(
        identifier=hashlib.sha256(identifier.encode(errors="replace") or raw).hexdigest(),
        date=date,
        findings=findings,
        addresses=_mentioned(text),
        letters=frozenset(islice(letters, _MOST_LETTERS)),
        dates=frozenset(moment for moment in islice(dates, _MOST_DATES) if moment),
        wish=wish,
    )


def _bounded(raw: bytes) -> bytes:
    """A message without what makes it slow to read: endless lines and headers, countless parts."""
    lines = []
    folds = parts = groups = 0
    for line in raw[:LARGEST].splitlines(keepends=True):
        folds = folds + 1 if line.startswith((b" ", b"\t")) else 0
        parts += line[:13].lower() == b"content-type:"
        groups += not line.strip()
        if parts > _MOST_PARTS or groups > _MOST_GROUPS:
            break
        if folds <= _MOST_FOLDS:
            lines.append(line if len(line) <= _LONGEST_LINE + 2 else line[:_LONGEST_LINE] + b"\n")
    return b"".join(lines)


def _findings(message: Message, text: bytes) -> tuple[Finding, ...]:
    parts = list(message.walk())
    found = [finding for part in parts for finding in _of_part(part)]
    if not found and _is_from_server(message):
        found = list(_of_server(text))
    if not found and _is_automatic(message, parts):
        found = [_AUTOMATIC]
    return tuple(dict.fromkeys(found))


def _of_part(part: Message) -> Iterator[Finding]:
    """What a part says that is made for programs."""
    if part.get_content_type() in _STATUS_PARTS:
        for block in _blocks(part):
            if block["Action"] or block["Status"]:
                yield _of_recipient(block)
    elif part.get_content_type() == "message/feedback-report":
        for block in _blocks(part):
            if block["Feedback-Type"]:
                yield _of_complainer(block)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a part; the email package parts only some of them by itself."""
    for block in islice(part.walk(), 1, None):
        yield block
        rest = block.get_payload()
        if isinstance(rest, str):
            yield from map(message_from_string, rest.replace("\r\n", "\n").split("\n\n"))


def _of_recipient(block: Message) -> Finding:
    addresses = _addresses(block, "Original-Recipient", "Final-Recipient")
    status, diagnostic = _field(block, "Status"), _field(block, "Diagnostic-Code")
    code = code_of(status, diagnostic)
    said = diagnostic.partition(";")[2].strip() or diagnostic
    said = said if code in said else f"{code} {said}"
    is_failure = not _field(block, "Action").lower().startswith(_NO_FAILURES)
    return Finding(kind_of(code) if is_failure else Kind.NOTICE, addresses, words(said, addresses))


def _of_complainer(block: Message) -> Finding:
    kind = _field(block, "Feedback-Type").lower()
    addresses = _addresses(block, "Original-Rcpt-To", "Removal-Recipient")
    return Finding(Kind.COMPLAINT if kind in _COMPLAINTS else Kind.NOTICE, addresses, words(kind))


def _is_from_server(message: Message) -> bool:
    """Whether it is from a server by name: an empty return path is that of any program's answer."""
    sender, path = (parseaddr(_field(message, name))[1] for name in ("From", "Return-Path"))
    names = (address.partition("@")[0].lower() for address in (sender, path or sender))
    return any(name in _SERVERS for name in names)


def _of_server(text: bytes) -> Iterator[Finding]:
    """What a server's own form says, for people to read."""
    from flufl.bounce import all_failures  # slow to load

    message = message_from_bytes(text[:_NOTICE])
    try:
        late, failed = all_failures(message)
    except Exception:  # noqa: BLE001 - it stumbles, as where there is no From
        return
    code = code_in(_words_for_people(message))
    for kind, addresses in ((Kind.NOTICE, late), (kind_of(code), failed)):
        for address in sorted(filter(_ADDRESS.fullmatch, addresses))[:_MOST_ADDRESSES]:
            yield Finding(kind, (address.decode(errors="replace"),), code)


def _words_for_people(message: Message) -> str:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            return content.decode("latin-1") if isinstance(content, bytes) else ""
    return ""


def _is_automatic(message: Message, parts: list[Message]) -> bool:
    """Whether nobody wrote it: out of office (RFC 3834), or read by somebody (RFC 8098)."""
    submitted = _field(message, "Auto-Submitted").lower()
    return (
        submitted.startswith("auto-replied")
        or (submitted.startswith("auto-generated") and bool(message["In-Reply-To"]))  # Exchange
        or _field(message, "Precedence").lower() == "auto_reply"
        or any(message[name] for name in ("X-Autoreply", "X-Autorespond"))
        or any(part.get_content_type() == _READ_RECEIPT for part in parts)
    )


def _wish(message: Message, findings: Collection[Finding]) -> tuple[str, ...]:
    """Where somebody had a message sent, and its subject; nothing of what a program wrote itself.

    Apple's Mail marks as an answer of its own what its reader has it send to leave a list.
    """
    subject, submitted = _field(message, "Subject"), _field(message, "Auto-Submitted").lower()
    came_back = (
        any(one != _AUTOMATIC for one in findings)
        or message.get_content_type() == "multipart/report"
        or _field(message, "Return-Path") == "<>"
    )
    is_answer = _AUTOMATIC in findings or not (submitted or "no").startswith("no")
    is_asked_for = "X-Apple-Unsubscribe" in message or subject.lower() == "unsubscribe"
    if came_back or (is_answer and not is_asked_for):
        return ()
    to = " ".join(str(value) for name in _RECIPIENTS for value in message.get_all(name, []))
    return (*_mentioned(to.encode(errors="replace")), subject)


def _mentioned(text: bytes) -> tuple[str, ...]:
    """The addresses in a text, each once, the first ones first."""
    found = (one[0].decode(errors="replace").strip("'.") for one in _ADDRESS.finditer(text))
    return tuple(islice(dict.fromkeys(found), _MOST_ADDRESSES))


def _addresses(block: Message, *names: str) -> tuple[str, ...]:
    """The addresses that fields hold, with or without their type before them."""
    values = (str(value) for name in names for value in block.get_all(name, []))
    bare = (value.rpartition(";")[2].strip(" \t\r\n<>") for value in values)
    return tuple(dict.fromkeys(one for one in bare if 0 < len(one) <= _LONGEST_ADDRESS))


def _field(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _instant(text: str) -> dt.datetime | None:
    """The instant that a Date names, or None."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
