"""send-test: an edition to one address, to see how it arrives."""

from __future__ import annotations

import argparse
import secrets

from digest import wiring
from digest.addresses import address_fault
from digest.cli import common
from digest.errors import UsageError
from digest.model.deliveries import Ending


def send_test(options: argparse.Namespace) -> int:
    """Send the newest edition, or that of --date, to an address. No book is kept of it."""
    if fault := address_fault(options.address):
        raise UsageError(f"ADDRESS {fault}")
    config = common.configuration(options)
    frozen = wiring.edition(config, options.date)
    answer = wiring.send_test(config, frozen, options.address, secrets.token_hex(8))
    words = " ".join(filter(None, [str(answer.code or ""), answer.status, answer.text]))
    if answer.ending is not Ending.ACCEPTED:
        common.warn(f"the test is {answer.ending}: {words}")
        return 1
    scheme, _, folder = config.mail.transport.partition(":")
    kept = {
        "maildir": f"written into {folder} as a test; nothing left this machine",
        "dry": "made as a test and sent nowhere, as mail.transport says",
    }
    how = kept.get(scheme, f"sent as a test: {words}")
    common.say(options, f"the edition of {frozen.edition.date} is {how}")
    return 0
