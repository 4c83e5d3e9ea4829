"""Predictions: what is accepted, what it becomes, and a file that gives back the same bits.

What is refused is in test_prediction_checks.
"""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError, RunError
from bss_core.predictions import (
    Predictions,
    predictions_from,
    read_predictions,
    unnamed_predictions,
    write_predictions,
)
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


LOGITS = {"a": np.array([[0.0, 1e4], [3.0, 1.0], [-1e4, 1e4]]), "b": np.zeros((3, 2)), "multimodal": GOOD}


def test_probabilities_are_the_softmax_of_the_logits_where_there_are_none():
    found = predictions_from(None, LABELS, logits=LOGITS)

    assert found.heads == ["a", "b", "multimodal"]
    assert found.probabilities["a"].dtype == np.float64
    assert found.probabilities["a"][0].tolist() == [0, 1]
    assert found.probabilities["a"][1] == pytest.approx([1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))])
    assert found.logits["a"].tolist() == LOGITS["a"].tolist()


def test_losses_of_logits_are_exact_and_not_cut_off():
    found = predictions_from(None, LABELS * 0, logits=LOGITS)

    assert found.losses("a") == pytest.approx([1e4, np.log1p(np.exp(-2)), 2e4], rel=1e-15)
    assert predictions_from({"a": GOOD, "b": GOOD}, LABELS).losses("a").max() < 88


def test_a_head_may_have_logits_and_another_probabilities():
    found = predictions_from({"b": GOOD, "multimodal": GOOD}, LABELS, logits={"a": LOGITS["a"]})

    assert found.heads == ["a", "b", "multimodal"]
    assert list(found.logits) == ["a"]


def test_rows_of_predictions_are_views_of_every_array():
    more = {"features": {"a": GOOD}, "measured": {"shapley_a": LABELS * 0.5}}
    whole = predictions_from(None, LABELS, ["x", "y", "z"], logits=LOGITS, **more)
    part = whole.rows(slice(1, 3))

    assert part.sample_ids.tolist() == ["y", "z"]
    assert part.labels.tolist() == [1, 1]
    assert part.losses("a").tolist() == whole.losses("a")[1:].tolist()
    assert part.features["a"].tolist() == GOOD[1:].tolist()
    assert part.measured["shapley_a"].tolist() == [0.5, 0.5]
    assert np.shares_memory(part.probabilities["b"], whole.probabilities["b"])


def test_ids_that_are_numbers_become_texts_and_unnamed_ones_stay_numbers():
    assert predictions_from({"a": GOOD, "b": GOOD}, LABELS, np.array([30, 10, 20])).sample_ids.tolist() == [
        *("30", "10", "20")
    ]
    assert unnamed_predictions({"a": GOOD, "b": GOOD}, LABELS).sample_ids.tolist() == [0, 1, 2]


def assert_same(one: Predictions, other: Predictions):
    assert one.heads == other.heads
    assert one.sample_ids.tolist() == other.sample_ids.tolist()
    assert one.splits.tolist() == other.splits.tolist()
    assert one.labels.tolist() == other.labels.tolist()
    for group in ("probabilities", "logits", "features"):
        before, after = getattr(one, group), getattr(other, group)
        assert list(before) == list(after)
        for name in before:
            assert after[name].dtype == np.float32
            assert np.array_equal(before[name].astype(np.float32), after[name])
    assert {name: values.tolist() for name, values in one.measured.items()} == {
        name: values.tolist() for name, values in other.measured.items()
    }


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


def test_logits_features_and_measured_values_are_stored_and_read(tmp_path):
    more = {"features": {"b": np.ones((3, 5)), "a": GOOD}, "measured": {"gradient_magnitude": np.array([0.1, 1e-9, 3])}}
    given = predictions_from(None, LABELS, logits=LOGITS, **more)
    write_predictions(tmp_path / "p.parquet", given)
    names = pq.read_schema(tmp_path / "p.parquet").names

    assert_same(given, read_predictions(tmp_path / "p.parquet"))
    assert names[3:6] == ["probabilities_a", "probabilities_b", "probabilities_multimodal"]
    assert {"logits_a", "features_a", "features_b", "measured_gradient_magnitude"} < set(names)


def test_what_was_not_given_is_not_written(tmp_path):
    write_predictions(tmp_path / "p.parquet", predictions_from({"a": GOOD, "b": GOOD}, LABELS))

    assert pq.read_schema(tmp_path / "p.parquet").names == [
        *("sample_id", "split", "label", "probabilities_a", "probabilities_b")
    ]


def test_a_table_of_others_with_logits_alone_is_read(tmp_path):
    table = {"sample_id": [1, 2], "label": [1, 0], "logits_a": [[5.0, 5.0], [0.0, 1e4]], "logits_b": [[0, 0], [1, 1]]}
    pq.write_table(pa.table(table), tmp_path / "p.parquet")
    found = read_predictions(tmp_path / "p.parquet")

    assert found.sample_ids.tolist() == ["1", "2"]
    assert found.losses("a") == pytest.approx([np.log(2), 1e4])


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

    with pytest.raises(ConfigError, match="Sample 'u' of 'a' is no probability distribution"):
        read_predictions(tmp_path / "p.parquet")


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and no more", b"PAR1" + bytes(200) + b"PAR1"])
def test_a_damaged_or_missing_file_is_named(tmp_path, content):
    path = tmp_path / "evaluation=002.parquet"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(RunError, match=r"The predictions .*evaluation=002\.parquet cannot be read"):
        read_predictions(path)
