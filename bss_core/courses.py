"""The courses of all samples over the evaluations, kept as running sums: one evaluation at a time is looked at."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Courses"]

_NONE = -1
_COLUMNS: dict[str, tuple[type, float]] = {  # running value → its type and what it is before the first evaluation
    "label": (np.int32, _NONE),
    "evaluations": (np.int64, 0),
    "mean_number": (np.float64, 0),  # means, squares and their product as in Welford's method
    "mean_score": (np.float64, 0),
    "squares_number": (np.float64, 0),
    "squares_score": (np.float64, 0),
    "products": (np.float64, 0),
    "first_score": (np.float64, np.nan),
    "last_score": (np.float64, np.nan),
    "lowest": (np.float64, np.inf),
    "highest": (np.float64, -np.inf),
    "band": (np.int8, _NONE),
    "crossings": (np.int64, 0),
    "first_balanced": (np.int32, _NONE),
    "first_crossing": (np.int32, _NONE),
    "right": (np.int64, 0),
    "was_right": (np.int8, _NONE),
    "forgetting": (np.int64, 0),
    "lowest_place": (np.int64, 0),
    "highest_rank_gain": (np.int64, 0),
}


class Courses:
    """Running values of n samples; a sample may be missing from any evaluation."""

    def __init__(self, thresholds: tuple[float, float]) -> None:
        self._thresholds = thresholds
        self._ids = pa.chunked_array([], pa.string())
        self._values = {name: np.empty(0, kind) for name, (kind, _) in _COLUMNS.items()}
        self._has_head = self._has_ranks = True

    def add(self, number: int, rows: pa.Table) -> None:
        """Go on with evaluation ``number``: ``sample_id, label, balance_score``, perhaps ``predicted_multimodal`` and
        ``rank``."""
        places = self._places(rows["sample_id"].cast(pa.string()))
        kept = {name: values if isinstance(places, slice) else values[places] for name, values in self._values.items()}
        labels, scores = (rows[name].to_numpy() for name in ("label", "balance_score"))
        kept["label"][kept["evaluations"] == 0] = labels[kept["evaluations"] == 0]
        _add_scores(kept, number, scores)
        _add_bands(kept, number, np.digitize(scores, self._thresholds))
        self._has_head &= "predicted_multimodal" in rows.column_names
        self._has_ranks &= "rank" in rows.column_names
        if self._has_head:
            _add_right(kept, rows["predicted_multimodal"].to_numpy() == labels)
        if self._has_ranks:
            _add_ranks(kept, rows["rank"].to_numpy())
        if not isinstance(places, slice):
            for name, values in kept.items():
                self._values[name][places] = values

    def _places(self, ids: pa.ChunkedArray) -> np.ndarray | slice:
        """Where the samples are kept; new ones get a place at the end."""
        if ids.equals(self._ids):
            return slice(None)  # as a rule all evaluations hold the same samples in the same order
        new = ids.filter(pc.invert(pc.is_in(ids, value_set=self._ids)))
        self._ids = pa.chunked_array([*self._ids.chunks, *new.chunks], pa.string())
        for name, (kind, start) in _COLUMNS.items():
            self._values[name] = np.concatenate([self._values[name], np.full(len(new), start, kind)])
        return pc.index_in(ids, value_set=self._ids).to_numpy().astype(np.int64)

    def table(self) -> pa.Table:
        """The columns of :mod:`bss_core.dynamics`, samples in the order of their first appearance."""
        found, seen = self._values, np.maximum(self._values["evaluations"], 1)
        squares = found["squares_number"]
        slope = np.divide(found["products"], squares, out=np.zeros(len(seen)), where=squares > 0)
        columns = {
            **{name: found[name] for name in ("label", "evaluations", "first_score", "last_score")},
            "change": found["last_score"] - found["first_score"],
            "slope": slope,
            "variance": found["squares_score"] / seen,
            **{name: found[name] for name in ("lowest", "highest", "crossings")},
            "correctness": _where(found["right"] / seen, self._has_head),
            "forgetting": _where(found["forgetting"], self._has_head),
            "first_balanced": _where(found["first_balanced"], found["first_balanced"] != _NONE),
            "ever_balanced": found["first_balanced"] != _NONE,
            "first_crossing": _where(found["first_crossing"], found["first_crossing"] != _NONE),
            "highest_rank_gain": _where(found["highest_rank_gain"], self._has_ranks),
        }
        return pa.table({"sample_id": self._ids, **columns})


def _where(values: np.ndarray, known: np.ndarray | bool) -> pa.Array:
    """The values, and NULL where they are not known."""
    return pa.array(values, mask=~np.broadcast_to(known, values.shape))


def _add_scores(kept: dict[str, np.ndarray], number: int, scores: np.ndarray) -> None:
    kept["evaluations"] += 1
    is_first = kept["evaluations"] == 1
    from_mean = scores - kept["mean_score"]
    step = number - kept["mean_number"]
    kept["mean_number"] += step / kept["evaluations"]
    kept["mean_score"] += from_mean / kept["evaluations"]
    kept["squares_number"] += step * (number - kept["mean_number"])
    kept["squares_score"] += from_mean * (scores - kept["mean_score"])
    kept["products"] += step * (scores - kept["mean_score"])
    kept["first_score"][is_first] = scores[is_first]
    kept["last_score"][:] = scores
    np.minimum(kept["lowest"], scores, out=kept["lowest"])
    np.maximum(kept["highest"], scores, out=kept["highest"])


def _add_bands(kept: dict[str, np.ndarray], number: int, bands: np.ndarray) -> None:
    """Bands count from 0, imbalanced, to 2, balanced."""
    crossed = (kept["band"] != _NONE) & (kept["band"] != bands)
    kept["crossings"] += crossed
    kept["first_crossing"][crossed & (kept["first_crossing"] == _NONE)] = number
    kept["first_balanced"][(bands == 2) & (kept["first_balanced"] == _NONE)] = number
    kept["band"][:] = bands


def _add_right(kept: dict[str, np.ndarray], is_right: np.ndarray) -> None:
    kept["forgetting"] += (kept["was_right"] == 1) & ~is_right
    kept["right"] += is_right
    kept["was_right"][:] = is_right


def _add_ranks(kept: dict[str, np.ndarray], ranks: np.ndarray) -> None:
    """Rank 1 is the most balanced: a sample rises from its lowest place so far."""
    np.maximum(kept["lowest_place"], ranks, out=kept["lowest_place"])
    np.maximum(kept["highest_rank_gain"], kept["lowest_place"] - ranks, out=kept["highest_rank_gain"])
