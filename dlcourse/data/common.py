"""What all data sets share: the form in which they are returned, and 1-of-C coding."""

from typing import NamedTuple

import numpy as np


class Data(NamedTuple):
    """Inputs with their classes, and how well they can be told apart at all."""

    x: np.ndarray  # (N, ...) inputs
    y: np.ndarray  # (N,) int64 class numbers 0 .. C-1
    bayes: float  # expected accuracy of the best possible classifier; nan where nobody knows it
    note: str  # how `bayes` was computed


def one_hot(y, classes):
    """1-of-C coding.  y: (N,) class numbers -> (N, C) float64 with a single 1 in each row.

    ValueError unless y is one-dimensional, integer, and within 0 .. classes - 1.
    """
    y = np.asarray(y)
    if y.ndim != 1 or (y.size and y.dtype.kind not in "iu"):
        raise ValueError(f"y must be a vector of integer class numbers, got shape {y.shape} and dtype {y.dtype}")
    if y.size and not (0 <= y.min() and y.max() < classes):
        raise ValueError(f"y must lie within 0 .. {classes - 1} (classes={classes}), got {y.min()} .. {y.max()}")
    return np.eye(classes)[y.astype(np.int64)]  # (N, C)


def positive(value, name, least=1):
    """Return `value` if it is a whole number >= least; ValueError naming the argument otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number >= {least}, got {value!r}")
    return int(value)


def not_negative(value, name):
    """Return `value` if it is a finite number >= 0; ValueError naming the argument otherwise."""
    if not (np.isscalar(value) and np.isreal(value) and 0 <= value < np.inf):
        raise ValueError(f"{name} must be a finite number >= 0, got {value!r}")
    return float(value)
