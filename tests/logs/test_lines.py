"""Whatever an event holds, its line is one line, and reads back as what it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.logs.lines import as_json, as_keys
from digest.logs.scrub import Scrub
from tests.logs.reading import read

WRITERS = {"keys": as_keys, "json": as_json}
NAMES = st.sampled_from(["event", "source", "reason", "message", "level"])


@pytest.mark.parametrize("form", WRITERS)
@given(fields=st.dictionaries(NAMES, st.text() | st.integers() | st.booleans()))
@example(fields={"message": 'x\ntime=1 level=error event=forged message="y"'})
@example(fields={"message": "\u2028\x1b[31m\u202e\x85\ud800", "source": ""})
@example(fields={"message": '\\" level=error', "reason": "a=b c=d"})
def test_any_text_stays_in_its_field(form: str, fields: dict[str, object]) -> None:
    line = WRITERS[form](fields)
    assert line.isprintable()
    found = read(form, line)
    if form == "keys":
        known = {name: one if isinstance(one, str) else str(one) for name, one in fields.items()}
        known = {
            name: str(one).lower() if isinstance(fields[name], bool) else one
            for name, one in known.items()
        }
        assert found == known
    else:
        assert found == fields


ADDRESSES = [
    "jane.doe@example.org",
    '"jane doe"@example.org',
    "jane+tag=x@sub.example.org",
    "jänë@exämple.org",
    "jane%40example.org",
    "JANE@localhost",
    "bounces+jane=example.org@lists.example.org",
]


@pytest.mark.parametrize("address", ADDRESSES)
@given(before=st.sampled_from(["", "for ", "<", "to=", "('", "mailto:", '"']), after=st.text())
def test_no_address_gets_out(address: str, before: str, after: str) -> None:
    told = Scrub()(f"{before}{address} {after}")
    assert address not in told
    assert "jane" not in told.partition(" ")[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://me:pw@feeds.example.org/x?key=1: HTTP 500", "https://feeds.example.org/x?…"),
        ("see postgresql://me:p@ss@db/x", "see postgresql://db/x"),
        ("reader " + "ab12" * 16, "reader …"),
        ("all is well at 07:30", "all is well at 07:30"),
        ("the key is swordfish.", "the key is …."),
    ],
)
def test_what_is_secret_is_taken_out_and_nothing_else(text: str, told: str) -> None:
    assert Scrub(lambda: ["swordfish", ""])(text).startswith(told)


def test_a_text_without_end_is_cut_and_soon() -> None:
    assert len(Scrub()("://@" * 100_000)) <= 1_000
    assert len(Scrub()("x" * 100_000 + "@")) <= 1_000
