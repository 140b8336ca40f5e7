"""Probabilities against all joint states, gradients against differences, the free energy against scikit-learn, sampling against the exact distribution."""
import itertools

import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from dlcourse.training import boltzmann as B


def machine(visible, hidden, seed=0, size=1.0):
    rng = np.random.default_rng(seed)
    return size * rng.normal(size=(visible, hidden)), size * rng.normal(size=visible), size * rng.normal(size=hidden)


def joint(m):
    """{(v, h): e^-energy} by the definition, with Python's loops."""
    w, a, b = m
    found = {}
    for v in itertools.product((0, 1), repeat=len(a)):
        for h in itertools.product((0, 1), repeat=len(b)):
            e = -sum(x * y for x, y in zip(a, v)) - sum(x * y for x, y in zip(b, h)) - sum(w[i, j] * v[i] * h[j] for i in range(len(a)) for j in range(len(b)))
            found[v, h] = np.exp(-e)
    return found


@pytest.mark.parametrize("visible, hidden", [(1, 1), (3, 2), (2, 5), (4, 4)])
def test_probabilities_are_those_of_all_joint_states(visible, hidden):
    m = machine(visible, hidden, visible + 10 * hidden)
    mass = joint(m)
    z = sum(mass.values())
    assert B.log_partition(m) == pytest.approx(np.log(z), rel=1e-12)
    every = B.states(visible)
    for v, f in zip(every, B.free_energy(m, every), strict=True):
        assert np.exp(-f) == pytest.approx(sum(x for (u, _), x in mass.items() if u == tuple(v)), rel=1e-10)
    v, h = tuple(every[-1]), (1,) * hidden
    assert B.energy(m, every[-1:], [h])[0] == pytest.approx(-np.log(mass[v, h]), rel=1e-12)
    for j in range(hidden):
        on = sum(x for (u, k), x in mass.items() if u == v and k[j]) / sum(x for (u, _), x in mass.items() if u == v)
        assert B.hidden_given(m, every[-1:])[0, j] == pytest.approx(on, rel=1e-10)
    for i in range(visible):
        on = sum(x for (u, k), x in mass.items() if k == h and u[i]) / sum(x for (_, k), x in mass.items() if k == h)
        assert B.visible_given(m, np.ones((1, hidden)))[0, i] == pytest.approx(on, rel=1e-10)
    data = every[:: max(1, len(every) // 3)]
    expected = np.mean([np.log(sum(x for (u, _), x in mass.items() if u == tuple(row)) / z) for row in data])
    assert B.log_likelihood(m, data) == pytest.approx(expected, rel=1e-10)


def test_free_energy_is_scikit_learns():
    m = machine(6, 4)
    theirs = BernoulliRBM(n_components=4)
    theirs.components_, theirs.intercept_visible_, theirs.intercept_hidden_ = m[0].T, m[1], m[2]
    v = B.states(6)
    np.testing.assert_allclose(B.free_energy(m, v), theirs._free_energy(v), rtol=1e-10)
    np.testing.assert_allclose(B.hidden_given(m, v), theirs.transform(v), rtol=1e-10)


def test_nothing_overflows():
    big = np.array([[2000.0, -2000.0]]), np.zeros(1), np.zeros(2)
    np.testing.assert_allclose(B.free_energy(big, [[1.0], [0.0]]), [-2000 - 0, -2 * np.log(2)])
    assert B.log_partition(big) == pytest.approx(2000)


@pytest.mark.parametrize("visible, hidden", [(3, 2), (2, 4)])
def test_exact_gradient_is_that_of_the_likelihood(visible, hidden):
    m = machine(visible, hidden)
    v = B.states(visible)[[0, 2, 3]]
    gradient = B.exact_gradient(m, v)
    for part in range(3):
        for index in np.ndindex(m[part].shape):
            values = []
            for step in (1e-5, -1e-5):
                moved = [x.copy() for x in m]
                moved[part][index] += step
                values.append(B.log_likelihood(moved, v))
            assert gradient[part][index] == pytest.approx((values[0] - values[1]) / 2e-5, abs=1e-8)


def test_gibbs_sampling_reaches_the_exact_distribution():
    m = machine(3, 2, size=0.7)
    every = B.states(3)
    exact = np.exp(-B.free_energy(m, every) - B.log_partition(m))
    v = B.gibbs(m, np.zeros((40_000, 3)), 30, np.random.default_rng(0))
    share = np.bincount((v @ [4, 2, 1]).astype(int), minlength=8) / len(v)
    np.testing.assert_allclose(share, exact, atol=0.01)  # 40,000 samples: a standard error of 0.0025 at most


def test_contrastive_divergence_tends_to_the_gradient_with_many_rounds():
    m = machine(3, 2, size=0.7)
    v = np.repeat(B.states(3)[[1, 6]], 10_000, axis=0)
    exact = B.exact_gradient(m, v)
    long, samples = B.contrastive_divergence(m, v, 30, np.random.default_rng(1))
    for mine, theirs in zip(long, exact, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=0.015)
    two_places = np.full((3, 1), 8.0), np.full(3, -4.0), np.array([-12.0])  # 111 and 000 are equally probable, and nothing else is
    ones = np.ones((1000, 3))
    short, _ = B.contrastive_divergence(two_places, ones, 1, np.random.default_rng(1))
    np.testing.assert_allclose(B.exact_gradient(two_places, ones)[1], 0.5, atol=0.02)
    np.testing.assert_allclose(short[1], 0, atol=0.1)  # one round has not left 111: it does not see 000
    chains = np.ones((20_000, 3))
    persistent, after = B.contrastive_divergence(m, v, 30, np.random.default_rng(2), chains)
    assert after.shape == chains.shape and np.abs(persistent[0] - exact[0]).max() < 0.015


def test_bars_and_stripes():
    for side in (1, 2, 3, 4):
        v = B.bars_and_stripes(side)
        assert len(v) == len({tuple(row) for row in v}) == 2 ** (side + 1) - 2
        for row in v:
            picture = row.reshape(side, side)
            assert (picture == picture[:1]).all() or (picture == picture[:, :1]).all()
    with pytest.raises(ValueError, match="20 units"):
        B.states(21)


def test_by_hand():
    tiny = np.array([[np.log(3)]]), np.zeros(1), np.zeros(1)
    assert np.exp(B.log_partition(tiny)) == pytest.approx(6)
    assert np.exp(B.log_likelihood(tiny, [[1.0]])) == pytest.approx(4 / 6)
    assert B.hidden_given(tiny, [[1.0]])[0, 0] == pytest.approx(0.75)
    two = np.full((2, 1), np.log(2)), np.zeros(2), np.zeros(1)
    assert np.exp(B.log_likelihood(two, [[1.0, 1.0]])) == pytest.approx(5 / 13)


def test_what_the_page_says_about_four_methods():
    v, levels, errors = B.bars_and_stripes(3), {}, {}
    watch = lambda m: (B.log_likelihood(m, v), B.reconstruction_error(m, v))  # noqa: E731
    for name, method, k in (("exact", "exact", 1), ("CD-1", "CD", 1), ("CD-10", "CD", 10), ("PCD", "PCD", 1)):
        runs = [B.train(B.init(9, 8, np.random.default_rng(s)), v, 4000, 0.2, method, k, s, watch, 4000)[1][-1] for s in range(2)]
        levels[name], errors[name] = np.mean(runs, axis=0)
    assert levels["exact"] > -2.75 and levels["CD-10"] > -2.85  # X4.8
    assert levels["exact"] > levels["CD-10"] > levels["CD-1"] + 0.3 and levels["PCD"] < -6.3  # worse than random pictures
    assert errors["PCD"] == min(errors.values())  # the pitfall of the page
    assert all(level < -np.log(14) for level in levels.values())


def test_slow_persistent_chains_work():
    v = B.bars_and_stripes(3)
    m, _ = B.train(B.init(9, 8, np.random.default_rng(0)), v, 15_000, 0.02, "PCD", 1, 0)
    assert B.log_likelihood(m, v) > -3.3


def test_a_copier_reconstructs_and_knows_nothing():
    v = B.bars_and_stripes(3)
    copier = 20 * np.eye(9), np.full(9, -10.0), np.full(9, -10.0)
    assert B.reconstruction_error(copier, v) < 1e-3
    assert B.log_likelihood(copier, v) == pytest.approx(-9 * np.log(2), abs=1e-3)


def test_completion_holds_the_known_units_and_finds_the_patterns():
    v = B.bars_and_stripes(3)
    m, _ = B.train(B.init(9, 8, np.random.default_rng(0)), v, 4000, 0.2, "exact")
    known = np.arange(9) < 3
    found = B.complete(m, np.tile([1, 0, 1] + [0] * 6, (300, 1)), known, 100, np.random.default_rng(1))
    assert (found[:, :3] == [1, 0, 1]).all()
    assert np.mean((found == np.tile([1, 0, 1], 3)).all(axis=1)) > 0.75


def test_training_watches_and_takes_falling_rates():
    v = B.bars_and_stripes(2)
    start = B.init(4, 3, np.random.default_rng(0))
    seen = B.train(start, v, 250, lambda t: 0.1 / (1 + t), "exact", watch=lambda m: B.log_likelihood(m, v), every=100)[1]
    assert len(seen) == 4 and seen == sorted(seen)
    np.testing.assert_array_equal(start[0], B.init(4, 3, np.random.default_rng(0))[0])  # nothing in place
    one = tuple(x + 0.1 * g for x, g in zip(start, B.exact_gradient(start, v), strict=True))
    for mine, theirs in zip(B.train(start, v, 1, 0.1, "exact")[0], one, strict=True):
        np.testing.assert_allclose(mine, theirs)


BAD = [
    (lambda: B.init(0, 3, np.random.default_rng(0)), "at least one"),
    (lambda: B.free_energy(machine(2, 2), np.zeros((1, 3))), r"v must be \(N, 2\)"),
    (lambda: B.free_energy(machine(2, 2), np.zeros(2)), r"v must be \(N, 2\)"),
    (lambda: B.free_energy(machine(2, 2), -np.ones((1, 2))), "from 0 to 1"),
    (lambda: B.energy(machine(2, 3), np.zeros((1, 2)), np.zeros((1, 2))), r"h must be \(N, 3\)"),
    (lambda: B.free_energy((np.zeros((2, 3)), np.zeros(3), np.zeros(2)), np.zeros((1, 2))), "a machine is"),
    (lambda: B.contrastive_divergence(machine(2, 2), np.zeros((1, 2)), 0, np.random.default_rng(0)), "k must be"),
    (lambda: B.train(machine(2, 2), np.zeros((1, 2)), 1, 0.1, "gibbs"), "method must be"),
]


@pytest.mark.parametrize("call, says", BAD)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
