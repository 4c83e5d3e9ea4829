"""Every sample is found at its row, whatever its id, and samples that share a hash are told apart by who asks."""

import pandas as pd
import pytest

from app import media_places
from app.media_places import Places

IDS = ["b", "a", "", "ü/ö", "a" * 300, "0", "-0", "a "]


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "manifest.parquet"
    pd.DataFrame({"sample_id": IDS, "label": 0}).to_parquet(path, row_group_size=3)
    return path


def test_every_sample_has_its_row_and_no_other_has_one(manifest):
    places = Places(manifest)
    assert [places.of(name) for name in IDS] == [[row] for row in range(len(IDS))]
    assert places.of("c") == places.of("B") == []


def test_samples_of_one_hash_are_all_named(manifest, monkeypatch):
    hashes = media_places._hashes
    monkeypatch.setattr(media_places, "_hashes", lambda ids: hashes([name[:1] for name in ids]))
    assert Places(manifest).of("a") == [1, 4, 7]


def test_a_manifest_without_samples_has_none(tmp_path):
    path = tmp_path / "manifest.parquet"
    pd.DataFrame({"sample_id": pd.Series([], dtype=str)}).to_parquet(path)
    assert Places(path).of("a") == []
