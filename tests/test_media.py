"""Cells to bytes, pictures, sounds and texts; a stranger's file gives a MediaError and nothing else."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bss_core import media
from bss_core.errors import MediaError
from tests.media_samples import MKV, MP4, WEBM


def picture(kind="PNG", size=(8, 6), colour=(10, 200, 30), mode="RGB", **options):
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def tone(kind="WAV", rate=8000, seconds=0.5, channels=1, frequency=440.0, **options):
    wave = 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)
    file = io.BytesIO()
    soundfile.write(file, np.repeat(wave[:, None], channels, axis=1), rate, format=kind, **options)
    return file.getvalue()


def failure(decode, content):
    """The sentence of the MediaError, or nothing if the content decodes."""
    try:
        decode(content)
    except MediaError as error:
        return str(error)
    return ""


PICTURES = {"image/webp": "WEBP", "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}
SOUNDS = {"audio/wav": "WAV", "audio/flac": "FLAC", "audio/ogg": "OGG", "audio/mpeg": "MP3"}


class TestReadText:
    def test_text_stays_text_and_bytes_are_utf8(self):
        assert media.read_text("Öl") == "Öl"
        assert media.read_text("Öl".encode()) == "Öl"

    @pytest.mark.parametrize("cell", [b"\xff\xfe\x00", None, 1.5])
    def test_no_text(self, cell):
        with pytest.raises(MediaError, match="text cell"):
            media.read_text(cell)


class TestContentType:
    @pytest.mark.parametrize(("name", "kind"), PICTURES.items())
    def test_pictures(self, name, kind):
        assert media.content_type(picture(kind)) == name

    @pytest.mark.parametrize(("name", "kind"), SOUNDS.items())
    def test_sounds(self, name, kind):
        assert media.content_type(tone(kind)) == name

    def test_a_renamed_zip_is_refused_with_what_was_found(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("picture.png", picture())
        with pytest.raises(MediaError, match=r"neither webp, .*starts with 50 4b 03 04"):
            media.decode_image(file.getvalue())

    @pytest.mark.parametrize(("name", "content"), [("mp4", MP4), ("webm", WEBM), ("x-matroska", MKV)])
    def test_videos(self, name, content):
        assert media.content_type(content) == f"video/{name}"

    @pytest.mark.parametrize("brand", [b"M4A ", b"heic", b"avif"])
    def test_other_files_in_the_form_of_mp4_are_no_videos(self, brand):
        with pytest.raises(MediaError, match="neither webp"):
            media.content_type(MP4.replace(b"isom\x00", brand + b"\x00", 1))

    @pytest.mark.parametrize(
        "content", [b"", b"\xff", b"RIFF\0\0\0\0AVI ", b"<svg onload='x'/>", b"<html>", b"\xff\xf9\x50"]
    )
    def test_anything_else_is_refused(self, content):
        with pytest.raises(MediaError, match="neither webp"):
            media.content_type(content)


class TestDecodeImage:
    @pytest.mark.parametrize("kind", PICTURES.values())
    def test_size_and_colour_survive(self, kind):
        image = media.decode_image(picture(kind))
        assert (image.mode, image.size) == ("RGB", (8, 6))
        assert np.abs(np.asarray(image).astype(int).mean(axis=(0, 1)) - (10, 200, 30)).max() < 8

    def test_transparency_falls_on_white(self):
        image = media.decode_image(picture(mode="RGBA", colour=(255, 0, 0, 0)))
        assert image.getpixel((0, 0)) == (255, 255, 255)
        half = media.decode_image(picture(mode="RGBA", colour=(0, 0, 0, 128)))
        assert half.getpixel((0, 0)) == (127, 127, 127)  # 255 · (1 − 128/255)

    def test_a_palette_with_transparency_falls_on_white(self):
        image = Image.new("P", (2, 1), 0)
        image.putpalette([255, 0, 0, 0, 0, 255])
        image.putpixel((1, 0), 1)
        file = io.BytesIO()
        image.save(file, "GIF", transparency=0)
        decoded = media.decode_image(file.getvalue())
        assert [decoded.getpixel((0, 0)), decoded.getpixel((1, 0))] == [(255, 255, 255), (0, 0, 255)]

    def test_exif_orientation_is_applied(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned a quarter clockwise
        assert media.decode_image(picture("JPEG", exif=exif)).size == (6, 8)

    def test_sixteen_bit_grey_keeps_its_range(self):
        file = io.BytesIO()
        Image.fromarray(np.array([[0, 256, 65535]], dtype=np.uint16)).save(file, "PNG")
        assert [media.decode_image(file.getvalue()).getpixel((x, 0))[0] for x in range(3)] == [0, 1, 255]

    @pytest.mark.parametrize("kind", PICTURES.values())
    def test_a_truncated_picture(self, kind):
        noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(noise).save(file, kind)
        with pytest.raises(MediaError, match="damaged"):
            media.decode_image(file.getvalue()[: len(file.getvalue()) // 2])

    @pytest.mark.parametrize("side", [9000, 2**16])
    def test_a_decompression_bomb_is_refused_before_it_is_decoded(self, side):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
        content = b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
        with pytest.raises(MediaError, match="at most|exceeds limit"):
            media.decode_image(content)

    def test_a_sound_is_no_picture(self):
        with pytest.raises(MediaError, match="audio/wav, not a picture"):
            media.decode_image(tone())


class TestThumbnail:
    def test_it_fits_keeps_the_ratio_and_is_webp(self):
        content = media.thumbnail(picture("JPEG", size=(400, 200)), 64)
        image = Image.open(io.BytesIO(content))
        assert (image.format, image.size) == ("WEBP", (64, 32))

    def test_a_small_picture_is_not_enlarged(self):
        assert Image.open(io.BytesIO(media.thumbnail(picture(size=(8, 6)), 64))).size == (8, 6)

    def test_transparency_is_kept(self):
        image = Image.open(io.BytesIO(media.thumbnail(picture(mode="RGBA", colour=(255, 0, 0, 0)), 4)))
        assert image.mode == "RGBA"
        assert image.getextrema()[3] == (0, 0)

    @pytest.mark.parametrize("side", [0, -1, 4096])
    def test_a_side_out_of_range(self, side):
        with pytest.raises(MediaError, match="from 1 to 2048"):
            media.thumbnail(picture(), side)


SAMPLES = [picture(kind, size=(20, 20)) for kind in PICTURES.values()] + [
    tone(kind, seconds=0.1) for kind in SOUNDS.values()
]


@settings(max_examples=300, deadline=None)
@given(
    content=st.sampled_from(SAMPLES),
    edits=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 4000),
)
@pytest.mark.filterwarnings("ignore")  # decoders may warn of what they repair; only their errors matter here
def test_damaged_files_decode_or_give_a_media_error(content, edits, cut):
    damaged = bytearray(content)
    for position, value in edits:
        damaged[position % len(damaged)] = value
    damaged = bytes(damaged[: max(cut, 12)])
    for decode in (media.decode_image, media.decode_audio, lambda content: media.thumbnail(content, 16)):
        assert "\n" not in failure(decode, damaged)
