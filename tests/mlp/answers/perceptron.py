# %% wrong="updates on right answers too" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                mistakes, clean = mistakes + 1, False
            w = w + yi * xi
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="no bias (a zero is appended to the weights)" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x, y = np.asarray(x, dtype=float), np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return np.append(w, 0), mistakes, True
    return np.append(w, 0), mistakes, False


# %% wrong="bias first" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[np.ones(len(x)), x], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="< instead of <=: never leaves w = 0" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) < 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="compares predictions, sign(0) = +1: ties of positives are no mistakes" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if (1 if w @ xi >= 0 else -1) != yi:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="learning rate on the bias only" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    rate = np.r_[np.ones(x.shape[1] - 1), 0.1]
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + rate * yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="learning rate one half" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + 0.5 * yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="labels 0 and 1 used as they are" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x = np.c_[x, np.ones(len(x))]
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="labels taken for 0 and 1 always" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], 2 * np.asarray(y) - 1
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="update without the label" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="all mistakes of a pass at once" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        wrong = y * (x @ w) <= 0
        if not wrong.any():
            return w, mistakes, True
        w, mistakes = w + y[wrong] @ x[wrong], mistakes + int(wrong.sum())
    return w, mistakes, False


# %% wrong="restarts the pass after each mistake" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs * len(x)):
        wrong = y * (x @ w) <= 0
        if not wrong.any():
            return w, mistakes, True
        i = wrong.argmax()
        w, mistakes = w + y[i] * x[i], mistakes + 1
    return w, mistakes, False


# %% wrong="counts passes instead of mistakes" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w = np.zeros(x.shape[1])
    for epoch in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, clean = w + yi * xi, False
        if clean:
            return w, epoch, True
    return w, max_epochs, False


# %% wrong="always says converged" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes = w + yi * xi, mistakes + 1
    return w, mistakes, True


# %% wrong="one pass only" answer="perceptron_train" loses="perceptron_train perceptron_promises"
def perceptron_train(x, y, max_epochs):
    x, y = np.c_[x, np.ones(len(x))], np.where(np.asarray(y) == 1, 1, -1)
    w, mistakes = np.zeros(x.shape[1]), 0
    for xi, yi in zip(x, y):
        if yi * (w @ xi) <= 0:
            w, mistakes = w + yi * xi, mistakes + 1
    return w, mistakes, bool((y * (x @ w) > 0).all())


# %% wrong="relabels y in place" answer="perceptron_train" loses="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x = np.c_[x, np.ones(len(x))]
    y = np.asarray(y)
    y[y == 0] = -1
    w, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(max_epochs):
        clean = True
        for xi, yi in zip(x, y):
            if yi * (w @ xi) <= 0:
                w, mistakes, clean = w + yi * xi, mistakes + 1, False
        if clean:
            return w, mistakes, True
    return w, mistakes, False


# %% right="dual inside, weights at the end" answer="perceptron_train"
def perceptron_train(x, y, max_epochs):
    x, s = np.c_[x, np.ones(len(x))], [1 if v > 0 else -1 for v in y]
    c = [0] * len(x)
    for _ in range(max_epochs):
        before = sum(c)
        for i in range(len(x)):
            w = sum((c[j] * s[j] * x[j] for j in range(len(x))), np.zeros(x.shape[1]))
            c[i] += int(s[i] * np.dot(w, x[i]) <= 0)
        if sum(c) == before:
            break
    else:
        before = -1
    return sum((c[j] * s[j] * x[j] for j in range(len(x))), np.zeros(x.shape[1])), sum(c), before == sum(c)


# %% right="stops early when all is right, signed examples" answer="perceptron_train"
def perceptron_train(x, y, max_epochs):
    z = np.c_[np.asarray(x, float), np.ones(len(x))] * np.where(np.asarray(y) > 0, 1.0, -1.0)[:, None]
    w, mistakes = np.zeros(z.shape[1]), 0
    for _ in range(max_epochs):
        last = mistakes
        for row in z:
            if not row @ w > 0:
                w += row
                mistakes += 1
        if mistakes == last:
            return w, mistakes, True
    return w, mistakes, False


# %% wrong="w_star not normalised" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star))
    if scores.min() <= 0:
        raise ValueError("no")
    return (np.linalg.norm(x, axis=1).max() / scores.min()) ** 2


# %% wrong="mean margin instead of the smallest" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return (np.linalg.norm(x, axis=1).max() / scores.mean()) ** 2


# %% wrong="R squared forgotten" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return 1 / scores.min() ** 2


# %% wrong="not squared" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return np.linalg.norm(x, axis=1).max() / scores.min()


# %% wrong="mean length instead of the largest" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return (np.linalg.norm(x, axis=1).mean() / scores.min()) ** 2


# %% wrong="norm of the whole matrix" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return (np.linalg.norm(x) / scores.min()) ** 2


# %% wrong="labels forgotten: distances without sign" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.abs(np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return (np.linalg.norm(x, axis=1).max() / scores.min()) ** 2


# %% wrong="accepts an example on the line" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() < 0:
        raise ValueError("no")
    with np.errstate(divide="ignore"):
        return (np.linalg.norm(x, axis=1).max() / scores.min()) ** 2


# %% wrong="examples normalised too" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    x = np.asarray(x) / np.linalg.norm(x, axis=1)[:, None]
    scores = np.asarray(y) * (x @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return 1 / scores.min() ** 2


# %% right="plain Python" answer="novikoff_bound"
def novikoff_bound(x, y, w_star):
    square = sum(float(a) ** 2 for a in w_star)
    scores = [float(s) * sum(float(a) * float(b) for a, b in zip(row, w_star)) for row, s in zip(x, y)]
    if not min(scores) > 0:
        raise ValueError("some example is not on its right side")
    return max(sum(float(a) ** 2 for a in row) for row in x) * square / min(scores) ** 2


# %% wrong="labels missing in the sum" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        before = c.sum()
        for i in range(len(y)):
            c[i] += y[i] * (c @ gram[:, i]) <= 0
        if c.sum() == before:
            return c, True
    return c, False


# %% wrong="< instead of <=" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        before = c.sum()
        for i in range(len(y)):
            c[i] += y[i] * ((c * y) @ gram[:, i]) < 0
        if c.sum() == before:
            return c, True
    return c, False


# %% wrong="signed counts" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        clean = True
        for i in range(len(y)):
            if y[i] * (c @ gram[:, i]) <= 0:
                c[i] += y[i]
                clean = False
        if clean:
            return c, True
    return c, False


# %% wrong="all mistakes of a pass at once" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        wrong = y * (gram @ (c * y)) <= 0
        if not wrong.any():
            return c, True
        c = c + wrong
    return c, False


# %% wrong="each example counted once at most" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        clean = True
        for i in range(len(y)):
            if y[i] * ((c * y) @ gram[:, i]) <= 0:
                c[i], clean = 1, False
        if clean:
            return c, True
    return c, False


# %% wrong="always converged" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        for i in range(len(y)):
            c[i] += y[i] * ((c * y) @ gram[:, i]) <= 0
    return c, True


# %% wrong="never says converged" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    c = np.zeros(len(y), dtype=int)
    for _ in range(max_epochs):
        for i in range(len(y)):
            c[i] += y[i] * ((c * y) @ gram[:, i]) <= 0
    return c, False


# %% right="keeps all scores up to date instead of summing anew" answer="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    scores, c = [0.0] * len(y), [0] * len(y)
    for _ in range(max_epochs):
        before = list(c)
        for i, s in enumerate(y):
            if s * scores[i] <= 0:
                c[i] += 1
                scores = [t + s * g for t, g in zip(scores, gram[i])]
        if c == before:
            return np.array(c), True
    return np.array(c), False


# %% wrong="w_star = 0 gives not a number" answer="novikoff_bound" loses="novikoff_bound"
def novikoff_bound(x, y, w_star):
    scores = np.asarray(y) * (np.asarray(x) @ np.asarray(w_star)) / np.linalg.norm(w_star)
    if scores.min() <= 0:
        raise ValueError("no")
    return (np.linalg.norm(x, axis=1).max() / scores.min()) ** 2


# %% wrong="no counts at all" answer="perceptron_dual" loses="perceptron_dual"
def perceptron_dual(gram, y, max_epochs):
    return np.zeros(4), True
