"""Competitive learning against k-means; the map against its definition, its limits and random prototypes."""

import numpy as np
import pytest

from dlcourse import data
from dlcourse.mlp import som


@pytest.fixture(scope="module")
def digits():
    train, new = data.digits()
    return np.concatenate([train.x, new.x]), np.concatenate([train.y, new.y])


def test_only_the_winner_moves():
    w = np.array([[0.0, 0.0], [10.0, 0.0]])
    out = som.competitive_step(w, np.array([4.0, 2.0]), 0.5)
    assert out.tolist() == [[2, 1], [10, 0]]
    assert w.tolist() == [[0, 0], [10, 0]]


@pytest.mark.parametrize("k", [1, 3, 7])
def test_online_kmeans_holds_the_means_of_the_wins(k):
    x = np.random.default_rng(0).normal(size=(101, 3))
    w, won = som.online_kmeans(x, k, np.random.default_rng(1))
    for unit in range(k):
        if (won == unit).any():
            assert np.allclose(w[unit], x[won == unit].mean(axis=0), atol=1e-12)


def test_online_kmeans_finds_separate_clusters():
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(50, 2)) + c for c in ((0, 0), (30, 0), (0, 30))])
    rng.shuffle(x)
    reference = KMeans(3, n_init=5, random_state=0).fit(x).cluster_centers_
    for seed in range(50):  # a start with one example in each cluster
        w, _ = som.online_kmeans(x, 3, np.random.default_rng(seed))
        start = x[np.random.default_rng(seed).choice(len(x), 3, replace=False)]
        if min(np.linalg.norm(start[i] - start[j]) for i in range(3) for j in range(i)) > 15:
            assert np.allclose(np.sort(w, axis=0), np.sort(reference, axis=0), atol=1e-10)
            break
    else:
        pytest.fail("no start with three clusters")


def test_grid_order():
    assert som.grid(2, 3).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]


def test_neighbourhood_by_hand_and_in_the_limit():
    places = som.grid(1, 3)
    assert np.allclose(som.neighbourhood(places, 0, 1.0), [1, 0.60653066, 0.13533528], atol=1e-8)
    assert np.allclose(som.neighbourhood(places, 1, 1e-3), [0, 1, 0])
    assert np.allclose(som.neighbourhood(places, 1, 1e6), [1, 1, 1])


def test_som_without_neighbours_is_competitive_learning():
    x, places = np.random.default_rng(0).normal(size=(40, 3)), som.grid(2, 4)
    out = som.train_som(x, places, 200, seed=5, sigma=(1e-3, 1e-3), lr=(0.3, 0.1))
    rng = np.random.default_rng(5)
    w = x[rng.integers(40, size=8)]
    for rate in som.decay(0.3, 0.1, 200):
        w = som.competitive_step(w, x[rng.integers(40)], rate)
    assert np.allclose(out, w, atol=1e-12)


def test_schedule():
    rates = som.decay(5.0, 0.5, 4)
    assert rates[0] == 5 and np.allclose(rates[1:] / rates[:-1], 0.1**0.25)
    assert len(som.decay(5.0, 0.5, 0)) == 0


def test_stop_ends_early():
    x, places = np.random.default_rng(0).normal(size=(30, 2)), som.grid(3, 3)
    assert np.allclose(som.train_som(x, places, 100, stop=100), som.train_som(x, places, 100))
    assert not np.allclose(som.train_som(x, places, 100, stop=10), som.train_som(x, places, 100))
    assert (som.train_som(x, places, 0) == som.train_som(x, places, 100, stop=0)).all()


def test_measures_against_brute_force():
    rng = np.random.default_rng(0)
    w, x, y, places = rng.normal(size=(12, 5)), rng.normal(size=(37, 5)), rng.integers(0, 3, 37), som.grid(3, 4)
    nearest, far, wins = [], 0, [[] for _ in range(12)]
    for a, c in zip(x, y, strict=True):
        d = [np.sqrt(((a - b) ** 2).sum()) for b in w]
        order = sorted(range(12), key=lambda k, d=d: d[k])
        nearest.append(d[order[0]])
        (r1, c1), (r2, c2) = divmod(order[0], 4), divmod(order[1], 4)
        far += abs(r1 - r2) > 1 or abs(c1 - c2) > 1
        wins[order[0]].append(int(c))
    assert som.quantisation_error(w, x) == pytest.approx(np.mean(nearest), rel=1e-12)
    assert som.topographic_error(w, x, places) == pytest.approx(far / 37)
    labels = som.labels(w, x, y)
    for unit, seen in enumerate(wins):
        assert labels[unit] == (max(set(seen), key=lambda v: (seen.count(v), -v)) if seen else -1)
    assert som.purity(w, x, y) == pytest.approx(sum(seen.count(labels[u]) for u, seen in enumerate(wins)) / 37)


def test_a_shrinking_neighbourhood_unfolds_the_square_and_a_narrow_one_does_not():
    square, places = np.random.default_rng(0).uniform(0, 1, (2000, 2)), som.grid(10, 10)
    assert som.topographic_error(som.train_som(square, places, 5000), square, places) <= 0.05
    assert som.topographic_error(som.train_som(square, places, 5000, sigma=(0.5, 0.5)), square, places) >= 0.2


def test_digit_map(digits):
    """X1.5.  Measured over three seeds: quantisation 1.27, topographic 0.04, purity 0.95; random prototypes 1.42."""
    x, y = digits
    places = som.grid(10, 10)
    random = som.quantisation_error(x[np.random.default_rng(0).integers(len(x), size=100)], x)
    for seed in range(2):
        w = som.train_som(x, places, 10_000, seed=seed)
        assert som.quantisation_error(w, x) <= 1.32 < random
        assert som.topographic_error(w, x, places) <= 0.08
        assert som.purity(w, x, y) >= 0.92


def test_order_costs_quantisation(digits):
    """The surprise of the section: without neighbours the prototypes lie better, but there is no map."""
    x, _ = digits
    places = som.grid(10, 10)
    with_map, without = som.train_som(x, places, 10_000), som.train_som(x, places, 10_000, sigma=(1e-3, 1e-3))
    assert som.quantisation_error(without, x) < som.quantisation_error(with_map, x) - 0.1
    assert som.topographic_error(without, x, places) > 0.8
