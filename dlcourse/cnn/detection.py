"""Detection: anchors and which object each is to find, one report for each object, a score for lists of boxes, and a small detector.

Section: book/cnn/detection.md.  Boxes are corners (x0, y0, x1, y1) in pixels, as in `localisation`, from which their overlaps and codes come.

Shapes used in this file: N pictures, A anchors, K objects of a picture, D answers ("detections"), C classes, T thresholds, H x W pixels or cells.
NumPy alone, but for the functions at the end that train: they import torch when they are called.
"""
from typing import NamedTuple

import numpy as np

from dlcourse.cnn.localisation import box_iou, decode_box, encode_box
from dlcourse.data.scenes import CLASSES

BACKGROUND, IGNORED = -1, -2  # what `match` says of an anchor that is to find no object
COCO = np.linspace(0.5, 0.95, 10)  # the thresholds of the IoU over which COCO takes the mean


class Found(NamedTuple):
    """What a detector answers to one picture, or what a choice has left of it."""

    boxes: np.ndarray  # (D, 4) float64
    scores: np.ndarray  # (D,) float64
    labels: np.ndarray  # (D,) int64, numbers into CLASSES


# ------------------------------------------------------------------------------------------------- anchors and matching


def make_anchors(cells, stride, scales, ratios):
    """Anchors of every size and shape in the middle of every cell, eq. (eq-cnn-anchors) (Ren et al. 2015).

    cells: (H, W) rows and columns of the map; stride: pixels from cell to cell; scales: square roots of the areas, in pixels; ratios: height over width.
    -> corners (H*W*S*R, 4), row by row, in a row column by column, in a cell scale by scale, for a scale ratio by ratio.  ValueError unless all are > 0.
    """
    scales, ratios = np.asarray(scales, dtype=np.float64), np.asarray(ratios, dtype=np.float64)
    if len(cells) != 2 or min(cells) < 1 or not stride > 0 or scales.ndim != 1 or ratios.ndim != 1 or not (scales > 0).all() or not (ratios > 0).all():
        raise ValueError(f"cells must be two numbers >= 1, and stride, scales, ratios > 0, got {cells}, {stride}, {scales}, {ratios}")
    root = np.sqrt(ratios)
    size = (scales[:, None, None] * np.stack([1 / root, root], axis=1)).reshape(-1, 2)  # (S*R, 2), width and height
    row, column = np.mgrid[: cells[0], : cells[1]]
    centre = stride * (np.stack([column, row], axis=-1).reshape(-1, 1, 2) + 0.5)  # (H*W, 1, 2), x and y
    return np.concatenate([centre - size / 2, centre + size / 2], axis=-1).reshape(-1, 4)


def match(anchors, boxes, low=0.4, high=0.5):
    """Which object each anchor is to find (Ren et al. 2015).  anchors: corners (A, 4), boxes: corners (K, 4), K may be 0 -> (A,) int64

    The number of the object with the largest IoU if this is >= high; BACKGROUND if it is < low; IGNORED between.  Then each object takes the anchor
    that overlaps it most, whatever that IoU is, if it is above 0; where two take the same one, the later object has it.  ValueError unless 0 <= low <= high.
    """
    if not 0 <= low <= high:
        raise ValueError(f"low and high must be 0 <= low <= high, got {low} and {high}")
    iou = box_iou(anchors, boxes)  # (A, K)
    if not iou.size:
        return np.full(len(anchors), BACKGROUND)
    best = iou.max(axis=1)  # (A,)
    chosen = np.where(best >= high, iou.argmax(axis=1), np.where(best < low, BACKGROUND, IGNORED))
    own = iou.argmax(axis=0)  # (K,), the best anchor of each object
    there = iou[own, np.arange(iou.shape[1])] > 0
    chosen[own[there]] = np.flatnonzero(there)
    return chosen


# ---------------------------------------------------------------------------------------------- one report for an object


def nms(boxes, scores, threshold=0.5):
    """Greedy non-maximum suppression: take the best, drop what overlaps it by an IoU above the threshold, go on with the rest.

    boxes: corners (D, 4), scores: (D,) -> numbers of those that stay, best first.  Of equal scores the earlier comes first.  ValueError if the lengths differ.
    """
    scores = np.asarray(scores)
    if len(boxes) != len(scores):
        raise ValueError(f"boxes and scores must be equally many, got {len(boxes)} and {len(scores)}")
    left, keep = np.argsort(-scores, kind="stable"), []
    overlap = box_iou(boxes, boxes) if len(boxes) else None  # (D, D)
    while len(left):
        keep.append(left[0])
        left = left[1:][overlap[left[0], left[1:]] <= threshold]
    return np.array(keep, dtype=np.int64)


def nms_by_class(found, threshold=0.5):
    """`nms` for each class by itself.  found: Found -> Found, best first"""
    keep = np.concatenate([np.flatnonzero(found.labels == c)[nms(found.boxes[found.labels == c], found.scores[found.labels == c], threshold)]
                           for c in np.unique(found.labels)] or [np.zeros(0, dtype=np.int64)])
    keep = keep[np.argsort(-found.scores[keep], kind="stable")]
    return Found(*(v[keep] for v in found))


def roi_align(features, box, size, samples=2):
    """The features under a box, as a grid of fixed size, without rounding (He et al. 2017).

    features: (C, H, W), box: (x0, y0, x1, y1) in cells, size, samples >= 1 -> (C, size, size).  ValueError for other shapes or sizes.
    Each of size x size bins is the mean of samples x samples values, each interpolated between the middles of the four nearest cells, (j + 0.5, i + 0.5).
    Beyond the outermost middles the border's value holds.
    """
    if np.ndim(features) != 3 or np.shape(box) != (4,) or size < 1 or samples < 1:
        raise ValueError(f"features must be (C, H, W), box 4 numbers, size and samples >= 1, got {np.shape(features)}, {np.shape(box)}, {size}, {samples}")
    x0, y0, x1, y1 = box
    step = (np.arange(size * samples) + 0.5) / (size * samples)  # in the middle of each part of a bin
    weights = []
    for low, high, cells in ((y0, y1, features.shape[1]), (x0, x1, features.shape[2])):
        at = np.clip(low + (high - low) * step - 0.5, 0, cells - 1)  # in units of cells, from middle to middle
        weights.append(np.maximum(0, 1 - np.abs(at[:, None] - np.arange(cells))))  # (size * samples, cells), two numbers of a row are not 0
    fine = weights[0] @ features @ weights[1].T  # (C, size * samples, size * samples)
    return fine.reshape(len(features), size, samples, size, samples).mean(axis=(2, 4))


# -------------------------------------------------------------------------------------------------- a score for a list


def assign(found, boxes, labels, threshold=0.5):
    """Which object each answer hits.  found: Found; boxes: (K, 4) and labels: (K,) of the truth -> (D,) number of the object, or -1

    Best score first, an answer takes the free object of its class that it overlaps most, if the IoU is >= threshold (COCO's rule): an object is hit once.
    """
    hit, free = np.full(len(found.scores), -1), np.ones(len(boxes), dtype=bool)
    iou = box_iou(found.boxes, boxes) if len(boxes) and len(hit) else np.zeros((len(hit), len(boxes)))
    for d in np.argsort(-found.scores, kind="stable"):
        fits = np.where(free & (labels == found.labels[d]), iou[d], -1.0)  # (K,)
        if len(fits) and fits.max() >= threshold:
            hit[d] = fits.argmax()
            free[hit[d]] = False
    return hit


def precision_recall(hits, scores, total):
    """Precision and recall of the best 1, 2, ..., D answers.  hits: (D,) bool, scores: (D,), total: objects > 0 -> (D,), (D,)

    Of equal scores the earlier comes first.
    """
    hits = np.asarray(hits, dtype=bool)[np.argsort(-np.asarray(scores), kind="stable")]
    right = np.cumsum(hits)
    return right / np.arange(1, len(hits) + 1), right / total


def average_precision(hits, scores, total, rule="all"):
    """Average precision, eq. (eq-cnn-ap).  hits: (D,) bool, scores: (D,), total: number of objects -> number in [0, 1]; nan if total is 0

    rule: "all" (the area under the envelope, VOC from 2010), "11" (mean at the recalls 0, 0.1, ..., 1; VOC to 2009) or "101" (0, 0.01, ..., 1; COCO).
    ValueError if the lengths differ, there are more hits than objects, or the rule has another name.
    """
    if rule not in ("all", "11", "101") or len(hits) != len(scores) or np.sum(hits) > total:
        raise ValueError(f"rule must be 'all', '11' or '101' and hits at most total, got {rule!r}, {np.sum(hits)} hits of {len(scores)}, total {total}")
    if not total:
        return np.nan
    precision, recall = precision_recall(hits, scores, total)
    envelope = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)  # (D + 1,), the best precision at this recall or a higher one; beyond the last: 0
    if rule == "all":
        return float(np.diff(recall, prepend=0.0) @ envelope[:-1])
    grid = np.linspace(0, 1, int(rule))
    return float(envelope[np.searchsorted(recall, grid - 1e-12)].mean())  # 3 of 10 is no less than 0.3 for being rounded


def evaluate(found, scenes, thresholds=(0.5,), rule="101"):
    """AP of each threshold and class.  found: a list of N Found, scenes: Scenes of N pictures -> (T, C); nan for a class without an object"""
    result = np.empty((len(thresholds), len(CLASSES)))
    scores, kinds = (np.concatenate([f[k] for f in found]) for k in (1, 2))
    totals = np.bincount(np.concatenate(scenes.labels), minlength=len(CLASSES))
    for row, threshold in zip(result, thresholds, strict=True):
        hits = np.concatenate([assign(f, b, y, threshold) for f, b, y in zip(found, scenes.boxes, scenes.labels, strict=True)]) >= 0
        row[:] = [average_precision(hits[kinds == c], scores[kinds == c], totals[c], rule) for c in range(len(CLASSES))]
    return result


def error_kinds(found, scenes, threshold=0.5, near=0.1):
    """What the answers are, in the manner of Hoiem et al. (2012).  found: a list of Found, scenes: Scenes -> dict of counts, that of objects "missed" too

    "hit", or the first that applies: "duplicate" (right class and place, but the object is taken), "localisation" (right class, IoU from near to threshold),
    "confusion" (IoU >= near with an object of another class), "background".
    """
    count = dict.fromkeys(("hit", "duplicate", "localisation", "confusion", "background", "missed"), 0)
    for f, boxes, labels in zip(found, scenes.boxes, scenes.labels, strict=True):
        hit = assign(f, boxes, labels, threshold)
        count["missed"] += len(boxes) - int((hit >= 0).sum())
        iou = box_iou(f.boxes, boxes)  # (D, K)
        same = np.where(f.labels[:, None] == labels, iou, 0).max(axis=1, initial=0)  # (D,)
        for h, mine, any_class in zip(hit, same, iou.max(axis=1, initial=0), strict=True):
            kind = "duplicate" if mine >= threshold else "localisation" if mine >= near else "confusion" if any_class >= near else "background"
            count["hit" if h >= 0 else kind] += 1
    return count


def recall_at(found, scenes, most, threshold=0.5):
    """The share of objects that one of the best `most` boxes of a picture overlaps by an IoU >= threshold, whatever its class.  -> number"""
    there = []
    for f, boxes in zip(found, scenes.boxes, strict=True):
        first = np.argsort(-f.scores, kind="stable")[:most]
        there.append(box_iou(f.boxes[first], boxes).max(axis=0, initial=0) >= threshold)  # (K,)
    return float(np.concatenate(there).mean())


# ------------------------------------------------------------------------------ what is trained (torch, where it is used)


def detector(shapes, classes=len(CLASSES), width=32):
    """A network with an answer for every anchor: (N, 1, 4h, 4w) -> (N, h*w*shapes, classes + 5), scores of background and the classes, and a code.

    shapes: anchors in a cell.  With classes = 1 it is a region-proposal network: it tells objects from background, whatever their class.
    """
    from torch import nn

    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(width, shapes * (classes + 5), 1)

        def forward(self, x):
            out = self.conv(x)  # (N, shapes * (classes + 5), h, w)
            return out.permute(0, 2, 3, 1).reshape(len(x), -1, classes + 5)  # row, column, shape: the order of make_anchors

    layers = []
    for c_in, c_out, stride in ((1, 16, 2), (16, 32, 2), (32, width, 1), (width, width, 1)):
        layers += [nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()]
    return nn.Sequential(*layers, Head())


def targets(scenes, anchors, low=0.4, high=0.5, classes=len(CLASSES)):
    """What each anchor is to say.  -> labels (N, A): 0 background, c + 1 for class c (1 if classes is 1), -1 ignored; codes (N, A, 4), 0 where no object is"""
    y, codes = np.zeros((len(scenes.boxes), len(anchors)), dtype=np.int64), np.zeros((len(scenes.boxes), len(anchors), 4))
    for i, (boxes, labels) in enumerate(zip(scenes.boxes, scenes.labels, strict=True)):
        chosen = match(anchors, boxes, low, high)
        there = chosen >= 0
        y[i, chosen == IGNORED] = -1
        y[i, there] = 1 if classes == 1 else labels[chosen[there]] + 1
        codes[i, there] = encode_box(boxes[chosen[there]], anchors[there])
    return y, codes


def anchor_loss(out, target, balance="hard", weight=2.0, beta=0.1):
    """Loss of a batch: cross-entropy of chosen anchors, and smooth L1 of the codes of the positive ones, both divided by the number of positives P.

    out: (N, A, C + 5), target: (N, A, 5), label and code.  balance: which negatives count: "hard" (the 3 P with the largest loss), "random" (3 P drawn)
    or "all".
    """
    import torch
    from torch.nn import functional as F

    y, code = target[..., 0].long(), target[..., 1:]
    positive, count = y > 0, max(1, int((y > 0).sum()))
    xent = F.cross_entropy(out[..., :-4].flatten(0, 1), y.flatten().clamp(min=0), reduction="none").reshape(y.shape)  # (N, A)
    box = weight * F.smooth_l1_loss(out[..., -4:][positive], code[positive], beta=beta, reduction="sum") / count
    if balance == "all":
        return xent[y >= 0].sum() / count + box
    negatives = xent[y == 0]
    order = negatives.detach().argsort(descending=True) if balance == "hard" else torch.randperm(len(negatives))
    return (xent[positive].sum() + negatives[order[: 3 * count]].sum()) / count + box


def fit_detector(scenes, anchors, classes=len(CLASSES), balance="hard", epochs=8, lr=4e-3, batch_size=32, low=0.4, high=0.5, seed=0):
    """Train a `detector` on scenes with Adam; the rate falls to 0 on a cosine.  -> the network.  ValueError if balance has another name"""
    import torch

    from dlcourse.train import minibatches, train

    if balance not in ("hard", "random", "all"):
        raise ValueError(f"balance must be 'hard', 'random' or 'all', got {balance!r}")
    torch.manual_seed(seed)
    height, width = scenes.images.shape[1:]
    net = detector(len(anchors) // (height // 4 * (width // 4)), classes)
    y, codes = targets(scenes, anchors, low, high, classes)
    target = torch.tensor(np.concatenate([y[..., None], codes], axis=-1), dtype=torch.float32)  # (N, A, 5)
    batches = minibatches(torch.tensor(scenes.images[:, None], dtype=torch.float32), target, batch_size=batch_size)
    adam = torch.optim.Adam(net.parameters(), lr=lr)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, epochs)
    train(net, batches, lambda out, t: anchor_loss(out, t, balance), adam, epochs, seed, scheduler=cosine, progress=False)
    return net


def answers(net, images, anchors, least=0.05):
    """All that a detector says, before suppression.  images: (N, H, W) -> a list of N Found: each anchor and class with a probability above `least`"""
    import torch

    with torch.no_grad():
        out = net(torch.tensor(images[:, None], dtype=torch.float32))
        probs = torch.softmax(out[..., :-4], dim=-1)[..., 1:].numpy().astype(np.float64)  # (N, A, C), without the background
        codes = out[..., -4:].numpy().astype(np.float64)  # (N, A, 4)
    result = []
    for p, code in zip(probs, codes, strict=True):
        which, label = np.nonzero(p > least)
        result.append(Found(decode_box(code[which], anchors[which]), p[which, label], label))
    return result


def detect(net, images, anchors, threshold=0.4, least=0.05):
    """`answers` after suppression in each class.  images: (N, H, W) -> a list of N Found, best first"""
    return [nms_by_class(f, threshold) for f in answers(net, images, anchors, least)]
