"""Checkpoints: there and back, what does not fit or is damaged, and a disk that is full."""

import errno
import json
import os

import pytest
import torch
from safetensors.torch import load_file, save_file

from bss_core.engine.checkpoints import load_model, load_resume, read_checkpoint, restore, save_model, save_resume
from bss_core.errors import CheckpointError, RunError
from tests.engine.small_runs import OPTIONS, SMALL, small_model


@pytest.fixture
def model(shared_tiny_data):
    return small_model(shared_tiny_data)


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "checkpoints" / "last.safetensors"
    save_model(path, model, 7, "abc")
    return path


def with_metadata(path, about):
    save_file({"weight": torch.zeros(2)}, path, {"bss_lens": json.dumps(about)})
    return path


def test_there_and_back_to_the_last_bit(model, saved):
    loaded, about = load_model(saved)
    assert (about["epoch"], about["data_hash"]) == (7, "abc")
    assert not loaded.training
    assert loaded.architecture == model.architecture
    assert list(loaded.state_dict()) == list(model.state_dict())
    assert all(torch.equal(values, loaded.state_dict()[name]) for name, values in model.state_dict().items())


def test_anybody_can_read_the_weights(model, saved):
    weights = load_file(saved)
    assert weights.keys() == model.state_dict().keys()
    assert torch.equal(weights["heads.image.weight"], model.heads["image"].weight)


def test_the_file_does_not_follow_the_model(model, saved):
    before = read_checkpoint(saved)[0]["heads.image.weight"]
    with torch.no_grad():
        model.heads["image"].weight += 1
    assert torch.equal(read_checkpoint(saved)[0]["heads.image.weight"], before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"encoders": {**OPTIONS["encoders"], "audio": {**SMALL, "width": 3}}},
            r"last does not fit .* tensor 'encoders.audio.layers.0.0.weight' has shape \(2, 1, 3, 3\) in the file, "
            r"\(3, 1, 3, 3\) in the model",
        ),
        (
            {"encoders": {**OPTIONS["encoders"], "caption": {"name": "word_bag", "vocabulary": 512, "width": 9}}},
            r"'encoders.caption.vectors.weight' has shape \(512, 8\) in the file, \(512, 9\) in the model",
        ),
    ],
)
def test_weights_of_another_architecture_name_the_tensor(shared_tiny_data, model, change, message):
    other = small_model(shared_tiny_data, **change)
    before = other.heads["image"].weight.clone()
    with pytest.raises(CheckpointError, match=message):
        restore(other, model.state_dict(), "last")
    assert torch.equal(other.heads["image"].weight, before)


def test_a_tensor_too_few_or_too_many_is_named(model):
    weights = model.state_dict()
    with pytest.raises(CheckpointError, match=r"tensor 'extra' has shape \(1,\) in the file, none \(not part of the m"):
        restore(model, {**weights, "extra": torch.zeros(1)}, "last")
    del weights["heads.image.bias"]
    with pytest.raises(
        CheckpointError, match=r"tensor 'heads.image.bias' has shape none \(missing\) in the file, \(3,"
    ):
        restore(model, weights, "last")


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_a_cut_file_is_damaged(saved, kept):
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=r"last.safetensors is damaged: \w"):
        load_model(saved)


def test_a_file_of_noise_is_damaged(tmp_path):
    path = tmp_path / "best.safetensors"
    path.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(CheckpointError, match="best.safetensors is damaged"):
        read_checkpoint(path)


@pytest.mark.parametrize("name", ["absent.safetensors", "."])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(CheckpointError, match="There is no checkpoint .*"):
        read_checkpoint(tmp_path / name)


def test_weights_of_another_program_are_refused(tmp_path):
    path = tmp_path / "foreign.safetensors"
    save_file({"weight": torch.zeros(2)}, path)
    with pytest.raises(CheckpointError, match="holds weights but not the architecture"):
        load_model(path)


@pytest.mark.parametrize(
    "architecture", [{}, None, {"modalities": {"image": {"kind": "image"}}, "inputs": {}}, {"modalities": 3}]
)
def test_a_description_that_leads_nowhere_is_refused(tmp_path, architecture):
    path = with_metadata(tmp_path / "odd.safetensors", {"architecture": architecture, "epoch": 1})
    with pytest.raises(CheckpointError, match="describes no model that can be built here"):
        load_model(path)


def test_an_encoder_that_does_not_exist_here_is_named(model, tmp_path):
    encoders = {**model.architecture["encoders"], "image": {"name": "newer_net"}}
    about = {"architecture": {**model.architecture, "encoders": encoders}, "epoch": 1}
    with pytest.raises(CheckpointError, match="no 'newer_net' among the encoders"):
        load_model(with_metadata(tmp_path / "newer.safetensors", about))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_as_it_was(model, saved, monkeypatch, call):
    def refuse(*words):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = saved.read_bytes()
    with torch.no_grad():
        model.heads["image"].weight += 1
    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(RunError, match="could not be written .No space left on device.; what was there before is unch"):
        save_model(saved, model, 8, "abc")
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["last.safetensors"]


def test_the_state_comes_back(tmp_path):
    state = {"epoch": 3, "best": (0.5, 2), "model": {"w": torch.arange(3.0)}, "generator": torch.get_rng_state()}
    save_resume(tmp_path / "resume.pt", state)
    loaded = load_resume(tmp_path / "resume.pt")
    assert (loaded["epoch"], tuple(loaded["best"])) == (3, (0.5, 2))
    assert torch.equal(loaded["model"]["w"], torch.arange(3.0))
    assert torch.equal(loaded["generator"], state["generator"])


class Harmful:
    """What a file made to attack would hold: an instruction to call something on loading."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


def test_a_state_with_code_in_it_is_refused_and_nothing_runs(tmp_path):
    torch.save({"epoch": 1, "model": Harmful(tmp_path / "harm")}, tmp_path / "resume.pt")
    with pytest.raises(CheckpointError, match="resume.pt cannot be read"):
        load_resume(tmp_path / "resume.pt")
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("kept", [0, 50, -10])
def test_a_cut_state_is_refused_in_one_sentence(tmp_path, kept):
    save_resume(tmp_path / "resume.pt", {"epoch": 1})
    content = (tmp_path / "resume.pt").read_bytes()
    (tmp_path / "resume.pt").write_bytes(content[:kept])
    with pytest.raises(CheckpointError, match="resume.pt cannot be read: .*") as caught:
        load_resume(tmp_path / "resume.pt")
    assert "\n" not in str(caught.value)
