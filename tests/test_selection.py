"""Selections as SQL: names are checked, values are parameters, and hostile ones stay values."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ConfigError
from bss_core.lasso import Lasso
from bss_core.scores import BANDS, band
from bss_core.selection import Selection, band_sql

COLUMNS = ["label", "balance_score", "predicted_audio", "predicted_multimodal"]
NAMES = ["sample_id", "split", "dominant_modality", "correct_modalities"]
TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
INJECTION = 'label" IN (0); DROP TABLE samples; --'


def test_an_empty_selection_selects_everything():
    assert Selection().where(COLUMNS, ["text"]) == ("true", [])


def test_every_field_becomes_a_condition_with_parameters():
    chosen = Selection(
        ranges=(("balance_score", -0.5, 0.5),),
        bands=("balanced",),
        classes=(0, 2),
        splits=("test",),
        text="Lilac it's",
        wrong=("audio",),
    )
    condition, values = chosen.where(COLUMNS, ["caption"])

    assert values == [-0.5, 0.5, "balanced", 0, 2, "test", "lilac", "it's"]
    assert condition.count("?") == len(values)
    assert '"balance_score" BETWEEN ? AND ?' in condition
    assert "label IN (?, ?)" in condition
    assert '"predicted_audio" <> label' in condition
    assert not [word for word in ("lilac", "it's", "0.5", "test") if word in condition]


@pytest.mark.parametrize("name", ["nothing", INJECTION, "", "sample_id", 'balance_score"'])
def test_an_unknown_column_is_refused_with_those_there_are(name):
    with pytest.raises(ConfigError, match="There is no column .*; there are label, balance_score, predicted_audio"):
        Selection(ranges=((name, 0, 1),)).where(COLUMNS, [])


@pytest.mark.parametrize("head", ["video", "audio\" <> label OR 'a' = 'a"])
def test_an_unknown_head_is_refused(head):
    with pytest.raises(ConfigError, match="There is no column 'predicted_"):
        Selection(wrong=(head,)).where(COLUMNS, [])


@pytest.mark.parametrize("name", ["Balanced", "", "balanced' OR true --"])
def test_an_unknown_band_is_refused_with_those_there_are(name):
    with pytest.raises(ConfigError, match="There is no band .*; bands are balanced, semi-balanced, imbalanced"):
        Selection(bands=("balanced", name)).where(COLUMNS, [])


@pytest.mark.parametrize("thresholds", [(0.6, 0.25), (float("nan"), 0.5), (0.1, float("inf")), (-2.0, 0.0)])
def test_thresholds_that_cannot_be_never_reach_the_sql(thresholds):
    with pytest.raises(ConfigError, match="lower < upper"):
        band_sql(thresholds)


def test_the_newer_fields_become_conditions_with_parameters():
    triangle = Lasso("balance_score", "label", ((0.0, 0.0), (0.5, 0.0), (0.25, 0.75)))
    chosen = Selection(dominant=("audio", INJECTION), correct=("audio+text", "none"), lassos=(triangle,))
    condition, values = chosen.where(COLUMNS, [], NAMES)

    assert values[:8] == ["audio", INJECTION, "audio+text", "none", 0.0, 0.5, 0.0, 0.75]
    assert condition.count("?") == len(values)
    assert '"dominant_modality" IN (?, ?) AND "correct_modalities" IN (?, ?)' in condition
    assert "DROP" not in condition


def test_the_history_is_a_condition_of_its_own():
    chosen = Selection(history=(("ever_balanced", 0, 0), ("forgetting", 1, float("inf"))))

    assert chosen.where(COLUMNS, []) == ("true", [])
    condition, values = chosen.where_history(["ever_balanced", "forgetting"])
    assert condition == 'true AND "ever_balanced"::DOUBLE BETWEEN ? AND ? AND "forgetting"::DOUBLE BETWEEN ? AND ?'
    assert values == [0, 0, 1, float("inf")]
    with pytest.raises(ConfigError, match="There is no column 'ever_balanced'; there are change, slope"):
        chosen.where_history(["change", "slope"])


@pytest.mark.parametrize(
    ("chosen", "missing"),
    [
        (Selection(dominant=("audio",)), "dominant_modality"),
        (Selection(correct=("none",)), "correct_modalities"),
        (Selection(lassos=(Lasso(INJECTION, "label", TRIANGLE),)), "label"),
        (Selection(lassos=(Lasso("label", "sample_id", TRIANGLE),)), "sample_id"),
    ],
)
def test_columns_that_a_table_lacks_are_refused_with_those_there_are(chosen, missing):
    with pytest.raises(ConfigError, match=f"There is no column .{missing}.*; there are "):
        chosen.where(COLUMNS, [])


SCORE = st.floats(-1, 1)
THRESHOLDS = st.tuples(SCORE, SCORE).map(sorted).filter(lambda pair: pair[0] < pair[1]).map(tuple)


@given(st.lists(SCORE, min_size=1, max_size=20), THRESHOLDS)
def test_bands_in_sql_are_those_in_numpy(scores, thresholds):
    query = f"SELECT {band_sql(thresholds)} AS band FROM (SELECT unnest(?::DOUBLE[]) AS balance_score)"
    with duckdb.connect() as connection:
        found = [name for (name,) in connection.execute(query, [[*scores, *thresholds]]).fetchall()]

    assert found == band([*scores, *thresholds], thresholds).tolist()
    assert found[-1] == BANDS[0]
