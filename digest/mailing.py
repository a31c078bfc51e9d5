"""An edition as a newsletter's configuration mails it.

It is rendered once for all who want the same of it, then filled in by address.

Links of a reader's own are rendered with the token of nobody, which each message replaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from html import unescape
from types import MappingProxyType
from typing import NamedTuple

import jinja2

from digest.addresses import wire
from digest.config import Config
from digest.config.mail_checks import SLOT
from digest.errors import ConfigError
from digest.message import Masthead, Signer, compose, mailto, ways_out
from digest.model.editions import Edition, FrozenEdition
from digest.model.readers import Preferences
from digest.render import Footing, Mail, Mails
from digest.render import chosen as words_of
from digest.selection import Choices
from digest.tokens import nobody, token

Build = Callable[[str], tuple[bytes, ...]]  # the message to an address, in parts

_LETTERS = 4  # that are kept; readers come ordered by what they want
_NOTHING: Mapping[str, str] = MappingProxyType({})
_ALL = Preferences()


class Names(NamedTuple):
    """What readers' themes are called, by their ids."""

    groups: Mapping[str, str] = _NOTHING  # the group of each theme
    labels: Mapping[str, str] = _NOTHING  # of themes and groups


def press(
    config: Config,
    frozen: FrozenEdition,
    env: jinja2.Environment,
    names: Callable[[], Names],
) -> Callable[[Preferences], Build | None]:
    """What builds the messages of readers with equal preferences; None where they get nothing.

    `names` is asked only where somebody prefers something. What is returned raises ConfigError
    where a template is wrong or nothing can be signed.
    """
    return lru_cache(maxsize=_LETTERS)(_Press(config, frozen, env, names).build)


def most_papers(config: Config, preferences: Preferences) -> int:
    """How many papers a mail for these preferences shows at most."""
    most = config.newsletter.max_papers
    return min(most, preferences.cap or most)


def letters(
    config: Config, frozen: FrozenEdition, env: jinja2.Environment, *, mark: str, copy: str
) -> Callable[[str], bytes]:
    """What builds the message of a whole edition for an address.

    `mark` stands before the subject; `copy`, if not "", gives messages identifiers of their own.
    Raises ConfigError where a template is wrong or nothing can be signed.
    """
    build = _Press(config, frozen, env).whole(mark=mark, copy=copy)
    return lambda address: b"".join(build(address))


def rendered(config: Config, frozen: FrozenEdition, env: jinja2.Environment) -> Mail:
    """What the first reader sees of the mail. Raises ConfigError where a template is wrong."""
    parts, slot = _Press(config, frozen, env).parts(frozen.edition), nobody(frozen.sha256)
    own = _token(config, first_reader(config))
    return replace(parts, html=parts.html.replace(slot, own), text=parts.text.replace(slot, own))


def first_reader(config: Config) -> str:
    """The address whose mail is looked at; one of this machine where there is no reader."""
    return next(iter(config.mail.to), "reader@localhost")


class _Press:
    """What the letters of an edition have in common."""

    def __init__(
        self,
        config: Config,
        frozen: FrozenEdition,
        env: jinja2.Environment,
        names: Callable[[], Names] = Names,
    ) -> None:
        settings = config.mail
        self._config = config
        self._frozen = frozen
        self._names = names
        self._slot = nobody(frozen.sha256)
        self._written = _however_written(self._slot)
        self._masthead = Masthead(
            author=settings.sender,
            agent=settings.agent,
            reply_to=settings.reply_to,
            owner=settings.owner,
            unsubscribe=settings.unsubscribe.replace(SLOT, self._slot),
            unsubscribe_by_mail=settings.unsubscribe_by_mail.replace(SLOT, self._slot),
            site=config.newsletter.base_url,
        )
        ways = ways_out(self._masthead)
        self._footing = Footing(
            unsubscribe=ways[0] if ways else "",
            preferences=settings.preferences.replace(SLOT, self._slot),
            contact=mailto(settings.owner) if settings.owner else "",
            address=wire(settings.owner),
            postal=settings.postal_address,
        )
        self._mails = Mails(env, frozen.edition, site=config.newsletter.base_url)

    def build(self, preferences: Preferences) -> Build | None:
        """What builds the messages of readers with these preferences, if they get any."""
        if preferences == _ALL:
            return self.whole()
        names, edition = self._known, self._frozen.edition
        selection = self._choices.of(preferences)
        if not selection:
            return None
        papers = _size(edition)
        labels = {**{one.theme: one.label for one in edition.sections}, **names.labels}
        words = words_of(preferences, labels, papers=papers, left_out=papers - _size(selection))
        return self._letter(self.parts(selection, words, preferences))

    def whole(self, *, mark: str = "", copy: str = "") -> Build:
        """What builds the messages of readers who want all of the edition."""
        return self._letter(self.parts(self._frozen.edition), mark=mark, copy=copy)

    def parts(self, selection: Edition, chosen: str = "", preferences: Preferences = _ALL) -> Mail:
        """What readers see, with nobody's links."""
        most = most_papers(self._config, preferences)
        footing = replace(self._footing, chosen=chosen)
        made = self._mails.mail(selection, max_papers=most, footing=footing)
        _refuse_broken_links(made, footing, self._written)
        return made

    def _letter(self, parts: Mail, *, mark: str = "", copy: str = "") -> Build:
        config = self._config
        letter = compose(
            self._frozen,
            self._masthead,
            subject=f"{mark}{parts.subject}",
            html=parts.html,
            text=parts.text,
            slot=self._slot,
            signer=self._signer,
            copy=copy or config.mail.link_key,  # a secret, so that nobody forges a bounce
        )
        return lambda address: letter.parts(address, _token(config, address))

    @cached_property
    def _signer(self) -> Signer | None:
        dkim = self._config.mail.dkim
        return Signer(*dkim) if dkim else None

    @cached_property
    def _known(self) -> Names:
        return self._names()

    @cached_property
    def _choices(self) -> Choices:
        return Choices(self._frozen.edition, self._known.groups)


def _size(edition: Edition) -> int:
    return sum(len(section.papers) for section in edition.sections)


def _refuse_broken_links(made: Mail, footing: Footing, slot: re.Pattern[str]) -> None:
    """Raise ConfigError where a slot is elsewhere than in a whole link."""
    links = footing.unsubscribe, footing.preferences
    parts = {"mail.html.j2": unescape(made.html), "mail.txt.j2": made.text}
    for link in filter(None, links):
        parts = {name: text.replace(link, "") for name, text in parts.items()}
    broken = [name for name, text in parts.items() if slot.search(text)]
    if broken:
        words = "breaks the unsubscribe or preferences link; print it as it is, in one piece"
        raise ConfigError([f"{name}: {words}" for name in broken])


def _however_written(slot: str) -> re.Pattern[str]:
    """What finds a slot, be it wrapped, say, or in capitals."""
    return re.compile(r"\s*".join(slot), re.IGNORECASE)


def _token(config: Config, address: str) -> str:
    return token(config.mail.link_key, config.newsletter.slug, address)
