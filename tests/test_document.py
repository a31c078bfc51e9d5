"""An edition's canonical JSON."""

from __future__ import annotations

import datetime as dt

from digest.document import freeze, thaw
from digest.model.editions import Edition, Evidence, Placement, Section
from digest.model.papers import Paper


def edition() -> Edition:
    placement = Placement(
        key="arxiv:2601.00001",
        paper=Paper(title="Ünïcode & <tags>", published=dt.date(2026, 1, 2)),
        sources=("hf",),
        evidence=Evidence(reason="none"),
    )
    return Edition(
        newsletter="daily",
        title="Daily",
        period="daily",
        date=dt.date(2026, 1, 5),
        published_at=dt.datetime(2026, 1, 5, 7, 30, tzinfo=dt.UTC),
        sections=(Section(theme="agents", label="Agents", papers=(placement,)),),
    )


def test_an_edition_comes_back_from_its_document_unchanged() -> None:
    frozen = freeze(edition())
    assert thaw(frozen.document) == frozen


def test_the_same_edition_always_has_the_same_document() -> None:
    assert freeze(edition()).sha256 == freeze(edition()).sha256
