"""What brings editions to readers, and hears what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from digest.addresses import mailbox
from digest.config import Config
from digest.config.sending import WHOSE
from digest.wiring.making import environment, taxonomy
from digest.wiring.state import kept_store

if TYPE_CHECKING:
    from digest.bounces.hearing import Hearing
    from digest.delivery import PostOffice
    from digest.delivery.stopping import Stop
    from digest.edition.newsroom import Newsroom
    from digest.model.deliveries import Answer, Delivery
    from digest.model.editions import FrozenEdition
    from digest.model.readers import Preferences
    from digest.ports import Transport


@contextmanager
def post_office(
    room: Newsroom,
    clock: Callable[[], dt.datetime],
    stop: Stop,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[PostOffice]:
    """All that delivery works with, on the newsroom's store, as one of those who send."""
    import random
    import secrets
    import time
    from contextlib import closing

    from digest.delivery import PostOffice
    from digest.model.deliveries import Rate
    from digest.store.senders import sender_slot
    from digest.store.witness import witness

    config = room.config
    newsletter, mail = config.newsletter, config.mail
    with (
        sender_slot(config.state_url, newsletter.slug) as number,
        closing(transport(config, stop)) as way,
    ):
        yield PostOffice(
            newsletter=newsletter.slug,
            zone=newsletter.timezone,
            fixed=mail.to,
            store=room.store(),
            witness=witness(config.state_url),
            transport=way,
            press=partial(press, config),
            envelope=envelope(config),
            sender=number,
            clock=clock,
            monotonic=time.monotonic,
            sleep=time.sleep,
            random=random.random,
            token=lambda: secrets.randbits(62),
            stopping=lambda: stop.asked,
            rates=[Rate(*rate) for rate in mail.rate],
            domain_rates=[Rate(*rate) for rate in mail.domain_rate],
            progress=progress,
        )


def transport(config: Config, stop: Stop) -> Transport:
    """How mail leaves; nothing is opened yet."""
    from digest.transport import transport_for

    mail = config.mail
    return transport_for(
        mail.transport,
        mail.password,
        connections=mail.connections,
        per_connection=mail.messages_per_connection,
        hurry=stop.left,
    )


def envelope(config: Config) -> Callable[[Delivery], str]:
    """The address that is told where a delivery cannot be made: one for all, or one a reader."""
    pattern = config.mail.return_path
    if WHOSE not in pattern:
        sender = pattern or mailbox(config.mail.agent or config.mail.sender)[1]
        return lambda _: sender
    from digest.verp import return_path

    key, slug = config.mail.link_key, config.newsletter.slug
    return lambda delivery: return_path(pattern, key, slug, delivery.reader)


def press(
    config: Config, frozen: FrozenEdition
) -> Callable[[Preferences], Callable[[str], tuple[bytes, ...]] | None]:
    """What builds the messages of readers with equal preferences, if they get any, in parts.

    What they have in common is rendered once.
    """
    from digest.mailing import Names
    from digest.mailing import press as make

    def names() -> Names:
        known = taxonomy(config)
        return Names(groups=known.parents, labels=known.labels)

    return make(config, frozen, environment(config), names)


def letters(
    config: Config, frozen: FrozenEdition, *, mark: str = "", copy: str = ""
) -> Callable[[str], bytes]:
    """What builds the message of an edition for an address; the edition is rendered once.

    `mark` stands before the subject; `copy`, if not "", gives messages identifiers of their own.
    """
    from digest.mailing import letters as make

    return make(config, frozen, environment(config), mark=mark, copy=copy)


def send_test(config: Config, frozen: FrozenEdition, address: str, copy: str) -> Answer:
    """Send an edition to an address outside the books, as a copy. Raises TransportDown."""
    import time
    from contextlib import closing

    from digest.delivery import send_alone
    from digest.delivery.stopping import Stop
    from digest.model.deliveries import Parcel

    message = letters(config, frozen, mark="[Test] ", copy=copy)(address)
    sender = mailbox(config.mail.agent or config.mail.sender)[1]
    with closing(transport(config, Stop(time.monotonic))) as way:
        return send_alone(way, Parcel(sender=sender, recipient=address, parts=(message,)))


@contextmanager
def hearing(config: Config, clock: Callable[[], dt.datetime]) -> Iterator[Hearing]:
    """Who hears the reports of mail that came back. Raises UsageError where there is no store."""
    from contextlib import closing

    from digest.bounces.hearing import Hearing
    from digest.message.letter import message_id
    from digest.tokens import key_name, token
    from digest.verp import reader_of

    mail, slug = config.mail, config.newsletter.slug
    pattern, key = mail.return_path, mail.link_key
    keys = (key, *mail.old_link_keys)

    def made_with(one: str) -> Callable[[str], str]:
        return lambda address: token(one, slug, address).lower()

    with closing(kept_store(config)) as opened:
        yield Hearing(
            newsletter=slug,
            store=opened,
            reader_of=partial(reader_of, pattern=pattern, key=key, newsletter=slug),
            identify=partial(message_id, domain="", copy=key),
            way_out=mail.unsubscribe_by_mail,
            tokens={f"{key_name(one)}, in lower case": made_with(one) for one in keys},
            clock=clock,
        )


def preview(config: Config, frozen: FrozenEdition, form: str) -> bytes:
    """An edition as json, html, text or md; or as eml, the message to the first reader."""
    if form == "json":
        return frozen.document
    if form == "eml":
        from digest.mailing import first_reader

        return letters(config, frozen)(first_reader(config))
    if form == "md":
        from digest.render import markdown

        site = config.newsletter.base_url
        return markdown(environment(config), frozen.edition, site=site).encode()
    from digest.mailing import rendered

    mail = rendered(config, frozen, environment(config))
    return (mail.html if form == "html" else mail.text).encode()
