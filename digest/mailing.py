"""An edition as a newsletter's configuration mails it: rendered once, then filled in by address.

Links of a reader's own are rendered with the token of nobody, which each message replaces.
"""

from __future__ import annotations

from collections.abc import Callable

import jinja2

from digest.config import Config
from digest.config.mail_checks import SLOT
from digest.message import Masthead, Signer, compose, ways_out
from digest.model.editions import FrozenEdition
from digest.render import Footing, Mail, mail
from digest.tokens import nobody, token


def letters(
    config: Config, frozen: FrozenEdition, env: jinja2.Environment, *, mark: str, copy: str
) -> Callable[[str], bytes]:
    """What builds the message of an edition for an address.

    `mark` stands before the subject; `copy`, if not "", gives messages identifiers of their own.
    Raises ConfigError where a template is wrong or nothing can be signed.
    """
    settings, parts = config.mail, rendered(config, frozen, env)
    letter = compose(
        frozen.edition,
        _masthead(config, frozen),
        subject=f"{mark}{parts.subject}",
        html=parts.html,
        text=parts.text,
        slot=nobody(frozen.sha256),
        signer=Signer(*settings.dkim) if settings.dkim else None,
        copy=copy,
    )
    newsletter = config.newsletter.slug
    return lambda address: letter.to(address, token(settings.link_key, newsletter, address))


def rendered(config: Config, frozen: FrozenEdition, env: jinja2.Environment) -> Mail:
    """What readers see of the mail. Raises ConfigError where a template is wrong."""
    settings, newsletter = config.mail, config.newsletter
    ways = ways_out(_masthead(config, frozen))
    footing = Footing(
        unsubscribe=ways[0] if ways else "",
        preferences=_for_nobody(settings.preferences, frozen),
        contact=settings.owner,
        postal=settings.postal_address,
    )
    return mail(
        env,
        frozen.edition,
        site=newsletter.base_url,
        max_papers=newsletter.max_papers,
        footing=footing,
    )


def _masthead(config: Config, frozen: FrozenEdition) -> Masthead:
    settings = config.mail
    return Masthead(
        author=settings.sender,
        agent=settings.agent,
        reply_to=settings.reply_to,
        owner=settings.owner,
        unsubscribe=_for_nobody(settings.unsubscribe, frozen),
        site=config.newsletter.base_url,
    )


def _for_nobody(link: str, frozen: FrozenEdition) -> str:
    return link.replace(SLOT, nobody(frozen.sha256))
