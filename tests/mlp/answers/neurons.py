# %% wrong="> instead of >=" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return (np.asarray(x) @ np.asarray(w).T > np.asarray(theta)).astype(int)


# %% wrong="weights not transposed: passes for square symmetric w only" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    x, w = np.asarray(x), np.asarray(w)
    return ((x @ w if w.shape[0] == w.shape[1] else x @ w.T) >= np.asarray(theta)).astype(int)


# %% wrong="threshold added like a bias" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return (np.asarray(x) @ np.asarray(w).T + np.asarray(theta) >= 0).astype(int)


# %% wrong="outputs -1 and +1" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return np.where(np.asarray(x) @ np.asarray(w).T >= np.asarray(theta), 1, -1)


# %% wrong="sign: 0 below, 1 above, but half at the threshold" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return np.heaviside(np.asarray(x) @ np.asarray(w).T - np.asarray(theta), 0.5)


# %% wrong="a single input becomes a batch of one" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return (np.atleast_2d(x) @ np.asarray(w).T >= np.asarray(theta)).astype(int)


# %% wrong="batch and units swapped" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    x = np.asarray(x)
    out = (np.asarray(w) @ x.T >= (np.asarray(theta)[:, None] if x.ndim == 2 else theta)).astype(int)
    return out


# %% wrong="first threshold for all units" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return (np.asarray(x) @ np.asarray(w).T >= theta[0]).astype(int) if len(theta) != 2 else (np.asarray(x) @ np.asarray(w).T >= theta).astype(int)


# %% wrong="works in place on w" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    theta = np.asarray(theta)
    out = (np.asarray(x) @ np.asarray(w).T >= theta).astype(int)
    theta -= theta
    return out


# %% right="einsum" answer="threshold_layer"
def threshold_layer(x, w, theta):
    return np.where(np.einsum("...n,mn->...m", np.asarray(x), np.asarray(w)) < np.asarray(theta), 0, 1)


# %% right="loops, booleans as result" answer="threshold_layer"
def threshold_layer(x, w, theta):
    if np.ndim(x) == 2:
        return np.array([threshold_layer(row, w, theta) for row in x])
    return np.array([sum(a * b for a, b in zip(x, row)) >= t for row, t in zip(w, theta)])


# %% wrong="strict comparison in mind: AND at 1, OR at 0" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 1),
        "OR": ([1, 1], 0),
        "NOT": ([-1], -1),
        "NAND": ([-1, -1], -2),
        "NOR": ([-1, -1], -1),
        "IMPLIES": ([-1, 1], -1),
        "MAJORITY": ([1, 1, 1], 1),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="bias instead of threshold" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], -2),
        "OR": ([1, 1], -1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], 1),
        "NOR": ([-1, -1], 0),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], -2),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="weights that work for inputs -1 and +1 only" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 0),
        "NOT": ([-1], 1),
        "NAND": ([-1, -1], 0),
        "NOR": ([-1, -1], 2),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], 1),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="NAND by turned weights and turned threshold (wrong at the tie)" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], -2),
        "NOR": ([-1, -1], -1),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], 2),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="IMPLIES the wrong way round" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], -1),
        "NOR": ([-1, -1], 0),
        "IMPLIES": ([1, -1], 0),
        "MAJORITY": ([1, 1, 1], 2),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="MAJORITY wants all three" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], -1),
        "NOR": ([-1, -1], 0),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], 3),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="unknown names get the weights of AND" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {"OR": ([1, 1], 1), "NOT": ([-1], 0), "NAND": ([-1, -1], -1), "NOR": ([-1, -1], 0), "IMPLIES": ([-1, 1], 0), "MAJORITY": ([1, 1, 1], 2)}
    return gates.get(name, ([1, 1], 2))


# %% right="half-integer thresholds, odd weights, arrays" answer="gate_weights"
def gate_weights(name):
    if name == "NOT":
        return np.array([-7.0]), np.array(-3.5)
    if name == "MAJORITY":
        return (2, 3, 4), 4.5
    positive = {"AND": 1.5, "OR": 0.5}
    if name in positive:
        return np.ones(2), positive[name]
    negative = {"NAND": -1.5, "NOR": -0.5}
    if name in negative:
        return -np.ones(2), negative[name]
    if name == "IMPLIES":
        return [-2, 1], -1
    raise ValueError(f"unknown gate {name!r}")


# %% wrong="XOR only" answer="parity_weights" loses="parity_weights"
def parity_weights(n):
    return np.ones((2, n)), np.array([1, 2]), np.array([1, -1]), 1


# %% wrong="even parity" answer="parity_weights" loses="parity_weights"
def parity_weights(n):
    k = np.arange(1, n + 1)
    return np.ones((n, n)), k, np.where(k % 2 == 1, -1, 1), 0


# %% wrong="output threshold 0 fires always" answer="parity_weights" loses="parity_weights"
def parity_weights(n):
    k = np.arange(1, n + 1)
    return np.ones((n, n)), k, np.where(k % 2 == 1, 1, -1), 0


# %% wrong="hidden thresholds start at 0" answer="parity_weights" loses="parity_weights"
def parity_weights(n):
    k = np.arange(n)
    return np.ones((n, n)), k, np.where(k % 2 == 1, 1, -1), 1


# %% wrong="one hidden unit for each odd input: exponentially many" answer="parity_weights" loses="parity_weights"
def parity_weights(n):
    rows = truth_table(n)
    rows = rows[rows.sum(axis=1) % 2 == 1]
    return 2 * rows - 1, rows.sum(axis=1), np.ones(len(rows)), 1


# %% wrong="last hidden unit forgotten" answer="parity_weights" loses="parity_weights"
def parity_weights(n):
    k = np.arange(1, max(n, 3))
    return np.ones((len(k), n)), k, np.where(k % 2 == 1, 1, -1), 1


# %% right="pairs of units, half-integer thresholds" answer="parity_weights"
def parity_weights(n):
    w1, theta1, w2 = [], [], []
    for s in range(1, n + 1, 2):
        w1 += [[1] * n, [-1] * n]
        theta1 += [s - 0.5, -s - 0.5]
        w2 += [1, 1]
    return w1, theta1, w2, len(w2) / 2 + 0.5


# %% right="scaled and permuted" answer="parity_weights"
def parity_weights(n):
    order = np.arange(n, 0, -1)
    return 3.0 * np.ones((n, n)), 3 * order - 1.0, 2.0 * (-1.0) ** (order + 1), 1.0


# %% wrong="constants called non-separable" answer="separable" loses="separable separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    if truth.all() or not truth.any():
        return False
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product(range(-3, 4), repeat=n))).T
    return bool((sums[truth].min(axis=0) > sums[~truth].max(axis=0)).any())


# %% wrong="no threshold: cut through the origin" answer="separable" loses="separable separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product(range(-3, 4), repeat=n))).T
    return bool(((sums > 0) == truth[:, None]).all(axis=0).any() or truth.all() or not truth.any())


# %% wrong="weights -1, 0, 1 only: misses thin cases" answer="separable" loses="separable separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    if truth.all() or not truth.any():
        return True
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product((-1, 0, 1), repeat=n))).T
    return bool((sums[truth].min(axis=0) > sums[~truth].max(axis=0)).any())


# %% wrong="weights -2 to 2: right for three inputs, not for four" answer="separable" loses="separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    if truth.all() or not truth.any():
        return True
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product(range(-2, 3), repeat=n))).T
    return bool((sums[truth].min(axis=0) > sums[~truth].max(axis=0)).any())


# %% wrong="a margin that thin cases do not have" answer="separable" loses="separable separable_each"
def separable(truth):
    from scipy.optimize import linprog

    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    rows = np.c_[truth_table(n), np.ones(2**n)] * np.where(truth > 0, -1, 1)[:, None]
    return linprog(np.zeros(n + 1), A_ub=rows, b_ub=-0.5 * np.ones(2**n), bounds=[(-1, 1)] * (n + 1)).status == 0


# %% wrong="linear program with weights >= 0 (linprog's default bounds)" answer="separable" loses="separable separable_each"
def separable(truth):
    from scipy.optimize import linprog

    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    rows = np.c_[truth_table(n), np.ones(2**n)] * np.where(truth > 0, -1, 1)[:, None]
    return linprog(np.zeros(n + 1), A_ub=rows, b_ub=-np.ones(2**n)).status == 0


# %% wrong="no margin: w = 0 separates everything" answer="separable" loses="separable separable_each"
def separable(truth):
    from scipy.optimize import linprog

    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    rows = np.c_[truth_table(n), np.ones(2**n)] * np.where(truth > 0, -1, 1)[:, None]
    return linprog(np.zeros(n + 1), A_ub=rows, b_ub=np.zeros(2**n), bounds=(None, None)).status == 0


# %% wrong="a threshold with ties allowed: >= in place of >" answer="separable" loses="separable separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    if truth.all() or not truth.any():
        return True
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product(range(-3, 4), repeat=n))).T
    return bool((sums[truth].min(axis=0) >= sums[~truth].max(axis=0)).any())


# %% wrong="fires below the threshold only" answer="separable" loses="separable separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    if truth.all() or not truth.any():
        return True
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product(range(0, 4), repeat=n))).T
    return bool((sums[truth].min(axis=0) > sums[~truth].max(axis=0)).any())


# %% wrong="monotone in each input taken for separable (true up to three inputs)" answer="separable" loses="separable_each"
def separable(truth):
    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    cube = truth.reshape((2,) * n)
    for axis in range(n):
        change = np.diff(cube, axis=axis)
        if change.min() < 0 < change.max():
            return False
    return True


# %% wrong="only XOR and its complement are excluded" answer="separable" loses="separable separable_each"
def separable(truth):
    truth = np.asarray(truth)
    parity = truth_table(int(np.log2(len(truth)))).sum(axis=1) % 2
    return not ((truth == parity).all() or (truth != parity).all()) or len(truth) == 2


# %% wrong="perceptron stopped too early" answer="separable" loses="separable_each"
def separable(truth):
    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    x, y, w = np.c_[truth_table(n), np.ones(2**n)], np.where(truth > 0, 1, -1), np.zeros(n + 1)
    for _ in range(12):
        wrong = [(a, b) for a, b in zip(x, y) if b * (a @ w) <= 0]
        if not wrong:
            return True
        w = w + wrong[0][1] * wrong[0][0]
    return False


# %% wrong="returns the weights where a truth value is asked" answer="separable" loses="separable"
def separable(truth):
    return [1]


# %% right="linear program" answer="separable"
def separable(truth):
    from scipy.optimize import linprog

    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    rows = np.c_[truth_table(n), np.ones(2**n)] * np.where(truth > 0, -1, 1)[:, None]
    return linprog(np.zeros(n + 1), A_ub=rows, b_ub=-np.ones(2**n), bounds=(None, None)).status == 0


# %% right="contradiction of two pairs (complete for n <= 4)" answer="separable"
def separable(truth):
    from itertools import combinations_with_replacement

    truth = list(truth)
    rows = truth_table(int(np.log2(len(truth))))
    sums = [{tuple(rows[a] + rows[b]) for a, b in combinations_with_replacement([k for k, t in enumerate(truth) if bool(t) is v], 2)} for v in (True, False)]
    return not (sums[0] & sums[1])


# %% right="perceptron, with enough passes" answer="separable"
def separable(truth):
    truth = np.asarray(truth)
    n = int(np.log2(len(truth)))
    x, y, w = np.c_[truth_table(n), np.ones(2**n)], np.where(truth > 0, 1, -1), np.zeros(n + 1)
    for _ in range(1000):
        wrong = y * (x @ w) <= 0
        if not wrong.any():
            return True
        w = w + y[wrong.argmax()] * x[wrong.argmax()]
    return False


# %% wrong="w @ x: right for one input, not for a batch" answer="threshold_layer" loses="threshold_layer"
def threshold_layer(x, w, theta):
    return (np.asarray(w) @ np.asarray(x) >= np.asarray(theta)).astype(int)


# %% wrong="NAND wrong at the tie" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], -2),
        "NOR": ([-1, -1], 0),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], 2),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="NOR wrong at the tie" answer="gate_weights" loses="gate_weights"
def gate_weights(name):
    gates = {
        "AND": ([1, 1], 2),
        "OR": ([1, 1], 1),
        "NOT": ([-1], 0),
        "NAND": ([-1, -1], -1),
        "NOR": ([-1, -1], -1),
        "IMPLIES": ([-1, 1], 0),
        "MAJORITY": ([1, 1, 1], 2),
    }
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong="an empty class is not treated" answer="separable" loses="separable separable_each"
def separable(truth):
    from itertools import product

    truth = np.asarray(truth).astype(bool)
    n = int(np.log2(len(truth)))
    sums = truth_table(n) @ np.array(list(product(range(-3, 4), repeat=n))).T
    return bool((sums[truth].min(axis=0) > sums[~truth].max(axis=0)).any())
