# %% [markdown]
# # A Boltzmann machine of spins
#
# **What it trains.** To compute with a model that has energies in place of outputs: what it thinks of a pattern, how probable a data set is, and in which direction to change it.
#
# **Time.** About 65 minutes.
#
# **Read again if stuck.** Section "The restricted Boltzmann machine" of the book.
#
# Here the units are **spins**: $-1$ or $+1$, as in the Hopfield network, and not 0 or 1 as on the page. So the page's formulas change, and its code cannot be copied. The energy is
#
# $$E(v, h) = -a \cdot v - b \cdot h - v^\top W h, \qquad v \in \{-1, 1\}^V,\quad h \in \{-1, 1\}^H .$$
#
# Everywhere `w` is `(V, H)`, `a` is `(V,)`, `b` is `(H,)`, and `v` is `(N, V)` with the values $-1.0$ and $1.0$, all float64.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. Free energy (3 points)
#
# Sum $e^{-E(v, h)}$ over all hidden states and take minus the logarithm. With spins the factor of hidden unit $j$ is $e^{x_j} + e^{-x_j}$, where $x = b + v^\top W$:
#
# $$F(v) = -a \cdot v - \sum_j \ln\left(e^{x_j} + e^{-x_j}\right) .$$
#
# Write `free_energy(w, a, b, v)` → `(N,)`. It must be right for large $|x|$ too: $e^{800}$ overflows, $F$ does not.
#
# Example: $V = H = 1$, $w = 1$, $a = 2$, $b = 0$: $F(1) = -2 - \ln(e + e^{-1}) = -3.1269$ and $F(-1) = 2 - 1.1269 = 0.8731$.
#
# <details><summary>Hint 1</summary>
#
# `v @ w + b` has one row for each pattern. Sum over its columns.
# </details>
#
# <details><summary>Hint 2</summary>
#
# $\ln(e^{x} + e^{-x}) = |x| + \ln(1 + e^{-2|x|})$: nothing in it overflows. NumPy also has `np.logaddexp`.
# </details>

# %% answer="free_energy" forbid="dlcourse.training dlcourse.mlp torch scipy sklearn"
def free_energy(w, a, b, v):
    """Free energy of a machine of spins.  w: (V, H), a: (V,), b: (H,), v: (N, V) of -1 and 1 -> (N,)"""
    ### BEGIN SOLUTION
    x = v @ w + b  # (N, H)
    return -(v @ a) - np.logaddexp(x, -x).sum(axis=1)
    ### END SOLUTION


# %% tests="free_energy" points=2
_f = free_energy(np.array([[1.0]]), np.array([2.0]), np.array([0.0]), np.array([[1.0], [-1.0]]))
check.close(_f, [-3.126928, 0.873072], rtol=1e-6, name="the example")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/free_energy")
for _vis, _hid, _n in [(1, 1, 2), (3, 2, 5), (2, 4, 1), (5, 3, 4), (4, 4, 4)]:
    _w, _a, _b = _rng.normal(size=(_vis, _hid)), _rng.normal(size=_vis), _rng.normal(size=_hid)
    _v = np.where(_rng.random((_n, _vis)) < 0.5, -1.0, 1.0)
    _expected = []
    for _row in _v:  # all hidden states, one by one
        _sum = 0.0
        for _code in range(2**_hid):
            _h = np.array([1.0 if _code >> _j & 1 else -1.0 for _j in range(_hid)])
            _sum += float(np.exp(_a @ _row + _b @ _h + _row @ _w @ _h))
        _expected.append(-np.log(_sum))
    _f = free_energy(_w, _a, _b, _v)
    check.shape(_f, (_n,), "the free energies")
    check.close(_f, _expected, rtol=1e-9, atol=1e-9, name=f"V = {_vis}, H = {_hid}")
### END HIDDEN TESTS

# %% tests="free_energy_large" of="free_energy" points=1
_f = free_energy(np.array([[800.0]]), np.array([0.0]), np.array([0.0]), np.array([[1.0], [-1.0]]))
check.close(_f, [-800.0, -800.0], name="a weight of 800")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/free_energy_large")
_size = float(_rng.uniform(900, 3000))
_f = free_energy(np.array([[_size, -_size, 0.0]]), np.array([1.0]), np.array([0.0, 5.0, 0.0]), np.array([[1.0], [-1.0]]))
check.close(_f, [-1 - 2 * _size + 5 - np.log(2), 1 - 2 * _size - 5 - np.log(2)], rtol=1e-12, name="large weights of both signs")
_keep = np.array([[1.0, -1.0]])
_w, _a, _b = np.array([[0.3], [-0.2]]), np.array([0.1, 0.4]), np.array([-0.6])
free_energy(_w, _a, _b, _keep)
check.close(_keep, [[1, -1]], rtol=0, atol=0, name="v after the call")
check.close(_w, [[0.3], [-0.2]], rtol=0, atol=0, name="w after the call")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The exact log-likelihood (3 points)
#
# $$\ell = -\frac1N \sum_n F(v_n) - \ln Z, \qquad \ln Z = \ln \sum_{v'} e^{-F(v')},$$
#
# where $v'$ runs over **all** $2^V$ patterns of spins. (You may call your `free_energy`; an error in it then costs points here, too.) Write `log_likelihood(w, a, b, v)` → a number, in nats. $V$ is at most 10. The sum must not overflow and must not become 0: shift by the largest term, or use `np.logaddexp.reduce`.
#
# Example: with all weights and biases 0 each pattern has the probability $2^{-V}$, so $\ell = -V \ln 2$.
#
# <details><summary>Hint 1</summary>
#
# All patterns: `itertools.product([-1.0, 1.0], repeat=V)`. Your `free_energy` takes them all at once.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Two checks for yourself: $e^{\ell}$ of single patterns, summed over all patterns, is 1; and adding a constant to $F$ changes nothing.
# </details>

# %% answer="log_likelihood" forbid="dlcourse.training dlcourse.mlp torch scipy sklearn"
def log_likelihood(w, a, b, v):
    """Mean log p(v), exactly.  w: (V, H), a: (V,), b: (H,), v: (N, V) of -1 and 1 -> number"""
    ### BEGIN SOLUTION
    n = len(a)
    every = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1  # (2^V, V)
    x = np.concatenate([v, every]) @ w + b
    minus_f = np.concatenate([v, every]) @ a + np.logaddexp(x, -x).sum(axis=1)
    return float(minus_f[: len(v)].mean() - np.logaddexp.reduce(minus_f[len(v) :]))
    ### END SOLUTION


# %% tests="log_likelihood" points=2
check.close(log_likelihood(np.zeros((3, 2)), np.zeros(3), np.zeros(2), np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])), -3 * np.log(2), name="no weights, no biases, two patterns")
check.close(log_likelihood(np.zeros((1, 1)), np.array([1.0]), np.zeros(1), np.array([[1.0]])), -np.log(1 + np.exp(-2)), name="one spin with the bias 1")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/log_likelihood")
for _vis, _hid, _n in [(1, 2, 3), (2, 1, 2), (3, 3, 4), (4, 2, 1), (2, 4, 6)]:
    _w, _a, _b = _rng.normal(size=(_vis, _hid)), _rng.normal(size=_vis), _rng.normal(size=_hid)
    _v = np.where(_rng.random((_n, _vis)) < 0.5, -1.0, 1.0)
    _mass = {}
    for _code in range(2 ** (_vis + _hid)):  # all states of both sides
        _s = np.array([1.0 if _code >> _j & 1 else -1.0 for _j in range(_vis + _hid)])
        _key = tuple(_s[:_vis])
        _mass[_key] = _mass.get(_key, 0.0) + float(np.exp(_a @ _s[:_vis] + _b @ _s[_vis:] + _s[:_vis] @ _w @ _s[_vis:]))
    _expected = np.mean([np.log(_mass[tuple(_row)] / sum(_mass.values())) for _row in _v])
    check.close(log_likelihood(_w, _a, _b, _v), _expected, rtol=1e-9, atol=1e-9, name=f"V = {_vis}, H = {_hid}, {_n} patterns")
### END HIDDEN TESTS

# %% tests="log_likelihood_large" of="log_likelihood" points=1
_w, _v = 400.0 * np.ones((4, 1)), np.ones((1, 4))
check.close(log_likelihood(_w, np.zeros(4), np.zeros(1), _v), -np.log(2), name="strong weights: all spins up, or all down")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/log_likelihood_large")
_size = float(_rng.uniform(300, 900))
check.close(log_likelihood(_size * np.ones((5, 2)), np.full(5, 0.1), np.zeros(2), np.ones((3, 5))), -np.log(1 + np.exp(-1)), rtol=1e-9, name="strong weights, weak biases")
check.close(log_likelihood(np.zeros((3, 1)), np.full(3, -_size), np.zeros(1), np.ones((1, 3))), -6 * _size, rtol=1e-12, name="a pattern that is nearly impossible")
_v = np.where(_rng.random((7, 10)) < 0.5, -1.0, 1.0)
_a = _rng.normal(size=10)
check.close(log_likelihood(np.zeros((10, 3)), _a, np.ones(3), _v), np.mean([-np.sum(np.log1p(np.exp(-2 * _a * _row))) for _row in _v]), rtol=1e-9, name="ten spins without weights")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Contrastive divergence with given dice (4 points)
#
# For spins $p(h_j = 1 \mid v) = \sigma(2 x_j)$ with $x = b + v^\top W$, so the *mean* of $h_j$ is $\tanh x_j$; in the same way $p(v_i = 1 \mid h) = \sigma(2 y_i)$ with $y = a + W h$.
#
# Random numbers would make your answer differ from ours. So they are given: `uh` of shape `(k, N, H)` and `uv` of shape `(k, N, V)`, uniform in $[0, 1)$. In round $t$ draw
#
# $$h_j = +1 \text{ where } \mathtt{uh}[t] < p(h_j = 1 \mid v), \text{ else } -1; \qquad\text{then}\qquad v_i = +1 \text{ where } \mathtt{uv}[t] < p(v_i = 1 \mid h), \text{ else } -1 .$$
#
# Start with the data and make $k$ rounds; call the result $\tilde v$. Write `cd_gradient(w, a, b, v, uh, uv)`, the estimated gradient of the log-likelihood (to be *added* to the parameters):
#
# $$dW = \frac1N \sum_n \left( v_n \tanh(x_n)^\top - \tilde v_n \tanh(\tilde x_n)^\top \right), \quad da = \frac1N \sum_n (v_n - \tilde v_n), \quad db = \frac1N \sum_n (\tanh x_n - \tanh \tilde x_n) .$$
#
# Return the triple `dw, da, db`. Nothing that was given is changed.
#
# Example: one visible, one hidden spin, $w = 0$, $a = 0$, $b = 0.5$, `v = [[1]]`, one round with `uh = [[[0.2]]]`, `uv = [[[0.7]]]`. $p(h = 1) = \sigma(1) = 0.73$, so $h = 1$; $p(v = 1) = \frac12$, so
# $\tilde v = -1$. Then $da = 2$, $db = 0$, $dw = (1 + 1) \tanh 0.5 = 0.924$.
#
# <details><summary>Hint 1</summary>
#
# `np.where(uh[t] < p, 1.0, -1.0)` draws a whole layer. The first round starts from the data, the next one from what the last round gave.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Means enter the gradient, samples the chain: $\tanh$ appears in $dW$ and $db$, drawn spins only in $\tilde v$. `v.T @ np.tanh(x) / N` is the sum of outer products.
# </details>

# %% answer="cd_gradient" forbid="dlcourse.training dlcourse.mlp torch scipy sklearn"
def cd_gradient(w, a, b, v, uh, uv):
    """CD-k for spins with given uniform numbers.  w: (V, H), a: (V,), b: (H,), v: (N, V), uh: (k, N, H), uv: (k, N, V) -> (V, H), (V,), (H,)"""
    ### BEGIN SOLUTION
    def sigmoid(z):
        return (1 + np.tanh(z / 2)) / 2

    model = v
    for dice_h, dice_v in zip(uh, uv, strict=True):
        h = np.where(dice_h < sigmoid(2 * (model @ w + b)), 1.0, -1.0)  # (N, H)
        model = np.where(dice_v < sigmoid(2 * (h @ w.T + a)), 1.0, -1.0)  # (N, V)
    up, down = np.tanh(v @ w + b), np.tanh(model @ w + b)
    return (v.T @ up - model.T @ down) / len(v), (v - model).mean(axis=0), (up - down).mean(axis=0)
    ### END SOLUTION


# %% tests="cd_gradient" points=2
_dw, _da, _db = cd_gradient(np.zeros((1, 1)), np.zeros(1), np.array([0.5]), np.array([[1.0]]), np.array([[[0.2]]]), np.array([[[0.7]]]))
check.close(_dw, [[2 * np.tanh(0.5)]], name="dw")
check.close(_da, [2.0], name="da")
check.close(_db, [0.0], name="db")
_w, _v = np.array([[-0.3], [0.4]]), np.array([[1.0, 1.0], [1.0, -1.0]])
_uh, _uv = np.array([[[0.9], [0.6]], [[0.8], [0.7]]]), np.array([[[0.7, 0.4], [0.8, 0.2]], [[0.6, 0.7], [0.8, 0.5]]])
_dw, _da, _db = cd_gradient(_w, np.zeros(2), np.zeros(1), _v, _uh[:1], _uv[:1])
check.close(_da, [2.0, 0.0], name="da of two patterns, one round (they become --, -+)")
check.close(_db, [np.tanh(0.1) - np.tanh(0.7)], name="db of two patterns, one round")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/cd_gradient")
for _vis, _hid, _n in [(3, 2, 4), (2, 5, 1), (4, 4, 4), (1, 1, 6)]:
    _w, _a, _b = _rng.normal(size=(_vis, _hid)), _rng.normal(size=_vis), _rng.normal(size=_hid)
    _v = np.where(_rng.random((_n, _vis)) < 0.5, -1.0, 1.0)
    _uh, _uv = _rng.random((1, _n, _hid)), _rng.random((1, _n, _vis))
    _dw, _da, _db = (np.zeros(_s) for _s in (_w.shape, _a.shape, _b.shape))
    for _i in range(_n):  # spin by spin
        _h = np.array([1.0 if _uh[0, _i, _j] < 1 / (1 + np.exp(-2 * (_b[_j] + _v[_i] @ _w[:, _j]))) else -1.0 for _j in range(_hid)])
        _m = np.array([1.0 if _uv[0, _i, _k] < 1 / (1 + np.exp(-2 * (_a[_k] + _w[_k] @ _h))) else -1.0 for _k in range(_vis)])
        for _state, _sign in ((_v[_i], 1), (_m, -1)):
            _mean = np.tanh(_b + _state @ _w)
            _dw, _da, _db = _dw + _sign * np.outer(_state, _mean) / _n, _da + _sign * _state / _n, _db + _sign * _mean / _n
    for _mine, _theirs, _name in zip((_dw, _da, _db), cd_gradient(_w, _a, _b, _v, _uh, _uv), ("dw", "da", "db"), strict=True):
        check.shape(_theirs, np.shape(_mine), _name)
        check.close(_theirs, _mine, rtol=1e-9, atol=1e-10, name=f"{_name}, V = {_vis}, H = {_hid}, {_n} patterns, one round")
### END HIDDEN TESTS

# %% tests="cd_rounds" of="cd_gradient" points=1
_w, _v = np.array([[-0.3], [0.4]]), np.array([[1.0, 1.0], [1.0, -1.0]])
_uh, _uv = np.array([[[0.9], [0.6]], [[0.8], [0.7]]]), np.array([[[0.7, 0.4], [0.8, 0.2]], [[0.6, 0.7], [0.8, 0.5]]])
_dw, _da, _db = cd_gradient(_w, np.zeros(2), np.zeros(1), _v, _uh, _uv)
check.close(_da, [1.0, 0.0], name="da of the two patterns after two rounds (they are +-, -+ then)")
check.close(_dw, [[(np.tanh(0.1) + np.tanh(0.7)) / 2], [(np.tanh(0.1) - np.tanh(0.7)) / 2]], name="dw of the two patterns after two rounds")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/cd_rounds")
for _rounds in (2, 3, 7):
    _w, _a, _b = _rng.normal(size=(3, 2)), _rng.normal(size=3), _rng.normal(size=2)
    _v = np.where(_rng.random((5, 3)) < 0.5, -1.0, 1.0)
    _uh, _uv = _rng.random((_rounds, 5, 2)), _rng.random((_rounds, 5, 3))
    _m = _v.copy()
    for _t in range(_rounds):
        _h = 2.0 * (_uh[_t] * (1 + np.exp(-2 * (_b + _m @ _w))) < 1) - 1
        _m = 2.0 * (_uv[_t] * (1 + np.exp(-2 * (_a + _h @ _w.T))) < 1) - 1
    _dw, _da, _db = cd_gradient(_w, _a, _b, _v, _uh, _uv)
    check.close(_da, np.mean(_v - _m, axis=0), rtol=1e-9, atol=1e-10, name=f"da after {_rounds} rounds")
    check.close(_db, np.mean(np.tanh(_b + _v @ _w) - np.tanh(_b + _m @ _w), axis=0), rtol=1e-9, atol=1e-10, name=f"db after {_rounds} rounds")
    check.close(_dw, np.mean(_v[:, :, None] * np.tanh(_b + _v @ _w)[:, None] - _m[:, :, None] * np.tanh(_b + _m @ _w)[:, None], axis=0), rtol=1e-9, atol=1e-10, name=f"dw after {_rounds} rounds")
### END HIDDEN TESTS

# %% tests="cd_climbs" of="cd_gradient" points=1
_v, _kept = np.array([[1.0, -1.0]]), np.array([[1.0, -1.0]])
cd_gradient(np.zeros((2, 1)), np.zeros(2), np.zeros(1), _v, np.zeros((1, 1, 1)), np.zeros((1, 1, 2)))
check.close(_v, _kept, rtol=0, atol=0, name="v after the call")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("boltzmann/cd_climbs")
_w, _a, _b = 0.1 * _rng.normal(size=(2, 2)), np.zeros(2), np.zeros(2)
_v = np.array([[1.0, 1.0], [-1.0, -1.0]] * 20)  # two spins that agree
_every = np.array([[_x, _y] for _x in (-1.0, 1.0) for _y in (-1.0, 1.0)])


def _level():
    _x = np.concatenate([_v[:2], _every]) @ _w + _b
    _f = np.concatenate([_v[:2], _every]) @ _a + np.logaddexp(_x, -_x).sum(axis=1)
    return float(_f[:2].mean() - np.log(np.exp(_f[2:]).sum()))


_before = _level()
for _ in range(60):
    _dw, _da, _db = cd_gradient(_w, _a, _b, _v, _rng.random((1, 40, 2)), _rng.random((1, 40, 2)))
    _w, _a, _b = _w + 0.3 * np.asarray(_dw), _a + 0.3 * np.asarray(_da), _b + 0.3 * np.asarray(_db)
assert _level() > -0.9, f"60 steps on two spins that agree must raise the log-likelihood from {_before:.2f} above -0.9 (the best is -0.69), got {_level():.2f}"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. In your own words (2 points)
#
# On the page, the reconstruction error of PCD with the rate 0.2 is the best of all four methods while its likelihood is the worst. How can a machine reconstruct its data better and better while it becomes a worse model of them?
# What would you watch instead when the machine is too large for the exact likelihood? Name two things, and what each would show in this case. (About 6 sentences.)

# %% [markdown] written="watching" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# Reconstruction asks only what happens near the data: encode a data point, decode it, is it still there? Strong weights make this better, since every state becomes stable, data or not (the copier with weights of 20 reconstructs everything). The
# likelihood also asks how much probability lies elsewhere, and strong weights can make patterns far from the data very probable; the reconstruction never goes there. To watch instead: samples from long chains that start at noise (in this case
# many would be no bars or stripes, or always the same wrong picture); the free energy of training data against that of random or of other held-out pictures (the gap would shrink or turn around, if bad pictures have become probable);
# the size of the weights (growing without end); how often the chains change their pattern (they get stuck); an estimate of the likelihood by annealed importance sampling.
#
# Marking: 1 point for the reason: reconstruction tests the neighbourhood of the data only, probability elsewhere is not seen; 1 point for two fitting things with what they would show, half for each. "Watch the loss on a validation set"
# without saying which loss earns nothing: the reconstruction error of a validation set has the same blind spot.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - Train a machine of spins on bars and stripes (as $\pm 1$) with your `cd_gradient`, and watch your `log_likelihood`. How far from $-\ln 14$ does it end for one round, for ten?
# - With $H$ hidden units and no biases the machine cannot tell a pattern from its negative. Why? What does that do to bars and stripes?
