# %% [markdown]
# # Numerical Jacobians and Richardson's trick
#
# **What it trains.** A difference quotient that works for every shape, dtype and memory layout, never harms its input, and can be trusted because you
# know how its error shrinks; and how two bad estimates make one good estimate.
#
# **Time.** About 50 minutes.
#
# **Read again if stuck.** Section "Derivatives by differences, and descent" of the book.
#
# Only NumPy is needed. The tests refuse `dlcourse.mlp`, the course's own `check.numerical_gradient`, and SciPy.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Central differences of a function with any number of outputs (6 points)
#
# Write `numgrad(f, x, h)`. `f` takes an array of the shape of `x` and returns a number **or an array**. The result has the shape
# of `f(x)` followed by the shape of `x`: entry `[..., i]` is
#
# $$\frac{f(x + h e_i) - f(x - h e_i)}{2h}$$
#
# where $e_i$ is 1 at place $i$ of `x` and 0 elsewhere. Use this formula exactly, with the `h` that was given. For an `f` that returns a number the result has the shape of `x`.
#
# What must hold:
#
# - `x` may have any shape with at least one entry, also `()`: then `f` gets an array of shape `()`. `x` may hold integers or float32, may be a transposed or strided view, and may be read-only.
# - The arithmetic is float64, whatever the dtype of `x`; the result is float64.
# - `x` is not changed, not even for a moment: while `f` runs it may look at `x`.
#
# Example: `f = lambda v: np.array([v[0] * v[1], v[0] + v[1], v[1] ** 2])` at `x = [2, 5]` gives `[[5, 2], [1, 1], [0, 10]]`: row for output, column for input.
#
# <details><summary>Hint 1</summary>
#
# Work on `np.array(x, dtype=np.float64)`, a copy. `np.ndindex(x.shape)` yields every index, whatever the number of axes (for shape `()` it yields one empty index).
# </details>
#
# <details><summary>Hint 2</summary>
#
# Each index needs two copies, one entry moved up in the first and down in the second. Each quotient has the shape of `f(x)`. In the example there are two quotients,
# each of shape `(3,)`, and the result is `(3, 2)`: they stand side by side, not below one another.
# </details>
#
# <details><summary>Hint 3</summary>
#
# Collect the quotients in a list and join them along a *new last* axis (`np.stack` has an argument for that). For an input of shape `(2, 4)` that axis has length 8 and must
# still be split into `2, 4`; `np.ndindex` counts in the order in which `reshape` does.
# </details>

# %% answer="numgrad" forbid="dlcourse.mlp dlcourse.check scipy torch"
def numgrad(f, x, h=1e-5):
    """Central differences.  f: array like x -> number or array, x: any shape with an entry

    -> float64, shape of f(x) + shape of x
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=np.float64)
    quotients = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        quotients.append((np.asarray(f(up), dtype=np.float64) - f(down)) / (2 * h))
    return np.stack(quotients, axis=-1).reshape(np.shape(quotients[0]) + x.shape)
    ### END SOLUTION


# %% tests="numgrad" points=2
_f = lambda v: np.array([v[0] * v[1], v[0] + v[1], v[1] ** 2])  # noqa: E731
try:
    _g = numgrad(_f, np.array([2.0, 5.0]))
except (ValueError, TypeError, IndexError) as _error:
    raise AssertionError(
        f"numgrad stops with '{_error}' for an f that returns three numbers: "
        "is there room for three numbers at each place of x?"
    ) from _error
check.close(_g, [[5, 2], [1, 1], [0, 10]], rtol=1e-6, atol=1e-6, name="Jacobian at [2, 5]")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("gradients/numgrad")
for _shape in [(3,), (2, 4), (1, 2, 3), ()]:
    _x, _c = np.asarray(_rng.normal(size=_shape)), np.asarray(_rng.normal(size=_shape))
    _g = numgrad(lambda v: np.sum(_c * np.sin(v)), _x)  # noqa: B023
    check.close(_g, _c * np.cos(_x), rtol=1e-6, atol=1e-8, name=f"gradient for shape {_shape}")
_a = _rng.normal(size=(4, 3))
check.close(numgrad(lambda v: _a @ v, _rng.normal(size=3)), _a, rtol=1e-6, atol=1e-8, name="Jacobian of A x")
_j = numgrad(lambda v: v @ _a, _rng.normal(size=(2, 4)))
check.shape(_j, (2, 3, 2, 4), "Jacobian of a (2, 3) result by a (2, 4) input")
for _i, _k, _m, _n in np.ndindex(2, 3, 2, 4):
    assert abs(_j[_i, _k, _m, _n] - (_i == _m) * _a[_n, _k]) < 1e-6, "axes of the Jacobian: first those of f(x), then those of x"
### END HIDDEN TESTS

# %% tests="numgrad_order" of="numgrad" points=2
def _cube(v):
    _got = f"f gets an array of shape {np.shape(v)}"
    assert np.shape(v) == (), f"{_got}: x has shape (), so f must get shape () too"
    return float(v) ** 3


try:
    _g = numgrad(_cube, np.array(2.0), h=0.1)
except (ValueError, TypeError, IndexError) as _error:
    raise AssertionError(f"numgrad stops with '{_error}' for an x of shape ()") from _error
check.shape(_g, (), "the result for an x of shape ()")
_name = "the quotient of x^3 at 2 with h = 0.1 (its error is h^2: look at the formula and at the h)"
check.close(_g, 12.01, rtol=0, atol=1e-9, name=_name)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("gradients/numgrad_order")
_x = _rng.uniform(0.5, 1.5, 4)
for _h in (0.3, 0.05, 1e-3):
    check.close(numgrad(lambda v: np.sum(v**3), _x, _h), 3 * _x**2 + _h**2, rtol=1e-8, name=f"quotient of x^3 for h={_h}")
_gap = [np.abs(numgrad(lambda v: np.sum(np.exp(v)), _x, _h) - np.exp(_x)) for _h in (0.02, 0.01)]
_ratio = np.max(np.abs(_gap[0] / _gap[1] - 4))
assert _ratio < 0.2, "the error must fall by a factor 4 when h is halved (error of order h^2)"
### END HIDDEN TESTS

# %% tests="numgrad_inputs" of="numgrad" points=2
_x, _during = np.array([1.0, 2.0]), []


def _spy(v):
    _during.append(_x.tolist())
    return np.sum(v**2)


numgrad(_spy, _x)
assert _x.tolist() == [1.0, 2.0], f"after numgrad x is {_x.tolist()}, it was [1.0, 2.0]"
_moved = [_values for _values in _during if _values != [1.0, 2.0]]
assert not _moved, f"x is [1.0, 2.0] before and after, but {_moved[0]} while f runs: move a copy"
try:
    _g = numgrad(lambda v: np.sum(v**2), np.array([1, 2]))
except (ValueError, TypeError) as _error:
    raise AssertionError(f"numgrad stops with '{_error}' for whole numbers, x = [1, 2]") from _error
_name = "gradient of the sum of squares at the whole numbers [1, 2] (can an integer move by h?)"
check.close(_g, [2, 4], rtol=1e-6, name=_name)
check.dtype(_g, "float64", "the gradient at whole numbers")
_g = numgrad(lambda v: np.sum(v**2), np.array([1.0, 2.0], dtype=np.float32))
check.dtype(_g, "float64", "the gradient at float32 numbers")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("gradients/numgrad_inputs")
_square = lambda v: np.sum(v**2)  # noqa: E731
_base = _rng.normal(size=(6, 4))
for _name, _view in [("transposed", _base.T), ("strided", _base[::2, 1::2]), ("reversed", _base[::-1])]:
    _copy = _view.copy()
    check.close(numgrad(_square, _view), 2 * _copy, rtol=1e-5, atol=1e-7, name=f"gradient at a {_name} view")
    assert np.array_equal(_view, _copy), f"numgrad changes x when x is a {_name} view"
check.close(numgrad(_square, np.arange(6).reshape(2, 3)), 2.0 * np.arange(6).reshape(2, 3), rtol=1e-5, atol=1e-7, name="gradient at integers")
_g = numgrad(_square, _base.astype(np.float32))
check.dtype(_g, "float64", "the gradient at a float32 array")
check.close(_g, 2.0 * _base.astype(np.float32).astype(np.float64), rtol=1e-5, atol=1e-7, name="gradient at float32")
_locked = _rng.normal(size=3)
_locked.setflags(write=False)
check.close(numgrad(_square, _locked), 2 * _locked, rtol=1e-5, atol=1e-7, name="gradient at a read-only array")
_seen, _x = [], _rng.normal(size=3)
_start = _x.copy()


def _watch(v):
    _seen.append(np.array_equal(_x, _start))
    return np.sum(v * v)


_g = numgrad(_watch, _x)
assert all(_seen), "x changes while numgrad runs: work on a copy"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Richardson's trick (3 points)
#
# An estimate $E(h)$ of a number $E_0$ has an error of order $p$: $E(h) = E_0 + c\,h^p + \dots$ with an unknown $c$. Two values, $E(h)$ and $E(h/2)$, are two
# equations. Solve them for $E_0$, leaving the dots out, and write the result as `richardson(estimate, h, p)`. `estimate` is a function of the step that returns
# a number or an array; `p` is a positive integer.
#
# Example: `estimate = lambda h: 7 + 5 * h**2`, `p = 2` gives 7 for every `h`.
#
# <details><summary>Hint 1</summary>
#
# Write both equations below one another. Multiply the second so that $c\,h^p$ has the same factor in both, then subtract.
#
# What is $(h/2)^p$, as a multiple of $h^p$?
# </details>
#
# <details><summary>Hint 2</summary>
#
# The example in numbers, with $h = 1$: $E(1) = 12$ and $E(1/2) = 8.25$. The errors are 5 and 1.25, so four times the second minus the first has none:
# $4 \cdot 8.25 - 12 = 21$, which is three times the limit 7. Where do the four and the three come from, and what are they for another $p$?
# </details>

# %% answer="richardson" forbid="scipy dlcourse.mlp dlcourse.check"
def richardson(estimate, h, p):
    """Limit of estimate(h) for h to 0, from estimate(h) and estimate(h / 2), errors of order p."""
    ### BEGIN SOLUTION
    return (2**p * estimate(h / 2) - estimate(h)) / (2**p - 1)
    ### END SOLUTION


# %% tests="richardson" points=3
check.close(richardson(lambda h: 7 + 5 * h**2, 0.5, 2), 7.0, name="limit of 7 + 5 h^2, p = 2")
check.close(richardson(lambda h: 3 + 4 * h, 0.5, 1), 3.0, name="limit of 3 + 4 h, p = 1")
check.close(richardson(lambda h: -1 + 2 * h**3, 0.5, 3), -1.0, name="limit of -1 + 2 h^3, p = 3")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("gradients/richardson")
for _p in (1, 2, 3, 4):
    _limit, _slope, _h = _rng.normal(size=(2, 3)), _rng.normal(size=(2, 3)), float(_rng.uniform(0.1, 1))
    check.close(richardson(lambda h: _limit + _slope * h**_p, _h, _p), _limit, rtol=1e-8, atol=1e-9, name=f"limit, order {_p}")  # noqa: B023
_x = float(_rng.uniform(0.5, 1.5))
for _h in (0.1, 0.2):
    _r = richardson(lambda h: ((_x + h) ** 5 - (_x - h) ** 5) / (2 * h), _h, 2)
    check.close(_r, 5 * _x**4 - _h**4 / 4, rtol=1e-8, name="central difference of x^5, improved")  # closed form of what is left
    _r = richardson(lambda h: ((_x + h) ** 2 - _x**2) / h, _h, 1)
    check.close(_r, 2 * _x, rtol=1e-8, name="forward difference of x^2, improved")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. In your own words (2 points)
#
# A gradient check fails with a relative error of $10^{-3}$ for `h = 1e-12`. A fellow student says that a smaller `h` gives a better derivative, so the
# analytic gradient must be wrong. Is the conclusion sound? What do you do next? (About 5 sentences.)

# %% [markdown] written="smaller_h" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# It is not sound. Each value of $f$ carries a rounding error of about $10^{-16}|f|$; the quotient divides it by $h$, so at $h=10^{-12}$ the *numerical* derivative has a relative
# error of about $10^{-4}$ or more, which is what we see. The error of a central difference is rounding $\varepsilon/h$ plus truncation $h^2$,
# smallest near $h\approx\varepsilon^{1/3}\approx 10^{-5}$. So repeat the check at $h=10^{-5}$ in float64, and watch the error over several $h$: if it falls with $h^2$ down to
# $10^{-8}$ or less the gradient is right; if it stays at $10^{-3}$ for every moderate $h$, the analytic gradient is wrong (or the point sits on a kink). A complex step settles it for analytic $f$.
#
# Marking: 1 point for rounding divided by $h$ (cancellation), with a sensible $h$; 1 point for a decisive next step (vary $h$, or a complex step). "Use a smaller tolerance" earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Apply `richardson` to itself: `richardson(lambda h: richardson(central, h, 2), h, 4)`. How small does the error become for $e^x$ at 1, and why not smaller?
# - `numgrad` needs two evaluations per entry. How long would it take for the 4,810 parameters of a 64-64-10 network on your machine? Measure it, then time one backward pass.
