"""What the benchmarks end with an error for: a grown ratio, one that is gone, a limit exceeded; and nothing else."""

import pytest

from tests.bench import __main__ as command
from tests.bench.rows import Row, limited, read_baseline, slower, write_baseline

ROWS = [Row("map", "0.1 s", "", 2.0), Row("page", "0.2 s", "", 4.0), Row("pages", "9 pages"), limited("rss", 49, 50)]
KEPT = {"map": 2.0, "page": 4.0}


@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
def test_a_ratio_as_large_as_before_or_half_as_large_again_is_fine(ratio):
    assert slower([ROWS[0]._replace(ratio=ratio), *ROWS[1:]], KEPT) == []


@pytest.mark.parametrize("ratio", [3.01, float("nan")])
def test_a_grown_ratio_is_told(ratio):
    assert slower([ROWS[0]._replace(ratio=ratio), *ROWS[1:]], KEPT) == [
        f"map: {ratio:.2f} × now, 2.00 × in the baseline"
    ]


@pytest.mark.parametrize("rows", [ROWS[1:], [ROWS[0]._replace(ratio=None), *ROWS[1:]]])
def test_a_ratio_that_is_not_measured_any_more_is_told(rows):
    assert slower(rows, KEPT) == ["map: in the baseline, but not measured now"]


@pytest.mark.parametrize(("amount", "told"), [(50, []), (-8, []), (51, ["growth: 51 MB, limit 50 MB"])])
def test_only_an_amount_beyond_its_limit_is_told(amount, told):
    assert slower([limited("growth", amount, 50)], {}) == told


def test_a_new_ratio_is_no_error():
    assert slower(ROWS, {}) == []


def test_a_benchmark_s_ratios_are_kept_without_touching_those_of_others(tmp_path):
    file = tmp_path / "BASELINE"
    write_baseline({"web": ROWS, "million": [Row("n = 1,000,000: map", "", "", 5.0)]}, file)
    write_baseline({"web": [Row("map", "", "", 2.5)]}, file)
    assert read_baseline(file) == {"web": {"map": 2.5}, "million": {"n = 1,000,000: map": 5.0}}


def test_of_two_runs_the_larger_ratios_are_kept_and_rows_that_are_gone_are_not(tmp_path):
    file = tmp_path / "BASELINE"
    write_baseline({"web": [Row("map", "", "", 2.0), Row("page", "", "", 4.0), Row("old", "", "", 1.0)]}, file)
    write_baseline({"web": [Row("map", "", "", 3.0), Row("page", "", "", 3.0)]}, file, is_larger=True)
    assert read_baseline(file) == {"web": {"map": 3.0, "page": 4.0}}


def test_without_a_file_there_is_no_baseline(tmp_path):
    assert read_baseline(tmp_path / "BASELINE") == {}


def test_the_command_compares_a_benchmark_with_its_own_ratios_only(monkeypatch, capsys):
    monkeypatch.setattr(command, "read_baseline", lambda: {"web": KEPT, "million": {"map": 1.0}})
    monkeypatch.setattr(command, "_printed", lambda name: ROWS)
    assert command.main(["web"], is_baseline=False, is_larger=False) == 0
    assert command.main(["web", "million"], is_baseline=False, is_larger=False) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "Worse than it may be: map: 2.00 × now, 1.00 × in the baseline."
    )


def test_the_ratios_kept_are_of_benchmarks_that_exist():
    kept = read_baseline()
    assert set(kept) <= set(command.NAMES)
    assert {"web", "inspector"} <= set(kept)
