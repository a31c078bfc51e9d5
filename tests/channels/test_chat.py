"""A short form of an edition, to a chat: inert, of bearable length, and never twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.editions import Edition, Section
from digest.model.papers import Paper
from digest.render.chat import chat
from digest.render.text import inert, inert_link
from tests.channels.shop import CHAT, WEBHOOK, Shop
from tests.render.hostile import EDITIONS
from tests.render.specimen import EDITION, placed, shipped

HOSTILE = [
    "@everyone and @here",
    "<!channel> <@U12345> <https://example.org|a link>",
    "[a link](https://example.org/evil) and ![a picture](http://example.org/x.png)",
    "**bold** __under__ _slant_ ~~gone~~ ||hidden|| `code`",
    "see www.example.org or https://example.org",
    "\u202egnorw eht \u200bway\x07\nround",
]


def test_a_chat_is_told_the_first_papers_and_how_many_more(shop: Shop) -> None:
    site = 'base_url = "https://papers.example.org"\ntitle = "Papers of the Day"'
    shop.configure(f"{CHAT}max_papers = 3\n", newsletter=site)
    shop.run()
    [post] = shop.hook.posts
    assert post.json["title"] == "Papers of the Day"
    assert post.json["message"].splitlines() == [
        "Monday, 5 January 2026: 4 papers",
        *(f"{at + 1}. A Study of Subject Number {at}" for at in range(3)),
        "and 1 more",
        "https://papers.example.org/2026/01/05/",
    ]
    assert (shop.last("team"), shop.books()) == ("sent", {"sent": 2})
    shop.run()
    assert len(shop.hook.posts) == 1


def test_a_chat_that_refuses_is_told_later_and_mail_and_webhooks_go_on(shop: Shop) -> None:
    shop.configure(CHAT + WEBHOOK)
    shop.hook.replies = [500]
    assert shop.run().code == 0
    assert (shop.last("team"), shop.last("lab"), shop.mails()) == ("deferred", "sent", 1)
    told = shop.status()["channels"]["team"]["code"]
    assert told == "not taken by the service, with HTTP 500"
    shop.deliver(minutes=7)
    assert shop.last("team") == "sent"


def test_a_chat_whose_answer_was_lost_is_uncertain_and_told_again_only_when_asked(
    shop: Shop,
) -> None:
    shop.configure(CHAT)
    for day, reply in enumerate(["lose", "hang"]):
        shop.hook.replies = [reply]
        answer = shop.run(day=day)
        assert (answer.code, shop.last("team")) == (1, "uncertain")
        assert "channel team: 2026-01-0" in answer.err
        shop.deliver(day=day, hours=1)
        assert len(shop.hook.posts) == day + 1
    shop.deliver("--resend-uncertain", "--yes", day=1, hours=2)
    assert (shop.last("team"), len(shop.hook.posts)) == ("sent", 4)


def test_neither_the_log_of_apprise_nor_ours_has_what_is_secret(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.configure(CHAT)
    caplog.set_level(logging.DEBUG)
    for day, reply in enumerate([500, "lose", 204]):
        shop.place(f"json://me:s3cret@{shop.hook.address}/s3cret")
        shop.hook.replies = [reply]
        answer = shop.run(day=day)
        assert "s3cret" not in answer.out + answer.err + caplog.text
    shop.place("pigeon://s3cret/")
    shop.publish(3)
    answer = shop.process("-v", "run", day=3)
    assert "no place that Apprise knows" in answer.err
    assert "s3cret" not in answer.out + answer.err


def test_a_place_that_apprise_does_not_know_charges_nobody_and_is_told(shop: Shop) -> None:
    shop.configure(CHAT)
    shop.place("pigeon://roof/")
    answer = shop.run()
    assert (answer.code, shop.last("team"), shop.mails()) == (1, "pending", 1)
    assert "channel team: its url is no place that Apprise knows" in answer.err
    test = shop.home.digest("send-test", "team")
    assert (test.code, "no place that Apprise knows" in test.err) == (1, True)
    shop.place(f"json://{shop.hook.address}/")
    assert shop.deliver().code == 0
    assert shop.last("team") == "sent"


def test_without_apprise_a_chat_waits_and_the_cure_is_told(shop: Shop, tmp_path: Path) -> None:
    shop.configure(CHAT)
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "apprise.py").write_text("raise ImportError", encoding="utf-8")
    shop.publish()
    answer = shop.process("run", PYTHONPATH=str(tmp_path / "without"))
    assert (answer.code, shop.last("team"), shop.mails()) == (1, "pending", 1)
    assert "pip install 'papertide[alerts]'" in answer.err


def test_a_test_to_a_chat_says_that_it_is_one(shop: Shop) -> None:
    shop.configure(CHAT)
    shop.run("--no-deliver")
    assert shop.home.digest("send-test", "team").code == 0
    assert shop.hook.posts[0].json["title"] == "[Test] Daily Papers"
    assert shop.last("team") == "pending"


def an_edition(titles: Sequence[str]) -> Edition:
    """An edition of papers that have nothing but titles."""
    papers = tuple(placed(Paper(title=title), "agent") for title in titles)
    return replace(EDITION, sections=(Section(theme="agents", label="Agents", papers=papers),))


def test_hostile_titles_are_inert() -> None:
    text = chat(shipped(), an_edition(HOSTILE), site="", max_papers=20, room=10_000).text
    lines = text.splitlines()
    assert lines[1:7] == [
        "1. @\u200beveryone and @\u200bhere",
        "2. ‹!channel› ‹@\u200bU12345› ‹https:\u200b//example.org∣a link›",
        "3. [a link]\u200b(https:\u200b//example.org/evil) and"
        " ![a picture]\u200b(http:\u200b//example.org/x.png)",
        "4. ∗∗bold∗∗ ＿＿under＿＿ ＿slant＿ ∼∼gone∼∼ ∣∣hidden∣∣ ˋcodeˋ",
        "5. see www\u200b.example.org or https:\u200b//example.org",
        "6. gnorw eht way round",
    ]


@given(EDITIONS)
def test_of_no_edition_a_chat_is_told_more_than_text_and_links(edition: Edition) -> None:
    message = chat(shipped(), edition, site="https://papers.example.org", max_papers=9, room=9_000)
    for line in [message.title, *message.text.splitlines()]:
        assert not set("<>*~|`\\") & set(line), line
        assert "](" not in line
        assert "@" not in line.replace("@\u200b", "")
        assert "://" not in line or line.startswith(("http://", "https://"))


@given(st.text())
def test_of_no_text_is_anything_left_that_a_chat_may_read(text: str) -> None:
    shown = inert(text)
    assert not set("<>*~|`\\") & set(shown)
    assert not any(part in shown for part in ("](", "://", "www."))
    assert all(part.startswith("\u200b") for part in shown.split("@")[1:])
    assert not set("@*~") & set(inert_link(f"https://example.org/{text}"))


@given(st.integers(0, 3_000), st.integers(1, 40))
def test_a_message_is_never_longer_than_the_room_there_is(room: int, most: int) -> None:
    edition = an_edition([f"A Study of Subject Number {number}" for number in range(30)])
    made = chat(shipped(), edition, site="", max_papers=most, room=room)
    assert len(made.title) + len(made.text) <= max(room, 200)
    if room > 1_500:
        assert f"{min(most, 30)}. A Study" in made.text
        assert ("and" in made.text) == (most < 30)
