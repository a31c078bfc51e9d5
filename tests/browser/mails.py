"""The mails that are looked at: the golden ones, the sample's, and those of recorded real days."""

from __future__ import annotations

import email
import gzip
import json
import re
from binascii import b2a_qp
from dataclasses import dataclass
from email import policy
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.conftest import HERE, RECORDED
from tests.home import Home
from tests.test_recorded_days import HUGGING_FACE, INTRANET

GOLDEN = sorted(file.name for file in (HERE / "golden").glob("mail*.html"))
SAMPLE = [f"sample of {day}" for day in ("2026-03-02", "2026-03-03", "2026-03-04")]
DATA = RECORDED / "data"
FEED = '[[source]]\nkind = "feed"\nname = "arxiv"\nurl = "{url}/archive/ARCHIVE"\n'
ANNOUNCED = """
[[source]]
kind = "arxiv"
url = "{url}/rss/"
categories = ["cs.CV"]
"""
DAYS = {  # what is read, and when
    "one paper": (HUGGING_FACE.replace("= 3", "= 1"), "2025-07-07"),
    "four lists of 2025": (HUGGING_FACE, "2025-03-13"),
    "four lists of 2026": (HUGGING_FACE, "2026-05-15"),
    "an arXiv category": (ANNOUNCED, "2026-04-21"),
    "mathematics": (FEED.replace("ARCHIVE", "math_pe"), "2016-01-20"),
    "astronomy": (FEED.replace("ARCHIVE", "astro_st"), "2025-09-09"),
}
SHOWN = {"as many papers as usual": 50, "as many as fit": 2000}
RECORDED_DAYS = [f"{day}, {shown}" for day in DAYS for shown in SHOWN]


@dataclass(frozen=True)
class Mail:
    """The HTML part of a message: what it says, and the bytes that it takes as it is sent."""

    html: str
    size: int


def golden(name: str) -> Mail:
    return _sent((HERE / "golden" / name).read_text(encoding="utf-8"))


def faulty() -> Mail:
    """A mail that is wrong in every way that is looked for, its size too."""
    html = (HERE / "browser" / "faulty.html").read_text(encoding="utf-8")
    return _sent(html + f"<!-- {'long ' * 20_000} -->")


def _sent(html: str) -> Mail:
    return Mail(html, len(b2a_qp(html.encode(), istext=True)))


def _read(message: bytes) -> Mail:
    part = email.message_from_bytes(message, policy=policy.SMTP).get_body(["html"])
    assert part
    return Mail(part.get_content(), len(part.as_bytes()))


def sample(folder: Path) -> dict[str, Mail]:
    """The mails of `digest demo`, by name."""
    out = folder / "demo"
    assert Home(folder).digest("demo", "--out", str(out)).code == 0
    return {name: _read((out / f"{name.split()[-1]}.eml").read_bytes()) for name in SAMPLE}


def recorded(folder: Path, server: HTTPServer) -> dict[str, Mail]:
    """The mails of recorded days, each as usual and as long as can be, by name."""
    for path, answer in (
        (r"/[\d-]+/api/daily_papers", _listed),
        (r"/[\d-]+/rss/cs.CV", _announced),
        (r"/[\d-]+/archive/\w+", _archived),
    ):
        server.expect_request(re.compile(path)).respond_with_handler(answer)
    found = {}
    for name, (source, day) in DAYS.items():
        home = Home(folder / name)
        settings = source.format(url=server.url_for(f"/{day}")) + INTRANET
        for shown, number in SHOWN.items():
            home.configure(f"[newsletter]\nmax_papers = {number}\n{settings}")
            home.run("--no-deliver", now=f"{day}T07:30:00Z")
            preview = home.digest("preview", day, "--format", "eml")
            found[f"{name}, {shown}"] = _read(preview.out.encode())
    return found


def _listed(request: Request) -> Response:
    """Hugging Face's list of the day asked for, empty where none was recorded."""
    file = DATA / "hf_daily" / "raw" / f"{request.args['date']}.json.gz"
    body = gzip.decompress(file.read_bytes()) if file.exists() else b"[]"
    return Response(body, content_type="application/json")


def _announced(request: Request) -> Response:
    """What arXiv's cs.CV announced on the day that the path names."""
    _, day, *_ = request.path.split("/")
    file = DATA / "arxiv_rss" / "rebuilt" / f"cs.CV-{day}.rss.xml.gz"
    return Response(gzip.decompress(file.read_bytes()), content_type="application/rss+xml")


def _archived(request: Request) -> Response:
    """An archive's papers of the day that the path names, as a feed."""
    _, day, _, archive = request.path.split("/")
    files = (DATA / "archive" / archive).glob(f"{day[:4]}*")
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    entries = [_entry(paper) for paper in map(json.loads, lines) if paper["announced"] == day]
    return Response(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>-</title>{"".join(entries)}</feed>',
        content_type="application/atom+xml",
    )


def _entry(paper: dict[str, Any]) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper["authors"])
    address = f"https://arxiv.org/abs/{paper['id']}"
    return (
        f"<entry><id>{address}</id><title>{escape(paper['title'])}</title>"
        f'<link href="{address}"/><summary>{escape(paper["abstract"])}</summary>{authors}</entry>'
    )
