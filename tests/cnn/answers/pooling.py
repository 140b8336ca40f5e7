# %% [markdown]
# Answers to solutions/cnn/pooling.py: wrong ones must lose points, right ones must not.


# %% wrong="leaves pixels over" answer="max_pool"
def max_pool(x, window, stride):
    u, v = ((n - k) // s + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    return out


# %% wrong="steps as long as the window" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = window[0] * i, window[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    return out


# %% wrong="pair exchanged" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[1], left : left + window[0]].max(axis=(1, 2))
    return out


# %% wrong="stride of the rows for both" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[0] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    return out


# %% wrong="over the channels too" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2, 3))[:, None]
    return out


# %% wrong="leaves pixels over" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = ((n - k) // s + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2))
    return out


# %% wrong="steps as long as the window" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = window[0] * i, window[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2))
    return out


# %% wrong="pair exchanged" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[1], left : left + window[0]].mean(axis=(1, 2))
    return out


# %% wrong="stride of the rows for both" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[0] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2))
    return out


# %% wrong="over the channels too" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2, 3))[:, None]
    return out


# %% wrong="starts from 0" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2), initial=0)
    return out


# %% wrong="pads with zeros" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    x = np.pad(x, ((0, 0), (0, window[0]), (0, window[1]), (0, 0)))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    return out


# %% wrong="over the batch" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(0, 1, 2))
    return out


# %% wrong="a window too many" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-n // s) for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    return out


# %% wrong="changes x" answer="max_pool"
def max_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].max(axis=(1, 2))
    x -= x
    return out


# %% wrong="rounds down, as the slides" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2))
    return np.floor(out)


# %% wrong="rounds" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].mean(axis=(1, 2))
    return np.round(out)


# %% wrong="divides by the whole window" answer="avg_pool"
def avg_pool(x, window, stride):
    u, v = (-(-(n - k) // s) + 1 for n, k, s in zip(x.shape[1:3], window, stride))
    out = np.empty((len(x), u, v, x.shape[3]))
    for i, j in np.ndindex(u, v):
        top, left = stride[0] * i, stride[1] * j
        out[:, i, j] = x[:, top : top + window[0], left : left + window[1]].sum(axis=(1, 2)) / (window[0] * window[1])
    return out


# %% right="padded with -inf, windows by NumPy" answer="max_pool"
def max_pool(x, window, stride):
    padded = np.pad(x, ((0, 0), (0, window[0]), (0, window[1]), (0, 0)), constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view(padded, window, axis=(1, 2))
    u, v = (int(np.ceil((x.shape[a + 1] - window[a]) / stride[a])) + 1 for a in (0, 1))
    return view[:, :: stride[0], :: stride[1]][:, :u, :v].max(axis=(-2, -1))


# %% right="pixel by pixel" answer="max_pool"
def max_pool(x, window, stride):
    rows = list(range(0, x.shape[1] - window[0] + stride[0], stride[0]))
    columns = list(range(0, x.shape[2] - window[1] + stride[1], stride[1]))
    out = np.full((x.shape[0], len(rows), len(columns), x.shape[3]), -np.inf)
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            for r in range(top, min(top + window[0], x.shape[1])):
                for c in range(left, min(left + window[1], x.shape[2])):
                    out[:, i, j] = np.maximum(out[:, i, j], x[:, r, c])
    return out


# %% right="sum divided by a count" answer="avg_pool"
def avg_pool(x, window, stride):
    def total(a):
        padded = np.pad(a, ((0, 0), (0, window[0]), (0, window[1]), (0, 0)))
        u, v = (int(np.ceil((a.shape[i + 1] - window[i]) / stride[i])) + 1 for i in (0, 1))
        view = np.lib.stride_tricks.sliding_window_view(padded, window, axis=(1, 2))
        return view[:, :: stride[0], :: stride[1]][:, :u, :v].sum(axis=(-2, -1))

    return total(x) / total(np.ones(x.shape))


# %% right="one axis after the other" answer="avg_pool"
def avg_pool(x, window, stride):
    for axis in (1, 2):
        n, k, s = x.shape[axis], window[axis - 1], stride[axis - 1]
        parts = [np.take(x, range(a, min(a + k, n)), axis=axis).mean(axis=axis) for a in range(0, n - k + s, s)]
        x = np.stack(parts, axis=axis)
    return x


# %% wrong="overwrites instead of adding" answer="max_pool_backward" loses="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch.reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] = dout[:, i, j]
    return dx


# %% wrong="the row of a winner by the full width" answer="max_pool_backward" loses="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch.reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        dx[n, top + best // window[1], left + best % window[1], c] += dout[:, i, j]
    return dx


# %% wrong="the last of equal ones" answer="max_pool_backward" loses="max_pool_ties"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch[:, ::-1, ::-1].reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        best = patch.shape[1] * patch.shape[2] - 1 - best
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] += dout[:, i, j]
    return dx


# %% wrong="to all maxima" answer="max_pool_backward" loses="max_pool_ties"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        part = np.s_[:, stride[0] * i : stride[0] * i + window[0], stride[1] * j : stride[1] * j + window[1]]
        dx[part] += (x[part] == x[part].max(axis=(1, 2), keepdims=True)) * dout[:, i : i + 1, j : j + 1]
    return dx


# %% wrong="shared among the maxima" answer="max_pool_backward" loses="max_pool_ties"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        part = np.s_[:, stride[0] * i : stride[0] * i + window[0], stride[1] * j : stride[1] * j + window[1]]
        hit = x[part] == x[part].max(axis=(1, 2), keepdims=True)
        dx[part] += hit / hit.sum(axis=(1, 2), keepdims=True) * dout[:, i : i + 1, j : j + 1]
    return dx


# %% wrong="nothing where the maximum is 0" answer="max_pool_backward" loses="max_pool_ties"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        flat = patch.reshape(len(x), -1, x.shape[3])
        best = flat.argmax(axis=1)
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] += dout[:, i, j] * (flat.max(axis=1) != 0)
    return dx


# %% wrong="column by column" answer="max_pool_backward" loses="max_pool_ties"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch.swapaxes(1, 2).reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        dx[n, top + best % patch.shape[1], left + best // patch.shape[1], c] += dout[:, i, j]
    return dx


# %% wrong="one winner for all channels" answer="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = np.repeat(patch.sum(axis=3).reshape(len(x), -1).argmax(axis=1)[:, None], x.shape[3], axis=1)  # (N, C)
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] += dout[:, i, j]
    return dx


# %% wrong="steps as long as the window" answer="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = window[0] * i, window[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch.reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] += dout[:, i, j]
    return dx


# %% wrong="empties dout" answer="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    n, c = np.ix_(range(len(x)), range(x.shape[3]))
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        patch = x[:, top : top + window[0], left : left + window[1]]
        best = patch.reshape(len(x), -1, x.shape[3]).argmax(axis=1)  # (N, C)
        dx[n, top + best // patch.shape[2], left + best % patch.shape[2], c] += dout[:, i, j]
    dout *= 0
    return dx


# %% right="pixel by pixel" answer="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(dout.shape):
        places = [(r, q) for r in range(i * stride[0], min(i * stride[0] + window[0], x.shape[1])) for q in range(j * stride[1], min(j * stride[1] + window[1], x.shape[2]))]
        r, q = max(places, key=lambda place: x[n, place[0], place[1], c])
        dx[n, r, q, c] += dout[n, i, j, c]
    return dx


# %% right="padded, with np.add.at" answer="max_pool_backward"
def max_pool_backward(dout, x, window, stride):
    padded = np.pad(x, ((0, 0), (0, window[0]), (0, window[1]), (0, 0)), constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view(padded, window, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    view = view[:, : dout.shape[1], : dout.shape[2]]
    best = view.reshape(*dout.shape, -1).argmax(axis=-1)
    n, i, j, c = np.indices(dout.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, i * stride[0] + best // window[1], j * stride[1] + best % window[1], c), dout)
    return dx


# %% wrong="overwrites" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part[...] = dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2])
    return dx


# %% wrong="divides by the whole window" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1] / (window[0] * window[1])
    return dx


# %% wrong="does not divide" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1]
    return dx


# %% wrong="to the first pixel only" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part[:, :1, :1] += dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2])
    return dx


# %% wrong="steps as long as the window" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = window[0] * i, window[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2])
    return dx


# %% wrong="divides by one side" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1] / part.shape[1]
    return dx


# %% wrong="divides by the channels too" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2] * part.shape[3])
    return dx


# %% wrong="pair exchanged" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[1], left : left + window[0]]
        part += dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2])
    return dx


# %% wrong="empties dout" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[1:3]):
        top, left = stride[0] * i, stride[1] * j
        part = dx[:, top : top + window[0], left : left + window[1]]
        part += dout[:, i : i + 1, j : j + 1] / (part.shape[1] * part.shape[2])
    dout *= 0
    return dx


# %% right="pixel by pixel" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    dx = np.zeros(shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            rows = range(i * stride[0], min(i * stride[0] + window[0], shape[1]))
            columns = range(j * stride[1], min(j * stride[1] + window[1], shape[2]))
            for r in rows:
                for q in columns:
                    dx[:, r, q] += dout[:, i, j] / len(rows) / len(columns)
    return dx


# %% right="two matrices" answer="avg_pool_backward"
def avg_pool_backward(dout, shape, window, stride):
    def shares(n, k, s, places):
        a = np.array([[float(s * u <= p < s * u + k) for p in range(n)] for u in range(places)])
        return a / a.sum(axis=1, keepdims=True)

    rows, columns = (shares(shape[a + 1], window[a], stride[a], dout.shape[a + 1]) for a in (0, 1))
    return np.einsum("nuvc,uh,vw->nhwc", dout, rows, columns)


# %% wrong="every map sees every map" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], len(what[0]) * (maps * what[1][0] * what[1][1] + 1)
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="pooling without parameters" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((0, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="pooling without a bias" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((maps, maps * height * width * p * q))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="one factor for all maps" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="no bias in a convolution" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="one bias for each kernel" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * (what[1][0] * what[1][1] + 1) for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="a bias for each place" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * maps * height * width + 1
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="square windows" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][0] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="size of the maps is kept" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height, width
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="full layers forget the maps" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="sizes after a full layer are kept" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps = what[0]
            counts.append((parameters, parameters))
    return counts


# %% wrong="pooling rounds up" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = -(-height // p), -(-width // q)
            counts.append((2 * maps, maps * height * width * (p * q + 1)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% wrong="connections of pooling without the bias" answer="layer_counts"
def layer_counts(size, layers):
    maps, height, width = size
    counts = []
    for kind, *what in layers:
        if kind == "conv":
            (p, q), parameters = what[1], sum(len(s) * what[1][0] * what[1][1] + 1 for s in what[0])
            maps, height, width = len(what[0]), height - p + 1, width - q + 1
            counts.append((parameters, parameters * height * width))
        elif kind == "pool":
            p, q = what[0]
            height, width = height // p, width // q
            counts.append((2 * maps, maps * height * width * (p * q)))
        else:
            parameters = what[0] * (maps * height * width + 1)
            maps, height, width = what[0], 1, 1
            counts.append((parameters, parameters))
    return counts


# %% right="arrays of sizes" answer="layer_counts"
def layer_counts(size, layers):
    size, result = np.array(size), []
    for layer in layers:
        if layer[0] == "conv":
            taps = np.prod(layer[2])
            weights = int(taps * sum(map(len, layer[1])) + len(layer[1]))
            size = np.array([len(layer[1]), *(size[1:] - np.array(layer[2]) + 1)])
            result.append((weights, weights * int(np.prod(size[1:]))))
        elif layer[0] == "pool":
            size = np.array([size[0], *(size[1:] // np.array(layer[1]))])
            result.append((2 * int(size[0]), int(np.prod(size) * (1 + np.prod(layer[1])))))
        else:
            weights = int((np.prod(size) + 1) * layer[1])
            size = np.array([layer[1], 1, 1])
            result.append((weights, weights))
    return result


# %% right="one layer, then the rest" answer="layer_counts"
def layer_counts(size, layers):
    if not layers:
        return []
    (maps, h, w), (kind, *rest) = size, layers[0]
    if kind == "full":
        n = rest[0] * maps * h * w + rest[0]
        return [(n, n)] + layer_counts((rest[0], 1, 1), layers[1:])
    if kind == "pool":
        h, w = h // rest[0][0], w // rest[0][1]
        return [(maps + maps, (rest[0][0] * rest[0][1] + 1) * maps * h * w)] + layer_counts((maps, h, w), layers[1:])
    p, q = rest[1]
    n = sum(p * q * len(s) for s in rest[0]) + len(rest[0])
    h, w = h - p + 1, w - q + 1
    return [(n, n * h * w)] + layer_counts((len(rest[0]), h, w), layers[1:])


# %% wrong="cut at the end only" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = first * stride - padding, last * stride - padding + k - 1
    return max(first, 0), min(last, n - 1)


# %% wrong="the formula, not cut" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = first * stride - padding, last * stride - padding + k - 1
    return first, last


# %% wrong="strides ignored" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first - padding, 0), min(last - padding + k - 1, size - 1)
    return first, last


# %% wrong="padding ignored" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride, 0), min(last * stride + k - 1, size - 1)
    return first, last


# %% wrong="padding added" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride + padding, 0), min(last * stride + padding + k - 1, size - 1)
    return first, last


# %% wrong="first layer last" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[:-1], layers):
        first, last = max(first * stride - padding, 0), min(last * stride - padding + k - 1, size - 1)
    return first, last


# %% wrong="one pixel too many" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride - padding, 0), min(last * stride - padding + k, size - 1)
    return first, last


# %% wrong="the first output only" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride - padding, 0), min(first * stride - padding + k - 1, size - 1)
    return first, last


# %% wrong="sizes without padding" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride - padding, 0), min(last * stride - padding + k - 1, size - 1)
    return first, last


# %% wrong="cut to the input's size everywhere" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes.append((sizes[-1] + 2 * padding - k) // stride + 1)
    for size, (k, stride, padding) in zip(sizes[-2::-1], layers[::-1]):
        first, last = max(first * stride - padding, 0), min(last * stride - padding + k - 1, n - 1)
    return first, last


# %% right="sets of pixels" answer="seen"
def seen(n, layers, first, last):
    sizes = [n]
    for k, stride, padding in layers:
        sizes += [(sizes[-1] + 2 * padding - k) // stride + 1]
    places = set(range(first, last + 1))
    for i in range(len(layers) - 1, -1, -1):
        k, stride, padding = layers[i]
        places = {p * stride - padding + j for p in places for j in range(k)} & set(range(sizes[i]))
    return min(places), max(places)


# %% right="forwards, an interval for each output" answer="seen"
def seen(n, layers, first, last):
    fields = [(i, i) for i in range(n)]
    for k, stride, padding in layers:
        padded = [None] * padding + fields + [None] * padding
        fields = []
        for a in range(0, len(padded) - k + 1, stride):
            inside = [f for f in padded[a : a + k] if f]
            fields.append((min(f[0] for f in inside), max(f[1] for f in inside)))
    return min(f[0] for f in fields[first : last + 1]), max(f[1] for f in fields[first : last + 1])
