"""The text tower of a CLIP model (open_clip), fine-tuned with the rest of the model.

e = the tower's projected text embedding at the end token, before L2 normalisation; word order counts.

Options: ``model`` (as in ``open_clip.list_models()``, models with CLIP's own vocabulary and 77 tokens) and
``weights`` (a local file with the whole CLIP model's weights; empty: random weights).
When to use: captions and posts with local CLIP weights and a GPU. When not: without weights or with few samples,
where ``word_bag`` learns more.
Cost: ViT-B-32 has 63 M parameters in this tower, 25 M of them the vocabulary; checkpoints hold them all.
Source: Radford et al., CLIP (ICML 2021); open_clip. The BSS authors use BERT-base for text.
"""

from dataclasses import dataclass
from typing import ClassVar

import open_clip
from torch import Tensor, nn

from bss_core.config import option
from bss_core.engine.encoders._open_clip import build_clip

__all__ = ["OpenClipText"]


@dataclass(eq=False, repr=False)
class OpenClipText(nn.Module):
    """(B, 77) token ids → (B, embedding width)."""

    kinds: ClassVar[tuple[str, ...]] = ("text",)

    model: str = option("ViT-B-32", "the model's name in open_clip")
    weights: str = option("", "local file with the model's weights; empty for random ones")

    def __post_init__(self) -> None:
        super().__init__()
        self.tower = build_clip(self.model, self.weights, needs_text=True)
        # what is left is the text tower under its official tensor names
        del self.tower.visual, self.tower.logit_scale
        self.out_dim = open_clip.get_model_config(self.model)["embed_dim"]

    def forward(self, tokens: Tensor) -> Tensor:
        return self.tower.encode_text(tokens)
