"""Decoding one cell of each kind, and the batched preparation that follows."""

import io
import math

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from bss_core.config import checked_options
from bss_core.engine.inputs import InputConfig, decode, samples_of
from bss_core.engine.preprocess import LogMel, Preprocess, drop_words, mel_filters, shift_image, shift_wave
from bss_core.errors import ConfigError, MediaError
from bss_core.manifest import Modality

CONFIG = InputConfig(image_size=16)
SOUND = Modality("audio", sample_rate=8000, seconds=0.5)


def png(width, height, colour="white", left=None):
    picture = Image.new("RGB", (width, height), colour)
    if left:
        picture.paste(left, (0, 0, width // 4, height))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def wav(wave, rate=8000):
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


def tone(frequency, rate=8000, seconds=0.5, level=0.5):
    return (level * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


def test_an_image_becomes_bytes_of_the_size_and_keeps_its_colour(tmp_path):
    decoded = decode(png(40, 40, (255, 0, 10)), Modality("image"), CONFIG, tmp_path)
    assert (decoded.dtype, decoded.shape) == (torch.uint8, (3, 16, 16))
    assert decoded.flatten(1).unique(dim=1).squeeze().tolist() == [255, 0, 10]


def test_a_wide_image_is_cropped_in_the_centre(tmp_path):
    # the left quarter is red and the middle half is what a centre crop of 2:1 keeps
    decoded = decode(png(64, 32, "white", left="red"), Modality("image"), CONFIG, tmp_path)
    assert decoded.float().mean() > 250


def test_an_image_is_read_from_a_path_in_the_data_folder(tmp_path):
    (tmp_path / "a.png").write_bytes(png(20, 20, "black"))
    assert decode("a.png", Modality("image"), CONFIG, tmp_path).sum() == 0


@pytest.mark.parametrize("length", [0.2, 0.5, 0.9])
def test_audio_is_cut_or_padded_to_its_length(tmp_path, length):
    wave = tone(440, seconds=length)
    decoded = decode(wav(wave), SOUND, CONFIG, tmp_path)
    kept = min(len(wave), 4000)
    assert (decoded.dtype, decoded.shape) == (torch.float32, (4000,))
    assert torch.equal(decoded[:kept], torch.from_numpy(wave[:kept]))
    assert decoded[kept:].abs().sum() == 0


def test_audio_is_resampled_to_the_rate_of_the_modality(tmp_path):
    decoded = decode(wav(tone(440, rate=16000), 16000), SOUND, CONFIG, tmp_path)
    spectrum = torch.fft.rfft(decoded).abs()
    assert spectrum.argmax().item() * 8000 / 4000 == pytest.approx(440, abs=2)


def test_samples_of_rounds_and_is_never_zero():
    assert samples_of(Modality("audio", 8000, 3.3)) == 26400
    assert samples_of(Modality("audio", 8000, 0.0)) == 1


def test_text_becomes_clip_tokens(tmp_path):
    decoded = decode("a red cat", Modality("text"), CONFIG, tmp_path)
    assert (decoded.dtype, decoded.shape) == (torch.int64, (77,))
    assert decoded[:6].tolist() == [49406, 320, 736, 2368, 49407, 0]  # CLIP's published vocabulary


@pytest.mark.parametrize(("text", "tokens"), [("", 2), ("word " * 500, 77), ("x" * 100_000, 77)])
def test_empty_and_endless_texts_keep_start_and_end(tmp_path, text, tokens):
    decoded = decode(text, Modality("text"), CONFIG, tmp_path)
    assert (decoded[0].item(), decoded.max().item(), (decoded > 0).sum().item()) == (49406, 49407, tokens)


def test_only_the_beginning_of_an_endless_text_is_read(tmp_path):
    late = decode(" " * 1000 + "cat", Modality("text"), CONFIG, tmp_path)
    assert torch.equal(late, decode("", Modality("text"), CONFIG, tmp_path))


@pytest.mark.parametrize("cell", [[1, 2.5], np.array([1, 2.5]), (1, 2.5)])
def test_features_are_taken_as_they_are(tmp_path, cell):
    decoded = decode(cell, Modality("features"), CONFIG, tmp_path)
    assert (decoded.dtype, decoded.tolist()) == (torch.float32, [1.0, 2.5])


def test_the_middle_frame_is_taken(tmp_path):
    cell = [png(20, 20, colour) for colour in ("red", "lime", "blue", "white")]
    assert decode(cell, Modality("frames"), CONFIG, tmp_path).flatten(1)[:, 0].tolist() == [0, 0, 255]


def test_depth_becomes_greys_from_near_to_far(tmp_path):
    values, file = np.repeat([[500, 2500]], 16, axis=0).repeat(8, axis=1).astype(np.uint16), io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    decoded = decode(file.getvalue(), Modality("depth"), CONFIG, tmp_path)
    assert (decoded.dtype, decoded.shape) == (torch.uint8, (3, 16, 16))
    assert (decoded[:, 8, 2].tolist(), decoded[:, 8, 13].tolist()) == ([255] * 3, [0] * 3)


@pytest.mark.parametrize(("cell", "values"), [([1, 2, 3], [1, 2, 3]), ([[1, 2], [3, 4]], [1, 2, 3, 4])])
def test_a_series_is_laid_out_channel_after_channel(tmp_path, cell, values):
    decoded = decode(cell, Modality("series"), CONFIG, tmp_path)
    assert (decoded.dtype, decoded.tolist()) == (torch.float32, values)


def test_a_video_is_refused_with_what_is_possible(tmp_path):
    with pytest.raises(ConfigError, match="cannot be trained on, .* bring its frames, its sound or features"):
        decode("a.mp4", Modality("video"), CONFIG, tmp_path)


@pytest.mark.parametrize(
    ("cell", "kind", "message"),
    [
        (None, "image", "image is missing"),
        (float("nan"), "text", "text is missing"),
        (png(20, 20)[:60], "image", "picture"),
        (b"", "audio", "neither webp"),
        (["a", "b"], "features", "not a list of numbers"),
        ([1.0, float("inf")], "features", "finite numbers"),
        ([[1.0], [2.0]], "features", r"shape \(2, 1\)"),
        ([], "features", r"shape \(0,\)"),
        ([1e300], "features", "beyond what float32 holds"),
        ([[1, 2], [3]], "series", "differ in length"),
        (png(20, 20, "red"), "depth", "must be grey"),
        ([], "frames", "an empty list"),
        (3, "text", "text"),
    ],
)
def test_a_bad_cell_is_a_media_error(tmp_path, cell, kind, message):
    with pytest.raises(MediaError, match=message):
        decode(cell, Modality(kind), CONFIG, tmp_path)


def test_mel_filters_by_hand():
    # mel(4000 Hz) = 2146.06; a third and two thirds of it are 620.6 and 1791.3 Hz
    filters = mel_filters(2, 8, 8000)
    assert filters.shape == (5, 2)
    expected = [[0, 0], [0.6759, 0.3241], [0, 0.9055], [0, 0.4528], [0, 0]]
    assert torch.allclose(filters, torch.tensor(expected), atol=2e-4)


def test_too_many_mel_bands_are_refused():
    with pytest.raises(ConfigError, match="mels = 200 is too many for a window of 512 samples"):
        mel_filters(200, 512, 8000)


def test_log_mel_finds_the_tone_and_ignores_the_level():
    log_mel = LogMel(8000, InputConfig())
    loud, quiet = (torch.from_numpy(tone(1000, level=level))[None] for level in (0.5, 0.05))
    picture = log_mel(loud)
    assert picture.shape == (1, 1, 40, 4000 // 256 + 1)
    assert (picture.max().item(), picture.min().item() >= -1) == (1.0, True)
    assert torch.allclose(picture, log_mel(quiet), atol=1e-3)
    centre = 700 * (10 ** (math.log10(1 + 4000 / 700) * (picture[0, 0].mean(1).argmax().item() + 1) / 41) - 1)
    assert centre == pytest.approx(1000, rel=0.05)


def test_silence_is_the_floor_and_padding_does_not_change_the_sound():
    log_mel = LogMel(8000, InputConfig())
    assert torch.equal(log_mel(torch.zeros(1, 4000)), torch.full((1, 1, 40, 16), -1.0))
    wave = torch.from_numpy(tone(1000))[None]
    padded = log_mel(torch.cat([wave, torch.zeros(1, 4000)], dim=1))
    assert torch.allclose(padded[..., :14], log_mel(wave)[..., :14], atol=1e-5)


MODALITIES = {"image": Modality("image"), "speech": SOUND, "caption": Modality("text"), "numbers": Modality("features")}


def batch(samples=4):
    generator = torch.Generator().manual_seed(0)
    tokens = torch.zeros(samples, 77, dtype=torch.int64)
    tokens[:, :12] = torch.randint(300, 40000, (samples, 12), generator=generator)
    tokens[:, 0], tokens[:, 12] = 49406, 49407
    return {
        "image": torch.randint(256, (samples, 3, 16, 16), generator=generator).to(torch.uint8),
        "speech": torch.randn(samples, 4000, generator=generator),
        "caption": tokens,
        "numbers": torch.randn(samples, 5, generator=generator),
    }


def test_in_evaluation_nothing_is_random_and_pixels_run_from_minus_one_to_one():
    preprocess = Preprocess(MODALITIES, InputConfig(image_size=16, augment=1.0)).eval()
    given = batch()
    state = torch.get_rng_state()
    prepared = preprocess(given)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.allclose(prepared["image"], given["image"].float() / 127.5 - 1)
    assert prepared["speech"].shape == (4, 1, 40, 16)
    assert torch.equal(prepared["caption"], given["caption"])
    assert torch.equal(prepared["numbers"], given["numbers"])


def test_strength_zero_is_no_augmentation():
    preprocess = Preprocess(MODALITIES, InputConfig(image_size=16, augment=0.0))
    given, state = batch(), torch.get_rng_state()
    training, evaluation = preprocess.train()(given), preprocess.eval()(given)
    assert all(torch.equal(training[name], evaluation[name]) for name in given)
    assert torch.equal(torch.get_rng_state(), state)


def test_augmentation_follows_the_seed_and_leaves_the_batch_alone():
    preprocess = Preprocess(MODALITIES, InputConfig(image_size=16, augment=1.0))
    given, untouched = batch(), batch()

    def draw(seed):
        torch.manual_seed(seed)
        return preprocess(given)

    first, again, other = draw(1), draw(1), draw(2)
    for name in ("image", "speech", "caption"):
        assert torch.equal(first[name], again[name])
        assert not torch.equal(first[name], other[name])
    assert torch.equal(first["numbers"], given["numbers"])
    assert all(torch.equal(given[name], untouched[name]) for name in given)


def test_shifted_images_are_crops_of_the_reflected_image():
    images = batch(8)["image"]
    shifted = shift_image(images, 1.0)  # 16 / 8 = up to two pixels
    padded = torch.nn.functional.pad(images, (2, 2, 2, 2), mode="reflect")
    for number in range(8):
        crops = [padded[number, :, y : y + 16, x : x + 16] for y in range(5) for x in range(5)]
        assert any(torch.equal(shifted[number], crop) for crop in crops)


def test_shifted_sounds_move_by_the_drawn_offset():
    waves = torch.arange(1.0, 101.0).repeat(3, 1)
    torch.manual_seed(3)
    shifted = shift_wave(waves, 1.0)
    torch.manual_seed(3)
    for wave, moved, offset in zip(waves, shifted, torch.randint(-10, 11, (3, 1)).flatten().tolist(), strict=True):
        expected = torch.zeros(100)
        expected[max(0, offset) : 100 + min(0, offset)] = wave[max(0, -offset) : 100 - max(0, offset)]
        assert torch.equal(moved, expected)


def test_dropped_words_close_up_between_start_and_end():
    tokens = batch(200)["caption"]
    dropped = drop_words(tokens, 1.0)
    left = 0
    for before, after in zip(tokens.tolist(), dropped.tolist(), strict=True):
        words = [token for token in after if token]
        rest = iter(before)
        assert all(token in rest for token in words)  # a subsequence
        assert (words[0], words[-1], after[: len(words)]) == (49406, 49407, words)
        left += len(words) - 2
    assert left / (200 * 11) == pytest.approx(0.7, abs=0.05)


def test_bfloat16_autocast_does_not_reach_the_spectrogram():
    preprocess = Preprocess(MODALITIES, InputConfig(image_size=16)).eval()
    given = batch()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        prepared = preprocess(given)
    assert prepared["speech"].dtype == torch.float32
    assert torch.equal(prepared["speech"], preprocess(given)["speech"])


@pytest.mark.parametrize("bad", [{"image_size": 8}, {"mels": 2}, {"augment": 1.5}, {"hop": 0}])
def test_options_out_of_range_are_refused(bad):
    with pytest.raises(ConfigError, match="out of range"):
        checked_options(InputConfig, bad)
