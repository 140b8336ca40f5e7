"""Adaptive rules step for step against torch.optim; clipping against torch.nn.utils; the figures that the page states."""

import numpy as np
import pytest
import torch

from dlcourse.training import adaptive as A
from dlcourse.training import descent as D

TOLERANCE = 1e-12  # float64, 150 steps: about 1e-14 was seen
O = torch.optim


def problem(shape, seed=0):
    """A function with a ravine and a wave -> start, its gradient in NumPy, itself in torch."""
    rng = np.random.default_rng(seed)
    start, curvature = rng.normal(size=shape), np.asarray(rng.uniform(0.2, 4, shape))
    return start, lambda w: curvature * w + np.cos(w), lambda w: (0.5 * torch.tensor(curvature) * w * w + torch.sin(w)).sum()


def torch_path(make, f, start, steps):
    """Follow an optimiser of torch.  make: function (parameters) -> optimiser -> path: (steps + 1, *start.shape)"""
    p = torch.nn.Parameter(torch.tensor(start))
    optimizer, path = make([p]), [np.array(start)]
    for _ in range(steps):
        optimizer.zero_grad()
        f(p).backward()
        optimizer.step()
        path.append(p.detach().clone().numpy())
    return np.stack(path)


# name: our rule, our settings, torch's optimiser with the same settings
PAIRS = {
    "Adagrad": (A.adagrad_step, {"lr": 0.3}, lambda p: O.Adagrad(p, lr=0.3)),
    "Adagrad, large eps": (A.adagrad_step, {"lr": 0.3, "eps": 0.1}, lambda p: O.Adagrad(p, lr=0.3, eps=0.1)),
    "RMSprop": (A.rmsprop_step, {"lr": 0.01}, lambda p: O.RMSprop(p, lr=0.01)),
    "RMSprop, other": (A.rmsprop_step, {"lr": 0.05, "rho": 0.8, "eps": 0.01}, lambda p: O.RMSprop(p, lr=0.05, alpha=0.8, eps=0.01)),
    "Adadelta": (A.adadelta_step, {"lr": 1.0}, lambda p: O.Adadelta(p, lr=1.0)),
    "Adadelta, other": (A.adadelta_step, {"lr": 0.5, "rho": 0.95, "eps": 1e-3}, lambda p: O.Adadelta(p, lr=0.5, rho=0.95, eps=1e-3)),
    "Adam": (A.adam_step, {"lr": 0.05}, lambda p: O.Adam(p, lr=0.05)),
    "Adam, other": (A.adam_step, {"lr": 0.1, "beta1": 0.5, "beta2": 0.7, "eps": 0.1}, lambda p: O.Adam(p, lr=0.1, betas=(0.5, 0.7), eps=0.1)),
    "AMSGrad": (A.amsgrad_step, {"lr": 0.05, "beta2": 0.9}, lambda p: O.Adam(p, lr=0.05, betas=(0.9, 0.9), amsgrad=True)),
    "AdamW": (A.adamw_step, {"lr": 0.05}, lambda p: O.AdamW(p, lr=0.05)),
    "AdamW, other": (A.adamw_step, {"lr": 0.02, "decay": 0.5, "beta2": 0.99}, lambda p: O.AdamW(p, lr=0.02, weight_decay=0.5, betas=(0.9, 0.99))),
}
RULES = {n: (rule, settings) for n, (rule, settings, _) in PAIRS.items() if "," not in n}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (0,)])
def test_a_hundred_and_fifty_steps_equal_torch(name, shape):
    rule, settings, make = PAIRS[name]
    start, grad, f = problem(shape)
    path = D.descend(rule, grad, start, 150, **settings)
    np.testing.assert_allclose(path, torch_path(make, f, start, 150), rtol=0, atol=TOLERANCE)


def test_weight_decay_of_torch_adam_is_the_coupled_one():
    start, grad, f = problem((7,))
    coupled = D.descend(A.adam_step, lambda w: D.with_decay(w, grad(w), 0.5), start, 100, 0.05)
    np.testing.assert_allclose(coupled, torch_path(lambda p: O.Adam(p, lr=0.05, weight_decay=0.5), f, start, 100), rtol=0, atol=TOLERANCE)
    assert np.abs(coupled - D.descend(A.adamw_step, grad, start, 100, 0.05, decay=0.5)).max() > 0.1


def test_a_network_trains_with_adamw_and_a_schedule_as_in_torch():
    rng = np.random.default_rng(1)
    params = [(rng.normal(size=(4, 3)), np.zeros(3)), (rng.normal(size=(3, 2)), np.zeros(2))]
    theirs = [torch.nn.Parameter(torch.tensor(a)) for layer in params for a in layer]
    optimizer = O.AdamW(theirs, lr=0.1, weight_decay=0.1)
    schedule, states = O.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=9), None
    for t in range(100):
        grads = [tuple(rng.normal(size=a.shape) for a in layer) for layer in params]
        for p, g in zip(theirs, [g for layer in grads for g in layer], strict=True):
            p.grad = torch.tensor(g)
        params, states = D.network_step(A.adamw_step, params, grads, states, lr=0.1 * float(D.warm_up(t, 10)), decay=0.1)
        optimizer.step()
        schedule.step()
    for ours, p in zip([a for layer in params for a in layer], theirs, strict=True):
        np.testing.assert_allclose(ours, p.detach().numpy(), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", RULES)
def test_a_step_changes_nothing_in_place_and_can_be_repeated(name):
    rule, settings = RULES[name]
    rng = np.random.default_rng(1)
    w, g = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    for a in (w, g):
        a.setflags(write=False)
    once, state = rule(w, g, None, **settings)
    frozen = {k: np.array(v) for k, v in state.items()}
    first, again = (rule(once, 2 * g, state, **settings)[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    for key, value in frozen.items():
        np.testing.assert_array_equal(state[key], value)
    assert not np.shares_memory(once, w)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("bad, text", [({"grad": np.zeros((3, 1))}, "shape of w"), ({"lr": -0.1}, "lr"), ({"lr": np.nan}, "lr"), ({"eps": 0.0}, "eps")])
def test_bad_input_is_named(name, bad, text):
    rule, settings = RULES[name]
    with pytest.raises(ValueError, match=text):
        rule(**{"w": np.zeros(3), "grad": np.zeros(3), "state": None, **settings, **bad})


BAD = [(lambda v: A.rmsprop_step(np.ones(2), np.ones(2), None, 0.1, v), "rho"), (lambda v: A.adadelta_step(np.ones(2), np.ones(2), None, 1.0, v), "rho")]
BAD += [(lambda v: A.adam_step(np.ones(2), np.ones(2), None, 0.1, v), "beta1"), (lambda v: A.adam_step(np.ones(2), np.ones(2), None, 0.1, 0.9, v), "beta2")]


@pytest.mark.parametrize("call, name", BAD)
@pytest.mark.parametrize("value", [1.0, -0.1, np.nan])
def test_shares_must_be_below_one(call, name, value):
    with pytest.raises(ValueError, match=name):
        call(value)


def test_other_bad_settings_are_named():
    for call, text in [(lambda: A.adamw_step(np.ones(1), np.ones(1), None, 0.1, decay=-1), "decay"), (lambda: A.tug(A.adam_step, 5, 0.1, pull=2.0), "pull")]:
        with pytest.raises(ValueError, match=text):
            call()


# ------------------------------------------------------------------------------------------------- by hand, first steps


def test_by_hand():
    """The integers of the page: gradients 3, 4, 12 have the roots 3, 5, 13."""
    np.testing.assert_allclose(A.step_lengths(A.adagrad_step, [3, 4, 12]), [1, 4 / 5, 12 / 13], rtol=1e-9)
    np.testing.assert_allclose(A.step_lengths(A.adagrad_step, [300, 0, 400, 1200]), [1, 0, 4 / 5, 12 / 13], rtol=1e-9)


def test_memories():
    lengths = A.step_lengths(A.adagrad_step, np.ones(100))
    np.testing.assert_allclose(lengths, 1 / np.sqrt(np.arange(1, 101)), rtol=1e-9)
    assert lengths.sum() == pytest.approx(18.59, abs=0.005)  # check yourself 2
    assert A.step_lengths(A.adam_step, [2.0, 0.0], 0.001)[1] == pytest.approx(0.00067, abs=5e-6)  # check yourself 1
    np.testing.assert_allclose(A.step_lengths(A.adam_step, np.ones(100)), 1, rtol=1e-6)
    spike = np.ones(6000)
    spike[1000] = 1000
    after = A.step_lengths(A.adam_step, spike)[1000:]
    assert after[0] > 2.5 and after[50:1000].max() < 0.06 and after[4000] < 0.25


def test_first_steps():
    g = np.array([1e-3, -2.0, 500.0])
    first = lambda rule, **s: (rule(np.zeros(3), g, None, **s)[0]).tolist()  # noqa: E731
    np.testing.assert_allclose(first(A.adam_step, lr=0.05), -0.05 * np.sign(g), rtol=1e-4)
    np.testing.assert_allclose(first(A.adagrad_step, lr=0.05), -0.05 * np.sign(g), rtol=1e-4)
    np.testing.assert_allclose(first(A.rmsprop_step, lr=0.05), -0.5 * np.sign(g), rtol=1e-3)  # lr / sqrt(1 - rho): ten times the rate
    np.testing.assert_allclose(first(A.adadelta_step, lr=1.0)[1:], -np.sqrt(1e-6 / 0.1) * np.sign(g[1:]), rtol=1e-4)


def test_slides_first_step_is_thirty_one_point_six():
    w, g = np.array([0.3, -0.2, 1.0]), np.array([0.7, -3.0, 20.0])
    step = A.slide_adam_step(w, g, None, 0.05)[0] - w
    np.testing.assert_allclose(step, -np.sign(g) * 31.6227766, rtol=1e-4)  # E-50: 632 times the rate 0.05
    assert np.isnan(A.slide_adam_step(w, g, None, 0.05, corrected=True)[0]).tolist() == [False, True, False]
    wrong = A.slide_adadelta_step(np.array([-1.0, 0.5, 0.0]), np.ones(3), None)[0]
    assert np.isnan(wrong).tolist() == [True, False, False] and abs(wrong[2]) < 1e-5  # E-48
    assert np.isnan(A.slide_rmsprop_step(w, g, None, 0.05)[0]).tolist() == [False, True, False]  # E-47


def test_steps_of_pure_noise_shrink_to_the_closed_form():
    """With independent gradients of one size, m has the variance (1 - beta1) / (1 + beta1) of theirs."""
    noise = np.random.default_rng(0).choice([-1.0, 1.0], (200, 20000))
    sizes = np.sqrt(np.mean(A.step_lengths(A.adam_step, noise) ** 2, axis=1))
    assert sizes[0] == pytest.approx(1, abs=1e-6)
    assert np.mean(sizes[100:]) == pytest.approx(np.sqrt(0.1 / 1.9), rel=0.01)


# ---------------------------------------------------------------------------------------------------------------- scales


@pytest.mark.parametrize("name", RULES)
def test_steps_do_not_depend_on_the_scale_of_the_loss(name):
    rule, settings = RULES[name]
    rng = np.random.default_rng(2)
    grads = 1e4 * (1 + rng.random((30, 4))) * rng.choice([-1, 1], (30, 4))
    ends = []
    for scale in (1, 100):
        w, state = np.zeros(4), None
        for g in grads:
            w, state = rule(w, scale * g, state, **settings)
        ends.append(w)
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-6)


def test_units_of_the_page():
    """Loss times 100 and weights in thousandths: who notices?  (Adadelta does not mind if its eps has the unit squared.)"""
    for rule, settings in [(A.adam_step, {"lr": 0.05}), (A.adadelta_step, {"lr": 1.0})]:
        assert A.height_in_units(rule, loss=100, **settings) == pytest.approx(A.height_in_units(rule, **settings), rel=1e-4)
        assert A.height_in_units(rule, unit=1000, **settings) > 0.9 * 5.5  # hardly moves in the other unit
    scaled = A.height_in_units(A.adadelta_step, unit=1000, loss=1e6, lr=1.0, eps=1.0)
    assert scaled == pytest.approx(A.height_in_units(A.adadelta_step, loss=1e6, lr=1.0, eps=1e-6), rel=1e-6)
    assert not np.isfinite(A.height_in_units(D.sgd_step, loss=100, lr=0.15))
    counts = [D.steps_to(A.adadelta_step, 100, lr=1.0, eps=eps) for eps in (1e-8, 1e-6, 1e-4, 1e-2)]
    assert counts == pytest.approx([1891, 395, 89, 14], abs=1)  # eps is a rate in disguise


# -------------------------------------------------------------------------------------------------------------- clipping


@pytest.mark.parametrize("limit", [0.01, 1.0, 1e3])
def test_clipping_equals_torch(limit):
    rng = np.random.default_rng(3)
    grads = [(rng.normal(size=(3, 2)), rng.normal(size=2)), (rng.normal(size=(2, 1)), np.zeros(1))]
    flat = [g for layer in grads for g in layer]
    theirs = [torch.nn.Parameter(torch.tensor(g)) for g in flat]
    for p, g in zip(theirs, flat, strict=True):
        p.grad = torch.tensor(g)
    norm = float(torch.nn.utils.clip_grad_norm_(theirs, limit))
    ours, before = A.clip_norm(grads, limit)
    assert before == pytest.approx(norm, rel=1e-14)
    for g, p in zip([g for layer in ours for g in layer], theirs, strict=True):
        np.testing.assert_allclose(g, p.grad.numpy(), rtol=1e-6)  # torch divides by norm + 1e-6
    assert A.clip_norm(ours, limit)[1] == pytest.approx(min(limit, norm), rel=1e-14)
    for p, g in zip(theirs, flat, strict=True):
        p.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_value_(theirs, limit)
    for g, p in zip([g for layer in A.clip_value(grads, limit) for g in layer], theirs, strict=True):
        np.testing.assert_array_equal(g, p.grad.numpy())


def test_clipping_edges():
    zeros, norm = A.clip_norm([(np.zeros(2), np.zeros(0))], 1.0)
    assert norm == 0 and zeros[0][0].tolist() == [0, 0]
    for bad in (np.nan, np.inf, 1e200):
        with pytest.raises(ValueError, match="norm"):
            A.clip_norm([(np.array([bad]), np.ones(1))], 1.0)
    for clip in (A.clip_norm, A.clip_value):
        with pytest.raises(ValueError, match="limit"):
            clip([(np.ones(1), np.ones(1))], 0.0)


def test_a_clipped_step_arrives_where_a_plain_one_flies_away():
    w = torch.tensor(1.07, dtype=torch.float64, requires_grad=True)
    ((w**20 - 1) ** 2 / 2).backward()
    assert A.d_chain(1.07) == pytest.approx(w.grad.item(), rel=1e-12)
    plain = D.descend(D.sgd_step, A.d_chain, 1.1, 300, 0.002)
    assert abs(plain[1] + 0.3) < 0.01 and abs(plain[-1] - plain[1]) < 1e-6  # over the cliff, and stuck on the plain
    clipped = D.descend(lambda w, g, s, lr: D.sgd_step(w, A.clip_norm([(g,)], 1.0)[0][0][0], s, lr), A.d_chain, 1.1, 300, 0.002)
    assert abs(clipped[-1] - 1) < 1e-6


# ------------------------------------------------------------------------------------------------------------- the races


def test_turning_keeps_the_landscape():
    f, grad = D.ravine(30)
    g, d, turn = A.turned(f, grad, 0.7)
    w = np.random.default_rng(4).normal(size=(5, 2))
    np.testing.assert_allclose(g(turn(w)), f(w), rtol=1e-12)
    np.testing.assert_allclose(d(turn(w)), turn(grad(w)), rtol=1e-12)
    c, s = np.cos(0.7), np.sin(0.7)
    np.testing.assert_allclose(turn(np.array([1.0, 0.0])), [c, s])  # the positive sense
    np.testing.assert_allclose(turn(np.array([0.0, 1.0])), [-s, c])


def test_rosenbrock_equals_scipy():
    from scipy.optimize import rosen, rosen_der

    w = np.random.default_rng(5).normal(size=(6, 2))
    np.testing.assert_allclose(A.rosenbrock(w), [rosen(v) for v in w], rtol=1e-12)
    np.testing.assert_allclose(A.d_rosenbrock(w), [rosen_der(v) for v in w], rtol=1e-12)


COUNTS = {  # rule, rate: steps to 1e-6 in ravines of condition 10, 100, 1000
    "Adam": (A.adam_step, 0.05, (82, 129, 151)),
    "Adagrad": (A.adagrad_step, 0.5, (14, 16, 18)),
    "Adadelta": (A.adadelta_step, 1.0, (391, 395, 399)),
    "RMSprop": (A.rmsprop_step, 0.001, (1340, 1372, 1400)),
}


@pytest.mark.parametrize("name", COUNTS)
def test_steps_in_ravines(name):
    rule, lr, counts = COUNTS[name]
    assert [D.steps_to(rule, k, lr=lr) for k in (10, 100, 1000)] == pytest.approx(counts, abs=1)


def test_adagrad_does_not_see_curvatures_along_the_axes():
    paths = [D.descend(A.adagrad_step, D.ravine(k)[1], [-1.0, 0.4], 50, 0.5) for k in (1, 10, 1000)]
    np.testing.assert_allclose(paths[1], paths[0], atol=1e-7)
    np.testing.assert_allclose(paths[2], paths[0], atol=1e-7)


def test_a_turned_ravine_takes_the_advantage_away():
    f, grad = D.ravine(100)
    g, d, turn = A.turned(f, grad, np.pi / 4)
    start = np.array([-1.0, 1.0])
    for rule, lr, slower in [(A.adam_step, 0.05, 6), (A.adagrad_step, 0.5, 50), (A.rmsprop_step, 0.001, 1.5)]:
        assert A.steps_below(rule, g, d, turn(start), lr=lr) > slower * A.steps_below(rule, f, grad, start, lr=lr)
    assert A.steps_below(A.adadelta_step, g, d, turn(start), lr=1.0) is None
    for method in ("gradient descent", "heavy ball", "Nesterov"):
        rule, settings, _ = D.best_settings(method, 1, 100)
        assert A.steps_below(rule, g, d, turn(start), **settings) == A.steps_below(rule, f, grad, start, **settings)
    heavy, settings, _ = D.best_settings("heavy ball", 1, 100)
    assert A.best_rate(A.adam_step, g, d, turn(start), np.geomspace(0.03, 3, 9), most=2000)[1] > 1.3 * A.steps_below(heavy, f, grad, start, **settings)


def test_steps_below_and_best_rate_can_fail():
    f, grad = D.ravine(10)
    assert A.steps_below(D.sgd_step, f, grad, [1.0, 1.0], lr=0.21) is None  # diverges
    assert A.steps_below(D.sgd_step, f, grad, [1.0, 1.0], lr=1e-6, most=10) is None
    assert A.best_rate(D.sgd_step, f, grad, [1.0, 1.0], [1e-6, 0.21], most=20) == (None, None)
    assert A.best_rate(D.sgd_step, f, grad, [1.0, 1.0], [0.01, 0.1, 0.15, 0.05])[0] in (0.1, 0.15)


def test_saddle():
    leave = lambda rule, y, lr, **s: D.steps_to_leave(rule, y, lr=lr, most=500, **s)  # noqa: E731
    assert leave(D.sgd_step, 1e-6, 0.1) == 139
    for rule in (A.adam_step, A.adagrad_step):
        assert all(leave(rule, y, 0.1) <= 8 for y in (1e-2, 1e-4, 1e-6))
        assert leave(rule, 0.0, 0.1) is None


def test_settled():
    assert A.settled([5, 1, 5, 1, 0.5, 0], 2) == 3 and A.settled([1, 1], 2) == 0
    assert A.settled([1, 5], 2) is None and A.settled([1, np.nan], 2) is None and A.settled([np.nan, 1], 2) == 1


def test_momentum_settles_first_on_rosenbrock_and_adam_passes_by():
    def heights(rule, lr, **s):
        return A.rosenbrock(D.descend(rule, A.d_rosenbrock, [-1.2, 1.0], 3000, lr, **s))

    heavy = A.settled(heights(D.momentum_step, 0.003, mu=0.9), 1e-4)
    adam = [A.settled(heights(A.adam_step, lr), 1e-4) for lr in np.geomspace(0.03, 3, 9)]
    assert heavy < 300 and min(n for n in adam if n is not None) > 2 * heavy
    passing = heights(A.adam_step, float(np.geomspace(0.03, 3, 9)[6]))
    assert np.flatnonzero(passing < 1e-4)[0] < 200 and A.settled(passing, 1e-4) is None
    assert A.settled(heights(D.sgd_step, 0.0019), 1e-4) is None


@pytest.mark.parametrize("lr", [0.1, 0.3])
def test_adam_leaves_the_minimum_when_the_scaled_curvature_passes_its_limit(lr):
    """The limit of a heavy ball with averaged gradients, 2 (1 + beta1) / (1 - beta1) = 38 over the rate (Cohen et al. 2022)."""
    w, state, heights, sharp = np.array([-1.2, 1.0]), None, [], []
    for _ in range(3000):
        w, state = A.adam_step(w, A.d_rosenbrock(w), state, lr)
        (x, y), rates = w, lr / (np.sqrt(state["n"] / (1 - 0.999 ** state["t"])) + 1e-8)
        hessian = np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]])
        sharp.append(np.abs(np.linalg.eigvals(rates[:, None] * hessian)).max())
        heights.append(A.rosenbrock(w))
    heights, sharp = np.array(heights), np.array(sharp)
    arrived = int(np.argmax(heights < 1e-8))
    crossing = arrived + int(np.argmax(sharp[arrived:] > 2 * 1.9 / 0.1))
    burst = arrived + int(np.argmax(heights[arrived:] > 1e-4))
    assert heights[burst] > 1e-4 and 0 < burst - crossing < 150
    fall = D.descend(A.adam_step, A.d_rosenbrock, [-1.2, 1.0], 2000, lambda t: 0.3 * D.cosine(t, 2000))
    assert A.rosenbrock(fall[-1]) < 1e-10


def test_first_passages_are_not_arrivals():
    """In the ravine along the axes RMSprop and Adadelta pass 1e-6 and end above it."""
    f, grad = D.ravine(100)
    end = {n: f(D.descend(rule, grad, [-1.0, 1.0], 5000, lr)[-1]) for n, (rule, lr, _) in COUNTS.items()}
    assert end["Adam"] < 1e-20 and end["Adagrad"] < 1e-20 and end["RMSprop"] > 1e-6 and end["Adadelta"] > 0.01


# -------------------------------------------------------------------------------- rare words, decay, failures, networks


@pytest.mark.parametrize("seed", range(3))
def test_rare_words_move_five_times_as_far_with_adagrad(seed):
    """Each rule at the rate that is best on held-out documents: further in themselves, and relative to the common words."""
    x, y, shares = A.bag_of_words(6000, np.random.default_rng(seed))
    rare, common, best = shares < 0.005, shares > 0.1, {}
    for name, rule, rates in (("SGD", D.sgd_step, np.geomspace(0.01, 1, 9)), ("Adagrad", A.adagrad_step, np.geomspace(0.1, 1, 9))):
        runs = [A.train_words(rule, x[:3000], y[:3000], lr) for lr in rates]
        best[name] = min(runs, key=lambda w: A.log_loss(w, x[3000:], y[3000:]))
    moved = {n: np.abs(w[rare]).mean() for n, w in best.items()}
    relative = {n: moved[n] / np.abs(w[common]).mean() for n, w in best.items()}
    assert moved["Adagrad"] >= 5 * moved["SGD"] and relative["Adagrad"] >= 5 * relative["SGD"]
    assert A.log_loss(best["Adagrad"], x[3000:], y[3000:]) < A.log_loss(best["SGD"], x[3000:], y[3000:]) - 0.03


def test_log_loss_equals_torch():
    rng = np.random.default_rng(6)
    x, y, w = rng.normal(size=(20, 3)), (rng.random(20) < 0.5).astype(float), 5 * rng.normal(size=3)
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(x @ w), torch.tensor(y))
    assert A.log_loss(w, x, y) == pytest.approx(float(theirs), rel=1e-12)


def test_coupled_decay_is_uneven():
    """Gradients of size 10 and 0.1, without direction: AdamW shrinks both weights alike, Adam with decay in the gradient does not."""
    np.testing.assert_allclose(A.decay_alone(False), np.full(2, (1 - 0.0005) ** 4000), atol=0.01)  # standard error 0.0022
    coupled = A.decay_alone(True)
    assert coupled[0] > 0.75 and abs(coupled[1]) < 0.01


def test_tug():
    """Reddi et al. (2018), theorem 1: beta1 = 0, beta2 = 1 / (1 + C^2) with C = 3 walks to the worst place."""
    settings = {"beta1": 0.0, "beta2": 0.1}
    for rate in (0.01, lambda t: 0.1 / np.sqrt(1 + t)):
        assert A.tug(A.adam_step, 3000, rate, **settings)[-1] > 0.99
        assert A.tug(A.amsgrad_step, 3000, rate, **settings)[-1] < -0.98
        assert A.tug(D.sgd_step, 3000, rate)[-1] < -0.97
        assert A.tug(A.adam_step, 3000, rate)[-1] < -0.99  # the usual betas remember long enough here
    rate = lambda t: 0.5 / np.sqrt(1 + t)  # noqa: E731
    assert A.tug(A.adam_step, 10000, rate, pull=101.0, period=101, beta2=0.99)[-1] > 0.9
    assert A.tug(A.amsgrad_step, 10000, rate, pull=101.0, period=101, beta2=0.99)[-1] < -0.85


@pytest.mark.parametrize("n", [40, 100])
def test_lonely_features(n):
    x, y = A.lonely_features(n, np.random.default_rng(0))
    assert (y > 0).mean() > 0.5  # the construction needs a majority of class 1
    closed = np.sign(x.T @ y) / 4
    np.testing.assert_allclose(x @ closed, y, atol=1e-12)  # an interpolating solution of equal absolute weights
    shortest = np.linalg.lstsq(x, y)[0]
    for rule, lr in ((A.adam_step, 0.01), (A.adagrad_step, 0.1), (A.rmsprop_step, 0.001)):
        w, train, test = A.fit_lonely(rule, x, y, lr, 3000)
        np.testing.assert_allclose(w, closed, atol=0.01)
        assert train == 0 and test == np.mean(y < 0)
    w, train, test = A.fit_lonely(D.sgd_step, x, y, 0.1, 3000)
    np.testing.assert_allclose(w, shortest, atol=1e-6)
    assert train == 0 and test == 0


def test_sweep_on_the_digits():
    loss, right = A.sweep(A.adam_step, [1e-4, 0.0316], starts=1)
    assert loss[0] > 1 and loss[1] < 0.05 and right[1] > 0.96
    best = {n: A.sweep(rule, [lr], **s)[0][0] for n, rule, lr, s in [("SGD", D.sgd_step, 1.0, {}), ("momentum", D.momentum_step, 0.1, {"mu": 0.9})]}
    assert loss[1] < best["momentum"] < best["SGD"] < 0.07


def test_warm_up_helps_a_deep_network_at_a_large_rate_only():
    last = {(lr, warm): np.mean([A.deep_adam(lr, warm, seed)[0][-20:].mean() for seed in range(4)]) for lr in (0.01, 0.03) for warm in (0, 50)}
    assert last[0.03, 50] < 0.75 * last[0.03, 0]
    assert last[0.01, 50] > 0.9 * last[0.01, 0]
