"""The multilayer perceptron at work: normalised inputs, class codes, digits, forecasts, compression, and bugs that train.  Section: book/mlp/practice.md

Shapes used in this file: N samples, B batch, D inputs, C classes, K lags of a series.
"""
import numpy as np

from dlcourse.data import digits, one_hot
from dlcourse.mlp.activations import init, linear_backward, mlp_forward, predict, sigmoid
from dlcourse.mlp.backprop import backprop, sgd_step, train
from dlcourse.mlp.losses import half_sse, sigmoid_sse, softmax, softmax_xent

# ------------------------------------------------------------------------------------------------------------ inputs


def fit_scale(x):
    """Mean and standard deviation of each column, eq. (eq-mlp-normalise).  x: (N, D) -> mean: (D,), scale: (D,)

    A constant column gets the scale 1: it becomes 0 and not 0 / 0.  ValueError unless x is a non-empty matrix.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or not len(x):
        raise ValueError(f"x must have shape (N, D) with N >= 1, got {x.shape}")
    mean, scale = x.mean(axis=0), x.std(axis=0)
    return mean, np.where(scale > 0, scale, 1.0)


def apply_scale(x, mean, scale):
    """Normalise with numbers that come from the training set.  x: (N, D) -> (N, D)"""
    return (x - mean) / scale


def accuracy(params, x, y, activation="relu"):
    """Share of samples whose largest score is at the right class.  x: (N, D), y: (N,) -> number in [0, 1]"""
    return float(np.mean(predict(params, x, activation) == y))


# ------------------------------------------------------------------------------------------------------------ digits


def digits_mlp(seed, hidden=64, epochs=60, lr=0.1, monitor=None):
    """The 64-H-10 ReLU network on the digits, softmax cross-entropy, plain gradient descent in batches of 32.

    -> params, test accuracy, history of `train`.  The split stays the same; the seed draws weights and batches.
    """
    train_set, test_set = digits()
    rng = np.random.default_rng(seed)
    params = init([64, hidden, 10], rng)
    params, history = train(params, train_set.x, train_set.y, softmax_xent, "relu", lr, epochs, 32, rng, monitor)
    return params, accuracy(params, test_set.x, test_set.y), history


def digits_by_code(code, seed, hidden=64, epochs=40):
    """The same network with another output code and the squared error.  -> test accuracy

    code: "one number": y itself, read back by rounding; "1-of-C": ten sigmoid outputs, read back by argmax.  ValueError otherwise.
    """
    if code not in ("one number", "1-of-C"):
        raise ValueError(f'code must be "one number" or "1-of-C", got {code!r}')
    train_set, test_set = digits()
    rng = np.random.default_rng(seed)
    if code == "1-of-C":
        target, loss, width, lr = one_hot(train_set.y, 10), sigmoid_sse, 10, 1.0
    else:
        target, loss, width, lr = train_set.y[:, None].astype(float), half_sse, 1, 0.1  # the largest that does not diverge
    params, _ = train(init([64, hidden, width], rng), train_set.x, target, loss, "relu", lr, epochs, 32, rng)
    out = mlp_forward(params, test_set.x)[0]  # (N, 10) or (N, 1)
    found = out.argmax(axis=1) if code == "1-of-C" else np.clip(np.rint(out[:, 0]), 0, 9)
    return float(np.mean(found == test_set.y))


def one_vs_rest(x, y, classes, hidden, seed, lr=1.0, epochs=40):
    """C networks of one sigmoid output each; number c learns "is it class c?".  x: (N, D), y: (N,) -> list of C params"""
    rng = np.random.default_rng(seed)
    nets = []
    for c in range(classes):
        target = (y == c).astype(float)[:, None]  # (N, 1)
        nets.append(train(init([x.shape[1], hidden, 1], rng), x, target, sigmoid_sse, "relu", lr, epochs, 32, rng)[0])
    return nets


def predict_one_vs_rest(nets, x):
    """The class whose network is surest.  x: (N, D) -> (N,) int64"""
    return np.stack([sigmoid(mlp_forward(net, x)[0][:, 0]) for net in nets], axis=1).argmax(axis=1)


def confusion(y, found, classes):
    """Counts of (true class, found class).  y, found: (N,) -> (C, C) int64, rows: true"""
    return np.bincount(np.asarray(y) * classes + found, minlength=classes**2).reshape(classes, classes)


# -------------------------------------------------------------------------------------------------------- other uses


def logistic_map(n, start=0.3):
    """x(t+1) = 4 x(t) (1 - x(t)), a chaotic series without noise.  -> (n,) in [0, 1]"""
    x = np.empty(n)
    x[0] = start
    for t in range(n - 1):
        x[t + 1] = 4 * x[t] * (1 - x[t])
    return x


def windows(series, lags):
    """Cut a series into inputs and next values.  series: (N,) -> x: (N - K, K), y: (N - K, 1).  ValueError if it is too short."""
    if not 1 <= lags < len(series):
        raise ValueError(f"lags must be from 1 to {len(series) - 1} for a series of {len(series)}, got {lags}")
    x = np.lib.stride_tricks.sliding_window_view(series, lags)[:-1]  # (N - K, K)
    return x.copy(), np.asarray(series)[lags:, None].copy()


def forecaster(series, lags, hidden=16, seed=0, epochs=600, lr=0.3):
    """A K-H-1 tanh network that predicts the next value from the last K.  series: (N,) -> params"""
    rng = np.random.default_rng(seed)
    x, y = windows(series, lags)
    params, _ = train(init([lags, hidden, 1], rng, gain=2.0), x, y, half_sse, "tanh", lr, epochs, 16, rng)
    return params


def run_on(params, last, steps):
    """Feed the network its own predictions.  last: (K,) -> (steps,)"""
    window, out = list(last), []
    for _ in range(steps):
        out.append(float(mlp_forward(params, np.array(window)[None], "tanh")[0][0, 0]))
        window = window[1:] + out[-1:]
    return np.array(out)


def autoencoder(x, sizes, seed=0, epochs=200, lr=0.05, activation="tanh"):
    """A network that gives its input back through a narrow layer (Hinton & Salakhutdinov 2006).

    x: (N, D), sizes: D, ..., code, ..., D -> params.  ValueError unless the first and last sizes are D.
    """
    if sizes[0] != x.shape[1] or sizes[-1] != x.shape[1]:
        raise ValueError(f"sizes must begin and end with {x.shape[1]}, the width of x, got {sizes}")
    rng = np.random.default_rng(seed)
    params, _ = train(init(sizes, rng), x, x, half_sse, activation, lr, epochs, 32, rng)
    return params


def pca(x, k):
    """Mean and leading principal components of the rows of x, by the singular value decomposition.

    x: (N, D), k: 1 ... min(N, D) -> mean: (D,), components: (k, D), orthonormal, the one with the largest variance first.  ValueError for another k.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.ndim != 2 or not 1 <= k <= min(x.shape):
        raise ValueError(f"x must be (N, D) and k from 1 to min(N, D), got the shape {x.shape} and k={k}")
    mean = x.mean(axis=0)
    return mean, np.linalg.svd(x - mean, full_matrices=False)[2][:k]


def pca_reconstruction(train_x, x, components):
    """The best linear compression: project on the leading principal components.  train_x, x: (N, D) -> (N, D)"""
    mean, basis = pca(train_x, components)  # (D,), (components, D)
    return mean + (x - mean) @ basis.T @ basis


# ---------------------------------------------------------------------------------------------------- bugs that train


BUGS = {
    "none": "as it should be",
    "bias never updated": "db is zero",
    "ReLU forgotten on the way back": "the hidden error signal is not masked",
    "ReLU mask from the wrong sample": "the mask is rolled by one row of the batch",
    "gradient of the first layer negated": "dw1 has the wrong sign",
    "extra factor p(1 - p)": "the output's error signal is multiplied by the slope of a sigmoid that is not there",
}


def buggy_backprop(params, x, y, bug):
    """Loss and gradients of a 64-H-10 ReLU network with one planted bug, a key of BUGS.  -> loss, [(dw1, db1), (dw2, db2)]"""
    if bug not in BUGS:
        raise ValueError(f"bug must be one of {sorted(BUGS)}, got {bug!r}")
    scores, caches = mlp_forward(params, x)
    loss, dscores = softmax_xent(scores, y)
    if bug == "extra factor p(1 - p)":
        p = softmax(scores)  # (B, C)
        dscores = dscores * p * (1 - p)
    dhidden, dw2, db2 = linear_backward(dscores, caches[1][0])
    active = caches[0][1]  # (B, H)
    if bug == "ReLU mask from the wrong sample":
        active = np.roll(active, 1, axis=0)
    if bug != "ReLU forgotten on the way back":
        dhidden = np.where(active, dhidden, 0)
    _, dw1, db1 = linear_backward(dhidden, caches[0][0])
    if bug == "bias never updated":
        db1, db2 = np.zeros_like(db1), np.zeros_like(db2)
    if bug == "gradient of the first layer negated":
        dw1 = -dw1
    return loss, [(dw1, db1), (dw2, db2)]


def digits_with_bug(bug, seed=0, hidden=64, epochs=60, lr=0.1):
    """Train on the digits with a planted bug.  -> test accuracy"""
    train_set, test_set = digits()
    rng = np.random.default_rng(seed)
    params = init([64, hidden, 10], rng)
    for _ in range(epochs):
        order = rng.permutation(len(train_set.x))
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            params = sgd_step(params, buggy_backprop(params, train_set.x[batch], train_set.y[batch], bug)[1], lr)
    return accuracy(params, test_set.x, test_set.y)


def gradient_error(bug, seed=0, h=1e-5):
    """Largest relative error of the gradients against central differences, on a tiny 6-5-4 network.  -> number"""
    rng = np.random.default_rng(seed)
    params = [(w, rng.normal(size=b.shape)) for w, b in init([6, 5, 4], rng)]
    x, y = rng.normal(size=(7, 6)), rng.integers(0, 4, 7)
    _, grads = buggy_backprop(params, x, y, bug)
    worst = 0.0
    for layer, pair in enumerate(params):
        for which, p in enumerate(pair):
            for i in np.ndindex(p.shape):
                ends = []
                for step in (h, -h):
                    moved = [[w.copy(), b.copy()] for w, b in params]
                    moved[layer][which][i] += step
                    ends.append(backprop(moved, x, y, softmax_xent)[0])
                n, a = (ends[0] - ends[1]) / (2 * h), grads[layer][which][i]
                worst = max(worst, abs(a - n) / max(abs(a) + abs(n), 1e-8))
    return worst
