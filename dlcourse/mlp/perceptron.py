"""Rosenblatt's learning rule, its mistake bound, its limits, and a small net that passes them.  Section: book/mlp/perceptron.md

Shapes used in this file: N examples, n inputs (the constant 1 included where said), H hidden units, S seeds.
"""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy.optimize import linprog


def add_constant(x):
    """Append a column of ones, so that the last weight is the bias -w0.  x: (N, n) -> (N, n + 1) float64"""
    x = np.asarray(x, dtype=float)
    return np.hstack([x, np.ones((len(x), 1))])  # (N, n + 1)


@dataclass
class Fit:
    """What `fit` found."""

    w: np.ndarray  # (n,) final weights
    mistakes: int  # updates made
    converged: bool  # True: a whole pass without a mistake
    path: np.ndarray  # (mistakes + 1, n) weights after each update, from zero on


def fit(x, y, epochs=1000):
    """The perceptron rule, eq. (eq-mlp-perceptron-rule), from w = 0, examples in the given order; Rosenblatt (1958).

    x: (N, n) with the constant column, y: (N,) of -1 and +1 -> Fit.  ValueError: other labels.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    if not np.isin(y, [-1, 1]).all():
        raise ValueError(f"y must hold -1 and +1 only, got {np.unique(y)}")
    path = [np.zeros(x.shape[1])]
    for _ in range(epochs):
        before = len(path)
        for xi, yi in zip(x, y, strict=True):
            if yi * (path[-1] @ xi) <= 0:  # on the line counts as a mistake: w = 0 must not pass for a solution
                path.append(path[-1] + yi * xi)
        if len(path) == before:
            return Fit(path[-1], len(path) - 1, True, np.array(path))
    return Fit(path[-1], len(path) - 1, False, np.array(path))


def predict(w, x):
    """Class of each example.  w: (n,), x: (N, n) with the constant column -> (N,) of -1 and +1; +1 on the line"""
    return np.where(np.asarray(x) @ w >= 0, 1, -1)


def radius_and_margin(x, y, unit):
    """R = largest length of an x, gamma = smallest y (unit.x), of eq. (eq-mlp-novikoff).  x: (N, n), y: (N,), unit: (n,) of length 1

    -> R, gamma.  ValueError when unit is not of length 1.
    """
    if not np.isclose(np.linalg.norm(unit), 1.0):
        raise ValueError(f"unit must have length 1, got {np.linalg.norm(unit)}")
    return float(np.linalg.norm(x, axis=1).max()), float((y * (x @ unit)).min())


def separable_data(seed, n=2, count=200, gap=0.1):
    """Uniform points on both sides of a random hyperplane, none nearer than `gap` to it.

    -> x (count, n + 1) with the constant column, y (count,) of -1 and +1, unit (n + 1,): the hyperplane's normal, length 1
    """
    rng = np.random.default_rng(seed)
    unit = rng.normal(size=n + 1)
    unit /= np.linalg.norm(unit)
    x = add_constant(rng.uniform(-1, 1, (20 * count, n)))  # (20 count, n + 1)
    x = x[np.abs(x @ unit) > gap][:count]  # (count, n + 1)
    return x, np.sign(x @ unit).astype(int), unit


def best_half_plane(x, y, angles=360):
    """Accuracy of the best straight line, by brute force over directions and cuts.  x: (N, 2), y: (N,) of -1 and +1 -> float"""
    best = 0.0
    for angle in np.arange(angles) * 2 * np.pi / angles:
        order = np.argsort(x @ [np.cos(angle), np.sin(angle)])  # (N,)
        right = np.concatenate([[0], np.cumsum(y[order] < 0)]) + np.concatenate([np.cumsum(y[order][::-1] > 0)[::-1], [0]])
        best = max(best, right.max() / len(y))  # right[k]: first k points called -1, the others +1
    return float(best)


def products(x, order):
    """All products of at most `order` different inputs, the empty one (= 1) first.  x: (N, n) -> (N, terms) float64"""
    x = np.asarray(x, dtype=float)
    terms = [c for k in range(order + 1) for c in combinations(range(x.shape[1]), k)]
    return np.stack([x[:, list(c)].prod(axis=1) for c in terms], axis=1)  # (N, terms)


def is_separable(features, y):
    """Is there a w with y (features.w) >= 1 for every row?  A linear program.  features: (N, n), y: (N,) of -1 and +1 -> bool"""
    a = -np.asarray(y)[:, None] * features  # (N, n); any positive margin can be scaled to 1
    return linprog(np.zeros(a.shape[1]), A_ub=a, b_ub=-np.ones(len(a)), bounds=(None, None)).status == 0


def order_of(truth):
    """Order of a Boolean function in the sense of Minsky and Papert (1969): products of how many inputs must be weighed.

    truth: (2**n,) of 0 and 1, rows as in `neurons.truth_table` -> int from 0 (constant) to n (parity)
    """
    n = int(np.log2(len(truth)))
    table = np.array(list(product([0, 1], repeat=n)))  # (2**n, n)
    y = np.where(np.asarray(truth) > 0, 1, -1)
    return next(k for k in range(n + 1) if is_separable(products(table, k), y))


def sigmoid(z):
    """1 / (1 + exp(-z)).  z: (...) -> (...)"""
    return 1.0 / (1.0 + np.exp(-z))


def train_small_net(x, y, hidden, seeds, lr=2.0, steps=4000):
    """n-H-1 nets of sigmoid units from many starts at once, full-batch gradient descent on half the squared error.

    x: (N, n), y: (N,) of 0 and 1, seeds: S integers
    -> params (w1 (S, n, H), b1 (S, 1, H), w2 (S, H, 1), b2 (S, 1, 1)), losses (steps, S): mean over the N examples.
    The gradients are those of section backprop; here they are taken on trust.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)[:, None]  # (N, n), (N, 1)
    rngs = [np.random.default_rng(seed) for seed in seeds]
    w1 = np.stack([r.normal(size=(x.shape[1], hidden)) for r in rngs])  # (S, n, H)
    w2 = np.stack([r.normal(size=(hidden, 1)) for r in rngs])  # (S, H, 1)
    b1, b2 = np.zeros((len(rngs), 1, hidden)), np.zeros((len(rngs), 1, 1))
    losses = []
    for _ in range(steps):
        h = sigmoid(x @ w1 + b1)  # (S, N, H)
        out = sigmoid(h @ w2 + b2)  # (S, N, 1)
        losses.append(0.5 * ((out - y) ** 2).mean(axis=(1, 2)))
        dout = (out - y) * out * (1 - out)  # (S, N, 1)
        dh = dout @ w2.swapaxes(1, 2) * h * (1 - h)  # (S, N, H)
        w2, b2 = w2 - lr * h.swapaxes(1, 2) @ dout, b2 - lr * dout.sum(axis=1, keepdims=True)
        w1, b1 = w1 - lr * x.T @ dh, b1 - lr * dh.sum(axis=1, keepdims=True)
    return (w1, b1, w2, b2), np.array(losses)


def small_net(params, x):
    """Output of the nets of `train_small_net`.  x: (N, n) -> (S, N)"""
    w1, b1, w2, b2 = params
    return sigmoid(sigmoid(np.asarray(x, dtype=float) @ w1 + b1) @ w2 + b2)[..., 0]  # (S, N)
