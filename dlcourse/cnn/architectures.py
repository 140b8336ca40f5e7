"""Eight years of ImageNet networks, written down and counted.  Section: book/cnn/architectures.md

Read top to bottom: the error measure, the counting, then one function a network.  Shapes of one picture: C channels, H rows, W columns.
"""

from dataclasses import dataclass

import numpy as np

from dlcourse.cnn.convolution import conv_out_size, conv_params
from dlcourse.cnn.nets.layers import LRN, BatchNorm, Branches, Conv, Dropout, Flatten, Linear, Pool, Relu

IMAGENET = (3, 224, 224)  # one input of all networks below, but for AlexNet's
ALEXNET_INPUT = (3, 227, 227)

# -------------------------------------------------------------------------------------------------------- how it is judged


def ranks(scores, y):
    """How many other classes score at least as much as the right one: 0 is best, and a tie counts against.  scores: (N, C), y: (N,) labels -> (N,)

    ValueError if the shapes do not fit, a label is no class, or a score is NaN.
    """
    scores, y = np.asarray(scores, dtype=float), np.asarray(y)
    if scores.ndim != 2 or y.shape != (len(scores),) or not len(y):
        raise ValueError(f"scores must be (N, C) and y (N,), not empty, got {scores.shape} and {y.shape}")
    if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= scores.shape[1]:
        raise ValueError(f"y must hold whole numbers from 0 to {scores.shape[1] - 1}, got {y.min()} to {y.max()}")
    if np.isnan(scores).any():
        raise ValueError(f"scores hold {np.isnan(scores).sum()} NaN; no comparison with a NaN is true, so its picture would count as right")
    right = scores[np.arange(len(y)), y]  # (N,)
    return (scores >= right[:, None]).sum(axis=1) - 1


def topk_error(scores, y, k=5):
    """Share of samples whose label is not among the k best, eq. (eq-cnn-topk).  scores: (N, C), y: (N,) -> float

    ValueError as ranks, or if k is no whole number from 1 to C.
    """
    wrong = ranks(scores, y) >= k
    if k != int(k) or not 1 <= k <= np.shape(scores)[1]:
        raise ValueError(f"k must be a whole number from 1 to {np.shape(scores)[1]}, got {k}")
    return float(wrong.mean())


# ------------------------------------------------------------------------------------------------------------- what it costs


@dataclass(frozen=True)
class Row:
    """One line of an account: where the layer stands, what it is, the shape it puts out, its parameters and its multiply-adds for one picture."""

    block: str
    kind: str
    shape: tuple
    params: int
    macs: int

    @property
    def numbers(self):
        """How many numbers the layer writes; 0 for concatenation, addition, ReLU and normalisation, which can work in place."""
        return int(np.prod(self.shape)) if self.kind.startswith(("conv", "pool", "linear")) else 0


def pool_size(n, layer):
    """Places of a pooling window on one axis.  With ceil a last window may stick out, if it begins inside the input or its left padding.  -> int"""
    size = conv_out_size(n, layer.kernel, layer.stride, layer.padding)
    covered = (size - 1) * layer.stride + layer.kernel
    another = layer.ceil and covered < n + 2 * layer.padding and size * layer.stride < n + layer.padding
    return size + another


def row(layer, shape, block=""):
    """The account of one layer without branches, eq. (eq-cnn-macs).  shape: of its input, (C, H, W) or (units,) -> Row

    ValueError for what is no layer, and for a Linear layer on (C, H, W).
    """
    match layer:
        case Conv(filters, kernel, stride, padding, groups, bias):
            size = tuple(conv_out_size(n, kernel, stride, padding) for n in shape[1:])
            weights = conv_params(shape[0], filters, kernel, groups, bias=False)
            return Row(block, f"conv {kernel}x{kernel}/{stride}", (filters, *size), weights + filters * bias, weights * size[0] * size[1])
        case Pool(kernel, stride):
            size = tuple(pool_size(n, layer) for n in shape[1:])
            return Row(block, f"pool {kernel}x{kernel}/{stride}", (shape[0], *size), 0, 0)
        case Linear(outputs):
            if len(shape) != 1:
                raise ValueError(f"a Linear layer needs a flat input, (units,), got {shape}: put Flatten() before it")
            return Row(block, "linear", (outputs,), (shape[0] + 1) * outputs, shape[0] * outputs)
        case BatchNorm():
            return Row(block, "batch norm", shape, 2 * shape[0], 0)
        case Flatten():
            return Row(block, "flatten", (int(np.prod(shape)),), 0, 0)
        case LRN() | Relu() | Dropout():
            return Row(block, type(layer).__name__.lower(), shape, 0, 0)
    raise ValueError(f"layer must be a record of dlcourse.cnn.nets.layers, got {layer!r}")


def walk(layers, shape, block=""):
    """The account of a network, layer by layer.  layers: list, shape: of one input, (C, H, W) -> list of Row.

    ValueError if branches cannot be joined, or from `row`.
    """
    rows = []
    for layer in layers:
        if not isinstance(layer, Branches):
            rows.append(row(layer, shape, block))
        else:
            paths = [walk(path, shape, layer.name) for path in layer.paths]
            ends = [path[-1].shape if path else shape for path in paths]  # an empty path hands its input on
            same = ends if layer.join == "add" else [end[1:] for end in ends]
            if len(set(same)) != 1:
                raise ValueError(f"{layer.name}: the paths end in {ends}, which {layer.join} cannot join")
            joined = ends[0] if layer.join == "add" else (sum(end[0] for end in ends), *ends[0][1:])
            rows += [r for path in paths for r in path] + [Row(layer.name, layer.join, joined, 0, 0)]
        shape = rows[-1].shape
    return rows


@dataclass(frozen=True)
class Account:
    """Sums over a network for one picture: parameters, multiply-adds, and numbers written (the input and what conv, pool and linear layers put out)."""

    params: int
    macs: int
    numbers: int


def account(layers, shape=IMAGENET):
    """What a network costs.  layers: list, shape: of one input, (C, H, W) -> Account.  ValueError as walk."""
    rows = walk(layers, shape)
    return Account(sum(r.params for r in rows), sum(r.macs for r in rows), int(np.prod(shape)) + sum(r.numbers for r in rows))


def blocks(rows):
    """Parameters and multiply-adds of each named block.  rows: of walk -> dict name: (params, macs), in order"""
    sums = {}
    for r in rows:
        if r.block:
            params, macs = sums.get(r.block, (0, 0))
            sums[r.block] = params + r.params, macs + r.macs
    return sums


# --------------------------------------------------------------------------------------------------------- AlexNet, ZFNet


def lrn(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Local response normalisation, eq. (eq-cnn-lrn): each number divided by a sum over n neighbouring channels.  x: (N, C, H, W) -> (N, C, H, W)

    Krizhevsky et al. (2012), section 3.3.  ValueError if x has another number of axes or n is not odd.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 4 or n % 2 != 1 or n < 1:
        raise ValueError(f"x must be (N, C, H, W) and n odd, got {x.shape} and n = {n}")
    squares = np.pad(x**2, ((0, 0), (n // 2, n // 2), (0, 0), (0, 0)))  # (N, C + n - 1, H, W)
    near = sum(squares[:, i : i + x.shape[1]] for i in range(n))  # (N, C, H, W)
    return x / (k + alpha * near) ** beta


def classifier(hidden=4096, classes=1000):
    """The three fully connected layers with which AlexNet, ZFNet and VGG end -> list of layers"""
    half = [Linear(hidden), Relu(), Dropout()]
    return [Flatten(), *half, *half, Linear(classes)]


def alexnet(groups=2, norm_first=True):
    """AlexNet (Krizhevsky et al. 2012) for 227 x 227 -> list of layers

    groups: 2 as it was trained on two processors, 1 as on the slides; norm_first: normalise before pooling, as in the paper
    """
    norm, pool = [LRN()], [Pool(3, 2)]
    between = norm + pool if norm_first else pool + norm
    return [
        *(Conv(96, 11, 4), Relu(), *between),
        *(Conv(256, 5, 1, 2, groups), Relu(), *between),
        *(Conv(384, 3, 1, 1), Relu()),
        *(Conv(384, 3, 1, 1, groups), Relu()),
        *(Conv(256, 3, 1, 1, groups), Relu(), Pool(3, 2)),
        *classifier(),
    ]


def alexnet_narrow():
    """The "AlexNet" of model libraries, for 224 x 224: one processor, 64 first filters, no LRN (Krizhevsky 2014) -> list of layers"""
    return [
        *(Conv(64, 11, 4, 2), Relu(), Pool(3, 2)),
        *(Conv(192, 5, 1, 2), Relu(), Pool(3, 2)),
        *(Conv(384, 3, 1, 1), Relu(), Conv(256, 3, 1, 1), Relu(), Conv(256, 3, 1, 1), Relu(), Pool(3, 2)),
        *classifier(),
    ]


def zfnet(wide=False):
    """ZFNet (Zeiler and Fergus 2014).  wide: the variant with 512, 1024, 512 filters in layers 3 to 5 -> list of layers"""
    a, b, c = (512, 1024, 512) if wide else (384, 384, 256)
    return [
        *(Conv(96, 7, 2, 1), Relu(), Pool(3, 2, 1), LRN()),
        *(Conv(256, 5, 2), Relu(), Pool(3, 2, 1), LRN()),
        *(Conv(a, 3, 1, 1), Relu(), Conv(b, 3, 1, 1), Relu(), Conv(c, 3, 1, 1), Relu(), Pool(3, 2)),
        *classifier(),
    ]


# ----------------------------------------------------------------------------------------------------------------------- VGG

VGG = {  # one string a stage: "3" a 3 x 3 convolution, "1" a 1 x 1 convolution
    "A": ("3", "3", "33", "33", "33"),
    "B": ("33", "33", "33", "33", "33"),
    "C": ("33", "33", "331", "331", "331"),
    "D": ("33", "33", "333", "333", "333"),
    "E": ("33", "33", "3333", "3333", "3333"),
}


def vgg(name="D"):
    """VGG (Simonyan and Zisserman 2015).  name: configuration "A" to "E"; D is VGG-16, E is VGG-19 -> list of layers.  ValueError for another name."""
    if name not in VGG:
        raise ValueError(f"name must be one of {', '.join(VGG)}, got {name!r}")
    layers = []
    for filters, kernels in zip((64, 128, 256, 512, 512), VGG[name]):
        for kernel in map(int, kernels):
            layers += [Conv(filters, kernel, 1, kernel // 2), Relu()]
        layers.append(Pool(2, 2))
    return layers + classifier()


# ----------------------------------------------------------------------------------------------------------------- GoogLeNet

INCEPTION = {  # 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection: Szegedy et al. 2015, table 1
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def inception(name, bias=True):
    """One inception module: four paths, their channels behind each other.  name: "3a" to "5b" -> Branches"""
    one, reduce3, three, reduce5, five, project = INCEPTION[name]

    def conv(filters, kernel):
        return [Conv(filters, kernel, 1, kernel // 2, bias=bias), Relu()]

    paths = (conv(one, 1), conv(reduce3, 1) + conv(three, 3), conv(reduce5, 1) + conv(five, 5), [Pool(3, 1, 1), *conv(project, 1)])
    return Branches(name, tuple(map(tuple, paths)))


def inception_naive(name, bias=True):
    """The same without 1 x 1 convolutions in front: the pooled input goes through whole.  name: "3a" to "5b" -> Branches"""
    one, _, three, _, five, _ = INCEPTION[name]
    paths = tuple((Conv(filters, kernel, 1, kernel // 2, bias=bias), Relu()) for filters, kernel in ((one, 1), (three, 3), (five, 5)))
    return Branches(f"{name} naive", (*paths, (Pool(3, 1, 1),)))


def googlenet(bias=True):
    """GoogLeNet (Szegedy et al. 2015) without the two helping classifiers, which are dropped after training -> list of layers"""
    layers = [Conv(64, 7, 2, 3, bias=bias), Relu(), Pool(3, 2, ceil=True), LRN()]
    layers += [Conv(64, 1, bias=bias), Relu(), Conv(192, 3, 1, 1, bias=bias), Relu(), LRN(), Pool(3, 2, ceil=True)]
    for name in INCEPTION:
        layers.append(inception(name, bias))
        layers += [Pool(3, 2, ceil=True)] if name in ("3b", "4e") else []
    return [*layers, Pool(7, 1, mode="average"), Flatten(), Dropout(0.4), Linear(1000)]


# ------------------------------------------------------------------------------------------------------ ResNet, DenseNet

RESNET = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}  # blocks in each of the four stages


def conv_norm(filters, kernel, stride=1):
    """Convolution without bias, batch normalisation; padding keeps the size at stride 1 -> list of layers"""
    return [Conv(filters, kernel, stride, kernel // 2, bias=False), BatchNorm()]


def basic_block(name, channels, width, stride):
    """Two 3 x 3 convolutions beside a shortcut.  channels: of its input -> list of layers, which puts out `width` channels"""
    body = [*conv_norm(width, 3, stride), Relu(), *conv_norm(width, 3)]
    shortcut = conv_norm(width, 1, stride) if stride > 1 or channels != width else []
    return [Branches(name, (tuple(body), tuple(shortcut)), "add"), Relu()]


def bottleneck(name, channels, width, stride, late_stride=False):
    """1 x 1 down, 3 x 3, 1 x 1 up beside a shortcut.  late_stride: the stride stands in the 3 x 3 -> list of layers, which puts out 4 `width` channels"""
    early, late = (1, stride) if late_stride else (stride, 1)
    body = [*conv_norm(width, 1, early), Relu(), *conv_norm(width, 3, late), Relu(), *conv_norm(4 * width, 1)]
    shortcut = conv_norm(4 * width, 1, stride) if stride > 1 or channels != 4 * width else []
    return [Branches(name, (tuple(body), tuple(shortcut)), "add"), Relu()]


def resnet(depth=50, late_stride=False):
    """ResNet (He et al. 2016).  depth: 18, 34, 50, 101 or 152 -> list of layers.  ValueError for another depth.

    late_stride: in bottlenecks the stride stands in the 3 x 3 ("version 1.5", Goyal et al. 2017) instead of the first 1 x 1
    """
    if depth not in RESNET:
        raise ValueError(f"depth must be one of {', '.join(map(str, RESNET))}, got {depth!r}")
    layers, channels = [*conv_norm(64, 7, 2), Relu(), Pool(3, 2, 1)], 64
    for stage, count in enumerate(RESNET[depth]):
        width = 64 * 2**stage
        for i in range(count):
            stride = 2 if stage and i == 0 else 1
            name = f"conv{stage + 2}_{i + 1}"
            if depth < 50:
                layers, channels = layers + basic_block(name, channels, width, stride), width
            else:
                layers, channels = layers + bottleneck(name, channels, width, stride, late_stride), 4 * width
    return [*layers, Pool(7, 1, mode="average"), Flatten(), Linear(1000)]


def densenet121(growth=32):
    """DenseNet-121 (Huang et al. 2017): each layer adds `growth` channels to all that came before -> list of layers"""
    layers, channels = [*conv_norm(64, 7, 2), Relu(), Pool(3, 2, 1)], 64
    for stage, count in enumerate((6, 12, 24, 16)):
        for i in range(count):
            body = (BatchNorm(), Relu(), *conv_norm(4 * growth, 1), Relu(), Conv(growth, 3, 1, 1, bias=False))
            layers.append(Branches(f"dense{stage + 1}_{i + 1}", ((), body)))
        channels += count * growth
        if stage < 3:
            channels //= 2
            layers += [BatchNorm(), Relu(), Conv(channels, 1, bias=False), Pool(2, 2, mode="average")]
    return [*layers, BatchNorm(), Relu(), Pool(7, 1, mode="average"), Flatten(), Linear(1000)]


# ------------------------------------------------------------------------------------------------- small networks


def fire(name, squeeze, expand):
    """SqueezeNet's module: 1 x 1 to few channels, then 1 x 1 and 3 x 3 side by side -> list of layers"""
    return [Conv(squeeze, 1), Relu(), Branches(name, ((Conv(expand, 1), Relu()), (Conv(expand, 3, 1, 1), Relu())))]


def squeezenet():
    """SqueezeNet 1.0 (Iandola et al. 2016): no fully connected layer -> list of layers"""
    layers = [Conv(96, 7, 2), Relu(), Pool(3, 2, ceil=True)]
    for i, (squeeze, expand) in enumerate(((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))):
        layers += fire(f"fire{i + 2}", squeeze, expand)
        layers += [Pool(3, 2, ceil=True)] if i in (2, 6) else []
    return [*layers, Dropout(), Conv(1000, 1), Relu(), Pool(13, 1, mode="average"), Flatten()]


LENET_300_100 = [Flatten(), Linear(300), Relu(), Linear(100), Relu(), Linear(10)]  # both for (1, 28, 28), as compressed by Han et al. (2016)
LENET_CAFFE = [Conv(20, 5), Pool(2, 2), Conv(50, 5), Pool(2, 2), Flatten(), Linear(500), Relu(), Linear(10)]


# ------------------------------------------------------------------------------------------- what slides and papers print

VGG_SLIDE = (150e3, *(3.2e6,) * 2, 800e3, *(1.6e6,) * 2, 400e3, *(800e3,) * 3, 200e3, *(400e3,) * 3, 100e3, *(100e3,) * 3, 25e3, 4096, 4096, 1000)
GOOGLENET_SLIDE = {  # parameters in "K", operations in "M"
    **{"3a": (159, 128), "3b": (380, 304), "4a": (364, 73), "4b": (437, 88), "4c": (463, 100)},
    **{"4d": (580, 119), "4e": (840, 170), "5a": (1072, 54), "5b": (1388, 71)},
}
RESNET_SLIDE = {18: 1.8, 34: 3.6, 50: 3.8, 101: 7.6, 152: 11.3}  # 10^9 "FLOPs"
COMPRESSION_SLIDE = {  # kB before, kB after, accuracy before and after in per cent
    "LeNet-300-100": (1070, 27, 98.36, 98.42),
    "LeNet-5": (1720, 44, 99.20, 99.26),
    "AlexNet": (240e3, 6.9e3, 80.27, 80.30),
    "VGG-16": (550e3, 11.3e3, 88.68, 89.09),
    "GoogLeNet": (28e3, 2.8e3, 88.90, 88.92),
    "SqueezeNet": (4.8e3, 0.47e3, 80.32, 80.35),
}
