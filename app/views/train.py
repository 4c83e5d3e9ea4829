"""The Train page: set up a run with its effect in view, start it, follow it, stop it, continue it."""

from pathlib import Path
from typing import Any

import streamlit as st

from app.figures.training import planned_epochs
from app.state import RUN
from app.views import train_form, train_options
from app.views.train_actions import FOLLOWED
from app.views.train_data import DataSet
from app.views.train_follow import followed_panel
from app.views.train_methods import encoders_for
from app.views.train_plan import forecast
from app.views.train_prefill import prefill
from app.views.train_runs import runs_list
from app.widgets.chart import draw
from bss_core.errors import BSSError
from bss_core.jobs import check_new_folder, start_training
from bss_core.training_options import TrainingOptions, training_options, warnings_of

__all__ = ["show"]

_NEEDED = ("train", "validation")


def show() -> None:
    """Draw the page."""
    st.title("Train", anchor=False)
    st.caption(
        "Start a run, follow it and stop it. Every run works in a process of its own: "
        "closing this page or the app does not stop it."
    )
    _take_prefill()
    with st.container():  # whether there is a panel or not, the list of runs, a fragment, keeps its place
        followed_panel()
    with st.container(border=True, key="train_new"):
        st.subheader("New run", anchor=False)
        _new_run()
    runs_list()


def _take_prefill() -> None:
    values = st.session_state.pop("train_prefill", None)
    if not values:
        return
    try:
        prefill(values)
        st.toast("The form shows the settings you chose.", icon=":material/tune:")
    except BSSError as error:
        st.error(f"Not all settings could be taken over: {error}", icon=":material/error:")


def _new_run() -> None:
    draft = train_form.choose_methods()
    if draft.data is None or _is_unfit(draft.data):
        return
    left, right = st.columns(2, gap="large")
    with left:
        given = train_options.choose_options(draft.scheduler)
    given |= {"data": str(draft.data_folder), "scheduler": draft.scheduler, "preset": draft.preset}
    right = right.container()  # drawn last: what it shows depends on all options
    given |= train_options.more_options(draft.data, draft.scheduler)
    options, problem = _checked(given, draft.data, draft.folder)
    with right:
        if options is not None:
            _preview(options, draft.data.sizes["train"])
        _start_button(draft.folder, given, problem)


def _is_unfit(data: DataSet) -> bool:
    """Say so if no encoder takes one of the modalities; nothing else of the form would help then."""
    unfit = [f"{name} ({item.kind})" for name, item in data.info.modalities.items() if not encoders_for(item.kind)]
    if unfit:
        st.warning(
            f"No encoder takes {', '.join(unfit)} of {data.info.name}, so no run can be trained on it. Prepare a data "
            "set with pictures, sound or features of it instead; recorded runs may hold any kind.",
            icon=":material/block:",
        )
    return bool(unfit)


def _checked(given: dict[str, Any], data: DataSet, folder: Path | None) -> tuple[TrainingOptions | None, str]:
    """The options, or None if the plan cannot be drawn; and what forbids to start, in one sentence."""
    empty = [name for name in _NEEDED if not data.sizes.get(name)]
    if empty:
        return None, f"{data.info.name} has no samples in the {empty[0]} split; a run needs {' and '.join(_NEEDED)}."
    try:
        options = training_options(given)
    except BSSError as error:
        return None, str(error)
    if folder is None:
        return options, "The app was started with single runs only; start it with --runs and a folder for new runs."
    try:
        check_new_folder(folder)
    except BSSError as error:
        return options, str(error)
    return options, ""


def _preview(options: TrainingOptions, samples: int) -> None:
    found = forecast(
        options.build_scheduler(), samples, options.epochs, options.batch_size, options.drop_last, options.max_steps
    )
    first, last = found.epochs["size"].iloc[[0, -1]]
    alt = f"Samples drawn per epoch: {first} in the first, {last} in the last, of {samples}."
    draw(planned_epochs(found.epochs, samples), key="train.preview", alt=alt)
    saved = f"{found.steps / max(found.steps_of_all, 1):.0%} of the {found.steps_of_all:,} of a run in random order"
    same = found.steps == found.steps_of_all
    never = f" {found.never:.0%} of the training samples are never drawn." if found.never else ""
    st.markdown(f"**{found.steps:,} steps** in all, {'as many as in random order' if same else saved}.{never}")
    for sentence in warnings_of(options, samples):
        st.warning(sentence, icon=":material/warning:")


def _start_button(folder: Path | None, given: dict[str, Any], problem: str) -> None:
    failed = st.session_state.pop("train_error", "")
    if problem or failed:
        st.error(problem or failed, icon=":material/error:")
    st.button(
        "Start the run", type="primary", icon=":material/play_arrow:", key="train.start", disabled=bool(problem),
        on_click=_start, args=(folder, given),
    )  # fmt: skip


def _start(folder: Path, given: dict[str, Any]) -> None:
    try:
        run = start_training(folder, given)
    except BSSError as error:
        st.session_state["train_error"] = str(error)
        return
    st.session_state.update({FOLLOWED: run.id, "train.name": ""})
    st.query_params[RUN] = run.id  # what the run picker takes over
