"""The pacing page."""

from app.views import pacing

pacing.show()
