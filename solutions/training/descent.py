# %% [markdown]
# # Momentum for a whole network, Nesterov with restarts, and schedules
#
# **What it trains.** Update rules that keep their memory straight: the slides' momentum (corrected) for a network with weight decay and frozen parts; Nesterov's
# momentum in a third form, which restarts itself when it runs uphill; and schedules whose first and last steps are right.
#
# **Time.** About 85 minutes.
#
# **Read again if stuck.** Section "Descent with memory" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Momentum for all parameters of a network (4 points)
#
# The book's `momentum_step` moves one array and keeps the rate *outside* the memory. Here is the other form, for many arrays at once. For each parameter
#
# $$\Delta_t = -\eta_t\,(g_t + \lambda w_t) + \mu\,\Delta_{t-1}, \qquad w_{t+1} = w_t + \Delta_t ,$$
#
# with the rate $\eta_t$ (`lr`, it may change from step to step), weight decay $\lambda$ (`decay`), and nothing remembered before the first step.
#
# Write `momentum_step(w, grad, state, lr, mu, decay)`.
#
# - `w` is a dict: name → float64 array of any shape. `grad` is a dict with the gradients at `w`, under the same names.
# - `state` is `None` at the first step, afterwards what your function returned last. What you keep in it is your affair: the tests hand it back and never look inside.
# - Return a pair: the new dict (all names of `w`), the new state. `w`, `grad` and the old `state` are not changed, so that a step can be repeated.
# - A name may be missing in `grad`: that parameter is **frozen** at this step. It stays as it is, without decay, and its memory stays too: the next time it has a
#   gradient, $\Delta_{t-1}$ is its last change. That next time may also be its first.
#
# Example: `w = {"a": [8]}`, `grad = {"a": [2]}`, `lr = 0.5`, `mu = 0.5`, `decay = 0`: the first step leads to 7. With the gradient 2 again, the second leads to 5.5.
#
# <details><summary>Hint 1</summary>
#
# How many changes are remembered? One for each name that has ever moved. So the state can be a dict too. What is $\Delta_{t-1}$ for a name that is not in it yet?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin with copies of both dicts (`dict(w)` is a new dict with the same arrays), walk over the names of `grad`, and *replace* entries. An array is changed in place
# by `+=` and `*=`, so write `a = a + b`.
# </details>
#
# <details><summary>Hint 3</summary>
#
# In the example, step 1: $\Delta = -0.5 \cdot 2 = -1$. Step 2: $\Delta = -0.5 \cdot 2 + 0.5 \cdot (-1) = -1.5$. What is remembered is the whole change, rate included.
# </details>

# %% answer="momentum_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def momentum_step(w, grad, state, lr, mu, decay):
    """Heavy-ball step for named arrays.  w, grad: dicts name -> array, state: None or as returned

    -> new dict, new state
    """
    ### BEGIN SOLUTION
    new, changes = dict(w), dict(state or {})
    for name, g in grad.items():
        changes[name] = mu * changes.get(name, 0) - lr * (g + decay * w[name])
        new[name] = w[name] + changes[name]
    return new, changes
    ### END SOLUTION


# %% tests="momentum_step" points=2
_pair = momentum_step({"a": np.array([8.0])}, {"a": np.array([2.0])}, None, 0.5, 0.5, 0.0)
assert _pair is not None and len(_pair) == 2, "return a pair: new dict, new state"
_w, _state = _pair
check.close(_w["a"], [7], name="a after the first step")
check.close(momentum_step(_w, {"a": np.array([2.0])}, _state, 0.5, 0.5, 0.0)[0]["a"], [5.5], name="a after the second step")
_w = momentum_step({"a": np.array([8.0])}, {"a": np.array([2.0])}, None, 0.5, 0.5, 0.25)[0]
check.close(_w["a"], [6], name="a after one step with decay 0.25")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/momentum_step")
for _shapes, _mu, _decay in [({"w": (3, 2), "b": (2,)}, 0.9, 0.0), ({"w": (4,)}, 0.0, 0.1), ({"x": (), "y": (1, 3), "z": (2, 2)}, 0.7, 0.05), ({"w": (2,)}, 0.5, 0.0)]:
    _lr = float(_rng.uniform(0.02, 0.3))
    _w = {n: np.asarray(_rng.normal(size=s)) for n, s in _shapes.items()}
    _state, _past, _mine = None, {n: [] for n in _shapes}, dict(_w)
    for _t in range(12):
        _g = {n: np.asarray(_rng.normal(size=s)) for n, s in _shapes.items()}
        _w, _state = momentum_step(_w, _g, _state, _lr, _mu, _decay)
        for _n in _shapes:  # the memory written out as a sum over all past gradients
            _past[_n].append(_g[_n] + _decay * _mine[_n])
            _mine[_n] = _mine[_n] - _lr * sum(_mu ** (_t - k) * p for k, p in enumerate(_past[_n]))
            check.close(_w[_n], _mine[_n], rtol=1e-9, name=f"{_n} after step {_t + 1} (mu = {_mu}, decay = {_decay})")
        assert set(_w) == set(_shapes), f"the new dict has the names {sorted(_w)}, expected {sorted(_shapes)}"
### END HIDDEN TESTS

# %% tests="momentum_memory" of="momentum_step" points=1
_start, _g = {"a": np.array([8.0])}, {"a": np.array([2.0])}
_w, _state = momentum_step(_start, _g, None, 0.5, 0.5, 0.0)
assert _start["a"].tolist() == [8.0], "momentum_step changes the arrays of w: make new ones"
_small = momentum_step(_w, _g, _state, 0.05, 0.5, 0.0)[0]["a"]
check.close(_small, [6.4], name="a when the second step has the rate 0.05 (the old change was made with the old rate)")
_again = momentum_step(_w, _g, _state, 0.05, 0.5, 0.0)[0]["a"]
check.close(_again, _small, name="a when the same second step is taken again from the same state")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/momentum_memory")
_mu, _rates = float(_rng.uniform(0.3, 0.9)), _rng.uniform(0.01, 0.5, 8)
_w = _mine = _rng.normal(size=3)
_first, _state, _change = {"p": _w}, None, np.zeros(3)
for _t, _lr in enumerate(_rates.tolist()):
    _g = _rng.normal(size=3)
    _before = _first["p"].copy()
    _saved, _old = dict(_first), _state
    _first, _state = momentum_step(_first, {"p": _g}, _state, _lr, _mu, 0.0)
    _change = _mu * _change - _lr * _g
    _mine = _mine + _change
    check.close(_first["p"], _mine, rtol=1e-9, name=f"step {_t + 1} of a run whose rate changes")
    assert np.array_equal(_saved["p"], _before), "momentum_step changes the arrays of w: make new ones"
    _other = momentum_step({"p": np.ones(3)}, {"p": np.ones(3)}, None, 0.1, 0.9, 0.0)[0]["p"]
    check.close(_other, np.full(3, 0.9), name="the first step of another network, taken in between (state = None means: no memory)")
    check.close(momentum_step(_saved, {"p": _g}, _old, _lr, _mu, 0.0)[0]["p"], _mine, rtol=1e-9, name="the same step taken again from the same state")
### END HIDDEN TESTS

# %% tests="momentum_frozen" of="momentum_step" points=1
_w = {"a": np.array([8.0]), "b": np.array([1.0])}
_w, _state = momentum_step(_w, {"a": np.array([2.0])}, None, 0.5, 0.5, 0.25)
assert set(_w) == {"a", "b"}, f"the new dict has the names {sorted(_w)}, expected ['a', 'b']"
check.close(_w["b"], [1], name="b, which is frozen")
try:
    _w, _state = momentum_step(_w, {"b": np.array([2.0])}, _state, 0.5, 0.5, 0.0)
except KeyError as _error:
    raise AssertionError(f"momentum_step looks for {_error} where it is not: b moves for the first time at the second step") from _error
check.close(_w["b"], [0], name="b after its first own step (the second of the run)")
check.close(_w["a"], [6], name="a, frozen at the second step")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/momentum_frozen")
_w = {n: _rng.normal(size=2) for n in "abc"}
_mine, _change, _state = dict(_w), {n: np.zeros(2) for n in "abc"}, None
for _names in ("a", "ab", "b", "", "ac", "c", "abc", "b", "abc"):
    _g = {n: _rng.normal(size=2) for n in _names}
    _w, _state = momentum_step(_w, _g, _state, 0.1, 0.8, 0.3)
    for _n in _names:
        _change[_n] = 0.8 * _change[_n] - 0.1 * (_g[_n] + 0.3 * _mine[_n])
        _mine[_n] = _mine[_n] + _change[_n]
    for _n in "abc":
        check.close(_w[_n], _mine[_n], rtol=1e-9, name=f"{_n} after a step with gradients of {list(_names)}")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Nesterov's momentum that restarts itself (4 points)
#
# Nesterov's method can be written without a velocity, with two sequences: $y$ is where a plain step leads, $w$ swings on in the direction in which $y$ has moved,
#
# $$y_{t+1} = w_t - \eta\, g_t, \qquad w_{t+1} = y_{t+1} + \mu_t\,(y_{t+1} - y_t), \qquad y_0 = w_0 ,$$
#
# where $g_t$ is the gradient at $w_t$. The best $\mu$ depends on the condition number, which nobody knows. A way out (O'Donoghue and Candès, 2015): let
# the momentum grow, $\mu_t = k / (k + 3)$, where $k$ counts the steps since the start, and begin again when the movement goes uphill:
#
# - $k = 0$ at the first step, so that $\mu = 0$; $k = 1$ at the second, and so on;
# - if $g_t \cdot (y_{t+1} - y_t) > 0$ (the dot product over **all** entries), then this step is treated like a first step: $k = 0$ for it, and $k = 1$ for the next one.
#
# Write `nesterov_step(w, grad, state, lr)`: one step, `w` and `grad` float64 arrays of one shape (any), `state` as in part 1. Return the new $w$ (not $y$) and the new state.
# Nothing that was given is changed.
#
# Example, one number: `w = 8`, `lr = 0.5`. Gradient 8: $y = 4$, $w = 4$ (no swing). Gradient 4: $y = 2$, the swing is $\frac14 (2 - 4)$, so $w = 1.5$. If now the gradient is
# $-2$: $y = 2.5$, and $-2 \cdot (2.5 - 2) < 0$, so no restart: $k = 2$, the swing is $\frac25 (2.5 - 2)$ and $w = 2.7$.
#
# <details><summary>Hint 1</summary>
#
# What must be known at the next step? The last $y$ (not the last $w$: that would be the heavy ball) and the count $k$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Without a state, $y_0$ is `w` itself and $k = 0$. The restart test needs the new $y$ and the old one, so it comes between the two formulas. `np.sum(a * b)` is the dot product
# for every shape.
# </details>
#
# <details><summary>Hint 3</summary>
#
# A restart changes only $k$. It does not throw $y_{t+1}$ away, and it does not put $y_t$ into the state: the next step's "old $y$" is still this step's $y_{t+1}$.
# </details>

# %% answer="nesterov_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def nesterov_step(w, grad, state, lr):
    """Nesterov's step with growing momentum and restarts.  w, grad: one shape, state: None or as returned

    -> new w, new state
    """
    ### BEGIN SOLUTION
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        k = 0
    return y + k / (k + 3) * (y - y_old), (y, k + 1)
    ### END SOLUTION


# %% tests="nesterov_step" points=2
_w, _state = np.array([8.0]), None
for _g, _expected, _where in [(8.0, 4.0, "first"), (4.0, 1.5, "second"), (-2.0, 2.7, "third")]:
    _pair = nesterov_step(_w, np.array([_g]), _state, 0.5)
    assert _pair is not None and len(_pair) == 2, "return a pair: new w, new state"
    _w, _state = _pair
    check.close(_w, [_expected], name=f"w after the {_where} step")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/nesterov_step")
for _shape in [(1,), (4,), (2, 3), ()]:
    _lr, _size = float(_rng.uniform(0.01, 0.1)), int(np.prod(_shape))
    _c = _rng.uniform(0.2, 1.0, _size)
    _w, _state = np.asarray(_rng.normal(size=_shape)), None
    _mine = [float(v) for v in _w.ravel()]  # entry by entry, without arrays
    _y = list(_mine)
    for _k in range(8):  # small rates: no restart happens
        _g = np.asarray((_c * _w.ravel()).reshape(_shape))
        _w, _state = nesterov_step(_w, _g, _state, _lr)
        for _i in range(_size):
            _y_new = _mine[_i] - _lr * float(_c[_i]) * _mine[_i]
            _mine[_i], _y[_i] = _y_new + _k / (_k + 3) * (_y_new - _y[_i]), _y_new
        check.shape(_w, _shape, "the new w")
        check.close(np.ravel(_w), _mine, rtol=1e-9, name=f"w of shape {_shape} after step {_k + 1}")
### END HIDDEN TESTS

# %% tests="nesterov_restart" of="nesterov_step" points=1
_w, _state = nesterov_step(np.array([8.0, 1.0]), np.array([8.0, 1.0]), None, 0.5)
_w, _state = nesterov_step(_w, np.array([4.0, 0.5]), _state, 0.5)
check.close(_w, [1.5, 0.1875], name="w after the second step")
_w, _state = nesterov_step(_w, np.array([0.5, -8.0]), _state, 0.5)  # y moves by (-0.75, 3.9375): downhill
check.close(_w, [0.95, 5.7625], name="w after the third step (downhill over all entries: no restart)")
_w, _state = nesterov_step(_w, np.array([0.0, 2.0]), _state, 0.5)  # y moves by (-0.3, 0.575): uphill
check.close(_w, [0.95, 4.7625], name="w after the fourth step (uphill: a restart, no swing)")
_w, _state = nesterov_step(_w, np.array([1.0, 1.0]), _state, 0.5)
check.close(_w, [0.325, 4.1375], name="w after the fifth step (k = 1 again)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/nesterov_restart")
_restarts = 0
for _shape in [(2,), (3, 2), ()]:
    _c, _w, _state = np.asarray(_rng.uniform(0.2, 8.0, _shape)), np.asarray(_rng.normal(size=_shape)), None
    _lr, _mine, _y, _k = 0.11, _w, _w, 0
    for _t in range(40):
        _g = np.asarray(_c * _mine + 0.3 * _rng.normal(size=_shape))
        _w, _state = nesterov_step(_w, _g, _state, _lr)
        _y_new = _mine - _lr * _g
        if float(np.vdot(_g, _y_new - _y)) > 0:
            _k, _restarts = 0, _restarts + 1
        _mine, _y, _k = _y_new + _k / (_k + 3) * (_y_new - _y), _y_new, _k + 1
        check.close(_w, _mine, rtol=1e-8, atol=1e-9, name=f"w of shape {_shape} after step {_t + 1}, gradients with noise")
assert _restarts > 3, "no restart happened in this test"
### END HIDDEN TESTS

# %% tests="nesterov_pays" of="nesterov_step" points=1
_start = np.array([-1.0, 1.0])
_copy, _g = _start.copy(), np.array([-1.0, 100.0])
_once, _kept = nesterov_step(_start, _g, None, 0.01)
assert np.array_equal(_start, _copy), "nesterov_step changes w: make a new array"
_next = nesterov_step(_once, _once * [1, 100], _kept, 0.01)[0]
check.close(nesterov_step(_once, _once * [1, 100], _kept, 0.01)[0], _next, name="the same second step taken again from the same state")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/nesterov_pays")
_kappa = float(_rng.uniform(150, 250))
_c, _w, _state = np.array([1.0, _kappa]), np.array([-1.0, 1.0]), None
_plain = _w.copy()
for _t in range(200):
    _w, _state = nesterov_step(_w, _c * _w, _state, 1 / _kappa)
    _plain = _plain - 2 / (1 + _kappa) * _c * _plain  # the best plain descent can do
    _alone = nesterov_step(np.array([3.0]), np.array([1.0]), None, 1.0)[0] if _t % 20 == 0 else [2.0]
    check.close(_alone, [2.0], name="the first step of another run, taken in between (state = None means: no memory)")
_loss, _slow = (float(0.5 * np.sum(_c * np.square(v))) for v in (_w, _plain))
_text = f"in a ravine of condition {_kappa:.0f}, 200 steps must end far lower than plain descent (by a factor 1e8, a right answer has 1e13): {_loss:.1e} against {_slow:.1e}"
assert _loss < _slow / 1e8, _text
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Schedules with both ends right (4 points)
#
# A run has $T$ steps, numbered $t = 0, 1, \dots, T-1$. Write `lr_schedule(kind, t, T, warm)`: the factor, a number, by which the largest rate is multiplied at step $t$.
#
# - The first `warm` steps ($t < $ `warm`) warm up in a straight line: $\frac1{\text{warm}}, \frac2{\text{warm}}, \dots, 1$. No step has the factor 0 here: it would be wasted.
# - Afterwards let $u = \dfrac{t - \text{warm}}{T - 1 - \text{warm}}$: it is 0 at the first step after the warm-up and 1 at the last step of the run. With it
#   - `"linear"`: $1 - u$;
#   - `"cosine"`: half a cosine wave from 1 at $u = 0$ to 0 at $u = 1$;
#   - `"trapezoid"`: 1 up to $u = 0.8$, then a straight line to 0 at $u = 1$.
# - If only one step follows the warm-up, $u = 0$ for it.
# - `warm` is a whole number from 0 to $T$. A `t` outside $0, \dots, T - 1$ and an unknown `kind` raise `ValueError`.
#
# Example: $T = 11$, `warm = 0`: `"linear"` gives $1, 0.9, 0.8, \dots, 0$; `"cosine"` gives 0.5 at $t = 5$; `"trapezoid"` gives 1 up to $t = 8$, then 0.5, 0.
#
# <details><summary>Hint 1</summary>
#
# Deal with the errors first, then with the warm-up, which returns at once. Only then is $u$ needed, and only then can its denominator be 0.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The cosine goes from 1 to $-1$ over half a turn. What must be added, and by what must it be divided, to make that 1 to 0? The trapezoid's line falls by 1 while $u$ grows
# by 0.2: how large is $1 - u$ at its start?
# </details>

# %% answer="lr_schedule" forbid="dlcourse.training dlcourse.mlp torch scipy"
def lr_schedule(kind, t, T, warm):
    """Factor of the learning rate at step t of T, after `warm` steps of warm-up.  kind: a text, t, T, warm: whole numbers -> number in [0, 1]"""
    ### BEGIN SOLUTION
    if kind not in ("linear", "cosine", "trapezoid"):
        raise ValueError(f"unknown kind {kind!r}")
    if not 0 <= t < T:
        raise ValueError(f"t must be from 0 to {T - 1}, got {t}")
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    if kind == "linear":
        return 1 - u
    if kind == "cosine":
        return (1 + np.cos(np.pi * u)) / 2
    return min(1.0, (1 - u) / 0.2)
    ### END SOLUTION


# %% tests="lr_schedule" points=2
for _kind, _t, _expected in [("linear", 1, 0.9), ("cosine", 5, 0.5), ("trapezoid", 8, 1), ("trapezoid", 9, 0.5)]:
    check.close(lr_schedule(_kind, _t, 11, 0), _expected, name=f"{_kind} at t = {_t} of 11")
check.close([lr_schedule("linear", _t, 9, 4) for _t in range(9)], [0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0], name="linear, 9 steps, 4 of warm-up")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/lr_schedule")
_curves = {  # not the formulas of the text, but the same curves
    "linear": lambda u: np.interp(u, [0, 1], [1, 0]),
    "cosine": lambda u: np.cos(np.pi / 2 * u) ** 2,
    "trapezoid": lambda u: np.interp(u, [0, 0.8, 1], [1, 1, 0]),
}
for _total, _warm in zip((int(_n) for _n in _rng.integers(20, 45, 3)), (0, 1, 7), strict=True):
    for _kind, _curve in _curves.items():
        _expected = np.concatenate([np.arange(1, _warm + 1) / max(_warm, 1), _curve(np.linspace(0, 1, _total - _warm))])
        for _t in range(_total):
            check.close(lr_schedule(_kind, _t, _total, _warm), _expected[_t], rtol=1e-9, atol=1e-12, name=f"{_kind} at t = {_t} of {_total}, {_warm} of warm-up")
### END HIDDEN TESTS

# %% tests="schedule_ends" of="lr_schedule" points=1
for _kind in ("linear", "cosine", "trapezoid"):
    check.close(lr_schedule(_kind, 0, 30, 0), 1, name=f"{_kind}, first step without warm-up")
    check.close(lr_schedule(_kind, 29, 30, 0), 0, name=f"{_kind}, last step")
    check.raises(ValueError, lr_schedule, _kind, 30, 30, 0)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("descent/schedule_ends")
for _total in (int(_n) for _n in _rng.integers(15, 60, 3)):
    _warm = int(_rng.integers(2, 8))
    for _kind in ("linear", "cosine", "trapezoid"):
        check.close(lr_schedule(_kind, 0, _total, _warm), 1 / _warm, name=f"{_kind}, first step of {_warm} of warm-up")
        check.close(lr_schedule(_kind, _warm - 1, _total, _warm), 1, name=f"{_kind}, last step of warm-up")
        check.close(lr_schedule(_kind, _warm, _total, _warm), 1, name=f"{_kind}, first step after the warm-up")
        check.close(lr_schedule(_kind, _total - 1, _total, _warm), 0, atol=1e-12, name=f"{_kind}, last step")
        check.raises(ValueError, lr_schedule, _kind, -1, _total, _warm)
        check.raises(ValueError, lr_schedule, _kind, _total, _total, _warm)
### END HIDDEN TESTS

# %% tests="schedule_edges" of="lr_schedule" points=1
check.close(lr_schedule("cosine", 0, 1, 0), 1, name="a run of one step")
check.close([lr_schedule("linear", _t, 3, 3) for _t in range(3)], [1 / 3, 2 / 3, 1], name="a run that is all warm-up")
check.raises(ValueError, lr_schedule, "sawtooth", 0, 10, 0)
### BEGIN HIDDEN TESTS
for _kind in ("linear", "cosine", "trapezoid"):
    check.close(lr_schedule(_kind, 0, 1, 0), 1, name=f"{_kind}, a run of one step")
    check.close(lr_schedule(_kind, 0, 1, 1), 1, name=f"{_kind}, a run of one step, all warm-up")
    for _warm in (1, 4, 6):
        check.close(lr_schedule(_kind, _warm, _warm + 1, _warm), 1, name=f"{_kind}, the only step after {_warm} of warm-up")
        check.close([lr_schedule(_kind, t, _warm, _warm) for t in range(_warm)], np.arange(1, _warm + 1) / _warm, name=f"{_kind}, all {_warm} steps warm-up")
    check.close([lr_schedule(_kind, t, 2, 0) for t in range(2)], [1, 0], atol=1e-12, name=f"{_kind}, a run of two steps")
for _kind in ("", "Cosine", "step"):
    check.raises(ValueError, lr_schedule, _kind, 0, 10, 2)
    check.raises(ValueError, lr_schedule, _kind, 3, 10, 2)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# A lecture slide says: "SGD tends to oscillate at local extrema and saddle points; momentum suppresses the oscillation." A fellow student's training loss has hardly moved
# for 300 steps. You may print anything during ten more steps. How do you find out whether she is in a ravine, at a saddle, or on the noise floor of small batches,
# and what would you change in each case? What is wrong with what the slide says about saddle points? (About 8 sentences.)

# %% [markdown] written="stuck" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Print the length of the full-batch gradient, and the angle (or dot product) between successive steps. Ravine: the gradient is not small and successive full-batch steps point
# against each other along the steep direction (negative dot products); remedy: momentum, a smaller rate, better conditioning (normalised inputs). Saddle or plateau: the full-batch
# gradient is nearly 0 and successive steps point the *same* way, growing slowly; remedy: patience, noise, momentum, which leaves faster; a smaller rate makes it worse. Noise floor: the
# full-batch gradient is small, gradients of batches are much larger and point in random directions; remedy: lower the rate (schedule) or larger batches; momentum does not lower
# the floor. The slide puts the oscillation in the wrong place: plain descent swings across ravines, where the curvature is very different in two directions, and *stalls* at saddles, where
# the gradient vanishes. Momentum damps the first and shortens the second. (In a ravine with a rate below 1/L nothing turns; there the gradient shrinks, at a saddle it grows.)
#
# Marking: 1 point for measurements that tell at least two of the three cases apart (gradient length AND direction of successive steps, or full-batch against batch gradient) with a
# fitting remedy for each; 1 point for the correction: swings across ravines, stalls at saddles, because the gradient there is nearly 0. "Lower the learning rate" for all three cases earns no point.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Run your `nesterov_step` on `w -> (w[0], kappa * w[1])` for kappa = 10, 100, 1000 and count the steps to a loss of $10^{-6}$. How close does it come to Nesterov's method with the best
#   $\mu$, which had to know kappa? Mark the restarts on a plot of the loss.
# - `"trapezoid"` lets you decide late how long to train. Why can a cosine not do that?
