# %% [markdown]
# # Components, a step of an autoencoder, and layers in turn
#
# **What it trains.** The linear and the non-linear way to few numbers, and the loop that made deep networks learn in 2006: each layer on what the layer below says.
#
# **Time.** About 75 minutes.
#
# **Read again if stuck.** Section "Pre-training" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Principal components, whitened (4 points)
#
# Write `whiten(x, k)` for `x` of shape `(N, D)`, float64. It gives the codes by the $k$ leading principal components, each divided by its standard deviation, so that every column of the result has
# the mean 0 and the variance 1:
#
# $$Z_{nj} = \frac{(x_n - \bar x) \cdot v_j}{\sqrt{\lambda_j}}, \qquad \lambda_j = \frac1N \sum_n \big((x_n - \bar x) \cdot v_j\big)^2 ,$$
#
# where $v_1, v_2, \dots$ are the principal components, the one with the largest $\lambda$ first.
#
# - The sign of a component is free: $-v_j$ is as good as $v_j$. Choose it so that the **largest entry of $v_j$ by absolute value is positive**. (No ties occur in the tests.)
# - `k` is at most the number of components with a variance above 0; the tests promise that.
# - Return `Z`, shape `(N, k)`. `x` is not changed.
#
# Example: `x = [[0, 0], [2, 1], [4, 2]]`, `k = 1`: the component is $(2, 1)/\sqrt5$, the codes are $-\sqrt5, 0, \sqrt5$, their variance is $10/3$, so $Z = (-1.2247, 0, 1.2247)$.
#
# <details><summary>Hint 1</summary>
#
# `np.linalg.svd(x - mean, full_matrices=False)` gives `u, s, vt`. The rows of `vt` are the components, in the right order.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sum of squares of the codes of component $j$ is $s_j^2$, so $\lambda_j = s_j^2 / N$. For the sign: `np.abs(vt).argmax(axis=1)` says where each row's largest entry is.
# </details>

# %% answer="whiten" forbid="dlcourse.training dlcourse.mlp torch scipy sklearn"
def whiten(x, k):
    """Codes of the k leading principal components with variance 1.  x: (N, D) -> (N, k)"""
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]  # (k, D)
    top = np.abs(parts).argmax(axis=1)
    parts = parts * np.sign(parts[np.arange(k), top])[:, None]
    codes = centred @ parts.T  # (N, k)
    return codes / np.sqrt(np.mean(codes**2, axis=0))
    ### END SOLUTION


# %% tests="whiten" points=2
check.close(whiten(np.array([[0.0, 0], [2, 1], [4, 2]]), 1), [[-(1.5**0.5)], [0], [1.5**0.5]], atol=1e-9, name="three points on a line")
check.close(whiten(np.array([[3.0, 1], [3, -1], [-3, 1], [-3, -1]]), 2), [[1, 1], [1, -1], [-1, 1], [-1, -1]], atol=1e-9, name="four corners, two components")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/whiten")
for _n, _d, _k in [(20, 3, 2), (7, 5, 1), (9, 4, 4), (6, 8, 3), (30, 2, 2)]:
    _x = _rng.normal(size=(_n, _d)) @ np.diag(2.0 ** -np.arange(_d)) @ _rng.normal(size=(_d, _d)) + 5 * _rng.normal(size=_d)
    _c = _x - np.mean(_x, axis=0)
    _values, _vectors = np.linalg.eigh(_c.T @ _c / _n)  # by the covariance matrix, not by singular values
    _values, _vectors = _values[::-1][:_k], _vectors[:, ::-1][:, :_k]
    for _j in range(_k):
        if _vectors[np.argmax(np.abs(_vectors[:, _j])), _j] < 0:
            _vectors[:, _j] = -_vectors[:, _j]
    _z = whiten(_x, _k)
    check.shape(_z, (_n, _k), "Z")
    check.close(_z, _c @ _vectors / np.sqrt(_values), rtol=1e-5, atol=1e-6, name=f"N = {_n}, D = {_d}, k = {_k}")
### END HIDDEN TESTS

# %% tests="whiten_far" of="whiten" points=1
_z = whiten(np.array([[100.0, 1.0], [100.0, -1.0], [100.0, 3.0], [100.0, -3.0]]), 1)
check.close(_z, np.array([[1.0], [-1], [3], [-3]]) / 5**0.5, rtol=1e-6, name="points far from the origin")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/whiten_far")
_x = _rng.normal(size=(15, 3)) * [3, 1, 0.3]
_near, _far = whiten(_x, 3), whiten(_x + [1000, -500, 200], 3)
check.close(_far, _near, rtol=1e-6, atol=1e-7, name="the same cloud, moved")
check.close(np.mean(np.asarray(_far) ** 2, axis=0), np.ones(3), rtol=1e-6, name="variances of the codes")
check.close(np.asarray(_far).T @ np.asarray(_far) / 15, np.eye(3), rtol=1e-6, atol=1e-6, name="covariance of the codes")
### END HIDDEN TESTS

# %% tests="whiten_sign" of="whiten" points=1
check.close(whiten(np.array([[0.0, 0], [-2, 1], [-4, 2]]), 1), [[1.5**0.5], [0], [-(1.5**0.5)]], atol=1e-9, name="a line that falls")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/whiten_sign")
for _ in range(6):
    _v = _rng.normal(size=4)
    _v = _v * np.sign(_v[np.argmax(np.abs(_v))])
    _t = _rng.normal(size=9)
    _keep = np.outer(_t, _v)
    _x = _keep.copy()
    check.close(whiten(_x, 1)[:, 0], (_t - _t.mean()) / _t.std(), rtol=1e-6, atol=1e-7, name="points on a line in four dimensions")
    check.close(_x, _keep, rtol=0, atol=0, name="x after the call")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. One step of an autoencoder (4 points)
#
# Encoder with sigmoids, decoder linear, $N$ samples in the rows of $X$:
#
# $$A = \sigma(X W + b), \qquad \hat X = A D + c, \qquad L = \frac1N \sum_n \|\hat x_n - x_n\|^2 .$$
#
# Write `autoencoder_step(x, w, b, d, c, lr)`: one step of plain gradient descent for all four. `x`: `(N, V)`, `w`: `(V, H)`, `b`: `(H,)`, `d` (the matrix $D$): `(H, V)`, `c`: `(V,)`, all
# float64. Return `w, b, d, c` after the step and the loss **before** it, five things. Nothing that was given is changed.
#
# Note the loss: a **sum** over the $V$ outputs, a **mean** over the $N$ samples, no factor $\frac12$.
#
# Example: $N = V = H = 1$, $x = 1$, $w = b = 0$, $d = 2$, $c = 0$: $a = \frac12$, $\hat x = 1$: the loss is 0 and nothing moves. With $c = 1$: $\hat x = 2$, $L = 1$, the gradient by $\hat x$ is 2, by $d$ it is 1, by $a$ it
# is 4, by $w$ and by $b$ it is $4 \cdot \frac14 = 1$.
#
# <details><summary>Hint 1</summary>
#
# Start at the end: $G = \frac2N (\hat X - X)$ is the gradient by $\hat X$. Then $D$ and its bias, then $A$, then the sums before the sigmoid, then $W$ and $b$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The gradient by $A$ is $G D^\top$ with the *old* $D$. The sigmoid's slope is $A (1 - A)$, entry by entry. A bias gets the sum over the samples.
# </details>

# %% answer="autoencoder_step" forbid="dlcourse.training dlcourse.mlp torch scipy sklearn"
def autoencoder_step(x, w, b, d, c, lr):
    """One step for a sigmoid encoder and a linear decoder.  x: (N, V), w: (V, H), b: (H,), d: (H, V), c: (V,) -> w, b, d, c, loss before"""
    ### BEGIN SOLUTION
    a = (1 + np.tanh((x @ w + b) / 2)) / 2  # (N, H)
    r = a @ d + c - x  # (N, V)
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)  # (N, H)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss
    ### END SOLUTION


# %% tests="autoencoder_step" points=2
_new = autoencoder_step(np.array([[1.0]]), np.zeros((1, 1)), np.zeros(1), np.array([[2.0]]), np.array([1.0]), 0.1)
assert _new is not None and len(_new) == 5, "return five things: w, b, d, c and the loss before the step"
for _mine, _expected, _name in zip(_new, ([[-0.1]], [-0.1], [[1.9]], [0.8], 1.0), ("w", "b", "d", "c", "the loss"), strict=True):
    check.close(_mine, _expected, name=_name)
_new = autoencoder_step(np.array([[0.0, 0.0], [1.0, 1.0]]), np.zeros((2, 2)), np.zeros(2), np.zeros((2, 2)), np.array([1.0, 0.0]), 0.1)
for _mine, _expected, _name in zip(_new, ([[0, 0]] * 2, [0, 0], [[-0.05, 0.05]] * 2, [0.9, 0.1], 1.0), ("w", "b", "d", "c", "the loss"), strict=True):
    check.close(_mine, _expected, atol=1e-12, name=f"{_name}, two samples of two numbers")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/autoencoder_step")


def _loss(x, w, b, d, c):
    total = 0.0
    for row in x:
        a = [1 / (1 + np.exp(-(b[j] + sum(row[i] * w[i, j] for i in range(len(row)))))) for j in range(len(b))]
        total += sum((c[i] + sum(a[j] * d[j, i] for j in range(len(b))) - row[i]) ** 2 for i in range(len(row)))
    return total / len(x)


for _n, _v, _h in [(3, 2, 2), (1, 3, 1), (4, 2, 3)]:
    _x = _rng.normal(size=(_n, _v))
    _parts = [_rng.normal(size=_s) for _s in ((_v, _h), (_h,), (_h, _v), (_v,))]
    _lr = float(_rng.uniform(0.05, 0.3))
    _new = autoencoder_step(_x, *_parts, _lr)
    check.close(_new[4], _loss(_x, *_parts), rtol=1e-9, name=f"the loss, N = {_n}, V = {_v}, H = {_h}")
    for _k, _name in enumerate(("w", "b", "d", "c")):
        _expected = _parts[_k].copy()
        for _i in np.ndindex(_expected.shape):  # by differences
            _sides = []
            for _s in (1e-6, -1e-6):
                _moved = [_p.copy() for _p in _parts]
                _moved[_k][_i] += _s
                _sides.append(_loss(_x, *_moved))
            _expected[_i] -= _lr * (_sides[0] - _sides[1]) / 2e-6
        check.shape(_new[_k], np.shape(_expected), _name)
        check.close(_new[_k], _expected, rtol=1e-5, atol=1e-7, name=f"{_name}, N = {_n}, V = {_v}, H = {_h}")
### END HIDDEN TESTS

# %% tests="autoencoder_falls" of="autoencoder_step" points=2
_x = np.array([[0.0, 0.0], [1.0, 1.0]])
_state, _seen = (np.array([[0.5], [0.5]]), np.zeros(1), np.array([[0.1, 0.1]]), np.zeros(2)), []
autoencoder_step(_x, *_state, 0.5)
check.close(_state[3], [0, 0], rtol=0, atol=0, name="c after a call whose result is thrown away (make new arrays)")
for _ in range(300):
    *_state, _level = autoencoder_step(_x, *_state, 0.5)
    _seen.append(_level)
assert _seen[-1] < 0.01 < _seen[0], f"two points and one number: 300 steps must bring the loss from {_seen[0]:.2f} below 0.01, got {_seen[-1]:.3f}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/autoencoder_falls")
_x = _rng.normal(size=(6, 3))
_parts = [_rng.normal(size=_s) for _s in ((3, 2), (2,), (2, 3), (3,))]
_kept = [_p.copy() for _p in (_x, *_parts)]
_new = autoencoder_step(_x, *_parts, 0.01)
for _now, _was, _name in zip((_x, *_parts), _kept, ("x", "w", "b", "d", "c"), strict=True):
    check.close(_now, _was, rtol=0, atol=0, name=f"{_name} after the call")
check.close(autoencoder_step(np.vstack([_x, _x]), *_parts, 0.01)[4], _new[4], rtol=1e-9, name="the loss of all samples twice (a mean over samples)")
for _mine, _twice, _name in zip(_new[:4], autoencoder_step(np.vstack([_x, _x]), *_parts, 0.01)[:4], ("w", "b", "d", "c"), strict=True):
    check.close(_twice, _mine, rtol=1e-7, atol=1e-9, name=f"{_name} with all samples twice (a mean over samples)")
check.close(autoencoder_step(_x, *_parts, 0.0)[0], _parts[0], rtol=1e-12, name="w with the rate 0")
_saturated = autoencoder_step(np.array([[1.0]]), np.array([[800.0]]), np.zeros(1), np.array([[1.0]]), np.zeros(1), 0.1)
check.close([float(np.ravel(_s)[0]) for _s in _saturated], [800.0, 0.0, 1.0, 0.0, 0.0], atol=1e-9, name="a saturated unit")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Layers in turn (4 points)
#
# Write `greedy(x, sizes, fit)`. `fit(codes, hidden, width)` is a function that trains a small autoencoder on `codes`, an array `(N, width)`, with `hidden` units, and returns the encoder's `w` `(width, hidden)` and `b`
# `(hidden,)`. Your loop uses it for each entry of `sizes` in turn:
#
# - the first layer is fitted to `x`, each further layer to the codes $\sigma(A W + b)$ of the layer below it, where $A$ is what *that* layer was fitted to;
# - `fit` is called exactly once for each layer, from the bottom up;
# - `width` is the number of columns of what is passed as `codes`;
# - return the list of pairs `(w, b)`, and the codes of the last layer, `(N, sizes[-1])`. For an empty `sizes` that is `[]` and `x` itself.
#
# Example: `sizes = [30, 10]`, `x` of shape `(100, 64)`: `fit` is called with an array `(100, 64)`, 30 and 64, then with an array `(100, 30)`, 10 and 30.
#
# <details><summary>Hint 1</summary>
#
# One variable holds what the next layer sees. It starts as `x`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sigmoid must not overflow for large sums: `(1 + np.tanh(z / 2)) / 2` is the same function and never does.
# </details>

# %% answer="greedy" forbid="dlcourse.training dlcourse.mlp torch scipy sklearn"
def greedy(x, sizes, fit):
    """Pre-train layer by layer.  x: (N, V), sizes: list of numbers, fit: (codes, hidden, width) -> w, b  ->  list of (w, b), codes of the last layer"""
    ### BEGIN SOLUTION
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, codes
    ### END SOLUTION


# %% tests="greedy" points=2
_calls = []


def _ones(codes, hidden, width):
    _calls.append((np.array(codes), int(hidden), int(width)))
    return np.ones((int(width), int(hidden))), np.full(int(hidden), 1.0)


_pair = greedy(np.array([[1.0, -1.0, -1.0], [1.0, 1.0, -1.0]]), [2, 1], _ones)
assert _pair is not None and len(_pair) == 2, "return two things: the list of layers and the codes of the last one"
_layers, _codes = _pair
assert len(_calls) == 2 and len(_layers) == 2, f"two sizes: fit must be called twice and two layers come back, got {len(_calls)} and {len(_layers)}"
check.close(_calls[1][0], [[0.5, 0.5], [1 / (1 + np.exp(-2))] * 2], name="what the second layer is fitted to")
assert [c[1:] for c in _calls] == [(2, 3), (1, 2)], f"fit must get hidden and width 2, 3 and then 1, 2; it got {[c[1:] for c in _calls]}"
check.close(_codes, [[1 / (1 + np.exp(-2))], [1 / (1 + np.exp(-2 / (1 + np.exp(-2)) - 1))]], name="the codes of the last layer")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/greedy")
for _sizes in ([3], [4, 2], [2, 5, 3], [3, 3, 3, 3]):
    _x, _calls, _given = _rng.normal(size=(5, 4)), [], []

    def _random(codes, hidden, width, calls=_calls, given=_given):
        calls.append((np.array(codes), int(hidden), int(width)))
        given.append((_rng.normal(size=(int(width), int(hidden))), _rng.normal(size=int(hidden))))
        return given[-1]

    _layers, _codes = greedy(_x, list(_sizes), _random)
    assert len(_calls) == len(_sizes), f"sizes {_sizes}: fit must be called once for each, it was called {len(_calls)} times"
    _a = _x
    for _k, _hidden in enumerate(_sizes):
        check.close(_calls[_k][0], _a, rtol=1e-9, atol=1e-12, name=f"what layer {_k + 1} of {_sizes} is fitted to")
        assert _calls[_k][1:] == (_hidden, _a.shape[1]), f"layer {_k + 1} of {_sizes}: fit must get {(_hidden, _a.shape[1])}, got {_calls[_k][1:]}"
        for _mine, _theirs, _name in zip(_given[_k], _layers[_k], ("w", "b"), strict=True):
            check.close(_theirs, _mine, rtol=1e-12, name=f"{_name} of layer {_k + 1} of {_sizes}")
        _a = 1 / (1 + np.exp(-(_a @ _given[_k][0] + _given[_k][1])))
    check.close(_codes, _a, rtol=1e-9, atol=1e-12, name=f"the codes of the last layer of {_sizes}")
### END HIDDEN TESTS

# %% tests="greedy_edges" of="greedy" points=2
_x = np.array([[1.0, 2.0]])
_layers, _codes = greedy(_x, [], _ones)
assert len(_layers) == 0, "no sizes, no layers"
check.close(_codes, [[1, 2]], name="no sizes: the codes are x")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("pretraining/greedy_edges")
_x, _sizes = _rng.normal(size=(4, 3)), [2, 2]
_kept = _x.copy()


def _huge(codes, hidden, width):
    return 2000.0 * np.ones((int(width), int(hidden))), np.full(int(hidden), -1000.0)


_layers, _codes = greedy(_x, _sizes, _huge)
_first = (_x.sum(axis=1) * 2000 - 1000 > 0).astype(float)  # saturated, but for a sum within 0.02 of 1/2
check.close(np.asarray(_codes)[:, 0], (2 * _first * 2000 - 1000 > 0).astype(float), atol=1e-3, name="saturated layers, without overflow")
check.close(_x, _kept, rtol=0, atol=0, name="x after the call")
assert list(_sizes) == [2, 2], "sizes was changed"
_one = greedy(np.array([[0.5, -0.5, 1.0]]), [3, 1], lambda codes, hidden, width: (np.zeros((int(width), int(hidden))), np.zeros(int(hidden))))
check.close(_one[1], [[0.5]], name="a single sample")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# On the page a deep sigmoid network learns after pre-training on digits, after pre-training on noise, and after pre-training on digits with all weights shuffled. With 100 labels the shuffled one is worse. A fellow student concludes:
# "So pre-training was useless in 2006." What does the experiment show, and what does it not show? Design one more control (what do you keep, what do you destroy?) and say which result would change your mind about the experiment. (About 8 sentences.)

# %% [markdown] written="control" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# It shows that with plenty of labels, on this small task, the gain over Xavier's start comes from the size of the weights: noise and shuffling keep the size and destroy what was learned about digits, and the accuracy stays. It does not show that nothing was learned: with 100
# labels the pre-trained weights beat their shuffled copy by several points, so their arrangement carries knowledge. It says nothing about larger tasks, deeper networks, RBMs in place of autoencoders, or 2006, when nobody knew a good start for sigmoid layers: a
# way to get the size right was worth much. Controls: scale Xavier's weights by four (keep only the size: if it learned as well, size is all; if not, something more); pre-train on digits with the pixels permuted in the same way for all (keeps statistics, destroys nothing
# for a fully connected network: must not matter); pre-train on other pictures (keeps "pictures", destroys "digits"); shuffle only within each unit (keeps how strongly a unit reacts, destroys to what).
#
# Marking: 1 point for the two halves (size explains it with many labels; arrangement matters with few) without over-generalising; 1 point for a control that keeps one property and destroys another, with a result that would change the conclusion. Half for a control
# without such a result.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Write a `fit` around your `autoencoder_step` (small random starts, some hundred steps) and give it to your `greedy` on the digits (`dlcourse.data.digits`), with 64 – 30 – 30. How large do the weights become? Compare with Xavier's standard deviation.
# - Start the encoder of your autoencoder at 0. What do all hidden units have in common for ever, and which sentence of the section on first weights says so?
