"""Schedulers: which samples an epoch draws, from their scores; pure numpy, one module each."""
