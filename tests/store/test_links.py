"""Whose the links in mails are."""

from __future__ import annotations

from digest.model.readers import Subscriber
from digest.store.engine import SqlStore
from digest.subscribe import rules
from digest.tokens import token
from tests.store.records import NOW

JANE, JOE = "Jane@example.org", "joe@example.org"


def makers(*keys: str, newsletter: str = "daily"):
    return {key[::-1]: lambda address, key=key: token(key, newsletter, address) for key in keys}


def whose(store: SqlStore, given: str, *keys: str) -> str | None:
    found = store.whose("daily", given, makers(*keys))
    return found.address if found else None


def put(store: SqlStore, *addresses: str) -> None:
    for address in addresses:
        store.put("daily", Subscriber(address=address), NOW)


def test_a_token_is_its_readers_however_their_address_is_written(store: SqlStore) -> None:
    put(store, JANE, JOE)
    assert whose(store, token("a key", "daily", JANE), "a key") == JANE
    assert whose(store, token("a key", "daily", JANE.lower()), "a key") == JANE
    assert whose(store, token("a key", "daily", JOE), "a key") == JOE


def test_who_comes_later_has_a_link_too(store: SqlStore) -> None:
    put(store, JANE)
    assert whose(store, token("a key", "daily", JOE), "a key") is None
    put(store, JOE)
    assert whose(store, token("a key", "daily", JOE), "a key") == JOE


def test_links_outlive_their_key(store: SqlStore) -> None:
    put(store, JANE)
    old = token("a key", "daily", JANE)
    assert whose(store, old, "another key") is None
    assert whose(store, old, "another key", "a key") == JANE
    assert whose(store, old, "a third key") == JANE
    assert whose(store, token("a third key", "daily", JANE), "a third key") == JANE


def test_a_token_of_another_newsletter_or_key_is_nobodys(store: SqlStore) -> None:
    put(store, JANE)
    assert whose(store, token("a key", "weekly", JANE), "a key") is None
    assert whose(store, token("no key", "daily", JANE), "a key") is None
    assert whose(store, "", "a key") is None
    store.put("weekly", Subscriber(address=JANE), NOW)
    theirs = store.whose(
        "weekly", token("a key", "weekly", JANE), makers("a key", newsletter="weekly")
    )
    assert theirs
    assert whose(store, token("a key", "weekly", JANE), "a key") is None


def test_a_link_of_who_was_erased_is_nobodys(store: SqlStore) -> None:
    put(store, JANE)
    mine = token("a key", "daily", JANE)
    assert whose(store, mine, "a key") == JANE
    store.revise("daily", [(JANE, rules.erased)], NOW)
    put(store, JOE)
    assert whose(store, mine, "a key") is None
