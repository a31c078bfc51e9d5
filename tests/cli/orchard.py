"""Themes of a grower, and what the tests of commands on themes do with them."""

from __future__ import annotations

from typing import Any

from tests.home import Home

ORCHARD = """
[[group]]
id = "orchard"
label = "Orchard"
[[theme]]
id = "apples"
group = "orchard"
label = "Apples"
description = "What grows on an apple tree, how it got there, and what is made of it in autumn."
strong = ["cider", "apple tree"]
weak = ["apple"]
exclude = ["pineapple"]
[theme.topics]
"Drinks" = ["cider", "apple juice"]
[[theme]]
id = "pears"
group = "orchard"
label = "Pears"
strong = ["pear"]
weak = ["tree"]
priority = 0.5
"""


def with_themes(home: Home, text: str, settings: str = "use = []") -> Home:
    (home.folder / "mine.toml").write_text(text, encoding="utf-8")
    return configured(home, f'path = "mine.toml"\n{settings}')


def configured(home: Home, settings: str) -> Home:
    before, _, _ = home.config.read_text().partition("\n[themes]")
    return home.configure(f"{before}\n[themes]\n{settings}\n")


def themes(home: Home, *more: str) -> dict[str, dict[str, Any]]:
    told = home.digest("themes", "list", "--json", *more).json
    return {theme["id"]: theme for group in told["groups"] for theme in group["themes"]}


def remarks(home: Home) -> list[str]:
    answer = home.digest("themes", "check")
    assert answer.code == 0
    return [line.removeprefix("remark: ") for line in answer.out.splitlines()[1:]]
