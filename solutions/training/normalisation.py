# %% [markdown]
# # Batch norm for channels in the last place
#
# **What it trains.** Axes and modes: which numbers share a mean; what a layer remembers; a backward pass through statistics; and an identity that removes
# a layer.
#
# **Time.** About 70 minutes.
#
# **Read again if stuck.** Section "Normalisation" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# In the book channels stand on axis 1. Here they stand **last**: an array is `(N, C)`, a sequence `(N, T, C)`, an image `(N, H, W, C)`.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Forward, with a memory (5 points)
#
# Write `batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5)`. `x` is a float array `(N, C)`, `(N, T, C)` or `(N, H, W, C)`; `gamma` and `beta` are `(C,)`;
# `state` is a dictionary with `"mean"` and `"var"`, each `(C,)`. It returns the pair `out, state`.
#
# - `train=True`: each channel gets the mean and the variance of this batch, over all axes but the last, and `out` is $\gamma \hat x + \beta$. `eps` stands
#   inside the root. The returned state is a **new** dictionary with the running statistics of PyTorch: `rho` is the weight of the new batch, the variance in
#   the forward pass is divided by the count, the one in the running estimate by the count minus 1.
# - `train=False`: the statistics are those of `state`, which is returned as it is. A batch of one is legal.
# - In training a channel that has only one number (such as `x` of shape `(1, C)`) raises `ValueError`.
#
# Neither `x` nor `state` is changed. Example by hand: `x` is a column 1, 1, 1, 5; the mean is 2 and the variance 3, the running variance after one batch
# $0.9 \cdot 1 + 0.1 \cdot 4 = 1.3$.
#
# <details><summary>Hint 1</summary>
#
# Which axes vanish in the mean? All but the last: for three dimensions (0, 1). With channels last, `(C,)` meets `(N, ..., C)` as it is.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `tuple(range(x.ndim - 1))` are the axes, and the count is `x.size // x.shape[-1]`. Two variances: `x.var(axis=...)` divides by the count.
# </details>

# %% answer="batchnorm_forward" forbid="dlcourse.training dlcourse.mlp torch scipy"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    """Batch norm, channels last.  x: (N, ..., C), gamma, beta: (C,), state: {"mean": (C,), "var": (C,)} -> out: like x, state

    ValueError in training if a channel has a single number.
    """
    ### BEGIN SOLUTION
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError(f"training needs more than one number a channel, got x {x.shape}")
        mean, var = x.mean(axis=axes), x.var(axis=axes)  # (C,)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state
    ### END SOLUTION


# %% tests="batchnorm_forward" points=2
_one, _start = np.ones(1), {"mean": np.zeros(1), "var": np.ones(1)}
_result = batchnorm_forward(np.array([[1.0], [1], [1], [5]]), 2 * _one, _one, _start, True, eps=0.0)
assert isinstance(_result, tuple) and len(_result) == 2, "batchnorm_forward must return the pair out, state"
check.close(_result[0], [[1 - 2 / 3**0.5]] * 3 + [[1 + 2 * 3**0.5]], name="out for the column 1, 1, 1, 5 with gamma = 2, beta = 1")
_state2 = {"mean": np.zeros(2), "var": np.ones(2)}
_x = np.array([[[0.0, 5], [2, 5]], [[0, 7], [2, 7]]])
check.close(batchnorm_forward(_x, np.ones(2), np.zeros(2), _state2, True, eps=0.0)[0], [[[-1, -1], [1, -1]], [[-1, 1], [1, 1]]], name="out for an array (2, 2, 2)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/batchnorm_forward")


def _by_channel(x, gamma, beta, eps):
    """One channel after the other, number by number."""
    out = np.empty_like(x)
    for _c in range(x.shape[-1]):
        _values = [float(v) for v in x[..., _c].ravel()]
        _mean = sum(_values) / len(_values)
        _var = sum((v - _mean) ** 2 for v in _values) / len(_values)
        out[..., _c] = np.reshape([gamma[_c] * (v - _mean) / (_var + eps) ** 0.5 + beta[_c] for v in _values], x.shape[:-1])
    return out


for _shape in [(2, 1), (4, 4), (5, 3), (3, 7), (2, 5, 3), (4, 4, 4), (1, 3, 2), (3, 2, 4, 5), (3, 3, 3, 3), (1, 1, 2, 3)]:
    for _eps in (1e-5, 0.5):
        _x, _gamma, _beta = _rng.normal(1, 2, _shape), _rng.normal(1, 0.5, _shape[-1]), _rng.normal(size=_shape[-1])
        _start, _copy = {"mean": np.zeros(_shape[-1]), "var": np.ones(_shape[-1])}, _x.copy()
        _out = batchnorm_forward(_x, _gamma, _beta, _start, True, eps=_eps)[0]
        check.close(_out, _by_channel(_copy, _gamma, _beta, _eps), rtol=1e-8, atol=1e-9, name=f"out in training for x {_shape}, eps = {_eps}")
        assert np.array_equal(_x, _copy), "batchnorm_forward changes x"
_flat = batchnorm_forward(np.full((3, 2), 4.0), np.ones(2), np.array([1.0, -1]), {"mean": np.zeros(2), "var": np.ones(2)}, True)[0]
check.close(_flat, [[1, -1]] * 3, name="out of constant channels (beta)")
_small = batchnorm_forward(1e-3 * np.array([[1.0], [-1]]), np.ones(1), np.zeros(1), {"mean": np.zeros(1), "var": np.ones(1)}, True)[0]
check.close(_small, [[1 / 11**0.5], [-1 / 11**0.5]], rtol=1e-7, name="out for a variance of 1e-6 and the default eps (it stands inside the root)")
### END HIDDEN TESTS

# %% tests="batchnorm_state" of="batchnorm_forward" points=2
_start = {"mean": np.zeros(1), "var": np.ones(1)}
_after = batchnorm_forward(np.array([[1.0], [1], [1], [5]]), np.ones(1), np.zeros(1), _start, True)[1]
check.close(_after["mean"], [0.2], name="running mean after the column 1, 1, 1, 5")
check.close(_after["var"], [1.3], name="running variance after the column 1, 1, 1, 5")
_picture = batchnorm_forward(np.array([[[1.0], [1]], [[1], [5]]]), np.ones(1), np.zeros(1), _start, True)[1]
check.close(_picture["var"], [1.3], name="running variance of the same numbers as an array (2, 2, 1): four values a channel")
assert _start["mean"].tolist() == [0] and _start["var"].tolist() == [1], "batchnorm_forward changes the state that it got; return a new one"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/batchnorm_state")
for _shapes in [[(2, 3), (5, 3), (9, 3)], [(4, 4), (4, 4)], [(2, 3, 5), (1, 2, 5), (6, 1, 5)], [(2, 2, 3, 2), (1, 4, 4, 2)]]:
    _channels = _shapes[0][-1]
    for _rho in (0.1, 0.35, 1.0):
        _state = {"mean": _rng.normal(size=_channels), "var": _rng.uniform(0.5, 2, _channels)}
        _mean, _var = _state["mean"].copy(), _state["var"].copy()
        for _shape in _shapes:
            _x = _rng.normal(2, 3, _shape)
            _before = _state["mean"].copy(), _state["var"].copy()
            _new = batchnorm_forward(_x, np.ones(_channels), np.zeros(_channels), _state, True, rho=_rho)[1]
            assert np.array_equal(_state["mean"], _before[0]) and np.array_equal(_state["var"], _before[1]), "batchnorm_forward changes the state that it got; return a new one"
            _columns = _x.reshape(-1, _channels)
            _mean, _var = _mean + _rho * (_columns.mean(axis=0) - _mean), _var + _rho * (np.var(_columns, axis=0, ddof=1) - _var)
            check.close(_new["mean"], _mean, rtol=1e-9, name=f"running mean, rho = {_rho}, after a batch {_shape}")
            check.close(_new["var"], _var, rtol=1e-9, name=f"running variance, rho = {_rho}, after a batch {_shape}")
            _state = {"mean": np.array(_new["mean"]), "var": np.array(_new["var"])}
### END HIDDEN TESTS

# %% tests="batchnorm_modes" of="batchnorm_forward" points=1
_known = {"mean": np.array([1.0, 0]), "var": np.array([4.0, 1])}
_out, _same = batchnorm_forward(np.array([[3.0, 2]]), np.array([1.0, 10]), np.array([0.0, 5]), _known, False, eps=0.0)
check.close(_out, [[1, 25]], name="out in evaluation mode for a batch of one")
check.close(_same["var"], [4, 1], name="variance of the state after evaluation")
check.close(_same["mean"], [1, 0], name="mean of the state after evaluation")
check.raises(ValueError, batchnorm_forward, np.ones((1, 2)), np.ones(2), np.zeros(2), _known, True)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/batchnorm_modes")
for _shape in [(6, 3), (5, 5), (4, 3, 2), (3, 2, 2, 4)]:
    _c = _shape[-1]
    _known = {"mean": _rng.normal(size=_c), "var": _rng.uniform(0.2, 3, _c)}
    _x, _gamma, _beta = _rng.normal(size=_shape), _rng.normal(size=_c), _rng.normal(size=_c)
    _out, _state = batchnorm_forward(_x, _gamma, _beta, _known, False, eps=0.25)
    _scale = _gamma / np.sqrt(_known["var"] + 0.25)
    check.close(_out, _x * _scale + (_beta - _known["mean"] * _scale), rtol=1e-8, atol=1e-9, name=f"out in evaluation mode for x {_shape}")
    check.close(_state["mean"], _known["mean"], name="running mean after evaluation")
    check.close(_state["var"], _known["var"], name="running variance after evaluation")
    check.close(batchnorm_forward(_x[:1], _gamma, _beta, _known, False, eps=0.25)[0], np.array(_out)[:1], rtol=1e-9, name="the first sample alone, in evaluation mode")
_unit = {"mean": np.zeros(3), "var": np.ones(3)}
for _shape in [(1, 3), (1, 1, 3), (1, 1, 1, 3)]:
    check.raises(ValueError, batchnorm_forward, np.ones(_shape), np.ones(3), np.zeros(3), _unit, True)
check.shape(batchnorm_forward(_rng.normal(size=(1, 2, 3)), np.ones(3), np.zeros(3), _unit, True)[0], (1, 2, 3), "out for one sample of two places")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Backward, in both modes (4 points)
#
# Write `batchnorm_backward(dout, x, gamma, state, train, eps=1e-5)`. There is no cache: you get `x` again and compute what you need. It returns `dx, dgamma, dbeta`,
# of the shapes of `x`, `(C,)` and `(C,)`. `state` matters in evaluation mode only, where its numbers are constants. Nothing is changed.
#
# Example by hand, training, `eps=0`: `x` is the column 0, 0, 2, 2, $\gamma = 3$, `dout` the column 1, 0, 0, 0. Then `dx` is 1.5, −1.5, 0, 0, `dgamma` −1, `dbeta` 1.
#
# <details><summary>Hint 1</summary>
#
# In training three things are subtracted or divided: derive for one channel, then ask over which axes your means run. In evaluation mode what is left of the formula?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `dgamma` is the sum of `dout * xhat`, with the `xhat` of the mode. A good check: in training with `eps=0`, `dx` sums to 0 over each channel, and so does `dx * xhat`.
# </details>

# %% answer="batchnorm_backward" forbid="dlcourse.training dlcourse.mlp torch scipy numpy.gradient"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    """Backward pass of batchnorm_forward.  dout, x: (N, ..., C), gamma: (C,), state: {"mean", "var"} -> dx: like x, dgamma: (C,), dbeta: (C,)"""
    ### BEGIN SOLUTION
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)
    ### END SOLUTION


# %% tests="batchnorm_backward" points=3
_unit = {"mean": np.zeros(1), "var": np.ones(1)}
_dout, _x = np.array([[1.0], [0], [0], [0]]), np.array([[0.0], [0], [2], [2]])
_result = batchnorm_backward(_dout, _x, np.array([3.0]), _unit, True, eps=0.0)
assert _result is not None and len(_result) == 3, "return dx, dgamma, dbeta"
check.close(_result[0], [[1.5], [-1.5], [0], [0]], name="dx for the column 0, 0, 2, 2")
check.close(_result[1], [-1], name="dgamma for the column 0, 0, 2, 2")
check.close(_result[2], [1], name="dbeta for the column 0, 0, 2, 2")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/batchnorm_backward")


def _loss(dout, x, gamma, eps):
    _axes = tuple(range(x.ndim - 1))
    _mean = x.mean(axis=_axes)
    return np.sum(dout * gamma * (x - _mean) / np.sqrt(((x - _mean) ** 2).mean(axis=_axes) + eps))


for _shape in [(2, 1), (3, 3), (6, 2), (2, 3, 4), (3, 3, 3), (2, 2, 3, 2), (1, 4, 2)]:
    for _eps in (1e-5, 0.4):
        _x, _gamma, _dout = _rng.normal(1, 2, _shape), _rng.normal(1, 0.7, _shape[-1]), _rng.normal(size=_shape)
        _state = {"mean": _rng.normal(size=_shape[-1]), "var": _rng.uniform(0.5, 2, _shape[-1])}
        _kept = _x.copy(), _gamma.copy(), _dout.copy()
        _dx, _dgamma, _dbeta = batchnorm_backward(_dout, _x, _gamma, _state, True, eps=_eps)
        assert all(np.array_equal(a, b) for a, b in zip((_x, _gamma, _dout), _kept, strict=True)), "batchnorm_backward changes its inputs"
        _slope = np.empty(_shape)  # number by number, by complex steps: no rounding to speak of
        for _i in np.ndindex(_shape):
            _moved = _x.astype(complex)
            _moved[_i] += 1e-20j
            _slope[_i] = _loss(_dout, _moved, _gamma, _eps).imag / 1e-20
        check.close(_dx, _slope, rtol=1e-7, atol=1e-9, name=f"dx in training for x {_shape}, eps = {_eps}")
        _unit = np.eye(_shape[-1])
        check.close(_dgamma, [_loss(_dout, _x, e, _eps) for e in _unit], rtol=1e-7, atol=1e-9, name=f"dgamma in training for x {_shape}")
        check.close(_dbeta, [np.sum(_dout * e) for e in _unit], rtol=1e-7, atol=1e-9, name=f"dbeta in training for x {_shape}")
### END HIDDEN TESTS

# %% tests="batchnorm_backward_eval" of="batchnorm_backward" points=1
_known = {"mean": np.array([1.0]), "var": np.array([4.0])}
_result = batchnorm_backward(np.array([[1.0], [2]]), np.array([[3.0], [1]]), np.array([3.0]), _known, False, eps=0.0)
check.close(_result[0], [[1.5], [3]], name="dx in evaluation mode")
check.close(_result[1], [1], name="dgamma in evaluation mode")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/batchnorm_backward_eval")
for _shape in [(1, 3), (4, 4), (5, 2), (3, 2, 4), (2, 3, 2, 3)]:
    _c = _shape[-1]
    _x, _gamma, _dout = _rng.normal(1, 2, _shape), _rng.normal(size=_c), _rng.normal(size=_shape)
    _known = {"mean": _rng.normal(size=_c), "var": _rng.uniform(0.2, 3, _c)}
    _dx, _dgamma, _dbeta = batchnorm_backward(_dout, _x, _gamma, _known, False, eps=0.3)
    _factor = (_known["var"] + 0.3) ** -0.5
    check.close(_dx, _dout * (_gamma * _factor), rtol=1e-8, atol=1e-10, name=f"dx in evaluation mode for x {_shape}")
    _columns, _pulls = _x.reshape(-1, _c), _dout.reshape(-1, _c)
    check.close(_dgamma, [np.dot(_pulls[:, k], _columns[:, k] - _known["mean"][k]) * _factor[k] for k in range(_c)], rtol=1e-8, atol=1e-10, name=f"dgamma in evaluation mode for x {_shape}")
    check.close(_dbeta, [np.sum(_pulls[:, k]) for k in range(_c)], rtol=1e-8, atol=1e-10, name=f"dbeta in evaluation mode for x {_shape}")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Group norm by reshaping (3 points)
#
# Write `groupnorm(x, gamma, beta, groups, eps=1e-5)` for images with channels last, `x: (N, H, W, C)`. The channels form `groups` groups of neighbours: for C = 6 and two groups, channels
# 0, 1, 2 and 3, 4, 5. All numbers of one sample and one group share a mean and a (biased) variance. `gamma` and `beta` are `(C,)`: one number a channel. The result has the shape of `x`, which
# is not changed. With one group this is layer norm over a whole sample, with C groups instance norm. If `groups` is not from 1 to C or does not divide C: `ValueError`.
#
# Example by hand: one pixel with the channels 1, 3, 10, 30 and two groups gives −1, 1, −1, 1 for $\gamma = 1$, $\beta = 0$, `eps=0`.
#
# <details><summary>Hint 1</summary>
#
# Split the axis of channels in two: how do you reshape `(N, H, W, C)` so that "which group" and "which channel of the group" become axes of their own?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `(N, H, W, G, C // G)`. Means run over axes 1, 2 and 4, with `keepdims=True`. `x.reshape(N, G, -1)` does not fail, but its rows are parts of the picture and not groups of channels.
# </details>

# %% answer="groupnorm" forbid="dlcourse.training dlcourse.mlp torch scipy"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    """Group norm, channels last.  x: (N, H, W, C), gamma, beta: (C,), groups: divides C -> (N, H, W, C).  ValueError otherwise."""
    ### BEGIN SOLUTION
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError(f"groups must divide the {c} channels, got {groups}")
    parts = x.reshape(n, h, w, groups, c // groups)  # (N, H, W, G, C/G)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta
    ### END SOLUTION


# %% tests="groupnorm" points=2
_pixel = np.array([1.0, 3, 10, 30]).reshape(1, 1, 1, 4)
check.close(groupnorm(_pixel, np.ones(4), np.zeros(4), 2, eps=0.0), np.reshape([-1.0, 1, -1, 1], (1, 1, 1, 4)), name="two groups of one pixel with channels 1, 3, 10, 30")
_two = np.array([[0.0, 5], [4, 9]]).reshape(1, 1, 2, 2)
check.close(groupnorm(_two, np.array([1.0, 2]), np.array([0.0, 1]), 2, eps=0.0), np.reshape([-1.0, -1, 1, 3], (1, 1, 2, 2)), name="two pixels of two channels, a group each")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/groupnorm")
for _shape, _groups in [((2, 3, 2, 6), 2), ((2, 3, 2, 6), 3), ((4, 4, 4, 4), 2), ((6, 6, 6, 6), 3), ((3, 1, 5, 8), 4), ((1, 2, 2, 4), 2), ((5, 2, 3, 9), 3)]:
    for _eps in (1e-5, 0.7):
        _x, _gamma, _beta = _rng.normal(1, 2, _shape) + 5 * _rng.normal(size=(_shape[0], 1, 1, _shape[-1])), _rng.normal(size=_shape[-1]), _rng.normal(size=_shape[-1])
        _copy, _size = _x.copy(), _shape[-1] // _groups
        _expected = np.empty(_shape)
        for _n in range(_shape[0]):
            for _first in range(0, _shape[-1], _size):
                _block = _copy[_n, :, :, _first : _first + _size]
                _spread = np.sqrt(np.sum((_block - np.sum(_block) / _block.size) ** 2) / _block.size + _eps)
                for _c in range(_first, _first + _size):
                    _expected[_n, :, :, _c] = _gamma[_c] * (_copy[_n, :, :, _c] - np.sum(_block) / _block.size) / _spread + _beta[_c]
        check.close(groupnorm(_x, _gamma, _beta, _groups, eps=_eps), _expected, rtol=1e-8, atol=1e-9, name=f"group norm of x {_shape}, {_groups} groups, eps = {_eps}")
        assert np.array_equal(_x, _copy), "groupnorm changes x"
### END HIDDEN TESTS

# %% tests="groupnorm_edges" of="groupnorm" points=1
check.raises(ValueError, groupnorm, np.ones((1, 2, 2, 6)), np.ones(6), np.zeros(6), 4)
_row = np.array([0.0, 2]).reshape(1, 1, 1, 2)
check.close(groupnorm(_row, np.ones(2), np.zeros(2), 1, eps=0.0), np.reshape([-1.0, 1], (1, 1, 1, 2)), name="one group")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/groupnorm_edges")
for _groups in (0, -1, -2, 5, 12):
    check.raises(ValueError, groupnorm, _rng.normal(size=(2, 2, 2, 6)), np.ones(6), np.zeros(6), _groups)
_x = _rng.normal(2, 3, (3, 4, 2, 5))
_whole, _each = (np.array(groupnorm(_x, np.ones(5), np.zeros(5), g, eps=0.0)) for g in (1, 5))
check.close(_whole.mean(axis=(1, 2, 3)), np.zeros(3), atol=1e-9, name="mean of each sample with one group (layer norm)")
check.close(_whole.var(axis=(1, 2, 3)), np.ones(3), rtol=1e-8, name="variance of each sample with one group (layer norm)")
check.close(_each.mean(axis=(1, 2)), np.zeros((3, 5)), atol=1e-9, name="mean of each channel with five groups (instance norm)")
check.close(_each.var(axis=(1, 2)), np.ones((3, 5)), rtol=1e-8, name="variance of each channel with five groups (instance norm)")
check.close(groupnorm(_x[:1], np.ones(5), np.zeros(5), 1, eps=0.0), _whole[:1], rtol=1e-9, name="the first sample alone")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Fold the norm away (3 points)
#
# In evaluation mode a batch norm is a fixed scale and shift, so it can vanish into a linear layer beside it. The layer has `w: (K, D)`, one **row per output unit** (as in PyTorch), and `b: (K,)`:
# $y = x W^\top + b$. Write `fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5)`, which returns the pair `w, b` of **one** linear layer that gives the same outputs for every `x`.
#
# - `place="after"`: the norm works on the outputs of the linear layer; `gamma`, `beta`, `mean`, `var` are `(K,)`;
# - `place="before"`: the norm works on its inputs; they are `(D,)`.
#
# Any other place raises `ValueError`. Nothing is changed.
#
# Example by hand, `eps=0`: `w = [[2]]`, `b = [1]`, $\gamma = 6$, $\beta = 5$, mean 4, variance 9: the norm is $u \mapsto 2(u - 4) + 5 = 2u - 3$. After: $2(2x + 1) - 3 = 4x - 1$. Before: $2(2x - 3) + 1 = 4x - 5$.
#
# <details><summary>Hint 1</summary>
#
# Write the norm as $s\,u + t$ with a vector $s$ and a vector $t$. Then insert it, once outside and once inside $xW^\top + b$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# After: $s$ scales rows of `w`. Before: $s$ scales columns, and $t$ goes through the weights before it joins `b`.
# </details>

# %% answer="fold_batchnorm" forbid="dlcourse.training dlcourse.mlp torch scipy"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    """One linear layer instead of two.  w: (K, D), b: (K,), gamma, beta, mean, var: (K,) after, (D,) before -> w: (K, D), b: (K,)

    ValueError for another place.
    """
    ### BEGIN SOLUTION
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError(f"place must be 'after' or 'before', got {place!r}")
    ### END SOLUTION


# %% tests="fold_batchnorm" points=2
_norm = [np.array([v]) for v in (6.0, 5.0, 4.0, 9.0)]
for _place, _b in (("after", -1), ("before", -5)):
    _result = fold_batchnorm(np.array([[2.0]]), np.array([1.0]), *_norm, _place, eps=0.0)
    assert _result is not None and len(_result) == 2, "return the pair w, b"
    check.close(_result[0], [[4]], name=f"w of the example, {_place}")
    check.close(_result[1], [_b], name=f"b of the example, {_place}")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/fold_batchnorm")
for _k, _d in [(1, 1), (3, 5), (4, 2), (6, 6), (1, 4), (4, 1)]:
    for _place in ("after", "before"):
        for _eps in (1e-5, 0.6):
            _c = _k if _place == "after" else _d
            _w, _b = _rng.normal(size=(_k, _d)), _rng.normal(size=_k)
            _gamma, _beta, _mean, _var = _rng.normal(size=_c), _rng.normal(size=_c), _rng.normal(size=_c), _rng.uniform(0.1, 3, _c)
            _copies = [v.copy() for v in (_w, _b, _gamma, _beta, _mean, _var)]
            _new_w, _new_b = fold_batchnorm(_w, _b, _gamma, _beta, _mean, _var, _place, eps=_eps)
            assert all(np.array_equal(p, q) for p, q in zip((_w, _b, _gamma, _beta, _mean, _var), _copies, strict=True)), "fold_batchnorm changes its inputs"
            check.shape(_new_w, (_k, _d), "w")
            check.shape(_new_b, (_k,), "b")
            _x = _rng.normal(size=(7, _d))
            _u = _x @ _w.T + _b if _place == "after" else _x
            _u = _gamma * (_u - _mean) / np.sqrt(_var + _eps) + _beta
            check.close(_x @ np.array(_new_w).T + np.array(_new_b), _u if _place == "after" else _u @ _w.T + _b, rtol=1e-8, atol=1e-9, name=f"outputs of the folded layer, norm {_place}, w {(_k, _d)}, eps = {_eps}")
### END HIDDEN TESTS

# %% tests="fold_batchnorm_places" of="fold_batchnorm" points=1
check.raises(ValueError, fold_batchnorm, np.ones((2, 2)), np.ones(2), np.ones(2), np.ones(2), np.ones(2), np.ones(2), "inside")
_four = [np.ones(2) for _ in range(4)]
_wide = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([1.0, -1]), np.array([2.0, -1, 3]), np.zeros(3), np.array([1.0, 1, 0]), np.array([4.0, 1, 9])
_new_w, _new_b = fold_batchnorm(*_wide, "before", eps=0.0)  # s = (1, -1, 1), t = (-1, 1, 0)
check.close(_new_w, [[1, -2, 3], [4, -5, 6]], name="w of a (2, 3) layer, before")
check.close(_new_b, [2, 0], name="b of a (2, 3) layer, before")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("normalisation/fold_batchnorm_places")
for _place in ("", "AFTER", "behind", None):
    check.raises(ValueError, fold_batchnorm, np.ones((2, 2)), np.ones(2), *_four, _place)
_w, _b = _rng.normal(size=(3, 3)), _rng.normal(size=3)
_gamma, _beta, _mean, _var = _rng.normal(size=3), _rng.normal(size=3), _rng.normal(size=3), np.array([0.0, 1e-6, 2])
_x = _rng.normal(size=(4, 3))
for _place in ("after", "before"):  # a unit that was constant in training has the variance 0; eps keeps it finite
    _new_w, _new_b = (np.array(v, dtype=float) for v in fold_batchnorm(_w, _b, _gamma, _beta, _mean, _var, _place))
    _u = _x @ _w.T + _b if _place == "after" else _x
    _u = _gamma * (_u - _mean) / np.sqrt(_var + 1e-5) + _beta
    check.close(_x @ _new_w.T + _new_b, _u if _place == "after" else _u @ _w.T + _b, rtol=1e-8, atol=1e-8, name=f"outputs of the folded layer with variances 0 and 1e-6, norm {_place}")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A colleague trains a network with batch norm in batches of 4 for half an epoch and then tests it: 12 % in evaluation mode, 85 % if the model is left in training mode. "Evaluation mode is broken," says the colleague, "so we
# ship it in training mode; the camera sends one picture at a time." Name what has most likely happened, how you would show it, what is wrong with the plan, and what you would do instead. (About 7 sentences.)

# %% [markdown] written="wrong_mode" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Most likely the running statistics are stale: they begin at mean 0 and variance 1 and move by a tenth of the way at each step; after few steps, or with noisy batches of 4, they do not describe the units of the present weights, which evaluation mode
# uses. Show it: keep the weights, run training data through the network and average mean and variance anew (recalibrate); if evaluation mode then gives about 85 %, it was that. Comparing the running with the batch statistics of each layer shows it as well.
# The plan fails in two ways: in training mode a prediction depends on the other pictures of the batch, so the same picture gets different answers; and with one picture at a time the variance of each unit is 0, every normalised value is 0, and the answer is the same for
# every picture (or an error). Instead: train longer, or recalibrate before testing; larger batches, or a norm that does not mix samples (layer, group) if batches must be small; ship in evaluation mode, where the norm can also be folded into the weights.
#
# Marking: 1 point for stale running statistics together with a test that would show it (recalibration, or comparing statistics); 1 point for what is wrong with training mode on single pictures (dependence on neighbours or a constant output) together with a remedy
# that fits. "Overfitting" or "use dropout" earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - **Ghost batches.** Split a batch of 32 into eight parts of 4 and normalise each by its own statistics. Which of your functions does that already, after one reshape?
# - **Masks.** Sequences of different length are padded with zeros. Extend `batchnorm_forward` by a mask `(N, T)` so that padding neither enters the statistics nor the count, and check that more padding changes nothing.
