"""Late fusion: an encoder and a linear head per modality, a fusion and a head on the joint feature.

z^(j) = W_j e^(j) + b_j for every modality j, and z = W g(e^(1), …, e^(M)) + b, the ``multimodal`` head (BSS, Eq.
(1)–(2)). The model describes itself as JSON (``architecture``), from which :func:`from_architecture` builds it again.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from bss_core.config import checked_options
from bss_core.engine.inputs import InputConfig
from bss_core.engine.preprocess import Preprocess
from bss_core.errors import ConfigError
from bss_core.manifest import Info, Modality
from bss_core.registry import build, find, members

__all__ = ["DEFAULT_ENCODERS", "LateFusion", "Outputs", "build_model", "from_architecture"]

DEFAULT_ENCODERS = {
    "image": "small_cnn",
    "frames": "small_cnn",
    "depth": "small_cnn",
    "audio": "small_cnn",
    "text": "word_bag",
    "features": "mlp",
    "series": "mlp",
}
_CHANNELS = {"image": 3, "frames": 3, "depth": 3, "audio": 1}


@dataclass
class Outputs:
    """What the model says of one batch.

    Attributes:
        logits: head → (B, C); the modalities in sorted order, then ``multimodal``.
        features: modality → (B, d), zero where the modality was masked.
        fused: (B, d) the joint feature that the ``multimodal`` head reads.
    """

    logits: dict[str, Tensor]
    features: dict[str, Tensor]
    fused: Tensor


class LateFusion(nn.Module):
    """The classifier; built by :func:`build_model`.

    Attributes:
        architecture: JSON description that rebuilds the model (without its weights).
        encoders, heads: by modality; ``heads["multimodal"]`` reads the fused feature.
    """

    def __init__(
        self,
        preprocess: Preprocess,
        encoders: dict[str, nn.Module],
        fusion: nn.Module,
        classes: int,
        architecture: dict[str, Any],
    ) -> None:
        super().__init__()
        self.architecture = architecture
        self.modalities = tuple(sorted(encoders))
        self.preprocess = preprocess
        self.encoders = _by_name({name: encoders[name] for name in self.modalities})
        self.fusion = fusion
        widths = {name: encoders[name].out_dim for name in self.modalities} | {"multimodal": fusion.out_dim}
        self.heads = nn.ModuleDict({head: nn.Linear(width, classes) for head, width in widths.items()})

    def encode(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Decoded inputs, modality → (B, …), to features, modality → (B, d)."""
        prepared = self.preprocess({name: inputs[name] for name in self.modalities})
        return {name: self.encoders[name](prepared[name]) for name in self.modalities}

    def classify(self, features: dict[str, Tensor], present: dict[str, Tensor] | None = None) -> Outputs:
        """Heads on given features; encode once and call this under every mask to value the modalities.

        Args:
            features: modality → (B, d).
            present: modality → bool (B,); where False, that sample's feature is zero. A modality not named is
            present.
        """
        for name, mask in (present or {}).items():
            features = {**features, name: torch.where(mask[:, None], features[name], 0)}
        fused = self.fusion(features)
        logits = {name: self.heads[name](features[name]) for name in self.modalities}
        return Outputs({**logits, "multimodal": self.heads["multimodal"](fused)}, features, fused)

    def forward(self, inputs: dict[str, Tensor], present: dict[str, Tensor] | None = None) -> Outputs:
        return self.classify(self.encode(inputs), present)


def build_model(
    info: Info,
    classes: int | None = None,
    encoders: dict[str, str | dict[str, Any]] | None = None,
    fusion: str = "concat",
    input_config: InputConfig | None = None,
    shapes: dict[str, tuple[int, ...]] | None = None,
) -> LateFusion:
    """A new model for a data set; weights come from torch's global generator.

    Args:
        info: the data set's modalities and classes.
        classes: number of classes; by default the data set's.
        encoders: modality → encoder name, or a dict of ``name`` and its options; the kind's default where not given.
        fusion: name of the fusion.
        input_config: sizes of pictures and spectrograms.
        shapes: modality → shape of a decoded sample (``MediaDataset.shapes``); needed for modalities of kind
        features or series.

    Raises:
        ConfigError: a video, for which there is no encoder, an encoder that does not exist or does not take the kind,
            a bad option, or an unknown modality.
    """
    encoders = encoders or {}
    for name in sorted(set(encoders) - set(info.modalities)):
        raise ConfigError(f"There is no modality {name!r} to encode; {info.name!r} has {', '.join(info.modalities)}.")
    chosen = {
        name: _choice(name, modality, encoders.get(name), shapes or {}) for name, modality in info.modalities.items()
    }
    return from_architecture(
        {
            "classes": classes or len(info.classes),
            "modalities": {name: dataclasses.asdict(modality) for name, modality in info.modalities.items()},
            "encoders": chosen,
            "fusion": fusion,
            "inputs": dataclasses.asdict(input_config or InputConfig()),
        }
    )


def from_architecture(described: dict[str, Any]) -> LateFusion:
    """The model that ``LateFusion.architecture`` describes, with fresh weights.

    Raises:
        ConfigError: it names an encoder, fusion or option that does not exist here.
    """
    modalities = {name: Modality(**facts) for name, facts in described["modalities"].items()}
    inputs = InputConfig(**checked_options(InputConfig, described["inputs"]))
    # sorted, so that the same seed gives the same weights whatever the order of the columns
    encoders = {name: _encoder(described["encoders"][name]) for name in sorted(modalities)}
    fusion = build("fusion", described["fusion"], dims={name: encoder.out_dim for name, encoder in encoders.items()})
    kept = {
        **described,
        "encoders": {name: _description(described["encoders"][name], encoders[name]) for name in encoders},
    }
    return LateFusion(Preprocess(modalities, inputs), encoders, fusion, described["classes"], kept)


def _choice(
    name: str, modality: Modality, given: str | dict[str, Any] | None, shapes: dict[str, tuple[int, ...]]
) -> dict[str, Any]:
    """The encoder of one modality with what its data decide: channels of pictures, length of feature vectors."""
    if modality.kind not in DEFAULT_ENCODERS:
        raise ConfigError(
            f"{name!r} is {modality.kind}, for which there is no encoder; kinds that can be trained on are "
            f"{', '.join(DEFAULT_ENCODERS)}."
        )
    given = {"name": given} if isinstance(given, str) else dict(given or {})
    chosen = given.get("name", DEFAULT_ENCODERS[modality.kind])
    encoder = find("encoders", chosen)
    if modality.kind not in encoder.kinds:
        fitting = [other for other in members("encoders") if modality.kind in find("encoders", other).kinds]
        raise ConfigError(
            f"{chosen!r} cannot encode {name!r}, which is {modality.kind}; possible are {', '.join(fitting)}."
        )
    options = {field.name for field in dataclasses.fields(encoder)}
    by_data = {"channels": _CHANNELS.get(modality.kind), "in_dim": shapes.get(name, (None,))[-1]}
    by_data = {key: value for key, value in by_data.items() if key in options and value is not None}
    if "in_dim" in options and not {"in_dim"} & {*by_data, *given}:
        raise ConfigError(
            f"The length of the feature vectors of {name!r} is not known: give its shape or the option in_dim."
        )
    return {"name": chosen, **by_data, **{key: value for key, value in given.items() if key != "name"}}


def _encoder(described: dict[str, Any]) -> nn.Module:
    return build("encoders", described["name"], **{key: value for key, value in described.items() if key != "name"})


def _description(described: dict[str, Any], encoder: nn.Module) -> dict[str, Any]:
    """All options as built. The weights file is left out: a rebuilt model takes its weights from the checkpoint."""
    options = {field.name: getattr(encoder, field.name) for field in dataclasses.fields(encoder)}
    return {"name": described["name"], **options, **({"weights": ""} if "weights" in options else {})}


def _by_name(modules: dict[str, nn.Module]) -> nn.ModuleDict:
    taken = [name for name in modules if hasattr(nn.ModuleDict, name)]
    if taken:
        raise ConfigError(
            f"A modality cannot be called {taken[0]!r}, which is a reserved word of torch; rename its column."
        )
    return nn.ModuleDict(modules)
