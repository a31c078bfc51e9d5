"""The site in a real browser: for everyone, by keyboard, printed, and without scripts."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.archive.sites import TITLE, build
from tests.browser.conftest import checked
from tests.browser.remote import Tab, chromium

pytest.importorskip("pagefind_bin", reason="the extra [archive] is not installed")
pytestmark = pytest.mark.browser

TALL = 44  # pixels that a finger wants; links in lists of a site, as on paper, stand closer
LOST = "2031/01/no/such/page.html"
SCRIPTED = ["search/index.html", "find/index.html"]
PAGES = [
    "index.html", "about/index.html", "404.html",
    "2024/index.html", "2025/06/index.html",
    "2025/06/16/index.html", "2025/06/17/index.html", "2025/06/18/2.html",
    "themes/index.html", "themes/agents/index.html", "themes/agents/2025/index.html",
    "themes/agents/2025/06/index.html",
    "top/index.html", "top/2025/06/index.html", "top/2025/W23/index.html",
    "find/arxiv/2506.19.html",
    *SCRIPTED,
]  # fmt: skip


@dataclass
class Scene:
    """A site below a path of a host, one without an address on the disk, and a browser."""

    url: str
    folder: Path
    bare: Path
    scripted: Tab
    plain: Tab
    asked: list[str] = field(default_factory=list)  # paths, in order

    def go(self, tab: Tab, page: str) -> str:
        """Open a page of the site; its heading."""
        self.asked.clear()
        return tab.go(f"{self.url}/{page}")

    def troubles(self, tab: Tab) -> list[str]:
        """What a browser says against what is ours; others' pictures are not there."""
        return [
            one for one in tab("troubles") if not one.startswith("Failed to load resource: net")
        ]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder, asked = tmp_path_factory.mktemp("host"), list[str]()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def send_error(self, code: int, *_: object, **__: object) -> None:
            body = (folder / "papers" / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}/papers"
        build(folder / "papers", url, "https://forms.example.org/subscribe")
        build(folder / "bare")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with chromium() as browser:
            tabs = Tab(browser, "scripted"), Tab(browser, "plain")
            yield Scene(url, folder / "papers", folder / "bare", *tabs, asked)
        server.shutdown()


def test_every_file_is_valid_html(scene: Scene) -> None:
    files = list(scene.folder.rglob("*.html"))
    files += [scene.bare / page for page in PAGES[:3]]
    wrong = {
        (Path(told["url"]).name, told["message"])
        for told in checked(files)
        if told["type"]
        == "error"  # of "info", it warns of hashes in policies, which it cannot tell
    }
    assert len(files) > 100
    assert wrong == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_for_everyone_light_and_dark_narrow_and_wide(scene: Scene, page: str) -> None:
    shown = {"url": f"{scene.url}/{page}", "status": 200}
    shown |= {"headers": {"content-type": "text/html; charset=utf-8"}}
    shown |= {"body": (scene.folder / page).read_text("utf-8")}
    faults = scene.scripted("look", shown)
    assert [one for one in faults if f"lower than {TALL} pixels" not in one] == []
    assert scene.troubles(scene.scripted) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_without_scripts_and_asks_for_no_other_file(
    scene: Scene, page: str
) -> None:
    heading = scene.go(scene.plain, page)
    assert scene.asked == [f"/papers/{page}"]
    assert scene.troubles(scene.plain) == []
    if page not in SCRIPTED:
        text = scene.plain("innerText", "main")
        scene.scripted.go(f"{scene.url}/{page}")
        assert scene.scripted("innerText", "main") == text
        assert heading in text.replace("\n", " ")


def test_an_address_without_a_page_leads_on_at_any_depth(scene: Scene) -> None:
    tab = scene.plain
    assert scene.go(tab, LOST) == "No such page"
    assert tab.push("main a[href$='themes/index.html']") == "Themes"
    assert tab("url") == f"{scene.url}/themes/index.html"


def test_a_site_on_the_disk_is_read_by_its_links(scene: Scene) -> None:
    tab = scene.plain
    assert tab.go(f"file://{scene.bare}/index.html") == TITLE
    assert tab.push("main h2 a") == "Thursday, 19 June 2025"
    assert tab.push(".ways a") == "Wednesday, 18 June 2025"
    assert tab.push("h2 a") == tab("textContent", "title").split(" · ")[0]
    assert scene.troubles(tab) == []


def test_a_section_on_a_later_page_is_led_to_from_the_first(scene: Scene) -> None:
    scene.go(scene.plain, "2025/06/18/index.html#s2")
    assert scene.plain("getAttribute", ":target a", "href") == "2.html#s2"


def test_a_reader_comes_from_home_to_a_paper_by_keyboard_alone(scene: Scene) -> None:
    tab = scene.scripted
    scene.go(tab, "index.html")
    tab.fill("#q", "agents wednesday")
    assert tab.push("[role=search] button") == "Search"
    tab("waitForSelector", "#results a")
    tab.reach("#results a")
    address = tab("evaluate", "document.activeElement.href")
    tab("follow", "Enter")
    assert tab("url") == address
    assert tab("evaluate", "document.querySelector(':target h3').textContent").startswith("Paper ")
    assert scene.troubles(tab) == []


def test_the_skip_link_leads_over_the_head_of_a_page(scene: Scene) -> None:
    scene.go(scene.plain, "2025/06/19/index.html")
    scene.plain.reach(".skip")
    scene.plain("keyboard.press", "Enter")
    scene.plain("keyboard.press", "Tab")
    assert scene.plain("evaluate", "document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("query", ["tools wait wanted", "Ada Quill patient", "2606.00001"])
def test_the_search_finds_a_paper_by_title_author_and_id(scene: Scene, query: str) -> None:
    tab = scene.scripted
    scene.go(tab, f"search/index.html?q={query.replace(' ', '+')}")
    if query[0] == "2":  # leads on to the paper
        tab("waitForURL", f"{scene.url}/2025/06/16/index.html#arxiv:2606.00001")
    else:
        tab("waitForSelector", "#results a")
        titles = tab("evaluate", "[...document.querySelectorAll('#results a')].map(a => a.text)")
        assert "Patient Agents: Tools That Wait Until They Are Wanted" in titles
    assert scene.troubles(tab) == []


def test_hostile_text_stays_text_in_what_the_search_finds(scene: Scene) -> None:
    tab = scene.scripted
    scene.go(tab, "search/index.html?q=wave+alert&month=all")
    tab("waitForSelector", "#results a")
    assert "<script>alert(1)</script>" in tab("innerText", "#results")
    assert "{{7*7}}" in tab("innerText", "[name=theme]")
    assert tab("evaluate", "document.querySelector('#results :is(img, script, svg)')") is None
    assert scene.troubles(tab) == []


def test_an_edition_on_paper_is_its_papers(scene: Scene) -> None:
    tab = scene.plain
    scene.go(tab, "2025/06/16/index.html")
    tab("emulateMedia", {"media": "print"})
    assert not [one for one in ("header.site", ".ways", ".glance") if tab("isVisible", one)]
    assert all(tab("isVisible", one) for one in ("h1", "article h3", "article p"))
    tab("emulateMedia", {"media": "screen"})
