"""The formulas of the papers and of the authors' scripts in plain loops over Python floats; nothing is shared with
the library, so that one can be checked against the other."""

import itertools
import math


def softmax(logits):
    """Class probabilities of one row of logits."""
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    return [power / math.fsum(powers) for power in powers]


def cross_entropy(logits, label):
    """−log softmax(logits)[label] in nats."""
    top = max(logits)
    return top + math.log(math.fsum(math.exp(value - top) for value in logits)) - logits[label]


def cosine(first, second):
    """Eq. 5 for two vectors."""
    product = math.fsum(a * b for a, b in zip(first, second, strict=True))
    return product / math.sqrt(math.fsum(a * a for a in first)) / math.sqrt(math.fsum(b * b for b in second))


def similarity(rows, on=softmax):
    """Eq. 5 over all pairs: the mean cosine of one sample's unimodal predictions."""
    pairs = list(itertools.combinations([on(row) for row in rows], 2))
    return math.fsum(cosine(*pair) for pair in pairs) / len(pairs)


def min_max(values):
    """(v − min) / (max − min)."""
    low, high = min(values), max(values)
    return [(value - low) / (high - low) for value in values]


def balance(similarities, losses):
    """Eq. 7."""
    pairs = zip(min_max(similarities), min_max(losses), strict=True)
    return [agreement - difficulty for agreement, difficulty in pairs]


def columns(logits, labels, weight_multimodal=1.0, weight_unimodal=1.0, on=softmax):
    """Per-sample similarities and losses: ``logits`` is head → rows; the unimodal heads are all but ``multimodal``."""
    unimodal = [name for name in sorted(logits) if name != "multimodal"]
    similarities, losses = [], []
    for row, label in enumerate(labels):
        similarities.append(similarity([logits[name][row] for name in unimodal], on))
        single = math.fsum(cross_entropy(logits[name][row], label) for name in unimodal)
        losses.append(weight_multimodal * cross_entropy(logits["multimodal"][row], label) + weight_unimodal * single)
    return similarities, losses


def pacing(epoch, lambda_0=0.1, t_grow=40):
    """Eq. 8."""
    return min(1.0, math.sqrt((1 - lambda_0**2) / t_grow * epoch + lambda_0**2))


def normalised(weights):
    """Weights as probabilities."""
    return [weight / math.fsum(weights) for weight in weights]
