# %% [markdown]
# # Store, step, energy, and the gain of a flip
#
# **What it trains.** Hebb's rule and its small print (diagonal, 1/N), updates one unit at a time, and the energy as a tool: it tells which
# units want to flip before anything is flipped.
#
# **Time.** About 45 minutes.
#
# **Read again if stuck.** The section "Hopfield networks: memory that settles" of the book.
#
# States are −1 and +1. $N$ is the number of units, $P$ the number of patterns. Arguments are NumPy arrays, also where an example writes a list.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Store (2 points)
#
# `p` has shape `(P, N)`, one pattern of −1 and +1 a row. Return the weights of Hebb's rule, shape `(N, N)`:
#
# $$w_{ij} = \frac1N \sum_{p} \xi_i^p \xi_j^p \;\; (i \ne j), \qquad w_{ii} = 0.$$
#
# Example: one pattern `[[1, -1]]` gives `[[0, -0.5], [-0.5, 0]]`. `p` is not changed.
#
# <details><summary>Hint 1</summary>
#
# A sum over patterns of products of units $i$ and $j$ is one matrix product. Of which shapes?
# </details>
#
# <details><summary>Hint 2</summary>
#
# The axis of length $P$ is summed away, two axes of length $N$ are left: `(N, P)` times `(P, N)`. For the patterns `[1, 1, -1]` and `[1, -1, -1]` the
# sum for $i = 0$, $j = 2$ is $-1 - 1 = -2$.
# </details>
#
# <details><summary>Hint 3</summary>
#
# Divide by the number of *units*, not of patterns. `np.fill_diagonal` clears the diagonal; it changes its array and returns `None`.
# </details>


# %% answer="hopfield_store" forbid="dlcourse.mlp"
def hopfield_store(p):
    """Weights of Hebb's rule.  p: (P, N) of -1 and +1 -> (N, N)"""
    ### BEGIN SOLUTION
    p = np.asarray(p, dtype=float)
    w = p.T @ p / p.shape[1]
    np.fill_diagonal(w, 0.0)
    return w
    ### END SOLUTION


# %% tests="hopfield_store" points=2
w = hopfield_store(np.array([[1, -1]]))
check.close(w, [[0, -0.5], [-0.5, 0]], name="the weights of one pattern of two units")
w = hopfield_store(np.array([[1, 1, -1, -1], [1, 1, 1, -1]]))
check.shape(w, (4, 4), "w for 2 patterns of 4 units")
check.close(w[0], [0, 0.5, 0, -0.5], name="the weights of unit 0 (2 patterns of 4 units)")
### BEGIN HIDDEN TESTS
rng = check.class_rng("hopfield/hopfield_store")
for P, N in ((1, 3), (4, 7), (6, 6), (9, 5)):
    p = rng.choice([-1, 1], (P, N))
    keep = p.copy()
    w = np.asarray(hopfield_store(p))
    check.shape(w, (N, N), f"w for {P} patterns of {N} units")
    check.close(np.diag(w), np.zeros(N), name="the diagonal: no unit hears itself")
    for i in range(N):
        for j in range(i):
            expected = sum(int(row[i]) * int(row[j]) for row in p) / N
            check.close(w[i, j], expected, atol=1e-12, name=f"w[{i}, {j}] for {P} patterns of {N} units")
            check.close(w[j, i], expected, atol=1e-12, name=f"w[{j}, {i}] for {P} patterns of {N} units")
    assert (p == keep).all(), "p must not be changed"
check.close(hopfield_store(-p), hopfield_store(p), name="the weights of the negatives of all patterns")
assert np.asarray(hopfield_store(np.ones((1, 4), dtype=int))).dtype.kind == "f", "weights are fractions: do not compute them in integers"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. One step (2 points)
#
# Update unit `i` and only this one: it takes the sign of its field $h_i = \sum_j w_{ij} s_j$. If the field is exactly 0, it keeps its state,
# −1 or +1. Return the new state, shape `(N,)`; the old one is not changed. `w` is symmetric with a zero diagonal.
#
# Example: `w = [[0, -0.5], [-0.5, 0]]`, `s = [1, 1]`, `i = 0`: the field is −0.5, the new state `[-1, 1]`.
#
# <details><summary>Hint 1</summary>
#
# Copy first, then change one entry.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.sign(0.0)` is 0, which is not a state: treat the field 0 by itself.
# </details>


# %% answer="hopfield_step" forbid="dlcourse.mlp"
def hopfield_step(w, s, i):
    """The state after unit i was updated.  w: (N, N), s: (N,), i: int -> (N,), a new array"""
    ### BEGIN SOLUTION
    new = np.array(s)
    field = np.asarray(w)[i] @ new
    if field != 0:
        new[i] = 1 if field > 0 else -1
    return new
    ### END SOLUTION


# %% tests="hopfield_step" points=2
s = np.array([1, 1])
new = hopfield_step(np.array([[0, -0.5], [-0.5, 0]]), s, 0)
check.close(new, [-1, 1], name="the state after unit 0 was updated")
assert (s == 1).all(), "the old state must not be changed"
pull = np.array([[0, 1.0, -1.0], [1.0, 0, 0], [-1.0, 0, 0]])
for old in (1, -1):
    new = hopfield_step(pull, np.array([old, 1, 1]), 0)
    check.shape(new, (3,), "the new state")
    assert new[0] == old, f"unit 0 is {old} and its field is 0: it stays {old}, yours is {new[0]}"
### BEGIN HIDDEN TESTS
rng = check.class_rng("hopfield/hopfield_step")
for N in (2, 5, 12):
    a = rng.integers(-2, 3, (N, N))
    w = (a + a.T) / 4  # exact in binary, so fields of exactly 0 occur
    np.fill_diagonal(w, 0)
    for trial in range(20):
        s = rng.choice([-1, 1], N)
        i = int(rng.integers(N))
        keep, field = s.copy(), sum(w[i, j] * s[j] for j in range(N))
        new = np.asarray(hopfield_step(w, s, i))
        assert (s == keep).all(), "the old state must not be changed"
        check.shape(new, (N,), "the new state")
        others = np.arange(N) != i
        assert (new[others] == keep[others]).all(), f"only unit {i} may change, one unit at a time"
        wanted = keep[i] if field == 0 else (1 if field > 0 else -1)
        assert new[i] == wanted, f"unit {i} is {keep[i]}, its field is {field}: the new state is {new[i]}"
for state in (-1, 1):
    new = hopfield_step(np.zeros((3, 3)), np.full(3, state), 1)
    assert new[1] == state, "a unit whose field is 0 keeps its state, +1 or -1"
N = 200  # recall at a load of 0.05 from 20 % flipped units
p = rng.choice([-1, 1], (10, N))
w = sum(np.outer(row, row) for row in p) / N * (1 - np.eye(N))
s = p[0].copy()
s[rng.choice(N, N // 5, replace=False)] *= -1
for i in np.tile(np.arange(N), 4):
    s = hopfield_step(w, s, i)
assert (s == p[0]).mean() >= 0.98, "after four sweeps a pattern with 20 % flips should be back (10 patterns in 200 units)"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Energy of one state or many (2 points)
#
# $E(s) = -\frac12 \sum_{ij} w_{ij} s_i s_j$. `s` has shape `(N,)` or `(B, N)`; the result is one number, or one number for each of the `B` states.
#
# Example: `w = [[0, -0.5], [-0.5, 0]]`: $E = 0.5$ for `[1, 1]` and $-0.5$ for `[1, -1]`.
#
# <details><summary>Hint 1</summary>
#
# For one state it is $-\frac12\, s \cdot (W s)$. For many states `s @ w @ s.T` is $(B, B)$: which of its entries do you need?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute the fields of all states first: `w` is symmetric, so `s @ w` holds them, with the shape of `s`. The energy of state $b$ needs row $b$ of the fields
# and row $b$ of `s`, number by number. Which operation pairs rows in this way, and over which axis is then summed, for `(N,)` and `(B, N)` alike?
# </details>


# %% answer="energy" forbid="dlcourse.mlp"
def energy(w, s):
    """Energy.  w: (N, N), s: (N,) or (B, N) -> a number or (B,)"""
    ### BEGIN SOLUTION
    s = np.asarray(s)
    return -0.5 * (s * (s @ np.asarray(w))).sum(axis=-1)
    ### END SOLUTION


# %% tests="energy" points=2
w = np.array([[0, -0.5], [-0.5, 0]])
check.close(energy(w, np.array([1, 1])), 0.5, name="the energy of (1, 1)")
three = np.array([[1, 1], [1, -1], [-1, 1]])
check.close(energy(w, three), [0.5, -0.5, -0.5], name="the energies of three states")
assert np.ndim(energy(w, np.array([1, 1]))) == 0, "the energy of one state is one number"
### BEGIN HIDDEN TESTS
rng = check.class_rng("hopfield/energy")
for N, B in ((3, 1), (6, 6), (8, 5)):
    a = rng.normal(size=(N, N))
    w = (a + a.T) * (1 - np.eye(N))
    s = rng.choice([-1.0, 1.0], (B, N))
    expected = [-sum(w[i, j] * v[i] * v[j] for i in range(N) for j in range(i)) for v in s]  # each pair once
    check.close(energy(w, s), expected, rtol=1e-9, name=f"the energies of {B} states of {N} units")
    check.close(energy(w, s[0]), expected[0], rtol=1e-9, name=f"the energy of one state of {N} units")
    check.close(energy(w, -s), expected, rtol=1e-9, name="the energies of the negatives")
pattern = rng.choice([-1, 1], 9)
one = np.outer(pattern, pattern) / 9 * (1 - np.eye(9))
check.close(energy(one, pattern), -4.0, rtol=1e-9, name="the energy of the only stored pattern of 9 units")
assert energy(np.zeros((4, 4)), np.ones(4)) == 0, "without weights the energy is 0"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. What a flip would bring (3 points)
#
# For each unit: by how much would the energy change if this unit **alone** flipped? Return all $N$ changes at once, shape `(N,)`, without
# flipping anything and without loops over units. `w` is symmetric with a zero diagonal, `s` has shape `(N,)`.
#
# A negative entry is a unit that wants to flip; a state is at rest if there is none.
#
# Example: `w = [[0, -0.5], [-0.5, 0]]`, `s = [1, 1]`: each flip alone lowers the energy from 0.5 to −0.5, so the answer is `[-1, -1]`.
#
# <details><summary>Hint 1</summary>
#
# Which terms of the double sum hold $s_i$? Each pair occurs twice in it, and the factor is $\frac12$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The terms with $s_i$ are $-s_i h_i$. A flip turns this into $+s_i h_i$. So the change is ...
# </details>


# %% answer="flip_gain" forbid="dlcourse.mlp"
def flip_gain(w, s):
    """Energy change by flipping each unit alone.  w: (N, N), s: (N,) -> (N,)"""
    ### BEGIN SOLUTION
    s = np.asarray(s)
    return 2.0 * s * (np.asarray(w) @ s)
    ### END SOLUTION


# %% tests="flip_gain" points=3
w = np.array([[0, -0.5], [-0.5, 0]])
check.close(flip_gain(w, np.array([1, 1])), [-1, -1], name="the gains at (1, 1)")
chain = np.array([[0, 1.0, 0], [1.0, 0, -2.0], [0, -2.0, 0]])  # the energy of (1, -1, 1) is -1
check.close(flip_gain(chain, np.array([1, -1, 1])), [-2, 2, 4], name="the gains at (1, -1, 1)")
### BEGIN HIDDEN TESTS
rng = check.class_rng("hopfield/flip_gain")
for N in (2, 5, 11):
    a = rng.normal(size=(N, N))
    w = (a + a.T) * (1 - np.eye(N))
    s = rng.choice([-1, 1], N)
    keep = s.copy()
    pairs = [(i, j) for i in range(N) for j in range(i)]
    before = -sum(w[i, j] * s[i] * s[j] for i, j in pairs)
    expected = []
    for k in range(N):
        v = np.where(np.arange(N) == k, -s, s)
        expected.append(-sum(w[i, j] * v[i] * v[j] for i, j in pairs) - before)
    check.close(flip_gain(w, s), expected, rtol=1e-9, atol=1e-9, name=f"the changes of energy for {N} units")
    assert (s == keep).all(), "the state must not be changed"
pattern = rng.choice([-1, 1], 7)
gains = flip_gain(np.outer(pattern, pattern) / 7 * (1 - np.eye(7)), pattern)
assert (np.asarray(gains) > 0).all(), "the only stored pattern is at rest: every flip must cost energy"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In words (2 points, marked by hand)
#
# Two facts first. The *load* is $P / N$. With patterns drawn by coin flips, recall breaks down at a load of about 0.138. And in the stored pattern
# $\xi^1$ the field of unit $i$ is, up to terms of size $P/N$, its own bit $\xi_i^1$ plus the *cross-talk* $\frac1N \sum_{p \ne 1} \xi_i^p\,(\xi^p \cdot \xi^1)$
# of the other patterns.
#
# A colleague stores ten photographs of faces, 1000 pixels each, black and white, by Hebb's rule. The load is 0.01, far below 0.138. Yet
# whichever face he shows, the network settles at the same blurred face. What is wrong? Name one remedy and its price.

# %% [markdown] written="faces" points=2
# **Your answer** (about 5 sentences):
#
# ### BEGIN SOLUTION
# The limit 0.138 holds for random, independent patterns, where the numbers $\xi^p \cdot \xi^1$ are small and of both signs. Faces agree in most pixels (dark background, eyes, mouth), so the cross-talk is no
# sum of independent signs of mean 0: its terms all push towards what the faces have in common.
# That common picture is reinforced ten times, the differences once each; the only deep minimum is near the average face. Remedies: subtract
# the mean and store only the deviations (then recall needs the mean too, and sparse or low-activity
# patterns lower the signal); the projection (pseudo-inverse) rule, which makes every linearly independent pattern stable (no longer local,
# and all patterns must be known together or the inverse be updated); a softmax (modern) rule (it
# keeps all patterns, so the memory grows with their number); a code of the pictures that makes them less alike (must be found, and inverted
# after recall).
#
# Marking guide. 1 point: the patterns are correlated, with the consequence for the cross-talk (not merely "too many patterns", nor "not random" alone). 1 point: one
# remedy that fits, with its price.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# 1. The projection rule: $W = \Xi^{\mathsf T} (\Xi\,\Xi^{\mathsf T})^{-1} \Xi$ for the $(P, N)$ matrix of patterns, diagonal cleared. Store
#    ten digits (`dlcourse.data.digits()`, pixels above one half) with it. Are they all at rest?
# 2. Update the unit with the most negative gain first, instead of a random one. Does it recall better, or only with fewer flips?
# 3. Let the pair of units $w_{12} = 1$, $w_{21} = -1$ run, one at a time. How long is its cycle?
