# %% [markdown]
# # A step of the map, and the batch map
#
# **What it trains.** To keep two spaces apart, the space of the inputs and the map; to see k-means as a limit; to write the batch form, which
# needs no learning rate.
#
# **Time.** About 60 minutes.
#
# **Read again if stuck.** The section "Competitive learning and self-organising maps" of the book.
#
# $K$ units have prototypes `w` of shape `(K, D)` in the space of the inputs, and places of shape `(K, q)` on the map. The map may have any
# shape: a row ($q = 1$), a grid ($q = 2$), a ring of points. Arguments are NumPy arrays, also where an example writes a list.
#
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. One step (5 points)
#
# 1. The winner $b$ is the unit whose prototype is nearest to `x` in Euclidean distance (the first one, if several are equally near).
# 2. $h_k = \exp\left(-\dfrac{|r_k - r_b|^2}{2\sigma^2}\right)$ with the Euclidean distance of the **places**. With `sigma` equal to 0 only
#    the winner learns: $h_b = 1$, all others 0.
# 3. Every prototype moves: $w_k \leftarrow w_k + \eta\, h_k\, (x - w_k)$, where $\eta$ is `lr`.
#
# Return the new prototypes, shape `(K, D)`, as floats also if `w` holds integers; `w` is not changed.
#
# Example: `w = [[0], [5], [6]]`, `places = [[0], [1], [2]]`, `x = [2]`, `lr = 0.5`, `sigma = 0`: unit 0 wins, the result is `[[1], [5], [6]]`.
# With `sigma = 1` the neighbours learn too: $h = (1, e^{-1/2}, e^{-2})$, and the result is `[[1], [4.0902], [5.7293]]`.
#
# <details><summary>Hint 1</summary>
#
# Two sums of squares over the last axis: `w - x` for the winner, `places - places[b]` for its neighbours. Each has shape `(K,)`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `h` has shape `(K,)`, `x - w` has `(K, D)`. To multiply each row by its own number, give `h` a second axis of length 1. Treat `sigma == 0` before
# you divide.
# </details>


# %% answer="som_step" forbid="dlcourse.mlp"
def som_step(w, places, x, lr, sigma):
    """Prototypes after one example.  w: (K, D), places: (K, q), x: (D,), sigma >= 0 -> (K, D)

    A new array; w is not changed.
    """
    ### BEGIN SOLUTION
    w, places, x = np.asarray(w, dtype=float), np.asarray(places), np.asarray(x)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)
    ### END SOLUTION


# %% tests="som_step" points=3
row, line = np.array([[0.0], [5.0], [6.0]]), np.array([[0], [1], [2]])
new = som_step(row, line, np.array([2.0]), 0.5, 0)
check.close(new, [[1], [5], [6]], name="the prototypes after x = 2 with sigma = 0")
grid = np.array([[0, 0], [1, 1], [0, 1]])  # unit 2 is nearer to unit 0 than unit 1 is
new = som_step(row, grid, np.array([2.0]), 0.5, 2.0)
name = "the prototypes with sigma = 2 (units 1 and 2 are sqrt(2) and 1 away on the map)"
check.close(new, [[1], [3.8317988], [4.2350062]], rtol=1e-6, name=name)
assert row.tolist() == [[0], [5], [6]], "w must not be changed"
### BEGIN HIDDEN TESTS
rng = check.class_rng("som/som_step")
FACTORS = {0: 1.0, 1: 0.60653066, 2: 0.13533528, 3: 0.011108997}  # h at 0, 1, 2, 3 sigma
for q, D in ((1, 1), (2, 3), (3, 5)):
    sigma, lr = float(rng.uniform(0.3, 2)), float(rng.uniform(0.1, 0.9))
    turn = np.linalg.qr(rng.normal(size=(q, q)))[0]
    direction = turn[0]
    steps = rng.permutation([0, 1, -1, 2, -2, 3])  # places on a line through the map, in units of sigma
    places = rng.normal(size=q) + sigma * steps[:, None] * direction
    w = rng.normal(size=(6, D)) * 3
    best = int(np.flatnonzero(steps == 0)[0])
    x = w[best] + 0.01 * rng.normal(size=D) / D  # nearest to the unit in the middle
    assert np.argmin([np.sum((v - x) ** 2) for v in w]) == best
    keep = w.copy(), places.copy(), x.copy()
    new = np.asarray(som_step(w, places, x, lr, sigma))
    check.shape(new, (6, D), "the new prototypes")
    for k in range(6):
        moved = w[k] + lr * FACTORS[abs(int(steps[k]))] * (x - w[k])
        check.close(new[k], moved, rtol=1e-5, atol=1e-7, name=f"the prototype of a unit {abs(int(steps[k]))} sigma away from the winner on the map")
    assert all((a == b).all() for a, b in zip(keep, (w, places, x))), "the arguments must not be changed"
    shuffled = rng.permutation(6)
    check.close(som_step(w[shuffled], places[shuffled], x, lr, sigma), new[shuffled], rtol=1e-9, name="the prototypes with the units in another order")
corner = som_step(np.array([[0.0], [9.0]]), np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([1.0]), 0.5, 1.0)
check.close(corner, [[0.5], [9 - 4 * 0.36787944]], rtol=1e-6, name="a neighbour across the corner: its distance on the map is the root of 2")
both = som_step(np.array([[3.0], [1.0]]), np.array([[0], [1]]), np.array([2.0]), 1.0, 0)
assert both[0, 0] == 2 and both[1, 0] == 1, "two units equally near: the first one wins"
### END HIDDEN TESTS

# %% tests="som_limits" of="som_step" points=2
row, line = np.array([[0.0], [5.0], [6.0]]), np.array([[0], [1], [2]])
new = som_step(row, line, np.array([2.0]), 0.5, 1e6)
check.close(new, [[1], [3.5], [4]], rtol=1e-6, name="a very wide neighbourhood: all learn alike")
new = som_step(row, line, np.array([2.0]), 0.5, 0.01)
check.close(new, [[1], [5], [6]], name="a very narrow neighbourhood: only the winner learns")
whole = som_step(np.array([[0, 0], [4, 3]]), np.array([[0], [1]]), np.array([1, 0]), 0.5, 0)
check.close(whole, [[0.5, 0], [4, 3]], name="the prototypes if w holds integers")
### BEGIN HIDDEN TESTS
rng = check.class_rng("som/som_limits")
x = rng.normal(size=(60, 4)) + 5  # away from the origin: the largest product is not the nearest prototype
w = x[:7].copy()
wins, mean = np.zeros(7, dtype=int), np.zeros((7, 4))
won = []
for example in x:  # with sigma = 0 and the rate 1 / wins it is online k-means: each prototype the mean of its wins
    k = int(np.argmin([np.sum((v - example) ** 2) for v in w]))
    wins[k] += 1
    won.append(k)
    w = np.asarray(som_step(w, rng.normal(size=(7, 2)), example, 1 / wins[k], 0))
for k in set(won):
    check.close(w[k], x[np.array(won) == k].mean(axis=0), rtol=1e-9, name="sigma = 0 and the rate 1 / wins: a prototype is the mean of the examples it has won")
still = rng.normal(size=(5, 2))
check.close(som_step(still, rng.normal(size=(5, 2)), rng.normal(size=2), 0.0, 1.0), still, name="the prototypes with lr = 0")
target = rng.normal(size=2)
check.close(som_step(still, np.zeros((5, 1)), target, 1.0, 1.0), np.tile(target, (5, 1)), name="all units at one place, lr = 1: all jump to x")
narrow = np.asarray(som_step(still, np.arange(5)[:, None], target, 0.5, 1e-3))
assert int((np.abs(narrow - still).max(axis=1) > 1e-12).sum()) == 1, "with a tiny sigma only the winner moves"
whole = np.asarray(som_step(np.array([[0, 0], [8, 8]]), np.array([[0], [1]]), np.array([1, 1]), 0.5, 0))
assert whole[0, 0] == 0.5, "integer prototypes must not cut the result down to integers"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The batch map (4 points)
#
# With all examples at hand, no learning rate is needed. Let $b(n)$ be the winner for example $n$, found with the **old** prototypes for all
# examples. Then every prototype becomes a weighted mean of *all* examples:
#
# $$w_k = \frac{\sum_n h_{k,b(n)}\; x_n}{\sum_n h_{k,b(n)}}, \qquad h_{k,b} = \exp\left(-\frac{|r_k - r_b|^2}{2\sigma^2}\right).$$
#
# With `sigma` equal to 0, $h_{k,b}$ is 1 for $k = b$ and 0 otherwise: a step of k-means. A unit whose weights $h_{k,b(n)}$ are all 0 keeps
# its old prototype (this can happen for a tiny `sigma` too, where `exp` gives 0).
#
# `x` has shape `(N, D)`. Return the new prototypes, shape `(K, D)`; nothing is changed in place.
#
# Example: `w = [[0], [10]]`, `places = [[0], [1]]`, `x = [[1], [3], [8]]`, `sigma = 0`: unit 0 wins 1 and 3, unit 1 wins 8, the result is
# `[[2], [8]]`. With `sigma = 1` and $e^{-1/2} = 0.6065$ unit 0 moves to $(1 + 3 + 0.6065 \cdot 8) / (2 + 0.6065) = 3.396$.
#
# <details><summary>Hint 1</summary>
#
# Make the `(K, K)` table of $h$ between all pairs of units; then pick its columns by the winners: `h[:, winners]` has shape `(K, N)`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sum on top is one matrix product, `(K, N) @ (N, D)`; the sum below is over the last axis. Divide only where the lower sum is above 0;
# `np.where` alone evaluates both sides.
# </details>


# %% answer="batch_step" forbid="dlcourse.mlp"
def batch_step(w, places, x, sigma):
    """One pass of the batch rule.  w: (K, D), places: (K, q), x: (N, D), sigma >= 0 -> (K, D)

    A new array; w is not changed.
    """
    ### BEGIN SOLUTION
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)  # (N,)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)  # (K, K)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]  # (K, N)
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w
    ### END SOLUTION


# %% tests="batch_step" points=4
w, x = np.array([[0.0], [10.0], [99.0]]), np.array([[1.0], [3.0], [8.0]])
new = batch_step(w[:2], np.array([[0], [1]]), x, 0)
check.close(new, [[2], [8]], name="a step of k-means")
new = batch_step(w, np.array([[0], [1], [2]]), x, 0)
check.close(new, [[2], [8], [99]], name="the prototypes with sigma = 0 (unit 2 wins nothing)")
new = batch_step(w, np.array([[0, 0], [2, 0], [1, 1]]), x, 2.0)
name = "the prototypes with sigma = 2 (distances on the map: 2, root of 2, root of 2)"
check.close(new, [[3.3961792], [4.7111766], [4.0]], rtol=1e-6, name=name)
assert w.tolist() == [[0], [10], [99]], "w must not be changed"
### BEGIN HIDDEN TESTS
rng = check.class_rng("som/batch_step")
for K, N, D, q in ((4, 9, 2, 1), (5, 5, 3, 2), (3, 1, 1, 2), (6, 40, 6, 2)):
    w, places, x, sigma = rng.normal(size=(K, D)), 2 * rng.normal(size=(K, q)), 2 * rng.normal(size=(N, D)), float(rng.uniform(0.5, 2))
    keep = w.copy(), places.copy(), x.copy()
    best = [min(range(K), key=lambda k, v=v, w=w: sum((a - b) ** 2 for a, b in zip(v, w[k]))) for v in x]
    new = np.asarray(batch_step(w, places, x, sigma))
    check.shape(new, (K, D), f"the result for {N} examples")
    for k in range(K):
        share = [np.exp(-(np.linalg.norm(places[k] - places[b]) ** 2) / (2 * sigma**2)) for b in best]
        expected = [sum(s * v[d] for s, v in zip(share, x)) / sum(share) for d in range(D)]
        check.close(new[k], expected, rtol=1e-8, atol=1e-10, name=f"prototype {k} of {K}, {N} examples, sigma {sigma:.2f}")
    assert all((a == b).all() for a, b in zip(keep, (w, places, x))), "the arguments must not be changed"
    order = rng.permutation(N)
    check.close(batch_step(w, places, x[order], sigma), new, rtol=1e-8, name="the prototypes with the examples in another order")
    check.close(batch_step(w, places, x, 1e7), np.tile(x.mean(axis=0), (K, 1)), rtol=1e-6, atol=1e-8, name="a very wide neighbourhood: all prototypes")
for sigma in (0, 1e-3):
    with np.errstate(all="raise", under="ignore"):
        new = batch_step(np.array([[0.0], [10.0], [99.0]]), np.array([[0], [1], [2]]), np.array([[1.0], [3.0], [8.0]]), sigma)
    check.close(new, [[2], [8], [99]], name=f"sigma = {sigma}: a unit without any weight keeps its prototype")
x = rng.normal(size=(50, 3))
w, last = x[:6].copy(), np.inf
for _ in range(8):  # a step of k-means never raises the sum of squared distances to the nearest prototype
    w = np.asarray(batch_step(w, np.arange(6)[:, None], x, 0))
    cost = ((x[:, None] - w) ** 2).sum(axis=-1).min(axis=1).sum()
    assert cost <= last + 1e-9, "with sigma = 0 a step must not raise the sum of squared distances"
    last = cost
### END HIDDEN TESTS

# %% [markdown]
# ## 3. In words (2 points, marked by hand)
#
# Two numbers measure a map. The *quantisation error* is the mean distance of an example to its nearest prototype. The *topographic error* is the share of
# the examples whose two nearest prototypes are not neighbours on the map. (On a grid, neighbours differ by at most one row and one column.)
#
# A student trains a 10 by 10 SOM on digits. Her quantisation error is as good as that of a map known to be right, 1.27, but her topographic error
# is 0.9; the good map has 0.04. She concludes: "My map is fine, the topographic error just depends on luck." What does 0.9 tell you, how large
# would it be if the same prototypes sat at random places of the map, what may be wrong in her code or settings (name two things), and how would you find
# out which?

# %% [markdown] written="crumpled" points=2
# **Your answer** (about 8 sentences):
#
# ### BEGIN SOLUTION
# The quantisation error asks whether each example has a prototype nearby; it ignores the map. The topographic error asks whether the second
# nearest prototype is a neighbour of the nearest one on the map. At random places a unit has on average 6.84 neighbours among 99 others (8 inside, 5 at an
# edge, 3 in a corner), so 0.93 is what prototypes in random order give: there is no map, only a codebook. Possible causes: sigma is too small from the start, or shrinks within the first steps, so that
# units never learn together; h is computed and not used, only the winner moves; places and prototypes are
# in a different order, in training or only when measuring (rows and columns, a shuffled list). Not a cause: distances between prototypes in
# place of distances between places; there all prototypes collapse, and the quantisation error is bad.
# To find out: print $h$ for the first step and look at it as a 10 by 10 picture, it must be a wide bump around the winner; train on a uniform
# square and draw the net; measure a map that is known to be right.
#
# Marking guide. 1 point: the codebook is good but has no order, and 0.9 is about chance level (0.93; "about 8 of 100" will do), not bad luck. 1 point: two sensible causes with a test that
# tells them apart.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# 1. Train a map with `batch_step` on `dlcourse.data.digits()`: 30 passes, sigma from 5 down to 0.5. Compare the quantisation error with the
#    online map of the book.
# 2. Put 30 units on a ring and train on the coordinates of 15 cities (or of random points) with few neighbours at the end. Read off a round
#    trip. How far is it from the best one?
# 3. Draw for each unit the mean distance of its prototype to those of its map neighbours (the "U-matrix"). Do the borders of the countries show?
