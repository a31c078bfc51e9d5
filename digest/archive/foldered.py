"""Editions whose themes may have folders: a plug-in or an elder version may call them anything."""

from __future__ import annotations

import re
from dataclasses import replace

from digest.model.editions import Edition, FrozenEdition, Placement

_NAME = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
_LONGEST = 100  # characters


def foldered(frozen: FrozenEdition) -> FrozenEdition:
    """An edition in which papers of a theme whose id is no name for a folder have none."""
    edition = frozen.edition
    placements = (placed for section in edition.sections for placed in section.papers)
    if all(map(_is_name, {placed.evidence.theme for placed in placements})):
        return frozen
    return replace(frozen, edition=_foldered(edition))


def _foldered(edition: Edition) -> Edition:
    sections = (
        replace(section, papers=tuple(map(_without, section.papers)))
        for section in edition.sections
    )
    return replace(edition, sections=tuple(sections))


def _without(placed: Placement) -> Placement:
    if _is_name(placed.evidence.theme):
        return placed
    return replace(placed, evidence=replace(placed.evidence, theme=None))


def _is_name(theme: str | None) -> bool:
    return not theme or (len(theme) <= _LONGEST and bool(_NAME.fullmatch(theme)))
