"""Which sightings are one paper: keys, versions and the merging of sightings.

The ladder of identity: an arXiv id, a DOI, else the normalised title. A version is never part
of a key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import NamedTuple

from digest.model.decisions import Known, Work
from digest.model.papers import Paper
from digest.model.replies import Sighting

# https://info.arxiv.org/help/arxiv_identifier.html: since April 2007, and before it with an
# archive and perhaps a subject class (math.GT/0309136, whose class is not part of the id).
_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas"
    " cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin"
    " nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con"
)
_ARXIV_ID = (
    r"(\d\d(?:0[1-9]|1[0-2])\.\d{4,5}"
    rf"|(?:{_ARCHIVES.replace(' ', '|')})(?:\.[a-z]{{2}})?/\d{{7}})(?:v([1-9]\d{{0,3}}))?"
)
_ARXIV = re.compile(
    rf"(?:^|arxiv\.org/(?:abs|pdf|html|format|e-print|src)/|\barxiv[.:]|\barxiv\.org:"
    rf"|huggingface\.co/papers/){_ARXIV_ID}(?:\.pdf)?(?=$|[?#/\s])",
    re.IGNORECASE,
)
# https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html, as Crossref recommends to match it.
_DOI = re.compile(r"(?:^|doi:\s*|doi\.org/|/)(10\.\d{4,9}/[^\s?#\"<>]+)", re.IGNORECASE)
# bioRxiv's and medRxiv's pages add the version, and the view, to the DOI.
_VIEW = re.compile(r"(?:/(?:full|abstract|meta|e?pdf)|\.pdf)$")
_PREPRINT = re.compile(r"(10\.(?:1101|64898)/[\d.]+)v([1-9]\d{0,3})(?:\.[a-z.-]+)?")

_AROUND = " '\"“”„«»<>()[]{}.,;"  # what stands around an id where it is copied from
_KIND = re.compile(r"^(arxiv|doi)[:\s]\s*", re.IGNORECASE)

_LONGEST_DOI = 500  # characters; the longest there are have about 250
_MIN_TITLE = 12  # normalised characters below which different papers do share a title
_TEX_STYLE = re.compile(r"\\(?:text|math)(?:bf|it|rm|tt|sc|sf|sl|up|cal|bb|frak|normal)?(?![a-z])")
_TEX_ACCENT = re.compile(r"\\(?:['\"`^~=.]|[cvuHkrbdt](?=[{\s]))\s*")
_TEX_COMMAND = re.compile(r"\\(?:text|math)?(?=[A-Za-z])")


def arxiv_id(text: str) -> tuple[str, int | None] | None:
    """The arXiv id (without class or version) and version that a text is, or links to."""
    found = _ARXIV.search(text.strip())
    if not found:
        return None
    number = found[1].lower()
    archive, slash, serial = number.partition("/")
    if slash:
        number = f"{archive.partition('.')[0]}/{serial}"
    return number, int(found[2]) if found[2] else None


def doi(text: str) -> tuple[str, int | None] | None:
    """The DOI (lower case: DOIs are case-insensitive) and version that a text is, or links to."""
    found = _DOI.search(text.strip())
    if not found or len(found[1]) > _LONGEST_DOI:
        return None
    name = _VIEW.sub("", found[1].lower().rstrip("./,;)"))
    preprint = _PREPRINT.fullmatch(name)
    return (preprint[1], int(preprint[2])) if preprint else (name, None)


def _plain(char: str) -> str:
    """A letter's plain spelling: the letter itself, without stroke, or its Greek name."""
    if char.isascii() or not char.isalpha():
        return char
    name = unicodedata.name(char, "")
    if name.startswith(("LATIN SMALL LETTER ", "GREEK SMALL LETTER ")):
        return name.split(" WITH ")[0].rsplit(" ", 1)[1].lower()
    return char


def normal_title(title: str) -> str:
    """A title's letters and digits alone: case, accents (Unicode's and TeX's) and signs folded."""
    text = title
    if "\\" in text:
        text = _TEX_COMMAND.sub(" ", _TEX_ACCENT.sub("", _TEX_STYLE.sub(" ", text)))
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(map(_plain, filter(str.isalnum, text)))


def _title_key(paper: Paper) -> str:
    text = normal_title(paper.title)
    if len(text) < _MIN_TITLE:
        link = (paper.url or "").partition("://")[2]
        told = normal_title(paper.abstract)[:200] or normal_title(link) or paper.title
        text = f"{text} {told}"
    return "title:" + hashlib.sha256(text.encode()).hexdigest()[:16]


def keys_of(paper: Paper) -> tuple[str, ...]:
    """A paper's keys, strongest first: `arxiv:…`, `doi:…`, and always `title:…`."""
    return _named(paper).keys


def keys_named(text: str) -> tuple[str, ...]:
    """The keys of the paper that a text may name: by a key, an id, a link or its title."""
    shown = "".join(filter(str.isprintable, text)).strip()
    bare = _KIND.sub(r"\1:", shown.strip(_AROUND))
    return (shown, *keys_of(Paper(title=shown, ids=(shown, bare))))


class _Named(NamedTuple):
    """What names a paper: its keys, strongest first, and its version."""

    keys: tuple[str, ...]
    version: int | None


def _named(paper: Paper) -> _Named:
    arxiv, dois, versions = [], [], []
    for text in paper.ids:
        if found := arxiv_id(text):
            arxiv.append(f"arxiv:{found[0]}")
        elif found := doi(text):
            dois.append(f"doi:{found[0]}")
        if found and found[1]:
            versions.append(found[1])
    keys = dict.fromkeys([*arxiv, *dois, _title_key(paper)])
    return _Named(tuple(keys), max(versions, default=None))


def conflict(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two sets of keys name different papers: two arXiv ids, or two DOIs."""
    some, others = set(some), set(others)
    if any(not key.startswith("title:") for key in some & others):
        return False
    return any(
        any(key.startswith(kind) for key in some) and any(key.startswith(kind) for key in others)
        for kind in ("arxiv:", "doi:")
    )


def merge(papers: Sequence[Paper]) -> Paper:
    """One paper from all its sightings: the richest value of each field, the first on a tie."""
    if len(papers) == 1:
        ids = tuple(dict.fromkeys(papers[0].ids))
        return papers[0] if ids == papers[0].ids else replace(papers[0], ids=ids)
    merged = {
        field.name: max((getattr(paper, field.name) for paper in papers), key=_richness)
        for field in fields(Paper)
    }
    merged["title"] = next((paper.title for paper in papers if paper.title), "")
    merged["ids"] = tuple(dict.fromkeys(text for paper in papers for text in paper.ids))
    return Paper(**merged)


def _richness(value: object) -> tuple[int, int]:
    """How much a field says: nothing, or its length, or (of counts, which grow) its value."""
    match value:
        case None | "" | ():
            return (0, 0)
        case int():
            return (1, value)
        case str() | tuple():
            return (1, len(value))
        case _:
            return (1, 0)


def works(sightings: Sequence[Sighting]) -> list[Work]:
    """The distinct papers of a run, in the order of their first sighting.

    A shared arXiv id or DOI joins; a shared title joins unless the ids conflict.
    """
    named = [_named(sighting.paper) for sighting in sightings]
    keys = [own for own, _ in named]
    root = list(range(len(keys)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = at = root[root[at]]
        return at

    owner: dict[str, int] = {}
    for at, own in enumerate(keys):
        for key in own[:-1]:
            if owner.setdefault(key, at) != at:
                first, second = sorted((find(owner[key]), find(at)))
                root[second] = first
    held: dict[int, set[str]] = {}
    for at, own in enumerate(keys):
        held.setdefault(find(at), set()).update(own)
    titled: dict[str, list[int]] = {}
    for at, own in enumerate(keys):
        here = find(at)
        namesakes = titled.setdefault(own[-1], [])
        match = next((o for o in map(find, namesakes) if not conflict(held[o], held[here])), None)
        if match is None:
            namesakes.append(here)
        elif match != here:
            first, second = sorted((match, here))
            root[second] = first
            held[first] |= held.pop(second)
    groups: dict[int, list[int]] = {}
    for at in range(len(sightings)):
        groups.setdefault(find(at), []).append(at)
    return [
        _work([sightings[at] for at in group], [named[at] for at in group])
        for group in groups.values()
    ]


def _work(sightings: Sequence[Sighting], named: Sequence[_Named]) -> Work:
    """One work from all sightings of one paper, in their order, and what names each."""
    keys = named[0].keys
    if len(named) > 1:
        keys = tuple(
            sorted(dict.fromkeys(chain.from_iterable(one.keys for one in named)), key=rank)
        )
    return Work(
        keys=keys,
        paper=merge([sighting.paper for sighting in sightings]),
        version=max((one.version for one in named if one.version), default=None),
        sightings=tuple(sightings),
    )


def recognise(found: Sequence[Work], known: Mapping[str, Known]) -> list[tuple[Work, Known | None]]:
    """Each work with the known paper it is; works that are the same known paper become one."""
    papers: dict[int, Known] = {}
    groups: dict[int | str, list[Work]] = {}
    for one in found:
        match = _match(one, known)
        if match:
            papers[match.id] = match
        groups.setdefault(match.id if match else one.keys[0], []).append(one)
    return [
        (_joined(group), papers.get(name) if isinstance(name, int) else None)
        for name, group in groups.items()
    ]


def _joined(found: Sequence[Work]) -> Work:
    """The one work that all of these are."""
    if len(found) == 1:
        return found[0]
    sightings = [sighting for one in found for sighting in one.sightings]
    return _work(sightings, [_Named(one.keys, one.version) for one in found])


def _match(one: Work, known: Mapping[str, Known]) -> Known | None:
    """The known paper behind a work: the strongest key's, one already in an edition first."""
    hits = papers_of(one, known)
    return next((hit for hit in hits if hit.edition), hits[0] if hits else None)


def papers_of(one: Work, known: Mapping[str, Known]) -> list[Known]:
    """The known papers that a work is, the strongest key's first.

    Newsletters may have entered one paper as several before anything told that it is one.
    """
    return [
        known[key]
        for key in one.keys
        if key in known
        and (not key.startswith("title:") or not conflict(one.keys, [known[key].key]))
    ]


def rank(key: str) -> int:
    """How strong a key is: 0 for an arXiv id, 1 for a DOI, 2 for a title."""
    return ("arxiv", "doi", "title").index(key.partition(":")[0])
