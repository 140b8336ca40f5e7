"""Batch, layer, group and instance normalisation, forward and backward, and networks that carry them.  Section: book/training/normalisation.md

Every norm of this file subtracts a mean and divides by a root of a variance.  They differ in which numbers share one mean, so `normalise` takes the axes, and
each norm is a few lines around it.  Channels stand on axis 1: x is (N, C) behind a linear layer, (N, C, H, W) behind a convolution.

A batch norm remembers.  Its memory is a dict `state`, which is returned anew and never changed in place.

Shapes used in this file: N samples, C channels (the units of a layer), H, W height and width, G groups, D inputs, K outputs of a layer, L layers, R rates.
"""
from dataclasses import dataclass

import numpy as np

from dlcourse.data import digits
from dlcourse.mlp.activations import ACTIVATIONS, linear_backward, linear_forward
from dlcourse.mlp.losses import softmax_xent
from dlcourse.training.vanishing import init_params, layer_speeds

# ------------------------------------------------------------------------------------------------------- the one helper


def normalise(x, axes, eps=1e-5):
    """Mean 0 and variance 1 over some axes, eq. (eq-training-bn-hat).  The variance is the biased one: divided by the count.

    x: any shape, axes: those that share one mean -> xhat: like x, (mean, var): 1 along these axes, cache for normalise_backward
    """
    mean = x.mean(axis=axes, keepdims=True)
    centred = x - mean
    var = np.square(centred).mean(axis=axes, keepdims=True)
    root = np.sqrt(var + eps)  # eps inside: a constant unit gives 0 / root = 0
    xhat = centred / root
    return xhat, (mean, var), (xhat, root, axes)


def normalise_backward(dxhat, cache):
    """Backward pass of `normalise`, eq. (eq-training-bn-backward).  dxhat: like x -> dx: like x

    With axes None in the cache mean and variance were given, not computed from x: then they are constants.
    """
    xhat, root, axes = cache
    if axes is None:
        return dxhat / root
    through_mean = dxhat.mean(axis=axes, keepdims=True)
    through_var = xhat * (dxhat * xhat).mean(axis=axes, keepdims=True)
    return (dxhat - through_mean - through_var) / root


def _across(v, ndim):
    """One number a channel, ready to meet x.  v: (C,) -> (1, C) or (1, C, 1, 1)"""
    return np.reshape(v, (1, -1) + (1,) * (ndim - 2))


def _checked(x, gamma, beta):
    """x as an array of floats.  ValueError unless x is (N, C, ...), not empty, and gamma and beta are (C,)."""
    x = np.asarray(x)
    if x.ndim < 2 or not x.size or x.dtype.kind != "f":
        raise ValueError(f"x must be (N, C) or (N, C, H, W), not empty, of floats, got shape {x.shape} and dtype {x.dtype}")
    if np.shape(gamma) != x.shape[1:2] or np.shape(beta) != x.shape[1:2]:
        raise ValueError(f"gamma and beta must be ({x.shape[1]},), one number a channel of x {x.shape}, got {np.shape(gamma)} and {np.shape(beta)}")
    return x


# -------------------------------------------------------------------------------------------------------- batch norm


def init_state(channels):
    """What a batch norm knows before its first batch, as in PyTorch.  -> {"mean": (C,) zeros, "var": (C,) ones, "steps": 0}"""
    return {"mean": np.zeros(channels), "var": np.ones(channels), "steps": 0}


def update_state(state, mean, var, count, momentum=0.1):
    """Running statistics, eq. (eq-training-bn-running), as in PyTorch: `momentum` is the weight of the *new* batch, the variance is made unbiased.

    mean, var: (C,) of a batch, var biased, count: numbers behind each of them, at least 2; momentum None: plain average of all batches -> new state
    """
    steps = state["steps"] + 1
    rate = 1 / steps if momentum is None else momentum
    unbiased = var * count / (count - 1)
    return {"mean": (1 - rate) * state["mean"] + rate * mean, "var": (1 - rate) * state["var"] + rate * unbiased, "steps": steps}


def batchnorm_forward(x, gamma, beta, state, train, momentum=0.1, eps=1e-5):
    """Batch normalisation, eq. (eq-training-bn) (Ioffe & Szegedy 2015).  One mean a channel, over samples and pixels.

    x: (N, C) or (N, C, H, W), gamma, beta: (C,), state: from `init_state`, train: True: statistics of this batch, False: those of `state`
    -> out: like x, state, cache.  ValueError for other shapes, and in training for a single number a channel.
    """
    x = _checked(x, gamma, beta)
    axes = (0, *range(2, x.ndim))
    if train:
        count = x.size // x.shape[1]
        if count < 2:
            raise ValueError(f"train needs more than one number a channel, got x {x.shape}: its variance would be 0 and every output beta")
        xhat, (mean, var), cache = normalise(x, axes, eps)
        state = update_state(state, mean.ravel(), var.ravel(), count, momentum)
    else:
        root = np.sqrt(_across(state["var"], x.ndim) + eps)
        xhat = (x - _across(state["mean"], x.ndim)) / root
        cache = (xhat, root, None)
    return _across(gamma, x.ndim) * xhat + _across(beta, x.ndim), state, (cache, gamma, axes)


def batchnorm_backward(dout, cache):
    """Backward pass of either mode.  dout: like x -> dx: like x, dgamma: (C,), dbeta: (C,)"""
    inner, gamma, axes = cache
    dgamma, dbeta = (dout * inner[0]).sum(axis=axes), dout.sum(axis=axes)  # (C,), (C,)
    return normalise_backward(dout * _across(gamma, dout.ndim), inner), dgamma, dbeta


def fold(w, b, gamma, beta, state, eps=1e-5):
    """One linear layer that equals linear layer + batch norm in evaluation mode, eq. (eq-training-bn-fold).

    w: (D, K), b, gamma, beta: (K,), state: of K channels -> w: (D, K), b: (K,)
    """
    scale = gamma / np.sqrt(state["var"] + eps)  # (K,)
    return w * scale, (b - state["mean"]) * scale + beta


# ------------------------------------------------------------------------------------- one sample alone: group and layer


def groupnorm_forward(x, gamma, beta, groups, eps=1e-5):
    """Group normalisation (Wu & He 2018): one mean a sample and group of neighbouring channels.  No state, no modes.

    groups = 1 is layer norm over all of a sample, groups = C instance norm (Ulyanov et al. 2016).
    x: (N, C) or (N, C, H, W), gamma, beta: (C,) -> out: like x, cache.  ValueError if groups does not divide C.
    """
    x = _checked(x, gamma, beta)
    n, channels = x.shape[:2]
    if groups < 1 or channels % groups:
        raise ValueError(f"groups must divide the {channels} channels, got {groups}")
    xhat, _, inner = normalise(x.reshape(n, groups, -1), (2,), eps)  # (N, G, C/G * H * W)
    xhat = xhat.reshape(x.shape)
    return _across(gamma, x.ndim) * xhat + _across(beta, x.ndim), (inner, gamma, xhat)


def groupnorm_backward(dout, cache):
    """dout: like x -> dx: like x, dgamma: (C,), dbeta: (C,)"""
    inner, gamma, xhat = cache
    axes = (0, *range(2, dout.ndim))
    dxhat = (dout * _across(gamma, dout.ndim)).reshape(inner[0].shape)  # (N, G, C/G * H * W)
    return normalise_backward(dxhat, inner).reshape(dout.shape), (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


def layernorm_forward(x, gamma, beta, eps=1e-5):
    """Layer normalisation (Ba et al. 2016): one mean a row, the last axis.  x: (..., C), gamma, beta: (C,) -> out: like x, cache

    ValueError for other shapes.
    """
    x = np.asarray(x)
    if not x.ndim or np.shape(gamma) != x.shape[-1:] or np.shape(beta) != x.shape[-1:]:
        raise ValueError(f"x must be (..., C), gamma and beta (C,), got {x.shape}, {np.shape(gamma)} and {np.shape(beta)}")
    xhat, _, inner = normalise(x, (-1,), eps)
    return gamma * xhat + beta, (inner, gamma)


def layernorm_backward(dout, cache):
    """dout: (..., C) -> dx: (..., C), dgamma: (C,), dbeta: (C,)"""
    inner, gamma = cache
    axes = tuple(range(dout.ndim - 1))
    return normalise_backward(dout * gamma, inner), (dout * inner[0]).sum(axis=axes), dout.sum(axis=axes)


# ------------------------------------------------------------------------------------------------- a network of layers


@dataclass(frozen=True)
class Recipe:
    """What a hidden layer of a network is made of."""

    norm: str = "batch"  # "none", "batch", "layer" or "group"
    activation: str = "sigmoid"  # a key of ACTIVATIONS
    place: str = "before"  # the norm stands "before" or "after" the activation
    groups: int = 8  # for "group"
    momentum: float | None = 0.1  # weight of a new batch in the running statistics
    eps: float = 1e-5  # inside the root

    def __post_init__(self):
        if self.norm not in ("none", "batch", "layer", "group") or self.place not in ("before", "after"):
            raise ValueError(f"norm must be none, batch, layer or group, place before or after, got {self.norm!r} and {self.place!r}")


def init_network(sizes, recipe, rng, rule="xavier"):
    """Weights as in `vanishing.init_params`; gamma = 1 and beta = 0 in each hidden layer that has a norm.

    sizes: (D0, ..., DL) -> params: list of L dicts w: (D, K), b: (K,) and, where there is a norm, gamma, beta: (K,); states: list of L - 1
    """
    params = [{"w": w, "b": b} for w, b in init_params(sizes, rule, rng)]
    if recipe.norm != "none":
        for p in params[:-1]:
            p.update(gamma=np.ones(len(p["b"])), beta=np.zeros(len(p["b"])))
    return params, [init_state(width) for width in sizes[1:-1]]


def norm_forward(x, p, state, recipe, train):
    """The norm that the recipe names.  x: (N, K), p: a layer's params -> out: (N, K), state, cache"""
    if recipe.norm == "none":
        return x, state, None
    if recipe.norm == "batch":
        return batchnorm_forward(x, p["gamma"], p["beta"], state, train, recipe.momentum, recipe.eps)
    out, cache = groupnorm_forward(x, p["gamma"], p["beta"], 1 if recipe.norm == "layer" else recipe.groups, recipe.eps)
    return out, state, cache


def network_forward(params, states, x, recipe, train):
    """Linear, norm, activation (or linear, activation, norm) in each hidden layer; the last layer gives scores.

    params, states: from init_network, x: (N, D0) -> scores: (N, DL), states: new ones, caches: one a layer
    """
    forward = ACTIVATIONS[recipe.activation][0]
    caches, kept = [], []
    for p, state in zip(params[:-1], states, strict=True):
        x, linear = linear_forward(x, p["w"], p["b"])  # (N, K)
        if recipe.place == "before":
            x, state, norm = norm_forward(x, p, state, recipe, train)
            x, act = forward(x)
        else:
            x, act = forward(x)
            x, state, norm = norm_forward(x, p, state, recipe, train)
        caches.append((linear, norm, act))
        kept.append(state)
    scores, linear = linear_forward(x, params[-1]["w"], params[-1]["b"])  # (N, DL)
    return scores, kept, [*caches, (linear, None, None)]


def norm_backward(d, cache, recipe):
    """d: (N, K) -> d below the norm: (N, K), {"gamma": (K,), "beta": (K,)}, an empty dict if there is no norm"""
    if recipe.norm == "none":
        return d, {}
    d, dgamma, dbeta = (batchnorm_backward if recipe.norm == "batch" else groupnorm_backward)(d, cache)
    return d, {"gamma": dgamma, "beta": dbeta}


def network_backward(dscores, caches, recipe):
    """dscores: (N, DL), caches: from network_forward -> grads: list of dicts like params"""
    backward = ACTIVATIONS[recipe.activation][1]
    d, dw, db = linear_backward(dscores, caches[-1][0])  # (N, D), (D, K), (K,)
    grads = [{"w": dw, "b": db}]
    for linear, norm, act in caches[-2::-1]:
        if recipe.place == "before":
            d, extra = norm_backward(backward(d, act), norm, recipe)
        else:
            d, extra = norm_backward(d, norm, recipe)
            d = backward(d, act)
        d, dw, db = linear_backward(d, linear)
        grads.append({"w": dw, "b": db, **extra})
    return grads[::-1]


def loss_and_grads(params, states, x, y, recipe, train=True):
    """Mean softmax cross-entropy of a batch.  x: (N, D0), y: (N,) class ids -> loss: number, grads: like params, states: new ones"""
    scores, states, caches = network_forward(params, states, x, recipe, train)
    loss, dscores = softmax_xent(scores, y)
    return loss, network_backward(dscores, caches, recipe), states


def sgd(params, grads, lr):
    """New parameters p - lr dp.  params, grads: lists of dicts of arrays -> list of dicts"""
    return [{name: p[name] - lr * g[name] for name in p} for p, g in zip(params, grads, strict=True)]


def accuracy(params, states, x, y, recipe, train=False):
    """Share of samples whose largest score is at the right class, in evaluation mode unless `train`.  x: (N, D0), y: (N,) -> number"""
    return float(np.mean(network_forward(params, states, x, recipe, train)[0].argmax(axis=1) == y))


def shaken(params, size, rng):
    """params with noise N(0, size^2) on every gamma and beta.  params -> list of dicts"""
    noisy = ("gamma", "beta")
    return [{name: v + size * rng.normal(size=v.shape) if name in noisy else v for name, v in p.items()} for p in params]


def train_digits(recipe, hidden=(64,) * 8, seed=0, lr=0.1, epochs=20, batch_size=32, rule="xavier", steps=None, shake=0.0):
    """Plain gradient descent on the digits.  An incomplete last batch is left out: a batch of one has no variance.

    steps: stop after so many, whatever epochs says.  A run also ends where the loss is not finite.
    shake: at each step every gamma and beta is moved by N(0, shake^2), anew and for this step only: a covariate shift made by hand.
    -> params, states, losses: the mean of each epoch, or of what was begun of it
    """
    train, _ = digits()
    rng = np.random.default_rng(seed)
    params, states = init_network((64, *hidden, 10), recipe, rng, rule)
    means, loss, done = [], 0.0, 0
    with np.errstate(over="ignore", invalid="ignore"):  # a rate that is too large
        for _ in range(epochs):
            losses = []
            for batch in rng.permutation(len(train.x))[: len(train.x) // batch_size * batch_size].reshape(-1, batch_size):
                if done == steps or not np.isfinite(loss):
                    break
                seen = shaken(params, shake, rng) if shake else params
                loss, grads, states = loss_and_grads(seen, states, train.x[batch], train.y[batch], recipe)
                params, done = sgd(params, grads, lr), done + 1
                losses.append(loss)
            means += [float(np.mean(losses))] if losses else []
    return params, states, means


def recalibrate(params, x, recipe, batch_size=32):
    """Running statistics of finished weights: a plain average over the batches of x, nothing else is learnt.  x: (N, D0) -> states"""
    recipe = Recipe(recipe.norm, recipe.activation, recipe.place, recipe.groups, None, recipe.eps)
    states = [init_state(len(p["b"])) for p in params[:-1]]
    for start in range(0, len(x) // batch_size * batch_size, batch_size):
        states = network_forward(params, states, x[start : start + batch_size], recipe, True)[1]
    return states


def fold_network(params, states, recipe):
    """The same function without any batch norm.  -> list of (w: (D, K), b: (K,)) for `mlp_forward`.  ValueError for another norm or place."""
    if recipe.norm != "batch" or recipe.place != "before":
        raise ValueError(f"only a batch norm right behind a linear layer folds into it, got {recipe}")
    hidden = [fold(p["w"], p["b"], p["gamma"], p["beta"], s, recipe.eps) for p, s in zip(params[:-1], states, strict=True)]
    return [*hidden, (params[-1]["w"], params[-1]["b"])]


# --------------------------------------------------------------------------------------------------------- measurements


def shift_speeds(grads):
    """Norm of the gradient by what shifts each layer: beta, or b without a norm (then it is `vanishing.layer_speeds`).  grads -> (L,)

    With batch norm the gradient by b is 0 and says nothing.
    """
    return np.array([np.linalg.norm(g.get("beta", g["b"])) for g in grads])


def speeds_at_start(sizes, recipe, rule, x, y, starts=5):
    """Speeds of the layers of untrained networks, geometric mean over several starts.  x: (N, D0), y: (N,) class ids -> (L,)"""
    logs = []
    for seed in range(starts):
        params, states = init_network(sizes, recipe, np.random.default_rng(seed), rule)
        if recipe.norm == "none":
            speeds = layer_speeds([(p["w"], p["b"]) for p in params], x, y, recipe.activation, softmax_xent)
        else:
            speeds = shift_speeds(loss_and_grads(params, states, x, y, recipe)[1])
        logs.append(np.log(speeds))
    return np.exp(np.mean(logs, axis=0))


def gradient_factor(activation):
    """What a layer with batch norm multiplies the size of error signals by at the start, eq. (eq-training-bn-factor), for wide layers and large batches.

    activation: a key of ACTIVATIONS -> number
    """
    forward, backward = ACTIVATIONS[activation]
    h = np.linspace(-10, 10, 200_000)  # 0 is not on it: ReLU has its kink there
    share = np.exp(-(h**2) / 2)
    share /= share.sum()
    a, cache = forward(h)
    slope = backward(np.ones_like(h), cache)
    return float(np.sqrt((share * slope**2).sum() / ((share * a**2).sum() - (share * a).sum() ** 2)))


def flat(grads):
    """All numbers of a list of dicts in one vector.  grads -> (P,)"""
    return np.concatenate([g[name].ravel() for g in grads for name in g])


def along_gradient(params, states, x, y, recipe, rates):
    """Steps of several lengths against one gradient, on one batch (after Santurkar et al. 2018).  x: (N, D0), y: (N,), rates: (R,)

    -> losses: (R,), bends: (R,), the change of the gradient over the length of the step, |g(w - lr g) - g(w)| / |lr g|
    """
    _, grads, _ = loss_and_grads(params, states, x, y, recipe)
    g = flat(grads)
    losses, bends = [], []
    for lr in rates:
        loss, there, _ = loss_and_grads(sgd(params, grads, lr), states, x, y, recipe)
        losses.append(loss)
        bends.append(np.linalg.norm(flat(there) - g) / (lr * np.linalg.norm(g)))
    return np.array(losses), np.array(bends)


def covariate_shift(params, states, x, y, recipe, lr):
    """How much a layer's gradient turns when the layers *below* it take their step: the covariate shift of Santurkar et al. 2018, definition 2.1.

    x: (N, D0), y: (N,) -> cosines for the weights of layers 2 to L: (L - 1,); 1: the layer would have done the same
    """
    grads = loss_and_grads(params, states, x, y, recipe)[1]
    moved = sgd(params, grads, lr)
    cosines = []
    for layer in range(1, len(params)):
        after = loss_and_grads(moved[:layer] + params[layer:], states, x, y, recipe)[1][layer]["w"]
        before = grads[layer]["w"]
        cosines.append((before * after).sum() / (np.linalg.norm(before) * np.linalg.norm(after)))
    return np.array(cosines)
