"""Pages sorted by what is told of the samples' courses: the order against pandas, samples without a course last."""

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core.dynamics import FILE as DYNAMICS
from bss_core.errors import ConfigError
from bss_core.manifest import FILE as MANIFEST
from bss_core.queries import Source
from bss_core.selection import Selection
from tests.score_tables import some_run

COLUMNS = ("slope", "change", "variance", "crossings", "first_crossing", "first_balanced", "forgetting", "correctness")
SELECTIONS = [Selection(), Selection(classes=(0, 2), text="1"), Selection(courses=("never-balanced",))]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Four evaluations of 40 samples, 30 of them trained on; only to be read."""
    return some_run(tmp_path_factory.mktemp("it's sorted"), evaluations=4)


@pytest.mark.parametrize("group", ["", "label"])
@pytest.mark.parametrize("chosen", SELECTIONS)
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("column", COLUMNS)
def test_pages_follow_the_column_and_what_has_no_value_is_last(run, column, descending, chosen, group):
    rows = queries.source(run, 3)
    known = queries.page(rows, chosen, limit=100)
    expected = known.merge(pd.read_parquet(run.folder / DYNAMICS)[["sample_id", column]], how="left", on="sample_id")
    expected = expected.sort_values("sample_id").sort_values(
        column, ascending=not descending, kind="stable", na_position="last"
    )
    expected = expected.sort_values("label", kind="stable") if group else expected
    pages = [queries.page(rows, chosen, column, descending, 7, start, group) for start in range(0, len(known), 7)]
    found = pd.concat(pages)
    assert found["sample_id"].tolist() == expected["sample_id"].tolist() != []
    np.testing.assert_array_equal(found[column].to_numpy(float), expected[column].to_numpy(float))
    assert "text" in found
    places = [queries.place(rows, chosen, column, descending, name, group) for name in found["sample_id"]]
    assert places == list(range(len(found)))


@pytest.mark.parametrize("name", ["nothing", 'slope"; DROP TABLE x; --', "dominant_modality"])
def test_another_column_is_refused_and_those_there_are_named(run, name):
    with pytest.raises(ConfigError, match=r"cannot be sorted by .*; columns are evaluation, .*, slope, .*forgetting"):
        queries.page(queries.source(run, 3), Selection(), name)
    with pytest.raises(ConfigError, match="cannot be sorted by"):
        queries.place(queries.source(run, 3), Selection(), name, True, "x-01")


def test_without_a_summary_there_is_no_course_to_sort_by(run):
    whole = queries.source(run, 3)
    rows = Source(whole.scores, run.data / MANIFEST, whole.texts)
    with pytest.raises(ConfigError, match="cannot be sorted by 'slope'; columns are evaluation"):
        queries.page(rows, Selection(), "slope")
