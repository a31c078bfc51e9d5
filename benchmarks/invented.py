"""Invented papers: seeded random text in the wire form of rss.arxiv.org, the same at each run."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from itertools import accumulate, product

from digest.model.editions import Edition
from digest.model.papers import Paper
from digest.taxonomies import shipped
from digest.themes.grouping import group

FIELDS = ("cs.CV", "cs.CL", "cs.LG", "cs.AI", "cs.RO", "eess.IV", "stat.ML")
ABSTRACT = 216  # words, which makes an item of 1.96 KB on average
SENTENCE = 27  # words
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>
<title>cs updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs</link>
<description>cs updates on the arXiv.org e-print archive.</description>
<lastBuildDate>{built}</lastBuildDate><pubDate>{built}</pubDate>
"""
ITEM = """<item><title>{title}</title><link>https://arxiv.org/abs/{id}</link>
<description>arXiv:{id}v1 Announce Type: new
Abstract: {abstract}</description>
<guid isPermaLink="false">oai:arXiv.org:{id}v1</guid>{categories}
<pubDate>Mon, 05 Jan 2026 00:00:00 -0500</pubDate><arxiv:announce_type>new</arxiv:announce_type>
<dc:rights>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</dc:rights>
<dc:creator>{authors}</dc:creator></item>
"""


class Author:
    """Writes papers: made-up words, and the phrases of the shipped themes among them."""

    def __init__(self) -> None:
        self._chance = random.Random(3)
        syllables = ["".join(pair) for pair in product("bdfklmnprstv", "aeiou")]
        self._words = ["".join(self._chance.choices(syllables, k=1 + n % 4)) for n in range(4000)]
        self._often = list(accumulate(1 / (n + 3) for n in range(4000)))  # as in any language
        taxonomy = tomllib.loads(
            files("digest.themes").joinpath("builtin", "ai.toml").read_text("utf-8")
        )
        self._phrases = [
            theme.get("core", []) + theme["strong"] + theme["weak"] for theme in taxonomy["theme"]
        ]

    def paper(self, number: int) -> Paper:
        """A paper with phrases of one theme, and some of others."""
        chance = self._chance
        theme = chance.choice(self._phrases)
        others = [chance.choice(chance.choice(self._phrases)) for _ in range(3)]
        names = chance.choices(self._words, k=2 * chance.randint(1, 9))
        return Paper(
            title=self._text(chance.choices(theme, k=1), 8),
            abstract=_in_sentences(self._text(chance.choices(theme, k=5) + others, ABSTRACT)),
            authors=tuple(map("{} {}".format, names[::2], names[1::2])),
            ids=(f"2601.{number:05}",),
            categories=tuple(dict.fromkeys(chance.choices(FIELDS, k=chance.randint(1, 3)))),
        )

    def _text(self, phrases: Iterable[str], words: int) -> str:
        text = self._chance.choices(self._words, cum_weights=self._often, k=words)
        for phrase in phrases:
            text.insert(self._chance.randrange(words), phrase)
        return " ".join(text).capitalize()


def _in_sentences(text: str) -> str:
    words = text.split()
    parts = (words[at : at + SENTENCE] for at in range(0, len(words), SENTENCE))
    return " ".join(" ".join(part).capitalize() + "." for part in parts)


def papers(number: int) -> list[Paper]:
    """The first invented papers."""
    author = Author()
    return [author.paper(at) for at in range(1, number + 1)]


def edition(number: int, after: int = 0) -> Edition:
    """An edition of so many invented papers, without the first."""
    entries = [(paper.ids[0], paper, ("arxiv",)) for paper in papers(after + number)[after:]]
    return Edition(
        newsletter="daily-papers",
        title="Tägliche Papiere",
        period="daily",
        date=dt.date(2026, 1, 5),
        published_at=dt.datetime(2026, 1, 5, 7, 30, tzinfo=dt.UTC),
        sections=tuple(group(shipped("ai"), entries)),
    )


def feed(papers: Iterable[Paper], hour: int = 0) -> bytes:
    """A feed of these papers, built at an hour of one day."""
    head = HEAD.format(built=f"Mon, 05 Jan 2026 {hour:02}:00:00 -0500")
    return (head + "".join(map(_item, papers)) + "</channel></rss>\n").encode()


def _item(paper: Paper) -> str:
    return ITEM.format(
        id=paper.ids[0],
        title=paper.title,
        abstract=paper.abstract,
        categories="".join(f"<category>{name}</category>" for name in paper.categories),
        authors=", ".join(paper.authors).title(),
    )
