"""Boxes and classes of the scenes are read off the pixels again, by scikit-image and by rows and columns."""
import numpy as np
import pytest
from skimage import measure

from dlcourse.data import shapes_scene
from dlcourse.data.scenes import CLASSES, outline

SETTINGS = [
    {}, {"objects": (1, 3)}, {"objects": (0, 2), "size": (40, 29), "stretch": 2.0}, {"objects": (2, 5), "size": (33, 64), "sides": (3, 12), "stretch": 3},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_boxes_are_those_of_the_connected_parts(settings):
    """Without noise each connected part of the picture is one object, and its smallest box is the box."""
    scenes = shapes_scene(150, noise=0.0, seed=1, **settings)
    fewest, most = settings.get("objects", (1, 1))
    assert {len(b) for b in scenes.boxes} == set(range(fewest, most + 1))
    for image, boxes, labels in zip(*scenes, strict=True):
        found = measure.regionprops(measure.label(image > 0, connectivity=2))
        assert len(found) == len(boxes) == len(labels) and boxes.shape == (len(labels), 4)
        by_pixels = sorted((p.bbox[1], p.bbox[0], p.bbox[3], p.bbox[2]) for p in found)
        assert by_pixels == sorted(map(tuple, boxes))
        for x0, y0, x1, y1 in boxes.astype(int):
            level = set(image[y0:y1, x0:x1].ravel()) - {0.0}
            assert len(level) == 1 and 0.6 <= min(level) <= 1.2


@pytest.mark.parametrize("settings", SETTINGS)
def test_classes_are_seen_in_the_pixels(settings):
    """A square fills its box; a disc is the same upside down, a triangle is not."""
    scenes, seen = shapes_scene(150, noise=0.0, seed=2, **settings), set()
    for image, boxes, labels in zip(*scenes, strict=True):
        for (x0, y0, x1, y1), label in zip(boxes.astype(int), labels, strict=True):
            part = image[y0:y1, x0:x1] > 0
            kind = "square" if part.all() else "disc" if np.array_equal(part, part[::-1]) else "triangle"
            assert kind == CLASSES[label] or min(part.shape) < 6  # a disc of 3 x 3 pixels cannot be told from a square
            seen.add(int(label))
    assert seen == {0, 1, 2}


def test_sides_shapes_and_dtypes():
    scenes = shapes_scene(300, objects=(1, 2), size=(40, 30), sides=(5, 11), stretch=1.5, seed=3)
    assert scenes.images.shape == (300, 40, 30) and scenes.images.dtype == np.float64
    assert all(b.dtype == np.float64 for b in scenes.boxes) and all(y.dtype == np.int64 for y in scenes.labels)
    boxes = np.concatenate(scenes.boxes)
    w, h = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    assert set(w) == set(h) == set(range(5, 12)) and (np.maximum(w, h) <= 1.5 * np.minimum(w, h)).all() and (w != h).any()
    assert boxes.min() == 0 and boxes[:, 2].max() == 30 and boxes[:, 3].max() == 40
    square = np.concatenate(shapes_scene(50, seed=3).boxes)
    assert np.array_equal(square[:, 2] - square[:, 0], square[:, 3] - square[:, 1])


def test_noise_and_seeds():
    a, b, c = (shapes_scene(20, (1, 3), seed=s) for s in (5, 5, 6))
    assert np.array_equal(a.images, b.images) and all(np.array_equal(p, q) for p, q in zip(a.boxes + a.labels, b.boxes + b.labels, strict=True))
    assert not np.array_equal(a.images, c.images)
    empty = shapes_scene(50, (0, 0), noise=0.3, seed=7)
    assert empty.images.std() == pytest.approx(0.3, rel=0.02) and all(b.shape == (0, 4) and y.shape == (0,) for b, y in zip(*empty[1:], strict=True))


def test_an_outline_touches_all_four_sides():
    for kind in range(3):
        for height in range(3, 41):
            for width in range(3, 41):
                mask = outline(kind, height, width)
                assert mask.shape == (height, width) and mask.any(axis=0).all() and mask.any(axis=1).all()
                assert np.array_equal(mask, mask[:, ::-1])


@pytest.mark.parametrize("settings, words", [
    ({"n": 0}, "n must be"), ({"objects": 2}, "objects must be a pair"), ({"objects": (2, 1)}, "objects and sides"), ({"objects": (-1, 1)}, "objects must"),
    ({"sides": (9, 8)}, "objects and sides"), ({"sides": (2, 8)}, "sides must be"), ({"sides": (8, 33)}, "must not exceed the picture"),
    ({"size": (32, 32, 1)}, "size must be a pair"), ({"stretch": 0.5}, "stretch must be"), ({"noise": -1}, "noise"), ({"objects": (9, 9)}, "do not fit"),
])
def test_bad_input_is_named(settings, words):
    with pytest.raises(ValueError, match=words):
        shapes_scene(**settings)
