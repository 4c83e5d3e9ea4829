"""Criteria: ``(Predictions) -> (n,)`` finite values, each from its own sample alone, symmetric in the modalities.

``role`` says what a criterion stands for in the score: ``similarity`` raises it, ``difficulty`` lowers it.
"""
