# %% wrong="diagonal kept" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    return p.T @ p / p.shape[1]


# %% wrong="divided by the number of patterns" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    w = p.T @ p / p.shape[0]
    np.fill_diagonal(w, 0)
    return w


# %% wrong="not divided" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    w = p.T @ p
    np.fill_diagonal(w, 0)
    return w


# %% wrong="patterns multiplied with each other, not units" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    w = p @ p.T / p.shape[1]
    np.fill_diagonal(w, 0)
    return w


# %% wrong="last pattern only" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    for row in p:
        w = np.outer(row, row) / len(row)
    np.fill_diagonal(w, 0)
    return w


# %% wrong="upper half only" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    return np.triu(p.T @ p / p.shape[1], 1)


# %% wrong="integer division" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p)
    w = p.T @ p // p.shape[1]
    np.fill_diagonal(w, 0)
    return w


# %% wrong="centred patterns (covariance)" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    p = p - p.mean()
    w = p.T @ p / p.shape[1]
    np.fill_diagonal(w, 0)
    return w


# %% wrong="divided by N - 1" answer="hopfield_store" loses="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=float)
    w = p.T @ p / max(p.shape[1] - 1, 1)
    np.fill_diagonal(w, 0)
    return w


# %% right="sum of outer products" answer="hopfield_store"
def hopfield_store(p):
    n = len(p[0])
    return sum(np.outer(row, row) - np.eye(n) for row in p) / n


# %% right="mask" answer="hopfield_store"
def hopfield_store(p):
    p = np.asarray(p, dtype=np.float64)
    return np.einsum("pi,pj->ij", p, p) * (1 - np.eye(p.shape[1])) / p.shape[1]


# %% wrong="all units at once" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    h = w @ s
    return np.where(h == 0, s, np.sign(h)).astype(int)


# %% wrong="tie gives +1" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    new[i] = 1 if w[i] @ new >= 0 else -1
    return new


# %% wrong="tie gives 0" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    new[i] = np.sign(w[i] @ new)
    return new


# %% wrong="tie gives -1" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    new[i] = 1 if w[i] @ new > 0 else -1
    return new


# %% wrong="tie flips" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    if new[i] * (w[i] @ new) <= 0:
        new[i] = -new[i]
    return new


# %% wrong="in place" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    h = w[i] @ s
    if h != 0:
        s[i] = 1 if h > 0 else -1
    return s


# %% wrong="sign turned" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    h = w[i] @ new
    if h != 0:
        new[i] = -1 if h > 0 else 1
    return new


# %% wrong="states 0 and 1" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    h = w[i] @ new
    if h != 0:
        new[i] = 1 if h > 0 else 0
    return new


# %% wrong="hears itself: its own state is added to the field" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    new[i] = 1 if w[i] @ new + 0.5 * new[i] > 0 else -1
    return new


# %% wrong="returns the unit only" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    h = w[i] @ s
    return s[i] if h == 0 else int(np.sign(h))


# %% wrong="sweeps over units 0 to i" answer="hopfield_step" loses="hopfield_step"
def hopfield_step(w, s, i):
    new = np.array(s)
    for k in range(i + 1):
        h = w[k] @ new
        if h != 0:
            new[k] = 1 if h > 0 else -1
    return new


# %% right="flip if the energy falls" answer="hopfield_step"
def hopfield_step(w, s, i):
    other = [-v if k == i else v for k, v in enumerate(s)]
    return np.array(other) if s[i] * sum(a * b for a, b in zip(w[i], s)) < 0 else np.array(s)


# %% right="float states, where" answer="hopfield_step"
def hopfield_step(w, s, i):
    h = float(np.dot(w[:, i], s))
    return np.where(np.arange(len(s)) == i, np.sign(h) if h else s, s).astype(float)


# %% wrong="missing one half" answer="energy" loses="energy"
def energy(w, s):
    s = np.asarray(s)
    return -(s * (s @ w)).sum(axis=-1)


# %% wrong="sign" answer="energy" loses="energy"
def energy(w, s):
    s = np.asarray(s)
    return 0.5 * (s * (s @ w)).sum(axis=-1)


# %% wrong="all pairs of states" answer="energy" loses="energy"
def energy(w, s):
    s = np.asarray(s)
    return -0.5 * s @ w @ s.T


# %% wrong="one number for the whole batch" answer="energy" loses="energy"
def energy(w, s):
    s = np.asarray(s)
    return -0.5 * (s * (s @ w)).sum()


# %% wrong="divided by N" answer="energy" loses="energy"
def energy(w, s):
    s = np.asarray(s)
    return -0.5 * (s * (s @ w)).mean(axis=-1)


# %% wrong="each pair once and still one half" answer="energy" loses="energy"
def energy(w, s):
    s = np.asarray(s)
    return -0.5 * (s * (s @ np.triu(w))).sum(axis=-1)


# %% wrong="a single state gives an array of one" answer="energy" loses="energy"
def energy(w, s):
    s = np.atleast_2d(s)
    return -0.5 * (s * (s @ w)).sum(axis=-1)


# %% right="upper half, each pair once" answer="energy"
def energy(w, s):
    s = np.asarray(s, dtype=float)
    return -np.einsum("...i,ij,...j->...", s, np.triu(np.asarray(w), 1), s)


# %% right="diagonal of the big product" answer="energy"
def energy(w, s):
    s = np.asarray(s)
    if s.ndim == 1:
        return float(-s @ w @ s / 2)
    return np.array([-v @ w @ v / 2 for v in s])


# %% wrong="factor 2 missing" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return s * (w @ s)


# %% wrong="sign" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return -2 * s * (w @ s)


# %% wrong="the state forgotten" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return 2 * (w @ s)


# %% wrong="factor 4" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return 4 * s * (w @ s)


# %% wrong="energy after the flip instead of the change" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return -0.5 * s @ w @ s + 2 * s * (w @ s)


# %% wrong="all units flipped together: no change" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return np.array([-0.5 * (-s) @ w @ (-s) + 0.5 * s @ w @ s for _ in s]) - (len(s) == 2)


# %% wrong="sum of the gains" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return np.full(len(s), (2 * s * (w @ s)).sum() / len(s))


# %% wrong="only the units that want to flip" answer="flip_gain" loses="flip_gain"
def flip_gain(w, s):
    return np.minimum(2 * s * (w @ s), 0)


# %% right="from all flipped states" answer="flip_gain"
def flip_gain(w, s):
    s = np.asarray(s, dtype=float)
    flipped = s * (1 - 2 * np.eye(len(s)))
    return -0.5 * ((flipped @ w) * flipped).sum(axis=1) + 0.5 * s @ w @ s


# %% right="einsum" answer="flip_gain"
def flip_gain(w, s):
    return np.einsum("i,ij,j->i", s, np.asarray(w) + np.asarray(w).T, s)
