# %% [markdown]
# # Audit a textbook, then back-propagate through any depth
#
# **What it trains.** To distrust a printed gradient until a difference quotient agrees; to carry error signals back through the weights; and to write
# back-propagation for any number of layers without a loop over units.
#
# **Time.** About 100 minutes.
#
# **Read again if stuck.** Section "Error back-propagation" of the book.
#
# Only NumPy is needed. The tests refuse `dlcourse.mlp` and the numerical gradients of `dlcourse.check` in your answers. You may use the latter to test yourself.

# %%
import numpy as np

from dlcourse import check


def act(name, z):
    """Activation.  name: "sigmoid", "tanh" or "softplus", z: any shape -> same shape."""
    if name == "sigmoid":
        return 0.5 * (1 + np.tanh(z / 2))
    return {"tanh": np.tanh, "softplus": lambda v: np.logaddexp(0, v)}[name](z)


def dact(name, z):
    """Its derivative at z, the input of the activation (not its output)."""
    s = act("sigmoid", z)
    return {"sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "softplus": s}[name]


# %% [markdown]
# ## 1. The 2-2-2 network, with its inputs (4 points)
#
# The network of the slides: two inputs, two hidden and two output sigmoids, no bias.
#
# $$h_1=\sigma(w_1x_1+w_3x_2),\quad h_2=\sigma(w_2x_1+w_4x_2),\quad o_1=\sigma(w_5h_1+w_7h_2),\quad o_2=\sigma(w_6h_1+w_8h_2),$$
# $$E=\tfrac12(o_1-y_1)^2+\tfrac12(o_2-y_2)^2 .$$
#
# Write `net222_grads(w, x, y)`. `w` is a dictionary with the keys `"w1"` to `"w8"`, `x` and `y` are pairs of numbers. Return a dictionary with **ten** entries: the derivatives of $E$ by
# `"w1"` ... `"w8"` and by the inputs `"x1"` and `"x2"`. The last two say how the input would have to change to lower the error; the book does not compute them.
#
# With the numbers in the cell below the entry `"w5"` is 0.03463 and `"x1"` is -0.01345 (rounded).
#
# <details><summary>Hint 1</summary>
#
# First the error signals of the two output units, $\delta_{o_1} = (o_1-y_1)\,o_1(1-o_1)$ and $\delta_{o_2}$ likewise. Each of the other derivatives is a sum of products of error signals with
# what stands on the line.
# </details>
#
# <details><summary>Hint 2</summary>
#
# A hidden unit feeds both outputs. If $h_1$ rises by a little, how much does the argument of $o_1$ rise, and how much that of $o_2$? Each signal comes back along the line
# on which the value went up. Then the hidden unit's own sigmoid, as in Hint 1. With the numbers of the cell below $\delta_{h_1} = -0.01684$ and $\delta_{h_2} = 0.02521$.
# </details>
#
# <details><summary>Hint 3</summary>
#
# What does $w_1$ multiply on the way forward? That value and one signal make its derivative. An input differs from a hidden unit in one thing only: it has no sigmoid of its own.
# </details>

# %%
w222 = {"w1": 0.2, "w2": -0.4, "w3": 0.5, "w4": 0.6, "w5": 0.1, "w6": -0.5, "w7": -0.3, "w8": 0.8}
x222, y222 = (0.5, 0.3), (0.23, -0.07)

# %% answer="net222_grads" forbid="dlcourse.mlp torch dlcourse.check.numerical_gradient scipy"
def net222_grads(w, x, y):
    """Derivatives of E by w1 ... w8, x1, x2.  w: dict, x, y: pairs -> dict of ten numbers"""
    ### BEGIN SOLUTION
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    return {
        "w1": d_h1 * x[0], "w2": d_h2 * x[0], "w3": d_h1 * x[1], "w4": d_h2 * x[1],
        "w5": d_o1 * h1, "w6": d_o2 * h1, "w7": d_o1 * h2, "w8": d_o2 * h2,
        "x1": d_h1 * w["w1"] + d_h2 * w["w2"], "x2": d_h1 * w["w3"] + d_h2 * w["w4"],
    }  # fmt: skip
    ### END SOLUTION


# %% tests="net222_grads" points=2
_g = net222_grads(w222, x222, y222)
assert isinstance(_g, dict), f"net222_grads returned {type(_g).__name__}, expected a dict"
_keys = ["w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "x1", "x2"]
assert set(_g) == set(_keys), f"the result has the keys {sorted(_g)}, expected {_keys}"
for _key, _right in {"w5": 0.03463, "w7": 0.03049, "w2": 0.01261, "w3": -0.00505}.items():
    check.close(_g[_key], _right, rtol=0, atol=6e-6, name=f"dE/d{_key} (numbers of the cell above)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("backprop/net222_grads")


def _error222(v, y):
    """v: w1 ... w8, x1, x2 in one array."""
    w1, w2, w3, w4, w5, w6, w7, w8, x1, x2 = v
    _s = lambda z: 0.5 * (1 + np.tanh(z / 2))  # noqa: E731
    _h1, _h2 = _s(w1 * x1 + w3 * x2), _s(w2 * x1 + w4 * x2)
    return 0.5 * (_s(w5 * _h1 + w7 * _h2) - y[0]) ** 2 + 0.5 * (_s(w6 * _h1 + w8 * _h2) - y[1]) ** 2


_keys = [f"w{i}" for i in range(1, 9)]
for _round in range(6):
    _v, _y = _rng.normal(0, 1.5, 10), _rng.normal(size=2)
    if _round == 0:
        _v, _y = np.array([*w222.values(), *x222]), np.array(y222)
    _w = {k: float(v) for k, v in zip(_keys, _v[:8], strict=True)}
    _n = check.numerical_gradient(lambda v: _error222(v, _y), _v)  # noqa: B023
    _g = net222_grads(dict(_w), (float(_v[8]), float(_v[9])), (float(_y[0]), float(_y[1])))
    for _i, _key in enumerate(_keys):
        assert abs(_g[_key] - _n[_i]) < 1e-8 + 1e-6 * abs(_n[_i]), f"dE/d{_key} does not agree with a difference quotient"
### END HIDDEN TESTS

# %% tests="net222_inputs" of="net222_grads" points=2
_g = net222_grads(w222, x222, y222)
assert isinstance(_g, dict) and "x1" in _g and "x2" in _g, "the result needs the keys x1 and x2"
check.close(_g["x1"], -0.01345, rtol=0, atol=6e-6, name="dE/dx1 (numbers of the cell above)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("backprop/net222_inputs")
for _ in range(6):
    _v, _y = _rng.normal(0, 1.5, 10), _rng.normal(size=2)
    _w = {f"w{i}": float(_v[i - 1]) for i in range(1, 9)}

    def _of_input(x):
        _s = lambda z: 0.5 * (1 + np.tanh(z / 2))  # noqa: E731
        _h1, _h2 = _s(_w["w1"] * x[0] + _w["w3"] * x[1]), _s(_w["w2"] * x[0] + _w["w4"] * x[1])  # noqa: B023
        _o = _s(np.array([_w["w5"] * _h1 + _w["w7"] * _h2, _w["w6"] * _h1 + _w["w8"] * _h2]))  # noqa: B023
        return 0.5 * np.sum((_o - _y) ** 2)  # noqa: B023

    _n = check.numerical_gradient(_of_input, _v[8:])
    _g = net222_grads(_w, (float(_v[8]), float(_v[9])), (float(_y[0]), float(_y[1])))
    for _i, _key in enumerate(("x1", "x2")):
        assert abs(_g[_key] - _n[_i]) < 1e-8 + 1e-6 * abs(_n[_i]), f"dE/d{_key} does not agree with a difference quotient"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The audit (3 points)
#
# The slides print the gradients rounded to two decimals: `w1` ... `w4` all as 0.01, `w5` 0.03, `w6` 0.08, `w7` 0.03, `w8` 0.07. They got `w1` ... `w4` from a rule that is not
# the chain rule. A number that comes out of a wrong rule may still be right after rounding, by luck.
#
# **The slides' rule**, in one line: the signal of a hidden unit is the sum of the *gradients of the weights* that leave it, times the slope of its sigmoid,
# $\delta_{h_1} = \bigl(\frac{\partial E}{\partial w_5} + \frac{\partial E}{\partial w_6}\bigr)\,h_1(1-h_1)$ and
# $\delta_{h_2} = \bigl(\frac{\partial E}{\partial w_7} + \frac{\partial E}{\partial w_8}\bigr)\,h_2(1-h_2)$. The output layer's gradients, and what follows from the hidden signals, are done rightly.
# You need not compute the rule for this question: `rule` holds what it gives.
#
# Write `audit(printed, rule, right, decimals)`. All three are dictionaries with the same keys: what is printed, what the printed rule gives without rounding, and the right values. Return two sets of keys:
#
# - `wrong`: the printed number is **not** the right value rounded to that many decimals (it is further off than half a unit of the last decimal);
# - `lucky`: the printed number is fine in that sense, but the rule's value differs from the right one by more than $10^{-6}$ of the right one's size. (A smaller difference is rounding error, not a wrong rule.)
#
# No right value in the tests lies exactly half-way between two printable numbers, so it does not matter what you do there.
#
# Example, with one decimal: all four numbers are printed as 0.2, and
#
# | key | rule | right | |
# |---|---|---|---|
# | a | 0.21 | 0.21 | fine |
# | b | 0.21 | 0.16 | lucky |
# | c | 0.21 | −0.21 | wrong |
# | d | 0.2100000001 | 0.21 | fine |
#
# <details><summary>Hint 1</summary>
#
# Two questions for each key: is the printed number within half a unit of the last decimal (0.05 for one decimal, 0.005 for two) of the right value? And is the rule's value the
# right one? Which two of the three numbers does each question compare?
# </details>
#
# <details><summary>Hint 2</summary>
#
# `lucky` never contains a key of `wrong`, and the printed number plays no part in its second condition.
# </details>

# %% answer="audit" forbid="dlcourse.mlp"
def audit(printed, rule, right, decimals):
    """Which keys are printed wrongly, which are right only by luck.

    printed, rule, right: dicts with the same keys, decimals: int -> wrong: set, lucky: set
    """
    ### BEGIN SOLUTION
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky
    ### END SOLUTION


# %% tests="audit" points=3
_rule = {"a": 0.21, "b": 0.21, "c": 0.21, "d": 0.2100000001}
_right = {"a": 0.21, "b": 0.16, "c": -0.21, "d": 0.21}
_result = audit(dict.fromkeys("abcd", 0.2), _rule, _right, 1)
_form = "two sets of keys, (wrong, lucky)"
assert isinstance(_result, (tuple, list)), f"audit returned {_result!r}, expected {_form}"
assert len(_result) == 2, f"audit returned {len(_result)} things, expected {_form}"
_wrong, _lucky = (sorted(part) for part in _result)
_got = f"the example of the text: you return wrong = {_wrong} and lucky = {_lucky}"
assert _wrong == ["c"] and _lucky == ["b"], f"{_got}, expected ['c'] and ['b']"
_wrong, _lucky = audit({"e": 0.22, "f": 0.22}, {"e": 0.2201, "f": 0.3}, {"e": 0.22, "f": 0.228}, 2)
_got = "two decimals, printed 0.22 twice, right e = 0.22, f = 0.228, rule e = 0.2201"
assert set(_wrong) == {"f"}, f"{_got}: wrong is {sorted(_wrong)}, expected f"
assert set(_lucky) == {"e"}, f"{_got}: lucky is {sorted(_lucky)}, expected e"
### BEGIN HIDDEN TESTS
_printed = {"w1": 0.01, "w2": 0.01, "w3": 0.01, "w4": 0.01, "w5": 0.03, "w6": 0.08, "w7": 0.03, "w8": 0.07}
_right = {"w1": -0.0084215, "w2": 0.0126067, "w3": -0.0050529, "w4": 0.0075640, "w5": 0.0346330, "w6": 0.0838661, "w7": 0.0304946, "w8": 0.0738447}
_rule = dict(_right, w1=0.0145833, w2=0.0130411, w3=0.0087500, w4=0.0078247)
_wrong, _lucky = audit(_printed, _rule, _right, 2)
assert set(_wrong) == {"w1", "w3"}, "the slides' numbers: which printed gradients are not the right ones, rounded?"
assert set(_lucky) == {"w2", "w4"}, "the slides' numbers: which printed gradients are right by luck?"
_rng = check.class_rng("backprop/audit")
for _decimals in (1, 2, 3, 4):
    _unit = 10.0**-_decimals
    _printed, _rule, _right, _expected = {}, {}, {}, {"wrong": set(), "lucky": set(), "fine": set()}
    for _k in range(30):
        _kind, _key = ("wrong", "lucky", "fine")[int(_rng.integers(3))], f"k{_k}"
        _p = round(int(_rng.integers(-5, 6)) * _unit, _decimals)  # as one types it: 0.3, not 0.30000000000000004
        _off = _rng.uniform(0.55, 1.5) if _kind == "wrong" else _rng.uniform(0, 0.45)
        _printed[_key] = _p
        _right[_key] = _p + _off * _unit * float(_rng.choice([-1, 1]))
        _rule[_key] = _right[_key] if _kind == "fine" or (_kind == "wrong" and _k % 2) else _right[_key] * (1 + float(_rng.choice([1e-4, 0.3, -2.0])))
        _expected[_kind].add(_key)
        if _kind == "fine" and _k % 3 == 0:
            _rule[_key] = _right[_key] * (1 + 1e-10)
    _wrong, _lucky = audit(_printed, _rule, _right, _decimals)
    assert set(_wrong) == _expected["wrong"], f"wrong: {len(set(_wrong) ^ _expected['wrong'])} keys are misjudged with {_decimals} decimals"
    assert set(_lucky) == _expected["lucky"], f"lucky: {len(set(_lucky) ^ _expected['lucky'])} keys are misjudged with {_decimals} decimals"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Back-propagation for any depth (6 points)
#
# Now the network of the slides' algorithm: $L$ layers, **every** layer with an activation $f$, the output layer too, and the loss
#
# $$E = \frac1N\sum_{n}\tfrac12\sum_k(\hat y_{nk}-y_{nk})^2 .$$
#
# The layout is the slides' one: `params` is a list of pairs `(w, b)` with `w: (K, D)`, one row an output unit, and `b: (K,)`; `x` is `(N, D0)` and `y` is `(N, K)` with one row a sample.
# `name` names the activation; use `act(name, z)` and `dact(name, z)` from the first cell.
#
# Write `backprop(params, x, y, name)`. Return `loss, grads`, with `grads` a list of pairs `(dw, db)` in the order and the shapes of `params`. Nothing that is passed in is changed.
#
# <details><summary>Hint 1</summary>
#
# On the way forward keep, for each layer, its input and its $z$ (which of the two does `dact` want?). On the way back keep one array `d` of shape `(N, K)`: the derivative
# of the loss by this layer's $z$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Shapes, for 5 samples and a last layer with `w: (2, 4)`: `d` is `(5, 2)`, the layer's input `(5, 4)`, `dw` must be `(2, 4)` and `db` `(2,)`. Which product of the first two has
# that shape, and over which axis does it sum? The `d` of the layer below must be `(5, 4)`.
# </details>
#
# <details><summary>Hint 3</summary>
#
# From one layer's `d` to the next one down there are two steps: through the weights, from $z$ to the layer's input, and then through the activation that made this input. The
# mean over the batch enters once, at the top. Which $E$ does a single unit, one sample and one layer give, and what is its derivative by $z$?
# </details>

# %% answer="backprop" forbid="dlcourse.mlp torch dlcourse.check.numerical_gradient scipy"
def backprop(params, x, y, name):
    """Loss and gradients.  params: list of (w: (K, D), b: (K,)), x: (N, D0), y: (N, K)

    -> loss: number, grads: list of (dw, db)
    """
    ### BEGIN SOLUTION
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)  # (N, K)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, _), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)  # (N, K)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w  # (N, D)
    return loss, grads[::-1]
    ### END SOLUTION


# %% tests="backprop" points=4
_w1, _b1 = np.array([[1.0, -1.0], [0.5, 1.0], [0.0, 1.0]]), np.array([0.1, -0.2, 0.3])
_w2, _b2 = np.array([[1.0, 1.0, -1.0], [0.5, -0.5, 1.0]]), np.array([0.5, -0.3])
_x = np.array([[1.0, 0.5], [-0.5, 1.0], [0.2, -0.4]])
_y = np.array([[0.2, 0.5], [-0.4, 0.1], [0.3, -0.6]])
_result = backprop([(_w1, _b1), (_w2, _b2)], _x, _y, "tanh")
_form = "loss and grads"
assert isinstance(_result, (tuple, list)), f"backprop returned {_result!r}, expected {_form}"
assert len(_result) == 2, f"backprop returned {len(_result)} things, expected two: {_form}"
check.close(_result[0], 0.18824483, rtol=0, atol=1e-6, name="loss of a 2-3-2 network, tanh, N = 3")
_shapes = [tuple(np.shape(a) for a in pair) for pair in _result[1]]
_wanted = [((3, 2), (3,)), ((2, 3), (2,))]
assert _shapes == _wanted, f"grads has the shapes {_shapes}, expected those of params, {_wanted}"


def _loss_at(w1, b1, w2, b2):
    return backprop([(w1, b1), (w2, b2)], _x, _y, "tanh")[0]


(_dw1, _db1), (_dw2, _db2) = _result[1]  # against difference quotients of your own loss
check.gradient_check(lambda a: _loss_at(_w1, _b1, a, _b2), _w2, _dw2, name="w of layer 2 of 2")
check.gradient_check(lambda a: _loss_at(_w1, _b1, _w2, a), _b2, _db2, name="b of layer 2 of 2")
check.gradient_check(lambda a: _loss_at(a, _b1, _w2, _b2), _w1, _dw1, name="w of layer 1 of 2")
check.gradient_check(lambda a: _loss_at(_w1, a, _w2, _b2), _b1, _db1, name="b of layer 1 of 2")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("backprop/backprop")


def _loss_of(layers, x, y, name):
    """Sample by sample, unit by unit."""
    _f = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "softplus": lambda z: np.log1p(np.exp(z))}[name]
    _total = 0.0
    for _row, _target in zip(x, y, strict=True):
        for _w, _b in layers:
            _row = _f(np.array([_w[k] @ _row + _b[k] for k in range(len(_b))]))
        _total += 0.5 * float(np.sum((_row - _target) ** 2))
    return _total / len(x)


for _sizes in [(3, 2), (3, 3, 3), (2, 5, 3), (4, 3, 2, 4), (3, 2, 2, 4, 1)]:
    for _name in ("sigmoid", "tanh", "softplus"):
        _params = [(_rng.normal(size=(k, d)), _rng.normal(size=k)) for d, k in zip(_sizes[:-1], _sizes[1:], strict=True)]
        _n = int(_rng.integers(1, 5))
        _x, _y = _rng.normal(size=(_n, _sizes[0])), _rng.normal(size=(_n, _sizes[-1]))
        _loss, _grads = backprop([(w.copy(), b.copy()) for w, b in _params], _x.copy(), _y.copy(), _name)
        check.close(_loss, _loss_of(_params, _x, _y, _name), rtol=1e-9, name=f"loss, layers {_sizes}, {_name}")
        assert len(_grads) == len(_params), "grads must have one pair a layer"
        for _i in range(len(_params)):
            for _j, _what in enumerate(("w", "b")):

                def _moved(p):
                    _layers = [list(layer) for layer in _params]  # noqa: B023
                    _layers[_i][_j] = p  # noqa: B023
                    return _loss_of(_layers, _x, _y, _name)  # noqa: B023

                check.gradient_check(_moved, _params[_i][_j], _grads[_i][_j], name=f"{_what} of layer {_i + 1} of {len(_params)}, {_name}")
### END HIDDEN TESTS

# %% tests="backprop_mean" of="backprop" points=1
_params = [(np.array([[0.5, -1.0]]), np.array([0.1]))]
_one, _g1 = backprop(list(_params), np.array([[1.0, 2.0]]), np.array([[0.3]]), "tanh")
_x, _y = np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([[0.3], [0.3]])
_two, _g2 = backprop(list(_params), _x, _y, "tanh")
_why = "E is a mean over the batch"
assert abs(_one - _two) < 1e-12, f"one sample costs {_one:.4f}, the same twice {_two:.4f}; {_why}"
check.close(_g2[0][0], _g1[0][0], rtol=1e-9, name="dw when the sample stands twice in the batch")
check.close(_g2[0][1], _g1[0][1], rtol=1e-9, name="db when the sample stands twice in the batch")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("backprop/backprop_mean")
_params = [(_rng.normal(size=(4, 3)), _rng.normal(size=4)), (_rng.normal(size=(2, 4)), _rng.normal(size=2))]
_x, _y = _rng.normal(size=(5, 3)), _rng.normal(size=(5, 2))
_g1, _g3 = (backprop(_params, np.tile(_x, (r, 1)), np.tile(_y, (r, 1)), "tanh")[1] for r in (1, 3))
_out = np.tanh(np.tanh(_x @ _params[0][0].T + _params[0][1]) @ _params[1][0].T + _params[1][1])
check.close(_g1[1][1], np.mean((_out - _y) * (1 - _out**2), axis=0), rtol=1e-9, name="db of the last layer, a mean over the batch")
for _a, _b in zip(_g1, _g3, strict=True):
    check.close(_b[0], _a[0], rtol=1e-9, name="dw when each sample stands three times in the batch")
    check.close(_b[1], _a[1], rtol=1e-9, name="db when each sample stands three times in the batch")
_mean = [np.mean([backprop(_params, _x[i : i + 1], _y[i : i + 1], "tanh")[1][0][0] for i in range(5)], axis=0)]
check.close(_g1[0][0], _mean[0], rtol=1e-9, name="dw of a batch, the mean over its samples")
assert np.ndim(_g1[0][1]) == 1, "db must be (K,)"
### END HIDDEN TESTS

# %% tests="backprop_pure" of="backprop" points=1
_params = [(np.ones((2, 2)), np.zeros(2)), (np.ones((1, 2)), np.zeros(1))]
_x, _y = np.ones((3, 2)), np.zeros((3, 1))
backprop(_params, _x, _y, "tanh")
assert len(_params) == 2, f"params has {len(_params)} layers after the call, it had 2"
for _i, (_w, _b) in enumerate(_params):
    _same = np.all(_w == 1) and np.all(_b == 0)
    _now = f"w is {_w.tolist()}, b is {_b.tolist()}"
    assert _same, f"backprop changed layer {_i + 1} of params: now {_now}"
assert np.all(_x == 1) and np.all(_y == 0), "backprop changed x or y"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("backprop/backprop_pure")
_params = [(_rng.normal(size=(3, 3)), _rng.normal(size=3)), (_rng.normal(size=(3, 3)), _rng.normal(size=3))]
_x, _y = _rng.normal(size=(4, 3)), _rng.normal(size=(4, 3))
_before = [v.copy() for layer in _params for v in layer] + [_x.copy(), _y.copy()]
_first = backprop(_params, _x, _y, "sigmoid")
_second = backprop(_params, _x, _y, "sigmoid")
_out = 1 / (1 + np.exp(-(1 / (1 + np.exp(-(_x @ _params[0][0].T + _params[0][1]))) @ _params[1][0].T + _params[1][1])))
check.close(_first[1][1][1], np.mean((_out - _y) * _out * (1 - _out), axis=0), rtol=1e-9, name="db of the last layer")
_after = [v for layer in _params for v in layer] + [_x, _y]
assert all(np.array_equal(a, b) for a, b in zip(_before, _after, strict=True)), "backprop must not change params, x or y"
assert len(_params) == 2 and np.array_equal(_first[1][0][0], _second[1][0][0]), "two calls with the same input must give the same gradients"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# A fellow student trains the 2-2-2 network with the slides' rule. The error falls from 0.2097 to 0.0038 in 2,000 steps. "It learns, so the rule cannot be that wrong."
# Why can the error fall although two gradients have the wrong sign? When would the rule fail badly, and which test would you ask for before believing any gradient code? (About 6 sentences.)

# %% [markdown] written="it_learns_anyway" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# The output layer's gradients are right, and they alone lower the error here: a step lowers the error whenever its direction makes an acute angle with the negative gradient, and the right components
# outweigh the two wrong ones. Falling error is therefore weak evidence: descent is slower (0.0173 instead of 0.0103 after 100 steps) and may stall or climb where the hidden
# weights matter, for example in a deep network, where the wrong rule is applied once a layer, or where the output layer cannot reduce the error on its own (XOR). Ask for a gradient check: compare
# every entry with a central difference at h = 1e-5 in float64, at random parameters, for more than one depth; relative errors should be below about 1e-6.
#
# Marking: 1 point for the reason (right output gradients, acute angle); 1 point for the gradient check with a size of error, or an equally decisive test. "Train longer" or "look at the loss curve" earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Follow `-dE/dx` of the 2-2-2 network with the weights fixed. Which input gives an error near the floor of 0.00245? You have just built an adversarial example.
# - Let the slides' wrong rule train your network on XOR from 20 random starts. How often does it succeed, and how often does the right one?
