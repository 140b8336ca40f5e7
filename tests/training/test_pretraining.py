"""Components against scikit-learn, the linear autoencoder against components, neighbours against scikit-learn, and the controls of the page."""
import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

from dlcourse import data
from dlcourse.mlp.practice import pca
from dlcourse.training import pretraining as P

TRAIN, TEST = data.digits()


@pytest.mark.parametrize("n, d, k", [(20, 5, 2), (4, 9, 3), (7, 7, 7), (3, 1, 1)])
def test_components_are_scikit_learns(n, d, k):
    x = np.random.default_rng(n).normal(size=(n, d)) + 5
    k = min(k, n - 1)
    mean, parts = pca(x, k)
    theirs = PCA(k).fit(x)
    np.testing.assert_allclose(np.abs(parts @ theirs.components_.T), np.eye(k), atol=1e-8)
    np.testing.assert_allclose(P.decode(P.encode(x, mean, parts), mean, parts), theirs.inverse_transform(theirs.transform(x)), atol=1e-10)
    np.testing.assert_allclose(parts @ parts.T, np.eye(k), atol=1e-12)


def test_by_hand():
    line = np.array([[0.0, 0], [2, 1], [4, 2]])
    mean, parts = pca(line, 1)
    np.testing.assert_allclose(mean, [2, 1])
    np.testing.assert_allclose(np.abs(P.encode(line, mean, parts).ravel()), [5**0.5, 0, 5**0.5], atol=1e-12)
    assert P.squared_error(np.zeros((2, 3)), np.array([[1.0, 0, 0], [0, 2, 2]])) == 4.5
    for bad in (0, 3):
        with pytest.raises(ValueError, match="k from 1"):
            pca(line, bad)


def test_a_linear_autoencoder_finds_the_plane_of_the_components():
    encoder, decoder, b, c = P.linear_autoencoder(TRAIN.x, 2)
    mean, parts = pca(TRAIN.x, 2)
    best = P.squared_error(TRAIN.x, P.decode(P.encode(TRAIN.x, mean, parts), mean, parts))
    assert P.squared_error(TRAIN.x, (TRAIN.x @ encoder + b) @ decoder + c) == pytest.approx(best, rel=1e-6)
    assert P.largest_angle(decoder, parts) < 1e-4
    gram = decoder @ decoder.T
    assert np.abs(gram - np.eye(2)).max() > 0.05  # the plane, not the components
    assert P.largest_angle(np.eye(3)[:2], np.eye(3)[1:]) == pytest.approx(np.pi / 2)


def test_neighbours_are_scikit_learns():
    theirs = KNeighborsClassifier(10).fit(TRAIN.x, TRAIN.y).score(TEST.x, TEST.y)
    assert P.neighbour_accuracy(TRAIN.x, TRAIN.y, TEST.x, TEST.y) == pytest.approx(theirs, abs=0.004)  # ties may fall otherwise


def test_autoencoder_beats_the_plane():
    """X4.7: error at most 0.7 of the components' with two numbers, neighbours 0.12 better."""
    mean, parts = pca(TRAIN.x, 2)
    plane = P.squared_error(TEST.x, P.decode(P.encode(TEST.x, mean, parts), mean, parts))
    right = P.neighbour_accuracy(P.encode(TRAIN.x, mean, parts), TRAIN.y, P.encode(TEST.x, mean, parts), TEST.y)
    model = P.fit_autoencoder(TRAIN.x, 2)
    assert P.squared_error(TEST.x, P.run(model, TEST.x)) < 0.7 * plane
    assert P.neighbour_accuracy(P.run(model.encoder, TRAIN.x), TRAIN.y, P.run(model.encoder, TEST.x), TEST.y) > right + 0.12


def test_pretraining_leaves_the_output_layer_and_what_lies_below():
    model = P.classifier("xavier")
    before = {k: v.clone() for k, v in model.state_dict().items()}
    errors = P.pretrain(model, TRAIN.x[:200], epochs=3)
    after = model.state_dict()
    assert len(errors) == 4 and all(b < a for a, b in errors)
    assert torch.equal(after["8.weight"], before["8.weight"]) and not torch.equal(after["0.weight"], before["0.weight"])
    first = P.classifier("xavier", sizes=(64, 30, 10))
    first.load_state_dict({"0.weight": before["0.weight"], "0.bias": before["0.bias"], "2.weight": torch.zeros(10, 30), "2.bias": torch.zeros(10)})
    P.pretrain(first, TRAIN.x[:200], epochs=3)
    assert torch.equal(first[0].weight, after["0.weight"])  # the first layer did not change while the others learned


def test_shuffling_keeps_every_number_and_moves_it():
    model = P.classifier("unit")
    other = P.copy_of(model)
    P.shuffle_weights(other)
    for i in (0, 2, 4, 6):
        assert torch.equal(model[i].weight.flatten().sort()[0], other[i].weight.flatten().sort()[0])
        assert not torch.equal(model[i].weight, other[i].weight)
    assert torch.equal(model[8].weight, other[8].weight)


def test_size_and_not_knowledge_rescues_with_many_labels():
    """X4.2 and the controls of the page."""
    assert P.fine_tune(P.classifier("xavier"), TRAIN.x, TRAIN.y) < 0.2
    learned = P.classifier("xavier")
    P.pretrain(learned, TRAIN.x)
    assert learned[2].weight.std() > 3 * P.classifier("xavier")[2].weight.std()
    shuffled = P.copy_of(learned)
    P.shuffle_weights(shuffled)
    noise = P.classifier("xavier")
    P.pretrain(noise, np.random.default_rng(0).random(TRAIN.x.shape))
    rivals = {"shuffled": shuffled, "noise": noise, "unit": P.classifier("unit"), "learned": learned}
    for name, net in rivals.items():
        assert P.fine_tune(net, TRAIN.x, TRAIN.y) > 0.93, name
    assert P.fine_tune(P.classifier("he", nn.ReLU), TRAIN.x, TRAIN.y, 0.1) > 0.95


def test_knowledge_counts_with_few_labels():
    runs = [P.few_labels((100,), seed) for seed in range(2)]
    right = {name: np.mean([run[name] for run in runs]) for name in runs[0]}
    assert right["pre-trained"] > max(v for k, v in right.items() if k != "pre-trained") + 0.03


def test_bad_start_is_named():
    with pytest.raises(ValueError, match="start must be one of"):
        P.classifier("zero")
