"""Update rules and schedules against torch.optim; rates against closed forms and eigenvalues; the figures that the page states."""

import numpy as np
import pytest
import torch

from dlcourse import data
from dlcourse.mlp.activations import init
from dlcourse.mlp.backprop import backprop
from dlcourse.mlp.losses import softmax_xent
from dlcourse.training import descent as D

TOLERANCE = 1e-12  # float64, 100 steps: about 1e-14 was seen


def problem(shape, seed=0):
    """A function with a ravine and a wave -> start, its gradient in NumPy, itself in torch."""
    rng = np.random.default_rng(seed)
    start, curvature = rng.normal(size=shape), np.asarray(rng.uniform(0.2, 4, shape))
    return start, lambda w: curvature * w + np.cos(w), lambda w: (0.5 * torch.tensor(curvature) * w * w + torch.sin(w)).sum()


def torch_path(f, start, steps, scheduler=None, **settings):
    p = torch.nn.Parameter(torch.tensor(start))
    optimizer = torch.optim.SGD([p], **settings)
    scheduler = scheduler(optimizer) if scheduler else None
    path = [p.detach().clone().numpy()]
    for _ in range(steps):
        optimizer.zero_grad()
        f(p).backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append(p.detach().clone().numpy())
    return np.stack(path)


RULES = [(D.sgd_step, {}, {}), (D.momentum_step, {"mu": 0.9}, {"momentum": 0.9}), (D.momentum_step, {"mu": 0.0}, {})]
RULES += [(D.change_step, {"mu": 0.9}, {"momentum": 0.9})]
RULES += [(D.nesterov_step, {"mu": 0.9}, {"momentum": 0.9, "nesterov": True}), (D.nesterov_step, {"mu": 0.5}, {"momentum": 0.5, "nesterov": True})]


@pytest.mark.parametrize("rule, ours, theirs", RULES)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (0,)])
@pytest.mark.parametrize("decay", [0.0, 5e-2])
def test_a_hundred_steps_equal_torch(rule, ours, theirs, shape, decay):
    start, grad, f = problem(shape)
    path = D.descend(rule, lambda w: D.with_decay(w, grad(w), decay), start, 100, 0.05, **ours)
    np.testing.assert_allclose(path, torch_path(f, start, 100, lr=0.05, weight_decay=decay, **theirs), rtol=0, atol=TOLERANCE)


def test_the_rate_stands_outside_the_memory_as_in_torch():
    """With a schedule the two forms of the heavy ball part; torch's is `momentum_step`."""
    start, grad, f = problem((7,))
    rate = lambda t: 0.1 * D.step_decay(t, 10)  # noqa: E731
    theirs = torch_path(f, start, 40, lambda o: torch.optim.lr_scheduler.StepLR(o, 10), lr=0.1, momentum=0.9)
    np.testing.assert_allclose(D.descend(D.momentum_step, grad, start, 40, rate, mu=0.9), theirs, rtol=0, atol=TOLERANCE)
    other = D.descend(D.change_step, grad, start, 40, rate, mu=0.9)
    np.testing.assert_allclose(other[:11], theirs[:11], rtol=0, atol=TOLERANCE)
    assert np.abs(other[11] - theirs[11]).max() > 0.01


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9])
def test_nesterov_looks_ahead(mu):
    """The explained form and torch's form: torch's w is the look-ahead point of the explained form."""
    start, grad, f = problem((4,))
    positions, ahead = D.look_ahead(grad, start, 0.05, mu, 100)
    np.testing.assert_allclose(ahead, torch_path(f, start, 100, lr=0.05, momentum=mu, nesterov=mu > 0), rtol=0, atol=TOLERANCE)
    change = np.diff(positions, axis=0)
    np.testing.assert_allclose(ahead[1:], positions[1:] + mu * change, rtol=0, atol=TOLERANCE)


def test_two_sequences_are_the_same_nesterov():
    """The form of the exercise: y' = w - lr g, w' = y' + mu (y' - y)."""
    start, grad, _ = problem((4,))
    w = y = start
    path = [w]
    for _ in range(50):
        y_new = w - 0.05 * grad(w)
        w, y = y_new + 0.8 * (y_new - y), y_new
        path.append(w)
    np.testing.assert_allclose(D.descend(D.nesterov_step, grad, start, 50, 0.05, mu=0.8), path, rtol=0, atol=TOLERANCE)


STEPS = [(D.sgd_step, {}), (D.momentum_step, {"mu": 0.9}), (D.change_step, {"mu": 0.9}), (D.nesterov_step, {"mu": 0.9}), (D.slide_momentum_step, {"mu": 0.9})]


@pytest.mark.parametrize("rule, settings", STEPS)
def test_a_step_changes_nothing_in_place_and_can_be_repeated(rule, settings):
    rng = np.random.default_rng(1)
    w, g = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    for a in (w, g):
        a.setflags(write=False)
    once, state = rule(w, g, None, 0.1, **settings)
    frozen = {k: np.array(v) for k, v in (state or {}).items()}
    first, _ = rule(once, 2 * g, state, 0.1, **settings)
    again, _ = rule(once, 2 * g, state, 0.1, **settings)
    np.testing.assert_array_equal(first, again)
    for name, value in frozen.items():
        np.testing.assert_array_equal(state[name], value)
    assert not np.shares_memory(once, w)


@pytest.mark.parametrize("rule, settings", STEPS)
@pytest.mark.parametrize("bad", [{"grad": np.zeros((3, 1))}, {"grad": np.zeros(())}, {"lr": -0.1}, {"lr": np.nan}])
def test_bad_input_is_named(rule, settings, bad):
    with pytest.raises(ValueError, match="grad must have|lr"):
        rule(**{"w": np.zeros(3), "grad": np.zeros(3), "state": None, "lr": 0.1, **bad}, **settings)


@pytest.mark.parametrize("mu", [1.0, -0.1, np.nan])
def test_momentum_must_be_below_one(mu):
    for rule in (D.momentum_step, D.change_step, D.nesterov_step):
        with pytest.raises(ValueError, match="mu"):
            rule(np.zeros(2), np.zeros(2), None, 0.1, mu)


def test_by_hand():
    """The integers of the page: f = w^2 / 2 from 8, rate 1/2, momentum 1/2."""
    walk = lambda rule, **s: D.descend(rule, lambda w: w, 8.0, 4, 0.5, **s).tolist()  # noqa: E731
    assert walk(D.sgd_step) == [8, 4, 2, 1, 0.5]
    assert walk(D.momentum_step, mu=0.5) == [8, 4, 0, -2, -2]
    assert walk(D.nesterov_step, mu=0.5)[:3] == [8, 2, -0.5]


# ---------------------------------------------------------------------------------------------------------------- theory


def test_first_step_of_the_slides_is_one_over_the_rate_too_long():
    _, grad = D.ravine(10)
    w = np.array([10.0, 1.0])
    for lr in (0.05, 0.01):
        wrong, right = (rule(w, grad(w), None, lr)[0] - w for rule in (D.slide_momentum_step, D.momentum_step))
        np.testing.assert_allclose(wrong, right / lr, rtol=1e-12)  # E-49: 20 times for 0.05
        later = D.descend(D.slide_momentum_step, grad, w, 300, lr)[-1]
        assert np.abs(later).max() < 0.1  # and it still arrives: nobody notices


@pytest.mark.parametrize("curvature", [1.0, 3.0, 30.0])
@pytest.mark.parametrize("rule, settings", [(D.sgd_step, {"lr": 0.03}), (D.momentum_step, {"lr": 0.03, "mu": 0.7}), (D.nesterov_step, {"lr": 0.03, "mu": 0.7})])
def test_contraction_is_the_spectral_radius_of_the_step(rule, settings, curvature):
    """The step is linear in (w, v): build its matrix column by column and ask for its eigenvalues."""
    columns = []
    for w, v in ((1.0, 0.0), (0.0, 1.0)):
        new, state = rule(np.array(w), np.array(curvature * w), {"v": np.array(v)}, **settings)
        columns.append([float(new), float(state["v"]) if rule is not D.sgd_step else 0.0])
    radius = np.abs(np.linalg.eigvals(np.array(columns).T)).max()
    assert D.contraction(rule, curvature, **settings) == pytest.approx(radius, rel=1e-6)


@pytest.mark.parametrize("kappa", [1.0, 10, 100, 1000])
@pytest.mark.parametrize("method", ["gradient descent", "heavy ball", "Nesterov"])
def test_promised_rates_are_the_worst_over_all_curvatures(method, kappa):
    rule, settings, rate = D.best_settings(method, 1.0, kappa)
    worst = max(D.contraction(rule, c, **settings) for c in np.geomspace(1, kappa, 60))
    assert worst == pytest.approx(rate, abs=2e-6)  # a double root: the rounding error enters with its square root


@pytest.mark.parametrize("method", ["gradient descent", "heavy ball"])
def test_best_settings_are_best(method):
    rule, settings, rate = D.best_settings(method, 1.0, 50.0)
    for name in settings:
        for factor in (0.9, 1.05):
            other = {**settings, name: settings[name] * factor}
            assert max(D.contraction(rule, c, **other) for c in (1.0, 50.0)) > rate + 1e-4


def test_iterations_grow_with_kappa_and_with_its_root():
    counts = {}
    for method in ("gradient descent", "heavy ball", "Nesterov"):
        counts[method] = [D.steps_to(rule, k, **s) for k in (10, 100, 1000) for rule, s, _ in [D.best_settings(method, 1, k)]]
    for ours, measured in zip(counts["gradient descent"], (39, 444, 5008), strict=True):
        assert abs(ours - measured) <= 1
    assert counts["heavy ball"] == [17, 69, 257] and counts["Nesterov"] == [23, 83, 274]
    slope = {m: np.polyfit(np.log([10, 100, 1000]), np.log(c), 1)[0] for m, c in counts.items()}
    assert 0.9 < slope["gradient descent"] < 1.1
    assert 0.4 < slope["heavy ball"] < 0.65 and 0.4 < slope["Nesterov"] < 0.65
    assert D.steps_to(D.sgd_step, 10, lr=0.21) is None  # 0.2 = 2 / 10 is the limit


def test_heavy_ball_circles_where_gradient_descent_arrives():
    rule, settings, _ = D.best_settings("heavy ball", 1, 25)
    circle = D.descend(rule, D.d_two_slopes, 3.3, 300, **settings)
    np.testing.assert_allclose(circle[-3:], circle[-6:-3], atol=1e-9)  # period 3
    assert np.abs(circle[-3:]).min() > 0.5
    for name in ("gradient descent", "Nesterov"):
        rule, settings, _ = D.best_settings(name, 1, 25)
        assert abs(D.descend(rule, D.d_two_slopes, 3.3, 300, **settings)[-1]) < 1e-6


def test_saddle_gradient_and_stalling():
    w = torch.tensor(np.random.default_rng(2).normal(size=(6, 2)), requires_grad=True)
    (w[:, 0] ** 2 / 2 + w[:, 1] ** 4 / 4 - w[:, 1] ** 2 / 2).sum().backward()
    np.testing.assert_allclose(D.d_saddle(w.detach().numpy()), w.grad.numpy(), rtol=1e-12)
    assert D.saddle([0, 1.0]) == -0.25
    slow = D.steps_to_leave(D.sgd_step, 1e-6, lr=0.1)
    assert abs(slow - np.log(0.5e6) / np.log(1.1)) < 3  # y grows by 1 + lr a step
    assert D.steps_to_leave(D.momentum_step, 1e-6, lr=0.1, mu=0.9) < slow / 2
    assert D.steps_to_leave(D.sgd_step, 0.0, lr=0.1, most=2000) is None
    assert D.steps_to_leave(D.sgd_step, 0.0, noise=0.01, lr=0.1) < 100
    assert D.turns(D.descend(D.sgd_step, D.d_saddle, [1.0, 1e-6], 100, 0.1)).tolist() == [0, 0]
    assert D.turns(D.descend(D.sgd_step, D.ravine(10)[1], [10.0, 1.0], 20, 0.18)).tolist() == [0, 19]


# ------------------------------------------------------------------------------------------------------------- schedules

S = torch.optim.lr_scheduler
SCHEDULES = {
    "step": (lambda t: D.step_decay(t, 7, 0.3), lambda o: S.StepLR(o, 7, 0.3)),
    "cosine": (lambda t: D.cosine(t, 40), lambda o: S.CosineAnnealingLR(o, 40)),
    "cosine with a floor": (lambda t: D.cosine(t, 40, 0.1), lambda o: S.CosineAnnealingLR(o, 40, eta_min=0.05)),
    "warm-up": (lambda t: D.warm_up(t, 10), lambda o: S.LinearLR(o, 0.1, total_iters=9)),
    "one cycle": (lambda t: D.one_cycle(t, 40), lambda o: S.OneCycleLR(o, 0.5, 40, cycle_momentum=False)),
    "one cycle, other share": (
        lambda t: D.one_cycle(t, 40, 0.55, 0.1, 0.001),
        lambda o: S.OneCycleLR(o, 0.5, 40, pct_start=0.55, div_factor=10, final_div_factor=100, cycle_momentum=False),
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_equal_torch(name):
    ours, theirs = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=0.5)
    scheduler, rates = theirs(optimizer), []
    for _ in range(40):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) < 40:
            scheduler.step()
    np.testing.assert_allclose(0.5 * ours(np.arange(40)), rates, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose([0.5 * float(ours(t)) for t in range(40)], rates, rtol=0, atol=TOLERANCE)  # numbers and arrays


def test_one_cycle_needs_room():
    for share, steps in ((0.0, 40), (1.0, 40), (0.3, 3)):
        with pytest.raises(ValueError, match="top of the cycle"):
            D.one_cycle(0, steps, share)


@pytest.mark.parametrize("patience", [0, 2, 5])
def test_plateau_equals_torch(patience):
    rng = np.random.default_rng(3)
    losses = np.concatenate([np.linspace(2, 1, 10), 1 + 0.1 * rng.random(15), np.linspace(0.99, 0.5, 5), np.full(15, 0.5)])
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = S.ReduceLROnPlateau(optimizer, factor=0.3, patience=patience)
    lr, state, cuts = 0.5, None, 0
    for loss in losses:
        before = lr
        lr, state = D.plateau_step(loss, state, lr, factor=0.3, patience=patience)
        scheduler.step(loss)
        if before > 1e-7:  # below, torch stops cutting (its eps)
            assert lr == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        cuts += lr < before
    assert cuts >= 2


# ----------------------------------------------------------------------------------------------------- batches, networks


def test_noise_of_a_batch_falls_with_the_root_of_its_size():
    digits, _ = data.digits()
    params = init([64, 16, 10], np.random.default_rng(0))
    x, y = digits.x[:200], digits.y[:200]
    each = [np.concatenate([g.ravel() for layer in backprop(params, x[i : i + 1], y[i : i + 1], softmax_xent)[1] for g in layer]) for i in range(200)]
    mean = np.mean(each, axis=0)
    one = np.sqrt(np.mean(np.sum((np.array(each) - mean) ** 2, axis=1))) / np.linalg.norm(mean)  # closed form for B = 1
    for size in (1, 16, 64):
        ours = D.batch_noise(params, x, y, size, 400, np.random.default_rng(1))
        assert ours == pytest.approx(one / np.sqrt(size), rel=0.1)  # 400 draws: a standard error of about 2 %


@pytest.mark.parametrize("nesterov", [False, True])
def test_a_network_trains_as_with_torch(nesterov):
    digits, _ = data.digits()
    x, y = digits.x[:96], digits.y[:96]
    start = init([64, 8, 10], np.random.default_rng(0))
    rule = D.nesterov_step if nesterov else D.momentum_step
    params, states, rng = start, None, np.random.default_rng(5)
    for _ in range(2):
        params, states, _ = D.epoch(params, states, x, y, rule, 0.1, 32, rng, decay=1e-2, mu=0.9)
    net = torch.nn.Sequential(torch.nn.Linear(64, 8), torch.nn.ReLU(), torch.nn.Linear(8, 10)).double()
    for layer, (w, b) in zip((net[0], net[2]), start, strict=True):
        layer.weight.data, layer.bias.data = torch.tensor(w.T.copy()), torch.tensor(b.copy())
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=nesterov, weight_decay=1e-2)
    rng = np.random.default_rng(5)
    for _ in range(2):
        order = rng.permutation(96)
        for k in range(0, 96, 32):
            batch = order[k : k + 32]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(torch.tensor(x[batch])), torch.tensor(y[batch])).backward()
            optimizer.step()
    np.testing.assert_allclose(params[0][0], net[0].weight.detach().numpy().T, rtol=0, atol=1e-11)
    np.testing.assert_allclose(params[1][1], net[2].bias.detach().numpy(), rtol=0, atol=1e-11)


def test_a_falling_rate_gets_below_the_noise_floor():
    last = lambda rate: np.mean([D.noisy_regression(rate, seed)[-100:].mean() for seed in range(3)])  # noqa: E731
    large, small = last(lambda t: 0.05), last(lambda t: 0.005)
    assert 5 < large / small < 20  # the floor goes with the rate
    for falling in (lambda t: 0.05 * D.step_decay(t, 1000), lambda t: 0.05 * D.cosine(t, 3000), lambda t: 0.05 * D.one_cycle(t, 3000)):
        assert last(falling) < large / 15


def test_the_recipe_cuts_too_late_to_help_on_clean_digits_and_stops_learning_by_heart():
    assert set(D.recipe(0)["lr"]) == {0.01}  # as printed: no plateau in 100 epochs
    clean = [D.recipe(0, lr=0.3, cut=cut) for cut in (True, False)]
    assert len(set(clean[0]["lr"])) > 1 and clean[1]["fitted"] == 1.0 and abs(clean[0]["test"] - clean[1]["test"]) <= 0.01
    for seed in range(2):
        cut, never = (D.recipe(seed, lr=0.3, flipped=0.3, cut=cut) for cut in (True, False))
        assert cut["test"] > never["test"] + 0.05 and cut["loss"][-1] > never["loss"][-1] and cut["fitted"] < never["fitted"]


BAD = [lambda: D.ravine(0.5), lambda: D.best_settings("Adam", 1, 2), lambda: D.best_settings("Nesterov", 2, 1), lambda: D.contraction(print, 1.0, 0.1)]


@pytest.mark.parametrize("call", BAD)
def test_bad_settings_are_named(call):
    with pytest.raises(ValueError, match="kappa|method|low|recursion"):
        call()
