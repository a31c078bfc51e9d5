"""What makes a value right that only some kinds of source take; else as `checks`."""

from __future__ import annotations

import re

from digest.config.checks import Given, Wrong, web_url

# The archives that have categories, each with one as an example, and the subject classes that
# are neither two capitals nor hyphenated (https://arxiv.org/category_taxonomy).
_ARCHIVES = {
    "astro-ph": "GA",
    "cond-mat": "soft",
    "cs": "CL",
    "econ": "EM",
    "eess": "IV",
    "math": "AP",
    "nlin": "CD",
    "physics": "optics",
    "q-bio": "NC",
    "q-fin": "ST",
    "stat": "ML",
}
_LOWER = {"soft", "other", "optics"}
_CATEGORY = (
    r"[a-z]{1,7}(?:-[a-z]{2,4})?"
    rf"(?:\.(?:[A-Z]{{2}}|{'|'.join(_LOWER)}|[a-z]{{2,5}}-[a-z]{{2,4}}))?"
)


def web_url_or_none(given: Given) -> str:
    """An http(s) URL, or nothing."""
    return web_url(given) if given.value else ""


def arxiv_categories(given: Given) -> tuple[str, ...]:
    """ArXiv categories, such as cs.CL or hep-th, each once.

    Not a whole archive that has categories: arXiv cuts its list at 2,000 entries, new ones first.
    """
    found = []
    for text in map(str.strip, given.value):
        archive, dot, subject = text.partition(".")
        name = f"{archive.lower()}.{_subject(subject)}" if dot else archive.lower()
        if not re.fullmatch(_CATEGORY, name):
            raise Wrong(f"{text!r} is no arXiv category; write it as in cs.CL, q-bio.NC or hep-th")
        if name in _ARCHIVES:
            raise Wrong(
                f"{text!r} is a whole archive; name its categories,"
                f" such as {name}.{_ARCHIVES[name]}"
            )
        found.append(name)
    if not found:
        raise Wrong('must name at least one category, such as ["cs.CL", "cs.LG"]')
    return tuple(dict.fromkeys(found))


def _subject(text: str) -> str:
    """A subject class as arXiv writes it: AI, but gen-ph and mes-hall."""
    return text.lower() if "-" in text or text.lower() in _LOWER else text.upper()


def announcements(given: Given) -> tuple[str, ...]:
    """Which of arXiv's announcements are wanted: new, cross or both."""
    if not given.value or not set(given.value) <= {"new", "cross"}:
        raise Wrong('must be ["new"], ["cross"] or both; new versions are told by themselves')
    return tuple(name for name in ("new", "cross") if name in given.value)


def preprint_server(given: Given) -> str:
    """A server of the bioRxiv API."""
    if given.value not in ("biorxiv", "medrxiv"):
        raise Wrong('must be "biorxiv" or "medrxiv"')
    return str(given.value)


def subjects(given: Given) -> tuple[str, ...]:
    """Subject areas as bioRxiv and medRxiv name them, in lower case with spaces; none means all."""
    names = (" ".join(text.replace("_", " ").lower().split()) for text in given.value)
    return tuple(dict.fromkeys(filter(None, names)))
