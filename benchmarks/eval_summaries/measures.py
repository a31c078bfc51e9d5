"""How good a short text is, by the labels of its abstract's sentences and by a reference."""

from __future__ import annotations

from dataclasses import dataclass

from rouge_score.rouge_scorer import RougeScorer

from benchmarks.eval_summaries.papers import Labelled, Text

ROUGE = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What labels say of a short text."""

    claim: bool  # a sentence is shown that carries the claim
    apt: float  # the share of the sentences shown that carry it or would do
    good: bool  # both, and nothing else is shown
    length: int  # characters

    def values(self) -> tuple[float, ...]:
        """All of it as numbers."""
        return float(self.claim), self.apt, float(self.good), float(self.length)


def verdict(short: str, paper: Labelled) -> Verdict:
    """What the labels of a paper say of a short text of it."""
    seen = shown(short, paper.text)
    apt = len(seen & (paper.claim | paper.also)) / max(len(seen), 1)
    claim = bool(seen & paper.claim)
    return Verdict(claim, apt, claim and apt == 1, len(short))


def shown(short: str, text: Text) -> set[int]:
    """The sentences of which a short text shows at least the first half."""
    return {
        at
        for at, sentence in enumerate(text.sentences)
        if sentence[: len(sentence) // 2 + 1] in short
    }


def scorer() -> RougeScorer:
    """Of ROUGE 1, 2 and L on word stems."""
    return RougeScorer(ROUGE, use_stemmer=True)


def rouge(short: str, reference: str, by: RougeScorer) -> tuple[float, ...]:
    """The F1 of ROUGE 1, 2 and L."""
    found = by.score(reference, short)
    return tuple(found[one].fmeasure for one in ROUGE)
