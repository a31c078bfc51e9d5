"""The static site: a page, Markdown, JSON and the feed's entry for each edition, a list, a feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import DigestError

if TYPE_CHECKING:
    import jinja2

    from digest.model.editions import FrozenEdition


class Site:
    """The port's Archive in a folder, for one newsletter.

    `base_url` is the site's address without a trailing slash, or ""; links inside the site are
    relative and need none. `subscribe` is the address of the page where readers subscribe, or "".
    `environment` makes the templates' surroundings when they are needed.
    """

    def __init__(
        self,
        path: Path,
        environment: Callable[[], jinja2.Environment],
        *,
        title: str,
        base_url: str,
        subscribe: str = "",
    ) -> None:
        self.path = path
        self.title = title
        self.base_url = base_url
        self.subscribe = subscribe
        self._environment = environment

    def build(self, editions: Iterable[FrozenEdition]) -> None:
        """Write the pages of these editions, then the list and the feed of all on the site.

        Raises ConfigError where the folder is another newsletter's or a template is wrong, and
        DigestError where a file cannot be read or written.
        """
        from digest.archive.building import Building

        try:
            Building(self, self._environment()).build(editions)
        except OSError as error:
            raise DigestError(
                f"archive.path: {self.path} cannot be written: {error.strerror}; check the folder"
                " and the disk"
            ) from error

    def has(self, date: dt.date) -> bool:
        """Whether all that the site says of that date's edition is there."""
        folder = self.folder(date)
        files = (
            folder / "edition.json",
            folder / "edition.md",
            folder / "entry.xml",
            folder / "index.html",
            self.path / "index.html",
            self.path / "feed.xml",
        )
        return all(file.is_file() for file in files)

    def dates(self) -> list[dt.date]:
        """The dates whose editions the site holds whole, oldest first."""
        return [date for date in self.held() if self.has(date)]

    def held(self) -> list[dt.date]:
        """The dates whose documents the site holds, oldest first."""
        found = []
        for file in self.path.glob("*/*/*/edition.json"):
            with suppress(ValueError):  # a folder of the user's that names no day
                found.append(dt.date(*map(int, file.parts[-4:-1])))
        return sorted(found)

    def owner(self) -> str | None:
        """The slug of the newsletter whose editions the site holds."""
        from digest.document import outline

        for date in reversed(self.held()):
            with suppress(OSError, ValueError):  # damaged: building it says so
                return outline((self.folder(date) / "edition.json").read_bytes()).newsletter
        return None

    def folder(self, date: dt.date) -> Path:
        """Where an edition's files are."""
        return self.path / f"{date:%Y/%m/%d}"
