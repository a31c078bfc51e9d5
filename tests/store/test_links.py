"""Whose the links in mails are."""

from __future__ import annotations

import pytest

from digest.model.readers import Subscriber
from digest.store.engine import SqlStore
from digest.subscribe import rules
from digest.tokens import token
from tests.store.records import NOW

JANE, JOE = "Jane@example.org", "joe@example.org"


def makers(*keys: str, newsletter: str = "daily"):
    return {key[::-1]: lambda address, key=key: token(key, newsletter, address) for key in keys}


def whose(store: SqlStore, given: str, *keys: str) -> str | None:
    store.keep_links("daily", makers(*keys))
    found = store.whose("daily", given)
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
    store.keep_links("weekly", makers("a key", newsletter="weekly"))
    assert store.whose("weekly", token("a key", "weekly", JANE))
    assert whose(store, token("a key", "weekly", JANE), "a key") is None


def test_a_link_of_who_was_erased_is_nobodys(store: SqlStore) -> None:
    put(store, JANE)
    mine = token("a key", "daily", JANE)
    assert whose(store, mine, "a key") == JANE
    store.revise("daily", [(JANE, rules.erased)], NOW)
    put(store, JOE)
    assert whose(store, mine, "a key") is None


def test_who_was_erased_and_comes_back_has_the_link_of_their_address_again(
    store: SqlStore,
) -> None:
    put(store, JANE)
    mine = token("a key", "daily", JANE)
    assert whose(store, mine, "a key") == JANE
    store.revise("daily", [(JANE, rules.erased)], NOW)
    put(store, JANE)
    assert whose(store, mine, "a key") == JANE


@pytest.mark.parametrize(
    ("before", "after"),
    [("jane@bücher.example.org", "jane@xn--bcher-kva.example.org"), (JANE, JANE.upper())],
)
def test_whose_address_is_spelt_otherwise_has_links_of_both_spellings(
    store: SqlStore, before: str, after: str
) -> None:
    put(store, before, JOE)
    links = [token("a key", "daily", address) for address in (before, after)]
    assert whose(store, links[0], "a key") == before
    put(store, after)
    assert [whose(store, link, "a key") for link in links] == [after, after]


def test_a_reader_the_configuration_names_is_found_however_it_spells_them(store: SqlStore) -> None:
    spellings = ["jane@bücher.example.org", "jane@xn--bcher-kva.example.org"]
    for address in spellings:
        store.keep_fixed("daily", [address], NOW)
        assert whose(store, token("a key", "daily", address), "a key") == address


def test_looking_at_links_writes_nothing_and_keeping_none_does_not_either(store: SqlStore) -> None:
    put(store, JANE)
    mine = token("a key", "daily", JANE)
    assert store.whose("daily", mine) is None
    assert kept(store) == []
    store.keep_links("daily", makers("a key"))
    before = kept(store)
    assert len(before) == 1
    assert whose(store, mine, "a key") == JANE
    assert whose(store, "nobody's", "a key") is None
    assert kept(store) == before


def kept(store: SqlStore) -> list[str]:
    with store.reading() as connection:
        return [hashed for (hashed,) in connection.rows("SELECT token FROM link ORDER BY token")]
