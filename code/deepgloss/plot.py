"""Figures in one style: colors that color-blind readers tell apart, and helpers chapters share.

The palette is that of Okabe and Ito (2008), *Color Universal Design*, in an order whose
neighbors differ in lightness too. Whatever a color says, a marker, a dash or a label says again.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.colors import ListedColormap

from . import _figures

BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK = COLORS = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000",
)
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (7, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def style() -> None:
    """Use the book's style for the figures of this session, and show them sharp in a notebook.

    Called by the first cell of every chapter; importing the package changes nothing.
    """
    _figures.install()
    plt.rcParams.update({
        "figure.figsize": (6.2, 3.4),
        "figure.dpi": 100,
        "figure.constrained_layout.use": True,
        "savefig.facecolor": "white",
        "axes.prop_cycle": plt.cycler(color=COLORS[:7]),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "axes.titlesize": "medium",
        "legend.frameon": False,
        "lines.linewidth": 1.6,
        "image.cmap": "gray",
        "font.size": 10,
    })


def curves(
    series: Mapping[str, Sequence], *, x=None, xlabel: str, ylabel: str, smooth: int = 1,
    log: bool = False, ax=None,
):
    """Draw one line for each series, told apart by color and by dashes.

    Args:
        series: values by label, each of shape ``(n,)``, as a list, array or tensor.
        x: positions ``(n,)`` that all series share; 0, 1, … by default.
        xlabel, ylabel: what the axes show, with units.
        smooth: draw the mean of this many consecutive values, each at its last one's position.
        log: logarithmic vertical axis.
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: no series, a series shorter than ``smooth``, or ``x`` of another length.
    """
    if not series:
        raise ValueError("series must hold at least one line")
    if smooth < 1:
        raise ValueError(f"smooth must be at least 1, not {smooth}")
    lines = {label: _vector(values) for label, values in series.items()}
    for label, values in lines.items():
        if len(values) < smooth:
            raise ValueError(f"{label!r} has {len(values)} values, fewer than smooth={smooth}")
        if x is not None and len(x) != len(values):
            raise ValueError(f"x has {len(x)} positions, but {label!r} has {len(values)} values")
    ax = ax or plt.subplots()[1]
    for k, (label, values) in enumerate(lines.items()):
        positions = _vector(range(len(values)) if x is None else x)[smooth - 1:]
        values = values.unfold(0, smooth, 1).mean(1)
        ax.plot(positions.numpy(), values.numpy(), color=COLORS[k % 7], ls=DASHES[k % len(DASHES)], label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    if len(lines) > 1:
        ax.legend()
    return ax


def images(pictures, *, titles: Sequence[str] | None = None, columns: int = 8, size: float = 0.9):
    """Show pictures in a grid.

    Args:
        pictures: ``(N, H, W)``, ``(N, 1, H, W)`` or ``(N, 3, H, W)``. Gray pictures share one
            scale, their smallest value black and their largest white; colors lie in [0, 1].
        titles: one for each picture.
        columns: pictures a row.
        size: width of one picture, in inches.

    Returns:
        The figure.

    Raises:
        ValueError: ``pictures`` has another shape, or ``titles`` another length.
    """
    pictures = torch.as_tensor(pictures).detach().cpu().float()
    if pictures.ndim == 3:
        pictures = pictures[:, None]
    if pictures.ndim != 4 or pictures.shape[1] not in (1, 3) or not len(pictures):
        raise ValueError(
            f"pictures must be (N, H, W), (N, 1, H, W) or (N, 3, H, W), not {tuple(pictures.shape)}"
        )
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(f"{len(titles)} titles for {len(pictures)} pictures")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    aspect = pictures.shape[2] / pictures.shape[3]
    height = size * aspect + (0.25 if titles else 0.05)
    figure, axes = plt.subplots(
        rows, columns, figsize=(size * columns, height * rows), squeeze=False
    )
    low, high = pictures.min().item(), pictures.max().item()
    for ax in axes.flat:
        ax.set_axis_off()
    for k, (ax, picture) in enumerate(zip(axes.flat, pictures)):
        ax.imshow(picture.permute(1, 2, 0).squeeze(2).numpy(), vmin=low, vmax=high)
        if titles is not None:
            ax.set_title(titles[k], fontsize=8)
    return figure


def decision_regions(predict, x, y, *, margin: float = 0.5, resolution: int = 201, ax=None):
    """Color the plane by the class that a model predicts, under the points of a 2-D data set.

    Args:
        predict: maps points ``(M, 2)`` to class numbers ``(M,)``; called without gradients,
            on the device of ``x``.
        x: points ``(N, 2)``.
        y: their classes ``(N,)``, integers in 0..6.
        margin: how far the picture reaches beyond the points.
        resolution: grid points a side.
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: ``x`` is not ``(N, 2)``, ``y`` not ``(N,)``, or a class is outside 0..6.
    """
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != x.shape[:1]:
        raise ValueError(f"x must be (N, 2) and y (N,), not {tuple(x.shape)} and {tuple(y.shape)}")
    if y.min() < 0 or y.max() > 6:
        raise ValueError(f"classes must be in 0..6, not {y.min().item()}..{y.max().item()}")
    low, high = x.min(0).values.cpu() - margin, x.max(0).values.cpu() + margin
    axes = [torch.linspace(low[k].item(), high[k].item(), resolution) for k in (0, 1)]
    grid = torch.cartesian_prod(*axes).to(x)                     # (resolution², 2)
    with torch.no_grad():
        regions = predict(grid).reshape(resolution, resolution).T.cpu().numpy()
    ax = ax or plt.subplots(figsize=(4.2, 3.8))[1]
    classes = ListedColormap(COLORS[:7])
    ax.pcolormesh(*(axis.numpy() for axis in axes), regions, cmap=classes, vmin=-0.5, vmax=6.5, alpha=0.25, shading="nearest",
                  linewidth=0, rasterized=True)
    for k in y.unique().tolist():
        points = x[y == k].cpu()
        ax.scatter(*points.T.numpy(), s=14, color=COLORS[k], marker=MARKERS[k], edgecolor="white",
                   linewidth=0.4, label=f"class {k}")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(False)
    return ax


def heatmap(
    values, *, rows: Sequence[str] | None = None, columns: Sequence[str] | None = None,
    form: str = ".2f", xlabel: str = "", ylabel: str = "", ax=None,
):
    """Show a matrix as colors with its numbers written in.

    Args:
        values: ``(R, C)``.
        rows, columns: labels; indices by default.
        form: how a number is written, a format specification.
        xlabel, ylabel: what columns and rows are.
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: ``values`` is not a matrix, or labels do not fit its shape.
    """
    values = torch.as_tensor(values).detach().cpu()
    if values.ndim != 2:
        raise ValueError(f"values must be (R, C), not {tuple(values.shape)}")
    for name, labels, wanted in (("rows", rows, values.shape[0]), ("columns", columns, values.shape[1])):
        if labels is not None and len(labels) != wanted:
            raise ValueError(f"{len(labels)} labels in {name} for {wanted}")
    count = values.shape
    ax = ax or plt.subplots(figsize=(1.4 + 0.55 * count[1], 1.0 + 0.42 * count[0]))[1]
    picture = ax.imshow(values.double().numpy(), cmap="cividis", aspect="auto")
    for r in range(count[0]):
        for c in range(count[1]):
            red, green, blue, _ = picture.cmap(picture.norm(values[r, c].item()))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            ax.text(c, r, format(values[r, c].item(), form), ha="center", va="center", fontsize=8,
                    color="white" if dark else "black")
    ax.set_xticks(range(count[1]), columns or range(count[1]))
    ax.set_yticks(range(count[0]), rows or range(count[0]))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    return ax


def _vector(values) -> torch.Tensor:
    """A list, array or tensor as a ``float64`` vector on the CPU."""
    if not isinstance(values, torch.Tensor):
        values = torch.tensor(list(values), dtype=torch.float64)
    return values.detach().cpu().double()
