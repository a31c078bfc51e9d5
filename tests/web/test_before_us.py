"""What stands between visitors and the pages: proxies, and a path of another application."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from digest.model.readers import Consent, Subscriber
from digest.store.engine import SqlStore
from digest.web import Pages, application
from digest.web.whence import network
from tests.web.conftest import answering, link, state

PROXY = ("127.0.0.1", "10.0.0.0/8")
ELSEWHERE = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("peer", "told", "whence"),
    [
        ("192.0.2.7", ["203.0.113.9"], "192.0.2.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 192.0.2.7, 10.1.2.3"], "192.0.2.7"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, ::ffff:10.1.2.3"], "203.0.113.9"),
        ("127.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["fe80::1%eth0"], "fe80::/64"),
        ("127.0.0.1", ["203.0.113.9:51234"], "203.0.113.9"),
        ("127.0.0.1", ["[2001:db8:1:2:3:4:5:6]:51234"], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["203.0.113.9, whoever"], "unknown"),
        ("", ["203.0.113.9"], "unknown"),
    ],
)
def test_a_visitor_s_network_is_what_the_last_trusted_proxy_says(
    peer: str, told: list[str], whence: str
) -> None:
    assert network(peer, told, PROXY) == whence


def test_mail_programs_leave_by_one_click_below_a_prefix_too(
    pages: Pages, store: SqlStore, jane: Subscriber
) -> None:
    whole = Starlette(routes=[Mount("/papers", application(pages))])
    with answering(whole) as client:
        assert "Your mail address" in client.get("/papers/subscribe").text
        form = {"id": link(), "address": "joe@example.org"}
        for path in ("/papers/subscribe", "/papers/you", "/papers/you/erase"):
            assert client.post(path, data=form, headers=ELSEWHERE).status_code == 403
        answer = client.post(f"/papers/leave?id={link()}", headers=ELSEWHERE)
    assert (answer.status_code, state(store)) == (200, Consent.LEFT)
