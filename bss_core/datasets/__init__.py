"""Data sets: ``prepare(root) -> Manifest`` from the raw folder; one module each."""
