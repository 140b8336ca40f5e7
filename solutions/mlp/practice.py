# %% [markdown]
# # Bug hunt
#
# **What it trains.** To test numerical code: to know which inputs make a bug visible, and what tolerance is honest.
#
# **Time.** About 130 minutes.
#
# **Read again if stuck.** The sections "A network at work, and its bugs" and "Error back-propagation" of the book.
#
# This time you write no network. You get implementations by somebody else, as functions, and write the **checkers** that say whether they are right: a
# checker returns `True` or `False`. Your checkers are then run on right implementations, some of them unusual, and on wrong ones that you have not
# seen.
#
# Rules for all four:
#
# - A right implementation must pass, whatever way it goes about its work (loops, lists as results, another order of sums: rounding errors differ).
# - A wrong one must fail. An implementation that raises an error, returns NaN where it should not, or **changes its arguments** is wrong.
# - Your checker itself never raises; it returns `False` instead.
# - You may use everything in `dlcourse.check`. These raise an `AssertionError` when something is wrong:
#   - `check.close(actual, expected, rtol=1e-7, atol=1e-10)`: entry by entry, and the shapes; lists are fine, NaN is not close to a number
#   - `check.shape(x, expected)`: `expected` is a tuple
#   - `check.gradient_check(f, x, grad, h=1e-5, tol=1e-6)`: `f` maps an array like `x` to a number; `grad` is compared with central differences of `f` at `x`
#   - `check.numerical_gradient(f, x, h=1e-5)` raises nothing: it returns those differences, an array like `x`
#
# **The tests that you see are only a smoke test.** They run your checker on one right implementation and on one or two that are wrong in a coarse way. A checker that looks at next to
# nothing passes them all. The points depend on the hidden collection: a test cell earns its points when your checker judges *every* implementation in it rightly. So before you
# hand in, plant bugs of your own.

# %%
import numpy as np

from dlcourse import check


def softmax(scores):
    """Probabilities, row by row.  (B, C) -> (B, C)"""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def net_loss(params, x, y):
    """Mean cross-entropy of a network with one hidden ReLU layer.

    params: [(w1, b1), (w2, b2)], x: (B, D), y: (B,) -> number
    """
    (w1, b1), (w2, b2) = params
    probs = softmax(np.maximum(0, x @ w1 + b1) @ w2 + b2)
    return -np.log(probs[np.arange(len(y)), y]).mean()


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
# ## 1. A normaliser (2 points)
#
# `fit(x)` returns `(mean, scale)` of the columns of the training inputs `x` of shape `(N, D)`, with the standard deviation that divides by $N$.
# `apply(x, mean, scale)` normalises *any* inputs of shape `(M, D)` with these numbers. A column that is constant in training becomes 0 for the training
# inputs (and stays finite for all others).
#
# Write `normaliser_ok(fit, apply)`. You need not look at `mean` and `scale` themselves: what counts is what `apply` gives. Two right implementations
# may treat constant columns differently on *new* inputs; do not ask for more there than finite numbers.
#
# Mind rounding in your constant column. Take a constant such as 7 that floats hold exactly: the standard deviation of three times 0.1 comes out of NumPy as $1.4\cdot10^{-17}$, not 0,
# and a right implementation that asks "is it 0?" would look wrong. Implementations that add something as small as $10^{-8}$ to every scale do not occur in the tests, neither as right
# nor as wrong ones; your checker may do with them what it likes.
#
# <details><summary>Hint 1</summary>
#
# Normalise the training inputs and look at the mean and standard deviation of each column. Which wrong implementations pass that? Think of the new
# inputs, and of few samples.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute what should come out for *new* inputs of another length, even a single row, from the training columns. Use columns with very different scales
# and one constant column, compare with a tight tolerance, and compare copies of all arguments afterwards.
# </details>


# %% answer="normaliser_ok" forbid="dlcourse.mlp sklearn"
def normaliser_ok(fit, apply):
    """Whether fit(x) -> (mean, scale) and apply(x, mean, scale) normalise as described.

    -> True or False
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    try:
        for n, m in ((3, 1), (5, 4), (4, 6)):
            x = rng.normal(0, [1, 300, 0.01, 0], (n, 4)) + [0, 50, -2, 7]  # the last column is constant
            new = rng.normal(0, [1, 300, 0.01, 1], (m, 4)) + [0, 50, -2, 7]
            keep = x.copy(), new.copy()
            mean, scale = fit(x)
            out, out_new = np.asarray(apply(x, mean, scale)), np.asarray(apply(new, mean, scale))
            check.close(x, keep[0], rtol=0, atol=0)
            check.close(new, keep[1], rtol=0, atol=0)
            centre, spread = x.mean(axis=0), np.append(x[:, :3].std(axis=0), 1.0)
            check.close(out, (x - centre) / spread, rtol=1e-6, atol=1e-8)
            check.close(out_new[:, :3], ((new - centre) / spread)[:, :3], rtol=1e-6, atol=1e-8)
            if out_new.shape != new.shape or not np.isfinite(out_new).all():
                return False
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="normaliser_ok" points=2
def right_fit(x):
    scale = x.std(axis=0)
    return x.mean(axis=0), np.where(scale > 1e-12, scale, 1)


# a smoke test only: see the introduction
got = ask(normaliser_ok, right_fit, lambda x, mean, scale: (x - mean) / scale)
assert got, "your checker says False for right_fit and (x - mean) / scale, which are right"
got = ask(normaliser_ok, right_fit, lambda x, mean, scale: x - mean)
assert not got, "your checker says True for an apply that never divides by the scale"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/normaliser_ok")


def make_normaliser(kind):
    """fit and apply of one kind, right or wrong."""

    def fit(x):
        if kind == "loops":
            columns = [[float(v) for v in column] for column in x.T]
            means = [sum(c) / len(c) for c in columns]
            return means, [(sum((v - m) ** 2 for v in c) / len(c)) ** 0.5 for c, m in zip(columns, means)]
        axis = {"one mean for all columns": None, "rows in place of columns": 1}.get(kind, 0)
        mean, scale = x.mean(axis=axis), x.std(axis=axis, ddof=1 if kind == "divides by N - 1" else 0)
        if kind == "a constant column becomes NaN":
            return mean, scale
        if kind == "adds 0.001 to every scale":
            return mean, scale + 0.001
        if kind == "variance in place of the standard deviation":
            scale = scale**2
        if kind == "range in place of the standard deviation":
            scale = np.ptp(x, axis=0)
        if kind == "median in place of the mean":
            mean = np.median(x, axis=0)
        if kind == "changes the training inputs":
            x -= mean
            mean = 0 * mean
        return (mean, np.where(scale > 1e-12, scale, 5.0)) if kind != "tiny scale" else (mean, np.maximum(scale, 1e-6))

    def apply(x, mean, scale):
        if kind == "loops":
            return [[(v - m) / s if s > 1e-12 else 0.0 for v, m, s in zip(row, mean, scale)] for row in x.tolist()]
        if kind == "new inputs by their own mean":
            mean = x.mean(axis=0)
        if kind == "new inputs by their own scale":
            scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
        if kind == "mean forgotten":
            return x / scale
        if kind == "clipped at 1":
            return np.clip((x - mean) / scale, -1, 1)
        if kind == "changes its inputs":
            x -= mean
            x /= scale
            return x
        if kind == "fails for a single row" and len(x) == 1:
            raise IndexError("x needs two rows")
        return (x - mean) / scale

    return fit, apply


right = ["plain", "loops", "tiny scale"]
wrong = ["one mean for all columns", "rows in place of columns", "divides by N - 1", "a constant column becomes NaN", "adds 0.001 to every scale"]
wrong += ["variance in place of the standard deviation", "range in place of the standard deviation", "median in place of the mean", "changes its inputs"]
wrong += ["changes the training inputs", "new inputs by their own mean", "new inputs by their own scale"]
wrong += ["mean forgotten", "clipped at 1", "fails for a single row"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    with np.errstate(all="ignore"):
        said = ask(normaliser_ok, *make_normaliser(str(kind)))
    assert said or kind in wrong, f"a right normaliser fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong normaliser passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A loss with its gradient (4 points)
#
# `loss(scores, y)` should return the softmax cross-entropy, **mean** over the batch, as a number, and its gradient by the scores. Scores have shape
# `(B, C)`, `y` holds `B` class numbers. It must be right for every $B \ge 1$, $C \ge 2$, and for scores as large as 1000, where $e^{1000}$ overflows
# but the right loss does not.
#
# Write `loss_ok(loss)`.
#
# <details><summary>Hint 1</summary>
#
# A gradient check compares the gradient with the loss. If *both* are wrong in the same way (a sum for a mean, say), it is silent. So compare the loss
# itself with a value that you compute in another way.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Try $(B, C)$ = (1, 3), (4, 2), (3, 3), (5, 4). Then a batch of extreme rows whose loss you know without a computer: for scores (1000, 0) and class 1
# it is 1000, for class 0 it is 0; and (−1000, 1000) in the same batch as (0, 1). The gradient is known there, too.
# </details>


# %% answer="loss_ok" forbid="dlcourse.mlp torch sklearn"
def loss_ok(loss):
    """Whether loss(scores (B, C), y (B,)) -> (number, dscores (B, C)) is the mean cross-entropy.

    -> True or False
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(1)
    try:
        for b, c in ((1, 3), (4, 2), (3, 3), (6, 5)):
            s, y = rng.normal(0, 2, (b, c)), rng.integers(0, c, b)
            keep = s.copy(), y.copy()
            value, ds = loss(s, y)
            check.close(s, keep[0], rtol=0, atol=0)
            check.close(y, keep[1], rtol=0, atol=0)
            check.close(float(value), -np.log(softmax(s)[np.arange(b), y]).mean())
            check.gradient_check(lambda z, y=y: loss(z, y)[0], s, ds)
        extreme = np.array([[1000.0, 0], [1000, 0], [-1000, 1000], [-3000, -3000]])
        value, ds = loss(extreme, np.array([1, 0, 0, 1]))
        check.close(float(value), (1000 + 0 + 2000 + np.log(2)) / 4)
        check.close(ds, np.array([[1, -1], [0, 0], [-1, 1], [0.5, -0.5]]) / 4)
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="loss_ok" points=2
def right_loss(scores, y):
    rows, p = np.arange(len(y)), softmax(scores)
    shifted = scores - scores.max(axis=1, keepdims=True)
    value = (np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]).mean()
    p[rows, y] -= 1
    return value, p / len(y)


def climbing_loss(scores, y):
    value, dscores = right_loss(scores, y)
    return value, -dscores


# a smoke test only: see the introduction
assert ask(loss_ok, right_loss), "your checker says False for right_loss, which is right"
got = ask(loss_ok, climbing_loss)
assert not got, "your checker says True for climbing_loss, whose gradient has the wrong sign"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/loss_ok")


def by_hand(scores, y):
    """Loss and gradient in plain Python, entry by entry."""
    total, gradient = 0.0, []
    for row, c in zip(scores.tolist(), y.tolist()):
        top = max(row)
        whole = sum(np.exp(s - top) for s in row)
        total += float(np.log(whole)) + top - row[c]
        gradient.append([float(np.exp(s - top)) / whole / len(y) - (k == c) / len(y) for k, s in enumerate(row)])
    return total / len(y), gradient


def make_loss(kind):
    """One loss function, right or wrong."""

    def loss(scores, y):
        value, gradient = by_hand(scores, y)
        if kind == "lists":
            return value, gradient
        d, n = np.array(gradient), len(y)
        if kind == "sum in place of the mean, in both":
            return value * n, d * n
        if kind == "sum in place of the mean, in the gradient":
            return value, d * n
        if kind == "base 2":
            return value / np.log(2), d / np.log(2)
        if kind == "class 0 always":
            return by_hand(scores, 0 * y)[0], np.array(by_hand(scores, 0 * y)[1])
        if kind == "the probabilities as gradient":
            return value, softmax(scores) / n
        if kind == "softmax over the batch":
            return by_hand(scores.T, y[: scores.shape[1]])[0], np.array(by_hand(scores.T, y[: scores.shape[1]])[1]).T
        if kind == "the mean over all entries":
            return value / scores.shape[1], d / scores.shape[1]
        if kind == "the gradient negated":
            return value, -d
        if kind == "a constant too much":
            return value + 0.5, d
        return value, d

    return loss


right = ["plain", "lists"]
wrong = ["sum in place of the mean, in both", "sum in place of the mean, in the gradient", "base 2", "class 0 always", "the probabilities as gradient"]
wrong += ["softmax over the batch", "the mean over all entries", "the gradient negated", "a constant too much"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    with np.errstate(all="ignore"):
        said = ask(loss_ok, make_loss(str(kind)))
    assert said or kind in wrong, f"a right loss fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong loss passes: {kind}"
### END HIDDEN TESTS

# %% tests="loss_ok_sly" of="loss_ok" points=2
# a smoke test only: see the introduction
got = ask(loss_ok, lambda scores, y: (float("nan"), np.full(scores.shape, float("nan"))))
assert not got, "your checker says True for a loss whose results are all NaN"
got = ask(loss_ok, lambda scores, y: None)
assert not got, "your checker says True for a loss that returns None"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/loss_ok_sly")


def sly_loss(kind):
    """One loss function that is right most of the time."""

    def loss(scores, y):
        rows, n = np.arange(len(y)), len(y)
        if kind == "no shift: overflows":
            p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        elif kind == "one shift for the whole batch":
            p = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum(axis=1, keepdims=True)
        else:
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
        if kind.startswith(("no shift", "one shift", "log of p: minus infinity")):
            value = -np.log(p[rows, y]).mean()
        elif kind == "log of p + 1e-7":
            value = -np.log(p[rows, y] + 1e-7).mean()
        elif kind == "log of p, at least 1e-30":
            value = -np.log(np.maximum(p[rows, y], 1e-30)).mean()
        else:
            s = scores - scores.max(axis=1, keepdims=True)
            value = (np.log(np.exp(s).sum(axis=1)) - s[rows, y]).mean()
        d = p.copy()
        d[rows, y] -= 1
        if kind == "the last sample has no gradient" and n > 1:
            d[-1] = 0
        if kind == "two classes swapped" and scores.shape[1] == 2:
            return value, -d / n
        if kind == "fails for one sample" and n == 1:
            return value, d[0] / n
        if kind == "the largest gradients are clipped":
            d = np.clip(d, -0.95, 0.95)
        if kind == "changes the scores":
            scores -= scores.max(axis=1, keepdims=True)
        if kind == "sorts the classes it was given":
            y.sort()
        if kind == "smoothed labels":
            d += 0.001 * (np.eye(scores.shape[1])[y] - 1 / scores.shape[1])
            value -= 0.001 * (scores.mean(axis=1) - scores[rows, y]).mean()
        if kind == "divides by one less":
            return value, d / max(n - 1, 1)
        return value, d / n

    return loss


sly = ["no shift: overflows", "one shift for the whole batch", "log of p: minus infinity", "log of p + 1e-7", "log of p, at least 1e-30"]
sly += ["the last sample has no gradient", "two classes swapped", "fails for one sample", "the largest gradients are clipped", "changes the scores"]
sly += ["sorts the classes it was given", "smoothed labels", "divides by one less"]
for kind in rng.permutation(["none"] * 3 + sly):  # mixed, in the class's own order: a checker that counts its calls cannot know
    with np.errstate(all="ignore"):
        said = ask(loss_ok, sly_loss(str(kind)))
    assert said or kind in sly, "a right loss fails: is the check too strict?"
    assert not said or kind not in sly, f"a wrong loss passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A layer, forward and backward (4 points)
#
# `forward(x, w, b)` should return `(out, cache)` with `out` $= \max(0, x w + b)$ for `x (B, D)`, `w (D, K)`, `b (K,)`; the cache is the layer's own
# business. `backward(dout, cache)` should return `(dx, dw, db)`, the gradients of a loss whose gradient by `out` is `dout (B, K)`.
#
# Write `layer_ok(forward, backward)`. Think about which shapes, which `b` and which `dout` make a bug visible, and about small, ordinary and large
# numbers.
#
# <details><summary>Hint 1</summary>
#
# With a random `dout`, the function $L(x, w, b) = \sum \text{dout} \cdot \text{out}$ has exactly the gradients that `backward` should return. Check
# them one after another with `check.gradient_check`.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compare `out` itself with `np.maximum(0, x @ w + b)`, for inputs multiplied by 1 and by 100. Use a square `w` and others, batches of 1 and more, `b`
# different from 0. After `backward`, are `x`, `w`, `b` and `dout` what they were?
# </details>


# %% answer="layer_ok" forbid="dlcourse.mlp torch"
def layer_ok(forward, backward):
    """Whether forward(x, w, b) -> out, cache and backward(dout, cache) -> dx, dw, db are right.

    -> True or False
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(2)
    try:
        for size, (n, d, k) in zip((1, 100, 1, 0.1, 1), ((1, 3, 4), (4, 3, 3), (5, 4, 2), (3, 2, 5), (2, 1, 1))):
            x, w, b, dout = size * rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, k))
            keep = [a.copy() for a in (x, w, b, dout)]
            out, cache = forward(x, w, b)
            check.close(out, np.maximum(0, x @ w + b))
            dx, dw, db = backward(dout, cache)
            for a, before in zip((x, w, b, dout), keep):
                check.close(a, before, rtol=0, atol=0)
            mask = dout * (x @ w + b > 0)  # (n, k)
            check.close(dx, np.einsum("nk,dk->nd", mask, w))
            check.close(dw, np.einsum("nk,nd->dk", mask, x))
            check.close(db, mask.sum(axis=0))
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="layer_ok" points=2
def right_forward(x, w, b):
    out = np.maximum(0, x @ w + b)
    return out, (x, w, out > 0)


def right_backward(dout, cache):
    x, w, active = cache
    d = dout * active
    return d @ w.T, x.T @ d, d.sum(axis=0)


# a smoke test only: see the introduction
got = ask(layer_ok, right_forward, right_backward)
assert got, "your checker says False for right_forward and right_backward, which are right"
got = ask(layer_ok, lambda x, w, b: (x @ w + b, (x, w, x @ w + b > 0)), right_backward)
assert not got, "your checker says True for a layer without a ReLU in its forward pass"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/layer_ok")


def make_layer(kind):
    """forward and backward of one layer, right or wrong."""

    def forward(x, w, b):
        z = x @ w + (0 if kind == "no bias" else b)
        out = np.where(z > 0, z, 0.01 * z if kind == "leaky" else 0)
        if kind == "everything doubled, in both passes":
            out = 2 * out
        if kind == "loops":
            out = [[max(0.0, sum(a * c for a, c in zip(row, column)) + t) for column, t in zip(w.T, b)] for row in x]
        return out, {"x": x, "w": w, "active": z > 0}

    def backward(dout, cache):
        x, w = cache["x"], cache["w"]
        d = dout if kind == "no ReLU on the way back" else dout * cache["active"]
        dx, dw, db = d @ w.T, x.T @ d, d.sum(axis=0)
        if kind == "loops":
            dw = [[sum(d[n, j] * x[n, i] for n in range(len(x))) for j in range(w.shape[1])] for i in range(w.shape[0])]
            return dx.tolist(), dw, [float(t) for t in db]
        if kind == "w for its transpose":
            dx = d @ w if w.shape[0] == w.shape[1] else dx
        if kind == "db is not summed":
            db = d
        if kind == "dw is a mean":
            dw = dw / len(x)
        if kind == "db is a mean":
            db = db / len(x)
        if kind == "everything doubled, in both passes":
            dx, dw, db = 2 * dx, 2 * dw, 2 * db
        if kind == "dw transposed":
            dw = dw.T
        if kind == "dx negated":
            dx = -dx
        if kind == "dw and db negated":
            dw, db = -dw, -db
        if kind == "dx, db, dw":
            return dx, db, dw
        return dx, dw, db

    return forward, backward


right = ["plain", "loops"]
wrong = ["no bias", "leaky", "no ReLU on the way back", "w for its transpose"]
wrong += ["db is not summed", "dw is a mean", "db is a mean", "dw transposed", "dx negated"]
wrong += ["dw and db negated", "dx, db, dw", "everything doubled, in both passes"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(layer_ok, *make_layer(str(kind)))
    assert said or kind in wrong, f"a right layer fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong layer passes: {kind}"
### END HIDDEN TESTS

# %% tests="layer_ok_sly" of="layer_ok" points=2
# a smoke test only: see the introduction
got = ask(layer_ok, lambda x, w, b: np.maximum(0, x @ w + b), lambda dout, cache: None)
assert not got, "your checker says True for a forward that returns out alone, without a cache"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/layer_ok_sly")


def sly_layer(kind):
    """forward and backward of one layer that is right most of the time."""

    def forward(x, w, b):
        z = x @ w + b
        if kind == "the last bias is forgotten" and len(b) > 1:
            z[:, -1] -= b[-1]
        out = np.minimum(np.maximum(z, 0), 20 if kind == "cut off at 20" else np.inf)
        if kind == "centres its inputs in place":
            x -= 1e-3
        return out, (x, w, z > 0)

    def backward(dout, cache):
        x, w, active = cache
        if kind == "mask by the sign of dout":
            active = dout > 0
        if kind == "mask of the neighbour":
            active = np.roll(active, 1, axis=0)
        if kind == "mask of the next unit":
            active = np.roll(active, 1, axis=1)
        if kind == "dout taken for ones":
            dout = np.ones_like(dout)
        if kind == "changes dout":
            dout *= active
        d = dout * active
        dx, dw, db = d @ w.T, x.T @ d, d.sum(axis=0)
        if kind == "db without the ReLU":
            db = dout.sum(axis=0)
        if kind == "dx without the ReLU":
            dx = dout @ w.T
        if kind == "dw without the ReLU":
            dw = x.T @ dout
        if kind == "one sample only":
            dw = x[:1].T @ d[:1]
        if kind == "large gradients are clipped":
            dw = np.clip(dw, -5, 5)
        if kind == "all units share one db":
            db = np.full(len(db), db.mean())
        if kind == "fails for one sample" and len(x) == 1:
            raise ValueError("batch too small")
        if kind == "changes w":
            w -= 1e-6 * dw
        return dx, dw, db

    return forward, backward


sly = ["the last bias is forgotten", "cut off at 20", "centres its inputs in place"]
sly += ["mask by the sign of dout", "mask of the neighbour", "mask of the next unit"]
sly += ["dout taken for ones", "changes dout", "db without the ReLU", "dx without the ReLU", "dw without the ReLU", "one sample only"]
sly += ["large gradients are clipped", "all units share one db", "fails for one sample", "changes w"]
for kind in rng.permutation(["none"] * 3 + sly):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(layer_ok, *sly_layer(str(kind)))
    assert said or kind in sly, "a right layer fails: is the check too strict?"
    assert not said or kind not in sly, f"a wrong layer passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A whole training step, from outside (4 points)
#
# `step(params, x, y, lr)` should do one step of gradient descent for the network of `net_loss` above and return `(new_params, loss)`: `new_params` has
# the form of `params`, `loss` is the loss *before* the step. `params` itself stays as it is. No momentum, no weight decay, no clipping.
#
# Nobody shows you the gradients. But `(old - new) / lr` *is* the gradient, and `net_loss` tells what it should be. Write `step_ok(step)`.
#
# <details><summary>Hint 1</summary>
#
# For one array, say `w1`: `check.numerical_gradient(lambda a: net_loss([(a, b1), (w2, b2)], x, y), w1)`. The new `w1` should be `w1 - lr` times that,
# up to about $10^{-8}$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Use random biases, several learning rates (one of them as large as 2) and batch sizes, weights large enough to give large gradients, and call `step`
# several times: one that remembers earlier calls goes wrong from the second call on.
# </details>


# %% answer="step_ok" forbid="dlcourse.mlp torch"
def step_ok(step):
    """Whether step(params, x, y, lr) -> (new_params, loss) is plain gradient descent on net_loss.

    -> True or False
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(3)
    try:
        for n, lr, size in ((1, 2.0, 1), (5, 0.1, 1), (4, 0.5, 3), (6, 0.01, 1)):
            params = [(size * rng.normal(size=(3, 4)), rng.normal(size=4)), (size * rng.normal(size=(4, 3)), rng.normal(size=3))]
            x, y = size * rng.normal(size=(n, 3)), rng.integers(0, 3, n)
            flat = [a for pair in params for a in pair]
            keep, keep_x, keep_y = [a.copy() for a in flat], x.copy(), y.copy()
            new, loss = step(params, x, y, lr)
            for a, before in zip([*flat, x, y], [*keep, keep_x, keep_y]):
                check.close(a, before, rtol=0, atol=0)
            check.close(float(loss), net_loss(params, x, y))
            for i, got in enumerate([a for pair in new for a in pair]):
                def moved(a, i=i, flat=flat, x=x, y=y):
                    w1, b1, w2, b2 = [*flat[:i], a, *flat[i + 1 :]]
                    return net_loss([(w1, b1), (w2, b2)], x, y)

                check.close((flat[i] - got) / lr, check.numerical_gradient(moved, flat[i]), rtol=1e-5, atol=1e-7)
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="step_ok" points=2
def gradients(params, x, y):
    """Right gradients, in the form of params."""
    (w1, b1), (w2, b2) = params
    hidden = np.maximum(0, x @ w1 + b1)
    d = softmax(hidden @ w2 + b2)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    dh = (d @ w2.T) * (hidden > 0)
    return [(x.T @ dh, dh.sum(axis=0)), (hidden.T @ d, d.sum(axis=0))]


def right_step(params, x, y, lr):
    grads = gradients(params, x, y)
    new = [(w - lr * dw, b - lr * db) for (w, b), (dw, db) in zip(params, grads)]
    return new, net_loss(params, x, y)


# a smoke test only: see the introduction
assert ask(step_ok, right_step), "your checker says False for right_step, which is right"
got = ask(step_ok, lambda params, x, y, lr: right_step(params, x, y, -lr))
assert not got, "your checker says True for a step that climbs"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/step_ok")


def make_step(kind):
    """One training step, right or wrong."""

    def grads_of(params, x, y):
        (w1, b1), (w2, b2) = params
        hidden = np.maximum(0, x @ w1 + b1)
        d = (softmax(hidden @ w2 + b2) - np.eye(w2.shape[1])[y]) / len(y)
        dh = (d @ w2.T) * (hidden > 0)
        return [(x.T @ dh, dh.sum(axis=0)), (hidden.T @ d, d.sum(axis=0))]

    def step(params, x, y, lr):
        before, ((dw1, db1), (dw2, db2)) = net_loss(params, x, y), grads_of(params, x, y)
        if kind == "learning rate ignored":
            lr = 0.1
        if kind == "learning rate squared":
            lr = lr**2
        if kind == "biases not updated":
            db1, db2 = 0 * db1, 0 * db2
        if kind == "first layer not updated":
            dw1, db1 = 0 * dw1, 0 * db1
        if kind == "climbs":
            lr = -lr
        if kind == "sum in place of the mean":
            lr = lr * len(y)
        if kind == "sign of the gradient":
            dw1, db1, dw2, db2 = (np.sign(a) for a in (dw1, db1, dw2, db2))
        (w1, b1), (w2, b2) = params
        new = [(w1 - lr * dw1, b1 - lr * db1), (w2 - lr * dw2, b2 - lr * db2)]
        if kind == "loss after the step":
            before = net_loss(new, x, y)
        if kind == "works in place":
            for pair, pair_new in zip(params, new):
                for a, a_new in zip(pair, pair_new):
                    a[...] = a_new
            return params, before
        if kind == "tuples and lists":
            return tuple([w.tolist(), b.tolist()] for w, b in new), np.array(before)
        return new, before

    return step


right = ["plain", "tuples and lists"]
wrong = ["learning rate ignored", "learning rate squared", "biases not updated"]
wrong += ["first layer not updated", "climbs", "sum in place of the mean", "sign of the gradient"]
wrong += ["loss after the step", "works in place"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(step_ok, make_step(str(kind)))
    assert said or kind in wrong, f"a right step fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong step passes: {kind}"
### END HIDDEN TESTS

# %% tests="step_ok_sly" of="step_ok" points=2
# a smoke test only: see the introduction
got = ask(step_ok, lambda params, x, y, lr: (params, net_loss(params, x, y)))
assert not got, "your checker says True for a step that leaves the params as they are"
### BEGIN HIDDEN TESTS
rng = check.class_rng("practice/step_ok_sly")


def sly_step(kind):
    """One training step that is right, or nearly."""
    memory = {}

    def step(params, x, y, lr):
        (w1, b1), (w2, b2) = params
        before = net_loss(params, x, y)
        z = x @ w1 + b1
        hidden = np.maximum(0, z)
        d = (softmax(hidden @ w2 + b2) - np.eye(w2.shape[1])[y]) / len(y)
        dw2, db2 = hidden.T @ d, d.sum(axis=0)
        back = w2 - lr * dw2 if kind == "hidden error through the updated weights" else w2
        active = np.roll(z > 0, 1, axis=0) if kind == "mask of the neighbour" else z > (0.3 if kind == "mask from the wrong threshold" else 0)
        dh = d @ back.T if kind == "ReLU forgotten" else (d @ back.T) * active
        dw1, db1 = x.T @ dh, dh.sum(axis=0)
        grads = [dw1, db1, dw2, db2]
        if kind == "a little weight decay":
            grads = [g + 0.001 * p for g, p in zip(grads, (w1, b1, w2, b2))]
        if kind == "momentum":
            grads = memory["g"] = [g + 0.9 * m for g, m in zip(grads, memory.get("g", [0, 0, 0, 0]))]
        if kind == "clips long gradients":
            length = np.sqrt(sum((g**2).sum() for g in grads))
            grads = [g * min(1, 3 / length) for g in grads]
        if kind == "learning rate at most 1":
            lr = min(lr, 1)
        if kind == "learning rate falls from call to call":
            memory["n"] = memory.get("n", -1) + 1
            lr = lr / (1 + 0.01 * memory["n"])
        if kind == "first bias of the output not updated":
            grads[3] = grads[3] * (np.arange(len(b2)) > 0)
        if kind == "loss as a sum":
            before = before * len(y)
        if kind == "shuffles the batch":
            x[:] = x[::-1]
        n = [p - lr * g for p, g in zip((w1, b1, w2, b2), grads)]
        return [(n[0], n[1]), (n[2], n[3])], before

    return step


sly = ["hidden error through the updated weights", "mask of the neighbour", "mask from the wrong threshold"]
sly += ["ReLU forgotten", "a little weight decay", "momentum"]
sly += ["clips long gradients", "learning rate at most 1", "learning rate falls from call to call"]
sly += ["first bias of the output not updated", "loss as a sum", "shuffles the batch"]
for kind in rng.permutation(["none"] * 3 + sly):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(step_ok, sly_step(str(kind)))
    assert said or kind in sly, "a right step fails: is the check too strict?"
    assert not said or kind not in sly, f"a wrong step passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# Your four checkers pass. The network trains, and its test accuracy is far better than it ought to be, or far worse. Describe **one** mistake that none
# of the four checkers can see, say how it would show, and describe an experiment of a few minutes that would uncover it.
# (About 5 sentences.)

# %% [markdown] written="what_checks_miss" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Many answers are possible. Examples. (a) Test samples are also in the training set: the accuracy is too good; look for equal rows in both sets, or
# train on shuffled labels: if the "test" accuracy then rises above chance on the test samples' shuffled labels, they were trained on. (b) The label
# leaks into the inputs (a column computed from it): too good; shuffle one input column at a time in the test set and see which one the accuracy hangs
# on. (c) Inputs and labels are shuffled separately: accuracy at chance while every part is right; overfit five samples and look at pictures with their
# labels. (d) The test inputs are not normalised, or by other numbers than in training: training accuracy good, test accuracy poor; evaluate the
# training set through the code path of the test set.
#
# Marking guide. 1 point: a mistake outside the four functions (data, split, pairing, evaluation), with its symptom. 1 point: an experiment whose result
# would differ between "mistake" and "no mistake", and which says what to look at. "Try other hyperparameters" earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# 1. Write a wrong `layer` that your own checker passes. Then improve the checker. How many rounds can you go?
# 2. How long may a checker take? Measure which of your checks catches the most bugs a millisecond.
# 3. `hypothesis` is a library that searches for failing inputs by itself. Write checker 2 with it.
