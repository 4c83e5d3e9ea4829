"""Imported predictions: the scores of the arrays, one sentence for every bad table, and nothing made then."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import bss_core as bss
from bss_core.errors import BSSError, ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.manifest import read_info
from bss_core.metrics import metrics
from bss_core.predictions import predictions_from
from bss_core.recording.importing import import_predictions
from bss_core.runs import create_run, open_run
from tests.conftest import tiny_manifest
from tests.recording.recordings import CLASSES, HEADS, IDS, LABELS, logits


def softmax(values):
    weights = np.exp(values.astype(np.float64))
    return weights / weights.sum(axis=1, keepdims=True)


def columns(seed=0, kind="logits", heads=HEADS):
    """One evaluation as columns of a table."""
    values = logits(seed, heads)
    lists = {head: (softmax(array) if kind == "probabilities" else array).tolist() for head, array in values.items()}
    return {"sample_id": list(IDS), "label": LABELS.tolist()} | {f"{kind}_{head}": lists[head] for head in heads}


def write(path, *parts, **more):
    """The parts below one another, as a Parquet file."""
    table = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True).assign(**more)
    table.to_parquet(path)
    return path


def balance(seed):
    return bss.balance_scores(None, LABELS, logits=logits(seed))["balance_score"].to_numpy()


@pytest.fixture
def source(tmp_path):
    return tmp_path / "predictions.parquet"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs" / "imported"


@pytest.mark.parametrize("kind", ["logits", "probabilities"])
def test_one_evaluation_is_scored(source, folder, kind):
    run = import_predictions(write(source, columns(0, kind)), folder)
    table = pd.read_parquet(scores_path(folder, 0))

    assert (run.status, run.classes, list(run.modalities)) == ("finished", ["0", "1", "2"], ["audio", "image"])
    assert [(item.number, item.epoch, item.kind, item.source) for item in run.evaluations()] == [
        (0, 0, "training", "recorded")
    ]
    assert table["sample_id"].tolist() == IDS
    assert table["balance_score"].to_numpy() == pytest.approx(balance(0), abs=1e-6)
    assert open_run(folder).details()["source"] == "imported"


def test_several_evaluations_are_smoothed_and_keep_their_epochs(source, folder):
    parts = [columns(seed) | {"evaluation": [number] * 24, "epoch": [epoch] * 24}
             for seed, number, epoch in ((2, 7, 9), (0, 2, 0), (1, 5, 4))]  # fmt: skip
    run = import_predictions(write(source, *parts), folder, scheduler_options={"beta": "0.25"})
    tables = [pd.read_parquet(scores_path(folder, k)) for k in range(3)]
    smoothed = balance(0)
    for seed in (1, 2):
        smoothed = 0.75 * smoothed + 0.25 * balance(seed)

    assert [(item.number, item.epoch) for item in run.evaluations()] == [(0, 0), (1, 4), (2, 9)]
    assert tables[2]["smoothed_score"].to_numpy() == pytest.approx(smoothed, abs=1e-12)
    assert [event["epoch"] for event in run.events()] == [4, 9]
    assert (folder / "dynamics.parquet").exists()


def test_other_splits_give_metrics_and_scoring_evaluations(source, folder):
    split = ["train"] * 12 + ["validation"] * 6 + ["test"] * 6
    parts = [columns(seed) | {"evaluation": [seed] * 24, "split": split} for seed in (0, 1)]
    run = import_predictions(write(source, *parts), folder)
    last = {head: array[18:] for head, array in logits(1).items()}
    found = metrics(predictions_from(labels=LABELS[18:], logits=last))

    assert [(item.number, item.kind, item.split, item.samples) for item in run.evaluations()] == [
        (0, "training", "train", 12), (1, "training", "train", 12),
        (2, "scoring", "validation", 6), (3, "scoring", "test", 6),
    ]  # fmt: skip
    assert run.details()["results"]["test"] == found
    assert run.details()["results"]["epoch"] == 1
    assert run.details()["samples"] == {"train": 12, "validation": 6, "test": 6}
    assert set(run.events()[0]["metrics"]) == {"train", "validation", "test"}


def test_labels_as_texts_become_classes_by_alphabet(source, folder):
    named = columns() | {"label": [("zebra", "ape", "cat")[label] for label in LABELS]}
    run = import_predictions(write(source, named), folder)

    assert run.classes == ["ape", "cat", "zebra"]
    assert pd.read_parquet(scores_path(folder, 0))["label"].tolist() == [(2, 0, 1)[label] for label in LABELS]


def test_given_classes_set_the_order(source, folder):
    named = columns() | {"label": [CLASSES[label] for label in LABELS]}
    run = import_predictions(write(source, named), folder, classes=["owl", "dog", "cat"])

    assert run.classes == ["owl", "dog", "cat"]
    assert pd.read_parquet(scores_path(folder, 0))["label"].tolist() == [2 - label for label in LABELS]


def test_numbers_as_ids_become_texts(source, folder):
    import_predictions(write(source, columns() | {"sample_id": list(range(24))}), folder)
    assert pd.read_parquet(scores_path(folder, 0))["sample_id"].tolist() == [str(row) for row in range(24)]


def test_the_measurer_and_the_scheduler_are_chosen(source, folder):
    run = import_predictions(write(source, columns()), folder, measure={"difficulty": "none"}, scheduler="heuristic")

    assert run.options["scheduler"] == "heuristic"
    assert run.options["measure"]["difficulty"] == "none"
    assert pd.read_parquet(scores_path(folder, 0))["balance_score"].min() == 0


def without(name):
    return {key: value for key, value in columns().items() if key != name}


RAGGED = columns()["logits_audio"][:-1] + [[1.0, 2.0]]
BAD = [
    (without("label"), "lacks the column 'label'; it has sample_id, logits_audio"),
    (without("sample_id"), "lacks the column 'sample_id'"),
    (
        {"sample_id": ["a"], "label": [0], "scores": [1.0]},
        "has no column logits_<head> or probabilities_<head>; it has",
    ),
    (columns() | {"logits_audio": RAGGED}, "lists of 'logits_audio' in .* have the lengths 2, 3; expected one length"),
    (columns() | {"logits_audio": [None, *RAGGED[1:]]}, "the lengths 2, 3, missing"),
    (columns() | {"logits_audio": [0.5] * 24}, "'logits_audio' .* holds double; expected one list of numbers"),
    (columns() | {"logits_audio": [["x"] * 3] * 24}, "lists of 'logits_audio' .* hold string; expected numbers"),
    (columns() | {"logits_audio": [[np.nan, 0, 0], *RAGGED[1:-1], [0.0] * 3]}, "'audio'.*'s-00'|'s-00'.*'audio'"),
    (columns() | {"logits_audio": [[1.0, 2.0]] * 24}, "'audio'|'image'"),
    (columns() | {"label": [None, *LABELS[1:].tolist()]}, "Row 0 of .* has no label"),
    (columns() | {"label": [0.5, *LABELS[1:].tolist()]}, "labels of .* are neither texts nor whole numbers"),
    (columns() | {"label": [np.inf, *LABELS[1:].tolist()]}, "labels of .* are neither texts nor whole numbers"),
    (columns() | {"label": [3, *LABELS[1:].tolist()]}, "label 3; with 3 classes labels run from 0 to 2"),
    (columns() | {"label": ["a", "b"] * 12}, r"has 3 values per head but 2 classes \(a, b …\)"),
    (columns() | {"sample_id": [None, *IDS[1:]]}, "Row 0 of .* has no sample_id"),
    (columns() | {"sample_id": ["s-01", *IDS[1:]]}, "Sample 's-01' occurs twice in evaluation 0"),
    (columns() | {"evaluation": [-1] * 24}, "'evaluation' of .* must hold whole numbers ≥ 0; it holds int64"),
    (columns() | {"evaluation": ["first"] * 24}, "'evaluation' of .* must hold whole numbers ≥ 0"),
    (columns() | {"epoch": [1] * 12 + [2] * 12}, "Evaluation 0 of .* has rows of several epochs"),
    (columns() | {"split": ["dev"] * 24}, "'s-00' of .* is in the split 'dev'; splits are"),
    (columns(heads=("audio", "multimodal")), "at least two modalities"),
    ({"sample_id": [], "label": [], "logits_a": []}, "has no rows"),
]


@pytest.mark.parametrize(("table", "message"), BAD)
def test_a_bad_table_is_one_sentence_and_makes_nothing(source, folder, table, message):
    write(source, table)
    with pytest.raises(BSSError, match=message) as caught:
        import_predictions(source, folder)
    assert "\n" not in str(caught.value)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"sample_id": ["new", *IDS[1:]]}, "'new' of evaluation 1 is not in the first one, which has 24 samples"),
        ({"label": ((LABELS + 1) % 3).tolist()}, "Sample 's-00' of .* changes its label or split between evaluations"),
    ],
)
def test_evaluations_that_do_not_belong_together(source, folder, second, message):
    write(source, columns(0) | {"evaluation": [0] * 24}, columns(1) | {"evaluation": [1] * 24} | second)
    with pytest.raises(RunError, match=message):
        import_predictions(source, folder)
    assert not folder.exists()


def test_a_file_that_is_none(tmp_path, folder):
    (tmp_path / "text").write_text("sample_id,label")
    for name in ("absent", "text"):
        with pytest.raises(RunError, match=f"The predictions .*{name} cannot be read"):
            import_predictions(tmp_path / name, folder)


def test_a_run_that_is_there_is_kept(source, folder, shared_tiny_data):
    create_run(folder, {}, read_info(shared_tiny_data))
    with pytest.raises(RunError, match="holds a run already; choose another folder"):
        import_predictions(write(source, columns()), folder)


def of_tiny(rows, **more):
    rng = np.random.default_rng(0)
    heads = {f"logits_{name}": rng.normal(size=(len(rows), 3)).tolist() for name in ("image", "audio", "caption")}
    return {"sample_id": rows["sample_id"].tolist(), "label": rows["label"].tolist(), **heads, **more}


def test_with_a_data_set_its_classes_modalities_and_media_count(source, folder, tiny_data):
    run = import_predictions(write(source, of_tiny(tiny_manifest().split("train"))), folder, data=tiny_data)

    assert run.classes == list(tiny_manifest().info.classes)
    assert run.modalities == {"audio": "audio", "caption": "text", "image": "image"}
    assert run.data == tiny_data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows | {"sample_id": ["tiny-99", *rows["sample_id"][1:]]}, "'tiny-99' is not in the data set"),
        (lambda rows: rows | {"label": [2, *rows["label"][1:]]}, "'tiny-00' has label 2 here and 0 in"),
        (lambda rows: rows | {"logits_depth": rows["logits_image"]}, "'depth' is no modality of the data set"),
    ],
)
def test_predictions_of_another_data_set_are_refused(source, folder, tiny_data, change, message):
    write(source, change(of_tiny(tiny_manifest().split("train"))))
    with pytest.raises((RunError, ConfigError), match=message):
        import_predictions(source, folder, data=tiny_data)
    assert not folder.exists()


def test_what_the_app_wrote_itself_can_be_imported(source, folder, tmp_path):
    run = import_predictions(write(source, columns()), folder)
    again = import_predictions(run.folder / "predictions" / "evaluation=000.parquet", tmp_path / "again")

    for name in ("balance_score", "total_loss"):
        one, other = (pd.read_parquet(scores_path(path, 0))[name] for path in (folder, again.folder))
        assert one.to_numpy() == pytest.approx(other.to_numpy(), abs=1e-12)


def test_large_and_fixed_size_lists_are_lists_too(source, folder):
    table = pa.table({"sample_id": IDS, "label": LABELS} | {
        f"logits_{head}": pa.array(array.tolist(), kind) for (head, array), kind in zip(
            logits(0).items(), (pa.large_list(pa.float64()), pa.list_(pa.float32(), 3), pa.list_(pa.float32())),
            strict=True)
    })  # fmt: skip
    pq.write_table(table, source)
    import_predictions(source, folder)

    assert pd.read_parquet(scores_path(folder, 0))["balance_score"].to_numpy() == pytest.approx(balance(0), abs=1e-6)
