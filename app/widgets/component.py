"""The app's own widgets: each is a component of Streamlit made of the files of one name in this folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["declared", "text_of"]

_FOLDER = Path(__file__).parent


def declared(name: str, *scripts: str) -> Callable[..., Any]:
    """The component of ``NAME.html``, ``NAME.css`` and, joined in this order, the scripts (by default ``NAME.js``)."""
    return st.components.v2.component(
        f"bss_lens_{name}",
        html=text_of(f"{name}.html"),
        css=text_of(f"{name}.css"),
        js=text_of(*(scripts or (f"{name}.js",))),
    )


def text_of(*names: str) -> str:
    """What stands in some files of this folder, one after the other."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
