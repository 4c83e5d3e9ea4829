"""The case study's panels as files for a paper: to the millimetre, readable, and never read as formulas."""

import io
import re
import threading
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from app import data, data_trajectories
from app.media_store import MediaStore
from app.report.paper import paper_figure
from app.report.paper_panels import PrintSample, course_figure, samples_figure
from app.report.paper_text import drawable, font, lines, width_of
from app.report.request import FIGURES, Shared
from bss_core.errors import RunError
from bss_core.selection import Selection
from tests.score_tables import some_run

MILLIMETRES = {"single": 85.0, "double": 178.0}
HOSTILE = "$\\frac{1}{0}$ <b>&amp;\x00\x1b\u2028 ☃ \ud800 \U0001f989"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data_folder = tmp_path_factory.mktemp("paper")
    return some_run(data_folder)


def made(run, panel, width, kind, evaluation=-1):
    shared = Shared(run, run.evaluations()[evaluation], Selection())
    return paper_figure(shared, MediaStore((run.folder.parent,)), panel, width, kind)


def sample(text="a caption", label="dog", picture=None):
    return PrintSample(label, text, -0.25, "imbalanced", picture)


def saved(figure):
    file = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, format="svg")
    return ET.fromstring(file.getvalue())


@pytest.mark.parametrize(("panel", "width"), sorted({(panel, width) for panel, width, _ in FIGURES}))
def test_a_figure_has_the_width_of_its_columns_and_no_letter_below_seven_points(run, panel, width):
    svg = ET.fromstring(made(run, panel, width, "svg"))
    assert float(svg.get("width").removesuffix("pt")) == pytest.approx(MILLIMETRES[width] / 25.4 * 72, abs=0.01)
    assert svg.get("viewBox").split()[2] == svg.get("width").removesuffix("pt")  # so that px in it are points
    letters = list(svg.iter("{http://www.w3.org/2000/svg}text"))
    sizes = [float(re.search(r"font-size: ([\d.]+)px", item.get("style"))[1]) for item in letters]
    assert len(sizes) >= 8
    assert min(sizes) >= 7
    picture = Image.open(io.BytesIO(made(run, panel, width, "png")))
    assert picture.width == pytest.approx(MILLIMETRES[width] / 25.4 * 300, abs=1)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert made(run, panel, width, "pdf").startswith(b"%PDF-")


def test_the_panels_show_the_samples_that_the_queries_give(run):
    words = " ".join("".join(ET.fromstring(made(run, "a", "double", "svg")).itertext()).split())
    rows = data.representatives(run, 2, (0.25, 0.6), 2)
    scores = [f"Score: {score:.4f}".replace("-", "−") for score in rows["balance_score"]]
    assert len(scores) == 6
    assert [score in words for score in scores] == [True] * 6
    words = "".join(ET.fromstring(made(run, "b", "single", "svg")).itertext())
    leader = data_trajectories.leaders(run, Selection(), "change", True, 1)["sample_id"].item()
    moved = data.trajectories(run, [leader])["balance_score"]
    assert f"{moved.iloc[-1]:.4f}".replace("-", "−") in words


def test_the_same_figure_gives_the_same_file_whoever_else_draws(run):
    wanted, found = made(run, "a", "single", "svg"), []
    threads = [threading.Thread(target=lambda: found.append(made(run, "a", "single", "svg"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 3


def test_a_run_without_a_course_has_no_second_panel(tmp_path):
    run = some_run(tmp_path, evaluations=1)
    with pytest.raises(RunError, match=r"some-1 has no sample whose score changed; panel \(b\) needs two"):
        made(run, "b", "single", "svg")


def test_names_are_never_read_as_formulas_or_markup():
    words = "".join(saved(samples_figure([sample(HOSTILE, HOSTILE)], "single")).itertext())
    assert "\\frac{1}{0}$" in words
    assert "<b>&amp;" in words
    course = pd.DataFrame({"evaluation": [0, 1], "balance_score": [0.1, 0.4]})
    assert "\\frac" in "".join(saved(course_figure(sample(HOSTILE, HOSTILE), course, (0.25, 0.6), "single")).itertext())


@pytest.mark.parametrize("shape", [(4, 400, 3), (400, 4, 3), (1, 1, 3)])
def test_a_picture_of_any_shape_keeps_its_place(shape):
    figure = samples_figure([sample(picture=np.zeros(shape, np.uint8))] * 7, "double")
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(178)
    across, up = figure.get_size_inches() * 25.4
    places = [axes.get_position() for axes in figure.axes]
    assert len(places) == 7
    assert max(place.x1 for place in places) * across <= 178
    assert min(place.y0 for place in places) * up > 6


def test_what_cannot_be_drawn_is_a_space_or_a_box():
    assert drawable("a\x00b\u2028c\nd") == "a b c d"
    assert drawable("owl \U0010fffd") == "owl □" or drawable("owl \U0010fffd") == "owl"
    assert drawable("Ünï ☃ −1") == "Ünï ☃ −1"


@pytest.mark.parametrize("text", ["", "word", "a few words that are too many for the lines there are", "x" * 500])
def test_lines_fit_their_width_and_are_not_too_many(text):
    letters = font(7)
    found = lines(text, letters, 20, 3)
    assert 1 <= len(found) <= 3
    assert all(width_of(line, letters) <= 20 for line in found)
    assert "".join(found).replace("…", "").replace(" ", "") in text.replace(" ", "")
    assert ("…" in found[-1]) == (len(text) > 20)
