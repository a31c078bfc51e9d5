"""The site is brought to where the world sees it: a branch of a git repository, or what a command
of the user's makes of it.

Two small files beside the state tell whether there is something to do. `changed` is made before the
site changes; `published` names the place that was served last. Who publishes takes both away first
and writes `published` at the end: whoever dies in between, and whatever changes meanwhile, the next
run publishes again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from digest import logs
from digest.config import PublishConfig
from digest.config.publishing import SITE
from digest.errors import Busy, DigestError

if TYPE_CHECKING:
    from digest.archive.commands import Programs

LONGEST = 600.0  # seconds for a publication that nobody waits for

# What a git that we are run by tells its children about its own repository.
_OF_ANOTHER_GIT = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
_NO_NAME = "<>.,:;\"' \\"  # what git takes away at the ends of a name


class Publisher:
    """Publishes a site at a place. `folder` is for what has to be remembered, outside the site.

    `who` is the name and the address in commits. Every function raises DigestError, which names
    the key and no secret, where the disk or a program refuses.
    """

    def __init__(
        self, site: Path, folder: Path, place: PublishConfig, *, who: tuple[str, str]
    ) -> None:
        self._site = site
        self._folder = folder
        self._place = place
        self._who = (
            who[0].replace("<", "").replace(">", "").strip(_NO_NAME) or "Papertide",
            who[1],
        )
        self._changed = folder / "changed"
        self._published = folder / "published"

    def owe(self) -> None:
        """Note that the site is about to change."""
        with self._writing():
            self._changed.touch()

    def owed(self) -> bool:
        """Whether the site as it stands may not be published yet. Asking costs next to nothing."""
        try:
            published = self._published.read_text()
        except (OSError, ValueError):
            return True
        return published != self._mark() or self._changed.exists()

    def publish(self, seconds: float = LONGEST) -> None:
        """Publish the site as it stands, owed or not, within so many seconds.

        Raises Busy where another is at it.
        """
        if not (self._site / "index.html").is_file():
            raise DigestError(
                f"archive.publish: there is no site in {self._site} yet; `digest archive build`"
                " writes it"
            )
        with self._writing(), self._alone() as lock:
            self._published.unlink(missing_ok=True)
            self._changed.unlink(missing_ok=True)
            try:
                self._bring(self._programs(seconds, lock))
            except DigestError as error:
                raise DigestError(f"archive.publish: {error}") from error
            self._published.write_text(self._mark())
        logs.event("published")

    def _bring(self, programs: Programs) -> None:
        if self._place.command:
            words = [word.replace(SITE, str(self._site)) for word in self._place.command]
            programs.run(words, folder=self._site)
            return
        from digest.archive.branch import Branch

        repository = self._folder / "repository"
        Branch(programs, self._site, repository, self._place, who=self._who).publish(
            subject(self._site)
        )

    def _programs(self, seconds: float, lock: IO[bytes]) -> Programs:
        from digest.archive.commands import Programs  # for those who publish

        kept = {name: text for name, text in os.environ.items() if name not in _OF_ANOTHER_GIT}
        return Programs(seconds, lock, kept)

    def _mark(self) -> str:
        """What names the place and tells nothing of it."""
        from hashlib import sha256

        return sha256("\0".join([str(self._site), *map(str, self._place)]).encode()).hexdigest()

    @contextmanager
    def _alone(self) -> Iterator[IO[bytes]]:
        """A lock that lasts as long as any program that has it open."""
        with (self._folder / "lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy("archive.publish: another is publishing this site") from None
            yield lock

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise DigestError(
                f"archive.publish: {self._folder} cannot be written: {error.strerror}; check the"
                " folder and the disk"
            ) from error


def subject(site: Path) -> str:
    """What a commit says: the site's newest edition."""
    folder, date = site, []
    for digits in (4, 2, 2):
        names = [one.name for one in folder.iterdir() if one.is_dir()]
        dated = [name for name in names if name.isdecimal() and len(name) == digits]
        if not dated:
            return "The archive"
        date.append(max(dated))
        folder /= date[-1]
    return f"Edition of {'-'.join(date)}"
