"""Any table as a data set: kinds, labels, ids and splits, and one sentence for every cell that cannot be used."""

import numpy as np
import pandas as pd
import pytest

from bss_core.datasets.table import prepare
from bss_core.errors import ManifestError
from bss_core.manifest import read_manifest, write_manifest
from tests.datasets.raw import picture, sound, write_media


def lines(count=30, **more):
    """Columns of a table of ``count`` samples in two classes, each with a picture, a sound and a caption."""
    rows = range(count)
    return {
        "name": [f"n{row}" for row in rows],
        "label": [("dog", "cat")[row % 2] for row in rows],
        "photo": [f"img/{row}.webp" for row in rows],
        "voice": [f"wav/{row}.wav" for row in rows],
        "caption": [f"thing, number {row}" for row in rows],
        **more,
    }


@pytest.fixture
def root(tmp_path):
    """A raw folder with the media of :func:`lines`."""
    for row in range(30):
        write_media(tmp_path, f"img/{row}.webp", picture(row))
        write_media(tmp_path, f"wav/{row}.wav", sound(row))
    return tmp_path


def write(root, columns, name="table.csv"):
    frame = pd.DataFrame(columns)
    if name.endswith(".parquet"):
        frame.to_parquet(root / name)
    else:
        frame.to_csv(root / name, index=False, sep="\t" if name.endswith(".tsv") else ",")
    return root / name


ALL = {"image": ["photo"], "audio": ["voice"], "text": ["caption"]}


@pytest.mark.parametrize("name", ["table.csv", "table.tsv", "table.parquet"])
def test_every_kind_of_column_and_of_file(root, name, tmp_path):
    file = write(root, lines(vector=["1 2.5; -3"] * 30), name)
    made = prepare(root, file, **ALL, features=["vector"], id="name", sample_rate=8000, seconds=0.5)
    info = write_manifest(tmp_path / "out", made)
    rows = read_manifest(tmp_path / "out").rows

    assert {key: item.kind for key, item in info.modalities.items()} == {
        "photo": "image", "voice": "audio", "caption": "text", "vector": "features",
    }  # fmt: skip
    assert (info.modalities["voice"].sample_rate, info.modalities["voice"].seconds) == (8000, 0.5)
    assert (info.name, info.classes) == ("table", ("cat", "dog"))
    assert rows["sample_id"].tolist() == [f"n{row}" for row in range(30)]
    assert rows["label"].tolist() == [1, 0] * 15
    assert rows["photo"][3] == picture(3)
    assert rows["vector"][0].tolist() == [1.0, 2.5, -3.0]


def test_media_may_stay_in_place(root):
    write(root, lines())
    info = write_manifest(root, prepare(root, **ALL, copy=False))

    assert read_manifest(root).rows["photo"].tolist() == lines()["photo"]
    assert info.folder == root


def test_bytes_and_lists_in_parquet(root):
    columns = lines(raw=[picture(row) for row in range(30)], vector=[np.arange(3.0)] * 30)
    made = prepare(root, write(root, columns, "own.parquet"), image=["raw"], features=["vector"])

    assert made.rows["raw"][4] == picture(4)
    assert made.info.name == "own"


def test_several_columns_of_one_kind(root):
    write(root, lines(title=["a"] * 30))
    assert list(prepare(root, text=["caption", "title"]).info.modalities) == ["caption", "title"]


def test_labels_that_are_numbers_keep_their_order(root):
    write(root, lines() | {"label": ["10", "9", "2"] * 10})
    made = prepare(root, **ALL)

    assert made.info.classes == ("2", "9", "10")
    assert made.rows["label"].tolist() == [2, 1, 0] * 10


class TestSplits:
    def test_a_split_column_counts(self, root):
        write(root, lines(part=["train", "val", "Test"] * 10))
        assert prepare(root, **ALL, split="part").rows["split"].tolist() == ["train", "validation", "test"] * 10

    def test_without_one_every_class_is_split_60_20_20(self, root):
        write(root, lines())
        rows = prepare(root, **ALL, id="name").rows

        for label in (0, 1):
            counts = rows[rows["label"] == label]["split"].value_counts().to_dict()
            assert counts == {"train": 9, "validation": 3, "test": 3}

    def test_it_depends_on_the_ids_and_not_on_the_order(self, root):
        write(root, lines())
        one = prepare(root, **ALL, id="name").rows.set_index("sample_id")["split"]
        write(root, pd.DataFrame(lines()).sample(frac=1, random_state=1))
        other = prepare(root, **ALL, id="name").rows.set_index("sample_id")["split"]

        assert one.to_dict() == other.to_dict()

    def test_rows_that_agree_in_all_modalities_stay_together(self, root):
        columns = lines() | {"caption": [f"thing {row % 5}" for row in range(30)], "label": ["a", "b", "b"] * 10}
        columns["photo"] = [f"img/{row % 5}.webp" for row in range(30)]
        write(root, columns)
        rows = prepare(root, image=["photo"], text=["caption"], id="name").rows

        assert rows.groupby("caption")["split"].nunique().tolist() == [1] * 5
        assert set(rows["split"]) == {"train", "validation", "test"}

    def test_an_unknown_split_is_named(self, root):
        write(root, lines(part=["train"] * 29 + ["extra"]))
        with pytest.raises(
            ManifestError, match="Sample 'n29' .* is in the split 'extra'; splits are train, validation"
        ):
            prepare(root, **ALL, id="name", split="part")


def spoiled(column, row, cell):
    columns = lines()
    columns[column] = [*columns[column][:row], cell, *columns[column][row + 1 :]]
    return columns


class TestBadInput:
    @pytest.mark.parametrize(
        ("columns", "message"),
        [
            (
                spoiled("photo", 3, "img/x.webp"),
                "1 of 30 cells of 'photo' cannot be used: 'n3' .*'img/x.webp' does not",
            ),
            (spoiled("photo", 3, "wav/3.wav"), "'n3' .*'wav/3.wav' is audio/wav.*; a picture was expected"),
            (spoiled("voice", 0, "../out.wav"), "'n0' .* leads out of the data folder"),
            (spoiled("voice", 0, ""), "'n0' .*; a sound was expected"),
            (spoiled("label", 5, ""), "Row 6 of .*table.csv has nothing in 'label'"),
            (spoiled("name", 0, ""), "Row 1 of .*table.csv has nothing in 'name'"),
            (lines(0), "table.csv has no rows"),
            ({"name": ["a"], "label": ["x"]}, "lacks the column 'photo'; it has name, label"),
        ],
    )
    def test_the_sample_and_what_was_expected_are_named(self, root, columns, message):
        write(root, columns)
        with pytest.raises(ManifestError, match=message):
            prepare(root, **ALL, id="name")

    def test_many_missing_files_are_counted_and_the_first_named(self, root):
        write(root, lines() | {"photo": [f"none/{row}.webp" for row in range(30)]})
        with pytest.raises(ManifestError, match="30 of 30 cells of 'photo' .*'n0'.*'n4'.*, and 25 more;") as caught:
            prepare(root, **ALL, id="name")
        assert "'n5'" not in str(caught.value)

    @pytest.mark.parametrize(
        ("vector", "message"),
        [
            (["1 2"] * 29 + ["1 x"], "'row-000029' .*'1 x' is no list of numbers"),
            (["1 2"] * 29 + ["1 nan"], "'row-000029' .* holds a value that is not finite"),
            (["1 2"] * 29 + [""], "'row-000029' "),
            (["1 2"] * 29 + ["1"], "'row-000029' has 1 numbers in 'vector' and 'row-000000' has 2"),
        ],
    )
    def test_features_that_cannot_be(self, root, vector, message):
        write(root, lines(vector=vector))
        with pytest.raises(ManifestError, match=message):
            prepare(root, features=["vector"], text=["caption"])

    def test_one_modality_repeated_ids_and_odd_names_are_refused_with_the_manifest(self, root):
        write(root, lines() | {"name": ["same"] * 30})
        with pytest.raises(ManifestError, match="at least two modalities"):
            write_manifest(root / "out", prepare(root, text=["caption"]))
        with pytest.raises(ManifestError, match="'same' occurs more than once"):
            write_manifest(root / "out", prepare(root, **ALL, id="name"))
        write(root, lines() | {"a b": ["x"] * 30})
        with pytest.raises(ManifestError, match="'a b' cannot name a modality"):
            write_manifest(root / "out", prepare(root, text=["caption", "a b"]))

    def test_a_column_is_one_modality(self, root):
        write(root, lines())
        with pytest.raises(ManifestError, match="'caption' is named as 2 modalities; it can be one"):
            prepare(root, image=["photo"], text=["caption"], features=["caption"])

    def test_a_file_that_is_no_table(self, root):
        (root / "bad.parquet").write_bytes(b"PAR1 none")
        (root / "bad.csv").write_bytes(b'a,b\n"x')
        for name in ("bad.parquet", "bad.csv"):
            with pytest.raises(ManifestError, match=f"{name} is not a readable table: "):
                prepare(root, root / name, **ALL)
