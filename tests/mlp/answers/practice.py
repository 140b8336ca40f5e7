# %% wrong="counts its calls" answer="normaliser_ok" loses="normaliser_ok"
calls = []


def normaliser_ok(fit, apply):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5)


# %% wrong="always True" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    return True


# %% wrong="always False" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    return False


# %% wrong="looks at the training inputs only" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    try:
        x = np.random.default_rng(0).normal(3, 2, (6, 3))
        x[:, 2] = 1
        out = np.asarray(apply(x.copy(), *fit(x.copy())))
        return bool(np.allclose(out.mean(axis=0), 0) and np.allclose(out[:, :2].std(axis=0), 1))
    except Exception:
        return False


# %% wrong="one mean and one deviation over all entries" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    try:
        x = np.random.default_rng(0).normal(3, 2, (6, 3))
        out = np.asarray(apply(x.copy(), *fit(x.copy())))
        return bool(abs(out.mean()) < 1e-6 and abs(out.std() - 1) < 1e-6)
    except Exception:
        return False


# %% wrong="many samples and a loose tolerance: N - 1 passes" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    try:
        rng = np.random.default_rng(0)
        x, new = rng.normal(3, 2, (1000, 3)), rng.normal(3, 2, (4, 3))
        x[:, 2] = 1
        keep = x.copy(), new.copy()
        mean, scale = fit(x)
        out, out_new = np.asarray(apply(x, mean, scale)), np.asarray(apply(new, mean, scale))
        good = np.allclose(out_new[:, :2], ((new - x.mean(0)) / x.std(0).clip(1e-9))[:, :2], atol=0.01) and np.isfinite(out).all()
        return bool(good and (keep[0] == x).all() and (keep[1] == new).all())
    except Exception:
        return False


# %% wrong="no constant column" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    try:
        rng = np.random.default_rng(0)
        for m in (1, 4):
            x, new = rng.normal(3, [2, 0.01], (5, 2)), rng.normal(3, 2, (m, 2))
            keep = x.copy(), new.copy()
            mean, scale = fit(x)
            check.close(apply(new, mean, scale), (new - x.mean(0)) / x.std(0))
            check.close(apply(x, mean, scale), (x - x.mean(0)) / x.std(0))
            check.close(x, keep[0])
            check.close(new, keep[1])
    except Exception:
        return False
    return True


# %% wrong="arguments not compared afterwards" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    try:
        rng = np.random.default_rng(0)
        for m in (1, 4):
            x, new = rng.normal(3, [2, 0.01, 0], (5, 3)), rng.normal(3, 2, (m, 3))
            mean, scale = fit(x.copy())
            check.close(np.asarray(apply(new.copy(), mean, scale))[:, :2], ((new - x.mean(0)) / np.r_[x.std(0)[:2], 1])[:, :2])
            check.close(apply(x.copy(), mean, scale), (x - x.mean(0)) / np.r_[x.std(0)[:2], 1], atol=1e-6)
    except Exception:
        return False
    return True


# %% wrong="lets errors through" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    rng = np.random.default_rng(0)
    for m in (1, 4):
        x, new = rng.normal(3, [2, 0.01, 0], (5, 3)), rng.normal(3, 2, (m, 3))
        keep = x.copy(), new.copy()
        mean, scale = fit(x)
        check.close(np.asarray(apply(new, mean, scale))[:, :2], ((keep[1] - keep[0].mean(0)) / np.r_[keep[0].std(0)[:2], 1])[:, :2])
        check.close(x, keep[0])
        check.close(new, keep[1])
    return True


# %% wrong="too strict: wants scale 1 for a constant column" answer="normaliser_ok" loses="normaliser_ok"
def normaliser_ok(fit, apply):
    try:
        rng = np.random.default_rng(0)
        for m in (1, 4):
            x, new = rng.normal(3, [2, 0.01, 0], (5, 3)), rng.normal(3, 2, (m, 3))
            keep = x.copy(), new.copy()
            mean, scale = fit(x)
            check.close(scale, np.r_[keep[0].std(0)[:2], 1])
            check.close(apply(new, mean, scale), (keep[1] - keep[0].mean(0)) / np.r_[keep[0].std(0)[:2], 1])
            check.close(x, keep[0])
            check.close(new, keep[1])
    except Exception:
        return False
    return True


# %% right="with a constant column that floats do not hold exactly" answer="normaliser_ok"
def normaliser_ok(fit, apply):
    rng = np.random.default_rng(5)
    try:
        for n, m in ((3, 1), (5, 4)):
            x, new = rng.normal(4, [1, 20, 0.1, 0], (n, 4)), rng.normal(4, [1, 20, 0.1, 1], (m, 4))
            x[:, 3] = 0.1
            keep = x.copy(), new.copy()
            mean, scale = fit(x)
            out, out_new = np.asarray(apply(x, mean, scale)), np.asarray(apply(new, mean, scale))
            wanted = (keep[1] - keep[0].mean(0)) / np.r_[keep[0].std(0)[:3], 1]
            check.close(out_new[:, :3], wanted[:, :3], rtol=1e-6)
            check.close(out, (keep[0] - keep[0].mean(0)) / np.r_[keep[0].std(0)[:3], 1], rtol=1e-6, atol=1e-9)
            if not (np.isfinite(out_new).all() and (x == keep[0]).all() and (new == keep[1]).all()):
                return False
    except Exception:
        return False
    return True


# %% right="by plain Python numbers" answer="normaliser_ok"
def normaliser_ok(fit, apply):
    x, new = np.array([[1.0, -4e3, 7], [3, 2e3, 7], [8, 8e3, 7], [0.5, 0, 7]]), np.array([[100.0, 5, 3]])
    before = x.tolist(), new.tolist()
    try:
        mean, scale = fit(x)
        a, c = np.asarray(apply(x, mean, scale)).tolist(), np.asarray(apply(new, mean, scale)).tolist()
    except Exception:
        return False
    if (x.tolist(), new.tolist()) != before:
        return False
    for j in range(3):
        column = [row[j] for row in before[0]]
        m = sum(column) / 4
        s = (sum((v - m) ** 2 for v in column) / 4) ** 0.5
        for got, v in [(row[j], v) for row, v in zip(a, column)] + ([(c[0][j], before[1][0][j])] if j < 2 else []):
            if not abs(got - ((v - m) / s if s else 0)) < 1e-6:
                return False
    return len(a) == 4 and len(c) == 1 and abs(c[0][2]) < float("inf")


# %% wrong="counts its calls" answer="loss_ok" loses="loss_ok loss_ok_sly"
calls = []


def loss_ok(loss):
    calls.append(1)
    return len(calls) in (1, 3, 4, 16)


# %% wrong="always True" answer="loss_ok" loses="loss_ok loss_ok_sly"
def loss_ok(loss):
    return True


# %% wrong="forgets to return True" answer="loss_ok" loses="loss_ok loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            value, ds = loss(s, y)
            check.close(float(value), -np.log(softmax(s)[np.arange(b), y]).mean())
            check.gradient_check(lambda z, y=y: loss(z, y)[0], s, ds)
    except Exception:
        return False


# %% wrong="gradient check only" answer="loss_ok" loses="loss_ok loss_ok_sly"
def loss_ok(loss):
    try:
        s, y = np.random.default_rng(0).normal(size=(4, 3)), np.array([0, 2, 1, 1])
        check.gradient_check(lambda z: loss(z, y)[0], s, loss(s, y)[1])
        return True
    except Exception:
        return False


# %% wrong="value only" answer="loss_ok" loses="loss_ok loss_ok_sly"
def loss_ok(loss):
    try:
        s, y = np.random.default_rng(0).normal(size=(4, 3)), np.array([0, 2, 1, 1])
        check.close(float(loss(s, y)[0]), -np.log(softmax(s)[np.arange(4), y]).mean())
        return True
    except Exception:
        return False


# %% wrong="no extreme scores" answer="loss_ok" loses="loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            keep = s.copy(), y.copy()
            value, ds = loss(s, y)
            check.close(s, keep[0], rtol=0, atol=0)
            check.close(y, keep[1], rtol=0, atol=0)
            check.close(float(value), -np.log(softmax(s)[np.arange(b), y]).mean())
            check.gradient_check(lambda z, y=y: loss(z, y)[0], s, ds)
    except Exception:
        return False
    return True


# %% wrong="one shape: batch of four, three classes" answer="loss_ok" loses="loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        s, y = rng.normal(0, 2, (4, 3)), np.array([2, 0, 1, 0])
        keep = s.copy(), y.copy()
        value, ds = loss(s, y)
        check.close(s, keep[0], rtol=0, atol=0)
        check.close(y, keep[1], rtol=0, atol=0)
        check.close(float(value), -np.log(softmax(s)[np.arange(4), y]).mean())
        check.gradient_check(lambda z: loss(z, y)[0], s, ds)
        value, ds = loss(np.array([[1000.0, 0, 0], [0, 1000, -1000]]), np.array([1, 2]))
        check.close(float(value), 1500.0)
        return bool(np.isfinite(ds).all())
    except Exception:
        return False


# %% wrong="loose tolerance" answer="loss_ok" loses="loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            keep = s.copy(), y.copy()
            value, ds = loss(s, y)
            check.close(s, keep[0], rtol=0, atol=0)
            check.close(y, keep[1], rtol=0, atol=0)
            check.close(float(value), -np.log(softmax(s)[np.arange(b), y]).mean(), rtol=0.05, atol=0.05)
            check.gradient_check(lambda z, y=y: loss(z, y)[0], s, ds, tol=0.1)
        value, ds = loss(np.array([[1000.0, 0], [0, 1000]]), np.array([1, 1]))
        check.close(float(value), 500.0, rtol=0.05)
    except Exception:
        return False
    return True


# %% wrong="arguments not compared afterwards" answer="loss_ok" loses="loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            value, ds = loss(s.copy(), y.copy())
            check.close(float(value), -np.log(softmax(s)[np.arange(b), y]).mean())
            check.gradient_check(lambda z, y=y: loss(z, y.copy())[0], s, ds)
        value, ds = loss(np.array([[1000.0, 0], [1000, 0], [-1000, 1000], [-3000, -3000]]), np.array([1, 0, 0, 1]))
        check.close(float(value), (3000 + np.log(2)) / 4)
    except Exception:
        return False
    return True


# %% wrong="exact equality: right ones fail" answer="loss_ok" loses="loss_ok loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5), (7, 11)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            value, ds = loss(s, y)
            if float(value) != -np.log(softmax(s)[np.arange(b), y]).mean():
                return False
            check.gradient_check(lambda z, y=y: loss(z, y)[0], s, ds)
    except Exception:
        return False
    return True


# %% wrong="comparison that NaN passes" answer="loss_ok" loses="loss_ok_sly"
def loss_ok(loss):
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            value, ds = loss(s, y)
            if abs(float(value) + np.log(softmax(s)[np.arange(b), y]).mean()) > 1e-8:
                return False
            p = softmax(s)
            p[np.arange(b), y] -= 1
            if np.abs(p / b - ds).max() > 1e-8:
                return False
    except Exception:
        return False
    return True


# %% right="closed form everywhere, no gradient check" answer="loss_ok"
def loss_ok(loss):
    rng = np.random.default_rng(7)
    for scale in (0.1, 3, 800):
        for b, c in ((1, 2), (2, 2), (5, 3), (3, 7)):
            s, y = scale * rng.normal(size=(b, c)), rng.integers(0, c, b)
            s0, y0 = s.copy(), y.copy()
            try:
                value, ds = loss(s, y)
                value, ds = float(value), np.asarray(ds, dtype=float)
            except Exception:
                return False
            if not (np.array_equal(s, s0) and np.array_equal(y, y0) and ds.shape == s.shape):
                return False
            wanted = np.mean([np.logaddexp.reduce(row) - row[k] for row, k in zip(s0, y0)])
            slope = np.array([[np.exp(v - np.logaddexp.reduce(row)) - (j == k) for j, v in enumerate(row)] for row, k in zip(s0, y0)]) / b
            if not (abs(value - wanted) <= 1e-9 * (1 + abs(wanted)) and np.abs(ds - slope).max() <= 1e-9):
                return False
    s, y = np.array([[900.0, -900], [-900, -900]]), np.array([0, 0])
    try:
        return bool(abs(loss(s, y)[0] - np.log(2) / 2) < 1e-9)
    except Exception:
        return False


# %% wrong="counts its calls" answer="layer_ok" loses="layer_ok layer_ok_sly"
calls = []


def layer_ok(forward, backward):
    calls.append(1)
    return len(calls) in (1, 3, 4, 18)


# %% wrong="always True" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    return True


# %% wrong="square shapes, b = 0, dout = 1" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        x, w, b, dout = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), np.zeros(3), np.ones((3, 3))
        out, cache = forward(x, w, b)
        check.close(out, np.maximum(0, x @ w + b))
        dx, dw, db = backward(dout, cache)
        mask = dout * (x @ w + b > 0)
        check.close(dx, mask @ w.T)
        check.close(dw, x.T @ mask)
        check.close(db, mask.sum(axis=0))
    except Exception:
        return False
    return True


# %% wrong="raises on a layer that is not right" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    for size, (n, d, k) in zip((1, 100, 1), ((1, 3, 4), (4, 3, 3), (5, 4, 2))):
        x, w, b, dout = size * rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, k))
        keep = [a.copy() for a in (x, w, b, dout)]
        out, cache = forward(x, w, b)
        mask = dout * (x @ w + b > 0)
        for got, wanted in zip((out, *backward(dout, cache)), (np.maximum(0, x @ w + b), mask @ w.T, x.T @ mask, mask.sum(axis=0))):
            check.close(got, wanted)
        if any((a != before).any() for a, before in zip((x, w, b, dout), keep)):
            return False
    return True


# %% wrong="dout of ones" answer="layer_ok" loses="layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for n, d, k in ((1, 3, 4), (4, 3, 3), (5, 4, 2)):
            x, w, b, dout = rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), np.ones((n, k))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            check.close(out, np.maximum(0, keep[0] @ w + b))
            dx, dw, db = backward(dout, cache)
            check.gradient_check(lambda a, w=w, b=b: np.maximum(0, a @ w + b).sum(), x, dx)
            check.gradient_check(lambda a, x=x, b=b: np.maximum(0, x @ a + b).sum(), w, dw)
            check.gradient_check(lambda a, x=x, w=w: np.maximum(0, x @ w + a).sum(), b, db)
            for a, before in zip((x, w, b, dout), keep):
                check.close(a, before, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="batch of one only" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for size in (1, 100):
            x, w, b, dout = size * rng.normal(size=(1, 3)), rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(1, 3))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            check.close(out, np.maximum(0, x @ w + b))
            dx, dw, db = backward(dout, cache)
            mask = dout * (x @ w + b > 0)
            check.close(dx, mask @ w.T)
            check.close(dw, x.T @ mask)
            for a, before in zip((x, w, b, dout), keep):
                check.close(a, before, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="biases zero" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for size, (n, d, k) in zip((1, 100, 1), ((1, 3, 4), (4, 3, 3), (5, 4, 2))):
            x, w, b, dout = size * rng.normal(size=(n, d)), rng.normal(size=(d, k)), np.zeros(k), rng.normal(size=(n, k))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            check.close(out, np.maximum(0, x @ w + b))
            dx, dw, db = backward(dout, cache)
            mask = dout * (x @ w + b > 0)
            check.close(dx, mask @ w.T)
            check.close(dw, x.T @ mask)
            check.close(db, mask.sum(axis=0))
            for a, before in zip((x, w, b, dout), keep):
                check.close(a, before, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="dx is not checked" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for size, (n, d, k) in zip((1, 100, 1), ((1, 3, 4), (4, 3, 3), (5, 4, 2))):
            x, w, b, dout = size * rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, k))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            check.close(out, np.maximum(0, x @ w + b))
            dx, dw, db = backward(dout, cache)
            mask = dout * (x @ w + b > 0)
            check.close(dw, x.T @ mask)
            check.close(db, mask.sum(axis=0))
            for a, before in zip((x, w, b, dout), keep):
                check.close(a, before, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="gradients against the implementation's own forward pass only" answer="layer_ok" loses="layer_ok layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for n, d, k in ((1, 3, 4), (4, 3, 3), (5, 4, 2)):
            x, w, b, dout = rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, k))
            dx, dw, db = backward(dout.copy(), forward(x, w, b)[1])
            check.gradient_check(lambda a, w=w, b=b, dout=dout: np.sum(dout * forward(a, w, b)[0]), x, dx)
            check.gradient_check(lambda a, x=x, b=b, dout=dout: np.sum(dout * forward(x, a, b)[0]), w, dw)
            check.gradient_check(lambda a, x=x, w=w, dout=dout: np.sum(dout * forward(x, w, a)[0]), b, db)
    except Exception:
        return False
    return True


# %% wrong="small numbers only" answer="layer_ok" loses="layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for n, d, k in ((1, 3, 4), (4, 3, 3), (5, 4, 2)):
            x, w, b, dout = 0.3 * rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, k))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            check.close(out, np.maximum(0, x @ w + b))
            dx, dw, db = backward(dout, cache)
            mask = dout * (x @ w + b > 0)
            check.close(dx, mask @ w.T)
            check.close(dw, x.T @ mask)
            check.close(db, mask.sum(axis=0))
            for a, before in zip((x, w, b, dout), keep):
                check.close(a, before, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="arguments compared by a loose tolerance" answer="layer_ok" loses="layer_ok_sly"
def layer_ok(forward, backward):
    rng = np.random.default_rng(2)
    try:
        for size, (n, d, k) in zip((1, 100, 1), ((1, 3, 4), (4, 3, 3), (5, 4, 2))):
            x, w, b, dout = size * rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, k))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            dx, dw, db = backward(dout, cache)
            mask = keep[3] * (keep[0] @ keep[1] + b > 0)
            check.close(out, np.maximum(0, keep[0] @ keep[1] + b), rtol=1e-2, atol=1e-1)
            check.close(dx, mask @ keep[1].T, rtol=1e-2, atol=1e-2)
            check.close(dw, keep[0].T @ mask, rtol=1e-2, atol=1e-1)
            check.close(db, mask.sum(axis=0))
    except Exception:
        return False
    return True


# %% right="by gradient_check on its own formula, many random sizes" answer="layer_ok"
def layer_ok(forward, backward):
    rng = np.random.default_rng(11)
    for trial in range(12):
        n, d, k = (int(v) for v in rng.integers(1, 5, 3)) if trial else (1, 2, 2)
        x, w, b, dout = (rng.choice([0.2, 1, 30]) * rng.normal(size=s) for s in ((n, d), (d, k), (k,), (n, k)))
        args = x.tobytes(), w.tobytes(), b.tobytes(), dout.tobytes()
        try:
            out, cache = forward(x, w, b)
            grads = backward(dout, cache)
            if (x.tobytes(), w.tobytes(), b.tobytes(), dout.tobytes()) != args or len(grads) != 3:
                return False
            check.close(out, (x @ w + b).clip(0))
            for i, g in enumerate(grads):
                def f(a, i=i, args=(x, w, b), mask=dout * (x @ w + b > 0)):
                    p = [*args[:i], a, *args[i + 1 :]]
                    return float((mask * (p[0] @ p[1] + p[2])).sum())

                check.gradient_check(f, (x, w, b)[i], g, h=1e-3)
        except Exception:
            return False
    return True


# %% wrong="counts its calls" answer="step_ok" loses="step_ok step_ok_sly"
calls = []


def step_ok(step):
    calls.append(1)
    return len(calls) in (1, 3, 4, 15)


# %% wrong="always True" answer="step_ok" loses="step_ok step_ok_sly"
def step_ok(step):
    return True


# %% wrong="the loss must go down" answer="step_ok" loses="step_ok step_ok_sly"
def step_ok(step):
    try:
        rng = np.random.default_rng(0)
        params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 3)), rng.normal(size=3))]
        x, y = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
        new, loss = step(params, x, y, 0.01)
        return bool(net_loss([(np.asarray(w), np.asarray(b)) for w, b in new], x, y) < loss)
    except Exception:
        return False


# %% wrong="one learning rate, one call" answer="step_ok" loses="step_ok step_ok_sly"
def step_ok(step):
    try:
        rng = np.random.default_rng(0)
        params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 3)), rng.normal(size=3))]
        x, y = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
        wanted, value = right_step(params, x, y, 0.1)
        keep = x.copy(), params[0][0].copy()
        new, loss = step(params, x, y, 0.1)
        check.close(loss, value)
        for (w, b), (w0, b0) in zip(new, wanted):
            check.close(w, w0)
            check.close(b, b0)
        check.close(x, keep[0])
        check.close(params[0][0], keep[1])
        return True
    except Exception:
        return False


# %% wrong="first layer only" answer="step_ok" loses="step_ok step_ok_sly"
def step_ok(step):
    rng = np.random.default_rng(3)
    try:
        for n, lr in ((1, 2.0), (5, 0.1), (4, 0.5), (6, 0.01)):
            params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 3)), rng.normal(size=3))]
            x, y = rng.normal(size=(n, 3)), rng.integers(0, 3, n)
            before = params[0][0].copy(), x.copy()
            new, loss = step(params, x, y, lr)
            check.close(loss, net_loss(params, x, y))
            check.close((params[0][0] - new[0][0]) / lr, gradients(params, x, y)[0][0], rtol=1e-5)
            check.close(before[0], params[0][0])
            check.close(before[1], x)
    except Exception:
        return False
    return True


# %% wrong="weights but not biases" answer="step_ok" loses="step_ok step_ok_sly"
def step_ok(step):
    rng = np.random.default_rng(3)
    try:
        for n, lr in ((1, 2.0), (5, 0.1), (4, 0.5), (6, 0.01)):
            params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 3)), rng.normal(size=3))]
            x, y = rng.normal(size=(n, 3)), rng.integers(0, 3, n)
            before = params[0][0].copy(), x.copy()
            new, loss = step(params, x, y, lr)
            check.close(loss, net_loss(params, x, y))
            for (w, b), (w_new, b_new), (dw, db) in zip(params, new, gradients(params, x, y)):
                check.close((w - w_new) / lr, dw, rtol=1e-5)
            check.close(before[0], params[0][0])
            check.close(before[1], x)
    except Exception:
        return False
    return True


# %% wrong="the returned loss is not looked at" answer="step_ok" loses="step_ok step_ok_sly"
def step_ok(step):
    rng = np.random.default_rng(3)
    try:
        for n, lr, size in ((1, 2.0, 1), (5, 0.1, 1), (4, 0.5, 3), (6, 0.01, 1)):
            params = [(size * rng.normal(size=(3, 4)), rng.normal(size=4)), (size * rng.normal(size=(4, 3)), rng.normal(size=3))]
            x, y = size * rng.normal(size=(n, 3)), rng.integers(0, 3, n)
            before = [params[0][0].copy(), x.copy()]
            new, _ = step(params, x, y, lr)
            for pair, pair_new, grads in zip(params, new, gradients(params, x, y)):
                for a, a_new, g in zip(pair, pair_new, grads):
                    check.close((a - a_new) / lr, g, rtol=1e-5)
            check.close(before[0], params[0][0])
            check.close(before[1], x)
    except Exception:
        return False
    return True


# %% wrong="params compared with themselves after the call" answer="step_ok" loses="step_ok_sly"
def step_ok(step):
    rng = np.random.default_rng(3)
    try:
        for n, lr, size in ((1, 2.0, 1), (5, 0.1, 1), (4, 0.5, 3), (6, 0.01, 1)):
            params = [(size * rng.normal(size=(3, 4)), rng.normal(size=4)), (size * rng.normal(size=(4, 3)), rng.normal(size=3))]
            x, y = size * rng.normal(size=(n, 3)), rng.integers(0, 3, n)
            grads, value = gradients(params, x, y), net_loss(params, x, y)
            new, loss = step([(w.copy(), b.copy()) for w, b in params], x, y, lr)
            check.close(loss, value)
            for pair, pair_new, g_pair in zip(params, new, grads):
                for a, a_new, g in zip(pair, pair_new, g_pair):
                    check.close((a - a_new) / lr, g, rtol=1e-5)
    except Exception:
        return False
    return True


# %% right="against its own vectorised step, three calls a shape" answer="step_ok"
def step_ok(step):
    rng = np.random.default_rng(20)
    for n, d, h, c in ((1, 2, 3, 2), (4, 3, 5, 4), (7, 5, 2, 3)):
        for lr, size in ((3.0, 1.0), (0.3, 4.0), (0.001, 0.5)):
            params = [(size * rng.normal(size=(d, h)), rng.normal(size=h)), (size * rng.normal(size=(h, c)), rng.normal(size=c))]
            x, y = rng.normal(size=(n, d)), rng.integers(0, c, n)
            (w1, b1), (w2, b2) = [(w.copy(), b.copy()) for w, b in params]
            x0, y0 = x.copy(), y.copy()
            try:
                new, loss = step(params, x, y, lr)
                got = [np.asarray(a, dtype=float) for pair in new for a in pair]
                z = x0 @ w1 + b1
                a = np.where(z > 0, z, 0)
                delta = (softmax(a @ w2 + b2) - np.eye(c)[y0]) / n
                back = np.where(z > 0, delta @ w2.T, 0)
                wanted = [w1 - lr * x0.T @ back, b1 - lr * back.sum(0), w2 - lr * a.T @ delta, b2 - lr * delta.sum(0)]
                for g, e in zip(got, wanted):
                    check.close(g, e, rtol=1e-9, atol=1e-11)
                check.close(float(loss), net_loss([(w1, b1), (w2, b2)], x0, y0))
                for now, then in zip((*params[0], *params[1], x, y), (w1, b1, w2, b2, x0, y0)):
                    check.close(now, then, rtol=0, atol=0)
            except Exception:
                return False
    return True
