"""The cached reads of run folders: right answers, fresh after a change, errors neither kept nor swallowed."""

import os

import pandas as pd
import pytest

from app import data, data_trajectories
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import predictions_path, scores_path
from bss_core.files import append_line, write_json
from bss_core.selection import Selection
from tests.score_tables import some_predictions, some_run, write_some


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path)


def table(run, number):
    return pd.read_parquet(scores_path(run.folder, number))


def test_identity_changes_with_time_and_size_and_knows_missing_files(tmp_path):
    path = tmp_path / "file"
    assert data.identity(path) == ((str(path), 0, -1),)
    path.write_text("a")
    os.utime(path, ns=(5, 5))
    assert data.identity(path) == ((str(path), 5, 1),)
    path.write_text("ab")
    os.utime(path, ns=(5, 5))
    assert data.identity(path) == ((str(path), 5, 2),)


def test_an_answer_is_kept_until_its_file_changes(run, monkeypatch):
    asked = []
    monkeypatch.setattr(type(run), "events", lambda self: asked.append(1) or [{"epoch": len(asked)}])
    append_line(run.folder / "events.jsonl", {"epoch": 1})
    assert [data.events(run), data.events(run)] == [[{"epoch": 1}]] * 2
    append_line(run.folder / "events.jsonl", {"epoch": 2})
    assert data.events(run) == [{"epoch": 2}]


def test_the_caller_may_change_an_answer_without_harm(run):
    data.details(run)["status"] = "spoilt"
    assert data.details(run)["status"] != "spoilt"


def test_a_new_evaluation_is_seen_at_once(run):
    assert [item.number for item in data.evaluations(run)] == [0, 1, 2]
    write_some(run.folder, 3, some_predictions(3), kind="scoring", split="all", checkpoint="best")
    assert [item.number for item in data.evaluations(run)] == [0, 1, 2, 3]
    assert [item.number for item in data.evaluations(run, "scoring")] == [3]


def test_sizes_counts_and_pages_agree_with_the_table(run):
    known = table(run, 1)
    wanted = known[known["label"] == 1].sort_values("balance_score")
    chosen = Selection(classes=(1,))
    assert data.sizes(run, 1, chosen) == (len(wanted), len(known))
    assert data.counts(run, 1, Selection(), "label") == known["label"].value_counts().to_dict()
    assert data.counts(run, 1, Selection(), "split") == {"train": 30, "test": 10}
    assert data.page(run, 1, chosen, limit=5)["sample_id"].tolist() == wanted["sample_id"].tolist()[:5]


def test_counts_refuse_other_columns(run):
    with pytest.raises(ConfigError, match="counted by 'rank'"):
        data.counts(run, 1, Selection(), "rank")


@pytest.mark.parametrize("descending", [False, True])
def test_a_samples_place_is_its_row_in_the_page(run, descending):
    chosen = Selection(splits=("train",))
    ids = data.page(run, 2, chosen, "label", descending, 100)["sample_id"].tolist()  # many ties
    places = [data.place(run, 2, chosen, "label", descending, name) for name in ids]
    assert places == list(range(30))
    assert data.place(run, 2, chosen, "label", descending, "x-03") is None  # a test sample
    with pytest.raises(ConfigError, match="sorted by 'caption'"):
        data.place(run, 2, chosen, "caption", descending, "x-00")


def test_one_samples_probabilities_are_those_predicted(run):
    known = some_predictions(1)
    found = data.probabilities(run, 1, "x-05")
    assert list(found) == ["audio", "text", "multimodal"]
    assert found["text"] == pytest.approx(known.probabilities["text"][5].tolist())
    assert data.sample(run, 1, "x-05")["label"] == known.labels[5]
    assert data.sample(run, 1, "'; DROP TABLE x") is None


def test_missing_predictions_are_one_sentence(run):
    with pytest.raises(RunError, match="no predictions for the sample 'x-99'"):
        data.probabilities(run, 1, "x-99")
    predictions_path(run.folder, 1).unlink()
    with pytest.raises(RunError, match="cannot be read"):
        data.probabilities(run, 1, "x-05")


def test_errors_are_not_kept(run):
    path = scores_path(run.folder, 2)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    assert data.damaged(run) == [path.name]
    with pytest.raises(RunError, match="evaluation=002.parquet"):
        data.sizes(run, 2, Selection())
    path.write_bytes(whole)
    assert data.sizes(run, 2, Selection()) == (40, 40)
    assert data.damaged(run) == []


def test_questions_over_time_take_training_evaluations_only(run):
    write_some(run.folder, 3, some_predictions(3), kind="scoring", split="all", checkpoint="best")
    assert data_trajectories.spread(run, Selection(), "rank")["evaluation"].tolist() == [0, 1, 2]
    assert data.trajectories(run, ["x-01"])["evaluation"].tolist() == [0, 1, 2]
    assert [*data.trajectories(run, ["x-01"], "rank")] == ["sample_id", "evaluation", "epoch", "rank"]
    assert data_trajectories.shares(run, Selection())["evaluation"].unique().tolist() == [0, 1, 2]
    for path in (run.folder / "scores").glob("evaluation=00[012]*"):
        path.unlink()
    with pytest.raises(RunError, match="no evaluation of its training samples"):
        data_trajectories.spread(run, Selection(), "rank")


def test_media_are_there_as_long_as_the_manifest_is(run):
    assert data.has_media(run)
    (run.data / "manifest.parquet").unlink()
    assert not data.has_media(run)
    assert data.sizes(run, 1, Selection()) == (40, 40)


def test_progress_and_log_are_read_afresh(run):
    assert (data.progress(run), data.log_tail(run)) == ({}, "")
    write_json(run.folder / "progress.json", {"phase": "training", "done": 1, "total": 3})
    (run.folder / "log.txt").write_text("one\ntwo\n")
    assert data.progress(run)["done"] == 1
    assert data.log_tail(run, 1) == "two"
