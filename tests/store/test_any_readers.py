"""Whatever becomes of readers, in whatever order: who wants no mail never gets any again."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.readers import Consent, Standing
from digest.store.engine import SqlStore, open_store
from digest.store.readers import end
from digest.subscribe import rules
from digest.subscribe.rules import Refused
from digest.subscribe.standing import gravity
from tests.store.records import NOW

WAYS = ["jane@example.org", "JANE@example.org", "joe@bücher.example", "joe@XN--bcher-kva.example"]
RULES = {
    "pause": lambda standing, _: rules.paused(standing, None),
    "resume": lambda standing, _: rules.resumed(standing),
    "remove": lambda standing, _: rules.removed(standing),
    "erase": lambda standing, _: rules.erased(standing),
    "add": lambda standing, said: rules.added(standing, said, consent="", now=NOW),
    "consent": lambda standing, said: rules.added(standing, said, consent="asked", now=NOW),
    **{
        state.value: lambda standing, said, state=state: rules.imported(
            standing, said | {"state": state}, consent="imported"
        )
        for state in Consent
    },
}
steps = st.tuples(st.sampled_from([*RULES, "name", "bounce", "complain"]), st.sampled_from(WAYS))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store, to copy: quicker than to make each time."""
    file = tmp_path_factory.mktemp("empty") / "digest.db"
    open_store(f"sqlite:///{file}").close()
    return file


def do(store: SqlStore, what: str, address: str) -> None:
    known = store.reader("daily", address)
    if what == "name":
        store.keep_fixed("daily", [address], NOW)
    elif what in RULES:
        change = (address, lambda one: RULES[what](one, {"address": address}))
        with suppress(Refused):
            store.revise("daily", [change], NOW)
    elif known:
        state = Consent.BOUNCED if what == "bounce" else Consent.COMPLAINED
        with store.writing() as connection:
            end(connection, "daily", known.id, state, reason="", now=NOW)


def standing(store: SqlStore, address: str) -> Standing:
    """How a mailbox stands, and that it gets no mail where it is barred, and only there."""
    seen: list[Standing] = []
    store.revise("daily", [(address, seen.append)], NOW)
    [one] = seen
    assert store.is_suppressed("daily", address) == bool(one.barred)
    if one.reader:
        assert gravity(one.reader.state) == gravity(one.barred)
    return one


@given(st.lists(steps, max_size=12))
def test_only_new_consent_brings_mail_back_and_nothing_after_a_complaint(
    empty: Path, history: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = shutil.copy(empty, folder)
        with closing(open_store(f"sqlite:///{file}")) as store:
            for what, address in history:
                before = standing(store, address)
                do(store, what, address)
                after = standing(store, address)
                if what != "consent" or before.barred is Consent.COMPLAINED:
                    assert gravity(after.barred) >= gravity(before.barred)
            assert len(list(store.readers("daily"))) <= 2
