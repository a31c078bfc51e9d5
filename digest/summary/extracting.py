"""Choosing the sentences of an abstract that carry its claim."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from digest.shortening import cut
from digest.summary.claims import WORTH, claims
from digest.summary.sentences import Sentence, sentences

_ALIKE = 1.0  # what a pair loses if all words of the shorter sentence stand in the other, too
_FAR = 2.0  # how much more a sentence weighs that is cut rather than left out
_MOST = 5  # sentences that pairs are made of

_Choice = tuple[int, ...]  # the numbers of one sentence, or of two in reading order


def extract(abstract: str, title: str = "", *, limit: int = 300) -> str:
    """One or two sentences of an abstract that carry the paper's claim, in reading order.

    They stand there word for word, together at most `limit` characters long, at least 1; " … "
    joins two that do not stand side by side, if only for a heading between them. Where the best is
    longer, and no other comes near it, it is cut after a word. `abstract` and `title` are plain
    text on one line each; an empty abstract gives an empty text.
    """
    found = list(sentences(abstract, title))
    if not found:
        return cut(abstract, limit)
    weighed = claims(found, title)
    ranked = sorted(range(len(found)), key=lambda at: -weighed[at])
    fitting = [at for at in ranked if len(found[at].text) <= limit][:_MOST]
    if not fitting or weighed[ranked[0]] - weighed[fitting[0]] > _FAR:
        return cut(found[ranked[0]].text, limit)

    def worth(choice: _Choice) -> float:
        return sum(weighed[at] - WORTH for at in choice) - _ALIKE * _alike(found, choice)

    choices = [(at,) for at in fitting] + list(combinations(sorted(fitting), 2))
    texts = {choice: _joined(abstract, found, choice) for choice in choices}
    return texts[max((one for one in choices if len(texts[one]) <= limit), key=worth)]


def _joined(abstract: str, found: Sequence[Sentence], choice: _Choice) -> str:
    texts = [found[at].text for at in choice]
    joined = (between.join(texts) for between in ("", " "))  # some scripts write no spaces
    return next((text for text in joined if text in abstract), " … ".join(texts))


def _alike(found: Sequence[Sentence], choice: _Choice) -> float:
    """The share of the words of the shorter of two sentences that the other has, too."""
    if len(choice) == 1:
        return 0
    one, other = (set(found[at].text.lower().split()) for at in choice)
    return len(one & other) / min(len(one), len(other))
