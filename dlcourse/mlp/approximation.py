"""What one hidden layer can represent: steps, bumps, straight pieces, regions, and what depth adds.  Section: book/mlp/approximation.md

Networks are built by hand here: the functions return `params` for `mlp_forward`, a list of (w: (D, K), b: (K,)).

Shapes used in this file: B batch, D inputs, H hidden units, P polygons.
"""
import numpy as np

from dlcourse.mlp.activations import init, mlp_forward, predict, sigmoid
from dlcourse.mlp.backprop import train
from dlcourse.mlp.losses import half_sse, softmax_xent
from dlcourse.mlp.neurons import threshold_unit

# --------------------------------------------------------------------------------------------------------- one input


def staircase(f, low, high, units, steepness=1e4):
    """A staircase of steep sigmoids, eq. (eq-mlp-staircase): one step between each two of units + 1 equal cells.

    f: (B,) -> (B,), the function to follow on [low, high] -> params of a 1-H-1 network for activation "sigmoid".
    """
    edges = np.linspace(low, high, units + 2)  # of the cells
    height = f((edges[:-1] + edges[1:]) / 2)  # (H + 1,), the value in the middle of each cell
    k = steepness / (high - low)
    return [(np.full((1, units), k), -k * edges[1:-1]), (np.diff(height)[:, None], height[:1])]


def interpolate(f, low, high, units):
    """Straight pieces through units + 1 points of f, eq. (eq-mlp-interpolate).

    f: (B,) -> (B,) -> params of a 1-H-1 network for activation "relu": unit i switches on at knot i and changes the slope.
    """
    knots = np.linspace(low, high, units + 1)
    slopes = np.diff(f(knots)) / np.diff(knots)  # (H,)
    change = np.diff(slopes, prepend=0)  # (H,)
    return [(np.ones((1, units)), -knots[:-1]), (change[:, None], f(knots[:1]))]


def curve(params, x, activation):
    """Output of a 1-H-1 network.  x: (B,) -> (B,)"""
    return mlp_forward(params, np.asarray(x)[:, None], activation)[0][:, 0]


def largest_error(params, f, low, high, activation, points=4001):
    """Largest |network - f| on a grid of [low, high]: the distance in which the theorem is stated.  params: [((D, K), (K,)), ...] -> float"""
    x = np.linspace(low, high, points)
    return float(np.abs(curve(params, x, activation) - f(x)).max())


def fit(f, low, high, units, seed, steps=4000, lr=0.05, points=64):
    """Gradient descent from a random start on `points` samples of f.  -> params of a 1-H-1 network for activation "tanh"

    The first layer is drawn so that the units' centres are spread over the interval; the rest is `backprop.train`, full batch.
    """
    rng = np.random.default_rng(seed)
    x = np.linspace(low, high, points)[:, None]  # (B, 1)
    w = rng.normal(0, 6 / (high - low), (1, units))
    b = -w[0] * rng.uniform(low, high, units)
    params = [(w, b), init([units, 1], rng)[0]]
    params, _ = train(params, x, f(x[:, 0])[:, None], half_sse, "tanh", lr, epochs=steps, batch_size=points)
    return params


# --------------------------------------------------------------------------------------------------------- two inputs


def bump241(centre=(0.0, 0.0), half=1.0, steepness=8.0, gain=20.0):
    """A bump over a square by a 2-4-1 network (figure 6.2 of Duda, Hart, Stork 2001), eq. (eq-mlp-bump).

    Two pairs of opposed sigmoids: their sum is near 4 in the square, near 3 in the arms of the cross, near 2 elsewhere;
    the output unit asks for more than 3.5.  -> params for `bump`.  half: half the side.  ValueError unless half > 0.
    """
    if not half > 0:
        raise ValueError(f"half must be > 0, got {half}")
    k, (c1, c2) = steepness / half, centre
    w1 = k * np.array([[1.0, -1, 0, 0], [0, 0, 1, -1]])  # (2, 4)
    b1 = k * (half + np.array([-c1, c1, -c2, c2]))  # (4,)
    return [(w1, b1), (np.full((4, 1), gain), np.array([-3.5 * gain]))]


def bump(params, x):
    """Response of a 2-H-1 network with sigmoids in both layers.  x: (B, 2) -> (B,) in (0, 1)"""
    return sigmoid(mlp_forward(params, x, "sigmoid")[0][:, 0])


def in_convex(x, w, theta):
    """AND of half-planes: one hidden layer of threshold units, the output fires if all H do.  x: (B, 2), w: (H, 2), theta: (H,) -> (B,)"""
    hidden = np.stack([threshold_unit(x, wi, t) for wi, t in zip(w, theta, strict=True)], axis=1)  # (B, H)
    return threshold_unit(hidden, np.ones(len(w)), len(w))


def in_union(x, polygons):
    """OR of ANDs of half-planes: two hidden layers.  polygons: list of P pairs (w: (H, 2), theta: (H,)) -> (B,) of 0 and 1"""
    inside = np.stack([in_convex(x, w, theta) for w, theta in polygons], axis=1)  # (B, P)
    return threshold_unit(inside, np.ones(len(polygons)), 1)


def square(centre, half):
    """The four half-planes of a square.  -> w: (4, 2), theta: (4,) for `in_convex`"""
    w = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    return w, w @ np.asarray(centre) - half


def train_classifier(x, y, hidden, seed, activation="tanh", lr=0.2, epochs=150, batch_size=32):
    """Train a 2-H-C network on points x: (N, 2) with classes y: (N,).  hidden: widths of the hidden layers, such as [3] -> params for `predict`"""
    rng = np.random.default_rng(seed)
    params = init([x.shape[1], *hidden, int(y.max()) + 1], rng)
    return train(params, x, y, softmax_xent, activation, lr, epochs, batch_size, rng)[0]


def ring_accuracy(train_set, test_set, units, seeds):
    """Test accuracy of 2-H-2 networks from several random starts.  -> (len(seeds),)"""
    params = [train_classifier(train_set.x, train_set.y, [units], seed) for seed in seeds]
    return np.array([np.mean(predict(p, test_set.x, "tanh") == test_set.y) for p in params])


# --------------------------------------------------------------------------------------------------------------- depth


def sawtooth(depth):
    """The tent map applied `depth` times, eq. (eq-mlp-tent): 2 ReLU units a layer, 2^depth straight pieces on [0, 1] (Telgarsky 2016).

    -> params of a 1-2-2-...-2-1 network for activation "relu".  ValueError unless depth >= 1.
    """
    if depth < 1:
        raise ValueError(f"depth must be >= 1, got {depth}")
    kinks, tent = np.array([0.0, -0.5]), np.array([[2.0], [-4.0]])  # tent(x) = 2 relu(x) - 4 relu(x - 1/2)
    first, inner = (np.ones((1, 2)), kinks), (np.repeat(tent, 2, axis=1), kinks)
    return [first, *[inner] * (depth - 1), (tent, np.zeros(1))]


def count_pieces(x, y, tol=1e-9):
    """Number of straight pieces of a curve whose kinks lie on grid points.  x, y: (B,) -> int"""
    slopes = np.diff(y) / np.diff(x)
    return 1 + int((np.abs(np.diff(slopes)) > tol * (1 + np.abs(slopes).max())).sum())
