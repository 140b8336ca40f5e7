# %% [markdown]
# # Dropout, weight decay, early stopping and shifted images
#
# **What it trains.** The four cures for over-fitting that need exact code: a dropout layer that is right in training, at test time and on the way back;
# a pull on the weights that leaves the biases alone; a stopping rule that keeps the right epoch; and images that move without coming back on the other side.
#
# **Time.** About 95 minutes.
#
# **Read again if stuck.** Section "Regularisation" of the book.
#
# Only NumPy is needed. Calls into `dlcourse.training`, `dlcourse.mlp`, `torch` and `scipy` are not allowed in your answers (the tests look).
# Each part changes something against the book, so read its rules. The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Dropout, one coin for a whole feature map (5 points)
#
# In the book each number has a coin of its own. A convolutional layer gives a whole *map* for each feature, and neighbours in a map say nearly the same: a dropped pixel is betrayed by the
# next one. So there the coin is thrown once for each sample and each feature, and the whole map goes or stays.
#
# Write two functions.
#
# - `dropout_forward(x, p, train, rng)`: `x` is a float array `(N, K)` or `(N, K, ...)` with any number of further axes. Return a pair `out, cache`.
# - `dropout_backward(dout, cache)`: the gradient by `x`, of the shape of `x`, from the gradient by `out`. What the cache holds is your affair.
#
# The rules:
#
# - `p` is the probability to be **dropped**, a number with $0 \le p \le 1$. Any other `p` raises `ValueError`, in training and at test time.
# - In training (`train=True`) each of the $N \cdot K$ maps is dropped with probability $p$, independently; all the numbers of a map share its fate. What stays is scaled so that the mean over the coins is `x`.
# - `p = 1` drops everything: zeros, and not NaN. The gradient is then 0 as well.
# - With `train=False` nothing happens: `out` equals `x`, and the gradient passes unchanged.
# - Draw with `rng`, a NumPy generator, and with nothing else. `x` and `dout` are not changed.
#
# Example: `p = 0.75`. An entry 3 becomes 0 or 12. If it became 12, then a gradient 5 by `out` is a gradient 20 by `x`.
#
# <details><summary>Hint 1</summary>
#
# By which factor must what stays grow? Out of how many copies of the layer, on average, does it stay in one? The same factors, zeros included, multiply the gradient on the way back.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Draw numbers of shape `(N, K)` and append axes of length 1, one for each further axis of `x`: then broadcasting does the rest. Keep the factors in the cache. Do not read the coins off `out`: a 0 may
# have been a 0 before.
# </details>
#
# <details><summary>Hint 3</summary>
#
# `rng.random(...)` lies in $[0, 1)$. Which comparison with `p` keeps everything for $p = 0$ and nothing for $p = 1$? For $p = 1$ the factor $1/(1 - p)$ must not be computed.
# </details>

# %% answer="dropout" forbid="dlcourse.training dlcourse.mlp torch scipy"
def dropout_forward(x, p, train, rng):
    """Inverted dropout of whole feature maps.  x: (N, K, ...), p: share dropped, train: bool, rng: NumPy Generator -> out: like x, cache"""
    ### BEGIN SOLUTION
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor
    ### END SOLUTION


def dropout_backward(dout, cache):
    """Gradient by x.  dout: (N, K, ...), cache: from dropout_forward -> like dout"""
    ### BEGIN SOLUTION
    return dout.copy() if cache is None else dout * cache
    ### END SOLUTION


# %% tests="dropout" points=2 hint="Look at three things: what happens to an entry that stays, how often an entry is dropped, and which coin an entry belongs to."
_x = np.full((40, 50), 3.0)
_pair = dropout_forward(_x, 0.75, True, np.random.default_rng(0))
assert _pair is not None and len(_pair) == 2, "dropout_forward returns a pair: out, cache"
_out = np.array(_pair[0])
check.shape(_out, (40, 50), "out")
assert set(np.unique(_out).tolist()) == {0.0, 12.0}, f"with p = 0.75 a 3 becomes 0 or 12; yours became {np.unique(_out)[:5]}"
assert 0.7 < np.mean(_out == 0) < 0.8, f"with p = 0.75 about three quarters are dropped, you dropped {np.mean(_out == 0):.2f}"
for _axis, _what in ((1, "features of a sample"), (0, "samples")):  # shares scatter by 0.07, by 0.43 with a common coin
    assert np.std(np.mean(_out == 0, axis=_axis)) < 0.2, f"the {_what} share a coin: each sample and each feature must have a coin of its own"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/dropout")
for _shape, _p in [((200, 150), 0.2), ((200, 150), 0.8), ((300, 100), 0.5), ((1, 20000), 0.35), ((20000, 1), 0.65)]:
    _p += float(_rng.uniform(-0.03, 0.03))
    _x = _rng.normal(size=_shape) + 4
    _copy = _x.copy()
    _out = np.array(dropout_forward(_x, _p, True, np.random.default_rng(_rng.integers(2**31)))[0])
    check.shape(_out, _shape, f"out for x of shape {_shape}")
    _kept = _out != 0
    check.close(_out[_kept], _copy[_kept] / (1 - _p), rtol=1e-9, name=f"what stays, p = {_p:.2f}")
    # the standard error of the share is at most sqrt(1/4 / 20000) = 0.0035: the bound stands at six of them
    assert abs(np.mean(_kept) - (1 - _p)) < 0.021, f"with p = {_p:.2f} a share of {1 - _p:.2f} stays, yours {np.mean(_kept):.3f}"
    # 1.4 is sqrt(p / (1 - p)) at most times the largest mean of x: standard error of the mean below 0.07
    assert abs(np.mean(_out) - np.mean(_copy)) < 0.02 * np.mean(_copy) * 6 * np.sqrt(_p / (1 - _p)), "the mean over many coins must be that of x"
    assert np.array_equal(_x, _copy), "dropout_forward changes x"
_out = np.array(dropout_forward(np.ones((120, 110)), 0.5, True, np.random.default_rng(_rng.integers(2**31)))[0]) != 0
assert np.std(_out.mean(axis=0)) < 0.1 and np.std(_out.mean(axis=1)) < 0.1, "each sample and each unit must have a coin of its own (yours go together)"
assert len({_row.tobytes() for _row in _out}) == 120 and len({_row.tobytes() for _row in np.ascontiguousarray(_out.T)}) == 110, "two samples, or two units, share all their coins"
### END HIDDEN TESTS

# %% tests="dropout_maps" of="dropout" points=1
_out = np.array(dropout_forward(np.ones((30, 4, 5)), 0.5, True, np.random.default_rng(1))[0])
check.shape(_out, (30, 4, 5), "out for x of shape (30, 4, 5)")
assert np.array_equal(_out, np.repeat(_out[:, :, :1], 5, axis=2)), "the numbers of one map must be dropped or kept together"
assert 0.3 < np.mean(_out == 0) < 0.7, f"with p = 0.5 about half of the maps go, you dropped {np.mean(_out == 0):.2f}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/dropout_maps")
for _shape in [(60, 50, 3), (80, 40, 2, 3), (60, 50, 1, 2, 1), (40, 40, 40), (7, 7, 7, 7)]:
    _x, _p = _rng.uniform(1, 2, _shape), float(_rng.uniform(0.3, 0.7))
    _out, _cache = dropout_forward(_x, _p, True, np.random.default_rng(_rng.integers(2**31)))
    _out = np.array(_out)
    check.shape(_out, _shape, f"out for x of shape {_shape}")
    _kept = (_out != 0).reshape(*_shape[:2], -1)
    assert np.array_equal(_kept.all(axis=2), _kept.any(axis=2)), f"shape {_shape}: the numbers of one map must be dropped or kept together"
    check.close(_out[_out != 0], _x[_out != 0] / (1 - _p), rtol=1e-9, name=f"what stays, shape {_shape}")
    _dout = _rng.normal(size=_shape)
    check.close(dropout_backward(_dout, _cache), _dout * _out / _x, rtol=1e-9, name=f"gradient by x of shape {_shape}")
    if _shape[0] >= 40:
        _maps = _kept[:, :, 0]
        assert abs(_maps.mean() - (1 - _p)) < 0.075, f"shape {_shape}: with p = {_p:.2f} a share {1 - _p:.2f} of the maps stays, yours {_maps.mean():.3f}"
        assert len({_row.tobytes() for _row in _maps}) == _shape[0], f"shape {_shape}: two samples share all their coins"
### END HIDDEN TESTS

# %% tests="dropout_backward" of="dropout" points=1
_x = np.array([[1.0, -2.0, 3.0, 4.0, 5.0, 6.0]])
_relu = np.ones((20, 20))
_relu[:, ::2] = 0  # every second feature is 0 before any coin is thrown
_out, _cache = dropout_forward(_x, 0.5, True, np.random.default_rng(3))
_other = dropout_forward(_x, 0.5, True, np.random.default_rng(4))  # another batch in between
check.close(dropout_backward(np.ones((1, 6)), _cache), np.array(_out) / _x, name="gradient by x (the factors by which x was multiplied)")
_dx = np.array(dropout_backward(np.ones((20, 20)), dropout_forward(_relu, 0.5, True, np.random.default_rng(5))[1]))
for _start, _what in ((0, 0), (1, 1)):
    assert set(np.unique(_dx[:, _start::2]).tolist()) == {0.0, 2.0}, f"with p = 0.5 and dout = 1 the gradient by x is 2 where the coin lets x pass and 0 where not, also where x is {_what}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/dropout_backward")
for _n, _k in [(1, 40), (30, 4), (13, 11)]:
    _seed, _p = int(_rng.integers(2**31)), float(_rng.uniform(0.2, 0.8))
    _x = _rng.normal(size=(_n, _k))
    _relu = np.maximum(_x, 0)  # half of it is 0 before any coin is thrown
    _full, _one = dropout_forward(_x, _p, True, np.random.default_rng(_seed))
    _half, _two = dropout_forward(_relu, _p, True, np.random.default_rng(_seed))
    dropout_forward(_x, _p, True, np.random.default_rng(_seed + 1))
    _factors = np.array(_full) / _x
    _dout = _rng.normal(size=(_n, _k))
    _copy = _dout.copy()
    check.close(dropout_backward(_dout, _one), _copy * _factors, rtol=1e-9, name="gradient by x")
    assert np.array_equal(_dout, _copy), "dropout_backward changes dout"
    check.close(_half, _relu * _factors, rtol=1e-9, name="out for the same state of rng and another x of the same shape")
    check.close(dropout_backward(_dout, _two), _copy * _factors, rtol=1e-9, name="gradient by x where x has zeros (an entry 0 that stays has a gradient)")
    check.close(dropout_backward(0 * _dout, _one), np.zeros((_n, _k)), name="gradient by x for dout = 0")
    _again, _other = (np.array(dropout_forward(_x, _p, True, np.random.default_rng(_s))[0]) for _s in (_seed, _seed + 1))
    check.close(_again, _full, name="out for the same state of rng")
    assert not np.array_equal(_again, _other), "another state of rng must throw other coins: draw with rng"
### END HIDDEN TESTS

# %% tests="dropout_edges" of="dropout" points=1
_x = np.array([[1.0, -2.0], [0.0, 4.0]])
for _p in (0.0, 0.5, 1.0):
    _out, _cache = dropout_forward(_x, _p, False, np.random.default_rng(0))
    check.close(_out, _x, name=f"out at test time, p = {_p}")
    check.close(dropout_backward(2 * _x, _cache), 2 * _x, name=f"gradient at test time, p = {_p}")
_out, _cache = dropout_forward(_x, 1.0, True, np.random.default_rng(0))
check.close(_out, np.zeros((2, 2)), name="out in training, p = 1")
check.raises(ValueError, dropout_forward, _x, 1.5, True, np.random.default_rng(0))
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/dropout_edges")
for _shape in [(1, 1), (5, 7), (3, 4, 2), (0, 3)]:
    _x, _dout, _seed = _rng.normal(size=_shape), _rng.normal(size=_shape), int(_rng.integers(2**31))
    _out, _cache = dropout_forward(_x, 0.0, True, np.random.default_rng(_seed))
    check.close(_out, _x, name=f"out in training, p = 0, shape {_shape}")
    check.close(dropout_backward(_dout, _cache), _dout, name=f"gradient in training, p = 0, shape {_shape}")
    _out, _cache = dropout_forward(_x, 1.0, True, np.random.default_rng(_seed))
    check.close(_out, np.zeros(_shape), name=f"out in training, p = 1, shape {_shape}")
    check.close(dropout_backward(_dout, _cache), np.zeros(_shape), name=f"gradient in training, p = 1, shape {_shape}")
    for _p in (0.0, 0.3, 0.999, 1.0):
        _out, _cache = dropout_forward(_x, _p, False, np.random.default_rng(_seed))
        check.close(_out, _x, name=f"out at test time, p = {_p}, shape {_shape}")
        check.close(dropout_backward(_dout, _cache), _dout, name=f"gradient at test time, p = {_p}, shape {_shape}")
_p = 1 - 2.0 ** -9
_x = _rng.uniform(1, 2, (400, 100))
_out = np.array(dropout_forward(_x, _p, True, np.random.default_rng(_rng.integers(2**31)))[0])
assert 20 < np.count_nonzero(_out) < 160, f"with p = {_p} one entry of 512 stays, of 40,000 about 78; yours {np.count_nonzero(_out)}"
check.close(_out[_out != 0], 512 * _x[_out != 0], rtol=1e-9, name=f"what stays, p = {_p}")
for _p in (-0.1, 1.0001, -1e-9, 2.0, float("inf")):
    for _train in (True, False):
        check.raises(ValueError, dropout_forward, np.ones((2, 3)), _p, _train, np.random.default_rng(0))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A pull on the weights, not on the biases (3 points)
#
# Weight decay pulls the weights towards 0. Whoever goes on training a network that has already learned something may prefer to pull them to where they *started*. For a network with weights $W_l$ and
# biases $b_l$, and a centre $C_l$ for each weight matrix,
#
# $$P = \frac{\lambda}{2} \sum_l \sum_{ij} \big(W_{l,ij} - C_{l,ij}\big)^2 .$$
#
# Biases are **not** pulled. Write `pull(params, grads, decay, centre=None)`.
#
# - `params`, `grads`: lists of pairs `(w, b)`; `grads` holds the gradients of the data loss at `params`. `decay` is $\lambda \ge 0$.
# - `centre`: `None`, which means $C = 0$, or a list of pairs `(w, b)` like `params`, whose weights are the $C_l$ (its biases do not matter).
# - Return a pair: the number $P$, and a new list of pairs with the gradients of data loss $+\ P$. Nothing that was given is changed.
#
# Example: one layer, `w = [[3]]`, `b = [5]`, `dw = [[1]]`, `db = [2]`, `decay = 0.5`. $P = 2.25$, the new gradients are `[[2.5]]` and `[2]`. With the centre `[[1]]`: $P = 1$, `[[2]]` and `[2]`.
#
# <details><summary>Hint 1</summary>
#
# What is the derivative of $\frac{\lambda}{2}(w - c)^2$ by $w$? Which arrays of `params` appear in $P$ at all?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Walk over the layers of `params`, `grads` and, if there is one, `centre` at once (`zip`). Add to a running $P$ and append a new pair `(dw + ..., db)`. `dw += ...` would change what you were given.
# </details>

# %% answer="pull" forbid="dlcourse.training dlcourse.mlp torch scipy"
def pull(params, grads, decay, centre=None):
    """Penalty on the distance of the weights to a centre.  params, grads, centre: lists of (w: (D, K), b: (K,)) -> P, new gradients"""
    ### BEGIN SOLUTION
    penalty, new = 0.0, []
    for layer, ((w, _), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new
    ### END SOLUTION


# %% tests="pull" points=2
_params, _grads = [(np.array([[3.0]]), np.array([5.0]))], [(np.array([[1.0]]), np.array([2.0]))]
_deep = [(np.array([[3.0]]), np.array([5.0])), (np.array([[-2.0]]), np.array([7.0]))]  # two layers
_deep_grads = [(np.array([[1.0]]), np.array([2.0])), (np.array([[4.0]]), np.array([3.0]))]
_pair = pull(_params, _grads, 0.5)
assert _pair is not None and len(_pair) == 2, "return a pair: P, new gradients"
check.close(_pair[0], 2.25, name="P for w = 3, decay 0.5")
check.close(_pair[1][0][0], [[2.5]], name="gradient by w")
check.close(_pair[1][0][1], [2], name="gradient by b, which is not pulled")
_value, _new = pull(_deep, _deep_grads, 0.5)
check.close(_value, 3.25, name="P for two layers, w = 3 and w = -2, decay 0.5")
check.close([[_dw[0, 0], _db[0]] for _dw, _db in _new], [[2.5, 2], [3, 3]], name="gradients by w and b of two layers")
check.close([[_dw[0, 0], _db[0]] for _dw, _db in _deep_grads], [[1, 2], [4, 3]], name="the gradients that you were given, afterwards")
check.close([[_w[0, 0], _b[0]] for _w, _b in _deep], [[3, 5], [-2, 7]], name="the parameters that you were given, afterwards")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/pull")
for _sizes in [(1, 1), (4, 3), (3, 3, 3), (5, 2, 7, 1)]:
    _pairs = list(zip(_sizes[:-1], _sizes[1:], strict=True))
    _params, _grads = ([(_rng.normal(size=(d, k)), _rng.normal(size=k)) for d, k in _pairs] for _ in range(2))
    _copy = [(w.copy(), b.copy(), dw.copy(), db.copy()) for (w, b), (dw, db) in zip(_params, _grads, strict=True)]
    _decay = float(_rng.uniform(0.1, 2))
    _value, _new = pull(_params, _grads, _decay)
    check.close(_value, sum(_decay / 2 * np.linalg.norm(w) ** 2 for w, _, _, _ in _copy), rtol=1e-9, name=f"P for layers {_sizes}")
    assert len(_new) == len(_pairs), f"return one pair a layer: {len(_pairs)}, yours {len(_new)}"
    for _l, (_w, _b, _dw, _db) in enumerate(_copy):
        check.close(_new[_l][0], _dw + _decay * _w, rtol=1e-9, name=f"gradient by the weights of layer {_l + 1} of {_sizes}")
        check.close(_new[_l][1], _db, name=f"gradient by the biases of layer {_l + 1} of {_sizes}")
        _same = all(np.array_equal(p, q) for p, q in zip((*_params[_l], *_grads[_l]), (_w, _b, _dw, _db), strict=True))
        assert _same, "pull changes params or grads"
    _zero, _still = pull(_params, _grads, 0.0)
    check.close(_zero, 0, name="P for decay 0")
    check.close(_still[0][0], _grads[0][0], name="gradient by the weights for decay 0")
### END HIDDEN TESTS

# %% tests="pull_centre" of="pull" points=1
_params, _grads = [(np.array([[3.0, -1.0]]), np.array([5.0, 0.0]))], [(np.array([[1.0, 4.0]]), np.array([2.0, 1.0]))]
_deep = [(np.array([[3.0]]), np.array([5.0])), (np.array([[-2.0]]), np.array([7.0]))]  # two layers
_deep_grads = [(np.array([[1.0]]), np.array([2.0])), (np.array([[4.0]]), np.array([3.0]))]
_start = [(np.array([[1.0]]), np.array([0.0])), (np.array([[-3.0]]), np.array([0.0]))]
_value, _new = pull(_params, _grads, 0.5, [(np.array([[1.0, -1.0]]), np.array([0.0, 0.0]))])
check.close(_value, 1, name="P for w = (3, -1), centre (1, -1), decay 0.5")
check.close(_new[0][0], [[2.0, 4.0]], name="gradient by these weights")
check.close(_new[0][1], [2.0, 1.0], name="gradient by the biases, which are not pulled")
_value, _new = pull(_deep, _deep_grads, 0.5, _start)
check.close(_value, 1.25, name="P for w = 3 and w = -2 in two layers, centres 1 and -3, decay 0.5")
check.close([[_dw[0, 0], _db[0]] for _dw, _db in _new], [[2, 2], [4.5, 3]], name="gradients by w and b of two layers with a centre each")
check.close([[_dw[0, 0], _db[0]] for _dw, _db in _deep_grads], [[1, 2], [4, 3]], name="the gradients that you were given, afterwards")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/pull_centre")
for _sizes in [(2, 2), (3, 4, 2), (2, 2, 2, 2)]:
    _pairs = list(zip(_sizes[:-1], _sizes[1:], strict=True))
    _params, _grads, _centre = ([(_rng.normal(size=(d, k)), _rng.normal(size=k)) for d, k in _pairs] for _ in range(3))
    _before, _decay = [c[0].copy() for c in _centre], float(_rng.uniform(0.1, 2))
    _value, _new = pull(_params, _grads, _decay, _centre)
    _away = [w - c for (w, _), (c, _) in zip(_params, _centre, strict=True)]
    check.close(_value, sum(_decay / 2 * np.linalg.norm(d) ** 2 for d in _away), rtol=1e-9, name=f"P with a centre, layers {_sizes}")
    for _l, _d in enumerate(_away):
        check.close(_new[_l][0], _grads[_l][0] + _decay * _d, rtol=1e-9, name=f"gradient by the weights of layer {_l + 1}, with a centre")
        check.close(_new[_l][1], _grads[_l][1], name=f"gradient by the biases of layer {_l + 1}, with a centre")
        assert np.array_equal(_centre[_l][0], _before[_l]), "pull changes the centre"
    _value, _new = pull(_params, _grads, _decay, [(w, b + 1) for w, b in _params])
    check.close(_value, 0, name="P at the centre (only the biases are elsewhere)")
    check.close(_new[-1][0], _grads[-1][0], name="gradient by the weights at the centre")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. When to stop, and what to keep (3 points)
#
# Write `early_stopping(history, patience)`. `history` is a list of validation losses, one an epoch, as if nobody had stopped; the first is that of epoch **1**. Return a pair of whole numbers: the epoch whose
# weights are **kept**, and the epoch **after which training stops**.
#
# - An epoch is an improvement if its loss is *smaller* than every loss before it. An equal loss is none.
# - Training stops after the first epoch at which `patience` epochs in a row, this one included, brought no improvement. (The counter in the book stops one epoch later. Libraries differ in this too: read the definition.)
# - What stands in `history` behind that epoch never happened, so it must not matter.
# - If it never comes to that, training stops after the last epoch.
# - The epoch kept is the last improvement before the stop; epoch 1 counts as one. A loss of NaN counts like $\infty$: it is never an improvement over another epoch, and a first $\infty$ after it is none either, since the two are equal.
# - `patience` is a whole number from 1. Smaller ones and an empty history raise `ValueError`. Nothing that is given may change.
#
# Example: losses 5, 4, 4, 4.5, 1 with `patience = 2`. Epoch 2 is an improvement, epochs 3 and 4 are none: stop after 4, keep 2. The loss 1 is never seen.
#
# <details><summary>Hint 1</summary>
#
# One pass with two memories: the best loss so far and its epoch. How many epochs without improvement there have been is a difference of two epochs.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Every comparison with NaN is false. Begin with infinity as the best loss and epoch 1 as the epoch to keep, and ask `loss < best`; then a NaN changes nothing, also as the first loss.
# </details>

# %% answer="early_stopping" forbid="dlcourse.training dlcourse.mlp torch scipy"
def early_stopping(history, patience):
    """Epoch to keep, epoch after which to stop, both counted from 1.  history: list of losses, patience: whole number >= 1 -> (int, int)"""
    ### BEGIN SOLUTION
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)
    ### END SOLUTION


# %% tests="early_stopping" points=2
_pair = early_stopping([5.0, 4.0, 4.0, 4.5, 1.0], 2)
assert _pair is not None and len(_pair) == 2, "return a pair: epoch to keep, epoch to stop"
check.close(list(_pair), [2, 4], name="epochs for 5, 4, 4, 4.5, 1 with patience 2")
check.close(list(early_stopping([5.0, 4.0, 4.0, 4.5, 1.0], 3)), [5, 5], name="the same with patience 3")
check.close(list(early_stopping([3.0, 2.0, 1.0], 1)), [3, 3], name="epochs where every epoch is an improvement")
check.close(list(early_stopping([5.0, 6.0, 4.0, 5.0, 3.0], 2)), [5, 5], name="epochs for 5, 6, 4, 5, 3 with patience 2: never two in a row without improvement")
check.close(list(early_stopping([3.0, 3.0, 3.0, 1.0], 2)), [1, 3], name="epochs for 3, 3, 3, 1 with patience 2: equal losses bring no improvement")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/early_stopping")


def _epochs(history, patience):
    """By definition: for each epoch, the first place of the smallest loss up to it."""
    for _stop in range(1, len(history) + 1):
        _kept = int(np.argmin(history[:_stop])) + 1
        if _stop - _kept >= patience:
            return [_kept, _stop]
    return [_kept, _stop]


for _patience in (1, 2, 3, 5, 10):
    for _trial in range(12):
        _length = int(_rng.integers(1, 40))
        _smooth = np.linspace(3, 1, _length) + 0.4 * np.linspace(0, 1, _length) ** 2 + 0.2 * _rng.normal(size=_length)
        _history = (_smooth if _trial % 2 else _rng.integers(0, 6, _length).astype(float)).tolist()  # whole numbers: with ties
        check.close(list(early_stopping(_history, _patience)), _epochs(_history, _patience), name=f"epochs with patience {_patience} for the losses {np.round(_history, 2).tolist()}")
### END HIDDEN TESTS

# %% tests="early_stopping_edges" of="early_stopping" points=1
check.close(list(early_stopping([2.0], 1)), [1, 1], name="epochs of a run of one epoch")
check.close(list(early_stopping([2.0, float("nan"), 1.0], 2)), [3, 3], name="epochs for 2, NaN, 1 with patience 2")
check.close(list(early_stopping([float("nan"), 2.0, 1.0], 1)), [3, 3], name="epochs for NaN, 2, 1 with patience 1")
check.close(list(early_stopping([float("nan"), float("inf")], 2)), [1, 2], name="epochs for NaN, infinity with patience 2")
check.raises(ValueError, early_stopping, [], 3)
check.raises(ValueError, early_stopping, [1.0, 2.0], 0)
### BEGIN HIDDEN TESTS
_nan, _inf = float("nan"), float("inf")
for _history, _patience, _expected in [
    ([_nan, 2.0, 1.0, 3.0, 3.0], 2, [3, 5]),
    ([_nan, _nan, 5.0], 2, [3, 3]),
    ([_nan, _nan, 5.0], 1, [1, 2]),
    ([4.0, _nan, _nan, 1.0], 2, [1, 3]),
    ([_nan], 3, [1, 1]),
    ([_inf, 1e300, 2.0], 1, [3, 3]),
    ([-1.0, -2.0, -2.0, -1.5], 2, [2, 4]),
    ([0.0, 0.0, 0.0], 2, [1, 3]),
    ([5.0, 6.0, 4.0, 6.0, 6.0, 6.0, 0.0], 3, [3, 6]),
    ([5.0, 5.0, 5.0], 1000, [1, 3]),
]:
    check.close(list(early_stopping(_history, _patience)), _expected, name=f"epochs for {_history} with patience {_patience}")
check.close(list(early_stopping([1e9 - t for t in range(50)], 1)), [50, 50], name="epochs for 50 losses that fall by a billionth each")
for _bad in (0, -1, -5):
    check.raises(ValueError, early_stopping, [3.0, 2.0], _bad)
_list = [3.0, 1.0, 2.0, 2.0]
early_stopping(_list, 1)
assert _list == [3.0, 1.0, 2.0, 2.0], "early_stopping changes history"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Images that move, each its own way (3 points)
#
# The book moves a whole batch at once. Write `random_shift(x, most, rng)`, which moves each image its own way.
#
# - `x` is `(N, H, W)`; `most` is a whole number from 0, and may be larger than the image.
# - For each image draw two whole numbers, independent and uniform on $-\text{most}, \dots, \text{most}$, **both ends included**: `down` and `right`. Move the image by as many pixels, down and to the right
#   (negative: up, left).
# - What leaves the image is lost, what enters is 0. Nothing comes back on the other side.
# - Return a pair: the moved images, `(N, H, W)`, and the moves, whole numbers `(N, 2)` with rows `(down, right)`. `x` is not changed. Draw with `rng` and with nothing else.
#
# Example: the image `[[1, 2], [3, 4]]` moved by `(1, 0)` is `[[0, 0], [1, 2]]`; moved by `(0, -1)` it is `[[2, 0], [4, 0]]`.
#
# <details><summary>Hint 1</summary>
#
# Put the image into a frame of zeros that is `most` wide on all sides. Then a shifted image is a window of the frame. Where does the window begin for the move `(0, 0)`, and where if the image is to go *down*?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.pad` makes the frame, for all images at once. For the move `(down, right)` the window begins at row `most - down` and column `most - right`. `rng.integers(a, b)` leaves out `b` unless told otherwise.
# </details>

# %% answer="random_shift" forbid="dlcourse.training dlcourse.mlp torch scipy"
def random_shift(x, most, rng):
    """Each image moved by its own random (down, right), empty where nothing was.  x: (N, H, W) -> moved: (N, H, W), moves: (N, 2)"""
    ### BEGIN SOLUTION
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves
    ### END SOLUTION


# %% tests="random_shift" points=2
_x = np.arange(1.0, 13.0).reshape(1, 3, 4)
_pair = random_shift(np.repeat(_x, 40, axis=0), 1, np.random.default_rng(0))
assert _pair is not None and len(_pair) == 2, "return a pair: moved images, moves"
_moved, _moves = np.array(_pair[0]), np.array(_pair[1])
check.shape(_moved, (40, 3, 4), "moved images")
check.shape(_moves, (40, 2), "moves")
_expected = {(0, 0): _x[0], (1, 0): [[0, 0, 0, 0], [1, 2, 3, 4], [5, 6, 7, 8]], (0, -1): [[2, 3, 4, 0], [6, 7, 8, 0], [10, 11, 12, 0]], (-1, 1): [[0, 5, 6, 7], [0, 9, 10, 11], [0, 0, 0, 0]]}
for _image, _move in zip(_moved, _moves.tolist(), strict=True):
    if tuple(_move) in _expected:
        check.close(_image, np.array(_expected[tuple(_move)], dtype=float), name=f"the image 1 ... 12 moved by (down, right) = {tuple(_move)}")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/random_shift")
for _n, _height, _width, _most in [(30, 5, 7, 2), (30, 8, 8, 3), (20, 1, 6, 1), (20, 4, 1, 3), (25, 3, 3, 7), (5, 6, 4, 0), (0, 3, 3, 2)]:
    _x = _rng.uniform(1, 2, (_n, _height, _width))
    _copy = _x.copy()
    _moved, _moves = (np.array(part) for part in random_shift(_x, _most, np.random.default_rng(_rng.integers(2**31))))
    check.shape(_moved, _x.shape, "moved images")
    check.shape(_moves, (_n, 2), "moves")
    _mine = np.zeros_like(_x)
    for _i, (_down, _right) in enumerate(_moves.tolist()):
        assert _down == int(_down) and max(abs(_down), abs(_right)) <= _most, f"the move {(_down, _right)} with most = {_most}"
        for _r in range(_height):
            for _c in range(_width):
                if 0 <= _r - _down < _height and 0 <= _c - _right < _width:
                    _mine[_i, _r, _c] = _copy[_i, int(_r - _down), int(_c - _right)]
    check.close(_moved, _mine, name=f"images of {_height} x {_width} moved by up to {_most}, by the moves that you returned")
    assert np.array_equal(_x, _copy), "random_shift changes x"
### END HIDDEN TESTS

# %% tests="random_shift_moves" of="random_shift" points=1
_moves = np.array(random_shift(np.zeros((600, 2, 2)), 1, np.random.default_rng(1))[1])
assert {tuple(m) for m in _moves.tolist()} == {(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)}, "with most = 1 all nine moves must occur among 600, and no others"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("regularisation/random_shift_moves")
for _most in (1, 2, 4):
    _seed = int(_rng.integers(2**31))
    _moves = np.array(random_shift(np.ones((20000, 2, 3)), _most, np.random.default_rng(_seed))[1])
    _side = 2 * _most + 1
    _counts = np.bincount(((_moves[:, 0] + _most) * _side + _moves[:, 1] + _most).astype(int), minlength=_side**2)
    _wanted = 20000 / _side**2
    # a count scatters by about its root: the bound stands at six of them
    assert len(_counts) == _side**2 and np.abs(_counts - _wanted).max() < 6 * np.sqrt(_wanted), f"with most = {_most} each of {_side**2} moves occurs about {_wanted:.0f} times in 20,000; yours from {_counts.min()} to {_counts.max()}"
    _again = np.array(random_shift(np.ones((20000, 2, 3)), _most, np.random.default_rng(_seed))[1])
    assert np.array_equal(_moves, _again), "the same state of rng must give the same moves: draw with rng"
    _other = np.array(random_shift(np.ones((20000, 2, 3)), _most, np.random.default_rng(_seed + 1))[1])
    assert not np.array_equal(_moves, _other), "another state of rng must give other moves: draw with rng"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A lecture slide says that dropout prevents over-fitting because it "reduces the number of parameters". A fellow student reports: "I train with dropout, $p = 0.5$, so I have only half of the parameters. Something is wrong: the
# training loss that I print during the epoch is *larger* than the loss on new data. And when I ask for the class of one image twice, I get two answers. So I ask ten times and report the accuracy of the best
# of the ten runs on the test set." What is wrong with the slide's sentence? Explain both observations, and say what to do instead of taking the best of ten. (About 8 sentences.)

# %% [markdown] written="dropout_myths" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Dropout removes no parameter: each step uses a random half of the units, but the next step uses others, all weights are trained and all are used at test time. What is reduced is the number of units that are active in a
# step, so that no unit can rely on a particular other one; or: an ensemble of masked networks with common weights; or: noise that acts like a penalty. The loss printed in the epoch is that of masked networks, each of
# which has half of its units and is worse than the whole network; the loss on new data was measured without masks (and, besides, after the epoch instead of during it). To compare, measure the training loss without masks too. Two
# answers for one image mean that the masks were on at test time: switch to test mode (no masks, scaling as in training), or average the *probabilities* of many masked passes on purpose (Monte-Carlo dropout). The best of ten runs,
# chosen by test accuracy, uses the test labels for the choice and overstates the accuracy; report one deterministic pass, or the average, or choose on validation data.
#
# Marking: 1 point for the slide's sentence (all parameters stay and are used; active units per step) together with the explanation of the larger training loss (masked networks against the whole one); 1 point for test mode or
# averaging *and* the reason why the best of ten is not honest (chosen on the test set). "Dropout is a regulariser" without a reason earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Train a network on images that your `random_shift` moves anew in each epoch, and test it on images that are moved too. How much does the network lose that never saw a moved image?
# - Gaussian dropout multiplies by $1 + \sqrt{p/(1-p)}\,\varepsilon$ with normal $\varepsilon$ instead of a coin. Show that mean and variance of the factor are those of inverted dropout. What of the argument with $2^n$ networks is lost?
