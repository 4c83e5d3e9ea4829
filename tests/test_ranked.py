"""All samples by rank: every array in the same order, other evaluations aligned by sample and not by row."""

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from tests.score_tables import some_run


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, evaluations=3, n=40)


def table_of(run, number):
    return pd.read_parquet(scores_path(run.folder, number))


def asked(run, column="balance_score", earlier=()):
    return queries.ranked(queries.source(run, 2), column, [scores_path(run.folder, number) for number in earlier])


@pytest.mark.parametrize("column", ["balance_score", "total_loss", "label"])
def test_everything_is_in_the_order_of_the_rank(run, column):
    wanted, found = table_of(run, 2).sort_values("rank"), asked(run, column)
    assert found.sample_ids.to_pylist() == wanted["sample_id"].tolist()
    assert found.labels.tolist() == wanted["label"].tolist()
    np.testing.assert_array_equal(found.values, wanted[column].to_numpy(dtype=float))
    assert found.earlier == ()


@pytest.mark.parametrize("is_shuffled", [False, True])
def test_other_evaluations_are_aligned_by_sample(run, is_shuffled):
    if is_shuffled:
        table_of(run, 0).sample(frac=1, random_state=1).to_parquet(scores_path(run.folder, 0))
    found, ids = asked(run, earlier=(0, 1)), table_of(run, 2).sort_values("rank")["sample_id"]
    for number, values in enumerate(found.earlier):
        wanted = table_of(run, number).set_index("sample_id")["balance_score"].reindex(ids)
        np.testing.assert_array_equal(values, wanted.to_numpy(dtype=float))


def test_a_sample_that_an_evaluation_lacks_has_no_value_there(run):
    gone = table_of(run, 0)["sample_id"][5]
    table_of(run, 0).query("sample_id != @gone").to_parquet(scores_path(run.folder, 0))
    found = asked(run, earlier=(0,))
    assert [
        name for name, value in zip(found.sample_ids.to_pylist(), found.earlier[0], strict=True) if np.isnan(value)
    ] == [gone]


def test_what_cannot_be_read_is_named(run):
    with pytest.raises(ConfigError, match="no column 'sample_id'"):
        asked(run, "sample_id")
    table_of(run, 0).drop(columns="total_loss").to_parquet(scores_path(run.folder, 0))
    with pytest.raises(RunError, match=r"evaluation=000.parquet cannot be read: .*total_loss"):
        asked(run, "total_loss", earlier=(0,))
    scores_path(run.folder, 1).write_bytes(b"PAR1 no table")
    with pytest.raises(RunError, match=r"evaluation=001.parquet cannot be read"):
        asked(run, earlier=(1,))


def test_several_samples_come_in_the_order_asked_for(run):
    rows, ids = queries.source(run, 2), table_of(run, 2)["sample_id"].tolist()
    found = queries.samples(rows, [ids[7], "nobody", ids[3], ids[30]])
    assert [row["sample_id"] for row in found] == [ids[7], ids[3], ids[30]]
    assert found[1] == queries.sample(rows, ids[3])
    assert queries.samples(rows, []) == []


@pytest.mark.parametrize("n", [2, 39, 40])
def test_the_median_is_the_median(tmp_path, n):
    run = some_run(tmp_path / "other", evaluations=1, n=n)
    found = queries.median(queries.source(run, 0), "total_loss")
    assert found == pytest.approx(np.median(table_of(run, 0)["total_loss"]))
    with pytest.raises(ConfigError, match="no column 'nothing'"):
        queries.median(queries.source(run, 0), "nothing")
