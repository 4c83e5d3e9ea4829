"""The chips of the active filters."""

import math
from dataclasses import fields, replace

from app.url_values import HISTORY
from app.widgets.filters import chips_of
from bss_core.lasso import Lasso
from bss_core.selection import Selection
from tests.score_tables import some_run

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
CLASSIC = ("ranges", "bands", "classes", "splits", "text", "wrong")


def test_chips_name_every_filter(tmp_path):
    run = some_run(tmp_path)
    chosen = Selection((("total_loss", -1.0, 2.5),), ("balanced",), (2,), ("test",), "owl", ("audio",))
    named = chips_of(run, chosen)
    assert [label for label, _ in named] == [
        "balanced", "owl", "test split", "audio wrong", "total loss −1 … 2.5", "“owl”",
    ]  # fmt: skip
    newer = Selection(
        dominant=("text",), correct=("none", "audio", "audio+text"), lassos=(Lasso("rank", "total_loss", SQUARE),),
        history=(*HISTORY.values(), ("crossings", 2.0, math.inf), ("change", -math.inf, -0.5), ("change", 0.1, 0.5)),
    )  # fmt: skip
    assert [label for label, _ in chips_of(run, newer)] == [
        "text dominant", "no modality right", "only audio right", "all modalities right", "became balanced later",
        "never balanced", "right, then wrong", "crossings at least 2", "change at most −0.5", "change 0.1 … 0.5",
        "lasso: rank, total loss",
    ]  # fmt: skip
    assert [rest for _, rest in chips_of(run, newer)][-1] == replace(newer, lassos=())
    fields_with_chips = {item.name for item in fields(Selection) if item.name != "thresholds"}
    both = replace(newer, **{name: getattr(chosen, name) for name in CLASSIC})
    taken = {name for _, rest in chips_of(run, both) for name in fields_with_chips
             if getattr(rest, name) != getattr(both, name)}  # fmt: skip
    assert taken == fields_with_chips, "a filter without a chip is one nobody sees"
    assert named[4][1].ranges == ()
    assert named[4][1].bands == ("balanced",)
