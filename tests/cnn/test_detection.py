"""Detection: anchors by loops, matching, suppression by brute force, RoI align by torch's grid_sample, the score by COCO's own program; the page's figures."""
import contextlib
import io
from fractions import Fraction

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.cnn import detection as V
from dlcourse.cnn.localisation import box_iou, decode_box
from dlcourse.data import shapes_scene
from dlcourse.data.scenes import Scenes


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def random_boxes(rng, n, size=20):
    """Corners on whole numbers, with an area: equal overlaps happen."""
    low = rng.integers(0, size, size=(n, 2))
    return np.concatenate([low, low + rng.integers(1, size, size=(n, 2))], axis=1).astype(float)


def random_answers(rng, boxes, labels, ties=False):
    """Answers near the true boxes and elsewhere, with some wrong classes, duplicates, and, if asked, equal scores."""
    near = np.repeat(boxes, 3, axis=0) + rng.normal(0, 1.2, (3 * len(boxes), 4))
    every = np.concatenate([near, random_boxes(rng, 3)])
    every = np.concatenate([np.minimum(every[:, :2], every[:, 2:]), np.maximum(every[:, :2], every[:, 2:])], axis=1)
    kinds = np.concatenate([np.repeat(labels, 3), rng.integers(3, size=3)])
    kinds = np.where(rng.random(len(kinds)) < 0.2, rng.integers(3, size=len(kinds)), kinds)
    scores = rng.random(len(kinds))
    return V.Found(every, np.round(scores, 1) if ties else scores, kinds)


# ------------------------------------------------------------------------------------------------- anchors and matching


@pytest.mark.parametrize("cells, stride, scales, ratios", [((2, 3), 4, (8, 12), (0.5, 1, 2)), ((1, 1), 7, (3,), (1,)), ((5, 2), 2.5, (4, 9, 10), (0.7,))])
def test_anchors_one_by_one(cells, stride, scales, ratios):
    expected = []
    for i in range(cells[0]):
        for j in range(cells[1]):
            for s in scales:
                for r in ratios:
                    w, h = s / r**0.5, s * r**0.5
                    x, y = (j + 0.5) * stride, (i + 0.5) * stride
                    expected.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    anchors = V.make_anchors(cells, stride, scales, ratios)
    np.testing.assert_allclose(anchors, expected, atol=1e-12)
    sides = anchors[:, 2:] - anchors[:, :2]
    np.testing.assert_allclose(sides.prod(axis=1), np.tile(np.repeat(np.square(scales), len(ratios)), cells[0] * cells[1]))


def match_slowly(anchors, boxes, low, high):
    """The rule in words, anchor by anchor."""
    result = []
    for a in anchors:
        overlaps = [box_iou(a[None], b[None])[0, 0] for b in boxes]
        k = max(range(len(boxes)), key=lambda i: (overlaps[i], -i), default=None)
        result.append(V.BACKGROUND if k is None or overlaps[k] < low else k if overlaps[k] >= high else V.IGNORED)
    for k, b in enumerate(boxes):
        overlaps = [box_iou(a[None], b[None])[0, 0] for a in anchors]
        if max(overlaps) > 0:
            result[overlaps.index(max(overlaps))] = k
    return result


def test_matching_follows_the_words():
    rng = np.random.default_rng(0)
    for a, k, low, high in ((1, 1, 0.4, 0.5), (30, 4, 0.4, 0.5), (50, 7, 0.1, 0.3), (25, 2, 0.3, 0.3), (9, 0, 0.4, 0.5)):
        anchors, boxes = random_boxes(rng, a), random_boxes(rng, k)
        chosen = V.match(anchors, boxes, low, high)
        assert chosen.tolist() == match_slowly(anchors, boxes, low, high) and chosen.shape == (a,)
        iou = box_iou(anchors, boxes)
        for j in range(k):  # nothing that could be found is lost, unless a later object took its anchor
            assert iou[:, j].max() == 0 or chosen[iou[:, j].argmax()] >= j
    far = np.array([[50.0, 50, 60, 60]])
    assert V.match(anchors, far).tolist() == [V.BACKGROUND] * 9  # an object that no anchor touches


def test_a_small_object_gets_an_anchor_and_the_band_is_ignored():
    anchors = np.array([[0.0, 0, 10, 10], [20, 0, 30, 10], [0, 20, 10, 30], [40, 40, 50, 50]])
    boxes = np.array([[0.0, 0, 10, 10], [22, 2, 25, 5], [0, 24, 10, 34]])
    assert V.match(anchors, boxes).tolist() == [0, 1, 2, V.BACKGROUND]
    assert V.match(np.concatenate([anchors, [[0, 0, 10, 4.5]]]), boxes[:1])[4] == V.IGNORED
    assert V.match(np.concatenate([anchors, [[0, 0, 10, 5.0]]]), boxes[:1])[4] == 0
    assert V.match(np.concatenate([anchors, [[0, 0, 10, 4.0]]]), boxes[:1])[4] == V.IGNORED
    assert V.match(anchors[:1], np.array([[0.0, 0, 9, 9], [1, 1, 9, 9]])).tolist() == [1]  # both want it: the later has it


def test_targets_decode_to_the_true_boxes():
    scenes = shapes_scene(30, (0, 3), stretch=2.0, seed=4)
    anchors = V.make_anchors((8, 8), 4, (9, 12), (0.6, 1, 1.7))
    y, codes = V.targets(scenes, anchors)
    assert y.shape == (30, 384) and y.min() == -1 and y.max() == 3 and not codes[y <= 0].any()
    for i in range(30):
        there = y[i] > 0
        back = decode_box(codes[i, there], anchors[there])
        close = np.abs(back[:, None] - scenes.boxes[i][None]).max(axis=2) < 1e-9 if there.any() else np.zeros((0, 0), dtype=bool)
        assert close.any(axis=1).all() and (not there.any() or close.any(axis=0).all())
        assert all(scenes.labels[i][row.argmax()] + 1 == label for row, label in zip(close, y[i, there], strict=True))
    one, _ = V.targets(scenes, anchors, classes=1)
    np.testing.assert_array_equal(one, np.minimum(y, 1))


# ------------------------------------------------------------------------------------------------------- suppression


def nms_slowly(boxes, scores, threshold):
    """Stays who is beaten by nobody that stays."""
    order, stays = sorted(range(len(boxes)), key=lambda d: (-scores[d], d)), []
    for d in order:
        if all(box_iou(boxes[d][None], boxes[e][None])[0, 0] <= threshold for e in stays):
            stays.append(d)
    return stays


@given(st.integers(0, 10**6), st.integers(0, 12), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_suppression_by_brute_force(seed, n, threshold):
    rng = np.random.default_rng(seed)
    boxes, scores = random_boxes(rng, n, 8), np.round(rng.random(n), 1)
    keep = V.nms(boxes, scores, threshold)
    assert keep.tolist() == nms_slowly(boxes, scores, threshold) and keep.dtype == np.int64


def test_suppression_at_the_threshold_and_by_class():
    boxes = np.array([[0.0, 0, 4, 4], [0, 0, 4, 2], [10, 10, 14, 14], [0, 0, 4, 4]])
    scores = np.array([0.5, 0.9, 0.2, 0.7])
    assert V.nms(boxes, scores, 0.5).tolist() == [1, 3, 2] and V.nms(boxes, scores, 0.49).tolist() == [1, 2]  # an IoU of exactly 0.5 is not above 0.5
    found = V.nms_by_class(V.Found(boxes, scores, np.array([0, 1, 0, 1])), 0.4)
    assert found.scores.tolist() == [0.9, 0.5, 0.2] and found.labels.tolist() == [1, 0, 0]
    empty = V.nms_by_class(V.Found(np.zeros((0, 4)), np.zeros(0), np.zeros(0, dtype=int)))
    assert empty.boxes.shape == (0, 4) and empty.scores.shape == (0,)


# --------------------------------------------------------------------------------------------------------- RoI align


@pytest.mark.parametrize("shape, box, size, samples", [
    ((3, 6, 9), (1.3, 0.7, 7.9, 4.4), 3, 2), ((1, 5, 5), (0.0, 0, 5, 5), 5, 1),
    ((2, 4, 7), (-1.0, 1.5, 8.5, 4.6), 2, 3), ((2, 8, 3), (0.2, 2.1, 2.9, 2.4), 1, 4),
])
def test_roi_align_is_grid_sample_and_a_mean(shape, box, size, samples):
    features = np.random.default_rng(5).normal(size=shape)
    step = (np.arange(size * samples) + 0.5) / (size * samples)
    x, y = box[0] + (box[2] - box[0]) * step, box[1] + (box[3] - box[1]) * step
    grid = np.stack(np.broadcast_arrays(2 * x[None] / shape[2] - 1, 2 * y[:, None] / shape[1] - 1), axis=-1)
    fine = F.grid_sample(torch.tensor(features)[None], torch.tensor(grid)[None], mode="bilinear", padding_mode="border", align_corners=False)
    expected = F.avg_pool2d(fine, samples)[0].numpy()
    np.testing.assert_allclose(V.roi_align(features, box, size, samples), expected, atol=1e-12)


def test_roi_align_of_a_plane_is_the_plane():
    row, column = np.mgrid[:9, :12] + 0.5
    out = V.roi_align((2 * column - 3 * row)[None], (2.3, 1.4, 8.3, 7.4), 3)[0]
    middles = np.arange(3) * 2 + 1.0
    np.testing.assert_allclose(out, 2 * (2.3 + middles)[None] - 3 * (1.4 + middles)[:, None], atol=1e-12)


# ----------------------------------------------------------------------------------------------------- average precision


def ap_slowly(hits, scores, total, rule):
    """The definition, in fractions."""
    order = sorted(range(len(hits)), key=lambda d: (-scores[d], d))
    right = [sum(bool(hits[d]) for d in order[:n]) for n in range(len(order) + 1)]
    points = [(Fraction(right[n], total), Fraction(right[n], n)) for n in range(1, len(order) + 1)]
    best = lambda r: max((p for q, p in points if q >= r), default=Fraction(0))  # noqa: E731
    levels = range(1, total + 1) if rule == "all" else range(int(rule))
    return float(sum(best(Fraction(k, total if rule == "all" else int(rule) - 1)) for k in levels) / (total if rule == "all" else int(rule)))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=25), st.integers(0, 6), st.sampled_from(["all", "11", "101"]))
def test_average_precision_is_its_definition(rows, missed, rule):
    hits, scores = [h for h, _ in rows], [s / 5 for _, s in rows]
    total = sum(hits) + missed
    value = V.average_precision(hits, scores, total, rule)
    assert np.isnan(value) if not total else value == pytest.approx(ap_slowly(hits, scores, total, rule), abs=1e-12)


def test_average_precision_of_the_page():
    hits, scores = [True, True, False, True, False, False], [0.95, 0.9, 0.8, 0.6, 0.5, 0.3]
    assert V.average_precision(hits, scores, 4) == pytest.approx(11 / 16)
    assert V.average_precision(hits, scores, 4, "11") == pytest.approx((6 * 1 + 2 * 0.75) / 11)
    assert V.average_precision(hits, scores, 4, "101") == pytest.approx((51 * 1 + 25 * 0.75) / 101)
    assert V.average_precision([], [], 3) == 0 and np.isnan(V.average_precision([False], [0.5], 0))


def by_coco(found, scenes):
    """AP of COCO's own evaluation -> (10 thresholds, 3 classes), nan for a class without an object"""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth, answers = COCO(), []
    rows = []
    for i, (boxes, labels) in enumerate(zip(scenes.boxes, scenes.labels, strict=True)):
        for (x0, y0, x1, y1), label in zip(boxes, labels, strict=True):
            box = {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0), "iscrowd": 0}
            rows.append({"id": len(rows) + 1, "image_id": i, "category_id": int(label), **box})
    for i, f in enumerate(found):
        for (x0, y0, x1, y1), score, label in zip(*f, strict=True):
            answers.append({"image_id": i, "category_id": int(label), "bbox": [x0, y0, x1 - x0, y1 - y0], "score": float(score)})
    with contextlib.redirect_stdout(io.StringIO()):
        truth.dataset = {"info": {}, "images": [{"id": i} for i in range(len(found))], "categories": [{"id": c} for c in range(3)], "annotations": rows}
        truth.createIndex()
        judge = COCOeval(truth, truth.loadRes(answers), "bbox")
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"][:, :, :, 0, -1]  # (10, 101, 3), all sizes, at most 100 answers a picture
    return np.where(precision < 0, np.nan, precision).mean(axis=1)


@pytest.mark.parametrize("seed, ties", [(0, False), (1, False), (2, True), (3, True)])
def test_the_score_is_cocos(seed, ties):
    rng = np.random.default_rng(seed)
    scenes = shapes_scene(40, (0, 3), stretch=2.0, seed=seed)
    found = [random_answers(rng, b, y, ties) for b, y in zip(scenes.boxes, scenes.labels, strict=True)]
    found[3] = V.Found(np.zeros((0, 4)), np.zeros(0), np.zeros(0, dtype=np.int64))
    ours = V.evaluate(found, scenes, V.COCO)
    assert 0.1 < ours.mean() < 0.8
    np.testing.assert_allclose(ours, by_coco(found, scenes), atol=1e-12)


def test_a_class_that_is_not_there_does_not_count():
    rng, scenes = np.random.default_rng(3), shapes_scene(30, (1, 3), seed=3)
    keep = [y != 1 for y in scenes.labels]
    scenes = Scenes(scenes.images, [b[k] for b, k in zip(scenes.boxes, keep, strict=True)], [y[k] for y, k in zip(scenes.labels, keep, strict=True)])
    found = [random_answers(rng, b, y) for b, y in zip(scenes.boxes, scenes.labels, strict=True)]
    ours = V.evaluate(found, scenes, V.COCO)
    assert np.isnan(ours[:, 1]).all() and not np.isnan(ours[:, ::2]).any()
    np.testing.assert_allclose(ours, by_coco(found, scenes), atol=1e-12)


def test_an_object_is_hit_once_by_the_best_score():
    boxes, labels = np.array([[0.0, 0, 10, 10], [0, 0, 10, 8]]), np.array([0, 0])
    answers = np.array([[0.0, 0, 10, 9], [0, 0, 10, 10], [0, 0, 10, 10]])
    found = V.Found(answers, np.array([0.5, 0.9, 0.4]), np.array([0, 0, 0]))
    assert V.assign(found, boxes, labels).tolist() == [1, 0, -1]
    assert V.assign(found._replace(labels=np.array([1, 0, 0])), boxes, labels).tolist() == [-1, 0, 1]
    assert V.assign(found, boxes[:0], labels[:0]).tolist() == [-1, -1, -1]
    assert V.assign(V.Found(np.array([[0.0, 0, 10, 5]]), np.ones(1), np.zeros(1, dtype=int)), boxes[:1], labels[:1]).tolist() == [0]  # exactly 0.5 is enough


def test_every_answer_has_one_kind():
    truth = [np.array([[0.0, 0, 10, 10], [20, 20, 30, 30]]), np.zeros((0, 4))]
    scenes = Scenes(np.zeros((2, 32, 32)), truth, [np.array([0, 1]), np.zeros(0, dtype=int)])
    boxes = np.array([[0.0, 0, 10, 10], [0, 0, 10, 9], [0, 0, 10, 4], [20, 20, 30, 29], [12, 0, 18, 9]])
    found = [V.Found(boxes, np.linspace(0.9, 0.5, 5), np.array([0, 0, 0, 2, 1])),
             V.Found(np.array([[0.0, 0, 5, 5]]), np.array([0.7]), np.array([0]))]
    assert V.error_kinds(found, scenes) == {"hit": 1, "duplicate": 1, "localisation": 1, "confusion": 1, "background": 2, "missed": 1}
    assert V.recall_at(found, scenes, 1) == 0.5 and V.recall_at(found, scenes, 4) == 1 and V.recall_at(found, scenes, 4, 0.95) == 0.5


@pytest.mark.parametrize("call, words", [
    (lambda: V.make_anchors((0, 2), 4, (8,), (1,)), "cells must be"),
    (lambda: V.make_anchors((2, 2), 4, (8, 0), (1,)), "scales, ratios > 0"),
    (lambda: V.make_anchors((2, 2), 4, 8, (1,)), "scales, ratios > 0"),
    (lambda: V.match(np.zeros((2, 4)), np.zeros((1, 4)), 0.6, 0.5), "low and high"),
    (lambda: V.roi_align(np.zeros((3, 4)), (0, 0, 1, 1), 2), "features must be"),
    (lambda: V.roi_align(np.zeros((1, 3, 4)), (0, 0, 1), 2), "box 4 numbers"),
    (lambda: V.nms(np.zeros((2, 4)), [0.5]), "equally many"),
    (lambda: V.average_precision([True], [0.5], 1, "7"), "rule must be"),
    (lambda: V.average_precision([True, True], [0.5, 0.4], 1), "hits at most total"),
    (lambda: V.average_precision([True], [0.5, 0.4], 1), "1 hits of 2"),
    (lambda: V.fit_detector(shapes_scene(2), np.zeros((64, 4)), balance="focal"), "balance must be"),
])
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --------------------------------------------------------------------------------------------------- the trained detector


def test_the_loss_by_hand_and_the_network_keeps_the_order_of_the_anchors():
    out, target = torch.zeros(1, 4, 8), torch.zeros(1, 4, 5)
    target[0, :, 0] = torch.tensor([2.0, 0, 0, -1])
    target[0, 0, 1] = 1.0
    out[0, 2, 0] = 1.0  # less wrong about the second background
    plain, easy = np.log(4), np.log(3 + np.e) - 1
    for balance, expected in (("all", plain * 2 + easy), ("random", plain * 2 + easy), ("hard", plain * 2 + easy)):
        assert V.anchor_loss(out, target, balance).item() == pytest.approx(expected + 2 * 0.95, rel=1e-6), balance
    many, rows = torch.zeros(1, 11, 8), torch.zeros(1, 11, 5)
    many[0, 1:, 0], rows[0, 0, 0] = torch.arange(10.0), 1
    expected = plain + sum(np.log(3 + np.exp(v)) - v for v in range(3))  # the three hardest
    assert V.anchor_loss(many, rows, "hard").item() == pytest.approx(expected, rel=1e-5)
    net = V.detector(5, 3, width=8).eval()
    x = torch.zeros(1, 1, 12, 20)
    with torch.no_grad():
        raw = net[:-1](x)
        conv = net[-1].conv(raw)  # (1, 40, 3, 5)
        assert torch.equal(net(x)[0, (2 * 5 + 3) * 5 + 4], conv[0, 4 * 8 : 5 * 8, 2, 3])


@pytest.fixture(scope="module")
def trained():
    train, test = shapes_scene(2000, (1, 3), stretch=2.0, seed=0), shapes_scene(500, (1, 3), stretch=2.0, seed=1)
    anchors = V.make_anchors((8, 8), 4, (9, 12), (0.6, 1, 1.7))
    return V.fit_detector(train, anchors, epochs=7), train, test, anchors


def test_the_detector(trained):
    net, _, test, anchors = trained
    found = V.detect(net, test.images, anchors)
    ap = V.evaluate(found, test, V.COCO)
    assert ap[0].mean() >= 0.95 and ap[5].mean() >= 0.85 and 0.7 < ap.mean() < 0.95
    np.testing.assert_allclose(ap, by_coco(found, test), atol=1e-12)
    wrong = V.detect(net, test.images, anchors - 2)  # half a stride
    assert V.evaluate(wrong, test).mean() < 0.6


def test_half_a_stride_does_little_if_training_and_use_agree(trained):
    _, train, test, anchors = trained
    net = V.fit_detector(train, anchors - 2, epochs=7)
    assert V.evaluate(V.detect(net, test.images, anchors - 2), test).mean() > 0.99


def test_all_the_background_costs_the_classes_not_the_objects(trained):
    _, train, test, anchors = trained
    found = V.detect(V.fit_detector(train, anchors, balance="all", epochs=5), test.images, anchors)
    kinds = V.error_kinds(found, test)
    assert V.evaluate(found, test).mean() < 0.7 and kinds["missed"] < 10 and kinds["background"] < 10 and kinds["confusion"] > 1500


def test_objects_that_overlap_are_lost_to_suppression(trained):
    """The two boxes of one picture, and answers that are perfect: the second goes as soon as the objects' own IoU is above the threshold."""
    net, _, test, anchors = trained
    boxes, labels = np.array([[4.0, 8, 16, 20], [8, 8, 20, 20]]), np.array([0, 0])
    perfect = V.Found(boxes, np.array([0.9, 0.8]), labels)
    assert box_iou(boxes[:1], boxes[1:])[0, 0] == 0.5
    assert [len(V.nms_by_class(perfect, t).scores) for t in (0.49, 0.5)] == [1, 2]
    duplicates = [V.error_kinds([V.nms_by_class(f, t) for f in V.answers(net, test.images, anchors)], test)["duplicate"] for t in (0.5, 0.9)]
    assert duplicates[0] < 20 and duplicates[1] > 1000


def test_what_the_score_hides(trained):
    net, _, test, anchors = trained
    found = V.detect(net, test.images, anchors)
    plain = V.evaluate(found, test).mean()
    assert V.evaluate([f._replace(scores=f.scores**3) for f in found], test).mean() == plain
    sure = [V.Found(*(v[f.scores > 0.5] for v in f)) for f in found]
    cost = {}
    for factor in (1.0, 0.5):
        twice = [V.Found(np.tile(f.boxes, (2, 1)), np.append(f.scores, factor * f.scores), np.tile(f.labels, 2)) for f in sure]
        cost[factor] = V.evaluate(sure, test).mean() - V.evaluate(twice, test).mean()
    assert cost[1.0] > 0.4 and abs(cost[0.5]) < 0.02
    raw = V.answers(net, test.images, anchors)
    assert V.evaluate(raw, test).mean() < 0.6 < 0.95 < V.evaluate([V.nms_by_class(f, 0.5) for f in raw], test).mean()


def test_proposals_recall_the_objects(trained):
    _, train, test, anchors = trained
    rpn = V.fit_detector(train, anchors, classes=1, epochs=3)
    proposals = [V.nms_by_class(f, 0.7) for f in V.answers(rpn, test.images, anchors, least=0.01)]
    assert V.recall_at(proposals, test, 10) >= 0.98 and V.recall_at(proposals, test, 1) < 0.6
