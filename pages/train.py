"""The train page."""

from app.views import train

train.show()
