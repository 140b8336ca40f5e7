"""Against over-fitting: weight decay, early stopping, dropout, augmentation, ensembles, label smoothing, in NumPy.  Section: book/training/regularisation.md

Networks are ReLU MLPs as in `dlcourse.mlp`: a list of pairs (w: (D, K), b: (K,)).  `fit` trains one with any of the cures switched on.

Shapes used in this file: N samples, B batch, D inputs of a layer, K outputs of a layer, C classes, M models or masks, V variants of an image.
"""
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from dlcourse.data import digits
from dlcourse.mlp.activations import linear_backward, linear_forward, relu_backward, relu_forward
from dlcourse.mlp.losses import log_softmax, softmax
from dlcourse.training.descent import momentum_step, network_step, plateau_step, with_decay
from dlcourse.training.vanishing import init_params

# ---------------------------------------------------------------------------------------------------------- weight decay


def shrink_step(w, grad, lr, decay):
    """Weight decay as shrinkage, eq. (eq-training-shrink): first w gets shorter by the factor 1 - lr decay, then a plain step.

    w, grad: one shape -> like w.  Equal to a plain step on loss + decay/2 |w|^2.  ValueError for a negative decay or lr decay > 1.
    """
    if not (decay >= 0 and lr * decay <= 1):
        raise ValueError(f"need decay >= 0 and lr * decay <= 1, got lr={lr}, decay={decay}")
    return (1 - lr * decay) * np.asarray(w) - lr * np.asarray(grad)


def ridge(x, y, decay):
    """Least squares with weight decay, the minimum of |x w - y|^2 / (2 N) + decay/2 |w|^2.  x: (N, D), y: (N,) -> (D,).  ValueError for decay <= 0."""
    if not decay > 0:
        raise ValueError(f"decay must be > 0, got {decay}")
    n, d = x.shape
    return np.linalg.solve(x.T @ x / n + decay * np.eye(d), x.T @ y / n)  # (D,)


def kept_by_decay(curvature, decay):
    """Share of the way from 0 to the minimum of a quadratic that weight decay leaves, h / (h + decay).  curvature: h, any shape -> same shape"""
    return curvature / (curvature + decay)


# -------------------------------------------------------------------------------------------------------- early stopping


def kept_by_stopping(curvature, lr, steps):
    """Share of the way from 0 to the minimum after `steps` plain steps, 1 - (1 - lr h)^steps.  curvature: h, any shape -> same shape"""
    return 1 - (1 - lr * np.asarray(curvature)) ** steps


def equal_decay(curvature, lr, steps):
    """Weight decay that ends where `steps` plain steps end, eq. (eq-training-equal-decay).  curvature: h > 0, any shape -> same shape"""
    left = (1 - lr * np.asarray(curvature)) ** steps  # share of the way that is left
    return curvature * left / (1 - left)


def descent_path(x, y, lr, steps):
    """Plain descent on |x w - y|^2 / (2 N) from w = 0.  x: (N, D), y: (N,) -> (steps + 1, D)"""
    path = [np.zeros(x.shape[1])]
    for _ in range(steps):
        path.append(path[-1] - lr * x.T @ (x @ path[-1] - y) / len(x))
    return np.stack(path)


def noisy_line(n=30, d=20, seed=0, noise=1.0):
    """A regression with few samples and strong noise, whose error on new data is known exactly.

    -> x: (n, d), y: (n,), risk: function of w: (..., d) that gives the mean squared distance of x w to the noise-free target over new x
    """
    rng = np.random.default_rng(seed)
    spread = np.geomspace(1, 0.1, d)  # inputs of different size, so that curvatures differ
    x, truth = rng.normal(size=(n, d)) * spread, rng.normal(size=d)
    y = x @ truth + noise * rng.normal(size=n)
    return x, y, lambda w: np.sum((spread * (w - truth)) ** 2, axis=-1)


# --------------------------------------------------------------------------------------------------------------- dropout


def dropout_forward(x, p, rng=None):
    """Inverted dropout, eq. (eq-training-dropout): each entry becomes 0 with probability p, the others grow by 1 / (1 - p) (Srivastava et al. 2014).

    x: any shape, p: share that is dropped, rng: Generator in training, None at test time -> out: like x, cache for dropout_backward.
    At test time out is x.  p = 1 drops everything: zeros, and no 0/0.  ValueError unless 0 <= p <= 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p, the share that is dropped, must lie in [0, 1], got {p}")
    if rng is None:
        return x, None
    keep = rng.random(np.shape(x)) >= p  # random() < 1, so p = 1 keeps nothing and p = 0 everything
    factor = keep / (1 - p) if p < 1 else np.zeros(np.shape(x))
    return x * factor, factor


def dropout_backward(dout, cache):
    """Backward pass of `dropout_forward`: the same factors.  dout: any shape -> dx: same shape"""
    return dout if cache is None else dout * cache


def all_masks(n, p):
    """All 2^n ways to drop some of n units, and their probabilities.  -> factors: (2^n, n) with entries 0 or 1 / (1 - p), probs: (2^n,)

    ValueError unless 1 <= n <= 20 and 0 <= p < 1.
    """
    if not (1 <= n <= 20 and 0 <= p < 1):
        raise ValueError(f"need 1 <= n <= 20 and 0 <= p < 1, got n={n}, p={p}")
    keep = np.arange(2**n)[:, None] >> np.arange(n) & 1  # (2^n, n)
    return keep / (1 - p), np.prod(np.where(keep, 1 - p, p), axis=1)  # (2^n, n), (2^n,)


def masked_nets(x, params, p):
    """Class probabilities of all masked networks of a softmax layer, with dropout before it.

    x: (D,), one sample, params: one pair (w: (D, C), b: (C,)) -> probabilities: (2^D, C), probabilities of the masks: (2^D,)
    """
    factors, probs = all_masks(len(x), p)
    w, b = params
    return softmax(factors * x @ w + b), probs  # (2^D, C), (2^D,)


def masked_deep_nets(x, params, p):
    """Class probabilities of all masked networks of two hidden ReLU layers with H and K units, dropout after each.

    x: (N, D), params: three pairs (w, b), H + K <= 20 -> probabilities: (M, N, C), probabilities of the M = 2^(H + K) masks: (M,)
    """
    (w, b), (w_next, b_next), (w_last, b_last) = params
    first, first_probs = all_masks(w.shape[1], p)  # (2^H, H), (2^H,)
    second, second_probs = all_masks(w_next.shape[1], p)  # (2^K, K), (2^K,)
    a = first[:, None] * np.maximum(x @ w + b, 0)  # (2^H, N, H)
    a = second[:, None, None] * np.maximum(a @ w_next + b_next, 0)  # (2^K, 2^H, N, K)
    probs = softmax(a @ w_last + b_last)  # (2^K, 2^H, N, C)
    return probs.reshape(-1, *probs.shape[2:]), np.outer(second_probs, first_probs).ravel()  # (M, N, C), (M,)


def geometric_mean(probs, weights):
    """Normalised weighted geometric mean, eq. (eq-training-geometric).  probs: (M, ..., C), weights: (M,) with sum 1 -> (..., C), sum 1 over the last axis"""
    return softmax(np.tensordot(weights, np.log(probs), axes=1))


def dropout_penalty(x, w, p):
    """What dropout on the inputs of linear regression adds to the mean squared error, eq. (eq-training-dropout-ridge).  x: (N, D), w: (D,) -> number"""
    if not 0 <= p < 1:
        raise ValueError(f"need 0 <= p < 1, got {p}")
    return p / (1 - p) * np.mean(np.square(x), axis=0) @ np.square(w)


def dropout_loss_by_enumeration(x, y, w, p):
    """Expected mean squared error of linear regression with dropout on its inputs, as a sum over all masks.  x: (N, D), y: (N,), w: (D,) -> number"""
    factors, probs = all_masks(x.shape[1], p)  # (2^D, D), (2^D,)
    errors = np.mean((x @ (factors * w).T - y[:, None]) ** 2, axis=0)  # (2^D,)
    return probs @ errors


# ------------------------------------------------------------------------------------------------- loss and augmentation


def smoothed_xent(scores, y, smooth=0.0):
    """Cross-entropy against softened targets, eq. (eq-training-smooth): 1 - smooth on the label, smooth spread evenly over all C classes (Szegedy et al. 2016).

    scores: (B, C), y: (B,) class ids -> loss: scalar, dscores: (B, C).  ValueError unless 0 <= smooth < 1.
    """
    if not 0 <= smooth < 1:
        raise ValueError(f"smooth must lie in [0, 1), got {smooth}")
    log_probs, (batch, classes) = log_softmax(scores), scores.shape  # (B, C)
    target = np.full((batch, classes), smooth / classes)
    target[np.arange(batch), y] += 1 - smooth
    return -np.sum(target * log_probs) / batch, (np.exp(log_probs) - target) / batch


def shift(images, down, right):
    """Move images; what enters is empty, what leaves is lost.  images: (..., H, W), down, right: whole numbers of pixels -> same shape"""
    out = np.zeros_like(images)
    height, width = images.shape[-2:]
    if abs(down) < height and abs(right) < width:
        to = (..., slice(max(down, 0), height + min(down, 0)), slice(max(right, 0), width + min(right, 0)))
        source = (..., slice(max(-down, 0), height + min(-down, 0)), slice(max(-right, 0), width + min(-right, 0)))
        out[to] = images[source]
    return out


def rotate(images, degrees):
    """Turn images about their centre, linear interpolation, empty corners.  images: (N, H, W), degrees: counter-clockwise -> same shape"""
    return ndimage.rotate(images, degrees, axes=(2, 1), reshape=False, order=1) if degrees else images.copy()


STAY, SIDEWAYS, UPRIGHT = ((0, 0),), ((0, 0), (0, 1), (0, -1)), ((0, 0), (1, 0), (-1, 0))  # moves (down, right)
CROSS = SIDEWAYS + UPRIGHT[1:]


def variants(x, moves=CROSS, angles=(0,)):
    """Each digit turned by each angle and moved by each move.  x: (N, 64), moves: pairs (down, right), angles: degrees -> (V, N, 64)

    ValueError for another width, or without a move or an angle.
    """
    if np.ndim(x) != 2 or np.shape(x)[1] != 64:
        raise ValueError(f"x must be (N, 64), got {np.shape(x)}")
    if not len(moves) or not len(angles):
        raise ValueError(f"need at least one move and one angle, got moves={moves}, angles={angles}")
    turned = [rotate(x.reshape(-1, 8, 8), angle) for angle in angles]  # (N, 8, 8) each
    return np.stack([shift(t, down, right).reshape(len(x), 64) for t in turned for down, right in moves])  # (V, N, 64)


# ---------------------------------------------------------------------------------------------- a network with all of it


def net_forward(params, x, p=0.0, rng=None):
    """ReLU MLP with dropout after each hidden layer; rng None: test time.  x: (B, D0) -> scores: (B, C), caches"""
    caches = []
    for w, b in params[:-1]:
        z, linear = linear_forward(x, w, b)  # (B, K)
        a, active = relu_forward(z)  # (B, K)
        x, factor = dropout_forward(a, p, rng)  # (B, K)
        caches.append((linear, active, factor))
    scores, linear = linear_forward(x, *params[-1])  # (B, C)
    return scores, [*caches, (linear, None, None)]


def net_backward(dscores, caches):
    """Backward pass of `net_forward`.  dscores: (B, C) -> list of (dw: (D, K), db: (K,))"""
    d, dw, db = linear_backward(dscores, caches[-1][0])  # (B, D), (D, K), (K,)
    grads = [(dw, db)]
    for linear, active, factor in caches[-2::-1]:
        d = relu_backward(dropout_backward(d, factor), active)  # (B, K)
        d, dw, db = linear_backward(d, linear)
        grads.append((dw, db))
    return grads[::-1]


def predict_probs(params, x):
    """Class probabilities at test time.  x: (N, D0) -> (N, C)"""
    return softmax(net_forward(params, x)[0])


def mc_probs(params, x, p, samples, rng):
    """Monte-Carlo dropout: mean of the probabilities of `samples` randomly masked networks (Gal & Ghahramani 2016).  x: (N, D0) -> (N, C)"""
    return sum(softmax(net_forward(params, x, p, rng)[0]) for _ in range(samples)) / samples


def nll(probs, y):
    """Mean of -ln(probability of the right class).  probs: (N, C), y: (N,) -> number"""
    return float(-np.mean(np.log(probs[np.arange(len(y)), y])))


def accuracy(probs, y):
    """Share of samples whose most probable class is the right one.  probs: (N, C), y: (N,) -> number"""
    return float(np.mean(probs.argmax(axis=1) == y))


class Fit(NamedTuple):
    """A trained network and what was seen on the way: lists with one number an epoch if samples were watched; else `loss` holds the last one only."""

    params: list  # of the epoch that is kept: the last one, or the best one with early stopping
    loss: list  # plain cross-entropy of the training samples at test time (without dropout, decay, smoothing)
    watched: list  # the same of the samples given as `watch`
    epoch: int  # which epoch is kept, counted from 1


def fit(x, y, seed=0, hidden=(128, 128), epochs=150, batch_size=32, lr=0.02, mu=0.9, decay=0.0, p=0.0, smooth=0.0, pool=None, watch=None, patience=None,
        start="fan_in"):
    """Train a ReLU network by momentum with any of the cures.  x: (N, D0), y: (N,) class ids 0 ... 9 -> Fit

    decay: weight decay of the weights, not of the biases; p: dropout; smooth: label smoothing; pool: variants (V, N, D0) of x, one of which is drawn for
    each sample of each batch; watch: (x, y) whose loss is noted; patience: stop when that loss has not improved for more than so many epochs, return the best;
    start: rule of the first weights, see `init_std`.
    ValueError for patience without watch, or a pool that does not fit x.
    """
    if patience is not None and watch is None:
        raise ValueError(f"patience={patience} needs watch=(x, y), samples that are not trained on")
    if pool is not None and pool.shape[1:] != x.shape:
        raise ValueError(f"pool must be (V, {x.shape[0]}, {x.shape[1]}), got {pool.shape}")
    rng = np.random.default_rng(seed)
    params, states, counter = init_params((x.shape[1], *hidden, 10), start, rng), None, None
    loss, watched, best = [], [], None
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            samples = x[batch] if pool is None else pool[rng.integers(len(pool), size=len(batch)), batch]  # (B, D0)
            scores, caches = net_forward(params, samples, p, rng if p else None)  # (B, C)
            grads = net_backward(smoothed_xent(scores, y[batch], smooth)[1], caches)
            grads = [(with_decay(w, dw, decay), db) for (w, _), (dw, db) in zip(params, grads, strict=True)]
            params, states = network_step(momentum_step, params, grads, states, lr=lr, mu=mu)
        if watch is not None or epoch == epochs:
            loss.append(nll(predict_probs(params, x), y))
        if watch is not None:
            watched.append(nll(predict_probs(params, watch[0]), watch[1]))
        if patience is not None:  # the counter of the learning-rate cut: where it would cut for the first time, we stop
            rate, counter = plateau_step(watched[-1], counter, 1.0, patience=patience, threshold=0.0)
            if rate < 1:
                break
            if counter["bad"] == 0:
                best = params, epoch
    return Fit(*((params, loss, watched, epoch) if best is None else (best[0], loss, watched, best[1])))


def few_digits(n=150, seed=0):
    """n training digits, drawn by seed, and all the test digits.  -> x: (n, 64), y: (n,), x_test, y_test.  ValueError unless 1 <= n <= 1257"""
    train_set, test_set = digits()
    if not 1 <= n <= len(train_set.x):
        raise ValueError(f"n must be from 1 to {len(train_set.x)}, got {n}")
    chosen = np.random.default_rng([seed, n]).permutation(len(train_set.x))[:n]
    return train_set.x[chosen], train_set.y[chosen], test_set.x, test_set.y


def cure(name, seed, n=150, watch=False, **settings):
    """One network on n digits with the cure of that name (a key of CURES); watch: note the loss on the test digits after each epoch.  -> Fit

    Early stopping holds every fifth digit out, so that no cure sees more labels than another; with "again" a second network is then trained on all n digits
    for as many epochs.  ValueError for another name.
    """
    if name not in CURES:
        raise ValueError(f"name must be one of {sorted(CURES)}, got {name!r}")
    x, y, *new = few_digits(n, seed)
    options = {"seed": seed, "watch": new if watch else None, **CURES[name], **settings}
    if {"moves", "angles"} & set(options):
        options["pool"] = variants(x, options.pop("moves", STAY), options.pop("angles", (0,)))
    again = options.pop("again", False)
    if options.get("patience") is None:
        return fit(x, y, **options)
    held = np.arange(n) % 5 == 0
    stopped = fit(x[~held], y[~held], **{**options, "watch": (x[held], y[held])})
    return fit(x, y, **{**options, "patience": None, "epochs": stopped.epoch}) if again else stopped


CURES = {  # settings chosen on training digits that the run does not train on, not on the test digits
    "none": {},
    "weight decay": {"decay": 0.003},
    "early stopping": {"patience": 20},
    "stopped, then all": {"patience": 20, "again": True},
    "dropout": {"p": 0.5},
    "label smoothing": {"smooth": 0.02},
    "moved images": {"moves": CROSS},
    "moved, and dropout": {"moves": CROSS, "p": 0.2},
}


def ensemble(n=300, members=7, seed=0, **settings):
    """Members that differ in first weights and order of batches only.  -> probabilities on the test digits: (members, N, C), labels: (N,)"""
    x, y, x_test, y_test = few_digits(n, seed)
    nets = [fit(x, y, seed=100 * seed + m, **settings).params for m in range(members)]
    return np.stack([predict_probs(params, x_test) for params in nets]), y_test
