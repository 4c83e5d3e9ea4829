"""The player: one sample's sound with its spectrogram, its waveform and a moving playhead; a click seeks.

Keys, while the plot has the focus: Space or Enter plays and pauses, ← and → move by a two-hundredth (at least 0.1 s),
Page Up and Page Down by a tenth, Home and End to the ends; ↑ and ↓ change the volume, M mutes, L loops. Volume and loop
hold for every sound until the page is closed. Whatever else plays on the page stops. None of these keys leaves the
player, nor do those of the browser's own controls.
"""

from app.urls import facts_url, media_url, spectrogram_url, waveform_url
from app.widgets.component import declared

__all__ = ["HEIGHT", "player"]

HEIGHT = 336  # px, fixed: choosing another sample moves nothing on the page
_component = declared("player", "one_sound.js", "own_keys.js", "player.js")


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
