"""Tux Paint stamps: 663 small pictures, each with a spoken French description and an English caption, in nine classes.

Content: ``image`` (96 px WebP), ``speech`` (a human voice, 8 kHz mono Ogg), ``caption`` (text). Classes: animals 142,
symbols 91, town 78, household 73, food 71, seasonal 67, vehicles 58, clothes 44, plants 39. Left out are the letter
stamps (``symbols/alphabets``), which carry no more than their letter, and the source's seven small folders.
Good for: a first look at everything; three modalities of unequal strength (captions tell most, speech least).
Splits: about 60/20/20 per class. Colour variants share caption and voice, so samples with the same caption, picture or
recording stay in one split; the column ``group`` names the group by its caption, ``folder`` is the source's folder.
Raw folder: ``index.csv`` (id, label, sub, caption, image, speech_fr, seconds) and the files it names.
Licence: GPL-2.0-or-later, © Bill Kendrick and the Tux Paint contributors.
Source: Debian package tuxpaint-stamps-default 2022.06.04-1, https://tuxpaint.org/stamps/.
"""

import hashlib
import math
import re
from pathlib import Path

import pandas as pd

from bss_core.datasets._raw import read_files, read_index
from bss_core.datasets._splits import group_rows, split_groups
from bss_core.errors import ManifestError
from bss_core.manifest import Info, Manifest, Modality

__all__ = ["prepare"]

CLASSES = ("animals", "symbols", "town", "household", "food", "seasonal", "vehicles", "clothes", "plants")
SAMPLE_RATE = 8000
ABOUT = (
    "Tux Paint stamps with spoken French descriptions and English captions; "
    "GPL-2.0-or-later, © Bill Kendrick and contributors."
)
_COLUMNS = ("id", "label", "sub", "caption", "image", "speech_fr", "seconds")


def prepare(root: Path) -> Manifest:
    """The stamps as a manifest with the media inside.

    Args:
        root: the raw folder.

    Raises:
        ManifestError: a missing or unusable file or column; says what was expected.
    """
    index = _selected(read_index(root, _COLUMNS), root)
    image, speech = read_files(root, index, "image", "image"), read_files(root, index, "speech_fr", "audio")
    captions = [normalised(caption) for caption in index["caption"]]
    groups = [captions[first] for first in group_rows(captions, _checksums(image), _checksums(speech))]
    labels = [CLASSES.index(label) for label in index["label"]]
    rows = {"sample_id": index["id"], "split": split_groups(groups, labels), "label": labels, "image": image}
    rows |= {"speech": speech, "caption": index["caption"], "folder": index["sub"], "group": groups}
    modalities = {
        "image": Modality("image"),
        "speech": Modality("audio", SAMPLE_RATE, _seconds(index)),
        "caption": Modality("text"),
    }
    return Manifest(Info("stamps", CLASSES, modalities, about=ABOUT), pd.DataFrame(rows))


def _selected(index: pd.DataFrame, root: Path) -> pd.DataFrame:
    letters = index["sub"].str.startswith("symbols/alphabets")
    index = index[index["label"].isin(CLASSES) & ~letters].reset_index(drop=True)
    if index.empty:
        raise ManifestError(f"No sample in {root} is of a class of the stamps; expected are {', '.join(CLASSES)}.")
    return index


def _seconds(index: pd.DataFrame) -> float:
    """The length that 95 % of the recordings fit in, rounded up to tenths of a second."""
    seconds = pd.to_numeric(index["seconds"], errors="coerce")
    if seconds.isna().any():
        sample_id = index["id"][seconds.isna()].iloc[0]
        raise ManifestError(
            f"Sample {sample_id!r} of the stamps has no length in the column 'seconds'; a number was expected."
        )
    return math.ceil(float(seconds.quantile(0.95)) * 10) / 10


def normalised(caption: str) -> str:
    """The caption in lower case, words joined by single spaces, without punctuation."""
    return " ".join(re.findall(r"\w+", caption.lower()))


def _checksums(contents: list[bytes]) -> list[bytes]:
    return [hashlib.sha256(content).digest() for content in contents]
