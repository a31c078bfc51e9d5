"""Packages that bring sources: the one of docs/sources.md, and changes of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tests.home import Answer, Home

PAGE = (Path(__file__).parent.parent / "docs" / "sources.md").read_text(encoding="utf-8")
SOURCE, TEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PROJECT, TABLE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
NOW = "2026-03-04T09:00:00Z"


class Packages:
    """A folder of installed packages, as an installer leaves them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def install(self, module: str, code: str, project: str = PROJECT) -> None:
        told = tomllib.loads(project)["project"]
        (self.folder / f"{module}.py").write_text(code, encoding="utf-8")
        info = self.folder / f"{told['name'].replace('-', '_')}-{told['version']}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {told['name']}\nVersion: {told['version']}\n"
        (info / "METADATA").write_text(metadata)
        groups = [
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
            for group, entries in told["entry-points"].items()
        ]
        (info / "entry_points.txt").write_text("\n".join(groups))

    def digest(self, home: Home, *arguments: str, now: str = NOW, **environ: str) -> Answer:
        return home.process(*arguments, now=now, PYTHONPATH=str(self.folder), **environ)


def changed(method: str, statement: str) -> str:
    """The page's source with another body in one of its methods."""
    head = re.compile(rf"    def {method}(\(.*\)):\n")
    found = head.search(SOURCE)
    assert found, method
    body = f"    def {method}{found[1]}:\n        {statement}\n\n    def old_{method}{found[1]}:\n"
    return head.sub(lambda _: body, SOURCE)


def configured(home: Home, url: str, table: str = TABLE) -> Home:
    """The page's source, at another address, beside a saved page."""
    config = home.config.read_text(encoding="utf-8")
    table = table.replace("https://tides.example/list", url)
    return home.configure(f"{config}\n[fetch]\nallow_private = true\n\n{table}")


def other(name: str, value: str) -> str:
    """A package like the page's, with a name and an entry point of its own."""
    return PROJECT.replace("tide-source", name).replace("tide_source:TideArchive", value)


def run(packages: Packages, home: Home) -> tuple[int, dict[str, Any]]:
    answer = packages.digest(home, "run", "--json")
    assert answer.out, answer.err
    return answer.code, answer.json
