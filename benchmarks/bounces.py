"""What bounces, complaints and mails to leave cost beside 100,000 readers and 60 editions.

`python -m benchmarks.bounces`
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path

from benchmarks import invented
from digest import wiring
from digest.bounces.hearing import Hearing, Outcome
from digest.bounces.reading import read
from digest.config import Config, load
from digest.document import freeze
from digest.message.letter import message_id
from digest.model.decisions import Decision
from digest.model.editions import FrozenEdition
from digest.model.readers import Standing, Subscriber
from digest.model.runs import RunRecord
from digest.store.engine import SqlStore
from digest.tokens import token

READERS, EDITIONS, REPORTS, BATCH = 100_000, 60, 400, 200
KEY = "sixteen letters!"
SETTINGS = (
    '[newsletter]\nslug = "daily-papers"\n[[source]]\nkind = "huggingface"\n'
    '[mail]\nunsubscribe = "mailto:leave+{token}@example.org"\n'
)
FIRST = dt.datetime(2026, 1, 5, 7, 30, tzinfo=dt.UTC)
STATUS = """\
Message-ID: <{number}@mx.example.net>
Content-Type: multipart/report; report-type=delivery-status; boundary="=_1"

--=_1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: User unknown

--=_1
Content-Type: message/rfc822

{mail}
--=_1--
"""
COMPLAINT = """\
Message-ID: <{number}@fbl.example.net>
Content-Type: multipart/report; report-type=feedback-report; boundary="=_1"

--=_1
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--=_1
Content-Type: message/rfc822

{mail}
--=_1--
"""
MAIL = "To: {address}\nDate: {date}\nMessage-ID: {identifier}\n\n" + 600 * f"{'x' * 76}\n"


def measure(folder: Path) -> None:
    """Print the figures."""
    (folder / "digest.toml").write_text(SETTINGS)
    config = load(folder / "digest.toml", {"DIGEST_MAIL__LINK_KEY": KEY})
    wiring.store(config).close()
    now = FIRST + dt.timedelta(days=EDITIONS)
    with wiring.hearing(config, lambda: now) as hearing:
        assert isinstance(hearing.store, SqlStore)
        editions = _fill(config, hearing.store)
        raws = [_status(number, editions[number % EDITIONS]) for number in range(REPORTS)]
        with _timed(f"reading a report of {len(raws[0]):,} bytes", REPORTS):
            for raw in raws:
                read(raw)
        with _timed(f"hearing one, in batches of {BATCH}", REPORTS):
            for start in range(0, REPORTS, BATCH):
                _hear(hearing, raws[start : start + BATCH])
        alone = [_status(number, editions[number % EDITIONS]) for number in range(5_000, 5_050)]
        with _timed("hearing one by itself", len(alone)):
            for raw in alone:
                _hear(hearing, [raw])
        for what, date in (("of a known date", True), ("without a date", False)):
            with _timed(f"a complaint that hides its reader, {what}", 1):
                _hear(hearing, [_complaint(editions[-1], date=date)])
        with _timed("the first reader who leaves by a mail", 1):
            _hear(hearing, [_leaving(config, 7_000)])
        leaving = [_leaving(config, number) for number in range(6_000, 6_000 + BATCH)]
        with _timed("one of the others", BATCH):
            _hear(hearing, leaving)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _fill(config: Config, store: SqlStore) -> list[FrozenEdition]:
    slug = config.newsletter.slug

    def rule(address: str) -> Standing:
        return Standing(Subscriber(address=address), None)

    addresses = map(_address, range(READERS))
    store.revise(slug, ((one, lambda _, to=one: rule(to)) for one in addresses), FIRST)
    editions = []
    plain = invented.edition(3)
    for number in range(EDITIONS):
        at = FIRST + dt.timedelta(days=number)
        frozen = freeze(replace(plain, newsletter=slug, date=at.date(), published_at=at))
        nothing = Decision(new=(), repeats=(), revised=())
        store.save(RunRecord(slug, at.date(), nothing, (), (), (), frozen, None), at)
        editions.append(frozen)
    return editions


def _address(number: int) -> str:
    return f"reader{number}@example{number % 50}.org"


def _status(number: int, edition: FrozenEdition) -> bytes:
    address = _address(number)
    mail = _mail(edition, address, address)
    return STATUS.format(number=number, address=address, mail=mail).encode()


def _complaint(edition: FrozenEdition, *, date: bool) -> bytes:
    mail = _mail(edition, _address(READERS - 1), "hidden@example.net", date=date)
    return COMPLAINT.format(number=int(date), mail=mail).encode()


def _leaving(config: Config, number: int) -> bytes:
    own = token(KEY, config.newsletter.slug, _address(number))
    return f"To: leave+{own}@example.org\nSubject: unsubscribe\n\n".encode()


def _mail(edition: FrozenEdition, address: str, shown: str, *, date: bool = True) -> str:
    at = format_datetime(edition.edition.published_at) if date else ""
    identifier = message_id(edition.sha256, address, "example.org", KEY)
    return MAIL.format(address=shown, date=at, identifier=identifier)


def _hear(hearing: Hearing, raws: Sequence[bytes]) -> None:
    """Hear messages, each of which must come to something for somebody."""
    outcomes = Counter(one.outcome for one in hearing.hear([read(raw) for raw in raws]))
    assert len(outcomes) == 1, outcomes
    assert not outcomes.keys() & {Outcome.UNKNOWN, Outcome.NOT_OURS, Outcome.IGNORED}


@contextmanager
def _timed(what: str, times: int) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {(time.perf_counter() - start) / times * 1_000:.1f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.exit(measure(Path(name)))
