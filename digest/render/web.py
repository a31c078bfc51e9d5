"""The pages where readers serve themselves. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache

import jinja2

from digest.render.templates import fill, source
from digest.render.text import tidy

_STYLE = "web/style.css"

_Words = tuple[str, str, str]  # subject, text and HTML of a mail


def page(env: jinja2.Environment, name: str, values: Mapping[str, object]) -> str:
    """A page by name, with the style sheet inside."""
    return fill(env, f"web/{name}.html.j2", style=_style(env), **values)


def style_hash(env: jinja2.Environment) -> str:
    """The style sheet as a Content-Security-Policy names it (CSP 3, section 2.3.1)."""
    digest = hashlib.sha256(_style(env).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@lru_cache(8)
def _style(env: jinja2.Environment) -> str:
    """The style sheet. It stays what its hash was made of, should the file change."""
    return source(env, _STYLE)


def confirmation(env: jinja2.Environment, title: str, link: str, postal: str) -> _Words:
    """The mail with a link to confirm."""
    title = tidy(title)
    told = {"title": title, "link": link, "postal": postal}
    return _words(env, "invitation", f"Please confirm: {title}", told)


def greeting(
    env: jinja2.Environment, title: str, *, unsubscribe: str, preferences: str, postal: str
) -> _Words:
    """The mail that welcomes, with the reader's own links."""
    title = tidy(title)
    told = {"title": title, "postal": postal}
    told |= {"unsubscribe": unsubscribe, "preferences": preferences}
    return _words(env, "greeting", f"Welcome: {title}", told)


def _words(env: jinja2.Environment, name: str, subject: str, told: Mapping[str, object]) -> _Words:
    text, html = (fill(env, f"web/{name}.{kind}.j2", **told) for kind in ("txt", "html"))
    return subject, text, html
