"""What of a selection a run can answer."""

import math

import pyarrow.parquet as pq
import pytest

from app import data_maps
from app.selection_fit import Known, fitting, known
from bss_core.annotations import add_tag, file_of
from bss_core.evaluations import scores_path
from bss_core.lasso import Lasso, Region
from bss_core.selection import Selection
from tests.score_tables import some_run

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def test_what_does_not_fit_is_taken_out_and_named():
    chosen = Selection(
        (("total_loss", 0.0, 1.0), ("loss_x", 0.0, 1.0)), ("balanced",), (1, 3, 5), ("train", "dev"), "t", ("a", "b"),
        dominant=("a", "c"), correct=("none", "a", "c", "b+a", "a+a", ""),
        lassos=(Lasso("total_loss", "total_loss", SQUARE), Lasso("total_loss", "x", SQUARE)),
        history=(("change", 0.0, 1.0), ("forgetting", 1.0, math.inf), ("y", 1.0, 2.0)),
        tags=("odd",), regions=(Region("here", SQUARE), Region("gone", SQUARE)),
        courses=("forgot", "never-balanced", "fell-back"),
    )  # fmt: skip
    there = Known(["a"], 3, ["total_loss"], ["a", "b"], ["change", "highest"], ["train", "test"], ["here"])
    kept, gone = fitting(chosen, there)
    assert kept == Selection(
        (("total_loss", 0.0, 1.0),), ("balanced",), (1,), ("train",), "t", ("a",), dominant=("a",),
        correct=("none", "a"), lassos=chosen.lassos[:1], history=(("change", 0.0, 1.0),),
        tags=("odd",), regions=chosen.regions[:1], courses=("never-balanced",),
    )  # fmt: skip
    assert gone == [
        "class 3", "class 5", "split dev", "head b", "column loss_x", "dominant modality c", "right modalities c",
        "right modalities b+a", "right modalities a+a", "right modalities ", "columns total_loss and x for a lasso",
        "course of the samples for forgetting:1..", "course of the samples for y:1..2",
        "course of the samples for forgot", "course of the samples for fell-back", "map gone for a region",
    ]  # fmt: skip


def test_a_run_knows_its_heads_modalities_columns_and_course(tmp_path):
    there = known(some_run(tmp_path), 1)
    assert (there.heads, there.classes, there.modalities) == (["audio", "text", "multimodal"], 3, ("audio", "text"))
    assert {"total_loss", "agreement"} <= set(there.columns)
    assert {"forgetting", "ever_balanced", "first_balanced"} <= set(there.history)
    assert "sample_id" not in there.history


def test_a_run_knows_the_maps_that_hold_and_only_heads_that_predicted_something(tmp_path, monkeypatch):
    run = some_run(tmp_path)
    path = scores_path(run.folder, 1)
    pq.write_table(pq.read_table(path).drop_columns(["predicted_text"]), path)
    monkeypatch.setattr(data_maps, "known_maps", lambda asked: [f"map of {asked.id}"])
    there = known(run, 1)
    assert (there.heads, there.maps) == (["audio", "multimodal"], ["map of some-1"])


def test_an_older_table_does_not_tell_who_is_right_and_a_young_run_has_no_course(tmp_path):
    run = some_run(tmp_path)
    (run.folder / "dynamics.parquet").unlink()
    path = scores_path(run.folder, 1)
    pq.write_table(pq.read_table(path).drop_columns(["dominant_modality", "correct_modalities"]), path)
    there = known(run, 1)
    assert (there.modalities, there.history) == ((), [])


@pytest.mark.parametrize("chosen", [Selection(dominant=("audio",)), Selection(correct=("none",))])
def test_without_an_evaluation_nothing_is_known(tmp_path, chosen):
    kept, gone = fitting(chosen, known(some_run(tmp_path), None))
    assert kept == Selection()
    assert len(gone) == 1


def test_a_tag_that_no_sample_has_fits_but_tags_that_cannot_be_read_do_not(tmp_path):
    run, chosen = some_run(tmp_path), Selection(tags=("odd",))
    assert fitting(chosen, known(run, 1)) == (chosen, [])
    add_tag(run.folder, "other", ["x-01"])
    assert fitting(chosen, known(run, 1)) == (chosen, [])
    file_of(run.folder).write_bytes(b"no database" * 100)
    assert fitting(chosen, known(run, 1)) == (Selection(), ["readable tags, for odd"])
