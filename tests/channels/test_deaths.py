"""kill -9 at every step and at any time: nothing is lost, and nothing comes by another id."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from tests.channels.shop import CHAT, WEBHOOK, Shop
from tests.guarantees.scene import killed, slow
from tests.home import ended

STEPS = [*slow("before-commit", "after-commit"), "after-claim:2", "before-post", "after-post"]
STEPS += ["before-settle:2", *slow("after-settle:2")]


@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_loses_no_post_and_the_next_has_the_same_id(
    shop: Shop, step: str
) -> None:
    die_beside_a_webhook(shop, step)


@pytest.mark.parametrize("step", ["before-post", "after-post"])
def test_a_death_beside_a_post_loses_none_on_postgresql(postgresql_shop: Shop, step: str) -> None:
    die_beside_a_webhook(postgresql_shop, step)


def die_beside_a_webhook(shop: Shop, step: str) -> None:
    shop.publish()
    assert shop.process("run", DIGEST_FAILPOINT=step).code == -9
    assert shop.run(publish=False).code == 0
    assert (shop.last(), shop.books(), shop.mails()) == ("sent", {"sent": 2}, 1)
    [(_, times)] = shop.hook.ids().items()
    assert times <= 2
    assert len({post.body for post in shop.hook.posts}) == 1


@pytest.mark.parametrize("step", ["before-post", "after-post", *slow("after-settle:2")])
def test_a_death_beside_a_chat_never_tells_it_twice(shop: Shop, step: str) -> None:
    shop.configure(CHAT)
    shop.publish()
    assert shop.process("run", DIGEST_FAILPOINT=step).code == -9
    shop.run(publish=False)
    shop.deliver(hours=1)
    uncertain = step in {"before-post", "after-post"}
    assert shop.last("team") == ("uncertain" if uncertain else "sent")
    assert len(shop.hook.posts) == (step != "before-post")
    if uncertain:
        shop.deliver("--resend-uncertain", "--yes", hours=2)
        assert shop.last("team") == "sent"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_deaths_at_any_time_lose_no_post_and_double_no_chat(any_shop: Shop, seed: int) -> None:
    shop, chance, kills, days = any_shop, random.Random(seed), 0, 12
    shop.configure(CHAT + WEBHOOK + WEBHOOK.replace("lab", "attic"))
    shop.hook.slowness = 0.1
    for day in range(days):
        assert shop.run("--no-deliver", day=day).code == 0
        while (code := dies_or_ends(shop, day, chance)) != 0:
            kills += code < 0
    posts = Counter(post.id for post in shop.hook.posts if "webhook-id" in post.headers)
    chats = [post.json["message"] for post in shop.hook.posts if "message" in post.json]
    books = shop.books()
    assert len(posts) == 2 * days
    assert len(chats) == len(set(chats))
    assert set(books) <= {"sent", "uncertain"}
    assert sum(books.values()) == 4 * days
    assert days - books.get("uncertain", 0) <= len(chats) <= days
    again = sum(posts.values()) - len(posts)
    print(f"seed {seed}: {kills} deaths, {again} posts came again, {books}")  # noqa: T201


def dies_or_ends(shop: Shop, day: int, chance: random.Random) -> int:
    """The exit code of a round of delivery, killed at some time or beside a post, or left alone."""
    process, before = shop.start("deliver", day=day), len(shop.hook.posts)
    at = chance.choice(["any time", "a post", "never"])
    end = time.monotonic() + (chance.uniform(0, 1) if at == "any time" else 30)
    while process.returncode is None and time.monotonic() < end and at != "never":
        if at == "a post" and len(shop.hook.posts) > before:
            end = min(end, time.monotonic() + chance.uniform(0, 0.15))
        time.sleep(0.002)
    return (ended(process) if at == "never" else killed(process)).code


def test_two_senders_at_once_post_once(shop: Shop) -> None:
    shop.configure(CHAT + WEBHOOK)
    shop.run("--no-deliver")
    for process in [shop.start("deliver") for _ in range(2)]:
        assert ended(process).code == 0
    assert (shop.books(), len(shop.hook.posts)) == ({"sent": 3}, 2)
