"""``import bss_core as bss``: the names and signatures that users' own scripts rely on."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bss_core as bss
from bss_core.errors import ConfigError

ROOT = Path(__file__).parents[1]
AUDIO = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
IMAGE = np.array([[0.8, 0.2], [0.7, 0.3], [0.1, 0.9]])
LABELS = np.array([0, 0, 0])


def test_importing_loads_neither_torch_nor_a_user_interface():
    heavy = ("torch", "torchvision", "timm", "open_clip", "streamlit", "plotly")
    work = "bss.balance_scores({'a': [[.5, .5]], 'b': [[.1, .9]]}, [0]); bss.build('schedulers', 'learned')"
    code = f"import sys, bss_core as bss; {work}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.strip() == "[]"


def test_balance_scores_with_a_multimodal_head():
    table = bss.balance_scores({"audio": AUDIO, "image": IMAGE, "multimodal": AUDIO}, LABELS)

    assert list(table) == ["prediction_similarity", "total_loss", "balance_score"]
    assert table["total_loss"].to_numpy() == pytest.approx(-np.log(AUDIO[:, 0] ** 2 * IMAGE[:, 0]))
    assert table["balance_score"].idxmax() == 0


def test_without_a_multimodal_head_the_loss_is_the_unimodal_sum():
    table = bss.balance_scores({"audio": AUDIO, "image": IMAGE}, LABELS)

    assert table["total_loss"].to_numpy() == pytest.approx(-np.log(AUDIO[:, 0] * IMAGE[:, 0]))


def test_rows_keep_the_input_order_and_number():
    table = bss.balance_scores({"audio": AUDIO[::-1], "image": IMAGE[::-1]}, LABELS)
    forward = bss.balance_scores({"audio": AUDIO, "image": IMAGE}, LABELS)

    assert table.index.tolist() == [0, 1, 2]
    assert table["balance_score"].tolist() == forward["balance_score"].tolist()[::-1]


def test_torch_tensors_are_taken_as_they_are():
    torch = pytest.importorskip("torch")
    given = {"audio": torch.tensor(AUDIO), "image": torch.tensor(IMAGE)}
    table = bss.balance_scores(given, torch.tensor(LABELS))

    assert table.equals(bss.balance_scores({"audio": AUDIO, "image": IMAGE}, LABELS))


def test_schedulers_are_built_by_name_and_plan():
    heuristic = bss.build("schedulers", "heuristic", lambda_0=0.5, t_grow=40)
    learned = bss.build("schedulers", "learned", beta=0.5, evaluate_every=1, temperature=1.0, replacement=True)
    scores = bss.balance_scores({"audio": AUDIO, "image": IMAGE}, LABELS)["balance_score"].to_numpy()
    pool, draws = heuristic.plan(scores, epoch=0), learned.plan(scores, epoch=3)

    assert heuristic.share(0) == 0.5
    assert (pool.size, pool.pool.tolist()) == (1, [0])
    assert (draws.size, draws.replace) == (3, True)
    assert draws.probabilities == pytest.approx(np.exp(scores) / np.exp(scores).sum())


def test_members_are_listed():
    assert {"heuristic", "learned", "random_order", "anti_curriculum"} <= set(bss.members("schedulers"))
    assert {"prediction_similarity", "total_loss"} <= set(bss.members("criteria"))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: bss.build("schedulers", "bss_l"),
            "among the schedulers; there are anti_curriculum, anti_learned, heuristic, learned",
        ),
        (lambda: bss.build("samplers", "learned"), "no family 'samplers'; there are criteria, schedulers"),
        (lambda: bss.build("schedulers", "learned", momentum=1), "its options are beta, evaluate_every, temperature"),
        (lambda: bss.build("schedulers", "heuristic", t_grow=-1), "t_grow = -1 is out of range"),
        (lambda: bss.balance_scores({"audio": AUDIO}, LABELS), "at least two modalities; found"),
        (lambda: bss.balance_scores({"a": AUDIO * 5, "b": IMAGE}, LABELS), "give probabilities, not logits"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(ask, message):
    with pytest.raises(ConfigError, match=message):
        ask()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'bss_core' has no attribute 'Sampler'"):
        bss.Sampler  # noqa: B018 - asking is the test


def sampled(scheduler, epoch, **share):
    sampler = bss.CurriculumSampler(scheduler, n=50, seed=0, **share)
    sampler.set_scores(np.linspace(1, -1, 50))
    sampler.set_epoch(epoch)
    order = list(sampler)
    assert len(order) == len(sampler)
    return order


def test_the_sampler_draws_the_plan_and_depends_on_the_epoch():
    heuristic = bss.build("schedulers", "heuristic")

    assert sorted(sampled(heuristic, 3)) == list(range(int(50 * heuristic.share(3))))
    assert sampled(heuristic, 40) == sampled(heuristic, 40) != sampled(heuristic, 41)


@pytest.mark.parametrize("name", bss.members("schedulers"))
def test_the_shares_of_all_ranks_are_the_whole_draw(name):
    scheduler = bss.build("schedulers", name)
    whole = sampled(scheduler, 5)
    shares = [sampled(scheduler, 5, rank=rank, world_size=3) for rank in range(3)]

    assert [shares[place % 3][place // 3] for place in range(len(whole))] == whole
