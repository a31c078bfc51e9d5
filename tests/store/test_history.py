"""What is kept of a reader, told and erased."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from digest.model.readers import Consent, Subscriber
from digest.model.signups import Limits, SignUp
from digest.store.engine import SqlStore, open_store
from digest.subscribe import rules
from tests.store.records import DAY, NOW, a_paper, publish

JANE = "jane@example.org"


def test_all_that_was_done_about_a_reader_is_told(store: SqlStore) -> None:
    asked = Subscriber(address=JANE, state=Consent.PENDING)
    sign_up = SignUp(reader=asked, network="192.0.2.7", nonce="a nonce")
    store.sign_up("daily", [sign_up], Limits(), NOW)
    store.put("daily", Subscriber(address=JANE), NOW)
    publish(store, a_paper(1), readers=["joe@example.org"])
    told = store.history("daily", "JANE@example.org")
    assert told["sign_ups"] == [{"asked_at": NOW.isoformat(), "confirmed_at": None}]
    [delivery] = told["deliveries"]
    assert delivery["edition"] == DAY.isoformat()
    assert (delivery["period"], delivery["state"], delivery["code"]) == ("daily", "pending", "")
    assert told["soft_bounces"] == 0
    assert store.history("other", JANE)["deliveries"] == []


def test_no_file_of_the_database_has_the_address_of_who_was_erased(
    tmp_path: Path, sqlite_url: str
) -> None:
    with closing(open_store(sqlite_url)) as store:
        store.put("daily", Subscriber(address=JANE), NOW)
        assert _holds(tmp_path, JANE)
        store.revise("daily", [(JANE, rules.erased)], NOW)
        assert not _holds(tmp_path, JANE)


def _holds(folder: Path, text: str) -> bool:
    """Whether a file does, while the database is open."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return any(text.encode() in file.read_bytes() for file in files)
