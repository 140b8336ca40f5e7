"""Norms against PyTorch in float64 and differences, networks against autograd, folding and scale invariance as identities, the figures of the page."""
import numpy as np
import pytest
import torch

from dlcourse import check, data
from dlcourse.mlp.activations import ACTIVATIONS, mlp_forward
from dlcourse.mlp.losses import softmax_xent
from dlcourse.training import normalisation as N
from dlcourse.training import vanishing

SHAPES = [(2, 1), (2, 3), (5, 5), (7, 4), (3, 6, 2, 5), (1, 4, 3, 1), (4, 4, 4, 4), (6, 2, 1, 1)]


def problem(shape, seed=0):
    rng = np.random.default_rng(seed)
    channels = shape[1]
    x = rng.normal(1.5, 2.0, shape)
    return x, rng.normal(1, 0.5, channels), rng.normal(size=channels), rng.normal(size=shape)


def torch_batchnorm(shape, gamma, beta, eps=1e-5, momentum=0.1):
    layer = (torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d)(shape[1], eps, momentum, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(gamma))
        layer.bias.copy_(torch.tensor(beta))
    return layer


def same(ours, theirs, rtol=1e-10, atol=1e-12):
    """float64 on both sides: a few roundings of numbers of size 1."""
    np.testing.assert_allclose(ours, theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs, rtol=rtol, atol=atol)


# -------------------------------------------------------------------------------------------------- against PyTorch


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("eps", [1e-5, 0.3])
def test_batchnorm_in_training_is_torchs(shape, eps):
    x, gamma, beta, dout = problem(shape)
    layer, state = torch_batchnorm(shape, gamma, beta, eps), N.init_state(shape[1])
    t = torch.tensor(x, requires_grad=True)
    theirs = layer(t)
    theirs.backward(torch.tensor(dout))
    out, state, cache = N.batchnorm_forward(x, gamma, beta, state, True, eps=eps)
    dx, dgamma, dbeta = N.batchnorm_backward(dout, cache)
    # two numbers a channel nearly cancel in dx: what is left is of the size of eps over the variance
    for a, b in ((out, theirs), (dx, t.grad), (dgamma, layer.weight.grad), (dbeta, layer.bias.grad)):
        same(a, b)
    for a, b in ((state["mean"], layer.running_mean), (state["var"], layer.running_var)):
        same(a, b)


@pytest.mark.parametrize("momentum", [0.1, 0.5, 1.0, None])
def test_running_statistics_over_many_batches_are_torchs(momentum):
    rng = np.random.default_rng(3)
    gamma, beta, state = np.ones(4), np.zeros(4), N.init_state(4)
    layer = torch_batchnorm((2, 4), gamma, beta, momentum=momentum)
    for size in (2, 9, 5, 32, 3):
        x = rng.normal(2, 3, (size, 4))
        layer(torch.tensor(x))
        _, state, _ = N.batchnorm_forward(x, gamma, beta, state, True, momentum=momentum)
        same(state["mean"], layer.running_mean)
        same(state["var"], layer.running_var)
    assert state["steps"] == 5 == layer.num_batches_tracked.item()


@pytest.mark.parametrize("shape", [(1, 3), *SHAPES])
def test_batchnorm_in_evaluation_is_torchs(shape):
    x, gamma, beta, dout = problem(shape)
    rng = np.random.default_rng(5)
    state = {"mean": rng.normal(size=shape[1]), "var": rng.uniform(0.5, 3, shape[1]), "steps": 7}
    layer = torch_batchnorm(shape, gamma, beta).eval()
    layer.running_mean.copy_(torch.tensor(state["mean"]))
    layer.running_var.copy_(torch.tensor(state["var"]))
    t = torch.tensor(x, requires_grad=True)
    theirs = layer(t)
    theirs.backward(torch.tensor(dout))
    out, after, cache = N.batchnorm_forward(x, gamma, beta, state, False)
    dx, dgamma, dbeta = N.batchnorm_backward(dout, cache)
    assert after is state
    for a, b in ((out, theirs), (dx, t.grad), (dgamma, layer.weight.grad), (dbeta, layer.bias.grad)):
        same(a, b)


@pytest.mark.parametrize("shape, groups", [
    ((2, 1), 1), ((3, 6), 2), ((3, 6), 6), ((2, 6, 4, 3), 3), ((4, 4, 4, 4), 2), ((1, 8, 1, 5), 4), ((5, 6, 2, 2), 6), ((5, 6, 2, 2), 1),
])
def test_groupnorm_is_torchs(shape, groups):
    x, gamma, beta, dout = problem(shape)
    t, g, b = (torch.tensor(v, requires_grad=True) for v in (x, gamma, beta))
    theirs = torch.nn.functional.group_norm(t, groups, g, b)
    theirs.backward(torch.tensor(dout))
    out, cache = N.groupnorm_forward(x, gamma, beta, groups)
    for ours, want in zip((out, *N.groupnorm_backward(dout, cache)), (theirs, t.grad, g.grad, b.grad), strict=True):
        same(ours, want, rtol=1e-9, atol=1e-11)  # torch computes a group's variance in another order


def test_a_group_for_each_channel_is_torchs_instance_norm():
    x, gamma, beta, _ = problem((3, 5, 4, 6))
    theirs = torch.nn.functional.instance_norm(torch.tensor(x), weight=torch.tensor(gamma), bias=torch.tensor(beta))
    same(N.groupnorm_forward(x, gamma, beta, 5)[0], theirs)


@pytest.mark.parametrize("shape", [(4,), (1, 2), (5, 5), (2, 3, 7)])
def test_layernorm_is_torchs(shape):
    rng = np.random.default_rng(1)
    x, dout, gamma, beta = rng.normal(2, 3, shape), rng.normal(size=shape), rng.normal(size=shape[-1]), rng.normal(size=shape[-1])
    t, g, b = (torch.tensor(v, requires_grad=True) for v in (x, gamma, beta))
    theirs = torch.nn.functional.layer_norm(t, shape[-1:], g, b)
    theirs.backward(torch.tensor(dout))
    out, cache = N.layernorm_forward(x, gamma, beta)
    for ours, want in zip((out, *N.layernorm_backward(dout, cache)), (theirs, t.grad, g.grad, b.grad), strict=True):
        same(ours, want, rtol=1e-9, atol=1e-11)


def test_layernorm_of_a_matrix_is_groupnorm_with_one_group():
    x, gamma, beta, _ = problem((6, 9))
    same(N.layernorm_forward(x, gamma, beta)[0], N.groupnorm_forward(x, gamma, beta, 1)[0])


# ---------------------------------------------------------------------------------------------- differences and identities


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("shape", [(2, 3), (5, 5), (3, 2, 2, 3)])
def test_gradients_by_finite_differences(shape, train):
    x, gamma, beta, dout = problem(shape)
    state = N.init_state(shape[1])

    def loss(x, gamma, beta):
        return np.sum(dout * N.batchnorm_forward(x, gamma, beta, state, train, eps=0.1)[0])

    dx, dgamma, dbeta = N.batchnorm_backward(dout, N.batchnorm_forward(x, gamma, beta, state, train, eps=0.1)[2])
    check.gradient_check(lambda v: loss(v, gamma, beta), x, dx)
    check.gradient_check(lambda v: loss(x, v, beta), gamma, dgamma)
    check.gradient_check(lambda v: loss(x, gamma, v), beta, dbeta)


def test_by_hand():
    """The example of the page: a batch of four of one unit."""
    x = np.array([[0.0], [0], [2], [2]])
    out, state, cache = N.batchnorm_forward(x, np.array([3.0]), np.array([10.0]), N.init_state(1), True, eps=0.0)
    assert out.ravel().tolist() == [7, 7, 13, 13]
    assert state["mean"] == pytest.approx(0.1) and state["var"] == pytest.approx(0.9 + 0.1 * 4 / 3)
    dx, dgamma, dbeta = N.batchnorm_backward(np.array([[1.0], [0], [0], [0]]), cache)
    assert dx.ravel().tolist() == [1.5, -1.5, 0, 0] and dgamma == -1 and dbeta == 1


def test_what_a_gradient_through_a_norm_cannot_contain():
    x, gamma, beta, dout = problem((50, 7))
    out, _, cache = N.batchnorm_forward(x, gamma, beta, N.init_state(7), True, eps=0.0)
    dx = N.batchnorm_backward(dout, cache)[0]
    assert np.abs(dx.sum(axis=0)).max() < 1e-12 and np.abs((dx * cache[0][0]).sum(axis=0)).max() < 1e-12


def test_output_does_not_depend_on_shift_and_scale_of_the_input():
    x, gamma, beta, _ = problem((9, 4))
    out = N.batchnorm_forward(x, gamma, beta, N.init_state(4), True, eps=0.0)[0]
    moved = x * np.array([2.0, 0.1, 30, 7]) + np.array([5.0, -3, 0, 100])
    same(N.batchnorm_forward(moved, gamma, beta, N.init_state(4), True, eps=0.0)[0], out, rtol=1e-9)


def test_a_batch_of_two_keeps_only_the_order():
    x = np.random.default_rng(0).normal(size=(2, 6))
    out = N.batchnorm_forward(x, np.ones(6), np.zeros(6), N.init_state(6), True, eps=0.0)[0]
    same(out, np.sign(x - x[::-1]))


def test_a_constant_unit_gives_beta():
    x = np.full((4, 2), 3.0)
    out, _, cache = N.batchnorm_forward(x, np.ones(2), np.array([5.0, -1]), N.init_state(2), True)
    assert out.tolist() == [[5, -1]] * 4 and np.isfinite(N.batchnorm_backward(np.ones((4, 2)), cache)[0]).all()


def test_unbiased_variance_in_the_forward_pass_would_shrink_a_batch_of_four():
    """The page: 1 - sqrt(3/4) of each output, 0.232 at most."""
    x = np.random.default_rng(0).normal(size=(4, 1000))
    out = N.batchnorm_forward(x, np.ones(1000), np.zeros(1000), N.init_state(1000), True, eps=0.0)[0]
    wrong = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    same(wrong, np.sqrt(3 / 4) * out)
    assert np.abs(out - wrong).max() < np.sqrt(3) * (1 - np.sqrt(3 / 4)) < 0.2321


def test_nothing_is_changed_in_place():
    x, gamma, beta, dout = problem((5, 3))
    state = N.init_state(3)
    kept = [v.copy() for v in (x, gamma, beta, dout, state["mean"], state["var"])]
    _, _, cache = N.batchnorm_forward(x, gamma, beta, state, True)
    N.batchnorm_backward(dout, cache)
    for a, b in zip((x, gamma, beta, dout, state["mean"], state["var"]), kept, strict=True):
        assert np.array_equal(a, b)
    assert state["steps"] == 0


@pytest.mark.parametrize("call, text", [
    (lambda: N.batchnorm_forward(np.ones((1, 3)), np.ones(3), np.zeros(3), N.init_state(3), True), "more than one number a channel"),
    (lambda: N.batchnorm_forward(np.ones((1, 3, 1, 1)), np.ones(3), np.zeros(3), N.init_state(3), True), "more than one number a channel"),
    (lambda: N.batchnorm_forward(np.ones(3), np.ones(3), np.zeros(3), N.init_state(3), True), "x must be"),
    (lambda: N.batchnorm_forward(np.ones((2, 3), dtype=int), np.ones(3), np.zeros(3), N.init_state(3), True), "floats"),
    (lambda: N.batchnorm_forward(np.ones((2, 3)), np.ones(2), np.zeros(3), N.init_state(3), True), "gamma"),
    (lambda: N.batchnorm_forward(np.ones((2, 3)), np.ones(3), np.zeros((2, 3)), N.init_state(3), True), "beta"),
    (lambda: N.groupnorm_forward(np.ones((2, 6)), np.ones(6), np.zeros(6), 4), "6 channels, got 4"),
    (lambda: N.groupnorm_forward(np.ones((2, 6)), np.ones(6), np.zeros(6), 0), "got 0"),
    (lambda: N.layernorm_forward(np.ones((2, 6)), np.ones(2), np.zeros(6)), "gamma"),
    (lambda: N.Recipe(norm="batchnorm"), "batchnorm"),
    (lambda: N.Recipe(place="behind"), "behind"),
    (lambda: N.fold_network([], [], N.Recipe(place="after")), "folds"),
])
def test_bad_input_is_named(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_torch_refuses_a_batch_of_one_too():
    with pytest.raises(ValueError):
        torch.nn.BatchNorm1d(3)(torch.ones(1, 3))


# ----------------------------------------------------------------------------------------------------------- networks


def torch_network(params, recipe, x, y, eps=1e-5):
    """The same network in torch, in training mode -> loss, leaves: list of dicts."""
    leaves = [{name: torch.tensor(v, requires_grad=True) for name, v in p.items()} for p in params]
    act = {"sigmoid": torch.sigmoid, "relu": torch.relu, "tanh": torch.tanh}[recipe.activation]

    def norm(v, p):
        if recipe.norm == "batch":
            return torch.nn.functional.batch_norm(v, None, None, p["gamma"], p["beta"], training=True, eps=eps)
        return torch.nn.functional.group_norm(v, 1 if recipe.norm == "layer" else recipe.groups, p["gamma"], p["beta"], eps=eps) if recipe.norm != "none" else v

    a = torch.tensor(x)
    for p in leaves[:-1]:
        z = a @ p["w"] + p["b"]
        a = act(norm(z, p)) if recipe.place == "before" else norm(act(z), p)
    return torch.nn.functional.cross_entropy(a @ leaves[-1]["w"] + leaves[-1]["b"], torch.tensor(y)), leaves


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("norm, activation", [("none", "tanh"), ("batch", "sigmoid"), ("batch", "relu"), ("layer", "relu"), ("group", "tanh")])
def test_gradients_of_a_network_are_those_of_autograd(norm, activation, place):
    recipe, rng = N.Recipe(norm, activation, place, groups=2), np.random.default_rng(0)
    params, states = N.init_network((5, 8, 6, 4, 3), recipe, rng)
    params = [{k: v + 0.1 * rng.normal(size=v.shape) for k, v in p.items()} for p in params]
    x, y = rng.normal(size=(7, 5)), rng.integers(0, 3, 7)
    loss, grads, _ = N.loss_and_grads(params, states, x, y, recipe)
    theirs, leaves = torch_network(params, recipe, x, y)
    theirs.backward()
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for g, p in zip(grads, leaves, strict=True):
        assert set(g) == set(p)
        for name in g:
            same(g[name], p[name].grad, rtol=1e-8, atol=1e-11)  # the gradient by b is 0 below a batch norm, up to rounding


def test_without_a_norm_the_speeds_are_those_of_the_section_before():
    recipe, rng = N.Recipe("none"), np.random.default_rng(0)
    params, states = N.init_network((6, 5, 5, 3), recipe, rng)
    x, y = rng.normal(size=(9, 6)), rng.integers(0, 3, 9)
    grads = N.loss_and_grads(params, states, x, y, recipe)[1]
    pairs = [(p["w"], p["b"]) for p in params]
    np.testing.assert_allclose(N.shift_speeds(grads), vanishing.layer_speeds(pairs, x, y, "sigmoid", softmax_xent), rtol=1e-12)


def test_a_bias_below_batch_norm_has_no_gradient_and_no_effect():
    recipe, rng = N.Recipe(), np.random.default_rng(0)
    params, states = N.init_network((6, 5, 5, 3), recipe, rng)
    x, y = rng.normal(size=(9, 6)), rng.integers(0, 3, 9)
    loss, grads, _ = N.loss_and_grads(params, states, x, y, recipe)
    for p, g in zip(params[:-1], grads[:-1], strict=True):
        assert np.abs(g["b"]).max() < 1e-15
        p["b"] = 7 * rng.normal(size=5)
    assert N.loss_and_grads(params, states, x, y, recipe)[0] == pytest.approx(loss, rel=1e-12)


def test_scale_invariance():
    """w -> c w: same loss, gradient over c, and always orthogonal to the weights of each unit (eps = 0)."""
    recipe, rng = N.Recipe(eps=0.0), np.random.default_rng(0)
    params, states = N.init_network((6, 5, 4, 3), recipe, rng)
    x, y = rng.normal(size=(11, 6)), rng.integers(0, 3, 11)
    loss, grads, _ = N.loss_and_grads(params, states, x, y, recipe)
    for g, p in zip(grads[:-1], params[:-1], strict=True):
        assert np.abs((g["w"] * p["w"]).sum(axis=0)).max() < 1e-14
    scaled = [{**params[0], "w": 10 * params[0]["w"]}, *params[1:]]
    loss_scaled, grads_scaled, _ = N.loss_and_grads(scaled, states, x, y, recipe)
    assert loss_scaled == pytest.approx(loss, rel=1e-12)
    same(10 * grads_scaled[0]["w"], grads[0]["w"], rtol=1e-9)
    same(grads_scaled[1]["w"], grads[1]["w"], rtol=1e-9)


def test_folding_is_exact():
    recipe = N.Recipe()
    params, states, _ = N.train_digits(recipe, hidden=(16, 16), epochs=2)
    _, test = data.digits()
    scores = N.network_forward(params, states, test.x, recipe, False)[0]
    same(mlp_forward(N.fold_network(params, states, recipe), test.x, "sigmoid")[0], scores, rtol=1e-11)


def test_folding_a_trained_torch_model():
    torch.manual_seed(0)
    linear, norm = torch.nn.Linear(5, 4, dtype=torch.float64), torch.nn.BatchNorm1d(4, dtype=torch.float64)
    for _ in range(20):
        norm(linear(torch.randn(8, 5, dtype=torch.float64)))
    with torch.no_grad():
        norm.weight.uniform_(-2, 2)
        norm.bias.uniform_(-2, 2)
    fused = torch.nn.utils.fusion.fuse_linear_bn_eval(linear.eval(), norm.eval())
    v = {k: p.detach().numpy() for k, p in {**linear.state_dict(), **{f"n_{k}": p for k, p in norm.state_dict().items()}}.items()}
    w, b = N.fold(v["weight"].T, v["bias"], v["n_weight"], v["n_bias"], {"mean": v["n_running_mean"], "var": v["n_running_var"]})
    same(w.T, fused.weight)
    same(b, fused.bias)


# ------------------------------------------------------------------------------------------------- theory and figures


def test_gradient_factor_in_closed_form():
    """ReLU: mean square of the slope 1/2, variance of max(0, h) is 1/2 - 1/(2 pi).  The identity: 1."""
    assert N.gradient_factor("relu") == pytest.approx(np.sqrt(np.pi / (np.pi - 1)), rel=1e-5)
    assert N.gradient_factor("identity") == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "softplus", "elu", "leaky_relu"])
def test_gradient_factor_is_never_below_one(activation):
    """Poincare's inequality for a normal variable: Var f(h) <= E f'(h)^2."""
    assert activation in ACTIVATIONS and N.gradient_factor(activation) >= 1 - 1e-9


def test_gradient_factor_of_a_wide_network():
    """Root mean square of the error signals above each norm, width 512, batches of 500: within 3 % of eq. (eq-training-bn-factor), whatever the weights."""
    for activation, rule in (("sigmoid", "unit"), ("relu", "xavier")):
        recipe, rng = N.Recipe("batch", activation), np.random.default_rng(0)
        params, states = N.init_network((512,) * 6, recipe, rng, rule)
        scores, _, caches = N.network_forward(params, states, rng.normal(size=(500, 512)), recipe, True)
        d, sizes = rng.normal(size=scores.shape) @ params[-1]["w"].T, []
        for p, (_, norm_cache, act) in zip(params[-2::-1], caches[-2::-1], strict=True):
            d = ACTIVATIONS[activation][1](d, act)
            sizes.append(np.sqrt(np.mean(d**2)))
            d = N.norm_backward(d, norm_cache, recipe)[0] @ p["w"].T
        np.testing.assert_allclose(np.divide(sizes[1:], sizes[:-1]), N.gradient_factor(activation), rtol=0.03)


def digits():
    train, _ = data.digits()
    return train.x[:1000], train.y[:1000]


def test_speeds_of_the_page():
    """Without a norm four or five powers of ten between layers 1 and 8, with batch norm a factor of 2 between layers 1 and 7."""
    sizes = (64,) * 9 + (10,)
    for activation, rule, low, high in (("sigmoid", "xavier", 1e4, 4e4), ("relu", "unit", 1e-6, 1e-4)):
        plain, normed = (N.speeds_at_start(sizes, N.Recipe(kind, activation), rule, *digits()) for kind in ("none", "batch"))
        assert low < plain[7] / plain[0] < high and normed[:7].max() < 2 * normed[:7].min()
    fifty = N.speeds_at_start((64,) * 51 + (10,), N.Recipe("batch", "relu"), "he", *digits(), starts=2)
    assert 1000 < fifty[0] / fifty[48] < 20000


def score(recipe, train=False, recalibrated=False, **how):
    params, states, losses = N.train_digits(recipe, **how)
    train_set, test = data.digits()
    if recalibrated:
        states = N.recalibrate(params, train_set.x, recipe)
    with np.errstate(over="ignore", invalid="ignore"):
        return N.accuracy(params, states, test.x, test.y, recipe, train)


@pytest.mark.parametrize("lr", [0.01, 0.1, 1.0, 10.0])
def test_eight_sigmoid_layers_learn_with_batch_norm_only(lr):
    """X4.5.  Without a norm: chance.  At rate 10 the running statistics lag behind the weights, so they are computed anew."""
    assert score(N.Recipe("none"), lr=lr) <= 0.2
    assert score(N.Recipe(), lr=lr, recalibrated=lr == 10) >= {0.01: 0.93, 0.1: 0.94, 1.0: 0.93, 10.0: 0.85}[lr]


def test_batch_norm_at_another_start():
    assert score(N.Recipe(), seed=1) >= 0.94 and score(N.Recipe("none"), seed=1) <= 0.2


def test_relu_survives_a_tenfold_rate_with_batch_norm():
    assert score(N.Recipe("none", "relu"), rule="he", lr=1.0, epochs=3) <= 0.2
    assert score(N.Recipe("batch", "relu"), rule="he", lr=1.0, epochs=5) >= 0.9
    assert score(N.Recipe("batch", "relu"), rule="he", lr=10.0, epochs=3) <= 0.2  # the page: not at any rate


def test_statistics_are_stale_after_twenty_steps():
    assert score(N.Recipe(), steps=20) <= 0.2 and score(N.Recipe(), steps=20, recalibrated=True) >= 0.75
    assert abs(score(N.Recipe(), steps=156) - score(N.Recipe(), steps=156, recalibrated=True)) < 0.02


def test_recalibrated_statistics_are_plain_averages():
    recipe, rng = N.Recipe(), np.random.default_rng(0)
    params, _ = N.init_network((6, 5, 3), recipe, rng)
    x = rng.normal(size=(20, 6))
    states = N.recalibrate(params, x, recipe, batch_size=8)  # 16 of the 20
    z = (x[:16] @ params[0]["w"] + params[0]["b"]).reshape(2, 8, 5)
    same(states[0]["mean"], z.mean(axis=(0, 1)))
    same(states[0]["var"], z.var(axis=1, ddof=1).mean(axis=0))


def test_training_mode_leaks_the_batch():
    recipe, (_, test) = N.Recipe(), data.digits()
    params, states, _ = N.train_digits(recipe, epochs=10)
    batches = {"shuffled": np.random.default_rng(0).permutation(540), "sorted": np.argsort(test.y, kind="stable")}
    found = {name: np.mean([N.accuracy(params, states, test.x[b], test.y[b], recipe, True) for b in order.reshape(-1, 30)]) for name, order in batches.items()}
    assert found["shuffled"] > 0.9 and found["sorted"] < 0.4 and N.accuracy(params, states, test.x, test.y, recipe) > 0.94
    alone = N.network_forward(params, states, test.x[:1], recipe, False)[0]
    same(N.network_forward(params, states, test.x[:30], recipe, False)[0][:1], alone, rtol=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_batches_of_two_break_batch_norm_and_not_layer_norm(seed):
    how = {"hidden": (64, 64), "lr": 0.05, "rule": "he", "seed": seed}
    assert score(N.Recipe("batch", "relu"), batch_size=2, epochs=3, **how) < 0.75
    assert score(N.Recipe("layer", "relu"), batch_size=2, epochs=3, **how) > 0.9
    assert score(N.Recipe("group", "relu"), batch_size=2, epochs=3, **how) > 0.8
    for kind in ("none", "batch", "layer", "group"):
        assert score(N.Recipe(kind, "relu"), batch_size=32, epochs=10, **how) > 0.93


def test_weights_grow_and_the_effective_rate_falls():
    recipe = N.Recipe()
    start, _ = N.init_network((64,) * 9 + (10,), recipe, np.random.default_rng(0))
    end = N.train_digits(recipe, lr=10.0, epochs=5)[0]
    assert all(np.linalg.norm(q["w"]) > 2 * np.linalg.norm(p["w"]) for p, q in zip(start[:-1], end[:-1], strict=True))


def test_a_covariate_shift_by_hand_does_not_stop_batch_norm_unless_it_is_large():
    assert score(N.Recipe(), epochs=15, shake=0.5, recalibrated=True) > 0.93
    assert score(N.Recipe(), epochs=15, shake=1.0, recalibrated=True) < 0.75


def test_shaking_moves_gamma_and_beta_only():
    params, _ = N.init_network((6, 5, 3), N.Recipe(), np.random.default_rng(0))
    moved = N.shaken(params, 0.5, np.random.default_rng(1))
    for p, q in zip(params, moved, strict=True):
        assert {name for name in p if not np.array_equal(p[name], q[name])} == set(p) & {"gamma", "beta"}


@pytest.mark.parametrize("activation, rule", [("relu", "he"), ("sigmoid", "xavier")])
def test_smoothness_explains_relu_and_not_the_sigmoid(activation, rule):
    (x, y), worst = digits(), {}
    for kind in ("none", "batch"):
        recipe = N.Recipe(kind, activation)
        worst[kind] = []
        for epochs in (2, 4, 8):
            params, states, _ = N.train_digits(recipe, epochs=epochs, rule=rule)
            worst[kind].append(N.along_gradient(params, states, x[:256], y[:256], recipe, (0.02, 0.1, 0.3))[1].max())
            shift = N.covariate_shift(params, states, x[:256], y[:256], recipe, 0.1).min()
            assert shift > 0.8 or (kind == "none" and activation == "relu")
    if activation == "relu":
        assert min(worst["none"]) > 2 * max(worst["batch"])
    else:
        assert max(worst["none"]) < min(worst["batch"])


def test_along_gradient_and_covariate_shift_on_a_quadratic_of_one_layer():
    """Without hidden layers nothing lies below: no cosines; the change of the gradient is between 0 and the largest curvature of the mean loss."""
    recipe, rng = N.Recipe("none"), np.random.default_rng(0)
    params, states = N.init_network((4, 3), recipe, rng)
    x, y = rng.normal(size=(30, 4)), rng.integers(0, 3, 30)
    losses, bends = N.along_gradient(params, states, x, y, recipe, (1e-4, 0.1))
    g = N.flat(N.loss_and_grads(params, states, x, y, recipe)[1])
    w, b = torch.tensor(params[0]["w"]), torch.tensor(params[0]["b"])

    def loss(v):
        return torch.nn.functional.cross_entropy(torch.tensor(x) @ v[:12].reshape(4, 3) + v[12:], torch.tensor(y))

    hessian = torch.autograd.functional.hessian(loss, torch.cat([w.ravel(), b])).numpy()
    assert bends[0] == pytest.approx(np.linalg.norm(hessian @ g) / np.linalg.norm(g), rel=1e-3)  # first order in the step
    assert losses[1] < losses[0] and N.covariate_shift(params, states, x, y, recipe, 0.1).shape == (0,)
