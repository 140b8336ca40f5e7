# %% [markdown]
# # Transfer, accounted for
#
# **What it trains.** Old weights as a prior; an update that leaves frozen layers alone in truth and not only in name; features standardised without a look at the test pictures; and the measures by which forgetting is reported.
#
# **Time.** About 70 minutes.
#
# **Read again if stuck.** Section "Transfer: features learned elsewhere" of the book.
#
# Your answers may use NumPy and nothing else: no scikit-learn, no PyTorch, no `dlcourse.cnn` (the tests look). The book pulls all weights towards old ones, with one number for the pull and no bias. Here there are several outputs, each weight has its own pull, and the bias is free.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Pulled towards old weights (4 points)
#
# A linear layer $x w + b$ with $x: (N, D)$, targets $y: (N, K)$, old weights $w_0: (D, K)$ and a vector of pulls $\lambda: (D,)$, one for each *input*, all above 0. Minimise
#
# $$ \sum_{n,k} \Bigl(\sum_d x_{nd} w_{dk} + b_k - y_{nk}\Bigr)^2 + \sum_{d,k} \lambda_d\, (w_{dk} - w_{0,dk})^2 . $$
#
# The bias is not pulled. Write `ridge_towards(x, y, w0, pull)`, which returns `w: (D, K)` and `b: (K,)`. Nothing that is given may change, here and in all parts.
#
# By hand: $x = (0, 2)$, $y = (1, 7)$, $w_0 = 1$, $\lambda = 2$. The best $b$ for a given $w$ is $\bar y - w \bar x = 4 - w$; centred, $x = (-1, 1)$ and $y = (-3, 3)$. So $2 (w - 3)^2 + 2 (w - 1)^2$ is to be smallest: $w = 2$, $b = 2$.
#
# <details><summary>Hint 1</summary>
#
# The bias that is best for a given $w$ makes the mean error 0. Put it in: what is left is the problem of the book, with centred $x$ and $y$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.linalg.solve(xc.T @ xc + np.diag(pull), ...)` gives the *change* of the weights, from the errors that the old weights make: `yc - xc @ w0`.
# </details>


# %% answer="ridge_towards" forbid="dlcourse.cnn torch sklearn scipy"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    ### BEGIN SOLUTION
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w
    ### END SOLUTION


# %% tests="ridge_towards" points=3
_w, _b = ridge_towards(np.array([[0.0], [2.0]]), np.array([[1.0], [7.0]]), np.array([[1.0]]), np.array([2.0]))
check.close(_w, [[2.0]], name="w of the example by hand")
check.close(_b, [2.0], name="b of the example by hand")
_x, _y = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]]), np.array([[1.0, 0.0], [2.0, 5.0], [0.0, -1.0]])
_w, _b = ridge_towards(_x, _y, np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([1e9, 1e9]))
check.close(_w, [[1.0, -1.0], [0.5, 2.0]], rtol=1e-6, name="w with a huge pull")
check.close(_b, [-5 / 6, 2 / 3], rtol=1e-6, name="b with a huge pull: the mean error is still 0")
_x, _y = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, 0.0], [-1.0, 0.0]]), np.array([[6.0], [-6.0], [3.0], [-3.0]])
_w, _b = ridge_towards(_x, _y, np.array([[1.0], [0.0]]), np.array([1.0, 3.0]))  # x.T @ x is (4, 2), (2, 2); the old weights' errors are 5, -5, 2, -2
check.close(_w, [[1 + 50 / 21], [22 / 21]], name="two inputs that go together, pulls 1 and 3: (5, 2), (2, 5) times the change is (14, 10)")
check.close(_x[0], [1.0, 1.0], rtol=0, atol=0, name="the x that was given")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-transfer/ridge_towards")
for _n, _d, _k in ((6, 2, 1), (4, 3, 2), (3, 5, 2), (20, 4, 3), (1, 2, 2)):
    _x, _y, _w0 = _rng.normal(size=(_n, _d)) + 1, _rng.normal(size=(_n, _k)) + 3, _rng.normal(size=(_d, _k))
    _pull, _copies = _rng.uniform(0.1, 3, size=_d), (_x.copy(), _y.copy(), _w0.copy())
    _w, _b = (np.array(v, dtype=float) for v in ridge_towards(_x, _y, _w0, _pull))
    check.shape(_w, (_d, _k), "w")
    check.shape(_b, (_k,), "b")
    # the pull as D more rows, with a column of ones for the bias that is 0 in them
    _rows = np.vstack([np.hstack([_x, np.ones((_n, 1))]), np.hstack([np.diag(np.sqrt(_pull)), np.zeros((_d, 1))])])
    _all = np.linalg.lstsq(_rows, np.vstack([_y, np.sqrt(_pull)[:, None] * _w0]), rcond=None)[0]
    check.close(_w, _all[:-1], rtol=1e-6, atol=1e-8, name=f"w for {_n} samples, {_d} inputs, {_k} outputs")
    check.close(_b, _all[-1], rtol=1e-6, atol=1e-8, name=f"b for {_n} samples, {_d} inputs, {_k} outputs")
    assert all(np.array_equal(a, b) for a, b in zip((_x, _y, _w0), _copies, strict=True)), "ridge_towards changes what it is given"
### END HIDDEN TESTS

# %% tests="ridge_towards_each" of="ridge_towards" points=1
_x, _y = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0], [1.0, 1.0]]), np.array([[1.0], [2.0], [0.0], [4.0]])
_w, _ = ridge_towards(_x, _y, np.array([[5.0], [7.0]]), np.array([1e9, 1e-9]))
assert abs(float(np.array(_w)[0, 0]) - 5) < 1e-3 and abs(float(np.array(_w)[1, 0]) - 7) > 1, "a pull of 1e9 on input 0 and 1e-9 on input 1: the first weight stays, the second does not"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-transfer/ridge_towards_each")
for _d in (2, 3, 5):
    _x, _y, _w0 = _rng.normal(size=(9, _d)), _rng.normal(size=(9, 2)), _rng.normal(size=(_d, 2))
    _pull = np.where(np.arange(_d) % 2 == 0, 1e9, 1e-9)
    _w = np.array(ridge_towards(_x, _y, _w0, _pull)[0], dtype=float)
    check.close(_w[::2], _w0[::2], rtol=1e-4, atol=1e-5, name="weights with a huge pull")
    _rest = _y - _x[:, ::2] @ _w0[::2]
    _free = np.linalg.lstsq(np.hstack([_x[:, 1::2], np.ones((9, 1))]), _rest, rcond=None)[0]
    check.close(_w[1::2], _free[:-1], rtol=1e-4, atol=1e-5, name="weights without any pull beside fixed ones")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A step of fine-tuning (4 points)
#
# `params` is a list of layers from the first to the last; a layer is a list of arrays. `grads` has the same form. Write
# `fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9)`. It returns the new parameters and the new memory, both lists of lists of new arrays (also for frozen layers), and changes nothing that is given.
#
# - The first `frozen` layers stay **exactly** as they are. Their memory stays as it is too. No weight decay touches them.
# - Layer $i$ of $L$ (from 0) has the rate $\text{lr} \cdot \text{falloff}^{\,L - 1 - i}$: the last layer has `lr`, the one before `falloff` times that, and so on.
# - Momentum, without the rate in the memory: $v \leftarrow \mu v + g$, $w \leftarrow w - \text{rate} \cdot (v + \text{decay} \cdot w)$ with the old $w$ on the right. `memory` has the form of `params`; `None` stands for zeros everywhere.
#
# By hand: two layers with one number each, $w = (1, 2)$, $g = (4, 6)$, no memory, `lr = 0.1`, `falloff = 0.5`, `frozen = 0`: rates 0.05 and 0.1, so $w = (0.8, 1.4)$ and the memory is $(4, 6)$.
#
# <details><summary>Hint 1</summary>
#
# Freezing by a gradient of 0 is not enough: momentum that is left over and weight decay go on moving the weights.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Loop over `enumerate(zip(params, grads, memory))`; if `i < frozen`, append copies and `continue`.
# </details>


# %% answer="fine_tune_step" forbid="dlcourse.cnn torch sklearn scipy"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    ### BEGIN SOLUTION
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept
    ### END SOLUTION


# %% tests="fine_tune_step" points=2
_params, _grads = [[np.array([1.0])], [np.array([2.0])]], [[np.array([4.0])], [np.array([6.0])]]
_new, _memory = fine_tune_step(_params, _grads, None, 0.1, 0, falloff=0.5)
check.close([_new[0][0], _new[1][0]], [[0.8], [1.4]], name="the parameters of the example by hand")
check.close([_memory[0][0], _memory[1][0]], [[4.0], [6.0]], name="the memory of the example by hand")
_new, _memory = fine_tune_step(_new, _grads, _memory, 0.1, 0, falloff=0.5, decay=1.0)
check.close([_new[0][0], _new[1][0]], [[0.38], [0.12]], name="the parameters after a second step, with decay 1")
check.close([_memory[0][0], _memory[1][0]], [[7.6], [11.4]], name="the memory after a second step: the decay is not in it")
_new, _memory = fine_tune_step([[np.array([1.0]), np.array([2.0])]], [[np.array([1.0]), np.array([10.0])]], [[np.array([2.0]), np.array([4.0])]], 0.1, 0, mu=0.5)
check.close([_new[0][0], _new[0][1]], [[0.8], [0.8]], name="a layer of two arrays, mu = 0.5")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-transfer/fine_tune_step")
for _layers in (1, 2, 4):
    _shapes = [[tuple(int(v) for v in _rng.integers(1, 4, size=2)), (int(_rng.integers(1, 4)),)][: int(_rng.integers(1, 3))] for _ in range(_layers)]
    _w = [[_rng.normal(size=s) for s in layer] for layer in _shapes]
    _v = [[np.zeros(s) for s in layer] for layer in _shapes]
    _params, _memory = [[a.copy() for a in layer] for layer in _w], None
    _lr, _falloff, _decay, _mu = (float(u) for u in (_rng.uniform(0.05, 0.2), _rng.uniform(0.3, 0.9), _rng.uniform(0, 0.3), _rng.uniform(0.5, 0.95)))
    for _t in range(3):
        _grads = [[_rng.normal(size=s) for s in layer] for layer in _shapes]
        _params, _memory = fine_tune_step(_params, _grads, _memory, _lr, 0, _falloff, _decay, _mu)
        for _i in range(_layers):
            for _j in range(len(_shapes[_i])):
                _v[_i][_j] = _mu * _v[_i][_j] + _grads[_i][_j]
                _w[_i][_j] = _w[_i][_j] - _lr * _falloff ** (_layers - 1 - _i) * (_v[_i][_j] + _decay * _w[_i][_j])
                check.close(_params[_i][_j], _w[_i][_j], rtol=1e-9, atol=1e-11, name=f"layer {_i} of {_layers} after step {_t + 1}")
                check.close(_memory[_i][_j], _v[_i][_j], rtol=1e-9, atol=1e-11, name=f"memory of layer {_i} of {_layers} after step {_t + 1}")
### END HIDDEN TESTS

# %% tests="fine_tune_step_frozen" of="fine_tune_step" points=2
_params, _grads = [[np.array([1.0]), np.array([3.0])], [np.array([2.0])]], [[np.array([4.0]), np.array([1.0])], [np.array([6.0])]]
_memory = [[np.array([10.0]), np.array([20.0])], [np.array([30.0])]]
_new, _after = fine_tune_step(_params, _grads, _memory, 0.1, 1, falloff=0.5, decay=1.0)
check.close([_new[0][0], _new[0][1]], [[1.0], [3.0]], rtol=0, atol=0, name="a frozen layer with memory and decay")
check.close([_after[0][0], _after[0][1]], [[10.0], [20.0]], rtol=0, atol=0, name="the memory of a frozen layer")
assert _new[0][0] is not _params[0][0], "the new parameters of a frozen layer must be new arrays"
check.close(_new[1][0], [-1.5], name="the layer that is not frozen, 2 - 0.1 (33 + 2)")
assert _params[1][0][0] == 2.0 and _memory[1][0][0] == 30.0, "fine_tune_step changes what it is given"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-transfer/fine_tune_step_frozen")
for _frozen in (0, 1, 2, 3):
    _params, _grads, _memory = ([[_rng.normal(size=(2, 3)), _rng.normal(size=3)] for _ in range(3)] for _ in range(3))
    _keep = [[[a.copy() for a in layer] for layer in part] for part in (_params, _grads, _memory)]
    _new, _after = fine_tune_step(_params, _grads, _memory, 0.1, _frozen, 0.5, 0.2, 0.8)
    for _part, _copy in zip((_params, _grads, _memory), _keep, strict=True):
        assert all(np.array_equal(a, b) for p, q in zip(_part, _copy, strict=True) for a, b in zip(p, q, strict=True)), "fine_tune_step changes what it is given"
    for _i in range(3):
        for _j in range(2):
            _v = _keep[2][_i][_j] if _i < _frozen else 0.8 * _keep[2][_i][_j] + _keep[1][_i][_j]
            _w = _keep[0][_i][_j] if _i < _frozen else _keep[0][_i][_j] - 0.1 * 0.5 ** (2 - _i) * (_v + 0.2 * _keep[0][_i][_j])
            check.close(_new[_i][_j], _w, rtol=1e-12, atol=1e-13, name=f"layer {_i} with {_frozen} frozen layers")
            check.close(_after[_i][_j], _v, rtol=1e-12, atol=1e-13, name=f"memory of layer {_i} with {_frozen} frozen layers")
_alone, _ = fine_tune_step([[np.ones(2)]], [[np.ones(2)]], None, 0.1, 0)
check.close(_alone[0][0], [0.9, 0.9], name="one layer without memory: it counts as zeros")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Features without a leak (2 points)
#
# Write `standardise(train, test)`: both as new arrays, shifted and scaled so that each *feature* (column) of `train` has mean 0 and standard deviation 1 (divide by $N$). `test` gets the **same** shift and scale. A feature that is constant in `train`, up to rounding, becomes 0 in both: a unit that has never
# fired says nothing. Take as constant a standard deviation of at most $10^{-12}$ times the largest absolute value of that column (or 0).
#
# By hand: a column $(1, 3)$ in `train` has mean 2 and deviation 1, so 7 in `test` becomes 5.
#
# <details><summary>Hint 1</summary>
#
# The statistics of the test pictures must not enter: a single test picture has to come out the same, alone or among others.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute the scale as 1 / deviation, and as 0 where the feature is constant. `np.divide(..., out=..., where=...)` avoids the warning.
# </details>


# %% answer="standardise" forbid="dlcourse.cnn torch sklearn scipy"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    ### BEGIN SOLUTION
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale
    ### END SOLUTION


# %% tests="standardise" points=2
_train, _test = standardise(np.array([[1.0, 0.3], [3.0, 0.3]]), np.array([[7.0, 5.0]]))
check.close(_train, [[-1.0, 0.0], [1.0, 0.0]], name="train of the example, with a constant feature")
check.close(_test, [[5.0, 0.0]], name="test of the example, with a constant feature")
check.close(standardise(np.array([[1.0], [2.0], [6.0]]), np.array([[3.0], [9.0]]))[1], [[0.0], [6 / np.sqrt(14 / 3)]], name="test beside train (1, 2, 6)")
_train, _test = standardise(np.column_stack([np.full(10, 0.1), np.full(10, -0.1), np.zeros(10), 1e-13 * np.arange(10.0)]), np.ones((1, 4)))
check.close(_train[:, :3], np.zeros((10, 3)), name="train with the constants 0.1 (whose deviation is about 1e-17), -0.1 and 0")
check.close(_test[:, :3], np.zeros((1, 3)), name="test beside these constants")
check.close(_train[9, 3], 4.5 / np.sqrt(8.25), name="a feature of small values, 0 to 9e-13, is not constant")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-transfer/standardise")
for _n, _m, _d in ((5, 3, 2), (2, 1, 4), (40, 7, 3)):
    _train, _test = _rng.normal(size=(_n, _d)) * 10 ** _rng.uniform(-6, 3, size=_d) + 1, _rng.normal(size=(_m, _d)) + 2
    _train[:, 0] = 0.1  # the mean of many 0.1 is not exactly 0.1
    _copies = _train.copy(), _test.copy()
    _mean = [float(np.sum(_train[:, j]) / _n) for j in range(_d)]
    _std = [float(np.sqrt(np.sum((_train[:, j] - _mean[j]) ** 2) / _n)) for j in range(_d)]
    _got = standardise(_train, _test)
    assert np.array_equal(_train, _copies[0]) and np.array_equal(_test, _copies[1]), "standardise changes what it is given"
    for _which, _given, _ours in (("train", _train, _got[0]), ("test", _test, _got[1])):
        _expected = np.column_stack([(_given[:, j] - _mean[j]) / _std[j] if j else 0 * _given[:, 0] for j in range(_d)])
        check.close(_ours, _expected, rtol=1e-7, atol=1e-9, name=f"{_which} for {_n} and {_m} samples")
check.close(standardise(np.zeros((4, 1)), np.ones((2, 1)))[1], [[0.0], [0.0]], name="a unit that never fires in train and does in test")
check.close(standardise(np.full((3, 1), 1e8) + np.array([[0.0], [1.0], [2.0]]), np.full((1, 1), 1e8))[1], [[-np.sqrt(1.5)]], rtol=1e-6, name="large values with a small spread are not constant")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. What was forgotten (3 points)
#
# A model learns $T$ tasks one after the other. `acc[i][j]` is its accuracy on task $j$ after it has learned tasks $0, \dots, i$, a table of shape $(T, T)$; `before[j]` is the accuracy on task $j$ before any training. Lopez-Paz and Ranzato (2017) report three numbers:
#
# - **average accuracy**: the mean over all tasks at the end, $\frac1T \sum_j a_{T-1,j}$;
# - **backward transfer**: how later tasks changed the earlier ones, $\frac1{T-1} \sum_{j < T-1} (a_{T-1,j} - a_{jj})$; negative means forgetting;
# - **forward transfer**: what the earlier tasks give to one not yet learned, $\frac1{T-1} \sum_{j \ge 1} (a_{j-1,j} - \text{before}_j)$.
#
# Write `transfer_measures(acc, before)`, which returns the three in this order as numbers. With one task the last two are 0.
#
# By hand: `acc = [[0.9, 0.3], [0.6, 0.8]]`, `before = [0.1, 0.2]`: average 0.7, backward $0.6 - 0.9 = -0.3$, forward $0.3 - 0.2 = 0.1$.
#
# <details><summary>Hint 1</summary>
#
# Mark the entries that each formula needs in a table of three tasks: the last row, the diagonal, and the entries right of the diagonal.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.diag(acc)` is the diagonal, `np.diag(acc, 1)` the one above.
# </details>


# %% answer="transfer_measures" forbid="dlcourse.cnn torch sklearn scipy"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    ### BEGIN SOLUTION
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())
    ### END SOLUTION


# %% tests="transfer_measures" points=3
check.close(transfer_measures([[0.9, 0.3], [0.6, 0.8]], [0.1, 0.2]), [0.7, -0.3, 0.1], name="the measures of the example by hand")
check.close(transfer_measures([[0.9, 0.3, 0.2], [0.7, 0.8, 0.5], [0.5, 0.9, 0.6]], [0.1, 0.2, 0.4]), [2 / 3, -0.15, 0.1], name="the measures of three tasks")
check.close(transfer_measures([[0.75]], [0.5]), [0.75, 0.0, 0.0], name="the measures of one task")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-transfer/transfer_measures")
for _t in (2, 3, 4, 7):
    _acc, _before = _rng.random((_t, _t)), _rng.random(_t)
    _backward = sum(_acc[_t - 1, j] - _acc[j, j] for j in range(_t - 1)) / (_t - 1)
    _forward = sum(_acc[j - 1, j] - _before[j] for j in range(1, _t)) / (_t - 1)
    _expected = [sum(_acc[_t - 1, j] for j in range(_t)) / _t, _backward, _forward]
    check.close(transfer_measures(_acc, _before), _expected, rtol=1e-9, name=f"the measures of {_t} tasks")
    check.close(transfer_measures(_acc.tolist(), _before.tolist()), _expected, rtol=1e-9, name=f"the measures of {_t} tasks, given as lists")
check.close(transfer_measures([[0.75]], [0.5]), [0.75, 0.0, 0.0], name="the measures of one task")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. A claim about pre-training (2 points)
#
# A start-up writes: "Our network was pre-trained on ten million product photographs, augmented by mirroring and all rotations. Fine-tuned on your 300 labelled circuit boards (good / one part mounted the wrong way round) it reaches 71 %; pre-training makes the difference." Name two reasons, from the section, for which the
# pre-training may *harm* here or may not be what makes the difference, and say for each which measurement would show it. (About 6 sentences.)

# %% [markdown] written="claim" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# First, the source was trained to ignore rotation and mirroring, and a part mounted the wrong way round differs from a right one by just that: the features may have thrown away what the target needs, as the digits' network threw away the side. To be measured:
# a linear probe for the orientation of a part on the frozen features, against the features of a network pre-trained without these augmentations. Second, no comparison is given: a network from nothing with the same 300 boards, the same tuning of rate and steps, and several draws
# may reach as much; with 300 labels of two classes the crossing may be passed. Third, the gain may come from the size of the weights rather than from knowledge: shuffle them within the layers and fine-tune again. Also: 71 % of what, if 70 % of the boards are good? And the input must be prepared as at the source.
#
# Marking: 1 point for the invariance to rotation/mirroring as a conflict with this target, with a measurement; 1 point for a missing control (from nothing, or shuffled weights, or the share of the larger class) with a measurement. A reason without a measurement earns half a point.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Choose `pull` in part 1 from the data: leave out one sample after the other. For which angle between the old and the true weights does it choose a small one?
# - Train on digits 0–4, then 5–9, with `pull`ed weights for several strengths, and draw accuracy on the old digits against accuracy on the new ones. Which curve do you get?
