"""Generated data sets with the score of the best possible classifier, the Bayes accuracy, computed from their known densities.

A classifier that always names the class with the highest density p(x | c) is right with probability (1/C) * integral of max_c p(x | c) dx,
and none can be right more often.  A model that stays below it can still learn; one that gets above it on a test set was lucky.

Shapes used in this file: N samples, C classes, T points along a curve, P templates.
"""

from functools import lru_cache

import numpy as np
from scipy.special import i0e, logsumexp, ndtr

from dlcourse.data.common import Data, not_negative, positive


def _labels(n, classes, rng):
    """(N,) class numbers in random order whose counts differ by at most one."""
    return rng.permutation(np.arange(n) % classes)


def xor(n=4, noise=0.0, seed=0):
    """Points at the corners of the unit square; class 1 where exactly one coordinate is 1.  -> Data with x (N, 2)

    The corners take turns, (0,0), (0,1), (1,0), (1,1): n = 4 without noise is the truth table.  noise: standard deviation added to each coordinate.
    Bayes accuracy in closed form: with q = Phi(1/(2 noise)), a coordinate falls on its own side of 1/2 with probability q, and the class is
    right if both do or neither does: q^2 + (1-q)^2.
    """
    n, noise = positive(n, "n"), not_negative(noise, "noise")
    rng = np.random.default_rng(seed)
    corner = np.arange(n) % 4
    bits = np.stack([corner // 2, corner % 2], axis=1)  # (N, 2)
    q = ndtr(0.5 / noise) if noise > 0 else 1.0
    x = bits + noise * rng.normal(size=(n, 2))
    return Data(x, (bits[:, 0] ^ bits[:, 1]).astype(np.int64), float(q**2 + (1 - q) ** 2), "closed form q^2 + (1-q)^2, q = Phi(1/(2 noise))")


def circles(n=400, noise=0.1, seed=0, inner=0.5):
    """Two rings around the origin, radius 1 (class 0) and `inner` (class 1).  -> Data with x (N, 2)

    noise: standard deviation added to each coordinate.  The distance from the origin then has a Rice density; the Bayes accuracy is the integral of
    the larger of the two.
    """
    n, noise, inner = positive(n, "n"), not_negative(noise, "noise"), not_negative(inner, "inner")
    rng = np.random.default_rng(seed)
    y = _labels(n, 2, rng)
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(y == 0, 1.0, inner)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + noise * rng.normal(size=(n, 2))  # (N, 2)
    return Data(x, y, _bayes_rings(inner, noise), "integral of the larger of two Rice densities")


def _bayes_rings(inner, noise):
    """Bayes accuracy of two noisy rings of radius 1 and `inner`."""
    if noise == 0:
        return 0.5 if inner == 1 else 1.0
    r = (np.arange(20000) + 0.5) * (max(1.0, inner) + 9 * noise) / 20000  # midpoints
    rice = [r / noise**2 * np.exp(-((r - a) ** 2) / (2 * noise**2)) * i0e(r * a / noise**2) for a in (1.0, inner)]  # i0e: I0 without its growth
    return float(np.maximum(*rice).sum() / np.sum(rice))


def moons(n=400, noise=0.1, seed=0):
    """Two interleaved half circles.  -> Data with x (N, 2)

    Class 0: (cos t, sin t), class 1: (1 - cos t, 1/2 - sin t), t uniform in [0, pi]; noise: standard deviation added to each coordinate.
    Bayes accuracy: integral on a grid of the larger density.
    """
    n, noise = positive(n, "n"), not_negative(noise, "noise")
    rng = np.random.default_rng(seed)
    y = _labels(n, 2, rng)
    x = _moon(rng.uniform(0, 1, n), y) + noise * rng.normal(size=(n, 2))
    return Data(x, y, _bayes_curves(_moon, 2, noise), "integral on a grid of the larger of two densities")


def _moon(u, c):
    """Points of the half circle of class c.  u: (N,) in [0, 1], c: (N,) or a number -> (N, 2)"""
    first = np.stack([np.cos(np.pi * u), np.sin(np.pi * u)], axis=1)
    return np.where(np.broadcast_to(c, u.shape)[:, None] == 0, first, np.array([1.0, 0.5]) - first)


def spirals(n=400, classes=2, noise=0.1, seed=0):
    """Interleaved spiral arms, one a class, of one and a half turns from radius 0.3 to 3.  -> Data with x (N, 2)

    classes: 2 to 6; the arms lie 1.8 / classes apart.  noise: standard deviation added to each coordinate.
    Bayes accuracy: integral on a grid of the largest density.
    """
    n, classes, noise = positive(n, "n"), positive(classes, "classes", 2), not_negative(noise, "noise")
    if classes > 6:
        raise ValueError(f"classes must be 2 to 6, got {classes}: more arms would touch")
    rng = np.random.default_rng(seed)
    y = _labels(n, classes, rng)
    arm = _spiral(classes)
    x = arm(rng.uniform(0, 1, n), y) + noise * rng.normal(size=(n, 2))
    return Data(x, y, _bayes_curves(arm, classes, noise), "integral on a grid of the largest of the densities")


@lru_cache
def _spiral(classes):
    """The arms as a function of u: (N,) in [0, 1] and c: (N,) or a number -> (N, 2)"""

    def arm(u, c):
        angle = 3 * np.pi * u + 2 * np.pi * np.asarray(c) / classes
        return (0.3 + 2.7 * u)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)

    return arm


@lru_cache
def _bayes_curves(curve, classes, noise):
    """Bayes accuracy when class c is the curve u -> curve(u, c), u uniform in [0, 1], with Gaussian noise: a Riemann sum on a grid of step noise / 4.

    The density of a class is a mean of Gaussians along its curve.  A Gaussian is a product of one factor a coordinate, so the whole grid is one matrix product.
    """
    if noise == 0:
        return 1.0  # the curves do not meet
    noise = max(noise, 0.02)  # the curves here are at least 0.3 apart, 15 times this noise: no error is left
    points = int(np.ceil(16 / min(noise, 1.0) * 3))
    m = np.stack([curve((np.arange(points) + 0.5) / points, c) for c in range(classes)])  # (C, T, 2)
    low, high = m.min(axis=(0, 1)) - 6 * noise, m.max(axis=(0, 1)) + 6 * noise
    axes = [np.arange(a, b, noise / 4) for a, b in zip(low, high, strict=True)]
    largest, total = 0.0, 0.0
    for c in range(classes):
        f = [np.exp(-((g[:, None] - m[c, :, k]) ** 2) / (2 * noise**2)) for k, g in enumerate(axes)]  # (G, T) each
        density = f[0] @ f[1].T  # (G1, G2)
        largest, total = np.maximum(largest, density), total + density
    return float(largest.sum() / total.sum())


def blobs(n=400, classes=2, distance=4.0, dim=2, seed=0):
    """Gaussian clouds of unit variance whose neighbouring centres are `distance` apart.  -> Data with x (N, dim)

    Two centres lie at -distance/2 and +distance/2 on the first axis; more lie on a regular polygon in the first two.  Bayes accuracy:
    Phi(distance/2) for two classes; for C classes the probability that a cloud stays within its sector of half-angle pi/C, a one-dimensional integral.
    """
    n, classes, dim = positive(n, "n"), positive(classes, "classes", 2), positive(dim, "dim")
    distance = not_negative(distance, "distance")
    if classes > 2 and dim < 2:
        raise ValueError(f"dim must be >= 2 for more than two classes, got dim={dim} with classes={classes}")
    rng = np.random.default_rng(seed)
    y = _labels(n, classes, rng)
    centres = np.zeros((classes, dim))
    if classes == 2:
        centres[:, 0] = [-distance / 2, distance / 2]
        bayes = ndtr(distance / 2)
    else:
        radius, angle = distance / (2 * np.sin(np.pi / classes)), 2 * np.pi * np.arange(classes) / classes
        centres[:, :2] = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        t = (np.arange(20000) + 0.5) * (radius + 9) / 20000  # distance along the sector's axis, midpoints
        inside = np.exp(-((t - radius) ** 2) / 2) / np.sqrt(2 * np.pi) * (2 * ndtr(t * np.tan(np.pi / classes)) - 1)
        bayes = inside.sum() * (radius + 9) / 20000
    return Data(centres[y] + rng.normal(size=(n, dim)), y, float(bayes), "closed form: Phi(distance/2), or the integral over a sector")


SHAPES = ("square", "disc", "cross", "triangle")


def shapes(n=400, size=16, noise=0.3, seed=0):
    """Grey images of a square (0), disc (1), cross (2) or triangle (3) of random place and radius.  -> Data with x (N, size, size)

    The figure is 1, the ground 0; noise: standard deviation added to each pixel.  The figures are finitely many, so the posterior of each class is known
    exactly for any image; the Bayes accuracy is its largest value, averaged over 2,000 fresh images (standard error in `note`).
    """
    n, size, noise = positive(n, "n"), positive(size, "size", 8), not_negative(noise, "noise")
    rng = np.random.default_rng(seed)
    y = _labels(n, len(SHAPES), rng)
    pictures, label, weight = _templates(size)
    bayes, error = _bayes_shapes(size, noise)
    x = pictures[_draw(y, label, weight, rng)] + noise * rng.normal(size=(n, size, size))
    return Data(x, y, bayes, f"mean of the largest exact posterior over 2,000 images, standard error {error:.1g}")


@lru_cache
def _templates(size):
    """All figures.  -> pictures (P, size, size), their class (P,), their probability given the class (P,)"""
    pictures, label, weight = [], [], []
    radii = range(max(2, size // 5), size // 3 + 1)
    row, column = np.mgrid[:size, :size]
    for r in radii:
        places = [(i, j) for i in range(r, size - r) for j in range(r, size - r)]
        for i, j in places:
            a, b = row - i, column - j
            box = (abs(a) <= r) & (abs(b) <= r)
            figures = [box, a**2 + b**2 <= (r + 0.3) ** 2, box & ((abs(a) <= r // 3) | (abs(b) <= r // 3)), box & (2 * abs(b) <= a + r)]
            pictures += figures
            label += range(len(figures))
            weight += [1 / len(radii) / len(places)] * len(figures)
    return np.array(pictures, dtype=np.float64), np.array(label), np.array(weight)


def _draw(y, label, weight, rng):
    """(N,) numbers of templates, drawn by their probability among those of class y."""
    return np.array([rng.choice(np.flatnonzero(label == c), p=weight[label == c]) for c in y], dtype=np.int64)


def _posterior(x, size, noise):
    """Exact class probabilities of images.  x: (N, size, size) -> (N, 4)"""
    pictures, label, weight = _templates(size)
    flat, figures = x.reshape(len(x), -1), pictures.reshape(len(pictures), -1)  # (N, D), (P, D)
    log = (flat @ figures.T - 0.5 * (figures**2).sum(axis=1)) / noise**2 + np.log(weight)  # (N, P); the term with x^2 is the same for all
    of_class = np.stack([logsumexp(log[:, label == c], axis=1) for c in range(len(SHAPES))], axis=1)  # (N, 4)
    return np.exp(of_class - logsumexp(of_class, axis=1, keepdims=True))


@lru_cache
def _bayes_shapes(size, noise, samples=2000):
    """(Bayes accuracy, its standard error), by averaging the largest posterior over fresh images."""
    if noise == 0:
        return 1.0, 0.0  # no two classes share a picture
    rng = np.random.default_rng(20240229)
    pictures, label, weight = _templates(size)
    y = _labels(samples, len(SHAPES), rng)
    x = pictures[_draw(y, label, weight, rng)] + noise * rng.normal(size=(samples, size, size))
    best = _posterior(x, size, noise).max(axis=1)
    return float(best.mean()), float(best.std() / np.sqrt(samples))
