"""Study files: what they say, and one sentence for every mistake in them."""

import pytest

from bss_core.errors import ConfigError
from bss_core.study.reading import read_study
from tests.study.files import study_file

GRID = """
[[arm]]
name = "l"
groups = ["a"]
scheduler = "learned"
reference = "random-alpha-{alpha}"
grid.alpha = [0.1, 0.9]
grid.set.replacement = [true, false]

[[arm]]
name = "random"
scheduler = "random_order"
grid.alpha = [0.1, 0.9]
"""


def read(tmp_path, more="", change=("", "")):
    return read_study(study_file(tmp_path, more=more, change=change))


def test_a_study_is_read(tmp_path):
    study = read(tmp_path)

    assert (study.name, study.seeds, list(study.groups)) == ("tiny", (0, 1), ["a"])
    assert [arm.name for arm in study.arms] == ["random", "bss-l"]
    assert study.arm("bss-l").options["scheduler"] == "learned"
    assert study.arm("bss-l").options["epochs"] == 1
    assert study.arm("bss-l").reference == "random"


def test_a_grid_is_one_arm_for_every_combination(tmp_path):
    study = read(tmp_path, GRID)
    names = [arm.name for arm in study.arms]

    assert names[2:] == [
        "l-alpha-0.1-replacement-true", "l-alpha-0.1-replacement-false",
        "l-alpha-0.9-replacement-true", "l-alpha-0.9-replacement-false", "random-alpha-0.1", "random-alpha-0.9",
    ]  # fmt: skip
    arm = study.arm("l-alpha-0.9-replacement-false")
    assert arm.options["alpha"] == 0.9
    assert arm.options["scheduler_options"] == {"replacement": False}
    assert arm.reference == "random-alpha-0.9"
    # a list shared between arms would show here
    assert study.arm("l-alpha-0.1-replacement-true").options["scheduler_options"] == {"replacement": True}


def test_defaults_of_a_scheduler_hold_where_the_arm_says_nothing(tmp_path):
    more = (
        "set.beta = 0.3\n[[arm]]\nname = 'other'\nscheduler = 'learned'\n"
        "[defaults.learned]\nbeta = 0.9\ntemperature = 2.0\n"
    )
    study = read(tmp_path, more)

    assert study.arm("bss-l").options["scheduler_options"] == {"beta": 0.3, "temperature": 2.0}
    assert study.arm("other").options["scheduler_options"] == {"beta": 0.9, "temperature": 2.0}
    assert study.arm("random").options["scheduler_options"] == {}


def test_measure_options_of_an_arm_add_to_those_of_all(tmp_path):
    study = read(tmp_path, 'measure.difficulty = "none"', ("epochs = 1", 'epochs = 1\nmeasure.normaliser = "rank"'))

    assert study.arm("bss-l").options["measure"] == {"normaliser": "rank", "difficulty": "none"}
    assert study.arm("random").options["measure"] == {"normaliser": "rank"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('about = "A', 'colour = "A'), "The study has no key 'colour'; possible are name, about, seeds"),
        (("seeds = [0, 1]", ""), "The study lacks the key 'seeds'"),
        (("seeds = [0, 1]", "seeds = [0, 0]"), r"seeds is \[0, 0\]; one or more different whole numbers"),
        (("seeds = [0, 1]", "seeds = []"), r"seeds is \[\]; one or more"),
        (("seeds = [0, 1]", "seeds = 3"), "seeds is 3; a list was expected"),
        (('name = "tiny"', 'name = "a b"'), "'a b' cannot name a study"),
        (('name = "bss-l"', 'name = "../up"'), "'../up' cannot name an arm"),
        (('name = "bss-l"', 'name = "random"'), "Two arms are called 'random'"),
        (
            ('reference = "random"', 'reference = "chance"'),
            "reference of the arm 'random' is 'chance', which is no arm",
        ),
        (('groups = ["a"]', 'groups = ["z"]'), "The arm 'random' is in the group 'z'; there are a"),
        (("epochs = 1", "epoch = 1"), r"\[base\] has no key 'epoch'; possible are data, scheduler"),
        (("epochs = 1", "seed = 1"), r"\[base\] has no key 'seed'"),
        (
            ('scheduler = "learned"', 'scheduler = "lerned"'),
            "The arm 'bss-l': There is no 'lerned' among the schedulers",
        ),
        (('scheduler = "learned"', "scheduler = 'learned'\nset.bta = 1"), "The arm 'bss-l': .*no option 'bta'"),
        (('scheduler = "learned"', "lambda = 1"), "An arm has no key 'lambda'"),
        (('title = "Order', 'about = "Order'), "The group 'a' has no key 'about'; possible are title, analyses"),
        (("seeds = [0, 1]", "seeds = [0, 1"), "tiny.toml is not TOML"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path, change, message):
    with pytest.raises(ConfigError, match=message) as found:
        read(tmp_path, change=change)
    assert "tiny.toml" in str(found.value)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("grid.alpha = 0.5", r"The grid of alpha in the arm 'bss-l' is 0.5; a list was expected"),
        ("grid.set.beta = []", r"The grid of set.beta in the arm 'bss-l' is \[\]; a list was expected"),
        ("initial_scores_from = 'none'", "initial_scores_from of the arm 'bss-l' is 'none', which is no arm"),
        ("initial_scores_from = 'bss-l'", "starts from 'bss-l', which itself needs another arm"),
        ("reference = 'bss-l'\nequal_steps = true", "which has equal_steps or initial_scores_from"),
        ("corrupt = { modality = 'image' }", "The arm 'bss-l': corrupt lacks the key 'share'"),
        (
            "corrupt = { modality = 'image', share = 0.2, how = 'swap', by = 1 }",
            "The arm 'bss-l': corrupt has no key 'by'",
        ),
        ("corrupt = 1", "In the arm 'bss-l', corrupt is 1; a table was expected"),
        ("equal_steps = 'yes'", "In the arm 'bss-l', equal_steps is 'yes'; true or false was expected"),
        ("set = 1", "In the arm 'bss-l', set is 1; a table was expected"),
        ("[defaults]\nlearned = 1", "defaults.learned is 1; a table was expected"),
        ("corrupt = { modality = 'image', share = 2, how = 'swap' }", "The arm 'bss-l': share = 2.0 is out of range"),
        ("grid.color = [1]", "The arm 'bss-l-color-1': .*no option 'color'"),
    ],
)
def test_a_mistake_in_an_arm_is_one_sentence(tmp_path, more, message):
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, more)


def test_an_unknown_analysis_lists_those_there_are(tmp_path):
    path = study_file(tmp_path, analyses='analyses = ["magic"]')
    with pytest.raises(ConfigError, match="asks for the analysis 'magic'; possible are ranking, exposure"):
        read_study(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none.toml cannot be read \(No such file"):
        read_study(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["av_digits", "stamps", "emoji"])
def test_the_shipped_studies_are_read(name):
    from tests.datasets.raw import ASSETS

    study = read_study(ASSETS / "studies" / f"{name}.toml")

    assert study.name == name
    assert len(study.seeds) == (10 if name == "av_digits" else 5)
    assert {analysis for group in study.groups.values() for analysis in group.analyses} == {
        "ranking", "exposure", "corruption", "cost", "sources",
    }  # fmt: skip
    assert all(study.of_group(group) for group in study.groups)
