"""Neither an address nor a secret gets into a log, in whatever form and however much is told."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from digest.logs import FORMS
from tests.bounces.reports import postfix
from tests.home import Home
from tests.logs.test_events import MORNING, log
from tests.pages import page
from tests.transport.scripted import ScriptedSmtp

SECRETS = {
    "password": "correct-horse-battery",
    "link_key": "the-key-of-all-the-links",
    "summary": "sk-summary-0123456789",
    "ping": "5e1f0000-ping-0000",
    "chat": "token-of-the-chat",
    "login": "feed-user-password",
    "query": "feed-api-key-123",
    "publish": "git-password-123",
    "hook": "key-of-the-webhook",
    "signing": "c2lnbmVk" * 5,
    "team": "password-of-the-team",
}
READERS = ("jane.doe@example.org", "joe@example.org", "left+me@example.org")


@pytest.fixture
def secretive(home: Home, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A newsletter with secrets wherever there may be one, of which most things fail."""
    httpserver.expect_request("/feed").respond_with_data("gone", status=404)
    httpserver.expect_request(f"/{SECRETS['hook']}").respond_with_data("", status=410)
    here = f"127.0.0.1:{httpserver.port}"
    feed = f"http://me:{SECRETS['login']}@{here}/feed?api_key={SECRETS['query']}"
    (home.folder / "chats").write_text(f"json://user:{SECRETS['chat']}@{here}/nobody\n")
    for name, value in {
        "SOURCE__LAB__URL": feed,
        "MAIL__PASSWORD": SECRETS["password"],
        "MAIL__LINK_KEY": SECRETS["link_key"],
        "SUMMARY__KEY": SECRETS["summary"],
        "ALERTS__PING": f"http://{here}/{SECRETS['ping']}",
        "CHANNEL__HOOK__URL": f"http://{here}/{SECRETS['hook']}",
        "CHANNEL__HOOK__SECRET": SECRETS["signing"],
        "CHANNEL__TEAM__URL": f"json://user:{SECRETS['team']}@{here}/nobody?rto=1",
        "ARCHIVE__PUBLISH": f"git:http://me:{SECRETS['publish']}@{here}/site.git#pages",
    }.items():
        monkeypatch.setenv(f"DIGEST_{name}", value)
    return home.configure(
        '[[source]]\nkind = "feed"\nname = "lab"\n'
        '[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'
        '[[channel]]\nkind = "webhook"\nname = "hook"\n'
        '[[channel]]\nkind = "chat"\nname = "team"\n'
        '[alerts]\nnotify_file = "chats"\n[fetch]\nallow_private = true\n'
        f'[summary]\nendpoint = "http://{here}/v1"\nmodel = "m"\n'
        f'[mail]\nfrom = "P <p@example.org>"\nto = {list(READERS)!r}\n'
        'unsubscribe = "https://example.org/leave?id={token}"\n'
    )


@pytest.mark.parametrize(
    "form", [FORMS[0], *(pytest.param(form, marks=pytest.mark.slow) for form in FORMS[1:])]
)
def test_no_log_tells_an_address_or_a_secret(secretive: Home, form: str) -> None:
    told = b64encode(f"\0user\0{SECRETS['password']}".encode()).decode()
    echo = " ".join(SECRETS.values())
    refusal = f"550 5.1.1 <{READERS[0]}> {echo} {told} see http://x/?id=abcdef"
    with ScriptedSmtp({f"RCPT {READERS[0]}": [refusal] * 9}) as server:
        log(secretive, form, f'transport = "{server.url}"\n')
        heard = [secretive.digest("-v", "run", now=MORNING)]
        heard.append(secretive.digest("-v", "deliver", "--force", now=MORNING))
        server.script["MAIL"] = [f"535 5.7.8 {READERS[1]} {SECRETS['password']} {told}"] * 9
        (secretive.folder / "pages" / "2.txt").write_text(page(9))
        days = [f"2026-01-{day:02}T07:30:00Z" for day in (6, 7)]
        heard += [secretive.digest("-v", "run", now=day) for day in days]
    inbox = bounced(secretive.folder)
    heard.append(secretive.digest("-v", "bounces", str(inbox), now=MORNING))
    errors = "".join(answer.err for answer in heard)
    assert "lab" in errors
    assert "alerts" in errors
    assert "channel hook: 2026-01-05: failed: " in errors
    assert "535 5.7.8" in errors
    assert "Traceback" not in errors
    for name, secret in {**SECRETS, "base64": told}.items():
        assert secret not in errors, name
    for address in READERS:
        assert address not in errors
        assert address.partition("@")[0] not in errors
    assert "abcdef" not in errors


def bounced(folder: Path) -> Path:
    """A Maildir with a report of mail to a reader that came back."""
    inbox = folder / "bounces"
    for name in ("cur", "new", "tmp"):
        (inbox / name).mkdir(parents=True)
    (inbox / "new" / "1").write_bytes(postfix(READERS[0]))
    return inbox
