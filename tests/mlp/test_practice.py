"""Networks at work against scikit-learn and closed forms; planted bugs are really there, and the gradient check finds each."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from dlcourse import data
from dlcourse.mlp import practice
from dlcourse.mlp.activations import init, mlp_forward
from dlcourse.mlp.backprop import backprop
from dlcourse.mlp.losses import softmax_xent


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (17, 5)])
def test_scale_agrees_with_scikit_learn(shape):
    rng = np.random.default_rng(0)
    x, new = rng.normal(3, 20, shape), rng.normal(size=(4, shape[1]))
    x[:, -1] = 2.0
    oracle = StandardScaler().fit(x)
    mean, scale = practice.fit_scale(x)
    assert_allclose(practice.apply_scale(x, mean, scale), oracle.transform(x), atol=1e-12)
    assert_allclose(practice.apply_scale(new, mean, scale), oracle.transform(new), atol=1e-12)


def test_scale_by_hand_and_bad_input():
    mean, scale = practice.fit_scale([[1, 100], [3, 500]])
    assert mean.tolist() == [2, 300] and scale.tolist() == [1, 200]
    for wrong in ([1, 2, 3], np.zeros((0, 2))):
        with pytest.raises(ValueError, match="x must"):
            practice.fit_scale(wrong)


def test_digits_reach_their_target_and_scikit_learn():
    scores = [practice.digits_mlp(seed)[1] for seed in range(5)]
    assert min(scores) >= 0.96
    train, test = data.digits()
    peer = [MLPClassifier(64, random_state=s, max_iter=400, early_stopping=False).fit(train.x, train.y).score(test.x, test.y) for s in range(2)]
    assert abs(np.mean(scores) - np.mean(peer)) <= 0.01


def test_the_same_seed_gives_the_same_network():
    a, b = practice.digits_mlp(3, epochs=2), practice.digits_mlp(3, epochs=2)
    assert all(np.array_equal(p, q) for x, y in zip(a[0], b[0], strict=True) for p, q in zip(x, y, strict=True)) and a[1] == b[1]
    watched = practice.digits_mlp(3, epochs=2, monitor=lambda p: len(p))
    assert watched[1] == a[1] and watched[2]["monitor"] == [2, 2]


def test_output_codes():
    assert practice.digits_by_code("1-of-C", 0) > 0.95
    assert practice.digits_by_code("one number", 0) < 0.7
    with pytest.raises(ValueError, match="code"):
        practice.digits_by_code("binary", 0)


def test_one_vs_rest_is_within_a_point_of_one_network():
    train, test = data.digits()
    nets = practice.one_vs_rest(train.x, train.y, 10, 64, seed=0)
    found = np.mean(practice.predict_one_vs_rest(nets, test.x) == test.y)
    assert len(nets) == 10 and nets[0][1][0].shape == (64, 1)
    assert abs(found - np.mean([practice.digits_mlp(s)[1] for s in range(2)])) <= 0.011


def test_confusion_agrees_with_scikit_learn():
    rng = np.random.default_rng(1)
    y, found = rng.integers(0, 4, 50), rng.integers(0, 4, 50)
    assert np.array_equal(practice.confusion(y, found, 4), confusion_matrix(y, found, labels=range(4)))


def test_windows_cut_a_series():
    x, y = practice.windows(np.arange(6.0), 2)
    assert x.tolist() == [[0, 1], [1, 2], [2, 3], [3, 4]] and y.tolist() == [[2], [3], [4], [5]]
    x[0, 0] = 9  # a copy: the neighbour stays
    assert x[1].tolist() == [1, 2]
    for wrong in (0, 6):
        with pytest.raises(ValueError, match="lags"):
            practice.windows(np.arange(6.0), wrong)


def test_logistic_map_has_its_closed_form():
    x = practice.logistic_map(12, start=0.3)
    angle = np.arcsin(np.sqrt(0.3)) * 2.0 ** np.arange(12)
    assert_allclose(x, np.sin(angle) ** 2, atol=1e-10)


def test_forecast_is_good_for_one_step_and_lost_after_many():
    series = practice.logistic_map(600)
    net = practice.forecaster(series[:400], lags=1)
    x, y = practice.windows(series[400:], 1)
    one = mlp_forward(net, x, "tanh")[0] - y
    assert np.sqrt(np.mean(one**2)) < 0.03 < 0.3 < series.std()
    ahead = np.abs(practice.run_on(net, series[399:400], 14) - series[400:414])
    assert ahead[:3].max() < 0.1 and ahead[8:].max() > 0.3


def test_run_on_feeds_itself():
    params = [(np.eye(2) * 1e-4, np.zeros(2)), (np.array([[1e4], [1e4]]), np.zeros(1))]  # nearly the sum of the last two
    assert_allclose(practice.run_on(params, [1.0, 1.0], 5), [2, 3, 5, 8, 13], rtol=1e-4)


def test_autoencoder_beats_pca_which_agrees_with_scikit_learn():
    train, test = data.digits()
    oracle = PCA(8).fit(train.x)
    linear = practice.pca_reconstruction(train.x, test.x, 8)
    assert_allclose(linear, oracle.inverse_transform(oracle.transform(test.x)), atol=1e-8)
    net = practice.autoencoder(train.x, [64, 64, 8, 64, 64], epochs=150)
    deep = mlp_forward(net, test.x, "tanh")[0]
    assert np.sum((deep - test.x) ** 2) < 0.9 * np.sum((linear - test.x) ** 2)
    with pytest.raises(ValueError, match="sizes"):
        practice.autoencoder(train.x, [64, 8, 10])


def test_without_a_bug_the_planted_version_is_the_right_one():
    rng = np.random.default_rng(2)
    params, x, y = init([5, 4, 3], rng), rng.normal(size=(6, 5)), rng.integers(0, 3, 6)
    loss, grads = practice.buggy_backprop(params, x, y, "none")
    value, right = backprop(params, x, y, softmax_xent)
    assert loss == value
    for pair, pair_right in zip(grads, right, strict=True):
        for g, r in zip(pair, pair_right, strict=True):
            assert_allclose(g, r, rtol=1e-14)
    with pytest.raises(ValueError, match="bug"):
        practice.buggy_backprop(params, x, y, "moth")


def test_the_gradient_check_sees_every_bug_and_accuracy_does_not():
    assert practice.gradient_error("none") < 1e-6
    assert all(practice.gradient_error(bug) > 1e-2 for bug in practice.BUGS if bug != "none")
    right = practice.digits_with_bug("none")
    assert right >= 0.96
    assert abs(practice.digits_with_bug("ReLU forgotten on the way back") - right) < 0.012
    assert abs(practice.digits_with_bug("bias never updated") - right) < 0.012
    assert practice.digits_with_bug("extra factor p(1 - p)") > 0.88
    assert practice.digits_with_bug("gradient of the first layer negated") < 0.2
