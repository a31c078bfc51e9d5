"""Letters of readers who prefer different things: shared work, and no difference by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Config, load
from digest.document import freeze
from digest.mailing import Names, letters, press
from digest.model.editions import FrozenEdition
from digest.model.readers import Preferences
from digest.render import environment
from tests.message import strict
from tests.message.letters import parsed
from tests.render.specimen import EDITION, SITE, TEMPLATES, edition_page, large, shipped

SETTINGS = f"""\
[newsletter]
base_url = "{SITE}"
max_papers = 200
[[source]]
kind = "saved-page"
name = "pages"
path = "pages"
[mail]
from = "papers@example.org"
preferences = "https://example.org/readers/{{token}}"
"""
READER = "reader@example.net"
NAMES = Names(groups={"theme-1": "group"}, labels={"theme-1": "Tides & waves"})
DAY = replace(large(40), revisions=EDITION.revisions)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return configured(tmp_path_factory.mktemp("press"))


def configured(folder: Path) -> Config:
    file = folder / "digest.toml"
    file.write_text(SETTINGS)
    return load(file, {"DIGEST_MAIL__LINK_KEY": "sixteen letters!"})


@cache
def frozen() -> FrozenEdition:
    return freeze(DAY)


def message(config: Config, preferences: Preferences) -> bytes | None:
    """The message to a reader, with nothing shared."""
    build = press(config, frozen(), shipped(), lambda: NAMES)(preferences)
    return b"".join(build(READER)) if build else None


def both(config: Config, preferences: Preferences) -> tuple[str, str]:
    raw = message(config, preferences)
    assert raw
    read = strict.read(raw)
    return read.html, " ".join(read.text.split())


def test_who_prefers_nothing_gets_the_letter_of_the_edition(config: Config) -> None:
    whole = letters(config, frozen(), shipped(), mark="", copy="")(READER)
    assert message(config, Preferences()) == whole
    assert b"what you chose" not in whole


def test_where_nothing_matches_there_is_no_letter(config: Config) -> None:
    assert message(config, Preferences(wanted=("gone",))) is None


def test_a_selection_is_the_same_message_to_the_same_reader(config: Config) -> None:
    whole, chosen = (
        message(config, wish) for wish in (Preferences(), Preferences(wanted=("theme-2",)))
    )
    assert whole
    assert chosen
    assert parsed(whole)["Message-ID"] == parsed(chosen)["Message-ID"]
    assert parsed(chosen)["Subject"] == "7 new papers, 16 Jun: Theme 2"


def test_the_foot_tells_what_the_reader_chose_and_what_that_leaves_out(config: Config) -> None:
    wish = Preferences(wanted=("theme-1", "gone"), keywords=("Part 13", "<b>"), cap=3)
    words = (
        "This mail shows what you chose: Tides & waves, gone; first what has Part 13, <b>; 3 papers"
        " at most. Of 40 papers in this edition, it leaves out 31."
    )
    html, text = both(config, wish)
    assert words in text
    assert words.replace("&", "&amp;").replace("<b>", "&lt;b&gt;") in html
    assert re.search(r'<a href="https://example.org/readers/[\w-]{22}"[^>]*>Choose anew</a>', html)
    unwanted = both(config, Preferences(unwanted=("theme-0",)))[1]
    assert "what you chose: nothing of Theme 0. Of 40 papers" in unwanted


def test_a_chosen_mail_is_as_recorded(
    config: Config, golden: Callable[[str, str | bytes], None]
) -> None:
    wish = Preferences(unwanted=("also",), keywords=("wait", "bound"), authors=("G. Wren",), cap=4)
    build = press(config, freeze(EDITION), shipped(), lambda: NAMES)(wish)
    assert build
    golden("mail-chosen.html", strict.read(b"".join(build(READER))).html)


def test_a_choice_of_very_many_things_is_told_in_short(config: Config) -> None:
    wish = Preferences(wanted=("theme-1",), keywords=tuple(f"keyword {n}" for n in range(200)))
    html, _ = both(config, wish)
    assert 300 < len(re.findall(r"what you chose[^<]*", html)[0]) < 420


def test_a_cap_bounds_what_is_shown_and_counts_the_rest(config: Config) -> None:
    html, text = both(config, Preferences(cap=3))
    assert html.count("<h3") == 3
    assert sum(map(int, re.findall(r"and (\d+) more", text))) == 37
    assert "40 new papers" in text
    assert both(config, Preferences(cap=300))[0].count("<h3") == 40


def test_a_pinned_paper_comes_first_and_tells_why(config: Config) -> None:
    html, text = both(config, Preferences(keywords=("part 13", "Part 14"), authors=("B. Reed",)))
    assert "Your keywords and authors (40)".upper() in text
    assert "Has your keyword “part 13”; By your author Bo Reed" in html
    html, text = both(config, Preferences(keywords=("part 13",)))
    assert text.index("Wanted, Part 13") < text.index("Wanted, Part 0")
    assert html.count("Has your keyword") == 1


def test_links_to_the_archive_lead_to_the_sections_of_its_page(config: Config) -> None:
    html, _ = both(config, Preferences(wanted=("theme-3", "theme-5"), cap=2))
    page = edition_page(shipped(), DAY, site=SITE)
    found = re.findall(rf"{SITE}/2026/06/16/#(\w+)", html)
    assert len(found) == 2
    for anchor, label in zip(found, ("Theme 3", "Theme 5"), strict=True):
        assert re.search(rf'<section id="{anchor}">\s*<h2[^>]*>{label}', page)


def test_a_template_of_the_users_own_shows_selections_too(config: Config) -> None:
    templates = {"mail.html.j2": "{{ edition.size }}", "mail.txt.j2": "{{ footing.chosen }}"}
    env = environment(jinja2.DictLoader(templates))
    build = press(config, frozen(), env, Names)(Preferences(wanted=("theme-1",)))
    assert build
    read = strict.read(b"".join(build(READER)))
    assert "<body>8</body>" in read.html
    assert read.text.startswith("This mail shows what you chose: Theme 1.")


THEMES = st.sampled_from([f"theme-{at}" for at in range(8)])
WISHES = st.builds(
    Preferences,
    wanted=st.lists(THEMES, max_size=4).map(tuple),
    unwanted=st.lists(THEMES, max_size=2).map(tuple),
    keywords=st.lists(st.sampled_from(["part 13", "Part 1", "wait"]), max_size=2).map(tuple),
    cap=st.sampled_from([0, 5]),
)


@pytest.mark.slow
@settings(max_examples=settings.default.max_examples // 8)
@given(wishes=st.lists(WISHES, min_size=2, max_size=8))
def test_a_letter_is_the_same_whoever_else_gets_one(
    config: Config, wishes: list[Preferences]
) -> None:
    shared = press(config, frozen(), shipped(), lambda: NAMES)
    for wish in wishes:
        build = shared(wish)
        assert (b"".join(build(READER)) if build else None) == message(config, wish)


@settings(max_examples=settings.default.max_examples // 8)
@given(wishes=st.lists(WISHES, min_size=1, max_size=4))
def test_what_is_rendered_once_is_as_if_it_were_rendered_each_time(
    config: Config, wishes: list[Preferences]
) -> None:
    plain = environment(jinja2.FileSystemLoader(TEMPLATES))
    plain.filters["once"] = lambda paper, macro: macro(paper)
    anew, shared = (press(config, frozen(), env, lambda: NAMES) for env in (plain, shipped()))
    for wish in wishes:
        one, other = anew(wish), shared(wish)
        assert (one and one(READER)) == (other and other(READER))
