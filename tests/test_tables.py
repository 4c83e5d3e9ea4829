"""Queries of tables that are missing, damaged, empty, tiny, rewritten, or in folders with odd names."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bss_core import queries, tables
from bss_core.errors import ConfigError, RunError
from bss_core.manifest import FILE as MANIFEST
from bss_core.queries import Source
from bss_core.runs import create_run
from bss_core.selection import Selection
from bss_core.tables import frame, kept
from bss_core.trajectories import Followed, leaders, shares, spread, trajectories
from tests.score_tables import some_manifest, some_predictions, some_run, write_some

EVERYTHING = Selection()


def test_a_missing_evaluation_is_answered_with_those_there_are(tmp_path):
    run = some_run(tmp_path, 3)
    with pytest.raises(RunError, match="some-1 has no evaluation 7; it has 0, 1, 2"):
        queries.source(run, 7)
    with pytest.raises(RunError, match="new has no evaluation 0; it has none yet"):
        queries.source(create_run(tmp_path / "new", {}, some_manifest().info), 0)


def test_without_its_data_a_run_still_has_its_scores(tmp_path):
    run = some_run(tmp_path, 1)
    (run.data / MANIFEST).unlink()
    rows = queries.source(run, 0)

    assert rows.manifest is None
    assert queries.sizes(rows, Selection(text="x-0")) == (10, 40)
    assert queries.sizes(rows, Selection(text="owl")) == (0, 40)
    assert "text" not in queries.page(rows, EVERYTHING)


def test_a_run_whose_folder_needs_quoting(tmp_path):
    run = some_run(tmp_path / "it's [1] * ?" / "rank=7", 2)

    assert queries.sizes(queries.source(run, 1), Selection(text="owl"))[1] == 40
    assert len(leaders(one(queries.source(run, 1)), "change", True, 3)) == 3
    assert queries.page(queries.source(run, 1), EVERYTHING, "rank")["rank"].tolist() == [*range(1, 41)]
    (run.folder / "dynamics.parquet").write_bytes(b"no table")
    with pytest.raises(RunError, match=r"it's \[1\] \* \?/rank=7/.*dynamics\.parquet cannot be read"):
        leaders(one(queries.source(run, 1)), "change", True, 3)


def test_tables_of_other_columns_in_another_order_are_matched_by_name(tmp_path):
    files = [write_some(tmp_path, number, some_predictions(number)) for number in range(2)]
    every = pd.concat(map(pd.read_parquet, files), ignore_index=True)
    older = pd.read_parquet(files[0]).drop(columns="dominant_modality")
    older[older.columns[::-1]].to_parquet(files[0], index=False)
    expected = every[every["sample_id"] == "x-03"]["total_loss"].tolist()

    found = trajectories(files, ["x-03"])
    assert (found["total_loss"].tolist(), found["dominant_modality"].isna().tolist()) == (expected, [True, False])


def test_the_memory_of_a_question_is_given_back_while_none_is_asked():
    asked = "SELECT current_setting('allocator_background_threads') AS is_on"
    assert frame(asked)["is_on"].item()


def one(rows):
    """All samples of one evaluation."""
    return Followed({0: rows.scores}, rows)


def empty(tmp_path):
    path = write_some(tmp_path, 0, some_predictions(n=4))
    pd.read_parquet(path).iloc[:0].to_parquet(path)
    return Source(path)


def test_an_empty_table_gives_empty_answers(tmp_path):
    rows = empty(tmp_path)
    answers = [
        queries.page(rows, EVERYTHING),
        queries.histogram(rows, EVERYTHING, "balance_score"),
        queries.score_cells(rows, EVERYTHING, ("rank", "rank"), "band", ()),
        queries.score_points(rows, EVERYTHING, ("rank", "rank"), "band", ()),
        spread(one(rows)),
        shares(one(rows)),
        queries.representatives(rows),
        trajectories([rows.scores], ["x-00"]),
    ]

    assert [len(answer) for answer in answers] == [0] * 8
    assert queries.sizes(rows, EVERYTHING) == (0, 0)
    assert queries.counts(rows, EVERYTHING, "band") == {}
    assert queries.sample(rows, "x-00") is None
    assert queries.place(rows, EVERYTHING, "rank", False, "x-00") is None


def test_one_row_is_enough(tmp_path):
    rows = Source(write_some(tmp_path, 0, some_predictions(n=1)))

    assert queries.sizes(rows, EVERYTHING) == (1, 1)
    assert queries.histogram(rows, EVERYTHING, "balance_score")["count"].tolist() == [1]
    assert queries.score_cells(rows, EVERYTHING, ("balance_score", "total_loss"), "band", ())["count"].tolist() == [1]
    assert queries.representatives(rows)["sample_id"].tolist() == ["x-00"]
    assert shares(one(rows))["share"].tolist() == [1]
    assert spread(one(rows))[["q05", "q50", "q95"]].to_numpy().tolist() == [[0, 0, 0]]


def test_values_that_are_not_finite_are_not_drawn(tmp_path):
    path = write_some(tmp_path, 0, some_predictions(n=4))
    chances = [np.nan, 0.25, 0.75, np.inf]
    pd.read_parquet(path).assign(sampling_probability=chances, smoothed_score=np.nan).to_parquet(path)
    found = queries.histogram(Source(path), EVERYTHING, "sampling_probability", 2)

    assert found.groupby("bin")["count"].sum().to_dict() == {0: 1, 1: 1}
    assert (found["low"].min(), found["high"].max()) == (0.25, 0.75)
    assert queries.histogram(Source(path), EVERYTHING, "smoothed_score").empty
    assert queries.score_cells(Source(path), EVERYTHING, ("rank", "sampling_probability"), "band", ())[
        "count"
    ].tolist() == [1, 1]


def test_a_rewritten_table_is_read_anew(tmp_path):
    for seed in range(3):
        path = write_some(tmp_path, 0, some_predictions(seed))
        found = queries.page(Source(path), EVERYTHING, "rank", limit=40)["balance_score"].tolist()
        assert found == sorted(pd.read_parquet(path)["balance_score"], reverse=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.floats(0, 1), content=st.binary(max_size=12), cut=st.booleans())
def test_a_damaged_table_is_a_run_error_that_names_it_or_is_still_a_table(tmp_path, at, content, cut):
    path = tmp_path / "scores" / "evaluation=000.parquet"
    if not path.exists():
        write_some(tmp_path, 0, some_predictions())
        (tmp_path / "good").write_bytes(path.read_bytes())
    good = (tmp_path / "good").read_bytes()
    start = int(at * len(good))
    path.write_bytes(good[:start] if cut else good[:start] + content + good[start + len(content) :])
    for ask in (queries.page, queries.representatives):
        try:
            ask(Source(path), *([EVERYTHING] if ask is queries.page else []))
        except RunError as error:
            assert "evaluation=000.parquet" in str(error)  # noqa: PT017 - most damages raise, some only change a value
        except ConfigError as error:  # a column whose name was damaged
            assert "cannot be sorted by 'balance_score'" in str(error)  # noqa: PT017


def test_a_table_without_the_columns_is_a_run_error(tmp_path):
    path = tmp_path / "evaluation=000.parquet"
    pd.DataFrame({"sample_id": ["a"], "rank": [1]}).to_parquet(path)

    with pytest.raises(RunError, match=r'evaluation=000\.parquet cannot be read: .*"balance_score" not found'):
        queries.sizes(Source(path), EVERYTHING)


def test_one_damaged_table_among_many_is_named_with_its_folder(tmp_path):
    files = [write_some(tmp_path, number, some_predictions(n=4)) for number in range(5)]
    files[3].write_bytes(b"no table")

    with pytest.raises(RunError, match=r"One of 5 tables in .*scores cannot be read: .*evaluation=003\.parquet"):
        spread(Followed(dict(enumerate(files)), Source(files[-1])))


def answer_of(name):
    return frame(f"SELECT sample_id FROM {name}")["sample_id"].tolist()


def test_a_table_in_memory_is_made_once_per_key(monkeypatch):
    monkeypatch.setattr(tables, "_KEPT", {})
    made = []

    def make(ids):
        made.append(ids)
        return pa.table({"sample_id": ids})

    first, other = kept(("tag", 1), lambda: make(["a"])), kept(("tag", 2), lambda: make(["b", "'"]))
    assert kept(("tag", 1), lambda: make(["never"])) == first != other
    assert (answer_of(first), answer_of(other), made) == (["a"], ["b", "'"], [["a"], ["b", "'"]])
    both = frame(f"SELECT count(*) AS n FROM {first}, {other} WHERE '{first}' = '{first}'")
    assert both["n"].item() == 2


def test_old_tables_in_memory_give_way_to_new_ones_but_not_while_they_may_be_in_use(monkeypatch):
    monkeypatch.setattr(tables, "_KEPT", {})
    monkeypatch.setattr(tables, "_MOST_KEPT", 1)
    now = [100.0]
    monkeypatch.setattr(tables.time, "monotonic", lambda: now[0])
    first, second = (kept(key, lambda: pa.table({"sample_id": ["a"]})) for key in (1, 2))
    now[0] += 59
    assert kept(1, None) == first  # asked for again, so it is the younger one
    now[0] += 2
    third = kept(3, lambda: pa.table({"sample_id": ["c"]}))
    assert (answer_of(first), answer_of(third)) == (["a"], ["c"])
    with pytest.raises(RunError, match=second):
        answer_of(second)


def test_tables_in_memory_are_asked_by_several_threads_at_once():
    names = [kept(("thread", number), lambda number=number: pa.table({"sample_id": [str(number)] * 5000}))
             for number in range(4)]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(answer_of, names * 10))
    assert [set(ids) for ids in found] == [{str(number)} for number in range(4)] * 10
