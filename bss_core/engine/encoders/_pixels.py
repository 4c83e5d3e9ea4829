"""From the app-wide pixel range [−1, 1] to what a pretrained network was trained on."""

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor, nn

__all__ = ["Pixels"]


class Pixels(nn.Module):
    """Resize to ``size`` (height, width) if given, then (x/2 + ½ − mean)/std per channel if given; no learned state."""

    def __init__(self, size: tuple[int, int] | None, mean: tuple[float, ...] = (), std: tuple[float, ...] = ()) -> None:
        super().__init__()
        self.size = size
        # one affine map per channel: (x/2 + ½ − mean)/std = x·scale + shift
        scale = 0.5 / torch.tensor(std) if std else torch.ones(1)
        shift = (0.5 - torch.tensor(mean)) / torch.tensor(std) if std else torch.zeros(1)
        self.register_buffer("scale", scale[:, None, None], persistent=False)
        self.register_buffer("shift", shift[:, None, None], persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        if self.size and tuple(pictures.shape[-2:]) != self.size:
            pictures = F.interpolate(pictures, self.size, mode="bicubic", antialias=True)
        return pictures * self.scale + self.shift
