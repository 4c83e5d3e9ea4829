"""Normalisers: ``(n,) finite values -> ((n,) in [0, 1], Extrema)``, order kept or tied; one module each."""
