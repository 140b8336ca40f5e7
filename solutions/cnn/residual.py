# %% [markdown]
# # Blocks that add
#
# **What it trains.** The gradient through a stack of blocks with shortcuts and projections; what a sum over exponentially many paths costs if one thinks first; and the argument that a deeper network is
# never worse, made exact.
#
# **Time.** About 75 minutes.
#
# **Read again if stuck.** Section "Residual blocks: what the shortcut does" of the book.
#
# Your answers may use NumPy and nothing else: no PyTorch, no SciPy, no `dlcourse.cnn` (the tests look). Nothing that is given may change. The book's blocks are $x + \mathrm{relu}(xu + b)\,v$. Here the ReLU comes first, and the width may change on the way.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import itertools
import math

import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Forward (2 points)
#
# A block is a pair `(w, p)`. For a batch `x: (N, D)` it gives
#
# $$ x p + \mathrm{relu}(x)\, w \qquad \text{with } w: (D, K), \quad p: (D, K), \text{ or } p = \text{None}, \text{ which stands for the identity (then } K = D). $$
#
# Write `stack_forward(x, blocks)`: the list of all states, `[x, behind block 1, behind block 2, ...]`. Nothing that is given may change.
#
# By hand: $x = (2, -1)$ and $w = \begin{pmatrix} 1 & 0\\ 3 & -2 \end{pmatrix}$ without projection: $\mathrm{relu}(x)\, w = (2, 0)$, so the block gives $(4, -1)$. Note that the −1 has passed.
#
# <details><summary>Hint 1</summary>
#
# The ReLU is inside of the branch only. What goes past the block is `x` itself, negative numbers included.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `past = x if p is None else x @ p`. Append `past + np.maximum(x, 0) @ w` to the list, and go on from there.
# </details>


# %% answer="stack_forward" forbid="dlcourse.cnn torch scipy"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    ### BEGIN SOLUTION
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + np.maximum(x, 0) @ w)
    return states
    ### END SOLUTION


# %% tests="stack_forward" points=2
_states = stack_forward(np.array([[2.0, -1.0]]), [(np.array([[1.0, 0.0], [3.0, -2.0]]), None), (np.array([[1.0], [1.0]]), np.array([[0.0], [5.0]]))])
assert len(_states) == 3, f"two blocks have three states, got {len(_states)}: the input is the first"
check.close(_states[0], [[2.0, -1.0]], name="the first state")
check.close(_states[1], [[4.0, -1.0]], name="behind block 1, (2, -1) + (2, 0)")
check.close(_states[2], [[-1.0]], name="behind block 2, -5 past it and 4 through it")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/stack_forward")
for _n, _widths in ((1, (3, 3, 3)), (2, (4, 2, 2, 5)), (5, (1, 3, 3, 1)), (3, (2,)), (4, (6, 6))):
    _x = _rng.normal(size=(_n, _widths[0]))
    _blocks = [(_rng.normal(size=(d, k)), None if d == k and _rng.random() < 0.7 else _rng.normal(size=(d, k))) for d, k in zip(_widths[:-1], _widths[1:], strict=True)]
    _copies, _keep = [(w.copy(), None if p is None else p.copy()) for w, p in _blocks], _x.copy()
    _got = stack_forward(_x, _blocks)
    assert len(_got) == len(_widths), f"{len(_blocks)} blocks have {len(_widths)} states, got {len(_got)}"
    _state = _keep.copy()
    for _i, (_w, _p) in enumerate([(None, None), *_copies]):
        if _i:
            _state = _state @ (np.eye(_state.shape[1]) if _p is None else _p) + np.where(_state > 0, _state, 0) @ _w
        check.close(_got[_i], _state, rtol=1e-9, atol=1e-10, name=f"state {_i} for widths {_widths}")
    assert np.array_equal(_x, _keep), "stack_forward changes x"
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(_blocks, _copies, strict=True)), "stack_forward changes w"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Backward (4 points)
#
# Write `stack_backward(dout, states, blocks)` with the states from part 1 and `dout`, the gradient of a loss by the last state. Return three things:
#
# - `dx`, the gradient by the first state;
# - a list with the gradient by each `w`, in the order of the blocks;
# - a list with the gradient by each `p`, in the order of the blocks, and `None` where `p` is `None`.
#
# The slope of ReLU at 0 is taken as 0. Nothing that is given may change.
#
# By hand: one block without projection, $x = (2, -1)$, $w$ as above, `dout` $= (1, 1)$. By $w$: $\begin{pmatrix} 2 & 2\\ 0 & 0 \end{pmatrix}$. By $x$: past the block $(1, 1)$; through it $(1, 1)\, w^\top = (1, 1)$, of which ReLU lets the first pass. Together $(2, 1)$.
#
# <details><summary>Hint 1</summary>
#
# Go from the last block to the first. The gradient behind a block splits: through the branch, and past it. In front of the block the two parts are added. The weights' gradients need the state *in front of* the block.
# </details>
#
# <details><summary>Hint 2</summary>
#
# With `x` in front of the block: `dw = relu(x).T @ dout`, `dp = x.T @ dout`. What came past the block is `past = dout if p is None else dout @ p.T`, and the new `dout` is `past + (dout @ w.T) * (x > 0)`. `states[:-1]` and `blocks` belong together.
# </details>


# %% answer="stack_backward" forbid="dlcourse.cnn torch scipy"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    ### BEGIN SOLUTION
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps
    ### END SOLUTION


# %% tests="stack_backward_dx" of="stack_backward" points=2
_block = (np.array([[1.0, 0.0], [3.0, -2.0]]), None)
_dx = stack_backward(np.array([[1.0, 1.0]]), [np.array([[2.0, -1.0]]), np.array([[4.0, -1.0]])], [_block])[0]
check.close(_dx, [[2.0, 1.0]], name="dx of one block, (1, 1) past it and (1, 0) through it")
_two = [_block, (np.array([[2.0], [-1.0]]), np.array([[0.0], [5.0]]))]
_dx = stack_backward(np.array([[1.0]]), [np.array([[2.0, -1.0]]), np.array([[4.0, -1.0]]), np.array([[3.0]])], _two)[0]
check.close(_dx, [[4.0, 5.0]], name="dx of two blocks, the second with a projection (between them stands (2, 5))")
_x, _dout = np.array([[2.0, -1.0], [0.0, 3.0]]), np.array([[1.0, 1.0], [10.0, 0.0]])
_square = [(np.array([[1.0, 0.0], [3.0, -2.0]]), np.array([[0.0, 1.0], [4.0, 0.0]]))]
_dx = stack_backward(_dout, [_x, np.zeros((2, 2))], _square)[0]
check.close(_dx, [[2.0, 4.0], [0.0, 70.0]], name="dx of two samples with a square projection: past it (1, 4) and (0, 40), through it (1, 0) and (0, 30)")
check.close(_dout, [[1.0, 1.0], [10.0, 0.0]], rtol=0, atol=0, name="the dout that was given")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/stack_backward_dx")


def _through(x, blocks):
    """The states, another way."""
    _all = [x]
    for _w, _p in blocks:
        _all.append(_all[-1] @ (np.eye(len(_w)) if _p is None else _p) + np.where(_all[-1] > 0, _all[-1], 0) @ _w)
    return _all


for _n, _widths in ((1, (3, 3, 3)), (2, (4, 2, 2, 5)), (5, (1, 3, 3, 1)), (3, (2,)), (4, (6, 6)), (2, (3, 4, 4, 4, 2))):
    _x = _rng.normal(size=(_n, _widths[0]))
    _blocks = [(_rng.normal(size=(d, k)), None if d == k and _rng.random() < 0.7 else _rng.normal(size=(d, k))) for d, k in zip(_widths[:-1], _widths[1:], strict=True)]
    _all, _dout = _through(_x, _blocks), _rng.normal(size=(_n, _widths[-1]))
    _copies = [s.copy() for s in _all], _dout.copy(), [w.copy() for w, _ in _blocks]
    _expected = check.numerical_gradient(lambda v, b=_blocks, d=_dout: float(np.sum(d * _through(v, b)[-1])), _x.copy())
    check.close(stack_backward(_dout, _all, _blocks)[0], _expected, rtol=1e-5, atol=1e-6, name=f"dx for widths {_widths}")
    assert np.array_equal(_dout, _copies[1]), "stack_backward changes dout"
    assert all(np.array_equal(a, b) for a, b in zip(_all, _copies[0], strict=True)), "stack_backward changes the states"
    assert all(np.array_equal(a, b) for (a, _), b in zip(_blocks, _copies[2], strict=True)), "stack_backward changes w"
_dx = stack_backward(np.array([[1.0]]), [np.array([[0.0]]), np.array([[0.0]])], [(np.array([[7.0]]), None)])[0]
check.close(_dx, [[1.0]], name="dx where ReLU's input is 0")
### END HIDDEN TESTS

# %% tests="stack_backward_weights" of="stack_backward" points=2
_block = (np.array([[1.0, 0.0], [3.0, -2.0]]), None)
_, _dws, _dps = stack_backward(np.array([[1.0, 1.0]]), [np.array([[2.0, -1.0]]), np.array([[4.0, -1.0]])], [_block])
check.close(_dws[0], [[2.0, 2.0], [0.0, 0.0]], name="dw of one block")
assert _dps[0] is None, "where p is None its gradient is None"
_two = [_block, (np.array([[2.0], [-1.0]]), np.array([[0.0], [5.0]]))]
_, _dws, _dps = stack_backward(np.array([[1.0]]), [np.array([[2.0, -1.0]]), np.array([[4.0, -1.0]]), np.array([[3.0]])], _two)
check.close(_dws[0], [[4.0, 10.0], [0.0, 0.0]], name="dw of the first of two blocks")
check.close(_dws[1], [[4.0], [0.0]], name="dw of the second of two blocks")
check.close(_dps[1], [[4.0], [-1.0]], name="dp of the second of two blocks")
_, _dws, _dps = stack_backward(np.array([[1.0, 1.0], [10.0, 0.0]]), [np.array([[2.0, -1.0], [1.0, 3.0]]), np.zeros((2, 2))], [(_block[0], np.eye(2))])
check.close(_dws[0], [[12.0, 2.0], [30.0, 0.0]], name="dw of two samples: a sum, no mean")
check.close(_dps[0], [[12.0, 2.0], [29.0, -1.0]], name="dp of two samples")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/stack_backward_weights")


def _through(x, blocks):
    """The states, another way."""
    _all = [x]
    for _w, _p in blocks:
        _all.append(_all[-1] @ (np.eye(len(_w)) if _p is None else _p) + np.where(_all[-1] > 0, _all[-1], 0) @ _w)
    return _all


for _n, _widths in ((1, (3, 3)), (2, (4, 2, 2)), (5, (1, 3, 3, 1)), (3, (3, 2, 4))):
    _x = _rng.normal(size=(_n, _widths[0]))
    _blocks = [(_rng.normal(size=(d, k)), None if d == k and _rng.random() < 0.7 else _rng.normal(size=(d, k))) for d, k in zip(_widths[:-1], _widths[1:], strict=True)]
    _dout = _rng.normal(size=(_n, _widths[-1]))
    _, _dws, _dps = stack_backward(_dout, _through(_x, _blocks), _blocks)
    assert len(_dws) == len(_dps) == len(_blocks), "one gradient (or None) a block"
    for _i, (_w, _p) in enumerate(_blocks):

        def _loss(v, i=_i, b=_blocks, d=_dout, x=_x, which=0):
            """The loss as a function of one matrix."""
            _new = (v, b[i][1]) if which == 0 else (b[i][0], v)
            return float(np.sum(d * _through(x, [*b[:i], _new, *b[i + 1 :]])[-1]))

        check.close(_dws[_i], check.numerical_gradient(_loss, _w.copy()), rtol=1e-5, atol=1e-6, name=f"dw of block {_i + 1} for widths {_widths}")
        if _p is None:
            assert _dps[_i] is None, f"block {_i + 1} has no p: expected None, got {_dps[_i]!r}"
        else:
            check.close(_dps[_i], check.numerical_gradient(lambda v, f=_loss: f(v, which=1), _p.copy()), rtol=1e-5, atol=1e-6, name=f"dp of block {_i + 1} for widths {_widths}")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Paths without a list (3 points)
#
# $L$ scalar blocks in a row have the slope $\prod_l (1 + w_l)$. Multiplied out, it has $2^L$ terms, one for each path; the path through blocks $2$ and $5$ gives $w_2 w_5$.
#
# Write `path_lengths(w)`: an array with $L + 1$ numbers; number $k$ is the sum over all paths through exactly $k$ blocks. `w` has the shape `(L,)`, its slopes may be negative or 0, and $L$ may be 0 (then there is one path, which gives 1) or 60 (then there are more paths than you have time for: a program that lists them will not end).
#
# By hand: $w = (2, 3)$ gives $1,\; 2 + 3,\; 2 \cdot 3$, so `[1, 5, 6]`.
#
# <details><summary>Hint 1</summary>
#
# Suppose you know the sums for the first $L - 1$ blocks. A path of length $k$ through $L$ blocks goes past the last one, or through it.
# </details>
#
# <details><summary>Hint 2</summary>
#
# `new[k] = old[k] + w_L * old[k - 1]`. The numbers are the coefficients of a polynomial.
# </details>


# %% answer="path_lengths" forbid="dlcourse.cnn torch scipy"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    ### BEGIN SOLUTION
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return sums
    ### END SOLUTION


# %% tests="path_lengths" points=2
check.close(path_lengths(np.array([2.0, 3.0])), [1.0, 5.0, 6.0], name="path_lengths of (2, 3)")
check.close(path_lengths(np.array([1.0, -0.5, 2.0])), [1.0, 2.5, 0.5, -1.0], name="path_lengths of (1, -1/2, 2)")
check.close(path_lengths(np.array([0.0, 3.0, 0.0])), [1.0, 3.0, 0.0, 0.0], name="path_lengths of (0, 3, 0)")
check.close(path_lengths(np.zeros(0)), [1.0], name="path_lengths of no block: an array with one number")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/path_lengths")
for _l in (1, 2, 3, 5, 8):
    _w = _rng.normal(size=_l)
    _keep = _w.copy()
    _expected = [sum(float(np.prod([_w[i] for i in chosen])) for chosen in itertools.combinations(range(_l), k)) for k in range(_l + 1)]
    check.close(path_lengths(_w), _expected, rtol=1e-9, atol=1e-11, name=f"path_lengths of {_l} slopes")
    assert np.array_equal(_w, _keep), "path_lengths changes w"
check.close(path_lengths(np.array([0.0, 3.0, 0.0])), [1.0, 3.0, 0.0, 0.0], name="path_lengths of (0, 3, 0)")
### END HIDDEN TESTS

# %% tests="path_lengths_many" of="path_lengths" points=1
check.close(path_lengths(np.full(6, 0.5)), np.array([1, 6, 15, 20, 15, 6, 1]) * 0.5 ** np.arange(7), name="path_lengths of six slopes of 1/2")
check.close(np.sum(path_lengths(np.linspace(-0.2, 0.4, 60))), np.prod(1 + np.linspace(-0.2, 0.4, 60)), rtol=1e-9, name="all path lengths of 60 slopes together")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/path_lengths_many")
check.close(path_lengths(np.zeros(0)), [1.0], name="path_lengths of no block at all")
for _l in (25, 60):
    _slope = float(_rng.uniform(0.05, 0.3))
    check.close(path_lengths(np.full(_l, _slope)), [math.comb(_l, k) * _slope**k for k in range(_l + 1)], rtol=1e-9, atol=1e-14, name=f"path_lengths of {_l} equal slopes")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. One layer more, the same function (3 points)
#
# A plain network is a list of layers `(w, b)` with `w: (inputs, outputs)`. Behind every layer *but the last* stands a ReLU:
#
# ```python
# def run(x, layers):
#     for w, b in layers[:-1]:
#         x = np.maximum(x @ w + b, 0)
#     return x @ layers[-1][0] + layers[-1][1]
# ```
#
# Write `insert_layer(layers, k)`: a new list with one layer more, which computes the same function for **every** input. The new layer has the number `k` (from 0 to `len(layers)`) in the new list. Its neighbours may be changed, all other layers are the given ones. The given list and its arrays do not change.
# `ValueError` for any other `k`.
#
# In the middle the identity will do, as in the book. But for `k = 0` the new layer meets the raw inputs, which may be negative and then do not pass a ReLU. And for `k = len(layers)` the scores, until now the end, get a ReLU behind them.
#
# <details><summary>Hint 1</summary>
#
# $x = \mathrm{relu}(x) - \mathrm{relu}(-x)$. So two units can carry one number of any sign.
# </details>
#
# <details><summary>Hint 2</summary>
#
# For `k = 0` the new layer is $(I \;\; {-I})$ with biases 0, twice as wide as the input, and the weights of the old first layer become $\binom{w}{-w}$. For `k = len(layers)` it is the other way round: the old last layer is doubled, its bias too, and the new one puts the two halves together.
# </details>


# %% answer="insert_layer" forbid="dlcourse.cnn torch scipy"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    ### BEGIN SOLUTION
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]
    ### END SOLUTION


# %% tests="insert_layer" points=1
def _run(x, layers):
    """The network of the text."""
    for _w, _b in layers[:-1]:
        x = np.maximum(x @ _w + _b, 0)
    return x @ layers[-1][0] + layers[-1][1]


_layers = [(np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([0.0, 1.0])), (np.array([[1.0], [-1.0]]), np.array([0.5]))]
_x = np.array([[1.0, 2.0], [-1.0, 3.0], [-2.0, -1.0]])
_new = insert_layer(_layers, 1)
assert len(_new) == 3, f"two layers and one more are three, got {len(_new)}"
check.close(_run(_x, _new), _run(_x, _layers), name="the scores with a new layer in the middle")
assert all(_new[i][0] is not None and np.ndim(_new[i][0]) == 2 for i in range(3)), "every layer is a pair (w, b) with a matrix w"
check.raises(ValueError, insert_layer, _layers, 3)
check.raises(ValueError, insert_layer, _layers, -1)
_wide = [(np.array([[1.0, -1.0, 2.0]]), np.zeros(3)), (np.array([[1.0, 0], [2, 1], [0, 3]]), np.array([0.5, -4])), (np.array([[1.0], [-2]]), np.zeros(1))]
_x = np.array([[1.0], [-2.0], [3.0]])
for _k in (1, 2):
    _new = insert_layer(_wide, _k)
    check.close(_run(_x, _new), _run(_x, _wide), name=f"the scores of a network 1-3-2-1 with a new layer {_k}")
    assert np.array_equal(_new[0 if _k == 2 else 3][0], _wide[0 if _k == 2 else 2][0]), "a layer that is no neighbour of the new one stays as it is"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/insert_layer")


def _run(x, layers):
    """The network of the text."""
    for _w, _b in layers[:-1]:
        x = np.where(x @ _w + _b > 0, x @ _w + _b, 0)
    return x @ layers[-1][0] + layers[-1][1]


for _widths in ((3, 4, 2), (2, 3, 5, 1), (1, 2, 2, 2, 3)):
    _layers = [(_rng.normal(size=(d, k)), _rng.normal(size=k)) for d, k in zip(_widths[:-1], _widths[1:], strict=True)]
    _x = _rng.normal(size=(7, _widths[0]))
    for _k in range(1, len(_layers)):
        _copies = [(w.copy(), b.copy()) for w, b in _layers]
        _new = insert_layer(_layers, _k)
        assert len(_new) == len(_layers) + 1, f"expected {len(_layers) + 1} layers, got {len(_new)}"
        check.close(_run(_x, [(np.array(w), np.array(b)) for w, b in _new]), _run(_x, _copies), rtol=1e-9, atol=1e-9, name=f"scores with a new layer {_k} of {len(_layers)}")
        assert len(_layers) == len(_copies), "insert_layer changes the given list"
        assert all(np.array_equal(a, c) and np.array_equal(b, d) for (a, b), (c, d) in zip(_layers, _copies, strict=True)), "insert_layer changes the given arrays"
        for _i in range(len(_layers)):
            if _i not in (_k - 1, _k):
                _j = _i if _i < _k else _i + 1
                assert np.array_equal(np.array(_new[_j][0]), _layers[_i][0]), f"layer {_i} is no neighbour of the new one, and must stay as it is"
    for _k in (-1, len(_layers) + 1, len(_layers) + 5):
        check.raises(ValueError, insert_layer, _layers, _k)
### END HIDDEN TESTS

# %% tests="insert_layer_ends" of="insert_layer" points=2
def _run(x, layers):
    """The network of the text."""
    for _w, _b in layers[:-1]:
        x = np.maximum(x @ _w + _b, 0)
    return x @ layers[-1][0] + layers[-1][1]


_layers = [(np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([0.0, 1.0])), (np.array([[1.0], [-1.0]]), np.array([0.5]))]
_x = np.array([[1.0, 2.0], [-1.0, 3.0], [-2.0, -1.0]])
check.close(_run(_x, insert_layer(_layers, 0)), _run(_x, _layers), name="the scores with a new first layer")
check.close(_run(_x, insert_layer(_layers, 2)), _run(_x, _layers), name="the scores with a new last layer")
check.close(_run(1e6 * _x, insert_layer(_layers, 0)), _run(1e6 * _x, _layers), name="the scores with a new first layer, inputs a million times as large")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("cnn-residual/insert_layer_ends")


def _run(x, layers):
    """The network of the text."""
    for _w, _b in layers[:-1]:
        x = np.where(x @ _w + _b > 0, x @ _w + _b, 0)
    return x @ layers[-1][0] + layers[-1][1]


for _widths in ((3, 2), (3, 4, 2), (2, 3, 5, 1), (1, 2, 2, 2, 3), (4, 4)):
    _layers = [(_rng.normal(size=(d, k)), _rng.normal(size=k)) for d, k in zip(_widths[:-1], _widths[1:], strict=True)]
    for _k in (0, len(_layers)):
        for _scale in (1.0, 1e4):
            _x, _copies = _scale * _rng.normal(size=(9, _widths[0])), [(w.copy(), b.copy()) for w, b in _layers]
            _new = insert_layer(_layers, _k)
            assert len(_new) == len(_layers) + 1, f"expected {len(_layers) + 1} layers, got {len(_new)}"
            check.close(_run(_x, [(np.array(w), np.array(b)) for w, b in _new]), _run(_x, _copies), rtol=1e-9, atol=1e-9, name=f"scores with a new layer {_k} of {len(_layers)}, inputs of size {_scale:g}")
            assert all(np.array_equal(a, c) and np.array_equal(b, d) for (a, b), (c, d) in zip(_layers, _copies, strict=True)), "insert_layer changes the given arrays"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Connection, or starting point? (2 points)
#
# A slide derives $\frac{\partial E}{\partial x^l} = \frac{\partial E}{\partial x^L}\bigl(1 + \frac{\partial}{\partial x^l} \sum_i \mathcal F^i(x^i)\bigr)$ and concludes: "because of the 1 the gradient cannot vanish; this is why residual networks train." What is wrong with the first half? And
# for the second: describe an experiment that tells, for a network of your choice, whether the shortcut matters *as a connection* or *as a starting point*. Say what you would compare, what you would keep equal, and what each outcome would mean. (About 8 sentences.)

# %% [markdown] written="connection" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The bracket is 1 plus a derivative that may be anything, -1 included: one number with F(x) = -x has slope 0, slopes of -1/2 in each block halve the gradient each time, and large positive slopes let it explode. For
# vectors the bracket is a matrix, and single directions can die. The 1 helps because small weights, with which training starts, put the bracket near the identity.
# Experiment: three networks of one depth, width, data, optimiser and number of steps, each with its own best rate: plain with the usual start; residual; and plain with square weights that start at the identity
# plus the *same* small random weights as the branches of the residual one, so that the last two compute nearly the same function at the start. Several seeds; training loss, since this is about optimisation. If the plain network with
# identity start trains as well as the residual one, the starting point was what counted (the dense digits network of the book). If it starts as well and falls behind, the connection counts during training (the convolutional one
# with batch normalisation). As a further test one may remove the shortcut of a trained residual network by folding it into the weights, where the layer allows it, and go on training.
#
# Marking: 1 point for a counterexample or the remark that the sum's derivative may cancel the 1 (or that a matrix' directions can die); 1 point for an experiment that separates the two, with something like an identity start without shortcuts, and at least rate,
# depth and data kept equal, and a reading of both outcomes. "Compare plain and residual" alone does not separate them and earns no second point.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Draw 50 slopes from $N(0, 0.1^2)$ and plot `path_lengths`; then take 50 slopes of 0.1. Why does the sign matter so much for long paths?
# - Insert ten layers into a trained network of yours with `insert_layer` and go on training. Do the new layers move away from the identity? Does the loss fall below what the small network reached?
