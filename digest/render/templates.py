"""The templates' surroundings, and templates turned into text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import jinja2
import jinja2.nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from digest.errors import ConfigError
from digest.render.text import (
    escape_markdown,
    escape_markdown_link,
    formulas,
    inert,
    inert_link,
    markdown_anchor,
    wrap,
)
from digest.render.view import ShownPaper
from digest.shortening import cut

_HTML = [(sign, str(escape(sign))) for sign in "&<>'\""]  # "&" first: others are written with it
_KEPT = 2_000  # what `once` keeps: some 1 KB each


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
        auto_reload=False,  # to look for changes takes longer than some templates
    )
    env.code_generator_class = _Generator
    env.extend(escaped=_escaped)
    env.filters |= {
        "cut": cut,
        "inert": inert,
        "inert_link": inert_link,
        "mathml": _mathml,
        "once": _once(),
        "md": escape_markdown,
        "md_anchor": markdown_anchor,
        "md_link": escape_markdown_link,
        "wrap": wrap,
    }
    return env


class _Generator(CodeGenerator):
    """Compiles templates to join plain texts: to make Markup of each would take most of the time.

    Where jinja2 should compile otherwise some day, this at worst changes nothing.
    """

    def _output_child_pre(self, node: jinja2.nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


def _escaped(value: object) -> str:
    """A value as `escape` has it, but for its type."""
    if type(value) is not str:
        return value if type(value) is Markup else escape(value)
    for sign, written in _HTML:
        if sign in value:  # few are, and to see that is quick
            value = value.replace(sign, written)
    return value


def _once() -> Callable[[Context, ShownPaper, Macro], str]:
    """What calls a macro with a paper once for all mails that show as much of the paper.

    So the macro may show nothing else. It finds no number, which is another in each mail.
    """
    made: dict[tuple[str | None, str, ShownPaper], str] = {}

    @jinja2.pass_context
    def once(context: Context, paper: ShownPaper, macro: Macro) -> str:
        bare = paper._replace(number=0)
        call = context.name, macro.name, bare
        if call not in made:
            if len(made) >= _KEPT:
                made.clear()
            made[call] = macro(bare)
        return made[call]

    return once


def _mathml(tex: str) -> Markup:
    """A text with LaTeX as HTML that is safe to show unescaped."""
    return Markup(formulas(tex))  # noqa: S704


def fill(env: jinja2.Environment, name: str, **values: Any) -> str:
    """The text of one template. Raises ConfigError where a template, perhaps a user's, is wrong."""
    with _told(name):
        return env.get_template(name).render(values)


def filled(env: jinja2.Environment, name: str, **values: Any) -> Iterator[str]:
    """The text of one template, some KB at a time; else as `fill`."""
    with _told(name):
        pieces = env.get_template(name).generate(values)
        while some := list(islice(pieces, 2_000)):
            yield "".join(some)


def fill_each(
    env: jinja2.Environment, name: str, macro: str, values: Iterable[tuple[Any, ...]]
) -> list[str]:
    """The texts of a template's macro, called with each of some values; else as `fill`.

    For many short texts, as to fill a template takes longer than to call a macro.
    """
    with _told(name):
        called = getattr(env.get_template(name).module, macro)
        return [str(called(*each)) for each in values]


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What goes wrong in a template, as ConfigError."""
    try:
        yield
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
