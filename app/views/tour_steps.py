"""What the guided tour shows: eight steps, each with its page, its samples and the element to look at."""

from dataclasses import dataclass

from app import data, selection_state
from bss_core.errors import BSSError
from bss_core.runs import Run
from bss_core.selection import Selection

__all__ = ["STEPS", "Step", "arrange", "fits"]


@dataclass(frozen=True)
class Step:
    """One thing to look at.

    Attributes:
        page: file in ``pages/``, without its ending.
        title: in a few words.
        text: what to look at and why, in a few short sentences.
        target: CSS selector of the element meant.
        follows_one: whether it is about the run's most imbalanced sample and its band, not about all samples.
    """

    page: str
    title: str
    text: str
    target: str
    follows_one: bool = False


STEPS = (
    Step(
        "overview",
        "Several modalities, one model",
        "This model learns to classify samples from several modalities at once. Some of them learn faster than "
        "others: each line is one modality on its own, the grey one is all of them together.",
        ".st-key-overview_curves",
    ),
    Step(
        "scores",
        "One balance score per sample",
        "Balance-aware Sequence Sampling (BSS) gives every sample a score s: high where its modalities predict alike "
        "and the loss is low. From s follow three bands: balanced, semi-balanced and imbalanced.",
        ".st-key-scores_histogram",
    ),
    Step(
        "scores",
        "Agreement and difficulty",
        "The same samples, by what the score is made of: how well the modalities agree, and how large the loss is. "
        "Bottom right they agree and are right; top right they agree and are wrong: possibly a wrong label.",
        ".st-key-scores_map",
    ),
    Step(
        "browse",
        "The imbalanced samples",
        "These are the samples with the lowest scores. Look for what they share: a blurred picture, a sound that "
        "says nothing, a caption that fits several classes.",
        ".st-key-browse_gallery",
        follows_one=True,
    ),
    Step(
        "browse",
        "Why this one is imbalanced",
        "The score taken apart: normalised similarity minus normalised loss. Below it stands what every modality "
        "predicts by itself, so one sees which of them disagrees or is weak.",
        ".st-key-anatomy_score",
        follows_one=True,
    ),
    Step(
        "trajectories",
        "How scores move while training",
        "Every evaluation scores all training samples anew. The grey ranges hold all of them, the thick line is the "
        "sample you just saw: does it ever become balanced?",
        ".st-key-trajectories_lines",
        follows_one=True,
    ),
    Step(
        "pacing",
        "From scores to a curriculum",
        "A schedule turns scores into what each epoch draws, balanced samples first or more often. Move its options "
        "and see the effect on these real scores before you spend a GPU hour.",
        ".st-key-pacing_epochs",
    ),
    Step(
        "train",
        "Try it",
        "Start a short run with a schedule of your choice and compare it with random order on the Overview page. "
        "Runs work in processes of their own and go on when you close the browser.",
        ".st-key-train_new",
    ),
)


def fits(run: Run | None) -> bool:
    """Whether the run has what the steps show: two evaluations of its training samples, or more."""
    if run is None or run.status == "broken":
        return False
    try:
        return len(data.evaluations(run, "training")) > 1
    except BSSError:
        return False


def arrange(run: Run, step: Step) -> None:
    """Select what the step is about, in the latest training evaluation, for all pages."""
    everything = Selection(thresholds=selection_state.thresholds())
    selection_state.set_evaluation(None)
    if not step.follows_one:
        selection_state.set_selection(everything)
        return
    number = data.evaluations(run, "training")[-1].number
    lowest = data.page(run, number, everything, limit=1).iloc[0]
    selection_state.set_order("balance_score", False)
    selection_state.select_sample(str(lowest["sample_id"]))
    is_filtered = step.page == "browse"  # the course is seen best against all samples
    selection_state.set_selection(
        Selection(bands=(lowest["band"],), thresholds=everything.thresholds) if is_filtered else everything
    )
