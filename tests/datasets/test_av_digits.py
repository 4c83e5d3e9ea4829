"""Spoken and written digits: pairs, splits, the dial, and what a wrong raw folder is told."""

import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from bss_core.datasets.av_digits import prepare
from bss_core.errors import ConfigError, ManifestError
from bss_core.manifest import Modality, read_manifest, write_manifest

SPLITS = {0: "test", 9: "test", 10: "validation", 14: "validation", 15: "train", 49: "train"}


@pytest.fixture
def raw(tmp_path):
    """Two digits, two speakers, six recordings of each; 40 pictures per digit, each of one grey of its own."""
    root = tmp_path / "raw"
    (root / "recordings").mkdir(parents=True)
    for digit in (3, 7):
        for speaker in ("theo", "lucas"):
            for number in SPLITS:
                wave = np.full(800, 0.25) * (-1) ** np.arange(800)
                soundfile.write(root / "recordings" / f"{digit}_{speaker}_{number}.wav", wave, 8000, subtype="PCM_16")
    digits = np.repeat([3, 7], 40).astype(np.uint8)
    greys = np.arange(80, dtype=np.uint8) + 100
    np.savez(root / "av_digits.npz", mnist=np.broadcast_to(greys[:, None, None], (80, 28, 28)), mnist_y=digits)
    return root


def pixels(cell):
    return np.asarray(Image.open(io.BytesIO(cell)))


def wave(cell):
    return soundfile.read(io.BytesIO(cell))[0]


def clean(raw, **options):
    return prepare(raw, **{"image_noise": 0.0, "audio_noise": 0.0, **options}).rows


def test_each_recording_gets_a_picture_of_its_digit_and_each_picture_occurs_once(raw):
    rows = clean(raw)
    greys = [int(pixels(cell)[0, 0]) for cell in rows["image"]]

    assert len(rows) == 24
    assert len(set(greys)) == 24
    assert [3 if grey < 140 else 7 for grey in greys] == rows["label"].tolist()
    assert all((pixels(cell) == grey).all() for cell, grey in zip(rows["image"], greys, strict=True))


def test_splits_follow_the_number_of_the_recording(raw):
    rows = clean(raw).set_index("sample_id")

    assert {(rows.loc[f"7_theo_{number}", "split"]) == split for number, split in SPLITS.items()} == {True}
    assert rows["split"].value_counts().to_dict() == {"train": 8, "validation": 8, "test": 8}
    assert set(rows["speaker"]) == {"theo", "lucas"}


def test_without_noise_the_recording_is_the_file(raw):
    row = clean(raw).set_index("sample_id").loc["3_lucas_15"]

    assert wave(row["audio"]) == pytest.approx(0.25 * (-1) ** np.arange(800), abs=1e-4)


def test_noise_has_the_strength_asked_for_and_only_where_the_columns_say(raw):
    rows = clean(raw, audio_noise=1.0, image_noise=0.1, noisy_share=0.5)
    for row in rows.itertuples():
        added = wave(row.audio) / np.abs(wave(row.audio)).max()  # loud ones were scaled to fit
        is_plain = np.ptp(np.abs(added)) < 1e-3
        assert is_plain != row.noisy_audio
        spread = pixels(row.image).std() / 255
        # the standard error of a standard deviation from 784 values is 2.5 %
        assert spread == pytest.approx(0.1, rel=0.15) if row.noisy_image else spread == 0
    assert 0 < rows["noisy_image"].sum() < 24
    assert rows["noisy_image"].tolist() != rows["noisy_audio"].tolist()


def test_noise_of_a_recording_is_in_units_of_its_effective_value(raw):
    row = clean(raw, audio_noise=2.0, noisy_share=1.0).set_index("sample_id").loc["3_lucas_15"]
    found = wave(row["audio"])
    alternating = found @ (-1.0) ** np.arange(800) / 800  # what is left of the recording
    noise = found - alternating * (-1.0) ** np.arange(800)

    assert noise.std() / alternating == pytest.approx(2.0, rel=0.25)


def test_components_leave_what_the_training_pictures_vary_in(raw):
    whole, cut = clean(raw), clean(raw, image_components=1)

    # all pictures lie on one line from black to white, so one component tells everything
    assert [pixels(cell).tolist() for cell in cut["image"]] == [pixels(cell).tolist() for cell in whole["image"]]


def test_components_are_those_of_an_independent_decomposition(raw):
    pictures = np.random.default_rng(3).integers(0, 256, (80, 28, 28)).astype(np.uint8)
    np.savez(raw / "av_digits.npz", mnist=pictures, mnist_y=np.repeat([3, 7], 40).astype(np.uint8))
    rows, cut = clean(raw), clean(raw, image_components=4)
    flat = np.stack([pixels(cell).ravel() / 255 for cell in rows["image"]])
    train = flat[(rows["split"] == "train").to_numpy()]
    axes = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)[2][:4]
    expected = np.clip((flat - train.mean(axis=0)) @ axes.T @ axes + train.mean(axis=0), 0, 1)

    found = np.stack([pixels(cell).ravel() / 255 for cell in cut["image"]])
    assert found == pytest.approx(expected, abs=1.1 / 255)


def test_the_same_options_give_the_same_data_and_another_seed_others(raw, tmp_path):
    hashes = [
        write_manifest(tmp_path / str(k), prepare(raw, seed=seed)).content_hash for k, seed in enumerate((1, 1, 2))
    ]

    assert hashes[0] == hashes[1] != hashes[2]


def test_turning_one_knob_leaves_the_other_modality_as_it_is(raw):
    one, other = prepare(raw, audio_noise=1.0).rows, prepare(raw, audio_noise=2.0).rows

    assert one["image"].tolist() == other["image"].tolist()
    assert one["noisy_audio"].tolist() == other["noisy_audio"].tolist()


def test_the_manifest_is_valid_and_keeps_the_truth(raw, tmp_path):
    write_manifest(tmp_path / "out", prepare(raw, noisy_share="0.25"))
    manifest = read_manifest(tmp_path / "out")

    assert manifest.info.modalities == {"image": Modality("image"), "audio": Modality("audio", 8000, 0.7)}
    assert manifest.info.classes == tuple("0123456789")
    assert {"noisy_image", "noisy_audio", "speaker"} <= set(manifest.rows)
    assert "each in 25% of the samples" in manifest.info.about


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noisy_share": 1.5}, "noisy_share = 1.5 is out of range"),
        ({"image_components": -1}, "image_components = -1 is out of range"),
        ({"audio_noise": "loud"}, "audio_noise = 'loud' is not a number"),
    ],
)
def test_a_bad_option_is_named(raw, options, message):
    with pytest.raises(ConfigError, match=message):
        prepare(raw, **options)


def test_a_missing_archive_is_named(raw):
    (raw / "av_digits.npz").unlink()
    with pytest.raises(ManifestError, match=r"av_digits.npz does not exist; an archive with the arrays mnist"):
        prepare(raw)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"mnist": np.zeros((2, 28, 28), np.uint8)}, "is not an archive with the arrays mnist and mnist_y"),
        (
            {"mnist": np.zeros((2, 8, 8), np.uint8), "mnist_y": np.zeros(2)},
            r"holds mnist as uint8 \(2, 8, 8\); uint8 \(2, 28, 28\) was expected",
        ),
        (
            {"mnist": np.zeros((2, 28, 28), np.uint8), "mnist_y": np.array([3, 3])},
            "has 2 pictures of 3, but there are 12 recordings",
        ),
    ],
)
def test_an_unusable_archive_is_told_apart(raw, arrays, message):
    np.savez(raw / "av_digits.npz", **arrays)
    with pytest.raises(ManifestError, match=message):
        prepare(raw)


def test_an_archive_that_is_none(raw):
    (raw / "av_digits.npz").write_bytes(b"no zip")
    with pytest.raises(ManifestError, match="is not an archive"):
        prepare(raw)


def test_recordings_of_other_names_or_content_are_named(raw):
    (raw / "recordings" / "seven.wav").write_bytes(b"")
    with pytest.raises(ManifestError, match=r"seven.wav is not named like a spoken digit"):
        prepare(raw)
    (raw / "recordings" / "seven.wav").rename(raw / "recordings" / "7_theo_20.wav")
    with pytest.raises(ManifestError, match=r"The recording .*7_theo_20.wav cannot be used: The media is neither"):
        prepare(raw)
