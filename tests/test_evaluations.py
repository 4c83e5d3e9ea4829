"""Score tables on disk: what stands in them and their metadata, which are listed, and what damage does."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from bss_core.errors import RunError
from bss_core.evaluations import (
    Evaluation,
    damaged_evaluations,
    list_evaluations,
    predictions_path,
    scores_path,
    smoothed_scores,
    write_evaluation,
)
from bss_core.measurer import build_measurer
from bss_core.predictions import predictions_from, read_predictions
from bss_core.scores import Extrema, measure
from tests.score_tables import some_predictions, write_some

COLUMNS = [
    *("sample_id", "split", "evaluation", "epoch", "label", "prediction_similarity", "total_loss"),
    *("loss_audio", "loss_text", "loss_multimodal", "probability_audio", "probability_text", "probability_multimodal"),
    *("predicted_audio", "predicted_text", "predicted_multimodal"),
    *("confidence_audio", "confidence_text", "confidence_multimodal"),
    *("margin_audio", "margin_text", "margin_multimodal"),
    *("dominant_modality", "agreement", "correct_modalities"),
    *("balance_score", "smoothed_score", "rank", "sampling_probability"),
]


def test_the_table_reads_with_pandas_alone(tmp_path):
    given = some_predictions()
    table = pd.read_parquet(write_some(tmp_path, 3, given, epoch=6))

    assert list(table) == COLUMNS
    assert table["sample_id"].tolist() == given.sample_ids.tolist()
    assert set(table["evaluation"]) == {3}
    assert set(table["epoch"]) == {6}
    assert (table["balance_score"] == measure(given).balance_score).all()
    losses = table[["loss_audio", "loss_text", "loss_multimodal"]]
    assert losses.sum(axis=1).to_numpy() == pytest.approx(table["total_loss"].to_numpy())
    assert np.exp(-table["loss_text"]).to_numpy() == pytest.approx(table["probability_text"].to_numpy())
    by_rank = table.set_index("rank")["balance_score"].sort_index()
    assert by_rank.index.tolist() == list(range(1, 41))
    assert by_rank.is_monotonic_decreasing
    assert table["sampling_probability"].sum() == pytest.approx(1)


def test_the_predictions_are_kept_and_give_the_same_scores(tmp_path):
    path = write_some(tmp_path, 0, some_predictions())
    kept = read_predictions(predictions_path(tmp_path, 0))

    assert measure(kept).balance_score.tolist() == pd.read_parquet(path)["balance_score"].tolist()


def test_without_a_multimodal_head_there_are_no_columns_of_it(tmp_path):
    table = pd.read_parquet(write_some(tmp_path, 0, some_predictions(heads=("audio", "text"))))

    assert list(table) == [name for name in COLUMNS if not name.endswith("_multimodal")]


def test_smoothed_scores_and_probabilities_are_those_given(tmp_path):
    given = some_predictions(n=3)
    write_evaluation(tmp_path, Evaluation(0, 0), given, measure(given), np.array([0.1, 0.2, 0.3]), np.full(3, np.nan))

    assert smoothed_scores(tmp_path, 0).to_dict() == {"x-00": 0.1, "x-01": 0.2, "x-02": 0.3}
    assert pd.read_parquet(scores_path(tmp_path, 0))["sampling_probability"].isna().all()


def test_metadata_give_back_the_evaluation_with_its_extrema_bit_for_bit(tmp_path):
    given = some_predictions()
    write_some(tmp_path, 2, given, epoch=4, kind="scoring", split="all", checkpoint="best")
    (found,) = list_evaluations(tmp_path)

    assert found == Evaluation(2, 4, "scoring", "all", "best", measure(given).extrema, (), 40)
    raw = pd.read_parquet(scores_path(tmp_path, 2))["total_loss"]
    assert found.extrema["total_loss"] == Extrema(raw.min(), raw.max())


def test_every_criterion_and_shapley_value_has_its_column(tmp_path):
    measured = {name: np.linspace(0, 1, 40) for name in ("gradient_magnitude", "shapley_audio", "shapley_text")}
    given = replace(some_predictions(), measured=measured)
    measurer = build_measurer({"difficulty": "gradient_magnitude"})
    about = Evaluation(0, 0, measure=measurer.as_dict(), source="author")
    table = pd.read_parquet(
        write_evaluation(tmp_path, about, given, measurer(given), np.zeros(40), np.full(40, 1 / 40))
    )
    (found,) = list_evaluations(tmp_path)

    assert list(table)[5:8] == ["prediction_similarity", "total_loss", "gradient_magnitude"]
    assert table["shapley_text"].tolist() == table["gradient_magnitude"].tolist() == measured["shapley_text"].tolist()
    assert set(table["dominant_modality"]) <= {"audio", "text"}
    assert (found.source, found.measure) == ("author", measurer.as_dict())
    assert build_measurer(found.measure) == measurer
    assert found.extrema["gradient_magnitude"] == Extrema(0.0, 1.0)


def test_a_table_of_an_older_version_is_read(tmp_path):
    write_some(tmp_path, 0, some_predictions(n=4))
    added = ("measure", "source")
    change_metadata(scores_path(tmp_path, 0), lambda known: {k: v for k, v in known.items() if k not in added})
    (found,) = list_evaluations(tmp_path)

    assert (found.number, found.samples, found.measure, found.source) == (0, 4, {}, "evaluation_pass")


def test_constant_criteria_are_reported(tmp_path):
    same = np.full((4, 2), 0.5)
    write_some(tmp_path, 0, predictions_from({"a": same, "b": same}, np.zeros(4, int)))
    (found,) = list_evaluations(tmp_path)

    assert found.constant == ("prediction_similarity", "total_loss")
    assert pd.read_parquet(scores_path(tmp_path, 0))["balance_score"].tolist() == [0.0] * 4


def test_evaluations_are_listed_by_number_past_a_thousand(tmp_path):
    given = some_predictions(n=2)
    for number in (1000, 999, 0):
        write_some(tmp_path, number, given)

    assert scores_path(tmp_path, 7).name == "evaluation=007.parquet"
    assert [about.number for about in list_evaluations(tmp_path)] == [0, 999, 1000]


def test_a_run_without_scores_has_no_evaluations(tmp_path):
    assert list_evaluations(tmp_path) == damaged_evaluations(tmp_path) == []


def change_metadata(path, change):
    table = pq.read_table(path)
    known = json.loads(table.schema.metadata[b"bss_lens"])
    content = json.dumps(change(known)).encode()
    pq.write_table(table.replace_schema_metadata({b"bss_lens": content}), path)


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "no parquet": lambda path: path.write_text("sample_id,balance_score\n"),
    "no metadata": lambda path: pd.read_parquet(path).to_parquet(path),
    "no extrema": lambda path: change_metadata(path, lambda known: {"number": known["number"]}),
    "a newer key": lambda path: change_metadata(path, lambda known: {**known, "colour": 1}),
    "a list": lambda path: change_metadata(path, lambda known: [known]),
    "odd extrema": lambda path: change_metadata(path, lambda known: {**known, "extrema": {"total_loss": 3}}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_table_is_left_out_and_listed(tmp_path, damage):
    for number in range(3):
        write_some(tmp_path, number, some_predictions(number, n=4))
    DAMAGE[damage](scores_path(tmp_path, 1))

    assert [about.number for about in list_evaluations(tmp_path)] == [0, 2]
    assert damaged_evaluations(tmp_path) == [scores_path(tmp_path, 1)]


@pytest.mark.parametrize("damage", ["empty", "half", "no parquet"])
def test_smoothed_scores_of_a_damaged_table_name_it(tmp_path, damage):
    write_some(tmp_path, 1, some_predictions(n=4))
    DAMAGE[damage](scores_path(tmp_path, 1))

    with pytest.raises(RunError, match=r"score table .*evaluation=001\.parquet cannot be read"):
        smoothed_scores(tmp_path, 1)


def test_smoothed_scores_that_are_missing_are_named(tmp_path):
    with pytest.raises(RunError, match=r"score table .*evaluation=005\.parquet cannot be read"):
        smoothed_scores(tmp_path, 5)


def test_a_second_writing_replaces_the_first_and_leaves_nothing_else(tmp_path):
    first, second = some_predictions(0, n=4), some_predictions(1, n=4)
    write_some(tmp_path, 0, first)
    write_some(tmp_path, 0, second)

    assert smoothed_scores(tmp_path, 0).tolist() == measure(second).balance_score.tolist()
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == ["evaluation=000.parquet"] * 2
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_an_unwritable_folder_is_named_and_keeps_what_is_there(tmp_path):
    given = some_predictions(n=4)
    write_some(tmp_path, 0, given)
    shutil.rmtree(tmp_path / "predictions")
    (tmp_path / "predictions").write_text("a file in the way")

    with pytest.raises(RunError, match=r"evaluation=000\.parquet could not be written"):
        write_some(tmp_path, 0, replace(given, labels=given.labels * 0))
    assert smoothed_scores(tmp_path, 0).tolist() == measure(given).balance_score.tolist()
