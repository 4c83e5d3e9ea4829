"""``score``, ``prepare``, ``list`` and the help in this process, and one sentence for everything that is wrong."""

from pathlib import Path

import pandas as pd
import pytest

from bss_core import commands, jobs, study
from bss_core.__main__ import main
from bss_core.config import describe
from bss_core.errors import ManifestError
from bss_core.manifest import read_manifest, write_manifest
from bss_core.registry import FAMILIES, members
from bss_core.runs import Run, create_run, open_run
from bss_core.training_options import PRESET_NOTES, TrainingOptions
from tests.command_lines import QUICK, assert_matches, failing, text_of
from tests.conftest import tiny_manifest
from tests.datasets.raw import picture, write_media
from tests.recording.recordings import CLASSES, IDS, LABELS, logits

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

    def test_a_raw_folder_must_be_named(self, tmp_path, capsys):
        said = failing(capsys, ["prepare", "emoji", "--out", str(tmp_path / "data")])
        assert said == "The data set 'emoji' needs its raw folder; name it with --root."

    @pytest.mark.parametrize("words", [["--label", "x"], ["--set", "label=x"]])
    def test_an_option_it_does_not_have_is_answered_with_those_it_has(self, tmp_path, capsys, words):
        said = failing(capsys, ["prepare", "stamps", "--root", str(tmp_path), "--out", str(tmp_path), *words])
        assert said == "The data set 'stamps' has no option 'label'; it has none."

    def test_options_of_a_data_set(self, tmp_path, capsys):
        words = ["--root", str(tmp_path), "--out", str(tmp_path / "data"), "--set", "noisy_share=2"]
        assert_matches("noisy_share = 2.0 is out of range", failing(capsys, ["prepare", "av_digits", *words]))


class TestPrepareTable:
    @pytest.fixture
    def file(self, tmp_path):
        """A table of 20 captions with titles and pictures, and the pictures beside it."""
        names = [write_media(tmp_path / "raw", f"{row}.webp", picture(row)) for row in range(20)]
        kinds = ["a", "b"] * 10
        rows = {"key": [f"k{row}" for row in range(20)], "kind": kinds, "photo": names, "title": names, "text": kinds}
        pd.DataFrame(rows).to_csv(tmp_path / "raw" / "my.csv", index=False)
        return tmp_path / "raw" / "my.csv"

    def test_columns_are_named_by_their_kind(self, file, tmp_path, capsys):
        words = ["--file", str(file), "--label", "kind", "--image", "photo", "--text", "title", "--text", "text"]
        out = text_of(capsys, ["prepare", "table", *words, "--id", "key", "--out", str(tmp_path / "data")])
        rows = read_manifest(tmp_path / "data").rows

        assert out == f"{tmp_path}/data: my, 2 classes, modalities photo, title, text\n"
        assert rows["photo"][3] == picture(3)
        assert rows["sample_id"].tolist() == [f"k{row}" for row in range(20)]

    def test_media_may_stay_where_they_are(self, file, tmp_path, capsys):
        words = ["prepare", "table", "--file", str(file), "--label", "kind", "--image", "photo", "--text", "text"]
        assert_matches("belong to a manifest in .*raw", failing(capsys, [*words, "--no-copy", "--out", str(tmp_path)]))
        text_of(capsys, [*words, "--no-copy", "--out", str(file.parent)])
        assert read_manifest(file.parent).rows["photo"][3] == "3.webp"

    def test_a_table_that_is_not_there(self, tmp_path, capsys):
        words = ["--file", str(tmp_path / "no.csv"), "--text", "a", "--text", "b", "--out", str(tmp_path)]
        assert_matches("no.csv does not exist; a table", failing(capsys, ["prepare", "table", *words]))


class TestImport:
    def table(self, path, **columns):
        rows = {"sample_id": IDS, "label": [CLASSES[label] for label in LABELS]}
        heads = {f"logits_{head}": array.tolist() for head, array in logits(0).items()}
        pd.DataFrame(rows | heads | columns).to_parquet(path)
        return str(path)

    def test_a_run_is_made(self, tmp_path, capsys):
        path, folder = self.table(tmp_path / "p.parquet"), tmp_path / "run"
        words = ["--scheduler", "heuristic", "--set", "lambda_0=0.5", "--measure", "normaliser=rank"]
        out = text_of(capsys, ["import", "--predictions", path, "--run", str(folder), *words])
        options = open_run(folder).options

        assert out == f"{folder}: 1 evaluations, cat, dog, owl; scored as heuristic would use them\n"
        assert options["scheduler_options"]["lambda_0"] == 0.5
        assert options["measure"]["normaliser"] == "rank"

    def test_a_bad_table_is_one_sentence(self, tmp_path, capsys):
        path = self.table(tmp_path / "p.parquet", split=["x"] * 24)
        words = ["--predictions", path, "--run", str(tmp_path / "run"), "--classes", "owl", "dog", "cat"]
        assert_matches("'s-00' .* is in the split 'x'", failing(capsys, ["import", *words]))


class TestStudy:
    def test_file_folder_and_workers_are_passed_on(self, tmp_path, capsys, monkeypatch):
        calls = []
        monkeypatch.setattr(study, "run_study", lambda *words: calls.append(words) or "done")
        assert text_of(capsys, ["study", "a.toml", "--out", str(tmp_path), "--workers", "2"]) == "done\n"
        assert calls == [(Path("a.toml"), tmp_path, 2)]

    def test_a_file_that_is_not_there(self, tmp_path, capsys):
        said = failing(capsys, ["study", str(tmp_path / "no.toml"), "--out", str(tmp_path / "out")])
        assert_matches("no.toml cannot be read", said)


class TestList:
    def test_presets_with_what_they_do_not_cover(self, capsys):
        lines = text_of(capsys, ["list", "presets"]).splitlines()
        assert [line.split()[0] for line in lines] == list(PRESET_NOTES)
        assert all(note in line for line, note in zip(lines, PRESET_NOTES.values(), strict=True))

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
            assert "".join(option.text.split()) in text.replace(" ", "")  # lines may be broken at a hyphen
        for words in ("epochs · ≥ 1 and ≤ 100000 · paper: code 120 · default: 12", "paper: code 0.01", "unit: px"):
            assert words in text

    @pytest.mark.parametrize("command", [[], ["score"], ["prepare"], ["list"], ["import"], ["study"]])
    def test_every_command_explains_itself(self, capsys, command):
        assert self.help_of(capsys, *command).startswith(f"usage: python -m bss_core {' '.join(command)}".strip())
