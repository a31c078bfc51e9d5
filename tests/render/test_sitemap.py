"""What search engines are told: every page's address, in files that keep the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.catalogue import Tally, Year
from digest.render.look import Look
from digest.render.sitemap import front_sitemap, robots, sitemap_index, year_sitemap
from tests.render.rules import checked
from tests.render.specimen import SITE

LOOK = Look(title="Daily Papers", base_url=SITE)
TALLY = Tally(sha256="0", size=1, themes={"agents": 1})
JUNE = dt.date(2026, 6, 16)


def year(*days: dt.date) -> Year:
    return Year(days=dict.fromkeys(days, TALLY))


def told(document: str) -> dict[str, str | None]:
    """The addresses in a sitemap, and when each last changed."""
    root: Any = checked("sitemap", document)
    return {one.findtext("{*}loc"): one.findtext("{*}lastmod") for one in root}


def test_a_year_tells_of_itself_its_months_and_its_editions() -> None:
    days = dt.date(2026, 5, 30), dt.date(2026, 6, 1), JUNE
    assert told(year_sitemap(LOOK, 2026, year(*days))) == {
        f"{SITE}/2026/": "2026-06-16",
        f"{SITE}/2026/05/": "2026-05-30",
        f"{SITE}/2026/06/": "2026-06-16",
        f"{SITE}/2026/05/30/": "2026-05-30",
        f"{SITE}/2026/06/01/": "2026-06-01",
        f"{SITE}/2026/06/16/": "2026-06-16",
    }


@given(st.sets(st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)), min_size=1))
def test_a_year_tells_of_pages_in_its_own_folder_alone(days: set[dt.date]) -> None:
    found = told(year_sitemap(LOOK, 2024, year(*days)))
    assert len(found) == 1 + len({day.month for day in days}) + len(days)
    assert all(url.startswith(f"{SITE}/2024/") for url in found)


def test_the_longest_year_stays_far_below_what_a_sitemap_may_hold() -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=at) for at in range(366)]
    document = year_sitemap(LOOK, 2024, year(*days))
    assert len(told(document)) == 366 + 12 + 1 < 50_000
    assert len(document.encode()) < 50_000_000


def test_the_front_tells_of_the_pages_that_lead_to_all_others() -> None:
    found = told(front_sitemap(LOOK, ["vision", "agents", "überblick"], JUNE))
    assert list(found) == [
        f"{SITE}/",
        f"{SITE}/about/",
        f"{SITE}/themes/",
        f"{SITE}/top/",
        f"{SITE}/themes/agents/",
        f"{SITE}/themes/vision/",
        f"{SITE}/themes/%C3%BCberblick/",
    ]
    assert found[f"{SITE}/"] == "2026-06-16"


def test_the_index_names_the_sitemap_of_each_year() -> None:
    years = {2026: JUNE, 2025: dt.date(2025, 12, 31)}
    assert told(sitemap_index(LOOK, years)) == {
        f"{SITE}/sitemap-front.xml": "2026-06-16",
        f"{SITE}/2025/sitemap.xml": "2025-12-31",
        f"{SITE}/2026/sitemap.xml": "2026-06-16",
    }


@pytest.mark.parametrize("base", [SITE, "https://example.org/a&b/papers", ""])
def test_robots_may_read_everything_and_find_the_sitemaps_where_they_have_an_address(
    base: str,
) -> None:
    text = robots(Look(title="T", base_url=base))
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert parser.can_fetch("any", f"{base}/2026/06/16/")
    assert parser.site_maps() == ([f"{base}/sitemap.xml"] if base else None)


def test_an_address_with_signs_of_xml_stays_whole() -> None:
    look = Look(title="T", base_url="https://example.org/a&b")
    assert list(told(sitemap_index(look, {2026: JUNE})))[1] == (
        "https://example.org/a&b/2026/sitemap.xml"
    )
