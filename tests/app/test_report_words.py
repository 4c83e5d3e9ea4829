"""A selection and its order in words, for a reader who has no app at hand."""

import dataclasses
import math

import pytest

from app.report.request import Shared
from app.report.words import in_words, order_in_words
from bss_core.lasso import Lasso
from bss_core.selection import Selection
from tests.score_tables import some_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Only to be read."""
    return some_run(tmp_path_factory.mktemp("words"), evaluations=1)


def said(run, **chosen):
    return in_words(Shared(run, run.evaluations()[0], Selection(**chosen)))


def test_every_filter_is_told_in_words(run):
    assert said(run) == "all samples"
    assert said(run, bands=("balanced", "imbalanced"), classes=(0, 2), splits=("train",)) == (
        "band balanced or imbalanced; class cat or owl; split train"
    )
    assert said(run, ranges=(("total_loss", -1.0, 2.5),)) == "total loss from −1 to 2.5"
    assert said(run, wrong=("audio",), text="big dog") == (
        "wrongly classified by audio; “big dog” in the texts or the id"
    )
    assert said(run, dominant=("audio",), correct=("audio+text", "none")) == (
        "dominant modality audio; right modalities audio+text or none"
    )
    lasso = Lasso("prediction_similarity", "total_loss", ((0.2, 0), (1, 0), (1, 6), (0.6, 9)))
    assert said(run, lassos=(lasso,)) == "inside a lasso over prediction similarity and total loss"
    assert said(run, courses=("never-balanced",)) == "never balanced over the evaluations"
    assert said(run, tags=("odd", "to do")) == "tagged “odd” and “to do”"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (("forgetting", 1, math.inf), "times forgotten: at least 1"),
        (("slope", -math.inf, 0.25), "slope: at most 0.25"),
        (("change", -1.0, 0.5), "change from first to last: from −1 to 0.5"),
        (("crossings", 1, 1), "changes of band: 1"),
    ],
)
def test_a_number_of_the_course_has_the_name_of_its_chip(run, item, words):
    assert said(run, history=(item,)) == f"over the evaluations, {words}"


@pytest.mark.parametrize(
    ("column", "descending", "words"),
    [
        ("total_loss", True, "by total loss, highest first"),
        ("crossings", False, "by changes of band, lowest first"),
    ],
)
def test_the_order_is_told_in_words(run, column, descending, words):
    assert order_in_words(Shared(run, run.evaluations()[0], Selection(), column, descending)) == words


def test_a_new_kind_of_filter_must_be_told_in_words_too():
    told = {"ranges", "bands", "classes", "splits", "text", "wrong", "thresholds"}
    told |= {"dominant", "correct", "lassos", "history", "courses", "tags", "regions"}
    assert {item.name for item in dataclasses.fields(Selection)} == told
