"""Sharing: the selected samples as a table or as code, and a frozen report in one HTML file that needs no server."""
