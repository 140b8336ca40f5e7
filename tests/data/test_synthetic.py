"""The Bayes accuracies are checked against classifiers and integrals that share no code with the package."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.datasets import make_moons
from sklearn.neighbors import KNeighborsClassifier

from dlcourse import data
from dlcourse.data import synthetic

GENERATORS = [data.xor, data.circles, data.moons, data.spirals, data.blobs, data.shapes]


@pytest.mark.parametrize("make", GENERATORS, ids=lambda f: f.__name__)
def test_form_types_and_seeds(make):
    a, b, c = make(n=41, seed=3), make(n=41, seed=3), make(n=41, seed=4)
    assert isinstance(a, data.Data)
    assert a.x.dtype == np.float64 and a.y.dtype == np.int64 and len(a.x) == len(a.y) == 41
    assert np.array_equal(a.x, b.x) and np.array_equal(a.y, b.y)
    assert make is data.xor or not np.array_equal(a.x, c.x)  # xor without noise is the truth table for every seed
    assert 0.5 <= a.bayes <= 1 and isinstance(a.bayes, float) and len(a.note) > 10
    assert np.ptp(np.bincount(a.y)) <= 1 or make is data.xor


@pytest.mark.parametrize("make", GENERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, "4"])
def test_bad_sizes_are_named(make, wrong):
    with pytest.raises(ValueError, match="n must be a whole number"):
        make(n=wrong)


@pytest.mark.parametrize("make", [data.xor, data.circles, data.moons, data.spirals, data.shapes], ids=lambda f: f.__name__)
def test_bad_noise_is_named(make):
    for wrong in (-0.1, np.inf, np.nan):
        with pytest.raises(ValueError, match="noise"):
            make(noise=wrong)


def test_other_bad_arguments_are_named():
    with pytest.raises(ValueError, match="dim"):
        data.blobs(classes=3, dim=1)
    with pytest.raises(ValueError, match="classes"):
        data.blobs(classes=1)
    with pytest.raises(ValueError, match="classes"):
        data.spirals(classes=7)
    with pytest.raises(ValueError, match="size"):
        data.shapes(size=4)


@pytest.mark.parametrize("make", [data.xor, data.circles, data.moons, data.spirals, data.shapes], ids=lambda f: f.__name__)
def test_without_noise_nothing_is_lost(make):
    assert make(noise=0.0).bayes == 1.0


@pytest.mark.parametrize(("make", "chance"), [(data.xor, 1 / 2), (data.moons, 1 / 2), (data.spirals, 1 / 2), (data.shapes, 1 / 4)])
def test_with_much_noise_only_chance_is_left(make, chance):
    assert make(noise=300.0).bayes == pytest.approx(chance, abs=0.01)


@pytest.mark.parametrize("make", [data.xor, data.circles, data.moons, data.spirals, data.shapes], ids=lambda f: f.__name__)
def test_more_noise_is_never_easier(make):
    scores = [make(noise=s).bayes for s in (0.05, 0.1, 0.2, 0.4, 0.8)]
    assert all(a >= b for a, b in zip(scores, scores[1:], strict=False))


def test_xor_is_the_truth_table_and_its_bayes_rule_is_the_quadrant():
    table = data.xor()
    assert table.x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]] and table.y.tolist() == [0, 1, 1, 0]
    d = data.xor(n=200_000, noise=0.4, seed=1)
    quadrant = (d.x[:, 0] > 0.5) ^ (d.x[:, 1] > 0.5)
    assert np.mean(quadrant == d.y) == pytest.approx(d.bayes, abs=0.004)  # 4 standard errors of a mean of 200,000


@pytest.mark.parametrize("inner", [0.5, 0.8, 2.0])
def test_circles_bayes_is_one_half_plus_half_the_total_variation_distance(inner):
    noise = 0.15
    d = data.circles(noise=noise, inner=inner)
    ring = lambda r, a: stats.rice.pdf(r, a / noise, scale=noise)  # noqa: E731
    gap = integrate.quad(lambda r: abs(ring(r, 1.0) - ring(r, inner)), 0, 4, limit=400, points=[0.5, 1, 2])[0]
    assert d.bayes == pytest.approx(0.5 + gap / 4, abs=1e-6)


def test_moons_are_scikit_learns():
    d = data.moons(n=20_000, noise=0.0)
    x, y = make_moons(20_000, noise=0.0)
    for c in (0, 1):
        assert np.allclose(d.x[d.y == c].mean(axis=0), x[y == c].mean(axis=0), atol=0.02)
        assert np.allclose(np.ptp(d.x[d.y == c], axis=0), np.ptp(x[y == c], axis=0), atol=0.01)


@pytest.mark.parametrize(
    ("make", "options"),
    [(data.moons, {"noise": 0.3}), (data.moons, {"noise": 0.15}), (data.spirals, {"noise": 0.25}), (data.spirals, {"noise": 0.2, "classes": 3})],
)
def test_curves_bayes_is_what_the_exact_density_rule_scores_on_a_fresh_sample(make, options):
    d = make(n=8_000, seed=7, **options)
    clean = make(n=4_000, seed=8, **{**options, "noise": 0.0})  # a sample of the curves, as centres of a kernel density
    classes = range(options.get("classes", 2))
    score = np.stack([_kernel(d.x, clean.x[clean.y == c], options["noise"]) for c in classes], axis=1)
    assert np.mean(score.argmax(axis=1) == d.y) == pytest.approx(d.bayes, abs=4 * np.sqrt(0.1 / 8_000))


def _kernel(x, centres, noise):
    """Mean Gaussian density at x of the given centres."""
    d2 = (x**2).sum(1)[:, None] + (centres**2).sum(1) - 2 * x @ centres.T
    return np.exp(-d2 / (2 * noise**2)).mean(axis=1)


def test_no_nearest_neighbour_classifier_beats_the_bayes_accuracy():
    for make, noise in ((data.moons, 0.3), (data.circles, 0.2), (data.spirals, 0.3)):
        train, test = make(n=4000, noise=noise, seed=0), make(n=4000, noise=noise, seed=1)
        found = KNeighborsClassifier(31).fit(train.x, train.y).score(test.x, test.y)
        assert test.bayes - 0.03 < found < test.bayes + 0.015


@pytest.mark.parametrize(("classes", "dim"), [(2, 1), (2, 2), (3, 2), (5, 2), (8, 7)])
def test_blobs_bayes_is_what_the_nearest_centre_scores(classes, dim):
    d = data.blobs(n=100_000, classes=classes, distance=2.5, dim=dim, seed=5)
    assert d.x.shape == (100_000, dim)
    centres = np.array([d.x[d.y == c].mean(axis=0) for c in range(classes)])
    nearest = ((d.x[:, None] - centres) ** 2).sum(-1).argmin(axis=1)
    assert np.mean(nearest == d.y) == pytest.approx(d.bayes, abs=0.006)
    gaps = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1)
    assert np.allclose(gaps, 2.5, atol=0.06)


def test_shapes_posterior_is_calibrated_and_its_argmax_scores_the_bayes_accuracy():
    d = data.shapes(n=3000, noise=1.0, seed=9)
    p = synthetic._posterior(d.x, 16, 1.0)
    assert np.allclose(p.sum(axis=1), 1)
    assert np.mean(p.argmax(axis=1) == d.y) == pytest.approx(d.bayes, abs=4 * np.sqrt(0.1 / 3000) + 0.015)
    for low, high in ((0.3, 0.6), (0.6, 0.9), (0.9, 1.0)):  # among images given 70 %, 70 % are right
        chosen = (p.max(axis=1) >= low) & (p.max(axis=1) < high)
        assert np.mean(p.argmax(axis=1)[chosen] == d.y[chosen]) == pytest.approx(p.max(axis=1)[chosen].mean(), abs=0.09)


def test_shapes_posterior_of_one_image_by_brute_force():
    d = data.shapes(n=1, size=9, noise=0.8, seed=2)
    pictures, label, weight = synthetic._templates(9)
    likelihood = np.array([np.prod(stats.norm.pdf(d.x[0], loc=t, scale=0.8)) for t in pictures]) * weight
    total = np.array([likelihood[label == c].sum() for c in range(4)])
    assert np.allclose(synthetic._posterior(d.x, 9, 0.8)[0], total / total.sum())


def test_shapes_are_four_figures_that_never_coincide():
    pictures, label, weight = synthetic._templates(16)
    assert len(np.unique(pictures.reshape(len(pictures), -1), axis=0)) == len(pictures)
    assert np.allclose([weight[label == c].sum() for c in range(4)], 1)
    assert data.shapes(n=5, size=20).x.shape == (5, 20, 20)


def test_generated_data_do_not_import_torch():
    subprocess.run([sys.executable, "-c", "import sys; import dlcourse.data; assert 'torch' not in sys.modules"], check=True)
