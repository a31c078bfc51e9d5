"""All of a newsletter as JSON lines, into another database and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from digest.errors import StoreError
from digest.model.searches import Search
from digest.store import tables
from digest.store.database import database
from digest.store.engine import open_store
from digest.store.exporting import exported
from digest.store.importing import imported
from tests.store.full import fill
from tests.store.records import (
    NOW,
    a_paper,
    claim,
    day,
    decision_on,
    key_of,
    publish,
    rows,
    subscribe,
    the_edition,
)

NEW_IDS = {"run", "sign_up", "channel"}  # whose ids are given anew


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a store with something in every table."""
    url = f"sqlite:///{tmp_path_factory.mktemp('filled')}/digest.db"
    fill(url)
    return out_of(url)


def out_of(url: str, newsletter: str = "daily") -> bytes:
    with closing(open_store(url)) as store:
        return b"".join(exported(store, [newsletter], NOW))


def into(url: str, export: bytes, only: str = "") -> dict[str, dict[str, int]]:
    with closing(open_store(url)) as store, store.writing() as connection:
        return imported(connection, export.splitlines(keepends=True), only)


def of_kind(export: bytes, kind: str) -> list[dict[str, Any]]:
    told = map(json.loads, export.splitlines())
    return [line for line in told if line["kind"] == kind]


def rewritten(export: bytes, change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """An export as somebody changed it, whose end is right all the same."""
    texts = export.splitlines()[:-1]
    told = [json.loads(text) for text in texts]
    change(told)
    texts += [b""] * (len(told) - len(texts))
    changed = (
        text if text and json.loads(text) == line else json.dumps(line).encode()
        for text, line in zip(texts, told, strict=True)
    )
    text = b"".join(one + b"\n" for one in changed)
    end = {"kind": "end", "records": len(told) - 1, "sha256": hashlib.sha256(text).hexdigest()}
    return text + json.dumps(end).encode() + b"\n"


def columns_of(url: str) -> dict[str, set[str]]:
    """The columns of every table."""
    with closing(database(url).connect()) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for (name,) in names
            if not name.startswith(("sqlite_", "listed_words_"))
        }


def test_an_export_comes_back_the_same_from_another_kind_of_database(
    filled: bytes, sqlite_url: str, postgresql_url: str
) -> None:
    into(postgresql_url, filled)
    again = out_of(postgresql_url)
    assert again == filled
    into(sqlite_url, again)
    assert out_of(sqlite_url) == filled


def test_every_table_and_column_is_exported_or_said_to_be_left_out(sqlite_url: str) -> None:
    fill(sqlite_url)
    found = columns_of(sqlite_url)
    exported_tables = {table.name: table for table in tables.ALL.values()}
    assert found.keys() == exported_tables.keys() | tables.LEFT_OUT | tables.TOLD_OTHERWISE
    for name, table in exported_tables.items():
        known = {*table.columns, "newsletter"} | ({"id"} if name in NEW_IDS else set())
        assert found[name] <= known, name
    empty = {name for name in found if not rows(sqlite_url, f"SELECT 1 FROM {name} LIMIT 1")}
    assert not empty, "the round trip proves nothing of these"


def test_what_was_imported_goes_on_as_before(filled: bytes, url: str) -> None:
    into(url, filled)
    with closing(open_store(url)) as store:
        assert not decision_on(store, [a_paper(1), a_paper(3)], "daily", day(9)).new
        assert store.search("daily", Search(words="remarkable finding")).total == 3
        assert store.edition("daily", day(1))
        assert store.whose("daily", "daily Joan@Example.org")
        assert store.is_suppressed("daily", "nobody@example.org")
        assert store.is_suppressed("daily", "erased@example.org")
        publish(store, a_paper(4), date=day(3), readers=["new@example.org"])
        known = store.reader("daily", "new@example.org")
    assert known
    (head,) = of_kind(filled, "head")
    assert known.id > head["last_reader"]


def channel_lines(export: bytes) -> list[tuple[str, str | int, str]]:
    """The edition, channel and state of the deliveries that go to no reader."""
    deliveries = [
        (one["edition"], one["reader"], one["state"]) for one in of_kind(export, "delivery")
    ]
    return [one for one in deliveries if isinstance(one[1], str) or one[1] < 0]


def test_deliveries_to_channels_go_by_their_names(filled: bytes) -> None:
    assert [one["name"] for one in of_kind(filled, "channel")] == ["lab", "team"]
    assert channel_lines(filled) == [
        ("daily 2026-03-02", "lab", "sent"),
        ("daily 2026-03-02", -1, "sent"),
        ("daily 2026-03-02", -2, "sent"),
        ("daily 2026-03-03", "lab", "sent"),
        ("daily 2026-03-03", "team", "pending"),
    ]


def test_channels_stay_apart_from_those_of_other_newsletters_and_later_ones(
    filled: bytes, url: str
) -> None:
    with closing(open_store(url)) as store:
        publish(store, a_paper(1), newsletter="other", channels=["team", "lab", "more"])
    into(url, filled)
    assert channel_lines(out_of(url)) == channel_lines(filled)
    with closing(open_store(url)) as store:
        publish(store, a_paper(4), date=day(3), channels=["late", "lab"])
        second = the_edition(store, "daily", day(2))
        assert len(claim(store, second, channel=store.channels("daily")["team"])) == 1
    lately = ("daily 2026-03-04", "pending")
    added = [(lately[0], name, lately[1]) for name in ("lab", "late")]
    expected = [*channel_lines(filled)[:-1], ("daily 2026-03-03", "team", "claimed"), *added]
    assert channel_lines(out_of(url)) == expected
    with closing(open_store(url)) as store:
        assert (
            len(claim(store, the_edition(store, "other"), channel=store.channels("other")["lab"]))
            == 1
        )


def test_what_polls_kept_waits_in_the_other_database_too(filled: bytes, url: str) -> None:
    into(url, filled)
    with closing(open_store(url)) as store:
        first, second = store.kept("daily")
        assert store.kept("other") == []
    assert (first.sighting.source, second.sighting.source) == ("lab", "hf")
    assert first.sighting.paper == a_paper(9, title="A naïve “find”")
    assert (first.sighting.replacement, second.sighting.replacement) == (True, False)
    assert (second.sighting.day, second.fingerprint) == (day(3), "f")


def test_an_export_counts_what_it_has(filled: bytes) -> None:
    (head,) = of_kind(filled, "head")
    assert {kind: len(of_kind(filled, kind)) for kind in head["counts"]} == head["counts"]
    (end,) = of_kind(filled, "end")
    assert end["records"] == sum(head["counts"].values())


def test_newsletters_that_share_papers_share_them_in_another_database(
    filled: bytes, url: str
) -> None:
    with closing(open_store(url)) as store:
        subscribe(store, "somebody@example.org", newsletter="other")
        publish(store, a_paper(2), a_paper(9), newsletter="other")
    before = out_of(url, "other")
    into(url, filled)
    assert out_of(url, "other").splitlines()[1] == before.splitlines()[1]
    with closing(open_store(url)) as store:
        assert not decision_on(store, [a_paper(1), a_paper(2)], "daily", day(9)).new
        assert len(decision_on(store, [a_paper(1), a_paper(2)], "other", day(9)).new) == 1
    papers = rows(url, f"SELECT paper FROM alias WHERE key = '{key_of(2)}'")
    assert len(papers) == 1
    mine, theirs = (out_of(url, slug) for slug in ("daily", "other"))
    numbers = [[line["id"] for line in of_kind(one, "reader")] for one in (mine, theirs)]
    assert not set(numbers[0]) & set(numbers[1])
    known = {line["id"]: line["address"] for line in of_kind(mine, "reader")}
    was = {line["id"]: line["address"] for line in of_kind(filled, "reader")}
    deliveries = [(known.get(one["reader"]), one["state"]) for one in of_kind(mine, "delivery")]
    assert deliveries == [
        (was.get(one["reader"]), one["state"]) for one in of_kind(filled, "delivery")
    ]


def test_a_database_that_has_the_newsletter_takes_in_nothing(filled: bytes, url: str) -> None:
    with closing(open_store(url)) as store:
        subscribe(store, "somebody@example.org")
    before = out_of(url)
    with pytest.raises(StoreError, match="has the newsletter daily already"):
        into(url, filled)
    assert out_of(url) == before


def test_an_export_of_another_newsletter_is_refused(filled: bytes, sqlite_url: str) -> None:
    with pytest.raises(StoreError, match=r"the newsletter daily, and newsletter\.slug says other"):
        into(sqlite_url, filled, "other")


def cut(export: bytes) -> bytes:
    return export[: len(export) // 2]


def without_a_line(export: bytes) -> bytes:
    first, *rest = export.splitlines(keepends=True)
    return b"".join([first, *rest[:5], *rest[6:]])


def with_a_letter_changed(export: bytes) -> bytes:
    return export.replace(b"second@example.org", b"sebond@example.org")


def with_an_edition_changed(export: bytes) -> bytes:
    return rewritten(
        export, lambda told: told[1]["document"].update(title="Another title than was frozen")
    )


def of_a_newer_program(export: bytes) -> bytes:
    return rewritten(export, lambda told: told[0].update(format=2))


def with_a_new_kind(export: bytes) -> bytes:
    return rewritten(export, lambda told: told.append({"kind": "news"}))


def with_a_delivery_of_no_edition(export: bytes) -> bytes:
    return rewritten(
        export,
        lambda told: told.append(
            {"kind": "account", "edition": "daily 2020-01-01", "state": "sent", "deliveries": 1}
        ),
    )


def with_a_delivery_to_no_channel(export: bytes) -> bytes:
    return rewritten(
        export,
        lambda told: next(one for one in told if one.get("reader") == "team").update(reader="x"),
    )


def without_a_head(export: bytes) -> bytes:
    return export.split(b"\n", 1)[1]


def with_text_for_a_number(export: bytes) -> bytes:
    return rewritten(export, lambda told: told[-1].update(day="a day"))


DAMAGES = {
    cut: "is none of an export",
    without_a_line: "changed or lost lines",
    with_a_letter_changed: "changed or lost lines",
    with_an_edition_changed: "the edition daily 2026-03-02 is not as it was frozen",
    of_a_newer_program: "has format 2.*upgrade Papertide",
    with_a_new_kind: "line 56 is none of an export",
    with_a_delivery_of_no_edition: "'daily 2020-01-01', of which it does not tell",
    with_a_delivery_to_no_channel: "'x', of which it does not tell",
    without_a_head: "line 1 is no head",
    with_text_for_a_number: "line 55 is none of an export",
    lambda _: b"": "there is nothing in it",
    lambda export: b"\n".join(export.split(b"\n")[:-2]) + b"\n": "breaks off after line 55",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_export_leaves_nothing_and_is_told(
    filled: bytes, sqlite_url: str, damage: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(StoreError, match=DAMAGES[damage]):
        into(sqlite_url, damage(filled))
    assert not rows(sqlite_url, "SELECT 1 FROM newsletter")
    assert into(sqlite_url, filled)


def test_a_damaged_edition_is_not_exported(sqlite_url: str) -> None:
    fill(sqlite_url)
    with closing(database(sqlite_url).connect()) as connection:
        connection.execute("UPDATE edition SET document = document || ' ' WHERE id = 2")
    with pytest.raises(StoreError, match="the stored edition of daily of 2026-03-03 is damaged"):
        out_of(sqlite_url)
