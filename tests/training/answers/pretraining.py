# %% wrong="not centred" answer="whiten" loses="whiten whiten_far"
def whiten(x, k):
    centred = x
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="centred for the components, not for the codes" answer="whiten" loses="whiten whiten_far"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = x @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="centred by the mean of all numbers" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean()
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="rows centred instead of columns" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=1, keepdims=True)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="not divided: plain codes" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes


# %% wrong="divided by the variance" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.mean(codes**2, axis=0)


# %% wrong="divided by N - 1" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / codes.std(axis=0, ddof=1)


# %% wrong="divided by the singular value: length 1, not variance 1" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.sum(codes**2, axis=0))


# %% wrong="one scale for all codes" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2))


# %% wrong="the smallest components" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][::-1][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="left in place of right vectors" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.resize(np.linalg.svd(centred, full_matrices=False)[0].T[:k], (k, x.shape[1]))
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="columns of vt in place of rows" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=True)[2][:, :k].T
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="the sign as it comes" answer="whiten" loses="whiten_sign"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="the sign by the first entry" answer="whiten" loses="whiten_sign"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[:, 0])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="the sign by the largest entry, not by absolute value" answer="whiten" loses="whiten_sign"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), parts.argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="the sign by the sum" answer="whiten" loses="whiten"
def whiten(x, k):
    centred = x - x.mean(axis=0)
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts.sum(axis=1))[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% wrong="changes x" answer="whiten" loses="whiten_sign"
def whiten(x, k):
    x -= x.mean(axis=0)
    centred = x
    parts = np.linalg.svd(centred, full_matrices=False)[2][:k]
    parts = parts * np.sign(parts[np.arange(k), np.abs(parts).argmax(axis=1)])[:, None]
    codes = centred @ parts.T
    return codes / np.sqrt(np.mean(codes**2, axis=0))


# %% right="by the covariance matrix" answer="whiten"
def whiten(x, k):
    c = x - np.mean(x, axis=0, keepdims=True)
    values, vectors = np.linalg.eigh(np.einsum("ni,nj->ij", c, c) / len(c))
    order = np.argsort(-values)[:k]
    found = []
    for j in order:
        v = vectors[:, j]
        v = -v if v[np.argmax(np.abs(v))] < 0 else v
        found.append(c.dot(v) / np.sqrt(values[j]))
    return np.stack(found, axis=1)


# %% right="from the left singular vectors" answer="whiten"
def whiten(x, k):
    u, s, vt = np.linalg.svd(x - x.mean(0), full_matrices=False)
    flip = np.array([np.sign(row[np.abs(row).argmax()]) for row in vt[:k]])
    return np.sqrt(x.shape[0]) * u[:, :k] * flip


# %% wrong="mean over the outputs too" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / r.size
    dz = g @ d.T * a * (1 - a)
    loss = float(np.mean(r**2))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="half the square" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(0.5 * np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="sum over the samples" answer="autoencoder_step" loses="autoencoder_step autoencoder_falls"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="the factor 2 forgotten in the gradient" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="climbs" answer="autoencoder_step" loses="autoencoder_step autoencoder_falls"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w + lr * x.T @ dz, b + lr * dz.sum(axis=0), d + lr * a.T @ g, c + lr * g.sum(axis=0), loss


# %% wrong="the sign of the residual" answer="autoencoder_step" loses="autoencoder_step autoencoder_falls"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = x - a @ d - c
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="no slope of the sigmoid" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="the slope of tanh" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * (1 - a**2)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="the slope of the output's residual" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = (g * (1 - g)) @ d.T * a
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="the encoder's gradient by the new decoder" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    d_old = d
    d = d - lr * a.T @ g
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d, c - lr * g.sum(axis=0), loss


# %% wrong="the decoder stays" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d.copy(), c - lr * g.sum(axis=0), loss


# %% wrong="the encoder stays" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w.copy(), b.copy(), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="biases get the mean" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.mean(axis=0), d - lr * a.T @ g, c - lr * g.mean(axis=0), loss


# %% wrong="the biases stay" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b.copy(), d - lr * a.T @ g, c.copy(), loss


# %% wrong="the loss after the step" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    w, b, d, c = w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0)
    r = (1 + np.tanh((x @ w + b) / 2)) / 2 @ d + c - x
    return w, b, d, c, float(np.sum(r**2) / len(x))


# %% wrong="tied weights" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ w.T + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="a linear encoder" answer="autoencoder_step" loses="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    a = x @ w + b
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T
    loss = float(np.sum(r**2) / len(x))
    return w - lr * x.T @ dz, b - lr * dz.sum(axis=0), d - lr * a.T @ g, c - lr * g.sum(axis=0), loss


# %% wrong="changes the arrays in place" answer="autoencoder_step" loses="autoencoder_falls"
def autoencoder_step(x, w, b, d, c, lr):
    a = (1 + np.tanh((x @ w + b) / 2)) / 2
    r = a @ d + c - x
    g = 2 * r / len(x)
    dz = g @ d.T * a * (1 - a)
    loss = float(np.sum(r**2) / len(x))
    w -= lr * x.T @ dz
    b -= lr * dz.sum(axis=0)
    d -= lr * a.T @ g
    c -= lr * g.sum(axis=0)
    return w, b, d, c, loss


# %% right="sample by sample" answer="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    n = len(x)
    dw, db, dd, dc, loss = np.zeros_like(w), np.zeros_like(b), np.zeros_like(d), np.zeros_like(c), 0.0
    for row in x:
        with np.errstate(over="ignore"):
            a = 1 / (1 + np.exp(-(row @ w + b)))
        e = a @ d + c - row
        loss += e @ e / n
        dc += 2 / n * e
        dd += 2 / n * np.outer(a, e)
        back = d @ (2 / n * e) * a * (1 - a)
        db += back
        dw += np.outer(row, back)
    return w - lr * dw, b - lr * db, d - lr * dd, c - lr * dc, loss


# %% right="einsum, with biases as a last row" answer="autoencoder_step"
def autoencoder_step(x, w, b, d, c, lr):
    one = np.ones((len(x), 1))
    z = np.hstack([x, one]) @ np.vstack([w, b[None]])
    a = np.exp(-np.logaddexp(0, -z))
    full = np.hstack([a, one])
    decoder = np.vstack([d, c[None]])
    error = full @ decoder - x
    slope = np.einsum("nv,hv->nh", error, d) * a * (1 - a)
    step = 2 * lr / x.shape[0]
    first = np.vstack([w, b[None]]) - step * np.hstack([x, one]).T @ slope
    second = decoder - step * full.T @ error
    return first[:-1], first[-1], second[:-1], second[-1], np.mean((error**2).sum(axis=1))


# %% wrong="every layer on x" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(x if codes.shape[1] == x.shape[1] else np.resize(x, codes.shape), hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, codes


# %% wrong="sums instead of activations" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = codes @ w + b
    return layers, codes


# %% wrong="tanh" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = np.tanh(codes @ w + b)
    return layers, codes


# %% wrong="ReLU" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = np.maximum(0, codes @ w + b)
    return layers, codes


# %% wrong="the bias forgotten" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w) / 2)) / 2
    return layers, codes


# %% wrong="from the top down" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers[::-1], codes


# %% wrong="the codes of the last layer but one" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes, last = [], x, x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        last = codes
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, last


# %% wrong="fitted twice, for w and for b" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])[0], fit(codes, hidden, codes.shape[1])[1]
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, codes


# %% wrong="width and hidden exchanged" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, codes.shape[1], hidden)
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, codes


# %% wrong="the first layer's width for all" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, x.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, codes


# %% wrong="codes normalised between the layers" answer="greedy" loses="greedy"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
        codes = codes - codes.mean(axis=0)
    return layers, codes


# %% wrong="no codes for no layers" answer="greedy" loses="greedy_edges"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, (codes if layers else None)


# %% wrong="sizes is eaten up" answer="greedy" loses="greedy_edges"
def greedy(x, sizes, fit):
    layers, codes = [], x
    while sizes:
        hidden = sizes.pop(0)
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = (1 + np.tanh((codes @ w + b) / 2)) / 2
    return layers, codes


# %% wrong="overflows" answer="greedy" loses="greedy_edges"
def greedy(x, sizes, fit):
    layers, codes = [], x
    for hidden in sizes:
        w, b = fit(codes, hidden, codes.shape[1])
        layers.append((w, b))
        codes = np.exp(codes @ w + b) / (1 + np.exp(codes @ w + b))
    return layers, codes


# %% right="recursive" answer="greedy"
def greedy(x, sizes, fit):
    if len(sizes) == 0:
        return [], x
    pair = fit(x, sizes[0], x.shape[1])
    z = np.dot(x, pair[0]) + pair[1]
    rest, codes = greedy(np.exp(-np.logaddexp(0.0, -z)), sizes[1:], fit)
    return [(pair[0], pair[1]), *rest], codes


# %% right="by number, with a list of all codes" answer="greedy"
def greedy(x, sizes, fit):
    seen, pairs = [np.array(x)], []
    for k in range(len(sizes)):
        w, b = fit(seen[-1], sizes[k], seen[-1].shape[1])
        z = seen[-1] @ w + b
        e = np.exp(-np.abs(z))
        seen.append(np.where(z >= 0, 1 / (1 + e), e / (1 + e)))
        pairs.append((w, b))
    return pairs, seen[-1]
