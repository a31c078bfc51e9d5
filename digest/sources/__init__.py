"""What sites look like: which requests make a day, and how their replies parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.config import SourceConfig
    from digest.ports import Source


def source_for(config: SourceConfig) -> Source:
    """The source that a `[[source]]` of the configuration describes.

    Each kind is imported only when it is asked for. Raises ConfigError for a kind there is
    not.
    """
    match config.kind:
        case "huggingface":
            from digest.sources.huggingface import HuggingFace

            return HuggingFace(config.name, config.url, config.look_back_days)
        case "feed":
            from digest.sources.feed import Feed

            return Feed(config.name, config.url)
        case "saved-page":
            from digest.sources.saved_page import SavedPage

            return SavedPage(config.name, config.path)
    raise ConfigError(
        [f"source.{config.name}.kind: {config.kind!r} is no kind of source; see the README"]
    )
