"""Manifests: what is written is what is read, the hash tells data apart, and unusable data are named."""

import dataclasses

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss_core.errors import ManifestError
from bss_core.manifest import (
    FILE,
    KINDS,
    SPLITS,
    Info,
    Manifest,
    Modality,
    content_hash,
    read_info,
    read_manifest,
    write_manifest,
)
from tests.media_samples import everything

MODALITIES = {"image": Modality("image"), "speech": Modality("audio", 8000, 1.5), "caption": Modality("text")}


def manifest(modalities=None, classes=("cat", "dog"), **columns):
    rows = {
        "sample_id": ["a", "b", "c", "d"],
        "split": ["train", "train", "validation", "test"],
        "label": [0, 1, 0, 1],
        "image": [b"\x00\xff", b"2", b"3", b"4"],
        "speech": [b"1", b"2", b"3", b"4"],
        "caption": ["Öl", "", "drei", "vier"],
        "folder": ["x", "x", "y", "y"],
    }
    info = Info("pets", classes, modalities or MODALITIES, about="Made for the test.")
    return Manifest(info, pd.DataFrame({**rows, **columns}))


class TestRoundTrip:
    def test_what_is_written_is_read(self, tmp_path):
        written = write_manifest(tmp_path, manifest())
        found = read_manifest(tmp_path)
        assert found.info == written == read_info(tmp_path)
        assert found.info.folder == tmp_path
        assert (found.info.classes, found.info.modalities) == (("cat", "dog"), MODALITIES)
        assert found.rows.to_dict("list") == manifest().rows.to_dict("list")

    def test_pandas_alone_reads_it(self, tmp_path):
        write_manifest(tmp_path, manifest())
        assert list(pd.read_parquet(tmp_path / FILE)["caption"]) == ["Öl", "", "drei", "vier"]

    def test_some_columns_only(self, tmp_path):
        write_manifest(tmp_path, manifest())
        assert list(read_manifest(tmp_path, ["label", "sample_id"]).rows) == ["label", "sample_id"]

    def test_a_column_that_does_not_exist(self, tmp_path):
        write_manifest(tmp_path, manifest())
        with pytest.raises(ManifestError, match="lacks 'video'; it has sample_id, split, label, image"):
            read_manifest(tmp_path, ["sample_id", "video"])

    def test_a_folder_named_like_a_partition_adds_no_column(self, tmp_path):
        write_manifest(tmp_path / "seed=1", manifest())
        assert "seed" not in read_manifest(tmp_path / "seed=1").rows

    def test_splits_keep_the_order_and_all_is_all(self, tmp_path):
        data = manifest()
        assert list(data.split("train")["sample_id"]) == ["a", "b"]
        assert list(data.split("test").index) == [0]
        assert len(data.split("all")) == 4

    def test_an_empty_split_says_where_the_samples_are(self):
        data = manifest(split=["train", "train", "train", "test"])
        with pytest.raises(
            ManifestError, match=r"'validation' of 'pets' is empty; samples are in train \(3\), test \(1\)"
        ):
            data.split("validation")

    def test_large_media_are_in_small_row_groups(self, tmp_path):
        n = 200
        columns = {"sample_id": [f"{row:03}" for row in range(n)], "split": ["train"] * n, "label": [0, 1] * (n // 2)}
        media = {"image": [bytes([row]) * 20_000 for row in range(n)], "caption": ["x"] * n}
        info = Info("pets", ("cat", "dog"), {"image": Modality("image"), "caption": Modality("text")})
        write_manifest(tmp_path, Manifest(info, pd.DataFrame({**columns, **media})))
        with pq.ParquetFile(tmp_path / FILE) as file:
            sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        assert sizes == [64, 64, 64, 8]

    def test_nothing_is_written_when_the_data_are_unusable(self, tmp_path):
        with pytest.raises(ManifestError, match="label 2"):
            write_manifest(tmp_path, manifest(label=[0, 1, 2, 1]))
        assert list(tmp_path.iterdir()) == []


class TestContentHash:
    def test_it_is_the_same_before_writing_and_after_reading(self, tmp_path):
        features = [[0.1, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]
        modalities = {"caption": Modality("text"), "vector": Modality("features")}
        data = manifest(modalities, caption=["one", None, "three", "four"], vector=features)
        info = write_manifest(tmp_path, data)
        found = read_manifest(tmp_path)
        assert content_hash(found.rows, list(modalities)) == info.content_hash

    @pytest.mark.parametrize(
        "change",
        [
            {"sample_id": ["a", "b", "c", "e"]},
            {"split": ["train", "train", "test", "test"]},
            {"label": [0, 1, 1, 1]},
            {"speech": [b"1", b"2", b"3", b"5"]},
            {"caption": ["Öl", "", "dr", "eivier"]},
        ],
    )
    def test_any_change_of_the_data_shows(self, change):
        names = list(MODALITIES)
        assert content_hash(manifest(**change).rows, names) != content_hash(manifest().rows, names)

    def test_a_further_column_does_not_count(self):
        names = list(MODALITIES)
        assert content_hash(manifest(folder=list("1234")).rows, names) == content_hash(manifest().rows, names)

    @given(
        st.lists(st.binary(max_size=4), min_size=2, max_size=2), st.lists(st.binary(max_size=4), min_size=2, max_size=2)
    )
    def test_cells_do_not_run_together(self, one, other):
        def hashed(cells):
            rows = pd.DataFrame({"sample_id": ["a", "b"], "split": "train", "label": 0, "speech": cells})
            return content_hash(rows, ["speech"])

        assert (hashed(one) == hashed(other)) == (one == other)

    def test_frames_and_series_are_the_same_before_writing_and_after_reading(self, tmp_path):
        made = everything(tmp_path)
        info = write_manifest(tmp_path, made)
        assert content_hash(read_manifest(tmp_path).rows, list(info.modalities)) == info.content_hash
        for name, part in (("gesture", 2), ("pulse", 1)):
            rows = made.rows.copy()
            rows[name] = [[*cell[:part], *cell[part + 1 :]] for cell in rows[name]]
            assert content_hash(rows, list(info.modalities)) != info.content_hash

    def test_channels_do_not_run_together(self):
        hashes = {
            content_hash(manifest().rows.assign(pulse=[cell] * 4), ["pulse"])
            for cell in ([[1.0, 2.0], [3.0]], [[1.0], [2.0, 3.0]], [1.0, 2.0, 3.0])
        }
        assert len(hashes) == 3

    def test_long_features_count_to_the_last_number(self):
        one, other = np.zeros(5000), np.zeros(5000)
        other[2500] = 1e-9
        rows = manifest().rows
        hashes = {content_hash(rows.assign(vector=[array] * 4), ["vector"]) for array in (one, other)}
        assert len(hashes) == 2


class TestDamagedFiles:
    def test_no_folder(self, tmp_path):
        with pytest.raises(ManifestError, match=r"no data set in .*nowhere: manifest\.parquet was expected"):
            read_manifest(tmp_path / "nowhere")

    @pytest.mark.parametrize("content", [b"", b"PAR1", b"PK\x03\x04" * 50, b"PAR1" + b"\0" * 200 + b"PAR1"])
    def test_no_parquet(self, tmp_path, content):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ManifestError, match="damaged"):
            read_info(tmp_path)

    def test_a_truncated_file(self, tmp_path):
        write_manifest(tmp_path, manifest())
        (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:-20])
        with pytest.raises(ManifestError, match="damaged"):
            read_manifest(tmp_path)

    def test_damaged_pages_under_a_whole_footer(self, tmp_path):
        write_manifest(tmp_path, manifest())
        content = bytearray((tmp_path / FILE).read_bytes())
        content[4:120] = b"\xff" * 116
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ManifestError, match="damaged"):
            read_manifest(tmp_path)

    def test_a_parquet_file_of_someone_else(self, tmp_path):
        pq.write_table(pa.table({"sample_id": ["a"]}), tmp_path / FILE)
        with pytest.raises(ManifestError, match="not a manifest: its metadata lack 'bss_lens'"):
            read_info(tmp_path)

    @pytest.mark.parametrize(
        "metadata",
        [
            b"{}",
            b"[]",
            b"3",
            b'{"modalities": {"a": {"colour": 1}}}',
            b'{"modalities": [], "classes": [], "name": "x"}',
        ],
    )
    def test_metadata_of_another_form(self, tmp_path, metadata):
        table = pa.table({"sample_id": ["a"]}).replace_schema_metadata({b"bss_lens": metadata})
        pq.write_table(table, tmp_path / FILE)
        with pytest.raises(ManifestError, match="not those of a manifest"):
            read_info(tmp_path)

    def test_metadata_that_are_no_json(self, tmp_path):
        table = pa.table({"sample_id": ["a"]}).replace_schema_metadata({b"bss_lens": b"{half"})
        pq.write_table(table, tmp_path / FILE)
        with pytest.raises(ManifestError, match="damaged"):
            read_info(tmp_path)


class TestChecks:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"sample_id": ["a", "b", "b", "d"]}, "sample_id 'b' occurs more than once"),
            ({"sample_id": ["a", "", "c", "d"]}, "sample_id '' of 'pets' is not a text"),
            ({"sample_id": [1, 2, 3, 4]}, "sample_id 1 of 'pets' is not a text"),
            ({"sample_id": ["a", None, "c", "d"]}, "of 'pets' is not a text"),
            (
                {"split": ["train", "dev", "test", "test"]},
                "Sample 'b' is in the split 'dev'; splits are train, validation",
            ),
            ({"split": ["train", None, "test", "test"]}, "Sample 'b' is in the split"),
            ({"label": [0, 1, 2, 1]}, "Sample 'c' has label 2; 'pets' has 2 classes, so labels run from 0 to 1"),
            ({"label": [0, -1, 0, 1]}, "Sample 'b' has label -1"),
            ({"label": [0.0, 0.5, 0.0, 1.0]}, "labels of 'pets' are not whole numbers"),
            ({"label": ["0", "1", "0", "1"]}, "labels of 'pets' are not whole numbers"),
            ({"label": pd.array([0, 1, None, 1], dtype="Int64")}, "labels of 'pets' are not whole numbers"),
            ({"label": [1, 1, 1, 1]}, "at least two classes"),
        ],
    )
    def test_rows(self, tmp_path, change, sentence):
        with pytest.raises(ManifestError, match=sentence):
            write_manifest(tmp_path, manifest(**change))

    @pytest.mark.parametrize(
        ("modalities", "sentence"),
        [
            ({"image": Modality("image")}, "at least two modalities"),
            ({"image": Modality("image"), "depth": Modality("image")}, "lacks the column 'depth'"),
            ({"image": Modality("picture"), "caption": Modality("text")}, f"known are {', '.join(KINDS)}"),
            ({"image": Modality("image"), "label": Modality("text")}, "'label' cannot name a modality"),
            ({"speech": Modality("audio", 0), "caption": Modality("text")}, "not above 0"),
            ({"speech": Modality("audio", 8000, float("nan")), "caption": Modality("text")}, "not above 0"),
        ],
    )
    def test_modalities(self, tmp_path, modalities, sentence):
        with pytest.raises(ManifestError, match=sentence):
            write_manifest(tmp_path, manifest(modalities))

    @pytest.mark.parametrize("name", ["multimodal", "two words", "a/b", "1st"])
    def test_names_that_no_modality_can_have(self, tmp_path, name):
        modalities = {"image": Modality("image"), name: Modality("text")}
        with pytest.raises(ManifestError, match="cannot name a modality"):
            write_manifest(tmp_path, manifest(modalities, **{name: list("abcd")}))

    def test_a_column_holds_bytes_or_paths_not_both(self, tmp_path):
        with pytest.raises(ManifestError, match="'image' of 'pets' holds bytes and paths"):
            write_manifest(tmp_path, manifest(image=[b"1", "pictures/2.png", b"3", b"4"]))

    def test_a_column_that_parquet_cannot_hold(self, tmp_path):
        with pytest.raises(ManifestError, match="cells of several types: .*caption"):
            write_manifest(tmp_path, manifest(caption=["one", 2, "three", "four"]))

    def test_no_samples(self, tmp_path):
        data = manifest()
        with pytest.raises(ManifestError, match="has no samples"):
            write_manifest(tmp_path, dataclasses.replace(data, rows=data.rows.iloc[:0]))

    def test_what_was_written_by_other_means_is_checked_when_read(self, tmp_path):
        write_manifest(tmp_path, manifest())
        table = pq.read_table(tmp_path / FILE)
        column = table.schema.get_field_index("sample_id")
        pq.write_table(table.set_column(column, "sample_id", pa.array(["a"] * 4)), tmp_path / FILE)
        with pytest.raises(ManifestError, match="more than once"):
            read_manifest(tmp_path)

    def test_the_splits_have_their_names(self):
        assert SPLITS == ("train", "validation", "test")
