"""A script that trains on pictures, twelve bugs, and the checks that find them.  Section: book/cnn/practice.md

Shapes used in this file: N pictures, H rows, W columns, 3 colours, D = 16 pixels of a side, C = 3 classes.  Boxes are corners (x0, y0, x1, y1) in pixels.
"""
from copy import deepcopy
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from dlcourse.data import shapes_scene
from dlcourse.data.scenes import CLASSES
from dlcourse.train import minibatches, train

D = 16
BOX_WEIGHT = 0.5


@lru_cache(maxsize=16)
def pictures(n, seed):
    """Coloured shapes as bytes, as a camera gives them.  -> images: (n, 16, 16, 3) uint8, boxes: (n, 4), labels: (n,), all read-only"""
    scenes, rng = shapes_scene(n, size=D, sides=(5, 10), stretch=2.0, noise=0.1, seed=seed), np.random.default_rng([seed, 1])
    ground, colour = rng.uniform(30, 70, (n, 1, 1, 3)), rng.uniform(80, 150, (n, 1, 1, 3))
    images = np.clip(ground + colour * scenes.images[..., None], 0, 255).astype(np.uint8)  # (n, D, D, 3)
    found = images, np.concatenate(scenes.boxes), np.concatenate(scenes.labels)
    for array in found:
        array.setflags(write=False)  # they are kept for the next caller
    return found


# ----------------------------------------------------------------------------- the parts of the script, as they should be


def read(boxes):
    """Boxes as the data set stores them, as corners (x0, y0, x1, y1).  boxes: (N, 4) -> (N, 4)"""
    return boxes


def channels_first(x):
    """(N, H, W, 3) -> (N, 3, H, W)"""
    return x.transpose(0, 3, 1, 2)


def flip(image, box):
    """Left and right exchanged, in the picture and in its box.  image: (H, W, 3), box: (4,) -> the same shapes"""
    x0, y0, x1, y1 = box
    return image[:, ::-1], np.array([image.shape[1] - x1, y0, image.shape[1] - x0, y1])


def brighten(image, amount):
    """amount added to each byte, cut off at 255.  image: uint8, any shape -> uint8"""
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)


def throws(n, rng):
    """What happens to each of n pictures.  -> flipped: (n,) bool, amounts: (n,) from 0 to 100"""
    return rng.random(n) < 0.5, rng.integers(0, 101, n)


def divide(groups, rng):
    """Half of the pictures for training and half for the test; a picture stays with its copies.  groups: (N,) -> two index arrays"""
    names = rng.permutation(np.unique(groups))
    trained = np.isin(groups, names[: len(names) // 2])
    return np.flatnonzero(trained), np.flatnonzero(~trained)


def fit_scale(images):
    """Mean and standard deviation of each colour over the training set.  images: (N, H, W, 3) -> two arrays (3,)"""
    return images.mean(axis=(0, 1, 2)), images.std(axis=(0, 1, 2))


def apply_scale(images, scale, test=False):
    """The same map for every picture, in training and test.  images: (N, H, W, 3) -> float (N, H, W, 3)"""
    return (images - scale[0]) / scale[1]


def iou(a, b):
    """Overlap of each box with its partner.  a, b: (N, 4) -> (N,)"""
    sides = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0)
    shared, areas = sides.prod(axis=1), [(c[:, 2:] - c[:, :2]).prod(axis=1) for c in (a, b)]
    return shared / (areas[0] + areas[1] - shared)


def class_loss(scores, labels):
    """Cross-entropy of scores before the softmax.  scores: (B, C), labels: (B,) -> scalar"""
    return F.cross_entropy(scores, labels)


RIGHT = {f.__name__: f for f in (read, channels_first, flip, brighten, throws, divide, fit_scale, apply_scale, iou, class_loss)}
RIGHT |= {"evaluation_mode": True, "test_as_it_is": True}


# ----------------------------------------------------------------------------- the same parts with a bug


def _plus_one(a, b):
    def area(c):
        return (c[:, 2:] - c[:, :2] + 1).prod(axis=1)

    shared = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]) + 1, 0).prod(axis=1)
    return shared / (area(a) + area(b) - shared)


def _own_scale(images, scale, test=False):
    return (images - images.mean(axis=(1, 2), keepdims=True)) / images.std(axis=(1, 2), keepdims=True)


def _shuffled(groups, rng):
    order = rng.permutation(len(groups))
    return order[: len(order) // 2], order[len(order) // 2 :]


def _one_throw(n, rng):
    return np.full(n, rng.random() < 0.5), np.full(n, rng.integers(0, 101))


BUGS = {
    "none": ("as it should be", {}),
    "reshaped": ("(N, H, W, 3) becomes (N, 3, H, W) by reshape", {"channels_first": lambda x: x.reshape(len(x), 3, *x.shape[1:3])}),
    "x for y": ("boxes are read as (y0, x0, y1, x1)", {"read": lambda boxes: boxes[:, [1, 0, 3, 2]]}),
    "box not flipped": ("the picture is mirrored, its box is not", {"flip": lambda image, box: (image[:, ::-1], box)}),
    "bytes overflow": ("brightness is added to bytes, 250 + 10 = 4", {"brighten": lambda image, amount: image + np.uint8(amount)}),
    "own scale": ("each picture is normalised by its own mean and deviation", {"apply_scale": _own_scale}),
    "test unscaled": ("the test pictures are divided by 255 instead", {"apply_scale": lambda x, scale, test=False: x / 255 if test else apply_scale(x, scale)}),
    "test augmented": ("the test pictures are mirrored and brightened too", {"test_as_it_is": False}),
    "one throw": ("all pictures are mirrored and brightened alike", {"throws": _one_throw}),
    "copies": ("training and test set are divided after the augmentation", {"divide": _shuffled}),
    "softmax twice": ("softmax in the network, cross-entropy with another", {"class_loss": lambda s, y: F.cross_entropy(s.softmax(dim=1), y)}),
    "training mode": ("batch norm uses the statistics of each test batch", {"evaluation_mode": False}),
    "sides + 1": ("the overlap counts x1 - x0 + 1 pixels", {"iou": _plus_one}),
}


ONLY_TESTS = ("test unscaled", "test augmented", "training mode", "sides + 1")  # bugs after the training: the network is the right script's


def parts(bug="none"):
    """The parts of the script with one bug, a key of BUGS -> namespace.  ValueError for another bug."""
    if bug not in BUGS:
        raise ValueError(f"bug must be one of {sorted(BUGS)}, got {bug!r}")
    return SimpleNamespace(**RIGHT | BUGS[bug][1])


# ----------------------------------------------------------------------------- the script


def augmented(p, images, boxes, rng):
    """Each picture mirrored or not, and brightened.  p: parts, images: (N, H, W, 3), boxes: (N, 4) -> the same shapes"""
    flipped, amounts = p.throws(len(images), rng)
    pairs = [p.flip(image, box) if f else (image, box) for image, box, f in zip(images, boxes, flipped, strict=True)]
    return np.stack([p.brighten(image, a) for (image, _), a in zip(pairs, amounts, strict=True)]), np.stack([box for _, box in pairs])


def prepared(p, images, boxes, labels, rng, copies=3):
    """The training set, each picture with its copies, and the test set.  -> two triples (images, boxes, labels), and the origin of each of their pictures"""
    boxes, groups = p.read(boxes), np.arange(len(images))
    more = [augmented(p, images, boxes, rng) for _ in range(copies)]
    every = np.concatenate([images, *(m[0] for m in more)]), np.concatenate([boxes, *(m[1] for m in more)]), np.tile(labels, copies + 1)
    origin = np.tile(groups, copies + 1)
    trained, tested = p.divide(origin, rng)
    if p.divide is divide and p.test_as_it_is:
        tested = tested[tested < len(images)]  # the first len(images) are the pictures themselves
    return tuple(a[trained] for a in every), tuple(a[tested] for a in every), (origin[trained], origin[tested])


def network():
    """Three convolutions with batch norm; three scores and a box in units of the picture.  (B, 3, 16, 16) -> (B, 7)"""
    stages = []
    for c_in, c_out in ((3, 12), (12, 24), (24, 32)):
        stages += [nn.Conv2d(c_in, c_out, 3, padding=1), nn.BatchNorm2d(c_out), nn.ReLU(), nn.MaxPool2d(2)]  # (B, c_out, H / 2, W / 2)
    return nn.Sequential(*stages, nn.Flatten(), nn.Linear(32 * 2 * 2, len(CLASSES) + 4))


def tensor(p, images, scale, test=False):
    """Bytes (N, H, W, 3) -> what the network gets, float32 (N, 3, H, W)"""
    return torch.tensor(np.ascontiguousarray(p.channels_first(p.apply_scale(images, scale, test))), dtype=torch.float32)


def predict(p, net, x, batch_size=64):
    """Scores and boxes of a test set, in batches.  x: (N, 3, 16, 16) -> (N, 3), (N, 4) in pixels"""
    net = deepcopy(net).train(not p.evaluation_mode)  # a copy: in training mode its running statistics would change
    with torch.no_grad():
        out = torch.cat([net(x[i : i + batch_size]) for i in range(0, len(x), batch_size)]).numpy()
    return out[:, : len(CLASSES)], out[:, len(CLASSES) :] * D


def fit(p, images, boxes, labels, scale, seed=0, epochs=12, lr=5e-3, batch_size=64):
    """Train the network on pictures (N, 16, 16, 3), boxes (N, 4), labels (N,) -> network, history of `train`"""
    torch.manual_seed(seed)
    net = network()
    targets = torch.cat([torch.tensor(labels[:, None]), torch.tensor(boxes / D)], dim=1).float()  # (N, 5)

    def loss(out, y):
        return p.class_loss(out[:, :3], y[:, 0].long()) + BOX_WEIGHT * F.smooth_l1_loss(out[:, 3:], y[:, 1:], beta=0.05, reduction="none").sum(dim=1).mean()

    batches = minibatches(tensor(p, images, scale), targets, batch_size=batch_size)
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    return net, train(net, batches, loss, optimizer, epochs, seed=seed, scheduler=schedule, progress=False)


def run(p, seed=0, n=400, fresh=600, net=None):
    """The whole script with the parts p: n pictures, half for the test.  -> namespace: accuracy and overlap as the script reports them, fresh_accuracy and
    fresh_overlap, and the network

    The fresh pictures are new, untouched, scored in evaluation mode by the right overlap; only the boxes are read as the script reads them.
    A net that is given is not trained again.
    """
    rng = np.random.default_rng(seed)
    (images, boxes, labels), test, _ = prepared(p, *pictures(n, 100 + seed), rng)
    scale = p.fit_scale(images)
    net = net or fit(p, images, boxes, labels, scale, seed)[0]
    found = SimpleNamespace(net=net)
    scores, guess = predict(p, net, tensor(p, test[0], scale, True))
    found.accuracy, found.overlap = float(np.mean(scores.argmax(axis=1) == test[2])), float(p.iou(guess, test[1]).mean())
    new, where, what = pictures(fresh, 10_000 + seed)
    scores, guess = predict(parts(), net, tensor(p, new, scale, True))
    found.fresh_accuracy, found.fresh_overlap = float(np.mean(scores.argmax(axis=1) == what)), float(iou(guess, p.read(where)).mean())
    return found


# ----------------------------------------------------------------------------- checks: is a part as it should be?  p: parts -> bool


def one_pixel(p):
    """Does a single byte of a picture arrive at its channel, row and column?"""
    x = np.zeros((2, 5, 7, 3), np.uint8)
    x[1, 3, 4, 2] = 255
    out = p.channels_first(x)
    return out.shape == (2, 3, 5, 7) and np.argwhere(out).tolist() == [[1, 2, 3, 4]]


def box_on_object(p):
    """After reading and augmentation: is each box still the tight box of its object?  The object is a lying rectangle off the centre."""
    images, rng = np.zeros((20, D, D, 3), np.uint8), np.random.default_rng(0)
    images[:, 2:5, 7:14] = 200
    for image, box in zip(*augmented(p, images, p.read(np.tile([7.0, 2, 14, 5], (20, 1))), rng), strict=True):
        y, x = np.nonzero(image[:, :, 0] != image[0, 0, 0])
        if box.tolist() != [x.min(), y.min(), x.max() + 1, y.max() + 1]:
            return False
    return True


def brighter(p):
    """Is no byte darker after brightening?"""
    ramp = np.arange(256, dtype=np.uint8)
    return bool((p.brighten(ramp, 100) >= ramp).all())


def one_scale(p):
    """Do 20 units more of brightness arrive as 20 units more, in training and in the test?"""
    images = pictures(8, 0)[0] // 2
    scale = p.fit_scale(images)
    gaps = [p.apply_scale(images + np.uint8(20), scale, test) - p.apply_scale(images, scale, test) for test in (False, True)]
    return all(np.allclose(gap, 20 / scale[1]) for gap in gaps)


def untouched(p):
    """Is each test picture, byte for byte, a picture of the data set?"""
    data = pictures(60, 0)
    _, test, _ = prepared(p, *data, np.random.default_rng(0))
    return {image.tobytes() for image in test[0]} <= {image.tobytes() for image in data[0]}


def nearest(images, others):
    """Distance of each picture to the nearest of others or of their mirror images, brightness aside.  (N, H, W, 3), (M, H, W, 3) -> (N,)"""
    a, b = ((x - x.mean(axis=(1, 2, 3), keepdims=True)).reshape(len(x), -1) for x in (images, np.concatenate([others, others[:, :, ::-1]])))
    return np.sqrt(np.maximum((a**2).sum(axis=1)[:, None] - 2 * a @ b.T + (b**2).sum(axis=1), 0)).min(axis=1)


def strangers(p, share=0.2):
    """Has no test picture a double in the training set, nearer than a share of the distance that is usual between two samples of 60?"""
    trained, tested, _ = prepared(p, *pictures(60, 0), np.random.default_rng(0))
    usual = np.median(nearest(pictures(60, 1)[0], pictures(60, 0)[0]))
    return bool(nearest(tested[0], trained[0]).min() > share * usual)


def many_throws(p):
    """Do twenty copies of one picture come out in more than two ways?"""
    images, boxes, _ = pictures(1, 0)
    out, _ = augmented(p, np.repeat(images, 20, axis=0), np.repeat(boxes, 20, axis=0), np.random.default_rng(0))
    return len({image.tobytes() for image in out}) > 2


def alone(p):
    """Are the scores of a test picture the same alone and among others?"""
    torch.manual_seed(0)
    net, x = network(), torch.randn(6, 3, D, D)
    return bool(np.allclose(predict(p, net, x)[0][:1], predict(p, net, x[:1])[0], atol=1e-4))


def by_heart(p):
    """Does the loss of sixteen pictures fall to near 0?"""
    images, boxes, labels = pictures(16, 0)
    return fit(p, images, p.read(boxes), labels, p.fit_scale(images), epochs=40, batch_size=16)[1]["loss"][-1] < 0.25


def by_hand(p):
    """Is the overlap of two boxes what a pencil says, 1/7?"""
    return bool(np.isclose(p.iou(np.array([[0.0, 0, 4, 3]]), np.array([[2.0, 1, 6, 6]]))[0], 1 / 7))


CHECKS = {f.__name__.replace("_", " "): f for f in (one_pixel, box_on_object, brighter, one_scale, untouched, strangers, many_throws, alone, by_heart, by_hand)}
