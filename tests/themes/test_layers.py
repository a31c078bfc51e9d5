"""A taxonomy from layers: what a user's layer adds to earlier ones and changes in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.model.papers import Paper
from digest.themes.layers import taxonomy_of
from digest.themes.match import place
from digest.themes.tables import Layer
from digest.themes.taxonomy import Taxonomy, Theme
from tests.themes.shelf import HERBS, NAMES, SHIPPED, SMALL, small


def mine(*texts: str) -> Taxonomy:
    return small(SMALL, *texts)


def theme(taxonomy: Taxonomy, name: str) -> Theme:
    return taxonomy.themes[taxonomy.places[name]]


def weights(taxonomy: Taxonomy, name: str) -> dict[str, float]:
    return dict(theme(taxonomy, name).phrases.values())


def claimed(taxonomy: Taxonomy, title: str, *categories: str) -> str | None:
    return place(taxonomy, Paper(title=title, categories=categories)).theme


def test_a_new_theme_joins_those_there_are_and_is_the_users() -> None:
    taxonomy = mine(HERBS)
    assert claimed(taxonomy, "Thyme") == "herbs"
    assert claimed(taxonomy, "Cider") == "apples"
    own = {name: theme(taxonomy, name).own for name in ("herbs", "apples")}
    assert own == {"herbs": True, "apples": False}
    assert taxonomy.labels["kitchen"] == "Kitchen"


def test_a_new_theme_is_for_papers_of_every_field_unless_its_layer_names_some() -> None:
    assert claimed(mine(HERBS), "Thyme", "hep-th") == "herbs"
    kept = mine(f'archives = ["astro-ph", "cs"]\n{HERBS}')
    assert claimed(kept, "Thyme", "hep-th") == "arxiv-hep-th"
    assert claimed(kept, "Thyme", "cs.CL") == claimed(kept, "Thyme") == "herbs"


def test_the_threshold_of_a_layer_is_that_of_its_new_themes() -> None:
    taxonomy = mine(f"abstain_below = 20\n{HERBS}")
    assert (claimed(taxonomy, "Thyme"), claimed(taxonomy, "Cider")) == (None, "apples")


def test_a_theme_there_is_takes_more_phrases_and_another_weight_for_one_it_has() -> None:
    taxonomy = mine('[[theme]]\nid = "apples"\nstrong = ["pomology", "Trees"]\nweak = ["cider"]')
    found = weights(taxonomy, "apples")
    assert found["pomology"] == found["Trees"] == 3
    assert (found["cider"], found["apple"], "tree" in found) == (1, 1, False)
    assert theme(taxonomy, "apples").label == "Apples"


def test_a_theme_and_a_group_can_be_renamed_and_a_theme_moved() -> None:
    taxonomy = mine(
        '[[group]]\nid = "garden"\nlabel = "Outdoors"\n'
        '[[theme]]\nid = "roses"\nlabel = "My\\n roses"\ndescription = "Mine."\ngroup = "water"'
    )
    assert (taxonomy.labels["garden"], taxonomy.labels["roses"]) == ("Outdoors", "My roses")
    assert (taxonomy.parents["roses"], taxonomy.parents["apples"]) == ("water", "garden")
    assert theme(taxonomy, "roses").description == "Mine."
    assert [one.id for one in taxonomy.themes][:3] == ["apples", "roses", "ponds"]


def test_the_theme_of_a_category_can_be_renamed_and_given_phrases() -> None:
    taxonomy = mine('[[theme]]\nid = "arxiv-hep-th"\nlabel = "Strings"\nstrong = ["string theory"]')
    assert taxonomy.labels["arxiv-hep-th"] == "Strings"
    assert claimed(taxonomy, "Anything", "hep-th") == "arxiv-hep-th"
    assert claimed(taxonomy, "String Theory") == "arxiv-hep-th"


def test_a_dropped_phrase_counts_no_longer_however_it_is_written() -> None:
    taxonomy = mine('[[theme]]\nid = "apples"\ndrop = ["Ciders", "pineapple-ring"]')
    assert claimed(taxonomy, "Cider") is None
    assert claimed(taxonomy, "Apple Tree", "pineapple rings") == "apples"


def test_a_theme_takes_in_others_with_their_phrases() -> None:
    taxonomy = mine('[[theme]]\nid = "roses"\nmerge = ["ponds", "apples"]\ndrop = ["bed", "pond"]')
    assert "ponds" not in taxonomy.labels
    assert "apples" not in taxonomy.labels
    assert claimed(taxonomy, "Cider") == claimed(taxonomy, "Climbing Roses") == "roses"
    assert claimed(taxonomy, "A Pond") is None


def test_of_two_merged_themes_neither_excludes_what_the_other_is_about() -> None:
    rings = '[[theme]]\nid = "rings"\ngroup = "water"\nlabel = "Rings"\nstrong = ["pineapple ring"]'
    for taxonomy, name in (
        (mine(f'{rings}\nmerge = ["apples"]'), "rings"),
        (small(SMALL, rings, '[[theme]]\nid = "apples"\nmerge = ["rings"]'), "apples"),
    ):
        assert claimed(taxonomy, "Pineapple Rings") == name
        assert claimed(taxonomy, "Cider with Pineapple Rings") == name


def test_a_merged_category_hands_its_papers_over() -> None:
    taxonomy = mine('[[theme]]\nid = "apples"\nmerge = ["arxiv-hep-th", "arxiv-gr-qc"]')
    assert claimed(taxonomy, "Anything", "hep-th") == "apples"
    assert claimed(taxonomy, "Anything", "gr-qc", "cs.CL") == "apples"
    assert "arxiv-hep-th" not in taxonomy.labels
    both = mine('[[theme]]\nid = "apples"\nmerge = ["arxiv-cs-cl"]')
    assert claimed(both, "An Apple Tree, its Cider and a Rose", "cs.CL") == "apples"


def test_a_theme_of_merged_categories_needs_no_phrases() -> None:
    taxonomy = mine(
        '[[theme]]\nid = "gravity"\ngroup = "arxiv-physics"\nlabel = "Gravity"\n'
        'merge = ["arxiv-gr-qc", "arxiv-hep-th"]'
    )
    assert claimed(taxonomy, "Anything", "gr-qc") == "gravity"
    assert claimed(taxonomy, "Anything") is None


def test_topics_name_parts_of_a_theme_and_their_phrases_are_strong() -> None:
    taxonomy = mine(
        '[[theme]]\nid = "apples"\n[theme.topics]\n'
        '"Drinks" = ["apple juice", "cider"]\n"The  tree" = ["tree", "blossom"]'
    )
    found = theme(taxonomy, "apples")
    assert dict(found.topics) == {
        "apple juice": "Drinks",
        "cider": "Drinks",
        "tree": "The tree",
        "blossom": "The tree",
    }
    assert (weights(taxonomy, "apples")["blossom"], weights(taxonomy, "apples")["tree"]) == (3, 1)


def test_the_users_theme_wins_a_tie() -> None:
    late = HERBS.replace("thyme", "cider")
    assert claimed(mine(late), "Cider") == "herbs"
    assert claimed(small(SMALL + late), "Cider") == "apples"
    assert claimed(mine('[[theme]]\nid = "roses"\nstrong = ["cider"]'), "Cider") == "roses"


def test_a_priority_moves_the_balance() -> None:
    late = HERBS.replace("thyme", "cider")
    assert claimed(mine(f"{late}\npriority = 0.9"), "Cider") == "apples"
    assert claimed(mine('[[theme]]\nid = "ponds"\npriority = 2'), "Cider by the Pond") == "ponds"


def test_a_later_layer_changes_an_earlier_one() -> None:
    taxonomy = small(
        SMALL,
        HERBS,
        '[[theme]]\nid = "herbs"\nlabel = "Spices"\ndrop = ["thyme"]\nweak = ["clove"]',
    )
    assert theme(taxonomy, "herbs").label == "Spices"
    assert weights(taxonomy, "herbs") == {"clove": 1}


def test_the_version_names_the_layers_and_changes_with_what_they_say_not_how() -> None:
    heavier = HERBS.replace("strong", "core")
    found = [small(), mine(HERBS), mine(heavier), small(SMALL, "", "")]
    assert len({taxonomy.version for taxonomy in found}) == 4
    assert small().version.startswith("small@")
    assert mine(HERBS).version.startswith("small+mine.toml@")
    assert mine(f"# A remark.\n{HERBS}\n").version == mine(HERBS).version


def test_the_rest_of_the_configuration_is_not_of_the_version() -> None:
    def inline(title: str) -> str:
        text = f"[newsletter]\ntitle = '{title}'\n{HERBS.replace('[[', '[[themes.')}"
        layer = Layer("digest.toml", text, under="themes", own=True)
        return taxonomy_of((Layer("small", SMALL), layer), NAMES).version

    assert inline("One") == inline("Another")


def test_a_merged_theme_brings_the_topics_of_its_phrases_only() -> None:
    taxonomy = mine(
        """
        [[theme]]
        id = "roses"
        [theme.topics]
        "Climbers" = ["climbing rose"]
        """,
        """
        [[theme]]
        id = "roses"
        exclude = ["climbing rose"]
        [[theme]]
        id = "apples"
        merge = ["roses"]
        """,
    )
    [apples] = [theme for theme in taxonomy.themes if theme.id == "apples"]
    assert ("rose",) in apples.phrases
    assert ("climbing", "rose") not in apples.phrases
    assert "Climbers" not in apples.topics.values()


def test_phrases_that_a_user_adds_to_a_category_claim_papers_of_its_field() -> None:
    paper = Paper(title="A Thyme Server", categories=("cs.LG",))
    assert place(small(), paper).theme == "arxiv-cs-lg"
    taxonomy = mine('[[theme]]\nid = "arxiv-cs-ni"\nstrong = ["thyme server"]')
    assert place(taxonomy, paper).theme == "arxiv-cs-ni"


def test_categories_merged_into_one_get_what_no_theme_claims_as_each_of_them_did() -> None:
    taxonomy = small(
        SMALL,
        """
        [[theme]]
        id = "arxiv-math-ag"
        strong = ["scheme"]
        """,
        """
        [[theme]]
        id = "geometry"
        group = "arxiv-math"
        label = "Geometry"
        merge = ["arxiv-math-dg", "arxiv-math-mg"]
        """,
    )
    assert claimed(taxonomy, "A Metric", "math.MG") == "geometry"
    assert claimed(taxonomy, "A Metric", "math.PR", "math.MG") == "arxiv-math-pr"
    assert theme(taxonomy, "geometry").category


@pytest.mark.parametrize("label", ["C++", "C#", "c"])
def test_topics_that_differ_in_signs_alone_are_refused(label: str) -> None:
    with pytest.raises(ConfigError) as caught:
        mine(f'[[theme]]\nid = "roses"\n[theme.topics]\n"C" = ["rose"]\n"{label}" = ["bed"]')
    [problem] = caught.value.problems
    assert problem.startswith(f"mine.toml, line 5: theme.roses.topics.{label}: reads the same as")


def test_keys_written_below_the_topics_and_numbers_among_phrases_are_told_on_their_line() -> None:
    with pytest.raises(ConfigError) as caught:
        mine(
            '[[theme]]\nid = "roses"\nweak = [\n    "bud",\n    7,\n]\n'
            '[theme.topics]\n"Buds" = ["bud"]\nlabel = "All roses"'
        )
    assert caught.value.problems == [
        "mine.toml, line 5: theme.roses.weak: must be a text in quotes",
        "mine.toml, line 9: theme.roses.topics.label: is a key of the theme: write it above"
        " [theme.topics]",
    ]


def test_themes_follow_the_order_of_their_groups_and_categories_come_last() -> None:
    moved = SMALL.replace('group = "garden"\nlabel = "Apples"', 'group = "water"\nlabel = "Apples"')
    assert [one.id for one in small(moved).themes][:3] == ["roses", "apples", "ponds"]
    assert [*small(moved).labels][:6] == ["garden", "roses", "water", "apples", "ponds", "arxiv-cs"]


def test_the_shipped_themes_have_descriptions_and_names_of_their_own() -> None:
    shipped = [one for one in SHIPPED.themes if not one.category]
    assert all(one.description.endswith(".") for one in shipped)
    assert len({one.label for one in shipped}) == len(shipped)
    groups = {one.group for one in shipped}
    assert len({SHIPPED.labels[group] for group in groups}) == len(groups)


@pytest.mark.recorded
def test_the_shipped_themes_are_those_of_the_labels(recorded: Path) -> None:
    codes = json.loads((recorded / "themes" / "codes.json").read_text())
    assert {one.id for one in SHIPPED.themes if not one.category} == set(codes.values())
