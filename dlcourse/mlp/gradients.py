"""Derivatives by differences, and the descent that uses them.  Section: book/mlp/gradients.md

The three difference quotients take a function `f` of an array that returns one number, and give an array like x.
"""

import numpy as np


def _array(x, h):
    """`x` as a float64 array and a check of the step.  ValueError for h <= 0 or x that is not real."""
    if not h > 0:
        raise ValueError(f"h must be > 0, got {h}")
    x = np.asarray(x)
    if x.dtype.kind not in "iuf":
        raise ValueError(f"x must hold real numbers, got dtype {x.dtype}")
    return x.astype(np.float64)


def _moved(x, index, step):
    """A copy of x with `step` added at `index`; the caller's array is never touched."""
    moved = x.astype(np.result_type(x, step))
    moved[index] += step
    return moved


def forward_difference(f, x, h=1e-8):
    """(f(x + h) - f(x)) / h for each entry, error O(h), eq. (eq-mlp-forward-difference).  x: any shape -> same shape."""
    x = _array(x, h)
    grad, fx = np.empty_like(x), f(x.copy())
    for i in np.ndindex(x.shape):
        grad[i] = (f(_moved(x, i, h)) - fx) / h
    return grad


def central_difference(f, x, h=1e-5):
    """(f(x + h) - f(x - h)) / 2h for each entry, error O(h^2), eq. (eq-mlp-central-difference).  x: any shape -> same shape."""
    x = _array(x, h)
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        grad[i] = (f(_moved(x, i, h)) - f(_moved(x, i, -h))) / (2 * h)
    return grad


def complex_step(f, x, h=1e-20):
    """Im f(x + ih) / h for each entry, eq. (eq-mlp-complex-step) (Squire & Trapp 1998).  x: any shape -> same shape.

    No subtraction, so no cancellation; but f must be analytic: no abs, no max, no comparison of complex numbers.
    ValueError where f returns a real number, because then it dropped the imaginary part.
    """
    x = _array(x, h)
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        value = f(_moved(x, i, 1j * h))
        if not np.iscomplexobj(value):
            raise ValueError("f returned a real number for a complex argument: it is not analytic, use central_difference")
        grad[i] = np.imag(value) / h
    return grad


def difference_errors(f, df, x, steps):
    """How far each quotient is from the true derivative.  f, df: functions of a number, x: a number, steps: (N,)
    -> dict of three arrays (N,): relative errors of the forward difference, central difference and complex step."""
    methods = {"forward": forward_difference, "central": central_difference, "complex step": complex_step}
    return {name: np.array([abs(float(method(f, x, h)) - df(x)) / abs(df(x)) for h in steps]) for name, method in methods.items()}


def first_order_change(grad, dx):
    """First-order change of f, grad . dx, eq. (eq-mlp-first-order).  grad, dx: same shape -> scalar."""
    if np.shape(grad) != np.shape(dx):
        raise ValueError(f"grad and dx must have one shape, got {np.shape(grad)} and {np.shape(dx)}")
    return float(np.sum(np.asarray(grad) * np.asarray(dx)))


def gradient_descent(grad, x, lr, steps, momentum=0.0):
    """Gradient descent, eq. (eq-mlp-gradient-descent), with momentum, eq. (eq-mlp-momentum), if asked.

    grad: function of an array like x, x: start, any shape -> path: (steps + 1, *x.shape), the start first.
    ValueError for lr <= 0, steps < 0 or momentum outside [0, 1).
    """
    if not lr > 0 or steps < 0 or not 0 <= momentum < 1:
        raise ValueError(f"need lr > 0, steps >= 0, 0 <= momentum < 1, got lr={lr}, steps={steps}, momentum={momentum}")
    path = [np.array(x, dtype=np.float64)]
    change = np.zeros_like(path[0])
    for _ in range(steps):
        change = -lr * grad(path[-1]) + momentum * change
        path.append(path[-1] + change)
    return np.stack(path)  # (steps + 1, *x.shape)
