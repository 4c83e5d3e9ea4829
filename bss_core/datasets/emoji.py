"""Noto emoji: 1,906 pictures of 72 px with their names, in the nine groups of the emoji keyboard.

Content: ``image`` (WebP, transparent ground) and ``name`` (text, such as "red apple"). Classes: People & Body 386,
Flags 270, Objects 264, Symbols 224, Travel & Places 218, Smileys & Emotion 169, Animals & Nature 159,
Food & Drink 131, Activities 85. The source's keywords are left out: they name the class.
Good for: two modalities of nearly equal strength.
Splits: about 60/20/20 per class. Variants of one emoji in gender, skin tone, hair or direction are near-duplicates:
they stay in one split, as do identical pictures (France and Clipperton have one flag); all other flags stand alone.
The group's name stands in the column ``group``, the finer of the source's two groupings in ``subgroup``.
Raw folder: ``index.csv`` (id, label, sub, name, image) and the files it names.
Licence: pictures Apache-2.0 (Noto Emoji, © Google), names MIT (emoji-datasource, emojibase).
Source: npm packages emoji-datasource-google 16.0.0 and emojibase-data 17.0.0.
"""

import hashlib
import re
from pathlib import Path

import pandas as pd

from bss_core.datasets._raw import read_files, read_index
from bss_core.datasets._splits import group_rows, split_groups
from bss_core.errors import ManifestError
from bss_core.manifest import Info, Manifest, Modality

__all__ = ["prepare"]

CLASSES = (
    "People & Body",
    "Flags",
    "Objects",
    "Symbols",
    "Travel & Places",
    "Smileys & Emotion",
    "Animals & Nature",
    "Food & Drink",
    "Activities",
)
ABOUT = "Noto emoji pictures with their names; pictures Apache-2.0 (© Google), names MIT."
_COLUMNS = ("id", "label", "sub", "name", "image")
_VARIANTS = re.compile(r"-200d-(?:2640|2642|27a1|1f9b[0-3])|-fe0f|-1f3f[b-f]")  # gender, direction, hair, skin tone
_PERSONS = re.compile(r"1f46[6-9]|1f47[45]|1f9d[1-3]")  # boy, girl, man, woman, child, adult, older ones
_COUNTERPARTS = {  # pairs in gender that share neither code points nor words
    "1f478": "1f934",  # princess, prince
    "1fac5": "1f934",  # person with crown
    "1f936": "1f385",  # Mother and Father Christmas
    "person-200d-1f384": "1f385",  # Mx Claus
    "1f57a": "1f483",  # man dancing, dancer
}
_VARIANT_WORDS = re.compile(
    r"\b(?:man|men|woman|women|person|people|adult|child|children|boys?|girls?|male|female|older|two|and)\b"
    r"|\b(?:medium[- ])?(?:light|medium|dark) skin tone\b|\bfacing right\b"
)


def prepare(root: Path) -> Manifest:
    """The emoji as a manifest with the pictures inside.

    Args:
        root: the raw folder.

    Raises:
        ManifestError: a missing or unusable file or column, or an unknown group; says what was expected.
    """
    index = read_index(root, _COLUMNS)
    unknown = sorted(set(index["label"]) - set(CLASSES))
    if unknown or index.empty:
        found = repr(unknown[0]) if unknown else "no sample"
        raise ManifestError(f"The emoji in {root} have {found} as a group; expected are {', '.join(CLASSES)}.")
    image = read_files(root, index, "image", "image")
    names = [base_name(name) for name in index["name"]]
    checksums = [hashlib.sha256(content).digest() for content in image]
    groups = [names[first] for first in group_rows(names, [base_code(code) for code in index["id"]], checksums)]
    labels = [CLASSES.index(label) for label in index["label"]]
    rows = {"sample_id": index["id"], "split": split_groups(groups, labels), "label": labels, "image": image}
    rows |= {"name": index["name"], "subgroup": index["sub"], "group": groups}
    modalities = {"image": Modality("image"), "name": Modality("text")}
    return Manifest(Info("emoji", CLASSES, modalities, about=ABOUT), pd.DataFrame(rows))


def base_code(code: str) -> str:
    """An emoji's code points without gender, skin tone, hair and direction: the emoji that it is a variant of."""
    base = _PERSONS.sub("person", _VARIANTS.sub("", code.lower()))
    return _COUNTERPARTS.get(base, base)


def base_name(name: str) -> str:
    """A name's words without those for gender, age, skin tone and direction; "person" if none is left."""
    return " ".join(re.findall(r"[^\W_]+|[*#]", _VARIANT_WORDS.sub("", name.lower()))) or "person"
