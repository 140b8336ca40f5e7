# %% [markdown]
# # Bug hunt: rules, layers and splits
#
# **What it trains.** To test the parts of a training script: to know which inputs make a bug visible, and what tolerance is honest where chance is part of the answer.
#
# **Time.** About 120 minutes.
#
# **Read again if stuck.** The sections "Bugs that train", "Descent with memory", "Normalisation" of the book.
#
# You write no network. You get implementations by somebody else, as functions, and write the **checkers** that say whether they are right: a checker returns `True` or `False`. They are then run on right
# implementations, some of them unusual, and on wrong ones that you have not seen.
#
# Rules for all four:
#
# - A right implementation must pass, whatever way it goes about its work (loops, lists as results, another order of sums: rounding errors differ).
# - A wrong one must fail. An implementation that raises an error, returns NaN, or **changes its arguments** is wrong.
# - Your checker itself never raises; it returns `False` instead.
# - `check.close(actual, expected, rtol=1e-7, atol=1e-10)` and `check.shape(x, expected)` of `dlcourse.check` raise an `AssertionError` when something is wrong; lists are fine, NaN is not close to a number.
#
# **The tests that you see are only a smoke test.** A checker that looks at next to nothing passes them all. The points depend on the hidden collection: a test cell earns its points when your checker judges *every*
# implementation in it rightly. A collection has 30 seconds: a few hundred calls of each implementation are enough, thousands are not wanted. So before you hand in, plant bugs of your own. Your answers may use NumPy and nothing else: no `dlcourse.training`, no `dlcourse.mlp` (the tests look).

# %%
import numpy as np

from dlcourse import check


def ask(checker, *functions):
    """What the checker says of an implementation, True or False; a sentence if it says neither."""
    name = getattr(checker, "__name__", "checker")
    try:
        answer = checker(*functions)
    except NotImplementedError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise AssertionError(f"your {name} raised {what}; it must return False instead") from error
    said = f"your {name} returned {answer!r}, expected True or False"
    assert answer is not None, f"{said}: does each way through it return something?"
    assert isinstance(answer, (bool, np.bool_)), said
    return bool(answer)


# %% [markdown]
# ## 1. An update rule (4 points)
#
# `rule(w, grad, state, lr, mu)` is the heavy ball: $v \leftarrow \mu v + g$, then $w \leftarrow w - \eta v$, with the rate **outside** the memory. It returns the new `w` and the new state. `state` is `None` at the
# first step ($v = 0$ then), afterwards what the rule returned last; what is in it is the rule's own affair. `w` and `grad` are float64 arrays of one shape, any shape. Nothing that is given may change, the old state
# included: a step taken again from an old state gives the same result.
#
# Write `rule_ok(rule)`.
#
# <details><summary>Hint 1</summary>
#
# Which bugs does one step show? Which need two, which three? When does it matter whether the rate is inside or outside of the memory?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute $v$ and $w$ yourself beside the rule, for several steps with other gradients, rates and $\mu$, for a matrix too. Keep copies of everything that you pass. Run two sequences in turn: a rule with a
# memory of its own mixes them up.
# </details>


# %% answer="rule_ok" forbid="dlcourse.training dlcourse.mlp torch"
def rule_ok(rule):
    """Whether rule(w, grad, state, lr, mu) -> (w, state) is the heavy ball as described.  -> True or False"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="rule_ok" points=4
def heavy_ball(w, grad, state, lr, mu):
    v = grad if state is None else mu * state + grad
    return w - lr * v, v


# a smoke test only: see the introduction
got = ask(rule_ok, heavy_ball)
assert got, "your checker says False for the heavy ball as it is described"
got = ask(rule_ok, lambda w, grad, state, lr, mu: (w - lr * grad, None))
assert not got, "your checker says True for a rule without any memory"
### BEGIN HIDDEN TESTS
rng = check.class_rng("training-practice/rule_ok")


def make_rule(kind):
    """An update rule of one kind, right or wrong."""
    own = {}

    def rule(w, grad, state, lr, mu):
        if kind == "loops":
            old = [0.0] * w.size if state is None else state
            v = [mu * a + float(g) for a, g in zip(old, grad.ravel())]
            return np.array([float(x) - lr * a for x, a in zip(w.ravel(), v)]).reshape(w.shape), v
        if kind == "state with more in it":
            t, v = (0, 0.0) if state is None else state["t v"]
            v = mu * v + grad
            return w - lr * v, {"t v": (t + 1, v), "path": [w]}
        if kind == "minus inside":
            v = -grad if state is None else mu * state - grad
            return w + lr * v, v
        if kind == "rate inside":
            v = lr * grad if state is None else mu * state + lr * grad
            return w - v, v
        if kind == "first step without the rate":
            v = grad if state is None else mu * state + lr * grad
            return w - v, v
        if kind == "average":
            v = (1 - mu) * grad if state is None else mu * state + (1 - mu) * grad
            return w - lr * v, v
        if kind == "Nesterov":
            v = grad if state is None else mu * state + grad
            return w - lr * (grad + mu * v), v
        if kind == "old memory":
            v = 0 * grad if state is None else state
            return w - lr * (grad if state is None else mu * v + grad), mu * v + grad if state is not None else 0 * grad
        if kind == "memory of its own":
            own["v"] = grad if state is None and "v" not in own else mu * own.get("v", 0) + grad
            return w - lr * own["v"], 0
        if kind == "memory of its own, cleared by None":
            own["v"] = grad if state is None else mu * own["v"] + grad
            return w - lr * own["v"], 0
        if kind == "state forgotten every third step":
            t = 0 if state is None else state[1]
            v = grad if state is None or t == 2 else mu * state[0] + grad
            return w - lr * v, (v, (t + 1) % 3)
        v = grad + 0 if state is None else mu * state + grad
        if kind == "changes w":
            w -= lr * v
            return w, v
        if kind == "changes the gradient":
            grad *= 0
        if kind == "changes the state":
            if state is not None:
                state *= mu
                state += grad
                v = state
            return w - lr * v, v
        if kind == "fixed mu":
            v = grad + 0 if state is None else 0.9 * state + grad
        if kind == "mu twice":
            v = grad + 0 if state is None else mu**2 * state + grad
        if kind == "uphill":
            return w + lr * v, v
        if kind == "clipped at 1":
            return w - lr * np.clip(v, -1, 1), v
        if kind == "vectors only" and w.ndim != 1:
            raise ValueError("w must be a vector")
        return w - lr * v, v

    return rule


right = ["plain", "loops", "state with more in it", "minus inside"]
wrong = ["rate inside", "first step without the rate", "average", "Nesterov", "old memory", "memory of its own", "memory of its own, cleared by None", "changes w"]
wrong += ["changes the gradient", "changes the state", "fixed mu", "mu twice", "uphill", "clipped at 1", "vectors only", "state forgotten every third step"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    with np.errstate(all="ignore"):
        said = ask(rule_ok, make_rule(str(kind)))
    assert said or kind in wrong, f"a right rule fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong rule passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Dropout (4 points)
#
# `dropout(x, p, train, rng)` returns an array like `x`, `(N, D)`. In training each entry is set to 0 with probability `p`, **independently of all others**, and the others are divided by $1 - p$. Otherwise the result equals
# `x`. All chance comes from `rng`, a NumPy generator: the same state gives the same result, another one another. `x` is not changed; $0 \le p < 1$.
#
# Write `dropout_ok(dropout)`. Chance is part of the answer: ask for shares within a tolerance that a right implementation leaves less than once in a million calls.
#
# <details><summary>Hint 1</summary>
#
# Of $n$ entries the share that is 0 has the standard deviation $\sqrt{p(1-p)/n}$. How many do you need for a tolerance of 0.02 to be five of them?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Independence: whole rows or whole columns that vanish together have the right share, too. Compare rows with each other. Use an `x` without zeros and without two equal entries.
# </details>


# %% answer="dropout_ok" forbid="dlcourse.training dlcourse.mlp torch"
def dropout_ok(dropout):
    """Whether dropout(x, p, train, rng) -> array like x is inverted dropout as described.  -> True or False"""
    ### BEGIN SOLUTION
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="dropout_ok" points=4
def inverted(x, p, train, rng):
    return x * (rng.random(x.shape) >= p) / (1 - p) if train else x


# a smoke test only: see the introduction
got = ask(dropout_ok, inverted)
assert got, "your checker says False for dropout as it is described"
got = ask(dropout_ok, lambda x, p, train, rng: x)
assert not got, "your checker says True for a function that never drops anything"
### BEGIN HIDDEN TESTS
rng = check.class_rng("training-practice/dropout_ok")


def make_dropout(kind):
    """Dropout of one kind, right or wrong."""

    def dropout(x, p, train, rng):
        if kind == "fails for p = 0" and p == 0:
            return x / p
        if not train:
            if kind == "active in evaluation":
                return x * (rng.random(x.shape) >= p) / (1 - p)
            return x * (1 - p) if kind == "scaled in evaluation" else x
        if kind == "binomial":
            return (x * rng.binomial(1, 1 - p, x.shape) / (1 - p)).tolist()
        if kind == "single precision dice":
            return np.where(rng.random(x.shape, dtype=np.float32) < p, 0.0, x / (1 - p))
        if kind == "uniform from -1":
            return x / (1 - p) * (rng.uniform(-1, 1, x.shape) >= 2 * p - 1)
        if kind == "one mask for all rows":
            return x * (rng.random(x.shape[1]) >= p) / (1 - p)
        if kind == "whole rows":
            return x * (rng.random((len(x), 1)) >= p) / (1 - p)
        if kind == "chance of its own":
            return x * (np.random.random(x.shape) >= p) / (1 - p)
        if kind == "always the same mask":
            return x * (np.random.default_rng(7).random(x.shape) >= p) / (1 - p)
        keep = rng.random(x.shape) >= (1 - p if kind == "p is kept" else p)
        if kind == "half always":
            keep = rng.random(x.shape) >= (0.5 if p else 0)
        if kind == "no scale":
            return x * keep
        if kind == "scale by p":
            return x * keep / max(p, 1e-9) if p else x
        if kind == "mean of each row kept":
            out = x * keep
            return out * (x.sum(axis=1, keepdims=True) / np.maximum(out.sum(axis=1, keepdims=True), 1e-9))
        if kind == "small noise instead of 0":
            return np.where(keep, x / (1 - p), 1e-3)
        if kind == "changes x":
            x *= keep
            return x / (1 - p)
        if kind == "first half only":
            keep[len(x) // 2 :] = True
        if kind == "pairs of neighbours":
            keep[:, 1::2] = keep[:, 0 : 2 * (x.shape[1] // 2) : 2]
        return x * keep / (1 - p)

    return dropout


right = ["plain", "binomial", "single precision dice", "uniform from -1"]
wrong = ["active in evaluation", "scaled in evaluation", "one mask for all rows", "whole rows", "chance of its own", "always the same mask", "p is kept", "half always"]
wrong += ["no scale", "scale by p", "mean of each row kept", "small noise instead of 0", "changes x", "first half only", "fails for p = 0"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    with np.errstate(all="ignore"):
        said = ask(dropout_ok, make_dropout(str(kind)))
    assert said or kind in wrong, f"a right dropout fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong dropout passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Batch normalisation (4 points)
#
# `norm(x, gamma, beta, state, train)` for `x: (N, D)`, `gamma, beta: (D,)`, returns the output and the new state. `state` is a pair (running mean, running variance), both `(D,)`. In training, with $N \ge 2$:
#
# $$\text{out} = \gamma\, \frac{x - \mu}{\sqrt{\sigma^2 + 10^{-5}}} + \beta$$
#
# with mean and variance of the batch, the variance divided by $N$. The new state is 0.9 times the old one plus 0.1 times the batch's mean, and 0.1 times the batch's variance **divided by $N - 1$**. In evaluation the running
# statistics take the place of $\mu$ and $\sigma^2$ (any $N \ge 1$), and the state stays as it is. Nothing that is given changes.
#
# Write `norm_ok(norm)`.
#
# <details><summary>Hint 1</summary>
#
# For which $N$ does it matter whether one divides by $N$ or by $N - 1$? For which variances whether $10^{-5}$ stands inside the root?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Use few rows, $N \ne D$ and also $N = D$, columns of very different scales (one constant), $\gamma$ and $\beta$ that are not 1 and 0, and a state that is not (0, 1). Try a single row in evaluation.
# </details>


# %% answer="norm_ok" forbid="dlcourse.training dlcourse.mlp torch"
def norm_ok(norm):
    """Whether norm(x, gamma, beta, state, train) -> (out, state) is batch normalisation as described.  -> True or False"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="norm_ok" points=4
def batch_norm(x, gamma, beta, state, train):
    mean, var = state
    if train:
        n, mu, s2 = len(x), x.mean(axis=0), x.var(axis=0)
        return gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, (0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * s2 * n / (n - 1))
    return gamma * (x - mean) / np.sqrt(var + 1e-5) + beta, state


# a smoke test only: see the introduction
got = ask(norm_ok, batch_norm)
assert got, "your checker says False for batch normalisation as it is described"
got = ask(norm_ok, lambda x, gamma, beta, state, train: (gamma * x + beta, state))
assert not got, "your checker says True for a layer that normalises nothing"
### BEGIN HIDDEN TESTS
rng = check.class_rng("training-practice/norm_ok")


def make_norm(kind):
    """Batch normalisation of one kind, right or wrong."""

    def norm(x, gamma, beta, state, train):
        mean, var = state
        n, eps, rate = len(x), 1e-5, 0.1
        if kind == "loops":
            columns = [[float(v) for v in column] for column in x.T]
            mus = [sum(c) / n for c in columns] if train else list(mean)
            s2s = [sum((v - m) ** 2 for v in c) / n for c, m in zip(columns, mus)] if train else list(var)
            out = [[float(g) * (v - m) / (s + eps) ** 0.5 + float(b) for v, m, s, g, b in zip(row, mus, s2s, gamma, beta)] for row in x.tolist()]
            if not train:
                return out, state
            return out, ([0.9 * a + 0.1 * m for a, m in zip(mean, mus)], [0.9 * a + 0.1 * s * n / (n - 1) for a, s in zip(var, s2s)])
        axis = 1 if kind == "over the features" else 0
        keep = kind == "over the features"
        mu, s2 = x.mean(axis=axis, keepdims=keep), x.var(axis=axis, keepdims=keep, ddof=1 if kind == "unbiased in the batch" and n > 1 else 0)
        if kind == "mean of squares":
            mu, s2 = x.mean(axis=0), (x**2).mean(axis=0)
        if not train and kind != "always training":
            if kind == "updates in evaluation":
                return gamma * (x - mean) / np.sqrt(var + eps) + beta, (0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * s2)
            if kind == "batch's mean in evaluation":
                return gamma * (x - mu) / np.sqrt(var + eps) + beta, state
            if kind == "no eps in evaluation":
                return gamma * (x - mean) / np.sqrt(var) + beta, state
            return gamma * (x - mean) / np.sqrt(var + eps) + beta, (mean + 0, var + 0)
        if kind == "always evaluation":
            return gamma * (x - mean) / np.sqrt(var + eps) + beta, state
        root = np.sqrt(s2) + eps if kind == "eps outside" else np.sqrt(s2 + (1e-3 if kind == "large eps" else eps))
        hat = (x - mu) / root
        out = gamma * hat + beta
        if kind == "gamma forgotten":
            out = hat + beta
        if kind == "beta scaled":
            out = gamma * (hat + beta)
        if kind == "rate reversed":
            rate = 0.9
        bias = 1.0 if kind == "running variance biased" or n == 1 else n / (n - 1)
        if kind == "over the features":
            mu, s2 = x.mean(axis=0), x.var(axis=0)
        new = (1 - rate) * mean + rate * mu, (1 - rate) * var + rate * s2 * (1.0 if kind == "unbiased in the batch" else bias)
        if kind == "changes the state":
            mean[:], var[:] = new
        if kind == "changes x":
            x -= x.mean(axis=0)
        if kind == "running deviation":
            new = new[0], ((1 - rate) * np.sqrt(var) + rate * np.sqrt(s2 * bias)) ** 2
        return out, new

    return norm


right = ["plain", "loops"]
wrong = ["over the features", "unbiased in the batch", "mean of squares", "always training", "updates in evaluation", "batch's mean in evaluation", "no eps in evaluation"]
wrong += ["always evaluation", "eps outside", "large eps", "gamma forgotten", "beta scaled", "rate reversed", "running variance biased", "changes the state", "changes x"]
wrong += ["running deviation"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    with np.errstate(all="ignore"):
        said = ask(norm_ok, make_norm(str(kind)))
    assert said or kind in wrong, f"a right norm fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong norm passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A split (2 points)
#
# `split(n, share, rng)` divides the samples $0, \dots, n - 1$ into a training set and a test set: it returns two sequences of whole numbers, the training set first. Together they hold every sample exactly once; the test set has
# `round(n * share)` of them. Which ones is decided by `rng` alone, and every sample has the same chance. The order within each is free.
#
# Write `split_ok(split)`.
#
# <details><summary>Hint 1</summary>
#
# `sorted([*train, *test]) == list(range(n))` finds much at once. What does it not find?
# </details>
#
# <details><summary>Hint 2</summary>
#
# "Every sample has the same chance" needs many calls, each with another generator: count how often each sample is in the test set. With 400 calls and share ½ the count has the standard deviation 10.
# </details>


# %% answer="split_ok" forbid="dlcourse.training dlcourse.mlp torch sklearn"
def split_ok(split):
    """Whether split(n, share, rng) -> (training samples, test samples) is a fair split as described.  -> True or False"""
    ### BEGIN SOLUTION
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="split_ok" points=2
def fair(n, share, rng):
    order = rng.permutation(n)
    k = round(n * share)
    return order[k:], order[:k]


# a smoke test only: see the introduction
got = ask(split_ok, fair)
assert got, "your checker says False for a fair split"
got = ask(split_ok, lambda n, share, rng: (np.arange(n), np.arange(round(n * share))))
assert not got, "your checker says True for a test set that lies inside the training set"
### BEGIN HIDDEN TESTS
rng = check.class_rng("training-practice/split_ok")


def make_split(kind):
    """A split of one kind, right or wrong."""

    def split(n, share, rng):
        k = round(n * share)
        order = rng.permutation(n)
        if kind == "sorted lists":
            return sorted(int(i) for i in order[k:]), sorted(int(i) for i in order[:k])
        if kind == "by choice":
            test = rng.choice(n, k, replace=False)
            return [i for i in range(n) if i not in test], test
        if kind == "by random keys":
            keys = rng.random(n)
            return np.argsort(keys)[k:], np.argsort(keys)[:k]
        if kind == "the first ones":
            return np.arange(n)[k:], np.arange(n)[:k]
        if kind == "the last ones":
            return np.arange(n)[: n - k], np.arange(n)[n - k :]
        if kind == "with replacement":
            test = rng.integers(0, n, k)
            return np.setdiff1d(np.arange(n), test), test
        if kind == "two shuffles":
            return order[k:], rng.permutation(n)[:k]
        if kind == "exchanged":
            return order[:k], order[k:]
        if kind == "one lost":
            return order[k + 1 :], order[:k]
        if kind == "one twice":
            return np.append(order[k:], order[:1]) if k else order, order[:k]
        if kind == "chance of its own":
            order = np.random.permutation(n)
        if kind == "always the same":
            order = np.random.default_rng(0).permutation(n)
        if kind == "cut, not rounded":
            k = int(n * share)
        if kind == "never sample 0 in the test set" and 0 < k < n:
            order = np.append(rng.permutation(np.arange(1, n)), 0)
        if kind == "a block at a random place":
            order = (np.arange(n) + rng.integers(n)) % n
        if kind == "counts from 1":
            order = order + 1
        return order[k:], order[:k]

    return split


right = ["plain", "sorted lists", "by choice", "by random keys"]
wrong = ["the first ones", "the last ones", "with replacement", "two shuffles", "exchanged", "one lost", "one twice", "chance of its own", "always the same"]
wrong += ["cut, not rounded", "never sample 0 in the test set", "a block at a random place", "counts from 1"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(split_ok, make_split(str(kind)))
    assert said or kind in wrong, f"a right split fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong split passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A fellow student's network has 94 % on the digits where the book reports 98 %. The training loss falls smoothly to 0.2. "It is the seed", he says. Name three bugs of this chapter that would look like this, and for each the cheapest
# experiment that would show it or rule it out. Which one would you do first, and why? (About 8 sentences.)

# %% [markdown] written="first_check" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# It is not the seed: over three seeds the right script lies between 0.974 and 0.981, and its loss ends at 0.04. Candidates: momentum that starts anew at each step (0.94 to 0.96, loss 0.2): print the length of the steps for a constant gradient, they must
# grow to ten times the first, or compare two steps with the formulas. A gradient of the batch before (0.93 to 0.97): the first step uses no old gradient; compare the second step with the formula, or check that a batch of one sample is fitted
# after one large step. Dropout or training mode left on at test time: evaluate the same sample twice. A rate that is too small or a schedule in the wrong loop: print the rates of the first and last step (cheapest of all). First the cheapest that splits
# the possibilities: run three other seeds, a minute, which settles his claim; then print the rates; then the two steps, which settle most of the rest.
#
# Marking: 1 point for three different bugs that fit the symptoms (smooth loss, a few points lost; "labels apart" or "never zeroed" do not fit) each with an experiment whose result is known beforehand; 1 point for an order with a reason (cost, or how much it rules out). "Look at the
# code again" is no experiment.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Run your checkers on PyTorch's `torch.nn.functional.dropout` and `batch_norm`, each behind a small function with the signature of this notebook. Do they pass? If not, whose fault is it?
# - Write `schedule_ok` for the cosine schedule of the book, and plant five bugs for it.
