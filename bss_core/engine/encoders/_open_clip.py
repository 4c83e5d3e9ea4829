"""What the two open_clip encoders share: a CLIP model by name, from local weights or random, never a download."""

import logging

import open_clip
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from torch import nn

from bss_core.engine.encoders._weights import load_weights, read_weights
from bss_core.errors import ConfigError

__all__ = ["build_clip", "pixel_scale"]

_log = logging.getLogger(__name__)


def _is_offline(name: str) -> bool:
    """Whether the model can be built without fetching a Hugging Face text tower; captioning models are left out
    too."""
    config = open_clip.get_model_config(name)
    return "hf_model_name" not in config["text_cfg"] and "multimodal_cfg" not in config


def _takes_our_tokens(name: str) -> bool:
    """Whether the text tower reads 77 tokens of CLIP's own vocabulary."""
    text = open_clip.get_model_config(name)["text_cfg"]
    own = "hf_tokenizer_name" not in text and text.get("vocab_size", 49408) >= 49408
    return own and text.get("context_length", 77) == 77


def build_clip(name: str, weights: str, needs_text: bool) -> nn.Module:
    """The whole CLIP model on the CPU in float32.

    Args:
        name: as in ``open_clip.list_models()``.
        weights: a local file with the whole model's state dict; empty for random weights.
        needs_text: whether the text tower must fit our tokens.

    Raises:
        ConfigError: no such model, or one that cannot be built offline; the message names some that can.
        CheckpointError: the weights cannot be read or do not fit.
    """
    if name not in open_clip.list_models() or not _is_offline(name) or (needs_text and not _takes_our_tokens(name)):
        raise ConfigError(
            f"The open_clip model {name!r} cannot be used here; possible are ViT-B-32, ViT-B-16, ViT-L-14, RN50 and "
            "the other models of open_clip with CLIP's own text tower (and, for images, SigLIP)."
        )
    model = open_clip.create_model(name, pretrained=None, pretrained_image=False, pretrained_text=False)
    if weights:
        load_weights(model, read_weights(weights), weights)
    else:
        _log.warning("%s starts from random weights: no weights file was given, and none is downloaded.", name)
    return model


def pixel_scale(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation per channel that the model's published weights were trained with."""
    tags = open_clip.list_pretrained_tags_by_model(name)
    published = open_clip.get_pretrained_cfg(name, tags[0]) if tags else {}
    mean, std = published.get("mean") or OPENAI_DATASET_MEAN, published.get("std") or OPENAI_DATASET_STD
    return tuple(mean), tuple(std)
