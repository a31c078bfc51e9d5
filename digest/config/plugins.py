"""Kinds of source that other packages bring, by the entry point group `papertide.sources`.

https://packaging.python.org/en/latest/specifications/entry-points/; loaded only where a
configuration names a kind that is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from digest.config.checks import Wrong
from digest.config.keys import Key

GROUP = "papertide.sources"
_TYPES = (str, int, bool, list)  # of a key's default


def kinds() -> list[str]:
    """The kinds that are installed."""
    return sorted(entry_points(group=GROUP).names)


def source_class(kind: str) -> Any:
    """The class behind an installed kind: `(name, **settings)` makes a source of it.

    Raises Wrong where there is none, where it cannot be imported, and where its `keys` are none.
    """
    found = [*entry_points(group=GROUP, name=kind)]
    if not found:
        raise Wrong(f"{kind!r} is no kind of source")
    if len(found) > 1:
        raise Wrong(f"several packages bring the kind {kind!r}; remove all but one")
    (entry,) = found
    try:
        made = entry.load()
    except Exception as error:  # whatever breaks in another's module, it is that package's fault
        told = f"{type(error).__name__}: {error}"
        raise Wrong(f"{_shown(entry)} cannot be imported ({told}); mend or remove it") from error
    if not callable(made) or not _are_keys(getattr(made, "keys", None)):
        raise Wrong(
            f"{_shown(entry)} must be a class whose `keys` are a mapping of names to Key, each"
            " with a text, a whole number, true or false, or a list of texts as its default"
        )
    return made


def _are_keys(keys: object) -> bool:
    return isinstance(keys, Mapping) and all(
        isinstance(name, str) and isinstance(key, Key) and type(key.default) in _TYPES
        for name, key in keys.items()
    )


def _shown(entry: EntryPoint) -> str:
    package = f" of {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return f"the entry point {entry.name} = {entry.value}{package}"
