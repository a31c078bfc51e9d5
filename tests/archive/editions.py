"""Editions to build sites of: each with papers of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from digest.archive.site import Site
from digest.document import freeze
from digest.model.catalogue import Naming
from digest.model.editions import ALSO, Edition, Evidence, FrozenEdition, Placement, Section
from digest.model.papers import Paper
from tests.render.specimen import SITE, shipped

LABELS = {"agents": "Agents", "vision": "Vision & sight", ALSO: "Other topics"}


def site(path: Path, **changes: object) -> Site:
    """The site in a folder."""
    told: dict[str, object] = {"title": "Daily Papers", "base_url": SITE}
    told |= {"naming": lambda: Naming(labels=LABELS)}
    return Site(path, shipped, **(told | changes))  # type: ignore[arg-type] # as the tests give them


def edition(date: dt.date, themes: Mapping[str, int]) -> FrozenEdition:
    """An edition of a date with so many papers of each theme."""
    return freeze(
        Edition(
            newsletter="daily-papers",
            title="Daily Papers",
            period="daily",
            date=date,
            published_at=dt.datetime.combine(date, dt.time(7, 30), tzinfo=dt.UTC),
            sections=tuple(
                Section(
                    theme=theme,
                    label=LABELS[theme],
                    papers=tuple(placement(date, theme, at) for at in range(number)),
                )
                for theme, number in themes.items()
                if number
            ),
            taxonomy="ai@00000000",
        )
    )


def placement(date: dt.date, theme: str, at: int) -> Placement:
    number = f"{date:%y%m}.{date.day:02}{list(LABELS).index(theme)}{at:02}"
    return Placement(
        key=f"arxiv:{number}",
        paper=Paper(
            title=f"Paper {at} on {theme} of {date}",
            abstract=f"What {theme} can do is shown. The {at}th result of {date:%A} is the best.",
            authors=("Ada Quill", "Bo Reed"),
            ids=(number, f"10.1234/{number}"),
            url=f"https://arxiv.org/abs/{number}",
            upvotes=at or None,
        ),
        sources=("hf",),
        evidence=Evidence(reason="phrases", theme=None if theme == ALSO else theme),
        teaser=f"The {at}th result of {date:%A} is the best.",
    )


def contents(path: Path) -> dict[str, bytes]:
    """The files in a folder."""
    files = (file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}
