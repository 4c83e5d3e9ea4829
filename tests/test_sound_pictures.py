"""Peaks against a naive reference; pictures of known sounds looked at where the sound must be."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bss_core import sound_pictures
from bss_core.errors import MediaError
from bss_core.sound_pictures import spectrogram_png, waveform_peaks, waveform_png


def pixels(content):
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    return np.asarray(image).astype(int)


def test_peaks_by_hand():
    assert waveform_peaks(np.array([0.0, 0.5, -1.0, 0.25]), 2).tolist() == [[0.0, 0.5], [-1.0, 0.25]]


def test_more_bins_than_samples_repeat_them():
    assert waveform_peaks(np.array([0.5, -0.5]), 4).tolist() == [[0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [-0.5, -0.5]]


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=200), st.integers(1, 60))
def test_peaks_like_a_loop(samples, bins):
    edges = [index * len(samples) // bins for index in range(bins)] + [len(samples)]
    parts = [samples[low : max(high, low + 1)] for low, high in zip(edges, edges[1:], strict=False)]
    assert waveform_peaks(np.array(samples), bins).tolist() == [[min(part), max(part)] for part in parts]


def test_a_tone_is_a_bright_line_at_its_frequency():
    rate, width, height = 8000, 100, 80
    wave = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    bright = pixels(spectrogram_png(wave, rate, width, height)).sum(axis=2)
    assert bright.shape == (height, width)
    assert abs(bright[:, 10:90].mean(axis=1).argmax() - height * (1 - 1000 / 4000)) <= 1.5  # 0 Hz at the bottom


def test_time_runs_from_left_to_right():
    rate = 8000
    wave = np.concatenate([np.zeros(rate), np.random.default_rng(0).normal(size=rate)])
    bright = pixels(spectrogram_png(wave, rate, 100, 40)).sum(axis=2).mean(axis=0)
    assert bright[:45].max() < bright[55:].min()


def test_windows_at_the_ends_and_across_chunks_are_those_of_the_padded_sound(monkeypatch):
    wave, centres, size = np.random.default_rng(0).normal(size=1000), np.array([0, 3, 500, 996, 999]), 64
    padded = np.pad(wave, size // 2)
    naive = [np.abs(np.fft.rfft(padded[centre : centre + size] * np.hanning(size))) ** 2 for centre in centres]
    assert np.allclose(sound_pictures._power(wave, centres, size), naive, rtol=1e-5)
    whole = spectrogram_png(wave, 800, 40, 20)
    monkeypatch.setattr(sound_pictures, "_AT_ONCE", 3)
    assert spectrogram_png(wave, 800, 40, 20) == whole


def test_a_click_in_a_long_sound_is_not_lost_between_columns():
    wave = np.full(8000 * 60, 1e-6)
    wave[200_050] = 1.0
    bright = pixels(spectrogram_png(wave, 8000, 100, 20)).sum(axis=2).mean(axis=0)
    assert abs(int(bright.argmax()) - 200_050 * 100 // wave.size) <= 1
    assert bright.max() > bright.min() + 50


@pytest.mark.parametrize("wave", [np.zeros(4000), np.ones(1), np.full(3, 1e-30)])
def test_silence_and_the_shortest_sounds_have_pictures(wave):
    assert pixels(spectrogram_png(wave, 8000, 30, 20)).shape == (20, 30, 3)
    assert pixels(waveform_png(wave, 30, 20)).shape == (20, 30, 4)


def test_the_waveform_fills_where_it_is_loud_and_is_a_line_where_it_is_silent():
    wave = np.concatenate([np.zeros(1000), np.tile([1.0, -1.0], 500)])
    drawn = pixels(waveform_png(wave, 20, 41))[..., 3] > 0
    assert drawn[:, :10].sum(axis=0).max() <= 2
    assert drawn[:, 10:].all()


def test_a_half_wave_above_zero_is_drawn_in_the_upper_half():
    drawn = pixels(waveform_png(np.tile([0.0, 1.0], 100), 10, 41))[..., 3] > 0
    assert drawn[:20].all()
    assert not drawn[22:].any()


@pytest.mark.parametrize("wave", [np.zeros(0), np.array([np.nan]), np.zeros((2, 2))])
def test_what_is_no_waveform(wave):
    with pytest.raises(MediaError, match="finite waveform"):
        spectrogram_png(wave, 8000)
    with pytest.raises(MediaError, match="finite waveform"):
        waveform_peaks(wave, 3)


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 0), (5000, 10), (10, 10**9)])
def test_sides_out_of_range(width, height):
    with pytest.raises(MediaError, match="from 1 to 4096"):
        spectrogram_png(np.ones(10), 8000, width, height)
    with pytest.raises(MediaError, match="from 1 to 4096"):
        waveform_png(np.ones(10), width, height)


def test_a_rate_out_of_range():
    with pytest.raises(MediaError, match="rates run from"):
        spectrogram_png(np.ones(10), 0)
