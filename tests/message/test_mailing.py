"""From a configuration and an edition to messages: what settings and templates may not spoil."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from tests.home import Home
from tests.message import strict
from tests.message.letters import ed25519_key, parsed, pem
from tests.transport.scripted import ScriptedSmtp

MORNING = "2026-03-02T07:30:00Z"
PAGES = '[[source]]\nkind = "saved-page"\nname = "pages"\npath = "pages"\n'
MAIL = '[mail]\nfrom = "Papers <papers@example.org>"\nto = ["jane@example.org"]\n'
LINKS = """
unsubscribe = "https://example.org/newsletters/daily/leave?from=mail&reader={token}"
preferences = "https://example.org/readers/{token}?a='b'"
"""


@pytest.fixture
def linked(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A newsletter whose readers have links of their own."""
    monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", "sixteen letters!")
    return home.configure(PAGES + MAIL + LINKS)


def messages(home: Home) -> list[bytes]:
    return [file.read_bytes() for file in (home.folder / "outbox" / "new").iterdir()]


def with_template(home: Home, name: str, text: str) -> None:
    (home.folder / "looks").mkdir()
    (home.folder / "looks" / name).write_text(text, encoding="utf-8")
    home.configure(home.config.read_text() + '[templates]\npath = "looks"\n')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mail.txt.j2", "{{ footing.unsubscribe | wrap(5) }}"),
        ("mail.txt.j2", "{{ footing.unsubscribe | upper }}"),
        ("mail.txt.j2", "{{ footing.preferences | urlencode }}"),
        ("mail.html.j2", '<a href="{{ footing.unsubscribe | urlencode }}">Leave</a>'),
        ("mail.html.j2", "{{ footing.unsubscribe }} {{ footing.preferences[9:] }}"),
    ],
)
def test_a_template_that_breaks_a_readers_link_is_told(linked: Home, name: str, text: str) -> None:
    with_template(linked, name, text)
    answer = linked.digest("run", "--json", now=MORNING)
    assert answer.code == 2
    problem = f"{name}: breaks the unsubscribe or preferences link; print it as it is, in one piece"
    assert answer.err == f"digest: {problem}\n"
    assert not (linked.folder / "outbox" / "new").exists()


@pytest.mark.parametrize("name", ["mail.txt.j2", "mail.html.j2"])
@pytest.mark.parametrize(
    "text",
    [
        "no link at all",
        "{{ footing.unsubscribe }} {{ footing.unsubscribe }}",
        "<a href='{{ footing.preferences }}'>{{ footing.preferences }}</a>",
    ],
)
def test_a_template_may_have_a_readers_links_where_it_likes(
    linked: Home, name: str, text: str
) -> None:
    with_template(linked, name, text)
    assert linked.run(now=MORNING)["deliveries"]["sent"] == 1


def test_a_preview_shows_the_links_of_the_first_reader(linked: Home) -> None:
    linked.run(now=MORNING)
    (sent,) = messages(linked)
    read = strict.read(sent.replace(b"\n", b"\r\n"))
    assert linked.digest("preview", "--format", "text").out == read.text
    assert linked.digest("preview", "--format", "html").out == read.html
    linked.configure(PAGES + "[mail]" + LINKS)
    shown = [linked.digest("preview", "--format", form).out for form in ("text", "html", "eml")]
    shown[2] = strict.read(shown[2].replace("\n", "\r\n").encode()).text
    (nobodys,) = {re.findall(r"reader=([\w-]{22})", text)[0] for text in shown}
    assert f"reader={nobodys}" not in read.text


def test_newsletters_that_share_a_name_share_no_message(home: Home) -> None:
    for title, folder in (("One", "a"), ("Two", "b")):
        home.configure(
            f'[newsletter]\ntitle = "{title}"\n[state]\nurl = "sqlite:///{folder}/digest.db"\n'
            f'[archive]\npath = "{folder}"\n{PAGES}{MAIL}'
        )
        assert home.run(now=MORNING)["deliveries"]["sent"] == 1
    one, two = map(parsed, messages(home))
    assert one["Message-ID"] != two["Message-ID"]
    assert one.get_boundary() != two.get_boundary()


def test_no_line_is_too_long_whatever_the_addresses_and_links(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", "sixteen letters!")
    domain = ".".join(["d" * 62] * 4)
    start = "https://example.org/"
    site = start + "s" * (890 - len(start))
    home.configure(
        f'[newsletter]\nbase_url = "{site}"\n{PAGES}[mail]\n'
        f'from = "{"é" * 900} <{"😀" * 16}@{domain}>"\n'
        f'to = ["{"😀" * 16}@{domain}", "{"a" * 64}@{"d" * 255}"]\n'
        f'unsubscribe = "{start}{"u" * (900 - len(start) - 7)}{{token}}"\n'
    )
    assert home.run(now=MORNING)["deliveries"]["sent"] == 2
    lines = chain.from_iterable(message.split(b"\n") for message in messages(home))
    assert 900 < max(map(len, lines)) <= 998


FAULTS = {
    "a template": ("mail.txt.j2: ", '[templates]\npath = "looks"\n'),
    "a key": ("mail.dkim: the key cannot be read", '[mail.dkim]\nselector="s"\nkey_file="k.pem"\n'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_keeps_a_saved_edition_from_the_mail_takes_nothing_from_its_report(
    home: Home, fault: str
) -> None:
    words, settings = FAULTS[fault]
    (home.folder / "looks").mkdir()
    (home.folder / "looks" / "mail.txt.j2").write_text("{{ nothing.such }}")
    (home.folder / "k.pem").write_text(pem(ed25519_key()).replace("MC4CAQAw", "MC4CAQAx"))
    lost = '[[source]]\nkind = "saved-page"\nname = "lost"\npath = "nowhere"\n'
    home.configure(PAGES + lost + MAIL + settings)
    answer = home.digest("run", "--json", now=MORNING)
    assert (answer.code, answer.json["status"], answer.json["new"]) == (2, "published", 3)
    assert answer.json["deliveries"]["pending"] == 1
    assert answer.json["sources"]["lost"]["state"] == "failed"
    assert answer.json["trouble"].startswith(words)
    assert answer.err == f"digest: {answer.json['trouble']}\n"
    (run,) = home.digest("status", "--json", now=MORNING).json["runs"]
    assert run["status"] == "published"
    home.configure(PAGES + MAIL)
    assert home.run(now=MORNING)["deliveries"]["sent"] == 1


def test_a_person_reads_the_report_and_what_to_mend(home: Home) -> None:
    (home.folder / "looks").mkdir()
    (home.folder / "looks" / "mail.html.j2").write_text("{{ nothing.such }}")
    home.configure(PAGES + MAIL + '[templates]\npath = "looks"\n')
    answer = home.digest("run", now=MORNING)
    assert (answer.code, answer.out.splitlines()[0]) == (2, "2026-03-02: 3 new papers, 1 section")
    assert "  mail: 1 pending\n" in answer.out
    assert answer.err.startswith("digest: mail.html.j2: ")


def test_a_server_that_cannot_carry_the_senders_letters_charges_no_reader(home: Home) -> None:
    sender = 'from = "jürgen@example.org"\nto = ["a@example.org", "b@example.org"]\n'
    with ScriptedSmtp() as server:
        home.configure(f'{PAGES}[mail]\n{sender}transport = "{server.url}"\n')
        answer = home.digest("run", "--json", now=MORNING)
        assert (answer.code, answer.json["deliveries"]["pending"]) == (1, 2)
        assert "beyond ASCII in mail.from" in answer.err
        home.configure(home.config.read_text().replace("ü", "u"))
        assert home.run(now=MORNING)["deliveries"]["sent"] == 2
    assert len(server.accepted) == 2
