# %% [markdown]
# # Same or different
#
# **What it trains.** The triplet loss over every triplet of a batch, with its gradient; choosing the triplets that teach something; a threshold with a promised rate of false accepts; and naming people, or nobody.
#
# **Time.** About 90 minutes.
#
# **Read again if stuck.** Section "The same or not: embeddings and triplets" of the book.
#
# Your answers may use NumPy and nothing else: no PyTorch, no scikit-learn, no SciPy, no `dlcourse.cnn` (the tests look). Nothing that is given may change, in no part. The book mines a single negative for each anchor and positive, inside PyTorch. In part 1 you take all of them, and
# write the gradient yourself. In part 2 you choose one, but from a band with two ends, and with a fallback. The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. All triplets (5 points)
#
# `E: (N, D)` holds embeddings as they are: do not divide them by their length. `y: (N,)` holds whole numbers, the identities, in any order. A triplet $(a, p, n)$ is *valid* if $a \neq p$, $y_a = y_p$ and $y_n \neq y_a$. With the **squared** distance
# $d_{ij} = \lVert E_i - E_j \rVert^2$ the loss is
#
# $$ L = \frac1T \sum_{\text{valid } (a, p, n)} \max(0,\; d_{ap} - d_{an} + m), \qquad T = \text{the number of all valid triplets}, $$
#
# those that cost nothing included. Mind that $(a, p, n)$ and $(p, a, n)$ are two triplets. Write `triplet_loss(E, y, margin)`, which returns $L$ and its gradient by `E`, of shape `(N, D)`. At the kink of the maximum the slope is 0. If there is no valid triplet,
# return 0 and zeros.
#
# By hand: $E = (0), (2), (3)$ with $y = (5, 5, 1)$ and $m = 4$. Two valid triplets. $(0, 1, 2)$: $4 - 9 + 4 = -1$, costs nothing. $(1, 0, 2)$: $4 - 1 + 4 = 7$. So $L = 7/2$. Its gradient before the division by 2: by $E_1$ (anchor) $2(E_n - E_p) = 2 \cdot (3 - 0) = 6$, by $E_0$ (positive)
# $-2 (E_a - E_p) = -4$, by $E_2$ (negative) $2 (E_a - E_n) = -2$. Divided by 2: $(-2, 3, -1)$, which add up to 0.
#
# <details><summary>Hint 1</summary>
#
# An array `(N, N, N)` with the axes anchor, positive, negative is small enough. `d[:, :, None] - d[:, None, :] + margin` has all sums; a mask of the same shape says which triplets are valid.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Let `on` be 1 where a valid triplet costs something. `on.sum(axis=2)` says how often each $d_{ap}$ counts with +1, `on.sum(axis=1)` how often each $d_{an}$ counts with −1. Their difference `w: (N, N)` is the gradient by `d`, and
# $\partial d_{ij} / \partial E_i = 2 (E_i - E_j) = -\partial d_{ij} / \partial E_j$. With `s = w + w.T` the gradient is $2 \sum_j s_{ij} (E_i - E_j)$.
# </details>


# %% answer="triplet_loss" forbid="dlcourse.cnn torch sklearn scipy"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    ### BEGIN SOLUTION
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)
    ### END SOLUTION


# %% tests="triplet_loss" points=2
_E, _y = np.array([[0.0], [2.0], [3.0]]), np.array([5, 5, 1])
_keep = _E.copy(), _y.copy()
check.close(triplet_loss(_E, _y, 4.0)[0], 3.5, name="the loss by hand, (0 + 7) / 2")
check.close(triplet_loss(_E, _y, 0.5)[0], 1.75, name="the loss with margin 0.5, (0 + 3.5) / 2")
check.close(_E, _keep[0], name="E afterwards")
check.close(_y, _keep[1], name="y afterwards")
_E, _y = np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 2.0], [1.0, 0.5], [-1.0, 1.0]]), np.array([3, 8, 3, 8, 3])
check.close(triplet_loss(_E, _y, 0.9)[0], 29.2 / 18, name="the loss of 18 triplets, which cost 29.2 together")
check.close(triplet_loss(_E, np.arange(5), 1.0)[0], 0.0, name="the loss without a valid triplet")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/faces/triplet_loss")
for _n, _dim, _people in ((7, 3, 3), (9, 2, 2), (5, 1, 2), (11, 4, 6), (4, 2, 1)):
    for _margin in (0.2, 1.0, 0.0):
        _E, _y = _rng.normal(size=(_n, _dim)) * 1.3, _rng.integers(0, _people, _n) * 3 - 2
        _costs = [np.sum((_E[_a] - _E[_p]) ** 2) - np.sum((_E[_a] - _E[_k]) ** 2) + _margin for _a in range(_n) for _p in range(_n) for _k in range(_n) if _a != _p and _y[_a] == _y[_p] and _y[_a] != _y[_k]]
        _keep = _E.copy()
        check.close(triplet_loss(_E, _y, _margin)[0], sum(max(0.0, _c) for _c in _costs) / max(1, len(_costs)), rtol=1e-9, name=f"the loss of {len(_costs)} triplets with margin {_margin}")
        assert np.array_equal(_E, _keep), "triplet_loss changes E"
### END HIDDEN TESTS

# %% tests="triplet_loss_gradient" of="triplet_loss" points=3 hint="Compare with check.numerical_gradient; every row is anchor, positive and negative in turn."
_E, _y = np.array([[0.0], [2.0], [3.0]]), np.array([5, 5, 1])
check.close(triplet_loss(_E, _y, 4.0)[1], [[-2.0], [3.0], [-1.0]], name="the gradient by hand")
_E, _y = np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 2.0], [1.0, 0.5], [-1.0, 1.0]]), np.array([3, 8, 3, 8, 3])
_slope = check.numerical_gradient(lambda e: float(triplet_loss(e, _y, 0.9)[0]), _E.copy())
check.close(triplet_loss(_E, _y, 0.9)[1], _slope, rtol=1e-6, atol=1e-8, name="the gradient against differences")
check.close(triplet_loss(_E, np.arange(5), 1.0)[1], np.zeros((5, 2)), name="the gradient without a valid triplet")
check.close(triplet_loss(np.array([[0.0], [1.0], [2.0]]), np.array([0, 0, 1]), 0.0)[1], [[0.0], [0.0], [0.0]], name="the gradient at the kink")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/faces/triplet_loss_gradient")
for _n, _dim, _people, _margin in ((7, 3, 3, 0.5), (9, 2, 2, 0.2), (5, 1, 2, 3.0), (10, 4, 6, 1.0), (4, 2, 1, 1.0)):
    _E, _y = _rng.normal(size=(_n, _dim)) * 1.3, _rng.integers(0, _people, _n) * 3 - 2
    _slope, _count = np.zeros((_n, _dim)), 0
    for _a in range(_n):
        for _p in range(_n):
            for _k in range(_n):
                if _a != _p and _y[_a] == _y[_p] and _y[_a] != _y[_k]:
                    _count += 1
                    if np.sum((_E[_a] - _E[_p]) ** 2) - np.sum((_E[_a] - _E[_k]) ** 2) + _margin > 0:
                        _slope[_a] += 2 * (_E[_k] - _E[_p])
                        _slope[_p] -= 2 * (_E[_a] - _E[_p])
                        _slope[_k] += 2 * (_E[_a] - _E[_k])
    check.close(triplet_loss(_E, _y, _margin)[1], _slope / max(_count, 1), rtol=1e-8, atol=1e-9, name=f"the gradient over {_count} triplets")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Semi-hard triplets, with a fallback (3 points)
#
# Write `semihard(E, y, margin)`: an array `(T, 3)` of whole numbers with one row $(a, p, n)$ for each pair $a \neq p$ with $y_a = y_p$, sorted by $a$, then by $p$. Distances are squared, as in part 1. The negative $n$ is
#
# 1. among those with $d_{ap} < d_{an} < d_{ap} + m$ the nearest to $a$;
# 2. if there is none such, among those with $d_{an} \le d_{ap}$ the *farthest* from $a$;
# 3. if there is none of either kind, all negatives are beyond the margin, or there are none: the pair is left out.
#
# Of several at the same distance take the one with the smallest number. Both signs in the first line are strict. If nothing is left, return an array of shape `(0, 3)`.
#
# By hand, on a line: $a$ at 0, $p$ at 3 (so $d_{ap} = 9$), negatives at 1, 2 and 4, with $m = 4$. Their $d_{an}$ are 1, 4 and 16. The band is $9 < d_{an} < 13$: nobody. So the fallback: the farthest of the two nearer ones, the negative at 2. With $m = 8$ the band reaches to 17: the negative at 4.
#
# <details><summary>Hint 1</summary>
#
# Two loops, over `a` and over `p`, are fine. Inside them `d[a]` is a vector, and masks choose from it.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.flatnonzero(mask)` gives candidates in ascending order, and `argmin` and `argmax` return the first of equals: `candidates[np.argmin(d[a, candidates])]`.
# </details>


# %% answer="semihard" forbid="dlcourse.cnn torch sklearn scipy"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    ### BEGIN SOLUTION
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)
    ### END SOLUTION


# %% tests="semihard" points=3
_E, _y = np.array([[4.0], [0.0], [1.0], [3.0], [2.0]]), np.array([7, 2, 7, 2, 9])
_got = np.asarray(semihard(_E, _y, 4.0))
assert _got.ndim == 2 and _got.shape[1] == 3, f"expected rows of three numbers, got shape {_got.shape}"
assert _got.tolist() == [[0, 2, 4], [1, 3, 4], [2, 0, 3], [3, 1, 2]], f"with margin 4 expected [[0, 2, 4], [1, 3, 4], [2, 0, 3], [3, 1, 2]], got {_got.tolist()}"
_got = np.asarray(semihard(_E, _y, 8.0)).tolist()
assert _got == [[0, 2, 1], [1, 3, 0], [2, 0, 3], [3, 1, 2]], f"with margin 8 the pair (1, 3) takes number 0, got {_got}"
assert np.asarray(semihard(_E, _y, 7.0)).tolist()[1] == [1, 3, 4], "with margin 7 the negative at 4 stands on the band's edge, not in it: the fallback is number 4"
_got = np.asarray(semihard(np.array([[0.0], [1.0], [9.0]]), np.array([0, 0, 1]), 0.2))
assert _got.shape == (0, 3), f"all negatives are beyond the margin: expected shape (0, 3), got {_got.shape}"
_got = np.asarray(semihard(np.array([[0.0], [3.0], [3.0], [-3.0]]), np.array([1, 1, 0, 0]), 2.0)).tolist()
assert _got[0] == [0, 1, 2], f"two negatives exactly as far as the positive are no band; the fallback takes the smaller number, got {_got}"
_got = np.asarray(semihard(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [0.0, -2.0], [-1.0, 2.0], [1.0, 2.0], [1.0, -3.0]]), np.array([3, 3, 8, 1, 5, 0, 9]), 13.0))
assert _got.dtype.kind == "i", f"expected whole numbers, got {_got.dtype}"
assert _got.tolist() == [[0, 1, 4], [1, 0, 5]], f"in the plane: from (0, 0) the negatives are at 16, 4, 5, 5, 10 and the positive at 4; from (2, 0) they are at 20, 8, 13, 5, 10; got {_got.tolist()}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/faces/semihard")
for _n, _dim, _people, _margin, _whole in ((8, 2, 3, 0.5, False), (12, 3, 4, 1.5, False), (9, 2, 3, 3, True), (14, 1, 4, 6, True), (5, 2, 1, 1.0, False), (6, 2, 6, 1.0, False), (10, 2, 2, 2, True), (16, 2, 5, 5, True)):
    _E = (_rng.integers(-3, 4, (_n, _dim)) if _whole else _rng.normal(size=(_n, _dim))).astype(float)
    _y = _rng.permutation(np.arange(_n) % _people) * 5 - 7
    _rows = []
    for _a in range(_n):
        for _p in range(_n):
            if _a == _p or _y[_a] != _y[_p]:
                continue
            _d = [sum((_E[_a, _k] - _E[_j, _k]) ** 2 for _k in range(_dim)) for _j in range(_n)]
            _in = sorted((_d[_j], _j) for _j in range(_n) if _y[_j] != _y[_a] and _d[_p] < _d[_j] < _d[_p] + _margin)
            _near = sorted((-_d[_j], _j) for _j in range(_n) if _y[_j] != _y[_a] and _d[_j] <= _d[_p])
            if _in or _near:
                _rows.append([_a, _p, (_in or _near)[0][1]])
    _got = np.asarray(semihard(_E, _y, _margin))
    assert _got.shape == (len(_rows), 3), f"{_n} rows, {_people} identities, margin {_margin}: expected shape {(len(_rows), 3)}, got {_got.shape}"
    _bad = [(r, g) for r, g in zip(_rows, _got.tolist(), strict=True) if r != g]
    assert not _bad, f"{_n} rows, margin {_margin}: expected {_bad[0][0]}, got {_bad[0][1]}"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A promised rate of false accepts (3 points)
#
# A gate accepts a pair of pictures if their distance is **at most** $t$. Write `verification(dist, same, far)`, which returns $t$ and the share of the same pairs that it accepts. `dist: (P,)` are the distances, in any order; `same: (P,)` says which pairs show one person; `far` lies between 0 and 1.
# $t$ is the largest number *among the distances in* `dist` at which the share of the different pairs that are accepted is at most `far`: divide the number accepted by the number of different pairs, and compare the quotient with `far`. Distances may be equal: then all pairs with that distance are accepted, or none. If no distance will do, $t = -\infty$, and the share is 0.
# If there are no same pairs or no different pairs, raise a `ValueError`.
#
# By hand: different pairs at 3, 5, 5, 9; same pairs at 1, 4, 5, 6. With `far` 0.25 one false accept of four is allowed. $t = 4$ accepts the 3 only. $t = 5$ accepts the 3 and both 5: too many. So $t = 4$, and it accepts 2 of 4 same pairs. With `far` 0.5 again 4. With 0.75 it is 6.
#
# <details><summary>Hint 1</summary>
#
# Try every distance as $t$. For each count the different pairs with `dist <= t`. Nothing needs to be sorted.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `t = np.unique(dist)` and `(dist[~same] <= t[:, None]).mean(axis=1)`. With $10^5$ pairs this is too large an array: `np.searchsorted(np.sort(dist[~same]), t, side="right")` counts the same.
# </details>


# %% answer="verification" forbid="dlcourse.cnn torch sklearn scipy"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    ### BEGIN SOLUTION
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))
    ### END SOLUTION


# %% tests="verification" points=3
_dist, _same = np.array([5.0, 4.0, 9.0, 1.0, 5.0, 3.0, 6.0, 5.0]), np.array([False, True, False, True, True, False, True, False])
for _far, _want in ((0.25, (4, 0.5)), (0.5, (4, 0.5)), (0.75, (6, 1.0)), (1.0, (9, 1.0)), (0.1, (1, 0.25))):
    check.close(verification(_dist, _same, _far), _want, name=f"t and share for far = {_far}")
check.close(verification(np.array([2.0, 2.0, 3.0]), np.array([False, True, True]), 0.5), (-np.inf, 0.0), name="t and share where no distance will do")
check.raises(ValueError, verification, _dist, np.ones(8, dtype=bool), 0.1)
check.raises(ValueError, verification, _dist, np.zeros(8, dtype=bool), 0.1)
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/faces/verification")
for _n, _levels in ((5, 4), (30, 10), (60, 7), (200, 1000), (11, 2)):
    for _far in (0.0, 0.0137, 0.103, 0.25, 0.5, 0.907, 1.0):
        _same = _rng.random(_n) < 0.4
        _same[:2] = [True, False]
        _dist = _rng.integers(1, _levels + 1, _n) / 8 + np.where(_same, 0, 0.25)
        _order = _rng.permutation(_n)
        _dist, _same = _dist[_order], _same[_order]
        _wrong = int(np.floor(_far * np.sum(~_same) + 1e-9))
        _good = [t for t in _dist if sum(_dist[~_same] <= t) <= _wrong]
        _t = max(_good) if _good else -np.inf
        check.close(verification(_dist, _same, _far), (_t, np.sum(_dist[_same] <= _t) / np.sum(_same)), name=f"t and share of {_n} pairs for far = {_far}")
for _kind in (True, False):
    check.raises(ValueError, verification, _rng.random(6), np.full(6, _kind), 0.1)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Who is it, or nobody? (3 points)
#
# A gallery holds embeddings `gallery: (G, D)` of known people, `names: (G,)` says who (whole numbers $\ge 0$, in any order, several pictures of one person). Write `identify(gallery, names, probes, t)`: for each row of `probes: (Q, D)` the name of the nearest gallery picture
# by Euclidean distance, or −1 if that is farther than `t`. At a distance of exactly `t` the person is named. Of several nearest pictures the one that stands first in the gallery decides. Return an array `(Q,)` of whole numbers. If the gallery is empty, raise a `ValueError` of your own, which says so; that a function of NumPy stumbles over the empty array is not enough.
#
# The distance is *not* squared, and $t$ belongs to it.
#
# By hand: the gallery $(0, 0), (6, 8), (0, 2)$ with the names $4, 0, 4$ and $t = 3$. The probe $(3, 4)$ is 5 from the first, 5 from the second, $\sqrt{13}$ from the third: farther than 3, so −1. The probe $(0, 5)$ is 3 from the third: 4.
#
# <details><summary>Hint 1</summary>
#
# `np.linalg.norm(probes[:, None] - gallery[None], axis=2)` has shape `(Q, G)`. The smallest of each row decides.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `best = d.argmin(axis=1)` takes the first of equals. `names[best]` are names; `best` alone are places in the gallery. `np.where` puts in the −1.
# </details>


# %% answer="identify" forbid="dlcourse.cnn torch sklearn scipy"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    ### BEGIN SOLUTION
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[d.argmin(axis=1)], -1)
    ### END SOLUTION


# %% tests="identify" points=3
_gallery, _names = np.array([[0.0, 0.0], [6.0, 8.0], [0.0, 2.0]]), np.array([4, 0, 4])
_probes = np.array([[3.0, 4.0], [0.0, 5.0], [6.0, 7.0], [5.0, 5.0]])
assert np.asarray(identify(_gallery, _names, _probes, 3.0)).tolist() == [-1, 4, 0, -1], "with t = 3 expected [-1, 4, 0, -1]"
assert np.asarray(identify(_gallery, _names, _probes, 20.0)).tolist() == [4, 4, 0, 0], "with t = 20 expected [4, 4, 0, 0]"
assert np.asarray(identify(np.array([[1.0], [-1.0]]), np.array([9, 2]), np.array([[0.0]]), 1.0)).tolist() == [9], "two are equally near: the first one in the gallery decides"
for _t, _want in ((4.0, [-1, -1]), (4.5, [6, 0])):
    _got = np.asarray(identify(np.array([[0.0, 5.0], [3.0, 3.0]]), np.array([0, 6]), np.array([[0.0, 0.0], [-1.0, 1.0]]), _t)).tolist()
    assert _got == _want, f"the gallery (0, 5), (3, 3) is at the roots of 25 and 18 from (0, 0), and of 17 and 20 from (-1, 1): with t = {_t} expected {_want}, got {_got}"
check.raises(ValueError, identify, np.zeros((0, 2)), np.zeros(0, dtype=int), _probes, 1.0)
try:
    identify(np.zeros((0, 2)), np.zeros(0, dtype=int), _probes, 1.0)
except ValueError as _error:
    _message = str(_error)
assert _message and not any(_word in _message for _word in ("argmin", "zero-size", "broadcast")), f"an empty gallery wants an error of your own that says so, not one of NumPy; the message is {_message!r}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/faces/identify")
for _g, _q, _dim, _t, _whole in ((6, 4, 2, 1.0, False), (1, 5, 3, 2.0, False), (12, 9, 2, 1.0, True), (9, 1, 4, 3.0, True), (20, 15, 3, 0.8, False), (10, 12, 1, 1.0, True)):
    _gallery = (_rng.integers(-3, 4, (_g, _dim)) if _whole else _rng.normal(size=(_g, _dim))).astype(float)
    _probes = (_rng.integers(-3, 4, (_q, _dim)) if _whole else _rng.normal(size=(_q, _dim))).astype(float)
    _names = _rng.integers(0, 5, _g) * 7
    _want = []
    for _row in _probes:
        _near = sorted((sum((_row - _picture) ** 2), _i) for _i, _picture in enumerate(_gallery))[0]
        _want.append(int(_names[_near[1]]) if _near[0] <= _t**2 else -1)
    _got = np.asarray(identify(_gallery, _names, _probes, _t)).tolist()
    assert _got == _want, f"{_g} gallery pictures, t = {_t}: expected {_want}, got {_got}"
check.raises(ValueError, identify, np.zeros((0, 3)), np.zeros(0, dtype=int), np.zeros((2, 3)), 1.0)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. The station (2 points)
#
# A vendor offers a camera for a station: "99.9 % accurate: false accept rate 0.1 %, measured on a public benchmark." 40,000 people pass in a day; the list of wanted people has 200 names, and perhaps two of these people pass in a day. How many alarms a day do you expect, and what share of them is right, if 90 % of the wanted are found? Say what you assume.
# Then name two things that you would ask to be measured before anybody decides, and one that no measurement settles. (About 8 sentences.)

# %% [markdown] written="station" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The false accept rate belongs to a single comparison. Each passer-by is compared with 200 names: if the comparisons were independent, 1 - 0.999^200 = 18 % of the innocent would raise an alarm, about 7,250 people a day. About 1.8 wanted people are found. So about one alarm in 4,000 is right. (With alarms counted
# per comparison: 40,000 * 200 * 0.001 = 8,000; also fine.) Comparisons are not independent: some faces resemble many, so the figure may differ, which is why the rate *per passer-by against the whole list* must be measured.
# To measure: false alarms per passer-by at the very list size, on pictures of this camera (light, angle, resolution); the same by group (age, sex, skin, glasses), each with enough people; the share of wanted found under these conditions; the workload and error of those who check alarms.
# Not settled by measurement: whether people who are not suspected of anything may be compared at all, who may put names on the list, who can object.
#
# Marking: 1 point for the multiplication by the list's size and the resulting share (of the order of 1 in 4,000, assumptions said); 0.5 for two measurements that concern this place, list size or groups; 0.5 for a question of right or consent that is named as such.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Divide each row of `E` by its length first, and carry the gradient of part 1 through the division. In which direction is the gradient by a row now always 0?
# - All of part 1 without an array of `(N, N, N)`: sort the distances of each anchor once.
# - Replace the nearest picture in `identify` by the nearest *mean* of a person's pictures. For which galleries is that better?
