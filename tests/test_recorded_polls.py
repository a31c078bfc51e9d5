"""Weeks of recorded days, looked at each half hour: every paper once, and in time (G1, G2)."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.home import Home
from tests.schedule.test_keeper import Days
from tests.test_recorded_arxiv import Api, announced, news
from tests.test_recorded_days import INTRANET, listed, mirrored

pytestmark = [pytest.mark.recorded, pytest.mark.slow]

HALF_HOUR, DAY = dt.timedelta(minutes=30), dt.timedelta(days=1)
HUGGING_FACE = '[[source]]\nkind = "huggingface"\nname = "hf"\nurl = "{}"\nlook_back_days = 2\n'
MIRROR = '[[source]]\nkind = "feed"\nname = "mirror"\nurl = "{}"\n'
ARXIV = '[[source]]\nkind = "arxiv"\nurl = "{}"\napi_url = "{}"\ncategories = ["cs.CV"]\n'


class Sites:
    """Recorded sites at any time of a day: lists grow, and feeds come in the morning, or late."""

    def __init__(self, server: HTTPServer, recorded: Path, home: Home) -> None:
        self.server, self.recorded = server, recorded
        self.days = Days(home)
        self.late: dict[str, int] = {}  # by the day: at which hour its feed comes
        self.down: dict[str, range] = {}  # in which hours of the day nothing is answered
        for path, body in (
            ("/api/daily_papers", self._list),
            ("/hf_feed.xml", self._mirror),
            ("/rss/cs.CV", self._announcement),
        ):
            server.expect_request(path).respond_with_handler(self._answering(body))

    def _answering(self, body):  # type: ignore[no-untyped-def]
        def answer(request: Request) -> Response:
            now = self.days.now
            if now.hour in self.down.get(str(now.date()), ()):
                return Response(status=500)
            answer: Response = Response(body(request, now))
            answer.set_etag(hashlib.sha256(answer.data).hexdigest())
            answer.make_conditional(request)
            return answer

        return answer

    def _list(self, request: Request, now: dt.datetime) -> bytes:
        """A list of which there is nothing before two o'clock, and all at midnight."""
        day = request.args["date"]
        assert day <= str(now.date())
        rows = json.loads(self._unpacked(f"hf_daily/raw/{day}.json.gz") or b"[]")
        share = 1.0 if day < str(now.date()) else max(0, now.hour - 2) / 22
        return json.dumps(rows[: math.ceil(len(rows) * share)]).encode()

    def _mirror(self, _: Request, now: dt.datetime) -> bytes:
        return self._newest("hf_feed/daily/{}.xml.gz", now)

    def _announcement(self, _: Request, now: dt.datetime) -> bytes:
        return self._newest("arxiv_rss/rebuilt/cs.CV-{}.rss.xml.gz", now)

    def _newest(self, name: str, now: dt.datetime) -> bytes:
        """The feed of today, or until it comes that of yesterday."""
        late = now.hour < self.late.get(str(now.date()), 5)
        return self._unpacked(name.format(now.date() - DAY * late))

    def _unpacked(self, name: str) -> bytes:
        file = self.recorded / name
        return gzip.decompress(file.read_bytes()) if file.exists() else b""

    def pass_by(self, first: str, last: str) -> None:
        """Let the time pass from one day to the end of another."""
        now = dt.datetime.fromisoformat(f"{first}T00:00+00:00")
        end = dt.datetime.fromisoformat(f"{last}T00:00+00:00") + DAY
        while now < end:
            self.days.now = now
            self.days.keeper.look()
            now += HALF_HOUR

    def editions(self) -> dict[str, set[str]]:
        """The keys of each edition; none holds one twice, nor do two."""
        found = {
            edition["date"]: [
                placed["key"] for section in edition["sections"] for placed in section["papers"]
            ]
            for edition in self.days.home.editions()
        }
        counts = Counter(key for keys in found.values() for key in keys)
        assert set(counts.values()) == {1}
        return {date: set(keys) for date, keys in found.items()}


@pytest.fixture
def sites(httpserver: HTTPServer, recorded: Path, tmp_path: Path) -> Iterator[Sites]:
    home = Home(tmp_path / "home")
    texts = (
        HUGGING_FACE.format(httpserver.url_for("/api/daily_papers")),
        MIRROR.format(httpserver.url_for("/hf_feed.xml")),
    )
    found = Sites(httpserver, recorded, home.configure("".join(texts) + INTRANET))
    yield found
    found.days.keeper.close()


def of(ids: set[str]) -> set[str]:
    return {f"arxiv:{number}" for number in ids}


def test_a_week_of_a_growing_list_and_its_mirror_gives_every_paper_once(
    sites: Sites, recorded: Path
) -> None:
    sites.late["2026-02-04"] = 9
    sites.down["2026-02-06"] = range(7)
    sites.pass_by("2026-02-02", "2026-02-08")
    found = sites.editions()
    mirror = {day: mirrored(recorded, f"2026-02-{day:02}") for day in range(1, 9)}
    seen = set().union(*mirror.values(), listed(recorded, "2026-01-31", "2026-02-08"))
    assert set().union(*found.values()) == of(seen)
    assert max(found) <= "2026-02-08"
    late = of(mirror[4] - mirror[3] - mirror[5] - listed(recorded, "2026-01-31", "2026-02-08"))
    assert late  # what no run could have seen: only the poll before the next edition
    assert late <= found["2026-02-05"]


def test_a_week_of_arxiv_with_a_late_morning_and_a_failed_one_gives_every_paper_once(
    sites: Sites, recorded: Path, httpserver: HTTPServer
) -> None:
    missed = ["2026-04-22", "2026-04-23"]
    api = Api([one for day in missed for one in announced(recorded, day, "new", "cross")])
    httpserver.expect_request("/api/query").respond_with_handler(api.answer)
    hf = HUGGING_FACE.format(httpserver.url_for("/api/daily_papers"))
    arxiv = ARXIV.format(httpserver.url_for("/rss/"), httpserver.url_for("/api/query"))
    sites.days.home.configure(hf + arxiv + INTRANET)
    sites.days.restart()
    sites.late["2026-04-22"] = 11
    sites.down["2026-04-23"] = range(9)
    sites.pass_by("2026-04-20", "2026-04-26")
    found = sites.editions()
    both = of(listed(recorded, "2026-04-18", "2026-04-26"))
    for day in ("2026-04-20", "2026-04-21", "2026-04-24"):
        assert news(recorded, day) <= set().union(*(found[one] for one in found if one <= day))
    assert not found["2026-04-22"] & news(recorded, "2026-04-22") - both
    weekdays = [f"2026-04-{day}" for day in range(20, 25)]
    assert set().union(*found.values()) == news(recorded, *weekdays) | both
    assert sorted(found)[:3] == weekdays[:3]
    assert len(api.asked) >= 1
