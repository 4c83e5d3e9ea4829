"""The player: one sample's sound with its spectrogram, its waveform and a moving playhead; a click seeks.

Keys, while the plot has the focus: Space plays and pauses, ← and → move by a two-hundredth (at least 0.1 s), Page Up
and Page Down by a tenth, Home and End to the ends; ↑ and ↓ change the volume, M mutes, L loops. Volume and loop hold
for every sound until the page is closed. Whatever else plays on the page stops.
"""

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
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("one_sound.js", "player.js")),
)


def player(
    run: str, sample_id: str, modality: str, key: str | None = None, about: str = "", colour: str = "transparent"
) -> None:
    """Draw the player of one sound.

    Args:
        run: id of the run whose data hold the sample.
        sample_id: the sample.
        modality: a modality of kind audio.
        key: of the widget.
        about: what is heard, for screen readers; the sample's id if empty.
        colour: of the modality, for the mark beside its name.
    """
    _component(
        key=key,
        data={
            "modality": modality,
            "colour": colour,
            "about": about or f"sample {sample_id}",
            "audio": media_url(run, sample_id, modality),
            "facts": facts_url(run, sample_id, modality),
            "spectrogram": spectrogram_url(run, sample_id, modality),
            "waveform": waveform_url(run, sample_id, modality),
        },
        height=HEIGHT,
    )
