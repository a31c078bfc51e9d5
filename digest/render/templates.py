"""The templates' surroundings, and templates turned into text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jinja2
from markupsafe import Markup

from digest.errors import ConfigError
from digest.latex import mathml
from digest.render.text import escape_markdown, escape_markdown_link, markdown_anchor, wrap
from digest.shortening import cut


def environment(
    loader: jinja2.BaseLoader, compiled: jinja2.BytecodeCache | None = None
) -> jinja2.Environment:
    """Where templates live: HTML and XML escaped by themselves, no undefined name let through."""
    env = jinja2.Environment(
        loader=loader,
        bytecode_cache=compiled,
        autoescape=jinja2.select_autoescape(("html.j2", "xml.j2"), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "cut": cut,
        "mathml": _mathml,
        "md": escape_markdown,
        "md_anchor": markdown_anchor,
        "md_link": escape_markdown_link,
        "wrap": wrap,
    }
    return env


def _mathml(tex: str) -> Markup:
    """A text with LaTeX as HTML that is safe to show unescaped."""
    return Markup(mathml(tex))  # noqa: S704


def fill(env: jinja2.Environment, name: str, **values: Any) -> str:
    """The text of one template. Raises ConfigError where a template, perhaps a user's, is wrong."""
    return "".join(filled(env, name, **values))


def filled(env: jinja2.Environment, name: str, **values: Any) -> Iterator[str]:
    """The text of one template, piece by piece; else as `fill`."""
    try:
        yield from env.get_template(name).generate(values)
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.name or name}, line {error.lineno}"
        raise ConfigError([f"{where}: {error.message}; {_REMEDY}"]) from error
    except jinja2.TemplateNotFound as error:
        raise ConfigError([f"{name}: there is no template {error.message}; {_REMEDY}"]) from error
    except jinja2.TemplateError as error:
        raise ConfigError([f"{name}: {error.message}; {_REMEDY}"]) from error
    except Exception as error:  # whatever a template's own words do
        told = f"{type(error).__name__}: {error}"
        raise ConfigError([f"{name}: {told}; {_REMEDY}"]) from error


def source(env: jinja2.Environment, name: str) -> str:
    """A template as it was written."""
    if not env.loader:
        raise ConfigError([f"{name}: there are no templates"])
    return env.loader.get_source(env, name)[0]


_REMEDY = "mend the template, or remove your own file so that the built-in one is used"
