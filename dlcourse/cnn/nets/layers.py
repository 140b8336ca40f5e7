"""The words in which a network is written down: one small record a layer.  A network is a list of them.  Nothing here computes.

`dlcourse.cnn.architectures` counts what such a list costs, `dlcourse.cnn.nets.modules` makes a PyTorch module of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Conv:
    """A convolution with square kernels."""

    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True)
class Pool:
    """Pooling over square windows; mode is "max" or "average"; ceil says that the last window may stick out."""

    kernel: int
    stride: int
    padding: int = 0
    mode: str = "max"
    ceil: bool = False


@dataclass(frozen=True)
class Linear:
    """A fully connected layer with biases."""

    outputs: int


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation: a scale and a shift for each channel."""


@dataclass(frozen=True)
class LRN:
    """Local response normalisation across n channels, with the constants of Krizhevsky et al. (2012)."""

    n: int = 5
    k: float = 2.0
    alpha: float = 1e-4
    beta: float = 0.75


@dataclass(frozen=True)
class Relu:
    """max(0, x)."""


@dataclass(frozen=True)
class Dropout:
    """Dropout with the probability p."""

    p: float = 0.5


@dataclass(frozen=True)
class Flatten:
    """(C, H, W) becomes one axis."""


@dataclass(frozen=True)
class Branches:
    """Several lists of layers side by side on the same input; join is "concat" (channels behind each other) or "add".  An empty list passes its input on."""

    name: str
    paths: tuple
    join: str = "concat"
