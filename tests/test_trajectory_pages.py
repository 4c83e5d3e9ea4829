"""Pages of courses: each against the same one cut out of pandas' sorted table."""

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core.dynamics import FILE as DYNAMICS
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.selection import Selection
from bss_core.trajectories import ORDERS, Followed, course_count, course_page
from tests.score_tables import some_run

SOME = Selection(classes=(0, 2), history=(("slope", -1.0, 0.2),))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Four evaluations of 40 samples; only to be read."""
    return some_run(tmp_path_factory.mktemp("pages"), evaluations=4)


def followed(run, selection=None):
    files = {number: scores_path(run.folder, number) for number in range(4)}
    return Followed(files, queries.source(run, 3), selection or Selection())


def sorted_by_pandas(run, selection, order, descending):
    rows = pd.read_parquet(run.folder / DYNAMICS).sort_values("sample_id")
    if selection is not None:
        rows = rows[rows["label"].isin(selection.classes) & rows["slope"].between(-1, 0.2)]
    column = "last_score" if order == "balance_score" else order
    rows = rows.sort_values(column, ascending=not descending, kind="stable", na_position="last")
    return rows.assign(value=rows[column])[["sample_id", "label", "first_score", "last_score", "value"]]


@pytest.mark.parametrize("selection", [None, SOME])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_follow_one_another_in_the_order(run, selection, order, descending):
    asked, expected = followed(run, selection), sorted_by_pandas(run, selection, order, descending)
    assert course_count(asked) == len(expected) > 8
    pages = [course_page(asked, order, descending, 7, start) for start in range(0, len(expected) + 7, 7)]
    assert [len(page) for page in pages[:-2]] == [7] * (len(pages) - 2)
    found = pd.concat(pages)
    assert found["sample_id"].tolist() == expected["sample_id"].tolist()
    for name in ("label", "first_score", "last_score", "value"):
        np.testing.assert_array_equal(found[name].to_numpy(float), expected[name].to_numpy(float))


def test_nothing_selected_is_an_empty_page(run):
    nothing = followed(run, Selection(text="no such word"))
    assert course_count(nothing) == 0
    assert course_page(nothing, "slope", True, 50).empty


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (5, -5)])
def test_a_page_before_the_first_is_named(run, limit, offset):
    with pytest.raises(ConfigError, match="A page cannot begin at"):
        course_page(followed(run), "slope", True, limit, offset)


@pytest.mark.parametrize("order", ["label", 'slope"; DROP TABLE x; --'])
def test_an_order_that_is_none_is_named(run, order):
    with pytest.raises(ConfigError, match="Samples cannot be put in the order of"):
        course_page(followed(run), order, True, 5)


def test_without_dynamics_it_says_so(tmp_path):
    run = some_run(tmp_path, evaluations=4, n=8)
    (run.folder / DYNAMICS).unlink()
    for ask in (lambda: course_count(followed(run)), lambda: course_page(followed(run), "slope", True, 3)):
        with pytest.raises(RunError, match=r"some-1 has no dynamics\.parquet"):
            ask()
