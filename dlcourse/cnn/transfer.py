"""Features learned on one task, used on another: invented letters and real digits, frozen and fine-tuned.  Section: book/cnn/transfer.md

Shapes used in this file: N samples, D numbers of a feature vector, K classes; pictures are (N, 256), 16 x 16 pixels.
"""
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn import functional as F

from dlcourse.data import digits
from dlcourse.train import minibatches, train

SIDE = 16  # pixels of a picture; what is drawn has 8

# ---------------------------------------------------------------------------------------------------- weights as a prior


def ridge_towards(x, y, start, pull):
    """The minimum of |x w - y|^2 + pull |w - start|^2, eq. (eq-cnn-transfer-ridge).  x: (N, D), y: (N,), start: (D,), pull > 0 -> (D,)

    pull = 0 is ordinary least squares, and start = 0 ridge regression.  ValueError if pull is not above 0 or shapes do not fit.
    """
    x, y, start = np.asarray(x, dtype=float), np.asarray(y, dtype=float), np.asarray(start, dtype=float)
    if not pull > 0:
        raise ValueError(f"pull must be > 0, got {pull}")
    if x.ndim != 2 or y.shape != x.shape[:1] or start.shape != x.shape[1:]:
        raise ValueError(f"x must be (N, D), y (N,), start (D,), got {x.shape}, {y.shape}, {start.shape}")
    return start + np.linalg.solve(x.T @ x + pull * np.eye(x.shape[1]), x.T @ (y - x @ start))


# -------------------------------------------------------------------------------------------------------------- pictures


def letters(classes, each, seed=0):
    """Invented letters: `classes` random figures of two to four pen strokes, `each` shaky copies of each, 8 x 8 pixels.  -> x: (N, 64) in [0, 1], y: (N,)

    A stroke is a quadratic Bezier curve through the unit square; four times out of five it begins where the one before ends.
    """
    rng = np.random.default_rng(seed)
    middle = (np.arange(8) + 0.5) / 8
    pixels = np.stack(np.meshgrid(middle, middle), axis=-1).reshape(64, 1, 2)
    t = np.linspace(0, 1, 16)[:, None]
    pictures = []
    for _ in range(classes):
        points = rng.uniform(0.15, 0.85, size=(rng.integers(2, 5), 3, 2))  # (strokes, 3 points, 2)
        for before, stroke in zip(points[:-1], points[1:], strict=True):
            if rng.random() < 0.8:
                stroke[0] = before[2]
        shaky = points + rng.normal(0, 0.03, (each, *points.shape))
        a, b, c = (shaky[:, :, i, None] for i in range(3))  # (each, strokes, 1, 2)
        pen = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c).reshape(each, 1, -1, 2)
        distance = ((pixels - pen) ** 2).sum(axis=-1).min(axis=-1)  # (each, 64), squared, to the nearest point of the pen
        width = rng.uniform(0.05, 0.08, (each, 1))
        pictures.append(np.exp(-distance / (2 * width**2)))
    return np.concatenate(pictures), np.repeat(np.arange(classes), each)


def place(x, copies=1, seed=0, noise=0.1):
    """Each picture of 8 x 8 somewhere on a noisy ground of 16 x 16, `copies` times.  x: (N, 64) -> (N * copies, 256)"""
    rng = np.random.default_rng(seed)
    x = np.repeat(np.asarray(x).reshape(-1, 8, 8), copies, axis=0)
    ground = rng.normal(0, noise, (len(x), SIDE, SIDE))
    for picture, corner, drawn in zip(ground, rng.integers(0, SIDE - 7, (len(x), 2)), x, strict=True):
        picture[corner[0] : corner[0] + 8, corner[1] : corner[1] + 8] += drawn
    return ground.reshape(len(x), -1)


def source(name, seed=0):
    """Pictures and labels of a source task, about 3,000.  -> x: (N, 256), y: (N,)

    name: "letters" (60 of them), "letters, K" (K of them) or "digits 0-4".

    ValueError for another name.
    """
    if name == "digits 0-4":
        data, _ = digits(seed=0)
        few = data.y < 5
        return place(data.x[few], 5, seed), np.repeat(data.y[few], 5)
    kind, _, number = name.partition(", ")
    if kind != "letters" or (number and not number.isdigit()):
        raise ValueError(f'name must be "letters", "letters, K" or "digits 0-4", got {name!r}')
    classes = int(number or 60)
    x, y = letters(classes, 3000 // classes, seed)
    return place(x, 1, seed), y


def target(n, draw=0):
    """The target task: digits 5 to 9, n training pictures of each class, each at 4 places, and test pictures.  -> x, y, test_x, test_y; classes 0 to 4"""
    data, test = digits(seed=0)
    rng = np.random.default_rng(draw)
    chosen = np.concatenate([rng.permutation(np.flatnonzero(data.y == c))[:n] for c in range(5, 10)])
    late = test.y >= 5
    return place(data.x[chosen], 4, draw + 1), np.repeat(data.y[chosen] - 5, 4), place(test.x[late], 2, 999), np.repeat(test.y[late] - 5, 2)


# -------------------------------------------------------------------------------------------------------------- networks


class Net(nn.Module):
    """Three 3 x 3 convolutions with 16, 32 and 64 filters, pooling between them, the maximum over the picture, a linear head.  x: (N, 256) -> (N, classes)"""

    def __init__(self, classes, seed=0):
        super().__init__()
        torch.manual_seed(seed)

        def layer(a, b):
            return nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU())

        self.layers = nn.ModuleList([layer(1, 16), layer(16, 32), layer(32, 64)])
        self.head = nn.Linear(64, classes)

    def features(self, x):
        """x: (N, 256) -> (N, 64)"""
        x = x.view(-1, 1, SIDE, SIDE)
        x = F.max_pool2d(self.layers[0](x), 2)  # (N, 16, 8, 8)
        x = F.max_pool2d(self.layers[1](x), 2)  # (N, 32, 4, 4)
        return self.layers[2](x).amax(dim=(2, 3))

    def forward(self, x):
        """x: (N, 256) -> scores (N, classes)"""
        return self.head(self.features(x))


def tensor(x):
    """x: (N, ...) -> a float32 tensor"""
    return torch.as_tensor(x, dtype=torch.float32)


def fit(model, x, y, epochs, lr=2e-3, batch_size=64, seed=0):
    """Train what is not frozen, with Adam.  x: (N, 256), y: (N,) -> history"""
    weights = [p for p in model.parameters() if p.requires_grad]
    batches = minibatches(tensor(x), torch.as_tensor(y), batch_size=batch_size)
    return train(model, batches, F.cross_entropy, torch.optim.Adam(weights, lr=lr), epochs, seed=seed, progress=False)


def accuracy(model, x, y):
    """x: (N, 256), y: (N,) -> share of right answers"""
    with torch.no_grad():
        return float((model(tensor(x)).argmax(dim=1).numpy() == y).mean())


def learn(name, epochs=8, seed=0):
    """A network trained on a source task.  -> Net"""
    x, y = source(name, seed)
    model = Net(int(y.max()) + 1, seed)
    fit(model, x, y, epochs, seed=seed)
    return model


def shuffled(model, seed=0):
    """A copy whose weights are the same numbers in another order, layer by layer.  -> Net"""
    rng, new = np.random.default_rng(seed), copy(model, model.head.out_features)
    with torch.no_grad():
        for p in new.layers.parameters():
            p.copy_(p.flatten()[torch.from_numpy(rng.permutation(p.numel()))].view_as(p))
    return new


def copy(model, classes, kept=3, frozen=0, seed=0):
    """A network with the first `kept` layers of `model` and fresh ones behind; the first `frozen` layers will not be trained.  -> Net

    ValueError unless 0 <= frozen <= kept <= 3.
    """
    if not 0 <= frozen <= kept <= 3:
        raise ValueError(f"0 <= frozen <= kept <= 3 must hold, got frozen {frozen}, kept {kept}")
    new = Net(classes, seed)
    for i in range(kept):
        new.layers[i].load_state_dict(model.layers[i].state_dict())
    new.layers[:frozen].requires_grad_(False)
    return new


def run(model, x):
    """Features as an array.  x: (N, 256) -> (N, 64)"""
    with torch.no_grad():
        return model.features(tensor(x)).numpy()


def probe(x, y, test_x, test_y):
    """Accuracy of a linear classifier (logistic regression on standardised features).  x: (N, D), y: (N,) -> number"""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)).fit(x, y).score(test_x, test_y)


def probe_model(model, n, draw=0):
    """Accuracy on the target task of a linear classifier on frozen features.  model: a Net, or None for the pixels -> number"""
    x, y, test_x, test_y = target(n, draw)
    return probe(x, y, test_x, test_y) if model is None else probe(run(model, x), y, run(model, test_x), test_y)


def tune_model(model, n, draw=0, kept=3, frozen=0):
    """Accuracy on the target task after training all but the frozen layers for 10 to 60 epochs (600 / n).  model: a Net -> number, trained Net"""
    x, y, test_x, test_y = target(n, draw)
    new = copy(model, 5, kept, frozen, seed=draw)
    fit(new, x, y, max(10, min(60, 600 // n)), lr=1e-3, batch_size=32, seed=draw)
    return accuracy(new, test_x, test_y), new
