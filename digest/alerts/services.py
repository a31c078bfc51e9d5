"""Messages to whatever Apprise knows: chats, phones, mail, and a hundred more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from digest import logs
from digest.alerts.telling import Message

LONGEST = 20.0  # seconds for each


def notify(urls: Sequence[str], message: Message) -> bool:
    """Give a message to every service; whether one took it. None of its URLs is told anywhere."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType  # slow to load

    # It logs what it was given and where to; what matters of that is said below.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    asset = AppriseAsset(app_id="Papertide", app_desc="Papertide", app_url="")

    def takes(url: str) -> bool:
        service = Apprise(asset=asset)
        return service.add(url) and bool(
            service.notify(
                message.text,
                title=message.title,
                notify_type=NotifyType.WARNING,
                body_format=NotifyFormat.TEXT,
                timeout=LONGEST,
            )
        )

    taken = [_told(place, takes, url) for place, url in enumerate(urls, start=1)]
    return any(taken)


def _told(place: int, takes: Callable[[str], bool], url: str) -> bool:
    try:
        taken = takes(url)
    except Exception:  # noqa: BLE001 - the fault of one service's plug-in ends no run
        taken = False
    if not taken:
        words = f"alerts.notify: the service at its place {place} did not take a message"
        logs.tell("alert.failed", words)
    return taken
