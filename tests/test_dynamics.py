"""What became of each sample, by hand on three samples in four evaluations, and against pandas."""

import numpy as np
import pandas as pd
import pytest

from bss_core.dynamics import FILE, write_dynamics
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from tests.score_tables import some_predictions, write_some

# Thresholds 0.25 and 0.6: bands imbalanced < 0.25 ≤ semi-balanced < 0.6 ≤ balanced.
SCORES = {"steady": [0.5, 0.5, 0.5, 0.5], "rises": [-0.2, 0.3, 0.5, 0.8], "swings": [0.7, 0.1, 0.6, 0.0]}
IS_RIGHT = {"steady": [1, 1, 1, 1], "rises": [0, 0, 1, 1], "swings": [1, 0, 1, 0]}
EXPECTED = {
    #          evaluations, first, last, change, slope, variance, lowest, highest, crossings, correctness, forgetting
    "steady": (4, 0.5, 0.5, 0.0, 0.0, 0.0, 0.5, 0.5, 0, 1.0, 0),
    # slope = Σ(k − 1.5)(s − 0.35)/5 = (0.825 + 0.025 + 0.075 + 0.675)/5; variance (0.3025 + 0.0025 + 0.0225 + 0.2025)/4
    "rises": (4, -0.2, 0.8, 1.0, 0.32, 0.1325, -0.2, 0.8, 2, 0.5, 0),
    # slope = (−1.5·0.35 + 0.5·0.25 + 0.5·0.25 − 1.5·0.35)/5; variance (0.1225 + 0.0625 + 0.0625 + 0.1225)/4
    "swings": (4, 0.7, 0.0, -0.7, -0.16, 0.0925, 0.0, 0.7, 3, 0.5, 2),
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
                | {"predicted_multimodal": IS_RIGHT[name][k]}
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
        assert found.loc[name].iloc[1:].tolist() == pytest.approx(expected), name


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
