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
    from digest.store.engine import SqlStore
    from digest.subscribe.desk import Desk, Token

RECENT = dt.timedelta(days=14)


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
    counts: Counter[tuple[str, str]] = Counter()
    for frozen in store.editions_between(slug, today - RECENT, today):
        for section in frozen.edition.sections:
            counts[section.theme, section.label] += len(section.papers)
    known = taxonomy(config)
    return [
        (theme, label, papers)
        for (theme, label), papers in counts.most_common()
        if theme in known.labels
    ]


@contextmanager
def link_post(
    config: Config, store: SqlStore, clock: Callable[[], dt.datetime], stop: Stop
) -> Iterator[LinkPost]:
    """What mails links to confirm."""
    import random
    from contextlib import closing

    from digest.addresses import mailbox
    from digest.delivery.links import LinkPost
    from digest.message import Words, invitation
    from digest.model.signups import Letterbox
    from digest.render import confirmation
    from digest.tokens import token

    mail, env = config.mail, environment(config)

    def build(one: Letterbox, link: str) -> bytes:
        url = f"{config.web.url}/confirm?id={link}"
        words = confirmation(env, config.newsletter.title, url, mail.postal_address)
        return invitation(mail.sender, one.address, Words(*words), one.nonce, one.asked_at)

    with closing(transport(config, stop)) as way:
        yield LinkPost(
            newsletter=config.newsletter.slug,
            sender=mailbox(mail.agent or mail.sender)[1],
            store=store,
            transport=way,
            token=lambda nonce: token(mail.link_key, config.newsletter.slug, f"confirm {nonce}"),
            build=build,
            clock=clock,
            random=random.random,
        )
