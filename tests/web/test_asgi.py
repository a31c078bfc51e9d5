"""The pages under a server of somebody else's choice, with several workers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.home import Home
from tests.transport.scripted import ScriptedSmtp
from tests.web.test_serving import answers, configure, home, until

__all__ = ["home"]


def test_two_workers_of_any_server_answer_and_mail_each_link_once(home: Home) -> None:
    with ScriptedSmtp() as server:
        url = configure(home, server)
        port = url.rpartition(":")[2]
        command = ["uvicorn", "--factory", "digest.web.asgi:application", "--port", port]
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--workers", "2", "--log-level", "warning"],
            env=os.environ | {"DIGEST_CONFIG": str(home.config)},
        )
        try:
            with httpx.Client(base_url=url, verify=False) as client, ThreadPoolExecutor(8) as pool:
                until(lambda: answers(client))

                def ask(number: int) -> int:
                    form = {"address": f"reader{number % 9}@example.org"}
                    return client.post("/subscribe", data=form).status_code

                assert set(pool.map(ask, range(36))) == {200}
                until(lambda: len(server.accepted) == 9)
        finally:
            process.terminate()
            assert process.wait(20) == 0
    mails = Counter(mail.recipient for mail in server.accepted)
    assert mails == {f"reader{number}@example.org": 1 for number in range(9)}


def test_a_server_that_logs_each_request_logs_no_link(home: Home) -> None:
    with ScriptedSmtp() as server:
        url = configure(home, server)
    port = url.rpartition(":")[2]
    command = ["uvicorn", "--factory", "digest.web.asgi:application", "--port", port]
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=os.environ | {"DIGEST_CONFIG": str(home.config)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        with httpx.Client(base_url=url, verify=False) as client:
            until(lambda: answers(client))
            assert client.post("/leave?id=whose-link").status_code == 200
    finally:
        process.terminate()
        told, _ = process.communicate(timeout=20)
    assert b"Uvicorn running" in told
    assert b"whose-link" not in told
