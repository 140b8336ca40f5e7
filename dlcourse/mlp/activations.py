"""Activation functions and the layers around them, forward and backward, in NumPy.  Section: book/mlp/activations.md

An activation is applied to each number alone, so `z` may have any shape.  The functions come in three layers of use:
`relu(z)` is the value, `d_relu(z)` its derivative by z, and `relu_forward` / `relu_backward` the pair that a network needs.

At a kink (ReLU, leaky ReLU, ELU with a != 1 at z = 0) the derivative of the branch z <= 0 is taken, as in PyTorch.

Shapes used in this file: B batch, D inputs of a layer, K outputs of a layer, M pieces of a Maxout unit.
"""

import numpy as np

# ---------------------------------------------------------------------------------------------------------------- values


def _real(z, name="z"):
    """`z` as an array of floats; integers become float64, float32 stays.  ValueError for complex numbers, text or objects."""
    z = np.asarray(z)
    if z.dtype.kind in "iub":
        return z.astype(np.float64)
    if z.dtype.kind != "f":
        raise ValueError(f"{name} must hold real numbers, got dtype {z.dtype}")
    return z


def sigmoid(z):
    """Logistic sigmoid 1 / (1 + e^-z), eq. (eq-mlp-sigmoid).  z: any shape -> same shape, in [0, 1]."""
    z = _real(z)
    e = np.exp(-np.abs(z))  # in (0, 1], so nothing overflows
    return np.where(z >= 0, 1, e) / (1 + e)


def tanh(z):
    """Hyperbolic tangent, 2 sigmoid(2z) - 1, eq. (eq-mlp-tanh).  z: any shape -> same shape, in [-1, 1]."""
    return np.tanh(_real(z))


def relu(z):
    """Rectified linear unit max(0, z) (Nair & Hinton 2010).  z: any shape -> same shape."""
    return np.maximum(_real(z), 0)


def leaky_relu(z, a=0.01):
    """Leaky ReLU: z for z > 0, a z otherwise (Maas et al. 2013).  z: any shape -> same shape."""
    z = _real(z)
    return np.where(z > 0, z, a * z)


def elu(z, a=1.0):
    """Exponential linear unit: z for z > 0, a (e^z - 1) otherwise (Clevert et al. 2016).  z: any shape -> same shape."""
    z = _real(z)
    return np.where(z > 0, z, a * np.expm1(np.minimum(z, 0)))  # np.where evaluates both branches: keep e^z finite


def softplus(z):
    """Softplus log(1 + e^z), a smooth ReLU (Dugas et al. 2001).  z: any shape -> same shape."""
    z = _real(z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def maxout(z):
    """Maxout: the largest of M linear pieces (Goodfellow et al. 2013).  z: (..., M) -> (...)."""
    z = _real(z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"z needs a last axis with at least one piece, got shape {z.shape}")
    return z.max(axis=-1)


# ------------------------------------------------------------------------------------------------------------ derivatives


def d_sigmoid(z):
    """Derivative of the sigmoid, s (1 - s), in (0, 1/4].  z: any shape -> same shape."""
    e = np.exp(-np.abs(_real(z)))  # s (1 - s) written so that 1 - s does not round to 0 where s is near 1
    return e / (1 + e) ** 2


def d_tanh(z):
    """Derivative of tanh, 1 - tanh(z)^2 = 4 sigmoid'(2z), in (0, 1].  z: any shape -> same shape."""
    return 4 * d_sigmoid(2 * _real(z))


def d_relu(z):
    """Derivative of ReLU: 1 for z > 0, else 0 (at 0 any number in [0, 1] is a subgradient).  z: any shape -> same shape."""
    z = _real(z)
    return (z > 0).astype(z.dtype)


def d_leaky_relu(z, a=0.01):
    """Derivative of leaky ReLU: 1 for z > 0, else a.  z: any shape -> same shape."""
    z = _real(z)
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(a))


def d_elu(z, a=1.0):
    """Derivative of ELU: 1 for z > 0, else a e^z.  z: any shape -> same shape."""
    z = _real(z)
    return np.where(z > 0, z.dtype.type(1), a * np.exp(np.minimum(z, 0)))


def d_softplus(z):
    """Derivative of softplus: the sigmoid.  z: any shape -> same shape."""
    return sigmoid(z)


# --------------------------------------------------------------------------------------------------- forward and backward
# The cache keeps what the backward pass needs and no more: sigmoid and tanh need only their own output.


def sigmoid_forward(z):
    """z: any shape -> out: same shape, cache for sigmoid_backward."""
    out = sigmoid(z)
    return out, out


def sigmoid_backward(dout, cache):
    """dout: dloss/dout -> dz: dloss/dz = dout * out (1 - out), same shape."""
    out = cache
    return dout * out * (1 - out)


def tanh_forward(z):
    """z: any shape -> out: same shape, cache for tanh_backward."""
    out = tanh(z)
    return out, out


def tanh_backward(dout, cache):
    """dout: dloss/dout -> dz = dout * (1 - out^2), same shape."""
    out = cache
    return dout * (1 - out**2)


def relu_forward(z):
    """z: any shape -> out: same shape, cache for relu_backward."""
    out = relu(z)
    return out, out > 0


def relu_backward(dout, cache):
    """dout: dloss/dout -> dz: dout where the unit was active, else 0; same shape."""
    active = cache
    return np.where(active, dout, 0)


def leaky_relu_forward(z, a=0.01):
    """z: any shape -> out: same shape, cache for leaky_relu_backward."""
    return leaky_relu(z, a), d_leaky_relu(z, a)


def leaky_relu_backward(dout, cache):
    """dout: dloss/dout -> dz = dout * slope, same shape."""
    return dout * cache


def elu_forward(z, a=1.0):
    """z: any shape -> out: same shape, cache for elu_backward."""
    return elu(z, a), d_elu(z, a)


def elu_backward(dout, cache):
    """dout: dloss/dout -> dz = dout * slope, same shape."""
    return dout * cache


def softplus_forward(z):
    """z: any shape -> out: same shape, cache for softplus_backward."""
    return softplus(z), d_softplus(z)


def softplus_backward(dout, cache):
    """dout: dloss/dout -> dz = dout * sigmoid(z), same shape."""
    return dout * cache


def identity_forward(z):
    """z: any shape -> out = z, no cache needed: the activation that makes a deep net collapse to one layer."""
    return _real(z), None


def identity_backward(dout, cache):
    """dout: dloss/dout, any shape -> dz = dout."""
    return dout


def maxout_forward(z):
    """z: (..., M) -> out: (...), cache for maxout_backward."""
    return maxout(z), (np.argmax(z, axis=-1), np.shape(z))


def maxout_backward(dout, cache):
    """dout: (...) -> dz: (..., M): the winning piece gets dout (the first one in a tie), the others 0."""
    winner, shape = cache
    dz = np.zeros(shape, dtype=np.asarray(dout).dtype)
    np.put_along_axis(dz, winner[..., None], np.asarray(dout)[..., None], axis=-1)
    return dz  # (..., M)


ACTIVATIONS = {  # name -> (forward, backward); what `mlp_forward` and `backprop` accept
    "identity": (identity_forward, identity_backward),
    "sigmoid": (sigmoid_forward, sigmoid_backward),
    "tanh": (tanh_forward, tanh_backward),
    "relu": (relu_forward, relu_backward),
    "leaky_relu": (leaky_relu_forward, leaky_relu_backward),
    "elu": (elu_forward, elu_backward),
    "softplus": (softplus_forward, softplus_backward),
}

# ------------------------------------------------------------------------------------------------- layers and the network


def linear_forward(x, w, b):
    """Fully connected layer x w + b, eq. (eq-mlp-linear).  x: (B, D), w: (D, K), b: (K,) -> out: (B, K), cache.

    ValueError if the shapes do not fit; in particular b must be (K,), never (B, K) or (K, 1).
    """
    if np.ndim(x) != 2 or np.ndim(w) != 2 or x.shape[1] != w.shape[0] or np.shape(b) != (w.shape[1],):
        raise ValueError(f"linear_forward expects x (B, D), w (D, K), b (K,), got x {np.shape(x)}, w {np.shape(w)}, b {np.shape(b)}")
    return x @ w + b, (x, w)  # (B, K)


def linear_backward(dout, cache):
    """Backward pass of a linear layer, eq. (eq-mlp-linear-backward).

    dout: (B, K) -> dx: (B, D), dw: (D, K), db: (K,).  ValueError if dout has another shape than the layer's output.
    """
    x, w = cache
    if np.shape(dout) != (x.shape[0], w.shape[1]):
        raise ValueError(f"dout must have the shape of the output, {(x.shape[0], w.shape[1])}, got {np.shape(dout)}")
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)  # (B, D), (D, K), (K,)


def init(sizes, rng, gain=1.0):
    """Random parameters of an MLP: w ~ N(0, gain^2 / D), b = 0.

    sizes: (D0, D1, ..., DL), at least two positive numbers -> a list of L pairs (w: (D, K), b: (K,)).  ValueError otherwise.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be at least two positive layer widths, got {sizes}")
    return [(rng.normal(0, gain / np.sqrt(d), (d, k)), np.zeros(k)) for d, k in zip(sizes[:-1], sizes[1:], strict=True)]


def mlp_forward(params, x, activation="relu"):
    """Multilayer perceptron, eq. (eq-mlp-forward): linear, activation, ..., linear.  The last layer has no activation.

    params: list of (w: (D, K), b: (K,)), x: (B, D0), activation: a key of ACTIVATIONS
    -> scores: (B, DL), caches: one pair (linear cache, activation cache or None) a layer.  ValueError for an unknown name.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {sorted(ACTIVATIONS)}, got {activation!r}")
    forward, _ = ACTIVATIONS[activation]
    caches = []
    for w, b in params[:-1]:
        z, linear_cache = linear_forward(x, w, b)  # (B, K)
        x, activation_cache = forward(z)  # (B, K)
        caches.append((linear_cache, activation_cache))
    scores, linear_cache = linear_forward(x, *params[-1])  # (B, DL)
    return scores, [*caches, (linear_cache, None)]


def predict(params, x, activation="relu"):
    """Class ids: the place of the largest score.  x: (B, D0) -> (B,) int64."""
    return mlp_forward(params, x, activation)[0].argmax(axis=1)


def count_parameters(sizes):
    """Numbers in an MLP of these layer widths: sum of (D + 1) K over the layers."""
    return sum((d + 1) * k for d, k in zip(sizes[:-1], sizes[1:], strict=True))


def collapse(params):
    """The one linear layer that equals an MLP whose activation is the identity.  params -> (w: (D0, DL), b: (DL,))."""
    w, b = params[0]
    for w_next, b_next in params[1:]:
        w, b = w @ w_next, b @ w_next + b_next  # (D0, K), (K,)
    return w, b
