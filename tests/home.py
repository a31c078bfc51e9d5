"""A newsletter of its own in a folder of its own, driven through the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.cli.main import main
from tests.forks import Fork


@dataclass(frozen=True)
class Answer:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return] # a JSON object by contract


def ended(process: Fork | subprocess.Popen[bytes], *, seconds: float = 60) -> Answer:
    """A process at its end."""
    out, err = process.communicate(timeout=seconds)
    assert process.returncode is not None
    return Answer(process.returncode, out.decode(), err.decode())


class Home:
    """A folder with a digest.toml, and the commands that work on it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.config = folder / "digest.toml"

    def configure(self, text: str) -> Home:
        self.config.write_text(text, encoding="utf-8")
        return self

    def digest(self, *arguments: str, now: str | None = None) -> Answer:
        """Run a command in this process."""
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        err = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(self._arguments(arguments, now))
        out.seek(0)
        return Answer(code, out.read(), err.getvalue())

    def run(self, *arguments: str, now: str) -> dict[str, Any]:
        """`digest run --json` in this process; its report."""
        answer = self.digest("run", "--json", *arguments, now=now)
        assert answer.out, answer.err
        return answer.json

    def start(
        self, *arguments: str, now: str | None = None, under: Sequence[str] = (), **environ: str
    ) -> subprocess.Popen[bytes]:
        """Start a command in an interpreter of its own, or under a program that is to run it."""
        return subprocess.Popen(
            [*under, sys.executable, "-m", "digest.cli.main", *self._arguments(arguments, now)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | environ,
        )

    def fork(self, *arguments: str, now: str | None = None, **environ: str) -> Fork:
        """Start a command as a process of its own that has all loaded."""
        return Fork(self._arguments(arguments, now), os.environ | environ)

    def process(self, *arguments: str, now: str | None = None, **environ: str) -> Answer:
        """Run a command as a process of its own, to its end."""
        return ended(self.fork(*arguments, now=now, **environ))

    def fresh(self, *arguments: str, now: str | None = None, **environ: str) -> Answer:
        """Run a command in an interpreter of its own, to its end."""
        return ended(self.start(*arguments, now=now, **environ))

    def editions(self) -> list[dict[str, Any]]:
        """The editions that the archive holds, oldest first."""
        files = sorted((self.folder / "site").glob("*/*/*/edition.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    def keys(self) -> list[str]:
        """The key of every paper in every edition, repeats and all."""
        return [
            placed["key"]
            for edition in self.editions()
            for section in edition["sections"]
            for placed in section["papers"]
        ]

    def _arguments(self, arguments: tuple[str, ...], now: str | None) -> list[str]:
        moment = ["--now", now] if now else []
        return ["--config", str(self.config), *moment, *arguments]
