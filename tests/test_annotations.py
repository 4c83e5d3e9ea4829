"""Tags beside a run: changes, undo, hostile names, selections as predicates, exports."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core import annotations, queries, tagging
from bss_core.annotations import exports
from bss_core.errors import ConfigError, RunError
from bss_core.runs import find_runs
from bss_core.selection import Selection
from bss_core.tables import frame
from tests.score_tables import some_run

PAGES = ("browse", "scores")
INJECTION = "x'; DROP TABLE tagged; --"


@pytest.fixture
def folder(tmp_path):
    """The folder of a run that nobody annotated yet."""
    return tmp_path / "run-1"


@pytest.fixture
def run(tmp_path):
    return some_run(tmp_path, 1)


def tags(folder, ids="abcd"):
    return {key: value for key, value in annotations.tags_of_samples(folder, list(ids)).items() if value}


def test_asking_makes_no_file_and_finds_nothing(folder):
    assert annotations.tag_counts(folder) == {}
    assert annotations.tags_of(folder, "a") == []
    assert annotations.history(folder) == []
    assert annotations.next_undo(folder) is None
    assert annotations.list_views(folder, PAGES) == []
    assert annotations.tagged_ids(folder, "x").num_rows == 0
    assert exports.tags_table(folder).num_rows == 0
    assert annotations.revision(folder) == (0, 0)
    assert not annotations.file_of(folder).exists()


def test_tags_are_kept_beside_the_run_and_no_run_is_found_in_them(run):
    before = {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")}
    annotations.add_tag(run.folder, "odd", ["x-01"])
    assert annotations.file_of(run.folder) == run.folder.parent / "some-1.annotations.sqlite"
    assert {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")} == before
    assert [found.id for found in find_runs([run.folder.parent])] == ["some-1"]


def test_adding_and_removing_count_only_what_changes(folder):
    assert annotations.add_tag(folder, "odd", ["a", "b", "a"]) == 2
    assert annotations.add_tag(folder, "odd", ["b", "c"], "ada") == 1
    assert annotations.add_tag(folder, "fine", ["b"]) == 1
    assert annotations.tag_counts(folder) == {"fine": 1, "odd": 3}
    assert tags(folder) == {"a": ["odd"], "b": ["fine", "odd"], "c": ["odd"]}
    assert annotations.remove_tag(folder, "odd", ["a", "nobody", "b"]) == 2
    assert annotations.remove_tag(folder, "no such tag", ["a"]) == 0
    assert tags(folder) == {"b": ["fine"], "c": ["odd"]}
    assert [(change.action, change.tag, change.samples, change.author) for change in annotations.history(folder)] == [
        ("remove", "odd", 2, ""),
        ("add", "fine", 1, ""),
        ("add", "odd", 1, "ada"),
        ("add", "odd", 2, ""),
    ]


def test_a_renamed_tag_keeps_who_set_it_and_may_not_take_another_s_name(folder):
    annotations.add_tag(folder, "odd", ["a", "b"], "ada")
    annotations.add_tag(folder, "fine", ["c"], "bob")
    assert annotations.rename_tag(folder, "odd", "strange", "bob") == 2
    assert exports.tags_table(folder).to_pandas()[["sample_id", "tag", "author"]].values.tolist() == [
        ["c", "fine", "bob"],
        ["a", "strange", "ada"],
        ["b", "strange", "ada"],
    ]
    with pytest.raises(ConfigError, match="There is a tag 'fine' already; choose another name"):
        annotations.rename_tag(folder, "strange", "fine")
    with pytest.raises(RunError, match="There is no tag 'odd' any more"):
        annotations.rename_tag(folder, "odd", "new")
    with pytest.raises(RunError, match="There is no tag 'odd' any more"):
        annotations.delete_tag(folder, "odd")


def test_undo_goes_back_step_by_step_to_the_beginning(folder):
    annotations.add_tag(folder, "odd", ["a", "b"], "ada")
    annotations.remove_tag(folder, "odd", ["a"])
    annotations.rename_tag(folder, "odd", "strange")
    annotations.delete_tag(folder, "strange")
    states = [{"b": ["strange"]}, {"b": ["odd"]}, {"a": ["odd"], "b": ["odd"]}, {}]
    actions = ["delete", "rename", "remove", "add"]
    for action, state in zip(actions, states, strict=True):
        assert annotations.next_undo(folder).action == action
        assert annotations.undo(folder, "bob").action == action
        assert tags(folder) == state
    assert annotations.undo(folder) is None
    assert [change.undoes for change in annotations.history(folder, 4)] == [1, 2, 3, 4]


def test_undo_brings_back_who_had_set_the_tag(folder):
    annotations.add_tag(folder, "odd", ["a"], "ada")
    annotations.delete_tag(folder, "odd", "bob")
    annotations.undo(folder, "bob")
    assert exports.tags_table(folder)["author"].to_pylist() == ["ada"]


def test_undo_of_one_s_own_change_leaves_what_others_changed_since(folder):
    annotations.add_tag(folder, "odd", ["a", "b"], "ada")
    annotations.remove_tag(folder, "odd", ["a"], "bob")
    annotations.add_tag(folder, "odd", ["a"], "bob")
    assert annotations.undo(folder, "ada", only_own=True).samples == 1
    assert tags(folder) == {"a": ["odd"]}
    assert annotations.undo(folder, "ada", only_own=True) is None
    assert annotations.undo(folder, "bob").tag == "odd"
    assert annotations.undo(folder, "bob").samples == 1
    assert tags(folder) == {"a": ["odd"]}  # as it was when bob came


def test_undo_of_another_change_than_the_one_shown_does_nothing(folder):
    annotations.add_tag(folder, "odd", ["a"])
    shown = annotations.next_undo(folder)
    annotations.add_tag(folder, "fine", ["a"])
    assert annotations.undo(folder, number=shown.number) is None
    assert tags(folder) == {"a": ["fine", "odd"]}


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "remove", "undo"]), st.sampled_from("xy"), st.sets(st.sampled_from("abcd"))),
        max_size=12,
    )
)
def test_changes_and_undo_do_what_a_stack_of_states_does(steps):
    with tempfile.TemporaryDirectory() as root:
        folder, state, past = Path(root) / "run", {"x": set(), "y": set()}, []
        for action, tag, ids in steps:
            if action == "undo":
                assert (annotations.undo(folder) is None) == (not past)
                state = past.pop() if past else state
                continue
            new = state | {tag: state[tag] | ids if action == "add" else state[tag] - ids}
            changed = {"add": annotations.add_tag, "remove": annotations.remove_tag}[action](folder, tag, ids)
            assert changed == len(new[tag] ^ state[tag])
            past += [state] if changed else []
            state = new
        assert annotations.tag_counts(folder) == {tag: len(ids) for tag, ids in state.items() if ids}
        assert all(set(annotations.tagged_ids(folder, tag)["sample_id"].to_pylist()) == state[tag] for tag in state)


def test_the_revision_changes_with_every_change_and_with_the_file(folder):
    seen = [annotations.revision(folder)]
    for tag in "xyz":
        annotations.add_tag(folder, tag, ["a"])
        seen.append(annotations.revision(folder))
    annotations.undo(folder)
    assert len({*seen, annotations.revision(folder)}) == 5


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "x" * 65, "\u202eevil", "a\u200bb", "\ud800", None])
def test_a_tag_that_cannot_be_shown_is_refused(folder, name):
    with pytest.raises(ConfigError, match="A tag has 1 to 64 visible characters"):
        annotations.add_tag(folder, name, ["a"])
    assert not annotations.file_of(folder).exists()


@pytest.mark.parametrize("name", [INJECTION, "<script>alert(1)</script>", "a|b;c,\"d'", "été", "🐸", "x" * 64])
def test_any_other_text_is_a_tag_and_only_that(folder, name):
    assert annotations.add_tag(folder, f"  {name} ", ["a", INJECTION]) == 2
    assert annotations.tags_of(folder, INJECTION) == [name]
    assert annotations.tag_counts(folder) == {name: 2}


def test_two_spellings_of_one_text_are_one_tag(folder):
    annotations.add_tag(folder, "e\u0301te\u0301  d'or", ["a"])
    assert annotations.add_tag(folder, "été d'or", ["a"]) == 0


@pytest.mark.parametrize("sample_id", ["", None, 3])
def test_an_id_that_is_no_text_is_refused_and_nothing_is_changed(folder, sample_id):
    with pytest.raises(ConfigError, match="A sample's id is a text that is not empty"):
        annotations.add_tag(folder, "x", ["a", sample_id])
    assert annotations.tag_counts(folder) == {}


SELECTIONS = [
    Selection(),
    Selection(bands=("imbalanced",), classes=(0, 2)),
    Selection(text="owl", ranges=(("total_loss", 0.0, 3.0),)),
    Selection(text="nowhere"),
]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_selection_is_tagged_without_naming_its_samples(run, selection):
    rows = queries.source(run, 0)
    expected = set(queries.page(rows, selection, limit=40)["sample_id"])
    assert tagging.tag_selection(run, 0, selection, "odd", "ada") == len(expected)
    assert set(annotations.tagged_ids(run.folder, "odd")["sample_id"].to_pylist()) == expected
    assert tagging.untag_selection(run, 0, selection, "odd") == len(expected)
    assert annotations.tag_counts(run.folder) == {}


def test_who_tagged_and_freed_a_selection_is_kept(run):
    chosen = Selection(classes=(1,))
    tagging.tag_selection(run, 0, chosen, "odd", "ada")
    tagging.untag_selection(run, 0, chosen, "odd", "grace")
    assert [change.author for change in annotations.history(run.folder)] == ["grace", "ada"]


def test_tags_are_a_condition_of_a_query(run):
    annotations.add_tag(run.folder, INJECTION, ["x-01", "x-02"])
    annotations.add_tag(run.folder, "odd", ["x-02", "x-03"])
    sql = queries.source(run, 0).sql((0.25, 0.6))

    def found(*names):
        condition = annotations.tag_condition(run.folder, names)
        assert not any(word in condition for word in ("x-0", "odd", INJECTION))
        return sorted(frame(f"SELECT sample_id FROM {sql} WHERE {condition}")["sample_id"])

    assert found(INJECTION) == ["x-01", "x-02"]
    assert found(INJECTION, "odd", "odd") == ["x-02"]
    assert found("no such tag") == []
    assert found("odd", "no such tag") == []
    assert len(found()) == 40
    annotations.remove_tag(run.folder, "odd", ["x-02"])  # as another tab does: the next question sees it
    assert found("odd") == ["x-03"]
