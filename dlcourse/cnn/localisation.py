"""Boxes: their formats, how much two of them overlap, their code against an anchor; a network that says where; windows that slide as a convolution.

Section: book/cnn/localisation.md.  The next section imports `box_iou`, `encode_box`, `decode_box` and the conversions.

A box in **corners** is (x0, y0, x1, y1) with x to the right and y downwards, in pixels; pixel j covers the stretch from j to j + 1, so x1 - x0 is the width,
without a "+ 1".  In **centre and size** it is (cx, cy, w, h); in **corner and size**, the x, y, w, h of many data sets, (x0, y0, w, h).

Shapes used in this file: N pictures, M and A boxes or anchors, K outputs, C classes or channels, H x W pixels, U x V places.  Boxes: float64 (..., 4).
NumPy alone, but for the functions at the end that train: they import torch when they are called.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlcourse.data.scenes import CLASSES

# ------------------------------------------------------------------------------------------------------------ formats


def _boxes(boxes, name="boxes", corners=True):
    """boxes as float64 (..., 4).  ValueError if the last axis is not 4, or a size is negative (corners: x1 < x0 or y1 < y0; else w < 0 or h < 0)."""
    boxes = np.asarray(boxes, dtype=np.float64)
    if boxes.ndim < 1 or boxes.shape[-1] != 4:
        raise ValueError(f"{name} must have shape (..., 4), got {boxes.shape}")
    sizes = boxes[..., 2:] - boxes[..., :2] if corners else boxes[..., 2:]
    if boxes.size and sizes.min() < 0:
        what = "x1 >= x0 and y1 >= y0: are they corners" if corners else "w >= 0 and h >= 0: are the last two a size"
        raise ValueError(f"{name} must have {what}?  Got {boxes[(sizes < 0).any(axis=-1)].reshape(-1, 4)[0]}")
    return boxes


def corners_to_centre(boxes):
    """(x0, y0, x1, y1) -> (cx, cy, w, h).  boxes: (..., 4) -> (..., 4).  ValueError if they are no corners."""
    boxes = _boxes(boxes)
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=-1)  # (..., 4)


def centre_to_corners(boxes):
    """(cx, cy, w, h) -> (x0, y0, x1, y1).  boxes: (..., 4) -> (..., 4).  ValueError if a size is negative."""
    boxes = _boxes(boxes, corners=False)
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return np.concatenate([centre - half, centre + half], axis=-1)  # (..., 4)


def corners_to_xywh(boxes):
    """(x0, y0, x1, y1) -> (x0, y0, w, h).  boxes: (..., 4) -> (..., 4).  ValueError if they are no corners."""
    boxes = _boxes(boxes)
    return np.concatenate([boxes[..., :2], boxes[..., 2:] - boxes[..., :2]], axis=-1)  # (..., 4)


def xywh_to_corners(boxes):
    """(x0, y0, w, h) -> (x0, y0, x1, y1).  boxes: (..., 4) -> (..., 4).  ValueError if a size is negative."""
    boxes = _boxes(boxes, corners=False)
    return np.concatenate([boxes[..., :2], boxes[..., :2] + boxes[..., 2:]], axis=-1)  # (..., 4)


# ------------------------------------------------------------------------------------------------------------ overlap


def box_area(boxes):
    """Areas in square pixels, eq. (eq-cnn-iou).  boxes: corners (..., 4) -> (...).  ValueError if they are no corners."""
    boxes = _boxes(boxes)
    return (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1)


def box_iou(a, b):
    """Intersection over union of every box of a with every box of b, eq. (eq-cnn-iou) (Jaccard 1912).

    a: corners (M, 4), b: corners (A, 4), both may be empty -> (M, A) in [0, 1].  Two boxes without area have 0.  ValueError if they are no corners.
    """
    a, b = _boxes(a, "a"), _boxes(b, "b")
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError(f"a must have shape (M, 4) and b (A, 4), got {a.shape} and {b.shape}")
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])  # (M, A, 2)
    both = np.maximum(high - low, 0).prod(axis=2)  # (M, A); without the maximum two negative sides would make an area
    either = box_area(a)[:, None] + box_area(b) - both  # (M, A)
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def box_giou(a, b):
    """Generalised IoU, eq. (eq-cnn-giou) (Rezatofighi et al. 2019).  a: corners (M, 4), b: corners (A, 4) -> (M, A) in (-1, 1].  ValueError as box_iou."""
    iou, a, b = box_iou(a, b), np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    hull = (np.maximum(a[:, None, 2:], b[:, 2:]) - np.minimum(a[:, None, :2], b[:, :2])).prod(axis=2)  # (M, A), the smallest box around both
    either = (box_area(a)[:, None] + box_area(b)) / (1 + iou)  # (M, A), as areas a + b = either + both and both = iou * either
    return iou - np.divide(hull - either, hull, out=np.zeros_like(hull), where=hull > 0)


# ---------------------------------------------------------------------------------------------- the code of a box


def _anchors(anchors):
    """anchors in centre and size; ValueError unless they are corners with an area."""
    anchors = corners_to_centre(_boxes(anchors, "anchors"))
    if anchors.size and anchors[..., 2:].min() <= 0:
        raise ValueError("anchors must have a width and a height above 0")
    return anchors


def encode_box(boxes, anchors):
    """Code of boxes as seen from anchors, eq. (eq-cnn-code) (Girshick et al. 2014).

    boxes, anchors: corners (..., 4) of one shape, or such that they broadcast, with an area -> (t_x, t_y, t_w, t_h): (..., 4).  ValueError otherwise.
    """
    boxes, anchors = corners_to_centre(_boxes(boxes)), _anchors(anchors)
    if boxes.size and boxes[..., 2:].min() <= 0:
        raise ValueError("boxes must have a width and a height above 0: the code holds their logarithms")
    shift = (boxes[..., :2] - anchors[..., :2]) / anchors[..., 2:]  # (..., 2)
    return np.concatenate([shift, np.log(boxes[..., 2:] / anchors[..., 2:])], axis=-1)  # (..., 4)


def decode_box(codes, anchors):
    """Boxes of codes: the inverse of encode_box.  codes: (..., 4), anchors: corners (..., 4) -> corners (..., 4).  ValueError if the anchors have no area."""
    codes, anchors = np.asarray(codes, dtype=np.float64), _anchors(anchors)
    if codes.ndim < 1 or codes.shape[-1] != 4:
        raise ValueError(f"codes must have shape (..., 4), got {codes.shape}")
    centre = anchors[..., :2] + codes[..., :2] * anchors[..., 2:]  # (..., 2)
    return centre_to_corners(np.concatenate([centre, anchors[..., 2:] * np.exp(codes[..., 2:])], axis=-1))


# --------------------------------------------------------------------------------------------------------- the loss


def smooth_l1(error, beta=1.0):
    """Smooth L1, eq. (eq-cnn-smooth) (Girshick 2015), entry by entry.  error: any shape, beta > 0 in its unit -> loss and slope, both like error."""
    if not beta > 0:
        raise ValueError(f"beta must be > 0, got {beta}")
    error = np.asarray(error, dtype=np.float64)
    near = np.abs(error) < beta
    return np.where(near, error**2 / (2 * beta), np.abs(error) - beta / 2), np.where(near, error / beta, np.sign(error))


# ------------------------------------------------------------------------------------------ windows, and all at once


def fc_to_conv(w, shape):
    """The fully connected layer as a convolution, eq. (eq-cnn-fc-conv) (Sermanet et al. 2014): the same numbers, cut anew.

    w: (K, C*H*W), columns in the order in which a picture (C, H, W) is flattened (torch's `nn.Linear`); shape: (C, H, W) -> kernels (K, C, H, W).
    The biases stay as they are.  ValueError if the sizes do not fit.
    """
    w = np.asarray(w)
    if w.ndim != 2 or len(shape) != 3 or w.shape[1] != np.prod(shape):
        raise ValueError(f"w must be (K, C*H*W) with (C, H, W) = {tuple(shape)}, got {w.shape}")
    return w.reshape(len(w), *shape)


def crops(image, window, stride):
    """All windows of a picture.  image: (H, W), window: side in pixels, stride: pixels from window to window -> (U, V, window, window), a view"""
    return sliding_window_view(np.asarray(image), (window, window))[::stride, ::stride]


def draw_boxes(ax, image, boxes, colour, dash="-"):
    """Frames around boxes, in the coordinates of the picture's pixels.  ax: Axes, image: (H, W) or None (already drawn), boxes: corners (K, 4).  Returns ax.

    Boxes are drawn as they are, also such as a network turned inside out.
    """
    if image is not None:
        ax.imshow(image, cmap="gray_r", vmin=-0.5, vmax=1.6, extent=(0, image.shape[1], image.shape[0], 0))  # pixel j from j to j + 1
        ax.set(xlim=(0, image.shape[1]), ylim=(image.shape[0], 0))
        ax.set_axis_off()
    for x0, y0, x1, y1 in boxes:
        ax.plot([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], color=colour, linestyle=dash, clip_on=False)
    return ax


# ------------------------------------------------------------------------------ what is trained (torch, where it is used)


def localiser(classes=len(CLASSES), side=32):
    """A network with two answers in one: (N, 1, side, side) -> (N, classes + 4), scores of the classes and corners in units of the picture's side."""
    from torch import nn

    layers = []
    for c_in, c_out in ((1, 16), (16, 32), (32, 32)):
        layers += [nn.Conv2d(c_in, c_out, 3, stride=2, padding=1), nn.BatchNorm2d(c_out), nn.ReLU()]  # halves the sides
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(32 * (side // 8) ** 2, 128), nn.ReLU(), nn.Linear(128, classes + 4))


def pick_one(scenes, rule, rng=None):
    """One object of each scene as its target.  rule: "any" (drawn by rng) or "left" (the smallest x0) -> boxes (N, 4), labels (N,)

    ValueError if a scene is empty or the rule has another name.
    """
    if rule not in ("any", "left") or not all(map(len, scenes.boxes)):
        raise ValueError(f"rule must be 'any' or 'left' and each scene needs an object, got {rule!r}")
    chosen = [int(rng.integers(len(b))) if rule == "any" else int(b[:, 0].argmin()) for b in scenes.boxes]
    return np.stack([b[k] for b, k in zip(scenes.boxes, chosen)]), np.array([y[k] for y, k in zip(scenes.labels, chosen)])


def fit_localiser(scenes, rule="any", loss="smooth l1", beta=0.05, weight=10.0, epochs=16, lr=3e-3, seed=0):
    """Train a `localiser` on scenes with Adam: cross-entropy + weight * mean over the four numbers of smooth L1 ("l2": of the squared error).  -> the network

    Each epoch picks one object a scene anew by `rule`, see pick_one.  beta is in units of the picture's side.  ValueError if the loss has another name.
    """
    import torch
    from torch.nn import functional as F

    from dlcourse.train import minibatches, train

    if loss not in ("smooth l1", "l2"):
        raise ValueError(f"loss must be 'smooth l1' or 'l2', got {loss!r}")
    side = scenes.images.shape[1]
    x = torch.tensor(scenes.images[:, None], dtype=torch.float32)  # (N, 1, H, W)

    def batches(rng):
        boxes, labels = pick_one(scenes, rule, rng)
        target = torch.tensor(np.column_stack([labels, boxes / side]), dtype=torch.float32)  # (N, 5)
        yield from minibatches(x, target)(rng)

    def both(out, target):
        xent, corners = F.cross_entropy(out[:, :-4], target[:, 0].long()), (out[:, -4:], target[:, 1:])
        return xent + weight * (F.smooth_l1_loss(*corners, beta=beta) if loss == "smooth l1" else F.mse_loss(*corners))

    torch.manual_seed(seed)
    net = localiser(side=side)
    adam = torch.optim.Adam(net.parameters(), lr=lr)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, epochs)  # the rate falls to 0
    train(net, batches, both, adam, epochs, seed, scheduler=cosine, progress=False)
    return net


def locate(net, images):
    """What a localiser says.  images: (N, H, W) -> classes (N,), boxes (N, 4) in pixels, as they come: x1 may lie left of x0"""
    import torch

    with torch.no_grad():
        out = net(torch.tensor(images[:, None], dtype=torch.float32)).numpy().astype(np.float64)
    return out[:, :-4].argmax(axis=1), out[:, -4:] * images.shape[1]


def paired_iou(a, b):
    """IoU of box i of a with box i of b, 0 where a box of a is turned inside out.  a, b: corners (N, 4) -> (N,)"""
    fine = (a[:, 2:] >= a[:, :2]).all(axis=1)
    return np.array([box_iou(p[None], q[None])[0, 0] if ok else 0.0 for p, q, ok in zip(a, b, fine)])


def window_samples(scenes, window=16, near=2, far=5, seed=0):
    """Windows to learn from, of pictures with one object each.  -> x: (M, window, window), y: (M,) classes, C for "nothing here"

    From each picture one window whose centre is at most `near` pixels from the object's, along both axes, and one that is at least `far` away along an axis.
    """
    rng, x, y = np.random.default_rng(seed), [], []
    for image, boxes, labels in zip(*scenes):
        views = crops(image, window, 1)  # (U, V, window, window)
        cx, cy = corners_to_centre(boxes)[0, :2] - window / 2
        row, column = np.mgrid[: views.shape[0], : views.shape[1]]
        away = np.maximum(abs(row - cy), abs(column - cx))  # (U, V)
        for where, label in ((away <= near, labels[0]), (away >= far, len(CLASSES))):
            places = np.argwhere(where)
            if len(places):
                x.append(views[tuple(places[rng.integers(len(places))])])
                y.append(label)
    return np.array(x), np.array(y)


def fit_windows(x, y, padding=0, epochs=8, lr=2e-3, seed=0):
    """A classifier of windows, trained by Adam.  x: (M, 16, 16), y: (M,) -> network (M, 1, 16, 16) -> (M, C + 1); padding: of both convolutions, 0 or 1"""
    import torch
    from torch import nn

    from dlcourse.train import minibatches, train

    torch.manual_seed(seed)
    side = 5 + 3 * padding  # 16 -> 14 -> 7 -> 5, or 16 -> 16 -> 8 -> 8
    head = [nn.Flatten(), nn.Linear(32 * side**2, 64), nn.ReLU(), nn.Linear(64, len(CLASSES) + 1)]
    net = nn.Sequential(nn.Conv2d(1, 16, 3, padding=padding), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=padding), nn.ReLU(), *head)
    batches = minibatches(torch.tensor(x[:, None], dtype=torch.float32), torch.tensor(y))
    train(net, batches, nn.functional.cross_entropy, torch.optim.Adam(net.parameters(), lr=lr), epochs, seed, progress=False)
    return net


def dense(net, shape):
    """The same network for pictures of any size: no Flatten, and each Linear a convolution, the first with kernels of shape[1:], the others of 1 x 1.

    net: nn.Sequential of convolutions, Flatten and Linear layers; shape: (C, H, W) of what is flattened -> nn.Sequential that gives (N, classes, U, V)
    """
    import torch
    from torch import nn

    layers = []
    for layer in net:
        if isinstance(layer, nn.Linear):
            kernels = torch.tensor(fc_to_conv(layer.weight.detach().numpy(), shape))
            conv = nn.Conv2d(shape[0], len(kernels), tuple(shape[1:]), dtype=kernels.dtype)
            conv.weight.data, conv.bias.data = kernels, layer.bias.detach().clone()
            layer, shape = conv, (len(kernels), 1, 1)
        if not isinstance(layer, nn.Flatten):
            layers.append(layer)
    return nn.Sequential(*layers)


def products(net, height, width):
    """Multiplications by weights for one picture.  net: nn.Sequential, input (1, 1, height, width) -> whole number"""
    import torch

    x, total = torch.zeros(1, 1, height, width), 0
    with torch.no_grad():
        for layer in net:
            x = layer(x.to(next(net.parameters()).dtype))
            if hasattr(layer, "weight"):
                total += x.numel() // x.shape[1] * layer.weight.numel()  # places times weights
    return total
