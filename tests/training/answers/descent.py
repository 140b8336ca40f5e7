# %% wrong="the first change without the rate (the slides' start, E-49)" answer="momentum_step" loses="momentum_step momentum_memory momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        g = g + decay * w[n]
        changes[n] = mu * changes[n] - lr * g if n in changes else -g
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="adds mu times the rate instead of the last change (E-15)" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    return {n: w[n] - lr * (grad[n] + decay * w[n]) + mu * lr if n in grad else w[n] for n in w}, None


# %% wrong="an average: factor 1 - mu" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - (1 - mu) * lr * (g + decay * w[n])
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="torch's form: the rate outside the memory" answer="momentum_step" loses="momentum_memory"
def momentum_step(w, grad, state, lr, mu, decay):
    new, v = dict(w), dict(state or {})
    for n, g in grad.items():
        v[n] = mu * v.get(n, 0) + g + decay * w[n]
        new[n] = w[n] - lr * v[n]
    return new, v


# %% wrong="memory in a mutable default" answer="momentum_step" loses="momentum_memory"
def momentum_step(w, grad, state, lr, mu, decay, changes={}):  # noqa: B006
    new = dict(w)
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0 * g) - lr * (g + decay * w[n])
        new[n] = w[n] + changes[n]
    return new, None


# %% wrong="memory in a global, cleared by state None" answer="momentum_step" loses="momentum_memory"
_memory = {}


def momentum_step(w, grad, state, lr, mu, decay):
    if state is None:
        _memory.clear()
    new = dict(w)
    for n, g in grad.items():
        _memory[n] = mu * _memory.get(n, 0) - lr * (g + decay * w[n])
        new[n] = w[n] + _memory[n]
    return new, "kept"


# %% wrong="changes the arrays of w in place" answer="momentum_step" loses="momentum_memory"
def momentum_step(w, grad, state, lr, mu, decay):
    changes = dict(state or {})
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - lr * (g + decay * w[n])
        w[n] += changes[n]
    return w, changes


# %% wrong="changes the remembered arrays in place" answer="momentum_step" loses="momentum_memory"
def momentum_step(w, grad, state, lr, mu, decay):
    changes = state if state is not None else {}
    new = dict(w)
    for n, g in grad.items():
        if n not in changes:
            changes[n] = np.zeros_like(g)
        changes[n] *= mu
        changes[n] -= lr * (g + decay * w[n])
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="weight decay ignored" answer="momentum_step" loses="momentum_step momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - lr * g
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="weight decay outside the memory" answer="momentum_step" loses="momentum_step momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - lr * g
        new[n] = w[n] + changes[n] - lr * decay * w[n]
    return new, changes


# %% wrong="weight decay with the wrong sign" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - lr * (g - decay * w[n])
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="weight decay without the rate" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - lr * g - decay * w[n]
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="frozen parameters are dropped" answer="momentum_step" loses="momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    changes = dict(state or {})
    new = {}
    for n, g in grad.items():
        changes[n] = mu * changes.get(n, 0) - lr * (g + decay * w[n])
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="frozen parameters decay" answer="momentum_step" loses="momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = {}, dict(state or {})
    for n in w:
        changes[n] = mu * changes.get(n, 0) - lr * (grad.get(n, 0) + decay * w[n])
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="frozen parameters lose their memory" answer="momentum_step" loses="momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    new, old, changes = dict(w), state or {}, {}
    for n, g in grad.items():
        changes[n] = mu * old.get(n, 0) - lr * (g + decay * w[n])
        new[n] = w[n] + changes[n]
    return new, changes


# %% wrong="only the first step starts memories" answer="momentum_step" loses="momentum_frozen"
def momentum_step(w, grad, state, lr, mu, decay):
    state = {n: np.zeros_like(g) for n, g in grad.items()} if state is None else state
    changes = {**state, **{n: mu * state[n] - lr * (g + decay * w[n]) for n, g in grad.items()}}
    return {n: w[n] + changes[n] if n in grad else w[n] for n in w}, changes


# %% wrong="Nesterov's step" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    new, changes = dict(w), dict(state or {})
    for n, g in grad.items():
        g = g + decay * w[n]
        changes[n] = mu * changes.get(n, 0) - lr * g
        new[n] = w[n] + mu * changes[n] - lr * g
    return new, changes


# %% wrong="remembers the gradient only, not the change" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    new, last = dict(w), dict(state or {})
    for n, g in grad.items():
        g = g + decay * w[n]
        new[n] = w[n] - lr * g - mu * lr * last.get(n, 0)
        last[n] = g
    return new, last


# %% wrong="plain descent" answer="momentum_step" loses="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    return {n: w[n] - lr * (grad[n] + decay * w[n]) if n in grad else w[n] for n in w}, state


# %% right="remembers the last parameters of each name: w(t) - w(t-1)" answer="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    old = {} if state is None else {n: v.copy() for n, v in state.items()}
    new = {n: v.copy() for n, v in w.items()}
    for n in grad:
        before = old.get(n, w[n])
        new[n] = w[n] - lr * grad[n] - lr * decay * w[n] + mu * (w[n] - before)
        old[n] = w[n]
    frozen = {n: old[n] for n in old if n not in grad}
    return new, {**{n: w[n] for n in grad}, **frozen}


# %% right="a list of pairs as state, in-place work on copies" answer="momentum_step"
def momentum_step(w, grad, state, lr, mu, decay):
    memory = {} if state is None else {n: np.array(c) for n, c in state}
    new = {n: np.array(v) for n, v in w.items()}
    for n in sorted(grad):
        c = memory.setdefault(n, np.zeros(np.shape(w[n])))
        c *= mu
        c -= lr * grad[n]
        c -= lr * decay * w[n]
        new[n] += c
    return new, list(memory.items())


# %% wrong="remembers w instead of y: the heavy ball" answer="nesterov_step" loses="nesterov_step"
def nesterov_step(w, grad, state, lr):
    old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - old)) > 0:
        k = 0
    return y + k / (k + 3) * (w - old), (w, k + 1)


# %% wrong="returns y" answer="nesterov_step" loses="nesterov_step"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    return y, (y, k + 1)


# %% wrong="k starts at 1" answer="nesterov_step" loses="nesterov_step"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 1) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        k = 1
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="k / (k + 2)" answer="nesterov_step" loses="nesterov_step"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        k = 0
    return y + k / (k + 2) * (y - y_old), (y, k + 1)


# %% wrong="mu applied twice" answer="nesterov_step" loses="nesterov_step"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        k = 0
    mu = k / (k + 3)
    return y + mu * mu * (y - y_old), (y, k + 1)


# %% wrong="a fixed mu" answer="nesterov_step" loses="nesterov_step"
def nesterov_step(w, grad, state, lr):
    y_old = w if state is None else state
    y = w - lr * grad
    return y + (0.9 if state is not None else 0) * (y - y_old), y


# %% wrong="never restarts" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="restarts downhill" answer="nesterov_step" loses="nesterov_step nesterov_restart nesterov_pays"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) < 0:
        k = 0
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="restarts each entry for itself" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, np.zeros(np.shape(w))) if state is None else state
    y = w - lr * grad
    k = np.where(grad * (y - y_old) > 0, 0, k)
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="restarts if any entry goes uphill" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.any(grad * (y - y_old) > 0):
        k = 0
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="after a restart the next step has k = 0 too" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        return y, (y, 0)
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="a restart counts from the next step on" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    again = np.sum(grad * (y - y_old)) > 0
    return y + k / (k + 3) * (y - y_old), (y, 0 if again else k + 1)


# %% wrong="a restart throws the step away" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        return y_old, (y_old, 1)
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="a restart keeps the old y in the state" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        return y, (y_old, 1)
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="restart judged by the step of w" answer="nesterov_step" loses="nesterov_restart"
def nesterov_step(w, grad, state, lr):
    y_old, w_old, k = (w, w, 0) if state is None else state
    y = w - lr * grad
    if np.sum(grad * (w - w_old)) > 0:
        k = 0
    return y + k / (k + 3) * (y - y_old), (y, w, k + 1)


# %% wrong="changes w in place" answer="nesterov_step" loses="nesterov_pays"
def nesterov_step(w, grad, state, lr):
    y_old, k = (w.copy(), 0) if state is None else state
    w -= lr * grad
    y = w.copy()
    if np.sum(grad * (y - y_old)) > 0:
        k = 0
    return y + k / (k + 3) * (y - y_old), (y, k + 1)


# %% wrong="memory in a global" answer="nesterov_step" loses="nesterov_pays"
_last = {}


def nesterov_step(w, grad, state, lr):
    if state is None:
        _last.update(y=w, k=0)
    y_old, k = _last["y"], _last["k"]
    y = w - lr * grad
    if np.sum(grad * (y - y_old)) > 0:
        k = 0
    _last.update(y=y, k=k + 1)
    return y + k / (k + 3) * (y - y_old), "kept"


# %% wrong="state changed in place" answer="nesterov_step" loses="nesterov_pays"
def nesterov_step(w, grad, state, lr):
    state = {"y": w, "k": 0} if state is None else state
    y, y_old, k = w - lr * grad, state["y"], state["k"]
    if np.sum(grad * (y - y_old)) > 0:
        k = 0
    state["y"], state["k"] = y, k + 1
    return y + k / (k + 3) * (y - y_old), state


# %% right="the velocity as state" answer="nesterov_step"
def nesterov_step(w, grad, state, lr):
    if state is None:
        state = {"swing": np.zeros(np.shape(w)), "k": 0}
    move = state["swing"] - lr * grad  # the new y minus the old one: w was y + swing
    k = 0 if np.vdot(grad, move) > 0 else state["k"]
    swing = k / (k + 3) * move
    return w - lr * grad + swing, {"swing": swing, "k": k + 1}


# %% right="plain Python numbers" answer="nesterov_step"
def nesterov_step(w, grad, state, lr):
    flat, slope, shape = [float(v) for v in w.ravel()], [float(v) for v in grad.ravel()], w.shape
    old, count = (list(flat), 0) if state is None else (list(state[0]), state[1])
    y = [a - lr * g for a, g in zip(flat, slope, strict=True)]
    count = 0 if sum(g * (b - a) for g, a, b in zip(slope, old, y, strict=True)) > 0 else count
    mu = 1 - 3 / (count + 3)
    return np.array([(1 + mu) * b - mu * a for a, b in zip(old, y, strict=True)]).reshape(shape), [y, count + 1]


# %% wrong="last step at T, not at T - 1" answer="lr_schedule" loses="lr_schedule schedule_ends"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / (T - warm)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="cosine without the half" answer="lr_schedule" loses="lr_schedule schedule_ends"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": 1 + np.cos(np.pi * u), "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="a quarter of a cosine" answer="lr_schedule" loses="lr_schedule"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": np.cos(np.pi * u / 2), "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="the warm-up starts at 0" answer="lr_schedule" loses="lr_schedule schedule_ends"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return t / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="the warm-up is not subtracted" answer="lr_schedule" loses="lr_schedule schedule_ends"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = t / max(T - 1, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="warm-up multiplied onto the curve" answer="lr_schedule" loses="lr_schedule"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    u = t / max(T - 1, 1)
    curve = {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]
    return curve * min(1.0, (t + 1) / warm) if warm else curve


# %% wrong="trapezoid measured in steps of the whole run" answer="lr_schedule" loses="lr_schedule"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    whole = t / max(T - 1, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - whole) / 0.2) if u else 1.0}[kind]


# %% wrong="trapezoid drops at once" answer="lr_schedule" loses="lr_schedule"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": 1.0 if u <= 0.8 else 1 - u}[kind]


# %% wrong="falls in 0.8 after a plateau of 0.2" answer="lr_schedule" loses="lr_schedule"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.8)}[kind]


# %% wrong="0 / 0 when one step follows the warm-up" answer="lr_schedule" loses="schedule_edges"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / (T - 1 - warm)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="the only step after the warm-up has the factor 0" answer="lr_schedule" loses="schedule_edges"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / (T - 1 - warm) if T - 1 > warm else 1.0
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="t = T is allowed" answer="lr_schedule" loses="schedule_ends"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid") or not 0 <= t <= T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="clips t instead of refusing it" answer="lr_schedule" loses="schedule_ends"
def lr_schedule(kind, t, T, warm):
    if kind not in ("linear", "cosine", "trapezoid"):
        raise ValueError
    t = min(max(t, 0), T - 1)
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="an unknown kind passes during the warm-up" answer="lr_schedule" loses="schedule_edges"
def lr_schedule(kind, t, T, warm):
    if not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    if kind not in ("linear", "cosine", "trapezoid"):
        raise ValueError
    return {"linear": 1 - u, "cosine": (1 + np.cos(np.pi * u)) / 2, "trapezoid": min(1.0, (1 - u) / 0.2)}[kind]


# %% wrong="anything unknown is a trapezoid" answer="lr_schedule" loses="schedule_edges"
def lr_schedule(kind, t, T, warm):
    if not 0 <= t < T:
        raise ValueError
    if t < warm:
        return (t + 1) / warm
    u = (t - warm) / max(T - 1 - warm, 1)
    return 1 - u if kind == "linear" else (1 + np.cos(np.pi * u)) / 2 if kind == "cosine" else min(1.0, (1 - u) / 0.2)


# %% right="sine squared, interpolation" answer="lr_schedule"
def lr_schedule(kind, t, T, warm):
    if t < 0 or t > T - 1:
        raise ValueError("t")
    curves = {"linear": ([0, 1], [1, 0]), "trapezoid": ([0, 0.8, 1], [1, 1, 0]), "cosine": None}
    if kind not in curves:
        raise ValueError("kind")
    if t < warm:
        return np.float64(t + 1) / warm
    rest = T - 1 - warm
    u = (t - warm) / rest if rest else 0.0
    return float(np.interp(u, *curves[kind])) if curves[kind] else np.sin(np.pi * (1 - u) / 2) ** 2


# %% right="the whole table, then one entry" answer="lr_schedule"
def lr_schedule(kind, t, T, warm):
    u = np.linspace(0, 1, T - warm) if T > warm else np.zeros(0)
    table = {"linear": 1 - u, "cosine": 0.5 + 0.5 * np.cos(np.pi * u), "trapezoid": np.minimum(1, 5 * (1 - u))}
    if kind not in table or t not in range(T):
        raise ValueError(f"{kind} {t}")
    return np.concatenate([np.arange(1, warm + 1) / max(warm, 1), table[kind]])[t]
