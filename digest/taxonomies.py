"""The taxonomy of a newsletter: the shipped ones it uses, and the user's changes to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.resources import files
from pathlib import Path

from digest.config import Config, SourceConfig
from digest.config.hints import hint
from digest.errors import ConfigError
from digest.themes.layers import taxonomy_of
from digest.themes.tables import Layer
from digest.themes.taxonomy import Taxonomy
from digest.themes.words import category_words

_SHIPPED = files("digest.themes")


def taxonomy(config: Config, instead: Path | None = None) -> Taxonomy:
    """The taxonomy of a configuration, or with another file in place of the user's own.

    The shipped taxonomies that `themes.use` names come first, then those of the fields that the
    sources are about (none where `themes.use` is empty), then the user's file, then what stands
    in the configuration. Raises ConfigError with every problem.
    """
    problems = _unknown(config, "use", config.themes.use, builtin())
    try:
        found = taxonomy_of(_shipped_layers(config) + _own_layers(config, instead), names())
    except ConfigError as error:
        raise ConfigError(problems + error.problems) from None
    problems += _unfollowed(config, found) + _misled(config, found)
    if problems:
        raise ConfigError(problems)
    return found


def without_own(config: Config) -> Taxonomy:
    """The taxonomy of a configuration without the user's own themes."""
    return taxonomy_of(_shipped_layers(config), names())


def shipped(*wanted: str) -> Taxonomy:
    """Some of the shipped taxonomies as one."""
    return taxonomy_of(tuple(_shipped("builtin", name) for name in wanted), names())


def names() -> tuple[Layer, ...]:
    """What the categories of the sources we know are called."""
    return tuple(_shipped("names", name) for name in _listed("names"))


def builtin() -> list[str]:
    """The shipped taxonomies by name."""
    return _listed("builtin")


def _shipped_layers(config: Config) -> tuple[Layer, ...]:
    used, known = config.themes.use, builtin()
    wanted = dict.fromkeys([*used, *(_fields(config.sources) if used else ())])
    return tuple(_shipped("builtin", name) for name in wanted if name in known)


def _own_layers(config: Config, instead: Path | None) -> tuple[Layer, ...]:
    own, inline = instead or config.themes.path, config.themes.inline
    layers = [Layer(_shown(own.name), _text(own), own=True)] if own else []
    if inline:
        layers.append(Layer(_shown(config.themes.file), inline, under="themes", own=True))
    return tuple(layers)


def _shown(name: str) -> str:
    """A file's name, also where its bytes are no text."""
    return name.encode(errors="replace").decode()


def _unknown(config: Config, key: str, given: Iterable[str], known: Collection[str]) -> list[str]:
    """A problem for each name that stands for nothing."""
    return [
        f"{config.themes.file}: themes.{key}: there is no {name!r}{hint(name, known)}"
        for name in given
        if name not in known
    ]


def _unfollowed(config: Config, taxonomy: Taxonomy) -> list[str]:
    """A problem for each name that is not the id of a theme or a group."""
    faults = (theme_fault(taxonomy, name) for name in config.themes.follow)
    return [f"{config.themes.file}: themes.follow: {fault}" for fault in faults if fault]


def _misled(config: Config, taxonomy: Taxonomy) -> list[str]:
    """The same for what channels get alone."""
    return [
        f"{config.themes.file}: channel.{channel.name}.themes: {fault}"
        for channel in config.channels
        for name in channel.themes
        if (fault := theme_fault(taxonomy, name))
    ]


def theme_fault(taxonomy: Taxonomy, name: str) -> str:
    """What is wrong with a name that should be the id of a theme or a group, or ""."""
    if name in taxonomy.labels:
        return ""
    ids = {label.lower(): id_ for id_, label in taxonomy.labels.items()}
    home = taxonomy.homes.get(category_words(name))
    meant = home.theme if home else ids.get(name.lower())
    meant = meant or (name.partition(".")[0] if "." in name else None)
    told = f"; write {meant!r}" if meant in taxonomy.labels else hint(name, taxonomy.labels)
    return f"there is no {name!r}{told}"


def _fields(sources: Iterable[SourceConfig]) -> list[str]:
    """What the sources are about, as far as their categories tell."""
    homes = taxonomy_of((), names()).homes
    fields = []
    for source in sources:
        if source.kind == "biorxiv":
            fields.append(source.settings["server"])
        elif source.kind == "arxiv":
            asked = (
                homes.get(category_words(category)) for category in source.settings["categories"]
            )
            fields += [home.field.removeprefix("arxiv-") for home in filter(None, asked)]
    return fields


def _listed(folder: str) -> list[str]:
    found = (file.name for file in _SHIPPED.joinpath(folder).iterdir())
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


def _shipped(folder: str, name: str) -> Layer:
    return Layer(name, _SHIPPED.joinpath(folder, f"{name}.toml").read_text("utf-8"))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{file} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{file} is not text in UTF-8; save it as such"]) from None
