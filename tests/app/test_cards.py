import math
import shutil

import pandas as pd
import pytest

from app import data
from app.report.media import pictured
from app.widgets.cards import cards, picture_url, value_words
from bss_core.manifest import Info, Manifest, Modality, read_info, write_manifest
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
    ("kinds", "shown", "reported"),
    [
        (("video", "audio"), "audio", "audio"),
        (("audio", "video"), "audio", "audio"),
        (("video", "image", "audio"), "image", "image"),
        (("video", "features"), "features", "features"),
        (("video", "text"), "video", None),  # a sign says more than nothing on a card, and nothing in a report
    ],
)
def test_a_video_stands_for_a_sample_only_where_nothing_else_does(tmp_path, kinds, shown, reported):
    info = Info("clips", ("a", "b"), {f"my_{kind}": Modality(kind) for kind in kinds})
    files = {f"my_{kind}": [[1.0, 2.0]] * 2 if kind == "features" else [f"{kind}.bin"] * 2 for kind in kinds}
    rows = pd.DataFrame({"sample_id": ["s0", "s1"], "split": "train", "label": [0, 1], **files})
    run = create_run(tmp_path / "runs" / "clips", {}, write_manifest(tmp_path / "data", Manifest(info, rows)))
    made = card(run, {"sample_id": "s0", "label": 0, "balance_score": 0.0, "band": "balanced"})
    assert (made["thumb"], made["kind"]) == (f"/api/thumb/clips/s0/my_{shown}?side=256", shown)
    assert pictured(run) == (f"my_{reported}" if reported else None)


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
    made = card(run, {**ROW, "crossings": 3.0}, "crossings")
    assert (made["value"], made["measure"]) == ("3", "changes of band")
    assert card(run, {**ROW, "ever_balanced": pd.NA}, "ever_balanced")["value"] == "no value"


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
