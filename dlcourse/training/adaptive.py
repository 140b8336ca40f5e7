"""Adaptive rates: Adagrad, RMSprop, Adadelta, Adam, AMSGrad, AdamW, and gradient clipping, in NumPy.  Section: book/training/adaptive.md

The rules have the interface of `dlcourse.training.descent`, `w, state = rule(w, grad, state, lr, ...)`, and run in its `descend`, `network_step` and
`epoch`.  All of them work entry by entry: what happens to one weight depends on the gradients of that weight alone.

Shapes used in this file: N samples, V words, D features, T steps; `w` itself may have any shape.
"""
import numpy as np

from dlcourse.data import digits
from dlcourse.mlp.activations import init, predict, sigmoid
from dlcourse.mlp.backprop import backprop
from dlcourse.mlp.losses import softmax_xent
from dlcourse.training.descent import descend, epoch, network_step, ravine, warm_up, with_decay

# ------------------------------------------------------------------------------------------------------------- the rules


def _checked(w, grad, lr, eps, **shares):
    """w and grad as arrays; ValueError if a shape or a setting makes no sense."""
    w, grad = np.asarray(w), np.asarray(grad)
    if w.shape != grad.shape:
        raise ValueError(f"grad must have the shape of w, {w.shape}, got {grad.shape}")
    if not (lr >= 0 and eps > 0):
        raise ValueError(f"need lr >= 0 and eps > 0, got lr={lr}, eps={eps}")
    for name, value in shares.items():
        if not 0 <= value < 1:
            raise ValueError(f"need 0 <= {name} < 1, got {name}={value}")
    return w, grad


def adagrad_step(w, grad, state, lr, eps=1e-10):
    """Adagrad, eq. (eq-training-adagrad) (Duchi et al. 2011), as torch.optim.Adagrad has it.

    w, grad: one shape, state: None or {"total": like w} -> w, state.  ValueError for other shapes, lr < 0 or eps <= 0.
    """
    w, grad = _checked(w, grad, lr, eps)
    total = grad**2 if state is None else state["total"] + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), {"total": total}


def rmsprop_step(w, grad, state, lr, rho=0.99, eps=1e-8):
    """RMSprop, eq. (eq-training-rmsprop) (Tieleman & Hinton 2012), as torch.optim.RMSprop has it.

    w, grad: one shape, state: None or {"n": like w} -> w, state.  ValueError as in `adagrad_step`, or for rho outside [0, 1).
    """
    w, grad = _checked(w, grad, lr, eps, rho=rho)
    n = (0.0 if state is None else rho * state["n"]) + (1 - rho) * grad**2
    return w - lr * grad / (np.sqrt(n) + eps), {"n": n}


def adadelta_step(w, grad, state, lr=1.0, rho=0.9, eps=1e-6):
    """Adadelta, eq. (eq-training-adadelta) (Zeiler 2012), as torch.optim.Adadelta has it: lr is a factor that the paper does not have.

    w, grad: one shape, state: None or {"n": like w, "change": like w} (mean squares of the gradients and of the changes) -> w, state.
    ValueError as in `rmsprop_step`.
    """
    w, grad = _checked(w, grad, lr, eps, rho=rho)
    n, moved = (0.0, 0.0) if state is None else (state["n"], state["change"])
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(moved + eps) / np.sqrt(n + eps) * grad
    return w + lr * change, {"n": n, "change": rho * moved + (1 - rho) * change**2}


def adam_step(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam, eqs. (eq-training-moments), (eq-training-adam) (Kingma & Ba 2015), as torch.optim.Adam has it.

    w, grad: one shape, state: None or {"t": number, "m": like w, "n": like w} -> w, state.
    ValueError as in `adagrad_step`, or for beta1 or beta2 outside [0, 1).
    """
    w, grad = _checked(w, grad, lr, eps, beta1=beta1, beta2=beta2)
    t, m, n = (0, 0.0, 0.0) if state is None else (state["t"], state["m"], state["n"])
    t, m, n = t + 1, beta1 * m + (1 - beta1) * grad, beta2 * n + (1 - beta2) * grad**2
    m_hat, n_hat = m / (1 - beta1**t), n / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(n_hat) + eps), {"t": t, "m": m, "n": n}


def amsgrad_step(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad (Reddi et al. 2018): Adam that divides by the largest n so far, as torch.optim.Adam(amsgrad=True) has it.

    w, grad: one shape, state: None or {"t", "m", "n" as in `adam_step`, "top": like w} -> w, state.  ValueError as in `adam_step`.
    """
    top = 0.0 if state is None else state["top"]
    state = adam_step(w, grad, state, lr, beta1, beta2, eps)[1]  # Adam's memory; its step is thrown away
    top = np.maximum(top, state["n"])
    m_hat, n_hat = state["m"] / (1 - beta1 ** state["t"]), top / (1 - beta2 ** state["t"])
    return w - lr * m_hat / (np.sqrt(n_hat) + eps), {**state, "top": top}


def adamw_step(w, grad, state, lr, decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """AdamW, eq. (eq-training-adamw) (Loshchilov & Hutter 2019), as torch.optim.AdamW has it: the decay does not pass through the memory.

    w, grad: one shape, state: as in `adam_step` -> w, state.  ValueError as in `adam_step`, or for decay < 0.
    """
    if not decay >= 0:
        raise ValueError(f"need decay >= 0, got decay={decay}")
    return adam_step((1 - lr * decay) * np.asarray(w), grad, state, lr, beta1, beta2, eps)


# ------------------------------------------------------------------------ what the slides print: wrong, to be looked at


def slide_rmsprop_step(w, grad, state, lr, eps=1e-8):
    """RMSprop if the fraction on the slide, lr / gradient, is read as the missing line for g (E-47).  Wrong.

    w, grad: one shape, state: ignored -> w, state
    """
    with np.errstate(all="ignore"):
        return w - lr / np.sqrt(lr / grad + eps) * grad, state


def slide_adadelta_step(w, grad, state, lr=1.0, rho=0.9, eps=1e-6):
    """Adadelta with the slide's root of w in the numerator (E-48).  Wrong: not a number for a negative weight, no step for a weight near 0.

    w, grad: one shape, state: None or {"n": like w} -> w, state
    """
    n = (0.0 if state is None else rho * state["n"]) + (1 - rho) * grad**2
    with np.errstate(invalid="ignore"):
        return w - lr * (np.sqrt(w) + eps) / (np.sqrt(n) + eps) * grad, {"n": n}


def slide_adam_step(w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8, corrected=False):
    """Adam as printed on the slide (E-50): no rate, and n without correction or, if `corrected`, the slide's n_hat, which is made of m.  Wrong.

    w, grad: one shape, lr: ignored, state: None or {"t", "m", "n"} -> w, state
    """
    t, m, n = (0, 0.0, 0.0) if state is None else (state["t"], state["m"], state["n"])
    t, m, n = t + 1, beta1 * m + (1 - beta1) * grad, beta2 * n + (1 - beta2) * grad**2
    under = m / (1 - beta2**t) if corrected else n
    with np.errstate(invalid="ignore"):
        return w - m / (1 - beta1**t) / np.sqrt(under + eps), {"t": t, "m": m, "n": n}


# -------------------------------------------------------------------------------------------------------------- clipping


def clip_norm(grads, limit):
    """Clip by the global norm, eq. (eq-training-clip) (Pascanu et al. 2013): all gradients times one factor, so that together they are no longer than `limit`.

    grads: list of (dw, db), arrays of any shapes, limit: number > 0 -> new list, norm before.  ValueError unless limit > 0 and the norm is finite.
    """
    if not limit > 0:
        raise ValueError(f"limit must be > 0, got {limit}")
    with np.errstate(over="ignore"):
        norm = float(np.sqrt(sum(np.sum(np.square(g)) for layer in grads for g in layer)))
    if not np.isfinite(norm):
        raise ValueError(f"the gradients have the norm {norm}: clipping cannot mend that")
    factor = limit / max(norm, limit)
    return [tuple(factor * g for g in layer) for layer in grads], norm


def clip_value(grads, limit):
    """Clip every entry to [-limit, limit], which changes the direction.  grads: list of (dw, db) -> new list.  ValueError unless limit > 0."""
    if not limit > 0:
        raise ValueError(f"limit must be > 0, got {limit}")
    return [tuple(np.clip(g, -limit, limit) for g in layer) for layer in grads]


# ------------------------------------------------------------------------------------------------------ landscapes, races


def turned(f, grad, angle):
    """The same landscape turned by `angle` (radians) about the origin.

    f: (..., 2) -> (...), grad: (..., 2) -> (..., 2) -> f, gradient, function that turns points (..., 2) along
    """
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, s], [-s, c]])  # for rows: w @ turn
    return lambda w: f(w @ turn.T), lambda w: grad(w @ turn.T) @ turn, lambda w: np.asarray(w) @ turn


def rosenbrock(w):
    """f(x, y) = (1 - x)^2 + 100 (y - x^2)^2: a bent ravine with its minimum 0 at (1, 1) (Rosenbrock 1960).  w: (..., 2) -> (...)"""
    x, y = np.moveaxis(np.asarray(w, dtype=float), -1, 0)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def d_rosenbrock(w):
    """Gradient of `rosenbrock`.  w: (..., 2) -> (..., 2)"""
    x, y = np.moveaxis(np.asarray(w, dtype=float), -1, 0)
    return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)


def step_lengths(rule, gradients, lr=1.0, **settings):
    """The steps that a rule takes downwards when it is fed the given gradients.  gradients: (T, ...), T first -> w_t - w_(t+1): same shape"""
    gradients = np.asarray(gradients, dtype=float)
    w, state, steps = np.zeros(gradients.shape[1:]), None, []
    for grad in gradients:
        new, state = rule(w, grad, state, lr, **settings)
        steps.append(w - new)
        w = new
    return np.stack(steps)


def height_in_units(rule, loss=1.0, unit=1.0, kappa=10, steps=100, **settings):
    """Height in `ravine(kappa)` after some steps from (-1, 1), if the loss is multiplied by `loss` and the weights are counted in 1/unit of the unit.

    -> height in the old units, infinite or not a number if the rule diverges
    """
    f, grad = ravine(kappa)
    with np.errstate(over="ignore", invalid="ignore"):
        path = descend(rule, lambda v: loss * grad(v / unit) / unit, unit * np.array([-1.0, 1.0]), steps, **settings)
        return float(f(path[-1] / unit))


def settled(heights, goal):
    """From which step on all heights are below the goal.  heights: (T + 1,) -> step, or None if the last one is not"""
    above = np.flatnonzero(~(np.asarray(heights) < goal))
    first = int(above[-1]) + 1 if len(above) else 0
    return first if first < len(heights) else None


def steps_below(rule, f, grad, start, goal=1e-6, most=5000, **settings):
    """How many steps from `start` until f < goal.  start: array, any shape -> steps, or None if not reached within `most` or if it diverges"""
    w, state = np.array(start, dtype=float), None
    for t in range(1, most + 1):
        w, state = rule(w, grad(w), state, **settings)
        if f(w) < goal:
            return t
        if not np.abs(w).max() < 1e6:
            return None
    return None


def best_rate(rule, f, grad, start, rates, goal=1e-6, most=5000, **settings):
    """The rate that needs the fewest steps until f < goal.  start: array, rates: numbers -> rate, steps; None, None if no rate gets there within `most`"""
    best = None, None
    for lr in rates:
        steps = steps_below(rule, f, grad, start, goal, most if best[1] is None else best[1] - 1, lr=lr, **settings)
        if steps is not None:
            best = float(lr), steps
    return best


# ------------------------------------------------------------- rare words, lonely features, a tug, a chain, a deep network


def bag_of_words(n, rng, words=400, often=0.5, seldom=0.001):
    """Documents as sets of words.  Each word speaks for one of two classes, and a rare word speaks as loudly as a common one.

    n: documents, often, seldom: the share of the documents that have the most common and the rarest word
    -> x: (N, V) of 0 and 1, y: (N,) of 0 and 1, shares: (V,), falling
    """
    shares = np.geomspace(often, seldom, words)  # (V,)
    voice = rng.choice([-1.5, 1.5], words)  # (V,)
    x = (rng.random((n, words)) < shares).astype(float)  # (N, V)
    y = rng.random(n) < sigmoid((x - shares) @ voice)  # (N,)
    return x, y.astype(float), shares


def train_words(rule, x, y, lr, **settings):
    """One pass of logistic regression from zero weights, a step a document.  x: (N, V), y: (N,) of 0 and 1 -> w: (V,)"""
    w, state = np.zeros(x.shape[1]), None
    for document, target in zip(x, y, strict=True):
        w, state = rule(w, (sigmoid(document @ w) - target) * document, state, lr, **settings)
    return w


def log_loss(w, x, y):
    """Mean cross-entropy of logistic regression in nats.  w: (V,), x: (N, V), y: (N,) of 0 and 1 -> number"""
    z = x @ w  # (N,)
    return float(np.mean(np.logaddexp(0, z) - y * z))


def lonely_features(n, rng, share=0.6):
    """The data of Wilson et al. (2017): one feature is the label, two are always 1, and each sample has features that no other sample has.

    n: samples, share: of the class 1 -> x: (N, 3 + 5 N), y: (N,) of 1 and -1.  A sample of class 1 has one feature of its own, one of class -1 five.
    """
    y = rng.permutation(np.where(np.arange(n) < share * n, 1.0, -1.0))  # (N,)
    x = np.zeros((n, 3 + 5 * n))
    x[:, 0], x[:, 1:3] = y, 1.0
    for i in range(n):
        x[i, 3 + 5 * i : 3 + 5 * i + (1 if y[i] > 0 else 5)] = 1.0
    return x, y


def fit_lonely(rule, x, y, lr, steps, **settings):
    """Least squares on all samples from zero weights.  x: (N, D), y: (N,) of 1 and -1 -> w: (D,), training error, test error (shares of wrong signs)

    On new samples the lonely features are ones that nobody has seen, of weight 0; so three weights decide, and the error is known exactly.
    """
    w, state = np.zeros(x.shape[1]), None
    for _ in range(steps):
        w, state = rule(w, x.T @ (x @ w - y) / len(y), state, lr, **settings)
    new = np.where(y * w[0] + w[1] + w[2] > 0, 1.0, -1.0)  # (N,) what it says of new samples with the same labels
    return w, float(np.mean(np.sign(x @ w) != y)), float(np.mean(new != y))


def tug(rule, steps, lr, pull=3.0, period=3, **settings):
    """The example of Reddi et al. (2018): on [-1, 1] the slope is `pull` at the first of every `period` steps and -1 at the others.

    pull > period - 1, so the mean slope is positive and the best place is -1.  lr: number, or function of t = 0, 1, ... -> path: (T + 1,)
    """
    if not pull > period - 1:
        raise ValueError(f"need pull > period - 1, else -1 is not the best place; got pull={pull}, period={period}")
    path, state = [np.array(0.0)], None
    for t in range(steps):
        slope = np.array(pull if t % period == 0 else -1.0)
        x, state = rule(path[-1], slope, state, lr(t) if callable(lr) else lr, **settings)
        path.append(np.clip(x, -1.0, 1.0))
    return np.array(path)


def d_chain(w, depth=20):
    """Derivative of (w^depth - 1)^2 / 2: the same weight used `depth` times in a row, as in a recurrent network.  w: any shape -> same shape"""
    w = np.asarray(w, dtype=float)
    return (w**depth - 1) * depth * w ** (depth - 1)


def decay_alone(coupled, sizes=(10.0, 0.1), lr=0.001, decay=0.5, steps=4000, repeats=200, seed=0):
    """Adam's weight decay on weights that start at 1 and whose gradients are +size or -size at random, so that nothing but the decay has a direction.

    coupled: decay in the gradient, or else AdamW -> mean of each weight over the repeats: (len(sizes),)
    """
    rng = np.random.default_rng(seed)
    w, state = np.ones((repeats, len(sizes))), None
    for _ in range(steps):
        grad = sizes * rng.choice([-1.0, 1.0], w.shape)
        if coupled:
            w, state = adam_step(w, with_decay(w, grad, decay), state, lr)
        else:
            w, state = adamw_step(w, grad, state, lr, decay)
    return w.mean(axis=0)


def sweep(rule, rates, starts=2, passes=10, batch_size=32, **settings):
    """Train 64-64-10 on the digits with each rate.  rates: (R,) -> training loss of the last pass, test accuracy, means over the starts: (R,) each"""
    train_set, test_set = digits()
    loss, right = np.zeros((2, len(rates)))
    for i, lr in enumerate(rates):
        for seed in range(starts):
            rng = np.random.default_rng(seed)
            params, states = init([64, 64, 10], rng), None
            for _ in range(passes):
                params, states, last = epoch(params, states, train_set.x, train_set.y, rule, lr, batch_size, rng, **settings)
            loss[i] += last / starts
            right[i] += np.mean(predict(params, test_set.x) == test_set.y) / starts
    return loss, right


def deep_adam(lr, warm, seed=0, hidden=6, steps=200, batch_size=32):
    """Adam on the digits with `hidden` layers of 64 ReLU units, and `warm` steps of warm-up (0: none).

    -> losses of the batches: (T,), test accuracy
    """
    train_set, test_set = digits()
    rng = np.random.default_rng(seed)
    params, states, losses = init([64] * (hidden + 1) + [10], rng), None, []
    for t in range(steps):
        batch = rng.integers(0, len(train_set.x), batch_size)
        loss, grads = backprop(params, train_set.x[batch], train_set.y[batch], softmax_xent)
        rate = lr * float(warm_up(t, warm)) if warm else lr
        params, states = network_step(adam_step, params, grads, states, lr=rate)
        losses.append(loss)
    return np.array(losses), float(np.mean(predict(params, test_set.x) == test_set.y))
