"""The digits and 1-of-C coding."""

import numpy as np
import pytest
from sklearn.preprocessing import LabelBinarizer

from dlcourse import data


def test_digits_are_split_by_class_without_overlap():
    train, test = data.digits()
    assert train.x.shape == (1257, 64) and test.x.shape == (540, 64) and train.x.dtype == np.float64 and test.y.dtype == np.int64
    assert train.x.min() == 0 and train.x.max() == 1
    share = np.bincount(test.y) / np.bincount(np.concatenate([train.y, test.y]))
    assert np.all(abs(share - 0.3) < 0.01)
    rows = np.concatenate([train.x, test.x])
    assert len(np.unique(rows, axis=0)) == 1797  # no image twice, so none in both parts
    assert np.isnan(train.bayes) and "not known" in train.note


def test_digits_depend_on_the_seed_only():
    a, b, c = data.digits(seed=1)[0], data.digits(seed=1)[0], data.digits(seed=2)[0]
    assert np.array_equal(a.x, b.x) and not np.array_equal(a.x, c.x)
    for wrong in (0, 1, -0.3):
        with pytest.raises(ValueError, match="test"):
            data.digits(test=wrong)


def test_one_hot_agrees_with_scikit_learn():
    y = np.random.default_rng(0).integers(0, 5, 31)
    assert np.array_equal(data.one_hot(y, 5), LabelBinarizer().fit(range(5)).transform(y))
    assert data.one_hot([], 3).shape == (0, 3)


@pytest.mark.parametrize("wrong", [[0, 3], [-1, 0], [[0, 1]], [0.0, 1.0]])
def test_one_hot_names_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="y must"):
        data.one_hot(wrong, 3)
