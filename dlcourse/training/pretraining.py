"""Auto-encoders beside principal components, and deep networks that are trained layer by layer first, in PyTorch.  Section: book/training/pretraining.md

Shapes used in this file: N samples, B batch, D inputs, K numbers of a code, C classes.
"""
import numpy as np
import torch
from scipy.linalg import subspace_angles
from scipy.optimize import minimize
from torch import nn
from torch.nn import functional as F

from dlcourse.data import digits
from dlcourse.train import minibatches, train

# ------------------------------------------------------------------------------------------------- principal components


def encode(x, mean, components):
    """Codes of principal components.  x: (N, D) -> (N, k)"""
    return (x - mean) @ components.T


def decode(codes, mean, components):
    """Back again.  codes: (N, k) -> (N, D)"""
    return mean + codes @ components


def squared_error(x, back):
    """Mean over the samples of the squared distance.  x, back: (N, D) -> number"""
    return float(np.mean(np.sum((np.asarray(x) - np.asarray(back)) ** 2, axis=1)))


def linear_autoencoder(x, k, seed=0, steps=2000):
    """A linear encoder and decoder with biases, fitted by L-BFGS until it stops.  x: (N, D) -> encoder (D, k), decoder (k, D), their biases (k,), (D,)

    The loss of the fit is `squared_error`, its gradient by hand.
    """
    rng, (n, d) = np.random.default_rng(seed), x.shape
    shapes = ((d, k), (k, d), (k,), (d,))
    ends = np.cumsum([0, *(int(np.prod(s)) for s in shapes)])

    def parts(w):
        return [w[i:j].reshape(s) for i, j, s in zip(ends[:-1], ends[1:], shapes, strict=True)]

    def loss(w):
        encoder, decoder, b, c = parts(w)
        codes = x @ encoder + b  # (N, k)
        r = codes @ decoder + c - x  # (N, D)
        back = 2 / n * r @ decoder.T  # (N, k), the gradient by the codes
        grads = x.T @ back, 2 / n * codes.T @ r, back.sum(axis=0), 2 / n * r.sum(axis=0)
        return np.mean(np.sum(r**2, axis=1)), np.concatenate([g.ravel() for g in grads])

    start = rng.normal(0, 0.1, ends[-1])
    return parts(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxfun": 2 * steps, "ftol": 1e-13, "gtol": 1e-9}).x)


def largest_angle(a, b):
    """The largest principal angle between the row spaces of two matrices, in radians.  a, b: (k, D) -> number"""
    return float(subspace_angles(np.asarray(a).T, np.asarray(b).T).max())


# --------------------------------------------------------------------------------------------------- deep auto-encoders


class Autoencoder(nn.Module):
    """D - 128 - 64 - K - 64 - 128 - D with ReLU, a code without non-linearity, and outputs between 0 and 1 (Hinton & Salakhutdinov 2006, in small)."""

    def __init__(self, d=64, code=2, hidden=(128, 64)):
        super().__init__()
        sizes = (d, *hidden, code)
        self.encoder = nn.Sequential(*self.stack(sizes))
        self.decoder = nn.Sequential(*self.stack(sizes[::-1]), nn.Sigmoid())

    @staticmethod
    def stack(sizes):
        """Linear layers with a ReLU between any two.  -> list of modules"""
        layers = [m for a, b in zip(sizes[:-1], sizes[1:], strict=True) for m in (nn.Linear(a, b), nn.ReLU())]
        return layers[:-1]

    def forward(self, x):
        """x: (B, D) in [0, 1] -> (B, D)"""
        return self.decoder(self.encoder(x))


def fit_autoencoder(x, code, seed=0, epochs=60, lr=2e-3):
    """Train an `Autoencoder` with Adam on the squared error.  x: (N, D) float array -> the model, in evaluation mode"""
    torch.manual_seed(seed)
    model, x = Autoencoder(x.shape[1], code), torch.as_tensor(x, dtype=torch.float32)
    train(model, minibatches(x, x), lambda back, y: ((back - y) ** 2).sum(dim=1).mean(), torch.optim.Adam(model.parameters(), lr), epochs, seed, progress=False)
    return model.eval()


def run(module, x):
    """What a module gives for an array, without gradients.  x: (N, D) -> float array"""
    with torch.no_grad():
        return module(torch.as_tensor(x, dtype=torch.float32)).numpy().astype(float)


def neighbour_accuracy(codes, y, test_codes, test_y, k=10):
    """Share of test samples that most of the k nearest training codes name rightly.  codes: (N, K), y: (N,), test_codes: (M, K), test_y: (M,) -> number"""
    distance = ((test_codes**2).sum(axis=1)[:, None] - 2 * test_codes @ codes.T + (codes**2).sum(axis=1)).argsort(axis=1, kind="stable")[:, :k]  # (M, k)
    votes = np.stack([(y[distance] == c).sum(axis=1) for c in range(int(y.max()) + 1)], axis=1)  # (M, C)
    return float(np.mean(votes.argmax(axis=1) == test_y))


# ------------------------------------------------------------------------------------------------ layer by layer


SIZES = (64, 30, 30, 30, 30, 10)


def classifier(start="xavier", activation=nn.Sigmoid, sizes=SIZES, seed=0):
    """A deep classifier with scores as outputs.  start: "xavier", "he" or "unit" (N(0, 1)), biases 0 -> nn.Sequential.  ValueError for another start."""
    first = {"xavier": nn.init.xavier_normal_, "he": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"), "unit": nn.init.normal_}
    if start not in first:
        raise ValueError(f"start must be one of {sorted(first)}, got {start!r}")
    torch.manual_seed(seed)
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        linear = nn.Linear(a, b)
        first[start](linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, activation()]
    return nn.Sequential(*layers[:-1])


def pretrain(model, x, epochs=40, lr=5e-3, seed=0):
    """Train each hidden layer of a sigmoid classifier, from the input on, as the encoder of an auto-encoder of what comes out of the layers below.

    model: changed in place, its last layer is not; x: (N, D) in [0, 1] -> list of (error before, error after), a pair for each hidden layer
    """
    torch.manual_seed(seed)
    codes, errors = torch.as_tensor(x, dtype=torch.float32), []
    for i in range(0, len(model) - 1, 2):
        encoder, d = nn.Sequential(model[i], model[i + 1]), model[i].in_features
        pair = nn.Sequential(encoder, nn.Linear(model[i].out_features, d), nn.Sigmoid())
        before = squared_error(codes.numpy(), run(pair, codes))
        train(pair, minibatches(codes, codes), F.mse_loss, torch.optim.Adam(pair.parameters(), lr), epochs, seed, progress=False)
        errors.append((before, squared_error(codes.numpy(), run(pair, codes))))
        codes = torch.as_tensor(run(encoder, codes), dtype=torch.float32)  # the layer below learns no more
    return errors


def shuffle_weights(model, seed=0):
    """Give each hidden layer's weights, and its biases, new places: the same numbers, without what they have learned.  In place."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layer in list(model)[:-1:2]:
            for p in (layer.weight, layer.bias):
                p.copy_(p.flatten()[torch.randperm(p.numel(), generator=g)].reshape(p.shape))


def fine_tune(model, x, y, lr=0.5, epochs=40, seed=0):
    """Train all layers with labels by plain gradient descent in batches of 64.  x: (N, D), y: (N,) -> accuracy on the test digits"""
    x, y = torch.as_tensor(x, dtype=torch.float32), torch.as_tensor(y)
    train(model, minibatches(x, y), F.cross_entropy, torch.optim.SGD(model.parameters(), lr), epochs, seed, progress=False)
    test = digits()[1]
    return float(np.mean(run(model, test.x).argmax(axis=1) == test.y))


def copy_of(model, seed=0):
    """A second classifier with the same weights.  -> nn.Sequential"""
    other = classifier(seed=seed)
    other.load_state_dict(model.state_dict())
    return other


def few_labels(numbers, seed, passes=20):
    """Accuracy with n labelled digits while all training pictures are there without labels; about as many steps for every n.

    numbers: several n -> dict: "pre-trained", "its weights shuffled", "N(0, 1)", "ReLU, He" -> list of accuracies on the test digits
    """
    train_set, found = digits()[0], {}
    model = classifier(seed=seed)
    pretrain(model, train_set.x, seed=seed)
    for n in numbers:
        pick = np.random.default_rng(seed).permutation(len(train_set.x))[:n]
        nets = {"pre-trained": copy_of(model), "its weights shuffled": copy_of(model)}
        shuffle_weights(nets["its weights shuffled"], seed)
        nets |= {"N(0, 1)": classifier("unit", seed=seed), "ReLU, He": classifier("he", nn.ReLU, seed=seed)}
        for name, net in nets.items():
            rate, epochs = 0.1 if "ReLU" in name else 0.5, min(passes * len(train_set.x) // n, 400)
            found.setdefault(name, []).append(fine_tune(net, train_set.x[pick], train_set.y[pick], rate, epochs, seed))
    return found
