"""Groups of samples (bands, classes, modalities …) in a chart: which are drawn, in which order and which colour."""

from collections.abc import Mapping, Sequence

from app.figures import NEUTRAL
from app.style import BANDS, MODALITIES, UNKNOWN, colour_of_band, colour_of_pattern, colours_of_heads

__all__ = ["OTHER", "group_colours", "group_order", "top_groups"]

OTHER = "other classes"
_MOST_GROUPS = len(MODALITIES)


def top_groups(counts: Mapping[str, int]) -> list[str]:
    """The most frequent groups, as many as there are colours; the others are drawn as one."""
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_GROUPS]


def group_colours(groups: list[str], by: str, known: Sequence[str] = ()) -> dict[str, str]:
    """Group → colour: the one that means the band, the modality, the pattern or the class.

    Args:
        groups: those that are drawn, at most as many as :func:`top_groups` gives and :data:`OTHER`.
        by: what they are, one of :data:`bss_core.queries.COLOURS`.
        known: all modalities of the run, for classes all classes, so that a colour does not depend on which are drawn.
    """
    if by == "band":
        return {name: colour_of_band(name) for name in groups}
    if by == "modality":
        colours = colours_of_heads(known)
        return {name: colours.get(name, UNKNOWN) for name in groups}
    if by == "correct":
        return {name: NEUTRAL if name == OTHER else colour_of_pattern(name, known) for name in groups}
    return {**_class_colours([name for name in groups if name != OTHER], known), OTHER: NEUTRAL}


def _class_colours(groups: list[str], classes: Sequence[str]) -> dict[str, str]:
    """A class has the colour of its place among all; of two that would share one, the later takes one left over."""
    places = {name: place for place, name in enumerate(dict.fromkeys([*classes, *groups]))}
    colours: dict[str, str] = {}
    for name in groups:
        own = MODALITIES[places[name] % len(MODALITIES)]
        if own not in colours.values():
            colours[name] = own
    left = [colour for colour in MODALITIES if colour not in colours.values()]
    return colours | dict(zip([name for name in groups if name not in colours], left, strict=False))


def group_order(groups: list[str], by: str) -> list[str]:
    """The groups in the order of a legend: bands from balanced to imbalanced, the rest as given, others last."""
    if by == "band":
        return [name for name in BANDS if name in groups]
    return [name for name in groups if name != OTHER] + [OTHER] * (OTHER in groups)
