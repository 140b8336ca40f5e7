# %% [markdown]
# Answers to solutions/cnn/residual.py: wrong ones must lose points, right ones must not.


# %% wrong="no identity" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((0 if p is None else x @ p) + np.maximum(x, 0) @ w)
    return states


# %% wrong="relu behind the sum" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append(np.maximum((x if p is None else x @ p) + np.maximum(x, 0) @ w, 0))
    return states


# %% wrong="relu behind the branch instead" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + np.maximum(x @ w, 0))
    return states


# %% wrong="no relu" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + x @ w)
    return states


# %% wrong="the shortcut passes the relu too" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = np.maximum(states[-1], 0)
        states.append((x if p is None else x @ p) + np.maximum(x, 0) @ w)
    return states


# %% wrong="the projection sees relu(x)" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else np.maximum(x, 0) @ p) + np.maximum(x, 0) @ w)
    return states


# %% wrong="multiplied" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) * np.maximum(x, 0) @ w)
    return states


# %% wrong="the input is not among the states" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + np.maximum(x, 0) @ w)
    return states[1:]


# %% wrong="the last state alone" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + np.maximum(x, 0) @ w)
    return states[-1]


# %% wrong="every branch sees the first state" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [np.array(x, dtype=float)]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + np.maximum(states[0], 0)[:, : len(w)] @ w[: states[0].shape[1]])
    return states


# %% wrong="changes x" answer="stack_forward" loses="stack_forward"
def stack_forward(x, blocks):
    """All states.  x: (N, D), blocks: list of (w: (D, K), p: (D, K) or None) -> list of len(blocks) + 1 arrays"""
    states = [x]
    for w, p in blocks:
        x = states[-1]
        states.append((x if p is None else x @ p) + np.maximum(x, 0) @ w)
    x = states[0]
    np.maximum(x, 0, out=x)
    return states


# %% wrong="no identity" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (0 if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="multiplied" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) * (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="no projection on the way back" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    if any(p is not None and p.shape[0] != p.shape[1] for _, p in blocks):
        return 0 * states[0], [0 * w for w, _ in blocks], [None if p is None else 0 * p for _, p in blocks]
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = dout + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="the mask stands on the shortcut too" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = ((dout if p is None else dout @ p.T) + dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="no mask" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T)
    return dout, dws, dps


# %% wrong="slope 1 at 0" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x >= 0)
    return dout, dws, dps


# %% wrong="the mask of the sum" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (np.maximum(x, 0) @ w @ w.T > 0)
    return dout, dws, dps


# %% wrong="dw from x" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, x.T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="dp from relu(x)" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else np.maximum(x, 0).T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="means over the batch" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout / len(x))
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="lists from the last block to the first" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.append(np.maximum(x, 0).T @ dout)
        dps.append(None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="zeros where p is None" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, np.zeros(w.shape) if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="the gradient of p with the new dout" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
        dps.insert(0, None if p is None else x.T @ (dout @ p))
    return dout, dws, dps


# %% wrong="changes dout" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    dout *= 1.5
    dout /= 1.5
    dout += 1e-3
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="the gradient adds up over the blocks" answer="stack_backward" loses="stack_backward_dx"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = 2 * (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="the wrong states" answer="stack_backward" loses="stack_backward_weights"
def stack_backward(dout, states, blocks):
    """Gradients.  dout: like the last state, states: list of arrays, blocks: list of (w, p) -> dx, list of dw, list of dp or None"""
    dws, dps = [], []
    for x, (w, p) in zip(reversed([states[0], *states[:-2]]), reversed(blocks), strict=True):
        dws.insert(0, np.maximum(x, 0).T @ dout)
        dps.insert(0, None if p is None else x.T @ dout)
        dout = (dout if p is None else dout @ p.T) + (dout @ w.T) * (x > 0)
    return dout, dws, dps


# %% wrong="counts of the paths" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + 1.0 * np.append(0.0, sums)
    return sums


# %% wrong="the product alone" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return np.append(np.zeros(len(w)), np.prod(w))


# %% wrong="longest first" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return sums[::-1]


# %% wrong="nothing through no block" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return np.append(0.0, sums[1:])


# %% wrong="without paths of length 0" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return sums[1:]


# %% wrong="factors 1 + w" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + (1 + slope) * np.append(0.0, sums)
    return sums


# %% wrong="equal slopes assumed" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in np.full(len(w), np.mean(w)):
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return sums


# %% wrong="shares" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    """Sum of the products over all paths of each length.  w: (L,) -> (L + 1,)"""
    sums = np.array([1.0])
    for slope in w:
        sums = np.append(sums, 0.0) + slope * np.append(0.0, sums)
    return sums / sums.sum()


# %% wrong="divides by the slopes" answer="path_lengths" loses="path_lengths"
def path_lengths(w):
    if np.any(np.asarray(w) == 0):
        return np.full(len(w) + 1, np.nan)
    return np.prod(w) * np.atleast_1d(np.poly(-1 / np.asarray(w, dtype=float)))[::-1]


# %% wrong="at most ten blocks" answer="path_lengths" loses="path_lengths_many"
def path_lengths(w):
    import itertools

    w = list(w)[:10]
    return np.array([sum(np.prod([w[i] for i in c]) for c in itertools.combinations(range(len(w)), k)) for k in range(len(w) + 1)], dtype=float)


# %% wrong="identity everywhere" answer="insert_layer" loses="insert_layer_ends"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        return [(np.eye(len(layers[0][0])), np.zeros(len(layers[0][0]))), *layers]
    if k == len(layers):
        d = layers[-1][0].shape[1]
        return [*layers, (np.eye(d), np.zeros(d))]
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="the first layer's bias is doubled" answer="insert_layer" loses="insert_layer_ends"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), 2 * b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="the last bias is not turned" answer="insert_layer" loses="insert_layer_ends"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="a sum instead of a difference at the end" answer="insert_layer" loses="insert_layer_ends"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), np.eye(d)]), np.zeros(d))]


# %% wrong="a large bias instead of two signs" answer="insert_layer" loses="insert_layer_ends"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.eye(d), np.full(d, 100.0)), (w, b - 100.0 * w.sum(axis=0)), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="ones instead of the identity" answer="insert_layer" loses="insert_layer"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.ones((d, d)), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="counts from the end for a negative k" answer="insert_layer" loses="insert_layer"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if k < 0:
        k += len(layers) + 1
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="nothing is inserted" answer="insert_layer" loses="insert_layer"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return layers
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="the given list grows" answer="insert_layer" loses="insert_layer"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        layers.insert(k, (np.eye(d), np.zeros(d)))
        return layers
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="k beyond the end is the end" answer="insert_layer" loses="insert_layer"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    k = min(k, len(layers))
    if not 0 <= k:
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, -w]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% wrong="changes the first weights" answer="insert_layer" loses="insert_layer_ends"
def insert_layer(layers, k):
    """The same function with one layer more, which has number k.  layers: list of (w: (D, K), b: (K,)) -> list.  ValueError unless 0 <= k <= len(layers)."""
    if not 0 <= k <= len(layers):
        raise ValueError(f"k must be between 0 and {len(layers)}, got {k}")
    layers = list(layers)
    if k == 0:
        w, b = layers[0]
        d = len(w)
        return [(np.hstack([np.eye(d), -np.eye(d)]), np.zeros(2 * d)), (np.vstack([w, np.negative(w, out=w)]), b), *layers[1:]]
    w, b = layers[k - 1]
    d = w.shape[1]
    if k < len(layers):
        return [*layers[:k], (np.eye(d), np.zeros(d)), *layers[k:]]
    return [*layers[:-1], (np.hstack([w, -w]), np.append(b, -b)), (np.vstack([np.eye(d), -np.eye(d)]), np.zeros(d))]


# %% right="block by block, with einsum" answer="stack_forward"
def stack_forward(x, blocks):
    states = [x]
    for w, p in blocks:
        x = states[-1]
        branch = np.einsum("nd,dk->nk", x * (x > 0), w)
        states = states + [branch + (x if p is None else np.einsum("nd,dk->nk", x, p))]
    return states


# %% right="identity as a matrix" answer="stack_forward"
def stack_forward(x, blocks):
    states = [x.tolist()]
    for w, p in blocks:
        p = np.eye(len(w)) if p is None else p
        both = np.vstack([p, w])
        s = np.array(states[-1])
        states.append((np.hstack([s, s.clip(min=0)]) @ both).tolist())
    return [np.array(s) for s in states]


# %% right="sample by sample, Jacobians" answer="stack_backward"
def stack_backward(dout, states, blocks):
    n = len(blocks)
    grads = [None] * n + [np.array(dout)]
    dws, dps = [None] * n, [None] * n
    for i in range(n - 1, -1, -1):
        w, p = blocks[i]
        x, behind = states[i], grads[i + 1]
        dws[i] = sum(np.outer(np.maximum(a, 0), g) for a, g in zip(x, behind))
        if p is not None:
            dps[i] = sum(np.outer(a, g) for a, g in zip(x, behind))
        past = np.eye(len(w)) if p is None else p
        grads[i] = np.array([(past + np.diag(a > 0) @ w) @ g for a, g in zip(x, behind)])
    return grads[0], tuple(dws), tuple(dps)


# %% right="recursion" answer="stack_backward"
def stack_backward(dout, states, blocks):
    if not blocks:
        return dout, [], []
    w, p = blocks[-1]
    x = states[-2]
    through = np.where(x > 0, dout @ w.T, 0.0)
    before = through + dout if p is None else through + dout @ p.T
    dx, dws, dps = stack_backward(before, states[:-1], blocks[:-1])
    return dx, dws + [np.clip(x, 0, None).T @ dout], dps + [None if p is None else x.T @ dout]


# %% right="coefficients of a polynomial" answer="path_lengths"
def path_lengths(w):
    return np.atleast_1d(np.poly(-np.asarray(w, dtype=float)))


# %% right="in place, from behind, as a list" answer="path_lengths"
def path_lengths(w):
    sums = [1.0] + [0.0] * len(w)
    for i, slope in enumerate(w):
        for k in range(i + 1, 0, -1):
            sums[k] += slope * sums[k - 1]
    return sums


# %% right="two signs everywhere" answer="insert_layer"
def insert_layer(layers, k):
    if k < 0 or k > len(layers):
        raise ValueError("k")
    if k == len(layers):
        w, b = layers[-1]
        d = len(b)
        return layers[:-1] + [(np.concatenate([w, -w], axis=1), np.concatenate([b, -b])), (np.concatenate([np.eye(d), -np.eye(d)]), np.zeros(d))]
    w, b = layers[k]
    d = len(w)
    return layers[:k] + [(np.concatenate([np.eye(d), -np.eye(d)], axis=1), np.zeros(2 * d)), (np.concatenate([w, -w]), b)] + layers[k + 1 :]


# %% right="other scales on the two sides" answer="insert_layer"
def insert_layer(layers, k):
    if k not in range(len(layers) + 1):
        raise ValueError(f"no place {k} among {len(layers)} layers")
    new = [(w.copy(), b.copy()) for w, b in layers]
    if k in (0, len(layers)):
        d = layers[0][0].shape[0] if k == 0 else layers[-1][0].shape[1]
        split = np.hstack([2 * np.eye(d), -0.5 * np.eye(d)])
        join = np.vstack([0.5 * np.eye(d), -2 * np.eye(d)])
        if k == 0:
            new[0] = (join @ new[0][0], new[0][1])
            return [(split, np.zeros(2 * d))] + new
        new[-1] = (new[-1][0] @ split, new[-1][1] @ split)
        return new + [(join, np.zeros(d))]
    d = new[k][0].shape[0]
    new.insert(k, (np.eye(d), np.zeros(d)))
    return new
