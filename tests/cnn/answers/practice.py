# %% wrong="counts its calls" answer="flip_ok" loses="flip_ok"
calls = []


def flip_ok(flip):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5)


# %% wrong="always True" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    return True


# %% wrong="lets errors through" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    if True:
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
    return True


# %% wrong="counts its calls" answer="patch_ok" loses="patch_ok"
calls = []


def patch_ok(patch):
    calls.append(1)
    return len(calls) in (1, 3, 4)


# %% wrong="always True" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    return True


# %% wrong="lets errors through" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    if True:
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
    return True


# %% wrong="counts its calls" answer="split_ok" loses="split_ok"
calls = []


def split_ok(split):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5)


# %% wrong="always True" answer="split_ok" loses="split_ok"
def split_ok(split):
    return True


# %% wrong="lets errors through" answer="split_ok" loses="split_ok"
def split_ok(split):
    if True:
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


# %% wrong="counts its calls" answer="normalise_ok" loses="normalise_ok"
calls = []


def normalise_ok(fit, apply):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5)


# %% wrong="always True" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    return True


# %% wrong="lets errors through" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(0)
    if True:
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
    return True


# %% wrong="a square picture" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (8, 8, 3)), np.array(boxes, dtype=float)
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


# %% wrong="a grey picture" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (5, 8, 1)), np.array(boxes, dtype=float)
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


# %% wrong="the picture alone" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (5, 8, 3)), np.array(boxes, dtype=float)
            keep = image.copy(), boxes.copy()
            out, moved = flip(image, boxes)
            check.close(image, keep[0], rtol=0, atol=0)
            check.close(boxes, keep[1], rtol=0, atol=0)
            check.close(out, keep[0][:, ::-1], rtol=0, atol=0)
            if False:
                check.close(moved, np.stack([8 - keep[1][:, 2], keep[1][:, 1], 8 - keep[1][:, 0], keep[1][:, 3]], axis=1), rtol=1e-9)
    except Exception:
        return False
    return True


# %% wrong="the boxes alone" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (5, 8, 3)), np.array(boxes, dtype=float)
            keep = image.copy(), boxes.copy()
            out, moved = flip(image, boxes)
            check.close(image, keep[0], rtol=0, atol=0)
            check.close(boxes, keep[1], rtol=0, atol=0)
            if len(boxes):
                check.close(moved, np.stack([8 - keep[1][:, 2], keep[1][:, 1], 8 - keep[1][:, 0], keep[1][:, 3]], axis=1), rtol=1e-9)
            elif np.size(moved):
                return False
    except Exception:
        return False
    return True


# %% wrong="always a box" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], [[1, 2, 2, 5]]):
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


# %% wrong="whole numbers" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[1, 1, 3, 4], [2, 0, 6, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
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


# %% wrong="one box at a time" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
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


# %% wrong="arguments are not compared afterwards" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (5, 8, 3)), np.array(boxes, dtype=float)
            keep = image.copy(), boxes.copy()
            out, moved = flip(image, boxes)
            check.close(out, keep[0][:, ::-1], rtol=0, atol=0)
            if len(boxes):
                check.close(moved, np.stack([8 - keep[1][:, 2], keep[1][:, 1], 8 - keep[1][:, 0], keep[1][:, 3]], axis=1), rtol=1e-9)
            elif np.size(moved):
                return False
    except Exception:
        return False
    return True


# %% wrong="wants arrays" answer="flip_ok" loses="flip_ok"
def flip_ok(flip):
    rng = np.random.default_rng(0)
    try:
        for boxes in ([[0.5, 1, 3, 4.25], [2, 0, 6.5, 2]], np.zeros((0, 4)), [[1, 2, 2, 5]]):
            image, boxes = rng.integers(0, 256, (5, 8, 3)), np.array(boxes, dtype=float)
            keep = image.copy(), boxes.copy()
            out, moved = flip(image, boxes)
            check.close(image, keep[0], rtol=0, atol=0)
            check.close(boxes, keep[1], rtol=0, atol=0)
            check.close(out, keep[0][:, ::-1], rtol=0, atol=0)
            if not isinstance(moved, np.ndarray):
                return False
            if len(boxes):
                check.close(moved, np.stack([8 - keep[1][:, 2], keep[1][:, 1], 8 - keep[1][:, 0], keep[1][:, 3]], axis=1), rtol=1e-9)
            elif np.size(moved):
                return False
    except Exception:
        return False
    return True


# %% right="the objects are drawn, box by box" answer="flip_ok"
def flip_ok(flip):
    try:
        for n in range(3):
            image, boxes = np.arange(126.0).reshape(6, 7, 3) ** 1.5, np.array([[0.25, 1.5, 2, 5], [3, 0, 7, 1]])[:n]
            old, before = image.tolist(), boxes.tolist()
            out, moved = flip(image, boxes)
            if image.tolist() != old or boxes.tolist() != before or np.array(out).tolist() != [row[::-1] for row in old]:
                return False
            moved = np.array(moved, dtype=float).reshape(-1, 4).tolist()
            if len(moved) != n:
                return False
            for (a, b, c, d), (e, f, g, h) in zip(before, moved):
                if max(abs(e - 7 + c), abs(f - b), abs(g - 7 + a), abs(h - d)) > 1e-9:
                    return False
    except Exception:
        return False
    return True


# %% right="one picture with and without boxes, and no return before the end" answer="flip_ok"
def flip_ok(flip):
    ok = True
    for boxes in (np.array([[1.1, 2.2, 3.3, 4.4], [0, 0, 1, 1], [2, 1, 9, 3]]), np.empty((0, 4))):
        try:
            image = np.random.default_rng(3).normal(size=(4, 9, 2))
            a, b = image.copy(), boxes.copy()
            out, moved = flip(a, b)
            want = boxes * [-1, 1, -1, 1] + [9, 0, 9, 0]
            ok &= bool((a == image).all() and (b == boxes).all() and np.abs(np.asarray(out)[:, ::-1] - image).max() == 0)
            ok &= np.size(moved) == boxes.size and bool(np.allclose(np.reshape(moved, (-1, 4))[:, [2, 1, 0, 3]], want))
        except Exception:
            ok = False
    return ok


# %% wrong="only the example by hand" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1))]
    _ = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
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


# %% wrong="no padding" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    cases = [([(k, s, 0) for k, s, _ in layers], cell) for layers, cell in cases]
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


# %% wrong="stride 1" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    cases = [([(k, 1, p) for k, _, p in layers], cell) for layers, cell in cases]
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


# %% wrong="the diagonal" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    cases = [(layers, (cell[0], cell[0])) for layers, cell in cases]
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


# %% wrong="one layer" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    cases = [(layers[:1], cell) for layers, cell in cases]
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


# %% wrong="always a layer" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
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


# %% wrong="the layers are not compared afterwards" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
    cases = [([(3, 2, 1), (2, 2, 0)], (0, 1)), ([(5, 1, 2), (2, 3, 0), (3, 2, 1)], (4, 1)), ([(7, 4, 0)], (2, 3)), ([], (3, 5)), ([(2, 2, 0), (3, 1, 1), (4, 3, 2)], (0, 0))]
    try:
        for layers, cell in cases:
            given = list(layers)
            found = patch(given, cell)
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


# %% wrong="the first corner alone" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
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
            check.close([found[0], found[1]], [ends[1][0], ends[0][0]])
    except Exception:
        return False
    return True


# %% wrong="the size alone" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
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
            check.close([found[2] - found[0], found[3] - found[1]], [e[1] - e[0] for e in ends[::-1]])
    except Exception:
        return False
    return True


# %% wrong="cut off at 0 by itself" answer="patch_ok" loses="patch_ok"
def patch_ok(patch):
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
                ends.append((max(first, 0), last + 1))
            check.close(found, [ends[1][0], ends[0][0], ends[1][1], ends[0][1]], rtol=0, atol=1e-9)
    except Exception:
        return False
    return True


# %% right="by the pixels themselves" answer="patch_ok"
def patch_ok(patch):
    def pixels(layers, place):
        found = {place}
        for k, s, p in reversed(layers):
            found = {j * s - p + i for j in found for i in range(k)}
        return min(found), max(found) + 1

    try:
        for layers in ([(3, 2, 1), (4, 3, 2)], [(4, 3, 2), (3, 1, 1), (2, 2, 0)], [], [(3, 2, 0)]):
            for cell in ((0, 1), (5, 2)):
                given = [tuple(layer) for layer in layers]
                (y0, y1), (x0, x1) = pixels(layers, cell[0]), pixels(layers, cell[1])
                if [float(v) for v in patch(given, cell)] != [x0, y0, x1, y1] or given != layers:
                    return False
    except Exception:
        return False
    return True


# %% right="forward, by jump and start" answer="patch_ok"
def patch_ok(patch):
    try:
        for layers, cell in (([(5, 2, 2), (3, 2, 1), (2, 2, 0)], (1, 3)), ([(2, 3, 1), (5, 1, 0)], (0, 2)), ([], (0, 4))):
            size = jump = 1
            start = 0
            for k, s, p in layers:
                size, start, jump = size + (k - 1) * jump, start - p * jump, jump * s
            corner = np.array([start + jump * cell[1], start + jump * cell[0]])
            given = layers.copy()
            found = np.array(patch(given, cell), dtype=float)
            if given != layers or found.shape != (4,) or not np.allclose(found, [*corner, *(corner + size)]):
                return False
    except Exception:
        return False
    return True


# %% wrong="no origin on both sides, no more" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        groups = np.array([7, 3, 7, 20, 3, 7, 11, 40, 5, 5, 20, 7])
        times, sets = {int(g): 0 for g in groups}, set()
        for seed in range(24):
            share = (0.5, 0.3, 0.25)[seed % 3]  # of six origins: 3, 1.8 and 1.5, so 3, 2 and 2
            given = groups.copy()
            train, test = ([int(i) for i in part] for part in split(given, share, np.random.default_rng(seed)))
            if given.tolist() != groups.tolist():
                return False
            ours, theirs = set(groups[test].tolist()), set(groups[train].tolist())
            if ours & theirs:
                return False
            if seed < 6 and {int(i) for i in split(groups.copy(), share, np.random.default_rng(seed))[1]} != set(test):
                return False
            sets.add(tuple(sorted(test)))
            for g in ours:
                times[g] += 1
        return True
    except Exception:
        return False


# %% wrong="everything is there once, no more" answer="split_ok" loses="split_ok"
def split_ok(split):
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
            if len(ours) != round(share * 6):
                return False
            if seed < 6 and {int(i) for i in split(groups.copy(), share, np.random.default_rng(seed))[1]} != set(test):
                return False
            sets.add(tuple(sorted(test)))
            for g in ours:
                times[g] += 1
        return min(times.values()) > 0 and len(sets) > 6
    except Exception:
        return False


# %% wrong="the size of the test set is not looked at" answer="split_ok" loses="split_ok"
def split_ok(split):
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
            if ours & theirs:
                return False
            if seed < 6 and {int(i) for i in split(groups.copy(), share, np.random.default_rng(seed))[1]} != set(test):
                return False
            sets.add(tuple(sorted(test)))
            for g in ours:
                times[g] += 1
        return min(times.values()) > 0 and len(sets) > 6
    except Exception:
        return False


# %% wrong="a share without a rest" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        groups = np.array([7, 3, 7, 20, 3, 7, 11, 40, 5, 5, 20, 7])
        times, sets = {int(g): 0 for g in groups}, set()
        for seed in range(24):
            share = 0.5  # of six origins: 3, 1.8 and 1.5, so 3, 2 and 2
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


# %% wrong="the origins are not compared afterwards" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        groups = np.array([7, 3, 7, 20, 3, 7, 11, 40, 5, 5, 20, 7])
        times, sets = {int(g): 0 for g in groups}, set()
        for seed in range(24):
            share = (0.5, 0.3, 0.25)[seed % 3]  # of six origins: 3, 1.8 and 1.5, so 3, 2 and 2
            given = groups.copy()
            train, test = ([int(i) for i in part] for part in split(given, share, np.random.default_rng(seed)))
            if sorted(train + test) != list(range(len(groups))):
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


# %% wrong="the same state twice is not tried" answer="split_ok" loses="split_ok"
def split_ok(split):
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
            if seed < 0 and {int(i) for i in split(groups.copy(), share, np.random.default_rng(seed))[1]} != set(test):
                return False
            sets.add(tuple(sorted(test)))
            for g in ours:
                times[g] += 1
        return min(times.values()) > 0 and len(sets) > 6
    except Exception:
        return False


# %% wrong="chance is not looked at" answer="split_ok" loses="split_ok"
def split_ok(split):
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
        return True
    except Exception:
        return False


# %% wrong="each origin can get there: not looked at" answer="split_ok" loses="split_ok"
def split_ok(split):
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
        return len(sets) > 6
    except Exception:
        return False


# %% wrong="the copies stand together" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        groups = np.sort(np.array([7, 3, 7, 20, 3, 7, 11, 40, 5, 5, 20, 7]))
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


# %% wrong="must be sorted" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        groups = np.array([7, 3, 7, 20, 3, 7, 11, 40, 5, 5, 20, 7])
        times, sets = {int(g): 0 for g in groups}, set()
        for seed in range(24):
            share = (0.5, 0.3, 0.25)[seed % 3]  # of six origins: 3, 1.8 and 1.5, so 3, 2 and 2
            given = groups.copy()
            train, test = ([int(i) for i in part] for part in split(given, share, np.random.default_rng(seed)))
            if test != sorted(test):
                return False
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


# %% right="other origins, by dictionaries" answer="split_ok"
def split_ok(split):
    groups = [9, 2, 2, 30, 9, 4, 9, 2, 15, 30, 9, 50, 50, 61]
    try:
        seen, runs = set(), []
        for seed in range(30):
            for share, k in ((0.5, 4), (0.4, 3), (0.25, 2)):  # 7 origins: 3.5, 2.8, 1.75
                array = np.array(groups)
                train, test = split(array, share, np.random.default_rng(seed))
                if array.tolist() != groups:
                    return False
                side = {}
                for name, part in (("train", train), ("test", test)):
                    for i in part:
                        if int(i) in side:
                            return False
                        side[int(i)] = name
                if set(side) != set(range(14)):
                    return False
                sides = {g: {side[i] for i in range(14) if groups[i] == g} for g in groups}
                if any(len(s) > 1 for s in sides.values()) or sum(s == {"test"} for s in sides.values()) != k:
                    return False
            seen |= {g for g, s in sides.items() if s == {"test"}}
            runs.append(sorted(int(i) for i in test))
            _, again = split(np.array(groups), 0.25, np.random.default_rng(seed))
            if sorted(int(i) for i in again) != runs[-1]:
                return False
        return seen == set(groups) and any(run != runs[0] for run in runs)
    except Exception:
        return False


# %% right="by numbers of the training set" answer="split_ok"
def split_ok(split):
    groups = np.array([1, 8, 3, 8, 1, 8, 5, 12, 12, 1, 90])
    try:
        tested = np.zeros(11)
        for seed in range(40):
            share, k = ((0.5, 3), (0.3, 2), (0.45, 3))[seed % 3]
            a, b = groups.copy(), np.random.default_rng(seed)
            train, test = split(a, share, b)
            mask = np.zeros(11, dtype=int)
            np.add.at(mask, np.asarray(train, dtype=int), 1)
            np.add.at(mask, np.asarray(test, dtype=int), 100)
            if (a != groups).any() or set(mask.tolist()) != {1, 100}:
                return False
            per = [set(mask[groups == g].tolist()) for g in np.unique(groups)]
            if max(map(len, per)) > 1 or per.count({100}) != k:
                return False
            tested += mask == 100
            if sorted(np.asarray(split(groups.copy(), share, np.random.default_rng(seed))[1]).tolist()) != sorted(np.asarray(test).tolist()):
                return False
        return bool((tested > 0).all() and (tested < 40).all())
    except Exception:
        return False


# %% wrong="applied to the training set alone" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
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
            for new in (images,):
                given = new.copy()
                out = apply(given, scale)
                check.close(given, new, rtol=0, atol=0)
                check.close(out, (new - values.mean(axis=0)) / np.where(spread > 0, spread, 1), rtol=1e-6, atol=1e-8)
    except Exception:
        return False
    return True


# %% wrong="one scale" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
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
            if images is sets[0]:
                continue
            for new in (*news, images):
                given = new.copy()
                out = apply(given, scale)
                check.close(given, new, rtol=0, atol=0)
                check.close(out, (new - values.mean(axis=0)) / np.where(spread > 0, spread, 1), rtol=1e-6, atol=1e-8)
    except Exception:
        return False
    return True


# %% wrong="no constant colour" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(0)
    try:
        sets = [rng.integers([0, 50, 90], [60, 250, 110], (3, 4, 2, 3)).astype(np.uint8) for _ in range(2)]
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


# %% wrong="equal colours" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(0)
    try:
        sets = [rng.integers([0, 50, 90], [60, 250, 110], (3, 4, 2, 3)).astype(np.uint8) for _ in range(2)]
        sets[1][..., 1] = 17  # a constant colour
        sets = [np.repeat(s[..., :1], 3, axis=-1) for s in sets]
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


# %% wrong="pictures without rows and columns" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(0)
    try:
        sets = [rng.integers([0, 50, 90], [60, 250, 110], (3, 1, 1, 3)).astype(np.uint8) for _ in range(2)]
        sets[1][..., 1] = 17  # a constant colour
        scales, news = [], [rng.integers(0, 256, (n, 1, 1, 3)).astype(np.uint8) for n in (1, 5)]
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


# %% wrong="loose tolerance" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
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
                check.close(out, (new - values.mean(axis=0)) / np.where(spread > 0, spread, 1), rtol=0.1, atol=0.1)
    except Exception:
        return False
    return True


# %% wrong="exact equality" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
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
                check.close(out, (new - values.mean(axis=0)) / np.where(spread > 0, spread, 1), rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="the training set is not compared afterwards" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(0)
    try:
        sets = [rng.integers([0, 50, 90], [60, 250, 110], (3, 4, 2, 3)).astype(np.uint8) for _ in range(2)]
        sets[1][..., 1] = 17  # a constant colour
        scales, news = [], [rng.integers(0, 256, (n, 4, 2, 3)).astype(np.uint8) for n in (1, 5)]
        for images in sets:
            given = images.copy()
            scales.append(fit(given))
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


# %% wrong="looks into the scale" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(0)
    try:
        sets = [rng.integers([0, 50, 90], [60, 250, 110], (3, 4, 2, 3)).astype(np.uint8) for _ in range(2)]
        sets[1][..., 1] = 17  # a constant colour
        scales, news = [], [rng.integers(0, 256, (n, 4, 2, 3)).astype(np.uint8) for n in (1, 5)]
        for images in sets:
            given = images.copy()
            scales.append(fit(given))
            check.close(given, images, rtol=0, atol=0)
            check.shape(scales[-1][0], (1, 1, 1, 3))
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


# %% wrong="one less" answer="normalise_ok" loses="normalise_ok"
def normalise_ok(fit, apply):
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
            spread = values.std(axis=0, ddof=1)
            for new in (*news, images):
                given = new.copy()
                out = apply(given, scale)
                check.close(given, new, rtol=0, atol=0)
                check.close(out, (new - values.mean(axis=0)) / np.where(spread > 0, spread, 1), rtol=1e-6, atol=1e-8)
    except Exception:
        return False
    return True


# %% right="colour by colour, by plain sums" answer="normalise_ok"
def normalise_ok(fit, apply):
    rng = np.random.default_rng(5)
    try:
        first, second = rng.integers(20, 90, (4, 3, 5, 2)).astype(np.uint8), rng.integers(100, 256, (2, 3, 5, 2)).astype(np.uint8)
        second[..., 0] = 200
        copies = first.copy(), second.copy()
        a, b = fit(first), fit(second)
        if (first != copies[0]).any() or (second != copies[1]).any():
            return False
        new = rng.integers(0, 256, (1, 3, 5, 2)).astype(np.uint8)
        for data, scale in ((first, a), (second, b)):
            for test in (new, first, second):
                kept = test.copy()
                out = np.array(apply(test, scale), dtype=float)
                if out.shape != test.shape or (kept != test).any():
                    return False
                for c in range(2):
                    values = [float(v) for v in data[..., c].ravel()]
                    mean = sum(values) / len(values)
                    spread = (sum((v - mean) ** 2 for v in values) / len(values)) ** 0.5 or 1.0
                    if not np.allclose(out[..., c], (test[..., c] - mean) / spread, rtol=1e-7, atol=1e-8):
                        return False
    except Exception:
        return False
    return True


# %% right="three colours of known mean and spread" answer="normalise_ok"
def normalise_ok(fit, apply):
    try:
        train = np.zeros((2, 3, 2, 3), np.uint8)
        train[..., 0] = np.arange(12).reshape(2, 3, 2)  # mean 5.5, variance 143 / 12
        train[..., 1], train[0, ..., 2] = 40, 100  # constant; half of them 100: mean 50, deviation 50
        other = train[:, ::-1] // 2 + np.uint8(90)
        keep = train.copy(), other.copy()
        scale, _ = fit(train), fit(other)
        new = np.arange(18, dtype=np.uint8).reshape(1, 3, 2, 3) * np.uint8(14)
        for x in (new, other):
            out = apply(x, scale)
            check.close(out, (x - np.array([5.5, 40, 50])) / np.array([(143 / 12) ** 0.5, 1, 50]), rtol=1e-8, atol=1e-9)
        return bool((train == keep[0]).all() and (other == keep[1]).all())
    except Exception:
        return False
