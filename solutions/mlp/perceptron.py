# %% [markdown]
# # Perceptron, mistake bound, and the perceptron without weights
#
# **What it trains.** The rule and its details (constant, ties, stopping), what the margin means, and a change of view: a classifier can be stored as a
# list of mistakes.
#
# **Time.** About 70 minutes.
#
# **Read again if stuck.** The section "The perceptron learns" of the book.
#
# The visible tests try a few small cases. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. The perceptron for both kinds of labels (4 points)
#
# `x` of shape `(N, n)` comes **without** the constant; append a column of ones yourself, at the end. `y` of shape `(N,)` holds either the labels 0 and 1
# or the labels −1 and +1; in both
# cases 1 is the positive class. Start from $w = 0$ and pass through the examples in the given order. An example is a *mistake* if $y\,(w \cdot x) \le 0$
# with $y = \pm 1$; then
# $w \leftarrow w + y\,x$ at once, before the next example. Stop after the first pass without a mistake, or after `max_epochs` passes.
#
# Return `w` of shape `(n + 1,)` (the bias last), the number of mistakes in all passes together, and `True` if the last pass was free of mistakes, else
# `False`.
# `x` and `y` may be lists or arrays and are not changed; `max_epochs` is at least 1.
#
# Example: OR with labels `[0, 1, 1, 1]` for 00, 01, 10, 11 gives `[2, 2, -1]`, 9 mistakes, `True`; so it does with the labels `[-1, 1, 1, 1]`.
#
# <details><summary>Hint 1</summary>
#
# Make the labels ±1 and append the ones before the loops. Then the body of the inner loop is an `if` with two lines.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Count the mistakes of each pass separately; a pass with none ends the work. A tie ($w \cdot x = 0$) is a mistake, otherwise $w = 0$ would never move.
# </details>


# %% answer="perceptron_train" forbid="dlcourse.mlp sklearn"
def perceptron_train(x, y, max_epochs):
    """The perceptron rule.  x: (N, n), y: (N,) of 0 and 1 or of -1 and +1 -> w, mistakes, converged

    w: (n + 1,), bias last
    """
    ### BEGIN SOLUTION
    x = np.hstack([np.asarray(x, dtype=float), np.ones((len(x), 1))])
    y = np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False
    ### END SOLUTION


# %% tests="perceptron_train" points=2
result = perceptron_train(np.array([[3.0], [1.0]]), np.array([1, 1]), 5)
assert result is not None and len(result) == 3, "return three things: w, mistakes, converged"
assert np.any(result[0]), "w is still 0 after 5 passes: is a tie, w.x = 0, counted as a mistake?"
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
w, mistakes, converged = perceptron_train(corners, np.array([-1, 1, 1, 1]), 100)
check.close(w, [2, 2, -1], name="the weights for OR with labels -1 and +1, bias last")
assert mistakes == 9, f"OR takes 9 mistakes in this order, you count {mistakes}"
assert converged in (True, np.True_), "OR is separable: the last pass is free of mistakes"
other = perceptron_train(corners, np.array([0, 1, 1, 1]), 100)
assert np.array_equal(other[0], w) and other[1] == mistakes, (
    f"OR with the labels 0 and 1 gives w = {other[0]} and {other[1]} mistakes, with -1 and +1 "
    f"w = {w} and {mistakes}: the same examples must give the same. What does the rule do with y = 0?"
)
### BEGIN HIDDEN TESTS
rng = check.class_rng("perceptron/perceptron_train")
for trial in range(12):
    n, N = int(rng.integers(1, 5)), int(rng.integers(2, 14))
    x = rng.integers(-4, 5, (N, n))
    flat = np.hstack([x, np.ones((N, 1), dtype=int)])
    gram = flat @ flat.T
    y = np.where(flat @ rng.integers(-3, 4, n + 1) > 0, 1, -1) if trial % 2 else rng.choice([-1, 1], N)
    counts, expected, epochs = np.zeros(N, dtype=int), False, int(rng.integers(2, 60))
    for _ in range(epochs):  # an oracle without weights: how often each example was a mistake
        before = counts.sum()
        for i in range(N):
            counts[i] += y[i] * ((counts * y) @ gram[i]) <= 0
        if counts.sum() == before:
            expected = True
            break
    labels = y if trial % 3 else (y + 1) // 2
    keep = x.copy(), labels.copy()
    w, mistakes, converged = perceptron_train(x, labels, epochs)
    kind = "-1 and +1" if trial % 3 else "0 and 1"
    check.shape(w, (n + 1,), "w")
    assert mistakes == counts.sum(), f"{N} examples, labels {kind}, at most {epochs} passes: there are {counts.sum()} mistakes, you count {mistakes}"
    check.close(w, (counts * y) @ flat, name=f"the weights for labels {kind}")
    assert bool(converged) == expected, f"converged should be {expected} here: it says whether the last pass was free of mistakes"
    assert (x == keep[0]).all() and (labels == keep[1]).all(), "the arguments must not be changed"
### END HIDDEN TESTS

# %% tests="perceptron_promises" of="perceptron_train" points=2
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
w, mistakes, converged = perceptron_train(corners, np.array([-1, 1, 1, -1]), 25)
assert mistakes > 0, f"25 passes through XOR, no mistake: w = {w} has not moved. Is a tie one?"
assert not converged, f"you say {converged} for XOR, but no line separates it"
w, mistakes, converged = perceptron_train(corners, np.array([-1, 1, 1, 1]), 3)
assert not converged, f"OR: the third pass still has mistakes, but you say {converged}"
### BEGIN HIDDEN TESTS
rng = check.class_rng("perceptron/perceptron_promises")
for n in (1, 2, 5):
    u = rng.normal(size=n + 1)
    u /= np.linalg.norm(u)
    flat = np.hstack([rng.uniform(-1, 1, (3000, n)), np.ones((3000, 1))])
    flat = flat[np.abs(flat @ u) > 0.15][:60]
    y = np.where(flat @ u > 0, 1, -1)
    margin, radius = (y * (flat @ u)).min(), np.linalg.norm(flat, axis=1).max()
    for order in (np.arange(len(y)), rng.permutation(len(y))):
        w, mistakes, converged = perceptron_train(flat[order, :-1], y[order], 10_000)
        assert converged, "separable data with a margin: the rule must converge"
        assert 0 < mistakes <= (radius / margin) ** 2, f"{mistakes} mistakes break the bound {(radius / margin) ** 2:.1f}"
        assert (y * (flat @ w) > 0).all(), "after convergence every example must lie strictly on its right side"
far = rng.uniform(3, 4, (20, 2))
w, mistakes, converged = perceptron_train(np.vstack([far, far + [4, 4]]), np.repeat([0, 1], 20), 20_000)
assert converged, "both classes lie on the same side of the origin: a line exists, but not through the origin"
w, mistakes, converged = perceptron_train([[1.0], [2.0]], [1, 1], 50)
assert converged and mistakes == 1, "two positive examples: one mistake at w = 0, then none"
for passes in (1, 7):
    w, mistakes, converged = perceptron_train([[1.0], [1.0]], [0, 1], passes)
    assert not converged and mistakes == 2 * passes, "the same point with both labels: each pass makes both mistakes"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The bound of Novikoff (3 points)
#
# Given examples `x` of shape `(N, n)` (constant included, if there is one), labels `y` of −1 and +1, and **any** weights `w_star` that put every example
# strictly on its right side, return the bound $(R / \gamma)^2$ on the
# number of mistakes: one number. $R$ is the length of the longest example, $\gamma$ the *margin*: the distance of the nearest example from the
# line (the plane) where $w^* \cdot x = 0$.
# `w_star` may have any length, since all its multiples draw the same line; the bound must not depend on it. Raise a `ValueError` if `w_star` does not put
# every example strictly on its right side; `w_star = 0` puts none there. Arguments may be lists or arrays.
#
# Example: the four cases of OR with their constant, and `w_star = [2, 2, -1]` or `[4, 4, -2]`: 27.
#
# <details><summary>Hint 1</summary>
#
# $w^* \cdot x$ is the distance of $x$ from the line (with a sign) if $w^*$ has length 1. Which length has `w_star`?
# </details>
#
# <details><summary>Hint 2</summary>
#
# For OR and `w_star = [2, 2, -1]`, which has length 3, the numbers $y_i\,(w^* \cdot x_i)$ are 1, 1, 1, 3. Their smallest belongs to $\gamma$. Look at its
# sign before you divide by the length.
# </details>


# %% answer="novikoff_bound" forbid="dlcourse.mlp"
def novikoff_bound(x, y, w_star):
    """The bound (R / gamma)^2.  x: (N, n), y: (N,) of -1 and +1, w_star: (n,) -> float

    ValueError: w_star does not put every example strictly on its right side
    """
    ### BEGIN SOLUTION
    x, y, w_star = np.asarray(x, dtype=float), np.asarray(y), np.asarray(w_star, dtype=float)
    scores = y * (x @ w_star)
    if scores.min() <= 0:
        raise ValueError("w_star must put every example strictly on its right side")
    margin = scores.min() / np.linalg.norm(w_star)
    return float((np.linalg.norm(x, axis=1).max() / margin) ** 2)
    ### END SOLUTION


# %% tests="novikoff_bound" points=3
x_or = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y_or, w_or = np.array([-1, 1, 1, 1]), np.array([2, 2, -1])
bound, double = novikoff_bound(x_or, y_or, w_or), novikoff_bound(x_or, y_or, 2 * w_or)
check.shape(bound, (), "the bound, one number,")
assert np.isclose(bound, double), (
    f"the bound is {bound:.4g} with w_star and {double:.4g} with 2 * w_star, which draw the same "
    "line: the length of w_star must not matter"
)
check.close(bound, 27, name="the bound for OR")
check.raises(ValueError, novikoff_bound, x_or, np.array([-1, 1, 1, -1]), w_or)  # 11: wrong side
check.raises(ValueError, novikoff_bound, x_or[1:], y_or[1:], np.array([0, 1, 0]))  # 10: on the line
### BEGIN HIDDEN TESTS
rng = check.class_rng("perceptron/novikoff_bound")
for N, n in ((1, 2), (7, 3), (20, 5)):
    basis = np.linalg.qr(rng.normal(size=(n, n)))[0]  # rows: directions at right angles
    gaps, sides = rng.uniform(0.1, 2, N), rng.choice([-1, 1], N)
    along = rng.normal(size=(N, n - 1))
    x = (sides * gaps)[:, None] * basis[0] + along @ basis[1:]
    lengths = np.sqrt(gaps**2 + (along**2).sum(axis=1))
    expected = (max(lengths) / min(gaps)) ** 2
    for scale in (1.0, 0.01, 37.0):
        check.close(novikoff_bound(x, sides, scale * basis[0]), expected, rtol=1e-6, name=f"the bound with w_star of length {scale}")
    check.close(novikoff_bound(8 * x, sides, basis[0]), expected, rtol=1e-6, name="the bound with all examples 8 times as long")
    check.raises(ValueError, novikoff_bound, x, sides, -basis[0])
    if N > 1:
        wrong = sides.copy()
        wrong[int(rng.integers(N))] *= -1
        check.raises(ValueError, novikoff_bound, x, wrong, basis[0])
check.raises(ValueError, novikoff_bound, np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1, 1]), np.array([1.0, 0.0]))  # one example lies on the line
with np.errstate(all="ignore"):
    check.raises(ValueError, novikoff_bound, rng.normal(size=(4, 3)), np.array([1, -1, 1, 1]), np.zeros(3))  # w_star = 0 draws no line
assert novikoff_bound([[3.0, 4.0]], [1], [3.0, 4.0]) > 0, "one example alone has a bound too"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. The perceptron without weights (3 points)
#
# Start at 0, and $w$ is always a sum of mistakes: $w = \sum_j c_j\,y_j\,x_j$, where $c_j$ counts how often example $j$ was a mistake. So $w \cdot x_i =
# \sum_j c_j\,y_j\,(x_j \cdot x_i)$, and the rule needs only the **products**
# $G_{ij} = x_i \cdot x_j$ of examples with each other, the *Gram matrix*. Replace $x_i \cdot x_j$ by another function of two examples, say $(1 + x_i
# \cdot x_j)^2$, and the same rule works with features that nobody ever computes: a *kernel* perceptron.
#
# Write the rule in this form: `gram` of shape `(N, N)`, `y` of −1 and +1, both arrays. Same order, same mistakes ($\le 0$), same stopping as in part 1. Return
# the integer counts `c` of shape `(N,)` and whether the last pass was free of mistakes.
#
# Example: the four cases of OR with their constant, `x = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]`, `gram = x @ x.T` and `y = [-1, 1, 1, 1]`:
# the counts are [5, 2, 2, 0], `True`. They sum to the 9 mistakes of part 1.
#
# <details><summary>Hint 1</summary>
#
# A mistake on example $i$ changes one number: `c[i] += 1`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The score of example $i$ is $\sum_j c_j\,y_j\,G_{ji}$. With $c = (2, 1)$, $y = (1, -1)$ and $G = \begin{pmatrix}5 & 1\\1 & 3\end{pmatrix}$ the score of
# the first example is $2 \cdot 1 \cdot 5 + 1 \cdot (-1) \cdot 1 = 9$: no mistake, since $y_1 = 1$. The second has $2 \cdot 1 \cdot 1 + 1 \cdot (-1) \cdot 3 = -1$.
# </details>
#
# <details><summary>Hint 3</summary>
#
# `c` changes inside the pass, so the score is computed anew for each example.
# </details>


# %% answer="perceptron_dual" forbid="dlcourse.mlp sklearn"
def perceptron_dual(gram, y, max_epochs):
    """The perceptron rule without weights.  gram: (N, N), y: (N,) of -1 and +1 -> c, converged

    c: (N,) integers, how often each example was a mistake
    """
    ### BEGIN SOLUTION
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        clean = True
        for i in range(len(y)):
            if y[i] * ((c * y) @ gram[:, i]) <= 0:
                c[i] += 1
                clean = False
        if clean:
            return c, True
    return c, False
    ### END SOLUTION


# %% tests="perceptron_dual" points=3
x_or = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
pair = perceptron_dual(x_or @ x_or.T, np.array([-1, 1, 1, 1]), 100)
assert pair is not None and len(pair) == 2, "return two things: c, converged"
assert np.any(pair[0]), "all counts are 0: at the start every score is 0, and a tie is a mistake"
check.close(pair[0], [5, 2, 2, 0], name="the counts for OR (their sum is the number of mistakes)")
assert pair[1], f"OR is separable: the last pass is free of mistakes, you say {pair[1]}"
c, converged = perceptron_dual(x_or @ x_or.T, np.array([-1, 1, 1, -1]), 3)
assert not converged, f"the plain products do not separate XOR, you say {converged}"
corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
gram = (1 + corners @ corners.T) ** 2
c, converged = perceptron_dual(gram, np.array([-1, 1, 1, -1]), 50)
assert converged, f"with the kernel (1 + x.x')^2 XOR is separable, you say {converged}"
scores = gram @ np.multiply(c, [-1, 1, 1, -1])
assert (scores > 0).tolist() == [False, True, True, False], f"your c gives XOR the scores {scores}"
### BEGIN HIDDEN TESTS
rng = check.class_rng("perceptron/perceptron_dual")
for trial in range(10):
    N, n = int(rng.integers(2, 13)), int(rng.integers(1, 5))
    x = rng.integers(-3, 4, (N, n))
    y = rng.choice([-1, 1], N) if trial % 2 else np.where(x @ rng.integers(-2, 3, n) > 0, 1, -1)
    w, expected, finished, epochs = np.zeros(n), np.zeros(N, dtype=int), False, int(rng.integers(1, 40))
    for _ in range(epochs):  # an oracle with weights
        before = expected.sum()
        for i in range(N):
            if y[i] * sum(a * b for a, b in zip(w, x[i])) <= 0:
                w, expected[i] = w + y[i] * x[i], expected[i] + 1
        if expected.sum() == before:
            finished = True
            break
    keep = (x @ x.T).copy()
    gram = keep.copy()
    c, converged = perceptron_dual(gram, y, epochs)
    check.close(c, expected, name=f"the counts of {N} examples in {n} dimensions, at most {epochs} passes")
    assert bool(converged) == finished, f"converged should be {finished} here: it says whether the last pass was free of mistakes"
    assert (gram == keep).all(), "gram must not be changed"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In words (2 points, marked by hand)
#
# The *order* of a Boolean function is the smallest $k$ such that one threshold unit computes it from products of at most $k$ of its inputs (order 1: the
# inputs themselves; order 2: the products $x_i x_j$ too). Minsky and Papert proved in 1969 that XOR has order 2 and that the parity of $n$ inputs has order $n$.
#
# A classmate gives a perceptron the extra input $x_1 x_2$, and it learns XOR. She says: "So Minsky and Papert were wrong, a perceptron can do everything;
# one only needs the right inputs."
# What does the theorem say about her perceptron, is it refuted, and what would her method cost for the parity of 30 inputs?

# %% [markdown] written="order" points=2
# **Your answer** (about 7 sentences):
#
# ### BEGIN SOLUTION
# The theorem says that XOR is no threshold function of *single* inputs; it does not speak against products. $x_1 x_2$ is a feature of order 2, and with it
# XOR, of order 2, can be computed: her perceptron agrees with the theorem.
# She is right that some set of features always suffices (all products make every Boolean function separable), but the learning rule does not find it: a
# person chose it. Parity of 30 inputs has order 30; with all products there are
# $2^{30} \approx 10^9$ inputs to weigh, and hardly any data would determine the weights. (Knowing the answer, one feature is enough; learning useful
# features is what hidden layers are for.)
#
# Marking guide. 1 point: not refuted, with the reason (her input is a product of two, so her unit is one of order 2, as the theorem wants; copying the
# theorem alone earns nothing). 1 point: the cost, $2^{30}$ or
# "exponential" features in general, or the remark that choosing the feature
# is the whole problem, with the consequence for parity.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# 1. Put the same examples in 100 random orders. How far apart are the smallest and the largest number of mistakes? Which is nearer to the bound?
# 2. Average the weights over all steps of your perceptron and compare its error on new data with the last weights' error, for two overlapping clouds
#    of points.
# 3. Train the kernel perceptron on two rings with $(1 + x \cdot x')^2$. Why is this kernel enough for rings, and not for two spirals?
