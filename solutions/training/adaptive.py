# %% [markdown]
# # A rate for every weight: sparse Adagrad, RMSprop, Adadelta, AdamW, clipping, and an audit
#
# **What it trains.** Keeping the memory of adaptive rules straight: what is squared before what, where $\epsilon$ stands, when an average is used and when it is updated.
# And how to find out by a few calls whether an optimiser that somebody hands you is what it says.
#
# **Time.** About 110 minutes.
#
# **Read again if stuck.** Section "Adaptive rates" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.
#
# For all rules: `w` and `grad` are float64 arrays, `grad` is the gradient at `w`, and `state` is `None` at the first step, afterwards what your function returned last.
# What you keep in it is your affair: the tests hand it back and never look inside. Return a pair: the new `w`, the new state. Nothing that was given is changed, so that a
# step can be repeated.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Adagrad for the words that occur (4 points)
#
# A table `w` has the shape $(V, D)$: a row for each of $V$ words. A batch uses a few of them, and only their rows have gradients. So the gradient comes in two arrays:
# `rows`, the numbers of the words, shape $(K,)$, and `grad`, shape $(K, D)$, whose row $k$ belongs to the word `rows[k]`. A word may occur several times in a batch; then its
# gradient is the **sum** of its rows of `grad`. The total gradient of the word is what Adagrad squares and adds up:
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\,\frac{g}{\sqrt{s} + \epsilon}$$
#
# Write `adagrad_rows(w, rows, grad, state, lr, eps)`. Rows that do not occur stay exactly as they are, and so does their memory. `rows` may be empty.
#
# Example: one column, two words, `w = [[8], [8]]`, `lr = 1`, `eps = 0` (allowed here as long as no gradient is 0). The batch `rows = [1, 1]`, `grad = [[1], [2]]` has the gradient 3 for word 1:
# its sum is 9, its step $3/3$, so `w = [[8], [7]]`. Then `rows = [1]`, `grad = [[4]]`: the sum is 25, the step $4/5$, and `w = [[8], [6.2]]`.
#
# <details><summary>Hint 1</summary>
#
# `w[rows] += grad` counts a word once, however often it occurs: the last one wins. What adds up repeated rows? Look at `np.add.at`, or at a loop over `k`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# First collect the whole gradient, an array like `w` that is 0 where no word occurs. Squaring comes after collecting: $(1 + 2)^2$ is not $1^2 + 2^2$.
# A row with gradient 0 has the step 0 only if $0/(\sqrt{0} + \epsilon)$ is 0; with `eps = 0` it is not, so change only the rows that occur (`np.unique(rows)`).
# </details>

# %% answer="adagrad_rows" forbid="dlcourse.training dlcourse.mlp torch scipy"
def adagrad_rows(w, rows, grad, state, lr, eps):
    """Adagrad for some rows of a table.  w: (V, D), rows: (K,) whole numbers, grad: (K, D), state: None or as returned

    -> new w: (V, D), new state
    """
    ### BEGIN SOLUTION
    whole = np.zeros_like(w)  # (V, D)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2  # (V, D)
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total
    ### END SOLUTION


# %% tests="adagrad_rows" points=2
_pair = adagrad_rows(np.array([[8.0], [8.0]]), np.array([1, 1]), np.array([[1.0], [2.0]]), None, 1.0, 0.0)
assert _pair is not None and len(_pair) == 2, "return a pair: new w, new state"
check.close(_pair[0], [[8], [7]], name="w after the first step")
check.close(adagrad_rows(_pair[0], np.array([1]), np.array([[4.0]]), _pair[1], 1.0, 0.0)[0], [[8], [6.2]], name="w after the second step")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adagrad_rows")
for _v, _d, _k, _eps in [(5, 3, 4, 1e-10), (1, 1, 3, 0.5), (7, 2, 12, 0.0), (4, 4, 1, 0.1)]:
    _lr, _w, _state = float(_rng.uniform(0.1, 1)), _rng.normal(size=(_v, _d)), None
    _mine, _seen = _w.copy(), {}
    for _t in range(8):
        _rows, _g = _rng.integers(0, _v, _k), _rng.normal(size=(_k, _d))
        _w, _state = adagrad_rows(_w, _rows, _g, _state, _lr, _eps)
        for _word in set(_rows.tolist()):  # word by word, entry by entry, all past gradients kept
            _sum = [sum(_g[i, j] for i in range(_k) if _rows[i] == _word) for j in range(_d)]
            _seen.setdefault(_word, []).append(_sum)
            for _j in range(_d):
                _mine[_word, _j] -= _lr * _sum[_j] / (float(np.linalg.norm([s[_j] for s in _seen[_word]])) + _eps)
        check.close(_w, _mine, rtol=1e-9, name=f"w {_v, _d} after step {_t + 1} with the rows {_rows.tolist()} (eps = {_eps})")
### END HIDDEN TESTS

# %% tests="adagrad_others" of="adagrad_rows" points=1
_w, _state = adagrad_rows(np.ones((3, 2)), np.array([0, 2]), np.full((2, 2), 3.0), None, 0.5, 0.0)
check.close(_w, [[0.5, 0.5], [1, 1], [0.5, 0.5]], name="w when word 1 does not occur")
_w, _state = adagrad_rows(_w, np.zeros(0, dtype=int), np.zeros((0, 2)), _state, 0.5, 0.0)
check.close(_w, [[0.5, 0.5], [1, 1], [0.5, 0.5]], name="w after a batch without words")
check.close(adagrad_rows(_w, np.array([0]), np.full((1, 2), 4.0), _state, 0.5, 0.0)[0], [[0.1, 0.1], [1, 1], [0.5, 0.5]], name="w after word 0 came back")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adagrad_others")
_w, _lr = _rng.normal(size=(6, 2)), float(_rng.uniform(0.1, 1))
_first, _state = adagrad_rows(_w, np.zeros(0, dtype=int), np.zeros((0, 2)), None, _lr, 0.0)
check.close(_first, _w, rtol=0, atol=0, name="w after a first batch without words (eps = 0)")
_g = _rng.normal(size=2)
for _ in range(5):
    _first, _state = adagrad_rows(_first, np.array([3]), _rng.normal(size=(1, 2)), _state, _lr, 0.0)
check.close(np.delete(_first, 3, 0), np.delete(_w, 3, 0), rtol=0, atol=0, name="the rows that never occurred (exactly as they were)")
_late = adagrad_rows(_first, np.array([5, 5]), np.stack([_g, _g]), _state, _lr, 0.0)[0]
check.close(_late[5], _w[5] - _lr * np.sign(_g), rtol=1e-9, name="the first step of a word that comes late: lr times the sign")
### END HIDDEN TESTS

# %% tests="adagrad_keeps" of="adagrad_rows" points=1
_w, _rows, _g = np.array([[8.0], [8.0]]), np.array([0, 0]), np.array([[1.0], [2.0]])
_once, _state = adagrad_rows(_w, _rows, _g, None, 1.0, 0.0)
assert _w.tolist() == [[8.0], [8.0]], "adagrad_rows changes w: make a new array"
_next = adagrad_rows(_once, _rows[:1], np.array([[4.0]]), _state, 1.0, 0.0)[0]
check.close(_next, [[6.2], [8.0]], name="w after the second step")
check.close(adagrad_rows(_once, _rows[:1], np.array([[4.0]]), _state, 1.0, 0.0)[0], _next, name="the same second step taken again from the same state")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adagrad_keeps")
_w, _state, _sum, _mine = _rng.normal(size=(3, 2)), None, np.zeros((3, 2)), None
_mine = _w.copy()
for _t in range(5):
    _rows, _g = np.arange(3), _rng.normal(size=(3, 2))
    _before, _g_before, _old = _w.copy(), _g.copy(), _state
    _new, _state = adagrad_rows(_w, _rows, _g, _state, 0.3, 1e-8)
    assert np.array_equal(_w, _before) and np.array_equal(_g, _g_before), "adagrad_rows changes what it was given"
    _other = adagrad_rows(np.ones((2, 1)), np.array([0]), np.array([[2.0]]), None, 0.5, 0.0)[0]
    check.close(_other, [[0.5], [1.0]], name="the first step of another table, taken in between (state = None means: no memory)")
    check.close(adagrad_rows(_w, _rows, _g, _old, 0.3, 1e-8)[0], _new, rtol=1e-12, name="the same step taken again from the same state")
    _sum = _sum + _g**2
    _mine = _mine - 0.3 * _g / (np.sqrt(_sum) + 1e-8)
    check.close(_new, _mine, rtol=1e-9, name=f"step {_t + 1} of a run with repetitions")
    _w = _new
### END HIDDEN TESTS

# %% [markdown]
# ## 2. RMSprop with momentum (3 points)
#
# Frameworks put a momentum behind RMSprop: first the gradient is divided, then the quotients are remembered as in the heavy ball.
#
# $$n_t = \rho\, n_{t-1} + (1 - \rho)\, g_t^2, \qquad v_t = \mu\, v_{t-1} + \frac{g_t}{\sqrt{n_t} + \epsilon}, \qquad w_{t+1} = w_t - \eta_t\, v_t , \qquad n_0 = v_0 = 0 .$$
#
# Write `rmsprop_step(w, grad, state, lr, rho, mu, eps)` for arrays of any shape. The rate may change from step to step.
#
# Example: $\rho = 0.75$, $\mu = 0.5$, $\eta = 1$, $\epsilon = 0$, $w = 8$. Gradient 4: $n = 4$, $v = 2$, $w = 6$. Gradient $-2$: $n = 3 + 1 = 4$, $v = 1 - 1 = 0$, $w = 6$.
#
# <details><summary>Hint 1</summary>
#
# Two arrays are remembered, $n$ and $v$. The rate is in neither of them.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The new $n$ is used at once: $v_t$ divides by the root of $n_t$, not of $n_{t-1}$. And $\epsilon$ stands outside the root: for a gradient of $10^{-6}$ that makes a difference.
# </details>

# %% answer="rmsprop_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    """RMSprop with momentum.  w, grad: one shape, state: None or as returned -> new w, new state"""
    ### BEGIN SOLUTION
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)
    ### END SOLUTION


# %% tests="rmsprop_step" points=2
_pair = rmsprop_step(np.array([8.0]), np.array([4.0]), None, 1.0, 0.75, 0.5, 0.0)
assert _pair is not None and len(_pair) == 2, "return a pair: new w, new state"
check.close(_pair[0], [6], name="w after the first step")
check.close(rmsprop_step(_pair[0], np.array([-2.0]), _pair[1], 1.0, 0.75, 0.5, 0.0)[0], [6], name="w after the second step")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/rmsprop_step")
for _shape, _rho, _mu, _eps, _size in [((3,), 0.9, 0.0, 1e-8, 1), ((2, 3), 0.99, 0.9, 1e-8, 1), ((), 0.5, 0.6, 0.2, 1), ((4,), 0.9, 0.5, 1e-6, 1e-6)]:
    _w, _state, _past, _quotients = np.asarray(_rng.normal(size=_shape)), None, [], []
    _mine = _w
    for _t in range(10):
        _lr, _g = float(_rng.uniform(0.01, 0.3)), np.asarray(_size * _rng.normal(size=_shape))
        _w, _state = rmsprop_step(_w, _g, _state, _lr, _rho, _mu, _eps)
        _past.append(_g)  # both memories written out as sums over the whole past
        _n = sum((1 - _rho) * _rho ** (_t - k) * p * p for k, p in enumerate(_past))
        _quotients.append(_g / (_n**0.5 + _eps))
        _mine = _mine - _lr * sum(_mu ** (_t - k) * q for k, q in enumerate(_quotients))
        check.close(_w, _mine, rtol=1e-9, name=f"w of shape {_shape} after step {_t + 1} (rho = {_rho}, mu = {_mu}, eps = {_eps}, gradients of size {_size})")
### END HIDDEN TESTS

# %% tests="rmsprop_keeps" of="rmsprop_step" points=1
_w, _g = np.array([8.0]), np.array([4.0])
_once, _state = rmsprop_step(_w, _g, None, 1.0, 0.75, 0.5, 0.0)
assert _w.tolist() == [8.0] and _g.tolist() == [4.0], "rmsprop_step changes what it was given"
_small = rmsprop_step(_once, np.array([6.0]), _state, 0.25, 0.75, 0.5, 0.0)[0]
check.close(_small, [6 - 0.25 * (1 + 3**0.5)], name="w when the second step has the gradient 6 and the rate 0.25 (n = 12)")
_again = rmsprop_step(_once, np.array([6.0]), _state, 0.25, 0.75, 0.5, 0.0)[0]
check.close(_again, _small, name="the same second step taken again from the same state")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/rmsprop_keeps")
_w, _state = _rng.normal(size=3), None
for _t in range(6):
    _g = _rng.normal(size=3)
    _before, _g_before, _old = _w.copy(), _g.copy(), _state
    _new, _state = rmsprop_step(_w, _g, _state, 0.1, 0.9, 0.8, 1e-8)
    assert np.array_equal(_w, _before) and np.array_equal(_g, _g_before), "rmsprop_step changes what it was given"
    _other = rmsprop_step(np.ones(2), np.full(2, 3.0), None, 0.1, 0.75, 0.5, 0.0)[0]
    check.close(_other, np.full(2, 0.8), name="the first step of another run, taken in between (state = None means: no memory)")
    check.close(rmsprop_step(_w, _g, _old, 0.1, 0.9, 0.8, 1e-8)[0], _new, rtol=1e-12, name="the same step taken again from the same state")
    _w = _new
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Adadelta (4 points)
#
# No rate at all. The step is the gradient, divided by the size of the last gradients and multiplied by the size of the last **changes**:
#
# $$n_t = \rho\, n_{t-1} + (1 - \rho)\, g_t^2, \qquad \Delta_t = -\frac{\sqrt{u_{t-1} + \epsilon}}{\sqrt{n_t + \epsilon}}\; g_t, \qquad w_{t+1} = w_t + \Delta_t, \qquad u_t = \rho\, u_{t-1} + (1 - \rho)\, \Delta_t^2 ,$$
#
# with $n_0 = u_0 = 0$. Here $\epsilon$ stands **inside** both roots. The slides have $\sqrt{w}$ where $\sqrt{u + \epsilon}$ belongs.
#
# Write `adadelta_step(w, grad, state, rho, eps)` for arrays of any shape.
#
# Example: $\rho = 0.5$, $\epsilon = 1$, $w = -1$. Gradient 4: $n = 8$, $\Delta = -\frac{1}{3} \cdot 4$, $w = -2.3333$, $u = \frac12 \cdot \frac{16}{9} = \frac89$.
#
# <details><summary>Hint 1</summary>
#
# Order matters: $n$ is updated before it is used, $u$ after. Why can $u_t$ not be used for $\Delta_t$?
# </details>
#
# <details><summary>Hint 2</summary>
#
# With $\epsilon$ missing in the numerator the first step is 0, and so are all others.
# </details>

# %% answer="adadelta_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def adadelta_step(w, grad, state, rho, eps):
    """Adadelta.  w, grad: one shape, state: None or as returned -> new w, new state"""
    ### BEGIN SOLUTION
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt((u + eps) / (n + eps)) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)
    ### END SOLUTION


# %% tests="adadelta_step" points=2
_pair = adadelta_step(np.array([-1.0]), np.array([4.0]), None, 0.5, 1.0)
assert _pair is not None and len(_pair) == 2, "return a pair: new w, new state"
check.close(_pair[0], [-7 / 3], name="w after the first step")
check.close(adadelta_step(_pair[0], np.array([0.0]), _pair[1], 0.5, 1.0)[0], [-7 / 3], name="w after a second step with the gradient 0")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adadelta_step")
for _shape, _rho, _eps in [((3,), 0.9, 1e-6), ((2, 2), 0.95, 1e-3), ((), 0.5, 1.0), ((5,), 0.0, 1e-4)]:
    _w, _state, _past, _changes = np.asarray(_rng.normal(size=_shape)), None, [], []
    _mine = _w
    for _t in range(12):
        _g = np.asarray(_rng.normal(size=_shape))
        _w, _state = adadelta_step(_w, _g, _state, _rho, _eps)
        _past.append(_g)
        _n = sum((1 - _rho) * _rho ** (_t - k) * p * p for k, p in enumerate(_past))
        _u = sum((1 - _rho) * _rho ** (_t - 1 - k) * c * c for k, c in enumerate(_changes))
        _changes.append(-((_u + _eps) ** 0.5) * _g / (_n + _eps) ** 0.5)
        _mine = _mine + _changes[-1]
        check.close(_w, _mine, rtol=1e-9, name=f"w of shape {_shape} after step {_t + 1} (rho = {_rho}, eps = {_eps})")
### END HIDDEN TESTS

# %% tests="adadelta_units" of="adadelta_step" points=1
_w = {}
for _scale in (1e4, 1e6):
    _w[_scale], _state = np.array([-2.0, 0.0, 2.0]), None
    for _g in (1.0, 3.0, -2.0, 1.0):
        _w[_scale], _state = adadelta_step(_w[_scale], np.full(3, _scale * _g), _state, 0.9, 1e-6)
assert np.all(np.isfinite(_w[1e4])), "a weight has become nan or infinite"
check.close(_w[1e6], _w[1e4], rtol=1e-6, name="w after four steps with all gradients 100 times as large")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adadelta_units")
_start, _steps = _rng.normal(size=4), 1e3 * (2 + _rng.random((15, 4))) * _rng.choice([-1, 1], (15, 4))
_ends = []
for _scale, _shift in [(1, 0), (100, 0), (1, -50), (-1, 0)]:  # another loss scale; another origin, where all weights are negative; uphill
    _w, _state = _start + _shift, None
    for _g in _steps:
        _w, _state = adadelta_step(_w, _scale * _g, _state, 0.9, 1e-6)
    assert np.all(np.isfinite(np.asarray(_w))), "a weight has become nan or infinite"
    _ends.append(_w - _start - _shift)
assert np.abs(_ends[0]).max() > 1e-3, "hardly anything moves: is the eps in the numerator?"
check.close(_ends[1], _ends[0], rtol=1e-6, atol=1e-9, name="the way of 15 steps with all gradients 100 times as large")
check.close(_ends[2], _ends[0], rtol=1e-6, atol=1e-9, name="the way of 15 steps from a start that is shifted by -50 (steps do not depend on where the origin is)")
check.close(_ends[3], -_ends[0], rtol=1e-6, atol=1e-9, name="the way of 15 steps with all gradients negated")
### END HIDDEN TESTS

# %% tests="adadelta_keeps" of="adadelta_step" points=1
_w, _g = np.array([-1.0]), np.array([4.0])
_once, _state = adadelta_step(_w, _g, None, 0.5, 1.0)
assert _w.tolist() == [-1.0] and _g.tolist() == [4.0], "adadelta_step changes what it was given"
_next = adadelta_step(_once, _g, _state, 0.5, 1.0)[0]
check.close(_next, _once - 4 * np.sqrt(17 / 9 / 13), name="w after the second step")
check.close(adadelta_step(_once, _g, _state, 0.5, 1.0)[0], _next, name="the same second step taken again from the same state")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adadelta_keeps")
_w, _state = _rng.normal(size=3), None
for _t in range(6):
    _g = _rng.normal(size=3)
    _before, _g_before, _old = _w.copy(), _g.copy(), _state
    _new, _state = adadelta_step(_w, _g, _state, 0.9, 0.01)
    assert np.array_equal(_w, _before) and np.array_equal(_g, _g_before), "adadelta_step changes what it was given"
    _other = adadelta_step(np.full(2, -1.0), np.full(2, 4.0), None, 0.5, 1.0)[0]
    check.close(_other, np.full(2, -7 / 3), name="the first step of another run, taken in between (state = None means: no memory)")
    check.close(adadelta_step(_w, _g, _old, 0.9, 0.01)[0], _new, rtol=1e-12, name="the same step taken again from the same state")
    _w = _new
### END HIDDEN TESTS

# %% [markdown]
# ## 4. AdamW for a network (5 points)
#
# A network has many arrays, and one count of the steps for all of them. For each array
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad n_t = \beta_2 n_{t-1} + (1 - \beta_2)\, g_t^2, \quad w_{t+1} = w_t - \eta\, \lambda\, w_t - \eta\, \frac{m_t / (1 - \beta_1^t)}{\sqrt{n_t / (1 - \beta_2^t)} + \epsilon}$$
#
# with $t = 1$ at the first step and nothing remembered before. The decay $\lambda$ (`decay`) is decoupled: it enters neither $m$ nor $n$. And, as most recipes have it, it is for
# weights only: arrays with **two or more axes** decay, all others (biases, scales: one axis or none) do not.
#
# Write `adamw_step(w, grad, state, lr, decay, beta1, beta2, eps)`; `w` and `grad` are dicts, name → array, with the same names at every step. Return a new dict and the new state.
#
# Example: `w = {"a": [[8]], "b": [8]}`, all gradients 2, `lr = 0.5`, `decay = 0.25`, any betas, `eps = 0`. The first step is `lr` times the sign of the gradient: `b` goes to 7.5. `a` decays as well, by
# $0.5 \cdot 0.25 \cdot 8 = 1$, and goes to 6.5.
#
# <details><summary>Hint 1</summary>
#
# Three things are remembered: the count $t$ and, for every name, $m$ and $n$. Read $t$ once before the loop over the names; if the loop increases it, the second array sees a wrong $t$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Both corrections matter. Without the one of $n$, the first steps are up to $1/\sqrt{1 - \beta_2} = 31.6$ times too long (for $\beta_2 = 0.999$). The decay uses the old $w$, and `np.ndim` counts axes.
# </details>

# %% answer="adamw_step" forbid="dlcourse.training dlcourse.mlp torch scipy"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    """AdamW for named arrays.  w, grad: dicts name -> array, state: None or as returned -> new dict, new state"""
    ### BEGIN SOLUTION
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = m[k] / (1 - beta1**t) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)
    ### END SOLUTION


# %% tests="adamw_step" points=3
_w = {"a": np.array([[8.0]]), "b": np.array([8.0])}
_pair = adamw_step(_w, {"a": np.array([[2.0]]), "b": np.array([2.0])}, None, 0.5, 0.0, 0.5, 0.5, 0.0)
assert _pair is not None and len(_pair) == 2, "return a pair: new dict, new state"
assert set(_pair[0]) == {"a", "b"}, f"the new dict has the names {sorted(_pair[0])}, expected ['a', 'b']"
check.close(_pair[0]["a"], [[7.5]], name="a after the first step without decay: lr times the sign of the gradient")
check.close(_pair[0]["b"], [7.5], name="b after the first step without decay")
_again = adamw_step(_pair[0], {"a": np.array([[2.0]]), "b": np.array([-2.0])}, _pair[1], 0.5, 0.0, 0.5, 0.5, 0.0)[0]
check.close(_again["a"], [[7]], name="a after a second step with the same gradient (betas 0.5)")
check.close(_again["b"], [7.5 + 0.5 / 3], name="b after a second step with the gradient -2 (betas 0.5: m-hat is -2/3)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adamw_step")
for _shapes, _b1, _b2, _eps in [({"w": (3, 2), "b": (2,)}, 0.9, 0.999, 1e-8), ({"x": (), "y": (2, 2)}, 0.5, 0.7, 0.1), ({"p": (4,)}, 0.0, 0.9, 1e-8), ({"q": (2, 1), "r": (1,), "s": (3,)}, 0.8, 0.0, 1e-3)]:
    _lr = float(_rng.uniform(0.01, 0.3))
    _w = {k: np.asarray(_rng.normal(size=s)) for k, s in _shapes.items()}
    _mine, _past, _state = dict(_w), {k: [] for k in _w}, None
    for _t in range(1, 31):
        _g = {k: np.asarray(_rng.normal(size=s)) for k, s in _shapes.items()}
        _w, _state = adamw_step(_w, _g, _state, _lr, 0.0, _b1, _b2, _eps)
        for _k in _shapes:  # weighted means over the whole past: that is what the corrections make of m and n
            _past[_k].append(_g[_k])
            _c1, _c2 = (b ** np.arange(_t)[::-1] for b in (_b1, _b2))
            _m = sum(c * p for c, p in zip(_c1, _past[_k], strict=True)) / _c1.sum()
            _n = sum(c * p * p for c, p in zip(_c2, _past[_k], strict=True)) / _c2.sum()
            _mine[_k] = _mine[_k] - _lr * _m / (_n**0.5 + _eps)
            check.close(_w[_k], _mine[_k], rtol=1e-8, name=f"{_k} after step {_t} (betas {_b1}, {_b2}, eps = {_eps}, no decay)")
### END HIDDEN TESTS

# %% tests="adamw_decay" of="adamw_step" points=1
_w, _state = adamw_step({"a": np.array([[8.0]]), "b": np.array([8.0])}, {"a": np.array([[2.0]]), "b": np.array([2.0])}, None, 0.5, 0.25, 0.9, 0.999, 0.0)
check.close(_w["a"], [[6.5]], name="a (two axes) after one step with decay 0.25")
check.close(_w["b"], [7.5], name="b (one axis) after one step with decay 0.25")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adamw_decay")
_lr, _decay = float(_rng.uniform(0.05, 0.2)), float(_rng.uniform(0.1, 1))
_shapes = {"a": (2, 3), "b": (3,), "c": (), "d": (2, 1, 2)}
_w = {k: np.asarray(_rng.normal(size=s)) for k, s in _shapes.items()}
_mine, _state, _m, _n = dict(_w), None, dict.fromkeys(_w, 0.0), dict.fromkeys(_w, 0.0)
for _t in range(1, 16):
    _g = {k: np.asarray(_rng.normal(size=s)) for k, s in _shapes.items()}
    _w, _state = adamw_step(_w, _g, _state, _lr, _decay, 0.9, 0.99, 1e-8)
    for _k in _shapes:
        _m[_k], _n[_k] = 0.9 * _m[_k] + 0.1 * _g[_k], 0.99 * _n[_k] + 0.01 * _g[_k] ** 2
        _kept = _mine[_k] * (1 - _lr * _decay) if _k in "ad" else _mine[_k]
        _mine[_k] = _kept - _lr * _m[_k] / (1 - 0.9**_t) / ((_n[_k] / (1 - 0.99**_t)) ** 0.5 + 1e-8)
        check.close(_w[_k], _mine[_k], rtol=1e-8, name=f"{_k} of shape {_shapes[_k]} after step {_t} with decay {_decay:.2f}")
### END HIDDEN TESTS

# %% tests="adamw_keeps" of="adamw_step" points=1
_start, _g = {"a": np.array([[8.0]])}, {"a": np.array([[2.0]])}
_once, _state = adamw_step(_start, _g, None, 0.5, 0.0, 0.9, 0.999, 1e-8)
assert _start["a"].tolist() == [[8.0]] and _g["a"].tolist() == [[2.0]], "adamw_step changes what it was given"
_g = {"a": np.array([[-1.0]])}
_next = adamw_step(_once, _g, _state, 0.5, 0.0, 0.9, 0.999, 1e-8)[0]["a"]
check.close(_next, [[7.5 - 0.5 * (0.08 / 0.19) / (0.004996 / 0.001999) ** 0.5]], rtol=1e-6, name="a after a second step with the gradient -1")
check.close(adamw_step(_once, _g, _state, 0.5, 0.0, 0.9, 0.999, 1e-8)[0]["a"], _next, name="the same second step taken again from the same state")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/adamw_keeps")
_w, _state = {"a": _rng.normal(size=(2, 2)), "b": _rng.normal(size=2)}, None
for _t in range(6):
    _g = {"a": _rng.normal(size=(2, 2)), "b": _rng.normal(size=2)}
    _before, _g_before, _old = {k: v.copy() for k, v in _w.items()}, {k: v.copy() for k, v in _g.items()}, _state
    _new, _state = adamw_step(_w, _g, _state, 0.1, 0.1, 0.9, 0.99, 1e-8)
    assert all(np.array_equal(_w[k], _before[k]) and np.array_equal(_g[k], _g_before[k]) for k in "ab"), "adamw_step changes what it was given"
    _other = adamw_step({"a": np.ones((1, 2))}, {"a": np.full((1, 2), 3.0)}, None, 0.5, 0.0, 0.9, 0.99, 0.0)[0]["a"]
    check.close(_other, np.full((1, 2), 0.5), name="the first step of another network, taken in between (state = None means: no memory)")
    _again = adamw_step(_w, _g, _old, 0.1, 0.1, 0.9, 0.99, 1e-8)[0]
    for _k in "ab":
        check.close(_again[_k], _new[_k], rtol=1e-12, name=f"{_k} when the same step is taken again from the same state")
    _w = _new
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Clip by the global norm (3 points)
#
# Write `clip_by_norm(grads, limit)`. `grads` is a list of float64 arrays of any shapes. Their **global norm** is the root of the sum of the squares of all entries of all arrays. If it is
# larger than `limit`, all arrays are multiplied by the one factor that makes the norm equal to `limit`; otherwise they stay as they are. Return a pair: the list of new arrays, and the norm
# *before* clipping, a number.
#
# - Nothing that was given is changed.
# - All gradients may be 0, an array may be empty, and the list may be empty: the norm is 0.
# - Entries may be as large as $10^{200}$ and as small as $10^{-200}$; their squares overflow to infinity or vanish, but the norm must be right to $10^{-9}$ of itself.
# - If any entry is infinite or not a number, raise `ValueError`: no factor mends that. So does a `limit` that is not above 0.
#
# Example: `grads = [[3], [[0, 4]]]` has the norm 5. With `limit = 2.5` all is halved.
#
# <details><summary>Hint 1</summary>
#
# One factor for all arrays, so the norm must be known before the first array is touched.
# </details>
#
# <details><summary>Hint 2</summary>
#
# For the huge entries: divide everything by the largest absolute value first, and multiply the root by it afterwards. If the largest is 0, you are done.
# `min(1, limit / norm)` is no guard against `nan`: Python's `min(1, nan)` is 1.
# </details>

# %% answer="clip_by_norm" forbid="dlcourse.training dlcourse.mlp torch scipy"
def clip_by_norm(grads, limit):
    """All gradients times one factor, so that their global norm is at most `limit`.  grads: list of arrays, limit: number -> list of arrays, norm before"""
    ### BEGIN SOLUTION
    if not limit > 0:
        raise ValueError(f"limit must be > 0, got {limit}")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("a gradient is infinite or not a number")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm
    ### END SOLUTION


# %% tests="clip_by_norm" points=1
_grads = [np.array([3.0]), np.array([[0.0, 4.0]])]
_pair = clip_by_norm(_grads, 2.5)
assert _pair is not None and len(_pair) == 2, "return a pair: list of arrays, norm before"
check.close(_pair[1], 5, name="the norm before")
assert len(_pair[0]) == 2, f"the list has {len(_pair[0])} arrays, expected 2"
check.close(_pair[0][0], [1.5], name="the first array, clipped")
check.close(_pair[0][1], [[0, 2]], name="the second array, clipped")
check.close(clip_by_norm(_grads, 6.0)[0][1], [[0, 4]], name="the second array when the limit is above the norm")
assert _grads[0].tolist() == [3.0], "clip_by_norm changes what it was given"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/clip_by_norm")
for _shapes in [[(3, 2), (2,)], [(5,)], [(), (2, 1, 2), (4,)]]:
    _grads = [np.asarray(_rng.normal(size=s)) for s in _shapes]
    _copies = [g.copy() for g in _grads]
    _all = np.concatenate([g.ravel() for g in _grads])
    _norm = float(np.linalg.norm(_all))
    for _limit in (0.3 * _norm, 0.999 * _norm, 1.001 * _norm, 10 * _norm):
        _new, _before = clip_by_norm(_grads, _limit)
        check.close(_before, _norm, rtol=1e-9, name=f"the norm before, shapes {_shapes}")
        _expected = _all if _norm <= _limit else _all * (_limit / _norm)
        for _i, _s in enumerate(_shapes):
            check.shape(_new[_i], _s, f"array {_i}")
        check.close(np.concatenate([np.ravel(g) for g in _new]), _expected, rtol=1e-9, name=f"all entries with the limit {_limit / _norm:.3f} times the norm")
        assert all(np.array_equal(g, c) for g, c in zip(_grads, _copies, strict=True)), "clip_by_norm changes what it was given"
### END HIDDEN TESTS

# %% tests="clip_edges" of="clip_by_norm" points=2
_new, _norm = clip_by_norm([np.zeros(2), np.zeros((0, 3))], 1.0)
check.close(_norm, 0, name="the norm of zeros")
check.close(_new[0], [0, 0], name="zeros, clipped")
check.close(clip_by_norm([np.array([3e200, 4e200])], 1.0)[1] / 1e200, 5, name="the norm of (3e200, 4e200), in units of 1e200")
check.raises(ValueError, clip_by_norm, [np.array([1.0, np.nan])], 1.0)
check.raises(ValueError, clip_by_norm, [np.array([1.0])], 0.0)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("adaptive/clip_edges")
_g = _rng.normal(size=4)
_size = float(np.linalg.norm(_g))
for _power in (-200, -170, 170, 200):
    _scale = 10.0**_power
    _new, _norm = clip_by_norm([_g[:2] * _scale, _g[2:] * _scale], 0.5 * _size * _scale)
    check.close(_norm / _scale, _size, rtol=1e-9, name=f"the norm of entries of about 1e{_power}, in units of that")
    check.close(np.concatenate([np.ravel(v) for v in _new]) / _scale, _g / 2, rtol=1e-8, name=f"entries of about 1e{_power}, clipped to half their norm")
check.close(clip_by_norm([], 1.0)[1], 0, name="the norm of no gradients")
assert len(clip_by_norm([], 1.0)[0]) == 0, "no gradients go in, none come out"
check.close(clip_by_norm([np.zeros((0, 2)), np.array([-3.0, 4.0])], 1.0)[0][1], [-0.6, 0.8], name="the second array beside an empty one")
for _bad in (np.nan, np.inf, -np.inf):
    check.raises(ValueError, clip_by_norm, [np.ones(2), np.array([_bad, 0.0])], 1.0)
    check.raises(ValueError, clip_by_norm, [np.array([[_bad]]), np.ones(2)], 1e300)
for _limit in (0.0, -1.0, float("nan")):
    check.raises(ValueError, clip_by_norm, [np.ones(2)], _limit)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Audit: is this Adam? (4 points)
#
# The slides print Adam without a learning rate, with $\hat n = m/(1 - v^\tau)$, and use $n$ in the place of $\hat n$. Nobody saw it, because an optimiser with a mistake often still goes downhill.
# Write the check that would have found it, and its relatives.
#
# `is_adam(rule)` gets a function that is called as `rule(w, grad, state, lr)`, with `w` and `grad` float64 arrays of shape $(D,)$ or of any other shape, and returns `(new w, new state)`. Return `True` if
# the rule is Adam with $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\epsilon = 10^{-8}$ outside the root, without weight decay, and `False` otherwise. To be Adam it must also keep to the contract: it
# remembers only through `state`, and it changes none of its arguments.
#
# You can only call it: a `state` means nothing to you, except that `None` begins a new run. Call it 300 times at most. Some of the rules that you will get are right but written in
# another way, so allow for rounding (errors of $10^{-9}$ of the step, and of $10^{-15}$ of $w$). Some are wrong only in the first steps, some only after many, some only for tiny gradients, and some only when a
# run follows another one. A wrong rule may also raise an error or return `nan`; then the answer is `False` too.
#
# <details><summary>Hint 1</summary>
#
# Write Adam yourself (five lines) and compare after every step, over random gradients. That finds most. Then think: what would *this* comparison not see?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Where does $\epsilon$ matter? Most where $\sqrt{\hat n}$ is about as small; with a tight tolerance it shows elsewhere, too. Where does weight decay matter? Where $w$ is large. Compare the *step* ($w$ after minus $w$ before), not $w$, else a large $w$
# hides everything. A memory outside of `state` shows when you start a second run, or take one step twice. Copy what you hand over, and look at it afterwards.
# </details>

# %% answer="is_adam" forbid="dlcourse.training dlcourse.mlp torch scipy"
def is_adam(rule):
    """Is this Adam?  rule: function (w, grad, state, lr) -> new w, new state, for arrays of any shape -> True or False"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size) * (rng.random(size) < 0.8), rng.uniform(0.1, 1)
                given, copy = (w.copy(), grad.copy()), (w.copy(), grad.copy())
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(*given, state, lr)
                again, _ = rule(*given, state, lr)
                if not all(np.array_equal(a, b) for a, b in zip(given, copy, strict=True)):
                    return False
                if not (np.allclose(new - w, step, rtol=1e-7, atol=1e-12) and np.allclose(again, new, rtol=1e-12)):
                    return False
                w, state = new, after
        return True
    except Exception:  # a rule that cannot be called is no Adam
        return False
    ### END SOLUTION


# %% tests="is_adam" points=1
def _adam(w, grad, state, lr, eps=1e-8):
    t, m, n = state or (0, 0.0, 0.0)
    t, m, n = t + 1, 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
    return w - lr * (m / (1 - 0.9**t)) / (np.sqrt(n / (1 - 0.999**t)) + eps), (t, m, n)


def _slides(w, grad, state, lr):
    t, m, n = state or (0, 0.0, 0.0)
    t, m, n = t + 1, 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
    return w - (m / (1 - 0.9**t)) / np.sqrt(n + 1e-8), (t, m, n)


_answer = is_adam(_adam)
assert _answer is True, f"Adam itself: is_adam says {_answer!r}, expected True"
_answer = is_adam(_slides)
assert _answer is False, f"the rule of the slides: is_adam says {_answer!r}, expected False"
_answer = is_adam(lambda w, grad, state, lr: (w - lr * np.sign(grad), state))
assert _answer is False, f"the sign of the gradient: is_adam says {_answer!r}, expected False"
### BEGIN HIDDEN TESTS
def _rolled(w, grad, state, lr):  # the efficient form of the paper, with eps scaled along
    t, m, n = (1, grad * 0, grad * 0) if state is None else state
    m, n = m + 0.1 * (grad - m), n + 0.001 * (grad * grad - n)
    root = (1 - 0.999**t) ** 0.5
    return w - lr * root / (1 - 0.9**t) * m / (np.sqrt(n) + 1e-8 * root), (t + 1, m, n)


assert is_adam(_rolled) is True, "an Adam that is written in another way is refused"
assert is_adam(lambda w, grad, state, lr: (w, state)) is False, "a rule that does nothing is accepted"
assert is_adam(lambda w, grad, state, lr: (w - lr * grad, state)) is False, "plain descent is accepted"
### END HIDDEN TESTS

# %% tests="is_adam_formula" of="is_adam" points=1
def _build(b1=0.9, b2=0.999, eps=1e-8, inside=0.0, rate=True, fix_m=True, fix_n=True, first=1, decay=0.0, square=True, swap=False):
    def rule(w, grad, state, lr):
        t, m, n = (first - 1, 0.0, 0.0) if state is None else state
        grad = grad + decay * w
        t, m, n = t + 1, b1 * m + (1 - b1) * grad, b2 * n + (1 - b2) * (grad**2 if square else abs(grad))
        a = m / (1 - b1**t) if fix_m else m
        b = n / (1 - (b1 if swap else b2) ** t) if fix_n else n
        return w - (lr if rate else 0.001) * a / (np.sqrt(b + inside) + eps), (t, m, n)

    return rule


assert is_adam(_build()) is True, "Adam itself is refused"
for _what, _bug in [("a rule that ignores lr", {"rate": False}), ("a rule without the correction of n", {"fix_n": False}), ("a rule without the correction of m", {"fix_m": False})]:
    assert is_adam(_build(**_bug)) is False, f"{_what} is accepted"
### BEGIN HIDDEN TESTS
def _nan(w, grad, state, lr):  # the slides' n-hat, made of m
    t, m, n = (0, 0.0, 0.0) if state is None else state
    t, m, n = t + 1, 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - 0.9**t) / (np.sqrt(m / (1 - 0.999**t)) + 1e-8), (t, m, n)


def _norms(w, grad, state, lr):  # one denominator for the whole array
    t, m, n = (0, 0.0, 0.0) if state is None else state
    t, m, n = t + 1, 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * np.mean(grad**2)
    return w - lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8), (t, m, n)


_bugs = [("beta1 = 0.99", {"b1": 0.99}), ("beta2 = 0.99", {"b2": 0.99}), ("the betas exchanged", {"b1": 0.999, "b2": 0.9}), ("a first step with t = 2", {"first": 2})]
_bugs += [("the mean of absolute gradients", {"square": False}), ("the correction of n with beta1", {"swap": True})]
for _what, _bug in _bugs:
    assert is_adam(_build(**_bug)) is False, f"a rule with {_what} is accepted"
assert is_adam(_nan) is False, "a rule with n-hat made of m is accepted"
assert is_adam(_norms) is False, "a rule with one denominator for all entries is accepted"
### END HIDDEN TESTS

# %% tests="is_adam_rare" of="is_adam" points=1
assert is_adam(_build()) is True, "Adam itself is refused"
assert is_adam(_build(eps=1e-10)) is False, "a rule with eps = 1e-10 is accepted (it shows most where gradients are tiny)"
### BEGIN HIDDEN TESTS
def _forgets_late(w, grad, state, lr):
    return _build()(w, grad, None if state is not None and state[0] >= 20 else state, lr)


def _rate_of_first(w, grad, state, lr):
    lr, inner = (lr, None) if state is None else state
    new, inner = _build()(w, grad, inner, lr)
    return new, (lr, inner)


def _amsgrad(w, grad, state, lr):
    inner, top = (None, 0.0) if state is None else state
    _, inner = _build()(w, grad, inner, lr)
    top = np.maximum(top, inner[2])
    return w - lr * inner[1] / (1 - 0.9 ** inner[0]) / (np.sqrt(top / (1 - 0.999 ** inner[0])) + 1e-8), (inner, top)


def _decoupled(w, grad, state, lr):
    return _build()((1 - 0.01 * lr) * w, grad, state, lr)


def _breaks(w, grad, state, lr):
    if state is not None and state[0] == 10:
        raise RuntimeError("stopped")
    return _build()(w, grad, state, lr)


def _poisoned(w, grad, state, lr):
    new, after = _build()(w, grad, state, lr)
    return (new * np.nan if after[0] == 12 else new), after


def _frozen_time(w, grad, state, lr):
    t, m, n = (0, 0.0, 0.0) if state is None else state
    new, (_, m, n) = _build()(w, grad, (0, m, n), lr)
    return new, (1, m, n)


_bugs = [("eps = 1e-8 inside the root", {"eps": 0.0, "inside": 1e-8}), ("eps = 1e-16 inside the root", {"eps": 0.0, "inside": 1e-16}), ("weight decay in the gradient", {"decay": 0.01})]
for _what, _bug in _bugs:
    assert is_adam(_build(**_bug)) is False, f"a rule with {_what} is accepted"
_rules = [("forgets everything after 20 steps", _forgets_late), ("keeps the first rate", _rate_of_first), ("is AMSGrad", _amsgrad), ("decays its weights", _decoupled)]
_rules += [("raises an error at step 11", _breaks), ("returns nan at step 12", _poisoned), ("takes t = 1 at every step", _frozen_time)]
for _what, _rule in _rules:
    assert is_adam(_rule) is False, f"a rule that {_what} is accepted"
### END HIDDEN TESTS

# %% tests="is_adam_contract" of="is_adam" points=1
_memory = {}


def _remembers(w, grad, state, lr):  # in a global: a second run begins with the memory of the first
    new, _memory[np.shape(grad)] = _build()(w, grad, _memory.get(np.shape(grad)), lr)
    return new, 0


assert is_adam(_build()) is True, "Adam itself is refused"
assert is_adam(_remembers) is False, "a rule that remembers in a global is accepted"
### BEGIN HIDDEN TESTS
def _w_in_place(w, grad, state, lr):
    new, after = _build()(w, grad, state, lr)
    w[...] = new
    return w, after


def _grad_in_place(w, grad, state, lr):
    new, after = _build()(w, grad, state, lr)
    grad[...] = 0
    return new, after


def _cleared(w, grad, state, lr):  # a global again, cleared at the start of a run: a step that is taken twice gives it away
    if state is None:
        _memory.clear()
    new, _memory["run"] = _build()(w, grad, _memory.get("run"), lr)
    return new, 0


assert is_adam(_w_in_place) is False, "a rule that changes w is accepted"
assert is_adam(_grad_in_place) is False, "a rule that changes grad is accepted"
assert is_adam(_cleared) is False, "a rule that remembers in a global, cleared when a run begins, is accepted"
assert is_adam(_build()) is True, "Adam itself is refused"
### END HIDDEN TESTS

# %% [markdown]
# ## 7. In your own words (2 points)
#
# A fellow student trained a network with SGD and momentum, rate 0.1, weight decay $5 \cdot 10^{-4}$. She changes one line, to `torch.optim.Adam(net.parameters(), lr=0.1, weight_decay=5e-4)`, and the loss
# jumps up and stays there. With `lr=0.001` the training loss is lower than it ever was, but the test accuracy is worse than with SGD. She concludes: "Adam overfits." How long is each weight's
# first step in both of her Adam runs, and why is that so whatever the gradient? What does `weight_decay` do in this optimiser to a weight with large gradients and to one with small ones? What would you
# have her run before she concludes anything? (About 8 sentences.)

# %% [markdown] written="adam_switch" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The first step of every weight is the rate itself, 0.1 and 0.001: m-hat is the gradient, the root of n-hat its absolute value, the quotient its sign. So the size of the gradient drops out and the rate of Adam is
# a length in the space of weights, not a factor of the gradient; 0.1 is as long as many weights are, and rates of SGD do not carry over. In `torch.optim.Adam` the decay is added to the gradient and then divided by the root of n
# like everything else: a weight with large gradients hardly decays, one with small gradients decays strongly, so 5e-4 means something else for each weight. AdamW shrinks all by the same factor.
# Before concluding: the same budget of tuning for both (rates on a grid, the decay too), AdamW with a decay of its own (usually larger, such as 0.01), a schedule (and warm-up) for both, several seeds, and compare test results at the
# setting that is best on held-out data for each. A lower training loss with a worse test result may be overfitting, but here the regulariser changed together with the optimiser.
#
# Marking: 1 point for the first step = rate, with the reason (quotient g / |g|), and that rates do not carry over; 1 point for what coupled decay does to large and small gradients together with a fair comparison (tuned rates and decay for both, or AdamW; held-out data). "Use AdamW" without the reason earns no second point.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Run your `adadelta_step` on a ravine with $\epsilon = 10^{-8}, 10^{-6}, 10^{-4}$ and count the steps. Is there no rate in it?
# - Which wrong rule does your `is_adam` need most calls for? Build one that it accepts.
