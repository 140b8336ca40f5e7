"""Residual blocks: the gradient in NumPy, paths, and plain and residual networks of growing depth in PyTorch.  Section: book/cnn/residual.md

Shapes used in this file: N samples, D units, M inner units of a block, L blocks, C channels, H x W pixels.
"""
import itertools

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from dlcourse.data import digits
from dlcourse.train import minibatches, train

# -------------------------------------------------------------------------------------------- the gradient through blocks


def stack_forward(x, blocks):
    """Residual blocks x + F(x) with F(x) = relu(x u + b) v, one behind the other (He et al. 2016, eq. 1).  -> out: (N, D), cache

    x: (N, D), blocks: a list of (u: (D, M), b: (M,), v: (M, D)).  ValueError if a block does not fit to x.
    """
    states = [np.asarray(x, dtype=float)]
    for i, (u, b, v) in enumerate(blocks):
        d = states[-1].shape[-1]
        if np.ndim(u) != 2 or u.shape[0] != d or np.shape(b) != (u.shape[1],) or np.shape(v) != (u.shape[1], d):
            raise ValueError(f"block {i} must have u ({d}, M), b (M,), v (M, {d}), got {np.shape(u)}, {np.shape(b)}, {np.shape(v)}")
        states.append(states[-1] + np.maximum(states[-1] @ u + b, 0) @ v)  # (N, D)
    return states[-1], (states, blocks)


def stack_backward(dout, cache):
    """The gradient by the state before each block, eq. (eq-cnn-residual-step).  dout: (N, D) -> a list of L + 1 arrays (N, D), the last is dout

    Each step adds what comes through the block to what comes past it.
    """
    states, blocks = cache
    grads = [dout]
    for x, (u, b, v) in zip(reversed(states[:-1]), reversed(blocks), strict=True):
        inner = (grads[0] @ v.T) * (x @ u + b > 0)  # (N, M)
        grads.insert(0, grads[0] + inner @ u.T)  # (N, D)
    return grads


def branch_sum(x, blocks):
    """The sum of all F along the way, which the slides' formula differentiates.  x: (N, D) -> (N, D)"""
    return stack_forward(x, blocks)[0] - x


def paths(w):
    """All 2^L ways through L scalar blocks (1 + w_l) and what the gradient takes along each (Veit et al. 2016).  -> blocks passed: (2^L,), product: (2^L,)

    w: (L,) slopes of the branches, L <= 20.  The products add up to the gradient of the chain.
    """
    w = np.asarray(w, dtype=float)
    if w.ndim != 1 or len(w) > 20:
        raise ValueError(f"w must be a vector of at most 20 slopes, got shape {w.shape}")
    ways = np.array(list(itertools.product((0, 1), repeat=len(w)))).reshape(2 ** len(w), len(w))  # (2^L, L); 1: through the block
    return ways.sum(axis=1), np.prod(np.where(ways == 1, w, 1.0), axis=1)


# ---------------------------------------------------------------------------------- fully connected networks of any depth


class Layer(nn.Module):
    """One hidden layer.  kind "plain": relu(Wx + b), "identity": the same with W = 1 + scale * random at the start, "residual": x + scale * relu(Wx + b)."""

    def __init__(self, kind, scale, width):
        super().__init__()
        self.linear, self.kind, self.scale = nn.Linear(width, width), kind, scale
        nn.init.kaiming_normal_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)
        if kind == "identity":
            self.linear.weight.data.mul_(scale).add_(torch.eye(width))

    def forward(self, x):
        """x: (N, D) -> (N, D)"""
        h = F.relu(self.linear(x))
        return x + self.scale * h if self.kind == "residual" else h


def dense_net(depth, kind="plain", scale=1.0, seed=0, inputs=64, width=32, classes=10):
    """A network with `depth` layers with weights, the first and the last of which are ordinary.  -> nn.Sequential; its layers 2 to -2 are `Layer`s

    ValueError for an unknown kind or a depth below 2.
    """
    if kind not in ("plain", "identity", "residual") or depth < 2:
        raise ValueError(f"kind must be plain, identity or residual and depth >= 2, got {kind!r} and {depth}")
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), *[Layer(kind, scale, width) for _ in range(depth - 2)], nn.Linear(width, classes))


def training_digits():
    """The training digits as tensors.  -> x: (1257, 64) in [0, 1], y: (1257,)"""
    data, _ = digits(seed=0)
    return torch.tensor(data.x, dtype=torch.float32), torch.tensor(data.y)


def accuracy(model, x, y):
    """Share of right answers; batch normalisation, if there is any, uses the statistics of x itself.  x: (N, ...), y: (N,) -> number"""
    model.train()
    with torch.no_grad():
        return float((model(x).argmax(dim=1) == y).float().mean())


def fit(model, x, y, epochs=15, lr=1e-3, seed=0):
    """Train with Adam and batches of 64.  x: (N, inputs), y: (N,) -> history of dlcourse.train.train"""
    return train(model, minibatches(x, y), F.cross_entropy, torch.optim.Adam(model.parameters(), lr=lr), epochs, seed=seed, progress=False)


def spectrum(model, x):
    """Singular values of the Jacobian of the hidden layers of a `dense_net` at each sample, largest first.  x: (N, inputs) -> (N, D)"""
    body, before = model[2:-1], model[:2](x).detach()
    jacobians = torch.stack([torch.autograd.functional.jacobian(lambda v: body(v[None])[0], h) for h in before])  # (N, D, D)
    return torch.linalg.svdvals(jacobians.double()).numpy()


def live_directions(model, x, share=0.01):
    """Mean number of singular values above `share` of the largest.  x: (N, inputs) -> number between 1 and the width"""
    values = spectrum(model, x)
    return float((values > share * values[:, :1]).sum(axis=1).mean())


def sizes(model, x, y):
    """Root mean square behind the hidden layers, gradient norms of the first and the last `Layer`'s weights.  x: (N, inputs), y: (N,) -> 3 numbers"""
    model.zero_grad()
    out = model[:-1](x)
    F.cross_entropy(model[-1](out), y).backward()
    norms = [float(layer.linear.weight.grad.norm()) for layer in model if isinstance(layer, Layer)]
    model.zero_grad()
    return float(out.detach().pow(2).mean().sqrt()), norms[0], norms[-1]


def without(model, gone):
    """The same network, hidden layers with the numbers `gone` (counted from 0) left out; the weights are shared.  -> nn.Sequential

    IndexError if there is no such layer.
    """
    numbers = [i for i, layer in enumerate(model) if isinstance(layer, Layer)]
    left_out = {numbers[i] for i in gone}
    return nn.Sequential(*[layer for i, layer in enumerate(model) if i not in left_out])


# ------------------------------------------------------------------------------------------------- convolutional networks


class Block(nn.Module):
    """The basic block of ResNet: two 3 x 3 convolutions with batch normalisation, past them a shortcut, ReLU behind the sum (He et al. 2016, fig. 2).

    If the stride is not 1 or the number of channels changes, the shortcut is a 1 x 1 convolution with batch normalisation.  shortcut=False: a plain block.
    """

    def __init__(self, c_in, c_out, stride=1, shortcut=True):
        super().__init__()
        self.a, self.norm_a = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out)
        self.b, self.norm_b = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False), nn.BatchNorm2d(c_out)
        self.shortcut = shortcut
        self.project = None
        if shortcut and (stride != 1 or c_in != c_out):
            self.project = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        """x: (N, C_in, H, W) -> (N, C_out, H / stride, W / stride)"""
        out = self.norm_b(self.b(F.relu(self.norm_a(self.a(x)))))
        if self.shortcut:
            out = out + (self.project(x) if self.project else x)
        return F.relu(out)


def tower(blocks, shortcut=True, identity=False, width=8, seed=0):
    """A convolution, `blocks` blocks of one width, the mean over the picture and a linear layer: depth 2 * blocks + 2.  -> nn.Sequential for x: (N, 64)

    identity=True: each convolution of a block starts as the identity plus a tenth of its random weights.
    """
    torch.manual_seed(seed)
    body = [Block(width, width, shortcut=shortcut) for _ in range(blocks)]
    if identity:
        for conv in itertools.chain.from_iterable((block.a, block.b) for block in body):
            conv.weight.data.mul_(0.1).add_(nn.init.dirac_(torch.empty_like(conv.weight)))
    head = [nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    return nn.Sequential(*head, *body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


def fit_tower(model, x, y, epochs=4, lr=0.02, seed=0):
    """Train with momentum 0.9 and batches of 64.  x: (N, 64), y: (N,) -> mean training loss of each epoch"""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return train(model, minibatches(x, y), F.cross_entropy, optimizer, epochs, seed=seed, progress=False)["loss"]
