"""Papers and queries to search with."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from digest.document import freeze
from digest.model.decisions import Decision
from digest.model.editions import Edition, Evidence, Placement, Section
from digest.model.papers import Paper
from digest.model.runs import RunRecord
from digest.store.engine import SqlStore

PHRASES = (
    *("sparse attention", "Attention", "attent", "networks", "network", "Łukasz", "lukasz"),
    *("ÉTUDE", "étude", "扩散模型", "扩散", r"$\alpha$", "alpha", "GPT-4", "4", "ß", "SS", "ıI"),
    *('"sparse attention"', '"', '"attention', "-attention", '-"sparse', "NEAR(", "*", "a*", ":"),
    *("title:", "AND", "OR", "NOT", "^", "'", "\\", "_sparse", "=", "%", "?", "\0", "\x1b[31m"),
)
texts = st.lists(st.sampled_from(PHRASES) | st.text(max_size=8), max_size=6).map(" ".join)
papers = st.builds(
    Paper,
    title=texts,
    abstract=texts,
    authors=st.lists(texts, max_size=2).map(tuple),
    keywords=st.lists(texts, max_size=2).map(tuple),
)


def edition_of(*found: Paper, sections: tuple[Section, ...] = ()) -> Edition:
    """An edition of papers, or of sections."""
    placed = tuple(
        Placement(key=f"title:{at}", paper=one, sources=("hf",), evidence=Evidence(reason="none"))
        for at, one in enumerate(found)
    )
    return Edition(
        newsletter="daily",
        title="Daily Papers",
        period="daily",
        date=dt.date(2026, 3, 2),
        published_at=dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC),
        sections=sections or (Section(theme="other", label="Other", papers=placed),),
    )


def shown(store: SqlStore, edition: Edition) -> None:
    """Save an edition, whatever else the store knows of its papers."""
    record = RunRecord(
        newsletter=edition.newsletter,
        date=edition.date,
        decision=Decision(new=(), repeats=(), revised=()),
        feeds=(),
        requested=(),
        visits=(),
        edition=freeze(edition),
        readers=(),
    )
    assert store.save(record, edition.published_at)
