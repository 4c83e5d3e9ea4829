"""The figures of the Overview page: learning curves, what each epoch drew, and the results of every head."""

import pandas as pd
import plotly.graph_objects as go

from app.style import MULTIMODAL, colours_of_heads

__all__ = ["METRICS", "curves", "heads", "per_epoch"]

METRICS = {"accuracy": "Accuracy", "map": "MAP", "macro_f1": "Macro-F1", "weighted_f1": "Weighted F1"}
_MARGIN = {"l": 52, "r": 12, "t": 44, "b": 44}


def curves(
    own: pd.DataFrame, metric: str, reference: pd.DataFrame | None = None, best: int | None = None, other: str = ""
) -> go.Figure:
    """One line per head over the epochs, dashed for a run it is compared with.

    Args:
        own: ``epoch, head, value`` (in [0, 1]) of the run.
        metric: a key of :data:`METRICS`.
        reference: the same of the other run, if any.
        best: epoch of the best checkpoint, marked.
        other: name of the other run.
    """
    figure = go.Figure()
    for frame, dash in ((own, "solid"), (reference, "dot")):
        if frame is not None:
            _add_lines(figure, frame, dash, other if dash == "dot" else "")
    if best:
        figure.add_vline(
            best, line={"color": MULTIMODAL, "width": 1, "dash": "dash"},
            annotation={"text": f"best checkpoint, epoch {best}", "font": {"size": 11}}, annotation_position="top left",
        )  # fmt: skip
    title = f"{METRICS[metric]} on the validation split, per head"
    return _finish(figure, title, METRICS[metric] + " (0–1)")


def _add_lines(figure: go.Figure, frame: pd.DataFrame, dash: str, other: str) -> None:
    colours = colours_of_heads(frame["head"].unique())
    for head, rows in frame.groupby("head", sort=False):
        name = f"{head} · {other}" if other else str(head)
        figure.add_scatter(
            x=rows["epoch"], y=rows["value"], name=name, legendgroup=str(head), showlegend=not other,
            mode="lines" if other else "lines+markers", marker={"size": 5}, opacity=0.75 if other else 1.0,
            line={"color": colours[str(head)], "width": 3 if head == "multimodal" and not other else 2, "dash": dash},
            hovertemplate=f"{name}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip


def per_epoch(
    epochs: pd.DataFrame, column: str, title: str, unit: str, reference: pd.DataFrame | None = None, other: str = ""
) -> go.Figure:
    """One quantity per epoch as a line, dotted for a run it is compared with.

    Args:
        epochs: ``epoch`` and ``column``; missing values leave a gap.
        column: what to draw.
        title: of the figure.
        unit: of the vertical axis.
        reference: the same columns of the other run, if any.
        other: name of the other run.
    """
    figure = go.Figure()
    for frame, dash, name in ((epochs, "solid", "this run"), (reference, "dot", other)):
        if frame is not None:
            figure.add_scatter(
                x=frame["epoch"], y=frame[column], mode="lines+markers" if dash == "solid" else "lines", name=name,
                line={"color": MULTIMODAL, "width": 2, "dash": dash}, marker={"size": 5}, showlegend=False,
                hovertemplate=f"{name}: %{{y:,.4~g}}<extra></extra>",
            )  # fmt: skip
    return _finish(figure, title, unit, height=230)


def heads(results: pd.DataFrame, metric: str) -> go.Figure:
    """A bar per head for one metric, a lighter one per further split behind it.

    Args:
        results: ``head, split`` and one column per metric; splits in the order to draw them.
        metric: a key of :data:`METRICS`.
    """
    figure, colours = go.Figure(), colours_of_heads(results["head"].unique())
    for place, (split, rows) in enumerate(results.groupby("split", sort=False)):
        figure.add_bar(
            y=rows["head"], x=rows[metric], orientation="h", name=str(split), opacity=1.0 if place == 0 else 0.45,
            marker={"color": [colours[head] for head in rows["head"]]},
            text=[f"{value:.3f}" for value in rows[metric]], textposition="auto",
            hovertemplate=f"%{{y}}, {split}: %{{x:.3f}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        title={"text": f"{METRICS[metric]} by head", "font": {"size": 15}, "x": 0, "xref": "container"},
        height=100 + 40 * results["head"].nunique(), barmode="group", bargap=0.35, showlegend=False,
        xaxis={"range": [0, 1], "title": {"text": f"{METRICS[metric]} (0–1)", "font": {"size": 12}}},
        yaxis={"autorange": "reversed", "automargin": True, "ticksuffix": "  "},
        margin={**_MARGIN, "l": 8}, overwrite=True,
    )  # fmt: skip
    return figure


def _finish(figure: go.Figure, title: str, unit: str, height: int = 380) -> go.Figure:
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "xref": "container", "y": 0.98, "yanchor": "top"},
        legend={"orientation": "h", "yanchor": "bottom", "yref": "container", "y": 0, "x": 0},
        xaxis={
            "title": {"text": "epochs trained", "font": {"size": 12}}, "rangemode": "tozero", "tickformat": "d",
            "automargin": True,  # else the legend would stand on the axis title
        },
        yaxis={"title": {"text": unit, "font": {"size": 12}}, "rangemode": "tozero"},
        hovermode="x unified", margin=_MARGIN, height=height, overwrite=True,
    )  # fmt: skip
    return figure
