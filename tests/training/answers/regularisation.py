# %% [markdown]
# Answers to solutions/training/regularisation.py: wrong ones must lose points, right ones must not.


# %% wrong="no scaling by 1/(1-p)" answer="dropout" loses="dropout dropout_maps dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep * 1.0
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="p is the share that is kept" answer="dropout" loses="dropout dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) < p
    factor = keep / p if p > 0 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="keeps with probability p, scales by 1/(1-p)" answer="dropout" loses="dropout"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) < p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="scaled by 1/p" answer="dropout" loses="dropout dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / p if p > 0 else np.ones(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="active at test time" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="scaled by 1-p at test time as in the paper, and in training too" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x * (1 - p), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="test time: gradient scaled" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), np.float64(1 - p)
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="0/0 at p = 1" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / np.float64(1 - p)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="p = 1 keeps everything" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.ones(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="p = 1 is refused" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p < 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="p = 0 is refused" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="no check of p" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="check of p in training only" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if train and not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="negative p passes" answer="dropout" loses="dropout_edges"
def dropout_forward(x, p, train, rng):
    if p > 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="a coin for every number" answer="dropout" loses="dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="a coin for each sample" answer="dropout" loses="dropout"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = np.repeat(rng.random((len(x), 1)), x.shape[1], axis=1) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="one mask for the whole batch" answer="dropout" loses="dropout dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = np.repeat(rng.random((1, x.shape[1])), len(x), axis=0) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="coins thrown along the last two axes" answer="dropout" loses="dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[-2:]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = np.broadcast_to(factor, x.shape)
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="exactly a share p instead of coins" answer="dropout" loses="dropout"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    n = x.shape[0] * x.shape[1]
    keep = (np.arange(n) >= round(p * n)).reshape(x.shape[:2])
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="new coins on the way back" answer="dropout" loses="dropout_backward dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * dropout_forward(np.ones(cache.shape), 0.5, True, np.random.default_rng(9))[0]


# %% wrong="mask read off the output" answer="dropout" loses="dropout_backward"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    out = x * factor
    return out, (out != 0) / (1 - p) if p < 1 else np.zeros(x.shape)


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="gradient not scaled" answer="dropout" loses="dropout_backward dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * (cache != 0)


# %% wrong="gradient scaled twice" answer="dropout" loses="dropout_backward"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache**2


# %% wrong="gradient passes without a mask" answer="dropout" loses="dropout_backward dropout_maps"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout.copy()


# %% wrong="mask kept in a global: the last batch wins" answer="dropout" loses="dropout_backward"
KEPT = {}


def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    KEPT['m'] = factor
    return x * factor, 1


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * KEPT['m']


# %% wrong="a generator of its own" answer="dropout" loses="dropout_backward"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = np.random.default_rng(0).random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="the global generator" answer="dropout" loses="dropout_backward"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = np.random.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="x is changed" answer="dropout" loses="dropout"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    x *= factor
    return x, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="dout is changed" answer="dropout" loses="dropout_backward"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    dout *= cache
    return dout


# %% wrong="noise of the right mean instead of zeros" answer="dropout" loses="dropout"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    keep = rng.random(x.shape[:2]) >= p
    factor = 1 + (rng.random(keep.shape) - 0.5) * p if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% wrong="p rounded to tenths" answer="dropout" loses="dropout dropout_edges"
def dropout_forward(x, p, train, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    if not train:
        return x.copy(), None
    p = round(p, 1)
    keep = rng.random(x.shape[:2]) >= p
    factor = keep / (1 - p) if p < 1 else np.zeros(keep.shape)
    factor = factor.reshape(x.shape[:2] + (1,) * (x.ndim - 2))
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache


# %% right="binomial coins, a closure for the way back" answer="dropout"
def dropout_forward(x, p, train, rng):
    if p < 0 or p > 1:
        raise ValueError("p")
    if not train or p == 0:
        return np.array(x), lambda d: np.array(d)
    coins = rng.binomial(1, 1 - p, size=x.shape[:2]).astype(float)
    if p < 1:
        coins = coins / (1 - p)
    for _ in range(x.ndim - 2):
        coins = coins[..., None]
    return np.multiply(x, coins), lambda d: np.multiply(d, coins)


def dropout_backward(dout, cache):
    return cache(dout)


# %% right="loops over maps, boolean mask and p in the cache" answer="dropout"
def dropout_forward(x, p, train, rng):
    if not (p >= 0 and p <= 1):
        raise ValueError("p outside [0, 1]")
    mask = np.ones(x.shape[:2], dtype=bool)
    if train:
        for n in range(x.shape[0]):
            mask[n] = rng.uniform(size=x.shape[1]) >= p
    scale = 1.0 / (1.0 - p) if train and p < 1 else 1.0
    out = x * scale
    out[~mask] = 0
    return out, {"mask": mask, "scale": scale}


def dropout_backward(dout, cache):
    dx = dout * cache["scale"]
    dx[~cache["mask"]] = 0
    return dx


# %% wrong="biases are pulled too" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * (np.sum(distance**2) + np.sum(b**2))
        new.append((dw + decay * distance, db + decay * b))
    return penalty, new


# %% wrong="biases pulled in the gradient only" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db + decay * b))
    return penalty, new


# %% wrong="biases charged in the penalty only" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * (np.sum(distance**2) + np.sum(b**2))
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="no half in the penalty" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="gradient twice as large" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + 2 * decay * distance, db.copy()))
    return penalty, new


# %% wrong="half in the gradient as well" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + 0.5 * decay * distance, db.copy()))
    return penalty, new


# %% wrong="norm without square" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sqrt(np.sum(distance**2))
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="mean instead of sum" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.mean(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="absolute values: L1" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(np.abs(distance))
        new.append((dw + decay * np.sign(distance), db.copy()))
    return penalty, new


# %% wrong="minus: the weights are pushed away" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw - decay * distance, db.copy()))
    return penalty, new


# %% wrong="the gradient decays instead of the weight" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw * (1 + decay), db.copy()))
    return penalty, new


# %% wrong="penalty of the last layer only" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty = 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="centre ignored" answer="pull" loses="pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="centre in the penalty only" answer="pull" loses="pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * w, db.copy()))
    return penalty, new


# %% wrong="centre in the gradient only" answer="pull" loses="pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(w**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="centre minus w" answer="pull" loses="pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else centre[layer][0] - w
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="centre of the first layer for all (where shapes allow it)" answer="pull" loses="pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - (centre[0][0] if centre[0][0].shape == w.shape else centre[layer][0])
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="pull of the biases to the centre" answer="pull" loses="pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db + (0 if centre is None else decay * (b - centre[layer][1]))))
    return penalty, new


# %% wrong="gradients changed in place" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        dw += decay * distance
        new.append((dw, db))
    return penalty, new


# %% wrong="weights changed: shrinkage" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        w *= 1 - decay
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="layers of one weight are left out" answer="pull" loses="pull"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        distance = distance * (w.size > 1)
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((dw + decay * distance, db.copy()))
    return penalty, new


# %% wrong="returns the pull without the data's gradient" answer="pull" loses="pull pull_centre"
def pull(params, grads, decay, centre=None):
    penalty, new = 0.0, []
    for layer, ((w, b), (dw, db)) in enumerate(zip(params, grads, strict=True)):
        distance = w if centre is None else w - centre[layer][0]
        penalty += 0.5 * decay * np.sum(distance**2)
        new.append((decay * distance, db.copy()))
    return penalty, new


# %% right="comprehensions, centre of zeros" answer="pull"
def pull(params, grads, decay, centre=None):
    if centre is None:
        centre = [(np.zeros_like(w), b) for w, b in params]
    away = [w - c for (w, _), (c, _) in zip(params, centre)]
    return decay / 2 * sum(float(np.vdot(d, d)) for d in away), [[g + decay * d, gb * 1.0] for (g, gb), d in zip(grads, away)]


# %% right="index by index" answer="pull"
def pull(params, grads, decay, centre=None):
    total, result = 0, []
    for l in range(len(params)):
        w, dw = params[l][0], np.array(grads[l][0])
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                d = w[i, j] - (0 if centre is None else centre[l][0][i, j])
                total += d * d
                dw[i, j] += decay * d
        result.append((dw, np.array(grads[l][1])))
    return 0.5 * decay * total, result


# %% wrong="epochs counted from 0" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 0
    for epoch, loss in enumerate(history):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history) - 1


# %% wrong="stops one epoch later, as the book's counter" answer="early_stopping" loses="early_stopping"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept > patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="stops one epoch earlier" answer="early_stopping" loses="early_stopping"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience - 1:
            return kept, epoch
    return kept, len(history)


# %% wrong="keeps the last epoch" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return epoch, epoch
    return kept, len(history)


# %% wrong="looks behind the stop: best of the whole history" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return int(np.nanargmin(history)) + 1, epoch
    return kept, len(history)


# %% wrong="an equal loss is an improvement" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss <= best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="compares with the epoch before" answer="early_stopping" loses="early_stopping"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
            continue
        best = loss
        if epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="counts all failures, not those in a row" answer="early_stopping" loses="early_stopping"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept, bad = np.inf, 1, 0
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        else:
            bad += 1
            if bad >= patience:
                return kept, epoch
    return kept, len(history)


# %% wrong="maximises" answer="early_stopping" loses="early_stopping"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = -np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss > best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="first loss is the best so far, NaN or not" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = history[0], 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="NaN counts as an improvement" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if not loss >= best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="stops at NaN" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss != loss:
            return kept, epoch
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="NaN epochs do not count" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    skipped = 0
    for epoch, loss in enumerate(history, 1):
        if loss != loss:
            skipped += 1
            continue
        if loss < best:
            best, kept = loss, epoch
        elif epoch - skipped - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="needs a fall of one per mille" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best - 1e-3 * abs(best) if np.isfinite(best) else loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="best starts at 1e9" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = 1e9, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="sizes compared, signs lost" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if abs(loss) < abs(best):
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="never triggered: stop is None" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, -1


# %% wrong="no check of patience" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="patience 0 allowed" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 0 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="an empty history passes" answer="early_stopping" loses="early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, len(history)


# %% wrong="never stops" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            pass
    return kept, len(history)


# %% wrong="swapped" answer="early_stopping" loses="early_stopping early_stopping_edges"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return epoch, kept
    return kept, len(history)


# %% wrong="stop is the epoch to keep plus patience, also beyond the end" answer="early_stopping" loses="early_stopping"
def early_stopping(history, patience):
    if patience < 1 or len(history) == 0:
        raise ValueError(f"need patience >= 1 and at least one loss, got {patience} and {len(history)}")
    best, kept = np.inf, 1
    for epoch, loss in enumerate(history, 1):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            return kept, epoch
    return kept, kept + patience


# %% right="running minimum in arrays" answer="early_stopping"
def early_stopping(history, patience):
    if patience <= 0 or not len(history):
        raise ValueError("patience or history")
    losses = np.array(history, dtype=float)
    losses[np.isnan(losses)] = np.inf
    for stop in range(1, len(losses) + 1):
        kept = 1 + int(np.argmin(losses[:stop]))
        if stop == kept + patience:
            break
    return kept, stop


# %% right="countdown" answer="early_stopping"
def early_stopping(history, patience):
    if patience < 1:
        raise ValueError("patience")
    if not history:
        raise ValueError("history")
    left, place, lowest = patience, 0, float("inf")
    i = 0
    for i, value in enumerate(history):
        if value < lowest:
            lowest, place, left = value, i, patience
        elif i > 0:
            left -= 1
            if left == 0:
                break
    return (place + 1, i + 1)


# %% wrong="roll: comes back on the other side" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(moves):
        moved[i] = np.roll(x[i], (down, right), axis=(0, 1))
    return moved, moves


# %% wrong="frame filled with the edge" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)), mode='edge' if x.size else 'constant')
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="frame wraps" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)), mode='wrap' if x.size else 'constant')
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="up for down, left for right" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most + moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="only up and down exchanged" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most + moves * [1, -1]):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="axes exchanged in the moves" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves[:, ::-1]


# %% wrong="one move for the whole batch" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = np.repeat(rng.integers(-most, most, (1, 2), endpoint=True), n, axis=0)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="down and right are equal" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = np.repeat(rng.integers(-most, most, (n, 1), endpoint=True), 2, axis=1)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="upper end left out" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=most == 0)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="rounded uniform: ends half as often" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = np.rint(rng.uniform(-most, most, (n, 2))).astype(int)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="truncated: zero twice as often" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.uniform(-most - 1, most + 1, (n, 2)).astype(int)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="only to the right and down" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(0, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="moves one axis at a time" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    moves[np.arange(n), rng.integers(0, 2, n)] = 0
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="never stays" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    moves[(moves == 0).all(axis=1)] = min(most, 1)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="global generator" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = np.random.randint(-most, most + 1, (n, 2))
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="generator of its own" answer="random_shift" loses="random_shift_moves"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = np.random.default_rng(0).integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="slices with a zero move lose the image" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(moves):
        part = x[i, : -down or 0, :] if down >= 0 else x[i, -down:, :]
        if part.size and abs(down) < height:
            top = max(down, 0)
            moved[i, top : top + len(part)] = part
        if right:
            moved[i] = np.roll(moved[i], right, axis=1)
            if right > 0:
                moved[i, :, :right] = 0
            else:
                moved[i, :, right:] = 0
    return moved, moves


# %% wrong="large moves wrap by negative slices" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(np.clip(moves, [1 - height, 1 - width], [height - 1, width - 1])):
        to = slice(max(down, 0), height + min(down, 0)), slice(max(right, 0), width + min(right, 0))
        source = slice(max(-down, 0), height + min(-down, 0)), slice(max(-right, 0), width + min(-right, 0))
        moved[i][to] = x[i][source]
    return moved, moves


# %% wrong="height for width" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, width, height = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="x is changed" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = x
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, moves


# %% wrong="moves returned with the opposite sign" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, -moves


# %% wrong="large moves clipped, and returned in another order" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    moves = np.clip(moves, -2, 2)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    return moved, rng.permutation(moves)


# %% wrong="corner pixel lost" answer="random_shift" loses="random_shift"
def random_shift(x, most, rng):
    n, height, width = x.shape
    moves = rng.integers(-most, most, (n, 2), endpoint=True)
    frame = np.pad(x, ((0, 0), (most, most), (most, most)))
    moved = np.zeros_like(x)
    for i, (down, right) in enumerate(most - moves):
        moved[i] = frame[i, down : down + height, right : right + width]
    moved[:, -1, -1] = 0
    return moved, moves


# %% right="slices of the image, source and target" answer="random_shift"
def random_shift(x, most, rng):
    n, h, w = x.shape
    down, right = rng.integers(-most, most + 1, n), rng.integers(-most, most + 1, n)
    out = np.zeros(x.shape)
    for i in range(n):
        d, r = int(down[i]), int(right[i])
        if abs(d) < h and abs(r) < w:
            out[i, max(d, 0) : h + min(d, 0), max(r, 0) : w + min(r, 0)] = x[i, max(-d, 0) : h - max(d, 0), max(-r, 0) : w - max(r, 0)]
    return out, np.stack([down, right], axis=1)


# %% right="index arrays, without a loop" answer="random_shift"
def random_shift(x, most, rng):
    n, h, w = x.shape
    moves = rng.choice(np.arange(-most, most + 1), size=(n, 2))
    rows = np.arange(h)[None, :, None] - moves[:, 0][:, None, None]
    columns = np.arange(w)[None, None, :] - moves[:, 1][:, None, None]
    inside = (rows >= 0) & (rows < h) & (columns >= 0) & (columns < w)
    picked = x[np.arange(n)[:, None, None], np.clip(rows, 0, h - 1), np.clip(columns, 0, w - 1)]
    return np.where(inside, picked, 0.0), moves
