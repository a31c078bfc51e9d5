"""The newest edition as it is mailed: its size, and the headers to leave by, byte for byte."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import closing

from digest import wiring
from digest.config import Config
from digest.config.mail_checks import SLOT
from digest.doctor import judging
from digest.doctor.examination import Case
from digest.doctor.findings import Finding, skipped
from digest.doctor.state import is_ready
from digest.mailing import first_reader
from digest.model.editions import FrozenEdition
from digest.tokens import token


def letter(case: Case) -> Iterator[Finding]:
    """The message to the first reader. Raises ConfigError where none can be made."""
    config = case.config
    frozen = _newest(config)
    if frozen is None:
        for check in ("clip", "headers"):
            yield skipped(check, "there is no edition yet", "digest run makes it")
        return
    message = wiring.letters(config, frozen)(first_reader(config))
    yield judging.size(frozen.edition.date.isoformat(), _html(message))
    lines = _lines(message, b"list-unsubscribe")
    yield judging.list_headers(lines, _ways(config), leaving=judging.leaves(config))


def _newest(config: Config) -> FrozenEdition | None:
    if not is_ready(config):
        return None
    with closing(wiring.kept_store(config)) as store:
        return store.edition(config.newsletter.slug)


def _html(message: bytes) -> int:
    """The bytes of the HTML part as it is sent."""
    parts = email.message_from_bytes(message).walk()
    return sum(
        len(str(one.get_payload())) for one in parts if one.get_content_type() == "text/html"
    )


def _lines(message: bytes, name: bytes) -> list[bytes]:
    """The physical lines of the headers whose names begin so."""
    head = message.partition(b"\r\n\r\n")[0]
    fields = re.split(rb"\r\n(?![ \t])", head)
    return [line for one in fields if one.lower().startswith(name) for line in one.split(b"\r\n")]


def _ways(config: Config) -> list[str]:
    """The links that the first reader's mail offers to leave by."""
    mail = config.mail
    own = token(mail.link_key, config.newsletter.slug, first_reader(config))
    ways = (mail.unsubscribe, mail.unsubscribe_by_mail)
    return [way.replace(SLOT, own) for way in ways if way]
