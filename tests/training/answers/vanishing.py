# %% [markdown]
# Answers to solutions/training/vanishing.py: wrong ones must lose points, right ones must not.


# %% wrong="norm of each sample first, then their sum" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta, axis=1).sum()]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta, axis=1).sum())
    return speeds[::-1]


# %% wrong="norm of the whole delta matrix" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta)]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta))
    return speeds[::-1]


# %% wrong="sum over the batch instead of mean" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="half the squared error: factor 2 missing" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="mean over the outputs too" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / y.size
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="divides by the batch again at each layer" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.mean(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.mean(axis=0)))
    return speeds[::-1]


# %% wrong="slope of tanh forgotten" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="slope of the sigmoid" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (out * (1 - out))
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="slope 1 - out instead of 1 - out^2" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="tanh at the output too" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (np.tanh(outs[-1] @ w.T + b) - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="slope of tanh at the output" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    delta = delta * (1 - np.tanh(outs[-1] @ w.T + b) ** 2)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="last layer first" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds


# %% wrong="largest entry instead of the Euclidean norm" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.abs(delta.sum(axis=0)).max()]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.abs(delta.sum(axis=0)).max())
    return speeds[::-1]


# %% wrong="squared norm" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.sum(delta.sum(axis=0) ** 2)]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.sum(delta.sum(axis=0) ** 2))
    return speeds[::-1]


# %% wrong="output layer left out" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[:0:-1]


# %% wrong="absolute errors: no cancelling" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(np.abs(delta).sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(np.abs(delta).sum(axis=0)))
    return speeds[::-1]


# %% wrong="first sample only" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(len(x) * delta[0])]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(len(x) * delta[0]))
    return speeds[::-1]


# %% wrong="slope of the layer above" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], [outs[min(l + 1, len(outs) - 1)] for l in range(len(outs) - 1, 0, -1)], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="weights transposed where they are square" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ (w.T if w.shape[0] == w.shape[1] else w)) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% wrong="weights instead of biases" answer="layer_speed" loses="layer_speed layer_speed_batch"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)
    speeds = [np.linalg.norm(delta.T @ outs[-1])]
    for (w, _), out, below in zip(params[:0:-1], outs[:0:-1], outs[-2::-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.T @ below))
    return speeds[::-1]


# %% wrong="subtracts y in place" answer="layer_speed" loses="layer_speed"
def layer_speed(params, x, y):
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))
    w, b = params[-1]
    y -= outs[-1] @ w.T + b
    delta = -2 * y / len(x)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return speeds[::-1]


# %% right="sample by sample, lists of columns" answer="layer_speed"
def layer_speed(params, x, y):
    total = [np.zeros(len(b)) for _, b in params]
    for row, target in zip(x, y):
        a, outs = row, []
        for place, (w, b) in enumerate(params):
            z = w.dot(a) + b
            a = z if place == len(params) - 1 else np.tanh(z)
            outs.append(a)
        d = 2 * (a - target)
        for place in reversed(range(len(params))):
            total[place] = total[place] + d / len(x)
            if place:
                d = params[place][0].T.dot(d) * (1 - outs[place - 1] ** 2)
    return tuple(float(np.sqrt(t @ t)) for t in total)


# %% right="complex steps, no backward pass" answer="layer_speed"
def layer_speed(params, x, y):
    def loss(ps):
        a = x
        for w, b in ps[:-1]:
            a = np.tanh(a @ w.T + b)
        return ((a @ ps[-1][0].T + ps[-1][1] - y) ** 2).sum() / len(x)

    speeds = []
    for place in range(len(params)):
        w, b = params[place]
        g = [loss(params[:place] + [(w, b + 1e-30j * e)] + params[place + 1 :]).imag / 1e-30 for e in np.eye(len(b))]
        speeds.append(np.linalg.norm(g))
    return np.array(speeds)


# %% wrong="tanh instead of its slope" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(a)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="slope of the sum instead of the output" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        z = w_l * a + b_l
        a = np.tanh(z)
        slopes.append(1 - z**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="slope of the sigmoid" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(a * (1 - a))
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="the unit's own weight instead of the next one: w_1 included" answer="chain_grad" loses="chain_grad chain_grad_edges"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="own weight for every unit, also the last" answer="chain_grad" loses="chain_grad chain_grad_edges"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1] * w[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="last slope missing" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [1.0]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="own slope missing" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="slope of the next unit twice, own one never" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place + 1] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="from the last to the first" answer="chain_grad" loses="chain_grad chain_grad_edges"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads)


# %% wrong="gradient of b_1 only" answer="chain_grad" loses="chain_grad chain_grad_edges"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])[:1]


# %% wrong="bound: slopes taken as 1" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1.0)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])


# %% wrong="sizes of the weights, signs lost" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * abs(w[place + 1]) * grads[-1])
    return np.array(grads[::-1])


# %% wrong="gradients by the weights" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    outs, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        outs.append(a)
        a = np.tanh(w_l * a + b_l)
    return np.array(grads[::-1]) * outs


# %% wrong="products by division: breaks at a zero weight" answer="chain_grad" loses="chain_grad_edges"
def chain_grad(w, b, x):
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    total, grads = np.prod(slopes) * np.prod(w[1:]), []
    with np.errstate(all="ignore"):
        for place in range(len(w)):
            grads.append(total)
            if place + 1 < len(w):
                total = total / (slopes[place] * w[place + 1])
    return np.array(grads)


# %% wrong="rough differences" answer="chain_grad" loses="chain_grad"
def chain_grad(w, b, x):
    def out(b):
        a = x
        for w_l, b_l in zip(w, b, strict=True):
            a = np.tanh(w_l * a + b_l)
        return a
    return np.array([(out(b + 1e-4 * e) - out(b)) / 1e-4 for e in np.eye(len(b))])


# %% right="products of slices, by the formula" answer="chain_grad"
def chain_grad(w, b, x):
    a, z = float(x), []
    for i in range(len(w)):
        z.append(w[i] * a + b[i])
        a = np.tanh(z[-1])
    s = 1 / np.cosh(np.array(z)) ** 2
    return [float(np.prod(s[i:]) * np.prod(w[i + 1 :])) for i in range(len(w))]


# %% right="forward mode: all derivatives at once" answer="chain_grad"
def chain_grad(w, b, x):
    a, da = x, np.zeros(len(w))
    for i, (v, c) in enumerate(zip(w, b)):
        dz = v * da
        dz[i] += 1
        a = np.tanh(v * a + c)
        da = (1 - a * a) * dz
    return da


# %% wrong="window of z, not of a" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0)
    return 2 * np.arctanh(np.sqrt(1 - 1 / size))


# %% wrong="half of the window" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0)
    return np.arctanh(np.sqrt(1 - 1 / size)) / size


# %% wrong="formula without a branch" answer="explosion_window" loses="explosion_window_edges"
def explosion_window(w):
    with np.errstate(all="ignore"):
        return 2 * np.arctanh(np.sqrt(1 - 1 / np.abs(w))) / np.abs(w)


# %% wrong="sign of the weight kept" answer="explosion_window" loses="explosion_window_edges"
def explosion_window(w):
    size = np.maximum(w, 1.0)
    return 2 * np.arctanh(np.sqrt(1 - 1 / size)) / size


# %% wrong="window of the sigmoid, as in the book" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 4.0)
    return 2 * np.arccosh(size / 2 - 1) / size


# %% wrong="tanh instead of its slope" answer="explosion_window" loses="explosion_window"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0001)
    return 2 * np.arctanh(1 / size) / size


# %% wrong="tanh' as 1 - tanh" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0)
    return 2 * np.arctanh(1 - 1 / size) / size


# %% wrong="branch at 4" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0)
    return np.where(np.abs(w) > 4, 2 * np.arctanh(np.sqrt(1 - 1 / size)) / size, 0)


# %% wrong="width multiplied by w" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0)
    return 2 * np.arctanh(np.sqrt(1 - 1 / size)) * size


# %% wrong="negative widths for negative weights" answer="explosion_window" loses="explosion_window_edges"
def explosion_window(w):
    size = np.maximum(np.abs(w), 1.0)
    return np.sign(w) * 2 * np.arctanh(np.sqrt(1 - 1 / size)) / size


# %% wrong="zero by NaN replaced, infinity left" answer="explosion_window" loses="explosion_window_edges"
def explosion_window(w):
    with np.errstate(all="ignore"):
        size = np.abs(w)
        return np.where(w < 0, 0, np.nan_to_num(2 * np.arctanh(np.sqrt(1 - 1 / size)) / size))


# %% wrong="coarse grid" answer="explosion_window" loses="explosion_window explosion_window_edges"
def explosion_window(w):
    a = np.linspace(-2, 2, 2001)
    return np.array([np.mean(abs(v) * (1 - np.tanh(v * a) ** 2) >= 1) * 4 for v in w])


# %% right="arccosh of the root, a loop" answer="explosion_window"
def explosion_window(w):
    widths = []
    for v in w:
        v = abs(float(v))
        widths.append(0.0 if v <= 1 else 2 * float(np.arccosh(v**0.5)) / v)
    return widths


# %% right="bisection for the end of the window" answer="explosion_window"
def explosion_window(w):
    size = np.abs(np.asarray(w, dtype=float))
    low, high = np.zeros(len(size)), np.full(len(size), 60.0)
    for _ in range(80):
        mid = (low + high) / 2
        grows = size / np.cosh(mid) ** 2 >= 1
        low, high = np.where(grows, mid, low), np.where(grows, high, mid)
    return 2 * low / np.maximum(size, 1) * (size > 1)


# %% wrong="limit is the standard deviation" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="width of the interval is the limit" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(12 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="normal instead of uniform" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.normal(0, np.sqrt(variance), (d, k))


# %% wrong="slope ignored: He for ReLU" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="slope not squared" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="slope subtracted" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 - a**2 / 2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="square of 1 + a" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a) ** 2 / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="factor 2 forgotten" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 1 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="fans exchanged" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (k if mode == "forward" else d)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="always forward" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / d
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="Xavier: mean of both" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / ((d + k) / 2)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="transposed" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (k, d))


# %% wrong="positive weights only" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(0, 2 * limit, (d, k))


# %% wrong="limit without the root" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = 3 * variance
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="a generator of its own" answer="init_leaky" loses="init_leaky_rng"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return np.random.default_rng(0).uniform(-limit, limit, (d, k))


# %% wrong="the global generator" answer="init_leaky" loses="init_leaky_rng"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return np.random.uniform(-limit, limit, (d, k))


# %% wrong="any mode" answer="init_leaky" loses="init_leaky_rng"
def init_leaky(d, k, a, mode, rng):
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))


# %% wrong="one column for all units" answer="init_leaky" loses="init_leaky_rng"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return np.tile(rng.uniform(-limit, limit, (d, 1)), k)


# %% wrong="only two values" answer="init_leaky" loses="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode not in ("forward", "backward"):
        raise ValueError(mode)
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return np.sqrt(variance) * rng.choice([-1.0, 1.0], (d, k))


# %% right="gain and fan, as PyTorch does, from random numbers in [0, 1)" answer="init_leaky"
def init_leaky(d, k, a, mode, rng):
    fan = {"forward": d, "backward": k}.get(mode)
    if fan is None:
        raise ValueError("mode")
    gain = (2 / (1 + a * a)) ** 0.5
    bound = 3**0.5 * gain / fan**0.5
    return (2 * rng.random((d, k)) - 1) * bound


# %% right="variance of the activation measured on a grid, drawn column by column" answer="init_leaky"
def init_leaky(d, k, a, mode, rng):
    if mode == "forward":
        fan = d
    elif mode == "backward":
        fan = k
    else:
        raise ValueError(f"unknown mode {mode}")
    kept = 0.5 * 1 + 0.5 * a * a
    r = np.sqrt(3 / (fan * kept))
    return np.stack([rng.uniform(-r, r, d) for _ in range(k)], axis=1).tolist()
