"""Constructed networks against the functions and regions that they are built for; the book's experiments against their targets."""

import numpy as np
import pytest
import torch
from matplotlib.path import Path
from numpy.testing import assert_allclose
from scipy.interpolate import make_interp_spline

from dlcourse import data
from dlcourse.mlp import approximation as app
from dlcourse.mlp.activations import predict


def sine(x):
    return np.sin(2 * np.pi * x)


def torch_net(params, activation):
    """The same network in torch, in float64."""
    layers = []
    for w, b in params:
        linear = torch.nn.Linear(*w.shape).double()
        linear.weight.data, linear.bias.data = torch.tensor(w.T.copy()), torch.tensor(b)
        layers += [linear, activation()]
    return torch.nn.Sequential(*layers[:-1])


@pytest.mark.parametrize("units", [1, 2, 3, 7, 64])
def test_interpolation_is_the_linear_spline(units):
    params = app.interpolate(sine, -0.3, 1.1, units)
    knots, x = np.linspace(-0.3, 1.1, units + 1), np.linspace(-0.3, 1.1, 301)
    assert_allclose(app.curve(params, x, "relu"), make_interp_spline(knots, sine(knots), k=1)(x), atol=1e-12)
    assert params[0][0].shape == (1, units)


def test_interpolation_by_hand():
    (w, b), (v, c) = app.interpolate(np.square, 0, 1, 2)
    assert w.tolist() == [[1, 1]] and b.tolist() == [0, -0.5] and v[:, 0].tolist() == [0.5, 1] and c == 0
    assert app.largest_error([(w, b), (v, c)], np.square, 0, 1, "relu") == pytest.approx(1 / 16)


@pytest.mark.parametrize("units", [1, 5, 30])
def test_staircase_has_the_cell_value_in_each_cell(units):
    params = app.staircase(np.cos, 1.0, 4.0, units)
    edges = np.linspace(1, 4, units + 2)
    middle = (edges[:-1] + edges[1:]) / 2
    for shift in (-0.3, 0, 0.3):  # anywhere in the cell but at its edges
        assert_allclose(app.curve(params, middle + shift * (edges[1] - edges[0]), "sigmoid"), np.cos(middle), atol=1e-9)


def test_errors_follow_their_laws():
    ways = ((app.staircase, "sigmoid"), (app.interpolate, "relu"))
    stairs, pieces = ([app.largest_error(make(sine, 0, 1, h), sine, 0, 1, kind) for h in (16, 32, 64)] for make, kind in ways)
    assert all(1.8 < a / b < 2.1 for a, b in zip(stairs, stairs[1:], strict=False))
    assert all(3.7 < a / b < 4.1 for a, b in zip(pieces, pieces[1:], strict=False))
    bound = (2 * np.pi) ** 2 / 8 / np.array([16, 32, 64]) ** 2  # h^2 / 8 max |f''|
    assert (np.array(pieces) <= bound + 1e-12).all()


def test_trained_weights_level_off():
    few, many = (min(app.largest_error(app.fit(sine, 0, 1, h, seed), sine, 0, 1, "tanh") for seed in range(2)) for h in (8, 64))
    built = app.largest_error(app.interpolate(sine, 0, 1, 64), sine, 0, 1, "relu")
    assert few < app.largest_error(app.staircase(sine, 0, 1, 8), sine, 0, 1, "sigmoid")  # better than steps with few units
    assert many > 10 * built  # and far from what 64 units could do


@pytest.mark.parametrize(("centre", "half"), [((0, 0), 1.0), ((-3, 5), 0.1), ((100, -7), 20.0)])
def test_bump_is_high_inside_and_low_outside(centre, half):
    params = app.bump241(centre, half)
    m = np.array([0, 0.6, 0.6, 1.4, 1.4, 5, 50]) * half
    along = np.stack([m, np.zeros(7)], axis=1) + centre
    diagonal = np.stack([m, -m], axis=1) + centre
    for x in (along, diagonal, along[:, ::-1] - centre[::-1] + centre):
        y = app.bump(params, x)
        assert (y[:3] > 0.9).all() and (y[3:] < 0.1).all()
    net = torch.nn.Sequential(torch_net(params, torch.nn.Sigmoid), torch.nn.Sigmoid())
    assert_allclose(app.bump(params, along), net(torch.tensor(along)).detach().numpy()[:, 0], rtol=1e-9, atol=1e-15)


def test_one_pair_is_a_ridge_and_threshold_two_and_a_half_a_cross():
    (w1, b1), (w2, b2) = app.bump241()
    ridge = [(w1, b1), (w2 * [[1], [1], [0], [0]], -1.5 * w2[0])]
    assert app.bump(ridge, np.array([[0, 9.0]])) > 0.9
    cross = [(w1, b1), (w2, -2.5 * w2[0])]
    assert app.bump(cross, np.array([[0, 9.0]])) > 0.9 and app.bump(cross, np.array([[9.0, 9.0]])) < 0.1


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="half"):
        app.bump241(half=0)
    with pytest.raises(ValueError, match="depth"):
        app.sawtooth(0)


def test_regions_against_matplotlibs_paths():
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, (2000, 2))
    centres = [(-0.5, -0.5), (0.5, 0.5), (1.2, -1.0)]
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 0.5
    inside = np.stack([Path(corners + c).contains_points(x) for c in centres])
    for c, expected in zip(centres, inside, strict=True):
        assert np.array_equal(app.in_convex(x, *app.square(c, 0.5)), expected)
    assert np.array_equal(app.in_union(x, [app.square(c, 0.5) for c in centres]), inside.any(axis=0))


def test_three_hidden_units_enclose_a_ring_and_two_do_not():
    train, test = data.circles(n=400, noise=0.1, seed=0), data.circles(n=2000, noise=0.1, seed=1)
    one, two, three = (app.ring_accuracy(train, test, h, range(3)).mean() for h in (1, 2, 3))
    assert one < 0.65 and 0.7 < two < 0.85 and three > 0.96
    assert three < test.bayes + 0.01


def test_train_classifier_takes_any_depth():
    x = np.random.default_rng(1).normal(size=(60, 2))
    y = (x.sum(axis=1) > 0).astype(int)
    params = app.train_classifier(x, y, [4, 3], seed=0, epochs=40)
    assert [w.shape for w, _ in params] == [(2, 4), (4, 3), (3, 2)]
    assert np.mean(predict(params, x, "tanh") == y) > 0.95


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_sawtooth_is_the_tent_map_iterated(depth):
    params, x = app.sawtooth(depth), np.linspace(0, 1, 2**10 + 1)
    y = x.copy()
    for _ in range(depth):
        y = np.where(y < 0.5, 2 * y, 2 - 2 * y)
    assert_allclose(app.curve(params, x, "relu"), y, atol=1e-12)
    assert app.count_pieces(x, y) == 2**depth
    assert sum(w.shape[1] for w, _ in params[:-1]) == 2 * depth
    assert_allclose(torch_net(params, torch.nn.ReLU)(torch.tensor(x[:, None])).detach().numpy()[:, 0], y, atol=1e-12)


def test_one_hidden_layer_has_at_most_one_piece_more_than_units():
    rng = np.random.default_rng(3)
    x = np.linspace(0, 1, 2**10 + 1)
    for units in (1, 4, 9):
        knots = rng.choice(x[1:-1], units, replace=False)
        y = np.maximum(0, x[:, None] - knots) @ rng.normal(size=units)
        assert app.count_pieces(x, y) == units + 1
