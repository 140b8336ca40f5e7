"""Error back-propagation: a 2-2-2 network by hand, then any number of layers at once.  Section: book/mlp/backprop.md

Shapes used in this file: B batch, D inputs of a layer, K outputs of a layer, C outputs of the network.
"""

import numpy as np

from dlcourse.mlp.activations import ACTIVATIONS, init, linear_backward, mlp_forward, predict, sigmoid
from dlcourse.mlp.losses import sigmoid_sse, softmax_xent

# ------------------------------------------------------------------------- the 2-2-2 network of the lecture slides, by hand

W222 = {"w1": 0.2, "w2": -0.4, "w3": 0.5, "w4": 0.6, "w5": 0.1, "w6": -0.5, "w7": -0.3, "w8": 0.8}
X222, Y222 = (0.5, 0.3), (0.23, -0.07)


def net222_forward(w=W222, x=X222, y=Y222):
    """Two inputs, two hidden and two output sigmoids, no bias.

    w: dict w1 ... w8, x: (x1, x2), y: (y1, y2) -> dict of the numbers h1, h2, o1, o2, error.
    """
    h1 = sigmoid(w["w1"] * x[0] + w["w3"] * x[1])
    h2 = sigmoid(w["w2"] * x[0] + w["w4"] * x[1])
    o1 = sigmoid(w["w5"] * h1 + w["w7"] * h2)
    o2 = sigmoid(w["w6"] * h1 + w["w8"] * h2)
    return {"h1": h1, "h2": h2, "o1": o1, "o2": o2, "error": 0.5 * (o1 - y[0]) ** 2 + 0.5 * (o2 - y[1]) ** 2}


def net222_output_gradients(w, x, y):
    """Output layer, on which the slides are right.  -> forward values, error signals (d_o1, d_o2), dict of dE/dw5 ... w8."""
    v = net222_forward(w, x, y)
    d_o1 = (v["o1"] - y[0]) * v["o1"] * (1 - v["o1"])
    d_o2 = (v["o2"] - y[1]) * v["o2"] * (1 - v["o2"])
    grads = {"w5": d_o1 * v["h1"], "w6": d_o2 * v["h1"], "w7": d_o1 * v["h2"], "w8": d_o2 * v["h2"]}
    return v, (d_o1, d_o2), grads


def net222_gradients(w=W222, x=X222, y=Y222):
    """Right gradients, eq. (eq-mlp-222): error signals travel back through the weights w5 ... w8.  -> dict dE/dw1 ... dE/dw8."""
    v, (d_o1, d_o2), grads = net222_output_gradients(w, x, y)
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * v["h1"] * (1 - v["h1"])
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * v["h2"] * (1 - v["h2"])
    return {"w1": d_h1 * x[0], "w2": d_h2 * x[0], "w3": d_h1 * x[1], "w4": d_h2 * x[1], **grads}


def net222_slide_rule(w=W222, x=X222, y=Y222):
    """The rule printed on the slides, which adds weight gradients, eq. (eq-mlp-222-slide).  Wrong for w1 ... w4."""
    v, _, g = net222_output_gradients(w, x, y)
    d_h1 = (g["w5"] + g["w6"]) * v["h1"] * (1 - v["h1"])
    d_h2 = (g["w7"] + g["w8"]) * v["h2"] * (1 - v["h2"])
    return {"w1": d_h1 * x[0], "w2": d_h2 * x[0], "w3": d_h1 * x[1], "w4": d_h2 * x[1], **g}


def net222_train(rule, steps, lr=1.0, w=W222, x=X222, y=Y222):
    """Follow a gradient rule.  rule: net222_gradients or net222_slide_rule -> errors: (steps + 1,), last weights."""
    errors = [net222_forward(w, x, y)["error"]]
    for _ in range(steps):
        grads = rule(w, x, y)
        w = {name: w[name] - lr * grads[name] for name in w}
        errors.append(net222_forward(w, x, y)["error"])
    return np.array(errors), w


def net222_params(w=W222):
    """The same network in matrix form.  -> list of (w: (2, 2), b: (2,)) for `backprop` with loss sigmoid_sse."""
    first = np.array([[w["w1"], w["w2"]], [w["w3"], w["w4"]]])  # (2, 2), row: from, column: to
    second = np.array([[w["w5"], w["w6"]], [w["w7"], w["w8"]]])  # (2, 2)
    return [(first, np.zeros(2)), (second, np.zeros(2))]


# ----------------------------------------------------------------------------------------------------- any number of layers


def mlp_backward(dscores, caches, activation="relu"):
    """Backward pass of `mlp_forward`, eq. (eq-mlp-delta-hidden).

    dscores: (B, C), caches: from mlp_forward -> grads: list of (dw: (D, K), db: (K,)) like params, dx: (B, D0).
    """
    _, backward = ACTIVATIONS[activation]
    grads, d = [], dscores
    for linear_cache, activation_cache in reversed(caches):
        if activation_cache is not None:
            d = backward(d, activation_cache)  # (B, K); now d is the layer's error signal delta
        d, dw, db = linear_backward(d, linear_cache)  # (B, D), (D, K), (K,)
        grads.append((dw, db))
    return grads[::-1], d


def backprop(params, x, y, loss, activation="relu"):
    """Loss and its gradient by every parameter, by one forward and one backward pass.

    params: list of (w: (D, K), b: (K,)), x: (B, D0), y: what `loss` expects, loss: (scores, y) -> (number, dscores),
    activation: a key of ACTIVATIONS -> loss: scalar, grads: list of (dw: (D, K), db: (K,)).  Nothing is changed in place.
    """
    scores, caches = mlp_forward(params, x, activation)  # (B, C)
    value, dscores = loss(scores, y)
    return value, mlp_backward(dscores, caches, activation)[0]


def sgd_step(params, grads, lr):
    """New parameters p - lr * dp.  params, grads: lists of (w, b) -> list of (w, b)."""
    return [(w - lr * dw, b - lr * db) for (w, b), (dw, db) in zip(params, grads, strict=True)]


def train(params, x, y, loss, activation="relu", lr=0.1, epochs=10, batch_size=32, rng=None, monitor=None):
    """The back-propagation algorithm, steps (1)-(5) of the section.

    params: start values (step 1), x: (N, D0), y: (N, ...), rng: Generator that shuffles; None keeps the order,
    monitor: optional function of params, called after each epoch
    -> params, history: {"loss": mean batch loss of each epoch, "monitor": what monitor returned}.
    ValueError for batch_size < 1 or x and y of different lengths.
    """
    if batch_size < 1 or len(x) != len(y):
        raise ValueError(f"need batch_size >= 1 and as many y as x, got {batch_size}, {len(x)} and {len(y)}")
    history = {"loss": [], "monitor": []}
    for _ in range(epochs):
        order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
        losses = []
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            value, grads = backprop(params, x[batch], y[batch], loss, activation)  # steps 2-4
            params = sgd_step(params, grads, lr)
            losses.append(value)
        history["loss"].append(float(np.mean(losses)))  # step 5: look at the error, go on or stop
        if monitor is not None:
            history["monitor"].append(monitor(params))
    return params, history


def random_starts(x, y, sizes, seeds, lr=2.0, steps=2000, activation="sigmoid", scale=1.0):
    """Final losses of full-batch training from several random starts, to see local minima and plateaus.

    x: (N, D0), y: (N, C) targets in [0, 1], sizes: layer widths, scale: spread of the first weights -> losses: (len(seeds),).
    """
    final = []
    for seed in seeds:
        start = [(scale * np.sqrt(len(w)) * w, b) for w, b in init(sizes, np.random.default_rng(seed))]  # w ~ N(0, scale^2)
        _, history = train(start, x, y, sigmoid_sse, activation, lr, epochs=steps, batch_size=len(x))
        final.append(history["loss"][-1])
    return np.array(final)


def epochs_to_accuracy(x, y, sizes, activation, seed, lr=0.1, gain=1.0, goal=0.95, most=60):
    """How many epochs of softmax training reach `goal` accuracy on the training data.

    x: (N, D0), y: (N,) class ids, seed: of the first weights and of the shuffling -> epochs, or most + 1 if not reached.
    """
    rng = np.random.default_rng(seed)
    params = init(sizes, rng, gain)
    for epoch in range(1, most + 1):
        params, _ = train(params, x, y, softmax_xent, activation, lr, epochs=1, rng=rng)
        if np.mean(predict(params, x, activation) == y) >= goal:
            return epoch
    return most + 1
