"""A mail as bytes, made once an edition and then only filled in for each reader. Pure."""

from digest.message.dkim import Signer
from digest.message.event import event, event_id, signed
from digest.message.fields import mailto
from digest.message.invitation import Words, invitation
from digest.message.letter import Letter, Masthead, compose, message_id, ways_out
from digest.message.notice import notice

__all__ = [
    "Letter",
    "Masthead",
    "Signer",
    "Words",
    "compose",
    "event",
    "event_id",
    "invitation",
    "mailto",
    "message_id",
    "notice",
    "signed",
    "ways_out",
]
