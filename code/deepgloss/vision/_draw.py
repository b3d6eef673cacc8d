"""Boxes and masks drawn over the picture that they belong to."""

from collections.abc import Sequence

import torch

from .._arguments import floats, real
from ._arguments import boxes, listed, masks


def draw_boxes(image: torch.Tensor, box: torch.Tensor, labels: Sequence = (), color: str | None = None, dashes: str = "-", ax=None):
    """A picture with boxes on it, each with its label.

    Args:
        image: ``(H, W)``, ``(1, H, W)`` or ``(3, H, W)``, in [0, 1]; gray ones are drawn dark on light.
        box: ``(N, 4)``, as (x1, y1, x2, y2).
        labels: a text for each box, or an empty list; it stands above its box, or within where that leaves the picture.
        color: of all boxes, the book's orange by default.
        dashes: of the lines, as Matplotlib has them.
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind.
    """
    from .. import plot

    box, ax = boxes("box", box, 2).detach().cpu(), picture(image, ax)
    texts = [str(label) for label in (labels if isinstance(labels, str) else listed("labels", labels))]
    if texts and len(texts) != len(box):
        raise ValueError(f"labels must be one a box, {len(box)}, or none, not {len(texts)}")
    color = color or plot.ORANGE
    for k, (x1, y1, x2, y2) in enumerate(box.tolist()):
        ax.plot([x1, x2, x2, x1, x1], [y1, y1, y2, y2, y1], dashes, color=color, linewidth=1.6)
        if texts and y1 > 0.13 * image.shape[-2]:
            ax.text(x1, y1 - 0.5, texts[k], color=color, fontsize=9, va="bottom", clip_on=True)
        elif texts:                                                   # above the box is no room within the picture
            ax.text(max(x1, 0) + 1, max(y1, 0) + 0.5, texts[k], color=color, fontsize=9, va="top", clip_on=True)
    return ax


def draw_masks(image: torch.Tensor, mask: torch.Tensor, alpha: float = 0.55, ax=None):
    """A picture with masks on it, each in a color of its own.

    Args:
        image: as for :func:`draw_boxes`.
        mask: ``(N, H, W)``, of True and False; later ones cover earlier ones.
        alpha: how much a mask covers, in [0, 1].
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    from matplotlib.colors import to_rgb

    from .. import plot

    mask, alpha, ax = masks("mask", mask).detach().cpu(), real("alpha", alpha, 0, 1), picture(image, ax)
    layer = torch.zeros(*mask.shape[1:], 4)
    for k, one in enumerate(mask):
        layer[one] = torch.tensor([*to_rgb(plot.COLORS[k % 7]), alpha])
    ax.imshow(layer.numpy(), extent=(0, mask.shape[2], mask.shape[1], 0), interpolation="nearest")
    return ax


def picture(image: torch.Tensor, ax=None):
    """A picture without ticks, in pixels: pixel i covers [i, i + 1].

    Args:
        image: as for :func:`draw_boxes`.
        ax: axes to draw on; a new figure by default.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: it is no picture.
    """
    import matplotlib.pyplot as plt

    shades = floats("image", image).detach().cpu().float()
    shades = shades.squeeze(0) if shades.ndim == 3 and len(shades) == 1 else shades
    if shades.ndim != 2 and (shades.ndim != 3 or len(shades) != 3):
        raise ValueError(f"image must have shape (H, W), (1, H, W) or (3, H, W), not {tuple(image.shape)}")
    ax = ax or plt.subplots(figsize=(3.4, 3.4))[1]
    height, width = shades.shape[-2:]
    colors = {"cmap": "gray_r", "vmin": 0, "vmax": 1} if shades.ndim == 2 else {}
    ax.imshow(shades.numpy() if shades.ndim == 2 else shades.movedim(0, -1).clamp(0, 1).numpy(), extent=(0, width, height, 0),
              interpolation="nearest", **colors)
    ax.set(xticks=[], yticks=[], xlim=(0, width), ylim=(height, 0))
    ax.grid(False)
    return ax
