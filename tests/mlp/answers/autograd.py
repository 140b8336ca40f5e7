# %% wrong="slopes of a product swapped" answer="value" loses="value_mul value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, self.data), (other, other.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="product of Values only, no numbers" answer="value" loses="value_mul"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="a * a has one edge" answer="value" loses="value_mul value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        if other is self:
            return Value(self.data**2, [(self, self.data)])
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="product adds to the operands' grad at once" answer="value" loses="value_mul"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.grad += other.data
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="power by exp(n log v): no negative base" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(math.exp(n * math.log(self.data)), [(self, n * math.exp((n - 1) * math.log(self.data)))])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="slope by n v^n / v: divides by 0" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data**n / self.data)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="slope n v^(n-1) at 0 ** 0 divides by 0" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="slope v^(n-1) without n" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, 0.0 if n == 0 else self.data ** (n - 1))])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="slope n v^n" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data**n)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="slope of the base by its absolute value" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        return Value(self.data**n, [(self, 0.0 if n == 0 else n * abs(self.data) ** (n - 1))])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="integer powers by repeated products only" answer="value" loses="value_pow"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        out = Value(1.0)
        for _ in range(int(n)):
            out = out * self
        return out

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="exp has slope 1" answer="value" loses="value_exp_max value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        return Value(math.exp(self.data), [(self, 1.0)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="exp has slope v e^(v-1), the power rule" answer="value" loses="value_exp_max"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        return Value(math.exp(self.data), [(self, self.data * math.exp(self.data - 1))])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="tie gives everything to the first" answer="value" loses="value_exp_max"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = float(self.data >= other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="tie gives both 1" answer="value" loses="value_exp_max"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(max(self.data, other.data), [(self, float(self.data >= other.data)), (other, float(other.data >= self.data))])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="maximum returns the operand's slope swapped" answer="value" loses="value_exp_max"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data < other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="maximum is ReLU: compares with 0" answer="value" loses="value_exp_max"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = float(self.data > 0)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="= instead of +=: the last branch wins" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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
                flow[id(parent)] = slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="sets grad instead of adding" answer="value" loses="value_twice"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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
            v.grad = flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="pre-order instead of a topological order" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen, stack = [], set(), [self]
        while stack:
            v = stack.pop()
            if id(v) not in seen:
                seen.add(id(v))
                order.append(v)
                stack.extend(parent for parent, _ in v.edges)
        flow = dict.fromkeys(seen, 0.0)
        flow[id(self)] = 1.0
        for v in order:
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="breadth-first order" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen = [self], {id(self)}
        for v in order:
            for parent, _ in v.edges:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    order.append(parent)
        flow = dict.fromkeys(seen, 0.0)
        flow[id(self)] = 1.0
        for v in order:
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="passes on grad: the second call sends the first one's share again" answer="value" loses="value_twice"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif id(v) not in seen:
                seen.add(id(v))
                stack.append((v, True))
                stack.extend((parent, False) for parent, _ in v.edges)
        self.grad = 1.0
        for v in reversed(order):
            for parent, slope in v.edges:
                parent.grad += slope * v.grad

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="clears all grads first" answer="value" loses="value_twice"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif id(v) not in seen:
                seen.add(id(v))
                stack.append((v, True))
                stack.extend((parent, False) for parent, _ in v.edges)
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            for parent, slope in v.edges:
                parent.grad += slope * v.grad

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="recursive depth-first search" answer="value" loses="value_deep"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for parent, _ in v.edges:
                    visit(parent)
                order.append(v)

        visit(self)
        flow = dict.fromkeys(seen, 0.0)
        flow[id(self)] = 1.0
        for v in reversed(order):
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="from the leaves up: order not reversed" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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
        for v in order:
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="root does not get 1" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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
            v.grad += flow[id(v)] if v is not self else 0.0

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="adds slopes instead of multiplying along the path" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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
                flow[id(parent)] += slope
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="remembers visited values by their number" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif v.data not in seen:
                seen.add(v.data)
                stack.append((v, True))
                stack.extend((parent, False) for parent, _ in v.edges)
        flow = {id(self): 1.0}
        for v in reversed(order):
            for parent, slope in v.edges:
                flow[id(parent)] = flow.get(id(parent), 0.0) + slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="leaves only get their grad" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
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
            if not v.edges:
                v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="marks a value as seen when it is pushed" answer="value" loses="value_backward"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        order, seen, stack = [], {id(self)}, [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
                continue
            stack.append((v, True))
            for parent, _ in v.edges:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    stack.append((parent, False))
        flow = dict.fromkeys(seen, 0.0)
        flow[id(self)] = 1.0
        for v in reversed(order):
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="walks along every path, with a stack" answer="value" loses="value_deep"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        stack, steps = [(self, 1.0)], 0
        while stack:
            v, flow = stack.pop()
            steps += 1
            if steps > 300_000:
                raise RuntimeError("would take for ever")  # so that this file can be tested
            v.grad += flow
            stack.extend((parent, slope * flow) for parent, slope in v.edges)

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% wrong="walks along every path, recursively" answer="value" loses="value_deep"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        def visit(v, flow):
            v.grad += flow
            for parent, slope in v.edges:
                visit(parent, slope * flow)

        visit(self, 1.0)

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% right="Kahn's algorithm: counts the users that are still to come" answer="value"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        users, values, stack = {id(self): 0}, [self], [self]
        while stack:
            for parent, _ in stack.pop().edges:
                if id(parent) not in users:
                    users[id(parent)] = 0
                    values.append(parent)
                    stack.append(parent)
                users[id(parent)] += 1
        flow, ready = {id(v): 0.0 for v in values}, [self]
        flow[id(self)] = 1.0
        while ready:
            v = ready.pop()
            v.grad = v.grad + flow[id(v)]
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
                users[id(parent)] -= 1
                if users[id(parent)] == 0:
                    ready.append(parent)

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% right="saves the old grads, clears, passes grad on, adds the old ones" answer="value"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        if self.data == other.data:
            return Value(self.data, [(self, 0.5), (other, 0.5)])
        big, small = (self, other) if self.data > other.data else (other, self)
        return Value(big.data, [(big, 1.0), (small, 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                order.append(v)
            elif id(v) not in seen:
                seen.add(id(v))
                stack.append((v, True))
                stack.extend((parent, False) for parent, _ in v.edges)
        old = [v.grad for v in order]
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in order[::-1]:
            for parent, slope in v.edges:
                parent.grad += slope * v.grad
        for v, g in zip(order, old, strict=True):
            v.grad += g

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0


# %% right="numbers live in a running counter: order by age" answer="value"
class Value:
    """A number that knows what it was made from.  edges: list of (parent, slope)."""

    def __init__(self, data, edges=()):
        self.data = data
        self.edges = list(edges)
        self.grad = 0.0
        Value.count = getattr(Value, "count", 0) + 1
        self.age = Value.count

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, n):
        slope = 0.0 if n == 0 else n * self.data ** (n - 1)
        return Value(self.data**n, [(self, slope)])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    def maximum(self, other):
        other = other if isinstance(other, Value) else Value(other)
        share = 0.5 if self.data == other.data else float(self.data > other.data)
        return Value(max(self.data, other.data), [(self, share), (other, 1 - share)])

    def backward(self):
        seen, stack = {id(self): self}, [self]
        while stack:
            for parent, _ in stack.pop().edges:
                if id(parent) not in seen:
                    seen[id(parent)] = parent
                    stack.append(parent)
        flow = dict.fromkeys(seen, 0.0)
        flow[id(self)] = 1.0
        for v in sorted(seen.values(), key=lambda v: -v.age):
            for parent, slope in v.edges:
                flow[id(parent)] += slope * flow[id(v)]
            v.grad += flow[id(v)]

    # made of the operations above
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __truediv__(self, other):
        return self * other**-1.0
