"""Data sets.  Most come as `Data(x, y, bayes, note)`: generated ones say what the best possible classifier scores on them.

`shapes_scene` comes with a list of boxes and of labels for each picture, and `synth_faces` with the numbers that its faces were drawn from.
"""

from dlcourse.data.common import Data, one_hot
from dlcourse.data.digits import digits
from dlcourse.data.download import cifar10, fashion_mnist, mnist
from dlcourse.data.faces import synth_faces
from dlcourse.data.scenes import Scenes, shapes_scene
from dlcourse.data.synthetic import blobs, circles, moons, shapes, spirals, xor

__all__ = [
    "Data", "Scenes", "blobs", "cifar10", "circles", "digits", "fashion_mnist", "mnist", "moons", "one_hot", "shapes", "shapes_scene",
    "spirals", "synth_faces", "xor",
]
