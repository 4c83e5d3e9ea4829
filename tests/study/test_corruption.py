"""Damage on purpose: which samples change, to what, and what cannot be damaged."""

import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from bss_core.errors import ConfigError
from bss_core.manifest import read_manifest, write_manifest
from bss_core.study.corruption import Corruption, corrupted_copy
from tests.media_samples import FRAMES, WEBM, depth, everything, frame


def both(tiny_data, tmp_path, **corruption):
    target = corrupted_copy(tiny_data, tmp_path / "copy", Corruption(**corruption))
    return read_manifest(tiny_data).rows, read_manifest(target).rows


def test_files_of_every_kind_are_taken_into_the_copy(tmp_path):
    write_manifest(tmp_path / "data", everything(tmp_path / "data"))
    copy = corrupted_copy(tmp_path / "data", tmp_path / "copy", Corruption(modality="gesture", share=0.5))
    rows = read_manifest(copy).rows.set_index("sample_id")
    assert rows.loc["s1", "range"] == depth(1)
    assert rows.loc["s1", "clip"] == WEBM
    assert {len(frames) for frames in rows["gesture"]} == {FRAMES}
    numbers = [
        number for sample in rows.index for number in range(4) if rows.loc[sample, "gesture"][0] == frame(number, 0)
    ]
    assert [(place - number) % 2 for place, number in enumerate(numbers)] == rows["noisy_gesture"].astype(int).tolist()


@pytest.mark.parametrize("modality", ["image", "audio", "caption"])
def test_a_swap_gives_a_training_sample_the_media_of_another_class(tiny_data, tmp_path, modality):
    before, after = both(tiny_data, tmp_path, modality=modality, share=0.3)
    labels = dict(zip(before[modality], before["label"], strict=True))
    train = set(before.loc[before["split"] == "train", modality])

    # 18 training samples: ⌈0.3 · 18⌉ = 6
    assert after[f"noisy_{modality}"].sum() == 6
    for old, new, bad, split, label in zip(
        before[modality], after[modality], after[f"noisy_{modality}"], after["split"], after["label"], strict=True
    ):
        if bad:
            assert split == "train"
            assert labels[new] != label
            assert new in train
        else:
            assert new == old
    others = [name for name in before if name != modality]
    assert before[others].equals(after[others])


def test_noise_is_of_the_size_of_the_medium(tiny_data, tmp_path):
    before, after = both(tiny_data, tmp_path, modality="image", share=0.01, how="noise")
    row = after[after["noisy_image"]].iloc[0]
    pixels = np.asarray(Image.open(io.BytesIO(row["image"])))

    assert after["noisy_image"].sum() == 1
    assert pixels.shape == (32, 32, 3)
    # uniform on 0 … 255: mean 127.5, standard error 73.9 / √3072 = 1.3
    assert pixels.mean() == pytest.approx(127.5, abs=7)
    assert (before["image"] != after["image"]).sum() == 1


def test_noise_of_a_sound_keeps_its_length(tiny_data, tmp_path):
    before, after = both(tiny_data, tmp_path, modality="audio", share=0.5, how="noise")
    (old, rate), (new, same) = (
        soundfile.read(io.BytesIO(rows["audio"][after["noisy_audio"]].iloc[0])) for rows in (before, after)
    )

    assert (len(old), rate) == (len(new), same)
    assert new.std() == pytest.approx(0.2, rel=0.1)
    assert abs(np.corrcoef(old, new)[0, 1]) < 0.1


def test_the_same_corruption_gives_the_same_copy_and_is_written_once(tiny_data, tmp_path):
    corruption = Corruption("image", 0.2)
    paths = [corrupted_copy(tiny_data, tmp_path / name, corruption) / "manifest.parquet" for name in ("a", "b", "a")]
    stamp = paths[0].stat().st_mtime_ns
    corrupted_copy(tiny_data, tmp_path / "a", corruption)

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_mtime_ns == stamp
    assert corruption.name == "image-swap-0.2"


@pytest.mark.parametrize(
    ("corruption", "message"),
    [
        ({"modality": "depth"}, "There is no modality 'depth' to corrupt; 'tiny' has image, audio, caption"),
        ({"modality": "caption", "how": "noise"}, "The modality 'caption' is text, of which there is no noise"),
        ({"modality": "image", "how": "burn"}, "how = 'burn' is out of range: it must be one of swap, noise"),
        ({"modality": "image", "share": 0}, "share = 0.0 is out of range"),
    ],
)
def test_what_cannot_be_damaged_is_named(tiny_data, tmp_path, corruption, message):
    with pytest.raises(ConfigError, match=message):
        corrupted_copy(tiny_data, tmp_path / "copy", Corruption(**corruption))
    assert not (tmp_path / "copy").exists()
