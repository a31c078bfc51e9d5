"""What daily editions brought, as one. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from digest.config import NewsletterConfig
from digest.model.editions import ALSO, Edition, Placement, Revision, Section, SourceNote
from digest.model.readers import Frequency
from digest.model.sources import SourceState
from digest.themes.match import place
from digest.themes.sections import sections
from digest.themes.taxonomy import Taxonomy


def week(
    newsletter: NewsletterConfig,
    days: Sequence[Edition],
    *,
    taxonomy: Taxonomy,
    follow: Sequence[str] = (),
    date: dt.date,
    now: dt.datetime,
) -> Edition:
    """The weekly edition of the daily ones, which come oldest first; none of them is changed.

    Its sections are made as a day's are, of all papers together: what is followed comes first, and
    in each the papers with most upvotes, else those that speak most for their themes.
    """
    writers = [day.summarised_by for day in days if day.summarised_by]
    return Edition(
        newsletter=newsletter.slug,
        title=newsletter.title,
        period=Frequency.WEEKLY.value,
        date=date,
        published_at=now.replace(microsecond=0),
        sections=tuple(map(_of_a_week, sections(taxonomy, _papers(days, taxonomy), follow=follow))),
        revisions=_revisions(days),
        sources=tuple(_notes(days)),
        taxonomy=taxonomy.version,
        intro=newsletter.intro,
        summarised_by=writers[-1] if writers else "",
    )


def _of_a_week(section: Section) -> Section:
    return replace(section, label="Also this week") if section.theme == ALSO else section


def _papers(days: Iterable[Edition], taxonomy: Taxonomy) -> list[Placement]:
    """Each paper once, as it was shown last, with the most upvotes it had.

    What was placed by another taxonomy is placed anew.
    """
    found: dict[str, Placement] = {}
    for day in days:
        for placed in (one for section in day.sections for one in section.papers):
            known, paper = found.get(placed.key, placed).paper, placed.paper
            if (known.upvotes or 0) > (paper.upvotes or 0):
                paper = replace(paper, upvotes=known.upvotes)
            same = day.taxonomy == taxonomy.version
            evidence = placed.evidence if same else place(taxonomy, paper)
            found[placed.key] = replace(placed, paper=paper, evidence=evidence)
    return list(found.values())


def _revisions(days: Iterable[Edition]) -> tuple[Revision, ...]:
    """One entry a revised paper, at its highest version, in the order of their keys."""
    told = [revision for day in days for revision in day.revisions]
    latest = {one.key: one for one in sorted(told, key=lambda one: one.version)}
    return tuple(latest[key] for key in sorted(latest))


def _notes(days: Sequence[Edition]) -> Iterator[SourceNote]:
    """How each source fared, those of the newest day first, as they are configured."""
    told: dict[str, dict[dt.date, SourceNote]] = defaultdict(dict)
    for day in reversed(days):
        for note in day.sources:
            told[note.name][day.date] = note
    return map(_note, told.values())


def _note(told: dict[dt.date, SourceNote]) -> SourceNote:
    """A source's note by its notes, the newest first: what is missing still, and what was once."""
    newest, new = next(iter(told.values())), sum(note.new for note in told.values())
    failed = [date for date, note in told.items() if note.state is SourceState.FAILED]
    when = " and ".join(f"{date:%A}" for date in sorted(failed))
    if newest.state is SourceState.FAILED:
        reason = f"{newest.reason} ({when})" if newest.reason else when
        return replace(newest, sightings=new, new=new, reason=reason)
    return replace(
        newest,
        state=SourceState.FRESH if new else SourceState.QUIET,
        sightings=new,
        new=new,
        reason=f"could not be read on {when}" if when else "",
    )
