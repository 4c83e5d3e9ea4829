"""Presets: ``paper``, the published formulas, and ``author-code/<data set>``, what the released scripts do.

A preset sets the sequence, the scores, the objective, the optimisation and the protocol, not the data, the encoders,
the size of the inputs or their augmentation. What is given beside a preset wins, key by key. The scripts for BSS-H
(``heuristic``) and BSS-L (``learned``) differ, so a preset's values depend on the scheduler: anti_curriculum takes
those of heuristic, anti_learned those of learned, and any other scheduler the length, batch and seed of learned,
recording scores without touching the model.

Where the released code departs from the paper, and the option that says so (s = options of the scheduler, ``--set``;
m = options of the measurer, ``--measure``):

=====  ==================================================  ==================================================
        the released code                                   option
=====  ==================================================  ==================================================
D1     linear weights 1 + s + 0.01, no softmax             s weighting=linear, s weight_floor=0.01
D2     no momentum                                         s beta=1
D3     scores before every epoch                           evaluate_every=1
D4     a weighted order of all samples, none twice         s replacement=false, drop_last=true
D5     Twitter2015: imbalanced samples first               s weighting=inverted
D6     NVGesture: no floor under the weights               s weight_floor=0
D7     α = 0.9 on CREMA-D, elsewhere a plain sum           loss_weights=alpha, alpha=0.9; loss_weights=sum
D8     CREMA-D: the loss in the score is weighted too      m loss_weights=alpha, m loss_alpha=0.9
D9     NVGesture, BSS-H: cosine of the logits              m similarity_on=logits
D10    λ(t + 1), so the first pool is 18.6 %               s pacing_offset=1
D11    BSS-H ranks once, by the untrained model            s burn_in=0, s rerank_every=0, no initial_scores
D12    scoring in training mode, but in Twitter2015 BSS-L  score_source=author, scoring_batch_size
D13    the sum of logits predicts                          prediction_rule=sum_all
D14    CREMA-D: the fused head has weight 0.1 and no vote  alpha=0.9, prediction_rule=sum_unimodal
D15    the best epoch is chosen on the test split          select_on=test
D17    BSS-H and BSS-L differ in seed and length           seed, epochs
=====  ==================================================  ==================================================

D18 (a reported loss divided by the steps of the full data) is a slip in a printout: losses here are means over the
steps made. D16 and D19–D21 are matters of the data, see ``PRESET_NOTES``.

Source: BSS (IJCAI 2025), Eqs. 4–12, and its released training scripts, one for BSS-H and one for BSS-L per data set.
"""

from collections.abc import Mapping
from typing import Any

from bss_core.config import describe
from bss_core.errors import ConfigError
from bss_core.preset_tables import BOTH, DATA_SETS, FORMULAS, HEURISTIC, LEARNED, OTHER
from bss_core.registry import find

__all__ = ["PRESETS", "PRESET_NOTES", "over_preset", "preset_options"]

_PART = {"heuristic": "heuristic", "anti_curriculum": "heuristic", "learned": "learned", "anti_learned": "learned"}


def _of(column: int) -> dict[str, dict[str, Any]]:
    """One data set's column of the tables."""
    tables = {"common": BOTH, "heuristic": HEURISTIC, "learned": LEARNED, "other": OTHER}
    return {
        part: {name: value[column] if isinstance(value, tuple) else value for name, value in table.items()}
        for part, table in tables.items()
    }


PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "paper": FORMULAS,
    **{f"author-code/{name}": _of(column) for column, name in enumerate(DATA_SETS)},
}

_AUTHOR_NOTE = (
    "Encoders, input sizes and augmentation are yours to set. The released scripts keep the epoch with the best test "
    "accuracy, this preset the one with the best test MAP; BatchNorm statistics per GPU of their multi-GPU runs are "
    "not imitated, and the score range of their case study (0.86 to 0.13) is not explained by their code."
)
_FRAMES = (
    "The scripts use ResNet-18 for sound and pictures, from scratch, and always the first frames of an unsorted folder "
    "listing instead of random ones; here the data set's manifest names the frames."
)
_TWEETS = (
    "The scripts use ResNet-50 and BERT-base with pretrained weights and no augmentation (augment=0). They drop the "
    "aspect a tweet is labelled for, so equal inputs can carry different labels; the manifest decides that here. "
    "Their BSS-L draws imbalanced samples first, so anti_learned with this preset draws balanced ones first. They also "
    "load word vectors that they never use."
)
_POSTS = (
    "The scripts use ResNet-50 and BERT with pretrained weights and one head that both modalities share; here every "
    "modality has a head of its own. They also load word vectors that they never use."
)
_GESTURES = (
    "The scripts use three I3D networks on clips of 64 frames; there is no such encoder here, so bring features or "
    "frames."
)

PRESET_NOTES: dict[str, str] = {
    "paper": "The published formulas. No values of β and E were found, and α is known only from the code (0.9 on "
    "CREMA-D); length, step size and batch are this program's defaults for short runs.",
    **{f"author-code/{name}": f"{_FRAMES} {_AUTHOR_NOTE}" for name in ("crema_d", "kinetics_sounds", "vggsound")},
    "author-code/twitter2015": f"{_TWEETS} {_AUTHOR_NOTE}",
    "author-code/sarcasm": f"{_POSTS} {_AUTHOR_NOTE}",
    "author-code/nvgesture": f"{_GESTURES} {_AUTHOR_NOTE}",
}


def preset_options(name: str, scheduler: str) -> dict[str, Any]:
    """The options a preset sets with this scheduler, as :class:`bss_core.training_options.TrainingOptions` has them.

    Raises:
        ConfigError: no such preset; the message lists those there are.
    """
    if not isinstance(name, str) or name not in PRESETS:
        raise ConfigError(f"There is no preset {name!r}; there are {', '.join(PRESETS)}.")
    flat = {**PRESETS[name]["common"], **PRESETS[name][_PART.get(str(scheduler), "other")]}
    found: dict[str, Any] = {}
    for key, value in flat.items():
        group, _, inner = key.rpartition(".")
        (found.setdefault(group, {}) if group else found)[inner] = value
    return found


def over_preset(name: str, scheduler: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The preset's options with the given ones over them, ``scheduler_options`` and ``measure`` key by key.

    Raises:
        ConfigError: no such preset.
    """
    found = preset_options(name, scheduler)
    if isinstance(given.get("measure"), Mapping):
        found["measure"] = _without_replaced(found["measure"], given["measure"])
    for key, value in given.items():
        merges = isinstance(value, Mapping) and isinstance(found.get(key), dict)
        found[key] = {**found[key], **value} if merges else value
    return found


def _without_replaced(preset: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A preset's measurer options, less those of a criterion or normaliser that the given ones replace."""
    families = {"similarity": "criteria", "difficulty": "criteria", "normaliser": "normalisers"}
    replaced = [role for role in families if given.get(role, preset[role]) != preset[role]]
    spare = {item.name for role in replaced for item in describe(find(families[role], preset[role]))}
    return {name: value for name, value in preset.items() if name not in spare}
