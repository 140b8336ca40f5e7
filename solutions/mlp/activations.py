# %% [markdown]
# # Derivatives of activations, and a forward pass in the slides' layout
#
# **What it trains.** Six derivatives that survive kinks, huge inputs and every dtype; the forward pass of a multilayer perceptron
# with its shapes right; and the algebra behind "a deep linear network is one layer".
#
# **Time.** About 65 minutes.
#
# **Read again if stuck.** Section "Activation functions and the forward pass" of the book.
#
# Only NumPy is needed. Calls into `dlcourse.mlp` are not allowed in your answers (the tests look).
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check


def act(name, z, a=0.1):
    """The activation functions of this exercise.  z: any shape -> same shape."""
    if name == "identity":
        return z
    if name == "sigmoid":
        return 0.5 * (1 + np.tanh(z / 2))
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.where(z > 0, z, 0)
    if name == "leaky_relu":
        return np.where(z > 0, z, a * z)
    if name == "elu":
        return np.where(z > 0, z, a * np.expm1(np.minimum(z, 0)))
    if name == "softplus":
        return np.logaddexp(0, z)
    raise ValueError(f"unknown activation {name!r}")


# %% [markdown]
# ## 1. Six derivatives (5 points)
#
# Write `dact(name, z, a)`: the derivative of `act(name, z, a)` by `z`, for each number of `z` alone. `name` is one of
# `"sigmoid"`, `"tanh"`, `"relu"`, `"leaky_relu"`, `"elu"`, `"softplus"`. Leaky ReLU has the slope `a` on the left;
# ELU is $a(e^z-1)$ on the left.
#
# What must hold:
#
# - `z` is an array of any shape, also `()`; the result has the same shape.
# - At a kink take the branch $z \le 0$: ReLU gives 0, leaky ReLU gives `a`, ELU gives `a`.
# - For `z = 1000` and `z = -1000` the result is finite and right, and NumPy warns of no overflow on the way.
# - A float32 array gives float32, a float64 array float64; integers give float64. `z` itself is not changed.
# - Any other name raises `ValueError`.
#
# Example: `dact("tanh", np.array([0.0, 1.0]))` is `[1, 0.41997434]`; `dact("leaky_relu", np.array([-3.0, 3.0]), a=0.2)` is `[0.2, 1]`.
#
# <details><summary>Hint 1</summary>
#
# Sigmoid and tanh have derivatives that are short in terms of their own value. Which function is the derivative of softplus?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.where(condition, p, q)` computes both `p` and `q` everywhere. If `q` overflows where it is not wanted, clip its argument first:
# `np.exp(np.minimum(z, 0))` never exceeds 1. For the sigmoid use `act`, which does not overflow.
# At the end `.astype(...)` gives the dtype that was asked for.
# </details>

# %% answer="dact" forbid="dlcourse.mlp torch scipy"
def dact(name, z, a=0.1):
    """Derivative of an activation.  name: one of six, z: any shape, a: left slope -> same shape

    float32 stays float32.  ValueError for an unknown name.  At z = 0 the branch z <= 0 counts.
    """
    ### BEGIN SOLUTION
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    if name == "sigmoid":
        d = s * (1 - s)
    elif name == "tanh":
        d = 1 - np.tanh(z) ** 2
    elif name == "relu":
        d = np.where(z > 0, 1, 0)
    elif name == "leaky_relu":
        d = np.where(z > 0, 1, a)
    elif name == "elu":
        d = np.where(z > 0, 1, a * np.exp(np.minimum(z, 0)))
    elif name == "softplus":
        d = s
    else:
        raise ValueError(f"unknown activation {name!r}")
    return np.asarray(d).astype(z.dtype)
    ### END SOLUTION


# %% tests="dact" points=2
check.close(dact("tanh", np.array([0.0, 1.0])), [1, 0.41997434], rtol=1e-6, name="tanh'")
check.close(dact("leaky_relu", np.array([-3.0, 3.0]), a=0.2), [0.2, 1], name="leaky ReLU'")
_z = np.array([-1.0, 1.0])
check.close(dact("elu", _z, a=0.5), [0.18393972, 1], rtol=1e-6, name="ELU' at -1 and 1 with a = 0.5")
check.close(dact("sigmoid", _z), [0.19661193, 0.19661193], rtol=1e-6, name="sigmoid' at -1 and 1")
check.close(dact("softplus", _z), [0.26894142, 0.73105858], rtol=1e-6, name="softplus' at -1 and 1")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("activations/dact")
_z = _rng.normal(0, 3, 9)
_i = _z + 1e-20j  # complex steps of the textbook formulas: no rounding to speak of
check.close(dact("sigmoid", _z), (1 / (1 + np.exp(-_i))).imag / 1e-20, rtol=1e-10, name="sigmoid'")
check.close(dact("softplus", _z), np.log(1 + np.exp(_i)).imag / 1e-20, rtol=1e-10, name="softplus'")
for _shape in [(11,), (3, 4), (1, 2, 3), ()]:
    _z, _a = np.asarray(_rng.normal(0, 2, _shape)), float(_rng.uniform(0.05, 0.8))
    _z = _z + 0.01 * np.where(_z > 0, 1, -1)  # away from the kinks
    for _name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus"):
        _slope = check.numerical_gradient(lambda v: act(_name, v, _a).sum(), _z)  # noqa: B023
        check.close(dact(_name, _z, _a), _slope, rtol=1e-6, atol=1e-8, name=f"{_name}' with a={_a:.2f}, shape {_shape}")
### END HIDDEN TESTS

# %% tests="dact_kinks" of="dact" points=1
for _name, _expected in (("relu", 0), ("leaky_relu", 0.2), ("elu", 0.2)):
    _d = dact(_name, np.array([0.0]), a=0.2)
    check.close(_d, [_expected], name=f"{_name}' at z = 0 with a = 0.2 (the branch z <= 0 counts)")
### BEGIN HIDDEN TESTS
check.close(dact("relu", np.zeros((2, 2))), np.zeros((2, 2)), name="ReLU' at the kink")
for _a in (0.05, 0.3, 2.0):
    check.close(dact("leaky_relu", np.zeros(3), _a), np.full(3, _a), name="leaky ReLU' at the kink")
    check.close(dact("elu", np.zeros(3), _a), np.full(3, _a), name="ELU' at the kink")
### END HIDDEN TESTS

# %% tests="dact_overflow" of="dact" points=1
for _name, _expected in (("softplus", [0, 1]), ("elu", [0, 1]), ("tanh", [0, 0])):
    try:
        with np.errstate(over="raise", invalid="raise"):
            _d = dact(_name, np.array([-1000.0, 1000.0]), 0.3)
    except FloatingPointError as _error:
        raise AssertionError(
            f"dact({_name!r}, z) overflows for z = 1000 or -1000 ({_error}). Which exp gets a huge "
            "argument? np.where computes both branches everywhere, also where it does not take them"
        ) from _error
    check.close(_d, _expected, name=f"{_name}' at z = -1000 and 1000")
### BEGIN HIDDEN TESTS
for _name, _left, _right in [("sigmoid", 0, 0), ("tanh", 0, 0), ("relu", 0, 1), ("leaky_relu", 0.3, 1), ("elu", 0, 1), ("softplus", 0, 1)]:
    for _big in (100.0, 1000.0, 1e5):
        try:
            with np.errstate(over="raise", invalid="raise"):
                _d = dact(_name, np.array([-_big, _big]), 0.3)
        except FloatingPointError as _error:
            raise AssertionError(f"{_name}' overflows on the way for huge z ({_error})") from _error
        check.close(_d, [_left, _right], atol=1e-12, name=f"{_name}' for huge z")
### END HIDDEN TESTS

# %% tests="dact_hygiene" of="dact" points=1
_z = np.array([-1.0, 0.5, 2.0])
dact("relu", _z)
assert _z.tolist() == [-1.0, 0.5, 2.0], "dact changes its input z: work on a new array"
check.dtype(dact("relu", _z.astype(np.float32)), "float32", "relu' of a float32 array")
check.dtype(dact("tanh", np.array([-1, 0, 2])), "float64", "tanh' of integers")
_whole = dact("elu", np.array([-1, 0, 2]), 0.5)
check.close(_whole, [0.18393972, 0.5, 1], rtol=1e-6, name="ELU' of the integers -1, 0, 2 with a = 0.5")
check.raises(ValueError, dact, "identity", _z)  # not one of the six names
### BEGIN HIDDEN TESTS
check.raises(ValueError, dact, "swoosh", np.zeros(2))
check.raises(ValueError, dact, "", np.zeros(()))
_names = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus")
for _name in _names:
    _z = np.array([-1.5, 0.0, 2.0])
    _d = dact(_name, _z)
    assert _z.tolist() == [-1.5, 0.0, 2.0], f"dact({_name!r}, z) changes z: work on a new array"
    assert not np.shares_memory(_d, _z), f"dact({_name!r}, z) returns the memory of z: work on a new array"
    check.dtype(_d, "float64", f"{_name}' of float64")
    check.dtype(dact(_name, _z.astype(np.float32)), "float32", f"{_name}' of float32")
    _whole = np.array([-2, -1, 0, 1, 3])
    check.close(dact(_name, _whole), dact(_name, _whole.astype(float)), name=f"{_name}' of integers")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The forward pass, in the slides' layout (3 points)
#
# The slides write $y = f(W_3 f(W_2 f(W_1 x)))$ for one column $x$. Their weight matrix has one **row per output unit**: `w` is `(K, D)`,
# the transpose of the book's. A batch still has one **row per sample**: `x` is `(B, D)`.
#
# Write `forward(params, x, name)`. `params` is a list of pairs `(w, b)` with `w: (K, D)` and `b: (K,)`. After every layer but the last
# comes `act(name, ...)`; the last layer gives the scores as they are. One layer is legal, and so is a batch of one. All arrays are NumPy arrays.
#
# Example: with `w = [[1, 2], [3, 4], [5, 6]]`, `b = [0, 0, 1]` and `x = [[1, -1]]` a one-layer net gives `[[-1, -1, 0]]`. With ReLU and a second layer
# `w = [[1, 0, -1]]`, `b = [0.5]` it gives `[[0.5]]`, and `[[-0.5]]` for `x = [[-1, 1]]`.
#
# <details><summary>Hint 1</summary>
#
# Write the shape behind each line. Which product of a `(B, D)` and a `(K, D)` array gives `(B, K)`?
# </details>
#
# <details><summary>Hint 2</summary>
#
# A unit's sum pairs a row of `x` with a row of `w`; a matrix product pairs rows of its left factor with columns of its right factor. Try it on layers that are
# not square: a square matrix forgives a missing transpose. The last pair is treated apart from the others: which step does it lack?
# </details>

# %% answer="forward" forbid="dlcourse.mlp torch"
def forward(params, x, name):
    """Scores of an MLP.  params: list of (w: (K, D), b: (K,)), x: (B, D0), name: for act

    -> (B, K of the last layer)
    """
    ### BEGIN SOLUTION
    for w, b in params[:-1]:
        x = act(name, x @ w.T + b)  # (B, K)
    w, b = params[-1]
    return x @ w.T + b  # (B, K)
    ### END SOLUTION


# %% tests="forward" points=3
_first = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([0.0, 0, 1])
_second, _x = (np.array([[1.0, 0, -1]]), np.array([0.5])), np.array([[1.0, -1], [-1, 1]])
try:
    _one = forward([_first], _x[:1], "relu")
    _two, _smooth = (forward([_first, _second], _x, f) for f in ("relu", "tanh"))
except ValueError as _error:
    raise AssertionError(
        "forward cannot multiply or add two arrays whose shapes do not fit (error above). "
        "For the first layer x is (B, 2), w is (3, 2), b is (3,), and the result must be (B, 3)"
    ) from _error
check.close(_one, [[-1, -1, 0]], name="one layer (no activation after it)")
check.close(_two, [[0.5], [-0.5]], name="two layers with ReLU between them")
check.close(_smooth, [[-0.26159416], [0.29756658]], rtol=1e-6, name="two layers with tanh between")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("activations/forward")


def _one(params, v, name):
    """Unit by unit, sample by sample."""
    for _layer, (_w, _b) in enumerate(params):
        v = [sum(float(_w[k, d]) * v[d] for d in range(len(v))) + float(_b[k]) for k in range(len(_b))]
        if _layer < len(params) - 1:
            v = [float(act(name, np.float64(u))) for u in v]
    return v


for _sizes in [(3, 2), (4, 4), (3, 3, 3), (2, 5, 3), (4, 7, 1, 3), (2, 3, 4, 5, 2)]:
    for _name in ("tanh", "relu", "identity"):
        _params = [(_rng.normal(size=(k, d)), _rng.normal(size=k)) for d, k in zip(_sizes[:-1], _sizes[1:], strict=True)]
        for _batch in (1, _sizes[-1], 6):
            _x = _rng.normal(size=(_batch, _sizes[0]))
            _before = _x.copy()
            check.close(forward(_params, _x, _name), [_one(_params, row, _name) for row in _x], rtol=1e-9, name=f"layers {_sizes}, {_name}")
            assert np.array_equal(_x, _before), "forward changes x: work on a new array"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. When depth adds nothing (2 points)
#
# The book shows that a network with the identity as activation is one linear layer. Now let the activation be a straight line,
# $f(z) = cz + d$. Write `collapse(params, c, d)`: the single pair `(w, b)`, in the layout of part 2, whose output equals that of the whole network for every `x`.
# As before the last layer has no activation. The number `d` is added to every unit.
#
# One layer alone is returned as it is. `params` and its arrays are not changed.
#
# Example: two layers of one unit, $w_1=2, b_1=1$ and $w_2=3, b_2=0$, with $c=10$, $d=1$ give $3(10(2x+1)+1) = 60x + 33$, so `w = [[60]]`, `b = [33]`.
#
# <details><summary>Hint 1</summary>
#
# Write out two layers by hand: $W_2\,(c\,(W_1x+b_1)+d\mathbf{1})+b_2$. Collect what multiplies $x$ and what does not.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Suppose the layers so far have collapsed to $wx + b$. The activation makes $cw\,x + (cb + d)$ of it: two parts. The next layer multiplies *both* parts by its
# matrix and adds its own bias to one of them. So a loop over the layers needs a running pair only.
# </details>
#
# <details><summary>Hint 3</summary>
#
# Shapes decide the order of the product: the first layer is `(3, 2)`, the second `(1, 3)`, the collapsed one must be `(1, 2)`. With square layers nothing
# warns you.
# </details>

# %% answer="collapse" forbid="dlcourse.mlp torch"
def collapse(params, c, d):
    """One layer for a whole net with activation c z + d.  params: list of (w: (K, D), b: (K,))

    -> w: (K_last, D0), b: (K_last,)
    """
    ### BEGIN SOLUTION
    w, b = params[0]
    for w_next, b_next in params[1:]:
        w, b = w_next @ (c * w), w_next @ (c * b + d) + b_next
    return w, b
    ### END SOLUTION


# %% tests="collapse" points=2
_one_unit = [(np.array([[2.0]]), np.array([1.0])), (np.array([[3.0]]), np.array([0.0]))]
_pair = collapse(_one_unit, 10.0, 1.0)
assert _pair is not None and len(_pair) == 2, "return a pair: w, b"
check.close(_pair[0], [[60]], name="w for two layers of one unit")
check.close(_pair[1], [33], name="b for two layers of one unit")
_first = np.array([[1.0, 2], [0, 1], [1, 0]]), np.array([0.0, 1, 0])
_next = [(np.array([[1.0, 0, 2]]), np.array([1.0])), (np.array([[3.0]]), np.array([0.0]))]
try:
    _two, _three = collapse([_first, _next[0]], 2.0, -1.0), collapse([_first, *_next], 2.0, -1.0)
except ValueError as _error:
    raise AssertionError(
        "collapse cannot multiply or add two arrays whose shapes do not fit (error above): "
        "for layers (3, 2) and (1, 3) w must become (1, 2)"
    ) from _error
check.close(_two[0], [[6, 4]], name="w for the layers 2-3-1")
check.close(_two[1], [-2], name="b for the layers 2-3-1")
check.close(_three[0], [[36, 24]], name="w for the layers 2-3-1-1")
check.close(_three[1], [-15], name="b for the layers 2-3-1-1")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("activations/collapse")
for _sizes in [(3, 2), (3, 3, 3), (2, 5, 3), (4, 1, 6, 2), (2, 3, 4, 5, 2)]:
    for _c, _d in [(1.0, 0.0), (_rng.normal(), _rng.normal()), (0.0, 1.5), (-2.0, 0.5)]:
        _params = [(_rng.normal(size=(k, d)), _rng.normal(size=k)) for d, k in zip(_sizes[:-1], _sizes[1:], strict=True)]
        _copy = [(w.copy(), b.copy()) for w, b in _params]
        _w, _b = collapse(_params, _c, _d)
        check.shape(_w, (_sizes[-1], _sizes[0]), "w")
        check.shape(_b, (_sizes[-1],), "b")
        for _v in _rng.normal(size=(3, _sizes[0])):
            _u = _v
            for _layer, (_lw, _lb) in enumerate(_copy):
                _u = _lw @ _u + _lb
                _u = _c * _u + _d if _layer < len(_copy) - 1 else _u
            check.close(_w @ _v + _b, _u, rtol=1e-9, atol=1e-9, name=f"collapsed net, layers {_sizes}")
        _same = all(np.array_equal(w, v) and np.array_equal(b, u) for (w, b), (v, u) in zip(_params, _copy, strict=True))
        assert _same, "collapse changes the arrays in params: work on new arrays"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# A fellow student trains a network with 20 layers and the identity as activation on XOR, and gets 3 of 4 cases right at best. She concludes that 20 layers
# are too few. What do you tell her, and which single change would let her network solve XOR? (About 5 sentences.)

# %% [markdown] written="why_not_deeper" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Each layer is a linear map plus a bias, and a composition of such maps is again one linear map plus a bias: all 20 layers together compute
# $Wx+b$ for some $W$, $b$. Such a function separates the plane by one straight line, and no line has (0,1), (1,0) on one side and (0,0), (1,1)
# on the other. More layers change how the single $W$ is written, not which functions can be written. Putting a non-linear activation (ReLU, tanh, ...)
# after at least one layer with two or more units is enough; then one hidden layer does it.
#
# Marking: 1 point for the collapse *with its reason* (composition of linear maps) and its consequence (one line, XOR not separable);
# 1 point for the change (a non-linear activation between layers; "more data", "more units" or "train longer" earns nothing). A non-linear function
# only on the output layer does not earn the second point: the boundary stays a line if it is monotonic.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - SiLU ("swish") is $z\,\sigma(z)$. Derive its derivative, test it with `check.gradient_check`, and find the point where it is smallest.
# - Plot the product of 20 derivatives $\prod_l \sigma'(z_l)$ with $z_l \sim N(0, 1)$ for the six activations, on a logarithmic axis. Which would you stack 20 times?
