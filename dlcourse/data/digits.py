"""The 1,797 handwritten digits, 8 x 8 pixels, that come with scikit-learn: no download."""

import numpy as np

from dlcourse.data.common import Data


def digits(seed=0, test=0.3):
    """Split the digits, class by class, into train and test.  -> train: Data, test: Data with x (N, 64) in [0, 1].

    test: the share of the test set, 0 < test < 1.  `bayes` is nan: nobody knows the density that people's handwriting has.
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.
    """
    if not 0 < test < 1:
        raise ValueError(f"test must be a share between 0 and 1, got {test!r}")
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    raw = load_digits()
    x, y = raw.data / 16.0, raw.target.astype(np.int64)  # (1797, 64), (1797,); ink is counted from 0 to 16
    xa, xb, ya, yb = train_test_split(x, y, test_size=test, random_state=seed, stratify=y)
    note = "real data: the best possible accuracy is not known"
    return Data(xa, ya, float("nan"), note), Data(xb, yb, float("nan"), note)
