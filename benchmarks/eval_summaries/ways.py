"""Ways to say shortly what an abstract says: ours, plain ones, and those of the package sumy."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from rouge_score.rouge_scorer import RougeScorer
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from benchmarks.eval_summaries.papers import Referred, Text
from digest.summary import extract

Way = Callable[[Text], str]

LIMIT = 300  # characters
_TODAY = 280  # where abstracts are cut without sentences


class _Words:
    """Words as sumy asks for them."""

    def to_words(self, text: str) -> Sequence[str]:
        return [word for word in text.lower().split() if any(map(str.isalnum, word))]


def _first(text: Text) -> str:
    return _joined(text, (0,))[:LIMIT]


def _first_two(text: Text) -> str:
    return _joined(text, range(len(text.sentences))[:2])[:LIMIT]


def _last(text: Text) -> str:
    return _joined(text, (len(text.sentences) - 1,))[:LIMIT]


def _cut(text: Text) -> str:
    return text.abstract[:_TODAY].rpartition(" ")[0]


def _random(text: Text) -> str:
    order = list(range(len(text.sentences)))
    random.Random(text.id).shuffle(order)
    return _best(text, order)


def _ranked(
    summarizer: Callable[[ObjectDocumentModel, int], Iterable[Sentence]], *, alone: bool = False
) -> Way:
    """A way that takes the best two of a ranking that fit, or the best alone."""

    def way(text: Text) -> str:
        rows = [Sentence(sentence, _Words()) for sentence in text.sentences]
        document = ObjectDocumentModel([Paragraph(rows)])
        order: list[int] = []
        for many in range(1, len(rows) + 1):  # the order of a ranking, which sumy does not tell
            best = {str(row) for row in summarizer(document, many)}
            order += [at for at, row in enumerate(rows) if str(row) in best and at not in order]
            if len(order) >= 4:
                break
        return _best(text, order[:1] if alone else order)

    return way


def _best(text: Text, order: Sequence[int]) -> str:
    """The first two of a ranking that fit together, in reading order; else the first, cut."""
    for pair in combinations(order[:4], 2):
        if len(shown := _joined(text, sorted(pair))) <= LIMIT:
            return shown
    return _joined(text, order[:1])[:LIMIT]


def _joined(text: Text, chosen: Iterable[int]) -> str:
    return " ".join(text.sentences[at] for at in chosen)


WAYS: Mapping[str, Way] = {
    "Papertide": lambda text: extract(text.abstract, text.title, limit=LIMIT),
    f"cut at {_TODAY}": _cut,
    "first sentence": _first,
    "first two": _first_two,
    "last sentence": _last,
    "two at random": _random,
    "TextRank": _ranked(TextRankSummarizer()),
    "LexRank": _ranked(LexRankSummarizer()),
    "LSA": _ranked(LsaSummarizer()),
    "Luhn": _ranked(LuhnSummarizer()),
    "TextRank's best alone": _ranked(TextRankSummarizer(), alone=True),
    "Luhn's best alone": _ranked(LuhnSummarizer(), alone=True),
}


def oracle(paper: Referred, scorer: RougeScorer) -> str:
    """The one or two sentences within the limit that are most like the reference."""
    numbers = range(len(paper.text.sentences))
    choices = [_joined(paper.text, pair) for pair in combinations(numbers, 2)]
    choices += [_joined(paper.text, (at,))[:LIMIT] for at in numbers]

    def likeness(choice: str) -> float:
        found = scorer.score(paper.reference, choice)
        return sum(found[one].fmeasure for one in ("rouge1", "rouge2"))

    return max((one for one in choices if len(one) <= LIMIT), key=likeness)
