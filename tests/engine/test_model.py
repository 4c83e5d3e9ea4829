"""The late-fusion model: heads, masks, choice of encoders, description, and identical bits from identical seeds."""

import io
import json

import pytest
import torch
from safetensors.torch import load, save

from bss_core.engine.inputs import InputConfig
from bss_core.engine.model import DEFAULT_ENCODERS, build_model, from_architecture
from bss_core.engine.objective import objective
from bss_core.errors import ConfigError
from bss_core.manifest import KINDS, Info, Modality

INFO = Info(
    "made up",
    ("a", "b", "c"),
    {
        "words": Modality("text"),
        "picture": Modality("image"),
        "sound": Modality("audio", sample_rate=8000, seconds=0.5),
        "numbers": Modality("features"),
    },
)
SHAPES = {"numbers": (5,)}
HEADS = ["numbers", "picture", "sound", "words", "multimodal"]
CONFIG = InputConfig(image_size=16, augment=0.5)


def batch(samples=6):
    generator = torch.Generator().manual_seed(0)
    words = torch.zeros(samples, 77, dtype=torch.int64)
    words[:, :5] = torch.randint(300, 40000, (samples, 5), generator=generator)
    words[:, 0], words[:, 5] = 49406, 49407
    return {
        "words": words,
        "picture": torch.randint(256, (samples, 3, 16, 16), generator=generator).to(torch.uint8),
        "sound": torch.randn(samples, 4000, generator=generator),
        "numbers": torch.randn(samples, 5, generator=generator),
    }, torch.arange(samples) % 3


def model(seed=0, info=INFO, **options):
    torch.manual_seed(seed)
    return build_model(info, input_config=CONFIG, shapes=SHAPES, **options)


def test_there_is_a_default_encoder_for_every_kind():
    assert set(DEFAULT_ENCODERS) == set(KINDS) - {"video"}


@pytest.mark.parametrize("fusion", ["concat", "sum"])
def test_outputs_have_a_head_per_modality_and_one_for_all(fusion):
    built = model(fusion=fusion)
    inputs, _ = batch()
    outputs = built(inputs)
    assert list(outputs.logits) == HEADS
    assert all(values.shape == (6, 3) for values in outputs.logits.values())
    assert {name: values.shape[1] for name, values in outputs.features.items()} == {
        name: built.encoders[name].out_dim for name in HEADS[:-1]
    }


def test_a_unimodal_head_sees_its_modality_alone():
    built = model().eval()
    inputs, _ = batch()
    other = {**inputs, "picture": 255 - inputs["picture"]}
    before, after = built(inputs).logits, built(other).logits
    changed = {head for head in HEADS if not torch.equal(before[head], after[head])}
    assert changed == {"picture", "multimodal"}


def test_a_masked_modality_counts_as_zero_for_its_rows_only():
    built = model().eval()
    inputs, _ = batch()
    mask = torch.tensor([True, False, True, True, False, True])
    whole, masked = built(inputs), built(inputs, {"sound": mask})
    assert torch.equal(masked.features["sound"][~mask], torch.zeros(2, built.encoders["sound"].out_dim))
    assert torch.equal(masked.logits["sound"][~mask], built.heads["sound"].bias.expand(2, 3))
    for head in HEADS:
        assert torch.equal(whole.logits[head][mask], masked.logits[head][mask])
    assert not torch.allclose(whole.logits["multimodal"][~mask], masked.logits["multimodal"][~mask])
    assert torch.equal(whole.logits["picture"], masked.logits["picture"])


def test_a_masked_modality_may_hold_nonsense_and_gets_no_gradient():
    built = model()
    inputs, labels = batch()
    inputs["numbers"] = torch.full_like(inputs["numbers"], float("nan"))
    outputs = built.eval()(inputs, {"numbers": torch.zeros(6, dtype=torch.bool)})
    assert all(values.isfinite().all() for values in outputs.logits.values())
    clean = batch()[0]
    objective(built(clean, {"sound": torch.zeros(6, dtype=torch.bool)}).logits, labels, 0.0).backward()
    assert all(not weight.grad.any() for weight in built.encoders["sound"].parameters())
    assert built.encoders["picture"].layers[0][0].weight.grad.any()


def test_features_can_be_classified_again_under_every_mask():
    built = model().eval()
    inputs, _ = batch()
    mask = {"words": torch.zeros(6, dtype=torch.bool)}
    again = built.classify(built.encode(inputs), mask)
    direct = built(inputs, mask)
    assert all(torch.equal(again.logits[head], direct.logits[head]) for head in HEADS)


def test_the_order_of_the_columns_changes_nothing():
    turned = Info(INFO.name, INFO.classes, dict(reversed(INFO.modalities.items())))
    inputs, _ = batch()
    one, other = model().eval()(inputs).logits, model(info=turned).eval()(inputs).logits
    assert list(one) == list(other)
    assert all(torch.equal(one[head], other[head]) for head in HEADS)


def trained(seed):
    built = model(seed)
    inputs, labels = batch()
    optimizer = torch.optim.AdamW(built.parameters(), 1e-2)
    for _ in range(3):
        optimizer.zero_grad()
        objective(built(inputs).logits, labels, 0.5).backward()
        optimizer.step()
    return built.state_dict()


def test_the_same_seed_trains_to_the_same_bits():
    first, again, other = trained(0), trained(0), trained(1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_it_learns_a_small_batch():
    built = model()
    inputs, labels = batch()
    optimizer = torch.optim.AdamW(built.parameters(), 1e-2)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = objective(built(inputs).logits, labels, 0.5)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4


def test_bfloat16_autocast_gives_finite_losses_and_gradients():
    built = model()
    inputs, labels = batch()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = objective(built(inputs).logits, labels, 0.5)
    loss.backward()
    assert loss.dtype == torch.float32
    assert all(weight.grad.isfinite().all() for weight in built.parameters())


def test_the_description_rebuilds_the_model_through_json_and_safetensors():
    built = model(encoders={"picture": {"name": "small_cnn", "width": 4}}, fusion="sum").eval()
    described = json.loads(json.dumps(built.architecture, allow_nan=False))
    again = from_architecture(described).eval()
    again.load_state_dict(load(save(built.state_dict())))
    inputs, _ = batch()
    assert again.architecture == built.architecture
    assert described["encoders"]["picture"] == {"name": "small_cnn", "width": 4, "channels": 3}
    assert all(torch.equal(built(inputs).logits[head], again(inputs).logits[head]) for head in HEADS)


def test_the_description_leaves_the_weights_file_out(tmp_path):
    import timm

    path = tmp_path / "weights.pt"
    torch.save(timm.create_model("resnet10t").state_dict(), path)
    chosen = {"name": "timm_model", "model": "resnet10t", "weights": str(path)}
    built = model(encoders={"picture": chosen})
    path.unlink()
    assert built.architecture["encoders"]["picture"]["weights"] == ""
    from_architecture(built.architecture).load_state_dict(built.state_dict())


def test_the_state_holds_learned_tensors_only_and_stays_small():
    state = model().state_dict()
    assert not [name for name in state if name.startswith("preprocess")]
    file = io.BytesIO()
    file.write(save(state))
    assert file.tell() < 2_500_000


def test_channels_and_lengths_follow_the_data():
    chosen = model(encoders={"sound": "small_cnn"}).architecture["encoders"]
    assert (chosen["sound"]["channels"], chosen["picture"]["channels"], chosen["numbers"]["in_dim"]) == (1, 3, 5)


@pytest.mark.parametrize(
    ("encoders", "message"),
    [
        (
            {"words": "small_cnn"},
            "'small_cnn' cannot encode 'words', which is text; possible are open_clip_text, word_bag",
        ),
        ({"words": "no_such"}, "no 'no_such' among the encoders; there are mlp"),
        ({"smell": "mlp"}, "no modality 'smell' to encode; 'made up' has words, picture, sound, numbers"),
        ({"picture": {"width": 0}}, "width = 0 is out of range"),
        ({"picture": {"name": "small_cnn", "depth": 3}}, "has no option 'depth'; its options are width, channels"),
    ],
)
def test_a_wrong_encoder_is_refused(encoders, message):
    with pytest.raises(ConfigError, match=message):
        model(encoders=encoders)


def test_features_of_unknown_length_are_refused():
    with pytest.raises(ConfigError, match="length of the feature vectors of 'numbers' is not known"):
        build_model(INFO)
    assert build_model(INFO, encoders={"numbers": {"in_dim": 7}}).encoders["numbers"].in_dim == 7


def test_an_unknown_fusion_is_refused():
    with pytest.raises(ConfigError, match="no 'product' among the fusion; there are concat, sum"):
        model(fusion="product")


def test_a_modality_named_like_a_method_of_torch_is_refused():
    info = Info("odd", ("a", "b"), {"values": Modality("text"), "picture": Modality("image")})
    with pytest.raises(ConfigError, match="cannot be called 'values'"):
        model(info=info)
