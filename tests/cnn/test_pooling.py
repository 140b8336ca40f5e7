"""Pooling against PyTorch, SciPy and differences; LeNet-5 against the paper's counts; receptive fields against gradients; the figures of the page."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import nn

from dlcourse import check
from dlcourse.cnn import pooling as P

CASES = [  # x, window, stride, padding
    ((2, 3, 8, 6), 2, None, 0),
    ((1, 1, 1, 1), 1, 3, 0),
    ((2, 2, 7, 9), 3, 2, 1),
    ((1, 4, 11, 5), (3, 2), (1, 2), (1, 0)),
    ((3, 1, 7, 13), (2, 5), (3, 1), (0, 2)),
    ((2, 3, 5, 7), (5, 7), 1, 0),
    ((1, 2, 9, 8), 4, 2, 2),
    ((1, 2, 10, 7), 2, 3, (1, 0)),
]
POOLS = {"max": (P.max_pool2d_forward, P.max_pool2d_backward, F.max_pool2d), "mean": (P.avg_pool2d_forward, P.avg_pool2d_backward, F.avg_pool2d)}
SLIDE = np.array([[1.0, 5, 4, 3], [2, 6, 4, 0], [3, 1, 7, 9], [2, 8, 6, 5]])[None, None]


@pytest.mark.parametrize("name", POOLS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("ties", [False, True])
def test_both_ways_are_torchs(name, case, ties):
    """With ties the gradient goes to the first, here as in torch.  float64; sums of a few numbers of size 1."""
    shape, *how = case
    rng = np.random.default_rng(0)
    x = np.maximum(rng.integers(-2, 3, size=shape), 0).astype(float) if ties else rng.normal(-2, 1, size=shape)
    forward, backward, theirs = POOLS[name]
    leaf = torch.tensor(x, requires_grad=True)
    expected = theirs(leaf, *how)
    dout = rng.normal(size=tuple(expected.shape))
    expected.backward(torch.tensor(dout))
    copies = x.copy(), dout.copy()
    out, cache = forward(x, *how)
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(backward(dout, cache), leaf.grad.numpy(), rtol=1e-12, atol=1e-13)
    assert np.array_equal(x, copies[0]) and np.array_equal(dout, copies[1])


@pytest.mark.parametrize("name", POOLS)
def test_gradients_against_differences(name):
    rng = np.random.default_rng(1)
    x = rng.permutation(np.arange(2 * 3 * 7 * 5)).reshape(2, 3, 7, 5) / 10.0  # no ties, neighbours at least 0.1 apart
    forward, backward, _ = POOLS[name]
    out, cache = forward(x, (3, 2), (2, 1), (1, 0))
    dout = rng.normal(size=out.shape)
    check.gradient_check(lambda v: np.sum(dout * forward(v, (3, 2), (2, 1), (1, 0))[0]), x, backward(dout, cache))


def test_the_slides_example():
    assert P.max_pool2d_forward(SLIDE, 2)[0].tolist() == [[[[6, 4], [8, 9]]]]
    means = P.avg_pool2d_forward(SLIDE, 2)[0]
    assert means.tolist() == [[[[3.5, 2.75], [3.5, 6.75]]]] and np.floor(means).tolist() == [[[[3, 2], [3, 6]]]]
    same = ndimage.maximum_filter(SLIDE[0, 0], 2, origin=-1, mode="constant", cval=-np.inf)[:3, :3]
    assert np.array_equal(P.max_pool2d_forward(SLIDE, 2, 1)[0][0, 0], same)


def test_gradients_add_up_where_windows_overlap():
    x = np.array([1.0, 3, 2]).reshape(1, 1, 1, 3)
    assert P.max_pool2d_backward(np.array([10.0, 100]).reshape(1, 1, 1, 2), P.max_pool2d_forward(x, (1, 2), 1)[1]).ravel().tolist() == [0, 110, 0]
    assert P.avg_pool2d_backward(np.array([10.0, 100]).reshape(1, 1, 1, 2), P.avg_pool2d_forward(x, (1, 2), 1)[1]).ravel().tolist() == [5, 55, 50]


@pytest.mark.parametrize("bad", [dict(x=np.ones((2, 2)), k=2), dict(x=np.ones((1, 1, 2, 2), dtype=int), k=2), dict(x=SLIDE, k=5), dict(x=SLIDE, k=0),
                                 dict(x=SLIDE, k=2, stride=0), dict(x=SLIDE, k=2, padding=2), dict(x=SLIDE, k=3, padding=2), dict(x=SLIDE[:0], k=2)])
def test_bad_input_is_named(bad):
    for forward in (P.max_pool2d_forward, P.avg_pool2d_forward):
        with pytest.raises(ValueError, match="x must|k must|stride must|padding must|spans"):
            forward(**bad)
    with pytest.raises(ValueError, match="layer must"):
        P.receptive_field([(3, 1)])
    with pytest.raises(ValueError, match="k must"):
        P.receptive_field([(0, 1, 0)])
    with pytest.raises(ValueError, match="got 'pool'"):
        P.shift_net("pool")
    with pytest.raises(ValueError, match="odd"):
        P.gabor(4, 2.0, 0, 0, 1.0)


# ------------------------------------------------------------------------------------------------------------ fields


@pytest.mark.parametrize("seed", range(12))
def test_the_formula_is_the_support_of_the_gradient(seed):
    """Weights of 1: no gradient cancels.  Dilation leaves holes, so first and last pixel count."""
    rng = np.random.default_rng(seed)
    kind = ("conv", "pool")[seed % 2]
    layers = []
    for _ in range(int(rng.integers(1, 5))):
        k = int(rng.integers(1, 5))
        layers.append((k, int(rng.integers(1, 4)), int(rng.integers(0, k // 2 + 1)), 1 if kind == "pool" else int(rng.integers(1, 4))))
    size, jump, start = P.receptive_field(layers)
    n = 2 * size + 6 * jump + 60
    net, x = P.plain_net(layers, kind), torch.rand(1, 1, n, n, dtype=torch.float64)
    places = net(x).shape[2]
    for u in (places // 2, places // 2 - 1):
        rows = np.flatnonzero(P.input_gradient(net, x, (u, u))[0, 0].sum(axis=1))
        assert (rows[0], rows[-1]) == (start + u * jump, start + u * jump + size - 1)


def test_fields_that_are_known():
    assert P.receptive_field([]) == (1, 1, 0)
    assert P.receptive_field([(3, 1, 1)] * 2)[0] == 5 and P.receptive_field([(3, 1, 1)] * 3)[0] == 7  # "two 3 x 3 see 5 x 5"
    lenet = [(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0), (5, 1, 0)]
    assert [P.receptive_field(lenet[:i])[:2] for i in range(1, 6)] == [(5, 1), (6, 2), (14, 2), (16, 4), (32, 4)]


def test_the_effective_field_grows_with_the_root():
    """For linear nets with independent weights of one variance the mean squared gradient is exactly the depth-fold convolution of a flat 3 x 3 kernel."""
    spreads = {depth: P.effective_field(depth)[1] for depth in (2, 8, 16)}
    for depth, spread in spreads.items():
        assert abs(spread / np.sqrt(2 * depth / 3) - 1) < 0.12  # 20 random nets
    energy, _ = P.effective_field(3, nets=1500, channels=32, relu=False)
    flat = exact = np.full((3, 3), 1 / 9)
    for _ in range(2):
        exact = ndimage.convolve(np.pad(exact, 1), flat, mode="constant")
    assert abs(energy - exact).max() < 0.1 * exact.max() and abs(energy.sum() - 1) < 1e-12


# ------------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize("preferred", [0, 20, 65, 130])
def test_cells_prefer_their_angle(preferred):
    angles = np.arange(preferred - 90, preferred + 90, 5)
    simple, complex_ = P.tuning_curve(angles, preferred)
    for curve in (simple.mean(axis=1), complex_.mean(axis=1)):
        assert abs(angles[curve.argmax()] - preferred) <= 5 and curve.min() < 0.02 * curve.max()
    row = np.flatnonzero(angles == preferred)[0]
    assert np.ptp(complex_[row]) < 0.01 * complex_[row].max() and simple[row].min() == 0  # the place of the stripes: no matter, all the matter


def test_angles_turn_clockwise():
    """At 45 degrees a bright bar runs from the lower left to the upper right corner."""
    bar = P.grating(5, 20.0, 45, 0)
    assert np.allclose(np.diag(bar[:, ::-1]), 1) and np.ptp(np.diag(bar)) > 0.3


def test_gabors_ignore_brightness():
    for phase in (0, 40, 90):
        assert abs(P.gabor(33, 8.0, 30, phase, 4.0).sum()) < 1e-9  # a sum of 1,089 numbers below 1


# ------------------------------------------------------------------------------------------------------------ LeNet-5


def test_lenet_has_the_papers_counts():
    rows = {name: rest for name, *rest in P.lenet5_table()}
    assert {name: rest[2] for name, rest in rows.items()} == {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48120, "F6": 10164, "output": 0}
    assert sum(r[2] for r in rows.values()) == 60000 and sum(r[3] for r in rows.values()) == 340908
    net = P.LeNet5()
    assert [n for m in net.body if (n := sum(p.numel() for p in m.parameters()))] == [156, 12, 1516, 32, 48120, 10164]
    x, sizes = torch.zeros(1, 1, 32, 32), []
    for layer in net.body:
        x = layer(x)
        if sum(p.numel() for p in layer.parameters()):
            sizes.append((x.shape[1], x.shape[-1] if x.ndim == 4 else 1))
    assert sizes == [tuple(rest[:2]) for rest in rows.values()][:6]
    connected = np.zeros((6, 16), dtype=int)
    for k, sources in enumerate(P.C3_SEES):
        connected[list(sources), k] = 1
    assert connected.sum(axis=1).tolist() == [10] * 6 and connected.sum(axis=0).tolist() == [3] * 6 + [4] * 9 + [6]
    assert P.C3_SEES[12:15] == ((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)) and len(set(P.C3_SEES)) == 16


def test_partial_convolution_is_a_sum_of_small_ones():
    torch.manual_seed(0)
    sees = ((0, 2), (1,), (0, 1, 2))
    layer, x = P.PartialConv(3, sees, 2).double(), torch.rand(2, 3, 5, 4, dtype=torch.float64)
    start = 0
    for k, sources in enumerate(sees):
        taps = layer.taps[start : start + len(sources)][None]
        torch.testing.assert_close(layer(x)[:, k], F.conv2d(x[:, list(sources)], taps)[:, 0] + layer.bias[k])
        start += len(sources)
    assert layer.taps.shape == (6, 2, 2)


def test_subsampling_adds_scales_and_shifts():
    layer, x = P.Subsample(2), torch.arange(24.0).reshape(1, 2, 3, 4)
    with torch.no_grad():
        layer.factor.copy_(torch.tensor([1.0, 2.0]))
        layer.bias.copy_(torch.tensor([0.0, -1.0]))
    assert layer(x).tolist() == [[[[10, 18]], [[2 * 58 - 1, 2 * 66 - 1]]]]
    torch.testing.assert_close(P.Squash()(torch.tensor([1.0, -1.0])), torch.tensor([1.0, -1.0]), rtol=1e-4, atol=0)  # 1.7159 has five digits


def test_lenet_learns():
    assert P.train_lenet()[1] >= 0.94


# ------------------------------------------------------------------------------------------------------ the comparison


def test_cnn_and_mlp_are_level_on_digits():
    x, y, test_x, test_y = P.pictures()
    found = {make: [P.accuracy(P.fit(make, x, y, seed, 20), test_x, test_y) for seed in range(3)] for make in (P.small_cnn, P.small_mlp)}
    assert min(found[P.small_cnn]) >= 0.96 and abs(np.mean(found[P.small_cnn]) - np.mean(found[P.small_mlp])) < 0.01
    assert sum(p.numel() for p in P.small_cnn().parameters()) == 13706


def test_who_holds_when_digits_move():
    mlp, whole, circular = (P.shift_test(name, 1)[1] for name in ("mlp", "global maximum", "global maximum, circular"))
    assert mlp[0] >= 0.95 and mlp[1] <= 0.35 and mlp[2] <= 0.12
    assert whole[0] >= 0.96 and whole[1] >= 0.93 and 0.7 < whole[2] < whole[1]
    assert circular[0] >= 0.96 and circular[0] == circular[1] == circular[2]


def test_the_size_of_pooling_decides():
    moved = [P.shift_test(name)[1] for name in ("no pooling", "2 x 2 pooling", "4 x 4 pooling")]
    assert min(m[0] for m in moved) >= 0.96 and moved[0][1] < 0.45 < moved[1][1] < 0.65 < moved[2][1] < 0.85 and max(m[2] for m in moved) < 0.3


def test_the_global_mean_needs_longer():
    found = P.shift_test("global mean", epochs=40)[1]
    assert np.abs(np.subtract(found, [0.98, 0.98, 0.88])).max() < 0.02  # as the page says; another processor rounds otherwise


def test_moved_pictures():
    x = torch.zeros(1, 1, 5, 5)
    x[0, 0, 2, 2] = 1
    places = {tuple(np.argwhere(m[0, 0].numpy())[0].tolist()) for m in P.moved(x, 2)}
    assert len(places) == 8 and all(max(abs(a - 2), abs(b - 2)) == 2 for a, b in places) and len(P.moved(x, 0)) == 1


def test_same_seed_same_network():
    x, y, *_ = P.pictures()
    a, b = (P.fit(P.small_mlp, x[:200], y[:200], 3, 2) for _ in range(2))
    assert all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True)) and isinstance(a, nn.Module)
