# %% wrong="zeros" answer="softmax_xent" loses="softmax_xent softmax_xent_mean"
def softmax_xent(s, y, weight):
    return 0.0, np.zeros_like(s)


# %% wrong="no shift: exp overflows" answer="softmax_xent" loses="softmax_xent_scale"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    with np.errstate(all="ignore"):
        p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        loss = -(share * np.log(p[rows, y])).sum()
    p[rows, y] -= 1
    return loss, share[:, None] * p


# %% wrong="one shift for the whole batch" answer="softmax_xent" loses="softmax_xent_scale"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    with np.errstate(all="ignore"):
        e = np.exp(s - s.max())
        p = e / e.sum(axis=1, keepdims=True)
        loss = -(share * np.log(p[rows, y])).sum()
    p[rows, y] -= 1
    return loss, share[:, None] * p


# %% wrong="log(p + 1e-12)" answer="softmax_xent" loses="softmax_xent_scale"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -(share * np.log(p[rows, y] + 1e-12)).sum()
    p[rows, y] -= 1
    return loss, share[:, None] * p


# %% wrong="log of a rounded probability" answer="softmax_xent" loses="softmax_xent_scale"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        loss = -(share * np.log(p[rows, y])).sum()
    p[rows, y] -= 1
    return loss, share[:, None] * p


# %% wrong="sum instead of mean" answer="softmax_xent" loses="softmax_xent softmax_xent_mean"
def softmax_xent(s, y, weight):
    rows = np.arange(len(y))
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(weight * lp[rows, y]).sum(), weight[:, None] * ds


# %% wrong="divides by N, not by the sum of the weights" answer="softmax_xent" loses="softmax_xent softmax_xent_mean"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / len(y)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum(), share[:, None] * ds


# %% wrong="gradient without the 1/sum" answer="softmax_xent" loses="softmax_xent softmax_xent_mean"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum(), weight[:, None] * ds


# %% wrong="weights in the loss only" answer="softmax_xent" loses="softmax_xent softmax_xent_mean"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum(), ds / len(y)


# %% wrong="weights ignored" answer="softmax_xent" loses="softmax_xent softmax_xent_mean"
def softmax_xent(s, y, weight):
    rows = np.arange(len(y))
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -lp[rows, y].mean(), ds / len(y)


# %% wrong="mean over the classes too" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight) / s.shape[1]
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum(), share[:, None] * ds


# %% wrong="softmax over the batch axis" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max(axis=0, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=0, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum(), share[:, None] * ds


# %% wrong="gradient without the one-hot row" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    return -(share * lp[rows, y]).sum(), share[:, None] * np.exp(lp)


# %% wrong="all columns y instead of one entry a row" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    share = weight / np.sum(weight)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[:, y] -= 1
    return -(share * lp[:, y]).mean(axis=0).sum(), share[:, None] * ds


# %% wrong="base-2 logarithm" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum() / np.log(2), share[:, None] * ds


# %% wrong="shifts s in place" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    s -= s.max(axis=1, keepdims=True)
    lp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    ds = np.exp(lp)
    ds[rows, y] -= 1
    return -(share * lp[rows, y]).sum(), share[:, None] * ds


# %% wrong="gradient with the wrong sign" answer="softmax_xent" loses="softmax_xent"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max(axis=1, keepdims=True)
    lp = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
    ds = -np.exp(lp)
    ds[rows, y] += 1
    return -(share * lp[rows, y]).sum(), share[:, None] * ds


# %% right="row by row, lists" answer="softmax_xent"
def softmax_xent(s, y, weight):
    total, loss, rows = float(sum(weight)), 0.0, []
    for row, label, w in zip(s.tolist(), y.tolist(), weight.tolist(), strict=True):
        top = max(row)
        norm = sum(np.exp(v - top) for v in row)
        loss += w / total * (np.log(norm) + top - row[label])
        rows.append([w / total * (np.exp(v - top) / norm - (j == label)) for j, v in enumerate(row)])
    return loss, rows


# %% right="logaddexp and a one-hot matrix" answer="softmax_xent"
def softmax_xent(s, y, weight):
    one_hot = np.eye(s.shape[1])[y]
    lse = np.logaddexp.reduce(s, axis=1, keepdims=True)
    return np.average(lse[:, 0] - (one_hot * s).sum(1), weights=weight), (np.exp(s - lse) - one_hot) * (weight / weight.sum())[:, None]


# %% wrong="counts the true class" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    ds = 2 * m / len(y)
    ds[rows, y] = 0
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="margins not squared" answer="squared_hinge" loses="squared_hinge"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    ds = (m > 0) / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return m.sum() / len(y), ds


# %% wrong="gradient without the 2" answer="squared_hinge" loses="squared_hinge"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    ds = m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="sum instead of mean" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    ds = 2 * m
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum(), ds


# %% wrong="mean over the classes" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    ds = 2 * m / m.size
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).mean(), ds


# %% wrong="gradient not averaged" answer="squared_hinge" loses="squared_hinge"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    ds = 2 * m
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="right class gets no gradient" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    return (m**2).sum() / len(y), 2 * m / len(y)


# %% wrong="right class gets minus the number of violations" answer="squared_hinge" loses="squared_hinge"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    ds = 2 * m / len(y)
    ds[rows, y] = -(m > 0).sum(axis=1) / len(y)
    return (m**2).sum() / len(y), ds


# %% wrong="delta is always 1" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + 1)
    m[rows, y] = 0
    ds = 2 * m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="worst wrong class only" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    m = m * (np.arange(m.shape[1]) == m.argmax(axis=1)[:, None])
    ds = 2 * m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="no clipping at 0: squares negative margins too" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = s - s[rows, y][:, None] + delta
    m[rows, y] = 0
    ds = 2 * m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="square of the sum" answer="squared_hinge" loses="squared_hinge squared_hinge_first"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s - s[rows, y][:, None] + delta)
    m[rows, y] = 0
    total = m.sum(axis=1, keepdims=True)
    ds = 2 * total * (m > 0) / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (total**2).sum() / len(y), ds


# %% wrong="margin with the wrong sign" answer="squared_hinge" loses="squared_hinge"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    m = np.maximum(0, s[rows, y][:, None] - s + delta)
    m[rows, y] = 0
    ds = -2 * m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% wrong="writes margins into s" answer="squared_hinge" loses="squared_hinge"
def squared_hinge(s, y, delta):
    rows = np.arange(len(y))
    s -= s[rows, y][:, None] - delta
    m = np.maximum(0, s)
    m[rows, y] = 0
    ds = 2 * m / len(y)
    ds[rows, y] = -ds.sum(axis=1)
    return (m**2).sum() / len(y), ds


# %% right="two loops" answer="squared_hinge"
def squared_hinge(s, y, delta):
    ds, loss, n = np.zeros(s.shape), 0.0, len(y)
    for i in range(n):
        for j in range(s.shape[1]):
            m = s[i, j] - s[i, y[i]] + delta
            if j != y[i] and m > 0:
                loss += m * m / n
                ds[i, j] += 2 * m / n
                ds[i, y[i]] -= 2 * m / n
    return loss, ds


# %% right="one-hot matrices" answer="squared_hinge"
def squared_hinge(s, y, delta):
    t = np.eye(s.shape[1])[y]
    m = (1 - t) * np.clip(s - (s * t).sum(1, keepdims=True) + delta, 0, None)
    return float(np.mean(np.sum(m * m, axis=1))), (2 * m - 2 * t * m.sum(1, keepdims=True)) / len(s)


# %% wrong="one global maximum, then the difference of logarithms" answer="softmax_xent" loses="softmax_xent_scale"
def softmax_xent(s, y, weight):
    rows, share = np.arange(len(y)), weight / np.sum(weight)
    t = s - s.max()
    with np.errstate(all="ignore"):
        log_probs = t - np.log(np.exp(t).sum(axis=1, keepdims=True))
        ds = np.exp(log_probs)
    ds[rows, y] -= 1
    return -(share * log_probs[rows, y]).sum(), share[:, None] * ds
