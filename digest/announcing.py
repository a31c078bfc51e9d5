"""An edition as a newsletter's configuration tells it to channels. Pure.

A message to a channel has two parts: to a webhook its id and its body, to a chat its title and
its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jinja2

from digest.config import ChannelConfig, Config
from digest.message import event, event_id
from digest.message.event import PUBLISHED, TEST
from digest.model.editions import FrozenEdition
from digest.model.readers import Preferences

Parts = tuple[bytes, bytes]
MARK = "[Test] "


class Announcer:
    """What tells an edition to one channel.

    `env` and `groups` (the group of each theme) are asked only where there is need, and so is
    `room`: the characters that a chat takes.
    """

    def __init__(
        self,
        config: Config,
        channel: ChannelConfig,
        *,
        env: Callable[[], jinja2.Environment],
        groups: Callable[[], Mapping[str, str]],
        room: Callable[[], int],
    ) -> None:
        self._site = config.newsletter.base_url
        self._channel = channel
        self._env = env
        self._groups = groups
        self._room = room

    def parts(self, frozen: FrozenEdition, copy: str = "") -> Parts | None:
        """The message, or None where nothing in the edition is for the channel.

        `copy`, if not "", makes it one of its own, marked as a test. Raises ConfigError where a
        template is wrong.
        """
        chosen = self._chosen(frozen)
        if chosen is None:
            return None
        return (
            self._told(chosen, copy) if self._channel.kind == "chat" else self._sent(chosen, copy)
        )

    def _chosen(self, frozen: FrozenEdition) -> FrozenEdition | None:
        themes = self._channel.themes
        if not themes:
            return frozen
        from digest.document import freeze
        from digest.selection import selected

        selection = selected(frozen.edition, Preferences(wanted=themes), self._groups())
        return freeze(selection) if selection else None

    def _sent(self, frozen: FrozenEdition, copy: str) -> Parts:
        from digest.render.shown import page

        url = f"{self._site}/{page(frozen.edition)}" if self._site else ""
        body = event(frozen, url, TEST if copy else PUBLISHED)
        return event_id(frozen, self._channel.name, copy).encode(), body

    def _told(self, frozen: FrozenEdition, copy: str) -> Parts:
        from digest.render.chat import chat

        message = chat(
            self._env(),
            frozen.edition,
            site=self._site,
            max_papers=self._channel.max_papers,
            room=self._room(),
            mark=MARK if copy else "",
        )
        return message.title.encode(), message.text.encode()
