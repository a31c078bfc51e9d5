"""search: which papers of past editions have some words."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from digest import wiring
from digest.cli import common
from digest.config import Config
from digest.counts import plural
from digest.errors import UsageError
from digest.model.searches import Found, Hit, Search
from digest.ports import Store
from digest.render.shelf import shown_title
from digest.render.text import tidy, web_link
from digest.render.wording import authors, links
from digest.shortening import cut

_LONGEST = 300  # characters of what was typed that are shown
_OPERATORS = re.compile(r'["“”„«»]|(^|\s)-\S')


def search(options: argparse.Namespace) -> int:
    """List the papers that have all words, or the one that an id, a link or a title names."""
    config = common.configuration(options)
    wanted = _wanted(config, options)
    with closing(wiring.kept_store(config, common.progress(options))) as store:
        found = store.search(config.newsletter.slug, wanted)
        if not found.total:
            _check_names(config, store, options)
    words = tidy(wanted.words)
    if options.json:
        papers = list(map(_told, found.hits))
        told = {"words": words, "total": found.total, "complete": found.complete}
        common.print_json(told | {"papers": papers})
    else:
        common.say(options, *_lines(words, found))
    return 0


def _wanted(config: Config, options: argparse.Namespace) -> Search:
    """What the command line asks for. Raises UsageError where that is nothing."""
    words = _typed(options.words).strip()
    if not (words or options.theme or options.source or options.month):
        raise UsageError("give words to search for, or --theme, --source or --month")
    if options.limit < 1:
        raise UsageError("--limit: must be at least 1")
    first, last = _month(options.month) if options.month else (dt.date.min, dt.date.max)
    return Search(
        words=words,
        themes=_themes(config, options.theme) if options.theme else (),
        source=options.source or "",
        first=first,
        last=last,
        by_date=options.sort == "date",
        limit=options.limit,
    )


def _typed(words: Sequence[str]) -> str:
    """The words as one text; what the shell's quotation marks held together is a phrase."""
    return " ".join(
        f'"{word}"' if len(word.split()) > 1 and not _OPERATORS.search(word) else word
        for word in words
    )


def _month(text: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a month."""
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise UsageError(f"--month: {text!r} is no month; write it as 2026-01") from None
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _check_names(config: Config, store: Store, options: argparse.Namespace) -> None:
    """Raises UsageError for a theme or a source that is not there and that no paper ever had."""

    def unused(**narrowed: Any) -> bool:
        return not store.search(config.newsletter.slug, Search(limit=1, **narrowed)).total

    theme, source = options.theme, options.source
    if theme and theme not in wiring.taxonomy(config).labels and unused(themes=(theme,)):
        raise UsageError(f"--theme: no paper has {theme!r}; `digest themes list --all` names all")
    sources = [one.name for one in config.sources]
    if source and source not in sources and unused(source=source):
        raise UsageError(
            f"--source: no paper is of {source!r}; the sources are {', '.join(sources)}"
        )


def _themes(config: Config, theme: str) -> tuple[str, ...]:
    """A theme's id, and where it is a group's those of its themes."""
    parents = wiring.taxonomy(config).parents
    return (theme, *(one for one, group in parents.items() if group == theme))


def _told(hit: Hit) -> dict[str, Any]:
    paper = hit.placed.paper
    return {
        "key": tidy(hit.placed.key),
        "title": tidy(paper.title),
        "authors": list(tidy(paper.authors)),
        "date": hit.date.isoformat(),
        "theme": hit.theme,
        "url": web_link(tidy(paper.url)) or None,
        "score": hit.score,
    }


def _lines(words: str, found: Found) -> Iterator[str]:
    for hit in found.hits:
        paper = hit.placed.paper
        where = " · ".join([tidy(hit.label), *(link.url for link in links(paper)[:1])])
        yield f"{hit.date}  {shown_title(tidy(paper.title))}"
        yield from (f"            {line}" for line in (authors(paper), where) if line)
    yield _sum(words, found)


def _sum(words: str, found: Found) -> str:
    of = f" for {cut(words, _LONGEST)}" if words else ""
    if not found.total:
        return f"nothing found{of}"
    most = "" if found.complete else " among the newest with these words"
    shown = len(found.hits)
    limited = f"; {shown} shown, --limit N shows more" if shown < found.total else ""
    return f"{plural(found.total, 'paper')}{of}{most}{limited}"
