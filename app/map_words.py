"""A map of samples in words: what it is of, and how it was laid out."""

from bss_core.maps.requests import PROBABILITIES, MapRequest
from bss_core.predictions import MULTIMODAL

__all__ = ["METHOD_WORDS", "source_in_words", "title_of", "what"]

METHOD_WORDS = {"pca": "PCA", "umap": "UMAP"}


def what(request: MapRequest) -> str:
    """Such as ``Fused features by checkpoint best``."""
    if request.of == PROBABILITIES:
        return f"Probabilities of evaluation {request.evaluation}"
    return f"{source_in_words(request.of)} by checkpoint {request.checkpoint}"


def title_of(request: MapRequest) -> str:
    """Such as ``Fused features laid out by PCA``."""
    return f"{source_in_words(request.of)} laid out by {METHOD_WORDS[request.method]}"


def source_in_words(of: str) -> str:
    """What the places come from; ``of`` is one of :func:`bss_core.maps.requests.sources`."""
    if of == PROBABILITIES:
        return "Probabilities of all heads"
    return "Fused features" if of == MULTIMODAL else f"Features of {of}"
