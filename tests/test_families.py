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
NORMALISERS = members("normalisers")
WITH_OPTIONS = [(family, name) for family in FAMILIES for name in members(family) if family != "datasets"]
SCORES = st.lists(st.floats(-1, 1), min_size=1, max_size=40).map(np.array)


def some(seed, n, modalities, fused):
    heads, labels = draws(seed, n, [*"abcde"[:modalities], *(["multimodal"] if fused else [])])
    rng = np.random.default_rng(seed)
    logits = {head: rng.normal(size=array.shape) for head, array in heads.items()}
    features = {head: rng.normal(size=(n, 7)) for head in heads if head != "multimodal"}
    measured = {"gradient_magnitude": rng.random(n)}
    return predictions_from(heads, labels, logits=logits, features=features, measured=measured)


def changed(predictions, change):
    """The predictions with every array put through ``change(group, name → array)``."""
    groups = {name: change(getattr(predictions, name)) for name in ("logits", "features", "measured")}
    return predictions_from(change(predictions.probabilities), change({"": predictions.labels})[""], **groups)


def variants(family, name):
    """The member with each choice of its options, one at a time."""
    yield build(family, name)
    for item in describe(find(family, name)):
        yield from (build(family, name, **{item.name: choice}) for choice in item.choices)


@pytest.mark.parametrize("name", CRITERIA)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 12), modalities=st.integers(2, 5), fused=st.booleans())
def test_a_criterion_gives_one_finite_value_per_sample_in_order(name, seed, n, modalities, fused):
    predictions = some(seed, n, modalities, fused)
    backwards = changed(predictions, lambda group: {key: array[::-1] for key, array in group.items()})
    for criterion in variants("criteria", name):
        values = criterion(predictions)

        assert values.shape == (n,)
        assert values.dtype == np.float64
        assert np.isfinite(values).all()
        assert criterion(backwards)[::-1].tolist() == values.tolist()
        assert criterion(predictions.rows(slice(n // 2, None))).tolist() == values[n // 2 :].tolist()


@pytest.mark.parametrize("name", CRITERIA)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), modalities=st.integers(2, 4), random=st.randoms(use_true_random=False))
def test_a_criterion_is_symmetric_in_the_modalities(name, seed, modalities, random):
    predictions = some(seed, 6, modalities, fused=True)
    names = dict(zip(predictions.modalities, random.sample("stuvwxyz", modalities), strict=True))
    others = changed(predictions, lambda group: {names.get(key, key): array for key, array in group.items()})
    for criterion in variants("criteria", name):
        assert criterion(others) == pytest.approx(criterion(predictions), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_says_which_way_it_moves_the_score_and_survives_certainty(name):
    heads = {"a": np.eye(3), "b": np.eye(3)[[0, 2, 1]]}
    more = {"logits": {head: 1e4 * (2 * array - 1) for head, array in heads.items()}, "features": heads}
    certain = predictions_from(heads, np.array([0, 1, 1]), **more, measured={"gradient_magnitude": np.zeros(3)})

    assert (find("criteria", name).role, find("criteria", name).sign) in {("similarity", 1), ("difficulty", -1)}
    assert all(np.isfinite(criterion(certain)).all() for criterion in variants("criteria", name))


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_names_what_must_be_measured_for_it(name):
    bare = predictions_from({"a": np.eye(2), "b": np.eye(2)}, np.array([0, 1]))
    needed = find("criteria", name).measurements
    given = predictions_from(bare.probabilities, bare.labels, measured={key: np.ones(2) for key in needed})

    assert np.isfinite(build("criteria", name)(given)).all()
    if needed:
        with pytest.raises(ConfigError, match=f"{name} .* or take "):
            build("criteria", name)(bare)


@pytest.mark.parametrize("name", NORMALISERS)
@given(
    values=st.lists(st.floats(-1e30, 1e30) | st.sampled_from([0.0, 1.0, 1e-30]), min_size=1, max_size=60).map(np.array)
)
def test_a_normaliser_gives_values_from_zero_to_one_in_the_order_of_the_given(name, values):
    before = values.copy()
    found, extrema = build("normalisers", name)(values)

    assert found.shape == values.shape
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[np.argsort(values, kind="stable")]) >= 0).all()
    assert values.tolist() == before.tolist()
    assert extrema.min <= extrema.max
    assert not found.any() if extrema.is_constant else (found.min(), found.max()) == (0, 1) or name == "rank"


@pytest.mark.parametrize("name", NORMALISERS)
@given(values=st.lists(st.floats(-100, 100), min_size=1, max_size=30), random=st.randoms(use_true_random=False))
def test_a_normaliser_sees_values_not_places(name, values, random):
    order = random.sample(range(len(values)), len(values))
    values = np.array(values)
    found, shuffled = build("normalisers", name)(values)[0], build("normalisers", name)(values[order])[0]

    assert shuffled.tolist() == found[order].tolist()


def check_plan(plan, n):
    assert plan.size >= 1
    assert (plan.pool is None) != (plan.probabilities is None)
    if plan.pool is not None:
        assert plan.pool.shape == (plan.size,)
        assert set(plan.pool.tolist()) <= set(range(n))
        assert len(set(plan.pool.tolist())) == plan.size
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
    assert scheduler.needs_scores_at(epoch) in (True, False)


@pytest.mark.parametrize("name", SCHEDULERS)
@settings(max_examples=30)
@given(scores=SCORES, epoch=st.integers(0, 60), seed=st.integers(0, 2**32))
def test_where_a_scheduler_needs_no_scores_new_ones_leave_the_draw_alone(name, scores, epoch, seed):
    scheduler, source = build("schedulers", name), np.random.default_rng(seed)
    later = scheduler.smooth(scores, source.uniform(-1, 1, len(scores)), epoch)
    drawn = [scheduler.plan(found, epoch).draw(np.random.default_rng(1)).tolist() for found in (scores, later)]

    assert scheduler.needs_scores_at(epoch) or drawn[0] == drawn[1]


@pytest.mark.parametrize("name", SCHEDULERS)
@settings(max_examples=30)
@given(scores=SCORES, epoch=st.integers(0, 60))
def test_the_exposure_of_a_plan_is_in_its_bounds(name, scores, epoch):
    n = len(scores)
    found = build("schedulers", name).plan(scores, epoch).exposure(n, scores)

    assert 1 - 1e-9 <= found.effective_sample_size <= n + 1e-6
    assert 0 <= found.entropy <= np.log(n) + 1e-9
    assert 0 < found.coverage <= 1
    if found.decile_positions is not None:
        known = found.decile_positions[~np.isnan(found.decile_positions)]
        assert found.decile_positions.shape == (10,)
        assert len(known) >= 1
        assert 0 <= known.min() <= known.max() <= 1


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_scheduler_plans_for_one_sample_and_keeps_ties_in_input_order(name):
    check_plan(build("schedulers", name).plan(np.array([0.3]), 0), 1)
    plan = build("schedulers", name).plan(np.zeros(30), 0)

    if plan.pool is not None:
        assert plan.pool.tolist() == list(range(plan.size))
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


@pytest.mark.parametrize(
    ("family", "name"), [item for item in WITH_OPTIONS if item[0] in ("criteria", "normalisers", "schedulers")]
)
def test_a_method_card_names_every_option_cost_and_source(family, name):
    text = card(family, name)

    assert all(f"``{item.name}``" in text for item in describe(find(family, name)))
    assert all(word in text for word in ("Options:", "Cost:", "Source:"))
    assert text.splitlines()[0].endswith((".", ":"))
