"""Drawn faces: identities as nine numbers of geometry, pictures of them under changing pose, light and expression.  Drawings, no photographs of anybody.

Shapes used in this file: I identities, N = I * pictures, S x S pixels.
"""

from typing import NamedTuple

import numpy as np

from dlcourse.data.common import not_negative, positive

# What makes an identity, with its lowest and highest value, in units of half a picture's width from its middle.
GEOMETRY = {
    "eye distance": (0.2, 0.42),
    "eye height": (0.1, 0.35),
    "eye size": (0.06, 0.15),
    "mouth width": (0.15, 0.4),
    "mouth depth": (0.35, 0.55),
    "mouth curve": (-0.8, 0.8),
    "nose length": (0.05, 0.2),
    "brow tilt": (-0.6, 0.6),
    "outline width": (0.65, 0.95),
}

# What changes from picture to picture, with its standard deviation: radians, factors, half widths, brightness across and down, contrast, expression.
NUISANCE = {
    "turn": 0.12,
    "scale": 0.06,
    "right": 0.06,
    "down": 0.06,
    "light across": 0.25,
    "light down": 0.25,
    "contrast": 0.17,
    "smile": 0.15,
    "brow lift": 0.02,
}


class Faces(NamedTuple):
    """Pictures with their identities, and the numbers that they were drawn from."""

    x: np.ndarray  # (N, S, S) brightness, 0 black; mostly within 0 .. 1
    y: np.ndarray  # (N,) int64 identity 0 .. I-1, the pictures of one identity side by side
    geometry: np.ndarray  # (I, 9) the identities, columns as in GEOMETRY
    nuisance: np.ndarray  # (N, 9) columns as in NUISANCE


def synth_faces(identities=200, pictures=12, seed=0, size=24, nuisance=1.0, noise=0.05):
    """Drawn faces of `identities` people who do not exist, `pictures` each.  -> Faces with x (identities * pictures, size, size)

    An identity is nine uniform numbers (GEOMETRY); a picture adds nine normal ones (NUISANCE, times `nuisance`), and normal noise to each pixel.
    With nuisance=0 and noise=0 all pictures of an identity are equal.  The identities depend on the seed and their number alone, not on `pictures`.
    ValueError for counts below 1, a size below 8, a negative nuisance or noise.
    """
    identities, pictures, size = positive(identities, "identities"), positive(pictures, "pictures"), positive(size, "size", 8)
    nuisance, noise = not_negative(nuisance, "nuisance"), not_negative(noise, "noise")
    people, days = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    low, high = np.array(list(GEOMETRY.values())).T
    geometry = people.uniform(low, high, (identities, len(low)))  # (I, 9)
    y = np.repeat(np.arange(identities), pictures)  # (N,)
    change = nuisance * np.array(list(NUISANCE.values())) * days.normal(size=(len(y), len(NUISANCE)))  # (N, 9)
    x = draw_faces(geometry[y], change, size)  # (N, S, S)
    return Faces(x + noise * days.normal(size=x.shape), y, geometry, change)


def draw_faces(geometry, nuisance, size=24):
    """Pictures without pixel noise.  geometry: (N, 9), nuisance: (N, 9), columns as in GEOMETRY and NUISANCE -> (N, size, size)

    ValueError unless both are (N, 9).
    """
    geometry, nuisance = np.asarray(geometry, dtype=float), np.asarray(nuisance, dtype=float)
    if geometry.ndim != 2 or geometry.shape[1] != len(GEOMETRY) or nuisance.shape != (len(geometry), len(NUISANCE)):
        raise ValueError(f"geometry and nuisance must both be (N, 9), got {geometry.shape} and {nuisance.shape}")
    gap, eye, iris, wide, mouth, curve, nose, tilt, outline = geometry.T[:, :, None, None]  # (N, 1, 1) each
    turn, scale, right, down, across, along, contrast, smile, lift = nuisance.T[:, :, None, None]
    side = (np.arange(size) + 0.5) / (size / 2) - 1
    column, row = side[None, None, :], side[None, :, None]
    u = (np.cos(turn) * column + np.sin(turn) * row) / (1 + scale) - right  # (N, S, S); coordinates of the face
    v = (np.cos(turn) * row - np.sin(turn) * column) / (1 + scale) - down
    face = 0.2 + 0.55 * _inside(0.85 - np.hypot(u / outline, v))
    for s in (-1, 1):
        face = face - 0.5 * _inside(iris - np.hypot(u - s * gap, v + eye))
        brow = np.abs(v + eye + 0.2 + lift + tilt * s * (u - s * gap))
        face = face - 0.35 * _inside(0.035 - brow) * _inside(0.16 - np.abs(u - s * gap))
    face = face - 0.5 * _inside(0.045 - np.abs(v - mouth + (curve + smile) * u**2)) * _inside(wide - np.abs(u))
    face = face - 0.3 * _inside(0.04 - np.abs(u)) * _inside(nose - np.abs(v - 0.05))
    return face * (1 + across * column + along * row) * np.exp(contrast)


def _inside(z):
    """A soft step: near 1 for z > 0, near 0 for z < 0, over about a pixel."""
    return 0.5 + 0.5 * np.tanh(12.5 * z)
