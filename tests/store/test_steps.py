"""From every schema that a program ever had, with what it held, and through a death on the way."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from digest.document import freeze
from digest.model.searches import Search
from digest.store.database import database
from digest.store.engine import open_store, schema_version
from digest.store.exporting import exported
from digest.store.schema import STEPS
from digest.store.times import to_day, to_seconds
from tests.home import Home
from tests.store.old import make_steps, row_of, write
from tests.store.records import (
    DAY,
    NOW,
    a_paper,
    claim,
    decision_on,
    edition_of,
    key_of,
    publish,
    rows,
    the_edition,
)
from tests.store.test_exports import of_kind

ADDRESSES = ("jane@example.org", "Joan@Example.org")
VERSIONS = list(STEPS)
REPORT = (
    '{"status": "quiet", "new": 0, "repeats": 0, "revised": 0, "sources": {}, "deliveries": null,'
    ' "reason": "nothing is new"}'
)


def fill_old(url: str, version: str) -> None:
    """One edition of one paper, as a program of a version left it, delivered to one of two."""
    make_steps(url, version)
    work = decision_of_one(url)
    write(
        url,
        row_of("newsletter", slug="daily"),
        row_of("source", name="hf"),
        row_of(
            "edition",
            newsletter=1,
            period="daily",
            date=to_day(DAY),
            published_at=to_seconds(NOW),
            sha256=work[0],
            document=work[1],
        ),
        row_of("paper", id=1, key=key_of(1), version=2),
        row_of("alias", key=key_of(1), paper=1),
        row_of("seen", newsletter=1, paper=1, edition=1),
        row_of("sighting", newsletter=1, paper=1, source=1, first=to_day(DAY), last=to_day(DAY)),
        row_of("feed", newsletter=1, source=1, url="https://example.org", fingerprint="f"),
        row_of(
            "run", newsletter=1, at=to_seconds(NOW), date=to_day(DAY), status="quiet", report=REPORT
        ),
    )
    for number, address in enumerate(ADDRESSES, 1):
        state, next_try = ("sent", None) if number == 1 else ("pending", 0)
        kept = {"edition": 1, "state": state, "attempts": 1, "token": 0, "code": "", "updated": 1}
        if version < "0004":
            write(url, row_of("delivery", **kept, address=address))
        else:
            write(
                url,
                row_of(
                    "reader",
                    newsletter=1,
                    mailbox=address.lower(),
                    address=address,
                    domain="example.org",
                    state="active",
                    frequency="daily",
                    zone="",
                    preference=1,
                    fixed=1,
                    consent="named in mail.to",
                    reason="",
                    score=0,
                    changed_at=1,
                ),
                row_of(
                    "delivery", **kept, reader=number, preference=1, sender=0, next_try=next_try
                ),
            )


def decision_of_one(url: str) -> tuple[str, str]:
    """The hash and the document of an edition of one paper."""
    from digest.identity import works
    from digest.model.replies import Sighting

    work = works([Sighting(source="hf", day=DAY, paper=a_paper(1, version=2))])
    frozen = freeze(edition_of(work, "daily", DAY))
    return frozen.sha256, frozen.document.decode()


def is_as_it_was(url: str, version: str) -> None:
    """All that a database held can be used."""
    with closing(open_store(url)) as store:
        frozen = store.edition("daily")
        assert frozen
        assert not decision_on(store, [a_paper(1)], "daily", DAY).new
        assert store.close_books(the_edition(store))["sent"] == 1
        assert {one.subscriber.address for one in store.readers("daily")} == set(ADDRESSES)
        if version < "0006":  # with it, a run makes what is searched
            assert store.search("daily", Search(words="remarkable")).total == 1
        export = b"".join(exported(store, ["daily"], NOW))
        states = sorted(one["state"] for one in of_kind(export, "delivery"))
        assert states == ["pending", "sent"]
        assert len(of_kind(export, "run")) == len(of_kind(export, "feed")) == 1
        assert [one.address for one in claim(store)] == [ADDRESSES[1]]
        publish(store, a_paper(2), date=DAY.replace(day=9), readers=ADDRESSES)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_database_of_any_schema_held_is_there_after_the_steps(
    url: str, version: str
) -> None:
    fill_old(url, version)
    is_as_it_was(url, version)


@pytest.fixture
def moved(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose state is at `url`."""
    monkeypatch.setenv("DIGEST_STATE__URL", url)
    home = Home(tmp_path / "home")
    home.configure(
        '[newsletter]\nslug = "daily"\n[[source]]\nkind = "saved-page"\npath = "pages"\n'
    )
    return home


POINT = "mid-migration"
PARTS = sum(len(parts) for parts in STEPS.values())


@pytest.mark.parametrize(
    "number", [1, *(pytest.param(part, marks=pytest.mark.slow) for part in range(2, PARTS))]
)
def test_a_death_between_two_steps_leaves_the_old_schema_whole(
    url: str, moved: Home, number: int
) -> None:
    fill_old(url, "0001")
    answer = moved.process("status", DIGEST_FAILPOINT=f"{POINT}:{number}")
    assert answer.code == -9, answer.err
    assert schema_version(database(url)) == "0001"
    assert len(rows(url, "SELECT 1 FROM delivery")) == 2
    assert moved.process("status").code == 0
    is_as_it_was(url, "0001")
