"""The selection as an address, as words, as code and as a table: all must mean the same rows."""

import ast
import math
from urllib.parse import parse_qs, urlsplit

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import data
from app.report.code import TAGS_FILE, literal, python_code, sql_code
from app.report.regions import region_charts
from app.report.request import Shared, address, shared_from
from app.report.tables import write_rows, write_tags
from app.report.words import in_words
from bss_core import annotations
from bss_core.errors import ConfigError
from bss_core.evaluations import predictions_path
from bss_core.lasso import Lasso, Region
from bss_core.maps.fitting import embed, stored_probabilities, write_map
from bss_core.maps.requests import PROBABILITIES, checked_request, map_path, origin
from bss_core.selection import Selection
from tests.score_tables import some_run

SELECTIONS = [
    Selection(),
    Selection(bands=("imbalanced",), thresholds=(-0.1, 0.3)),
    Selection(classes=(0, 2), splits=("train",)),
    Selection(ranges=(("balance_score", -0.3, 0.4), ("loss_audio", 0.1, 1.5))),
    Selection(wrong=("audio", "multimodal")),
    Selection(text='naïve "quoted"'),
    Selection(text="it's x-1"),
    Selection(text="it's ?"),
    Selection(text="nowhere"),
]


@pytest.fixture
def run(tmp_path):
    data.forget()
    return some_run(tmp_path / "what AND a 'quoted' place?", n=80)


def shared(run, selection=None, number=2, sort="balance_score", descending=False):
    return Shared(run, run.evaluations()[number], selection or Selection(), sort, descending)


def naive(run, chosen):
    """The selected ids by pandas alone, most imbalanced first."""
    rows = pd.read_parquet(run.folder / "scores" / "evaluation=002.parquet", partitioning=None)
    rows = rows.merge(pd.read_parquet(run.data / "manifest.parquet")[["sample_id", "text"]], on="sample_id")
    low, high = chosen.thresholds
    bands = pd.cut(rows["balance_score"], [-2, low, high, 2], right=False, labels=["imbalanced", "semi-balanced", "x"])
    keep = pd.Series(True, rows.index)
    keep &= bands.isin(chosen.bands) if chosen.bands else True
    keep &= rows["label"].isin(chosen.classes) if chosen.classes else True
    keep &= rows["split"].isin(chosen.splits) if chosen.splits else True
    for column, least, most in chosen.ranges:
        keep &= rows[column].between(least, most)
    for head in chosen.wrong:
        keep &= rows[f"predicted_{head}"] != rows["label"]
    for word in chosen.text.lower().split():
        keep &= pd.Series([word in f"{row.sample_id} {row.text}".lower() for row in rows.itertuples()], rows.index)
    return rows[keep].sort_values(["balance_score", "sample_id"])["sample_id"].tolist()


@pytest.mark.parametrize("chosen", SELECTIONS)
def test_code_tables_and_the_app_give_the_rows_that_pandas_gives(run, tmp_path, chosen):
    about, wanted = shared(run, chosen), naive(run, chosen)
    by_code = duckdb.sql(sql_code(about, run.folder)).df()
    for name in ("rows.parquet", "rows.csv"):
        assert write_rows(about, tmp_path / name) == len(wanted)
    by_csv = pd.read_csv(tmp_path / "rows.csv", dtype={"sample_id": str})

    assert by_code["sample_id"].tolist() == wanted
    assert pq.read_table(tmp_path / "rows.parquet")["sample_id"].to_pylist() == wanted
    assert by_csv["sample_id"].tolist() == wanted
    assert data.page(run, 2, chosen, limit=1000)["sample_id"].tolist() == wanted
    assert {"band", "text", "loss_multimodal"} <= set(by_code.columns)


NEWER = [
    Selection(dominant=("audio",)),
    Selection(correct=("audio+text", "none"), text="x-"),
    Selection(lassos=(Lasso("prediction_similarity", "total_loss", ((0.2, 0), (1, 0), (1, 6), (0.6, 9))),)),
    Selection(history=(("forgetting", 1, math.inf), ("change", -1.0, 0.5))),
    Selection(history=(("crossings", 1, 1),), bands=("imbalanced",)),
    Selection(courses=("never-balanced",)),
]


@pytest.mark.parametrize("chosen", NEWER)
def test_code_gives_the_rows_of_the_app_for_lassos_and_what_is_known_of_the_course(run, monkeypatch, chosen):
    wanted = data.page(run, 2, chosen, limit=1000)["sample_id"].tolist()
    assert 0 < len(wanted) < 80
    assert duckdb.sql(sql_code(shared(run, chosen), run.folder)).df()["sample_id"].tolist() == wanted
    monkeypatch.chdir(run.folder)
    assert duckdb.sql(sql_code(shared(run, chosen))).df()["sample_id"].tolist() == wanted


def test_the_selections_of_this_test_select_something_and_not_everything(run):
    sizes = [len(naive(run, chosen)) for chosen in SELECTIONS]
    assert sizes[0] == 80
    assert [0 < size < 80 for size in sizes] == [False, True, True, True, True, False, True, False, False]


def test_the_python_code_runs_inside_the_run_s_folder_and_needs_nothing_of_this_project(run, monkeypatch):
    monkeypatch.chdir(run.folder)
    code = python_code(shared(run, Selection(text='"""\\ x-0')))
    before, query, after = code.split('"""\n')[0], code[code.index('"""') + 3 : code.rindex('"""')], code[-30:]
    assert before == "import duckdb\n\nrows = duckdb.sql("
    assert after.endswith(".df()\nprint(rows)\n")
    assert '"""' not in query.replace('\\"\\"\\"', "")
    assert str(run.folder) not in code
    found = duckdb.sql(sql_code(shared(run, Selection(text="x-0")))).df()
    assert len(found) == 10


def test_python_reads_the_query_as_it_is(run):
    about = shared(run, Selection(text='"""\\n \\" x-0'))
    (query,) = [node.value for node in ast.walk(ast.parse(python_code(about))) if isinstance(node, ast.Constant)]
    assert query == f"\n{sql_code(about)}\n"


def test_code_without_a_folder_holds_wherever_the_run_is_taken_with_its_data(run, tmp_path, monkeypatch):
    about = shared(run, Selection(text="owl", courses=("never-balanced",)))
    wanted, code = data.page(run, 2, about.selection, limit=1000)["sample_id"].tolist(), sql_code(about)
    assert str(tmp_path) not in code
    elsewhere = run.folder.parents[1].rename(tmp_path / "elsewhere")
    monkeypatch.chdir(elsewhere / "runs" / "some-1")
    assert duckdb.sql(code).df()["sample_id"].tolist() == wanted != []


def test_the_order_is_that_of_the_app(run):
    about = shared(run, sort="total_loss", descending=True)
    found = duckdb.sql(sql_code(about, run.folder)).df()
    assert found["total_loss"].is_monotonic_decreasing


@pytest.mark.parametrize("chosen", [Selection(), Selection(text="owl", classes=(1, 2))])
def test_samples_are_exported_in_the_order_of_their_courses_too(run, chosen, tmp_path):
    about = shared(run, chosen, sort="slope", descending=True)
    slopes = pd.read_parquet(run.folder / "dynamics.parquet").set_index("sample_id")["slope"]
    wanted = pd.Series(naive(run, chosen)).sort_values().to_frame("sample_id").set_index("sample_id")
    wanted = wanted.join(slopes).sort_values("slope", ascending=False, kind="stable", na_position="last")
    write_rows(about, tmp_path / "rows.parquet")
    for found in (duckdb.sql(sql_code(about, run.folder)).df(), pd.read_parquet(tmp_path / "rows.parquet")):
        assert found["sample_id"].tolist() == wanted.index.tolist() != []
        assert found["slope"].tolist() == pytest.approx(wanted["slope"].tolist(), nan_ok=True)
    assert shared_from(run, parse_qs(urlsplit(address(about, "csv")).query)) == about


def test_without_the_data_set_the_rows_have_no_texts(run):
    (run.data / "manifest.parquet").unlink()
    found = duckdb.sql(sql_code(shared(run), run.folder)).df()
    assert len(found) == 80
    assert "text" not in found


def test_a_parquet_file_says_what_was_selected(run, tmp_path):
    write_rows(shared(run, Selection(text="it's")), tmp_path / "rows.parquet")
    about = pq.read_schema(tmp_path / "rows.parquet").metadata[b"bss_lens_selection"].decode()
    assert '"run": "some-1"' in about
    assert "it's" in about


def test_another_kind_of_table_is_refused(run, tmp_path):
    with pytest.raises(ConfigError, match=r"'\.xlsx' was asked for; tables end in \.parquet or \.csv"):
        write_rows(shared(run), tmp_path / "rows.xlsx")


@given(st.one_of(st.text(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False)))
def test_a_literal_is_the_value_bit_for_bit(value):
    if isinstance(value, str) and "\0" in value:
        return
    assert duckdb.sql(f"SELECT {literal(value)}").fetchall()[0][0] == value


@pytest.mark.parametrize("chosen", SELECTIONS)
def test_an_address_brings_the_same_selection_back(run, chosen):
    asked = shared(run, chosen, number=1, sort="total_loss", descending=True)
    parts = urlsplit(address(asked, "csv"))
    assert parts.path == "/api/share/csv/some-1"
    assert shared_from(run, parse_qs(parts.query)) == asked


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, r"No evaluation was named; name one with k=, there are 0, 1, 2\."),
        ({"k": ["7"]}, "some-1 has no evaluation 7; name one with k=, there are 0, 1, 2"),
        ({"k": ["2"], "band": ["best"]}, "The address holds band=best, which cannot be read"),
        ({"k": ["2"], "color": ["red"]}, "The address holds color, which cannot be read; it takes band, class"),
        ({"k": ["2"], "class": ["9"]}, "some-1 has no class 9"),
        ({"k": ["2"], "wrong": ["video"]}, "some-1 has no head video"),
        ({"k": ["2"], "range": ['x" OR 1=1 --:0..1']}, 'some-1 has no column x" OR 1=1 --; its columns are evaluation'),
        ({"k": ["2"], "sort": ["sample_id; DROP TABLE x"]}, "some-1 has no column sample_id; DROP TABLE x"),
    ],
)
def test_a_download_leaves_nothing_out_silently(run, parameters, message):
    with pytest.raises(ConfigError, match=message):
        shared_from(run, parameters)


def test_a_filter_that_no_address_can_hold_is_not_lost_on_the_way(run):
    with pytest.raises(ConfigError, match="The filter by text, wrong cannot be put into an address; take it away"):
        address(shared(run, Selection(text="a\0b", wrong=("\n",), classes=(1,))), "csv")


TAGGED = [
    (Selection(tags=("odd",)), {"x-01", "x-03", "x-05"}),
    (Selection(tags=("odd", "it's, ?")), {"x-03"}),
    (Selection(tags=("odd",), text="x-0", splits=("train",)), {"x-01", "x-05"}),
    (Selection(tags=("unknown",)), set()),
]


@pytest.fixture
def tagged(run):
    annotations.add_tag(run.folder, "odd", ["x-01", "x-03", "x-05"], "ada")
    annotations.add_tag(run.folder, "it's, ?", ["x-03", "x-04"])
    return run


@pytest.mark.parametrize(("chosen", "wanted"), TAGGED)
def test_tags_select_in_the_app_in_tables_and_in_code_alike(tagged, tmp_path, monkeypatch, chosen, wanted):
    about = shared(tagged, chosen)
    write_rows(about, tmp_path / "rows.parquet")
    assert set(pq.read_table(tmp_path / "rows.parquet")["sample_id"].to_pylist()) == wanted
    assert set(data.page(tagged, 2, chosen, limit=99)["sample_id"]) == wanted
    assert write_tags(about, tmp_path / TAGS_FILE) == 5
    monkeypatch.chdir(tmp_path)
    assert set(duckdb.sql(sql_code(about, tagged.folder)).df()["sample_id"]) == wanted
    assert "Put tags.parquet" in python_code(about)
    assert "tags.parquet" not in python_code(shared(tagged))


def test_a_table_names_the_tags_of_every_row_and_keeps_the_order(tagged, tmp_path):
    about = shared(tagged, sort="total_loss", descending=True)
    assert write_rows(about, tmp_path / "rows.parquet") == write_rows(about, tmp_path / "rows.csv") == 80
    rows = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    found = {row["sample_id"]: row["tags"] for row in rows if row["tags"]}
    assert found == {"x-01": ["odd"], "x-03": ["it's, ?", "odd"], "x-04": ["it's, ?"], "x-05": ["odd"]}
    assert {row["sample_id"]: row["tags"] for row in rows}["x-00"] == []
    assert [row["sample_id"] for row in rows] == data.page(tagged, 2, Selection(), "total_loss", True, 99)[
        "sample_id"
    ].tolist()
    text = pd.read_csv(tmp_path / "rows.csv", keep_default_na=False, dtype={"sample_id": str})
    assert text.set_index("sample_id")["tags"].to_dict()["x-03"] == "it's, ?, odd"
    assert text["sample_id"].tolist() == [row["sample_id"] for row in rows]


def test_a_run_without_tags_has_the_column_all_the_same(run, tmp_path):
    write_rows(shared(run), tmp_path / "rows.parquet")
    assert pq.read_table(tmp_path / "rows.parquet")["tags"].to_pylist() == [[]] * 80


def test_a_region_of_a_map_selects_in_tables_and_in_code_as_in_the_app(run, tmp_path, monkeypatch):
    request = checked_request(run, PROBABILITIES, "pca", evaluation=2)
    vectors = stored_probabilities(predictions_path(run.folder, 2))
    write_map(run, request, origin(run, request), vectors, embed(vectors, request))
    points = pd.read_parquet(map_path(run, request))
    middle, low, high = points["x"].median(), points["y"].min() - 1, points["y"].max() + 1
    corners = ((middle, low), (1e3, low), (1e3, high), (middle, high))
    chosen = Selection(regions=(Region(request.name, corners),))
    wanted = set(points.loc[points["x"] >= middle, "sample_id"])
    assert 0 < len(wanted) < 80
    assert set(data.page(run, 2, chosen, limit=99)["sample_id"]) == wanted
    write_rows(shared(run, chosen), tmp_path / "rows.parquet")
    assert set(pq.read_table(tmp_path / "rows.parquet")["sample_id"].to_pylist()) == wanted
    monkeypatch.chdir(run.folder)
    assert set(duckdb.sql(sql_code(shared(run, chosen))).df()["sample_id"]) == wanted
    assert in_words(shared(run, chosen)) == "inside a region of the map of probabilities k = 2, PCA"
    (chart,) = region_charts(shared(run, chosen))
    assert any(shape.path and shape.path.count("L") == 3 for shape in chart.figure.layout.shapes)
