"""The overview page."""

from app.views import overview

overview.show()
