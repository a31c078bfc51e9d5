"""What serves readers: the desk behind the pages, and the mail with links to confirm."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from digest.config import Config
from digest.wiring.making import environment, taxonomy
from digest.wiring.posting import transport

if TYPE_CHECKING:
    from digest.delivery.links import LinkPost
    from digest.delivery.stopping import Stop
    from digest.model.signups import Letterbox
    from digest.store.engine import SqlStore
    from digest.subscribe.desk import Desk, Token

RECENT = dt.timedelta(days=14)
_NOBODY = 0  # no reader's number


def desk(config: Config, store: SqlStore, clock: Callable[[], dt.datetime]) -> Desk:
    """Where readers serve themselves."""
    import secrets
    from functools import cache

    from digest.model.signups import Limits
    from digest.subscribe.desk import Desk
    from digest.taxonomies import theme_fault

    known = cache(partial(taxonomy, config))
    return Desk(
        newsletter=config.newsletter.slug,
        zone=config.newsletter.timezone,
        store=store,
        limits=Limits(all=config.web.sign_ups_per_hour),
        weekly=config.newsletter.weekly is not None,
        tokens=_tokens(config),
        theme_fault=lambda name: theme_fault(known(), name),
        clock=clock,
        nonce=partial(secrets.token_hex, 16),
    )


def _tokens(config: Config) -> dict[str, Token]:
    """What makes readers' tokens with each key, by a name of the key."""
    from digest.tokens import key_name, token

    slug, mail = config.newsletter.slug, config.mail
    keys = [mail.link_key, *mail.old_link_keys]
    return {key_name(key): partial(token, key, slug) for key in keys}


def recent_themes(config: Config, store: SqlStore, today: dt.date) -> list[tuple[str, str, int]]:
    """Ids and labels of the themes that had papers of late, and how many; the fullest first."""
    slug = config.newsletter.slug
    counts: Counter[str] = Counter()
    for frozen in store.editions_between(slug, today - RECENT, today):
        for section in frozen.edition.sections:
            counts[section.theme] += len(section.papers)
    labels = taxonomy(config).labels
    return [
        (theme, labels[theme], papers) for theme, papers in counts.most_common() if theme in labels
    ]


@contextmanager
def link_post(
    config: Config, store: SqlStore, clock: Callable[[], dt.datetime], stop: Stop
) -> Iterator[LinkPost]:
    """What mails links to confirm, and welcomes."""
    import random
    from contextlib import closing

    from digest.addresses import mailbox
    from digest.delivery.links import LinkPost
    from digest.tokens import token
    from digest.verp import return_path

    mail, slug = config.mail, config.newsletter.slug
    bounces = return_path(mail.return_path, mail.link_key, slug, _NOBODY)
    with closing(transport(config, stop)) as way:
        yield LinkPost(
            newsletter=slug,
            sender=bounces or mailbox(mail.agent or mail.sender)[1],
            store=store,
            transport=way,
            token=lambda nonce: token(mail.link_key, slug, f"confirm {nonce}"),
            build=_letters(config),
            clock=clock,
            random=random.random,
        )


def _letters(config: Config) -> Callable[[Letterbox, str], bytes]:
    """What makes a mail of a sign-up and the token of its link."""
    from digest.config.mail_checks import SLOT
    from digest.message import Signer, Words, invitation
    from digest.render import confirmation, greeting
    from digest.tokens import token

    mail, env, title = config.mail, environment(config), config.newsletter.title
    signer = Signer(*mail.dkim) if mail.dkim else None

    def build(one: Letterbox, link: str) -> bytes:
        own = token(mail.link_key, config.newsletter.slug, one.address)
        leave, choose = (way.replace(SLOT, own) for way in (mail.unsubscribe, mail.preferences))
        if one.welcome:
            words = greeting(
                env, title, unsubscribe=leave, preferences=choose, postal=mail.postal_address
            )
        else:
            confirm = f"{config.web.url}/confirm?id={link}"
            words = confirmation(env, title, confirm, mail.postal_address)
        return invitation(
            mail.sender,
            one.address,
            Words(*words),
            f"{one.welcome} {one.nonce}",
            one.asked_at,
            unsubscribe=leave if one.welcome else "",
            signer=signer,
        )

    return build
