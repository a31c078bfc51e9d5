"""A user's own template that is wrong keeps the site back, and no reader from the mail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.home import Answer, Home

MONDAY = "2026-01-05T07:30:00Z"
TUESDAY = "2026-01-06T07:30:00Z"


@pytest.fixture(
    params=[
        "archive/edition.html.j2", "archive/entry.html.j2", "archive/home.html.j2",
        "archive/month.html.j2", "archive/theme.html.j2", "edition.md.j2",
    ]
)  # fmt: skip
def broken(request: pytest.FixtureRequest, home: Home) -> Path:
    """A template of the site in the user's own folder that names what is not there."""
    home.configure('[templates]\npath = "own"\n' + home.config.read_text())
    name: str = request.param
    file = home.folder / "own" / name
    file.parent.mkdir(parents=True)
    file.write_text("{{ editor.name }}")
    return file


def troubled(answer: Answer, broken: Path, home: Home) -> None:
    name = broken.relative_to(home.folder / "own").as_posix()
    assert answer.code == 1
    assert answer.err.startswith(f"digest: {name}: 'editor' is undefined; mend the template")
    assert len(answer.err.splitlines()) == 1


def catalogued(home: Home) -> list[str]:
    """The editions that the site says it holds."""
    file = home.folder / "site" / "2026" / "catalogue.json"
    return list(json.loads(file.read_text())["days"]) if file.exists() else []


def mails(home: Home) -> int:
    return len(list((home.folder / "outbox" / "new").iterdir()))


def test_a_wrong_template_of_the_site_keeps_no_reader_from_the_mail(
    home: Home, broken: Path
) -> None:
    answer = home.digest("run", "--json", now=MONDAY)
    troubled(answer, broken, home)
    assert (answer.json["status"], answer.json["deliveries"]["sent"]) == ("published", 2)
    assert mails(home) == 2
    [noted] = home.digest("status", "--json").json["runs"]
    assert (noted["date"], noted["status"]) == ("2026-01-05", "published")


def test_it_is_told_at_each_run_until_it_is_mended(home: Home, broken: Path) -> None:
    home.digest("run", "--no-deliver", now=MONDAY)
    troubled(home.digest("run", now=TUESDAY), broken, home)
    assert (mails(home), catalogued(home)) == (2, [])
    broken.unlink()
    answer = home.digest("run", now=TUESDAY)
    assert (answer.code, answer.err, len(home.editions())) == (0, "", 1)
    assert catalogued(home) == ["2026-01-05"]
