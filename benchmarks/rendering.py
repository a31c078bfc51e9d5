"""What rendering an edition costs: a mail's two parts and its files of the archive."""

from __future__ import annotations

import jinja2

from benchmarks import invented
from benchmarks.measure import call, line
from digest.render import edition_files, environment, mail
from digest.render.look import Look
from digest.wiring import templates

ROUNDS = 15
SITE = "https://papers.example.org"
LOOK = Look(title="Papers", base_url=SITE)


def measure(papers: int, limit: float) -> bool:
    """Print the figure; whether it keeps its limit, in milliseconds."""
    env = environment(jinja2.FileSystemLoader(templates()))
    # Each time another edition, so that nothing is known from the time before.
    editions = iter([invented.edition(papers, after=at * papers) for at in range(ROUNDS)])

    def render() -> None:
        edition = next(editions)
        mail(env, edition, site=SITE, max_papers=papers)
        for pieces in edition_files(env, LOOK, edition).values():
            "".join(pieces)

    return line(
        f"{papers:,} papers as mail, Markdown and page", call(render, runs=ROUNDS - 1), limit, "ms"
    )
