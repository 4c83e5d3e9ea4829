"""The figures of the case study in the report, and what is said of the run's preset."""

import pandas as pd
import pytest

from app.report.media import SampleMedia
from app.report.panels import course_panel, samples_panel
from app.report.preset import preset_words
from app.report.subjects import Subject
from bss_core.presets import preset_options


def test_the_panels_name_scores_bands_and_labels():
    subject = Subject("x-1", "y", "a <b>", -0.12345, "imbalanced")
    texts = [note.text for note in samples_panel([subject], [SampleMedia(None, False, {})]).layout.annotations]
    assert texts == ["<b>y</b><br>s = −0.1235", "imbalanced", "a &lt;b&gt;"]
    course = pd.DataFrame({"evaluation": [0, 1, 2, 3], "epoch": [0, 1, 2, 3], "balance_score": [0.1, 0.3, -0.2, 0.9]})
    figure = course_panel(course, "y", "text", SampleMedia(None, False, {}), (0.25, 0.6))
    assert list(figure.data[0].text) == ["0.1000", "", "−0.2000", "0.9000"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "preset paper, with all that it sets"),
        ({"select_on": "test"}, "preset paper, except select on test (preset validation)"),
        (
            {"scheduler_options": {"temperature": 0.5}, "prediction_rule": "sum_all"},
            "preset paper, except prediction rule sum_all (preset multimodal); temperature 0.5 (preset 1)",
        ),
        ({"epochs": 7}, "preset paper, with all that it sets"),
        ({"preset": ""}, "no preset"),
        ({"preset": "of tomorrow"}, "preset of tomorrow, which this version does not have"),
    ],
)
def test_what_differs_from_the_preset_is_said(changes, said):
    preset = preset_options("paper", "learned")
    options = {**preset, "scheduler": "learned", "preset": "paper", "epochs": 12}
    for name, value in changes.items():
        options[name] = {**preset[name], **value} if isinstance(value, dict) else value
    assert preset_words(options) == said


def test_what_an_older_run_does_not_say_does_not_differ():
    assert preset_words({"preset": "paper", "scheduler": "learned"}) == "preset paper, with all that it sets"


def test_a_recorded_run_has_no_options():
    assert preset_words({}) == "not trained by this program"
