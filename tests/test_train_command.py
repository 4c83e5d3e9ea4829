"""``train`` in this process: what it prints, its exit status, stopping and resuming, and a sentence for each error."""

import json
import logging
import os
import signal

import pytest

from bss_core import commands, jobs
from bss_core.__main__ import main
from bss_core.engine import jobs as engine_jobs
from bss_core.manifest import read_manifest
from bss_core.runs import create_run, open_run
from bss_core.training_options import TrainingOptions
from tests.command_lines import QUICK, assert_matches, failing, text_of


@pytest.fixture(scope="module")
def finished(shared_tiny_data, tmp_path_factory):
    """The folder of a finished run; tests only add scoring jobs to it."""
    folder = tmp_path_factory.mktemp("runs") / "done"
    assert main(["train", "--data", str(shared_tiny_data), "--run", str(folder), *QUICK]) == 0
    return folder


@pytest.fixture
def new_run(tiny_data, tmp_path):
    """A run folder that was made and never trained in."""
    options = {**TrainingOptions().as_dict(), "data": str(tiny_data), "image_size": 16, "mels": 16, "epochs": 1}
    return create_run(tmp_path / "runs" / "new", {**options, "device": "cpu"}, read_manifest(tiny_data).info)


class TestTrain:
    def test_a_run_is_made_and_its_accuracy_told(self, finished, shared_tiny_data, tmp_path, capsys):
        words = ["train", "--data", str(shared_tiny_data), "--run", str(tmp_path / "again"), *QUICK]
        out = text_of(capsys, words)
        run, accuracy = open_run(tmp_path / "again"), None
        accuracy = run.details()["results"]["test"]["multimodal"]["accuracy"]
        assert out == f"{run.folder}: finished; accuracy {accuracy:.3f} on the test split\n"
        assert run.status == "finished"
        assert run.options["image_size"] == 16

    def test_without_a_name_runs_are_numbered(self, tiny_data, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        for number in (1, 2):
            assert f"runs/tiny-random_order-{number}: " in text_of(
                capsys, ["train", "--data", str(tiny_data), "--scheduler", "random_order", *QUICK]
            )

    def test_the_first_free_number_is_past_the_highest(self, tmp_path):
        for name in ("a.b-learned-2", "a.b-learned-11", "a.b-learned-x", "axb-learned-99", "a.b-learned-7-old"):
            (tmp_path / name).mkdir()
        assert commands.new_folder("a.b", "learned", tmp_path) == tmp_path / "a.b-learned-12"
        assert commands.new_folder("a.b", "heuristic", tmp_path / "absent").name == "a.b-heuristic-1"

    def test_options_of_the_scheduler(self, tiny_data, tmp_path):
        words = ["--set", "lambda_0=0.5", "t_grow=7", "--encoders", "image=small_cnn", "audio=small_cnn"]
        folder = tmp_path / "run"
        main(["train", "--data", str(tiny_data), "--run", str(folder), "--scheduler", "heuristic", *words, *QUICK])
        options = open_run(folder).options
        assert options["scheduler_options"].items() >= {"lambda_0": 0.5, "t_grow": 7}.items()
        assert options["encoders"] == {"image": "small_cnn", "audio": "small_cnn"}
        assert open_run(folder).events()[0]["samples"] == 9

    def test_the_log_tells_the_story(self, finished):
        log = (finished / "log.txt").read_text()
        for words in (
            "training on cpu with 1 threads",
            "evaluation 0: balance score",
            "epoch 1: 3 steps, loss",
            "test,",
        ):
            assert words in log
        assert "ERROR" not in log

    def test_the_logger_is_left_as_it_was(self, finished):
        assert not [one for one in logging.getLogger("bss_core").handlers if isinstance(one, logging.FileHandler)]

    def test_queued_jobs_share_their_folders_slot(self, tiny_data, tmp_path):
        words = ["train", "--data", str(tiny_data), "--run", str(tmp_path / "runs" / "one"), "--queue", *QUICK]
        assert main(words) == 0
        assert (tmp_path / "runs" / ".slot").exists()

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (
                ["--scheduler", "best"],
                "There is no 'best' among the schedulers; there are anti_curriculum, anti_learned, heuristic, ",
            ),
            (["--scheduler", "heuristic", "--set", "lambda_0=0"], "lambda_0 = 0.0 is out of range: .* > 0 and ≤ 1"),
            (
                ["--scheduler", "heuristic", "--set", "t_grow=0"],
                "t_grow = 0 is out of range: it must be finite and ≥ 1",
            ),
            (["--set", "gamma=1"], "'learned' has no option 'gamma'; its options are beta, evaluate_every, "),
            (["--set", "beta"], "'beta' is not an assignment; write option=value"),
            (["--set", "beta=much"], "beta = 'much' is not a number; it must be ≥ 0 and ≤ 1"),
            (["--preset", "mine"], "There is no preset 'mine'; there are paper"),
            (["--fusion", "magic"], "There is no fusion 'magic'; there are concat, sum"),
            (["--epochs", "0"], "epochs = 0 is out of range"),
            (["--epochs", "2.5"], "epochs = '2.5' is not a whole number"),
            (["--learning-rate", "nan"], "learning_rate = nan is out of range"),
            (["--optimizer", "magic"], "optimizer = 'magic' is out of range: it must be one of adamw, adam, sgd"),
            (["--seed", "-1"], "seed = -1 is out of range"),
            (["--measure", "similarity=none", "difficulty=none"], "similarity and difficulty are both none"),
            (["--measure", "difficulty=feature_similarity"], "difficulty = 'feature_similarity' does not exist"),
            (["--measure", "rank"], "'rank' is not an assignment; write option=value"),
            (
                ["--data", "no/such/folder"],
                "There is no data set in no/such/folder: manifest.parquet was expected there",
            ),
        ],
    )
    def test_a_wrong_option_is_one_sentence_and_makes_nothing(self, tiny_data, tmp_path, capsys, words, message):
        data = [] if "--data" in words else ["--data", str(tiny_data)]
        said = failing(capsys, ["train", *data, "--run", str(tmp_path / "run"), *words])
        assert_matches(message, said)
        assert not (tmp_path / "run").exists()

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--encoders", "smell=mlp"], "no modality 'smell' to encode; 'tiny' has image, audio, caption"),
            (["--encoders", "image=word_bag"], "'word_bag' cannot encode 'image', which is image; possible are "),
            (["--encoders", "image=none"], "There is no 'none' among the encoders; there are "),
        ],
    )
    def test_an_encoder_that_does_not_fit_fails_the_run(self, tiny_data, tmp_path, capsys, words, message):
        folder = tmp_path / "run"
        said = failing(capsys, ["train", "--data", str(tiny_data), "--run", str(folder), *QUICK, *words])
        assert_matches(message, said)
        assert (open_run(folder).status, open_run(folder).error) == ("failed", said)
        assert said in (folder / "log.txt").read_text()

    def test_what_may_surprise_is_said_before_the_run(self, tiny_data, tmp_path, capsys):
        words = ["--select-on", "test", "--measure", "difficulty=none", "similarity_on=logits"]
        main(["train", "--data", str(tiny_data), "--run", str(tmp_path / "run"), *QUICK, *words])
        assert "warning: select_on = test keeps the weights that do best on the test split" in capsys.readouterr().err
        measure = open_run(tmp_path / "run").options["measure"]
        assert (measure["difficulty"], measure["similarity_on"]) == ("none", "logits")

    @pytest.mark.parametrize("source", ["recorded", "imported"])
    def test_a_run_that_was_not_trained_is_not_continued(self, new_run, capsys, source):
        new_run.state.update(source=source, status="failed")
        said = failing(capsys, ["train", "--run", str(new_run.folder), "--resume"])
        assert said == f"new was {source}, not trained; there is nothing to continue."

    def test_a_run_is_never_overwritten(self, finished, shared_tiny_data, capsys):
        before = {path: path.read_bytes() for path in finished.rglob("*") if path.is_file()}
        said = failing(capsys, ["train", "--data", str(shared_tiny_data), "--run", str(finished), *QUICK])
        assert_matches("done holds a run already; choose another folder, or continue it with --resume", said)
        assert {path: path.read_bytes() for path in finished.rglob("*") if path.is_file()} == before

    @pytest.mark.parametrize("words", [["train", "--nonsense"], ["train", "--set"], ["fly"], []])
    def test_words_that_are_no_command_show_the_usage(self, capsys, words):
        with pytest.raises(SystemExit, match="2"):
            main(words)
        printed = capsys.readouterr().err
        assert printed.startswith("usage: python -m bss_core")
        assert "error: " in printed

    def test_an_error_of_the_program_is_recorded_and_not_hidden(self, new_run, monkeypatch):
        def broken(*words):
            raise ZeroDivisionError("division by zero")

        monkeypatch.setattr(engine_jobs, "train_run", broken)
        with pytest.raises(ZeroDivisionError, match="division by zero"):
            main(["train", "--run", str(new_run.folder), "--resume"])
        assert (new_run.status, new_run.error) == ("failed", "ZeroDivisionError: division by zero")


class TestStoppingAndResuming:
    def test_a_cancelled_job_ends_with_130_and_goes_on_when_resumed(self, new_run, monkeypatch, capsys):
        work = engine_jobs.train_run

        def cancelled(run, options, tell):
            jobs.cancel(run.state)
            work(run, options, tell)

        monkeypatch.setattr(engine_jobs, "train_run", cancelled)
        assert main(["train", "--run", str(new_run.folder), "--resume"]) == 130
        assert capsys.readouterr().err.endswith("cancelled; what was written stays\n")
        assert (new_run.status, new_run.error) == ("cancelled", "")
        assert "ERROR" not in (new_run.folder / "log.txt").read_text()
        monkeypatch.undo()
        assert main(["train", "--run", str(new_run.folder), "--resume"]) == 0  # the old request to stop is forgotten
        assert new_run.status == "finished"

    @pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_cancels(self, new_run, monkeypatch, sign):
        def interrupted(run, options, tell):
            os.kill(os.getpid(), sign)
            tell("training", 1, 1)  # the handler runs before the next line

        before = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits "ignore"
        monkeypatch.setattr(engine_jobs, "train_run", interrupted)
        assert main(["train", "--run", str(new_run.folder), "--resume"]) == 130
        assert new_run.status == "cancelled"
        assert signal.getsignal(signal.SIGTERM) is before

    def test_a_request_made_while_the_job_starts_is_heard(self, new_run):
        jobs.cancel(new_run.state)  # the status is still starting: whoever started it made it ready
        assert main(["train", "--run", str(new_run.folder), "--resume"]) == 130
        assert not new_run.evaluations()

    def test_a_finished_run_has_nothing_to_continue(self, finished, capsys):
        said = failing(capsys, ["train", "--run", str(finished), "--resume"])
        assert said == "done is finished; there is nothing to continue."

    @pytest.mark.parametrize("status", ["running", "queued"])
    def test_a_run_at_work_is_not_trained_twice(self, new_run, capsys, status):
        new_run.state.update(status=status)
        new_run.state.own(os.getppid())
        said = failing(capsys, ["train", "--run", str(new_run.folder), "--resume"])
        assert said == f"new is {status}; there is nothing to continue."
        assert new_run.status == status

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--resume"], "--resume needs --run with the folder of the run to continue"),
            (["--resume", "--run", "no/run"], "There is no run in no/run: run.json was expected there"),
            (["--resume", "--run", "no/run", "--epochs", "9"], "with its own options; leave out 'epochs'"),
        ],
    )
    def test_nothing_to_resume(self, capsys, words, message):
        assert_matches(message, failing(capsys, ["train", *words]))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"options": {"warp": 9}}, "A training run has no option 'warp'"),
            ({"options": {"epochs": "many"}}, "epochs = 'many' is not a whole number"),
            ({"format": 99}, "has format 99; this version reads up to 1"),
        ],
    )
    def test_a_description_changed_by_hand_is_one_sentence(self, new_run, capsys, change, message):
        path = new_run.folder / "run.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        assert_matches(message, failing(capsys, ["train", "--run", str(new_run.folder), "--resume"]))
