"""kill -9 at every step and at any time: nothing is lost, and nothing comes by another id."""

from __future__ import annotations

import random
import subprocess
import time

import pytest

from tests.channels.shop import CHAT, WEBHOOK, Shop
from tests.guarantees.scene import killed, slow

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
    shop.publish()
    begun = time.monotonic()
    assert shop.process("run").code == 0
    seconds = time.monotonic() - begun
    for day in range(1, days):
        shop.publish(day)
        over = False
        while not over:
            process = shop.start("run", day=day)
            try:
                process.communicate(timeout=chance.uniform(0, 1.2 * seconds))
                over = True
            except subprocess.TimeoutExpired:
                killed(process)
                kills += 1
    ids = {post.id for post in shop.hook.posts if "webhook-id" in post.headers}
    chats = [post.json["message"] for post in shop.hook.posts if "message" in post.json]
    books = shop.books()
    assert len(ids) == 2 * days
    assert len(chats) == len(set(chats))
    assert set(books) <= {"sent", "uncertain"}
    assert sum(books.values()) == 4 * days
    assert days - books.get("uncertain", 0) <= len(chats) <= days
    print(f"seed {seed}: {kills} deaths, {len(shop.hook.posts)} posts, {books}")  # noqa: T201
