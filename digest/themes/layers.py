"""A taxonomy from layers of TOML: ours first, then the user's, which change and add to them.

abstain_below = 9.0               # a paper whose best theme scores less claims none
archives = ["cs", "stat"]         # of papers of other archives these themes claim none

[[group]]
id = "agents"
label = "Agents & retrieval"

[[theme]]
id = "retrieval"                  # of a theme there is: what follows changes it
group = "agents"
label = "Retrieval & recommendation"
description = "Finding what is relevant, and answering from it."
core = ["recommender system"]     # weigh 5: phrases that all but name the theme
strong = ["dense retrieval"]      # weigh 3
weak = ["query"]                  # weigh 1
exclude = ["image retrieval"]     # a paper with one of these is never of this theme
drop = ["ranking"]                # phrases of an earlier layer that count no longer
merge = ["search"]                # themes that this one takes in, with their phrases and topics
priority = 1.0                    # times the score, where themes are compared
[theme.topics]                    # parts that a large section falls into, with phrases of theirs
"Recommendation" = ["recommender"]
[theme.categories]                # a paper of these first that no theme claims is of this one;
"cs.IR" = 8                       # being so adds as much to the score
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from digest.config.hints import hint
from digest.errors import ConfigError
from digest.model.editions import ALSO
from digest.themes.drafts import Draft, Drafts, compiled
from digest.themes.tables import Layer, Table, read, shown
from digest.themes.taxonomy import (
    CORE,
    STRONG,
    WEAK,
    Home,
    Taxonomy,
    Words,
)
from digest.themes.words import category_words, words

_WEIGHTS = {"core": CORE, "strong": STRONG, "weak": WEAK}
_TEXTS = ("label", "group", "description")
_TABLES = ("topics", "categories")
_THEME_KEYS = ("id", *_TEXTS, *_WEIGHTS, "exclude", *_TABLES, "drop", "merge", "priority")
_SHEET_KEYS = ("abstain_below", "archives", "group", "theme")
_ABSTAIN_BELOW = 9.0
_SETTINGS = ("path", "use", "follow")  # read by whoever reads the configuration
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@lru_cache(maxsize=4)  # whoever makes many editions reads them once
def taxonomy_of(layers: tuple[Layer, ...], names: tuple[Layer, ...] = ()) -> Taxonomy:
    """The taxonomy of some layers, on the categories that `names` tells the names of.

    A layer of names has for each archive a table such as `[cs]` with its `label`, and in
    `[cs.categories]` the names of its categories by their codes. Each is a theme, `arxiv-cs-cl`
    in the layer "arxiv", that a paper goes by which no other claims. Raises ConfigError with
    every problem.
    """
    drafts = Drafts()
    told = [_name_categories(drafts, layer) for layer in names]
    named = len(drafts.groups)
    told += [_add(drafts, layer) for layer in layers]
    if drafts.problems:
        raise ConfigError(drafts.problems)
    drafts.groups = dict([*drafts.groups.items()][named:] + [*drafts.groups.items()][:named])
    name = "+".join(layer.name for layer in layers)
    text = json.dumps(told, sort_keys=True, default=str)
    return compiled(drafts, f"{name}@{hashlib.sha256(text.encode()).hexdigest()[:8]}")


def _name_categories(drafts: Drafts, layer: Layer) -> Mapping[str, Any]:
    """What a layer of names says, after it has become drafts."""
    archives = read(layer, drafts.problems).data
    for archive, table in archives.items():
        group = archive if archive == layer.name else f"{layer.name}-{archive}"
        drafts.groups[group] = table["label"]
        known: dict[str, str] = {}  # themes by label: some categories have two codes
        for code, label in table["categories"].items():
            theme = known.setdefault(
                label, f"{layer.name}-{category_words(code).replace(' ', '-')}"
            )
            drafts.homes[category_words(code)] = Home(theme, group, code)
            drafts.themes[theme] = Draft(
                id=theme,
                label=label,
                group=group,
                fields=frozenset([group]),
                abstain_below=_ABSTAIN_BELOW,
            )
    return archives


def _add(drafts: Drafts, layer: Layer) -> Mapping[str, Any]:
    """What one layer says of themes, after it has added and changed them."""
    sheet = read(layer, drafts.problems)
    sheet.refuse_unknown([*_SHEET_KEYS, *(_SETTINGS if layer.under else ())])
    abstain_below = sheet.number("abstain_below", _ABSTAIN_BELOW)
    fields = _fields(sheet, drafts)
    groups: set[str] = set()
    for table in sheet.tables("group"):
        _add_group(drafts, table, groups)
    themes: set[str] = set()
    for table in sheet.tables("theme"):
        _add_theme(drafts, table, themes, fields, abstain_below)
    return {key: sheet.data[key] for key in _SHEET_KEYS if key in sheet.data}


def _fields(sheet: Table, drafts: Drafts) -> frozenset[str]:
    known = {home.field.removeprefix("arxiv-"): home.field for home in drafts.homes.values()}
    for number, archive in enumerate(archives := sheet.texts("archives")):
        if archive not in known:
            sheet.problem("archives", f"{archive!r} is no archive{hint(archive, known)}", number)
    return frozenset(known[archive] for archive in archives if archive in known)


def _add_group(drafts: Drafts, table: Table, seen: set[str]) -> None:
    table.refuse_unknown(("id", "label"))
    group = _identifier(table, seen)
    if group in drafts.themes:
        table.problem("id", "is a theme's")
    if group not in drafts.groups and "label" not in table.data:
        table.problem("", f"a new group needs a label{hint(group, drafts.groups)}")
    drafts.groups[group] = table.text("label", drafts.groups.get(group, group))


def _add_theme(
    drafts: Drafts, table: Table, seen: set[str], fields: frozenset[str], abstain_below: float
) -> None:
    table.refuse_unknown(_THEME_KEYS)
    name = _identifier(table, seen)
    if name in drafts.groups:
        table.problem("id", "is a group's")
    draft = drafts.themes.get(name)
    is_new = draft is None
    if draft is None:
        _refuse_halves(drafts, table, name)
        draft = Draft(id=name, label=name, fields=fields, abstain_below=abstain_below)
        drafts.themes[name] = draft
    for key in _TEXTS:
        setattr(draft, key, table.text(key, getattr(draft, key)))
    if draft.group and draft.group not in drafts.groups:
        table.problem(
            "group", f"there is no group {draft.group!r}{hint(draft.group, drafts.groups)}"
        )
    draft.own = draft.own or table.layer.own
    draft.priority = table.number("priority", draft.priority)
    _merge(drafts, draft, table)
    _drop(draft, table)
    # Whoever adds phrases to a source's category, or to others, has it claim papers by them.
    adds_phrases = _add_phrases(draft, table) and (is_new or table.layer.own)
    draft.category = draft.category and not adds_phrases
    _add_categories(drafts, draft, table.table("categories"))
    if not draft.phrases and name not in (home.theme for home in drafts.homes.values()):
        table.problem("", "needs phrases, in core, strong or weak")


def _refuse_halves(drafts: Drafts, table: Table, name: str) -> None:
    missing = [key for key in ("group", "label") if key not in table.data]
    if missing and name:
        needs = f"a new theme needs a {' and a '.join(missing)}"
        table.problem("", f"{needs}{hint(name, drafts.themes)}")


def _identifier(table: Table, seen: set[str]) -> str:
    """An id that can stand in a link, is not one of ours and names one table of a layer alone."""
    found = table.text("id")
    if "id" not in table.data:
        table.problem("", "needs an id")
    elif found and (not _ID.fullmatch(found) or found == ALSO):
        table.problem(
            "id",
            f'must be lower-case letters and digits, parted by single hyphens, and not "{ALSO}"',
        )
    elif found in seen:
        table.problem("id", "is used twice")
    seen.add(found)
    return found


def _drop(draft: Draft, table: Table) -> None:
    for number, phrase in enumerate(table.texts("drop")):
        found = tuple(words(phrase))
        draft.topics.pop(found, None)
        if not draft.phrases.pop(found, None) and not draft.exclusions.pop(found, None):
            table.problem("drop", f"{phrase!r} is no phrase of this theme", number)


def _merge(drafts: Drafts, draft: Draft, table: Table) -> None:
    for number, name in enumerate(table.texts("merge")):
        other = drafts.themes.get(name)
        if other is None or other is draft:
            others = drafts.themes.keys() - {draft.id}
            what = f"{name!r} is no other theme so far{hint(name, sorted(others))}"
            table.problem("merge", what, number)
            continue
        del drafts.themes[name]
        for found, use in other.phrases.items():
            # The heavier use counts, and more than that a theme excludes it.
            draft.exclusions.pop(found, None)
            if use[1] > draft.phrases.get(found, ("", 0.0))[1]:
                draft.phrases[found] = use
        known = {found: label for found, label in other.topics.items() if found in draft.phrases}
        draft.topics = known | draft.topics
        draft.category = draft.category and other.category
        for category, home in drafts.homes.items():
            if home.theme == name:
                drafts.homes[category] = home._replace(theme=draft.id)


def _add_phrases(draft: Draft, table: Table) -> bool:
    """Whether there are any. What a layer says of a phrase goes before what earlier ones said."""
    here: dict[Words, str] = {}
    for key, weight in _WEIGHTS.items():
        for found, phrase in _phrases(table, key, here).items():
            draft.phrases[found] = phrase, weight
            draft.exclusions.pop(found, None)
    here |= _add_topics(draft, table.table("topics"))
    for found, phrase in _phrases(table, "exclude", dict(here)).items():
        draft.exclusions[found] = phrase
        draft.phrases.pop(found, None)
        draft.topics.pop(found, None)
    return bool(here)


def _add_topics(draft: Draft, table: Table) -> dict[Words, str]:
    """The phrases of the topics of one layer, which join the theme's."""
    here: dict[Words, str] = {}
    ids = {category_words(label): label for label in draft.topics.values()}
    for label in table.data:
        name = category_words(shown(label))
        if label in _THEME_KEYS:
            table.problem(label, "is a key of the theme: write it above [theme.topics]")
            continue
        if not name:
            table.problem(label, "must be named by a line of text, with letters or digits")
        elif ids.setdefault(name, shown(label)) != shown(label):
            table.problem(label, f"reads the same as the topic {ids[name]!r}, apart from its signs")
        for found, phrase in _phrases(table, label, here).items():
            draft.phrases.setdefault(found, (phrase, STRONG))
            draft.topics[found] = shown(label)
    return here


def _add_categories(drafts: Drafts, draft: Draft, table: Table) -> None:
    """The categories that are this theme's from now on."""
    for code in table.data:
        found = category_words(code)
        if found not in drafts.homes:
            table.problem(code, "is no category that we know")
            continue
        weight = table.number(code, 0.0)
        drafts.homes[found] = drafts.homes[found]._replace(theme=draft.id, weight=weight)


def _phrases(table: Table, key: str, here: dict[Words, str]) -> Mapping[Words, str]:
    """The phrases of one list by their words, none of which is in `here`, where they join."""
    found = {}
    for number, phrase in enumerate(table.texts(key)):
        read = tuple(words(phrase))
        if not read:
            table.problem(key, f"{phrase!r} holds no word", number)
        elif read in here:
            table.problem(key, f"{phrase!r} says the same as {here[read]!r}", number)
        else:
            found[read] = here[read] = phrase
    return found
