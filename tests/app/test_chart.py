import ast
from pathlib import Path

import pytest

from app.widgets.chart import boxes, configuration

ROOT = Path(__file__).resolve().parents[2]
CHARTS = ("plotly_chart", "altair_chart", "vega_lite_chart", "bokeh_chart", "line_chart", "area_chart", "bar_chart",
          "scatter_chart", "graphviz_chart", "pyplot", "pydeck_chart", "map")  # fmt: skip


def test_every_chart_of_the_app_is_drawn_in_one_place_with_its_configuration():
    calls = [
        (path.relative_to(ROOT).as_posix(), node)
        for path in sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in [f"st.{name}" for name in CHARTS]
    ]
    drawn = [(name, "config=config" in ast.unparse(call)) for name, call in calls]
    assert drawn == [("app/widgets/chart.py", True)] * 2


@pytest.mark.parametrize(("select", "hidden"), [((), {"select2d", "lasso2d"}), (("box",), {"lasso2d"}),
                                                (("points", "lasso"), {"select2d"})])  # fmt: skip
def test_no_chart_can_be_uploaded_and_each_can_be_saved(select, hidden):
    found = configuration("map", select)
    assert "sendChartToCloud" in found["modeBarButtonsToRemove"]
    assert (found["showSendToCloud"], found["plotlyServerURL"], found["displaylogo"]) == (False, "", False)
    assert found["toImageButtonOptions"] == {"format": "svg", "filename": "map", "scale": 3}
    assert {"select2d", "lasso2d"} & set(found["modeBarButtonsToRemove"]) == hidden
    assert found["displayModeBar"] == (True if select else "hover")


def test_a_box_is_its_lowest_and_highest_per_axis_whichever_way_it_was_drawn():
    drawn = {"box": [{"x": [0.5, 0.25], "y": [2, 7.12345678]}]}
    assert boxes(drawn, ("x", "y")) == ((0.25, 0.5), (2.0, 7.123))
    assert boxes(drawn, ("x",)) == ((0.25, 0.5),)


def test_a_box_over_tiny_values_keeps_its_width():
    drawn = {"box": [{"x": [8.2e-7, 1.21e-6], "y": [1_000_000.25, 1_000_000.75]}]}
    assert boxes(drawn, ("x", "y")) == ((8.2e-7, 1.21e-6), (1_000_000.25, 1_000_000.75))


def test_the_last_box_counts():
    assert boxes({"box": [{"x": [0, 1]}, {"x": [2, 3]}]}, ("x",)) == ((2.0, 3.0),)


@pytest.mark.parametrize("drawn", [{}, {"box": []}, {"box": None}, {"box": [{"x": [0, 1]}]}])
def test_without_a_whole_box_there_is_none(drawn):
    assert boxes(drawn, ("x", "y")) == ()
