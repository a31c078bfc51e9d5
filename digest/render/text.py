"""Text from outside, made fit to be shown: one line, no control characters, of bearable length."""

from __future__ import annotations

import dataclasses
import re
import textwrap
import unicodedata
from functools import cache, lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from digest.addresses import ascii_host
from digest.latex import escaped, mathml

T = TypeVar("T")

COLUMNS = 72
LONGEST_TITLE = 300  # characters; real titles end well before
LONGEST_ABSTRACT = 20_000
LONGEST_NAME = 80  # characters, of a person, an organisation or a phrase
MOST_MATHML = 60_000  # bytes that a text's own do not exceed; real ones have at most a tenth
LONGEST_LINK = 2000  # characters; more than any page needs, and what most software still takes

# Control characters but tab and line feed, embeddings and overrides of the writing direction
# (https://www.unicode.org/reports/tr9/, section 2), surrogates, what XML 1.0 forbids, and
# what nobody sees: soft hyphens, spaces without width, invisible operators.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_MARKDOWN = (
    # Entities where some dialect knows no backslash before the sign, else the shorter backslash.
    # In this order, nothing is written that is then escaped again.
    *((sign, f"\\{sign}") for sign in "\\`*_{}[]#"),
    *{"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "$": "&#36;"}.items(),
    # An address that some reader makes a link of would keep the backslashes.
    *{"://": "&#58;//", "www.": "www&#46;"}.items(),
)
_LOOK_ALIKES = str.maketrans("<>*~|`\\", "\u2039\u203a\u2217\u223c\u2223\u02cb\u2216")
_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # underscores, but for those within words
_PARTED = (*(("@", "@\u200b"), ("](", "]\u200b("), ("://", ":\u200b//"), ("www.", "www\u200b.")),)
_PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9/?=&.,:;+~_-]*)?")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")  # it stands for no octet (RFC 3986, section 2.1)
_BLOCK_START = re.compile(r"(\d*)[-+.)]")


def tidy(value: T) -> T:
    """The same value with every text in it, at any depth, as one line that can be shown."""
    tidied: Any = value
    kind = type(value)
    if kind is str:
        tidied = _one_line(tidied)
    elif kind is tuple:
        tidied = tidied if _all_fit(tidied) else tuple(map(tidy, tidied))
    elif dataclasses.is_dataclass(kind):
        tidied = kind(**{name: tidy(getattr(value, name)) for name in _names(kind)})
    return tidied  # type: ignore[no-any-return] # of the type of `value`, branch by branch


def _all_fit(values: tuple[Any, ...]) -> bool:
    """Whether these are texts that are fit as they are, for many of which this is quick to see."""
    if set(map(type, values)) != {str}:
        return False
    # A bar shows where they begin and end; one of their own at worst makes this take longer.
    joined = "|".join(values)
    return _fit(joined) and "| " not in joined and " |" not in joined


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    return tuple(field.name for field in dataclasses.fields(kind))


def _one_line(text: str) -> str:
    return text if _fit(text) else " ".join(showable(" ".join(text.split())).split())


def _fit(text: str) -> bool:
    # Most texts are fit as they are, which is quick to see: no white space but single spaces,
    # and nothing that is not printable (https://docs.python.org/3/library/stdtypes.html).
    return text.isprintable() and "  " not in text and text == text.strip()


def showable(text: str) -> str:
    """A text without characters that show nothing, reorder others, or may not stand in XML."""
    return _UNSHOWABLE.sub("", text)


def web_link(url: str | None) -> str:
    """An http or https link in ASCII that can stand in HTML, XML and Markdown; else nothing."""
    if not url:
        return ""
    if len(url) <= LONGEST_LINK and _PLAIN_LINK.fullmatch(url):  # as most are
        return url
    url = tidy(url)
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    link = _STRAY.sub("%25", quote(ascii_host(url), safe="/:?#@!$&*+,;=%-._~"))
    page, sign, place = link.partition("#")
    link = page + sign + place.replace("#", "%23")
    return link if len(link) <= LONGEST_LINK else ""


def weight(text: str) -> int:
    """The bytes that a text takes at most in HTML, its formulas in MathML."""
    shown = escaped(text)
    plain = len(shown) if shown.isascii() else len(shown.encode("utf-8", "replace"))
    latex = "\\" in text or "$" in text or "{" in text
    return max(plain, min(4 * plain + 500, MOST_MATHML)) if latex else plain


def formulas(tex: str) -> str:
    """A text with LaTeX as HTML that is safe, its formulas as MathML where that is not huge."""
    shown = mathml(tex)
    if "<math" in shown and len(shown.encode()) > weight(tex):
        return escaped(tex)
    return shown


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
    for sign, written in _MARKDOWN:
        if sign in text:  # few are, and to see that is quick
            text = text.replace(sign, written)
    start = _BLOCK_START.match(text)
    return f"{start[1]}\\{text[start.end(1) :]}" if start else text


def inert(text: str) -> str:
    """A one-line text that no chat takes for a mention, a link or markup.

    Services differ in what they read, and in whether there is a way to escape it: what would be
    read looks the same, or is parted by a space without width.
    """
    text = _EDGE.sub("\uff3f", text.translate(_LOOK_ALIKES))
    for sign, written in _PARTED:
        text = text.replace(sign, written)
    return text


def inert_link(url: str) -> str:
    """A link of `web_link` without signs that a chat may take for markup or mentions."""
    return url.replace("@", "%40").replace("*", "%2A").replace("~", "%7E")


def markdown_anchor(heading: str) -> str:
    """What leads to a heading, as GitHub and many others name it."""
    return quote(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))


def escape_markdown_link(url: str) -> str:
    """A link of `web_link` as a destination: character references are read there, too."""
    return url.replace("&", "&amp;")
