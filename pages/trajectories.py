"""The trajectories page."""

from app.views import trajectories

trajectories.show()
