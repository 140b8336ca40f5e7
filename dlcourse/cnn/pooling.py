"""Pooling in NumPy, receptive fields, cells that answer to bars, LeNet-5, and networks on digits that move.  Section: book/cnn/pooling.md

Shapes used in this file: N samples, C channels, H x W pixels of the input, P x Q of the window, U x V places of the output.
x: (N, C, H, W), out: (N, C, U, V).  `k`, `stride` and `padding` are one whole number, or a pair for rows and columns.
"""
import numpy as np
import torch
from torch import nn

from dlcourse import train as loop
from dlcourse.cnn.convolution import _pair, _whole, col2im, conv_out_size, im2col
from dlcourse.data import digits
from dlcourse.training.regularisation import shift

# ----------------------------------------------------------------------------------------------------------- pooling


def _columns(x, k, stride, padding, fill):
    """Every window of every channel as a column -> cols: (N, C, P*Q, U*V), (U, V), what the way back needs.  ValueError if x or a size does not fit."""
    x, k = np.asarray(x), _pair(k, "k", 1)
    stride, padding = k if stride is None else _pair(stride, "stride", 1), _pair(padding, "padding", 0)
    if x.ndim != 4 or not x.size or not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"x must be (N, C, H, W), not empty, of floating-point numbers, got shape {x.shape} and {x.dtype}")
    if any(2 * p > n for p, n in zip(padding, k)):
        raise ValueError(f"padding must be at most half of the window {k}, or a window could hold nothing else, got {padding}")
    sizes = tuple(conv_out_size(*args) for args in zip(x.shape[2:], k, stride, padding))
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=fill)
    cols = im2col(padded, k, stride).reshape(*x.shape[:2], k[0] * k[1], -1)  # (N, C, P*Q, U*V)
    return cols, sizes, (x.shape, k, stride, padding)


def max_pool2d_forward(x, k, stride=None, padding=0):
    """The largest number of each window, eq. (eq-cnn-pool-max).  x: (N, C, H, W) -> out: (N, C, U, V), cache.  stride=None: as large as the window.

    The border is padded with -inf, so that it never wins.  Sizes are rounded down.  ValueError if x, k, stride or padding do not fit.
    """
    cols, sizes, how = _columns(x, k, stride, padding, -np.inf)
    best = cols.argmax(axis=2)[:, :, None]  # (N, C, 1, U*V); of equal numbers the first, row by row
    out = np.take_along_axis(cols, best, axis=2)  # (N, C, 1, U*V)
    return out.reshape(*cols.shape[:2], *sizes), (best, how)


def max_pool2d_backward(dout, cache):
    """Each error signal goes to the one pixel that won; overlapping windows add, eq. (eq-cnn-pool-back).  dout: (N, C, U, V) -> dx: (N, C, H, W)"""
    best, (shape, k, *rest) = cache
    dcols = np.zeros((*shape[:2], k[0] * k[1], best.shape[3]), dtype=dout.dtype)  # (N, C, P*Q, U*V)
    np.put_along_axis(dcols, best, dout.reshape(best.shape), axis=2)
    return col2im(dcols, shape, k, *rest, (1, 1))


def avg_pool2d_forward(x, k, stride=None, padding=0):
    """The mean of each window; zeros of the border count.  x: (N, C, H, W) -> out: (N, C, U, V), cache.  Arguments and errors as max_pool2d_forward."""
    cols, sizes, how = _columns(x, k, stride, padding, 0.0)
    return cols.mean(axis=2).reshape(*cols.shape[:2], *sizes), how


def avg_pool2d_backward(dout, cache):
    """Each error signal is shared out equally among the pixels of its window.  dout: (N, C, U, V) -> dx: (N, C, H, W)"""
    shape, k, *rest = cache
    share = dout.reshape(*shape[:2], 1, -1) / (k[0] * k[1])  # (N, C, 1, U*V)
    return col2im(np.repeat(share, k[0] * k[1], axis=2), shape, k, *rest, (1, 1))


# --------------------------------------------------------------------------------------------------- receptive fields


def receptive_field(layers):
    """What one output sees, on one axis, eq. (eq-cnn-field).  layers: (k, stride, padding) or (k, stride, padding, dilation) each, first layer first
    -> (size, jump, start): output u sees the input pixels start + u * jump to start + u * jump + size - 1.  ValueError for other numbers.

    Pooling counts as a layer; a non-linearity changes nothing.  start is negative if the first output sees padding.
    """
    size, jump, start = 1, 1, 0
    for layer in layers:
        if len(layer) not in (3, 4):
            raise ValueError(f"a layer must be (k, stride, padding) or (k, stride, padding, dilation), got {layer!r}")
        k, stride = _whole(layer[0], "k", 1), _whole(layer[1], "stride", 1)
        padding, dilation = _whole(layer[2], "padding", 0), _whole((*layer, 1)[3], "dilation", 1)
        size += dilation * (k - 1) * jump  # the taps lie `jump` input pixels apart
        start -= padding * jump
        jump *= stride
    return size, jump, start


def input_gradient(net, x, place):
    """The gradient of one output place, summed over its channels, by the input.  net: module, x: (N, C, H, W) tensor, place: (u, v) -> (N, C, H, W) array"""
    x = x.detach().requires_grad_()
    net(x)[..., place[0], place[1]].sum().backward()
    return x.grad.numpy()


def plain_net(layers, kind="conv"):
    """One channel, no bias, all weights 1, no non-linearity: no gradient can cancel or die.  layers: as in receptive_field; kind "pool": means"""
    net = nn.Sequential()
    for k, stride, padding, dilation in [(*layer, 1)[:4] for layer in layers]:
        net.append(nn.AvgPool2d(k, stride, padding) if kind == "pool" else nn.Conv2d(1, 1, k, stride, padding, dilation, bias=False))
    for w in net.parameters():
        nn.init.ones_(w)
    return net.double()


def effective_field(depth, nets=20, channels=8, size=None, seed=0, relu=True):
    """Mean squared gradient of the centre output of `depth` random 3 x 3 layers, over random nets and noise pictures (after Luo et al. 2016)
    -> (energy: (size, size) of sum 1, spread: its standard deviation along one axis in pixels).  size: of the picture; None is all that can be seen."""
    size = 2 * depth + 1 if size is None else size
    g = torch.Generator().manual_seed(seed)
    total = np.zeros((size, size))
    for _ in range(nets):
        net = nn.Sequential()
        for i in range(depth):
            layer = nn.Conv2d(channels if i else 1, channels, 3, padding=1, bias=False)
            with torch.no_grad():
                layer.weight.normal_(0, (2 / (9 * layer.in_channels)) ** 0.5, generator=g)
            net.extend([layer, nn.ReLU()] if relu else [layer])
        x = torch.randn(1, 1, size, size, generator=g).requires_grad_()
        out = net(x)[0, :, size // 2, size // 2]
        (out * torch.randn(channels, generator=g)).sum().backward()
        total += x.grad[0, 0].numpy().astype(float) ** 2
    energy = total / total.sum()
    along, middle = energy.sum(axis=0), np.arange(size) - size // 2
    return energy, float(np.sqrt(along @ middle**2))


# ----------------------------------------------------------------------------------------- cells that answer to bars


def gabor(n, wavelength, angle, phase, sigma):
    """A wave under a Gaussian, the model of a simple cell's receptive field (Daugman 1985).  n: pixels, odd; wavelength, sigma: pixels; angle: degrees by
    which the bars are turned from upright, clockwise; phase: degrees, 0 has its bright bar in the middle -> (n, n) of mean 0.  ValueError for other sizes."""
    if _whole(n, "n", 1) % 2 == 0 or not (wavelength > 0 and sigma > 0):
        raise ValueError(f"n must be odd, wavelength and sigma > 0, got n = {n}, wavelength = {wavelength}, sigma = {sigma}")
    bell = np.exp(-(np.add.outer(np.square(np.arange(n) - n // 2), np.square(np.arange(n) - n // 2))) / (2 * sigma**2))  # (n, n)
    wave = bell * grating(n, wavelength, angle, phase)
    return wave - bell * wave.sum() / bell.sum()


def grating(n, wavelength, angle, phase):
    """Stripes on n x n pixels, from -1 to 1.  Arguments as gabor -> (n, n)"""
    down, right = np.mgrid[:n, :n] - n // 2
    turn = np.deg2rad(angle)
    return np.cos(2 * np.pi * (right * np.cos(turn) + down * np.sin(turn)) / wavelength + np.deg2rad(phase))


def cells(picture, wavelength, angle, sigma):
    """A simple cell and a complex cell that look at one picture.  picture: (n, n) -> (simple, complex): a Gabor's answer, cut at 0, and the energy of a pair of
    them a quarter of a wave apart, sqrt(even^2 + odd^2) (Adelson & Bergen 1985)."""
    even, odd = (np.sum(picture * gabor(len(picture), wavelength, angle, phase, sigma)) for phase in (0, 90))
    return max(even, 0.0), float(np.hypot(even, odd))


def tuning_curve(angles, preferred, wavelength=8.0, sigma=4.0, n=33, phases=16):
    """Answers of both cells to stripes of each angle, over `phases` places of the stripes.  angles: degrees -> simple, complex: (angles, phases)"""
    looks = [[grating(n, wavelength, angle, 360 * j / phases) for j in range(phases)] for angle in angles]
    answers = np.array([[cells(look, wavelength, preferred, sigma) for look in row] for row in looks])  # (angles, phases, 2)
    return answers[..., 0], answers[..., 1]


# ----------------------------------------------------------------------------------------------------------- LeNet-5

# Which of the six maps of S2 each of the sixteen maps of C3 sees: table I of LeCun et al. 1998.
C3_SEES = (*(tuple(sorted((i + j) % 6 for j in range(3))) for i in range(6)), *(tuple(sorted((i + j) % 6 for j in range(4))) for i in range(6)),
           *(tuple(sorted((i, i + 1, (i + 3) % 6, (i + 4) % 6))) for i in range(3)), tuple(range(6)))


def lenet5_table():
    """Rows (name, maps, size of a map, trainable parameters, connections), counted from windows and maps.  A connection is one use of a weight or bias."""
    rows, size = [], 32
    for name, sources, k in (("C1", [1] * 6, 5), ("S2", None, 2), ("C3", [len(s) for s in C3_SEES], 5), ("S4", None, 2), ("C5", [16] * 120, 5)):
        if sources is None:  # a factor and a bias for each map; a unit adds k * k numbers and a bias
            maps, size = rows[-1][1], conv_out_size(size, k, k)
            rows.append((name, maps, size, 2 * maps, maps * size**2 * (k * k + 1)))
        else:
            maps, size = len(sources), conv_out_size(size, k)
            weights = sum(s * k * k + 1 for s in sources)
            rows.append((name, maps, size, weights, weights * size**2))
    return [*rows, ("F6", 84, 1, 84 * 121, 84 * 121), ("output", 10, 1, 0, 10 * 84)]  # the output's 840 numbers were fixed by hand


class Squash(nn.Module):
    """1.7159 tanh(2 z / 3), LeNet-5's non-linearity: it maps 1 to 1 and -1 to -1."""

    def forward(self, z):
        return 1.7159 * torch.tanh(2 * z / 3)


class Subsample(nn.Module):
    """Trainable pooling: the sum of each 2 x 2 window times a factor, plus a bias, one of each for a map.  (N, C, H, W) -> (N, C, H // 2, W // 2)"""

    def __init__(self, maps):
        super().__init__()
        self.factor, self.bias = nn.Parameter(torch.full((maps,), 0.25)), nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        summed = 4 * nn.functional.avg_pool2d(x, 2)  # (N, C, H // 2, W // 2)
        return summed * self.factor[:, None, None] + self.bias[:, None, None]


class PartialConv(nn.Module):
    """A convolution in which map k sees the maps sees[k] of the input only.  (N, C, H, W) -> (N, len(sees), H - k + 1, W - k + 1)"""

    def __init__(self, maps, sees, k):
        super().__init__()
        self.shape = len(sees), maps, k, k
        self.to = torch.tensor([i for i, sources in enumerate(sees) for _ in sources])
        self.source = torch.tensor([s for sources in sees for s in sources])
        bound = torch.tensor([1 / (len(sources) * k * k) ** 0.5 for sources in sees])
        self.taps = nn.Parameter((2 * torch.rand(len(self.to), k, k) - 1) * bound[self.to, None, None])
        self.bias = nn.Parameter((2 * torch.rand(len(sees)) - 1) * bound)

    def forward(self, x):
        w = self.taps.new_zeros(self.shape).index_put((self.to, self.source), self.taps)  # zeros where nothing is connected
        return nn.functional.conv2d(x, w, self.bias)


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al. 1998) for pictures of 32 x 32 pixels: 60,000 trainable parameters.  x: (N, 1, 32, 32) -> scores: (N, 10), minus squared distances

    The output compares F6 with a fixed code of 84 signs for each class.  The paper's codes are small drawings of the characters; ours are random signs.
    """

    def __init__(self, seed=0):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 6, 5), Squash(), Subsample(6), Squash(),  # (N, 6, 28, 28), (N, 6, 14, 14)
            PartialConv(6, C3_SEES, 5), Squash(), Subsample(16), Squash(),  # (N, 16, 10, 10), (N, 16, 5, 5)
            nn.Conv2d(16, 120, 5), Squash(), nn.Flatten(), nn.Linear(120, 84), Squash(),  # (N, 120, 1, 1), (N, 84)
        )  # fmt: skip
        signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(10, 84))
        self.register_buffer("codes", torch.tensor(signs, dtype=torch.float32))

    def forward(self, x):
        return -torch.cdist(self.body(x), self.codes) ** 2  # (N, 10)


# ------------------------------------------------------------------------------------------ networks on small pictures


def small_cnn():
    """Two blocks of convolution, ReLU and 2 x 2 pooling, flattened, two fully connected layers.  x: (N, 1, 8, 8) -> (N, 10); 13,706 parameters"""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),  # (N, 16, 4, 4)
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),  # (N, 32, 2, 2)
        nn.Flatten(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def small_mlp(pixels=64):
    """One hidden layer of 128 units.  x: (N, 1, H, W) with H * W = pixels -> (N, 10)"""
    return nn.Sequential(nn.Flatten(), nn.Linear(pixels, 128), nn.ReLU(), nn.Linear(128, 10))


def shift_net(name):
    """A network for 12 x 12 pixels.  All but "mlp" have the same three convolutions and differ in what follows; "circular" also pads by what leaves
    on the other side, so that there is no border.  ValueError for another name."""
    if name == "mlp":
        return small_mlp(144)
    pad = "circular" if name == "global maximum, circular" else "zeros"
    sizes = (1, 8, 3), (8, 16, 3), (16, 32, 5)  # channels in and out, taps
    body = [layer for c, d, k in sizes for layer in (nn.Conv2d(c, d, k, padding=k // 2, padding_mode=pad), nn.ReLU())]
    ends = {"no pooling": (nn.Identity(), 12), "2 x 2 pooling": (nn.MaxPool2d(2), 6), "4 x 4 pooling": (nn.MaxPool2d(4), 3)}
    ends |= {"global mean": (nn.AdaptiveAvgPool2d(1), 1)} | {n: (nn.AdaptiveMaxPool2d(1), 1) for n in ("global maximum", "global maximum, circular")}
    if name not in ends:
        raise ValueError(f"name must be 'mlp' or one of {sorted(ends)}, got {name!r}")
    pool, left = ends[name]
    return nn.Sequential(*body, pool, nn.Flatten(), nn.Linear(32 * left**2, 10))  # left x left places for each of 32 maps


def pictures(border=0):
    """The digits as pictures with an empty border -> x, y, test_x, test_y as tensors; x: (N, 1, 8 + 2 border, 8 + 2 border), float32"""
    out = []
    for part in digits():
        x = np.pad(part.x.reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (border,) * 2, (border,) * 2))
        out += [torch.tensor(x, dtype=torch.float32), torch.tensor(part.y)]
    return out


@torch.no_grad()
def accuracy(net, x, y):
    """Share of right answers.  x: (N, 1, H, W), y: (N,) -> number from 0 to 1"""
    net.eval()
    return (net(x).argmax(dim=1) == y).double().mean().item()


def fit(make, x, y, seed=0, epochs=40, lr=2e-3, batch_size=64):
    """A new network from make(), trained by Adam on the cross-entropy, the same for the same seed.  x: (N, 1, H, W), y: (N,) -> the network"""
    torch.manual_seed(seed)
    net = make()
    batches, optimizer = loop.minibatches(x, y, batch_size=batch_size), torch.optim.Adam(net.parameters(), lr=lr)
    loop.train(net, batches, nn.functional.cross_entropy, optimizer, epochs, seed, progress=False)
    return net


def train_lenet(seed=0, epochs=5):
    """LeNet-5 on the digits, enlarged to 28 x 28 pixels with a border of 2, ground -0.1 and ink up to 1.175 as in the paper -> network, test accuracy"""
    x, y, test_x, test_y = pictures()
    large, test_large = (1.275 * nn.functional.pad(nn.functional.interpolate(v, size=28, mode="bilinear"), (2,) * 4) - 0.1 for v in (x, test_x))
    net = fit(LeNet5, large, y, seed, epochs)
    return net, accuracy(net, test_large, test_y)


def moved(x, steps):
    """Tensors moved by `steps` pixels: up, down, left, right, and along the diagonals.  x: (N, 1, H, W) -> list of eight, or of x alone for 0"""
    moves = [(a, b) for a in (-steps, 0, steps) for b in (-steps, 0, steps) if (a, b) != (0, 0)] if steps else [(0, 0)]
    return [torch.tensor(shift(x.numpy(), *move)) for move in moves]


def shift_test(name, seed=0, epochs=10):
    """Train on centred digits, test on moved ones.  name: as in shift_net -> network, [accuracy after moves by 0, 1 and 2 pixels]"""
    x, y, test_x, test_y = pictures(border=2)
    net = fit(lambda: shift_net(name), x, y, seed, epochs, lr=1e-2 if name == "global mean" else 5e-3)  # a mean over 144 places learns slowly
    return net, [float(np.mean([accuracy(net, m, test_y) for m in moved(test_x, steps)])) for steps in range(3)]
