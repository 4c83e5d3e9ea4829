"""The player: one sample's sound with its spectrogram, its waveform and a moving playhead; a click seeks."""

from pathlib import Path

import streamlit as st

from app.urls import facts_url, media_url, spectrogram_url, waveform_url

__all__ = ["HEIGHT", "player"]

HEIGHT = 336  # px, fixed: choosing another sample moves nothing on the page
_FOLDER = Path(__file__).parent
_component = st.components.v2.component(
    "bss_lens_player",
    html=(_FOLDER / "player.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "player.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "player.js").read_text(encoding="utf-8"),
)


def player(run: str, sample_id: str, modality: str, key: str | None = None, about: str = "") -> None:
    """Draw the player of one sound.

    Args:
        run: id of the run whose data hold the sample.
        sample_id: the sample.
        modality: a modality of kind audio.
        key: of the widget.
        about: what is heard, for screen readers; the sample's id if empty.
    """
    _component(
        key=key,
        data={
            "modality": modality,
            "about": about or f"sample {sample_id}",
            "audio": media_url(run, sample_id, modality),
            "facts": facts_url(run, sample_id, modality),
            "spectrogram": spectrogram_url(run, sample_id, modality),
            "waveform": waveform_url(run, sample_id, modality),
        },
        height=HEIGHT,
    )
