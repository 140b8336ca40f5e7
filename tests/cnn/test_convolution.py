"""Convolutions against PyTorch in float64, SciPy, finite differences and each other, over odd shapes; the figures of the page."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage, signal
from sklearn.datasets import load_sample_image

from dlcourse import check
from dlcourse.cnn import convolution as V

CASES = [  # x, w, stride, padding, dilation, groups
    ((2, 3, 7, 9), (4, 3, 3, 3), 1, 0, 1, 1),
    ((1, 1, 1, 1), (1, 1, 1, 1), 3, 0, 1, 1),
    ((1, 1, 1, 2), (2, 1, 3, 2), 1, (1, 0), 1, 1),
    ((3, 2, 5, 5), (2, 2, 5, 5), 2, 2, 1, 1),
    ((1, 3, 8, 11), (5, 3, 2, 4), (3, 2), (0, 3), (1, 2), 1),
    ((2, 2, 13, 6), (3, 2, 3, 1), (4, 5), (1, 2), (3, 4), 1),
    ((1, 4, 11, 8), (6, 2, 3, 2), (2, 3), (1, 0), (2, 1), 2),
    ((3, 6, 9, 7), (6, 1, 3, 5), 2, (0, 3), 1, 6),
    ((2, 4, 13, 10), (6, 2, 2, 3), (3, 2), (4, 1), (3, 2), 2),
    ((1, 3, 7, 7), (9, 1, 4, 4), (1, 2), 3, 2, 3),
]
ONE_GROUP = [case for case in CASES if case[-1] == 1]
PICTURE = np.array([[1, 0, 0, 0, 0, 1], [0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 1], [1, 0, 1, 0, 1, 1], [0, 0, 0, 0, 1, 1], [0, 0, 1, 0, 1, 1]], dtype=float)
FILTERS = np.array([[[1.0, 0, 0], [0, 1, 0], [1, 0, 0]], [[0, 0, 1], [0, 0, 1], [0, 0, 1]]])


def problem(case, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=case[0]), rng.normal(size=case[1]), rng.normal(size=case[1][0]), rng


def same(ours, theirs):
    """float64 on both sides: sums of at most some hundred products of size 1, in another order."""
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    assert np.shape(ours) == np.shape(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_forward_and_backward_are_torchs(case):
    x, w, b, rng = problem(case)
    leaves = [torch.tensor(v, requires_grad=True) for v in (x, w, b)]
    theirs = F.conv2d(*leaves, *case[2:])
    dout = rng.normal(size=tuple(theirs.shape))
    theirs.backward(torch.tensor(dout))
    copies = [v.copy() for v in (x, w, b, dout)]
    out, cache = V.conv2d_forward(x, w, b, *case[2:])
    same(out, theirs)
    for ours, leaf in zip(V.conv2d_backward(dout, cache), leaves, strict=True):
        same(ours, leaf.grad)
    assert all(np.array_equal(p, q) for p, q in zip((x, w, b, dout), copies, strict=True))
    same(V.conv2d_forward(x, w, None, *case[2:])[0], F.conv2d(leaves[0], leaves[1], None, *case[2:]))


@pytest.mark.parametrize("case", CASES)
def test_the_loop_is_torchs(case):
    x, w, b, _ = problem(case, 1)
    same(V.conv2d_loop(x, w, b, *case[2:]), F.conv2d(*(torch.tensor(v) for v in (x, w, b)), *case[2:]))


@pytest.mark.parametrize("case", ONE_GROUP)
def test_the_other_ways_are_torchs(case):
    x, w, b, rng = problem(case, 2)
    theirs = F.conv2d(*(torch.tensor(v) for v in (x, w, b)), *case[2:5])
    same(V.conv2d_patches(x, w, b, *case[2:5]), theirs)
    same(V.conv2d_windows(x, w, b, *case[2:5]), theirs)
    dout = rng.normal(size=tuple(theirs.shape))
    _, cache = V.conv2d_forward(x, w, b, *case[2:5])
    same(V.dx_by_flipping(dout, w, x.shape, *case[2:5]), V.conv2d_backward(dout, cache)[0])


@pytest.mark.parametrize("case", ONE_GROUP)
def test_im2col_is_torchs_unfold(case):
    x, w, _, _ = problem(case, 3)
    stride, padding, dilation = (v if isinstance(v, tuple) else (v, v) for v in case[2:5])
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    theirs = F.unfold(torch.tensor(x), w.shape[2:], dilation, padding, stride)
    same(V.im2col(padded, w.shape[2:], stride, dilation), theirs)
    size = x.shape[2:]
    cols = np.random.default_rng(4).normal(size=tuple(theirs.shape))
    same(V.col2im(cols, x.shape, w.shape[2:], stride, padding, dilation), F.fold(torch.tensor(cols), size, w.shape[2:], dilation, padding, stride))


def test_windows_copy_nothing():
    x = np.random.default_rng(0).normal(size=(2, 3, 9, 8))
    view = V.windows(x, (3, 2), (2, 1), (1, 3))
    assert view.shape == (2, 3, 4, 5, 3, 2) and np.shares_memory(view, x) and not view.flags.writeable
    assert not np.shares_memory(V.im2col(x, (3, 2)), x)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("extra", [(0, 0), (1, 0), (1, 2)])
def test_transposed_convolution_is_torchs(case, extra):
    _, w, _, rng = problem(case, 5)
    stride, padding, dilation = (v if isinstance(v, tuple) else (v, v) for v in case[2:5])
    groups = case[5]
    x, b = rng.normal(size=(case[0][0], len(w), 4, 3)), rng.normal(size=w.shape[1] * groups)
    sizes = [(u - 1) * s - 2 * p + d * (k - 1) + 1 + e for u, s, p, d, k, e in zip((4, 3), stride, padding, dilation, w.shape[2:], extra)]
    if min(sizes) < 1 or any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
        with pytest.raises(ValueError, match="output_padding"):
            V.conv_transpose2d(x, w, b, *case[2:4], extra, *case[4:])
        return
    theirs = F.conv_transpose2d(*(torch.tensor(v) for v in (x, w, b)), stride, padding, extra, groups, dilation)
    same(V.conv_transpose2d(x, w, b, *case[2:4], extra, *case[4:]), theirs)


def test_transposed_convolution_is_the_gradient_by_x():
    for case in CASES:
        x, w, b, rng = problem(case, 6)
        out, cache = V.conv2d_forward(x, w, b, *case[2:])
        dout = rng.normal(size=out.shape)
        stride, padding, dilation = (v if isinstance(v, tuple) else (v, v) for v in case[2:5])
        extra = [(n + 2 * p - d * (k - 1) - 1) % s for n, p, d, k, s in zip(x.shape[2:], padding, dilation, w.shape[2:], stride)]
        same(V.conv_transpose2d(dout, w, None, stride, padding, extra, *case[4:]), V.conv2d_backward(dout, cache)[0])


@pytest.mark.parametrize("case", [((1, 2, 5, 4), (3, 2, 3, 2), (2, 1), (1, 0), (1, 2), 1), ((2, 4, 4, 5), (2, 2, 2, 2), 1, 1, 2, 2)])
def test_gradients_against_differences(case):
    x, w, b, rng = problem(case)
    out, cache = V.conv2d_forward(x, w, b, *case[2:])
    dout = rng.normal(size=out.shape)
    values = {"x": x, "w": w, "b": b}
    for name, grad in zip("xwb", V.conv2d_backward(dout, cache), strict=True):
        def loss(v, name=name):
            return np.sum(dout * V.conv2d_forward(*(values | {name: v}).values(), *case[2:])[0])

        check.gradient_check(loss, values[name], grad)


@pytest.mark.parametrize("case", [c for c in ONE_GROUP if c[0][2] * c[0][3] < 90])
def test_the_matrix_and_its_transpose(case):
    x, w, _, rng = problem(case, 7)
    matrix = V.conv_matrix(w, *x.shape[2:], *case[2:5])
    out, cache = V.conv2d_forward(x, w, None, *case[2:5])
    dout = rng.normal(size=out.shape)
    for i in range(len(x)):
        same(matrix @ x[i].ravel(), out[i].ravel())
        same(matrix.T @ dout[i].ravel(), V.conv2d_backward(dout, cache)[0][i].ravel())


def test_correlation_and_convolution_are_scipys():
    rng = np.random.default_rng(8)
    x, w = rng.normal(size=(9, 7)), rng.normal(size=(4, 3))
    same(V.conv2d_forward(x[None, None], w[None, None])[0][0, 0], signal.correlate2d(x, w, "valid"))
    same(V.conv2d_forward(x[None, None], w[None, None, ::-1, ::-1])[0][0, 0], signal.convolve2d(x, w, "valid"))
    same(V.conv_transpose2d(x[None, None], w[None, None])[0, 0], signal.convolve2d(x, w, "full"))


def test_float_precision_is_kept():
    x, w = np.ones((1, 1, 4, 4), np.float32), np.ones((1, 1, 2, 2), np.float32)
    out, cache = V.conv2d_forward(x, w)
    assert out.dtype == np.float32 and V.conv2d_backward(out, cache)[0].dtype == np.float32


# ------------------------------------------------------------------------------------------------------------ sizes


def test_sizes_are_the_number_of_places():
    for n in range(1, 12):
        for k in range(1, 6):
            for stride in (1, 2, 3):
                for padding in (0, 1, 3):
                    for dilation in (1, 2, 4):
                        total = n + 2 * padding
                        places = [s for s in range(0, total, stride) if s + dilation * (k - 1) < total]
                        if not places:
                            with pytest.raises(ValueError, match=f"spans {dilation * (k - 1) + 1} pixels"):
                                V.conv_out_size(n, k, stride, padding, dilation)
                            continue
                        assert V.conv_out_size(n, k, stride, padding, dilation) == len(places)
                        if places[-1] + dilation * (k - 1) + 1 < total:
                            with pytest.raises(ValueError, match="does not fit"):
                                V.conv_out_size(n, k, stride, padding, dilation, exact=True)
                        else:
                            assert V.conv_out_size(n, k, stride, padding, dilation, exact=True) == len(places)


def test_same_size_needs_an_odd_kernel_and_stride_one():
    """E-26"""
    for k in range(1, 10):
        for stride in (1, 2):
            kept = [p for p in range(10) if 31 + 2 * p >= k and V.conv_out_size(31, k, stride, p) == 31]
            assert kept == ([(k - 1) // 2] if k % 2 and stride == 1 else [])
    assert V.conv_out_size(6, 4, 1, 1) == 5 and V.conv_out_size(6, 4, 1, 2) == 7
    assert V.conv_out_size(31, 3, 1, 4, 4) == 31


def test_parameters_are_torchs():
    for c_in, c_out, k, groups, bias in [(3, 6, 5, 1, True), (4, 8, (3, 2), 4, True), (6, 9, (1, 7), 3, False), (64, 64, 3, 64, True)]:
        layer = torch.nn.Conv2d(c_in, c_out, k, groups=groups, bias=bias)
        assert V.conv_params(c_in, c_out, k, groups, bias) == sum(p.numel() for p in layer.parameters())


@pytest.mark.parametrize("call, words", [
    (lambda: V.conv_out_size(7.0, 3), "n must be a whole number"),
    (lambda: V.conv_out_size(7, 0), "k must be"),
    (lambda: V.conv_out_size(7, 3, 0), "stride must be"),
    (lambda: V.conv_out_size(7, 3, 1, -1), "padding must be"),
    (lambda: V.conv_out_size(7, 3, 1, 0, True), "dilation must be"),
    (lambda: V.conv_out_size(2, 3), "only 2"),
    (lambda: V.conv_params(3, 6, 5, 2), "groups must divide"),
    (lambda: V.conv_params(3, 6, (5, 5, 5)), "k must be one whole number or a pair"),
    (lambda: V.conv2d_forward(np.ones((3, 4, 4)), np.ones((1, 3, 2, 2))), "x must be"),
    (lambda: V.conv2d_forward(np.ones((1, 2, 4, 4)), np.ones((1, 3, 2, 2))), "x has 2 channels"),
    (lambda: V.conv2d_forward(np.ones((1, 4, 4, 4)), np.ones((3, 2, 2, 2)), groups=2), "groups must divide 3"),
    (lambda: V.conv2d_forward(np.ones((0, 1, 4, 4)), np.ones((1, 1, 2, 2))), "not empty"),
    (lambda: V.conv2d_forward(np.ones((1, 1, 4, 4)), np.ones((2, 1, 2, 2)), np.ones(1)), "b must be"),
    (lambda: V.conv2d_forward(np.ones((1, 1, 4, 4)), np.ones((1, 1, 5, 2))), "spans 5"),
    (lambda: V.conv_transpose2d(np.ones((1, 2, 4, 4)), np.ones((3, 1, 2, 2))), "x must be"),
    (lambda: V.conv_transpose2d(np.ones((1, 1, 1, 1)), np.ones((1, 1, 2, 2)), padding=1), "would have 0 x 0"),
    (lambda: V.gaussian_kernel(4, 1.0), "odd"),
    (lambda: V.gaussian_kernel(3, 0.0), "sigma > 0"),
    (lambda: V.filter_image(np.ones((4, 4)), np.ones((2, 3))), "odd sides"),
    (lambda: V.filter_image(np.ones(4), np.ones((3, 3))), "image must be"),
    (lambda: V.shift_gap(lambda x: x, np.ones((1, 1, 8, 8)), 8, 1, 1), "two views"),
    (lambda: V.shift_gap(lambda x: x, np.ones((1, 1, 20, 20)), 8, 1, 0.3), "out_shift"),
])
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ---------------------------------------------------------------------------------------------------- fixed kernels

SIGMA_ONE = [[0.0000, 0.0002, 0.0011, 0.0018, 0.0011, 0.0002, 0.0000], [0.0002, 0.0029, 0.0131, 0.0216, 0.0131, 0.0029, 0.0002],
             [0.0011, 0.0131, 0.0586, 0.0966, 0.0586, 0.0131, 0.0011], [0.0018, 0.0216, 0.0966, 0.1592, 0.0966, 0.0216, 0.0018]]
SIGMA_TEN = [[0.0194, 0.0199, 0.0202, 0.0203, 0.0202, 0.0199, 0.0194], [0.0199, 0.0204, 0.0207, 0.0208, 0.0207, 0.0204, 0.0199],
             [0.0202, 0.0207, 0.0210, 0.0211, 0.0210, 0.0207, 0.0202], [0.0203, 0.0208, 0.0211, 0.0212, 0.0211, 0.0208, 0.0203]]


@pytest.mark.parametrize("sigma, rows", [(1, SIGMA_ONE), (10, SIGMA_TEN)])
def test_both_kernels_of_the_slides(sigma, rows):
    kernel = V.gaussian_kernel(7, sigma)
    assert np.array_equal(kernel.round(4), rows + rows[2::-1])
    np.testing.assert_allclose(kernel.sum(), 1, rtol=1e-14)
    impulse = np.zeros((7, 7))
    impulse[3, 3] = 1
    cut = ndimage.gaussian_filter(impulse, sigma, radius=3, mode="constant")  # scipy's own, cut off after three taps
    np.testing.assert_allclose(kernel, cut, rtol=1e-12)


def test_filters_of_pictures_are_scipys():
    image = np.random.default_rng(0).uniform(size=(11, 13, 3))
    kernel = np.random.default_rng(1).normal(size=(3, 5))
    for mode, theirs in (("edge", "nearest"), ("constant", "constant"), ("wrap", "wrap")):
        expected = np.stack([ndimage.correlate(image[..., c], kernel, mode=theirs) for c in range(3)], axis=2)
        np.testing.assert_allclose(V.filter_image(image, kernel, mode), expected, rtol=1e-12, atol=1e-13)
    across, down, strength = V.edges(image[..., 0])
    for ours, axis in ((across, 1), (down, 0)):
        np.testing.assert_allclose(ours, ndimage.sobel(image[..., 0], axis, mode="nearest"), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(strength**2, across**2 + down**2, rtol=1e-12)


# -------------------------------------------------------------------------------------------- the figures of the page


def test_parameters_of_the_page():
    """E-13"""
    assert 32 * 32 * 3 * 28 * 28 * 6 == 14_450_688 and V.conv_params(3, 6, 5) == 456
    assert V.conv2d_forward(np.ones((1, 3, 32, 32)), np.ones((6, 3, 5, 5)))[0].shape == (1, 6, 28, 28)
    assert [V.conv_out_size(7, 3, s) for s in (1, 2, 3)] == [5, 3, 2]
    with pytest.raises(ValueError, match="stride 3 leaves 1 over"):
        V.conv_out_size(7, 3, 3, exact=True)
    assert [V.conv_params(64, 64, 3, g) for g in (1, 2, 64)] == [36_928, 18_496, 640] and 640 + V.conv_params(64, 64, 1) == 4_800
    assert (V.conv_out_size(64, 5, 2, 2), V.conv_out_size(48, 5, 2, 2), V.conv_params(3, 16, 5)) == (32, 24, 1_216)
    assert (V.conv_out_size(64, 5, 2, 2, 2), V.conv_out_size(48, 5, 2, 2, 2)) == (30, 22)


def test_maps_of_the_slides():
    """E-25, and that true convolution differs"""
    maps = V.conv2d_forward(PICTURE[None, None], FILTERS[:, None])[0][0]
    assert maps[0].tolist() == [[3, 0, 0, 1], [1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 2, 1]]
    assert maps[1].tolist() == [[0, 0, 1, 2], [1, 0, 2, 2], [1, 0, 2, 3], [2, 0, 3, 3]]
    for f, m in zip(FILTERS, maps, strict=True):
        assert np.array_equal(signal.correlate2d(PICTURE, f, "valid"), m) and not np.array_equal(signal.convolve2d(PICTURE, f, "valid"), m)


def test_examples_by_hand():
    out, cache = V.conv2d_forward(np.array([[[[1.0, 2, 3, 4]]]]), np.array([[[[1.0, 0, -1]]]]))
    dx, dw, db = V.conv2d_backward(np.array([[[[1.0, 10]]]]), cache)
    assert (out.ravel().tolist(), dx.ravel().tolist(), dw.ravel().tolist(), db.tolist()) == ([-2, -2], [1, 10, -1, -10], [21, 32, 43], [11])
    out, cache = V.conv2d_forward(np.array([[[[1.0, 0, 2, 1, 3]]]]), np.array([[[[1.0, -1]]]]), stride=(1, 2))
    dx, dw, _ = V.conv2d_backward(np.ones((1, 1, 1, 2)), cache)
    assert (out.ravel().tolist(), dx.ravel().tolist(), dw.ravel().tolist()) == ([1, 1], [1, -1, 1, -1, 0], [3, 1])


def test_cover_of_transposed_convolutions():
    cover = {k: V.conv_transpose2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, k, k)), stride=2)[0, 0] for k in (3, 4)}
    assert cover[3][2].tolist() == [2, 2, 4, 2, 4, 2, 4, 2, 2] and set(cover[3][2:-2, 2:-2].ravel()) == {1, 2, 4}
    assert set(cover[4][2:-2, 2:-2].ravel()) == {4}


@pytest.fixture(scope="module")
def grey():
    return load_sample_image("china.jpg") / 255.0 @ np.array([0.299, 0.587, 0.114])


def test_blur_and_edges_of_the_page(grey):
    rough = [np.sqrt(np.mean(np.diff(V.filter_image(grey, V.gaussian_kernel(7, s)), axis=1) ** 2)) for s in (1, 10)]
    before = np.sqrt(np.mean(np.diff(grey, axis=1) ** 2))
    assert 0.25 < rough[0] / before < 0.3 and 0.12 < rough[1] / before < 0.16
    np.testing.assert_allclose(V.filter_image(grey, V.SOBEL_X[::-1, ::-1]), -V.edges(grey)[0], atol=1e-13)
    assert np.abs(V.edges(np.full((6, 5), 0.3))[2]).max() < 1e-15
    step = np.repeat([[0.0], [0], [1], [1]], 5, axis=1)  # a horizontal edge
    assert np.array_equal(V.edges(step)[0], np.zeros((4, 5))) and V.edges(step)[1].max() == 4


def test_shifts_are_followed_without_stride_and_padding_only(grey):
    scene, sobel = grey[None, None], V.SOBEL_X[None, None]
    bell = V.gaussian_kernel(7, 1.5)[None, None]

    def rms(gap):
        return np.sqrt(np.mean(gap**2))

    plain = V.shift_gap(lambda x: V.conv2d_forward(x, sobel)[0], scene, 65, 1, 1)
    padded = V.shift_gap(lambda x: V.conv2d_forward(x, sobel, padding=1)[0], scene, 65, 1, 1)
    assert plain.shape == (63, 62) and plain.max() < 1e-12
    assert padded[:, 1:-1].max() < 1e-12 and padded[:, 0].max() > 1e-3 and padded[:, -1].max() > 1e-3

    def strided(x):
        return V.conv2d_forward(x, sobel, stride=2)[0]

    def blurred(x):
        return V.conv2d_forward(V.conv2d_forward(x, sobel)[0], bell, stride=2)[0]

    assert V.shift_gap(strided, scene, 65, 2, 1).max() < 1e-12
    gaps = {out: V.shift_gap(strided, scene, 65, 1, out) for out in (0, 1, 0.5)}
    assert all(np.mean(g > 1e-9) > 0.95 for g in gaps.values()) and rms(gaps[0]) > 1.3 and rms(gaps[1]) > 1 and rms(gaps[0.5]) > 0.85
    assert rms(V.shift_gap(blurred, scene, 65, 1, 0.5)) < 0.3


def test_the_border_grows_inwards_by_a_pixel_a_layer(grey):
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(8, c, 3, 3)) * np.sqrt(2 / (9 * c)) for c in (1, 8, 8, 8)]
    for depth in (1, 2, 3, 4):
        def net(x, depth=depth):
            for w in layers[:depth]:
                x = np.maximum(V.conv2d_forward(x, w, padding=1)[0], 0)
            return x

        wrong = (V.shift_gap(net, grey[None, None], 65, 1, 1) > 1e-9).any(axis=0)
        assert np.flatnonzero(wrong).tolist() == [*range(depth), *range(64 - depth, 64)]


def test_half_a_shift_of_a_line_is_exact():
    """On a ramp the mean of two neighbours is the value between them."""
    ramp = np.broadcast_to(np.arange(60.0), (1, 1, 60, 60))
    gap = V.shift_gap(lambda x: x[:, :, ::2, ::2], ramp, 21, 1, 0.5)
    assert gap.shape == (11, 10) and gap.max() < 1e-12 and V.shift_gap(lambda x: x[:, :, ::2, ::2], ramp, 21, 1, 1).min() > 0.1


def test_sobels_kernel_is_learnt_faster_from_noise(grey):
    piece, errors = grey[150:214, 250:314], {}
    for name, image in (("picture", piece), ("noise", np.random.default_rng(0).normal(size=(64, 64)))):
        x = ((image - image.mean()) / image.std())[None, None]
        patches = V.im2col(x, (3, 3))[0]
        curvatures = np.linalg.eigvalsh(patches @ patches.T / patches.shape[1])
        target, w = V.conv2d_forward(x, V.SOBEL_X[None, None])[0], np.zeros((1, 1, 3, 3))
        for _ in range(100):
            out, cache = V.conv2d_forward(x, w)
            w = w - V.conv2d_backward((out - target) / out.size, cache)[1] / curvatures[-1]
        errors[name] = np.abs(w - V.SOBEL_X).max()
        assert curvatures[-1] / curvatures[0] == pytest.approx({"picture": 76.7, "noise": 1.1}[name], rel=0.05)
    assert errors["noise"] < 1e-12 and 0.01 < errors["picture"] < 0.3


def test_reshape_is_not_transpose():
    china = load_sample_image("china.jpg") / 255.0
    agree = [np.corrcoef(v[0].ravel(), v[1].ravel())[0, 1] for v in (china.transpose(2, 0, 1), china.reshape(3, 427, 640))]
    assert agree[0] > 0.95 and agree[1] < 0
