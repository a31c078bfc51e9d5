"""Nobody learns by asking who reads the newsletter (FIELD.md, E4)."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from digest.model.readers import Consent, Rule, Subscriber
from digest.model.signups import Limits, SignUp
from digest.store.engine import SqlStore
from digest.subscribe import rules
from digest.web import Pages, application
from tests.web.conftest import NOW, answering
from tests.web.ways import shown

ROOM = Limits(network=10_000, all=10_000)
KINDS = (*Consent, "erased", "asked", "new")


def row(address: str, state: str) -> tuple[str, Rule]:
    """A row of an import."""
    said = {"address": address, "state": Consent(state)}
    return address, lambda standing: rules.imported(standing, said, consent="by hand")


def visitors(store: SqlStore, number: int) -> list[tuple[str, str]]:
    """So many addresses of each kind, in turn."""
    told = [(kind, f"{kind}-{one}@example.org") for one in range(number) for kind in KINDS]
    known = [row(address, kind) for kind, address in told if kind in [*Consent]]
    erased = [address for kind, address in told if kind == "erased"]
    store.revise("daily", [*known, *(row(address, "active") for address in erased)], NOW)
    store.revise("daily", [(address, rules.erased) for address in erased], NOW)
    asked = [Subscriber(address=address) for kind, address in told if kind == "asked"]
    these = [SignUp(reader=one, network="192.0.2.7", nonce=one.address) for one in asked]
    store.sign_up("daily", these, ROOM, NOW)
    return told


@pytest.fixture
def wide(pages: Pages) -> Iterator[httpx.Client]:
    """The pages, with room for all that a test asks at once."""
    desk = replace(pages.desk, limits=ROOM)
    with answering(application(replace(pages, desk=desk))) as client:
        yield client


@pytest.mark.slow
def test_nobody_can_tell_by_the_answer_or_by_its_time_who_is_known(
    wide: httpx.Client, store: SqlStore
) -> None:
    """E4: of two kinds of visitors who ask in turn, now the one and now the other waits longer."""
    rounds, order = 40, random.Random(7)
    addresses, answers, took = visitors(store, rounds), set(), defaultdict(list)
    for one in range(rounds):
        for kind, address in order.sample(addresses[one * len(KINDS) :][: len(KINDS)], len(KINDS)):
            start = time.perf_counter()
            answer = wide.post("/subscribe", data={"address": address})
            took[kind].append(time.perf_counter() - start)
            answers.add(shown(answer))
    assert len(answers) == 1
    for kind in KINDS:
        longer = sum(map(float.__gt__, took[kind], took["new"]))
        assert rounds * 0.05 < longer < rounds * 0.95 or kind == "new", (kind, longer)


def test_all_who_may_get_mail_get_the_same_one(wide: httpx.Client, store: SqlStore) -> None:
    """E4: only who called the mail spam gets none, and nobody can see that but they."""
    for _, address in visitors(store, 1):
        wide.post("/subscribe", data={"address": address})
    mailed = {one.address for one in store.unmailed("daily", NOW, 20)}
    assert mailed == {f"{kind}-0@example.org" for kind in KINDS} - {"complained-0@example.org"}
