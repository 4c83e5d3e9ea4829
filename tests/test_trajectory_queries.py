"""Courses of selected samples: every question against the same one asked of pandas; missing samples, hostile names."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bss_core import queries
from bss_core import trajectories as asked
from bss_core.dynamics import FILE as DYNAMICS
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import scores_path
from bss_core.scores import BANDS, THRESHOLDS, band
from bss_core.selection import Selection
from bss_core.trajectories import Followed
from tests.score_tables import some_run

INJECTION = 'rank"; DROP TABLE x; --'
SOME = Selection(classes=(0, 2), ranges=(("balance_score", -0.5, 1.0),))
NUMBERS = range(4)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Four evaluations of 40 samples; only to be read."""
    return some_run(tmp_path_factory.mktemp("courses"), evaluations=4)


@pytest.fixture(scope="module")
def table(run):
    """All tables below one another."""
    return pd.concat([pd.read_parquet(scores_path(run.folder, number)) for number in NUMBERS], ignore_index=True)


def followed(run, selection=None, numbers=NUMBERS):
    files = {number: scores_path(run.folder, number) for number in numbers}
    return Followed(files, queries.source(run, max(numbers)), selection or Selection())


def chosen(table, selection):
    """The rows of the samples that pandas finds for :data:`SOME` in the last evaluation."""
    last = table[table["evaluation"] == 3]
    if selection is not None:
        last = last[last["label"].isin(selection.classes) & last["balance_score"].between(-0.5, 1)]
    return table[table["sample_id"].isin(last["sample_id"])]


@pytest.mark.parametrize("selection", [None, SOME])
def test_the_spread_is_that_of_the_selected_samples(run, table, selection):
    found = asked.spread(followed(run, selection), "total_loss").set_index("evaluation")
    expected = chosen(table, selection).groupby("evaluation")["total_loss"]
    assert 0 < found.loc[0, "count"] == expected.size()[0]
    for share, name in [(0.05, "q05"), (0.5, "q50"), (0.95, "q95")]:
        assert found[name].to_numpy() == pytest.approx(expected.quantile(share).to_numpy())


def test_curves_fall_from_the_highest_to_the_lowest_value(run, table):
    found = asked.curves(followed(run), "balance_score", points=5)
    one = found[found["evaluation"] == 2]
    assert one["place"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    scores = table.loc[table["evaluation"] == 2, "balance_score"]
    assert one["value"].to_numpy() == pytest.approx(np.quantile(scores, [1, 0.75, 0.5, 0.25, 0]))


@pytest.mark.parametrize("thresholds", [THRESHOLDS, (-0.2, 0.1)])
@pytest.mark.parametrize("selection", [None, SOME])
def test_shares_sum_to_one_in_every_evaluation(run, table, selection, thresholds):
    found = asked.shares(followed(run, replace(selection or Selection(), thresholds=thresholds)))
    rows = chosen(table, selection).assign(band=lambda rows: band(rows["balance_score"].to_numpy(), thresholds))
    assert found.groupby("evaluation")["share"].sum().to_numpy() == pytest.approx(1)
    counted = found.set_index(["evaluation", "band"])["count"].to_dict()
    assert counted == rows.groupby(["evaluation", "band"]).size().to_dict()


@pytest.mark.parametrize("selection", [None, SOME])
def test_flows_are_a_cross_table_of_the_bands(run, table, selection):
    found = asked.flows(followed(run, selection), [0, 1, 3])
    scores = chosen(table, selection).pivot(index="sample_id", columns="evaluation", values="balance_score")
    bands = scores.apply(lambda column: band(column.to_numpy()))
    for earlier, later in [(0, 1), (1, 3)]:
        rows = found[(found["evaluation"] == earlier) & (found["next_evaluation"] == later)]
        counted = rows.set_index(["band", "next_band"])["count"].to_dict()
        assert counted == bands.groupby([earlier, later]).size().to_dict()
    assert len(found) <= 2 * len(BANDS) ** 2


def test_flows_count_only_samples_that_both_evaluations_have(run, tmp_path, table):
    paths = {}
    for number in (0, 1):
        paths[number] = tmp_path / f"evaluation={number:03d}.parquet"
        table[table["evaluation"] == number].iloc[number * 5 :].to_parquet(paths[number])
    found = asked.flows(Followed(paths, queries.source(run, 3)), [0, 1])
    assert found["count"].sum() == 35


@pytest.mark.parametrize("numbers", [[0], []])
def test_flows_need_two_evaluations(run, numbers):
    with pytest.raises(ConfigError, match=f"two or more evaluations; got {len(numbers)}"):
        asked.flows(followed(run), numbers)


@pytest.mark.parametrize("number", [9, -1, "1 UNION SELECT"])
def test_an_evaluation_that_is_none_is_named(run, number):
    with pytest.raises(ConfigError, match=f"no evaluation {number} to follow; there are 0, 1, 2, 3"):
        asked.flows(followed(run), [0, number])


def test_curves_of_some_evaluations_are_those_of_all(run):
    every = asked.curves(followed(run))
    some = asked.curves(followed(run).at([1, 3]))
    assert some.equals(every[every["evaluation"].isin([1, 3])].reset_index(drop=True))


def ordered(run, order, descending):
    """Ids in the order of a column of the dynamics, by pandas."""
    dynamics = pd.read_parquet(run.folder / DYNAMICS).sort_values("sample_id")
    found = dynamics.sort_values(order, ascending=not descending, kind="stable", na_position="last")
    return found["sample_id"].tolist(), found[order].tolist()


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("order", ["slope", "variance", "first_crossing"])
def test_each_row_of_the_heat_map_is_a_sample_if_there_are_few(run, table, order, descending):
    found = asked.heat(followed(run), order, descending, "smoothed_score")
    ids, keys = ordered(run, order, descending)
    rows = found.drop_duplicates("block")
    assert rows["sample_id"].tolist() == ids
    assert rows["low"].to_numpy(dtype=float) == pytest.approx(keys, nan_ok=True)
    assert rows["first"].tolist() == rows["last"].tolist() == list(range(1, len(ids) + 1))
    expected = table.set_index(["sample_id", "evaluation"])["smoothed_score"]
    values = [expected[(row.sample_id, row.evaluation)] for row in found.itertuples()]
    assert found["value"].to_numpy() == pytest.approx(values)


def test_a_block_is_the_mean_of_its_samples(run, table):
    found = asked.heat(followed(run), "slope", blocks=4)
    ids, keys = ordered(run, "slope", True)
    edges = found.drop_duplicates("block")[["first", "last"]].to_numpy()
    assert edges[0, 0] == 1
    assert edges[-1, 1] == len(ids)
    assert (edges[1:, 0] == edges[:-1, 1] + 1).all()
    assert np.ptp(edges[:, 1] - edges[:, 0]) <= 1
    scores = table.pivot(index="sample_id", columns="evaluation", values="balance_score")
    for block, (first, last) in enumerate(edges):
        rows = found[found["block"] == block]
        assert rows["value"].to_numpy() == pytest.approx(scores.loc[ids[first - 1 : last]].mean().to_numpy())
        assert rows["high"].iloc[0] == keys[first - 1]
        assert rows["low"].iloc[0] == keys[last - 1]


def test_the_heat_map_of_a_selection_holds_only_its_samples(run, table):
    found = asked.heat(followed(run, SOME), "balance_score")
    assert set(found["sample_id"]) == set(chosen(table, SOME)["sample_id"])


@pytest.mark.parametrize("order", ["label", INJECTION, "evaluation"])
def test_an_order_that_is_none_is_named(run, order):
    with pytest.raises(ConfigError, match="Samples cannot be put in the order of"):
        asked.heat(followed(run), order)


@pytest.mark.parametrize(
    "question", [asked.spread, asked.curves, lambda *args: asked.heat(args[0], "slope", True, args[1])]
)
def test_a_column_that_is_none_is_named(run, question):
    with pytest.raises(ConfigError, match="There is no column"):
        question(followed(run), INJECTION)


@pytest.mark.parametrize(("descending", "sign"), [(True, 1), (False, -1)])
def test_leaders_lead_and_have_the_direction_s_sign(run, descending, sign):
    found = asked.leaders(followed(run), "change", descending, 5)
    dynamics = pd.read_parquet(run.folder / DYNAMICS)
    best = (
        dynamics[sign * dynamics["change"] > 0].nlargest(5, "change") if descending else dynamics.nsmallest(5, "change")
    )
    assert found["sample_id"].tolist() == best["sample_id"].tolist()
    assert (sign * found["change"] > 0).all()
    assert (found["total"] == (sign * dynamics["change"] > 0).sum()).all()


def test_leaders_of_a_selection_are_of_it(run, table):
    ids = set(chosen(table, SOME)["sample_id"])
    found = asked.leaders(followed(run, SOME), "variance", True, 100)
    assert 0 < len(found) <= len(ids)
    assert set(found["sample_id"]) <= ids


def test_some_are_the_same_ones_each_time(run, table):
    found = asked.some(followed(run, SOME), 4)
    assert found == asked.some(followed(run, SOME), 5)[:4]
    assert len(set(found)) == 4
    assert set(found) <= set(chosen(table, SOME)["sample_id"])


def test_a_selection_by_history_is_followed(run):
    dynamics = pd.read_parquet(run.folder / DYNAMICS)
    never = Selection(history=(("highest", -1.0, float(np.nextafter(0.6, 0))),))
    expected = set(dynamics.loc[dynamics["highest"] < 0.6, "sample_id"])
    found = asked.heat(followed(run, never), "variance")
    assert set(found["sample_id"]) == expected
    assert not (asked.shares(followed(run, never))["band"] == "balanced").any()


def test_nothing_selected_is_an_empty_frame(run):
    nothing = followed(run, Selection(text="no such word"))
    assert asked.spread(nothing).empty
    assert asked.heat(nothing, "slope").empty
    assert asked.flows(nothing, [0, 1]).empty
    assert asked.some(nothing, 5) == []
    assert asked.curves(nothing).empty


def test_without_dynamics_only_the_last_score_gives_an_order(tmp_path):
    run = some_run(tmp_path, evaluations=2, n=8)
    (run.folder / DYNAMICS).unlink()
    without = followed(run, numbers=range(2))
    assert len(asked.heat(without, "balance_score")) == 16
    for question in (lambda: asked.heat(without, "slope"), lambda: asked.leaders(without, "change", True, 3)):
        with pytest.raises(RunError, match=r"some-1 has no dynamics\.parquet"):
            question()


def test_values_that_are_not_finite_are_left_out(tmp_path):
    run = some_run(tmp_path, evaluations=2, n=8)
    path = scores_path(run.folder, 1)
    rows = pd.read_parquet(path)
    rows.loc[rows["sample_id"] == "x-00", "smoothed_score"] = np.nan
    rows.to_parquet(path)
    found = asked.heat(followed(run, numbers=range(2)), "balance_score", column="smoothed_score")
    assert found.loc[found["sample_id"] == "x-00", "evaluation"].tolist() == [0]
    assert asked.spread(followed(run, numbers=range(2)), "smoothed_score")["count"].tolist() == [8, 7]
