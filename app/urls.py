"""Where the browser finds the media of a sample: the paths of :mod:`app.media_routes`, with every part quoted."""

from urllib.parse import quote

__all__ = ["facts_url", "media_url", "spectrogram_url", "thumb_url", "waveform_url"]


def _url(kind: str, run: str, sample_id: str, modality: str, query: str = "") -> str:
    return f"/api/{kind}/{quote(run, safe='')}/{quote(sample_id, safe='')}/{quote(modality, safe='')}{query}"


def media_url(run: str, sample_id: str, modality: str) -> str:
    """The original picture, sound, video or text, or numbers as JSON."""
    return _url("media", run, sample_id, modality)


def thumb_url(run: str, sample_id: str, modality: str, side: int = 256, index: int | None = None) -> str:
    """A picture that fits ``side`` × ``side`` pixels (16 … 1024); of frames the one at ``index``, or the middle one."""
    frame = "" if index is None else f"&index={index}"
    return _url("thumb", run, sample_id, modality, f"?side={side}{frame}")


def spectrogram_url(run: str, sample_id: str, modality: str) -> str:
    """A sound's spectrogram: 0 … rate / 2 upwards, the whole sound from left to right."""
    return _url("spectrogram", run, sample_id, modality)


def waveform_url(run: str, sample_id: str, modality: str) -> str:
    """A sound's waveform on a transparent ground, as wide in time as the spectrogram."""
    return _url("waveform", run, sample_id, modality)


def facts_url(run: str, sample_id: str, modality: str) -> str:
    """What a modality's media measure, as JSON: see :mod:`app.media_facts`."""
    return _url("facts", run, sample_id, modality)
