"""What is wrong with a layer of a taxonomy is told at once, each mistake with its line."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.model.papers import Paper
from digest.themes.layers import taxonomy_of
from digest.themes.lines import line_of
from digest.themes.match import place
from digest.themes.tables import Layer
from tests.themes.shelf import HERBS, NAMES, SMALL, small


def problems(*texts: str, under: str = "") -> list[str]:
    layers = (Layer("mine.toml", text, under=under, own=True) for text in texts)
    with pytest.raises(ConfigError) as caught:
        taxonomy_of((Layer("small", SMALL), *layers), NAMES)
    return caught.value.problems


WRONG = """
abstain_below = "high"
archives = [
    "cs",
    "cuisine",
]
colour = "green"
[[group]]
id = "shed"
label = ""
[[group]]
id = "gardn"
[[group]]
id = "shed"
label = "Shed"
[[theme]]
id = "Apple Trees"
group = "orchard"
label = "Apples"
strong = [
    "apple-tree",  # the first
    "Apple trees",
    \"\"\"
    ...\"\"\",
]
weak = "apple"
strnog = []
[[theme]]
group = "garden"
label = "Nameless"
priority = -1
exclude = []
[[theme]]
id = "rosse"
[[theme]]
id = "ponds"
merge = ["ponds", "aples"]
[theme.topics]
"Fish" = [
    "carp",
    "pike"
  , "carps"]
"Koi" = ["carp"]
"..." = ["x"]
"""


def test_every_problem_is_named_at_once_with_its_line_and_key() -> None:
    found = problems(WRONG)
    assert [problem.partition("; known are")[0] for problem in found] == [
        "mine.toml, line 7: colour: there is no such key",
        "mine.toml, line 2: abstain_below: must be a number above 0",
        "mine.toml, line 5: archives: 'cuisine' is no archive",
        "mine.toml, line 10: group.shed.label: must be a line of text",
        "mine.toml, line 11: group.gardn: a new group needs a label; did you mean garden?",
        "mine.toml, line 14: group.shed.id: is used twice",
        "mine.toml, line 27: theme.Apple Trees.strnog: there is no such key; did you mean strong?",
        "mine.toml, line 17: theme.Apple Trees.id: must be lower-case letters and digits, parted"
        ' by single hyphens, and not "also"',
        "mine.toml, line 18: theme.Apple Trees.group: there is no group 'orchard'",
        "mine.toml, line 22: theme.Apple Trees.strong: 'Apple trees' says the same as 'apple-tree'",
        "mine.toml, line 23: theme.Apple Trees.strong: '    ...' holds no word",
        "mine.toml, line 26: theme.Apple Trees.weak: must be a list of texts, such as"
        ' ["web agent"]',
        "mine.toml, line 28: theme.2: needs an id",
        "mine.toml, line 31: theme.2.priority: must be a number above 0",
        "mine.toml, line 28: theme.2: needs phrases, in core, strong or weak",
        "mine.toml, line 33: theme.rosse: a new theme needs a group and a label; did you mean"
        " roses?",
        "mine.toml, line 33: theme.rosse: needs phrases, in core, strong or weak",
        "mine.toml, line 37: theme.ponds.merge: 'ponds' is no other theme so far",
        "mine.toml, line 37: theme.ponds.merge: 'aples' is no other theme so far;"
        " did you mean apples?",
        "mine.toml, line 42: theme.ponds.topics.Fish: 'carps' says the same as 'carp'",
        "mine.toml, line 43: theme.ponds.topics.Koi: 'carp' says the same as 'carp'",
        "mine.toml, line 44: theme.ponds.topics....: must be named by a line of text, with letters"
        " or digits",
    ]


def test_only_a_phrase_that_is_there_can_be_dropped() -> None:
    [problem] = problems('[[theme]]\nid = "roses"\nweak = ["x"]\ndrop = [\n"bed",\n"cider"]')
    assert problem == "mine.toml, line 6: theme.roses.drop: 'cider' is no phrase of this theme"


def test_the_problems_of_all_layers_are_named_together() -> None:
    assert problems('[[theme]]\nid = "roses"\nstrong = 3', "colour = 1") == [
        'mine.toml, line 3: theme.roses.strong: must be a list of texts, such as ["web agent"]',
        "mine.toml, line 1: colour: there is no such key; known are: abstain_below, archives,"
        " group, theme",
    ]


def test_themes_in_the_configuration_are_named_as_they_stand_there() -> None:
    text = """
[mail]
to = []
[themes]
path = "mine.toml"
[[themes.theme]]
id = "roses"
label = 3
[[themes.theme]]
id = 7
strong = ["a",
  "b", "B"]
"""
    assert [problem.partition("; known are")[0] for problem in problems(text, under="themes")] == [
        "mine.toml, line 8: themes.theme.roses.label: must be a line of text",
        "mine.toml, line 10: themes.theme.2.id: must be a line of text",
        "mine.toml, line 12: themes.theme.2.strong: 'B' says the same as 'b'",
    ]
    assert problems("[themes]\n\ntheme = 1\ngroup = [1]", under="themes") == [
        "mine.toml, line 4: themes.group: must be tables: write [[themes.group]]",
        "mine.toml, line 3: themes.theme: must be tables: write [[themes.theme]]",
    ]


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    [problem] = problems('[[group]]\nid = "garden\n')
    assert problem.startswith("mine.toml: ")
    assert "line 2" in problem


@pytest.mark.parametrize("name", ["also", "a b", "ä", "-a", "A", "a--b", "a.b", "\\u0007"])
def test_an_id_must_fit_a_link_and_not_be_one_of_ours(name: str) -> None:
    [problem] = problems(HERBS.replace('id = "herbs"', f'id = "{name}"'))
    assert problem.startswith("mine.toml, line 6: theme.")
    assert "must be" in problem
    assert problem.isprintable()


def test_an_id_names_one_thing() -> None:
    assert problems(HERBS.replace('"herbs"', '"water"')) == [
        "mine.toml, line 6: theme.water.id: is a group's"
    ]
    assert problems(HERBS + '[[theme]]\nid = "herbs"\nweak = ["clove"]') == [
        "mine.toml, line 11: theme.herbs.id: is used twice"
    ]
    assert problems('[[group]]\nid = "roses"\nlabel = "R"') == [
        "mine.toml, line 2: group.roses.id: is a theme's"
    ]


@pytest.mark.parametrize("label", ["\\u0000", "a\\u001bb", " "])
def test_a_label_can_be_shown(label: str) -> None:
    [problem] = problems(f'[[theme]]\nid = "roses"\nlabel = "{label}"')
    assert problem == "mine.toml, line 3: theme.roses.label: must be a line of text"


def test_lines_are_counted_as_editors_count_them() -> None:
    """Whatever ends the lines, and with signs in texts that elsewhere end a line."""
    text = '# \u2028 \x85\n[[theme]]\nid = "roses"\nweak = [\n"a\u2029b",\n"...",\n]\n'
    for written in (text, text.replace("\n", "\r\n"), text.rstrip("\n")):
        [problem] = problems(written)
        assert problem == "mine.toml, line 6: theme.roses.weak: '...' holds no word"


keys = st.sampled_from(["theme", "group", "a", "b", "c d", "é"])
values = st.recursive(
    st.integers() | st.booleans() | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@given(st.text(), st.lists(keys | st.integers(0, 3), max_size=4))
def test_a_line_is_always_one_of_the_texts(text: str, path: list[str | int]) -> None:
    # Most of these paths lead nowhere, which has no line of its own: 0 or one too many shows here.
    assert 1 <= line_of(text, path) <= text.count("\n") + 1


@given(st.lists(st.lists(st.text("ab \\#]", max_size=3), max_size=5), max_size=5), st.data())
def test_the_line_of_an_item_is_the_one_it_stands_on(
    lists: list[list[str]], data: st.DataObject
) -> None:
    """Each item on a line of its own, the arrays ended in every way."""
    lines, places = ["# ["], {}
    for number, items in enumerate(lists):
        lines += ["[[theme]]", "strong = ["]
        for place_, item in enumerate(items):
            lines.append(f"  {json.dumps(item)},{data.draw(st.sampled_from(['', ' # ]', '  ']))}")
            places["theme", number, "strong", place_] = len(lines)
        lines.append("]")
    text = "\n".join(lines)
    assert tomllib.loads(text) or not lists
    for path, line in places.items():
        assert line_of(text, path) == line


ids = st.sampled_from(["apples", "roses", "ponds", "herbs", "arxiv-hep-th", "garden", "a-b", "A"])
texts = st.sampled_from(["cider", "Cider", "pond", "new phrase", "...", "naïve", "", "\x07"])
pieces = st.fixed_dictionaries(
    {},
    optional={
        "id": ids,
        "group": st.sampled_from(["garden", "water", "arxiv-cs", "nowhere"]),
        "label": texts,
        "description": texts,
        **dict.fromkeys(["core", "strong", "weak", "exclude", "drop"], st.lists(texts, max_size=3)),
        "merge": st.lists(ids, max_size=2),
        "priority": st.sampled_from([0.5, 2, 0, -1, True]),
        "topics": st.dictionaries(texts, st.lists(texts, max_size=2), max_size=2),
        "typo": values,
    },
)


def written(table: dict[str, object]) -> str:
    """A table as TOML, which takes JSON's texts, numbers and arrays, and its inline tables."""
    return "".join(f"{json.dumps(key)} = {_inline(value)}\n" for key, value in table.items())


def _inline(value: object) -> str:
    if isinstance(value, dict):
        inner = (f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items())
        return f"{{ {', '.join(inner)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@given(st.lists(st.tuples(st.sampled_from(["theme", "group"]), pieces), max_size=5))
def test_any_layer_gives_a_taxonomy_or_says_what_is_wrong(
    tables: list[tuple[str, dict[str, object]]],
) -> None:
    text = "".join(f"[[{kind}]]\n{written(table)}" for kind, table in tables)
    tomllib.loads(text)
    try:
        taxonomy = small(SMALL, text)
    except ConfigError as error:
        last = text.count("\n") + 1
        for problem in error.problems:
            name, line, *_ = problem.replace(":", "").split()
            assert (name, line) == ("mine.toml,", "line")
            # Which line it is, the tests above say; lines counted twice over tables show here.
            assert 1 <= int(problem.split()[2].rstrip(":")) <= last
            assert problem.isprintable()
    else:
        assert {one.group for one in taxonomy.themes} <= taxonomy.labels.keys()
        for title in ("Cider", "New Phrases"):
            found = place(taxonomy, Paper(title=title, categories=("hep-th",))).theme
            assert found in taxonomy.places
