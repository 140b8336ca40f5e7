"""Difference quotients against derivatives known in closed form, and their error against Taylor's formula."""

import numpy as np
import pytest
import torch

from dlcourse.mlp import gradients as G

METHODS = {"forward": (G.forward_difference, 1e-6), "central": (G.central_difference, 1e-9), "complex": (G.complex_step, 1e-14)}


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def d_rosenbrock(x):
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])


@pytest.mark.parametrize("name", METHODS)
def test_quotients_agree_with_the_closed_form(name):
    method, tol = METHODS[name]
    x = np.array([-1.2, 1.0])
    np.testing.assert_allclose(method(rosenbrock, x), d_rosenbrock(x), rtol=tol)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (3, 1, 2), (0,)])
def test_any_shape_and_x_is_not_changed(name, shape):
    method, tol = METHODS[name]
    x = np.random.default_rng(0).normal(size=shape)
    before = x.copy()
    grad = method(lambda v: np.sum(np.sin(v)), x)
    assert grad.shape == shape
    np.testing.assert_allclose(grad, np.cos(x), rtol=10 * tol, atol=tol)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", METHODS)
def test_views_and_integers(name):
    method, tol = METHODS[name]
    x = np.arange(12).reshape(3, 4).T[::2]
    np.testing.assert_allclose(method(lambda v: (v**2).sum(), x), 2 * x, rtol=1e-6, atol=1e-6)


def test_error_orders():
    """Halving h halves the forward error and quarters the central one, as the Taylor formula says."""
    h = np.array([0.02, 0.01])
    errors = G.difference_errors(np.exp, np.exp, 1.0, h)
    assert errors["forward"][0] / errors["forward"][1] == pytest.approx(2, abs=0.02)
    assert errors["central"][0] / errors["central"][1] == pytest.approx(4, abs=0.02)
    assert errors["forward"][1] == pytest.approx(0.01 / 2, rel=0.01)  # f'' h / 2 over f'
    assert errors["central"][1] == pytest.approx(0.01**2 / 6, rel=0.01)  # f''' h^2 / 6 over f'


def test_where_the_errors_are_smallest():
    """Best step near 1e-8 for forward, near 1e-5 for central differences; the complex step has no worst side."""
    h = 10.0 ** np.arange(-16, 0)
    errors = G.difference_errors(np.exp, np.exp, 1.0, h)
    assert 1e-9 <= h[errors["forward"].argmin()] <= 1e-7
    assert 1e-7 <= h[errors["central"].argmin()] <= 1e-4
    assert errors["complex step"][h <= 1e-8].max() < 1e-15
    assert G.difference_errors(np.exp, np.exp, 1.0, [1e-200])["complex step"][0] < 1e-15


def test_complex_step_refuses_a_function_that_drops_the_imaginary_part():
    with pytest.raises(ValueError, match="analytic"):
        G.complex_step(lambda x: np.abs(x).sum(), np.ones(2))


@pytest.mark.parametrize("method", [m for m, _ in METHODS.values()])
def test_bad_steps_and_inputs_are_named(method):
    with pytest.raises(ValueError, match="h must"):
        method(np.sum, np.ones(2), h=0.0)
    with pytest.raises(ValueError, match="x must"):
        method(np.sum, np.array([1j]))


def test_first_order_change_is_only_first_order():
    """E-07: the change of f is -alpha |grad| only up to terms of order alpha^2, for steps of length alpha."""
    x = np.array([0.5, -0.3])
    g = d_rosenbrock(x)
    gaps = []
    for alpha in (1e-3, 5e-4):
        dx = -alpha * g / np.linalg.norm(g)
        assert G.first_order_change(g, dx) == pytest.approx(-alpha * np.linalg.norm(g))
        assert G.first_order_change(g, -alpha * g) == pytest.approx(-alpha * np.linalg.norm(g) ** 2)
        gaps.append(rosenbrock(x + dx) - rosenbrock(x) - G.first_order_change(g, dx))
    assert gaps[0] / gaps[1] == pytest.approx(4, abs=0.1)


def test_no_direction_descends_faster_than_minus_the_gradient():
    rng = np.random.default_rng(1)
    x, length = np.array([0.5, -0.3]), 1e-6
    g = d_rosenbrock(x)
    best = rosenbrock(x - length * g / np.linalg.norm(g))
    for d in rng.normal(size=(100, 2)):
        assert rosenbrock(x + length * d / np.linalg.norm(d)) >= best - 1e-12


def test_gradient_descent_on_a_quadratic_is_a_geometric_series():
    path = G.gradient_descent(lambda x: 3 * x, np.array([2.0, -1.0]), lr=0.1, steps=5)
    np.testing.assert_allclose(path, 0.7 ** np.arange(6)[:, None] * [2.0, -1.0], rtol=1e-14)


def test_momentum_agrees_with_torch():
    """E-15: the change keeps mu times the change before it.  torch.optim.SGD does the same while the rate is constant."""
    x = torch.tensor([1.5, -0.5], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([x], lr=1e-4, momentum=0.9)
    path = G.gradient_descent(d_rosenbrock, [1.5, -0.5], lr=1e-4, steps=20, momentum=0.9)
    for k in range(20):
        optimiser.zero_grad()
        rosenbrock(x).backward()
        optimiser.step()
        np.testing.assert_allclose(path[k + 1], x.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("bad", [{"lr": 0.0, "steps": 1}, {"lr": 0.1, "steps": -1}, {"lr": 0.1, "steps": 1, "momentum": 1.0}])
def test_gradient_descent_names_bad_arguments(bad):
    with pytest.raises(ValueError, match="lr > 0"):
        G.gradient_descent(lambda x: x, np.ones(1), **bad)


def test_difference_of_shapes_is_named():
    with pytest.raises(ValueError, match="one shape"):
        G.first_order_change(np.ones(2), np.ones((2, 1)))
