"""The frozen report: what it holds, that it is closed to strangers, and that hostile names stay text."""

import base64
import hashlib
import html
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import soundfile

import bss_core as bss
from app import data, data_trajectories
from app.media_store import MediaStore
from app.report import media as report_media
from app.report.contents import gather
from app.report.document import render
from app.report.figures import Chart, plain_names
from app.report.media import sample_media
from app.report.request import Shared
from bss_core.evaluations import Evaluation, predictions_path, write_evaluation
from bss_core.manifest import FILE, Info, Manifest, Modality, read_manifest, write_manifest
from bss_core.measurer import build_measurer
from bss_core.predictions import predictions_from
from bss_core.runs import create_run, open_run
from bss_core.scores import measure
from bss_core.selection import Selection
from tests.conftest import sound
from tests.recording.recordings import CLASSES, record
from tests.score_tables import some_predictions, some_run, write_some

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> & %{x} ☃ \u2028"


def scored(folder, info, rows, evaluations=2):
    """A run with scores of these manifest rows."""
    run, rng = create_run(folder / "runs" / "tiny-1", {"epochs": 1}, info), np.random.default_rng(0)
    heads = [*info.modalities, "multimodal"]
    for number in range(evaluations):
        chances = {head: rng.dirichlet(np.ones(len(info.classes)), len(rows)).astype(np.float32) for head in heads}
        ids, splits = rows["sample_id"].to_numpy(), rows["split"].to_numpy()
        write_some(run.folder, number, predictions_from(chances, rows["label"].to_numpy(), ids, splits))
    return run


@pytest.fixture
def run(tmp_path, tiny_data):
    data.forget()
    manifest = read_manifest(tiny_data)
    return scored(tmp_path, manifest.info, manifest.split("train"))


@pytest.fixture
def hostile_run(tmp_path):
    """Ids, texts and class names that would be markup if they were not escaped."""
    data.forget()
    rows = read_rows(HOSTILE)
    info = Info(HOSTILE, (f"no {HOSTILE}", f"yes {HOSTILE}"), {"speech": Modality("audio"), "words": Modality("text")})
    info = write_manifest(tmp_path / "data", Manifest(info, rows))
    return scored(tmp_path, info, rows)


def read_rows(name):
    """Eight samples with a sound and a text."""
    rng, ids = np.random.default_rng(0), [f"{name}{place}" for place in range(8)]
    sounds = [sound(place % 2, rng) for place in range(8)]
    labels = [place % 2 for place in range(8)]
    return pd.DataFrame({"sample_id": ids, "split": "train", "label": labels, "speech": sounds, "words": ids})


def report_of(run, count=48, **more):
    about = run.evaluations()[-1]
    return gather(Shared(run, about, Selection(**more)), MediaStore((run.folder.parent,)), count)


def found_data(text):
    return json.loads(re.search(r'id="report-data">(.*?)</script>', text, re.DOTALL)[1])


class Tags(HTMLParser):
    """All start tags with their attributes, and the text of scripts."""

    def __init__(self, text):
        super().__init__()
        self.found, self.scripts, self._in = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._in = tag == "script"

    def handle_endtag(self, tag):
        self._in = False

    def handle_data(self, text):
        if self._in:
            self.scripts.append(text)

    def all(self, name):
        return [attributes for tag, attributes in self.found if tag == name]


def test_a_report_shows_the_first_samples_of_the_order_and_says_of_how_many(run):
    text = render(report_of(run, count=5, splits=("train",)))
    wanted = data.page(run, 1, Selection(), limit=5)
    assert [item["id"] for item in found_data(text)["samples"]] == wanted["sample_id"].tolist()
    assert "5 of 18 selected samples shown (of 18 in the evaluation)" in text
    assert "split train: 18 of 18 samples, by balance score, lowest first" in text


def test_each_sample_has_picture_sound_text_reason_and_charts(run):
    text = render(report_of(run))
    first = found_data(text)["samples"][0]
    row = data.page(run, 1, Selection(), limit=1).iloc[0]
    assert first["score"] == f"{row['balance_score']:.3f}".replace("-", "−")
    assert first["texts"] == [["caption", row["caption"]]]
    assert [chart["key"] for chart in first["charts"]] == ["anatomy", "predictions", "course"]
    assert first["sounds"][0][1].startswith("data:audio/wav;base64,")
    assert first["why"]
    heads = [name for name, value in first["facts"] if "label’s probability" in value]
    assert heads == ["multimodal", "audio", "caption", "image"]
    pictures = Tags(text).all("img")
    assert len(pictures) == 19  # 18 cards and the one of the sample looked at
    assert all(picture["src"].startswith("data:image/webp;base64,") for picture in pictures if "src" in picture)


def test_the_sum_of_the_drawn_parts_is_the_score(run):
    text = render(report_of(run))
    for item in found_data(text)["samples"]:
        *parts, score = item["charts"][0]["data"]
        assert sum(bar["x"][0] for bar in parts) == pytest.approx(score["x"][0], abs=1e-6)


def test_only_the_two_scripts_that_the_policy_names_can_run(run):
    tags = Tags(render(report_of(run, count=1)))
    policy = next(item["content"] for item in tags.all("meta") if item.get("http-equiv") == "Content-Security-Policy")
    hashes = re.findall(r"'sha256-([^']+)'", policy)
    found = [hashlib.sha256(text.encode()).digest() for text in tags.scripts[1:]]
    assert [base64.b64encode(digest).decode() for digest in found] == hashes
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert not any(name.startswith("on") for _, attributes in tags.found for name in attributes)


def test_nothing_in_the_markup_is_fetched_from_elsewhere(run):
    tags = Tags(render(report_of(run)))
    addresses = [item[name] for _, item in tags.found for name in ("src", "href", "action", "srcset") if name in item]
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    assert not {"link", "iframe", "object", "embed", "base", "form", "a"} & {tag for tag, _ in tags.found}


def test_hostile_names_stay_text(hostile_run):
    text = render(report_of(hostile_run, count=3))
    tags = Tags(text)
    assert len(tags.scripts) == 3
    assert not any("onerror" in item or item.get("src") == "x" for item in tags.all("img"))
    assert "<script>alert" not in text
    assert html.escape(HOSTILE) in text
    assert found_data(text)["samples"][0]["texts"][0][1].startswith(HOSTILE.split("\u2028")[0])


def test_hostile_names_in_figures_are_neither_tags_nor_templates(hostile_run):
    found = found_data(render(report_of(hostile_run, count=3)))
    figures = [*found["charts"], *(chart for item in found["samples"] for chart in item["charts"])]
    drawn = json.dumps([{"data": chart["data"], "layout": chart["layout"]} for chart in figures])
    assert "&lt;script&gt;alert(1)" in drawn
    assert "<script>" not in drawn
    assert "%{x} \\u2603" not in drawn


def test_plain_names():
    assert plain_names("a<b>&amp;%{y}") == "a&lt;b&gt;&amp;amp;%&#123;y}"


def test_a_long_sound_is_shortened_and_says_so(tmp_path, monkeypatch):
    file = io.BytesIO()
    wave = 0.4 * np.sin(2 * np.pi * 440 * np.arange(12 * 44100) / 44100)
    soundfile.write(file, wave, 44100, format="WAV", subtype="PCM_16")
    rows = read_rows("s").assign(speech=[file.getvalue()] * 8)
    info = Info("long", ("no", "yes"), {"speech": Modality("audio"), "words": Modality("text")})
    run = scored(tmp_path, write_manifest(tmp_path / "data", Manifest(info, rows)), rows, 1)
    found = sample_media(MediaStore((run.folder.parent,)), run, "s0").sounds["speech"]
    content = base64.b64decode(found.uri.removeprefix("data:audio/ogg;base64,"))
    kept, rate = soundfile.read(io.BytesIO(content))
    assert found.changed == "the first 10 s of 12.0 s, coded anew as Ogg Vorbis at 16,000 Hz"
    assert (len(kept), rate) == (160_000, 16_000)
    assert len(content) < report_media.SOUND_BYTES
    power = np.abs(np.fft.rfft(kept[:16000]))
    assert power.argmax() == 440


def test_media_that_lead_out_of_the_data_folder_are_left_out_and_said(tmp_path):
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    rows = read_rows("s").assign(speech=["../secret.png"] * 8)
    info = Info("out", ("no", "yes"), {"speech": Modality("audio"), "words": Modality("text")})
    run = scored(tmp_path, write_manifest(tmp_path / "data", Manifest(info, rows)), rows, 1)
    found = sample_media(MediaStore((run.folder.parent,)), run, "s0")
    assert (found.picture, found.sounds) == (None, {})
    assert "leads out of the data folder" in found.missing[0]


def test_without_data_set_and_predictions_the_report_says_what_is_missing(run):
    (run.data / FILE).unlink()
    predictions_path(run.folder, 1).unlink()
    text = render(report_of(run, count=2))
    first = found_data(text)["samples"][0]
    assert [chart["key"] for chart in first["charts"]] == ["anatomy", "course"]
    assert "cannot be read" in first["notes"][0]
    assert first["sounds"] == []
    assert "no picture" in text


def test_an_empty_selection_gives_a_report_that_says_so(run):
    text = render(report_of(run, text="nowhere to be found"))
    assert "No sample matches the selection." in text
    assert "“nowhere to be found” in the texts or the id: 0 of 18 samples" in text


def test_one_evaluation_and_no_epochs_are_enough(tmp_path):
    data.forget()
    report = report_of(some_run(tmp_path, evaluations=1))
    assert [chart.key for chart in report.charts] == ["balance-scores", "map", "trajectories", "bands"]
    assert [panel.key for panel in report.panels] == ["case-study-a"]


@pytest.mark.parametrize("heads", [("audio", "image", "multimodal"), ("audio", "image")])
def test_a_recorded_run_has_a_report_too(tmp_path, heads):
    data.forget()
    with bss.Recorder(tmp_path / "runs" / "mine", CLASSES) as recorder:
        for epoch in (1, 2):
            recorder.log_epoch(epoch, loss=1.0)
            record(recorder, epoch, epoch, heads=heads)
    report = report_of(open_run(tmp_path / "runs" / "mine"))
    assert "predictions made outside this program" in dict(report.summary)["Evaluation"]
    assert [chart.key for chart in report.charts] == ["balance-scores", "map", "trajectories", "bands"]
    assert "24 of 24 selected samples shown" in render(report)


@pytest.mark.parametrize(
    ("options", "formula"),
    [
        ({"normaliser": "rank"}, "s = normalised prediction similarity − normalised total loss"),
        ({"similarity": "none"}, "s = − normalised total loss"),
        ({"difficulty": "none"}, "s = normalised prediction similarity"),
    ],
)
def test_a_score_of_other_parts_is_taken_apart_as_it_was_made(tmp_path, options, formula):
    data.forget()
    run, measurer = some_run(tmp_path, evaluations=1), build_measurer(options)
    predictions = some_predictions(0)
    scores = measure(predictions, measurer)
    equal = np.full(len(predictions), 1 / len(predictions))
    about = Evaluation(1, 1, measure=measurer.as_dict())
    write_evaluation(run.folder, about, predictions, scores, scores.balance_score, equal)
    report = report_of(run)
    assert dict(report.summary)["Score"].startswith(f"{formula}; ")
    for sample in report.samples:
        *parts, total = sample.charts[0].drawn()["data"]
        assert sum(bar["x"][0] for bar in parts) == pytest.approx(sample.row["balance_score"], abs=1e-6)
        assert len(parts) == len(measurer.criteria)


def test_the_case_study_follows_the_sample_that_rose_most(tmp_path):
    data.forget()
    run = some_run(tmp_path)
    rows = data_trajectories.leaders(run, Selection(), "change", True, 1)
    panel = report_of(run).panels[1]
    assert panel.alt.startswith(f"(b) The sample whose score rose most: {rows['sample_id'].iloc[0]}, label ")
    assert panel.figure.data[0].y[-1] - panel.figure.data[0].y[0] == pytest.approx(rows["change"].iloc[0])


def test_a_chart_is_drawn_without_the_template_of_the_server(run):
    drawn = Chart("x", report_of(run, count=1).charts[0].figure, "alt").drawn()
    assert "template" not in drawn["layout"]
    assert set(drawn) == {"key", "data", "layout", "alt"}
