"""The first weights of a new model: torch's own, or those of the authors' released code.

``xavier``: linear layers Xavier normal with bias 0, two-dimensional convolutions Kaiming normal (fan-out, ReLU), 2-D
batch normalisation 1 and 0; every other layer, one- and three-dimensional convolutions among them, keeps torch's own.
An encoder that was given a weights file keeps it.

Source: the released BSS scripts (Xavier for linear layers, Kaiming for convolutions, 1 and 0 for batch normalisation),
applied on CREMA-D, Kinetics-Sounds, VGGSound and NVGesture. Whether normal or uniform, the fan and the biases are not
documented; these are the usual ones of audio-visual code of this family.
"""

from collections.abc import Iterator

from torch import nn

from bss_core.errors import ConfigError

__all__ = ["KINDS", "initialise"]

KINDS = ("default", "xavier")


def initialise(model: nn.Module, kind: str) -> None:
    """Draw the weights of the layers without pretrained ones anew, from torch's global generator.

    Args:
        model: changed in place; a module in it with a non-empty ``weights`` (a file) is left alone with all it holds.
        kind: ``default`` leaves everything as it was built, ``xavier`` is described above.

    Raises:
        ConfigError: another kind.
    """
    if kind not in KINDS:
        raise ConfigError(f"There is no weight_init {kind!r}; there are {', '.join(KINDS)}.")
    if kind == "xavier":
        for layer in _fresh(model):
            _draw(layer)


def _fresh(module: nn.Module) -> Iterator[nn.Module]:
    """The module and all it holds, without what was loaded from a file; each once."""
    weights = getattr(module, "weights", "")
    if isinstance(weights, str) and weights:
        return
    yield module
    for child in module.children():
        yield from _fresh(child)


def _draw(layer: nn.Module) -> None:
    if isinstance(layer, nn.Linear):
        nn.init.xavier_normal_(layer.weight)
    elif isinstance(layer, nn.Conv2d):
        nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    elif isinstance(layer, nn.BatchNorm2d) and layer.affine:
        nn.init.ones_(layer.weight)
        nn.init.zeros_(layer.bias)
    if isinstance(layer, nn.Linear) and layer.bias is not None:
        nn.init.zeros_(layer.bias)
