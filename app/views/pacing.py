"""Pacing: what a schedule would do with a run's real scores, before any GPU hour is spent on it."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from app.figures.pacing import class_bars, decile_bars, epoch_figure, probability_curve
from app.page_choices import addressed, choose
from app.state import chosen_run
from app.views import pacing_samples
from app.views.pacing_plan import class_shares
from app.views.pacing_schedule import Settings, curve, variants
from app.views.pacing_settings import pick_settings
from app.views.pacing_source import Ranking, outlined, pick_ranking
from app.views.saved_views import saved_views
from app.widgets.chart import draw
from app.widgets.links import open_page
from bss_core.errors import BSSError
from bss_core.plans import Plan
from bss_core.runs import Run

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    st.title("Pacing", anchor=False)
    st.caption(
        "What would a schedule draw in each epoch, how many steps would it take, and which samples and classes would "
        "it show first? Try values here before a run is spent on them."
    )
    run = chosen_run()
    if run is not None and run.status == "broken":
        st.warning(f"{run.error} The schedule is shown without a run.", icon=":material/broken_image:")
        run = None
    try:
        _show(run)
    except BSSError as error:
        st.error(str(error), icon=":material/broken_image:")


def _show(run: Run | None) -> None:
    with st.container(border=True):
        settings = pick_settings(run)
    ranking = pick_ranking(run, settings)
    epochs, joins = outlined(settings, ranking)
    last = settings.epochs - 1
    epoch = 0
    if last:
        epoch = st.slider(
            "Epoch t", 0, last, key=addressed("epoch", range(last + 1), 0), on_change=choose, args=("epoch", 0),
            help="0 is the first epoch. Moves the mark in the figure and everything below it.",
        )  # fmt: skip
    plan = settings.build().plan(ranking.scores, epoch)
    _numbers(settings, len(ranking.scores), epochs, joins, epoch, plan)
    _tools(run, settings)
    with st.container(border=True):
        others = _compared(settings)
        curves = {name: curve(other) for name, other in others.items()}
        figure = epoch_figure(epochs, curve(settings), epoch, len(ranking.scores), settings.batch_size, curves)
        draw(figure, "pacing_epochs", "Share of the samples drawn and steps taken in each epoch")
    _distributions(ranking, plan, epoch, others)
    pacing_samples.show(run, settings, ranking, plan, joins, epoch)


def _numbers(settings: Settings, n: int, epochs: pd.DataFrame, joins: np.ndarray, epoch: int, plan: Plan) -> None:
    row = epochs.iloc[epoch]
    steps, plain = int(epochs["steps"].sum()), -(-n // settings.batch_size) * settings.epochs
    never, exposure = int((joins < 0).sum()), plan.exposure(n)
    shown = [
        ("Steps in the run", f"{steps:,}", f"{steps / plain:.0%} of the {plain:,} steps of random order"),
        (f"Draws in epoch {epoch}", f"{int(row['size']):,}", f"{row['share']:.0%} of {n:,} samples"),
        ("Different samples", f"{row['distinct']:,.0f}", f"expected, a coverage of {exposure.coverage:.0%}"),
        ("Effective sample size", f"{exposure.effective_sample_size:,.0f}", f"1 / Σ p², at most {n:,}"),
        ("Entropy of a draw", f"{exposure.entropy:.2f}", f"nats, at most ln {n:,} = {math.log(n):.2f}"),
        ("Never drawn", f"{never:,}", f"samples in {settings.epochs} epochs"),
    ]
    grid = st.grid(len(shown), min_column_width=140)
    for name, value, about in shown:
        with grid.cell():
            st.metric(name, value)
            st.caption(about)
    if never:
        st.warning(
            f"{never / n:.0%} of the samples are never drawn in {settings.epochs} epochs: let the pool grow faster or "
            "train longer.", icon=":material/warning:",
        )  # fmt: skip


def _tools(run: Run | None, settings: Settings) -> None:
    """What can be done with the schedule: train with it, and keep or send it."""
    with st.container(horizontal=True, gap="xsmall"):
        if st.button("Train with these settings", type="primary", icon=":material/model_training:"):
            st.session_state["train_prefill"] = settings.as_training_options()
            open_page("train")
        if run is not None:
            saved_views(run, "pacing")


def _compared(settings: Settings) -> dict[str, Settings]:
    """The other shapes of the schedule, if it has any and they are asked for."""
    others = variants(settings)
    shown = bool(others) and st.toggle(
        f"Compare with {', '.join(others)}", key=addressed("shapes", (True, False), False), on_change=choose,
        args=("shapes", False),
        help="Draws the same schedule with its other shapes, all other values equal, as dotted lines.",
    )  # fmt: skip
    return others if shown else {}


def _distributions(ranking: Ranking, plan: Plan, epoch: int, others: dict[str, Settings]) -> None:
    order = np.argsort(-ranking.scores, kind="stable")
    if plan.probabilities is not None:
        plans = {name: other.build().plan(ranking.scores, epoch) for name, other in others.items()}
        chances = {name: found.probabilities[order] for name, found in plans.items()}
        with st.container(border=True):
            figure = probability_curve(plan.probabilities[order], chances)
            draw(figure, "pacing_probabilities", "Sampling probability over the rank by score")
    positions = plan.exposure(len(order), ranking.scores).decile_positions
    if positions is not None:
        with st.container(border=True):
            draw(decile_bars(positions, epoch), "pacing_deciles", "Mean position of each tenth of the samples")
    if ranking.classes:
        with st.container(border=True):
            shares = class_shares(plan, ranking.labels, ranking.classes)
            draw(class_bars(shares, epoch), "pacing_classes", "Share of each class in this epoch and in the whole set")
