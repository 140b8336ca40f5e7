"""Counts against PyTorch on the meta device and against numbers that others publish; top-k against scikit-learn; LRN against torch; the page's figures."""
import numpy as np
import pytest
import torch
from sklearn.metrics import top_k_accuracy_score
from torch import nn

from dlcourse.cnn import architectures as A
from dlcourse.cnn.nets import modules
from dlcourse.cnn.nets.layers import LRN, BatchNorm, Branches, Conv, Dropout, Flatten, Linear, Pool, Relu

NETS = {
    "AlexNet": (A.alexnet(), A.ALEXNET_INPUT),
    "AlexNet, one group": (A.alexnet(1, norm_first=False), A.ALEXNET_INPUT),
    "AlexNet of libraries": (A.alexnet_narrow(), A.IMAGENET),
    "ZFNet": (A.zfnet(), A.IMAGENET),
    "ZFNet, wide": (A.zfnet(True), A.IMAGENET),
    **{f"VGG {name}": (A.vgg(name), A.IMAGENET) for name in A.VGG},
    "GoogLeNet": (A.googlenet(), A.IMAGENET),
    "GoogLeNet without biases": (A.googlenet(False), A.IMAGENET),
    **{f"ResNet-{depth}": (A.resnet(depth), A.IMAGENET) for depth in A.RESNET},
    "ResNet-50 v1.5": (A.resnet(50, True), A.IMAGENET),
    "DenseNet-121": (A.densenet121(), A.IMAGENET),
    "SqueezeNet": (A.squeezenet(), A.IMAGENET),
    "LeNet-300-100": (A.LENET_300_100, (1, 28, 28)),
    "LeNet of Caffe": (A.LENET_CAFFE, (1, 28, 28)),
}
TORCHVISION = {  # parameters of the models as torchvision's pages state them; GoogLeNet there has batch normalisation and is another net
    "AlexNet of libraries": 61_100_840, "VGG A": 132_863_336, "VGG B": 133_047_848, "VGG D": 138_357_544, "VGG E": 143_667_240,
    "ResNet-18": 11_689_512, "ResNet-34": 21_797_672, "ResNet-50": 25_557_032, "ResNet-101": 44_549_160, "ResNet-152": 60_192_808,
    "ResNet-50 v1.5": 25_557_032, "DenseNet-121": 7_978_856, "SqueezeNet": 1_248_424,
}


def torch_rows(layers, shape):
    """What PyTorch puts out and owns in each layer, in order of the walk: leaves by hooks, joins too."""
    rows = []

    def hook(module, _, out):
        own = sum(p.numel() for p in module.parameters()) if not isinstance(module, modules.Joined) else 0
        rows.append((tuple(out.shape[1:]), own))

    with torch.device("meta"), torch.no_grad():
        net = modules.build(layers, shape).eval()
        for module in net.modules():
            if isinstance(module, modules.Joined) or not list(module.children()) and not isinstance(module, (nn.Sequential, nn.ModuleList)):
                module.register_forward_hook(hook)
        net(torch.zeros(1, *shape))
    return rows


@pytest.mark.parametrize("name", NETS)
def test_counts_are_torchs(name):
    layers, shape = NETS[name]
    ours, walked = A.account(layers, shape), A.walk(layers, shape)
    assert (ours.params, ours.macs, walked[-1].shape) == modules.measure(layers, shape)
    assert ours.numbers == np.prod(shape) + sum(np.prod(r.shape) for r in walked if r.kind.split()[0] in ("conv", "pool", "linear"))


@pytest.mark.parametrize("name", ["AlexNet", "ZFNet", "VGG C", "GoogLeNet", "ResNet-18", "ResNet-50", "ResNet-50 v1.5", "SqueezeNet", "DenseNet-121"])
def test_every_layer_is_torchs(name):
    layers, shape = NETS[name]
    assert [(r.shape, r.params) for r in A.walk(layers, shape)] == torch_rows(layers, shape)


@pytest.mark.parametrize("name", TORCHVISION)
def test_parameters_are_those_of_torchvision(name):
    assert A.account(*NETS[name]).params == TORCHVISION[name]


def test_alexnet():
    two, one = A.account(*NETS["AlexNet"]), A.account(*NETS["AlexNet, one group"])
    assert (two.params, one.params) == (60_965_224, 62_378_344)
    assert (two.macs, one.macs) == (724_406_816, 1_135_256_096)
    rows = A.walk(A.alexnet(), A.ALEXNET_INPUT)
    assert sum(r.numbers for r in rows if not r.kind.startswith("pool")) == 659_272
    shapes = [r.shape for r in rows if r.kind.startswith(("conv", "pool", "linear"))]
    maps = [(96, 55), (96, 27), (256, 27), (256, 13), (384, 13), (384, 13), (256, 13), (256, 6)]
    assert shapes == [(c, n, n) for c, n in maps] + [(4096,), (4096,), (1000,)]
    dense = sum(r.params for r in rows if r.kind == "linear")
    assert dense / two.params == pytest.approx(0.962, abs=5e-4) and dense / one.params == pytest.approx(0.940, abs=5e-4)
    assert 253_440 == 55 * 48 * 96 and 253_440 + 186_624 + 2 * 64_896 + 43_264 + 2 * 4096 + 1000 == 622_312


def test_vgg_slide():
    rows = [r for r in A.walk(A.vgg("D"), A.IMAGENET) if r.kind.startswith(("conv", "pool", "linear"))]
    true = [150_528, *(r.numbers for r in rows)]
    assert len(true) == len(A.VGG_SLIDE) == 22
    np.testing.assert_allclose(A.VGG_SLIDE, true, rtol=0.01)  # the slide rounds to two figures, and to multiples of 100K
    account = A.account(A.vgg("D"))
    weights = [r.macs if r.kind == "linear" else r.macs // (r.shape[1] * r.shape[2]) for r in rows if r.params]
    assert sum(true) == account.numbers == 15_237_608 and sum(weights) == 138_344_128
    assert 4 * account.numbers / 2**20 == pytest.approx(58.1, abs=0.05) and 4 * account.numbers / 1e6 == pytest.approx(60.95, abs=0.005)
    assert sum(A.VGG_SLIDE) == pytest.approx(15.2e6, rel=0.005)
    assert 2 * 3_211_264 / sum(true) == pytest.approx(0.42, abs=0.005) and sum(true[1:7]) / sum(true) == pytest.approx(0.71, abs=0.005)
    dense = [r.macs for r in rows if r.kind == "linear"]
    assert sum(dense) / sum(weights) == pytest.approx(0.894, abs=0.0005) and dense[0] / sum(weights) == pytest.approx(0.743, abs=0.0005)
    assert sum(dense) / account.macs == pytest.approx(0.008, abs=0.0005)


def test_googlenet_slide():
    exact = {"3a": 163_328, "3b": 388_096, "4a": 375_552, "4b": 448_512, "4c": 509_440, "4d": 604_672, "4e": 867_328, "5a": 1_042_432, "5b": 1_442_816}
    counted = A.blocks(A.walk(A.googlenet(bias=False), A.IMAGENET))
    assert {name: params for name, (params, _) in counted.items()} == exact
    off = {name: A.GOOGLENET_SLIDE[name][0] * 1024 / params - 1 for name, (params, _) in counted.items()}
    assert {name for name, o in off.items() if abs(o) > 0.02} == {"4c", "5a"} and abs(off["4c"]) > 0.05 < abs(off["5a"])
    assert {name for name, (_, macs) in counted.items() if abs(A.GOOGLENET_SLIDE[name][1] * 1e6 / macs - 1) > 0.01} == {"5a"}
    rows = [r for r in A.walk(A.googlenet(bias=False), A.IMAGENET) if r.kind.startswith("conv") and not r.block]
    assert [(r.params, r.macs) for r in rows] == [(9408, 118_013_952), (4096, 12_845_056), (110_592, 346_816_512)]
    assert 2 * 7 * 3 * 64 == 2688 and round(2688 * 112 * 112 / 1e6) == 34 and 4096 + 110_592 == 112 * 1024
    joined = {r.block: r.shape[0] for r in A.walk(A.googlenet(), A.IMAGENET) if r.kind == "concat"}
    assert joined == {"3a": 256, "3b": 480, "4a": 512, "4b": 512, "4c": 512, "4d": 528, "4e": 832, "5a": 832, "5b": 1024}
    assert A.account(A.googlenet()).params == 6_998_552 and A.account(A.googlenet(False)).params - 1000 == 6_990_272
    two = A.account(A.alexnet(), A.ALEXNET_INPUT)
    assert two.params / 6_998_552 == pytest.approx(8.7, abs=0.05) and A.account(A.googlenet()).macs / two.macs == pytest.approx(2.2, abs=0.05)


def test_inception_without_reductions():
    naive, real = (A.blocks(A.walk([make("3a", bias=False)], (192, 28, 28))) for make in (A.inception_naive, A.inception))
    assert naive["3a naive"][0] == 387_072 and real["3a"][0] == 163_328
    assert A.walk([A.inception_naive("3a")], (192, 28, 28))[-1].shape == (416, 28, 28)


def test_resnet_slide():
    for depth, printed in A.RESNET_SLIDE.items():
        assert A.account(A.resnet(depth)).macs / 1e9 == pytest.approx(printed, rel=0.018)  # 34: 3.66 is printed as 3.6
        weighted = [layer for layer in A.walk(A.resnet(depth), A.IMAGENET) if layer.macs]
        shortcuts = 3 if depth < 50 else 4
        assert len(weighted) - shortcuts == depth
    assert A.account(A.resnet(50, True)).macs == 4_089_184_256 and A.account(A.resnet(50)).macs == 3_857_973_248
    assert A.account(A.resnet(18, True)) == A.account(A.resnet(18))


def test_a_small_resnet_of_the_exercise(monkeypatch):
    """The number in the exercise, counted by PyTorch: one block a stage on 33 x 20."""
    monkeypatch.setitem(A.RESNET, 18, (1, 1, 1, 1))
    trunk = A.resnet(18)[:-3]
    params, macs, shape = modules.measure(trunk, (3, 33, 20))
    assert shape == (512, 2, 1) and macs + 512 * 1000 == 21_714_816


def test_first_filters():
    nets = [NETS[name] for name in ("AlexNet", "AlexNet of libraries", "ResNet-101", "DenseNet-121")]
    with torch.device("meta"):
        shapes = [tuple(next(modules.build(layers, shape).parameters()).shape) for layers, shape in nets]
    assert shapes == [(96, 3, 11, 11), (64, 3, 11, 11), (64, 3, 7, 7), (64, 3, 7, 7)]


def test_compression_slide():
    names = {"LeNet-5": "LeNet of Caffe", "VGG-16": "VGG D"}  # the others have the same name here
    ratios = [before / after for before, after, *_ in A.COMPRESSION_SLIDE.values()]
    np.testing.assert_allclose(ratios, [39.6, 39.1, 34.8, 48.7, 10.0, 10.2], atol=0.05)
    for row, (before, *_) in A.COMPRESSION_SLIDE.items():
        unit = 1024**2 / 1e3 if row == "SqueezeNet" else 1e3  # its 4.8 MB are of 1024 x 1024 bytes
        assert 4 * A.account(*NETS[names.get(row, row)]).params / unit == pytest.approx(before, rel=0.02)
    assert A.account(*NETS["LeNet-300-100"]).params == 266_610 and A.account(*NETS["LeNet of Caffe"]).params == 431_080
    assert 4 * A.account(*NETS["SqueezeNet"]).params / 2**20 == pytest.approx(4.76, abs=0.005)


# ------------------------------------------------------------------------------------------------------------ smaller pieces


def test_pooling_sizes_are_torchs():
    for n in range(1, 20):
        for kernel, stride, ceil in ((2, 2, True), (3, 2, True), (3, 2, False), (2, 3, True), (3, 1, True), (4, 3, True), (1, 2, True)):
            for padding in range(kernel // 2 + 1):
                if n + 2 * padding >= kernel:
                    theirs = nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil)(torch.zeros(1, 1, n, n)).shape[-1]
                    assert A.pool_size(n, Pool(kernel, stride, padding, ceil=ceil)) == theirs, (n, kernel, stride, padding, ceil)


@pytest.mark.parametrize("shape", [(2, 7, 3, 4), (1, 1, 1, 1), (1, 3, 2, 5), (3, 11, 1, 2)])
@pytest.mark.parametrize("n, k, alpha, beta", [(5, 2.0, 1e-4, 0.75), (3, 1.0, 0.3, 0.5), (1, 0.5, 2.0, 1.0)])
def test_lrn_is_torchs_with_n_times_alpha(shape, n, k, alpha, beta):
    x = np.random.default_rng(0).normal(0, 5, size=shape)
    theirs = nn.LocalResponseNorm(n, n * alpha, beta, k)(torch.tensor(x)).numpy()
    np.testing.assert_allclose(A.lrn(x, n, k, alpha, beta), theirs, rtol=1e-12)
    if n > 1:
        assert np.abs(A.lrn(x, n, k, alpha, beta) - nn.LocalResponseNorm(n, alpha, beta, k)(torch.tensor(x)).numpy()).max() > 1e-6 * np.abs(x).max()


def test_lrn_refuses():
    with pytest.raises(ValueError, match="n odd"):
        A.lrn(np.zeros((1, 2, 3, 3)), n=4)
    with pytest.raises(ValueError, match="x must be"):
        A.lrn(np.zeros((2, 3, 3)))


@pytest.mark.parametrize("n, c", [(1, 2), (7, 5), (40, 11)])
def test_topk_is_sklearns_without_ties(n, c):
    rng = np.random.default_rng(n)
    scores, y = rng.normal(size=(n, c)), rng.integers(0, c, size=n)
    for k in range(1, c):
        labels = np.arange(c)
        theirs = 1 - top_k_accuracy_score(y, scores if c > 2 else scores[:, 1] - scores[:, 0], k=k, labels=labels)
        assert A.topk_error(scores, y, k) == pytest.approx(theirs if c > 2 else np.mean(scores.argmax(1) != y))
    assert A.topk_error(scores, y, c) == 0


def test_a_tie_counts_against():
    scores = np.zeros((1, 1000))
    assert A.ranks(scores, [3]).tolist() == [999] and A.topk_error(scores, [3], 5) == 1 and A.topk_error(scores, [0], 999) == 1
    assert A.ranks([[3.0, 5, 5, 1, 5], [1, 2, 3, 4, 5]], [1, 3]).tolist() == [2, 1]


BAD = [  # scores, y, k, what the message says
    *(([[1.0, 2]], [0], k, "k must") for k in (0, 3, 1.5)),
    *(([[1.0, 2]], [label], 1, "y must hold") for label in (2, -1, 0.5)),
    ([1.0, 2], [0, 1], 1, "scores must"),
    ([[1.0, 2]], [0, 1], 1, "scores must"),
    (np.zeros((0, 2)), [], 1, "scores must"),
    ([[np.nan, 2]], [1], 1, "NaN"),
]


@pytest.mark.parametrize("scores, y, k, match", BAD)
def test_topk_refuses(scores, y, k, match):
    with pytest.raises(ValueError, match=match):
        A.topk_error(scores, np.array(y), k)


def test_walk_refuses():
    with pytest.raises(ValueError, match="cannot join"):
        A.walk([Branches("b", ((Conv(2, 3),), ()))], (2, 5, 5))
    with pytest.raises(ValueError, match="cannot join"):
        A.walk([Branches("b", ((Conv(3, 1),), ()), "add")], (2, 5, 5))
    with pytest.raises(ValueError, match="Flatten"):
        A.walk([Linear(3)], (2, 5, 5))
    with pytest.raises(ValueError, match="record"):
        A.walk(["conv"], (2, 5, 5))
    with pytest.raises(ValueError, match="record"):
        modules.module("conv")
    with pytest.raises(ValueError, match="spans"):
        A.account(A.vgg("A"), (3, 16, 16))
    with pytest.raises(ValueError, match="groups"):
        A.account([Conv(4, 3, groups=2)], (3, 9, 9))
    with pytest.raises(ValueError, match="depth"):
        A.resnet(20)
    with pytest.raises(ValueError, match="name"):
        A.vgg("F")


def test_built_modules_compute():
    """Joined paths and every kind of layer, with numbers: against the same operations called one by one."""
    joined = Branches("c", ((Conv(3, 1),), (), (Pool(3, 1, 1),)))
    added = Branches("a", ((Conv(11, 3, 1, 1, bias=False), BatchNorm()), ()), "add")
    layers = [Conv(4, 3, 1, 1, 2), BatchNorm(), Relu(), LRN(), joined, added, Pool(2, 2, mode="average"), Dropout(), Flatten(), Linear(5)]
    torch.manual_seed(0)
    net = modules.build(layers, (2, 6, 8)).eval()
    x = torch.randn(3, 2, 6, 8)
    h = net[3](torch.relu(net[1](net[0](x))))
    h = torch.cat([net[4].paths[0](h), h, nn.functional.max_pool2d(h, 3, 1, 1)], dim=1)
    h = nn.functional.avg_pool2d(net[5].paths[0](h) + h, 2).flatten(1)
    assert torch.equal(net(x), net[9](h)) and net(x).shape == (3, 5)
    assert A.walk(layers, (2, 6, 8))[-1].shape == (5,) and sum(p.numel() for p in net.parameters()) == A.account(layers, (2, 6, 8)).params
    assert net[3].alpha == pytest.approx(5e-4) and modules.build([Relu()], (1, 2, 2)).training
