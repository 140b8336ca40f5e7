# %% [markdown]
# Answers to solutions/cnn/architectures.py: wrong ones must lose points, right ones must not.


# %% wrong="ties count as right" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    return float((higher >= k).mean())


# %% wrong="ties count as wrong" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float((higher + same > k).mean())


# %% wrong="sorts ascending" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores < right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - np.clip((k - higher) / same, 0, 1).mean())


# %% wrong="accuracy instead of error" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(np.clip((k - higher) / same, 0, 1).mean())


# %% wrong="not clipped" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - ((k - higher) / same).mean())


# %% wrong="one place too few" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - np.clip((k - 1 - higher) / same, 0, 1).mean())


# %% wrong="one place too many" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - np.clip((k + 1 - higher) / same, 0, 1).mean())


# %% wrong="ties in the order of the classes" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float(1 - (best == y[:, None]).any(axis=1).mean())


# %% wrong="the right class is not counted among the equal" answer="topk_error" loses="topk_error"
def topk_error(scores, y, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = np.maximum((scores == right).sum(axis=1) - 1, 1)
    return float(1 - np.clip((k - higher) / same, 0, 1).mean())


# %% wrong="k = 0 goes through" answer="topk_error" loses="topk_error_range"
def topk_error(scores, y, k):
    if not 0 <= k <= scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - np.clip((k - higher) / same, 0, 1).mean())


# %% wrong="k above C goes through" answer="topk_error" loses="topk_error_range"
def topk_error(scores, y, k):
    if k < 1:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - np.clip((k - higher) / same, 0, 1).mean())


# %% wrong="k = C is refused" answer="topk_error" loses="topk_error_range"
def topk_error(scores, y, k):
    if not 1 <= k < scores.shape[1]:
        raise ValueError(f"k must be from 1 to {scores.shape[1]}, got {k}")
    right = scores[np.arange(len(y)), y][:, None]
    higher = (scores > right).sum(axis=1)
    same = (scores == right).sum(axis=1)
    return float(1 - np.clip((k - higher) / same, 0, 1).mean())


# %% right="average over the places that the score holds" answer="topk_error"
def topk_error(scores, y, k):
    classes = scores.shape[1]
    if k < 1 or k > classes:
        raise ValueError("k must be between 1 and the number of classes")
    wrong = []
    for row, label in zip(scores, y):
        places = np.flatnonzero(np.sort(row)[::-1] == row[label])
        wrong.append((places >= k).mean())
    return float(np.mean(wrong))


# %% right="through the rank of the last of the equal" answer="topk_error"
def topk_error(scores, y, k):
    if k not in range(1, scores.shape[1] + 1):
        raise ValueError(k)
    right = np.take_along_axis(scores, y[:, None], axis=1)
    last = (scores >= right).sum(axis=1)
    first = (scores > right).sum(axis=1)
    missed = np.minimum(np.maximum(last - k, 0), last - first)
    return (missed / (last - first)).mean().item()


# %% wrong="no number at all" answer="account" loses="account"
def account(layers, shape):
    return []


# %% wrong="forgets biases" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="a bias for every place" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters * h * w
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="places of the input" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            places = h * w
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * places
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="ignores groups" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * c * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="groups divide the filters as well" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters // groups * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="padding on one side" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + padding - p) // stride + 1, (w + padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="square kernels" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * p
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - p) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="rows and columns exchanged" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - q) // stride + 1, (w + 2 * padding - p) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="rounds up" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, -(-(h + 2 * padding - p) // stride) + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="the input is not kept" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, 0, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="outputs of convolutions counted twice" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
            kept += c * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="pooling keeps nothing" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w * (kind != 'pool')
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="peak of the outputs alone" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, c * h * w)
    return params, macs, kept, peak


# %% wrong="the last layer has no bias" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += before * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="two operations for each multiply-add" answer="account" loses="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += 2 * weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += 2 * before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% wrong="stride of pooling is its size" answer="account" loses="account_nets"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = h // size, w // size
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return params, macs, kept, peak


# %% right="a list of shapes first" answer="account"
def account(layers, shape):
    shapes = [tuple(shape)]
    params = macs = 0
    for layer in layers:
        c, *size = shapes[-1] if len(shapes[-1]) == 3 else (shapes[-1][0], 1, 1)
        if layer[0] == "fc":
            inputs = c * size[0] * size[1]
            new, weights, biases, places = (layer[1],), inputs * layer[1], layer[1], 1
        else:
            kernel, stride, padding = (layer[2], layer[3], layer[4]) if layer[0] == "conv" else ((layer[1],) * 2, layer[2], 0)
            size = [(n + 2 * padding - k + stride) // stride for n, k in zip(size, kernel)]
            new, weights, biases, places = (c, *size), 0, 0, size[0] * size[1]
            if layer[0] == "conv":
                new, biases = (layer[1], *size), layer[1]
                weights = layer[1] * c * kernel[0] * kernel[1] // layer[5]
        params += weights + biases
        macs += weights * places
        shapes.append(new)
    numbers = [int(np.prod(s)) for s in shapes]
    return params, macs, sum(numbers), max(a + b for a, b in zip(numbers, numbers[1:]))


# %% right="NumPy integers" answer="account"
def account(layers, shape):
    c, h, w = shape
    params, macs, kept, peak = 0, 0, c * h * w, 0
    for kind, *how in layers:
        before = c * h * w
        if kind == "conv":
            filters, (p, q), stride, padding, groups = how
            weights = filters * (c // groups) * p * q
            c, h, w = filters, (h + 2 * padding - p) // stride + 1, (w + 2 * padding - q) // stride + 1
            params += weights + filters
            macs += weights * h * w
        elif kind == "pool":
            size, stride = how
            h, w = (h - size) // stride + 1, (w - size) // stride + 1
        else:
            (units,) = how
            params += (before + 1) * units
            macs += before * units
            c, h, w = units, 1, 1
        kept += c * h * w
        peak = max(peak, before + c * h * w)
    return tuple(np.array([params, macs, kept, peak], dtype=np.int64))


# %% wrong="numbers instead of bytes" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance * n]
    return wrong + (["TOTAL"] if abs(total - sum(true)) > tolerance * sum(true) else [])


# %% wrong="relative to what is printed" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance * printed]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% wrong="too small is not seen" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if (printed - n) > tolerance * n]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% wrong="too large is not seen" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if (n - printed) > tolerance * n]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% wrong="the total of what is printed" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance * n]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(p for _, _, p in lines)) > tolerance * 4 * sum(p for _, _, p in lines) else [])


# %% wrong="never looks at the total" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance * n]
    return wrong + ([])


# %% wrong="always five per cent" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > 0.05 * n]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% wrong="an absolute tolerance" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% wrong="the total of the lines that are right" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance * n]
    true = [n for n, line in zip(true, lines) if line[0] not in wrong]
    return wrong + (["TOTAL"] if abs(total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% wrong="a total too small is not seen" answer="audit" loses="audit"
def audit(lines, total, tolerance=0.05):
    true = [int(np.prod(shape)) for _, shape, _ in lines]
    wrong = [name for (name, _, printed), n in zip(lines, true) if abs(printed - n) > tolerance * n]
    return wrong + (["TOTAL"] if (total - 4 * sum(true)) > tolerance * 4 * sum(true) else [])


# %% right="by ratios" answer="audit"
def audit(lines, total, tolerance=0.05):
    found, numbers = [], 0
    for name, shape, printed in lines:
        size = 1
        for n in shape:
            size *= n
        numbers += size
        if not 1 - tolerance <= printed / size <= 1 + tolerance:
            found.append(name)
    if not 1 - tolerance <= total / (4 * numbers) <= 1 + tolerance:
        found.append("TOTAL")
    return found


# %% right="the total as one more line" answer="audit"
def audit(lines, total, tolerance=0.05):
    bytes_of = [4 * int(np.prod(shape)) for _, shape, _ in lines]
    checks = [(name, 4 * printed, n) for (name, _, printed), n in zip(lines, bytes_of)] + [("TOTAL", total, sum(bytes_of))]
    return [name for name, said, true in checks if abs(said / true - 1) > tolerance]


# %% wrong="forgets the pool projection" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5) + 9 * reduce3 * three + wide
    return one + three + five + project, weights


# %% wrong="the large convolutions read the input" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 25 * c_in * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * c_in * three + wide
    return one + three + five + project, weights


# %% wrong="reductions reach the output" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * reduce3 * three + wide
    return one + reduce3 + reduce5 + three + five + project, weights


# %% wrong="the projection does not reach the output" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * reduce3 * three + wide
    return one + three + five, weights


# %% wrong="both stacked convolutions read the reduction" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * reduce5 * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * reduce3 * three + wide
    return one + three + five + project, weights


# %% wrong="one 3x3 instead of two" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * reduce3 * three + wide
    return one + three + five + project, weights


# %% wrong="biases counted" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * reduce3 * three + wide + sum(widths)
    return one + three + five + project, weights


# %% wrong="taps along one axis" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, reduce3, three, reduce5, five, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 5 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 3 * reduce3 * three + wide
    return one + three + five + project, weights


# %% wrong="the two rows of the table exchanged" answer="inception_weights" loses="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    one, three, reduce3, five, reduce5, project = widths
    wide = 9 * reduce5 * five + 9 * five * five if stacked else 25 * reduce5 * five
    weights = c_in * (one + reduce3 + reduce5 + project) + 9 * reduce3 * three + wide
    return one + three + five + project, weights


# %% right="a list of kernels" answer="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    paths = [[(1, widths[0])], [(1, widths[1]), (3, widths[2])], [(1, widths[3]), (5, widths[4])], [(1, widths[5])]]
    if stacked:
        paths[2] = [(1, widths[3]), (3, widths[4]), (3, widths[4])]
    weights = 0
    for path in paths:
        channels = c_in
        for kernel, filters in path:
            weights += kernel**2 * channels * filters
            channels = filters
    return sum(path[-1][1] for path in paths), weights


# %% right="returns a list" answer="inception_weights"
def inception_weights(c_in, widths, stacked=False):
    a, b, c, d, e, f = widths
    last = 25 * d * e
    if stacked:
        last = 9 * e * (d + e)
    return [a + c + e + f, c_in * a + c_in * b + 9 * b * c + c_in * d + last + c_in * f]


# %% wrong="the pooled channels are projected" answer="naive_weights" loses="naive_weights"
def naive_weights(c_in, widths):
    one, _, three, _, five, project = widths
    return one + three + five + project, c_in * (one + 9 * three + 25 * five + project)


# %% wrong="the pooled channels are lost" answer="naive_weights" loses="naive_weights"
def naive_weights(c_in, widths):
    one, _, three, _, five, _ = widths
    return one + three + five, c_in * (one + 9 * three + 25 * five)


# %% wrong="keeps the reductions" answer="naive_weights" loses="naive_weights"
def naive_weights(c_in, widths):
    one, three, _, five, _, _ = widths
    return one + three + five + c_in, c_in * (one + 9 * three + 25 * five)


# %% right="one path after the other" answer="naive_weights"
def naive_weights(c_in, widths):
    filters = dict(zip((1, 3, 5), (widths[0], widths[2], widths[4])))
    return c_in + sum(filters.values()), sum(k * k * c_in * n for k, n in filters.items())


# %% wrong="no projections" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if False:
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="projections everywhere" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections:
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="projections only with stride" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and strided:
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="projections on the large picture" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * before
            channels = out
    return macs + channels * 1000


# %% wrong="the stride always late" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * before + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="late stride ignored" answer="resnet_macs" loses="resnet_macs_variants"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * area + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="both large convolutions before the stride" answer="resnet_macs" loses="resnet_macs_variants"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * (before if late_stride else area) + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="two operations for each multiply-add" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return 2 * (macs + channels * 1000)


# %% wrong="the last layer is forgotten" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs


# %% wrong="the last layer reads 512" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + 512 * 1000


# %% wrong="the first pooling is forgotten" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="rounds down" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = h // 2, w // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = h // 2, w // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="square pictures" answer="resnet_macs" loses="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[0] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% wrong="switch for projections ignored" answer="resnet_macs" loses="resnet_macs_variants"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if strided or channels != out:
                macs += channels * out * area
            channels = out
    return macs + channels * 1000


# %% right="sizes computed first" answer="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    areas, pair = [], size
    for _ in range(6):
        areas.append(pair[0] * pair[1])
        pair = [n - n // 2 for n in pair]
    total, channels = 9408 * areas[1], 64
    areas = areas[2:]
    for stage in range(4):
        width, here = 64 << stage, areas[stage]
        first = areas[stage - 1] if stage and late_stride else here
        out = width * (4 if bottleneck else 1)
        for block in range(blocks[stage]):
            if bottleneck:
                total += channels * width * (first if block == 0 else here) + here * width * (9 * width + out)
            else:
                total += 9 * width * here * (channels + width)
            if block == 0 and (stage or bottleneck) and projections:
                total += channels * out * here
            channels = out
    return total + 1000 * channels


# %% right="a float that is whole" answer="resnet_macs"
def resnet_macs(blocks, bottleneck, size, late_stride=False, projections=True):
    h, w = (size[0] + 1) // 2, (size[1] + 1) // 2
    macs = 49 * 3 * 64 * h * w
    h, w, channels = (h + 1) // 2, (w + 1) // 2, 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        out = 4 * width if bottleneck else width
        for i in range(count):
            strided = stage > 0 and i == 0
            before = h * w
            if strided:
                h, w = (h + 1) // 2, (w + 1) // 2
            area = h * w
            if bottleneck:
                macs += channels * width * (before if late_stride else area) + 9 * width * width * area + width * out * area
            else:
                macs += 9 * channels * width * area + 9 * width * width * area
            if projections and (strided or channels != out):
                macs += channels * out * area
            channels = out
    return float(macs + channels * 1000)
