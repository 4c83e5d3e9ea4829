"""Groups of samples (bands, classes, modalities …) in a chart: which are drawn, in which order and which colour."""

from collections.abc import Mapping

from app.figures import NEUTRAL
from app.style import BANDS, MODALITIES, colour_of_band, colours_of_heads

__all__ = ["OTHER", "group_colours", "group_order", "top_groups"]

OTHER = "other classes"
_MOST_GROUPS = len(MODALITIES)


def top_groups(counts: Mapping[str, int]) -> list[str]:
    """The most frequent groups, as many as there are colours; the others are drawn as one."""
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_GROUPS]


def group_colours(groups: list[str], by: str) -> dict[str, str]:
    """Group → colour: the one that means the band or the modality; classes take the colours in turn."""
    if by == "band":
        return {name: colour_of_band(name) for name in groups}
    if by == "modality":
        return colours_of_heads(groups)
    return {**dict(zip(groups, MODALITIES, strict=False)), OTHER: NEUTRAL}


def group_order(groups: list[str], by: str) -> list[str]:
    """The groups in the order of a legend: bands from balanced to imbalanced, the rest as given, others last."""
    if by == "band":
        return [name for name in BANDS if name in groups]
    return [name for name in groups if name != OTHER] + [OTHER] * (OTHER in groups)
