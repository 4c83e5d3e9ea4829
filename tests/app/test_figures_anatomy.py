"""The figures of one sample's score, and the sentence and tables they are drawn from."""

import pandas as pd
import pytest

from app.figures.anatomy import losses, predictions, waterfall
from app.plain_text import plain
from app.style import MULTIMODAL, colour_of_band, colours_of_heads
from app.widgets.anatomy import raw_words, top_predictions
from bss_core.evaluations import Evaluation
from bss_core.scores import Extrema

CLASSES = ["cat", "dog", "owl"]


def test_the_walk_ends_at_the_score():
    figure = waterfall([("+ similarity", 0.7), ("− loss", -0.9)], -0.2, "imbalanced", (0.25, 0.6))
    first, second, total = figure.data
    assert (first.base[0], first.x[0]) == (0, 0.7)
    assert (second.base[0], second.x[0]) == (0.7, -0.9)
    assert second.base[0] + second.x[0] == pytest.approx(total.x[0])
    assert total.marker.color == colour_of_band("imbalanced")
    assert list(figure.layout.xaxis.range) == [-1, 1]


def test_a_value_that_rounds_to_nothing_has_no_sign():
    figure = waterfall([("+ similarity", 0.0004), ("− loss", -0.0006)], 0.0, "imbalanced", (0.25, 0.6))
    assert [note.text for note in figure.layout.annotations[:2]] == ["0.000", "−0.001"]


def test_bands_lie_behind_the_walk_where_the_thresholds_are():
    figure = waterfall([], 0.0, "imbalanced", (0.25, 0.6))
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(-1, 0.25), (0.25, 0.6), (0.6, 1)]
    names = [note.text for note in figure.layout.annotations]
    assert names == ["<b>0.000</b>", "imbalanced", "semi-balanced", "balanced"]


def test_numbers_stay_inside_the_figure():
    figure = waterfall([("+ similarity", 1.0), ("− loss", -1.0)], 0.0, "imbalanced", (0.25, 0.6))
    assert [note.xanchor for note in figure.layout.annotations[:2]] == ["right", "right"]


def test_raw_values_stand_under_the_names_of_the_walk():
    figure = waterfall([("+ similarity", 0.7), ("− loss", -0.9)], -0.2, "imbalanced", (0.25, 0.6), ["raw 0.5", "raw 3"])
    names = [trace.y[0] for trace in figure.data]
    assert [name.split("<br>")[0] for name in names] == ["+ similarity", "− loss", "<b>= score s</b>"]
    assert ["raw 0.5" in names[0], "raw 3" in names[1], "raw" in names[2]] == [True, True, False]


def test_a_raw_value_is_told_with_the_extrema_if_they_are_known():
    about = Evaluation(0, 0, extrema={"total_loss": Extrema(0.25, 8.0)})
    row = {"total_loss": 1.5, "prediction_similarity": 0.75}
    assert raw_words(row, about, "total_loss") == "raw 1.500 in 0.250 … 8.000"
    assert raw_words(row, about, "prediction_similarity") == "raw 0.750"


def test_two_samples_losses_can_share_one_scale():
    first, second = (losses({"audio": value}, 0.25, 2.0, longest=9.0) for value in (1.0, 9.0))
    assert first.layout.xaxis.range == second.layout.xaxis.range


def test_losses_stack_to_their_sum_between_the_extrema():
    figure = losses({"audio": 1.5, "multimodal": 0.5}, 0.25, 8.0)
    assert [trace.x[0] for trace in figure.data] == [1.5, 0.5]
    assert figure.data[1].marker.color == MULTIMODAL
    assert "2.00 nats" in figure.layout.title.text
    assert [note.text for note in figure.layout.annotations] == ["min 0.25", "max 8.00"]
    assert figure.layout.xaxis.range[1] > 8


def test_a_weighted_total_loss_is_named_and_has_no_extrema_on_the_axis_of_the_sum():
    figure = losses({"audio": 1.5, "multimodal": 0.5}, 0.25, 8.0, total=1.4)
    assert figure.layout.title.text == "Total loss 1.40 nats weighs the losses of the heads"
    assert not figure.layout.annotations
    assert figure.layout.xaxis.range[1] < 3


def test_top_predictions_are_the_likeliest_and_the_label():
    found = top_predictions({"audio": [0.1, 0.6, 0.3], "multimodal": [0.5, 0.25, 0.25]}, 0, CLASSES, count=2)
    assert found.to_dict("list") == {
        "head": ["audio"] * 3 + ["multimodal"] * 2, "name": ["dog", "owl", "cat", "cat", "dog"],
        "probability": [0.6, 0.3, 0.1, 0.5, 0.25], "is_label": [False, False, True, True, False],
    }  # fmt: skip


def test_predictions_mark_the_label_by_sign_and_pattern_too():
    figure = predictions(top_predictions({"audio": [0.1, 0.6, 0.3], "text": [0.8, 0.1, 0.1]}, 0, CLASSES))
    names = [name.strip() for name in figure.layout.yaxis.ticktext]
    assert names == ["<b>audio</b>", "dog", "owl", "✓ cat", "<b>text</b>", "✓ cat", "dog", "owl"]
    assert list(figure.data[0].y) == [1, 2, 3]
    assert list(figure.data[0].marker.pattern.shape) == ["/", "/", ""]
    assert figure.data[0].marker.color == colours_of_heads(["audio", "text"])["audio"]
    assert list(figure.data[1].x) == [0.8, 0.1, 0.1]


def test_one_or_no_prediction_is_drawn_too():
    frame = pd.DataFrame({"head": ["audio"], "name": ["cat"], "probability": [float("nan")], "is_label": [True]})
    assert len(predictions(frame).data) == 1
    assert len(predictions(frame.head(0)).data) == 0


def test_names_from_data_sets_are_no_markdown():
    assert plain("a_b [x](y) `c` <b> :red[d] $1$") == r"a\_b \[x\]\(y\) \`c\` \<b\> \:red\[d\] \$1\$"
