"""The pull against least squares with more rows; the pictures; what copies keep and freeze; the page's claims about transfer."""
import numpy as np
import pytest
import torch

from dlcourse.cnn import transfer as T


@pytest.fixture(scope="module")
def nets():
    return {name: T.learn(name) for name in ("letters",)}


@pytest.mark.parametrize(("n", "d"), [(1, 1), (3, 5), (20, 4)])
def test_the_pull_is_more_rows(n, d):
    rng = np.random.default_rng(0)
    x, y, w0, pull = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), 0.7
    rows = np.linalg.lstsq(np.vstack([x, np.sqrt(pull) * np.eye(d)]), np.append(y, np.sqrt(pull) * w0), rcond=None)[0]
    np.testing.assert_allclose(T.ridge_towards(x, y, w0, pull), rows, rtol=1e-9, atol=1e-11)


def test_the_pull_by_hand():
    assert T.ridge_towards([[2.0]], [6.0], [1.0], 4.0) == pytest.approx([2.0])
    assert T.ridge_towards([[1.0], [2.0]], [1.0, 5.0], [3.0], 5.0) == pytest.approx([2.6])
    with pytest.raises(ValueError, match="pull must be > 0"):
        T.ridge_towards([[2.0]], [6.0], [1.0], 0.0)
    with pytest.raises(ValueError, match=r"start \(D,\)"):
        T.ridge_towards([[2.0]], [6.0], [1.0, 2.0], 1.0)


def test_letters():
    x, y = T.letters(5, 7, seed=3)
    assert x.shape == (35, 64) and np.bincount(y).tolist() == [7] * 5
    assert 0 <= x.min() and x.max() <= 1
    again, _ = T.letters(5, 7, seed=3)
    assert np.array_equal(x, again) and not np.array_equal(x, T.letters(5, 7, seed=4)[0])
    centres = x.reshape(5, 7, 64).mean(axis=1)
    nearest = ((x[:, None] - centres) ** 2).sum(axis=-1).argmin(axis=1)
    assert (nearest == y).mean() > 0.95, "copies of one letter look alike"


def test_place_puts_each_picture_somewhere_whole():
    x = np.random.default_rng(0).uniform(0.5, 1, size=(20, 64))
    ground = T.place(x, 3, seed=1, noise=0.0).reshape(60, 16, 16)
    corners = set()
    for picture, drawn in zip(ground, np.repeat(x, 3, axis=0), strict=True):
        rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
        assert len(rows) == len(columns) == 8
        assert np.array_equal(picture[rows[0] : rows[0] + 8, columns[0] : columns[0] + 8], drawn.reshape(8, 8))
        corners.add((int(rows[0]), int(columns[0])))
    assert len(corners) > 30 and {0, 8} <= {r for r, _ in corners}
    assert T.place(x, noise=0.1).std() > 0.1


def test_sources_and_target():
    x, y = T.source("letters, 5")
    assert x.shape == (3000, 256) and len(set(y)) == 5
    assert T.source("letters")[0].shape == (3000, 256)
    assert set(T.source("digits 0-4")[1]) == set(range(5))
    x, y, test_x, test_y = T.target(3, draw=2)
    assert x.shape == (60, 256) and np.bincount(y).tolist() == [12] * 5 and set(test_y) == set(range(5)) and len(test_x) == len(test_y)
    for name in ("digits", "letters, many", "cats"):
        with pytest.raises(ValueError, match="name must be"):
            T.source(name)


def test_copies():
    model = T.Net(7, seed=3)
    x = torch.randn(4, 256, generator=torch.Generator().manual_seed(0))
    assert tuple(model(x).shape) == (4, 7) and model.features(x).shape == (4, 64)
    for kept in range(4):
        new = T.copy(model, 5, kept, frozen=kept)
        same = [all(torch.equal(a, b) for a, b in zip(p.parameters(), q.parameters(), strict=True)) for p, q in zip(model.layers, new.layers, strict=True)]
        assert same == [True] * kept + [False] * (3 - kept)
        assert [all(p.requires_grad for p in layer.parameters()) for layer in new.layers] == [False] * kept + [True] * (3 - kept)
    with pytest.raises(ValueError, match="frozen <= kept"):
        T.copy(model, 5, 1, 2)


def test_frozen_layers_do_not_move_and_the_original_neither():
    model = T.Net(5, seed=1)
    before = [p.clone() for p in model.parameters()]
    x, y, *_ = T.target(1)
    new = T.copy(model, 5, 3, frozen=2)
    T.fit(new, x, y, 3)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    moved = [any(not torch.equal(a, b) for a, b in zip(p.parameters(), q.parameters(), strict=True)) for p, q in zip(model.layers, new.layers, strict=True)]
    assert moved == [False, False, True]


def test_shuffled_weights_are_the_same_numbers():
    model = T.Net(5, seed=1)
    other = T.shuffled(model)
    for a, b in zip(model.layers.parameters(), other.layers.parameters(), strict=True):
        assert torch.equal(a.flatten().sort().values, b.flatten().sort().values) and (a.numel() < 2 or not torch.equal(a, b))


def test_parameters_of_the_second_question():
    assert sum(p.numel() for p in T.Net(5).parameters()) == 23_621
    assert sum(p.numel() for p in T.Net(5).head.parameters()) == 325


def test_knowledge_and_not_the_size_of_the_weights(nets):
    both = {"letters": nets["letters"], "shuffled": T.shuffled(nets["letters"])}
    few = {name: np.mean([T.probe_model(model, 5, d) for d in range(3)]) for name, model in both.items()}
    assert few["letters"] > few["shuffled"] + 0.2
    assert few["letters"] > T.probe_model(None, 5) + 0.3, "the pixels are of no use where a digit may stand anywhere"


def test_letters_help_with_one_label_and_harm_with_twenty(nets):
    gain = {n: np.mean([T.tune_model(nets["letters"], n, d)[0] - T.tune_model(nets["letters"], n, d, kept=0)[0] for d in (2, 3)]) for n in (1, 20)}
    assert gain[1] > 0.05 and gain[20] < -0.02, gain


def test_longer_training_does_not_change_the_order(nets):
    x, y, test_x, test_y = T.target(10)
    found = {}
    for kept in (0, 3):
        model = T.copy(nets["letters"], 5, kept)
        T.fit(model, x, y, 180 if kept else 60, lr=1e-3, batch_size=32)
        found[kept] = T.accuracy(model, test_x, test_y)
    assert found[0] > found[3] + 0.02, found


def test_the_digits_network_threw_the_side_away(nets):
    """Another seed than the page's: after training on digits anywhere the side is harder to read from the features than before."""

    def left(pictures):
        return (pictures.reshape(-1, 16, 2, 8).sum(axis=(1, 3)) @ [1, -1] > 0).astype(int)

    x, _, test_x, _ = T.target(20, 4)
    both = {"fresh": T.Net(5, seed=1), "trained": T.learn("digits 0-4", seed=1)}
    side = {name: T.probe(T.run(model, x), left(x), T.run(model, test_x), left(test_x)) for name, model in both.items()}
    assert side["trained"] < side["fresh"] - 0.05, side
