"""A training script, nine bugs, and the checks that find them.  Section: book/training/practice.md

Shapes used in this file: N samples, D inputs, C classes, B batch, T steps.
"""
from types import SimpleNamespace

import numpy as np

from dlcourse.data import digits
from dlcourse.mlp.activations import init
from dlcourse.mlp.backprop import backprop
from dlcourse.mlp.losses import softmax_xent
from dlcourse.mlp.practice import accuracy
from dlcourse.training.descent import cosine, momentum_step, network_step, with_decay

SIZES = (64, 32, 10)
BUGS = {
    "none": "as it should be",
    "raw pixels": "inputs from 0 to 16 in place of 0 to 1",
    "memory lost": "the momentum starts anew at every step",
    "never zeroed": "gradients add up from step to step",
    "stale": "each step uses the gradient of the batch before",
    "sum, not mean": "the gradient of a batch is summed over its samples",
    "decay reversed": "weight decay is subtracted where it is added",
    "labels apart": "inputs and labels are shuffled separately",
    "test set inside": "the test samples are among the training samples",
    "rate per epoch": "the schedule is asked once an epoch, but counts steps",
}


def run(x, y, test_x, test_y, bug="none", seed=0, epochs=20, lr=0.1, batch_size=32, mu=0.9, decay=1e-3, params=None):
    """Train a 64-32-10 ReLU network with momentum, weight decay and a cosine schedule, with one planted bug, a key of BUGS.

    x: (N, 64), y: (N,), test_x, test_y: the same, params: start values or None -> namespace: losses, rates (lists, a number a step), params, fitted and
    test (accuracies).  ValueError for another bug.
    """
    if bug not in BUGS:
        raise ValueError(f"bug must be one of {sorted(BUGS)}, got {bug!r}")
    rng = np.random.default_rng(seed)
    params, states, old, losses, rates = init(SIZES, rng) if params is None else params, None, None, [], []
    if bug == "raw pixels":
        x, test_x = 16 * x, 16 * test_x
    if bug == "test set inside":
        x, y = np.concatenate([x, test_x]), np.concatenate([y, test_y])
    per_epoch = -(-len(x) // batch_size)
    for epoch in range(epochs):
        order = rng.permutation(len(x))
        names = rng.permutation(len(x)) if bug == "labels apart" else order
        for k in range(per_epoch):
            t = epoch if bug == "rate per epoch" else epoch * per_epoch + k
            rates.append(lr * float(cosine(t, epochs * per_epoch)))
            batch = slice(k * batch_size, (k + 1) * batch_size)
            loss, grads = backprop(params, x[order[batch]], y[names[batch]], softmax_xent)
            losses.append(loss)
            if bug == "sum, not mean":
                grads = [(len(x[order[batch]]) * dw, len(x[order[batch]]) * db) for dw, db in grads]
            now = grads
            if bug == "never zeroed" and old is not None:
                grads = [(dw + ow, db + ob) for (dw, db), (ow, ob) in zip(grads, old, strict=True)]
            if bug == "stale" and old is not None:
                grads = old
            old = grads if bug == "never zeroed" else now
            sign = -1 if bug == "decay reversed" else 1
            grads = [(with_decay(w, dw, sign * decay), db) for (w, _), (dw, db) in zip(params, grads, strict=True)]  # biases do not decay
            states = None if bug == "memory lost" else states
            params, states = network_step(momentum_step, params, grads, states, lr=rates[-1], mu=mu)
    found = SimpleNamespace(losses=losses, rates=rates, params=params)
    found.fitted, found.test = accuracy(params, x, y), accuracy(params, test_x, test_y)
    return found


# ----------------------------------------------------------------------------- checks: does a training script pass?


def first_loss(script):
    """Is the first loss near ln C?  script: called like `run` -> bool"""
    train, test = digits()
    return bool(abs(script(train.x, train.y, test.x, test.y, epochs=1).losses[0] - np.log(10)) < 0.5)


def by_heart(script):
    """Does it learn twenty samples by heart?"""
    train, test = digits()
    return script(train.x[:20], train.y[:20], test.x, test.y, epochs=150, batch_size=5).fitted == 1.0


def random_labels(script):
    """With random labels in training *and* test set: is the test accuracy that of guessing?"""
    train, test = digits()
    rng = np.random.default_rng(0)
    return script(train.x[:100], rng.integers(0, 10, 100), test.x, rng.integers(0, 10, len(test.x)), epochs=60).test < 0.16


def two_steps(script, far=5.0):
    """Do two batches move the parameters as the formulas say?  The weights begin `far` larger than usual, so that their decay is seen."""
    train, test = digits()
    start = [(far * w, b) for w, b in init(SIZES, np.random.default_rng(1))]
    lr, mu, decay, x, y = 0.1, 0.9, 1e-3, train.x[:8], train.y[:8]
    done = script(x, y, test.x, test.y, seed=3, epochs=1, lr=lr, batch_size=4, mu=mu, decay=decay, params=start)
    order, want, memory = np.random.default_rng(3).permutation(8), start, None
    for t in range(2):
        pick = order[4 * t : 4 * t + 4]
        grads = [(dw + decay * w, db) for (w, _), (dw, db) in zip(want, backprop(want, x[pick], y[pick], softmax_xent)[1], strict=True)]
        memory = grads if memory is None else [tuple(mu * m + g for m, g in zip(a, b, strict=True)) for a, b in zip(memory, grads, strict=True)]
        rate = lr * (1 + np.cos(np.pi * t / 2)) / 2
        want = [(w - rate * mw, b - rate * mb) for (w, b), (mw, mb) in zip(want, memory, strict=True)]
    return all(np.allclose(p, q, rtol=1e-9, atol=1e-12) for a, b in zip(done.params, want, strict=True) for p, q in zip(a, b, strict=True))


def rate_ends(script):
    """Does the rate begin at its largest value and end near 0?"""
    train, test = digits()
    rates = script(train.x[:200], train.y[:200], test.x, test.y, epochs=10).rates
    return bool(rates[0] == max(rates) and rates[-1] < 0.05 * rates[0])


CHECKS = {"first loss": first_loss, "by heart": by_heart, "random labels": random_labels, "two steps": two_steps, "the rate's ends": rate_ends}
