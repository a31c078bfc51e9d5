"""What goes wrong between a visitor, a reader and their mail: FIELD.md's list, by its letters."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from digest.model.readers import Consent, Frequency, Preferences, Standing, Subscriber
from digest.store.engine import SqlStore
from digest.subscribe import rules
from digest.subscribe.rules import Refused
from digest.tokens import token
from digest.web import Pages
from tests.web.conftest import JANE, NOW, link, state
from tests.web.scanner import buttons, press
from tests.web.ways import everything, shown

JOE = "joe@example.org"


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pages(pages: Pages, clock: Clock) -> Pages:
    return replace(pages, desk=replace(pages.desk, clock=clock))


def ask(client: httpx.Client, store: SqlStore, token: str, clock: Clock, **wish: str) -> None:
    """Ask for mail, which comes with a link."""
    assert client.post("/subscribe", data={"address": JANE, **wish}).status_code == 200
    [one] = store.unmailed("daily", clock.now, 10)
    assert store.turn_links([], {one: token}) == {one}


def confirm(client: httpx.Client, token: str) -> str:
    """What the page says: Welcome, or else."""
    answer = client.post("/confirm", data={"id": token})
    assert answer.status_code < 500
    return "Welcome" if "Welcome" in answer.text else f"no: {answer.status_code}"


def test_a_scanner_that_presses_every_button_does_nothing_that_cannot_be_undone(
    client: httpx.Client, store: SqlStore, pages: Pages
) -> None:
    """E1: what mail programs' scanners do to the links of a mail, pages' buttons and all."""
    wishes = Preferences(wanted=("agents",), unwanted=("speech",), keywords=("seal",), cap=7)
    before = Subscriber(
        address=JANE, frequency=Frequency.WEEKLY, hour=6, zone="Asia/Tokyo", preferences=wishes
    )
    store.put("daily", before, NOW)
    pages.desk.know_links()
    for path in ("/you", "/leave"):
        for button in buttons(client.get(path, params={"id": link()}).text):
            assert press(client, button).status_code == 200
    assert state(store) is Consent.LEFT
    [undo] = buttons(client.post("/leave", params={"id": link()}).text)
    assert press(client, undo).status_code == 200
    after = store.find("daily", JANE)
    assert after
    assert replace(after, consent="", consented_at=None) == before


def test_a_link_to_confirm_that_is_altered_late_or_of_elsewhere_makes_nobody_a_reader(
    client: httpx.Client, store: SqlStore, clock: Clock
) -> None:
    """E2."""
    ask(client, store, "a-link", clock)
    for wrong in ("a-linK", "a-lin", "a-link ", "A-LINK", link(), "a-link\x00"):
        assert confirm(client, wrong) == "no: 404"
    assert store.confirm("weekly", "a-link", lambda standing: standing, NOW) is None
    clock.pass_(hours=48)
    assert confirm(client, "a-link") == "no: 404"
    assert state(store) is None


def test_two_links_for_one_address_make_one_reader_who_stays_as_they_chose_last(
    client: httpx.Client, store: SqlStore, clock: Clock
) -> None:
    """E2."""
    ask(client, store, "first", clock, frequency="daily")
    clock.pass_(hours=25)
    ask(client, store, "second", clock, frequency="weekly")
    for asked in ("first", "second", "first", "second"):
        assert confirm(client, asked) == "Welcome"
    [one] = store.readers("daily")
    assert one.subscriber.frequency is Frequency.WEEKLY
    client.post(f"/leave?id={link()}")
    for asked in ("first", "second"):
        assert confirm(client, asked) == "Welcome"  # as it was: the page says so, no more
    assert state(store) is Consent.LEFT


def test_one_link_pressed_by_many_at_once_makes_one_reader(
    client: httpx.Client, store: SqlStore, clock: Clock
) -> None:
    """E2."""
    ask(client, store, "a-link", clock)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: confirm(client, "a-link"), range(16)))
    assert set(told) == {"Welcome"}
    assert [one.subscriber.state for one in store.readers("daily")] == [Consent.ACTIVE]
    assert len(store.unmailed("daily", clock.now, 10)) == 1  # the welcome


def test_many_who_leave_return_and_erase_at_once_all_get_an_answer(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    def act(number: int) -> int:
        path = ("/return", "/you/erase", "/you")[number % 3]
        return client.post(path, data={"id": link()}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(act, range(24))) <= {200, 404}
    assert state(store) is None


def test_a_link_to_leave_says_the_same_whosever_it_is(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    """E3: of a reader, of who left or was erased, of nobody."""
    store.put("daily", Subscriber(address=JOE), NOW)
    client.post("/you/erase", data={"id": link(JOE)})
    told = set()
    for one in (link(), link(), link(JOE), link("nobody@example.org"), "x" * 22):
        for method in ("GET", "POST"):
            answer = client.request(method, "/leave", params={"id": one})
            told.add((method, shown(answer).replace(one, "")))
    assert len(told) == 2
    assert store.is_suppressed("daily", JOE)


def test_who_asks_anew_leaves_by_any_mail_they_ever_got_and_leaves_that_newsletter_alone(
    client: httpx.Client, store: SqlStore, clock: Clock, jane: Subscriber
) -> None:
    """E3: an old link after re-subscribing."""
    store.put("weekly", jane, NOW)
    theirs = {"key": lambda address: token("a key", "weekly", address)}
    store.keep_links("weekly", theirs)
    assert client.post(f"/leave?id={link()}").status_code == 200
    clock.pass_(days=40)
    ask(client, store, "a-link", clock)
    assert confirm(client, "a-link") == "Welcome"
    assert state(store) is Consent.ACTIVE
    clock.pass_(days=400)
    assert client.post(f"/leave?id={theirs['key'](JANE)}").status_code == 200
    assert state(store) is Consent.ACTIVE
    assert client.post(f"/leave?id={link()}").status_code == 200
    assert state(store) is Consent.LEFT
    other = store.find("weekly", JANE)
    assert other
    assert other.state is Consent.ACTIVE


@pytest.mark.parametrize(
    ("written", "is_taken"),
    [
        ("jane@bücher.example.org", True),
        ("jane@xn--bcher-kva.example.org", True),
        ("jürgen@example.org", True),
        ('"jane doe"@example.org', False),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.org", True),  # 254 bytes
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 58}.org", False),
        (f"{'a' * 65}@example.org", False),
        ("postmaster@example.org", True),
        ("abuse@example.org", True),
        ("no-reply@example.org", True),
        ("jane+digest@example.org", True),
        (" jane@example.org\r\n", True),
        ("jane@example.org,joe@example.org", False),
        ("jane@example.org\r\nBcc: joe@example.org", False),
        ("Jane <jane@example.org>", False),
        ("jane@localhost", False),
        ("jane@[192.0.2.7]", False),
    ],
)
def test_an_address_is_taken_as_mail_servers_would(
    client: httpx.Client, store: SqlStore, written: str, is_taken: bool
) -> None:
    """E7."""
    answer = client.post("/subscribe", data={"address": written})
    mailed = [one.address for one in store.unmailed("daily", NOW, 10)]
    assert (answer.status_code, mailed) == ((200, [written.strip()]) if is_taken else (422, []))


def test_one_mailbox_gets_one_mail_however_it_is_written(
    client: httpx.Client, store: SqlStore
) -> None:
    """E7."""
    for written in (
        "jane@bücher.example.org",
        "JANE@BÜCHER.example.org",
        "jane@xn--bcher-kva.example.org",
    ):
        client.post("/subscribe", data={"address": written})
    assert len(store.unmailed("daily", NOW, 10)) == 1


def test_who_called_the_mail_spam_is_never_mailed_again_whoever_asks(
    client: httpx.Client, store: SqlStore, clock: Clock
) -> None:
    """E8: not by a link from before, not by undoing, asking anew or an import."""
    ask(client, store, "a-link", clock)
    store.put("daily", Subscriber(address=JANE, state=Consent.COMPLAINED), NOW)
    assert confirm(client, "a-link") == "no: 409"
    client.post("/return", data={"id": link()})
    with pytest.raises(Refused):
        store.revise("daily", [(JANE, _row)], NOW)
    client.post("/you/erase", data={"id": link()})
    clock.pass_(days=400)
    before = everything(store)["suppression"]
    client.post("/subscribe", data={"address": JANE})
    with pytest.raises(Refused):
        store.revise("daily", [(JANE, _row)], NOW)
    assert store.unmailed("daily", clock.now, 10) == []
    assert everything(store)["suppression"] == before


def _row(standing: Standing) -> Standing:
    said = {"address": JANE, "state": Consent.ACTIVE}
    return rules.imported(standing, said, consent="by hand")
