# %% [markdown]
# # Weighted cross-entropy and the squared hinge
#
# **What it trains.** Two losses with their gradients, next to those of the book: softmax cross-entropy in which every sample has a
# weight, and the multiclass hinge with squared margins. Both have to survive huge scores and to average the right way.
#
# **Time.** About 70 minutes.
#
# **Read again if stuck.** Section "Scores and losses" of the book.
#
# Only NumPy is needed. Calls into `dlcourse.mlp` are not allowed in your answers (the tests look). Arguments are NumPy arrays (scores and weights
# floats, class ids integers), also where an example writes a list.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Softmax cross-entropy with sample weights (5 points)
#
# Some samples count more than others: a rare class, a label that two people agree on. The loss is the **weighted mean**
#
# $$L = \frac{\sum_i \omega_i L_i}{\sum_i \omega_i}, \qquad L_i = -\log\frac{e^{s_{i,y_i}}}{\sum_j e^{s_{i,j}}}.$$
#
# Write `softmax_xent(s, y, weight)`. `s` holds the scores `(N, C)`, `y` the class ids `(N,)`, `weight` the numbers $\omega_i \ge 0$ `(N,)`, at least one
# of them positive. Return `loss, ds`: a number, and the gradient by `s`, shape `(N, C)`. No input is changed.
# Scores may be as large as $\pm 10^5$, one row near $10^5$ and the next near $-10^5$; loss and gradient stay finite and exact.
#
# Example: `s = [[0, 0], [0, 0]]`, `y = [0, 1]`, `weight = [1, 3]` gives the loss $\ln 2$ and the gradient
# `[[-0.125, 0.125], [0.375, -0.375]]`. The scores `[[1000, 0]]` with `y = [1]` cost 1000.
#
# <details><summary>Hint 1</summary>
#
# Scores shifted by a constant have the same softmax. Which shift, taken row by row, keeps every exponential at or below 1?
# Then write $L_i$ as a difference, not as the logarithm of a probability: the probability may round to 0.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Let $t$ be a row after the shift. Then $L_i = \log\big(\sum_j e^{t_j}\big) - t_{y}$: the sum lies between 1 and $C$, so nothing overflows and no logarithm
# sees a 0. `keepdims=True` keeps a row's maximum or sum as a column, which fits beside `(N, C)`.
# </details>
#
# <details><summary>Hint 3</summary>
#
# For one sample the gradient is the softmax minus the one-hot row of `y`: probabilities `[0.25, 0.75]` and `y = 0` give `[-0.75, 0.75]`.
# In the mean each row is multiplied by its own $\omega_i / \sum_k \omega_k$.
# </details>

# %% answer="softmax_xent" forbid="dlcourse.mlp torch scipy"
def softmax_xent(s, y, weight):
    """Weighted mean of the softmax cross-entropy.  s: (N, C), y: (N,) ids, weight: (N,) >= 0

    -> loss: number, ds: (N, C)
    """
    ### BEGIN SOLUTION
    rows, share = np.arange(len(y)), weight / np.sum(weight)  # (N,)
    t = s - s.max(axis=1, keepdims=True)  # (N, C)
    log_probs = t - np.log(np.exp(t).sum(axis=1, keepdims=True))  # (N, C)
    ds = np.exp(log_probs)
    ds[rows, y] -= 1
    return -(share * log_probs[rows, y]).sum(), share[:, None] * ds
    ### END SOLUTION


# %% tests="softmax_xent" points=3
_pair = softmax_xent(np.zeros((2, 2)), np.array([0, 1]), np.array([1.0, 3.0]))
assert _pair is not None and len(_pair) == 2, "return a pair: loss, ds"
check.close(_pair[0], np.log(2), name="loss of equal scores")
check.close(_pair[1], [[-0.125, 0.125], [0.375, -0.375]], name="gradient at equal scores")
_s = np.log([[1.0, 3.0], [1.0, 1.0], [4.0, 1.0]])  # probabilities 1/4 3/4, 1/2 1/2, 4/5 1/5
_loss, _ds = softmax_xent(_s, np.array([0, 1, 0]), np.array([1.0, 0.0, 1.0]))
check.close(_loss, np.log(5) / 2, name="loss of three samples with the weights 1, 0, 1")
check.close(_ds, [[-0.375, 0.375], [0, 0], [-0.1, 0.1]], name="gradient for the weights 1, 0, 1")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("losses/softmax_xent")
for _n, _c in [(1, 1), (1, 4), (5, 2), (3, 3), (4, 7)]:
    _s, _y, _weight = _rng.normal(0, 2, (_n, _c)), _rng.integers(0, _c, _n), _rng.uniform(0.1, 3, _n)

    def _brute(v):
        each = [np.logaddexp.reduce(v[i]) - v[i, _y[i]] for i in range(_n)]  # noqa: B023
        return float(np.average(each, weights=_weight))  # noqa: B023

    _copy = _s.copy()
    _loss, _ds = softmax_xent(_s, _y, _weight)
    assert np.array_equal(_s, _copy), "softmax_xent changes its input s: work on a new array"
    check.close(_loss, _brute(_s), rtol=1e-9, name=f"loss for shape {(_n, _c)}")
    check.shape(_ds, (_n, _c), "ds")
    check.gradient_check(_brute, _s, _ds, name="s")
    check.close(softmax_xent(np.zeros((_n, _c)), _y, _weight)[0], np.log(_c), name="loss of equal scores")
### END HIDDEN TESTS

# %% tests="softmax_xent_scale" of="softmax_xent" points=1
_s = np.array([[1000.0, 0.0]])
_loss, _ds = softmax_xent(_s, np.array([1]), np.array([1.0]))
check.close(_loss, 1000.0, name="loss for scores 1000 and 0")
assert _s.tolist() == [[1000, 0]], "softmax_xent changes its input s: work on a new array"
_s = np.array([[1000.0, 0.0], [-1000.0, -1000.0]])
_loss, _ds = softmax_xent(_s, np.array([0, 1]), np.array([1.0, 1.0]))
check.close(_loss, np.log(2) / 2, name="loss of two rows, near 1000 and at -1000")
check.close(_ds, [[0, 0], [0.25, -0.25]], name="gradient of two rows at different levels")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("losses/softmax_xent_scale")
_s, _y, _weight = _rng.normal(0, 1, (4, 3)), np.array([0, 2, 1, 1]), _rng.uniform(0.5, 2, 4)
_loss, _ds = softmax_xent(_s, _y, _weight)
_shift = np.array([[1e5], [-1e5], [0], [300.0]])
_loss2, _ds2 = softmax_xent(_s + _shift, _y, _weight)
check.close(_loss2, _loss, rtol=1e-8, name="loss after a shift of each row")
check.close(_ds2, _ds, rtol=1e-7, atol=1e-9, name="gradient after a shift of each row")
_far = np.array([[0.0, -1e5, 40.0], [2e4, 1e4, 0]])
_loss, _ds = softmax_xent(_far, np.array([1, 0]), np.ones(2))
check.close(_loss, (1e5 + 40) / 2, rtol=1e-12, name="loss of a very wrong score")
assert np.all(np.isfinite(_ds)), "the gradient is not finite for large scores"
### END HIDDEN TESTS

# %% tests="softmax_xent_mean" of="softmax_xent" points=1
_s, _y = np.array([[1.0, 2.0, 0.5]]), np.array([2])
_twice = softmax_xent(np.repeat(_s, 2, axis=0), np.repeat(_y, 2), np.ones(2))[0]
_once = softmax_xent(_s, _y, np.ones(1))[0]
assert abs(_twice - _once) < 1e-9, (
    f"a sample costs {_once:.6g} once and {_twice:.6g} twice: the loss is a mean, both must be equal"
)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("losses/softmax_xent_mean")
_s, _y, _weight = _rng.normal(0, 2, (5, 4)), _rng.integers(0, 4, 5), _rng.uniform(0.1, 1, 5)
_loss, _ds = softmax_xent(_s, _y, _weight)
_each = np.log(np.sum(np.exp(_s), axis=1)) - _s[np.arange(5), _y]
check.close(_loss, np.sum(_weight * _each) / np.sum(_weight), rtol=1e-9, name="the weighted mean of the losses")
_loss7, _ds7 = softmax_xent(_s, _y, 7 * _weight)
check.close(_loss7, _loss, name="loss when all weights are 7 times as large")
check.close(_ds7, _ds, name="gradient when all weights are 7 times as large")
_weight[2] = 0
_rest = [0, 1, 3, 4]
_loss, _ds = softmax_xent(_s, _y, _weight)
check.close(_loss, softmax_xent(_s[_rest], _y[_rest], _weight[_rest])[0], name="loss when one sample has weight 0")
check.close(np.asarray(_ds)[2], np.zeros(4), name="gradient of a sample with weight 0")
check.close(softmax_xent(_s, _y, np.array([1, 2, 1, 1, 1]))[0], softmax_xent(_s[[0, 1, 1, 2, 3, 4]], _y[[0, 1, 1, 2, 3, 4]], np.ones(6))[0], name="weight 2")
assert np.all(np.abs(np.sum(_ds, axis=1)) < 1e-12), "each row of the gradient sums to 0"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The squared hinge (4 points)
#
# The multiclass hinge charges $\max(0, s_j - s_y + \Delta)$ for each wrong class $j$, where $y$ is the right one: it is content when the right score
# leads each other one by the margin $\Delta$. Squaring the margins punishes large violations more and
# small ones less:
#
# $$L = \frac1N\sum_i \sum_{j\ne y_i} \max(0,\; s_{i,j} - s_{i,y_i} + \Delta)^2 .$$
#
# Write `squared_hinge(s, y, delta)`. Return `loss, ds` as in part 1. At a margin of exactly 0 the gradient is 0.
#
# Example: `s = [[3, 1, 2.5]]`, `y = [0]`, `delta = 1`: class 1 costs nothing, class 2 costs $(2.5-3+1)^2 = 0.25$; the gradient is `[[-1, 0, 1]]`.
# With a second sample whose loss is 5, the loss of both is $(0.25 + 5) / 2$, and every row of the gradient is half of what it is alone.
#
# <details><summary>Hint 1</summary>
#
# Compute all margins at once, also the one of the right class, which is $\Delta$; then set that one to 0.
# </details>
#
# <details><summary>Hint 2</summary>
#
# A wrong class gets twice its margin. The right class appears in every term with a minus sign, so it gets minus the sum of the others.
# </details>

# %% answer="squared_hinge" forbid="dlcourse.mlp torch"
def squared_hinge(s, y, delta):
    """Multiclass hinge with squared margins, mean over the batch.

    s: (N, C), y: (N,) ids, delta: number -> loss: number, ds: (N, C)
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)  # (N, C)
    m[rows, y] = 0
    ds = 2 * m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds
    ### END SOLUTION


# %% tests="squared_hinge" points=3
_s, _y = np.array([[3.0, 1.0, 2.5], [0.0, 0.0, 1.0]]), np.array([0, 1])
_pair = squared_hinge(_s[:1], _y[:1], 1.0)
assert _pair is not None and len(_pair) == 2, "return a pair: loss, ds"
check.close(_pair[0], 0.25, name="loss of one sample")
check.close(_pair[1], [[-1, 0, 1]], name="gradient of one sample")
_loss, _ds = squared_hinge(_s, _y, 2.0)
check.close(_loss, 7.625, name="loss of two samples with delta = 2 (2.25 and 13, averaged)")
check.close(_ds, [[-1.5, 0, 1.5], [2, -5, 3]], name="gradient of two samples with delta = 2")
assert _s[0].tolist() == [3, 1, 2.5], "squared_hinge changes its input s: work on a new array"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("losses/squared_hinge")
for _n, _c in [(1, 1), (1, 2), (5, 3), (3, 3), (4, 8)]:
    _s, _y, _delta = _rng.normal(0, 1, (_n, _c)), _rng.integers(0, _c, _n), float(_rng.uniform(0.3, 2.5))

    def _brute(v):
        cost = 0.0
        for i in range(_n):  # noqa: B023
            for j in range(_c):  # noqa: B023
                if j != _y[i]:  # noqa: B023
                    cost += max(0.0, v[i, j] - v[i, _y[i]] + _delta) ** 2 / _n  # noqa: B023
        return cost

    _copy = _s.copy()
    _loss, _ds = squared_hinge(_s, _y, _delta)
    assert np.array_equal(_s, _copy), "squared_hinge changes its input s: work on a new array"
    check.close(_loss, _brute(_s), rtol=1e-9, name=f"loss for shape {(_n, _c)}, delta {_delta:.2f}")
    check.shape(_ds, (_n, _c), "ds")
    check.gradient_check(_brute, _s, _ds, tol=1e-5, name="s")
### END HIDDEN TESTS

# %% tests="squared_hinge_first" of="squared_hinge" points=1
_loss = squared_hinge(np.array([[9.0, 0.0]]), np.array([0]), 1.0)[0]
assert _loss == 0, f"a sample beyond the margin costs nothing, yours costs {_loss}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("losses/squared_hinge_first")
for _c in (2, 5, 10):
    _y, _delta = _rng.integers(0, _c, 6), float(_rng.uniform(0.5, 3))
    _loss, _ds = squared_hinge(np.zeros((6, _c)), _y, _delta)
    check.close(_loss, (_c - 1) * _delta**2, name=f"first loss for {_c} classes, delta {_delta:.2f}")
    check.close(np.sum(_ds, axis=1), np.zeros(6), name="row sums of the gradient")
_s, _y = _rng.normal(size=(4, 3)), np.array([0, 1, 2, 0])
check.close(squared_hinge(_s + 1000, _y, 1.0)[0], squared_hinge(_s, _y, 1.0)[0], rtol=1e-6, name="loss after adding 1000 to every score")
_, _ds = squared_hinge(np.array([[1.0, 0.0]]), np.array([0]), 1.0)
assert not np.any(_ds), "at a margin of exactly 0 the gradient is 0"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. In your own words (2 points)
#
# The lecture slides say: "the smaller the loss function, the more robust the model". *Robust* means that the output hardly changes when the input is
# disturbed a little. Model A has a training loss of 0.01, model B of 0.30.
# What may you conclude about their behaviour on new data, and on data with small disturbances? What would you measure instead? (About 7 sentences.)

# %% [markdown] written="smaller_loss" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Only that A fits the training sample better under this loss. A may have memorised it: the loss on new data can be larger than B's, and the gap has to be
# measured on held-out data. Robustness is a third thing: how much the output changes when the input is disturbed (noise, shift, an adversary).
# A network can have a small test loss and still fail under tiny chosen disturbances. So measure the loss and accuracy on a validation or test set, and the
# accuracy on disturbed inputs of the kind expected.
#
# Marking: 1 point for separating training loss from generalisation (over-fitting, held-out data); 1 point for separating both from robustness, with a
# measurement on disturbed inputs. "B is better" without a measurement earns nothing: neither conclusion follows.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Label smoothing replaces the one-hot row by $0.9$ at the true class and $0.1/(C-1)$ elsewhere. What is the smallest possible loss now, and at which scores?
# - Show that the squared hinge is differentiable everywhere while the plain hinge is not. Where does the second derivative jump?
