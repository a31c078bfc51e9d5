"""status: how the runs, the sources and the mail stand, for a person and for a program."""

from __future__ import annotations

from typing import Any

from pytest_httpserver import HTTPServer

from tests.home import Home
from tests.pages import page

FEED = '{"version": "https://jsonfeed.org/version/1.1", "items": []}'


def with_feed(home: Home, url: str, zone: str = "UTC") -> Home:
    return home.configure(
        f'[newsletter]\ntimezone = "{zone}"\n'
        f'[[source]]\nkind = "feed"\nname = "lab"\nurl = "{url}"\n'
        "[fetch]\nallow_private = true\n"
    )


def of_lab(home: Home, now: str) -> dict[str, Any]:
    found: dict[str, Any] = home.digest("status", "--json", now=now).json["sources"]["lab"]
    return found


def test_a_failing_source_tells_its_failures_its_last_good_day_and_its_next_try(
    home: Home, httpserver: HTTPServer
) -> None:
    with_feed(home, httpserver.url_for("/feed.json"), zone="Europe/Berlin")
    httpserver.expect_ordered_request("/feed.json").respond_with_data(FEED)
    assert home.digest("status", "--json").json["sources"] == {"lab": None}
    assert "lab                 not asked yet" in home.digest("status").out
    home.run(now="2026-03-02T06:30:00Z")
    well = of_lab(home, "2026-03-02T07:00:00Z")
    assert well["last_good"] == well["at"] == "2026-03-02T06:30:00+00:00"
    assert (well["state"], well["failures"], well["next_try"]) == ("quiet", 0, None)
    assert 0 <= well["seconds"] < 10
    for day in (3, 4, 5):
        httpserver.expect_ordered_request("/feed.json").respond_with_data(status=404)
        home.run(now=f"2026-03-0{day}T06:30:00Z")
    ill = of_lab(home, "2026-03-05T07:00:00Z")
    assert (ill["state"], ill["failures"]) == ("failed", 3)
    assert ill["last_good"] == "2026-03-02T06:30:00+00:00"
    assert ill["next_try"] == "2026-03-05T07:30:00+00:00"
    assert of_lab(home, "2026-03-05T08:00:00Z")["next_try"] is None
    shown = home.digest("status", now="2026-03-05T07:00:00Z").out
    assert "times are those of Europe/Berlin" in shown
    assert "lab                 failed   2026-03-02 07:30" in shown
    assert "failed 3 times in a row; asked again from 2026-03-05 08:30 on" in shown


def test_trouble_after_the_edition_stands_beside_its_run(home: Home) -> None:
    (home.folder / "site").write_text("in the way")
    home.run(now="2026-03-02T07:30:00Z")
    [run] = home.digest("status", "--json").json["runs"]
    assert "site" in run["report"]["trouble"]
    shown = home.digest("status").out.splitlines()
    assert shown[3].startswith("  2026-03-02 07:30  for 2026-03-02  published, 3 new; ")


def test_who_gets_no_more_mail_is_counted_even_when_erased(home: Home) -> None:
    home.run(now="2026-03-02T07:30:00Z")
    assert home.digest("subscribers", "erase", "jane@example.org", "--yes").code == 0
    told = home.digest("status", "--json").json["suppressed"]
    assert told == {"left": 1, "bounced": 0, "complained": 0}
    assert "  suppressed          1 left\n" in home.digest("status").out


def test_twenty_sources_are_a_screen_of_eighty_columns(home: Home) -> None:
    (home.folder / "1.txt").write_text(page(1))
    sources = [
        f'[[source]]\nkind = "saved-page"\nname = "a source that is called number {number}"\n'
        f'path = "{"1.txt" if number % 2 else f"{number} is not there, in no folder"}"\n'
        for number in range(20)
    ]
    home.configure("".join(sources) + '[mail]\nto = ["jane@example.org"]\n')
    home.run(now="2026-03-02T07:30:00Z")
    shown = home.digest("status").out.splitlines()
    assert max(map(len, shown)) <= 80
    assert len(shown) < 64
    for number in range(20):
        assert any(line.startswith(f"  a source that is called number {number} ") for line in shown)
