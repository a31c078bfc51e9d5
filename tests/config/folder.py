"""A configuration file, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.config import Config, load
from digest.errors import ConfigError

HF = '[[source]]\nkind = "huggingface"\n'
SECRET = "hunter2-and-more"
FROM = 'from = "Papers <papers@news.example.org>"\n'


def mail(lines: str) -> str:
    return f"{HF}[mail]\n{lines}\n"


def dkim(lines: str) -> str:
    return f"{HF}[mail]\n{FROM}[mail.dkim]\n{lines}\n"


class Folder:
    """A folder with a digest.toml in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "digest.toml"

    def load(self, text: str, **environ: str) -> Config:
        self.file.write_text(text, encoding="utf-8")
        return load(self.file, environ)

    def problems(self, text: str, **environ: str) -> list[str]:
        """The problems of a file, without the file's name before them."""
        with pytest.raises(ConfigError) as caught:
            self.load(text, **environ)
        assert caught.value.problems
        return [problem.removeprefix(f"{self.file}: ") for problem in caught.value.problems]
