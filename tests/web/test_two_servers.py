"""Two processes on one database, under load: one mail for each address, limits for both."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from tests.home import Home
from tests.store.databases import postgresql_server, postgresql_url, sqlite_url, url
from tests.transport.scripted import Accepted, ScriptedSmtp
from tests.web.test_served_faults import link, serving
from tests.web.test_serving import configure, home, until

__all__ = ["home", "postgresql_server", "postgresql_url", "sqlite_url", "url"]

PEOPLE = [f"reader{number}@example.org" for number in range(50)]


@pytest.fixture(autouse=True)
def one_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_STATE__URL", url)


@contextmanager
def two(home: Home, server: ScriptedSmtp, limit: int) -> Iterator[list[httpx.Client]]:
    """Two processes, as behind a proxy that tells whose requests it brings."""
    clients, told = [], []
    with ExitStack() as stack:
        for _ in range(2):
            place = configure(home, server)
            home.configure(
                f"{home.config.read_text()}sign_ups_per_hour = {limit}\n"
                'trusted_proxies = ["127.0.0.1"]\n'
            )
            clients.append(stack.enter_context(serving(home, place, told)))
        yield clients
    assert not [err for err in told[1::2] if "Traceback" in err], told


def ask(client: httpx.Client, address: str, network: str) -> int:
    headers = {"X-Forwarded-For": network}
    return client.post("/subscribe", data={"address": address}, headers=headers).status_code


def to_confirm(server: ScriptedSmtp) -> list[Accepted]:
    """The mails that ask to confirm, among those that welcome."""
    return [mail for mail in server.accepted if b"Subject: Please confirm" in mail.message]


@pytest.mark.slow
def test_hundreds_who_ask_at_once_get_one_mail_each_and_confirm_once(home: Home) -> None:
    """Every address is asked for eight times, through both; every link is pressed four times."""
    with ScriptedSmtp() as server, two(home, server, 1_000) as clients:
        jobs = [(clients[n % 2], PEOPLE[n % 50], f"192.0.2.{n % 50}") for n in range(400)]
        random.Random(7).shuffle(jobs)
        with ThreadPoolExecutor(24) as pool:
            assert set(pool.map(lambda job: ask(*job), jobs)) == {200}
            until(lambda: len(to_confirm(server)) >= 50, 60)
            tokens = [httpx.URL(link(mail, "confirm")).params["id"] for mail in to_confirm(server)]
            presses = [(clients[n % 2], tokens[n // 4]) for n in range(200)]
            answers = pool.map(lambda job: job[0].post("/confirm", data={"id": job[1]}), presses)
            assert {answer.status_code for answer in answers} == {200}
        until(lambda: len(server.accepted) >= 100, 60)
    assert Counter(mail.recipient for mail in to_confirm(server)) == Counter(PEOPLE)
    assert Counter(mail.recipient for mail in server.accepted) == Counter(PEOPLE * 2)
    told = home.digest("subscribers", "list", "--json").json
    assert told["counts"]["active"] == 50


@pytest.mark.slow
def test_limits_hold_for_both_together(home: Home) -> None:
    """E5: by network (20 in an hour) and for all together (25 here)."""
    with ScriptedSmtp() as server, two(home, server, 25) as clients:
        jobs = [(clients[n % 2], PEOPLE[n], "198.51.100.7") for n in range(30)]
        others = [(clients[n % 2], PEOPLE[n], f"203.0.113.{n}") for n in range(30, 50)]
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda job: ask(*job), jobs)) == {200}
            until(lambda: len(server.accepted) >= 20, 60)
            assert set(pool.map(lambda job: ask(*job), others)) == {200}
            until(lambda: len(server.accepted) >= 25, 60)
    assert len({mail.recipient for mail in server.accepted}) == len(server.accepted) == 25
    assert sum(mail.recipient in PEOPLE[:30] for mail in server.accepted) == 20
