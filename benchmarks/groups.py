"""What it costs to give 1,000 groups of readers, who each want something else, their letters.

`python -m benchmarks.groups`
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks import invented
from benchmarks.letters import ENVIRON, SETTINGS
from benchmarks.measure import line
from digest import wiring
from digest.config import Config, load
from digest.document import freeze
from digest.model.editions import Edition, FrozenEdition
from digest.model.readers import Preferences
from digest.render import Mails
from digest.selection import Choices
from digest.taxonomies import shipped

T = TypeVar("T")
GROUPS, PAPERS = 1_000, 72
LIMIT = 4.4  # ms a group: 100,000 messages take some 44 s to send, and this may take a tenth


def measure(folder: Path) -> bool:
    """Print the figures; whether a group costs no more than it may."""
    config, frozen = _config(folder), freeze(invented.edition(PAPERS))
    wants = preferences(frozen.edition, GROUPS)
    chosen = _choose(frozen.edition, wants)
    press = wiring.press(config, frozen)
    before = _memory()
    whole, built = _timed(lambda: [_size(press(one)) for one in wants])
    sizes = sorted(filter(None, built))
    print(f"{len(sizes)} of {GROUPS} groups get a letter, of {sizes[len(sizes) // 2]:,} bytes")
    selecting, _ = _timed(lambda: _choose(frozen.edition, wants))
    rendering, _ = _timed(lambda: _render(config, frozen, chosen))
    print(f"selection {selecting:5.2f} s, rendering {rendering:5.2f} s, all {whole:5.2f} s of CPU")
    print(
        f"peak memory {_memory():.0f} MB, {_memory() - before:.0f} MB more than before the groups"
    )
    each = 1_000 * (selecting + rendering) / GROUPS
    return line("choosing and rendering for a group", each, LIMIT, "ms")


def preferences(edition: Edition, groups: int) -> list[Preferences]:
    """What so many groups want, each something else, the same at each run."""
    chance, made = random.Random(7), set[Preferences]()
    themes = [section.theme for section in edition.sections]
    placed = [one for section in edition.sections for one in section.papers]
    words = sorted({match.phrase for one in placed for match in one.evidence.matches})
    people = [name for one in placed for name in one.paper.authors]

    def some(names: Sequence[str], most: int, share: float) -> tuple[str, ...]:
        wanted = chance.random() < share
        return tuple(sorted(chance.sample(names, chance.randint(1, most)))) if wanted else ()

    while len(made) < groups:
        wanted = some(themes, 5, 0.6)
        made.add(
            Preferences(
                wanted=wanted,
                unwanted=() if wanted else some(themes, 3, 0.8),
                keywords=some(words, 3, 0.3),
                authors=some(people, 2, 0.2),
                cap=chance.choice((0, 0, 0, 0, 10, 20)),
            )
        )
    made.discard(Preferences())
    return sorted(made, key=repr)


def _choose(edition: Edition, wants: Sequence[Preferences]) -> list[Edition]:
    choices = Choices(edition, shipped("ai").parents)
    return [found for one in wants if (found := choices.of(one))]


def _render(config: Config, frozen: FrozenEdition, chosen: Sequence[Edition]) -> None:
    site, most = config.newsletter.base_url, config.newsletter.max_papers
    mails = Mails(wiring.environment(config), frozen.edition, site=site)
    for one in chosen:
        mails.mail(one, max_papers=most)


def _size(build: Callable[[str], tuple[bytes, ...]] | None) -> int:
    return sum(map(len, build("reader@example.net"))) if build else 0


def _timed(function: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    made = function()
    return time.process_time() - start, made


def _memory() -> float:
    """Of this process at its peak, in MB; Linux counts in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _config(folder: Path) -> Config:
    file = folder / "groups.toml"
    settings = SETTINGS.replace("[[source]]", f"max_papers = {PAPERS}\n[[source]]")
    file.write_text(settings, encoding="utf-8")
    return load(file, ENVIRON)


def main() -> int:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as name:
        return 0 if measure(Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main())
