"""An edition from a decision: its sections, revisions and sources. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from digest.config import NewsletterConfig
from digest.model.decisions import Decision
from digest.model.editions import Edition, Revision, SourceNote
from digest.model.sources import SourceReport
from digest.render.shown import with_teasers
from digest.themes.grouping import group
from digest.themes.taxonomy import Taxonomy


def compose(
    newsletter: NewsletterConfig,
    decision: Decision,
    *,
    untold: Iterable[Revision],
    sources: tuple[SourceReport, ...],
    taxonomy: Taxonomy,
    follow: Sequence[str] = (),
    date: dt.date,
    now: dt.datetime,
) -> Edition:
    """The edition of a date with all that is new, and every revision not told yet.

    Sections of what is followed (ids of groups or themes) come first.
    """
    entries = [
        (
            work.keys[0],
            work.paper,
            tuple(dict.fromkeys(sighting.source for sighting in work.sightings)),
        )
        for work in decision.new
    ]
    edition = Edition(
        newsletter=newsletter.slug,
        title=newsletter.title,
        period="daily",
        date=date,
        published_at=now.replace(microsecond=0),
        sections=group(taxonomy, entries, follow),
        revisions=_revisions(decision, untold),
        sources=tuple(map(_note, sources)),
        taxonomy=taxonomy.version,
        intro=newsletter.intro,
    )
    return with_teasers(edition)


def _note(told: SourceReport) -> SourceNote:
    return SourceNote(
        name=told.name,
        state=told.state,
        sightings=told.sightings,
        new=told.new,
        reason=told.cause,
        held=told.held,
    )


def _revisions(decision: Decision, untold: Iterable[Revision]) -> tuple[Revision, ...]:
    """One entry a revised paper, at its highest version, in the order of their keys."""
    latest = {revision.key: revision for revision in untold}
    for repeat in decision.revised:
        key, work = repeat.known.key, repeat.work
        if work.version:
            latest[key] = Revision(
                key=key, title=work.paper.title, version=work.version, url=work.paper.url
            )
    return tuple(latest[key] for key in sorted(latest))
