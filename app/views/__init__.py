"""Views: what the pages show, one module with one ``show()`` per page."""
