"""What another process does: `python -m tests.store.child publish|lock|hold|drain URL [SLUG]`."""

from __future__ import annotations

import sys
import time
from contextlib import closing

from digest.store.engine import open_store
from digest.store.lock import newsletter_lock
from digest.store.senders import sender_slot
from tests.store.records import NOW, a_paper, claim, hand, publish, settle


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def hold(url: str) -> None:
    """Be a sender with four deliveries, of which two are handed over, until killed."""
    with sender_slot(url, "daily") as number, closing(open_store(url)) as store:
        hand(store, *claim(store, limit=4, sender=number)[:2])
        say("held")
        time.sleep(60)


def drain(url: str) -> None:
    """Be a sender until nothing is due, and tell who got mail from it."""
    with sender_slot(url, "daily") as number, closing(open_store(url)) as store:
        for edition in store.due("daily", NOW):
            while batch := claim(store, edition, limit=5, sender=number):
                for one in hand(store, *batch):
                    say(f"{edition.date}:{one.address}")
                settle(store, *batch)


if __name__ == "__main__":
    act, url, *rest = sys.argv[1:]
    if act == "publish":
        publish(open_store(url), a_paper(1), a_paper(2), readers=["a@example.org", "b@example.org"])
    elif act == "hold":
        hold(url)
    elif act == "drain":
        drain(url)
    else:
        with newsletter_lock(url, *rest):
            say("held")
            time.sleep(60)
