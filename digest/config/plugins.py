"""Kinds of source that other packages bring, by the entry point group `papertide.sources`.

https://packaging.python.org/en/latest/specifications/entry-points/; loaded only where a
configuration names a kind that is not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from digest.config.checks import Given, Wrong
from digest.config.keys import Key, Keys

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
    except (Exception, SystemExit) as error:  # whatever breaks there is that package's fault
        words = f"{_shown(entry)} cannot be imported ({told(error)}); mend or remove it"
        raise Wrong(words) from error
    if not callable(made) or not _are_keys(getattr(made, "keys", None)):
        raise Wrong(
            f"{_shown(entry)} must be a class whose `keys` are a mapping of names to Key, each"
            " with a text, a whole number, true or false, or a list of texts as its default"
        )
    return made


def keys_of(kind: str) -> Keys:
    """The keys of an installed kind; whatever their checks raise is Wrong. Raises Wrong itself."""
    keys: Keys = source_class(kind).keys
    return {name: Key(key.default, partial(_checked, key.check)) for name, key in keys.items()}


def _checked(check: Callable[[Given], Any], given: Given) -> Any:
    try:
        return check(given)
    except Wrong:
        raise
    except (Exception, SystemExit) as error:  # as above
        raise Wrong(f"cannot be checked ({told(error)}); report this") from error


def told(error: BaseException) -> str:
    """An exception of another package as one line that is safe to show and not too long."""
    words = "".join(filter(str.isprintable, " ".join(str(error).split())))
    return f"{type(error).__name__}: {words[:200]}"


def _are_keys(keys: object) -> bool:
    return isinstance(keys, Mapping) and all(
        isinstance(name, str) and isinstance(key, Key) and type(key.default) in _TYPES
        for name, key in keys.items()
    )


def _shown(entry: EntryPoint) -> str:
    package = f" of {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return f"the entry point {entry.name} = {entry.value}{package}"
