"""What a run's summary of its samples' courses tells in numbers (:mod:`bss_core.dynamics`), as a reader meets it."""

from collections.abc import Collection
from dataclasses import dataclass

from app.widgets.columns import words

__all__ = ["CourseNumber", "course_number", "is_of_course", "measure_words", "offered_numbers"]


@dataclass(frozen=True)
class CourseNumber:
    """A number told of each sample's course.

    Attributes:
        name: such as ``changes of band``.
        meaning: one or two sentences.
        is_whole: whether it counts something.
    """

    name: str
    meaning: str
    is_whole: bool = False


_HEAD = "Nothing is told in a run without that head."
_BANDS = "Bands are meant by the thresholds that the run was written with."
_NUMBERS = {
    "slope": CourseNumber("slope", "What the score gains per evaluation, by least squares: above 0 it rises."),
    "change": CourseNumber("change from first to last", "The last score minus the first: above 0 it rose."),
    "variance": CourseNumber("variance", "Of the scores over all evaluations: high for a sample that never settles."),
    "first_score": CourseNumber("first score", "s in the first evaluation that holds the sample."),
    "last_score": CourseNumber("last score", "s in the last evaluation that holds the sample."),
    "lowest": CourseNumber("lowest score", "The lowest s of all evaluations."),
    "highest": CourseNumber("highest score", "The highest s of all evaluations."),
    "crossings": CourseNumber(
        "changes of band", f"How often it was in another band than one evaluation earlier. {_BANDS}", True
    ),
    "first_crossing": CourseNumber(
        "first change of band",
        f"Number k of the first evaluation in which it was in another band than in the one before. {_BANDS}", True,
    ),
    "first_balanced": CourseNumber(
        "first balanced", f"Number k of the first evaluation in which it was balanced. {_BANDS}", True
    ),
    "ever_balanced": CourseNumber("ever balanced", f"1 if it was balanced at least once, 0 if never. {_BANDS}", True),
    "forgetting": CourseNumber(
        "times forgotten", f"How often the multimodal head was right and, one evaluation later, wrong. {_HEAD}", True
    ),
    "correctness": CourseNumber(
        "share of right answers", f"In how many of the evaluations the multimodal head was right, 0 to 1. {_HEAD}"
    ),
    "highest_rank_gain": CourseNumber(
        "highest gain in rank", "Most places that it rose from one evaluation to any later one.", True
    ),
    "evaluations": CourseNumber("evaluations", "How many evaluations hold the sample.", True),
}  # fmt: skip


def course_number(column: str) -> CourseNumber:
    """What a column of the summary is; a column that is not known here is named by itself."""
    return _NUMBERS.get(column, CourseNumber(words(column), ""))


def is_of_course(column: str) -> bool:
    """Whether a column is told of samples' courses, and not of one evaluation: no name is in both."""
    return column in _NUMBERS


def measure_words(column: str) -> str:
    """The name of a column of either kind."""
    return _NUMBERS[column].name if column in _NUMBERS else words(column)


def offered_numbers(columns: Collection[str]) -> list[str]:
    """Those columns of a summary to select by, the most telling first."""
    others = [name for name in columns if name not in (*_NUMBERS, "sample_id", "label")]
    return [*(name for name in _NUMBERS if name in columns), *others]
