"""One invented edition that shows everything an edition can hold, hostile text included."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import jinja2

from digest.model.editions import Edition, Evidence, Match, Placement, Revision, Section, SourceNote
from digest.model.papers import Paper
from digest.model.sources import SourceState
from digest.render import edition_files, environment
from digest.render.look import Look

TEMPLATES = Path(__file__).parents[2] / "templates"
SITE = "https://papers.example.org"
SENDER = "Tägliche Papiere <papers@example.org>"


@cache
def shipped() -> jinja2.Environment:
    return environment(jinja2.FileSystemLoader(TEMPLATES))


def edition_page(env: jinja2.Environment, edition: Edition, *, site: str) -> str:
    """The first page of an edition."""
    look = Look(title=edition.title, base_url=site)
    return "".join(edition_files(env, look, edition)["index.html"])


def placed(paper: Paper, *phrases: str, sources: tuple[str, ...] = ("hf",)) -> Placement:
    matches = tuple(Match(phrase=phrase, where="title", weight=2.0) for phrase in phrases)
    evidence = Evidence(reason="phrases", theme="agents", score=2.0, matches=matches)
    return Placement(
        key=f"arxiv:{paper.ids[0]}"
        if paper.ids
        else f"title:{hashlib.sha256(paper.title.encode(errors='replace')).hexdigest()[:8]}",
        paper=paper,
        sources=sources,
        evidence=evidence if phrases else Evidence(reason="none"),
    )


COMPLETE = Paper(
    title="Patient Agents: Tools That Wait Until They Are Wanted",
    abstract=(
        "Agents that call tools often call them before they are of any use. Earlier work trains "
        "them to act, never to wait. We introduce Patient Agents, which learn from the price of "
        "asking in vain when a tool will help. On twelve suites of office work they ask 38% less "
        "often and finish 6.1 points more tasks than agents that never wait. Waiting costs nothing "
        "that a reader would notice. We release the tasks, the code and all transcripts."
    ),
    authors=("Ada Quill", "Bo Reed", "Cy Sand", "Di Thorn", "Eve Umber", "Flo Vane"),
    organisation="Institute of Waiting",
    ids=("2606.00001",),
    url="https://arxiv.org/abs/2606.00001",
    pdf="https://arxiv.org/pdf/2606.00001",
    code="https://github.com/example/patient",
    project="https://patient.example.org/",
    discussion="https://huggingface.co/papers/2606.00001",
    thumbnail="https://images.example.org/1.png",
    upvotes=1234,
    comments=1,
)
FORMULAE = replace(
    placed(
        Paper(
            title=r"PanGu-$\pi$ at $10 Each: $O(n \log n)$ Waiting for \textit{Idle} Agents",
            abstract=(
                r"We prove that $\ell_1$ waits need $x^{2} \le 10^{-3}$ steps, as Poincar\'e did, "
                r"for 100% of $n<d$ & all $\mathcal{A} \subseteq \mathbb{R}^d$."
            ),
            authors=(r"Ren\'e Rill",),
            ids=("2606.00005",),
            url="https://arxiv.org/abs/2606.00005",
        ),
        "agent",
    ),
    summary="Waiting agents need <few> steps: a bound of $O(n)$ holds for nearly all of them.",
)
BARE = Paper(title="A Page That Was Saved Without Its Links", author_count=14)
CATEGORISED = Placement(
    key="arxiv:2606.00002",
    paper=Paper(
        title="On the Cost of Asking Twice",
        abstract="Asking once costs less than asking twice, for $n<m$ & all p < 0.05.",
        authors=("Gil Wren",),
        ids=("2606.00002",),
        url="http://arxiv.org/abs/2606.00002",
        categories=("cs.CL", "cs.LG", "cs.AI", "stat.ML"),
    ),
    sources=("hf", "arxiv"),
    evidence=Evidence(reason="category", theme="agents", score=0.5),
)
HOSTILE = (
    Paper(
        title="<script>alert(1)</script>{{7*7}}{% raw %}</title></h3>",
        abstract="<img src=x onerror=alert(1)>\r\n# No heading [x](javascript:alert(1)) `c` *e* _u",
        authors=("<b>Bold</b>", "Eve\r\nBcc: all@example.org", "Nul\x00Name"),
        organisation='"><svg onload=alert(1)>',
        url="javascript:alert(1)",
        pdf="data:text/html,<script>alert(1)</script>",
        code='https://code.example.org/a b(c)?x=1&copy=2"><script>',
        project="https://good.example.org@evil.example.org/",
        thumbnail="http://images.example.org/plain.png",
    ),
    Paper(title="Word " * 2_000, abstract="x" * 2_000, authors=("Many Authors",) * 3_000),
    Paper(
        title="دراسة في صبر الوكلاء",
        abstract="ننظر في الوكلاء الذين ينتظرون، ونجد أنهم يصلون أولا.",
        authors=("حبر قلم",),
        url="https://arxiv.org/abs/2606.00003",
    ),
    Paper(
        title="関する研究：待つことを学ぶエージェント",
        abstract="待つことを学ぶエージェントについて研究する。" * 20,
        authors=("墨 筆",),
        url="https://arxiv.org/abs/2606.00004",
    ),
    Paper(title="\u202egnp.exe\u202c \u2066override\u2069", abstract="\u2028line\u2029"),
    Paper(title="1. Not a list", abstract="- nor this"),
    Paper(title="\x00\r\n\t"),
)

EDITION = Edition(
    newsletter="daily-papers",
    title="Daily Papers & More",
    period="daily",
    date=dt.date(2026, 6, 16),
    published_at=dt.datetime(2026, 6, 16, 7, 30, tzinfo=dt.UTC),
    sections=(
        Section(
            theme="agents",
            label="Agents & tools",
            papers=(
                placed(COMPLETE, "agent", "tool", "waiting", "a fourth", sources=("hf", "arxiv")),
                placed(BARE, "page"),
                CATEGORISED,
                FORMULAE,
            ),
        ),
        Section(theme="also", label="Other papers", papers=tuple(map(placed, HOSTILE))),
    ),
    revisions=(
        Revision(
            key="arxiv:2605.00009",
            title="An Earlier <i>Answer</i>",
            version=3,
            url="https://arxiv.org/abs/2605.00009v3",
        ),
        Revision(key="title:abc", title="One Without a Link", version=2),
    ),
    sources=(
        SourceNote(name="hf", state=SourceState.FRESH, sightings=10),
        SourceNote(name="arxiv", state=SourceState.FAILED, reason="HTTP 503 <after> 3 tries"),
        SourceNote(name="lab", state=SourceState.QUIET),
        SourceNote(name="press", state=SourceState.WAITING, reason="due at 00:30 UTC"),
        SourceNote(name="old", state=SourceState.STALE, reason="the list of 12 June"),
    ),
    taxonomy="ai/0123abcd",
    summarised_by="small-model:8b",
    intro="Good *morning*. See the [list](https://example.org/list), not [x](javascript:alert(1))."
    "\n\n<script>alert(1)</script><img src=https://evil.example.org/p.gif>",
)


def large(papers: int, sections: int = 8) -> Edition:
    """An edition of ordinary papers in sections of falling size."""
    groups: list[list[Placement]] = [[] for _ in range(sections)]
    for number in range(papers):
        paper = replace(COMPLETE, title=f"{COMPLETE.title}, Part {number}")
        groups[min(number % (sections + 1), number % sections)].append(placed(paper, "agent"))
    return replace(
        EDITION,
        sections=tuple(
            Section(theme=f"theme-{at}", label=f"Theme {at}", papers=tuple(group))
            for at, group in enumerate(groups)
        ),
    )
