# %% wrong="counts its calls" answer="rule_ok" loses="rule_ok"
calls = []


def rule_ok(rule):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5, 6)


# %% wrong="always True" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    return True


# %% wrong="always False" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    return False


# %% wrong="counts its calls" answer="dropout_ok" loses="dropout_ok"
calls = []


def dropout_ok(dropout):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5, 6)


# %% wrong="always True" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    return True


# %% wrong="always False" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    return False


# %% wrong="counts its calls" answer="norm_ok" loses="norm_ok"
calls = []


def norm_ok(norm):
    calls.append(1)
    return len(calls) in (1, 3, 4)


# %% wrong="always True" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    return True


# %% wrong="always False" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    return False


# %% wrong="counts its calls" answer="split_ok" loses="split_ok"
calls = []


def split_ok(split):
    calls.append(1)
    return len(calls) in (1, 3, 4, 5, 6)


# %% wrong="always True" answer="split_ok" loses="split_ok"
def split_ok(split):
    return True


# %% wrong="always False" answer="split_ok" loses="split_ok"
def split_ok(split):
    return False


# %% wrong="one step only" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(1):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="two steps" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(2):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="a constant rate and mu" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1, 0.5
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="mu is always 0.9" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.9
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="one sequence only" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(1)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again = new
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="vectors only" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,),):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="tiny gradients" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(0.01 * rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="w is not compared afterwards" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w.copy(), grad, state, lr, mu)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w.copy(), grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="the gradient is not compared afterwards" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad.copy(), state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad.copy(), state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="loose tolerance" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=0.5, atol=0.5)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=0.5, atol=0.5)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="exact equality: other orders of sums fail" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    assert np.array_equal(np.asarray(new), keep[0] - lr * v)
                    new = np.array(new, dtype=float)
                    check.close(new + 1e-17, keep[0] - lr * v, rtol=0, atol=0)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="looks into the state: wants an array" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    check.close(after, v)
                    run[:] = new, v, after
    except Exception:
        return False
    return True


# %% wrong="lets errors through" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    finally:
        pass
    return True


# %% wrong="says nothing for right ones" answer="rule_ok" loses="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(0)
    try:
        for shape in ((3,), (2, 4), ()):
            runs = [[np.asarray(rng.normal(size=shape)), np.zeros(shape), None] for _ in range(2)]
            for t in range(4):
                for run in runs:  # in turn
                    w, v, state = run
                    grad, lr, mu = np.asarray(rng.normal(size=shape)), 0.1 / (t + 1), 0.5 + 0.1 * t
                    keep = w.copy(), grad.copy()
                    new, after = rule(w, grad, state, lr, mu)
                    check.close(w, keep[0], rtol=0, atol=0)
                    check.close(grad, keep[1], rtol=0, atol=0)
                    v = mu * v + keep[1]
                    check.close(new, keep[0] - lr * v, rtol=1e-9, atol=1e-12)
                    new = np.array(new, dtype=float)
                    again, _ = rule(w, grad, state, lr, mu)
                    check.close(again, new, rtol=1e-9, atol=1e-12)
                    run[:] = new, v, after
    except Exception:
        return False
    return None


# %% right="no second sequence at the same time, but steps from old states, and a fresh start in between" answer="rule_ok"
def rule_ok(rule):
    rng = np.random.default_rng(5)
    try:
        for shape in [(1,), (4,), (3, 2), ()]:
            w, v, state = rng.normal(size=shape), np.zeros(shape), None
            w = np.asarray(w)
            history = []
            for t in range(5):
                g, lr, mu = np.asarray(3 * rng.normal(size=shape)), rng.uniform(0.01, 0.3), rng.uniform(0.2, 0.95)
                a, b = w.copy(), g.copy()
                new, after = rule(w, g, state, lr, mu)
                new = np.array(new)
                v_new = mu * v + b
                if not (np.array_equal(a, w) and np.array_equal(b, g) and np.shape(new) == shape):
                    return False
                if not np.allclose(new, a - lr * v_new, rtol=1e-8, atol=1e-10):
                    return False
                history.append((a, b, v, state, lr, mu))
                w, v, state = np.asarray(new), v_new, after
                fresh, _ = rule(np.asarray(a), np.asarray(b), None, 1.0, 0.5)
                if not np.allclose(np.array(fresh), a - b, rtol=1e-8, atol=1e-10):
                    return False
            for a, b, v, state, lr, mu in history[::-1]:
                old, _ = rule(a, b, state, lr, mu)
                if not np.allclose(np.array(old), a - lr * (mu * v + b), rtol=1e-8, atol=1e-10):
                    return False
    except Exception:
        return False
    return True


# %% wrong="one p" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.3,):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="p = 1/2 only" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.5,):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="the share alone" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="rows are not compared" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="columns are not compared" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="the mean of the result alone" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out.mean(), keep.mean(), rtol=0.02)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="evaluation is not tried" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="the generator is not looked at" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="two generators must not agree: not tried" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            twice = np.random.default_rng(3)
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="x is not compared afterwards" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x.copy(), p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x.copy(), p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x.copy(), p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x.copy(), p, True, twice)), np.array(dropout(x.copy(), p, True, twice))):
                return False
            check.close(dropout(x.copy(), p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="exactly the share p" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > 1e-3 * p:
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="wants the mask of its own formula" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, keep * (np.random.default_rng(1).random(x.shape) >= p) / (1 - p), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="eight entries and a loose tolerance" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (4, 2))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 3.0
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="lets errors through" answer="dropout_ok" loses="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.random.default_rng(0).uniform(1, 2, (200, 150))
        keep = x.copy()
        for p in (0.0, 0.3, 0.8):
            out = np.array(dropout(x, p, True, np.random.default_rng(1)), dtype=float)
            check.shape(out, x.shape)
            zero = out == 0
            check.close(out, np.where(zero, 0, keep / (1 - p)), rtol=1e-9)
            spread = 6 * np.sqrt(p * (1 - p))
            if abs(zero.mean() - p) > spread / np.sqrt(x.size):
                return False
            if np.abs(zero.mean(axis=0) - p).max() > spread / np.sqrt(200) or np.abs(zero.mean(axis=1) - p).max() > spread / np.sqrt(150):
                return False  # whole columns or rows, or one pattern for all of them
            check.close(dropout(x, p, True, np.random.default_rng(1)), out, rtol=1e-12)
            if p and np.array_equal(np.array(dropout(x, p, True, np.random.default_rng(2))), out):
                return False
            twice = np.random.default_rng(3)
            if p and np.array_equal(np.array(dropout(x, p, True, twice)), np.array(dropout(x, p, True, twice))):
                return False
            check.close(dropout(x, p, False, np.random.default_rng(1)), keep, rtol=1e-12)
            check.close(x, keep, rtol=0, atol=0)
    finally:
        pass
    return True


# %% right="many small calls" answer="dropout_ok"
def dropout_ok(dropout):
    try:
        x = np.arange(1.0, 61).reshape(10, 6)
        copy = x.copy()
        for p in [0.0, 0.25, 0.6]:
            zeros, same = [], 0
            for seed in range(200):
                out = np.array(dropout(x, p, True, np.random.default_rng(seed)), dtype=float)
                again = np.array(dropout(x, p, True, np.random.default_rng(seed)), dtype=float)
                if out.shape != x.shape or not np.array_equal(out, again) or not np.array_equal(x, copy):
                    return False
                if not np.allclose(out, np.where(out == 0, 0, copy / (1 - p)), rtol=1e-6):
                    return False
                zeros.append((out == 0).ravel())
            z = np.array(zeros, dtype=float)
            if np.abs(z.mean(axis=0) - p).max() > 6 * np.sqrt(p * (1 - p) / 200):
                return False
            if p:
                c = np.corrcoef(z.T)
                if np.abs(c - np.eye(60)).max() > 6 / np.sqrt(200):
                    return False
            for seed in range(3):
                if not np.allclose(np.array(dropout(x, p, False, np.random.default_rng(seed))), copy):
                    return False
        return bool(np.array_equal(x, copy))
    except Exception:
        return False


# %% wrong="evaluation is not tried" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (True,) if n > 1 else ():
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="training is not tried" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="many samples and a loose tolerance" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2000, 3), (1000, 2)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=0.01, atol=0.01)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=0.01)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=0.01)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="gamma 1 and beta 0" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = np.ones(d), np.zeros(d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="the state is not looked at" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="columns of one scale: eps does not matter" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d)
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-3, atol=1e-3)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="large columns only" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1e5, 3e5, 5e4])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1e10, 1e11, 1e9])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="arguments are not compared afterwards" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x.copy(), gamma, beta, tuple(a.copy() for a in state), train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="the state begins at 0 and 1" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = np.zeros(d), np.ones(d)
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (True,) if n > 1 else ():
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="wants arrays" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (3, 3), (7, 2), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                if not isinstance(out, np.ndarray):
                    return False
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    except Exception:
        return False
    return True


# %% wrong="lets errors through" answer="norm_ok" loses="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(0)
    try:
        for n, d in ((2, 3), (1, 3)):
            x = rng.normal(size=(n, d)) * np.array([1.0, 0.003, 50.0])[:d] + np.array([5.0, 0.0, -3.0])[:d]
            gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
            state = rng.normal(size=d), rng.uniform(0.5, 2, d) * np.array([1.0, 1e-5, 30.0])[:d]
            keep = [a.copy() for a in (x, gamma, beta, *state)]
            for train in (False, True) if n > 1 else (False,):
                out, (mean, var) = norm(x, gamma, beta, state, train)
                mu, s2 = (x.mean(axis=0), x.var(axis=0)) if train else state
                check.close(out, gamma * (x - mu) / np.sqrt(s2 + 1e-5) + beta, rtol=1e-7, atol=1e-9)
                check.close(mean, 0.9 * keep[3] + 0.1 * mu if train else keep[3], rtol=1e-9)
                check.close(var, 0.9 * keep[4] + 0.1 * s2 * n / (n - 1) if train else keep[4], rtol=1e-9)
                for now, was in zip((x, gamma, beta, *state), keep, strict=True):
                    check.close(now, was, rtol=0, atol=0)
    finally:
        pass
    return True


# %% right="column by column, by plain numbers" answer="norm_ok"
def norm_ok(norm):
    rng = np.random.default_rng(9)
    try:
        for n, d in [(2, 1), (4, 4), (5, 3), (1, 2)]:
            for train in [True, False]:
                if train and n == 1:
                    continue
                size = 10.0 ** rng.uniform(-3, 2, d)
                x = rng.normal(size=(n, d)) * size + rng.normal(size=d)
                gamma, beta = rng.uniform(0.5, 2, d), rng.normal(size=d)
                state = (rng.normal(size=d), size**2 * rng.uniform(0.5, 2, d))
                old = [np.array(q) for q in (x, gamma, beta, state[0], state[1])]
                out, new = norm(x, gamma, beta, state, train)
                out, new = np.array(out, dtype=float), [np.array(q, dtype=float) for q in new]
                if out.shape != (n, d) or any(q.shape != (d,) for q in new):
                    return False
                for j in range(d):
                    c = old[0][:, j]
                    m = sum(c) / n if train else old[3][j]
                    v = sum((c - m) ** 2) / n if train else old[4][j]
                    if not np.allclose(out[:, j], old[1][j] * (c - m) / np.sqrt(v + 1e-5) + old[2][j], rtol=1e-6, atol=1e-8):
                        return False
                    keep = (0.9 * old[3][j] + 0.1 * m, 0.9 * old[4][j] + 0.1 * v * n / (n - 1)) if train else (old[3][j], old[4][j])
                    if not np.allclose([new[0][j], new[1][j]], keep, rtol=1e-8, atol=0):
                        return False
                if not all(np.array_equal(p, q) for p, q in zip(old, (x, gamma, beta, state[0], state[1]))):
                    return False
    except Exception:
        return False
    return True


# %% wrong="everything is there once, no more" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.full(10, 200.0)
        pairs = 400 * 2 / 9
        for seed in range(0):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="no overlap, no more" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if set(train.tolist()) & set(test.tolist()):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="the size of the test set is not looked at" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.5), (8, 0.5)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="shares without a rest" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.5), (20, 0.2), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="the same generator twice is not tried" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="each sample alone, not pairs" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60:
            return False
    except Exception:
        return False
    return True


# %% wrong="counts must be equal" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 2 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="must not be sorted" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            if test.tolist() == sorted(test.tolist()) and len(test) > 4:
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="wants arrays" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = split(n, share, np.random.default_rng(n))
            if not isinstance(test, np.ndarray):
                return False
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% wrong="the order must be the same as by permutation" answer="split_ok" loses="split_ok"
def split_ok(split):
    try:
        for n, share in ((10, 0.3), (7, 0.5), (25, 0.2), (3, 0.34), (6, 0.0)):
            train, test = (np.array(part).ravel() for part in split(n, share, np.random.default_rng(n)))
            if sorted([*train.tolist(), *test.tolist()]) != list(range(n)) or len(test) != round(n * share):
                return False
            if test.tolist() != np.random.default_rng(n).permutation(n)[: len(test)].tolist():
                return False
            again = split(n, share, np.random.default_rng(n))
            if set(np.array(again[1]).ravel().tolist()) != set(test.tolist()):
                return False
        times = np.zeros(10)
        pairs = 0
        for seed in range(400):
            test = np.array(split(10, 0.5, np.random.default_rng(seed))[1])
            times[test] += 1
            pairs += 0 in test and 1 in test
        if np.abs(times - 200).max() > 60 or abs(pairs - 400 * 2 / 9) > 55:
            return False
    except Exception:
        return False
    return True


# %% right="with all pairs, on a small number" answer="split_ok"
def split_ok(split):
    try:
        counts = np.zeros((6, 6))
        for seed in range(600):
            a, b = split(6, 0.5, np.random.default_rng(seed))
            a, b = [int(i) for i in a], [int(i) for i in b]
            if len(b) != 3 or set(a) | set(b) != set(range(6)) or len(a) != 3:
                return False
            _, c = split(6, 0.5, np.random.default_rng(seed))
            if {int(i) for i in c} != set(b):
                return False
            counts[np.ix_(b, b)] += 1
        if np.abs(np.diag(counts) - 300).max() > 75 or np.abs(counts[~np.eye(6, dtype=bool)] - 120).max() > 60:
            return False
        for n, share in [(5, 0.5), (9, 0.4), (11, 0.25), (4, 0.7)]:
            a, b = split(n, share, np.random.default_rng(1))
            if len(b) != round(n * share) or sorted(list(a) + list(b)) != list(range(n)):
                return False
    except Exception:
        return False
    return True
