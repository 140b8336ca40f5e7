"""The pictures: that they draw what they were given, and that their colours can be told apart by everybody."""

import subprocess
import sys
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from dlcourse import data, plot

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def clean():
    """Each test starts from our style and leaves no figure open."""
    with matplotlib.rc_context():
        plot.style()
        yield
        plt.close("all")


def texts(ax):
    """All texts written in an Axes."""
    return [t.get_text() for t in ax.texts]


def luminance(colour):
    """Relative luminance of a colour, WCAG 2.1."""
    channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], channels))


def contrast(a, b):
    """Contrast ratio of two colours, WCAG 2.1."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# what people without one kind of cone see, as matrices on linear RGB: Machado, Oliveira, Fernandes, IEEE TVCG 2009, severity 1
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


@pytest.mark.parametrize("kind", ["full", *BLIND])
def test_the_first_colours_can_be_told_apart_by_everybody(kind):
    from skimage.color import rgb2lab

    rgb = np.array([to_rgb(c) for c in plot.COLOURS[:6]])
    if kind != "full":
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ np.array(BLIND[kind]).T
        linear = np.clip(linear, 0, 1)
        rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    lab = rgb2lab(rgb[None])[0]
    apart = np.linalg.norm(lab[:, None] - lab, axis=-1)[~np.eye(6, dtype=bool)]
    assert apart.min() > 10  # a difference of 2.3 in Lab is just noticeable


def test_text_and_the_first_colours_stand_out_from_the_ground():
    assert contrast(plot.INK, plot.GROUND) > 7
    assert all(contrast(c, plot.GROUND) > 3 for c in plot.COLOURS[:3])
    assert len(set(plot.COLOURS)) == len(plot.COLOURS) >= 10


def test_style_sets_size_and_an_opaque_ground():
    figure, ax = plt.subplots()
    assert tuple(figure.get_size_inches()) == (6, 3.6) and figure.dpi == 144
    assert to_rgb(figure.get_facecolor()) == to_rgb(plot.GROUND) and not plt.rcParams["savefig.transparent"]


def test_decision_regions_mark_what_is_wrong():
    d = data.xor()
    ax = plot.decision_regions(lambda p: (p[:, 0] > 0.5).astype(int), d.x, d.y, title="half right", names=["no", "yes"])
    assert ax.get_xlabel() and ax.get_ylabel() and ax.get_title() == "half right"
    rims = [to_rgb(c.get_edgecolors()[0]) for c in ax.collections if len(c.get_offsets()) == 1]
    assert rims.count((0.0, 0.0, 0.0)) == 2
    assert {t.get_text() for t in ax.legend().get_texts()} == {"no", "yes"}
    image = ax.images[0].get_array()
    assert set(np.unique(image)) == {0, 1} and image[0, 0] == 0 and image[0, -1] == 1


def test_decision_regions_of_many_and_odd_classes():
    x = np.random.default_rng(0).normal(size=(30, 2))
    y = np.arange(30) % 10 * 3
    ax = plot.decision_regions(lambda p: np.full(len(p), 7), x, y, steps=20)
    assert ax.has_data()
    with pytest.raises(ValueError, match="x must"):
        plot.decision_regions(lambda p: p[:, 0], x.T, y)
    with pytest.raises(ValueError, match="predict must"):
        plot.decision_regions(lambda p: p, x, y)


def test_training_curves_take_lists_and_dictionaries():
    ax = plot.training_curves({"a": [3, 2, 1], "b": {"loss": [1, 2], "accuracy": [0, 1]}}, log=True)
    assert [line.get_label() for line in ax.lines] == ["a", "b: loss", "b: accuracy"] and ax.get_yscale() == "log"
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 3
    assert ax.get_xlabel() == "epoch" and ax.get_legend()
    assert plot.training_curves({"only": [1]}, ax=ax) is ax


def test_image_grid():
    figure = plot.image_grid(np.random.rand(5, 4, 6), titles=range(5), columns=3)
    assert isinstance(figure, Figure) and len(figure.axes) == 6
    assert [ax.get_title() for ax in figure.axes] == ["0", "1", "2", "3", "4", ""]
    assert len(plot.image_grid(np.random.rand(2, 4, 6, 3)).axes) == 2
    signed = plot.image_grid(np.array([[[-2.0, 1.0]]]), signed=True).axes[0].images[0]
    assert signed.get_clim() == (-2, 2)
    for wrong in (np.zeros((4, 4)), np.zeros((0, 4, 4))):
        with pytest.raises(ValueError, match="images must"):
            plot.image_grid(wrong)


def test_histograms_share_their_axes_and_add_up_to_one():
    figure = plot.histograms({"a": np.arange(10), "b": np.zeros((3, 3))}, bins=5)
    assert len(figure.axes) == 2 and "mean 4.5" in figure.axes[0].get_title()
    for ax in figure.axes:
        assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1)
    with pytest.raises(ValueError, match="not finite"):
        plot.histograms({"a": [1, np.nan]})
    with pytest.raises(ValueError, match="at least one"):
        plot.histograms({})


def test_network_draws_units_weights_and_their_values():
    w = [np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[3.0], [-1.0]])]
    ax = plot.network([2, 2, 1], w, [["a", "b"], ["c", "d"], ["e"]], biases=[[-0.5, 1], [2]])
    assert len(ax.patches) == 5 and len(ax.lines) == 6
    assert {"a", "e", "-2", "0.5", "bias -0.5", "bias 2"} <= set(texts(ax))
    dashed = [line.get_linestyle() for line in ax.lines]
    assert dashed.count("--") == 2
    assert len(plot.network([3, 7, 2]).lines) == 35
    with pytest.raises(ValueError, match="weights must"):
        plot.network([2, 2, 1], [w[0], w[1].T])
    with pytest.raises(ValueError, match="sizes"):
        plot.network([2, 0])


def node(data, parents=(), op="", label=""):
    """A stand-in for a node of an automatic-differentiation engine."""
    return SimpleNamespace(data=data, grad=0.5, parents=parents, op=op, label=label)


def test_computation_graph_draws_each_node_once_and_each_edge():
    x, y, z = node(-1.0, label="x"), node(3.0, label="y"), node(2.0, label="z")
    f = node(2.0, (node(2.0, (x, y), "+"), node(1.0, (y, z), "-")), "*", "f")
    ax = plot.computation_graph(f)
    assert len(ax.patches) == 6 and sum(t.arrow_patch is not None for t in ax.texts if hasattr(t, "arrow_patch")) == 6
    assert texts(ax).count("y") == 1 and "f (*)" in texts(ax)
    places = {(p.get_x(), p.get_y()) for p in ax.patches}
    assert len(places) == 6  # no box on another


def test_computation_graph_of_a_deep_chain_and_of_one_node():
    n = node(1.0)
    for _ in range(60):
        n = node(1.0, (n,), "+")
    assert len(plot.computation_graph(n).patches) == 61
    assert len(plot.computation_graph(node(1.0)).patches) == 1


def test_surface_has_white_at_zero():
    ax = plot.surface(lambda p: p[:, 0] + 0.3, -1, 1, steps=11)
    assert ax.get_xlabel() == "$x_1$" and len(ax.figure.axes) == 2
    assert ax.collections[0].norm.vcenter == 0
    never_negative = plot.surface(lambda p: p[:, 0] ** 2, -1, 1, steps=11)
    assert min(never_negative.collections[0].levels) >= 0


def test_importing_plot_does_not_import_torch():
    subprocess.run([sys.executable, "-c", "import sys; import dlcourse.plot; assert 'torch' not in sys.modules"], check=True)
