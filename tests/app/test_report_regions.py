"""The regions of a selection on the report's charts: each on its own map, the right way round, and no template."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from app.report.regions import lassos_on, region_charts, told_plainly
from app.report.request import Shared
from bss_core.evaluations import predictions_path
from bss_core.lasso import Lasso, Region
from bss_core.maps.fitting import embed, stored_probabilities, write_map
from bss_core.maps.requests import checked_request, origin
from bss_core.selection import Selection
from tests.score_tables import some_run

CORNERS = ((0.0, 1.0), (2.0, 3.0), (4.0, 6.0))


def test_lassos_over_the_same_columns_are_drawn_whichever_way_round():
    lassos = [Lasso("a", "b", CORNERS), Lasso("b", "a", CORNERS), Lasso("a", "c", CORNERS)]
    assert lassos_on(lassos, ("a", "b")) == [CORNERS, ((1.0, 0.0), (3.0, 2.0), (6.0, 4.0))]


@pytest.mark.parametrize("made", [list, pd.Series])  # Plotly keeps them in different ways
def test_a_hover_label_holds_no_template_and_no_point_an_id(made):
    figure = go.Figure(go.Scatter(x=[0], y=[0], customdata=["x-0"], hovertext=made(["a %{x} dog"])))
    (trace,) = told_plainly(figure).data
    assert (trace.customdata, trace.hovertext) == (None, ("a %&#123;x} dog",))


def test_every_region_is_on_its_own_map(tmp_path):
    run, regions = some_run(tmp_path), []
    for number, left in ((1, 0.125), (2, 0.25)):
        request = checked_request(run, "probabilities", evaluation=number)
        found = stored_probabilities(predictions_path(run.folder, number))
        write_map(run, request, origin(run, request), found, embed(found, request))
        regions.append(Region(request.name, ((left, 0.0), (1.0, 0.0), (1.0, 1.0))))
    charts = region_charts(Shared(run, run.evaluations()[2], Selection(regions=tuple(regions))))
    drawn = [{shape.path for shape in chart.figure.layout.shapes} for chart in charts]
    assert drawn == [{"M 0.125,0 L 1,0 L 1,1 Z"}, {"M 0.25,0 L 1,0 L 1,1 Z"}]
