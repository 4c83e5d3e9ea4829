"""Any network of the timm library by its name, without its classifier: ResNets, ConvNeXts, vision transformers.

e = the features before timm's classification layer. Pictures get the mean and scale that the network's published
weights were trained with; networks bound to one input size get their pictures resized to it. Spectrograms have one
channel.

Options: ``model`` (as in ``timm.list_models()``), ``channels`` (3 for images, 1 for spectrograms; set by the
modality) and ``weights`` (a local file with the network's published weights; empty: random weights, trained from
scratch).
When to use: ``resnet18`` reproduces the papers' audio-visual encoders; with weights, natural images. When not:
without weights and with few samples, where ``small_cnn`` learns as much for a fraction of the time.
Cost: the network's; ResNet-18 has 11 M parameters and, at 64 pixels, ten times the arithmetic of ``small_cnn``.
Source: R. Wightman, PyTorch Image Models (timm). BSS, authors' code: ResNet-18 from scratch (CREMA-D,
Kinetics-Sounds, VGGSound), ResNet-50 with ImageNet weights (Twitter2015, Sarcasm).
"""

import difflib
import logging
from dataclasses import dataclass
from typing import ClassVar

import timm
from timm.models import adapt_input_conv
from torch import Tensor, nn

from bss_core.config import option
from bss_core.engine.encoders._pixels import Pixels
from bss_core.engine.encoders._weights import load_weights, read_weights
from bss_core.errors import ConfigError

__all__ = ["TimmModel"]

_log = logging.getLogger(__name__)


@dataclass(eq=False, repr=False)
class TimmModel(nn.Module):
    """(B, channels, H, W) → (B, out_dim), the width that the network has before its classifier."""

    kinds: ClassVar[tuple[str, ...]] = ("image", "frames", "depth", "audio")

    model: str = option("resnet18", "the network's name in timm")
    channels: int = option(3, "input channels: 3 for images, 1 for spectrograms", min=1, max=16)
    weights: str = option("", "local file with the network's weights; empty for random ones")

    def __post_init__(self) -> None:
        super().__init__()
        if not timm.is_model(self.model):
            near = difflib.get_close_matches(self.model, timm.list_models(), n=5, cutoff=0)
            raise ConfigError(f"timm has no network {self.model!r}; it has {', '.join(near)} and others.")
        self.network = timm.create_model(self.model, pretrained=False, in_chans=self.channels, num_classes=0)
        published = self.network.pretrained_cfg
        size = tuple(published["input_size"][-2:]) if published.get("fixed_input_size") else None
        scale = (tuple(published["mean"]), tuple(published["std"])) if self.channels == 3 else ()
        self.pixels = Pixels(size, *scale)
        # networks with a layer between pooling and classifier are wider there than their convolutions
        self.out_dim = getattr(self.network, "head_hidden_size", None) or self.network.num_features
        self._start()

    def _start(self) -> None:
        if not self.weights:
            _log.info("%s starts from random weights: no weights file was given.", self.model)
            return
        state, published = read_weights(self.weights), self.network.pretrained_cfg
        first, last = (_names(published.get(key)) for key in ("first_conv", "classifier"))
        for name in (f"{layer}.weight" for layer in first if f"{layer}.weight" in state):
            state[name] = adapt_input_conv(self.channels, state[name])
        load_weights(self.network, state, self.weights, spare=tuple(f"{layer}." for layer in last))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.network(self.pixels(pictures))


def _names(layers: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (layers,) if isinstance(layers, str) else tuple(layers or ())
