"""Two samples' values side by side, and how much they differ."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from app.widgets.columns import offered, words

__all__ = ["differences", "draw_differences"]


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> pd.DataFrame:
    """``value, first, second, difference`` (first − second) for every number that both rows have.

    Args:
        first, second: rows of one score table.
    """
    columns = [name for name in offered(list(first)) if _is_number(first[name]) and _is_number(second.get(name))]
    rows = [(words(name), float(first[name]), float(second[name])) for name in columns]
    found = pd.DataFrame(rows, columns=["value", "first", "second"]).astype({"first": float, "second": float})
    return found.assign(difference=found["first"] - found["second"])


def _is_number(value: Any) -> bool:
    return not isinstance(value, str | bool | tuple) and pd.notna(value) and isinstance(float(value), float)


def draw_differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    """Draw them, the columns named by the samples."""
    found = differences(first, second)
    number = {
        "value": st.column_config.TextColumn("value"),
        "first": st.column_config.NumberColumn(str(first["sample_id"]), format="%.3f"),
        "second": st.column_config.NumberColumn(str(second["sample_id"]), format="%.3f"),
        "difference": st.column_config.NumberColumn("difference", format="%+.3f", help="the first minus the second"),
    }
    st.markdown("**Differences of the values**")
    told = f"Values of samples {first['sample_id']} and {second['sample_id']}, and their differences"
    st.dataframe(found, hide_index=True, column_config=number, alt=told)
