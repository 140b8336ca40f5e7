# %% [markdown]
# # Bumps, polygons and kinks
#
# **What it trains.** To choose the weights of a hidden layer by thinking in lines and kinks, and to read off what given weights can do.
#
# **Time.** About 80 minutes.
#
# **Read again if stuck.** The section "What a hidden layer can represent" of the book.

# %%
import numpy as np

from dlcourse import check


def sigmoid(z):
    """1 / (1 + e^-z), without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def response(params, x):
    """Output of a 2-4-1 network with sigmoids in both layers.  x: (N, 2) -> (N,)"""
    (w1, b1), (w2, b2) = params
    return sigmoid(sigmoid(x @ w1 + b1) @ w2 + b2)[:, 0]


# %% [markdown]
# ## 1. A bump over a turned rectangle (3 points)
#
# The book's bump stands over an upright square. Build one over a **rectangle that may be turned**. Return the parameters of a 2-4-1 network,
# `[(w1, b1), (w2, b2)]` with shapes `(2, 4)`, `(4,)`, `(4, 1)`, `(1,)`, for `response` above.
#
# - `centre`: two numbers; `width`: two numbers > 0, the *full* lengths of the sides. Both may be tuples, lists or arrays.
# - `angle`: in radians. The first side points along $u = (\cos\alpha, \sin\alpha)$, the second along $v = (-\sin\alpha, \cos\alpha)$.
#
# In the rectangle's own coordinates $s = u \cdot (x - c)$ and $t = v \cdot (x - c)$ a point is inside if $|s| \le \text{width}_0/2$ and
# $|t| \le \text{width}_1/2$. Let $m = \max(2|s|/\text{width}_0,\; 2|t|/\text{width}_1)$. Required: the response is **above 0.9 where $m \le 0.8$**
# (well inside) and **below 0.1 where $m \ge 1.2$** (outside), also along the arms of the cross, however small or large the rectangle is.
#
# <details><summary>Hint 1</summary>
#
# One column of `w1` is one cliff. Its direction is $+u$, $-u$, $+v$ or $-v$; its bias puts the cliff on one side of the rectangle. How steep must it be, measured
# in half-widths, so that the sigmoid is nearly 0 or 1 when $m$ is 0.2 away from 1?
# </details>
#
# <details><summary>Hint 2</summary>
#
# For direction $d$ and half-width $r$ the signed distance to the cliff is $r + d \cdot (x - c)$: it is $2r$ on the opposite side, $r$ at the centre, 0 on the cliff. At $m = 0.8$ it
# is $0.2\,r$, and there the unit's argument should be about 6, because $\sigma(6) = 0.998$. Which factor does that take for $r = 1$, and for $r = 0.1$?
# </details>
#
# <details><summary>Hint 3</summary>
#
# Inside, the four outputs add up to nearly 4, in an arm of the cross to nearly 3. Put the output unit's threshold between the two, and multiply its weights until it decides clearly:
# its argument must be above $\ln 9 = 2.2$ or below $-2.2$ even when the four outputs are not quite 0 or 1.
# </details>

# %% answer="bump_params" forbid="dlcourse.mlp"
def bump_params(centre, width, angle=0.0):
    """A 2-4-1 network whose response is a bump over a rectangle.

    centre, width: two numbers each, angle: radians -> [(w1 (2, 4), b1 (4,)), (w2 (4, 1), b2 (1,))]
    """
    ### BEGIN SOLUTION
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    directions = np.array([u, -u, v, -v])  # (4, 2)
    half = np.repeat(np.asarray(width, dtype=float) / 2, 2)  # (4,)
    k = 30 / half
    w1 = (k[:, None] * directions).T  # (2, 4)
    b1 = k * (half - directions @ np.asarray(centre, dtype=float))
    return [(w1, b1), (np.full((4, 1), 20.0), np.array([-70.0]))]
    ### END SOLUTION


# %% tests="bump_params" points=3
_shapes = ((2, 4), (4,), (4, 1), (1,))


def bump_arrays(bump):
    """The two pairs as arrays of the right shapes, or a sentence."""
    form = "[(w1, b1), (w2, b2)]"
    assert isinstance(bump, (list, tuple)), f"bump_params returned {bump!r}, expected {form}"
    sizes = [len(p) if isinstance(p, (list, tuple)) else p for p in bump]
    assert sizes == [2, 2], f"bump_params must return two pairs, {form}"
    (w1, b1), (w2, b2) = bump
    for value, shape, name in zip((w1, b1, w2, b2), _shapes, ("w1", "b1", "w2", "b2")):
        check.shape(value, shape, name)
    return [(np.asarray(w, dtype=float), np.asarray(b, dtype=float)) for w, b in bump]


_turn = float(np.arctan2(0.6, 0.8))  # u = (0.8, 0.6), v = (-0.6, 0.8)
for case, spots in (
    (((1.0, 0.0), (2.0, 4.0)), {(1, 0): 0, (1, 1.5): 0.75, (2.6, 0): 1.6, (1, -3.2): 1.6}),
    (((1.0, 0.0), (0.4, 0.04), _turn), {(1, 0): 0, (1.12, 0.09): 0.75, (1.12, -0.09): 7.2}),
):
    network = bump_arrays(bump_params(*case))
    for spot, m in spots.items():
        got = float(response(network, np.array([spot], dtype=float))[0])
        where = f"bump_params{case}: the response at {spot}, where m = {m}, is {got:.3f}"
        good, wanted = (got > 0.9, "> 0.9") if m < 1 else (got < 0.1, "< 0.1")
        assert good, f"{where}, expected {wanted}"
### BEGIN HIDDEN TESTS
rng = check.class_rng("approximation/bump_params")
for trial in range(8):
    centre, width = rng.normal(0, 3, 2), np.exp(rng.normal(0, 1, 2)) * 10.0 ** rng.integers(-2, 3)
    angle = 0.0 if trial < 2 else float(rng.uniform(-7, 7))
    network = bump_arrays(bump_params(tuple(centre), list(width), angle))
    m = np.concatenate([rng.uniform(0, 0.8, 150), np.full(20, 0.8), np.full(20, 1.2), rng.uniform(1.2, 6, 150), np.full(20, 40.0)])
    side, other = rng.integers(0, 2, len(m)), rng.uniform(-1, 1, len(m)) * m
    other[::3] = 0  # along the arms of the cross
    local = np.where(side[:, None] == [0, 1], (m * rng.choice([-1, 1], len(m)))[:, None], other[:, None]) * width / 2
    turn = complex(np.cos(angle), np.sin(angle))
    spots = np.array([[(turn * complex(s, t)).real, (turn * complex(s, t)).imag] for s, t in local]) + centre
    out = response(network, spots)
    check.shape(out, (len(m),), "the response")
    case = f"centre {np.round(centre, 2)}, width {np.round(width, 3)}, angle {angle:.2f}"
    assert out[m <= 0.8].min() > 0.9, f"{case}: a point well inside gets {out[m <= 0.8].min():.3f}"
    arms = (m >= 1.2) & (other == 0)
    assert out[arms].max() < 0.1, f"{case}: a point straight out from a side gets {out[arms].max():.3f}: is it a ridge or a cross?"
    assert out[m >= 1.2].max() < 0.1, f"{case}: a point outside gets {out[m >= 1.2].max():.3f}"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Any convex polygon (2 points)
#
# A threshold unit fires when $w \cdot x \ge \theta$. Given the corners of a convex polygon, **in anticlockwise order**, return a network with one hidden layer of threshold units that
# fires inside and on the edge, and nowhere else: `w1` of shape `(H, 2)`, `theta1` of shape `(H,)`, `w2` of shape `(H,)`, number `theta2`, with $H$ the number of corners (lists or arrays):
#
# $$h = [\,W_1 x \ge \theta_1\,], \qquad y = [\,w_2 \cdot h \ge \theta_2\,].$$
#
# If the corners are whole numbers, points on the edge must fire exactly. For other corners rounding may decide about a point on the edge; the tests then use points that
# keep away from it by about a thousandth of the way to the middle.
#
# Example: the corners (0,0), (1,0), (0,1) give the three half-planes $x_2 \ge 0$, $-x_1 - x_2 \ge -1$, $x_1 \ge 0$, and AND at the output.
#
# <details><summary>Hint 1</summary>
#
# Walking anticlockwise, the inside is on your left. What is the vector that points to the left of $e = (e_1, e_2)$?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Walking to the right, $e = (1, 0)$, left is up, $(0, 1)$. Walking up, $e = (0, 1)$, left is $(-1, 0)$. What is it for $e = (3, 1)$? Check with a right angle: the dot product with $e$ is 0.
# </details>
#
# <details><summary>Hint 3</summary>
#
# Both ends of an edge lie on its line, so either of them gives the threshold. Mind the last edge: it goes from the last corner back to the first.
# </details>

# %% answer="polygon_net" forbid="dlcourse.mlp"
def polygon_net(corners):
    """Threshold network of a convex polygon.  corners: (H, 2), list or array, anticlockwise

    -> w1 (H, 2), theta1 (H,), w2 (H,), theta2; lists or arrays
    """
    ### BEGIN SOLUTION
    corners = np.asarray(corners)
    edge = np.roll(corners, -1, axis=0) - corners  # (H, 2)
    w1 = np.stack([-edge[:, 1], edge[:, 0]], axis=1)  # (H, 2), to the left
    theta1 = (w1 * corners).sum(axis=1)
    return w1, theta1, np.ones(len(corners)), len(corners)
    ### END SOLUTION


# %% tests="polygon_net" points=2
def polygon_fires(corners, x):
    """Whether the network of these corners fires at x."""
    net, h = polygon_net(corners), len(corners)
    form = "four things: w1, theta1, w2, theta2"
    assert isinstance(net, (tuple, list)), f"polygon_net returned {net!r}, expected {form}"
    assert len(net) == 4, f"polygon_net returned {len(net)} things, expected {form}"
    for value, shape, name in zip(net, ((h, 2), (h,), (h,), ()), ("w1", "theta1", "w2", "theta2")):
        check.shape(value, shape, f"{name} for {h} corners")
    w1, theta1, w2, theta2 = (np.asarray(a, dtype=float) for a in net)
    return bool((w1 @ np.array(x, dtype=float) >= theta1) @ w2 >= theta2)


for corners, spots in (
    ([[0, 0], [1, 0], [0, 1]], [(0.2, 0.2, 1), (0.9, 0.9, 0), (-0.1, 0.5, 0), (0.5, 0.5, 1)]),
    ([[1, 1], [4, 1], [4, 2], [1, 2]], [(2, 1.5, 1), (4.5, 1.5, 0), (2, 0, 0), (1, 1.5, 1)]),
):
    for *spot, wanted in spots:
        got = polygon_fires(corners, spot)
        where = f"the polygon {corners} at the point {spot}: your network"
        assert got == wanted, f"{where} {'fires' if got else 'does not fire'}, it should be otherwise"
### BEGIN HIDDEN TESTS
rng = check.class_rng("approximation/polygon_net")


def fires_at(x, w1, theta1, w2, theta2):
    """Output of the threshold network at each point."""
    return np.array([sum(c for c, on in zip(w2, w1 @ p >= theta1) if on) >= theta2 for p in x])


for trial in range(10):
    n = int(rng.integers(3, 9))
    where = np.sort(rng.choice(64, n, replace=False)) * (2 * np.pi / 64)
    while np.diff(where, append=where[0] + 2 * np.pi).max() > 3:  # keep the centre inside
        where = np.sort(rng.choice(64, n, replace=False)) * (2 * np.pi / 64)
    size, middle = 10.0 ** rng.integers(-1, 2), rng.normal(0, 5, 2)
    corners = size * np.stack([np.cos(where), np.sin(where)], axis=1) @ np.array([[1, 0.3], [0, 0.6]]) + middle
    corners = np.roll(corners, int(rng.integers(n)), axis=0)
    keep = corners.copy()
    w1, theta1, w2, theta2 = (np.asarray(a, dtype=float) for a in polygon_net(corners))
    assert np.array_equal(keep, corners), "the corners must not be changed"
    for value, shape, name in ((w1, (n, 2), "w1"), (theta1, (n,), "theta1"), (w2, (n,), "w2")):
        check.shape(value, shape, name)
    mixed = rng.dirichlet(np.ones(n), 60) @ corners  # inside: mixtures of the corners
    inside = middle + 0.999 * (mixed - middle)
    i = rng.integers(n, size=60)
    share = rng.uniform(0.02, 0.98, (60, 1))
    edge_point = share * corners[i] + (1 - share) * corners[(i + 1) % n]
    outside = middle + (edge_point - middle) * rng.uniform(1.002, 4, (60, 1))
    within, beyond = (fires_at(x, w1, theta1, w2, theta2) for x in (inside, outside))
    assert within.all(), f"{int((~within).sum())} of 60 points inside a polygon of {n} corners do not fire"
    assert not beyond.any(), f"{int(beyond.sum())} of 60 points outside a polygon of {n} corners fire"
grid = np.array([[0, 0], [4, 0], [4, 2], [0, 2]])
w1, theta1, w2, theta2 = (np.asarray(a, dtype=float) for a in polygon_net(grid.tolist()))
for x in ([0, 0], [4, 2], [2, 0], [4, 1], [0, 1]):
    assert sum(w2[w1 @ np.array(x, dtype=float) >= theta1]) >= theta2, f"the point {x} lies on the edge of the rectangle (0,0) to (4,2): it should fire"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Through given points, flat outside (3 points)
#
# Build a 1-H-1 ReLU network $g(x) = b_2 + \sum_i v_i \max(0, w_i x + b_i)$ that joins the points $(t_0, y_0), \dots, (t_n, y_n)$ by straight pieces and
# is **constant outside**: $g(x) = y_0$ for $x \le t_0$ and $g(x) = y_n$ for $x \ge t_n$. The knots are strictly increasing but *not* evenly spaced,
# $n \ge 1$.
#
# Return `w, b, v` of shape `(H,)` and the number `b2`, with at most $n + 1$ hidden units.
#
# Example: knots 0, 1, 3 and values 1, 3, 2: flat at 1, then slope 2, then slope −½, then flat at 2.
#
# <details><summary>Hint 1</summary>
#
# With all $w_i = 1$ the unit $\max(0, x - t_i)$ adds $v_i$ to the slope at $t_i$ and to the right of it. What is the slope left of $t_0$, what is it between two knots, what right of $t_n$?
# </details>
#
# <details><summary>Hint 2</summary>
#
# In the example the slopes are 0, 2, −½, 0 from left to right. At knot 0 the slope changes by +2, at knot 1 by −2½, at knot 3 by +½. Where do these changes appear in the network?
# </details>

# %% answer="through_points" forbid="dlcourse.mlp numpy.interp scipy"
def through_points(knots, values):
    """ReLU network through points, constant outside.  knots, values: (n + 1,), lists or arrays

    -> w (H,), b (H,), v (H,), lists or arrays, and the number b2; H <= n + 1
    """
    ### BEGIN SOLUTION
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    slopes = np.diff(y) / np.diff(t)  # (n,)
    v = np.diff(np.concatenate([[0.0], slopes, [0.0]]))  # (n + 1,)
    return np.ones(len(t)), -t, v, y[0]
    ### END SOLUTION


# %% tests="through_points" points=3
network = through_points([0, 1, 3], [1, 3, 2])
form = "four things: w, b, v, b2"
assert isinstance(network, (tuple, list)), f"through_points returned {network!r}, expected {form}"
assert len(network) == 4, f"through_points returned {len(network)} things, expected {form}"
w, b, v, b2 = network
check.shape(w, (None,), "w")
check.shape(b, (len(w),), "b (w has a length, b needs the same)")
check.shape(v, (len(w),), "v (w has a length, v needs the same)")
check.shape(b2, (), "b2")
assert len(w) <= 3, f"three points: you use {len(w)} hidden units, at most 3 are allowed"
for x, wanted in {-2: 1, 0: 1, 0.5: 2, 1: 3, 2: 2.5, 3: 2, 5: 2}.items():
    got = float(b2) + sum(vi * max(0, wi * x + bi) for wi, bi, vi in zip(w, b, v))
    where = f"knots [0, 1, 3], values [1, 3, 2]: g({x}) is {got:.6g}"
    assert abs(got - wanted) < 1e-9, f"{where}, expected {wanted}"
### BEGIN HIDDEN TESTS
rng = check.class_rng("approximation/through_points")


def value(network, x):
    """g(x), unit by unit."""
    w, b, v, b2 = network
    return float(b2) + sum(vi * max(0.0, wi * x + bi) for wi, bi, vi in zip(w, b, v))


for n in (1, 1, 2, 5, 17):
    t, y = np.cumsum(rng.uniform(0.05, 2, n + 1)) - 3, rng.normal(0, 3, n + 1) + 1
    w, b, v, b2 = through_points(list(t), list(y))
    w, b, v = (np.asarray(a, dtype=float) for a in (w, b, v))
    assert w.shape == b.shape == v.shape == (len(w),) and len(w) <= n + 1, f"{n + 1} points: w, b, v must have one common length, at most {n + 1}"
    g = lambda x: value((w, b, v, b2), x)  # noqa: B023, E731
    check.close([g(s) for s in t], y, atol=1e-8, name=f"g at the {n + 1} knots")
    for i in range(n):
        share = float(rng.uniform(0.1, 0.9))
        between = (1 - share) * y[i] + share * y[i + 1]
        check.close(g((1 - share) * t[i] + share * t[i + 1]), between, atol=1e-8, name=f"g between knots {i} and {i + 1}")
    check.close([g(t[0] - s) for s in (0.5, 40.0)], [y[0]] * 2, atol=1e-7, name="g left of the first knot (it should be constant)")
    check.close([g(t[-1] + s) for s in (0.5, 40.0)], [y[-1]] * 2, atol=1e-7, name="g right of the last knot (it should be constant)")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Count the kinks (3 points)
#
# Given *any* one-hidden-layer ReLU network of one input, $g(x) = b_2 + \sum_i v_i \max(0, w_i x + b_i)$: how many **kinks** does $g$ have, that is,
# points where its slope changes? ($b_2$ does not matter and is not given.)
#
# The arguments hold whole numbers (or fractions that floats hold exactly). Mind: units with $w_i = 0$; units whose kink is at the same place, which may
# add up or **cancel**; units with negative $w_i$.
#
# Example: $w = (1, -1)$, $b = (0, 0)$. With $v = (1, 1)$, $g = |x|$: one kink. With $v = (1, -1)$, $g = x$: no kink.
#
# <details><summary>Hint 1</summary>
#
# Where is the kink of unit $i$? By how much does the slope of $v_i \max(0, w_i x + b_i)$ change there, from left to right? Try $w_i = 2$ and $w_i = -2$ on paper.
# </details>
#
# <details><summary>Hint 2</summary>
#
# For $w_i = 2$, $v_i = 1$ the slope is 0 on the left and 2 on the right, a change of +2. For $w_i = -2$, $v_i = 1$ it is −2 on the left and 0 on the right: again a change of +2.
# </details>
#
# <details><summary>Hint 3</summary>
#
# Two units have their kink at the same place: then only the sum of their changes is to be seen. What if that sum is 0?
# </details>

# %% answer="count_kinks" forbid="dlcourse.mlp"
def count_kinks(w, b, v):
    """Number of places at which the slope of sum_i v_i max(0, w_i x + b_i) changes.

    w, b, v: (H,), lists or arrays -> int
    """
    ### BEGIN SOLUTION
    change = {}
    for wi, bi, vi in zip(w, b, v):
        if wi != 0:
            place = -bi / wi + 0.0  # + 0.0: minus zero and zero are one place
            change[place] = change.get(place, 0.0) + vi * abs(wi)
    return sum(abs(c) > 1e-9 for c in change.values())
    ### END SOLUTION


# %% tests="count_kinks" points=2
got = count_kinks([1, -1], [0, 0], [1, 1])
assert got == 1, f"max(0, x) + max(0, -x) = |x| has one kink; you count {got}"
got = count_kinks([1, -1], [0, 0], [1, -1])
assert got == 0, f"max(0, x) - max(0, -x) = x has no kink; you count {got}"
got = count_kinks([2, 1, 1], [-6, -6, 1], [1, 1, 0])
assert got == 2, f"max(0, 2x - 6) + max(0, x - 6) + 0 max(0, x + 1) has two kinks; you count {got}"
### BEGIN HIDDEN TESTS
from fractions import Fraction  # noqa: E402

rng = check.class_rng("approximation/count_kinks")


def kinks_by_slopes(w, b, v):
    """The same by looking at slopes on a grid that is finer than any two places, in exact fractions."""
    places = sorted({Fraction(int(-c), int(a)) for a, c in zip(w, b) if a != 0})
    stops = [places[0] - 1, *[(p + q) / 2 for p, q in zip(places, places[1:])], places[-1] + 1] if places else [Fraction(0)]
    slopes = [sum(int(c) * int(a) for a, d, c in zip(w, b, v) if int(a) * x + int(d) > 0) for x in stops]
    return sum(a != c for a, c in zip(slopes, slopes[1:]))


for trial in range(60):
    hidden = int(rng.integers(1, 9))
    w, b, v = rng.choice([-4, -2, -1, 0, 1, 2, 4], hidden), rng.integers(-3, 4, hidden), rng.integers(-2, 3, hidden)
    expected = kinks_by_slopes(w, b, v)
    got = count_kinks(w, b, v)
    assert got == expected, f"w = {w.tolist()}, b = {b.tolist()}, v = {v.tolist()}: you count {got} kinks"
### END HIDDEN TESTS

# %% tests="count_kinks_cancel" of="count_kinks" points=1
got = count_kinks([0, 0], [1, -1], [3, 2])
assert got == 0, f"w = [0, 0]: the two units are constant, there is no kink; you count {got}"
for v, wanted in (([2, -1], 0), ([2, 1], 1)):
    got = count_kinks([1, -2], [-3, 6], v)
    assert got == wanted, f"w = [1, -2], b = [-3, 6], v = {v}: {wanted} kinks; you count {got}"
### BEGIN HIDDEN TESTS
rng = check.class_rng("approximation/count_kinks_cancel")
for trial in range(20):
    place, a = int(rng.integers(-5, 6)), int(rng.choice([1, 2, 4]))
    w, b, v = [a, -2 * a], [-a * place, 2 * a * place], [2, -1]
    assert count_kinks(w, b, v) == 0, f"w = {w}, b = {b}, v = {v}: the two changes of slope at {place} cancel"
    v = [2, 1]
    assert count_kinks(w, b, v) == 1, f"w = {w}, b = {b}, v = {v}: the two changes of slope at {place} add up to one kink"
    extra = int(rng.integers(6, 9))
    assert count_kinks(w + [-1], b + [extra], v + [1]) == 2, f"w = {w + [-1]}, b = {b + [extra]}, v = {v + [1]}: there are kinks at {place} and {extra}"
assert count_kinks([], [], []) == 0, "without units there is no kink"
assert count_kinks([1, -1], [0.0, -0.0], [1, 1]) == 1, "0.0 and -0.0 are the same place"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# The lecture slides say on one and the same page: "a network with one hidden layer divides space into convex regions", and below figure 6.2: "given a sufficiently large number of
# hidden units, any continuous function from input to output can be approximated arbitrarily well by such a network". Both sentences are about one hidden layer.
#
# Here the *region* of a network with threshold output is the set of all inputs for which its output is 1 (not one of the cells into which the hidden units' lines cut the plane: those
# are always convex).
#
# (a) Which hidden units and which output unit make the first sentence right, and why is the region convex then? (b) Give a network with one hidden layer that lacks one of your
# conditions and whose region is **not** convex: name two points of the region and a point between them that is outside. (About 5 sentences.)

# %% [markdown] written="convex_or_any" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The first sentence holds for threshold units in the hidden layer *and* an output unit that computes AND: the region is then an intersection of
# half-planes, and every intersection of half-planes is convex. With another output unit it fails at once: two units $[x_1 \ge 0]$, $[x_2 \ge 0]$ and OR
# give three quadrants, which contain $(2, -1)$ and $(-3, 0)$ but not the middle $(-\frac12, -\frac12)$; XOR even gives two separate pieces. With smooth
# units the boundary is bent, and by the second sentence it comes as close as wanted to any region's boundary, though an exact corner where four pieces
# meet may need a second layer.
#
# Marking guide. 1 point: names the condition (output = AND, or equivalently an intersection of half-planes) and why that is convex. 1 point: a
# counterexample that is checked (two points inside, a point between them outside, or a disconnected region). "Figure 6.2 is about functions, the first
# about regions" without a counterexample: half of the second point.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# 1. Follow $f(x_1, x_2) = \sin(3 x_1) \cos(2 x_2)$ on a square by a sum of bumps on a grid of cells. How does the largest error fall with the number of
#    bumps?
# 2. A ReLU network with two hidden layers of $H$ units each has at most how many kinks? Find one with more than $2H$.
# 3. Prove that one hidden layer of threshold units cannot have exactly the region $x_1 x_2 > 0$. (The book has the idea; mind units whose edge runs
#    along an axis in both directions.)
