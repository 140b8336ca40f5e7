"""Back-propagation against PyTorch autograd and central differences, and the audit of the 2-2-2 network."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dlcourse import check
from dlcourse.mlp import backprop as BP
from dlcourse.mlp.activations import ACTIVATIONS, init, mlp_forward
from dlcourse.mlp.losses import half_sse, multiclass_hinge, sigmoid_sse, softmax_xent

TORCH = {
    "identity": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01), "elu": F.elu, "softplus": F.softplus,
}  # fmt: skip


# ----------------------------------------------------------------------------------------------------- the 2-2-2 network


def torch_222():
    w = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in BP.W222.items()}
    s = torch.sigmoid
    h1, h2 = s(w["w1"] * 0.5 + w["w3"] * 0.3), s(w["w2"] * 0.5 + w["w4"] * 0.3)
    o1, o2 = s(w["w5"] * h1 + w["w7"] * h2), s(w["w6"] * h1 + w["w8"] * h2)
    (0.5 * (o1 - 0.23) ** 2 + 0.5 * (o2 + 0.07) ** 2).backward()
    return {k: v.grad.item() for k, v in w.items()}


def test_right_rule_agrees_with_torch():
    expected = torch_222()
    ours = BP.net222_gradients()
    assert ours.keys() == expected.keys()
    for name in expected:
        assert ours[name] == pytest.approx(expected[name], rel=1e-12)


def test_forward_values_of_the_slides():
    v = BP.net222_forward()
    assert [round(float(v[k]), 4) for k in ("h1", "h2", "o1", "o2")] == [0.5622, 0.4950, 0.4769, 0.5287]
    assert v["error"] == pytest.approx(0.20971, abs=5e-6)


def test_audit_of_the_slide_rule():  # E-01
    right, slide = BP.net222_gradients(), BP.net222_slide_rule()
    expected = {"w1": -0.008421, "w2": 0.012607, "w3": -0.005053, "w4": 0.007564}
    for name, value in expected.items():
        assert right[name] == pytest.approx(value, abs=5e-7)
    assert [n for n in right if np.sign(right[n]) != np.sign(slide[n])] == ["w1", "w3"]
    assert [n for n in right if right[n] != slide[n]] == ["w1", "w2", "w3", "w4"]
    assert slide["w2"] / right["w2"] == pytest.approx(1.0345, abs=5e-4)  # right by luck, to 3.4 %
    assert slide["w4"] / right["w4"] == pytest.approx(slide["w2"] / right["w2"])


def test_one_step_and_many():  # X2.1, to 4 decimals or better
    errors, w = BP.net222_train(BP.net222_gradients, 1)
    assert [round(float(w[f"w{i}"]), 4) for i in range(1, 9)] == [0.2084, -0.4126, 0.5051, 0.5924, 0.0654, -0.5839, -0.3305, 0.7262]
    right, _ = BP.net222_train(BP.net222_gradients, 2000)
    slide, _ = BP.net222_train(BP.net222_slide_rule, 2000)
    np.testing.assert_allclose(right[[0, 1, 100, 2000]], [0.20971, 0.19503, 0.01025, 0.00281], atol=6e-6)
    np.testing.assert_allclose(slide[[1, 100, 2000]], [0.19534, 0.01734, 0.00382], atol=6e-6)
    assert right.min() > 0.5 * 0.07**2  # E-03: a sigmoid never reaches -0.07


def test_matrix_form_of_the_same_network():
    x, y = np.array([BP.X222]), np.array([BP.Y222])
    loss, ((dw1, _), (dw2, _)) = BP.backprop(BP.net222_params(), x, y, sigmoid_sse, "sigmoid")
    g = BP.net222_gradients()
    assert loss == pytest.approx(BP.net222_forward()["error"], rel=1e-14)
    np.testing.assert_allclose(dw1, [[g["w1"], g["w2"]], [g["w3"], g["w4"]]], rtol=1e-13)
    np.testing.assert_allclose(dw2, [[g["w5"], g["w6"]], [g["w7"], g["w8"]]], rtol=1e-13)


# ------------------------------------------------------------------------------------------------------ any network

LOSSES = {
    "softmax_xent": (softmax_xent, F.cross_entropy),
    "multiclass_hinge": (multiclass_hinge, lambda s, y: F.multi_margin_loss(s, y) * s.shape[1]),
    "half_sse": (half_sse, lambda s, y: 0.5 * ((s - y) ** 2).sum() / len(s)),
    "sigmoid_sse": (sigmoid_sse, lambda s, y: 0.5 * ((torch.sigmoid(s) - y) ** 2).sum() / len(s)),
}


def problem(sizes, loss, batch, seed=0):
    rng = np.random.default_rng(seed)
    params = [(w, rng.normal(0, 0.3, b.shape)) for w, b in init(sizes, rng)]
    x = rng.normal(size=(batch, sizes[0]))
    y = rng.integers(0, sizes[-1], batch) if loss in ("softmax_xent", "multiclass_hinge") else rng.random((batch, sizes[-1]))
    return params, x, y


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("sizes, batch", [((3, 2), 1), ((2, 5, 3), 7), ((4, 3, 11, 2), 5)])
def test_gradients_agree_with_torch(activation, loss, sizes, batch):
    params, x, y = problem(sizes, loss, batch)
    t_params = [tuple(torch.tensor(p, requires_grad=True) for p in layer) for layer in params]
    t = torch.tensor(x)
    for i, (w, b) in enumerate(t_params):
        t = t @ w + b
        t = TORCH[activation](t) if i < len(params) - 1 else t
    expected = LOSSES[loss][1](t, torch.tensor(y))
    expected.backward()
    value, grads = BP.backprop(params, x, y, LOSSES[loss][0], activation)
    assert value == pytest.approx(expected.item(), rel=1e-12)
    for ours, theirs in zip(grads, t_params, strict=True):
        for g, p in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(g, p.grad.numpy(), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
@pytest.mark.parametrize("sizes", [(3, 4), (3, 4, 2), (3, 4, 5, 2)])
def test_gradient_check(activation, sizes):
    params, x, y = problem(sizes, "softmax_xent", 6)
    _, grads = BP.backprop(params, x, y, softmax_xent, activation)
    for i, layer in enumerate(params):
        for j in range(2):

            def f(p, i=i, j=j):
                moved = [tuple(p if (m, k) == (i, j) else q for k, q in enumerate(other)) for m, other in enumerate(params)]
                return softmax_xent(mlp_forward(moved, x, activation)[0], y)[0]

            check.gradient_check(f, layer[j], grads[i][j], tol=1e-7)


def test_gradient_by_the_input():
    params, x, y = problem((3, 4, 2), "softmax_xent", 5)
    scores, caches = mlp_forward(params, x, "tanh")
    _, dx = BP.mlp_backward(softmax_xent(scores, y)[1], caches, "tanh")
    check.gradient_check(lambda v: softmax_xent(mlp_forward(params, v, "tanh")[0], y)[0], x, dx)


def test_nothing_is_changed_in_place():
    params, x, y = problem((3, 4, 2), "softmax_xent", 5)
    before = [(w.copy(), b.copy()) for w, b in params], x.copy(), y.copy()
    BP.train(params, x, y, softmax_xent, epochs=2, batch_size=2, rng=np.random.default_rng(0))
    for (w, b), (w0, b0) in zip(params, before[0], strict=True):
        np.testing.assert_array_equal(w, w0)
        np.testing.assert_array_equal(b, b0)
    np.testing.assert_array_equal(x, before[1])
    np.testing.assert_array_equal(y, before[2])


def test_full_batch_training_is_gradient_descent_in_torch():
    params, x, y = problem((3, 4, 2), "softmax_xent", 9)
    t_params = [torch.tensor(p, requires_grad=True) for layer in params for p in layer]
    optimiser = torch.optim.SGD(t_params, lr=0.3)
    for _ in range(10):
        optimiser.zero_grad()
        h = torch.tanh(torch.tensor(x) @ t_params[0] + t_params[1])
        F.cross_entropy(h @ t_params[2] + t_params[3], torch.tensor(y)).backward()
        optimiser.step()
    trained, history = BP.train(params, x, y, softmax_xent, "tanh", lr=0.3, epochs=10, batch_size=len(x))
    for ours, theirs in zip((p for layer in trained for p in layer), t_params, strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10)
    assert len(history["loss"]) == 10 and history["monitor"] == []


def test_train_uses_every_sample_once_an_epoch_and_calls_the_monitor():
    params, x, y = problem((3, 2), "half_sse", 7)
    seen = []

    def loss(scores, target):
        seen.extend(target[:, 0])
        return half_sse(scores, target)

    _, history = BP.train(params, x, y, loss, epochs=2, batch_size=3, rng=np.random.default_rng(1), monitor=len)
    assert sorted(seen[:7]) == sorted(seen[7:]) == sorted(y[:, 0]) and seen[:7] != seen[7:]
    assert history["monitor"] == [1, 1]
    for bad in ({"batch_size": 0}, {"y": y[:3]}):
        with pytest.raises(ValueError, match="batch_size"):
            BP.train(**{"params": params, "x": x, "y": y, "loss": loss, **bad})


def test_random_starts_on_xor_end_at_different_losses():
    x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0.0], [1], [1], [0]])
    final = BP.random_starts(x, y, (2, 2, 1), range(20), lr=8.0)
    assert (final < 0.01).mean() >= 0.5 and (final > 0.05).any()  # most starts succeed, some stay in a worse place
