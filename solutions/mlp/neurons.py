# %% [markdown]
# # Threshold units, gates and separability
#
# **What it trains.** To see a neuron as a cut of its input space; to choose weights by thinking; to decide what one unit cannot do.
#
# **Time.** About 80 minutes.
#
# **Read again if stuck.** The section "Neurons and threshold units" of the book.
#
# Inputs and outputs are 0 and 1 everywhere. A unit *fires* (gives 1) when $w \cdot x \ge \theta$: also when the sum hits the threshold exactly.
#
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check


def truth_table(n):
    """All inputs of n bits, counting upwards, first input = highest bit.  -> (2**n, n)"""
    return np.array([[k >> i & 1 for i in reversed(range(n))] for k in range(2**n)])


truth_table(2)

# %% [markdown]
# ## 1. A layer of threshold units (2 points)
#
# The book shows one unit. Write a whole **layer**: row $j$ of `w` and entry $j$ of `theta` belong to unit $j$.
#
# - `x`: one input of shape `(n,)`, or a batch of shape `(N, n)`
# - `w`: shape `(m, n)`; `theta`: shape `(m,)`
# - result: 0 or 1 (`False` and `True` count as such), shape `(m,)` for one input and `(N, m)` for a batch.
#
# Arguments may be lists or arrays; they are not changed.
#
# Example: `w = [[1, 1], [1, 1]]`, `theta = [1, 2]`, `x = [0, 1]`: both sums are 1, so unit 0 (OR) fires, unit 1 (AND) does not: `[1, 0]`.
# For the batch `x = [[0, 0], [0, 1], [1, 1]]` it is `[[0, 0], [1, 0], [1, 1]]`: one row for each input, one column for each unit.
#
# <details><summary>Hint 1</summary>
#
# Write down the shapes first: `(N, n)` times what gives `(N, m)`? A list has no product `@`: make an array of it (`np.asarray`).
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sum of unit $j$ for input $i$ is row $i$ of `x` times row $j$ of `w`. A matrix product pairs rows of its left factor with *columns* of its
# right factor: which of the two arrays must be turned over? Written in this order the product is right for one input of shape `(n,)` too.
# </details>
#
# <details><summary>Hint 3</summary>
#
# The sums have shape `(N, m)` or `(m,)`, `theta` has `(m,)`: a comparison broadcasts along the last axis, the one that counts units.
# </details>


# %% answer="threshold_layer" forbid="dlcourse.mlp"
def threshold_layer(x, w, theta):
    """Outputs of m threshold units, 0 and 1.

    x: (n,) or (N, n), w: (m, n), theta: (m,) -> (m,) or (N, m)
    """
    ### BEGIN SOLUTION
    x, w, theta = np.asarray(x), np.asarray(w), np.asarray(theta)
    return (x @ w.T >= theta).astype(int)
    ### END SOLUTION


# %% tests="threshold_layer" points=2
try:
    one = threshold_layer([0, 1], [[1, 1], [1, 1]], [1, 2])
    batch = threshold_layer([[0, 0], [1, 0], [0, 1]], [[1, -1], [1, 1]], [1, 0])
    wide = threshold_layer([[1, 1, 0], [0, 1, 1]], [[1, 1, 1]], [2])
except (ValueError, TypeError, AttributeError) as error:
    raise AssertionError(
        f"threshold_layer stopped with the {type(error).__name__} above. Are lists made into arrays? "
        "Write the shapes of both factors beside your product: their inner sizes must both be n"
    ) from error
check.close(one, [1, 0], name="OR and AND of the input (0, 1)")
check.shape(batch, (3, 2), "the output for 3 inputs and 2 units (a row for each input)")
check.close(batch, [[0, 1], [1, 1], [0, 1]], name="the output for 3 inputs, w = [[1, -1], [1, 1]]")
check.close(wide, [[1], [1]], name="the output of one unit for 2 inputs of 3 bits")
### BEGIN HIDDEN TESTS
rng = check.class_rng("neurons/threshold_layer")
square = rng.integers(-2, 3, (3, 3))
check.close(threshold_layer(np.eye(3, dtype=int), square, [1, 1, 1]), (square.T >= 1).astype(int), name="square weights: row j of w belongs to unit j")
for N, n, m in ((1, 3, 2), (5, 2, 7), (4, 4, 4), (3, 5, 3)):
    x, w, theta = rng.integers(0, 2, (N, n)), rng.integers(-3, 4, (m, n)), rng.integers(-2, 3, m)
    keep = x.copy(), w.copy(), theta.copy()
    out = threshold_layer(x, w, theta)
    check.shape(out, (N, m), "the output for a batch (one column for each unit)")
    assert np.asarray(out).dtype.kind in "iub", "outputs should be integers 0 and 1"
    for i in range(N):
        for j in range(m):
            total = sum(int(x[i, k]) * int(w[j, k]) for k in range(n))
            assert out[i, j] == int(not total < theta[j]), f"unit {j} with weights {w[j]}, threshold {theta[j]} is wrong for input {x[i]} (the sum is {total})"
    check.close(threshold_layer(x[0], w, theta), out[0], name="the output for a single input of shape (n,)")
    assert all((a == b).all() for a, b in zip(keep, (x, w, theta))), "the arguments must not be changed"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Seven gates (2 points)
#
# Return weights and threshold of ONE unit that computes the gate. Inputs are 0 and 1; the unit fires when $w \cdot x \ge \theta$.
#
# | name | fires when |
# |---|---|
# | `"AND"` | both inputs are 1 |
# | `"OR"` | at least one of two inputs is 1 |
# | `"NOT"` | its single input is 0 |
# | `"NAND"` | not both of two inputs are 1 |
# | `"NOR"` | both of two inputs are 0 |
# | `"IMPLIES"` | the first of two inputs is 0, or the second is 1 |
# | `"MAJORITY"` | at least two of three inputs are 1 |
#
# Return a pair: `w`, a list or array of shape `(n,)`, and the number `theta`. Any right weights count, whole numbers or not. An unknown name raises a
# `ValueError`.
#
# The visible tests look at a few rows of AND, NAND and NOR only. Go through all rows of all seven tables yourself, on paper or with `truth_table`.
#
# <details><summary>Hint 1</summary>
#
# Write the sums $w \cdot x$ beside each row of the truth table. All rows that fire must lie at or above the threshold, all others below it.
# </details>
#
# <details><summary>Hint 2</summary>
#
# The opposite of a gate, worked for AND. With $w = (1, 1)$ the four sums are 0, 1, 1, 2, and AND fires at 2 only: any threshold above 1 and up to 2 will do.
# NAND must fire at the other three rows. Turn the sign of the weights, $w = (-1, -1)$, and the sums are 0, −1, −1, −2: it must fire at 0 and −1, but not at −2.
# The threshold lies between −2 and −1. Which of the two ends is allowed? (A sum that equals the threshold fires.)
# </details>
# %% answer="gate_weights" forbid="dlcourse.mlp"
def gate_weights(name):
    """Weights and threshold of one unit for the gate.

    name: text from the table -> w (n,), theta.  ValueError: unknown name
    """
    ### BEGIN SOLUTION
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], -1),
        "NOR": ([-1, -1], 0),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], 2),
    }
    if name not in gates:
        raise ValueError(f"name must be one of {sorted(gates)}, got {name!r}")
    w, theta = gates[name]
    return np.array(w), theta
    ### END SOLUTION


# %% tests="gate_weights" points=2
check.raises(ValueError, gate_weights, "XOR")
for name, x, fires in (
    ("AND", (1, 1), True),
    ("AND", (0, 1), False),
    ("NAND", (0, 1), True),
    ("NAND", (1, 1), False),
    ("NOR", (0, 0), True),
    ("NOR", (1, 0), False),
):
    pair = gate_weights(name)
    assert pair is not None and len(pair) == 2, f"gate_weights({name!r}): return w and theta"
    check.shape(pair[0], (2,), f"the weights of {name}")
    total, theta = float(np.dot(pair[0], x)), float(pair[1])
    assert (total >= theta) == fires, (
        f"{name} must {'fire' if fires else 'not fire'} for the input {x}: your sum is {total:g}, "
        f"your threshold {theta:g}, and a unit fires when the sum is at least the threshold"
    )
### BEGIN HIDDEN TESTS
meaning = {
    "AND": lambda a, b: a and b,
    "OR": lambda a, b: a or b,
    "NOT": lambda a: not a,
    "NAND": lambda a, b: not (a and b),
    "NOR": lambda a, b: not (a or b),
    "IMPLIES": lambda a, b: (not a) or b,
    "MAJORITY": lambda a, b, c: a + b + c >= 2,
}
for name, fires in meaning.items():
    w, theta = gate_weights(name)
    w = np.atleast_1d(np.asarray(w, dtype=float))
    n = fires.__code__.co_argcount
    check.shape(w, (n,), f"the weights of {name}")
    for k in range(2**n):
        bits = [k >> i & 1 for i in reversed(range(n))]
        got = float(sum(a * b for a, b in zip(w, bits))) >= float(np.squeeze(theta))
        assert got == bool(fires(*bits)), f"{name} is wrong for the input {bits}: the sum is compared with the threshold by >="
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Parity with one hidden layer (3 points)
#
# The book builds XOR from OR and AND. XOR is the parity of two bits: 1 if the number of ones is odd. Build the parity of **n** bits with one hidden layer
# of threshold units
# and one output unit:
#
# $$h = [\,W_1 x \ge \theta_1\,], \qquad y = [\,w_2 \cdot h \ge \theta_2\,].$$
#
# Return `w1` of shape `(H, n)`, `theta1` of shape `(H,)`, `w2` of shape `(H,)` and the number `theta2`. At most $2n$ hidden units are allowed ($n$
# suffice). Lists or arrays are fine. It must work for $n = 1, 2, \dots, 8$.
#
# <details><summary>Hint 1</summary>
#
# The parity depends on $s$ alone, the number of inputs that are 1. Which weights make a hidden unit see nothing but $s$? What can such a unit ask?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Let hidden unit $k$ ask "are at least $k$ inputs 1?", for $k = 1, \dots, n$. Make a table for $n = 3$: a row for each $s = 0, 1, 2, 3$, with the
# outputs of the three hidden units and the parity beside them.
# </details>
#
# <details><summary>Hint 3</summary>
#
# From row $s - 1$ to row $s$ exactly one more hidden unit fires, number $s$. So entry $s$ of `w2` is the step that the output's sum makes there. Fix the
# entries one after the other, from the top of the table.
# </details>


# %% answer="parity_weights" forbid="dlcourse.mlp"
def parity_weights(n):
    """A two-layer threshold net for the parity of n bits.

    -> w1 (H, n), theta1 (H,), w2 (H,), theta2 with H <= 2n
    """
    ### BEGIN SOLUTION
    k = np.arange(1, n + 1)
    return np.ones((n, n)), k, np.where(k % 2 == 1, 1, -1), 1
    ### END SOLUTION


# %% tests="parity_weights" points=3
for n in (2, 3):
    parts = parity_weights(n)
    assert parts is not None and len(parts) == 4, "return four things: w1, theta1, w2, theta2"
    w1, theta1, w2, theta2 = (np.asarray(v, dtype=float) for v in parts)
    check.shape(w1, (None, n), f"w1 for n = {n} (a row for each hidden unit)")
    check.shape(theta1, (len(w1),), f"theta1 for n = {n} (a number for each hidden unit)")
    check.shape(w2, (len(w1),), f"w2 for n = {n} (a number for each hidden unit)")
    h = (truth_table(n) @ w1.T >= theta1).astype(int)
    for x, fires in zip(truth_table(n), h @ w2 >= theta2):
        assert fires == (x.sum() % 2 == 1), (
            f"n = {n}: for the input {x}, with {x.sum()} ones, your output is {int(fires)}"
        )
### BEGIN HIDDEN TESTS
for n in (1, 2, 3, 4, 5, 8):
    w1, theta1, w2, theta2 = (np.asarray(v, dtype=float) for v in parity_weights(n))
    hidden = len(w1)
    check.shape(w1, (hidden, n), f"w1 for n = {n}")
    check.shape(np.atleast_1d(theta1), (hidden,), f"theta1 for n = {n}")
    check.shape(np.atleast_1d(w2), (hidden,), f"w2 for n = {n}")
    assert hidden <= 2 * n, f"n = {n}: {hidden} hidden units, at most {2 * n} are allowed"
    for x in truth_table(n):
        h = [float(sum(a * b for a, b in zip(row, x))) >= t for row, t in zip(w1, np.atleast_1d(theta1))]
        y = float(sum(a * b for a, b in zip(np.atleast_1d(w2), h))) >= float(np.squeeze(theta2))
        assert y == (int(x.sum()) % 2 == 1), f"n = {n}: the output is wrong for an input with {int(x.sum())} ones"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Is it separable? (4 points)
#
# Decide whether ONE threshold unit can compute a Boolean function of $n$ inputs, $1 \le n \le 4$. The function is given by its outputs `truth`, a
# sequence of $2^n$ zeros and ones in the row
# order of `truth_table(n)`: `[0, 0, 0, 1]` is AND.
#
# `truth` may be a list or an array. Return `True` or `False`. Your method is free: try all small integer weights, solve a linear program (`scipy.optimize.linprog`), look for a
# contradiction. But it must be *exact*: a
# function that can be separated only by a thin gap is separable all the same. One call may take a tenth of a second, not more.
#
# With $n \le 4$, whole-number weights from −3 to 3 suffice for every separable function (and from −2 to 2 they do not).
#
# <details><summary>Hint 1</summary>
#
# Given weights `w`, you need not try thresholds one by one: one exists if the smallest sum among the rows that fire is larger than the largest sum among
# the rows that do not. What if no row fires, or all do? (`min` and `max` of nothing raise an error.)
# </details>
#
# <details><summary>Hint 2</summary>
#
# `itertools.product(range(-3, 4), repeat=n)` lists all weights. Put them in one array of shape `(K, n)`; then `truth_table(n) @ weights.T` holds all
# sums, shape `(2**n, K)`.
# </details>


# %% answer="separable" forbid="dlcourse.mlp"
def separable(truth):
    """Can one threshold unit compute this function?

    truth: 2**n zeros and ones, n from 1 to 4 -> bool
    """
    ### BEGIN SOLUTION
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    n = int(np.log2(len(truth)))
    if truth.all() or not truth.any():
        return True
    weights = np.array(list(product(range(-3, 4), repeat=n)))  # (7**n, n)
    sums = truth_table(n) @ weights.T  # (2**n, 7**n)
    return bool((sums[truth].min(axis=0) > sums[~truth].max(axis=0)).any())
    ### END SOLUTION


# %% tests="separable" points=2
for truth, expected, why in (
    ([0, 0, 0, 1], True, "this is AND"),
    ([0, 1, 1, 0], False, "this is XOR"),
    ([1, 0, 0, 1], False, "this is the opposite of XOR"),
    ([1, 1, 1, 0], True, "this is NAND: weights may be negative"),
    ([0, 0, 0, 1, 1, 1, 1, 1], True, "x1, or x2 and x3: weights 2, 1, 1 and threshold 2"),
):
    answer = separable(truth)
    assert answer in (True, False), f"separable({truth}) returned {answer!r}, not True or False"
    assert answer == expected, f"separable({truth}) is {answer}, expected {expected}: {why}"
### BEGIN HIDDEN TESTS
for n, expected in ((1, 4), (2, 14), (3, 104)):
    count = sum(bool(separable([code >> k & 1 for k in range(2**n)])) for code in range(2**2**n))
    assert count == expected, f"of all functions of {n} inputs you call {count} separable, and that is not the right number"
### END HIDDEN TESTS

# %% tests="separable_each" of="separable" points=2
for truth in ([0, 0], [1, 1, 1, 1]):
    try:
        answer = separable(truth)
    except (ValueError, IndexError) as error:
        raise AssertionError(
            f"separable({truth}) stopped with the {type(error).__name__} above. Here all rows are of "
            "one kind: a minimum or maximum over the other kind has nothing to look at"
        ) from error
    assert answer, f"separable({truth}) is {answer}: a huge threshold never fires, a low one always"
### BEGIN HIDDEN TESTS
rng = check.class_rng("neurons/separable_each")
for trial in range(40):
    n = int(rng.integers(2, 5))
    rows = truth_table(n)
    w = rng.normal(size=n) * rng.choice([1, 3], n)
    sums = rows @ w
    gap = np.sort(sums)
    cut = int(rng.integers(0, len(gap) - 1))
    truth = (sums > (gap[cut] + gap[cut + 1]) / 2).astype(int)
    assert separable(truth), f"truth = {truth.tolist()} can be computed by a unit with weights {np.round(w, 3)}"
    a, b = rng.choice(2**n, 2, replace=False)
    differ = np.flatnonzero(rows[a] != rows[b])
    while len(differ) < 2:
        a, b = rng.choice(2**n, 2, replace=False)
        differ = np.flatnonzero(rows[a] != rows[b])
    some = np.zeros(n, dtype=bool)
    some[rng.choice(differ, int(rng.integers(1, len(differ))), replace=False)] = True
    place = 2 ** np.arange(n)[::-1]
    c, d = int(np.where(some, rows[b], rows[a]) @ place), int(np.where(some, rows[a], rows[b]) @ place)
    truth = rng.integers(0, 2, 2**n)
    truth[[a, b]], truth[[c, d]] = 1, 0
    why = f"rows {sorted(map(int, (a, b)))} fire, rows {sorted((c, d))} do not, and both pairs have the same sum"
    assert not separable(truth), f"truth = {truth.tolist()} cannot be computed by one unit: {why}"
for w, theta in (([2, 1, 1], 2), ([3, 2, 1, 1], 4), ([3, 2, 2, 1], 5), ([-2, 1, 1], 0), ([3, -2, -1, 1], 1)):
    truth = (truth_table(len(w)) @ np.array(w) >= theta).astype(int)
    assert separable(truth), f"truth = {truth.tolist()} is computed by one unit with whole-number weights no larger than 3"
    assert separable(1 - truth), f"truth = {(1 - truth).tolist()} is the opposite of a separable function"
for trial in range(6):
    (i, j, k, m), turned = rng.permutation(4), rng.integers(0, 2, 4)
    bits = truth_table(4) ^ turned
    truth = (bits[:, i] & bits[:, j]) | (bits[:, k] & bits[:, m])
    assert not separable(truth), f"truth = {truth.tolist()} cannot be computed by one unit, though raising one input never turns the output both ways"
    assert not separable(1 - truth), f"truth = {(1 - truth).tolist()} is the opposite of a function that is not separable"
for n in (1, 2, 3, 4):
    assert separable(np.zeros(2**n, dtype=int)), f"n = {n}: the function that is always 0 is separable"
    assert separable([1] * 2**n), f"n = {n}: the function that is always 1 is separable"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In words (2 points, marked by hand)
#
# Somebody claims: "The step of the threshold unit is the problem. Replace it by any smooth non-linear function $g$, say $y = g(w \cdot x + b)$ with the
# class decided by $y \ge \frac12$, and one unit learns XOR."
# Say for which $g$ this is false and why, and whether there is a $g$ for which it is true.

# %% [markdown] written="smooth_step" points=2
# **Your answer** (about 5 sentences):
#
# ### BEGIN SOLUTION
# If $g$ rises everywhere (sigmoid, tanh, leaky ReLU), $g(z) \ge \frac12$ holds exactly when $z \ge c$ for one number $c$. The set of inputs called 1 is
# then the half-plane $w \cdot x + b \ge c$, and
# XOR is no half-plane. Smoothness does not matter, only that $g$ is monotonic. A $g$ that rises and falls again can do it: with $w = (1, 1)$ and $b = 0$
# the sums are 0, 1, 1, 2, so any $g$ with
# $g(1) \ge \frac12$ and $g(0), g(2) < \frac12$ works, for example $g(z) = e^{-4 (z - 1)^2}$.
#
# Marking guide. 1 point: the boundary stays a line (half-plane) for monotonic $g$, with the reason. 1 point: a non-monotonic $g$ can do it, with an
# example or a picture that works on all four inputs.
# "Sigmoid is still linear" alone earns nothing: it is not linear; its *boundary* is.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# 1. Count the separable functions of four inputs. (Going through all 65 536 with your function takes minutes; better collect what all weights and
#    thresholds give in a `set`.) The known number is 1882.
# 2. Build a full adder: inputs $a$, $b$ and carry, outputs sum and carry. The carry is one unit (which?). Can the sum be computed by one more unit
#    that sees $a$, $b$, the carry *and* the new carry?
# 3. Parity needs $n$ hidden units in this construction. A hidden layer and direct connections from the inputs to the output unit need fewer. How many?
