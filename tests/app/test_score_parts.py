"""What a score is made of, for every normaliser and with one criterion or two; old files say nothing about it."""

import numpy as np
import pytest

from app.widgets.score_parts import formula, measurer_of, parts_of
from bss_core.errors import ConfigError
from bss_core.evaluations import Evaluation
from bss_core.measurer import build_measurer
from bss_core.registry import members
from bss_core.scores import Extrema
from tests.score_tables import some_predictions

EXTREMA = {"prediction_similarity": Extrema(0.2, 0.7), "total_loss": Extrema(1.0, 5.0)}


def never(name):
    raise AssertionError(f"the column {name} was read")


def parts(row, about):
    return parts_of(row, about, measurer_of(about), never)


def test_parts_are_normalised_and_signed_with_what_raises_the_score_first():
    row = {"prediction_similarity": 0.45, "total_loss": 4.0, "balance_score": -0.25}
    assert parts(row, Evaluation(0, 0, extrema=EXTREMA)) == [
        ("+ prediction similarity", pytest.approx(0.5)),
        ("− total loss", pytest.approx(-0.75)),
    ]


def test_a_constant_criterion_adds_nothing():
    about = Evaluation(0, 0, extrema={**EXTREMA, "total_loss": Extrema(3.0, 3.0)})
    row = {"prediction_similarity": 0.7, "total_loss": 3.0, "balance_score": 1.0}
    assert [value for _, value in parts(row, about)] == [pytest.approx(1), pytest.approx(0)]


def test_one_criterion_is_the_whole_score():
    about = Evaluation(0, 0, extrema=EXTREMA, measure={"similarity": "none"})
    row = {"prediction_similarity": 0.7, "total_loss": 4.0, "balance_score": -0.75}
    assert parts(row, about) == [("− total loss", pytest.approx(-0.75))]


@pytest.mark.parametrize("normaliser", members("normalisers"))
@pytest.mark.parametrize("without", ["nothing", "similarity", "difficulty"])
def test_the_parts_of_every_sample_add_up_to_its_score(normaliser, without):
    options = {"normaliser": normaliser} | ({} if without == "nothing" else {without: "none"})
    measurer = build_measurer(options)
    scores = measurer(some_predictions())
    about = Evaluation(0, 0, extrema=scores.extrema, measure=measurer.as_dict())
    for place in range(len(scores.balance_score)):
        row = {name: values[place] for name, values in scores.raw.items()}
        row["balance_score"] = scores.balance_score[place]
        found = parts_of(row, about, measurer_of(about), scores.raw.get)
        assert np.sum([value for _, value in found]) == pytest.approx(scores.balance_score[place], abs=1e-6)


def test_the_formula_names_what_was_chosen():
    assert formula(build_measurer({})) == "s = normalised prediction similarity − normalised total loss"
    assert formula(build_measurer({"similarity": "none"})) == "s = − normalised total loss"


def test_an_unknown_method_is_an_error_of_ours():
    with pytest.raises(ConfigError, match="does not exist"):
        measurer_of(Evaluation(0, 0, measure={"similarity": "gone"}))
