"""Text from outside, made fit to be shown: one line, no control characters, of bearable length."""

from __future__ import annotations

import dataclasses
import re
import textwrap
import unicodedata
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from digest.addresses import ascii_host

T = TypeVar("T")

COLUMNS = 72
LONGEST_NAME = 80  # characters, of a person, an organisation or a phrase
LONGEST_LINK = 2000  # characters; more than any page needs, and what most software still takes

# Control characters but tab and line feed, embeddings and overrides of the writing direction
# (https://www.unicode.org/reports/tr9/, section 2), surrogates, what XML 1.0 forbids, and
# what nobody sees: soft hyphens, spaces without width, invisible operators.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_MARKDOWN = str.maketrans(
    # Entities where some dialect knows no backslash before the sign, else the shorter backslash.
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "$": "&#36;"}
    | {sign: f"\\{sign}" for sign in "\\`*_{}[]#"}
)
_PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9/?#=&%.,:;+~_-]*)?")
_BLOCK_START = re.compile(r"^(\d*)([-+.)])")


def tidy(value: T) -> T:
    """The same value with every text in it, at any depth, as one line that can be shown."""
    tidied: Any = value
    kind = type(value)
    if isinstance(value, str) and not isinstance(value, Enum):
        tidied = _one_line(value)
    elif isinstance(value, tuple):
        tidied = tuple(map(tidy, value))
    elif dataclasses.is_dataclass(kind):
        tidied = kind(**{name: tidy(getattr(value, name)) for name in _names(kind)})
    return tidied  # type: ignore[no-any-return] # of the type of `value`, branch by branch


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    return tuple(field.name for field in dataclasses.fields(kind))


def _one_line(text: str) -> str:
    # Most texts are fit as they are, which is quick to see: no white space but single spaces,
    # and nothing that is not printable (https://docs.python.org/3/library/stdtypes.html).
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return " ".join(showable(" ".join(text.split())).split())


def showable(text: str) -> str:
    """A text without characters that show nothing, reorder others, or may not stand in XML."""
    return _UNSHOWABLE.sub("", text)


def web_link(url: str | None) -> str:
    """An http or https link in ASCII that can stand in HTML, XML and Markdown; else nothing."""
    url = (url or "").strip()
    if not url:
        return ""
    if len(url) <= LONGEST_LINK and _PLAIN_LINK.fullmatch(url):  # as most are
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    link = quote(ascii_host(url), safe="/:?#@!$&*+,;=%-._~")
    return link if len(link) <= LONGEST_LINK else ""


def wrap(text: str, indent: int = 0, hanging: str = "") -> str:
    """A text in lines of at most 72 columns, each after `indent` spaces, the first `hanging` in."""
    first = hanging.rjust(indent)
    lines = _wrapped(text, indent, len(first))
    return lines and first + lines[len(first) :]


@lru_cache(maxsize=5_000)  # the texts of an edition, which many mails show
def _wrapped(text: str, indent: int, first: int) -> str:
    """A text in lines that begin with so many spaces, the first with as many as `first` says."""
    # textwrap counts characters. A wide one takes two columns: a NUL, of which a text that can
    # be shown has none, counts as the second. A break may part the two, hence a column to spare.
    plain = text.isascii()
    lines = textwrap.fill(
        text if plain else "".join(map(_in_columns, text)),
        COLUMNS if plain else COLUMNS - 1,
        initial_indent=" " * first,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )
    return lines.replace("\0", "")


def _in_columns(character: str) -> str:
    return character + "\0" if unicodedata.east_asian_width(character) in "WF" else character


def escape_markdown(text: str) -> str:
    """A one-line text that any Markdown reader shows as it is.

    Backslashes and entities: https://spec.commonmark.org/0.31.2/#backslash-escapes.
    """
    # An address that some reader makes a link of would keep the backslashes.
    plain = text.translate(_MARKDOWN).replace("://", "&#58;//").replace("www.", "www&#46;")
    return _BLOCK_START.sub(r"\1\\\2", plain)


def markdown_anchor(heading: str) -> str:
    """What leads to a heading, as GitHub and many others name it."""
    return quote(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))


def escape_markdown_link(url: str) -> str:
    """A link of `web_link` as a destination: character references are read there, too."""
    return url.replace("&", "&amp;")
