"""The figures of the case study."""

import pandas as pd

from app.report.media import SampleMedia
from app.report.panels import course_panel, samples_panel


def test_the_panels_name_scores_bands_and_labels():
    rows = [{"label": 1, "balance_score": -0.12345, "band": "imbalanced"}]
    texts = [
        note.text
        for note in samples_panel(rows, ["a <b>"], [SampleMedia(None, False, {})], ["x", "y"]).layout.annotations
    ]
    assert texts == ["<b>y</b><br>s = −0.1235", "imbalanced", "a &lt;b&gt;"]
    course = pd.DataFrame({"evaluation": [0, 1, 2, 3], "epoch": [0, 1, 2, 3], "balance_score": [0.1, 0.3, -0.2, 0.9]})
    figure = course_panel(course, "y", "text", SampleMedia(None, False, {}), (0.25, 0.6))
    assert list(figure.data[0].text) == ["0.1000", "", "−0.2000", "0.9000"]
