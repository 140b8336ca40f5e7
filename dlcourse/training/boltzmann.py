"""The restricted Boltzmann machine, with everything that small ones allow: exact probabilities, exact gradients, sampling.  Section: book/training/boltzmann.md

Units are 0 or 1.  A machine is a triple `(w, a, b)`: weights w: (V, H), visible biases a: (V,), hidden biases b: (H,).

Shapes used in this file: V visible units, H hidden units, N samples, S states that are enumerated.
"""
import numpy as np

from dlcourse.mlp.activations import sigmoid

MOST = 20  # units that are enumerated at most: 2^20 states


def init(visible, hidden, rng, std=0.1):
    """A machine with weights N(0, std^2) and biases 0.  -> (w: (V, H), a: (V,), b: (H,)).  ValueError for a number of units below 1."""
    if visible < 1 or hidden < 1:
        raise ValueError(f"a machine needs at least one visible and one hidden unit, got {visible} and {hidden}")
    return rng.normal(0, std, (visible, hidden)), np.zeros(visible), np.zeros(hidden)


def _checked(machine, v, name="v", side=0):
    """The machine and the states (N, V) or (N, H) as arrays; ValueError if they do not fit or are not 0 to 1."""
    w, a, b = (np.asarray(part, dtype=np.float64) for part in machine)
    v = np.asarray(v, dtype=np.float64)
    if w.ndim != 2 or a.shape != w.shape[:1] or b.shape != w.shape[1:]:
        raise ValueError(f"a machine is w: (V, H), a: (V,), b: (H,); got the shapes {w.shape}, {a.shape}, {b.shape}")
    if v.ndim != 2 or v.shape[1] != w.shape[side]:
        raise ValueError(f"{name} must be (N, {w.shape[side]}), got {v.shape}")
    if v.size and not (v.min() >= 0 and v.max() <= 1):
        raise ValueError(f"{name} must hold numbers from 0 to 1, got {v.min():g} to {v.max():g}")
    return w, a, b, v


def energy(machine, v, h):
    """Energy of joint states, eq. (eq-training-energy).  v: (N, V), h: (N, H) -> (N,)"""
    w, a, b, v = _checked(machine, v)
    h = _checked(machine, h, "h", 1)[3]
    return -(v @ a) - h @ b - np.einsum("nv,vh,nh->n", v, w, h)


def hidden_given(machine, v):
    """p(h = 1 | v), eq. (eq-training-conditional).  v: (N, V) -> (N, H)"""
    w, _, b, v = _checked(machine, v)
    return sigmoid(v @ w + b)


def visible_given(machine, h):
    """p(v = 1 | h).  h: (N, H) -> (N, V)"""
    w, a, _, h = _checked(machine, h, "h", 1)
    return sigmoid(h @ w.T + a)


def free_energy(machine, v):
    """-log of the sum of e^-energy over all hidden states, eq. (eq-training-free-energy).  v: (N, V) -> (N,)"""
    w, a, b, v = _checked(machine, v)
    return -(v @ a) - np.logaddexp(0, v @ w + b).sum(axis=1)


def states(units):
    """All states of so many units.  -> (2^units, units) of 0.0 and 1.0, in binary order.  ValueError beyond MOST units."""
    if not 0 <= units <= MOST:
        raise ValueError(f"only up to {MOST} units are enumerated, got {units}")
    return (np.arange(2**units)[:, None] >> np.arange(units)[::-1] & 1).astype(float)


def log_partition(machine):
    """log Z, the logarithm of the sum of e^-energy over all states, from the side with fewer units.  -> number"""
    w, a, b = (np.asarray(part) for part in machine)
    if len(a) > len(b):
        w, a, b = w.T, b, a  # nothing tells the sides apart
    return float(np.logaddexp.reduce(-free_energy((w, a, b), states(len(a)))))


def log_likelihood(machine, v):
    """Mean of log p(v), exactly, eq. (eq-training-likelihood).  v: (N, V) -> number, in nats"""
    return float(-free_energy(machine, v).mean() - log_partition(machine))


def statistics(machine, v, weights=None):
    """Means of v h, v and h, with the hidden units at their probabilities.  v: (N, V), weights: (N,) that sum to 1 or None -> a triple like the machine"""
    h = hidden_given(machine, v)  # (N, H)
    weights = np.full(len(v), 1 / len(v)) if weights is None else weights
    return (v * weights[:, None]).T @ h, weights @ v, weights @ h


def exact_gradient(machine, v):
    """Gradient of `log_likelihood`, eq. (eq-training-two-phases): data minus model, the model's part by enumeration.  v: (N, V) -> a triple like the machine"""
    every = states(len(machine[1]))  # (S, V)
    p = np.exp(-free_energy(machine, every) - log_partition(machine))  # (S,)
    return tuple(x - y for x, y in zip(statistics(machine, np.asarray(v)), statistics(machine, every, p), strict=True))


def gibbs(machine, v, steps, rng):
    """Alternate: all hidden units from the visible ones, all visible units from the hidden ones.  v: (N, V) -> (N, V) of 0.0 and 1.0"""
    for _ in range(steps):
        h = rng.random((len(v), len(machine[2]))) < hidden_given(machine, v)
        v = (rng.random((len(v), len(machine[1]))) < visible_given(machine, h)).astype(float)
    return v


def contrastive_divergence(machine, v, k, rng, chains=None):
    """Gradient whose model part comes from k steps of sampling (Hinton 2002), eq. (eq-training-cd).

    v: (N, V) data, k: steps, chains: (M, V) where the sampling starts, None for the data (persistent chains: Tieleman 2008)
    -> gradient, a triple like the machine; samples (M, V), from which persistent chains go on.  ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    samples = gibbs(machine, v if chains is None else chains, k, rng)
    return tuple(x - y for x, y in zip(statistics(machine, v), statistics(machine, samples), strict=True)), samples


def train(machine, v, steps, lr, method="CD", k=1, seed=0, watch=None, every=100):
    """Gradient ascent on all samples.  v: (N, V), method: "CD", "PCD" (as many chains as samples) or "exact"

    lr: a number, or a function of the step's number; watch: function of the machine, called before the first step and after each `every` steps
    -> machine, list of what watch gave.  ValueError for another method.
    """
    if method not in ("CD", "PCD", "exact"):
        raise ValueError(f'method must be "CD", "PCD" or "exact", got {method!r}')
    rng, seen = np.random.default_rng(seed), []
    chains = (rng.random(v.shape) < 0.5).astype(float) if method == "PCD" else None
    for t in range(steps):
        if watch and t % every == 0:
            seen.append(watch(machine))
        if method == "exact":
            gradient = exact_gradient(machine, v)
        else:
            gradient, samples = contrastive_divergence(machine, v, k, rng, chains)
            chains = samples if method == "PCD" else None
        rate = lr(t) if callable(lr) else lr
        machine = tuple(x + rate * g for x, g in zip(machine, gradient, strict=True))
    return machine, seen + ([watch(machine)] if watch else [])


def reconstruction_error(machine, v):
    """Mean cross-entropy between v and what comes back by way of the hidden probabilities: easy to watch, and not the likelihood.  v: (N, V) -> number"""
    back = visible_given(machine, hidden_given(machine, v))
    return float(-np.mean(np.sum(v * np.log(back) + (1 - v) * np.log1p(-back), axis=1)))


def complete(machine, v, known, steps, rng):
    """Sample the unknown visible units with the known ones held fast.  v: (N, V), known: (V,) of bool -> (N, V) of 0.0 and 1.0"""
    given = np.asarray(v, dtype=float)
    v = np.where(known, given, rng.random(given.shape) < 0.5)
    for _ in range(steps):
        v = np.where(known, given, gibbs(machine, v, 1, rng))
    return v


def bars_and_stripes(side):
    """All pictures of full rows or of full columns, each once (MacKay 2003, chapter 43).  -> (2^(side + 1) - 2, side^2) of 0.0 and 1.0

    Empty and full picture are both and count once.  Knowing them and nothing else has the log-likelihood -log(2^(side + 1) - 2).
    """
    lines = states(side)  # (2^side, side)
    rows = np.repeat(lines, side, axis=1)  # (2^side, side^2)
    columns = np.tile(lines, side)
    return np.concatenate([rows, columns[1:-1]])
