# %% [markdown]
# Answers to solutions/cnn/transfer.py: wrong ones must lose points, right ones must not.


# %% wrong="pulled to 0" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ yc)
    return w, ym - xm @ w


# %% wrong="no bias" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x, y
    w = w0 + np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, np.zeros(y.shape[1])


# %% wrong="the bias of the uncentred problem" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x, y
    w = w0 + np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w


# %% wrong="the bias is pulled to 0" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    one = np.hstack([x, np.ones((len(x), 1))])
    old = np.vstack([w0, np.zeros((1, w0.shape[1]))])
    both = old + np.linalg.solve(one.T @ one + np.diag(np.append(pull, pull.mean())), one.T @ (y - one @ old))
    return both[:-1], both[-1]


# %% wrong="the pull once too often" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + 2 * np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w


# %% wrong="means instead of sums" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc / len(x) + np.diag(pull), xc.T @ (yc - xc @ w0) / len(x))
    return w, ym - xm @ w


# %% wrong="one pull for all" answer="ridge_towards" loses="ridge_towards_each"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + pull.mean() * np.eye(len(pull)), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w


# %% wrong="the first pull for all" answer="ridge_towards" loses="ridge_towards_each"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + pull[0] * np.eye(len(pull)), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w


# %% wrong="the change instead of the weights" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w


# %% wrong="the bias from the old weights" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w0


# %% wrong="pull squared" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + np.diag(pull**2), xc.T @ (yc - xc @ w0))
    return w, ym - xm @ w


# %% wrong="targets are not centred and the bias is their mean" answer="ridge_towards" loses="ridge_towards"
def ridge_towards(x, y, w0, pull):
    """Least squares, pulled towards w0.  x: (N, D), y: (N, K), w0: (D, K), pull: (D,) -> w: (D, K), b: (K,)"""
    xm, ym = x.mean(axis=0), y.mean(axis=0)
    xc, yc = x - xm, y - ym
    w = w0 + np.linalg.solve(xc.T @ xc + np.diag(pull), xc.T @ (yc - xc @ w0))
    return w, ym


# %% wrong="freezing by a gradient of 0" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            gs = [0 * g for g in gs]
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="decay on frozen layers" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w - lr * decay * w for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="memory of frozen layers goes on" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([mu * v + g for v, g in zip(vs, gs)])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="memory of frozen layers is cleared" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([0 * v for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="the last layers are frozen" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i >= len(params) - frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="one layer too many is frozen" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i <= frozen and frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="rates fall towards the end" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff**i
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="falloff once too often" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="no falloff" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="decay with the new weights" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([(w - rate * v) * (1 - rate * decay) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="decay without the rate" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * v - decay * w for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="decay in the memory" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g + decay * w for v, g, w in zip(vs, gs, layer, strict=True)]
        new.append([w - rate * v for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="a decaying mean as the memory" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + (1 - mu) * g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="the old memory moves the weights" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, vs, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="the rate in the memory" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + rate * g for v, g in zip(vs, gs, strict=True)]
        new.append([w - (v + rate * decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="in place" answer="fine_tune_step" loses="fine_tune_step_frozen"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [mu * v + g for v, g in zip(vs, gs, strict=True)]
        for w, v in zip(layer, after, strict=True):
            w -= rate * (v + decay * w)
        new.append(layer)
        kept.append(after)
    return new, kept


# %% wrong="mu is always 0.9" answer="fine_tune_step" loses="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    """One step.  params, grads, memory: lists of lists of arrays (memory None: zeros) -> new params, new memory"""
    if memory is None:
        memory = [[np.zeros_like(w) for w in layer] for layer in params]
    new, kept = [], []
    for i, (layer, gs, vs) in enumerate(zip(params, grads, memory, strict=True)):
        if i < frozen:
            new.append([w.copy() for w in layer])
            kept.append([v.copy() for v in vs])
            continue
        rate = lr * falloff ** (len(params) - 1 - i)
        after = [0.9 * v + g for v, g in zip(vs, gs, strict=True)]
        new.append([w - rate * (v + decay * w) for w, v in zip(layer, after, strict=True)])
        kept.append(after)
    return new, kept


# %% wrong="test by its own statistics" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - test.mean(axis=0)) / np.where(test.std(axis=0) > 0, test.std(axis=0), 1)


# %% wrong="statistics of both" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    both = np.vstack([train, test])
    mean, std = both.mean(axis=0), both.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="N - 1" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0, ddof=1)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="a constant feature divides by 0" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    with np.errstate(all="ignore"):
        scale = np.nan_to_num(1 / std, posinf=1e300)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="a constant feature keeps its shift" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 1)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="exactly 0 only" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 0
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="a small number is added to the deviation" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > -1
    scale = np.where(fires, 1 / (std + 1e-5), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="an absolute bound" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-4
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="a relative bound that is too coarse" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-6 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="variance instead of deviation" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.var(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="by samples instead of features" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - train.mean(axis=1, keepdims=True)), (test - test.mean(axis=1, keepdims=True))


# %% wrong="one mean for all features" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    return (train - mean) * scale, (test - mean) * scale


# %% wrong="in place" answer="standardise" loses="standardise"
def standardise(train, test):
    """Columns of mean 0 and deviation 1 in train, the same shift and scale in test.  train: (N, D), test: (M, D) -> two arrays"""
    mean, std = train.mean(axis=0), train.std(axis=0)
    fires = std > 1e-12 * np.abs(train).max(axis=0)
    scale = np.where(fires, 1 / np.where(fires, std, 1), 0)
    train -= mean
    train *= scale
    test -= mean
    test *= scale
    return train, test


# %% wrong="average of the diagonal" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(np.diag(acc).mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())


# %% wrong="average of the table" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc.mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())


# %% wrong="average of the last column" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[:, -1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())


# %% wrong="forgetting with the other sign" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((np.diag(acc) - acc[-1])[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())


# %% wrong="backward over all T tasks" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].sum() / len(acc)), float((np.diag(acc, 1) - before[1:]).mean())


# %% wrong="backward against the best of each task" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - acc.max(axis=0))[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())


# %% wrong="forward from below the diagonal" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, -1) - before[1:]).mean())


# %% wrong="forward without the start" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float(np.diag(acc, 1).mean())


# %% wrong="forward against the wrong start" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, 1) - before[:-1]).mean())


# %% wrong="forward from the first row" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, 0.0, 0.0
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((acc[0, 1:] - before[1:]).mean())


# %% wrong="one task divides by 0" answer="transfer_measures" loses="transfer_measures"
def transfer_measures(acc, before):
    """acc: (T, T), before: (T,) -> average accuracy, backward transfer, forward transfer"""
    acc, before = np.asarray(acc, dtype=float), np.asarray(before, dtype=float)
    average = float(acc[-1].mean())
    if len(acc) == 1:
        return average, float("nan"), float("nan")
    return average, float((acc[-1] - np.diag(acc))[:-1].mean()), float((np.diag(acc, 1) - before[1:]).mean())


# %% right="more rows and columns" answer="ridge_towards"
def ridge_towards(x, y, w0, pull):
    n, d = x.shape
    top = np.column_stack([x, np.ones(n)])
    low = np.column_stack([np.diag(np.sqrt(pull)), np.zeros(d)])
    target = np.vstack([y, np.sqrt(pull)[:, None] * w0])
    both, *_ = np.linalg.lstsq(np.vstack([top, low]), target, rcond=None)
    return both[:d], both[d]


# %% right="normal equations, column by column" answer="ridge_towards"
def ridge_towards(x, y, w0, pull):
    x1 = np.hstack([x, np.ones((len(x), 1))])
    p = np.diag(np.r_[pull, 0.0])
    cols = []
    for k in range(y.shape[1]):
        old = np.r_[w0[:, k], 0.0]
        cols.append(np.linalg.inv(x1.T @ x1 + p) @ (x1.T @ y[:, k] + p @ old))
    both = np.array(cols).T
    return both[:-1].tolist(), both[-1].tolist()


# %% right="with masks" answer="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    n = len(params)
    memory = memory or [[0 * w for w in layer] for layer in params]
    out, mem = [], []
    for i in range(n):
        free = float(i >= frozen)
        rate = free * lr * falloff ** (n - i - 1)
        v = [m + free * ((mu - 1) * m + g) for m, g in zip(memory[i], grads[i])]
        mem.append(v)
        out.append([w - rate * (u + decay * w) for w, u in zip(params[i], v)])
    return out, mem


# %% right="deep copies" answer="fine_tune_step"
def fine_tune_step(params, grads, memory, lr, frozen, falloff=1.0, decay=0.0, mu=0.9):
    import copy

    new = copy.deepcopy(params)
    mem = copy.deepcopy(memory) if memory is not None else [[np.zeros(w.shape) for w in layer] for layer in params]
    rate = lr
    for i in reversed(range(len(params))):
        if i >= frozen:
            for j in range(len(params[i])):
                mem[i][j] = mem[i][j] * mu + grads[i][j]
                new[i][j] = params[i][j] * (1 - rate * decay) - rate * mem[i][j]
        rate = rate * falloff
    return new, mem


# %% right="column by column" answer="standardise"
def standardise(train, test):
    a, b = np.zeros(train.shape), np.zeros(test.shape)
    for j in range(train.shape[1]):
        column = train[:, j]
        centre = np.mean(column)
        spread = np.sqrt(np.mean((column - centre) ** 2))
        if spread <= 1e-12 * max(abs(column)):
            continue
        a[:, j] = (column - centre) / spread
        b[:, j] = (test[:, j] - centre) / spread
    return a, b


# %% right="np.divide where" answer="standardise"
def standardise(train, test):
    std = np.std(train, axis=0)
    dead = (np.max(train, axis=0) == np.min(train, axis=0)) | (std <= 1e-12 * np.max(np.abs(train), axis=0))
    results = []
    for x in (train, test):
        r = np.divide(x - np.mean(train, axis=0), std, out=np.zeros_like(x), where=~dead)
        results.append(r)
    return results


# %% right="loops" answer="transfer_measures"
def transfer_measures(acc, before):
    t = len(acc)
    average = sum(acc[t - 1]) / t
    backward = forward = 0.0
    for j in range(t - 1):
        backward += (acc[t - 1][j] - acc[j][j]) / (t - 1)
        forward += (acc[j][j + 1] - before[j + 1]) / (t - 1)
    return [average, backward, forward]


# %% right="traces" answer="transfer_measures"
def transfer_measures(acc, before):
    acc = np.array(acc, dtype=float)
    t = acc.shape[0]
    last = acc[-1]
    down = max(t - 1, 1)
    return np.array([last.sum() / t, (last.sum() - np.trace(acc)) / down, (np.trace(acc, offset=1) - np.sum(before[1:])) / down])
