"""``score``, ``prepare``, ``list`` and the help in this process, and one sentence for everything that is wrong."""

import pytest

from bss_core import commands, jobs
from bss_core.__main__ import main
from bss_core.config import describe
from bss_core.errors import ManifestError
from bss_core.manifest import read_manifest, write_manifest
from bss_core.registry import FAMILIES, members
from bss_core.runs import Run, create_run, open_run
from bss_core.training_options import TrainingOptions
from tests.command_lines import QUICK, assert_matches, failing, text_of
from tests.conftest import tiny_manifest

# a description that lacks nothing but what only `list` shows
NAMELESS = """{"format": 1, "options": {"scheduler": null}, "status": "finished",
               "data": {"folder": "x", "classes": [], "modalities": {}}}"""


@pytest.fixture(scope="module")
def finished(shared_tiny_data, tmp_path_factory):
    """The folder of a finished run; tests only add scoring jobs to it."""
    folder = tmp_path_factory.mktemp("runs") / "done"
    assert main(["train", "--data", str(shared_tiny_data), "--run", str(folder), *QUICK]) == 0
    return folder


class TestScore:
    def test_a_new_evaluation_is_made(self, finished, capsys):
        out = text_of(capsys, ["score", "--run", str(finished), "--split", "all", "--device", "cpu"])
        number = open_run(finished).evaluations("scoring")[-1].number
        assert out == f"{finished}/scores/evaluation={number:03d}.parquet: evaluation {number}, 36 samples\n"
        assert jobs.scoring_jobs(Run(finished))[0].status == "finished"

    def test_skipped_samples_are_listed(self, tiny_data, tmp_path, capsys):
        folder = tmp_path / "run"
        main(["train", "--data", str(tiny_data), "--run", str(folder), *QUICK])
        manifest = read_manifest(tiny_data)
        manifest.rows.at[2, "image"] = b"broken"
        write_manifest(tiny_data, manifest)
        lines = text_of(capsys, ["score", "--run", str(folder), "--device", "cpu"]).splitlines()
        assert lines[0].endswith("17 samples")
        assert lines[1].startswith("  skipped tiny-02: tiny-02, image: ")

    def test_a_reserved_number_is_used(self, finished, capsys):
        state = jobs.new_scoring_job(Run(finished), "best", "test", "cpu")
        number = state.path.parent.name
        words = ["score", "--run", str(finished), "--checkpoint", "best", "--split", "test", "--device", "cpu"]
        assert f"evaluation {int(number)}, 9 samples" in text_of(capsys, [*words, "--job", number, "--queue"])
        assert state.status == "finished"

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--checkpoint", "first"], "done has no checkpoint 'first'; it has best, last"),
            (["--split", "dev"], "The split 'dev' of 'tiny' is empty; samples are in train"),
            (["--run", "no/run"], "There is no run in no/run"),
        ],
    )
    def test_what_is_not_there_is_one_sentence(self, finished, capsys, words, message):
        run = [] if "--run" in words else ["--run", str(finished)]
        assert_matches(message, failing(capsys, ["score", *run, *words]))


class TestPrepare:
    @pytest.fixture
    def members(self, monkeypatch):
        """The family ``datasets`` with a member that needs one file in its raw folder."""

        def prepare(root):
            if not (root / "index.csv").exists():
                raise ManifestError(f"{root / 'index.csv'} does not exist; a folder with index.csv was expected.")
            return tiny_manifest()

        monkeypatch.setattr(
            commands.registry, "find", lambda family, name: {"datasets": {"fake": prepare}}[family][name]
        )

    def test_a_data_set_is_written_and_described(self, members, tmp_path, capsys):
        (tmp_path / "index.csv").touch()
        out = text_of(capsys, ["prepare", "fake", "--root", str(tmp_path), "--out", str(tmp_path / "data")])
        assert out == f"{tmp_path}/data: tiny, 3 classes, modalities image, audio, caption\n"
        assert len(read_manifest(tmp_path / "data").rows) == 36

    def test_a_missing_raw_folder_is_named(self, members, tmp_path, capsys):
        said = failing(capsys, ["prepare", "fake", "--root", str(tmp_path / "raw"), "--out", str(tmp_path / "data")])
        assert_matches("raw/index.csv does not exist; a folder with index.csv was expected", said)
        assert not (tmp_path / "data").exists()

    def test_a_data_set_that_is_there_is_kept(self, members, tiny_data, tmp_path, capsys):
        (tmp_path / "index.csv").touch()
        before = (tiny_data / "manifest.parquet").read_bytes()
        said = failing(capsys, ["prepare", "fake", "--root", str(tmp_path), "--out", str(tiny_data)])
        assert_matches("tiny holds a data set already; choose another folder", said)
        assert (tiny_data / "manifest.parquet").read_bytes() == before

    def test_an_unknown_data_set_is_answered_with_the_known(self, tmp_path, capsys):
        said = failing(capsys, ["prepare", "faces", "--root", str(tmp_path), "--out", str(tmp_path)])
        assert said == f"There is no 'faces' among the datasets; there are {', '.join(members('datasets'))}."


class TestList:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_members_with_the_first_line_of_their_cards(self, capsys, family):
        lines = text_of(capsys, ["list", family]).splitlines()
        assert [line.split()[0] for line in lines if line] == members(family)
        assert all(len(line.split()) > 3 for line in lines if line)

    def test_runs_newest_first(self, finished, tiny_data, capsys, tmp_path):
        create_run(tmp_path / "runs" / "waiting", TrainingOptions().as_dict(), read_manifest(tiny_data).info)
        lines = text_of(capsys, ["list", "--runs", str(finished.parent), str(tmp_path / "runs")]).splitlines()
        assert lines[0].split() == ["waiting", "starting", "tiny", "learned", "epoch", "0/12"]
        accuracy = open_run(finished).details()["results"]["test"]["multimodal"]["accuracy"]
        assert " ".join(lines[1].split()) == f"done finished tiny learned epoch 1/1 test accuracy {accuracy:.3f}"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("{", ["odd", "broken"]),
            ("[]", ["odd", "broken"]),
            ('{"status": "finished"}', ["odd", "broken"]),
            (NAMELESS, ["odd", "finished", "?", "None", "epoch", "0/?"]),
        ],
    )
    def test_a_broken_run_is_a_line_and_no_error(self, tmp_path, capsys, content, words):
        (tmp_path / "odd").mkdir()
        (tmp_path / "odd" / "run.json").write_text(content)
        assert text_of(capsys, ["list", "--runs", str(tmp_path)]).split()[: len(words)] == words

    def test_no_runs_say_how_to_make_one(self, tmp_path, capsys):
        out = text_of(capsys, ["list", "--runs", str(tmp_path)])
        assert out == f"No runs in {tmp_path}; start one with: python -m bss_core train\n"

    def test_a_folder_that_is_not_there(self, tmp_path, capsys):
        assert failing(capsys, ["list", "--runs", str(tmp_path / "x")]) == f"There is no folder {tmp_path}/x."

    def test_an_unknown_family_is_answered_with_the_known(self, capsys):
        said = failing(capsys, ["list", "losses"])
        assert said == f"There is no family 'losses'; there are {', '.join(FAMILIES)}."


class TestHelp:
    def help_of(self, capsys, *words):
        with pytest.raises(SystemExit, match="0"):
            main([*words, "--help"])
        return " ".join(capsys.readouterr().out.split())

    def test_training_options_come_with_unit_range_paper_and_default(self, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", "200")
        text = self.help_of(capsys, "train")
        for option in describe(TrainingOptions):
            assert " ".join(option.text.split()) in text
        for words in ("unit: epochs · ≥ 1 and ≤ 100000 · paper: 120 · default: 12", "paper: 0.01 with SGD", "unit: px"):
            assert words in text

    @pytest.mark.parametrize("command", [[], ["score"], ["prepare"], ["list"]])
    def test_every_command_explains_itself(self, capsys, command):
        assert self.help_of(capsys, *command).startswith(f"usage: python -m bss_core {' '.join(command)}".strip())
