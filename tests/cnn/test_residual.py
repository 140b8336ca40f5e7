"""Residual blocks against PyTorch and finite differences; paths by hand; the page's claims about depth."""
import math

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse import check
from dlcourse.cnn import residual as R


@pytest.fixture(scope="module")
def data():
    return R.training_digits()


def blocks_of(rng, widths, d):
    return [(rng.normal(size=(d, m)), rng.normal(size=m), rng.normal(size=(m, d))) for m in widths]


@pytest.mark.parametrize(("n", "d", "widths"), [(1, 1, (1,)), (3, 5, (2, 7, 3)), (2, 4, ()), (4, 3, (3, 3, 3, 3, 3))])
def test_the_stack_is_torchs(n, d, widths):
    rng = np.random.default_rng(0)
    blocks, x, dout = blocks_of(rng, widths, d), rng.normal(size=(n, d)), rng.normal(size=(n, d))
    states = [torch.tensor(x, requires_grad=True)]
    for u, b, v in blocks:
        s = states[-1] + torch.relu(states[-1] @ torch.tensor(u) + torch.tensor(b)) @ torch.tensor(v)
        s.retain_grad()
        states.append(s)
    (states[-1] * torch.tensor(dout)).sum().backward()
    out, cache = R.stack_forward(x, blocks)
    np.testing.assert_allclose(out, states[-1].detach().numpy(), rtol=1e-11, atol=1e-12)
    for ours, theirs in zip(R.stack_backward(dout, cache), states, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-11, atol=1e-11)


def test_the_slides_formula():
    """dE/dx^l = dE/dx^L (1 + d sum F / dx^l), the derivative of the sum by differences."""
    rng = np.random.default_rng(1)
    blocks, x, dout = blocks_of(rng, (3, 2, 4), 3), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    got = R.stack_backward(dout, R.stack_forward(x, blocks)[1])[0]
    of_the_sum = check.numerical_gradient(lambda s: np.sum(dout * R.branch_sum(s, blocks)), x.copy())
    np.testing.assert_allclose(got, dout + of_the_sum, rtol=1e-6, atol=1e-7)


def test_by_hand():
    """The page's two blocks, as one unit for each sign: F(x) = x / 2 and F(x) = -x / 3."""
    both = np.array([[1.0, -1.0]])
    blocks = [(both, np.zeros(2), np.array([[0.5], [-0.5]])), (both, np.zeros(2), np.array([[-1 / 3], [1 / 3]]))]
    out, cache = R.stack_forward(np.array([[6.0]]), blocks)
    assert [float(s[0, 0]) for s in cache[0]] == pytest.approx([6, 9, 6])
    assert [float(g[0, 0]) for g in R.stack_backward(np.array([[1.0]]), cache)] == pytest.approx([1, 2 / 3, 1])


def test_bad_blocks_are_named():
    with pytest.raises(ValueError, match=r"block 1 must have u \(3, M\)"):
        R.stack_forward(np.zeros((2, 3)), [(np.zeros((3, 4)), np.zeros(4), np.zeros((4, 3))), (np.zeros((2, 4)), np.zeros(4), np.zeros((4, 3)))])
    with pytest.raises(ValueError, match="at most 20 slopes"):
        R.paths(np.zeros(21))
    with pytest.raises(ValueError, match="plain, identity or residual"):
        R.dense_net(5, "dense")
    with pytest.raises(ValueError, match="depth >= 2"):
        R.dense_net(1)
    with pytest.raises(IndexError):
        R.without(R.dense_net(5), [3])


def test_paths():
    length, product = R.paths([1.0, -0.5, 2.0])
    assert sorted(zip(length.tolist(), product.tolist(), strict=True)) == [(0, 1), (1, -0.5), (1, 1), (1, 2), (2, -1), (2, -0.5), (2, 2), (3, -1)]
    assert np.bincount(length, weights=product) == pytest.approx([1, 2.5, 0.5, -1])  # the first question of the page
    assert R.paths([])[1].tolist() == [1.0]
    w = np.random.default_rng(2).normal(size=9)
    assert R.paths(w)[1].sum() == pytest.approx(np.prod(1 + w))
    assert np.bincount(R.paths(np.full(12, 0.1))[0]).tolist() == [math.comb(12, k) for k in range(13)]


def test_identity_layers_change_nothing(data):
    x, _ = data
    small, extra = R.dense_net(5), R.dense_net(30, "identity", scale=0.0)[2:-1]
    with torch.no_grad():
        assert torch.equal(nn.Sequential(*list(small)[:-1], *extra, small[-1])(x), small(x))


def test_spectrum_is_that_of_the_product_of_jacobians(data):
    x, _ = data
    for kind, scale in (("plain", 1.0), ("residual", 0.1)):
        model = R.dense_net(6, kind, scale)
        h, product = model[:2](x[:1]), np.eye(32)
        for layer in model[2:-1]:
            w = layer.linear.weight.detach().numpy()
            on = (layer.linear(h) > 0).numpy()[0]
            product = ((np.eye(32) if kind == "residual" else 0) + layer.scale * on[:, None] * w) @ product
            h = layer(h)
        np.testing.assert_allclose(R.spectrum(model, x[:1])[0], np.linalg.svd(product, compute_uv=False), rtol=1e-4, atol=1e-6)  # float32
    assert R.live_directions(R.dense_net(4, "identity", 0.0), x[:3]) <= 32


def test_the_block_is_the_papers():
    """Shapes, the projection only where needed, and the sum before the last ReLU."""
    torch.manual_seed(0)
    x = torch.randn(2, 4, 6, 8)
    same, wider, plain = R.Block(4, 4), R.Block(4, 6, stride=2), R.Block(4, 4, shortcut=False)
    assert same.project is None and plain.project is None
    assert tuple(wider(x).shape) == (2, 6, 3, 4)
    assert sum(p.numel() for p in wider.project.parameters()) == 4 * 6 + 2 * 6
    plain.load_state_dict(same.state_dict())
    with torch.no_grad():
        branch = same.norm_b(same.b(torch.relu(same.norm_a(same.a(x)))))
        assert torch.allclose(same(x), torch.relu(x + branch), atol=1e-6)
        assert torch.allclose(plain(x), torch.relu(branch), atol=1e-6)


def test_towers_of_one_depth_have_one_size():
    count = [sum(p.numel() for p in R.tower(4, shortcut, identity).parameters()) for shortcut, identity in ((True, False), (False, False), (False, True))]
    assert count[0] == count[1] == count[2]
    block = R.tower(1, identity=True)[4]
    centre = block.a.weight.detach()[:, :, 1, 1].diagonal()
    assert float((centre - 1).abs().max()) < 0.05  # a tenth of weights up to 1 / sqrt(72)


def test_the_level_doubles_in_square(data):
    """With He's weights and s = 1 the level grows at least by sqrt 2 a block; with 1/10 it stays below 10; the plain gradient has one size at both ends."""
    x, y = data
    assert R.sizes(R.dense_net(50, "residual"), x, y)[0] > 2**24 * 0.2
    assert 1 < R.sizes(R.dense_net(50, "residual", 0.1), x, y)[0] < 10
    _, first, last = R.sizes(R.dense_net(50), x, y)
    assert 0.2 < first / last < 5


def test_directions(data):
    x, _ = data
    assert R.live_directions(R.dense_net(50), x[:10]) < 5
    assert R.live_directions(R.dense_net(50, "residual", 0.1), x[:10]) == 32


def test_depth_hurts_the_plain_network_only(data, seed=1):
    """Another seed than the page's: a gap of at least 0.3, and the plain network with identity start is as good as the residual one."""
    x, y = data
    got = {}
    for name, kind in {"plain": ("plain", 1.0), "small": ("residual", 0.1), "start": ("identity", 0.1)}.items():
        model = R.dense_net(50, *kind, seed=seed)
        R.fit(model, x, y, seed=seed)
        got[name] = R.accuracy(model, x, y)
    assert got["small"] > got["plain"] + 0.3 and got["small"] > 0.9
    assert got["start"] > 0.95


@pytest.mark.parametrize("lr", [1e-4, 3e-3])
def test_no_rate_saves_the_bare_shortcut(data, lr):
    x, y = data
    model = R.dense_net(50, "residual")
    R.fit(model, x, y, lr=lr)
    assert R.accuracy(model, x, y) < 0.3


def test_sixty_passes_are_not_enough_for_the_plain_network(data):
    x, y = data
    model = R.dense_net(50, seed=1)
    R.fit(model, x, y, epochs=60, seed=1)
    assert 0.5 < R.accuracy(model, x, y) < 0.9


def test_towers(data):
    """Plain, more layers learn more slowly; residual, they do not."""
    x, y = data
    final = {key: R.fit_tower(R.tower(*key, seed=1), x, y, seed=1)[-1] for key in ((4, False), (27, False), (4, True), (27, True))}
    assert final[27, False] > final[4, False] + 0.3
    assert final[27, True] < final[4, True]
    assert final[27, True] < final[27, False] - 1
