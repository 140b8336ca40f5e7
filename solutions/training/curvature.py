# %% [markdown]
# # A safe Newton step, BFGS, and a filter
#
# **What it trains.** To use second derivatives without being fooled by them: a Newton step that goes downhill at a saddle too; the update of BFGS, with the guard that keeps its
# matrix sound; and the Kalman filter, which learns from one sample at a time and knows how sure it is.
#
# **Time.** About 80 minutes.
#
# **Read again if stuck.** Section "Using the curvature" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. A Newton step that is safe (5 points)
#
# The book replaces negative curvatures by their absolute values. Here is another cure, which needs only the smallest eigenvalue: shift *all* curvatures by the same amount, until the
# smallest is at least $\delta = 0.1$:
#
# $$\tau = \max(0,\ \delta - \lambda_{\min}), \qquad \Delta = -(H + \tau I)^{-1}\, g .$$
#
# Then halve: the step is $s\,\Delta$ with the largest $s$ of $1, \tfrac12, \tfrac14, \dots, 2^{-30}$ that gives
#
# $$f(w + s\,\Delta) \le f(w) + 10^{-4}\, s\; g \cdot \Delta .$$
#
# Write `newton_step(f, w, grad, hessian)`. `f` is a function of one array of the shape of `w`, which gives a number. `w` and `grad` are float64 arrays of shape `(D,)`, `hessian` of shape
# `(D, D)`.
#
# - A Hessian from differences is not exactly symmetric. Use the average of `hessian` and its transpose.
# - If the gradient is exactly 0, return a copy of `w` (at a saddle too: without a slope there is no direction).
# - If none of these does, return a copy of `w`. (In the tests $f$ is always a finite number.)
# - Return the new array. Nothing that was given is changed.
#
# Example: $f = \tfrac12 (w_1^2 + 4 w_2^2)$ at $(2, 1)$: the smallest curvature is 1, no shift, and one step arrives at $(0, 0)$. Example: $f = w_1^2 - \tfrac12 w_2^2$ at
# $(1, 0.1)$: curvatures 2 and $-1$, $\tau = 1.1$, $\Delta = (-2/3.1,\ 0.1/0.1) = (-0.645, 1)$.
#
# <details><summary>Hint 1</summary>
#
# `np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix in ascending order. The direction comes from `np.linalg.solve`; no inverse is needed.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The loop starts with $s = 1$. Compute $f(w)$ and $g \cdot \Delta$ once, before it. Is $g \cdot \Delta$ negative? If not, the shift has gone wrong.
# </details>

# %% answer="newton_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def newton_step(f, w, grad, hessian):
    """One shifted Newton step with halving.  f: function (D,) -> number, w, grad: (D,), hessian: (D, D), roughly symmetric -> new w (D,)"""
    ### BEGIN SOLUTION
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    shift = max(0.0, 0.1 - np.linalg.eigvalsh(h)[0])
    direction = -np.linalg.solve(h + shift * np.eye(len(w)), grad)
    height, slope, s = f(w), grad @ direction, 1.0
    for _ in range(31):
        if f(w + s * direction) <= height + 1e-4 * s * slope:
            return w + s * direction
        s /= 2
    return w.copy()
    ### END SOLUTION


# %% tests="newton_step" points=2
def _bowl(w):
    return 0.5 * (w[0] ** 2 + 4 * w[1] ** 2)


def _saddle(w):
    return w[0] ** 2 - 0.5 * w[1] ** 2


check.close(newton_step(_bowl, np.array([2.0, 1.0]), np.array([2.0, 4.0]), np.diag([1.0, 4.0])), [0, 0], atol=1e-12, name="one step in a bowl")
_new = newton_step(_saddle, np.array([1.0, 0.1]), np.array([2.0, -0.1]), np.diag([2.0, -1.0]))
check.close(_new, [1 - 2 / 3.1, 1.1], name="one step at a saddle")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/newton_step")
for _d in (1, 2, 5):
    _a = _rng.normal(size=(_d, _d))
    _h = _a @ _a.T + np.eye(_d)  # curvatures of at least 1
    _goal, _start = _rng.normal(size=_d), _rng.normal(size=_d)
    def _f(w, h=_h, goal=_goal):
        return float(0.5 * (np.asarray(w) - goal) @ h @ (np.asarray(w) - goal))
    _new = newton_step(_f, _start, _h @ (_start - _goal), _h)
    check.shape(_new, (_d,), "the new w")
    check.close(_new, _goal, rtol=1e-7, atol=1e-7, name=f"a quadratic in {_d} dimensions, one step")
for _d in (2, 4):  # curvatures of both signs: the path of the shifted step, eigenvalue by eigenvalue
    _axes = np.linalg.qr(_rng.normal(size=(_d, _d)))[0]
    _values = np.concatenate([[-float(_rng.uniform(0.5, 2))], _rng.uniform(0.5, 3, _d - 1)])
    _h, _start = _axes @ np.diag(_values) @ _axes.T, _rng.normal(size=_d)
    def _f(w, h=_h):
        return float(0.5 * np.asarray(w) @ h @ np.asarray(w))
    _g = _h @ _start
    _expected = _start - _axes @ ((_axes.T @ _g) / (_values + 0.1 - _values[0]))
    check.close(newton_step(_f, _start, _g, _h), _expected, rtol=1e-6, atol=1e-8, name=f"a saddle in {_d} dimensions")
for _least in (0.05, 0.2):  # on either side of the bound
    _h, _start = np.diag([_least, 3.0]), np.array([0.4, 1.0])
    def _f(w, h=_h):
        return float(0.5 * np.asarray(w) @ h @ np.asarray(w))
    _shift = max(0.0, 0.1 - _least)
    _expected = _start - _h @ _start / (np.array([_least, 3.0]) + _shift)
    check.close(newton_step(_f, _start, _h @ _start, _h), _expected, rtol=1e-9, atol=1e-12, name=f"smallest curvature {_least}")
### END HIDDEN TESTS

# %% tests="newton_halving" of="newton_step" points=2
def _steep(w):
    return float(np.sqrt(1 + w[0] ** 2))  # from 2, Newton's own step lands at -8

_w, _g = np.array([2.0]), np.array([2 / 5**0.5])
_h = np.array([[5**-1.5]])  # 0.0894: shifted to 0.1
check.close(newton_step(_steep, _w, _g, _h), [2 - 8.94427191 / 4], rtol=1e-7, name="two halvings")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/newton_halving")
for _x in _rng.uniform(1.2, 30.0, 4):
    _w, _g, _h = np.array([_x]), np.array([_x / np.sqrt(1 + _x**2)]), np.array([[(1 + _x**2) ** -1.5]])
    _step, _s = -float(_g[0]) / max(float(_h[0, 0]), 0.1), 1.0
    while np.sqrt(1 + (_x + _s * _step) ** 2) > np.sqrt(1 + _x**2) + 1e-4 * _s * _step * float(_g[0]):
        _s /= 2
    check.close(newton_step(_steep, _w, _g, _h), [_x + _s * _step], rtol=1e-9, name=f"from {_x:.2f}, {int(-np.log2(_s))} halvings")
_flat = newton_step(lambda w: 1.0 - 1e-5 * float(abs(w[0] - 3) > 1e-9), np.array([3.0]), np.array([1.0]), np.array([[1.0]]))
check.close(_flat, [3 - 2.0**-4], name="the loss falls by 1e-5, the slope promises 1: only s = 1/16 is content")
_wall = newton_step(lambda w: float(abs(w[0] - 3)), np.array([3.0]), np.array([1.0]), np.array([[1.0]]))
check.close(_wall, [3.0], name="no halving helps: w stays")
### END HIDDEN TESTS

# %% tests="newton_care" of="newton_step" points=1
_w, _g = np.array([0.0, 0.0]), np.array([0.0, 0.0])
check.close(newton_step(_saddle, _w, _g, np.diag([2.0, -1.0])), [0, 0], name="gradient 0")
assert not np.shares_memory(newton_step(_saddle, _w, _g, np.diag([2.0, -1.0])), _w), "return a copy of w, not w itself"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/newton_care")
_w, _g, _h = np.array([1.0, 0.5]), np.array([2.0, 2.0]), np.array([[2.0, 0.5], [-0.5, 4.0]])  # the average is diag(2, 4)
_kept = [_w.copy(), _g.copy(), _h.copy()]
def _f(w):
    return float(w[0] ** 2 + 2 * w[1] ** 2)

check.close(newton_step(_f, _w, _g, _h), [0, 0], atol=1e-12, name="a Hessian that is not symmetric")
for _name, _now, _was in zip(("w", "grad", "hessian"), (_w, _g, _h), _kept, strict=True):
    check.close(_now, _was, rtol=0, atol=0, name=f"{_name} after the call")
_h = np.array([[2.0, 3.0], [-1.0, 0.5]])  # its average has the off-diagonal 1 and a positive and a small eigenvalue
_mean = (_h + _h.T) / 2
_tau = max(0.0, 0.1 - float(np.linalg.eigvalsh(_mean)[0]))
def _f(w):
    return float(-100 * np.sum(w))  # falls for ever: the whole step is taken

_g = np.array([-1.0, -2.0])
check.close(newton_step(_f, _w, _g, _h), _w - np.linalg.inv(_mean + _tau * np.eye(2)) @ _g, rtol=1e-9, name="an unsymmetric Hessian with a small curvature")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The update of BFGS (3 points)
#
# BFGS keeps a matrix $B \approx H^{-1}$. After a move $s$ that changed the gradient by $y$, with $\rho = 1/(y \cdot s)$,
#
# $$B' = (I - \rho\, s y^\top)\; B\; (I - \rho\, y s^\top) + \rho\, s s^\top .$$
#
# Write `bfgs_update(b, s, y)`: `b` of shape `(D, D)`, `s` and `y` of shape `(D,)`, float64 → the new matrix. If $y \cdot s \le 10^{-8}\, \|s\| \|y\|$, the pair speaks of a flat or negative curvature
# (or $s$ is 0): return a copy of `b`. Nothing that was given is changed.
#
# Example: $D = 2$, $B = I$, $s = (1, 0)$, $y = (2, 1)$: $\rho = \tfrac12$ and $B' = \begin{pmatrix} 0.75 & -0.5 \\ -0.5 & 1 \end{pmatrix}$. Check: $B' y = (1, 0) = s$.
#
# <details><summary>Hint 1</summary>
#
# `np.outer(s, y)` is the matrix $s y^\top$. The right factor is the transpose of the left one.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Test yourself: $B' y = s$ must hold, and $B'$ must be symmetric. If the second fails, the same factor stands on both sides; if the first fails although $B'$ is symmetric, $s$ and $y$ are exchanged in both.
# </details>

# %% answer="bfgs_update" forbid="dlcourse.training dlcourse.mlp torch scipy"
def bfgs_update(b, s, y):
    """The inverse Hessian of BFGS after one more move.  b: (D, D), s, y: (D,) -> (D, D)"""
    ### BEGIN SOLUTION
    curvature = y @ s
    if curvature <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / curvature
    return left @ b @ left.T + np.outer(s, s) / curvature
    ### END SOLUTION


# %% tests="bfgs_update" points=2
check.close(bfgs_update(np.eye(2), np.array([1.0, 0.0]), np.array([2.0, 1.0])), [[0.75, -0.5], [-0.5, 1.0]], name="the example")
check.close(bfgs_update(np.diag([1.0, 2.0]), np.array([1.0, 0.0]), np.array([2.0, 1.0])), [[1.0, -1.0], [-1.0, 2.0]], name="the example with another B")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/bfgs_update")
for _d in (1, 2, 3, 6):
    _a = _rng.normal(size=(_d, _d))
    _b, _s, _y = _a @ _a.T + 0.1 * np.eye(_d), _rng.normal(size=_d), _rng.normal(size=_d)
    _y = _y if _y @ _s > 0.1 else _s + 0.3 * _y * float(_y @ _s > -0.5)
    _k = float(_y @ _s)
    _v = _b @ _y  # the formula, multiplied out
    _expected = _b + (_k + _y @ _v) / _k**2 * np.outer(_s, _s) - (np.outer(_v, _s) + np.outer(_s, _v)) / _k
    _new = bfgs_update(_b, _s, _y)
    check.shape(_new, (_d, _d), "the new matrix")
    check.close(_new, _expected, rtol=1e-8, atol=1e-9, name=f"D = {_d}")
_h = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
_b = np.eye(3)
_moves = []
for _ in range(3):  # moves that are conjugate: after D of them the inverse is exact
    _s = _rng.normal(size=3)
    for _m in _moves:
        _s = _s - (_m @ _h @ _s) / (_m @ _h @ _m) * _m
    _moves.append(_s)
    _b = bfgs_update(_b, _s, _h @ _s)
check.close(np.asarray(_b) @ _h, np.eye(3), rtol=1e-7, atol=1e-7, name="after three conjugate moves, B H")
### END HIDDEN TESTS

# %% tests="bfgs_guard" of="bfgs_update" points=1
_b = np.array([[2.0, 0.5], [0.5, 1.0]])
check.close(bfgs_update(_b, np.array([1.0, 0.0]), np.array([-1.0, 2.0])), _b, name="negative curvature: B stays")
### BEGIN HIDDEN TESTS
_s, _y = np.array([1.0, 0.0]), np.array([-1.0, 2.0])
assert not np.shares_memory(bfgs_update(_b, _s, _y), _b), "return a copy of b, not b itself"
for _s, _y, _name in [([0.0, 0.0], [1.0, 1.0], "s = 0"), ([1.0, 1.0], [0.0, 0.0], "y = 0"), ([1.0, 0.0], [0.0, 3.0], "y and s at right angles"),
                      ([1e6, 0.0], [1e-3, 1e6], "y nearly at right angles to a long s"), ([1.0, 0.0], [1e-9, 1.0], "y . s = 1e-9")]:
    check.close(bfgs_update(_b, np.array(_s), np.array(_y)), _b, name=_name)
_tiny = 1e-7 * np.array([1.0, 2.0])  # a short move along a good curvature must count
_new = bfgs_update(_b, _tiny, 3 * _tiny)
check.close(np.asarray(_new) @ (3 * _tiny) * 1e7, [1, 2], rtol=1e-6, name="B' y for a short move, times 1e7")
check.close(_b, [[2.0, 0.5], [0.5, 1.0]], rtol=0, atol=0, name="b after the calls")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A filter with drift (4 points)
#
# The weights of a model may drift while samples come in: a sensor that ages, a customer who changes their mind. So before each measurement the filter becomes a little less sure, by a variance
# $q$ per weight and step. For a model with one output $\hat y(w)$ and its gradient $j = \partial \hat y / \partial w$:
#
# $$P \leftarrow P + q I, \qquad k = \frac{P j}{j^\top P j + r}, \qquad w' = w + k\,(y - \hat y(w)), \qquad P' = P - k\, (P j)^\top .$$
#
# Write `filter_step(w, p, y, model, r, q)` with `w`: `(D,)`, `p`: `(D, D)`, symmetric, `y`: a number, `r > 0` and `q >= 0`: numbers. `model(w)` gives the pair: prediction (a number) and gradient
# `(D,)`. Return the pair $w'$, $P'$. $P'$ must be *exactly* symmetric: return the average of it and its transpose. Nothing that was given is changed.
#
# Example: one weight, $\hat y = 2w$, so $j = 2$. $w = 0$, $P = 1$, $y = 5$, $r = 1$, $q = 0$: $k = 2/5$, $w' = 2$, $P' = 1 - \tfrac25 \cdot 2 = 0.2$.
#
# <details><summary>Hint 1</summary>
#
# `model` must be called at the old `w`, once. Compute $P j$ once, too: it is a vector, and it appears three times.
# </details>
#
# <details><summary>Hint 2</summary>
#
# $k\,(Pj)^\top$ is an outer product, a matrix. `p += ...` changes the caller's array; `p = p + ...` does not.
# </details>

# %% answer="filter_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def filter_step(w, p, y, model, r, q):
    """The extended Kalman filter's step for one output.  w: (D,), p: (D, D), y, r, q: numbers, model: w -> (number, (D,)) -> w (D,), p (D, D)"""
    ### BEGIN SOLUTION
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p - np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2
    ### END SOLUTION


# %% tests="filter_step" points=2
_w, _p = filter_step(np.array([0.0]), np.array([[1.0]]), 5.0, lambda w: (2 * float(w[0]), np.array([2.0])), 1.0, 0.0)
check.close(_w, [2.0], name="w")
check.close(_p, [[0.2]], name="P")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/filter_step")
for _d in (1, 2, 4):
    _a, _prior, _r = _rng.normal(size=(12, _d)), float(_rng.uniform(0.5, 3)), float(_rng.uniform(0.1, 2))
    _t, _m = _rng.normal(size=12), _rng.normal(size=_d)
    _w, _p = _m, _prior * np.eye(_d)
    for _row, _y in zip(_a, _t, strict=True):
        _w, _p = filter_step(_w, _p, float(_y), lambda w, row=_row: (float(np.asarray(w) @ row), row), _r, 0.0)
        check.shape(_w, (_d,), "the new w")
        check.shape(_p, (_d, _d), "the new P")
    _cov = np.linalg.inv(_a.T @ _a / _r + np.eye(_d) / _prior)  # ridge regression on all samples at once
    check.close(_w, _cov @ (_a.T @ _t / _r + _m / _prior), rtol=1e-7, atol=1e-8, name=f"w after 12 samples of a linear model, D = {_d}")
    check.close(_p, _cov, rtol=1e-7, atol=1e-9, name=f"P after 12 samples of a linear model, D = {_d}")
### END HIDDEN TESTS

# %% tests="filter_bent" of="filter_step" points=1
def _bent(w):
    return (float(np.tanh(w[0]) + w[1] ** 2), np.array([1 - float(np.tanh(w[0])) ** 2, 2 * float(w[1])]))

_w, _p = filter_step(np.array([0.0, 1.0]), np.eye(2), 2.0, _bent, 1.0, 0.0)
check.close(_w, [1 / 6, 1 + 2 / 6], name="w of a model that is not linear")
check.close(_p, [[5 / 6, -1 / 3], [-1 / 3, 1 / 3]], name="P of a model that is not linear")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/filter_bent")
for _ in range(3):
    _m, _y, _r = _rng.normal(size=2), float(_rng.normal()), float(_rng.uniform(0.2, 1))
    _a = _rng.normal(size=(2, 2))
    _cov = _a @ _a.T + 0.2 * np.eye(2)
    _out, _j = _bent(_m)
    _new, _p = filter_step(_m, _cov, _y, _bent, _r, 0.0)
    _precise = np.linalg.inv(_cov) + np.outer(_j, _j) / _r  # the tangent as a linear model, by its normal equations
    check.close(_p, np.linalg.inv(_precise), rtol=1e-7, atol=1e-9, name="P of a model that is not linear")
    check.close(_new, _m + np.linalg.solve(_precise, _j) * (_y - _out) / _r, rtol=1e-7, atol=1e-9, name="w of a model that is not linear")
### END HIDDEN TESTS

# %% tests="filter_drift" of="filter_step" points=1
def _line(w):
    return (float(w[0]), np.array([1.0]))

_w, _p = filter_step(np.array([0.0]), np.array([[1.0]]), 3.0, _line, 1.0, 1.0)  # the variance is 2 when the measurement comes
check.close(_w, [2.0], name="w with drift")
check.close(_p, [[2 / 3]], name="P with drift")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("curvature/filter_drift")
_a = _rng.normal(size=(3, 3))
_w, _p, _j, _q = _rng.normal(size=3), _a @ _a.T + np.eye(3), _rng.normal(size=3), float(_rng.uniform(0.1, 1))
_kept = _w.copy(), _p.copy()
_new, _cov = filter_step(_w, _p, 1.5, lambda w: (float(np.asarray(w) @ _j), _j), 0.5, _q)
_precise = np.linalg.inv(_p + _q * np.eye(3)) + np.outer(_j, _j) / 0.5
check.close(_cov, np.linalg.inv(_precise), rtol=1e-7, atol=1e-9, name="P with drift, three weights")
check.close(_new, _w + np.linalg.solve(_precise, _j) * (1.5 - _w @ _j) / 0.5, rtol=1e-7, atol=1e-9, name="w with drift, three weights")
check.close(_w, _kept[0], rtol=0, atol=0, name="w after the call")
check.close(_p, _kept[1], rtol=0, atol=0, name="p after the call")
_odd = _p + np.array([[0, 1e-9, 0], [0, 0, 0], [0, 0, 0]])  # symmetric up to rounding, as sums of products are
_cov = np.asarray(filter_step(_w, _odd, 1.5, lambda w: (float(np.asarray(w) @ _j), _j), 0.5, _q)[1])
assert np.array_equal(_cov, _cov.T), "the new P must be exactly symmetric: average it with its transpose"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# A fellow student reads that Newton's method converges quadratically and asks why anybody trains networks with gradient descent. Give her three different reasons, each with a number or a
# measurement from the section or from your own code. Then name one situation in which she would be right to use a second-order method. (About 8 sentences.)

# %% [markdown] written="why_not" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Cost: the Hessian has D squared entries and a solve costs about D cubed / 3; for AlexNet's 61 million parameters that is 3.7e15 numbers. Saddles: at a random start about half of the 31 curvatures of
# our small network are negative, and a plain Newton step raised the loss at 9 of 20 starts; Newton's method is drawn to saddles (from every start with |y| < 0.447 in the example). Noise: with mini-batches the differences of
# gradients are noise; L-BFGS with batches of 4 ended far above where SGD ended. Quadratic convergence holds only near the minimum; from 2.1 on x - ln x it diverges. And the test error does not gain:
# all good methods end at the noise level. She would be right for a small model (hundreds of parameters) whose whole data fit into one gradient without noise: physics fits, calibration, the last
# polish, with a line search; or for a filter that must learn from single samples.
#
# Marking: 1 point for three different reasons (of: memory or time, saddles or negative curvature, noise of batches, only local convergence, no gain in test error) with at least two numbers or measurements; half for three
# without numbers. 1 point for a situation that fits (small D AND full-batch, or sample-by-sample estimation) and says why. "It is slow" alone is no reason.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Iterate your `newton_step` on Rosenbrock's function and count the steps. Compare the shift with the book's absolute values: who is quicker, and where do the paths part?
# - Let $w$ in the filter be the position of something that moves by 0.1 a step, and choose $q$ too small, right, and too large. What do you see?
