"""The keys of cached answers: whatever the answer depends on tells two of them apart."""

import os

import pytest

from app.data_answers import answer, forget, maps_state, selected_by
from bss_core import annotations
from bss_core.dynamics import FILE as DYNAMICS
from bss_core.evaluations import predictions_path
from bss_core.lasso import Region
from bss_core.selection import Selection
from tests.score_tables import some_run

SQUARE = Region("best-train-multimodal-pca", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path)


def later(path):
    """As if the file was written again a second later."""
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 10**9))


def test_an_answer_belongs_to_its_question_its_files_and_its_arguments():
    forget()
    asked = [
        ("sizes", (("a", 1, 2),), (1,)),
        ("counts", (("a", 1, 2),), (1,)),
        ("sizes", (("a", 1, 3),), (1,)),
        ("sizes", (("a", 1, 2),), (2,)),
    ]
    for _ in range(2):
        assert [answer(*words, lambda words=words: words) for words in asked] == asked
    assert answer(*asked[0], lambda: "never asked") == asked[0]


@pytest.mark.parametrize("chosen", [Selection(history=(("change", -2.0, 2.0),)), Selection(courses=("forgot",))])
def test_a_selection_by_history_is_answered_anew_when_the_history_is_written(run, chosen):
    before = selected_by(run, "rank", Selection(), chosen)
    assert before == selected_by(run, chosen) != ()
    later(run.folder / DYNAMICS)
    assert selected_by(run, chosen) != before
    assert selected_by(run, "rank", Selection()) == ()


def test_a_selection_by_tags_is_answered_anew_after_every_change_of_a_tag(run):
    chosen, states = Selection(tags=("odd",)), []
    for sample_id in ("x-00", "x-01", "x-02"):
        annotations.add_tag(run.folder, "odd", [sample_id])
        states.append(selected_by(run, Selection(), chosen))
    assert len(set(states)) == 3


def test_a_selection_by_region_is_answered_anew_when_a_map_or_what_it_shows_changes(run):
    chosen = Selection(regions=(SQUARE,))
    assert selected_by(run, chosen) == maps_state(run) == ()
    files = [run.folder / "maps" / f"{SQUARE.map}.parquet", run.folder / "checkpoints" / "best.safetensors"]
    for path in files:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    states = [selected_by(run, chosen)]
    for path in (*files, predictions_path(run.folder, 1)):
        later(path)
        states.append(selected_by(run, chosen))
    assert len(set(states)) == 4
