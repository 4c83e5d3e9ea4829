"""The report's sections as HTML; every word that comes from a run is escaped here."""

from collections.abc import Sequence
from html import escape

import pandas as pd

from app.figures.overview import METRICS
from app.report.citation import METHOD, program, version
from app.report.contents import Report
from app.report.figures import Chart
from app.report.media import SECONDS, SIDE, SOUND_BYTES
from app.report.sample_data import shortened
from app.report.samples import Sample
from app.spans import number_in_words
from bss_core.scores import BANDS

__all__ = ["case_study", "charts", "cite", "code", "gallery", "options", "results", "summary", "versions"]


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>" if content else ""


def _folded(title: str, content: str) -> str:
    return f"<section><details><summary>{escape(title)}</summary>{content}</details></section>" if content else ""


def summary(report: Report) -> str:
    """What the report is about."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in report.summary)
    return _section("What is shown", f'<dl class="facts">{rows}</dl>')


def _chart(chart: Chart) -> str:
    height = chart.figure.layout.height or 340
    buttons = "".join(
        f'<button type="button" data-save="{kind}" data-key="{escape(chart.key)}">{kind.upper()}</button>'
        for kind in ("svg", "png")
    )
    key, width = escape(chart.key), " whole" if chart.is_wide else ""
    return (
        f'<figure class="chart{width}"><div class="plot" id="chart-{key}" data-chart="{key}" role="img" '
        f'aria-label="{escape(chart.alt)}" style="height:{int(height)}px"></div>'
        f'<figcaption><span>{escape(chart.alt)}</span><span class="save">Save as {buttons}</span></figcaption></figure>'
    )


def charts(found: Sequence[Chart]) -> str:
    """The charts of the evaluation and of the run."""
    return _section("Scores and training", f'<div class="charts">{"".join(map(_chart, found))}</div>' if found else "")


def case_study(panels: Sequence[Chart]) -> str:
    """The two panels of the paper's case study."""
    return _section("Case study", f'<div class="panels">{"".join(map(_chart, panels))}</div>' if panels else "")


def gallery(report: Report) -> str:
    """Cards of the samples; a click on one shows its anatomy."""
    if not report.samples:
        return _section("Samples", "<p>No sample matches the selection.</p>")
    shown, (selected, total) = len(report.samples), report.counts
    said = (
        f"{shown:,} of {selected:,} selected samples shown (of {total:,} in the evaluation). Click one for the anatomy "
        f"of its score. Pictures are reduced to {SIDE} px; sounds above {SOUND_BYTES // 1024} kB to their first "
        f"{SECONDS:g} s."
    )
    cards = "".join(_card(place, sample) for place, sample in enumerate(report.samples))
    content = f'<p>{escape(said)}</p>{_filters(report.samples)}<div class="gallery">{cards}</div>'
    return _section("Samples", content)


def _filters(found: Sequence[Sample]) -> str:
    """Of the samples shown; hidden until the script that answers them runs. One that has no choice is left out."""
    tags = sorted({tag for sample in found for tag in sample.tags})
    chosen = {
        "band": [name for name in BANDS if any(sample.row["band"] == name for sample in found)],
        "label": sorted({sample.label for sample in found}),
        "tag": tags,
    }
    menus = "".join(_menu(name, values) for name, values in chosen.items() if len(values) > (name != "tag"))
    search = '<label>Search <input type="search" data-filter="text" placeholder="text or id"></label>'
    count = '<output id="filter-count" aria-live="polite"></output>'
    return f'<div class="filters" id="filters" hidden>{search}{menus}{count}</div>'


def _menu(name: str, values: Sequence[str]) -> str:
    options = "".join(f'<option value="{escape(value)}">{escape(value)}</option>' for value in values)
    title = "Class" if name == "label" else name.capitalize()
    return f'<label>{title} <select data-filter="{name}"><option value="">all</option>{options}</select></label>'


def _card(place: int, sample: Sample) -> str:
    band, text = str(sample.row["band"]), next(iter(sample.texts.values()), str(sample.row["sample_id"]))
    picture = sample.media.picture
    kind = " waveform" if sample.media.is_waveform else ""
    shown = (
        f'<img class="picture{kind}" src="{escape(picture.uri)}" alt="{escape(shortened(text, 200))}">'
        if picture
        else '<span class="picture none" aria-hidden="true">no picture</span>'
    )
    score = number_in_words(float(sample.row["balance_score"]), ".3f")
    sound = '<span class="sound" title="has sound">♪</span>' if sample.media.sounds else ""
    return (
        f'<button type="button" class="card" data-sample="{place}">{shown}{sound}'
        f'<span class="badge" style="--band:var(--{escape(band)})">{score} '
        f"{escape(band)}</span>{_tags(sample)}"
        f'<strong>{escape(sample.label)}</strong><span class="text">{escape(shortened(text, 120))}</span></button>'
    )


def _tags(sample: Sample) -> str:
    chips = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in sample.tags)
    return f'<span class="tags">{chips}</span>' if chips else ""


def _table(frame: pd.DataFrame, names: dict[str, str]) -> str:
    heads = "".join(f'<th scope="col">{escape(names.get(name, name))}</th>' for name in frame)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in frame.itertuples(index=False))
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f'<td class="number">{value:.3f}</td>' if value == value else '<td class="number">–</td>'
    return f"<td>{escape(str(value))}</td>"


def results(frame: pd.DataFrame) -> str:
    """Metrics per head and split; nothing if the run has none."""
    return _section(
        "Results", _table(frame, {"head": "Head or rule", "split": "Split", **METRICS}) if len(frame) else ""
    )


def options(frame: pd.DataFrame) -> str:
    """The run's options, changed ones first; nothing if it has none."""
    if frame.empty:
        return ""
    shown = frame.assign(changed=frame["changed"].map({True: "changed", False: ""})).rename(columns=str.capitalize)
    return _folded(f"Options ({int(frame['changed'].sum())} changed from the defaults)", _table(shown, {}))


def code(found: Sequence[tuple[str, str]]) -> str:
    """Code that gives the selected rows from the run's folder."""
    blocks = "".join(f"<h3>{escape(name)}</h3><pre><code>{escape(text)}</code></pre>" for name, text in found)
    return _folded("The selected rows as code", f"<p>Run it inside the run’s folder; it needs DuckDB.</p>{blocks}")


def versions(found: Sequence[tuple[str, str]]) -> str:
    """The program that made the report, and what the run was made with."""
    items = [
        ("This report", f"BSS Lens {version()}"),
        ("The run", ", ".join(f"{name} {value}" for name, value in found)),
    ]
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value or '–')}</dd></div>" for name, value in items)
    return _section("Versions", f'<dl class="facts">{rows}</dl>')


def cite() -> str:
    """BibTeX of the method and of the program."""
    return _section("How to cite", f"<pre><code>{escape(METHOD)}\n\n{escape(program())}</code></pre>")
