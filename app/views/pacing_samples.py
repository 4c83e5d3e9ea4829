"""Which samples an epoch brings: those that enter the pool, or the likeliest and unlikeliest; and when one joins."""

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from app import data, selection_state
from app.views.pacing_plan import chances_to_be_drawn, draws, entering
from app.views.pacing_schedule import Settings
from app.views.pacing_source import Ranking
from app.widgets.cards import cards, say_if_gone
from app.widgets.gallery import gallery
from bss_core.plans import Plan
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["ends", "found_table", "show"]

_SHOWN = 6
_MOST_FOUND = 10


def show(run: Run | None, settings: Settings, ranking: Ranking, plan: Plan, joins: np.ndarray, epoch: int) -> None:
    """Draw the samples of an epoch and the search; nothing for made-up scores."""
    if run is None or not len(ranking.sample_ids):
        return
    say_if_gone(run)
    new = entering(plan, joins, epoch, ranking.scores)
    if new is None:
        order = np.argsort(-plan.probabilities, kind="stable")
        _rows(run, ranking, order, "likeliest", f"Samples by their probability in epoch {epoch}")
    elif len(new):
        _rows(run, ranking, new, "most balanced", f"Samples that enter the pool in epoch {epoch}")
    else:
        st.markdown(f"**No sample enters the pool in epoch {epoch}:** it is the same as in the epoch before.")
    _search(run, ranking, plan, joins, epoch)


def ends(order: np.ndarray, count: int = _SHOWN) -> tuple[np.ndarray, np.ndarray]:
    """The first ``count`` and, of the rest, the last ``count``."""
    return order[:count], order[count:][-count:]


def _rows(run: Run, ranking: Ranking, order: np.ndarray, word: str, title: str) -> None:
    first, last = ends(order)
    st.markdown(f"**{title}**")
    st.caption(f"{len(first) + len(last):,} of {len(order):,} samples shown: first the {word}, then the least.")
    for place, positions in (("first", first), ("last", last)):
        if len(positions):
            _gallery(run, ranking, positions, place)


def _gallery(run: Run, ranking: Ranking, positions: np.ndarray, place: str) -> None:
    thresholds = selection_state.thresholds()
    ids = ranking.sample_ids.take(pa.array(positions)).to_pylist()
    found = cards(run, data.samples(run, ranking.evaluation, ids, thresholds))
    selected = selection_state.selected_sample()
    picked = gallery(found, f"pacing_{place}", selected, f"The {place} samples")
    if picked is not None and picked != selected:
        selection_state.select_sample(picked)
        st.rerun()


def _search(run: Run, ranking: Ranking, plan: Plan, joins: np.ndarray, epoch: int) -> None:
    st.markdown("**When does a sample join?**")
    words = st.text_input(
        "Text or id", key="pacing_search", persist_state="session", width=420,
        placeholder="words of a text, or a sample id; empty for the selected sample",
    )  # fmt: skip
    selected = selection_state.selected_sample()
    ids = [*ranking.places([selected])] if selected else []
    if words.strip():
        wanted = Selection(text=words)
        matching, total = data.sizes(run, ranking.evaluation, wanted)
        st.caption(f"{min(matching, _MOST_FOUND)} of {matching:,} matches shown ({total:,} samples).")
        ids = data.page(run, ranking.evaluation, wanted, "rank", False, _MOST_FOUND, 0)["sample_id"].tolist()
    if not ids:
        st.caption("Search for a sample, or click one above.")
        return
    table = found_table(ranking, plan, joins, ids, epoch)
    percent = st.column_config.NumberColumn(format="percent", help="probability of being drawn at least once")
    columns = {f"chance in epoch {epoch}": percent}
    st.dataframe(table, hide_index=True, column_config=columns, alt="When the samples found join")


def found_table(ranking: Ranking, plan: Plan, joins: np.ndarray, ids: list[str], epoch: int) -> pd.DataFrame:
    """One row per id: class, score, place in the ranking, the epoch it joins, and what ``epoch`` does with it."""
    places = ranking.places(ids)
    at = np.array([places[sample_id] for sample_id in ids])
    n = len(ranking.scores)
    order = np.empty(n, dtype=int)
    order[np.argsort(-ranking.scores, kind="stable")] = np.arange(1, n + 1)
    return pd.DataFrame(
        {
            "sample": ids,
            "class": [ranking.classes[label] for label in ranking.labels[at]],
            "score": ranking.scores[at],
            "rank": order[at],
            "joins in epoch": [str(joined) if joined >= 0 else "never" for joined in joins[at]],
            f"expected draws in epoch {epoch}": draws(plan, n)[at],
            f"chance in epoch {epoch}": chances_to_be_drawn(plan, n)[at],
        }
    )
