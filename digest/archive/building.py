"""One building of a site: loaded only when there is an edition to write, as rendering is slow.

    each edition  ->  its month  ->  the front  ->  the years' catalogues

What a day more changes is found in the catalogues, so it costs the same however many there are. An
edition stands in its year's catalogue when all the rest is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING

import jinja2

from digest.archive.catalogues import Catalogues
from digest.archive.feeds import Feeds, write_papers_of
from digest.archive.files import Folder, settle, write
from digest.archive.finding import Finding
from digest.archive.foldered import foldered
from digest.archive.front import Front
from digest.archive.months import Months
from digest.archive.searching import Searching
from digest.archive.stock import Entry, Stock
from digest.archive.works import Works
from digest.document import thaw
from digest.errors import ConfigError, DigestError
from digest.failpoint import failpoint
from digest.model.catalogue import Day
from digest.model.editions import Edition, FrozenEdition
from digest.render.catalogued import day
from digest.render.edition_page import edition_files
from digest.render.look import Look, day_folder
from digest.render.shelf import Shelf

if TYPE_CHECKING:
    from digest.archive.site import Site

Beside = tuple[dt.date | None, dt.date | None]  # the dates of the editions before and after


class Building:
    """One building of a site. Of its editions it has two at a time in memory.

    `anew` leaves aside what the site remembers of itself.
    """

    def __init__(
        self, site: Site, env: jinja2.Environment, progress: Callable[[str], None], *, anew: bool
    ) -> None:
        self._site = site
        self._progress = progress
        self._env = env
        self._anew = anew
        self._searchable = site.searchable()
        self._catalogues = Catalogues(site.path, anew=anew)
        self._taxonomy = self._catalogues.site.taxonomy
        self._naming = self._catalogues.site.naming
        self._slug = self._catalogues.site.newsletter
        self._owner = site.owner()
        self._folder = Folder(site.path, elder=site.is_elder())
        self._beside: dict[dt.date, Beside] = {}  # the dates as written
        self._open()

    def build(self, editions: Iterable[FrozenEdition]) -> Folder:
        """What `Site.build` promises; raises OSError where the disk refuses."""
        touched: dict[dt.date, list[dt.date]] = {}
        began: set[dt.date] = set()
        gone: list[Day] = []  # what the site had of these dates
        for first, group in groupby(_with_next(map(foldered, editions)), key=_month):
            if first not in self._catalogues.months(first.year):
                began.add(first)
            days = [self._write_edition(*pair) for pair in group]
            gone += self._catalogues.enter(first, days)
            touched.setdefault(first, []).extend(one.date for one in days)
        if touched or self._slug:
            self._mend_neighbours()
            self._catalogues.sum_up(
                newsletter=self._slug, taxonomy=self._taxonomy, naming=self._naming
            )
            self._write_lists(touched, began, gone)
            try:
                self._write_search(touched)
            finally:  # what is wrong with Pagefind harms nothing else
                settle()
                self._catalogues.save()
        return self._folder

    def _write_lists(
        self,
        touched: Mapping[dt.date, Sequence[dt.date]],
        began: Collection[dt.date],
        gone: Collection[Day],
    ) -> None:
        """Write all that leads to these dates of months, of which some had none before."""
        works, find = self._works, self._catalogues
        months = Months(works)
        months.write(touched, began)
        Feeds(works).write(touched, began)
        Front(works).write(touched, months)
        Finding(self._folder, self._env, works.look, anew=self._anew).update(
            (
                day
                for first, dates in touched.items()
                for day in find.month(first).days
                if day.date in dates
            ),
            gone=gone,
        )

    def _write_search(self, touched: Collection[dt.date]) -> None:
        """Index the papers of months."""
        if self._searchable:
            find = self._catalogues
            sizes = {number: year.size for number, year in find.site.years.items()}
            searching = Searching(self._folder, self._read, self._progress)
            searching.update(sizes, find.year, {first.year for first in touched})

    def _open(self) -> None:
        """Set to work with the names that themes have."""
        site = self._site
        look = Look(
            title=site.title,
            base_url=site.base_url,
            subscribe=site.subscribe,
            search=self._searchable,
            labels=self._naming.labels,
            about=self._naming.about,
        )
        self._works = Works(
            newsletter=self._slug,
            env=self._env,
            look=look,
            folder=self._folder,
            catalogues=self._catalogues,
            stock=Stock(site.path, self._env, look, self._read),
            read=self._read,
        )

    def _write_edition(self, frozen: FrozenEdition, following: dt.date | None) -> Day:
        """Write an edition's files; `following` is the date of the next that is to be written."""
        edition = frozen.edition
        self._check(edition.newsletter)
        self._progress(f"archive: {edition.date}")
        newest = self._catalogues.after(edition.date) is None
        if not self._slug or (newest and edition.taxonomy != self._taxonomy):
            self._slug, self._taxonomy = edition.newsletter, edition.taxonomy
            self._naming = self._site.naming()
            self._open()
        write(self._folder.path / day_folder(edition.date) / "edition.json", frozen.document)
        failpoint("mid-archive")
        shelf = Shelf(edition)
        entry = self._works.stock.put(edition, shelf)
        self._write_pages(edition, shelf, entry, self._around(edition.date, following))
        return day(frozen, shelf=shelf)

    def _around(self, date: dt.date, following: dt.date | None) -> Beside:
        """The editions next to one, as far as they are known yet: the rest is mended at the end."""
        earlier = [self._catalogues.before(date), next(reversed(self._beside), None)]
        later = [self._catalogues.after(date), following]
        return (
            max((one for one in earlier if one and one < date), default=None),
            min((one for one in later if one and one > date), default=None),
        )

    def _write_pages(self, edition: Edition, shelf: Shelf, entry: Entry, beside: Beside) -> None:
        works, folder, (before, after) = self._works, day_folder(edition.date), beside
        files = edition_files(
            self._env, works.look, edition, before=before, after=after, shelf=shelf
        )
        for name, pieces in files.items():
            self._folder.put(f"{folder}/{name}", "".join(pieces))
        write_papers_of(works, edition.date, entry.papers, before)
        self._beside[edition.date] = beside

    def _mend_neighbours(self) -> None:
        """Write the pages anew that lead to other editions than they did."""
        find = self._catalogues
        right = {date: (find.before(date), find.after(date)) for date in self._beside}
        around = {one for beside in right.values() for one in beside if one}
        right |= {date: (find.before(date), find.after(date)) for date in around}
        for date in sorted(right):
            if self._beside.get(date) != right[date]:
                edition, entry = self._read(date), self._works.stock.entry(date)
                self._write_pages(edition, Shelf(edition), entry, right[date])

    def _read(self, date: dt.date) -> Edition:
        """An edition that the site holds."""
        file = self._folder.path / day_folder(date) / "edition.json"
        try:
            return foldered(thaw(file.read_bytes())).edition
        except (FileNotFoundError, ValueError):
            raise DigestError(
                f"archive: {file} is missing or damaged;"
                " `digest archive build --full` writes it again"
            ) from None

    def _check(self, newsletter: str) -> None:
        self._owner = self._owner or newsletter
        if self._owner != newsletter:
            raise ConfigError(
                [
                    f"archive.path: {self._site.path} holds the editions of {self._owner!r};"
                    f" give {newsletter!r} a folder of its own"
                ]
            )


def _month(pair: tuple[FrozenEdition, dt.date | None]) -> dt.date:
    return pair[0].edition.date.replace(day=1)


def _with_next(
    editions: Iterable[FrozenEdition],
) -> Iterator[tuple[FrozenEdition, dt.date | None]]:
    """Each edition with the date of the one that comes after it."""
    for frozen, following in pairwise(chain(editions, [None])):
        if frozen:
            yield frozen, following.edition.date if following else None
