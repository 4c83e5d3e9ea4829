"""An untrained network of four modalities and a batch of random samples for it; it can stand in double precision."""

import torch
from torch import Tensor, nn

from bss_core.engine.inputs import InputConfig
from bss_core.engine.model import LateFusion, build_model
from bss_core.manifest import Info, Modality

MODALITIES = {
    "words": Modality("text"),
    "picture": Modality("image"),
    "sound": Modality("audio", sample_rate=8000, seconds=0.5),
    "numbers": Modality("features"),
}
CLASSES = ("a", "b", "c")
ENCODERS = {
    "words": {"name": "word_bag", "vocabulary": 64, "width": 8},
    "picture": {"name": "small_cnn", "width": 2},
    "sound": {"name": "small_cnn", "width": 2},
    "numbers": {"name": "mlp", "width": 8},
}


class _Doubled(nn.Module):
    """A preprocessing step whose real values come out in double precision."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        prepared = self.inner(inputs)
        return {name: values.double() if values.is_floating_point() else values for name, values in prepared.items()}


def random_batch(samples: int = 7, seed: int = 0) -> tuple[dict[str, Tensor], Tensor]:
    """Decoded inputs, modality → (samples, …), and labels; the last text is empty."""
    generator = torch.Generator().manual_seed(seed)
    words = torch.zeros(samples, 77, dtype=torch.int64)
    words[:, :5] = torch.randint(300, 40000, (samples, 5), generator=generator)
    words[:, 0], words[:, 5] = 49406, 49407
    words[-1, 1:] = 0
    inputs = {
        "words": words,
        "picture": torch.randint(256, (samples, 3, 16, 16), generator=generator).to(torch.uint8),
        "sound": torch.randn(samples, 4000, generator=generator),
        "numbers": torch.randn(samples, 5, generator=generator),
    }
    return inputs, torch.randint(3, (samples,), generator=generator)


def small_fusion_model(
    modalities: tuple[str, ...] = tuple(MODALITIES), fusion: str = "concat", is_double: bool = False
) -> LateFusion:
    """In evaluation mode, with batch statistics from one pass over other samples."""
    torch.manual_seed(0)
    info = Info("made up", CLASSES, {name: MODALITIES[name] for name in modalities})
    encoders = {name: ENCODERS[name] for name in modalities}
    config = InputConfig(image_size=16, mels=16, augment=0.5)
    model = build_model(info, encoders=encoders, fusion=fusion, input_config=config, shapes={"numbers": (5,)})
    with torch.no_grad():
        model.train()(random_batch(16, seed=1)[0])
    if is_double:
        model.double()
        model.preprocess = _Doubled(model.preprocess)
    return model.eval()
