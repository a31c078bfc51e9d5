"""The words for what is known of a paper and of a source. Pure."""

from __future__ import annotations

from typing import NamedTuple

from digest.counts import plural
from digest.latex import readable
from digest.model.editions import SourceNote
from digest.model.papers import Paper
from digest.model.sources import SourceState
from digest.render.text import LONGEST_NAME, tidy, web_link
from digest.render.view import Link, ShownSource
from digest.shortening import cut

LONGEST_REASON = 140  # characters
MOST_NAMES = 5  # that are all told
MOST_AUTHORS = 50  # of a paper who are named one by one

# Whose page of a paper has a name of its own. The others are called a discussion.
_PLACES = {"huggingface.co": "Hugging Face"}


def links(paper: Paper) -> tuple[Link, ...]:
    """Where to read on: the abstract first, where there is one."""
    discussion = web_link(paper.discussion)
    named = {
        "Abstract": paper.url,
        "PDF": paper.pdf,
        "Code": paper.code,
        "Project": paper.project,
        _PLACES.get(discussion.partition("://")[2].partition("/")[0], "Discussion"): discussion,
    }
    found: dict[str, str] = {}  # each address once, under its first name
    for label, url in named.items():
        if link := web_link(url):
            found.setdefault(link, label)
    return tuple(Link(label=label, url=url) for url, label in found.items())


class People(NamedTuple):
    """The authors of a paper whose names are known, in plain Unicode of bearable length."""

    first: tuple[str, ...]  # at most 50
    last: str
    total: int


def people(paper: Paper) -> People:
    """Who wrote a paper."""
    given = [name for name in [name.strip(" ,;") for name in tidy(paper.authors)] if name]
    names = given[:MOST_AUTHORS] + given[-1:]
    joined = "\n".join(names)  # as to look at all takes less than at each, and most have no LaTeX
    plain = names if readable(joined) is joined else map(readable, names)
    *first, last = [cut(name, LONGEST_NAME) for name in plain] or [""]
    return People(tuple(first), last, len(given))


def authors(paper: Paper, known: People | None = None) -> str:
    """All authors where they are few; else the first three, the last and how many more."""
    first, last, total = known or people(paper)
    if total > MOST_NAMES:
        return f"{', '.join(first[:3])} … {last} (+{total - 4:,})"
    if total:
        return ", ".join(first)
    return plural(paper.author_count, "author") if paper.author_count else ""


def figures(paper: Paper) -> str:
    """Upvotes and comments, where there are any."""
    known = ((paper.upvotes, "upvote"), (paper.comments, "comment"))
    return ", ".join(plural(number, noun) for number, noun in known if number)


def source(report: SourceNote, now: str) -> ShownSource:
    """How a source fared, in words; `now` is the word for the time that is told of, or ""."""
    words = {
        SourceState.FRESH: f"{plural(report.sightings, 'paper')} seen",
        SourceState.WAITING: "not out yet",
        SourceState.QUIET: f"nothing new {now}",
        SourceState.STALE: "still shows an old list",
        SourceState.FAILED: f"could not be read {now}",
    }[report.state]
    if report.held:
        words = f"left out {now}"
    elif report.state is SourceState.FAILED and report.sightings:
        words = f"{plural(report.sightings, 'paper')} seen, others could not be read {now}"
    words = words.strip()
    return ShownSource(
        name=cut(report.name, LONGEST_NAME),
        failed=report.state is SourceState.FAILED,
        words=f"{words}: {cut(report.reason, LONGEST_REASON)}" if report.reason else words,
    )
