"""Newton's method, L-BFGS and the extended Kalman filter: steps that know the curvature, in NumPy.  Section: book/training/curvature.md

Rules that need no more than a gradient have the chapter's interface, `w, state = rule(w, grad, state, lr, ...)` (dlcourse/training/descent.py).
Newton's method asks for the Hessian as well, the filter for one sample after the other.

Shapes used in this file: D parameters, N samples, M outputs of a model, H hidden units, K pairs that L-BFGS remembers.
"""
import numpy as np

from dlcourse.training.descent import descend, sgd_step

# ------------------------------------------------------------------------------------------------------- Newton's method


def _symmetric(hessian, d):
    """The Hessian as an array (D, D); ValueError if it is no symmetric matrix of that size."""
    hessian = np.asarray(hessian, dtype=np.float64)
    if hessian.shape != (d, d):
        raise ValueError(f"hessian must have the shape {(d, d)} for {d} parameters, got {hessian.shape}")
    if not np.allclose(hessian, hessian.T, rtol=1e-6, atol=1e-9 * max(1.0, np.abs(hessian).max(initial=0))):
        raise ValueError("hessian must be symmetric; average it with its transpose if it was computed by differences")
    return hessian


def newton_direction(grad, hessian):
    """Step to where the quadratic model of the loss is stationary, eq. (eq-training-newton).  grad: (D,), hessian: (D, D) -> (D,)

    Raises ValueError for other shapes and an unsymmetric hessian, numpy.linalg.LinAlgError for a singular one.
    """
    grad = np.asarray(grad, dtype=np.float64)
    return -np.linalg.solve(_symmetric(hessian, len(grad)), grad)


def modified_direction(grad, hessian, floor=1e-3):
    """Newton's step with each curvature replaced by its absolute value, at least `floor`, eq. (eq-training-modified) (Dauphin et al. 2014).

    grad: (D,), hessian: (D, D) -> (D,), always downhill where grad is not 0.  ValueError as `newton_direction`, and for floor <= 0.
    """
    if not floor > 0:
        raise ValueError(f"floor must be > 0, got {floor}")
    grad = np.asarray(grad, dtype=np.float64)
    curvature, axes = np.linalg.eigh(_symmetric(hessian, len(grad)))  # (D,), (D, D)
    return -axes @ ((axes.T @ grad) / np.maximum(np.abs(curvature), floor))


def backtrack(f, w, direction, grad, share=1e-4, factor=0.5, most=50):
    """Halve the step until the loss falls by a share of what the slope promises (Armijo 1966), eq. (eq-training-armijo).

    f: (D,) -> number, w, direction, grad: (D,) -> length of the step: 1, 1/2, 1/4, ..., or 0 if `most` halvings do not help.
    ValueError if the direction does not lead downhill.
    """
    slope = float(np.dot(grad, direction))
    if not slope < 0:
        raise ValueError(f"the direction must lead downhill, but its slope is {slope:g}")
    height, step = f(w), 1.0
    for _ in range(most):
        if f(w + step * direction) <= height + share * step * slope:
            return step
        step *= factor
    return 0.0


def newton_path(f, grad, hessian, w, steps, modified=True, search=True):
    """Follow Newton's method.  f, grad, hessian: functions of (D,), w: start (D,) -> path (T + 1, D), T <= steps

    modified: take `modified_direction`; search: take `backtrack`, which needs it.  It ends early where the gradient is 0 or no step lowers f.
    """
    path = [np.array(w, dtype=np.float64)]
    for _ in range(steps):
        g = grad(path[-1])
        if not np.abs(g).max() > 0:
            break
        direction = (modified_direction if modified else newton_direction)(g, hessian(path[-1]))
        step = backtrack(f, path[-1], direction, g) if search else 1.0
        if step == 0:
            break
        path.append(path[-1] + step * direction)
    return np.stack(path)


def difference_hessian(grad, w, h=1e-5):
    """Hessian from 2 D gradients by central differences, made symmetric.  grad: function (D,) -> (D,), w: (D,) -> (D, D); error about 1e-10 for h = 1e-5"""
    w, columns = np.asarray(w, dtype=np.float64), []
    for move in h * np.eye(w.size):
        columns.append((grad(w + move) - grad(w - move)) / (2 * h))
    return (np.stack(columns) + np.stack(columns).T) / 2


def hessian_product(grad, w, v, h=1e-5):
    """Hessian times a vector from two gradients, without the Hessian.  grad: function (D,) -> (D,), w, v: (D,) -> (D,)"""
    return (grad(w + h * v) - grad(w - h * v)) / (2 * h)


# ----------------------------------------------------------------------------------------------------------- functions


def h_rosenbrock(w):
    """Hessian of `adaptive.rosenbrock`.  w: (2,) -> (2, 2)"""
    x, y = w
    return np.array([[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200.0]])


def h_saddle(w):
    """Hessian of `descent.saddle`: diag(1, 3 y^2 - 1).  w: (2,) -> (2, 2)"""
    return np.diag([1.0, 3 * w[1] ** 2 - 1])


# -------------------------------------------------------------------------------------------------------------- L-BFGS


def two_loops(grad, s, y):
    """-(approximate inverse Hessian) times grad from the last K moves, never forming a matrix (Nocedal & Wright 2006, algorithm 7.4).

    grad: (D,), s: (K, D) changes of w, y: (K, D) changes of the gradient, oldest first -> direction (D,), -grad for K = 0
    """
    q, alpha = np.array(grad, dtype=np.float64), []
    for a, b in zip(s[::-1], y[::-1], strict=True):  # newest first
        alpha.append(np.dot(a, q) / np.dot(a, b))
        q = q - alpha[-1] * b
    if len(s):
        q = q * np.dot(s[-1], y[-1]) / np.dot(y[-1], y[-1])  # the first guess of the inverse: a multiple of the identity
    for a, b, back in zip(s, y, alpha[::-1], strict=True):
        q = q + (back - np.dot(b, q) / np.dot(a, b)) * a
    return -q


def lbfgs_step(w, grad, state, lr=1.0, memory=10):
    """L-BFGS (Liu & Nocedal 1989) in the chapter's interface, as torch.optim.LBFGS without a line search: the first step has length min(1, 1/sum |grad|) lr.

    w, grad: (D,), state: None or as returned -> w, state.  ValueError for other shapes, lr <= 0 or memory < 1.
    """
    w, grad = np.asarray(w, dtype=np.float64), np.asarray(grad, dtype=np.float64)
    if w.ndim != 1 or w.shape != grad.shape:
        raise ValueError(f"w and grad must be vectors of one length, got the shapes {w.shape} and {grad.shape}")
    if not lr > 0 or memory < 1:
        raise ValueError(f"need lr > 0 and memory >= 1, got lr={lr}, memory={memory}")
    if state is None:
        move = -min(1.0, 1.0 / np.abs(grad).sum()) * lr * grad if np.any(grad) else np.zeros_like(w)
        return w + move, {"grad": grad, "move": move, "s": np.zeros((0, w.size)), "y": np.zeros((0, w.size))}
    s, y, change = state["s"], state["y"], grad - state["grad"]
    if np.dot(state["move"], change) > 1e-10:  # otherwise the pair says that the loss curves downwards, and would turn the step around
        s, y = np.vstack([s, state["move"]])[-memory:], np.vstack([y, change])[-memory:]
    move = lr * two_loops(grad, s, y)
    return w + move, {"grad": grad, "move": move, "s": s, "y": y}


# ------------------------------------------------------------------------------------------------- a network as a function


def network(w, x):
    """A network with one input, H tanh units and one output, and its derivative by every parameter.

    w: (3 H + 1,): weights in, biases, weights out, bias; x: (N,) -> output (N,), Jacobian (N, 3 H + 1).  ValueError for another number of parameters.
    """
    w, x = np.asarray(w, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if w.ndim != 1 or w.size % 3 != 1 or x.ndim != 1:
        raise ValueError(f"w must be a vector of 3 H + 1 parameters and x a vector, got the shapes {w.shape} and {x.shape}")
    into, bias, out = np.split(w[:-1], 3)  # (H,) each
    h = np.tanh(np.outer(x, into) + bias)  # (N, H)
    slope = (1 - h**2) * out  # (N, H)
    return h @ out + w[-1], np.hstack([slope * x[:, None], slope, h, np.ones((len(x), 1))])


def wave(n, seed=0, noise=0.05):
    """Samples of sin(2 x) with normal noise, x uniform in [-3, 3].  -> x: (N,), y: (N,)"""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, n)
    return x, np.sin(2 * x) + noise * rng.normal(size=n)


def error(w, x, y):
    """Mean squared error of `network`.  w: (D,), x, y: (N,) -> number"""
    return float(np.mean((network(w, x)[0] - y) ** 2))


def d_error(w, x, y):
    """Gradient of `error`.  -> (D,)"""
    out, jacobian = network(w, x)
    return 2 * jacobian.T @ (out - y) / len(x)


def gauss_newton(w, x):
    """The part 2 J^T J / N of the Hessian of `error` that needs no second derivatives, eq. (eq-training-gauss-newton).  -> (D, D)"""
    jacobian = network(w, x)[1]
    return 2 * jacobian.T @ jacobian / len(x)


def fit(rule, w, x, y, steps, lr, **settings):
    """Error after each of `steps` steps of a rule with the full gradient.  -> errors (T + 1,), last w (D,)"""
    path = descend(rule, lambda w: d_error(w, x, y), w, steps, lr, **settings)
    return np.array([error(w, x, y) for w in path]), path[-1]


# ------------------------------------------------------------------------------------------- the extended Kalman filter


def kalman_update(w, p, jacobian, innovation, noise):
    """One measurement changes the belief in the weights, eq. (eq-training-kalman) (Singhal & Wu 1988; Haykin 2009, chapter 15).

    w: (D,) mean, p: (D, D) covariance, jacobian: (M, D) of the model at w, innovation: (M,) measured minus predicted, noise: variance of the
    measurement, a number or (M, M) -> w, p (exactly symmetric).  ValueError for other shapes.
    """
    w, p, jacobian, innovation = (np.asarray(a, dtype=np.float64) for a in (w, p, jacobian, innovation))
    d, m = w.size, innovation.size
    if p.shape != (d, d) or jacobian.shape != (m, d):
        raise ValueError(f"for {d} weights and {m} outputs p must be {(d, d)} and jacobian {(m, d)}, got {p.shape} and {jacobian.shape}")
    cross = p @ jacobian.T  # (D, M)
    spread = jacobian @ cross + (noise * np.eye(m) if np.ndim(noise) == 0 else np.asarray(noise))  # (M, M), of the innovation
    gain = np.linalg.solve(spread, cross.T).T  # (D, M)
    p = p - gain @ cross.T
    return w + gain @ innovation, (p + p.T) / 2


def filter_pass(w, x, y, prior=100.0, noise=0.05, drift=1e-6):
    """The filter on `network`, one sample after the other, each used once.

    w: (D,), x, y: (N,), prior: variance of the weights before, noise: of a measurement, drift: added to the variance of each weight per step
    -> path (N + 1, D), covariance (D, D)
    """
    path, p = [np.asarray(w, dtype=np.float64)], prior * np.eye(len(w))
    for a, b in zip(x, y, strict=True):
        out, jacobian = network(path[-1], np.array([a]))
        w, p = kalman_update(path[-1], p, jacobian, b - out, noise)
        path.append(w)
        p = p + drift * np.eye(len(w))
    return np.stack(path), p


def sgd_pass(w, x, y, lr, passes=1, seed=0):
    """Stochastic gradient descent on `network` with single samples, in the given order at the first pass, shuffled later.  -> path (N passes + 1, D)"""
    rng, path = np.random.default_rng(seed), [np.asarray(w, dtype=np.float64)]
    for k in range(passes):
        for i in np.arange(len(x)) if k == 0 else rng.permutation(len(x)):
            path.append(sgd_step(path[-1], d_error(path[-1], x[i : i + 1], y[i : i + 1]), None, lr)[0])
    return np.stack(path)
