"""Whatever readers there are, and whatever a file says."""

from __future__ import annotations

import datetime as dt
import io

from hypothesis import given
from hypothesis import strategies as st

from digest.model.readers import ORIGINAL, Consent, Frequency, Preferences, Standing, Subscriber
from digest.subscribe import rules
from digest.subscribe.rows import Table, Unreadable, write
from digest.subscribe.standing import gravity

words = st.text(st.characters(codec="utf-8"), max_size=20).map(
    lambda text: " ".join("".join(c for c in text if c.isprintable() and c != ";").split())
)
lists = st.lists(words.filter(bool), max_size=3).map(lambda found: tuple(sorted(set(found))))
instants = st.integers(0, 2**34).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


@st.composite
def readers(draw: st.DrawFn) -> Subscriber:
    state = draw(st.sampled_from(Consent))
    local = draw(st.from_regex(r"[A-Za-z0-9=+'-]{1,10}", fullmatch=True))
    return Subscriber(
        address=f"{local}@{draw(st.sampled_from(['example.org', 'bücher.example', 'A.b']))}",
        state=state,
        frequency=draw(st.sampled_from(Frequency)),
        zone=draw(st.sampled_from(["", "Europe/Berlin", "UTC"])),
        hour=draw(st.none() | st.integers(0, 23)),
        preferences=Preferences(
            wanted=draw(lists),
            unwanted=draw(lists),
            keywords=draw(lists),
            authors=draw(lists),
            cap=draw(st.integers(0, 10_000)),
            summaries=draw(st.sampled_from(["", ORIGINAL])),
        ),
        consent=draw(words),
        consented_at=draw(st.none() | instants),
        paused_until=draw(st.none() | st.dates(dt.date(1970, 1, 1), dt.date(2999, 1, 1)))
        if state is Consent.PAUSED
        else None,
        reason=draw(words),
    )


@given(st.lists(readers(), max_size=5), st.sampled_from(["csv", "jsonl"]))
def test_any_readers_survive_an_export_and_an_import(some: list[Subscriber], form: str) -> None:
    out = io.StringIO()
    write(some, form, out)
    table = Table(io.StringIO(out.getvalue(), newline=""), lambda _: "", form)
    rows = list(table)
    assert not any(row.fault for row in rows)
    assert not table.unused
    for one, row in zip(some, rows, strict=True):
        after = rules.imported(Standing(None, None), row.said, consent="")
        assert after == Standing(one, one.state if gravity(one.state) else None)
        assert rules.imported(after, row.said, consent="") == after


@given(st.text() | st.lists(st.text(alphabet='",;\t\n\r@a{}:[]1', max_size=30)).map("\n".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    for head in ("", "email,hour\n", '{"email": "a@b.org"}\n'):
        table = Table(io.StringIO(head + text, newline=""), lambda _: "", None)
        try:
            for row in table:
                assert row.fault or row.said["address"]
        except Unreadable:
            pass
