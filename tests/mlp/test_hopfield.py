"""Hebb's rule and asynchronous recall against their definitions; the capacity against the published limit."""

import numpy as np
import pytest

from dlcourse.mlp import hopfield


def random_patterns(count, n, seed=0):
    return np.random.default_rng(seed).choice([-1.0, 1.0], (count, n))


@pytest.mark.parametrize("count, n", [(1, 2), (3, 7), (5, 11)])
def test_store_is_hebbs_rule(count, n):
    patterns = random_patterns(count, n)
    w = hopfield.store(patterns)
    for i in range(n):
        for j in range(n):
            expected = 0 if i == j else sum(p[i] * p[j] for p in patterns) / n
            assert w[i, j] == pytest.approx(expected, abs=1e-15)


def test_store_refuses_other_states():
    with pytest.raises(ValueError, match="-1 and"):
        hopfield.store([[0, 1, 1]])
    with pytest.raises(ValueError, match="-1 and"):
        hopfield.store([1, -1, 1])


def test_energy_is_the_double_sum():
    w = hopfield.store(random_patterns(3, 7))
    s = random_patterns(4, 7, seed=1)
    expected = [-0.5 * sum(w[i, j] * v[i] * v[j] for i in range(7) for j in range(7)) for v in s]
    assert np.allclose(hopfield.energy(w, s), expected, atol=1e-14)
    assert hopfield.energy(w, s[0]).shape == ()
    assert np.allclose(hopfield.energy(w, -s), expected, atol=1e-14)


def test_energy_at_a_stored_pattern_by_hand():
    assert hopfield.energy(hopfield.store([[1, 1, -1, -1]]), np.array([1, 1, -1, -1])) == pytest.approx(-1.5)
    assert hopfield.energy(hopfield.store([[1, 1, -1, -1]]), np.array([1, 1, -1, 1])) == pytest.approx(0)


def test_energy_never_rises_and_the_end_is_stable():
    w = hopfield.store(random_patterns(20, 60))
    start = random_patterns(30, 60, seed=2)
    final, energies = hopfield.recall(w, start, np.random.default_rng(0), sweeps=100)
    assert (np.diff(energies, axis=0) <= 1e-12).all()
    assert (final * (final @ w) >= -1e-12).all()
    assert np.isin(final, [-1, 1]).all()
    assert (start == random_patterns(30, 60, seed=2)).all()  # not changed


def test_a_single_state_keeps_its_shape_and_a_tie_its_value():
    w = np.zeros((3, 3))
    final, _ = hopfield.recall(w, np.array([1, -1, 1]), np.random.default_rng(0))
    assert final.tolist() == [1, -1, 1]
    together, _ = hopfield.recall(hopfield.store([[1, 1]]), np.array([1, -1]), np.random.default_rng(0))
    assert abs(together.sum()) == 2


def test_flip_flips_exactly_the_fraction():
    s = random_patterns(6, 50)
    flipped = hopfield.flip(s, 0.2, np.random.default_rng(0))
    assert ((flipped != s).sum(axis=1) == 10).all()
    assert (hopfield.flip(s, 0.0, np.random.default_rng(0)) == s).all()
    assert hopfield.overlap(flipped, s) == pytest.approx([0.6] * 6)


def test_letters_come_back():
    letters = np.stack([hopfield.letter(name) for name in hopfield.LETTERS])
    assert letters.shape == (3, 49)
    w, rng = hopfield.store(letters), np.random.default_rng(0)
    many = np.repeat(letters, 30, axis=0)
    final, _ = hopfield.recall(w, hopfield.flip(many, 0.2, rng), rng)
    assert (hopfield.overlap(final, many) == 1).mean() >= 0.98


def test_capacity():
    """X1.4, 500 units, 20 % flips, four nets.  Measured: 1.000 at load .05, 0.90 at .138, 0.40 at .20.  Amit et al.: 0.138 for N to infinity."""
    mean = {load: np.mean([hopfield.recall_quality(load, seed=s).mean() for s in range(4)]) for load in (0.05, 0.138, 0.2)}
    assert mean[0.05] >= 0.99
    assert mean[0.2] <= 0.7
    assert mean[0.2] < mean[0.138] < mean[0.05]


def test_unstable_units_follow_the_normal_law():
    """Cross-talk is normal with variance alpha: at alpha = 0.2 a share Phi(-1/sqrt(0.2)) = 0.0127 of the units is unstable.  200 000 units: +-0.0015."""
    from scipy.stats import norm

    patterns = random_patterns(200, 1000)
    unstable = (patterns * (patterns @ hopfield.store(patterns)) <= 0).mean()
    assert unstable == pytest.approx(norm.cdf(-1 / np.sqrt(0.2)), abs=0.0015)


def test_negatives_and_mixtures_are_stable():
    patterns = random_patterns(5, 500)
    w, rng = hopfield.store(patterns), np.random.default_rng(0)
    for state in (-patterns[0], np.sign(patterns[:3].sum(axis=0))):
        final, _ = hopfield.recall(w, state, rng)
        assert hopfield.overlap(final, state) > 0.98
