"""The pages in a real browser: for everyone, by keyboard alone and without scripts."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pytest
from pytest_httpserver import HTTPServer

from digest.render import environment
from digest.render import page as rendered
from tests.browser.conftest import checked
from tests.browser.remote import Tab, chromium
from tests.home import Home
from tests.pages import page
from tests.transport.scripted import ScriptedSmtp
from tests.web.test_serving import KEY, free_port, links, serving, until

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
TITLE = "Tidal <Papers>"
JANE = "jane@example.org"
KIM = "kim@example.org"
DAYS = ("2026-01-05T07:30:00Z", "2026-01-06T07:30:00Z")
UNREACHED = ("broken", "foreign", "large", "refused")  # pages that nobody comes to in the walk
PLAIN, BY_SCRIPT = range(2)  # the forms of docs/embed.md


@dataclass(frozen=True)
class Scene:
    """A newsletter that is served, with one edition, and a browser."""

    home: Home
    mails: ScriptedSmtp
    url: str
    site: HTTPServer  # of somebody else; as localhost, we know it
    plain: Tab
    scripted: Tab

    def link(self, path: str, whom: str = JANE) -> str:
        """The newest link to a page in the mails that somebody got."""

        def found() -> list[str]:
            mails = [mail for mail in self.mails.accepted if mail.recipient == whom]
            return [link for mail in mails for link in links(mail) if f"{path}?" in link]

        until(found)
        return found()[-1]

    def elsewhere(self, number: int, host: str = "localhost") -> str:
        """Where a form is that is documented; we know its site as localhost."""
        return f"http://{host}:{self.site.port}/{number}"

    def shown(self) -> dict[str, Any]:
        return self.home.digest("subscribers", "show", JANE, "--json").json


def snippets() -> list[str]:
    """The forms that docs/embed.md prints."""
    text = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
    return re.findall(r"^```html\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def embed(site: HTTPServer, url: str) -> None:
    """Put each form that is documented on a page of a site; its path is the form's number."""
    for number, snippet in enumerate(snippets()):
        form = snippet.replace("https://papers.example.org", url)
        html = f"<!DOCTYPE html><html lang=en><title>Elsewhere</title><h1>Elsewhere</h1>{form}"
        site.expect_request(f"/{number}").respond_with_data(html, content_type="text/html")
    site.expect_request("/favicon.ico").respond_with_data(status=204)


def publish(home: Home, now: str, *numbers: int) -> None:
    """Make an edition of papers that have a theme."""
    papers = page(*numbers).replace("A Study of Subject", "Reinforcement Learning for Robots,")
    (home.folder / "page.txt").write_text(papers, encoding="utf-8")
    home.run(now=now)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    home = Home(tmp_path_factory.mktemp("home"))
    url = f"http://127.0.0.1:{free_port()}"
    with (
        pytest.MonkeyPatch.context() as patch,
        ScriptedSmtp() as mails,
        HTTPServer() as site,
        chromium() as browser,
    ):
        patch.setenv("DIGEST_MAIL__LINK_KEY", KEY)
        home.configure(
            f'[newsletter]\ntitle = "{TITLE}"\nweekly = "sun"\n'
            '[[source]]\nkind = "saved-page"\npath = "page.txt"\n'
            f'[mail]\nfrom = "Papers <papers@example.org>"\ntransport = "{mails.url}"\n'
            f'[web]\nurl = "{url}"\nlisten = "{url[7:]}"\n'
            f'origins = ["http://localhost:{site.port}"]\n'
        )
        publish(home, DAYS[0], 1)
        embed(site, url)
        with serving(home, url):
            tabs = (Tab(browser, "plain"), Tab(browser, "scripted"))
            yield Scene(home, mails, url, site, *tabs)


@pytest.fixture(scope="module")
def walk(scene: Scene) -> list[str]:
    """The pages that somebody comes to who has a keyboard and no scripts."""
    tab = scene.plain
    return [
        *_come(scene, tab),
        *_choose(scene, tab),
        *_leave(scene, tab),
        *_go_for_good(scene, tab),
    ]


def _come(scene: Scene, tab: Tab) -> Iterator[str]:
    yield tab.go(f"{scene.url}/subscribe")
    tab.fill("#address", "jane@intranet")
    yield tab.push("form button")
    assert tab.focus_is("[role=alert]")
    tab.reach("a[href='#address']")
    tab("keyboard.press", "Enter")
    assert tab.focus_is("#address")
    tab("keyboard.press", "Control+a")
    tab("keyboard.type", JANE)
    tab.reach("[name=frequency]")
    tab("keyboard.press", "ArrowDown")
    tab("keyboard.press", "ArrowUp")
    tab.reach("summary")
    tab("keyboard.press", "Enter")
    tab.reach("[name=themes]")
    tab("keyboard.press", "Space")
    time.sleep(1)  # as people take at least
    yield tab.push("form button")
    yield tab.go(scene.link("/confirm"))
    yield tab.push("form button")


def _choose(scene: Scene, tab: Tab) -> Iterator[str]:
    reader = scene.shown()
    assert (reader["state"], reader["frequency"], len(reader["themes"])) == ("active", "daily", 1)
    publish(scene.home, DAYS[1], 1, 2)
    yield tab.go(scene.link("/you"))
    tab.reach("[name=frequency]")
    tab("keyboard.press", "ArrowDown")
    tab.fill("#hour", "7")
    tab.fill("#zone", "Mars")
    yield tab.push("form button")
    assert tab.focus_is("[role=alert]")
    tab.fill("#zone", "Asia/Tokyo")
    tab.fill("#keywords", "tides; ebb and flow")
    yield tab.push("[name=try]")
    assert tab.focus_is("[role=status]")
    assert scene.shown()["keywords"] == []
    tab.reach("#paused_until")
    tab("keyboard.type", "04012026")
    yield tab.push("form button")
    assert tab.focus_is("[role=status]")
    reader = scene.shown()
    assert (reader["state"], reader["paused_until"]) == ("paused", "2026-04-01")
    assert (reader["frequency"], reader["hour"], reader["zone"]) == ("weekly", 7, "Asia/Tokyo")
    assert reader["keywords"] == ["ebb and flow", "tides"]


def _leave(scene: Scene, tab: Tab) -> Iterator[str]:
    yield tab.go(scene.link("/leave"))
    assert scene.shown()["state"] == "paused"
    yield tab.push("form button")
    assert scene.shown()["state"] == "left"
    yield tab.push("form button")
    assert scene.shown()["state"] == "active"


def _go_for_good(scene: Scene, tab: Tab) -> Iterator[str]:
    you = scene.link("/you")
    tab.go(you)
    tab.reach("a[href*='/you/data']")
    assert json.loads(tab("take", "Enter"))["address"] == JANE
    yield tab.push("a[href*='/you/erase']")
    yield tab.push("form button")
    yield tab.go(you)
    yield tab.go(f"{scene.url}/confirm?id=old")
    yield tab.go(f"{scene.url}/nowhere")


def test_readers_need_nothing_but_a_keyboard(walk: list[str], scene: Scene) -> None:
    assert walk == [
        f"Get {TITLE} by mail",
        f"Get {TITLE} by mail",
        "Check your mail",
        "One click more",
        "Welcome",
        *["What you get"] * 4,
        f"Leave {TITLE}?",
        "You get no more mail",
        "You get mail again",
        "Erase what is kept of you?",
        "Erased",
        "This link is nobody’s",
        "This link is of no use any more",
        "There is no such page",
    ]
    assert scene.home.digest("subscribers", "show", JANE).code != 0


@pytest.mark.parametrize("name", ["plain", "scripted"])
def test_a_plain_form_on_a_site_of_ours_is_taken(scene: Scene, name: str) -> None:
    tab, address = getattr(scene, name), f"{name}@example.org"
    tab.go(scene.elsewhere(PLAIN))
    tab.fill("#papers-address", address)
    assert tab.push("button") == "Check your mail"
    assert scene.link("/confirm", address)


def test_a_form_with_a_script_leaves_people_where_they_are(scene: Scene) -> None:
    tab = scene.scripted
    tab.go(scene.elsewhere(BY_SCRIPT))
    said = "document.querySelector('[role=status]').textContent"
    for address, answer in (("kim@intranet", "without a dot"), (KIM, "Check your mail")):
        tab.go(tab("url"))
        tab.fill("#papers-by-script", address)
        tab("keyboard.press", "Enter")
        until(lambda: tab("evaluate", said))
        assert answer in tab("evaluate", said)
        assert tab.heading == "Elsewhere"
    assert scene.link("/confirm", KIM)


def test_a_form_with_a_script_is_a_plain_one_where_there_are_none(scene: Scene) -> None:
    tab = scene.plain
    tab.go(scene.elsewhere(BY_SCRIPT))
    tab.fill("#papers-by-script", "sam@example.org")
    assert tab.push("button") == "Check your mail"


@pytest.mark.parametrize("number", [PLAIN, BY_SCRIPT], ids=["plain", "by script"])
def test_a_form_on_a_site_we_do_not_know_is_refused_in_words(scene: Scene, number: int) -> None:
    tab = scene.scripted
    tab.go(scene.elsewhere(number, "127.0.0.1"))
    tab.fill("[name=address]", "joe@example.org")
    assert tab.push("button") == "This form is on another site"
    assert tab.push("main a") == f"Get {TITLE} by mail"
    tab("troubles")  # the browser says that the script was not let through


@pytest.fixture(scope="module")
def answers(walk: list[str], scene: Scene) -> list[dict[str, Any]]:
    """Every page once: those of the walk, and those that nobody should come to."""
    env = environment(jinja2.FileSystemLoader(ROOT / "templates"))
    told = {"title": TITLE, "home": scene.url, "editions": scene.url, "weekly": True}
    seen = [one for one in scene.plain("documents") if one["url"].startswith(scene.url)]
    rest = [{**seen[0], "body": rendered(env, name, told)} for name in UNREACHED]
    return list({one["body"]: one for one in [*seen, *rest]}.values())


def test_every_page_is_valid_html(answers: list[dict[str, Any]], tmp_path: Path) -> None:
    files = {tmp_path / f"{number}.html": one["body"] for number, one in enumerate(answers)}
    for file, body in files.items():
        file.write_text(body, encoding="utf-8")
    assert not [(message["message"], message["extract"]) for message in checked(list(files))]


def test_every_page_is_for_everyone_light_and_dark_narrow_and_wide(
    answers: list[dict[str, Any]], scene: Scene
) -> None:
    assert {fault for one in answers for fault in scene.scripted("look", one)} == set()


def test_the_browser_complains_of_nothing(walk: list[str], scene: Scene) -> None:
    assert scene.plain("troubles") == []
    assert scene.scripted("troubles") == []


def test_what_is_wrong_is_found(answers: list[dict[str, Any]], scene: Scene) -> None:
    body = answers[0]["body"].replace("<button", "<script>1</script><p>" + "wide" * 200 + "<button")
    body = re.sub(r"#[0-9a-f]{6}", "#777777", body)
    found = scene.scripted("look", {**answers[0], "body": body})
    assert "script-src" in " ".join(scene.scripted("troubles"))
    for fault in ("color-contrast", "lower than 44 pixels", "pixels wide"):
        assert any(fault in each for each in found), found
