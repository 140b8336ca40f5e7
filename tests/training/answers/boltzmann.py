# %% wrong="the page's formula, for units 0 and 1" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - np.logaddexp(0, x).sum(axis=1)


# %% wrong="sign of the visible bias" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return (v @ a) - np.logaddexp(x, -x).sum(axis=1)


# %% wrong="visible bias forgotten" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -np.logaddexp(x, -x).sum(axis=1)


# %% wrong="hidden bias forgotten" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w
    return -(v @ a) - np.logaddexp(x, -x).sum(axis=1)


# %% wrong="sign of the hidden part" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) + np.logaddexp(x, -x).sum(axis=1)


# %% wrong="mean over hidden units" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - np.logaddexp(x, -x).mean(axis=1)


# %% wrong="a factor 2 lost: log cosh" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - (np.logaddexp(x, -x) - np.log(2)).sum(axis=1)


# %% wrong="the best hidden state only" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - np.abs(x).sum(axis=1)


# %% wrong="energy at the mean hidden state" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - (x * np.tanh(x)).sum(axis=1)


# %% wrong="sum over patterns" answer="free_energy" loses="free_energy"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - np.logaddexp(x, -x).sum()


# %% wrong="overflows" answer="free_energy" loses="free_energy_large"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - np.log(np.exp(x) + np.exp(-x)).sum(axis=1)


# %% wrong="stable for positive sums only" answer="free_energy" loses="free_energy_large"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - (x + np.log1p(np.exp(-2 * x))).sum(axis=1)


# %% wrong="clipped" answer="free_energy" loses="free_energy_large"
def free_energy(w, a, b, v):
    x = v @ w + b
    return -(v @ a) - np.logaddexp(np.clip(x, -100, 100), -np.clip(x, -100, 100)).sum(axis=1)


# %% right="absolute values and log1p" answer="free_energy"
def free_energy(w, a, b, v):
    x = np.abs(np.dot(v, w) + b[None])
    return -np.sum(x + np.log1p(np.exp(-2 * x)), axis=-1) - np.einsum("nv,v->n", v, a)


# %% right="pattern by pattern" answer="free_energy"
def free_energy(w, a, b, v):
    found = []
    for row in v:
        total = -row.dot(a)
        for j in range(len(b)):
            x = b[j] + row.dot(w[:, j])
            total -= max(x, -x) + np.log(1 + np.exp(-2 * abs(x)))
        found.append(total)
    return np.array(found)


# %% wrong="no log Z" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean())


# %% wrong="Z over the data only" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.logaddexp.reduce(top))


# %% wrong="Z over units 0 and 1" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 1.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.logaddexp.reduce(all_))


# %% wrong="Z over the hidden states alone, without the visible ones" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n, w, a, b, v = len(a), w, a, b, v
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.logaddexp(b, -b).sum())


# %% wrong="sum instead of mean" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.sum() - np.logaddexp.reduce(all_))


# %% wrong="sign" answer="log_likelihood" loses="log_likelihood log_likelihood_large"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(np.logaddexp.reduce(all_) - top.mean())


# %% wrong="log of the mean probability" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float((np.logaddexp.reduce(top) - np.log(len(v))) - np.logaddexp.reduce(all_))


# %% wrong="base 2" answer="log_likelihood" loses="log_likelihood log_likelihood_large"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.logaddexp.reduce(all_)) / np.log(2)


# %% wrong="one pattern left out of Z" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.logaddexp.reduce(all_[1:]))


# %% wrong="mean over all patterns instead of the sum" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - (np.logaddexp.reduce(all_) - n * np.log(2)))


# %% wrong="visible bias forgotten in Z" answer="log_likelihood" loses="log_likelihood"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.logaddexp.reduce(all_))


# %% wrong="overflows" answer="log_likelihood" loses="log_likelihood_large"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(top.mean() - np.log(np.exp(all_).sum()))


# %% wrong="probabilities first, then the logarithm" answer="log_likelihood" loses="log_likelihood_large"
def log_likelihood(w, a, b, v):
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    x, z = v @ w + b, every @ w + b
    top, all_ = v @ a + np.logaddexp(x, -x).sum(axis=1), every @ a + np.logaddexp(z, -z).sum(axis=1)
    return float(np.log(np.exp(top - all_.max()) / np.exp(all_ - all_.max()).sum()).mean())


# %% right="all states of both sides" answer="log_likelihood"
def log_likelihood(w, a, b, v):
    import itertools

    def score(row):
        x = b + row @ w
        return row @ a + np.sum(np.abs(x) + np.log1p(np.exp(-2 * np.abs(x))))

    every = np.array([score(np.array(s)) for s in itertools.product([-1.0, 1.0], repeat=len(a))])
    top = every.max()
    log_z = top + np.log(np.sum(np.exp(every - top)))
    return sum(score(row) - log_z for row in v) / len(v)


# %% right="by way of the hidden states" answer="log_likelihood"
def log_likelihood(w, a, b, v):
    k = len(b)
    hidden = np.where(np.arange(2**k)[:, None] // 2 ** np.arange(k) % 2 == 0, -1.0, 1.0)
    y = hidden @ w.T + a
    log_z = np.logaddexp.reduce(hidden @ b + np.logaddexp(y, -y).sum(axis=1))
    x = v @ w + b
    return np.mean(v @ a + np.logaddexp(x, -x).sum(axis=1)) - log_z


# %% wrong="probabilities of units 0 and 1: no factor 2" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-(model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-(h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="sigmoids in place of tanh" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = 1 / (1 + np.exp(-2 * (v @ w + b))), 1 / (1 + np.exp(-2 * (model @ w + b)))
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="samples in place of means in the data's phase" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.where(uh[0] < 1 / (1 + np.exp(-2 * (v @ w + b))), 1.0, -1.0), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="samples in place of means in the model's phase" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), h
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="hidden means in the chain instead of samples" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.tanh(model @ w + b)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="visible means instead of samples" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.tanh(h @ w.T + a)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="zeros for down" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, 0.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, 0.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="down where the number is small" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), -1.0, 1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), -1.0, 1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="descends" answer="cd_gradient" loses="cd_gradient cd_climbs"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (model.T @ down - v.T @ up) / len(v), (model - v).mean(axis=0), (down - up).mean(axis=0)


# %% wrong="sums instead of means" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down), (v - model).sum(axis=0), (up - down).sum(axis=0)


# %% wrong="visible bias forgotten in the chain" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="visible bias never learns" answer="cd_gradient" loses="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), 0 * a, (up - down).mean(axis=0)


# %% wrong="one round only" answer="cd_gradient" loses="cd_rounds"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh[:1], uv[:1], strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="each round starts from the data" answer="cd_gradient" loses="cd_rounds"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (v @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="the last round is left out" answer="cd_gradient" loses="cd_gradient cd_rounds"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh[:-1], uv[:-1], strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="the rounds backwards" answer="cd_gradient" loses="cd_rounds"
def cd_gradient(w, a, b, v, uh, uv):
    model = v
    for dice_h, dice_v in zip(uh[::-1], uv[::-1], strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)


# %% wrong="changes the data" answer="cd_gradient" loses="cd_climbs"
def cd_gradient(w, a, b, v, uh, uv):
    model, data = v, v.copy()
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < 1 / (1 + np.exp(-2 * (model @ w + b))), 1.0, -1.0)
        model[:] = np.where(dice_v < 1 / (1 + np.exp(-2 * (h @ w.T + a))), 1.0, -1.0)
    up, down = np.tanh(data @ w + b), np.tanh(model @ w + b)
    return (data.T @ up - model.T @ down) / len(v), (data - model).mean(axis=0), (up - down).mean(axis=0)


# %% right="spins as 2 x - 1, einsum" answer="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    def draw(dice, x):
        return 2.0 * (dice < 0.5 + 0.5 * np.tanh(x)) - 1.0

    m = np.array(v)
    for t in range(uh.shape[0]):
        m = draw(uv[t], a + draw(uh[t], b + m.dot(w)).dot(w.T))
    n = v.shape[0]
    p, q = np.tanh(b + v.dot(w)), np.tanh(b + m.dot(w))
    return np.einsum("nv,nh->vh", v, p) / n - np.einsum("nv,nh->vh", m, q) / n, np.sum(v - m, 0) / n, np.sum(p - q, 0) / n


# %% right="pattern by pattern" answer="cd_gradient"
def cd_gradient(w, a, b, v, uh, uv):
    dw, da, db = np.zeros_like(w), np.zeros_like(a), np.zeros_like(b)
    for n, row in enumerate(v):
        m = row.copy()
        for t in range(len(uh)):
            h = np.array([1.0 if u < 1 / (1 + np.exp(-2 * z)) else -1.0 for u, z in zip(uh[t, n], b + m @ w)])
            m = np.array([1.0 if u < 1 / (1 + np.exp(-2 * z)) else -1.0 for u, z in zip(uv[t, n], a + w @ h)])
        dw += np.outer(row, np.tanh(b + row @ w)) - np.outer(m, np.tanh(b + m @ w))
        da += row - m
        db += np.tanh(b + row @ w) - np.tanh(b + m @ w)
    return dw / len(v), da / len(v), db / len(v)
