"""digest doctor: what it prints, what it comes to, and what it never tells."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import trustme

from tests.doctor.conftest import PAGES, server_tls
from tests.home import Home
from tests.packages import Packages, changed, configured
from tests.transport.scripted import ScriptedSmtp

MONDAY = "2026-03-02T07:30:00Z"
SECRETS = {
    "DIGEST_MAIL__PASSWORD": "sesame-open-now",
    "DIGEST_MAIL__LINK_KEY": "the-key-of-all-links",
    "DIGEST_SOURCE__LAB__URL": "http://me:hush-hush@127.0.0.1:9/feed.json?key=silence",
}


def test_all_is_well_with_a_newsletter_that_has_run(home: Home) -> None:
    assert home.digest("run").code == 0  # just now, as a clock can be looked at only then
    answer = home.digest("doctor")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("\n0 problems, 0 warnings\n")
    assert max(map(len, answer.out.splitlines())) <= 80 + len(str(home.folder))
    assert home.digest("-q", "doctor").out == ""
    told = home.digest("doctor", "--json").json
    assert (told["ok"], set(told)) == (True, {"findings", "ok"})
    assert {tuple(one) for one in told["findings"]} == {("check", "state", "found", "do")}
    checks = {one["check"] for one in told["findings"]}
    assert checks == {
        *("config", "zone", "access", "disk", "database", "runs", "transport", "alerts", "mx"),
        *("spf", "dkim", "dmarc", "one-click", "clip", "headers", "source.pages", "clock"),
    }


def test_a_problem_makes_the_exit_code_and_says_what_to_do(home: Home) -> None:
    (home.folder / "site").write_text("in the way")
    answer = home.digest("-q", "doctor")
    assert answer.code == 1
    first, *rest = answer.out.splitlines()
    assert first.startswith("problem  access      archive.path: ")
    assert any(line.startswith("         do: make it writable") for line in rest)
    assert "ok" not in {line.split()[0] for line in answer.out.splitlines()}
    assert home.digest("doctor", "--json").json["ok"] is False


def test_a_warning_is_told_and_is_no_failure(home: Home) -> None:
    home.configure(PAGES + '[mail]\ntransport = "dry:"\n')
    answer = home.digest("-q", "doctor")
    assert (answer.code, answer.out.startswith("warning  transport")) == (0, True)
    assert home.digest("doctor", "--json").json["ok"] is True


def test_a_configuration_that_is_wrong_is_told_whole(home: Home) -> None:
    home.configure(PAGES + '[newsletter]\ntimezome = "UTC"\n[mail]\nconnections = 0\n')
    answer = home.digest("doctor", "--json")
    assert answer.code == 2
    assert {one["check"] for one in answer.json["findings"]} == {"config"}
    assert len(answer.json["findings"]) == 2
    answer = home.digest("-q", "doctor")
    assert (answer.code, "timezome" in answer.out, "timezone?" in answer.out) == (2, True, True)
    home.configure(PAGES + '[themes]\nfollow = ["no such theme"]\n')
    answer = home.digest("doctor")
    assert (answer.code, "no such theme" in answer.out) == (2, True)


def test_one_check_that_breaks_stops_no_other(home: Home, tmp_path: Path) -> None:
    (home.folder / "state").mkdir()
    (home.folder / "state" / "digest.db").write_bytes(b"no database at all " * 300)
    answer = home.digest("doctor", "--json")
    states = {one["check"]: one["state"] for one in answer.json["findings"]}
    assert (answer.code, states["database"]) == (1, "problem")
    assert (states["source.pages"], states["access"], states["zone"]) == ("ok", "ok", "ok")


def test_a_source_of_somebody_else_s_that_breaks_stops_no_other(
    home: Home, packages: Packages, tides: str
) -> None:
    packages.install("tide_source", changed("parse", "raise SystemExit(0)"))
    answer = packages.digest(configured(home, tides), "doctor", "--json")
    found = {one["check"]: one for one in answer.json["findings"]}
    assert (answer.code, found["source.pages"]["state"]) == (1, "ok")
    assert "the source itself is broken (SystemExit: 0)" in found["source.shore"]["found"]
    assert found["source.shore"]["do"] == "report this"


def test_no_secret_is_ever_told(
    home: Home, trusted: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    refusal = {"AUTH": [f"535 5.7.8 me@example.org and {name}" for name in "abc"]}
    with ScriptedSmtp(refusal, tls=server_tls(trusted), extensions=("AUTH PLAIN",)) as server:
        home.configure(
            PAGES + '[[source]]\nkind = "feed"\nname = "lab"\nurl = "http://example.org"\n'
            "[fetch]\nallow_private = true\n"
            f'[mail]\nto = ["jane@example.org"]\nfrom = "papers@machine"\n'
            f'transport = "smtp://me%40example.org@localhost:{server.port}"\n'
            'unsubscribe = "https://127.0.0.1:9/leave?id={token}"\n'
        )
        answers = [home.digest(*flags, now=MONDAY) for flags in (["doctor"], ["doctor", "--json"])]
    told = "".join(answer.out + answer.err for answer in answers)
    assert "refuses the log-in" in told
    for secret in ("sesame", "the-key-of", "hush", "silence", "jane@", "me@example", "me%40"):
        assert secret not in told
    assert json.loads(answers[1].out)["ok"] is False


def test_chats_without_apprise_are_a_problem(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.folder / "place").write_text("json://127.0.0.1:9")
    home.configure(PAGES + '[[channel]]\nkind = "chat"\nurl_file = "place"\n')
    told = home.digest("doctor", "--offline", "--json").json["findings"]
    assert [one["state"] for one in told if one["check"] == "alerts"] == ["ok"]
    monkeypatch.setitem(sys.modules, "apprise", None)
    told = home.digest("doctor", "--offline", "--json").json["findings"]
    [found] = [one for one in told if one["check"] == "alerts"]
    assert (found["state"], found["do"]) == ("problem", "pip install 'papertide[alerts]'")


def test_offline_nothing_beyond_the_machine_is_asked(home: Home) -> None:
    home.configure(PAGES + '[[source]]\nkind = "arxiv"\ncategories = ["cs.CL"]\n')
    told = home.digest("doctor", "--offline", "--json").json["findings"]
    states = {one["check"]: one["state"] for one in told}
    assert states["source.arxiv"] == states["mx"] == states["clock"] == "skipped"
    assert states["source.pages"] == "ok"
