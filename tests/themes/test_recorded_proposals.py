"""Phrases proposed from real papers to a taxonomy that knows none, judged by eye."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model.editions import Evidence
from digest.themes.learning.bursts import bursts
from digest.themes.learning.past import Past, Window, window
from tests.themes.shelf import SHIPPED
from tests.themes.test_recorded_themes import hf_day

pytestmark = pytest.mark.recorded

BLANK = replace(SHIPPED, themes=())
NEWS = {  # must be among what is proposed at the end of these months
    "2025-02-28": {"reasoning models", "test-time scaling", "LLM reasoning"},
    "2025-05-30": {"GRPO", "diffusion language models", "reinforcement fine-tuning"},
    "2026-05-29": {"on-policy distillation", "self-distillation", "agent skills", "agent memory"},
}
TOPICS = {
    *("chain-of-thought", "reinforcement learning", "RL", "mathematical reasoning", "CoT"),
    *("reward modeling", "cross-modal alignment", "chain-of-thought reasoning", "code reasoning"),
    *("visual reasoning", "reasoning paths", "LLM agents", "self-evolution", "co-evolution"),
    *("agentic reinforcement learning", "autoregressive video diffusion models", "RLVR"),
    *("credit assignment", "multimodal agents", "streaming video generation", "AI agents"),
    *("knowledge graph", "coding agents"),
}


def papers_until(recorded: Path, until: str) -> Window:
    files = sorted((recorded / "hf_daily" / "raw").glob("*.json.gz"))
    past = {  # by key: each paper once
        paper.ids[0]: Past(
            date=dt.date.fromisoformat(day),
            key=paper.ids[0],
            paper=paper,
            evidence=Evidence(reason="none"),
        )
        for day in (file.name.removesuffix(".json.gz") for file in reversed(files))
        if day <= until
        for paper in hf_day(recorded, day)
    }
    return window(past.values(), 28)


@pytest.mark.slow
def test_most_of_what_is_proposed_from_real_papers_is_a_topic(recorded: Path) -> None:
    proposed = []
    for until, news in NEWS.items():
        found = {burst.phrase for burst in bursts(BLANK, papers_until(recorded, until))}
        assert found >= news
        proposed += [phrase in news | TOPICS for phrase in found]
    assert len(proposed) >= 30  # 37 when this was written
    assert sum(proposed) / len(proposed) >= 0.9  # 0.97
