"""The Maildir transport, proved by what lies in the folder."""

from __future__ import annotations

import mailbox
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.errors import TransportDown
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport import transport_for
from digest.transport.maildir import Maildir
from tests.transport.conftest import Books, give

MESSAGE = b"Subject: Papers\r\nMessage-ID:\r\n <1@example.org>\r\n\r\nOne.\r\n"
READERS = [f"reader{number}@example.org" for number in range(50)]


def numbered(books: Books, readers: Sequence[str]) -> list[Parcel]:
    """A message of its own for each."""
    return [
        parcel._replace(parts=(MESSAGE.replace(b"<1@", b"<%d@" % number),))
        for number, parcel in enumerate(books.parcels(readers))
    ]


def send(transport: Maildir, message: bytes = MESSAGE) -> Ending:
    return give(transport, Books(), message).ending


def test_a_message_becomes_one_whole_file_that_a_mail_reader_finds(
    tmp_path: Path, books: Books
) -> None:
    transport = transport_for(f"maildir:{tmp_path / 'out'}", None)
    assert give(transport, books, MESSAGE).ending is Ending.ACCEPTED
    (mail,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert mail["Message-ID"].strip() == "<1@example.org>"
    assert mail.get_payload() == "One.\n"
    assert not list((tmp_path / "out" / "tmp").iterdir())


def test_many_messages_are_told_of_in_few_turns(tmp_path: Path, books: Books) -> None:
    Maildir(str(tmp_path)).carry(iter(numbered(books, READERS)), books.turn)
    assert books.given == READERS
    assert books.those(Ending.ACCEPTED) == set(READERS)
    assert len(list((tmp_path / "new").iterdir())) == len(READERS)
    assert books.turns < 5


def test_a_message_that_may_not_go_is_not_there(tmp_path: Path) -> None:
    books = Books(held=READERS[3:5])
    Maildir(str(tmp_path)).carry(iter(numbered(books, READERS)), books.turn)
    assert set(READERS) - set(books.told) == set(READERS[3:5])
    assert len(list((tmp_path / "new").iterdir())) == len(READERS) - 2
    assert not list((tmp_path / "tmp").iterdir())


def test_the_same_message_is_there_once_whatever_became_of_it(tmp_path: Path) -> None:
    send(Maildir(str(tmp_path)))
    send(Maildir(str(tmp_path)))
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "cur" / f"{file.name}:2,RS")
    transport = Maildir(str(tmp_path))
    assert give(transport, Books(), MESSAGE) == Answer(Ending.ACCEPTED, text="was there already")
    assert send(transport) is Ending.ACCEPTED
    assert not list((tmp_path / "new").iterdir())


def test_the_same_message_twice_at_once_is_there_once(tmp_path: Path, books: Books) -> None:
    Maildir(str(tmp_path)).carry(books.parcels(READERS[:2], MESSAGE), books.turn)
    assert [answer.text for answer in books.told.values()] == ["", "was there already"]
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_another_message_id_is_another_message(tmp_path: Path) -> None:
    transport = Maildir(str(tmp_path))
    send(transport)
    send(transport, MESSAGE.replace(b"<1@", b"<2@"))
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_a_message_is_the_same_under_a_domain_that_was_mended(tmp_path: Path) -> None:
    transport = Maildir(str(tmp_path))
    send(transport)
    send(transport, MESSAGE.replace(b"example.org>", b"example.com>"))
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_a_message_id_in_the_body_names_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        send(Maildir(str(tmp_path)), b"Subject: x\r\n\r\nMessage-ID: <1@example.org>\r\n")


def test_an_exception_of_the_ledger_leaves_nothing(tmp_path: Path) -> None:
    def lost(*_: object) -> list[Parcel]:
        raise OSError("the ledger's own trouble")

    with pytest.raises(OSError, match="own trouble"):
        Maildir(str(tmp_path)).carry(Books().parcels(READERS, MESSAGE), lost)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_trouble_with_the_readers_lets_what_is_there_be_told(tmp_path: Path, books: Books) -> None:
    def parcels() -> object:
        yield from numbered(books, READERS[:20])
        raise OSError("the ledger's own trouble")

    with pytest.raises(OSError, match="own trouble"):
        Maildir(str(tmp_path)).carry(parcels(), books.turn)  # type: ignore[arg-type]
    assert books.those(Ending.ACCEPTED) == set(READERS[:20])


def test_a_folder_that_cannot_be_is_nobody_s_fault(tmp_path: Path, books: Books) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(TransportDown, match=r"out: .*; check the folder"):
        give(Maildir(str(tmp_path / "out")), books, MESSAGE)
    assert not books.turns


def test_no_message_is_begun_in_a_hurry(tmp_path: Path, books: Books) -> None:
    Maildir(str(tmp_path), hurry=lambda: 8.0).carry(books.parcels(READERS), books.turn)
    assert (books.taken, books.turns) == ([], 0)


@pytest.mark.parametrize(("point", "delivered"), [("before-dot", 0), ("after-dot", 1)])
def test_a_death_beside_the_rename_is_made_good_by_sending_again(
    tmp_path: Path, point: str, delivered: int
) -> None:
    program = (
        "import sys; from digest.model.deliveries import Parcel; "
        "from digest.transport import transport_for; "
        f"parcel = Parcel('', '', ({MESSAGE!r},)); "
        "transport_for('maildir:' + sys.argv[1], None)"
        ".carry(iter([parcel]), lambda done, ready: ready)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    died = subprocess.run(command, env=os.environ | {"DIGEST_FAILPOINT": point}, check=False)
    assert died.returncode == -9
    assert len(list((tmp_path / "new").iterdir())) == delivered
    subprocess.run(command, check=True)
    assert len(list((tmp_path / "new").iterdir())) == 1
    assert not list((tmp_path / "tmp").iterdir())
