"""A bag of word pieces: the scaled sum of learned vectors, one per piece, without regard to their order.

e = dropout( √(width/|W|) · Σ_{w ∈ W} V[w mod vocabulary] ), W = the text's pieces without start, end and padding; e = 0
for an empty text. Dividing by √|W| keeps the scale of e alike for short and long texts. The factor √width and a small
start (V ~ N(0, 0.02²)) let a rare word count after a few steps while one never seen in training adds almost nothing.
Token ids are ordered by frequency, so ``mod`` never lets two of the most frequent pieces share a row.

Options: ``vocabulary`` (rows of V), ``width`` (e ∈ R^width), ``dropout``.
When to use: captions, names and short posts in which the words themselves tell the class. When not: order or negation
matters (use ``open_clip_text``).
Cost: vocabulary·width parameters (0.26 M as set; the whole vocabulary of 49,408 would be 3.2 M in every checkpoint).
Source: the bag-of-words baseline; the feature-hashing trick (Weinberger et al., ICML 2009).
"""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from bss_core.config import option

__all__ = ["WordBag"]

_START = 49406  # the start token; the end token follows, words come before


@dataclass(eq=False, repr=False)
class WordBag(nn.Module):
    """(B, 77) token ids → (B, width)."""

    kinds: ClassVar[tuple[str, ...]] = ("text",)

    vocabulary: int = option(4096, "rows of the table of word vectors", min=1, max=49408)
    width: int = option(64, "length of a word vector", min=1, max=2048)
    dropout: float = option(0.3, "share of feature values left out in training", min=0, max=0.95)

    def __post_init__(self) -> None:
        super().__init__()
        self.vectors = nn.Embedding(self.vocabulary, self.width)
        nn.init.normal_(self.vectors.weight, std=0.02)
        self.drop = nn.Dropout(self.dropout)
        self.out_dim = self.width

    def forward(self, tokens: Tensor) -> Tensor:
        is_word = (tokens > 0) & (tokens < _START)
        total = (self.vectors(tokens % self.vocabulary) * is_word[..., None]).sum(dim=1)
        words = is_word.sum(dim=1, keepdim=True).clamp(min=1)
        return self.drop(total * (self.width / words).sqrt())
