"""Where the web fetcher is led, what of that is for good, and how trouble on the way is named."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from digest.errors import FetchError, Unreachable
from digest.fetch.web import REDIRECTS
from digest.model.replies import Validators
from tests.fetch.conftest import Ask
from tests.fetch.misbehaving import RawServer, answer

BODY = b"<rss/>" * 20


def led(status: int, location: str) -> bytes:
    return answer(status=f"{status} Elsewhere", Location=location)


@pytest.mark.parametrize(
    ("statuses", "for_good"),
    [
        ([301], True),
        ([308], True),
        ([301, 308], True),
        ([302], False),
        ([303], False),
        ([307], False),
        ([301, 302], False),
        ([307, 308], False),
    ],
)
def test_only_permanent_redirects_all_the_way_move_a_url(
    ask: Ask, statuses: list[int], for_good: bool
) -> None:
    with RawServer([]) as server:
        ends = [f"{server.url}?{number}" for number in range(len(statuses))]
        server.answers += [led(*step) for step in zip(statuses, ends, strict=True)]
        server.answers.append(answer(BODY))
        reply = ask(server.url)
    assert (reply.body, reply.url, reply.final_url) == (BODY, server.url, ends[-1])
    assert reply.moved_to == (ends[-1] if for_good else None)


def test_a_reply_that_was_led_nowhere_comes_from_where_it_was_asked(ask: Ask) -> None:
    with RawServer([answer(BODY)]) as server:
        reply = ask(server.url)
    assert (reply.final_url, reply.moved_to) == ("", None)


def test_a_way_that_ends_where_it_began_moves_nothing(ask: Ask) -> None:
    with RawServer([]) as server:
        server.answers += [led(301, server.url + "?there"), led(301, server.url), answer(BODY)]
        reply = ask(server.url)
    assert (reply.body, reply.final_url, reply.moved_to) == (BODY, "", None)


def test_an_unchanged_reply_tells_where_it_was_led_too(ask: Ask) -> None:
    known = Validators(etag='"1"', sha256="abc")
    with RawServer([led(301, "/new.xml"), answer(status="304 Not Modified")]) as server:
        reply = ask(server.url, known)
    new = server.url.replace("feed", "new")
    assert (reply.unchanged, reply.final_url, reply.moved_to) == (True, new, new)
    assert all('If-None-Match: "1"' in head for head in server.requests)


def test_what_is_known_of_one_site_is_not_told_to_another(ask: Ask) -> None:
    known = Validators(etag='"1"', last_modified="yesterday", sha256="abc")
    with (
        RawServer([answer(BODY), answer(status="304 Not Modified")]) as other,
        RawServer([led(302, other.url)]) as site,
    ):
        assert ask(site.url, known).body == BODY
        with pytest.raises(FetchError, match="HTTP 304"):
            ask(site.url, known)
    assert 'If-None-Match: "1"' in site.requests[0]
    assert "if-" not in "".join(other.requests).lower()


def test_a_log_in_stays_out_of_what_a_reply_tells_of_its_way(ask: Ask) -> None:
    with RawServer([led(301, "/new"), answer(BODY)]) as server:
        reply = ask(server.url.replace("//", "//me:secret@"))
    assert (reply.final_url, reply.moved_to) == (server.url.replace("feed.xml", "new"), None)
    assert all("Authorization: Basic" in head for head in server.requests)


def test_a_place_that_wants_a_log_in_is_not_moved_to(ask: Ask) -> None:
    with RawServer([answer(BODY)]) as there:
        place = there.url.replace("//", "//me:secret@")
        with RawServer([led(301, place)]) as here:
            reply = ask(here.url)
    assert (reply.final_url, reply.moved_to) == (there.url, None)


def test_a_url_that_has_moved_is_asked_at_its_new_place_with_what_is_known_of_it(ask: Ask) -> None:
    known = Validators(etag='"1"', sha256="abc")
    with RawServer([answer(BODY)]) as old, RawServer([answer(BODY)]) as new:
        reply = ask(old.url, known, moved_to=new.url)
    assert (reply.url, reply.final_url, reply.moved_to) == (old.url, new.url, None)
    assert 'If-None-Match: "1"' in new.requests[0]
    assert not old.requests


def test_a_url_that_has_moved_may_move_on(ask: Ask) -> None:
    with RawServer([answer(BODY)]) as newer, RawServer([led(308, newer.url)]) as new:
        reply = ask("http://example.org/feed", moved_to=new.url)
    assert (reply.final_url, reply.moved_to) == (newer.url, newer.url)


def test_a_move_from_http_to_https_is_one_and_none_leads_back(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with (
        RawServer([answer(BODY)]) as plain,
        RawServer([answer(BODY), answer(BODY), led(301, plain.url)], tls=tls) as safe,
        RawServer([led(301, safe.url)]) as old,
    ):
        assert ask(old.url).moved_to == safe.url
        assert ask(safe.url, moved_to=plain.url).final_url == ""
        with pytest.raises(FetchError, match="from https to http, which is not followed"):
            ask(safe.url)
    assert not plain.requests


def test_an_error_after_a_redirect_names_where_it_began_and_where_it_led(ask: Ask) -> None:
    with (
        RawServer([answer(status="404 No")]) as there,
        RawServer([led(302, there.url.replace("//", "//me:secret@") + "?token=secret")]) as here,
        pytest.raises(FetchError) as caught,
    ):
        ask(here.url)
    assert str(caught.value).startswith(f"{here.url}, which leads to {there.url}: HTTP 404")
    assert "secret" not in str(caught.value)


def test_every_try_begins_where_the_request_is_asked(ask: Ask) -> None:
    busy = answer(status="503 Busy")
    with RawServer([led(301, "/new"), busy, led(301, "/new"), answer(BODY)]) as server:
        reply = ask(server.url)
    assert [head.split()[1] for head in server.requests] == ["/feed.xml", "/new"] * 2
    assert reply.moved_to == server.url.replace("feed.xml", "new")


def test_redirects_that_do_not_end_are_left(ask: Ask) -> None:
    with (
        RawServer([answer(status="302 Found", Location="/feed.xml")]) as server,
        pytest.raises(FetchError, match=f"more than {REDIRECTS} redirects"),
    ):
        ask(server.url)
    assert len(server.requests) == REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x/", "ftp://x/"])
def test_a_redirect_leads_to_the_web_only(ask: Ask, location: str) -> None:
    with (
        RawServer([answer(status="302 Found", Location=location)]) as server,
        pytest.raises(FetchError, match="which is not followed"),
    ):
        ask(server.url)


@pytest.mark.parametrize(
    "location", ["javascript:1", "data:,x", "http://127.0.0.1:{port}/", "//127.0.0.1:99999/"]
)
def test_a_redirect_to_no_web_address_is_not_followed(ask: Ask, location: str) -> None:
    with RawServer([]) as server:
        server.answers.append(led(301, location.format(port=server.port + 65536)))
        with pytest.raises(FetchError, match="redirects to nowhere, which is not followed"):
            ask(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example"])
def test_a_redirect_to_a_host_that_cannot_be_is_not_held_against_the_site(
    ask: Ask, host: str
) -> None:
    with (
        RawServer([answer(status="302 Found", Location=f"http://{host}/")]) as server,
        pytest.raises(FetchError, match="cannot find") as caught,
    ):
        ask(server.url)
    assert not isinstance(caught.value, Unreachable)


@pytest.mark.parametrize(
    "location",
    ["http://xn--/", "http://xn--a-ecp.ru/", "http://[::1", "http://a:80:80/", "http://%00\\@/"],
)
def test_a_redirect_to_what_is_no_url_is_told(ask: Ask, location: str) -> None:
    with RawServer([led(301, location)]) as server, pytest.raises(FetchError) as caught:
        ask(server.url)
    assert str(caught.value).startswith(server.url)


def test_an_error_stays_short_whatever_a_site_says(ask: Ask) -> None:
    for said in (
        led(301, "/" + "x" * 60_000),
        led(301, "x" * 60_000 + "://example.org/"),
        b"HTTP/1.1 200 OK\r\n" + b"\0" * 60_000 + b"\r\n",
        answer(BODY, Content_Encoding="x" * 60_000),
    ):
        with RawServer([said]) as server, pytest.raises(FetchError) as caught:
            ask(server.url)
        assert len(str(caught.value)) < 1000
