"""[[channel]]: every mistake is told at once, and no secret stands in the file or in a word."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest

from digest.config import TEMPLATE
from tests.channels.shop import SECRET
from tests.config.folder import HF, Folder

LAB = '[[channel]]\nkind = "webhook"\nname = "lab-1"\n'
GIVEN = {
    "DIGEST_CHANNEL__LAB_1__URL": "https://example.org/hook?key=hunter2",
    "DIGEST_CHANNEL__LAB_1__SECRET": SECRET,
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_the_environment_gives_addresses_and_secrets(folder: Folder) -> None:
    config = folder.load(HF + LAB, **GIVEN)
    [channel] = config.channels
    assert (channel.url, channel.secret) == (GIVEN["DIGEST_CHANNEL__LAB_1__URL"], b"secret" * 5)
    assert "hunter2" not in repr(config) + repr(channel)


def test_files_give_them_too_and_a_secret_needs_no_prefix(folder: Folder) -> None:
    (folder.path / "url").write_text("http://example.org/\n", encoding="utf-8")
    (folder.path / "secret").write_text(b64encode(b"x" * 24).decode() + "\n", encoding="utf-8")
    config = folder.load(f'{HF}{LAB}url_file = "url"\nsecret_file = "secret"\n')
    [channel] = config.channels
    assert (channel.url, channel.secret) == ("http://example.org/", b"x" * 24)


def test_every_mistake_is_told_at_once(folder: Folder) -> None:
    text = (
        f'{HF}{LAB}url = "https://example.org/hook?key=hunter2"\nperiod = "hourly"\nthems = []\n'
        '[[channel]]\nkind = "pigeon"\nname = "roof"\n'
        '[[channel]]\nkind = "chat"\nname = "The Team"\nmax_papers = 0\n'
        '[[channel]]\nkind = "chat"\nname = "team"\n'
    )
    environ = {
        "DIGEST_CHANNEL__TEAM__URL": "hunter2",
        "DIGEST_CHANNEL__LAB_1__SECRET": "hunter2",
    }
    problems = folder.problems(text, **environ)
    assert problems == [
        "channel.lab-1.thems: there is no such key; did you mean themes?",
        'channel.lab-1.period: must be "daily" or "weekly"',
        "channel.lab-1.url: does not belong in this file; set DIGEST_CHANNEL__LAB_1__URL or"
        " url_file",
        "DIGEST_CHANNEL__LAB_1__SECRET: must be 24 to 64 bytes in base64: `openssl rand -base64"
        " 32` makes them",
        "channel.roof.kind: must be one of: webhook, chat",
        "channel.The Team.name: must be lower-case letters, digits and single hyphens, such as"
        ' "daily-papers"',
        "channel.The Team.max_papers: must be at least 1",
        "DIGEST_CHANNEL__TEAM__URL: must be a place as Apprise writes it, such as"
        ' "ntfys://ntfy.sh/TOPIC"',
    ]


def test_what_a_channel_lacks_is_told(folder: Folder) -> None:
    chat = '[[channel]]\nkind = "chat"\nperiod = "weekly"\n'
    assert folder.problems(HF + LAB + chat) == [
        "channel.lab-1.url: is missing; set DIGEST_CHANNEL__LAB_1__URL or url_file",
        "channel.lab-1.secret: is missing; set DIGEST_CHANNEL__LAB_1__SECRET or secret_file",
        "channel.chat.url: is missing; set DIGEST_CHANNEL__CHAT__URL or url_file",
        "channel.chat.period: there are no weekly editions; set newsletter.weekly",
    ]


def test_no_two_channels_have_one_name(folder: Folder) -> None:
    assert folder.problems(HF + LAB + LAB, **GIVEN)[0] == (
        "channel.lab-1.name: an earlier channel has it; choose another"
    )


def test_the_templates_examples_work(folder: Folder) -> None:
    found = re.search(r"# \[\[channel.*?(?=\[fetch)", TEMPLATE, flags=re.DOTALL)
    assert found
    text = re.sub(r"^# (?=\[\[|[a-z_]+ = )", "", found[0], flags=re.MULTILINE)
    (folder.path / "lab.url").write_text("https://example.org/hook", encoding="utf-8")
    (folder.path / "lab.secret").write_text(SECRET, encoding="utf-8")
    (folder.path / "team.url").write_text("ntfys://ntfy.sh/papers", encoding="utf-8")
    config = folder.load(HF + text)
    assert [(one.kind, one.name) for one in config.channels] == [
        ("webhook", "lab"),
        ("chat", "team"),
    ]
