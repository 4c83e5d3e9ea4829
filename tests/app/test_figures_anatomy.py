"""The figures of one sample's score, and the sentence and tables they are drawn from."""

import pandas as pd
import pytest

from app.figures.anatomy import losses, predictions, waterfall
from app.style import MULTIMODAL, colour_of_band, colours_of_heads
from app.widgets.anatomy import explain, plain, top_predictions

CLASSES = ["cat", "dog", "owl"]


def row(audio=0, image=0, text=0, label=0, chance=0.9, band="balanced"):
    said = {"audio": audio, "image": image, "text": text, "multimodal": label}
    heads = {f"predicted_{head}": value for head, value in said.items()}
    return {**heads, **{f"probability_{head}": chance for head in said}, "label": label, "band": band}


def test_the_walk_ends_at_the_score():
    figure = waterfall([("+ similarity", 0.7), ("− loss", -0.9)], -0.2, "imbalanced", (0.25, 0.6))
    first, second, total = figure.data
    assert (first.base[0], first.x[0]) == (0, 0.7)
    assert (second.base[0], second.x[0]) == (0.7, -0.9)
    assert second.base[0] + second.x[0] == pytest.approx(total.x[0])
    assert total.marker.color == colour_of_band("imbalanced")
    assert list(figure.layout.xaxis.range) == [-1, 1]


def test_bands_lie_behind_the_walk_where_the_thresholds_are():
    figure = waterfall([], 0.0, "imbalanced", (0.25, 0.6))
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(-1, 0.25), (0.25, 0.6), (0.6, 1)]
    names = [note.text for note in figure.layout.annotations]
    assert names == ["<b>0.000</b>", "imbalanced", "semi-balanced", "balanced"]


def test_numbers_stay_inside_the_figure():
    figure = waterfall([("+ similarity", 1.0), ("− loss", -1.0)], 0.0, "imbalanced", (0.25, 0.6))
    assert [note.xanchor for note in figure.layout.annotations[:2]] == ["right", "right"]


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


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (row(), "All modalities recognise cat."),
        (row(chance=0.4, band="semi-balanced"), "All modalities recognise cat, but audio is unsure"),
        (row(audio=1), "One weak modality: audio predicts dog, while image and text recognise cat."),
        (row(audio=1, image=2), "The modalities disagree: audio predicts dog and image predicts owl; only text"),
        (row(1, 1, 1), "All modalities agree on dog, but the label is cat: possibly a wrong label."),
        (row(1, 2, 1), "No modality recognises cat, and they disagree"),
    ],
)
def test_the_sentence_says_why(found, sentence):
    assert explain(found, CLASSES).startswith(sentence)


def test_the_sentence_fits_two_modalities():
    found = {name: value for name, value in row(audio=1).items() if not name.endswith("text")}
    assert explain(found, CLASSES) == "One weak modality: audio predicts dog, while image recognises cat."


def test_names_from_data_sets_are_no_markdown():
    assert plain("a_b [x](y) `c` <b> :red[d] $1$") == r"a\_b \[x\]\(y\) \`c\` \<b\> \:red\[d\] \$1\$"
