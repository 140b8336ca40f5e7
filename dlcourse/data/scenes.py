"""Scenes: grey pictures with a known number of shapes at known places, each with its class and its exact, tight box.

    train = shapes_scene(2000, objects=(1, 3), seed=0)
    train.images[i]     (H, W) the picture
    train.boxes[i]      (K, 4) its K boxes, rows (x0, y0, x1, y1); K may differ from picture to picture, and may be 0
    train.labels[i]     (K,)   their classes, numbers into CLASSES

Pixel (row i, column j) covers the unit square from (x, y) = (j, i) to (j + 1, i + 1).  So a box that covers columns 3, 4, 5 has x0 = 3, x1 = 6 and the width 3.
"""

from typing import NamedTuple

import numpy as np

from dlcourse.data.common import not_negative, positive

CLASSES = ("square", "disc", "triangle")


class Scenes(NamedTuple):
    """N pictures with the boxes and classes of what stands in them."""

    images: np.ndarray  # (N, H, W) float64, ground 0, shapes 0.6 to 1.2, plus noise
    boxes: list  # N arrays (K, 4) float64 of (x0, y0, x1, y1) in pixels, in random order
    labels: list  # N arrays (K,) int64


def shapes_scene(n=400, objects=(1, 1), size=32, sides=(8, 15), stretch=1.0, noise=0.1, seed=0):
    """Pictures with shapes that do not touch.  -> Scenes of n pictures

    objects: (fewest, most) shapes in a picture, drawn uniformly; size: pixels of a side, or (height, width); sides: (shortest, longest) side of a shape
    in pixels; stretch: the longer side of a shape is at most so many times the shorter one (1: as wide as high); noise: standard deviation added to each pixel.
    Class, sides and place are uniform among scenes that leave a free pixel between any two boxes.  A box is tight: each of its four sides meets the shape.
    ValueError if an argument is out of range, or if the shapes do not fit into the picture.
    """
    n, noise = positive(n, "n"), not_negative(noise, "noise")
    height, width = (positive(v, "size", 4) for v in _pair(size, "size", same=True))
    fewest, most = (positive(v, "objects", 0) for v in _pair(objects, "objects"))
    shortest, longest = (positive(v, "sides", 3) for v in _pair(sides, "sides"))
    if fewest > most or shortest > longest:
        raise ValueError(f"objects and sides must be (low, high), got {objects} and {sides}")
    if longest > min(height, width):
        raise ValueError(f"sides must not exceed the picture, {height} x {width}, got {sides}")
    if not stretch >= 1:
        raise ValueError(f"stretch must be >= 1, got {stretch!r}")
    rng = np.random.default_rng(seed)
    images, boxes, labels = noise * rng.normal(size=(n, height, width)), [], []
    for image in images:
        count = int(rng.integers(fewest, most + 1))
        places = _places(count, (height, width), (shortest, longest), stretch, rng)
        kinds = rng.integers(len(CLASSES), size=count)
        for (x0, y0, x1, y1), kind in zip(places, kinds, strict=True):
            image[y0:y1, x0:x1][outline(kind, y1 - y0, x1 - x0)] += rng.uniform(0.6, 1.2)
        boxes.append(np.array(places, dtype=np.float64).reshape(-1, 4))  # (K, 4)
        labels.append(kinds.astype(np.int64))
    return Scenes(images, boxes, labels)


def outline(kind, height, width):
    """Which pixels of its box a shape covers.  kind: a number into CLASSES; height, width in pixels -> (height, width) of bool.

    The first and last row and column hold at least one pixel each: the box is tight.
    """
    row, column = np.mgrid[:height, :width]
    u, v = np.abs(2 * column + 1 - width) / width, np.abs(2 * row + 1 - height) / height  # (height, width); 0 in the middle, nearly 1 at the border
    if kind == 0:
        return np.ones((height, width), dtype=bool)
    if kind == 1:
        r = u**2 + v**2
        return r <= max(1, r[0].min(), r[:, 0].min())  # a very long ellipse, too, reaches the ends of its box
    return u <= np.maximum((row + 1) / height, 1 / width)  # (height, width); its tip is at the top


def _pair(value, name, same=False):
    """Two values; a single one stands for both if `same`.  ValueError otherwise."""
    both = (value, value) if same and np.isscalar(value) else value
    if np.isscalar(both) or len(both) != 2:
        raise ValueError(f"{name} must be a pair, got {value!r}")
    return both


def _places(count, size, sides, stretch, rng):
    """Boxes with a free pixel between any two of them -> list of (x0, y0, x1, y1), whole numbers: the first that fits of many whole scenes drawn at once."""
    if not count:
        return []
    tries = 8 if count == 1 else 64
    for _ in range(100):
        shape = rng.integers(sides[0], sides[1] + 1, size=(tries, count, 2))  # (T, K, 2), height and width
        if stretch == 1:
            shape[..., 1] = shape[..., 0]
        corner = rng.integers(0, np.array(size) - shape + 1)  # (T, K, 2), row and column
        before = (corner[:, :, None] < (corner + shape + 1)[:, None]).all(axis=3)  # (T, K, K); does box k begin before box l ends, on both axes?
        meets = before & before.swapaxes(1, 2)
        good = (meets.sum(axis=(1, 2)) == count) & (shape.max(axis=2) <= stretch * shape.min(axis=2)).all(axis=1)  # (T,); each box meets itself alone
        if good.any():
            first = good.argmax()
            return [(int(x), int(y), int(x + w), int(y + h)) for (y, x), (h, w) in zip(corner[first], shape[first], strict=True)]
    raise ValueError(f"{count} objects with sides {sides} and stretch {stretch} do not fit into {size[0]} x {size[1]} pixels")
