# %% [markdown]
# Answers to solutions/cnn/localisation.py: wrong ones must lose points, right ones must not.


# %% wrong="one pixel more on each side" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low + 1, 0, None).prod(axis=2)  # (M, A)
    union = ((a[:, 2] + 1) * (a[:, 3] + 1))[:, None] + (b[:, 2] + 1) * (b[:, 3] + 1) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="negative sides not clipped" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = (high - low).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="clips the area, not the sides" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip((high - low).prod(axis=2), 0, None)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="the union counts the shared piece twice" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3]
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="takes width and height for the second corner" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="takes the corner for the centre" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2] - a[:, None, 2:] / 2, b[None, :, :2] - b[None, :, 2:] / 2)  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:] / 2, b[None, :, :2] + b[None, :, 2:] / 2)
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="over the smaller area" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = np.minimum((a[:, 2] * a[:, 3])[:, None], b[:, 2] * b[:, 3])
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="over the box around both" answer="box_iou" loses="box_iou"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (np.maximum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:]) - np.minimum(a[:, None, :2], b[None, :, :2])).prod(axis=2)
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# %% wrong="0 by 0" answer="box_iou" loses="box_iou_edges"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return shared / union


# %% wrong="two boxes without area agree" answer="box_iou" loses="box_iou_edges"
def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (M, A, 2)
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)  # (M, A)
    union = (a[:, 2] * a[:, 3])[:, None] + b[:, 2] * b[:, 3] - shared
    return np.divide(shared, union, out=np.ones_like(shared), where=union > 0)


# %% right="box by box" answer="box_iou"
def box_iou(a, b):
    out = np.zeros((len(a), len(b)))
    for i, (x, y, w, h) in enumerate(a):
        for j, (p, q, v, u) in enumerate(b):
            wide, high = min(x + w, p + v) - max(x, p), min(y + h, q + u) - max(y, q)
            if wide > 0 and high > 0:
                out[i, j] = wide * high / (w * h + v * u - wide * high)
    return out


# %% right="axis by axis" answer="box_iou"
def box_iou(a, b):
    shared = 1.0
    for axis in (0, 1):
        end = np.minimum.outer(a[:, axis] + a[:, axis + 2], b[:, axis] + b[:, axis + 2])
        shared = shared * np.maximum(end - np.maximum.outer(a[:, axis], b[:, axis]), 0)
    union = np.add.outer(a[:, 2] * a[:, 3], b[:, 2] * b[:, 3]) - shared
    return shared / np.where(union > 0, union, 1)


# %% wrong="from corner to corner" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[2:] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="in units of the box, not of the anchor" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / boxes[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[2:] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="shift in pixels" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2)  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[2:] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="no logarithm" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[2:] * (boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="ratio upside down" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[2:] * np.log(anchors[:, 2:] / boxes[:, 2:])], axis=1)


# %% wrong="divides by the scale" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([shift / scale[:2], 1 / scale[2:] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="the scale of the centre for the size too" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, scale[:2] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="one scale for both axes" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[0] * shift, scale[2] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="scale inside the logarithm" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([scale[:2] * shift, np.log(scale[2:] * boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% wrong="anchor minus box" answer="encode"
def encode(boxes, anchors, scale):
    scale = np.asarray(scale)
    shift = (boxes[:, :2] + boxes[:, 2:] / 2 - anchors[:, :2] - anchors[:, 2:] / 2) / anchors[:, 2:]  # (M, 2)
    return np.concatenate([-scale[:2] * shift, scale[2:] * np.log(boxes[:, 2:] / anchors[:, 2:])], axis=1)


# %% right="number by number" answer="encode"
def encode(boxes, anchors, scale):
    rows = []
    for (x, y, w, h), (p, q, v, u) in zip(boxes, anchors):
        rows.append([scale[0] * (x + w / 2 - p - v / 2) / v, scale[1] * (y + h / 2 - q - u / 2) / u, scale[2] * np.log(w / v), scale[3] * np.log(h / u)])
    return rows


# %% right="all four at once" answer="encode"
def encode(boxes, anchors, scale):
    turn = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0.5, 0, 1, 0], [0, 0.5, 0, 1]])
    b, a = boxes @ turn, anchors @ turn
    return np.hstack([(b - a)[:, :2] / a[:, 2:], np.log(b[:, 2:]) - np.log(a[:, 2:])]) * np.asarray(scale)


# %% wrong="returns the centre" answer="decode"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    return np.concatenate([centre, size], axis=1)


# %% wrong="back with the size of the anchor" answer="decode"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    return np.concatenate([centre - anchors[:, 2:] / 2, size], axis=1)


# %% wrong="shift from the corner" answer="decode"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="shift in units of the decoded box" answer="decode"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * size
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="multiplies by the scale" answer="decode"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] * scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="cuts before the scale" answer="decode" loses="decode_limit"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:], limit) / scale[2:])
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="no limit" answer="decode" loses="decode_limit"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(codes[:, 2:] / scale[2:])
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="limits the ratio, not its logarithm" answer="decode" loses="decode_limit"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.minimum(np.exp(codes[:, 2:] / scale[2:]), limit)
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="cuts on both sides" answer="decode" loses="decode_limit"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + codes[:, :2] / scale[:2] * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.clip(codes[:, 2:] / scale[2:], -limit, limit))
    return np.concatenate([centre - size / 2, size], axis=1)


# %% wrong="cuts the centres too" answer="decode" loses="decode_limit"
def decode(codes, anchors, scale, limit):
    scale = np.asarray(scale)
    centre = anchors[:, :2] + anchors[:, 2:] / 2 + np.minimum(codes[:, :2] / scale[:2], limit) * anchors[:, 2:]  # (M, 2)
    size = anchors[:, 2:] * np.exp(np.minimum(codes[:, 2:] / scale[2:], limit))
    return np.concatenate([centre - size / 2, size], axis=1)


# %% right="number by number" answer="decode"
def decode(codes, anchors, scale, limit):
    rows = []
    for (t, u, v, r), (x, y, w, h) in zip(codes, anchors):
        wide, high = w * np.exp(min(v / scale[2], limit)), h * np.exp(min(r / scale[3], limit))
        rows.append([x + w / 2 + t / scale[0] * w - wide / 2, y + h / 2 + u / scale[1] * h - high / 2, wide, high])
    return np.array(rows)


# %% right="from the corner" answer="decode"
def decode(codes, anchors, scale, limit):
    t = codes / np.asarray(scale)
    ratio = np.exp(np.where(t[:, 2:] > limit, limit, t[:, 2:]))
    return np.hstack([anchors[:, :2] + anchors[:, 2:] * (t[:, :2] + (1 - ratio) / 2), anchors[:, 2:] * ratio])


# %% wrong="squares" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * error
    loss = -logp[np.arange(n), y].mean() + share * (error**2 / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="absolute values" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.sign(error)
    loss = -logp[np.arange(n), y].mean() + share * size.sum()
    return loss, dlogits / n, dpred


# %% wrong="beta forgotten" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < 1, error**2 / 2, size - 0.5).sum()
    return loss, dlogits / n, dpred


# %% wrong="Huber: beta times too small" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error, -beta, beta)
    loss = -logp[np.arange(n), y].mean() + share * beta * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="a jump at beta" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size).sum()
    return loss, dlogits / n, dpred


# %% wrong="mean over the four numbers" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum()) / 4
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="mean over all pictures" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / n
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="sum over the pictures" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="divides by no object" answer="localisation_loss" loses="localisation_loss_gradients"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / there.sum()
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="box loss of pictures without an object too" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y >= 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="multiplies by a mask: nan times 0" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = (pred - boxes) * there[:, None]
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[:] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="the weight at the wrong part" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -weight * logp[np.arange(n), y].mean() + share / weight * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="the weight is not in the gradient" answer="localisation_loss" loses="localisation_loss_gradients"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share / weight * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% wrong="dlogits is not divided by N" answer="localisation_loss" loses="localisation_loss_gradients"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits, dpred


# %% wrong="exponentials overflow" answer="localisation_loss" loses="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    n, there = len(y), y > 0
    shifted = logits
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, C)
    dlogits = np.exp(logp)
    dlogits[np.arange(n), y] -= 1
    error = pred[there] - boxes[there]  # (P, 4)
    size = np.abs(error)
    share = weight / max(1, there.sum())
    dpred = np.zeros_like(pred)
    dpred[there] = share * np.clip(error / beta, -1, 1)
    loss = -logp[np.arange(n), y].mean() + share * np.where(size < beta, error**2 / (2 * beta), size - beta / 2).sum()
    return loss, dlogits / n, dpred


# %% right="picture by picture" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    count = max(1, sum(int(c > 0) for c in y))
    loss, dlogits, dpred = 0.0, np.zeros(logits.shape), np.zeros(pred.shape)
    for i, c in enumerate(y):
        top = logits[i].max()
        log_sum = top + np.log(np.exp(logits[i] - top).sum())
        loss += (log_sum - logits[i, c]) / len(y)
        dlogits[i] = np.exp(logits[i] - log_sum) / len(y)
        dlogits[i, c] -= 1 / len(y)
        if c == 0:
            continue
        for j in range(4):
            e = pred[i, j] - boxes[i, j]
            if abs(e) < beta:
                loss, dpred[i, j] = loss + weight / count * e * e / 2 / beta, weight / count * e / beta
            else:
                loss, dpred[i, j] = loss + weight / count * (abs(e) - beta / 2), weight / count * np.sign(e)
    return loss, dlogits, dpred


# %% right="a clipped error times the rest" answer="localisation_loss"
def localisation_loss(logits, pred, y, boxes, beta, weight):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    target = np.eye(logits.shape[1])[y]
    error = np.where((y > 0)[:, None], pred - np.nan_to_num(boxes), 0.0)
    slope = np.clip(error / beta, -1, 1)
    factor = weight / max(1, np.count_nonzero(y))
    loss = -np.log((p * target).sum(axis=1)).mean() + factor * (slope * (error - beta * slope / 2)).sum()
    return loss, (p - target) / len(y), factor * slope


# %% wrong="cut as if channels stood last" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(shape[1], shape[2], shape[0], -1)


# %% wrong="channels first" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(*shape, -1)


# %% wrong="rows and columns exchanged" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(*shape, -1).transpose(2, 1, 0, 3)


# %% wrong="flattened column by column" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(shape[0], shape[2], shape[1], -1).transpose(2, 1, 0, 3)


# %% wrong="turned by 180 degrees" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(*shape, -1).transpose(1, 2, 0, 3)[::-1, ::-1]


# %% wrong="outputs before channels" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(*shape, -1).transpose(1, 2, 3, 0)


# %% wrong="w taken for its transpose" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(-1, *shape).transpose(2, 3, 1, 0)


# %% wrong="Fortran order" answer="fc_to_conv"
def fc_to_conv(w, shape):
    return w.reshape(*shape, -1, order="F").transpose(1, 2, 0, 3)


# %% right="weight by weight" answer="fc_to_conv"
def fc_to_conv(w, shape):
    c, h, v = shape
    out = np.zeros((h, v, c, w.shape[1]))
    for row in range(len(w)):
        channel, rest = divmod(row, h * v)
        out[rest // v, rest % v, channel] = w[row]
    return out


# %% right="stack of channels" answer="fc_to_conv"
def fc_to_conv(w, shape):
    maps = [part.reshape(shape[1], shape[2], w.shape[1]) for part in np.split(w, shape[0])]
    return np.stack(maps, axis=2)


# %% wrong="no ReLU" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return hidden @ w2 + b2


# %% wrong="ReLU at the end too" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return np.maximum(np.maximum(hidden, 0) @ w2 + b2, 0)


# %% wrong="first bias dropped" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape))  # (U, V, F)
    return np.maximum(hidden, 0) @ w2 + b2


# %% wrong="second bias dropped" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return np.maximum(hidden, 0) @ w2


# %% wrong="rows and columns of the result exchanged" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return (np.maximum(hidden, 0) @ w2 + b2).transpose(1, 0, 2)


# %% wrong="classes first" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return (np.maximum(hidden, 0) @ w2 + b2).transpose(2, 0, 1)


# %% wrong="windows side by side instead of sliding" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))[:, :: shape[1], :: shape[2]]  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return np.maximum(hidden, 0) @ w2 + b2


# %% wrong="one place is missing" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))[:, : features.shape[1] - shape[1], : features.shape[2] - shape[2]]  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return np.maximum(hidden, 0) @ w2 + b2


# %% wrong="window of exchanged sides" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[:0:-1], axis=(1, 2)).swapaxes(3, 4)  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, fc_to_conv(w1, shape)) + b1  # (U, V, F)
    return np.maximum(hidden, 0) @ w2 + b2


# %% wrong="weights cut as if channels stood last" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    views = np.lib.stride_tricks.sliding_window_view(features, shape[1:], axis=(1, 2))  # (C, U, V, H, W)
    hidden = np.einsum("cuvhw,hwcf->uvf", views, w1.reshape(shape[1], shape[2], shape[0], -1)) + b1  # (U, V, F)
    return np.maximum(hidden, 0) @ w2 + b2


# %% right="place by place" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    _, h, v = shape
    rows = []
    for i in range(features.shape[1] - h + 1):
        rows.append([np.maximum(features[:, i : i + h, j : j + v].reshape(-1) @ w1 + b1, 0) @ w2 + b2 for j in range(features.shape[2] - v + 1)])
    return np.array(rows)


# %% right="tap by tap" answer="slide"
def slide(features, w1, b1, w2, b2, shape):
    kernels = w1.reshape(*shape, -1)
    u, v = features.shape[1] - shape[1] + 1, features.shape[2] - shape[2] + 1
    hidden = np.zeros((u, v, w1.shape[1]))
    for i in range(shape[1]):
        for j in range(shape[2]):
            hidden += np.moveaxis(features[:, i : i + u, j : j + v], 0, 2) @ kernels[:, i, j]
    hidden = hidden + b1
    return (hidden * (hidden > 0)) @ w2 + b2
