"""Selections as addresses and back; addresses are hostile."""

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection_url import NAMES, Choices, decode, encode
from app.url_values import tag
from bss_core.lasso import Lasso, Region
from bss_core.scores import BANDS
from bss_core.selection import COURSES, Selection

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: float(f"{value:.10g}"))
COLUMNS = st.sampled_from(["balance_score", "prediction_similarity", "total_loss", "loss_a:b", "rank"])
NAMED = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
RANGES = st.lists(st.tuples(COLUMNS, NUMBERS, NUMBERS), max_size=4, unique_by=lambda item: item[0])
FIELDS = {item.name for item in fields(Selection)} - {"ranges"}
ENDS = st.tuples(NUMBERS, NUMBERS).map(lambda ends: (min(ends), max(ends)))
OPEN = ENDS | NUMBERS.map(lambda low: (low, math.inf)) | NUMBERS.map(lambda high: (-math.inf, high))
HISTORIES = OPEN.flatmap(lambda ends: NAMED.map(lambda column: (column, *ends)))
CORNERS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=9).map(tuple)
LASSOS = st.builds(Lasso, NAMED, NAMED, CORNERS)
MAPS = st.sampled_from(["best-train-multimodal-pca", "evaluation=003-all-probabilities-umap", "last-test-a%20b-pca"])
REGIONS = st.builds(Region, MAPS, CORNERS)
TAGS = st.lists(NAMED, min_size=1, max_size=3).map(" ".join).map(tag)


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
        tags=tuple(draw(st.lists(TAGS, max_size=3, unique=True))),
        regions=tuple(draw(st.lists(REGIONS, max_size=2, unique=True))),
        courses=tuple(draw(st.lists(st.sampled_from(sorted(COURSES)), max_size=3, unique=True))),
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
    square = Lasso("total_loss", "loss_a:b,c", ((0, 0.5), (1, 0.5), (1, 2)))
    newer = Selection(dominant=("audio",), correct=("audio+text", "none"), lassos=(square,), courses=("forgot",),
                      history=(("first_balanced", 1.0, math.inf), ("crossings", -math.inf, 2.0)), tags=("a tag", "odd"),
                      regions=(Region("best-train-text-pca", square.vertices),))  # fmt: skip
    assert encode(Choices(newer)) == {
        "dominant": ["audio"], "correct": ["audio+text", "none"],
        "lasso": ["total_loss,loss_a%3Ab%2Cc:0,0.5;1,0.5;1,2"],
        "region": ["best-train-text-pca:0,0.5;1,0.5;1,2"],
        "history": ["forgot", "first_balanced:1..", "crossings:..2"], "tag": ["a tag", "odd"],
    }  # fmt: skip
    assert encode(Choices(sort="total_loss", descending=True)) == {"sort": ["-total_loss"]}
    assert encode(Choices()) == {}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("band", "unbalanced"), ("band", "BALANCED"), ("class", "-1"), ("class", "1.0"), ("class", "²"),
        ("class", "9" * 30), ("class", "٣"), ("s", "0.1"), ("s", "1..0"), ("s", "nan..1"),
        ("s", "-inf..1"), ("s", "a..b"), ("sim", ""),
        ("loss", "0..1e999"), ("range", "0..1"), ("range", ":0..1"), ("th", "0.6..0.6"), ("th", "-2..0"),
        ("k", "latest"), ("k", "-1"), ("sample", ""), ("sample", "a\0b"), ("split", "\n"), ("wrong", "x" * 2000),
        ("text", "\x1b[31m"), ("dominant", ""), ("correct", "a\n"), ("lasso", ""), ("lasso", "x,y:"),
        ("lasso", "x,y:0,0;1,1"), ("lasso", "x:0,0;1,1;1,0"), ("lasso", "x,y,z:0,0;1,1;1,0"),
        ("lasso", "x,y:0,0;1,1;1,nan"), ("lasso", "x,y:0,0;1,1;1"), ("lasso", ",y:0,0;1,1;1,0"),
        ("lasso", "x,y:" + ";".join(["0,1"] * 201)), ("lasso", "x,y:" + "0" * 20_000), ("lasso", "x%0A,y:0,0;1,1;1,0"),
        ("lasso", "x,y:" + "0" * 10_001 + ",0;1,1;1,0"),
        ("history", "fell"), ("history", "change"), ("history", "change:.."), ("history", "change:1..0"),
        ("history", "change:nan..1"), ("history", ":1..2"), ("history", "change:-inf..inf"),
        ("tag", ""), ("tag", " "), ("tag", "x" * 65), ("tag", "x" * 1_000_000), ("tag", "a\0b"), ("tag", "a\u202eb"),
        ("region", ""), ("region", "best-train-text-pca:"), ("region", "best-train-text-pca:0,0;1,1"),
        ("region", ":0,0;1,1;1,0"), ("region", "../secret:0,0;1,1;1,0"), ("region", "a/b:0,0;1,1;1,0"),
        ("region", "a..b:0,0;1,1;1,0"), ("region", ".hidden:0,0;1,1;1,0"), ("region", "x' OR '1'='1:0,0;1,1;1,0"),
        ("region", "a\\b:0,0;1,1;1,0"), ("region", "a\0b:0,0;1,1;1,0"), ("region", "m" * 201 + ":0,0;1,1;1,0"),
        ("region", "m:" + "0,1;" * 250_000), ("region", "m:0,0;1,1;1,inf"),
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


def test_older_words_for_a_course_are_still_read():
    found, dropped = decode({"history": ["rose", "never-balanced", "rose-above"]})
    assert (found.selection.courses, found.selection.history, dropped) == (("rose-above", "never-balanced"), (), [])


def test_a_long_list_of_hostile_words_is_read_quickly_and_said_shortly():
    words = ["'; DROP TABLE tagged; --" + "x" * 100_000] * 10_000
    found, dropped = decode({"tag": words, "region": words})
    assert found == Choices()
    assert len(dropped) == 64 + 1 + 8 + 1
    assert max(map(len, dropped)) < 100


def test_the_largest_polygons_and_the_longest_text_are_kept():
    corners = tuple((number / 7, number**2 / 7) for number in range(200))
    chosen = Selection(lassos=(Lasso("x", "y", corners),), regions=(Region("m", corners),))
    found = decode(encode(Choices(chosen)))[0].selection
    for drawn in (found.lassos[0].vertices, found.regions[0].vertices):
        assert drawn == tuple(pytest.approx(corner, rel=1e-9) for corner in corners)
    assert decode({"text": ["x" * 201]})[0].selection.text == "x" * 200
