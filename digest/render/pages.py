"""A page of the site: its place, its style and the policy that allows that alone. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import jinja2

from digest.render.look import Look, address
from digest.render.templates import fill, filled
from digest.render.text import tidy

STYLES = ("archive/colours.css", "archive/style.css")
OVERVIEW = "archive/overview.css"  # what pages beside editions need, too


def site_page(
    env: jinja2.Environment,
    look: Look,
    template: str,
    path: str,
    *,
    root: str | None = None,
    styles: tuple[str, ...] = (*STYLES, OVERVIEW),
    **values: object,
) -> Iterator[str]:
    """A page, piece by piece, as it can be long.

    `path` is its file from the site's root, as "2026/06/16/index.html". From it come `root`, the
    relative way to the site's root, and `url`, its address, or "" where the site's is not known.
    """
    style, style_hash = _style(env, styles)
    return filled(
        env,
        template,
        look=replace(look, title=tidy(look.title)),
        path=path,
        root="../" * path.count("/") if root is None else root,
        url=address(look, path),
        style=style,
        style_hash=style_hash,
        **values,
    )


@lru_cache(maxsize=16)
def _style(env: jinja2.Environment, names: tuple[str, ...]) -> tuple[str, str]:
    """A style, and what a security policy allows it by (CSP, level 2)."""
    style = "".join(fill(env, name) for name in names)
    return style, f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"
