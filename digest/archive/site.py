"""The static site: what it holds, and its building, which is loaded only when there is need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from digest import logs
from digest.errors import DigestError

if TYPE_CHECKING:
    import jinja2

    from digest.archive.catalogues import Catalogues
    from digest.model.catalogue import Naming
    from digest.model.editions import FrozenEdition

NAME = "catalogue.json"  # of the site's and the years' catalogues


class Built(NamedTuple):
    """What came of a building."""

    changed: int = 0  # files
    own: tuple[str, ...] = ()  # files of the user's at places of ours, which stayed


class Site:
    """The port's Archive in a folder, for one newsletter.

    `base_url` is the site's address without a trailing slash, or ""; links inside the site are
    relative and need none. `subscribe` is the address of the page where readers subscribe, or "".
    `environment` makes the templates' surroundings, and `naming` tells what themes are called, when
    they are needed; `searchable` says whether the site can be searched. `announce` is called before
    anything changes.
    """

    def __init__(
        self,
        path: Path,
        environment: Callable[[], jinja2.Environment],
        *,
        title: str,
        base_url: str,
        naming: Callable[[], Naming],
        subscribe: str = "",
        searchable: Callable[[], bool] = lambda: False,
        progress: Callable[[str], None] = lambda _: None,
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.title = title
        self.base_url = base_url
        self.subscribe = subscribe
        self.searchable = searchable
        self.naming = naming
        self._environment = environment
        self._progress = progress
        self._announce = announce

    def build(self, editions: Iterable[FrozenEdition], *, anew: bool = False) -> Built:
        """Write the pages of these editions, oldest first, and all that they change elsewhere.

        `anew` writes all else, too, as if there had been no other edition before. Raises
        ConfigError where the folder is another newsletter's or a template is wrong, and
        DigestError where a file cannot be read or written.
        """
        from digest.archive.building import Building

        self._announce()
        try:
            building = Building(self, self._environment(), self._progress, anew=anew)
            folder = building.build(editions)
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            raise DigestError(
                f"archive.path: {self.path} cannot be written: {error.strerror}{where}; check the"
                " folder and the disk"
            ) from error
        logs.event("archive", files=folder.changed)
        return Built(folder.changed, tuple(folder.own))

    def has(self, date: dt.date) -> bool:
        """Whether the site holds that date's edition, and a page of it and of the site."""
        try:
            catalogue = (self.path / f"{date.year}" / NAME).read_bytes()
        except OSError:
            return False
        root = self.path
        files = (self.folder(date) / "index.html", root / "index.html", root / NAME)
        return f'"{date}"'.encode() in catalogue and all(file.is_file() for file in files)

    def missing(self, dates: Iterable[dt.date]) -> list[dt.date]:
        """Those of some dates, oldest first, whose editions the site does not hold."""
        catalogues = self._catalogues()
        missing: list[dt.date] = []
        for number, wanted in groupby(dates, key=lambda date: date.year):
            held = catalogues.holds(number)
            missing += (date for date in wanted if date not in held)
        return missing

    def dates(self) -> list[dt.date]:
        """The dates whose editions the site holds, oldest first.

        Where no catalogue tells, its folders do: so do `newest` and `owner`.
        """
        with suppress(DigestError):  # damaged: building says so
            if found := list(self._catalogues().dates()):
                return found[::-1]
        return self.held()

    def newest(self) -> dt.date | None:
        """The date of the newest edition that the site holds."""
        with suppress(DigestError):
            if found := next(self._catalogues().dates(), None):
                return found
        return max(self.held(), default=None)

    def owner(self) -> str | None:
        """The slug of the newsletter whose editions the site holds."""
        with suppress(DigestError):
            if found := self._catalogues().site.newsletter:
                return found
        editions = filter(None, map(self.edition, reversed(self.held())))
        return next((frozen.edition.newsletter for frozen in editions), None)

    def is_elder(self) -> bool:
        """Whether the site was written when it had no catalogues, nor marks in its files."""
        return not (self.path / NAME).exists() and any(self.path.glob("*/*/*/entry.xml"))

    def held(self) -> list[dt.date]:
        """The dates whose documents the site's folder holds, oldest first, catalogued or not."""
        found = []
        for file in self.path.glob("*/*/*/edition.json"):
            with suppress(ValueError):  # a folder of the user's that names no day
                found.append(dt.date(*map(int, file.parts[-4:-1])))
        return sorted(found)

    def edition(self, date: dt.date) -> FrozenEdition | None:
        """The edition of a date, as the site has it."""
        from digest.document import thaw

        try:
            return thaw((self.folder(date) / "edition.json").read_bytes())
        except (OSError, ValueError):
            return None

    def folder(self, date: dt.date) -> Path:
        """Where an edition's files are."""
        return self.path / f"{date:%Y/%m/%d}"

    def _catalogues(self) -> Catalogues:
        from digest.archive.catalogues import Catalogues

        return Catalogues(self.path)
