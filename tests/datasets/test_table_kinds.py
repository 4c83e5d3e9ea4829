"""Frames, videos, depth and series in a user's own table, and one sentence for each cell that cannot be used."""

import json

import pandas as pd
import pytest

from bss_core.__main__ import main
from bss_core.datasets.table import prepare
from bss_core.errors import ManifestError
from bss_core.manifest import content_hash, read_manifest, write_manifest
from tests.command_lines import QUICK, assert_matches, failing, text_of
from tests.datasets.raw import write_media
from tests.media_samples import WEBM, depth, frame, picture, sound

ROWS = 30
KINDS = {"frames": ["film"], "depth": ["far"], "series": ["pulse"], "text": ["words"]}


@pytest.fixture
def root(tmp_path):
    """A raw folder with a table of two classes and its media."""
    for row in range(ROWS):
        for index in (0, 9, 10):
            write_media(tmp_path, f"film/{row}/f-{index}.png", frame(row % 2, index))
        write_media(tmp_path, f"far/{row}.png", depth(row))
        write_media(tmp_path, f"clip/{row}.webm", WEBM)
    return tmp_path


def columns(**changes):
    rows = range(ROWS)
    return {
        "label": [("dog", "cat")[row % 2] for row in rows],
        "film": [f"film/{row}" for row in rows],
        "far": [f"far/{row}.png" for row in rows],
        "clip": [f"clip/{row}.webm" for row in rows],
        "pulse": [f"{row} 1 2.5; -3, 4 5" for row in rows],
        "words": [f"word {row}" for row in rows],
        **changes,
    }


def write(root, changed=None, name="table.csv"):
    table = pd.DataFrame(changed or columns())
    table.to_parquet(root / name) if name.endswith(".parquet") else table.to_csv(root / name, index=False)
    return root / name


def test_cells_become_what_the_manifest_holds(root, tmp_path):
    write(root)
    info = write_manifest(tmp_path / "out", prepare(root, **KINDS))
    rows = read_manifest(tmp_path / "out").rows
    assert {name: item.kind for name, item in info.modalities.items()} == {
        "words": "text", "film": "frames", "far": "depth", "pulse": "series",
    }  # fmt: skip
    assert list(rows["film"][3]) == [frame(1, index) for index in (0, 9, 10)]  # by number: 9 before 10
    assert rows["far"][3] == depth(3)
    assert [list(channel) for channel in rows["pulse"][3]] == [[3.0, 1.0, 2.5], [-3.0, 4.0, 5.0]]
    assert content_hash(rows, list(info.modalities)) == info.content_hash


def test_media_in_place_keep_their_paths_and_videos_must(root):
    write(root)
    made = prepare(root, **KINDS, video=["clip"], copy=False)
    assert made.rows["film"][2] == [f"film/2/f-{index}.png" for index in (0, 9, 10)]
    assert made.rows["clip"][2] == "clip/2.webm"
    with pytest.raises(ManifestError, match="'clip' cannot be copied .*--no-copy"):
        prepare(root, **KINDS, video=["clip"])


def test_lists_in_parquet_and_other_ways_to_write_them(root):
    film = [[frame(0, 1), frame(0, 2)]] * ROWS
    pulse = [[1.0, 2.0]] * ROWS
    made = prepare(root, write(root, columns(film=film, pulse=pulse), "own.parquet"), **KINDS)
    assert (made.rows["film"][0], made.rows["pulse"][0]) == (film[0], pulse[0])
    written = columns(film=["film/0/f-9.png; film/0/f-0.png"] * ROWS, pulse=["[[1, 2], [3, 4]]"] * ROWS)
    made = prepare(root, write(root, written), **KINDS)
    assert made.rows["film"][0] == [frame(0, 9), frame(0, 0)]
    assert made.rows["pulse"][0] == [[1.0, 2.0], [3.0, 4.0]]


def test_rows_with_the_same_frames_stay_in_one_split(root):
    film, words = [f"film/{row % 5}" for row in range(ROWS)], [f"word {row % 5}" for row in range(ROWS)]
    write(root, columns(film=film, words=words))
    rows = prepare(root, frames=["film"], text=["words"]).rows
    assert rows.groupby("words")["split"].nunique().tolist() == [1] * 5


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("film", "none", "'row-000003' .*'none' does not exist.*a list of pictures or a folder of them was expected"),
        ("film", "../out", "leads out of the data folder"),
        ("film", "", "a list of pictures or a folder"),
        ("film", "empty", "an empty list"),
        ("film", "far/0.png; clip/0.webm", "'clip/0.webm' is video/webm"),
        ("film", ";".join(["film/0/f-0.png", "film/1"]), "'film/1' does not exist"),
        ("far", "colour.png", "must be grey.*a grey picture of 8 or 16 bits was expected"),
        ("far", "clip/0.webm", "is video/webm"),
        ("clip", "voice.wav", "is audio/wav.*a video"),
        ("clip", "../clip.webm", "leads out of the data folder"),
        ("pulse", "1 2; 3", "channels of the series differ in length"),
        ("pulse", "1 x", "is no list of numbers"),
        ("pulse", "1 inf", "not finite"),
        ("pulse", "", "is no list of numbers"),
        ("pulse", "[[1, 2], [3", "is no list of numbers or of such lists"),
        ("pulse", "[" * 100_000, "is no list of numbers or of such lists"),
        ("pulse", '{"a": 1}', "is no list of numbers"),
        ("pulse", "[{}]", "not a list of numbers"),
    ],
)
def test_the_sample_and_what_was_expected_are_named(root, column, cell, message):
    (root / "empty").mkdir()
    write_media(root, "colour.png", picture(0))
    write_media(root, "voice.wav", sound(0))
    changed = columns()
    changed[column] = [*changed[column][:3], cell, *changed[column][4:]]
    write(root, changed)
    with pytest.raises(ManifestError, match=message):
        prepare(root, **KINDS, video=["clip"], copy=False)


def test_frames_are_bytes_or_paths_not_both(root):
    made = prepare(root, write(root), **KINDS)
    made.rows.at[0, "film"] = ["film/0/f-0.png"]
    with pytest.raises(ManifestError, match="'film' of 'table' holds bytes and paths"):
        write_manifest(root / "out", made)


class TestCommands:
    def test_prepare_and_train(self, root, tmp_path, capsys):
        words = ["--frames", "film", "--depth", "far", "--series", "pulse", "--text", "words"]
        out = text_of(capsys, ["prepare", "table", "--file", str(write(root)), *words, "--out", str(tmp_path / "data")])
        assert "modalities words, film, far, pulse" in out
        out = text_of(capsys, ["train", "--data", str(tmp_path / "data"), "--run", str(tmp_path / "run"), *QUICK])
        assert "finished; accuracy" in out
        encoders = json.loads((tmp_path / "run" / "run.json").read_text())["data"]["modalities"]
        assert {name: item["kind"] for name, item in encoders.items()}["film"] == "frames"

    def test_a_video_is_prepared_and_not_trained_on(self, root, tmp_path, capsys):
        table = ["prepare", "table", "--file", str(write(root)), "--video", "clip", "--text", "words"]
        text_of(capsys, [*table, "--no-copy", "--out", str(root)])
        words = ["train", "--data", str(root), "--run", str(tmp_path / "run"), *QUICK]
        assert_matches("A video is shown but cannot be trained on.* bring its frames", failing(capsys, words))

    def test_series_of_several_lengths_are_left_out_by_name(self, root, tmp_path, capsys):
        write(root, columns(pulse=[*["1 2 3"] * (ROWS - 1), "1 2"]))
        text_of(
            capsys,
            ["prepare", "table", "--root", str(root), "--series", "pulse", "--text", "words", "--out", str(root / "d")],
        )
        assert main(["train", "--data", str(root / "d"), "--run", str(tmp_path / "run"), *QUICK]) == 0
        assert "it has 2 values; the others have 3" in (tmp_path / "run" / "run.json").read_text() + "".join(
            path.read_text() for path in (tmp_path / "run").glob("*.txt")
        )
