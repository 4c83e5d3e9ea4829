"""Encoder members: the contract for each, their formulas, and pretrained weights from local files."""

import json
import logging

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from bss_core.engine.encoders import _pixels
from bss_core.errors import CheckpointError, ConfigError
from bss_core.manifest import KINDS
from bss_core.registry import build, card, find, members

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}
SMALL = {
    "small_cnn": {"width": 2},
    "timm_model": {"model": "resnet10t"},
    "word_bag": {"vocabulary": 64, "width": 8},
    "mlp": {"in_dim": 5, "width": 8},
    "open_clip_image": {"model": "tiny-for-tests"},
    "open_clip_text": {"model": "tiny-for-tests"},
}


@pytest.fixture(scope="module", autouse=True)
def tiny_clip(tmp_path_factory):
    """A CLIP model of 1.6 million weights, known to open_clip by its name."""
    path = tmp_path_factory.mktemp("clip") / "tiny-for-tests.json"
    path.write_text(json.dumps(TINY))
    open_clip.add_model_config(path)


def tokens(*rows):
    given = torch.zeros(len(rows), 77, dtype=torch.int64)
    for number, row in enumerate(rows):
        given[number, : len(row) + 2] = torch.tensor([49406, *row, 49407])
    return given


def example(kind):
    generator = torch.Generator().manual_seed(0)
    return {
        **dict.fromkeys(("image", "frames", "depth"), lambda: torch.rand(2, 3, 40, 40, generator=generator) * 2 - 1),
        "audio": lambda: torch.rand(2, 1, 40, 33, generator=generator) * 2 - 1,
        "text": lambda: tokens([320, 736], [2368]),
        **dict.fromkeys(("features", "series"), lambda: torch.randn(2, 5, generator=generator)),
    }[kind]()


PAIRS = [(name, kind) for name in members("encoders") for kind in find("encoders", name).kinds]


def made(name, kind):
    torch.manual_seed(0)
    return build("encoders", name, **SMALL.get(name, {}), **({"channels": 1} if kind == "audio" else {}))


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_contract(name, kind):
    encoder = made(name, kind)
    features = encoder(example(kind))
    assert features.shape == (2, encoder.out_dim)
    features.square().sum().backward()
    weights = [weight for weight in encoder.parameters() if weight.requires_grad]
    assert sum(weight.grad is not None and bool(weight.grad.abs().sum() > 0) for weight in weights) > len(weights) / 2
    assert all(part in card("encoders", name) for part in ("Options:", "When to use:", "Cost:", "Source:"))


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_in_evaluation_a_sample_does_not_depend_on_its_batch(name, kind):
    encoder = made(name, kind).eval()
    given = example(kind)
    with torch.no_grad():
        assert torch.allclose(encoder(given)[:1], encoder(given[:1]), atol=1e-5)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_the_same_seed_gives_the_same_bits(name, kind):
    one, other = made(name, kind), made(name, kind)
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))
    torch.manual_seed(1)
    first = one(example(kind))
    torch.manual_seed(1)
    assert torch.equal(first, other(example(kind)))


def test_every_kind_of_modality_but_videos_has_an_encoder():
    assert {kind for _, kind in PAIRS} == set(KINDS) - {"video"}


@pytest.mark.parametrize("shape", [(2, 1, 8, 3), (2, 1, 40, 500), (2, 3, 16, 16)])
def test_small_cnn_takes_any_picture(shape):
    encoder = build("encoders", "small_cnn", width=2, channels=shape[1])
    assert encoder(torch.randn(shape)).shape == (2, 16)


def test_small_cnn_weights_stay_contiguous_for_safetensors(tmp_path):
    encoder = build("encoders", "small_cnn", width=2)
    encoder(example("image")).sum().backward()
    save_file(encoder.state_dict(), tmp_path / "weights.safetensors")


def test_word_bag_is_the_scaled_sum_of_its_words():
    encoder = made("word_bag", "text").eval()
    table = encoder.vectors.weight
    found = encoder(tokens([65, 2, 2], []))
    expected = (table[1] + 2 * table[2]) * (8 / 3) ** 0.5  # 65 mod 64 = 1; width 8; three words
    assert torch.allclose(found[0], expected)
    assert torch.equal(found[1], torch.zeros(8))  # start, end and padding are no words


def test_mlp_standardises_values_of_any_scale_and_takes_one_sample():
    encoder = made("mlp", "features").train()
    given = example("features") * torch.tensor([1e-3, 1.0, 1e6, 1.0, 1.0])
    encoder.layers[1].weight.data.fill_(1.0)
    standardised = encoder.layers[0](given)
    assert torch.allclose(standardised[:, 1:].mean(0), torch.zeros(4), atol=1e-5)
    assert encoder(given[:1]).isfinite().all()


def test_pixels_are_resized_and_scaled_as_the_network_wants():
    pixels = _pixels.Pixels((8, 8), mean=(0.5, 0.0, 0.25), std=(0.5, 1.0, 0.25))
    scaled = pixels(torch.tensor([-1.0, 0.0, 1.0])[None, :, None, None].expand(1, 3, 4, 4))
    assert scaled.shape == (1, 3, 8, 8)
    assert torch.allclose(scaled[0, :, 4, 4], torch.tensor([-1.0, 0.5, 3.0]))  # (0−.5)/.5, .5/1, (1−.25)/.25


def test_timm_resizes_for_networks_of_one_size():
    assert build("encoders", "timm_model", model="vit_tiny_patch16_224").pixels.size == (224, 224)
    assert build("encoders", "timm_model", model="resnet10t").pixels.size is None


def test_timm_weights_are_loaded_without_the_classifier_and_for_one_channel(tmp_path):
    import timm

    torch.manual_seed(0)
    state = timm.create_model("resnet10t", num_classes=10).state_dict()
    path = str(tmp_path / "resnet.safetensors")
    save_file(state, path)
    encoder = build("encoders", "timm_model", model="resnet10t", channels=1, weights=path)
    assert torch.equal(encoder.network.layer1[0].conv1.weight, state["layer1.0.conv1.weight"])
    assert torch.allclose(encoder.network.conv1[0].weight, state["conv1.0.weight"].sum(1, keepdim=True), atol=1e-6)


@pytest.mark.parametrize("name", ["open_clip_image", "open_clip_text"])
def test_clip_weights_are_loaded_from_a_local_file(tmp_path, name, caplog):
    torch.manual_seed(1)
    model = open_clip.create_model("tiny-for-tests").eval()
    path = str(tmp_path / "clip.pt")
    torch.save({"state_dict": {f"module.{key}": values for key, values in model.state_dict().items()}}, path)
    with caplog.at_level(logging.WARNING, logger="bss_core"):
        encoder = build("encoders", name, model="tiny-for-tests", weights=path).eval()
    assert not [record for record in caplog.records if "random weights" in record.message]
    with torch.no_grad():
        if name == "open_clip_text":
            assert torch.equal(encoder(tokens([320])), model.encode_text(tokens([320])))
        else:
            given = torch.rand(1, 3, 32, 32) * 2 - 1
            mean, std = torch.tensor(open_clip.OPENAI_DATASET_MEAN), torch.tensor(open_clip.OPENAI_DATASET_STD)
            usual = ((given + 1) / 2 - mean[:, None, None]) / std[:, None, None]
            assert torch.allclose(encoder(given), model.encode_image(usual), atol=1e-5)


def test_clip_without_weights_says_so(caplog):
    with caplog.at_level(logging.WARNING, logger="bss_core"):
        made("open_clip_image", "image")
    assert "tiny-for-tests starts from random weights" in caplog.text


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("open_clip_image", "no-such-model"),
        ("open_clip_image", "hf-hub:owner/model"),
        ("open_clip_image", "roberta-ViT-B-32"),
        ("open_clip_text", "ViT-B-16-SigLIP"),
    ],
)
def test_clip_models_that_would_need_a_download_are_refused(name, model):
    with pytest.raises(ConfigError, match=f"{model}' cannot be used here; possible are ViT-B-32"):
        build("encoders", name, model=model)


def test_an_unknown_timm_network_is_refused_with_neighbours():
    with pytest.raises(ConfigError, match="no network 'resnet18x'; it has .*resnet18"):
        build("encoders", "timm_model", model="resnet18x")


def bad_weights(tmp_path, case):
    path = tmp_path / ("w.safetensors" if case == "damaged safetensors" else "w.pt")
    if case == "another shape":
        torch.save({"positional_embedding": torch.zeros(3)}, path)
    elif case == "no tensors":
        torch.save({"a": 1}, path)
    elif case != "missing":
        path.write_bytes(b"PK\x03\x04 not really" * 10)
    return str(path)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("missing", "no weights file"),
        ("damaged", "cannot be read as weights"),
        ("damaged safetensors", "cannot be read as weights"),
        ("no tensors", "holds no state dict"),
        ("another shape", "does not fit: tensor 'ln_final.bias' is missing"),
    ],
)
def test_bad_weights_are_refused(tmp_path, case, message):
    with pytest.raises(CheckpointError, match=message):
        build("encoders", "open_clip_text", model="tiny-for-tests", weights=bad_weights(tmp_path, case))


def test_pickled_code_in_a_weights_file_is_never_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return (print, ("code was run",))

    path = tmp_path / "trap.pt"
    torch.save({"state_dict": Trap()}, path)
    with pytest.raises(CheckpointError, match="cannot be read as weights"):
        build("encoders", "timm_model", model="resnet10t", weights=str(path))
