"""The figures of the Train page: what each epoch of a planned run would draw, and how a running one comes along."""

import pandas as pd
import plotly.graph_objects as go

from app.figures import NEUTRAL, empty, titled
from app.style import MULTIMODAL, colours_of_heads

__all__ = ["accuracy_so_far", "loss_so_far", "planned_epochs"]


def planned_epochs(epochs: pd.DataFrame, samples: int) -> go.Figure:
    """Samples per epoch as steps, against the size of the training set.

    Args:
        epochs: ``epoch`` (from 0), ``size`` (samples drawn), ``share`` (of the training set, in (0, 1]), ``steps``.
        samples: n, the size of the training set.
    """
    title = "Samples drawn in each epoch"
    if epochs.empty:
        return empty(title, "Nothing to plan yet.", height=260)
    figure = go.Figure()
    figure.add_scatter(
        x=epochs["epoch"], y=epochs["size"], customdata=epochs[["share", "steps"]], mode="lines+markers",
        line={"shape": "hv", "color": MULTIMODAL, "width": 2}, marker={"size": 4}, fill="tozeroy",
        hovertemplate="epoch %{x}: %{y:,} samples, %{customdata[0]:.0%} of the training set, "
        "%{customdata[1]:,} steps<extra></extra>",
    )  # fmt: skip
    figure.add_hline(
        samples, line={"color": NEUTRAL, "width": 1, "dash": "dot"},
        annotation={"text": f"training set, {samples:,}", "font": {"size": 11}}, annotation_position="top left",
    )  # fmt: skip
    titled(figure, title, "epoch t", "samples", height=260)
    return figure.update_yaxes(range=[0, samples * 1.18])


def accuracy_so_far(epochs: pd.DataFrame, planned: int) -> go.Figure:
    """Validation accuracy per head.

    Args:
        epochs: ``epoch, head, accuracy`` (in [0, 1]).
        planned: epochs of the whole run, the length of the axis.
    """
    title = "Accuracy on the validation split"
    if epochs.empty:
        return empty(title, "The first epoch is not complete yet.", height=260)
    figure, colours = go.Figure(), colours_of_heads(epochs["head"].unique())
    for head, rows in epochs.groupby("head", sort=False):
        figure.add_scatter(
            x=rows["epoch"], y=rows["accuracy"], name=str(head), mode="lines+markers", marker={"size": 5},
            line={"color": colours[str(head)], "width": 3 if head == "multimodal" else 2},
            hovertemplate=f"{head}, epoch %{{x}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    titled(figure, title, "epochs trained", "accuracy (0–1)", height=260)
    return figure.update_yaxes(rangemode="tozero").update_xaxes(range=[0, planned + 0.5])


def loss_so_far(epochs: pd.DataFrame, planned: int) -> go.Figure:
    """Mean training loss per epoch.

    Args:
        epochs: ``epoch, loss`` (in nats; missing where it was not finite).
        planned: as in :func:`accuracy_so_far`.
    """
    title = "Training loss"
    if epochs.empty or epochs["loss"].isna().all():
        return empty(title, "There is no loss to show yet.", height=260)
    figure = go.Figure()
    figure.add_scatter(
        x=epochs["epoch"], y=epochs["loss"], mode="lines+markers", marker={"size": 5},
        line={"color": MULTIMODAL, "width": 2}, hovertemplate="epoch %{x}: %{y:.3f} nats<extra></extra>",
    )  # fmt: skip
    titled(figure, title, "epochs trained", "mean loss (nats)", height=260)
    return figure.update_yaxes(rangemode="tozero").update_xaxes(range=[0, planned + 0.5])
