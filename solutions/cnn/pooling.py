# %% [markdown]
# # Pooling to the last pixel
#
# **What it trains.** The way back through a maximum and a mean, with windows that overlap and windows that stick out; counting a network that you have not built; and finding what an output has seen.
#
# **Time.** About 100 minutes.
#
# **Read again if stuck.** Section "Pooling, receptive fields and the first networks that read" of the book.
#
# Only NumPy is needed. Calls into `dlcourse.cnn`, `torch` and `scipy`, in sections 1 and 2 also into `skimage`, are not allowed in your answers (the tests look). The book's pooling does not read what a last step leaves over, and has channels in the second place. Here channels stand last, and **every pixel is pooled**.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. The maximum, both ways (6 points)
#
# Write `max_pool(x, window, stride)`: `x: (N, H, W, C)`, `window` and `stride` are pairs, for rows and for columns, and the result is `(N, U, V, C)`. Windows start at 0, $s$, $2s$, … until one reaches the end of the picture, so
#
# $$U = \left\lceil \frac{H - P}{s} \right\rceil + 1,$$
#
# and a last window that sticks out holds fewer pixels. You may rely on $s \le P \le H$ on both axes. By hand: rows of 5 pixels with window 2 and stride 2 give three windows, of 2, 2 and 1 pixels.
#
# Write `max_pool_backward(dout, x, window, stride)`: the gradient of a loss by `x` if `dout: (N, U, V, C)` is its gradient by the output. Each number of `dout` goes to **one** pixel, the largest of its window; of equal ones to the first, row by row. Where windows overlap a pixel may collect several.
#
# By hand: a row of pixels 1, 3, 3, 2, window 2, stride 1: out is 3, 3, 3. `dout` = 1, 10, 100 gives 0, 11, 100, 0: the second window holds two 3s, and the first of them wins.
#
# Nothing that is given may change. Several pictures and channels are pooled each for itself, and the gradient is as exact as `dout`, even if `x` is stored in half precision (`float16`).
#
# <details><summary>Hint 1</summary>
#
# Two loops, over $u$ and $v$. Fix one place: `x[:, s0 * u : s0 * u + P, s1 * v : s1 * v + Q]` are its pixels, for all pictures and channels, and NumPy cuts a slice off at the end by itself.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Backwards: reshape the patch to `(N, pixels, C)`, take `argmax(axis=1)`, and remember how wide the patch *is*: the row of a winner is `best // width`, not `best // Q`. With `np.ix_` or `np.arange` as the other indices you can add to all winners of a place at once: no two are the same pixel.
# </details>

# %% answer="max_pool" forbid="dlcourse.cnn torch scipy skimage"
def max_pool(x, window, stride):
    """Largest number of each window.  x: (N, H, W, C), window, stride: pairs -> (N, U, V, C)"""
    ### BEGIN SOLUTION
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    return out
    ### END SOLUTION


# %% tests="max_pool" points=2
_plain = np.array([[1.0, 5, 4, 3], [2, 6, 4, 0], [3, 1, 7, 9], [2, 8, 6, 5]])
_wide = np.array([[-4.0, -1, -7, -8, -2], [-3, -9, -6, -5, -11], [-12, -10, -15, -14, -13]])  # 3 x 5 pixels, all below 0
_both = np.stack([_wide, _wide - 20], axis=2)[None]  # two channels
_pictures = np.stack([_wide, 100 * _wide])[:, :, :, None]  # two pictures
check.close(np.array(max_pool(_plain[None, :, :, None], (2, 2), (2, 2)))[0, :, :, 0], [[6, 4], [8, 9]], name="the book's 4 x 4 picture")
_out = np.array(max_pool(_both, (2, 3), (1, 2)))
check.shape(_out, (1, 2, 2, 2), "out")
check.close(_out[0, :, :, 1], [[-21.0, -22], [-23, -25]], name="3 x 5 pixels below 0, window (2, 3), stride (1, 2), second channel")
check.close(np.array(max_pool(_wide[None, :, :, None], (2, 2), (2, 2)))[0, :, :, 0], [[-1, -5, -2], [-10, -14, -13]], name="windows that stick out, window (2, 2), stride (2, 2)")
check.close(np.array(max_pool(_pictures, (2, 2), (2, 2)))[1, :, :, 0], [[-100, -500, -200], [-1000, -1400, -1300]], name="a second picture, 100 times as far below 0")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/max_pool")
for _shape, _window, _stride in [((2, 5, 7, 3), (2, 3), (2, 2)), ((1, 6, 4, 2), (3, 2), (1, 2)), ((3, 4, 8, 2), (3, 3), (2, 3)), ((1, 1, 1, 1), (1, 1), (1, 1)), ((2, 8, 5, 2), (3, 4), (3, 1)), ((1, 7, 9, 4), (4, 2), (3, 2)), ((2, 3, 10, 1), (3, 4), (1, 4))]:
    _x = _rng.normal(-3, 1, size=_shape)
    _copy = _x.copy()
    _rows = [range(a, min(a + _window[0], _shape[1])) for a in range(0, _shape[1] - _window[0] + _stride[0], _stride[0])]
    _columns = [range(a, min(a + _window[1], _shape[2])) for a in range(0, _shape[2] - _window[1] + _stride[1], _stride[1])]
    _expected = np.array([[[[max(_copy[n, r, q, c] for r in rows for q in columns) for c in range(_shape[3])] for columns in _columns] for rows in _rows] for n in range(_shape[0])])
    check.close(max_pool(_x, _window, _stride), _expected, name=f"out for x {_shape}, window {_window}, stride {_stride}")
    assert np.array_equal(_x, _copy), "max_pool changes its input"
### END HIDDEN TESTS

# %% answer="max_pool_backward" forbid="dlcourse.cnn torch scipy skimage"
def max_pool_backward(dout, x, window, stride):
    """Gradient by x.  dout: (N, U, V, C), x: (N, H, W, C), window, stride: pairs -> (N, H, W, C)"""
    ### BEGIN SOLUTION
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch.reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] += dout[:, i, j]
    return dx
    ### END SOLUTION


# %% tests="max_pool_backward" points=2
_row = np.array([1.0, 3, 3, 2]).reshape(1, 1, 4, 1)
_wide = np.array([[-4.0, -1, -7, -8, -2], [-3, -9, -6, -5, -11], [-12, -10, -15, -14, -13]])
_dout = np.arange(1.0, 7).reshape(1, 2, 3, 1)
_many = (17 * np.arange(60.0) % 61).reshape(2, 3, 5, 2)  # two pictures of 3 x 5 pixels, two channels, no two numbers equal
_back = np.arange(1.0, 25).reshape(2, 2, 3, 2)
_right = np.zeros((2, 3, 5, 2))
for _n, _u, _v, _c in np.ndindex(2, 2, 3, 2):  # window (2, 2), stride (1, 2): the third window of a row is one pixel wide
    _largest = _many[_n, _u : _u + 2, 2 * _v : 2 * _v + 2, _c].max()
    _right[_n, :, :, _c][_many[_n, :, :, _c] == _largest] += _back[_n, _u, _v, _c]
check.close(np.array(max_pool_backward(np.array([1.0, 10, 100]).reshape(1, 1, 3, 1), _row, (1, 2), (1, 1))).ravel(), [0.0, 11, 100, 0], name="the example")
check.close(np.array(max_pool_backward(_dout, _wide[None, :, :, None], (2, 2), (2, 2)))[0, :, :, 0], [[0, 1, 0, 0, 3], [0, 0, 0, 2, 0], [0, 4, 0, 5, 6]], name="windows that stick out")
check.close(max_pool_backward(_back, _many, (2, 2), (1, 2)), _right, name="two pictures, two channels, window (2, 2), stride (1, 2)")
check.close(np.array(max_pool_backward(np.array([0.1, 0.7]).reshape(1, 1, 2, 1), _row.astype("float16"), (1, 2), (1, 2))).ravel(), [0, 0.1, 0.7, 0], name="x in half precision, dout not")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/max_pool_backward")


def _winner(x, n, c, top, left, window):
    """The first largest pixel of a window, row by row."""
    _best = None
    for _r in range(top, min(top + window[0], x.shape[1])):
        for _q in range(left, min(left + window[1], x.shape[2])):
            if _best is None or x[n, _r, _q, c] > x[(n, *_best, c)]:
                _best = _r, _q
    return _best


for _shape, _window, _stride in [((2, 5, 7, 3), (2, 3), (2, 2)), ((1, 6, 4, 2), (3, 2), (1, 2)), ((3, 4, 8, 2), (3, 3), (2, 3)), ((2, 8, 5, 2), (3, 4), (3, 1)), ((1, 7, 9, 4), (4, 2), (3, 2)), ((1, 1, 1, 1), (1, 1), (1, 1))]:
    _x = _rng.normal(-1, 2, size=_shape)
    _size = [-(-(_shape[a + 1] - _window[a]) // _stride[a]) + 1 for a in (0, 1)]
    _dout = _rng.normal(size=(_shape[0], *_size, _shape[3]))
    _copies, _expected = (_x.copy(), _dout.copy()), np.zeros(_shape)
    for _n, _u, _v, _c in np.ndindex(_dout.shape):
        _r, _q = _winner(_x, _n, _c, _u * _stride[0], _v * _stride[1], _window)
        _expected[_n, _r, _q, _c] += _dout[_n, _u, _v, _c]
    check.close(max_pool_backward(_dout, _x, _window, _stride), _expected, name=f"dx for x {_shape}, window {_window}, stride {_stride}")
    assert np.array_equal(_x, _copies[0]) and np.array_equal(_dout, _copies[1]), "max_pool_backward changes its inputs"
### END HIDDEN TESTS

# %% tests="max_pool_ties" of="max_pool_backward" points=2
_flat = np.zeros((1, 2, 4, 1))  # after a ReLU whole windows may be 0
_tie = np.array([[1.0, 3], [3, 2]]).reshape(1, 2, 2, 1)
check.close(np.array(max_pool_backward(np.array([5.0, 7]).reshape(1, 1, 2, 1), _flat, (2, 2), (2, 2)))[0, :, :, 0], [[5, 0, 7, 0], [0, 0, 0, 0]], name="two flat windows")
check.close(np.array(max_pool_backward(np.full((1, 1, 1, 1), 4.0), _tie, (2, 2), (2, 2)))[0, :, :, 0], [[0, 4], [0, 0]], name="1, 3 above 3, 2: the upper 3 is the first")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/max_pool_ties")


def _winner(x, n, c, top, left, window):
    """The first largest pixel of a window, row by row."""
    _best = None
    for _r in range(top, min(top + window[0], x.shape[1])):
        for _q in range(left, min(left + window[1], x.shape[2])):
            if _best is None or x[n, _r, _q, c] > x[(n, *_best, c)]:
                _best = _r, _q
    return _best


for _shape, _window, _stride in [((2, 5, 7, 2), (2, 3), (1, 2)), ((1, 6, 4, 2), (3, 2), (2, 1)), ((2, 4, 8, 1), (3, 3), (2, 3))]:
    _x = np.maximum(_rng.integers(-3, 3, size=_shape), 0).astype(float)
    _size = [-(-(_shape[a + 1] - _window[a]) // _stride[a]) + 1 for a in (0, 1)]
    _dout, _expected = _rng.normal(size=(_shape[0], *_size, _shape[3])), np.zeros(_shape)
    for _n, _u, _v, _c in np.ndindex(_dout.shape):
        _r, _q = _winner(_x, _n, _c, _u * _stride[0], _v * _stride[1], _window)
        _expected[_n, _r, _q, _c] += _dout[_n, _u, _v, _c]
    check.close(max_pool_backward(_dout, _x, _window, _stride), _expected, name=f"dx with ties for x {_shape}, window {_window}, stride {_stride}")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The mean, both ways (4 points)
#
# Write `avg_pool(x, window, stride)`: as above, with the mean instead of the maximum. A window that sticks out is divided by the number of pixels that it **has**. And write `avg_pool_backward(dout, shape, window, stride)`, where `shape` is the shape `(N, H, W, C)` of `x`.
# `x` and `dout` may be arrays of whole numbers (with an integer dtype), but means and shares are not rounded. Nothing that is given may change.
#
# By hand: a row of pixels 1, 2, 4, window 2, stride 2: out is 1.5, 4. `dout` = 1, 10 gives 0.5, 0.5, 10.
#
# <details><summary>Hint 1</summary>
#
# The same loop. Everything that a place sends back goes to all its pixels in equal shares.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Take a slice of an array of zeros as large as `x`. `part.shape[1] * part.shape[2]` is the number of its pixels. `part += ...` writes through the slice.
# </details>

# %% answer="avg_pool" forbid="dlcourse.cnn torch scipy skimage"
def avg_pool(x, window, stride):
    """Mean of each window.  x: (N, H, W, C), window, stride: pairs -> (N, U, V, C)"""
    ### BEGIN SOLUTION
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2))
    return out
    ### END SOLUTION


# %% tests="avg_pool" points=2
_plain = np.array([[1.0, 5, 4, 3], [2, 6, 4, 0], [3, 1, 7, 9], [2, 8, 6, 5]])
_tall = np.array([[1, 2], [3, 4], [10, 21]])  # whole numbers, 3 x 2 pixels
_tall = np.stack([_tall, 3 * _tall], axis=2)  # (3, 2, 2): two channels
_tall = np.stack([_tall, 10 * _tall])  # (2, 3, 2, 2): two pictures
check.close(np.array(avg_pool(np.array([1.0, 2, 4]).reshape(1, 1, 3, 1), (1, 2), (1, 2))).ravel(), [1.5, 4.0], name="the example")
check.close(np.array(avg_pool(_plain[None, :, :, None], (2, 2), (2, 2)))[0, :, :, 0], [[3.5, 2.75], [3.5, 6.75]], name="the book's 4 x 4 picture")
check.close(np.array(avg_pool(_plain[None, :3, :, None], (2, 3), (1, 2)))[0, :, :, 0], [[11 / 3, 11 / 4], [23 / 6, 5]], name="3 x 4 pixels, window (2, 3), stride (1, 2)")
check.close(np.array(avg_pool(_tall, (2, 2), (2, 2)))[:, :, 0], [[[2.5, 7.5], [15.5, 46.5]], [[25, 75], [155, 465]]], name="whole numbers, two pictures, two channels, a window that sticks out below")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/avg_pool")
for _shape, _window, _stride in [((2, 5, 7, 3), (2, 3), (2, 2)), ((1, 6, 4, 2), (3, 2), (1, 2)), ((3, 4, 8, 2), (3, 3), (2, 3)), ((1, 1, 1, 1), (1, 1), (1, 1)), ((2, 8, 5, 2), (3, 4), (3, 1)), ((1, 7, 9, 4), (4, 2), (3, 2))]:
    _x = _rng.normal(1, 4, size=_shape)
    _copy = _x.copy()
    _rows = [range(a, min(a + _window[0], _shape[1])) for a in range(0, _shape[1] - _window[0] + _stride[0], _stride[0])]
    _columns = [range(a, min(a + _window[1], _shape[2])) for a in range(0, _shape[2] - _window[1] + _stride[1], _stride[1])]
    _expected = np.array([[[[sum(_copy[n, r, q, c] for r in rows for q in columns) / (len(rows) * len(columns)) for c in range(_shape[3])] for columns in _columns] for rows in _rows] for n in range(_shape[0])])
    check.close(avg_pool(_x, _window, _stride), _expected, name=f"out for x {_shape}, window {_window}, stride {_stride}")
    assert np.array_equal(_x, _copy), "avg_pool changes its input"
### END HIDDEN TESTS

# %% answer="avg_pool_backward" forbid="dlcourse.cnn torch scipy skimage"
def avg_pool_backward(dout, shape, window, stride):
    """Gradient by x.  dout: (N, U, V, C), shape: (N, H, W, C), window, stride: pairs -> (N, H, W, C)"""
    ### BEGIN SOLUTION
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2])
    return dx
    ### END SOLUTION


# %% tests="avg_pool_backward" points=2
_whole = np.array([[[1, 2], [3, 5]], [[10, 20], [30, 50]]]).reshape(2, 2, 1, 2)  # whole numbers: two pictures, 2 x 1 places, two channels
_shares = np.array([[[0.25, 0.5], [0.25, 0.5], [1.5, 2.5]], [[2.5, 5], [2.5, 5], [15, 25]]])  # the same for both pixels of a row
check.close(np.array(avg_pool_backward(np.array([1.0, 10]).reshape(1, 1, 2, 1), (1, 1, 3, 1), (1, 2), (1, 2))).ravel(), [0.5, 0.5, 10.0], name="the example")
check.close(np.array(avg_pool_backward(np.array([6.0, 12, 18]).reshape(1, 3, 1, 1), (1, 4, 3, 1), (2, 3), (1, 2)))[0, :, :, 0], [[1.0] * 3, [3] * 3, [5] * 3, [3] * 3], name="4 x 3 pixels, window (2, 3), stride (1, 2)")
check.close(avg_pool_backward(_whole, (2, 3, 2, 2), (2, 2), (2, 2)), np.stack([_shares, _shares], axis=2), name="whole numbers, two pictures, two channels, a window that sticks out below")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/avg_pool_backward")
for _shape, _window, _stride in [((2, 5, 7, 3), (2, 3), (2, 2)), ((1, 6, 4, 2), (3, 2), (1, 2)), ((3, 4, 8, 2), (3, 3), (2, 3)), ((1, 1, 1, 1), (1, 1), (1, 1)), ((2, 8, 5, 2), (3, 4), (3, 1)), ((1, 7, 9, 4), (4, 2), (3, 2))]:
    _size = [-(-(_shape[a + 1] - _window[a]) // _stride[a]) + 1 for a in (0, 1)]
    _dout, _expected = _rng.normal(size=(_shape[0], *_size, _shape[3])), np.zeros(_shape)
    _copy = _dout.copy()
    for _n, _u, _v, _c in np.ndindex(_dout.shape):
        _seen = [(r, q) for r in range(_shape[1]) for q in range(_shape[2]) if 0 <= r - _u * _stride[0] < _window[0] and 0 <= q - _v * _stride[1] < _window[1]]
        for _r, _q in _seen:
            _expected[_n, _r, _q, _c] += _copy[_n, _u, _v, _c] / len(_seen)
    check.close(avg_pool_backward(_dout, _shape, _window, _stride), _expected, name=f"dx for shape {_shape}, window {_window}, stride {_stride}")
    assert np.array_equal(_dout, _copy), "avg_pool_backward changes dout"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Count a network on paper (4 points)
#
# Write `layer_counts(size, layers)`. `size` is `(maps, height, width)` of the input. `layers` is a list of
#
# - `("conv", sees, (P, Q))`: a convolution with stride 1 and no padding. `sees[k]` is the tuple of input maps that output map `k` is connected to; each has its own kernel, and each output map has one bias;
# - `("pool", (P, Q))`: trainable pooling as in LeNet-5. Windows do not overlap, sizes are rounded down, the pixels of a window are added, multiplied by a factor and a bias is added: one factor and one bias for each map;
# - `("full", units)`: all numbers before it, flattened, to `units` units with a bias each. What comes after it has the size `(units, 1, 1)`.
#
# Return a list with one pair `(parameters, connections)` of `int` for each layer. A connection is one input or bias that enters one unit. So a pooling unit with a window of 2 × 2 has 5 connections, though its map has 2 parameters.
#
# By hand: input (2, 5, 6), `("conv", [(0,), (0, 1), (1,)], (3, 2))`: $3 + 4 \cdot 6 = 27$ parameters, three maps of $3 \times 5$, $27 \cdot 15 = 405$ connections.
#
# <details><summary>Hint 1</summary>
#
# Carry `maps, height, width` along from layer to layer. In a convolution each parameter is used once at each place.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `sum(len(s) * P * Q + 1 for s in sees)` parameters. In a full layer parameters and connections are equal.
# </details>

# %% answer="layer_counts" forbid="dlcourse.cnn torch scipy"
def layer_counts(size, layers):
    """Parameters and connections.  size: (maps, height, width), layers: list as above -> list of (parameters, connections)"""
    ### BEGIN SOLUTION
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts
    ### END SOLUTION


# %% tests="layer_counts" points=4
_sees = [(0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5), (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5), (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)]
_lenet = [("conv", [(0,)] * 6, (5, 5)), ("pool", (2, 2)), ("conv", _sees, (5, 5)), ("pool", (2, 2)), ("full", 120), ("full", 84)]
check.close(np.array(layer_counts((1, 32, 32), _lenet)), [[156, 122304], [12, 5880], [1516, 151600], [32, 2000], [48120, 48120], [10164, 10164]], name="LeNet-5")
check.close(np.array(layer_counts((2, 5, 6), [("conv", [(0,), (0, 1), (1,)], (3, 2)), ("pool", (1, 2))])), [[27, 405], [6, 54]], name="the example, then pooling over 1 x 2")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/layer_counts")


def _brute(size, layers):
    """Number the parameters and list every connection."""
    _maps, _height, _width = size
    _counts = []
    for _kind, *_what in layers:
        _used, _uses = set(), 0
        if _kind == "conv":
            _sees, (_p, _q) = _what
            _new = (len(_sees), _height - _p + 1, _width - _q + 1)
            for _k, _r, _s in np.ndindex(_new):
                _names = [(_k, m, a, b) for m in _sees[_k] for a in range(_p) for b in range(_q)] + [(_k, "bias")]
                _used.update(_names)
                _uses += len(_names)
        elif _kind == "pool":
            _p, _q = _what[0]
            _new = (_maps, _height // _p, _width // _q)
            for _k, _r, _s in np.ndindex(_new):
                _used.update([(_k, "factor"), (_k, "bias")])
                _uses += len(range(_p)) * len(range(_q)) + 1
        else:
            _new = (_what[0], 1, 1)
            for _k in range(_what[0]):
                _names = [(_k, i) for i in range(_maps * _height * _width)] + [(_k, "bias")]
                _used.update(_names)
                _uses += len(_names)
        _maps, _height, _width = _new
        _counts.append((len(_used), _uses))
    return _counts


for _ in range(12):
    _maps, _height, _width = int(_rng.integers(1, 4)), int(_rng.integers(9, 13)), int(_rng.integers(9, 13))
    _size, _layers = (_maps, _height, _width), []
    for _ in range(2):
        _sees = [tuple(sorted(_rng.choice(_maps, size=int(_rng.integers(1, _maps + 1)), replace=False).tolist())) for _ in range(int(_rng.integers(1, 5)))]
        _layers += [("conv", _sees, tuple(_rng.integers(1, 4, size=2).tolist())), ("pool", tuple(_rng.integers(1, 3, size=2).tolist()))]
        _maps = len(_sees)
    _layers += [("full", int(_rng.integers(2, 6))), ("full", int(_rng.integers(1, 4)))]
    check.close(np.array(layer_counts(_size, _layers)), np.array(_brute(_size, _layers)), name=f"layer_counts({_size}, {_layers})")
check.close(np.array(layer_counts((3, 7, 5), [("pool", (2, 2))])), [[6, 90]], name="pooling 7 x 5 pixels over 2 x 2")
check.close(np.array(layer_counts((3, 7, 5), [("full", 4)])), [[424, 424]], name="a full layer on 3 maps of 7 x 5")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. What has it seen? (4 points)
#
# The book's formula gives the receptive field in the middle of a large picture. Near the border, and where strides leave pixels over, less is seen. Write `seen(n, layers, first, last)`, for one axis: `n` is the number of input pixels, `layers` a list of `(k, stride, padding)`, first layer first, sizes rounded down, and `first`, `last` are outputs of the last layer. Return the pair
# `(low, high)`: the first and the last input pixel that one of these outputs, or one between them, sees, numbered from 0. Zeros of a padding are no pixels. You may rely on `padding < k`.
#
# By hand: 8 pixels, a layer `(3, 2, 0)`: three outputs, and the last sees pixels 4, 5, 6. Behind it `(3, 1, 1)`: its output 2 sees outputs 1, 2 and one zero of the padding, so pixels 2 to 6. Pixel 7 is never seen.
#
# <details><summary>Hint 1</summary>
#
# Walk backwards through the layers. Output `u` sees places `u * stride - padding` to `u * stride - padding + k - 1` of the map before it. Which of them exist?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute the size of every map first, forwards. Then cut the interval to 0 … size − 1 after *each* layer: a zero beyond the end of an inner map sees nothing, not even if there are pixels left where it would have looked.
# </details>

# %% answer="seen" forbid="dlcourse.cnn torch scipy"
def seen(n, layers, first, last):
    """First and last pixel that outputs first to last see.  n: pixels, layers: list of (k, stride, padding) -> (low, high)"""
    ### BEGIN SOLUTION
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride - padding, 0), min(last * stride - padding + k - 1, size - 1)
    return first, last
    ### END SOLUTION


# %% tests="seen" points=4
check.close(seen(8, [(3, 2, 0)], 2, 2), (4, 6), name="one layer")
check.close(seen(8, [(3, 2, 0), (3, 1, 1)], 2, 2), (2, 6), name="two layers")
check.close(seen(30, [(3, 1, 1), (2, 2, 0), (5, 1, 0)], 3, 4), (5, 18), name="30 pixels, convolution, pooling, convolution, outputs 3 and 4")
check.close(seen(30, [(3, 1, 1), (2, 2, 0), (5, 1, 0)], 0, 0), (0, 10), name="30 pixels, convolution, pooling, convolution, output 0")
check.close(seen(11, [(3, 2, 1), (3, 1, 1)], 5, 5), (7, 10), name="11 pixels, two layers with padding, the last of 6 outputs")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/pooling/seen")


def _marks(n, layers):
    """One row of pixels that it sees for each output of the last layer: add up what each layer lets through."""
    _through = np.eye(n, dtype=int)
    for _k, _stride, _padding in layers:
        _zeros = np.zeros((_padding, n), dtype=int)
        _all = np.concatenate([_zeros, _through, _zeros])
        _through = np.array([_all[a : a + _k].sum(axis=0) for a in range(0, len(_all) - _k + 1, _stride)])
    return _through


_done = 0
while _done < 60:
    _n, _layers = int(_rng.integers(8, 40)), []
    for _ in range(int(_rng.integers(1, 5))):
        _k = int(_rng.integers(1, 6))
        _layers.append((_k, int(_rng.integers(1, 4)), int(_rng.integers(0, _k))))
    _size, _fits = _n, True
    for _k, _stride, _padding in _layers:
        _fits = _fits and _size + 2 * _padding >= _k
        _size = (_size + 2 * _padding - _k) // _stride + 1
    if not _fits:
        continue
    _through = _marks(_n, _layers)
    _first = int(_rng.integers(len(_through)))
    _last = int(_rng.integers(_first, len(_through)))
    _pixels = np.flatnonzero(_through[_first : _last + 1].sum(axis=0))
    check.close(seen(_n, _layers, _first, _last), (int(_pixels[0]), int(_pixels[-1])), name=f"seen({_n}, {_layers}, {_first}, {_last})")
    _done += 1
check.close(seen(5, [], 1, 3), (1, 3), name="no layer at all")
check.close(seen(9, [(3, 2, 1), (2, 2, 0), (2, 1, 1)], 2, 2), (3, 7), name="pixels that an inner stride leaves over")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# "Pooling makes a convolutional network invariant to shifts." A colleague trains on centred digits and finds that her network, with two blocks of 3 × 3 convolution and 2 × 2 pooling and a fully connected end, fails on digits that are moved by two pixels. Explain to her why this is no contradiction, what in her network is equivariant and what is invariant, and name two different changes that would help, with the price of
# each. (About 7 sentences.)

# %% [markdown] written="invariance" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Her convolutions are equivariant: if the digit moves, the maps move as well (apart from the padded border). One 2 × 2 pooling ignores a move only if the largest pixel stays in its window; a move by one pixel often changes the window, and two such layers make the maps coarser, but a digit moved by two pixels still ends in other places. The flattened maps then
# enter a fully connected layer that has own weights for each place, and those for places where no digit stood have never been trained. So nothing in her network is invariant; it is a little tolerant. A global maximum over all places before the fully connected layer would help: it forgets where things are, which is its price (a 6 and a 9 may hold the same parts), and zero padding still breaks it
# a little. Training on moved copies would help as well, even a network without convolutions: the price is more data and time, and it holds for the moves that were shown. (Also: larger pooling windows, at the price of detail; a network that first finds and centres the digit.)
#
# Marking: 1 point for equivariant maps against a fully connected end that has own weights for each place; 1 point for two different changes with a price each. "Use more pooling" alone earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - **A sum.** Replace the maximum by the $p$-th root of the mean of $|x|^p$. Which pooling is $p = 1$, which $p \to \infty$? Write its way back, and check it by differences.
# - **Holes.** Extend `seen` by a dilation. An interval is no longer enough near the border: why? Return a set of pixels.
