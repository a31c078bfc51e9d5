"""A newsletter with two readers and an operator, driven through the command line."""

from __future__ import annotations

from pathlib import Path

from tests.home import Home
from tests.pages import page

MORNING, NOON = "2026-01-05T07:30:00Z", "2026-01-05T12:00:00Z"
OPERATOR = "operator@example.org"


def home_of(folder: Path, url: str) -> Home:
    home = Home(folder)
    (folder / "pages").mkdir()
    (folder / "pages" / "1.txt").write_text(page(1, 2), encoding="utf-8")
    return home.configure(
        '[[source]]\nkind = "saved-page"\npath = "pages"\n'
        '[mail]\nfrom = "Papers <papers@example.org>"\nto = ["a@example.org", "b@example.org"]\n'
        f'transport = "{url}"\nconnections = 1\noperator = "{OPERATOR}"\n'
    )
