"""What readers choose on their page, and what that says when it cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import httpx
import pytest

from digest.model.readers import Consent, Subscriber
from digest.store.engine import SqlStore
from digest.web import Pages
from tests.render.specimen import EDITION
from tests.web.conftest import NOW, link
from tests.web.reading import Page, kept, look, save

FORM = {"frequency": "daily", "themes": "speech", "keywords": "whale; <i>", "authors": "A. Quill"}
FORM |= {"hour": "7", "zone": "Asia/Tokyo", "cap": "5", "paused_until": "2026-04-01"}


@pytest.fixture
def pages(pages: Pages) -> Pages:
    return replace(pages, language="German")


def test_what_was_typed_stays_whether_it_is_tried_or_refused(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    for more in ({"try": "1"}, {"zone": "Mars"}, {"zone": "Mars", "try": "1"}):
        form = {**FORM, "frequency": "weekly", "summaries": "original", **more}
        answer = client.post("/you", data={"id": link(), **form})
        assert answer.status_code == (422 if "zone" in more else 200)
        page = Page(answer.text)
        for name in ("hour", "zone", "keywords", "authors", "cap", "paused_until"):
            assert page.field(name)["value"] == form[name]
        assert page.ticked("frequency") == ["weekly"]
        assert page.ticked("themes") == ["speech"]
        assert page.ticked("summaries") == ["original"]
    assert kept(store) == jane


WRONG = {
    "hour": ("24", "This must be a whole number from 0 to 23"),
    "zone": ("Mars", "This must be a time zone such as Europe/Berlin"),
    "cap": ("-1", "This must be a whole number from 0 to 10000"),
    "paused_until": ("2026-03-02", "This must be a day to come"),
    "keywords": ("a\x00b", "This has control characters"),
    "authors": (";".join(map(str, range(101))), "This must be 100 at most, and 101 are given"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("trying", [True, False], ids=["tried", "saved"])
def test_what_is_wrong_is_said_at_its_field_and_in_plain_words(
    client: httpx.Client, store: SqlStore, jane: Subscriber, name: str, trying: bool
) -> None:
    value, words = WRONG[name]
    form = {"id": link(), **FORM, name: value} | ({"try": "1"} if trying else {})
    answer = client.post("/you", data=form)
    assert answer.status_code == 422
    page = Page(answer.text)
    wrong = [one for one in page.all("input") if "aria-invalid" in one]
    assert [one["name"] for one in wrong] == [name]
    assert f"{name}-fault" in (wrong[0]["aria-describedby"] or "").split()
    assert f'id="{name}-fault">{words}' in answer.text
    assert not re.search(r"paused_until|not_themes", page.text())
    assert kept(store) == jane


def test_each_field_has_a_label_and_each_name_of_an_element_is_its_own(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    save(store, EDITION)
    for html in (look(client), client.post("/you", data={"id": link(), "hour": "x"}).text):
        page = Page(html)
        ids = Counter(one["id"] for _, one in page.elements if "id" in one)
        assert set(ids.values()) == {1}
        labelled = {one.get("for") for one in page.all("label")}
        fields = [one for one in page.all("input") if one.get("type", "text") in ("text", "date")]
        assert len(fields) == 6
        assert {one["id"] for one in fields} <= labelled
        for _, attributes in page.elements:
            about = f"{attributes.get('aria-describedby') or ''} "
            about += attributes.get("aria-labelledby") or ""
            assert set(about.split()) <= set(ids)


def test_a_pause_ends_on_its_day_or_when_the_page_is_saved_without_one(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    html = client.post("/you", data={"id": link(), "paused_until": "2026-04-01"}).text
    assert "It comes again from 1 April 2026 on" in html
    assert kept(store).state is Consent.PAUSED
    client.post("/you", data={"id": link(), "paused_until": ""})
    assert kept(store).state is Consent.ACTIVE
    for until, words in (
        (None, "Save this page without a day to pause until"),
        (dt.date(2026, 3, 1), "What you get"),
    ):
        store.put("daily", replace(jane, state=Consent.PAUSED, paused_until=until), NOW)
        html = look(client)
        assert words in html
        assert "It comes again" not in html
        assert Page(html).field("paused_until")["value"] == ""


def test_the_newsletters_zone_and_the_names_of_others_are_told(
    client: httpx.Client, jane: Subscriber
) -> None:
    html = look(client)
    assert "Empty: UTC, the newsletter’s." in html
    assert "<option>Europe/Berlin" in html
    assert len(html.encode()) < 40_000


def test_themes_without_papers_of_late_stay_chosen(
    client: httpx.Client, store: SqlStore, jane: Subscriber, pages: Pages
) -> None:
    wishes = replace(jane.preferences, wanted=("rare", "speech"), unwanted=("odd",))
    store.put("daily", replace(jane, preferences=wishes), NOW)
    page = Page(look(client))
    assert sorted(map(str, page.ticked("themes"))) == ["rare", "speech"]
    assert page.ticked("not_themes") == ["odd"]


def test_a_reader_chooses_papers_own_words_over_a_models(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    page = Page(look(client))
    assert "in German" in page.text()
    assert page.ticked("summaries") == [""]
    html = client.post("/you", data={"id": link(), "summaries": "original"}).text
    assert Page(html).ticked("summaries") == ["original"]
    assert kept(store).preferences.summaries == "original"
    told = client.get("/you/data", params={"id": link()}).json()
    assert told["summaries"] == "original"
    wrong = client.post("/you", data={"id": link(), "summaries": "odd"})
    assert wrong.status_code == 422
    assert kept(store).preferences.summaries == "original"


class TestWithoutSummariesByAModel:
    @pytest.fixture
    def pages(self, pages: Pages) -> Pages:
        return replace(pages, language="")

    def test_nothing_is_asked_of_them_and_a_choice_made_before_stays(
        self, client: httpx.Client, store: SqlStore, jane: Subscriber
    ) -> None:
        wishes = replace(jane.preferences, summaries="original")
        store.put("daily", replace(jane, preferences=wishes), NOW)
        html = look(client)
        assert "language model" not in html
        hidden = Page(html).field("summaries")
        assert (hidden["type"], hidden["value"]) == ("hidden", "original")


@pytest.mark.parametrize("state", [Consent.LEFT, Consent.BOUNCED, Consent.COMPLAINED])
def test_who_gets_no_mail_is_told_so_and_can_come_back_who_left(
    client: httpx.Client, store: SqlStore, jane: Subscriber, state: Consent
) -> None:
    store.put("daily", replace(jane, state=state), NOW)
    for more in ({}, {"try": "1"}):
        answer = client.post("/you", data={"id": link(), **FORM, **more})
        assert answer.status_code == 422
        assert "You get no mail now." in answer.text
        assert ("/return" in answer.text) == (state is Consent.LEFT)
        assert kept(store).state is state


def test_nobodys_wishes_are_neither_tried_nor_saved(client: httpx.Client) -> None:
    for more in ({}, {"try": "1"}):
        answer = client.post("/you", data={"id": "nobody's", **FORM, **more})
        assert answer.status_code == 404
        assert "whale" not in answer.text
