"""A page of the app in a test: the real entry script on the runs of a test's folder."""

import json
import shutil
from pathlib import Path

from streamlit.testing.v1 import AppTest

from app import data, roots
from bss_core.runs import Run

ROOT = Path(__file__).resolve().parents[2]


def open_page(name, runs, monkeypatch, **session):
    """The page ``pages/<name>.py`` with the runs of a folder, after its first drawing."""
    monkeypatch.setenv(roots.VARIABLE, str(runs))
    data.forget()  # the cache is the process's, and a test's files may be made within one tick of the clock
    test = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=30)
    for key, value in session.items():
        test.session_state[key] = value
    test.switch_page(f"../pages/{name}.py").run()
    assert not test.exception, test.exception
    return test


def opened_at(script, **parameters):
    """A script of one's own, drawn at an address with these parameters."""
    test = AppTest.from_function(script, default_timeout=30)
    for name, value in parameters.items():
        test.query_params[name] = value
    return drawn(test)


def drawn(test):
    """After a click, or whatever was set: the whole page, drawn without an error."""
    test = test.run()
    assert not test.exception, test.exception
    return test


def toasts(test):
    """What was said for a moment."""
    return " ".join(str(toast.value).replace("\\", "") for toast in test.toast)


def marks_of(test, place):
    """Name → colour of the groups of samples that the chart in this place draws as marks."""
    traces = json.loads(test.get("plotly_chart")[place].proto.spec)["data"]
    marks = [trace for trace in traces if trace.get("mode") == "markers" and trace.get("showlegend") is not False]
    return {trace["name"].rpartition(" ")[0]: trace["marker"]["color"] for trace in marks}


def said(test):
    """All sentences on the page that are not in widgets."""
    kinds = ("title", "caption", "markdown", "info", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in test.get(kind))


def started_only(run):
    """The run as it is before its first evaluation."""
    for name in ("scores", "predictions"):
        shutil.rmtree(run.folder / name)
    (run.folder / "dynamics.parquet").unlink()
    return Run(run.folder)


def broken_description(run):
    """The run with a half-written run.json."""
    (run.folder / "run.json").write_text('{"format": 1, "opti')


def corrupt_scores(run, number=None):
    """The run with damaged score tables: one of them or all."""
    for path in sorted((run.folder / "scores").iterdir()):
        if number is None or path.stem.endswith(f"{number:03d}"):
            path.write_bytes(b"PAR1 this is no table PAR1")


def without_data(run):
    """The run with its data set gone."""
    shutil.rmtree(run.data)
