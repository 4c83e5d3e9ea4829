"""Criteria: ``(Predictions) -> (n,)`` finite values, order kept, symmetric in the modalities; one module each."""
