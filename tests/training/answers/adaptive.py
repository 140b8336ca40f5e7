# %% wrong="a repeated word counts once" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    whole[rows] += grad
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="squares first, then adds the repeated rows" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole, square = np.zeros_like(w), np.zeros_like(w)
    np.add.at(whole, rows, grad)
    np.add.at(square, rows, grad**2)
    used = np.unique(rows)
    total = (0 if state is None else state) + square
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="each repetition is a step of its own" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    new, total = w.copy(), np.zeros_like(w) if state is None else state.copy()
    for k, row in enumerate(rows):
        total[row] += grad[k] ** 2
        new[row] -= lr * grad[k] / (np.sqrt(total[row]) + eps)
    return new, total


# %% wrong="the mean of the repeated rows" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    whole /= np.maximum(np.bincount(rows.astype(int), minlength=len(w)), 1)[:, None]
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="epsilon inside the root" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / np.sqrt(total[used] + eps)
    return new, total


# %% wrong="no square" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + np.abs(whole)
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="no root" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (total[used] + eps)
    return new, total


# %% wrong="no memory" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    new = w.copy()
    new[used] -= lr * whole[used] / (np.abs(whole[used]) + eps)
    return new, None


# %% wrong="an average over the steps instead of a sum" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    t, total = (0, 0) if state is None else state
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    t, total = t + 1, total + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used] / t) + eps)
    return new, (t, total)


# %% wrong="divides by the old sum" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used] - whole[used] ** 2) + eps) if state is not None else lr * np.sign(whole[used])
    return new, total


# %% wrong="one sum for a whole row" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + np.sum(whole**2, axis=1, keepdims=True)
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="one sum for the whole table" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + np.sum(whole**2) * np.ones_like(w)
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="goes uphill" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] += lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="0 / 0 in rows that do not occur" answer="adagrad_rows" loses="adagrad_others"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    with np.errstate(all="ignore"):
        new -= lr * whole / (np.sqrt(total) + eps)
    return new, total


# %% wrong="memories of all words fade" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2 - 0.1 * (0 if state is None else state)
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="words that are absent lose their memory" answer="adagrad_rows" loses="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = np.zeros_like(w)
    total[used] = whole[used] ** 2 + (0 if state is None else state[used])
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="a batch without words clears the state" answer="adagrad_rows" loses="adagrad_others"
def adagrad_rows(w, rows, grad, state, lr, eps):
    if len(rows) == 0:
        return w.copy(), None
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return new, total


# %% wrong="changes w in place" answer="adagrad_rows" loses="adagrad_keeps"
def adagrad_rows(w, rows, grad, state, lr, eps):
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    total = (0 if state is None else state) + whole**2
    w[used] -= lr * whole[used] / (np.sqrt(total[used]) + eps)
    return w, total


# %% wrong="changes the state in place" answer="adagrad_rows" loses="adagrad_keeps"
def adagrad_rows(w, rows, grad, state, lr, eps):
    state = np.zeros_like(w) if state is None else state
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    state += whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(state[used]) + eps)
    return new, state


# %% wrong="memory in a global" answer="adagrad_rows" loses="adagrad_keeps"
_sums = {}


def adagrad_rows(w, rows, grad, state, lr, eps):
    if state is None:
        _sums["s"] = np.zeros_like(w)
    whole = np.zeros_like(w)
    np.add.at(whole, rows, grad)
    used = np.unique(rows)
    _sums["s"] = _sums["s"] + whole**2
    new = w.copy()
    new[used] -= lr * whole[used] / (np.sqrt(_sums["s"][used]) + eps)
    return new, "kept"


# %% right="a dict of words" answer="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    sums = {} if state is None else dict(state)
    gradient = {}
    for row, g in zip(rows.tolist(), grad, strict=True):
        gradient[row] = gradient.get(row, 0) + g
    new = np.array(w)
    for row, g in gradient.items():
        sums[row] = sums.get(row, 0) + g * g
        new[row] = w[row] - lr * g / (eps + sums[row] ** 0.5)
    return new, sums


# %% right="one-hot matrix product, the norm remembered" answer="adagrad_rows"
def adagrad_rows(w, rows, grad, state, lr, eps):
    hot = (rows[:, None] == np.arange(len(w))).astype(float)  # (K, V)
    whole = hot.T @ grad
    norm = np.hypot(0.0 if state is None else state, whole)
    seen = hot.any(axis=0)
    step = np.divide(lr * whole, norm + eps, out=np.zeros_like(w), where=seen[:, None])
    return w - step, norm


# %% wrong="epsilon inside the root" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + grad / np.sqrt(n + eps)
    return w - lr * v, (n, v)


# %% wrong="a sum instead of an average (Adagrad)" answer="rmsprop_step" loses="rmsprop_step rmsprop_keeps"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = n + grad**2
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="forgets to square" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * np.abs(grad)
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="fading sum without 1 - rho" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + grad**2
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="rho and 1 - rho exchanged" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = (1 - rho) * n + rho * grad**2
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="divides by the old average" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    new = rho * n + (1 - rho) * grad**2
    v = mu * v + grad / (np.sqrt(n if state is not None else new) + eps)
    n = new
    return w - lr * v, (n, v)


# %% wrong="bias correction that is not asked for" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    t, n, v = (0, 0, 0) if state is None else state
    t, n = t + 1, rho * n + (1 - rho) * grad**2
    v = mu * v + grad / (np.sqrt(n / (1 - rho**t)) + eps)
    return w - lr * v, (t, n, v)


# %% wrong="momentum of the gradient, divided afterwards" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + grad
    return w - lr * v / (np.sqrt(n) + eps), (n, v)


# %% wrong="momentum as an average" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + (1 - mu) * grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="no momentum" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="the rate inside the memory" answer="rmsprop_step" loses="rmsprop_step rmsprop_keeps"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + lr * grad / (np.sqrt(n) + eps)
    return w - v, (n, v)


# %% wrong="Nesterov instead of the heavy ball" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    q = grad / (np.sqrt(n) + eps)
    v = mu * v + q
    return w - lr * (q + mu * v), (n, v)


# %% wrong="no root" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + grad / (n + eps)
    return w - lr * v, (n, v)


# %% wrong="the first average is the whole square" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = grad**2 if state is None else rho * n + (1 - rho) * grad**2
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="one average for the whole array" answer="rmsprop_step" loses="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * np.mean(grad**2)
    v = mu * v + grad / (np.sqrt(n) + eps)
    return w - lr * v, (n, v)


# %% wrong="changes w in place" answer="rmsprop_step" loses="rmsprop_keeps"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    v = mu * v + grad / (np.sqrt(n) + eps)
    w -= lr * v
    return w, (n, v)


# %% wrong="changes grad in place" answer="rmsprop_step" loses="rmsprop_keeps"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    n, v = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    grad /= np.sqrt(n) + eps
    v = mu * v + grad
    return w - lr * v, (n, v)


# %% wrong="changes the state in place" answer="rmsprop_step" loses="rmsprop_keeps"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    state = [0 * grad, 0 * grad] if state is None else state
    state[0] = rho * state[0] + (1 - rho) * grad**2
    state[1] = mu * state[1] + grad / (np.sqrt(state[0]) + eps)
    return w - lr * state[1], state


# %% wrong="memory in a mutable default" answer="rmsprop_step" loses="rmsprop_keeps"
def rmsprop_step(w, grad, state, lr, rho, mu, eps, kept={}):  # noqa: B006
    if state is None:
        kept.update(n=0, v=0)
    kept["n"] = rho * kept["n"] + (1 - rho) * grad**2
    kept["v"] = mu * kept["v"] + grad / (np.sqrt(kept["n"]) + eps)
    return w - lr * kept["v"], "kept"


# %% right="a dict as state, work on copies" answer="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    memory = {"n": np.zeros(np.shape(w)), "v": np.zeros(np.shape(w))} if state is None else {k: np.array(a) for k, a in state.items()}
    memory["n"] += (1 - rho) * (grad * grad - memory["n"])
    memory["v"] = memory["v"] * mu + grad / (memory["n"] ** 0.5 + eps)
    return np.subtract(w, lr * memory["v"]), memory


# %% right="the root is what is remembered" answer="rmsprop_step"
def rmsprop_step(w, grad, state, lr, rho, mu, eps):
    root, moved = (np.zeros_like(grad), np.zeros_like(grad)) if state is None else state
    root = np.hypot(np.sqrt(rho) * root, np.sqrt(1 - rho) * grad)
    moved = mu * moved - grad / (eps + root)
    return w + lr * moved, [root, moved]


# %% wrong="the root of w in the numerator (the slides, E-48)" answer="adadelta_step" loses="adadelta_step adadelta_units"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    with np.errstate(invalid="ignore"):
        change = -np.sqrt(w + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="the root of the absolute value of w" answer="adadelta_step" loses="adadelta_step adadelta_units"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(np.abs(w) + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="no epsilon in the numerator: never starts" answer="adadelta_step" loses="adadelta_step adadelta_units adadelta_keeps"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="updates the mean of the changes before it is used" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u, last = (0, 0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    trial = np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    u = rho * u + (1 - rho) * trial**2
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, u, change)


# %% wrong="epsilon outside of both roots" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -(np.sqrt(u) + eps) / (np.sqrt(n) + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="epsilon outside of the lower root" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u + eps) / (np.sqrt(n) + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="remembers changes, not their squares" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * np.abs(change))


# %% wrong="remembers squared gradients above as well (the previous gradient)" answer="adadelta_step" loses="adadelta_step adadelta_units"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, n)


# %% wrong="divides by the old average of gradients" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (rho * n + (1 - rho) * grad**2, rho * u + (1 - rho) * change**2)


# %% wrong="goes uphill" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="the mean of the changes without 1 - rho" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + change**2)


# %% wrong="bias corrections that are not asked for" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    t, n, u = (0, 0, 0) if state is None else state
    t, n = t + 1, rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u + eps) / np.sqrt(n / (1 - rho**t) + eps) * grad
    return w + change, (t, n, rho * u + (1 - rho) * change**2)


# %% wrong="no roots" answer="adadelta_step" loses="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -(u + eps) / (n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="forgets to square the gradient" answer="adadelta_step" loses="adadelta_step adadelta_units"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * np.abs(grad)
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    return w + change, (n, rho * u + (1 - rho) * change**2)


# %% wrong="changes w in place" answer="adadelta_step" loses="adadelta_keeps"
def adadelta_step(w, grad, state, rho, eps):
    n, u = (0, 0) if state is None else state
    n = rho * n + (1 - rho) * grad**2
    change = -np.sqrt(u + eps) / np.sqrt(n + eps) * grad
    w += change
    return w, (n, rho * u + (1 - rho) * change**2)


# %% wrong="changes the state in place" answer="adadelta_step" loses="adadelta_keeps"
def adadelta_step(w, grad, state, rho, eps):
    state = {"n": 0, "u": 0} if state is None else state
    state["n"] = rho * state["n"] + (1 - rho) * grad**2
    change = -np.sqrt(state["u"] + eps) / np.sqrt(state["n"] + eps) * grad
    state["u"] = rho * state["u"] + (1 - rho) * change**2
    return w + change, state


# %% wrong="memory in a global" answer="adadelta_step" loses="adadelta_keeps"
_last = {}


def adadelta_step(w, grad, state, rho, eps):
    if state is None:
        _last.update(n=0, u=0)
    _last["n"] = rho * _last["n"] + (1 - rho) * grad**2
    change = -np.sqrt(_last["u"] + eps) / np.sqrt(_last["n"] + eps) * grad
    _last["u"] = rho * _last["u"] + (1 - rho) * change**2
    return w + change, "kept"


# %% right="plain Python numbers" answer="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    flat, slope = [float(a) for a in np.ravel(w)], [float(g) for g in np.ravel(grad)]
    memory = [(0.0, 0.0)] * len(flat) if state is None else list(state)
    for i, (a, g) in enumerate(zip(flat, slope, strict=True)):
        n = rho * memory[i][0] + (1 - rho) * g * g
        d = g * ((memory[i][1] + eps) / (n + eps)) ** 0.5
        flat[i], memory[i] = a - d, (n, rho * memory[i][1] + (1 - rho) * d * d)
    return np.array(flat).reshape(np.shape(w)), memory


# %% right="a dict as state, the sums grow by differences" answer="adadelta_step"
def adadelta_step(w, grad, state, rho, eps):
    s = {"g": np.zeros(np.shape(w)), "d": np.zeros(np.shape(w))} if state is None else dict(state)
    s["g"] = s["g"] + (1 - rho) * (np.square(grad) - s["g"])
    move = grad * np.sqrt(s["d"] + eps) / np.sqrt(s["g"] + eps)
    s["d"] = s["d"] + (1 - rho) * (move * move - s["d"])
    return w - move, s


# %% wrong="the slides' rule: no rate, no correction of n (E-50)" answer="adamw_step" loses="adamw_step adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / np.sqrt(n[k] + eps)
        new[k] = w[k] - step
    return new, (t, m, n)


# %% wrong="the slides' n-hat, made of m" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(np.abs(m[k]) / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="correction of m only" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k]) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="correction of n only" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = m[k] / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="no correction" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = m[k] / (np.sqrt(n[k]) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="correction of n with beta1" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta1**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="the count is one ahead" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1 ** (t + 1))) / (np.sqrt(n[k] / (1 - beta2 ** (t + 1))) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="the count begins at 0" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    with np.errstate(all="ignore"):
        for k in w:
            step = m[k] / np.float64(1 - beta1**t) / (np.sqrt(n[k] / np.float64(1 - beta2**t)) + eps)
            new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t + 1, m, n)


# %% wrong="every array counts" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else (state[0], dict(state[1]), dict(state[2]))
    new = {}
    for k, g in grad.items():
        t += 1
        m[k] = beta1 * m.get(k, 0) + (1 - beta1) * g
        n[k] = beta2 * n.get(k, 0) + (1 - beta2) * g**2
        step = m[k] / (1 - beta1**t) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="epsilon inside the root" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / np.sqrt(n[k] / (1 - beta2**t) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="epsilon before the correction" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / ((np.sqrt(n[k]) + eps) / np.sqrt(1 - beta2**t))
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="forgets to square" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * np.abs(g) for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="sums without 1 - beta" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="betas exchanged" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta2 * m.get(k, 0) + (1 - beta2) * g for k, g in grad.items()}
    n = {k: beta1 * n.get(k, 0) + (1 - beta1) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="AMSGrad" answer="adamw_step" loses="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: np.maximum(n.get(k, 0), beta2 * n.get(k, 0) + (1 - beta2) * g**2) for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="coupled decay: L2 in the gradient" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    grad = {k: g + (decay * w[k] if np.ndim(w[k]) > 1 else 0) for k, g in grad.items()}
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {k: w[k] - lr * m[k] / (1 - beta1**t) / (np.sqrt(n[k] / (1 - beta2**t)) + eps) for k in w}
    return new, (t, m, n)


# %% wrong="decay without the rate" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="biases decay too" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * decay * w[k]
    return new, (t, m, n)


# %% wrong="only biases decay" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) == 1 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="only matrices decay, not arrays of three axes" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) == 2 else 0) * w[k]
    return new, (t, m, n)


# %% wrong="decay of the new weights" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = (w[k] - lr * step) * (1 - lr * (decay if np.ndim(w[k]) > 1 else 0))
    return new, (t, m, n)


# %% wrong="no decay" answer="adamw_step" loses="adamw_decay"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {}
    for k in w:
        step = (m[k] / (1 - beta1**t)) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step
    return new, (t, m, n)


# %% wrong="changes w in place" answer="adamw_step" loses="adamw_keeps"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, m, n = (0, {}, {}) if state is None else state
    t += 1
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    for k in w:
        step = m[k] / (1 - beta1**t) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        w[k] -= lr * step + lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return w, (t, m, n)


# %% wrong="changes the state in place" answer="adamw_step" loses="adamw_keeps"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    state = {"t": 0, "m": {}, "n": {}} if state is None else state
    state["t"] += 1
    t, m, n = state["t"], state["m"], state["n"]
    new = {}
    for k, g in grad.items():
        m[k] = beta1 * m.get(k, 0) + (1 - beta1) * g
        n[k] = beta2 * n.get(k, 0) + (1 - beta2) * g**2
        step = m[k] / (1 - beta1**t) / (np.sqrt(n[k] / (1 - beta2**t)) + eps)
        new[k] = w[k] - lr * step - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k]
    return new, state


# %% wrong="the count in a global" answer="adamw_step" loses="adamw_step"
_count = [0]


def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    _count[0] += 1
    t = _count[0]
    m, n = ({}, {}) if state is None else state
    m = {k: beta1 * m.get(k, 0) + (1 - beta1) * g for k, g in grad.items()}
    n = {k: beta2 * n.get(k, 0) + (1 - beta2) * g**2 for k, g in grad.items()}
    new = {k: w[k] - lr * m[k] / (1 - beta1**t) / (np.sqrt(n[k] / (1 - beta2**t)) + eps) - lr * (decay if np.ndim(w[k]) > 1 else 0) * w[k] for k in w}
    return new, (m, n)


# %% right="the paper's efficient form" answer="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    t, memory = (1, {k: (0 * g, 0 * g) for k, g in grad.items()}) if state is None else (state[0] + 1, dict(state[1]))
    root, out = np.sqrt(1 - beta2**t), {}
    for k, g in grad.items():
        m, n = memory[k]
        m, n = m + (1 - beta1) * (g - m), n + (1 - beta2) * (g * g - n)
        memory[k] = (m, n)
        shrunk = w[k] * (1 - lr * decay) if w[k].ndim >= 2 else w[k]
        out[k] = shrunk - lr * root / (1 - beta1**t) * m / (np.sqrt(n) + eps * root)
    return out, [t, memory]


# %% right="weighted sums and the sum of the weights" answer="adamw_step"
def adamw_step(w, grad, state, lr, decay, beta1, beta2, eps):
    a, b, sums = (0.0, 0.0, {}) if state is None else (state["a"], state["b"], {k: list(v) for k, v in state["sums"].items()})
    a, b = beta1 * a + 1, beta2 * b + 1  # what the sums would be if all gradients were 1
    out = {k: np.array(v, dtype=float) for k, v in w.items()}
    for k in sorted(grad):
        one, two = sums.get(k, [0.0, 0.0])
        sums[k] = [beta1 * one + grad[k], beta2 * two + np.square(grad[k])]
        if len(np.shape(w[k])) > 1:
            out[k] = out[k] - lr * decay * w[k]
        out[k] = out[k] - lr * (sums[k][0] / a) / ((sums[k][1] / b) ** 0.5 + eps)
    return out, {"a": a, "b": b, "sums": sums}


# %% wrong="each array by its own norm" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [g * min(1.0, limit / max(float(np.linalg.norm(g)), 1e-300)) for g in grads], norm


# %% wrong="clips the entries" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [np.clip(g, -limit, limit) for g in grads], norm


# %% wrong="always scales to the limit" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [g * (limit / norm if norm else 1.0) for g in grads], norm


# %% wrong="returns the norm after clipping" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], factor * norm


# %% wrong="the squared norm" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    norm = norm**2
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm


# %% wrong="the norm of the first array only" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    norm = float(np.linalg.norm(grads[0])) if len(grads) else 0.0
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm


# %% wrong="the sum of the norms" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    norm = sum(float(np.linalg.norm(g)) for g in grads)
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm


# %% wrong="the largest entry instead of the norm" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    factor = limit / max(largest, limit)
    return [factor * g for g in grads], largest


# %% wrong="the root mean square" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    norm = norm / max(sum(np.size(g) for g in grads), 1) ** 0.5
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm


# %% wrong="zero above the limit" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [g if norm <= limit else 0 * g for g in grads], norm


# %% wrong="changes the gradients in place" answer="clip_by_norm" loses="clip_by_norm"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    for g in grads:
        g *= limit / max(norm, limit)
    return grads, norm


# %% wrong="squares that overflow" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0 or not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
        factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm


# %% wrong="squares that vanish are taken for zeros" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0 or not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError
    largest = max([1.0] + [float(np.abs(g).max()) for g in grads if np.size(g)])
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads)))
    factor = limit / max(norm, limit)
    return [factor * g for g in grads], norm


# %% wrong="0 / 0 for zeros" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0 or not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError
    with np.errstate(all="ignore"):
        largest = np.max([np.abs(g).max() for g in grads if np.size(g)])
        norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads)))
        factor = np.minimum(1.0, limit / norm)
    return [factor * g for g in grads], norm


# %% wrong="an epsilon in the factor that matters for tiny limits" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError("not finite")
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    factor = min(1.0, limit / (norm + 1e-6))
    return [factor * g for g in grads], norm


# %% wrong="nan passes: min(1, nan) is 1" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0:
        raise ValueError
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    with np.errstate(all="ignore"):
        norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
        factor = min(1.0, limit / norm) if norm else 1.0
    return [factor * g for g in grads], norm


# %% wrong="infinity passes, nan does not" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0 or any(np.isnan(g).any() for g in grads):
        raise ValueError
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    with np.errstate(all="ignore"):
        norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [limit / max(norm, limit) * g for g in grads], norm


# %% wrong="any limit is taken" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError
    largest = max((float(np.abs(g).max()) for g in grads if np.size(g)), default=0.0)
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [min(1.0, limit / norm) * g if norm else g for g in grads], norm


# %% wrong="an empty list is an error" answer="clip_by_norm" loses="clip_edges"
def clip_by_norm(grads, limit):
    if not limit > 0 or not all(np.all(np.isfinite(g)) for g in grads):
        raise ValueError
    largest = max(float(np.abs(g).max()) for g in grads if np.size(g))
    norm = largest * float(np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads))) if largest else 0.0
    return [limit / max(norm, limit) * g for g in grads], norm


# %% right="hypot over all entries" answer="clip_by_norm"
def clip_by_norm(grads, limit):
    import math

    entries = [float(v) for g in grads for v in np.ravel(g)]
    if not (limit > 0 and all(math.isfinite(v) for v in entries)):
        raise ValueError("limit or gradient")
    norm = math.hypot(*entries)  # scales by itself
    return [np.array(g) if norm <= limit else np.asarray(g) / norm * limit for g in grads], norm


# %% right="one long array" answer="clip_by_norm"
def clip_by_norm(grads, limit):
    flat = np.concatenate([np.zeros(1), *[np.ravel(g) for g in grads]])
    top = np.abs(flat).max()
    if np.isnan(limit) or limit <= 0 or not np.isfinite(top):
        raise ValueError("limit or gradient")
    norm = top * np.linalg.norm(flat / top) if top > 0 else 0.0
    clipped = flat * (limit / norm) if norm > limit else flat
    new, at = [], 1
    for g in grads:
        new.append(clipped[at : at + g.size].reshape(g.shape).copy())
        at += g.size
    return new, norm


# %% wrong="everything is Adam" answer="is_adam" loses="is_adam"
def is_adam(rule):
    return True


# %% wrong="nothing is Adam" answer="is_adam" loses="is_adam"
def is_adam(rule):
    return False


# %% wrong="looks at the first step only" answer="is_adam" loses="is_adam_rare is_adam_formula"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 1)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="looks whether a loss falls" answer="is_adam" loses="is_adam"
def is_adam(rule):
    w, state = np.array([3.0, -2.0]), None
    try:
        for _ in range(200):
            w, state = rule(w.copy(), w.copy(), state, 0.05)
        return bool(np.sum(w**2) < 1)
    except Exception:
        return False


# %% wrong="ten steps are not enough" answer="is_adam" loses="is_adam_rare"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 10), (3, 1e-8, 10), (1, 1.0, 10)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="no tiny gradients" answer="is_adam" loses="is_adam_rare"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="one rate for all steps" answer="is_adam" loses="is_adam_rare"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), 0.1
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="all gradients alike" answer="is_adam" loses="is_adam_rare is_adam_formula"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * np.ones(size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="never takes a step twice, never begins again" answer="is_adam" loses="is_adam_contract"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 100)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                pass
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="never takes a step twice" answer="is_adam" loses="is_adam_contract"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                pass
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="does not look at what it handed over" answer="is_adam" loses="is_adam_contract"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                w = w0
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="an error of the rule goes through" answer="is_adam" loses="is_adam_rare"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    finally:
        pass


# %% wrong="compares with the loose tolerance of 1 percent" answer="is_adam" loses="is_adam_rare"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=0.05, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="demands equality to the last bit" answer="is_adam" loses="is_adam"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.array_equal(new, w0 + step):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="nan is never different: not any(difference > tolerance)" answer="is_adam" loses="is_adam_rare"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if np.any(np.abs(rule(w0.copy(), g0.copy(), state, lr)[0] - new) > 1e-9):
                    return False
                if not (np.array_equal(w, w0, equal_nan=True) and np.array_equal(grad, g0)):
                    return False
                if not (not np.any(np.abs(new - w0 - step) > 1e-7 * np.abs(step) + 1e-12)):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% wrong="looks into the state" answer="is_adam" loses="is_adam"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(3, 1.0, 40), (3, 1e-8, 20), (2, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
                if state[0] != t:
                    return False
        return True
    except Exception:
        return False


# %% wrong="one entry only" answer="is_adam" loses="is_adam_formula"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(1, 1.0, 40), (1, 1e-8, 20), (1, 100.0, 5), (1, 1.0, 40)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                if not np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False


# %% right="one long run against a table, repeated" answer="is_adam"
def is_adam(rule):
    rng = np.random.default_rng(7)

    def walk(grads, rates, start):
        path, state = [start], None
        for g, lr in zip(grads, rates, strict=True):
            w, given = path[-1].copy(), g.copy()
            new, state = rule(w, given, state, float(lr))
            if not (np.array_equal(w, path[-1]) and np.array_equal(given, g)):
                raise ValueError("changed")
            path.append(np.array(new))
        return np.array(path), state

    try:
        for scale in (1.0, 1e-8, 1e3):
            grads, rates, start = scale * rng.normal(size=(30, 2)), rng.uniform(0.1, 1, 30), rng.normal(size=2)
            powers = np.arange(30)
            steps = []
            for t in range(1, 31):
                a, b = 0.9 ** powers[:t][::-1], 0.999 ** powers[:t][::-1]
                mean, square = a @ grads[:t] / a.sum(), b @ grads[:t] ** 2 / b.sum()
                steps.append(-rates[t - 1] * mean / (np.sqrt(square) + 1e-8))
            path, _ = walk(grads, rates, start)
            half, middle = walk(grads[:15], rates[:15], start)
            once = rule(half[-1].copy(), grads[15].copy(), middle, float(rates[15]))[0]
            walk(grads[:3], rates[:3], start)  # another run in between
            twice = rule(half[-1].copy(), grads[15].copy(), middle, float(rates[15]))[0]
            if not (np.allclose(np.diff(path, axis=0), steps, rtol=1e-6, atol=1e-11) and np.allclose(once, path[16]) and np.allclose(twice, path[16])):
                return False
    except Exception:
        return False
    return True


# %% right="two runs side by side" answer="is_adam"
def is_adam(rule):
    rng = np.random.default_rng(1)
    try:
        for size, scale, steps in [(2, 1.0, 30), (4, 1e-7, 30), (4, 1e-9, 30), (3, 1000.0, 20)]:
            w, state, m, n = rng.normal(size=size), None, 0, 0
            for t in range(1, steps + 1):
                grad, lr = scale * rng.normal(size=size), rng.uniform(0.1, 1)
                w0, g0 = w.copy(), grad.copy()
                m, n = 0.9 * m + 0.1 * grad, 0.999 * n + 0.001 * grad**2
                step = -lr * m / (1 - 0.9**t) / (np.sqrt(n / (1 - 0.999**t)) + 1e-8)
                new, after = rule(w, grad, state, lr)
                other = rule(np.ones(1), np.ones(1), None, 0.25)[0]
                if not (np.allclose(other, 0.75) and np.allclose(rule(w0.copy(), g0.copy(), state, lr)[0], new, rtol=1e-12)):
                    return False
                if not (np.array_equal(w, w0) and np.array_equal(grad, g0)):
                    return False
                if not np.allclose(new - w0, step, rtol=1e-7, atol=1e-12):
                    return False
                w, state = new, after
        return True
    except Exception:
        return False
