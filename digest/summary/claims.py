"""How likely a sentence of an abstract tells what its paper claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import mul

from digest.summary.sentences import Sentence, name_in


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _verbs(text: str) -> frozenset[str]:
    return frozenset(verb + end for verb in text.split() for end in ("", "s", "es", "d", "ed"))


_WE = _words("we our ours i my")
_WORK = _words("paper work study article report survey manuscript review note")
_MADE = _verbs(
    "propose introduce present develop design build create construct formulate release offer"
    " describe extend generalise generalize formalise formalize report"
) | _words("built")
_FOUND = _verbs(
    "show find demonstrate reveal prove conclude establish obtain derive discover confirm suggest"
    " indicate identify observe uncover yield result"
) | _words("found shown finding findings")
_GAINS = _verbs("outperform improve surpass exceed achieve reduce gain enable") | _words(
    "better superior faster higher lower significantly consistently improvement improvements"
)
_BACKGROUND = _words(
    "recent recently existing current currently previous prior traditional traditionally"
    " conventional typically often although despite remain remains challenge challenges"
    " challenging limited lack lacks crucial critical essential has have been become however"
    " important widely"
)
_MEANS = _words(
    "proof proofs argument arguments ingredient technical technique techniques based calibrated"
    " tested trained implemented evaluate evaluated"
)
_LATER = _words("code available http https github released")
_LEANING = _words(
    "however moreover furthermore additionally also this these it its they their such thus"
    " therefore hence then besides consequently specifically finally similarly instead meanwhile"
    " conversely yet both second third"
)
_EMPTY = _words("a an the of in on for and or with by to from via at as is are using based towards")

_WORD = re.compile(r"[^\W_]+")
_DID = re.compile(
    r"\b(?:we|i|paper|work|study|article|report|survey)"
    r" (?:(?:also|then|further|first|\w+ly) )?(\w+)"
)
_OTHERS = re.compile(
    r"(?:some |many |most )?(?:prior|previous|recent|existing|earlier|past)"
    r" (?:works?|stud(?:y|ies)|research|methods?|approaches|models?)\b"
)
_WITHDRAWN = re.compile(
    r"\b[Tt]his (?:paper|article|submission|manuscript|preprint|version|work)"
    r" (?:is|was|has been) (?:being )?(?:withdrawn|retracted)\b"
    r"|\bwithdrawn by (?:the|its) authors?\b"
)
_SOURCE = re.compile(r"\\|\$(?!\d)")  # LaTeX that could not be read; no money
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_FIGURE = re.compile(r"\d(?<![0-9A-Za-z.]\d)\d*(?:\.\d|\s?\\?%|[x×] )")  # no part of a name

# Printed by `python -m benchmarks.eval_summaries.fit`, which fits them to labels and references.
WEIGHTS = {
    "title": 1.79,  # the share of its title's words that the sentence has
    "name": 0.25,  # has what stands before the title's colon
    "ours": 0.15,  # of us or of this paper
    "first of ours": 0.71,
    "before ours": -0.96,
    "made": 1.21,  # that we made something
    "found": 0.99,
    "gains": 0.27,  # of what the title names, or with a figure
    "figure": 0.51,
    "result": 0.96,  # among a structured abstract's results or conclusions
    "method": -1.28,
    "background": -0.23,
    "means": -0.15,  # how it was made or found
    "later": -0.21,
    "others": -0.57,  # begins with the work of others
    "leaning": -0.55,  # begins with what leans on the sentence before
    "question": -0.57,
    "short": -1.74,  # but for web addresses
}
_SOURCE_WEIGHT = -1.0  # set by hand: labels tell what claims, not what can be read
_WITHDRAWN_WEIGHT = 100.0  # the same: nothing outweighs that
WORTH = 0.98  # what a sentence beside another must weigh at least
_WEIGHTS = tuple(WEIGHTS.values())


def claims(found: Sequence[Sentence], title: str) -> list[float]:
    """A number for each sentence of an abstract: the higher, the likelier it is the claim."""
    return [
        sum(map(mul, _WEIGHTS, traits)) + _beside_labels(text)
        for (text, _), traits in zip(found, traits_of(found, title), strict=True)
    ]


def _beside_labels(text: str) -> float:
    source = _SOURCE_WEIGHT if _SOURCE.search(text) else 0
    return source + (_WITHDRAWN_WEIGHT if _WITHDRAWN.search(text) else 0)


def traits_of(found: Sequence[Sentence], title: str) -> Iterator[tuple[float, ...]]:
    """What is weighed of each sentence of an abstract: numbers from 0 to 1, as WEIGHTS has them."""
    wanted = frozenset(_WORD.findall(title.lower())) - _EMPTY
    name = name_in(title) or "\0"
    low = [text.lower() for text, _ in found]
    words = [_WORD.findall(text) for text in low]
    ours = [
        not _WE.isdisjoint(have) or ("this" in have and not _WORK.isdisjoint(have))
        for have in words
    ]
    first = ours.index(True) if True in ours else -1
    for at, (text, part) in enumerate(found):
        have = frozenset(words[at])
        told = words[at][3:] if words[at][:1] == ["to"] else have  # "To show this" shows nothing
        figure = _FIGURE.search(text) is not None
        yield (
            len(wanted & have) / max(len(wanted), 1),
            name in text,
            ours[at],
            at == first,
            at < first,
            not _MADE.isdisjoint(have) and not _MADE.isdisjoint(_DID.findall(low[at])),
            not _FOUND.isdisjoint(told),
            not _GAINS.isdisjoint(have) and (figure or name in text or bool(wanted & have)),
            figure,
            part in ("results", "conclusions"),
            part == "methods",
            min(len(_BACKGROUND & have), 3) / 3,
            not _MEANS.isdisjoint(have),
            not _LATER.isdisjoint(have),
            _OTHERS.match(low[at]) is not None,
            not _LEANING.isdisjoint(words[at][:1]) and _WORK.isdisjoint(words[at][1:2]),
            text.endswith("?"),
            len(_ADDRESS.sub("", text)) < 60,
        )
