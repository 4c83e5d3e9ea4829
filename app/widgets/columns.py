"""The columns of a score table as a reader meets them: which are offered to sort and filter by, and their names."""

from collections.abc import Collection

__all__ = ["offered", "words"]

_FIRST = ("balance_score", "smoothed_score")
_LAST = ("agreement", "sampling_probability")
_OF_HEADS = {  # prefix of a column → what it says of the head or modality after the prefix
    "confidence_": "confidence of",
    "margin_": "margin of",
    "loss_": "loss of",
    "probability_": "label's probability by",
    "shapley_": "Shapley value of",
}
_NOT_OFFERED = ("evaluation", "epoch", "label", "rank")  # the rank is the order by balance score


def words(column: str) -> str:
    """Such as ``margin of audio`` for ``margin_audio``."""
    for prefix, said in _OF_HEADS.items():
        if column.startswith(prefix):
            return f"{said} {column.removeprefix(prefix)}"
    return column.replace("_", " ")


def offered(columns: Collection[str]) -> list[str]:
    """Those to sort and filter by: the scores, the criteria, what is told of each sample, what of each head."""
    of_heads = [name for prefix in _OF_HEADS for name in columns if name.startswith(prefix)]
    known = [name for name in columns if name not in of_heads and not name.startswith("predicted_")]
    criteria = [name for name in known if name not in (*_FIRST, *_LAST, *_NOT_OFFERED)]
    ends = [[name for name in names if name in known] for names in (_FIRST, _LAST)]
    return [*ends[0], *criteria, *ends[1], *of_heads]
