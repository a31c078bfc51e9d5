"""The pages where readers serve themselves. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import jinja2

from digest.render.templates import fill, source

_STYLE = "web/style.css"


def page(env: jinja2.Environment, name: str, values: Mapping[str, object]) -> str:
    """A page by name, with the style sheet inside."""
    return fill(env, f"web/{name}.html.j2", style=source(env, _STYLE), **values)


def style_hash(env: jinja2.Environment) -> str:
    """The style sheet as a Content-Security-Policy names it (CSP 3, section 2.3.1)."""
    digest = hashlib.sha256(source(env, _STYLE).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
