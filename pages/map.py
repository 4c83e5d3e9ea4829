"""The map page."""

from app.views import embedding

embedding.show()
