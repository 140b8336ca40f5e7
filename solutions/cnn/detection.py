# %% [markdown]
# # Anchors, matching, suppression, and a score with ties
#
# **What it trains.** The four small algorithms that stand around the network of a detector, each with a rule that is a little different from the book's. In all of them the edge cases are the work: equal scores, no object, no answer.
#
# **Time.** About 120 minutes: 20 for the anchors, 30 for each of the three others, 10 for the question.
#
# **Read again if stuck.** Section "How many, and where? Anchors, suppression and average precision" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.cnn` (the tests look). None of the functions changes what it is given.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Anchors (4 points)
#
# Write `make_anchors(picture, stride, scales, ratios)`. It returns two arrays, `anchors: (A, 4)` with rows `(x, y, w, h)` (corner at the top left, width, height), and `inside: (A,)` of `bool`.
#
# - `picture` is `(H, W)` and `stride` is `(sy, sx)`, in pixels; the two strides may differ. There are `H // sy` rows and `W // sx` columns of cells, at least one of each. An anchor's centre is the **middle** of its cell; cell (0, 0) begins at the corner of the picture.
# - Here a ratio is **width over height**. An anchor of scale `s` has the area `s * s`.
# - Order: row by row, in a row column by column, in a cell **ratio by ratio**, for a ratio scale by scale.
# - `inside` says whether the whole anchor lies in the picture of `H` × `W` pixels. Touching the border is inside.
#
# By hand: a picture of 8 × 12, strides (4, 6), scale 4, ratios 1 and 4. The first cell has its centre at $x = 3$, $y = 2$. Its anchors are `(1, 0, 4, 4)`, which is inside, and, 8 wide and 2 high, `(-1, 1, 8, 2)`, which is not.
#
# <details><summary>Hint 1</summary>
#
# From $w/h = r$ and $wh = s^2$ follows $w = s\sqrt r$ and $h = s/\sqrt r$. Four nested loops are a fine first version: the order of the loops is the order of the anchors.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Inside means four conditions: `x >= 0`, `y >= 0`, `x + w <= W`, `y + h <= H`.
# </details>

# %% answer="make_anchors" forbid="dlcourse.cnn torch scipy"
def make_anchors(picture, stride, scales, ratios):
    """Anchors and which lie inside.  picture: (H, W), stride: (sy, sx), scales, ratios: lists of numbers -> (A, 4) rows (x, y, w, h), (A,) bool"""
    ### BEGIN SOLUTION
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside
    ### END SOLUTION


# %% tests="make_anchors" points=3 hint="Which number is x, which is y? Which loop is the inner one?"
_result = make_anchors((8, 12), (4, 6), [4], [1, 4])
assert _result is not None and len(_result) == 2, "return anchors and inside"
check.close(_result[0][:4], [[1, 0, 4, 4], [-1, 1, 8, 2], [7, 0, 4, 4], [5, 1, 8, 2]], name="anchors of the first row of cells")
check.close(make_anchors((5, 9), (4, 8), [2, 6], [0.25, 1])[0], [[3.5, 0, 1, 4], [2.5, -4, 3, 12], [3, 1, 2, 2], [1, -1, 6, 6]], name="anchors of one cell, two ratios and two scales")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/make_anchors")
for _ in range(6):
    _sy, _sx = (int(v) for v in _rng.integers(2, 9, 2))
    _high, _wide = int(_rng.integers(1, 4)), int(_rng.integers(2, 5))
    _picture = _high * _sy + int(_rng.integers(_sy)), _wide * _sx + int(_rng.integers(_sx))
    _scales, _ratios = _rng.uniform(2, 12, int(_rng.integers(1, 4))).tolist(), _rng.uniform(0.3, 3, int(_rng.integers(1, 4))).tolist()
    _right = np.empty((_high, _wide, len(_ratios), len(_scales), 4))
    for _i, _j, _r, _s in np.ndindex(_right.shape[:4]):
        _h = np.sqrt(_scales[_s] ** 2 / _ratios[_r])
        _w = _h * _ratios[_r]
        _right[_i, _j, _r, _s] = _sx * _j + _sx / 2 - _w / 2, _sy * _i + _sy / 2 - _h / 2, _w, _h
    check.close(make_anchors(_picture, (_sy, _sx), _scales, _ratios)[0], _right.reshape(-1, 4), rtol=1e-9, atol=1e-9, name=f"anchors of a picture {_picture}, strides {(_sy, _sx)}")
### END HIDDEN TESTS

# %% tests="make_anchors_inside" of="make_anchors" points=1
check.close(np.array(make_anchors((8, 12), (4, 6), [4], [1, 4])[1]), [True, False, True, False, True, False, True, False], name="inside, of the example")
_edge = make_anchors((9, 14), (4, 6), [2, 6], [0.25, 1, 4])[1]
assert all(isinstance(_v, (bool, np.bool_)) for _v in np.array(_edge).tolist()), "inside must be of bool"
# cells (0, 0) and (1, 1): centres (3, 2) and (9, 6); ratios 1/4, 1, 4; scales 2 and 6
check.close(np.array(_edge).reshape(2, 2, 6)[[0, 1], [0, 1]], [[True, False, True, False, True, False], [True, False, True, True, True, False]], name="inside, of a picture of 9 x 14")
check.close(np.array(make_anchors((8, 8), (8, 8), [8, 9], [1])[1]), [True, False], name="inside, an anchor that touches all four sides, and one that leaves on all")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/make_anchors_inside")
for _ in range(4):
    _scales, _ratios = _rng.uniform(3, 14, 3).tolist(), _rng.uniform(0.3, 3, 2).tolist()
    _right = []
    for _i in range(4):
        for _j in range(3):
            for _r in _ratios:
                for _s in _scales:
                    _w, _h = _s * _r**0.5, _s * _r**-0.5
                    _right.append(abs(2 * (_j + 0.5) * 6 - 20) <= 20 - _w and abs(2 * (_i + 0.5) * 4 - 19) <= 19 - _h)
    check.close(np.array(make_anchors((19, 20), (4, 6), _scales, _ratios)[1]), np.array(_right), name="inside, of a picture of 19 x 20")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Matching without quarrel (5 points)
#
# In the book two objects may want the same anchor, and one of them goes without. Here no object goes without as long as there are anchors that touch it.
#
# Write `match(iou, low, high)` for `iou: (K, A)`, the IoU of each **object** (row) with each **anchor** (column). Return `chosen: (A,)`, whole numbers.
#
# **First step.** As long as there are objects without an anchor and free anchors: of all pairs of such an object and such an anchor take the one with the largest IoU. If this is 0, the step is over; otherwise the anchor gets the object's number, and neither is looked at again in this step. Equal IoUs: the object with the lower number first, then the anchor with the lower number.
#
# **Second step.** Each anchor that the first step left free looks at its largest IoU with any object: at least `high`, it gets that object's number (the lowest, if equal); below `low`, it gets −1 (background); between, −2 (ignored).
#
# `K` may be 0: then every anchor is background.
#
# By hand, `low` = 0.4, `high` = 0.5:
#
# | | anchor 0 | anchor 1 | anchor 2 | anchor 3 |
# |---|---|---|---|---|
# | object 0 | 0.60 | 0.30 | 0.10 | 0.00 |
# | object 1 | 0.70 | 0.20 | 0.30 | 0.45 |
#
# The largest is 0.70: anchor 0 gets object 1. Object 0 has 0.30 as its best among the free ones: anchor 1 gets it. Anchor 2 has at most 0.30: −1. Anchor 3 has 0.45: −2. So the result is `[1, 0, -1, -2]`.
#
# <details><summary>Hint 1</summary>
#
# Work on a copy of `iou`. When a pair has been taken, fill its row and its column with −1; then the next largest entry is the next pair.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.unravel_index(left.argmax(), left.shape)`: `argmax` takes the first of equal entries, row by row, and that is the order asked for. The second step looks at the original `iou`.
# </details>

# %% answer="match" forbid="dlcourse.cnn torch scipy"
def match(iou, low, high):
    """Which object each anchor is to find.  iou: (K, A) of objects and anchors -> (A,) numbers of objects, -1 background, -2 ignored"""
    ### BEGIN SOLUTION
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen
    ### END SOLUTION


# %% tests="match" points=3
_iou = np.array([[0.6, 0.3, 0.1, 0], [0.7, 0.2, 0.3, 0.45]])
check.close(np.array(match(_iou, 0.4, 0.5)), [1, 0, -1, -2], name="the example")
check.close(np.array(match(np.array([[0.9, 0.5, 0.4, 0.39, 0.55]]), 0.4, 0.5)), [0, 0, -2, -1, 0], name="one object: an IoU of exactly high, exactly low, below low")
check.close(np.array(match(np.array([[0.1, 0.6, 0.2, 0.65], [0.05, 0.3, 0.0, 0.8]]), 0.4, 0.5)), [-1, 0, -1, 1], name="two objects, low = 0.4, high = 0.5")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/match")
for _k, _a, _low, _high in [(1, 1, 0.4, 0.5), (3, 8, 0.4, 0.6), (4, 12, 0.3, 0.7), (6, 9, 0.2, 0.5), (5, 7, 0.5, 0.5), (7, 20, 0.4, 0.9)]:
    _iou = _rng.random((_k, _a)) * _rng.random((_k, 1))
    _right = []
    for _column in _iou.T:
        _top = sorted(_column)[-1]
        _right.append(list(_column).index(_top) if _top >= _high else -2 if _top >= _low else -1)
    _objects, _anchors = set(), set()
    for _v, _i, _j in sorted(((-_iou[_i, _j], _i, _j) for _i in range(_k) for _j in range(_a))):
        if _i not in _objects and _j not in _anchors:
            _objects.add(_i)
            _anchors.add(_j)
            _right[_j] = _i
    _copy = _iou.copy()
    check.close(np.array(match(_iou, _low, _high)), _right, name=f"{_k} objects and {_a} anchors, low = {_low}, high = {_high}")
    assert np.array_equal(_iou, _copy), "match changes its input"
### END HIDDEN TESTS

# %% tests="match_edges" of="match" points=2
check.close(np.array(match(np.zeros((0, 3)), 0.4, 0.5)), [-1, -1, -1], name="no object")
check.close(np.array(match(np.array([[0.0, 0, 0], [0, 0.2, 0]]), 0.4, 0.5)), [-1, 1, -1], name="an object that no anchor touches")
check.close(np.array(match(np.array([[0.1, 0.3, 0.6], [0.6, 0.3, 0.6]]), 0.4, 0.5)), [1, -1, 0], name="equal IoUs: the object with the lower number first")
check.close(np.array(match(np.array([[0.1, 0.3, 0.6], [0.6, 0.3, 0.1]]), 0.2, 0.3)), [1, 0, 0], name="equal IoUs in the second step: the lower number")
_iou = np.array([[0.3, 0.2]])
assert np.issubdtype(np.array(match(_iou, 0.4, 0.5)).dtype, np.integer), "match returns whole numbers"
check.close(_iou, [[0.3, 0.2]], rtol=0, atol=0, name="the IoU that match was given")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/match_edges")
check.close(np.array(match(np.array([[0.5], [0.7], [0.1]]), 0.4, 0.6)), [1], name="three objects and one anchor")
check.close(np.array(match(np.full((2, 3), 0.2), 0.4, 0.6)), [0, 1, -1], name="all IoUs are 0.2")
for _k, _a in [(3, 5), (4, 4), (5, 3), (2, 9)]:
    _iou = np.round(_rng.random((_k, _a)) * 4) / 5 * (_rng.random((_k, _a)) < 0.7)  # many are equal, many are 0
    _right = [(int(_c.argmax()) if _c.max() >= 0.6 else -2 if _c.max() >= 0.4 else -1) for _c in _iou.T]
    _objects, _anchors = set(), set()
    for _v, _i, _j in sorted(((-_iou[_i, _j], _i, _j) for _i in range(_k) for _j in range(_a))):
        if _v < 0 and _i not in _objects and _j not in _anchors:
            _objects.add(_i)
            _anchors.add(_j)
            _right[_j] = _i
    check.close(np.array(match(_iou, 0.4, 0.6)), _right, name=f"{_k} objects and {_a} anchors with equal IoUs and zeros")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Suppression by class, with a limit (5 points)
#
# Write `nms(overlap, scores, labels, threshold, most)`. `overlap: (D, D)` holds the IoU of each answer with each, `scores: (D,)`, `labels: (D,)` the classes. Go through the answers from the highest score to the lowest; of equal scores the one with the lower number comes first. An answer stays if its IoU with every answer **of its class that stays** is at most `threshold`. So an IoU of exactly `threshold` suppresses
# nothing, and an answer that has been dropped drops no other.
#
# Return the numbers of the answers that stay, best first, at most `most` of them, the best: `(n,)`, whole numbers. `D` may be 0.
#
# By hand: three answers of one class in a row, scores 0.9, 0.8, 0.7. The first overlaps the second by 0.6, the second the third by 0.6, the first the third by 0.3. With the threshold 0.5 the second goes. The third stays: the one that it overlaps is gone.
#
# <details><summary>Hint 1</summary>
#
# `np.argsort(-scores, kind="stable")` keeps equal scores in their order. The simplest loop keeps a list and asks, for each answer, all those in the list.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep)`.
# </details>

# %% answer="nms" forbid="dlcourse.cnn torch scipy"
def nms(overlap, scores, labels, threshold, most):
    """Greedy suppression in each class.  overlap: (D, D), scores, labels: (D,) -> (n,) numbers of those that stay, best first, n <= most"""
    ### BEGIN SOLUTION
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)
    ### END SOLUTION


# %% tests="nms" points=3
_chain = np.array([[1, 0.3, 0.6], [0.3, 1, 0.6], [0.6, 0.6, 1]])  # the example, in another order: 0.7, 0.9, 0.8
check.close(np.array(nms(_chain, np.array([0.7, 0.9, 0.8]), np.array([1, 1, 1]), 0.5, 10)), [1, 0], name="the example")
check.close(np.array(nms(_chain, np.array([0.7, 0.9, 0.8]), np.array([1, 1, 2]), 0.5, 10)), [1, 2, 0], name="the example, the second of another class")
check.close(np.array(nms(_chain, np.array([0.7, 0.9, 0.8]), np.array([1, 1, 1]), 0.6, 10)), [1, 2, 0], name="an IoU of exactly the threshold")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/nms")
for _d, _classes, _threshold in [(1, 1, 0.5), (6, 1, 0.5), (12, 2, 0.4), (20, 3, 0.6), (25, 2, 0.7)]:
    _overlap = _rng.random((_d, _d))
    _overlap = np.maximum(_overlap, _overlap.T)
    np.fill_diagonal(_overlap, 1)
    _scores, _labels = _rng.permutation(_d) / _d, _rng.integers(0, _classes, _d) + 3
    _alive, _right = dict(enumerate(_scores)), []
    while _alive:
        _best = max(_alive, key=_alive.get)
        _right.append(_best)
        _alive = {_e: _v for _e, _v in _alive.items() if _e != _best and not (_labels[_e] == _labels[_best] and _overlap[_e, _best] > _threshold)}
    check.close(np.array(nms(_overlap, _scores, _labels, _threshold, 100)), _right, name=f"{_d} answers, {_classes} classes, threshold {_threshold}")
### END HIDDEN TESTS

# %% tests="nms_edges" of="nms" points=2
check.close(np.array(nms(np.eye(4), np.array([0.5, 0.7, 0.5, 0.7]), np.array([0, 0, 1, 1]), 0.5, 3)), [1, 3, 0], name="equal scores, at most 3")
check.close(np.array(nms(np.full((4, 4), 0.8), np.array([0.5, 0.2, 0.5, 0.1]), np.array([0, 1, 0, 2]), 0.5, 2)), [0, 1], name="at most 2 that stay, not the best 2 before")
_none = np.array(nms(np.zeros((0, 0)), np.zeros(0), np.zeros(0, dtype=int), 0.5, 5))
assert _none.shape == (0,) and np.issubdtype(_none.dtype, np.integer), "no answer at all: an empty array of whole numbers"
check.shape(nms(np.eye(2), np.array([0.5, 0.7]), np.array([0, 0]), 0.5, 0), (0,), "at most 0 answers")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/nms_edges")
check.shape(nms(np.zeros((0, 0)), np.zeros(0), np.zeros(0, dtype=int), 0.5, 5), (0,), "no answer at all")
for _d, _most in [(8, 3), (14, 5), (14, 1), (20, 30)]:
    _overlap = np.round(_rng.random((_d, _d)), 1)
    _overlap = np.maximum(_overlap, _overlap.T)
    np.fill_diagonal(_overlap, 1)
    _scores, _labels = _rng.integers(0, 4, _d) / 4, _rng.integers(0, 3, _d)
    _copies, _right = (_overlap.copy(), _scores.copy()), []
    for _e in sorted(range(_d), key=lambda n: (-_scores[n], n)):
        if not any(_labels[_e] == _labels[_f] and _overlap[_e, _f] > 0.5 for _f in _right):
            _right.append(_e)
    check.close(np.array(nms(_overlap, _scores, _labels, 0.5, _most)), _right[:_most], name=f"{_d} answers with equal scores, at most {_most}")
    assert np.array_equal(_overlap, _copies[0]) and np.array_equal(_scores, _copies[1]), "nms changes its inputs"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Average precision with equal scores (6 points)
#
# If two answers have the same score, no threshold lets one in without the other. The book takes them in the order of the list, so that the score of a detector depends on the order of its answers. Here it does not.
#
# Write `average_precision(scores, hits, total, rule)` for the `scores: (D,)` and `hits: (D,)` (`bool`) of all answers of one class in a data set with `total` objects. `scores` come in any order.
#
# For each **different** score $t$ that occurs, take all answers with a score $\ge t$: $n$ answers with $h$ hits give one point with the recall $R = h/\text{total}$ and the precision $P = h/n$. With the envelope $P^*(r)$, the largest precision of all points with $R \ge r$ (0 if there is none),
#
# $$\text{AP}_{\text{all}} = \frac{1}{\text{total}} \sum_{k=1}^{\text{total}} P^*\!\Big(\frac{k}{\text{total}}\Big), \qquad \text{AP}_{11} = \frac1{11} \sum_{k=0}^{10} P^*\!\Big(\frac{k}{10}\Big),$$
#
# for `rule` = `"all"` and `"11"`. A recall of exactly $k/10$ counts as reached. If `total` is 0, return `float("nan")`; if there are objects but no answers, 0.
#
# By hand: scores 0.9, 0.7, 0.7, 0.4, hits yes, yes, no, no, three objects. The points $(R, P)$ are $(1/3, 1)$, $(2/3, 2/3)$, $(2/3, 1/2)$. $\text{AP}_{\text{all}} = (1 + 2/3 + 0)/3 = 5/9$. At the recalls 0, 0.1, 0.2, 0.3 the envelope is 1, at 0.4, 0.5, 0.6 it is 2/3, then 0: $\text{AP}_{11} = (4 + 2)/11 = 6/11$.
#
# <details><summary>Hint 1</summary>
#
# `np.unique(scores)` has the different scores. For each of them, `taken = scores >= t` gives $n$ and $h$. No sorting is needed.
# </details>
#
# <details><summary>Hint 2</summary>
#
# 0.1 · 3 is a little more than 0.3 in floating point. Compare whole numbers, `10 * h >= k * total`, or allow for 1e-9.
# </details>

# %% answer="average_precision" forbid="dlcourse.cnn torch scipy"
def average_precision(scores, hits, total, rule):
    """AP of one class; equal scores come in together.  scores: (D,), hits: (D,) bool, total: number of objects, rule: "all" or "11" -> number"""
    ### BEGIN SOLUTION
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))
    ### END SOLUTION


# %% tests="average_precision" points=3
_scores, _hits = np.array([0.7, 0.4, 0.9, 0.7]), np.array([True, False, True, False])
check.close(average_precision(_scores, _hits, 3, "all"), 5 / 9, name="AP of the example, all points")
check.close(average_precision(_scores, _hits, 3, "11"), 6 / 11, name="AP of the example, eleven points")
check.close(average_precision(np.array([0.2, 0.8, 0.5, 0.6]), np.array([True, False, True, True]), 5, "all"), 3 / 5 * 0.75, name="AP where the precision rises with the recall")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/average_precision")
for _d, _missed, _levels in [(1, 0, 1), (6, 2, 100), (15, 0, 100), (15, 6, 5), (30, 3, 8), (24, 12, 3)]:
    _scores, _hits = _rng.integers(0, _levels, _d) / _levels, _rng.random(_d) < 0.6
    _hits[0] = True
    _total, _points = int(_hits.sum()) + _missed, []
    for _t in set(_scores.tolist()):
        _in = [bool(_y) for _s, _y in zip(_scores, _hits, strict=True) if _s >= _t]
        _points.append((sum(_in), sum(_in) / len(_in)))
    for _rule, _grid, _parts in (("all", range(1, _total + 1), _total), ("11", range(11), 10)):
        _right = sum(max([0.0] + [_p for _h, _p in _points if _h * _parts >= _k * _total]) for _k in _grid) / len(_grid)
        check.close(average_precision(_scores, _hits, _total, _rule), _right, rtol=1e-9, name=f"AP of {_d} answers, {_total} objects, rule {_rule}")
### END HIDDEN TESTS

# %% tests="average_precision_ties" of="average_precision" points=1
_same = np.full(4, 0.5)
for _hits in ([True, True, False, False], [False, False, True, True]):
    check.close(average_precision(_same, np.array(_hits), 2, "all"), 0.5, name=f"AP of four equal scores, hits {_hits}")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/average_precision_ties")
_scores, _hits = np.array([3.0, 3, 2, 2, 2, 1]), np.array([True, False, True, True, False, False])
for _ in range(6):
    _order = _rng.permutation(6)
    check.close(average_precision(_scores[_order], _hits[_order], 4, "all"), (0.6 + 0.6 + 0.6) / 4, name="AP of six answers, in another order each time")
### END HIDDEN TESTS

# %% tests="average_precision_edges" of="average_precision" points=2
check.close(average_precision(np.linspace(1, 0.1, 3), np.array([True, True, True]), 10, "11"), 4 / 11, name="AP of three hits, ten objects, eleven points")
check.close(average_precision(np.zeros(0), np.zeros(0, dtype=bool), 4, "all"), 0.0, name="AP of no answers, four objects")
assert np.isnan(average_precision(np.array([0.5]), np.array([False]), 0, "all")), "AP without an object should be nan"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/detection/average_precision_edges")
check.close(average_precision(np.zeros(0), np.zeros(0, dtype=bool), 4, "11"), 0.0, name="AP of no answers, four objects, eleven points")
assert np.isnan(average_precision(np.zeros(0), np.zeros(0, dtype=bool), 0, "11")), "AP without an object and without an answer should be nan"
check.close(average_precision(np.array([0.9, -2.0]), np.array([False, False]), 2, "11"), 0.0, name="AP without a hit")
for _h in (1, 3, 6, 7, 9):
    check.close(average_precision(_rng.random(_h), np.ones(_h, dtype=bool), 10, "11"), (_h + 1) / 11, name=f"AP of {_h} hits, ten objects, eleven points")
    check.close(average_precision(_rng.random(_h), np.ones(_h, dtype=bool), 10, "all"), _h / 10, name=f"AP of {_h} hits, ten objects, all points")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A colleague has a detector for birds on power lines. "With our old one the mAP50 was 0.82. The new one has 0.88, so we take it." The birds sit in rows and are small. The program draws a frame around every answer above 0.5 and counts them. Name two things that the number 0.88 does not tell about *this* use, say for each how you would measure it, and say what you would look at first if birds that sit side by side are counted as one. (About 7 sentences.)

# %% [markdown] written="birds" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The program uses one threshold, 0.5; average precision uses the ranking at all thresholds and does not change if all scores are, say, halved. So count hits, misses, duplicates and wrong answers at 0.5 on pictures of your own, or choose the threshold on a validation set. The mAP50 accepts an IoU of 0.5 and is a mean over classes and sizes: report it for small birds and for pictures with many,
# separately. The program counts: compare the counts, since misses and duplicates may cancel in them. And duplicates with low scores cost the mAP next to nothing, yet each is a bird too many if it lies above 0.5. Birds that sit side by side overlap; suppression with a low threshold takes the second for a duplicate of the first. Look at the answers *before* suppression: if both birds are there, raise
# its threshold, or use soft-NMS; if not, look at the anchors and at the stride.
#
# Marking: 1 point for two true gaps (threshold/calibration, duplicates, sizes, overlap, box quality, the count itself), each with a measurement; 1 point for looking at the answers before suppression, with a reason. "A larger test set" alone earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - **Soft-NMS.** Instead of dropping an answer with the IoU $u$ to a better one, multiply its score by $e^{-u^2/\sigma}$ and sort again. For two true objects with an IoU of 0.6 and two answers each, what does the ranking look like for $\sigma = 0.5$?
# - **Order.** Write `average_precision` with ties in the order of the list. Take 1,000 answers with scores rounded to one digit, and let the hits come first, then last, among equal scores. How far apart are the two scores?
