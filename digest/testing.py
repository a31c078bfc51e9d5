"""The contract that every source keeps, as tests for pytest (docs/sources.md shows their use).

    class TestTides(SourceContract):
        source = Tides("tides", url="https://example.org/papers")
        samples = [("https://example.org/papers?day=2026-03-04", b"[...]")]
        empty = [("https://example.org/papers?day=2026-03-07", b"[]")]

Nothing in it asks a network or a clock.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import ClassVar

from digest.errors import ParseError, Partial
from digest.model.papers import Paper
from digest.model.replies import Glance, Listing, Occasion, Reply, Request
from digest.model.sources import SourceState
from digest.ports import Source
from digest.sources.installed import Installed, sound

Sample = tuple[str, bytes]  # the URL of a reply, and its body

_TIMES = [dt.time(0, 30), dt.time(12), dt.time(23, 30)]
_DAYS = [dt.date(2024, 2, 29), dt.date(2026, 1, 1), dt.date(2026, 3, 7), dt.date(2026, 11, 20)]
_COUNTS = [(None, 0), (0, 0), (3, 0), (3, 1)]  # of papers, and how many of them are new
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufffe\uffff]")
_LINK = re.compile(r"https?://[^\s<>\"']+")
_LINKS = ("url", "pdf", "code", "project", "discussion", "thumbnail")


class SourceContract:
    """What holds for every source. A subclass whose name begins with Test says of which.

    `samples` are replies with papers, as its site sends them; `empty` those of days without any.
    """

    source: ClassVar[Source]
    samples: ClassVar[Sequence[Sample]]
    empty: ClassVar[Sequence[Sample]] = ()
    damages: ClassVar[int] = 200  # that are done to each sample
    seed: ClassVar[int] = 1  # of the damages

    def test_it_has_a_name_and_a_fingerprint(self) -> None:
        """The name is what reports call it; the fingerprint changes with what `parse` returns."""
        for text in (self.source.name, self.source.fingerprint):
            assert isinstance(text, str), f"{text!r} is no name or fingerprint"
            assert text, "a name or a fingerprint is empty"

    def test_it_asks_the_same_on_the_same_occasion(self) -> None:
        """Requests follow from the occasion alone: not from the clock, not from earlier ones."""
        for occasion in _occasions():
            requests = self._run.requests(occasion)
            assert requests == self._run.requests(occasion), f"not the same on {occasion}"
            for request in requests:
                _check_request(request)

    def test_each_sample_gives_papers(self) -> None:
        """New papers or new versions, the same ones each time."""
        for sample in self.samples:
            listing = self._parsed(sample)
            _check_listing(listing, sample[0])
            assert listing.papers or listing.replacements, f"no papers in the reply of {sample[0]}"
            assert listing == self._parsed(sample), f"not the same papers twice in {sample[0]}"

    def test_an_empty_reply_gives_no_papers(self) -> None:
        """And no error: it is rightly empty."""
        for sample in self.empty:
            listing = self._parsed(sample)
            _check_listing(listing, sample[0])
            assert not listing.papers, f"papers in the empty reply of {sample[0]}"
            assert not listing.replacements, f"papers in the empty reply of {sample[0]}"

    def test_a_damaged_reply_gives_papers_or_a_parse_error(self) -> None:
        """Whatever the bytes: papers that can be shown, or a ParseError and nothing else."""
        chance = random.Random(self.seed)  # noqa: S311 - the same damages each time, no secrets
        for url, body in [*self.samples, *self.empty]:
            for damaged in _damages(body, chance, self.damages):
                try:
                    listing = self._parsed((url, damaged))
                except Partial as cut:
                    listing = cut.listing
                except ParseError:
                    continue
                except Exception as error:
                    what = f"{type(error).__name__} instead of ParseError, from {damaged[:2000]!r}"
                    raise AssertionError(what) from error
                _check_listing(listing, url)

    def test_it_says_why_nothing_is_new(self) -> None:
        """In a state and in words, whatever was seen and whenever it is asked.

        Where papers are new, it is heard only if it says that they are an old batch all the same
        (stale), or has a remark on them (fresh).
        """
        late = {SourceState.WAITING, SourceState.QUIET, SourceState.STALE}
        for glance, now in self._glances():
            state, words = self._run.verdict(glance, now)
            assert state in late or glance.new, f"{state!r} although nothing is new, of {glance}"
            assert words or state not in late, f"no words for {glance}"

    @property
    def _run(self) -> Installed:
        """The source as a run takes it where another package brings it."""
        return Installed(self.source, self.source.name)

    def _parsed(self, sample: Sample) -> Listing:
        url, body = sample
        listing = self.source.parse(Reply(request=Request(url=url), url=url, body=body))
        assert isinstance(listing, Listing), f"parse must return a Listing, not {listing!r}"
        return listing

    def _glances(self) -> Iterator[tuple[Glance, dt.datetime]]:
        urls = {url for url, _ in [*self.samples, *self.empty]}
        for occasion in _occasions():
            urls |= {request.url for request in self._run.requests(occasion)}
        dates = [None, *_DAYS]
        for url, now, date in product(sorted(urls), _instants(), dates):
            fresh = dt.datetime.combine(date, dt.time(), dt.UTC) if date else None
            for (papers, new), unchanged in product(_COUNTS, (False, True)):
                yield (
                    Glance(
                        url=url,
                        day=date,
                        papers=papers,
                        new=0 if unchanged else new,
                        date=None if unchanged else date,
                        unchanged=unchanged,
                        fresh_at=fresh,
                    ),
                    now,
                )


def _instants() -> list[dt.datetime]:
    return [dt.datetime.combine(day, time, dt.UTC) for day, time in product(_DAYS, _TIMES)]


def _occasions() -> Iterator[Occasion]:
    """Of all kinds: the first, after a night, after years; of a whole run and of one day alone."""
    for now, ago, alone in product(_instants(), (None, 1, 1000), (False, True)):
        day = now.date()
        since = day - dt.timedelta(days=ago) if ago else None
        yield Occasion(day=day, now=now, since=since, alone=alone)


def _check_request(request: Request, page: str = "file:") -> None:
    """One that can be made; a page of the web leads to no file of this machine."""
    assert re.fullmatch(r"(?:https?://[^/\s]+|file:///)\S*", request.url), (
        f"{request.url!r} is no http(s) or file URL"
    )
    assert page.startswith("file:") or not request.url.startswith("file:"), (
        f"{page} leads to the file {request.url!r}"
    )
    if request.instead:
        _check_request(request.instead, page)


def _check_listing(listing: Listing, url: str) -> None:
    """All of its type, or msgspec says what is not; and all safe, without being made so."""
    typed = sound(listing)
    for paper in (*listing.papers, *listing.replacements):
        assert isinstance(paper, Paper), f"{paper!r} is no Paper"
        assert paper.title, f"{paper} has no title; a paper that has none may show its abstract"
        for text in _texts(paper):
            assert not _UNSAFE.search(text), f"{text!r} holds what cannot be shown: use clean()"
        for name in _LINKS:
            link = getattr(paper, name)
            assert link is None or _LINK.fullmatch(link), f"{name} {link!r} is no link: web_link()"
    for request in typed.more:
        _check_request(request, url)
        assert request.url != url, f"{url} leads to itself"


def _texts(paper: Paper) -> list[str]:
    several = (paper.authors, paper.ids, paper.categories, paper.keywords)
    return [
        paper.title,
        paper.abstract,
        paper.organisation or "",
        *(text for texts in several for text in texts),
    ]


def _damages(body: bytes, chance: random.Random, count: int) -> Iterator[bytes]:
    """Nothing, noise, and a body that is cut, changed, doubled or filled with noise in places."""
    yield b""
    for _ in range(count):
        start, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        noise = chance.choice([*_NOISE, chance.randbytes(8)])
        yield chance.choice(
            [
                noise,
                body[:start],
                body[:start] + body[end:],
                body[:start] + noise + body[start:],
                body[:start] + noise + body[end:],
                body[:end] + body[start:],
            ]
        )


_NOISE = [
    *(b"\x00 \xff < > & ]]> <p> null [] {} 0 -1 1e999 9999999999999999999 \xe2\x80\xae".split()),
    *(b'"title":null <!DOCTYPE <script>alert(1)</script> javascript:alert(1) \xed\xa0\x80'.split()),
    b'"',
    b"[" * 5000,
]
