"""What predictions must be: every array that cannot be one is told in one sentence with its head and its sample."""

import numpy as np
import pytest

from bss_core.errors import ConfigError
from bss_core.predictions import predictions_from

GOOD = np.array([[0.5, 0.5], [0.2, 0.8], [1.0, 0.0]])
LABELS = np.array([0, 1, 1])
LOGITS = {"a": np.array([[0.0, 1e4], [3.0, 1.0], [-1e4, 1e4]]), "b": np.zeros((3, 2))}


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
        ({"a": GOOD, "b": GOOD}, None, r"their shape is \(\)"),
        ([GOOD, GOOD], LABELS, "probabilities must be a mapping from names, .*; a list was given"),
        (GOOD, LABELS, "probabilities must be a mapping from names, .*; a ndarray was given"),
        ({"a": GOOD, 2: GOOD}, LABELS, "One array of the probabilities is named 2; a name is a text"),
        ({"a": GOOD, "": GOOD}, LABELS, "One array of the probabilities is named ''"),
        ({"a": GOOD, "b": [[0.5, 0.5], [1.0], [1.0, 0.0]]}, LABELS, "The probabilities of 'b' cannot be one array"),
        ({"a": row([0.5, 0.502]), "b": GOOD}, LABELS, "Row 1 of 'a' is no probability distribution .sum 1.002"),
        ({"a": row([1.00001, -0.00001]), "b": GOOD}, LABELS, "Row 1 of 'a' .*smallest value -1e-05"),
    ],
)
def test_wrong_input_is_named(heads, labels, message):
    with pytest.raises(ConfigError, match=message):
        predictions_from(heads, np.array(labels))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sample_ids": np.array(["x", "y", "x"])}, "must be unique; 'x' occurs in row 0 and again in row 2"),
        ({"sample_ids": [7, "7", 8]}, "must be unique; '7' occurs in row 0 and again in row 1"),
        ({"sample_ids": np.array(["x", "y"])}, "3 labels but 2 sample ids"),
        ({"sample_ids": ["x", None, "y"]}, "Row 1 has the sample id None; an id is a whole number or a text"),
        ({"sample_ids": ["x", "y", ""]}, "Row 2 has the sample id ''"),
        ({"sample_ids": np.array(["x", np.nan, "z"], dtype=object)}, "Row 1 has the sample id nan"),
        ({"splits": np.array(["train"])}, "3 labels but 1 splits"),
    ],
)
def test_ids_and_splits_must_fit(more, message):
    with pytest.raises(ConfigError, match=message):
        predictions_from({"a": GOOD, "b": GOOD}, LABELS, **more)


def test_a_named_sample_is_named_in_the_error():
    with pytest.raises(ConfigError, match="probabilities of 'b' for sample 'cat-2' are not finite"):
        predictions_from({"a": GOOD, "b": row(np.nan)}, LABELS, ["cat-1", "cat-2", "cat-3"])
    with pytest.raises(ConfigError, match="Sample 'cat-3' has label 7"):
        predictions_from({"a": GOOD, "b": GOOD}, [0, 1, 7], ["cat-1", "cat-2", "cat-3"])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_logits_that_are_not_finite_name_sample_and_head(value):
    with pytest.raises(ConfigError, match="The logits of 'b' for row 2 are not finite in float32"):
        predictions_from(None, LABELS, logits={"a": LOGITS["a"], "b": row(value, 2)})


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"logits": {"a": GOOD[:2]}}, r"The logits of 'a' have shape \(2, 2\); expected \(3, C\)"),
        ({"logits": {"a": np.ones((3, 4))}}, r"The logits of 'a' have shape \(3, 4\)"),
        ({"features": {"c": GOOD}}, "There are features of 'c'; the modalities are a, b"),
        ({"features": {"multimodal": GOOD}}, "There are features of 'multimodal'; the modalities are a, b"),
        ({"features": {"a": GOOD[0]}}, r"features of 'a' have shape \(2,\); expected \(3, d\)"),
        ({"features": {"a": row(np.nan)}}, "features of 'a' for row 1 are not finite"),
        ({"features": {"a": np.full((3, 2), "x")}}, "features of 'a' are of type <U1; expected numbers"),
        ({"logits": GOOD}, "logits must be a mapping from names"),
        ({"measured": {1: LABELS}}, "One array of the measured values is named 1"),
        ({"measured": {"shapley_a": GOOD}}, r"measured values 'shapley_a' have shape \(3, 2\); expected \(3,\)"),
        ({"measured": {"shapley_a": [0.0, np.inf, 0.0]}}, "measured values 'shapley_a' for row 1 are not finite"),
    ],
)
def test_what_is_given_besides_must_fit(more, message):
    with pytest.raises(ConfigError, match=message):
        predictions_from({"a": GOOD, "b": GOOD}, LABELS, **more)


@pytest.mark.parametrize("at", [0, 4321, 19_999])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_one_wrong_row_among_many_is_found(at, dtype):
    wrong = np.full((20_000, 4), 0.25, dtype=dtype)
    wrong[at] = [-0.25, 0.75, 0.25, 0.25]  # sums to one all the same
    with pytest.raises(ConfigError, match=f"Row {at} of 'b' is no probability distribution"):
        predictions_from({"a": np.full((20_000, 4), 0.25), "b": wrong}, np.zeros(20_000, int))


def test_what_rounding_leaves_of_a_distribution_is_accepted():
    rounded = row([1.0000005, -0.0000005])

    assert len(predictions_from({"a": rounded, "b": row([0.5, 0.5009])}, LABELS)) == 3
