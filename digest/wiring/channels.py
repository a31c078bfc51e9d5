"""What brings editions to channels."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from digest.config import ChannelConfig, Config
from digest.wiring.making import environment, taxonomy

if TYPE_CHECKING:
    from digest.announcing import Announcer
    from digest.delivery import PostOffice
    from digest.delivery.office import Build, Press
    from digest.model.deliveries import Answer
    from digest.model.editions import FrozenEdition
    from digest.ports import Transport


def channel_offices(config: Config, office: PostOffice) -> Iterator[PostOffice]:
    """The readers' post office as one of each channel that has got editions, one after another."""
    from digest.delivery.verdict import post_verdict

    numbers = office.store.channels(office.newsletter)
    for channel in config.channels:
        if channel.name not in numbers:
            continue
        way, announcer = _ways(config, channel, office.clock, partial(_left, office))
        with closing(way):
            yield replace(
                office,
                transport=way,
                press=partial(_press, announcer),
                envelope=lambda _: "",
                rates=(),
                domain_rates=(),
                verdict=post_verdict,
                channel=numbers[channel.name],
                name=channel.name,
                progress=lambda _: None,
            )


def _left(office: PostOffice) -> float:
    """The seconds that are left for what is not begun."""
    return 0.0 if office.stopping() else math.inf


def test_channel(
    config: Config, channel: ChannelConfig, frozen: FrozenEdition, copy: str
) -> Answer | None:
    """Tell a channel of an edition outside the books, as a copy; None where it gets none of it.

    Raises TransportDown.
    """
    from digest.delivery import send_alone
    from digest.model.deliveries import Parcel

    way, announcer = _ways(config, channel, lambda: dt.datetime.now(dt.UTC), lambda: math.inf)
    with closing(way):
        parts = announcer.parts(frozen, copy)
        parcel = Parcel(sender="", recipient=channel.name, parts=parts) if parts else None
        return send_alone(way, parcel) if parcel else None


def _press(announcer: Announcer, frozen: FrozenEdition) -> Press:
    def build(parts: tuple[bytes, ...]) -> Build:
        return lambda _: parts

    def press(_: object) -> Build | None:
        parts = announcer.parts(frozen)
        return build(parts) if parts else None

    return press


def _ways(
    config: Config,
    channel: ChannelConfig,
    clock: Callable[[], dt.datetime],
    hurry: Callable[[], float],
) -> tuple[Transport, Announcer]:
    """How messages to a channel leave, and what makes them. Nothing is opened yet."""
    import time

    from digest.announcing import Announcer

    make = partial(
        Announcer,
        config,
        channel,
        env=lambda: environment(config),
        groups=lambda: taxonomy(config).parents,
    )
    if channel.kind == "chat":
        from digest.transport.chat import Chat

        chat = Chat(channel.name, channel.url, hurry=hurry)
        return chat, make(room=chat.room)
    from digest.fetch.answers import Poster
    from digest.transport.webhook import Webhook

    allow = config.fetch.allow_private
    poster = Poster(channel.url, allow_private=allow, monotonic=time.monotonic)
    way = Webhook(poster.post, channel.secret, clock=clock, hurry=hurry, close=poster.close)
    return way, make(room=lambda: 0)
