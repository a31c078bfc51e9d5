"""`digest serve` as a process, with a real mail server beside it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from digest.delivery.stopping import Stop
from digest.schedule import Program
from tests.home import Home
from tests.schedule.conftest import READERS, Serving, serving
from tests.transport.scripted import ScriptedSmtp, later
from tests.web.test_serving import free_port

JUST_BEFORE = "2026-01-05T07:29:56Z"
THEN = "2026-01-05T07:30:02Z"


def runs(home: Home) -> list[str]:
    told = home.digest("status", "--json").json["runs"]
    return [f"{run['date']} {run['status']}" for run in reversed(told)]


def recipients(server: ScriptedSmtp) -> list[str]:
    return sorted(mail.recipient for mail in server.accepted)


def with_pages(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """Configure pages; where they are."""
    monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", "a key of more than sixteen letters")
    url = f"http://127.0.0.1:{free_port()}"
    home.configure(f'{home.config.read_text()}[web]\nurl = "{url}"\nlisten = "{url[7:]}"\n')
    return url


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", verify=False).status_code == 200
    except httpx.TransportError:
        return False


def stopped(found: Serving, number: int = signal.SIGTERM, *, group: bool = False) -> float:
    """Ask it to stop, or each process that it consists of; the seconds that it took."""
    (os.killpg if group else os.kill)(found.process.pid, number)
    begun = time.monotonic()
    found.process.wait(15)
    return time.monotonic() - begun


def test_an_edition_is_made_and_mailed_when_its_hour_comes_and_never_again(
    home: Home, server: ScriptedSmtp
) -> None:
    with serving(home, "--no-web", now=JUST_BEFORE) as found:
        found.until(lambda: len(server.accepted) == len(READERS))
        found.until(lambda: runs(home))
    assert (found.answer.code, found.answer.err) == (0, "")
    assert "editions are made and delivered at 07:30, UTC" in found.answer.out
    with serving(home, "--no-web", now="2026-01-05T07:30:58Z") as found:
        time.sleep(4)
        assert found.alive
    assert (found.answer.code, found.answer.err) == (0, "")
    assert runs(home) == ["2026-01-05 published"]
    assert recipients(server) == sorted(READERS)


def test_pages_are_answered_beside_it(
    home: Home, server: ScriptedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = with_pages(home, monkeypatch)
    with serving(home, now=THEN) as found:
        found.until(lambda: answers(url))
        found.until(lambda: len(server.accepted) == len(READERS))
        assert answers(url)
        found.until(lambda: runs(home))
        assert stopped(found, signal.SIGINT) < 10
    assert (found.answer.code, found.answer.err) == (0, "")
    assert f"{url} is answered" in found.answer.out


def test_pages_alone_make_no_edition(
    home: Home, server: ScriptedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = with_pages(home, monkeypatch)
    with serving(home, "--web-only", now=THEN) as found:
        found.until(lambda: answers(url))
        time.sleep(3)
    assert (found.answer.code, found.answer.err) == (0, "")
    assert (runs(home), server.accepted) == ([], [])


@pytest.mark.slow
def test_trouble_with_the_mail_of_the_pages_is_told_as_such_though_all_else_is_quiet(
    home: Home, server: ScriptedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = with_pages(home, monkeypatch)
    server.script["connect"] = ["554 5.3.2 closed"] * 50
    with serving(home, "--web-only", now=THEN, volume=("-q",)) as found:
        found.until(lambda: answers(url))
        httpx.post(f"{url}/subscribe", data={"address": "jane@example.org"}, verify=False)
        time.sleep(5)  # two rounds
    assert (found.answer.code, found.answer.out) == (0, "")
    assert found.answer.err.count("5.3.2 closed") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "group"),
    [
        (signal.SIGTERM, False),
        (signal.SIGTERM, True),  # as systemd does
        (signal.SIGINT, True),  # as a terminal does
    ],
)
def test_asked_to_stop_amid_a_delivery_it_ends_soon_and_the_next_goes_on(
    home: Home, server: ScriptedSmtp, number: int, group: bool
) -> None:
    server.script["dot"] = [later(0.7)] * len(READERS)
    with serving(home, "--no-web", now=THEN) as found:
        found.until(lambda: server.accepted)
        assert stopped(found, number, group=group) < 10
    assert (found.answer.code, found.answer.err) == (0, "")
    assert 0 < len(server.accepted) < len(READERS)
    server.script.clear()
    with serving(home, "--no-web", now=THEN) as found:
        found.until(lambda: len(server.accepted) >= len(READERS))
    assert recipients(server) == sorted(READERS)
    assert runs(home) == ["2026-01-05 published"]


@pytest.mark.slow
def test_a_mail_server_that_hangs_does_not_keep_it_from_stopping(
    home: Home, server: ScriptedSmtp
) -> None:
    server.script["RCPT"] = ["hang"] * len(READERS)
    with serving(home, "--no-web", now=THEN) as found:
        found.until(lambda: server.present)
        time.sleep(1)
        assert stopped(found) < 10
    assert found.answer.code == 0
    server.hang_up()
    server.script.clear()
    home.digest("deliver", now=THEN)
    assert recipients(server) == sorted(READERS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "environ", "told"),
    [
        ("rules.toml", {}, "run --date 2026-01-05: exit code 2"),
        ("", {"DIGEST_FAILPOINT": "after-commit"}, "run --date 2026-01-05: ended by SIGKILL"),
    ],
)
def test_a_run_that_fails_is_told_and_ends_nothing(
    home: Home, trouble: str, environ: dict[str, str], told: str
) -> None:
    if trouble:
        (home.folder / trouble).write_text("")
        home.configure(f'{home.config.read_text()}[themes]\npath = "{trouble}"\n')
    with serving(home, "--no-web", now=THEN, **environ) as found:
        assert found.process.stdout
        assert b"editions" in found.process.stdout.readline()  # it has read its configuration
        if trouble:
            (home.folder / trouble).write_text("[theme")
        time.sleep(4)
        assert found.alive
    assert found.answer.code == 0
    assert told in found.answer.err


def test_a_file_that_is_changed_counts_only_once_it_is_read_again(
    home: Home, server: ScriptedSmtp
) -> None:
    with serving(home, "--no-web", now=JUST_BEFORE) as found:
        found.until(lambda: found.says("editions are made"))
        home.configure("[newsletter")
        found.process.send_signal(signal.SIGHUP)
        found.until(lambda: len(server.accepted) == len(READERS))
    assert "stays as it was" in found.answer.err
    assert "exit code" not in found.answer.err


def test_the_second_of_two_takes_over_when_the_first_is_killed(
    home: Home, server: ScriptedSmtp
) -> None:
    lock = home.folder / "state" / "digest.db.daily-papers.serve.lock"
    with serving(home, "--no-web", now="2026-01-05T03:00:00Z") as first:
        first.until(lock.exists)
        with serving(home, "--no-web", now="2026-01-05T07:30:50Z") as second:
            second.until(lambda: second.says("this one stands by"))
            first.process.kill()
            second.until(lambda: second.says("this one makes the editions now"), 70)
            second.until(lambda: len(server.accepted) == len(READERS))
            second.until(lambda: runs(home))
    assert (second.answer.code, second.answer.err) == (0, "")
    assert second.answer.out.count("stands by") == 1


def test_sighup_has_the_configuration_read_again_and_a_wrong_one_changes_nothing(
    home: Home, server: ScriptedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = with_pages(home, monkeypatch)
    text = home.config.read_text()
    with serving(home, now="2026-01-05T03:00:10Z") as found, httpx.Client(verify=False) as client:
        found.until(lambda: answers(url))
        home.configure('[newsletter]\nsend_at = "25:00"\ntitel = "x"\n' + text)
        found.process.send_signal(signal.SIGHUP)
        time.sleep(1)
        assert "Daily Papers" in client.get(f"{url}/subscribe").text
        assert server.accepted == []
        home.configure('[newsletter]\nsend_at = "03:00"\ntitle = "Evening Papers"\n' + text)
        found.process.send_signal(signal.SIGHUP)
        found.until(lambda: "Evening Papers" in client.get(f"{url}/subscribe").text)
        found.until(lambda: len(server.accepted) == len(READERS))
        found.until(lambda: runs(home))
        assert stopped(found) < 10
    assert found.answer.code == 0
    for problem in ("stays as it was", "newsletter.send_at", "newsletter.titel"):
        assert found.answer.err.count(problem) == 1
    assert "at 03:00, UTC" in found.answer.out


def test_files_of_the_working_folder_are_not_taken_for_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "argparse.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    Program(list, Stop(time.monotonic), told.append)(["--version"])
    assert told == []


def test_the_schedule_needs_no_packages_of_the_pages(
    home: Home, server: ScriptedSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("starlette", "uvicorn"):
        (tmp_path / f"{name}.py").write_text("raise ModuleNotFoundError(__name__)")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with serving(home, "--no-web", now=THEN, PYTHONPATH=path) as found:
        found.until(lambda: len(server.accepted) == len(READERS))
        found.until(lambda: runs(home))
    assert (found.answer.code, found.answer.err) == (0, "")
    with_pages(home, monkeypatch)
    told = home.fresh("serve", PYTHONPATH=path)
    assert (told.code, "pip install" in told.err, "--no-web" in told.err) == (2, True, True)


def test_without_an_address_of_pages_it_says_how_to_serve(home: Home) -> None:
    told = home.digest("serve")
    assert (told.code, "web.url" in told.err, "--no-web" in told.err) == (2, True, True)
