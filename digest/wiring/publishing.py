"""What publishes the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from digest.addresses import mailbox
from digest.config import Config
from digest.wiring.state import beside_state

if TYPE_CHECKING:
    from digest.archive.publishing import Publisher


def publisher(config: Config) -> Publisher | None:
    """Who brings the site to where `archive.publish` says; None where it says nothing."""
    if config.publish is None:
        return None
    from digest.archive.publishing import Publisher

    who = (config.newsletter.title, mailbox(config.mail.sender)[1])
    folder = Path(f"{beside_state(config)}.{config.newsletter.slug}.publishing")
    return Publisher(config.archive_path, folder, config.publish, who=who)
