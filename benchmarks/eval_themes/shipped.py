"""The taxonomies that come with the project."""

from __future__ import annotations

from importlib.resources import files

from digest.taxonomies import names
from digest.themes.layers import taxonomy_of
from digest.themes.tables import Layer
from digest.themes.taxonomy import Taxonomy


def shipped(*wanted: str) -> Taxonomy:
    """Some of the shipped taxonomies as one."""
    folder = files("digest.themes").joinpath("builtin")
    texts = (folder.joinpath(f"{name}.toml").read_text("utf-8") for name in wanted)
    return taxonomy_of(tuple(map(Layer, wanted, texts)), names())
