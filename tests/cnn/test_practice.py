"""The parts against PyTorch and a brute count, the planted bugs one by one, and both tables of the page."""
import numpy as np
import pytest
import torch

from dlcourse.cnn import practice as P

torch.set_num_threads(1)


def test_the_right_parts_are_torchs():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (3, 5, 7, 3)).astype(np.uint8)
    assert np.array_equal(P.channels_first(x), torch.tensor(x).permute(0, 3, 1, 2).numpy())
    std, mean = torch.std_mean(torch.tensor(x, dtype=torch.float64), dim=(0, 1, 2), correction=0)
    np.testing.assert_allclose(P.fit_scale(x), np.stack([mean, std]), rtol=1e-12)
    norm = torch.nn.BatchNorm2d(3, eps=1e-12, affine=False).double()  # in training it normalises by the mean and spread of what it gets
    want = norm(torch.tensor(P.channels_first(x), dtype=torch.float64)).numpy()
    np.testing.assert_allclose(P.channels_first(P.apply_scale(x, P.fit_scale(x))), want, rtol=1e-9, atol=1e-12)
    image, box = P.flip(x[0], np.array([1.0, 2, 4, 3]))
    assert np.array_equal(image, torch.tensor(x[0]).flip(1).numpy()) and box.tolist() == [3, 2, 6, 3]
    assert P.brighten(np.array([0, 5, 250], np.uint8), 10).tolist() == [10, 15, 255]
    scores, labels = torch.randn(4, 3), torch.tensor([0, 2, 1, 1])
    want = -torch.log_softmax(scores, dim=1)[torch.arange(4), labels].mean()
    assert torch.isclose(P.class_loss(scores, labels), want)


def test_overlap_by_counting_pixels():
    rng = np.random.default_rng(1)
    first = rng.integers(0, 8, (40, 2, 2))
    boxes = np.concatenate([first, first + rng.integers(1, 7, (40, 2, 2))], axis=2).astype(float)  # (40, 2, 4)
    for a, b in boxes:
        masks = np.zeros((2, 15, 15), bool)
        for mask, (x0, y0, x1, y1) in zip(masks, (a.astype(int), b.astype(int)), strict=True):
            mask[y0:y1, x0:x1] = True
        assert P.iou(a[None], b[None])[0] == pytest.approx((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum(), abs=1e-12)


def test_pictures_and_their_boxes():
    images, boxes, labels = P.pictures(30, 3)
    assert images.dtype == np.uint8 and images.shape == (30, 16, 16, 3) and boxes.shape == (30, 4) and set(labels) == {0, 1, 2}
    for image, (x0, y0, x1, y1) in zip(images.astype(float), boxes.astype(int), strict=True):
        inside = image[y0:y1, x0:x1].mean()
        assert inside > (image.sum() - image[y0:y1, x0:x1].sum()) / (image.size - 3 * (x1 - x0) * (y1 - y0)) + 10


def test_the_sets():
    data = P.pictures(40, 0)
    trained, tested, (a, b) = P.prepared(P.parts(), *data, np.random.default_rng(0))
    assert len(trained[0]) == 80 and len(tested[0]) == 20 and not set(a) & set(b)
    trained, tested, (a, b) = P.prepared(P.parts("copies"), *data, np.random.default_rng(0))
    assert len(trained[0]) == len(tested[0]) == 80 and len(set(a) & set(b)) > 20
    _, tested, _ = P.prepared(P.parts("test augmented"), *data, np.random.default_rng(0))
    assert len(tested[0]) == 80
    with pytest.raises(ValueError, match="bug must be one of"):
        P.parts("typo")


def test_nearest_by_brute_force():
    a, b = P.pictures(5, 0)[0], P.pictures(7, 1)[0]
    want = []
    for x in a.astype(float):
        gaps = [np.linalg.norm((x - x.mean()) - (z - z.mean())) for y in b.astype(float) for z in (y, y[:, ::-1])]
        want.append(min(gaps))
    np.testing.assert_allclose(P.nearest(a, b), want, rtol=1e-9)
    assert P.nearest(a[:1], a[:1, :, ::-1]).item() < 1e-3  # rounding errors of a difference of squares


FAILS = {  # the checks that fail, in the order of CHECKS
    "none": [], "reshaped": [0], "x for y": [1], "box not flipped": [1], "bytes overflow": [2], "own scale": [3], "test unscaled": [3], "test augmented": [4],
    "one throw": [6], "copies": [4, 5], "softmax twice": [8], "training mode": [7], "sides + 1": [9]}


@pytest.mark.parametrize("bug", P.BUGS)
def test_the_table_of_checks(bug):
    assert [i for i, check in enumerate(P.CHECKS.values()) if not check(P.parts(bug))] == FAILS[bug]


def test_the_table_of_scores():
    runs = {"none": P.run(P.parts())}
    for bug in P.BUGS:
        runs[bug] = P.run(P.parts(bug), net=runs["none"].net if bug in P.ONLY_TESTS else None)
    low = {bug for bug, r in runs.items() if r.accuracy < 0.9}
    assert low == {"reshaped", "test unscaled"}
    assert runs["own scale"].fresh_accuracy > runs["none"].fresh_accuracy
    assert runs["copies"].accuracy > 0.98 and runs["copies"].accuracy > runs["copies"].fresh_accuracy + 0.01
    assert runs["sides + 1"].overlap > runs["none"].overlap + 0.03 and runs["sides + 1"].fresh_overlap == runs["none"].fresh_overlap
    assert runs["x for y"].overlap < runs["box not flipped"].overlap < runs["none"].overlap - 0.05
    assert runs["training mode"].fresh_accuracy == runs["none"].fresh_accuracy  # the network itself is untouched


def test_softmax_twice_has_a_floor():
    sure = torch.tensor([[1000.0, 0, 0]])
    wrong = P.parts("softmax twice").class_loss
    assert wrong(sure, torch.tensor([0])).item() == pytest.approx(np.log(1 + 2 / np.e), abs=1e-6)
    assert wrong(sure, torch.tensor([1])).item() == pytest.approx(1 + np.log(1 + 2 / np.e), abs=1e-6)


def test_quiet_bugs_are_unsteady():
    assert P.run(P.parts("bytes overflow"), seed=1).accuracy < 0.93
    assert P.run(P.parts("softmax twice"), seed=1).accuracy < 0.85


def test_without_mirror_images_boxes_that_are_read_wrongly_cost_nothing():
    found = []
    for bug in ("none", "x for y"):
        p = P.parts(bug)
        p.throws = lambda n, rng: (np.zeros(n, bool), rng.integers(0, 101, n))
        found.append(P.run(p).overlap)
    assert abs(found[0] - found[1]) < 0.03 and min(found) > 0.45
