"""Mining and losses against loops, the curve against scikit-learn; the page's claims about collapse, thresholds and groups, on other seeds too."""
import copy

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from sklearn.metrics import roc_auc_score, roc_curve
from torch.nn import functional as F

from dlcourse.cnn import faces


@pytest.fixture(scope="module")
def sets():
    return faces.three_sets()


@pytest.fixture(scope="module")
def batch():
    g = torch.Generator().manual_seed(0)
    y = torch.arange(5).repeat_interleave(3)
    e = F.normalize(torch.randn(15, 4, generator=g, dtype=torch.float64), dim=1)
    order = torch.randperm(15, generator=g)
    return e, y[order]


@pytest.fixture(scope="module")
def scored(sets):
    """Embeddings of the test people by seed and setting, with the spread in training."""
    train, _, test = sets
    made = {}

    def get(seed, **how):
        key = (seed, *sorted(how.items()))
        if key not in made:
            model, spread = faces.fit(train.x, train.y, seed=seed, **how)
            made[key] = (model, spread, faces.auc(*faces.pairs(faces.embed(model, test.x), test.y)))
        return made[key]

    return get


# --------------------------------------------------------------------------------------------------------- rates and ranks


def test_distances_are_scipys():
    e = np.random.default_rng(0).normal(size=(7, 3))
    np.testing.assert_allclose(faces.squared_distances(e), cdist(e, e, "sqeuclidean"), atol=1e-12)
    np.testing.assert_allclose(faces.squared_distances(torch.tensor(e)).numpy(), cdist(e, e, "sqeuclidean"), atol=1e-12)
    d, same = faces.pairs(e, [0, 1, 0, 2, 1, 0, 2])
    assert len(d) == 21 and same.sum() == 3 + 1 + 1
    np.testing.assert_allclose(d[:6], np.linalg.norm(e[0] - e[1:], axis=1))


@pytest.mark.parametrize("levels", [3, 20, 10**6])
def test_the_curve_is_scikit_learns(levels):
    rng = np.random.default_rng(levels)
    same = rng.random(200) < 0.3
    d = rng.integers(0, levels, 200) / levels + np.where(same, 0, 0.2)
    t, far, val = faces.roc(d, same)
    theirs = roc_curve(same, -d, drop_intermediate=False)
    np.testing.assert_allclose(far, theirs[0], atol=1e-15)
    np.testing.assert_allclose(val, theirs[1], atol=1e-15)
    np.testing.assert_array_equal(t[1:], -theirs[2][1:])
    assert faces.auc(d, same) == pytest.approx(roc_auc_score(same, -d), abs=1e-12)


@pytest.mark.parametrize("far", [0.0, 0.01, 0.1, 0.25, 0.5, 1.0])
def test_the_threshold_by_trying_all(far):
    rng = np.random.default_rng(5)
    d, same = rng.integers(1, 15, 60) / 4, rng.random(60) < 0.4
    good = [t for t in (-np.inf, *d) if np.mean(d[~same] <= t) <= far]
    t = faces.threshold(d, same, far)
    assert t == max(good)
    assert faces.rates(d, same, t) == (np.mean(d[~same] <= t), np.mean(d[same] <= t))


def test_ranks_and_alarms_by_hand():
    e, y = np.array([[0.0], [10.0], [1.0], [6.0], [4.0], [20.0]]), np.array([0, 1, 0, 1, 0, 2])
    assert faces.ranks(e, y).tolist() == [1, 1, 1]  # 1 and 4 are nearest to 0, 6 to 10
    assert faces.ranks(np.array([[0.0], [10.0], [5.0]]), np.array([0, 1, 1])).tolist() == [2]  # a tie counts against
    assert faces.ranks(np.array([[0.0], [10.0], [4.0]]), np.array([0, 1, 1])).tolist() == [2]
    far = np.array([[0.0], [1.0], [50.0], [51.0]])
    assert faces.alarms(far, np.array([0, 0, 1, 1]), 48.5, 1) == 0
    assert faces.alarms(far, np.array([0, 0, 1, 1]), 52.0, 1) == 1
    assert 0.2 < faces.alarms(np.array([[0.0], [3.0], [7.0]]), np.arange(3), 3.5, 1, draws=400) < 0.45  # of 6 pairs (known, stranger) two are within 3.5


def test_alarms_grow_with_the_list(sets):
    e = np.random.default_rng(1).normal(size=(300, 3))
    shares = [faces.alarms(e, np.arange(300), 0.5, n) for n in (1, 5, 20, 100)]
    assert shares == sorted(shares) and shares[-1] > 3 * shares[1]


def test_bad_input_is_named(batch):
    with pytest.raises(ValueError, match=r"y must be \(4,\)"):
        faces.pairs(np.zeros((4, 2)), [0, 1, 2])
    with pytest.raises(ValueError, match="pairs of both kinds"):
        faces.roc([1.0, 2.0], [True, True])
    with pytest.raises(ValueError, match="gallery must be from 1 to 2"):
        faces.alarms(np.zeros((3, 2)), [0, 1, 2], 1.0, 3)
    with pytest.raises(ValueError, match="'random', 'hardest' or 'semi-hard'"):
        faces.mine(*batch, "soft")
    with pytest.raises(ValueError, match=r"as many pictures in y, got \[2, 1\]"):
        faces.mine(torch.zeros(3, 3), torch.tensor([0, 0, 1]), "hardest")
    with pytest.raises(ValueError, match="needs 3 identities with 4 pictures, got 3 with at least 2"):
        faces.identity_batches(np.zeros((7, 2)), [0, 0, 0, 1, 1, 2, 2], people=3, pictures=4)


# ------------------------------------------------------------------------------------------------------- mining and losses


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize("how", ["hardest", "semi-hard"])
def test_mining_by_loops(batch, how, squared):
    e, y = batch
    d = faces.batch_distances(e, squared)
    ap, an = faces.mine(d, y, how)
    for a in range(15):
        positives = [p for p in range(15) if p != a and y[p] == y[a]]
        assert ap[a].tolist() == [float(d[a, p]) for p in positives]
        for k, p in enumerate(positives):
            negatives = [float(d[a, n]) for n in range(15) if y[n] != y[a] and (how == "hardest" or d[a, n] > d[a, p])]
            assert float(an[a, k]) == min(negatives, default=np.inf)


def test_random_negatives_are_negatives(batch):
    e, y = batch
    d = faces.batch_distances(e)
    ap, an = faces.mine(d, y, "random", torch.Generator().manual_seed(1))
    assert an.shape == ap.shape == (15, 2)
    for a in range(15):
        assert all(float(v) in {float(d[a, n]) for n in range(15) if y[n] != y[a]} for v in an[a])
    again = faces.mine(d, y, "random", torch.Generator().manual_seed(1))[1]
    assert torch.equal(an, again)


def test_the_triplet_loss_is_torchs(batch):
    """torch's margin loss has plain distances; with the hardest negatives of the batch both must agree, and their gradients."""
    e, y = batch
    z, other = e.clone().requires_grad_(), e.clone().requires_grad_()
    faces.triplet_loss(faces.batch_distances(z, False), y, "hardest", 0.3).backward()
    d = torch.cdist(e, e)
    a, p = torch.nonzero((y[:, None] == y) & ~torch.eye(15, dtype=torch.bool), as_tuple=True)
    n = d.masked_fill(y[:, None] == y, torch.inf).argmin(dim=1)[a]
    theirs = F.triplet_margin_loss(other[a], other[p], other[n], margin=0.3, eps=0)
    theirs.backward()
    assert float(faces.triplet_loss(faces.batch_distances(e, False), y, "hardest", 0.3)) == pytest.approx(float(theirs.detach()), rel=1e-9)
    assert torch.allclose(z.grad, other.grad, atol=1e-9)


def test_no_semi_hard_negative_costs_nothing():
    e = torch.tensor([[0.0], [9.0], [1.0], [2.0]])  # the two strangers lie between anchor and positive
    y = torch.tensor([0, 0, 1, 1])
    _, an = faces.mine(faces.squared_distances(e), y, "semi-hard")
    assert torch.isinf(an[:2]).all() and float(an[2, 0]) == 64
    assert torch.isfinite(faces.triplet_loss(faces.squared_distances(e), y, "semi-hard"))


def test_the_contrastive_loss_by_loops(batch):
    e, y = batch
    d = torch.cdist(e, e)
    same = [float(d[i, j]) ** 2 for i in range(15) for j in range(15) if i != j and y[i] == y[j]]
    other = [max(0.0, 0.8 - float(d[i, j])) ** 2 for i in range(15) for j in range(15) if y[i] != y[j]]
    assert float(faces.contrastive_loss(faces.batch_distances(e, False), y, 0.8)) == pytest.approx(np.mean(same) + np.mean(other), rel=1e-6)


def test_distances_have_a_gradient_where_points_meet():
    z = torch.ones(3, 2, dtype=torch.float64, requires_grad=True)
    faces.batch_distances(z, False).sum().backward()
    assert torch.equal(z.grad, torch.zeros(3, 2, dtype=torch.float64))


def test_batches():
    x, y = np.arange(24.0)[:, None], np.repeat([5, 2, 9, 4], 6)
    made = list(faces.identity_batches(x, y, people=3, pictures=2, steps=7)(np.random.default_rng(0)))
    assert len(made) == 7
    for rows, names in made:
        assert len(set(rows[:, 0].tolist())) == 6 and sorted(np.unique(names.numpy(), return_counts=True)[1]) == [2, 2, 2]
        assert y[rows[:, 0].numpy().astype(int)].tolist() == names.tolist() and names[::2].tolist() == names[1::2].tolist()


def test_embeddings_have_length_one_and_weights_are_shared(sets):
    torch.manual_seed(1)
    net = faces.EmbeddingNet(dim=5)
    e = faces.embed(net, sets[2].x[:3])
    assert e.shape == (3, 5) and e.dtype == np.float64
    np.testing.assert_allclose(np.linalg.norm(e, axis=1), 1, atol=1e-6)  # float32
    two = [copy.deepcopy(net), copy.deepcopy(net)]
    left, right = (torch.tensor(sets[0].x[i : i + 2], dtype=torch.float32) for i in (0, 20))
    (net(left) - net(right)).pow(2).sum().backward()
    (two[0](left) - two[1](right)).pow(2).sum().backward()
    for p, a, b in zip(net.parameters(), *(c.parameters() for c in two), strict=True):
        assert torch.allclose(p.grad, a.grad + b.grad, atol=1e-5)


# ------------------------------------------------------------------------------------------------------- what the page claims


def test_baselines_are_near_chance(sets):
    d, same = faces.pairs(sets[2].x, sets[2].y)
    assert 0.55 < faces.auc(d, same) < 0.6
    assert roc_auc_score(same, -d) == pytest.approx(faces.auc(d, same), abs=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_semi_hard_beats_random_beats_hardest(scored, seed):
    semi, random, hardest = (scored(seed, how=how) for how in ("semi-hard", "random", "hardest"))
    assert semi[2] >= 0.98 and semi[2] > random[2] + 0.005 and random[2] > hardest[2] + 0.1
    assert hardest[1][20:].max() < 0.1 and hardest[1][-1] < 0.03  # collapsed, for good
    assert semi[1].min() > 0.8
    assert seed != 1 or random[2] < scored(seed, how="contrastive")[2] < semi[2]


@pytest.mark.parametrize("seed", [1])
def test_plain_distances_climb_out(scored, seed):
    _, spread, area = scored(seed, how="hardest", squared=False)
    assert spread[40:60].max() < 0.1 and spread[-1] > 0.7 and area > 0.975


def test_semi_hard_with_plain_distances(scored):
    assert scored(0, how="semi-hard", squared=False)[2] > scored(0, how="semi-hard")[2]


def test_a_random_start_helps_at_different_speeds(scored):
    quick, slow = scored(0, how="hardest", warm=50), scored(2, how="hardest", warm=50)
    assert quick[1][-1] > 1 and quick[2] > 0.98
    assert slow[1][-1] < 0.6 and slow[2] > 0.96


def test_the_slope_at_a_collapse(sets):
    """It falls with the differences for squared distances and keeps its size for plain ones."""
    torch.manual_seed(3)
    x, y = next(faces.identity_batches(sets[0].x, sets[0].y)(np.random.default_rng(3)))
    e = faces.EmbeddingNet()(x).detach().double()
    norm = {}
    for squared in (True, False):
        for s in (1, 0.01):
            z = (e.mean(dim=0) + s * (e - e.mean(dim=0))).requires_grad_()
            faces.triplet_loss(faces.batch_distances(z, squared), y, "hardest").backward()
            norm[squared, s] = float(z.grad.norm())
    assert norm[True, 0.01] == pytest.approx(0.01 * norm[True, 1], rel=0.1)
    assert norm[False, 0.01] == pytest.approx(norm[False, 1], rel=0.1)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_threshold_from_the_training_people_promises_too_much(sets, scored, seed):
    train, _, test = sets
    model = scored(seed, how="semi-hard")[0]
    few = train.y < 100
    t = faces.threshold(*faces.pairs(faces.embed(model, train.x[few]), train.y[few]))
    far, _ = faces.rates(*faces.pairs(faces.embed(model, test.x), test.y), t)
    assert far > 0.0105


@pytest.mark.parametrize(("chalk", "majority", "minority"), [(20, 0, 1), (180, 1, 0)])
def test_the_smaller_group_pays(sets, chalk, majority, minority):
    """Whichever it is: pencil (0) or chalk (1)."""
    train, validation, test = sets
    model, _ = faces.fit(faces.negative(train, range(chalk)), train.y, seed=1)
    embed = [lambda x: faces.embed(model, x), lambda x: faces.embed(model, 1 - x)]
    t = faces.threshold(*faces.pairs(embed[majority](validation.x), validation.y))
    got = [faces.rates(*faces.pairs(f(test.x), test.y), t) for f in embed]
    assert got[minority][0] > 4 * got[majority][0] and got[minority][1] < got[majority][1] - 0.15


def test_negatives_hold_the_same(sets):
    x = faces.negative(sets[1], [0, 49])
    assert np.array_equal(x[12:-12], sets[1].x[12:-12])
    np.testing.assert_allclose(x[:12] + sets[1].x[:12], 1)
    np.testing.assert_allclose(x[-12:] + sets[1].x[-12:], 1)
