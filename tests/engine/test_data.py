"""The data set in memory: batches, the cache and its limit, broken samples, loader processes."""

import io

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch
from PIL import Image

from bss_core.engine.data import Batch, MediaDataset, collate, loader
from bss_core.engine.inputs import InputConfig
from bss_core.errors import MediaError
from bss_core.manifest import Info, Modality

INFO = Info(
    "made up",
    ("a", "b"),
    {
        "picture": Modality("image"),
        "sound": Modality("audio", sample_rate=8000, seconds=0.01),
        "numbers": Modality("features"),
    },
)
CONFIG = InputConfig(image_size=16)
SAMPLE_BYTES = 3 * 16 * 16 + 80 * 4 + 2 * 4


def png(grey):
    file = io.BytesIO()
    Image.new("RGB", (16, 16), (grey,) * 3).save(file, "PNG")
    return file.getvalue()


def wav(level):
    file = io.BytesIO()
    soundfile.write(file, np.full(80, level, dtype=np.float32), 8000, format="WAV", subtype="FLOAT")
    return file.getvalue()


def rows(count=7, broken=()):
    return pd.DataFrame(
        {
            "sample_id": [f"s{number}" for number in range(count)],
            "split": "train",
            "label": [number % 2 for number in range(count)],
            "picture": [b"no picture" if number in broken else png(number) for number in range(count)],
            "sound": [wav(number / 100) for number in range(count)],
            "numbers": [[float(number), 1.0] for number in range(count)],
        }
    )


def dataset(count=7, broken=(), **options):
    return MediaDataset(rows(count, broken), INFO, CONFIG, **options)


def check(batch, positions, numbers):
    """Every tensor of the batch belongs to the sample numbers given."""
    assert batch.index.tolist() == list(positions)
    assert batch.labels.tolist() == [number % 2 for number in numbers]
    assert batch.inputs["picture"].flatten(1)[:, 0].tolist() == list(numbers)
    assert torch.allclose(batch.inputs["sound"][:, 0] * 100, torch.tensor(numbers, dtype=torch.float32), atol=1e-4)
    assert batch.inputs["numbers"][:, 0].tolist() == list(numbers)


@pytest.fixture
def decodings(monkeypatch):
    """Counts how often a picture is decoded."""
    from bss_core import media

    calls, real = [], media.decode_image
    monkeypatch.setattr(media, "decode_image", lambda content: calls.append(1) or real(content))
    return calls


def test_items_and_batches_hold_the_right_samples():
    data = dataset()
    item = data[-1]
    assert (item.index, item.label, item.inputs["numbers"].tolist()) == (6, 0, [6.0, 1.0])
    check(data.__getitems__([5, 0, 5]), [5, 0, 5], [5, 0, 5])
    assert data.shapes == {"picture": (3, 16, 16), "sound": (80,), "numbers": (2,)}
    assert data.labels.dtype == np.int64


def test_a_scanned_data_set_never_decodes_again(decodings):
    data = dataset()
    seen = []
    assert data.scan(lambda done, total: seen.append((done, total))) == {}
    assert (seen[0], seen[-1], data.is_cached) == ((1, 7), (7, 7), True)
    decodings.clear()
    for batch, positions in zip(loader(data, 3), ([0, 1, 2], [3, 4, 5], [6]), strict=True):
        check(batch, positions, positions)
    assert not decodings


@pytest.mark.parametrize("limit", [0, 3 * SAMPLE_BYTES, 3 * SAMPLE_BYTES + 1, 7 * SAMPLE_BYTES])
def test_the_cache_keeps_to_its_limit_and_batches_stay_the_same(decodings, limit):
    data = dataset(cache_bytes=limit)
    data.scan()
    decodings.clear()
    check(data.__getitems__([6, 1, 4, 0]), [6, 1, 4, 0], [6, 1, 4, 0])
    kept = limit // SAMPLE_BYTES
    assert len(decodings) == sum(number >= kept for number in [6, 1, 4, 0])
    assert data.is_cached == (kept == 7)


def test_changing_a_batch_does_not_change_the_cache():
    data = dataset()
    data.scan()
    data.__getitems__([1, 2]).inputs["numbers"].zero_()
    check(data.__getitems__([1, 2]), [1, 2], [1, 2])


def test_broken_samples_are_listed_left_out_and_positions_move_up():
    data = dataset(broken=(0, 3))
    with pytest.raises(MediaError, match="s3, picture: "):
        data[3]
    broken = data.scan()
    assert list(broken) == ["s0", "s3"]
    assert all("picture" in reason for reason in broken.values())
    assert data.sample_ids.tolist() == ["s1", "s2", "s4", "s5", "s6"]
    assert data.labels.tolist() == [1, 0, 0, 1, 0]
    assert (len(data), data.is_cached, data.scan()) == (5, True, {})
    check(data.__getitems__([4, 2]), [4, 2], [6, 4])
    check(collate([data[4], data[0]]), [4, 0], [6, 1])


def test_nothing_decodable_is_an_error():
    with pytest.raises(MediaError, match="None of the 2 samples of 'made up' can be decoded: s1, picture: "):
        dataset(2, broken=(0, 1))


def test_features_of_another_length_are_broken():
    frame = rows()
    frame.at[2, "numbers"] = [1.0, 2.0, 3.0]
    broken = MediaDataset(frame, INFO, CONFIG).scan()
    assert broken == {"s2": "s2, numbers: it has 3 values; the others have 2."}


def test_the_loader_follows_the_sampler_and_may_drop_the_last():
    data = dataset()
    data.scan()
    batches = list(loader(data, 2, sampler=[6, 6, 0, 3, 2], drop_last=True))
    assert len(batches) == 2
    check(batches[0], [6, 6], [6, 6])
    check(batches[1], [0, 3], [0, 3])


def test_a_loader_with_its_own_generator_leaves_the_global_one_alone():
    data = dataset()
    state = torch.get_rng_state()
    list(loader(data, 4, generator=torch.Generator().manual_seed(1)))
    assert torch.equal(torch.get_rng_state(), state)


def test_processes_give_the_same_batches_and_are_not_started_for_a_cached_set():
    data = dataset(cache_bytes=0)
    one = loader(data, 3, sampler=[4, 0, 2, 6], workers=1)
    assert (one.num_workers, one.persistent_workers) == (1, True)
    for batch, positions in zip(one, ([4, 0, 2], [6]), strict=True):
        check(batch, positions, positions)
    cached = dataset()
    cached.scan()
    assert loader(cached, 3, workers=1).num_workers == 0


def test_an_index_beyond_the_end_is_an_index_error():
    with pytest.raises(IndexError):
        dataset()[7]


def test_batches_move_and_count_their_samples():
    batch = collate([dataset()[number] for number in (1, 2)])
    moved = batch.to("meta")
    assert len(batch) == 2
    assert {values.device.type for values in (moved.index, moved.labels, *moved.inputs.values())} == {"meta"}
    assert isinstance(collate(batch), Batch)


@pytest.mark.gpu
def test_pinned_batches_reach_the_gpu():
    data = dataset()
    data.scan()
    batch = next(iter(loader(data, 3, pin_memory=True)))
    assert batch.inputs["picture"].is_pinned()
    check(batch.to("cuda", non_blocking=True).to("cpu"), [0, 1, 2], [0, 1, 2])
