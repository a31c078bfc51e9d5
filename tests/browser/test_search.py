"""The search in a real browser: what it finds, by keyboard alone, under a path of a host."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.archive.searchable import build, edition, paper
from tests.browser.conftest import checked
from tests.browser.remote import Tab, chromium

pytest.importorskip("pagefind_bin", reason="the extra [archive] is not installed")
pytestmark = pytest.mark.browser

HOSTILE = (
    "<img src=x onerror=alert(1)> <mark>marked</mark> & &lt;b&gt;"
    " ___PAGEFIND_WEIGHT___9 </script><script>alert(2)</script> {{7*7}} javascript:alert(3)"
)
MANY = [paper(100 + at, f"Harbour {at}", f"Of harbours, the {at}th.") for at in range(12)]
EDITIONS = [
    edition("2023-05-06", paper(1, "Old tides of Venice", "The tide rose.", "Ada Quill")),
    edition(
        "2025-12-30",
        paper(2, "Winter gauges", "Gauges of the tide in winter: tide, tide, tide.", "Bo Reed"),
        replace(paper(7, "With a DOI", "Of names."), ids=("10.1101/2025.12.30.573826",)),
        theme="sand",
        sources=("hf", "arxiv"),
    ),
    edition(
        "2026-01-02",
        paper(3, f"Waves {HOSTILE}", f"A wave {HOSTILE} wave.", f"Cy {HOSTILE}"),
        paper(4, "A tide without words"),
        paper(5, "Untold", "Of tides $\\alpha$ to $\\omega$.", *(f"Name {at}" for at in range(9))),
        *MANY,
        theme="waves",
    ),
]
LIST = "find/arxiv/2601.00.html"


@dataclass(frozen=True)
class Scene:
    """A site under a path of a host, and a browser."""

    url: str
    folder: Path
    tab: Tab
    plain: Tab

    def search(self, query: str) -> list[str]:
        """Open the search with a query in its address; the titles found."""
        self.tab.go(f"{self.url}/search/index.html?{query}")
        return self.titles()

    def titles(self) -> list[str]:
        self.until("#status:not(:empty)")
        return self.texts("#results h2")

    def texts(self, selector: str) -> list[str]:
        script = f"[...document.querySelectorAll({selector!r})].map((one) => one.textContent)"
        return list(self.tab("evaluate", script))

    def until(self, selector: str) -> None:
        self.tab("waitForSelector", selector, {"state": "attached"})

    def until_said(self, words: str) -> None:
        self.until(f'#status:text("{words}")')

    @property
    def address(self) -> str:
        return str(self.tab("evaluate", "location.href")).removeprefix(self.url)

    def until_at(self, address: str) -> None:
        self.tab("waitForURL", self.url + address)
        self.tab("waitForLoadState", "networkidle")


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("host")
    build(folder / "papers", EDITIONS)
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/papers"
        with chromium() as browser:
            yield Scene(url, folder / "papers", Tab(browser, "scripted"), Tab(browser, "plain"))
        server.shutdown()


@pytest.fixture(autouse=True)
def _without_complaints(scene: Scene) -> Iterator[None]:
    yield
    assert scene.tab("troubles") == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("q=gauges", "Winter gauges"),
        ("q=Reed", "Winter gauges"),
        ("q=bo+reed+winter", "Winter gauges"),
        ("q=omega", None),
        ("q=ω", "Untold"),
        ("q=Quill&month=all", "Old tides of Venice"),
        ("q=Quill&month=2023", "Old tides of Venice"),
        ("q=Quill&month=2023-05", "Old tides of Venice"),
        ("q=Quill", None),  # as it is older than a year
    ],
)
def test_a_paper_is_found_by_words_of_it(scene: Scene, query: str, title: str | None) -> None:
    assert scene.search(query) == ([title] if title else [])


def test_papers_of_two_years_are_found_together(scene: Scene) -> None:
    titles = {"Winter gauges", "A tide without words", "Untold"}
    assert set(scene.search("q=tide")) == titles
    assert set(scene.search("q=tide&month=all")) == titles | {"Old tides of Venice"}


def test_the_newest_come_first_through_all_years_where_that_is_asked_for(scene: Scene) -> None:
    *newest, older, oldest = scene.search("q=tide&month=all&sort=newest")
    assert set(newest) == {"A tide without words", "Untold"}
    assert [older, oldest] == ["Winter gauges", "Old tides of Venice"]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("theme=sand", 2), ("q=tide&theme=sand", 1), ("q=tide&theme=tides", 0), ("source=hf", 2),
        ("q=tide&source=arxiv", 3), ("month=2025-12", 2), ("month=2023", 1), ("theme=none", 0),
    ],
)  # fmt: skip
def test_papers_are_left_out_by_theme_source_and_month(
    scene: Scene, query: str, number: int
) -> None:
    assert len(scene.search(query)) == number


def test_the_filters_tell_how_many_papers_they_have(scene: Scene) -> None:
    scene.search("q=tide")
    scene.until("[name=theme] [data-name]")
    themes = scene.texts("[name=theme] option:not([hidden])")
    assert themes == ["All themes", "Sand (1)", "waves (2)"]
    assert scene.texts("[name=source] option") == ["All sources", "arxiv (3)", "hf (1)"]
    assert "December 2025 (2 papers)" in scene.texts("[name=month] option")


def test_one_goes_on_to_all_years_and_to_more_results(scene: Scene) -> None:
    scene.search("q=harbour")
    assert len(scene.titles()) == 10
    scene.tab("click", "#more")
    scene.until("#results li:nth-child(12)")
    assert scene.tab.focus_is("#results li:nth-child(11) a")
    assert not scene.tab("isVisible", "#more")
    scene.tab("click", "#older")
    scene.until_said("12 papers in all years")
    assert scene.address == "/search/index.html?q=harbour&month=all"


def test_a_query_is_typed_shared_and_followed_by_keyboard_alone(scene: Scene) -> None:
    scene.tab.go(f"{scene.url}/search/index.html")
    scene.until("#search:not([hidden])")
    scene.tab("keyboard.press", "/")
    assert scene.tab.focus_is("[name=q]")
    scene.tab("keyboard.type", "winter gauges")
    scene.until_said("1 paper")
    assert scene.address == "/search/index.html?q=winter+gauges"
    scene.tab("keyboard.press", "ArrowDown")
    assert scene.tab.focus_is("#results li:first-child a")
    scene.tab("keyboard.press", "ArrowUp")
    assert scene.tab.focus_is("[name=q]")
    scene.tab("keyboard.press", "ArrowDown")
    scene.tab("follow", "Enter")
    assert scene.address == "/2025/12/30/index.html#arxiv:2601.00002"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("2601.00002", "/2025/12/30/index.html#arxiv:2601.00002"),
        ("arXiv: 2601.00002v3", "/2025/12/30/index.html#arxiv:2601.00002"),
        ("https://arxiv.org/pdf/2601.00002v1.pdf", "/2025/12/30/index.html#arxiv:2601.00002"),
        ("10.48550/arXiv.2601.00002", "/2025/12/30/index.html#arxiv:2601.00002"),
        (
            "https://www.biorxiv.org/content/10.1101/2025.12.30.573826v2.full",
            "/2025/12/30/index.html#doi:10.1101/2025.12.30.573826",
        ),
    ],
)
@pytest.mark.parametrize("page", ["search", "find"])
def test_an_id_or_a_link_leads_to_its_paper(
    scene: Scene, page: str, typed: str, address: str
) -> None:
    scene.tab.go(f"{scene.url}/{page}/index.html")
    scene.until("form:not([hidden])")
    scene.tab("focus", "form input")
    scene.tab("keyboard.type", typed)
    scene.tab("keyboard.press", "Enter")
    scene.until_at(address)


def test_an_id_that_the_site_does_not_have_is_said_to_be_none(scene: Scene) -> None:
    scene.tab.go(f"{scene.url}/find/index.html")
    scene.until("form:not([hidden])")
    scene.tab("fill", "form input", "2601.99999")
    scene.tab("focus", "form input")
    scene.tab("keyboard.press", "Enter")
    scene.until_said("No paper")


def test_a_link_to_an_id_leads_on_and_is_a_link_without_scripts(scene: Scene) -> None:
    scene.plain.go(f"{scene.url}/{LIST}#arxiv:2601.00003")
    assert scene.plain("textContent", "li:target").startswith("2601.00003 Waves <img src=x")
    scene.tab.go(f"{scene.url}/{LIST}")
    scene.tab("evaluate", "location.hash = '#arxiv:2601.00003'")
    scene.until_at("/2026/01/02/index.html#arxiv:2601.00003")


def test_whatever_a_paper_says_stays_text(scene: Scene) -> None:
    [title] = scene.search("q=wave")
    assert title.startswith("Waves <img src=x onerror=alert(1)> <mark>marked</mark> & &lt;b&gt;")
    assert scene.texts("#results p")[0].startswith("Cy <img src=x")
    assert "<script>alert(2)</script>" in scene.texts("#results p")[1]
    assert scene.texts("#results :is(img, script)") == []
    assert scene.texts("#results mark")[0] == "wave"


def test_without_scripts_or_a_server_the_page_says_so(scene: Scene) -> None:
    for url in (scene.url, f"file://{scene.folder}"):
        tab = scene.plain if url == scene.url else scene.tab
        tab.go(f"{url}/search/index.html?q=tide")
        assert "needs JavaScript, and a web server" in tab("textContent", "#scriptless")
        assert tab("isVisible", "#scriptless")
        assert not tab("isVisible", "#search")
    scene.tab("troubles")  # Chromium tells that it loads no script from the disk


@pytest.mark.parametrize("query", ["", "?q=harbour", "?q=wave"])
def test_the_page_is_fit_for_everyone(scene: Scene, tmp_path: Path, query: str) -> None:
    scene.tab.go(f"{scene.url}/search/index.html{query}")
    scene.until("form:not([hidden])")
    if query:
        scene.titles()
    file = tmp_path / "page.html"
    file.write_text(str(scene.tab("content")), "utf-8")
    assert [one["message"] for one in checked([file]) if one["type"] == "error"] == []
    shown = {"url": f"{scene.url}/shown.html", "status": 200, "headers": {}, "body": ""}
    shown["headers"] = {"content-type": "text/html; charset=utf-8"}
    html = file.read_text("utf-8").replace('<script type="module" src="search.js">', "<script>")
    faults = scene.tab("look", {**shown, "body": html})
    assert [one for one in faults if "lower than 44 pixels" not in one] == []
