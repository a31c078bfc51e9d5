"""The Maildir transport, proved by what lies in the folder."""

from __future__ import annotations

import mailbox
import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.errors import TransportDown
from digest.model.deliveries import DeliveryState
from digest.transport import transport_for
from digest.transport.maildir import Maildir

MESSAGE = b"Subject: Papers\r\nMessage-ID:\r\n <1@example.org>\r\n\r\nOne.\r\n"


def send(transport: Maildir, message: bytes = MESSAGE) -> DeliveryState:
    return transport.send(message, "a@example.org", "b@example.org", lambda: None).state


def test_a_message_becomes_one_whole_file_that_a_mail_reader_finds(tmp_path: Path) -> None:
    transport = transport_for(f"maildir:{tmp_path / 'out'}", None)
    assert send(transport) == DeliveryState.SENT
    (mail,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert mail["Message-ID"].strip() == "<1@example.org>"
    assert mail.get_payload() == "One.\n"
    assert not list((tmp_path / "out" / "tmp").iterdir())


def test_the_same_message_is_there_once_whatever_became_of_it(tmp_path: Path) -> None:
    send(Maildir(str(tmp_path)))
    send(Maildir(str(tmp_path)))
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "cur" / f"{file.name}:2,RS")
    transport = Maildir(str(tmp_path))
    assert send(transport) == send(transport) == DeliveryState.SENT
    assert not list((tmp_path / "new").iterdir())


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
    def lost() -> None:
        raise OSError("the ledger's own trouble")

    with pytest.raises(OSError, match="own trouble"):
        Maildir(str(tmp_path)).send(MESSAGE, "a@example.org", "b@example.org", lost)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_a_folder_that_cannot_be_is_nobody_s_fault(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(TransportDown, match=r"out: .*; check the folder"):
        send(Maildir(str(tmp_path / "out")))


@pytest.mark.parametrize(("point", "delivered"), [("before-dot", 0), ("after-dot", 1)])
def test_a_death_beside_the_rename_is_made_good_by_sending_again(
    tmp_path: Path, point: str, delivered: int
) -> None:
    program = (
        "import sys; from digest.transport import transport_for; "
        f"transport_for('maildir:' + sys.argv[1], None).send({MESSAGE!r}, '', '', lambda: None)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    died = subprocess.run(command, env=os.environ | {"DIGEST_FAILPOINT": point}, check=False)
    assert died.returncode == -9
    assert len(list((tmp_path / "new").iterdir())) == delivered
    subprocess.run(command, check=True)
    assert len(list((tmp_path / "new").iterdir())) == 1
    assert not list((tmp_path / "tmp").iterdir())
