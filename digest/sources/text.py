"""What every source does alike to what strangers wrote: plain text, web links, counts, dates.

Nothing here raises: what cannot be read is left out.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

# Nothing of these can be seen, and each does harm somewhere: control characters end a header or
# a C string; bidirectional embeddings, overrides and isolates reorder the text that follows;
# invisible spaces hide words from a search; surrogates and non-characters have no place in UTF-8
# or XML. The joiners U+200C and U+200D and the plain marks stay: Persian and emoji need them.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

_MOST_PARTS = 500_000  # lists and objects of a JSON reply; millions of them take gigabytes
_BINARY = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # https://mimesniff.spec.whatwg.org/
_C1 = re.compile("[\x80-\x9f]")  # control characters of Latin-1, letters in Windows-1252
_WINDOWS_1252 = {chr(byte): bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# https://html.spec.whatwg.org/multipage/indices.html#elements-3, and the old ones feeds still use.
_INLINE = _words(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span"
    " strike strong sub sup tt u var"
)
_BLOCK = _words(
    "address article aside blockquote body br caption center col colgroup dd details div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li main"
    " nav ol option p pre section select summary table tbody td tfoot th thead title tr ul"
)
_OTHER = _words(
    "area audio base button canvas data iframe img input label link map math meta meter noscript"
    " object output param picture progress ruby rp rt script source style svg template textarea"
    " time track video wbr"
)
IN_TITLES = _INLINE | _BLOCK  # a script or a picture there is shown for what it is
_ELEMENTS = IN_TITLES | _OTHER
_UNCLOSED = _words("br dd dt hr img li p td th tr wbr")
_HIDING = re.compile(r"<(?:!--|script\b|style\b)", re.IGNORECASE)
_HIDDEN = (("<!--", "-->"), (r"<script\b", r"</script\s*>"), (r"<style\b", r"</style\s*>"))

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_USUAL_LINK = re.compile(r"https?://[a-z0-9.-]+/[\w./~%+:@-]*", re.ASCII)  # good as it stands


def clean(text: object) -> str:
    """A text on one line, white space collapsed, without what cannot be seen and does harm.

    Empty for anything but text.
    """
    if not isinstance(text, str):
        return ""
    # White space but the blank, and all that is unsafe, is not printable, which is quick to ask.
    if not text.isprintable() or "  " in text:
        text = " ".join(text.split())
        if not text.isprintable():
            text = " ".join(_UNSAFE.sub("", text).split())
    return text.strip()


def mended(text: str) -> str:
    """A text as it was meant whose UTF-8 or Windows-1252 somebody took for Latin-1."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return _C1.sub(lambda char: _WINDOWS_1252[char[0]], text)


def unmarked(text: str, elements: frozenset[str] = _ELEMENTS) -> str:
    """The plain text of HTML, on one line.

    Only what must be markup is taken for it, so that `$x<y$`, `R&D` and an `<image>` token stay:
    a tag has the name of one of `elements`, and either may stand alone or is closed somewhere.
    """
    if "<" not in text:
        return clean(_ENTITY.sub(_character, text) if "&" in text else text)
    if elements is _ELEMENTS and _HIDING.search(text):
        text = _without_hidden(text)
    closed = {tag[2].lower() for tag in _TAG.finditer(text) if tag[1]} | _UNCLOSED

    def replaced(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in elements or name not in closed:
            return tag[0]
        return " " if name in _BLOCK else ""

    return clean(_ENTITY.sub(_character, _TAG.sub(replaced, text)))


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _without_hidden(text: str) -> str:
    """HTML without comments, scripts and styles; one that is never closed is taken for text."""
    for start, end in _HIDDEN:
        # Below the last end nothing is searched for one: each start would search to the bottom.
        *_, last = 0, *(found.end() for found in re.finditer(end, text, re.IGNORECASE))
        text = re.sub(f"(?is){start}.*?{end}", " ", text[:last]) + text[last:]
    return text


def web_link(link: object, base: str = "") -> str | None:
    """An http(s) link, made absolute by `base`; None for anything else."""
    if not isinstance(link, str):
        return None
    if _USUAL_LINK.fullmatch(link):
        return link
    text = _UNSAFE.sub("", link).strip()
    if not text:
        return None
    try:
        parts = urlsplit(urljoin(base, text))
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return re.sub(r"""[\s"'<>\\^`{|}]""", lambda char: quote(char[0]), parts.geturl())


def count(value: object) -> int | None:
    """A number of things, from a number or its digits."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        value = int(value)
    return value if type(value) is int and 0 <= value < 10**9 else None


def iso_day(text: object) -> dt.date | None:
    """The day that a text in ISO 8601 begins with."""
    try:
        return dt.date.fromisoformat(text.strip()[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def title_of(title: str, abstract: str, *others: str) -> str:
    """A title, or what can stand for one: the abstract's first words, else the first of `others`.

    A paper without a title is shown all the same: leaving it out would lose it for ever.
    """
    if title:
        return title
    words = abstract.split()
    if words:
        return " ".join(words[:12]) + (" …" if len(words) > 12 else "")
    return next(filter(None, others), "")


def excerpt(text: object) -> str:
    """What a site says, for an error: one line that is not too long."""
    return clean(text)[:200]


def opening(body: bytes) -> str:
    """How a body begins, for an error; of what is no text, what it is."""
    if not body.strip():
        return "nothing"
    if body.startswith(b"\x1f\x8b"):
        return "gzip data"
    start = body[:400].replace(b"\0", b"")  # which half of UTF-16 is
    text = clean(start.decode("utf-8", "replace"))
    return "binary data" if _BINARY.search(start) or not text else repr(text[:60])


def decoded(body: bytes) -> Any:
    """The value that JSON stands for; None for what is none, or holds more than any list does."""
    if body.count(b"{") + body.count(b"[") > _MOST_PARTS:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object, or an empty one where something else stands in its place."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """A JSON list, or an empty one where something else stands in its place."""
    return value if isinstance(value, list) else []
