# %% [markdown]
# # Measure why a deep network does not learn
#
# **What it trains.** A diagnosis by numbers: how fast each layer learns; the gradient of a chain in closed form; when a unit of slope at most 1 lets a
# gradient grow; and first weights that keep the variance.
#
# **Time.** About 80 minutes.
#
# **Read again if stuck.** Section "Why deep networks would not learn" of the book.
#
# Your answers may use NumPy and nothing else: no SciPy, no PyTorch, no `dlcourse.training`, no `dlcourse.mlp` (the tests look).
# The book uses sigmoid and ReLU. Here the units are tanh and leaky ReLU, so its formulas need a change before they fit.
# The visible tests try a few numbers. The hidden ones try many more: a tick is a good sign, no proof.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. The speed of each layer (4 points)
#
# A network in the slides' layout: `params` is a list of pairs `(w, b)` with `w: (K, D)`, one **row per output unit**, and `b: (K,)`. A batch has one row
# per sample, `x: (N, D)`. Each layer but the last computes $a = \tanh(z)$ with $z = W a_{\text{before}} + b$. The last one gives $s = z$, without
# activation. The loss is the squared error, summed over the outputs, **without ½**, and averaged over the batch:
#
# $$C = \frac1N \sum_{i=1}^N \sum_k (s_{ik} - y_{ik})^2 .$$
#
# Write `layer_speed(params, x, y)`. It returns a list of $L$ numbers, for layer 1 first: the Euclidean norm of $\partial C / \partial b^{l}$, the
# gradient of that mean loss by the layer's biases. One layer is legal, and so is a batch of one. Inputs are float arrays and are not changed.
#
# Example by hand: one layer, `w = [[1]]`, `b = [0]`, `x = [[1], [2]]`, `y = [[0], [4]]`. The errors are 1 and −2, the gradient by $b$ is
# $\frac12 (2 \cdot 1 - 2 \cdot 2) = -1$, the speed is 1.
#
# <details><summary>Hint 1</summary>
#
# Start at the top: what is $\partial C/\partial s_{ik}$, with everything that stands before the sums? Then go down: through the weights, then
# through the slope of the layer below. The slope of tanh is short in terms of its value.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Keep all the layers' outputs on the way forward. With one row per sample and `w: (K, D)` an error signal `(N, K)` becomes `(N, D)` by one product; only one
# order of the factors fits unless the layer is square. The gradient by the biases sums the signals of all samples; the norm comes after the sum.
# </details>

# %% answer="layer_speed" forbid="dlcourse.training dlcourse.mlp torch numpy.gradient scipy"
def layer_speed(params, x, y):
    """Norms of the bias gradients.  params: list of (w: (K, D), b: (K,)), x: (N, D0), y: (N, K of the last layer)

    -> list of L numbers, layer 1 first
    """
    ### BEGIN SOLUTION
    outs = [x]
    for w, b in params[:-1]:
        outs.append(np.tanh(outs[-1] @ w.T + b))  # (N, K)
    w, b = params[-1]
    delta = 2 * (outs[-1] @ w.T + b - y) / len(x)  # (N, K)
    speeds = [np.linalg.norm(delta.sum(axis=0))]
    for (w, _), out in zip(params[:0:-1], outs[:0:-1], strict=True):
        delta = (delta @ w) * (1 - out**2)  # (N, D)
        speeds.append(np.linalg.norm(delta.sum(axis=0)))
    return [float(s) for s in speeds[::-1]]
    ### END SOLUTION


# %% tests="layer_speed" points=3
_x, _y = np.array([[0.0]]), np.array([[0.0]])
_top = np.array([[3.0]]), np.array([2.0])
_two = layer_speed([(np.array([[1.0]]), np.array([0.0])), _top], _x, _y)
assert _two is not None and len(_two) == 2, "return one number a layer"
check.close(_two, [12, 4], name="speeds of two layers of one unit (z = 0, s = 2, y = 0; slope of tanh at 0 is 1)")
_first = np.array([[1.0, 0], [0, 1], [1, 1]]), np.zeros(3)
_next = np.array([[1.0, 2, 0], [0, 0, -1]]), np.array([1.0, 0])
try:
    _wide = layer_speed([_first, _next], np.zeros((4, 2)), np.zeros((4, 2)))
except ValueError as _error:
    raise AssertionError(f"layer_speed multiplies arrays whose shapes do not fit: the layers are 2-3-2, w is (3, 2) and (2, 3): {_error}") from _error
check.close(_wide, [20**0.5, 2], name="speeds of the layers 2-3-2, all inputs 0")
_bent = layer_speed([(np.array([[1.0]]), np.array([0.0])), (np.array([[2.0]]), np.array([0.0]))], np.array([[0.5]]), np.array([[0.0]]))
check.close(_bent, [8 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2), 4 * np.tanh(0.5)], name="speeds of two layers of one unit (z = 0.5)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/layer_speed")


def _loss(params, x, y):
    for _w, _b in params[:-1]:
        x = np.tanh(x @ _w.T + _b)
    return np.sum((x @ params[-1][0].T + params[-1][1] - y) ** 2) / len(x)


def _speeds(params, x, y):
    """Bias by bias, by complex steps: no rounding to speak of."""
    found = []
    for _l, (_w, _b) in enumerate(params):
        slopes = []
        for _k in range(len(_b)):
            moved = _b + 1e-20j * (np.arange(len(_b)) == _k)
            slopes.append(_loss([*params[:_l], (_w, moved), *params[_l + 1 :]], x, y).imag / 1e-20)
        found.append(np.sqrt(np.sum(np.square(slopes))))
    return found


for _sizes in [(3, 2), (1, 1, 1), (3, 3, 3), (2, 5, 3), (4, 7, 1, 3), (3, 3, 3, 3, 3, 3), (2, 3, 4, 5, 2)]:
    for _n in (1, 6, _sizes[-1]):
        _params = [(_rng.normal(0, 0.8, (k, d)), _rng.normal(0, 0.5, k)) for d, k in zip(_sizes[:-1], _sizes[1:], strict=True)]
        _x, _y = _rng.normal(size=(_n, _sizes[0])), _rng.normal(size=(_n, _sizes[-1]))
        _copy = _x.copy(), _y.copy(), [(w.copy(), b.copy()) for w, b in _params]
        check.close(layer_speed(_params, _x, _y), _speeds(*_copy[2:], *_copy[:2]), rtol=1e-8, name=f"speeds for layers {_sizes}, batch {_n}")
        _same = np.array_equal(_x, _copy[0]) and np.array_equal(_y, _copy[1])
        assert _same and all(np.array_equal(p, q) for u, v in zip(_params, _copy[2], strict=True) for p, q in zip(u, v, strict=True)), "layer_speed changes its inputs"
### END HIDDEN TESTS

# %% tests="layer_speed_batch" of="layer_speed" points=1
_one = [(np.array([[1.0]]), np.array([0.0]))]
check.close(layer_speed(_one, np.array([[1.0], [2]]), np.array([[0.0], [4]])), [1], name="speed for errors 1 and -2")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/layer_speed_batch")
_params = [(_rng.normal(size=(4, 3)), _rng.normal(size=4)), (_rng.normal(size=(2, 4)), _rng.normal(size=2))]
_x, _y = _rng.normal(size=(5, 3)), _rng.normal(size=(5, 2))
_once, _thrice = layer_speed(_params, _x, _y), layer_speed(_params, np.tile(_x, (3, 1)), np.tile(_y, (3, 1)))
check.close(_thrice, _once, rtol=1e-9, name="speeds after every sample was written three times")
_s = np.tanh(_x[:1] @ _params[0][0].T + _params[0][1]) @ _params[1][0].T + _params[1][1]
_off = _rng.normal(size=(1, 2))
check.close(layer_speed(_params, np.repeat(_x[:1], 2, axis=0), np.concatenate([_s + _off, _s - _off])), [0, 0], atol=1e-12, name="speeds where two samples pull with equal force in opposite directions")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A chain, from every bias (3 points)
#
# One tanh unit in each layer: $a_0 = x$, $z_l = w_l a_{l-1} + b_l$, $a_l = \tanh(z_l)$. The book asks how the loss depends on $b_1$. You ask how the
# output depends on **every** bias.
#
# Write `chain_grad(w, b, x)`. It returns $L$ numbers, $\partial a_L / \partial b_l$ for $l = 1, \dots, L$ in this order. `w` and `b` are arrays `(L,)`
# with $L \ge 1$, `x` is a number. A weight may be 0.
#
# Example by hand: `w = (2, 3)`, `b = (0, 0)`, `x = 0`. All sums are 0, all slopes 1. $b_2$ acts through one slope: 1. $b_1$ acts through its slope, the
# weight 3, and the slope of the second unit: 3. So `[3, 1]`. The weight 2 appears nowhere.
#
# <details><summary>Hint 1</summary>
#
# Write down $\partial a_3/\partial b_3$, then $\partial a_3/\partial b_2$, then $\partial a_3/\partial b_1$. Each contains the one before.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Go through the chain once forward to get the slopes, then once from the end. Which weight stands between unit $l$ and unit $l + 1$? Do not get a product by
# dividing a longer one: a factor may be 0.
# </details>

# %% answer="chain_grad" forbid="dlcourse.training dlcourse.mlp torch numpy.gradient scipy"
def chain_grad(w, b, x):
    """Derivatives of the last output of a tanh chain by each bias.  w, b: (L,), x: number -> (L,)"""
    ### BEGIN SOLUTION
    slopes, a = [], x
    for w_l, b_l in zip(w, b, strict=True):
        a = np.tanh(w_l * a + b_l)
        slopes.append(1 - a**2)
    grads = [slopes[-1]]
    for place in range(len(w) - 2, -1, -1):
        grads.append(slopes[place] * w[place + 1] * grads[-1])
    return np.array(grads[::-1])
    ### END SOLUTION


# %% tests="chain_grad" points=2
check.close(chain_grad(np.array([2.0, 3.0]), np.zeros(2), 0.0), [3, 1], name="gradient for w = (2, 3), b = (0, 0), x = 0")
check.close(chain_grad(np.array([5.0]), np.array([0.5]), 0.0), [0.78644773], rtol=1e-7, name="gradient of one unit with b = 0.5, x = 0")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/chain_grad")


def _chain(w, b, x):
    for _w, _b in zip(w, b, strict=True):
        x = np.tanh(_w * x + _b)
    return x


for _length in (1, 2, 3, 4, 7, 12):
    for _ in range(3):
        _w, _b, _x = _rng.normal(0, 1.5, _length), _rng.normal(0, 0.6, _length), float(_rng.normal())
        _steps = 1e-20j * np.eye(_length)
        _slope = [_chain(_w, _b + step, _x).imag / 1e-20 for step in _steps]
        check.close(chain_grad(_w, _b, _x), _slope, rtol=1e-7, atol=1e-13, name=f"gradient of a chain of {_length}")
### END HIDDEN TESTS

# %% tests="chain_grad_edges" of="chain_grad" points=1
check.close(chain_grad(np.array([2.0, 0.0, 3.0]), np.zeros(3), 1.0), [0, 3, 1], name="gradient where the second weight is 0 (it cuts off the first bias)")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/chain_grad_edges")


def _through(w, b, x):
    for _w, _b in zip(w, b, strict=True):
        x = np.tanh(_w * x + _b)
    return x


for _length in (4, 6):
    for _cut in range(1, _length):
        _w, _b = _rng.uniform(0.5, 1.5, _length), _rng.normal(0, 0.3, _length)
        _w[_cut] = 0
        _expected = [_through(_w, _b + step, 0.7).imag / 1e-20 for step in 1e-20j * np.eye(_length)]
        check.close(chain_grad(_w, _b, 0.7), _expected, rtol=1e-7, atol=1e-13, name=f"gradient where weight {_cut + 1} of {_length} is 0")
_w, _b = np.array([1.0, 1.0]), np.array([0.2, 0.1])
chain_grad(_w, _b, 0.3)
assert _w.tolist() == [1, 1] and _b.tolist() == [0.2, 0.1], "chain_grad changes its inputs"
### END HIDDEN TESTS

# %% [markdown]
# ## 3. When tanh lets a gradient grow (3 points)
#
# One link of the chain multiplies the gradient by $w \tanh'(wa + b)$, where $a$ is what comes in. It does not shrink where this is at least 1 in size. The book
# computes the window of such inputs for the sigmoid. Do it for tanh.
#
# Write `explosion_window(w)`: the **width** of the interval of $a$ with $|w \tanh'(wa + b)| \ge 1$. `w` is an array `(N,)` of weights of either sign; the result
# is `(N,)`. Where no interval exists the width is 0: no NaN, no infinity, for weights up to $10^6$ in size. A weight may be 0. (Why does $b$ not appear? Not graded.)
#
# Example: for $w = 2$ we need $\tanh^2 z \le \frac12$, that is $|z| \le 0.8814$; $a$ moves half as far as $z$, so the width is 0.8814.
#
# <details><summary>Hint 1</summary>
#
# $\tanh' = 1 - \tanh^2$. First find how large $|z|$ may be; NumPy has the inverse of tanh. For which $w$ is there such a $z$ at all?
# </details>
#
# <details><summary>Hint 2</summary>
#
# The window of $z$ goes from $-c$ to $c$; $z = wa + b$. For small $|w|$ the formula has the root of a negative number: bring the weights into the legal
# range first (`np.maximum`), since `np.where` computes both of its branches.
# </details>

# %% answer="explosion_window" forbid="dlcourse.training dlcourse.mlp torch scipy"
def explosion_window(w):
    """Width of the inputs a for which |w tanh'(w a + b)| >= 1, 0 if there are none.  w: (N,) -> (N,)"""
    ### BEGIN SOLUTION
    size = np.maximum(np.abs(w), 1.0)
    return 2 * np.arctanh(np.sqrt(1 - 1 / size)) / size
    ### END SOLUTION


# %% tests="explosion_window" points=2
check.close(explosion_window(np.array([2.0, 1.25])), [0.88137359, 0.76993892], rtol=1e-7, name="windows of w = 2 and 1.25")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/explosion_window")
_w = _rng.uniform(1.05, 40, 25)
_found = np.array(explosion_window(_w), dtype=float)
check.shape(_found, (25,), "the windows of 25 weights")
_ends = _w / np.cosh(_w * _found / 2) ** 2  # at the window's end the link passes the gradient on as it is
check.close(_ends, np.ones(25), rtol=1e-6, name="|w tanh'| at the ends of the windows of 25 weights")
_grid = np.linspace(-2, 2, 400001)
for _one, _bias in zip(_w[:4], _rng.normal(size=4), strict=True):
    _width = np.mean(_one * (1 - np.tanh(_one * (_grid - _bias / _one) + _bias) ** 2) >= 1) * 4
    check.close(explosion_window(np.array([_one])), [_width], rtol=0, atol=5e-5, name=f"window of w = {_one:.3f}, counted on a fine grid")
### END HIDDEN TESTS

# %% tests="explosion_window_edges" of="explosion_window" points=1
check.close(explosion_window(np.array([0.5, -2.0])), [0, 0.88137359], rtol=1e-7, name="windows of w = 0.5 and -2")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/explosion_window_edges")
_small = np.concatenate([[0.0, 1.0, -1.0], _rng.uniform(-1, 1, 7)])
check.close(explosion_window(_small), np.zeros(10), atol=1e-12, name="windows of weights from -1 to 1")
_w = _rng.uniform(1, 30, 9)
check.close(explosion_window(-_w), explosion_window(_w), name="windows of -w")
_mixed = np.array(explosion_window(np.array([0.0, 3.0, -0.2, -3.0])), dtype=float)
assert np.isfinite(_mixed).all() and np.array_equal(_mixed > 0, [False, True, False, True]), f"windows of 0, 3, -0.2, -3: {_mixed}"
### END HIDDEN TESTS

# %% [markdown]
# ## 4. First weights for leaky ReLU (3 points)
#
# He's rule is made for ReLU, which throws away half of the variance. Leaky ReLU, $z$ for $z > 0$ and $a z$ otherwise, throws away less. And PyTorch's default
# draws from a *uniform* distribution. Write `init_leaky(d, k, a, mode, rng)`.
#
# Here, as in the book and not as in part 1, a column is an output unit. It returns the weights `w: (D, K)` of a layer with `d` inputs and `k` outputs, independent, uniform on $[-r, r]$. With normal $z$ and leaky ReLU of slope `a`
# between layers, the limit $r$ must be such that the mean square does not change from one layer to the next:
#
# - `mode="forward"`: the mean square of the sums $z$ on the way forward;
# - `mode="backward"`: the mean square of the error signals on the way back.
#
# Any other mode raises `ValueError`. Draw with `rng`, a NumPy generator, and with nothing else: the same state gives the same weights.
#
# <details><summary>Hint 1</summary>
#
# If $z$ is symmetric around 0 with mean square $q$, half of it lies on each side. What is the mean square of the leaky ReLU of $z$? How many such terms does the
# next sum have? And on the way back, over which units does the sum run?
# </details>
#
# <details><summary>Hint 2</summary>
#
# The condition fixes the *variance* of a weight. For $a = 0$ it must be $2/d$ forward (He), for $a = 1$, no bend at all, $1/d$. What is the variance
# of a uniform variable on $[-r, r]$? It is not $r^2$.
# </details>

# %% answer="init_leaky" forbid="dlcourse.training dlcourse.mlp torch scipy"
def init_leaky(d, k, a, mode, rng):
    """Uniform first weights that keep the mean square through leaky ReLU.

    d, k: inputs and outputs, a: left slope, mode: "forward" or "backward", rng: NumPy Generator -> (D, K).  ValueError for another mode.
    """
    ### BEGIN SOLUTION
    if mode not in ("forward", "backward"):
        raise ValueError(f"mode must be 'forward' or 'backward', got {mode!r}")
    variance = 2 / (1 + a**2) / (d if mode == "forward" else k)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (d, k))
    ### END SOLUTION


# %% tests="init_leaky" points=2
_w = init_leaky(300, 200, 0.0, "forward", np.random.default_rng(0))
check.shape(_w, (300, 200), "w")
check.close(np.mean(np.square(_w)), 2 / 300, rtol=0.03, name="mean square of the weights, a = 0, forward (He: 2 / d)")
check.close(np.mean(np.square(init_leaky(300, 200, 1.0, "backward", np.random.default_rng(0)))), 1 / 200, rtol=0.03, name="mean square of the weights, a = 1, backward")
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/init_leaky")
for _a in (0.0, 1.0, float(_rng.uniform(0.4, 0.7)), float(_rng.uniform(1.3, 1.8))):
    for _mode, _d, _k in [("forward", 230, 410), ("backward", 230, 410), ("forward", 500, 190), ("backward", 500, 190)]:
        _w = np.array(init_leaky(_d, _k, _a, _mode, np.random.default_rng(_rng.integers(2**31))), dtype=float)
        check.shape(_w, (_d, _k), f"w for d={_d}, k={_k}")
        # mean square of leaky ReLU of N(0, 1), by a sum over a fine grid
        _z = np.linspace(-12, 12, 24001)
        _density = 0.001 * np.exp(-(_z**2) / 2) / np.sqrt(2 * np.pi)
        _left = np.sum(np.where(_z > 0, _z, _a * _z) ** 2 * _density)
        _slope = np.sum(np.where(_z > 0, 1, _a) ** 2 * _density)
        _factor = np.mean(_w**2) * (_d * _left if _mode == "forward" else _k * _slope)
        # some 95,000 numbers: the standard error of their mean square is 0.3 %
        check.close(_factor, 1, rtol=0.03, name=f"factor of the mean square from layer to layer ({_mode}, d={_d}, k={_k}, a={_a:.2f})")
        assert abs(np.mean(_w)) < 0.02 * np.std(_w), f"the mean of the weights is {np.mean(_w):.3g}, not 0"
        _top, _bottom = np.max(_w) / np.std(_w), np.min(_w) / np.std(_w)
        assert 1.7 < _top < 1.76 and -1.76 < _bottom < -1.7, f"uniform weights reach 1.73 standard deviations on both sides, yours {_bottom:.2f} and {_top:.2f}"
        _share = np.mean(np.abs(_w) < np.max(_w) / 2)
        check.close(_share, 0.5, rtol=0.03, name="share of the weights within half of the limit")
### END HIDDEN TESTS

# %% tests="init_leaky_rng" of="init_leaky" points=1
_two = [np.array(init_leaky(4, 3, 0.1, "backward", np.random.default_rng(7))) for _ in range(2)]
check.close(_two[0], _two[1], name="weights drawn twice from the same state")
check.raises(ValueError, init_leaky, 2, 2, 0.1, "sideways", np.random.default_rng(0))
### BEGIN HIDDEN TESTS
_rng = check.class_rng("vanishing/init_leaky_rng")
_seed = int(_rng.integers(2**31))
_first, _again, _other = (np.array(init_leaky(7, 5, 0.3, "forward", np.random.default_rng(s)), dtype=float) for s in (_seed, _seed, _seed + 1))
check.close(_first, _again, name="weights drawn twice from the same state")
assert not np.any(_first == _other), "another state of the generator must give other weights: draw with rng"
assert len(np.unique(_first)) == 35, "the 35 weights of a layer must be drawn one by one"
for _mode in ("", "fan_in", "FORWARD", None):
    check.raises(ValueError, init_leaky, 3, 2, 0.1, _mode, np.random.default_rng(0))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. In your own words (2 points)
#
# A colleague writes: "My network has eight hidden layers. All units are ReLU, so its gradients can neither vanish nor explode. I draw the weights from
# $N(0, 1)$ and use the learning rate 1. The training loss has stood at $2.303 = \ln 10$ since the first epoch; I suppose I need more epochs."
# What is wrong with the argument, what has most likely happened, and which two measurements would show it? (About 7 sentences.)

# %% [markdown] written="relu_myth" points=2
# **Your answer:**
#
# ### BEGIN SOLUTION
# ReLU has slope 1 for positive sums only; it does not saturate there. On the other side the slope is 0, and the weights multiply the gradient in any case: with
# N(0, 1) and n inputs each layer multiplies the mean square by about n / 2, so the gradient of an eight-layer network explodes. With a learning rate of 1 the first
# steps are huge and throw biases and weights so far that units are negative for every sample: they are dead, have no gradient, and stay dead. If a whole layer
# is dead the output does not depend on the input; the best constant output over ten classes costs ln 10, which is what the loss shows. More epochs
# change nothing, the gradient is 0. Measure: the norm of the gradient of each layer at the start (explosion) and now (zero below the dead layer); the share of
# units of each layer that are 0 for all samples. Cure: He's weights and a smaller learning rate.
#
# Marking: 1 point for the argument (positive side only, or the weights as factors, *and* dead units or explosion named as what happened); 1 point for two
# measurements that fit (speeds or gradient norms by layer, share of dead units, outputs equal for all inputs). "Use Adam" or "more epochs" without a measurement
# earns nothing.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
#
# - For which weight is the window of tanh the widest, and how wide is it? Compare with 0.4477 at 6.894 in the book and explain the factors 2 and 4 by
#   $\tanh' z = 4 \sigma'(2z)$.
# - Draw the weights of a square layer as a random *orthogonal* matrix (the QR decomposition of a normal one). What happens to the norm of a signal in a linear
#   network of 50 layers, compared with independent weights of variance $1/n$?
