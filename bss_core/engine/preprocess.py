"""Decoded batches → network inputs, on the device: normalisation, log-mel spectrograms, light augmentation.

- image, frames, depth: uint8 (B, 3, S, S) → float (x/255 − ½)/½ in [−1, 1]; a pretrained encoder converts to its own
  mean and scale.
- audio: (B, L) → log-mel picture (B, 1, mels, frames) in [−1, 1]: power in dB relative to the clip's loudest cell,
  cut at −80 dB. Relative to the clip, because recordings differ in level by microphone and speaker and a checkpoint
  needs no statistics of the data set; not mean and deviation, which would depend on the padding's length.
- text, features and series: unchanged.

In training mode ``augment`` (0 to 1) shifts images by up to ⅛ of their side (edges reflected) and sounds by up to 10 %
of the clip (silence moves in), and drops each word with probability 0.3·augment. No mirroring: it breaks writing.
Draws come from torch's global CPU generator, so one seed gives the same inputs on every device.
"""

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor, nn

from bss_core.engine.inputs import InputConfig
from bss_core.errors import ConfigError
from bss_core.manifest import Modality

__all__ = ["LogMel", "Preprocess", "mel_filters"]

_FLOOR = 1e-6  # the least loudest-cell power taken as reference: below it a clip is silence
_RANGE_DB = 80.0


def mel_filters(bands: int, size: int, sample_rate: int) -> Tensor:
    """Triangular filters of height 1, equally spaced on the HTK mel scale, mel(f) = 2595·log10(1 + f/700).

    Args:
        bands: the number of filters, from 0 Hz to half the sample rate.
        size: the FFT's length.
        sample_rate: in Hz.

    Returns:
        (size // 2 + 1, bands), in [0, 1].

    Raises:
        ConfigError: the FFT is too short for so many bands (a filter would be empty).
    """
    top = 2595.0 * torch.log10(torch.tensor(1 + sample_rate / 2 / 700.0, dtype=torch.float64))
    edges = 700.0 * (10 ** (torch.linspace(0.0, 1.0, bands + 2, dtype=torch.float64) * top / 2595.0) - 1)
    bins = torch.arange(size // 2 + 1, dtype=torch.float64)[:, None] * sample_rate / size
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    filters = torch.minimum(rising, falling).clamp(min=0)
    if not filters.any(dim=0).all():
        raise ConfigError(
            f"mels = {bands} is too many for a window of {size} samples at {sample_rate} Hz: a band would be empty; "
            "use fewer mels or a longer window."
        )
    return filters.float()


class LogMel(nn.Module):
    """(B, L) waveform → (B, 1, mels, frames) in [−1, 1]; low frequencies first; frames = L // hop + 1."""

    def __init__(self, sample_rate: int, config: InputConfig) -> None:
        super().__init__()
        self.size = max(2, round(sample_rate * config.window / 1000))
        self.hop = max(1, round(sample_rate * config.hop / 1000))
        self.register_buffer("window", torch.hann_window(self.size), persistent=False)
        self.register_buffer("filters", mel_filters(config.mels, self.size, sample_rate), persistent=False)

    def forward(self, wave: Tensor) -> Tensor:
        spectrum = torch.stft(
            wave, self.size, self.hop, window=self.window, center=True, pad_mode="constant", return_complex=True
        )
        power = (spectrum.real.square() + spectrum.imag.square()).transpose(1, 2) @ self.filters
        loudest = power.amax(dim=(1, 2), keepdim=True).clamp(min=_FLOOR)
        decibel = 10 * torch.log10((power / loudest).clamp(min=10 ** (-_RANGE_DB / 10)))
        return (decibel * (2 / _RANGE_DB) + 1).transpose(1, 2)[:, None]


class Preprocess(nn.Module):
    """Batched last step from decoded tensors to encoder inputs; holds no learned state."""

    def __init__(self, modalities: dict[str, Modality], config: InputConfig) -> None:
        super().__init__()
        self.kinds = {name: modality.kind for name, modality in modalities.items()}
        self.augment = config.augment
        rates = {m.sample_rate for m in modalities.values() if m.kind == "audio"}
        self.rates = {name: str(modality.sample_rate) for name, modality in modalities.items()}
        self.log_mel = nn.ModuleDict({str(rate): LogMel(rate, config) for rate in sorted(rates)})

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        # float32 throughout: half precision overflows on spectral power
        device = next(iter(inputs.values())).device.type
        with torch.no_grad(), torch.autocast(device, enabled=False):
            return {name: self._one(name, values) for name, values in inputs.items()}

    def _one(self, name: str, values: Tensor) -> Tensor:
        kind = self.kinds[name]
        if self.training and self.augment:
            values = _AUGMENT[kind](values, self.augment)
        if kind in _PICTURES:
            return values.float() / 127.5 - 1
        return self.log_mel[self.rates[name]](values) if kind == "audio" else values


def shift_image(images: Tensor, strength: float) -> Tensor:
    """Move each image by up to strength·⅛ of its side in both directions; reflected edges fill the gap."""
    side = images.shape[-1]
    reach = round(strength * side / 8)
    if not reach:
        return images
    padded = F.pad(images, (reach,) * 4, mode="reflect")
    start = torch.randint(0, 2 * reach + 1, (2, len(images))).to(images.device)
    rows, columns = (s[:, None] + torch.arange(side, device=images.device) for s in start)
    picture = torch.arange(len(images), device=images.device)
    return padded.permute(0, 2, 3, 1)[picture[:, None, None], rows[:, :, None], columns[:, None]].permute(0, 3, 1, 2)


def shift_wave(waves: Tensor, strength: float) -> Tensor:
    """Move each sound in time by up to strength·10 % of the clip; silence fills the gap."""
    length = waves.shape[1]
    reach = round(strength * length / 10)
    offset = torch.randint(-reach, reach + 1, (len(waves), 1)).to(waves.device)
    source = torch.arange(length, device=waves.device) - offset
    return waves.gather(1, source.clamp(0, length - 1)) * ((source >= 0) & (source < length))


def drop_words(tokens: Tensor, strength: float) -> Tensor:
    """Leave out each word piece with probability 0.3·strength; the rest closes up, start and end stay."""
    chosen = (torch.rand(tokens.shape) < 0.3 * strength).to(tokens.device)
    end = tokens.argmax(dim=1, keepdim=True)  # the end token has the highest id
    place = torch.arange(tokens.shape[1], device=tokens.device)
    dropped = chosen & (place > 0) & (place < end)
    order = dropped.to(torch.uint8).argsort(dim=1, stable=True)
    return tokens.masked_fill(dropped, 0).gather(1, order)


def unchanged(values: Tensor, strength: float) -> Tensor:
    """Numbers as they are: what may be changed in them without changing their class is not known."""
    return values


_PICTURES = ("image", "frames", "depth")
_AUGMENT = {
    **dict.fromkeys(_PICTURES, shift_image),
    "audio": shift_wave,
    "text": drop_words,
    "features": unchanged,
    "series": unchanged,
}
