"""A mail: its subject and its two parts, small enough to be shown whole. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import jinja2

from digest.counts import plural
from digest.errors import ConfigError
from digest.model.editions import REST, Edition
from digest.model.readers import Frequency
from digest.quoted import quoted
from digest.render.detail import plan, steps
from digest.render.greeting import greeting
from digest.render.shelf import Shelf
from digest.render.shown import Views, largest
from digest.render.templates import fill
from digest.render.text import tidy
from digest.render.view import ShownEdition
from digest.shortening import cut

# Gmail hides what comes after some 102 KB of HTML, and so the way to unsubscribe (FAQ of Metorik;
# spamresource.com measured 105 KB). Here is room for the part's own headers.
LONGEST_HTML = 94_500  # bytes, in quoted-printable
LONGEST_SUBJECT = 150  # characters
LONGEST_INTRO = 1_200  # characters
SOURCES, FEWEST_SOURCES = 12, 3  # shown in a mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What the foot of a mail offers its reader; "" where there is none."""

    unsubscribe: str = ""  # a link: https or mailto
    preferences: str = ""  # an https link
    contact: str = ""  # a mailto link to who answers for the newsletter
    address: str = ""  # theirs, for where it cannot be a link
    postal: str = ""
    chosen: str = ""  # what the reader chose of the edition, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What readers see of a mail."""

    subject: str
    html: str
    text: str


_NOTHING = Footing()


class Mails:
    """The mails that bring an edition, whole or as selections from it.

    `site` is the address of the archive without a trailing slash; "" leaves links to it out.
    """

    def __init__(self, env: jinja2.Environment, edition: Edition, *, site: str) -> None:
        self._env = env
        self._site = site
        self._shelf = Shelf(edition)

    def mail(self, edition: Edition, *, max_papers: int, footing: Footing = _NOTHING) -> Mail:
        """The mail with at most `max_papers` papers of a selection, in both parts the same.

        Raises ConfigError where a template is wrong, or too long by itself.
        """
        line, foot = subject(edition), tidy(footing)
        views = Views(edition, site=self._site, shelf=self._shelf)

        @cache
        def view(step: int) -> ShownEdition:
            now = plan(edition, max_papers, step)
            shown = views.under(now, sources=SOURCES if now.framed else FEWEST_SOURCES)
            return replace(shown, intro=cut(shown.intro, LONGEST_INTRO) if now.framed else "")

        @cache
        def html(step: int) -> str:
            shown = view(step)
            words = greeting(shown.intro)
            values = {"edition": shown, "intro": words, "subject": line, "footing": foot}
            return _inlined(fill(self._env, "mail.html.j2", **values))

        step = _fitting(lambda step: len(quoted(html(step))), steps(edition, max_papers))
        if step < 0:
            raise ConfigError([_TOO_LONG.format(len(quoted(html(0))))])
        text = fill(self._env, "mail.txt.j2", edition=view(step), footing=foot)
        return Mail(subject=line, html=html(step), text=text)


_TOO_LONG = (
    "mail.html.j2: takes {:,} bytes without a single paper, and mail programs hide what comes"
    f" after {LONGEST_HTML:,}; make the template shorter"
)


def mail(
    env: jinja2.Environment,
    edition: Edition,
    *,
    site: str,
    max_papers: int,
    footing: Footing = _NOTHING,
) -> Mail:
    """The mail that brings a whole edition, with at most `max_papers` papers; see `Mails`."""
    return Mails(env, edition, site=site).mail(edition, max_papers=max_papers, footing=footing)


def subject(edition: Edition) -> str:
    """The subject of a mail: how many papers, which day, and the two largest themes.

    Themes that are followed go before larger ones, and all before the rest of a theme.
    """
    size = sum(len(section.papers) for section in edition.sections)
    names = [tidy(section.label) for section in largest(edition.sections)]
    names.sort(key=lambda name: name.startswith(REST))
    labels = "; ".join(dict.fromkeys(name.removeprefix(REST) for name in names[:2]))
    day = f"{edition.date.day} {edition.date:%b}"
    line = f"{plural(size, 'new paper')}, {day}"
    if edition.period != Frequency.DAILY:
        line = f"The week in {plural(size, 'paper')}, {day}"
    return cut(f"{line}: {labels}" if labels else line, LONGEST_SUBJECT)


def _fitting(size: Callable[[int], int], last: int) -> int:
    """The last step, or else one whose mail is small enough while that of the next is not.

    -1 where none is.
    """
    if size(last) <= LONGEST_HTML:
        return last
    return bisect_right(range(last), LONGEST_HTML, key=size) - 1


def _inlined(html: str) -> str:
    """HTML with its styles at each element, which is where every mail program reads them."""
    import css_inline  # slow to load

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)
    return inliner.inline(html)
