"""The browse page."""

from app.views import browse

browse.show()
