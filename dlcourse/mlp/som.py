"""Competitive learning and the self-organising map.  Section: book/mlp/som.md

Shapes used in this file: N examples, D features, K units (prototypes).
"""

import numpy as np


def winner(w, x):
    """The unit nearest to x.  w: (K, D), x: (D,) -> int"""
    return int(((w - x) ** 2).sum(axis=1).argmin())


def competitive_step(w, x, lr):
    """Winner takes all, eq. (eq-mlp-competitive): only the nearest prototype moves, a part lr of the way to x.

    w: (K, D), x: (D,) -> w (K, D), a new array
    """
    w = np.array(w, dtype=float)
    k = winner(w, x)
    w[k] += lr * (x - w[k])
    return w


def online_kmeans(x, k, rng):
    """One pass of competitive learning with the rate 1 / (wins of the unit so far); MacQueen (1967).

    x: (N, D) -> w (k, D), assigned (N,): which unit won when each example was shown.  Prototypes start at k examples.
    """
    w = x[rng.choice(len(x), k, replace=False)].astype(float)  # (k, D)
    wins, assigned = np.zeros(k, dtype=int), []
    for example in x:
        best = winner(w, example)
        wins[best] += 1
        w = competitive_step(w, example, 1.0 / wins[best])
        assigned.append(best)
    return w, np.array(assigned)


def grid(rows, columns):
    """Places of the units on the map.  -> (rows * columns, 2) float64; unit r * columns + c lies at (r, c)"""
    return np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"), axis=-1).reshape(-1, 2).astype(float)


def neighbourhood(places, best, sigma):
    """h = exp(-d^2 / (2 sigma^2)) with d the distance on the map, eq. (eq-mlp-neighbourhood).

    places: (K, 2), best: int, sigma > 0 -> (K,), 1 at the winner
    """
    d2 = ((places - places[best]) ** 2).sum(axis=1)  # (K,); between places on the map, not between prototypes
    return np.exp(-d2 / (2 * sigma**2))


def decay(start, stop, steps):
    """A geometric schedule from start towards stop.  -> (steps,)"""
    return start * (stop / start) ** (np.arange(steps) / max(steps, 1))


def train_som(x, places, steps, seed=0, sigma=(5.0, 0.5), lr=(0.5, 0.02), stop=None):
    """A self-organising map, eq. (eq-mlp-som); Kohonen (1982).  One random example a step; sigma and lr shrink geometrically.

    x: (N, D), places: (K, 2), stop: end after so many of the steps -> w (K, D)
    """
    rng = np.random.default_rng(seed)
    w = x[rng.integers(len(x), size=len(places))].astype(float)  # (K, D)
    for s, rate in list(zip(decay(*sigma, steps), decay(*lr, steps), strict=True))[:stop]:
        example = x[rng.integers(len(x))]  # (D,)
        h = neighbourhood(places, winner(w, example), s)  # (K,)
        w += rate * h[:, None] * (example - w)  # (K, D)
    return w


def distances(w, x):
    """Euclidean distance of every example to every prototype.  w: (K, D), x: (N, D) -> (N, K)"""
    d2 = (x**2).sum(axis=1)[:, None] - 2 * x @ w.T + (w**2).sum(axis=1)  # (N, K)
    return np.sqrt(np.maximum(d2, 0))  # rounding can leave a tiny negative number


def quantisation_error(w, x):
    """Mean distance of an example to its nearest prototype.  w: (K, D), x: (N, D) -> float"""
    return float(distances(w, x).min(axis=1).mean())


def topographic_error(w, x, places):
    """Share of the examples whose two nearest prototypes are not neighbours on the map; Kiviluoto (1996).

    Neighbours differ by at most one row and one column (diagonals count).  w: (K, D), x: (N, D), places: (K, 2) -> float
    """
    first, second = distances(w, x).argsort(axis=1)[:, :2].T  # (N,), (N,)
    return float((np.abs(places[first] - places[second]).max(axis=1) > 1).mean())


def labels(w, x, y):
    """Most frequent class among the examples that each unit wins; -1 for a unit that wins none.  y: (N,) -> (K,) int64"""
    first = distances(w, x).argmin(axis=1)  # (N,)
    return np.array([np.bincount(y[first == k]).argmax() if (first == k).any() else -1 for k in range(len(w))])


def purity(w, x, y):
    """Share of the examples whose unit carries their class.  w: (K, D), x: (N, D), y: (N,) -> float"""
    return float((labels(w, x, y)[distances(w, x).argmin(axis=1)] == y).mean())
