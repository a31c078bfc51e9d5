"""What readers would have had: of the last edition, by the selection that mails are made with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from digest.config import Config
from digest.errors import StoreError
from digest.wiring.making import taxonomy

if TYPE_CHECKING:
    from digest.model.deliveries import EditionRef
    from digest.model.editions import Edition
    from digest.model.readers import Subscriber
    from digest.render import Sample
    from digest.selection import Choices
    from digest.store.engine import SqlStore

_KEPT = 2  # editions: the last of each period


class _Opened(NamedTuple):
    """An edition to choose from."""

    edition: Edition
    choices: Choices


def last_mail(config: Config, store: SqlStore) -> Callable[[Subscriber], Sample | None]:
    """What tells a reader's share of the last edition of their frequency.

    It tells None where there is no edition, or none that can be read. The last editions are kept
    in memory, and a new one is noticed at once.
    """
    from digest.mailing import most_papers
    from digest.render import sample
    from digest.selection import Choices

    slug, known = config.newsletter.slug, cache(partial(taxonomy, config))
    opening = threading.Lock()

    @lru_cache(_KEPT)
    def opened(ref: EditionRef) -> _Opened:
        edition = store.edition_of(ref).edition
        return _Opened(edition, Choices(edition, known().parents))

    def told(reader: Subscriber) -> Sample | None:
        wishes = reader.preferences
        with suppress(StoreError):
            if ref := store.newest(slug, reader.frequency):
                with opening:  # so that who comes meanwhile does not read it, too
                    last = opened(ref)
                selection = last.choices.of(wishes)
                return sample(last.edition, selection, max_papers=most_papers(config, wishes))
        return None

    return told
