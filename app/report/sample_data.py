"""What the report's script shows of a sample when its card is clicked, as plain values."""

from typing import Any

from app.report.samples import Sample
from app.spans import number_in_words
from app.widgets.columns import words
from app.widgets.explanation import heads_of
from bss_core.predictions import MULTIMODAL

__all__ = ["LONGEST_TEXT", "sample_data", "shortened"]

LONGEST_TEXT = 2000  # characters of a text
_FACTS = ("smoothed_score", "rank", "sampling_probability", "prediction_similarity", "total_loss", "agreement")


def sample_data(sample: Sample) -> dict[str, Any]:
    """JSON of one sample: texts, tags, sounds, numbers and charts."""
    row = sample.row
    return {
        "id": str(row["sample_id"]),
        "label": sample.label,
        "band": str(row["band"]),
        "score": number_in_words(float(row["balance_score"]), ".3f"),
        "split": str(row["split"]),
        "texts": [[name, shortened(text, LONGEST_TEXT)] for name, text in sample.texts.items()],
        "tags": list(sample.tags),
        "why": sample.why,
        "notes": list(sample.notes),
        "sounds": [[name, sound.uri, sound.changed] for name, sound in sample.media.sounds.items()],
        "facts": _facts(row),
        "charts": [chart.drawn() for chart in sample.charts],
    }


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters; ``…`` says that some are missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _facts(row: dict[str, Any]) -> list[list[str]]:
    found = [[words(name), _number(row[name])] for name in _FACTS if _is_number(row.get(name))]
    for head in sorted(heads_of(row), key=lambda name: name != MULTIMODAL):
        is_right = int(row[f"predicted_{head}"]) == int(row["label"])
        chance = float(row[f"probability_{head}"])
        found.append([f"{head}", f"{'✓ right' if is_right else '✗ wrong'}, label’s probability {chance:.3f}"])
    return found


def _is_number(value: Any) -> bool:
    return value is not None and float(value) == float(value)


def _number(value: Any) -> str:
    number = float(value)
    return f"{int(number):,}" if number.is_integer() and abs(number) > 1 else number_in_words(number, ".4g")
