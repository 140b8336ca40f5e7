"""A Hopfield network: Hebb's rule stores, asynchronous updates recall, an energy explains.  Section: book/mlp/hopfield.md

Shapes used in this file: N units, P stored patterns, B states recalled side by side.  States are -1 and +1.
"""

import numpy as np


def store(patterns):
    """Hebb's rule without self-coupling, eq. (eq-mlp-hebb); Hopfield (1982).

    patterns: (P, N) of -1 and +1 -> w (N, N), symmetric, zero diagonal.  ValueError: other values.
    """
    patterns = np.asarray(patterns, dtype=float)
    if patterns.ndim != 2 or not np.isin(patterns, [-1, 1]).all():
        raise ValueError(f"patterns must be a (P, N) array of -1 and +1, got shape {patterns.shape}")
    w = patterns.T @ patterns / patterns.shape[1]  # (N, N)
    np.fill_diagonal(w, 0.0)
    return w


def energy(w, s):
    """E = -1/2 s.W.s, eq. (eq-mlp-hopfield-energy).  w: (N, N), s: (..., N) -> (...)"""
    return -0.5 * np.einsum("...i,ij,...j->...", s, w, s, optimize=True)


def overlap(s, pattern):
    """Mean agreement: 1 the same, 0 unrelated, -1 the negative.  s: (..., N), pattern: (N,) or (..., N) -> (...)"""
    return (np.asarray(s) * pattern).mean(axis=-1)


def recall(w, s, rng, sweeps=20):
    """Update one unit at a time, in random order, until a whole sweep changes nothing; eq. (eq-mlp-hopfield-update).

    w: (N, N), s: (N,) or (B, N) -> final states of the shape of s, energies (sweeps done + 1, B).
    All B states are visited in the same random order.  A unit whose field is 0 keeps its state.
    """
    state = np.atleast_2d(np.array(s, dtype=float))  # (B, N); a copy
    energies = [energy(w, state)]
    for _ in range(sweeps):
        before = state.copy()
        for i in rng.permutation(len(w)):
            field = state @ w[i]  # (B,)
            state[:, i] = np.where(field == 0, state[:, i], np.sign(field))
        energies.append(energy(w, state))
        if (state == before).all():
            break
    return state.reshape(np.shape(s)), np.array(energies)


def flip(s, fraction, rng):
    """Flip the given fraction of the units of each state.  s: (..., N) -> (..., N), a copy"""
    count = round(fraction * np.shape(s)[-1])
    places = np.argsort(rng.random(np.shape(s)), axis=-1) < count  # (..., N); `count` random places in each row
    return np.where(places, -np.asarray(s), s)


def recall_quality(load, n=500, noise=0.2, probes=20, seed=0):
    """Store P = load * n random patterns, flip a fraction `noise` of some of them, recall.

    -> overlaps (min(P, probes),) of the final states with the patterns
    """
    rng = np.random.default_rng(seed)
    patterns = rng.choice([-1.0, 1.0], (max(1, round(load * n)), n))  # (P, N)
    some = patterns[:probes]
    final, _ = recall(store(patterns), flip(some, noise, rng), rng)
    return overlap(final, some)


LETTERS = {  # 7 by 7 pictures for the first experiment
    "A": "..###.. .#...#. .#...#. .#####. .#...#. .#...#. .#...#.",
    "T": "####### ...#... ...#... ...#... ...#... ...#... ...#...",
    "X": "#.....# .#...#. ..#.#.. ...#... ..#.#.. .#...#. #.....#",
}


def letter(name):
    """A letter as a state: # is +1, . is -1.  -> (49,) float64"""
    return np.array([1.0 if c == "#" else -1.0 for c in LETTERS[name].replace(" ", "")])
