"""Recorded and imported runs on every page: they have no epochs, checkpoints or, without ``data``, media."""

import pytest

import bss_core as bss
from bss_core.metrics import metrics
from bss_core.predictions import predictions_from
from tests.app.pages import open_page, said
from tests.recording.recordings import CLASSES, HEADS, LABELS, batches, logits, record

PAGES = ("overview", "browse", "scores", "trajectories", "map", "pacing", "train", "score")


def recorded(root, stage, heads=HEADS):
    with bss.Recorder(root / "runs" / "mine", CLASSES) as recorder:
        if stage == "started":
            return
        for batch in batches(0, heads=heads):
            recorder.log_batch(*batch)
        if stage == "first batches":
            return
        recorder.end_evaluation(0)
        if stage == "one evaluation":
            return
        for epoch in (1, 2):
            found = metrics(predictions_from(labels=LABELS, logits=logits(epoch, heads)))
            recorder.log_epoch(epoch, loss=1 / epoch, metrics={"validation": found})
            record(recorder, epoch, epoch, heads=heads)


@pytest.mark.parametrize("stage", ["started", "first batches", "one evaluation", "several"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_a_recorded_run(name, stage, tmp_path, monkeypatch):
    recorded(tmp_path, stage)
    test = open_page(name, tmp_path / "runs", monkeypatch)

    assert [element.value for element in test.error] == []
    if stage == "several":
        assert "has no evaluation" not in said(test)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_a_run_without_a_multimodal_head(name, tmp_path, monkeypatch):
    recorded(tmp_path, "several", heads=("audio", "image"))
    open_page(name, tmp_path / "runs", monkeypatch)
