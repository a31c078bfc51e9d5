"""Channels that come, go, and want some of the editions alone."""

from __future__ import annotations

from tests.channels.shop import CHAT, WEBHOOK, Shop


def test_a_new_channel_gets_the_editions_from_then_on(shop: Shop) -> None:
    shop.configure("")
    shop.run()
    shop.configure()
    shop.run(publish=False)
    assert shop.hook.posts == []
    shop.run(day=1)
    [post] = shop.hook.posts
    assert post.json["data"]["edition"]["date"] == "2026-01-06"


def test_what_is_open_of_a_channel_that_went_is_skipped_and_the_books_are_closed(
    any_shop: Shop,
) -> None:
    shop = any_shop
    shop.hook.replies = [503]
    shop.run()
    assert shop.books() == {"sent": 1, "deferred": 1}
    shop.configure("")
    answer = shop.deliver(minutes=1)
    [account] = answer.json["accounts"]
    assert (answer.code, account["done"]) == (0, True)
    assert shop.books() == {"sent": 1, "skipped": 1}
    shop.configure()
    shop.run(day=1)
    assert [post.json["data"]["edition"]["date"] for post in shop.hook.posts] == [
        "2026-01-05",
        "2026-01-06",
    ]


def test_a_channel_that_died_with_its_sender_and_went_is_uncertain(shop: Shop) -> None:
    shop.publish()
    assert shop.process("run", DIGEST_FAILPOINT="before-post").code == -9
    shop.configure("")
    shop.deliver()
    assert shop.books() == {"sent": 1, "uncertain": 1}


def test_an_edition_that_is_not_delivered_waits_for_channels_too(shop: Shop) -> None:
    assert shop.run("--no-deliver").json["deliveries"]["pending"] == 2
    assert (shop.last(), shop.hook.posts) == ("pending", [])
    assert shop.deliver().json["deliveries"]["sent"] == 2
    assert len(shop.hook.posts) == 1


def test_what_is_made_of_past_days_goes_to_no_channel(shop: Shop) -> None:
    shop.publish()
    span = ("--from", "2026-01-01", "--to", "2026-01-02")
    shop.home.digest("backfill", *span, now=shop.now(1))
    shop.deliver(day=1)
    assert shop.hook.posts == []


THEMED = (
    '[[themes.group]]\nid = "beasts"\nlabel = "Beasts"\n'
    '[[themes.theme]]\nid = "birds"\ngroup = "beasts"\nlabel = "Birds"\ncore = ["penguin"]\n'
    '[[themes.theme]]\nid = "fish"\ngroup = "beasts"\nlabel = "Fish"\ncore = ["herring"]\n'
)


def papers(*subjects: str) -> str:
    return (
        "Get trending papers in your email inbox once a day!\n"
        "Get trending papers in your email inbox!\n"
        "Subscribe"
        + "\n".join(
            f"The {subject} Seen Anew\nWe study the {subject} at some length, with much care, and"
            " with the methods that are usual in this field. In the end we find that it behaves as"
            " we had expected."
            for subject in subjects
        )
    )


def test_a_channel_gets_its_themes_alone_and_readers_all(shop: Shop) -> None:
    shop.configure(f'{WEBHOOK}themes = ["birds"]\n{THEMED}')
    shop.publish(0, papers("Penguin", "Herring"))
    shop.run(publish=False)
    [post] = shop.hook.posts
    [section] = post.json["data"]["edition"]["sections"]
    assert [placed["paper"]["title"] for placed in section["papers"]] == ["The Penguin Seen Anew"]
    shop.publish(1, papers("Herring of the North"))
    told = shop.run(day=1, publish=False).json
    assert told["deliveries"] == told["deliveries"] | {"sent": 1, "skipped": 1}
    assert (shop.last(), len(shop.hook.posts), shop.mails()) == ("skipped", 1, 2)


def test_a_theme_that_is_not_there_is_a_mistake_in_the_configuration(shop: Shop) -> None:
    shop.configure(f'{WEBHOOK}themes = ["bird"]\n{THEMED}')
    answer = shop.run()
    assert answer.code == 2
    assert "channel.lab.themes: there is no 'bird'; did you mean birds?" in answer.err


def test_a_weekly_channel_gets_the_weekly_edition_though_no_reader_does(shop: Shop) -> None:
    shop.configure(f'{CHAT}period = "weekly"\n{WEBHOOK}', newsletter='weekly = "tue"')
    shop.run()
    assert shop.last("team") == "nothing"
    assert shop.run(day=1).json["weekly"] == "2026-01-06"
    assert (shop.last("team"), shop.last("lab")) == ("sent", "sent")
    chats = [post for post in shop.hook.posts if "message" in post.json]
    [chat] = chats
    assert "Week to Tuesday, 6 January 2026: 8 papers" in chat.json["message"]
