"""The convolution layer in NumPy: sizes, four ways to the same numbers, both gradients, its transpose, and fixed kernels.  Section: book/cnn/convolution.md

Deep learning calls *convolution* what signal processing calls cross-correlation: the kernel is not flipped.  So do we.  `stride`, `padding` and `dilation` are
one whole number, or a pair for rows and columns, as in PyTorch.

Shapes used in this file: N samples, C channels of the input, K filters (channels of the output), G groups, H x W pixels of the input, P x Q of the kernel,
U x V places of the output.  x: (N, C, H, W), w: (K, C/G, P, Q), b: (K,), out: (N, K, U, V).
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

# ------------------------------------------------------------------------------------------------------------- sizes


def _whole(value, name, least):
    """value as an int; ValueError unless it is a whole number >= least."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number >= {least}, got {value!r}")
    return int(value)


def _pair(value, name, least):
    """One whole number for both axes, or a pair -> (rows, columns).  ValueError otherwise."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name} must be one whole number or a pair, got {value!r}")
    return _whole(both[0], name, least), _whole(both[1], name, least)


def conv_out_size(n, k, stride=1, padding=0, dilation=1, exact=False):
    """Places of a kernel on one axis, eq. (eq-cnn-conv-size) (Dumoulin & Visin 2016): floor((n + 2 padding - dilation (k - 1) - 1) / stride) + 1.

    n: pixels, k: taps of the kernel, all whole numbers -> whole number >= 1.  What is left over at the far end is not read; with exact=True that is an error.
    ValueError if the kernel is wider than the padded input, or, with exact=True, if the last step does not end at the border.
    """
    n, k, stride = _whole(n, "n", 1), _whole(k, "k", 1), _whole(stride, "stride", 1)
    padding, dilation = _whole(padding, "padding", 0), _whole(dilation, "dilation", 1)
    reach = dilation * (k - 1) + 1
    free = n + 2 * padding - reach
    if free < 0:
        raise ValueError(f"a kernel of {k} taps with dilation {dilation} spans {reach} pixels, but the padded input has only {n + 2 * padding}")
    if exact and free % stride:
        raise ValueError(f"{n} pixels with padding {padding}, kernel {k}, dilation {dilation}: stride {stride} leaves {free % stride} over and does not fit")
    return free // stride + 1


def conv_params(c_in, c_out, k, groups=1, bias=True):
    """Weights and biases of a convolution layer.  c_in, c_out: channels, k: one number or a pair -> whole number.  One bias a filter.

    ValueError if groups does not divide both numbers of channels.
    """
    c_in, c_out, groups = _whole(c_in, "c_in", 1), _whole(c_out, "c_out", 1), _whole(groups, "groups", 1)
    if c_in % groups or c_out % groups:
        raise ValueError(f"groups must divide c_in = {c_in} and c_out = {c_out}, got {groups}")
    p, q = _pair(k, "k", 1)
    return c_out * (c_in // groups * p * q + bool(bias))


# ---------------------------------------------------------------------------------------- what all versions have in common


def _setup(x, w, b, stride, padding, dilation, groups):
    """Check and unpack the arguments of a convolution -> x padded, w, b (zeros if None), stride, dilation (pairs), (U, V)

    ValueError, naming what was given, if shapes, channels, groups or sizes do not fit.
    """
    x, w = np.asarray(x), np.asarray(w)
    if x.ndim != 4 or w.ndim != 4 or not x.size or not w.size:
        raise ValueError(f"x must be (N, C, H, W) and w (K, C/groups, P, Q), both not empty, got {x.shape} and {w.shape}")
    groups, stride = _whole(groups, "groups", 1), _pair(stride, "stride", 1)
    padding, dilation = _pair(padding, "padding", 0), _pair(dilation, "dilation", 1)
    if x.shape[1] != w.shape[1] * groups or len(w) % groups:
        needs = f"w {w.shape} with groups = {groups} needs {w.shape[1] * groups}, and groups must divide {len(w)} filters"
        raise ValueError(f"x has {x.shape[1]} channels, but {needs}")
    b = np.zeros(len(w), dtype=np.result_type(x, w)) if b is None else np.asarray(b)
    if b.shape != (len(w),):
        raise ValueError(f"b must be ({len(w)},), one number a filter, got {b.shape}")
    sizes = tuple(conv_out_size(*args) for args in zip(x.shape[2:], w.shape[2:], stride, padding, dilation))
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))  # (N, C, H + 2 p, W + 2 q)
    return x, w, b, stride, dilation, sizes


# ------------------------------------------------------------------------------------- one: a loop over single numbers


def conv2d_loop(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """Eq. (eq-cnn-conv), one product at a time.  x: (N, C, H, W), w: (K, C/groups, P, Q), b: (K,) -> (N, K, U, V).  Slow; ValueError as conv2d_forward."""
    x, w, b, stride, dilation, sizes = _setup(x, w, b, stride, padding, dilation, groups)
    out = np.empty((len(x), len(w), *sizes))
    first = [k // (len(w) // groups) * w.shape[1] for k in range(len(w))]  # the first input channel that filter k sees
    for n, k, u, v in np.ndindex(out.shape):
        total = b[k]
        for c, p, q in np.ndindex(w.shape[1:]):
            total += w[k, c, p, q] * x[n, first[k] + c, u * stride[0] + p * dilation[0], v * stride[1] + q * dilation[1]]
        out[n, k, u, v] = total
    return out


# ------------------------------------------------------------------------------------- two: all products of one patch


def conv2d_patches(x, w, b=None, stride=1, padding=0, dilation=1):
    """Loop over places only: the patch under the kernel, flattened, times all filters.  One group.

    x: (N, C, H, W), w: (K, C, P, Q), b: (K,) -> (N, K, U, V).  ValueError as conv2d_forward.
    """
    x, w, b, stride, dilation, sizes = _setup(x, w, b, stride, padding, dilation, 1)
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:])]  # what the kernel spans
    rows = w.reshape(len(w), -1)  # (K, C*P*Q)
    out = np.empty((len(x), len(w), *sizes))
    for u, v in np.ndindex(sizes):
        top, left = u * stride[0], v * stride[1]
        patch = x[:, :, top : top + reach[0] : dilation[0], left : left + reach[1] : dilation[1]]  # (N, C, P, Q)
        out[:, :, u, v] = patch.reshape(len(x), -1) @ rows.T + b  # (N, K)
    return out


# ---------------------------------------------------------------------------------- three: all patches, without a copy


def windows(x, kernel, stride=(1, 1), dilation=(1, 1)):
    """A view of all patches: six axes over the numbers of x, none of them copied.  x: (N, C, H, W), padded -> (N, C, U, V, P, Q), read-only"""
    reach = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel))
    view = sliding_window_view(x, reach, axis=(2, 3))  # (N, C, all rows, all columns, reach, reach)
    return view[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def conv2d_windows(x, w, b=None, stride=1, padding=0, dilation=1):
    """Sum over c, p, q of the view: eq. (eq-cnn-conv) letter by letter.  One group.

    x: (N, C, H, W), w: (K, C, P, Q), b: (K,) -> (N, K, U, V).  ValueError as conv2d_forward.
    """
    x, w, b, stride, dilation, _ = _setup(x, w, b, stride, padding, dilation, 1)
    return np.einsum("ncuvpq,kcpq->nkuv", windows(x, w.shape[2:], stride, dilation), w) + b[:, None, None]


# ------------------------------------------------------------------------------------------- four: one matrix product


def im2col(x, kernel, stride=(1, 1), dilation=(1, 1)):
    """Every patch as a column (Chellapilla et al. 2006).  x: (N, C, H, W), padded, kernel: (P, Q) -> (N, C*P*Q, U*V), a copy about P*Q times as large as x"""
    view = windows(x, kernel, stride, dilation)  # (N, C, U, V, P, Q)
    return view.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, view.shape[2] * view.shape[3])


def conv2d_forward(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolution, eq. (eq-cnn-conv), as the product (filters x taps) @ (taps x places), one for each group.

    x: (N, C, H, W), w: (K, C/groups, P, Q), b: (K,) or None -> out: (N, K, U, V), cache.  Group g of the filters sees group g of the channels.
    ValueError, naming what was given, if shapes, channels, groups or sizes do not fit.
    """
    shape = np.shape(x)
    x, w, b, stride, dilation, sizes = _setup(x, w, b, stride, padding, dilation, groups)
    cols = im2col(x, w.shape[2:], stride, dilation).reshape(len(x), groups, w[0].size, -1)  # (N, G, C/G*P*Q, U*V)
    out = w.reshape(groups, -1, w[0].size) @ cols  # (N, G, K/G, U*V)
    out = out.reshape(len(x), len(w), *sizes) + b[:, None, None]
    return out, (cols, w, shape, stride, _pair(padding, "padding", 0), dilation, groups)


# -------------------------------------------------------------------------------------------------- the way back


def col2im(cols, shape, kernel, stride, padding, dilation):
    """The transpose of padding and im2col: add every column back to where it was read.  cols: (N, C*P*Q, U*V), shape: (N, C, H, W) -> (N, C, H, W)"""
    n, c, *size = shape
    grown = [s + 2 * p for s, p in zip(size, padding)]
    u, v = (conv_out_size(s, k, t, 0, d) for s, k, t, d in zip(grown, kernel, stride, dilation))
    cols = cols.reshape(n, c, *kernel, u, v)  # (N, C, P, Q, U, V)
    x = np.zeros((n, c, *grown), dtype=cols.dtype)
    for p, q in np.ndindex(*kernel):  # a slice never meets one pixel twice, so += is safe
        top, left = p * dilation[0], q * dilation[1]
        x[:, :, top : top + stride[0] * u : stride[0], left : left + stride[1] * v : stride[1]] += cols[:, :, p, q]
    return x[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]


def conv2d_backward(dout, cache):
    """Both gradients, eqs. (eq-cnn-conv-dw) and (eq-cnn-conv-dx).  dout: (N, K, U, V) -> dx: (N, C, H, W), dw: (K, C/groups, P, Q), db: (K,)"""
    cols, w, shape, stride, padding, dilation, groups = cache
    flat = dout.reshape(len(dout), groups, len(w) // groups, -1)  # (N, G, K/G, U*V)
    dw = (flat @ cols.swapaxes(2, 3)).sum(axis=0).reshape(w.shape)
    dcols = w.reshape(groups, -1, w[0].size).swapaxes(1, 2) @ flat  # (N, G, C/G*P*Q, U*V)
    return col2im(dcols, shape, w.shape[2:], stride, padding, dilation), dw, dout.sum(axis=(0, 2, 3))


def conv_transpose2d(x, w, b=None, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """Transposed convolution: what a convolution with these arguments does to gradients, used forwards.  As torch's, also in the order of w's axes.

    x: (N, K, U, V), w: (K, C/groups, P, Q), b: (C,) or None -> (N, C, H, W) with H = (U - 1) stride - 2 padding + dilation (P - 1) + 1 + output_padding.
    output_padding says which of the `stride` sizes H that lead to U is meant, and must be below stride or dilation.  ValueError if something does not fit.
    """
    x, w, groups, stride = np.asarray(x), np.asarray(w), _whole(groups, "groups", 1), _pair(stride, "stride", 1)
    padding, dilation, extra = _pair(padding, "padding", 0), _pair(dilation, "dilation", 1), _pair(output_padding, "output_padding", 0)
    if x.ndim != 4 or w.ndim != 4 or x.shape[1] != len(w) or len(w) % groups or not x.size or not w.size:
        raise ValueError(f"x must be (N, K, U, V), w (K, C/groups, P, Q), not empty, and groups must divide K, got {x.shape}, {w.shape} and groups = {groups}")
    rules = list(zip(x.shape[2:], w.shape[2:], stride, padding, dilation, extra))
    size = [(u - 1) * s - 2 * p + d * (k - 1) + 1 + e for u, k, s, p, d, e in rules]
    if min(size) < 1 or any(e >= max(s, d) for _, _, s, _, d, e in rules):
        raise ValueError(f"the output would have {size[0]} x {size[1]} pixels with output_padding {extra}, stride {stride} and dilation {dilation}")
    flat = x.reshape(len(x), groups, len(w) // groups, -1)  # (N, G, K/G, U*V)
    cols = w.reshape(groups, -1, w[0].size).swapaxes(1, 2) @ flat  # (N, G, C/G*P*Q, U*V)
    used = [s + 2 * p - e for s, (_, _, _, p, _, e) in zip(size, rules)]  # the part of the padded output that x reaches
    out = np.zeros((len(x), w.shape[1] * groups, used[0] + extra[0], used[1] + extra[1]), dtype=cols.dtype)
    out[:, :, : used[0], : used[1]] = col2im(cols, (*out.shape[:2], *used), w.shape[2:], stride, (0, 0), dilation)
    out = out[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    return out if b is None else out + np.reshape(b, (-1, 1, 1))


def zero_stuff(x, stride):
    """stride - 1 zeros between neighbours, for rows and columns.  x: (N, K, U, V), stride: pair -> (N, K, (U-1)*stride+1, (V-1)*stride+1)"""
    n, k, u, v = x.shape
    out = np.zeros((n, k, (u - 1) * stride[0] + 1, (v - 1) * stride[1] + 1), dtype=x.dtype)
    out[:, :, :: stride[0], :: stride[1]] = x
    return out


def dx_by_flipping(dout, w, shape, stride=1, padding=0, dilation=1):
    """The gradient by x as a *convolution* of dout, eq. (eq-cnn-conv-dx): zeros between its numbers, the kernel turned by 180 degrees, channels exchanged.

    dout: (N, K, U, V), w: (K, C, P, Q), shape: of x, (N, C, H, W) -> dx: (N, C, H, W).  One group.
    """
    stride, padding, dilation = _pair(stride, "stride", 1), _pair(padding, "padding", 0), _pair(dilation, "dilation", 1)
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)  # (C, K, P, Q)
    border = tuple(d * (k - 1) for d, k in zip(dilation, w.shape[2:]))
    part = conv2d_forward(zero_stuff(dout, stride), turned, None, 1, border, dilation)[0]
    full = np.zeros((*shape[:2], shape[2] + 2 * padding[0], shape[3] + 2 * padding[1]))
    full[:, :, : part.shape[2], : part.shape[3]] = part  # what the last step left over was never read: 0
    return full[:, :, padding[0] : padding[0] + shape[2], padding[1] : padding[1] + shape[3]]


def conv_matrix(w, height, width, stride=1, padding=0, dilation=1):
    """The dense matrix A of a convolution: out.ravel() = A @ x.ravel().  w: (K, C, P, Q) -> (K*U*V, C*height*width)

    Each column is the answer to one pixel.
    """
    pixels = np.eye(w.shape[1] * height * width).reshape(-1, w.shape[1], height, width)
    return conv2d_forward(pixels, w, None, stride, padding, dilation)[0].reshape(len(pixels), -1).T


# ----------------------------------------------------------------------------------------------- fixed kernels, pictures

SOBEL_X = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # brighter to the right; its transpose: brighter downwards


def gaussian_kernel(n, sigma):
    """Gaussian weights on n x n pixels, eq. (eq-cnn-gauss).  n: odd, sigma: standard deviation in pixels, > 0 -> (n, n) of sum 1.  ValueError otherwise."""
    if _whole(n, "n", 1) % 2 == 0 or not sigma > 0:
        raise ValueError(f"n must be odd and sigma > 0, got n = {n} and sigma = {sigma}")
    taps = np.exp(-((np.arange(n) - n // 2) ** 2) / (2 * sigma**2))  # (n,)
    kernel = np.outer(taps, taps)
    return kernel / kernel.sum()


def filter_image(image, kernel, mode="edge"):
    """One kernel on each colour alone (a depthwise convolution), size kept.  image: (H, W) or (H, W, C), kernel: (P, Q), odd -> like image

    mode: how np.pad continues the image beyond its border ("edge" repeats, "constant" is black).  ValueError for even kernels and other shapes.
    """
    image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    if image.ndim not in (2, 3) or kernel.ndim != 2 or 0 in (kernel.shape[0] % 2, kernel.shape[1] % 2):
        raise ValueError(f"image must be (H, W) or (H, W, C) and kernel (P, Q) with odd sides, got {image.shape} and {kernel.shape}")
    x = image.reshape(1, *image.shape[:2], -1).transpose(0, 3, 1, 2)  # (1, C, H, W)
    x = np.pad(x, ((0, 0), (0, 0), *((k // 2, k // 2) for k in kernel.shape)), mode=mode)
    channels = x.shape[1]
    out = conv2d_forward(x, np.broadcast_to(kernel, (channels, 1, *kernel.shape)), groups=channels)[0]
    return out[0].transpose(1, 2, 0).reshape(image.shape)


def edges(image, mode="edge"):
    """Slopes by Sobel's kernels.  image: (H, W) -> across: (H, W), down: (H, W), strength: (H, W), the length of both together.  Errors as filter_image."""
    across, down = filter_image(image, SOBEL_X, mode), filter_image(image, SOBEL_X.T, mode)
    return across, down, np.hypot(across, down)


def shift_gap(f, scene, size, shift, out_shift):
    """Does f follow a camera that moves?  Two views of one scene, the second `shift` pixels further left, so that all it shows lies further right.

    f: (1, C, size, size) -> (1, K, U, V); scene: (1, C, H, W); out_shift: by how much the output should have moved; a half means the mean of two neighbours
    -> (U, V - out_shift rounded up), the largest difference of any channel at each place, divided by the standard deviation of f's output.
    ValueError if the scene is too small or a shift is negative or no multiple of one half.
    """
    top, left = (scene.shape[2] - size) // 2, (scene.shape[3] - size) // 2
    if min(top, left - shift) < 0 or shift < 0 or out_shift < 0 or 2 * out_shift % 1:
        views = f"two views of {size} pixels, {shift} apart"
        raise ValueError(f"a scene of {scene.shape[2:]} pixels must have room for {views}, and out_shift must be 0, 0.5, 1, ..., got {out_shift}")
    first = f(scene[:, :, top : top + size, left : left + size])
    second = f(scene[:, :, top : top + size, left - shift : left - shift + size])
    low, high = int(np.floor(out_shift)), int(np.ceil(out_shift))
    width = first.shape[-1] - high
    moved = (first[..., :width] + first[..., high - low : high - low + width]) / 2  # the same twice unless out_shift is a half
    gap = np.abs(second[..., high:] - moved)
    return gap[0].max(axis=0) / first.std()
