"""The checks must pass what is right, and say where and by how much what is wrong is wrong."""

import functools
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from dlcourse import check


def message(f, *args, **kwargs):
    """The text of the AssertionError that the call must raise."""
    with pytest.raises(AssertionError) as caught:
        f(*args, **kwargs)
    return str(caught.value)


def test_importing_check_does_not_import_torch():
    code = "import sys; import dlcourse.check; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


@pytest.mark.parametrize("pair", [(1.0, 1), ([1, 2], np.array([1.0, 2.0])), (np.zeros((0, 3)), np.zeros((0, 3))), (torch.ones(3), [1, 1, 1])])
def test_close_accepts_numbers_lists_arrays_and_tensors(pair):
    check.close(*pair)


def test_close_accepts_tensors_with_gradients_and_bfloat16():
    check.close(torch.ones(2, requires_grad=True) * 2, [2, 2])
    check.close(torch.ones(2, dtype=torch.bfloat16), [1, 1])


def test_close_agrees_with_numpys_rule_for_finite_numbers():
    rng = np.random.default_rng(0)
    for _ in range(200):
        e = rng.normal(size=3)
        a = e + rng.normal(size=3) * 10.0 ** rng.integers(-12, -3)
        ours = True
        try:
            check.close(a, e, rtol=1e-6, atol=1e-9)
        except AssertionError:
            ours = False
        assert ours == np.allclose(a, e, rtol=1e-6, atol=1e-9)


def test_close_says_where_and_by_how_much():
    text = message(check.close, [[1.0, 2.0], [3.0, 4.5]], [[1.0, 2.0], [3.0, 4.0]], name="probs")
    assert "probs" in text and "1 of 4" in text and "[1, 1]" in text and "4.5" in text and "off by 0.5" in text


def test_close_never_broadcasts():
    assert "(1, 2)" in message(check.close, [1, 2], [[1, 2]])
    assert "shape" in message(check.close, 1.0, [1.0])


@pytest.mark.parametrize("wrong", [None, "text", [[1], [1, 2]], {"a": 1}, object()])
def test_close_explains_what_is_not_an_array(wrong):
    assert "result" in message(check.close, wrong, 1.0)


def test_close_and_special_values():
    check.close([np.nan, np.inf, -np.inf], [np.nan, np.inf, -np.inf])
    for a, e in ((np.nan, 1.0), (1.0, np.nan), (np.inf, -np.inf), (np.inf, 1.0), (1.0, np.inf)):
        message(check.close, a, e)
    check.close(1 + 2j, 1 + 2j)
    message(check.close, 1 + 2j, 1 - 2j)


def test_close_refuses_negative_tolerances():
    with pytest.raises(ValueError, match="rtol"):
        check.close(1, 1, rtol=-1)


def test_shape_and_dtype():
    check.shape(np.zeros((2, 3)), (2, None))
    check.shape(torch.zeros(4), 4)
    assert "(any, 2)" in message(check.shape, np.zeros((2, 3)), (None, 2), name="w")
    message(check.shape, np.zeros(3), (3, 1))
    check.dtype(np.zeros(1), "float64")
    check.dtype(torch.zeros(1), torch.float32)
    check.dtype(torch.zeros(1), "float32")
    assert "float32" in message(check.dtype, np.zeros(1, np.float32), np.float64)


def test_numerical_gradient_of_a_known_function_of_every_shape():
    for shape in ((), (3,), (2, 0), (2, 3, 1)):
        x = np.random.default_rng(1).normal(size=shape)
        before = x.copy()
        g = check.numerical_gradient(lambda z: np.sum(np.sin(z)), x)
        assert g.shape == x.shape and np.allclose(g, np.cos(x), atol=1e-9)
        assert np.array_equal(x, before)


def test_numerical_gradient_protects_itself_from_a_function_that_writes():
    def spoils(z):
        value = float(np.sum(z**2))
        z *= 0
        return value

    x = np.array([1.0, -2.0])
    assert np.allclose(check.numerical_gradient(spoils, x), [2, -4])
    assert np.array_equal(x, [1, -2])


def test_numerical_gradient_of_views_integers_and_bad_input():
    x = np.arange(6).reshape(2, 3).T
    assert np.allclose(check.numerical_gradient(lambda z: np.sum(z**2), x), 2 * x)
    with pytest.raises(ValueError, match="h must"):
        check.numerical_gradient(np.sum, x, h=0)
    assert "single number" in message(check.numerical_gradient, lambda z: z, x)


def test_gradient_check_passes_right_and_names_the_worst_wrong_entry():
    x = np.random.default_rng(2).normal(size=(3, 2))
    assert check.gradient_check(lambda z: np.sum(np.tanh(z)), x, 1 - np.tanh(x) ** 2) < 1e-6
    wrong = 1 - np.tanh(x) ** 2
    wrong[2, 0] *= 1.01
    text = message(check.gradient_check, lambda z: np.sum(np.tanh(z)), x, wrong, name="w")
    assert "by w" in text and "[2, 0]" in text and "1 of 6" in text
    assert "shape" in message(check.gradient_check, lambda z: np.sum(z), x, np.ones(6))
    message(check.gradient_check, lambda z: np.sum(z), x, np.full((3, 2), np.nan))
    assert check.gradient_check(np.sum, np.zeros((0, 2)), np.zeros((0, 2))) == 0


def test_gradient_check_is_not_upset_by_rounding_noise_but_sees_small_errors():
    x = np.array([0.3, 0.7])
    f = lambda z: 1000.0 + 1e-6 * np.sum(z**2)  # noqa: E731 - the constant drowns the differences in rounding noise
    check.gradient_check(f, x, 2e-6 * x)
    message(check.gradient_check, lambda z: 1e-6 * np.sum(z**2), x, 2.1e-6 * x)


def test_raises():
    def f(x, y=0):
        if x < 0:
            raise ValueError("x must be >= 0, got -1")
        raise NotImplementedError("later")

    check.raises(ValueError, f, -1, match="X must")
    check.raises((ValueError, TypeError), f, -1, y=1)
    assert "should mention" in message(check.raises, ValueError, f, -1, match="theta")
    assert "NotImplementedError" in message(check.raises, ValueError, f, 1)
    assert "nothing" in message(check.raises, ValueError, abs, 1)


def test_class_rng_depends_on_the_name_and_the_class(monkeypatch):
    draw = lambda name: check.class_rng(name).integers(1 << 60)  # noqa: E731
    monkeypatch.delenv("DLCOURSE_CLASS_SEED", raising=False)
    first = draw("a")
    assert first == draw("a") != draw("b")
    monkeypatch.setenv("DLCOURSE_CLASS_SEED", "0")
    assert draw("a") == first
    monkeypatch.setenv("DLCOURSE_CLASS_SEED", "spring")
    assert draw("a") != first
    with pytest.raises(ValueError, match="name"):
        check.class_rng("")


# --- forbid: each of these is a way round it that a student might try ---------------------------------------------------------

import scipy.special as sp  # noqa: E402
from scipy.special import softmax as borrowed  # noqa: E402
from torch.nn.functional import softmax as other  # noqa: E402

TABLE = {"s": borrowed}


def helper(x):
    return sp.softmax(x)


def by_alias(x):
    return sp.softmax(x)


def by_helper(x):
    return helper(x)


def by_import(x):
    from scipy import special

    return special.softmax(x)


def by_plain_import(x):
    import scipy.special

    return scipy.special.softmax(x)


def by_borrowed_name(x):
    return borrowed(x)


def by_default(x, f=borrowed):
    return f(x)


def by_table(x):
    return TABLE["s"](x)


def by_inner(x):
    def inner(y):
        return [sp.softmax(z) for z in y]

    return inner(x)


def by_closure():
    f = borrowed
    return lambda x: f(x)


class Wrapped:
    def go(self, x):
        return sp.softmax(x)

    def __call__(self, x):
        return borrowed(x)


def by_method(x):
    return Wrapped().go(x)


instance = Wrapped()


def by_instance(x):
    return instance(x)


@functools.lru_cache
def by_decorated(x):
    return borrowed(x)


def by_decorated_helper(x):
    return by_decorated(x)


def by_generator(x):
    return sum(sp.softmax(v) for v in x)


def innocent(x):
    softmax = np.exp(x - np.max(x))
    return softmax / np.sum(softmax)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


ROUNDABOUT = [by_alias, by_helper, by_import, by_plain_import, by_borrowed_name, by_default, by_table, by_inner, by_closure(), by_method]
ROUNDABOUT += [Wrapped, by_instance, by_decorated, by_decorated_helper, by_generator, borrowed, functools.partial(borrowed), instance]


@pytest.mark.parametrize("f", ROUNDABOUT, ids=lambda f: getattr(f, "__name__", type(f).__name__))
def test_forbid_sees_through(f):
    assert "scipy" in message(check.forbid, [f], "dlcourse.mlp scipy")


@pytest.mark.parametrize("text", ["eval('1')", "__import__('scipy')", "__builtins__ and exec('')"])
def test_forbid_refuses_code_that_cannot_be_read(text):
    space = {"__name__": "notebook"}
    exec(f"def f(x):\n    return {text}", space)
    assert "not allowed" in message(check.forbid, [space["f"]], "scipy")


def test_forbid_lets_honest_code_pass_and_wants_names():
    check.forbid([innocent, even, max, np.exp], "scipy torch dlcourse.mlp numpy.linalg")
    check.forbid(innocent, ["scipy"])
    with pytest.raises(ValueError, match="names"):
        check.forbid([innocent], "")


def test_forbid_knows_torch_and_numpy_names_that_do_not_say_where_they_are_from():
    softmax, inv = torch.softmax, np.linalg.inv
    f = lambda x: softmax(x, 0)  # noqa: E731
    g = lambda x: inv(x)  # noqa: E731
    assert "torch" in message(check.forbid, [f], "torch.softmax")
    assert "numpy" in message(check.forbid, [g], "numpy.linalg.inv")
    assert "torch" in message(check.forbid, [lambda x: other(x)], "torch")
    check.forbid([f], "torch.exp scipy")
