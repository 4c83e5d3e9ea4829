import numpy as np
import pandas as pd
import pytest

from app.figures.pacing import class_bars, decile_bars, epoch_figure, probability_curve

EPOCHS = pd.DataFrame(
    {"epoch": [0, 1], "size": [10, 40], "share": [0.25, 1.0], "distinct": [10.0, 30.0], "steps": [2, 5]}
)
CURVE = pd.DataFrame({"epoch": [0.0, 0.5, 1.0], "share": [0.25, 0.7, 1.0]})


def named(figure):
    return {trace.name: trace for trace in figure.data}


def test_both_panels_show_every_epoch():
    traces = named(epoch_figure(EPOCHS, CURVE, 1, n=40, batch_size=8))
    assert list(traces["draws / samples"].y) == [0.25, 1.0]
    assert list(traces["steps"].y) == [2, 5]
    assert list(traces["λ(t)"].y) == [0.25, 0.7, 1.0]
    assert list(traces["different samples (expected)"].y) == [0.25, 0.75]


def test_random_order_s_steps_are_the_rounded_up_batches():
    figure = epoch_figure(EPOCHS, CURVE, 0, n=41, batch_size=8)
    assert "random order: 6" in [note.text for note in figure.layout.annotations]


def test_a_scheduler_without_a_curve_still_has_its_draws():
    assert "λ(t)" not in named(epoch_figure(EPOCHS, CURVE[:0], 0, n=40, batch_size=8))


def test_one_epoch_is_enough():
    assert len(epoch_figure(EPOCHS[:1], CURVE, 0, n=40, batch_size=8).data) == 4


def test_no_epoch_says_so():
    assert epoch_figure(EPOCHS[:0], CURVE, 0, n=40, batch_size=8).layout.annotations[0].text == "No epoch to show."


def test_probabilities_are_multiples_of_random_order_in_the_order_given():
    [curve, other] = probability_curve(np.array([0.6, 0.3, 0.1]), {"inverted": np.array([0.1, 0.3, 0.6])}).data
    assert list(curve.x) == [1, 2, 3]
    assert list(curve.y) == pytest.approx([1.8, 0.9, 0.3])
    assert (other.name, list(other.y)) == ("inverted", pytest.approx([0.3, 0.9, 1.8]))


def test_tenths_are_bars_and_a_tenth_that_is_not_drawn_has_none():
    [bars] = decile_bars(np.array([0.25, 0.75, np.nan]), 3).data
    assert list(bars.x) == ["1", "2", "3"]
    assert list(bars.y)[:2] == [0.25, 0.75]
    assert np.isnan(bars.y[2])
    assert decile_bars(np.full(10, np.nan), 0).layout.annotations[0].text == "No sample to show."


def test_other_pacings_are_thin_dotted_lines():
    traces = named(epoch_figure(EPOCHS, CURVE, 1, n=40, batch_size=8, others={"linear": CURVE}))
    assert traces["λ(t), linear"].line.dash == "dot"
    assert traces["λ(t), linear"].line.width < traces["λ(t)"].line.width


def test_a_long_curve_is_thinned_but_keeps_its_ends():
    p = np.arange(100_000, 0, -1, dtype=float)
    p /= p.sum()
    [curve] = probability_curve(p).data
    assert len(curve.x) == 2000
    assert (curve.x[0], curve.x[-1]) == (1, 100_000)
    assert curve.y[-1] == pytest.approx(p.min() * 100_000)


@pytest.mark.parametrize("values", [[], [np.nan]])
def test_no_probabilities_say_so(values):
    assert probability_curve(np.array(values)).layout.annotations[0].text == "No sample to show."


def test_one_sample_is_as_likely_as_in_random_order():
    assert list(probability_curve(np.ones(1)).data[0].y) == [1.0]


def shares(n, far=0.0):
    drawn = np.full(n, 1 / n) + far * np.arange(n)
    return pd.DataFrame({"class": [f"c{i}" for i in range(n)], "drawn": drawn, "whole": np.full(n, 1 / n)})


def test_classes_are_drawn_beside_the_whole_set_first_class_on_top():
    traces = named(class_bars(shares(2, far=0.1), 3))
    assert list(traces["whole set"].x) == [0.5, 0.5]
    assert list(traces["this epoch's draws"].x) == [0.6, 0.5]
    assert list(traces["whole set"].y) == ["c1", "c0"]  # Plotly draws the first category at the bottom


def test_of_many_classes_those_that_differ_most_are_shown_and_the_title_says_so():
    figure = class_bars(shares(30, far=0.01), 0)
    assert figure.layout.title.text == "Classes in epoch 0: the 24 of 30 that differ most"
    assert set(figure.data[0].y) == {f"c{i}" for i in range(6, 30)}


def test_no_class_says_so():
    assert class_bars(shares(1)[:0], 0).layout.annotations[0].text == "No class to show."
