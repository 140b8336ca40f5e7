# %% [markdown]
# Answers to solutions/cnn/seeing.py: wrong ones must lose points, right ones must not.


# %% wrong="keeps the last drop instead of the mean" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] = count[window] * 0 + scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="sum instead of mean" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total


# %% wrong="divides by the number of windows" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / len(windows)


# %% wrong="after minus before" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += after - scores[0]
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="one window short at the border" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0], stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="one window short at the right" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1], stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="windows that stick out" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1], stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="always covers with 0" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = 0
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="nan where no window comes" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.where(count, count, np.nan)


# %% wrong="covers everything outside the window" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[...] = filled
        covered[window] = x[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="stride of rows for both" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[0])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="stride is ignored" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, 1)]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="size exchanged" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[1], c : c + size[0]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="covers stay" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(pictures[-1], dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="size of the drop" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += abs(scores[0] - after)
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="covers x itself" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = x
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="one call for each window" answer="occlusion_map" loses="occlusion_map_once"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.concatenate([score(p[None]) for p in pictures])  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="the score of the untouched picture in a call of its own" answer="occlusion_map" loses="occlusion_map_once"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.concatenate([score(pictures[0][None]), score(np.stack(pictures[1:]))])  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="takes one number of the baseline picture" answer="occlusion_map" loses="occlusion_map_once"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.full(x.shape, np.mean(baseline))
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[window]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="the baseline starts at the corner" answer="occlusion_map" loses="occlusion_map_once"
def occlusion_map(score, x, size, stride, baseline):
    filled = np.broadcast_to(baseline, x.shape)
    windows = [np.s_[r : r + size[0], c : c + size[1]] for r in range(0, x.shape[0] - size[0] + 1, stride[0]) for c in range(0, x.shape[1] - size[1] + 1, stride[1])]
    pictures = [x]
    for window in windows:
        covered = np.array(x, dtype=float)
        covered[window] = filled[: size[0], : size[1]]
        pictures.append(covered)
    scores = np.asarray(score(np.stack(pictures)))  # (1 + windows,)
    total, count = np.zeros(x.shape), np.zeros(x.shape)
    for window, after in zip(windows, scores[1:], strict=True):
        total[window] += scores[0] - after
        count[window] += 1
    return total / np.maximum(count, 1)


# %% wrong="times x, not the way" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return x * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="forgets to multiply" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="walks from 0" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(t[:, None] * (x - baseline))))


# %% wrong="walks to x + baseline" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * x)))


# %% wrong="left ends for midpoints" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = np.arange(steps) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="right ends for midpoints" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = np.arange(1, steps + 1) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="ends count fully" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        pass
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="trapezoid with as many points as steps" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps), np.full(steps, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="divides by the number of points" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / (steps + 1))
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="both rules the same" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="other rules are taken for trapezoid" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule:
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="from x to baseline" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (baseline - x) * (weights @ np.asarray(grad(baseline + t[:, None] * (x - baseline))))


# %% wrong="gradient at x only" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule == "midpoint":
        t, weights = (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    elif rule == "trapezoid":
        t, weights = np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)
        weights[[0, -1]] /= 2
    else:
        raise ValueError(f"rule must be 'midpoint' or 'trapezoid', got {rule!r}")
    return (x - baseline) * (weights @ np.asarray(grad(x + 0 * t[:, None])))


# %% wrong="the baseline's score is forgotten" answer="completeness_gap"
def completeness_gap(score, attribution, x, baseline):
    at_x, at_baseline = np.asarray(score(np.stack([x, baseline])))
    return float(np.sum(attribution) - at_x)


# %% wrong="the other sign" answer="completeness_gap"
def completeness_gap(score, attribution, x, baseline):
    at_x, at_baseline = np.asarray(score(np.stack([x, baseline])))
    return float(at_x - at_baseline - np.sum(attribution))


# %% wrong="size only" answer="completeness_gap"
def completeness_gap(score, attribution, x, baseline):
    at_x, at_baseline = np.asarray(score(np.stack([x, baseline])))
    return abs(float(np.sum(attribution) - (at_x - at_baseline)))


# %% wrong="mean instead of sum" answer="completeness_gap"
def completeness_gap(score, attribution, x, baseline):
    at_x, at_baseline = np.asarray(score(np.stack([x, baseline])))
    return float(np.mean(attribution) - (at_x - at_baseline))


# %% wrong="ReLU" answer="class_map"
def class_map(maps, w, c):
    return np.maximum(np.tensordot(w[c], maps, axes=1), 0)


# %% wrong="weights of the other axis" answer="class_map"
def class_map(maps, w, c):
    return np.tensordot(w[:, c], maps, axes=1)


# %% wrong="mean over maps" answer="class_map"
def class_map(maps, w, c):
    return np.tensordot(w[c], maps, axes=1) / len(maps)


# %% wrong="rescaled to 1" answer="class_map"
def class_map(maps, w, c):
    return np.tensordot(w[c], maps, axes=1) / np.abs(np.tensordot(w[c], maps, axes=1)).max()


# %% wrong="no weights" answer="class_map"
def class_map(maps, w, c):
    return maps.sum(axis=0)


# %% wrong="corners on corners" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = np.arange(new) * (old - 1) / max(new - 1, 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="without the half pixel" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = np.clip(np.arange(new) * old / new, 0, old - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="nearest neighbour" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = np.round(place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="weights exchanged" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * part + np.take(grid, high, axis) * (1 - part)
    return grid


# %% wrong="goes on beyond the border" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = (np.arange(new) + 0.5) * old / new - 0.5
        low = np.clip(np.floor(place).astype(int), 0, max(old - 2, 0))
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="wraps around" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[axis]
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        place = (np.arange(new) + 0.5) * old / new - 0.5
        low = np.floor(place).astype(int)
        high, low, place = (low + 1) % old, low % old, place - low + low % old
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="columns only" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (1,):
        old, new = grid.shape[axis], size[axis]
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="sizes exchanged" answer="enlarge"
def enlarge(grid, size):
    grid = np.asarray(grid, dtype=float)
    for axis in (0, 1):
        old, new = grid.shape[axis], size[1 - axis]
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, old - 1)
        part = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = np.take(grid, low, axis) * (1 - part) + np.take(grid, high, axis) * part
    return grid


# %% wrong="the last row and column do not belong to it" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits += int(top <= row < bottom and left <= column < right)
    return hits / len(heat)


# %% wrong="the first row and column do not belong to it" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits += int(top < row <= bottom and left < column <= right)
    return hits / len(heat)


# %% wrong="rows only" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits += int(top <= row <= bottom)
    return hits / len(heat)


# %% wrong="rows and columns exchanged" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        column, row = np.unravel_index(one.argmax(), one.shape)
        hits += int(top <= row <= bottom and left <= column <= right)
    return hits / len(heat)


# %% wrong="number of hits" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits += int(top <= row <= bottom and left <= column <= right)
    return float(hits)


# %% wrong="largest size" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(abs(one).argmax(), one.shape)
        hits += int(top <= row <= bottom and left <= column <= right)
    return hits / len(heat)


# %% wrong="the last of equal numbers" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.size - 1 - one.ravel()[::-1].argmax(), one.shape)
        hits += int(top <= row <= bottom and left <= column <= right)
    return hits / len(heat)


# %% wrong="last row and column taken for height and width" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = 0
    for one, (top, left, bottom, right) in zip(heat, boxes, strict=True):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits += int(top <= row < top + bottom and left <= column < left + right)
    return hits / len(heat)


# %% right="a sum of masks" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    height, width = x.shape
    rows = np.arange(0, height - size[0] + 1, stride[0])
    columns = np.arange(0, width - size[1] + 1, stride[1])
    down = (np.arange(height) >= rows[:, None]) & (np.arange(height) < rows[:, None] + size[0])  # (R, H)
    right = (np.arange(width) >= columns[:, None]) & (np.arange(width) < columns[:, None] + size[1])  # (S, W)
    masks = (down[:, None, :, None] & right[None, :, None, :]).reshape(-1, height, width)
    scores = np.asarray(score(np.concatenate([x[None], np.where(masks, baseline, x)])))
    count = masks.sum(axis=0)
    return np.einsum("n,nhw->hw", scores[0] - scores[1:], masks) / np.where(count == 0, 1, count)


# %% right="a list for each pixel" answer="occlusion_map"
def occlusion_map(score, x, size, stride, baseline):
    spots = [(r, c) for r in range(0, x.shape[0], stride[0]) for c in range(0, x.shape[1], stride[1]) if r + size[0] <= x.shape[0] and c + size[1] <= x.shape[1]]
    batch = np.repeat(np.array(x, dtype=float)[None], len(spots) + 1, axis=0)
    paper = baseline + np.zeros(x.shape)
    for one, (r, c) in zip(batch[:-1], spots):
        one[r : r + size[0], c : c + size[1]] = paper[r : r + size[0], c : c + size[1]]
    s = list(np.asarray(score(batch)))
    drops = {}
    for after, (r, c) in zip(s, spots):
        for i in range(r, r + size[0]):
            for j in range(c, c + size[1]):
                drops.setdefault((i, j), []).append(s[-1] - after)
    return [[float(np.mean(drops.get((i, j), [0.0]))) for j in range(x.shape[1])] for i in range(x.shape[0])]


# %% right="a loop over pieces" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    at = lambda t: np.asarray(grad((baseline * (1 - t) + x * t)[None]))[0]
    if rule == "midpoint":
        mean = sum(at((k + 0.5) / steps) for k in range(steps)) / steps
    elif rule == "trapezoid":
        mean = sum((at(k / steps) + at((k + 1) / steps)) / 2 for k in range(steps)) / steps
    else:
        raise ValueError(rule)
    return mean * (x - baseline)


# %% right="np.trapezoid" answer="integrated_gradients"
def integrated_gradients(grad, x, baseline, steps, rule):
    if rule not in ("midpoint", "trapezoid"):
        raise ValueError(f"unknown rule {rule}")
    t = np.linspace(0, 1, steps + 1)
    if rule == "midpoint":
        return np.mean(grad(np.outer(1 - (t[1:] + t[:-1]) / 2, baseline) + np.outer((t[1:] + t[:-1]) / 2, x)), axis=0) * (x - baseline)
    return np.trapezoid(grad(np.outer(1 - t, baseline) + np.outer(t, x)), t, axis=0) * (x - baseline)


# %% right="two calls" answer="completeness_gap"
def completeness_gap(score, attribution, x, baseline):
    return sum(attribution) - score(x[None])[0] + score(baseline[None])[0]


# %% right="np.diff" answer="completeness_gap"
def completeness_gap(score, attribution, x, baseline):
    return np.sum(attribution) - np.diff(score(np.array([baseline, x])))[0]


# %% right="einsum" answer="class_map"
def class_map(maps, w, c):
    return np.einsum("k,kuv->uv", w[c], maps)


# %% right="a matrix product" answer="class_map"
def class_map(maps, w, c):
    return (w @ maps.reshape(len(maps), -1))[c].reshape(maps.shape[1:])


# %% right="np.interp" answer="enlarge"
def enlarge(grid, size):
    def line(values, new):
        return np.interp((np.arange(new) + 0.5) * len(values) / new - 0.5, np.arange(len(values)), values)

    wide = np.array([line(row, size[1]) for row in grid])
    return np.array([line(column, size[0]) for column in wide.T]).T


# %% right="two matrices" answer="enlarge"
def enlarge(grid, size):
    def tent(old, new):
        place = np.clip((2 * np.arange(new) + 1) * old / (2 * new) - 0.5, 0, old - 1)
        return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(old)))

    return tent(grid.shape[0], size[0]) @ grid @ tent(grid.shape[1], size[1]).T


# %% right="arrays" answer="pointing_game"
def pointing_game(heat, boxes):
    row, column = np.divmod(heat.reshape(len(heat), -1).argmax(axis=1), heat.shape[2])
    return np.mean((boxes[:, 0] <= row) & (row <= boxes[:, 2]) & (boxes[:, 1] <= column) & (column <= boxes[:, 3]))


# %% right="a loop over pixels" answer="pointing_game"
def pointing_game(heat, boxes):
    hits = []
    for m, box in zip(heat, boxes):
        best = max((m[i, j], -i, -j) for i in range(m.shape[0]) for j in range(m.shape[1]))
        hits.append(box[0] <= -best[1] <= box[2] and box[1] <= -best[2] <= box[3])
    return sum(hits) / len(hits)
