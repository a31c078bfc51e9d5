"""Whatever a newsletter holds, its export says all of it, and says it again once imported."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.document import freeze
from digest.store import lines
from digest.store.engine import open_store
from digest.store.lines import Line
from tests.store.records import DAY, NOW, edition_of
from tests.store.test_exports import into, out_of

NAME = f"daily {DAY}"
FROZEN = freeze(edition_of([], "daily", DAY))

# No surrogates, which are no text, and no NUL, which PostgreSQL has no place for.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
some = st.integers(0, 2**31 - 1)
maybe = st.none() | some
spans = st.tuples(texts, some, some)


@st.composite
def papers(draw: st.DrawFn) -> list[Line]:
    keys = draw(st.lists(texts, unique=True, min_size=1, max_size=8))
    made: list[Line] = []
    while keys:
        mine, keys = keys[:2], keys[2:]
        sightings = draw(st.lists(spans, min_size=1, max_size=3, unique_by=lambda one: one[0]))
        revision = st.builds(
            lines.Revision, version=some, title=texts, url=st.none() | texts, edition=st.just(NAME)
        )
        made.append(
            lines.Paper(
                keys=[mine[0], *sorted(mine[1:], key=str.encode)],
                version=draw(maybe),
                edition=draw(st.sampled_from(["", NAME])),
                sightings=sorted(sightings),
                revision=draw(st.none() | revision),
            )
        )
    return made


@st.composite
def readers(draw: st.DrawFn) -> list[Line]:
    """Some readers and what they were sent; one of them is erased."""
    boxes = draw(st.lists(texts, unique=True, max_size=4))
    floats = st.floats(0, 9, allow_nan=False)
    likings = st.sampled_from(["", '{"cap":3}'])
    made: list[Line] = [
        lines.Reader(
            id=number,
            **{name: draw(texts) for name in ("address", "domain", "state", "frequency", "reason")},
            mailbox=box,
            changed_at=draw(some),
            score=draw(floats),
            hour=draw(maybe),
            preference=draw(likings),
        )
        for number, box in enumerate(boxes, 1)
    ]
    made += [
        lines.Delivery(
            edition=NAME,
            reader=number,
            state=draw(texts),
            updated=draw(some),
            code=draw(texts),
            preference=draw(likings),
            next_try=draw(maybe),
        )
        for number in range(1, len(boxes) + 2)
    ]
    return made


@st.composite
def channels(draw: st.DrawFn) -> list[Line]:
    """Some channels and what they got; some of them are gone."""
    names = draw(st.lists(texts.filter(bool), unique=True, max_size=3))
    made: list[Line] = [lines.Channel(name=name) for name in names]
    whose = [*sorted(names, key=str.encode), *range(-1, -1 - draw(st.integers(0, 2)), -1)]
    made += [
        lines.Delivery(edition=NAME, reader=one, state=draw(texts), updated=draw(some))
        for one in whose
    ]
    return made


waiting = st.builds(
    lines.Kept,
    **dict.fromkeys(["source", "fingerprint", "url", "paper"], texts),
    position=st.just(0),
    day=some,
    replacement=st.integers(0, 1),
)
kept = st.one_of(
    st.builds(lines.Run, at=some, date=some, status=texts, report=texts),
    st.builds(
        lines.SignUp,
        **dict.fromkeys(["mailbox", "network", "nonce", "mail"], texts),
        asked_at=some,
        frequency=texts,
        address=st.none() | texts,
        next_try=maybe,
    ),
)


@st.composite
def others(draw: st.DrawFn) -> list[Line]:
    """What speaks of nothing else, those of a kind together."""
    some_of_each = draw(st.lists(kept, max_size=4)) + draw(st.lists(waiting, max_size=1))
    return sorted(some_of_each, key=lambda one: type(one).__name__)


def written(records: Sequence[Line]) -> bytes:
    """An export, as another program might have made it."""
    head = lines.Head(
        format=1, newsletter="daily", at=NOW.isoformat(), asked=3, last_reader=9, counts={}
    )
    text = b"".join(map(lines.written, [head, *records]))
    end = lines.End(records=len(records), sha256=hashlib.sha256(text).hexdigest())
    return text + lines.written(end)


def told(export: bytes) -> Counter[str]:
    """What an export says, in whatever order."""
    records = [json.loads(line) for line in export.splitlines()[1:-1]]
    return Counter(json.dumps(record, sort_keys=True) for record in records)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store, to copy: quicker than to make each time."""
    file = tmp_path_factory.mktemp("empty") / "digest.db"
    open_store(f"sqlite:///{file}").close()
    return file


@given(papers(), readers(), channels(), others())
def test_any_newsletter_comes_through_an_export(
    empty: Path,
    shown: list[Line],
    known: list[Line],
    posted: list[Line],
    more: list[Line],
) -> None:
    edition = lines.Edition(
        period="daily",
        date=f"{DAY}",
        published_at=7,
        sha256=FROZEN.sha256,
        document=msgspec.Raw(FROZEN.document),
    )
    export = written([edition, *shown, *known, *posted, *more])
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{number}.db" for number in range(2)]
        for url in urls:
            shutil.copy(empty, url.removeprefix("sqlite:///"))
        into(urls[0], export)
        once = out_of(urls[0])
        assert told(once) == told(export)
        into(urls[1], once)
        assert out_of(urls[1]) == once
