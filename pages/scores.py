"""The scores page."""

from app.views import scores

scores.show()
