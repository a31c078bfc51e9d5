"""What sites look like: which requests make a day, and how their replies parse."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.config import SourceConfig
    from digest.ports import Source

# Ours; each is imported only when it is asked for.
_KINDS = {
    "arxiv": "digest.sources.arxiv:Arxiv",
    "biorxiv": "digest.sources.biorxiv:Biorxiv",
    "feed": "digest.sources.feed:Feed",
    "huggingface": "digest.sources.huggingface:HuggingFace",
    "saved-page": "digest.sources.saved_page:SavedPage",
}


def source_for(config: SourceConfig) -> Source:
    """The source that a `[[source]]` of the configuration describes.

    Raises ConfigError for a kind there is not, and for an installed one that cannot be made.
    """
    if config.kind not in _KINDS:
        return _installed(config)
    module, _, name = _KINDS[config.kind].partition(":")
    source: Source = getattr(import_module(module), name)(config.name, **config.settings)
    return source


def _installed(config: SourceConfig) -> Source:
    """A source of a kind that another package brings."""
    from digest.config.checks import Wrong
    from digest.config.plugins import source_class, told
    from digest.sources.installed import Installed

    try:
        made = source_class(config.kind)(config.name, **config.settings)
        return Installed(made, config.name)
    except Wrong as wrong:
        raise ConfigError([f"source.{config.name}.kind: {wrong}; see docs/sources.md"]) from wrong
    except (Exception, SystemExit) as error:  # whatever breaks there is that package's fault
        broken = f"the kind {config.kind!r} is broken ({told(error)}); report this"
        raise ConfigError([f"source.{config.name}: {broken}"]) from error
