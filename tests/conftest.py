"""What every test shares: one thread, no network beyond this machine, and a tiny data set that can be learned."""

import os

# Before anything imports torch, open_clip or numba: they read these once.
os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
os.environ["NUMBA_NUM_THREADS"] = "1"  # else numba tells OpenMP, and with it torch, to use all cores from then on

import io
import shutil
import socket
from pathlib import Path

import hypothesis
import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image

from bss_core.manifest import FILE, Info, Manifest, Modality, write_manifest

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

CLASSES = ("low red", "mid green", "high blue")
PITCHES = (220.0, 880.0, 3000.0)  # Hz, one per class
SAMPLE_RATE = 8000
SECONDS = 0.5


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run."""
    if item.get_closest_marker("browser") and not shutil.which("chromium"):
        pytest.skip("chromium is not on the PATH")
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("no CUDA device")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that would leave this machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test wanted to connect to {address}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


def picture(label: int, rng: np.random.Generator) -> bytes:
    """A 32 × 32 PNG in the class's colour, with noise."""
    pixels = rng.integers(0, 100, (32, 32, 3))
    pixels[..., label] += 140
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def sound(label: int, rng: np.random.Generator) -> bytes:
    """Half a second of the class's tone as 16-bit WAV, with noise."""
    time = np.arange(int(SAMPLE_RATE * SECONDS)) / SAMPLE_RATE
    wave = 0.5 * np.sin(2 * np.pi * PITCHES[label] * time + rng.uniform(0, 6)) + rng.normal(0, 0.05, time.shape)
    file = io.BytesIO()
    soundfile.write(file, np.clip(wave, -1, 1), SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def tiny_manifest() -> Manifest:
    """36 samples, 12 per class: 6 to train, 3 to validate and 3 to test; image and audio as bytes, caption inline."""
    rng = np.random.default_rng(0)
    rows = []
    for number in range(36):
        label, split = number % 3, ("train", "train", "validation", "test")[number // 3 % 4]
        caption = f"{CLASSES[label]} thing number {number}"
        media = {"image": picture(label, rng), "audio": sound(label, rng), "caption": caption}
        rows.append({"sample_id": f"tiny-{number:02d}", "split": split, "label": label, **media})
    kinds = {"image": Modality("image"), "audio": Modality("audio", SAMPLE_RATE, SECONDS), "caption": Modality("text")}
    return Manifest(Info("tiny", CLASSES, kinds, about="made by the tests"), pd.DataFrame(rows))


@pytest.fixture(scope="session")
def shared_tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny data set, one for the whole session: only to be read."""
    folder = tmp_path_factory.mktemp("tiny")
    write_manifest(folder, tiny_manifest())
    return folder


@pytest.fixture
def tiny_data(shared_tiny_data: Path, tmp_path: Path) -> Path:
    """A folder with the tiny data set that belongs to the test alone."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    shutil.copy(shared_tiny_data / FILE, folder)
    return folder
