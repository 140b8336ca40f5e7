"""What a network sees: against torch.autograd, finite differences, brute force and scipy, and the figures that the page states."""
import numpy as np
import pytest
import torch
from scipy import ndimage, stats
from torch.nn import functional as F

from dlcourse.cnn import seeing as S
from dlcourse.data import digits

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def data():
    return S.pictures()


@pytest.fixture(scope="module")
def net():
    return S.fit()


@pytest.fixture(scope="module")
def some(data):
    return data[2][:40], data[3][:40]


@pytest.fixture(scope="module")
def double():
    """A small network in float64 and three odd pictures of it."""
    g = torch.Generator().manual_seed(3)
    return S.Reader(4, (3, 4, 5, 6)).double().requires_grad_(False), torch.rand((3, 1, 12, 16), generator=g, dtype=torch.float64), torch.tensor([2, 0, 9])


# ------------------------------------------------------------------------------------------------------- the network


def test_pictures_are_the_digits_enlarged(data):
    x, y, test_x, test_y = data
    assert x.shape == (1257, 1, 16, 16) and test_x.shape == (540, 1, 16, 16) and len(y) == 1257 and len(test_y) == 540
    raw = digits()[0].x[7].reshape(8, 8)
    np.testing.assert_allclose(x[7, 0], ndimage.zoom(raw, 2, order=1, mode="nearest", grid_mode=True), atol=1e-6)
    assert x.max() <= 1 and int((torch.linalg.svdvals(x.flatten(1)) > 1e-3).sum()) <= 64


def test_reader_is_what_torch_says_and_homogeneous(double):
    net, x, y = double
    out = x
    for i, conv in enumerate(net.convs):
        out = F.relu(F.conv2d(F.max_pool2d(out, 2) if i == 1 else out, conv.weight, padding=(2, 1, 1, 1)[i]))
    expected = out.flatten(2).mean(2) @ net.head.weight.T
    np.testing.assert_allclose(net(x), expected, rtol=1e-12)
    np.testing.assert_allclose(net(3.7 * x), 3.7 * net(x), rtol=1e-12)  # no biases
    assert [tuple(m.shape) for m in net.maps(x)] == [(3, 3, 12, 16), (3, 4, 6, 8), (3, 5, 6, 8), (3, 6, 6, 8)]
    np.testing.assert_allclose(S.probs(net, x, y), torch.softmax(net(x), 1)[range(3), y], rtol=1e-12)


def test_randomised_changes_the_last_layers_only():
    net = S.Reader(0)
    for count in range(6):
        changed = S.randomised(net, count)
        same = [bool((a.weight == b.weight).all()) for a, b in zip([*net.convs, net.head], [*changed.convs, changed.head], strict=True)]
        assert same == [True] * (5 - count) + [False] * count


@pytest.mark.parametrize("call, words", [
    (lambda: S.randomised(S.Reader(0), 6), "0 to 5, got 6"),
    (lambda: S.best_patches(S.Reader(0), torch.zeros(2, 1, 16, 16), 3, 0), "got 3"),
    (lambda: S.occlusion(S.Reader(0), torch.zeros(2, 1, 16, 16), torch.tensor([0, 1]), 17), "at most 16"),
    (lambda: S.occlusion(S.Reader(0), torch.zeros(2, 1, 16, 16), torch.tensor([0, 1]), 0), "size must be"),
    (lambda: S.integrated_gradients(S.Reader(0), torch.zeros(2, 1, 16, 16), torch.tensor([0, 1]), 0), "steps must be"),
    (lambda: S.scenes(torch.zeros(10, 1, 16, 16), torch.arange(10), 1, size=20), "no room in 20 x 20"),
])
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ------------------------------------------------------------------------------------------------------------- patches


def test_patches_hold_all_that_a_unit_sees():
    """Change everything outside the patch: the unit does not notice.  Change the patch: it does."""
    g = torch.Generator().manual_seed(0)
    net = S.Reader(1).requires_grad_(False)
    for layer in (0, 1, 2):
        x = torch.rand((5, 1, 16, 16), generator=g)
        patches, index = S.best_patches(net, x, layer, 2, count=3)
        peaks = net.maps(x)[layer][:, 2].amax((1, 2))
        assert index.tolist() == peaks.argsort(descending=True)[:3].tolist()
        size = (5, 10, 14)[layer]
        assert patches.shape == (3, size, size)
        place = int(net.maps(x[index[:1]])[layer][0, 2].argmax())
        row, column = divmod(place, net.maps(x)[layer].shape[-1])
        point = x[index[:1]].clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(net.maps(point)[layer][0, 2, row, column], point)
        rows, columns = slope[0, 0].nonzero().T
        top, left = (row - 2, column - 2) if layer == 0 else (2 * row - 2 - 2 * layer, 2 * column - 2 - 2 * layer)
        assert rows.min() >= top and columns.min() >= left and rows.max() < top + size and columns.max() < left + size
        padded = F.pad(x[index[0], 0], (14,) * 4)
        assert torch.equal(patches[0], padded[top + 14 : top + 14 + size, left + 14 : left + 14 + size])


def test_purity_by_hand(net, data):
    x, y = data[:2]
    peaks = net.maps(x[:200])[0].amax((2, 3))
    expected = [max(y[peaks[:, c].argsort(descending=True)[:9]].tolist().count(k) for k in range(10)) / 9 for c in range(12)]
    np.testing.assert_allclose(S.purity(net, x[:200], y[:200])[0], np.mean(expected))


# ---------------------------------------------------------------------------------------------------------------- maps


def test_occlusion_by_brute_force(double):
    net, x, y = double
    ours = S.occlusion(net, x, y, size=5, stride=3, fill=0.4)
    assert ours.shape == (3, 12, 16)
    for n in range(3):
        for i, j in ((0, 0), (4, 7), (11, 15), (6, 3), (7, 12)):
            drops = []
            for r in range(0, 8, 3):
                for c in range(0, 12, 3):
                    if r <= i < r + 5 and c <= j < c + 5:
                        other = x[n : n + 1].clone()
                        other[0, 0, r : r + 5, c : c + 5] = 0.4
                        drops.append(float(net(x[n : n + 1])[0, y[n]] - net(other)[0, y[n]]))
            assert ours[n, i, j].item() == pytest.approx(np.mean(drops) if drops else 0.0, abs=1e-6)


def test_gradient_is_that_of_finite_differences(double):
    net, x, y = double
    ours = S.gradient(net, x, y)
    for n, i, j in ((0, 3, 4), (1, 0, 15), (2, 11, 7)):
        up, down = x.clone(), x.clone()
        up[n, 0, i, j] += 1e-6
        down[n, 0, i, j] -= 1e-6
        slope = (net(up)[n, y[n]] - net(down)[n, y[n]]) / 2e-6
        assert ours[n, i, j].item() == pytest.approx(slope.item(), rel=1e-5, abs=1e-8)
    np.testing.assert_allclose(S.smooth_grad(net, x, y, noise=0.0, samples=3), ours, rtol=1e-10)


def test_completeness(double):
    net, x, y = double
    score = S.score(net, x, y)
    np.testing.assert_allclose(S.gradient_times_input(net, x, y).sum((1, 2)), score, rtol=1e-12)  # Euler
    np.testing.assert_allclose(S.integrated_gradients(net, x, y, steps=1), S.gradient_times_input(net, x, y), rtol=1e-10, atol=1e-15)
    base = x.flip(0)
    gaps = [(S.integrated_gradients(net, x, y, k, base).sum((1, 2)) - score + S.score(net, base, y)).abs().max().item() for k in (2, 2000)]
    assert gaps[1] < 1e-4 < gaps[0]


def test_guided_and_deconvnet_by_hand(double):
    """The two ways back, written out without autograd for the layers behind the pooling, with it for the pooling."""
    net, x, y = double
    for rule, f in (("guided", S.guided_backprop), ("deconv", S.deconvnet)):
        maps = net.maps(x)
        back = (net.head.weight[y] / maps[3][0, 0].numel())[:, :, None, None].expand_as(maps[3])
        for i in (3, 2, 1, 0):
            back = back.clamp(min=0) * ((maps[i] > 0) if rule == "guided" else 1)
            weight = net.convs[i].weight
            back = F.conv_transpose2d(back, weight, padding=weight.shape[2] // 2)
            if i == 1:
                _, winners = F.max_pool2d(maps[0], 2, return_indices=True)
                back = F.max_unpool2d(back, winners, 2, output_size=maps[0].shape)
        np.testing.assert_allclose(f(net, x, y), back[:, 0], rtol=1e-10, atol=1e-14)


def test_class_map_is_exact_and_grad_cam_equals_it(double):
    net, x, y = double
    ours = S.class_map(net, x, y)
    expected = sum(net.head.weight[y][:, k, None, None] * net.maps(x)[3][:, k] for k in range(6))
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(ours.mean((1, 2)), S.score(net, x, y), rtol=1e-12)
    np.testing.assert_allclose(48 * S.grad_cam(net, x, y), ours, rtol=1e-10, atol=1e-14)
    large = S.enlarge(ours, (12, 16))
    theirs = np.stack([ndimage.zoom(m.numpy(), 2, order=1, mode="nearest", grid_mode=True) for m in ours])
    np.testing.assert_allclose(large, theirs, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(S.enlarged_class_map(net, x, y), large)


# ---------------------------------------------------------------------------------------------------------- judging maps


def test_rank_correlation_is_pearsons_of_ranks():
    g = torch.Generator().manual_seed(0)
    a, b = torch.randn((2, 5, 4, 6), generator=g)
    a[0, :2] = 0  # ties
    expected = [np.corrcoef(stats.rankdata(p.abs().flatten()), stats.rankdata(q.abs().flatten()))[0, 1] for p, q in zip(a, b, strict=True)]
    np.testing.assert_allclose(S.rank_correlation(a, b), expected, rtol=1e-10)


def test_curves_by_hand(net, some):
    x, y = some[0][:2], some[1][:2]
    order = torch.stack([torch.randperm(64, generator=torch.Generator().manual_seed(k)) for k in (0, 1)])
    out, into = S.curve(net, x, y, order), S.curve(net, x, y, order, insert=True)
    for n in range(2):
        for step in (0, 1, 17, 64):
            kept = x[n : n + 1].clone()
            for cell in order[n, :step].tolist():
                kept[0, 0, cell // 8 * 2 : cell // 8 * 2 + 2, cell % 8 * 2 : cell % 8 * 2 + 2] = 0
            assert out[n, step].item() == pytest.approx(S.probs(net, kept, y[n : n + 1]).item(), abs=1e-6)
            assert into[n, step].item() == pytest.approx(S.probs(net, x[n : n + 1] - kept, y[n : n + 1]).item(), abs=1e-6)
    assert torch.equal(S.cells(x[:, 0])[0], F.avg_pool2d(x, 2)[0].flatten())


def test_greedy_orders_are_greedy(net, some):
    x, y = some[0][:1], some[1][:1]
    for insert in (False, True):
        order = S.greedy_order(net, x, y, insert)[0].tolist()
        assert sorted(order) == list(range(64))
        first = order[-1] if insert else order[0]
        alone = []
        for cell in range(64):
            less = x.clone()
            less[0, 0, cell // 8 * 2 : cell // 8 * 2 + 2, cell % 8 * 2 : cell % 8 * 2 + 2] = 0
            alone.append(S.probs(net, less, y).item())
        assert alone[first] == pytest.approx(max(alone) if insert else min(alone), abs=1e-6)


def test_scenes_and_pointing(data):
    x, y = data[2:]
    scenes, labels, corners = S.scenes(x, y, 5, size=50, seed=2)
    assert scenes.shape == (5, 1, 50, 50) and labels.shape == (5, 3) and corners.shape == (5, 3, 2)
    for scene, label, corner in zip(scenes[:, 0], labels, corners, strict=True):
        total = 0.0
        for c, (i, j) in zip(label, corner, strict=True):
            crop = scene[i : i + 16, j : j + 16]
            assert ((x[y == c, 0] - crop).abs().amax((1, 2)) == 0).any()
            total += crop.sum()
        assert scene.sum() == pytest.approx(total.item(), rel=1e-5) and len(set(label.tolist())) == 3
    maps = torch.zeros(4, 30, 40)
    for n, (i, j) in enumerate(((5, 7), (20, 22), (21, 22), (4, 7))):
        maps[n, i, j] = 1
    assert S.pointing_game(maps, torch.tensor([[5, 7]] * 4)).tolist() == [True, True, False, False]


# ------------------------------------------------------------------------------------------------- the figures of the page


def test_filters_hardly_move_and_matter(net, data):
    start, (test_x, test_y) = S.Reader(0), data[2:]
    right = (net(test_x).argmax(1) == test_y).float().mean()
    assert right > 0.96
    a, b = (n.convs[0].weight.detach()[:, 0] for n in (start, net))
    assert F.cosine_similarity(a.flatten(1), b.flatten(1)).min() > 0.85
    assert S.neighbour_correlation(b).mean() < 0.2
    net.convs[0].weight.data, kept = start.convs[0].weight.data, net.convs[0].weight.data
    mixed = (net(test_x).argmax(1) == test_y).float().mean()
    net.convs[0].weight.data = kept
    assert mixed < right - 0.1
    trained, random = (np.array(S.purity(n, *data[:2])) for n in (net, start))
    assert (trained > random).all() and random.min() > 0.4


def test_neighbour_correlation_of_known_filters():
    ramp = np.add.outer(np.arange(5.0), np.arange(5.0))
    checks = np.indices((5, 5)).sum(0) % 2
    np.testing.assert_allclose(S.neighbour_correlation(np.stack([ramp, checks])), [1, -1], atol=0.05)


def test_occlusion_depends_on_the_fill(net, some):
    x, y = some
    ink = x[:, 0] > 0
    ratio = {}
    for size, fill in ((4, 0.0), (6, 0.0), (4, 0.5), (4, 1.0)):
        m = S.occlusion(net, x, y, size, 2, fill)
        ratio[size, fill] = (m[ink].mean() / m[~ink].mean()).item()
    assert ratio[4, 0.0] > 3 and ratio[6, 0.0] < 3 and max(ratio[4, 0.5], ratio[4, 1.0]) < 1


def test_sanity_check_of_the_page(net, some):
    x, y = some
    last, all_five, wrong = S.randomised(net, 1), S.randomised(net, 5), (y + 1 + torch.arange(40) % 9) % 10
    methods = (S.gradient, S.gradient_times_input, S.guided_backprop, S.enlarged_class_map)
    kept = {f.__name__: [S.rank_correlation(f(net, x, y), f(n, x, y)).mean() for n in (last, all_five)] for f in methods}
    assert kept["guided_backprop"][0] > 0.8 and kept["guided_backprop"][1] < 0.5
    assert kept["gradient_times_input"][1] > 0.75 and max(kept["gradient"][0], kept["enlarged_class_map"][0]) < 0.5
    pairs = [zip(f(net, x, y), f(net, x, wrong), strict=True) for f in (S.guided_backprop, S.gradient)]
    asked = [np.mean([np.corrcoef(a.flatten(), b.flatten())[0, 1] for a, b in pair]) for pair in pairs]
    assert asked[0] > 0.8 and asked[1] < 0.2


def test_curves_of_the_page(net, some):
    x, y = some[0][:20], some[1][:20]
    maps = {"occlusion": S.occlusion(net, x, y, 4, 2), "gradient": S.gradient(net, x, y), "ink": x[:, 0], "class map": S.enlarged_class_map(net, x, y)}
    means = {}
    for name, m in maps.items():
        order = S.cells(m).argsort(dim=1, descending=True)
        means[name] = [S.curve(net, x, y, order, insert).mean().item() for insert in (False, True)]
    oracle = [S.curve(net, x[:6], y[:6], S.greedy_order(net, x[:6], y[:6], insert), insert).mean().item() for insert in (False, True)]
    assert oracle[0] < means["occlusion"][0] < means["gradient"][0] < means["class map"][0]
    assert oracle[1] > 0.8 and means["ink"][1] > means["gradient"][1] + 0.1


def test_pictures_made_to_please(net, data):
    """Experiment X7.6: sure of all ten, far from any digit; regularisers bring them nearer."""
    x, _, test_x, _ = data
    classes = torch.arange(10)
    usual = torch.cdist(test_x.flatten(1), x.flatten(1)).min(1).values.median()
    distance = {}
    for name, options in (("plain", {}), ("all", {"jitter": 2, "variation": 2.0, "decay": 1.0, "blur": 0.5})):
        z = S.please(net, classes, **options)
        assert z.min() >= 0 and z.max() <= 1 and S.probs(net, z, classes).min() > (0.99 if name == "plain" else 0.9)
        distance[name] = (torch.cdist(z.flatten(1), x.flatten(1)).min(1).values / usual).mean().item()
    assert distance["plain"] > 4 and 1.5 < distance["all"] < 3.3


def test_roughness_and_dreams(net):
    x = torch.tensor([[[[0.0, 1], [0, 0]]]])
    assert S.roughness(x).item() == pytest.approx(0.5 + 0.5)
    picture = torch.rand((20, 31), generator=torch.Generator().manual_seed(0))
    dreamt, gains = S.dream(net, picture, 1, steps=5)
    assert dreamt.shape == (20, 31) and len(gains) == 6 and gains[-1] > 1.5 * gains[0] and 0 <= dreamt.min() and dreamt.max() <= 1
    assert gains[-1] == pytest.approx((net.maps(dreamt[None, None])[1] ** 2).mean().item(), rel=1e-5)


def test_pointing_of_the_page(net, data):
    scenes, labels, corners = S.scenes(data[2], data[3], 100)
    share = {f.__name__: S.pointing_game(f(net, scenes, labels[:, 0]), corners[:, 0]).float().mean().item() for f in (S.enlarged_class_map, S.gradient)}
    random = S.pointing_game(S.enlarged_class_map(S.Reader(0).requires_grad_(False), scenes, labels[:, 0]), corners[:, 0]).float().mean()
    assert share["enlarged_class_map"] > 0.5 > share["gradient"] > random


def test_the_example_by_hand():
    """Of the two pixels that can stand in for each other, and the first check-yourself question."""
    def enough(v):
        return v.sum(-1).relu() - (v.sum(-1) - 1).relu()

    way = (torch.tensor([1.0, 1]) * ((torch.arange(100) + 0.5) / 100)[:, None]).requires_grad_(True)
    assert torch.autograd.grad(enough(way).sum(), way)[0].mean(0).tolist() == pytest.approx([0.5, 0.5])
    assert [float(enough(torch.tensor(v))) for v in ([1.0, 1], [0, 1], [0, 0])] == [1, 1, 0]
    base, end = torch.tensor([1.0, 4]), torch.tensor([3.0, 2])
    way = (base + ((torch.arange(3000) + 0.5) / 3000)[:, None] * (end - base)).requires_grad_(True)
    (slopes,) = torch.autograd.grad((2 * way[:, 0] - way[:, 1]).relu().sum(), way)
    assert (slopes.mean(0) * (end - base)).tolist() == pytest.approx([8 / 3, 4 / 3], rel=1e-3)
