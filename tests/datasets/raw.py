"""Raw folders for the tests: small ones made here, and the bundled sets unpacked into the layout they came from."""

import csv
import io
from pathlib import Path

import soundfile
from PIL import Image

from bss_core.manifest import read_manifest

ASSETS = Path(__file__).parents[2] / "assets"


def picture(number):
    file = io.BytesIO()
    Image.new("RGB", (4, 4), (number % 256, number // 256, 99)).save(file, "WEBP", lossless=True)
    return file.getvalue()


def sound(number):
    file = io.BytesIO()
    soundfile.write(file, [((number * 37 + step * step) % 199) / 200 for step in range(80)], 8000, format="WAV")
    return file.getvalue()


def write_index(root, lines):
    root.mkdir(parents=True, exist_ok=True)
    with open(root / "index.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return root


def write_media(root, name, content):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content)
    return name


def unpacked_stamps(root):
    """The raw folder that ``assets/stamps`` was built from, as far as it went into it."""
    manifest = read_manifest(ASSETS / "stamps")
    lines = []
    for row in manifest.rows.itertuples():
        with soundfile.SoundFile(io.BytesIO(row.speech)) as file:
            seconds = file.frames / file.samplerate
        line = {"id": row.sample_id, "label": manifest.info.classes[row.label], "sub": row.folder}
        line["image"] = write_media(root, f"img/{row.sample_id}.webp", row.image)
        line["speech_fr"] = write_media(root, f"speech/{row.sample_id}.ogg", row.speech)
        lines.append({**line, "caption": row.caption, "seconds": f"{seconds:.2f}"})
    return write_index(root, lines)


def unpacked_emoji(root):
    """The raw folder that ``assets/emoji`` was built from, as far as it went into it."""
    manifest = read_manifest(ASSETS / "emoji")
    lines = []
    for row in manifest.rows.itertuples():
        line = {"id": row.sample_id, "label": manifest.info.classes[row.label], "sub": row.subgroup, "name": row.name}
        lines.append({**line, "image": write_media(root, f"img/{row.sample_id}.webp", row.image)})
    return write_index(root, lines)
