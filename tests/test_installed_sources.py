"""What a run does with a source of another package that breaks, lies or is careless."""

from __future__ import annotations

import pytest

from tests.home import Home
from tests.packages import SOURCE, Packages, changed, configured, run


@pytest.mark.parametrize("method", ["requests", "parse", "verdict"])
@pytest.mark.parametrize(
    "wrong",
    [("1 / 0", "ZeroDivisionError: division by zero"), ("raise SystemExit(0)", "SystemExit: 0")],
)
def test_a_source_that_breaks_in_a_run_stops_no_other(
    packages: Packages, home: Home, tides: str, method: str, wrong: tuple[str, str]
) -> None:
    fault, told = wrong
    packages.install("tide_source", changed(method, fault))
    code, report = run(packages, configured(home, tides))
    assert (code, report["status"]) == (1, "published")
    assert (report["new"] >= 3, report["sources"]["pages"]["sightings"]) == (True, 3)
    assert report["sources"]["shore"]["state"] == "failed"
    error = f"the source itself is broken ({told}); report this"
    assert error in report["sources"]["shore"]["error"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("requests", "None"), "'NoneType' object is not iterable"),
        (("requests", "[Request(url=7)]"), "Expected `str`, got `int` - at `$[0].url`"),
        (("parse", "None"), "Expected `array`, got `null`"),
        (("parse", "[Paper(title='Ebb')]"), "Expected `array` of length 6, got 1"),
        (("parse", "Listing(papers=[Paper(title=None)])"), "got `null` - at `$[0][0].title`"),
        (("parse", "Listing(papers=[Paper(title=b'Ebb')])"), "got `bytes` - at `$[0][0].title`"),
        (("parse", "Listing(papers=[Paper(title='Ebb', upvotes='many')])"), "upvotes`"),
        (("verdict", "'quiet'"), "Expected `array`, got `str`"),
        (("verdict", "('fine', 'all of it')"), "Invalid enum value 'fine'"),
        (("verdict", "('failed', 'all of it')"), "a verdict is waiting, quiet, stale or fresh"),
    ],
)
def test_a_source_that_gives_what_none_may_stops_no_other(
    packages: Packages, home: Home, tides: str, wrong: tuple[str, str], told: str
) -> None:
    method, given = wrong
    packages.install("tide_source", changed(method, f"return {given}"))
    exit_code, report = run(packages, configured(home, tides))
    assert (exit_code, report["new"] >= 3) == (1, True)
    assert report["sources"]["shore"]["state"] == "failed"
    assert "the source itself is broken" in report["sources"]["shore"]["error"]
    assert told in report["sources"]["shore"]["error"]


def test_a_source_goes_by_the_name_it_has_in_the_configuration(
    packages: Packages, home: Home, tides: str
) -> None:
    packages.install("tide_source", SOURCE.replace("= name, url", "= 'pages', url"))
    _, report = run(packages, configured(home, tides))
    seen = {name: told["sightings"] for name, told in report["sources"].items()}
    assert seen == {"pages": 3, "shore": 1}


@pytest.mark.parametrize("error", ["ParseError", "RuntimeError"])
def test_what_a_source_says_of_an_error_is_shortened_and_made_safe(
    packages: Packages, home: Home, tides: str, error: str
) -> None:
    words = "'ebb\\x1b[31m \\ud800' * 10000"
    packages.install("tide_source", changed("parse", f"raise {error}({words})"))
    code, report = run(packages, configured(home, tides))
    told = report["sources"]["shore"]["error"]
    assert (code, "ebb[31m" in told, "\x1b" in told, "\ud800" in told) == (1, True, False, False)
    assert len(told) < 1000


def test_what_a_source_gives_is_made_safe_to_show(
    packages: Packages, home: Home, tides: str
) -> None:
    paper = "Paper(title='', abstract='The\\ud800 \\u202etide', url='javascript:alert(1)')"
    told = f"return Listing(papers=[{paper}, Paper(title='')])"
    packages.install("tide_source", changed("parse", told))
    code, report = run(packages, configured(home, tides))
    assert (code, report["new"]) == (0, 4)
    (edition,) = home.editions()
    shown = [placed["paper"] for part in edition["sections"] for placed in part["papers"]]
    (careless_one,) = [paper for paper in shown if paper["abstract"].startswith("The ")]
    assert (careless_one["title"], careless_one["url"]) == ("The tide", None)
