"""Why a paper stands where it does, in a few words."""

from __future__ import annotations

from digest.latex import readable
from digest.model.editions import Evidence
from digest.model.papers import Paper
from digest.render.text import LONGEST_NAME, tidy
from digest.shortening import cut

MOST = 2  # phrases that are told


def why(evidence: Evidence, paper: Paper) -> str:
    """The reason for a paper's place, in a few words; "" where there is none."""
    quoted = ", ".join(f"“{phrase}”" for phrase in _telling(evidence))
    if evidence.reason in ("keyword", "author"):
        return _chosen(evidence, quoted)
    if evidence.reason == "phrases" and quoted:
        return f"Matches {quoted}"
    others = [code for code in tidy(paper.categories[:3]) if code != evidence.theme]
    if evidence.reason == "none" or not paper.categories:
        return ""
    if not others:  # its section has the name of its only category
        return f"Matches {quoted}" if quoted else ""
    listed = "Listed under " + ", ".join(others)
    return f"{listed}: {quoted}" if quoted else listed


def _chosen(evidence: Evidence, keywords: str) -> str:
    """Which of a reader's keywords and authors a paper has."""
    by = " and ".join(_authors(evidence))
    parts = f"Has your keyword {keywords}" if keywords else "", f"By your author {by}" if by else ""
    return "; ".join(filter(None, parts))


def _authors(evidence: Evidence) -> list[str]:
    names = [one.phrase for one in evidence.matches if one.where == "authors"]
    return [cut(readable(tidy(name)), LONGEST_NAME) for name in names[:MOST]]


def _telling(evidence: Evidence) -> list[str]:
    """The strongest two phrases of which neither holds the other."""
    phrases: list[str] = []
    for match in evidence.matches:
        if match.where in ("categories", "authors"):
            continue  # a category says nothing to who follows it
        phrase = cut(tidy(match.phrase), LONGEST_NAME)
        if not any(phrase in one or one in phrase for one in phrases):
            phrases.append(phrase)
        if len(phrases) == MOST:
            break
    return phrases
