# %% [markdown]
# # Which pixels made the score?
#
# **What it trains.** Three maps of importance as plain functions: covering a picture piece by piece, adding up gradients along a way, and reading the last layer of a network; and a game that tells whether a map points at the right place.
#
# **Time.** About 75 minutes.
#
# **Read again if stuck.** Section "What a network sees" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no scikit-learn, no `dlcourse.cnn` (the tests look). Nothing that is given may change. Nothing is trained: the networks are given as functions, or as arrays of their weights. The book covers with one number, walks by one rule, and interpolates with PyTorch; here the cover may be a picture,
# the way has two rules, and you write the interpolation. The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Cover and see (4 points)
#
# Write `occlusion_map(score, x, size, stride, baseline)`.
#
# - `score` takes **many** pictures, `(N, H, W)`, and returns their scores, `(N,)`. Call it once, with the untouched picture and all covered ones together: a network likes batches.
# - `x: (H, W)` is the picture, and `baseline` is a number or a picture `(H, W)`. Where the window lies, the covered picture shows `baseline`. `x` may hold whole numbers while `baseline` does not.
# - `size` and `stride` are pairs (rows, columns). Windows start at rows `0, stride[0], 2 * stride[0], ...` as long as they fit into the picture, and in the same way at columns.
# - The result `(H, W)` has for each pixel the **mean** drop, score before minus score after, over all windows that cover it, and 0 where no window comes.
#
# By hand, with one row: `x = [1, 2, 3, 4]`, the score is the sum, `size = (1, 2)`, `stride = (1, 1)`, `baseline = 0`. The three windows drop 3, 5 and 7. So the map is `[3, 4, 6, 7]`: the second pixel lies in the first two windows.
#
# <details><summary>Hint 1</summary>
#
# Two loops make a list of windows. Then one call of `score` on `np.stack`, and a second loop adds each drop to its window, in an array `total`, and 1 in an array `count`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `filled = np.broadcast_to(baseline, x.shape)` makes a picture of a number. At the end `total / np.maximum(count, 1)`. Copy `x` before you cover it.
# </details>

# %% answer="occlusion_map" forbid="dlcourse.cnn torch scipy sklearn"
def occlusion_map(score, x, size, stride, baseline):
    """Mean drop of the score over the windows that cover a pixel.  score: (N, H, W) -> (N,), x: (H, W), size, stride: pairs, baseline: number or (H, W) -> (H, W)"""
    ### BEGIN SOLUTION
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)
    ### END SOLUTION


# %% tests="occlusion_map" points=2 hint="A window that would stick out is not used. Average over the windows that cover a pixel."
def _sum(pictures):
    return np.asarray(pictures).sum(axis=(1, 2))
def _weighted(pictures):
    return np.asarray(pictures).reshape(len(pictures), -1) @ np.arange(12.0)
check.close(occlusion_map(_sum, np.array([[1.0, 2, 3, 4]]), (1, 2), (1, 1), 0.0), [[3, 4, 6, 7]], name="the example by hand")
check.close(occlusion_map(_sum, np.array([[1.0, 2, 3, 4, 5]]), (1, 2), (1, 2), 1.0), [[1, 1, 5, 5, 0]], name="stride 2, baseline 1: no window comes to the last pixel")
check.close(occlusion_map(_sum, np.array([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]), (2, 2), (3, 1), 0.5), [[8, 8], [8, 8], [0, 0], [32, 32], [32, 32]], name="whole numbers covered with 0.5, stride 3 along rows")
check.close(occlusion_map(_weighted, np.ones((3, 4)), (2, 3), (1, 1), 0.0), [[18, 21, 21, 24], [30, 33, 33, 36], [42, 45, 45, 48]], name="3 x 4 pixels, windows of 2 x 3")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/occlusion")
for _shape, _size, _stride in [((7, 9), (3, 2), (2, 1)), ((9, 5), (2, 4), (1, 3)), ((6, 6), (6, 6), (1, 1)), ((5, 8), (1, 1), (1, 2)), ((8, 7), (3, 3), (4, 5))]:
    _x, _w, _base = _rng.normal(size=_shape), _rng.normal(size=_shape), float(_rng.uniform(0.3, 1.0))

    def _score(pictures, w=_w):
        return np.tanh((np.asarray(pictures) * w).sum(axis=(1, 2)) / 3) * 5 + 2

    _expected = np.zeros(_shape)
    for _i, _j in np.ndindex(_shape):
        _drops = []
        for _r in range(0, _shape[0], _stride[0]):
            for _c in range(0, _shape[1], _stride[1]):
                if _r <= _i < _r + _size[0] <= _shape[0] and _c <= _j < _c + _size[1] <= _shape[1]:
                    _other = _x.copy()
                    _other[_r : _r + _size[0], _c : _c + _size[1]] = _base
                    _drops.append(_score(np.stack([_x]))[0] - _score(np.stack([_other]))[0])
        _expected[_i, _j] = np.mean(_drops) if _drops else 0.0
    check.close(occlusion_map(_score, _x, _size, _stride, _base), _expected, rtol=1e-8, atol=1e-9, name=f"picture {_shape}, size {_size}, stride {_stride}")
### END HIDDEN TESTS

# %% tests="occlusion_map_once" of="occlusion_map" points=2
_x, _base, _calls = np.array([[4.0, 1, 0], [2, 5, 3]]), np.array([[0.0, 1, 2], [3, 4, 5]]), []


def _counted(pictures):
    _calls.append(len(pictures))
    return np.asarray(pictures).reshape(len(pictures), -1) @ np.array([1.0, 2, 3, 4, 5, 6])


_map = occlusion_map(_counted, _x, (2, 1), (1, 2), _base)
check.close(_map, [[0, 0, -18], [0, 0, -18]], name="a picture as baseline, stride 2 along columns")
check.close(_calls, [3], name="calls of score, and how many pictures each got")
check.close(_x, [[4, 1, 0], [2, 5, 3]], name="x afterwards")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/occlusion_once")
_x, _base, _w, _calls = _rng.normal(size=(6, 7)), _rng.normal(size=(6, 7)), _rng.normal(size=(6, 7)), []


def _counted(pictures):
    _calls.append(np.shape(pictures))
    return np.exp((np.asarray(pictures) * _w).sum(axis=(1, 2)) / 8)


_map = occlusion_map(_counted, _x, (3, 2), (3, 1), _base)
_total, _count = np.zeros((6, 7)), np.zeros((6, 7))
for _r in (0, 3):
    for _c in range(6):
        _mask = np.zeros((6, 7), dtype=bool)
        _mask[_r : _r + 3, _c : _c + 2] = True
        _total += _mask * (np.exp((_x * _w).sum() / 8) - np.exp((np.where(_mask, _base, _x) * _w).sum() / 8))
        _count += _mask
check.close(_map, _total / _count, rtol=1e-8, atol=1e-10, name="a picture as baseline")
check.close(_calls, [(13, 6, 7)], name="calls of score")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Integrated gradients (4 points)
#
# Write `integrated_gradients(grad, x, baseline, steps, rule)`. `grad` takes points `(N, D)` and returns the gradient of a score at each, `(N, D)`. Walk from `baseline: (D,)` to `x: (D,)`, straight, and return $(x_i - b_i)\cdot$ (mean of $\partial\,\text{score}/\partial x_i$ along the way), `(D,)`. The mean is an integral over $t$ from 0 to 1, by one of two rules:
#
# - `rule="midpoint"`: `steps` pieces of equal length, the gradient in the middle of each;
# - `rule="trapezoid"`: the gradient at the `steps + 1` ends of the pieces, where the first and the last count half.
#
# Any other rule: `ValueError`. And write `completeness_gap(score, attribution, x, baseline)`: sum of the attribution minus (score at `x` minus score at `baseline`). `score` takes `(N, D)` and returns `(N,)`.
#
# By hand: score $= x_0^2 + 3 x_1$, from $(1, 0)$ to $(3, 2)$. Along the way $x_0$ runs from 1 to 3, so the mean of $2 x_0$ is 4, and $(3 - 1) \cdot 4 = 8$; the other pixel gives $2 \cdot 3 = 6$. Sum 14, and the scores are 15 and 1. Both rules are exact here, as the gradient is linear.
#
# <details><summary>Hint 1</summary>
#
# All points at once: `baseline + t[:, None] * (x - baseline)` for a vector `t`. The baseline is not always 0, so neither factor is `x`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Midpoints: `(np.arange(steps) + 0.5) / steps`. Trapezoid: `np.linspace(0, 1, steps + 1)` with weights 1, but ½ at both ends, all divided by `steps`.
# </details>

# %% answer="integrated_gradients" forbid="dlcourse.cnn torch scipy sklearn"
def integrated_gradients(grad, x, baseline, steps, rule):
    """Mean gradient on the way times the way.  grad: (N, D) -> (N, D), x, baseline: (D,), rule: "midpoint" or "trapezoid" -> (D,)"""
    ### BEGIN SOLUTION
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))
    ### END SOLUTION


# %% tests="integrated_gradients" points=3
def _grad(points):
    return np.stack([2 * np.asarray(points)[:, 0], np.full(len(points), 3.0)], axis=1)
def _cubic(points):
    return 3 * np.asarray(points) ** 2
for _rule in ("midpoint", "trapezoid"):
    check.close(integrated_gradients(_grad, np.array([3.0, 2.0]), np.array([1.0, 0.0]), 3, _rule), [8, 6], name=f"the example by hand, {_rule}")
check.close(integrated_gradients(_cubic, np.array([2.0, -1.0]), np.array([0.0, 1.0]), 2, "midpoint"), [7.5, -1.5], name="x cubed, two midpoints (the integral is 8 and -2)")
check.close(integrated_gradients(_cubic, np.array([2.0, -1.0]), np.array([0.0, 1.0]), 2, "trapezoid"), [9, -3], name="x cubed, trapezoids")
check.raises(ValueError, integrated_gradients, _grad, np.ones(2), np.zeros(2), 3, "simpson")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/integrated")
for _d, _steps in [(3, 1), (5, 2), (4, 7), (1, 12)]:
    _v, _x, _b = _rng.normal(size=_d), _rng.normal(size=_d), _rng.normal(size=_d)

    def _grad(points, v=_v):
        points = np.asarray(points)
        return v / np.cosh(points @ v)[:, None] ** 2 + np.sin(points)

    for _rule in ("midpoint", "trapezoid"):
        _total = np.zeros(_d)
        for _k in range(_steps):
            _ts = [(_k + 0.5) / _steps] if _rule == "midpoint" else [_k / _steps, (_k + 1) / _steps]
            _total += np.mean([_grad((_b + _t * (_x - _b))[None])[0] for _t in _ts], axis=0) / _steps
        check.close(integrated_gradients(_grad, _x, _b, _steps, _rule), (_x - _b) * _total, rtol=1e-8, atol=1e-10, name=f"{_d} pixels, {_steps} steps, {_rule}")
check.raises(ValueError, integrated_gradients, _grad, _x, _b, 4, "left")
### END HIDDEN TESTS

# %% answer="completeness_gap" forbid="dlcourse.cnn torch scipy sklearn"
def completeness_gap(score, attribution, x, baseline):
    """Sum of the attribution minus the difference of scores.  score: (N, D) -> (N,), the rest (D,) -> one number"""
    ### BEGIN SOLUTION
    at_x, at_baseline = np.asarray(score(np.stack([x, baseline])))
    return float(np.sum(attribution) - (at_x - at_baseline))
    ### END SOLUTION


# %% tests="completeness_gap" points=1
def _score(points):
    return np.asarray(points)[:, 0] ** 2 + 3 * np.asarray(points)[:, 1] + 5
check.close(completeness_gap(_score, np.array([8.0, 6.0]), np.array([3.0, 2.0]), np.array([1.0, 0.0])), 0.0, name="the example by hand: no gap")
check.close(completeness_gap(_score, np.array([8.0, 7.5]), np.array([3.0, 2.0]), np.array([1.0, 0.0])), 1.5, name="1.5 too much")
check.close(completeness_gap(_score, np.array([8.0, 5.0]), np.array([3.0, 2.0]), np.array([1.0, 0.0])), -1.0, name="1 too little")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/gap")
for _ in range(5):
    _a, _x, _b, _v = _rng.normal(size=(4, 6))
    def _score(points, v=_v):
        return np.exp(np.asarray(points) @ v / 4)
    _difference = np.exp(_x @ _v / 4) - np.exp(_b @ _v / 4)
    check.close(completeness_gap(_score, _a, _x, _b), _a.sum() - _difference, rtol=1e-8, atol=1e-10, name="gap of random numbers")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Where is it? (5 points)
#
# A network ends in the mean of each map over all places and one weighted sum for each class: `maps: (K, U, V)`, `w: (C, K)`.
#
# Write `class_map(maps, w, c)`: the map of class `c`, `(U, V)`, $\sum_k w_{ck}\, a_{kuv}$. Its mean is the score of `c`. No ReLU, no rescaling.
#
# Write `enlarge(grid, size)`: bilinear interpolation of a grid `(U, V)` to `size = (H, W)`, where `H` and `W` are multiples of `U` and `V` or not, and may also be smaller. Row `i` of the result has its centre at row $\frac{U}{H}(i + \frac12) - \frac12$ of the grid, and so for columns; a place beyond the first or last row takes that row's value. (This is PyTorch's `align_corners=False`.) Along one axis, by hand: `[0, 4]` to 4 pixels has the places $-0.25, 0.25, 0.75, 1.25$, so it becomes `[0, 1, 3, 4]`.
#
# Write `pointing_game(heat, boxes)`: `heat: (N, H, W)`, `boxes: (N, 4)` with first row, first column, last row, last column, **all inside the box**. Return the share of pictures whose largest number lies in the box. Of equal numbers, the first row by row counts.
#
# <details><summary>Hint 1</summary>
#
# Bilinear means: interpolate along rows, then along columns. Along one axis you need the lower neighbour, the upper one and the part of the way between them, all three as vectors.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `place = np.clip((np.arange(H) + 0.5) * U / H - 0.5, 0, U - 1)`, `low = np.floor(place).astype(int)`, `high = np.minimum(low + 1, U - 1)`. Or `np.interp`. And `np.unravel_index(heat[n].argmax(), heat[n].shape)`.
# </details>

# %% answer="class_map" forbid="dlcourse.cnn torch scipy sklearn"
def class_map(maps, w, c):
    """Class activation map of class c.  maps: (K, U, V), w: (C, K) -> (U, V)"""
    ### BEGIN SOLUTION
    return np.tensordot(w[c], maps, axes=1)
    ### END SOLUTION


# %% tests="class_map" points=1
_maps, _w = np.array([[[1.0, 0, 2]], [[0, 3, 1]]]), np.array([[1.0, 1], [2, -1]])  # (2, 1, 3), (2, 2)
check.close(class_map(_maps, _w, 1), [[2, -3, 3]], name="class 1: twice the first map minus the second")
check.close(class_map(_maps, _w, 0), [[1, 3, 3]], name="class 0")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/class_map")
for _k, _u, _v, _c in [(5, 3, 4, 7), (3, 3, 2, 3), (1, 4, 1, 2)]:
    _maps, _w = _rng.uniform(size=(_k, _u, _v)), _rng.normal(size=(_c, _k))
    for _label in range(_c):
        _expected = [[sum(_w[_label, _i] * _maps[_i, _r, _s] for _i in range(_k)) for _s in range(_v)] for _r in range(_u)]
        check.close(class_map(_maps, _w, _label), _expected, rtol=1e-9, atol=1e-12, name=f"class {_label} of {_k} maps")
### END HIDDEN TESTS

# %% answer="enlarge" forbid="dlcourse.cnn torch scipy sklearn"
def enlarge(grid, size):
    """Bilinear interpolation, centres on centres.  grid: (U, V), size: (H, W) -> (H, W)"""
    ### BEGIN SOLUTION
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid
    ### END SOLUTION


# %% tests="enlarge" points=2
check.close(enlarge(np.array([[0.0, 4.0]]), (1, 4)), [[0, 1, 3, 4]], name="[0, 4] to 4 pixels")
check.close(enlarge(np.array([[0.0, 4.0], [8.0, 0.0]]), (4, 2)), [[0, 4], [2, 3], [6, 1], [8, 0]], name="2 x 2 to 4 x 2")
check.close(enlarge(np.array([[0.0, 3.0, 6.0]]), (1, 4)), [[0, 1.875, 4.125, 6]], name="3 to 4 pixels")
check.close(enlarge(np.array([[0.0, 4.0, 8.0, 2.0, 10.0], [4.0, 0.0, 4.0, 8.0, 0.0]]), (1, 2)), [[2, 5]], name="2 x 5 to 1 x 2: two neighbours along each axis, however small the result")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/enlarge")
for _shape, _size in [((3, 5), (6, 20)), ((4, 2), (7, 5)), ((1, 3), (4, 3)), ((5, 1), (5, 6)), ((3, 4), (3, 4)), ((2, 7), (16, 9))]:
    _grid, _expected = _rng.normal(size=_shape), np.empty(_size)
    for _i, _j in np.ndindex(_size):
        _r = min(max(_shape[0] / _size[0] * (_i + 0.5) - 0.5, 0), _shape[0] - 1)
        _c = min(max(_shape[1] / _size[1] * (_j + 0.5) - 0.5, 0), _shape[1] - 1)
        _expected[_i, _j] = sum(_grid[_p, _q] * max(0, 1 - abs(_r - _p)) * max(0, 1 - abs(_c - _q)) for _p, _q in np.ndindex(_shape))
    check.close(enlarge(_grid, _size), _expected, rtol=1e-8, atol=1e-10, name=f"{_shape} to {_size}")
### END HIDDEN TESTS

# %% answer="pointing_game" forbid="dlcourse.cnn torch scipy sklearn"
def pointing_game(heat, boxes):
    """Share of maps whose largest number lies in the box.  heat: (N, H, W), boxes: (N, 4), first row and column, last row and column, inclusive -> float"""
    ### BEGIN SOLUTION
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits += int(top <= row <= bottom and left <= column <= right)
    return hits / len(heat)
    ### END SOLUTION


# %% tests="pointing_game" points=2
_heat = np.zeros((4, 3, 5))
_heat[0, 1, 4], _heat[1, 2, 0], _heat[2, 0, 3], _heat[3, 1, 2] = 1, 1, 1, 1
_a = np.array([[1.0, 2, 7, 3], [7, -9, 5, 4], [6, 7, 0, 2]])  # three times 7
_b = np.array([[1.0, 2, 3, 0], [4, -8, 2, 5], [2, 6, 3, 6]])  # twice 6
check.close(pointing_game(_heat, np.array([[0, 3, 1, 4], [0, 1, 2, 2], [0, 0, 0, 2], [1, 2, 2, 3]])), 0.5, name="four maps: hit on the last corner, two misses, hit on the first corner")
for _map, _box, _hit in ((_a, [0, 2, 1, 3], 1), (_a, [1, 0, 2, 3], 0), (_a, [0, 0, 2, 1], 0), (_a, [0, 3, 2, 3], 0), (_b, [0, 0, 1, 3], 0), (_b, [1, 1, 2, 2], 1)):
    check.close(pointing_game(_map[None], np.array([_box])), _hit, name=f"the map {_map.tolist()} with the box {_box}")
check.close(pointing_game(-np.ones((1, 2, 3)), np.array([[0, 0, 0, 0]])), 1.0, name="equal numbers: the first counts")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/seeing/pointing")
for _n, _h, _w in [(12, 6, 9), (9, 11, 4), (20, 5, 5)]:
    _heat = -_rng.uniform(1, 9, size=(_n, _h, _w))
    _top, _left = _rng.integers(0, _h - 2, size=_n), _rng.integers(0, _w - 2, size=_n)
    _boxes = np.stack([_top, _left, _top + _rng.integers(0, 3, size=_n), _left + _rng.integers(0, 3, size=_n)], axis=1)
    _hits = []
    for _m, (_a, _b, _c, _d) in zip(_heat, _boxes):
        _inside = [_m[_i, _j] for _i in range(_a, _c + 1) for _j in range(_b, _d + 1)]
        if _rng.random() < 0.6:
            _i, _j = (_c, _d) if _rng.random() < 0.5 else (_a, _b)
            _m[_i, _j] = -0.5
            _inside.append(-0.5)
        _hits.append(max(_inside) == _m.max())
    check.close(pointing_game(_heat, _boxes), float(np.mean(_hits)), name=f"share of hits among {_n} maps")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# A start-up sells a reader of X-ray pictures. Its brochure shows maps by guided back-propagation: the edges of the lung shine, and a doctor says "it looks at the right things". Name two measurements that you ask for before you believe the doctor, what each would show if the map had nothing to do with the network, and one reason why a map that passes both may still mislead. (About 6 sentences.)

# %% [markdown] written="doctor" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# First, I draw the weights at random, from the last layer on, and compare the maps before and after, by rank correlation. A map that hardly changes shows the picture and not the network; guided back-propagation keeps most of its map on the book's page. Second, I cover or delete the pixels that the map calls important and compare the fall of the score with a random order and with the order of ink or brightness;
# a map without relation to the network does no better than these. Asking for the map of another class is a third: it should differ. Even then the map may mislead. The network may look at the lung for a wrong reason (a mark of the hospital lies there as well), covered pictures are unlike anything in training, so that the drop measures strangeness, and a map shows where, not what or why. And the doctor's judgement is about what looks plausible to people.
#
# Marking: ½ point for each measurement, if it says what would be seen for a useless map (at most 1); ½ for a comparison with a baseline such as random order, ink, or a random network; ½ for a reason why it may still mislead. "Ask more doctors" earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - **No gap at all.** Take a two-layer network with ReLU and without biases, and `baseline = 0`. How many steps does `integrated_gradients` need? Then add biases, plot the gap against the number of steps for both rules, and explain the slopes.
# - **Two pixels that can stand in for each other.** The score is the *larger* of two pixels, both 1. What do the gradient, the occlusion map and integrated gradients say about each?
