"""Why deep networks would not learn: gradients that vanish or explode, measured layer by layer.  Section: book/training/vanishing.md

Layers are counted from 1 to L as in the text, so `params[l - 1]` belongs to layer l; the last layer gives scores.

Shapes used in this file: B batch, D inputs of a layer, K outputs of a layer, C outputs of the network, L layers, S random starts.
"""
import numpy as np

from dlcourse.data import digits
from dlcourse.mlp.activations import ACTIVATIONS, d_sigmoid, mlp_forward, sigmoid
from dlcourse.mlp.backprop import train
from dlcourse.mlp.losses import sigmoid_sse, softmax_xent
from dlcourse.mlp.practice import accuracy

MAX_SLOPE = {"identity": 1.0, "sigmoid": 0.25, "tanh": 1.0, "relu": 1.0}  # the largest value of the activation's derivative


# ------------------------------------------------------------------------------------------------------- start values


def init_std(rule, n_in, n_out):
    """Standard deviation of a layer's first weights.  rule: a name, n_in, n_out: the layer's inputs and outputs -> number > 0

    "unit": 1 whatever the width; "fan_in": 1 / n_in is the variance (LeCun et al. 1998); "xavier": 2 / (n_in + n_out), eq. (eq-training-xavier)
    (Glorot & Bengio 2010); "he": 2 / n_in, eq. (eq-training-he) (He et al. 2015).  ValueError for another name or widths below 1.
    """
    if n_in < 1 or n_out < 1:
        raise ValueError(f"n_in and n_out must be at least 1, got {n_in} and {n_out}")
    variance = {"unit": 1.0, "fan_in": 1 / n_in, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}
    if rule not in variance:
        raise ValueError(f"rule must be one of {sorted(variance)}, got {rule!r}")
    return float(np.sqrt(variance[rule]))


def init_params(sizes, rule, rng, bias_std=0.0):
    """Normal weights with the spread that `init_std` names, biases N(0, bias_std^2).

    sizes: (D0, D1, ..., DL) -> list of L pairs (w: (D, K), b: (K,)).  ValueError for fewer than two sizes.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must name at least two widths, got {sizes}")
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    return [(rng.normal(0, init_std(rule, d, k), (d, k)), bias_std * rng.normal(size=k)) for d, k in pairs]


def enlarge(x):
    """Digits of 8 x 8 pixels on the 28 x 28 canvas of MNIST: each pixel three times in both directions, two empty pixels around.

    x: (N, 64) -> (N, 784).  ValueError for another width.
    """
    x = np.asarray(x)
    if x.ndim != 2 or x.shape[1] != 64:
        raise ValueError(f"x must be (N, 64), got {x.shape}")
    large = x.reshape(-1, 8, 8).repeat(3, axis=1).repeat(3, axis=2)  # (N, 24, 24)
    return np.pad(large, ((0, 0), (2, 2), (2, 2))).reshape(len(x), 784)  # (N, 784)


# ---------------------------------------------------------------------------------------------------- speeds of layers


def error_signals(params, x, y, activation="sigmoid", loss=sigmoid_sse):
    """Error signals of all layers, eq. (eq-training-delta): the gradient of the mean loss by z.

    params: list of (w: (D, K), b: (K,)), x: (B, D0), y: what `loss` expects
    -> list of L arrays (B, K).  A row is a sample, so the transposes are swapped.
    """
    scores, caches = mlp_forward(params, x, activation)  # (B, C)
    backward = ACTIVATIONS[activation][1]
    delta = loss(scores, y)[1]  # (B, C)
    signals = [delta]
    # from the last layer down: its weights, and what the activation below it kept
    for (w, _), (_, cache) in zip(params[:0:-1], caches[-2::-1], strict=True):
        delta = backward(delta @ w.T, cache)  # (B, D), f'(z) * (W^T delta)
        signals.append(delta)
    return signals[::-1]


def layer_speeds(params, x, y, activation="sigmoid", loss=sigmoid_sse):
    """Speed at which each layer learns: the norm of the gradient of the mean loss by its biases (Nielsen 2015, chapter 5).

    params: list of (w: (D, K), b: (K,)), x: (B, D0), y: what `loss` expects -> (L,).  ValueError for an unknown activation.
    """
    return np.array([np.linalg.norm(delta.sum(axis=0)) for delta in error_signals(params, x, y, activation, loss)])


def speeds_at_start(sizes, rule, activation, x, y, starts, bias_std=0.0):
    """`layer_speeds` of several untrained networks.  sizes: widths, x: (B, D0), y: (B, C) in [0, 1], starts: S -> (S, L)"""
    rngs = map(np.random.default_rng, range(starts))
    return np.array([layer_speeds(init_params(sizes, rule, rng, bias_std), x, y, activation) for rng in rngs])


def speeds_in_training(params, x, y, activation="sigmoid", lr=0.1, epochs=300):
    """`layer_speeds` before and after every epoch of one step on all samples.  x: (B, D0), y: (B, C) in [0, 1] -> (epochs + 1, L)"""
    speeds = [layer_speeds(params, x, y, activation)]
    for _ in range(epochs):
        params, _ = train(params, x, y, sigmoid_sse, activation, lr, 1, len(x))
        speeds.append(layer_speeds(params, x, y, activation))
    return np.array(speeds)


def speed_bounds(params, x, y, activation="sigmoid", loss=sigmoid_sse):
    """What each speed cannot exceed, eq. (eq-training-bound): a product of norms.

    params: list of (w: (D, K), b: (K,)), x: (B, D0), y: what `loss` expects -> (L,).  ValueError for an activation without an entry in MAX_SLOPE.
    """
    if activation not in MAX_SLOPE:
        raise ValueError(f"activation must be one of {sorted(MAX_SLOPE)}, got {activation!r}")
    last = loss(mlp_forward(params, x, activation)[0], y)[1]  # (B, C)
    bounds = [np.linalg.norm(last, axis=1).sum()]
    for w, _ in params[:0:-1]:
        bounds.append(bounds[-1] * MAX_SLOPE[activation] * np.linalg.norm(w, 2))  # norm 2: the largest singular value
    return np.array(bounds[::-1])


# ----------------------------------------------------------------------------------------------- one neuron in each layer


def chain_forward(w, b, x):
    """A chain of sigmoids: z_l = w_l a_(l-1) + b_l, a_l = sigmoid(z_l), a_0 = x.  w, b: (L,), x: number -> z: (L,), a: (L + 1,)

    ValueError unless w and b are vectors of one length, at least 1.
    """
    w, b = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
    if w.ndim != 1 or w.shape != b.shape or not len(w):
        raise ValueError(f"w and b must both be (L,) with L >= 1, got {w.shape} and {b.shape}")
    z, a = [], [float(x)]
    for w_l, b_l in zip(w, b, strict=True):
        z.append(w_l * a[-1] + b_l)
        a.append(float(sigmoid(z[-1])))
    return np.array(z), np.array(a)


def chain_gradient(w, b, x, y):
    """dC/db_1 of the chain in closed form, eq. (eq-training-chain), for C = (a_L - y)^2 / 2.  w, b: (L,), x, y: numbers -> number

    All L slopes are factors, but only the weights w_2 ... w_L: the first one stands before b_1.
    """
    z, a = chain_forward(w, b, x)
    return float((a[-1] - y) * np.prod(d_sigmoid(z)) * np.prod(np.asarray(w, dtype=float)[1:]))


def explosion_window(w):
    """Width of the interval of inputs a for which |w sigmoid'(w a + b)| >= 1, eq. (eq-training-window).  w: any shape -> same shape

    The bias moves the interval and does not change its width.  For |w| <= 4 the width is 0.
    """
    size = np.maximum(np.abs(np.asarray(w, dtype=float)), 4.0)  # below 4 the product stays under 4 / 4
    return 2 * np.arccosh(size / 2 - 1) / size


def widest_window(width=explosion_window, low=4.0, high=30.0):
    """The weight whose window is the widest, by ternary search.  width: function with one maximum in (low, high) -> weight, its width"""
    while high - low > 1e-6:
        third = (high - low) / 3
        if width(low + third) < width(high - third):
            low += third
        else:
            high -= third
    best = (low + high) / 2
    return best, float(width(best))


# ------------------------------------------------------------------------------------------- variance in, variance out


def signal_sizes(params, x, activation, rng):
    """Mean square of the sums z of each layer on the way forward, and of the gradient by them when noise N(0, 1) comes in from above.

    params: list of (w: (D, K), b: (K,)), x: (B, D0) -> forward: (L,), backward: (L,).
    """
    scores, caches = mlp_forward(params, x, activation)  # (B, C)
    noise = rng.normal(size=scores.shape)  # (B, C)
    signals = error_signals(params, x, noise, activation, loss=lambda _, given: (0.0, given))
    forward = [np.mean((a @ w + b) ** 2) for ((a, w), _), (_, b) in zip(caches, params, strict=True)]
    return np.array(forward), np.array([np.mean(delta**2) for delta in signals])


def dead_units(params, x):
    """Share of the ReLU units of each hidden layer that are 0 for every sample.  params: list of (w, b), x: (B, D0) -> (L - 1,)"""
    caches = mlp_forward(params, x, "relu")[1]
    return np.array([np.mean(~active.any(axis=0)) for _, active in caches[:-1]])


def zero_share(params, x):
    """Share of the values of each hidden ReLU layer that are 0, over units and samples.  params: list of (w, b), x: (B, D0) -> (L - 1,)"""
    caches = mlp_forward(params, x, "relu")[1]
    return np.array([np.mean(~active) for _, active in caches[:-1]])


def train_deep(activation, rule, seed=0, hidden=(30, 30, 30, 30), lr=0.1, epochs=30):
    """Train on the digits with softmax cross-entropy in batches of 32.  -> params, test accuracy, history (monitor: training accuracy)"""
    train_set, test_set = digits()
    rng = np.random.default_rng(seed)
    params = init_params((64, *hidden, 10), rule, rng)
    x, y = train_set.x, train_set.y
    watch = lambda p: accuracy(p, x, y, activation)  # noqa: E731
    params, history = train(params, x, y, softmax_xent, activation, lr, epochs, 32, rng, watch)
    return params, accuracy(params, test_set.x, test_set.y, activation), history
