"""The right script against PyTorch, the planted bugs one by one, and the table of the page."""
from functools import partial

import numpy as np
import pytest
import torch

from dlcourse import data
from dlcourse.mlp.activations import init
from dlcourse.training import practice as P

TRAIN, TEST = data.digits()


def script(bug="none", n=96, **options):
    return P.run(TRAIN.x[:n], TRAIN.y[:n], TEST.x, TEST.y, bug, **{"epochs": 2} | options)


def test_the_right_script_is_torchs():
    start = init(P.SIZES, np.random.default_rng(4))
    ours = script(params=start, seed=5)
    net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)).double()
    for layer, (w, b) in zip((net[0], net[2]), start, strict=True):
        layer.weight.data, layer.bias.data = torch.tensor(w.T.copy()), torch.tensor(b.copy())
    groups = [{"params": [net[0].weight, net[2].weight], "weight_decay": 1e-3}, {"params": [net[0].bias, net[2].bias]}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
    rng, losses = np.random.default_rng(5), []
    for _ in range(2):
        order = rng.permutation(96)
        for k in range(3):
            batch = order[32 * k : 32 * k + 32]
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(torch.tensor(TRAIN.x[batch])), torch.tensor(TRAIN.y[batch]))
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    np.testing.assert_allclose(ours.losses, losses, rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours.params[0][0], net[0].weight.detach().numpy().T, rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours.params[1][1], net[2].bias.detach().numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("bug", [b for b in P.BUGS if b != "none"])
def test_each_bug_changes_the_result(bug):
    with np.errstate(over="ignore", invalid="ignore"):
        right, wrong = script(), script(bug)
    assert not np.allclose(right.params[0][0], wrong.params[0][0], rtol=1e-9, atol=1e-12)


def test_what_some_bugs_do():
    assert script("raw pixels", epochs=1).losses[0] > 2 * script(epochs=1).losses[0]
    assert len(script("test set inside", epochs=1).losses) == -(-(96 + 540) // 32)
    assert script("rate per epoch").rates == [0.1] * 3 + [pytest.approx(0.1 * (1 + np.cos(np.pi / 6)) / 2)] * 3
    start = init(P.SIZES, np.random.default_rng(0))
    plain = {"params": start, "mu": 0.0, "epochs": 1, "seed": 2, "decay": 0.0}
    right, summed = script(n=32, **plain), script("sum, not mean", n=32, **plain)
    np.testing.assert_allclose(summed.params[0][0] - start[0][0], 32 * (right.params[0][0] - start[0][0]), rtol=1e-9, atol=1e-12)
    decayed = [script(b, n=32, **plain | {"decay": 0.5}).params[0][0] for b in ("none", "decay reversed")]
    np.testing.assert_allclose(decayed[0] + decayed[1], 2 * right.params[0][0], rtol=1e-9, atol=1e-12)
    with pytest.raises(ValueError, match="bug must be one of"):
        script("typo")


EXPECTED = {  # which of the five checks fail
    "none": "", "raw pixels": "013", "memory lost": "3", "never zeroed": "13", "stale": "3", "sum, not mean": "13", "decay reversed": "3",
    "labels apart": "13", "test set inside": "123", "rate per epoch": "34"}


@pytest.mark.parametrize("bug", P.BUGS)
def test_the_table_of_the_page(bug):
    with np.errstate(over="ignore", invalid="ignore"):
        failed = [i for i, check in enumerate(P.CHECKS.values()) if not check(partial(P.run, bug=bug))]
    assert failed == [int(i) for i in EXPECTED[bug] if i.isdigit()]


def test_which_bugs_score_well():
    right = {}
    for bug in P.BUGS:
        with np.errstate(over="ignore", invalid="ignore"):
            right[bug] = np.mean([P.run(TRAIN.x, TRAIN.y, TEST.x, TEST.y, bug, s).test for s in range(3)])
    loud = {bug for bug, value in right.items() if value < 0.2}
    assert loud == {"raw pixels", "never zeroed", "sum, not mean", "labels apart"}
    assert all(value > 0.93 for bug, value in right.items() if bug not in loud)
    assert right["test set inside"] > right["none"] + 0.01
