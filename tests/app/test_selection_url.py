"""Selections as addresses and back; addresses are hostile."""

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection_url import NAMES, Choices, decode, encode
from bss_core.lasso import Lasso
from bss_core.scores import BANDS
from bss_core.selection import Selection

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: float(f"{value:.10g}"))
COLUMNS = st.sampled_from(["balance_score", "prediction_similarity", "total_loss", "loss_a:b", "rank"])
NAMED = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
RANGES = st.lists(st.tuples(COLUMNS, NUMBERS, NUMBERS), max_size=4, unique_by=lambda item: item[0])
FIELDS = {item.name for item in fields(Selection)} - {"ranges"}
ENDS = st.tuples(NUMBERS, NUMBERS).map(lambda ends: (min(ends), max(ends)))
OPEN = ENDS | NUMBERS.map(lambda low: (low, math.inf)) | NUMBERS.map(lambda high: (-math.inf, high))
HISTORIES = OPEN.flatmap(lambda ends: NAMED.map(lambda column: (column, *ends))) | st.just(("ever_balanced", 0.0, 0.0))
LASSOS = st.builds(
    Lasso, NAMED, NAMED, st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=9).map(tuple)
)  # fmt: skip


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
        dominant=tuple(draw(st.lists(NAMED, max_size=2, unique=True))),
        correct=tuple(draw(st.lists(st.sampled_from(["none", "a", "a+b"]), max_size=2, unique=True))),
        lassos=tuple(draw(st.lists(LASSOS, max_size=2, unique=True))),
        history=tuple(draw(st.lists(HISTORIES, max_size=3, unique=True))),
    )
    order = draw(st.sampled_from(["balance_score", "total_loss", "margin_a"])), draw(st.booleans())
    return Choices(chosen, draw(st.none() | st.integers(0, 500)), draw(st.none() | NAMED), *order)


@given(choices())
def test_what_is_encoded_is_decoded(known):
    found, dropped = decode(encode(known))
    assert dropped == []
    assert set(found.selection.ranges) == set(known.selection.ranges)
    assert encode(found).keys() == encode(known).keys()
    for name in FIELDS:
        assert getattr(found.selection, name) == getattr(known.selection, name)
    assert (found.evaluation, found.sample) == (known.evaluation, known.sample)
    assert (found.sort, found.descending) == (known.sort, known.descending)


def test_an_address_is_readable():
    chosen = Selection((("balance_score", -1.0, 0.25), ("rank", 1.0, 9.0)), ("imbalanced",), (3, 7), text="a frog")
    assert encode(Choices(chosen, 12, "0042")) == {
        "band": ["imbalanced"], "class": ["3", "7"], "text": ["a frog"], "s": ["-1..0.25"], "range": ["rank:1..9"],
        "k": ["12"], "sample": ["0042"],
    }  # fmt: skip
    course = (("first_balanced", 1.0, math.inf), ("ever_balanced", 0.0, 0.0), ("crossings", -math.inf, 2.0))
    square = Lasso("total_loss", "loss_a:b,c", ((0, 0.5), (1, 0.5), (1, 2)))
    newer = Selection(dominant=("audio",), correct=("audio+text", "none"), lassos=(square,), history=course)
    assert encode(Choices(newer)) == {
        "dominant": ["audio"], "correct": ["audio+text", "none"],
        "lasso": ["total_loss,loss_a%3Ab%2Cc:0,0.5;1,0.5;1,2"],
        "history": ["rose", "never-balanced", "crossings:..2"],
    }  # fmt: skip
    assert encode(Choices(sort="total_loss", descending=True)) == {"sort": ["-total_loss"]}
    assert encode(Choices()) == {}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("band", "unbalanced"), ("band", "BALANCED"), ("class", "-1"), ("class", "1.0"), ("class", "²"),
        ("class", "9" * 30), ("s", "0.1"), ("s", "1..0"), ("s", "nan..1"), ("s", "-inf..1"), ("s", "a..b"),
        ("sim", ""), ("loss", "0..1e999"), ("range", "0..1"), ("range", ":0..1"), ("th", "0.6..0.6"), ("th", "-2..0"),
        ("k", "latest"), ("k", "-1"), ("sample", ""), ("sample", "a\0b"), ("split", "\n"), ("wrong", "x" * 2000),
        ("text", "\x1b[31m"), ("dominant", ""), ("correct", "a\n"), ("lasso", ""), ("lasso", "x,y:"),
        ("lasso", "x,y:0,0;1,1"), ("lasso", "x:0,0;1,1;1,0"), ("lasso", "x,y,z:0,0;1,1;1,0"),
        ("lasso", "x,y:0,0;1,1;1,nan"), ("lasso", "x,y:0,0;1,1;1"), ("lasso", ",y:0,0;1,1;1,0"),
        ("lasso", "x,y:" + ";".join(["0,1"] * 201)), ("lasso", "x,y:" + "0" * 20_000), ("lasso", "x%0A,y:0,0;1,1;1,0"),
        ("history", "fell"), ("history", "change"), ("history", "change:.."), ("history", "change:1..0"),
        ("history", "change:nan..1"), ("history", ":1..2"), ("history", "change:-inf..inf"),
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


def test_values_beyond_what_is_possible_are_named():
    found, dropped = decode({"class": [str(number) for number in range(100)], "lasso": ["x,y:0,0;1,1;1,0"] * 9})
    assert len(found.selection.classes) == 64
    assert dropped == ["class=… (36 more than the 64 possible)", "lasso=… (1 more than the 8 possible)"]
