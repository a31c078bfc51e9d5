"""The sample on a reader's page: what the last mail would have had, as wished or as tried."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from digest import wiring
from digest.config import load
from digest.model.readers import Frequency, Subscriber
from digest.store.engine import SqlStore
from digest.web import Pages
from tests.render.specimen import EDITION, large
from tests.web.conftest import NOW, link
from tests.web.reading import SETTINGS, Page, kept, look, save


@pytest.fixture
def pages(pages: Pages, store: SqlStore, tmp_path: Path) -> Pages:
    file = tmp_path / "digest.toml"
    file.write_text(SETTINGS)
    return replace(pages, sample=wiring.last_mail(load(file, {}), store))


def sample(html: str) -> str:
    """The words of the sample; "" where there is none."""
    _, _, told = html.partition('<section id="sample"')
    return Page(told.partition(">")[2]).text()


def test_the_page_shows_what_the_last_mail_would_have_had(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    assert sample(look(client)) == ""
    save(store, EDITION)
    told = sample(look(client))
    assert "Tuesday, 16 June 2026: 11 papers in all." in told
    assert "Agents & tools Patient Agents: Tools That Wait Until They Are Wanted" in told
    assert "Matches “agent”, “tool”" in told


def test_a_new_edition_is_shown_at_once(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    assert "16 June" in sample(look(client))
    save(store, replace(large(3), date=dt.date(2026, 6, 17)))
    assert "Wednesday, 17 June 2026: 3 papers in all" in sample(look(client))


def test_weekly_readers_are_shown_the_last_weekly_edition(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    store.put("daily", replace(jane, frequency=Frequency.WEEKLY), NOW)
    assert sample(look(client)) == ""
    save(store, replace(large(3), date=dt.date(2026, 6, 14), period="weekly"))
    assert "The week to Sunday, 14 June 2026: 3 papers in all" in sample(look(client))


def test_what_strangers_wrote_is_shown_as_text_with_web_links_only(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    html = look(client)
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html
    links = [one["href"] or "" for one in Page(html).all("a")]
    assert links
    assert all(re.match(r"https?://|#", one) for one in links)
    assert "style=" not in html


def test_an_edition_with_nothing_for_a_reader_is_said_to_be_so(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    client.post("/you", data={"id": link(), "themes": "speech"})
    assert "11 papers in all, 0 of them for you" in sample(look(client))
    assert "Nothing in it was for you" in sample(look(client))


def test_the_sample_has_no_more_papers_than_the_mail(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, large(40))
    assert "40 papers in all; the mail shows 20" in sample(look(client))
    html = client.post("/you", data={"id": link(), "cap": "3"}).text
    assert "the mail shows 3" in sample(html)
    assert html.partition('id="sample"')[2].count("<li") == 3


def test_an_edition_that_cannot_be_read_does_not_keep_a_reader_from_choosing(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    with store.writing() as connection:
        connection.execute("UPDATE edition SET sha256 = 'wrong'")
    assert sample(look(client)) == ""
    assert "Saved." in client.post("/you", data={"id": link(), "cap": "5"}).text


def test_wishes_are_tried_without_being_saved(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    wish = {"id": link(), "keywords": "Asking Twice; never", "authors": "Quill", "try": "1"}
    answer = client.post("/you", data=wish)
    assert answer.status_code == 200
    assert "Not saved yet" in answer.text
    assert "Saved." not in answer.text
    told = sample(answer.text)
    assert "Your keywords and authors" in told
    assert "On the Cost of Asking Twice Has your keyword “Asking Twice”" in told
    assert "By your author Ada Quill" in told
    assert Page(answer.text).field("keywords")["value"] == "Asking Twice; never"
    assert kept(store) == jane
    assert "Your keywords" not in look(client)
