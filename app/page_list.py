"""The pages of the app, named once: their groups, files, titles and icons."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["FIRST", "GROUPS", "ROOT", "AppPage", "page_named"]

ROOT = Path(__file__).resolve().parent.parent
FIRST = "overview"  # the page that the bare address shows


@dataclass(frozen=True)
class AppPage:
    """Attributes:
    name: of its file in ``pages/``, without ending; also its path in an address.
    title: as the sidebar says it.
    icon: one of Material's symbols.
    """

    name: str
    title: str
    icon: str

    @property
    def path(self) -> Path:
        """Its file."""
        return ROOT / "pages" / f"{self.name}.py"

    @property
    def symbol(self) -> str:
        """Its icon as Streamlit wants it."""
        return f":material/{self.icon}:"


GROUPS = {
    "Inspect": (
        AppPage(FIRST, "Overview", "dashboard"),
        AppPage("browse", "Browse", "grid_view"),
        AppPage("scores", "Scores", "balance"),
        AppPage("trajectories", "Trajectories", "timeline"),
        AppPage("map", "Map", "bubble_chart"),
    ),
    "Plan": (AppPage("pacing", "Pacing", "speed"),),
    "Run": (AppPage("train", "Train", "model_training"), AppPage("score", "Score", "fact_check")),
}


def page_named(name: str) -> AppPage:
    """The page whose file has this name."""
    return next(page for members in GROUPS.values() for page in members if page.name == name)
