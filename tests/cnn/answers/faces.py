# %% [markdown]
# Answers to solutions/cnn/faces.py: wrong ones must lose points, right ones must not.


# %% wrong="distances without the square" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = np.sqrt(((E[:, None] - E[None]) ** 2).sum(axis=2))  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="the positive may be the anchor" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = same[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="negatives of the same person" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~np.eye(len(y), dtype=bool)[:, None, :] & ~np.eye(len(y), dtype=bool)[None, :, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="mean over those that cost something" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    count = max(on.sum(), 1)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="the sum" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = 1
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="mean over the rows" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = len(y)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="each pair counted once" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = np.triu(same, 1)[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="mean over all index triples" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = valid.size
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="no margin" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :], 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="positive and negative exchanged" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, None, :] - d[:, :, None] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="rows divided by their length" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    E = E / np.linalg.norm(E, axis=1, keepdims=True).clip(1e-12)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="hardest negative only" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid & (d == np.where(same, np.inf, d).min(axis=1, keepdims=True))[:, None, :], d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="no maximum with 0" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = valid.astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="nan without a triplet" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = valid.sum() or np.nan
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="identities taken as sorted pairs" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = np.arange(len(y))[:, None] // 2 == np.arange(len(y)) // 2  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="changes E" answer="triplet_loss" loses="triplet_loss"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    E -= E.mean(axis=0)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="gradient by the anchor alone" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (w.sum(axis=1, keepdims=True) * E - w @ E)


# %% wrong="factor 2 forgotten" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="the negative's sign" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) + on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="gradient not divided" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = on.sum(axis=2) - on.sum(axis=1)  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="gradient of all valid triplets" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    active = on
    on = valid
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * active).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="slope 1 at the kink" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (valid & (cost >= 0)).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="s transposed away" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w - w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="uphill is down" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / count  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), -2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="gradient of a mean over active ones" answer="triplet_loss" loses="triplet_loss_gradient"
def triplet_loss(E, y, margin):
    """Mean over all valid triplets, and its gradient.  E: (N, D), y: (N,) whole numbers, margin: number -> number, (N, D)"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    same = y[:, None] == y  # (N, N)
    valid = (same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :]  # (N, N, N)
    count = max(valid.sum(), 1)
    cost = np.where(valid, d[:, :, None] - d[:, None, :] + margin, 0)
    on = (cost > 0).astype(float)
    w = (on.sum(axis=2) - on.sum(axis=1)) / max(on.sum(), 1)  # (N, N)
    s = w + w.T
    return float((cost * on).sum() / count), 2 * (s.sum(axis=1, keepdims=True) * E - s @ E)


# %% wrong="the hardest negative" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="distances without the square" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = np.sqrt(((E[:, None] - E[None]) ** 2).sum(axis=2))  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="lower end of the band included" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] >= d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="upper end of the band included" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] <= d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="farthest in the band" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmax(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="no upper end" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="fallback to the nearest" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmin(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="no fallback" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="fallback to anybody" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other)
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="fallback without equals" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] < d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="negatives of the same person" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = np.arange(len(y)) != a
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="each pair once" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p <= a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="the anchor is its own positive" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="last of equals" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[::-1][np.argmin(d[a, band[::-1]])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="flat when nothing is left" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[a] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[a, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[a, nearer])]))
    return np.array(rows, dtype=int)


# %% wrong="distances from the positive" answer="semihard" loses="semihard"
def semihard(E, y, margin):
    """One triplet for each anchor and positive.  E: (N, D), y: (N,) whole numbers, margin: number > 0 -> (T, 3) whole numbers"""
    E, y = np.asarray(E, dtype=float), np.asarray(y)
    d = ((E[:, None] - E[None]) ** 2).sum(axis=2)  # (N, N)
    rows = []
    for a in range(len(y)):
        other = y != y[a]
        for p in np.flatnonzero(y == y[a]):
            if p == a:
                continue
            band = np.flatnonzero(other & (d[p] > d[a, p]) & (d[p] < d[a, p] + margin))
            nearer = np.flatnonzero(other & (d[p] <= d[a, p]))
            if len(band):
                rows.append((a, p, band[np.argmin(d[p, band])]))
            elif len(nearer):
                rows.append((a, p, nearer[np.argmax(d[p, nearer])]))
    return np.array(rows, dtype=int).reshape(-1, 3)


# %% wrong="below the threshold, not at it" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="left") / (~same).sum()
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] < best))


# %% wrong="ties broken apart" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.sort(dist[~same])
    accepted = np.arange(1, len(t) + 1) / len(t)
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="quantile of the different pairs" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted <= far]
    best = np.quantile(dist[~same], far)
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="thresholds among different pairs only" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist[~same])
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="thresholds among same pairs only" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist[same])
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="share of all pairs" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / len(dist)
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="fewer than far" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted < far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="share of the accepted that are same" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(same[dist <= best]) if (dist <= best).any() else 0)


# %% wrong="smallest distance where none will do" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / (~same).sum()
    good = t[accepted <= far]
    best = good[-1] if len(good) else t[0]
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="no error without different pairs" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = np.searchsorted(np.sort(dist[~same]), t, side="right") / max((~same).sum(), 1)
    good = t[accepted <= far]
    best = good[-1] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] <= best))


# %% wrong="distances taken for similarities" answer="verification" loses="verification"
def verification(dist, same, far):
    """Threshold with at most a share `far` of false accepts.  dist: (P,), same: (P,) bool, far: number -> t, share of the same pairs that t accepts"""
    dist, same = np.asarray(dist, dtype=float), np.asarray(same, dtype=bool)
    if same.all() or not same.any():
        raise ValueError(f"there must be same and different pairs, got {same.sum()} same of {len(same)}")
    t = np.unique(dist)
    accepted = ((~same).sum() - np.searchsorted(np.sort(dist[~same]), t)) / (~same).sum()
    good = t[accepted <= far]
    best = good[0] if len(good) else -np.inf
    return float(best), float(np.mean(dist[same] >= best))


# %% wrong="squared distance against t" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = ((probes[:, None] - gallery[None]) ** 2).sum(axis=2)  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[d.argmin(axis=1)], -1)


# %% wrong="place instead of name" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) <= t, d.argmin(axis=1), -1)


# %% wrong="never nobody" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return names[d.argmin(axis=1)]


# %% wrong="nobody at t itself" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) < t, names[d.argmin(axis=1)], -1)


# %% wrong="the farthest" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[d.argmax(axis=1)], -1)


# %% wrong="last of equals" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[len(names) - 1 - d[:, ::-1].argmin(axis=1)], -1)


# %% wrong="one distance sum of absolute values" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    d = np.abs(probes[:, None] - gallery[None]).sum(axis=2)  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[d.argmin(axis=1)], -1)


# %% wrong="nearest mean of a person" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        raise ValueError("the gallery is empty, it must hold at least one picture")
    people = np.unique(names)
    gallery, names = np.array([gallery[names == k].mean(axis=0) for k in people]), people
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[d.argmin(axis=1)], -1)


# %% wrong="an empty gallery names nobody" answer="identify" loses="identify"
def identify(gallery, names, probes, t):
    """The nearest known person, or -1.  gallery: (G, D), names: (G,) whole numbers, probes: (Q, D), t: number -> (Q,) whole numbers"""
    gallery, names, probes = np.asarray(gallery, dtype=float), np.asarray(names), np.asarray(probes, dtype=float)
    if not len(gallery):
        return np.full(len(probes), -1)
    d = np.sqrt(((probes[:, None] - gallery[None]) ** 2).sum(axis=2))  # (Q, G)
    return np.where(d.min(axis=1) <= t, names[d.argmin(axis=1)], -1)


# %% right="three loops" answer="triplet_loss"
def triplet_loss(E, y, margin):
    E, loss, count = np.array(E, dtype=float), 0.0, 0
    grad = np.zeros_like(E)
    for a in range(len(y)):
        for p in range(len(y)):
            if p == a or y[p] != y[a]:
                continue
            for n in range(len(y)):
                if y[n] == y[a]:
                    continue
                count += 1
                cost = np.dot(E[a] - E[p], E[a] - E[p]) - np.dot(E[a] - E[n], E[a] - E[n]) + margin
                if cost > 0:
                    loss += cost
                    grad[a] += 2 * (E[n] - E[p])
                    grad[p] += 2 * (E[p] - E[a])
                    grad[n] += 2 * (E[a] - E[n])
    return (loss / count, grad / count) if count else (0.0, grad)


# %% right="lists of index triples and add.at" answer="triplet_loss"
def triplet_loss(E, y, margin):
    y = np.array(y)
    same = np.equal.outer(y, y)
    a, p, n = np.nonzero((same & ~np.eye(len(y), dtype=bool))[:, :, None] & ~same[:, None, :])
    grad = np.zeros(np.shape(E))
    if not len(a):
        return 0, grad
    cost = np.sum((E[a] - E[p]) ** 2 - (E[a] - E[n]) ** 2, axis=1) + margin
    on = cost > 0
    a, p, n = a[on], p[on], n[on]
    np.add.at(grad, a, 2 * (E[n] - E[p]))
    np.add.at(grad, p, 2 * (E[p] - E[a]))
    np.add.at(grad, n, 2 * (E[a] - E[n]))
    return cost[on].sum() / len(on), grad / len(on)


# %% right="sorting keys" answer="semihard"
def semihard(E, y, margin):
    rows, n = [], len(y)
    d = [[np.sum((E[i] - E[j]) ** 2) for j in range(n)] for i in range(n)]
    for a in range(n):
        for p in range(n):
            if a == p or y[a] != y[p]:
                continue
            others = [k for k in range(n) if y[k] != y[a]]
            band = [k for k in others if d[a][p] < d[a][k] < d[a][p] + margin]
            near = [k for k in others if d[a][k] <= d[a][p]]
            if band:
                rows.append([a, p, min(band, key=lambda k: d[a][k])])
            elif near:
                rows.append([a, p, max(near, key=lambda k: d[a][k])])
    return np.array(rows, dtype=np.int64) if rows else np.zeros((0, 3), dtype=np.int64)


# %% right="masked arrays" answer="semihard"
def semihard(E, y, margin):
    y = np.asarray(y)
    d = ((E[:, None, :] - E[None, :, :]) ** 2).sum(-1)
    a, p = np.nonzero((y[:, None] == y) & ~np.eye(len(y), dtype=bool))
    ap, an, other = d[a, p][:, None], d[a], y[a][:, None] != y
    band, near = other & (an > ap) & (an < ap + margin), other & (an <= ap)
    first, second = np.where(band, an, np.inf).argmin(axis=1), np.where(near, an, -np.inf).argmax(axis=1)
    n = np.where(band.any(axis=1), first, second)
    keep = band.any(axis=1) | near.any(axis=1)
    return np.stack([a, p, n], axis=1)[keep]


# %% right="one threshold after the other" answer="verification"
def verification(dist, same, far):
    dist, same = np.array(dist), np.array(same).astype(bool)
    if len(set(same.tolist())) < 2:
        raise ValueError("pairs of both kinds are needed")
    best = -np.inf
    for t in sorted(dist.tolist()):
        if np.mean(dist[~same] <= t) <= far:
            best = t
    return best, np.sum(dist[same] <= best) / np.sum(same)


# %% right="the first different pair too many" answer="verification"
def verification(dist, same, far):
    good, bad = np.sort(dist[same]), np.sort(dist[~same])
    if not len(good) or not len(bad):
        raise ValueError("pairs of both kinds are needed")
    allowed = sum((k + 1) / len(bad) <= far for k in range(len(bad)))
    limit = bad[allowed] if allowed < len(bad) else np.inf
    below = dist[dist < limit]
    t = below.max() if len(below) else -np.inf
    return t, (good <= t).sum() / len(good)


# %% right="loops" answer="identify"
def identify(gallery, names, probes, t):
    if len(gallery) == 0:
        raise ValueError("an empty gallery")
    found = []
    for row in probes:
        best, name = np.inf, -1
        for picture, who in zip(gallery, names, strict=True):
            distance = np.linalg.norm(row - picture)
            if distance < best:
                best, name = distance, int(who)
        found.append(name if best <= t else -1)
    return found


# %% right="norm and take" answer="identify"
def identify(gallery, names, probes, t):
    if not np.size(names):
        raise ValueError("nobody is known")
    d = np.linalg.norm(np.asarray(probes)[:, None] - np.asarray(gallery), axis=-1)
    best = np.argmin(d, axis=1)
    who = np.take(names, best).astype(int)
    who[np.take_along_axis(d, best[:, None], 1)[:, 0] > t] = -1
    return who
