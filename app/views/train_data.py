"""The choice of a data set: folders with a manifest near the app and its runs, or any other that is typed in."""

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.data import identity
from app.page_list import ROOT
from app.state import all_runs, roots
from bss_core.errors import BSSError
from bss_core.manifest import FILE, Info, read_info, read_manifest

__all__ = ["DataSet", "choose_data", "data_folders", "describe", "open_data"]


@dataclass(frozen=True)
class DataSet:
    """A data set that can be opened: its info and the number of samples per split."""

    info: Info
    sizes: dict[str, int]


def open_data(folder: Path) -> DataSet:
    """Read the info and the splits of the data set in ``folder``; kept until its file changes.

    Raises:
        ManifestError: there is no usable data set.
    """
    return _opened(str(folder), identity(folder / FILE))


@st.cache_data(max_entries=32, show_spinner=False)
def _opened(folder: str, identity: tuple) -> DataSet:
    counts = read_manifest(Path(folder), columns=["split"]).rows["split"].value_counts()
    return DataSet(read_info(Path(folder)), {str(name): int(count) for name, count in counts.items()})


def data_folders() -> list[Path]:
    """Folders with a manifest in ``assets``, in and beside the runs folders, and those that runs were trained on."""
    parents = [ROOT / "assets", *roots(), *(root.parent for root in roots())]
    found = [path.parent for parent in parents for path in sorted(parent.glob(f"*/{FILE}"))]
    found += [folder for folder in map(_data_of, all_runs().values()) if folder and (folder / FILE).is_file()]
    return list(dict.fromkeys(folder.resolve() for folder in found))


def _data_of(run: object) -> Path | None:
    try:
        return run.data
    except BSSError:
        return None


def choose_data(key: str, default: str) -> tuple[Path, DataSet | None]:
    """Draw the selector; the folder, and its data set or None (and one sentence) if it cannot be used.

    ``default`` is chosen at first if it is among the known ones.
    """
    known = [str(folder) for folder in data_folders()]
    if default in known:
        st.session_state.setdefault(key, default)
    typed = st.session_state.get(key)
    known += [typed] if typed and typed not in known else []
    folder = st.selectbox(
        "Data set", known, key=key, format_func=_short, accept_new_options=True, persist_state="session",
        placeholder="Path of a folder", help=f"A folder with {FILE}; type a path to use another one.",
    )  # fmt: skip
    if not folder:
        st.info("Type the path of a folder with a data set, or make one: `python -m bss_core prepare --help`.")
        return Path(), None
    try:
        return Path(folder), open_data(Path(folder))
    except (BSSError, OSError, ValueError) as error:
        st.error(str(error), icon=":material/error:")
        return Path(folder), None


def _short(folder: str) -> str:
    inside = os.path.relpath(folder, Path.cwd()) if os.path.isabs(folder) else folder
    return folder if inside.startswith("..") else inside


def describe(data: DataSet) -> str:
    """Such as ``17 classes · image, text · 399 train, 132 validation, 132 test samples``."""
    sizes = ", ".join(f"{count:,} {name}" for name, count in data.sizes.items())
    return f"{len(data.info.classes)} classes · {', '.join(data.info.modalities)} · {sizes} samples"
