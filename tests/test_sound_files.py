"""Sounds: length, rate and samples of every format, and what is damaged, too long or none."""

import io

import numpy as np
import pytest
import soundfile

from bss_core import media, sound_files
from bss_core.errors import MediaError
from tests.test_media import SOUNDS, picture, tone


class TestSoundFacts:
    @pytest.mark.parametrize("kind", SOUNDS.values())
    def test_length_and_rate_of_bytes_and_of_a_file(self, tmp_path, kind):
        (tmp_path / "a").write_bytes(tone(kind, rate=16000))
        for content in (tone(kind, rate=16000), tmp_path / "a"):
            seconds, rate = media.sound_facts(content)
            assert (seconds, rate) == (pytest.approx(0.5, abs=0.08), 16000)  # mp3 pads
            assert media.decode_audio(content)[0].size == pytest.approx(seconds * rate, abs=1300)

    def test_what_is_no_sound(self, tmp_path):
        with pytest.raises(MediaError, match="image/png, not a sound"):
            media.sound_facts(picture())
        with pytest.raises(MediaError, match="'none' cannot be read"):
            media.sound_facts(tmp_path / "none")


class TestDecodeAudio:
    def test_channels_of_a_long_sound_are_averaged_block_by_block(self, monkeypatch):
        monkeypatch.setattr(sound_files, "_BLOCK", 7)
        wave, file = np.linspace(-0.5, 0.5, 40), io.BytesIO()
        soundfile.write(file, np.stack([wave, wave / 2, 0 * wave], axis=1), 8000, format="WAV", subtype="FLOAT")
        assert np.allclose(media.decode_audio(file.getvalue())[0], wave / 2, atol=1e-6)

    def test_too_many_channels_are_refused(self):
        with pytest.raises(MediaError, match="800 × 17 samples; at most .* × 16"):
            media.decode_audio(tone(seconds=0.1, channels=17))
        assert media.decode_audio(tone(seconds=0.1, channels=16))[0].size == 800

    @pytest.mark.parametrize("kind", SOUNDS.values())
    def test_length_rate_and_level(self, kind):
        wave, rate = media.decode_audio(tone(kind, rate=16000))
        assert (wave.dtype, wave.ndim, rate) == (np.float32, 1, 16000)
        assert wave.size == pytest.approx(8000, abs=1300)  # mp3 pads
        assert wave.std() == pytest.approx(0.5 / np.sqrt(2), rel=0.15)

    def test_channels_are_averaged(self):
        file = io.BytesIO()
        soundfile.write(file, np.array([[0.5, 0.0], [0.25, -0.25]]), 8000, format="WAV", subtype="FLOAT")
        assert media.decode_audio(file.getvalue())[0].tolist() == [0.25, 0.0]

    def test_resampling_keeps_length_and_pitch(self):
        wave, rate = media.decode_audio(tone(rate=8000, seconds=1.0, frequency=500.0), 16000)
        assert (rate, wave.size) == (16000, 16000)
        assert np.abs(np.fft.rfft(wave)).argmax() == 500  # one bin per Hz

    def test_the_same_rate_changes_nothing(self):
        content = tone()
        assert np.array_equal(media.decode_audio(content)[0], media.decode_audio(content, 8000)[0])

    @pytest.mark.parametrize("kind", ["OGG", "FLAC"])
    def test_a_file_cut_in_its_header(self, kind):
        with pytest.raises(MediaError, match="damaged|no samples"):
            media.decode_audio(tone(kind)[:40])

    def test_an_ogg_cut_short_gives_the_part_that_is_there(self):
        content = tone("OGG", seconds=8.0)
        pages = [start for start in range(len(content)) if content[start : start + 4] == b"OggS"]
        assert 0 < media.decode_audio(content[: pages[-1] + 50])[0].size < 8 * 8000

    def test_an_mp3_cut_short_has_no_samples_that_nobody_wrote(self):
        content = tone("MP3", seconds=8.0)  # its header tells of all of them
        wave, rate = media.decode_audio(content[: len(content) // 2])
        assert 3.5 * rate < wave.size < 4.5 * rate

    def test_no_samples(self):
        with pytest.raises(MediaError, match="no samples"):
            media.decode_audio(tone(seconds=0.0))

    def test_not_a_number(self):
        file = io.BytesIO()
        soundfile.write(file, np.array([0.0, np.nan]), 8000, format="WAV", subtype="FLOAT")
        with pytest.raises(MediaError, match="not finite"):
            media.decode_audio(file.getvalue())

    def test_a_sound_too_long_is_refused_before_it_is_decoded(self, monkeypatch):
        monkeypatch.setattr(sound_files, "MAX_SAMPLES", 1000)
        with pytest.raises(MediaError, match="4000 × 1 samples; at most 1000"):
            media.decode_audio(tone())

    def test_a_picture_is_no_sound(self):
        with pytest.raises(MediaError, match="image/png, not a sound"):
            media.decode_audio(picture())

    @pytest.mark.parametrize("rate", [0, -8000, 10**9])
    def test_a_rate_out_of_range(self, rate):
        with pytest.raises(MediaError, match="rates run from"):
            media.decode_audio(tone(), rate)
