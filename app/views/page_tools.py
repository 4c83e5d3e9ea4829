"""What can be done with a page as it is: keep it as a view, and share it."""

from streamlit.delta_generator import DeltaGenerator

from app.views import share
from app.views.saved_views import saved_views
from app.widgets.sorting import sort_order
from bss_core.evaluations import Evaluation
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["page_tools"]


def page_tools(place: DeltaGenerator, run: Run, about: Evaluation, chosen: Selection, page: str) -> None:
    """Draw the buttons.

    Args:
        place: where they stand, beside the page's title.
        run: the run.
        about: the evaluation looked at.
        chosen: the selected samples, which are shared.
        page: this page's name, as its file in ``pages``.
    """
    order = sort_order(run, about)
    with place:
        saved_views(run, page)
        share.show(run, about, chosen, *order)
