"""Embeddings of drawn faces: triplets and their mining, verification and identification of people never seen in training.  Section: book/cnn/faces.md

Shapes used in this file: N pictures, P pairs, I identities, D numbers of an embedding, K pictures of an identity in a batch, S x S pixels.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from dlcourse.data import synth_faces
from dlcourse.train import train

# ------------------------------------------------------------------------------------- how well do distances tell people apart?


def three_sets(seed=0):
    """Drawn faces of 200 people to train on, 50 to choose thresholds with and 100 to test on, 12 pictures each; nobody is in two sets.  -> three `Faces`"""
    return [synth_faces(people, seed=3 * seed + i) for i, people in enumerate((200, 50, 100))]


def squared_distances(e):
    """All squared Euclidean distances of the rows, never below 0.  e: (N, D) array or tensor -> (N, N)"""
    square = (e * e).sum(1)  # (N,)
    return (square[:, None] + square[None, :] - 2 * e @ e.T).clip(0)  # (N, N)


def pairs(e, y):
    """Euclidean distance of each pair of pictures, and whether both show one person.  e: (N, ...), y: (N,) -> d: (P,), same: (P,) bool; P = N (N - 1) / 2

    ValueError unless e and y have one length.
    """
    e, y = np.asarray(e, dtype=float).reshape(len(e), -1), np.asarray(y)
    if y.shape != (len(e),):
        raise ValueError(f"y must be ({len(e)},), one identity for each row of e, got {y.shape}")
    i, j = np.triu_indices(len(y), 1)
    return np.sqrt(squared_distances(e)[i, j]), y[i] == y[j]


def roc(d, same):
    """What each threshold accepts, eq. (eq-cnn-faces-rates): pairs with d <= t.  d: (P,), same: (P,) -> t, far, val: (T,) each, one entry a distinct distance

    Before them stands t = -inf, which accepts nobody.  ValueError unless there are pairs of both kinds.
    """
    d, same = np.asarray(d, dtype=float), np.asarray(same, dtype=bool)
    if d.ndim != 1 or d.shape != same.shape or same.all() or not same.any():
        raise ValueError(f"d and same must be vectors of one length, with pairs of both kinds, got {d.shape}, {same.shape} and {same.sum()} same pairs")
    t, where = np.unique(d, return_inverse=True)  # (T,), (P,); equal distances share one threshold
    far, val = (np.cumsum(np.bincount(where[kind], minlength=len(t))) / kind.sum() for kind in (~same, same))
    return np.append(-np.inf, t), np.append(0.0, far), np.append(0.0, val)


def auc(d, same):
    """Area under the curve of `roc`: how often a same pair is nearer than a different one, ties counted half.  d: (P,), same: (P,) -> number"""
    _, far, val = roc(d, same)
    return float(np.sum(np.diff(far) * (val[1:] + val[:-1]) / 2))


def threshold(d, same, far=0.01):
    """The largest distance at which at most a share `far` of the different pairs is accepted.  d: (P,), same: (P,) -> number, -inf if there is none"""
    t, rates, _ = roc(d, same)
    return float(t[np.searchsorted(rates, far, side="right") - 1])


def rates(d, same, t):
    """Shares of different and of same pairs that the threshold t accepts.  d: (P,), same: (P,) -> far, val"""
    return float(np.mean(d[~same] <= t)), float(np.mean(d[same] <= t))


def ranks(e, y):
    """Identification: at which place does the right person stand?  e: (N, ...), y: (N,) -> (N - I,) numbers 1 .. I, one for each picture but the gallery's

    The gallery is the first picture of each identity; a person at the same distance counts as in front.
    """
    e, y = np.asarray(e, dtype=float).reshape(len(e), -1), np.asarray(y)
    _, first = np.unique(y, return_index=True)
    rest = np.setdiff1d(np.arange(len(y)), first)
    d = squared_distances(e)[np.ix_(rest, first)]  # (N - I, I)
    own = d[y[rest][:, None] == y[first]]  # (N - I,)
    return (d <= own[:, None]).sum(axis=1)


def alarms(e, y, t, gallery, draws=20, seed=0):
    """Share of strangers whom at least one of `gallery` people is taken for, mean over random galleries.  e: (N, D), y: (N,) -> number

    A gallery has the first picture of each of its people, the strangers are all pictures of the others.  ValueError unless 1 <= gallery < I.
    """
    e, y, rng = np.asarray(e, dtype=float), np.asarray(y), np.random.default_rng(seed)
    people, first = np.unique(y, return_index=True)
    if not 1 <= gallery < len(people):
        raise ValueError(f"gallery must be from 1 to {len(people) - 1}, so that strangers are left, got {gallery}")
    d, shares = np.sqrt(squared_distances(e)), []
    for _ in range(draws):
        known = rng.choice(len(people), gallery, replace=False)
        strangers = ~np.isin(y, people[known])
        shares.append(np.mean(d[np.ix_(strangers, first[known])].min(axis=1) <= t))
    return float(np.mean(shares))


# ---------------------------------------------------------------------------------------------------------- the network


class EmbeddingNet(nn.Module):
    """Three convolutions with batch normalisation, a linear layer, and division by the length.  x: (N, 24, 24) -> (N, D), rows of length 1"""

    def __init__(self, dim=32):
        super().__init__()
        layers = []
        for c_in, c_out, stride in ((1, 8, 2), (8, 16, 1), (16, 32, 2)):
            layers += [nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(32 * 6 * 6, dim))

    def forward(self, x):
        """x: (N, 24, 24) -> (N, D)"""
        return F.normalize(self.body(x[:, None] - 0.5), dim=1)


def embed(model, x):
    """Embeddings in evaluation mode.  x: (N, 24, 24) array -> (N, D) float64"""
    model.eval()
    with torch.no_grad():
        return model(torch.as_tensor(x, dtype=torch.float32)).double().numpy()


# ------------------------------------------------------------------------------------------------------ batches and losses


def identity_batches(x, y, people=20, pictures=4, steps=20):
    """A function of a generator for `train`: `steps` batches of `people` identities with `pictures` pictures each.  x: (N, ...), y: (N,)

    The pictures of one identity stand side by side.  ValueError if there are fewer identities, or fewer pictures of one.
    """
    x, y = torch.as_tensor(x, dtype=torch.float32), np.asarray(y)
    members = [np.flatnonzero(y == i) for i in np.unique(y)]
    if len(members) < people or min(map(len, members)) < pictures:
        raise ValueError(f"a batch needs {people} identities with {pictures} pictures, got {len(members)} with at least {min(map(len, members))}")

    def batches(rng):
        for _ in range(steps):
            chosen = rng.choice(len(members), people, replace=False)
            rows = np.concatenate([rng.choice(members[i], pictures, replace=False) for i in chosen])
            yield x[rows], torch.as_tensor(y[rows])

    return batches


def mine(d, y, how, g=None):
    """A negative for each anchor and positive of a batch.  d: (N, N) distances, y: (N,) -> ap, an: (N, K - 1) distances; an is inf where there is none

    how: "random", any other person; "hardest", the nearest; "semi-hard", the nearest that is farther than the positive.  g: torch.Generator for "random".
    ValueError for another `how`, or unless every identity has K pictures in the batch.
    """
    if how not in ("random", "hardest", "semi-hard"):
        raise ValueError(f"how must be 'random', 'hardest' or 'semi-hard', got {how!r}")
    same, n = y[:, None] == y, len(y)  # (N, N)
    if (same.sum(dim=1) != same[0].sum()).any():
        raise ValueError(f"every identity must have as many pictures in y, got {y.unique(return_counts=True)[1].tolist()}")
    ap = d[same & ~torch.eye(n, dtype=torch.bool)].view(n, -1)  # (N, K - 1)
    if how == "random":
        others = d[~same].view(n, -1)  # (N, N - K)
        return ap, others.gather(1, torch.randint(others.shape[1], ap.shape, generator=g))
    if how == "hardest":
        return ap, d.masked_fill(same, torch.inf).amin(dim=1, keepdim=True).expand_as(ap)
    every = d[:, None, :].expand(-1, ap.shape[1], -1)  # (N, K - 1, N)
    return ap, every.masked_fill(same[:, None, :] | (every <= ap[:, :, None]), torch.inf).amin(dim=2)


def batch_distances(e, squared=True):
    """Distances within a batch; without the square, with the slope 0 where two rows are equal.  e: (N, D) tensor -> (N, N)"""
    d = squared_distances(e)
    return d if squared else d.clamp(min=1e-8).sqrt()


def triplet_loss(d, y, how, margin=0.2, g=None):
    """Mean of max(0, d_ap - d_an + margin), eq. (eq-cnn-faces-triplet), over the mined triplets.  d: (N, N), y: (N,) -> scalar tensor"""
    ap, an = mine(d, y, how, g)
    return F.relu(ap - an + margin).mean()


def contrastive_loss(d, y, margin=1.0):
    """Hadsell's loss on Euclidean d, eq. (eq-cnn-faces-contrastive): means of d^2 and of max(0, margin - d)^2.  d: (N, N), y: (N,) -> scalar tensor"""
    same, itself = y[:, None] == y, torch.eye(len(y), dtype=torch.bool)
    return (d[same & ~itself] ** 2).mean() + (F.relu(margin - d[~same]) ** 2).mean()


def fit(x, y, how="semi-hard", margin=0.2, squared=True, warm=0, steps=200, lr=3e-3, seed=0):
    """Train an `EmbeddingNet` with Adam.  x: (N, 24, 24), y: (N,) -> model, spread: mean distance of different people in the batch of each step

    how: as in `mine`, or "contrastive" (margin is then that of its own, 1).  squared: distances in the loss.  warm: so many steps with random negatives first.
    """
    torch.manual_seed(seed)
    model, g, spread = EmbeddingNet(), torch.Generator().manual_seed(seed), []

    def loss_fn(e, y):
        d = batch_distances(e, squared and how != "contrastive")
        with torch.no_grad():
            spread.append(float(batch_distances(e, False)[y[:, None] != y].mean()))
        return contrastive_loss(d, y) if how == "contrastive" else triplet_loss(d, y, "random" if len(spread) <= warm else how, margin, g)

    train(model, identity_batches(x, y, steps=steps), loss_fn, torch.optim.Adam(model.parameters(), lr=lr), 1, seed=seed, progress=False)
    return model, np.array(spread)


def negative(faces, people):
    """The pictures of some people as negatives, 1 - x, which hold exactly as much information.  faces: Faces, people: identities -> x: (N, 24, 24)"""
    return np.where(np.isin(faces.y, people)[:, None, None], 1 - faces.x, faces.x)
