"""The image tower of a CLIP model (open_clip), fine-tuned with the rest of the model.

e = the tower's projected image embedding, before L2 normalisation. Pictures are resized to the tower's own size and
scaled with the mean and deviation of its published weights; set ``image_size`` to that size, or detail is lost
beforehand.

Options: ``model`` (as in ``open_clip.list_models()``) and ``weights`` (a local file with the whole CLIP model's
weights; empty: random weights, which need far more data than a small CNN).
When to use: natural images with local CLIP weights and a GPU. When not: without weights, or for quick comparisons.
Cost: ViT-B-32 has 88 M parameters in this tower; checkpoints hold them all.
Source: Radford et al., CLIP (ICML 2021); open_clip. The BSS authors' older code has CLIP variants for Sarcasm and
NVGesture.
"""

from dataclasses import dataclass
from typing import ClassVar

import open_clip
from torch import Tensor, nn

from bss_core.config import option
from bss_core.engine.encoders._open_clip import build_clip, pixel_scale
from bss_core.engine.encoders._pixels import Pixels

__all__ = ["OpenClipImage"]


@dataclass(eq=False, repr=False)
class OpenClipImage(nn.Module):
    """(B, 3, H, W) → (B, embedding width)."""

    kinds: ClassVar[tuple[str, ...]] = ("image", "frames", "depth")

    model: str = option("ViT-B-32", "the model's name in open_clip")
    weights: str = option("", "local file with the model's weights; empty for random ones")

    def __post_init__(self) -> None:
        super().__init__()
        self.tower = build_clip(self.model, self.weights, needs_text=False).visual
        size = self.tower.image_size
        size = tuple(size) if isinstance(size, tuple | list) else (size, size)
        self.pixels = Pixels(size, *pixel_scale(self.model))
        self.out_dim = open_clip.get_model_config(self.model)["embed_dim"]

    def forward(self, pictures: Tensor) -> Tensor:
        return self.tower(self.pixels(pictures))
