"""What a network sees: maps of the pixels that mattered, tests of such maps, and pictures that a network likes best.  Section: book/cnn/seeing.md

Shapes used in this file: N samples, H x W pixels, K channels of the last layer, U x V places of its maps.
x: (N, 1, H, W) pictures, 0 is paper and 1 is ink; y: (N,) classes.  A `map` gives one number a pixel, (N, H, W).
"""
import copy

import numpy as np
import torch
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr
from torch import nn
from torch.nn import functional as F

from dlcourse import train as loop
from dlcourse.data import digits
from dlcourse.data.common import positive

# --------------------------------------------------------------------------------------------------- a network to look into


def pictures():
    """The digits, enlarged to 16 x 16 pixels by linear interpolation.  -> x: (1257, 1, 16, 16), y, test x: (540, 1, 16, 16), test y"""
    sets = [(torch.tensor(part.x, dtype=torch.float32).reshape(-1, 1, 8, 8), torch.tensor(part.y)) for part in digits()]
    return tuple(t for x, y in sets for t in (F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False), y))


class Reader(nn.Module):
    """Four convolutions with ReLU, a mean over all places, ten weighted sums.  No biases, so score(a x) = a score(x) for a > 0.  Any size of picture."""

    def __init__(self, seed=0, width=(12, 16, 32, 64)):
        super().__init__()
        torch.manual_seed(seed)
        sizes = zip((1, *width), width, (5, 3, 3, 3), strict=False)
        self.convs = nn.ModuleList([nn.Conv2d(i, o, k, padding=k // 2, bias=False) for i, o, k in sizes])
        self.head = nn.Linear(width[-1], 10, bias=False)
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight)
        nn.init.normal_(self.head.weight, std=0.2)

    def maps(self, x, relu=F.relu):
        """Feature maps of the four layers.  x: (N, 1, H, W) -> list of (N, 12, H, W), (N, 16, H/2, W/2), (N, 32, H/2, W/2), (N, 64, H/2, W/2)"""
        found = []
        for i, conv in enumerate(self.convs):
            x = relu(conv(F.max_pool2d(x, 2) if i == 1 else x))
            found.append(x)
        return found

    def forward(self, x, relu=F.relu):
        """x: (N, 1, H, W) -> scores: (N, 10), before softmax"""
        return self.head(self.maps(x, relu)[-1].mean((2, 3)))  # (N, K) -> (N, 10)


def fit(seed=0, epochs=10):
    """A trained Reader.  -> net, in evaluation mode, its weights without gradients"""
    x, y, _, _ = pictures()
    net = Reader(seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    loop.train(net, loop.minibatches(x, y, batch_size=32), F.cross_entropy, optimizer, epochs, seed, scheduler=scheduler, progress=False)
    return net.eval().requires_grad_(False)


def probs(net, x, y):
    """Probability of class y.  x: (N, 1, H, W), y: (N,) -> (N,)"""
    with torch.no_grad():
        return net(x).softmax(1).gather(1, y[:, None])[:, 0]


def score(net, x, y, relu=F.relu):
    """Score of class y, before softmax, with gradients.  x: (N, 1, H, W), y: (N,) -> (N,)"""
    return net(x, relu).gather(1, y[:, None])[:, 0]


def randomised(net, layers, seed=1):
    """A copy whose last `layers` of five layers have fresh random weights (Adebayo et al. 2018, cascading).  ValueError unless 0 <= layers <= 5."""
    if not 0 <= layers <= 5:
        raise ValueError(f"layers must be 0 to 5, got {layers}")
    changed, fresh = copy.deepcopy(net), Reader(seed)
    for old, new in list(zip([*changed.convs, changed.head], [*fresh.convs, fresh.head], strict=True))[5 - layers :]:
        old.weight.data.copy_(new.weight.data)
    return changed


# ------------------------------------------------------------------------------------------------- what units answer to


def neighbour_correlation(filters):
    """How smooth are filters?  Correlation of taps with their right and lower neighbours.  filters: (K, P, Q) -> (K,); 1 smooth, 0 noise"""
    pairs = [(np.r_[f[:, 1:].ravel(), f[1:].ravel()], np.r_[f[:, :-1].ravel(), f[:-1].ravel()]) for f in np.asarray(filters)]
    return np.array([np.corrcoef(a, b)[0, 1] for a, b in pairs])


def best_patches(net, x, layer, channel, count=9):
    """The places where a channel answers most, at most one a picture (Zeiler and Fergus 2014).  x: (N, 1, 16, 16) -> patches: (count, R, R), index: (count,)

    layer 0 to 2 sees R = 5, 10, 14 pixels.  What lies beyond the border is paper.  index: which pictures.  ValueError for another layer.
    """
    if layer not in (0, 1, 2):
        raise ValueError(f"layer must be 0, 1 or 2 (a unit of layer 3 sees more than the picture), got {layer}")
    with torch.no_grad():
        maps = net.maps(x)[layer][:, channel]  # (N, U, V)
    value, place = maps.flatten(1).max(dim=1)
    index = value.argsort(descending=True)[:count]
    step, before, size = ((1, 2, 5), (2, 4, 10), (2, 6, 14))[layer]
    padded = F.pad(x[:, 0], (14, 14, 14, 14))
    corners = [(int(p) // maps.shape[2] * step - before + 14, int(p) % maps.shape[2] * step - before + 14) for p in place[index]]
    return torch.stack([padded[i, r : r + size, c : c + size] for i, (r, c) in zip(index, corners, strict=True)]), index


def purity(net, x, y, count=9):
    """Of the `count` pictures that a channel answers to most, the share of the commonest class, mean over channels.  x: (N, 1, H, W), y: (N,) -> 4 numbers"""
    with torch.no_grad():
        peaks = [maps.amax((2, 3)) for maps in net.maps(x)]  # (N, C) each
    best = [y[p.argsort(dim=0, descending=True)[:count]].numpy() for p in peaks]  # (count, C)
    return [float(np.mean([np.bincount(column).max() / count for column in b.T])) for b in best]


# ------------------------------------------------------------------------------------ maps: which pixels made the score?


def occlusion(net, x, y, size=4, stride=1, fill=0.0):
    """Mean drop of the score over all windows that cover a pixel, eq. (eq-cnn-see-occlusion).  x: (N, 1, H, W), y: (N,) -> (N, H, W)

    size, stride: of the window; pixels that no window covers get 0.  ValueError if the window is larger than the picture.
    """
    size, stride = positive(size, "size"), positive(stride, "stride")
    height, width = x.shape[2:]
    if size > min(height, width):
        raise ValueError(f"size must be at most {min(height, width)}, the picture's, got {size}")
    total, count = torch.zeros(len(x), height, width), torch.zeros(height, width)
    with torch.no_grad():
        before = score(net, x, y)
        for r in range(0, height - size + 1, stride):
            for c in range(0, width - size + 1, stride):
                covered = x.clone()
                covered[:, :, r : r + size, c : c + size] = fill
                total[:, r : r + size, c : c + size] += (before - score(net, covered, y))[:, None, None]
                count[r : r + size, c : c + size] += 1
    return total / count.clamp(min=1)


def gradient(net, x, y, relu=F.relu):
    """Gradient of the score by each pixel, eq. (eq-cnn-see-saliency); its size is the saliency map (Simonyan et al. 2014).  -> (N, H, W), signed"""
    x = x.clone().requires_grad_(True)
    return torch.autograd.grad(score(net, x, y, relu).sum(), x)[0][:, 0]


def gradient_times_input(net, x, y):
    """Gradient times pixel.  Without biases its sum is the score, exactly (Euler).  x: (N, 1, H, W), y: (N,) -> (N, H, W)"""
    return gradient(net, x, y) * x[:, 0]


def smooth_grad(net, x, y, noise=0.15, samples=30, seed=0):
    """Mean gradient over noisy copies (Smilkov et al. 2017); noise: standard deviation.  x: (N, 1, H, W), y: (N,) -> (N, H, W)"""
    g = torch.Generator().manual_seed(seed)
    return sum(gradient(net, x + noise * torch.randn(x.shape, generator=g), y) for _ in range(samples)) / samples


def integrated_gradients(net, x, y, steps=50, baseline=None):
    """Mean gradient on the straight way from baseline to x, times x - baseline, by the midpoint rule, eq. (eq-cnn-see-ig).  -> (N, H, W)

    baseline: like x, or None for paper.  The sum over pixels is score(x) - score(baseline), up to the rule's error (Sundararajan et al. 2017).
    """
    baseline = torch.zeros_like(x) if baseline is None else baseline
    middles = (torch.arange(positive(steps, "steps")) + 0.5) / steps
    return sum(gradient(net, baseline + t * (x - baseline), y) for t in middles.tolist()) / steps * (x - baseline)[:, 0]


class _Guided(torch.autograd.Function):
    """ReLU whose way back also stops negative signals (Springenberg et al. 2015)."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, dout):
        (x,) = ctx.saved_tensors
        return dout.clamp(min=0) * (x > 0)


class _Deconv(torch.autograd.Function):
    """ReLU whose way back is a ReLU, whatever went forwards (Zeiler and Fergus 2014)."""

    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, dout):
        return dout.clamp(min=0)


def guided_backprop(net, x, y):
    """The way back with positive signals through active units only.  No gradient of anything.  x: (N, 1, H, W), y: (N,) -> (N, H, W)"""
    return gradient(net, x, y, _Guided.apply)


def deconvnet(net, x, y):
    """The way back with positive signals through all units; max pooling still sends to its winners.  x: (N, 1, H, W), y: (N,) -> (N, H, W)"""
    return gradient(net, x, y, _Deconv.apply)


def class_map(net, x, y):
    """Class activation map: the last maps, weighed by the class's weights, eq. (eq-cnn-see-cam) (Zhou et al. 2016).  -> (N, U, V); its mean is the score"""
    with torch.no_grad():
        return torch.einsum("nkuv,nk->nuv", net.maps(x)[-1], net.head.weight[y])


def grad_cam(net, x, y, layer=3):
    """Maps of a layer, weighed by the mean gradient of each (Selvaraju et al. 2017), before their ReLU.  -> (N, U, V)"""
    maps = net.maps(x.clone().requires_grad_(True))
    scores = net.head(maps[-1].mean((2, 3))).gather(1, y[:, None])
    (slopes,) = torch.autograd.grad(scores.sum(), maps[layer])
    return torch.einsum("nkuv,nk->nuv", maps[layer].detach(), slopes.mean((2, 3)))


def enlarge(maps, size):
    """Linear interpolation.  maps: (N, U, V), size: (H, W) -> (N, H, W)"""
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]


def enlarged_class_map(net, x, y):
    """class_map at the picture's size.  x: (N, 1, H, W), y: (N,) -> (N, H, W)"""
    return enlarge(class_map(net, x, y), x.shape[2:])


# ---------------------------------------------------------------------------------------------------- are the maps right?


def rank_correlation(a, b):
    """Spearman's correlation of |a| and |b|, picture by picture.  a, b: (N, H, W) -> (N,)"""
    return np.array([spearmanr(p.abs().flatten().numpy(), q.abs().flatten().numpy()).statistic for p, q in zip(a, b, strict=True)])


def cells(maps):
    """Mean over cells of 2 x 2 pixels, row by row: a pixel of the original digit each.  maps: (N, H, W) -> (N, H/2 * W/2)"""
    return F.avg_pool2d(maps[:, None], 2).flatten(1)


def _masked(x, keep):
    """x with the cells where keep is 0 made paper.  x: (N, 1, H, W), keep: (N, cells) -> (N, 1, H, W)"""
    mask = keep.reshape(len(keep), 1, x.shape[2] // 2, -1)
    return x * mask.repeat_interleave(2, 2).repeat_interleave(2, 3)


def curve(net, x, y, order, insert=False):
    """Probability of y while cells turn to paper, first in order first, or appear on paper (Petsiuk et al. 2018).  order: (N, cells) -> (N, cells + 1)"""
    keep, found = torch.full(order.shape, float(not insert)), []
    for step in range(order.shape[1] + 1):
        found.append(probs(net, _masked(x, keep), y))
        if step < order.shape[1]:
            keep.scatter_(1, order[:, step : step + 1], float(insert))
    return torch.stack(found, dim=1)


def greedy_order(net, x, y, insert=False):
    """Cells in the order that makes the probability fall fastest, one step at a time; with insert the cells that can be missed longest first.  -> (N, cells)

    insert: remove what costs least at each step, then read the order backwards (adding one by one is short-sighted: one cell alone says little).
    It asks the network about 2,000 times a picture: a measure of what is possible, and not the best order either.
    """
    number, orders = x.shape[2] * x.shape[3] // 4, []
    for one, label in zip(x, y, strict=True):
        keep, order = torch.ones(number), []
        while len(order) < number:
            rest = keep.nonzero()[:, 0]
            trials = keep.repeat(len(rest), 1)
            trials[torch.arange(len(rest)), rest] = 0
            found = probs(net, _masked(one.expand(len(rest), -1, -1, -1), trials), label.expand(len(rest)))
            order.append(int(rest[found.argmax() if insert else found.argmin()]))
            keep[order[-1]] = 0
        orders.append(order[::-1] if insert else order)
    return torch.tensor(orders)


# ------------------------------------------------------------------------------------------------- pictures made to please


def roughness(x):
    """Total variation: mean size of the differences between neighbours.  x: (N, 1, H, W) -> (N,)"""
    return x.diff(dim=2).abs().mean((1, 2, 3)) + x.diff(dim=3).abs().mean((1, 2, 3))


def please(net, y, steps=150, lr=0.05, decay=0.0, variation=0.0, blur=0.0, jitter=0, seed=0):
    """Activation maximisation: climb log-probability of y over pixels in [0, 1], from grey noise.  y: (N,) -> (N, 1, 16, 16)

    decay, variation: penalties on ink and roughness; blur: every fourth step a Gaussian of so many pixels; jitter: score shifted copies, up to so many pixels.
    """
    g = torch.Generator().manual_seed(seed)
    x = (0.5 + 0.1 * torch.randn((len(y), 1, 16, 16), generator=g)).requires_grad_(True)
    optimizer = torch.optim.Adam([x], lr=lr)
    for step in range(steps):
        down, right = torch.randint(-jitter, jitter + 1, (2,), generator=g).tolist()
        gain = F.log_softmax(net(x.roll((down, right), (2, 3))), dim=1).gather(1, y[:, None]).sum()
        loss = decay * (x**2).mean((1, 2, 3)).sum() + variation * roughness(x).sum() - gain
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            if blur and step % 4 == 3 and step < steps - 1:
                x.copy_(torch.tensor(gaussian_filter(x.numpy(), (0, 0, blur, blur))))
            x.clamp_(0, 1)
    return x.detach()


def dream(net, picture, layer, steps=40, lr=0.02):
    """Deep Dream: climb the mean square of a layer's maps from a picture (Mordvintsev et al. 2015).  picture: (H, W) in [0, 1] -> (H, W), gains: (steps + 1,)

    Every step moves by lr times the gradient over its mean size.  gains: the mean square after each step.
    """
    x, gains = picture.clone()[None, None], []
    for step in range(steps + 1):
        x.requires_grad_(True)
        value = (net.maps(x)[layer] ** 2).mean()
        gains.append(value.item())
        if step < steps:
            (slope,) = torch.autograd.grad(value, x)
            x = (x.detach() + lr * slope / slope.abs().mean()).clamp(0, 1)
    return x.detach()[0, 0], gains


# --------------------------------------------------------------------------------------------------- a digit in a scene


def scenes(x, y, count, size=48, digits_each=3, seed=0):
    """Digits of different classes at free places of larger pictures.  -> scenes: (count, 1, size, size), labels: (count, digits_each), corners: (..., 2)

    x: (N, 1, 16, 16), y: (N,).  ValueError if the places cannot be found.
    """
    rng = np.random.default_rng(seed)
    out, labels, corners = torch.zeros(count, 1, size, size), [], []
    for n in range(count):
        chosen = rng.choice(10, digits_each, replace=False)
        places = []
        for _ in range(10000):
            spot = rng.integers(0, size - 15, size=2)
            if all(np.abs(spot - p).max() >= 16 for p in places):
                places.append(spot)
            if len(places) == digits_each:
                break
        else:
            raise ValueError(f"{digits_each} digits of 16 x 16 found no room in {size} x {size} pixels")
        for label, (r, c) in zip(chosen, places, strict=True):
            out[n, :, r : r + 16, c : c + 16] = x[rng.choice(np.flatnonzero(y.numpy() == label))]
        labels.append(chosen)
        corners.append(places)
    return out, torch.tensor(np.array(labels)), torch.tensor(np.array(corners))


def pointing_game(maps, corners, size=16):
    """Does the largest number lie in the box (Zhang et al. 2018)?  maps: (N, H, W), corners: (N, 2), first row and column of the box -> (N,) bool"""
    place = maps.flatten(1).argmax(dim=1)
    spot = torch.stack([place // maps.shape[2], place % maps.shape[2]], dim=1)  # (N, 2)
    return ((spot >= corners) & (spot < corners + size)).all(dim=1)
