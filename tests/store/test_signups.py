"""What is asked on the subscribe page: one mail in time, one reader once confirmed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from typing import LiteralString

import pytest

from digest.model.deliveries import DeliveryState, Result
from digest.model.readers import Consent, Frequency, Preferences, Rule, Standing, Subscriber
from digest.model.signups import Limits, SignUp
from digest.store.engine import SqlStore, open_store
from digest.subscribe import rules
from tests.store.records import NOW, at

JANE = "jane@example.org"
USUAL = Limits()
_nonces = count()


def asked(address: str = JANE, network: str = "192.0.2.7", **wishes: object) -> SignUp:
    reader = Subscriber(address=address, state=Consent.PENDING, **wishes)  # type: ignore[arg-type]
    return SignUp(reader=reader, network=network, nonce=f"nonce {next(_nonces)}")


def sign_up(store: SqlStore, *these: SignUp, limits: Limits = USUAL, **later: float) -> list[bool]:
    return store.sign_up("daily", these or [asked()], limits, at(**later))


def mailed(store: SqlStore, token: str, **later: float) -> None:
    """Mail the oldest sign-up a link with a token."""
    [first, *_] = store.unmailed("daily", at(**later), 10)
    assert store.turn_links([], {first: token}) == {first}
    store.turn_links([(first, Result(state=DeliveryState.SENT))], {})


def confirm(store: SqlStore, token: str, **later: float) -> Subscriber | None:
    wish = store.asked("daily", token, at(**later))
    assert wish is None or wish.state is Consent.PENDING
    rule = partial(_confirmed, wish, later)
    return store.confirm("daily", token, rule, at(**later))


def _confirmed(wish: Subscriber, later: dict[str, float], standing: Standing) -> Standing:
    return rules.confirmed(standing, wish, at(**later))


def test_who_confirms_becomes_a_reader_as_they_asked_to(store: SqlStore) -> None:
    wish = Preferences(wanted=("agents", "speech"))
    assert sign_up(store, asked(frequency=Frequency.WEEKLY, preferences=wish)) == [True]
    assert store.find("daily", JANE) is None
    mailed(store, "a token")
    assert confirm(store, "a token", hours=47)
    reader = store.find("daily", JANE)
    assert reader
    assert (reader.state, reader.frequency) == (Consent.ACTIVE, Frequency.WEEKLY)
    assert (reader.preferences, reader.consent) == (wish, "confirmed on the page")


def test_a_link_used_again_changes_nothing_and_is_still_known(store: SqlStore) -> None:
    sign_up(store)
    mailed(store, "a token")
    confirm(store, "a token")
    store.revise("daily", [(JANE, rules.left)], NOW)
    again = confirm(store, "a token", hours=1)
    assert again
    assert again.address == ""
    reader = store.find("daily", JANE)
    assert reader
    assert reader.state is Consent.LEFT


@pytest.mark.parametrize("token", ["another", ""])
def test_a_link_nobody_was_mailed_stands_for_nothing(store: SqlStore, token: str) -> None:
    sign_up(store)
    mailed(store, "a token")
    assert confirm(store, token) is None
    assert store.confirm("other", "a token", lambda standing: standing, NOW) is None


def test_a_link_is_of_no_use_after_two_days(store: SqlStore) -> None:
    sign_up(store)
    mailed(store, "a token")
    assert confirm(store, "a token", hours=48) is None
    assert store.find("daily", JANE) is None


def test_one_mailbox_gets_one_mail_a_day_and_three_a_month(store: SqlStore) -> None:
    got = [
        sign_up(store, asked(address), hours=hours)
        for hours, address in [(0, JANE), (23, JANE.upper()), (25, JANE), (50, JANE), (80, JANE)]
    ]
    assert got == [[True], [False], [True], [True], [False]]
    assert sign_up(store, asked(), days=31) == [True]


def test_a_network_and_the_newsletter_have_enough_in_an_hour(store: SqlStore) -> None:
    limits = Limits(network=2, all=5)
    got = [
        sign_up(store, asked(f"reader{n}@example.org", f"192.0.2.{n // 4}"), limits=limits)[0]
        for n in range(12)
    ]
    assert got == [True, True, False, False] * 2 + [True, False, False, False]
    later = asked("reader20@example.org")
    assert sign_up(store, later, limits=limits, hours=1, seconds=1) == [True]


def test_limits_hold_within_one_commit_too(store: SqlStore) -> None:
    assert sign_up(store, asked(), asked(), asked("joe@example.org")) == [True, False, True]


def test_what_limits_forbid_leaves_nothing_behind(store: SqlStore) -> None:
    sign_up(store)
    for themes in [("agents",), ("agents", "speech"), ("speech",)]:
        assert sign_up(store, asked(preferences=Preferences(wanted=themes))) == [False]
    with store.reading() as connection:
        assert connection.value("SELECT count(*) FROM preference") == 1  # the default


def test_who_called_the_mail_spam_gets_none(store: SqlStore) -> None:
    store.put("daily", Subscriber(address=JANE, state=Consent.COMPLAINED), NOW)
    assert sign_up(store) == [False]
    assert store.unmailed("daily", NOW, 10) == []


def test_who_left_or_was_erased_comes_back_by_confirming(store: SqlStore) -> None:
    store.put("daily", Subscriber(address=JANE), NOW)
    store.revise("daily", [(JANE, rules.erased)], NOW)
    assert sign_up(store) == [True]
    mailed(store, "a token")
    confirm(store, "a token")
    assert not store.is_suppressed("daily", JANE)


def test_a_mail_that_was_handed_over_is_not_due_again(store: SqlStore) -> None:
    sign_up(store)
    [one] = store.unmailed("daily", NOW, 10)
    assert store.turn_links([], {one: "a token"}) == {one}
    assert not store.turn_links([], {one: "another"})
    assert store.unmailed("daily", at(hours=1), 10) == []


def test_a_mail_refused_for_now_is_due_again_then(store: SqlStore) -> None:
    sign_up(store)
    [one] = store.unmailed("daily", NOW, 10)
    store.turn_links([], {one: "a token"})
    store.turn_links([(one, Result(state=DeliveryState.DEFERRED, next_try=at(minutes=5)))], {})
    assert store.unmailed("daily", at(minutes=4), 10) == []
    [again] = store.unmailed("daily", at(minutes=5), 10)
    assert (again.nonce, again.attempts) == (one.nonce, 1)
    assert store.turn_links([], {again: "a token"}) == {again}


def test_who_confirmed_is_welcomed_once_by_a_mail_of_its_own(store: SqlStore) -> None:
    sign_up(store)
    mailed(store, "a token")
    assert confirm(store, "a token", hours=1)
    [one] = store.unmailed("daily", at(hours=1), 10)
    assert (one.address, one.attempts, one.welcome) == (JANE, 0, True)
    assert store.turn_links([], {one: "another token"}) == {one}
    store.turn_links([(one, Result(state=DeliveryState.SENT))], {})
    assert store.unmailed("daily", at(hours=40), 10) == []
    assert confirm(store, "a token", hours=40)  # the link is still known
    assert store.unmailed("daily", at(hours=40), 10) == []


def test_who_confirmed_in_the_last_hour_is_welcomed_even_if_the_server_is_down_for_longer(
    store: SqlStore,
) -> None:
    sign_up(store)
    mailed(store, "a token")
    assert confirm(store, "a token", hours=47)
    sign_up(store, asked("joe@example.org"), hours=50)
    due = store.unmailed("daily", at(hours=50), 10)
    assert [(one.address, one.welcome) for one in due] == [(JANE, True), ("joe@example.org", False)]


@pytest.mark.parametrize("rule", [rules.left, rules.erased])
def test_who_leaves_before_the_welcome_gets_none(store: SqlStore, rule: Rule) -> None:
    sign_up(store)
    mailed(store, "a token")
    confirm(store, "a token")
    [one] = store.unmailed("daily", NOW, 10)
    store.revise("daily", [(JANE, rule)], NOW)
    assert store.unmailed("daily", NOW, 10) == []
    assert not store.turn_links([], {one: "another token"})


def test_an_elder_link_brings_nobody_back_who_has_left_since(store: SqlStore) -> None:
    sign_up(store)
    mailed(store, "an elder link")
    sign_up(store, hours=25)
    mailed(store, "a link", hours=25)
    confirm(store, "a link", hours=25)
    store.revise("daily", [(JANE, rules.left)], at(hours=26))
    assert confirm(store, "an elder link", hours=27) is None
    reader = store.find("daily", JANE)
    assert reader
    assert reader.state is Consent.LEFT


def test_what_somebody_asked_is_forgotten_when_they_are_erased(store: SqlStore) -> None:
    store.put("daily", Subscriber(address=JANE), NOW)
    sign_up(store)
    sign_up(store, asked("joe@example.org"))
    store.revise("daily", [(JANE, rules.erased)], NOW)
    assert _kept(store) == ["joe@example.org"]
    assert sign_up(store) == [False]  # the limits know it still


def test_nothing_is_kept_of_who_did_not_confirm(store: SqlStore) -> None:
    sign_up(store)
    sign_up(store, asked("joe@example.org"), hours=49)
    assert _kept(store) == ["joe@example.org"]
    store.forget_late("daily", at(hours=96))
    assert _kept(store) == ["joe@example.org"]
    store.forget_late("daily", at(hours=97))
    assert _kept(store) == []
    sign_up(store, asked("ann@example.org"), days=40)
    with store.reading() as connection:
        assert connection.value("SELECT count(*) FROM sign_up") == 1


def _kept(store: SqlStore) -> list[str]:
    sql: LiteralString = "SELECT address FROM sign_up WHERE address IS NOT NULL"
    with store.reading() as connection:
        return [address for (address,) in connection.rows(sql)]


def test_many_at_once_get_one_mail(url: str) -> None:
    with closing(open_store(url)) as one, closing(open_store(url)) as other:

        def ask(number: int) -> bool:
            return sign_up((one, other)[number % 2])[0]

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(24))) == 1


def test_a_link_used_before_its_server_answered_brings_a_welcome_all_the_same(
    store: SqlStore,
) -> None:
    sign_up(store)
    [one] = store.unmailed("daily", NOW, 10)
    store.turn_links([], {one: "a token"})
    assert confirm(store, "a token", minutes=1)
    store.turn_links([(one, Result(state=DeliveryState.SENT))], {})
    [welcome] = store.unmailed("daily", at(minutes=1), 10)
    assert welcome.welcome


def test_a_mail_that_another_process_gave_away_is_not_given_away_once_it_is_confirmed(
    store: SqlStore,
) -> None:
    sign_up(store)
    [long_ago] = store.unmailed("daily", NOW, 10)
    mailed(store, "a token")
    assert confirm(store, "a token")
    assert not store.turn_links([], {long_ago: "a token"})
    [welcome] = store.unmailed("daily", NOW, 10)
    assert store.turn_links([], {welcome: "another token"}) == {welcome}


def test_a_mail_that_another_process_was_told_to_try_later_waits_until_then(
    store: SqlStore,
) -> None:
    sign_up(store)
    [long_ago] = store.unmailed("daily", NOW, 10)
    store.turn_links([], {long_ago: "a token"})
    later = Result(state=DeliveryState.DEFERRED, next_try=at(minutes=5))
    store.turn_links([(long_ago, later)], {})
    assert not store.turn_links([], {long_ago: "a token"})


def test_connections_that_break_are_no_attempts(store: SqlStore) -> None:
    sign_up(store)
    for minute in range(9):
        [one] = store.unmailed("daily", at(minutes=minute), 10)
        store.turn_links([], {one: "a token"})
        again = at(minutes=minute + 1)
        broken = Result(state=DeliveryState.DEFERRED, next_try=again, counted=False)
        store.turn_links([(one, broken)], {})
    [one] = store.unmailed("daily", at(minutes=9), 10)
    assert one.attempts == 0
