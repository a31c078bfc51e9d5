"""What makes a value of the configuration right, one function a rule.

Each takes a value of the right type and gives it back in the form the program wants, or raises
Wrong, whose words follow the key's name and never repeat a secret or an address.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, urlsplit
from zoneinfo import ZoneInfo

from digest.addresses import CONTROLS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_LONGEST_URL = 2_000  # characters; a database's index holds little more
LONGEST_LINK = 900  # characters, so that a line of a mail's head holds it (RFC 5322, section 2.1.1)


class Given(NamedTuple):
    """A value of the right type, and what its check must know of where it was given."""

    value: Any
    environment: bool
    folder: Path  # of the configuration file, absolute
    variable: str = ""  # the name of the key's variable in the environment


class Wrong(Exception):
    """What is wrong with a value and what to write instead."""


def line(given: Given) -> str:
    """One line of text, which may be empty."""
    text: str = given.value
    if not text.isprintable() and re.search(CONTROLS, text):
        raise Wrong("must be one line of plain text; take out the control characters")
    return text


def words(given: Given) -> str:
    """One line of text that says something."""
    text = line(given).strip()
    if not text:
        raise Wrong("is empty; give it a text")
    return text


def names(given: Given) -> tuple[str, ...]:
    """Names, each once."""
    return tuple(dict.fromkeys(given.value))


def any_text(given: Given) -> str:
    """Text of any length."""
    return str(given.value)


def slug(given: Given) -> str:
    """A name of up to 64 characters that fits into a file name and a URL."""
    text: str = given.value
    is_plain = text.isascii() and text == text.lower() and len(text) <= 64
    if not is_plain or not all(part.isalnum() for part in text.split("-")):
        raise Wrong('must be lower-case letters, digits and single hyphens, such as "daily-papers"')
    return text


def zone(given: Given) -> ZoneInfo:
    """A time zone of the IANA database."""
    name = line(given)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f'"{name}" is not a time zone; use a name such as "Europe/Berlin"'
        raise Wrong(message) from None


def time_of_day(given: Given) -> dt.time:
    """HH:MM, from 00:00 to 23:59."""
    try:
        time = dt.time.fromisoformat(given.value)
    except ValueError:
        time = None
    if time is None or given.value != f"{time:%H:%M}":
        raise Wrong('must be a time of day as HH:MM, such as "07:30"')
    return time


def days(given: Given) -> tuple[int, ...]:
    """Days of the week, 0 for Monday."""
    if not given.value or not set(given.value) <= set(DAYS):
        raise Wrong(f"must name days, at least one of: {', '.join(DAYS)}")
    return tuple(number for number, day in enumerate(DAYS) if day in given.value)


def day_or_none(given: Given) -> int | None:
    """A day of the week, 0 for Monday; or nothing."""
    if not given.value:
        return None
    if given.value not in DAYS:
        raise Wrong(f"must be one of: {', '.join(DAYS)}")
    return DAYS.index(given.value)


def positive(given: Given) -> int:
    """A whole number of at least 1."""
    number: int = given.value
    if number < 1:
        raise Wrong("must be at least 1")
    return number


def day_count(given: Given) -> int:
    """How many days to look back: none, or up to a year."""
    number: int = given.value
    if not 0 <= number <= 366:
        raise Wrong("must be a number of days from 0 to 366")
    return number


def days_kept(given: Given) -> int:
    """How many days something is kept: 0 for ever, or at least 30, as late bounces look back."""
    number: int = given.value
    if number != 0 and not 30 <= number <= 36_500:
        raise Wrong("must be 0, for ever, or a number of days from 30 to 36500")
    return number


def flag(given: Given) -> bool:
    """True or false."""
    return bool(given.value)


def base_url(given: Given) -> str:
    """Where a site lives, without its trailing slash, or nothing."""
    if not given.value:
        return ""
    parts = split(given)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise Wrong("must be the bare address of a site, without log-in, ? and #")
    address = _address(given, "https://example.org").rstrip("/")
    if len(quote(address)) > LONGEST_LINK:
        raise Wrong(f"is an address of over {LONGEST_LINK} characters")
    return address


def web_url(given: Given) -> str:
    """An http(s) URL. One with a password may come from the environment only."""
    return _address(given, "https://example.org/feed.xml")


def _address(given: Given, example: str) -> str:
    parts = split(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in given.value:
        raise Wrong(f'must be an address such as "{example}"')
    if len(given.value) > _LONGEST_URL:
        raise Wrong(f"is an address of over {_LONGEST_URL:,} characters")
    _refuse_password(parts, given, "set the whole URL as DIGEST_SOURCE__NAME__URL")
    return str(given.value)


def state_url(given: Given) -> str:
    """A database. A SQLite file's path is made absolute."""
    scheme, _, rest = line(given).partition("://")
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return f"sqlite:///{absolute(rest[1:], given.folder)}"
    if scheme != "postgresql" or not rest:
        raise Wrong("must be sqlite:///PATH or postgresql://USER@HOST/DATABASE")
    _refuse_password(split(given), given, "set the whole URL as DIGEST_STATE__URL")
    return str(given.value)


def secret(given: Given) -> str:
    """A secret, which no configuration file may hold."""
    if given.value and not given.environment:
        raise Wrong(f"does not belong in this file; set {given.variable} or {_name(given)}_file")
    return str(given.value)


def secret_file(given: Given) -> str:
    """What a file holds, without its last line break; "" where none is named."""
    if not given.value:
        return ""
    file = absolute(line(given), given.folder)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Wrong(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Wrong(f"{file} is not text in UTF-8") from None
    if not text.strip():
        secret_name = _name(given).removesuffix("_file").replace("_", " ")
        raise Wrong(f"{file} is empty; write the {secret_name} into it")
    return text.rstrip("\r\n")


def contact(given: Given) -> str:
    """Words that fit into a User-Agent header's comment (RFC 9110, sections 5.6.5 and 10.1.5)."""
    text: str = given.value
    if not text.isascii() or not text.isprintable() or set(text) & set("()\\"):
        raise Wrong("must be an address or a URL in ASCII, without brackets and backslashes")
    return text


def path(given: Given) -> Path:
    """A path, made absolute; what it names may come to be later."""
    if not given.value:
        raise Wrong("is empty; name a file or a folder")
    return absolute(line(given), given.folder)


def path_text(given: Given) -> str:
    """A path or a pattern, made absolute."""
    return str(path(given))


def own_folder(given: Given) -> Path | None:
    """A folder that is there, or none."""
    return _existing(given, Path.is_dir, "folder")


def own_file(given: Given) -> Path | None:
    """A file that is there, or none."""
    return _existing(given, Path.is_file, "file")


def _existing(given: Given, is_there: Callable[[Path], bool], noun: str) -> Path | None:
    if not given.value:
        return None
    place = path(given)
    try:
        found = is_there(place)
    except OSError as error:
        raise Wrong(f"{place} cannot be read: {error.strerror}") from None
    if not found:
        raise Wrong(f"{place} is no {noun}")
    return place


def _name(given: Given) -> str:
    """What a key is called in its section."""
    return given.variable.rpartition("__")[2].lower()


def absolute(text: str, folder: Path) -> Path:
    """A path, from a folder on if it is relative."""
    try:
        return folder / Path(text).expanduser()
    except RuntimeError:
        raise Wrong("starts with a ~ that names no home folder; write the whole path") from None


def split(given: Given) -> SplitResult:
    """The parts of a URL, its port a number. Nothing of it is repeated: it may hold a secret."""
    try:
        parts = urlsplit(line(given))
        if parts.scheme != "postgresql":  # which may name several hosts, each with a port
            _ = parts.port
    except ValueError:
        raise Wrong("is no URL; check its brackets and its port") from None
    return parts


def _refuse_password(parts: SplitResult, given: Given, instead: str) -> None:
    hidden = parts.password is not None or "password=" in parts.query
    if hidden and not given.environment:
        raise Wrong(f"holds a password, which does not belong in this file; {instead}")
