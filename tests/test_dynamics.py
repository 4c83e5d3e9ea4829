"""What became of each sample, by hand on three samples in four evaluations, and against pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bss_core.dynamics import FILE, write_dynamics
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from tests.score_tables import some_predictions, write_some

# Thresholds 0.25 and 0.6: bands imbalanced < 0.25 ≤ semi-balanced < 0.6 ≤ balanced.
SCORES = {"steady": [0.5, 0.5, 0.5, 0.5], "rises": [-0.2, 0.3, 0.5, 0.8], "swings": [0.7, 0.1, 0.6, 0.0]}
IS_RIGHT = {"steady": [1, 1, 1, 1], "rises": [0, 0, 1, 1], "swings": [1, 0, 1, 0]}
RANKS = {"steady": [2, 1, 3, 2], "rises": [3, 2, 2, 1], "swings": [1, 3, 1, 3]}
NONE = None
EXPECTED = {
    # evaluations, first, last, change, slope, variance, lowest, highest, crossings, correctness, forgetting,
    # first_balanced, ever_balanced, first_crossing, highest_rank_gain (most places up from an earlier evaluation)
    "steady": (4, 0.5, 0.5, 0.0, 0.0, 0.0, 0.5, 0.5, 0, 1.0, 0, NONE, False, NONE, 1),
    # slope = Σ(k − 1.5)(s − 0.35)/5 = (0.825 + 0.025 + 0.075 + 0.675)/5; variance (0.3025 + 0.0025 + 0.0225 + 0.2025)/4
    "rises": (4, -0.2, 0.8, 1.0, 0.32, 0.1325, -0.2, 0.8, 2, 0.5, 0, 3, True, 1, 2),
    # slope = (−1.5·0.35 + 0.5·0.25 + 0.5·0.25 − 1.5·0.35)/5; variance (0.1225 + 0.0625 + 0.0625 + 0.1225)/4
    "swings": (4, 0.7, 0.0, -0.7, -0.16, 0.0925, 0.0, 0.7, 3, 0.5, 2, 0, True, 1, 2),
}


def write_table(folder, number, rows):
    path = scores_path(folder, number)
    path.parent.mkdir(exist_ok=True, parents=True)
    pd.DataFrame(rows).assign(evaluation=number).to_parquet(path)
    return path


def by_hand(folder):
    return [
        write_table(
            folder,
            k,
            [
                {"sample_id": name, "split": "train", "label": 1, "balance_score": values[k]}
                | {"predicted_multimodal": IS_RIGHT[name][k], "rank": RANKS[name][k]}
                for name, values in SCORES.items()
            ],
        )
        for k in range(4)
    ]


def read(folder):
    return pd.read_parquet(folder / FILE).set_index("sample_id")


@pytest.mark.parametrize("order", [1, -1])
def test_all_columns_by_hand_in_any_order_of_the_files(tmp_path, order):
    write_dynamics(tmp_path, by_hand(tmp_path)[::order])
    found = read(tmp_path)

    assert found.index.tolist() == ["rises", "steady", "swings"]
    assert found.columns[0] == "label"
    for name, expected in EXPECTED.items():
        values = [NONE if pd.isna(value) else value for value in found.loc[name].iloc[1:]]
        assert [value is NONE for value in values] == [value is NONE for value in expected], name
        assert [value or 0 for value in values] == pytest.approx([value or 0 for value in expected]), name


def without(files, column):
    for path in files:
        pd.read_parquet(path).drop(columns=column).to_parquet(path)


def test_without_a_multimodal_head_nothing_is_said_of_right_and_wrong(tmp_path):
    files = by_hand(tmp_path)
    without(files[1:2], "predicted_multimodal")
    without(files[2:3], "rank")
    write_dynamics(tmp_path, files)
    found = read(tmp_path)

    assert found[["correctness", "forgetting", "highest_rank_gain"]].isna().to_numpy().all()
    assert found["slope"].to_dict() == pytest.approx({name: values[4] for name, values in EXPECTED.items()})


@pytest.mark.parametrize("column", ["sample_id", "split", "label", "balance_score", "evaluation"])
def test_a_table_without_a_column_that_is_needed_is_named(tmp_path, column):
    files = by_hand(tmp_path)
    without(files[:1], column)

    with pytest.raises(RunError, match=rf"evaluation=000\.parquet lacks the column '{column}'; it has "):
        write_dynamics(tmp_path, files)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.permutations("abcde").map(lambda ids: ids[: 1 + ord(ids[0]) % 5]), min_size=1, max_size=5), st.data()
)
def test_samples_in_any_order_that_come_and_go(tmp_path, evaluations, data):
    score, rank = st.floats(-1, 1), st.integers(1, 9)
    rows = [
        {"sample_id": name, "evaluation": 2 * k, "balance_score": data.draw(score), "rank": data.draw(rank)}
        for k, ids in enumerate(evaluations)
        for name in ids
    ]
    every = pd.DataFrame(rows).assign(split="train", label=1, predicted_multimodal=1)
    files = []
    for number, table in every.groupby("evaluation"):
        files.append(tmp_path / f"{number}.parquet")
        table.to_parquet(files[-1])
    write_dynamics(tmp_path, files)
    found = read(tmp_path)

    assert found.index.tolist() == sorted(set(every["sample_id"]))
    for name, course in every.groupby("sample_id"):
        check_course(found.loc[name], course["evaluation"].tolist(), course["balance_score"].to_numpy(), course["rank"])


def check_course(row, numbers, scores, ranks):
    """One row against loops that say what the columns mean."""
    bands = np.digitize(scores, [0.25, 0.6]).tolist()
    crossed = [number for number, old, new in zip(numbers[1:], bands, bands[1:], strict=False) if old != new]
    balanced = [number for number, name in zip(numbers, bands, strict=True) if name == 2]
    gains = [old - new for i, old in enumerate(ranks) for new in list(ranks)[i:]]
    slope = np.polyfit(numbers, scores, 1)[0] if len(numbers) > 1 else 0

    assert [row["evaluations"], row["crossings"], row["highest_rank_gain"]] == [len(numbers), len(crossed), max(gains)]
    assert [row["first_score"], row["last_score"]] == [scores[0], scores[-1]]
    assert [row["slope"], row["variance"]] == pytest.approx([slope, np.var(scores)], abs=1e-12)
    assert row[["first_balanced", "first_crossing"]].fillna(-1).tolist() == [
        next(iter(found), -1) for found in (balanced, crossed)
    ]
    assert row["ever_balanced"] == bool(balanced)


def test_thresholds_decide_what_a_crossing_is(tmp_path):
    write_dynamics(tmp_path, by_hand(tmp_path), (-0.9, 0.65))

    # only 0.65 counts: rises passes it once, swings falls below it once
    assert read(tmp_path)["crossings"].to_dict() == {"rises": 1, "steady": 0, "swings": 1}


def test_one_evaluation_has_neither_slope_nor_crossings(tmp_path):
    write_dynamics(tmp_path, by_hand(tmp_path)[2:3])
    found = read(tmp_path)

    assert found["evaluations"].tolist() == [1, 1, 1]
    assert found[["change", "slope", "variance", "crossings", "forgetting"]].to_numpy().tolist() == [[0.0] * 5] * 3
    assert found["correctness"].tolist() == [1, 1, 1]


def test_a_sample_may_be_missing_from_an_evaluation(tmp_path):
    files = by_hand(tmp_path)
    third = pd.read_parquet(files[2])
    third[third["sample_id"] != "swings"].to_parquet(files[2])
    write_dynamics(tmp_path, files)
    found = read(tmp_path).loc["swings"]

    assert found["evaluations"] == 3
    assert found["slope"] == pytest.approx(np.polyfit([0, 1, 3], [0.7, 0.1, 0.0], 1)[0])
    assert (found["crossings"], found["forgetting"]) == (1, 1)


def test_only_the_training_split_counts(tmp_path):
    files = [write_some(tmp_path, number, some_predictions(number)) for number in range(2)]
    write_dynamics(tmp_path, files)
    table = pd.read_parquet(files[0])

    assert read(tmp_path).index.tolist() == sorted(table.loc[table["split"] == "train", "sample_id"])


def test_the_columns_are_those_of_pandas(tmp_path):
    files = [write_some(tmp_path, number, some_predictions(number)) for number in range(5)]
    write_dynamics(tmp_path, files)
    found, rows = read(tmp_path), pd.concat(map(pd.read_parquet, files)).query("split == 'train'")
    for name, course in rows.sort_values("evaluation").groupby("sample_id"):
        score = course["balance_score"].to_numpy()
        right = (course["predicted_multimodal"] == course["label"]).astype(int).to_numpy()
        row = found.loc[name]
        assert row["slope"] == pytest.approx(np.polyfit(range(5), score, 1)[0])
        assert row["variance"] == pytest.approx(np.var(score))
        assert (row["lowest"], row["highest"]) == (score.min(), score.max())
        assert row["change"] == pytest.approx(score[-1] - score[0])
        assert row["correctness"] == pytest.approx(right.mean())
        assert row["forgetting"] == (np.diff(right) == -1).sum()


def test_a_damaged_table_is_a_run_error_and_what_was_there_stays(tmp_path):
    files = by_hand(tmp_path)
    write_dynamics(tmp_path, files)
    before = (tmp_path / FILE).read_bytes()
    files[1].write_bytes(files[1].read_bytes()[:200])

    with pytest.raises(RunError, match=r"score tables of .* cannot be read: .*evaluation=001\.parquet"):
        write_dynamics(tmp_path, files)
    assert (tmp_path / FILE).read_bytes() == before


def test_thresholds_that_cannot_be_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="lower < upper"):
        write_dynamics(tmp_path, by_hand(tmp_path), (0.6, 0.25))
