# %% [markdown]
# # Convolution for channels in the last place
#
# **What it trains.** Index arithmetic that you can trust: sizes, padding, stride; shared weights and their gradients; layouts; and a convolution that never looks ahead.
#
# **Time.** About 105 minutes.
#
# **Read again if stuck.** Section "Convolution" of the book.
#
# Only NumPy is needed. Calls into `dlcourse.cnn`, `torch` and `scipy` are not allowed in your answers (the tests look). The book has pictures as `(N, C, H, W)`, rounds sizes down and has odd Gaussian kernels. Here channels
# stand last, sizes must fit, and kernels may be even.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. A size that fits (3 points)
#
# Write `conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1)`: the number of places of a kernel with `k` taps on `n` pixels. `padding` is a pair, the zeros *before* and *after*. `dilation` is the distance from tap to tap. All are whole numbers, `n`, `k`, `stride`, `dilation` at
# least 1, the paddings at least 0. You need not check that. Return an `int`. Raise `ValueError`
#
# - if the kernel is wider than the padded input;
# - if the last step does not end at the border, so that pixels would be left over. (PyTorch would round down.)
#
# By hand: 7 pixels, 3 taps: stride 1 gives 5, stride 2 gives 3, stride 3 does not fit. With one zero before and none after, 8 pixels, 3 taps and stride 2: 4 places.
#
# <details><summary>Hint 1</summary>
#
# How many pixels are there from the first to the last tap, both counted? For 3 taps and dilation 2: 5.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `free = n + before + after - span` is the way that the kernel can go. It must not be negative, and `stride` must divide it.
# </details>

# %% answer="conv_out_size" forbid="dlcourse.cnn torch scipy"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    """Places of a kernel on one axis.  n, k, stride, dilation: whole numbers, padding: (before, after) -> int.  ValueError if it does not fit."""
    ### BEGIN SOLUTION
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1
    ### END SOLUTION


# %% tests="conv_out_size" points=2
for _stride, _size in ((1, 5), (2, 3)):
    check.close(conv_out_size(7, 3, _stride), _size, name=f"7 pixels, 3 taps, stride {_stride}")
check.close(conv_out_size(8, 3, 2, (1, 0)), 4, name="8 pixels, 3 taps, stride 2, one zero before")
check.close(conv_out_size(32, 5), 28, name="32 pixels, 5 taps")
check.close(conv_out_size(9, 3, 2, (0, 0), 3), 2, name="9 pixels, 3 taps, stride 2, dilation 3 (the kernel spans 7)")
check.close(conv_out_size(7, 4, 1, (1, 2)), 7, name="7 pixels, 4 taps, one zero before, two after")
check.close(conv_out_size(3, 5, 1, (1, 1)), 1, name="3 pixels, 5 taps, one zero before, one after: a kernel that just fits")
assert isinstance(conv_out_size(7, 3, 2), int), "return an int"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/conv_out_size")


def _places(n, k, stride, padding, dilation):
    """Try every place."""
    _width = sum(padding) + n
    _taps = [dilation * j for j in range(k)]
    return [s for s in range(0, _width, stride) if s + max(_taps) < _width]


_done = 0
while _done < 120:
    _n, _k, _stride, _dilation = (int(v) for v in (_rng.integers(1, 30), _rng.integers(1, 6), _rng.integers(1, 5), _rng.integers(1, 5)))
    _padding = tuple(int(v) for v in _rng.integers(0, 5, size=2))
    _starts = _places(_n, _k, _stride, _padding, _dilation)
    if _starts and _starts[-1] + _dilation * (_k - 1) + 1 == _n + sum(_padding):
        check.close(conv_out_size(_n, _k, _stride, _padding, _dilation), len(_starts), name=f"n={_n}, k={_k}, stride={_stride}, padding={_padding}, dilation={_dilation}")
        _done += 1
check.close(conv_out_size(5, 5), 1, name="a kernel as wide as the input")
check.close(conv_out_size(1, 1, 3), 1, name="one pixel, one tap, stride 3")
### END HIDDEN TESTS

# %% tests="conv_out_size_fits" of="conv_out_size" points=1
check.raises(ValueError, conv_out_size, 7, 3, 3)
check.raises(ValueError, conv_out_size, 2, 3)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/conv_out_size_fits")
check.raises(ValueError, conv_out_size, 224, 11, 4)  # AlexNet's input as often printed; 227 is meant
check.close(conv_out_size(227, 11, 4), 55, name="227 pixels, 11 taps, stride 4")
for _n, _k, _stride, _padding, _dilation in [(6, 4, 1, (0, 0), 2), (1, 3, 1, (1, 0), 1), (3, 2, 4, (0, 0), 3), (8, 3, 2, (1, 1), 1), (9, 3, 4, (0, 0), 1), (5, 1, 3, (0, 0), 4), (1, 2, 1, (0, 0), 1)]:
    check.raises(ValueError, conv_out_size, _n, _k, _stride, _padding, _dilation)
for _ in range(20):
    _k, _stride, _dilation, _steps = (int(v) for v in (_rng.integers(1, 6), _rng.integers(2, 6), _rng.integers(1, 4), _rng.integers(0, 6)))
    _before, _after, _rest = (int(v) for v in (_rng.integers(0, 4), _rng.integers(0, 4), _rng.integers(1, _stride)))
    _n = 20 * _stride + _stride * _steps + _dilation * (_k - 1) + 1 - _before - _after
    check.close(conv_out_size(_n, _k, _stride, (_before, _after), _dilation), 20 + _steps + 1, name="a size that fits")
    check.raises(ValueError, conv_out_size, _n + _rest, _k, _stride, (_before, _after), _dilation)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Padding and parameters (3 points)
#
# Write `same_padding(k, dilation=1)`: the pair (zeros before, zeros after) with which a kernel at stride 1 keeps the size. If the number of zeros is odd, the extra one stands **after**. By hand: 3 taps need `(1, 1)`, 4 taps `(1, 2)`, 4 taps with dilation 2 need 6 zeros, `(3, 3)`.
#
# Write `conv_params(c_in, c_out, kernel, groups=1, bias=True)`: the number of weights and biases of a layer; `kernel` is the pair of its height and width. Raise `ValueError` if `groups` does not divide `c_in` or does not divide `c_out`. By hand: 3 channels, 6 filters of 5 × 5: 456.
#
# <details><summary>Hint 1</summary>
#
# A kernel at stride 1 makes the size smaller by its span minus 1. And a filter of a layer with groups sees `c_in / groups` channels.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Halve the *total* number of zeros, after the dilation has been counted. One bias a filter.
# </details>

# %% answer="same_padding" forbid="dlcourse.cnn torch scipy"
def same_padding(k, dilation=1):
    """Zeros that keep the size at stride 1.  k, dilation: whole numbers >= 1 -> (before, after); an odd one stands after"""
    ### BEGIN SOLUTION
    total = dilation * (k - 1)
    return total // 2, total - total // 2
    ### END SOLUTION


# %% tests="same_padding" points=1
for _k, _dilation, _pair in ((3, 1, (1, 1)), (4, 1, (1, 2)), (4, 2, (3, 3))):
    check.close(same_padding(_k, _dilation), _pair, name=f"same_padding({_k}, {_dilation})")
### BEGIN HIDDEN TESTS
for _k in range(1, 9):
    for _dilation in range(1, 7):
        _before, _after = same_padding(_k, _dilation)
        check.close(20 + _before + _after - max(_dilation * j for j in range(_k)), 20, name=f"size of 20 pixels after {_k} taps with dilation {_dilation}")
        check.close(_after - _before, (_k - 1) * _dilation % 2, name=f"zeros after minus zeros before, k={_k}, dilation={_dilation}")
check.close(same_padding(6), (2, 3), name="same_padding(6)")
### END HIDDEN TESTS

# %% answer="conv_params" forbid="dlcourse.cnn torch scipy"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    """Weights and biases.  c_in, c_out: channels, kernel: (height, width) -> whole number.  ValueError if groups does not divide both."""
    ### BEGIN SOLUTION
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[1] + int(bias))
    ### END SOLUTION


# %% tests="conv_params" points=2
check.close(conv_params(3, 6, (5, 5)), 456, name="3 channels, 6 filters of 5 x 5")
check.close(conv_params(4, 4, (3, 3), groups=4, bias=False), 36, name="4 channels, depthwise, 3 x 3, no bias")
check.close(conv_params(2, 3, (1, 5)), 33, name="2 channels, 3 filters of 1 x 5")
check.raises(ValueError, conv_params, 6, 4, (3, 3), 3)
check.raises(ValueError, conv_params, 4, 6, (3, 3), 3)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/conv_params")
for _ in range(30):
    _groups, _a, _b, _height, _width = (int(v) for v in _rng.integers(1, 7, size=5))
    _weights = np.zeros((_groups, _b, _a, _height, _width)).size  # a block of filters for each group
    for _bias in (True, False):
        check.close(conv_params(_groups * _a, _groups * _b, (_height, _width), _groups, _bias), _weights + _bias * _groups * _b, name=f"conv_params({_groups * _a}, {_groups * _b}, {(_height, _width)}, {_groups}, {_bias})")
for _c_in, _c_out, _groups in ((4, 6, 3), (6, 4, 4), (5, 5, 2), (2, 3, 6)):
    check.raises(ValueError, conv_params, _c_in, _c_out, (3, 3), _groups)
check.close(conv_params(1, 1, (1, 1)), 2, name="one weight and one bias")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A Gaussian of any size (3 points)
#
# Write `gaussian_kernel(n, sigma)`: an array `(n, n)` that falls off like a Gaussian from its centre and has the **sum 1**. `n` may be even: the centre lies at $(n - 1)/2$, between two taps. `sigma` is a number, or a pair: the standard deviations along rows' index (downwards) and
# along columns' index (to the right). `ValueError` if `n < 1` or a `sigma` is not above 0.
#
# By hand: `n = 2` has four taps at the same distance from the centre, so 0.25 each, for every `sigma` that is not tiny (below 0.02 all four exponentials may become 0 before you divide; no test asks for that).
#
# <details><summary>Hint 1</summary>
#
# Distances along one axis: `np.arange(n) - (n - 1) / 2`. The Gaussian of two axes is a product of two Gaussians.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.outer` of two vectors, then divide by the sum. The constant $1/(2\pi\sigma^2)$ is no substitute: try `n = 3`, `sigma = 10`. `np.broadcast_to(sigma, 2)` makes a pair of a number.
# </details>

# %% answer="gaussian_kernel" forbid="dlcourse.cnn torch scipy"
def gaussian_kernel(n, sigma):
    """Gaussian weights of sum 1.  n: whole number >= 1, sigma: number or (down, right), > 0 -> (n, n).  ValueError otherwise."""
    ### BEGIN SOLUTION
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()
    ### END SOLUTION


# %% tests="gaussian_kernel" points=2
check.close(gaussian_kernel(2, 3.0), np.full((2, 2), 0.25), name="gaussian_kernel(2, 3)")
check.close(np.array(gaussian_kernel(7, 1.0))[3], [0.0018, 0.0216, 0.0966, 0.1592, 0.0966, 0.0216, 0.0018], rtol=0, atol=5.1e-5, name="middle row of gaussian_kernel(7, 1)")
check.close(np.array(gaussian_kernel(3, (1.0, 2.0))).sum(), 1.0, name="sum of gaussian_kernel(3, (1, 2))")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/gaussian_kernel")
_first = [0.0194, 0.0199, 0.0202, 0.0203, 0.0202, 0.0199, 0.0194]
check.close(np.array(gaussian_kernel(7, 10.0))[0], _first, rtol=0, atol=5.1e-5, name="first row of gaussian_kernel(7, 10)")
for _n in (1, 2, 3, 4, 5, 6, 7, 8, 11):
    for _sigma in (0.4, 1.0, float(_rng.uniform(0.7, 3)), 25.0):
        _raw = [[np.exp(-0.5 * (((r - (_n - 1) / 2) ** 2 + (c - (_n - 1) / 2) ** 2) / _sigma**2)) for c in range(_n)] for r in range(_n)]
        check.close(gaussian_kernel(_n, _sigma), np.array(_raw) / sum(map(sum, _raw)), rtol=1e-9, atol=1e-14, name=f"gaussian_kernel({_n}, {_sigma:.4g})")
### END HIDDEN TESTS

# %% tests="gaussian_kernel_pair" of="gaussian_kernel" points=1
for _n, _sigma in ((3, 0.0), (0, 1.0), (3, -1.0), (3, (1.0, 0.0)), (3, (-1.0, 2.0))):
    check.raises(ValueError, gaussian_kernel, _n, _sigma)
_down = np.array(gaussian_kernel(3, (0.1, 10.0)))
assert _down[1].min() > 0.3 and _down[0].max() < 1e-9, "sigma = (0.1, 10): narrow downwards, wide to the right, so only the middle row is not 0"
_pair = np.array(gaussian_kernel(3, (1.0, 2.0)))
check.close(_pair[0, 1] / _pair[1, 1], np.exp(-1 / 2), name="one pixel up, compared with the centre, sigma = (1, 2)")
check.close(_pair[1, 2] / _pair[1, 1], np.exp(-1 / 8), name="one pixel to the right, compared with the centre, sigma = (1, 2)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/gaussian_kernel_pair")
for _n in (1, 2, 3, 4, 6, 9):
    _down, _right = (float(v) for v in _rng.uniform(0.5, 4, size=2))
    _raw = np.array([[np.exp(-0.5 * (((r - (_n - 1) / 2) / _down) ** 2 + ((c - (_n - 1) / 2) / _right) ** 2)) for c in range(_n)] for r in range(_n)])
    check.close(gaussian_kernel(_n, (_down, _right)), _raw / _raw.sum(), rtol=1e-9, atol=1e-14, name=f"gaussian_kernel({_n}, ({_down:.3g}, {_right:.3g}))")
for _n, _sigma in ((0, 1.0), (-1, 1.0), (3, -1.0), (4, (1.0, 0.0)), (4, (-0.5, 1.0)), (5, (0.0, 2.0))):
    check.raises(ValueError, gaussian_kernel, _n, _sigma)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Channels last: forward (4 points)
#
# Write `conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0))` with
#
# - `x: (N, H, W, C)` pictures, `w: (P, Q, C, K)` filters, `b: (K,)`, and the result `(N, U, V, K)`;
# - `stride` and `padding` are pairs, for rows and for columns; `padding[0]` rows of zeros stand above *and* below, `padding[1]` columns left *and* right;
# - what a last step would leave over is not read (here we round down, as PyTorch does);
# - the kernel is not flipped: $\text{out}_{nuvk} = b_k + \sum_{p,q,c} w_{pqck}\, \tilde x_{n,\, u s_0 + p,\, v s_1 + q,\, c}$.
#
# `x` may be an array of whole numbers (with an integer dtype), the result is not rounded. Nothing that is given may change. A loop over $p$ and $q$ is fast enough.
#
# <details><summary>Hint 1</summary>
#
# Fix one tap `p, q`. Which pixels does it meet over all places? A slice with steps. It adds `pixels @ w[p, q]` to the output, for all places at once.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `padded[:, p : p + s0 * U : s0, q : q + s1 * V : s1]` has the shape `(N, U, V, C)`. `np.pad(x, ((0, 0), (p0, p0), (p1, p1), (0, 0)))` pads.
# </details>

# %% answer="conv2d_forward" forbid="dlcourse.cnn torch scipy"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    """Convolution, channels last.  x: (N, H, W, C), w: (P, Q, C, K), b: (K,), stride, padding: pairs -> (N, U, V, K)"""
    ### BEGIN SOLUTION
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out
    ### END SOLUTION


# %% tests="conv2d_forward" points=4
_picture = np.array([[1, 0, 0, 0, 0, 1], [0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 1], [1, 0, 1, 0, 1, 1], [0, 0, 0, 0, 1, 1], [0, 0, 1, 0, 1, 1]], dtype=float)
_filters = np.array([[[1.0, 0, 0], [0, 1, 0], [1, 0, 0]], [[0, 0, 1], [0, 0, 1], [0, 0, 1]]]).transpose(1, 2, 0)[:, :, None, :]  # (3, 3, 1, 2)
_two = np.ones((1, 3, 4, 2)) * [1.0, 2.0]  # 3 x 4 pixels, the first channel 1, the second 2
_rows = np.array([[1, 2, 3, 4, 5], [10, 20, 30, 40, 50]]).reshape(2, 1, 5, 1)  # two pictures of one row, whole numbers
_out = np.array(conv2d_forward(_picture[None, :, :, None], _filters, np.zeros(2)))
check.shape(_out, (1, 4, 4, 2), "out")
check.close(_out[0, :, :, 0], [[3, 0, 0, 1], [1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 2, 1]], name="the first map of the book's 6 x 6 picture")
check.close(_out[0, :, :, 1], [[0, 0, 1, 2], [1, 0, 2, 2], [1, 0, 2, 3], [2, 0, 3, 3]], name="the second map of the book's 6 x 6 picture")
_out = conv2d_forward(_two, np.ones((2, 3, 2, 1)), np.array([10.0]), stride=(2, 1), padding=(1, 0))
check.close(_out, np.reshape([19.0, 19, 28, 28], (1, 2, 2, 1)), name="out of two flat channels, 2 x 3 taps, stride (2, 1), padding (1, 0), bias 10")
_out = np.array(conv2d_forward(_rows, np.array([0.5, 0.25]).reshape(1, 2, 1, 1), np.array([0.5]), stride=(1, 2)))
check.close(_out[:, 0, :, 0], [[1.5, 3], [10.5, 25.5]], name="out of two rows of whole numbers, taps 0.5, 0.25, stride (1, 2), bias 0.5")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/conv2d_forward")


def _value(x, w, b, stride, padding, n, u, v, k):
    """One number of the output."""
    _total = b[k]
    for _p, _q, _c in np.ndindex(w.shape[:3]):
        _row, _column = u * stride[0] + _p - padding[0], v * stride[1] + _q - padding[1]
        if 0 <= _row < x.shape[1] and 0 <= _column < x.shape[2]:
            _total += w[_p, _q, _c, k] * x[n, _row, _column, _c]
    return _total


for _shape, _kernel, _stride, _padding in [
    ((2, 5, 7, 3), (3, 2, 3, 4), (1, 1), (0, 0)), ((1, 6, 4, 2), (2, 3, 2, 1), (2, 1), (0, 1)), ((3, 4, 6, 2), (1, 4, 2, 3), (1, 3), (2, 0)), ((1, 1, 1, 1), (1, 1, 1, 1), (3, 2), (0, 0)),
    ((2, 5, 5, 3), (3, 3, 3, 3), (2, 2), (1, 1)), ((1, 8, 3, 2), (3, 3, 2, 2), (3, 1), (1, 2)), ((2, 3, 9, 1), (2, 2, 1, 5), (1, 2), (0, 0)), ((1, 7, 7, 4), (4, 2, 4, 2), (2, 3), (2, 1)),
]:
    _x, _w, _b = _rng.normal(size=_shape), _rng.normal(size=_kernel), _rng.normal(size=_kernel[3])
    _copies = _x.copy(), _w.copy(), _b.copy()
    _sizes = [(_shape[i + 1] + 2 * _padding[i] - _kernel[i]) // _stride[i] + 1 for i in (0, 1)]
    _expected = np.empty((_shape[0], *_sizes, _kernel[3]))
    for _index in np.ndindex(_expected.shape):
        _expected[_index] = _value(*_copies, _stride, _padding, *_index)
    check.close(conv2d_forward(_x, _w, _b, _stride, _padding), _expected, rtol=1e-9, atol=1e-10, name=f"out for x {_shape}, w {_kernel}, stride {_stride}, padding {_padding}")
    assert all(np.array_equal(p, q) for p, q in zip((_x, _w, _b), _copies, strict=True)), "conv2d_forward changes its inputs"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Channels last: backward (4 points)
#
# Write `conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0))`, which returns `dx, dw, db`: the gradients of a loss by `x`, `w` and `b` if `dout: (N, U, V, K)` is its gradient by the output of `conv2d_forward`. Each has the shape of what it belongs to. Here all arrays hold floats. Nothing that is given may change.
#
# By hand: one row of pixels 1, 2, 3, 4, taps 1, 0, −1, `dout` = 1, 10: `dw` is 21, 32, 43, `dx` is 1, 10, −1, −10, `db` is 11.
#
# <details><summary>Hint 1</summary>
#
# The same loop over taps. `out += pixels @ w[p, q]` is linear in `pixels` and in `w[p, q]`: what does each get from `dout`?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `dw[p, q]` is $\sum$ pixel · dout over samples and places: `np.einsum("nuvc,nuvk->ck", ...)`. The pixels get `dout @ w[p, q].T`, **added** into the same slice of an array of zeros as large as the padded pictures. Cut the padding off at the end; mind a padding of 0, for which `[0:-0]` is empty.
# </details>

# %% answer="conv2d_backward" forbid="dlcourse.cnn torch scipy"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    """Gradients.  dout: (N, U, V, K), x: (N, H, W, C), w: (P, Q, C, K) -> dx: (N, H, W, C), dw: (P, Q, C, K), db: (K,)"""
    ### BEGIN SOLUTION
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))
    ### END SOLUTION


# %% tests="conv2d_backward" points=3
_row = np.array([1.0, 2, 3, 4]).reshape(1, 1, 4, 1)
_x, _w, _back = (np.sin(np.arange(np.prod(s)) + 1.0).reshape(s) for s in ((2, 3, 4, 2), (3, 2, 2, 3), (2, 2, 7, 3)))  # any numbers


def _loss(x, w, b):
    """Sum of dout times out for stride (2, 1), padding (1, 2), place by place."""
    _padded, _sum = np.pad(x, ((0, 0), (1, 1), (2, 2), (0, 0))), 0.0
    for _n, _u, _v, _k in np.ndindex(2, 2, 7, 3):
        _sum += _back[_n, _u, _v, _k] * ((_padded[_n, 2 * _u : 2 * _u + 3, _v : _v + 2] * w[..., _k]).sum() + b[_k])
    return _sum


_result = conv2d_backward(np.array([1.0, 10]).reshape(1, 1, 2, 1), _row, np.array([1.0, 0, -1]).reshape(1, 3, 1, 1))
assert _result is not None and len(_result) == 3, "return dx, dw, db"
for _name, _got, _right in zip(("dx", "dw", "db"), _result, ([1, 10, -1, -10], [21, 32, 43], [11]), strict=True):
    check.close(np.ravel(np.array(_got)), np.array(_right, dtype=float), name=f"{_name} of the example")
_dx, _, _db = conv2d_backward(np.ones((1, 2, 2, 1)), np.ones((1, 3, 4, 2)), np.ones((2, 3, 2, 1)), stride=(2, 1), padding=(1, 0))
check.close(_dx, np.ones((1, 3, 4, 2)) * np.array([1.0, 2, 2, 1])[:, None], name="dx with 2 x 3 taps of 1, stride (2, 1), padding (1, 0), dout of 1")
check.close(_db, [4], name="db for four places with dout = 1")
_dx, _dw, _db = conv2d_backward(_back, _x, _w, stride=(2, 1), padding=(1, 2))
_errors = [check.gradient_check(lambda x: _loss(x, _w, np.zeros(3)), _x, _dx, name="x (two pictures of 3 x 4 pixels, 2 channels, 3 filters, stride (2, 1), padding (1, 2))")]
_errors += [check.gradient_check(lambda w: _loss(_x, w, np.zeros(3)), _w, _dw, name="w (3 x 2 taps, 2 channels, 3 filters, stride (2, 1), padding (1, 2))")]
check.close(_db, [_back[..., _k].sum() for _k in range(3)], name="db, a number for each of three filters")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/conv2d_backward")


def _by_numbers(dout, x, w, stride, padding):
    """Every product of the convolution, one after the other."""
    _dx, _dw, _db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[3])
    for _n, _u, _v, _k in np.ndindex(dout.shape):
        _pull = dout[_n, _u, _v, _k]
        _db[_k] += _pull
        for _p, _q, _c in np.ndindex(w.shape[:3]):
            _h, _j = _u * stride[0] + _p - padding[0], _v * stride[1] + _q - padding[1]
            if 0 <= _h < x.shape[1] and 0 <= _j < x.shape[2]:
                _dx[_n, _h, _j, _c] += _pull * w[_p, _q, _c, _k]
                _dw[_p, _q, _c, _k] += _pull * x[_n, _h, _j, _c]
    return _dx, _dw, _db


for _shape, _kernel, _stride, _padding in [
    ((2, 5, 6, 3), (3, 2, 3, 4), (1, 1), (0, 0)), ((1, 6, 4, 2), (2, 3, 2, 1), (2, 1), (0, 1)), ((3, 4, 6, 2), (1, 4, 2, 3), (1, 3), (2, 0)), ((1, 1, 1, 1), (1, 1, 1, 1), (3, 2), (0, 0)),
    ((2, 5, 5, 3), (3, 3, 3, 3), (2, 2), (1, 1)), ((1, 8, 3, 2), (3, 3, 2, 2), (1, 1), (1, 2)), ((1, 7, 6, 2), (4, 2, 2, 2), (1, 2), (2, 1)),
]:
    _x, _w = _rng.normal(size=_shape), _rng.normal(size=_kernel)
    _sizes = [(_shape[i + 1] + 2 * _padding[i] - _kernel[i]) // _stride[i] + 1 for i in (0, 1)]
    _dout = _rng.normal(size=(_shape[0], *_sizes, _kernel[3]))
    _copies = _dout.copy(), _x.copy(), _w.copy()
    _expected = _by_numbers(*_copies, _stride, _padding)
    for _name, _got, _right in zip(("dx", "dw", "db"), conv2d_backward(_dout, _x, _w, _stride, _padding), _expected, strict=True):
        check.close(_got, _right, rtol=1e-9, atol=1e-10, name=f"{_name} for x {_shape}, w {_kernel}, stride {_stride}, padding {_padding}")
    assert all(np.array_equal(p, q) for p, q in zip((_dout, _x, _w), _copies, strict=True)), "conv2d_backward changes its inputs"
### END HIDDEN TESTS

# %% tests="conv2d_backward_rest" of="conv2d_backward" points=1
_dx = np.array(conv2d_backward(np.ones((1, 1, 2, 1)), np.ones((1, 1, 5, 1)), np.array([1.0, -1]).reshape(1, 2, 1, 1), (1, 2))[0])
check.shape(_dx, (1, 1, 5, 1), "dx with a pixel left over")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/conv2d_backward_rest")
check.close(_dx.ravel(), [1, -1, 1, -1, 0], name="dx of 5 pixels, 2 taps, stride 2: the last pixel is never read")
for _shape, _kernel, _stride, _padding in [((2, 8, 7, 2), (3, 2, 2, 3), (3, 4), (0, 0)), ((1, 9, 8, 1), (2, 3, 1, 2), (4, 3), (1, 0)), ((1, 3, 11, 2), (3, 1, 2, 2), (2, 3), (0, 2))]:
    _x, _w = _rng.normal(size=_shape), _rng.normal(size=_kernel)
    _sizes = [(_shape[i + 1] + 2 * _padding[i] - _kernel[i]) // _stride[i] + 1 for i in (0, 1)]
    _dout = _rng.normal(size=(_shape[0], *_sizes, _kernel[3]))
    _right = np.zeros((_shape[0], _shape[1] + 2 * _padding[0], _shape[2] + 2 * _padding[1], _shape[3]))
    for _u, _v in np.ndindex(*_sizes):  # each place sends its patch back
        _right[:, _u * _stride[0] : _u * _stride[0] + _kernel[0], _v * _stride[1] : _v * _stride[1] + _kernel[1]] += np.einsum("nk,pqck->npqc", _dout[:, _u, _v], _w)
    _right = _right[:, _padding[0] : _padding[0] + _shape[1], _padding[1] : _padding[1] + _shape[2]]
    check.close(conv2d_backward(_dout, _x, _w, _stride, _padding)[0], _right, rtol=1e-9, atol=1e-10, name=f"dx for x {_shape}, w {_kernel}, stride {_stride}, padding {_padding}, with pixels left over")
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Time: never look ahead (3 points)
#
# In a series the output at time $t$ must not depend on later inputs. Write `causal_conv(x, w, b, dilation=1)` for `x: (N, T, C)`, `w: (P, C, K)`, `b: (K,)`, with a result `(N, T, K)`, as long as the input:
#
# $$\text{out}_{nt} = b + \sum_{p=0}^{P-1} x_{n,\; t - (P - 1 - p)\, d}\; w_p .$$
#
# The last tap meets the present, the one before it the input $d$ steps earlier, and so on. Inputs before the beginning are 0. The taps may reach further back than the whole series. Nothing that is given may change.
#
# By hand: 1, 2, 3, 4 with the taps 10, 1: 1, 2 + 10, 3 + 20, 4 + 30. With dilation 2: 1, 2, 3 + 10, 4 + 20.
#
# <details><summary>Hint 1</summary>
#
# Zeros on one side only. How many, so that the first output sees one true input, at its last tap?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `(P - 1) * dilation` zeros in front. Tap `p` then meets `padded[:, p * dilation : p * dilation + T]`.
# </details>

# %% answer="causal_conv" forbid="dlcourse.cnn torch scipy"
def causal_conv(x, w, b, dilation=1):
    """Convolution in time that never looks ahead.  x: (N, T, C), w: (P, C, K), b: (K,) -> (N, T, K)"""
    ### BEGIN SOLUTION
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))
    ### END SOLUTION


# %% tests="causal_conv" points=3
_series, _taps = np.array([1.0, 2, 3, 4]).reshape(1, 4, 1), np.array([10.0, 1]).reshape(2, 1, 1)
_channels = np.array([[[1.0, 10], [2, 20], [3, 30]], [[0, 0], [0, 0], [0, 0]]])  # two series of 3 steps, two channels; the second series is 0
_three = np.array([[[100.0, 0], [100, 0]], [[1, 0], [1, 0]], [[1, 0], [0.1, 1]]])  # 3 taps, two channels, two filters; the first tap never meets anything
for _dilation, _right in ((1, [1, 12, 23, 34]), (2, [1, 2, 13, 24])):
    check.close(np.array(causal_conv(_series, _taps, np.zeros(1), _dilation)).ravel(), np.array(_right, dtype=float), name=f"the example with dilation {_dilation}")
_out = np.array(causal_conv(_channels, _three, np.array([0.5, -1]), 2))
check.close(_out[0], [[2.5, 9], [4.5, 19], [17.5, 29]], name="out of two channels, 3 taps, dilation 2 (they reach beyond the series), bias 0.5, -1")
check.close(_out[1], [[0.5, -1]] * 3, name="out of a series of zeros, where the bias is left")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("convolution/causal_conv")
for _shape, _kernel, _dilation in [((2, 7, 3), (3, 3, 2), 1), ((1, 9, 2), (4, 2, 3), 2), ((3, 4, 1), (3, 1, 2), 5), ((1, 1, 2), (5, 2, 1), 1), ((2, 6, 3), (1, 3, 3), 4), ((1, 12, 2), (2, 2, 2), 3), ((2, 3, 2), (6, 2, 4), 2)]:
    _x, _w, _b = _rng.normal(size=_shape), _rng.normal(size=_kernel), _rng.normal(size=_kernel[2])
    _copies = _x.copy(), _w.copy()
    _expected = np.empty((_shape[0], _shape[1], _kernel[2]))
    for _n, _t in np.ndindex(_shape[:2]):
        _expected[_n, _t] = _b
        for _back in range(_kernel[0]):
            if _t - _back * _dilation >= 0:
                _expected[_n, _t] += _x[_n, _t - _back * _dilation] @ _w[_kernel[0] - 1 - _back]
    check.close(causal_conv(_x, _w, _b, _dilation), _expected, rtol=1e-9, atol=1e-10, name=f"out for x {_shape}, w {_kernel}, dilation {_dilation}")
    assert np.array_equal(_x, _copies[0]) and np.array_equal(_w, _copies[1]), "causal_conv changes its inputs"
### END HIDDEN TESTS

# %% [markdown]
# ## 7. In your own words (2 points)
#
# "A convolution layer is a fully connected layer in which somebody set most weights to 0, so it can do less. With enough data a fully connected layer would do better." Say in which sense the first sentence is right, what it leaves out, when you would expect the second to hold and when not, and name one kind of data on which you would not use a
# convolution. (About 7 sentences.)

# %% [markdown] written="prior" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# A convolution is a linear map, and its matrix has zeros wherever an output does not see a pixel: every convolution layer is a fully connected layer with special weights, so it can represent less. Left out is that the weights that are not 0 are shared: all rows of the matrix hold the same few numbers.
# So there are 456 parameters instead of 14 million, each gets a gradient from every place and sample, and what is learnt at one place holds at all others (equivariance). These are assumptions about pictures: neighbours belong together, and a pattern means the same everywhere. Where they hold, a fully connected layer would have to learn them
# from data, once for each place; with as much data and computing as one likes it might catch up, at a multiple of the cost, but with limited data it overfits. Where they fail the restriction hurts: when a position has a meaning of its own (aligned portraits, digits in the centre of a form) sharing discards it, and with enough data the
# fully connected layer may win. Where there are no neighbours or shifts, as with columns of a table or pixels in a fixed random order, I would use no convolution.
#
# Marking: 1 point for the relation (special case: zeros *and* sharing; fewer parameters, equivariance), of which sharing must be named; 1 point for a condition on data or assumptions for the second sentence together with a fitting example of data. "Convolutions are always better for images" without a reason earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - **Transposed.** Your `conv2d_backward` contains a transposed convolution. Which line? Use it to double the size of a picture with a kernel of 4 × 4 and stride 2. Which padding makes the result exactly twice as large?
# - **Fourier.** For stride 1 a convolution is a product of Fourier transforms. Compute `conv2d_forward` with `np.fft.rfft2` for a kernel of 31 × 31 and compare the times. Where must the kernel be flipped?
