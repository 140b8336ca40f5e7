# %% [markdown]
# Answers to solutions/training/normalisation.py: wrong ones must lose points, right ones must not.


# %% wrong="unbiased variance in the forward pass" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        biased, var = var, var * count / (count - 1)
        unbiased = biased * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="running variance biased" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="eps outside the root" answer="batchnorm_forward" loses="batchnorm_forward batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, state


# %% wrong="eps forgotten" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(np.maximum(var, 1e-300)) + beta, state


# %% wrong="divides by the variance" answer="batchnorm_forward" loses="batchnorm_forward batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / (var + eps) + beta, state


# %% wrong="axis 0 only: right for a matrix" answer="batchnorm_forward" loses="batchnorm_forward batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = 0, len(x)
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="mean over the last axis: fits a square x" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = -1, x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="the mean of rows stands where the mean of columns should: fails only off the square" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = (x.mean(axis=-1), x.var(axis=-1)) if x.ndim == 2 else (x.mean(axis=axes), x.var(axis=axes))
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="channels on axis 1, as in the book" answer="batchnorm_forward" loses="batchnorm_forward batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = (0, *range(2, x.ndim)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="one mean for everything" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean() + 0 * state["mean"], x.var() + 0 * state["var"]
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="count is the batch size" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), len(x)
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="rho weighs the old value" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": rho * state["mean"] + (1 - rho) * mean, "var": rho * state["var"] + (1 - rho) * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="state changed in place" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state["mean"], state["var"] = (1 - rho) * state["mean"] + rho * mean, (1 - rho) * state["var"] + rho * unbiased
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="arrays of the state changed in place" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state["mean"][...] = (1 - rho) * state["mean"] + rho * mean
        state["var"][...] = (1 - rho) * state["var"] + rho * unbiased
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="running standard deviation" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * np.sqrt(unbiased)}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="rho fixed at 0.1" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    rho = 0.1
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="state forgotten" answer="batchnorm_forward" loses="batchnorm_state"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="running statistics used in training" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        kept = mean, var
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
        mean, var = state["mean"], state["var"]
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="batch statistics in evaluation mode" answer="batchnorm_forward" loses="batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    else:
        axes = tuple(range(x.ndim - 1))
        mean, var = x.mean(axis=axes), x.var(axis=axes)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="state updated in evaluation mode" answer="batchnorm_forward" loses="batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    else:
        axes = tuple(range(x.ndim - 1))
        state = {"mean": (1 - rho) * mean + rho * x.mean(axis=axes), "var": (1 - rho) * var + rho * x.var(axis=axes)}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="batch of one accepted in training" answer="batchnorm_forward" loses="batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / max(count - 1, 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="any batch of one refused" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if len(x) < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="evaluation refuses a batch of one" answer="batchnorm_forward" loses="batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if x.size // x.shape[-1] < 2:
        raise ValueError("one number a channel")
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% wrong="gamma and beta exchanged" answer="batchnorm_forward" loses="batchnorm_forward batchnorm_modes"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    return beta * (x - mean) / np.sqrt(var + eps) + gamma, state


# %% wrong="x changed in place" answer="batchnorm_forward" loses="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    mean, var = state["mean"], state["var"]
    if train:
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        if count < 2:
            raise ValueError("one number a channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        unbiased = var * count / (count - 1)
        state = {"mean": (1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * unbiased}
    x -= mean
    mean = 0
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


# %% right="reshape to a matrix, moments by sums" answer="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    rows = np.reshape(x, (-1, x.shape[-1]))
    if train and len(rows) == 1:
        raise ValueError("a single number has no variance")
    if not train:
        mean, var = state["mean"], state["var"]
    else:
        mean = np.add.reduce(rows, axis=0) / len(rows)
        centred = rows - mean
        squares = np.einsum("nc,nc->c", centred, centred)
        var = squares / len(rows)
        state = dict(
            mean=state["mean"] + rho * (mean - state["mean"]),
            var=state["var"] + rho * (squares / (len(rows) - 1) - state["var"]),
        )
    slope = gamma * (var + eps) ** -0.5
    return (rows * slope + (beta - mean * slope)).reshape(x.shape), state


# %% right="channel after channel, lists in the state" answer="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, train, rho=0.1, eps=1e-5):
    out, means, variances = np.zeros(x.shape), [], []
    for c in range(x.shape[-1]):
        v = x[..., c]
        m, s = state["mean"][c], state["var"][c]
        if train:
            if v.size < 2:
                raise ValueError("too few")
            m, s = np.mean(v), np.var(v)
            means.append(state["mean"][c] * (1 - rho) + rho * m)
            variances.append(state["var"][c] * (1 - rho) + rho * np.var(v, ddof=1))
        out[..., c] = gamma[c] * (v - m) / np.sqrt(s + eps) + beta[c]
    return out, {"mean": np.array(means), "var": np.array(variances)} if train else state


# %% wrong="mean and variance taken as constants" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="term of the mean missing" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="term of the variance missing" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="sums instead of means" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.sum(axis=axes) - xhat * (d * xhat).sum(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="sign of the variance term" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) + xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="divides by the count of the batch only" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.sum(axis=axes) / len(x) - xhat * (d * xhat).sum(axis=axes) / len(x)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="count minus 1 in the variance term" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        count = x.size // x.shape[-1]
        d = d - d.mean(axis=axes) - xhat * (d * xhat).sum(axis=axes) / (count - 1)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="gamma forgotten in dx" answer="batchnorm_backward" loses="batchnorm_backward batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="root forgotten in dx" answer="batchnorm_backward" loses="batchnorm_backward batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="divides by the variance" answer="batchnorm_backward" loses="batchnorm_backward batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / (var + eps), (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="eps forgotten" answer="batchnorm_backward" loses="batchnorm_backward batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="eps outside the root" answer="batchnorm_backward" loses="batchnorm_backward batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var) + eps
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="training formula in evaluation mode" answer="batchnorm_backward" loses="batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if len(x) > 0:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="batch statistics in evaluation mode" answer="batchnorm_backward" loses="batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes))
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="mean 0 in evaluation mode" answer="batchnorm_backward" loses="batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (0, state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="dgamma with x instead of xhat" answer="batchnorm_backward" loses="batchnorm_backward batchnorm_backward_eval"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * x).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="dgamma with gamma in it" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (gamma * dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="dgamma and dbeta exchanged" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, dout.sum(axis=axes), (dout * xhat).sum(axis=axes)


# %% wrong="dbeta as a mean" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.mean(axis=axes)


# %% wrong="axis 0 only: right for a matrix" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = 0
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="mean of the gradient over rows: fits a square x" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=-1, keepdims=True) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="unbiased variance" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.reshape(-1, x.shape[-1]).var(axis=0, ddof=1)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% wrong="changes dout" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if train else (state["mean"], state["var"])
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    dbeta = dout.sum(axis=axes)
    dgamma = (dout * xhat).sum(axis=axes)
    d = dout
    d *= gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, dgamma, dbeta


# %% wrong="running statistics in training" answer="batchnorm_backward" loses="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, var = state["mean"], state["var"]
    root = np.sqrt(var + eps)
    xhat = (x - mean) / root
    d = dout * gamma
    if train:
        d = d - d.mean(axis=axes) - xhat * (d * xhat).mean(axis=axes)
    return d / root, (dout * xhat).sum(axis=axes), dout.sum(axis=axes)


# %% right="three paths, one after the other" answer="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    rows, pull = x.reshape(-1, x.shape[-1]), dout.reshape(-1, x.shape[-1])
    n = len(rows)
    if train:
        mean = rows.sum(0) / n
        var = ((rows - mean) ** 2).sum(0) / n
    else:
        mean, var = state["mean"], state["var"]
    centred = rows - mean
    inv = (var + eps) ** -0.5
    dxhat = pull * gamma
    dx = dxhat * inv
    if train:
        dvar = (dxhat * centred).sum(0) * (-0.5) * inv**3
        dmean = -(dxhat * inv).sum(0) - 2 * dvar * centred.mean(0)
        dx = dx + dvar * 2 * centred / n + dmean / n
    return dx.reshape(x.shape), (pull * centred * inv).sum(0), pull.sum(0)


# %% right="the Jacobian of each channel as a matrix" answer="batchnorm_backward"
def batchnorm_backward(dout, x, gamma, state, train, eps=1e-5):
    dx, dgamma, dbeta = np.empty(x.shape), [], []
    for c in range(x.shape[-1]):
        v, d = x[..., c].ravel(), dout[..., c].ravel()
        m, s = (v.mean(), v.var()) if train else (state["mean"][c], state["var"][c])
        r = (s + eps) ** 0.5
        u = (v - m) / r
        jac = np.eye(len(v))
        if train:
            jac = jac - (1 + np.outer(u, u)) / len(v)
        dx[..., c] = (gamma[c] / r * (d @ jac)).reshape(x.shape[:-1])
        dgamma.append(d @ u)
        dbeta.append(d.sum())
    return dx, dgamma, dbeta


# %% wrong="reshape to (N, G, rest): parts of the picture" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, groups, -1)
    mean, var = parts.mean(axis=2, keepdims=True), parts.var(axis=2, keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="channels on axis 1, as in the book" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    x = x.transpose(0, 3, 1, 2)
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, groups, -1)
    mean, var = parts.mean(axis=2, keepdims=True), parts.var(axis=2, keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(n, h, w, c) + beta


# %% wrong="split the wrong way round: every G-th channel" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, c // groups, groups)
    mean, var = parts.mean(axis=(1, 2, 3), keepdims=True), parts.var(axis=(1, 2, 3), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="number and size of the groups exchanged" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, c // groups, groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="each pixel alone" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=4, keepdims=True), parts.var(axis=4, keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="instance norm whatever the groups" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2), keepdims=True), parts.var(axis=(1, 2), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="layer norm whatever the groups" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 3, 4), keepdims=True), parts.var(axis=(1, 2, 3, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="samples mixed" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(0, 1, 2, 4), keepdims=True), parts.var(axis=(0, 1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="batch norm" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(0, 1, 2), keepdims=True), parts.var(axis=(0, 1, 2), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="unbiased variance" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), ddof=1, keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="eps outside the root" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / (np.sqrt(var) + eps)).reshape(x.shape) + beta


# %% wrong="eps ignored" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var)).reshape(x.shape) + beta


# %% wrong="gamma of the group's first channel" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return np.repeat(gamma[:: c // groups], c // groups) * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="beta inside gamma" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * (((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta)


# %% wrong="no check of the groups" answer="groupnorm" loses="groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    groups = groups if c % max(groups, 1) == 0 else 1
    parts = x.reshape(n, h, w, max(groups, 1), -1)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="negative groups pass" answer="groupnorm" loses="groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if groups == 0 or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, abs(groups), c // abs(groups))
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="variance around 0" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), (parts**2).mean(axis=(1, 2, 4), keepdims=True)
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="mean not subtracted (RMS norm)" answer="groupnorm" loses="groupnorm groupnorm_edges"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return gamma * (parts / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% wrong="x changed in place" answer="groupnorm" loses="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if not 1 <= groups <= c or c % groups:
        raise ValueError("groups")
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    parts -= mean
    mean = 0
    return gamma * ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape) + beta


# %% right="a loop over the groups" answer="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    c = x.shape[-1]
    if groups < 1 or groups > c or c % groups != 0:
        raise ValueError(f"{c} channels do not split into {groups} groups")
    out = []
    for block in np.split(x, groups, axis=-1):
        m = block.mean(axis=(1, 2, 3), keepdims=True)
        out.append((block - m) / np.sqrt(((block - m) ** 2).mean(axis=(1, 2, 3), keepdims=True) + eps))
    return np.concatenate(out, axis=-1) * gamma + beta


# %% right="channels to the front, a matrix a group, and back" answer="groupnorm"
def groupnorm(x, gamma, beta, groups, eps=1e-5):
    n, h, w, c = x.shape
    if groups not in [g for g in range(1, c + 1) if c % g == 0]:
        raise ValueError("groups")
    rows = np.moveaxis(x, -1, 1).reshape(n * groups, -1)
    rows = (rows - rows.mean(1)[:, None]) * (rows.var(1)[:, None] + eps) ** -0.5
    return np.moveaxis(rows.reshape(n, c, h, w), 1, -1) * gamma + beta


# %% wrong="columns scaled, norm behind" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s, b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="rows scaled, norm before" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s[:, None], b + w @ t
    raise ValueError("place")


# %% wrong="the book's layout (D, K) for both" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s, b * s + t
    if place == "before":
        return w * s[:, None], b + t @ w
    raise ValueError("place")


# %% wrong="old bias not scaled" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="bias scaled, norm before" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b * s + w @ t
    raise ValueError("place")


# %% wrong="shift not sent through the weights" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + t
    raise ValueError("place")


# %% wrong="shift through the scaled weights" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + (w * s) @ t
    raise ValueError("place")


# %% wrong="shift through the transposed weights: fits a square w" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + t @ w
    raise ValueError("place")


# %% wrong="mean added" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta + mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="mean not scaled" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="beta forgotten" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = -mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="eps forgotten" answer="fold_batchnorm" loses="fold_batchnorm fold_batchnorm_places"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(np.maximum(var, 1e-30))
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="eps outside the root" answer="fold_batchnorm" loses="fold_batchnorm fold_batchnorm_places"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / (np.sqrt(var) + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="divides by the variance" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / (var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="gamma forgotten" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = 1 / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="always behind" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        return w * s[:, None], b * s + t
    raise ValueError("place")


# %% wrong="places exchanged" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "before":
        return w * s[:, None], b * s + t
    if place == "after":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="any other place counts as before" answer="fold_batchnorm" loses="fold_batchnorm_places"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    return w * s, b + w @ t


# %% wrong="changes w" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        w *= s[:, None]
        return w, b * s + t
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% wrong="changes b" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], b * s + t
    if place == "before":
        b += w @ t
        return w * s, b
    raise ValueError("place")


# %% wrong="bias as a column" answer="fold_batchnorm" loses="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    s = gamma / np.sqrt(var + eps)
    t = beta - mean * s
    if place == "after":
        return w * s[:, None], (b * s + t)[:, None]
    if place == "before":
        return w * s, b + w @ t
    raise ValueError("place")


# %% right="diagonal matrices" answer="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    scale = np.diag(gamma * (var + eps) ** -0.5)
    if place not in ("after", "before"):
        raise ValueError(f"unknown place {place!r}")
    if place == "after":
        return scale @ w, scale @ (b - mean) + beta
    return w @ scale, w @ (beta - scale @ mean) + b


# %% right="read off from the two layers: value at 0 and at the unit vectors" answer="fold_batchnorm"
def fold_batchnorm(w, b, gamma, beta, mean, var, place, eps=1e-5):
    def norm(u):
        return gamma * (u - mean) / np.sqrt(var + eps) + beta

    if place == "after":
        f = lambda x: norm(x @ w.T + b)
    elif place == "before":
        f = lambda x: norm(x) @ w.T + b
    else:
        raise ValueError("place")
    origin = f(np.zeros((1, w.shape[1])))
    return (f(np.eye(w.shape[1])) - origin).T, origin[0]
