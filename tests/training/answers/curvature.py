# %% wrong="no shift: Newton's own step, which goes to the saddle" answer="newton_step" loses="newton_step"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    direction, s = -np.linalg.solve((hessian + hessian.T) / 2, grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="always shifts by 0.1" answer="newton_step" loses="newton_step"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h + (0.1 + max(0.0, -np.linalg.eigvalsh(h)[0])) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="absolute values instead of a shift (the book's cure)" answer="newton_step" loses="newton_step"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    values, axes = np.linalg.eigh((hessian + hessian.T) / 2)
    direction, s = -axes @ (axes.T @ grad / np.maximum(np.abs(values), 0.1)), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="lifts only the curvatures below the bound" answer="newton_step" loses="newton_step"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    values, axes = np.linalg.eigh((hessian + hessian.T) / 2)
    direction, s = -axes @ (axes.T @ grad / np.maximum(values, 0.1)), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="shift with the wrong sign" answer="newton_step" loses="newton_step"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h - max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="largest eigenvalue in place of the smallest" answer="newton_step" loses="newton_step"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[-1]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="uphill: the sign of the gradient is lost" answer="newton_step" loses="newton_step newton_halving"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="no halving" answer="newton_step" loses="newton_halving"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    return w - np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad)


# %% wrong="content with any fall" answer="newton_step" loses="newton_halving"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="the promise is not halved with the step" answer="newton_step" loses="newton_halving"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="takes the shortest step when no halving helps" answer="newton_step" loses="newton_halving"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(5):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            break
        s /= 2
    return w + s * direction


# %% wrong="one half of the Hessian is read" answer="newton_step" loses="newton_care"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    shift = max(0.0, 0.1 - np.linalg.eigvalsh(hessian)[0])
    direction, s = -np.linalg.solve(hessian + shift * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="changes the Hessian in place" answer="newton_step" loses="newton_care"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w.copy()
    hessian[:] = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(hessian + max(0.0, 0.1 - np.linalg.eigvalsh(hessian)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% wrong="gives w itself back where the gradient is 0" answer="newton_step" loses="newton_care"
def newton_step(f, w, grad, hessian):
    if not np.any(grad):
        return w
    h = (hessian + hessian.T) / 2
    direction, s = -np.linalg.solve(h + max(0.0, 0.1 - np.linalg.eigvalsh(h)[0]) * np.eye(len(w)), grad), 1.0
    for _ in range(31):
        if f(w + s * direction) <= f(w) + 1e-4 * s * (grad @ direction):
            return w + s * direction
        s /= 2
    return w.copy()


# %% right="by eigenvectors, powers of one half" answer="newton_step"
def newton_step(f, w, grad, hessian):
    values, axes = np.linalg.eigh(0.5 * (hessian.T + hessian))
    values = values + max(0.1 - values.min(), 0)
    direction = -(axes / values) @ (axes.T @ grad)
    if np.all(grad == 0):
        return np.array(w)
    for k in range(31):
        new = w + direction * 2.0**-k
        if f(new) - f(w) <= 1e-4 * 2.0**-k * np.sum(grad * direction):
            return new
    return np.array(w)


# %% right="with the inverse, one try after the other" answer="newton_step"
def newton_step(f, w, grad, hessian):
    if np.linalg.norm(grad) == 0:
        return w + 0
    h = np.mean([hessian, hessian.T], axis=0)
    low = min(np.linalg.eigvals(h).real)
    if low < 0.1:
        h = h + (0.1 - low) * np.identity(w.size)
    move = -np.linalg.inv(h).dot(grad)
    promise, tries = 1e-4 * grad.dot(move), 0
    now = f(w)
    while f(w + move) > now + promise:
        move, promise, tries = move / 2, promise / 2, tries + 1
        if tries > 30:
            return w + 0
    return w + move


# %% wrong="the factors exchanged" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(y, s) / k
    return left @ b @ left.T + np.outer(s, s) / k


# %% wrong="the Hessian's update instead of the inverse's" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    return b + np.outer(y, y) / k - np.outer(b @ s, b @ s) / (s @ b @ s)


# %% wrong="the last term forgotten" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left.T


# %% wrong="rank one only: satisfies the secant equation, but is no BFGS" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    return b + np.outer(s - b @ y, s - b @ y) / ((s - b @ y) @ y + 1e-300)


# %% wrong="the same factor on both sides" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left + np.outer(s, s) / k


# %% wrong="element by element products" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left * b * left.T + np.outer(s, s) / k


# %% wrong="rho from the length of s" answer="bfgs_update" loses="bfgs_update"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / (s @ s)
    return left @ b @ left.T + np.outer(s, s) / (s @ s)


# %% wrong="no guard" answer="bfgs_update" loses="bfgs_guard"
def bfgs_update(b, s, y):
    k = y @ s
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left.T + np.outer(s, s) / k


# %% wrong="guard against 0 only" answer="bfgs_update" loses="bfgs_guard"
def bfgs_update(b, s, y):
    k = y @ s
    if k == 0:
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left.T + np.outer(s, s) / k


# %% wrong="a guard that knows no scale: short moves are lost" answer="bfgs_update" loses="bfgs_guard"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8:
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left.T + np.outer(s, s) / k


# %% wrong="absolute value of the curvature" answer="bfgs_update" loses="bfgs_guard"
def bfgs_update(b, s, y):
    k = abs(y @ s)
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b.copy()
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left.T + np.outer(s, s) / k


# %% wrong="gives b itself back" answer="bfgs_update" loses="bfgs_guard"
def bfgs_update(b, s, y):
    k = y @ s
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b
    left = np.eye(len(s)) - np.outer(s, y) / k
    return left @ b @ left.T + np.outer(s, s) / k


# %% right="multiplied out" answer="bfgs_update"
def bfgs_update(b, s, y):
    k = float(s.dot(y))
    if not k > 1e-8 * np.sqrt(s.dot(s)) * np.sqrt(y.dot(y)):
        return np.array(b)
    v = b.dot(y)
    return b - (s[:, None] * v[None] + v[:, None] * s[None]) / k + (1 + y.dot(v) / k) * s[:, None] * s[None] / k


# %% right="entry by entry" answer="bfgs_update"
def bfgs_update(b, s, y):
    d = len(s)
    k = sum(s[i] * y[i] for i in range(d))
    if k <= 1e-8 * np.linalg.norm(s) * np.linalg.norm(y):
        return b * 1.0
    left = [[(i == j) - s[i] * y[j] / k for j in range(d)] for i in range(d)]
    new = np.zeros((d, d))
    for i in range(d):
        for j in range(d):
            new[i, j] = sum(left[i][m] * b[m, n] * left[j][n] for m in range(d) for n in range(d)) + s[i] * s[j] / k
    return new


# %% wrong="sign of the innovation" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p - np.outer(k, pj)
    return w + k * (prediction - y), (p + p.T) / 2


# %% wrong="the noise is forgotten" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj)
    p = p - np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="the noise as a standard deviation" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r**2)
    p = p - np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="P is never updated" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    return w + pj / (j @ pj + r) * (y - prediction), p


# %% wrong="P grows" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p + np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="the diagonal of P only" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    v = np.diag(p) + q
    k = v * j / (j @ (v * j) + r)
    return w + k * (y - prediction), np.diag(v - k * v * j)


# %% wrong="gradient descent with a rate from P" answer="filter_step" loses="filter_step"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    return w + pj / r * (y - prediction), p - np.outer(k, pj)


# %% wrong="linear model: the prediction is taken for j times w" answer="filter_step" loses="filter_bent"
def filter_step(w, p, y, model, r, q):
    _, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p - np.outer(k, pj)
    return w + k * (y - j @ w), (p + p.T) / 2


# %% wrong="drift after the measurement" answer="filter_step" loses="filter_drift"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p - np.outer(k, pj) + q * np.eye(len(w))
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="drift forgotten" answer="filter_step" loses="filter_drift"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p - np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="drift in every entry of P" answer="filter_step" loses="filter_drift"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q
    pj = p @ j
    k = pj / (j @ pj + r)
    p = p - np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="changes P in place" answer="filter_step" loses="filter_drift"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p += q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    p -= np.outer(k, pj)
    return w + k * (y - prediction), (p + p.T) / 2


# %% wrong="P is not averaged with its transpose" answer="filter_step" loses="filter_drift"
def filter_step(w, p, y, model, r, q):
    prediction, j = model(w)
    p = p + q * np.eye(len(w))
    pj = p @ j
    k = pj / (j @ pj + r)
    return w + k * (y - prediction), p - np.outer(k, pj)


# %% right="Joseph's form" answer="filter_step"
def filter_step(w, p, y, model, r, q):
    out, j = model(w)
    d = w.size
    p = p + q * np.identity(d)
    k = p.dot(j) / (r + j.dot(p).dot(j))
    a = np.identity(d) - np.outer(k, j)
    new = a.dot(p).dot(a.T) + r * np.outer(k, k)
    return w + k * (y - out), 0.5 * new + 0.5 * new.T


# %% right="by the inverse of P" answer="filter_step"
def filter_step(w, p, y, model, r, q):
    out, j = model(w)
    p = p + np.diag(np.full(len(w), q))
    new = np.linalg.inv(np.linalg.inv((p + p.T) / 2) + np.outer(j, j) / r)
    new = (new + new.T) / 2
    return w + new @ j * (y - out) / r, new
