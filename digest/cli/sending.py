"""send-test: an edition to one address, to see how it arrives."""

from __future__ import annotations

import argparse
import secrets

from digest import wiring
from digest.addresses import address_fault
from digest.cli import common
from digest.errors import UsageError
from digest.model.deliveries import DeliveryState


def send_test(options: argparse.Namespace) -> int:
    """Send the newest edition, or that of --date, to an address. No book is kept of it."""
    if fault := address_fault(options.address):
        raise UsageError(f"ADDRESS {fault}")
    config = common.configuration(options)
    frozen = wiring.edition(config, options.date)
    result = wiring.send_test(config, frozen, options.address, secrets.token_hex(8))
    if result.state is not DeliveryState.SENT:
        common.warn(f"the test ended as {result.state}: {result.code}")
        return 1
    scheme, _, folder = config.mail.transport.partition(":")
    if scheme == "maildir":
        how = f"written into {folder} as a test; nothing left this machine"
    else:
        how = f"sent as a test: {result.code}"
    common.say(options, f"the edition of {frozen.edition.date} is {how}")
    return 0
