"""The report as one HTML file: everything inside, nothing asked of a network, and no script but its own two.

Whatever comes from a run (ids, texts, class names) is text: escaped in the markup, JSON with ``<`` escaped for the
script, which itself writes only text nodes. The content security policy names the two scripts by their hashes and
allows no connection, so that even a mistake here could neither run a stranger's code nor tell anybody anything.
"""

import base64
import hashlib
import json
from html import escape
from pathlib import Path

from plotly.offline import get_plotlyjs

from app.report.contents import Report
from app.report.figures import Chart, templates
from app.report.sample_data import sample_data
from app.report.sections import case_study, charts, cite, code, gallery, options, results, summary, versions
from app.style import BANDS

__all__ = ["render"]

_FOLDER = Path(__file__).parent


def render(report: Report) -> str:
    """The whole file."""
    plotly, script = get_plotlyjs(), _read("report.js")
    parts = [
        "<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(plotly, script))}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">', '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(report.title)} · BSS Lens</title>", f"<style>{_colours()}{_read('report.css')}</style>",
        "</head>", "<body>", *_body(report),
        f'<script type="application/json" id="report-data">{_data(report)}</script>',
        f"<script>{plotly}</script>", f"<script>{script}</script>", "</body>", "</html>",
    ]  # fmt: skip
    return "\n".join(parts)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _policy(*scripts: str) -> str:
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; media-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _colours() -> str:
    return ":root{" + "".join(f"--{name}:{colour};" for name, colour in BANDS.items()) + "}\n"


def _body(report: Report) -> list[str]:
    return [
        "<header>", f"<h1>{escape(report.title)}</h1>",
        "<p>A frozen report made with BSS Lens. It needs neither a server nor a network.</p>",
        "<noscript><p>Charts and the details of a sample need scripts; all else does not.</p></noscript>",
        "</header>", "<main>", summary(report), charts(report.charts), gallery(report), case_study(report.panels),
        results(report.metrics), options(report.options), code(report.code), versions(report.versions), cite(),
        "</main>", _read("dialog.html"),
    ]  # fmt: skip


def _data(report: Report) -> str:
    found = {
        "templates": templates(),
        "charts": _drawn([*report.charts, *report.panels]),
        "samples": [sample_data(sample) for sample in report.samples],
    }
    return json.dumps(found, allow_nan=False, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _drawn(found: list[Chart]) -> list[dict]:
    return [chart.drawn() for chart in found]
