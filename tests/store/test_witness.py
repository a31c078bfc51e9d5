"""What stands beside the database tells how far deliveries had come."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.guards import rewound
from digest.model.deliveries import Closed
from digest.store.engine import open_store
from digest.store.witness import witness
from tests.store.records import a_paper, claim, day, publish, settle

CLOSED = [Closed("weekly", day(2), "b" * 64, 0), Closed("daily", day(1), "a" * 64, 12)]


def test_what_was_noted_is_read_back_newsletter_by_newsletter(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    one = witness(sqlite_url)
    assert one.read("daily") == []
    one.note("daily", CLOSED)
    one.note("other", CLOSED[:1])
    one.note("daily", CLOSED[1:])
    again = witness(sqlite_url)
    assert again.read("daily") == CLOSED[1:]
    assert again.read("other") == CLOSED[:1]
    assert again.read("none") == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", '{"daily": 7}', '{"daily": [[1]]}', '{"daily": [["d", "x", 1, 2]]}'],
)
def test_a_witness_that_makes_no_sense_is_none(sqlite_url: str, tmp_path: Path, text: str) -> None:
    open_store(sqlite_url).close()
    (tmp_path / "state" / "digest.db.sent.json").write_text(text)
    one = witness(sqlite_url)
    assert one.read("daily") == []
    one.note("daily", CLOSED)
    assert one.read("daily") == CLOSED


def test_those_who_note_at_once_lose_nothing(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    slugs = [f"newsletter{number}" for number in range(8)]
    together = threading.Barrier(len(slugs), timeout=30)

    def work(slug: str) -> None:
        together.wait()
        witness(sqlite_url).note(slug, CLOSED)

    threads = [threading.Thread(target=work, args=(slug,)) for slug in slugs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [witness(sqlite_url).read(slug) for slug in slugs] == [CLOSED] * len(slugs)


def test_a_witness_that_cannot_be_written_says_so(sqlite_url: str) -> None:
    with pytest.raises(StoreError, match=r"digest\.db\.sent\.json cannot be written"):
        witness(sqlite_url).note("daily", CLOSED)


def test_a_database_from_a_backup_is_noticed(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(open_store(sqlite_url)) as store:
        publish(store, a_paper(1), readers=["a@example.org", "b@example.org"])
        settle(store, *claim(store, limit=1))
    with closing(open_store(sqlite_url)) as store:
        witness(sqlite_url).note("daily", store.closed("daily"))
    backup = file.read_bytes()
    with closing(open_store(sqlite_url)) as store:
        settle(store, *claim(store))
        witness(sqlite_url).note("daily", store.closed("daily"))
        assert rewound(witness(sqlite_url).read("daily"), store.closed("daily")) is None
    file.write_bytes(backup)
    with closing(open_store(sqlite_url)) as store:
        reason = rewound(witness(sqlite_url).read("daily"), store.closed("daily"))
    assert reason
    assert "from a backup" in reason


def test_a_server_that_keeps_the_database_needs_no_witness(postgresql_url: str) -> None:
    one = witness(postgresql_url)
    one.note("daily", CLOSED)
    assert one.read("daily") == []
