"""Losses against PyTorch's, and their gradients against PyTorch autograd; tolerance 1e-12 because both work in float64."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dlcourse import data
from dlcourse.mlp import losses as L

SIZES = [(1, 1), (1, 2), (5, 3), (7, 10), (2, 101)]


def sample(b, c, seed=0, spread=3.0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, spread, (b, c)), rng.integers(0, c, b)


def torch_hinge(s, y, delta=1.0):
    """torch's multi_margin_loss divides by C; ours does not."""
    return F.multi_margin_loss(s, y, margin=delta) * s.shape[1]


CASES = {"softmax_xent": (L.softmax_xent, F.cross_entropy), "multiclass_hinge": (L.multiclass_hinge, torch_hinge)}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("b, c", SIZES)
def test_loss_and_gradient_agree_with_torch(name, b, c):
    ours, theirs = CASES[name]
    s, y = sample(b, c)
    t = torch.tensor(s, requires_grad=True)
    expected = theirs(t, torch.tensor(y))
    expected.backward()
    loss, ds = ours(s, y)
    assert loss == pytest.approx(expected.item(), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(ds, t.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("delta", [0.1, 1.0, 2.5])
def test_hinge_margin_agrees_with_torch(delta):
    s, y = sample(6, 4)
    assert L.multiclass_hinge(s, y, delta)[0] == pytest.approx(torch_hinge(torch.tensor(s), torch.tensor(y), delta).item(), rel=1e-12)


@pytest.mark.parametrize("c", [2, 3, 10, 1000])
def test_first_loss_of_equal_scores_is_ln_c_and_c_minus_1(c):
    s, y = np.zeros((7, c)), np.arange(7) % c
    assert L.softmax_xent(s, y)[0] == pytest.approx(np.log(c), rel=1e-14)
    assert L.multiclass_hinge(s, y)[0] == c - 1


@pytest.mark.parametrize("name", CASES)
def test_gradient_rows_sum_to_zero_and_shifts_do_not_matter(name):
    ours, _ = CASES[name]
    s, y = sample(5, 6)
    loss, ds = ours(s, y)
    np.testing.assert_allclose(ds.sum(axis=1), 0, atol=1e-15)
    shift = np.random.default_rng(1).normal(0, 10, (5, 1))
    assert ours(s + shift, y)[0] == pytest.approx(loss, rel=1e-12)


@pytest.mark.filterwarnings("error")
def test_huge_scores_stay_finite_and_right():
    s, y = np.array([[1000.0, 0.0], [-1e4, 1e4]]), np.array([1, 1])
    loss, ds = L.softmax_xent(s, y)
    assert loss == 500.0  # the first row costs 1000, the second 0
    assert ds.tolist() == [[0.5, -0.5], [0, 0]]
    np.testing.assert_array_equal(L.softmax(s), [[1, 0], [0, 1]])
    assert L.log_softmax(s)[0, 1] == -1000


def test_softmax_of_any_rank_agrees_with_torch():
    s = np.random.default_rng(2).normal(size=(2, 3, 5))
    np.testing.assert_allclose(L.softmax(s), torch.softmax(torch.tensor(s), -1).numpy(), rtol=1e-14)
    np.testing.assert_allclose(L.log_softmax(s), torch.log_softmax(torch.tensor(s), -1).numpy(), rtol=1e-13)


@pytest.mark.parametrize("b, c", SIZES)
def test_half_sse_agrees_with_torch(b, c):
    rng = np.random.default_rng(3)
    pred, target = rng.normal(size=(b, c)), rng.normal(size=(b, c))
    t = torch.tensor(pred, requires_grad=True)
    expected = 0.5 * F.mse_loss(t, torch.tensor(target), reduction="sum") / b
    expected.backward()
    loss, dpred = L.half_sse(pred, target)
    assert loss == pytest.approx(expected.item(), rel=1e-13)
    np.testing.assert_allclose(dpred, t.grad.numpy(), rtol=1e-13)


def test_sigmoid_sse_agrees_with_torch():
    rng = np.random.default_rng(4)
    s, target = rng.normal(size=(5, 3)), rng.random((5, 3))
    t = torch.tensor(s, requires_grad=True)
    expected = 0.5 * ((torch.sigmoid(t) - torch.tensor(target)) ** 2).sum() / 5
    expected.backward()
    loss, ds = L.sigmoid_sse(s, target)
    assert loss == pytest.approx(expected.item(), rel=1e-13)
    np.testing.assert_allclose(ds, t.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("data_loss", ["softmax_xent", "multiclass_hinge"])
def test_full_loss_agrees_with_torch(data_loss):
    ours, theirs = CASES[data_loss]
    rng = np.random.default_rng(5)
    w, phi, y = rng.normal(size=(4, 3)), rng.normal(size=(6, 3)), rng.integers(0, 4, 6)
    t = torch.tensor(w, requires_grad=True)
    expected = theirs(torch.tensor(phi) @ t.T, torch.tensor(y)) + 0.5 * 0.3 * (t**2).sum()
    expected.backward()
    loss, dw = L.full_loss(w, phi, y, ours, lam=0.3)
    assert loss == pytest.approx(expected.item(), rel=1e-13)
    np.testing.assert_allclose(dw, t.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_float32_scores_stay_float32_and_integers_become_floats():
    s, y = sample(3, 4)
    for loss in (L.softmax_xent, L.multiclass_hinge):
        assert loss(s.astype(np.float32), y)[1].dtype == np.float32
        assert loss(np.ones((3, 4), dtype=int), y)[1].dtype == np.float64


def test_inputs_are_not_changed():
    s, y = sample(3, 4)
    before = s.copy()
    L.softmax_xent(s, y)
    L.multiclass_hinge(s, y)
    np.testing.assert_array_equal(s, before)


@pytest.mark.parametrize("y, text", [([0, 1], "class id a row"), ([0, 1, 4], "integers in"), ([0, -1, 2], "integers in"), ([0.0, 1.0, 2.0], "integers in")])
@pytest.mark.parametrize("loss", [L.softmax_xent, L.multiclass_hinge])
def test_bad_labels_are_named(loss, y, text):
    with pytest.raises(ValueError, match=text):
        loss(np.zeros((3, 4)), np.array(y))


def test_other_bad_input_is_named():
    with pytest.raises(ValueError, match="scores must be"):
        L.softmax_xent(np.zeros((0, 3)), np.zeros(0, dtype=int))
    with pytest.raises(ValueError, match="both be"):
        L.half_sse(np.zeros((4, 1)), np.zeros(4))
    with pytest.raises(ValueError, match="lam"):
        L.l2(np.ones(3), -1.0)
    with pytest.raises(ValueError, match="scores expects"):
        L.scores(np.zeros((3, 2)), np.zeros((5, 3)))


def test_a_smaller_training_loss_is_not_a_more_robust_model():  # E-06
    train, new = data.digits()
    phi = lambda x: np.c_[x, np.ones(len(x))]  # noqa: E731
    x, y = phi(train.x[:200]), train.y[:200]
    w = L.fit_linear(x, y, 10, [100, 20000])
    loss = [L.softmax_xent(L.scores(v, x), y)[0] for v in w]
    noisy = phi(new.x + np.random.default_rng(0).normal(0, 0.3, new.x.shape))
    right = [np.mean(L.scores(v, noisy).argmax(axis=1) == new.y) for v in w]
    assert loss[1] < loss[0] / 50
    assert right[1] < right[0] - 0.02


def test_fit_linear_starts_at_zero_and_descends():
    rng = np.random.default_rng(6)
    phi, y = rng.normal(size=(20, 3)), rng.integers(0, 4, 20)
    w = L.fit_linear(phi, y, 4, [0, 1, 50], lam=0.1)
    assert w.shape == (3, 4, 3) and not w[0].any()
    np.testing.assert_allclose(w[1], -0.5 * L.full_loss(w[0], phi, y, lam=0.1)[1])
    assert L.full_loss(w[2], phi, y, lam=0.1)[0] < L.full_loss(w[0], phi, y, lam=0.1)[0]
    with pytest.raises(ValueError, match="rising"):
        L.fit_linear(phi, y, 4, [5, 2])
