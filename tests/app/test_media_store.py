"""The way from a run's name to its media: which run is meant, and what has none."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.media_store import MediaStore, UnknownMediaError
from bss_core.manifest import FILE, Info, Manifest, Modality, write_manifest
from bss_core.runs import create_run

INFO = Info("two", ("no", "yes"), {"image": Modality("image"), "caption": Modality("text")})


def made(root, word):
    """A run named one under this root, whose texts are the word."""
    rows = pd.DataFrame({"sample_id": ["a", "b"], "split": "train", "label": [0, 1]})
    rows = rows.assign(image=[b"\x89PNG", b"\x89PNG"], caption=word)
    return create_run(root / "one", {}, write_manifest(root / "data", Manifest(INFO, rows)))


def test_of_two_runs_of_one_name_the_newest_is_meant_as_on_the_pages(tmp_path):
    roots = (tmp_path / "newer", tmp_path / "older")
    for root, created in zip(roots, ("2026-02-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"), strict=True):
        path = made(root, f"in {root.name}").folder / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"created": created}))
    for given in (roots, roots[::-1]):
        store = MediaStore(given)
        assert store.cell(store.data_set("one"), "one", "a", "caption").value == "in newer"


def test_an_empty_cell_has_no_media(tmp_path):
    path = made(tmp_path, "word").data / FILE
    table = pq.read_table(path)
    place = table.schema.get_field_index("image")
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array([None, b"x"], pa.binary())), path)
    store = MediaStore((tmp_path,))
    assert store.cell(store.data_set("one"), "one", "b", "image").value == b"x"
    with pytest.raises(UnknownMediaError, match="has no sample 'a' with image"):
        store.cell(store.data_set("one"), "one", "a", "image")


def test_a_run_without_a_data_set_says_so(tmp_path):
    path = made(tmp_path, "word").folder / "run.json"
    details = json.loads(path.read_text())
    details["data"]["folder"] = ""
    path.write_text(json.dumps(details))
    with pytest.raises(UnknownMediaError, match="'one' has no media: it was made without a data set"):
        MediaStore((tmp_path,)).data_set("one")
