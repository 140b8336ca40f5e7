"""IoU against counted pixels and matplotlib's rectangles, losses and slopes against torch, dense networks against cut windows; the figures of the page."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Bbox

from dlcourse import check
from dlcourse.cnn import localisation as V
from dlcourse.data import shapes_scene

A, B = np.array([[0.0, 0, 4, 3], [5, 5, 7, 7]]), np.array([[2.0, 1, 6, 6], [0, 0, 4, 3], [10, 10, 12, 12]])


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def random_boxes(rng, n, size=20):
    """Corners on whole numbers, with an area."""
    low = rng.integers(0, size, size=(n, 2))
    return np.concatenate([low, low + rng.integers(1, size, size=(n, 2))], axis=1).astype(float)


def mask(box, size=40, fine=1):
    """The cells of a grid that a box covers, `fine` cells a pixel.  A cell counts if its middle lies inside."""
    middle = (np.arange(size * fine) + 0.5) / fine
    return np.outer((box[1] < middle) & (middle < box[3]), (box[0] < middle) & (middle < box[2]))


# ------------------------------------------------------------------------------------------------------------ formats


@given(st.lists(st.tuples(*[st.floats(-50, 50)] * 2, *[st.floats(0, 50)] * 2), min_size=0, max_size=5))
def test_formats_go_round(rows):
    boxes = np.array(rows, dtype=float).reshape(-1, 4)
    corners = V.xywh_to_corners(boxes)
    np.testing.assert_allclose(V.corners_to_xywh(corners), boxes, atol=1e-12)
    np.testing.assert_allclose(V.centre_to_corners(V.corners_to_centre(corners)), corners, atol=1e-12)
    np.testing.assert_allclose(corners[:, :2] + corners[:, 2:], 2 * V.corners_to_centre(corners)[:, :2], atol=1e-12)


def test_formats_by_hand_and_for_any_number_of_axes():
    assert V.corners_to_centre([2, 3, 8, 7]).tolist() == [5, 5, 6, 4] and V.corners_to_xywh([2, 3, 8, 7]).tolist() == [2, 3, 6, 4]
    boxes = random_boxes(np.random.default_rng(0), 6).reshape(2, 3, 4)
    for there, back in ((V.corners_to_centre, V.centre_to_corners), (V.corners_to_xywh, V.xywh_to_corners)):
        np.testing.assert_array_equal(back(there(boxes)), boxes)


# ------------------------------------------------------------------------------------------------------------ overlap


def test_iou_counts_pixels():
    rng = np.random.default_rng(1)
    for m, k in ((1, 1), (7, 11), (30, 4)):
        a, b = random_boxes(rng, m), random_boxes(rng, k)
        counted = np.array([[(mask(p) & mask(q)).sum() / (mask(p) | mask(q)).sum() for q in b] for p in a])
        np.testing.assert_allclose(V.box_iou(a, b), counted, rtol=1e-14)
        np.testing.assert_allclose(V.box_iou(a / 7, b / 7), counted, rtol=1e-12)
        np.testing.assert_allclose(V.box_area(a), [mask(p).sum() for p in a])


def test_iou_and_giou_agree_with_matplotlib_and_a_fine_grid():
    rng = np.random.default_rng(2)
    a, b = (np.sort(rng.uniform(0, 40, size=(9, 2, 2)), axis=1).reshape(9, 4) for _ in range(2))
    iou, giou = V.box_iou(a, b), V.box_giou(a, b)
    for i, j in np.ndindex(9, 9):
        p, q = (Bbox.from_extents(*v) for v in (a[i], b[j]))
        shared = Bbox.intersection(p, q)
        shared = shared.width * shared.height if shared else 0.0
        either, hull = p.width * p.height + q.width * q.height - shared, Bbox.union([p, q])
        hull = hull.width * hull.height
        assert iou[i, j] == pytest.approx(shared / either, rel=1e-12, abs=1e-15)
        assert giou[i, j] == pytest.approx(shared / either - (hull - either) / hull, rel=1e-12)
    p, q = (mask(v, fine=20) for v in (a[0], b[0]))
    assert V.box_iou(a[:1], b[:1])[0, 0] == pytest.approx((p & q).sum() / (p | q).sum(), abs=0.02)  # cells of 1/20 pixel


def test_edges_of_the_iou():
    assert V.box_iou(np.zeros((0, 4)), B).shape == (0, 3) and V.box_iou(A, np.zeros((0, 4))).shape == (2, 0)
    assert V.box_giou(np.zeros((0, 4)), B).shape == (0, 3)
    flat = np.array([[1.0, 1, 1, 5], [2, 2, 2, 2]])
    assert not V.box_iou(flat, flat).any() and not V.box_iou([[0, 0, 2, 2]], [[2, 0, 4, 2], [2, 2, 3, 3], [5, 5, 6, 6]]).any()
    np.testing.assert_array_equal(V.box_iou(A, A), np.eye(2))
    np.testing.assert_array_equal(V.box_giou(A, B), V.box_giou(B, A).T)
    assert V.box_giou([[0, 0, 1, 1]], [[999, 999, 1000, 1000]])[0, 0] == pytest.approx(-1, abs=1e-5)


def test_examples_of_the_page():
    np.testing.assert_allclose(V.box_iou(A, B), [[1 / 7, 1, 0], [1 / 23, 0, 0]], rtol=1e-14)
    for side, iou in ((8, 49 / 79), (15, 196 / 254)):
        assert V.box_iou([[0, 0, side, side]], [[1, 1, side + 1, side + 1]])[0, 0] == pytest.approx(iou)
    target = [[20, 20, 30, 30]]
    for x in (-20.0, 0, 9):
        assert V.box_iou([[x, 20, x + 10, 30]], target) == V.box_iou([[x + 1, 20, x + 11, 30]], target) == 0
        assert V.box_giou([[x, 20, x + 10, 30]], target) < V.box_giou([[x + 1, 20, x + 11, 30]], target)
    a, b = np.array([[2.0, 2, 8, 6]]), V.centre_to_corners([[6, 5, 4, 6]])
    assert b.tolist() == [[4, 2, 8, 8]] and V.box_iou(a, b)[0, 0] == 0.5
    np.testing.assert_allclose(V.encode_box(b, a), [[1 / 6, 1 / 4, np.log(4 / 6), np.log(6 / 4)]])
    assert (480 - 32) // 8 + 1 == 57 and (640 - 32) // 8 + 1 == 77 and 57 * 77 == 4389


# ------------------------------------------------------------------------------------------------------- codes, loss


def test_codes_go_round_and_do_not_know_scale_or_place():
    rng = np.random.default_rng(3)
    boxes, anchors = random_boxes(rng, 50), random_boxes(rng, 50)
    codes = V.encode_box(boxes, anchors)
    np.testing.assert_allclose(V.decode_box(codes, anchors), boxes, atol=1e-12)
    np.testing.assert_allclose(V.encode_box(3 * boxes - 5, 3 * anchors - 5), codes, atol=1e-12)
    np.testing.assert_allclose(V.encode_box(boxes, boxes), 0, atol=1e-15)
    np.testing.assert_allclose(V.encode_box([[15, 10, 35, 30]], [[10, 10, 30, 20]]), [[0.25, 0.5, 0, np.log(2)]])
    assert V.encode_box(boxes[:, None], anchors[None, :3]).shape == (50, 3, 4)  # they broadcast
    errors = [V.box_iou(V.decode_box(c + [0.1, 0, 0, 0], a[None]), b[None])[0, 0] for a, b, c in zip(anchors, boxes, codes[:, None], strict=True)]
    again = [V.box_iou(V.decode_box(c + [0.1, 0, 0, 0], 7 * a[None]), 7 * b[None])[0, 0] for a, b, c in zip(anchors, boxes, codes[:, None], strict=True)]
    np.testing.assert_allclose(errors, again, rtol=1e-12)


def test_smooth_l1_is_torchs():
    error = np.concatenate([np.linspace(-3, 3, 121), [0.05, -0.05, 1.0]])
    for beta in (0.05, 0.4, 1.0, 2.5):
        leaf = torch.tensor(error, requires_grad=True)
        theirs = F.smooth_l1_loss(leaf, torch.zeros_like(leaf), beta=beta, reduction="none")
        theirs.sum().backward()
        ours, slope = V.smooth_l1(error, beta)
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(slope, leaf.grad.numpy(), rtol=1e-13)
    inner = np.linspace(-0.9, 0.9, 7)
    check.gradient_check(lambda e: V.smooth_l1(e, 0.37)[0].sum(), inner, V.smooth_l1(inner, 0.37)[1])


@pytest.mark.parametrize("call, words", [
    (lambda: V.box_iou(np.ones((2, 3)), B), "a must have shape"),
    (lambda: V.box_iou(A, [[3, 4, 2, 9]]), "b must have x1 >= x0"),
    (lambda: V.box_iou(A[0], B), "a must have shape"),
    (lambda: V.box_giou(A, np.ones((2, 2, 4))), "b \\(A, 4\\)"),
    (lambda: V.corners_to_centre([5, 0, 4, 1]), "are they corners"),
    (lambda: V.centre_to_corners([5, 5, -1, 1]), "w >= 0"),
    (lambda: V.xywh_to_corners(3.0), "boxes must have shape"),
    (lambda: V.encode_box([[0, 0, 0, 1]], [[0, 0, 1, 1]]), "boxes must have a width"),
    (lambda: V.encode_box([[0, 0, 1, 1]], [[0, 0, 1, 0]]), "anchors must have a width"),
    (lambda: V.decode_box(np.ones((2, 3)), A), "codes must have shape"),
    (lambda: V.smooth_l1(1.0, 0), "beta must be > 0"),
    (lambda: V.fc_to_conv(np.ones((2, 7)), (2, 2, 2)), "w must be"),
    (lambda: V.pick_one(shapes_scene(2), "right"), "rule must be"),
    (lambda: V.pick_one(shapes_scene(2, (0, 0)), "left"), "each scene needs"),
    (lambda: V.fit_localiser(shapes_scene(2), loss="l1"), "loss must be"),
])
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ---------------------------------------------------------------------------------------------------- dense networks


@pytest.mark.parametrize("shape, k", [((3, 2, 4), 5), ((1, 1, 1), 1), ((2, 5, 3), 4)])
def test_a_fully_connected_layer_is_a_convolution(shape, k):
    rng = np.random.default_rng(4)
    w, b = rng.normal(size=(k, int(np.prod(shape)))), rng.normal(size=k)
    x = torch.tensor(rng.normal(size=(2, shape[0], shape[1] + 3, shape[2] + 2)))
    out = F.conv2d(x, torch.tensor(V.fc_to_conv(w, shape)), torch.tensor(b)).numpy()
    assert out.shape == (2, k, 4, 3)
    for u, v in np.ndindex(4, 3):
        flat = x[:, :, u : u + shape[1], v : v + shape[2]].reshape(2, -1).numpy()
        np.testing.assert_allclose(out[:, :, u, v], flat @ w.T + b, rtol=1e-11, atol=1e-12)


@pytest.fixture(scope="module")
def windows():
    x, y = V.window_samples(shapes_scene(1500, size=40, seed=4))
    return {padding: V.fit_windows(x, y, padding).double() for padding in (0, 1)}


def test_windows_are_learnt_and_what_they_show(windows):
    scenes = shapes_scene(500, size=40, noise=0.0, seed=5)
    x, y = V.window_samples(scenes)
    assert (x[y < 3] > 0).any(axis=(1, 2)).all() and set(y) == {0, 1, 2, 3}
    for one in x[y < 3]:  # the object's middle is at most 2 pixels from the window's
        rows, columns = np.argwhere(one > 0).min(axis=0), np.argwhere(one > 0).max(axis=0) + 1
        assert (np.abs((rows + columns) / 2 - 8) <= 2.5).all()  # half a pixel more where the longest shapes are cut off
    x, y = V.window_samples(shapes_scene(500, size=40, seed=5))
    for net in windows.values():
        with torch.no_grad():
            assert (net(torch.tensor(x[:, None])).argmax(dim=1).numpy() == y).mean() > 0.97


def test_dense_is_cut_windows_without_padding_and_not_with(windows):
    image = shapes_scene(1, (6, 6), size=(64, 96), seed=7).images[0]
    cut = V.crops(image, 16, 2)
    assert cut.shape == (25, 41, 16, 16)
    for padding, net in windows.items():
        full = V.dense(net, (32, 5 + 3 * padding, 5 + 3 * padding))
        with torch.no_grad():
            each = net(torch.tensor(cut.copy()).reshape(-1, 1, 16, 16)).T.reshape(4, 25, 41)
            gap = (each - full(torch.tensor(image)[None, None])[0]).abs().amax(dim=0)
        assert (gap.max() < 1e-11) if padding == 0 else (gap.min() > 1e-6 and gap.max() > 1)
    net, full = windows[0], V.dense(windows[0], (32, 5, 5))
    assert (V.products(net, 16, 16) * 1025, V.products(full, 64, 96)) == (199_752_000, 59_595_072)
    assert (V.products(net[:5], 16, 16) * 1025, V.products(full[:5], 64, 96)) == (1025 * 143_424, 62 * 94 * 144 + 29 * 45 * 4608)


def test_a_place_sees_its_window(windows):
    full, x = V.dense(windows[0], (32, 5, 5)), torch.randn(1, 1, 64, 96, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    for u, v in ((0, 0), (10, 30), (24, 40)):
        (slope,) = torch.autograd.grad(full(x)[0, :, u, v].sum(), x)
        places = np.argwhere(slope[0, 0].numpy())
        assert (places.min(axis=0) >= (2 * u, 2 * v)).all() and (places.max(axis=0) <= (2 * u + 15, 2 * v + 15)).all() and len(places) > 150


# -------------------------------------------------------------------------------------------- the figures of the page


@pytest.fixture(scope="module")
def one_object():
    train, test = shapes_scene(2500, stretch=2.0, seed=0), shapes_scene(1000, stretch=2.0, seed=1)
    net = V.fit_localiser(train)
    return net, test, *V.pick_one(test, "left"), *V.locate(net, test.images)


def test_localisation_as_regression(one_object):
    _, _, truth, labels, found, boxes = one_object
    iou = V.paired_iou(boxes, truth)
    assert iou.mean() >= 0.8 and np.mean(iou > 0.5) > 0.98 and np.mean(found == labels) > 0.95
    assert np.allclose(iou, np.where((boxes[:, 2:] > boxes[:, :2]).all(axis=1), [V.box_iou(np.sort(p.reshape(2, 2), 0).reshape(1, 4), q[None])[0, 0]
                                                                                for p, q in zip(boxes, truth, strict=True)], 0))


def test_loss_and_iou_order_pictures_differently(one_object):
    _, _, truth, _, _, boxes = one_object
    iou, area = V.paired_iou(boxes, truth), V.box_area(truth)
    loss = V.smooth_l1((boxes - truth) / 32, 0.05)[0].mean(axis=1)
    theirs = F.smooth_l1_loss(torch.tensor(boxes / 32), torch.tensor(truth / 32), beta=0.05, reduction="none").mean(dim=1)
    np.testing.assert_allclose(loss, theirs.numpy(), rtol=1e-12)
    small, _, large = np.array_split(np.argsort(area), 3)
    assert iou[large].mean() - iou[small].mean() > 0.03
    worse = (loss[:, None] > loss) & (iou[:, None] > iou)
    assert 0.08 < 2 * worse.sum() / (1000 * 999) < 0.2


def test_two_objects_get_a_box_between_them(one_object):
    train, test = shapes_scene(2000, (2, 2), stretch=2.0, seed=2), shapes_scene(1000, (2, 2), stretch=2.0, seed=3)
    a, b = np.array(test.boxes).swapaxes(0, 1)
    spread, nearer, middle = {}, {}, {}
    nets = {"one": one_object[0], "l2": V.fit_localiser(train, "any", "l2", weight=100.0, epochs=6), "left": V.fit_localiser(train, "left", epochs=10)}
    for name, net in nets.items():
        boxes = V.locate(net, test.images)[1]
        p, q, r = ((v[:, :2] + v[:, 2:]) / 2 for v in (a, b, boxes))
        way = ((r - p) * (q - p)).sum(axis=1) / ((q - p) ** 2).sum(axis=1)
        spread[name] = np.subtract(*np.quantile(way, (0.75, 0.25)))
        nearer[name], middle[name] = np.maximum(V.paired_iou(boxes, a), V.paired_iou(boxes, b)).mean(), V.paired_iou(boxes, (a + b) / 2).mean()
    assert middle["l2"] > 0.6 > 0.3 > nearer["l2"] and spread["l2"] < 0.2
    assert nearer["left"] > 0.5 > 0.3 > middle["left"] and spread["left"] > 0.8
    assert nearer["one"] < middle["one"]


def test_misread_boxes_are_refused_in_part(one_object):
    misread = V.corners_to_xywh(one_object[2])
    silent = (misread[:, 2:] >= misread[:, :2]).all(axis=1)
    assert 0.3 < silent.mean() < 0.45 and np.diag(V.box_iou(misread[silent], one_object[2][silent])).mean() < 0.35
    with pytest.raises(ValueError, match="are they corners"):
        V.box_iou(misread, misread)


def test_training_draws_the_target_anew():
    scenes = shapes_scene(200, (2, 2), seed=8)
    draws = np.stack([V.pick_one(scenes, "any", np.random.default_rng(s))[0] for s in range(8)])
    a, b = np.array(scenes.boxes).swapaxes(0, 1)
    assert 0.4 < (draws == a).all(axis=2).mean() < 0.6 and ((draws == a).all(axis=2) | (draws == b).all(axis=2)).all()
    assert np.array_equal(V.pick_one(scenes, "left")[0][:, 0], np.minimum(a[:, 0], b[:, 0]))
