"""The course's pictures: each function draws into an Axes (its own if none is given) and returns it, or the Figure if it needs several.

Colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any kind of colour blindness can tell apart; classes differ in their marker
too, lines in their dash.  The ground is near-white and opaque, so a picture reads on light and dark pages alike.
"""

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap, TwoSlopeNorm
from matplotlib.ticker import MaxNLocator

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#882255", "#6B6B6B", "#999933", "#332288"]
MARKERS = ["o", "^", "s", "D", "v", "P", "X", "<", ">", "*"]
DASHES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1))]
GROUND, INK = "#FCFCFA", "#222222"


def style():
    """Set matplotlib's defaults for a page of the book: 6 x 3.6 inches, 144 dots an inch, opaque near-white ground, our colours."""
    plt.rcParams.update(
        {
            "figure.figsize": (6, 3.6),
            "figure.dpi": 144,
            "savefig.dpi": 144,
            "figure.facecolor": GROUND,
            "axes.facecolor": GROUND,
            "savefig.facecolor": GROUND,
            "savefig.transparent": False,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": plt.cycler(color=COLOURS),
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#DDDDD8",
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "axes.titlesize": 10,
            "axes.labelsize": 9,
            "xtick.labelsize": 8,
            "ytick.labelsize": 8,
            "legend.fontsize": 8,
            "legend.frameon": False,
            "lines.linewidth": 1.6,
            "lines.markersize": 5,
        }
    )


def _axes(ax):
    """The given Axes, or those of a new figure."""
    return plt.subplots()[1] if ax is None else ax


def decision_regions(predict, x, y, ax=None, title=None, steps=200, names=None):
    """Colour the plane by the class that `predict` gives, and draw the samples on it.

    predict: (M, 2) -> (M,) class numbers; x: (N, 2), y: (N,) whole numbers; names: texts for the legend.  Samples that `predict` gets wrong have a black rim.
    ValueError if x is not (N, 2) or predict does not return one class a point.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y).astype(int)
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != (len(x),):
        raise ValueError(f"x must have shape (N, 2) and y (N,), got {x.shape} and {y.shape}")
    ax = _axes(ax)
    margin = 0.15 * np.ptp(x, axis=0) + 1e-9
    low, high = x.min(axis=0) - margin, x.max(axis=0) + margin
    a, b = np.meshgrid(np.linspace(low[0], high[0], steps), np.linspace(low[1], high[1], steps))
    plane = np.asarray(predict(np.stack([a.ravel(), b.ravel()], axis=1)))
    if plane.shape != (a.size,):
        raise ValueError(f"predict must return one class a point, shape ({a.size},), got {plane.shape}")
    classes = sorted(set(y.tolist()) | set(plane.astype(int).tolist()))
    index = np.searchsorted(classes, plane.astype(int)).reshape(a.shape)
    colours = [COLOURS[k % len(COLOURS)] for k in range(len(classes))]
    extent = (low[0], high[0], low[1], high[1])
    limits = {"vmin": -0.5, "vmax": len(classes) - 0.5}
    ax.imshow(index, origin="lower", extent=extent, cmap=ListedColormap(colours), alpha=0.25, aspect="auto", interpolation="nearest", **limits)
    for k in np.unique(index)[:-1]:
        ax.contour(a, b, index == k, levels=[0.5], colors=INK, linewidths=0.7)
    right = np.asarray(predict(x)).astype(int) == y
    for k, c in enumerate(classes):
        for ok, rim in ((True, "white"), (False, "black")):
            chosen = (y == c) & (right == ok)
            if chosen.any():
                label = (names[k] if names else f"class {c}") if ok or not ((y == c) & right).any() else None
                width = 0.5 if ok else 1.4
                ax.scatter(*x[chosen].T, s=22, c=colours[k], marker=MARKERS[k % len(MARKERS)], edgecolors=rim, linewidths=width, label=label, zorder=3)
    ax.set(xlim=extent[:2], ylim=extent[2:], xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(False)
    if title:
        ax.set_title(title)
    return ax


def training_curves(histories, ylabel="loss", xlabel="epoch", ax=None, log=False):
    """One line a run.  histories: {name: list of values} or {name: {"loss": list, ...}}, of which every list becomes a line."""
    ax = _axes(ax)
    lines = {}
    for name, values in histories.items():
        lines |= {f"{name}: {k}": v for k, v in values.items()} if isinstance(values, dict) else {name: values}
    for (name, values), colour, dash in zip(lines.items(), cycle(COLOURS), cycle(DASHES)):
        ax.plot(np.arange(1, len(values) + 1), values, color=colour, linestyle=dash, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log:
        ax.set_yscale("log")
    if len(lines) > 1:
        ax.legend()
    return ax


def image_grid(images, titles=None, columns=8, signed=False):
    """Small pictures in rows.  images: (N, H, W) grey or (N, H, W, 3) colour; signed: purple below 0, white at 0, orange above.  Returns the Figure."""
    images = np.asarray(images)
    if images.ndim not in (3, 4) or not len(images):
        raise ValueError(f"images must have shape (N, H, W) or (N, H, W, 3) with N >= 1, got {images.shape}")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(0.75 * columns, (0.95 if titles is not None else 0.75) * rows), squeeze=False)
    top = np.abs(images).max() or 1.0
    how = {"cmap": "PuOr_r", "vmin": -top, "vmax": top} if signed else {"cmap": "gray_r"} if images.ndim == 3 else {}
    for i, ax in enumerate(axes.flat):
        ax.axis("off")
        if i < len(images):
            ax.imshow(images[i], **how)
            if titles is not None:
                ax.set_title(str(titles[i]), fontsize=7, pad=2)
    return figure


def histograms(values, bins=40, xlabel="value", log=False, figsize=None):
    """One histogram a layer, side by side over one axis.  values: {name: array of activations or gradients}.  Returns the Figure.

    Each panel's title gives the mean and the standard deviation.  ValueError if nothing is given or a value is not finite.
    """
    if not values:
        raise ValueError("values must hold at least one array, got none")
    flat = {name: np.asarray(v, dtype=float).ravel() for name, v in values.items()}
    for name, v in flat.items():
        if not v.size or not np.isfinite(v).all():
            raise ValueError(f"values[{name!r}] must hold finite numbers, got {v.size} numbers of which {int((~np.isfinite(v)).sum())} are not finite")
    low, high = min(v.min() for v in flat.values()), max(v.max() for v in flat.values())
    edges = np.linspace(low, high if high > low else low + 1, bins + 1)
    figure, axes = plt.subplots(1, len(flat), figsize=figsize or (max(3.0, 1.7 * len(flat)), 2.4), sharex=True, sharey=True, squeeze=False)
    for ax, (name, v), colour in zip(axes.flat, flat.items(), cycle(COLOURS)):
        ax.hist(v, edges, weights=np.full(v.size, 1 / v.size), color=colour)
        ax.set_title(f"{name}\nmean {v.mean():.2g}, sd {v.std():.2g}", fontsize=8)
        ax.set_xlabel(xlabel)
        if log:
            ax.set_yscale("log")
    axes[0, 0].set_ylabel("share")
    return figure


def network(sizes, weights=None, labels=None, ax=None, biases=None):
    """Draw a layered network: circles for units, lines for weights (blue positive, orange and dashed negative, width by size).

    sizes: units in each layer; weights: list of (n_in, n_out) arrays; labels: list of lists of texts inside the circles; biases: list of vectors, written
    under the units.  With at most 12 weights their values are written on the lines.  ValueError if weights do not fit the sizes.
    """
    sizes = [int(n) for n in sizes]
    if len(sizes) < 1 or min(sizes) < 1:
        raise ValueError(f"sizes must be whole numbers >= 1, got {sizes}")
    if weights is not None and [np.shape(w) for w in weights] != list(zip(sizes, sizes[1:], strict=False)):
        raise ValueError(f"weights must have shapes {list(zip(sizes, sizes[1:], strict=False))}, got {[np.shape(w) for w in weights]}")
    ax = _axes(ax)
    gap = 2.2  # between layers, in units of the distance between neighbours
    place = [[(gap * layer, (n - 1) / 2 - i) for i in range(n)] for layer, n in enumerate(sizes)]
    top = max((np.abs(w).max() for w in weights), default=1.0) if weights is not None else 1.0
    written = weights is not None and sum(np.size(w) for w in weights) <= 12
    for layer, (here, there) in enumerate(zip(place, place[1:], strict=False)):
        for i, (x0, y0) in enumerate(here):
            for j, (x1, y1) in enumerate(there):
                w = 1.0 if weights is None else float(weights[layer][i][j])
                colour, dash = ("#8A8A86", "-") if weights is None else (COLOURS[0], "-") if w >= 0 else (COLOURS[1], "--")
                ax.plot([x0, x1], [y0, y1], color=colour, linestyle=dash, linewidth=0.8 if weights is None else 0.4 + 2.6 * abs(w) / (top or 1), zorder=1)
                if written:  # nearer to its origin, so that crossing lines do not hide each other's numbers
                    spot = (x0 + 0.32 * (x1 - x0), y0 + 0.32 * (y1 - y0))
                    box = {"facecolor": GROUND, "edgecolor": "none", "pad": 0.8}
                    ax.text(*spot, f"{w:.3g}", fontsize=7, ha="center", va="center", color=colour, bbox=box, zorder=2)
    for layer, spots in enumerate(place):
        for i, (x, y) in enumerate(spots):
            ax.add_patch(plt.Circle((x, y), 0.3, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3))
            if labels is not None:
                ax.text(x, y, labels[layer][i], ha="center", va="center", fontsize=8, zorder=4)
            if biases is not None and layer:
                ax.text(x, y - 0.42, f"bias {float(biases[layer - 1][i]):.3g}", ha="center", va="center", fontsize=6.5, zorder=4)
    tall = (max(sizes) - 1) / 2 + 0.55
    ax.set(xlim=(-0.5, gap * (len(sizes) - 1) + 0.5), ylim=(-tall, tall), aspect="equal")
    ax.axis("off")
    return ax


def computation_graph(root, ax=None):
    """Draw the graph that led to `root`, inputs on the left.  Each node has .data, .grad, .parents, .op and .label.

    A box shows the label or the operation, the value, and the gradient below it (written in orange).
    """
    order, seen, stack = [], set(), [(root, False)]
    while stack:  # depth first without recursion: a graph may be thousands of nodes deep
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack += [(node, True)] + [(p, False) for p in reversed(node.parents)]
    depth = {}
    for node in order:  # an input stands just left of its first user, see below; any other node right of all its parents
        depth[id(node)] = 1 + max((depth[id(p)] for p in node.parents), default=-1)
    users = {}
    for node in order:
        for p in node.parents:
            users.setdefault(id(p), []).append(depth[id(node)])
    for node in order:
        if not node.parents and id(node) in users:
            depth[id(node)] = min(users[id(node)]) - 1
    columns = {}
    for node in order:
        columns.setdefault(depth[id(node)], []).append(node)
    height = {}
    tallest = max(len(c) for c in columns.values())
    for d in sorted(columns):  # order a column by the mean height of what feeds it, so that few lines cross
        wanted = {id(n): np.mean([height[id(p)] for p in n.parents]) if n.parents else None for n in columns[d]}
        column = sorted(columns[d], key=lambda n: -wanted[id(n)] if wanted[id(n)] is not None else 0) if d else columns[d]
        for i, node in enumerate(column):
            height[id(node)] = (len(column) - 1) / 2 - i
    if ax is None:
        ax = plt.subplots(figsize=(max(3.0, 1.35 * len(columns)), max(1.6, 0.85 * tallest)))[1]
    for node in order:
        x, y = 1.6 * depth[id(node)], height[id(node)]
        for p in node.parents:
            start = (1.6 * depth[id(p)] + 0.55, height[id(p)])
            ax.annotate("", (x - 0.55, y), start, arrowprops={"arrowstyle": "->", "color": "#6B6B6B", "shrinkA": 0, "shrinkB": 0}, zorder=1)
        name = " ".join(t for t in (str(node.label or ""), f"({node.op})" if node.op else "") if t) or " "
        ax.add_patch(plt.Rectangle((x - 0.55, y - 0.36), 1.1, 0.72, facecolor="white", edgecolor=COLOURS[0] if node.op else INK, linewidth=1.1, zorder=2))
        for dy, text, colour in ((0.2, name, INK), (-0.01, f"{node.data:.4g}", INK), (-0.22, f"grad {node.grad:.4g}", COLOURS[1])):
            ax.text(x, y + dy, text, ha="center", va="center", fontsize=6.5, color=colour, zorder=3)
    ax.set(xlim=(-0.7, 1.6 * max(depth.values()) + 0.7), ylim=(-tallest / 2 - 0.05, tallest / 2 + 0.05))
    ax.axis("off")
    return ax


def surface(f, low, high, steps=121, ax=None, levels=15):
    """Filled contours of a function of two inputs: white at 0, purple below, orange above; from white to brown if it is never negative.

    f: (M, 2) -> (M,); low, high: numbers, the corners of a square.  Returns the Axes.
    """
    grid = np.linspace(low, high, steps)
    a, b = np.meshgrid(grid, grid)
    z = np.asarray(f(np.stack([a.ravel(), b.ravel()], axis=1))).reshape(a.shape)
    ax = _axes(ax)
    ticks = MaxNLocator(levels).tick_values(min(z.min(), 0.0), max(z.max(), 0.0))
    if z.min() < 0:
        top = np.abs(ticks).max()
        how = {"cmap": "PuOr_r", "norm": TwoSlopeNorm(0, -top, top)}
    else:
        how = {"cmap": "YlOrBr"}
    filled = ax.contourf(a, b, z, levels=ticks, **how)
    ax.figure.colorbar(filled, ax=ax, label="output", ticks=MaxNLocator(5))
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.set_aspect("equal")
    ax.grid(False)
    return ax
