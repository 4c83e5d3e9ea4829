"""Small multiples: one panel per class, shares that sum to one, and which panel a mark belongs to."""

import pandas as pd
import pytest

from app.figures.multiples import class_histograms, panel_of
from app.figures.scores import score_histogram
from app.style import BANDS

THRESHOLDS = (0.25, 0.6)
BINS = pd.DataFrame(
    [(0.0, 0.2, "cat", 1), (0.6, 0.8, "cat", 3), (0.0, 0.2, "dog", 4)], columns=["low", "high", "key", "count"]
)


def test_a_panel_holds_the_shares_of_its_class_and_of_all_samples():
    figure = class_histograms(BINS, ["dog", "cat"], THRESHOLDS, "balance_score", "balance score")
    dog, everything, cat, _ = figure.data
    assert dict(zip(dog.x, dog.y, strict=True)) == {0.1: 1.0}
    assert dict(zip(cat.x, cat.y, strict=True)) == pytest.approx({0.1: 0.25, 0.7: 0.75})
    assert list(everything.y) == pytest.approx([5 / 8, 3 / 8])
    assert list(cat.marker.color) == [BANDS["imbalanced"], BANDS["balanced"]]
    assert [note.text for note in figure.layout.annotations] == ["dog (4)", "cat (4)"]
    assert (dog.xaxis, cat.xaxis) == ("x", "x2")
    assert figure.layout.yaxis.range == (0, 1.08)


def test_another_column_has_no_bands():
    figure = class_histograms(BINS, ["cat"], THRESHOLDS, "total_loss", "total loss")
    assert figure.data[0].marker.color not in BANDS.values()
    assert not figure.layout.shapes
    one = score_histogram(BINS.assign(key="balanced"), THRESHOLDS, column="total_loss", name="total loss")
    assert not one.layout.shapes
    assert one.layout.xaxis.title.text == "total loss"
    assert one.layout.title.text == "Total loss"


@pytest.mark.parametrize("frame", [BINS[:0], BINS.assign(low=float("nan"))])
def test_without_samples_it_says_so(frame):
    figure = class_histograms(frame, ["cat"], THRESHOLDS, "balance_score", "balance score")
    assert figure.layout.annotations[0].text == "No sample to show."


@pytest.mark.parametrize(
    ("reference", "panel"),
    [("x", 0), ("x2", 1), ("x12", 11), ("", -1), ("y2", -1), ("xx", -1), ("x²", -1), ("x-1", -1)],
)
def test_a_mark_names_its_panel(reference, panel):
    assert panel_of(reference) == panel
