"""The sendmail transport, proved by what commands were given."""

from __future__ import annotations

import math
import os
import stat
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from digest.errors import TransportDown
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport import transport_for
from digest.transport.sendmail import Sendmail
from tests.transport.conftest import MESSAGE, READER, SENDER, Books, give

READERS = [f"reader{number}@example.org" for number in range(1, 8)]


class Command:
    """A sendmail that notes what it is given, in files of its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "sendmail"

    def does(self, ending: str) -> str:
        """Write the command; `ending` is what the shell does last. Returns how it is called."""
        self.path.write_text(
            f'#!/bin/sh\ncd {self.folder}\necho "$@" >> calls\ncat > "message.$6"\n{ending}\n'
        )
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)
        return f"'{self.path}' -v"

    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def test_each_message_goes_to_a_command_of_its_own(command: Command, books: Books) -> None:
    transport = transport_for(f"sendmail:{command.does('exit 0')}", None)
    transport.carry(books.parcels(READERS), books.turn)
    transport.close()
    assert command.calls() == [f"-v -i -f {SENDER} -- {reader}" for reader in READERS]
    for reader in READERS:
        assert (command.folder / f"message.{reader}").read_bytes() == MESSAGE.replace(
            b"\r\n", b"\n"
        )
    assert set(books.told.values()) == {Answer(Ending.ACCEPTED)}
    assert books.turns == len(READERS) + 1


@pytest.mark.parametrize(
    ("status", "code", "enhanced"),
    [(65, 554, "5.6.0"), (67, 550, "5.1.1"), (68, 550, "5.1.2"), (75, 451, "4.3.0")],
)
def test_an_exit_status_refuses_this_message_alone(
    status: int, code: int, enhanced: str, command: Command, books: Books
) -> None:
    ending = f'echo "no, $6: really" >&2; test "$6" != {READERS[1]} || exit {status}'
    Sendmail(command.does(ending)).carry(books.parcels(READERS[:3]), books.turn)
    assert books.told[READERS[1]] == Answer(
        Ending.REFUSED, code, enhanced, f"exit status {status}: no, <address>: really", status == 65
    )
    assert books.those(Ending.ACCEPTED) == {READERS[0], READERS[2]}


def test_another_exit_status_is_no_reader_s_fault_and_five_are_enough(
    command: Command, books: Books
) -> None:
    with pytest.raises(TransportDown, match="sendmail failed for 5 messages in a row"):
        Sendmail(command.does("exit 69")).carry(books.parcels(READERS), books.turn)
    assert set(books.told.values()) == {Answer(Ending.BROKEN, text="exit status 69")}
    assert len(books.told) == len(books.given) == len(command.calls()) == 5


def test_an_acceptance_between_starts_the_count_anew(command: Command, books: Books) -> None:
    ending = f'test "$6" = {READERS[3]}'
    Sendmail(command.does(ending)).carry(books.parcels(READERS), books.turn)
    assert len(books.those(Ending.BROKEN)) == 6


def test_a_command_that_cannot_be_run_charges_nobody(command: Command, books: Books) -> None:
    command.does("exit 0")
    command.path.chmod(0o644)
    for line in (str(command.path), str(command.folder / "nothing"), str(command.folder)):
        with pytest.raises(TransportDown, match=r"is no command .*mail\.transport"):
            give(Sendmail(line), books)
    assert not books.turns


def test_what_cannot_be_started_after_all_is_told_as_broken(command: Command, books: Books) -> None:
    command.path.write_bytes(b"\x7fELF nothing of the kind")
    command.path.chmod(0o755)
    assert give(Sendmail(str(command.path)), books).ending is Ending.BROKEN


@pytest.mark.parametrize("ending", ["kill -9 $$", "exit 137"])
def test_a_command_that_was_killed_may_have_taken_the_message(
    ending: str, command: Command, books: Books
) -> None:
    assert give(Sendmail(command.does(ending)), books).ending is Ending.LOST


def is_gone(command: Command) -> bool:
    """Whether the child that a command left notes of is dead, or is so soon."""
    process = Path("/proc", (command.folder / "child").read_text().strip(), "stat")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            if process.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


SLOW = "sleep 30 & echo $! > child; wait"


def test_a_command_that_takes_too_long_is_ended_with_all_its_children(
    command: Command, books: Books
) -> None:
    transport = Sendmail(command.does(SLOW), timeout=1.0)
    assert give(transport, books).ending is Ending.LOST
    assert is_gone(command)


def test_a_hurry_ends_the_command_in_hand_and_begins_no_other(
    command: Command, books: Books
) -> None:
    end = math.inf

    def hurry() -> float:
        nonlocal end
        if (command.folder / "child").exists():
            end = min(end, time.monotonic() + 0.3)
        return end - time.monotonic()

    start = time.monotonic()
    Sendmail(command.does(SLOW), hurry=hurry).carry(books.parcels(READERS), books.turn)
    assert books.endings() == {READERS[0]: Ending.LOST}
    assert time.monotonic() - start < 5
    assert is_gone(command)


def test_a_message_that_may_not_go_is_never_given(command: Command) -> None:
    books = Books(held=READERS[:1])
    Sendmail(command.does("exit 0")).carry(books.parcels(READERS[:2]), books.turn)
    assert set(books.told) == {READERS[1]}
    assert len(command.calls()) == 1


def test_an_address_never_becomes_an_option_or_another_command(
    command: Command, books: Books
) -> None:
    transport = Sendmail(command.does("exit 0"))
    reader = "-oQ/tmp;$(touch$IFS.x)@example.org"
    assert give(transport, books, reader=reader).ending is Ending.ACCEPTED
    assert command.calls() == [f"-v -i -f {SENDER} -- {reader}"]
    refused = give(transport, books, reader="nobody")
    assert (refused.ending, refused.status) == (Ending.REFUSED, "5.1.3")
    with pytest.raises(TransportDown, match=r"mail\.from"):
        give(transport, Books(), sender="nobody")
    assert len(command.calls()) == 1


@pytest.mark.parametrize(("point", "given"), [("before-dot", 0), ("after-dot", 1)])
def test_a_sudden_death_leaves_a_whole_message_or_none(
    point: str, given: int, command: Command
) -> None:
    program = (
        "import sys; from digest.model.deliveries import Parcel; "
        "from digest.transport import transport_for; "
        f"parcel = Parcel({SENDER!r}, {READER!r}, ({MESSAGE!r} * 5000,)); "
        "transport_for('sendmail:' + sys.argv[1], None)"
        ".carry(iter([parcel]), lambda done, ready: ready)"
    )
    line = [sys.executable, "-c", program, command.does("touch finished")]
    died = subprocess.run(line, env=os.environ | {"DIGEST_FAILPOINT": point}, check=False)
    assert died.returncode == -9
    end = time.monotonic() + 10
    while given and time.monotonic() < end and not (command.folder / "finished").exists():
        time.sleep(0.01)
    sizes = [file.stat().st_size for file in command.folder.glob("message.*")]
    assert sizes == [len(MESSAGE.replace(b"\r\n", b"\n")) * 5000] * given


def test_the_answer_to_one_message_is_told_before_the_next_is_given(command: Command) -> None:
    calls: list[int] = []

    def turn(done: Sequence[tuple[Parcel, Answer]], ready: Sequence[Parcel]) -> Collection[Parcel]:
        calls.append(len(command.calls()))
        assert len(done) == min(len(calls) - 1, 1)
        return ready

    Sendmail(command.does("exit 0")).carry(Books().parcels(READERS[:3]), turn)
    assert calls == [0, 1, 2, 3]
