"""Encoders: one modality's batch → (B, out_dim) features; one module each.

A member is an ``nn.Module`` and a dataclass at once: its fields are its options, ``kinds`` the modality kinds it
accepts and ``out_dim`` the width of its features. A spectrogram is a picture with one channel, so image encoders
take sounds too.
"""
