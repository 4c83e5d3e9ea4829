"""The Score page: score a split with a checkpoint of the run; the result is one more evaluation to look at."""

import streamlit as st

from app import data
from app.state import chosen_run
from app.views.score_jobs import FOLLOWED, followed_panel, history
from app.views.train_data import open_data
from app.widgets.links import link_page
from app.widgets.run_kind import ELSEWHERE, is_trained_here
from bss_core.errors import BSSError
from bss_core.jobs import start_scoring
from bss_core.manifest import SPLITS
from bss_core.runs import Run

__all__ = ["show"]

_DEVICES = ("auto", "cpu", "cuda")


def show() -> None:
    """Draw the page."""
    st.title("Score", anchor=False)
    st.caption(
        "Score a split with the weights of a checkpoint. Every sample gets its balance score, losses and predictions, "
        "and the result becomes a new evaluation that the pages under Inspect can show."
    )
    run = chosen_run()
    if run is None:
        st.info("There is no run yet, and so no checkpoint to score with. Start one first.")
        link_page("train", "Start a run")
    elif run.status == "broken":
        st.error(run.error, icon=":material/broken_image:")
    else:
        followed_panel(run)
        _new_scoring(run)
        history(run)


def _new_scoring(run: Run) -> None:
    with st.container(border=True):
        st.subheader("New scoring", anchor=False)
        checkpoints = run.checkpoints()
        if not is_trained_here(run):
            st.info(f"{run.id} has no weights to score with: {ELSEWHERE}. Record or import its evaluations instead.")
        elif not checkpoints:
            st.info(f"{run.id} has no checkpoint yet; a run writes its first one after its first epoch.")
        elif splits := _splits(run):
            _controls(run, checkpoints, splits)


def _splits(run: Run) -> dict[str, int]:
    """Splits with their sizes, then ``all``; empty (and one sentence) if the data set is gone."""
    try:
        sizes = open_data(run.data).sizes
    except (BSSError, OSError) as error:
        st.error(f"The data set of {run.id} cannot be read, so nothing can be scored. {error}", icon=":material/error:")
        return {}
    return {name: sizes[name] for name in SPLITS if name in sizes} | {"all": sum(sizes.values())}


def _controls(run: Run, checkpoints: list[str], splits: dict[str, int]) -> None:
    epochs, places = _epochs(run), st.columns([1.2, 1.6, 1, 0.9], vertical_alignment="bottom")
    with places[0]:
        checkpoint = st.selectbox(
            "Checkpoint", checkpoints, key=f"score.checkpoint.{run.id}", persist_state="session",
            format_func=lambda name: f"{name} · epoch {epochs[name]}" if name in epochs else name,
            help="best: the weights with the highest validation accuracy; last: those after the last complete epoch.",
        )  # fmt: skip
    with places[1]:
        split = st.selectbox(
            "Split", list(splits), key=f"score.split.{run.id}", persist_state="session",
            format_func=lambda name: f"{name} · {splits[name]:,} samples",
            help="Scores are normalised over the samples scored together, so those of two splits are not comparable.",
        )  # fmt: skip
    with places[2]:
        device = st.selectbox(
            "Device", _DEVICES, key="score.device", persist_state="session",
            help="auto takes a GPU if there is one; the job below says which it took.",
        )  # fmt: skip
    with places[3]:
        request = (run, checkpoint, split, device)
        st.button("Score", type="primary", icon=":material/play_arrow:", key="score.start", on_click=_start,
                  args=request, width="stretch")  # fmt: skip
    if problem := st.session_state.pop("score_error", ""):
        st.error(problem, icon=":material/error:")


def _epochs(run: Run) -> dict[str, int]:
    """Checkpoint → epochs trained, as far as the run says."""
    events, results = data.events(run), data.details(run).get("results", {})
    last = {"last": events[-1]["epoch"]} if events else {}
    return last | ({results["checkpoint"]: results["epoch"]} if "checkpoint" in results else {})


def _start(run: Run, checkpoint: str, split: str, device: str) -> None:
    try:
        state = start_scoring(run, checkpoint, split, device)
    except BSSError as error:
        st.session_state["score_error"] = str(error)
        return
    st.session_state[FOLLOWED] = str(state.path)
