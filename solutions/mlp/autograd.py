# %% [markdown]
# # Build the engine
#
# **What it trains.** The whole idea of automatic differentiation in one small class: every operation knows its local slopes, and one pass over the graph, in the right
# order, adds up the products. You find out why "the right order" and "adds" are both needed.
#
# **Time.** About 90 minutes.
#
# **Read again if stuck.** Section "A scalar autograd engine" of the book.
#
# Only the standard library is needed. Calls into `dlcourse.mlp` are not allowed in your answers (the tests look).

# %%
import math

from dlcourse import check


def slope_by(result, operand):
    """The slope of result by operand: the sum over its edges to it.  Used by the tests."""
    assert isinstance(result, Value), f"the operation returned {result!r}, expected a Value"
    for edge in result.edges:
        good = isinstance(edge, (tuple, list)) and len(edge) == 2 and isinstance(edge[0], Value)
        assert good, f"an edge is {edge!r}, expected a pair (parent, slope) with a Value as parent"
    return sum(slope for parent, slope in result.edges if parent is operand)


# %% [markdown]
# ## 1. The class (8 points)
#
# `Value(data, edges)` is a number together with its **edges**: a list of pairs `(parent, slope)`, one pair for each operand, where `slope` is the derivative of this
# number by that operand. A leaf has no edges. `__add__` is given; read it first. Fill in the five methods that are missing. The methods at the end, among them
# those for `5 - a` and `1 / a`, are made of yours.
#
# **The operations** (4 points). Each returns a new `Value` with its edges:
#
# - `a * b` for `b` a `Value` or a number. A product of a value with itself has two edges to the same parent.
# - `a ** n` for a number `n`. It must work for a negative `a` where the power is real, such as `(-2) ** 3`, and for `a = 0` where the slope is finite: `0 ** 0` counts as 1 with slope 0.
# - `a.exp()`.
# - `a.maximum(b)` for `b` a `Value` or a number: the larger one. The larger operand gets slope 1, the other 0. In a tie both get 0.5, as in PyTorch.
#
# **`backward`** (4 points). `root.backward()` **adds** the derivative of `root` by `v` to `v.grad`, for every `v` that `root` depends on, `root` itself included (it gets 1).
# It returns nothing.
#
# - A value used twice collects both branches.
# - Calling `root.backward()` a second time adds the same derivatives once more: every `grad` is exactly twice as large. Two roots that share leaves add up in the same way.
# - A chain of 4,000 operations works. Python's recursion ends at about 1,000.
# - A graph in which each value is used twice by the next one, 60 times over, has $2^{60}$ paths but only 61 values. It must take no time:
#   each edge is used once, not each path.
#
# Example: `x = Value(3.0); y = x * x + x; y.backward()` leaves `x.grad == 7.0` and `y.grad == 1.0`.
#
# <details><summary>Hint 1</summary>
#
# A value may pass its gradient on only when it is complete, that is after **every** value that used it has passed its own on. Which order guarantees that?
# Draw the graph of `h = x * x; y = h + h.exp()`. The value `h` has two users, `y` and the exponential. Which of the four values must wait for which?
# </details>
#
# <details><summary>Hint 2</summary>
#
# A depth-first search with your own stack finds the order. Push `(root, False)`. When `(v, False)` comes off and `v` is in the set of seen values, drop it; otherwise put `v` in the
# set (now, when it comes *off*, not when it is pushed: the difference is the order in the graph of Hint 1), push `(v, True)`, and then `(parent, False)` for each parent.
# When `(v, True)` comes off, everything that `v` was made from is finished, and so is `v`.
# </details>
#
# <details><summary>Hint 3</summary>
#
# The finished values, in reverse, are a right order: the root first, each value before its parents. For the second call keep the gradients of *this* call apart,
# in a dictionary `flow = {id(v): 0.0}` with `flow[id(root)] = 1.0`; add them to `.grad` at the end. If you sent on what `.grad` holds, the second call would send the first call's share again.
# </details>

# %% answer="value" forbid="dlcourse.mlp torch sys.setrecursionlimit"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        """self + other; other: Value or number."""
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        """self * other; other: Value or number."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
        ### END SOLUTION

    def __pow__(self, n):
        """self ** n; n: number."""
        ### BEGIN SOLUTION
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])
        ### END SOLUTION

    def exp(self):
        """e ** self."""
        ### BEGIN SOLUTION
        e = math.exp(self.data)
        return Value(e, [(self, e)])
        ### END SOLUTION

    def maximum(self, other):
        """The larger of self and other; other: Value or number.  In a tie both slopes are 0.5."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])
        ### END SOLUTION

    def backward(self):
        """Add d self / d v to v.grad for every v that self depends on, and for self."""
        ### BEGIN SOLUTION
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif id(v) not in seen:
                seen.add(id(v))
                stack.append((v, True))
                stack.extend((parent, False) for parent, _ in v.edges)
        flow = dict.fromkeys(seen, 0.0)
        flow[id(self)] = 1.0
        for v in reversed(order):
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]
        ### END SOLUTION

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __rsub__(self, other):
        return other + self * -1.0

    def __truediv__(self, other):
        return self * other**-1.0

    def __rtruediv__(self, other):
        return other * self**-1.0


# %% tests="value_mul" of="value" points=1
_a, _b = Value(2.0), Value(-3.0)
_c = _a * _b
_slopes = [slope_by(_c, _a), slope_by(_c, _b)]
assert _c.data == -6.0, f"a * b for a = 2, b = -3 gives {_c.data}, expected -6"
assert _slopes == [-3.0, 2.0], f"a * b: slopes {_slopes}, expected -3.0 by a = 2 and 2.0 by b = -3"
try:
    _c = _a * 5
except AttributeError as _error:
    _why = f"a * 5 stops with '{_error}': the operand may be a plain number"
    raise AssertionError(_why) from _error
assert slope_by(_c, _a) == 5, f"a * 5: the slope by a is {slope_by(_c, _a)}, expected 5"
_c = _a * _a
_sum = slope_by(_c, _a)
assert _sum == 4.0, f"a * a for a = 2: the slopes by a add up to {_sum}, expected 4"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("autograd/value_mul")
for _ in range(5):
    _p, _q = (float(v) for v in _rng.normal(size=2))
    _a = Value(_p)
    _c = _a * _q
    assert abs(_c.data - _p * _q) < 1e-12, "a Value times a number is wrong"
    assert sum(s for v, s in _c.edges if v == _a) == _q, "the slope of a * number by a is the number"
    assert (_q * _a).data == _c.data, "number * Value must work too"
    _c = _a * _a
    assert abs(sum(s for v, s in _c.edges if v == _a) - 2 * _p) < 1e-12, "the slopes of a * a by a must add up to 2 a"
assert _a.grad == 0.0 and _a.data == _p, "an operation must not change its operands"
### END HIDDEN TESTS

# %% tests="value_pow" of="value" points=1
for _n, _value, _slope in ((3, -8.0, 12.0), (2, 4.0, -4.0)):
    _a = Value(-2.0)
    try:
        _c = _a**_n
    except (ValueError, ZeroDivisionError) as _error:
        _why = f"(-2) ** {_n} stops with '{_error}', expected {_value}"
        raise AssertionError(_why) from _error
    _got = slope_by(_c, _a)
    assert _c.data == _value, f"(-2) ** {_n} gives {_c.data}, expected {_value}"
    assert _got == _slope, f"v ** {_n} at v = -2 has the slope {_got}, expected {_slope}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("autograd/value_pow")
for _base, _n in [(_rng.uniform(0.5, 3), 0.5), (_rng.uniform(0.5, 3), -1.0), (-_rng.uniform(0.5, 3), 2), (-_rng.uniform(0.5, 3), -3), (_rng.uniform(1, 2), 2.7)]:
    _base = float(_base)
    _a = Value(_base)
    _c = _a**_n
    assert abs(_c.data - pow(_base, _n)) < 1e-12, f"({_base:.3f}) ** {_n} is wrong"
    _slope = ((_base + 1e-6) ** _n - (_base - 1e-6) ** _n) / 2e-6
    assert abs(sum(s for v, s in _c.edges if v == _a) - _slope) < 1e-5 * max(1, abs(_slope)), f"the slope of v ** {_n} at v = {_base:.3f} is wrong"
for _n, _value, _slope in [(0, 1.0, 0.0), (1, 0.0, 1.0), (2, 0.0, 0.0)]:
    _c = Value(0.0) ** _n
    assert _c.data == _value and sum(s for _, s in _c.edges) == _slope, f"0 ** {_n}: wrong value or slope"
### END HIDDEN TESTS

# %% tests="value_exp_max" of="value" points=2
_a, _b = Value(2.0), Value(5.0)
_c = _a.exp()
_got = f"the value {_c.data:.6f} and the slope {slope_by(_c, _a):.6f}"
assert abs(_c.data - 7.389056) < 1e-6, f"exp at 2 has {_got}, expected the value 7.389056"
assert abs(slope_by(_c, _a) - 7.389056) < 1e-6, f"exp at 2 has {_got}: which slope has e^x?"
for _first, _second in ((_a, _b), (_b, _a)):
    _c = _first.maximum(_second)
    _slopes = [slope_by(_c, _a), slope_by(_c, _b)]
    assert _c.data == 5.0, f"the larger of 2 and 5 is {_c.data} by your maximum"
    _got = f"maximum of 2 and 5: slopes {_slopes}"
    assert _slopes == [0, 1], f"{_got}, expected 0 by the 2 and 1 by the 5"
_slope = slope_by(_a.maximum(2.0), _a)
assert _slope == 0.5, f"a.maximum(2.0) for a = 2, a tie: slope {_slope} by a, expected 0.5"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("autograd/value_exp_max")
for _ in range(4):
    _p, _q = (float(v) for v in _rng.normal(size=2))
    _a, _b = Value(_p), Value(_q)
    _c = _a.exp()
    assert abs(_c.data - math.exp(_p)) < 1e-12, "exp: wrong value"
    assert abs(sum(s for v, s in _c.edges if v == _a) - math.exp(_p)) < 1e-12, "exp: wrong slope"
    for _first, _second in ((_a, _b), (_b, _a)):
        _c = _first.maximum(_second)
        assert _c.data == max(_p, _q), "maximum: wrong value"
        assert sum(s for v, s in _c.edges if v == _a) == float(_p > _q), "maximum: the larger operand gets slope 1, the other 0"
        assert sum(s for v, s in _c.edges if v == _b) == float(_q > _p), "maximum: the larger operand gets slope 1, the other 0"
    _tie = Value(_p)
    _c = _a.maximum(_tie)
    assert [sum(s for v, s in _c.edges if v == w) for w in (_a, _tie)] == [0.5, 0.5], "maximum: in a tie both get slope 0.5"
    _c = _a.maximum(_a)
    assert sum(s for v, s in _c.edges if v == _a) == 1.0, "maximum(a, a) is a: the slopes must add up to 1"
    assert _a.maximum(_p + 1).data == _p + 1, "maximum of a Value and a number"
assert _a.grad == 0.0 and _a.data == _p, "an operation must not change its operands"
### END HIDDEN TESTS

# %% tests="value_backward" of="value" points=2
_x = Value(3.0)
_y = _x * _x + _x
_y.backward()
_got = f"y = x * x + x at x = 3: x.grad is {_x.grad} and y.grad is {_y.grad}"
assert _x.grad == 7.0 and _y.grad == 1.0, f"{_got}, expected 7.0 and 1.0"
for _text in ("h + h.exp()", "h.exp() + h"):
    _x = Value(0.5)
    _h = _x * _x
    _y = _h + _h.exp() if _text.startswith("h +") else _h.exp() + _h
    _y.backward()
    _got = f"h = x * x; y = {_text} at x = 0.5: x.grad is {_x.grad:.6f}, expected 2.284025"
    _ask = "Had h heard from both its users before it passed on?"
    assert abs(_x.grad - 2.284025) < 1e-6, f"{_got}. {_ask}"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("autograd/value_backward")
for _ in range(5):
    _p, _q, _r = (float(v) for v in _rng.uniform(-2, 2, 3))
    _x, _y, _z = Value(_p), Value(_q), Value(_r)
    _f = (_x + _y) * (_y - _z)  # the graph of the slides: two branches meet in y
    _f.backward()
    _right = [_q - _r, (_q - _r) + (_p + _q), -(_p + _q)]
    assert all(abs(v.grad - g) < 1e-12 for v, g in zip((_x, _y, _z), _right, strict=True)), "(x + y)(y - z): a gradient is wrong; y has two branches"
    _x, _w0, _w1 = Value(_p), Value(_q), Value(_r)
    _f = (1 + (-(_w0 + _w1 * _x)).exp()) ** -1
    _f.backward()
    _s = 1 / (1 + math.exp(-(_q + _r * _p)))
    _right = [_s * (1 - _s) * _r, _s * (1 - _s), _s * (1 - _s) * _p]
    assert all(abs(v.grad - g) < 1e-10 for v, g in zip((_x, _w0, _w1), _right, strict=True)), "sigmoid graph: a gradient is wrong"
    _x, _y = Value(_p), Value(_p)
    (_x * _y + _y).backward()
    assert [_x.grad, _y.grad] == [_p, _p + 1], "two different values that hold equal numbers must each get their own gradient"
    # b is reached by a short path and by a long one: only a topological order gets it right, whichever is written first
    for _case in range(4):
        _x = Value(_p)
        _b = _x * 2.0
        _long = _b * 3.0
        _long = _long * _long  # 36 x^2
        _f = [lambda: _b + _long, lambda: _long + _b, lambda: _b * _long * _b, lambda: (_long + _b) * _b][_case]()  # noqa: B023
        _f.backward()
        _right = [72 * _p + 2, 72 * _p + 2, 576 * _p**3, 216 * _p**2 + 8 * _p][_case]
        assert abs(_x.grad - _right) < 1e-9 * max(1, abs(_right)), "a value was passed on before all of its users had added their share"
### END HIDDEN TESTS

# %% tests="value_twice" of="value" points=1
_x = Value(3.0)
_y = (_x * _x + _x) * _x
_y.backward()
_once = _x.grad
_y.backward()
_got = f"x.grad is {_once} after one call of backward and {_x.grad} after two"
assert _x.grad == 2 * _once, f"{_got}, expected {2 * _once}: each call adds the same derivatives"
### BEGIN HIDDEN TESTS
_rng = check.class_rng("autograd/value_twice")
_p = float(_rng.uniform(0.5, 1.5))
_x = Value(_p)
_u = _x.exp() * _x
_f = (_u + _x) * _u
_f.backward()
_first = [v.grad for v in (_x, _u, _f)]
_f.backward()
_f.backward()
assert all(abs(v.grad - 3 * g) < 1e-9 * abs(g) for v, g in zip((_x, _u, _f), _first, strict=True)), "after three calls every grad is three times as large"
_x = Value(_p)
_shared = _x * 2.0
(_shared * 3.0).backward()
(_shared**2).backward()
assert abs(_x.grad - (6 + 8 * _p)) < 1e-9, "two roots that share values must add up"
### END HIDDEN TESTS

# %% tests="value_deep" of="value" points=1
_x = Value(1.0)
_y = _x
for _ in range(4_000):
    _y = _y + 0.001
try:
    _y.backward()
except RecursionError as _error:
    _why = "a chain of 4,000 additions is deeper than Python's recursion; use a stack of your own"
    raise AssertionError(_why) from _error
assert _x.grad == 1.0, f"a chain of 4,000 additions: x.grad is {_x.grad}, expected 1.0"


class _Counting(float):
    """A slope that counts how often it is multiplied."""

    count = 0

    def __mul__(self, other):
        _Counting.count += 1
        return float(self) * other

    __rmul__ = __mul__


_y = _x = Value(1.0)
for _ in range(12):
    _y = Value(2 * _y.data, [(_y, _Counting(1)), (_y, _Counting(1))])
_y.backward()
assert _x.grad == 4096, f"12 doublings: x.grad is {_x.grad}, expected 2 ** 12 = 4096"
_got = f"12 doublings have 24 edges, and backward multiplied by a slope {_Counting.count} times"
assert _Counting.count <= 48, f"{_got}: it walks along each of the 4096 paths"
### BEGIN HIDDEN TESTS
_x = Value(1.0)
_y = _x
for _ in range(60):
    _y = _y + _y
_y.backward()
assert _x.grad == 2.0**60, "60 doublings: the derivative is 2 ** 60"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. In your own words (2 points)
#
# A network has a million weights and one loss. Why does one backward pass cost about as much as one forward pass, while differences cost a million forward passes?
# And for which shape of problem (how many inputs, how many outputs) would you rather carry derivatives *forward*, from the inputs on? (About 5 sentences.)

# %% [markdown] written="why_backward" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Backward mode keeps, for each value, the derivative of the *one* output by that value, and passes each edge once: one multiplication and one addition for each edge of the graph. That is
# a small constant times the work of the forward pass, and it delivers the derivatives by all inputs together. A difference quotient needs at least one more evaluation of the whole function for
# every input. Forward mode keeps the derivative of each value by *one* input, so it needs one pass an input but delivers all outputs together. It is the better choice for few
# inputs and many outputs, for example a curve in space by time. Backward mode must store the forward values, forward mode need not.
#
# Marking: 1 point for "each edge once, all inputs at once" against "one evaluation an input"; 1 point for forward mode with few inputs and many outputs.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Write forward mode: a class `Dual(value, slope)` with `+`, `*` and `exp`. Check it against your `Value` on the sigmoid graph.
# - Train a 2-2-1 network on XOR with your `Value` class, one sample at a time. How many values does one loss have?
