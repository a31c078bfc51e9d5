"""send-test: an edition to one address or channel, to see how it arrives."""

from __future__ import annotations

import argparse
import secrets

from digest import wiring
from digest.addresses import address_fault
from digest.cli import common
from digest.config import ChannelConfig, Config
from digest.errors import UsageError
from digest.model.deliveries import Answer, Ending
from digest.model.editions import FrozenEdition


def send_test(options: argparse.Namespace) -> int:
    """Send the newest edition, or that of --date, as a test. No book is kept of it."""
    config, address = common.configuration(options), options.address
    for channel in config.channels:
        if channel.name == address:
            return _test_channel(options, config, channel)
    if fault := address_fault(address):
        channels = "; no channel has that name" if config.channels else ""
        raise UsageError(f"ADDRESS {fault}{channels}")
    frozen = wiring.edition(config, options.date)
    answer = wiring.send_test(config, frozen, address, secrets.token_hex(8))
    return _told(options, frozen, answer, _how(config, answer))


def _test_channel(options: argparse.Namespace, config: Config, channel: ChannelConfig) -> int:
    frozen = wiring.edition(config, options.date)
    answer = wiring.test_channel(config, channel, frozen, secrets.token_hex(8))
    if answer is None:
        date = frozen.edition.date
        common.say(options, f"nothing in the edition of {date} is for {channel.name}")
        return 0
    return _told(options, frozen, answer, f"sent to {channel.name} as a test")


def _told(options: argparse.Namespace, frozen: FrozenEdition, answer: Answer, how: str) -> int:
    if answer.ending is not Ending.ACCEPTED:
        common.warn(f"the test is {answer.ending}: {_words(answer)}")
        return 1
    common.say(options, f"the edition of {frozen.edition.date} is {how}")
    return 0


def _how(config: Config, answer: Answer) -> str:
    """What becomes of a mail that was accepted."""
    scheme, _, folder = config.mail.transport.partition(":")
    kept = {
        "maildir": f"written into {folder} as a test; nothing left this machine",
        "dry": "made as a test and sent nowhere, as mail.transport says",
    }
    return kept.get(scheme, f"sent as a test: {_words(answer)}")


def _words(answer: Answer) -> str:
    return " ".join(filter(None, [str(answer.code or ""), answer.status, answer.text]))
