"""Fields other than artificial intelligence: kept out of its themes, and placed in their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.eval_themes.papers import paper
from benchmarks.eval_themes.recorded import Recorded
from benchmarks.eval_themes.table import Group, Row, hits
from digest.model.papers import Paper
from digest.taxonomies import builtin, shipped
from digest.themes.match import place
from digest.themes.taxonomy import Taxonomy

_OTHERS = {"astronomy": "archive/astro_st/*", "mathematics": "archive/math_pe/*"}


def kept_out(recorded: Recorded) -> Group:
    """The share of papers of other fields that no theme of artificial intelligence claims."""
    taxonomy = shipped("ai")
    rows = []
    for field, files in _OTHERS.items():
        for how, shown in (("categories known", True), ("categories hidden", False)):
            papers = (paper(row, categories=shown) for row in recorded.rows(files))
            out = [not _claimed(taxonomy, one) for one in papers]
            rows += [hits(f"{field}, {how}", out, least=0.97 if shown else None)] if out else []
    return Group("Papers of other fields that stay out of AI themes", rows)


def _claimed(taxonomy: Taxonomy, found: Paper) -> bool:
    """Whether a paper stands in a theme that is no category's."""
    theme = place(taxonomy, found).theme
    return theme is not None and not taxonomy.themes[taxonomy.places[theme]].category


def by_phrases(recorded: Recorded) -> Group:
    """How often a field's phrases find a paper's primary category, and how often it stands well."""
    rows = list(recorded.rows("themes/balanced.jsonl.gz"))
    papers = [(paper(row), paper(row, categories=False)) for row in rows]
    fields = [field for field in builtin() if field != "ai"] if papers else []
    found = [row for field in fields for row in _field(field, papers)]
    return Group("Papers of arXiv's archives", found)


def _field(name: str, papers: Sequence[tuple[Paper, Paper]]) -> Iterator[Row]:
    """The figures of the papers whose primary category has phrases in a field's taxonomy."""
    alone = shipped(name)
    spoken = {theme.id for theme in alone.themes if theme.phrases}
    own = [(known, hidden) for known, hidden in papers if _home(alone, known) in spoken]
    if not own:
        return
    found = [place(alone, hidden).theme == _home(alone, known) for known, hidden in own]
    yield hits(f"{name}: primary category by phrases, of {len(spoken)}", found)


def _home(taxonomy: Taxonomy, found: Paper) -> str | None:
    """The theme of a paper's primary category."""
    return next((home.theme for home in taxonomy.homes_of(found)), None)
