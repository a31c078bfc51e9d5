"""The whole edition, signed, to a webhook: once each, by the books of the mail."""

from __future__ import annotations

import time
from contextlib import closing

import pytest
from standardwebhooks import Webhook

from digest.errors import FetchError
from digest.fetch.answers import Poster
from digest.store.engine import open_store
from tests.channels.hook import Hook, Reply
from tests.channels.shop import CHAT, FIRST, SECRET, WEBHOOK, Shop
from tests.guarantees.scene import slow


def test_an_edition_is_posted_once_whole_and_beside_the_mail(any_shop: Shop) -> None:
    shop = any_shop
    told = shop.run().json
    assert told["deliveries"]["sent"] == 2
    [account] = told["accounts"]
    assert (account["recipients"], account["done"]) == (2, True)
    [post] = shop.hook.posts
    [edition] = shop.home.editions()
    assert post.json["type"] == "edition.published"
    assert post.json["data"] == {"url": "", "edition": edition}
    assert shop.mails() == 1
    shop.run()
    shop.deliver("--force")
    assert len(shop.hook.posts) == 1
    assert (shop.last(), shop.books()) == ("sent", {"sent": 2})


def test_the_body_has_the_bytes_of_the_archive_and_the_page_where_there_is_one(shop: Shop) -> None:
    shop.configure(newsletter='base_url = "https://papers.example.org"')
    shop.run()
    [post] = shop.hook.posts
    assert post.json["data"]["url"] == "https://papers.example.org/2026/01/05/"
    archived = (shop.home.folder / "site/2026/01/05/edition.json").read_bytes()
    assert post.body.endswith(b'"edition":' + archived + b"}}")


def test_another_implementation_takes_the_signature_and_no_other_body(shop: Shop) -> None:
    now = FIRST.isoformat()
    shop.publish()
    shop.home.digest("run", now=now)
    [post] = shop.hook.posts
    assert int(post.headers["webhook-timestamp"]) == pytest.approx(FIRST.timestamp(), abs=60)
    home, name = shop.home, "lab"
    assert home.digest("send-test", name).code == 0  # by the clock, as what checks it has one
    tested = shop.hook.posts[-1]
    assert Webhook(SECRET).verify(tested.body, dict(tested.headers)) == tested.json
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(SECRET).verify(tested.body + b" ", dict(tested.headers))


@pytest.mark.parametrize("reply", [*slow(408, 500), 429, 503, "lose"])
def test_what_is_refused_for_now_is_sent_later_with_the_same_id(
    shop: Shop, reply: int | str
) -> None:
    shop.hook.replies = [reply]
    assert shop.run().code == 0
    assert (shop.last(), shop.mails()) == ("deferred", 1)
    shop.deliver(minutes=3)  # before its time
    assert len(shop.hook.posts) == 1
    assert shop.deliver(minutes=7).code == 0
    assert (shop.last(), list(shop.hook.ids().values())) == ("sent", [2])
    bodies = {post.body for post in shop.hook.posts}
    assert len(bodies) == 1


def test_the_time_that_a_webhook_asks_for_is_kept(shop: Shop) -> None:
    shop.hook.replies = [(429, {"Retry-After": "3600"})]
    shop.run()
    shop.deliver(minutes=59)
    assert len(shop.hook.posts) == 1
    shop.deliver(minutes=75)
    assert shop.last() == "sent"


def test_one_that_is_never_well_is_given_up_and_told_of(shop: Shop) -> None:
    shop.hook.replies = [503] * 6
    shop.run()
    codes = [shop.deliver(hours=hours).code for hours in (0.2, 0.6, 2, 7, 22)]
    assert (codes, shop.last(), len(shop.hook.posts)) == ([0, 0, 0, 0, 1], "failed", 6)
    answer = shop.deliver(hours=30)
    assert (answer.code, len(shop.hook.posts)) == (0, 6)


def test_what_is_refused_for_good_fails_and_says_so_and_stops_no_mail(shop: Shop) -> None:
    elsewhere = {"Location": shop.hook.url}
    replies: list[Reply] = [400, 401, 404, 410, (302, elsewhere), (307, elsewhere)]
    for day, reply in enumerate(replies):
        shop.hook.replies = [reply]
        answer = shop.run(day=day)
        assert (answer.code, shop.last(), shop.mails()) == (1, "failed", day + 1)
        assert f"channel lab: 2026-01-{day + 5:02}: failed: " in answer.err
        assert len(shop.hook.posts) == day + 1  # it is led nowhere
    assert shop.run(day=6).code == 0


def test_a_private_address_is_posted_to_only_where_that_is_allowed(shop: Shop) -> None:
    shop.configure(fetch="allow_private = false")
    shop.run()
    told = shop.status()["channels"]["lab"]
    assert (told["state"], shop.hook.posts) == ("deferred", [])
    assert "allow_private = true" in told["code"]
    shop.configure()
    shop.deliver(minutes=7)
    assert shop.last() == "sent"


def test_a_webhook_that_is_not_there_is_tried_again(shop: Shop, hook: Hook) -> None:
    (shop.home.folder / "url").write_text("http://127.0.0.1:9/hook", encoding="utf-8")
    shop.run()
    assert "no connection" in shop.status()["channels"]["lab"]["code"]
    (shop.home.folder / "url").write_text(hook.url, encoding="utf-8")
    shop.deliver(minutes=7)
    assert shop.last() == "sent"


def test_no_answer_takes_longer_than_its_time_and_none_is_read_to_its_end() -> None:
    with Hook() as hook:
        hook.replies = ["hang", (200, {"X-Long": "x" * 10_000_000})]
        poster = Poster(hook.url, allow_private=True, monotonic=time.monotonic, seconds=0.3)
        with closing(poster):
            with pytest.raises(FetchError, match="no answer within 0"):
                poster.post({}, b"{}")
            with pytest.raises(FetchError, match="broke off"):
                poster.post({}, b"{}")


def test_stopped_mail_stops_no_channel_and_a_channel_that_wants_nothing_no_mail(
    shop: Shop,
) -> None:
    shop.configure(f'{WEBHOOK}{WEBHOOK.replace("lab", "attic")}themes = ["agents"]\n')
    shop.run("--no-deliver")
    url = f"sqlite:///{shop.home.folder}/state/digest.db"
    with closing(open_store(url)) as store:
        store.pause("daily-papers", "the server refuses it all", FIRST)
    answer = shop.deliver()
    assert (answer.code, shop.last(), shop.last("attic")) == (3, "sent", "skipped")
    assert shop.books() == {"sent": 1, "skipped": 1, "pending": 1}


def test_a_broken_template_of_the_mail_stops_no_channel_and_a_channel_s_no_other(
    shop: Shop,
) -> None:
    own = shop.home.folder / "looks"
    own.mkdir()
    (own / "mail.html.j2").write_text("{{ broken", encoding="utf-8")
    (own / "chat.txt.j2").write_text("{{ broken", encoding="utf-8")
    shop.configure(f'{CHAT}{WEBHOOK}[templates]\npath = "looks"\n')
    assert shop.run().code == 2
    assert (shop.last(), shop.last("team"), shop.books()) == (
        *("sent", "pending"),
        {"sent": 1, "pending": 2},
    )
    (own / "mail.html.j2").unlink()
    answer = shop.deliver()
    assert (answer.code, shop.last("team"), shop.mails()) == (1, "pending", 1)
    assert "channel team: chat.txt.j2, line 1: " in answer.err


def test_no_channel_is_among_the_readers(shop: Shop) -> None:
    shop.run()
    told = shop.home.digest("subscribers", "list", "--json").json
    assert sum(told["counts"].values()) == len(told["readers"]) == 1
    assert "lab" not in shop.home.digest("subscribers", "export").out
    assert shop.status()["readers"]["active"] == 1
    assert shop.deliver("--limit", "1").code == 0


def test_no_word_of_the_program_has_the_key_of_an_address(shop: Shop) -> None:
    for day, reply in enumerate([204, 404, 503, "lose", (301, {"Location": "/s3cret-key"})]):
        shop.hook.replies = [reply]
        shop.publish(day)
        answer = shop.home.digest("-v", "run", now=shop.now(day))
        status = shop.home.digest("status")
        assert "s3cret" not in answer.out + answer.err + status.out + status.err
        assert shop.home.digest("send-test", "lab").err.count("s3cret") == 0


def test_a_test_to_a_channel_is_another_message_and_in_no_book(shop: Shop) -> None:
    shop.run()
    answer = shop.home.digest("send-test", "lab")
    assert answer.code == 0, answer.err
    first, test = shop.hook.posts
    assert (test.json["type"], test.id != first.id) == ("edition.test", True)
    assert test.json["data"] == first.json["data"]
    shop.hook.replies = [404]
    refused = shop.home.digest("send-test", "lab")
    assert (refused.code, "404 refused by the webhook" in refused.err) == (1, True)
    assert shop.books() == {"sent": 2}
    assert shop.home.digest("send-test", "attic").code == 2


def test_two_channels_get_messages_of_their_own_and_one_waits_for_no_other(shop: Shop) -> None:
    shop.configure(WEBHOOK + WEBHOOK.replace("lab", "attic"))
    shop.hook.replies = [503, 204]
    shop.run()
    assert (shop.last("lab"), shop.last("attic")) == ("deferred", "sent")
    shop.deliver(minutes=7)
    assert sorted(shop.hook.ids().values()) == [1, 2]
