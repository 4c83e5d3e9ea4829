"""What is shared: a run, one of its evaluations, the selected samples and their order; as an address, and back."""

from dataclasses import dataclass, fields
from typing import Literal
from urllib.parse import quote, urlencode

from app import data
from app.selection_fit import fitting, known
from app.selection_url import NAMES, Choices, decode, encode
from bss_core.errors import ConfigError
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["FIGURES", "Shared", "address", "figure_address", "shared_from"]

FIGURES = tuple(  # panel of the case study, width in columns, kind of file
    (panel, width, kind) for panel in ("a", "b") for width in ("single", "double") for kind in ("svg", "pdf", "png")
)


@dataclass(frozen=True)
class Shared:
    """Which samples, sorted how.

    Attributes:
        run: the run.
        about: the evaluation.
        selection: which of its samples.
        sort: column to sort by; ties are ordered by sample id.
        descending: whether the highest come first.
    """

    run: Run
    about: Evaluation
    selection: Selection
    sort: str = "balance_score"
    descending: bool = False

    @property
    def name(self) -> str:
        """A file's name without ending, such as ``demo-run-evaluation-012``."""
        return f"{self.run.id}-evaluation-{self.about.number:03d}"


def address(shared: Shared, kind: Literal["parquet", "csv", "tags", "html"]) -> str:
    """Where :mod:`app.report.routes` answers with the rows, with all tags of the run, or with the report.

    Raises:
        ConfigError: a filter that an address cannot hold; without it, other samples would be shared.
    """
    choices = Choices(shared.selection, shared.about.number, None, shared.sort, shared.descending)
    kept, none = decode(encode(choices))[0].selection, Selection()
    names = [item.name for item in fields(Selection)]
    lost = [name for name in names if getattr(kept, name) == getattr(none, name) != getattr(shared.selection, name)]
    if lost:
        raise ConfigError(f"The filter by {', '.join(lost)} cannot be put into an address; take it away to share.")
    return _address(shared, kind, choices)


def figure_address(shared: Shared, panel: str, width: str, kind: str) -> str:
    """Where the routes answer with a figure, one of :data:`FIGURES`; it depends on evaluation and bands alone."""
    choices = Choices(Selection(thresholds=shared.selection.thresholds), shared.about.number)
    return _address(shared, f"figure/{panel}-{width}.{kind}", choices)


def _address(shared: Shared, kind: str, choices: Choices) -> str:
    query = urlencode([(name, value) for name, values in encode(choices).items() for value in values])
    return f"/api/share/{kind}/{quote(shared.run.id, safe='')}?{query}"


def shared_from(run: Run, parameters: dict[str, list[str]]) -> Shared:
    """What an address asks for. Unlike a page, a download leaves nothing out silently.

    Args:
        run: the run that the address names.
        parameters: of the address, as :func:`app.selection_url.encode` makes them; ``k`` is the evaluation.

    Raises:
        ConfigError: a parameter that does not exist, cannot be read, or does not fit the run; the message names it.
    """
    strangers = sorted(set(parameters) - set(NAMES))
    choices, dropped = decode(parameters)
    if strangers or dropped:
        found = dropped or [name[:40] for name in strangers]
        raise ConfigError(f"The address holds {', '.join(found)}, which cannot be read; it takes {', '.join(NAMES)}.")
    about = _evaluation(run, choices.evaluation)
    there = known(run, about.number)
    _, gone = fitting(choices.selection, there)
    if choices.sort not in {*there.columns, *there.history}:
        gone = [*gone, f"column {choices.sort}"]
    if gone:
        raise ConfigError(f"{run.id} has no {', '.join(gone)}; its columns are {', '.join(there.columns)}.")
    return Shared(run, about, choices.selection, choices.sort, choices.descending)


def _evaluation(run: Run, number: int | None) -> Evaluation:
    known = {item.number: item for item in data.evaluations(run)}
    if number not in known:
        asked = "No evaluation was named" if number is None else f"{run.id} has no evaluation {number}"
        raise ConfigError(f"{asked}; name one with k=, there are {', '.join(map(str, known)) or 'none'}.")
    return known[number]
