"""Selections as addresses and back; addresses are hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection_url import NAMES, Choices, decode, encode, fitting
from bss_core.scores import BANDS
from bss_core.selection import Selection

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: float(f"{value:.10g}"))
COLUMNS = st.sampled_from(["balance_score", "prediction_similarity", "total_loss", "loss_a:b", "rank"])
NAMED = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
RANGES = st.lists(st.tuples(COLUMNS, NUMBERS, NUMBERS), max_size=4, unique_by=lambda item: item[0])


@st.composite
def choices(draw):
    chosen = Selection(
        ranges=tuple((column, min(ends), max(ends)) for column, *ends in draw(RANGES)),
        bands=tuple(band for band in BANDS if draw(st.booleans())),
        classes=tuple(sorted(draw(st.sets(st.integers(0, 999), max_size=4)))),
        splits=tuple(draw(st.lists(NAMED, max_size=2, unique=True))),
        text=" ".join(draw(st.lists(NAMED, max_size=3))),
        wrong=tuple(draw(st.lists(NAMED, max_size=2, unique=True))),
        thresholds=draw(st.sampled_from([(0.25, 0.6), (-1.0, 1.0), (0.0, 0.5)])),
    )
    return Choices(chosen, draw(st.none() | st.integers(0, 500)), draw(st.none() | NAMED))


@given(choices())
def test_what_is_encoded_is_decoded(known):
    found, dropped = decode(encode(known))
    assert dropped == []
    assert set(found.selection.ranges) == set(known.selection.ranges)
    assert encode(found).keys() == encode(known).keys()
    for name in ("bands", "classes", "splits", "text", "wrong", "thresholds"):
        assert getattr(found.selection, name) == getattr(known.selection, name)
    assert (found.evaluation, found.sample) == (known.evaluation, known.sample)


def test_an_address_is_readable():
    chosen = Selection((("balance_score", -1.0, 0.25), ("rank", 1.0, 9.0)), ("imbalanced",), (3, 7), text="a frog")
    assert encode(Choices(chosen, 12, "0042")) == {
        "band": ["imbalanced"], "class": ["3", "7"], "text": ["a frog"], "s": ["-1..0.25"], "range": ["rank:1..9"],
        "k": ["12"], "sample": ["0042"],
    }  # fmt: skip
    assert encode(Choices()) == {}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("band", "unbalanced"), ("band", "BALANCED"), ("class", "-1"), ("class", "1.0"), ("class", "²"),
        ("class", "9" * 30), ("s", "0.1"), ("s", "1..0"), ("s", "nan..1"), ("s", "-inf..1"), ("s", "a..b"),
        ("sim", ""), ("loss", "0..1e999"), ("range", "0..1"), ("range", ":0..1"), ("th", "0.6..0.6"), ("th", "-2..0"),
        ("k", "latest"), ("k", "-1"), ("sample", ""), ("sample", "a\0b"), ("split", "\n"), ("wrong", "x" * 2000),
        ("text", "\x1b[31m"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_left_out(name, word):
    found, dropped = decode({name: [word]})
    assert found == Choices()
    assert dropped == [f"{name}={word[:40]}"]


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=30), max_size=3)))
def test_no_address_is_an_error_and_what_is_kept_can_be_encoded_again(parameters):
    found, dropped = decode(parameters)
    assert decode(encode(found))[1] == []
    assert all("=" in item for item in dropped)


def test_one_bad_value_leaves_the_good_ones():
    found, dropped = decode({"class": ["2", "x", "0", "2"], "k": ["7"]})
    assert (found.selection.classes, found.evaluation, dropped) == ((0, 2), 7, ["class=x"])


def test_a_run_is_asked_only_what_it_has():
    chosen = Selection(
        (("total_loss", 0.0, 1.0), ("loss_x", 0.0, 1.0)), ("balanced",), (1, 5), ("train", "dev"), "t", ("a", "b")
    )
    kept, gone = fitting(chosen, ["a"], 3, ["train", "test"], ["total_loss"])
    assert kept == Selection((("total_loss", 0.0, 1.0),), ("balanced",), (1,), ("train",), "t", ("a",))
    assert gone == ["class 5", "split dev", "head b", "column loss_x"]
