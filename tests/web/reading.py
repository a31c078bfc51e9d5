"""What the tests of readers' pages share: an edition that is kept, and a page as it is read."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import httpx

from digest.document import freeze
from digest.model.decisions import Decision
from digest.model.editions import Edition
from digest.model.readers import Subscriber
from digest.model.runs import RunRecord
from digest.store.engine import SqlStore
from tests.web.conftest import JANE, NOW, link

SETTINGS = """\
[newsletter]
slug = "daily"
max_papers = 20
[[source]]
kind = "saved-page"
path = "pages"
[mail]
from = "papers@example.org"
"""


def save(store: SqlStore, edition: Edition) -> None:
    made = freeze(replace(edition, newsletter="daily"))
    decision = Decision(new=(), repeats=(), revised=())
    record = RunRecord(
        newsletter="daily",
        date=edition.date,
        decision=decision,
        feeds=(),
        requested=(),
        visits=(),
        edition=made,
        readers=(),
    )
    assert store.save(record, NOW)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def field(self, name: str) -> dict[str, str | None]:
        [found] = [one for one in self.all("input") if one.get("name") == name]
        return found

    def ticked(self, name: str) -> list[str | None]:
        fields = (one for one in self.all("input") if one.get("name") == name)
        return [one["value"] for one in fields if "checked" in one]

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def look(client: httpx.Client) -> str:
    """What Jane finds at her link."""
    answer = client.get("/you", params={"id": link()})
    assert answer.status_code == 200
    return answer.text


def kept(store: SqlStore) -> Subscriber:
    """Jane, as she is kept."""
    reader = store.find("daily", JANE)
    assert reader
    return reader
