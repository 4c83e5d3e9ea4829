"""Predictions: what is accepted, what each wrong input is told, and a file that gives back the same bits."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError, RunError
from bss_core.predictions import Predictions, predictions_from, read_predictions, write_predictions
from tests.score_tables import draws

GOOD = np.array([[0.5, 0.5], [0.2, 0.8], [1.0, 0.0]])
LABELS = np.array([0, 1, 1])


def test_heads_are_sorted_with_the_multimodal_one_last():
    found = predictions_from({"video": GOOD, "multimodal": GOOD, "audio": GOOD}, LABELS)

    assert found.heads == ["audio", "video", "multimodal"]
    assert found.modalities == ["audio", "video"]
    assert found.sample_ids.tolist() == ["0", "1", "2"]
    assert found.splits.tolist() == ["train"] * 3


def test_columns_by_hand():
    found = predictions_from({"a": GOOD, "b": GOOD}, LABELS)

    assert found.true_class("a").tolist() == [0.5, 0.8, 0.0]
    assert found.losses("a")[:2] == pytest.approx([np.log(2), -np.log(0.8)])
    assert found.losses("a")[2] == pytest.approx(-np.log(np.finfo(np.float32).tiny))
    assert found.predicted("a").tolist() == [0, 1, 0]  # the lowest index wins the tie of row 0
    assert len(found) == 3


def test_lists_and_half_precision_are_accepted():
    found = predictions_from({"a": GOOD.astype(np.float16), "b": GOOD.tolist()}, LABELS.tolist())

    assert found.losses("b")[0] == pytest.approx(np.log(2))


def row(values, at=1):
    changed = GOOD.copy()
    changed[at] = values
    return changed


@pytest.mark.parametrize(
    ("heads", "labels", "message"),
    [
        ({"a": GOOD}, LABELS, r"at least two modalities; found \['a'\]"),
        ({"a": GOOD, "multimodal": GOOD}, LABELS, r"at least two modalities; found \['a'\]"),
        ({}, LABELS, "found none"),
        ({"a": GOOD, "b": GOOD[:2]}, LABELS, r"of 'b' have shape \(2, 2\); expected \(3, C\)"),
        ({"a": GOOD, "b": np.full((3, 3), 1 / 3)}, LABELS, r"of 'b' have shape \(3, 3\)"),
        ({"a": GOOD, "b": GOOD[:, 0]}, LABELS, r"of 'b' have shape \(3,\)"),
        ({"a": np.ones((3, 1)), "b": np.ones((3, 1))}, LABELS * 0, r"shape \(3, 1\); .* the same C ≥ 2"),
        ({"a": GOOD, "b": row(np.nan)}, LABELS, "of 'b' for row 1 are not finite"),
        ({"a": row(np.inf, 2), "b": GOOD}, LABELS, "of 'a' for row 2 are not finite"),
        ({"a": GOOD, "b": row([2.0, 1.5])}, LABELS, r"Row 1 of 'b' .*sum 3.5.* give probabilities, not logits"),
        ({"a": row([-0.5, 1.5]), "b": GOOD}, LABELS, "Row 1 of 'a' .*smallest value -0.5"),
        ({"a": GOOD, "b": GOOD, "multimodal": row(0.0)}, LABELS, "Row 1 of 'multimodal' .*sum 0"),
        ({"a": GOOD, "b": np.full((3, 2), "half")}, LABELS, "of 'b' are of type <U4; expected numbers"),
        ({"a": GOOD, "b": GOOD.astype(complex)}, LABELS, "of type complex128"),
        ({"a": GOOD, "b": GOOD}, [0, 2, 1], "Row 1 has label 2; with 2 classes labels run from 0 to 1"),
        ({"a": GOOD, "b": GOOD}, [0, 1, -1], "Row 2 has label -1"),
        ({"a": GOOD, "b": GOOD}, [0.0, 1.0, 1.0], "labels must be whole numbers; their type is float64"),
        ({"a": GOOD, "b": GOOD}, [True, False, True], "their type is bool"),
        ({"a": GOOD, "b": GOOD}, [[0], [1], [1]], r"shape \(n,\) with n ≥ 1; their shape is \(3, 1\)"),
        ({"a": GOOD[:0], "b": GOOD[:0]}, [], r"their shape is \(0,\)"),
    ],
)
def test_wrong_input_is_named(heads, labels, message):
    with pytest.raises(ConfigError, match=message):
        predictions_from(heads, np.array(labels))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sample_ids": np.array(["x", "y", "x"])}, "sample ids must be unique"),
        ({"sample_ids": np.array(["x", "y"])}, "3 labels but 2 sample ids and 3 splits"),
        ({"splits": np.array(["train"])}, "3 labels but 3 sample ids and 1 splits"),
    ],
)
def test_ids_and_splits_must_fit(more, message):
    with pytest.raises(ConfigError, match=message):
        predictions_from({"a": GOOD, "b": GOOD}, LABELS, **more)


def assert_same(one: Predictions, other: Predictions):
    assert one.heads == other.heads
    assert one.sample_ids.tolist() == other.sample_ids.tolist()
    assert one.splits.tolist() == other.splits.tolist()
    assert one.labels.tolist() == other.labels.tolist()
    for head in one.heads:
        assert other.probabilities[head].dtype == np.float32
        assert np.array_equal(one.probabilities[head].astype(np.float32), other.probabilities[head])


@given(seed=st.integers(0, 2**32), n=st.integers(1, 20), classes=st.integers(2, 6))
def test_a_file_gives_back_the_same_bits_as_float32(tmp_path_factory, seed, n, classes):
    heads, labels = draws(seed, n, ("a", "b", "multimodal"), classes)
    ids = np.array([f"ünï'\"{number}" for number in range(n)])
    given = predictions_from(heads, labels, ids, np.array(["test"] * n))
    path = tmp_path_factory.mktemp("predictions") / "evaluation=000.parquet"
    write_predictions(path, given)

    assert_same(given, read_predictions(path))


def test_float64_is_stored_as_float32(tmp_path):
    given = predictions_from({"a": np.array([[1 / 3, 2 / 3]]), "b": np.array([[0.1, 0.9]])}, [1])
    write_predictions(tmp_path / "p.parquet", given)

    assert_same(given, read_predictions(tmp_path / "p.parquet"))


def test_a_table_of_others_with_lists_of_any_type_and_no_split_is_read(tmp_path):
    table = {"sample_id": ["u", "v"], "label": [1, 0], "probabilities_a": [[0.5, 0.5], [0.0, 1.0]]}
    pq.write_table(pa.table(table | {"probabilities_b": table["probabilities_a"]}), tmp_path / "p.parquet")
    found = read_predictions(tmp_path / "p.parquet")

    assert found.true_class("a").tolist() == [0.5, 0.0]
    assert found.splits.tolist() == ["train", "train"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"sample_id": ["u"], "label": [0]}, "has the columns sample_id, label; expected sample_id, label, prob"),
        ({"label": [0], "probabilities_a": [[1.0, 0.0]]}, "has the columns label, probabilities_a; expected"),
        ({"probabilities_a": [[1.0, 0.0], [1.0]]}, "'probabilities_a' in .*p.parquet have the lengths 1, 2"),
        ({"probabilities_a": [[1.0, 0.0], None]}, "have the lengths 2, missing; expected one length"),
        ({"probabilities_a": pa.array([], pa.list_(pa.float32()))}, "have the lengths of no sample"),
        ({"probabilities_a": [0.3, 0.7]}, "'probabilities_a' in .*p.parquet holds double; expected one list"),
    ],
)
def test_a_table_that_holds_no_predictions_is_named(tmp_path, columns, message):
    if list(columns) == ["probabilities_a"]:
        n = len(columns["probabilities_a"])
        columns = {"sample_id": [str(number) for number in range(n)], "label": [0] * n, **columns}
    pq.write_table(pa.table(columns), tmp_path / "p.parquet")

    with pytest.raises(RunError, match=message):
        read_predictions(tmp_path / "p.parquet")


def test_a_table_with_wrong_content_is_told_as_arrays_are(tmp_path):
    both = {"probabilities_a": [[0.9, 0.9]], "probabilities_b": [[0.5, 0.5]]}
    pq.write_table(pa.table({"sample_id": ["u"], "label": [0], **both}), tmp_path / "p.parquet")

    with pytest.raises(ConfigError, match="Row 0 of 'a' is no probability distribution"):
        read_predictions(tmp_path / "p.parquet")


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and no more", b"PAR1" + bytes(200) + b"PAR1"])
def test_a_damaged_or_missing_file_is_named(tmp_path, content):
    path = tmp_path / "evaluation=002.parquet"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(RunError, match=r"The predictions .*evaluation=002\.parquet cannot be read"):
        read_predictions(path)
