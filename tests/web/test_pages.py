"""What the pages do, and what they never do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from digest.model.readers import Consent, Frequency, Subscriber
from digest.store.engine import SqlStore
from digest.web import Pages, application
from tests.web.conftest import JANE, NOW, URL, answering, link, mail, state
from tests.web.ways import everything

WAYS = ["/", "/subscribe", "/confirm", "/leave", "/return", "/you", "/you/data", "/you/erase"]


def test_a_visitor_subscribes_confirms_and_is_welcome(
    client: httpx.Client, store: SqlStore
) -> None:
    page = client.get("/subscribe")
    assert "Agents &amp; tools" in page.text
    form = {"address": JANE, "frequency": "weekly", "themes": ["agents", "speech"]}
    answer = client.post("/subscribe", data=form)
    assert (answer.status_code, "Check your mail" in answer.text) == (200, True)
    assert mail(store, "a-link") == JANE
    asked = client.get("/confirm?id=a-link")
    assert "once a week" in asked.text
    assert state(store) is None
    assert "Welcome" in client.post("/confirm", data={"id": "a-link"}).text
    reader = store.find("daily", JANE)
    assert reader
    assert (reader.state, reader.frequency) == (Consent.ACTIVE, Frequency.WEEKLY)
    assert reader.preferences.wanted == ("agents", "speech")
    assert "Welcome" in client.post("/confirm", data={"id": "a-link"}).text
    assert "Welcome" in client.get("/confirm?id=a-link").text


def test_what_is_wrong_is_said_beside_what_was_written(client: httpx.Client) -> None:
    answer = client.post("/subscribe", data={"address": "<jane>", "themes": "agents"})
    assert answer.status_code == 422
    assert "This is no address" in answer.text
    assert 'value="&lt;jane&gt;"' in answer.text
    assert 'value="agents" checked' in answer.text


def test_a_program_that_fills_in_what_nobody_sees_is_left_in_the_dark(
    client: httpx.Client, store: SqlStore
) -> None:
    answer = client.post("/subscribe", data={"address": JANE, "website": "https://example.org"})
    assert "Check your mail" in answer.text
    assert store.unmailed("daily", NOW, 10) == []


def test_who_is_faster_than_people_is_asked_to_press_once_more(
    client: httpx.Client, store: SqlStore
) -> None:
    [begun] = re.findall('name="begun" value="([0-9]+)"', client.get("/subscribe").text)
    assert int(begun) == NOW.timestamp() * 1000
    answer = client.post("/subscribe", data={"address": JANE, "begun": begun})
    assert (answer.status_code, "once more" in answer.text) == (422, True)
    assert f'value="{JANE}"' in answer.text
    assert store.unmailed("daily", NOW, 10) == []
    client.post("/subscribe", data={"address": JANE, "begun": int(begun) - 1_000})
    assert len(store.unmailed("daily", NOW, 10)) == 1


ONE_CLICK = [
    {"data": {"List-Unsubscribe": "One-Click"}},
    {"files": {"List-Unsubscribe": (None, "One-Click")}},
    {"content": b""},
    {"content": b"\xff{", "headers": {"Content-Type": "application/json"}},
]


@pytest.mark.parametrize("request_", ONE_CLICK, ids=["urlencoded", "multipart", "empty", "odd"])
def test_one_click_ends_the_mail_at_once_whatever_its_body(
    client: httpx.Client, store: SqlStore, jane: Subscriber, request_: dict[str, Any]
) -> None:
    for _ in range(2):
        answer = client.post(f"/leave?id={link()}", **request_)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert state(store) is Consent.LEFT


def test_leaving_is_undone_with_one_button(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    assert link() in client.post(f"/leave?id={link()}").text
    assert "You get mail again" in client.post("/return", data={"id": link()}).text
    assert state(store) is Consent.ACTIVE


def test_a_reader_changes_what_they_get(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    form = {"id": link(), "frequency": "weekly", "themes": "speech", "keywords": "<b>; seal"}
    form |= {"hour": "7", "zone": "Asia/Tokyo", "paused_until": "2026-04-01", "cap": "5"}
    answer = client.post("/you", data=form)
    assert "Saved." in answer.text
    assert 'value="&lt;b&gt;; seal"' in answer.text
    reader = store.find("daily", JANE)
    assert reader
    assert (reader.state, reader.hour, reader.zone) == (Consent.PAUSED, 7, "Asia/Tokyo")
    wrong = client.post("/you", data=form | {"zone": "Mars"})
    assert (wrong.status_code, "must be a time zone" in wrong.text) == (422, True)
    assert store.find("daily", JANE) == reader


def test_a_reader_takes_what_is_kept_and_is_forgotten(
    client: httpx.Client, store: SqlStore, jane: Subscriber
) -> None:
    told = client.get(f"/you/data?id={link()}")
    assert json.loads(told.text)["address"] == JANE
    assert state(store)
    assert "Erased" in client.post("/you/erase", data={"id": link()}).text
    assert state(store) is None
    assert client.get(f"/you?id={link()}").status_code == 404


def test_a_link_of_nobody_changes_nothing_and_says_so(
    client: httpx.Client, store: SqlStore
) -> None:
    for token in ("nobody's", "", "\x00", "é" * 900):
        assert client.get("/you", params={"id": token}).status_code == 404
        assert client.post("/return", data={"id": token}).status_code == 404
        assert client.get("/confirm", params={"id": token}).status_code == 404
        assert client.post("/leave", params={"id": token}).status_code == 200
    assert everything(store)["reader"] == []


FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    "headers", [FOREIGN, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}], ids=str
)
@pytest.mark.parametrize("path", ["/subscribe", "/confirm", "/return", "/you", "/you/erase"])
def test_a_form_sent_from_another_site_is_refused(
    client: httpx.Client, store: SqlStore, jane: Subscriber, path: str, headers: dict[str, str]
) -> None:
    before = everything(store)
    form = {"id": link(), "address": "joe@example.org"}
    assert client.post(path, data=form, headers=headers).status_code == 403
    assert everything(store) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": URL},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://static.example.org"},
    ],
    ids=str,
)
def test_our_own_forms_are_taken(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = client.post("/subscribe", data={"address": JANE}, headers=headers)
    assert answer.status_code == 200


def test_a_static_archive_of_ours_may_ask_by_json(client: httpx.Client, store: SqlStore) -> None:
    ours = {"Origin": "https://static.example.org", "Sec-Fetch-Site": "cross-site"}
    told = client.options("/api/subscribe", headers=ours)
    assert told.headers["access-control-allow-origin"] == ours["Origin"]
    answer = client.post("/api/subscribe", json={"address": JANE}, headers=ours)
    assert answer.json() == {"status": "check your mail"}
    assert answer.headers["access-control-allow-origin"] == ours["Origin"]
    assert mail(store, "a-link") == JANE
    wrong = client.post("/api/subscribe", json={"address": "jane"}, headers=ours)
    assert (wrong.status_code, list(wrong.json())) == (422, ["error"])
    theirs = client.post("/api/subscribe", json={"address": JANE}, headers=FOREIGN)
    assert (theirs.status_code, "access-control-allow-origin" in theirs.headers) == (403, False)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"7", b'{"address": 7}', b"[" * 9_000])
def test_json_that_makes_no_sense_is_refused_in_words(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/subscribe", content=body)
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "send", [lambda body: body, lambda body: iter([body])], ids=["told", "chunked"]
)
def test_a_body_larger_than_any_form_is_refused(
    client: httpx.Client, send: Callable[[bytes], Any]
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/subscribe", "/api/subscribe", "/you"):
        answer = client.post(path, content=send(b"a=" + b"x" * 20_000), headers=headers)
        assert answer.status_code == 413


def test_every_answer_tells_browsers_to_be_careful(client: httpx.Client) -> None:
    for path in [*WAYS, "/healthz", "/nowhere"]:
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"]
        assert headers["cache-control"] == "no-store"


def test_without_tls_browsers_can_say_which_page_a_form_was_sent_from(pages: Pages) -> None:
    bare = application(replace(pages, url="http://papers.example.org"))
    with answering(bare) as client:
        headers = client.get("/subscribe").headers
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers
