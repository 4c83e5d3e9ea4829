"""The contract of every family, kept by every member found: a new file is tested by being there."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bss_core.config import describe
from bss_core.errors import ConfigError, ManifestError
from bss_core.predictions import predictions_from
from bss_core.registry import FAMILIES, build, card, find, members
from tests.score_tables import draws

CRITERIA, SCHEDULERS, DATASETS = members("criteria"), members("schedulers"), members("datasets")
WITH_OPTIONS = [(family, name) for family in FAMILIES for name in members(family) if family != "datasets"]
SCORES = st.lists(st.floats(-1, 1), min_size=1, max_size=40).map(np.array)


def some(seed, n, modalities, fused):
    heads, labels = draws(seed, n, [*"abcde"[:modalities], *(["multimodal"] if fused else [])])
    return predictions_from(heads, labels)


@pytest.mark.parametrize("name", CRITERIA)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 12), modalities=st.integers(2, 5), fused=st.booleans())
def test_a_criterion_gives_one_finite_value_per_sample_in_order(name, seed, n, modalities, fused):
    predictions = some(seed, n, modalities, fused)
    values = build("criteria", name)(predictions)
    backwards = predictions_from({k: v[::-1] for k, v in predictions.probabilities.items()}, predictions.labels[::-1])

    assert values.shape == (n,)
    assert np.isfinite(values).all()
    assert build("criteria", name)(backwards)[::-1] == pytest.approx(values, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", CRITERIA)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), modalities=st.integers(2, 4), random=st.randoms(use_true_random=False))
def test_a_criterion_is_symmetric_in_the_modalities(name, seed, modalities, random):
    predictions = some(seed, 6, modalities, fused=True)
    heads = predictions.probabilities
    names = predictions.modalities
    swapped = {new: heads[old] for new, old in zip(names, random.sample(names, len(names)), strict=True)}
    others = predictions_from({**swapped, "multimodal": heads["multimodal"]}, predictions.labels)

    assert build("criteria", name)(others) == pytest.approx(build("criteria", name)(predictions), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_says_which_way_it_moves_the_score_and_survives_certainty(name):
    certain = predictions_from({"a": np.eye(3), "b": np.eye(3)[[0, 2, 1]]}, np.array([0, 1, 1]))

    assert find("criteria", name).sign in (-1, 1)
    assert np.isfinite(build("criteria", name)(certain)).all()


def check_plan(plan, n):
    assert plan.size >= 1
    assert (plan.order is None) != (plan.probabilities is None)
    if plan.order is not None:
        assert plan.size <= n
        assert sorted(plan.order.tolist()) == list(range(n))
    chances = plan.sampling_probabilities(n)
    assert chances.shape == (n,)
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1)
    drawn = plan.draw(np.random.default_rng(0))
    assert drawn.shape == (plan.size,)
    assert (chances[drawn] > 0).all()
    assert 1 - 1e-9 <= plan.effective_sample_size(n) <= n + 1e-6


@pytest.mark.parametrize("name", SCHEDULERS)
@settings(max_examples=50)
@given(scores=SCORES, epoch=st.integers(0, 200))
def test_a_scheduler_plans_for_any_scores_and_is_pure(name, scores, epoch):
    scheduler, given = build("schedulers", name), scores.copy()
    plan = scheduler.plan(scores, epoch)
    again = build("schedulers", name).plan(scores, epoch)

    check_plan(plan, len(scores))
    assert scores.tolist() == given.tolist()
    assert plan.draw(np.random.default_rng(1)).tolist() == again.draw(np.random.default_rng(1)).tolist()
    assert 0 < scheduler.share(epoch) <= 1


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_scheduler_plans_for_one_sample_and_keeps_ties_in_input_order(name):
    check_plan(build("schedulers", name).plan(np.array([0.3]), 0), 1)
    plan = build("schedulers", name).plan(np.zeros(30), 0)

    if plan.order is not None:
        assert plan.order.tolist() == list(range(30))
    else:
        assert plan.probabilities == pytest.approx(np.full(30, 1 / 30))


@pytest.mark.parametrize("name", SCHEDULERS)
@settings(max_examples=30)
@given(previous=SCORES, seed=st.integers(0, 2**32))
def test_a_scheduler_smooths_between_the_two_scores_without_changing_them(name, previous, seed):
    scheduler, current = build("schedulers", name), np.random.default_rng(seed).uniform(-1, 1, len(previous))
    before, now = previous.copy(), current.copy()
    found = scheduler.smooth(previous, current)

    assert scheduler.smooth(None, current).tolist() == now.tolist()
    assert (found >= np.minimum(before, now) - 1e-12).all()
    assert (found <= np.maximum(before, now) + 1e-12).all()
    assert (previous.tolist(), current.tolist()) == (before.tolist(), now.tolist())


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("scores", [[], [[0.1]], [0.1, float("nan")], [float("inf")]])
def test_a_scheduler_refuses_what_are_no_scores(name, scores):
    with pytest.raises(ConfigError, match="one score per sample|is not finite"):
        build("schedulers", name).plan(np.array(scores), 0)
    with pytest.raises(ConfigError, match="one score per sample|is not finite"):
        build("schedulers", name).smooth(None, np.array(scores))


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_names_a_missing_folder_and_file(name, tmp_path):
    for root in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ManifestError, match=f"{root.name}.* does not exist; .* expected|There is no .*{root.name}"):
            find("datasets", name)(root)


@pytest.mark.parametrize(("family", "name"), WITH_OPTIONS)
def test_every_option_has_a_help_text_and_a_default_in_its_range(family, name):
    member = find(family, name)
    for item in describe(member) if dataclasses.is_dataclass(member) else ():
        assert item.help, item.name
        assert item.check(item.default) == item.default


@pytest.mark.parametrize(("family", "name"), [item for item in WITH_OPTIONS if item[0] in ("criteria", "schedulers")])
def test_a_method_card_names_every_option_cost_and_source(family, name):
    text = card(family, name)

    assert all(f"``{item.name}``" in text for item in describe(find(family, name)))
    assert all(word in text for word in ("Options:", "Cost:", "Source:"))
    assert text.splitlines()[0].endswith((".", ":"))
