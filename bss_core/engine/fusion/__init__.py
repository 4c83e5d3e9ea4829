"""Fusion: the modalities' features → one joint feature; one module each.

A member is built with ``dims`` (modality → width), offers ``out_dim``, and maps a dict modality → (B, d) to (B,
out_dim). Modalities are taken in sorted order of their names, so the order of the dict does not matter.
"""
