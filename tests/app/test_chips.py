"""The chips of the active filters."""

import math
from dataclasses import fields, replace

import pytest

from app.widgets.chips import chips_of
from app.widgets.filter_words import map_in_words
from bss_core import annotations
from bss_core.lasso import Lasso, Region
from bss_core.selection import COURSES, Selection
from tests.score_tables import some_run

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
CLASSIC = ("ranges", "bands", "classes", "splits", "text", "wrong")


def test_chips_name_every_filter(tmp_path):
    run = some_run(tmp_path)
    chosen = Selection((("total_loss", -1.0, 2.5),), ("balanced",), (2,), ("test",), "owl", ("audio",))
    named = chips_of(run, chosen)
    assert [label for label, _ in named] == [
        "balanced", "owl", "test split", "audio wrong", "total loss −1 … 2.5", "“owl”",
    ]  # fmt: skip
    annotations.add_tag(run.folder, "odd", ["x-01"])
    newer = Selection(
        dominant=("text",), correct=("none", "audio", "audio+text"), lassos=(Lasso("rank", "total_loss", SQUARE),),
        courses=tuple(COURSES),
        history=(("crossings", 2.0, math.inf), ("change", -math.inf, -0.5), ("change", 0.1, 0.5)),
        regions=(Region("best-train-audio-pca", SQUARE),), tags=("odd", "gone"),
    )  # fmt: skip
    assert [label for label, _ in chips_of(run, newer)] == [
        "text dominant", "no modality right", "only audio right", "all modalities right", "rose above",
        "never balanced", "fell back", "forgot", "changes of band at least 2", "change from first to last at most −0.5",
        "change from first to last 0.1 … 0.5",
        "lasso: rank, total loss", "region of audio features, PCA", "tag: odd", "tag: gone (no sample has it)",
    ]  # fmt: skip
    assert [rest for _, rest in chips_of(run, newer)][-1] == replace(newer, tags=("odd",))
    fields_with_chips = {item.name for item in fields(Selection) if item.name != "thresholds"}
    both = replace(newer, **{name: getattr(chosen, name) for name in CLASSIC})
    taken = {name for _, rest in chips_of(run, both) for name in fields_with_chips
             if getattr(rest, name) != getattr(both, name)}  # fmt: skip
    assert taken == fields_with_chips, "a filter without a chip is one nobody sees"
    assert named[4][1].ranges == ()
    assert named[4][1].bands == ("balanced",)


def test_a_chip_tells_the_ends_of_a_tiny_range_apart(tmp_path):
    chosen = Selection((("sampling_probability", 1.2e-4, 3.1e-4), ("rank", 1.0, 12000.0)))
    assert [label for label, _ in chips_of(some_run(tmp_path), chosen)] == [
        "sampling probability 0.00012 … 0.00031", "rank 1 … 12,000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("best-train-multimodal-pca", "multimodal features, PCA"),
        ("last-validation-rgb-d-umap", "rgb-d features by checkpoint last of validation, UMAP"),
        ("best-all-deep%20sea-pca", "deep sea features of all splits, PCA"),
        ("evaluation=012-train-probabilities-pca", "probabilities k = 12, PCA"),
        ("evaluation=000-test-probabilities-pca", "probabilities k = 0 of test, PCA"),
        ("no map", "no map"),
    ],
)
def test_maps_in_words(name, words):
    assert map_in_words(name) == words
