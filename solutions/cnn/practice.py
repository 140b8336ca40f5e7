# %% [markdown]
# # Bug hunt: flips, cells, copies and scales
#
# **What it trains.** To test the parts of a script that handles pictures: to know which picture, which box and which numbers make a bug visible before anything is trained.
#
# **Time.** About 120 minutes.
#
# **Read again if stuck.** The sections "A bug hunt in a network that sees", "Pooling" and "Where is it?" of the book.
#
# You write no network. You get implementations by somebody else, as functions, and write the **checkers** that say whether they are right: a checker returns `True` or `False`. They are then run on right
# implementations, some of them unusual, and on wrong ones that you have not seen.
#
# Rules for all four:
#
# - A right implementation must pass, whatever way it goes about its work: loops, lists as results, another order of sums (rounding errors differ).
# - A wrong one must fail. An implementation that raises an error, returns NaN, or **changes its arguments** is wrong.
# - Your checker itself never raises; it returns `False` instead.
# - `check.close(actual, expected, rtol=1e-7, atol=1e-10)` and `check.shape(x, expected)` of `dlcourse.check` raise an `AssertionError` when something is wrong; lists are fine, NaN is not close to a number.
#
# **The tests that you see are only a smoke test.** A checker that looks at next to nothing passes them all. A test cell earns its points when your checker judges *every* implementation of a hidden collection
# rightly. Twenty calls of an implementation are enough; a few hundred are too many. So before you hand in, plant bugs of your own. Your answers may use NumPy and nothing else.

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
# ## 1. A picture and its boxes, mirrored (4 points)
#
# `flip(image, boxes)` exchanges left and right. `image` is `(H, W, C)`, `boxes` is `(K, 4)` float, corners $x_0, y_0, x_1, y_1$ with $x_0 < x_1$ and $y_0 < y_1$; they may lie between pixels, and $K$ may be 0. Pixel $j$ of a row
# covers the stretch from $j$ to $j + 1$. The result is the pair of the new image and the new boxes, in the same format and order; with no box, anything of size 0 will do. Nothing that is given may change.
#
# Write `flip_ok(flip)`.
#
# <details><summary>Hint 1</summary>
#
# Which pictures look the same after a wrong flip? Square ones, symmetric ones, grey ones. Which boxes?
# </details>
#
# <details><summary>Hint 2</summary>
#
# A picture of random numbers with $H \ne W$ and three colours, two boxes off the centre with broken numbers, and the same without a box. Keep copies of what you pass.
# </details>


# %% answer="flip_ok" forbid="dlcourse.cnn dlcourse.training torch"
def flip_ok(flip):
    """Whether flip(image, boxes) -> (image, boxes) mirrors both as described.  -> True or False"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (5, 8, 3)), np.array(boxes, dtype=float)
            keep = image.copy(), boxes.copy()
            out, moved = flip(image, boxes)
            check.close(image, keep[0], rtol=0, atol=0)
            check.close(boxes, keep[1], rtol=0, atol=0)
            check.close(out, keep[0][:, ::-1], rtol=0, atol=0)
            if len(boxes):
                check.close(moved, np.stack([8 - keep[1][:, 2], keep[1][:, 1], 8 - keep[1][:, 0], keep[1][:, 3]], axis=1), rtol=1e-9)
            elif np.size(moved):
                return False
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="flip_ok" points=4
def mirrored(image, boxes):
    x0, y0, x1, y1 = boxes.T
    return image[:, ::-1], np.stack([image.shape[1] - x1, y0, image.shape[1] - x0, y1], axis=1)


# a smoke test only: see the introduction
got = ask(flip_ok, mirrored)
assert got, "your checker says False for a flip as it is described"
got = ask(flip_ok, lambda image, boxes: (image, boxes))
assert not got, "your checker says True for a function that flips nothing"
### BEGIN HIDDEN TESTS
rng = check.class_rng("cnn/practice/flip_ok")


def make_flip(kind):
    """A flip of one kind, right or wrong."""

    def flip(image, boxes):
        width = image.shape[1]
        out, (x0, y0, x1, y1) = image[:, ::-1], boxes.T
        if kind == "plain lists":
            return [row[::-1] for row in image.tolist()], [[width - c, b, width - a, d] for a, b, c, d in boxes.tolist()]
        if kind == "by the centre":
            xc, half = width - (x0 + x1) / 2, (x1 - x0) / 2
            return np.fliplr(image), np.stack([xc - half, y0, xc + half, y1], axis=1)
        if kind == "picture alone":
            return out, boxes.copy()
        if kind == "height for width":
            width = image.shape[0]
        if kind == "width - 1":
            width -= 1
        if kind == "corners not exchanged":
            return out, np.stack([width - x0, y0, width - x1, y1], axis=1)
        if kind == "upside down":
            return image[::-1], np.stack([x0, len(image) - y1, x1, len(image) - y0], axis=1)
        if kind == "turned by 180 degrees":
            return image[::-1, ::-1], np.stack([width - x1, len(image) - y1, width - x0, len(image) - y0], axis=1)
        if kind == "colours reversed too":
            out = image[:, ::-1, ::-1]
        if kind == "changes the boxes":
            boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
            return out, boxes
        if kind == "changes the picture":
            image[:] = image[:, ::-1].copy()
            out = image
        if kind == "no box, no flip" and not len(boxes):
            return image, boxes
        if kind == "whole pixels":
            return out, np.stack([width - x1, y0, width - x0, y1], axis=1).astype(int)
        if kind == "one box only":
            return out, np.stack([width - x1, y0, width - x0, y1], axis=1)[:1]
        return out, np.stack([width - x1, y0, width - x0, y1], axis=1)

    return flip


right = ["plain", "plain lists", "by the centre"]
wrong = ["picture alone", "height for width", "width - 1", "corners not exchanged", "upside down", "turned by 180 degrees", "colours reversed too"]
wrong += ["changes the boxes", "changes the picture", "no box, no flip", "whole pixels", "one box only"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(flip_ok, make_flip(str(kind)))
    assert said or kind in wrong, f"a right flip fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong flip passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The pixels of a cell (4 points)
#
# `patch(layers, cell)` says which pixels a cell of the last map depends on. `layers` is a list of triples (window, stride, padding) from the picture on, the same in both directions; `cell` is the pair
# (row, column). The result is $x_0, y_0, x_1, y_1$: $x$ counts columns, $y$ rows, the ends are one past the last pixel. The patch is **not** cut off at the border of the picture, so it may begin below 0. Without layers it is the pixel itself.
#
# By hand: the layers (3, 2, 1), (2, 2, 0) and the cell (0, 1). In the first map it covers columns 2 and 3, rows 0 and 1. Column $j$ of that map begins at pixel $2j - 1$ and is 3 wide. So $x$ goes from 3 to $5 + 3 = 8$ and $y$ from $-1$ to $1 + 3 = 4$.
#
# Write `patch_ok(patch)`.
#
# <details><summary>Hint 1</summary>
#
# Compute the patch yourself. The window of a layer: first pixel and last pixel, from the last layer to the first.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Layers that differ in all three numbers, in an order that matters; a row that is not the column; a padding behind a stride; a cell at the corner; no layers at all.
# </details>


# %% answer="patch_ok" forbid="dlcourse.cnn dlcourse.training torch"
def patch_ok(patch):
    """Whether patch(layers, cell) -> (x0, y0, x1, y1) is the patch of pixels as described.  -> True or False"""
    ### BEGIN SOLUTION
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    try:
        for layers, cell in cases:
            given = list(layers)
            found = patch(given, cell)
            if given != layers:
                return False
            ends = []
            for place in cell:
                first = last = place
                for window, stride, padding in layers[::-1]:
                    first, last = first * stride - padding, last * stride - padding + window - 1
                ends.append((first, last + 1))
            check.close(found, [ends[1][0], ends[0][0], ends[1][1], ends[0][1]], rtol=0, atol=1e-9)
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="patch_ok" points=4
def seen(layers, cell):
    (y0, x0), (y1, x1) = cell, (cell[0] + 1, cell[1] + 1)
    for k, s, p in reversed(layers):
        x0, y0, x1, y1 = x0 * s - p, y0 * s - p, (x1 - 1) * s - p + k, (y1 - 1) * s - p + k
    return x0, y0, x1, y1


# a smoke test only: see the introduction
got = ask(patch_ok, seen)
assert got, "your checker says False for the patch as it is described"
got = ask(patch_ok, lambda layers, cell: (cell[1], cell[0], cell[1] + 1, cell[0] + 1))
assert not got, "your checker says True for a function that knows no layers"
### BEGIN HIDDEN TESTS
rng = check.class_rng("cnn/practice/patch_ok")


def make_patch(kind):
    """A patch of one kind, right or wrong."""

    def patch(layers, cell):
        if kind == "all pixels as a list":
            columns, rows = [[c] for c in cell[::-1]]
            for k, s, p in layers[::-1]:
                columns, rows = ([j * s - p + i for j in line for i in range(k)] for line in (columns, rows))
            return np.array([min(columns), min(rows), max(columns) + 1, max(rows) + 1], dtype=float)
        if kind == "changes the layers":
            layers.reverse()
            order = list(layers)
        else:
            order = list(layers) if kind == "first layer first" else list(layers)[::-1]
        if kind == "last layer alone":
            order = order[:1]
        if kind == "fails without layers" and not layers:
            return max(layers)
        jump, size, start = 1, 1, 0.0
        for k, s, p in order[::-1]:  # forward: one cell is `jump` pixels, sees `size`, and cell 0 begins at `start`
            size += (k - 1) * (1 if kind == "windows without strides" else jump)
            if kind != "no padding":
                start -= p * (1 if kind == "padding without strides" else jump)
            jump = s if kind == "last stride alone" else jump * s
        if kind == "the stride is the size":
            size = jump
        y0, x0 = (start + jump * c for c in cell)
        if kind == "row for column":
            x0, y0 = y0, x0
        end = size - 1 if kind == "last pixel" else size
        if kind == "cut off at 0":
            return [max(x0, 0), max(y0, 0), x0 + end, y0 + end]
        if kind == "corner and size":
            return [x0, y0, end, end]
        if kind == "about the middle of the cell":
            x0, y0 = (jump * (c + 0.5) - size / 2 for c in (cell[1], cell[0]))
        return [x0, y0, x0 + end, y0 + end]

    return patch


right = ["plain", "all pixels as a list"]
wrong = ["changes the layers", "first layer first", "last layer alone", "fails without layers", "windows without strides", "no padding", "padding without strides"]
wrong += ["last stride alone", "the stride is the size", "row for column", "last pixel", "cut off at 0", "corner and size", "about the middle of the cell"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(patch_ok, make_patch(str(kind)))
    assert said or kind in wrong, f"a right patch fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong patch passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. No copies across the split (4 points)
#
# A data set holds copies: augmented ones, frames of one film, crops of one photograph. `split(groups, share, rng)` gets for each of its $N$ pictures the number of its origin, an integer array `(N,)`, and returns two lists or arrays of
# indices, training and test. Each of $0 \ldots N - 1$ stands in exactly one of them, once, in any order. Pictures of one origin stay together. With $G$ different origins, `round(share * G)` of them are in the test set,
# chosen at random: the same state of `rng` gives the same test set, and each origin can get there. Nothing that is given may change. The origins' numbers have gaps, and the copies of one origin need not stand together.
#
# Write `split_ok(split)`.
#
# <details><summary>Hint 1</summary>
#
# Write down the sentences above, one by one, each as a line of code.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Origins with different numbers of copies, mixed up, such as 7, 3, 7, 20, 3, 7, 11. Ten seeds for chance. Where do `round` and `int` differ?
# </details>


# %% answer="split_ok" forbid="dlcourse.cnn dlcourse.training torch"
def split_ok(split):
    """Whether split(groups, share, rng) -> (train, test) keeps copies together as described.  -> True or False"""
    ### BEGIN SOLUTION
    try:
        groups = np.array([7, 3, 7, 20, 3, 7, 11, 40, 5, 5, 20, 7])
        times, sets = {int(g): 0 for g in groups}, set()
        for seed in range(24):
            share = (0.5, 0.3, 0.25)[seed % 3]  # of six origins: 3, 1.8 and 1.5, so 3, 2 and 2
            given = groups.copy()
            train, test = ([int(i) for i in part] for part in split(given, share, np.random.default_rng(seed)))
            if sorted(train + test) != list(range(len(groups))) or given.tolist() != groups.tolist():
                return False
            ours, theirs = set(groups[test].tolist()), set(groups[train].tolist())
            if ours & theirs or len(ours) != round(share * 6):
                return False
            if seed < 6 and {int(i) for i in split(groups.copy(), share, np.random.default_rng(seed))[1]} != set(test):
                return False
            sets.add(tuple(sorted(test)))
            for g in ours:
                times[g] += 1
        return min(times.values()) > 0 and len(sets) > 6
    except Exception:
        return False
    ### END SOLUTION


# %% tests="split_ok" points=4
def by_origin(groups, share, rng):
    names = np.unique(groups)
    test = np.isin(groups, rng.permutation(names)[: round(share * len(names))])
    return np.flatnonzero(~test), np.flatnonzero(test)


# a smoke test only: see the introduction
got = ask(split_ok, by_origin)
assert got, "your checker says False for a split as it is described"
got = ask(split_ok, lambda groups, share, rng: (np.arange(len(groups)), np.arange(len(groups))))
assert not got, "your checker says True for a training set that is the test set"
### BEGIN HIDDEN TESTS
rng = check.class_rng("cnn/practice/split_ok")


def make_split(kind):
    """A split of one kind, right or wrong."""

    def split(groups, share, rng):
        n, names = len(groups), np.unique(groups)
        k = round(share * len(names))
        if kind == "lists in a random order":
            chosen = set(rng.choice(names, k, replace=False).tolist())
            order = rng.permutation(n).tolist()
            return [i for i in order if groups[i] not in chosen], [i for i in order if groups[i] in chosen]
        if kind == "largest random keys":
            keys = rng.random(len(names))
            inside = np.isin(groups, names[np.argsort(keys)[len(names) - k :]])
            return np.flatnonzero(~inside), np.flatnonzero(inside)
        if kind == "pictures, not origins":
            order = rng.permutation(n)
            return order[round(share * n) :], order[: round(share * n)]
        if kind == "cut, not rounded":
            k = int(share * len(names))
        if kind == "at least that share of the pictures":
            order = rng.permutation(names)
            k = next(i for i in range(len(names) + 1) if np.isin(groups, order[:i]).sum() >= share * n)
            inside = np.isin(groups, order[:k])
            return np.flatnonzero(~inside), np.flatnonzero(inside)
        if kind == "chance of its own":
            rng = np.random.default_rng()
        if kind == "always the same":
            rng = np.random.default_rng(0)
        if kind == "with replacement":
            chosen = rng.choice(names, k)
        elif kind == "never the first origin":
            chosen = rng.permutation(names[1:])[:k]
        else:
            chosen = rng.permutation(names)[:k]
        inside = np.isin(groups, chosen)
        train, test = np.flatnonzero(~inside), np.flatnonzero(inside)
        if kind == "neighbours only":
            runs = np.cumsum(np.append(0, np.diff(groups) != 0))
            inside = np.isin(runs, rng.permutation(np.unique(runs))[:k])
            train, test = np.flatnonzero(~inside), np.flatnonzero(inside)
        if kind == "copies of the test set dropped":
            test = np.array([np.flatnonzero(groups == g)[0] for g in chosen])
        if kind == "fails for gaps":
            inside = rng.permutation(np.arange(len(names)) < k)[groups]  # an index beyond the end
        if kind == "one copy left behind":
            more = [i for i in test if (groups[test] == groups[i]).sum() > 1]
            train, test = np.append(train, more[:1]).astype(int), np.array([i for i in test if i not in more[:1]])
        if kind == "one copy in training":
            train = np.append(train, test[:1])
        if kind == "exchanged" and 2 * k != len(names):
            train, test = test, train
        if kind == "origins in place of indices":
            train, test = np.setdiff1d(names, chosen), np.sort(chosen)
        if kind == "changes the origins":
            groups.sort()
        return train, test

    return split


right = ["plain", "lists in a random order", "largest random keys"]
wrong = ["pictures, not origins", "cut, not rounded", "at least that share of the pictures", "chance of its own", "always the same", "with replacement"]
wrong += ["never the first origin", "neighbours only", "copies of the test set dropped", "one copy in training", "one copy left behind", "fails for gaps", "exchanged", "origins in place of indices", "changes the origins"]
for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
    said = ask(split_ok, make_split(str(kind)))
    assert said or kind in wrong, f"a right split fails ({kind}): is the check too strict?"
    assert not said or kind in right, f"a wrong split passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. One scale for all (4 points)
#
# `fit(images)` gets the training set, `(N, H, W, C)` bytes, and returns what `apply` needs, in any form. `apply(images, scale)` gets pictures of the same `H, W, C`, any number of them, and returns
# $(x - m_c)/s_c$ as floats of the same shape: $m_c$ and $s_c$ are mean and standard deviation (divided by the number of values, not one less) of colour $c$ over all pixels of all pictures that `fit` got. A colour that is the same
# everywhere is divided by 1. Nothing that is given may change. Two scales can be in use at a time.
#
# Write `normalise_ok(fit, apply)`.
#
# <details><summary>Hint 1</summary>
#
# The training set itself is the worst picture to apply it to: which bugs does it hide?
# </details>
#
# <details><summary>Hint 2</summary>
#
# Colours with different means and spreads, few pixels, $H \ne W$, other pictures in the test, one alone, darker ones. Fit two scales before you apply the first. A constant colour in a case of its own.
# </details>


# %% answer="normalise_ok" forbid="dlcourse.cnn dlcourse.training torch"
def normalise_ok(fit, apply):
    """Whether fit(images) -> scale and apply(images, scale) -> floats normalise each colour as described.  -> True or False"""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    try:
        sets = [rng.integers([0, 50, 90], [60, 250, 110], (3, 4, 2, 3)).astype(np.uint8) for _ in range(2)]
        sets[1][..., 1] = 17  # a constant colour
        scales, news = [], [rng.integers(0, 256, (n, 4, 2, 3)).astype(np.uint8) for n in (1, 5)]
        for images in sets:
            given = images.copy()
            scales.append(fit(given))
            check.close(given, images, rtol=0, atol=0)
        for images, scale in zip(sets, scales):
            values = images.reshape(-1, 3).astype(float)
            spread = values.std(axis=0)
            for new in (*news, images):
                given = new.copy()
                out = apply(given, scale)
                check.close(given, new, rtol=0, atol=0)
                check.close(out, (new - values.mean(axis=0)) / np.where(spread > 0, spread, 1), rtol=1e-6, atol=1e-8)
    except Exception:
        return False
    return True
    ### END SOLUTION


# %% tests="normalise_ok" points=4
def fit_colours(images):
    spread = images.std(axis=(0, 1, 2))
    return images.mean(axis=(0, 1, 2)), np.where(spread > 0, spread, 1)


def apply_colours(images, scale):
    return (images - scale[0]) / scale[1]


# a smoke test only: see the introduction
got = ask(normalise_ok, fit_colours, apply_colours)
assert got, "your checker says False for a scale as it is described"
got = ask(normalise_ok, fit_colours, lambda images, scale: images / 255)
assert not got, "your checker says True for a division by 255"
### BEGIN HIDDEN TESTS
rng = check.class_rng("cnn/practice/normalise_ok")


def make_normalise(kind):
    """A pair of functions of one kind, right or wrong."""
    own = {}

    def fit(images):
        axes = {"one number for all colours": None, "each pixel its own": 0, "axes exchanged": (0, 1), "each row its own": (0, 2)}.get(kind, (0, 1, 2))
        x = images.astype(float)
        if kind == "first picture only":
            x = x[:1]
        mean, spread = x.mean(axis=axes, keepdims=True), x.std(axis=axes, keepdims=True, ddof=int(kind == "one less"))
        if kind == "variance":
            spread = spread**2
        if kind == "whole mean":
            mean = np.floor(mean)
        if kind == "largest byte":
            spread = x.max(axis=axes, keepdims=True) - mean
        if kind == "plus a thousandth":
            spread = spread + 1e-3
        elif kind != "nothing for a constant colour":
            spread = np.where(spread > 0, spread, 1.0)
        own["last"] = mean, spread
        if kind == "changes the training set":
            images[0] = 0
        if kind == "slope and start, in a dict":
            return {"slope": (1 / spread).tolist(), "start": (-mean / spread).tolist()}
        if kind == "loops":
            return [(float(m), float(s)) for m, s in zip(mean.ravel(), spread.ravel())]
        return mean, spread

    def apply(images, scale):
        if kind == "slope and start, in a dict":
            return images * np.array(scale["slope"]) + np.array(scale["start"])
        if kind == "loops":
            return [[[[(float(v) - m) / s for v, (m, s) in zip(pixel, scale)] for pixel in row] for row in image] for image in images.tolist()]
        mean, spread = own["last"] if kind == "the last fit" else scale
        if kind == "of the batch":
            mean, spread = images.mean(axis=(0, 1, 2)), np.maximum(images.std(axis=(0, 1, 2)), 1e-12)
        if kind == "of each picture":
            mean, spread = images.mean(axis=(1, 2), keepdims=True), np.maximum(images.std(axis=(1, 2), keepdims=True), 1e-12)
        if kind == "bytes":
            return (images - mean.astype(np.uint8)) / spread
        if kind == "darker is 0":
            return np.maximum(images - mean, 0) / spread
        return (images - mean) / spread

    return fit, apply


with np.errstate(all="ignore"):
    right = ["plain", "slope and start, in a dict", "loops"]
    wrong = ["one number for all colours", "each pixel its own", "axes exchanged", "each row its own", "first picture only", "one less", "variance", "whole mean", "largest byte"]
    wrong += ["plus a thousandth", "nothing for a constant colour", "changes the training set", "the last fit", "of the batch", "of each picture", "bytes", "darker is 0"]
    for kind in rng.permutation(right + wrong):  # mixed, in the class's own order: a checker that counts its calls cannot know
        said = ask(normalise_ok, *make_normalise(str(kind)))
        assert said or kind in wrong, f"a right pair fails ({kind}): is the check too strict?"
        assert not said or kind in right, f"a wrong pair passes: {kind}"
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A clinic has 900 X-ray pictures of 150 patients, and a network that reports 97 % on a random tenth of the pictures. On the first day in another clinic it is right in 71 %. Name three different faults of the script that would give these two numbers, and for each an
# experiment whose result you know beforehand. Which of them needs no training at all? (About 8 sentences.)

# %% [markdown] written="clinic" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# First: pictures of one patient are on both sides, six for each on average; the network knows the patient. Count the patients that stand in both sets: there must be none; no training. Then divide by patients and train again: the score falls. Second: the new clinic's
# pictures are prepared in another way (0 to 1 in place of mean and deviation, rows for columns, left and right exchanged). Send one known picture through both paths: the two arrays must be equal; no training. Or score the *old* test pictures through the new path: it must still be 97 %. Third:
# batch norm is left in training mode, and the new clinic sends one picture at a time: score a picture alone and among others, the scores must be equal; no training. Fourth: the network reads a mark of the clinic's device in a corner; cover the picture's inside, and the accuracy must
# fall to guessing. A real difference between the patients of the clinics is left when all of this is excluded.
#
# Marking: 1 point for three faults that explain *both* numbers (a rate that is too small explains neither), 1 point for experiments with a result that is known beforehand, at least one of them without training. "Collect more data" is no experiment.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Run `flip_ok` on `torchvision.transforms.v2.functional.horizontal_flip` behind a small function, if you have torchvision.
# - Write `nms_ok` for non-maximum suppression, and plant five bugs for it: the lowest score is kept, classes suppress each other, scores that are equal, no box at all, boxes that are given as corner and size.
