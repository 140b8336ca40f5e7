# %% wrong="forward difference" answer="numgrad" loses="numgrad_order"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up = x.copy()
        up[i] += h
        g.append((np.asarray(f(up)) - f(x.copy())) / h)
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="divides by h instead of 2h" answer="numgrad" loses="numgrad numgrad_order"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / h)
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="moves by h/2 on either side" answer="numgrad" loses="numgrad_order"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h / 2
        down[i] -= h / 2
        g.append((np.asarray(f(up)) - f(down)) / h)
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="moves x itself and leaves it moved" answer="numgrad" loses="numgrad_inputs"
def numgrad(f, x, h=1e-5):
    g = []
    for i in np.ndindex(x.shape):
        x[i] += h
        a = np.asarray(f(x))
        x[i] -= 2 * h
        g.append((a - f(x)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="moves x itself and restores it" answer="numgrad" loses="numgrad_inputs"
def numgrad(f, x, h=1e-5):
    g = []
    for i in np.ndindex(x.shape):
        old = x[i].copy()
        x[i] = old + h
        a = np.asarray(f(x)).copy()
        x[i] = old - h
        g.append((a - f(x)) / (2 * h))
        x[i] = old
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="keeps the dtype: integers cannot move by h" answer="numgrad" loses="numgrad_inputs"
def numgrad(f, x, h=1e-5):
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] = up[i] + h
        down[i] = down[i] - h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="float32 arithmetic" answer="numgrad" loses="numgrad numgrad_inputs"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float32)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="returns float32 for float32" answer="numgrad" loses="numgrad_inputs"
def numgrad(f, x, h=1e-5):
    dtype = x.dtype if x.dtype == np.float32 else np.float64
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape).astype(dtype)


# %% wrong="vectors only" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    return np.stack(g, axis=-1)


# %% wrong="numbers out only" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = np.sum(f(up) - f(down)) / (2 * h)
    return g


# %% wrong="Jacobian transposed: inputs first" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g).reshape(x.shape + np.shape(g[0]))


# %% wrong="right shape, axes mixed up by reshape" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g).reshape(np.shape(g[0]) + x.shape)


# %% wrong="does not put the last entry back" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    moved, g = x.copy(), []
    for i in np.ndindex(x.shape):
        moved[i] = x[i] + h
        a = np.array(f(moved))
        moved[i] = x[i] - 1000 * h
        g.append((a - f(moved)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="flattens a view and moves the copy" answer="numgrad" loses="numgrad_inputs"
def numgrad(f, x, h=1e-5):
    x = x if x.dtype == np.float64 else np.array(x, dtype=np.float64)
    flat, g = x.reshape(-1), []
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + h
        a = np.array(f(x))
        flat[i] = old - h
        g.append((a - f(x)) / (2 * h))
        flat[i] = old
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="step relative to x" answer="numgrad" loses="numgrad_order"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        step = h * max(1e-3, abs(x[i]))
        up, down = x.copy(), x.copy()
        up[i] += step
        down[i] -= step
        g.append((np.asarray(f(up)) - f(down)) / (2 * step))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="its own h" answer="numgrad" loses="numgrad_order"
def numgrad(f, x, h=1e-5):
    h = 1e-5
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="moves all entries at once" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    d = (np.asarray(f(x + h)) - f(x - h)) / (2 * h)
    return np.broadcast_to(d[..., None], np.shape(d) + x.shape) if np.ndim(d) else np.full(x.shape, d)


# %% wrong="the course's own function" answer="numgrad" loses="numgrad"
def numgrad(f, x, h=1e-5):
    return check.numerical_gradient(f, x, h)


# %% wrong="a number becomes an array of shape (1,)" answer="numgrad" loses="numgrad_order"
def numgrad(f, x, h=1e-5):
    x = np.atleast_1d(np.array(x, dtype=np.float64))
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + x.shape)


# %% wrong="the right shape for f, but (1,) for the result" answer="numgrad" loses="numgrad_order"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((np.asarray(f(up)) - f(down)) / (2 * h))
    return np.stack(g, axis=-1).reshape(np.shape(g[0]) + (x.shape or (1,)))


# %% right="unit arrays by reshape of the identity" answer="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.asarray(x).astype(float)
    units = np.eye(x.size).reshape((x.size,) + x.shape)
    columns = [(np.asarray(f(x + h * e)) - np.asarray(f(x - h * e))) / (2 * h) for e in units]
    return np.moveaxis(np.array(columns, dtype=float), 0, -1).reshape(columns[0].shape + x.shape)


# %% right="fills a result made from f(x), moves one own copy and restores it" answer="numgrad"
def numgrad(f, x, h=1e-5):
    x = np.array(x, dtype=float, order="C")
    out = np.empty(np.shape(f(x)) + x.shape)
    for i in np.ndindex(*x.shape):
        old = x[i]
        x[i] = old + h
        up = np.array(f(x), dtype=float)
        x[i] = old - h
        out[(..., *i)] = (up - f(x)) / (2 * h)
        x[i] = old
    return out


# %% wrong="takes estimate(2h) for estimate(h/2)" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return (2**p * estimate(2 * h) - estimate(h)) / (2**p - 1)


# %% wrong="order 2 whatever p is" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return (4 * estimate(h / 2) - estimate(h)) / 3


# %% wrong="hard-coded (4 fine - coarse) / 3, p = 1 apart" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    if p == 1:
        return 2 * estimate(h / 2) - estimate(h)
    return (4 * estimate(h / 2) - estimate(h)) / 3


# %% wrong="the two swapped" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return (2**p * estimate(h) - estimate(h / 2)) / (2**p - 1)


# %% wrong="no division" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return 2**p * estimate(h / 2) - estimate(h)


# %% wrong="2p instead of 2 to the p" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return (2 * p * estimate(h / 2) - estimate(h)) / (2 * p - 1)


# %% wrong="the mean of the two" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return (estimate(h) + estimate(h / 2)) / 2


# %% wrong="only a smaller step" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return estimate(h * 1e-4)


# %% wrong="plus instead of minus" answer="richardson" loses="richardson"
def richardson(estimate, h, p):
    return (2**p * estimate(h / 2) + estimate(h)) / (2**p + 1)


# %% right="the better estimate plus a correction" answer="richardson"
def richardson(estimate, h, p):
    fine = estimate(h / 2)
    return fine + (fine - estimate(h)) / (2.0**p - 1)


# %% right="solves the two equations" answer="richardson"
def richardson(estimate, h, p):
    values = np.stack([np.asarray(estimate(h), dtype=float), np.asarray(estimate(h / 2), dtype=float)])
    system = np.array([[1, 1.0], [1, 0.5**p]])
    return np.linalg.solve(system, values.reshape(2, -1))[0].reshape(values.shape[1:])
