"""Newton's step and BFGS against closed forms, L-BFGS against PyTorch and the dense update, the filter against ridge, derivatives against autograd."""
import numpy as np
import pytest
import torch
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

from dlcourse.training import adaptive as A
from dlcourse.training import curvature as C
from dlcourse.training import descent as D

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")  # torch.func's own


def samples(seed=0):
    rng = np.random.default_rng(seed)
    x, y = C.wave(60, seed)
    return rng.normal(size=31), x, y


def torch_network(w, x):
    into, bias, out = w[:-1].reshape(3, -1)
    return torch.tanh(torch.outer(x, into) + bias) @ out + w[-1]


def torch_error(w, x, y):
    return ((torch_network(w, torch.tensor(x)) - torch.tensor(y)) ** 2).mean()


# -------------------------------------------------------------------------------------------------------- Newton's method


@pytest.mark.parametrize("d", [1, 2, 7])
def test_one_step_ends_a_quadratic(d):
    rng = np.random.default_rng(d)
    a = rng.normal(size=(d, d))
    h, goal, w = a @ a.T + 0.1 * np.eye(d), rng.normal(size=d), rng.normal(size=d)
    for step in (C.newton_direction, C.modified_direction):
        np.testing.assert_allclose(w + step(h @ (w - goal), h), goal, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("d", [1, 2, 7])
def test_modified_direction_is_the_inverse_of_the_absolute_hessian(d):
    """|H| as the square root of H H, by scipy, not by the eigenvectors that the module uses."""
    from scipy.linalg import sqrtm

    rng = np.random.default_rng(d)
    a = rng.normal(size=(d, d))
    h, g = a + a.T, rng.normal(size=d)
    assert np.abs(np.linalg.eigvalsh(h)).min() > 1e-3
    np.testing.assert_allclose(C.modified_direction(g, h), -np.linalg.solve(sqrtm(h @ h).real, g), rtol=1e-6, atol=1e-8)
    assert C.modified_direction(g, h) @ g < 0
    flat = C.modified_direction(np.array([1.0, 1.0]), np.diag([0.0, -1e-9]), floor=0.5)
    np.testing.assert_allclose(flat, [-2, -2])


def test_backtrack_takes_the_longest_step_that_keeps_its_promise():
    f = lambda w: float(np.sqrt(1 + w[0] ** 2))  # noqa: E731
    w, g, d = np.array([2.0]), np.array([2 / 5**0.5]), np.array([-10.0])
    step = C.backtrack(f, w, d, g)
    good = [s for s in 0.5 ** np.arange(50) if f(w + s * d) <= f(w) + 1e-4 * s * d @ g]
    assert step == max(good) == 0.25
    assert C.backtrack(lambda w: float(np.abs(w[0] - 2)), w, d, g) == 0.0
    with pytest.raises(ValueError, match="downhill"):
        C.backtrack(f, w, -d, g)


def test_by_hand():
    """The numbers of the page: x - ln x, a bowl, the saddle's basin."""
    x, distance = 0.5, 0.5
    for _ in range(4):
        x = float((np.array([x]) + C.newton_direction(np.array([1 - 1 / x]), np.array([[1 / x**2]])))[0])
        distance **= 2
        assert 1 - x == pytest.approx(distance, rel=1e-9)
    np.testing.assert_allclose(C.newton_direction([3.0, 200.0], np.diag([1.0, 100.0])), [-3, -2])
    ends = lambda y, safe: C.newton_path(D.saddle, D.d_saddle, C.h_saddle, [1, y], 60, safe, safe)[-1]  # noqa: E731
    edge = 5**-0.5
    for y in (0.01, 0.3, edge - 0.001):
        np.testing.assert_allclose(ends(y, False), [0, 0], atol=1e-12)
        np.testing.assert_allclose(ends(y, True), [0, 1], atol=1e-12)
    assert abs(ends(edge + 0.001, False)[1]) == pytest.approx(1)


def test_rosenbrock_is_scipys_and_newton_needs_as_many_steps_as_the_page_says():
    rng = np.random.default_rng(0)
    for w in rng.normal(size=(5, 2)):
        np.testing.assert_allclose(A.rosenbrock(w), rosen(w), rtol=1e-12)
        np.testing.assert_allclose(A.d_rosenbrock(w), rosen_der(w), rtol=1e-10)
        np.testing.assert_allclose(C.h_rosenbrock(w), rosen_hess(w), rtol=1e-10)
    path = C.newton_path(A.rosenbrock, A.d_rosenbrock, C.h_rosenbrock, [-1.2, 1.0], 50)
    height = A.rosenbrock(path)
    assert np.argmax(height < 1e-6) == 19 and height[-1] == 0 and np.all(np.diff(height) < 0)
    assert np.linalg.eigvalsh(C.h_rosenbrock(np.ones(2)))[-1] == pytest.approx(1001.6, abs=0.1)  # no rate above 2/1002 for plain descent
    slow = A.rosenbrock(D.descend(D.sgd_step, A.d_rosenbrock, [-1.2, 1.0], 8000, 0.0019))
    assert 7000 < np.argmax(slow < 1e-6) < 8000


# ------------------------------------------------------------------------------------------------------ a network's curvature


def test_network_and_its_derivatives_are_autograds():
    w, x, y = samples()
    t = torch.tensor(w)
    out, jacobian = C.network(w, x)
    np.testing.assert_allclose(out, torch_network(t, torch.tensor(x)), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(jacobian, torch.func.jacrev(torch_network)(t, torch.tensor(x)), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(C.d_error(w, x, y), torch.func.grad(torch_error)(t, x, y), rtol=1e-10, atol=1e-12)
    exact = torch.func.hessian(torch_error)(t, x, y).numpy()
    ours = C.difference_hessian(lambda w: C.d_error(w, x, y), w)
    np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-7)  # differences: about 1e-9 was seen
    v = np.random.default_rng(3).normal(size=31)
    np.testing.assert_allclose(C.hessian_product(lambda w: C.d_error(w, x, y), w, v), exact @ v, rtol=0, atol=1e-6)
    outer = sum(torch.func.hessian(lambda w, i=i: torch_network(w, torch.tensor(x))[i])(t).numpy() * 2 * (out[i] - y[i]) / len(x) for i in range(len(x)))
    np.testing.assert_allclose(C.gauss_newton(w, x) + outer, exact, rtol=0, atol=1e-10)  # eq-training-gauss-newton


def test_half_of_a_fresh_networks_curvatures_are_negative():
    x, y = C.wave(400)
    grad = lambda w: C.d_error(w, x, y)  # noqa: E731
    below, raised = [], 0
    for seed in range(20):
        w = np.random.default_rng(seed).normal(size=31)
        h = C.difference_hessian(grad, w)
        below.append((np.linalg.eigvalsh(h) < 0).sum())
        raised += C.error(w + C.newton_direction(grad(w), h), x, y) > C.error(w, x, y)
    assert min(below) >= 12 and max(below) <= 18 and raised == 9


# ---------------------------------------------------------------------------------------------------------------- L-BFGS


@pytest.mark.parametrize("k, d", [(0, 3), (1, 1), (3, 5), (6, 4)])
def test_two_loops_are_the_dense_update(k, d):
    rng = np.random.default_rng(k + d)
    a = rng.normal(size=(d, d))
    h = a @ a.T + np.eye(d)
    s = rng.normal(size=(k, d))
    y = s @ h
    b = np.eye(d) * (s[-1] @ y[-1] / (y[-1] @ y[-1]) if k else 1)
    for u, v in zip(s, y, strict=True):  # eq-training-bfgs
        left = np.eye(d) - np.outer(u, v) / (v @ u)
        b = left @ b @ left.T + np.outer(u, u) / (v @ u)
    g = rng.normal(size=d)
    np.testing.assert_allclose(C.two_loops(g, s, y), -b @ g, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("memory, lr", [(10, 1.0), (3, 1.0), (100, 0.5), (1, 0.8)])
def test_lbfgs_equals_torch_step_for_step(memory, lr):
    w, x, y = samples(1)
    p = torch.nn.Parameter(torch.tensor(w))
    optimizer = torch.optim.LBFGS([p], lr=lr, max_iter=1, history_size=memory, tolerance_grad=0, tolerance_change=0)
    theirs = [w]

    def closure():
        optimizer.zero_grad()
        loss = torch_error(p, x, y)
        loss.backward()
        return loss

    for _ in range(40):
        optimizer.step(closure)
        theirs.append(p.detach().numpy().copy())
    ours = D.descend(C.lbfgs_step, lambda w: C.d_error(w, x, y), w, 40, lr, memory=memory)
    np.testing.assert_allclose(ours[:15], theirs[:15], rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)  # rounding errors grow with the steps


def test_lbfgs_leaves_out_pairs_of_negative_curvature_and_changes_nothing_in_place():
    w, state = C.lbfgs_step(np.zeros(2), np.array([1.0, 0.0]), None)
    before = {k: v.copy() for k, v in state.items()}
    again = C.lbfgs_step(w, np.array([2.0, 0.0]), state)  # the slope grew while going down: negative curvature
    assert again[1]["s"].shape == (0, 2)
    np.testing.assert_allclose(again[0], w - [2, 0])
    for name, value in before.items():
        np.testing.assert_array_equal(state[name], value)
    w, state = C.lbfgs_step(np.zeros(3), np.zeros(3), None)
    np.testing.assert_array_equal(w, np.zeros(3))


def test_lbfgs_against_plain_descent_and_with_batches():
    x, y = C.wave(400)
    for seed in range(5):
        w = np.random.default_rng(seed).normal(size=31)
        slow, quick = (C.fit(rule, w, x, y, steps, lr)[0][-1] for rule, steps, lr in ((D.sgd_step, 1000, 0.05), (C.lbfgs_step, 100, 1.0)))
        assert slow / quick > 3  # X3.3
    best = minimize(A.rosenbrock, [-1.2, 1.0], jac=A.d_rosenbrock, method="L-BFGS-B")
    assert best.nit < 50
    ends = []
    for rule, lr in ((D.sgd_step, 0.05), (C.lbfgs_step, 1.0)):
        runs = []
        for seed in range(5):
            w, state, rng = np.random.default_rng(seed).normal(size=31), None, np.random.default_rng(seed)
            with np.errstate(over="ignore", invalid="ignore"):
                for _ in range(300):
                    pick = rng.choice(400, 4, replace=False)
                    w, state = rule(w, C.d_error(w, x[pick], y[pick]), state, lr)
                runs.append(C.error(w, x, y))
        ends.append(np.median(runs))
    assert ends[1] > 10 * ends[0]  # batches of 4: the pitfall of the page


# ----------------------------------------------------------------------------------------------------------- the filter


@pytest.mark.parametrize("d, m", [(1, 1), (4, 1), (3, 2), (2, 5)])
def test_filter_on_a_linear_model_is_ridge_regression(d, m):
    rng = np.random.default_rng(d)
    j, target = rng.normal(size=(9, m, d)), rng.normal(size=(9, m))
    mean, noise = rng.normal(size=d), np.diag(rng.uniform(0.2, 2, m))
    w, p = mean, 3.0 * np.eye(d)
    precision, pull = np.eye(d) / 3, mean / 3
    for a, t in zip(j, target, strict=True):
        w, p = C.kalman_update(w, p, a, t - a @ w, noise)
        assert np.array_equal(p, p.T) and np.linalg.eigvalsh(p)[0] > 0
        precision, pull = precision + a.T @ np.linalg.solve(noise, a), pull + a.T @ np.linalg.solve(noise, t)
    np.testing.assert_allclose(w, np.linalg.solve(precision, pull), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(p, np.linalg.inv(precision), rtol=1e-9, atol=1e-10)


def test_filter_by_hand_and_one_pass():
    w, p = C.kalman_update([0.0], [[1.0]], [[2.0]], [5.0], 1.0)
    assert w[0] == pytest.approx(2) and p[0, 0] == pytest.approx(0.2)
    x, y = C.wave(400)
    xt = np.linspace(-3, 3, 200)
    test = lambda w: C.error(w, xt, np.sin(2 * xt))  # noqa: E731
    starts = [np.random.default_rng(seed).normal(size=31) for seed in range(5)]
    ours = np.median([test(C.filter_pass(w, x, y, 1.0, 0.05**2, 1e-4)[0][-1]) for w in starts])
    one, ten = (min(np.median([test(C.sgd_pass(w, x, y, lr, n)[-1]) for w in starts]) for lr in (0.03, 0.1)) for n in (1, 10))
    assert ours < one / 4 and ours < ten / 2


def test_filter_pass_adds_the_drift_after_each_sample():
    w = np.zeros(4)
    path, p = C.filter_pass(w, np.array([0.5]), np.array([1.0]), prior=2.0, noise=0.1, drift=0.3)
    j = np.array([[0.0, 0.0, 0.0, 1.0]])  # at zero weights only the last bias acts
    direct, q = C.kalman_update(w, 2.0 * np.eye(4), j, [1.0], 0.1)
    np.testing.assert_allclose(path[-1], direct)
    np.testing.assert_allclose(p, q + 0.3 * np.eye(4))


def test_sgd_pass_is_the_plain_rule():
    w, x, y = samples(2)
    path = C.sgd_pass(w, x[:3], y[:3], 0.05)
    for i in range(3):
        np.testing.assert_allclose(path[i + 1], path[i] - 0.05 * C.d_error(path[i], x[i : i + 1], y[i : i + 1]))
    assert len(C.sgd_pass(w, x[:3], y[:3], 0.05, passes=2)) == 7


BAD = [
    (lambda: C.newton_direction(np.ones(2), np.ones((3, 3))), "hessian must have the shape"),
    (lambda: C.newton_direction(np.ones(2), [[1.0, 2.0], [0.0, 1.0]]), "symmetric"),
    (lambda: C.modified_direction(np.ones(1), np.eye(1), floor=0), "floor"),
    (lambda: C.lbfgs_step(np.ones(2), np.ones(3), None), "one length"),
    (lambda: C.lbfgs_step(np.ones((2, 2)), np.ones((2, 2)), None), "vectors"),
    (lambda: C.lbfgs_step(np.ones(2), np.ones(2), None, lr=0.0), "lr > 0"),
    (lambda: C.network(np.ones(5), np.ones(2)), "3 H"),
    (lambda: C.network(np.ones(4), np.ones((2, 1))), "vector"),
    (lambda: C.kalman_update(np.ones(2), np.eye(3), np.ones((1, 2)), [1.0], 1.0), "p must be"),
    (lambda: C.kalman_update(np.ones(2), np.eye(2), np.ones((2, 1)), [1.0], 1.0), "jacobian"),
]


@pytest.mark.parametrize("call, says", BAD)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
