# %% [markdown]
# Answers to solutions/cnn/detection.py: wrong ones must lose points, right ones must not.


# %% wrong="no half stride" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = j * stride[1], i * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="strides exchanged" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[0], (i + 0.5) * stride[1]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="ratio is height over width" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s / np.sqrt(r), s * np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="no root: the area changes with the ratio" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * r, s
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="scale by scale" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for s in scales:
                for r in ratios:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="column by column" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for j in range(picture[1] // stride[1]):
        for i in range(picture[0] // stride[0]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="cells rounded up" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(-(-picture[0] // stride[0])):
        for j in range(-(-picture[1] // stride[1])):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="gives the centre" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx, cy, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="gives corners" answer="make_anchors" loses="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[1]) & (anchors[:, 1] + anchors[:, 3] <= picture[0])
    return anchors, inside


# %% wrong="inside if the middle is" answer="make_anchors" loses="make_anchors_inside"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = np.ones(len(anchors), dtype=bool)
    return anchors, inside


# %% wrong="touching is outside" answer="make_anchors" loses="make_anchors_inside"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] > 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] < picture[1]) & (anchors[:, 1] + anchors[:, 3] < picture[0])
    return anchors, inside


# %% wrong="height and width of the picture exchanged" answer="make_anchors" loses="make_anchors_inside"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 0] + anchors[:, 2] <= picture[0]) & (anchors[:, 1] + anchors[:, 3] <= picture[1])
    return anchors, inside


# %% wrong="looks at the left and the upper border alone" answer="make_anchors" loses="make_anchors_inside"
def make_anchors(picture, stride, scales, ratios):
    rows = []
    for i in range(picture[0] // stride[0]):
        for j in range(picture[1] // stride[1]):
            cx, cy = (j + 0.5) * stride[1], (i + 0.5) * stride[0]
            for r in ratios:
                for s in scales:
                    w, h = s * np.sqrt(r), s / np.sqrt(r)
                    rows.append([cx - w / 2, cy - h / 2, w, h])
    anchors = np.array(rows)
    inside = (anchors[:, :2] >= 0).all(axis=1) 
    return anchors, inside


# %% right="by broadcasting" answer="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    (high, wide), (sy, sx) = picture, stride
    r, s = np.array(ratios, dtype=float)[:, None], np.array(scales, dtype=float)
    size = np.stack(np.broadcast_arrays(s * r**0.5, s * r**-0.5), axis=-1).reshape(1, 1, -1, 2)
    y, x = np.mgrid[: high // sy, : wide // sx]
    low = np.stack([(x + 0.5) * sx, (y + 0.5) * sy], axis=-1)[:, :, None] - size / 2
    anchors = np.concatenate([low, np.broadcast_to(size, low.shape)], axis=-1).reshape(-1, 4)
    return anchors, np.all(anchors[:, :2] >= 0, axis=1) & np.all(anchors[:, :2] + anchors[:, 2:] <= [wide, high], axis=1)


# %% right="lists" answer="make_anchors"
def make_anchors(picture, stride, scales, ratios):
    cells = [(i, j) for i in range(picture[0] // stride[0]) for j in range(picture[1] // stride[1])]
    shapes = [((s * s * r) ** 0.5, (s * s / r) ** 0.5) for r in ratios for s in scales]
    out = [(j * stride[1] + (stride[1] - w) / 2, i * stride[0] + (stride[0] - h) / 2, w, h) for i, j in cells for w, h in shapes]
    return np.array(out), np.array([min(x, y) >= 0 and x + w <= picture[1] and y + h <= picture[0] for x, y, w, h in out])


# %% wrong="no forced match" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(0):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="forced match overwritten by the thresholds" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return np.where(best >= high, iou.argmax(axis=0), chosen)


# %% wrong="each object takes its best anchor, the later has it" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    for k in range(len(iou)):
        if iou[k].max() > 0:
            chosen[iou[k].argmax()] = k
    return chosen


# %% wrong="objects in the order of their numbers" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = _, left[_].argmax()
        if left[k, a] <= 0:
            continue
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="the anchor stays free" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = -1
    return chosen


# %% wrong="background for ignored" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), -1)
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="ignored for background" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), -2)
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="the codes exchanged" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -2, -1))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="above high, not at least" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best > high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="low belongs to the background" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best <= low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="an object that no anchor touches takes one" answer="match" loses="match_edges"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="forced only above low" answer="match" loses="match"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] < low:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="fails without objects" answer="match" loses="match_edges"
def match(iou, low, high):
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% wrong="stops after as many steps as there are anchors less one" answer="match" loses="match_edges"
def match(iou, low, high):
    if not len(iou):
        return np.full(iou.shape[1], -1)
    best = iou.max(axis=0)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=0), np.where(best < low, -1, -2))
    left = iou.copy()
    for _ in range(min(iou.shape[0], iou.shape[1] - 1)):
        k, a = np.unravel_index(left.argmax(), left.shape)
        if left[k, a] <= 0:
            break
        chosen[a] = k
        left[k, :] = left[:, a] = -1
    return chosen


# %% right="sorted pairs" answer="match"
def match(iou, low, high):
    k, n = iou.shape
    out = np.full(n, -1)
    for a in range(n if k else 0):
        best = int(np.argmax(iou[:, a]))
        out[a] = best if iou[best, a] >= high else -2 if iou[best, a] >= low else -1
    served, given = set(), set()
    for v, i, j in sorted((-iou[i, j], i, j) for i in range(k) for j in range(n)):
        if v < 0 and i not in served and j not in given:
            out[j] = i
            served.add(i)
            given.add(j)
    return out


# %% right="sets of what is left" answer="match"
def match(iou, low, high):
    best = iou.max(axis=0, initial=-1.0)
    chosen = np.where(best < low, -1, -2)
    if iou.size:
        chosen = np.where(best >= high, np.argmax(iou, axis=0), chosen)
    objects, anchors = list(range(iou.shape[0])), list(range(iou.shape[1]))
    while objects and anchors:
        part = iou[np.ix_(objects, anchors)]
        if part.max() <= 0:
            break
        i, j = divmod(int(part.argmax()), part.shape[1])
        chosen[anchors.pop(j)] = objects.pop(i)
    return chosen


# %% wrong="keeps the lower score" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="not by class" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="suppresses at the threshold" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] < threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="what has been dropped drops others" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep, seen = [], []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in seen):
            keep.append(int(d))
        seen.append(d)
    return np.array(keep[:most], dtype=int)


# %% wrong="suppresses other classes alone" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] == labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="only neighbours in the order" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep[-1:]):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="in the order of the numbers" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.sort(np.array(keep[:most], dtype=int))


# %% wrong="class by class" answer="nms" loses="nms"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(sorted(keep, key=lambda d: labels[d])[:most], dtype=int)


# %% wrong="equal scores from the end" answer="nms" loses="nms_edges"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(scores, kind="stable")[::-1]:
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="the limit before the suppression" answer="nms" loses="nms_edges"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable")[:most]:
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[:most], dtype=int)


# %% wrong="the limit counts each class" answer="nms" loses="nms_edges"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array([d for n, d in enumerate(keep) if sum(labels[e] == labels[d] for e in keep[:n]) < most], dtype=int)


# %% wrong="no limit" answer="nms" loses="nms_edges"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep, dtype=int)


# %% wrong="one too many" answer="nms" loses="nms_edges"
def nms(overlap, scores, labels, threshold, most):
    keep = []
    for d in np.argsort(-scores, kind="stable"):
        if all(labels[d] != labels[e] or overlap[d, e] <= threshold for e in keep):
            keep.append(int(d))
    return np.array(keep[: most + 1], dtype=int)


# %% right="what is left shrinks" answer="nms"
def nms(overlap, scores, labels, threshold, most):
    left, keep = np.argsort(-scores, kind="stable"), []
    while len(left) and len(keep) < most:
        first, left = left[0], left[1:]
        keep.append(first)
        left = left[(labels[left] != labels[first]) | (overlap[first, left] <= threshold)]
    return np.array(keep, dtype=np.int64)


# %% right="a matrix of who drops whom" answer="nms"
def nms(overlap, scores, labels, threshold, most):
    drops = (overlap > threshold) & (labels[:, None] == labels)
    alive, keep = np.ones(len(scores), dtype=bool), []
    for d in sorted(range(len(scores)), key=lambda n: (-scores[n], n)):
        if alive[d] and len(keep) < most:
            keep.append(d)
            alive &= ~drops[d]
    return np.array(keep, dtype=int)


# %% wrong="no envelope" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([next((p for h, p in sorted(points) if h * parts >= k * total), 0.0) for k in levels]))


# %% wrong="recall over the hits, not the objects" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    total = max(1, int(hits.sum()))
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="ten points" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="eleven points for both" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = 10
    levels = range(parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="a recall above, not at least" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts > k * total), default=0.0) for k in levels]))


# %% wrong="mean over the points reached" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max(p for h, p in points if h * parts >= k * total) for k in levels if any(h * parts >= k * total for h, p in points)] or [0.0]))


# %% wrong="from the lowest score" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores <= t].sum(), hits[scores <= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="equal scores one after the other" answer="average_precision" loses="average_precision_ties"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    right = np.cumsum(hits[np.argsort(-scores, kind="stable")])
    points = list(zip(right, right / np.arange(1, len(scores) + 1)))
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="equal scores, hits first" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    right = np.cumsum(hits[np.lexsort((~hits, -scores))])
    points = list(zip(right, right / np.arange(1, len(scores) + 1)))
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="without sorting" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    right = np.cumsum(hits)
    points = list(zip(right, right / np.arange(1, len(scores) + 1)))
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="a score above the threshold, not at least" answer="average_precision" loses="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores > t].sum(), hits[scores > t].mean()) for t in np.unique(scores)[:-1]]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="three tenths rounded" answer="average_precision" loses="average_precision_edges"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h / total >= (k / total if rule == "all" else np.linspace(0, 1, 11)[k])), default=0.0) for k in levels]))


# %% wrong="0 without an object" answer="average_precision" loses="average_precision_edges"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return 0.0
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% wrong="nan without an answer" answer="average_precision" loses="average_precision_edges"
def average_precision(scores, hits, total, rule):
    if total == 0 or not len(scores):
        return float("nan")
    points = [(hits[scores >= t].sum(), hits[scores >= t].mean()) for t in np.unique(scores)]  # hits, precision
    parts = total if rule == "all" else 10
    levels = range(1 if rule == "all" else 0, parts + 1)
    return float(np.mean([max((p for h, p in points if h * parts >= k * total), default=0.0) for k in levels]))


# %% right="sorted and grouped" answer="average_precision"
def average_precision(scores, hits, total, rule):
    if not total:
        return np.nan
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(hits[order])
    last = np.append(np.diff(scores[order]) != 0, True)[: len(scores)]
    h, p = right[last], (right / (np.arange(len(scores)) + 1))[last]
    levels = np.arange(1, total + 1) / total if rule == "all" else np.arange(11) / 10
    return float(np.mean([p[h / total >= r - 1e-9].max(initial=0.0) for r in levels]))


# %% right="steps of the recall" answer="average_precision"
def average_precision(scores, hits, total, rule):
    if total == 0:
        return float("nan")
    points = []
    for t in sorted(set(scores.tolist())):
        taken = [bool(y) for s, y in zip(scores.tolist(), hits.tolist()) if s >= t]
        points.append((sum(taken), sum(taken) / len(taken)))
    area, reached, best = 0.0, 0, 0.0
    heights = {}
    for h, p in points:  # from the lowest score: the recall falls
        best = max(best, p)
        heights[h] = best
    def envelope(need):
        return max((v for h, v in heights.items() if h >= need - 1e-9), default=0.0)
    if rule == "all":
        return float(sum(envelope(k) for k in range(1, total + 1)) / total)
    return float(sum(envelope(k * total / 10) for k in range(11)) / 11)
