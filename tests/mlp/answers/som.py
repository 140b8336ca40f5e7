# %% wrong="neighbours by the distance of the prototypes" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((w - w[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="neighbours by the distance of prototypes to x" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((w - x) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="loser takes all" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmax()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="winner by the largest product" answer="som_step" loses="som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = (w @ x).argmax()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="winner by the largest single difference" answer="som_step" loses="som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = np.abs(w - x).max(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="winner by the sum of signed differences" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = (w - x).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="away from x" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w - lr * h[:, None] * (x - w)


# %% wrong="towards -x" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (-x - w)


# %% wrong="distance on the map not squared" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-np.sqrt(((places - places[best]) ** 2).sum(axis=1)) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="factor 2 missing below" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / sigma**2)
    return w + lr * h[:, None] * (x - w)


# %% wrong="sigma not squared" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma))
    return w + lr * h[:, None] * (x - w)


# %% wrong="city-block distance on the map" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-(np.abs(places - places[best]).sum(axis=1) ** 2) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="chessboard distance on the map" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-(np.abs(places - places[best]).max(axis=1) ** 2) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="h scaled to sum 1" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    h = h / h.sum()
    return w + lr * h[:, None] * (x - w)


# %% wrong="rate forgotten" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + h[:, None] * (x - w)


# %% wrong="only the winner learns" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = (np.arange(len(w)) == best).astype(float)
    return w + lr * h[:, None] * (x - w)


# %% wrong="a box instead of a bell" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = (((places - places[best]) ** 2).sum(axis=1) <= sigma**2).astype(float)
    return w + lr * h[:, None] * (x - w)


# %% wrong="sigma 0 divides" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    with np.errstate(all="ignore"):
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="sigma 0: nobody learns" answer="som_step" loses="som_step som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = np.zeros(len(w))
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="in place" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    w += lr * h[:, None] * (x - w)
    return w


# %% wrong="integers stay integers" answer="som_step" loses="som_limits"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.array(w), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    w[:] = w + lr * h[:, None] * (x - w)
    return w


# %% wrong="places taken for indices: neighbours by number" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = ((w - x) ** 2).sum(axis=1).argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((np.arange(len(w)) - best) ** 2) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% wrong="last of equally near units wins" answer="som_step" loses="som_step"
def som_step(w, places, x, lr, sigma):
    w, places, x = np.asarray(w, dtype=float), np.asarray(places, dtype=float), np.asarray(x, dtype=float)
    best = len(w) - 1 - ((w - x) ** 2).sum(axis=1)[::-1].argmin()
    if sigma == 0:
        h = (np.arange(len(w)) == best).astype(float)
    else:
        h = np.exp(-((places - places[best]) ** 2).sum(axis=1) / (2 * sigma**2))
    return w + lr * h[:, None] * (x - w)


# %% right="loops" answer="som_step"
def som_step(w, places, x, lr, sigma):
    distance = [float(np.linalg.norm(np.asarray(v) - x)) for v in w]
    best = distance.index(min(distance))
    new = []
    for k, v in enumerate(w):
        apart = np.linalg.norm(np.asarray(places[k]) - places[best])
        h = np.exp(-0.5 * (apart / sigma) ** 2) if sigma > 0 else float(k == best)
        new.append((1 - lr * h) * np.asarray(v) + lr * h * np.asarray(x))
    return np.array(new)


# %% right="a tiny sigma in place of 0" answer="som_step"
def som_step(w, places, x, lr, sigma):
    w = np.array(w, dtype=float)
    best = np.argmin(np.linalg.norm(w - x, axis=-1))
    apart = np.linalg.norm(np.asarray(places) - np.asarray(places)[best], axis=-1)
    h = np.exp(-0.5 * np.square(apart / sigma)) if sigma else np.eye(len(w))[best]
    w += (lr * h * (np.asarray(x) - w).T).T
    return w


# %% wrong="divided by the number of examples" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / len(x)
    return w


# %% wrong="not divided" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some]
    return w


# %% wrong="empty units become NaN" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    with np.errstate(all="ignore"):
        return (weights @ x) / total[:, None]


# %% wrong="empty units become 0" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    w[~some] = 0
    return w


# %% wrong="neighbours by the distance of the prototypes" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((w[:, None] - w) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="no neighbours" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    h = np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="distance not squared" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-np.sqrt(d2) / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="factor 2 missing below" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / sigma**2) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="goes half of the way" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] += 0.5 * ((weights @ x)[some] / total[some, None] - w[some])
    return w


# %% wrong="loser takes all" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmax(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="each unit weighs by distance to the examples" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = np.exp(-((x - w[:, None]) ** 2).sum(axis=-1) / (2 * sigma**2)) if sigma > 0 else h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="a unit with any weight below 1 keeps its prototype" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total >= 1
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="changes w in place" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.asarray(w), np.asarray(places), np.asarray(x)
    winners = ((x[:, None] - w) ** 2).sum(axis=-1).argmin(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    weights = h[:, winners]
    total = weights.sum(axis=1)
    some = total > 0
    w[some] = (weights @ x)[some] / total[some, None]
    return w


# %% wrong="online: winners found with prototypes already moved" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places = np.array(w, dtype=float), np.asarray(places)
    total, new = np.zeros(len(w)), np.array(w, dtype=float)
    for v in x:
        b = ((new - v) ** 2).sum(axis=1).argmin()
        d2 = ((places - places[b]) ** 2).sum(axis=1)
        h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else (np.arange(len(w)) == b) * 1.0
        total = total + h
        some = total > 0
        new[some] += (h[some] / total[some])[:, None] * (v - new[some])
    return new


# %% wrong="winner found by the product" answer="batch_step" loses="batch_step"
def batch_step(w, places, x, sigma):
    w, places, x = np.array(w, dtype=float), np.asarray(places), np.asarray(x)
    winners = (x @ w.T).argmax(axis=1)
    d2 = ((places[:, None] - places) ** 2).sum(axis=-1)
    h = np.exp(-d2 / (2 * sigma**2)) if sigma > 0 else np.eye(len(w))
    total = h[:, winners].sum(axis=1)
    some = total > 0
    w[some] = (h[:, winners] @ x)[some] / total[some, None]
    return w


# %% right="loops over units, means of the wins first" answer="batch_step"
def batch_step(w, places, x, sigma):
    w, x = np.asarray(w, dtype=float), np.asarray(x, dtype=float)
    won = np.array([np.argmin([np.linalg.norm(v - u) for u in w]) for v in x])
    new = []
    for k in range(len(w)):
        top, low = np.zeros(x.shape[1]), 0.0
        for b in range(len(w)):
            apart = np.linalg.norm(np.asarray(places[k]) - np.asarray(places[b]))
            h = float(k == b) if sigma == 0 else np.exp(-0.5 * (apart / sigma) ** 2)
            top, low = top + h * x[won == b].sum(axis=0), low + h * (won == b).sum()
        new.append(top / low if low > 0 else w[k])
    return np.array(new)


# %% right="np.average per unit" answer="batch_step"
def batch_step(w, places, x, sigma):
    w = np.asarray(w, dtype=float)
    won = ((np.asarray(x) ** 2).sum(axis=1)[:, None] - 2 * np.asarray(x) @ w.T + (w**2).sum(axis=1)).argmin(axis=1)
    apart = np.linalg.norm(np.asarray(places)[:, None, :] - np.asarray(places)[None], axis=-1)
    h = (apart == 0) & np.eye(len(w), dtype=bool) if sigma == 0 else np.exp(-0.5 * (apart / sigma) ** 2)
    h = h.astype(float)[:, won]
    return np.array([np.average(x, axis=0, weights=h[k]) if h[k].any() else w[k] for k in range(len(w))])
