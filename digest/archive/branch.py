"""The site on a branch of a git repository, put there by git's plumbing from a repository of our
own, so that neither the site's folder nor a checkout of the user's is touched.

    site's folder -> tree -> with others' files of the branch -> commit on its tip -> push

What was ours on the branch is told by refs/published/COMMIT, the tree of the site in a commit, set
before it is pushed: those that the branch has got count. So a death at any time leaves no doubt.
"""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copyfile

from digest.archive.commands import Failed, Programs
from digest.config import PublishConfig
from digest.failpoint import failpoint

Files = frozenset[tuple[str, str]]  # "MODE OBJECT" and path

_TIP = "refs/tip"
_OURS = "refs/published"
# Nothing of the user's own settings may change what is published, or run beside it.
_SETTINGS = {
    "advice.addEmbeddedRepo": "false",
    "advice.pushUpdateRejected": "false",
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "gc.autoDetach": "false",
    "pack.window": "0",  # to look for what is alike takes minutes for ten years, and saves little
}
_GIT = ["git", *(word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}"))]
_NO_JEKYLL = ".nojekyll"  # else GitHub Pages makes pages of its own from Markdown
_UNFINISHED = ":(exclude,glob)**/.*.partial"


class Branch:
    """The branch of a place. `repository` is a folder of our own; `who` is a name and an address.

    Every function raises DigestError where git cannot do its part.
    """

    def __init__(
        self,
        programs: Programs,
        site: Path,
        repository: Path,
        place: PublishConfig,
        *,
        who: tuple[str, str],
    ) -> None:
        self._programs = programs
        self._site = site
        self._repository = repository
        self._remote = place.remote
        self._ref = f"refs/heads/{place.branch}"
        self._environ = {
            "GIT_DIR": str(repository),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": who[0],
            "GIT_AUTHOR_EMAIL": who[1],
            "GIT_COMMITTER_NAME": who[0],
            "GIT_COMMITTER_EMAIL": who[1],
        }

    def publish(self, message: str) -> None:
        """Make the site a commit on the branch, unless nothing changed.

        Files on the branch that the site never had there stay. Where somebody else has pushed
        meanwhile, it is done once more on theirs.
        """
        self._prepare()
        site = self._tree_of_site()
        tip = self._tip()
        try:
            self._push(site, tip, message)
        except Failed:
            moved = self._tip()
            if moved == tip:
                raise
            self._push(site, moved, message)

    def _prepare(self) -> None:
        """Our repository, without the locks of those who died."""
        self._git("init", "--bare", "--quiet", "--template=", str(self._repository))
        for lock in (*self._repository.glob("*.lock"), *self._repository.glob("refs/**/*.lock")):
            lock.unlink(missing_ok=True)

    def _tree_of_site(self) -> str:
        """The tree of the site's folder; files that did not change are not read."""
        tree = {"GIT_WORK_TREE": str(self._site)}
        self._git("add", "--all", "--", ".", _UNFINISHED, **tree)
        return self._git("write-tree")

    def _tip(self) -> str:
        """The branch's last commit, which is then in our repository; "" without a branch."""
        tip = self._tip_there()
        if not tip:
            return ""
        if self._is_well("cat-file", "-e", f"{tip}^{{commit}}"):
            self._git("update-ref", _TIP, tip)
            return tip
        depth = [] if self._trees() else ["--depth=1"]  # of a history without us, only its end
        refs = f"+{self._ref}:{_TIP}"
        self._git("fetch", "--quiet", "--no-tags", *depth, "--", self._remote, refs)
        return self._git("rev-parse", _TIP)

    def _tip_there(self) -> str:
        told = self._git("ls-remote", "--", self._remote, self._ref)
        names = (line.split("\t") for line in told.splitlines())
        return next((commit for commit, ref in names if ref == self._ref), "")

    def _push(self, site: str, tip: str, message: str) -> None:
        """Put the site on top of the tip, and remember that."""
        trees = self._trees()
        commit = self._commit(self._joined(self._others(site, tip, trees)), tip, message)
        self._git("update-ref", f"{_OURS}/{commit}", site)
        failpoint("before-push")
        if commit != tip:
            self._git("push", "--quiet", "--no-verify", "--", self._remote, f"{commit}:{self._ref}")
        failpoint("after-push")
        old = [f"delete {_OURS}/{one}\n" for one in trees if one != commit]
        self._git("update-ref", "--stdin", given=f"update {_TIP} {commit}\n{''.join(old)}")
        self._is_well("gc", "--auto", "--quiet")  # which may wait until it succeeds

    def _trees(self) -> dict[str, str]:
        """The site's trees, by the commits of ours that may be on the branch."""
        told = self._git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", _OURS)
        return dict(line.split() for line in told.splitlines())

    def _others(self, site: str, tip: str, trees: dict[str, str]) -> Files:
        """The files at the tip that the site neither has nor had there."""
        if not tip:
            return frozenset()
        found = self._lost(tip, site)
        for commit, tree in trees.items():
            if self._is_well("merge-base", "--is-ancestor", commit, tip):
                found &= self._lost(tip, tree)
        return found

    def _lost(self, before: str, after: str) -> Files:
        """The files of one tree whose paths another has not."""
        told = self._git("diff-tree", "-r", "-z", "--no-renames", "--diff-filter=D", before, after)
        words = iter(told.split("\0"))
        facts = ((fact.lstrip(":").split(), path) for fact, path in zip(words, words, strict=False))
        return frozenset((f"{mode} {was}", path) for (mode, _, was, *_), path in facts)

    def _joined(self, others: Files) -> str:
        """The site's tree, with files of others, and with the sign that its files are ready."""
        index = {"GIT_INDEX_FILE": str(self._repository / "index.joined")}
        copyfile(self._repository / "index", index["GIT_INDEX_FILE"])
        empty = self._git("hash-object", "-w", "--stdin")
        files = {path: fact for fact, path in others} | {_NO_JEKYLL: f"100644 {empty}"}
        lines = "".join(f"{fact}\t{path}\0" for path, fact in files.items())
        self._git("update-index", "-z", "--index-info", given=lines, **index)
        return self._git("write-tree", **index)

    def _commit(self, tree: str, tip: str, message: str) -> str:
        """A commit of a tree on top of the tip; the tip itself where it has that tree."""
        if tip and self._git("rev-parse", f"{tip}^{{tree}}") == tree:
            return tip
        parent = ["-p", tip] if tip else []
        return self._git("commit-tree", tree, *parent, "-m", message)

    def _is_well(self, *words: str) -> bool:
        try:
            self._git(*words)
        except Failed:
            return False
        return True

    def _git(self, *words: str, given: str = "", **environ: str) -> str:
        """What git says to a command, without the line break at its end."""
        said = self._programs.run(
            [*_GIT, *words],
            folder=self._site,
            given=given.encode("utf-8", "surrogateescape"),
            environ=self._environ | environ,
        )
        return said.decode("utf-8", "surrogateescape").rstrip("\n")
