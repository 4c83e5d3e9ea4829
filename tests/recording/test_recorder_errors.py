"""The recorder and what cannot be: one sentence that names sample and head, and no trace in the run."""

import numpy as np
import pytest

import bss_core as bss
from bss_core.errors import ConfigError
from bss_core.metrics import metrics
from bss_core.predictions import predictions_from
from bss_core.runs import open_run
from tests.recording.recordings import CLASSES, IDS, LABELS, balance, batches, logits, record


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mine"


def broken(head="image", row=3, value=float("nan")):
    ids, heads, labels = next(batches(0))
    heads[head][row, 1] = value
    return ids, heads, labels


def changed(**parts):
    whole = dict(zip(("ids", "logits", "labels"), next(batches(0)), strict=True))
    return tuple((whole | parts).values())


WRONG = [
    (broken(), "The logits of 'image' for sample 's-03' are not finite"),
    (broken("audio", 0, -np.inf), "The logits of 'audio' for sample 's-00' are not finite"),
    (changed(labels=np.array([0, 1, 3, 0, 1, 2, 0, 1])), "'s-02' has label 3; with 3 classes labels run from 0 to 2"),
    (changed(labels=np.zeros(8)), "Labels must be whole numbers; their type is float64"),
    (changed(labels=np.zeros(7, int)), r"one label per sample id; got 8 ids and shape \(7,\)"),
    (changed(ids=[], labels=np.zeros(0, int)), "one label per sample id; got 0 ids"),
    (changed(ids="s-00"), "ids must be one text or whole number per sample; got 's-00'"),
    (changed(logits={"audio": np.zeros((8, 3))}), r"at least two modalities; found \['audio'\]"),
    (changed(logits=dict.fromkeys(("a b", "c"), np.zeros((8, 3)))), "'a b' cannot name a head"),
    (changed(logits=dict.fromkeys("ab", np.zeros((8, 4)))), r"of 'a' have shape \(8, 4\); expected \(8, 3\)"),
    (changed(logits=dict.fromkeys("ab", np.full((8, 3), "x"))), "logits of 'a' are of type <U1; expected numbers"),
]


class TestBadInput:
    @pytest.mark.parametrize(("batch", "message"), WRONG)
    def test_a_bad_batch_is_one_sentence_and_leaves_no_trace(self, folder, batch, message):
        with bss.Recorder(folder, CLASSES) as recorder:
            with pytest.raises(ConfigError, match=message):
                recorder.log_batch(*batch)
            assert recorder.pending == 0
            found = record(recorder, 0, 0)
        assert found.table["balance_score"].to_numpy() == pytest.approx(balance(0), abs=1e-12)

    def test_other_heads_labels_and_samples_than_before(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            record(recorder, 0, 0)
            with pytest.raises(ConfigError, match="has the heads audio, image; those before had audio, image, multi"):
                recorder.log_batch(*next(batches(0, heads=("audio", "image"))))
            with pytest.raises(ConfigError, match="'s-00' has label 1 now and had 0 before"):
                recorder.log_batch(*changed(labels=(LABELS[:8] + 1) % 3))
            with pytest.raises(ConfigError, match="'new' is not in the first evaluation, which has 24 samples"):
                recorder.log_batch(*changed(ids=["new", *IDS[1:8]]))

    def test_a_label_that_changes_within_the_first_evaluation(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            recorder.log_batch(*next(batches(0)))
            with pytest.raises(ConfigError, match="'s-00' has label 1 now and had 0 before"):
                recorder.log_batch(*changed(labels=(LABELS[:8] + 1) % 3))

    def test_ends_that_cannot_be(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            with pytest.raises(ConfigError, match="Nothing was logged for evaluation 0; call log_batch first"):
                recorder.end_evaluation(0)
            recorder.log_batch(*next(batches(0)))
            for epoch in (-1, 0.5, None, True):
                with pytest.raises(ConfigError, match=f"epoch = {epoch}"):
                    recorder.end_evaluation(epoch)
            with pytest.raises(ConfigError, match="epoch = 0 is out of range"):
                recorder.log_epoch(0)
            with pytest.raises(ConfigError, match="'s-00' has no score"):
                recorder.smoothed_scores(["s-00"])

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"classes": None}, r"At least two different class names .* got \[\]"),
            ({"classes": ["a", "a"]}, r"At least two different class names .* got \['a', 'a'\]"),
            ({"beta": 2}, "beta = 2.0 is out of range"),
            ({"scheduler": "bss"}, "no 'bss' among the schedulers"),
            ({"scheduler": bss.build("schedulers", "learned"), "beta": 0.5}, "built already; give 'beta' where"),
            ({"measure": {"similarity": "none", "difficulty": "none"}}, "both none"),
            ({"measure": {"difficulty": "gradient_magnitude"}}, "'gradient_magnitude' is measured while the model"),
            ({"flush_every": 0}, "flush_every = 0 is out of range"),
        ],
    )
    def test_options_that_cannot_be_make_no_folder(self, folder, options, message):
        with pytest.raises(ConfigError, match=message):
            bss.Recorder(folder, **{"classes": CLASSES} | options)
        assert not folder.exists()

    def test_losses_that_are_not_finite_are_recorded_as_missing(self, folder):
        with bss.Recorder(folder, CLASSES) as recorder:
            found = metrics(predictions_from(labels=LABELS, logits=logits(0)))
            recorder.log_epoch(1, loss=float("nan"), metrics={"validation": found}, seconds=np.float32(0.5))
        event = open_run(folder).events()[0]

        assert (event["loss"], event["seconds"]) == (None, 0.5)
        assert event["metrics"]["validation"]["multimodal"] == found["multimodal"]
