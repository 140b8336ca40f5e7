"""Threshold units, logic gates, separable Boolean functions and a spiking neuron.  Section: book/mlp/neurons.md

Shapes used in this file: N inputs in a batch, n inputs of one unit, H hidden units, C currents.
A Boolean function of n inputs is a truth vector (2**n,) of zeros and ones, in the row order of `truth_table(n)`;
its code is the integer with bit k = output for row k.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import numpy as np


def neuron(x, w, b, g):
    """A neuron in three steps: weighted sum, activation, output; eq. (eq-mlp-neuron).

    x: (..., n), w: (n,), b: scalar, g: function of an array -> (...).
    """
    total = np.asarray(x) @ np.asarray(w) + b  # (...); 1. weighted sum
    return g(total)  # (...); 2. activation, 3. output


def threshold_unit(x, w, theta):
    """McCulloch-Pitts unit: 1 where w.x >= theta, else 0; eq. (eq-mlp-threshold), McCulloch and Pitts (1943).

    x: (..., n), w: (n,), theta: scalar -> (...) int64.  ValueError when the last axis of x is not n long.
    """
    x, w = np.asarray(x), np.asarray(w)
    if w.ndim != 1 or x.shape[-1:] != w.shape:
        raise ValueError(f"x must end in an axis as long as w: x has shape {x.shape}, w has shape {w.shape}")
    return (x @ w >= theta).astype(np.int64)  # (...)


GATES = {  # name: (weights, threshold), for inputs 0 and 1
    "NOT": ([-1], 0),
    "AND": ([1, 1], 2),
    "OR": ([1, 1], 1),
    "NAND": ([-1, -1], -1),
}


def logic_gate(name, x):
    """One of the gates in GATES as a threshold unit.  x: (..., n) of 0 and 1 -> (...) int64.  ValueError: unknown name."""
    if name not in GATES:
        raise ValueError(f"name must be one of {sorted(GATES)}, got {name!r}")
    return threshold_unit(x, *GATES[name])


def truth_table(n):
    """All inputs of a Boolean function, counting upwards, first input = highest bit.  -> (2**n, n) int64"""
    return np.array(list(product([0, 1], repeat=n)), dtype=np.int64)


def two_layer(x, w1, theta1, w2, theta2):
    """A hidden layer of H threshold units and one output unit; eq. (eq-mlp-two-layer).

    x: (..., n), w1: (H, n), theta1: (H,), w2: (H,), theta2: scalar -> (...) int64
    """
    hidden = (np.asarray(x) @ np.asarray(w1).T >= theta1).astype(np.int64)  # (..., H)
    return threshold_unit(hidden, w2, theta2)  # (...)


def xor_net():
    """Hand-made weights of XOR = OR and not AND.  -> w1 (2, 2), theta1 (2,), w2 (2,), theta2 for `two_layer`"""
    return np.array([[1, 1], [1, 1]]), np.array([1, 2]), np.array([1, -1]), 1


def code(truth):
    """The integer that names a Boolean function.  truth: (2**n,) of 0 and 1 -> int with bit k = truth[k]"""
    return sum(int(bit) << k for k, bit in enumerate(truth))


def realised(n, limit):
    """Every function that one threshold unit with integer weights in [-limit, limit] computes, with its weights.

    -> dict: code -> (w (n,), theta).  Weights are tried from small to large sum of absolute values, so each function gets short ones.
    """
    table = truth_table(n)  # (2**n, n)
    weights = sorted(product(range(-limit, limit + 1), repeat=n), key=lambda w: sum(map(abs, w)))
    found = {}
    for w in weights:
        scores = table @ np.array(w)  # (2**n,)
        for theta in [*np.unique(scores), scores.max() + 1]:  # no other threshold gives another function
            found.setdefault(code(scores >= theta), (np.array(w), int(theta)))
    return found


def contradictions(n):
    """Row numbers (a, b, c, d) of the truth table with a + b = c + d as vectors and {a, b} != {c, d}.

    A function with f(a) = f(b) = 1 and f(c) = f(d) = 0 is no threshold function; eq. (eq-mlp-contradiction).
    """
    table = truth_table(n)
    by_sum = {}
    for a, b in combinations_with_replacement(range(2**n), 2):
        by_sum.setdefault(tuple(table[a] + table[b]), []).append((a, b))
    return [(*p, *q) for pairs in by_sum.values() for p in pairs for q in pairs if p != q]


def contradicted(n):
    """Which of all Boolean functions of n inputs meet a contradiction.  -> (2**2**n,) bool, index = code; n <= 4"""
    if n > 4:
        raise ValueError(f"n must be at most 4, got {n}: there are 2**2**n functions")
    codes = np.arange(2**2**n)
    value = [(codes >> k & 1).astype(bool) for k in range(2**n)]  # value[k]: (2**2**n,), every function's output for row k
    hit = np.zeros(len(codes), dtype=bool)
    for a, b, c, d in contradictions(n):
        hit |= value[a] & value[b] & ~value[c] & ~value[d]
    return hit


@dataclass
class Membrane:
    """A patch of nerve-cell membrane; typical values of a cortical cell (Dayan and Abbott 2001, section 5.4)."""

    tau: float = 10.0  # membrane time constant, ms
    resistance: float = 10.0  # input resistance, megaohm; megaohm * nanoampere = millivolt
    rest: float = -65.0  # potential without input, mV
    threshold: float = -50.0  # a spike is sent when the potential gets here, mV
    reset: float = -65.0  # potential after a spike, mV
    refractory: float = 2.0  # silent time after a spike, ms


def lif_rate(current, cell=None):
    """Firing rate of a leaky integrate-and-fire neuron, closed form, eq. (eq-mlp-lif-rate).

    current: (...) in nA -> (...) spikes per second; 0 where the potential never gets to the threshold.
    """
    cell = cell or Membrane()
    final = cell.rest + cell.resistance * np.asarray(current, dtype=float)  # (...), mV; where the potential settles
    fires = final > cell.threshold
    final = np.where(fires, final, cell.threshold + 1.0)  # any value that keeps the logarithm finite
    climb = cell.tau * np.log((final - cell.reset) / (final - cell.threshold))  # (...), ms from reset to threshold
    return np.where(fires, 1000.0 / (cell.refractory + climb), 0.0)


def lif_simulate(current, duration=500.0, dt=0.1, noise=0.0, seed=0, cell=None):
    """Step leaky integrate-and-fire neurons through time, eq. (eq-mlp-lif).

    current: (C,) in nA, duration and dt in ms, noise in mV: standard deviation of the resting potential's fluctuation
    -> voltage (T, C) in mV, spikes (T, C) bool.
    """
    cell, rng = cell or Membrane(), np.random.default_rng(seed)
    final = cell.rest + cell.resistance * np.atleast_1d(np.asarray(current, dtype=float))  # (C,)
    decay = np.exp(-dt / cell.tau)  # exact for a constant input, so dt may be large
    v, silent = np.full(final.shape, cell.rest), np.zeros(final.shape)
    voltage, spikes = [], []
    for _ in range(round(duration / dt)):
        v = final + (v - final) * decay + noise * np.sqrt(1 - decay**2) * rng.standard_normal(final.shape)  # (C,)
        v = np.where(silent > 0, cell.reset, v)
        silent = silent - dt
        fired = v >= cell.threshold
        voltage.append(v)
        spikes.append(fired)
        v = np.where(fired, cell.reset, v)
        silent = np.where(fired, cell.refractory, silent)
    return np.array(voltage), np.array(spikes)
