"""A parcel as SMTP takes it: the commands of its envelope, and what they need of a server."""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.addresses import wire
from digest.errors import TransportDown
from digest.model.deliveries import Answer, Ending, Parcel
from digest.transport.bodies import dotted

_SENDABLE = re.compile(r"[^\x00-\x20\x7f<>]+@[^\x00-\x20\x7f<>@]+")
_NO_ADDRESS = Answer(Ending.REFUSED, 553, "5.1.3", "not an address that SMTP can carry")


class Letter(NamedTuple):
    """What is said of one message."""

    mail: bytes  # MAIL with its parameters
    rcpt: bytes
    body: bytes  # all that comes between DATA and the final dot
    needs: tuple[str, ...]  # the extensions without which it cannot be said


def unsendable(parcel: Parcel) -> Answer | None:
    """The refusal of a recipient that no server could be told.

    Raises TransportDown for such a sender, which is no reader's fault.
    """
    if not _SENDABLE.fullmatch(parcel.sender):
        raise TransportDown("mail.from: not an address that SMTP can carry; mend it")
    return None if _SENDABLE.fullmatch(parcel.recipient) else _NO_ADDRESS


def letter(parcel: Parcel) -> Letter:
    """What is said of a parcel that can be sent."""
    sender, recipient = wire(parcel.sender), wire(parcel.recipient)
    wanted = _wanted(parcel, sender, recipient)
    mail = " ".join([f"MAIL FROM:<{sender}>", *wanted.values()])
    return Letter(
        f"{mail}\r\n".encode(),
        f"RCPT TO:<{recipient}>\r\n".encode(),
        dotted(parcel.parts),
        tuple(wanted),
    )


def missing(extension: str, parcel: Parcel, host: str) -> Answer:
    """What it means that a server lacks an extension.

    Raises TransportDown where no reader is the reason.
    """
    if wire(parcel.recipient).isascii():
        raise TransportDown(
            f"{host} does not offer {extension}, and so takes no letters beyond ASCII in"
            " mail.from, mail.sender or mail.reply_to; take them out or use another server"
        )
    text = f"needs {extension}, which the server does not offer"
    return Answer(Ending.REFUSED, 553, "5.6.7", text)


def _wanted(parcel: Parcel, sender: str, recipient: str) -> dict[str, str]:
    """The extensions a message needs, with the parameter of MAIL that uses each.

    RFC 6531 (SMTPUTF8) for addresses and headers, RFC 6152 (8BITMIME) for the rest.
    """
    ascii_message = all(part.isascii() for part in parcel.parts)
    headers = ascii_message or parcel.message.partition(b"\r\n\r\n")[0].isascii()
    wanted = {}
    if not (sender.isascii() and recipient.isascii() and headers):
        wanted["SMTPUTF8"] = "SMTPUTF8"
    if not ascii_message:
        wanted["8BITMIME"] = "BODY=8BITMIME"
    return wanted
