"""The two bundled sets: exact counts, splits that nothing crosses, media that decode, licences, and a rebuild."""

import hashlib
import re

import duckdb
import pytest

from bss_core.manifest import FILE, SPLITS, content_hash, read_manifest
from bss_core.media import decode_audio, decode_image
from bss_core.registry import card, find
from tests.datasets.raw import ASSETS, unpacked_emoji, unpacked_stamps

STAMPS = {"animals": 142, "symbols": 91, "town": 78, "household": 73, "food": 71, "seasonal": 67}
STAMPS |= {"vehicles": 58, "clothes": 44, "plants": 39}
EMOJI = {"People & Body": 386, "Flags": 270, "Objects": 264, "Symbols": 224, "Travel & Places": 218}
EMOJI |= {"Smileys & Emotion": 169, "Animals & Nature": 159, "Food & Drink": 131, "Activities": 85}
COUNTS = {"stamps": STAMPS, "emoji": EMOJI}
UNPACKED = {"stamps": unpacked_stamps, "emoji": unpacked_emoji}
MEDIA = [("stamps", "image"), ("stamps", "speech"), ("emoji", "image")]


@pytest.fixture(scope="module")
def bundled():
    return {name: read_manifest(ASSETS / name) for name in COUNTS}


def splits_per(rows, key):
    return rows.groupby(key)["split"].nunique()


@pytest.mark.parametrize("name", COUNTS)
def test_every_class_has_its_samples(bundled, name):
    classes = bundled[name].info.classes
    counts = bundled[name].rows["label"].value_counts()
    assert {classes[label]: count for label, count in counts.items()} == COUNTS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_every_class_is_split_about_60_20_20(bundled, name):
    rows = bundled[name].rows
    for _, of_class in rows.groupby("label"):
        shares = of_class["split"].value_counts(normalize=True)
        assert set(shares.index) == set(SPLITS)
        assert shares["train"] == pytest.approx(0.6, abs=0.02)
        assert shares["validation"] == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("name", COUNTS)
def test_no_group_crosses_a_split(bundled, name):
    assert splits_per(bundled[name].rows, "group").max() == 1


@pytest.mark.parametrize(("name", "modality"), MEDIA)
def test_no_identical_medium_crosses_a_split(bundled, name, modality):
    rows = bundled[name].rows
    checksums = rows[modality].map(lambda content: hashlib.sha256(content).hexdigest())
    assert splits_per(rows, checksums).max() == 1


def test_no_caption_crosses_a_split(bundled):
    rows = bundled["stamps"].rows
    bare = rows["caption"].map(lambda caption: re.sub(r"[^a-z0-9]", "", caption.lower()))
    assert bare.duplicated().sum() > 50  # else the test would prove nothing
    assert splits_per(rows, bare).max() == 1


@pytest.mark.parametrize(
    "variants",
    [
        ("man running facing right", "woman running", "runner"),
        ("prince", "princess", "person with crown"),
        ("woman: red hair", "man: curly hair", "person: bald", "man", "woman", "older man"),
        ("family", "family: man, woman, girl, boy", "family: adult, child"),
        ("mermaid", "merman", "merperson"),
        ("france flag", "clipperton island flag"),
        ("woman in motorized wheelchair", "man in motorized wheelchair facing right"),
    ],
)
def test_variants_of_an_emoji_are_in_one_split(bundled, variants):
    rows = bundled["emoji"].rows
    found = rows[rows["name"].isin(variants)]
    assert set(found["name"]) == set(variants)
    assert found["group"].nunique() == found["split"].nunique() == 1


def test_flags_with_pictures_of_their_own_stand_alone(bundled):
    rows = bundled["emoji"].rows
    flags = rows[rows["subgroup"].isin(["country-flag", "subdivision-flag"])]
    assert not flags[~flags["image"].duplicated(keep=False)]["group"].duplicated().any()


@pytest.mark.parametrize(("name", "modality"), MEDIA)
def test_media_decode(bundled, name, modality):
    decode = decode_audio if modality == "speech" else decode_image
    decoded = [decode(content) for content in bundled[name].rows[modality].iloc[::10]]
    if modality == "speech":
        assert {rate for _, rate in decoded} == {8000}
        assert max(wave.size for wave, _ in decoded) <= 4 * 8000
    else:
        assert {image.size for image in decoded} == {(96, 96) if name == "stamps" else (72, 72)}


def test_95_percent_of_the_recordings_fit_the_training_length(bundled):
    speech = bundled["stamps"].info.modalities["speech"]
    fit = [
        decode_audio(content)[0].size <= speech.seconds * speech.sample_rate
        for content in bundled["stamps"].rows["speech"]
    ]
    assert 0.95 <= sum(fit) / len(fit) <= 0.97


@pytest.mark.parametrize("name", COUNTS)
def test_texts_are_there(bundled, name):
    text = "caption" if name == "stamps" else "name"
    assert bundled[name].rows[text].str.strip().str.len().min() > 0


@pytest.mark.parametrize("name", COUNTS)
def test_two_builds_from_the_raw_folder_give_the_bundled_data(bundled, name, tmp_path):
    root = UNPACKED[name](tmp_path / "raw")
    for _ in range(2):
        built = find("datasets", name)(root)
        found = content_hash(built.rows, list(built.info.modalities))
        assert found == bundled[name].info.content_hash
    assert built.info.modalities == bundled[name].info.modalities


@pytest.mark.parametrize("name", COUNTS)
def test_the_stored_hash_is_that_of_the_stored_rows(bundled, name):
    info = bundled[name].info
    assert content_hash(bundled[name].rows, list(info.modalities)) == info.content_hash


def test_the_bundle_is_small():
    assert sum((ASSETS / name / FILE).stat().st_size for name in COUNTS) < 13e6


@pytest.mark.parametrize("name", COUNTS)
def test_one_sample_is_found_by_duckdb(bundled, name):
    row = bundled[name].rows.iloc[-1]
    query = "SELECT image FROM read_parquet(?) WHERE sample_id = ?"
    with duckdb.connect() as connection:
        found = connection.execute(query, [str(ASSETS / name / FILE), row["sample_id"]]).fetchall()
    assert found == [(row["image"],)]


def test_the_licences_are_with_the_data():
    licences = {path.name: path.read_text(encoding="utf-8") for path in (ASSETS / "licences").iterdir()}
    assert "GNU GENERAL PUBLIC LICENSE" in licences["GPL-2.txt"]
    assert "Apache License" in licences["Apache-2.0.txt"]
    assert "Miles Johnson" in licences["MIT.txt"]
    readme = (ASSETS / "README.md").read_text(encoding="utf-8")
    assert all(f"licences/{name}" in readme for name in licences)


@pytest.mark.parametrize("name", COUNTS)
def test_the_tables_of_the_readme_are_true(bundled, name):
    readme = (ASSETS / "README.md").read_text(encoding="utf-8")
    rows = bundled[name].rows
    for label, class_name in enumerate(bundled[name].info.classes):
        counts = rows[rows["label"] == label]["split"].value_counts()
        numbers = " | ".join(str(counts[split]) for split in SPLITS)
        assert f"| {class_name} | {numbers} | {counts.sum()} |" in readme


@pytest.mark.parametrize("name", COUNTS)
def test_the_card_tells_content_licence_and_splits(name):
    assert all(word in card("datasets", name) for word in ("Content:", "Licence:", "Source:", "Splits:"))
