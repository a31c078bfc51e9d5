"""An edition as a newsletter's configuration mails it: rendered once, then filled in by address.

Links of a reader's own are rendered with the token of nobody, which each message replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import unescape

import jinja2

from digest.addresses import wire
from digest.config import Config
from digest.config.mail_checks import SLOT
from digest.errors import ConfigError
from digest.message import Masthead, Signer, compose, mailto, ways_out
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
    settings, parts = config.mail, _for_nobody(config, frozen, env)
    letter = compose(
        frozen,
        _masthead(config, frozen),
        subject=f"{mark}{parts.subject}",
        html=parts.html,
        text=parts.text,
        slot=nobody(frozen.sha256),
        signer=Signer(*settings.dkim) if settings.dkim else None,
        copy=copy,
    )
    return lambda address: letter.to(address, _token(config, address))


def rendered(config: Config, frozen: FrozenEdition, env: jinja2.Environment) -> Mail:
    """What the first reader sees of the mail. Raises ConfigError where a template is wrong."""
    parts, slot = _for_nobody(config, frozen, env), nobody(frozen.sha256)
    own = _token(config, first_reader(config))
    return replace(parts, html=parts.html.replace(slot, own), text=parts.text.replace(slot, own))


def first_reader(config: Config) -> str:
    """The address whose mail is looked at; one of this machine where there is no reader."""
    return next(iter(config.mail.to), "reader@localhost")


def _for_nobody(config: Config, frozen: FrozenEdition, env: jinja2.Environment) -> Mail:
    settings, newsletter = config.mail, config.newsletter
    ways = ways_out(_masthead(config, frozen))
    footing = Footing(
        unsubscribe=ways[0] if ways else "",
        preferences=_with_slot(settings.preferences, frozen),
        contact=mailto(settings.owner) if settings.owner else "",
        address=wire(settings.owner),
        postal=settings.postal_address,
    )
    made = mail(
        env,
        frozen.edition,
        site=newsletter.base_url,
        max_papers=newsletter.max_papers,
        footing=footing,
    )
    _refuse_broken_links(made, footing, nobody(frozen.sha256))
    return made


def _refuse_broken_links(made: Mail, footing: Footing, slot: str) -> None:
    links = footing.unsubscribe, footing.preferences
    parts = {"mail.html.j2": unescape(made.html), "mail.txt.j2": made.text}
    broken = [name for name, text in parts.items() if _breaks(text, links, slot)]
    if broken:
        words = "breaks the unsubscribe or preferences link; print it as it is, in one piece"
        raise ConfigError([f"{name}: {words}" for name in broken])


def _breaks(text: str, links: tuple[str, ...], slot: str) -> bool:
    """Whether a text has the slot elsewhere than in a whole link: wrapped, say, or in capitals."""
    for link in links:
        text = text.replace(link, "")
    return slot in "".join(text.split()).lower()


def _masthead(config: Config, frozen: FrozenEdition) -> Masthead:
    settings = config.mail
    return Masthead(
        author=settings.sender,
        agent=settings.agent,
        reply_to=settings.reply_to,
        owner=settings.owner,
        unsubscribe=_with_slot(settings.unsubscribe, frozen),
        site=config.newsletter.base_url,
    )


def _with_slot(link: str, frozen: FrozenEdition) -> str:
    return link.replace(SLOT, nobody(frozen.sha256))


def _token(config: Config, address: str) -> str:
    return token(config.mail.link_key, config.newsletter.slug, address)
