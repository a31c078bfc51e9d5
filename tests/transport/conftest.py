"""A message, and someone who counts how often it was about to be given away."""

from __future__ import annotations

import pytest

from digest.model.deliveries import Result
from digest.transport.smtp import Smtp
from tests.transport.scripted import ScriptedSmtp

SENDER = "papers@example.org"


READER = "jane@example.org"


MESSAGE = b"Message-ID: <1@example.org>\r\nSubject: Papers\r\n\r\nOne.\r\n.two\r\n..three\r\n"


class Handed(list[int]):
    """Counts how often the transport said that the message is about to be given away."""

    def __call__(self) -> None:
        self.append(1)


def give(smtp: Smtp, handed: Handed, message: bytes = MESSAGE, reader: str = READER) -> Result:
    return smtp.send(message, SENDER, reader, handed)


def send_once(server: ScriptedSmtp, handed: Handed, **options: float) -> Result:
    smtp = Smtp(server.url, None, **options)
    try:
        return give(smtp, handed)
    finally:
        smtp.close()


@pytest.fixture
def handed() -> Handed:
    return Handed()
