"""Rows gathered batch by batch: all of them, in order, copied seldom."""

import numpy as np
import pytest
import torch

from bss_core.engine.gather import Gather


@pytest.mark.parametrize("every", [0, 1, 2, 64])
@pytest.mark.parametrize("batches", [1, 2, 63, 64, 65, 130])
def test_all_rows_come_in_order(every, batches):
    gather, rows = Gather(every), torch.arange(3 * batches).view(-1, 1).repeat(1, 2)
    for part in rows.split(3):
        gather.add({"a": part, ("b", "c"): part[:, 0].float()})
    found = gather.take()
    assert found["a"].tolist() == rows.tolist()
    assert found["b", "c"].tolist() == rows[:, 0].tolist()
    assert (found["a"].dtype, found["b", "c"].dtype) == (np.int64, np.float32)


def test_it_is_empty_after_taking():
    gather = Gather()
    assert gather.take() == {}
    for value in (1.0, 2.0):
        gather.add({"a": torch.full((2,), value)})
        assert gather.take()["a"].tolist() == [value, value]


def test_half_precision_becomes_what_numpy_knows_and_no_graph_is_kept():
    gather, weight = Gather(), torch.ones(1, requires_grad=True)
    gather.add({"a": (weight * torch.tensor([0.5, 3.0])).bfloat16()})
    found = gather.take()["a"]
    assert found.dtype == np.float32
    assert found.tolist() == [0.5, 3.0]


def test_the_host_is_reached_once_in_so_many_batches(monkeypatch):
    copies = []
    monkeypatch.setattr(torch.Tensor, "cpu", lambda rows: copies.append(len(rows)) or rows)
    gather = Gather(every=4)
    for _ in range(9):
        gather.add({"a": torch.zeros(2)})
    assert copies == [8, 8]
    whole = Gather(every=0)
    copies.clear()
    for _ in range(200):
        whole.add({"a": torch.zeros(2)})
    assert copies == []
    assert len(whole.take()["a"]) == 400
    assert copies == [400]
