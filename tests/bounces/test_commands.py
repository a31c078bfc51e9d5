"""`digest bounces`: a Maildir or a pipe is read to its end, and nothing counts twice or is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.config import load
from digest.delivery.links import mail_links
from digest.delivery.stopping import Stop
from digest.model.readers import Consent, Subscriber
from digest.model.signups import Limits, SignUp
from digest.store.engine import open_store
from digest.wiring.serving import link_post
from tests.bounces import reports
from tests.bounces.conftest import KEY, PATTERN, SLUG, Desk
from tests.home import Home
from tests.store.records import day
from tests.transport.scripted import ScriptedSmtp

NOW = "2026-03-02T08:00:00Z"
READERS = [f"reader{number}@example.org" for number in range(5)]
NONE = {
    "hard": 0,
    "soft": 0,
    "complaints": 0,
    "left": 0,
    "policy": 0,
    "ignored": 0,
    "unknown": 0,
    "not_ours": 0,
}


@pytest.fixture
def post(tmp_path: Path) -> Home:
    """A newsletter whose reports lie in the Maildir `returned`."""
    home = Home(tmp_path / "home")
    (home.folder / "key").write_text(KEY)
    for folder in ("new", "cur", "tmp"):
        (home.folder / "returned" / folder).mkdir(parents=True)
    return home.configure(
        f'[newsletter]\nslug = "{SLUG}"\n[[source]]\nkind = "huggingface"\n'
        f'[mail]\nfrom = "Papers <papers@papers.example>"\nreturn_path = "{PATTERN}"\n'
        'link_key_file = "key"\n'
    )


@pytest.fixture
def desk(post: Home) -> Iterator[Desk]:
    url = f"sqlite:///{post.folder}/state/digest.db"
    with closing(open_store(url)) as store:
        desk = Desk(store, url)
        desk.publish(day(1))
        desk.join(*READERS)
        yield desk


def put(home: Home, *raws: bytes) -> None:
    for number, raw in enumerate(raws):
        (home.folder / "returned" / "new" / f"{number:03}.host").write_bytes(raw)


def lying(home: Home, folder: str) -> list[str]:
    return sorted(file.name for file in (home.folder / "returned" / folder).iterdir())


def hard(desk: Desk, number: int) -> bytes:
    reader = READERS[number]
    return reports.postfix(reader, returned=desk.letter(reader), identifier=f"{number}@mx.example")


def piped(home: Home, raw: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(home.config)]
    return subprocess.run(
        [*command, "--now", NOW, "bounces", "-", "--json"],
        input=raw,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_the_messages_of_a_maildir_are_counted_and_moved(post: Home, desk: Desk) -> None:
    mail = desk.letter(READERS[1])
    put(
        post,
        hard(desk, 0),
        reports.complaint(READERS[1], mail),
        reports.postfix(READERS[2], returned="", to=desk.return_path(READERS[2])),
        reports.out_of_office(READERS[3]),
        b"Subject: Please unsubscribe me\n\nThank you.\n",
        reports.postfix(READERS[4]),
        reports.postfix(READERS[4], "5.7.1", "550 5.7.1 spam", returned=desk.letter(READERS[4])),
    )
    answer = post.digest("bounces", str(post.folder / "returned"), "--json", now=NOW)
    assert answer.code == 0, answer.err
    assert answer.json == NONE | {
        "hard": 2,
        "complaints": 1,
        "policy": 1,
        "ignored": 1,
        "unknown": 1,
        "not_ours": 1,
        "refusals": ["550 5.7.1 spam"],
    }
    assert lying(post, "new") == []
    seen = {number: f"{number:03}.host:2,S" for number in (0, 1, 2, 3, 6)}
    unseen = {number: f"{number:03}.host:2," for number in (4, 5)}
    assert lying(post, "cur") == sorted([*seen.values(), *unseen.values()])
    states = [desk.state(reader) for reader in READERS]
    assert states[:3] == [Consent.BOUNCED, Consent.COMPLAINED, Consent.BOUNCED]
    assert states[3:] == 2 * [Consent.ACTIVE]


def test_what_was_read_is_left_alone(post: Home, desk: Desk) -> None:
    (post.folder / "returned" / "cur" / "1.host:2,S").write_bytes(hard(desk, 0))
    (post.folder / "returned" / "new" / ".hidden").write_bytes(hard(desk, 0))
    (post.folder / "returned" / "new" / "folder").mkdir()
    answer = post.digest("bounces", str(post.folder / "returned"), now=NOW)
    assert (answer.code, answer.out) == (0, "0 messages read\n")
    assert lying(post, "cur") == ["1.host:2,S"]


def test_more_messages_than_one_transaction_takes_are_all_read(post: Home, desk: Desk) -> None:
    put(post, *([hard(desk, number) for number in range(5)] * 90))
    answer = post.digest("bounces", str(post.folder / "returned"), now=NOW)
    assert answer.out == "450 messages read: 5 hard, 445 to ignore\n"
    assert (lying(post, "new"), len(lying(post, "cur"))) == ([], 450)


@pytest.mark.parametrize("point", ["before-charge", "after-charge"])
def test_a_death_between_charging_and_moving_loses_nothing_and_doubles_nothing(
    post: Home, desk: Desk, point: str
) -> None:
    full = [
        reports.postfix(
            reader,
            "5.2.2",
            "552 5.2.2 full",
            returned=desk.letter(reader),
            identifier=f"{reader}@mx",
        )
        for reader in READERS
    ]
    put(post, *full, *[b"Subject: Hello\n\nthere\n"] * 250)
    died = post.process("bounces", str(post.folder / "returned"), now=NOW, DIGEST_FAILPOINT=point)
    assert died.code == -9, died.err
    assert len(lying(post, "new")) == 255
    post.digest("bounces", str(post.folder / "returned"), now=NOW)
    assert (lying(post, "new"), len(lying(post, "cur"))) == ([], 255)
    with desk.store.reading() as connection:
        assert connection.rows("SELECT DISTINCT score FROM reader") == [(1.0,)]


def test_two_at_work_in_one_maildir_count_each_message_once(post: Home, desk: Desk) -> None:
    put(post, *(hard(desk, number) for number in range(5)), *[b"Subject: Hello\n\n"] * 600)
    folder = str(post.folder / "returned")
    both = [post.start("bounces", folder, "--json", now=NOW) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
    assert (lying(post, "new"), len(lying(post, "cur"))) == ([], 605)
    assert [desk.state(reader) for reader in READERS] == 5 * [Consent.BOUNCED]


def test_a_folder_that_is_no_maildir_is_refused(post: Home, desk: Desk) -> None:
    answer = post.digest("bounces", str(post.folder), now=NOW)
    assert (answer.code, "is no Maildir" in answer.err) == (2, True)


def test_a_message_that_cannot_be_moved_is_told_and_counts_once(post: Home, desk: Desk) -> None:
    put(post, hard(desk, 0))
    (post.folder / "returned" / "cur" / "000.host:2,S").mkdir()
    for _ in range(2):
        answer = post.digest("bounces", str(post.folder / "returned"), now=NOW)
        assert (answer.code, "cannot be moved" in answer.err) == (1, True)
    assert answer.out == "1 message read: 1 to ignore\n"


def test_a_piped_message_counts_once_and_is_never_given_back(post: Home, desk: Desk) -> None:
    raw = b"From MAILER-DAEMON Mon Mar  2 07:31:00 2026\n" + hard(desk, 0)
    for expected in ("hard", "ignored"):
        done = piped(post, raw)
        assert (done.returncode, done.stderr) == (0, b"")
        assert f'"{expected}": 1'.encode() in done.stdout
    for other in (b"", b"Hello", b"x" * 5_000_000, reports.postfix()):
        assert piped(post, other).returncode == 0
    assert desk.state(READERS[0]) is Consent.BOUNCED


def test_a_piped_message_is_to_come_again_where_it_cannot_be_kept(post: Home) -> None:
    assert piped(post, reports.postfix()).returncode == 75  # nothing was run yet
    (post.folder / "state").mkdir()
    (post.folder / "state" / "digest.db").write_bytes(b"no database" * 1_000)
    done = piped(post, reports.postfix())
    assert (done.returncode, b"is damaged" in done.stderr) == (75, True)
    post.config.write_text("[mail]\nfrom = 1\n")
    done = piped(post, reports.postfix())
    assert (done.returncode, b"mail.from" in done.stderr) == (75, True)


def test_a_report_of_a_mail_that_went_out_is_joined_to_its_reader(home: Home) -> None:
    home.run(now="2026-01-05T07:30:00Z")
    sent = next((home.folder / "outbox" / "new").iterdir()).read_text()
    reader = "jane@example.org" if "To: jane" in sent else "joe@example.org"
    raw = reports.postfix(reader, returned=sent.replace("\r\n", "\n"))
    for folder in ("new", "cur"):
        (home.folder / "returned" / folder).mkdir(parents=True)
    put(home, raw)
    answer = home.digest("bounces", str(home.folder / "returned"), now="2026-01-05T08:00:00Z")
    assert answer.out == "1 message read: 1 hard\n"


def test_a_mail_to_confirm_that_came_back_is_told_to_the_return_path_and_charges_nobody(
    post: Home, desk: Desk
) -> None:
    reader = READERS[0]
    with ScriptedSmtp() as server:
        settings = post.config.read_text()
        web = '[web]\nurl = "https://papers.example"\n'
        post.configure(f'{settings}transport = "{server.url}"\n{web}')
        asked = Subscriber(address=reader, state=Consent.PENDING)
        one = SignUp(reader=asked, network="192.0.2.7", nonce="a nonce")
        desk.store.sign_up(SLUG, [one], Limits(), desk.now)
        config = load(post.config, {})
        with link_post(config, desk.store, lambda: desk.now, Stop(time.monotonic)) as links:
            assert mail_links(links) == 1
    [mail] = server.accepted
    before, _, after = PATTERN.partition("{reader}")
    assert mail.sender.startswith(before)
    assert mail.sender.endswith(after)
    returned = mail.message.decode().replace("\r\n", "\n")
    put(post, reports.postfix(reader, returned=returned, To=mail.sender))
    told = post.digest("bounces", str(post.folder / "returned"), "--json", now=NOW).json
    assert told == NONE | {"not_ours": 1}
    assert desk.state(reader) is Consent.ACTIVE
