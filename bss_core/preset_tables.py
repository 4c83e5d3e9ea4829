"""The presets' values as tables: the paper's formulas, and the released scripts with one column per data set.

A tuple holds the values of the six data sets in the order of ``DATA_SETS``; a single value is that of all six. Names
are options of a run; ``measure.x`` and ``scheduler_options.x`` stand for the key x in that mapping.

Source: BSS (IJCAI 2025), Eqs. 2–11, and its released training scripts ``train-CL`` (BSS-H) and ``train-SPL`` (BSS-L).
"""

from typing import Any

__all__ = ["BOTH", "DATA_SETS", "FORMULAS", "HEURISTIC", "LEARNED", "OTHER"]

Table = dict[str, Any]

FORMULAS = {
    "common": {
        "measure.similarity": "prediction_similarity",
        "measure.similarity_on": "probabilities",  # Eq. 5
        "measure.difficulty": "total_loss",
        "measure.loss_weights": "sum",  # Eq. 6
        "measure.normaliser": "min_max",  # Eq. 7
        "score_source": "evaluation_pass",
        "loss_weights": "alpha",  # Eq. 4
        "prediction_rule": "multimodal",  # Eq. 2
        "select_on": "validation",
    },
    "heuristic": {
        "scheduler_options.pacing": "root",  # Eq. 8
        "scheduler_options.root": 2.0,
        "scheduler_options.pacing_offset": 0,
        "scheduler_options.burn_in": 0,
        "scheduler_options.rerank_every": 0,
    },
    "learned": {
        "scheduler_options.weighting": "softmax",  # Eq. 11
        "scheduler_options.temperature": 1.0,
    },
    "other": {},
}

DATA_SETS = ("crema_d", "kinetics_sounds", "vggsound", "twitter2015", "sarcasm", "nvgesture")

# Both scripts of a data set. One value stands for all six data sets.
#                             CREMA-D        Kinetics-S.  VGGSound   Twitter2015  Sarcasm    NVGesture
BOTH = {
    "optimizer":             ("sgd",         "sgd",       "sgd",     "sgd",       "adam",    "sgd"),
    "learning_rate":         (0.01,          0.1,         0.01,      0.001,       0.00001,   0.01),
    "weight_decay":          0.0001,
    "lr_schedule":           "step",
    "lr_step":               70,
    "loss_weights":          ("alpha",       "sum",       "sum",     "sum",       "sum",     "sum"),
    "alpha":                 (0.9,           0.5,         0.5,       0.5,         0.5,       0.5),
    "measure.similarity":    "prediction_similarity",
    "measure.similarity_on": "probabilities",
    "measure.difficulty":    "total_loss",
    "measure.loss_weights":  ("alpha",       "sum",       "sum",     "sum",       "sum",     "sum"),
    "measure.loss_alpha":    (0.9,           0.5,         0.5,       0.5,         0.5,       0.5),
    "measure.normaliser":    "min_max",
    "prediction_rule":       ("sum_unimodal", "sum_all",  "sum_all", "sum_all",   "sum_all", "sum_all"),
    "select_on":             "test",
    "drop_last":             True,
    "weight_init":           ("xavier",      "xavier",    "xavier",  "default",   "default", "xavier"),
    "fusion":                "concat",
    "initial_scores":        "",
}  # fmt: skip

# train-CL. The only scoring that counts is the first; as many epochs between scorings as the run has leave that one
# and the one of the final model. A smaller evaluate_every records more and, in training mode, moves batch statistics.
HEURISTIC = {
    "epochs":                (120,           120,         120,       113,         120,       120),
    "evaluate_every":        (120,           120,         120,       113,         120,       120),
    "batch_size":            (32,            32,          32,        32,          32,        2),
    "scoring_batch_size":    (32,            32,          32,        32,          32,        1),
    "seed":                  42,
    "score_source":          "author",
    "measure.similarity_on": ("probabilities", "probabilities", "probabilities", "probabilities", "probabilities",
                              "logits"),
    "scheduler_options.lambda_0":      0.1,
    "scheduler_options.t_grow":        40,
    "scheduler_options.pacing":        "root",
    "scheduler_options.root":          2.0,
    "scheduler_options.pacing_offset": 1,
    "scheduler_options.burn_in":       0,
    "scheduler_options.rerank_every":  0,
}  # fmt: skip

# train-SPL
LEARNED = {
    "epochs":                (120,           100,         100,       100,         100,       120),
    "evaluate_every":        1,
    "batch_size":            (32,            32,          16,        32,          32,        2),
    "scoring_batch_size":    (32,            32,          16,        32,          32,        1),
    "seed":                  (42,            0,           0,         0,           0,         42),
    "score_source":          ("author",      "author",    "author",  "evaluation_pass", "author", "author"),
    "scheduler_options.weighting":     ("linear", "linear", "linear", "inverted", "linear",  "linear"),
    "scheduler_options.weight_floor":  (0.01,     0.01,     0.01,     0.01,       0.01,      0.0),
    "scheduler_options.beta":          1.0,
    "scheduler_options.replacement":   False,
}  # fmt: skip

# No script: as long as train-SPL, scored only at both ends and in evaluation mode, so that recording changes nothing.
OTHER = {
    **{name: LEARNED[name] for name in ("epochs", "batch_size", "scoring_batch_size", "seed")},
    "evaluate_every": LEARNED["epochs"],
    "score_source": "evaluation_pass",
}
