"""The score page."""

from app.views import score

score.show()
