"""From scores to one number: cross-entropy, hinge, squared error, the full loss.  Section: book/mlp/losses.md

Each loss returns the pair `loss, dscores`: the mean over the batch and its gradient by the first argument.

Shapes used in this file: B batch, C classes, D features.
"""

import numpy as np

from dlcourse.mlp.activations import sigmoid


def _scores_and_labels(scores, y):
    """Checked arrays.  scores: (B, C) floats, y: (B,) integers in [0, C).  ValueError otherwise."""
    scores, y = np.asarray(scores), np.asarray(y)
    if scores.ndim != 2 or scores.size == 0:
        raise ValueError(f"scores must be (B, C) with B, C >= 1, got shape {scores.shape}")
    if y.shape != scores.shape[:1]:
        raise ValueError(f"y must be ({scores.shape[0]},), one class id a row of scores, got shape {y.shape}")
    if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= scores.shape[1]:
        raise ValueError(f"y must hold integers in [0, {scores.shape[1]}), got dtype {y.dtype} from {y.min()} to {y.max()}")
    return scores * 1.0, y  # integers become floats, float32 stays


def scores(w, phi):
    """Scoring function s = W phi(x) for each row, eq. (eq-mlp-scores).  w: (C, D), phi: (B, D) -> (B, C)."""
    if np.ndim(w) != 2 or np.ndim(phi) != 2 or w.shape[1] != phi.shape[1]:
        raise ValueError(f"scores expects w (C, D) and phi (B, D), got w {np.shape(w)}, phi {np.shape(phi)}")
    return phi @ w.T  # (B, C)


def softmax(scores):
    """Softmax over the last axis, eq. (eq-mlp-softmax).  scores: (..., C) -> (..., C), each row sums to 1."""
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))  # (..., C); the shift keeps exp finite
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(scores):
    """Logarithm of the softmax, finite even where the softmax rounds to 0.  scores: (..., C) -> (..., C)."""
    shifted = scores - np.max(scores, axis=-1, keepdims=True)  # (..., C)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax_xent(scores, y):
    """Softmax cross-entropy, mean over the batch, eq. (eq-mlp-xent).

    scores: (B, C), y: (B,) class ids -> loss: scalar, dscores: (B, C) = (softmax - one-hot) / B.  ValueError on bad shapes.
    """
    scores, y = _scores_and_labels(scores, y)
    rows = np.arange(len(y))
    log_probs = log_softmax(scores)  # (B, C)
    dscores = np.exp(log_probs)  # (B, C)
    dscores[rows, y] -= 1
    return -log_probs[rows, y].mean(), dscores / len(y)


def multiclass_hinge(scores, y, delta=1.0):
    """Multiclass SVM loss (Weston & Watkins 1999), mean over the batch, eq. (eq-mlp-hinge).

    scores: (B, C), y: (B,) class ids, delta: margin -> loss: scalar, dscores: (B, C).  ValueError on bad shapes.
    """
    scores, y = _scores_and_labels(scores, y)
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)  # (B, C)
    margins[rows, y] = 0  # the sum runs over the wrong classes only
    dscores = (margins > 0).astype(margins.dtype)  # (B, C)
    dscores[rows, y] = -dscores.sum(axis=1)
    return margins.sum() / len(y), dscores / len(y)


def half_sse(pred, target):
    """Half the squared error, summed over outputs, mean over the batch, eq. (eq-mlp-half-sse).

    pred, target: (B, C) -> loss: scalar, dpred: (B, C) = (pred - target) / B.
    ValueError unless the shapes are equal: (B, 1) minus (B,) would broadcast to (B, B).
    """
    pred, target = np.asarray(pred), np.asarray(target)
    if pred.shape != target.shape or pred.ndim != 2:
        raise ValueError(f"pred and target must both be (B, C), got {pred.shape} and {target.shape}")
    error = pred - target  # (B, C)
    return 0.5 * (error**2).sum() / len(pred), error / len(pred)


def sigmoid_sse(scores, target):
    """Half squared error of sigmoid outputs, the loss of the lecture slides' networks, eq. (eq-mlp-delta-out).

    scores: (B, C), target: (B, C) -> loss: scalar, dscores: (B, C), the error signals delta of the output layer, over B.
    """
    out = sigmoid(scores)  # (B, C)
    loss, dout = half_sse(out, target)
    return loss, dout * out * (1 - out)


def l2(w, lam):
    """Regularisation R(W) = lam / 2 * sum of squares.  w: any shape -> R: scalar, dw: same shape = lam w."""
    if lam < 0:
        raise ValueError(f"lam must be >= 0, got {lam}")
    return 0.5 * lam * np.sum(w**2), lam * w


def full_loss(w, phi, y, data_loss=softmax_xent, lam=0.0):
    """Full loss of a linear classifier: mean data loss + R(W), eq. (eq-mlp-full-loss).

    w: (C, D), phi: (B, D), y: (B,), data_loss: softmax_xent or multiclass_hinge -> loss: scalar, dw: (C, D).
    """
    loss, dscores = data_loss(scores(w, phi), y)
    penalty, dpenalty = l2(w, lam)
    return loss + penalty, dscores.T @ phi + dpenalty  # (C, D)


def fit_linear(phi, y, classes, checkpoints, data_loss=softmax_xent, lam=0.0, lr=0.5):
    """Gradient descent on `full_loss` from zero weights.  phi: (B, D), y: (B,), checkpoints: rising step numbers
    -> weights after each of these steps: (len(checkpoints), classes, D).  ValueError if checkpoints do not rise from 0 or more.
    """
    if len(checkpoints) == 0 or checkpoints[0] < 0 or np.any(np.diff(checkpoints) <= 0):
        raise ValueError(f"checkpoints must be rising step numbers, got {list(checkpoints)}")
    w, kept = np.zeros((classes, phi.shape[1])), []
    for step in range(checkpoints[-1] + 1):
        if step in checkpoints:
            kept.append(w)
        w = w - lr * full_loss(w, phi, y, data_loss, lam)[1]
    return np.stack(kept)  # (checkpoints, C, D)
