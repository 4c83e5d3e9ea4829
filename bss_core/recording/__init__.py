"""Runs that were not trained here: a training loop's own log, and predictions that lie in a file."""
