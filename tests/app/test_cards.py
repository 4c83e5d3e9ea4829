import math
import shutil

import pytest

from app import data
from app.widgets.cards import cards, picture_url, value_words
from bss_core.manifest import read_info
from bss_core.runs import create_run
from bss_core.selection import Selection
from tests.score_tables import some_run

ROW = {"sample_id": "tiny-00", "label": 1, "balance_score": -0.25, "band": "imbalanced", "caption": "a thing"}


@pytest.fixture
def run(tiny_data, tmp_path):
    return create_run(tmp_path / "mine", {"epochs": 1}, read_info(tiny_data))


def card(run, row, *column):
    return cards(run, [row], *column)[0]


def test_a_card_shows_picture_text_and_sound(run):
    made = card(run, {**ROW, "predicted_multimodal": 2})
    assert made["thumb"] == "/api/thumb/mine/tiny-00/image?side=256"
    assert made["audio"] == "/api/media/mine/tiny-00/audio"
    assert (made["label"], made["predicted"], made["caption"]) == ("mid green", "high blue", "a thing")
    assert (made["kind"], made["value"], made["band"]) == ("image", "−0.25", "imbalanced")
    assert made["measure"] == "balance score"
    assert made["large"] == "/api/thumb/mine/tiny-00/image?side=1024"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("balance_score", -0.0014, "0.00"), ("margin_audio", -0.006, "−0.01"), ("prediction_similarity", 0.0, "0.00"),
        ("confidence_image", 1.0, "1.00"), ("sampling_probability", 0.0014, "0.0014"), ("total_loss", 0.0014, "0.0014"),
    ],
)  # fmt: skip
def test_a_value_of_a_fixed_range_has_two_decimals(column, value, words):
    assert value_words(value, column) == words


def test_a_card_shows_the_value_it_is_sorted_by(run):
    made = card(run, {**ROW, "margin_audio": 0.5}, "margin_audio")
    assert (made["value"], made["measure"]) == ("0.50", "margin of audio")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0.00"), (-0.256, "−0.26"), (0.0123, "0.01"), (0.00123, "0.0012"),
        (-0.0000123, "−1.2e−05"), (12345.6, "12,346"),
        (math.nan, "no value"), (None, "no value"), (math.inf, "no value"),
    ],
)  # fmt: skip
def test_numbers_are_short_and_tiny_ones_are_not_zero(value, words):
    assert value_words(value) == words


def test_without_the_data_a_card_has_no_media_and_no_head_means_no_prediction(run):
    shutil.rmtree(run.data)
    made = card(run, {name: value for name, value in ROW.items() if name != "caption"})
    assert made["thumb"] is None
    assert made["audio"] is None
    assert made["caption"] == "tiny-00"
    assert "predicted" not in made


def test_texts_alone_have_no_picture(tmp_path):
    run = some_run(tmp_path, evaluations=1, n=8)
    row = data.page(run, 0, Selection()).iloc[0].to_dict()
    assert picture_url(run, row["sample_id"]) is None
    assert card(run, row)["kind"] == "text"
    assert card(run, row)["caption"].startswith("sound ")
