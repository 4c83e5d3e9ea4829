"""Options: one field gives the check, the help line and the form; a wrong value is named with what is valid."""

import contextlib
import math
from dataclasses import FrozenInstanceError, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.config import Option, check_fields, checked_options, describe, option, parse_assignments
from bss_core.errors import ConfigError


@dataclass(frozen=True)
class Example:
    beta: float = option(0.5, "weight of the newest score", min=0.0, max=1.0, paper="not published")
    evaluate_every: int = option(1, "epochs between scorings", min=1, unit="epochs", paper="1")
    temperature: float = option(1.0, "softmax temperature", above=0.0)
    replacement: bool = option(True, "draw with replacement")
    order: str = option("up", "direction", choices=("up", "down"))
    extra: dict[str, Any] = option({}, "anything")
    note: str = option("", "a remark")
    sign: ClassVar[int] = -1
    derived: int = field(default=7, init=False)

    def __post_init__(self) -> None:
        check_fields(self)


OPTIONS = {item.name: item for item in describe(Example)}


def test_describe_keeps_the_order_of_the_fields_and_leaves_out_what_is_no_option():
    assert list(OPTIONS) == ["beta", "evaluate_every", "temperature", "replacement", "order", "extra", "note"]


def test_describe_reads_types_defaults_and_bounds():
    assert OPTIONS["evaluate_every"] == Option(
        "evaluate_every", int, 1, "epochs between scorings", min=1, unit="epochs", paper="1"
    )
    assert OPTIONS["extra"].type is dict


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("beta", "weight of the newest score · ≥ 0 and ≤ 1 · paper: not published"),
        ("evaluate_every", "epochs between scorings · unit: epochs · ≥ 1 · paper: 1"),
        ("temperature", "softmax temperature · > 0"),
        ("replacement", "draw with replacement"),
        ("order", "direction · one of up, down"),
    ],
)
def test_help_line(name, text):
    assert OPTIONS[name].text == text


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("beta", "0.25", 0.25),
        ("beta", 1, 1.0),
        ("beta", np.float32(0.5), 0.5),
        ("evaluate_every", "3.0", 3),
        ("evaluate_every", " 12 ", 12),
        ("evaluate_every", 2.0, 2),
        ("evaluate_every", np.int64(5), 5),
        ("evaluate_every", 2**53 + 1, 2**53 + 1),
        ("evaluate_every", str(2**53 + 1), 2**53 + 1),
        ("replacement", "no", False),
        ("replacement", "TRUE", True),
        ("replacement", "0", False),
        ("replacement", np.True_, True),
        ("order", "down", "down"),
        ("note", Path("a/b"), "a/b"),
        ("note", 5, "5"),
        ("extra", {"x": 1}, {"x": 1}),
    ],
)
def test_values_are_converted(name, value, expected):
    converted = OPTIONS[name].check(value)

    assert converted == expected
    assert type(converted) is OPTIONS[name].type


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("beta", 1.01, r"beta = 1\.01 is out of range: it must be finite and ≥ 0 and ≤ 1\."),
        ("beta", -1e-9, "out of range"),
        ("beta", "nan", r"beta = nan is out of range: it must be finite"),
        ("beta", math.nan, "it must be finite"),
        ("beta", 10**400, "is not a number; it must be ≥ 0 and ≤ 1"),
        ("beta", "0,5", "beta = '0,5' is not a number"),
        ("beta", None, "beta = None is not a number"),
        ("beta", True, "beta = True is not a number"),
        ("temperature", 0, "it must be finite and > 0"),
        ("temperature", math.inf, "it must be finite and > 0"),
        ("evaluate_every", 0, "it must be finite and ≥ 1"),
        ("evaluate_every", 1.5, "evaluate_every = 1.5 is not a whole number"),
        ("evaluate_every", "inf", "is not a whole number"),
        ("evaluate_every", "nan", "is not a whole number"),
        ("evaluate_every", "9" * 5000, "is not a whole number"),
        ("evaluate_every", False, "is not a whole number"),
        ("replacement", "maybe", "replacement = 'maybe' is not true or false"),
        ("replacement", 2, "is not true or false"),
        ("replacement", None, "is not true or false"),
        ("order", "sideways", "order = 'sideways' is out of range: it must be one of up, down"),
        ("order", None, "order = None is not a text; it must be one of up, down"),
        ("note", ["a"], "note = .* is not a text"),
        ("extra", "x=1", "extra = 'x=1' is not a mapping"),
    ],
)
def test_wrong_values_are_named_with_what_is_valid(name, value, message):
    with pytest.raises(ConfigError, match=message):
        OPTIONS[name].check(value)


@given(st.integers(1, 10**30))
def test_whole_numbers_survive_as_text_and_as_themselves(number):
    assert OPTIONS["evaluate_every"].check(number) == OPTIONS["evaluate_every"].check(str(number)) == number


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.integers())))
def test_a_value_passes_within_bounds_or_is_refused_with_a_config_error(value):
    with contextlib.suppress(ConfigError):
        assert 0 <= OPTIONS["beta"].check(value) <= 1


def test_checked_options_converts_only_what_is_given():
    assert checked_options(Example, {"beta": "0.1", "replacement": "false"}) == {"beta": 0.1, "replacement": False}


def test_an_unknown_option_is_answered_with_the_valid_ones():
    with pytest.raises(
        ConfigError, match=r"Example has no option 'gamma'; its options are beta, evaluate_every, .*note"
    ):
        checked_options(Example, {"gamma": 1})
    with pytest.raises(ConfigError, match="schedulers 'learned' has no option 'derived'"):
        checked_options(Example, {"derived": 1}, "schedulers 'learned'")


def test_check_fields_converts_on_construction_and_leaves_the_instance_frozen():
    example = Example(beta="0.25", evaluate_every="2.0")

    assert (example.beta, example.evaluate_every, example.derived) == (0.25, 2, 7)
    with pytest.raises(FrozenInstanceError, match="beta"):
        example.beta = 0.3
    with pytest.raises(ConfigError, match="beta = 2"):
        Example(beta=2)


def test_a_mutable_default_is_not_shared():
    Example().extra["x"] = 1

    assert Example().extra == {}


def test_assignments_keep_everything_after_the_first_sign():
    assert parse_assignments(["beta=0.5", "note=a=b", "order="]) == {"beta": "0.5", "note": "a=b", "order": ""}
    assert parse_assignments([]) == {}


@pytest.mark.parametrize("word", ["beta", "=0.5", ""])
def test_a_word_that_assigns_nothing_is_refused(word):
    with pytest.raises(ConfigError, match="is not an assignment; write option=value"):
        parse_assignments([word])
