"""An archive of a gardeners' newsletter: three papers a day, all alike but for those given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from digest.model.papers import Paper
from digest.themes.learning.past import Past, Window, window
from digest.themes.match import place
from digest.themes.taxonomy import Taxonomy
from tests.themes.shelf import small

LAST = dt.date(2026, 6, 30)
DAYS = 28
GARDEN = small()
APPLES = "{}, and an apple tree"  # a title that the theme of apples claims
ROSES = "{}, and a climbing rose"
OTHERS = "{}, and a wall"  # that none does


def paper(title: str, abstract: str = "We look at it.") -> Paper:
    return Paper(title=title, abstract=abstract)


def day(number: int) -> dt.date:
    """The last day (0), the day before (1), …"""
    return LAST - dt.timedelta(days=number)


def archive(
    *recent: Paper, earlier: Sequence[Paper] = (), taxonomy: Taxonomy = GARDEN, days: int = 100
) -> list[Past]:
    """Everyday papers of so many days, some recent ones a day each, and some earlier ones."""
    dated = [(day(number), paper(APPLES.format("Age"))) for number in range(days)] * 3
    dated += [(day(number % DAYS), one) for number, one in enumerate(recent)]
    dated += [(day(DAYS + number % (days - DAYS)), one) for number, one in enumerate(earlier)]
    return [
        Past(date=date, key=f"k{number:03}", paper=one, evidence=place(taxonomy, one))
        for number, (date, one) in enumerate(dated)
    ]


def garden(*recent: Paper, earlier: Sequence[Paper] = (), taxonomy: Taxonomy = GARDEN) -> Window:
    return window(archive(*recent, earlier=earlier, taxonomy=taxonomy), DAYS)
