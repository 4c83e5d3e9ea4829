"""The Browse page: filters, order and paging, the sample's card, and runs that lack something."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.roots import VARIABLE
from app.views.browse_choices import Choices
from app.views.browse_order import Order
from bss_core import annotations
from bss_core.evaluations import predictions_path, scores_path
from bss_core.manifest import read_manifest
from bss_core.predictions import predictions_from
from bss_core.runs import create_run
from bss_core.selection import Selection
from tests.app.browsing import checked, component, opened, order, texts
from tests.score_tables import some_run, write_some


@pytest.fixture
def run(tmp_path, monkeypatch):
    """100 samples in 3 evaluations: three pages."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    return some_run(tmp_path, n=100)


@pytest.fixture
def media_run(tmp_path, tiny_data, monkeypatch):
    """The tiny data's training samples with picture, sound and caption, scored once."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "runs"))
    manifest = read_manifest(tiny_data)
    rows, rng = manifest.split("train"), np.random.default_rng(0)
    heads = ("audio", "caption", "image", "multimodal")
    chances = {head: rng.dirichlet(np.ones(3), len(rows)).astype(np.float32) for head in heads}
    made = create_run(tmp_path / "runs" / "tiny-1", {"epochs": 1}, manifest.info)
    labels, ids = rows["label"].to_numpy(), rows["sample_id"].to_numpy()
    write_some(made.folder, 0, predictions_from(chances, labels, ids, rows["split"].to_numpy()))
    return made


def test_the_first_figures_wait_until_the_browser_shows_pictures(run):
    app = opened(pictures_are_seen=False)
    places = [item.proto.body for item in app.get("html") if 'role="img"' in item.proto.body]
    assert (len(app.get("plotly_chart")), len(places)) == (0, 3)
    assert all("px" in place and "aria-label" in place for place in places)
    assert component(app, "browse_gallery")["offered"]["shown"]
    app.session_state["browse_pictures_seen"] = True
    checked(app.run())
    assert len(app.get("plotly_chart")) == 3
    assert not component(app, "browse_gallery")["offered"]["shown"]


def test_the_most_imbalanced_samples_come_first_and_the_first_is_shown(run):
    app = opened()
    assert "100 of 100 samples" in texts(app)
    assert "Samples 1 to 48 of 100" in texts(app)
    assert f"sample {order(run).at(0).replace('-', chr(92) + '-')}" in texts(app)
    assert "1 of 100" in texts(app)
    assert "Rank 100 of 100 from balanced to imbalanced: the most imbalanced of all." in texts(app)
    assert app.button(key="browse_previous").disabled
    assert len(app.get("plotly_chart")) == 3


def test_next_and_previous_go_through_the_sorted_samples_across_pages(run):
    last = order(run).at(Choices.size - 1)
    app = opened(sample=last)
    checked(app.button(key="browse_next").click().run())
    assert app.query_params["sample"] == order(run).at(Choices.size)
    assert "Samples 49 to 96 of 100" in texts(app)
    checked(app.button(key="browse_previous").click().run())
    assert app.query_params["sample"] == last
    assert "Samples 1 to 48 of 100" in texts(app)


def test_the_last_sample_has_no_next(run):
    assert opened(sample=order(run).at(99)).button(key="browse_next").disabled


def test_filters_narrow_down_and_are_in_the_address(run):
    app = opened()
    checked(app.pills(key="filter_bands").set_value(["imbalanced"]).run())
    checked(app.multiselect(key="filter_classes").set_value([1]).run())
    checked(app.pills(key="filter_wrong").set_value(["multimodal"]).run())
    checked(app.text_input(key="filter_text").set_value("  NO. 1 ").run())
    address = {name: app.query_params[name] for name in ("band", "class", "wrong", "text")}
    assert address == {"band": "imbalanced", "class": "1", "wrong": "multimodal", "text": "NO. 1"}
    shown = order(run, bands=("imbalanced",), classes=(1,), wrong=("multimodal",), text="no. 1").rows(1)
    assert f"{len(shown)} of 100 samples" in texts(app)


def test_the_bands_show_how_many_each_would_select(run):
    app = opened(**{"class": "1", "band": "balanced"})
    counts = [int(option.split()[-1]) for option in app.pills(key="filter_bands").options]
    assert sum(counts) == len(order(run, classes=(1,)).rows(1))


def test_a_chip_takes_its_filter_away_and_clear_takes_all(run):
    app = opened(band="imbalanced", s="-1..0.9", wrong="text")
    app.button(key="browse_chip_0").click()
    checked(app.run())
    assert "band" not in app.query_params
    assert "wrong" in app.query_params
    checked(app.button(key="browse_clear").click().run())
    assert {"s", "wrong"} & set(app.query_params) == set()


def test_who_is_right_and_what_became_of_the_samples_are_filters(run):
    app = opened()
    checked(app.pills(key="filter_dominant").set_value(["text"]).run())
    checked(app.multiselect(key="filter_correct").set_value(["text"]).run())
    checked(app.pills(key="filter_courses").set_value(["never-balanced"]).run())
    assert [app.query_params[name] for name in ("dominant", "correct", "history")] == ["text", "text", "never-balanced"]
    chosen = {"dominant": ("text",), "correct": ("text",), "courses": ("never-balanced",)}
    left = len(order(run, **chosen).rows(1))
    assert 0 < left < len(order(run, dominant=("text",)).rows(1))
    assert f"{left} of 100 samples" in texts(app)
    checked(app.button(key="browse_undo").click().run())
    assert "history" not in app.query_params
    assert app.pills(key="filter_courses").value == []


def test_a_filter_by_the_course_follows_its_file(run):
    app = opened(history="forgot")
    table = pq.read_table(run.folder / "dynamics.parquet")
    column = table.schema.get_field_index("forgetting")
    pq.write_table(table.set_column(column, "forgetting", pa.array([9] * len(table))), run.folder / "dynamics.parquet")
    checked(app.run())
    assert f"{len(table)} of 100 samples" in texts(app)


def test_of_an_older_course_only_what_it_tells_is_offered(run):
    table = pq.read_table(run.folder / "dynamics.parquet")
    table = table.drop_columns(["ever_balanced", "first_balanced", "forgetting"])
    pq.write_table(table, run.folder / "dynamics.parquet")
    app = opened(history="forgot")
    assert app.pills(key="filter_courses").options == ["rose above", "never balanced", "fell back"]
    assert "course of the samples for forgot" in app.toast[0].value
    assert "100 of 100 samples" in texts(app)


def test_what_can_be_done_with_the_page_stands_beside_its_title_and_with_its_samples_below(run):
    app = opened(band="imbalanced")
    shown = [item.proto.popover.label for item in app.get("popover")]
    assert [label.split()[0] for label in shown] == ["Views", "Share", "More", "Tag", "Tags"]
    assert app.button(key="tag_all.add").label.endswith("samples")
    links = [item.proto.url for item in app.get("link_button")][:3]
    assert [link.split("?")[0].split("/")[3] for link in links] == ["parquet", "csv", "html"]
    assert all("band=imbalanced" in link for link in links)


def test_a_view_without_samples_is_shared_too(run):
    app = opened(text="nothing like this")
    assert "No sample matches all filters." in texts(app)
    assert "Share 0 of 100 samples" in texts(app)
    labels = [item.proto.label for item in app.get("link_button")]
    assert labels[:2] == ["Parquet, 0 rows", "CSV, 0 rows"]


def test_a_sample_is_tagged_on_its_card_and_the_change_undone(run):
    app = opened(sample="x-03")
    checked(app.multiselect(key="sample_tags").set_value(["odd"]).run())
    assert annotations.tags_of(run.folder, "x-03") == ["odd"]
    checked(app.button(key="undo_tags").click().run())
    assert annotations.tags_of(run.folder, "x-03") == []


def test_a_damaged_course_is_one_sentence(run):
    (run.folder / "dynamics.parquet").write_bytes(b"PAR1 no table PAR1")
    app = opened(history="forgot")
    assert "dynamics.parquet cannot be read" in app.error[0].value


def test_an_empty_result_says_what_to_do(run):
    app = opened(text="nothing like this")
    assert "0 of 100 samples" in texts(app)
    assert "Remove one" in app.info[0].value


def test_another_column_and_order_can_be_chosen(run):
    app = opened()
    app.selectbox(key="browse_sort").set_value("total_loss")
    app.selectbox(key="browse_order").set_value("highest first")
    checked(app.run())
    first = Order(run, 2, Selection(), "total_loss", True).at(0)
    assert f"sample {first.replace('-', chr(92) + '-')}" in texts(app)


def test_another_evaluation_can_be_looked_at(run):
    app = opened(k="0")
    assert app.select_slider[0].value == 0
    checked(app.select_slider[0].set_value(1).run())
    assert app.query_params["k"] == "1"


def test_a_filtered_out_sample_is_shown_and_said_so(run):
    outside = order(run, bands=("balanced",)).at(0)
    app = opened(band="imbalanced", sample=outside)
    assert "not among the filtered ones" in texts(app)
    assert app.button(key="browse_next").disabled


@pytest.mark.parametrize("name", ["x-999", "../../etc/passwd", "<script>alert(1)</script>"])
def test_an_unknown_sample_is_one_sentence(run, name):
    app = opened(sample=name)
    assert "Evaluation 2 has no sample" in app.info[0].value


def test_the_card_holds_media_and_anatomy(media_run):
    app = opened(sample="tiny-01")
    items = {item["name"]: item for item in component(app, "card_media")["items"]}
    assert items["image"]["large"].startswith("/api/thumb/tiny-1/tiny-01/image")
    assert items["caption"]["text"] == "mid green thing number 1"
    assert component(app, "card_player_audio")["audio"] == "/api/media/tiny-1/tiny-01/audio"
    assert "**Why?**" in texts(app)
    assert "Rank " in texts(app)
    assert "What every head makes of it" in app.get("html")[0].proto.body
    assert len(app.get("plotly_chart")) == 3


def test_scores_can_be_browsed_when_the_media_are_gone(media_run):
    (media_run.data / "manifest.parquet").unlink()
    app = opened()
    assert "no longer in" in app.info[0].value
    assert {card["thumb"] for card in component(app, "browse_gallery")["cards"]} == {None}
    assert "card_media" not in [item.key for item in app.get("bidi_component")]
    assert len(app.get("plotly_chart")) == 3


def test_missing_predictions_leave_the_rest(run):
    predictions_path(run.folder, 2).unlink()
    app = opened()
    assert "cannot be read" in app.warning[0].value
    assert len(app.get("plotly_chart")) == 2


def test_a_damaged_score_table_leaves_the_choice_of_another(run):
    path = scores_path(run.folder, 2)
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + bytes(len(whole) // 2) + whole[4 + len(whole) // 2 :])
    app = opened()
    assert len(app.error) == 1
    checked(app.select_slider[0].set_value(1).run())
    assert not app.error
    assert "100 of 100 samples" in texts(app)


def test_a_run_without_evaluations_says_so(run):
    for path in (run.folder / "scores").iterdir():
        path.unlink()
    run.state.update(status="finished")
    assert "no evaluation" in opened().info[0].value


def test_a_broken_run_is_one_sentence(run):
    (run.folder / "run.json").write_text("{")
    assert "damaged" in opened().error[0].value


def test_without_runs_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert "Train page" in opened().info[0].value


def test_the_order_is_in_the_address(run):
    app = opened()
    app.selectbox(key="browse_sort").set_value("total_loss").run()
    app.selectbox(key="browse_order").set_value("highest first").run()
    assert not app.exception
    assert app.query_params["sort"] == "-total_loss"


def test_samples_can_be_sorted_by_their_courses(run):
    app = opened()
    app.selectbox(key="browse_sort").set_value("crossings").run()
    app.selectbox(key="browse_order").set_value("highest first").run()
    assert not app.exception
    assert app.query_params["sort"] == "-crossings"
    assert "course: changes of band" in app.selectbox(key="browse_sort").options
    told = pd.read_parquet(run.folder / "dynamics.parquet")["crossings"]
    shown = component(app, "browse_gallery")["cards"]
    assert [card["value"] for card in shown] == [f"{value:.0f}" for value in sorted(told, reverse=True)][:48]
    assert {card["measure"] for card in shown} == {"changes of band"}


def test_an_unknown_column_to_sort_by_is_left_out(run):
    app = opened(sort="nothing")
    assert not app.error
    assert app.selectbox(key="browse_sort").value == "balance_score"


def test_confidence_and_margin_are_told(run):
    shown = opened()
    assert "Dominant modality" in texts(shown)
