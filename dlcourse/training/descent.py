"""Update rules with memory, the condition number, saddles and step-size schedules, in NumPy.  Section: book/training/descent.md

One interface for every update rule of this chapter, with memory or without, adaptive or not:

    w, state = rule(w, grad, state, lr, ...)

`w` and `grad` are arrays of one shape and `grad` is the gradient *at* `w`.  `state` is None before the first step, afterwards what the rule returned
last: a dict of arrays like `w` and of numbers, which only the rule reads.  A rule changes nothing in place: it returns a new `w` and a new `state`, so a step
can be repeated, compared or thrown away.  `descend` runs a rule on a function, `network_step` on all the parameters of a network.

Shapes used in this file: D dimensions of the space, T steps, N samples, B batch; `w` itself may have any shape.
"""
import numpy as np

from dlcourse.data import digits
from dlcourse.mlp.activations import init, predict
from dlcourse.mlp.backprop import backprop
from dlcourse.mlp.losses import softmax_xent

# ------------------------------------------------------------------------------------------------------------- the rules


def _checked(w, grad, lr, mu=0.0):
    """w and grad as arrays; ValueError if a shape or a setting makes no sense."""
    w, grad = np.asarray(w), np.asarray(grad)
    if w.shape != grad.shape:
        raise ValueError(f"grad must have the shape of w, {w.shape}, got {grad.shape}")
    if not (lr >= 0 and 0 <= mu < 1):
        raise ValueError(f"need lr >= 0 and 0 <= mu < 1, got lr={lr}, mu={mu}")
    return w, grad


def sgd_step(w, grad, state, lr):
    """Plain step w - lr grad.  w, grad: one shape, state: ignored -> w, state"""
    w, grad = _checked(w, grad, lr)
    return w - lr * grad, state


def momentum_step(w, grad, state, lr, mu=0.9):
    """Heavy ball, eq. (eq-training-momentum) (Polyak 1964), with the rate outside the memory, as torch.optim.SGD has it.

    w, grad: one shape, state: None or {"v": like w} -> w, state.  ValueError for other shapes, lr < 0 or mu outside [0, 1).
    """
    w, grad = _checked(w, grad, lr, mu)
    v = grad if state is None else mu * state["v"] + grad
    return w - lr * v, {"v": v}


def change_step(w, grad, state, lr, mu=0.9):
    """Heavy ball in the form of the slides, eq. (eq-training-change): the rate is inside the memory.  The same path while lr stays the same.

    w, grad: one shape, state: None or {"change": like w} -> w, state.  ValueError as in `momentum_step`.
    """
    w, grad = _checked(w, grad, lr, mu)
    change = -lr * grad if state is None else mu * state["change"] - lr * grad
    return w + change, {"change": change}


def nesterov_step(w, grad, state, lr, mu=0.9):
    """Nesterov's momentum, eq. (eq-training-nesterov), in the form of torch.optim.SGD: `w` is the point that looks ahead.

    w, grad: one shape, state: None or {"v": like w} -> w, state.  ValueError as in `momentum_step`.
    """
    w, grad = _checked(w, grad, lr, mu)
    v = grad if state is None else mu * state["v"] + grad
    return w - lr * (grad + mu * v), {"v": v}


def slide_momentum_step(w, grad, state, lr, mu=0.9):
    """The slides' momentum with their start g(0) = gradient instead of lr gradient (E-49).  Wrong: the first step is 1/lr times too long.

    w, grad: one shape, state: None or {"g": like w} -> w, state
    """
    w, grad = _checked(w, grad, lr, mu)
    g = grad if state is None else mu * state["g"] + lr * grad
    return w - g, {"g": g}


def with_decay(w, grad, decay):
    """Gradient of loss + decay/2 |w|^2, eq. (eq-training-decay): what "weight decay" means in torch.optim.SGD.  w, grad: one shape -> like w"""
    return grad + decay * np.asarray(w)


def look_ahead(grad, w, lr, mu, steps):
    """Nesterov's momentum as it is usually explained, eq. (eq-training-look-ahead): the gradient is taken at x + mu (last change).

    grad: function of an array like w, w: start, any shape -> positions x: (steps + 1, *w.shape), look-ahead points: the same shape
    """
    x = np.array(w, dtype=np.float64)
    change = np.zeros_like(x)
    positions, ahead = [x], [x]
    for _ in range(steps):
        change = mu * change - lr * grad(ahead[-1])
        x = x + change
        positions.append(x)
        ahead.append(x + mu * change)
    return np.stack(positions), np.stack(ahead)


def descend(rule, grad, w, steps, lr, **settings):
    """Follow a rule.  grad: function of an array like w, lr: a number, or a function of the step's number t = 0, 1, ... -> path: (steps + 1, *w.shape)"""
    path, state = [np.array(w, dtype=np.float64)], None
    for t in range(steps):
        w, state = rule(path[-1], grad(path[-1]), state, lr(t) if callable(lr) else lr, **settings)
        path.append(w)
    return np.stack(path)


# ------------------------------------------------------------------------------------------- ravines: theory and counting


def ravine(kappa):
    """f(w) = (w_1^2 + kappa w_2^2) / 2, a valley kappa times as steep across as along.  ValueError for kappa < 1.

    -> f: (..., 2) -> (...), gradient: (..., 2) -> (..., 2)
    """
    if not kappa >= 1:
        raise ValueError(f"kappa must be >= 1, got {kappa}")
    curvature = np.array([1.0, kappa])
    return lambda w: 0.5 * np.sum(curvature * np.square(w), axis=-1), lambda w: curvature * w


def best_settings(method, low, high):
    """The settings that are best on quadratics with curvatures from low to high, eq. (eq-training-rates) (Polyak 1964; Lessard et al. 2016).

    method: "gradient descent", "heavy ball" or "Nesterov" -> rule, {"lr": ..., "mu": ...}, rate: what a step leaves of the distance,
    in the long run.  (For Nesterov the usual choice lr = 1/high.)  ValueError for another method or unless 0 < low <= high.
    """
    if not 0 < low <= high:
        raise ValueError(f"need 0 < low <= high, got {low} and {high}")
    root = np.sqrt(high / low)
    if method == "gradient descent":
        return sgd_step, {"lr": 2 / (low + high)}, (high - low) / (high + low)
    if method == "heavy ball":
        rate = (root - 1) / (root + 1)
        return momentum_step, {"lr": 4 / (np.sqrt(low) + np.sqrt(high)) ** 2, "mu": rate**2}, rate
    if method == "Nesterov":
        return nesterov_step, {"lr": 1 / high, "mu": (root - 1) / (root + 1)}, 1 - 1 / root
    raise ValueError(f'method must be "gradient descent", "heavy ball" or "Nesterov", got {method!r}')


def contraction(rule, curvature, lr, mu=0.0):
    """How much of the distance a step leaves in the long run along one axis of a quadratic, eq. (eq-training-characteristic).

    curvature: number -> the larger absolute root of the two-step recursion.  ValueError for a rule that it does not know.
    """
    slide = 1 - lr * curvature
    if rule is sgd_step:
        return abs(slide)
    if rule is momentum_step or rule is change_step:
        return float(np.abs(np.roots([1, -(mu + slide), mu])).max())
    if rule is nesterov_step:
        return float(np.abs(np.roots([1, -(1 + mu) * slide, mu * slide])).max())
    raise ValueError(f"no recursion is known for {rule}")


def steps_to(rule, kappa, goal=1e-6, most=100_000, **settings):
    """How many steps from (-1, 1) until f < goal in `ravine(kappa)`.  -> steps, or None if not reached within `most` or if it diverges"""
    f, grad = ravine(kappa)
    w, state = np.array([-1.0, 1.0]), None
    for t in range(1, most + 1):
        w, state = rule(w, grad(w), state, **settings)
        if f(w) < goal:
            return t
        if not np.abs(w).max() < 1e6:
            return None
    return None


def turns(path):
    """How often a path turns back, axis by axis: sign changes between successive steps.  path: (T + 1, D) -> (D,) int64"""
    step = np.sign(np.diff(path, axis=0))  # (T, D)
    return np.sum(step[1:] * step[:-1] < 0, axis=0)  # (D,)


def d_two_slopes(x):
    """Derivative of a convex function of one number with curvatures 25, 1, 25 (Lessard et al. 2016, eq. 4.11).  x: any shape -> same shape

    The heavy ball with the best settings for curvatures between 1 and 25 runs in a circle on it.
    """
    return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))


# ------------------------------------------------------------------------------------------------------------- a saddle


def saddle(w):
    """f(x, y) = x^2/2 + y^4/4 - y^2/2: a saddle at (0, 0), minima of height -1/4 at (0, 1) and (0, -1).  w: (..., 2) -> (...)"""
    x, y = np.moveaxis(np.asarray(w, dtype=float), -1, 0)
    return x**2 / 2 + y**4 / 4 - y**2 / 2


def d_saddle(w):
    """Gradient (x, y^3 - y) of `saddle`.  w: (..., 2) -> (..., 2)"""
    x, y = np.moveaxis(np.asarray(w, dtype=float), -1, 0)
    return np.stack([x, y**3 - y], axis=-1)


def steps_to_leave(rule, start, noise=0.0, seed=0, most=10_000, **settings):
    """Steps from (1, start) until |y| > 1/2 on `saddle`, with normal noise on the gradient if asked.  -> steps, or None within `most`"""
    rng = np.random.default_rng(seed)
    w, state = np.array([1.0, start]), None
    for t in range(1, most + 1):
        w, state = rule(w, d_saddle(w) + noise * rng.normal(size=2), state, **settings)
        if abs(w[1]) > 0.5:
            return t
    return None


# ---------------------------------------------------------------------- schedules: factors of the rate at step t = 0, 1, ...


def step_decay(t, every, factor=0.1):
    """factor^(number of whole periods so far), as torch's StepLR.  t: number or (T,) -> the same shape"""
    return factor ** (np.asarray(t) // every)


def _cosine_between(a, b, share):
    """Half a cosine wave from a (share 0) to b (share 1)."""
    return b + (a - b) * (1 + np.cos(np.pi * share)) / 2


def cosine(t, steps, low=0.0):
    """Half a cosine wave from 1 at t = 0 to `low` at t = steps, eq. (eq-training-cosine) (Loshchilov & Hutter 2017).  t: number or (T,) -> the same shape"""
    return _cosine_between(1.0, low, np.asarray(t) / steps)


def warm_up(t, steps):
    """1/steps, 2/steps, ..., 1, then 1.  t: number or (T,) -> the same shape"""
    return np.minimum((np.asarray(t) + 1) / steps, 1.0)


def one_cycle(t, steps, share=0.3, start=1 / 25, end=1 / 250_000):
    """Up from `start` to 1 in a `share` of the steps, then down to `end` at t = steps - 1, each half a cosine wave (Smith & Topin 2019; torch's OneCycleLR).

    t: number or (T,) -> the same shape.  ValueError unless the top lies between the first and the last step.
    """
    top = share * steps - 1
    if not 0 < top < steps - 1:
        raise ValueError(f"the top of the cycle must lie inside it: share={share}, steps={steps} put it at step {top}")
    t = np.asarray(t)
    return np.where(t <= top, _cosine_between(start, 1.0, t / top), _cosine_between(1.0, end, (t - top) / (steps - 1 - top)))


def plateau_step(loss, state, lr, factor=0.1, patience=10, threshold=1e-4):
    """Cut the rate when the loss has not improved for more than `patience` epochs, as torch's ReduceLROnPlateau.

    loss: number, this epoch's, state: None or {"best", "bad"} -> lr for the next epoch, state
    """
    best, bad = (np.inf, 0) if state is None else (state["best"], state["bad"])
    if loss < best * (1 - threshold):
        best, bad = loss, 0
    else:
        bad += 1
    if bad > patience:
        lr, bad = lr * factor, 0
    return lr, {"best": best, "bad": bad}


# ------------------------------------------------------------------------------------------ batches, noise, and networks


def batch_noise(params, x, y, batch_size, draws, rng):
    """Distance between the gradient of a random batch and the gradient of all samples, root mean square, as a share of the latter's length.

    params: of an MLP, x: (N, D), y: (N,) -> number.  Batches are drawn with replacement.
    """
    flat = lambda grads: np.concatenate([g.ravel() for layer in grads for g in layer])  # noqa: E731
    whole = flat(backprop(params, x, y, softmax_xent)[1])
    square = 0.0
    for _ in range(draws):
        batch = rng.integers(0, len(x), batch_size)
        square += np.sum((flat(backprop(params, x[batch], y[batch], softmax_xent)[1]) - whole) ** 2) / draws
    return float(np.sqrt(square) / np.linalg.norm(whole))


def network_step(rule, params, grads, states, **settings):
    """One step of a rule for all arrays of a network, each with a state of its own.

    params, grads: lists of (w, b), states: None, then what this function returned -> params, states
    """
    states = [(None, None)] * len(params) if states is None else states
    new = [[rule(w, dw, s, **settings) for w, dw, s in zip(*layer, strict=True)] for layer in zip(params, grads, states, strict=True)]
    return [tuple(w for w, _ in layer) for layer in new], [tuple(s for _, s in layer) for layer in new]


def epoch(params, states, x, y, rule, lr, batch_size, rng, decay=0.0, **settings):
    """One pass over the data in shuffled batches of softmax training with weight decay.

    params: of a ReLU MLP, states: None or as returned, x: (N, D), y: (N,), lr: a number -> params, states, mean loss of the batches
    """
    order, losses = rng.permutation(len(x)), []
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        value, grads = backprop(params, x[batch], y[batch], softmax_xent)
        grads = [tuple(with_decay(p, g, decay) for p, g in zip(*pair, strict=True)) for pair in zip(params, grads, strict=True)]
        params, states = network_step(rule, params, grads, states, lr=lr, **settings)
        losses.append(value)
    return params, states, float(np.mean(losses))


def noisy_regression(rate, seed=0, steps=3000, batch_size=8, mu=0.9):
    """Least squares by SGD with momentum, where the smallest loss is known, so that the excess over it can be plotted.

    rate: function of t = 0, 1, ... -> excess loss after each step: (steps,)
    """
    rng = np.random.default_rng(seed)
    n, d = 512, 10
    x = rng.normal(size=(n, d)) * np.sqrt(np.geomspace(1, 0.05, d))  # (N, D), curvatures from about 1 to 0.05
    y = x @ rng.normal(size=d) + rng.normal(size=n)  # (N,)
    best, hessian = np.linalg.lstsq(x, y)[0], x.T @ x / n
    w, state, excess = np.zeros(d), None, []
    for t in range(steps):
        batch = rng.integers(0, n, batch_size)
        grad = x[batch].T @ (x[batch] @ w - y[batch]) / batch_size  # (D,)
        w, state = momentum_step(w, grad, state, rate(t), mu)
        excess.append(0.5 * (w - best) @ hessian @ (w - best))
    return np.array(excess)


def recipe(seed=0, lr=0.01, cut=True, epochs=100, patience=10, batch_size=128, decay=5e-4, mu=0.9, hidden=64, flipped=0.0):
    """AlexNet's training recipe (Krizhevsky et al. 2012) on the digits: momentum 0.9, rate 0.01 divided by 10 on plateaus, weight decay 5e-4, batches of 128.

    A fifth of the training digits is held out to see the plateaus.  flipped: share of the other labels that are replaced by random ones.
    -> dict: "lr", "loss", "held out" (lists with one rate or loss an epoch), "fitted", "test" (shares of training and test labels that it gives at the end)
    """
    train_set, test_set = digits()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(train_set.x))
    held, used = order[: len(order) // 5], order[len(order) // 5 :]
    y = np.where(rng.random(len(order)) < flipped, rng.integers(0, 10, len(order)), train_set.y)  # (N,)
    params, states, plateau, history = init([64, hidden, 10], rng), None, None, {"lr": [], "loss": [], "held out": []}
    for _ in range(epochs):
        params, states, loss = epoch(params, states, train_set.x[used], y[used], momentum_step, lr, batch_size, rng, decay, mu=mu)
        outside = backprop(params, train_set.x[held], train_set.y[held], softmax_xent)[0]
        for name, value in zip(history, (lr, loss, outside), strict=True):
            history[name].append(value)
        if cut:
            lr, plateau = plateau_step(outside, plateau, lr, patience=patience)
    fitted = float(np.mean(predict(params, train_set.x[used]) == y[used]))
    return {**history, "fitted": fitted, "test": float(np.mean(predict(params, test_set.x) == test_set.y))}
