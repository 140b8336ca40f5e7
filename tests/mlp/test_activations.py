"""Values and derivatives against PyTorch and against complex steps of the textbook formulas; layers against PyTorch autograd."""

import numpy as np
import pytest
import torch

from dlcourse import data
from dlcourse.mlp import activations as A
from dlcourse.mlp.backprop import epochs_to_accuracy

# Torch's values, and the formulas of the book typed once more without any care for large z.
TORCH = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "elu": torch.nn.functional.elu,
    "softplus": torch.nn.functional.softplus,
}
NAIVE = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: 2 / (1 + np.exp(-2 * z)) - 1,
    "softplus": lambda z: np.log(1 + np.exp(z)),
}
SHAPES = [(), (1,), (7,), (3, 5), (2, 1, 3), (0, 4)]
PAIRED = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus"]


@pytest.mark.parametrize("name", PAIRED)
@pytest.mark.parametrize("shape", SHAPES)
def test_values_and_derivatives_agree_with_torch(name, shape):
    z = np.random.default_rng(0).normal(0, 3, shape)
    t = torch.tensor(z, requires_grad=True)
    out = TORCH[name](t)
    out.sum().backward()
    np.testing.assert_allclose(getattr(A, name)(z), out.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(getattr(A, "d_" + name)(z), t.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", NAIVE)
def test_derivative_is_the_complex_step_of_the_formula(name):
    z = np.linspace(-5, 5, 101)
    expected = NAIVE[name](z + 1e-20j).imag / 1e-20
    np.testing.assert_allclose(getattr(A, "d_" + name)(z), expected, rtol=1e-12)


@pytest.mark.parametrize("name", A.ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_agrees_with_torch(name, shape):
    rng = np.random.default_rng(1)
    z, dout = rng.normal(0, 2, shape), rng.normal(size=shape)
    forward, backward = A.ACTIVATIONS[name]
    out, cache = forward(z)
    t = torch.tensor(z, requires_grad=True)
    TORCH[name](t).backward(torch.tensor(dout))
    dz = backward(dout, cache)
    assert np.shape(dz) == np.shape(z)
    np.testing.assert_allclose(dz, t.grad.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", PAIRED)
@pytest.mark.filterwarnings("error")
def test_extreme_inputs_stay_finite(name):
    z = np.array([-1e300, -1000.0, -40.0, 0.0, 40.0, 1000.0])
    assert np.isfinite(getattr(A, name)(z)).all()
    assert np.isfinite(getattr(A, "d_" + name)(z)).all()


@pytest.mark.parametrize("name, value", [("relu", 0.0), ("leaky_relu", 0.3), ("elu", 0.3)])
def test_kink_takes_the_left_branch_like_torch(name, value):
    f, d = getattr(A, name), getattr(A, "d_" + name)
    extra = {} if name == "relu" else {"a": 0.3}
    assert f(np.zeros(1), **extra)[0] == 0
    assert d(np.zeros(1), **extra)[0] == value
    t = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    ours = {"relu": torch.relu, "leaky_relu": lambda v: torch.nn.functional.leaky_relu(v, 0.3), "elu": lambda v: torch.nn.functional.elu(v, 0.3)}
    ours[name](t).backward()
    assert t.grad.item() == value


def test_ranges_of_the_derivatives():
    z = np.linspace(-30, 30, 60001)  # holds 0 exactly
    assert A.d_sigmoid(z).max() == 0.25 and A.d_sigmoid(z).min() > 0  # (0, 1/4], E-30
    assert A.d_tanh(z).max() == 1.0 and A.d_tanh(z).min() > 0  # (0, 1]


@pytest.mark.parametrize("name", PAIRED)
def test_dtype_is_kept_and_integers_become_floats(name):
    for f in (getattr(A, name), getattr(A, "d_" + name)):
        assert f(np.array([-1, 0, 2], dtype=np.float32)).dtype == np.float32
        assert f(np.array([-1, 0, 2])).dtype == np.float64


@pytest.mark.parametrize("name", PAIRED)
def test_input_is_not_changed(name):
    z = np.array([-2.0, 0.0, 3.0])
    getattr(A, name)(z)
    getattr(A, "d_" + name)(z)
    assert z.tolist() == [-2.0, 0.0, 3.0]


@pytest.mark.parametrize("bad", [np.array([1j]), np.array(["a"]), np.array([None])])
def test_bad_input_is_named(bad):
    with pytest.raises(ValueError, match="real numbers"):
        A.relu(bad)


def test_maxout_is_relu_and_abs_for_the_right_pieces():
    z = np.random.default_rng(2).normal(size=(4, 5))
    np.testing.assert_array_equal(A.maxout(np.stack([z, 0 * z], axis=-1)), np.maximum(z, 0))
    np.testing.assert_array_equal(A.maxout(np.stack([z, -z], axis=-1)), np.abs(z))


@pytest.mark.parametrize("shape", [(1, 1), (5, 2), (2, 3, 4)])
def test_maxout_backward_agrees_with_torch(shape):
    rng = np.random.default_rng(3)
    z, dout = rng.normal(size=shape), rng.normal(size=shape[:-1])
    out, cache = A.maxout_forward(z)
    t = torch.tensor(z, requires_grad=True)
    t.max(dim=-1).values.backward(torch.tensor(dout))
    np.testing.assert_array_equal(A.maxout_backward(dout, cache), t.grad.numpy())


def test_maxout_needs_a_piece():
    with pytest.raises(ValueError, match="piece"):
        A.maxout(np.zeros((3, 0)))


@pytest.mark.parametrize("b, d, k", [(1, 1, 1), (1, 3, 2), (7, 5, 5), (4, 2, 11)])
def test_linear_layer_agrees_with_torch(b, d, k):
    rng = np.random.default_rng(4)
    x, w, bias, dout = rng.normal(size=(b, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(b, k))
    out, cache = A.linear_forward(x, w, bias)
    tx, tw, tb = (torch.tensor(v, requires_grad=True) for v in (x, w, bias))
    t_out = torch.nn.functional.linear(tx, tw.T, tb)
    t_out.backward(torch.tensor(dout))
    np.testing.assert_allclose(out, t_out.detach().numpy(), rtol=1e-12, atol=1e-14)
    for ours, theirs in zip(A.linear_backward(dout, cache), (tx, tw, tb), strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("x, w, b", [((4, 3), (2, 5), (5,)), ((4, 3), (3, 5), (4, 5)), ((4, 3), (3, 5), (5, 1)), ((3,), (3, 5), (5,))])
def test_linear_layer_refuses_shapes_that_do_not_fit(x, w, b):
    with pytest.raises(ValueError, match="expects x"):
        A.linear_forward(np.zeros(x), np.zeros(w), np.zeros(b))


def test_linear_backward_refuses_a_wrong_shape():
    _, cache = A.linear_forward(np.zeros((4, 3)), np.zeros((3, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="dout"):
        A.linear_backward(np.zeros((1, 2)), cache)


@pytest.mark.parametrize("activation", A.ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(3, 2), (2, 5, 3), (4, 7, 5, 2)])
def test_mlp_agrees_with_torch(activation, sizes):
    rng = np.random.default_rng(5)
    params, x = A.init(sizes, rng), rng.normal(size=(6, sizes[0]))
    t = torch.tensor(x)
    for i, (w, b) in enumerate(params):
        t = t @ torch.tensor(w) + torch.tensor(b)
        t = TORCH[activation](t) if i < len(params) - 1 else t
    np.testing.assert_allclose(A.mlp_forward(params, x, activation)[0], t.numpy(), rtol=1e-12, atol=1e-14)
    assert A.predict(params, x, activation).tolist() == t.argmax(dim=1).tolist()


def test_mlp_names_an_unknown_activation():
    with pytest.raises(ValueError, match="swish"):
        A.mlp_forward(A.init((2, 2), np.random.default_rng(0)), np.zeros((1, 2)), "swish")


def test_identity_network_collapses_to_one_layer():
    rng = np.random.default_rng(6)
    params = [(w, rng.normal(size=b.shape)) for w, b in A.init((3, 8, 1, 5, 2), rng)]  # the width-1 layer makes the rank 1
    x = rng.normal(size=(9, 3))
    w, b = A.collapse(params)
    np.testing.assert_allclose(x @ w + b, A.mlp_forward(params, x, "identity")[0], rtol=1e-12, atol=1e-13)
    assert np.linalg.matrix_rank(w) == 1
    assert not np.allclose(x @ w + b, A.mlp_forward(params, x, "relu")[0])


def test_init_has_the_promised_spread():
    params = A.init((400, 300, 10), np.random.default_rng(7), gain=2.0)
    assert [w.shape for w, _ in params] == [(400, 300), (300, 10)] and not any(b.any() for _, b in params)
    assert params[0][0].std() == pytest.approx(2 / 20, rel=0.01)  # 120000 numbers: the standard error is 0.2 %
    assert A.count_parameters((400, 300, 10)) == sum(w.size + b.size for w, b in params)
    for bad in ((3,), (3, 0, 2)):
        with pytest.raises(ValueError, match="widths"):
            A.init(bad, np.random.default_rng(0))


def test_relu_and_tanh_tie_on_digits_and_sigmoid_is_slow():
    train, _ = data.digits()
    epochs = {
        name: np.median([epochs_to_accuracy(train.x, train.y, (64, 64, 64, 10), name, seed, gain=gain) for seed in range(3)])
        for name, gain in (("relu", np.sqrt(2)), ("tanh", 1.0), ("sigmoid", 1.0))
    }
    assert 0.5 <= epochs["relu"] / epochs["tanh"] <= 2  # the factor 6 of Krizhevsky et al. does not appear here
    assert epochs["sigmoid"] >= 4 * epochs["relu"]
