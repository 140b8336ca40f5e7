"""A scalar automatic-differentiation engine: a graph of `Value`s and one backward pass.  Section: book/mlp/autograd.md

Each operation stores its local derivatives when it runs forward.  The backward pass only multiplies and adds:
`parent.grad += local derivative * own grad`, from the result to the leaves.
"""

import math


class Value:
    """A number that remembers how it was made.

    data: the number; parents: the Values it was made from; op: the operation's name; label: a name for drawings.
    After `root.backward()`, `v.grad` holds d root / d v for every v that root was made from.
    """

    def __init__(self, data, parents=(), op="", label=""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.op = op
        self.label = label
        self.local = ()  # d self / d parent, one number a parent

    def __repr__(self):
        return f"Value({self.data:.4g}, grad={self.grad:.4g}{', ' + self.label if self.label else ''})"

    # ------------------------------------------------------------------------------------------------- operations

    def __add__(self, other):
        other = as_value(other)
        return _node(self.data + other.data, "+", (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = as_value(other)
        return _node(self.data - other.data, "−", (self, other), (1.0, -1.0))

    def __neg__(self):
        return _node(-self.data, "neg", (self,), (-1.0,))

    def __mul__(self, other):
        other = as_value(other)
        return _node(self.data * other.data, "*", (self, other), (other.data, self.data))

    def __pow__(self, n):
        """self ** n for a number n (not a Value).  ValueError where the power or its derivative is not a real number."""
        if not isinstance(n, (int, float)):
            raise ValueError(f"the exponent must be a number, got {type(n).__name__}")
        if self.data < 0 and n != int(n):
            raise ValueError(f"({self.data}) ** {n} is not a real number")
        if self.data == 0 and n < 1 and n != 0:
            raise ValueError(f"0 ** {n} has no finite derivative")
        slope = n * self.data ** (n - 1) if n != 0 else 0.0
        return _node(self.data**n, f"**{n}", (self,), (slope,))

    def exp(self):
        """e ** self."""
        out = math.exp(self.data)
        return _node(out, "exp", (self,), (out,))

    def log(self):
        """Natural logarithm; ValueError unless self > 0."""
        if self.data <= 0:
            raise ValueError(f"log needs a positive number, got {self.data}")
        return _node(math.log(self.data), "log", (self,), (1 / self.data,))

    def sigmoid(self):
        """1 / (1 + e^-self) as one gate."""
        e = math.exp(-abs(self.data))
        out = (1 if self.data >= 0 else e) / (1 + e)
        return _node(out, "sigmoid", (self,), (out * (1 - out),))

    def tanh(self):
        """Hyperbolic tangent."""
        out = math.tanh(self.data)
        return _node(out, "tanh", (self,), (1 - out**2,))

    def relu(self):
        """max(0, self); the derivative at 0 is 0."""
        return _node(max(0.0, self.data), "relu", (self,), (float(self.data > 0),))

    # everything else is made of the operations above
    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return as_value(other) - self

    def __rtruediv__(self, other):
        return as_value(other) / self

    # --------------------------------------------------------------------------------------------------- backward

    def backward(self):
        """Add d self / d v to v.grad for every v in the graph, eq. (eq-mlp-chain-sum).

        A second call adds the same derivatives once more, as in PyTorch; `zero_grad` clears them.
        """
        order = topological_order(self)
        flow = {id(v): 0.0 for v in order}  # this call's gradients, apart from what v.grad held before
        flow[id(self)] = 1.0
        for v in reversed(order):  # every child comes before its parents, so flow[v] is complete here
            for parent, slope in zip(v.parents, v.local, strict=True):
                flow[id(parent)] += slope * flow[id(v)]
        for v in order:
            v.grad += flow[id(v)]


def _node(data, op, parents, local):
    """The result of an operation, with the derivatives that the backward pass will need."""
    out = Value(data, parents, op)
    out.local = local
    return out


def as_value(x):
    """x itself if it is a Value, else a new leaf (a number without parents)."""
    return x if isinstance(x, Value) else Value(x)


def topological_order(root):
    """All nodes that root depends on, parents before children, root last.  -> list of Value.

    A loop with its own stack: a chain of 5000 operations would overflow Python's recursion limit.
    """
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        v, parents_done = stack.pop()
        if parents_done:
            order.append(v)
        elif id(v) not in seen:
            seen.add(id(v))
            stack.append((v, True))
            stack.extend((parent, False) for parent in v.parents)
    return order


def zero_grad(root):
    """Set grad to 0 in the whole graph of root."""
    for v in topological_order(root):
        v.grad = 0.0


def leaves(**numbers):
    """Named leaves: leaves(x=-1, y=3) -> dict of Value, each labelled with its name."""
    return {name: Value(number, label=name) for name, number in numbers.items()}


# ---------------------------------------------------------------------------------- the three graphs of the lecture slides


def product_graph(x=-1.0, y=3.0, z=2.0):
    """f = (x + y)(y - z).  -> root f, dict of the leaves x, y, z."""
    v = leaves(x=x, y=y, z=z)
    h1 = v["x"] + v["y"]
    h2 = v["y"] - v["z"]
    h1.label, h2.label = "h1", "h2"
    f = h1 * h2
    f.label = "f"
    return f, v


def sigmoid_graph(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0):
    """f = 1 / (1 + e^-(w0 x0 + w1 x1 + w2)), gate by gate (the graph of CS231n).  -> root f, dict of the five leaves."""
    v = leaves(w0=w0, x0=x0, w1=w1, x1=x1, w2=w2)
    s = v["w0"] * v["x0"] + v["w1"] * v["x1"] + v["w2"]
    f = (1 + (-s).exp()) ** -1
    s.label, f.label = "s", "f"
    return f, v


def scaled_sigmoid_graph(x=-2.0, y=1.0, w0=3.0, w1=1.0):
    """f = y / (1 + e^-(w0 + w1 x)) with the slides' names h1 ... h6.  -> root f, dict of leaves and h1 ... h6."""
    v = leaves(x=x, y=y, w0=w0, w1=w1)
    v["h1"] = v["w1"] * v["x"]
    v["h2"] = v["w0"] + v["h1"]
    v["h3"] = -1 * v["h2"]
    v["h4"] = v["h3"].exp()
    v["h5"] = 1 + v["h4"]
    v["h6"] = v["h5"] ** -1
    for name, node in v.items():
        node.label = name
    f = v["h6"] * v["y"]
    f.label = "f"
    return f, v
