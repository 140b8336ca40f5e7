"""PyTorch modules from lists of layers, and their size as PyTorch itself counts it.  Section: book/cnn/architectures.md

On the device "meta" tensors have a shape and no numbers: VGG-16 is built and run there in milliseconds, without its 553 MB.
"""

import warnings

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dlcourse.cnn.nets import layers as L


class Joined(nn.Module):
    """Paths side by side, their outputs concatenated along the channels or added.  (N, C, H, W) -> (N, C', H', W')"""

    def __init__(self, paths, join):
        super().__init__()
        self.paths, self.join = nn.ModuleList(paths), join

    def forward(self, x):
        """All paths on x, joined.  x: (N, C, H, W) -> (N, C', H', W')"""
        outs = [path(x) for path in self.paths]
        return torch.cat(outs, dim=1) if self.join == "concat" else sum(outs[1:], outs[0])


def module(layer):
    """The PyTorch module of one layer; it learns the number of its inputs from the first tensor that it sees.  ValueError for an unknown layer."""
    match layer:
        case L.Conv():
            return nn.LazyConv2d(layer.filters, layer.kernel, layer.stride, layer.padding, groups=layer.groups, bias=layer.bias)
        case L.Pool(mode="max"):
            return nn.MaxPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)
        case L.Pool(mode="average"):
            return nn.AvgPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)
        case L.Linear():
            return nn.LazyLinear(layer.outputs)
        case L.BatchNorm():
            return nn.LazyBatchNorm2d()
        case L.LRN():  # torch divides alpha by n, the paper does not
            return nn.LocalResponseNorm(layer.n, layer.alpha * layer.n, layer.beta, layer.k)
        case L.Relu():
            return nn.ReLU()
        case L.Dropout():
            return nn.Dropout(layer.p)
        case L.Flatten():
            return nn.Flatten()
        case L.Branches():
            return Joined([nn.Sequential(*map(module, path)) for path in layer.paths], layer.join)
    raise ValueError(f"layer must be a record of dlcourse.cnn.nets.layers, got {layer!r}")


def build(layers, shape):
    """A PyTorch module of a list of layers, on the current default device.  shape: of one input, (C, H, W) -> nn.Sequential from (N, C, H, W)

    All inner sizes come from a run of PyTorch, none from our arithmetic.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # lazy modules announce that they are new
        net = nn.Sequential(*map(module, layers)).eval()
        with torch.no_grad():
            net(torch.zeros(1, *shape))
    return net.train()


def measure(layers, shape):
    """Build on "meta" and let PyTorch count.  shape: of one input, (C, H, W) -> parameters, multiply-adds, output shape of one input

    FlopCounterMode reports two operations for each multiply-add of convolutions and matrix products, and nothing for biases and all other layers.
    """
    with torch.device("meta"), torch.no_grad():
        net = build(layers, shape).eval()
        x = torch.zeros(1, *shape)
        with FlopCounterMode(display=False) as counter:
            out = net(x)
    return sum(p.numel() for p in net.parameters()), counter.get_total_flops() // 2, tuple(out.shape[1:])
