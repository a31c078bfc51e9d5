"""A small site that has all that a site can have, for tests that look at each of its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from digest.archive.pagefind import available
from digest.archive.site import Site
from digest.document import freeze
from digest.model.catalogue import Naming
from digest.model.editions import (
    ALSO,
    Edition,
    Evidence,
    FrozenEdition,
    Match,
    Placement,
    Revision,
    Section,
    SourceNote,
)
from digest.model.papers import Paper
from digest.model.sources import SourceState
from tests.archive.editions import edition
from tests.render.hostile import PIECES
from tests.render.specimen import EDITION, shipped

TITLE = "Tidal <Papers> & More"
SPECIMEN, HOSTILE, LONG = (dt.date(2025, 6, day) for day in (16, 17, 18))
NAMING = Naming(
    labels={"agents": '</script>"Agents" & {{7*7}}', "vision": "Vision & sight", ALSO: "Others"},
    about={"agents": "<img src=x onerror=alert(1)> Models that act."},
)
DOI = "10.1000/<a\"b'c&d>%41#(é)"
_TEXTS = [piece.encode(errors="ignore").decode() for piece in PIECES]  # JSON has no surrogates


def build(path: Path, base_url: str = "", subscribe: str = "") -> None:
    """The site in a folder: editions of two years, as long, as hostile, as bare as they come."""
    site = Site(
        path, shipped, title=TITLE, base_url=base_url, subscribe=subscribe, naming=lambda: NAMING,
        searchable=available,
    )  # fmt: skip
    site.build(_editions())


def _editions() -> Iterator[FrozenEdition]:
    yield edition(dt.date(2024, 11, 29), {"agents": 1})
    for day in range(4):
        yield edition(dt.date(2024, 12, 30) + dt.timedelta(days=day), {"agents": 3, "vision": 1})
    yield edition(dt.date(2025, 6, 2), {"vision": 1, ALSO: 1})  # of which nobody has upvoted any
    yield freeze(replace(EDITION, date=SPECIMEN))
    yield freeze(_hostile())
    yield freeze(_long())
    yield edition(dt.date(2025, 6, 19), {"agents": 4, "vision": 4, ALSO: 1})


def _hostile() -> Edition:
    """An edition whose every text is as nobody should write it."""
    sections = tuple(
        Section(theme=theme, label=f"{theme} {_TEXTS[at]}", papers=tuple(map(_told, _TEXTS[at::2])))
        for at, theme in enumerate(("agents", ALSO))
    )
    by_doi = replace(_told("<a doi>"), key=f"doi:{DOI.lower()}")
    by_doi = replace(by_doi, paper=replace(by_doi.paper, ids=(DOI,)))
    sections = (*sections, Section(theme="vision", label="Vision", papers=(by_doi,)))
    revised = (Revision(key="k", title=text, version=2, url=text) for text in _TEXTS)
    notes = (
        SourceNote(name=f"lab {text}", state=SourceState.FAILED, sightings=0, reason=text)
        for text in _TEXTS
    )
    return replace(
        EDITION,
        date=HOSTILE,
        sections=sections,
        revisions=tuple(revised),
        sources=tuple(notes),
        intro="\n\n".join(_TEXTS),
    )


def _told(text: str) -> Placement:
    """A paper that says nothing else."""
    twice = f"{text} wave {text}"
    paper = Paper(
        title=twice, abstract=f"{twice}. {twice}.", authors=(twice,), organisation=twice,
        url=f"https://example.org/{text}", pdf=text, code=text, project=text, discussion=text,
        thumbnail=text, upvotes=_TEXTS.index(text) if text in _TEXTS else None,
    )  # fmt: skip
    evidence = Evidence(
        reason="phrases",
        theme="agents",
        matches=(Match(phrase=text, where="title", weight=1.0),),
    )
    return Placement(
        key=f"title:{text.encode().hex()}", paper=paper, sources=("hf", text), evidence=evidence,
        teaser=twice, summary=twice,
    )  # fmt: skip


def _long() -> Edition:
    """An edition that needs several pages."""
    whole = edition(LONG, {"agents": 60, "vision": 40}).edition
    return replace(
        whole,
        sections=tuple(map(_at_length, whole.sections)),
        revisions=tuple(Revision(key=f"k{at}", title=f"T {at}", version=2) for at in range(99)),
    )


def _at_length(section: Section) -> Section:
    return replace(
        section,
        papers=tuple(
            replace(one, paper=replace(one.paper, abstract=one.paper.abstract * 40))
            for one in section.papers
        ),
    )
