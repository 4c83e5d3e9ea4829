"""Initial scores: which table is read, how it is aligned, and one clear sentence for everything that cannot be."""

import numpy as np
import pandas as pd
import pytest

from bss_core.errors import RunError
from bss_core.evaluations import Evaluation, write_evaluation
from bss_core.initial_scores import aligned_scores, read_initial_scores
from bss_core.manifest import Info, Modality
from bss_core.predictions import predictions_from
from bss_core.runs import create_run
from bss_core.scores import measure

IDS = ["b", "a", "007"]
SCORES = [0.5, -0.25, 1.0]


def table(folder, name="scores.parquet", **columns):
    frame = pd.DataFrame({"sample_id": IDS, "balance_score": SCORES} | columns)
    frame = frame[[column for column in frame if frame[column].notna().any()]]
    path = folder / name
    (frame.to_parquet if name.endswith("parquet") else frame.to_csv)(path, index=False)
    return path


@pytest.mark.parametrize("name", ["scores.parquet", "scores.csv", "SCORES.CSV"])
def test_scores_follow_the_samples_by_their_id(tmp_path, name):
    scores = read_initial_scores(table(tmp_path, name), "")
    found = aligned_scores(scores, np.array(["007", "b"], dtype=object))  # a sample more in the table is no matter
    assert found.tolist() == [1.0, 0.5]
    assert found.dtype == np.float64


def test_ids_of_digits_stay_as_they_are_written(tmp_path):
    scores = read_initial_scores(table(tmp_path, "scores.csv", sample_id=["007", "7", "12"]), "")

    assert scores.to_dict() == dict(zip(["007", "7", "12"], SCORES, strict=True))


def test_the_balance_score_is_taken_before_the_smoothed_one(tmp_path):
    both = read_initial_scores(table(tmp_path, smoothed_score=[0.0, 0.0, 0.1]), "")
    assert both.tolist() == SCORES
    only = read_initial_scores(table(tmp_path, balance_score=[None] * 3, smoothed_score=[3, 2, 1]), "")
    assert only.to_dict() == {"b": 3.0, "a": 2.0, "007": 1.0}


class TestFromARun:
    """The last training evaluation of another run."""

    @pytest.fixture
    def run(self, tmp_path):
        kinds = {"image": Modality("image"), "text": Modality("text")}
        run = create_run(tmp_path / "run", {}, Info("seen", ("x", "y"), kinds, content_hash="abc", folder=tmp_path))
        for number, kind in enumerate(["training", "training", "scoring"]):
            sure = np.array([[0.9, 0.1], [0.6, 0.4], [0.5 - number / 5, 0.5 + number / 5]])
            predictions = predictions_from({"image": sure, "text": sure[:, ::-1] * 0.5 + 0.25}, [0, 1, 0], IDS)
            scores = measure(predictions)
            smoothed = np.zeros(3)
            about = Evaluation(number, number, kind)
            write_evaluation(run.folder, about, predictions, scores, smoothed, smoothed)
        return run

    def test_its_last_training_evaluation_counts(self, run):
        expected = pd.read_parquet(run.folder / "scores" / "evaluation=001.parquet")
        found = read_initial_scores(run.folder, "abc")
        assert found.index.tolist() == IDS
        assert found.tolist() == expected["balance_score"].tolist()
        assert found.any()

    def test_another_data_set_is_refused(self, run):
        with pytest.raises(RunError, match="run was made with another data set .'seen', or another version"):
            read_initial_scores(run.folder, "abd")

    def test_a_run_without_evaluations_is_refused(self, run):
        for path in (run.folder / "scores").glob("*"):
            path.unlink()
        with pytest.raises(RunError, match="The run run has no training evaluation yet"):
            read_initial_scores(run.folder, "abc")


def test_samples_without_a_score_are_counted_and_the_first_is_named(tmp_path):
    scores = read_initial_scores(table(tmp_path), "")
    with pytest.raises(RunError, match="lack 2 of 3 training samples, first 'x'; give every sample"):
        aligned_scores(scores, np.array(["a", "x", "7"], dtype=object))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"sample_id": ["a", "b", "a"]}, "names 1 samples more than once, first 'a'"),
        ({"balance_score": [0.1, np.nan, np.inf]}, "has 2 scores that are not finite, first that of 'a'"),
        ({"balance_score": [0.1, None, 0.2]}, "has 1 scores that are not finite, first that of 'a'"),
        ({"balance_score": ["high", "low", "low"]}, "balance_score in .* holds .*; expected one number per sample"),
        ({"sample_id": [None] * 3}, "has the columns balance_score; expected sample_id and balance_score"),
        ({"balance_score": [None] * 3}, "has the columns sample_id; expected"),
    ],
)
def test_tables_that_cannot_be(tmp_path, columns, message):
    with pytest.raises(RunError, match=message):
        read_initial_scores(table(tmp_path, **columns), "")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.parquet", None, "neither a Parquet or CSV file nor a run folder"),
        ("scores.txt", b"a,1", "expected .parquet, .csv or a run folder"),
        ("scores.parquet", b"nonsense", "scores.parquet cannot be read"),
        ("scores.csv", b"", "scores.csv cannot be read"),
        ("scores.csv", b"sample_id,balance_score\na,0.5,7\n", "scores.csv cannot be read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(RunError, match=message):
        read_initial_scores(tmp_path / name, "")
