"""The engine against PyTorch autograd on random graphs, and the numbers of the lecture slides."""

import math

import numpy as np
import pytest
import torch

from dlcourse.mlp import autograd as AG
from dlcourse.mlp.autograd import Value


def grads(f, v, names):
    f.backward()
    return [v[n].grad for n in names]


def test_product_graph_of_the_slides():  # E-16
    f, v = AG.product_graph()
    assert f.data == 2 and grads(f, v, "xyz") == [1, 3, -2]


def test_sigmoid_graph_of_the_slides():  # E-04
    f, v = AG.sigmoid_graph()
    assert f.data == pytest.approx(0.7311, abs=5e-5)
    np.testing.assert_allclose(grads(f, v, ["w0", "x0", "w1", "x1", "w2"]), [-0.1966, 0.3932, -0.3932, -0.5898, 0.1966], atol=5e-5)


def test_scaled_sigmoid_graph_of_the_slides():  # E-17, E-18, E-19
    f, v = AG.scaled_sigmoid_graph()
    assert f.data == pytest.approx(0.7311, abs=5e-5)
    np.testing.assert_allclose(grads(f, v, ["w0", "w1", "x", "y"]), [0.1966, -0.3932, 0.1966, 0.7311], atol=5e-5)
    other, v = AG.scaled_sigmoid_graph(w0=1, w1=3)
    assert other.data == pytest.approx(0.0067, abs=5e-5)
    assert grads(other, v, ["w0"]) == [pytest.approx(0.0066, abs=5e-5)]


UNARY = {
    "exp": lambda v: v.exp(), "tanh": lambda v: v.tanh(), "sigmoid": lambda v: v.sigmoid(), "relu": lambda v: v.relu(),
    "square": lambda v: v**2, "inverse": lambda v: (v * v + 1) ** -0.5, "neg": lambda v: -v, "log": lambda v: (v * v + 1).log(),
    "rsub": lambda v: 2 - v, "rdiv": lambda v: 1 / (v * v + 2), "rmul": lambda v: 3 * v, "radd": lambda v: 1 + v,
}  # fmt: skip
BINARY = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / (b * b + 1)}


def random_graph(pool, rng, make):
    """Twelve random operations on a growing pool, so that nodes are used several times; `make` builds on Values or tensors."""
    for _ in range(12):
        a, b = (pool[i] for i in rng.integers(len(pool), size=2))
        out = make(UNARY[rng.choice(list(UNARY))](a)) if rng.random() < 0.5 else make(BINARY[rng.choice(list(BINARY))](a, b))
        pool.append(out.tanh())  # keeps the numbers small
    return sum(pool[-4:], pool[0])


@pytest.mark.parametrize("seed", range(25))
def test_random_graphs_agree_with_torch(seed):
    start = np.random.default_rng(seed).normal(size=3)
    ours = [Value(s) for s in start]
    theirs = [torch.tensor(s, requires_grad=True) for s in start]
    f = random_graph(list(ours), np.random.default_rng(seed), lambda v: v)
    t = random_graph(list(theirs), np.random.default_rng(seed), lambda v: v)
    f.backward()
    t.backward()
    assert f.data == pytest.approx(t.item(), rel=1e-12)
    for a, b in zip(ours, theirs, strict=True):
        assert a.grad == pytest.approx(0.0 if b.grad is None else b.grad.item(), rel=1e-10, abs=1e-14)


def test_diamond_adds_its_branches():
    x = Value(3)
    a = x * x
    f = a * x + a  # x^3 + x^2
    f.backward()
    assert x.grad == 3 * 9 + 2 * 3


def test_second_backward_adds_the_same_again_like_torch():
    f, v = AG.sigmoid_graph()
    first = grads(f, v, ["w0", "x1"])
    assert grads(f, v, ["w0", "x1"]) == [2 * g for g in first]
    AG.zero_grad(f)
    assert all(node.grad == 0 for node in AG.topological_order(f))


def test_two_roots_that_share_leaves_add_up():
    x = Value(2.0)
    (x * 3).backward()
    (x * x).backward()
    assert x.grad == 3 + 4


def test_order_is_topological_and_complete():
    f, _ = AG.scaled_sigmoid_graph()
    order = AG.topological_order(f)
    place = {id(v): i for i, v in enumerate(order)}
    assert order[-1] is f and len(place) == len(order)
    assert all(place[id(p)] < place[id(v)] for v in order for p in v.parents)


def test_long_chain_needs_no_recursion():
    x = Value(1.0)
    y = x
    for _ in range(5000):
        y = y * 1.0001 + 0.0
    y.backward()
    assert x.grad == pytest.approx(1.0001**5000, rel=1e-9)


def test_powers():
    x = Value(-2.0)
    (x**3).backward()
    assert x.grad == 12
    z = Value(0.0)
    (z**1 + z**2 + z**0).backward()
    assert z.grad == 1
    for base, n in ((-2.0, 0.5), (0.0, -1), (0.0, 0.5)):
        with pytest.raises(ValueError):
            Value(base) ** n
    with pytest.raises(ValueError, match="exponent"):
        x ** Value(2.0)
    with pytest.raises(ValueError, match="positive"):
        Value(0.0).log()


def test_gates_and_their_pieces_agree():
    """sigmoid as one gate = its four pieces; derivative s (1 - s)."""
    whole, pieces = Value(0.7), Value(0.7)
    whole.sigmoid().backward()
    (1 / (1 + (-pieces).exp())).backward()
    s = 1 / (1 + math.exp(-0.7))
    assert whole.grad == pytest.approx(pieces.grad, rel=1e-14) == pytest.approx(s * (1 - s), rel=1e-14)
    assert Value(-1000).sigmoid().data == 0 and Value(1000).sigmoid().data == 1


def test_repr_and_labels():
    assert repr(Value(2, label="x")) == "Value(2, grad=0, x)"
    assert Value(1).parents == () and (Value(1) + 2).op == "+"
