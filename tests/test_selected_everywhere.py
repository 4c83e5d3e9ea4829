"""Every field of a selection in every question, against a plain loop over rows that pandas joined."""

import shutil

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bss_core import annotations, queries
from bss_core import trajectories as courses
from bss_core.annotations.exports import tags_table
from bss_core.dynamics import FILE as DYNAMICS
from bss_core.errors import ConfigError, RunError
from bss_core.evaluations import predictions_path, scores_path
from bss_core.lasso import Lasso, Region
from bss_core.maps.fitting import embed, stored_probabilities, write_map
from bss_core.maps.queries import MapSource, map_cells, map_points, map_sizes
from bss_core.maps.requests import checked_request, map_path, origin
from bss_core.scores import BANDS, band
from bss_core.selection import COURSES, Selection
from bss_core.tagging import tag_selection, untag_selection
from tests.score_tables import some_manifest, some_run

LAST, N = 2, 40
ALL = 10_000
TAGS = {"odd": range(0, N, 2), 'it\'s "x"; --': range(0, N, 3), "few": [1, 2, 3], "gone": []}
MAP = f"evaluation={LAST:03d}-train-probabilities-pca"
SQUARE = ((-0.3, -0.3), (0.4, -0.3), (0.4, 0.4), (-0.3, 0.4))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Three evaluations of 40 samples with tags and a map; only to be read."""
    made = some_run(tmp_path_factory.mktemp("everywhere"), LAST + 1, N)
    request = checked_request(made, "probabilities")
    found = stored_probabilities(predictions_path(made.folder, LAST))
    write_map(made, request, origin(made, request), found, embed(found, request))
    for tag, places in TAGS.items():
        annotations.add_tag(made.folder, tag, [f"x-{place:02d}" for place in places])
    return made


@pytest.fixture(scope="module")
def rows(run):
    """All that is known of each sample in the last evaluation."""
    places = pd.read_parquet(map_path(run, checked_request(run, "probabilities")), columns=["sample_id", "x", "y"])
    history = pd.read_parquet(run.folder / DYNAMICS).drop(columns="label").add_prefix("history_")
    table = pd.read_parquet(scores_path(run.folder, LAST)).merge(places, "left", "sample_id")
    table = table.merge(history, "left", left_on="sample_id", right_on="history_sample_id")
    return table.merge(some_manifest(N).rows[["sample_id", "audio", "text"]], "left", "sample_id").to_dict("records")


@pytest.fixture(scope="module")
def source(run):
    return queries.source(run, LAST)


@pytest.fixture(scope="module")
def followed(run, source):
    files = {number: scores_path(run.folder, number) for number in range(LAST + 1)}
    return lambda selection: courses.Followed(files, source, selection)


def crosses(point, start, end):
    """Whether the ray from the point towards larger x meets the edge."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    return (y0 <= y) != (y1 <= y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)


def inside(vertices, x, y):
    edges = zip(vertices, [*vertices[1:], vertices[0]], strict=True)
    return sum(crosses((x, y), *edge) for edge in edges) % 2 == 1


def took(row, course, high):
    first, last, best = (row[f"history_{name}"] for name in ("first_score", "last_score", "highest"))
    return {
        "rose-above": first < high <= best,
        "never-balanced": best < high,
        "fell-back": last < high <= best,
        "forgot": row["history_forgetting"] >= 1,
    }[course]


def is_selected(row, chosen):
    number, high = int(row["sample_id"][2:]), chosen.thresholds[1]
    texts = f"{row['sample_id']} {row['audio']} {row['text']}".lower()
    named = band(np.array([row["balance_score"]]), chosen.thresholds)[0]
    return all([
        all(low <= row[column] <= top for column, low, top in chosen.ranges),
        not chosen.bands or named in chosen.bands,
        not chosen.classes or row["label"] in chosen.classes,
        not chosen.splits or row["split"] in chosen.splits,
        all(word.lower() in texts for word in chosen.text.split()),
        all(row[f"predicted_{head}"] != row["label"] for head in chosen.wrong),
        not chosen.dominant or row["dominant_modality"] in chosen.dominant,
        not chosen.correct or row["correct_modalities"] in chosen.correct,
        all(inside(item.vertices, row[item.x], row[item.y]) for item in chosen.lassos),
        all(low <= float(row[f"history_{column}"]) <= top for column, low, top in chosen.history),
        all(took(row, course, high) for course in chosen.courses),
        all(number in TAGS.get(tag, ()) for tag in chosen.tags),
        all(inside(item.vertices, row["x"], row["y"]) for item in chosen.regions),
    ])  # fmt: skip


def some(values, most=2):
    return st.lists(st.sampled_from(list(values)), max_size=most, unique=True).map(tuple)


def polygons(low, high):
    number = st.floats(low, high, allow_subnormal=False).map(lambda value: round(value, 6))
    return st.lists(st.tuples(number, number), min_size=3, max_size=7).map(tuple)


def spans(column, low, high):
    number = st.floats(low, high)
    return st.tuples(st.just(column), number, number).map(lambda item: (item[0], *sorted(item[1:])))


FIELDS = {
    "ranges": st.tuples(spans("total_loss", 0, 4)),
    "bands": some(BANDS),
    "classes": some(range(3)),
    "splits": some(["train", "test", "nowhere"]),
    "text": st.sampled_from(["owl", "x-1", 'it\'s "QUOTED"', "nothing such"]),
    "wrong": some(["audio", "text", "multimodal"]),
    "dominant": some(["audio", "text", "'--"]),
    "correct": some(["audio", "none", "audio+text"]),
    "lassos": polygons(0, 2).map(lambda corners: (Lasso("prediction_similarity", "total_loss", corners),)),
    "history": st.tuples(spans("change", -1, 1)),
    "courses": some(COURSES),
    "tags": some([*TAGS, "never heard of"]),
    "regions": polygons(-0.9, 0.9).map(lambda corners: (Region(MAP, corners),)),
}
THRESHOLDS = st.sampled_from([(0.25, 0.6), (-0.2, 0.1)])


def selections(most=3):
    """Selections by a few of the fields at once."""
    chosen = st.sets(st.sampled_from(sorted(FIELDS)), max_size=most)
    return chosen.flatmap(
        lambda names: st.builds(Selection, thresholds=THRESHOLDS, **{name: FIELDS[name] for name in names})
    )


def checked_everywhere(run, rows, source, followed, chosen):
    wanted = {row["sample_id"]: row for row in rows if is_selected(row, chosen)}
    ids, n = sorted(wanted), len(wanted)
    assert sorted(queries.page(source, chosen, limit=ALL)["sample_id"]) == ids
    assert queries.sizes(source, chosen) == (n, N)
    for by in ("label", "dominant_modality"):
        expected = pd.Series([row[by] for row in wanted.values()], dtype=object).value_counts().to_dict()
        assert queries.counts(source, chosen, by) == expected
    assert queries.histogram(source, chosen, "total_loss")["count"].sum() == n
    assert queries.score_cells(source, chosen, ("rank", "total_loss"), "band", ())["count"].sum() == n
    ordered = sorted(ids, key=lambda name: (wanted[name]["total_loss"], name))
    for place, name in list(enumerate(ordered))[:3]:
        assert queries.place(source, chosen, "total_loss", False, name) == place
    for name in [row["sample_id"] for row in rows if row["sample_id"] not in wanted][:1]:
        assert queries.place(source, chosen, "total_loss", False, name) is None
    checked_courses(followed(chosen), ids)
    checked_map(run, source, chosen, ids)


def checked_courses(following, ids):
    n = len(ids)
    assert sorted(courses.some(following, ALL)) == ids
    assert courses.spread(following)["count"].tolist() == [n] * (LAST + 1 if n else 0)
    assert courses.shares(following)["count"].sum() == n * (LAST + 1)
    assert courses.heat(following, "slope", blocks=ALL)["sample_id"].nunique() <= n
    assert courses.flows(following, [0, LAST])["count"].sum() == n
    assert set(courses.leaders(following, "variance", True, ALL)["sample_id"]) <= set(ids)


def checked_map(run, source, chosen, ids):
    maps = MapSource(source, map_path(run, checked_request(run, "probabilities")), ("audio", "text"))
    assert map_sizes(maps, chosen) == (len(ids), N)
    assert map_cells(maps, chosen)["count"].sum() == len(ids)
    assert sorted(map_points(maps, chosen)["sample_id"]) == ids


@settings(max_examples=40)
@given(chosen=selections())
def test_every_question_answers_every_selection(run, rows, source, followed, chosen):
    checked_everywhere(run, rows, source, followed, chosen)


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=4)
@given(data=st.data())
def test_every_field_is_answered_alone(run, rows, source, followed, name, data):
    checked_everywhere(run, rows, source, followed, Selection(**{name: data.draw(FIELDS[name])}))


@settings(max_examples=25)
@given(chosen=selections(4))
def test_the_query_for_others_needs_only_the_files(run, rows, source, tmp_path_factory, chosen):
    tags = tmp_path_factory.mktemp("tags") / "it's tags.parquet"
    pq.write_table(tags_table(run.folder), tags)
    sql, values = queries.selected_sql(source, chosen, tags)
    with duckdb.connect() as connection:
        found = connection.execute(sql, values).df()
    assert sorted(found["sample_id"]) == sorted(row["sample_id"] for row in rows if is_selected(row, chosen))
    assert {"band", "audio", "text"} <= set(found.columns)


def test_every_field_of_a_selection_is_tried():
    assert set(FIELDS) | {"thresholds"} == set(Selection.__dataclass_fields__)


def test_tags_and_regions_are_found_and_not_all_or_none(source):
    assert queries.sizes(source, Selection(tags=("odd",)))[0] == 20
    assert queries.sizes(source, Selection(tags=("odd", 'it\'s "x"; --')))[0] == 7
    assert queries.sizes(source, Selection(tags=("gone",)))[0] == 0
    assert 0 < queries.sizes(source, Selection(regions=(Region(MAP, SQUARE),)))[0] < N


def test_a_tagged_selection_can_be_tagged_and_freed_again(tmp_path):
    run = some_run(tmp_path, 1)
    annotations.add_tag(run.folder, "odd", ["x-01", "x-02", "x-03"])
    chosen = Selection(tags=("odd",))
    assert tag_selection(run, 0, chosen, "again") == 3
    annotations.remove_tag(run.folder, "odd", ["x-02"])
    assert untag_selection(run, 0, chosen, "again") == 2
    assert annotations.tag_counts(run.folder) == {"again": 1, "odd": 2}


def box(left, low, right, top):
    return ((left, low), (right, low), (right, top), (left, top))


TWO = {
    "ranges": (("rank", 1.0, 30.0), ("label", 1.0, 2.0)),
    "lassos": tuple(Lasso("rank", "label", box(*ends)) for ends in [(0, -1, 30.5, 9), (0, 0.5, 99, 9)]),
    "history": (("change", 0.0, 2.0), ("highest", 0.4, 1.0)),
    "regions": tuple(Region(MAP, box(*ends)) for ends in [(-1, -1, 0.1, 1), (-1, -1, 1, 0.1)]),
}


@pytest.mark.parametrize("field", TWO)
def test_of_two_of_a_kind_both_must_hold(rows, source, field):
    both = Selection(**{field: TWO[field]})
    found = set(queries.page(source, both, limit=ALL)["sample_id"])
    assert found == {row["sample_id"] for row in rows if is_selected(row, both)} != set()
    for one in TWO[field]:
        assert queries.sizes(source, Selection(**{field: (one,)}))[0] > len(found)


@pytest.mark.parametrize("name", ["no-such-map", "best-train-audio-pca", MAP.replace("002", "001")])
def test_a_region_of_a_map_that_is_not_there_is_one_sentence(source, name):
    with pytest.raises(RunError, match=f"has no map '{name}'"):
        queries.sizes(source, Selection(regions=(Region(name, SQUARE),)))


def test_a_region_of_a_map_that_no_longer_holds_is_one_sentence(tmp_path):
    run = some_run(tmp_path)
    request = checked_request(run, "probabilities")
    found = stored_probabilities(predictions_path(run.folder, 2))
    path = write_map(run, request, origin(run, request), found, embed(found, request))
    shutil.copy(path, path.with_stem("evaluation=001-train-probabilities-pca"))  # named as a map of something else
    with pytest.raises(RunError, match="'evaluation=001-train-probabilities-pca' of some-1 no longer holds"):
        queries.sizes(queries.source(run, 2), Selection(regions=(Region(path.stem.replace("2", "1"), SQUARE),)))
    write_map(run, request, origin(run, request) | {"bytes": 1}, found, embed(found, request))
    with pytest.raises(RunError, match="no longer holds"):
        queries.sizes(queries.source(run, 2), Selection(regions=(Region(request.name, SQUARE),)))
    map_path(run, request).write_bytes(b"no parquet")
    with pytest.raises(RunError, match="cannot be read"):
        queries.sizes(queries.source(run, 2), Selection(regions=(Region(request.name, SQUARE),)))


def test_a_course_needs_its_columns_and_not_those_of_newer_runs(tmp_path):
    run = some_run(tmp_path)
    table = pq.read_table(run.folder / DYNAMICS)
    pq.write_table(table.drop_columns(["ever_balanced", "first_balanced", "forgetting"]), run.folder / DYNAMICS)
    rows = queries.source(run, 2)
    never = table.to_pandas()["highest"] < 0.6
    assert queries.sizes(rows, Selection(courses=("never-balanced",)))[0] == never.sum()
    with pytest.raises(ConfigError, match="no column 'forgetting'"):
        queries.sizes(rows, Selection(courses=("forgot",)))
    with pytest.raises(ConfigError, match="no course 'rose'"):
        queries.sizes(rows, Selection(courses=("rose",)))


def test_tags_cannot_be_asked_of_a_table_alone(run):
    with pytest.raises(ConfigError, match="named without its run"):
        queries.sizes(queries.Source(scores_path(run.folder, 0)), Selection(tags=("odd",)))
