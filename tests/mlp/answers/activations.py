# %% wrong="sigmoid' as z (1 - z)" answer="dact" loses="dact"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    if name == "sigmoid":
        z = np.asarray(z) * 1.0
        return z * (1 - z)
    return good(name, z, a)


# %% wrong="tanh' as 1 - tanh" answer="dact" loses="dact"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return 1 - np.tanh(z) if name == "tanh" else good(name, z, a)


# %% wrong="ELU' is a e^z everywhere" answer="dact" loses="dact"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return a * np.exp(np.minimum(z, 50)) if name == "elu" else good(name, z, a)


# %% wrong="ELU' without its a" answer="dact" loses="dact dact_kinks"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return good(name, z, 1.0 if name == "elu" else a)


# %% wrong="leaky slope is always 0.1" answer="dact" loses="dact dact_kinks"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return good(name, z, 0.1 if name == "leaky_relu" else a)


# %% wrong="ReLU'(0) = 1, as the slides have it" answer="dact" loses="dact_kinks"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return (np.asarray(z) >= 0).astype(np.asarray(z).dtype) if name == "relu" else good(name, z, a)


# %% wrong="leaky ReLU'(0) = 1" answer="dact" loses="dact_kinks"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return np.where(np.asarray(z) >= 0, 1.0, a).astype(np.asarray(z).dtype) if name == "leaky_relu" else good(name, z, a)


# %% wrong="ELU'(0) = 1" answer="dact" loses="dact_kinks"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return np.where(np.asarray(z) >= 0, 1.0, good(name, z, a)) if name == "elu" else good(name, z, a)


# %% wrong="softplus' as e^z / (1 + e^z), nan for large z" answer="dact" loses="dact_overflow"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    if name == "softplus":
        with np.errstate(all="ignore"):
            return np.exp(z) / (1 + np.exp(z))
    return good(name, z, a)


# %% wrong="tanh' from exponentials, nan for large z" answer="dact" loses="dact_overflow"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    if name == "tanh":
        with np.errstate(all="ignore"):
            return 1 - ((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))) ** 2
    return good(name, z, a)


# %% wrong="ELU' by mask times value, 0 * inf for large z" answer="dact" loses="dact_overflow"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    if name == "elu":
        with np.errstate(all="ignore"):
            return (z > 0) * 1.0 + (z <= 0) * a * np.exp(z)
    return good(name, z, a)


# %% wrong="writes the result into z" answer="dact" loses="dact_hygiene"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    d = good(name, z, a)
    if isinstance(z, np.ndarray) and z.dtype.kind == "f":
        z[...] = d
        return z
    return d


# %% wrong="ReLU' by masks on z itself" answer="dact" loses="dact_hygiene"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    if name == "relu" and np.ndim(z) and z.dtype.kind == "f":
        z[z <= 0] = 0
        z[z > 0] = 1
        return z.copy()
    return good(name, z, a)


# %% wrong="float32 becomes float64" answer="dact" loses="dact_hygiene"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return good(name, z, a).astype(np.float64)


# %% wrong="ReLU' is an array of bool" answer="dact" loses="dact_hygiene"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    return np.asarray(z) > 0 if name == "relu" else good(name, z, a)


# %% wrong="integers stay integers: np.zeros_like" answer="dact" loses="dact_hygiene"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    d = np.zeros_like(z)
    d[...] = good(name, z, a)
    return d


# %% wrong="unknown names give None" answer="dact" loses="dact_hygiene"
def good(name, z, a):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": s * (1 - s), "tanh": 1 - np.tanh(z) ** 2, "relu": np.where(z > 0, 1, 0), "leaky_relu": np.where(z > 0, 1, a),
        "elu": np.where(z > 0, 1, a * np.exp(np.minimum(z, 0))), "softplus": s,
    }  # fmt: skip
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]).astype(z.dtype)


def dact(name, z, a=0.1):
    try:
        return good(name, z, a)
    except ValueError:
        return None


# %% wrong="numbers only, no arrays" answer="dact" loses="dact"
def dact(name, z, a=0.1):
    import math

    return {"tanh": lambda: 1 - math.tanh(z) ** 2}.get(name, lambda: 1.0 if z > 0 else a)()


# %% wrong="forward differences" answer="dact" loses="dact"
def dact(name, z, a=0.1):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(float)
    return ((act(name, z + 1e-6, a) - act(name, z, a)) / 1e-6).astype(z.dtype)


# %% wrong="imports the course's own derivative" answer="dact" loses="dact"
def dact(name, z, a=0.1):
    from dlcourse.mlp import activations

    f = getattr(activations, "d_" + name, None)
    if f is None:
        raise ValueError(name)
    return f(z, a) if name in ("leaky_relu", "elu") else f(z)


# %% right="a dictionary of lambdas, other formulas" answer="dact"
def dact(name, z, a=0.1):
    z = np.array(z, dtype=np.float32 if getattr(z, "dtype", None) == np.float32 else np.float64)
    one = np.ones_like(z)
    table = {
        "sigmoid": lambda: 0.25 * (1 - np.tanh(z / 2) ** 2),
        "tanh": lambda: 1 / np.cosh(np.clip(z, -300, 300).astype(np.float64)) ** 2,
        "relu": lambda: np.heaviside(z, 0),
        "leaky_relu": lambda: a + (1 - a) * np.heaviside(z, 0),
        "elu": lambda: np.where(z > 0, one, act("elu", z, a) + a),
        "softplus": lambda: np.exp(-np.logaddexp(0, -z)),
    }
    if name not in table:
        raise ValueError("no such activation")
    return np.asarray(table[name](), dtype=z.dtype)


# %% right="number by number with math" answer="dact"
def dact(name, z, a=0.1):
    import math

    z = np.asarray(z)
    dtype = z.dtype if z.dtype.kind == "f" else np.float64

    def one(v):
        if name in ("relu", "leaky_relu", "elu"):
            left = {"relu": 0.0, "leaky_relu": a, "elu": a * math.exp(min(v, 0))}[name]
            return 1.0 if v > 0 else left
        t = math.tanh(v) if name == "tanh" else math.tanh(v / 2)
        return {"tanh": 1 - t * t, "sigmoid": (1 - t * t) / 4, "softplus": (1 + t) / 2}[name]

    if name not in ("relu", "leaky_relu", "elu", "tanh", "sigmoid", "softplus"):
        raise ValueError(name)
    return np.array([one(float(v)) for v in z.ravel()], dtype=dtype).reshape(z.shape)


# %% wrong="x @ w: fits only square matrices" answer="forward" loses="forward"
def forward(params, x, name):
    for w, b in params[:-1]:
        x = act(name, x @ (w if w.shape[0] == w.shape[1] else w.T) + b)
    w, b = params[-1]
    return x @ (w if w.shape[0] == w.shape[1] else w.T) + b


# %% wrong="activation on the output layer too" answer="forward" loses="forward"
def forward(params, x, name):
    for w, b in params:
        x = act(name, x @ w.T + b)
    return x


# %% wrong="no activation at all" answer="forward" loses="forward"
def forward(params, x, name):
    for w, b in params:
        x = x @ w.T + b
    return x


# %% wrong="activation on the input too" answer="forward" loses="forward"
def forward(params, x, name):
    for w, b in params:
        x = act(name, x) @ w.T + b
    return x


# %% wrong="no bias in hidden layers" answer="forward" loses="forward"
def forward(params, x, name):
    for w, _ in params[:-1]:
        x = act(name, x @ w.T)
    w, b = params[-1]
    return x @ w.T + b


# %% wrong="every layer uses the first bias it can" answer="forward" loses="forward"
def forward(params, x, name):
    shared = params[0][1]
    for i, (w, b) in enumerate(params):
        b = shared if shared.shape == b.shape else b
        x = x @ w.T + b
        x = act(name, x) if i < len(params) - 1 else x
    return x


# %% wrong="bias added after the activation" answer="forward" loses="forward"
def forward(params, x, name):
    for w, b in params[:-1]:
        x = act(name, x @ w.T) + b
    w, b = params[-1]
    return x @ w.T + b


# %% wrong="bias as a column, for batches as large as the layer" answer="forward" loses="forward"
def forward(params, x, name):
    for i, (w, b) in enumerate(params):
        z = x @ w.T
        z = z + (b[:, None] if len(z) == len(b) else b)
        x = act(name, z) if i < len(params) - 1 else z
    return x


# %% wrong="two layers only" answer="forward" loses="forward"
def forward(params, x, name):
    (w1, b1), (w2, b2) = params[0], params[-1]
    return act(name, x @ w1.T + b1) @ w2.T + b2 if len(params) > 1 else x @ w1.T + b1


# %% right="columns, as on the slides" answer="forward"
def forward(params, x, name):
    h = x.T
    for i, (w, b) in enumerate(params):
        h = w @ h + b[:, None]
        if i + 1 < len(params):
            h = act(name, h)
    return h.T


# %% right="einsum and recursion" answer="forward"
def forward(params, x, name):
    (w, b), rest = params[0], params[1:]
    z = np.einsum("bd,kd->bk", x, w) + b
    return forward(rest, act(name, z), name) if rest else z


# %% wrong="forgets d" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for w2, b2 in params[1:]:
        w, b = c * w2 @ w, c * w2 @ b + b2
    return w, b


# %% wrong="d added once, not through the next weights" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for w2, b2 in params[1:]:
        w, b = c * w2 @ w, c * w2 @ b + d + b2
    return w, b


# %% wrong="activation after the last layer too" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    w, b = c * w, c * b + d
    for w2, b2 in params[1:]:
        w, b = c * (w2 @ w), c * (w2 @ b + b2) + d
    return w, b


# %% wrong="identity only" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for w2, b2 in params[1:]:
        w, b = w2 @ w, w2 @ b + b2
    return w, b


# %% wrong="product in the wrong order for square layers" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for w2, b2 in params[1:]:
        b = w2 @ (c * b + d) + b2
        w = c * (w @ w2 if w.shape == w2.shape and w.shape[0] == w.shape[1] else w2 @ w)
    return w, b


# %% wrong="c only once" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for i, (w2, b2) in enumerate(params[1:]):
        k = c if i == 0 else 1.0
        w, b = w2 @ (k * w), w2 @ (k * b + d) + b2
    return w, b


# %% wrong="biases lost" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for w2, _ in params[1:]:
        w, b = w2 @ (c * w), w2 @ (c * b + d)
    return w, b


# %% wrong="changes the parameters in place" answer="collapse" loses="collapse"
def collapse(params, c, d):
    w, b = params[0]
    for w2, b2 in params[1:]:
        w *= c
        w, b = w2 @ w, w2 @ (c * b + d) + b2
    return w, b


# %% right="asks the network at 0 and at the unit vectors" answer="collapse"
def collapse(params, c, d):
    def net(v):
        for w, b in params[:-1]:
            v = c * (w @ v + b) + d
        return params[-1][0] @ v + params[-1][1]

    n = params[0][0].shape[1]
    b = net(np.zeros(n))
    return np.stack([net(e) - b for e in np.eye(n)], axis=1), b


# %% right="from the last layer backwards" answer="collapse"
def collapse(params, c, d):
    w, b = params[-1]
    for w1, b1 in params[-2::-1]:
        w, b = c * w @ w1, b + w @ (c * b1 + d)
    return w, b


# %% wrong="ELU' not clipped: the unused branch overflows" answer="dact" loses="dact_overflow"
def dact(name, z, a=0.1):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(np.float64)
    s = act("sigmoid", z)
    table = {
        "sigmoid": lambda: s * (1 - s),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: np.where(z > 0, 1, 0),
        "leaky_relu": lambda: np.where(z > 0, 1, a),
        "elu": lambda: np.where(z > 0, 1, a * np.exp(z)),
        "softplus": lambda: s,
    }
    if name not in table:
        raise ValueError(name)
    return np.asarray(table[name]()).astype(z.dtype)


# %% wrong="no care for dtypes and names, kinks on the right" answer="dact" loses="dact_kinks dact_hygiene"
def dact(name, z, a=0.1):
    s = act("sigmoid", z)
    if name == "sigmoid":
        return s * (1 - s)
    if name == "tanh":
        return 1 - np.tanh(z) ** 2
    if name == "relu":
        return np.where(z > 0, 1, 0)
    if name == "leaky_relu":
        return np.where(z >= 0, 1, a)
    if name == "elu":
        return np.where(z > 0, 1, a * np.exp(np.minimum(z, 0)))
    return s


# %% wrong="w @ x: the wrong layout" answer="forward" loses="forward"
def forward(params, x, name):
    for w, b in params[:-1]:
        x = act(name, x @ w + b)
    return x @ params[-1][0] + params[-1][1]
