# %% [markdown]
# # Boxes by corner and size, a loss for two answers, a head that slides
#
# **What it trains.** Index arithmetic on boxes, in the format in which most data sets store them; a loss with two parts and its gradient; and the order in which numbers are flattened.
#
# **Time.** About 100 minutes.
#
# **Read again if stuck.** Section "Where is it? Boxes, and windows that slide for free" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.cnn` (the tests look). None of the functions changes what it is given. The book computes with corners. Here a box is `(x, y, w, h)`: its corner at the top left, then width and height, in pixels. There is no "+ 1" anywhere.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Intersection over union (4 points)
#
# Write `box_iou(a, b)` for boxes `a: (M, 4)` and `b: (A, 4)` in the format `(x, y, w, h)`: the array `(M, A)` of the IoU of every box of `a` with every box of `b`. Widths and heights are at least 0; if neither box has an area, the IoU is 0. `M` or `A` may be 0.
#
# By hand: `(0, 0, 4, 3)` and `(2, 1, 4, 5)` share a piece of 2 × 2. The areas are 12 and 20, so the IoU is $4/(12 + 20 - 4) = 1/7$.
#
# <details><summary>Hint 1</summary>
#
# The shared piece begins at the larger of the two left ends and ends at the smaller of the two right ends. What if it ends before it begins, on one axis? On both?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `a[:, None, :2]` has the shape `(M, 1, 2)` and `b[None, :, :2]` the shape `(1, A, 2)`; `np.maximum` of both is `(M, A, 2)`. Clip the two sides of the piece at 0 *before* you multiply them.
# </details>

# %% answer="box_iou" forbid="dlcourse.cnn torch scipy"
def box_iou(a, b):
    """IoU of every box of a with every box of b.  a: (M, 4), b: (A, 4), rows (x, y, w, h) -> (M, A)"""
    ### BEGIN SOLUTION
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    ### END SOLUTION


# %% tests="box_iou" points=3
_a = np.array([[0.0, 0, 4, 3], [10, 20, 5, 6]])
_b = np.array([[2.0, 1, 4, 5], [11, 21, 2, 3], [0, 0, 4, 3]])
check.close(box_iou(_a, _b), [[1 / 7, 0, 1], [0, 0.2, 0]], name="IoU of the examples")
check.close(box_iou(np.array([[0.0, 0, 4, 4]]), np.array([[6.0, 1, 4, 4], [1, 9, 4, 4]])), [[0, 0]], name="boxes that lie side by side")
check.close(box_iou(np.array([[0.0, 0, 0.5, 0.5]]), np.array([[3.0, 3, 1, 1], [0.25, 0, 0.5, 0.5]])), [[0, 1 / 3]], name="boxes apart on both axes, and boxes smaller than a pixel")
check.shape(box_iou(np.zeros((0, 4)), _b), (0, 3), "IoU of 0 boxes with 3")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/box_iou")
for _m, _k in [(1, 1), (4, 7), (6, 2), (1, 5), (5, 1)]:
    _a, _b = (np.concatenate([_rng.integers(0, 12, (_n, 2)), _rng.integers(1, 14, (_n, 2))], axis=1) for _n in (_m, _k))
    _grids = []
    for _boxes in (_a, _b):  # count pixels: whole numbers, so that this is exact
        _grid = np.zeros((len(_boxes), 30, 30), dtype=bool)
        for _cells, (_x, _y, _w, _h) in zip(_grid, _boxes, strict=True):
            _cells[_y : _y + _h, _x : _x + _w] = True
        _grids.append(_grid)
    _right = np.array([[(_p & _q).sum() / (_p | _q).sum() for _q in _grids[1]] for _p in _grids[0]])
    check.close(box_iou(_a * 0.5, _b * 0.5), _right, rtol=1e-9, atol=1e-12, name=f"IoU of {_m} boxes with {_k}")
### END HIDDEN TESTS

# %% tests="box_iou_edges" of="box_iou" points=1
check.close(box_iou(np.array([[1.0, 1, 0, 5], [0, 0, 2, 2]]), np.array([[1.0, 1, 0, 5], [2, 0, 3, 2]])), [[0, 0], [0, 0]], name="a box without area, and boxes that touch")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/box_iou_edges")
check.shape(box_iou(np.zeros((0, 4)), np.ones((3, 4))), (0, 3), "IoU of 0 boxes with 3")
check.shape(box_iou(np.ones((2, 4)), np.zeros((0, 4))), (2, 0), "IoU of 2 boxes with 0")
_x, _y = _rng.uniform(-20, -5, 2)
_box = np.array([[_x, _y, 6.0, 4.0]])
check.close(box_iou(_box, np.array([[_x, _y, 6.0, 4.0], [_x + 3, _y, 6.0, 4.0], [_x + 1, _y + 1, 2, 0], [_x + 6, _y + 4, 1, 1], [_x + 7, _y + 5, 8, 8]])), [[1, 1 / 3, 0, 0, 0]], name="IoU with itself, half a shift, a line, a corner, nothing")
_copy = _box.copy()
box_iou(_box, _box)
assert np.array_equal(_box, _copy), "box_iou changes its inputs"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A box as seen from an anchor (5 points)
#
# Write `encode(boxes, anchors, scale)` and its inverse `decode(codes, anchors, scale, limit)`. Box $i$ belongs to anchor $i$; all are `(M, 4)` rows `(x, y, w, h)`, with sizes above 0. With the **centres** $c$ of box and anchor $a$,
#
# $$t = \Big(s_0\, \frac{c_x - c^a_x}{w^a},\;\; s_1\, \frac{c_y - c^a_y}{h^a},\;\; s_2 \ln \frac{w}{w^a},\;\; s_3 \ln \frac{h}{h^a}\Big).$$
#
# The four numbers of `scale` bring the codes to a size of about 1, so that a network learns them more easily; (10, 10, 5, 5) is usual. An untrained network may give a code of 30, and $e^{30}$ is a box as large as a country. So `decode` bounds the ratios: $t_w/s_2$ and $t_h/s_3$ are cut to at most `limit`, before the exponential.
# There is no lower bound, and centres are not cut.
#
# By hand: anchor (10, 10, 20, 10), centre (20, 15). Box (15, 10, 20, 20), centre (25, 20). With `scale` (10, 10, 5, 5): $t = (10 \cdot 5/20,\ 10 \cdot 5/10,\ 0,\ 5 \ln 2) = (2.5, 5, 0, 3.466)$.
#
# <details><summary>Hint 1</summary>
#
# Go from corner to centre first: add half of the size. At the end of `decode` go back, with the size of the *decoded* box.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.minimum(codes[:, 2:] / scale[2:], limit)`, with `scale` as an array.
# </details>

# %% answer="encode" forbid="dlcourse.cnn torch scipy"
def encode(boxes, anchors, scale):
    """Codes of boxes.  boxes, anchors: (M, 4) rows (x, y, w, h), scale: 4 numbers -> (M, 4)"""
    ### BEGIN SOLUTION
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[2:] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)
    ### END SOLUTION


# %% tests="encode" points=2
_anchors = np.array([[10.0, 10, 20, 10], [0, 0, 4, 8]])
_boxes = np.array([[15.0, 10, 20, 20], [1, 2, 4, 4]])
check.close(encode(_boxes, _anchors, (10, 10, 5, 5)), [[2.5, 5, 0, 5 * np.log(2)], [2.5, 0, 0, -5 * np.log(2)]], name="codes of the examples")
check.close(encode(_boxes, _anchors, (1, 2, 3, 4)), [[0.25, 1, 0, 4 * np.log(2)], [0.25, 0, 0, -4 * np.log(2)]], name="codes of the examples with the scale (1, 2, 3, 4)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/encode")
for _m in (1, 2, 6):
    _boxes, _anchors = (np.concatenate([_rng.uniform(-30, 90, (_m, 2)), _rng.uniform(0.5, 40, (_m, 2))], axis=1) for _ in range(2))
    _scale = _rng.uniform(0.5, 12, 4)
    _copies = _boxes.copy(), _anchors.copy()
    _right = []
    for (_x, _y, _w, _h), (_p, _q, _v, _u) in zip(_boxes, _anchors, strict=True):
        _right.append([_scale[0] * ((_x + _w / 2) - (_p + _v / 2)) / _v, _scale[1] * ((_y + _h / 2) - (_q + _u / 2)) / _u, _scale[2] * (np.log(_w) - np.log(_v)), _scale[3] * (np.log(_h) - np.log(_u))])
    check.close(encode(_boxes, _anchors, _scale), _right, rtol=1e-9, atol=1e-10, name=f"codes of {_m} boxes")
    assert np.array_equal(_boxes, _copies[0]) and np.array_equal(_anchors, _copies[1]), "encode changes its inputs"
### END HIDDEN TESTS

# %% answer="decode" forbid="dlcourse.cnn torch scipy"
def decode(codes, anchors, scale, limit):
    """Boxes of codes.  codes: (M, 4), anchors: (M, 4) rows (x, y, w, h), scale: 4 numbers, limit: of the logarithm of a ratio -> (M, 4) rows (x, y, w, h)"""
    ### BEGIN SOLUTION
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    return np.concatenate([centre - size / 2, size], axis=1)
    ### END SOLUTION


# %% tests="decode" points=2
_anchors = np.array([[10.0, 10, 20, 10], [0, 0, 4, 8]])
_codes = np.array([[2.5, 5, 0, 5 * np.log(2)], [2.5, 0, 0, -5 * np.log(2)]])
check.close(decode(_codes, _anchors, (10, 10, 5, 5), 4.0), [[15, 10, 20, 20], [1, 2, 4, 4]], name="boxes of the examples")
_codes = np.array([[0.25, 1, 0, 4 * np.log(2)], [0.25, 0, 0, -4 * np.log(2)]])
check.close(decode(_codes, _anchors, (1, 2, 3, 4), 4.0), [[15, 10, 20, 20], [1, 2, 4, 4]], name="boxes of the examples with the scale (1, 2, 3, 4)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/decode")
for _m in (1, 2, 6):
    _boxes, _anchors = (np.concatenate([_rng.uniform(-30, 90, (_m, 2)), _rng.uniform(0.5, 40, (_m, 2))], axis=1) for _ in range(2))
    _scale = _rng.uniform(0.5, 12, 4)
    _centres, _codes = [v[:, :2] + v[:, 2:] / 2 for v in (_boxes, _anchors)], np.empty((_m, 4))
    _codes[:, :2] = _scale[:2] * (_centres[0] - _centres[1]) / _anchors[:, 2:]
    _codes[:, 2:] = _scale[2:] * np.log(_boxes[:, 2:] / _anchors[:, 2:])
    _copies = _codes.copy(), _anchors.copy()
    check.close(decode(_codes, _anchors, _scale, 50.0), _boxes, rtol=1e-9, atol=1e-9, name=f"{_m} boxes, coded and decoded")
    assert np.array_equal(_codes, _copies[0]) and np.array_equal(_anchors, _copies[1]), "decode changes its inputs"
### END HIDDEN TESTS

# %% tests="decode_limit" of="decode" points=1
_box = np.array(decode(np.array([[0.0, 3, 50, -50]]), np.array([[0.0, 0, 2, 6]]), (1, 1, 5, 5), np.log(10)))
check.close(_box, [[-9, 21 - 3 * np.exp(-10), 20, 6 * np.exp(-10)]], name="a code of 50 with the scale 5 and the limit ln 10: the width is ten times the anchor's")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/decode_limit")
_anchors = np.concatenate([_rng.uniform(-30, 90, (5, 2)), _rng.uniform(0.5, 40, (5, 2))], axis=1)
_scale, _limit = np.array([3.0, 4, 2, 8]), float(_rng.uniform(0.5, 1.5))
_codes = np.concatenate([_rng.uniform(-40, 40, (5, 2)), _rng.uniform(-9, 9, (5, 2))], axis=1)
_right = []
for (_t, _u, _v, _r), (_x, _y, _w, _h) in zip(_codes, _anchors, strict=True):
    _wide, _high = _w * min(np.exp(_v / 2), np.exp(_limit)), _h * min(np.exp(_r / 8), np.exp(_limit))
    _right.append([_x + _w / 2 + _t / 3 * _w - _wide / 2, _y + _h / 2 + _u / 4 * _h - _high / 2, _wide, _high])
check.close(decode(_codes, _anchors, _scale, _limit), _right, rtol=1e-9, atol=1e-9, name=f"codes from -40 to 40 with the limit {_limit:.3g}")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A loss for two answers (5 points)
#
# In the book every picture has an object. Here class **0 means "no object"**, and such a picture has no box: its row of `boxes` is arbitrary and must not matter, not even if it is `nan`.
#
# Write `localisation_loss(logits, pred, y, boxes, beta, weight)` for `logits: (N, C)`, `pred: (N, 4)`, classes `y: (N,)`, `boxes: (N, 4)`. Return three things: `loss`, `dlogits: (N, C)`, `dpred: (N, 4)`, the latter two the gradients of `loss`.
#
# $$L = \frac1N \sum_{n=1}^{N} -\ln p_{n, y_n} \;+\; \frac{\lambda}{\max(1, P)} \sum_{n:\; y_n > 0}\; \sum_{j=1}^{4} \ell_\beta(\text{pred}_{nj} - \text{box}_{nj}), \qquad
# \ell_\beta(e) = \begin{cases} e^2/(2\beta) & |e| < \beta \\ |e| - \beta/2 & \text{else} \end{cases}$$
#
# with $p$ the softmax of the logits (which may be as large as 1,000), $P$ the number of pictures with an object, and $\lambda$ = `weight`. The four numbers of a box are **added**; the mean is over pictures with an object.
#
# By hand: `beta` = 1, errors 0.5, −2, 0, 1 give $0.125 + 1.5 + 0 + 0.5 = 2.125$, with the slopes 0.5, −1, 0, 1.
#
# <details><summary>Hint 1</summary>
#
# Two losses and two gradients that do not touch. For the first: $\partial/\partial\,\text{logits} = (p - \text{one-hot})/N$. For the second take only the rows `y > 0`, and leave the other rows of `dpred` at 0.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `error = pred[y > 0] - boxes[y > 0]`. The slope of $\ell_\beta$ is `np.clip(error / beta, -1, 1)`. Subtract the row's maximum before the exponential.
# </details>

# %% answer="localisation_loss" forbid="dlcourse.cnn torch scipy"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    """Cross-entropy plus weight * smooth L1 where y > 0.  logits: (N, C), pred, boxes: (N, 4), y: (N,) -> loss, dlogits (N, C), dpred (N, 4)"""
    ### BEGIN SOLUTION
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred
    ### END SOLUTION


# %% tests="localisation_loss" points=3
_pred, _boxes = np.array([[0.5, 0, 3, 1], [7, 7, 7, 7], [1, 1, 1, 1.5]]), np.array([[0.0, 2, 3, 0], [np.nan, np.nan, np.nan, np.nan], [1, 1, 1, 1]])
_result = localisation_loss(np.zeros((3, 4)), _pred, np.array([2, 0, 1]), _boxes, 1.0, 6.0)
assert _result is not None and len(_result) == 3, "return loss, dlogits and dpred"
check.close(_result[0], np.log(4) + 6 / 2 * (2.125 + 0.125), name="loss of the example: two of three pictures have an object")
check.close(localisation_loss(np.zeros((1, 2)), np.array([[0.1, 0, 0, 3]]), np.array([1]), np.zeros((1, 4)), 0.5, 1.0)[0], np.log(2) + 0.01 + 2.75, name="loss with beta = 0.5 and the errors 0.1 and 3")
_logits = np.log([[3.0, 1], [1, 3], [3, 1]])  # so p is 3/4 and 1/4
check.close(localisation_loss(_logits, np.zeros((3, 4)), np.array([1, 0, 0]), np.zeros((3, 4)), 1.0, 1.0)[0], np.log(4 * 4 * 4 / 3) / 3, name="loss with p = 1/4, 1/4, 3/4 and exact boxes")
check.close(localisation_loss(np.array([[800.0, 0], [0, 1]]), np.ones((2, 4)), np.array([0, 0]), np.zeros((2, 4)), 1.0, 3.0)[0], np.log(1 + np.e) / 2, name="loss of two pictures without an object, a logit of 800")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/localisation_loss")
for _n, _c, _beta, _weight in [(1, 2, 1.0, 1.0), (5, 3, 0.3, 2.5), (8, 6, 2.0, 10.0), (3, 4, 0.05, 0.4)]:
    _logits, _pred, _boxes = _rng.normal(0, 3, (_n, _c)), _rng.normal(size=(_n, 4)), _rng.normal(size=(_n, 4))
    _y = _rng.integers(0, _c, _n)
    _y[0] = _c - 1
    if _n > 1:
        _y[1] = 0
        _boxes[1] = np.nan
    _xent, _box, _objects = 0.0, 0.0, 0
    for _i in range(_n):
        _xent += np.log(np.exp(_logits[_i] - _logits[_i, _y[_i]]).sum()) / _n
        if _y[_i]:
            _objects += 1
            _box += sum(_e**2 / _beta / 2 if _e < _beta else _e - _beta / 2 for _e in np.abs(_pred[_i] - _boxes[_i]))
    check.close(localisation_loss(_logits, _pred, _y, _boxes, _beta, _weight)[0], _xent + _weight * _box / _objects, rtol=1e-9, name=f"loss of {_n} pictures, beta = {_beta}, weight = {_weight}")
_empty = localisation_loss(np.array([[800.0, 0]]), np.ones((1, 4)), np.array([0]), np.full((1, 4), np.nan), 1.0, 3.0)
check.close(_empty[0], 0.0, name="loss of one picture without an object and a logit of 800")
### END HIDDEN TESTS

# %% tests="localisation_loss_gradients" of="localisation_loss" points=2
_pred, _boxes = np.array([[0.5, 0, 3, 2], [7, 7, 7, 7], [1, 1, 1, 1.5]]), np.array([[0.0, 2, 3, 0], [9, 9, 9, 9], [1, 1, 1, 1]])
_dpred = localisation_loss(np.zeros((3, 4)), _pred, np.array([2, 0, 1]), _boxes, 1.0, 6.0)[2]
check.close(_dpred, [[1.5, -3, 0, 3], [0, 0, 0, 0], [0, 0, 0, 1.5]], name="dpred of the example")
_logits = np.log([[3.0, 1], [1, 3], [3, 1]])  # so p is 3/4 and 1/4
_dlogits = localisation_loss(_logits, np.zeros((3, 4)), np.array([1, 0, 0]), np.zeros((3, 4)), 1.0, 1.0)[1]
check.close(_dlogits, [[1 / 4, -1 / 4], [-1 / 4, 1 / 4], [-1 / 12, 1 / 12]], name="dlogits with p = 1/4, 1/4, 3/4 of the right classes")
_before = np.array([[0.1, 0, -3, 0.5]])
_dpred = localisation_loss(np.zeros((1, 2)), _before, np.array([1]), np.zeros((1, 4)), 0.5, 2.0)[2]
check.close(_dpred, [[0.4, 0, -2, 2]], name="dpred with beta = 0.5, weight = 2")
assert _before[0, 2] == -3, "localisation_loss changes pred"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/localisation_loss_gradients")
for _n, _c, _beta, _weight in [(4, 3, 0.4, 2.5), (2, 2, 1.5, 4.0), (6, 5, 0.1, 0.5)]:
    _logits, _pred, _boxes = _rng.normal(0, 2, (_n, _c)), _rng.normal(size=(_n, 4)), _rng.normal(size=(_n, 4))
    _y = _rng.integers(0, _c, _n)
    _y[:2] = 0, _c - 1
    _copies = _logits.copy(), _pred.copy(), _boxes.copy()
    _, _dlogits, _dpred = localisation_loss(_logits, _pred, _y, _boxes, _beta, _weight)
    _p = np.exp(_logits) / np.exp(_logits).sum(axis=1, keepdims=True)
    check.close(_dlogits, (_p - np.eye(_c)[_y]) / _n, rtol=1e-9, atol=1e-12, name="dlogits")
    _right = np.zeros((_n, 4))
    for _i, _j in np.ndindex(_n, 4):
        if _y[_i]:
            _e = _pred[_i, _j] - _boxes[_i, _j]
            _right[_i, _j] = _weight / (_y > 0).sum() * (_e / _beta if abs(_e) < _beta else np.sign(_e))
    check.close(_dpred, _right, rtol=1e-9, atol=1e-12, name=f"dpred, beta = {_beta}, weight = {_weight}")
    assert all(np.array_equal(p, q) for p, q in zip((_logits, _pred, _boxes), _copies, strict=True)), "localisation_loss changes its inputs"
_loss, _dlogits, _dpred = localisation_loss(np.zeros((2, 2)), np.ones((2, 4)), np.array([0, 0]), np.zeros((2, 4)), 1.0, 3.0)
check.close(_loss, np.log(2), name="loss where no picture has an object")
check.close(_dpred, np.zeros((2, 4)), name="dpred where no picture has an object")
check.close(_dlogits, [[-0.25, 0.25], [-0.25, 0.25]], name="dlogits where no picture has an object")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A head that slides (5 points)
#
# A network computes a map of `(C, H, W)` features, flattens it (channels first: `features.reshape(-1)`), and a fully connected layer computes `flat @ w + b` with `w: (C*H*W, K)`. On a larger map the same layer is to slide, as a convolution with **channels last** (of the exercise "Convolution"): kernels `(H, W, C, K)`.
#
# Write `fc_to_conv(w, shape)` with `shape = (C, H, W)`: the kernels `(H, W, C, K)` for which the sum over rows, columns and channels of kernel times feature gives the same numbers.
#
# Then write `slide(features, w1, b1, w2, b2, shape)`: the head `relu(flat @ w1 + b1) @ w2 + b2` at every place of a larger map `features: (C, H', W')`, stride 1, no padding. `w1: (C*H*W, F)`, `w2: (F, K)`. The result is `(H' - H + 1, W' - W + 1, K)`. You may call your `fc_to_conv`.
#
# By hand: `shape = (2, 1, 2)`, one output, `w = [[1], [2], [3], [4]]`. Channel 0 has the weights 1, 2 and channel 1 the weights 3, 4. So the kernel at row 0, column 0 holds 1 and 3, at column 1 it holds 2 and 4.
#
# <details><summary>Hint 1</summary>
#
# `reshape` must cut the numbers in the order in which they were flattened. Then the axes are put into the wanted order, by another function.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `w.reshape(C, H, W, K).transpose(...)`. For `slide`: `np.lib.stride_tricks.sliding_window_view(features, (H, W), axis=(1, 2))` has the shape `(C, U, V, H, W)`, and `np.einsum` or `np.tensordot` the rest. Two loops over places will do as well.
# </details>

# %% answer="fc_to_conv" forbid="dlcourse.cnn torch scipy"
def fc_to_conv(w, shape):
    """Kernels, channels last, of a fully connected layer on flattened (C, H, W) features.  w: (C*H*W, K), shape: (C, H, W) -> (H, W, C, K)"""
    ### BEGIN SOLUTION
    return w.reshape(*shape, -1).transpose(1, 2, 0, 3)
    ### END SOLUTION


# %% tests="fc_to_conv" points=2
check.close(np.array(fc_to_conv(np.array([[1.0], [2], [3], [4]]), (2, 1, 2)))[0, :, :, 0], [[1, 3], [2, 4]], name="kernel of the example")
check.shape(fc_to_conv(np.ones((30, 4)), (5, 2, 3)), (2, 3, 5, 4), "kernels for 5 channels, 2 x 3 places, 4 outputs")
check.close(np.array(fc_to_conv(np.arange(12.0).reshape(12, 1), (2, 3, 2)))[2, 0, 1, 0], 10, name="the weight of row 2, column 0, channel 1 of a map (2, 3, 2)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/fc_to_conv")
for _shape, _k in [((3, 2, 4), 5), ((1, 3, 2), 1), ((4, 1, 1), 3), ((2, 5, 3), 2), ((3, 3, 3), 3)]:
    _w, _features = _rng.normal(size=(int(np.prod(_shape)), _k)), _rng.normal(size=_shape)
    _kernels = np.array(fc_to_conv(_w, _shape))
    check.shape(_kernels, (_shape[1], _shape[2], _shape[0], _k), f"kernels for {_shape} and {_k} outputs")
    for _h, _v, _c in np.ndindex(_shape[1], _shape[2], _shape[0]):
        check.close(_kernels[_h, _v, _c], _w[(_c * _shape[1] + _h) * _shape[2] + _v], name=f"kernel at row {_h}, column {_v}, channel {_c} for {_shape}")
### END HIDDEN TESTS

# %% answer="slide" forbid="dlcourse.cnn torch scipy"
def slide(features, w1, b1, w2, b2, shape):
    """A two-layer head at every place.  features: (C, H', W'), w1: (C*H*W, F), b1: (F,), w2: (F, K), b2: (K,), shape: (C, H, W) -> (H'-H+1, W'-W+1, K)"""
    ### BEGIN SOLUTION
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return np.maximum(hidden, 0) @ w2 + b2
    ### END SOLUTION


# %% tests="slide" points=2
_map = np.array([[[1.0, 2, -3], [0, 1, 4]], [[5, -1, 0], [2, 2, 1]]])  # (2, 2, 3)
_scores = slide(_map, np.array([[1.0, 0], [-1, 1], [2, 0], [0, -2]]), np.array([0.5, 1]), np.array([[1.0], [-10]]), np.array([-1.0]), (2, 1, 2))
check.shape(_scores, (2, 2, 1), "scores of a map of 2 x 3 places, window 1 x 2")
for _u, _v in np.ndindex(2, 2):
    _flat = _map[:, _u : _u + 1, _v : _v + 2].reshape(-1)
    _hidden = np.maximum(_flat @ np.array([[1.0, 0], [-1, 1], [2, 0], [0, -2]]) + [0.5, 1], 0)
    check.close(np.array(_scores)[_u, _v], [_hidden @ [1, -10] - 1], name=f"scores at row {_u}, column {_v}")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/slide")
for _size, _shape, _f, _k in [((3, 6, 9), (3, 2, 4), 5, 2), ((1, 5, 4), (1, 3, 2), 4, 3), ((4, 3, 2), (4, 1, 1), 3, 1), ((2, 8, 5), (2, 5, 3), 6, 4)]:
    _x = _rng.normal(size=_size)
    _w1, _b1, _w2, _b2 = _rng.normal(size=(int(np.prod(_shape)), _f)), _rng.normal(size=_f), _rng.normal(size=(_f, _k)), _rng.normal(size=_k)
    _copies = _x.copy(), _w1.copy()
    _sizes = _size[1] - _shape[1] + 1, _size[2] - _shape[2] + 1
    _right = np.empty((*_sizes, _k))
    for _u, _v in np.ndindex(*_sizes):
        _flat = _x[:, _u : _u + _shape[1], _v : _v + _shape[2]].ravel()
        _right[_u, _v] = np.maximum(_flat @ _w1 + _b1, 0) @ _w2 + _b2
    check.close(slide(_x, _w1, _b1, _w2, _b2, _shape), _right, rtol=1e-9, atol=1e-10, name=f"scores of a map {_size}, window {_shape}")
    assert np.array_equal(_x, _copies[0]) and np.array_equal(_w1, _copies[1]), "slide changes its inputs"
### END HIDDEN TESTS

# %% tests="slide_one_place" of="slide" points=1
_one = slide(np.ones((2, 3, 2)), np.full((12, 3), 0.5), np.array([-7.0, 0, 1]), np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([0.5, -0.5]), (2, 3, 2))
check.close(_one, [[[53.5, 65.5]]], name="a map as large as the window: one place")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn/localisation/slide_one_place")
for _shape in ((2, 3, 4), (5, 1, 2)):
    _x, _w1, _b1, _w2, _b2 = _rng.normal(size=_shape), _rng.normal(size=(int(np.prod(_shape)), 6)), _rng.normal(size=6), _rng.normal(size=(6, 3)), _rng.normal(size=3)
    check.close(slide(_x, _w1, _b1, _w2, _b2, _shape), [[np.maximum(_x.ravel() @ _w1 + _b1, 0) @ _w2 + _b2]], rtol=1e-9, atol=1e-10, name=f"one place, window {_shape}")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A colleague counts bicycles in pictures of a street. "I train the network of the book with `K = 5` boxes instead of one. The targets are the bicycles in the order in which they were marked, missing ones are boxes of zeros. The loss falls, then stands still, and the boxes lie between the bicycles." Explain what happens and why the loss stands still, say how you would
# show it with a small experiment, and name one change that keeps five boxes and one that does without a fixed number. (About 7 sentences.)

# %% [markdown] written="order" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The order of marking is not a function of the picture: the same street could have been marked in another order. So box 1 has several targets that are equally likely, and the best answer to them is no bicycle but a compromise: for squares the mean of the targets, for absolute errors a median, a point between. The loss that is left
# is the spread of the targets given the picture; no training removes it. To show it: two bicycles, once with a random order and once sorted by the left edge, all else equal; for the first the boxes lie between the two and the loss stops high, for the second not. Keeping five boxes: sort the targets by a rule that can be read off the picture (left to right),
# or compute the loss after the best assignment of boxes to targets; and a "there / not there" output instead of boxes of zeros, with no box loss where nothing is. Without a fixed number: let every place of a map answer for the objects at that place (sliding windows, anchors), so that the picture decides how many there are.
#
# Marking: 1 point for the cause (targets not determined by the picture, hence a compromise *and* a loss that cannot fall further) with an experiment that would show it; 1 point for two fitting changes, one of each kind. "More data" or "a larger network" earn nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - **Strides.** Two networks with total strides of 2 and 3 are stacked. How far apart in pixels are the places of the output? Which pixels does the place $(u, v)$ see?
# - **The whole network.** Write a convolution (yours of "Convolution" will do), a 2 × 2 pooling and `slide` behind each other. Compare with the same network on crops, for even and for odd offsets of the crops. Which of them agree, and why?
