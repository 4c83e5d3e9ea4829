"""Groups of samples (bands, classes, modalities …) in a chart: which are drawn, in which order and which colour."""

from collections.abc import Collection, Mapping

from app.figures import NEUTRAL
from app.style import BANDS, MODALITIES, UNKNOWN, colour_of_band, colour_of_pattern, colours_of_heads

__all__ = ["OTHER", "group_colours", "group_order", "top_groups"]

OTHER = "other classes"
_MOST_GROUPS = len(MODALITIES)


def top_groups(counts: Mapping[str, int]) -> list[str]:
    """The most frequent groups, as many as there are colours; the others are drawn as one."""
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_GROUPS]


def group_colours(groups: list[str], by: str, modalities: Collection[str] = ()) -> dict[str, str]:
    """Group → colour: the one that means the band, the modality or the pattern; classes take the colours in turn.

    Args:
        groups: those that are drawn.
        by: what they are, one of :data:`bss_core.queries.COLOURS`.
        modalities: all that the run has, so that a colour does not depend on which of them are drawn.
    """
    if by == "band":
        return {name: colour_of_band(name) for name in groups}
    if by == "modality":
        colours = colours_of_heads(modalities)
        return {name: colours.get(name, UNKNOWN) for name in groups}
    if by == "correct":
        return {name: NEUTRAL if name == OTHER else colour_of_pattern(name, modalities) for name in groups}
    return {**dict(zip(groups, MODALITIES, strict=False)), OTHER: NEUTRAL}


def group_order(groups: list[str], by: str) -> list[str]:
    """The groups in the order of a legend: bands from balanced to imbalanced, the rest as given, others last."""
    if by == "band":
        return [name for name in BANDS if name in groups]
    return [name for name in groups if name != OTHER] + [OTHER] * (OTHER in groups)
