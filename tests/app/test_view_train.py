"""The Train page: from an empty start to a form, a start, a run at work, and every way a run can end."""

import json
import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.roots import VARIABLE
from bss_core import registry
from bss_core.errors import RunError
from bss_core.manifest import Info, Manifest, Modality, read_info, write_manifest
from bss_core.runs import FILE, append_event, create_run, open_run
from bss_core.training_options import training_options
from tests.score_tables import some_manifest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """The folder of the app's runs, beside the tiny data set."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture
def started(monkeypatch):
    """Runs started and continued by the page, without a process."""
    found = []

    def start(folder, options):
        checked = training_options(options)
        run = create_run(folder, checked.as_dict(), read_info(Path(checked.data)))
        run.state.own(os.getpid())
        run.state.update(status="running")
        found.append(run)
        return run

    monkeypatch.setattr("app.views.train.start_training", start)
    monkeypatch.setattr("app.views.train_actions.resume_training", found.append)
    return found


def page(**session):
    app = AppTest.from_file(ROOT / "app" / "main.py", default_timeout=60)
    for name, value in session.items():
        app.session_state[name] = value
    app.switch_page("../pages/train.py").run()
    assert not app.exception
    return app


def a_run(folder, data, status="finished", alive=False, **options):
    run = create_run(folder, training_options({"data": str(data), **options}).as_dict(), read_info(data))
    run.state.update(status=status)
    if alive:
        run.state.own(os.getpid())
    return run


def texts(app):
    kinds = (app.markdown, app.caption, app.subheader, app.error, app.warning, app.info)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def show(app, data):
    app.selectbox(key="train.data").set_value(str(data))
    return app.run()


def test_first_visit(runs, tiny_data):
    app = page()
    assert app.title[0].value == "Train"
    assert app.selectbox(key="train.data").value == str(ROOT / "assets" / "stamps")
    assert any(option.endswith("tiny") for option in app.selectbox(key="train.data").options)
    assert "No runs yet" in texts(app)
    assert not app.button(key="train.start").disabled


def test_every_scheduler_can_be_chosen(runs, tiny_data):
    app = show(page(), tiny_data)
    for name in registry.members("schedulers"):
        app.selectbox(key="train.scheduler").set_value(name).run()
        assert not app.exception
        assert not app.button(key="train.start").disabled
        assert app.text_input(key="train.name").placeholder == f"tiny-{name}-1"


def test_start(runs, tiny_data, started):
    app = show(page(), tiny_data)
    app.selectbox(key="train.scheduler").set_value("heuristic").run()
    app.number_input(key="train.main.epochs").set_value(3)
    app.slider(key="train.heuristic.lambda_0").set_value(0.4)
    app.number_input(key="train.heuristic.t_grow").set_value(2)
    app.selectbox(key="train.encoder.image").set_value("small_cnn").run()
    app.button(key="train.start").click().run()
    assert not app.exception
    (run,) = started
    assert run.folder == runs / "tiny-heuristic-1"
    options = run.options
    assert (options["epochs"], options["data"]) == (3, str(tiny_data))
    assert options["scheduler_options"].items() >= {"lambda_0": 0.4, "t_grow": 2}.items()
    assert options["encoders"] == {"image": "small_cnn"}
    assert "tiny-heuristic-1" in [item.value for item in app.subheader]
    assert app.session_state["run"] == run.id
    assert app.text_input(key="train.name").placeholder == "tiny-heuristic-2"


def test_samples_that_will_never_be_drawn(runs, tiny_data):
    app = show(page(), tiny_data)
    app.selectbox(key="train.scheduler").set_value("heuristic").run()
    # 18 training samples, λ₀ = 0.1, T_grow = 40: the last of 12 epochs draws ⌊18 · 0.5312⌋ = 9 of them.
    (warning,) = app.warning
    assert "never reaches the whole training set" in warning.value
    assert "50% of the training samples are never drawn" in texts(app)
    app.number_input(key="train.heuristic.t_grow").set_value(11).run()
    assert not app.warning


@pytest.mark.parametrize(("name", "sentence"), [("a b", "cannot name a run"), ("taken", "holds a run already")])
def test_unfit_names(runs, tiny_data, name, sentence):
    a_run(runs / "taken", tiny_data)
    app = page()
    app.text_input(key="train.name").set_value(name).run()
    assert sentence in app.error[0].value
    assert app.button(key="train.start").disabled


def test_data_set_that_is_none(runs, tmp_path):
    app = show(page(**{"train.data": str(tmp_path)}), tmp_path)
    assert "There is no data set in" in app.error[0].value
    assert not [button for button in app.button if button.key == "train.start"]


def test_error_at_the_start_is_one_sentence(runs, tiny_data, monkeypatch):
    def refuse(folder, options):
        raise RunError("The disk is full.")

    monkeypatch.setattr("app.views.train.start_training", refuse)
    app = show(page(), tiny_data)
    app.button(key="train.start").click().run()
    assert [item.value for item in app.error] == ["The disk is full."]


def test_settings_from_another_page(runs, tiny_data):
    given = {"scheduler": "heuristic", "scheduler_options": {"lambda_0": 0.25, "t_grow": 5}, "epochs": 9}
    app = page(train_prefill={**given, "batch_size": 4, "data": str(tiny_data)})
    assert app.selectbox(key="train.scheduler").value == "heuristic"
    assert app.slider(key="train.heuristic.lambda_0").value == 0.25
    assert app.number_input(key="train.main.epochs").value == 9
    assert app.number_input(key="train.main.batch_size").value == 4
    assert app.selectbox(key="train.data").value == str(tiny_data)
    assert "train_prefill" not in app.session_state


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"scheduler": "nobody"}, "There is no 'nobody' among the schedulers"),
        ({"fusion": "nobody"}, "There is no fusion 'nobody'"),
        ({"epochs": -1}, "epochs = -1 is out of range"),
    ],
)
def test_settings_that_cannot_be(runs, given, sentence):
    app = page(train_prefill=given)
    assert sentence in app.error[0].value
    assert app.number_input(key="train.main.epochs").value == 12


def test_run_at_work(runs, tiny_data):
    run = a_run(runs / "busy", tiny_data, "running", alive=True, epochs=4)
    heads = {name: {"accuracy": 0.5} for name in ("image", "audio", "caption", "multimodal")}
    append_event(run.folder, {"epoch": 1, "loss": 1.5, "metrics": {"validation": heads}})
    run.state.report("training", 1.5, 4, part=0.5)
    (run.folder / "log.txt").write_text("epoch 1: it goes well\n")
    app = page()
    assert "busy" in [item.value for item in app.subheader]
    assert "it goes well" in app.code[0].value
    assert "1 of 4 epochs" in texts(app)
    app.button(key="train.job.busy.stop").click().run()
    assert run.state.is_stopping
    assert "ended at once" in texts(app)


def test_run_that_has_just_started(runs, tiny_data):
    a_run(runs / "young", tiny_data, "starting")
    app = page()
    assert "young" in [item.value for item in app.subheader]
    assert "Nothing has been written yet." in app.code[0].value


@pytest.mark.parametrize("status", ["cancelled", "failed", "running"])
def test_ended_run_can_be_continued(runs, tiny_data, started, status):
    a_run(runs / "mine", tiny_data, status)
    app = page()
    app.button(key="train.row.Resume.mine").click().run()
    assert [run.id for run in started] == ["mine"]
    assert app.session_state["train_followed"] == "mine"


def test_failed_run_says_why(runs, tiny_data):
    run = a_run(runs / "mine", tiny_data, "failed")
    run.state.update(error="No space left on the device.")
    app = page(train_followed="mine")
    assert "No space left on the device." in app.error[0].value


def test_finished_run_and_another_like_it(runs, tiny_data):
    run = a_run(runs / "mine", tiny_data, scheduler="heuristic", epochs=7, alpha=0.9)
    run.state.update(results={"test": {"multimodal": {"accuracy": 0.625}}, "epoch": 5, "checkpoint": "best"})
    app = page(train_followed="mine")
    assert "Accuracy on the test split: **62.5%**, with the weights of epoch 5" in texts(app)
    app.button(key="train.panel.New run like this.mine").click().run()
    assert not app.exception
    assert app.selectbox(key="train.scheduler").value == "heuristic"
    assert app.number_input(key="train.main.epochs").value == 7
    assert app.slider(key="train.main.alpha").value == 0.9
    app.button(key="train.panel.Close.mine").click().run()
    assert "train_followed" not in app.session_state


def test_broken_run_is_listed_with_its_reason(runs, tiny_data):
    (runs / "broken").mkdir()
    (runs / "broken" / FILE).write_text('{"status": "runn')
    app = page(train_followed="broken")
    assert "is damaged" in texts(app)
    assert not app.button(key="train.start").disabled


def test_damaged_progress_and_process_files(runs, tiny_data):
    run = a_run(runs / "mine", tiny_data, "running", alive=True)
    (run.folder / "progress.json").write_text('{"phase": "tr')
    assert "mine" in [item.value for item in page().subheader]


def test_only_single_runs_are_shown(runs, tiny_data, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(a_run(runs / "single", tiny_data).folder))
    app = page()
    assert "a folder for new runs" in app.error[0].value
    assert app.button(key="train.start").disabled


def test_data_without_validation_split(runs, tmp_path):
    write_manifest(tmp_path / "lacking", some_manifest())
    app = show(page(), tmp_path / "lacking")
    assert "some has no samples in the validation split" in app.error[0].value


def test_data_with_a_video_cannot_be_trained_on_and_the_page_says_why(runs, tmp_path):
    manifest = some_manifest()
    info = Info("clips", manifest.info.classes, {"film": Modality("video"), "text": Modality("text")})
    write_manifest(tmp_path / "clips", Manifest(info, manifest.rows.rename(columns={"audio": "film"})))
    app = show(page(), tmp_path / "clips")
    assert "No encoder takes film (video) of clips" in app.warning[0].value
    assert "train.start" not in [item.key for item in app.button]


def test_page_writes_nothing(runs, tiny_data):
    run = a_run(runs / "mine", tiny_data)
    before = json.loads((run.folder / FILE).read_text())
    page()
    assert open_run(run.folder).details() == before
    assert [path.name for path in runs.iterdir()] == ["mine"]
