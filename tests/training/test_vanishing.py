"""Speeds against PyTorch's autograd, the chain against autograd and differences, the window against brute force, variances against theory."""
import numpy as np
import pytest
import torch

from dlcourse import data
from dlcourse.mlp.losses import softmax_xent
from dlcourse.training import vanishing as V

TORCH = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}


def problem(sizes, batch, rule="xavier", seed=0):
    rng = np.random.default_rng(seed)
    return V.init_params(sizes, rule, rng, bias_std=0.5), rng.normal(size=(batch, sizes[0])), rng.uniform(size=(batch, sizes[-1]))


def torch_loss(params, x, y, activation, loss):
    """Mean loss of the network -> loss, list of (w, b) leaves, list of the sums z."""
    leaves = [[torch.tensor(p, requires_grad=True) for p in pair] for pair in params]
    a, sums = torch.tensor(x), []
    for w, b in leaves:
        z = a @ w + b
        z.retain_grad()
        sums.append(z)
        a = TORCH[activation](z)
    if loss is softmax_xent:
        return torch.nn.functional.cross_entropy(sums[-1], torch.tensor(y)), leaves, sums
    return 0.5 * ((torch.sigmoid(sums[-1]) - torch.tensor(y)) ** 2).sum(dim=1).mean(), leaves, sums


@pytest.mark.parametrize("activation", TORCH)
@pytest.mark.parametrize("sizes, batch", [((3, 2), 5), ((4, 7, 5, 2), 1), ((5, 5, 5, 5), 7), ((2, 3, 1, 11, 4), 13)])
def test_signals_and_speeds_are_those_of_autograd(activation, sizes, batch):
    params, x, y = problem(sizes, batch)
    loss, leaves, sums = torch_loss(params, x, y, activation, None)
    loss.backward()
    for ours, z in zip(V.error_signals(params, x, y, activation), sums, strict=True):
        np.testing.assert_allclose(ours, z.grad.numpy(), rtol=1e-10, atol=1e-15)
    norms = [b.grad.norm().item() for _, b in leaves]
    np.testing.assert_allclose(V.layer_speeds(params, x, y, activation), norms, rtol=1e-10)


def test_speeds_take_any_loss():
    params, x, _ = problem((6, 5, 5, 3), 9)
    y = np.random.default_rng(1).integers(0, 3, 9)
    loss, leaves, _ = torch_loss(params, x, y, "relu", softmax_xent)
    loss.backward()
    norms = [b.grad.norm().item() for _, b in leaves]
    np.testing.assert_allclose(V.layer_speeds(params, x, y, "relu", softmax_xent), norms, rtol=1e-10)


def test_speeds_in_training_follow_torch_sgd():
    params, x, y = problem((4, 6, 6, 3), 11)
    speeds = V.speeds_in_training(params, x, y, "sigmoid", lr=0.7, epochs=3)
    assert speeds.shape == (4, 3)
    for row in speeds:
        loss, leaves, _ = torch_loss(params, x, y, "sigmoid", None)
        loss.backward()
        np.testing.assert_allclose(row, [b.grad.norm().item() for _, b in leaves], rtol=1e-9)
        torch.optim.SGD([p for pair in leaves for p in pair], lr=0.7).step()
        params = [(w.detach().numpy(), b.detach().numpy()) for w, b in leaves]


@pytest.mark.parametrize("rule, variance", [("unit", 1), ("fan_in", 1 / 300), ("xavier", 2 / 500), ("he", 2 / 300)])
def test_first_weights_have_the_promised_spread(rule, variance):
    (w, b), = V.init_params((300, 200), rule, np.random.default_rng(0), bias_std=3.0)
    assert w.shape == (300, 200) and b.shape == (200,)
    assert w.var() == pytest.approx(variance, rel=0.03)  # 60,000 numbers: the standard error is 0.6 %
    assert b.std() == pytest.approx(3, rel=0.25)  # 200 numbers: 5 %
    assert not V.init_params((3, 2), rule, np.random.default_rng(0))[0][1].any()


def test_spreads_agree_with_torch():
    torch.manual_seed(0)
    w = torch.empty(200, 300)  # torch's layout: outputs, inputs
    assert torch.nn.init.xavier_normal_(w).std().item() == pytest.approx(V.init_std("xavier", 300, 200), rel=0.02)
    assert torch.nn.init.kaiming_normal_(w, nonlinearity="relu").std().item() == pytest.approx(V.init_std("he", 300, 200), rel=0.02)


@pytest.mark.parametrize("call, text", [
    (lambda: V.init_std("kaiming", 2, 2), "rule"),
    (lambda: V.init_std("he", 0, 2), "n_in"),
    (lambda: V.init_params((3,), "he", np.random.default_rng(0)), "sizes"),
    (lambda: V.enlarge(np.zeros((2, 784))), "784"),
    (lambda: V.chain_gradient([1.0], [1.0, 2], 0.0, 0.0), "w and b"),
    (lambda: V.chain_forward([], [], 0.0), "w and b"),
    (lambda: V.speed_bounds(*problem((3, 2), 4), "elu"), "elu"),
    (lambda: V.layer_speeds(*problem((3, 2), 4), "swish"), "swish"),
])
def test_bad_input_is_named(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_enlarge_is_a_kronecker_product_in_a_frame():
    x = np.random.default_rng(0).normal(size=(3, 64))
    large = V.enlarge(x).reshape(3, 28, 28)
    for image, small in zip(large, x, strict=True):
        np.testing.assert_array_equal(image[2:-2, 2:-2], np.kron(small.reshape(8, 8), np.ones((3, 3))))
    assert large.sum() == pytest.approx(9 * x.sum())  # so the frame is empty


def digits():
    train, _ = data.digits()
    return train.x[:1000], data.one_hot(train.y[:1000], 10)


@pytest.mark.parametrize("rule, activation, bias_std, low, high", [
    ("unit", "sigmoid", 1.0, 2, 8),
    ("fan_in", "sigmoid", 0.0, 50, 110),
    ("fan_in", "sigmoid", 1.0, 80, 160),
    ("xavier", "tanh", 0.0, 1, 3),
    ("he", "relu", 0.0, 0.7, 3),
])
def test_ratios_of_the_page(rule, activation, bias_std, low, high):
    """E-52: N(0, 1) gives about 4, N(0, 1/n) about 75, with N(0, 1) biases more than 100."""
    speeds = V.speeds_at_start((64, 30, 30, 30, 30, 10), rule, activation, *digits(), starts=10, bias_std=bias_std)
    ratio = np.exp(np.log(speeds[:, 3] / speeds[:, 0]).mean())
    assert low < ratio < high
    if rule == "fan_in":
        assert (np.diff(speeds, axis=1) > 0).all()  # in every start each layer is slower than the one above


def test_ratio_on_the_large_canvas():
    x, y = digits()
    speeds = V.speeds_at_start((784, 30, 30, 30, 30, 10), "unit", "sigmoid", V.enlarge(x), y, starts=10, bias_std=1.0)
    assert 7 < np.exp(np.log(speeds[:, 3] / speeds[:, 0]).mean()) < 20


@pytest.mark.parametrize("activation", V.MAX_SLOPE)
@pytest.mark.parametrize("rule", ["unit", "xavier"])
def test_speeds_stay_below_their_bounds(activation, rule):
    for seed in range(5):
        params, x, y = problem((6, 5, 4, 5, 3), 8, rule, seed)
        assert (V.layer_speeds(params, x, y, activation) <= V.speed_bounds(params, x, y, activation) * (1 + 1e-12)).all()


def test_bounds_of_the_page():
    """Xavier: the bound itself shrinks, a proof.  N(0, 1): it grows while the measured speed falls."""
    x, y = digits()
    for rule, grows in (("xavier", False), ("unit", True)):
        params = V.init_params((64, 30, 30, 30, 30, 10), rule, np.random.default_rng(0))
        speeds, bounds = V.layer_speeds(params, x, y), V.speed_bounds(params, x, y)
        assert speeds[0] < speeds[-1] / 4 and (bounds[0] > 30 * bounds[-1] if grows else bounds[0] < speeds[-1] / 10)
    assert bounds[0] > 200 * speeds[0]


def test_the_bound_is_reached_by_one_unit_a_layer_with_slope_one():
    params, x, y = problem((1, 1, 1, 1), 1)
    np.testing.assert_allclose(V.speed_bounds(params, x, y, "identity"), V.layer_speeds(params, x, y, "identity"), rtol=1e-12)


@pytest.mark.parametrize("activation, slope", V.MAX_SLOPE.items())
def test_largest_slopes(activation, slope):
    """E-30, the closed end of the ranges, by autograd."""
    z = torch.linspace(-9, 9, 18001, dtype=torch.float64, requires_grad=True)
    TORCH[activation](z).sum().backward()
    assert z.grad.max().item() == pytest.approx(slope, abs=1e-12)


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_chain_gradient_is_autograd(length):
    rng = np.random.default_rng(length)
    w, b, x, y = rng.normal(0, 3, length), rng.normal(size=length), rng.normal(), rng.uniform()
    biases, a = torch.tensor(b, requires_grad=True), torch.tensor(x, dtype=torch.float64)
    for w_l, b_l in zip(w, biases, strict=True):
        a = torch.sigmoid(w_l * a + b_l)
    ((a - y) ** 2 / 2).backward()
    assert V.chain_gradient(w, b, x, y) == pytest.approx(biases.grad[0].item(), rel=1e-12, abs=1e-300)
    z, outs = V.chain_forward(w, b, x)
    assert len(z) == length and len(outs) == length + 1 and outs[-1] == pytest.approx(a.item(), rel=1e-14)


def test_chain_gradient_is_the_bias_gradient_of_the_layered_network():
    w, b = [2.0, -3.0, 5.0], [0.1, 1.0, -2.0]
    params = [(np.array([[w_l]]), np.array([b_l])) for w_l, b_l in zip(w, b, strict=True)]
    speed = V.layer_speeds(params, np.array([[0.4]]), np.array([[0.9]]))[0]
    assert abs(V.chain_gradient(w, b, 0.4, 0.9)) == pytest.approx(speed, rel=1e-12)


@pytest.mark.parametrize("w", [4.5, -6.894, 20.0])
def test_window_by_brute_force(w):
    a = np.linspace(-3, 3, 600001)
    s = 1 / (1 + np.exp(-(w * a + 0.3)))
    inside = np.abs(w * s * (1 - s)) >= 1
    assert V.explosion_window(w) == pytest.approx(inside.mean() * 6, abs=3e-5)  # two ends, a step of 1e-5 each


def test_window_is_empty_up_to_four_and_nielsens_form_agrees():
    assert not V.explosion_window(np.array([0.0, 1, -3.9, 4, -4])).any()
    w = np.linspace(4.01, 50, 300)
    nielsen = 2 / w * np.log(w * (1 + np.sqrt(1 - 4 / w)) / 2 - 1)  # his chapter 5, problem 1
    np.testing.assert_allclose(V.explosion_window(-w), nielsen, rtol=1e-9)


def test_the_widest_window():
    w, width = V.widest_window()
    assert w == pytest.approx(6.8937, abs=1e-3)  # E-53; flat at the top
    assert width == pytest.approx(0.447743, abs=1e-6)
    grid = np.linspace(4, 100, 200001)
    assert width >= V.explosion_window(grid).max()


def test_backward_sizes_agree_with_torch():
    params, x, _ = problem((5, 8, 8, 3), 9)
    forward, backward = V.signal_sizes(params, x, "tanh", np.random.default_rng(3))
    noise = np.random.default_rng(3).normal(size=(9, 3))
    _, _, sums = torch_loss(params, x, np.zeros((9, 3)), "tanh", None)
    sums[-1].backward(torch.tensor(noise))
    np.testing.assert_allclose(forward, [(z**2).mean().item() for z in sums], rtol=1e-12)
    np.testing.assert_allclose(backward[:-1], [(z.grad**2).mean().item() for z in sums[:-1]], rtol=1e-10)
    assert backward[-1] == pytest.approx((noise**2).mean())


@pytest.mark.parametrize("rule, factor", [("he", 1.0), ("xavier", 0.5), ("unit", 200.0)])
def test_relu_multiplies_the_variance_as_derived(rule, factor):
    """Eq. (eq-training-forward) with n = 400 and the half that ReLU cuts off: n std^2 / 2 a layer."""
    ratios = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        params = V.init_params((400,) * 7, rule, rng)
        forward, backward = V.signal_sizes(params, rng.normal(size=(100, 400)), "relu", rng)
        ratios.append([(forward[-1] / forward[0]) ** (1 / 5), (backward[0] / backward[-1]) ** (1 / 5)])
    np.testing.assert_allclose(np.mean(ratios, axis=0), factor, rtol=0.05)  # five starts: the standard error is about 1 %


def test_wide_sigmoid_layers_explode_and_narrow_ones_vanish():
    """The chain's window says that a sigmoid hardly explodes; a layer of K units with N(0, 1) weights has a factor that grows like sqrt(K)."""
    factors = []
    for width in (30, 300):
        rng = np.random.default_rng(0)
        params = V.init_params((width,) * 7, "unit", rng)
        back = V.signal_sizes(params, rng.normal(size=(50, width)), "sigmoid", rng)[1]
        factors.append((back[1] / back[4]) ** (1 / 3))
    assert factors[0] < 0.8 and 1.3 < factors[1] < 2


def test_dead_units_by_hand():
    params = [(np.array([[1.0, -1, 0, 1]]), np.array([0.0, 0, -1, -5])), (np.ones((4, 2)), np.array([0.0, -100])), (np.ones((2, 1)), np.zeros(1))]
    x = np.array([[1.0], [2.0]])  # the second, third and fourth unit stay at or below 0
    assert V.dead_units(params, x).tolist() == [0.75, 0.5]


def test_deep_relu_learns_and_deep_sigmoid_does_not():
    for seed in range(2):
        assert V.train_deep("sigmoid", "xavier", seed, epochs=15)[1] <= 0.2
        assert V.train_deep("relu", "he", seed, epochs=30)[1] >= 0.9
        assert V.train_deep("tanh", "xavier", seed, epochs=30)[1] >= 0.9
    assert 0.8 <= V.train_deep("sigmoid", "unit", 0, epochs=30)[1] <= 0.95  # the page: N(0, 1), of all things, learns


def test_a_large_learning_rate_kills_relu_units():
    params, score, history = V.train_deep("relu", "he", 0, lr=1.0, epochs=3)
    assert V.dead_units(params, data.digits()[0].x).max() == 1 and score < 0.2
    assert history["loss"][-1] == pytest.approx(np.log(10), rel=0.01)


def test_unit_weights_explode_under_relu():
    start = V.init_params((64, 30, 30, 30, 30, 10), "unit", np.random.default_rng(0))
    train, _ = data.digits()
    assert V.layer_speeds(start, train.x[:1000], train.y[:1000], "relu", softmax_xent)[0] > 50
    params, _, history = V.train_deep("relu", "unit", 0, lr=0.1, epochs=2)
    assert history["loss"][0] > 1e6 and V.dead_units(params, train.x).max() == 1


def test_about_half_of_a_fresh_relu_layer_is_zero():
    """Against torch's own layers; the share that the page prints."""
    x = data.digits()[0].x
    params = V.init_params((64, 30, 30, 30, 30, 10), "he", np.random.default_rng(0))
    a, expected = torch.tensor(x), []
    for w, b in params[:-1]:
        a = torch.relu(a @ torch.tensor(w) + torch.tensor(b))
        expected.append((a == 0).double().mean().item())
    shares = V.zero_share(params, x)
    np.testing.assert_allclose(shares, expected, rtol=1e-12)
    assert 0.4 < shares.mean() < 0.6
