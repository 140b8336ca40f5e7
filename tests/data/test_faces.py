"""Drawn faces: an identity is its geometry, a picture adds nuisance and nothing else."""

import numpy as np
import pytest

from dlcourse.data import synth_faces
from dlcourse.data.faces import GEOMETRY, NUISANCE, draw_faces


def test_one_identity_varies_by_nuisance_only():
    still = synth_faces(7, 5, seed=3, nuisance=0, noise=0)
    pictures = still.x.reshape(7, 5, -1)
    assert np.array_equal(pictures, np.repeat(pictures[:, :1], 5, axis=1))
    gaps = np.abs(pictures[:, None, 0] - pictures[None, :, 0]).max(axis=2)
    assert np.all(gaps[~np.eye(7, dtype=bool)] > 0.1)  # and identities differ
    moved = synth_faces(7, 5, seed=3)
    assert np.array_equal(moved.geometry, still.geometry)
    assert np.all(np.ptp(moved.x.reshape(7, 5, -1), axis=1).max(axis=1) > 0.1)


def test_a_picture_is_a_function_of_its_numbers():
    faces = synth_faces(4, 3, seed=1, size=17, noise=0)
    assert faces.x.shape == (12, 17, 17) and faces.y.tolist() == np.repeat(range(4), 3).tolist() and faces.y.dtype == np.int64
    np.testing.assert_array_equal(faces.x, draw_faces(faces.geometry[faces.y], faces.nuisance, 17))
    noisy = synth_faces(40, 3, seed=1, size=17, noise=0.1)
    assert np.std(noisy.x - draw_faces(noisy.geometry[noisy.y], noisy.nuisance, 17)) == pytest.approx(0.1, rel=0.02)  # 34,680 pixels


def test_seeds_and_ranges():
    a, b, c = synth_faces(5, 2, seed=1), synth_faces(5, 2, seed=1), synth_faces(5, 2, seed=2)
    assert np.array_equal(a.x, b.x) and not np.array_equal(a.geometry, c.geometry)
    assert np.array_equal(a.geometry, synth_faces(5, 9, seed=1).geometry)  # more pictures of the same people
    many = synth_faces(400, 5)
    low, high = np.array(list(GEOMETRY.values())).T
    assert np.all(many.geometry >= low) and np.all(many.geometry <= high)
    np.testing.assert_allclose(many.geometry.mean(axis=0), (low + high) / 2, atol=4 / np.sqrt(12 * 400))
    np.testing.assert_allclose(many.nuisance.std(axis=0), list(NUISANCE.values()), rtol=0.08)
    correlation = np.corrcoef(np.hstack([many.geometry[many.y], many.nuisance]).T)[:9, 9:]
    assert np.abs(correlation).max() < 0.1  # nuisance tells nothing about who it is


def test_drawing_by_its_symmetries():
    """A face without tilt, turn or light from the side is its own mirror image; turned heads and moved faces mirror each other."""
    rng = np.random.default_rng(0)
    low, high = np.array(list(GEOMETRY.values())).T
    geometry = rng.uniform(low, high, (3, 9))
    nuisance = np.zeros((3, 9))
    plain = draw_faces(geometry, nuisance)
    np.testing.assert_allclose(plain, plain[:, :, ::-1], atol=1e-12)
    names = list(NUISANCE)
    for name in ("turn", "right", "light across"):
        one = nuisance.copy()
        one[:, names.index(name)] = 0.1
        assert np.abs(draw_faces(geometry, one) - plain).max() > 0.01
        np.testing.assert_allclose(draw_faces(geometry, one), draw_faces(geometry, -one)[:, :, ::-1], atol=1e-12)
    one = nuisance.copy()
    one[:, names.index("contrast")] = np.log(2)
    np.testing.assert_allclose(draw_faces(geometry, one), 2 * plain, rtol=1e-12)
    one = nuisance.copy()
    one[:, names.index("down")] = 2 / 24  # one pixel
    np.testing.assert_allclose(draw_faces(geometry, one)[:, 1:], plain[:, :-1], atol=1e-12)


@pytest.mark.parametrize(("name", "wrong"), [("identities", 0), ("pictures", 1.5), ("size", 7), ("nuisance", -1), ("noise", np.inf)])
def test_bad_arguments_are_named(name, wrong):
    with pytest.raises(ValueError, match=name):
        synth_faces(**{name: wrong})


def test_bad_numbers_are_named():
    with pytest.raises(ValueError, match=r"\(N, 9\), got \(2, 8\)"):
        draw_faces(np.zeros((2, 8)), np.zeros((2, 9)))
    with pytest.raises(ValueError, match=r"\(3, 9\)"):
        draw_faces(np.zeros((2, 9)), np.zeros((3, 9)))
