"""The chosen run's header, its options against the defaults, and the samples that could not be read."""

import pandas as pd
import streamlit as st

from app import data
from app.run_frames import options_table, scheduler_text
from app.widgets.cards import say_if_gone
from app.widgets.run_kind import ELSEWHERE, has_data_set, is_trained_here
from app.widgets.status import badge
from bss_core.runs import Run

__all__ = ["header", "show"]


def header(run: Run) -> None:
    """Name, status and one line of facts."""
    details, status = data.details(run), run.status
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(run.id, anchor=False, width="content")
        badge(status)
    options, about = details["options"], details["data"]
    facts = [  # a run recorded or imported has neither scheduler nor seed
        f"{about.get('name')}: {len(run.classes)} classes, {', '.join(run.modalities)}",
        scheduler_text(options) if "scheduler" in options else "",
        f"seed {options['seed']}" if "seed" in options else "",
        f"on {details['device']}" if details.get("device") else "",
        _counted(details.get("samples") or {}),
    ]
    st.caption(" · ".join(fact for fact in facts if fact))
    if not is_trained_here(run):
        st.info(f"{run.id} has no training options: {ELSEWHERE}.", icon=":material/move_to_inbox:")
    say_if_gone(run)
    for name in data.damaged(run):
        st.warning(f"The score table {name} cannot be read; the other evaluations are shown.", icon=":material/error:")


def _counted(samples: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {split}" for split, count in samples.items())


def show(run: Run) -> None:
    """Options, skipped samples and versions, folded away."""
    details = data.details(run)
    table, skipped = options_table(details["options"]), details.get("skipped") or {}
    changed = int(table["changed"].sum())
    if len(table):
        with st.expander(f"Options ({changed} changed from the defaults)", icon=":material/tune:"):
            _options(table)
    label = f"Skipped samples ({len(skipped)})" if skipped else "No sample was skipped"
    with st.expander(label, icon=":material/report:"):
        _skipped(skipped)
    with st.expander("Versions and folder", icon=":material/info:"):
        versions = " · ".join(f"{name} {version}" for name, version in details.get("versions", {}).items())
        place = f"`{run.data}`" if has_data_set(run) else "not named"
        st.markdown(f"Folder `{run.folder}`  \nData {place}  \n{versions}")


def _options(table: pd.DataFrame) -> None:
    shown = table.assign(changed=[["changed"] if item else [] for item in table["changed"]])
    mark = st.column_config.MultiselectColumn("", options=["changed"], color=["violet"], width=90)
    st.dataframe(
        shown[["option", "value", "changed", "default", "meaning"]], hide_index=True, height=320,
        column_config={
            "option": "Option", "value": "Value", "changed": mark, "default": "Default",
            "meaning": st.column_config.TextColumn("Meaning", width="large"),
        },
        alt="The run's options, changed ones first",
    )  # fmt: skip


def _skipped(skipped: dict[str, str]) -> None:
    if not skipped:
        st.write("Every sample of the data set could be read.")
        return
    st.write(f"{len(skipped)} samples could not be decoded and were left out of training and scoring.")
    frame = pd.DataFrame(sorted(skipped.items()), columns=["Sample", "Reason"])
    st.dataframe(frame, hide_index=True, alt="Skipped samples with the reason")
