"""A store with something in every table."""

from __future__ import annotations

from contextlib import closing

from digest.model.deliveries import Blame, DeliveryState, Result
from digest.model.editions import Revision
from digest.model.readers import Consent, Frequency, Preferences, Subscriber
from digest.model.replies import FeedState, Kept, Sighting, Validators, Visit
from digest.model.runs import RunReport, RunStatus
from digest.model.signups import Limits, SignUp
from digest.store.engine import SqlStore, open_store
from digest.store.journal import open_journal
from digest.store.readers import end
from digest.store.suppressions import note
from digest.subscribe import rules
from tests.store.old import write
from tests.store.records import (
    NOW,
    a_paper,
    at,
    claim,
    day,
    hand,
    key_of,
    publish,
    settle,
    subscribe,
    the_edition,
)

URL = "https://example.org/feed.xml"
THEMES = Preferences(wanted=("agents", "speech"), keywords=("naïve “quotes”",))


def fill(url: str, newsletter: str = "daily") -> None:
    """Three days of a newsletter, in which everything happens once."""
    with closing(open_store(url)) as store:
        _readers(store, newsletter)
        _editions(store, newsletter)
        _deliveries(store, newsletter)
        _sign_ups(store, newsletter)
        store.keep_links(newsletter, {"a key": lambda address: f"{newsletter} {address}"})
        store.keep_summary("a question", "What a model wrote.\nIn two lines.", NOW)
        store.pause(newsletter, "something is wrong", NOW)
        id_ = store.reader(newsletter, "jane@example.org")
        assert id_
        with store.writing() as connection:
            connection.execute("INSERT INTO heard (report, day) VALUES ('a hash', 20000)")
            end(connection, newsletter, id_.id, Consent.COMPLAINED, reason="spam", now=NOW)
            number = connection.value("SELECT id FROM newsletter WHERE slug = ?", newsletter)
            note(connection, number, newsletter, {"nobody@example.org": Consent.LEFT}, NOW)
    with closing(open_journal(url)) as journal:
        report = RunReport(edition=day(1), status=RunStatus.PUBLISHED, reason="naïve")
        journal.note_run(newsletter, NOW, day(1), report)
        visit = Visit(source="hf", url=URL, read_at=NOW, papers=3, moved_to=f"{URL}?new")
        journal.note_visits(newsletter, [visit])
        journal.revise_told(newsletter, lambda _: "a person is needed")
    write(url, "INSERT INTO pace VALUES ('example.org', 1) ON CONFLICT DO NOTHING")


def _readers(store: SqlStore, newsletter: str) -> None:
    subscribe(
        store, "jane@example.org", "Joan@Example.org", newsletter=newsletter, preferences=THEMES
    )
    subscribe(store, "weekly@example.org", newsletter=newsletter, frequency=Frequency.WEEKLY)
    gone = Subscriber(address="erased@example.org", preferences=Preferences(cap=7))
    store.put(newsletter, gone, NOW)
    late = Subscriber(
        address="late@bücher.example", zone="Europe/Berlin", hour=23, consented_at=NOW, consent="…"
    )
    store.put(newsletter, late, NOW)


def _editions(store: SqlStore, newsletter: str) -> None:
    feed = FeedState(
        source="hf", url=URL, fingerprint="f", validators=Validators(etag='"e"', sha256="0" * 64)
    )
    publish(
        store,
        *(a_paper(1, version=1), a_paper(2, doi="10.1101/2026.03.02.1")),
        newsletter=newsletter,
        readers=["fixed@example.org", "second@example.org"],
        channels=["lab", "past", "gone"],
        feeds=[feed],
        requested=[("hf", URL)],
    )
    store.revise(newsletter, [("erased@example.org", rules.erased)], NOW)
    again = [a_paper(1, version=2), a_paper(2, version=3, doi="10.1101/2026.03.02.1")]
    told = [Revision(key=key_of(1), title="A remarkable finding", version=2, url="https://e")]
    readers = ["fixed@example.org", "second@example.org"]
    publish(
        store,
        *(*again, a_paper(3)),
        newsletter=newsletter,
        date=day(2),
        source="lab",
        readers=readers,
        told=told,
        channels=["team", "lab"],
        kept=[
            Kept(Sighting("lab", day(2), a_paper(9, title="A naïve “find”"), URL, True), "f"),
            Kept(Sighting("hf", day(3), a_paper(8)), "f"),
        ],
    )


def _deliveries(store: SqlStore, newsletter: str) -> None:
    """The first edition is closed, the second in every state."""
    first = the_edition(store, newsletter)
    settle(store, *_handed(store, first))
    late = claim(store, first, at(days=1))
    settle(store, *late, result=Result(state=DeliveryState.UNCERTAIN, code="lost"))
    numbers = store.channels(newsletter)
    for number in numbers.values():
        settle(store, *claim(store, first, channel=number))
    store.retire(newsletter, ["lab", "team"], NOW, sender=1)
    store.close_books(first)
    second = the_edition(store, newsletter, day(2))
    one, two, *_ = _handed(store, second, limit=3)
    soft = Result(state=DeliveryState.FAILED, code="552 5.2.2", blame=Blame.SOFT, counted=True)
    settle(store, one, result=soft)
    later = Result(state=DeliveryState.DEFERRED, code="451", next_try=at(minutes=9))
    store.turn([(two, later)], [], NOW, paced=True)
    claim(store, second, limit=1)
    settle(store, *claim(store, second, channel=numbers["lab"]))


def _handed(store: SqlStore, edition: object, limit: int = 100) -> list[object]:
    taken = claim(store, edition, limit=limit)
    hand(store, *taken)
    return list(taken)


def _sign_ups(store: SqlStore, newsletter: str) -> None:
    for number, preferences in enumerate((Preferences(), Preferences(authors=("A. Author",)))):
        wish = Subscriber(
            address=f"new{number}@example.org", state=Consent.PENDING, preferences=preferences
        )
        asked = SignUp(reader=wish, network="192.0.2.7", nonce=f"nonce {number}")
        store.sign_up(newsletter, [asked], Limits(), at(seconds=number))
    first, *_ = store.unmailed(newsletter, at(minutes=1), 10)
    store.turn_links([], {first: f"{newsletter} token"})
    store.turn_links([(first, Result(state=DeliveryState.SENT))], {})
