"""Every sample is found at its row, whatever its id, and samples that share a hash are told apart by who asks."""

import pandas as pd
import pytest

from bss_core import places as module
from bss_core.errors import RunError
from bss_core.places import Places, places

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
    hashes = module._hashes
    monkeypatch.setattr(module, "_hashes", lambda ids: hashes([name[:1] for name in ids]))
    assert Places(manifest).of("a") == [1, 4, 7]


def test_a_manifest_without_samples_has_none(tmp_path):
    path = tmp_path / "manifest.parquet"
    pd.DataFrame({"sample_id": pd.Series([], dtype=str)}).to_parquet(path)
    assert Places(path).of("a") == []


def test_several_samples_are_asked_for_at_once(manifest):
    assert sorted(Places(manifest).of("0", "b", "none", "b")) == [0, 5]
    assert Places(manifest).of() == []


def test_the_places_of_a_table_are_kept_until_it_changes(manifest):
    known = places(manifest)
    assert places(manifest) is known
    pd.DataFrame({"sample_id": ["new", *IDS]}).to_parquet(manifest)
    assert places(manifest).of("new", "b") in ([0, 1], [1, 0])


@pytest.mark.parametrize("content", [None, b"PAR1 no table", "no ids"])
def test_what_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "scores.parquet"
    if content == "no ids":
        pd.DataFrame({"label": [1]}).to_parquet(path)
    elif content:
        path.write_bytes(content)
    with pytest.raises(RunError, match=r"scores.parquet cannot be read: "):
        places(path)
