import plotly.graph_objects as go

from app.figures.outline import outline
from app.style import DARK_GROUND, LIGHT_GROUND


def test_a_region_is_outlined_so_that_it_stands_out_on_either_ground():
    figure = go.Figure()
    outline(figure, [(0.0, 1.5), (2.0, -1e-7), (3.0, 4.0)])
    assert {shape.path for shape in figure.layout.shapes} == {"M 0,1.5 L 2,-1e-07 L 3,4 Z"}
    assert [shape.line.color for shape in figure.layout.shapes] == [LIGHT_GROUND, DARK_GROUND]
    assert figure.layout.shapes[0].line.width > figure.layout.shapes[1].line.width
    assert {shape.layer for shape in figure.layout.shapes} == {"above"}
